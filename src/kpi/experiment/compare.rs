//! One arm beside the control.

use super::report::{Comparison, Cuped, Difference, Estimate, Profit, Ratio, Verdict};
use super::{Arm, Question};
use crate::error::Text;
use crate::kpi::Moments;
use crate::stats::{ln_t_beyond, normal_at, t_at, t_beyond};

/// A mean, and how far it may be off.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub mean: f64,
    /// The variance of the mean; `None` for fewer than two customers.
    variance: Option<f64>,
    n: f64,
}

impl Side {
    pub fn of(moments: &Moments, units: f64) -> Side {
        let n = moments.n() as f64;
        let variance = moments.variance().map(|variance| variance / units / units / n);
        Side { mean: moments.mean() / units, variance, n }
    }

    fn before(moments: &Moments, units: f64) -> Side {
        let n = moments.n() as f64;
        let variance = moments.variance_before().map(|variance| variance / units / units / n);
        Side { mean: moments.mean_before() / units, variance, n }
    }
}

/// Two means that are compared, and by how many standard errors they may part.
struct Test {
    arm: Side,
    control: Side,
    /// The standard error of the difference; `None` where nothing varies.
    error: Option<f64>,
    /// Degrees of freedom.
    df: f64,
    /// Standard errors to either side that the interval covers.
    critical: f64,
}

impl Test {
    /// Welch's test, or at any look an asymptotic confidence sequence.
    fn new(arm: Side, control: Side, question: &Question) -> Test {
        let (a, b) = (arm.variance.unwrap_or(0.0), control.variance.unwrap_or(0.0));
        let known = arm.variance.is_some() && control.variance.is_some();
        let error = libm::sqrt(a + b);
        let error = (known && error > 0.0).then_some(error);
        let spread = a * a / (arm.n - 1.0) + b * b / (control.n - 1.0);
        let df = if error.is_some() { (a + b) * (a + b) / spread } else { 1.0 };
        let critical = match question.sequential {
            Some(tightest) => {
                let planned = Planned::new(question.level, tightest);
                planned.width(arm.n + control.n, question.level)
            }
            None => t_at(question.level, df),
        };
        Test { arm, control, error, df, critical }
    }

    fn effect(&self) -> f64 {
        self.arm.mean - self.control.mean
    }

    fn difference(&self, question: &Question) -> Difference {
        let effect = self.effect();
        let Some(error) = self.error else {
            return Difference {
                effect,
                low: None,
                high: None,
                p: None,
                log_p: None,
                p_among_all: None,
                detectable: None,
            };
        };
        let off = self.critical * error;
        let t = effect / error;
        let (p, log_p) = match question.sequential {
            Some(tightest) => {
                Planned::new(question.level, tightest).p(t, self.arm.n + self.control.n)
            }
            None => (t_beyond(t, self.df), ln_t_beyond(t, self.df)),
        };
        Difference {
            effect,
            low: Some(effect - off),
            high: Some(effect + off),
            p: Some(p),
            log_p: Some(log_p),
            p_among_all: None,
            detectable: Some((self.critical + normal_at(0.2)) * error),
        }
    }

    /// What the arm earned, and what for each unit of money that it cost.
    fn earned(
        &self,
        found: &Difference,
        question: &Question,
    ) -> (Option<Profit>, Option<Estimate>) {
        let Some(money) = question.money else { return (None, None) };
        let n = self.arm.n;
        let of = |outcome: f64| money.margin * outcome - money.cost;
        let ends = ends(found, &of);
        let profit = Profit {
            per_customer: of(found.effect),
            low: ends.0,
            high: ends.1,
            total: of(found.effect) * n,
            total_low: ends.0.map(|low| low * n),
            total_high: ends.1.map(|high| high * n),
            chance: chance(found, self, money.margin, money.cost),
        };
        let share = |profit: f64| profit / money.cost;
        let roi = (money.cost > 0.0).then(|| Estimate {
            value: share(profit.per_customer),
            low: profit.low.map(share),
            high: profit.high.map(share),
        });
        (Some(profit), roi)
    }

