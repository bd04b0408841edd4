//! What is the same for all assessments: the section, the facts, the calendar.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::axis::{Fade, Point, Rule, Seen};
use super::super::cbs::{Today, Watch};
use super::super::figures::{Known, Scales, Teller};
use super::super::money::{Account, Everybody, Parameters};
use super::super::valuation::Valuation;
use crate::error::Error;
use crate::lang::{Asked, Checked, States, Value, World};
use crate::units::{Calendar, Decimal, Instant, Period};
use crate::value::cbs::{History, Step};

/// The section in its world.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub valuation: &'a Valuation,
    pub world: World<'a>,
    pub watch: Watch<'a>,
    /// The event kinds that any expression reads.
    pub kinds: Vec<usize>,
    /// After how long each point of each axis weighs half as much.
    half_lives: Vec<Vec<Option<Length>>>,
    /// How long everybody stays in each tier at least.
    stays: Vec<Option<Length>>,
}

/// A length of time, settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Period(Period),
    Micros(i64),
}

impl Length {
    /// Microseconds from so long before an instant up to it.
    fn before(self, at: Instant, calendar: &Calendar) -> Option<i64> {
        match self {
            Length::Micros(micros) => Some(micros),
            Length::Period(period) => {
                let from = calendar.subtract(at, period).ok()?;
                Some(at.micros() - from.micros())
            }
        }
    }

    /// The instant so long after another; none past the calendar.
    fn after(self, at: Instant, calendar: &Calendar) -> Option<i64> {
        match self {
            Length::Micros(micros) => at.micros().checked_add(micros),
            Length::Period(period) => calendar.add(at, period).ok().map(Instant::micros),
        }
    }
}

impl<'a> Ground<'a> {
    /// # Inputs
    ///
    /// `until`: the last instant that will be asked about.
    pub fn new(
        valuation: &'a Valuation,
        world: World<'a>,
        until: Instant,
    ) -> Result<Ground<'a>, Error> {
        let purchases = &valuation.purchases;
        let zone = world.calendar.zone();
        let definition = purchases.statistics(zone.day_of(until));
        let watch = Watch::new(world.columns, &definition, world.calendar, until)?;
        let length = |checked: &Arc<Checked>| length(checked, world);
        let half_life = |point: &Point| {
            point.fade.as_ref().map(|fade: &Fade| length(&fade.half_life)).transpose()
        };
        let half_lives = valuation.axes.iter().map(|axis| match &axis.rule {
            Rule::Points(points) => points.iter().map(half_life).collect(),
            Rule::Logistic(logistic) => Ok(vec![None; logistic.factors.len()]),
        });
        let half_lives = half_lives.collect::<Result<_, Error>>()?;
        let stays = valuation.tiers.iter().map(|tier| tier.stay.as_ref().map(length).transpose());
        let stays = stays.collect::<Result<_, Error>>()?;
        let kinds = kinds(valuation, world);
        Ok(Ground { valuation, world, watch, kinds, half_lives, stays })
    }

    /// Whether what is found over everybody is read by anything: then nobody
    /// is assessed before it was found once.
    pub fn needs_everybody(&self) -> bool {
        self.valuation.needs_everybody()
    }

    /// What is seen of a point of an axis that fades. Where nobody knows since
    /// when it holds, nobody knows how much it still weighs.
    pub fn faded(
        &self,
        observed: Option<Decimal>,
        (axis, point): (usize, usize),
        since: Option<Instant>,
        at: Instant,
    ) -> Seen {
        let fade = since.and_then(|since| {
            let half_life = (*self.half_lives.get(axis)?.get(point)?)?;
            let half_life = half_life.before(at, self.world.calendar).unwrap_or(i64::MAX);
            Some((at.micros() - since.micros(), half_life))
        });
        Seen { observed: observed.filter(|_| fade.is_some()), fade }
    }

    /// Whether somebody who came into a tier then still stays at least.
    pub fn stays(&self, tier: usize, since: Instant, at: Instant) -> bool {
        let Some(stay) = self.stays.get(tier).copied().flatten() else { return false };
        // Until past the calendar is for ever.
        stay.after(since, self.world.calendar).is_none_or(|end| at.micros() < end)
    }

    /// What figures are told from; `None` for who has not bought.
    pub fn known(
        &self,
        customer: usize,
        history: &History,
        today: Today,
        at: Instant,
    ) -> Option<Known> {
        let columns = self.world.columns;
        let cut = at.micros().saturating_add(1);
        self.known_to(history, today, |kind| {
            let Some(events) = columns.kinds.get(kind) else { return (0, 0) };
            let (from, until) = events.range(customer);
            (from, events.at.first_at_or_after(from, until, cut))
        })
    }

    /// The same from certain rows of each kind.
    pub fn known_to(
        &self,
        history: &History,
        today: Today,
        rows: impl Fn(usize) -> (usize, usize),
    ) -> Option<Known> {
        let row = self.watch.row(history, today)?;
        let columns = self.world.columns;
        let account = match &self.valuation.money {
            Some(money) => {
                money.account(columns, history, rows, today.day, self.world.calendar.zone())
            }
            None => Account { purchases: history.purchases(), ..Account::default() },
        };
        Some(Known { row, account })
    }

    /// Tells figures, from what was found over everybody.
    pub fn teller(
        &self,
        parameters: Option<&Parameters>,
        everybody: Everybody,
    ) -> Result<Teller<'a>, Error> {
        Teller::new(self.scales(), parameters, self.valuation.money.as_ref(), everybody)
    }

    pub fn scales(&self) -> Scales {
        let purchases = &self.valuation.purchases;
        let (grain, unit): (Step, Step) = (purchases.grain, purchases.unit);
        Scales { grain, unit, amount: purchases.scale().filter(|_| purchases.amount.is_some()) }
    }

    /// The first assessment of everybody: that at the first start of a stretch
    /// of the calendar at or after the first fact with a date.
    pub fn first(&self) -> Option<Instant> {
        let columns = self.world.columns;
        let born = columns.born.iter().copied().filter(|born| *born != i64::MIN);
        let events = columns.kinds.iter().filter_map(|events| events.at.earliest());
        let first = Instant::clamped(born.chain(events).min()?);
        let start = self.world.calendar.start_of(first, self.valuation.every, 0).ok()?;
        if start < first { self.next(first) } else { Some(start) }
    }

    /// The assessment of everybody that follows an instant.
    pub fn next(&self, at: Instant) -> Option<Instant> {
        let next = self.world.calendar.start_of(at, self.valuation.every, 1).ok()?;
        (at < next).then_some(next)
    }

    /// The instants after `from` and before `until` at which something happens
    /// to a customer that is assessed at once, ascending.
    pub fn triggers(&self, customer: usize, from: i64, until: i64, out: &mut Vec<i64>) {
        out.clear();
        for kind in &self.valuation.on {
            let Some(events) = self.world.columns.kinds.get(*kind) else { continue };
            let (first, end) = events.range(customer);
            let first = if from == i64::MIN {
                first
            } else {
                events.at.first_at_or_after(first, end, from.saturating_add(1))
            };
            let instants = (first..end).map(|row| events.at.micros(row));
            out.extend(instants.take_while(|at| *at < until));
        }
        out.sort_unstable();
        out.dedup();
    }

    /// The first rows of each kind that are still to come after `at`.
    pub fn ends(&self, customer: usize, at: Instant, out: &mut Vec<usize>) {
        let columns = self.world.columns;
        out.clear();
        out.extend(columns.kinds.iter().map(|events| events.range(customer).0));
        for kind in &self.kinds {
            let (Some(events), Some(end)) = (columns.kinds.get(*kind), out.get_mut(*kind)) else {
                continue;
            };
            let (from, until) = events.range(customer);
            *end = events.at.first_at_or_after(from, until, at.micros().saturating_add(1));
        }
    }
}

