//! Why a customer is in its tier, how sure that is, and what would change it.

use std::sync::Arc;

use serde::Serialize;

use super::super::answers::Options;
use super::super::customer::{Shown, unknown};
use super::super::summary::PlaybookSummary;
use super::customer::{CustomerValue, customer_value};
use super::everyone::no_section;
use super::past::assessments;
use super::shown::{figure, score, tier};
use crate::error::{Error, Text, counted};
use crate::facts::Columns;
use crate::lang::World;
use crate::playbook::Playbook;
use crate::units::{Day, Decimal, Instant};
use crate::value::{Assessments, Cause, Coming, Parts, Valuation, Why};

/// A customer's tier, explained.
#[derive(Debug, Clone, Serialize)]
pub struct TierExplained {
    /// The customer's id.
    pub customer: Box<str>,
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// The instant of the answers.
    pub as_of: Instant,
    /// What the customer is worth, and what that rests on.
    pub value: CustomerValue,
    /// The latest changes of tier, newest first, up to ten, each with what made
    /// it.
    pub moves: Vec<MoveExplained>,
    /// How sure future value and tier are, where future value is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chances: Option<ChancesView>,
    /// What would keep the tier, and what would reach the next better one, at the
    /// next assessment of everybody.
    pub ways: Vec<WayToTier>,
}

/// A change of tier and what made it.
#[derive(Debug, Clone, Serialize)]
pub struct MoveExplained {
    /// The assessment at which it was.
    pub at: Instant,
    /// The assessment before, with which it is compared.
    pub before: Instant,
    /// The tier before; `None`: none.
    pub from: Option<Arc<str>>,
    /// The tier after; `None`: none.
    pub to: Option<Arc<str>>,
    /// In one sentence.
    pub sentence: Text,
    /// What each cause did; those that did nothing are left out.
    pub causes: Vec<CauseOfMove>,
}

/// What one cause did to a move. The parts of all causes add up to each change
/// exactly.
#[derive(Debug, Clone, Serialize)]
pub struct CauseOfMove {
    /// The cause.
    pub cause: &'static str,
    /// As shown to people.
    pub label: Text,
    /// New events that belong to it.
    pub events: u64,
    /// By how many tiers it moved the customer up, or down below zero.
    pub tiers: Decimal,
    /// What it did to each axis that it changed.
    pub axes: Vec<AxisChange>,
    /// What it did to future value, where that is known at both ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub future_value: Option<Shown>,
}

/// A change of a score.
#[derive(Debug, Clone, Serialize)]
pub struct AxisChange {
    /// The axis.
    pub axis: Arc<str>,
    /// By how much.
    pub by: Decimal,
}

/// How sure a tier is.
#[derive(Debug, Clone, Serialize)]
pub struct ChancesView {
    /// The chance of each tier, the best first, and of none where there is one,
    /// in percent: together 100 exactly.
    pub tiers: Vec<TierChance>,
    /// What is expected.
    pub future_value: Option<Shown>,
    /// Nine cases in ten, by chance alone.
    pub process: [Option<Shown>; 2],
    /// What might be expected if the parameters were known better; absent where
    /// nobody knows how well they are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<[Option<Shown>; 2]>,
    /// Nine cases in ten, by both.
    pub both: [Option<Shown>; 2],
}

/// The chance of a tier.
#[derive(Debug, Clone, Serialize)]
pub struct TierChance {
    /// The tier; `None`: none of them.
    pub tier: Option<Arc<str>>,
    /// In percent.
    pub percent: Decimal,
}

/// What would keep or reach a tier.
#[derive(Debug, Clone, Serialize)]
pub struct WayToTier {
    /// The tier.
    pub tier: Arc<str>,
    /// The assessment that decides.
    pub at: Instant,
    /// The tier then if nothing more happens; `None`: none.
    pub without: Option<Arc<str>>,
    /// The smallest order that does, placed at once; `None`: none is needed, or
    /// no single order does, or amounts are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Shown>,
    /// The last day on which an order of that amount still does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<Day>,
    /// The tier that this order leads to, which may be a better one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reaches: Option<Arc<str>>,
    /// In one sentence.
    pub sentence: Text,
}

/// Changes of tier that are told.
const MOVES: usize = 10;

