//! How good a value is: a curve from values to scores.
//!
//! ```text
//! score
//!  120 |                 ____   what is beyond the last knot scores as it does
//!  100 |............/           target
//!   60 |......../               threshold: half-way is not yet good
//!    0 |____/                   floor
//!           value ->            up: more is better; down: less; band: neither
//! ```
//!
//! A curve has no steps: where one more sale is worth forty points, people
//! sell it a month early.
//!
//! Scores have two places and are computed exactly; a target scores 100.

use serde::{Serialize, Serializer};

use crate::error::{Code, Error, Fault};
use crate::units::Decimal;

/// Places that a value may have on a curve.
const PLACES: u8 = 12;

/// No value on a curve is further from zero.
const FURTHEST: i128 = 1_000_000_000_000_000_000 * UNIT;
const UNIT: i128 = 1_000_000_000_000;

/// The largest score, in hundredths.
const MOST: i128 = 100_000;

/// The score of a target, in hundredths.
pub(super) const FULL: i128 = 10_000;

/// Which values are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// Higher ones.
    Up,
    /// Lower ones.
    Down,
    /// Those between two bounds.
    Band,
}

impl Better {
    /// Every way.
    pub const ALL: [Better; 3] = [Better::Up, Better::Down, Better::Band];

    /// The name in a playbook.
    pub fn name(self) -> &'static str {
        match self {
            Better::Up => "up",
            Better::Down => "down",
            Better::Band => "band",
        }
    }
}

/// A value and its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Knot {
    /// The value.
    pub value: Decimal,
    /// Its score: 0 to 1,000.
    pub score: Decimal,
}

impl Knot {
    /// A value and its score.
    pub fn new(value: Decimal, score: Decimal) -> Knot {
        Knot { value, score }
    }
}

/// Scores of values: straight between knots, level beyond them.
///
/// ```
/// use guanxi::kpi::{Better, Knot, ScoreCurve};
/// use guanxi::units::Decimal;
/// let knot = |value: &str, score: i64| {
///     Ok::<_, guanxi::Error>(Knot::new(Decimal::parse(value)?, Decimal::from_int(score)))
/// };
/// let knots = vec![knot("0.20", 0)?, knot("0.28", 60)?, knot("0.32", 100)?];
/// let curve = ScoreCurve::new(Better::Up, knots)?;
/// assert_eq!(curve.score(Decimal::parse("0.30")?)?.to_string(), "80.00");
/// assert_eq!(curve.score(Decimal::parse("0.50")?)?.to_string(), "100.00");
/// let of = curve.between(0.27, 0.31);
/// assert_eq!(of.map(|[low, high]| format!("{low} to {high}")).as_deref(), Some("52.50 to 90.00"));
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreCurve {
    better: Better,
    /// Values ascending, with [`PLACES`] places; scores in hundredths.
    knots: Vec<(i128, i128)>,
    cap: i128,
}

impl ScoreCurve {
    /// A curve through knots.
    ///
    /// # Inputs
    ///
    /// Two knots or more; for `up` and `down` from the worst to the best, so that
    /// scores rise; for `band` by value, so that scores rise to their top, which
    /// one or two knots may have, and fall. The top is 100 or more. Scores above
    /// 100 count only once the [`cap`](ScoreCurve::capped) is raised.
    ///
    /// # Errors
    ///
    /// [`Code::BadValue`], [`Code::TooFine`], [`Code::Overflow`]; all faults, each
    /// with the position of its knot, as `/2`.
    pub fn new(better: Better, knots: Vec<Knot>) -> Result<ScoreCurve, Error> {
        let mut faults = Vec::new();
        let mut read = Vec::with_capacity(knots.len());
        for (at, knot) in knots.iter().enumerate() {
            match (value(knot.value), score(knot.score)) {
                (Ok(value), Ok(score)) => read.push((value, score)),
                (a, b) => {
                    let found = a.err().into_iter().chain(b.err()).flat_map(Error::into_faults);
                    faults.extend(found.map(|fault| fault.at(format!("/{at}"))));
                }
            }
        }
        if faults.is_empty() {
            faults = ordered(better, &read);
        }
        Error::check(faults)?;
        if better == Better::Down {
            read.reverse();
        }
        Ok(ScoreCurve { better, knots: read, cap: FULL })
    }

