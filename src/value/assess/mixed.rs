//! An assessment of one customer in a world that is mixed of two: this of the
//! earlier one, that of the later one.

use super::super::figures::{Figures, Known, Teller};
use super::super::tier::Standing;
use super::ground::Ground;
use super::now::{Asking, MISSING, Now};
use crate::units::Instant;

/// What an assessment rests on.
pub(super) struct Mix<'g, 'a> {
    /// The instant.
    pub at: Instant,
    /// Attributes that were set later are not known.
    pub known: Instant,
    /// For every event kind the first row that is still to come.
    pub ends: Vec<usize>,
    /// Parameters and money of everybody.
    pub teller: Option<&'g Teller<'a>>,
    /// Cut points.
    pub cuts: &'g [i64],
}

/// What it comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mixed {
    pub figures: Figures,
    pub axes: Vec<Option<i64>>,
    pub standing: Standing,
}

impl<'a> Ground<'a> {
    /// What figures are told from in a mixed world.
    pub(super) fn known_in(&self, customer: usize, mix: &Mix<'_, 'a>) -> Option<Known> {
        let purchases = &self.valuation.purchases;
        let end = |kind: usize| mix.ends.get(kind).copied().unwrap_or_default();
        let refunds = purchases.refunds.map_or(0, |(kind, _)| end(kind));
        let history = self.watch.history_to(customer, (end(purchases.kind), refunds));
        self.known_to(&history, self.watch.today(mix.at), |kind| {
            let events = self.world.columns.kinds.get(kind);
            (events.map_or(0, |events| events.range(customer).0), end(kind))
        })
    }

    /// Assesses a customer who is in `present`.
    pub(super) fn mixed(
        &self,
        customer: usize,
        mix: &Mix<'_, 'a>,
        present: Option<Standing>,
    ) -> Mixed {
        let known = self.known_in(customer, mix);
        let figures = known.and_then(|known| mix.teller?.customer(&known).ok());
        self.judged(customer, mix, figures.unwrap_or_default(), present)
    }

    /// The same with figures that are given.
    pub(super) fn judged(
        &self,
        customer: usize,
        mix: &Mix<'_, 'a>,
        figures: Figures,
        present: Option<Standing>,
    ) -> Mixed {
        let (at, known, ends) = (mix.at, mix.known, &mix.ends[..]);
        // Who asks why something is so has been told what went wrong.
        let troubles = &mut Vec::new();
        let mut asking = Asking { ground: self, customer, at, known, ends, troubles };
        let mut now = Now::new(self.valuation, &figures, mix.cuts);
        asking.scores(&mut now);
        let axes = now.axes.iter().map(|axis| Some(*axis).filter(|axis| *axis != MISSING));
        let axes = axes.collect();
        Mixed { figures, axes, standing: asking.tier(present, &now) }
    }

    /// For every event kind the first row that is later than an instant.
    pub(super) fn all_ends(&self, customer: usize, at: Instant) -> Vec<usize> {
        let cut = at.micros().saturating_add(1);
        let end = |events: &crate::facts::Events| {
            let (from, until) = events.range(customer);
            events.at.first_at_or_after(from, until, cut)
        };
        self.world.columns.kinds.iter().map(end).collect()
    }
}
