//! Who moved between tiers, from one instant to another.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::super::answers::Options;
use super::super::summary::PlaybookSummary;
use super::everyone::no_section;
use super::explain::label;
use super::past::assessments;
use super::shown::{score, tier};
use crate::error::{Code, Error, Fault, Text};
use crate::facts::Columns;
use crate::lang::World;
use crate::playbook::Playbook;
use crate::stats::chunked;
use crate::units::{Decimal, Instant};
use crate::value::{Assessments, Cause, Move, Parts, Valuation};

/// The moves between tiers after one instant, up to another.
#[derive(Debug, Clone, Serialize)]
pub struct TierMoves {
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// Moves after it count.
    pub from: Instant,
    /// Moves up to it, itself included, count.
    pub to: Instant,
    /// How many went from which tier to which, the best first; those who stayed
    /// too. Its sums are the customers there were.
    pub matrix: Vec<Migration>,
    /// What made them, for each pair of tiers, in the order of the tiers; first
    /// assessments move nobody and are not among them.
    pub causes: Vec<CausesOfMoves>,
    /// The moves, by customer and then by time.
    pub moves: Vec<CustomerMove>,
}

/// The moves from one tier to another, and what made them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CausesOfMoves {
    /// The tier before; `None`: none.
    pub from: Option<Arc<str>>,
    /// The tier after; `None`: none.
    pub to: Option<Arc<str>>,
    /// How many moves.
    pub moves: u64,
    /// What each cause did, those that lead most moves first; those that did
    /// nothing are left out. Their tiers add up to those that were moved by.
    pub causes: Vec<CauseOfMoves>,
}

/// What one cause did to the moves between two tiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseOfMoves {
    /// The cause.
    pub cause: &'static str,
    /// As shown to people.
    pub label: Text,
    /// In how many moves it did the most; of equal ones the first counts.
    pub leads: u64,
    /// By how many tiers it moved customers up, or down below zero, all
    /// together.
    pub tiers: Decimal,
}

/// Some customers, by where they were at both instants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Migration {
    /// Where they were at the first.
    pub from: Place,
    /// Where they were at the second.
    pub to: Place,
    /// How many.
    pub customers: u64,
}

/// Where a customer is among the tiers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In this one.
    Tier(Arc<str>),
    /// Assessed, and in none.
    None,
    /// There, and not assessed yet.
    NotAssessed,
    /// Not there.
    Absent,
}

/// A customer's change of tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CustomerMove {
    /// The customer's id.
    pub customer: Box<str>,
    /// The assessment at which it was.
    pub at: Instant,
    /// The tier before; `None`: none, or not assessed before.
    pub from: Option<Arc<str>>,
    /// The tier after; `None`: none.
    pub to: Option<Arc<str>>,
    /// Whether it was the first assessment of the customer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
    /// By how many tiers each cause moved the customer up, or down below zero;
    /// together exactly the move. Those that did nothing are left out, and a
    /// first assessment has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<PartOfMove>,
}

/// What one cause did to one move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartOfMove {
    /// The cause.
    pub cause: &'static str,
    /// By how many tiers.
    pub tiers: Decimal,
}

