//! Values: names, parts of events, functions, arithmetic.

use super::super::scope::Meaning;
use super::super::tree::{BinaryOp, Node, NodeId};
use super::super::types::{Kinds, Type};
use super::phrase::Phrase;
use super::words::figure;
use crate::error::Text;

impl<'c> Phrase<'c> {
    /// A value.
    pub(super) fn operand(&mut self, id: NodeId) {
        self.linked(id, |phrase| phrase.value(id, None));
    }

    /// A value next to another one, by whose type and unit it is said.
    pub(super) fn operand_beside(&mut self, id: NodeId, other: NodeId) {
        self.linked(id, |phrase| phrase.value(id, Some(other)));
    }

    fn value(&mut self, id: NodeId, beside: Option<NodeId>) {
        let node = self.node(id);
        match node {
            Node::Literal(literal) => self.literal(literal, beside),
            Node::Literals(_) | Node::List(_) => self.one_of(id, beside.unwrap_or(id), true),
            Node::Name { .. } | Node::Select { test: false, .. } if self.named(id) => {}
            Node::Select { of, field, test: false } => self.select(id, *of, field),
            Node::Call { function, receiver, args } => {
                let operands: Vec<NodeId> = receiver.iter().chain(args).copied().collect();
                if !self.function(id, function, &operands) {
                    self.plain_call(function, &operands);
                }
            }
            Node::Fold { op, over, variable, body, .. } if !self.ty(id).is(Kinds::BOOL) => {
                match self.ty(id) {
                    ty if ty.is(Kinds::MANY)
                        && matches!(op, super::super::tree::FoldOp::Filter) =>
                    {
                        self.list(id, true, None);
                    }
                    _ => self.worked_out(*op, *over, (variable, *body)),
                }
            }
            Node::Negate { of } => {
                self.put("-");
                self.in_arithmetic(*of);
            }
            Node::Binary { op, left, right } if !self.ty(id).is(Kinds::BOOL) => {
                self.arithmetic(*op, *left, *right);
            }
            Node::Conditional { .. } if !self.ty(id).is(Kinds::BOOL) => self.choice_of(id),
            _ if self.ty(id).is(Kinds::BOOL) => {
                self.say("(", "（");
                self.condition(id);
                self.say(")", "）");
            }
            _ => self.as_written(id),
        }
    }

    /// What has a name of its own; false where it has none.
    fn named(&mut self, id: NodeId) -> bool {
        let schema = self.scope.schema;
        match self.checked.meaning(id) {
            Some(Meaning::Attribute(position)) => {
                let Some(attribute) = schema.attributes.get(position) else { return false };
                let label = self.said(&attribute.text, &attribute.name);
                if !self.elements.is_empty() {
                    self.say("the customer's ", "客户的");
                }
                self.put(&label);
            }
            Some(Meaning::Events(_)) => self.list(id, true, None),
            Some(Meaning::Variable(_)) => {
                let Node::Name { name, .. } = self.node(id) else { return false };
                let element = self.elements.iter().rev().find(|(variable, _)| variable == name);
                let element = element.map(|(_, element)| element.clone()).unwrap_or_default();
                self.say("that ", "该");
                self.put(&element);
            }
            Some(Meaning::Parameter(position)) => self.parameter(position),
            Some(Meaning::Now) => self.say("now", "现在"),
            Some(Meaning::TheEvent) => self.say("this event", "本次事件"),
            _ => return false,
        }
        true
    }

    fn parameter(&mut self, position: usize) {
        let Some(parameter) = self.scope.parameters.get(position) else { return };
        let label = self.names.parameter(&parameter.name);
        let label = self.said(&label, &parameter.name);
        self.given(&parameter.value);
        self.say(" (", "（");
        self.put(&label);
        self.say(")", "）");
    }

    /// What people call a parameter, if this is one.
    pub(super) fn parameter_label(&self, id: NodeId) -> Option<String> {
        let Some(Meaning::Parameter(position)) = self.checked.meaning(id) else { return None };
        let parameter = self.scope.parameters.get(position)?;
        Some(self.said(&self.names.parameter(&parameter.name), &parameter.name))
    }

    /// `p.amount`, `purchases.last().at`
    pub(super) fn select(&mut self, id: NodeId, of: NodeId, field: &str) {
        let label = self.field(id, of, field);
        let variable = match (self.checked.meaning(of), self.node(of)) {
            (Some(Meaning::Variable(_)), Node::Name { name, .. }) => Some(name.clone()),
            _ => None,
        };
        if let Some(variable) = variable {
            // Of the innermost element no more need be said.
            let place = self.elements.iter().rposition(|(bound, _)| *bound == variable);
            if place.is_some_and(|place| place + 1 < self.elements.len()) {
                let element = place.and_then(|place| self.elements.get(place));
                let element = element.map(|(_, element)| element.clone()).unwrap_or_default();
                match self.is_zh() {
                    true => self.put(&format!("外层{element}的")),
                    false => self.put(&format!("the outer {element}'s ")),
                }
            }
            return self.put(&label);
        }
        if self.is_zh() {
            self.event(of);
            self.put("的");
            self.put(&label);
        } else {
            self.put(&label);
            self.put(" of ");
            self.event(of);
        }
    }