/// Why a customer is in its tier at `as_of`, how sure that is, and what would
/// change it.
///
/// # Errors
///
/// [`Code::UnknownReference`](crate::Code::UnknownReference): the playbook has
/// no section `value`; [`Code::UnknownCustomer`](crate::Code::UnknownCustomer).
/// Facts that do not have what the section reads.
///
/// # Cost
///
/// All assessments up to `as_of`, and some hundreds of this customer.
pub fn explain_tier(
    columns: &Arc<Columns>,
    playbook: &Playbook,
    as_of: Instant,
    id: &str,
    options: Options,
) -> Result<TierExplained, Error> {
    let made = assessments(columns, playbook, &[], as_of, options.threads);
    let made = made.ok_or_else(no_section)??;
    let number = columns.customer_at(id, as_of).filter(|number| columns.is_known(*number, as_of));
    let number = number.ok_or_else(|| unknown(columns, id, as_of))?;
    let world = playbook.world(columns);
    Ok(TierExplained {
        customer: columns.customers.get(number).cloned().unwrap_or_default(),
        playbook: PlaybookSummary::of(playbook),
        as_of,
        value: customer_value(world, &made, number),
        moves: moves(world, &made, number)?,
        chances: chances(world, &made, number)?,
        ways: ways(world, &made, number, as_of)?,
    })
}

fn moves(
    world: World<'_>,
    made: &Assessments,
    customer: usize,
) -> Result<Vec<MoveExplained>, Error> {
    let mut out = Vec::new();
    for it in made.moves_of(customer).iter().rev().take(MOVES) {
        if let Some(why) = made.why(world, customer, it.at)? {
            out.push(told(world, made.valuation(), &why));
        }
    }
    Ok(out)
}

fn told(world: World<'_>, valuation: &Valuation, why: &Why) -> MoveExplained {
    let (from, to) = (tier(valuation, why.from), tier(valuation, why.to));
    let causes = Cause::ALL.into_iter().zip(why.events);
    let part = |parts: &Parts, cause: Cause| parts.parts.get(cause as usize).copied().unwrap_or(0);
    let causes = causes.map(|(cause, events)| {
        let axes = valuation.axes.iter().zip(&why.axes).filter_map(|(axis, parts)| {
            let by = part(parts, cause);
            (by != 0).then(|| AxisChange { axis: axis.name.clone(), by: score(by) })
        });
        let known = why.future_value.from.and(why.future_value.to);
        let money = known.map(|_| part(&why.future_value, cause)).filter(|money| *money != 0);
        CauseOfMove {
            cause: cause.name(),
            label: label(cause),
            events,
            tiers: score(part(&why.tier, cause)),
            axes: axes.collect(),
            future_value: figure(valuation, "future_value", money),
        }
    });
    let did = |cause: &CauseOfMove| {
        cause.tiers.units() != 0 || !cause.axes.is_empty() || cause.future_value.is_some()
    };
    let day = world.calendar.zone().day_of(why.at);
    MoveExplained {
        at: why.at,
        before: why.before,
        sentence: sentence(valuation, why, day),
        from,
        to,
        causes: causes.filter(did).collect(),
    }
}

/// As shown to people.
pub(super) fn label(cause: Cause) -> Text {
    let (en, zh) = match cause {
        Cause::Time => ("time passing", "时间推移"),
        Cause::Purchases => ("purchases", "购买"),
        Cause::Refunds => ("refunds", "退款"),
        Cause::Service => ("service", "服务活动"),
        Cause::Facts => ("other facts", "其他事实"),
        Cause::Parameters => ("models and means over everybody", "模型参数与总体均值"),
        Cause::Cuts => ("cut points", "分界点"),
    };
    Text::new(en, zh)
}

/// What people call a tier.
fn called(valuation: &Valuation, position: Option<usize>) -> Text {
    match position.and_then(|position| valuation.tiers.get(position)) {
        Some(tier) => tier.text.or_name(&tier.name),
        None => Text::new("no tier", "无等级"),
    }
}

/// `B -> A on 2026-02-01: purchases (2 events) +0.70, time passing +0.30.`
fn sentence(valuation: &Valuation, why: &Why, day: Day) -> Text {
    let (from, to) = (called(valuation, why.from), called(valuation, why.to));
    let (mut en, mut zh) = (Vec::new(), Vec::new());
    for (cause, part) in why.tier.most() {
        let (name, by) = (label(cause), score(part));
        let sign = if part > 0 { "+" } else { "" };
        let events = why.events.get(cause as usize).copied().unwrap_or(0);
        let (new, new_zh) = match events {
            0 => (String::new(), String::new()),
            events => (format!(" ({})", counted(events, "event")), format!("（{events} 次）")),
        };
        en.push(format!("{}{new} {sign}{by}", name.en));
        zh.push(format!("{}{new_zh} {sign}{by}", name.zh));
    }
    Text::new(
        format!("{} → {} on {day}, in tiers: {}.", from.en, to.en, en.join(", ")),
        format!("{day} 由“{}”变为“{}”，以等级数计：{}。", from.zh, to.zh, zh.join("，")),
    )
}

