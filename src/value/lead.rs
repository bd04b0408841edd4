//! Lead scores (线索评分): how likely it is that somebody who has not bought yet
//! will, from what is known of him.
//!
//! ```text
//! leads of whom it is known ──by hash of id──┬─ learnt from ──logistic──> weights
//!                                            └─ held out ─────────────────> how good
//! weights ──> an axis of the playbook: {"logistic": {...}}
//! ```
//!
//! # What is promised
//!
//! * Who is held out depends on the id alone, so a lead stays where it is when
//!   others come ([`bucket`]).
//! * What is judged is what is given out: weights are rounded to the nine places
//!   that an axis has before anybody is scored.
//! * A factor that is not known of a lead counts as its mean among those learnt
//!   from of whom it is known. That mean goes into the axis, too.
//! * Weights that the data leave open are named and not given out.
//!
//! # Sources
//!
//! See [`logistic`]; Steyerberg (2019), "Clinical prediction models", chapter
//! 15, on judging by what was held out: the order (AUC), the error (Brier) and
//! whether chances come true (reliability).

use crate::error::{Code, Error, Fault, counted};
use crate::stats::{Case, Group, Judge, Logistic, Measured, Open, Pair, Sum, chance, logistic};
use crate::units::bucket;

/// Buckets that leads are put in, to be learnt from or held out.
pub const BUCKETS: u64 = 10_000;
/// Before the id, so that other splits are independent of this one.
const SALT: &str = "lead";
/// Decimal places of an axis's numbers.
const PLACES: i32 = 9;
/// Bins of a diagram of reliability, at most.
const MOST_BINS: u64 = 10;
/// Leads in a bin, about: with fewer, a share is mostly chance.
const FEWEST: u64 = 30;

/// A lead of whom it is known whether he bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    /// The id.
    pub id: String,
    /// The factors, in the order of their names; `None`: not known.
    pub factors: Vec<Option<f64>>,
    /// Whether he bought.
    pub outcome: bool,
    /// For how many this stands.
    pub weight: u64,
}

/// How to learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learning {
    /// How much weights are drawn to zero: see [`logistic`]. 0: not at all.
    pub penalty: f64,
    /// The share of the leads that is held out, 0 up to below 1.
    pub holdout: f64,
}

impl Default for Learning {
    /// No penalty; three of ten are held out.
    fn default() -> Learning {
        Learning { penalty: 0.0, holdout: 0.3 }
    }
}

impl Learning {
    /// Whether one can learn so.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`], each with the field that is meant.
    pub fn check(&self) -> Result<(), Error> {
        let mut faults = Vec::new();
        if !(self.penalty.is_finite() && self.penalty >= 0.0) {
            let penalty = self.penalty;
            let en = format!("a penalty of {penalty} is none: 0 or more is needed");
            let zh = format!("惩罚强度 {penalty} 无效，应不小于 0");
            faults.push(Fault::new(Code::InvalidArgument, en, zh).at("l2"));
        }
        if !(0.0..1.0).contains(&self.holdout) {
            let share = self.holdout;
            let en = format!("a share of {share} cannot be held out");
            let zh = format!("不能留出 {share} 作检验");
            let fault = Fault::new(Code::InvalidArgument, en, zh).at("holdout");
            faults.push(
                fault.hint("from 0 up to below 1, such as 0.3", "应不小于 0 且小于 1，例如 0.3"),
            );
        }
        Error::check(faults)
    }
}

/// What was learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadFit {
    /// The constant: the logarithm of the odds where every factor is 0.
    pub intercept: f64,
    /// Its standard error, where it is known.
    pub intercept_error: Option<f64>,
    /// The factors in their order.
    pub factors: Vec<LeadFactor>,
    /// The regression itself, before rounding.
    pub regression: Logistic,
    /// How many leads were learnt from.
    pub learnt: u64,
    /// How many of them bought.
    pub bought: u64,
    /// How the rest was told, where any was held out and both sorts are there.
    pub tested: Option<Tested>,
}

/// One factor.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadFactor {
    /// Its name.
    pub name: String,
    /// By how much one more raises the logarithm of the odds.
    pub weight: f64,
    /// Its standard error, where it is known.
    pub error: Option<f64>,
    /// The mean where it is known, which counts where it is not.
    pub missing: f64,
    /// The standard deviation among those learnt from.
    pub spread: f64,
    /// Of how many of those learnt from it is known.
    pub known: u64,
}