    /// Fieller's interval of the ratio of the means, less one: all `r` for which
    /// `arm - r control` is not further from zero than the critical value.
    fn ratio(&self) -> Option<Ratio> {
        if self.control.mean <= 0.0 {
            return None;
        }
        let effect = self.effect() / self.control.mean;
        let told =
            |low, high, unbounded| Some(Ratio { effect, low, high, method: "fieller", unbounded });
        if self.error.is_none() {
            return told(None, None, false);
        }
        let square = self.critical * self.critical;
        let (a, b) = (self.arm.variance.unwrap_or(0.0), self.control.variance.unwrap_or(0.0));
        let (x, y) = (self.control.mean, self.arm.mean);
        // r^2 (x^2 - c^2 b) - 2 r x y + (y^2 - c^2 a) <= 0
        let (quadratic, linear, constant) = (x * x - square * b, x * y, y * y - square * a);
        let inside = linear * linear - quadratic * constant;
        if inside < 0.0 {
            // No ratio at all can be left out.
            return told(None, None, true);
        }
        let root = libm::sqrt(inside);
        let ends = ((linear - root) / quadratic - 1.0, (linear + root) / quadratic - 1.0);
        if quadratic > 0.0 {
            told(Some(ends.0), Some(ends.1), false)
        } else {
            // What can be left out lies between the two.
            told(Some(ends.1.min(ends.0)), Some(ends.0.max(ends.1)), true)
        }
    }
}

/// A confidence sequence that is at its tightest after so many customers.
struct Planned {
    rho2: f64,
}

impl Planned {
    fn new(level: f64, tightest: f64) -> Planned {
        let twice = -2.0 * libm::log(level);
        Planned { rho2: (twice + libm::log(twice + 1.0)) / tightest }
    }

    /// Standard errors to either side after `n` customers.
    fn width(&self, n: f64, level: f64) -> f64 {
        let grown = n * self.rho2 + 1.0;
        libm::sqrt(2.0 * grown / (n * self.rho2) * libm::log(libm::sqrt(grown) / level))
    }

    /// The smallest level at which the interval leaves zero out, 1 at most, and
    /// its logarithm.
    fn p(&self, t: f64, n: f64) -> (f64, f64) {
        let grown = n * self.rho2 + 1.0;
        let ln = libm::log(grown) / 2.0 - t * t * n * self.rho2 / (2.0 * grown);
        let ln = ln.min(0.0);
        (libm::exp(ln), ln)
    }
}

pub(super) fn compare(
    arm: &Arm,
    control: &Arm,
    question: &Question,
    is_trusted: bool,
) -> Comparison {
    let side = |arm: &Arm| Side::of(&arm.moments, question.units);
    let test = Test::new(side(arm), side(control), question);
    let absolute = test.difference(question);
    let relative = test.ratio();
    let cuped = question.units_before.and_then(|units| cuped(arm, control, question, units));
    // What is known better decides.
    let best = cuped.as_ref().map_or(&absolute, |cuped| &cuped.absolute);
    let verdict = verdict(best, question.level, is_trusted);
    let (profit, roi) = test.earned(&absolute, question);
    Comparison {
        arm: arm.name.clone(),
        n: arm.moments.n(),
        mean: test.arm.mean,
        sentence: sentence(&arm.name, best, verdict),
        absolute,
        relative,
        cuped,
        profit,
        roi,
        verdict,
    }
}

/// The effect that is known best, and its standard error; `None` where nothing
/// varies.
pub(super) fn effect_of(arm: &Arm, control: &Arm, question: &Question) -> Option<(f64, f64)> {
    let known = question.units_before.and_then(|units| cuped(arm, control, question, units));
    let side = |arm: &Arm| Side::of(&arm.moments, question.units);
    let test = Test::new(side(arm), side(control), question);
    let plain = (test.effect(), test.error?);
    let Some(cuped) = known else { return Some(plain) };
    Some((cuped.absolute.effect, plain.1 * libm::sqrt((1.0 - cuped.variance_reduction).max(0.0))))
}

