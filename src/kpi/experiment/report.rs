//! What an experiment says, as plain data.

use serde::Serialize;

use crate::error::Text;

/// What the arms of an experiment did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Experiment {
    /// How often an effect is claimed where there is none.
    pub level: f64,
    /// Whether the arms are as large as they were planned.
    pub srm: Srm,
    /// Those who were left alone.
    pub control: ControlReport,
    /// Every other arm, beside the control.
    pub arms: Vec<Comparison>,
}

/// Whether arms are as large as they were planned (sample ratio mismatch).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Srm {
    /// Pearson's statistic.
    pub chi2: f64,
    /// How often chance alone goes as far.
    pub p: f64,
    /// Whether that is 0.001 or more; otherwise something sorted customers out
    /// after they were drawn, and no effect can be trusted.
    pub matches: bool,
}

/// The arm that was left alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ControlReport {
    /// Its name.
    pub arm: String,
    /// Its customers.
    pub n: u64,
    /// Their mean outcome.
    pub mean: f64,
}

/// An arm beside the control.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Its name.
    pub arm: String,
    /// Its customers.
    pub n: u64,
    /// Their mean outcome.
    pub mean: f64,
    /// How much more they did than the control.
    pub absolute: Difference,
    /// The same as a share of the control's mean; `None` where that is not
    /// above zero.
    pub relative: Option<Ratio>,
    /// Both, less what was known of the customers before.
    pub cuped: Option<Cuped>,
    /// What the arm earned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profit: Option<Profit>,
    /// What it earned for each unit of money that it cost; `None` where it cost
    /// nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roi: Option<Estimate>,
    /// What that comes to.
    pub verdict: Verdict,
    /// In one sentence.
    pub sentence: Text,
}

/// A difference of means. Where outcomes do not vary, or an arm has fewer than
/// two customers, nothing but the difference is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The difference.
    pub effect: f64,
    /// The lower end of its interval.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// How often chance alone goes as far.
    pub p: Option<f64>,
    /// Its natural logarithm.
    pub log_p: Option<f64>,
    /// What `p` comes to when all arms are looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_among_all: Option<f64>,
    /// The smallest true effect that this test would find eight times out of
    /// ten.
    pub detectable: Option<f64>,
}

/// A relative difference of means.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ratio {
    /// By which share of the control's mean the arm's is above it.
    pub effect: f64,
    /// The lower end of its interval; `None` where there is none.
    pub low: Option<f64>,
    /// The upper end; `None` where there is none.
    pub high: Option<f64>,
    /// How the ends were found.
    pub method: &'static str,
    /// The control's mean may as well be zero: any effect may be, but perhaps
    /// those between `low` and `high`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unbounded: bool,
}

/// What is left when what was known of the customers before is taken off.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cuped {
    /// The share of the variance that this took away.
    pub variance_reduction: f64,
    /// How much one more before makes of the outcome.
    pub theta: f64,
    /// How often arms drawn at random were as unlike before as these are.
    pub balance_p: Option<f64>,
    /// The difference.
    pub absolute: Difference,
    /// The same as a share of the control's mean.
    pub relative: Option<Ratio>,
    /// What the arm earned by that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profit: Option<Profit>,
    /// What it earned for each unit of money that it cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roi: Option<Estimate>,
}

/// What an arm earned beyond what it cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profit {
    /// For each customer in the arm.
    pub per_customer: f64,
    /// The lower end of its interval.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// For all of them.
    pub total: f64,
    /// The lower end of its interval.
    pub total_low: Option<f64>,
    /// The upper end.
    pub total_high: Option<f64>,
    /// How sure it is that something was earned.
    pub chance: Option<f64>,
}

/// A number with its interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// The lower end.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

/// What a comparison comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The outcome is higher than without.
    Higher,
    /// It is lower.
    Lower,
    /// Chance alone would do as much.
    CannotTell,
    /// The arms are not as they were drawn, so that nothing can be said.
    NotTrusted,
}
