//! What one customer brought and cost so far, and everybody together.

use serde::Serialize;

use super::activity::{Activity, Cost, Minutes};
use super::definition::{Margin, Money};
use crate::facts::{Column, Columns, Data, Events, Type};
use crate::units::{Day, Instant, Zone};
use crate::value::cbs::History;

/// What serving somebody came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Costs {
    /// In units of the amount's smallest.
    pub units: i128,
    /// Events that say nothing of what they cost: they count as nothing.
    pub unknown: u64,
}

/// What a customer who has bought brought and cost so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Account {
    /// In how many grains something was bought.
    pub purchases: u32,
    /// What was paid, money given back taken off; `None` where an amount is not
    /// known.
    pub amount: Option<i128>,
    /// What was left of that when the goods were paid for.
    pub margin: Option<i128>,
    /// What serving the customer came to.
    pub costs: Costs,
}

/// The accounts of everybody who has bought, added up: what is known of a
/// customer of whom little is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Everybody {
    /// How many customers.
    pub customers: u64,
    /// Their purchases.
    pub purchases: u64,
    /// What serving them came to.
    pub costs: i128,
    /// Purchases of those whose amounts and margins are known.
    pub known_purchases: u64,
    /// What these customers paid.
    pub amount: i128,
    /// What was left of it.
    pub margin: i128,
}

impl Everybody {
    /// Adds a customer.
    pub fn add(&mut self, account: &Account) {
        self.customers += 1;
        self.purchases += u64::from(account.purchases);
        self.costs += account.costs.units;
        if let (Some(amount), Some(margin)) = (account.amount, account.margin) {
            self.known_purchases += u64::from(account.purchases);
            self.amount += amount;
            self.margin += margin;
        }
    }

    /// Adds everybody of another part.
    pub fn merge(&mut self, other: &Everybody) {
        self.customers += other.customers;
        self.purchases += other.purchases;
        self.costs += other.costs;
        self.known_purchases += other.known_purchases;
        self.amount += other.amount;
        self.margin += other.margin;
    }
}

impl<'a> FromIterator<&'a Account> for Everybody {
    fn from_iter<I: IntoIterator<Item = &'a Account>>(accounts: I) -> Everybody {
        let mut everybody = Everybody::default();
        accounts.into_iter().for_each(|account| everybody.add(account));
        everybody
    }
}

impl Account {
    /// What the customer earned us so far: what was left of purchases, less
    /// what serving came to; below zero for who costs more than that.
    pub fn profit(&self) -> Option<i128> {
        self.margin?.checked_sub(self.costs.units)
    }
}

impl Money {
    /// The account of one customer.
    ///
    /// # Inputs
    ///
    /// `history`: the purchases that count; `rows`: which rows of each event
    /// kind count, as [`Snapshot::events`](crate::facts::Snapshot::events) says;
    /// `today`: the day up to which unpaid amounts cost interest.
    ///
    /// Where purchases have margins of their own, money given back takes its
    /// share of them: of 100 paid, 30 earned and 50 given back, 15 are left.
    ///
    /// # Cost
    ///
    /// One pass over the customer's rows of the kinds that cost something.
    pub fn account(
        &self,
        columns: &Columns,
        history: &History,
        rows: impl Fn(usize) -> (usize, usize),
        today: Day,
        zone: &Zone,
    ) -> Account {
        let spend = history.spend();
        let amount = (spend.unknown == 0).then_some(spend.units);
        let mut costs = Costs::default();
        for activity in &self.activities {
            let cost = activity.so_far(columns, rows(activity.kind), today, zone);
            costs.units = costs.units.saturating_add(cost.units);
            costs.unknown += cost.unknown;
        }
        let margin =
            amount.and_then(|amount| self.margin_on(amount, columns, rows(self.purchases)));
        Account { purchases: history.purchases(), amount, margin, costs }
    }

    /// What is left of all that was paid.
    fn margin_on(&self, net: i128, columns: &Columns, rows: (usize, usize)) -> Option<i128> {
        let field = match self.margin {
            Margin::Share(share) => {
                return ratio(net, share.units(), ten_to(share.scale()));
            }
            Margin::Field(field) => field,
        };
        let fields = &columns.kinds.get(self.purchases)?.fields;
        let (margins, amounts) = (fields.get(field)?, fields.get(self.amount)?);
        let (mut margin, mut gross) = (0, 0);
        for row in rows.0..rows.1 {
            margin += i128::from(number(margins, row)?);
            gross += i128::from(number(amounts, row)?);
        }
        if gross <= 0 {
            return Some(margin);
        }
        ratio(margin, net, gross)
    }
}

