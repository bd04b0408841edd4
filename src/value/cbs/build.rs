//! From the events of everybody to the statistics of each.

use std::collections::BTreeMap;

use super::history::{History, Purchase};
use super::ruler::{MICROS_PER_DAY, Ruler};
use super::{Cbs, Definition, Reason, Summary};
use crate::error::{Code, Error, Fault};
use crate::facts::{Column, Columns, Data, Events, Snapshot, Type};
use crate::units::{Calendar, Day, Instant};

/// Where the purchases of everybody stand.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) purchases: &'a Events,
    amounts: Option<&'a Column>,
    /// Events that give money back, with the amounts that they give.
    pub(super) refunds: Option<(&'a Events, &'a Column)>,
}

/// When the calibration and the holdout end, by the numbers of their grains
/// and by instants: the first that is no longer within.
struct Ends {
    ruler: Ruler,
    calibration: i64,
    holdout: i64,
    /// The grain that the calibration ends in.
    today: u32,
}

impl Cbs {
    /// The statistics of everybody's purchases.
    ///
    /// # Inputs
    ///
    /// The facts, which decide who there is; what counts as a purchase; whose
    /// days and weeks. The instant of the snapshot plays no part beyond who is
    /// in it: the definition says where the calibration ends.
    ///
    /// # Errors
    ///
    /// `invalid_argument`: the definition names a kind or a field that the
    /// facts do not have or whose type is no amount, a holdout that ends
    /// before it begins, or a calibration that ends before there are days.
    ///
    /// # Cost
    ///
    /// One pass over the events in the order in which they lie; 96 bytes a
    /// customer.
    pub fn new(
        snapshot: &Snapshot<'_>,
        definition: &Definition,
        calendar: &Calendar,
    ) -> Result<Cbs, Error> {
        let source = Source::of(snapshot.columns(), definition)?;
        let scale = amount_type(snapshot.columns(), definition.purchases, definition.amount)?;
        let ends = Ends::of(&source, definition, calendar)?;
        let mut cbs = Cbs::empty(definition, scale.as_ref().map(places));
        for customer in snapshot.population().rows() {
            cbs.take(&source, &ends, customer);
        }
        Ok(cbs)
    }

    /// How many repeats of everybody there were at each time, to the end of the
    /// holdout: grains counted from the end of the calibration, so that those in
    /// it are 0 and below and those of the holdout above; ascending, without
    /// those that have none. Only customers who bought in the calibration count,
    /// so its part adds up to [`Audit::repeats`](super::Audit) and the other one
    /// to [`Audit::holdout`](super::Audit).
    ///
    /// # Errors
    ///
    /// As [`Cbs::new`].
    ///
    /// # Cost
    ///
    /// One pass over the events.
    pub fn repeats(
        snapshot: &Snapshot<'_>,
        definition: &Definition,
        calendar: &Calendar,
    ) -> Result<Vec<(i64, u64)>, Error> {
        let source = Source::of(snapshot.columns(), definition)?;
        let ends = Ends::of(&source, definition, calendar)?;
        let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
        for customer in snapshot.population().rows() {
            let mut last = None;
            source.each(customer, |at, amount| {
                let is_refund = amount.is_some_and(|amount| amount < 0);
                let is_late = at >= ends.holdout || (last.is_none() && at >= ends.calibration);
                if is_refund || is_late {
                    return;
                }
                let grain = ends.ruler.grain(at);
                if last.is_some_and(|last| last < grain) {
                    let from_end = i64::from(grain) - i64::from(ends.today);
                    // The grain that is cut by the end belongs to the calibration.
                    let least = if at < ends.calibration { i64::MIN } else { 1 };
                    *counts.entry(from_end.max(least)).or_default() += 1;
                }
                last = Some(grain);
            });
        }
        Ok(counts.into_iter().collect())
    }

    fn take(&mut self, source: &Source<'_>, ends: &Ends, customer: usize) {
        let (mut history, mut holdout) = (History::default(), History::default());
        let audit = &mut self.audit;
        audit.customers += 1;
        source.each(customer, |at, amount| {
            let purchase = Purchase { grain: ends.ruler.grain(at), amount };
            if at < ends.calibration {
                let before = history.purchases();
                history.push(purchase);
                audit.count(purchase, history.purchases() == before);
            } else if at < ends.holdout {
                audit.in_holdout += 1;
                holdout.push(purchase);
            } else {
                audit.after += 1;
            }
        });
        let customer = customer as u32;
        let Some((first, last)) = history.span() else {
            let has_later = 0 < holdout.purchases();
            let reason = if has_later { Reason::FirstInHoldout } else { Reason::NoPurchase };
            self.excluded.push((customer, reason));
            return;
        };
        // A holdout that begins within the grain of a purchase does not make
        // two purchases of it.
        let is_cut = holdout.span().is_some_and(|(first, _)| first == last);
        let holdout_frequency = holdout.purchases() - u32::from(is_cut);
        let audit = &mut self.audit;
        audit.included += 1;
        audit.given_back_early -= history.early_refunds();
        audit.repeats += u64::from(history.frequency());
        audit.holdout += u64::from(holdout_frequency);
        self.summaries.push(Summary {
            customer,
            first,
            recency: last - first,
            age: ends.today - first,
            history,
            holdout_frequency,
            holdout_spend: holdout.spend(),
        });
    }
}

