//! Axes (评分维度): how a score comes about, and what each observation gives to
//! it.

use std::sync::Arc;

use super::curve::{Curve, FULL, Hundredths};
use super::share::apportion;
use crate::error::Text;
use crate::lang::Checked;
use crate::units::Decimal;

/// A score of 0 to 100 that every customer has, or whose observations are all
/// missing.
#[derive(Debug, Clone)]
pub struct Axis {
    /// The name that `axis('...')` gives.
    pub name: Arc<str>,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
    /// An explanation for people.
    pub help: Option<Text>,
    /// How it comes about.
    pub rule: Rule,
}

/// How a score comes about.
#[derive(Debug, Clone)]
pub enum Rule {
    /// The mean of what is known, each point by its weight.
    Points(Vec<Point>),
    /// The chance that a logistic regression gives, of 100.
    Logistic(Logistic),
}

/// One observation.
#[derive(Debug, Clone)]
pub struct Point {
    /// What it is called among the points of its axis.
    pub name: Arc<str>,
    /// What people call it.
    pub text: Text,
    /// What is observed.
    pub from: Arc<Checked>,
    /// How it loses weight as it grows old, if it does.
    pub fade: Option<Fade>,
    /// How much it weighs, in millionths.
    pub weight: i64,
    /// Scores for what is observed.
    pub curve: Curve,
    /// Whether it says something without knowing of any purchase.
    pub plain: bool,
}

/// How a point loses weight.
#[derive(Debug, Clone)]
pub struct Fade {
    /// Since when what is observed holds.
    pub since: Arc<Checked>,
    /// After how long it weighs half as much.
    pub half_life: Arc<Checked>,
}

/// A logistic regression.
#[derive(Debug, Clone)]
pub struct Logistic {
    /// The logarithm of the odds where every factor is 0.
    pub intercept: Decimal,
    /// What raises or lowers it.
    pub factors: Vec<Factor>,
}

/// One term of a logistic regression.
#[derive(Debug, Clone)]
pub struct Factor {
    /// What it is called.
    pub name: Arc<str>,
    /// What people call it.
    pub text: Text,
    /// What is observed.
    pub from: Arc<Checked>,
    /// By how much one more raises the logarithm of the odds.
    pub weight: Decimal,
    /// What counts where it is not known; without it nothing is known then.
    pub missing: Option<Decimal>,
    /// Whether it says something without knowing of any purchase.
    pub plain: bool,
}

/// What is known of a point or a factor at one assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// What was observed; `None`: nothing.
    pub observed: Option<Decimal>,
    /// For how long it holds and after how long it weighs half as much, both in
    /// microseconds, where it fades.
    pub fade: Option<(i64, i64)>,
}

/// A score, or none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scored {
    /// The score; `None`: too little is known.
    pub score: Option<Hundredths>,
    /// The same from what says something without knowing of any purchase.
    pub without_purchases: Option<Hundredths>,
}

/// What one point or factor gives to a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// What was observed; `None`: nothing, so it gives nothing.
    pub observed: Option<Decimal>,
    /// Its own score by its curve; `None` for factors.
    pub score: Option<Hundredths>,
    /// Its weight of all that count, in hundredths of a percent; `None` for
    /// factors.
    pub weight: Option<i64>,
    /// What it gives: points add up to the score in hundredths, factors and the
    /// intercept to the logarithm of the odds in millionths.
    pub gives: i64,
}

/// Units of a faded weight: a point older than 32 half-lives weighs nothing.
const WHOLE: f64 = 4_294_967_296.0;

impl Point {
    /// What it weighs, in units of its own; 0 where nothing is known.
    fn weight(&self, seen: Seen) -> i128 {
        if seen.observed.is_none() {
            return 0;
        }
        let left = match seen.fade {
            Some((age, half_life)) if 0 < half_life => {
                let age = age.max(0) as f64 / half_life as f64;
                (libm::exp2(-age) * WHOLE).round_ties_even()
            }
            _ => WHOLE,
        };
        i128::from(self.weight) * left as i128
    }

    fn score(&self, seen: Seen) -> Hundredths {
        seen.observed.map_or(0, |observed| self.curve.score(observed))
    }
}

impl Axis {
    /// The score of what was seen, one for each point or factor in order.
    ///
    /// # Cost
    ///
    /// A few operations for each.
    pub fn score(&self, seen: &[Seen]) -> Scored {
        let (score, without_purchases) = match &self.rule {
            Rule::Points(points) => {
                (mean(points, seen, |_| true), mean(points, seen, |it| it.plain))
            }
            Rule::Logistic(logistic) => {
                (logistic.score(seen, |_| true), logistic.score(seen, |it| it.plain))
            }
        };
        Scored { score, without_purchases }
    }

    /// What each point or factor gives.
    pub fn contributions(&self, seen: &[Seen]) -> Vec<Contribution> {
        match &self.rule {
            Rule::Points(points) => of_points(points, seen),
            Rule::Logistic(logistic) => logistic.contributions(seen),
        }
    }

