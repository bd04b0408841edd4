//! A scorecard (考核表) of a period: what was asked, what was achieved, the score,
//! and why it is another than the period before.
//!
//! ```text
//! KPIs over the periods that targets rest on ──goal──> curve ──> scores ──> tree
//! the same one period earlier ───────────────────────────────────┘   what changed
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use super::asked::{KpiAsked, KpiPeriods, kpis, last_over};
use super::card_view::{CardNodeView, ScorecardView};
use super::table::{KpiCell, KpiTable};
use crate::SEMANTICS;
use crate::engine::Options;
use crate::engine::summary::PlaybookSummary;
use crate::error::{Code, Error, Fault};
use crate::facts::Columns;
use crate::kpi::{
    Aim, Body, Card, CardBody, CardNode, Goal, Judged, Kind, Kpi, Leaf, NoGoal, Node, NodeReport,
    Past, ScoreChange, ScoreCurve, Season, scorecard as scored, scorecard_change,
};
use crate::playbook::Playbook;
use crate::units::{Decimal, Instant, Span, Unit};

/// Periods of its own past that a target may rest on.
const HISTORY: usize = 12;

/// Whole years that tell how a year usually comes about, at most.
const YEARS: usize = 5;

/// A scorecard of a playbook over these facts.
///
/// # Inputs
///
/// `period`: `2026-05`; by default the last of the card's unit that is over.
///
/// # Errors
///
/// [`Code::UnknownReference`]: no such scorecard. [`Code::MalformedValue`] for
/// what is no period; [`Code::InvalidArgument`] for one that is not over, which
/// nobody can be scored for.
///
/// # Cost
///
/// As [`kpis`] over the periods that its targets rest on: two, one year more
/// where something is to grow, up to six where a year has seasons.
pub fn scorecard(
    columns: &Columns,
    playbook: &Playbook,
    (name, period): (&str, Option<&str>),
    as_of: Instant,
    options: Options,
) -> Result<ScorecardView, Error> {
    let card = playbook.scorecard(name)?;
    let calendar = playbook.calendar();
    let span = match period {
        Some(text) => Span::parse(text, calendar)?,
        None => last_over(card.every, as_of, calendar)?,
    };
    if as_of < super::period::just_before(span.window(calendar)?.until) {
        let fault = Fault::new(
            Code::InvalidArgument,
            format!("{span} is not over, and nobody can be scored for it"),
            format!("{span} 尚未结束，不能考核"),
        );
        return Err(fault
            .hint(
                "ask for the values of its KPIs to see it so far",
                "可查询其指标的数值，查看至今的结果",
            )
            .into());
    }
    let chosen: Vec<&Kpi> =
        card.kpis().into_iter().filter_map(|at| playbook.kpis().get(at)).collect();
    let count = 2 + chosen.iter().map(|kpi| rests_on(kpi, span.unit())).max().unwrap_or(0);
    let names: Vec<&str> = chosen.iter().map(|kpi| &*kpi.name).collect();
    let last = span.to_string();
    let periods = KpiPeriods {
        to: Some(&last),
        count: Some(u32::try_from(count).unwrap_or(u32::MAX)),
        ..KpiPeriods::default()
    };
    let asked = KpiAsked { names: &names, periods, by: None };
    let report = kpis(columns, playbook, &asked, as_of, options)?;
    let tables: BTreeMap<Arc<str>, &KpiTable> =
        report.kpis.iter().map(|table| (table.kpi.clone(), table)).collect();
    let told = |at: usize, span: Span| -> Result<_, Error> {
        let mut scoring = Scoring { playbook, tables: &tables, at, span, facts: BTreeMap::new() };
        let node = scoring.root(card)?;
        Ok((node, scoring.facts))
    };
    let (now, facts) = told(count - 1, span)?;
    let (then, _) = told(count - 2, span.before(calendar)?)?;
    let root =
        view(card, &scored(&now)?, &scorecard_change(&then, &now)?, (&tables, &facts), playbook);
    Ok(ScorecardView {
        semantics: SEMANTICS,
        playbook: PlaybookSummary::of(playbook),
        as_of,
        period: last,
        before: span.before(calendar)?.to_string(),
        root,
    })
}

