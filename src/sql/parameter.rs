//! A value that a statement is given beside its text.

use serde::Serialize;

use crate::units::Day;

/// What a parameter is, so that a host hands it over as such. Every kind but
/// the whole numbers may be bound as the text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A whole number of 64 bits.
    Integer,
    /// A whole number of up to 39 digits.
    Numeric,
    /// A text.
    Text,
    /// A calendar day: `2026-03-31`.
    Date,
    /// An instant in UTC without its zone: `2026-03-31 12:15:00.000000`.
    Timestamp,
    /// An instant with its zone: `2026-03-31 12:15:00.000000+00:00`.
    Timestamptz,
    /// A JSON array of texts or whole numbers.
    Json,
}

impl Kind {
    /// The name that JSON has for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Integer => "integer",
            Kind::Numeric => "numeric",
            Kind::Text => "text",
            Kind::Date => "date",
            Kind::Timestamp => "timestamp",
            Kind::Timestamptz => "timestamptz",
            Kind::Json => "json",
        }
    }
}

/// A parameter of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Parameter {
    /// How it is bound.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Its value, written out.
    pub value: String,
}

const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400 * MICROS;

impl Parameter {
    pub(super) fn new(kind: Kind, value: impl Into<String>) -> Parameter {
        Parameter { kind, value: value.into() }
    }

    /// A whole number, as narrow as it may be.
    pub(super) fn whole(number: i128) -> Parameter {
        let kind = if i64::try_from(number).is_ok() { Kind::Integer } else { Kind::Numeric };
        Parameter::new(kind, number.to_string())
    }

    pub(super) fn text(text: &str) -> Parameter {
        Parameter::new(Kind::Text, text)
    }

    /// An instant of so many microseconds.
    pub(super) fn instant(micros: i64, kind: Kind) -> Parameter {
        let zone = if kind == Kind::Timestamptz { "+00:00" } else { "" };
        let rest = micros.rem_euclid(MICROS);
        Parameter::new(kind, format!("{}.{rest:06}{zone}", seconds(micros)))
    }
}

/// An instant to the second below: `2026-03-31 12:15:00`.
pub(super) fn seconds(micros: i64) -> String {
    let day = Day::clamped(micros.div_euclid(DAY));
    let of_day = micros.rem_euclid(DAY) / MICROS;
    format!("{day} {:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60)
}
