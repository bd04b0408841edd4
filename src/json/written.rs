//! Words, expressions and numbers of a definition, each with its place.

use std::sync::Arc;

use super::{Json, Object, Place, Reader};
use crate::error::{Code, Fault};
use crate::units::{Decimal, shown};

/// A word or an expression, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: Arc<str>,
    /// Its place.
    pub pointer: String,
}

impl Written {
    /// A text that says something.
    pub(crate) fn read(place: &Place, reader: &mut Reader) -> Option<Written> {
        let text = place.word(reader)?;
        Some(Written { text: text.into(), pointer: place.pointer.clone() })
    }

    /// The text of a key that must be there.
    pub(crate) fn need(
        object: &mut Object<'_>,
        key: &'static str,
        reader: &mut Reader,
    ) -> Option<Written> {
        object.need(reader, key).and_then(|place| Written::read(&place, reader))
    }

    /// The text of a key that may be absent.
    pub(crate) fn get(
        object: &mut Object<'_>,
        key: &'static str,
        reader: &mut Reader,
    ) -> Option<Written> {
        object.get(key).and_then(|place| Written::read(&place, reader))
    }

    /// Notes that it names nothing of what is known, with the most like it.
    pub(crate) fn unknown<'c>(
        &self,
        (what, what_zh): (&str, &str),
        known: impl Iterator<Item = &'c str>,
        reader: &mut Reader,
    ) {
        let given = shown(&self.text);
        let fault = Fault::new(
            Code::UnknownReference,
            format!("there is no {what} `{given}`"),
            format!("没有名为 `{given}` 的{what_zh}"),
        );
        reader.fault_near(fault.at(self.pointer.as_str()), &self.text, known);
    }
}

/// What an exact number may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The most decimal places.
    pub places: u8,
    /// The smallest, and whether it may be just that.
    pub least: (i64, bool),
    /// The largest, and whether it may be just that.
    pub most: (i64, bool),
}

impl Limits {
    /// Numbers without a sign to tell, as large as anybody needs.
    pub const ANY: Limits =
        Limits { places: 9, least: (-1_000_000_000_000, true), most: (1_000_000_000_000, true) };
    /// Numbers above nothing.
    pub const POSITIVE: Limits = Limits { places: 6, least: (0, false), most: (1_000_000, true) };
    /// Numbers that may be nothing.
    pub const NOT_NEGATIVE: Limits = Limits { least: (0, true), ..Limits::POSITIVE };
    /// Parts of a whole.
    pub const SHARE: Limits = Limits { places: 6, least: (0, false), most: (1, false) };
    /// Scores.
    pub const SCORE: Limits = Limits { places: 2, least: (0, true), most: (100, true) };

    fn hold(self, number: Decimal) -> bool {
        let side = |(limit, may_be): (i64, bool)| {
            let order = number.compare(Decimal::from_int(limit));
            (order.is_eq() && may_be, order)
        };
        let ((at_least, low), (at_most, high)) = (side(self.least), side(self.most));
        number.scale() <= self.places && (at_least || low.is_gt()) && (at_most || high.is_lt())
    }

    fn words(self) -> (String, String) {
        let (low, may_low) = self.least;
        let (high, may_high) = self.most;
        let places = self.places;
        (
            format!(
                "{} {low} and {} {high}, with {places} decimal places at most",
                if may_low { "at least" } else { "above" },
                if may_high { "at most" } else { "below" },
            ),
            format!(
                "{} {low} 且{} {high}，至多 {places} 位小数",
                if may_low { "不小于" } else { "大于" },
                if may_high { "不大于" } else { "小于" },
            ),
        )
    }
}

/// An exact number, as a number of JSON or, so that no digit is lost on the
/// way, as a text.
pub(crate) fn number(place: &Place, limits: Limits, reader: &mut Reader) -> Option<Decimal> {
    let digits = match place.json {
        Json::Number(digits) => digits,
        Json::Text(text) => text,
        _ => {
            place.text(reader);
            return None;
        }
    };
    let number = Decimal::parse(digits).ok().filter(|number| limits.hold(*number));
    if number.is_none() {
        let (given, (en, zh)) = (shown(digits), limits.words());
        reader.fault(place.fault(
            Code::BadValue,
            format!("`{given}` is not a number that can stand here, expected one {en}"),
            format!("`{given}` 不是此处可用的数，应为{zh}的数"),
        ));
    }
    number
}
