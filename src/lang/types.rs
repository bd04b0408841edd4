//! What an expression can be, and how that is said to people.

use std::fmt;
use std::sync::Arc;

use super::time::Duration;
use super::value::Value;
use crate::error::{Language, Text};
use crate::facts::{self, Label, TextProfile};
use crate::units::{Currency, Decimal};

/// The type of an expression, known before it runs.
///
/// There is no type "anything": whatever has no type here is refused by the
/// checker. Whether a value may be missing is not part of its type, since a
/// missing value is of every type and makes every comparison false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// `null`, and nothing else.
    Null,
    /// Yes or no.
    Bool,
    /// A whole number of 64 bits.
    Int,
    /// A binary floating-point number.
    Double,
    /// An exact number with this many decimal places.
    Decimal(u8),
    /// An amount of one currency with this many decimal places, which are more
    /// than those of the currency after a multiplication or a division.
    Money(Currency, u8),
    /// A text, compared in this form.
    Text(TextProfile),
    /// One of these labels.
    Enum(Arc<[Label]>),
    /// A point in time.
    Timestamp,
    /// A calendar day.
    Date,
    /// An exact length of time.
    Duration,
    /// A length of time on the calendar: 3 months.
    Period,
    /// The longer or the shorter of several lengths of time, which is settled
    /// where it is added to an instant.
    Length,
    /// A set of texts.
    Set(TextProfile),
    /// A list of values of one type. The empty list `[]` is a list of
    /// [`Type::Null`].
    List(Box<Type>),
    /// One event of the kind at this position of the schema.
    Event(usize),
    /// All events of a customer of the kind at this position, by time.
    Events(usize),
}

impl Type {
    /// The type of an attribute or field in an expression: a contact is a
    /// text, an instant a timestamp, and money has the places of its currency.
    pub fn of(declared: &facts::Type) -> Type {
        match declared {
            facts::Type::Text(profile) => Type::Text(*profile),
            facts::Type::Int => Type::Int,
            facts::Type::Decimal(scale) => Type::Decimal(*scale),
            facts::Type::Money(currency) => Type::Money(*currency, currency.minor_digits()),
            facts::Type::Bool => Type::Bool,
            facts::Type::Date => Type::Date,
            facts::Type::Instant => Type::Timestamp,
            facts::Type::Enum(labels) => Type::Enum(labels.clone()),
            facts::Type::Set(profile) => Type::Set(*profile),
            facts::Type::Contact(_) => Type::Text(TextProfile::Exact),
        }
    }

    /// The type in words, as messages say it: `a text`, `文本`.
    pub fn words(&self) -> Text {
        match self {
            Type::Money(currency, _) => {
                Text::new(format!("an amount in {currency}"), format!("金额（{currency}）"))
            }
            Type::List(element) if **element == Type::Null => Text::new("an empty list", "空列表"),
            Type::List(element) => {
                let element = element.plural();
                Text::new(format!("a list of {}", element.en), format!("{}列表", element.zh))
            }
            other => {
                let (en, _, zh) = other.plain();
                Text::new(en, zh)
            }
        }
    }

    fn plural(&self) -> Text {
        match self {
            Type::Money(currency, _) => {
                Text::new(format!("amounts in {currency}"), format!("金额（{currency}）"))
            }
            other => {
                let (_, en, zh) = other.plain();
                Text::new(en, zh)
            }
        }
    }