    /// The usual curve: 0 at the floor, 60 at the threshold, 100 at the target,
    /// 120 at the stretch target where there is one.
    ///
    /// # Errors
    ///
    /// As [`new`](ScoreCurve::new); for a band there is no such curve.
    pub fn levels(
        better: Better,
        floor: Decimal,
        threshold: Decimal,
        target: Decimal,
        stretch: Option<Decimal>,
    ) -> Result<ScoreCurve, Error> {
        let stages = [(floor, 0), (threshold, 60), (target, 100)];
        let stages = stages.into_iter().chain(stretch.map(|it| (it, 120)));
        let knot = |(value, score): (Decimal, i64)| Knot::new(value, Decimal::from_int(score));
        ScoreCurve::new(better, stages.map(knot).collect())
    }

    /// The curve of a share of the target, where nobody drew one.
    ///
    /// `up`: 0 at nothing, 100 at the target, as much more for as much more.
    /// `down`: 100 at the target, 0 at twice of it.
    ///
    /// # Errors
    ///
    /// [`Code::BadValue`] where the target is not above zero, of which there are
    /// no shares, and for a band.
    pub fn attainment(better: Better, target: Decimal) -> Result<ScoreCurve, Error> {
        let twice = target.checked_add(target)?;
        let (nothing, knot) =
            (Decimal::from_int(0), |value, score| Knot::new(value, Decimal::from_int(score)));
        match better {
            _ if target.units() <= 0 => Err(no_shares().into()),
            Better::Band => Err(no_shares().into()),
            Better::Up => {
                ScoreCurve::new(better, vec![knot(nothing, 0), knot(target, 100), knot(twice, 200)])
            }
            Better::Down => {
                ScoreCurve::new(better, vec![knot(twice, 0), knot(target, 100), knot(nothing, 200)])
            }
        }
    }

    /// The curve of a band where nobody drew one: 100 between the bounds, 0 as
    /// far outside as they are apart.
    ///
    /// # Errors
    ///
    /// As [`new`](ScoreCurve::new), where `low` is not below `high`.
    pub fn band(low: Decimal, high: Decimal) -> Result<ScoreCurve, Error> {
        let width = high.checked_sub(low)?;
        let knot = |value, score| Knot::new(value, Decimal::from_int(score));
        let outside = [low.checked_sub(width)?, high.checked_add(width)?];
        let knots = vec![knot(outside[0], 0), knot(low, 100), knot(high, 100), knot(outside[1], 0)];
        ScoreCurve::new(Better::Band, knots)
    }

    /// The same curve with another largest score: 100 unless told otherwise.
    ///
    /// # Errors
    ///
    /// [`Code::BadValue`]: below 100 or above 1,000.
    pub fn capped(mut self, cap: Decimal) -> Result<ScoreCurve, Error> {
        let cap = score(cap)?;
        if cap < FULL {
            let (en, zh) = ("no score below 100 can be the largest", "分数上限不得低于 100");
            return Err(Fault::new(Code::BadValue, en, zh).into());
        }
        self.cap = cap;
        Ok(self)
    }

