//! Whether the yardstick is still the right one (指标体检): what the history of
//! the figures alone can tell.
//!
//! ```text
//! KPIs over periods, an outcome ──> each test asks one question of each KPI
//!   saturation     is the target always met, or never?
//!   redundancy     do two KPIs say the same?
//!   lead           does it go before the outcome, and does it still?
//!   conflict       does one owner's gain come with another's loss?
//!   input          is it still being measured?
//! ──> a verdict for each, with what speaks against it
//! ```
//!
//! # What is promised
//!
//! * A test that could not have seen anything says so, and when it could.
//! * What carries over from period to period is no evidence of a relation.
//! * Of many tests of one kind no more than one claim in ten is by chance
//!   (Benjamini and Hochberg), as far as they are independent.
//!
//! # What is not here
//!
//! What needs customers: who games a target, which customers pay for a
//! conflict, which stage of life nobody watches. Dropping and merging at once:
//! let two audits in a row say it.
//!
//! # Sources
//!
//! * Clopper and Pearson (1934), "The use of confidence or fiducial limits
//!   illustrated in the case of the binomial", Biometrika 26.
//! * Benjamini and Hochberg (1995), "Controlling the false discovery rate",
//!   JRSS B 57.
//! * Andrews (1993), "Tests for parameter instability and structural change with
//!   unknown change point", Econometrica 61.

mod ask;
mod report;
mod say;

use crate::error::{Code, Error, Fault};
use ask::Ask;
pub use report::{Advice, AuditFinding, HistoryAudit, KpiAdvice};

/// Periods below which nothing about a relation is asked.
const FEWEST: usize = 8;

/// KPIs that there may be: every pair of them is looked at.
const MOST: usize = 1_000;

/// One KPI over the periods.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Its name.
    pub name: String,
    /// Its value in each period; `None` where it was not measured.
    pub values: Vec<Option<f64>>,
    /// Whether more is worse: complaints, days.
    pub less_is_better: bool,
    /// What was to be reached in each period; empty where nobody said.
    pub targets: Vec<Option<f64>>,
    /// Who answers for it.
    pub owner: Option<String>,
}

/// What the history of KPIs says about them.
///
/// # Inputs
///
/// `kpis`: each with one value a period, in order; `outcome`: what they are
/// meant to lead to, of the same periods.
///
/// # Errors
///
/// [`Code::InvalidArgument`]: histories of different lengths, numbers that are
/// not finite, or too many KPIs.
///
/// # Cost
///
/// The square of the KPIs times the periods.
///
/// ```
/// use guanxi::kpi::{Advice, History, audit_history};
/// let series = |of: fn(u32) -> f64| (0..36).map(|t| Some(of(t))).collect::<Vec<_>>();
/// let calls = History {
///     name: "calls answered".into(),
///     values: series(|t| 97.0 + f64::from(t * 7919 % 11) / 10.0),
///     less_is_better: false,
///     targets: vec![Some(80.0); 36],
///     owner: None,
/// };
/// let told = audit_history(&[calls], &series(|t| f64::from(t * 104_729 % 97)))?;
/// assert_eq!(told.kpis[0].verdict, Advice::Retarget);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn audit_history(kpis: &[History], outcome: &[Option<f64>]) -> Result<HistoryAudit, Error> {
    check(kpis, outcome)?;
    let ask = Ask::new(kpis, outcome);
    let mut findings = Vec::new();
    findings.extend(ask.inputs());
    findings.extend(ask.targets());
    findings.extend(ask.redundant());
    findings.extend(ask.leads());
    findings.extend(ask.conflicts());
    let advice = kpis.iter().map(|kpi| advice(kpi, &findings, outcome.len())).collect();
    Ok(HistoryAudit { periods: outcome.len() as u64, kpis: advice, findings })
}

fn check(kpis: &[History], outcome: &[Option<f64>]) -> Result<(), Error> {
    let series = kpis.iter().map(|kpi| &kpi.values[..]).chain([outcome]);
    let is_finite = |it: &[Option<f64>]| it.iter().flatten().all(|value| value.is_finite());
    let fits = |it: &[Option<f64>]| it.len() == outcome.len() && is_finite(it);
    let targets = kpis.iter().map(|kpi| &kpi.targets[..]).filter(|it| !it.is_empty());
    if kpis.len() <= MOST && series.chain(targets).all(fits) {
        return Ok(());
    }
    Err(Fault::new(
        Code::InvalidArgument,
        format!("at most {MOST} histories of one length, of finite numbers"),
        format!("至多 {MOST} 个指标，各期数目一致，数值有限"),
    )
    .into())
}

/// What all findings about one KPI come to: the gravest, and what speaks
/// against it.
fn advice(kpi: &History, findings: &[AuditFinding], periods: usize) -> KpiAdvice {
    let own = || findings.iter().filter(|it| it.is_about(&kpi.name));
    let gravest = own().filter(|it| it.fires).map(|it| it.verdict).min();
    let leads = own().find(|it| it.test == "lead");
    let verdict = gravest.unwrap_or(leads.map_or(Advice::CannotTell, |lead| lead.verdict));
    let against = own().find(|it| it.verdict == Advice::Keep && verdict != Advice::Keep);
    KpiAdvice {
        kpi: kpi.name.clone(),
        verdict,
        sentence: say::advice(kpi, verdict, own().find(|it| it.verdict == verdict), periods),
        counter: against.map(|it| it.message.clone()),
    }
}
