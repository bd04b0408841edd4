//! What a campaign really did: customers drawn into it beside customers drawn
//! to be left alone.
//!
//! ```text
//! arms as drawn ──> are there as many as planned?  (sample ratio mismatch)
//!   each arm beside the control:
//!     absolute   difference of means, Welch
//!     relative   the same as a share of the control's mean, Fieller
//!     cuped      both again, less what was known of the customers before
//!     profit     what is earned by it, after what it cost
//! several campaigns ──pool──> what such campaigns do, where none tells alone
//! ```
//!
//! # What is promised
//!
//! * One critical value serves a comparison throughout, so that the absolute
//!   interval leaves zero out just where the relative one does, and just where
//!   `p` is below the level.
//! * A relative effect over a mean that may as well be zero has no ends, and
//!   says so.
//! * Without a control there is no answer, and no return on investment.
//!
//! # What is not here
//!
//! Who is drawn into which arm: that is decided by a salted hash before the
//! campaign. Why the effect is as it is.
//!
//! # Sources
//!
//! * Welch (1947), "The generalization of 'Student's' problem when several
//!   different population variances are involved", Biometrika 34.
//! * Fieller (1954), "Some problems in interval estimation", JRSS B 16.
//! * Deng, Xu, Kohavi and Walker (2013), "Improving the sensitivity of online
//!   controlled experiments by utilizing pre-experiment data" (CUPED), eq. 2-5.
//! * Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2021), "Time-uniform
//!   central limit theory and asymptotic confidence sequences", eq. 14.

mod compare;
mod pool;
mod report;

use crate::error::{Code, Error, Fault};
use crate::kpi::Moments;
use crate::stats::{Sum, chi_square_above};
use compare::{Side, compare};
pub use pool::{Campaign, Pooled, PooledCampaign, pool_campaigns};
pub use report::{
    Comparison, ControlReport, Cuped, Difference, Estimate, Experiment, Profit, Ratio, Srm, Verdict,
};

/// Below this, arms are not as large as they were planned by chance alone.
const MISMATCH: f64 = 0.001;

/// One arm: the customers who were drawn into it, whatever then reached them.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// What it is called.
    pub name: String,
    /// Their outcomes, in units, and what was known of them before, 0 for all
    /// where nothing was.
    pub moments: Moments,
    /// How large it was planned, beside the others: 1 for all where all were to
    /// be alike.
    pub planned: f64,
}

/// What is asked of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// How often an effect may be claimed where there is none: 0.05, say.
    pub level: f64,
    /// Units of the outcome that make one: 100 where outcomes are in cents.
    pub units: f64,
    /// The same of what was known before; `None` where nothing was.
    pub units_before: Option<f64>,
    /// What is earned of one of the outcome, and what one customer in an arm
    /// costs; `None` where nobody asks for profit.
    pub money: Option<Money>,
    /// For looks before the end: after how many customers the interval is to be
    /// at its tightest. `None`: there is one look, at the planned end.
    pub sequential: Option<f64>,
}

/// What an outcome earns and what it cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Money {
    /// The margin: what is earned of one of the outcome.
    pub margin: f64,
    /// What one customer in an arm costs.
    pub cost: f64,
}