    /// The same curve over values that are so many times as large: what is asked
    /// of half a year, by the curve of a year.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`]: not above zero, or so little that knots fall
    /// together; [`Code::Overflow`].
    pub fn times(&self, factor: Decimal) -> Result<ScoreCurve, Error> {
        let power = 10_i128.pow(u32::from(factor.scale()));
        let times = |(value, score): &(i128, i128)| {
            Some((nearest(value.checked_mul(factor.units())?, power), *score))
        };
        let Some(knots) = self.knots.iter().map(times).collect::<Option<Vec<_>>>() else {
            let (en, zh) = ("the values of the curve become too large", "曲线取值过大");
            return Err(Fault::new(Code::Overflow, en, zh).into());
        };
        let rising = knots.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0));
        let near = knots.iter().all(|knot| knot.0.abs() <= FURTHEST);
        if factor.units() <= 0 || !rising || !near {
            let (en, zh) = (
                format!("a curve cannot be stretched by `{factor}`"),
                format!("评分曲线无法按 `{factor}` 倍缩放"),
            );
            return Err(Fault::new(Code::InvalidArgument, en, zh).into());
        }
        Ok(ScoreCurve { knots, ..self.clone() })
    }

    /// Which values are better.
    pub fn better(&self) -> Better {
        self.better
    }

    /// The largest score.
    pub fn cap(&self) -> Result<Decimal, Error> {
        decimal(self.cap, 2)
    }

    /// The knots, by value.
    pub fn knots(&self) -> Result<Vec<Knot>, Error> {
        let knot = |(value, score): &(i128, i128)| {
            Ok(Knot::new(decimal(*value, PLACES)?, decimal(*score, 2)?))
        };
        self.knots.iter().map(knot).collect()
    }

    /// The score of a value, with two places, halves to the even digit.
    ///
    /// Values finer than twelve places are rounded to them first.
    pub fn score(&self, value: Decimal) -> Result<Decimal, Error> {
        decimal(self.hundredths(value)?, 2)
    }

    pub(super) fn hundredths(&self, value: Decimal) -> Result<i128, Error> {
        // What does not fit is beyond every knot.
        let beyond = if value.units() < 0 { -FURTHEST - 1 } else { FURTHEST + 1 };
        let at = value.rescale_half_even(PLACES).map_or(beyond, Decimal::units);
        Ok(self.at(at))
    }

    /// The scores between which that of a value lies when the value is between
    /// two: the lowest and the highest. `None` where an end is not a number.
    pub fn between(&self, low: f64, high: f64) -> Option<[Decimal; 2]> {
        let [low, high] = self.hundredths_between(low, high)?;
        Some([decimal(low, 2).ok()?, decimal(high, 2).ok()?])
    }

    pub(super) fn hundredths_between(&self, low: f64, high: f64) -> Option<[i128; 2]> {
        if low.is_nan() || high.is_nan() {
            return None;
        }
        let whole = |value: f64| {
            let beyond = FURTHEST as f64;
            libm::rint((value * UNIT as f64).clamp(-beyond, beyond)) as i128
        };
        let (low, high) = (whole(low.min(high)), whole(low.max(high)));
        let ends = [self.at(low), self.at(high)];
        // A curve has one top: it is lowest at an end, and highest at one or at
        // a knot between them.
        let inside = self.knots.iter().filter(|knot| low < knot.0 && knot.0 < high);
        let top = inside.map(|knot| knot.1.min(self.cap)).chain(ends).max()?;
        Some([ends[0].min(ends[1]), top])
    }

    /// The score in hundredths of a value with [`PLACES`] places.
    fn at(&self, value: i128) -> i128 {
        let after = self.knots.partition_point(|knot| knot.0 <= value);
        let before = after.checked_sub(1).and_then(|at| self.knots.get(at));
        let score = match (before, self.knots.get(after)) {
            (Some((v0, s0)), Some((v1, s1))) => s0 + nearest((value - v0) * (s1 - s0), v1 - v0),
            (Some((_, score)), None) | (None, Some((_, score))) => *score,
            (None, None) => 0,
        };
        score.min(self.cap)
    }
}

impl Serialize for ScoreCurve {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown {
            better: Better,
            knots: Vec<Knot>,
            cap: Decimal,
        }
        let shown = || {
            Ok::<_, Error>(Shown { better: self.better, knots: self.knots()?, cap: self.cap()? })
        };
        shown().map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

/// The quotient, halves to the even digit; the divisor is positive.
pub(super) fn nearest(number: i128, by: i128) -> i128 {
    let (down, rest) = (number.div_euclid(by), number.rem_euclid(by));
    let up = match (rest * 2).cmp(&by) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => down.rem_euclid(2),
        std::cmp::Ordering::Greater => 1,
    };
    down + up
}

pub(super) fn decimal(units: i128, places: u8) -> Result<Decimal, Error> {
    Decimal::new(units, places)
}

fn value(value: Decimal) -> Result<i128, Error> {
    let fine = value.rescale_exact(PLACES)?.units();
    if fine.abs() <= FURTHEST {
        return Ok(fine);
    }
    let (en, zh) = (
        format!("the value `{value}` is further from zero than 10^18"),
        format!("取值 `{value}` 超出 10^18"),
    );
    Err(Fault::new(Code::Overflow, en, zh).into())
}

fn score(score: Decimal) -> Result<i128, Error> {
    let fine = score.rescale_exact(2)?.units();
    if (0..=MOST).contains(&fine) {
        return Ok(fine);
    }
    let (en, zh) = (
        format!("a score is from 0 to 1,000, not `{score}`"),
        format!("分数应在 0 至 1000 之间，而不是 `{score}`"),
    );
    Err(Fault::new(Code::BadValue, en, zh).into())
}

