//! Questions about values: the atoms of a condition.

use std::sync::Arc;

use super::super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use super::super::types::{Kinds, Type};
use super::phrase::Phrase;
use super::words::common;

/// How a comparison is worded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Number,
    Amount,
    Time,
    Plain,
}

impl<'c> Phrase<'c> {
    /// A question, or its opposite.
    pub(super) fn atom(&mut self, id: NodeId, positive: bool) {
        match self.node(id) {
            Node::Binary { op: BinaryOp::In, left, right } => self.member(*left, *right, positive),
            Node::Binary { op, left, right } => self.comparison(*op, *left, *right),
            Node::Call { function, receiver, args } => {
                let operands: Vec<NodeId> = receiver.iter().chain(args).copied().collect();
                if !self.test(function, &operands, positive) {
                    self.yes_or_no(id, positive);
                }
            }
            Node::Fold { op, over, variable, body, .. } => {
                self.quantifier(*op, *over, (variable, *body), positive);
            }
            Node::Select { of, field, test: true } => {
                self.select(id, *of, field);
                if positive {
                    self.say(" is known", "已知")
                } else {
                    self.say(" is unknown", "未知")
                }
            }
            Node::Literal(Literal::Bool(on)) => match *on == positive {
                true => self.say("everybody", "全体客户"),
                false => self.say("nobody", "没有任何客户"),
            },
            _ => self.yes_or_no(id, positive),
        }
    }

    fn yes_or_no(&mut self, id: NodeId, positive: bool) {
        if let Some(label) = self.parameter_label(id) {
            self.quoted(&label);
        } else {
            self.operand(id);
        }
        if positive { self.say(": yes", "：是") } else { self.say(": not yes", "：不为是") }
    }

    fn comparison(&mut self, op: BinaryOp, left: NodeId, right: NodeId) {
        let null = |phrase: &Self, id| matches!(phrase.node(id), Node::Literal(Literal::Null));
        for (value, other) in [(left, right), (right, left)] {
            if null(self, other) {
                self.operand(value);
                return match op {
                    BinaryOp::Equal => self.say(" is unknown", "未知"),
                    _ => self.say(" is known", "已知"),
                };
            }
        }
        // What is written out is the measure, wherever it stands.
        let constant = |phrase: &Self, id| matches!(phrase.node(id), Node::Literal(_));
        let (op, left, right) = match (constant(self, left), turned(op)) {
            (true, Some(turned)) if !constant(self, right) => (turned, right, left),
            _ => (op, left, right),
        };
        if self.share(op, left, right) || self.count(op, left, right) {
            return;
        }
        self.operand(left);
        self.sign(op, left);
        self.operand_beside(right, left);
    }

    fn manner(&self, id: NodeId) -> Manner {
        match self.ty(id) {
            Type::Money(..) => Manner::Amount,
            ty if ty.is(Kinds::NUMBER.or(Kinds::DURATION)) => Manner::Number,
            Type::Timestamp | Type::Date => Manner::Time,
            _ => Manner::Plain,
        }
    }

    /// The operator between two values.
    fn sign(&mut self, op: BinaryOp, left: NodeId) {
        use BinaryOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
        let (en, zh) = match (op, self.manner(left)) {
            (Equal, Manner::Number | Manner::Amount) => (" is ", "等于 "),
            (NotEqual, Manner::Number | Manner::Amount) => (" is not ", "不等于 "),
            (Equal, _) => (" is ", "是"),
            (NotEqual, _) => (" is not ", "不是"),
            (Less, Manner::Amount) => (" is below ", "低于 "),
            (LessEqual, Manner::Amount) => (" is at most ", "不高于 "),
            (Greater, Manner::Amount) => (" is over ", "高于 "),
            (GreaterEqual, Manner::Amount) => (" is at least ", "不低于 "),
            (Less, Manner::Time) => (" is before ", "早于 "),
            (LessEqual, Manner::Time) => (" is not after ", "不晚于 "),
            (Greater, Manner::Time) => (" is after ", "晚于 "),
            (GreaterEqual, Manner::Time) => (" is not before ", "不早于 "),
            (Less, _) => (" is below ", "小于 "),
            (LessEqual, _) => (" is at most ", "不大于 "),
            (Greater, _) => (" is over ", "大于 "),
            _ => (" is at least ", "不小于 "),
        };
        self.say(en, zh);
    }

    fn member(&mut self, left: NodeId, right: NodeId, positive: bool) {
        if matches!(self.node(right), Node::Literals(_) | Node::List(_)) {
            self.operand(left);
            let many = match self.node(right) {
                Node::Literals(literals) => literals.len(),
                _ => 2,
            };
            match (positive, many) {
                (true, 0 | 1) | (true, _) if positive => self.say(" is ", "是"),
                (_, 0 | 1) => self.say(" is not ", "不是"),
                _ => self.say(" is none of ", "不属于"),
            }
            return self.one_of(right, left, positive);
        }
        self.operand(right);
        if positive {
            self.say(" include ", "包含")
        } else {
            self.say(" do not include ", "不包含")
        }
        self.operand_beside(left, left);
    }