/// The ends of an interval after a change of scale, which may turn it round.
fn ends(difference: &Difference, of: &dyn Fn(f64) -> f64) -> (Option<f64>, Option<f64>) {
    match (difference.low.map(of), difference.high.map(of)) {
        (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
        _ => (None, None),
    }
}

/// How sure it is that the margin on the effect is more than the cost.
fn chance(difference: &Difference, test: &Test, margin: f64, cost: f64) -> Option<f64> {
    let error = (difference.high? - difference.low?) / 2.0 / test.critical * margin.abs();
    let t = (margin * difference.effect - cost) / error;
    let beyond = t_beyond(t, test.df) / 2.0;
    (error > 0.0).then_some(if t > 0.0 { 1.0 - beyond } else { beyond })
}

fn verdict(difference: &Difference, level: f64, is_trusted: bool) -> Verdict {
    match difference.p {
        _ if !is_trusted => Verdict::NotTrusted,
        Some(p) if p < level && difference.effect > 0.0 => Verdict::Higher,
        Some(p) if p < level => Verdict::Lower,
        _ => Verdict::CannotTell,
    }
}

/// The comparison less what was known before: each outcome is moved by what its
/// customer was away from the mean of both arms before, times `theta`, the
/// slope within the arms.
fn cuped(arm: &Arm, control: &Arm, question: &Question, before: f64) -> Option<Cuped> {
    let both = [&arm.moments, &control.moments];
    let degrees = |moments: &Moments| moments.n().saturating_sub(1) as f64;
    let pooled = |of: fn(&Moments) -> Option<f64>| {
        both.iter().map(|it| of(it).unwrap_or(0.0) * degrees(it)).sum::<f64>()
    };
    let (shared, spread) = (pooled(Moments::covariance), pooled(Moments::variance_before));
    if spread <= 0.0 {
        return None;
    }
    let theta = shared / question.units / before / (spread / before / before);
    let n: f64 = both.iter().map(|it| it.n() as f64).sum();
    let mean = both.iter().map(|it| it.n() as f64 * it.mean_before() / before).sum::<f64>() / n;
    let side = |arm: &Arm| {
        let moments = &arm.moments;
        let side = Side::of(moments, question.units);
        let known = moments.variance_before()? / before / before;
        let both = moments.covariance()? / question.units / before;
        let less = (theta * theta * known - 2.0 * theta * both) / side.n;
        Some(Side {
            mean: side.mean - theta * (moments.mean_before() / before - mean),
            variance: Some((side.variance? + less).max(0.0)),
            n: side.n,
        })
    };
    let test = Test::new(side(arm)?, side(control)?, question);
    let plain = Side::of(&arm.moments, question.units).variance?
        + Side::of(&control.moments, question.units).variance?;
    let left = test.arm.variance? + test.control.variance?;
    let known = |arm: &Arm| Side::before(&arm.moments, before);
    let one_look = Question { sequential: None, ..question.clone() };
    let balance = Test::new(known(arm), known(control), &one_look).difference(&one_look);
    let absolute = test.difference(question);
    let (profit, roi) = test.earned(&absolute, question);
    Some(Cuped {
        variance_reduction: if plain > 0.0 { 1.0 - left / plain } else { 0.0 },
        theta,
        balance_p: balance.p,
        absolute,
        relative: test.ratio(),
        profit,
        roi,
    })
}

fn sentence(arm: &str, best: &Difference, verdict: Verdict) -> Text {
    let number = |it: Option<f64>| it.map_or_else(|| "?".to_owned(), |it| format!("{it:.4}"));
    let (effect, low, high) = (number(Some(best.effect)), number(best.low), number(best.high));
    match verdict {
        Verdict::Higher | Verdict::Lower => {
            let (more, more_zh) = match verdict {
                Verdict::Higher => ("higher", "高于"),
                _ => ("lower", "低于"),
            };
            Text::new(
                format!("{arm}: {more} than without it, by {effect} a customer ({low} to {high})."),
                format!("{arm}：{more_zh}对照组，每位客户 {effect}（{low} 至 {high}）。"),
            )
        }
        Verdict::CannotTell => {
            let least = number(best.detectable);
            Text::new(
                format!(
                    "{arm}: chance alone would do as much. This test would have found an effect of \
                     {least} eight times out of ten."
                ),
                format!(
                    "{arm}：仅凭偶然也会有此差异。真实效果达到 {least} 时，本次测试有八成把握发现。"
                ),
            )
        }
        Verdict::NotTrusted => Text::new(
            format!("{arm}: the arms are not as large as they were planned; find out why first."),
            format!("{arm}：各组人数与计划不符，请先查明原因，再谈效果。"),
        ),
    }
}