    /// One, many, and in Chinese, without what the type is made of.
    fn plain(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Type::Null => ("`null`", "`null`", "空值 `null`"),
            Type::Bool => ("a yes or no", "yes or no", "是非值"),
            Type::Int => ("a whole number", "whole numbers", "整数"),
            Type::Double => ("a floating-point number", "floating-point numbers", "浮点数"),
            Type::Decimal(_) => ("a decimal", "decimals", "小数"),
            Type::Money(..) => ("an amount", "amounts", "金额"),
            Type::Text(_) => ("a text", "texts", "文本"),
            Type::Enum(_) => ("a label", "labels", "选项"),
            Type::Timestamp => ("a timestamp", "timestamps", "时间点"),
            Type::Date => ("a date", "dates", "日期"),
            Type::Duration => ("a duration", "durations", "时长"),
            Type::Period => ("a calendar period", "calendar periods", "日历周期"),
            Type::Length => ("a length of time", "lengths of time", "时间长度"),
            Type::Set(_) => ("a set of texts", "sets of texts", "文本集合"),
            Type::List(_) => ("a list", "lists", "列表"),
            Type::Event(_) => ("an event", "events", "事件"),
            Type::Events(_) => ("a list of events", "lists of events", "事件列表"),
        }
    }

    /// The type in words of one language.
    pub fn say(&self, language: Language) -> String {
        let words = self.words();
        match language {
            Language::En => words.en,
            Language::Zh => words.zh,
        }
    }

    /// The zero of a number type, with its places, or of durations: what the sum
    /// over nothing is. None for whole numbers, whose zero needs no type, and for all others.
    pub fn zero(&self) -> Option<Value> {
        match self {
            Type::Double => Some(Value::Double(0.0)),
            Type::Duration => Some(Value::Duration(Duration::from_nanos(0))),
            Type::Decimal(scale) => Decimal::new(0, *scale).ok().map(Value::Decimal),
            Type::Money(currency, scale) => {
                Decimal::new(0, *scale).ok().map(|zero| Value::Money(zero, *currency))
            }
            _ => None,
        }
    }

    /// The group the type belongs to.
    pub fn kinds(&self) -> Kinds {
        match self {
            Type::Null => Kinds::NONE,
            Type::Bool => Kinds::BOOL,
            Type::Int => Kinds::INT,
            Type::Double => Kinds::DOUBLE,
            Type::Decimal(_) => Kinds::DECIMAL,
            Type::Money(..) => Kinds::MONEY,
            Type::Text(_) => Kinds::TEXT,
            Type::Enum(_) => Kinds::ENUM,
            Type::Timestamp => Kinds::TIMESTAMP,
            Type::Date => Kinds::DATE,
            Type::Duration => Kinds::DURATION,
            Type::Period => Kinds::PERIOD,
            Type::Length => Kinds::LENGTH,
            Type::Set(_) => Kinds::SET,
            Type::List(_) => Kinds::LIST,
            Type::Event(_) => Kinds::EVENT,
            Type::Events(_) => Kinds::EVENTS,
        }
    }

    /// Whether the type is one of a group.
    pub fn is(&self, kinds: Kinds) -> bool {
        self.kinds().meets(kinds)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().en)
    }
}

/// A group of types, for the catalogue of functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kinds(u16);

impl Kinds {
    /// No type: a function that is not called on a value.
    pub const NONE: Kinds = Kinds(0);
    /// [`Type::Bool`]
    pub const BOOL: Kinds = Kinds(1);
    /// [`Type::Int`]
    pub const INT: Kinds = Kinds(1 << 1);
    /// [`Type::Double`]
    pub const DOUBLE: Kinds = Kinds(1 << 2);
    /// [`Type::Decimal`]
    pub const DECIMAL: Kinds = Kinds(1 << 3);
    /// [`Type::Money`]
    pub const MONEY: Kinds = Kinds(1 << 4);
    /// [`Type::Text`]
    pub const TEXT: Kinds = Kinds(1 << 5);
    /// [`Type::Enum`]
    pub const ENUM: Kinds = Kinds(1 << 6);
    /// [`Type::Timestamp`]
    pub const TIMESTAMP: Kinds = Kinds(1 << 7);
    /// [`Type::Date`]
    pub const DATE: Kinds = Kinds(1 << 8);
    /// [`Type::Duration`]
    pub const DURATION: Kinds = Kinds(1 << 9);
    /// [`Type::Period`]
    pub const PERIOD: Kinds = Kinds(1 << 10);
    /// [`Type::Set`]
    pub const SET: Kinds = Kinds(1 << 11);
    /// [`Type::List`]
    pub const LIST: Kinds = Kinds(1 << 12);
    /// [`Type::Event`]
    pub const EVENT: Kinds = Kinds(1 << 13);
    /// [`Type::Events`]
    pub const EVENTS: Kinds = Kinds(1 << 14);
    /// [`Type::Length`]
    pub const LENGTH: Kinds = Kinds(1 << 15);