/// What the arms did, beside the control.
///
/// # Inputs
///
/// `arms`: two or more, each with a name of its own; `control`: the position of
/// the one that was left alone.
///
/// # Errors
///
/// [`Code::NoControl`](crate::Code::NoControl): no other arm, or no such
/// control; [`Code::InvalidArgument`]: a level that is not between 0 and 1, or
/// a number that is not finite.
///
/// # Cost
///
/// None worth telling: the customers are already summed.
///
/// ```
/// use guanxi::kpi::{Arm, Moments, Question, experiment};
/// let arm = |name: &str, outcomes: &[i64]| {
///     let mut moments = Moments::default();
///     for outcome in outcomes {
///         moments.add(*outcome, 0)?;
///     }
///     Ok::<_, guanxi::Error>(Arm { name: name.into(), moments, planned: 1.0 })
/// };
/// let arms = [arm("left alone", &[10, 12, 14, 12])?, arm("mail", &[20, 22, 24, 22])?];
/// let told = experiment(&arms, 0, &Question::usual(1.0))?;
/// assert_eq!(told.arms[0].absolute.effect, 10.0);
/// assert!(told.arms[0].absolute.low.unwrap() > 6.0);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn experiment(arms: &[Arm], control: usize, question: &Question) -> Result<Experiment, Error> {
    question.check()?;
    let Some(left_alone) = arms.get(control).filter(|_| arms.len() >= 2) else {
        return Err(Fault::new(
            Code::NoControl,
            "an effect needs two arms, one of them a control",
            "衡量效果至少需要两组，其中一组为对照组",
        )
        .hint(
            "draw some customers at random whom the campaign leaves alone",
            "请随机抽取一部分客户不做活动，作为对照",
        )
        .into());
    };
    let srm = srm(arms);
    let mut told: Vec<Comparison> = arms
        .iter()
        .enumerate()
        .filter(|(position, _)| *position != control)
        .map(|(_, arm)| compare(arm, left_alone, question, srm.matches))
        .collect();
    among_all(&mut told);
    let control = ControlReport {
        arm: left_alone.name.clone(),
        n: left_alone.moments.n(),
        mean: Side::of(&left_alone.moments, question.units).mean,
    };
    Ok(Experiment { level: question.level, srm, control, arms: told })
}

impl Question {
    /// One look at the level 0.05, nothing known before, no money.
    pub fn usual(units: f64) -> Question {
        Question { level: 0.05, units, units_before: None, money: None, sequential: None }
    }

    fn check(&self) -> Result<(), Error> {
        let money = self.money.map(|money| [money.margin, money.cost]).unwrap_or_default();
        let positive = [Some(self.units), self.units_before, self.sequential];
        let good = self.level > 0.0
            && self.level < 1.0
            && positive.into_iter().flatten().all(|it| it.is_finite() && it > 0.0)
            && money.into_iter().all(f64::is_finite)
            && self.money.is_none_or(|money| money.cost >= 0.0);
        if good {
            return Ok(());
        }
        Err(Fault::new(
            Code::InvalidArgument,
            "a level is between 0 and 1, units are positive, a cost is not negative",
            "显著性水平应在 0 与 1 之间，单位应为正数，成本不能为负",
        )
        .into())
    }
}

/// Whether the arms are as large as they were planned.
fn srm(arms: &[Arm]) -> Srm {
    let all: u64 = arms.iter().map(|arm| arm.moments.n()).sum();
    let planned: Sum = arms.iter().map(|arm| arm.planned).collect();
    let terms = arms.iter().map(|arm| {
        let expected = all as f64 * arm.planned / planned.total();
        let apart = arm.moments.n() as f64 - expected;
        if expected > 0.0 { apart * apart / expected } else { 0.0 }
    });
    let chi2 = terms.collect::<Sum>().total();
    let p = chi_square_above(chi2, (arms.len() - 1) as f64);
    Srm { chi2, p, matches: p >= MISMATCH }
}

/// Of several arms one is the best by chance: what `p` comes to when all are
/// looked at (Benjamini and Hochberg 1995).
fn among_all(told: &mut [Comparison]) {
    if told.len() < 2 {
        return;
    }
    let mut order: Vec<usize> = (0..told.len()).collect();
    let p = |told: &[Comparison], at: usize| told.get(at).and_then(|it| it.absolute.p);
    order.retain(|at| p(told, *at).is_some());
    order.sort_by(|a, b| p(told, *a).unwrap_or(1.0).total_cmp(&p(told, *b).unwrap_or(1.0)));
    let many = order.len() as f64;
    let mut least = 1.0_f64;
    for (rank, at) in order.iter().enumerate().rev() {
        if let Some(it) = told.get_mut(*at) {
            least = least.min(it.absolute.p.unwrap_or(1.0) * many / (rank + 1) as f64);
            it.absolute.p_among_all = Some(least);
        }
    }
}