impl Activity {
    /// What these events came to, exact until it is rounded once.
    pub fn so_far(
        &self,
        columns: &Columns,
        (from, until): (usize, usize),
        today: Day,
        zone: &Zone,
    ) -> Costs {
        let Some(events) = columns.kinds.get(self.kind) else { return Costs::default() };
        let field = |field: usize| events.fields.get(field);
        let count = until.saturating_sub(from) as i128;
        match self.cost {
            Cost::Each(each) => Costs::of(ratio(count, i128::from(each), 1), 0, count),
            Cost::Time { minutes: Minutes::Each(minutes), per_hour } => {
                let hours = 60 * ten_to(minutes.scale());
                let whole = count.checked_mul(minutes.units());
                Costs::of(whole.and_then(|all| ratio(all, per_hour.into(), hours)), 0, count)
            }
            Cost::Time { minutes: Minutes::Field(minutes, scale), per_hour } => {
                let not_negative = |row| number(field(minutes)?, row).filter(|it| *it >= 0);
                let (all, unknown) = sum(from..until, |row| not_negative(row).map(i128::from));
                Costs::of(ratio(all, per_hour.into(), 60 * ten_to(scale)), unknown, count)
            }
            Cost::Field(cost) => {
                let (all, unknown) =
                    sum(from..until, |row| number(field(cost)?, row).map(i128::from));
                Costs::of(Some(all), unknown, count)
            }
            Cost::Late { amount, paid, free_days, per_year } => {
                let ty = columns.schema.kinds.get(self.kind).and_then(|kind| kind.fields.get(paid));
                let dates = matches!(ty.map(|field| &field.ty), Some(Type::Date));
                let (Some(amounts), Some(paid)) = (field(amount), field(paid)) else {
                    return Costs::default();
                };
                let late = Late { events, paid, dates, zone, free: free_days.into(), today };
                let (all, unknown) = sum(from..until, |row| {
                    let amount = number(amounts, row)?;
                    // Money given back is owed to the customer, not by him.
                    Some(i128::from(amount.max(0)) * i128::from(late.days(row)))
                });
                let year = 365 * ten_to(per_year.scale());
                Costs::of(ratio(all, per_year.units(), year), unknown, count)
            }
        }
    }
}

/// How late amounts are paid.
struct Late<'a> {
    events: &'a Events,
    paid: &'a Column,
    /// Whether the field holds days, and not instants.
    dates: bool,
    zone: &'a Zone,
    free: i64,
    today: Day,
}

impl Late<'_> {
    /// Days for which a row's amount was owed and no longer free.
    fn days(&self, row: usize) -> i64 {
        let day = |micros: i64| i64::from(self.zone.day_of(Instant::clamped(micros)).days());
        let paid = number(self.paid, row).map(|paid| if self.dates { paid } else { day(paid) });
        let today = i64::from(self.today.days());
        let until = paid.unwrap_or(today).min(today);
        (until - day(self.events.at.micros(row)) - self.free).max(0)
    }
}

impl Costs {
    /// What all is too large to be said of is not known of any of the events.
    fn of(units: Option<i128>, unknown: u64, count: i128) -> Costs {
        match units {
            Some(units) => Costs { units, unknown },
            None => Costs { units: 0, unknown: count as u64 },
        }
    }
}

/// The sum over rows, and of how many nothing is known.
fn sum(rows: std::ops::Range<usize>, of: impl Fn(usize) -> Option<i128>) -> (i128, u64) {
    rows.fold((0, 0), |(sum, unknown), row| match of(row) {
        Some(part) => (sum + part, unknown),
        None => (sum, unknown + 1),
    })
}

/// The exact number in a row.
fn number(column: &Column, row: usize) -> Option<i64> {
    match &column.data {
        Data::Ints(numbers) if column.is_known(row) => Some(numbers.get(row)),
        _ => None,
    }
}

/// Ten to a power of at most 18.
pub(in crate::value) fn ten_to(power: u8) -> i128 {
    10_i128.pow(u32::from(power))
}

/// `a b / c` to the nearest whole number, halves to the even one; `None` where
/// it is too large on the way. `c` is above zero.
pub(in crate::value) fn ratio(a: i128, b: i128, c: i128) -> Option<i128> {
    let product = a.checked_mul(b)?;
    let (whole, rest) = (product.checked_div_euclid(c)?, product.checked_rem_euclid(c)?);
    // The rest is from 0 to below c: compared with what is left of c, nothing overflows.
    let up = match rest.cmp(&(c - rest)) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => whole % 2 != 0,
        std::cmp::Ordering::Less => false,
    };
    whole.checked_add(i128::from(up))
}
