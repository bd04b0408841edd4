//! Conditions: what is yes, no, or an error, for every row.

use super::Definitions;
use super::exporter::{Condition, Exporter};
use super::expression::{Aggregate, Arithmetic, Compare, Expression, Function};
use super::parameter::Parameter;
use super::value::{Kind, Value, either};
use crate::lang::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use crate::lang::{Constants, Meaning, Type, Value as Constant};

impl<'a> Exporter<'a> {
    /// A condition. Unless `exact`, NULL may stand for no, as it does in WHERE.
    pub fn condition(&mut self, node: NodeId, exact: bool) -> Option<Condition> {
        self.deeper(node, |on| on.condition_at(node, exact))
    }

    fn condition_at(&mut self, node: NodeId, exact: bool) -> Option<Condition> {
        if let Some(value) = self.constants.value(node) {
            return Some(match value {
                Ok(value) => {
                    Condition::sure(Expression::Constant(matches!(value, Constant::Bool(true))))
                }
                Err(_) => Condition { piece: Expression::Neither, fallible: true },
            });
        }
        let tree = &self.checked.tree;
        match tree.node(node) {
            Node::Not { .. } => {
                let (mut of, mut odd) = (node, false);
                while let Node::Not { of: inner } = tree.node(of) {
                    (of, odd) = (*inner, !odd);
                }
                if !odd {
                    return self.condition(of, exact);
                }
                let condition = self.condition(of, true)?;
                Some(Condition { piece: condition.piece.negated(), ..condition })
            }
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                self.chain(node, *op, exact)
            }
            Node::Binary { op, left, right } => self.relation(node, *op, *left, *right, exact),
            Node::Fold { op, over, body, .. } if self.is_events(*over) => {
                self.quantifier(node, *op, *over, *body)
            }
            Node::Fold { op: FoldOp::Exists, over, body, .. } => {
                self.some_element(node, *over, *body, exact)
            }
            Node::Select { test: true, .. } => {
                let missing = self.missing(node)?;
                Some(Condition { piece: missing.piece.negated(), ..missing })
            }
            Node::Call { function, receiver, args } => match (&**function, receiver, &**args) {
                ("is_known", None, [of]) => {
                    let missing = self.missing(*of)?;
                    Some(Condition { piece: missing.piece.negated(), ..missing })
                }
                ("segment", None, [_]) => self.segment(node, exact),
                ("between", None, [of, low, high]) => self.between(node, [*of, *low, *high]),
                ("exactlyOne", None, tests) => self.exactly_one(tests),
                ("matches", ..) => self.refuse_with(
                    node,
                    (
                        "engines read patterns differently, so no statement says the same",
                        "各引擎对正则表达式的解释不同，无法写出含义相同的语句",
                    ),
                    (
                        "ask by `contains`, `startsWith` or `endsWith` where that is enough",
                        "如已足够，可改用 `contains`、`startsWith` 或 `endsWith`",
                    ),
                ),
                _ => self.flag(node, exact),
            },
            _ => self.flag(node, exact),
        }
    }

    /// A value that is yes, no or missing.
    fn flag(&mut self, node: NodeId, exact: bool) -> Option<Condition> {
        let value = self.value(node)?;
        Some(atom(value.piece.clone(), &[&value], exact))
    }

    fn chain(&mut self, node: NodeId, op: BinaryOp, exact: bool) -> Option<Condition> {
        let mut operands = Vec::new();
        let mut at = node;
        while let Node::Binary { op: have, left, right } = self.checked.tree.node(at)
            && *have == op
        {
            operands.push(*right);
            at = *left;
        }
        operands.push(at);
        // All of them, so that every fault is told.
        let parts: Vec<Option<Condition>> =
            operands.into_iter().rev().map(|of| self.condition(of, exact)).collect();
        let parts: Vec<Condition> = parts.into_iter().collect::<Option<_>>()?;
        let fallible = parts.iter().any(|part| part.fallible);
        let pieces = parts.into_iter().map(|part| part.piece).collect();
        let piece = match op {
            BinaryOp::And => Expression::all(pieces),
            _ => Expression::any(pieces),
        };
        Some(Condition { piece, fallible })
    }

    fn relation(
        &mut self,
        node: NodeId,
        op: BinaryOp,
        left: NodeId,
        right: NodeId,
        exact: bool,
    ) -> Option<Condition> {
        let compare = match op {
            BinaryOp::Equal => Compare::Equal,
            BinaryOp::NotEqual => {
                let same = self.compare(node, Compare::Equal, left, right, true)?;
                return Some(Condition { piece: same.piece.negated(), ..same });
            }
            BinaryOp::Less => Compare::Less,
            BinaryOp::LessEqual => Compare::LessEqual,
            BinaryOp::Greater => Compare::Greater,
            BinaryOp::GreaterEqual => Compare::GreaterEqual,
            BinaryOp::In => return self.member(node, left, right, exact),
            _ => return self.flag(node, exact),
        };
        self.compare(node, compare, left, right, exact)
    }

    /// Whether a value is missing.
    pub fn missing(&mut self, node: NodeId) -> Option<Condition> {
        if let Type::Event(_) = self.ty(node) {
            return self.no_event(node);
        }
        let value = self.value(node)?;
        let piece = if value.nullable { value.is_null() } else { Expression::Constant(false) };
        Some(match value.fails {
            Some(fails) => Condition { piece: unless(fails, piece), fallible: true },
            None => Condition::sure(piece),
        })
    }

    /// `region in ['华东', '华南']`, `'茶' in hobbies`.
    fn member(
        &mut self,
        node: NodeId,
        left: NodeId,
        right: NodeId,
        exact: bool,
    ) -> Option<Condition> {
        if let Type::Set(_) = self.ty(right) {
            let Some(Ok(item)) = self.constants.value(left) else {
                return self.refuse(
                    left,
                    "only a constant text can be looked for in a set here",
                    "此处只能在集合中查找固定的文本",
                );
            };
            let set = self.value(right)?;
            return self.in_set(right, set, &[item], exact);
        }
        let Some(list) = self.constants.value(right) else {
            return self.refuse(
                right,
                "the list is different for every customer",
                "该列表因客户而异",
            );
        };
        let value = self.value(left)?;
        let items = match list {
            Ok(Constant::List(items)) => items.to_vec(),
            Ok(_) => Vec::new(),
            Err(_) => return Some(Condition { piece: Expression::Neither, fallible: true }),
        };
        let piece = self.one_of(node, &value, &items)?;
        Some(atom(piece, &[&value], exact))
    }

    /// `hobbies.exists(h, h == '茶')`, `... h in [...]`.
    fn some_element(
        &mut self,
        node: NodeId,
        over: NodeId,
        body: NodeId,
        exact: bool,
    ) -> Option<Condition> {
        let variable = |on: &Self, id| on.meaning(id) == Some(Meaning::Variable(node));
        let items = match self.checked.tree.node(body) {
            Node::Binary { op: BinaryOp::Equal, left, right } if variable(self, *left) => {
                self.constants.value(*right).map(|value| value.map(|value| vec![value]))
            }
            Node::Binary { op: BinaryOp::Equal, left, right } if variable(self, *right) => {
                self.constants.value(*left).map(|value| value.map(|value| vec![value]))
            }
            Node::Binary { op: BinaryOp::In, left, right } if variable(self, *left) => {
                self.constants.value(*right).map(|value| {
                    value.map(|value| match value {
                        Constant::List(items) => items.to_vec(),
                        _ => Vec::new(),
                    })
                })
            }
            _ => None,
        };
        match (self.ty(over), items) {
            (Type::Set(_), Some(Ok(items))) => {
                let set = self.value(over)?;
                self.in_set(over, set, &items, exact)
            }
            _ => self.refuse_with(
                node,
                (
                    "elements of a set can only be compared with constant texts here",
                    "此处只能将集合的元素与固定的文本比较",
                ),
                ("write `'text' in set`", "可写作 `'文本' in 集合`"),
            ),
        }
    }

    fn in_set(
        &mut self,
        node: NodeId,
        set: Value,
        items: &[Constant],
        exact: bool,
    ) -> Option<Condition> {
        let Kind::Set(true) = set.kind else { return self.unprepared(node) };
        let mut any = Vec::new();
        for item in items {
            let Constant::Text(text) = item else { continue };
            if text.contains('\0') && !self.dialect.has_nul {
                continue;
            }
            let text = Expression::Parameter(Parameter::text(text));
            any.push(Expression::apply(Function::Member, vec![set.piece.clone(), text]));
        }
        Some(atom(Expression::any(any), &[&set], exact))
    }

    /// A text of another profile than `exact` is not in the host's column as it
    /// is compared.
    pub fn unprepared<T>(&mut self, node: NodeId) -> Option<T> {
        self.refuse_with(
            node,
            (
                "the text's profile folds letters in a way that no engine does",
                "该文本的规格 (profile) 会折叠字符，而各引擎都不这样做",
            ),
            (
                "where the column already keeps such texts, say `\"as\": \"prepared\"`",
                "如该列保存的文本已经如此处理，请写 `\"as\": \"prepared\"`",
            ),
        )
    }

    /// `contains`, `startsWith` and `endsWith`: missing where the text is.
    pub fn has_part(&mut self, function: &str, of: NodeId, part: NodeId) -> Option<Value> {
        let Some(part) = self.constants.value(part) else {
            return self.refuse(
                part,
                "only a constant text is looked for here",
                "此处只能查找固定的文本",
            );
        };
        let text = self.value(of)?;
        let Kind::Text(true) = text.kind else { return self.unprepared(of) };
        let known = |yes| text.is_null().negated().when(Expression::Constant(yes), None);
        let Ok(Constant::Text(part)) = part else {
            return self.refuse(of, "there is nothing to look for", "没有要查找的内容");
        };
        let piece = if part.is_empty() {
            known(true)
        } else if part.contains('\0') && !self.dialect.has_nul {
            known(false)
        } else {
            let (characters, bytes) = (part.chars().count(), part.len());
            let operands = vec![text.piece.clone(), Expression::Parameter(Parameter::text(&part))];
            match function {
                "endsWith" => Expression::apply(Function::Ends { characters, bytes }, operands),
                "startsWith" => Expression::apply(Function::Position, operands)
                    .compare(Compare::Equal, Expression::Number(1)),
                _ => Expression::apply(Function::Position, operands)
                    .compare(Compare::Greater, Expression::Number(0)),
            }
        };
        Some(Value { piece, kind: Kind::Bool, ..text })
    }

    /// `between(x, low, high)`
    fn between(&mut self, node: NodeId, [of, low, high]: [NodeId; 3]) -> Option<Condition> {
        let above = self.compare(node, Compare::GreaterEqual, of, low, true);
        let below = self.compare(node, Compare::LessEqual, of, high, true);
        let (above, below) = (above?, below?);
        let fallible = above.fallible || below.fallible;
        Some(Condition { piece: Expression::all(vec![above.piece, below.piece]), fallible })
    }

    /// `exactlyOne(a, b, ...)`: two that hold decide, whatever fails.
    fn exactly_one(&mut self, tests: &[NodeId]) -> Option<Condition> {
        let tests: Vec<_> = tests.iter().map(|test| self.condition(*test, true)).collect();
        let tests = tests.into_iter().collect::<Option<Vec<_>>>()?;
        let one = Expression::Number(1);
        let ones = tests
            .iter()
            .map(|test| test.piece.clone().when(one.clone(), Some(Expression::Number(0))));
        let add = |sum, one| Expression::Arithmetic(Arithmetic::Add, Box::new(sum), Box::new(one));
        let sum = ones.reduce(add).unwrap_or(Expression::Number(0));
        let exactly = sum.clone().compare(Compare::Equal, one.clone());
        let errors = tests.iter().filter(|test| test.fallible);
        let errors: Vec<Expression> = errors.map(|test| test.piece.clone().null()).collect();
        if errors.is_empty() {
            return Some(Condition::sure(exactly));
        }
        let several = sum.compare(Compare::Greater, one);
        let arms = vec![
            (several, Expression::Constant(false)),
            (Expression::any(errors), Expression::Neither),
        ];
        let piece = Expression::Case(arms, Some(Box::new(exactly)));
        Some(Condition { piece, fallible: true })
    }

    /// The condition of a segment, in its place.
    fn segment(&mut self, node: NodeId, exact: bool) -> Option<Condition> {
        let Node::Call { args, .. } = self.checked.tree.node(node) else { return None };
        let named = args.first().map(|name| self.checked.tree.node(*name));
        let Some(Node::Literal(Literal::Text(name))) = named else { return None };
        let Some((name, inner)) = self.definitions.segments.get_key_value(&**name) else {
            return self.unmapped(node, name, "/segments");
        };
        if self.walk.is_some() {
            return self.refuse(
                node,
                "a segment cannot be asked about inside a list of events here",
                "此处不能在事件列表中询问细分",
            );
        }
        let Definitions { calendar, parameters, .. } = self.definitions;
        let constants = Constants::new(inner, calendar, parameters, self.now);
        let outer = std::mem::replace(&mut self.checked, inner);
        let outer_constants = std::mem::replace(&mut self.constants, constants);
        self.segments.push(name.clone());
        let found = self.condition(inner.tree.root, exact);
        self.segments.pop();
        self.constants = outer_constants;
        self.checked = outer;
        found
    }

    /// `exists`, `all` and `exists_one` over events.
    fn quantifier(
        &mut self,
        node: NodeId,
        op: FoldOp,
        over: NodeId,
        body: NodeId,
    ) -> Option<Condition> {
        let events = self.events(over)?;
        let test = self.inside(node, events.kind, |on| on.condition(body, true))?;
        let (wanted, holds) = match op {
            FoldOp::All => (test.piece.clone().negated(), Compare::Equal),
            FoldOp::Exists => (test.piece.clone(), Compare::Greater),
            FoldOp::ExistsOne => (test.piece.clone(), Compare::Equal),
            _ => return self.flag(node, true),
        };
        let so_many = i64::from(op == FoldOp::ExistsOne);
        let number = self.counted(&events, Some(wanted));
        let piece = number.compare(holds, Expression::Number(so_many));
        let fails_here = test.fallible.then(|| self.counted_errors(&events, &test.piece));
        let list_fails = self.list_fails(&events);
        let fallible = fails_here.is_some() || list_fails.is_some();
        let piece = match (fails_here, op) {
            (None, _) => piece,
            // What decides, decides, whatever fails elsewhere.
            (Some(fails), FoldOp::Exists) => {
                Expression::any(vec![piece, unless(fails, Expression::Constant(false))])
            }
            (Some(fails), FoldOp::All) => {
                Expression::all(vec![piece, unless(fails, Expression::Constant(true))])
            }
            (Some(fails), _) => unless(fails, piece),
        };
        let piece = match list_fails {
            Some(fails) => unless(fails, piece),
            None => piece,
        };
        Some(Condition { piece, fallible })
    }

    /// Whether events of a customer fail: 1 for each.
    fn counted_errors(&mut self, events: &super::plan::Events, test: &Expression) -> Expression {
        let errors = self.counted(events, Some(test.clone().null()));
        errors.compare(Compare::Greater, Expression::Number(0))
    }

    /// How many of the events meet a test, or how many there are.
    pub fn counted(
        &mut self,
        events: &super::plan::Events,
        test: Option<Expression>,
    ) -> Expression {
        let tests: Vec<Expression> = events.stage.clone().into_iter().chain(test).collect();
        let row = (!tests.is_empty())
            .then(|| Box::new(Expression::all(tests).when(Expression::Number(1), None)));
        self.aggregate(events, Expression::Aggregate(Aggregate::Count, row)).or_zero()
    }
}

/// `piece`, or an error where this fails.
pub(super) fn unless(fails: Expression, piece: Expression) -> Expression {
    fails.when(Expression::Neither, Some(piece))
}

/// A condition about values: no where one is missing, an error where one is.
pub(super) fn atom(piece: Expression, values: &[&Value], exact: bool) -> Condition {
    let fails = values.iter().fold(None, |fails, value| either(fails, value.fails.clone()));
    let nullable = fails.is_some() || values.iter().any(|value| value.nullable);
    let known = if exact && nullable { piece.truth() } else { piece };
    match fails {
        Some(fails) if exact => Condition { piece: unless(fails, known), fallible: true },
        fails => Condition { piece: known, fallible: fails.is_some() },
    }
}
