//! Values: columns, constants, what lists come to, and choices among them.

use super::exporter::Exporter;
use super::expression::{Aggregate, Arithmetic, Compare, Expression, Function, Table};
use super::parameter::Parameter;
use super::tables::Stored;
use super::value::{Clock, INT, Kind, Value, day, either, instant};
use crate::lang::tree::{Node, NodeId};
use crate::lang::{Meaning, Type, Value as Constant};

impl Exporter<'_> {
    /// A value of every row.
    pub fn value(&mut self, node: NodeId) -> Option<Value> {
        self.deeper(node, |on| {
            let value = on.value_at(node)?;
            on.bounded(node, value)
        })
    }

    fn value_at(&mut self, node: NodeId) -> Option<Value> {
        if let Some(value) = self.constants.value(node) {
            return self.constant(node, value.ok());
        }
        match self.meaning(node) {
            Some(Meaning::Attribute(attribute)) => return self.attribute(node, attribute),
            Some(Meaning::OfCustomer) => return self.of_customer(node),
            Some(Meaning::Field(_) | Meaning::At) => return self.of_event(node),
            _ => {}
        }
        match self.checked.tree.node(node) {
            Node::Conditional { .. } => self.choice(node),
            Node::Binary { op, left, right } if !matches!(self.ty(node), Type::Bool) => {
                self.arithmetic(node, *op, *left, *right)
            }
            Node::Negate { of } => self.negated(node, *of),
            Node::Fold { op, over, body, .. } if self.is_events(*over) => match self.ty(node) {
                Type::Bool => self.as_value(node),
                _ => self.aggregated(node, *op, *over, *body),
            },
            Node::Call { function, receiver, args } => match (&**function, receiver, &**args) {
                ("coalesce", None, choices) => self.coalesce(node, choices),
                ("age", None, [of]) => self.age(node, *of),
                ("contains" | "startsWith" | "endsWith", Some(of), [part]) => {
                    self.has_part(function, *of, *part)
                }
                ("size", Some(of), []) | ("size", None, [of]) => self.size(node, *of),
                _ if matches!(self.ty(node), Type::Bool) && self.is_test(node) => {
                    self.as_value(node)
                }
                (name, ..) => self.refuse(
                    node,
                    &format!("`{name}` has no SQL that gives the same in every engine"),
                    &format!("`{name}` 没有在各引擎中结果都相同的 SQL"),
                ),
            },
            Node::Not { .. } | Node::Binary { .. } => self.as_value(node),
            _ => self.refuse(
                node,
                "this has no SQL that gives the same in every engine",
                "此处没有在各引擎中结果都相同的 SQL",
            ),
        }
    }

    /// Calls that are conditions, and are translated as such.
    fn is_test(&self, node: NodeId) -> bool {
        matches!(self.checked.tree.node(node), Node::Call { function, .. }
            if matches!(&**function, "is_known" | "segment" | "matches" | "between" | "exactlyOne"))
    }

    /// What is kept about a customer, or found from the id.
    fn of_customer(&mut self, node: NodeId) -> Option<Value> {
        match self.checked.tree.node(node) {
            Node::Call { function, args, .. } if &**function == "bucket" => {
                let [salt, n] = args[..] else { return None };
                self.bucket(node, salt, n)
            }
            _ => self.answer(node),
        }
    }

    /// `bucket(salt, n)`, where the engine has MD5.
    fn bucket(&mut self, node: NodeId, salt: NodeId, n: NodeId) -> Option<Value> {
        if !self.dialect.has_md5 {
            let engine = self.dialect.engine;
            return self.refuse(
                node,
                &format!("{engine} has no MD5"),
                &format!("{engine} 没有 MD5"),
            );
        }
        let (Some(Ok(Constant::Text(salt))), Some(Ok(Constant::Int(n)))) =
            (self.constants.value(salt), self.constants.value(n))
        else {
            return self.refuse(node, "the number of buckets is not constant", "分桶数不是常量");
        };
        if salt.contains('\0') && !self.dialect.has_nul {
            return self.refuse(node, "this engine's texts have no NUL", "该引擎的文本不能含 NUL");
        }
        let id = self.tables.customers.first()?.id.clone();
        let id = Expression::Column(Table::Customers(0), id);
        let salt = Expression::Parameter(Parameter::text(&format!("{salt}:")));
        let digits = Expression::apply(Function::Md5, vec![salt, id]);
        let piece =
            Expression::apply(Function::Remainder, vec![digits, Expression::whole(n.into())]);
        Some(Value::new(piece, Kind::Int, false).within((0, i128::from(n) - 1)))
    }

    /// A condition where a value is wanted.
    fn as_value(&mut self, node: NodeId) -> Option<Value> {
        let condition = self.condition(node, true)?;
        let fails = condition.fallible.then(|| condition.piece.clone().null());
        Some(Value::new(condition.piece, Kind::Bool, false).failing(fails))
    }

    /// A constant as a value of its own type.
    fn constant(&mut self, node: NodeId, value: Option<Constant>) -> Option<Value> {
        let kind = match self.ty(node) {
            Type::Bool => Kind::Bool,
            Type::Int => Kind::Int,
            Type::Decimal(scale) | Type::Money(_, scale) => Kind::Exact(*scale),
            Type::Duration => Kind::Duration,
            Type::Timestamp => Kind::Instant(Clock::Number(6)),
            Type::Date => Kind::Day(Stored::Days),
            Type::Text(_) | Type::Enum(_) => Kind::Text(true),
            Type::Double => return self.doubles(node),
            _ => return self.refuse(node, "this constant has no SQL", "此常量没有对应的 SQL"),
        };
        let Some(value) = value else {
            let always = Some(Expression::Constant(true));
            return Some(Value::new(Expression::Null, kind, true).failing(always));
        };
        self.literal(node, &value, kind)
    }

    pub fn doubles<T>(&mut self, node: NodeId) -> Option<T> {
        self.refuse(
            node,
            "floating-point numbers are rounded differently by every engine",
            "各引擎对浮点数的舍入不同",
        )
    }

    /// A constant in the form that `kind` has.
    pub fn literal(&mut self, node: NodeId, value: &Constant, kind: Kind) -> Option<Value> {
        if !value.is_known() {
            return Some(Value::new(Expression::Null, kind, true));
        }
        let counted = |number: i128| {
            Value::new(Expression::whole(number), kind, false).within((number, number))
        };
        let parameter = |parameter| Value::new(Expression::Parameter(parameter), kind, false);
        Some(match (kind, value) {
            (Kind::Bool, Constant::Bool(yes)) => {
                Value::new(Expression::Constant(*yes), kind, false)
            }
            (Kind::Text(_), Constant::Text(text)) => {
                if text.contains('\0') && !self.dialect.has_nul {
                    return self.refuse(
                        node,
                        "this engine's texts have no NUL",
                        "该引擎的文本不能含 NUL",
                    );
                }
                parameter(Parameter::text(text))
            }
            (Kind::Instant(clock), Constant::Timestamp(at)) if at.split().1 == 0 => {
                let micros = at.split().0.micros();
                let value = parameter(instant(micros, clock));
                match clock {
                    Clock::Number(6) => value.within((micros.into(), micros.into())),
                    _ => value,
                }
            }
            (Kind::Day(stored), Constant::Date(of)) => parameter(day(*of, stored)),
            (Kind::Duration, Constant::Duration(length)) if length.nanos() % 1_000 == 0 => {
                counted((length.nanos() / 1_000).into())
            }
            (Kind::Int, Constant::Int(number)) => counted((*number).into()),
            (Kind::Exact(scale), value) => match exact(value, scale) {
                Some(units) => counted(units),
                None => return self.refuse(node, "this number is too large", "该数过大"),
            },
            _ => return self.refuse(node, "this constant has no SQL", "此常量没有对应的 SQL"),
        })
    }

    /// `test ? yes : no`, and the chain of them.
    fn choice(&mut self, node: NodeId) -> Option<Value> {
        let mut arms = Vec::new();
        let mut at = node;
        while let Node::Conditional { test, yes, no } = self.checked.tree.node(at) {
            let test = self.condition(*test, true);
            let yes = self.value(*yes);
            arms.push((test, yes));
            at = *no;
        }
        let last = self.value(at);
        let mut tests = Vec::new();
        let mut values = Vec::new();
        for (test, yes) in arms {
            tests.push(test);
            values.push(yes);
        }
        values.push(last);
        let tests = tests.into_iter().collect::<Option<Vec<_>>>()?;
        let values = values.into_iter().collect::<Option<Vec<_>>>()?;
        let values = self.alike(node, values)?;
        let (kind, range) = shared(&values)?;
        let some_fail = tests.iter().any(|test| test.fallible)
            || values.iter().any(|value| value.fails.is_some());
        let nullable = values.iter().any(|value| value.nullable);
        let (mut pieces, mut fails) = (Vec::new(), Vec::new());
        for (test, value) in tests.into_iter().zip(&values) {
            if test.fallible {
                let error = test.piece.clone().null();
                pieces.push((error.clone(), null_of(kind)));
                fails.push((error, Expression::Constant(true)));
            }
            pieces.push((test.piece.clone(), value.piece.clone()));
            fails.push((test.piece, failing(value)));
        }
        let last = values.last()?;
        let fails = some_fail.then(|| Expression::Case(fails, Some(Box::new(failing(last)))));
        let piece = Expression::Case(pieces, Some(Box::new(last.piece.clone())));
        Some(Value { piece, fails, nullable: nullable || some_fail, kind, range })
    }

    fn coalesce(&mut self, node: NodeId, choices: &[NodeId]) -> Option<Value> {
        let values: Vec<Option<Value>> = choices.iter().map(|of| self.value(*of)).collect();
        let values = self.alike(node, values.into_iter().collect::<Option<Vec<_>>>()?)?;
        let (kind, range) = shared(&values)?;
        // An error in what comes after a known value is no error.
        let mut fails = None;
        for value in values.iter().rev() {
            let later = fails.map(|later| Expression::all(vec![value.is_null(), later]));
            fails = either(value.fails.clone(), later);
        }
        let pieces: Vec<Expression> = values.iter().map(|value| value.piece.clone()).collect();
        let nullable = values.iter().all(|value| value.nullable || value.fails.is_some());
        let piece = Expression::Coalesce(pieces);
        // Where an earlier choice fails, the later ones do not stand in for it.
        let piece = match &fails {
            Some(fails) => fails.clone().negated().when(piece, None),
            None => piece,
        };
        Some(Value { piece, fails, nullable, kind, range })
    }

    /// Values in one form: with the places of the node's type, kept alike.
    fn alike(&mut self, node: NodeId, values: Vec<Value>) -> Option<Vec<Value>> {
        if let Type::Decimal(scale) | Type::Money(_, scale) = self.ty(node) {
            let scaled: Vec<_> =
                values.into_iter().map(|value| self.rescaled(node, value, *scale)).collect();
            return scaled.into_iter().collect();
        }
        if values.windows(2).all(|pair| pair[0].kind == pair[1].kind) {
            return Some(values);
        }
        if values.iter().all(|value| matches!(value.kind, Kind::Instant(_))) {
            return Some(values.into_iter().map(|value| self.in_micros(value)).collect());
        }
        let days = values.iter().find_map(|value| match value.kind {
            Kind::Day(stored) if !matches!(value.piece, Expression::Parameter(_)) => Some(stored),
            _ => None,
        });
        if let Some(stored) = days {
            let kept: Option<Vec<Value>> =
                values.into_iter().map(|value| redated(value, stored)).collect();
            if kept.is_some() {
                return kept;
            }
        }
        self.refuse(node, "these values are kept in different ways", "这些值的保存方式不同")
    }

    fn age(&mut self, node: NodeId, of: NodeId) -> Option<Value> {
        let value = self.value(of)?;
        match value.kind {
            Kind::Day(stored) => Some(Value { kind: Kind::Age(stored), ..value }),
            _ => self.refuse(node, "the age is asked of a column here", "此处只能由列计算年龄"),
        }
    }

    fn size(&mut self, node: NodeId, of: NodeId) -> Option<Value> {
        if self.is_events(of) {
            return self.how_many(of);
        }
        let value = self.value(of)?;
        let function = match value.kind {
            Kind::Text(true) => Function::Length,
            Kind::Set(true) => Function::Elements,
            Kind::Text(false) | Kind::Set(false) => return self.unprepared(of),
            _ => {
                return self.refuse(
                    node,
                    "the length of this has no SQL",
                    "此值的长度没有对应的 SQL",
                );
            }
        };
        let piece = Expression::apply(function, vec![value.piece]);
        Some(Value { piece, kind: Kind::Int, range: (0, 1 << 32), ..value })
    }

    /// An instant as a number of microseconds.
    pub fn in_micros(&mut self, value: Value) -> Value {
        let Kind::Instant(clock) = value.kind else { return value };
        let piece = value.piece.clone();
        let piece = match clock {
            Clock::Number(6) => return value,
            Clock::Number(scale) => {
                let factor = Expression::Number(10_i64.pow(6 - u32::from(scale.min(6))));
                let wide = Expression::apply(Function::Wide, vec![piece]);
                Expression::Arithmetic(Arithmetic::Multiply, Box::new(wide), Box::new(factor))
            }
            Clock::Native(super::parameter::Kind::Timestamptz) => {
                Expression::apply(Function::MicrosTz, vec![piece])
            }
            Clock::Native(_) => Expression::apply(Function::Micros, vec![piece]),
            Clock::Text => Expression::apply(Function::MicrosText, vec![piece]),
        };
        Value { piece, kind: Kind::Instant(Clock::Number(6)), range: INT, ..value }
    }

    /// Whether a value is beside an instant, both kept alike.
    pub fn beside_instant(&mut self, value: &Value, op: Compare, micros: i64) -> Expression {
        self.beside_micros(value, op, micros.into())
    }

    /// What a column of a list comes to for each customer.
    pub fn aggregate(&mut self, events: &super::plan::Events, of: Expression) -> Expression {
        let at = self.plan.list(events);
        let name = match self.plan.lists.get_mut(at) {
            Some(list) => super::plan::column(&mut list.columns, of),
            None => "".into(),
        };
        Expression::Column(Table::List(at), name)
    }

    /// When filters of the list fail for some event.
    pub fn list_fails(&mut self, events: &super::plan::Events) -> Option<Expression> {
        let error = events.stage.clone()?.null();
        let row = error.when(Expression::Number(1), None);
        let errors = Expression::Aggregate(Aggregate::Count, Some(Box::new(row)));
        let errors = self.aggregate(events, errors).or_zero();
        Some(errors.compare(Compare::Greater, Expression::Number(0)))
    }
}