/// Who moved between tiers after `from`, up to `to`.
///
/// # Errors
///
/// [`Code::UnknownReference`]: the playbook has no section `value`;
/// [`Code::InvalidArgument`]: it ends before it begins. Facts that do not have
/// what the section reads.
///
/// # Cost
///
/// All assessments up to `to`, and for each move up to 128 of its customer.
pub fn tier_moves(
    columns: &Arc<Columns>,
    playbook: &Playbook,
    from: Instant,
    to: Instant,
    options: Options,
) -> Result<TierMoves, Error> {
    if to < from {
        return Err(Fault::new(
            Code::InvalidArgument,
            format!("it ends at {to}, before it begins at {from}"),
            format!("结束时间 {to} 早于开始时间 {from}"),
        )
        .into());
    }
    let made = assessments(columns, playbook, &[], to, options.threads);
    let made = made.ok_or_else(no_section)??;
    let valuation = made.valuation();
    let n_tiers = valuation.tiers.len();
    // Tiers in their order, then none of them, not assessed, not there.
    let rank = |tier: Option<Option<usize>>| tier.map_or(n_tiers + 1, |it| it.unwrap_or(n_tiers));
    let mut counts: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for customer in 0..columns.n_customers() {
        let moves = made.moves_of(customer);
        let place = |at: Instant| {
            if !columns.is_known(customer, at) {
                return n_tiers + 2;
            }
            let past = moves.iter().take_while(|it| it.at <= at).last();
            rank(past.map(|it| it.to))
        };
        let places = (place(from), place(to));
        if places != (n_tiers + 2, n_tiers + 2) {
            *counts.entry(places).or_default() += 1;
        }
    }
    let place = |rank: usize| match (tier(valuation, Some(rank)), rank - n_tiers.min(rank)) {
        (Some(name), _) => Place::Tier(name),
        (None, 0) => Place::None,
        (None, 1) => Place::NotAssessed,
        _ => Place::Absent,
    };
    let matrix = counts.into_iter().map(|((from, to), customers)| Migration {
        from: place(from),
        to: place(to),
        customers,
    });
    let moved: Vec<Move> =
        made.moves().iter().filter(|it| from < it.at && it.at <= to).copied().collect();
    let world = playbook.world(columns);
    let parts = parts(world, &made, &moved, options.threads)?;
    let moves = moved.iter().zip(&parts).filter_map(|(it, parts)| {
        Some(CustomerMove {
            customer: columns.customers.get(it.customer)?.clone(),
            at: it.at,
            from: tier(valuation, it.from.flatten()),
            to: tier(valuation, it.to),
            first: it.from.is_none(),
            causes: parts
                .most()
                .into_iter()
                .map(|(cause, part)| PartOfMove { cause: cause.name(), tiers: score(part) })
                .collect(),
        })
    });
    Ok(TierMoves {
        playbook: PlaybookSummary::of(playbook),
        from,
        to,
        matrix: matrix.collect(),
        causes: causes(valuation, &moved, &parts),
        moves: moves.collect(),
    })
}

/// What each cause did to each move, in the order of the moves; nothing for
/// first assessments.
fn parts(
    world: World<'_>,
    made: &Assessments,
    moves: &[Move],
    threads: usize,
) -> Result<Vec<Parts>, Error> {
    let of = |it: &Move| {
        let why = match it.from {
            Some(_) => made.why(world, it.customer, it.at)?,
            None => None,
        };
        Ok::<_, Error>(why.map(|why| why.tier).unwrap_or_default())
    };
    let some = |moves: &[Move]| moves.iter().map(of).collect::<Result<Vec<Parts>, Error>>();
    let shares: Vec<Vec<Parts>> =
        chunked(moves, threads, some).into_iter().collect::<Result<_, _>>()?;
    Ok(shares.into_iter().flatten().collect())
}

/// The moves between each two tiers together.
fn causes(valuation: &Valuation, moves: &[Move], parts: &[Parts]) -> Vec<CausesOfMoves> {
    #[derive(Default)]
    struct Sum {
        moves: u64,
        leads: [u64; 7],
        tiers: [i64; 7],
    }
    let rank = |tier: Option<usize>| tier.unwrap_or(valuation.tiers.len());
    let mut sums: BTreeMap<(usize, usize), Sum> = BTreeMap::new();
    for (it, parts) in moves.iter().zip(parts) {
        let Some(from) = it.from else { continue };
        let sum = sums.entry((rank(from), rank(it.to))).or_default();
        sum.moves += 1;
        for (total, part) in sum.tiers.iter_mut().zip(parts.parts) {
            *total += part;
        }
        let first = parts.most().first().map(|(cause, _)| *cause as usize);
        if let Some(leads) = first.and_then(|first| sum.leads.get_mut(first)) {
            *leads += 1;
        }
    }
    let told = |sum: &Sum| {
        let all = Cause::ALL.into_iter().zip(sum.leads.into_iter().zip(sum.tiers));
        let mut all: Vec<_> = all.filter(|(_, did)| *did != (0, 0)).collect();
        all.sort_by_key(|(_, (leads, tiers))| Reverse((*leads, tiers.abs())));
        let one = |(cause, (leads, tiers)): (Cause, (u64, i64))| CauseOfMoves {
            cause: cause.name(),
            label: label(cause),
            leads,
            tiers: score(tiers),
        };
        all.into_iter().map(one).collect()
    };
    sums.into_iter()
        .map(|((from, to), sum)| CausesOfMoves {
            from: tier(valuation, Some(from)),
            to: tier(valuation, Some(to)),
            moves: sum.moves,
            causes: told(&sum),
        })
        .collect()
}