/// What is wrong with the order of knots that are each well.
fn ordered(better: Better, knots: &[(i128, i128)]) -> Vec<Fault> {
    let bad =
        |at: usize, en: &str, zh: &str| Fault::new(Code::BadValue, en, zh).at(format!("/{at}"));
    let top = knots.iter().map(|knot| knot.1).max().unwrap_or(0);
    let mut faults = Vec::new();
    if knots.len() < 2 {
        let (en, zh) = ("a curve has two knots or more", "评分曲线至少需要两个点");
        return vec![Fault::new(Code::BadValue, en, zh)];
    }
    if top < FULL {
        let (en, zh) =
            ("no value scores 100, which a target does", "没有取值能得 100 分，而目标应为 100 分");
        faults.push(Fault::new(Code::BadValue, en, zh));
    }
    for (at, pair) in knots.windows(2).enumerate().map(|(at, pair)| (at + 1, pair)) {
        let [a, b] = pair else { continue };
        let rises = a.1 < b.1;
        match better {
            Better::Up if a.0 >= b.0 => {
                faults.push(bad(at, "more is better: values go up", "越高越好时，取值须递增"));
            }
            Better::Down if a.0 <= b.0 => {
                faults.push(bad(at, "less is better: values go down", "越低越好时，取值须递减"));
            }
            Better::Band if a.0 >= b.0 => {
                faults.push(bad(
                    at,
                    "the knots of a band go by value",
                    "区间型曲线的点须按取值递增",
                ));
            }
            Better::Up | Better::Down if !rises => {
                faults.push(bad(
                    at,
                    "scores go up, from the worst to the best",
                    "分数须由差到好严格递增",
                ));
            }
            _ => {}
        }
    }
    if better == Better::Band && !has_one_top(knots, top) {
        let (en, zh) = (
            "scores of a band rise to one top, which one or two knots have, and fall",
            "区间型曲线的分数须先升后降，最高分只能由一个点或相邻两个点取得",
        );
        faults.push(Fault::new(Code::BadValue, en, zh));
    }
    faults
}

fn has_one_top(knots: &[(i128, i128)], top: i128) -> bool {
    let first = knots.iter().position(|knot| knot.1 == top).unwrap_or(0);
    let last = knots.iter().rposition(|knot| knot.1 == top).unwrap_or(0);
    let rises = |pair: &[(i128, i128)]| matches!(pair, [a, b] if a.1 < b.1);
    let falls = |pair: &[(i128, i128)]| matches!(pair, [a, b] if a.1 > b.1);
    last <= first + 1
        && knots.iter().take(first + 1).copied().collect::<Vec<_>>().windows(2).all(rises)
        && knots.iter().skip(last).copied().collect::<Vec<_>>().windows(2).all(falls)
}

