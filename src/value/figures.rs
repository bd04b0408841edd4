//! The figures (数值) of one customer at one instant: how probably still there,
//! how often to be expected, what that is worth.
//!
//! ```text
//! Row ─────────────┐
//! Account ─────────┼──Teller──> Figures: whole numbers with fixed places
//! Parameters ──────┤
//! Everybody ───────┘
//! ```
//!
//! # What is promised
//!
//! * Whole numbers: probabilities and counts with four places, money in the
//!   smallest unit of the amount, each rounded once, halves to the even digit.
//! * `future_value` is exactly the margin on `expected_revenue`, less
//!   `expected_cost`; `past_value` exactly what was left of purchases, less what
//!   serving came to. Both may be negative.
//! * One customer at a time and everybody at once give the same bits, by any
//!   number of threads.
//! * What is not known is missing: everything for who never bought, the future
//!   where there are no parameters, money where an amount is not known.
//!
//! # How
//!
//! * `p_alive`, `expected_purchases`: the model of times; see
//!   [`model`](super::model).
//! * `rhythm`: how probable a silence as long as the present one is for somebody
//!   who is still there, with this history. λ of a customer with `x` repeats up
//!   to `t_x` has a gamma distribution of shape `y = r + k x` and rate `α + t_x`,
//!   so that with `q = (T - t_x) / (α + T)` it is `(1-q)^y sum over j < k of
//!   Γ(y+j)/Γ(y) q^j/j!`; for `k = 1` simply `((α + t_x) / (α + T))^(r + x)`.
//!   Small: unusually silent, for this customer.
//! * `expected_revenue`: purchases up to the horizon, each at its worth today
//!   (DECT), times `expected_spend`.
//! * `expected_cost`: the same purchases, times what serving comes to for each
//!   of them: `(C_i + C/N) / (n_i + 1)`, with `C_i` and `n_i` the costs and
//!   purchases of this customer so far and `C` and `N` those of everybody. Who
//!   has bought once counts half for himself and half as everybody does.
//! * Where purchases have margins of their own, the margin on what comes is
//!   found in the same way: `(M_i + M/N) / (A_i + A/N)`, with `M` margins and `A`
//!   amounts.

use super::cbs::Step;
use super::model::{Ahead, Fitted};
use super::money::{Account, Everybody, Margin, Money, Parameters, ratio, ten_to};
use super::predict::{MOST_COUNTS, Together, overall};
use super::row::Row;
use crate::error::Error;
use crate::facts::Type;
use crate::stats::Sum;

/// What is known of a customer who has bought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// The purchases, to the last whole grain.
    pub row: Row,
    /// The money.
    pub account: Account,
}

/// The figures of one customer; see [the page](self).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Figures {
    /// The probability that the customer has not left; four places.
    pub p_alive: Option<i64>,
    /// The probability of a silence as long as this one; four places.
    pub rhythm: Option<i64>,
    /// Purchases up to the horizon; four places.
    pub expected_purchases: Option<i64>,
    /// What a purchase brings; money.
    pub expected_spend: Option<i64>,
    /// What all of them bring, at its worth today; money.
    pub expected_revenue: Option<i64>,
    /// What serving the customer will come to, at its worth today; money.
    pub expected_cost: Option<i64>,
    /// What is left of that; money.
    pub future_value: Option<i64>,
    /// What the customer earned us so far; money.
    pub past_value: Option<i64>,
}

/// The names of the figures, in the order of their definition.
pub const NAMES: [&str; 8] = [
    "p_alive",
    "rhythm",
    "expected_purchases",
    "expected_spend",
    "expected_revenue",
    "expected_cost",
    "future_value",
    "past_value",
];

/// Decimal places of probabilities and of expected purchases.
pub const PLACES: u8 = 4;

impl Figures {
    /// The figure of this name: `None` where no figure has it, `Some(None)`
    /// where it is not known.
    pub fn get(&self, name: &str) -> Option<Option<i64>> {
        let at = NAMES.iter().position(|known| *known == name)?;
        self.all().get(at).copied()
    }

    /// All of them, in the order of [`NAMES`].
    pub fn all(&self) -> [Option<i64>; 8] {
        [
            self.p_alive,
            self.rhythm,
            self.expected_purchases,
            self.expected_spend,
            self.expected_revenue,
            self.expected_cost,
            self.future_value,
            self.past_value,
        ]
    }

    /// The type of the figure of this name, where money is of the type
    /// `money`.
    pub fn type_of(name: &str, money: &Type) -> Option<Type> {
        match name {
            "p_alive" | "rhythm" | "expected_purchases" => Some(Type::Decimal(PLACES)),
            name if NAMES.contains(&name) => Some(money.clone()),
            _ => None,
        }
    }
}

/// What a customer's purchases are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scales {
    /// Purchases within one of these are one.
    pub grain: Step,
    /// What the times of rows are told in.
    pub unit: Step,
    /// The decimal places of amounts; `None` without amounts.
    pub amount: Option<u8>,
}

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

/// The models at their parameters.
pub(super) struct Behaviour {
    fitted: Box<dyn Fitted>,
    r: f64,
    alpha: f64,
    stages: u32,
    spend: Option<super::model::Spend>,
    /// How far ahead, in units, and the continuous rate for one; without money
    /// nobody asks.
    ahead: Option<(f64, f64)>,
}

