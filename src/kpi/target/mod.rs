//! What is asked of a KPI in a period: targets, where they come from, and how a
//! value stands beside one.
//!
//! ```text
//! fixed | growth | seasonal | peers | own history | band | maintain
//!                    └── what is known of the past ──> Goal: at least, at most, within
//! Goal + value + interval ──> above, on, below or cannot tell; met; met for sure
//! ```
//!
//! A target that the past cannot give is no number: [`NoGoal`] says what is
//! lacking.

mod dated;
mod goal;
mod season;

use serde::Serialize;

use super::score::Better;
use crate::error::{Code, Error, Fault, Text};
use crate::units::Decimal;
pub use dated::{Dated, Targets};
pub use goal::{Goal, Judged, Standing};
pub use season::Season;

/// Peers, not counting the one who is judged, of whom a share can be told.
const PEERS: usize = 8;

/// Periods of its own past that say where a KPI usually is.
const HISTORY: usize = 6;

/// Where a target comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Aim {
    /// A number.
    Fixed {
        /// The number.
        value: Decimal,
    },
    /// So much more than a baseline: 0.1 for a tenth more.
    Growth {
        /// By which share.
        by: Decimal,
    },
    /// A year's number, as the year usually comes about.
    Seasonal {
        /// The year's number.
        year: Decimal,
        /// Whether the periods of a year add up to it, as revenue does; shares
        /// and stocks do not.
        adds_up: bool,
    },
    /// As good as this share of the others, or better.
    Peers {
        /// Between 0 and 1: 0.75 is better than three in four.
        share: Decimal,
    },
    /// The median of its own past, and so many median absolute deviations
    /// better.
    OwnHistory {
        /// How many; 0 or more.
        deviations: Decimal,
    },
    /// Neither less nor more than these.
    Band {
        /// The least.
        low: Decimal,
        /// The most.
        high: Decimal,
    },
    /// Not worse than the baseline by more than a margin.
    Maintain {
        /// The margin, in the unit of the KPI; 0 or more.
        margin: Decimal,
    },
}

/// What is known when a target is computed.
#[derive(Debug, Clone, Default)]
pub struct Past<'a> {
    /// What growth starts from and what is maintained.
    pub baseline: Option<Decimal>,
    /// The periods before, the oldest first.
    pub history: &'a [Decimal],
    /// The same KPI of the others in the same period, without the one who is
    /// judged.
    pub peers: &'a [Decimal],
    /// How a year usually comes about, and which of its periods this is, from 0.
    pub season: Option<(&'a Season, usize)>,
}

/// Why there is no target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum NoGoal {
    /// There is nothing to grow from, or to maintain.
    NoBaseline,
    /// Fewer than two whole years are known.
    NoSeason,
    /// Fewer than eight others.
    FewPeers {
        /// How many there are.
        peers: usize,
    },
    /// Fewer than six periods are known.
    ShortHistory {
        /// How many are.
        periods: usize,
    },
    /// The aim is none for a KPI of this kind, or the number does not fit.
    NotSuited,
}