    /// Numbers, with and without a currency.
    pub const NUMBER: Kinds = Kinds::INT.or(Kinds::DOUBLE).or(Kinds::DECIMAL).or(Kinds::MONEY);
    /// What `<` can compare.
    pub const ORDERED: Kinds =
        Kinds::NUMBER.or(Kinds::TEXT).or(Kinds::TIMESTAMP).or(Kinds::DATE).or(Kinds::DURATION);
    /// Single values that are equal or not.
    pub const SCALAR: Kinds = Kinds::ORDERED.or(Kinds::BOOL).or(Kinds::ENUM);
    /// Lengths of time of every kind.
    pub const LENGTHS: Kinds = Kinds::DURATION.or(Kinds::PERIOD).or(Kinds::LENGTH);
    /// What folds go through.
    pub const MANY: Kinds = Kinds::EVENTS.or(Kinds::SET).or(Kinds::LIST);
    /// What a customer can be without.
    pub const OPTIONAL: Kinds = Kinds::SCALAR.or(Kinds::SET).or(Kinds::EVENT);

    /// The types of both groups.
    pub const fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    /// Whether the groups share a type.
    pub const fn meets(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }

    /// The group in words: `a date or a timestamp`.
    pub fn words(self) -> Text {
        if let Some((_, en, zh)) = Kinds::GROUPS.iter().find(|(kinds, _, _)| *kinds == self) {
            return Text::new(*en, *zh);
        }
        let named = Kinds::WORDS.iter().filter(|(kinds, _, _)| self.meets(*kinds));
        let en: Vec<&str> = named.clone().map(|(_, en, _)| *en).collect();
        let zh: Vec<&str> = named.map(|(_, _, zh)| *zh).collect();
        let joined = |names: &[&str], comma: &str, or: &str| match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{}{or}{last}", rest.join(comma)),
            _ => names.concat(),
        };
        Text::new(joined(&en, ", ", " or "), joined(&zh, "、", "或"))
    }

    const GROUPS: [(Kinds, &'static str, &'static str); 7] = [
        (Kinds::LENGTHS, "a duration or a calendar period", "时长或日历周期"),
        (Kinds::NUMBER, "a number or an amount", "数或金额"),
        (Kinds::NUMBER.or(Kinds::DURATION), "a number, an amount or a duration", "数、金额或时长"),
        (Kinds::ORDERED, "a value with an order", "可比大小的值"),
        (Kinds::SCALAR, "a single value", "单个值"),
        (Kinds::OPTIONAL, "a value that can be missing", "可能缺失的值"),
        (Kinds::MANY, "a list or a set", "列表或集合"),
    ];

    const WORDS: [(Kinds, &'static str, &'static str); 16] = [
        (Kinds::BOOL, "a yes or no", "是非值"),
        (Kinds::INT, "a whole number", "整数"),
        (Kinds::DOUBLE, "a floating-point number", "浮点数"),
        (Kinds::DECIMAL, "a decimal", "小数"),
        (Kinds::MONEY, "an amount", "金额"),
        (Kinds::TEXT, "a text", "文本"),
        (Kinds::ENUM, "a label", "选项"),
        (Kinds::TIMESTAMP, "a timestamp", "时间点"),
        (Kinds::DATE, "a date", "日期"),
        (Kinds::DURATION, "a duration", "时长"),
        (Kinds::PERIOD, "a calendar period", "日历周期"),
        (Kinds::LENGTH, "a length of time", "时间长度"),
        (Kinds::SET, "a set of texts", "文本集合"),
        (Kinds::LIST, "a list", "列表"),
        (Kinds::EVENT, "an event", "事件"),
        (Kinds::EVENTS, "a list of events", "事件列表"),
    ];
}