impl<'a> Source<'a> {
    pub(super) fn of(columns: &'a Columns, definition: &Definition) -> Result<Self, Error> {
        let kind = |kind: usize| columns.kinds.get(kind).ok_or_else(|| no_such("kind", kind));
        let purchases = kind(definition.purchases)?;
        let field = |events: &'a Events, field: usize| {
            events.fields.get(field).ok_or_else(|| no_such("field", field))
        };
        let amounts = definition.amount.map(|amount| field(purchases, amount)).transpose()?;
        let refunds = match definition.refunds {
            None => None,
            Some((of, amount)) => {
                let ours = amount_type(columns, definition.purchases, definition.amount)?;
                if amount_type(columns, of, Some(amount))? != ours {
                    return Err(unlike());
                }
                let refunds = kind(of)?;
                Some((refunds, field(refunds, amount)?))
            }
        };
        Ok(Source { purchases, amounts, refunds })
    }

    /// What was paid in the purchase of a row.
    pub(super) fn paid(&self, row: usize) -> Option<i64> {
        self.amounts.and_then(|amounts| number(amounts, row))
    }

    /// The purchases and refunds of a customer in order of time.
    #[inline]
    pub(super) fn each(&self, customer: usize, mut give: impl FnMut(i64, Option<i64>)) {
        let (from, until) = self.purchases.range(customer);
        let (mut back, back_until) =
            self.refunds.map_or((0, 0), |(refunds, _)| refunds.range(customer));
        for row in from..until {
            let at = self.purchases.at.micros(row);
            if let Some(refunds) = self.refunds {
                // A purchase comes before money given back at the same instant.
                while back < back_until && refunds.0.at.micros(back) < at {
                    refund(refunds, back, &mut give);
                    back += 1;
                }
            }
            give(at, self.paid(row));
        }
        if let Some(refunds) = self.refunds {
            (back..back_until).for_each(|row| refund(refunds, row, &mut give));
        }
    }
}

pub(super) fn refund(
    (events, amounts): (&Events, &Column),
    row: usize,
    give: &mut impl FnMut(i64, Option<i64>),
) {
    if let Some(amount) = number(amounts, row) {
        // Hosts write what was given back with and without a sign.
        give(events.at.micros(row), Some(-amount.saturating_abs()));
    }
}

/// The exact number in a row.
#[inline]
fn number(column: &Column, row: usize) -> Option<i64> {
    match &column.data {
        Data::Ints(numbers) if column.is_known(row) => Some(numbers.get(row)),
        _ => None,
    }
}

impl Ends {
    fn of(
        source: &Source<'_>,
        definition: &Definition,
        calendar: &Calendar,
    ) -> Result<Ends, Error> {
        let Definition { calibration_end, holdout_end, day_starts, grain, .. } = *definition;
        if !(0..MICROS_PER_DAY).contains(&day_starts) {
            return Err(no_such_start(day_starts));
        }
        let last = holdout_end.unwrap_or(calibration_end);
        if last < calibration_end {
            return Err(backwards(calibration_end, last));
        }
        let end_of = |day: Day| -> Result<i64, Error> {
            Ok(calendar.zone().instant(day.add_days(1)?, day_starts).micros())
        };
        let (calibration, holdout) = (end_of(calibration_end)?, end_of(last)?);
        let earliest = source.purchases.at.earliest().unwrap_or(calibration).min(calibration - 1);
        let from = Instant::clamped(earliest);
        let ruler = Ruler::new(grain, calendar, day_starts, from, last)?;
        let today = ruler.grain(calibration - 1);
        Ok(Ends { ruler, calibration, holdout, today })
    }
}

/// The type of the amounts.
pub(super) fn amount_type(
    columns: &Columns,
    kind: usize,
    field: Option<usize>,
) -> Result<Option<Type>, Error> {
    let Some(field) = field else { return Ok(None) };
    let kinds = &columns.schema.kinds;
    let declared = kinds.get(kind).and_then(|kind| kind.fields.get(field));
    let declared = declared.ok_or_else(|| no_such("field", field))?;
    match &declared.ty {
        ty @ (Type::Int | Type::Decimal(_) | Type::Money(_)) => Ok(Some(ty.clone())),
        _ => Err(no_amount(&declared.name)),
    }
}

pub(super) fn places(ty: &Type) -> u8 {
    match ty {
        Type::Decimal(scale) => *scale,
        Type::Money(currency) => currency.minor_digits(),
        _ => 0,
    }
}

fn no_such(what: &str, position: usize) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("the facts have no {what} at position {position}"),
        format!("事实中没有位置为 {position} 的 {what}"),
    )
    .into()
}

fn no_amount(name: &str) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("`{name}` is no amount"),
        format!("`{name}` 不是金额"),
    )
    .hint(
        "an amount is an `int`, a `decimal` or `money`",
        "金额的类型应为 `int`、`decimal` 或 `money`",
    )
    .into()
}

fn unlike() -> Error {
    Fault::new(
        Code::InvalidArgument,
        "purchases and refunds have amounts of different types, which cannot be added up",
        "购买与退款的金额类型不同，不能相加",
    )
    .hint(
        "declare both fields with one type, in one currency",
        "请将两个字段声明为同一类型、同一币种",
    )
    .into()
}

fn no_such_start(day_starts: i64) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("a day cannot begin {day_starts} microseconds after midnight"),
        format!("一天不能从零点后 {day_starts} 微秒开始"),
    )
    .hint("0 or more, and less than 24 hours", "应不小于 0 且小于 24 小时")
    .into()
}

fn backwards(calibration: Day, holdout: Day) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("the holdout ends on {holdout}, before the calibration does on {calibration}"),
        format!("检验期结束于 {holdout}，早于校准期结束的 {calibration}"),
    )
    .hint("name a later day, or none", "请指定更晚的日期，或不指定")
    .into()
}
