//! How the scores of one customer came about at the last assessment.

use super::super::axis::Contribution;
use super::super::valuation::Valuation;
use super::ground::Ground;
use super::now::{Asking, MISSING, Now};
use super::outcome::Assessments;
use crate::error::Error;
use crate::lang::World;
use crate::units::Decimal;

/// What one customer's scores rest on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grounds {
    /// For each axis what each of its observations gives.
    pub axes: Vec<Vec<Contribution>>,
    /// For each kind of favour given how many there were and what they are
    /// worth, in hundredths.
    pub given: Vec<(Option<Decimal>, i64)>,
    /// The same of favours received.
    pub received: Vec<(Option<Decimal>, i64)>,
}

impl Assessments {
    /// What a customer's scores rest on, as they were at the last assessment;
    /// `None` where there was none.
    ///
    /// # Inputs
    ///
    /// `world`: the facts that were assessed.
    ///
    /// # Errors
    ///
    /// As [`Assessor`](super::Assessor).
    ///
    /// # Cost
    ///
    /// One assessment of a customer.
    pub fn grounds(&self, world: World<'_>, customer: usize) -> Result<Option<Grounds>, Error> {
        let Some(at) = self.at(customer) else { return Ok(None) };
        let valuation: &Valuation = self.valuation();
        let ground = Ground::new(valuation, world, at)?;
        let cuts: Vec<i64> = match self.round_of(customer) {
            Some(round) => round.cuts.iter().map(|cut| cut.unwrap_or(MISSING)).collect(),
            None => Vec::new(),
        };
        let (mut ends, mut troubles) = (Vec::new(), Vec::new());
        ground.ends(customer, at, &mut ends);
        let (ground, troubles) = (&ground, &mut troubles);
        let mut asking = Asking { ground, customer, at, known: at, ends: &ends, troubles };
        let now: Now<'_> = self.known(customer, &cuts);
        let axes = valuation.axes.iter().enumerate();
        let axes = axes.map(|(position, axis)| axis.contributions(&asking.seen(position, &now)));
        let axes = axes.collect();
        let mut side = |favours: &[super::super::favour::Favour]| {
            let each = favours.iter().map(|favour| {
                let many = super::now::observed(asking.ask(&favour.from, &favour.name, &now));
                (many, favour.worth(many))
            });
            each.collect()
        };
        let favours = &valuation.favours;
        Ok(Some(Grounds { axes, given: side(&favours.given), received: side(&favours.received) }))
    }
}
