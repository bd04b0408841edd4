//! `match`: how many elements of a list meet a group of rules.

use std::sync::Arc;

use super::super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use super::column::Column;
use super::group::{Draft, Frame, wrong};
use super::rule::{Rule, missing};
use crate::error::{Code, Fault};
use crate::json::{Json, pointer_push};
use crate::units::{Decimal, nearest, shown};

/// How a number of elements is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    All,
    Some,
    None,
    /// `atLeast`, `atMost`, `exactly`.
    Count(BinaryOp, Threshold),
}

/// How many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Threshold {
    Whole(i64),
    /// So many of a power of ten: a share.
    Share(i64, i64),
}

/// The modes that count, and how they compare.
pub(super) const COUNTS: [(&str, BinaryOp); 3] = [
    ("atLeast", BinaryOp::GreaterEqual),
    ("atMost", BinaryOp::LessEqual),
    ("exactly", BinaryOp::Equal),
];

impl<'a> Draft<'a> {
    /// A rule about the elements of a list.
    pub(super) fn matched(&mut self, rule: Rule<'_>, mode: &Json) -> NodeId {
        let mode = self.mode(mode, &rule.at("match"));
        let Some(subject) = self.subject(rule) else {
            return self.out.literal(Literal::Bool(true));
        };
        if !matches!(subject.column, Column::Many(_) | Column::Unknown) {
            let fault = Fault::new(
                Code::TypeMismatch,
                "`match` is about the elements of a list, and the field is none",
                "`match` 针对列表的元素，而该字段不是列表",
            );
            return self.refuse(fault, rule.pointer);
        }
        let inner = rule.at("value");
        let Some(group) = rule.json.get("value").filter(|value| value.get("rules").is_some())
        else {
            let fault = match rule.json.get("value") {
                Some(other) => wrong(other, "a group with `rules`", "含 `rules` 的条件组"),
                None => missing("value"),
            };
            return self.refuse(fault, &inner);
        };
        // Where the mode is at fault, the rules are read for theirs.
        let mode = mode.unwrap_or(Mode::Some);
        if matches!(group.get("rules"), Some(Json::Array(rules)) if rules.is_empty()) {
            return self.any_element(subject.node, mode, &inner);
        }
        let place = self.out.last();
        let variable = self.variable(subject.node);
        let column = subject.column.element();
        self.frames.push(Frame { variable: variable.clone(), column });
        let body = self.group(group, &inner);
        self.frames.pop();
        self.out.again(place);
        self.counted(subject.node, mode, &variable, body)
    }

    fn counted(&mut self, list: NodeId, mode: Mode, variable: &Arc<str>, body: NodeId) -> NodeId {
        let out = &mut self.out;
        let (op, threshold) = match mode {
            Mode::All => return out.fold(FoldOp::All, list, variable, body),
            Mode::Some => return out.fold(FoldOp::Exists, list, variable, body),
            Mode::None => {
                let some = out.fold(FoldOp::Exists, list, variable, body);
                return out.not(some);
            }
            Mode::Count(op, threshold) => (op, threshold),
        };
        match threshold {
            Threshold::Whole(n) => {
                let met = out.fold(FoldOp::Filter, list, variable, body);
                let met = out.method(met, "size", Vec::new());
                let n = out.literal(Literal::Int(n));
                out.binary(op, met, n)
            }
            Threshold::Share(n, of) => {
                let all = out.copy(list);
                let met = out.fold(FoldOp::Filter, list, variable, body);
                let met = out.method(met, "size", Vec::new());
                let of = out.literal(Literal::Int(of));
                let met = out.binary(BinaryOp::Multiply, met, of);
                let all = out.method(all, "size", Vec::new());
                let n = out.literal(Literal::Int(n));
                let wanted = out.binary(BinaryOp::Multiply, all, n);
                out.binary(op, met, wanted)
            }
        }
    }

