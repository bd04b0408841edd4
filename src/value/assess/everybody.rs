//! The customers of a part at an assessment of everybody: by what kernels told
//! of them, and where none could, by the reference.

use std::convert::Infallible;
use std::sync::Arc;

use super::super::axis::{self, Fade, Rule};
use super::super::favour::FavourBalance;
use super::super::figures::Figures;
use super::super::tier::next_standing;
use super::bulk::{Given, Seen};
use super::now::{MISSING, observed};
use super::part::{Found, Part};
use crate::lang::kernel::Answer;
use crate::lang::{Checked, Type, Value};
use crate::units::{Day, Decimal, Instant};

impl Part {
    /// The figures of who has bought, in order; of the others nothing is known.
    pub fn figures(&mut self, figures: &[Figures]) {
        let mut figures = self.bought.iter().zip(figures).peekable();
        for row in &self.present {
            let own = figures.next_if(|(bought, _)| *bought == row);
            if let Some(slot) = self.figures.get_mut(*row as usize) {
                *slot = own.map_or([MISSING; 8], |(_, figures)| super::now::kept(figures));
            }
        }
    }

    /// Favours of everybody who is there, from what was seen of each kind:
    /// given, then received.
    pub fn favours(&mut self, found: Found<'_, '_>, seen: &[Seen], at: Instant) {
        let favours = &found.ground.valuation.favours;
        let n_given = favours.given.len();
        let kinds = || favours.given.iter().chain(&favours.received).zip(seen).enumerate();
        for row in self.present.clone() {
            let row = row as usize;
            let mut balance = FavourBalance::default();
            for (position, (favour, seen)) in kinds() {
                let many = self.observe(found, seen, (&favour.from, &favour.name), row, at);
                let side = match position < n_given {
                    true => &mut balance.given,
                    false => &mut balance.received,
                };
                *side = side.saturating_add(favour.worth(many));
            }
            if let Some(slot) = self.favours.get_mut(row) {
                *slot = balance;
            }
        }
        self.tell_few();
    }

    /// An axis of everybody who is there, from what was seen.
    pub fn axis(
        &mut self,
        found: Found<'_, '_>,
        position: usize,
        seen: &[(Seen, Option<Seen>)],
        at: Instant,
    ) {
        let ground = found.ground;
        let Some(axis) = ground.valuation.axes.get(position) else { return };
        let mut each = Vec::with_capacity(seen.len());
        for row in self.present.clone() {
            let row = row as usize;
            each.clear();
            for (place, (from, since)) in seen.iter().enumerate() {
                let Some((source, fade)) = source(&axis.rule, place) else { continue };
                let observed = self.observe(found, from, (source, &axis.name), row, at);
                each.push(match (since, fade) {
                    (Some(since), Some(fade)) => {
                        let since = self.since(found, since, (&fade.since, &axis.name), row, at);
                        ground.faded(observed, (position, place), since, at)
                    }
                    _ => axis::Seen { observed, fade: None },
                });
            }
            let scored = axis.score(&each);
            let slot = row * self.n_axes + position;
            if let (Some(score), Some(plain)) = (self.axes.get_mut(slot), self.plain.get_mut(slot))
            {
                *score = scored.score.unwrap_or(MISSING);
                *plain = scored.without_purchases.unwrap_or(MISSING);
            }
        }
        self.tell_few();
    }

    fn observe(
        &mut self,
        found: Found<'_, '_>,
        seen: &Seen,
        (checked, of): (&Checked, &Arc<str>),
        row: usize,
        at: Instant,
    ) -> Option<Decimal> {
        match seen.of(self.first + row) {
            Given::Value(value) => value,
            Given::Ask => observed(self.ask(found, (checked, of), row, at)),
        }
    }

    /// Since when something holds: kernels tell days or microseconds.
    fn since(
        &mut self,
        found: Found<'_, '_>,
        seen: &Seen,
        (checked, of): (&Checked, &Arc<str>),
        row: usize,
        at: Instant,
    ) -> Option<Instant> {
        let zone = found.ground.world.calendar.zone();
        let value = match seen.of(self.first + row) {
            Given::Value(value) => {
                let units = i64::try_from(value?.units()).ok()?;
                return Some(match checked.result() {
                    Type::Date => zone.start_of(Day::clamped(units)),
                    _ => Instant::clamped(units),
                });
            }
            Given::Ask => self.ask(found, (checked, of), row, at),
        };
        match value {
            Value::Timestamp(at) => Some(at.split().0),
            Value::Date(day) => Some(zone.start_of(day)),
            _ => None,
        }
    }

    /// Asks the reference.
    fn ask(
        &mut self,
        found: Found<'_, '_>,
        (checked, of): (&Checked, &Arc<str>),
        row: usize,
        at: Instant,
    ) -> Value {
        let now = self.now(found, row);
        self.asking(found.ground, row, at, |asking| asking.ask(checked, of, &now))
    }

    /// By what those who have bought are ranked, for a cut point.
    pub fn ranked(
        &mut self,
        found: Found<'_, '_>,
        cut: usize,
        seen: &Seen,
        at: Instant,
    ) -> Vec<i128> {
        let Some(cut) = found.ground.valuation.cuts.get(cut) else { return Vec::new() };
        let mut out = Vec::with_capacity(self.bought.len());
        for row in self.bought.clone() {
            let value = self.observe(found, seen, (&cut.of, &cut.name), row as usize, at);
            out.extend(value.map(Decimal::units));
        }
        self.tell_few();
        out
    }

    /// The tiers of everybody who is there, from who satisfies `when` and `keep`
    /// of each.
    pub fn tiers(
        &mut self,
        found: Found<'_, '_>,
        answers: &[(Answer, Option<Answer>)],
        at: Instant,
    ) {
        let tiers = &found.ground.valuation.tiers;
        for row in self.present.clone() {
            let row = row as usize;
            let first = tiers.iter().zip(answers).position(|(tier, (when, _))| {
                self.is_member(found, when, (&tier.when, &tier.name), row, at)
            });
            let held = next_standing(self.standing(row), first, at, |present| {
                let Some(position) = present.tier else { return Ok::<_, Infallible>(false) };
                let keeps = tiers.get(position).zip(answers.get(position));
                let keeps = keeps.and_then(|(tier, (_, answer))| {
                    Some((tier.keep.as_ref()?, answer.as_ref()?, &tier.name))
                });
                let keeps = keeps.is_some_and(|(keep, answer, name)| {
                    self.is_member(found, answer, (keep, name), row, at)
                });
                Ok(keeps || found.ground.stays(position, present.since, at))
            });
            let standing = match held {
                Ok(standing) => standing,
                Err(never) => match never {},
            };
            self.keep_tier(found, row, at, standing);
        }
        self.tell_few();
    }

    fn is_member(
        &mut self,
        found: Found<'_, '_>,
        answer: &Answer,
        asked: (&Checked, &Arc<str>),
        row: usize,
        at: Instant,
    ) -> bool {
        let customer = self.first + row;
        if answer.errors.has(customer) {
            // What the error is, the reference tells.
            return matches!(self.ask(found, asked, row, at), Value::Bool(true));
        }
        answer.members.has(customer)
    }
}

/// What is observed at a place of a rule, and how that fades.
fn source(rule: &Rule, place: usize) -> Option<(&Arc<Checked>, Option<&Fade>)> {
    match rule {
        Rule::Points(points) => {
            let point = points.get(place)?;
            Some((&point.from, point.fade.as_ref()))
        }
        Rule::Logistic(logistic) => Some((&logistic.factors.get(place)?.from, None)),
    }
}