/// How those held out were told.
#[derive(Debug, Clone, PartialEq)]
pub struct Tested {
    /// How many they are.
    pub leads: u64,
    /// How many of them bought.
    pub bought: u64,
    /// How many were expected to.
    pub expected: f64,
    /// How likely it is that one who bought had the higher score of two.
    pub auc: Measured,
    /// The mean squared error of the chance.
    pub brier: f64,
    /// By which share that is better than the same chance for everybody.
    pub skill: Option<f64>,
    /// The mean gap between chances and how often they came true.
    pub miscalibration: f64,
    /// Chances, and how often they came true.
    pub bins: Vec<Group>,
}

/// The score of one lead.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadScore {
    /// The logarithm of the odds: the intercept and what each factor gives,
    /// added up.
    pub odds: f64,
    /// The chance to buy.
    pub chance: f64,
    /// What each factor gives.
    pub gives: Vec<f64>,
}

impl LeadFit {
    /// The chance that a lead buys, and what each factor gives to it. A factor
    /// that is missing counts as its mean; so does one that is not listed.
    pub fn score(&self, factors: &[Option<f64>]) -> LeadScore {
        let known = factors.iter().copied().chain(std::iter::repeat(None));
        let gives: Vec<f64> = self
            .factors
            .iter()
            .zip(known)
            .map(|(factor, value)| factor.weight * value.unwrap_or(factor.missing))
            .collect();
        let odds = std::iter::once(self.intercept).chain(gives.iter().copied()).collect::<Sum>();
        let odds = odds.total();
        LeadScore { odds, chance: chance(odds), gives }
    }

    /// Whether the weights can be used: there is one best answer.
    pub fn is_settled(&self) -> bool {
        self.regression.converged
    }
}

/// Whether a lead is held out.
pub fn is_held_out(id: &str, share: f64) -> bool {
    (bucket(SALT, id, BUCKETS) as f64) < share * BUCKETS as f64
}

/// Learns from leads what makes them buy.
///
/// # Inputs
///
/// The names of the factors, and leads with as many each, all of whom either
/// bought or did not.
///
/// # Errors
///
/// [`Code::InvalidArgument`]: leads with another number of factors, or factors
/// that are not finite, or a penalty or a share that is none;
/// [`Code::NothingToFit`]: all learnt from bought, or none.
///
/// # Cost
///
/// That of [`logistic`] and two sorts.
///
/// ```
/// use guanxi::value::lead::{Lead, Learning, fit_leads};
///
/// let lead = |at: u32, visits: u32| Lead {
///     id: format!("L-{at}"),
///     factors: vec![Some(f64::from(visits)), (at % 5 > 0).then_some(f64::from(at % 7))],
///     outcome: (at * 13) % 10 < visits,
///     weight: 1,
/// };
/// let leads: Vec<Lead> = (0..600).map(|at| lead(at, at % 9)).collect();
/// let names = ["visits".to_owned(), "age".to_owned()];
/// let fit = fit_leads(&names, &leads, &Learning::default())?;
/// assert!(fit.is_settled() && fit.factors[0].weight > 0.3);
/// assert!(fit.tested.as_ref().is_some_and(|tested| tested.auc.value > 0.8));
/// let said = fit.score(&[Some(8.0), None]);
/// assert!(said.chance > 0.7);
/// assert!((said.odds - (fit.intercept + said.gives[0] + said.gives[1])).abs() < 1e-12);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn fit_leads(names: &[String], leads: &[Lead], how: &Learning) -> Result<LeadFit, Error> {
    check(names, leads, how)?;
    let (out, learnt): (Vec<&Lead>, Vec<&Lead>) =
        leads.iter().partition(|lead| is_held_out(&lead.id, how.holdout));
    let means: Vec<Mean> = (0..names.len()).map(|at| Mean::of(&learnt, at)).collect();
    let cases: Vec<Case> = learnt
        .iter()
        .map(|lead| Case {
            factors: lead.factors.iter().zip(&means).map(|(it, m)| it.unwrap_or(m.mean)).collect(),
            outcome: lead.outcome,
            weight: lead.weight,
        })
        .collect();
    let Some(regression) = logistic(&cases, how.penalty) else {
        return Err(one_sort(&learnt));
    };
    let factors = names.iter().zip(&means).enumerate().map(|(at, (name, mean))| LeadFactor {
        name: name.clone(),
        weight: rounded(regression.coefficients.get(at + 1).copied().unwrap_or_default()),
        error: regression.error(at + 1),
        missing: rounded(mean.mean),
        spread: mean.spread,
        known: mean.known,
    });
    let mut fit = LeadFit {
        intercept: rounded(regression.coefficients.first().copied().unwrap_or_default()),
        intercept_error: regression.error(0),
        factors: factors.collect(),
        learnt: weight(&learnt, |_| true),
        bought: weight(&learnt, |lead| lead.outcome),
        tested: None,
        regression,
    };
    if fit.is_settled() {
        fit.tested = test(&fit, &out);
    }
    Ok(fit)
}