fn no_shares() -> Fault {
    Fault::new(
        Code::BadValue,
        "there are no shares of a target that is not above zero, or of a band",
        "目标不大于零或为区间时，无法按完成率评分",
    )
    .hint("give the KPI a curve", "请为该指标定义评分曲线")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn knot(value: &str, score: &str) -> Knot {
        Knot::new(Decimal::parse(value).unwrap(), Decimal::parse(score).unwrap())
    }

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn bands_are_tents_and_downs_are_turned() {
        let band = ScoreCurve::band(number("10"), number("20")).unwrap();
        for (value, score) in
            [("-3", "0.00"), ("5", "50.00"), ("10", "100.00"), ("15", "100.00"), ("29.9", "1.00")]
        {
            assert_eq!(band.score(number(value)).unwrap().to_string(), score, "{value}");
        }
        let told = band.between(5.0, 25.0).unwrap().map(|it| it.to_string());
        assert_eq!(told, ["50.00", "100.00"]);
        let down = ScoreCurve::attainment(Better::Down, number("4")).unwrap();
        assert_eq!(down.score(number("5")).unwrap().to_string(), "75.00");
        assert_eq!(down.score(number("2")).unwrap().to_string(), "100.00");
        let down = down.capped(number("120")).unwrap();
        assert_eq!(down.score(number("2")).unwrap().to_string(), "120.00");
        assert_eq!(down.between(3.0, 5.0).unwrap().map(|it| it.to_string()), ["75.00", "120.00"]);
        assert!(down.between(f64::NAN, 1.0).is_none());
    }

    #[test]
    fn a_half_goes_to_the_even_digit_and_what_is_huge_is_at_the_end() {
        let curve = ScoreCurve::new(Better::Up, vec![knot("0", "0"), knot("800", "100")]).unwrap();
        // 100 / 800 is 0.125 a unit.
        assert_eq!(curve.score(number("1")).unwrap().to_string(), "0.12");
        assert_eq!(curve.score(number("3")).unwrap().to_string(), "0.38");
        let most = number("170141183460469231731687303715884105727");
        assert_eq!(curve.score(most).unwrap().to_string(), "100.00");
        assert_eq!(curve.score(most.checked_neg().unwrap()).unwrap().to_string(), "0.00");
        let half = curve.times(number("0.5")).unwrap();
        assert_eq!(half.score(number("200")).unwrap().to_string(), "50.00");
        assert_eq!(curve.times(number("0")).unwrap_err().code(), Code::InvalidArgument);
    }

    #[test]
    fn all_faults_are_told_with_their_knots() {
        let of = |better, knots: Vec<Knot>| {
            let faults = ScoreCurve::new(better, knots).unwrap_err().into_faults();
            faults.into_iter().map(|it| (it.code, it.pointer)).collect::<Vec<_>>()
        };
        let at = |at: &str| Some(at.to_owned());
        assert_eq!(
            of(Better::Up, vec![knot("1", "0"), knot("1", "-1"), knot("0.0000000000001", "1001")]),
            [(Code::BadValue, at("/1")), (Code::TooFine, at("/2")), (Code::BadValue, at("/2"))]
        );
        assert_eq!(
            of(Better::Up, vec![knot("2", "0"), knot("1", "50"), knot("3", "50")]),
            [(Code::BadValue, None), (Code::BadValue, at("/1")), (Code::BadValue, at("/2"))]
        );
        assert_eq!(of(Better::Down, vec![knot("1", "0"), knot("2", "100")]).len(), 1);
        assert_eq!(of(Better::Up, vec![knot("1", "100")]).len(), 1);
        let two_tops = vec![knot("1", "100"), knot("2", "50"), knot("3", "100")];
        assert_eq!(of(Better::Band, two_tops), [(Code::BadValue, None)]);
        let edge = ScoreCurve::new(Better::Band, vec![knot("1", "100"), knot("2", "50")]).unwrap();
        assert_eq!(edge.score(number("0")).unwrap().to_string(), "100.00");
        assert!(ScoreCurve::attainment(Better::Up, number("0")).is_err());
    }

    proptest! {
        #[test]
        fn what_is_better_never_scores_less(steps in prop::collection::vec((1_i64..500, 1_i64..4_000), 2..8), a in -500_i64..5_000, b in -500_i64..5_000, is_down: bool) {
            let (mut value, mut score) = (if is_down { 3_000 } else { -100 }, 0);
            let mut knots = Vec::new();
            for (step, more) in &steps {
                knots.push(Knot::new(Decimal::new(value.into(), 2).unwrap(), Decimal::new(score.into(), 2).unwrap()));
                value += if is_down { -step } else { *step };
                score += more;
            }
            prop_assume!(knots.last().unwrap().score.units() >= FULL);
            let better = if is_down { Better::Down } else { Better::Up };
            let curve = ScoreCurve::new(better, knots.clone()).unwrap().capped(number("1000")).unwrap();
            let of = |value: i64| curve.score(Decimal::new(value.into(), 2).unwrap()).unwrap().units();
            let (low, high) = (a.min(b), a.max(b));
            let (worse, best) = if is_down { (high, low) } else { (low, high) };
            prop_assert!(of(worse) <= of(best));
            for knot in &knots {
                prop_assert_eq!(curve.score(knot.value).unwrap().units(), knot.score.rescale_exact(2).unwrap().units());
            }
            // Whatever lies between two values scores between their scores.
            let [least, most] = curve.between(low as f64 / 100.0, high as f64 / 100.0).unwrap();
            for step in 0..=10 {
                let score = of(low + (high - low) * step / 10);
                prop_assert!(least.units() <= score && score <= most.units());
            }
        }
    }
}
