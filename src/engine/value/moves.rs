//! Who moved between tiers, from one instant to another.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::super::answers::Options;
use super::super::summary::PlaybookSummary;
use super::everyone::no_section;
use super::past::assessments;
use super::shown::tier;
use crate::error::{Code, Error, Fault};
use crate::facts::Columns;
use crate::playbook::Playbook;
use crate::units::Instant;

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
    /// The moves, by customer and then by time.
    pub moves: Vec<CustomerMove>,
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
/// All assessments up to `to`.
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
    let moves = made.moves().iter().filter(|it| from < it.at && it.at <= to);
    let moves = moves.filter_map(|it| {
        Some(CustomerMove {
            customer: columns.customers.get(it.customer)?.clone(),
            at: it.at,
            from: tier(valuation, it.from.flatten()),
            to: tier(valuation, it.to),
            first: it.from.is_none(),
        })
    });
    let moves = moves.collect();
    let playbook = PlaybookSummary::of(playbook);
    Ok(TierMoves { playbook, from, to, matrix: matrix.collect(), moves })
}
