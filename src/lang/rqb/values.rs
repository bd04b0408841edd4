//! Values of rules, read by what their column holds and not by their looks.

use std::cmp::Ordering;

use super::super::lexer::is_identifier;
use super::super::time::{Duration, Timestamp};
use super::super::tree::{Literal, NodeId};
use super::Bounds;
use super::column::Column;
use super::group::{Draft, wrong};
use super::relative::{end_elsewhere, is_end};
use super::rule::{Rule, Source, is_placeholder, is_relative, missing, not_chosen};
use crate::error::{Code, Fault};
use crate::json::{self, Json};
use crate::units::{Day, Decimal, Instant, shown};

impl<'a> Draft<'a> {
    /// The one value of a rule.
    pub(super) fn value(&mut self, rule: Rule<'_>, column: &Column<'a>) -> Option<NodeId> {
        let pointer = rule.at("value");
        let source = self.source(rule)?;
        let Some(value) = rule.json.get("value") else {
            self.fault(missing("value"), rule.pointer);
            return None;
        };
        self.one(value, source, column, &pointer)
    }

    /// One value, from wherever it comes.
    fn one(
        &mut self,
        value: &Json,
        source: Source,
        column: &Column<'a>,
        pointer: &str,
    ) -> Option<NodeId> {
        if is_placeholder(value) {
            self.fault(not_chosen("a value", "值"), pointer);
            return None;
        }
        match (source, value) {
            (Source::Value, value) => self.constant(value, column, pointer),
            (Source::Field, Json::Text(name)) => self.field(name, pointer).map(|it| it.node),
            (Source::Parameter, Json::Text(name)) => self.parameter(name, pointer),
            (Source::Expression, value) => self.expression(value, pointer),
            (Source::Field, other) => {
                self.fault(wrong(other, "the name of a field", "字段名"), pointer);
                None
            }
            (Source::Parameter, other) => {
                self.fault(wrong(other, "the name of a parameter", "参数名"), pointer);
                None
            }
        }
    }

    pub(super) fn parameter(&mut self, name: &str, pointer: &str) -> Option<NodeId> {
        if !is_identifier(name) {
            let name = shown(name);
            let fault = Fault::new(
                Code::BadName,
                format!("`{name}` is not the name of a parameter"),
                format!("`{name}` 不是参数名"),
            );
            self.fault(fault, pointer);
            return None;
        }
        let param = self.out.name("param");
        Some(self.out.select(param, name))
    }

    /// A list of values: an array, a text with commas, or one value.
    pub(super) fn values(&mut self, rule: Rule<'_>, column: &Column<'a>) -> Option<NodeId> {
        let pointer = rule.at("value");
        let source = self.source(rule)?;
        let Some(value) = rule.json.get("value") else {
            self.fault(missing("value"), rule.pointer);
            return None;
        };
        // A list that is a field, a parameter or an expression by itself.
        if source != Source::Value && !matches!(value, Json::Array(_)) {
            let node = self.one(value, source, column, &pointer)?;
            let known = self.column_of(node);
            return Some(match known {
                Column::Many(_) | Column::Unknown => node,
                _ => self.out.list(vec![node]),
            });
        }
        let items = items(value);
        if items.is_empty() {
            self.fault(nothing_listed(), &pointer);
            return None;
        }
        let mut nodes = Vec::with_capacity(items.len());
        let mut good = true;
        for (position, item) in items.iter().enumerate() {
            let at = match value {
                Json::Array(_) => format!("{pointer}/{position}"),
                _ => pointer.clone(),
            };
            match self.one(item, source, column, &at) {
                Some(node) => nodes.push(node),
                None => good = false,
            }
        }
        good.then(|| self.out.list(nodes))
    }

