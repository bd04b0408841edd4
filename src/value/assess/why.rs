//! What made the scores and the tier of a customer change from one assessment
//! to the next.
//!
//! An assessment is a function of an instant, of the rows of each event kind
//! that had come, of attributes, of parameters and of cut points. So a world in
//! which only some of these have changed is just as well assessed, and what each
//! change did comes out by [`shapley`].

use std::cmp::Reverse;

use super::super::decompose::shapley;
use super::super::figures::Teller;
use super::super::tier::Standing;
use super::super::valuation::Valuation;
use super::ground::Ground;
use super::mixed::{Mix, Mixed};
use super::now::MISSING;
use super::outcome::Assessments;
use super::report::Round;
use crate::error::Error;
use crate::facts::History;
use crate::lang::World;
use crate::units::Instant;

/// What may make a score change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Time passed.
    Time,
    /// Something was bought.
    Purchases,
    /// Money was given back.
    Refunds,
    /// Something was done for the customer that costs money.
    Service,
    /// Anything else happened, or an attribute or a consent changed.
    Facts,
    /// Parameters of models and the money of everybody were found anew.
    Parameters,
    /// Cut points were.
    Cuts,
}

impl Cause {
    /// All of them, in their order.
    pub const ALL: [Cause; 7] = [
        Cause::Time,
        Cause::Purchases,
        Cause::Refunds,
        Cause::Service,
        Cause::Facts,
        Cause::Parameters,
        Cause::Cuts,
    ];

    /// The word that names it.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Time => "time",
            Cause::Purchases => "purchases",
            Cause::Refunds => "refunds",
            Cause::Service => "service",
            Cause::Facts => "facts",
            Cause::Parameters => "parameters",
            Cause::Cuts => "cuts",
        }
    }

    /// That of an event kind: what is a purchase or a refund is that, whatever
    /// it costs.
    fn of_kind(valuation: &Valuation, kind: usize) -> Cause {
        let purchases = &valuation.purchases;
        let mut activities = valuation.money.iter().flat_map(|money| &money.activities);
        if kind == purchases.kind {
            Cause::Purchases
        } else if purchases.refunds.is_some_and(|(refunds, _)| refunds == kind) {
            Cause::Refunds
        } else if activities.any(|activity| activity.kind == kind) {
            Cause::Service
        } else {
            Cause::Facts
        }
    }
}

/// A change that comes apart into its causes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// What it was; `None`: not known, which counts as nothing.
    pub from: Option<i64>,
    /// What it is now.
    pub to: Option<i64>,
    /// What each of [`Cause::ALL`] did: together exactly the change.
    pub parts: [i64; 7],
}

/// Why a customer was assessed otherwise than the time before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The assessment before.
    pub before: Instant,
    /// The assessment that is explained.
    pub at: Instant,
    /// The tier before, by its position.
    pub from: Option<usize>,
    /// The tier after.
    pub to: Option<usize>,
    /// How many events of each of [`Cause::ALL`] are new.
    pub events: [u64; 7],
    /// The rank among the tiers, in hundredths: none is 0, the last tier 100,
    /// the one before it 200.
    pub tier: Parts,
    /// The scores, in hundredths, in the order of the axes.
    pub axes: Vec<Parts>,
    /// What is left of what comes, in units of the amount's smallest.
    pub future_value: Parts,
}

impl Assessments {
    /// Why a customer was assessed at `at` as it was, against the assessment
    /// before.
    ///
    /// # Inputs
    ///
    /// `world`: the facts that were assessed. `at`: the instant of an assessment
    /// of this customer, such as that of a [`Move`](super::Move).
    ///
    /// # Output
    ///
    /// `None`: there was no assessment just then, or none before it.
    ///
    /// # Errors
    ///
    /// As [`Assessor`](super::Assessor).
    ///
    /// # Cost
    ///
    /// Two to the power of the causes that did change assessments of one
    /// customer, 128 at most.
    pub fn why(
        &self,
        world: World<'_>,
        customer: usize,
        at: Instant,
    ) -> Result<Option<Why>, Error> {
        let ground = Ground::new(self.valuation(), world, at)?;
        let instants = self.instants(&ground, customer, at);
        let [.., before, last] = instants[..] else { return Ok(None) };
        if last != at {
            return Ok(None);
        }
        let sides = [self.side(&ground, customer, before)?, self.side(&ground, customer, at)?];
        let present = self.standing_at(customer, before);
        Ok(Some(explained(&ground, customer, &sides, present)))
    }