fn chances(
    world: World<'_>,
    made: &Assessments,
    customer: usize,
) -> Result<Option<ChancesView>, Error> {
    let valuation = made.valuation();
    let Some(found) = made.tier_chances(world, customer)? else { return Ok(None) };
    let money = |units: i64| figure(valuation, "future_value", Some(units));
    let range = |it: crate::value::Interval| [money(it.low), money(it.high)];
    let tiers = found.tiers.iter().enumerate().map(|(position, chance)| TierChance {
        tier: tier(valuation, Some(position)),
        percent: score(*chance),
    });
    let outside =
        (found.outside > 0).then(|| TierChance { tier: None, percent: score(found.outside) });
    Ok(Some(ChancesView {
        tiers: if valuation.tiers.is_empty() { Vec::new() } else { tiers.chain(outside).collect() },
        future_value: money(found.future_value.future_value),
        process: range(found.future_value.process),
        parameters: found.future_value.parameters.map(range),
        both: range(found.future_value.both),
    }))
}

/// The tier that the customer is in, and the one above it.
fn ways(
    world: World<'_>,
    made: &Assessments,
    customer: usize,
    as_of: Instant,
) -> Result<Vec<WayToTier>, Error> {
    let valuation = made.valuation();
    let Some(standing) = made.standing(customer) else { return Ok(Vec::new()) };
    let last = valuation.tiers.len().checked_sub(1);
    let above = match standing.tier {
        Some(position) => position.checked_sub(1),
        None => last,
    };
    let mut out = Vec::new();
    for wanted in above.into_iter().chain(standing.tier) {
        if let Some(coming) = made.order_for(world, customer, as_of, wanted)? {
            out.extend(way(world, valuation, &coming, standing.tier));
        }
    }
    Ok(out)
}

fn way(
    world: World<'_>,
    valuation: &Valuation,
    coming: &Coming,
    present: Option<usize>,
) -> Option<WayToTier> {
    let wanted = Some(coming.wanted);
    let amount = coming.order.and_then(|order| order.amount);
    let amount = amount.and_then(|amount| {
        let ty = valuation.purchases.money.as_ref()?;
        Some(super::shown::shown(ty, amount.into()))
    });
    let name = called(valuation, wanted);
    let day = world.calendar.zone().day_of(coming.at);
    let keeps = present == wanted;
    let sentence = match (&coming.order, &amount) {
        (None, _) if coming.without.is_some_and(|tier| tier <= coming.wanted) => Text::new(
            format!("{} on {day} without any further order.", name.en),
            format!("即使不再下单，{day} 仍为“{}”。", name.zh),
        ),
        (None, _) => Text::new(
            format!("No single order leads to {} on {day}.", name.en),
            format!("任何单笔订单都不能使其在 {day} 成为“{}”。", name.zh),
        ),
        (Some(order), amount) => {
            let latest = order.latest;
            let (of, of_zh) = match amount {
                Some(amount) => (format!(" of {amount}"), format!("不少于 {amount} 的")),
                None => (String::new(), String::new()),
            };
            // An order may lead past the tier that is asked about.
            let (keeps, name) = match order.tier == coming.wanted {
                true => (keeps, name),
                false => (false, called(valuation, Some(order.tier))),
            };
            let (does, does_zh) = if keeps { ("keeps", "保住") } else { ("reaches", "达到") };
            Text::new(
                format!("One order{of} by {latest} {does} {} on {day}.", name.en),
                format!("{latest} 及之前下一笔{of_zh}订单，可在 {day} {does_zh}“{}”。", name.zh),
            )
        }
    };
    Some(WayToTier {
        tier: tier(valuation, wanted)?,
        at: coming.at,
        without: tier(valuation, coming.without),
        amount,
        latest: coming.order.map(|order| order.latest),
        reaches: coming.order.and_then(|order| tier(valuation, Some(order.tier))),
        sentence,
    })
}