/// What one purchase brings and costs, in units of the amount's smallest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Each {
    spend: Option<f64>,
    cost: Option<f64>,
}

/// What some purchases bring and cost.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Worth {
    revenue: Option<i64>,
    cost: Option<i64>,
}

impl Each {
    /// So many of them. Without a cost there is no money at all.
    pub(super) fn times(self, count: f64) -> Worth {
        let cost = self.cost.map(|cost| cost * count);
        let revenue = cost.and(self.spend).map(|spend| spend * count);
        Worth { revenue: revenue.and_then(whole), cost: cost.and_then(whole) }
    }
}

/// What the times of a customer alone say.
#[derive(Debug, Clone, Copy)]
struct Times {
    alive: f64,
    rhythm: f64,
    /// Purchases up to the horizon, as they are and at their worth today.
    expected: Option<(f64, f64)>,
}

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
    pub(super) fn each(&self, known: &Known) -> Each {
        let behaviour = self.behaviour.as_ref();
        let spend = behaviour.and_then(|behaviour| behaviour.expected_spend(&known.row));
        let spend = spend.zip(self.scales.amount).map(|(spend, scale)| spend * power(scale));
        Each { spend, cost: self.cost_each(&known.account) }
    }

    /// What is left of some purchases when everything is paid for.
    pub(super) fn left(&self, worth: Worth, account: &Account) -> Option<i64> {
        self.margin_on(worth.revenue?, account)?.checked_sub(worth.cost?)
    }

    pub(super) fn behaviour(&self) -> Option<&Behaviour> {
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

/// What of all probability is next to nothing.
const REST: f64 = 1e-9;

/// Days of the years 1 to 9999.
const MOST_DAYS: u32 = 3_652_059;

impl Behaviour {
    fn new(parameters: &Parameters, ahead: Option<(f64, f64)>) -> Result<Option<Behaviour>, Error> {
        let model = parameters.model()?;
        let values = &parameters.timing.values;
        super::model::check_parameters(&*model, values)?;
        // All models of times begin with these two, which say how often.
        let [r, alpha, ..] = values[..] else { return Ok(None) };
        Ok(model.fitted(values).map(|fitted| Behaviour {
            fitted,
            r,
            alpha,
            stages: model.stages().unwrap_or(1),
            spend: parameters.spending(),
            ahead,
        }))
    }

    fn times(&self, row: &Row) -> Times {
        let future = self.expected(&*self.fitted.ahead(row));
        self.told(row, self.fitted.alive(row), future)
    }

    /// What is expected of somebody who has not left, as it is and at its worth
    /// today.
    fn expected(&self, ahead: &dyn Ahead) -> Option<(f64, f64)> {
        let (horizon, rate) = self.ahead?;
        // A model with stages counts them one by one.
        if horizon > ahead.farthest() {
            return None;
        }
        let expected = ahead.expected(horizon);
        let discounted = match rate {
            0.0 => expected,
            rate => ahead.discounted(rate, Some(horizon))?,
        };
        Some((expected, discounted))
    }

    fn told(&self, row: &Row, alive: f64, future: Option<(f64, f64)>) -> Times {
        let expected = future.map(|(plain, discounted)| (alive * plain, alive * discounted));
        Times { alive, rhythm: self.rhythm(row), expected }
    }

    /// The probabilities of 0, 1, ... purchases up to the horizon, the last one
    /// of so many or more, which is next to nothing; and what a purchase then is
    /// worth today, on average. `None` where nobody can tell.
    pub(super) fn counts(&self, row: &Row) -> Option<(Vec<f64>, f64)> {
        let (horizon, _) = self.ahead?;
        let (expected, discounted) = self.times(row).expected?;
        let (alive, ahead) = (self.fitted.alive(row), self.fitted.ahead(row));
        let mut most = 2 * whole(expected)?.unsigned_abs() as usize + 16;
        loop {
            most = most.min(MOST_COUNTS);
            let mut chances = overall(alive, &ahead.chances(horizon, most));
            let rest = 1.0 - chances.iter().copied().collect::<Sum>().total();
            if rest < REST || most == MOST_COUNTS {
                if let Some(last) = chances.last_mut() {
                    *last += rest.max(0.0);
                }
                let today = if expected > 0.0 { discounted / expected } else { 1.0 };
                return Some((chances, today));
            }
            most *= 2;
        }
    }

    fn rhythm(&self, row: &Row) -> f64 {
        let wait = row.age - row.recency;
        let y = self.r + f64::from(self.stages) * f64::from(row.frequency);
        let q = wait / (self.alpha + row.age);
        let (mut term, mut sum) = (1.0, 0.0);
        for stage in 0..self.stages {
            let j = f64::from(stage);
            sum += term;
            term *= (y + j) / (j + 1.0) * q;
        }
        sum * libm::exp(-y * libm::log1p(wait / (self.alpha + row.recency)))
    }

    /// Who brought less than nothing in repeats is taken to have brought
    /// nothing: the model knows no negative amounts.
    fn expected_spend(&self, row: &Row) -> Option<f64> {
        let monetary = row.monetary.map(|mean| mean.max(0.0));
        self.spend?.mean(&Row { monetary, ..*row })
    }
}

/// The nearest whole number, halves to the even one; `None` beyond 64 bits.
fn whole(number: f64) -> Option<i64> {
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
