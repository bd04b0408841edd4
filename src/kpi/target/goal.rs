//! What is asked in a period, and how a value stands beside it.

use serde::Serialize;

use crate::error::Text;
use crate::units::Decimal;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Goal {
    /// This or more.
    AtLeast {
        /// The target.
        value: Decimal,
    },
    /// This or less.
    AtMost {
        /// The target.
        value: Decimal,
    },
    /// Between both, ends included.
    Within {
        /// The least.
        low: Decimal,
        /// The most.
        high: Decimal,
    },
}

/// Where a value is, beside its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Above it.
    Above,
    /// On it; within it, where the target is a band.
    On,
    /// Below it.
    Below,
    /// Chance alone may have put it on this side.
    CannotTell,
}

/// A value beside its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// Where the value is.
    pub standing: Standing,
    /// Whether the value is what was asked for.
    pub met: bool,
    /// Whether its whole interval is.
    pub met_for_sure: bool,
    /// Whether no part of its interval is.
    pub missed_for_sure: bool,
    /// In one sentence.
    pub sentence: Text,
}

impl Goal {
    /// A value with the ends of its interval, beside the goal. A number without
    /// error, as a stock that was counted, has itself at both ends; where nothing
    /// is known of its error, nothing is sure.
    ///
    /// ```
    /// use guanxi::kpi::{Goal, Standing};
    /// use guanxi::units::Decimal;
    /// let goal = Goal::AtLeast { value: Decimal::parse("0.32")? };
    /// let told = goal.judge(Decimal::parse("0.33")?, Some((0.30, 0.36)));
    /// assert_eq!((told.standing, told.met, told.met_for_sure), (Standing::CannotTell, true, false));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn judge(&self, value: Decimal, ends: Option<(f64, f64)>) -> Judged {
        let at = |it: Decimal| it.to_f64();
        let (low, high) = match *self {
            Goal::AtLeast { value } | Goal::AtMost { value } => (value, value),
            Goal::Within { low, high } => (low, high),
        };
        let standing = match ends {
            Some((from, _)) if from > at(high) => Standing::Above,
            Some((_, until)) if until < at(low) => Standing::Below,
            Some((from, until)) if at(low) <= from && until <= at(high) => Standing::On,
            _ => Standing::CannotTell,
        };
        let (not_less, not_more) = (value.compare(low).is_ge(), value.compare(high).is_le());
        let (met, met_for_sure, missed_for_sure) = match self {
            Goal::AtLeast { .. } => (
                not_less,
                ends.is_some_and(|(from, _)| from >= at(low)),
                standing == Standing::Below,
            ),
            Goal::AtMost { .. } => (
                not_more,
                ends.is_some_and(|(_, until)| until <= at(high)),
                standing == Standing::Above,
            ),
            Goal::Within { .. } => (
                not_less && not_more,
                standing == Standing::On,
                matches!(standing, Standing::Above | Standing::Below),
            ),
        };
        let sure = if met { met_for_sure } else { missed_for_sure };
        let sentence = self.sentence(value, met, sure);
        Judged { standing, met, met_for_sure, missed_for_sure, sentence }
    }

    fn sentence(&self, value: Decimal, met: bool, sure: bool) -> Text {
        let (asked, asked_zh) = match self {
            Goal::AtLeast { value } => (format!("at least {value}"), format!("不低于 {value}")),
            Goal::AtMost { value } => (format!("at most {value}"), format!("不高于 {value}")),
            Goal::Within { low, high } => {
                (format!("{low} to {high}"), format!("{low} 至 {high} 之间"))
            }
        };
        let (told, told_zh) = match (met, sure) {
            (true, true) => ("met", "已达成"),
            (true, false) => {
                ("met, though chance alone may have done it", "数值已达标，但不排除偶然")
            }
            (false, true) => ("missed", "未达成"),
            (false, false) => {
                ("missed, though perhaps by chance alone", "数值未达标，但可能只是偶然")
            }
        };
        Text::new(
            format!("{value}, where {asked} was asked: {told}."),
            format!("实际 {value}，目标{asked_zh}：{told_zh}。"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn where_a_value_stands() {
        use Standing::{Above, Below, CannotTell, On};
        let least = Goal::AtLeast { value: number("10") };
        let most = Goal::AtMost { value: number("10") };
        let band = Goal::Within { low: number("5"), high: number("10") };
        let of = |goal: &Goal, value: &str, ends| {
            let it = goal.judge(number(value), ends);
            assert!(!(it.met_for_sure && it.missed_for_sure));
            (it.standing, it.met, it.met_for_sure, it.missed_for_sure)
        };
        assert_eq!(of(&least, "12", Some((11.0, 13.0))), (Above, true, true, false));
        assert_eq!(of(&least, "12", Some((10.0, 13.0))), (CannotTell, true, true, false));
        assert_eq!(of(&least, "9", Some((8.0, 9.5))), (Below, false, false, true));
        assert_eq!(of(&least, "10", Some((10.0, 10.0))), (On, true, true, false));
        assert_eq!(of(&least, "12", None), (CannotTell, true, false, false));
        assert_eq!(of(&most, "12", Some((11.0, 13.0))), (Above, false, false, true));
        assert_eq!(of(&most, "9", Some((8.0, 9.5))), (Below, true, true, false));
        assert_eq!(of(&band, "7", Some((6.0, 8.0))), (On, true, true, false));
        assert_eq!(of(&band, "7", Some((4.0, 8.0))), (CannotTell, true, false, false));
        assert_eq!(of(&band, "3", Some((2.0, 4.0))), (Below, false, false, true));
        assert_eq!(
            least.judge(number("9"), None).sentence.zh,
            "实际 9，目标不低于 10：数值未达标，但可能只是偶然。"
        );
    }
}