    /// Questions with a wording of their own; false where there is none.
    fn test(&mut self, function: &str, operands: &[NodeId], positive: bool) -> bool {
        let yes =
            |en: &'static str, zh: &'static str, not_en: &'static str, not_zh: &'static str| {
                if positive { (en, zh) } else { (not_en, not_zh) }
            };
        match (function, operands) {
            ("contains" | "startsWith" | "endsWith" | "matches", [text, part]) => {
                let (en, zh) = match function {
                    "contains" => yes(" contains ", "包含", " does not contain ", "不包含"),
                    "startsWith" => {
                        yes(" begins with ", "开头是", " does not begin with ", "开头不是")
                    }
                    "endsWith" => yes(" ends with ", "结尾是", " does not end with ", "结尾不是"),
                    _ => yes(
                        " matches the pattern ",
                        "匹配模式",
                        " does not match the pattern ",
                        "不匹配模式",
                    ),
                };
                self.operand(*text);
                self.say(en, zh);
                self.operand_beside(*part, *text);
            }
            ("between", [value, low, high]) => {
                self.operand(*value);
                let (en, zh) = yes(" is between ", "介于 ", " is not between ", "不介于 ");
                self.say(en, zh);
                self.operand_beside(*low, *value);
                self.say(" and ", " 与 ");
                self.operand_beside(*high, *value);
                self.say("", " 之间");
            }
            ("is_known", [value]) => {
                self.operand(*value);
                let (en, zh) = yes(" is known", "已知", " is unknown", "未知");
                self.say(en, zh);
            }
            ("segment", [name]) => {
                let name = self.written(*name).unwrap_or_default();
                let label = self.said(&self.names.segment(name), name);
                let (en, zh) =
                    yes("in the segment ", "属于细分", "not in the segment ", "不属于细分");
                self.say(en, zh);
                self.quoted(&label);
            }
            ("in_state" | "was_in" | "any_in_state", [machine, state]) => {
                let (machine, state) = (self.written(*machine), self.written(*state));
                let (machine, state) = (machine.unwrap_or_default(), state.unwrap_or_default());
                let (en, zh) = match function {
                    "in_state" => yes(" is in ", "处于", " is not in ", "不处于"),
                    "was_in" => yes(" has been in ", "曾处于", " has never been in ", "从未处于"),
                    _ => yes(" has one in ", "有一项处于", " has none in ", "没有一项处于"),
                };
                let of = self.said(&self.names.machine(machine), machine);
                self.put(&of);
                self.say(en, zh);
                let label = self.said(&self.names.state(machine, state), state);
                self.quoted(&label);
            }
            ("consent", [purpose, channel]) => {
                let purpose = common(self.written(*purpose).unwrap_or_default());
                let channel = common(self.written(*channel).unwrap_or_default());
                let (en, zh) = yes("has agreed", "已同意", "has not agreed", "未同意");
                let said = match self.is_zh() {
                    true => format!("{zh}通过{}接收{}", channel.zh, purpose.zh),
                    false => format!("{en} to {} by {}", purpose.en, channel.en),
                };
                self.put(&said);
            }
            ("reachable", [channel]) => {
                let channel = common(self.written(*channel).unwrap_or_default());
                let (en, zh) = yes("can", "可", "cannot", "无法");
                let said = match self.is_zh() {
                    true => format!("{zh}通过{}联系到", channel.zh),
                    false => format!("{en} be reached by {}", channel.en),
                };
                self.put(&said);
            }
            ("is_workday", [day]) => {
                self.operand(*day);
                let (en, zh) =
                    yes(" is a working day", "是工作日", " is no working day", "不是工作日");
                self.say(en, zh);
            }
            _ => return false,
        }
        true
    }

    /// Whether some, all or one of the elements meet a condition.
    fn quantifier(
        &mut self,
        op: FoldOp,
        over: NodeId,
        (variable, body): (&'c Arc<str>, NodeId),
        positive: bool,
    ) {
        let zh = self.is_zh();
        match op {
            FoldOp::All => {
                self.say("each of the ", "每");
                if zh {
                    self.measure(over);
                }
                self.linked(over, |phrase| phrase.list(over, !zh, None));
                self.say(": ", "都满足：");
                self.say("(", "（");
                self.inside(over, variable, body);
                self.say(")", "）");
            }
            FoldOp::ExistsOne => {
                self.say("exactly one ", "恰有一");
                if zh {
                    self.measure(over);
                }
                self.linked(over, |phrase| phrase.list(over, false, Some((variable, body))));
            }
            _ => self.exists(over, (variable, body), positive),
        }
    }
}

/// The operator with its sides exchanged.
pub(super) fn turned(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Equal => BinaryOp::Equal,
        BinaryOp::NotEqual => BinaryOp::NotEqual,
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessEqual => BinaryOp::GreaterEqual,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterEqual => BinaryOp::LessEqual,
        _ => return None,
    })
}
