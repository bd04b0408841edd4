//! Instants that move: `{"mode": "relative", "anchor": "startOfMonth",
//! "offset": -1, "unit": "month"}`.

use super::super::tree::{BinaryOp, NodeId};
use super::column::Column;
use super::group::{Draft, wrong};
use super::rule::missing;
use crate::error::{Code, Fault};
use crate::json::{Json, pointer_push};
use crate::units::shown;

/// Where an instant that moves counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Now,
    Start(&'static str),
    End(&'static str),
}

/// The anchors of the builder by name.
pub(super) const ANCHORS: [(&str, Anchor); 9] = [
    ("now", Anchor::Now),
    ("startOfDay", Anchor::Start("day")),
    ("endOfDay", Anchor::End("day")),
    ("startOfWeek", Anchor::Start("week")),
    ("endOfWeek", Anchor::End("week")),
    ("startOfMonth", Anchor::Start("month")),
    ("endOfMonth", Anchor::End("month")),
    ("startOfYear", Anchor::Start("year")),
    ("endOfYear", Anchor::End("year")),
];

/// The units of an offset: the builder's name, and the function for it, or the
/// letter of an exact length of time.
pub(super) const UNITS: [(&str, Result<&str, char>); 6] = [
    ("minute", Err('m')),
    ("hour", Err('h')),
    ("day", Ok("days")),
    ("week", Ok("weeks")),
    ("month", Ok("months")),
    ("year", Ok("years")),
];

fn anchor_of(value: &Json) -> Option<Anchor> {
    let name = value.get("anchor")?.as_text()?;
    ANCHORS.iter().find(|(known, _)| *known == name).map(|(_, anchor)| *anchor)
}

/// Whether a value is the end of a day, week, month or year that moves.
pub(super) fn is_end(value: &Json) -> bool {
    super::rule::is_relative(value) && matches!(anchor_of(value), Some(Anchor::End(_)))
}

/// The operator for a value that moves: what is included until the end of a
/// period is what comes before the next one begins. `None` where the end of a
/// period says nothing definite.
pub(super) fn operator_for(op: BinaryOp, value: &Json, column: &Column<'_>) -> Option<BinaryOp> {
    if !is_end(value) || *column == Column::Date {
        return Some(op);
    }
    match op {
        BinaryOp::LessEqual => Some(BinaryOp::Less),
        BinaryOp::Greater => Some(BinaryOp::GreaterEqual),
        _ => None,
    }
}

pub(super) fn end_elsewhere() -> Fault {
    Fault::new(
        Code::BadValue,
        "the end of a period is the instant at which the next begins: only `<=`, `>` and the upper bound of `between` can name it",
        "一段时间的结束即下一段的开始：只能用于 `<=`、`>` 或 `between` 的上限",
    )
    .hint("use `<=` or `>`, or the start of the next period", "请用 `<=` 或 `>`，或改用下一段的开始")
}

impl Draft<'_> {
    /// A value that moves, kept as a formula.
    pub(super) fn relative(
        &mut self,
        value: &Json,
        column: &Column<'_>,
        pointer: &str,
    ) -> Option<NodeId> {
        let anchor = match anchor_of(value) {
            Some(anchor) => anchor,
            None => {
                let at = pointer_push(pointer, "anchor");
                self.fault(unknown(value.get("anchor"), &ANCHORS.map(|(name, _)| name)), &at);
                return None;
            }
        };
        let offset = self.offset(value, pointer)?;
        match column {
            Column::Date => self.day(anchor, offset, pointer),
            Column::Instant | Column::Unknown => Some(self.instant(anchor, offset)),
            _ => {
                let fault = Fault::new(
                    Code::TypeMismatch,
                    "a date that moves, and the field holds neither dates nor instants",
                    "这里是相对时间，而该字段既不是日期也不是时间点",
                );
                self.fault(fault, pointer);
                None
            }
        }
    }

    /// The offset with its unit; `None` inside where it is nothing.
    #[allow(clippy::type_complexity)]
    fn offset(
        &mut self,
        value: &Json,
        pointer: &str,
    ) -> Option<Option<(i64, Result<&'static str, char>)>> {
        let offset = match value.get("offset") {
            None => 0,
            Some(Json::Number(text)) => match text.parse::<i64>() {
                Ok(offset) => offset,
                Err(_) => {
                    let fault = Fault::new(
                        Code::BadValue,
                        format!("`{text}`, expected a whole number"),
                        format!("`{text}` 应为整数"),
                    );
                    self.fault(fault, &pointer_push(pointer, "offset"));
                    return None;
                }
            },
            Some(other) => {
                self.fault(
                    wrong(other, "a whole number", "整数"),
                    &pointer_push(pointer, "offset"),
                );
                return None;
            }
        };
        if offset == 0 {
            return Some(None);
        }
        let Some(name) = value.get("unit") else {
            self.fault(missing("unit"), pointer);
            return None;
        };
        let unit = UNITS.iter().find(|(known, _)| name.as_text() == Some(known));
        let Some((_, unit)) = unit else {
            let fault = unknown(Some(name), &UNITS.map(|(name, _)| name));
            self.fault(fault, &pointer_push(pointer, "unit"));
            return None;
        };
        Some(Some((offset, *unit)))
    }

    fn length(&mut self, count: u64, unit: Result<&str, char>) -> NodeId {
        match unit {
            Ok(function) => {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                let count = self.out.literal(super::super::tree::Literal::Int(count));
                self.out.call(function, vec![count])
            }
            Err(letter) => {
                let text = self.out.text(&format!("{count}{letter}"));
                self.out.call("duration", vec![text])
            }
        }
    }

    fn instant(&mut self, anchor: Anchor, offset: Option<(i64, Result<&str, char>)>) -> NodeId {
        if let (Anchor::Now, Some((offset @ ..0, unit))) = (anchor, offset) {
            let length = self.length(offset.unsigned_abs(), unit);
            return self.out.call("ago", vec![length]);
        }
        let from = match anchor {
            Anchor::Now => self.out.name("now"),
            Anchor::Start(unit) => self.unit_edge("startOf", unit),
            Anchor::End(unit) => self.unit_edge("endOf", unit),
        };
        self.moved(from, offset)
    }

    fn unit_edge(&mut self, function: &str, unit: &str) -> NodeId {
        let unit = self.out.text(unit);
        self.out.call(function, vec![unit])
    }

    fn moved(&mut self, from: NodeId, offset: Option<(i64, Result<&str, char>)>) -> NodeId {
        let Some((offset, unit)) = offset else { return from };
        let length = self.length(offset.unsigned_abs(), unit);
        let op = if offset < 0 { BinaryOp::Subtract } else { BinaryOp::Add };
        self.out.binary(op, from, length)
    }

    fn day(
        &mut self,
        anchor: Anchor,
        offset: Option<(i64, Result<&str, char>)>,
        pointer: &str,
    ) -> Option<NodeId> {
        let whole = !matches!(offset, Some((_, Err(_))));
        match anchor {
            Anchor::Now | Anchor::Start("day") | Anchor::End("day") if whole => {
                let today = self.out.call("today", Vec::new());
                Some(self.moved(today, offset))
            }
            _ => {
                let fault = Fault::new(
                    Code::BadValue,
                    "the field holds days, and of days only today moves, by days, weeks, months or years",
                    "该字段是日期；相对日期只能以今天为准，按天、周、月或年推移",
                );
                self.fault(fault, pointer);
                None
            }
        }
    }
}

fn unknown(given: Option<&Json>, known: &[&str]) -> Fault {
    let known = known.join("`, `");
    match given.and_then(Json::as_text) {
        Some(given) => {
            let given = shown(given);
            Fault::new(
                Code::BadValue,
                format!("`{given}`, expected one of `{known}`"),
                format!("`{given}` 应为 `{known}` 之一"),
            )
        }
        None => Fault::new(
            Code::BadValue,
            format!("expected one of `{known}`"),
            format!("应为 `{known}` 之一"),
        ),
    }
}
