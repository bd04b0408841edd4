//! Everything the report tells, asked once.

use std::sync::Arc;

use guanxi::engine::kpi::{
    CardNodeView, KpiAsked, KpiPeriods, KpiReport, KpiWhy, ScorecardView, kpis, scorecard, why,
};
use guanxi::engine::{MachineFlow, ModelFit, Options, Review, TierMoves, model_fit, tier_moves};
use guanxi::error::Language;
use guanxi::facts::{Columns, Type};
use guanxi::kpi::Kind;
use guanxi::units::{Instant, Period, PeriodUnit};
use guanxi::{Error, Playbook};

/// Periods of a trend: a year and the same period of the year before.
const PERIODS: u32 = 13;

/// The most groups that a change is shown by.
const GROUPS: usize = 24;

/// What the report tells.
pub struct Told<'a> {
    pub playbook: &'a Playbook,
    pub language: Language,
    pub as_of: Instant,
    pub review: &'a Review,
    pub flows: &'a [MachineFlow],
    pub kpis: KpiReport,
    pub cards: Vec<ScorecardView>,
    /// The change of the KPI that moved a scorecard most, or of the first one.
    pub why: Option<KpiWhy>,
    /// Who moved between tiers within a year.
    pub moves: Option<TierMoves>,
    /// The model of value beside what customers did.
    pub fit: Option<ModelFit>,
}

/// Asks everything.
pub fn gather<'a>(
    (playbook, columns): (&'a Playbook, &Arc<Columns>),
    (review, flows): (&'a Review, &'a [MachineFlow]),
    (as_of, options): (Instant, Options),
    language: Language,
) -> Result<Told<'a>, Error> {
    let periods = KpiPeriods { count: Some(PERIODS), ..KpiPeriods::default() };
    let asked = KpiAsked { periods, ..KpiAsked::default() };
    let kpis = kpis(columns, playbook, &asked, as_of, options)?;
    let card = |name: &str| scorecard(columns, playbook, (name, None), as_of, options);
    let names = playbook.scorecards().iter().map(|it| &*it.name);
    let cards: Vec<ScorecardView> = names.map(card).collect::<Result<_, _>>()?;
    let why = change(playbook, columns, (&kpis, &cards), (as_of, options))?;
    let (moves, fit) = match review.value {
        Some(_) => (
            moves(playbook, columns, as_of, options)?,
            model_fit(columns, playbook, as_of, options)?,
        ),
        // Why nobody can be assessed is a note of the review.
        None => (None, None),
    };
    Ok(Told { playbook, language, as_of, review, flows, kpis, cards, why, moves, fit })
}

/// Who moved between tiers within a year, where there are tiers.
fn moves(
    playbook: &Playbook,
    columns: &Arc<Columns>,
    as_of: Instant,
    options: Options,
) -> Result<Option<TierMoves>, Error> {
    if playbook.value().is_none_or(|value| value.tiers.is_empty()) {
        return Ok(None);
    }
    let year = Period::new(1, PeriodUnit::Years)?;
    let from = playbook.calendar().subtract(as_of, year)?;
    tier_moves(columns, playbook, from, as_of, options).map(Some)
}

/// Why the KPI that matters most changed, by what few groups there are.
fn change(
    playbook: &Playbook,
    columns: &Columns,
    (kpis, cards): (&KpiReport, &[ScorecardView]),
    (as_of, options): (Instant, Options),
) -> Result<Option<KpiWhy>, Error> {
    let comes_apart = |name: &str| {
        let kind = playbook.kpi(name).map(|kpi| kpi.formula.kind());
        kind.is_ok_and(|kind| !matches!(kind, Kind::Quantile | Kind::Duration))
    };
    let mut moved = Vec::new();
    cards.iter().for_each(|card| leaves(&card.root, &mut moved));
    let moved = moved.iter().filter(|(name, _)| comes_apart(name));
    let most = moved.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(name, _)| *name);
    let first = || kpis.kpis.iter().map(|table| &*table.kpi).find(|name| comes_apart(name));
    let Some(name) = most.or_else(first) else { return Ok(None) };
    let table = kpis.kpis.iter().find(|table| &*table.kpi == name);
    let Some([.., before, after]) = table.map(|table| table.periods.as_slice()) else {
        return Ok(None);
    };
    if before.whole.exact.is_none() || after.whole.exact.is_none() {
        return Ok(None);
    }
    let groupings = groupings(playbook);
    let by: Vec<&str> = groupings.iter().map(String::as_str).collect();
    if by.is_empty() {
        return Ok(None);
    }
    let wanted = (name, before.period.as_str(), after.period.as_str());
    let mut told = why(columns, playbook, wanted, &by, (as_of, options))?;
    told.by.retain(|it| (2..=GROUPS).contains(&it.parts.len()));
    Ok((!told.by.is_empty()).then_some(told))
}

/// The KPIs of a card, with how far each moved its score.
fn leaves<'c>(node: &'c CardNodeView, out: &mut Vec<(&'c str, f64)>) {
    if let (Some(kpi), Some(effects)) = (&node.kpi, &node.effects) {
        out.push((kpi, (effects.value.to_f64() * node.weight.to_f64()).abs()));
    }
    node.children.iter().for_each(|child| leaves(child, out));
}

/// What customers are grouped by: tiers, states, labels. Nothing personal.
fn groupings(playbook: &Playbook) -> Vec<String> {
    let tiers = playbook.value().filter(|value| !value.tiers.is_empty()).map(|_| "tier('value')");
    let machines = playbook.machines().iter().filter(|machine| machine.key.is_none());
    let states = machines.map(|machine| format!("state('{}')", machine.name));
    let attributes = &playbook.schema().attributes;
    let labels = attributes
        .iter()
        .filter(|it| !it.personal && matches!(it.ty, Type::Enum(_) | Type::Text(_)));
    let labels = labels.map(|it| it.name.to_string());
    tiers.map(str::to_owned).into_iter().chain(states).chain(labels).collect()
}
