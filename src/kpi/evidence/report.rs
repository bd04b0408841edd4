//! What the data say about a cause, as plain data.

use serde::Serialize;

use crate::error::Text;

/// How good evidence is, the best first. A and B need chance to have decided
/// who was treated how, and are not given here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Grade {
    /// A panel whose instruments hold.
    C,
    /// Units do more when the cause is higher, whatever the reason.
    D,
    /// No evidence: at most, both are high for the same units.
    E,
}

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Shown {
    /// The cause moves the outcome.
    #[serde(rename = "effect")]
    Effect,
    /// It was not seen to, though the data would have shown it.
    #[serde(rename = "no effect shown")]
    NoEffect,
    /// The data do not allow an answer.
    #[serde(rename = "cannot tell")]
    CannotTell,
}

/// Whether a cause moves an outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// How good the evidence is.
    pub grade: Grade,
    /// What is shown.
    pub verdict: Shown,
    /// In one or two sentences.
    pub sentence: Text,
    /// What one more of the cause makes of the outcome one period later.
    pub estimate: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How often chance alone goes as far.
    pub p: f64,
    /// How well the past tells how the cause changed; below 10 it does not.
    pub first_stage_f: f64,
    /// The smallest true effect that would be found eight times out of ten.
    pub detectable: f64,
    /// What is left of an outcome one period later.
    pub persistence: f64,
    /// The same with cause and outcome exchanged.
    pub reverse: Option<Reverse>,
    /// What a plain regression over all rows would say: no evidence.
    pub pooled: Option<Naive>,
    /// What one within units and periods would say: an association.
    pub within: Option<Naive>,
    /// Units.
    pub units: u64,
    /// Periods, from the first to the last.
    pub periods: u64,
    /// Rows with both a cause and an outcome.
    pub observations: u64,
    /// What could make the answer untrue.
    pub diagnostics: Vec<Diagnosis>,
}

/// The other direction: does the outcome move the cause?
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reverse {
    /// What one more of the outcome makes of the cause one period later.
    pub estimate: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How often chance alone goes as far.
    pub p: f64,
    /// How well the past tells how the outcome changed.
    pub first_stage_f: f64,
    /// Whether no diagnosis speaks against it.
    pub trusted: bool,
}

/// A plain regression's slope, with errors by unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Naive {
    /// The slope.
    pub estimate: f64,
    /// The lower end of its interval, nineteen times out of twenty.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How often chance alone goes as far, were units alike.
    pub p: f64,
}

/// Something that could make an answer untrue.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnosis {
    /// Its name.
    pub name: &'static str,
    /// What was computed.
    pub statistic: f64,
    /// How often chance alone goes as far, where that is the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// Whether it speaks against nothing.
    pub passed: bool,
    /// What it asks.
    pub message: Text,
}
