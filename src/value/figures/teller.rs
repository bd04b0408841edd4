//! From what is known of a customer to the figures.

use super::behaviour::{Behaviour, Times};
use super::{Figures, Known, PLACES, Scales};
use crate::error::Error;
use crate::value::model::Ahead;
use crate::value::money::{Account, Everybody, Margin, Money, Parameters, ratio, ten_to};
use crate::value::predict::Together;
use crate::value::row::Row;

/// Tells figures, from what is known of everybody at an assessment.
///
/// ```
/// use guanxi::value::cbs::Step;
/// use guanxi::value::figures::{Known, Scales, Teller};
/// use guanxi::value::money::{Account, Everybody, Learnt, Parameters};
/// use guanxi::value::{Row, model::find};
///
/// let timing = Learnt::pinned(&*find("bg-nbd", None)?, &[0.243, 4.414, 0.793, 2.426]);
/// let parameters = Parameters { timing, spend: None };
/// let scales = Scales { grain: Step::Day, unit: Step::Week, amount: None };
/// let teller = Teller::new(scales, Some(&parameters), None, Everybody::default())?;
/// let customer = Known { row: Row::new(2, 30.43, 38.86), account: Account::default() };
/// let figures = teller.customer(&customer)?;
/// assert_eq!((figures.p_alive, figures.rhythm), (Some(7266), Some(6151)));
/// assert_eq!((figures.expected_purchases, figures.past_value), (None, None));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub struct Teller<'a> {
    scales: Scales,
    behaviour: Option<Behaviour>,
    money: Option<&'a Money>,
    everybody: Everybody,
}

/// What one purchase brings and costs, in units of the amount's smallest.
#[derive(Debug, Clone, Copy)]
pub(in crate::value) struct Each {
    spend: Option<f64>,
    cost: Option<f64>,
}

/// What some purchases bring and cost.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::value) struct Worth {
    revenue: Option<i64>,
    cost: Option<i64>,
}

impl Each {
    /// So many of them. Without a cost there is no money at all.
    pub(in crate::value) fn times(self, count: f64) -> Worth {
        let cost = self.cost.map(|cost| cost * count);
        let revenue = cost.and(self.spend).map(|spend| spend * count);
        Worth { revenue: revenue.and_then(whole), cost: cost.and_then(whole) }
    }
}

/// Days of the years 1 to 9999.
const MOST_DAYS: u32 = 3_652_059;