impl Aim {
    /// The goal of a period.
    ///
    /// # Errors
    ///
    /// What is lacking, as plain data: a KPI without a target is not refused, it
    /// has no score.
    ///
    /// ```
    /// use guanxi::kpi::{Aim, Better, Goal, NoGoal, Past};
    /// use guanxi::units::Decimal;
    /// let aim = Aim::Growth { by: Decimal::parse("0.10")? };
    /// assert_eq!(aim.goal(Better::Up, &Past::default()), Err(NoGoal::NoBaseline));
    /// let past = Past { baseline: Some(Decimal::from_int(200)), ..Past::default() };
    /// let value = Decimal::parse("220.00")?;
    /// assert_eq!(aim.goal(Better::Up, &past), Ok(Goal::AtLeast { value }));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn goal(&self, better: Better, past: &Past<'_>) -> Result<Goal, NoGoal> {
        let towards = |value: Decimal| match better {
            Better::Up => Ok(Goal::AtLeast { value }),
            Better::Down => Ok(Goal::AtMost { value }),
            Better::Band => Err(NoGoal::NotSuited),
        };
        let fits = |number: Result<Decimal, Error>| number.map_err(|_| NoGoal::NotSuited);
        match *self {
            Aim::Fixed { value } => towards(value),
            Aim::Band { low, high } => Ok(Goal::Within { low, high }),
            Aim::Growth { by } => {
                let grown = Decimal::from_int(1).checked_add(by);
                let baseline = past.baseline.ok_or(NoGoal::NoBaseline)?;
                towards(fits(grown.and_then(|it| baseline.checked_mul(it)))?)
            }
            Aim::Maintain { margin } => {
                let baseline = past.baseline.ok_or(NoGoal::NoBaseline)?;
                match better {
                    Better::Up => towards(fits(baseline.checked_sub(margin))?),
                    Better::Down => towards(fits(baseline.checked_add(margin))?),
                    Better::Band => Ok(Goal::Within {
                        low: fits(baseline.checked_sub(margin))?,
                        high: fits(baseline.checked_add(margin))?,
                    }),
                }
            }
            Aim::Seasonal { year, adds_up } => {
                let (season, at) = past.season.ok_or(NoGoal::NoSeason)?;
                let told = if adds_up { season.part(year, at) } else { season.level(year, at) };
                towards(told.ok_or(NoGoal::NotSuited)?)
            }
            Aim::Peers { share } => {
                let peers = past.peers.len();
                if peers < PEERS {
                    return Err(NoGoal::FewPeers { peers });
                }
                let one = Decimal::from_int(1);
                // The best are the lowest where less is better.
                let share = if better == Better::Down { one.checked_sub(share) } else { Ok(share) };
                towards(fits(quantile(past.peers, fits(share)?))?)
            }
            Aim::OwnHistory { deviations } => {
                let periods = past.history.len();
                if periods < HISTORY {
                    return Err(NoGoal::ShortHistory { periods });
                }
                let (middle, spread) = usual(past.history).map_err(|_| NoGoal::NotSuited)?;
                let away = fits(spread.checked_mul(deviations))?;
                match better {
                    Better::Up => towards(fits(middle.checked_add(away))?),
                    Better::Down => towards(fits(middle.checked_sub(away))?),
                    Better::Band => Ok(Goal::Within {
                        low: fits(middle.checked_sub(away))?,
                        high: fits(middle.checked_add(away))?,
                    }),
                }
            }
        }
    }

    /// Whether the numbers of the aim mean something.
    ///
    /// # Errors
    ///
    /// [`Code::BadValue`].
    pub fn check(&self) -> Result<(), Error> {
        let nothing = Decimal::from_int(0);
        let below = |a: Decimal, b: Decimal| a.compare(b).is_lt();
        let fault = match *self {
            Aim::Peers { share }
                if !below(nothing, share) || !below(share, Decimal::from_int(1)) =>
            {
                Fault::new(
                    Code::BadValue,
                    format!("the share of peers is between 0 and 1, not `{share}`"),
                    format!("同侪占比应在 0 与 1 之间，而不是 `{share}`"),
                )
            }
            Aim::OwnHistory { deviations: it } | Aim::Maintain { margin: it }
                if below(it, nothing) =>
            {
                Fault::new(
                    Code::BadValue,
                    format!("`{it}` is below zero"),
                    format!("`{it}` 不能小于零"),
                )
            }
            Aim::Band { low, high } if !below(low, high) => Fault::new(
                Code::BadValue,
                format!("the band from `{low}` to `{high}` holds nothing"),
                format!("区间 `{low}` 至 `{high}` 为空"),
            ),
            _ => return Ok(()),
        };
        Err(fault.into())
    }
}

/// The value below which a share of the numbers lies, straight between two of
/// them (the seventh definition of Hyndman and Fan 1996), with six more places.
fn quantile(numbers: &[Decimal], share: Decimal) -> Result<Decimal, Error> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(|a, b| a.compare(*b));
    let last = Decimal::from_int(sorted.len() as i64 - 1);
    let place = last.checked_mul(share)?;
    let power = 10_i128.pow(u32::from(place.scale()));
    let (whole, rest) = (place.units().div_euclid(power), place.units().rem_euclid(power));
    let at = |at: i128| {
        let last = sorted.len().saturating_sub(1);
        sorted.get((at.max(0) as usize).min(last)).copied().unwrap_or(Decimal::from_int(0))
    };
    let (a, b) = (at(whole), at(whole + 1));
    let part = Decimal::new(rest, place.scale())?.rescale_half_even(place.scale().min(6))?;
    let gap = b.checked_sub(a)?;
    let kept = gap.rescale_half_even(gap.scale().min(12))?;
    a.checked_add(kept.checked_mul(part)?)
}

