//! The same, slowly: one customer after the other, one assessment after the
//! other, all facts read anew for each. What the [`Assessor`](super::Assessor)
//! is held to.

use std::sync::Arc;

use super::super::cut::cut_point;
use super::super::figures::Figures;
use super::super::money::{Everybody, Parameters};
use super::super::tier::Standing;
use super::super::valuation::Valuation;
use super::ground::Ground;
use super::now::{Asking, MISSING, Now, Trouble, observed};
use super::outcome::Assessments;
use super::report::{Move, Round};
use crate::error::Error;
use crate::lang::World;
use crate::units::Instant;

/// What the reference says of everybody at the last assessment.
#[derive(Debug)]
pub struct Slowly {
    rounds: Vec<Round>,
    customers: Vec<Option<Last>>,
    moves: Vec<Move>,
    assessed: u64,
}

/// One customer at one assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Last {
    at: Instant,
    figures: Vec<Option<i64>>,
    favours: [i64; 3],
    axes: Vec<Option<i64>>,
    plain: Vec<Option<i64>>,
    standing: Standing,
}

/// Makes all assessments up to `until`, itself included.
///
/// # Errors
///
/// As [`Assessor`](super::Assessor).
pub fn assess_slowly(
    valuation: &Arc<Valuation>,
    world: World<'_>,
    until: Instant,
) -> Result<Slowly, Error> {
    let ground = Ground::new(valuation, world, until)?;
    let mut instants: Vec<Instant> = Vec::new();
    let mut next = ground.first();
    while let Some(at) = next.filter(|at| *at <= until) {
        instants.push(at);
        next = ground.next(at);
    }
    let mut rounds: Vec<Round> = Vec::new();
    for at in &instants {
        let round = everybody(&ground, *at, rounds.last())?;
        rounds.push(round);
    }
    let n = world.columns.n_customers();
    let mut out = Slowly { rounds, customers: vec![None; n], moves: Vec::new(), assessed: 0 };
    for customer in 0..n {
        let mut all = instants.clone();
        let mut triggers = Vec::new();
        ground.triggers(customer, i64::MIN, until.micros().saturating_add(1), &mut triggers);
        all.extend(triggers.into_iter().map(Instant::clamped));
        all.sort();
        all.dedup();
        all.retain(|at| world.columns.is_known(customer, *at));
        for at in all {
            out.assess(&ground, customer, at)?;
        }
    }
    Ok(out)
}

/// What is found over everybody, but for their tiers.
fn everybody(ground: &Ground<'_>, at: Instant, before: Option<&Round>) -> Result<Round, Error> {
    let (valuation, columns) = (ground.valuation, ground.world.columns);
    let today = ground.watch.today(at);
    let present: Vec<usize> =
        (0..columns.n_customers()).filter(|customer| columns.is_known(*customer, at)).collect();
    let known =
        |customer: &usize| ground.known(*customer, &ground.watch.history(*customer, at), today, at);
    let bought: Vec<_> = present.iter().filter_map(|it| Some((*it, known(it)?))).collect();
    let all: Everybody = bought.iter().map(|(_, known)| &known.account).collect();
    let rows: Vec<_> = bought.iter().map(|(_, known)| known.row).collect();
    let last = before.and_then(|round| round.parameters.clone());
    let usable = |it: &&Parameters| {
        it.timing.limit.is_none() && it.spend.as_ref().is_none_or(|spend| spend.limit.is_none())
    };
    let (parameters, failed) = match &valuation.model {
        None => (None, None),
        Some(model) => match model.learn(&rows, last.as_deref().filter(usable), 1) {
            Ok(Some(learnt)) => (Some(Arc::new(learnt)), None),
            Ok(None) => (last, None),
            Err(error) => (last, Some(error)),
        },
    };
    let teller = ground.teller(parameters.as_deref(), all)?;
    let mut cuts = Vec::new();
    for cut in &valuation.cuts {
        let mut values = Vec::new();
        for (customer, known) in &bought {
            let figures = teller.customer(known)?;
            let mut troubles = Vec::new();
            asking(ground, *customer, at, &mut troubles, |asking| {
                let mut now = Now::new(valuation, &figures, &[]);
                asking.scores(&mut now);
                let value = observed(asking.ask(&cut.of, &cut.name, &now));
                values.extend(value.map(|value| value.units()));
            });
        }
        cuts.push(cut_point(values, cut.wanted).and_then(|point| i64::try_from(point).ok()));
    }
    Ok(Round {
        at,
        customers: present.len() as u64,
        bought: bought.len() as u64,
        parameters,
        failed,
        everybody: all,
        cuts,
        tiers: vec![0; valuation.tiers.len()],
        outside: 0,
    })
}

