//! What is known of a value, or why nothing is, as plain data.

use serde::Serialize;

use crate::error::Text;

/// A value, or why there is none.
pub type Reading = Result<Measured, Missing>;

/// A value with its interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// The value.
    pub value: f64,
    /// The lower end of its interval; `None` where the data do not reach it.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// How many customers, values or stays it is of.
    pub n: u64,
    /// How the ends were found.
    pub method: &'static str,
    /// What to be careful about.
    pub cautions: Vec<Caution>,
    /// The value without the customer who has most of it, where one has too much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_top: Option<f64>,
}

/// What to be careful about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Caution {
    /// So few that the interval may be off, too.
    SmallSample,
    /// One customer has over a fifth of the sum.
    Dominated {
        /// Its share.
        share: f64,
    },
    /// What it is divided by may be off by a third.
    ShakyDenominator,
}

/// Why there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The period is not over, or too little has ended in it.
    NotYet,
    /// There is nothing to divide by.
    NoDenominator,
    /// A source has not reported for longer than it usually does not.
    SourceStale,
    /// Too few to be shown.
    SmallSample,
    /// It has no meaning here.
    NotApplicable,
    /// The period ended before the first fact.
    BeforeFacts,
}

impl Measured {
    pub(super) fn new(value: f64, n: u64, method: &'static str) -> Measured {
        let (cautions, without_top) = (Vec::new(), None);
        Measured { value, low: None, high: None, n, method, cautions, without_top }
    }

    /// Both ends of the interval, where both are known.
    pub fn ends(&self) -> Option<(f64, f64)> {
        self.low.zip(self.high)
    }
}

impl Caution {
    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Caution::SmallSample => {
                Text::new("so few that the interval may be off, too", "样本很小，区间也可能不准")
            }
            Caution::Dominated { share } => Text::new(
                format!("one customer has {:.0} % of it", share * 100.0),
                format!("单个客户占 {:.0}%", share * 100.0),
            ),
            Caution::ShakyDenominator => Text::new(
                "what it is divided by may itself be off by a third",
                "分母本身可能有三成误差",
            ),
        }
    }
}

impl Missing {
    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Missing::NotYet => Text::new("not known yet", "尚未知晓"),
            Missing::NoDenominator => Text::new("nothing to divide by", "分母为零"),
            Missing::SourceStale => Text::new("the source has not reported", "数据来源未更新"),
            Missing::SmallSample => Text::new("too few to be shown", "样本过少，不予显示"),
            Missing::NotApplicable => Text::new("has no meaning here", "不适用"),
            Missing::BeforeFacts => Text::new("before the first fact", "早于最早的事实"),
        }
    }
}