/// How many periods before the last two a KPI's targets rest on.
fn rests_on(kpi: &Kpi, unit: Unit) -> usize {
    let year = a_year(unit);
    let of = |aim: &Aim| match aim {
        Aim::Growth { .. } => year,
        Aim::Maintain { .. } => 1,
        Aim::OwnHistory { .. } => HISTORY,
        Aim::Seasonal { .. } => (YEARS + 1) * year,
        Aim::Fixed { .. } | Aim::Peers { .. } | Aim::Band { .. } => 0,
    };
    kpi.targets.all().iter().map(|dated| of(&dated.aim)).max().unwrap_or(0)
}

/// Periods of a year; of days those of the same weekday.
fn a_year(unit: Unit) -> usize {
    match unit {
        Unit::Day => 364,
        Unit::Week => 52,
        Unit::Month => 12,
        Unit::Quarter => 4,
        Unit::Year | Unit::FiscalYear => 1,
    }
}

/// What is known of one KPI in the period that is scored.
#[derive(Debug, Clone)]
struct Fact {
    goal: Option<Goal>,
    no_goal: Option<NoGoal>,
    judged: Option<Judged>,
}

/// The tree of one period.
struct Scoring<'a> {
    playbook: &'a Playbook,
    tables: &'a BTreeMap<Arc<str>, &'a KpiTable>,
    /// Position of the period in the tables.
    at: usize,
    span: Span,
    facts: BTreeMap<usize, Fact>,
}

impl Scoring<'_> {
    fn root(&mut self, card: &Card) -> Result<Node, Error> {
        let body = Body::Scores { combine: card.combine, children: self.nodes(&card.nodes)? };
        Ok(Node { name: card.name.to_string(), weight: Decimal::from_int(1), body })
    }

    fn nodes(&mut self, nodes: &[CardNode]) -> Result<Vec<Node>, Error> {
        nodes.iter().map(|node| self.node(node)).collect()
    }

    fn node(&mut self, node: &CardNode) -> Result<Node, Error> {
        let body = match &node.body {
            CardBody::Kpi { at, missing_is_failure } => {
                Body::Kpi(Leaf { missing_is_failure: *missing_is_failure, ..self.leaf(*at)? })
            }
            CardBody::Group { combine, nodes } => {
                Body::Scores { combine: *combine, children: self.nodes(nodes)? }
            }
        };
        Ok(Node { name: node.name.to_string(), weight: node.weight, body })
    }

    fn leaf(&mut self, position: usize) -> Result<Leaf, Error> {
        let Some(kpi) = self.playbook.kpis().get(position) else { return Ok(Leaf::default()) };
        let Some(table) = self.tables.get(&kpi.name) else { return Ok(Leaf::default()) };
        let cell = table.periods.get(self.at).map(|period| &period.whole);
        let value = cell.and_then(|cell| cell.exact);
        let ends = cell.and_then(|cell| ends(kpi, cell));
        let aim = kpi.targets.at(self.span.first()).map(|dated| dated.aim);
        let goal = aim.zip(kpi.better).map(|(aim, better)| {
            let history = self.history(table, &aim);
            aim.goal(better, &history.past()).map(rounded)
        });
        let (goal, no_goal) = match goal {
            Some(Ok(goal)) => (Some(goal), None),
            Some(Err(lacking)) => (None, Some(lacking)),
            None => (None, None),
        };
        let curve = match (&kpi.curve, goal) {
            (Some(curve), _) => Some(curve.clone()),
            (None, Some(goal)) => of_goal(kpi, goal).ok(),
            (None, None) => None,
        };
        let judged = goal.zip(value).map(|(goal, value)| goal.judge(value, ends));
        self.facts.insert(position, Fact { goal, no_goal, judged });
        Ok(Leaf { value, ends, curve, missing_is_failure: false })
    }

    /// What the target of the period rests on.
    fn history(&self, table: &KpiTable, aim: &Aim) -> History {
        let value = |back: usize| {
            let period = table.periods.get(self.at.checked_sub(back)?)?;
            period.whole.exact
        };
        let year = a_year(self.span.unit());
        let baseline = match aim {
            Aim::Growth { .. } => value(year),
            Aim::Maintain { .. } => value(1),
            _ => None,
        };
        let history = (1..=HISTORY).rev().filter_map(value).collect();
        let season =
            matches!(aim, Aim::Seasonal { .. }).then(|| self.season(table, year)).flatten();
        History { baseline, history, season }
    }

    /// How a year usually comes about, by the whole years before this one.
    fn season(&self, table: &KpiTable, year: usize) -> Option<(Season, usize)> {
        let calendar = self.playbook.calendar();
        let first = calendar.start_of_day(self.span.first(), Unit::Year, 0).ok()?;
        let mut at = 0;
        let mut span = self.span;
        while span.first() > first {
            span = span.before(calendar).ok()?;
            at += 1;
        }
        let of = |years: usize| -> Option<Vec<f64>> {
            let begin = self.at.checked_sub(at + years * year)?;
            let periods = table.periods.get(begin..begin + year)?;
            periods.iter().map(|period| period.whole.value).collect()
        };
        let years: Vec<Vec<f64>> = (1..=YEARS).rev().filter_map(of).collect();
        Some((Season::of(&years)?, at))
    }
}

