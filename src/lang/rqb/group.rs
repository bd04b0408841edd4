//! Groups: `and`, `or`, `xor`, `not`, with common or independent combinators.

use std::sync::Arc;

use super::super::bounds;
use super::super::tree::{BinaryOp, Literal, NodeId};
use super::build::Build;
use super::column::{Column, Columns, Known};
use super::{Bounds, Imported, origin};
use crate::error::{Code, Error, Fault, counted};
use crate::json::{Json, pointer_push};
use crate::lang::scope::Scope;
use crate::units::{nearest, shown};

/// A query on its way in.
pub(super) struct Draft<'a> {
    pub(super) columns: Columns<'a>,
    pub(super) known: Known<'a>,
    pub(super) bounds: Bounds,
    pub(super) out: Build,
    pub(super) faults: Vec<Fault>,
    pub(super) hints: Vec<Fault>,
    /// The elements that stand between here and the customer.
    pub(super) frames: Vec<Frame<'a>>,
    pub(super) muted: usize,
    pub(super) root: NodeId,
}

/// One element of a list that a group is about.
pub(super) struct Frame<'a> {
    pub(super) variable: Arc<str>,
    pub(super) column: Column<'a>,
}

/// Reads a query as far as its shape goes; faults are inside.
pub(super) fn drafted<'a>(query: &'a Json, columns: Columns<'a>, bounds: Bounds) -> Draft<'a> {
    let mut draft = Draft {
        columns,
        known: Known::new(),
        bounds,
        out: Build::default(),
        faults: Vec::new(),
        hints: Vec::new(),
        frames: Vec::new(),
        muted: 0,
        root: NodeId(0),
    };
    draft.out.at("");
    draft.root = match query.get("rules") {
        Some(_) => draft.group(query, ""),
        None => {
            let fault = wrong(query, "a group with `rules`", "含 `rules` 的条件组");
            draft.refuse(fault, "")
        }
    };
    draft
}

