//! What an audit of KPIs says, as plain data.

use serde::Serialize;

use crate::error::Text;

/// What the history of KPIs says about them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryAudit {
    /// Periods.
    pub periods: u64,
    /// Each KPI, in the order that was given.
    pub kpis: Vec<KpiAdvice>,
    /// Every test that was made of one.
    pub findings: Vec<AuditFinding>,
}

/// What to do with a KPI. The gravest come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// Mend how it is measured before anything else is said.
    RepairInput,
    /// It works against another one, or against the outcome.
    ResolveConflict,
    /// Its target says nothing.
    Retarget,
    /// Another one says the same.
    Merge,
    /// It has nothing to do with the outcome, or no longer.
    Drop,
    /// The data do not allow an answer yet.
    CannotTell,
    /// It is good as it is.
    Keep,
}

/// What to do with one KPI.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KpiAdvice {
    /// The KPI.
    pub kpi: String,
    /// What to do.
    pub verdict: Advice,
    /// In one or two sentences.
    pub sentence: Text,
    /// What speaks against that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counter: Option<Text>,
}

/// One test of one KPI.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditFinding {
    /// The KPI.
    pub kpi: String,
    /// The other one, where the test is about two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// Which test.
    pub test: &'static str,
    /// What was computed.
    pub statistic: f64,
    /// How often chance alone goes as far, where that is the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// From how much it was computed.
    pub n: u64,
    /// How often the test would have found what matters, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub power: Option<f64>,
    /// Whether it asks for a change.
    pub fires: bool,
    /// What it comes to.
    pub verdict: Advice,
    /// In one sentence.
    pub message: Text,
}

impl AuditFinding {
    /// Of two that say the same one stays; two in conflict are both meant.
    pub(super) fn is_about(&self, kpi: &str) -> bool {
        let is_other = self.verdict == Advice::ResolveConflict;
        self.kpi == kpi || (is_other && self.with.as_deref() == Some(kpi))
    }
}