fn asking<T>(
    ground: &Ground<'_>,
    customer: usize,
    at: Instant,
    troubles: &mut Vec<Trouble>,
    ask: impl FnOnce(&mut Asking<'_, '_>) -> T,
) -> T {
    let mut ends = Vec::new();
    ground.ends(customer, at, &mut ends);
    ask(&mut Asking { ground, customer, at, known: at, ends: &ends, troubles })
}

impl Slowly {
    /// One customer at one instant, after all instants before it.
    fn assess(&mut self, ground: &Ground<'_>, customer: usize, at: Instant) -> Result<(), Error> {
        let valuation = ground.valuation;
        let round = self.rounds.iter().rev().find(|round| round.at <= at);
        if round.is_none() && ground.needs_everybody() {
            return Ok(());
        }
        let pinned = match (&valuation.model, round) {
            (Some(model), None) => model.learn(&[], None, 1)?.map(Arc::new),
            _ => None,
        };
        let parameters = round.and_then(|round| round.parameters.clone()).or(pinned);
        let all = round.map(|round| round.everybody).unwrap_or_default();
        let teller = ground.teller(parameters.as_deref(), all)?;
        let history = ground.watch.history(customer, at);
        let known = ground.known(customer, &history, ground.watch.today(at), at);
        let figures = known.map(|known| teller.customer(&known)).transpose()?;
        let cuts: Vec<i64> = match round {
            Some(round) => round.cuts.iter().map(|cut| cut.unwrap_or(MISSING)).collect(),
            None => vec![MISSING; valuation.cuts.len()],
        };
        let mut now = Now::new(valuation, &figures.unwrap_or_default(), &cuts);
        let before = self.customers.get(customer).cloned().flatten();
        let present = before.as_ref().map(|before| before.standing);
        let mut troubles = Vec::new();
        let (scored, standing) = asking(ground, customer, at, &mut troubles, |asking| {
            let scored = asking.scores(&mut now);
            (scored, asking.tier(present, &now))
        });
        if present.is_none_or(|present| present.tier != standing.tier) {
            let from = present.map(|present| present.tier);
            self.moves.push(Move { customer, at, from, to: standing.tier });
        }
        let favours = [now.favours.given, now.favours.received, now.favours.balance()];
        let last = Last {
            at,
            figures: figures.unwrap_or(Figures::default()).all().to_vec(),
            favours,
            axes: scored.iter().map(|it| it.score).collect(),
            plain: scored.iter().map(|it| it.without_purchases).collect(),
            standing,
        };
        if let Some(slot) = self.customers.get_mut(customer) {
            *slot = Some(last);
        }
        self.assessed += 1;
        // Rounds tell who was in which tier right after them.
        if let Some(round) = self.rounds.iter_mut().find(|round| round.at == at) {
            match standing.tier.and_then(|tier| round.tiers.get_mut(tier)) {
                Some(count) => *count += 1,
                None => round.outside += 1,
            }
        }
        Ok(())
    }

    /// Where other assessments differ from these, in words.
    pub fn differs(&self, other: &Assessments) -> Option<String> {
        if self.rounds != other.rounds() {
            return Some(format!("{:#?}\n{:#?}", self.rounds, other.rounds()));
        }
        for (customer, last) in self.customers.iter().enumerate() {
            let valuation = other.valuation();
            let of = |name: &str| other.figure(customer, name);
            let theirs = other.at(customer).zip(other.standing(customer)).map(|(at, standing)| {
                let axes = 0..valuation.axes.len();
                Last {
                    at,
                    figures: super::super::figures::NAMES.iter().map(|name| of(name)).collect(),
                    favours: super::super::valuation::FAVOURS
                        .map(|name| of(name).unwrap_or(MISSING)),
                    axes: axes.clone().map(|axis| other.score(customer, axis)).collect(),
                    plain: axes.map(|it| other.score_without_purchases(customer, it)).collect(),
                    standing,
                }
            });
            let ours = last.clone().map(|last| {
                let [given, received, balance] = last.favours;
                Last { favours: [balance, given, received], ..last }
            });
            if ours != theirs {
                return Some(format!("customer {customer}: {ours:#?}\n{theirs:#?}"));
            }
        }
        let counts = (self.assessed, other.assessed());
        if self.moves != other.moves() || counts.0 != counts.1 {
            return Some(format!("{counts:?} {:?}\n{:?}", self.moves, other.moves()));
        }
        None
    }
}
