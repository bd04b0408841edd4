//! Lists of events, how many there are, and what is worked out over them.

use std::sync::Arc;

use super::super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use super::super::types::{Kinds, Type};
use super::phrase::Phrase;

/// A condition of elements, with the variable that stands for one.
type About<'c> = (&'c Arc<str>, NodeId);

/// A list without what narrows it, and that.
struct Narrowed<'c> {
    base: NodeId,
    windows: Vec<NodeId>,
    filters: Vec<(NodeId, &'c Arc<str>, NodeId)>,
}

/// A number of elements that is asked for.
enum Asked {
    None,
    Some,
    Number(&'static str, &'static str),
}

impl<'c> Phrase<'c> {
    fn narrowed(&self, id: NodeId) -> Narrowed<'c> {
        let (mut windows, mut filters) = (Vec::new(), Vec::new());
        let mut base = id;
        loop {
            base = match self.node(base) {
                Node::Call { function, receiver: Some(of), args } if &**function == "within" => {
                    windows.extend(args);
                    *of
                }
                Node::Fold { op: FoldOp::Filter, over, variable, body, .. } => {
                    filters.push((*over, variable, *body));
                    *over
                }
                _ => break,
            };
        }
        windows.reverse();
        filters.reverse();
        Narrowed { base, windows, filters }
    }

    /// A list, with one more condition of its elements where there is one.
    pub(super) fn list(&mut self, id: NodeId, plural: bool, more: Option<About<'c>>) {
        let mut parts = self.narrowed(id);
        parts.filters.extend(more.map(|(variable, body)| (id, variable, body)));
        if self.is_zh() {
            self.windows(&parts);
            self.filters(&parts);
            self.base(parts.base, plural);
        } else {
            self.base(parts.base, plural);
            self.windows(&parts);
            self.filters(&parts);
        }
    }

    fn windows(&mut self, parts: &Narrowed<'c>) {
        for window in &parts.windows {
            self.say(" in the last ", "近 ");
            self.operand(*window);
        }
    }

    fn filters(&mut self, parts: &Narrowed<'c>) {
        for (position, (over, variable, body)) in parts.filters.iter().enumerate() {
            let plain = self.is_plain(*body);
            match (self.is_zh(), plain) {
                (true, true) => {}
                (true, false) => self.put("满足（"),
                (false, true) if 0 < position => self.put(" and where "),
                (false, true) => self.put(" where "),
                (false, false) => self.put(" where ("),
            }
            self.inside(*over, variable, *body);
            match (self.is_zh(), plain) {
                (true, true) => self.put("的"),
                (true, false) => self.put("）的"),
                (false, true) => {}
                (false, false) => self.put(")"),
            }
        }
    }

    /// Whether a condition is one question, which needs no brackets.
    fn is_plain(&self, id: NodeId) -> bool {
        match self.node(id) {
            Node::Binary { op: BinaryOp::And | BinaryOp::Or, .. } => false,
            Node::Binary { left, right, .. } => {
                let simple = |id: NodeId| {
                    matches!(
                        self.node(id),
                        Node::Literal(_)
                            | Node::Literals(_)
                            | Node::Select { .. }
                            | Node::Name { .. }
                    )
                };
                simple(*left) && simple(*right)
            }
            Node::Call { receiver, args, .. } => receiver.iter().chain(args).all(|id| {
                matches!(self.node(*id), Node::Literal(_) | Node::Select { .. } | Node::Name { .. })
            }),
            _ => false,
        }
    }

    /// A condition about one element.
    pub(super) fn inside(&mut self, over: NodeId, variable: &Arc<str>, body: NodeId) {
        let element = self.element(over);
        self.elements.push((variable.clone(), element));
        self.condition(body);
        self.elements.pop();
    }

    /// What one element of a list is called.
    pub(super) fn element(&self, id: NodeId) -> String {
        let base = self.narrowed(id).base;
        match self.ty(base) {
            Type::Events(kind) => self.kind(*kind, false),
            _ => (if self.is_zh() { "项" } else { "entry" }).to_owned(),
        }
    }

    /// A kind of events: one of them, or many.
    fn kind(&self, kind: usize, plural: bool) -> String {
        let Some(kind) = self.scope.schema.kinds.get(kind) else { return String::new() };
        let spoken = |name: &str| name.replace('_', " ");
        match (&kind.list, self.is_zh(), plural) {
            (_, true, _) | (None, ..) => self.said(&kind.text, &spoken(&kind.name)),
            (Some(list), false, true) => spoken(list),
            (Some(_), false, false) => self.said(&kind.text, &spoken(&kind.name)),
        }
    }

    fn base(&mut self, id: NodeId, plural: bool) {
        match (self.node(id), self.ty(id)) {
            (Node::Name { .. } | Node::Select { .. }, Type::Events(kind)) => {
                let kind = self.kind(*kind, plural);
                self.linked(id, |phrase| phrase.put(&kind));
            }
            _ => {
                if !plural {
                    self.say("entry of ", "");
                }
                self.operand(id);
            }
        }
    }

    /// What is counted in Chinese.
    pub(super) fn measure(&mut self, id: NodeId) {
        let base = self.narrowed(id).base;
        self.put(if self.ty(base).is(Kinds::EVENTS) { "次" } else { "项" });
    }

    /// The list that a number counts, with the last condition of its elements.
    fn counted(&self, id: NodeId) -> Option<(NodeId, Option<About<'c>>)> {
        match self.node(id) {
            Node::Call { function, receiver, args } if &**function == "size" => {
                let of = receiver.or(args.first().copied())?;
                self.ty(of).is(Kinds::MANY).then_some((of, None))
            }
            Node::Fold { op: FoldOp::Count, over, variable, body, .. } => {
                Some((*over, Some((variable, *body))))
            }
            _ => None,
        }
    }

    /// `list.size() >= 3`; false where it is something else.
    pub(super) fn count(&mut self, op: BinaryOp, left: NodeId, right: NodeId) -> bool {
        let Some((list, more)) = self.counted(left) else { return false };
        let Node::Literal(Literal::Int(n)) = self.node(right) else { return false };
        use BinaryOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
        let asked = match (op, *n) {
            (Equal | LessEqual, 0) | (Less, 1) => Asked::None,
            (Greater | NotEqual, 0) | (GreaterEqual, 1) => Asked::Some,
            (Equal, _) => Asked::Number("exactly", "恰为"),
            (NotEqual, _) => Asked::Number("other than", "不是"),
            (Less, _) => Asked::Number("fewer than", "少于"),
            (LessEqual, _) => Asked::Number("at most", "不多于"),
            (Greater, _) => Asked::Number("more than", "多于"),
            _ => Asked::Number("at least", "不少于"),
        };
        let plural = !matches!(asked, Asked::None | Asked::Some) && *n != 1;
        if self.is_zh() {
            self.count_zh(list, more, asked, *n);
        } else {
            match asked {
                Asked::None => self.put("no "),
                Asked::Some => self.put("at least 1 "),
                Asked::Number(word, _) => self.put(&format!("{word} {n} ")),
            }
            self.linked(left, |phrase| phrase.list(list, plural, more));
        }
        true
    }

    fn count_zh(&mut self, list: NodeId, more: Option<About<'c>>, asked: Asked, n: i64) {
        let mut parts = self.narrowed(list);
        parts.filters.extend(more.map(|(variable, body)| (list, variable, body)));
        self.windows(&parts);
        match asked {
            Asked::None if parts.windows.is_empty() && parts.filters.is_empty() => self.put("从无"),
            Asked::None => self.put("没有"),
            Asked::Some => self.put("有"),
            Asked::Number(..) => {}
        }
        self.filters(&parts);
        self.base(parts.base, false);
        if let Asked::Number(_, word) = asked {
            self.put(&format!("{word} {n} "));
            self.measure(list);
        }
    }

    /// `list.exists(x, ...)`, or that none does.
    pub(super) fn exists(&mut self, over: NodeId, more: (&'c Arc<str>, NodeId), positive: bool) {
        if self.is_zh() {
            let asked = if positive { Asked::Some } else { Asked::None };
            return self.count_zh(over, Some(more), asked, 0);
        }
        let element = self.element(over);
        self.put("has ");
        self.put(if positive { Phrase::article(&element) } else { "no " });
        self.linked(over, |phrase| phrase.list(over, false, Some(more)));
    }

    /// `l.filter(x, ...).size() * 100 >= l.size() * 25`: a share.
    pub(super) fn share(&mut self, op: BinaryOp, left: NodeId, right: NodeId) -> bool {
        let times = |id: NodeId| match self.node(id) {
            Node::Binary { op: BinaryOp::Multiply, left, right } => match self.node(*right) {
                Node::Literal(Literal::Int(n)) => Some((*left, *n)),
                _ => None,
            },
            _ => None,
        };
        let (Some((met, of @ (100 | 1_000 | 10_000))), Some((all, n))) =
            (times(left), times(right))
        else {
            return false;
        };
        let (Some((met, None)), Some((all, None))) = (self.counted(met), self.counted(all)) else {
            return false;
        };
        let Node::Fold { op: FoldOp::Filter, over, variable, body, .. } = self.node(met) else {
            return false;
        };
        if self.checked.text(*over) != self.checked.text(all) {
            return false;
        }
        let (en, zh) = match op {
            BinaryOp::GreaterEqual => ("at least", "不低于"),
            BinaryOp::LessEqual => ("at most", "不高于"),
            BinaryOp::Equal => ("exactly", "恰为"),
            _ => return false,
        };
        let percent = match of {
            100 => format!("{n}%"),
            1_000 => format!("{}.{}%", n / 10, n % 10),
            _ => format!("{}.{:02}%", n / 100, n % 100),
        };
        if self.is_zh() {
            self.list(all, true, None);
            self.put("中，");
            self.put("满足（");
            self.inside(*over, variable, *body);
            self.put(&format!("）的占比{zh} {percent}"));
        } else {
            self.put(&format!("{en} {percent} of the "));
            self.list(all, true, None);
            self.put(" meet (");
            self.inside(*over, variable, *body);
            self.put(")");
        }
        true
    }

    /// `purchases.sum(p, p.amount)` and its kin.
    pub(super) fn worked_out(
        &mut self,
        op: FoldOp,
        over: NodeId,
        (variable, body): (&'c Arc<str>, NodeId),
    ) {
        let (en, zh) = match op {
            FoldOp::Sum => ("total ", ("", "合计")),
            FoldOp::Avg => ("average ", ("平均", "")),
            FoldOp::Min => ("smallest ", ("最小", "")),
            FoldOp::Max => ("largest ", ("最大", "")),
            FoldOp::CountDistinct => ("number of different ", ("不同", "数")),
            FoldOp::Count | FoldOp::Filter => return self.number_of(over, Some((variable, body))),
            _ => ("list of ", ("", "列表")),
        };
        let (en, zh) = match (op, self.ty(body)) {
            (FoldOp::Min, Type::Timestamp | Type::Date) => ("earliest ", ("最早", "")),
            (FoldOp::Max, Type::Timestamp | Type::Date) => ("latest ", ("最晚", "")),
            _ => (en, zh),
        };
        let element = self.element(over);
        if self.is_zh() {
            self.list(over, true, None);
            self.put("的");
            self.put(zh.0);
            self.elements.push((variable.clone(), element));
            self.operand(body);
            self.elements.pop();
            self.put(zh.1);
        } else {
            self.put(en);
            self.elements.push((variable.clone(), element));
            self.operand(body);
            self.elements.pop();
            self.put(" of ");
            self.list(over, true, None);
        }
    }

    /// How many elements there are, as a number.
    pub(super) fn number_of(&mut self, list: NodeId, more: Option<About<'c>>) {
        if self.is_zh() {
            self.list(list, true, more);
            self.put("的");
            self.measure(list);
            self.put("数");
        } else {
            self.put("number of ");
            self.list(list, true, more);
        }
    }
}