/// What a target rests on.
struct History {
    baseline: Option<Decimal>,
    history: Vec<Decimal>,
    season: Option<(Season, usize)>,
}

impl History {
    fn past(&self) -> Past<'_> {
        Past {
            baseline: self.baseline,
            history: &self.history,
            peers: &[],
            season: self.season.as_ref().map(|(season, at)| (season, *at)),
        }
    }
}

/// The ends of a value's interval; what was counted is sure.
fn ends(kpi: &Kpi, cell: &KpiCell) -> Option<(f64, f64)> {
    match kpi.formula.kind() {
        Kind::Flow | Kind::Stock => cell.value.map(|value| (value, value)),
        _ => cell.low.zip(cell.high),
    }
}

/// Places of a goal: means and products of values have more than curves take.
const PLACES: u8 = 9;

/// The same goal without more places than anybody asks for.
fn rounded(goal: Goal) -> Goal {
    let short = |it: Decimal| it.rescale_half_even(it.scale().min(PLACES)).unwrap_or(it);
    match goal {
        Goal::AtLeast { value } => Goal::AtLeast { value: short(value) },
        Goal::AtMost { value } => Goal::AtMost { value: short(value) },
        Goal::Within { low, high } => Goal::Within { low: short(low), high: short(high) },
    }
}

/// The curve where nobody drew one.
fn of_goal(kpi: &Kpi, goal: Goal) -> Result<ScoreCurve, Error> {
    let better = kpi.better.unwrap_or(crate::kpi::Better::Up);
    match goal {
        Goal::AtLeast { value } | Goal::AtMost { value } => ScoreCurve::attainment(better, value),
        Goal::Within { low, high } => ScoreCurve::band(low, high),
    }
}

/// Everything about the card, the tree of the playbook beside the scores.
fn view(
    card: &Card,
    report: &NodeReport,
    change: &ScoreChange,
    known: (&BTreeMap<Arc<str>, &KpiTable>, &BTreeMap<usize, Fact>),
    playbook: &Playbook,
) -> CardNodeView {
    let below = below(&card.nodes, report, change, known, playbook);
    CardNodeView::of(&card.name, card.text.or_name(&card.name), report, change, below)
}

fn below(
    nodes: &[CardNode],
    report: &NodeReport,
    change: &ScoreChange,
    known: (&BTreeMap<Arc<str>, &KpiTable>, &BTreeMap<usize, Fact>),
    playbook: &Playbook,
) -> Vec<CardNodeView> {
    let both = nodes.iter().zip(&report.children);
    let told = both.filter_map(|(node, report)| {
        let change = change.children.iter().find(|it| it.name == report.name)?;
        Some(match &node.body {
            CardBody::Group { nodes, .. } => {
                let children = below(nodes, report, change, known, playbook);
                CardNodeView::of(
                    &node.name,
                    node.text.or_name(&node.name),
                    report,
                    change,
                    children,
                )
            }
            CardBody::Kpi { at, .. } => {
                let kpi = playbook.kpis().get(*at)?;
                let label = match node.text.en.is_empty() && node.text.zh.is_empty() {
                    true => kpi.text.or_name(&kpi.name),
                    false => node.text.or_name(&node.name),
                };
                let mut view = CardNodeView::of(&node.name, label, report, change, Vec::new());
                let cell = known.0.get(&kpi.name).and_then(|table| table.periods.last());
                let fact = known.1.get(at);
                view.kpi = Some(kpi.name.clone());
                view.owner = kpi.owner.clone();
                view.unit = known.0.get(&kpi.name).and_then(|table| table.unit.clone());
                view.value = cell.map(|period| period.whole.clone());
                view.goal = fact.and_then(|fact| fact.goal);
                view.no_goal = fact.and_then(|fact| fact.no_goal);
                view.judged = fact.and_then(|fact| fact.judged.clone());
                view
            }
        })
    });
    told.collect()
}