    fn field(&self, id: NodeId, of: NodeId, field: &str) -> String {
        let at = Text::new("time", "时间");
        match (self.checked.meaning(id), self.ty(of)) {
            (Some(Meaning::At), _) => self.said(&at, field),
            (_, Type::Event(kind)) => {
                let kind = self.scope.schema.kinds.get(*kind);
                let declared =
                    kind.and_then(|kind| kind.fields.iter().find(|it| &*it.name == field));
                match declared {
                    Some(declared) => self.said(&declared.text, &declared.name),
                    None => self.said(&at, field),
                }
            }
            _ => field.to_owned(),
        }
    }

    /// One event: the first, the last, the one that has just happened.
    fn event(&mut self, id: NodeId) {
        let Node::Call { function, receiver: Some(list), args } = self.node(id) else {
            return self.operand(id);
        };
        let list = *list;
        match (&**function, args.as_slice()) {
            ("last", []) => self.say("the last ", "最近一次"),
            ("first", []) => self.say("the first ", "首次"),
            ("nth", [place]) => {
                let place = *place;
                if self.is_zh() {
                    self.put("第");
                    self.operand(place);
                    self.put("次");
                    return self.linked(list, |phrase| phrase.list(list, false, None));
                }
                self.linked(list, |phrase| phrase.list(list, false, None));
                self.put(" number ");
                return self.operand(place);
            }
            _ => return self.operand(id),
        }
        self.linked(list, |phrase| phrase.list(list, false, None));
    }

    /// Functions with a wording of their own; false where there is none.
    fn function(&mut self, id: NodeId, function: &str, operands: &[NodeId]) -> bool {
        match (function, operands) {
            ("size" | "count", [of]) if self.ty(*of).is(Kinds::MANY) => self.number_of(*of, None),
            ("size", [text]) => self.around("length of ", *text, "", "", "的字符数"),
            ("within", _) => self.list(id, true, None),
            ("first" | "last" | "nth", _) => self.event(id),
            ("age", [birth]) => self.around("age by ", *birth, "", "按", "计的周岁"),
            ("today", []) => self.say("today", "今天"),
            ("ago", [length]) => self.around("", *length, " ago", "", "前"),
            (
                "days" | "weeks" | "months" | "quarters" | "years" | "workdays" | "workhours"
                | "workminutes",
                [count],
            ) => self.period(function, *count),
            ("date" | "timestamp" | "duration", [text]) => match self.written(*text) {
                Some(text) => self.time(function, text),
                None => return false,
            },
            ("startOf" | "endOf", [unit]) => match self.written(*unit) {
                Some(unit) => self.edge(function, unit),
                None => return false,
            },
            ("coalesce", [value, other]) => {
                self.operand(*value);
                self.say(" (or, where unknown, ", "（未知时取 ");
                self.operand_beside(*other, *value);
                self.say(")", "）");
            }
            ("lower" | "upper" | "string" | "int" | "double", [value]) => self.operand(*value),
            ("max" | "min", values) if 1 < values.len() => {
                if function == "max" {
                    self.say("the largest of ", "以下最大者：");
                } else {
                    self.say("the smallest of ", "以下最小者：");
                }
                self.in_turn(values);
            }
            ("state", [machine]) | ("state_since", [machine]) | ("state_age", [machine]) => {
                let name = self.written(*machine).unwrap_or_default();
                let label = self.said(&self.names.machine(name), name);
                let (en, zh) = match function {
                    "state" => ("", ""),
                    "state_since" => ("start of the present state of ", "进入当前状态的时间"),
                    _ => ("time in the present state of ", "处于当前状态的时长"),
                };
                match self.is_zh() {
                    true => self.put(&format!("{label}{zh}")),
                    false => self.put(&format!("{en}{label}")),
                }
            }
            ("tier", [_]) => self.say("tier", "客户等级"),
            ("axis", [axis]) => {
                let name = self.written(*axis).unwrap_or_default();
                let label = self.said(&self.names.axis(name), name);
                self.put(&label);
                self.say(" score", "得分");
            }
            ("value", [name]) => {
                let name = self.written(*name).unwrap_or_default();
                let label = self.said(&figure(name), name);
                self.put(&label);
            }
            ("cut", [name]) => {
                let name = self.written(*name).unwrap_or_default();
                self.say("the cut point ", "分界值");
                self.quoted(name);
            }
            ("median_gap", [list]) => {
                self.around("the usual gap between ", *list, "", "", "的间隔中位数")
            }
            ("gap_ratio", [list]) => {
                self.around(
                    "the silence in usual gaps between ",
                    *list,
                    "",
                    "距最近一次",
                    "的时间与间隔中位数之比",
                );
            }
            ("faded", [list, half]) => {
                self.around("number of ", *list, "", "", "的次数");
                self.say(" (each counting half after every ", "（每过 ");
                self.operand(*half);
                self.say(")", "权重减半）");
            }
            ("workdays_between" | "worktime_between", [from, to]) => {
                let work = function == "workdays_between";
                self.say(if work { "working days from " } else { "working time from " }, "");
                self.operand(*from);
                self.say(" to ", "至");
                self.operand(*to);
                self.say("", if work { "的工作日数" } else { "的工作时长" });
            }
            ("sequence", [steps, length]) => {
                self.say("steps taken in order (", "依次完成的步数（");
                self.steps(*steps);
                self.say("; within ", "；限 ");
                self.operand(*length);
                self.say(")", "内）");
            }
            ("activePeriods", [list, unit, count]) => {
                let unit = self.written(*unit).unwrap_or_default();
                let (en, zh) = unit_words(unit);
                let list = *list;
                match self.is_zh() {
                    true => {
                        self.put("近 ");
                        self.operand(*count);
                        self.put(&format!(" 个{zh}中有"));
                        self.linked(list, |phrase| phrase.list(list, false, None));
                        self.put(&format!("的{zh}数"));
                    }
                    false => {
                        self.put("number of the last ");
                        self.operand(*count);
                        self.put(&format!(" {en}s with a "));
                        self.linked(list, |phrase| phrase.list(list, false, None));
                    }
                }
            }
            _ => return false,
        }
        true
    }