/// To the places that an axis has, a half to the even one.
fn rounded(value: f64) -> f64 {
    let scale = libm::pow(10.0, f64::from(PLACES));
    let units = value * scale;
    // Beyond 2^53 there are no places left.
    if units.abs() < 9e15 { units.round_ties_even() / scale } else { value }
}

/// What is known of a factor.
struct Mean {
    mean: f64,
    spread: f64,
    known: u64,
}

impl Mean {
    fn of(leads: &[&Lead], at: usize) -> Mean {
        let value = |lead: &&Lead| Some((lead.factors.get(at).copied()??, lead.weight));
        let mut values: Vec<(f64, u64)> = leads.iter().filter_map(value).collect();
        // Sorted, so that the order of the leads is no matter.
        values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let known = values.iter().fold(0_u64, |sum, (_, weight)| sum.saturating_add(*weight));
        let mean_of = |of: &dyn Fn(f64) -> f64| -> f64 {
            let terms = values.iter().map(|(value, weight)| *weight as f64 * of(*value));
            if known == 0 { 0.0 } else { terms.collect::<Sum>().total() / known as f64 }
        };
        let mean = mean_of(&|value| value);
        let spread = libm::sqrt(mean_of(&|value| (value - mean) * (value - mean)));
        Mean { mean, spread, known }
    }
}

fn test(fit: &LeadFit, leads: &[&Lead]) -> Option<Tested> {
    let pairs: Vec<Pair> = leads
        .iter()
        .map(|lead| Pair {
            forecast: fit.score(&lead.factors).chance,
            actual: f64::from(u8::from(lead.outcome)),
            weight: lead.weight,
        })
        .collect();
    let judge = Judge::of(&pairs)?;
    let bins = (judge.weight() / FEWEST).clamp(1, MOST_BINS) as u32;
    Some(Tested {
        leads: judge.weight(),
        bought: weight(leads, |lead| lead.outcome),
        expected: judge.forecast(),
        auc: judge.auc()?,
        brier: judge.brier(),
        skill: judge.skill(),
        miscalibration: judge.miscalibration(bins),
        bins: judge.bins(bins),
    })
}

fn weight(leads: &[&Lead], counts: impl Fn(&Lead) -> bool) -> u64 {
    let counted = leads.iter().filter(|lead| counts(lead));
    counted.fold(0, |sum, lead| sum.saturating_add(lead.weight))
}

fn check(names: &[String], leads: &[Lead], how: &Learning) -> Result<(), Error> {
    let mut faults = how.check().err().map(Error::into_faults).unwrap_or_default();
    for (position, lead) in leads.iter().enumerate() {
        if lead.factors.len() != names.len() {
            let (got, wanted) = (lead.factors.len(), names.len());
            let en = format!("{} where there are {wanted} names", counted(got as u64, "factor"));
            let zh = format!("有 {got} 个因素，而名称有 {wanted} 个");
            let fault = Fault::new(Code::InvalidArgument, en, zh);
            faults.push(fault.at(format!("/{position}")));
        }
        for (name, value) in names.iter().zip(&lead.factors) {
            if let Some(value) = value.filter(|value| !value.is_finite()) {
                let en = format!("`{value}` is no value of a factor");
                let zh = format!("`{value}` 不能作为因素的取值");
                let fault = Fault::new(Code::InvalidArgument, en, zh);
                faults.push(fault.at(format!("/{position}/{name}")));
            }
        }
    }
    Error::check(faults)
}

fn one_sort(learnt: &[&Lead]) -> Error {
    let (all, bought) = (weight(learnt, |_| true), weight(learnt, |lead| lead.outcome));
    Fault::new(
        Code::NothingToFit,
        format!("{bought} of the {all} leads to learn from bought: there must be some who did and some who did not"),
        format!("用于学习的 {all} 条线索中有 {bought} 条成交：成交与未成交的都要有"),
    )
    .hint("take in more leads, or hold out fewer", "请纳入更多线索，或减少留出的比例")
    .into()
}

/// The names of the factors that leave something open.
pub fn open_factors(fit: &LeadFit) -> Vec<&str> {
    let places = match &fit.regression.open {
        Some(Open::Separated { factors, .. } | Open::Collinear { factors }) => factors.as_slice(),
        None => &[],
    };
    places.iter().filter_map(|at| fit.factors.get(*at)).map(|it| it.name.as_str()).collect()
}