impl Draft<'_> {
    /// The import, held to the names of a scope where there is one.
    pub(super) fn finish(mut self, scope: Option<&Scope<'_>>) -> Result<Imported, Error> {
        if 0 < self.muted {
            let n = self.muted;
            let hint = Fault::new(
                Code::LeftOut,
                format!("{} left out, being muted", counted(n as u64, "rule")),
                format!("已静音的 {n} 条规则不计入"),
            );
            self.hints.insert(0, hint.at(""));
        }
        origin::settle(self, scope)
    }

    /// Notes a fault; what stands in for what was refused keeps the rest
    /// readable, so that one pass finds everything.
    pub(super) fn refuse(&mut self, fault: Fault, pointer: &str) -> NodeId {
        self.fault(fault, pointer);
        self.out.literal(Literal::Bool(true))
    }

    pub(super) fn fault(&mut self, fault: Fault, pointer: &str) {
        if self.faults.len() < bounds::FAULTS {
            self.faults.push(fault.at(pointer));
        }
    }

    pub(super) fn hint(&mut self, hint: Fault, pointer: &str) {
        if self.hints.len() < bounds::FAULTS {
            self.hints.push(hint.at(pointer));
        }
    }

    /// A group or a rule.
    fn member(&mut self, json: &Json, pointer: &str) -> NodeId {
        match json {
            Json::Object(_) if json.get("rules").is_some() => self.group(json, pointer),
            Json::Object(_) => self.rule(json, pointer),
            _ => {
                let fault = wrong(json, "a rule or a group", "规则或条件组");
                self.refuse(fault, pointer)
            }
        }
    }

    /// A group as one condition.
    pub(super) fn group(&mut self, json: &Json, pointer: &str) -> NodeId {
        let place = self.out.at(pointer);
        let part = self.out.parts.len();
        self.out.parts.push((place, NodeId(0)));
        self.keys(json, pointer, &GROUP);
        let inner = self.joined(json, pointer);
        self.out.again(place);
        let id = if self.flag(json, "not", pointer) { self.out.not(inner) } else { inner };
        if let Some(slot) = self.out.parts.get_mut(part) {
            slot.1 = id;
        }
        id
    }

    fn joined(&mut self, json: &Json, pointer: &str) -> NodeId {
        let below = pointer_push(pointer, "rules");
        let Some(Json::Array(rules)) = json.get("rules") else {
            let fault = wrong(json.get("rules").unwrap_or(json), "a list of rules", "规则列表");
            return self.refuse(fault, &below);
        };
        match json.get("combinator") {
            Some(Json::Text(combinator)) => self.common(rules, combinator, pointer, &below),
            Some(other) => {
                let fault = wrong(other, "`and`, `or` or `xor`", "`and`、`or` 或 `xor`");
                self.refuse(fault, &pointer_push(pointer, "combinator"))
            }
            None => self.independent(rules, &below),
        }
    }

    /// Rules joined by one combinator.
    fn common(&mut self, rules: &[Json], combinator: &str, pointer: &str, below: &str) -> NodeId {
        let place = self.out.at(pointer);
        let mut parts = Vec::new();
        for (position, rule) in rules.iter().enumerate() {
            let pointer = format!("{below}/{position}");
            if self.is_muted(rule, &pointer) {
                self.muted += 1;
            } else {
                parts.push(self.member(rule, &pointer));
            }
        }
        self.out.again(place);
        if parts.is_empty() {
            return self.refuse(empty(rules.len()), below);
        }
        match combinator {
            "and" => self.chain(BinaryOp::And, parts),
            "or" => self.chain(BinaryOp::Or, parts),
            "xor" => self.out.call("exactlyOne", parts),
            other => {
                self.fault(unknown_combinator(other), &pointer_push(pointer, "combinator"));
                self.chain(BinaryOp::And, parts)
            }
        }
    }

    pub(super) fn chain(&mut self, op: BinaryOp, parts: Vec<NodeId>) -> NodeId {
        let mut parts = parts.into_iter();
        let Some(first) = parts.next() else { return self.out.literal(Literal::Bool(true)) };
        parts.fold(first, |left, right| self.out.binary(op, left, right))
    }

    /// Rules with a combinator between each two: `and` binds tighter than `or`;
    /// `xor` stands by itself.
    fn independent(&mut self, rules: &[Json], below: &str) -> NodeId {
        let place = self.out.last();
        let Some(sequence) = self.sequence(rules, below) else {
            return self.out.literal(Literal::Bool(true));
        };
        self.out.again(place);
        let Some(((_, first), rest)) = sequence.split_first() else {
            return self.refuse(empty(rules.len()), below);
        };
        if rest.iter().any(|(combinator, _)| *combinator == "xor") {
            if rest.iter().any(|(combinator, _)| *combinator != "xor") {
                let fault = Fault::new(
                    Code::BadValue,
                    "`xor` beside `and` or `or` can be read in more than one way",
                    "`xor` 与 `and`、`or` 混用会产生歧义",
                )
                .hint("put one of them into a group", "请把其中之一放进单独的条件组");
                return self.refuse(fault, below);
            }
            let parts = sequence.iter().map(|(_, id)| *id).collect();
            return self.out.call("exactlyOne", parts);
        }
        let (mut any, mut all) = (Vec::new(), vec![*first]);
        for (combinator, id) in rest {
            if *combinator == "or" {
                any.push(self.chain(BinaryOp::And, std::mem::take(&mut all)));
            }
            all.push(*id);
        }
        any.push(self.chain(BinaryOp::And, all));
        self.chain(BinaryOp::Or, any)
    }

    /// The rules that count, each with the combinator before it; `None` after a
    /// fault of the sequence.
    fn sequence<'j>(&mut self, rules: &'j [Json], below: &str) -> Option<Vec<(&'j str, NodeId)>> {
        let mut out: Vec<(&str, NodeId)> = Vec::new();
        // What stands before the next rule: two where a muted one was between.
        let mut before: Option<&str> = None;
        let mut good = true;
        for (position, item) in rules.iter().enumerate() {
            let pointer = format!("{below}/{position}");
            let is_combinator = matches!(item, Json::Text(_));
            if is_combinator != (position % 2 == 1)
                || (is_combinator && position + 1 == rules.len())
            {
                self.fault(out_of_turn(is_combinator), &pointer);
                return None;
            }
            if let Json::Text(combinator) = item {
                if !matches!(&**combinator, "and" | "or" | "xor") {
                    self.fault(unknown_combinator(combinator), &pointer);
                    good = false;
                }
                let between = before.filter(|_| !out.is_empty());
                if between.is_some_and(|between| between != &**combinator) {
                    self.fault(between_two(), &pointer);
                    good = false;
                }
                before = Some(combinator);
            } else if self.is_muted(item, &pointer) {
                self.muted += 1;
            } else {
                let id = self.member(item, &pointer);
                out.push((before.take().unwrap_or("and"), id));
            }
        }
        good.then_some(out)
    }

    /// Whether a rule or group does not count.
    fn is_muted(&mut self, json: &Json, pointer: &str) -> bool {
        matches!(json, Json::Object(_)) && self.flag(json, "muted", pointer)
    }

    pub(super) fn flag(&mut self, json: &Json, key: &str, pointer: &str) -> bool {
        match json.get(key) {
            None | Some(Json::Null) => false,
            Some(Json::Bool(on)) => *on,
            Some(other) => {
                let fault = wrong(other, "true or false", "真假值");
                self.fault(fault, &pointer_push(pointer, key));
                false
            }
        }
    }

    /// Says which keys mean nothing here.
    pub(super) fn keys(&mut self, json: &Json, pointer: &str, known: &[&str]) {
        for (key, _) in json.as_object().unwrap_or_default() {
            if !known.contains(&&**key) {
                let name = shown(key);
                let hint = Fault::new(
                    Code::LeftOut,
                    format!("`{name}` means nothing in a condition, and stays in the query alone"),
                    format!("`{name}` 在条件中没有含义，只保留在查询文档里"),
                );
                self.hint(hint, &pointer_push(pointer, key));
            }
        }
    }
}

