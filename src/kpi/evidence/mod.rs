//! Whether one thing moves another: does satisfaction sell?
//!
//! ```text
//! panel: unit, period, cause, outcome
//!   outcome(t) = r outcome(t-1) + b cause(t-1) + what the unit always is
//!                + what the period was for everybody + chance
//!   ── differences ──> what the unit always is drops out
//!   ── two periods and more back as instruments ──> what came of the outcome drops out
//!   b with its interval, and what could make it untrue
//! ```
//!
//! A customer who is loyal anyway is content and buys; a customer who buys a
//! lot is treated well and is content. Either makes contentment and sales go
//! together without the one moving the other, and every plain regression falls
//! for it. What is compared here is a customer with itself, by what was known
//! before chance fell.
//!
//! # What is promised
//!
//! * An effect is claimed only where no diagnosis speaks against it; otherwise
//!   the answer is that nobody can tell, and why.
//! * The other direction is asked of the same data in the same way and stands
//!   beside.
//! * The order of rows changes no bit.
//!
//! # What is not here
//!
//! Proof: what changes over time, differs between units and moves both is not
//! ruled out; only an experiment does that, which is why the best grade here is
//! C.
//!
//! # Sources
//!
//! * Anderson and Hsiao (1981), "Estimation of dynamic models with error
//!   components", JASA 76.
//! * Arellano and Bond (1991), "Some tests of specification for panel data",
//!   Review of Economic Studies 58, eq. 7 to 10 (one step, robust variance, the
//!   test of second-order serial correlation).
//! * Hansen (1982), "Large sample properties of generalized method of moments
//!   estimators", Econometrica 50 (over-identification).
//! * Roodman (2009), "How to do xtabond2", Stata Journal 9 (collapsed
//!   instruments).
//! * Sanderson and Windmeijer (2016), "A weak instrument F-test in linear IV
//!   models with multiple endogenous variables", Journal of Econometrics 190.

mod gmm;
mod panel;
mod report;

use crate::error::{Code, Error, Fault, Text};
use crate::stats::{normal_at, t_at, t_beyond};
use gmm::{Found, estimate};
pub use panel::{Panel, Seen};
pub use report::{Diagnosis, Evidence, Grade, Naive, Reverse, Shown};

/// Units that are asked for.
const UNITS: usize = 300;
/// Periods that are asked for.
const PERIODS: usize = 5;
/// Below this, instruments are weak (Stock and Yogo's rule of thumb).
const WEAK: f64 = 10.0;
/// Two things that go together like this are one.
const SAME: f64 = 0.99;

/// Whether the cause moves the outcome one period later.
///
/// # Inputs
///
/// `panel`: what was seen of each unit in each period. `level`: how often an
/// effect may be claimed where there is none.
///
/// # Errors
///
/// [`Code::InvalidArgument`]: a level that is not between 0 and 1;
/// [`Code::NothingToFit`]: no unit with four periods in a row.
///
/// # Cost
///
/// Some passes over the panel.
pub fn evidence(panel: &Panel, level: f64) -> Result<Evidence, Error> {
    if !(level > 0.0 && level < 1.0) {
        let (en, zh) = ("a level is between 0 and 1", "显著性水平应在 0 与 1 之间");
        return Err(Fault::new(Code::InvalidArgument, en, zh).into());
    }
    let nothing = || {
        Error::from(
            Fault::new(
                Code::NothingToFit,
                "no two things that vary were seen in four periods in a row",
                "没有任何单位在连续四期中都有观测，或观测值没有变化",
            )
            .hint(
                "one row for each unit and period, with five periods or more",
                "每个单位每期一行，至少五期",
            ),
        )
    };
    let found = estimate(panel, level).ok_or_else(nothing)?;
    let reverse = estimate(&panel.turned(), level);
    let naive = naive(panel);
    let mut diagnoses = size(panel);
    diagnoses.extend(circular(panel));
    diagnoses.extend(found.diagnoses(level));
    let is_sound = diagnoses.iter().all(|it| it.passed);
    let shown = match (is_sound, found.p < level) {
        (false, _) => Shown::CannotTell,
        (true, true) => Shown::Effect,
        (true, false) => Shown::NoEffect,
    };
    let goes_with = |it: &Option<Naive>| it.as_ref().is_some_and(|it| it.p < level);
    let grade = match shown {
        Shown::Effect | Shown::NoEffect => Grade::C,
        Shown::CannotTell if goes_with(&naive.1) => Grade::D,
        Shown::CannotTell => Grade::E,
    };
    Ok(Evidence {
        grade,
        verdict: shown,
        sentence: sentence(shown, &found, &diagnoses),
        estimate: found.estimate,
        low: found.low,
        high: found.high,
        p: found.p,
        first_stage_f: found.first_stage,
        detectable: (found.critical + normal_at(0.2)) * found.error,
        persistence: found.persistence,
        reverse: reverse.map(|it| Reverse {
            estimate: it.estimate,
            low: it.low,
            high: it.high,
            p: it.p,
            first_stage_f: it.first_stage,
            trusted: it.diagnoses(level).iter().all(|it| it.passed),
        }),
        pooled: naive.0,
        within: naive.1,
        units: panel.n_units() as u64,
        periods: panel.n_periods() as u64,
        observations: panel.n_seen() as u64,
        diagnostics: diagnoses,
    })
}

