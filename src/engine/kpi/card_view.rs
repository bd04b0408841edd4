//! What a scorecard says, as plain data.

use std::sync::Arc;

use serde::Serialize;

use super::table::KpiCell;
use crate::engine::summary::PlaybookSummary;
use crate::error::Text;
use crate::kpi::{Goal, Judged, NoGoal, NodeReport, Rollup, ScoreChange, ScoreEffects};
use crate::units::{Decimal, Instant};

/// A scorecard of one period.
#[derive(Debug, Clone, Serialize)]
pub struct ScorecardView {
    /// Version of the meaning of the numbers.
    pub semantics: u32,
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// The instant of the answers.
    pub as_of: Instant,
    /// The period: `2026-05`.
    pub period: String,
    /// The one that changes are told from.
    pub before: String,
    /// The card, and below it what counts.
    pub root: CardNodeView,
}

/// A card, a group or a KPI, with its score.
#[derive(Debug, Clone, Serialize)]
pub struct CardNodeView {
    /// The name.
    pub name: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Which KPI it is, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kpi: Option<Arc<str>>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Arc<str>>,
    /// What its value is counted in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<KpiCell>,
    /// What was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// Why nothing was, although there is a target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_goal: Option<NoGoal>,
    /// The value beside what was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judged: Option<Judged>,
    /// How much it counts beside its siblings.
    pub weight: Decimal,
    /// What it is scored by.
    pub rollup: Rollup,
    /// Its score; `None` where too little is measured.
    pub score: Option<Decimal>,
    /// The lowest score that it may be.
    pub low: Option<Decimal>,
    /// The highest.
    pub high: Option<Decimal>,
    /// The share of its weight that is measured, from 0 to 1.
    pub covered: Decimal,
    /// Whether the score is that of the measured part alone.
    pub renormalised: bool,
    /// What it adds to the score above it beyond 100.
    pub contribution: Option<Decimal>,
    /// The score of the period before.
    pub score_before: Option<Decimal>,
    /// What changed the score, where there is one in both periods.
    pub effects: Option<ScoreEffects>,
    /// What counts in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<CardNodeView>,
}

impl CardNodeView {
    /// A node with its score, and what is below it.
    pub(super) fn of(
        name: &Arc<str>,
        label: Text,
        report: &NodeReport,
        change: &ScoreChange,
        children: Vec<CardNodeView>,
    ) -> CardNodeView {
        CardNodeView {
            name: name.clone(),
            label,
            kpi: None,
            owner: None,
            unit: None,
            value: None,
            goal: None,
            no_goal: None,
            judged: None,
            weight: report.weight,
            rollup: report.rollup,
            score: report.score,
            low: report.low,
            high: report.high,
            covered: report.covered,
            renormalised: report.renormalised,
            contribution: report.contribution,
            score_before: change.before,
            effects: change.effects,
            children,
        }
    }
}