const GROUP: [&str; 8] = ["id", "path", "combinator", "rules", "not", "disabled", "muted", "meta"];

/// A value of another kind than the place asks for.
pub(super) fn wrong(json: &Json, en: &str, zh: &str) -> Fault {
    let found = json.kind_name();
    Fault::new(
        Code::WrongJsonType,
        format!("{}, expected {en}", found.en),
        format!("这里是{}，应为{zh}", found.zh),
    )
}

fn empty(rules: usize) -> Fault {
    let fault = match rules {
        0 => Fault::new(
            Code::EmptyGroup,
            "a group without rules would be everybody",
            "没有规则的条件组等于全体客户",
        ),
        _ => Fault::new(
            Code::EmptyGroup,
            "every rule of the group is muted, which would leave everybody",
            "条件组中的规则全部静音，等于全体客户",
        ),
    };
    fault.hint("add a rule, or delete the group", "请添加规则，或删除该条件组")
}

fn unknown_combinator(name: &str) -> Fault {
    let (known, name) = (["and", "or", "xor"], shown(name));
    let fault = Fault::new(
        Code::BadValue,
        format!("`{name}` is no combinator, expected `and`, `or` or `xor`"),
        format!("没有组合方式 `{name}`，应为 `and`、`or` 或 `xor`"),
    );
    match nearest(&name.to_lowercase(), known) {
        Some(near) => fault.meant(near),
        None => fault,
    }
}

fn out_of_turn(is_combinator: bool) -> Fault {
    if is_combinator {
        Fault::new(
            Code::BadValue,
            "a combinator, expected a rule or a group",
            "这里是组合方式，应为规则或条件组",
        )
    } else {
        Fault::new(
            Code::BadValue,
            "a rule or a group, expected `and` or `or` before it",
            "规则或条件组之前应有 `and` 或 `or`",
        )
    }
}

fn between_two() -> Fault {
    Fault::new(
        Code::BadValue,
        "what is left out stands between different combinators, and either could remain",
        "被静音的规则前后组合方式不同，无法确定保留哪一个",
    )
    .hint(
        "delete the muted rule, or put it into a group",
        "请删除静音的规则，或把它放进单独的条件组",
    )
}