    /// How many observations it rests on.
    pub fn width(&self) -> usize {
        match &self.rule {
            Rule::Points(points) => points.len(),
            Rule::Logistic(logistic) => logistic.factors.len(),
        }
    }

    /// Whether the score knows of purchases.
    pub fn is_plain(&self) -> bool {
        match &self.rule {
            Rule::Points(points) => points.iter().all(|point| point.plain),
            Rule::Logistic(logistic) => logistic.factors.iter().all(|factor| factor.plain),
        }
    }
}

/// The weighted mean of the points that count.
fn mean(points: &[Point], seen: &[Seen], counts: impl Fn(&Point) -> bool) -> Option<Hundredths> {
    let (mut sum, mut whole) = (0, 0);
    for (point, seen) in points.iter().zip(seen).filter(|(point, _)| counts(point)) {
        let weight = point.weight(*seen);
        sum += weight * i128::from(point.score(*seen));
        whole += weight;
    }
    (0 < whole).then(|| super::curve::divide_half_even(sum, whole) as Hundredths)
}

fn of_points(points: &[Point], seen: &[Seen]) -> Vec<Contribution> {
    let pairs = || points.iter().zip(seen);
    let weights: Vec<i128> = pairs().map(|(point, seen)| point.weight(*seen)).collect();
    let whole: i128 = weights.iter().sum();
    let scores: Vec<Hundredths> = pairs().map(|(point, seen)| point.score(*seen)).collect();
    let (gives, shares) = if whole == 0 {
        (vec![0; points.len()], vec![0; points.len()])
    } else {
        let each = |factor: &dyn Fn(usize) -> i128| -> Vec<i128> {
            weights.iter().enumerate().map(|(at, weight)| weight * factor(at)).collect()
        };
        let score = |at: usize| scores.get(at).map_or(0, |score| i128::from(*score));
        (apportion(&each(&score), whole).1, apportion(&each(&|_| i128::from(FULL)), whole).1)
    };
    let known = seen.iter().zip(&scores).zip(gives.iter().zip(&shares));
    known
        .map(|((seen, score), (gives, share))| Contribution {
            observed: seen.observed,
            score: seen.observed.map(|_| *score),
            weight: Some(*share),
            gives: *gives,
        })
        .collect()
}

/// Places of the logarithm of odds while it is summed.
const SCALE: u8 = 18;

impl Logistic {
    /// A term of the sum in units of `10^-18`; what is beyond any score stays
    /// there.
    fn term(weight: Decimal, observed: Decimal) -> i128 {
        let far = |number: Decimal| if number.units() < 0 { i128::MIN } else { i128::MAX };
        let Ok(observed) = observed.rescale_half_even(9) else { return far(observed) / 4 };
        let Ok(weight) = weight.rescale_half_even(9) else { return far(weight) / 4 };
        weight.units().saturating_mul(observed.units()).clamp(i128::MIN / 64, i128::MAX / 64)
    }

    fn terms(&self, seen: &[Seen], counts: impl Fn(&Factor) -> bool) -> Option<Vec<i128>> {
        let factors = self.factors.iter().zip(seen).filter(|(factor, _)| counts(factor));
        let term = |(factor, seen): (&Factor, &Seen)| {
            let observed = seen.observed.or(factor.missing)?;
            Some(Logistic::term(factor.weight, observed))
        };
        let intercept = Logistic::term(self.intercept, Decimal::from_int(1));
        std::iter::once(Some(intercept)).chain(factors.map(term)).collect()
    }

    fn score(&self, seen: &[Seen], counts: impl Fn(&Factor) -> bool) -> Option<Hundredths> {
        let sum = self.terms(seen, counts)?.iter().fold(0_i128, |sum, it| sum.saturating_add(*it));
        let odds = Decimal::new(sum, SCALE).ok()?.to_f64();
        // The same number on both sides of 0, and no overflow on either.
        let rare = libm::exp(-odds.abs());
        let chance = if odds < 0.0 { rare / (1.0 + rare) } else { 1.0 / (1.0 + rare) };
        Some((chance * FULL as f64).round_ties_even() as Hundredths)
    }

    /// The intercept's first, then one for each factor; none where the score is
    /// not known.
    fn contributions(&self, seen: &[Seen]) -> Vec<Contribution> {
        let Some(terms) = self.terms(seen, |_| true) else { return Vec::new() };
        let (_, gives) = apportion(&terms, 10_i128.pow(u32::from(SCALE) - 6));
        let observed = self.factors.iter().zip(seen).map(|(it, seen)| seen.observed.or(it.missing));
        let observed = std::iter::once(None).chain(observed);
        observed
            .zip(gives)
            .map(|(observed, gives)| Contribution { observed, score: None, weight: None, gives })
            .collect()
    }
}
