//! Who earns us what so far, and who probably will: the whale curve and key
//! accounts.

use std::cmp::Reverse;
use std::sync::Arc;

use serde::Serialize;

use super::super::answers::Options;
use super::super::customer::Shown;
use super::super::summary::PlaybookSummary;
use super::everyone::{Valued, value};
use super::shown::{figure, shown, tier, type_of};
use crate::error::Error;
use crate::facts::Columns;
use crate::playbook::Playbook;
use crate::units::{Decimal, Instant};
use crate::value::whale::{Point, curve};
use crate::value::{Assessments, Interval};

/// The customers who matter most to the result, so far and in future.
#[derive(Debug, Clone, Serialize)]
pub struct KeyAccounts {
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// The instant of the answers.
    pub as_of: Instant,
    /// What customers earned us so far, added up from the best; `None` where
    /// nobody's profit is known.
    pub whale: Option<WhaleView>,
    /// Those of the highest future value, the highest first.
    pub accounts: Vec<KeyAccountView>,
}

/// The whale curve, of customers whose profit so far is known.
#[derive(Debug, Clone, Serialize)]
pub struct WhaleView {
    /// At each tenth of the customers, the best first.
    pub points: Vec<ProfitPoint>,
    /// Where it is highest: all who earn us anything.
    pub peak: ProfitPoint,
    /// The fewest customers who earn as much as all together; absent where that
    /// is nothing or less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<ProfitPoint>,
    /// Those who cost more than they earn, and what they lose us.
    pub losers: ProfitPoint,
}

/// What some customers earn together.
#[derive(Debug, Clone, Serialize)]
pub struct ProfitPoint {
    /// How many.
    pub customers: u64,
    /// What they earn us.
    pub profit: Shown,
    /// That in percent of what all do; `None` where that is nothing or less.
    pub percent: Option<Decimal>,
}

/// A customer of high future value.
#[derive(Debug, Clone, Serialize)]
pub struct KeyAccountView {
    /// The customer's id.
    pub customer: Box<str>,
    /// The tier.
    pub tier: Option<Arc<str>>,
    /// What the customer earned us so far.
    pub past_value: Option<Shown>,
    /// What is left of what comes, within the horizon.
    pub future_value: Option<Shown>,
    /// Nine cases in ten, from low to high; `None`: nobody can tell.
    pub interval: Option<[Option<Shown>; 2]>,
}

/// Points of the curve after the first.
const TENTHS: u64 = 10;

/// The most accounts that are told: each costs some hundred forecasts.
const MOST: usize = 10_000;

/// Who earns us what so far, and the `count` customers of the highest future
/// value (10,000 at most), each with how sure that is; by id where values are
/// equal.
///
/// # Errors
///
/// [`Code::UnknownReference`](crate::Code::UnknownReference): the playbook has
/// no section `value`. Facts that do not have what the section reads.
///
/// # Cost
///
/// All assessments up to `as_of`, a sort of everybody, and the distribution of
/// what may come for each account.
pub fn key_accounts(
    columns: &Arc<Columns>,
    playbook: &Playbook,
    as_of: Instant,
    count: usize,
    options: Options,
) -> Result<KeyAccounts, Error> {
    value(columns, playbook, as_of, options)?.key_accounts(playbook, count)
}

impl Valued {
    /// [`key_accounts`] of those who are valued here, by the same playbook.
    ///
    /// # Errors
    ///
    /// None where the playbook is the same.
    pub fn key_accounts(&self, playbook: &Playbook, count: usize) -> Result<KeyAccounts, Error> {
        let Valued { columns, made, present, as_of, .. } = self;
        accounts((columns, present), made, playbook, *as_of, count)
    }
}

fn accounts(
    (columns, there): (&Columns, &[usize]),
    made: &Assessments,
    playbook: &Playbook,
    as_of: Instant,
    count: usize,
) -> Result<KeyAccounts, Error> {
    let mut best: Vec<(i64, usize)> = there
        .iter()
        .filter_map(|customer| Some((made.figure(*customer, "future_value")?, *customer)))
        .collect();
    // Customers are numbered by their ids.
    best.sort_unstable_by_key(|(value, customer)| (Reverse(*value), *customer));
    best.truncate(count.min(MOST));
    let world = playbook.world(columns);
    let account = |(_, customer): (i64, usize)| {
        let valuation = made.valuation();
        let known = |name: &str| figure(valuation, name, made.figure(customer, name));
        let sure = made.key_account(world, customer)?;
        let range = |it: Interval| {
            [it.low, it.high].map(|units| figure(valuation, "future_value", Some(units)))
        };
        let standing = made.standing(customer).and_then(|standing| standing.tier);
        Ok(KeyAccountView {
            customer: columns.customers.get(customer).cloned().unwrap_or_default(),
            tier: tier(valuation, standing),
            past_value: known("past_value"),
            future_value: known("future_value"),
            interval: sure.map(|sure| range(sure.both)),
        })
    };
    Ok(KeyAccounts {
        playbook: PlaybookSummary::of(playbook),
        as_of,
        whale: whale(made, there),
        accounts: best.into_iter().map(account).collect::<Result<_, Error>>()?,
    })
}

fn whale(made: &Assessments, there: &[usize]) -> Option<WhaleView> {
    let profits = there.iter().filter_map(|customer| made.figure(*customer, "past_value"));
    let profits: Vec<i64> = profits.collect();
    let ty = type_of(made.valuation(), "past_value").filter(|_| !profits.is_empty())?;
    let whale = curve(&profits, TENTHS);
    let point = |point: Point| ProfitPoint {
        customers: point.customers,
        profit: shown(ty, point.profit),
        percent: point.share_of(&whale.all).and_then(|share| Decimal::new(share.into(), 2).ok()),
    };
    Some(WhaleView {
        points: whale.points.iter().copied().map(point).collect(),
        peak: point(whale.peak),
        whole: whale.whole.map(point),
        losers: point(whale.losers),
    })
}