impl<'a> Teller<'a> {
    /// Everything that is the same for all customers.
    ///
    /// # Inputs
    ///
    /// `parameters`: `None` where nothing could be learnt yet, or there is no
    /// model. `money`: `None` where the playbook has no such section: then there
    /// is no horizon either.
    ///
    /// # Errors
    ///
    /// [`Code::BadParameters`](crate::Code::BadParameters): parameters that the
    /// model cannot have; none for what was learnt.
    pub fn new(
        scales: Scales,
        parameters: Option<&Parameters>,
        money: Option<&'a Money>,
        everybody: Everybody,
    ) -> Result<Teller<'a>, Error> {
        let ahead = money.map(|it| (it.horizon_in(scales.unit), it.discount_in(scales.unit)));
        let behaviour = match parameters {
            None => None,
            Some(parameters) => Behaviour::new(parameters, ahead)?,
        };
        Ok(Teller { scales, behaviour, money, everybody })
    }

    /// The figures of one customer.
    ///
    /// # Errors
    ///
    /// Those of [`Row::check`].
    pub fn customer(&self, known: &Known) -> Result<Figures, Error> {
        known.row.check()?;
        let times = self.behaviour.as_ref().map(|behaviour| behaviour.times(&known.row));
        Ok(self.figures(known, times))
    }

    /// The figures of many, in their order. What times say is found once for
    /// equal times.
    ///
    /// # Errors
    ///
    /// As [`customer`](Teller::customer), the position before the field.
    ///
    /// # Cost
    ///
    /// A look-up a customer; the models' cost for each distinct row.
    pub fn everyone(&self, known: &[Known], threads: usize) -> Result<Vec<Figures>, Error> {
        let mut faults = Vec::new();
        for (position, known) in known.iter().enumerate() {
            if let Err(error) = known.row.check() {
                faults.extend(error.below(&format!("/{position}/")).into_faults());
            }
        }
        Error::check(faults)?;
        let Some(behaviour) = &self.behaviour else {
            return Ok(known.iter().map(|known| self.figures(known, None)).collect());
        };
        let rows = known.iter().map(|known| known.row);
        let together = Together::new(rows, &*behaviour.fitted);
        let ahead = |ahead: &dyn Ahead| behaviour.expected(ahead);
        let (alive, futures) = together.look(&*behaviour.fitted, threads, ahead);
        let told = known.iter().zip(together.places());
        Ok(told
            .map(|(known, (own, shared))| {
                let future = futures.get(shared).copied().flatten();
                let times = alive.get(own).map(|alive| behaviour.told(&known.row, *alive, future));
                self.figures(known, times)
            })
            .collect())
    }

    /// The first age, in whole grains since the first purchase, at which
    /// P(alive) would be below `threshold` if the customer bought nothing more;
    /// `None` where that is not within the years of the calendar, or nothing is
    /// known. The age of today counts grains that are over: one that begins
    /// today is not yet among them.
    ///
    /// # Inputs
    ///
    /// `recency` is that of the row in grains; the age of the row is not looked
    /// at.
    ///
    /// # Cost
    ///
    /// P(alive) some forty times.
    pub fn alive_until(&self, row: &Row, recency: u32, threshold: f64) -> Option<u32> {
        let behaviour = self.behaviour.as_ref()?;
        let (grain, unit) = (self.scales.grain.days(), self.scales.unit.days());
        let is_below = |age: u32| {
            let units = |grains: u32| f64::from(grains) * f64::from(grain) / f64::from(unit);
            let row = Row { recency: units(recency), age: units(age), ..*row };
            behaviour.fitted.alive(&row) < threshold
        };
        // P(alive) falls while nothing is bought: double the step, then halve it.
        let last = (MOST_DAYS / grain).max(recency);
        let (mut above, mut step) = (recency, 1);
        if is_below(recency) {
            return Some(recency);
        }
        let mut below = loop {
            let next = above.saturating_add(step).min(last);
            if is_below(next) {
                break next;
            }
            if next == last {
                return None;
            }
            (above, step) = (next, step.saturating_mul(2));
        };
        while below - above > 1 {
            let middle = above + (below - above) / 2;
            if is_below(middle) {
                below = middle;
            } else {
                above = middle;
            }
        }
        Some(below)
    }

    fn figures(&self, known: &Known, times: Option<Times>) -> Figures {
        let account = &known.account;
        let past_value = self.money.and_then(|_| narrow(account.profit()?));
        let Some(times) = times else {
            return Figures { past_value, ..Figures::default() };
        };
        let each = self.each(known);
        let worth = times.expected.map(|(_, discounted)| each.times(discounted));
        let worth = worth.unwrap_or_default();
        Figures {
            p_alive: whole(times.alive * power(PLACES)),
            rhythm: whole(times.rhythm * power(PLACES)),
            expected_purchases: times.expected.and_then(|(count, _)| whole(count * power(PLACES))),
            expected_spend: each.spend.and_then(whole),
            expected_revenue: worth.revenue,
            expected_cost: worth.cost,
            future_value: self.left(worth, account),
            past_value,
        }
    }

    /// What one purchase brings and costs.
    pub(in crate::value) fn each(&self, known: &Known) -> Each {
        let behaviour = self.behaviour.as_ref();
        let spend = behaviour.and_then(|behaviour| behaviour.expected_spend(&known.row));
        let spend = spend.zip(self.scales.amount).map(|(spend, scale)| spend * power(scale));
        Each { spend, cost: self.cost_each(&known.account) }
    }

    /// What is left of some purchases when everything is paid for.
    pub(in crate::value) fn left(&self, worth: Worth, account: &Account) -> Option<i64> {
        self.margin_on(worth.revenue?, account)?.checked_sub(worth.cost?)
    }

    pub(in crate::value) fn behaviour(&self) -> Option<&Behaviour> {
        self.behaviour.as_ref()
    }

    /// What serving comes to for each purchase, from what it did so far.
    fn cost_each(&self, account: &Account) -> Option<f64> {
        self.money?;
        let (all, purchases) = (self.everybody.costs, i128::from(self.everybody.purchases));
        if purchases == 0 {
            return Some(account.costs.units as f64 / (f64::from(account.purchases) + 1.0));
        }
        let own = account.costs.units.checked_mul(purchases)?.checked_add(all)?;
        Some(own as f64 / (purchases as f64 * (f64::from(account.purchases) + 1.0)))
    }

    /// What is left of this much.
    fn margin_on(&self, revenue: i64, account: &Account) -> Option<i64> {
        let revenue = i128::from(revenue);
        let share = match self.money?.margin {
            Margin::Share(share) => {
                return narrow(ratio(revenue, share.units(), ten_to(share.scale()))?);
            }
            Margin::Field(_) => self.margin_share(account),
        };
        let (margin, amount) = share?;
        narrow(ratio(revenue, margin, amount)?)
    }

    /// Margin over amount, from those of the customer's purchases and one more
    /// like everybody's.
    fn margin_share(&self, account: &Account) -> Option<(i128, i128)> {
        let Everybody { known_purchases, amount, margin, .. } = self.everybody;
        let own = account.amount.zip(account.margin).and_then(|(own, left)| {
            let purchases = i128::from(known_purchases);
            let amount = own.checked_mul(purchases)?.checked_add(amount)?;
            Some((left.checked_mul(purchases)?.checked_add(margin)?, amount))
        });
        // Who gave back more than he bought says nothing of margins.
        own.filter(|(_, amount)| *amount > 0).or((amount > 0).then_some((margin, amount)))
    }
}

/// The nearest whole number, halves to the even one; `None` beyond 64 bits.
pub(super) fn whole(number: f64) -> Option<i64> {
    // 2^63 itself is the first number that does not fit.
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    let rounded = number.round_ties_even();
    (rounded > -BEYOND && rounded < BEYOND).then_some(rounded as i64)
}

fn narrow(number: i128) -> Option<i64> {
    i64::try_from(number).ok()
}

fn power(places: u8) -> f64 {
    ten_to(places) as f64
}