    /// The two bounds of `between`, the lower one first unless they stay as
    /// written; and whether the upper one is the first instant beyond.
    pub(super) fn two(
        &mut self,
        rule: Rule<'_>,
        column: &Column<'a>,
    ) -> Option<(NodeId, NodeId, bool)> {
        let pointer = rule.at("value");
        let source = self.source(rule)?;
        let Some(value) = rule.json.get("value") else {
            self.fault(missing("value"), rule.pointer);
            return None;
        };
        let items = items(value);
        let [a, b] = items.as_slice() else {
            let n = items.len();
            let fault = Fault::new(
                Code::BadValue,
                format!("{n} values, expected two: the lower and the upper bound"),
                format!("这里有 {n} 个值，应为下限与上限两个"),
            );
            self.fault(fault, &pointer);
            return None;
        };
        let at = |position: usize| match value {
            Json::Array(_) => format!("{pointer}/{position}"),
            _ => pointer.clone(),
        };
        let turned = source == Source::Value && is_more(a, b, column);
        let (low, high) = if turned && self.bounds == Bounds::Turned {
            self.hint(turned_around(), &pointer);
            ((b, at(1)), (a, at(0)))
        } else {
            ((a, at(0)), (b, at(1)))
        };
        let beyond = source == Source::Value && is_end(high.0) && *column != Column::Date;
        let low = self.one(low.0, source, column, &low.1);
        let high = match source {
            Source::Value if is_end(high.0) => self.relative(high.0, column, &high.1),
            _ => self.one(high.0, source, column, &high.1),
        };
        Some((low?, high?, beyond))
    }

    /// A value that is written out, as the column holds it.
    fn constant(&mut self, value: &Json, column: &Column<'a>, pointer: &str) -> Option<NodeId> {
        if is_relative(value) {
            if is_end(value) {
                self.fault(end_elsewhere(), pointer);
                return None;
            }
            return self.relative(value, column, pointer);
        }
        if let Json::Null = value {
            return Some(self.out.literal(Literal::Null));
        }
        let found = match column {
            Column::Number => number(value).map(|literal| self.out.literal(literal)),
            Column::Bool => boolean(value).map(|on| self.out.literal(Literal::Bool(on))),
            Column::Text => value.as_text().map(|text| self.out.text(text)),
            Column::Date => self.quoted(value, "date", |text| Day::parse(text).is_ok()),
            Column::Instant => {
                self.quoted(value, "timestamp", |text| Timestamp::parse(text).is_ok())
            }
            Column::Duration => {
                self.quoted(value, "duration", |text| Duration::parse(text).is_ok())
            }
            Column::Unknown => self.by_its_looks(value),
            Column::Mixed | Column::Record(_) | Column::Many(_) => None,
        };
        if found.is_none() {
            self.fault(unfit(value, column), pointer);
        }
        found
    }

    fn quoted(
        &mut self,
        value: &Json,
        function: &str,
        reads: impl Fn(&str) -> bool,
    ) -> Option<NodeId> {
        let text = value.as_text().filter(|text| reads(text))?;
        let text = self.out.text(text);
        Some(self.out.call(function, vec![text]))
    }

    fn by_its_looks(&mut self, value: &Json) -> Option<NodeId> {
        let literal = match value {
            Json::Text(text) => Literal::Text((**text).into()),
            Json::Bool(on) => Literal::Bool(*on),
            other => number(other)?,
        };
        Some(self.out.literal(literal))
    }
}

/// The elements of a list; a text is split at its commas, `\,` being a comma of
/// the value, and blanks around a value are none of it.
fn items(value: &Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items.clone(),
        Json::Text(text) => {
            let pieces = split(text);
            let pieces = pieces.iter().map(|piece| piece.trim()).filter(|piece| !piece.is_empty());
            pieces.map(|piece| Json::Text(piece.into())).collect()
        }
        Json::Null => Vec::new(),
        other => vec![other.clone()],
    }
}

fn split(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(last) = pieces.last_mut() else { break };
        match c {
            '\\' if chars.peek() == Some(&',') => {
                chars.next();
                last.push(',');
            }
            ',' => pieces.push(String::new()),
            _ => last.push(c),
        }
    }
    pieces
}