    fn steps(&mut self, steps: NodeId) {
        let Node::List(items) = self.node(steps) else { return self.operand(steps) };
        for (position, item) in items.iter().enumerate() {
            if 0 < position {
                self.put(" → ");
            }
            self.linked(*item, |phrase| phrase.list(*item, false, None));
        }
    }

    fn around(&mut self, before: &str, id: NodeId, after: &str, zh_before: &str, zh_after: &str) {
        self.say(before, zh_before);
        self.operand(id);
        self.say(after, zh_after);
    }

    fn in_turn(&mut self, values: &[NodeId]) {
        self.say("(", "（");
        for (position, value) in values.iter().enumerate() {
            if 0 < position {
                self.say(", ", "、");
            }
            self.operand(*value);
        }
        self.say(")", "）");
    }

    fn plain_call(&mut self, function: &str, operands: &[NodeId]) {
        self.put(function);
        self.put("(");
        for (position, operand) in operands.iter().enumerate() {
            if 0 < position {
                self.say(", ", "，");
            }
            self.operand(*operand);
        }
        self.put(")");
    }

    fn arithmetic(&mut self, op: BinaryOp, left: NodeId, right: NodeId) {
        let sign = match op {
            BinaryOp::Add => " + ",
            BinaryOp::Subtract => " - ",
            BinaryOp::Multiply => " × ",
            BinaryOp::Divide => " ÷ ",
            _ => " mod ",
        };
        let lengths = Kinds::LENGTHS;
        let instants = Kinds::TIMESTAMP.or(Kinds::DATE);
        if self.ty(left).is(instants) && self.ty(right).is(lengths) {
            // `startOf('month') - months(1)`
            return match (op, self.is_zh()) {
                (BinaryOp::Add, true) => self.moved(left, "往后", right),
                (_, true) => self.moved(left, "往前", right),
                (BinaryOp::Add, false) => self.moved(right, " after ", left),
                (_, false) => self.moved(right, " before ", left),
            };
        }
        self.in_arithmetic(left);
        self.out.push_str(sign);
        self.in_arithmetic(right);
    }

    fn moved(&mut self, first: NodeId, word: &str, second: NodeId) {
        self.operand(first);
        self.put(word);
        self.operand(second);
    }

    fn in_arithmetic(&mut self, id: NodeId) {
        if !matches!(self.node(id), Node::Binary { .. } | Node::Conditional { .. }) {
            return self.operand(id);
        }
        self.say("(", "（");
        self.operand(id);
        self.say(")", "）");
    }

    fn choice_of(&mut self, id: NodeId) {
        let mut at = id;
        while let Node::Conditional { test, yes, no } = self.node(at) {
            self.say("(if (", "（若（");
            self.condition(*test);
            self.say(") then ", "）则 ");
            self.operand(*yes);
            self.say(", otherwise ", "，否则 ");
            at = *no;
        }
        self.operand(at);
        self.say(")", "）");
    }
}

/// A calendar unit: in English one of them, in Chinese what is counted.
pub(super) fn unit_words(unit: &str) -> (&str, &str) {
    match unit {
        "day" => ("day", "日"),
        "week" => ("week", "周"),
        "month" => ("month", "月"),
        "quarter" => ("quarter", "季度"),
        "year" => ("year", "年"),
        "fiscalYear" => ("business year", "财年"),
        other => (other, other),
    }
}