/// A constant number in units of a scale, where it is exact.
pub(super) fn exact(value: &Constant, scale: u8) -> Option<i128> {
    let number = match value {
        Constant::Int(number) => crate::units::Decimal::from_int(*number),
        Constant::Decimal(number) | Constant::Money(number, _) => *number,
        _ => return None,
    };
    number.rescale_exact(scale).ok().map(crate::units::Decimal::units)
}

fn shared(values: &[Value]) -> Option<(Kind, (i128, i128))> {
    let kind = values.first()?.kind;
    let low = values.iter().map(|value| value.range.0).min()?;
    let high = values.iter().map(|value| value.range.1).max()?;
    Some((kind, (low, high)))
}

/// When a value is an error: never, where that is known.
fn failing(value: &Value) -> Expression {
    value.fails.clone().unwrap_or(Expression::Constant(false))
}

fn null_of(kind: Kind) -> Expression {
    if kind == Kind::Bool { Expression::Neither } else { Expression::Null }
}

/// A constant day, kept as the other days are.
fn redated(value: Value, stored: Stored) -> Option<Value> {
    if value.kind == Kind::Day(stored) {
        return Some(value);
    }
    let (Kind::Day(Stored::Days), Expression::Parameter(parameter)) = (value.kind, &value.piece)
    else {
        return None;
    };
    let days = parameter.value.parse().ok()?;
    let of = crate::units::Day::from_days(days).ok()?;
    let piece = Expression::Parameter(day(of, stored));
    Some(Value { piece, kind: Kind::Day(stored), ..value })
}