/// A number, which may stand as a text or as `{"$bigint": "20"}`.
pub(super) fn number(value: &Json) -> Option<Literal> {
    let text = match value {
        Json::Number(text) => text,
        Json::Text(text) => match json::parse(text.trim().as_bytes()) {
            Ok(Json::Number(text)) => return literal(&text),
            _ => return None,
        },
        Json::Object(members) => match members.as_slice() {
            [(key, Json::Text(text))] if &**key == "$bigint" => {
                return text.parse().ok().map(Literal::Int);
            }
            _ => return None,
        },
        _ => return None,
    };
    literal(text)
}

/// A number of JSON as a literal of the language, its digits kept.
fn literal(text: &str) -> Option<Literal> {
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return text.parse().ok().map(Literal::Int);
    }
    let value: f64 = text.parse().ok()?;
    value.is_finite().then(|| Literal::Double(value, text.into()))
}

fn boolean(value: &Json) -> Option<bool> {
    match value {
        Json::Bool(on) => Some(*on),
        Json::Text(text) => match text.trim() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the first bound is the larger one.
fn is_more(a: &Json, b: &Json, column: &Column<'_>) -> bool {
    let order = match column {
        Column::Number | Column::Unknown => {
            let exact = |value: &Json| match number(value)? {
                Literal::Int(whole) => Some(Decimal::from_int(whole)),
                Literal::Double(_, text) => Decimal::parse(&text).ok(),
                _ => None,
            };
            exact(a).zip(exact(b)).map(|(a, b)| a.compare(b))
        }
        Column::Date => {
            let day = |value: &Json| Day::parse(value.as_text()?).ok();
            day(a).zip(day(b)).map(|(a, b)| a.cmp(&b))
        }
        Column::Instant => {
            let instant = |value: &Json| Instant::parse(value.as_text()?).ok();
            instant(a).zip(instant(b)).map(|(a, b)| a.cmp(&b))
        }
        _ => None,
    };
    order == Some(Ordering::Greater)
}

fn unfit(value: &Json, column: &Column<'_>) -> Fault {
    let (en, zh) = match column {
        Column::Number => ("a number", "数"),
        Column::Bool => ("true or false", "真假值"),
        Column::Text => ("a text", "文本"),
        Column::Date => ("a day like `2026-03-31`", "日期，如 `2026-03-31`"),
        Column::Instant => (
            "an instant with its offset like `2026-03-31T08:00:00+08:00`",
            "带时差的时间点，如 `2026-03-31T08:00:00+08:00`",
        ),
        Column::Duration => ("a length of time like `36h`", "时长，如 `36h`"),
        Column::Mixed => {
            return Fault::new(
                Code::TypeMismatch,
                "the records hold values of several types here, which no value can be compared with",
                "各记录在此字段的值类型不一，无法比较",
            );
        }
        Column::Record(_) => {
            ("a value; the field holds fields of its own", "值；该字段含有下级字段")
        }
        Column::Many(_) => ("`match`; the field holds a list", "`match`；该字段是列表"),
        Column::Unknown => ("a text, a number, true or false", "文本、数或真假值"),
    };
    let is_text = matches!(column, Column::Date | Column::Instant | Column::Duration);
    match value {
        Json::Text(text) if is_text || matches!(column, Column::Number | Column::Bool) => {
            let text = shown(text);
            Fault::new(
                Code::BadValue,
                format!("`{text}`, expected {en}"),
                format!("`{text}` 应为{zh}"),
            )
        }
        Json::Number(text) if *column == Column::Number => Fault::new(
            Code::BadValue,
            format!("`{text}` is too large for a number"),
            format!("`{text}` 超出数的范围"),
        ),
        other => wrong(other, en, zh),
    }
}

fn nothing_listed() -> Fault {
    Fault::new(
        Code::NotChosen,
        "nothing is listed: `in` would be nobody, `notIn` everybody",
        "列表为空：`in` 等于没有人，`notIn` 等于全体",
    )
    .hint("choose at least one value, or mute the rule", "请至少选择一个值，或将该规则静音")
}

fn turned_around() -> Fault {
    Fault::new(
        Code::Turned,
        "the larger bound stands first; the bounds changed places",
        "较大的界限写在前面，两个界限已对调",
    )
}