    /// The instants of a customer's assessments up to `at`, itself included.
    fn instants(&self, ground: &Ground<'_>, customer: usize, at: Instant) -> Vec<Instant> {
        let rounds = self.rounds().iter().map(|round| round.at).take_while(|round| *round <= at);
        let first = self.rounds().first().map(|round| round.at);
        let mut triggers = Vec::new();
        ground.triggers(customer, i64::MIN, at.micros().saturating_add(1), &mut triggers);
        // Before anything was found over everybody nobody is assessed by it.
        let is_assessed =
            |at: &Instant| !ground.needs_everybody() || first.is_some_and(|first| first <= *at);
        let triggers = triggers.into_iter().map(Instant::clamped).filter(is_assessed);
        let mut all: Vec<Instant> = rounds.chain(triggers).collect();
        all.sort();
        all.dedup();
        all.retain(|at| ground.world.columns.is_known(customer, *at));
        all
    }

    /// The tier that an assessment left a customer in.
    fn standing_at(&self, customer: usize, at: Instant) -> Option<Standing> {
        let last = self.moves_of(customer).iter().take_while(|it| it.at <= at).last()?;
        Some(Standing { tier: last.to, since: last.at })
    }

    /// What an assessment rested on.
    fn side<'a>(
        &self,
        ground: &Ground<'a>,
        customer: usize,
        at: Instant,
    ) -> Result<Side<'a>, Error> {
        let place = self.rounds().partition_point(|round| round.at <= at).checked_sub(1);
        let round = place.and_then(|place| self.rounds().get(place));
        Ok(Side {
            at,
            ends: ground.all_ends(customer, at),
            round: place,
            teller: ground.teller_of(round)?,
            cuts: cuts_of(round, self.valuation()),
        })
    }
}

impl<'a> Ground<'a> {
    /// Tells figures by what was found over everybody, or is decided.
    pub(super) fn teller_of(&self, round: Option<&Round>) -> Result<Option<Teller<'a>>, Error> {
        if let Some(round) = round {
            return self.teller(round.parameters.as_deref(), round.everybody).map(Some);
        }
        if self.needs_everybody() {
            return Ok(None);
        }
        let pinned = match &self.valuation.model {
            Some(model) => model.learn(&[], None, 1)?,
            None => None,
        };
        self.teller(pinned.as_ref(), Default::default()).map(Some)
    }
}

/// Cut points as they are kept.
pub(super) fn cuts_of(round: Option<&Round>, valuation: &Valuation) -> Vec<i64> {
    match round {
        Some(round) => round.cuts.iter().map(|cut| cut.unwrap_or(MISSING)).collect(),
        None => vec![MISSING; valuation.cuts.len()],
    }
}

/// What an assessment rested on.
struct Side<'a> {
    at: Instant,
    ends: Vec<usize>,
    round: Option<usize>,
    teller: Option<Teller<'a>>,
    cuts: Vec<i64>,
}