    /// A group without rules: elements of any kind are counted.
    fn any_element(&mut self, list: NodeId, mode: Mode, pointer: &str) -> NodeId {
        let (op, n) = match mode {
            Mode::Some => (BinaryOp::Greater, 0),
            Mode::None => (BinaryOp::Equal, 0),
            Mode::Count(op, Threshold::Whole(n)) => (op, n),
            Mode::All | Mode::Count(_, Threshold::Share(..)) => {
                let fault = Fault::new(
                    Code::EmptyGroup,
                    "without rules every element meets them, so this says nothing",
                    "没有规则时每个元素都满足，该条件没有意义",
                )
                .hint("add a rule, or count the elements", "请添加规则，或改为统计元素个数");
                return self.refuse(fault, &pointer_push(pointer, "rules"));
            }
        };
        let size = self.out.method(list, "size", Vec::new());
        let n = self.out.literal(Literal::Int(n));
        self.out.binary(op, size, n)
    }

    fn mode(&mut self, json: &Json, pointer: &str) -> Option<Mode> {
        let Some(name) = json.get("mode") else {
            self.fault(missing("mode"), pointer);
            return None;
        };
        let at = pointer_push(pointer, "mode");
        let Some(name) = name.as_text() else {
            self.fault(wrong(name, "a mode", "匹配方式"), &at);
            return None;
        };
        let op = match name {
            "all" => return Some(Mode::All),
            "some" => return Some(Mode::Some),
            "none" => return Some(Mode::None),
            other => COUNTS.iter().find(|(name, _)| *name == other).map(|(_, op)| *op),
        };
        let Some(op) = op else {
            self.fault(unknown_mode(name), &at);
            return None;
        };
        let threshold = self.threshold(json, pointer)?;
        Some(Mode::Count(op, threshold))
    }

    fn threshold(&mut self, json: &Json, pointer: &str) -> Option<Threshold> {
        let at = pointer_push(pointer, "threshold");
        let found = match json.get("threshold") {
            None | Some(Json::Null) => {
                self.fault(missing("threshold"), pointer);
                return None;
            }
            Some(Json::Number(text) | Json::Text(text)) => read_threshold(text.trim()),
            Some(_) => None,
        };
        if found.is_none() {
            let fault = Fault::new(
                Code::BadValue,
                "expected a whole number from 0, or a share below 1 with at most six places",
                "应为不小于 0 的整数，或小于 1、至多六位小数的比例",
            );
            self.fault(fault, &at);
        }
        found
    }

    /// A name for each element that no enclosing list has.
    pub(super) fn variable(&self, list: NodeId) -> Arc<str> {
        let name = self.name_of(list).unwrap_or("x").to_ascii_lowercase();
        let letters = name.chars().filter(char::is_ascii_lowercase).chain("xyz".chars());
        let taken = |name: &str| self.frames.iter().any(|frame| &*frame.variable == name);
        let mut letters = letters.map(|letter| letter.to_string());
        let free = letters.find(|letter| !taken(letter));
        free.unwrap_or_else(|| format!("x{}", self.frames.len())).into()
    }

    fn name_of(&self, mut id: NodeId) -> Option<&str> {
        loop {
            id = match self.out.node(id)? {
                Node::Name { name, .. } => return Some(name),
                Node::Select { field, .. } => return Some(field),
                Node::Call { receiver: Some(of), .. } | Node::Fold { over: of, .. } => *of,
                _ => return None,
            };
        }
    }
}

/// The places of a share that are kept.
const PLACES: u8 = 6;

fn read_threshold(text: &str) -> Option<Threshold> {
    let number = Decimal::parse(text).ok()?;
    if number.units() < 0 {
        return None;
    }
    if let Ok(whole) = number.rescale_exact(0) {
        return i64::try_from(whole.units()).ok().map(Threshold::Whole);
    }
    if number.compare(Decimal::from_int(1)).is_gt() {
        return None;
    }
    // Hundredths, or as many places as there are.
    let places = (2..=PLACES).find(|places| number.rescale_exact(*places).is_ok())?;
    let share = number.rescale_exact(places).ok()?;
    let share = i64::try_from(share.units()).ok()?;
    Some(Threshold::Share(share, 10_i64.pow(u32::from(places))))
}

fn unknown_mode(name: &str) -> Fault {
    let modes = ["all", "some", "none", "atLeast", "atMost", "exactly"];
    let (shown, known) = (shown(name), modes.join("`, `"));
    let fault = Fault::new(
        Code::BadValue,
        format!("`{shown}`, expected one of `{known}`"),
        format!("`{shown}` 应为 `{known}` 之一"),
    );
    match nearest(name, modes) {
        Some(near) => fault.meant(near),
        None => fault,
    }
}