/// All expressions that are asked of a customer.
pub(super) fn expressions(valuation: &Valuation) -> impl Iterator<Item = &Arc<Checked>> {
    let favours = valuation.favours.given.iter().chain(&valuation.favours.received);
    let axes = valuation.axes.iter().flat_map(|axis| -> Vec<&Arc<Checked>> {
        match &axis.rule {
            Rule::Points(points) => {
                points.iter().flat_map(|it| std::iter::once(&it.from).chain(since(it))).collect()
            }
            Rule::Logistic(logistic) => logistic.factors.iter().map(|it| &it.from).collect(),
        }
    });
    let cuts = valuation.cuts.iter().map(|cut| &cut.of);
    let tiers =
        valuation.tiers.iter().flat_map(|tier| std::iter::once(&tier.when).chain(&tier.keep));
    favours.map(|favour| &favour.from).chain(axes).chain(cuts).chain(tiers)
}

fn since(point: &Point) -> Option<&Arc<Checked>> {
    point.fade.as_ref().map(|fade| &fade.since)
}

fn kinds(valuation: &Valuation, world: World<'_>) -> Vec<usize> {
    let mut kinds: BTreeSet<usize> = BTreeSet::new();
    let segments = valuation.segments.iter().filter_map(|name| world.segments.get(name));
    for checked in expressions(valuation).chain(segments) {
        kinds.extend(checked.uses.kinds.iter().copied());
    }
    kinds.into_iter().collect()
}

/// A length of time that no customer changes.
fn length(checked: &Arc<Checked>, world: World<'_>) -> Result<Length, Error> {
    Ok(match checked.evaluate(&world.nobody())? {
        Value::Period(period) => Length::Period(period),
        Value::Duration(duration) => Length::Micros(duration.nanos() / 1000),
        // The check lets no other through.
        _ => Length::Micros(i64::MAX),
    })
}

/// Values do not depend on states.
#[derive(Debug)]
pub(super) struct NoStates;

impl States for NoStates {
    fn ask(&self, _: usize, _: &str, _: Asked<'_>) -> Option<Value> {
        None
    }
}