fn explained(
    ground: &Ground<'_>,
    customer: usize,
    sides: &[Side<'_>; 2],
    present: Option<Standing>,
) -> Why {
    let [early, late] = sides;
    let causes: Vec<Cause> = (0..ground.world.columns.kinds.len())
        .map(|kind| Cause::of_kind(ground.valuation, kind))
        .collect();
    let mut events = [0_u64; 7];
    for (cause, (from, until)) in causes.iter().zip(early.ends.iter().zip(&late.ends)) {
        if let Some(count) = events.get_mut(*cause as usize) {
            *count += until.saturating_sub(*from) as u64;
        }
    }
    let changed = |cause: &Cause| match cause {
        Cause::Time => true,
        Cause::Parameters => early.round != late.round,
        Cause::Cuts => early.cuts != late.cuts,
        cause => {
            let is_new = events.get(*cause as usize).is_some_and(|count| 0 < *count);
            is_new || (*cause == Cause::Facts && told_anew(ground, customer, early.at, late.at))
        }
    };
    let active: Vec<Cause> = Cause::ALL.into_iter().filter(changed).collect();
    let world = |world: u32| {
        let side = |cause: Cause| {
            let bit = active.iter().position(|active| *active == cause);
            if bit.is_some_and(|bit| world >> bit & 1 == 1) { late } else { early }
        };
        let ends = causes.iter().enumerate();
        let ends = ends.map(|(kind, cause)| side(*cause).ends.get(kind).copied().unwrap_or(0));
        let mix = Mix {
            at: side(Cause::Time).at,
            known: side(Cause::Facts).at,
            ends: ends.collect(),
            teller: side(Cause::Parameters).teller.as_ref(),
            cuts: &side(Cause::Cuts).cuts,
        };
        ground.mixed(customer, &mix, present)
    };
    let worlds: Vec<Mixed> = (0..1_u32 << active.len()).map(world).collect();
    let tiers = ground.valuation.tiers.len();
    let parts = |of: &dyn Fn(&Mixed) -> Option<i64>| parts(&worlds, &active, of);
    let tier = |mixed: &Mixed| Some(rank(tiers, mixed.standing.tier));
    let axes = (0..ground.valuation.axes.len())
        .map(|axis| parts(&|mixed| mixed.axes.get(axis).copied().flatten()));
    let end = |mixed: Option<&Mixed>| mixed.and_then(|mixed| mixed.standing.tier);
    Why {
        before: early.at,
        at: late.at,
        from: end(worlds.first()),
        to: end(worlds.last()),
        events,
        tier: parts(&tier),
        axes: axes.collect(),
        future_value: parts(&|mixed| mixed.figures.future_value),
    }
}

/// Hundredths of a tier above none of them.
fn rank(tiers: usize, tier: Option<usize>) -> i64 {
    tier.map_or(0, |tier| 100 * tiers.saturating_sub(tier) as i64)
}

fn parts(worlds: &[Mixed], active: &[Cause], of: &dyn Fn(&Mixed) -> Option<i64>) -> Parts {
    let known = |world: u32| worlds.get(world as usize).and_then(of);
    let given =
        shapley(active.len(), |world| Ok::<_, std::convert::Infallible>(known(world).unwrap_or(0)));
    let given = match given {
        Ok(given) => given,
        Err(never) => match never {},
    };
    let mut out = Parts { from: known(0), to: worlds.last().and_then(of), parts: [0; 7] };
    for (cause, part) in active.iter().zip(given) {
        if let Some(slot) = out.parts.get_mut(*cause as usize) {
            *slot = part;
        }
    }
    out
}

impl Parts {
    /// The causes that did something, those that did most first.
    pub fn most(&self) -> Vec<(Cause, i64)> {
        let given = Cause::ALL.into_iter().zip(self.parts);
        let mut out: Vec<(Cause, i64)> = given.filter(|(_, part)| *part != 0).collect();
        out.sort_by_key(|(_, part)| Reverse(part.unsigned_abs()));
        out
    }
}

/// Whether an attribute or a consent of a customer changed after one instant, up
/// to another.
fn told_anew(ground: &Ground<'_>, customer: usize, from: Instant, to: Instant) -> bool {
    let columns = ground.world.columns;
    let mut all = columns.attributes.iter().chain(&columns.consents);
    all.any(|history: &History| history.held(customer, from).1 != history.held(customer, to).1)
}