/// Whether there is enough to go by.
fn size(panel: &Panel) -> Vec<Diagnosis> {
    let (units, periods) = (panel.n_long(4), panel.n_periods());
    vec![
        Diagnosis {
            name: "units",
            statistic: units as f64,
            p: None,
            passed: units >= UNITS,
            message: Text::new(
                format!("{UNITS} units seen four times or more are asked for, {units} were found"),
                format!("要求至少 {UNITS} 个单位各有四期以上观测，实有 {units} 个"),
            ),
        },
        Diagnosis {
            name: "periods",
            statistic: periods as f64,
            p: None,
            passed: periods >= PERIODS,
            message: Text::new(
                format!("{PERIODS} periods are asked for, {periods} were found"),
                format!("要求至少 {PERIODS} 期，实有 {periods} 期"),
            ),
        },
    ]
}

/// Two columns that always go together measure one thing twice.
fn circular(panel: &Panel) -> Option<Diagnosis> {
    let together = panel.correlation()?;
    Some(Diagnosis {
        name: "circular",
        statistic: together,
        p: None,
        passed: together.abs() < SAME,
        message: Text::new(
            "cause and outcome of the same period must not be one thing measured twice: leave \
             purchases out of a measure of satisfaction",
            "同期的原因与结果不能是同一事物的两种量法：满意度指标中不应包含购买",
        ),
    })
}

/// What plain regressions would say: across all, and within units and periods.
fn naive(panel: &Panel) -> (Option<Naive>, Option<Naive>) {
    let slope = |rows: Vec<(usize, f64, f64)>| {
        let (estimate, error, clusters) = panel::slope(&rows)?;
        let p = t_beyond(estimate / error, clusters - 1.0);
        let off = t_at(0.05, clusters - 1.0) * error;
        Some(Naive { estimate, low: estimate - off, high: estimate + off, p })
    };
    (slope(panel.pooled()), slope(panel.within()))
}

fn sentence(shown: Shown, found: &Found, diagnoses: &[Diagnosis]) -> Text {
    let number = |it: f64| format!("{it:.4}");
    let (effect, low, high) = (number(found.estimate), number(found.low), number(found.high));
    match shown {
        Shown::Effect => Text::new(
            format!(
                "One more of the cause makes {effect} of the outcome in the next period ({low} to \
                 {high}). What changes over time and moves both is not ruled out."
            ),
            format!(
                "原因每增加 1，下一期结果变化 {effect}（{low} 至 {high}）。随时间变化、同时影响两者的因素未能排除。"
            ),
        ),
        Shown::NoEffect => {
            let least = number((found.critical + normal_at(0.2)) * found.error);
            Text::new(
                format!(
                    "No effect shown. One of {least} would have been found eight times out of ten."
                ),
                format!("未见影响。若真实影响达到 {least}，有八成把握发现。"),
            )
        }
        Shown::CannotTell => {
            let failed = diagnoses.iter().find(|it| !it.passed);
            let why = failed.map(|it| it.message.clone()).unwrap_or_default();
            Text::new(format!("Nobody can tell: {}.", why.en), format!("无法判断：{}。", why.zh))
        }
    }
}