/// The median, and the median of what the numbers are away from it.
fn usual(numbers: &[Decimal]) -> Result<(Decimal, Decimal), Error> {
    let half = Decimal::new(5, 1)?;
    let middle = quantile(numbers, half)?;
    let away = |it: &Decimal| {
        let off = it.checked_sub(middle)?;
        if off.units() < 0 { off.checked_neg() } else { Ok(off) }
    };
    let away: Vec<Decimal> = numbers.iter().map(away).collect::<Result<_, Error>>()?;
    Ok((middle, quantile(&away, half)?))
}

impl NoGoal {
    /// In words.
    pub fn text(&self) -> Text {
        match self {
            NoGoal::NoBaseline => Text::new(
                "there is no earlier value that the target starts from",
                "没有可作为基准的往期数值",
            ),
            NoGoal::NoSeason => Text::new(
                "a season is told from two whole years or more",
                "至少需要两个完整年度的数据才能得出季节规律",
            ),
            NoGoal::FewPeers { peers } => Text::new(
                format!("{peers} others are too few to compare with, eight are needed"),
                format!("可比对象只有 {peers} 个，至少需要 8 个"),
            ),
            NoGoal::ShortHistory { periods } => Text::new(
                format!("{periods} periods of its own past are too few, six are needed"),
                format!("自身历史只有 {periods} 期，至少需要 6 期"),
            ),
            NoGoal::NotSuited => {
                Text::new("this kind of target is none for this KPI", "此类目标不适用于该指标")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn value(goal: Result<Goal, NoGoal>) -> String {
        match goal.unwrap() {
            Goal::AtLeast { value } => format!(">= {value}"),
            Goal::AtMost { value } => format!("<= {value}"),
            Goal::Within { low, high } => format!("{low}..{high}"),
        }
    }

    #[test]
    fn peers_leave_out_the_judged_and_must_be_eight() {
        let peers: Vec<Decimal> = (1..=9).map(Decimal::from_int).collect();
        let past = Past { peers: &peers, ..Past::default() };
        let aim = Aim::Peers { share: number("0.75") };
        assert_eq!(value(aim.goal(Better::Up, &past)), ">= 7.00");
        assert_eq!(value(aim.goal(Better::Down, &past)), "<= 3.00");
        let past = Past { peers: &peers[..8], ..Past::default() };
        assert_eq!(value(aim.goal(Better::Up, &past)), ">= 6.25");
        let few = Past { peers: &peers[..7], ..Past::default() };
        assert_eq!(aim.goal(Better::Up, &few), Err(NoGoal::FewPeers { peers: 7 }));
        assert_eq!(aim.goal(Better::Band, &past), Err(NoGoal::NotSuited));
    }

    #[test]
    fn one_odd_month_does_not_move_what_is_usual() {
        let mut history: Vec<Decimal> = [10, 12, 11, 13, 12].map(Decimal::from_int).to_vec();
        let aim = Aim::OwnHistory { deviations: number("1.5") };
        let short = Past { history: &history, ..Past::default() };
        assert_eq!(aim.goal(Better::Up, &short), Err(NoGoal::ShortHistory { periods: 5 }));
        history.push(Decimal::from_int(900));
        let past = Past { history: &history, ..Past::default() };
        // Median 12, deviations 2 0 1 1 0 888: their median 1.
        assert_eq!(
            number("13.5").compare(match aim.goal(Better::Up, &past) {
                Ok(Goal::AtLeast { value }) => value,
                _ => number("0"),
            }),
            std::cmp::Ordering::Equal
        );
        let maintain = Aim::Maintain { margin: number("0.5") };
        let past = Past { baseline: Some(number("4")), ..past };
        assert_eq!(value(maintain.goal(Better::Up, &past)), ">= 3.5");
        assert_eq!(value(maintain.goal(Better::Down, &past)), "<= 4.5");
        assert_eq!(value(maintain.goal(Better::Band, &past)), "3.5..4.5");
    }

    #[test]
    fn an_aim_that_means_nothing_is_refused() {
        for aim in [
            Aim::Peers { share: number("1") },
            Aim::OwnHistory { deviations: number("-1") },
            Aim::Maintain { margin: number("-0.1") },
            Aim::Band { low: number("2"), high: number("2.0") },
        ] {
            assert_eq!(aim.check().unwrap_err().code(), Code::BadValue, "{aim:?}");
        }
    }
}
