//! What an expression means: the slow, obvious reference.
//!
//! ```text
//!            value(node)
//!   chain    a.b(c)[d] && e      one loop from the innermost operand outwards
//!   choice   a ? b : c ? d : e   one loop along the branches
//!   rest     brackets, arguments, right operands: recursion, at most
//!            bounds::DEPTH deep
//! ```
//!
//! Every other way to answer (columns, increments, SQL) must give what this
//! gives. It evaluates checked expressions about customers and unchecked CEL
//! alike: where the checker would refuse, there is a fault at run time.
//!
//! # Missing values
//!
//! Logic is two-valued. Where yes or no is needed, missing counts as no; an
//! order or a membership with it does not hold; it equals itself and `null`;
//! functions and arithmetic pass it on. So whatever a condition is, it and its
//! `!` are everybody.
//!
//! # Faults
//!
//! `&&` and `||` do not care about a fault on one side if the other decides;
//! `exists` and `all` likewise. Any other fault is the result. A fault never
//! holds a value: it may be personal.
//!
//! # Not here
//!
//! Types, and whether a name exists at all: see the checker.

use std::collections::HashMap;
use std::sync::Arc;

use super::access::{element, select};
use super::aggregate;
use super::among::{Among, Standing, is_among, nobody};
use super::bounds;
use super::environment::Environment;
use super::functions;
use super::operate;
use super::session::Session;
use super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId, Tree};
use super::value::Value;
use crate::error::{Code, Error, Fault};
use crate::units::Decimal;

/// The value of an expression.
///
/// # Errors
///
/// One fault with the bytes it is about: [`Code::NoOverload`],
/// [`Code::Overflow`], [`Code::DivisionByZero`], [`Code::UnknownName`] and
/// their like; [`Code::CostTooHigh`] after [`bounds::STEPS`] steps.
///
/// # Cost
///
/// One walk over the tree, one more over the body of a fold for each element.
///
/// ```
/// use guanxi::lang::{Bindings, Value, evaluate, parse};
///
/// let environment = Bindings::new().bind("age", Value::Int(34));
/// let value = evaluate(&parse("age >= 30 ? 'adult' : 'young'")?, &environment)?;
/// assert!(value.equals(&Value::from("adult")));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn evaluate(tree: &Tree, environment: &dyn Environment) -> Result<Value, Error> {
    evaluate_typed(tree, &|_| None, environment)
}

/// The value of an expression whose types are known.
///
/// `zeros` gives, for a node of a numeric type, the zero of that type: a
/// decimal or amount with its places. With it the sum over no elements is an
/// amount and not the whole number 0, and an exact result has the places of
/// its type, whichever branch or element it comes from. For everything else it
/// gives `None`.
///
/// # Errors
///
/// Those of [`evaluate`].
pub fn evaluate_typed(
    tree: &Tree,
    zeros: &dyn Fn(NodeId) -> Option<Value>,
    environment: &dyn Environment,
) -> Result<Value, Error> {
    Evaluator::new(tree, zeros, environment).value(tree.root)
}

/// The value of one node of an expression whose types are known.
pub(super) fn evaluate_node(
    tree: &Tree,
    node: NodeId,
    zeros: &dyn Fn(NodeId) -> Option<Value>,
    environment: &dyn Environment,
) -> Result<Value, Error> {
    Evaluator::new(tree, zeros, environment).value(node)
}

/// Whether a condition holds; missing counts as no.
///
/// # Errors
///
/// Those of [`evaluate`], and [`Code::NotACondition`] for any value that is
/// neither yes nor no nor missing.
pub fn holds(
    tree: &Tree,
    zeros: &dyn Fn(NodeId) -> Option<Value>,
    environment: &dyn Environment,
) -> Result<bool, Error> {
    match evaluate_typed(tree, zeros, environment)? {
        Value::Bool(value) => Ok(value),
        Value::Missing => Ok(false),
        other => {
            let (words, span) = (other.words(), tree.span(tree.root));
            let fault = Fault::new(
                Code::NotACondition,
                format!("the expression gives {}, expected a yes or no", words.en),
                format!("表达式的结果是{}，应为是非值", words.zh),
            );
            Err(fault.span(span.start as usize, span.end as usize).into())
        }
    }
}

/// Pieces of a dotted name that are looked up as one.
pub(super) const NAME_PARTS: usize = 16;

pub(super) struct Evaluator<'e> {
    tree: &'e Tree,
    zeros: &'e dyn Fn(NodeId) -> Option<Value>,
    session: Session<'e>,
    variables: Vec<(Arc<str>, Value)>,
    constants: HashMap<NodeId, Value>,
}

impl<'e> Evaluator<'e> {
    pub(super) fn new(
        tree: &'e Tree,
        zeros: &'e dyn Fn(NodeId) -> Option<Value>,
        environment: &'e dyn Environment,
    ) -> Self {
        Evaluator {
            tree,
            zeros,
            session: Session::new(environment),
            variables: Vec::new(),
            constants: HashMap::new(),
        }
    }

    /// Gives a variable its value for what is evaluated next.
    pub(super) fn bind(&mut self, variable: &Arc<str>, value: Value) {
        self.variables.push((variable.clone(), value));
    }

    /// Takes back the last [`bind`](Evaluator::bind).
    pub(super) fn unbind(&mut self) {
        self.variables.pop();
    }

    fn step(&mut self, steps: u64) -> Result<(), Error> {
        self.session.step(steps)
    }

    /// The value of a node.
    pub(super) fn value(&mut self, id: NodeId) -> Result<Value, Error> {
        let mut links = Vec::new();
        let mut at = id;
        while let Some(next) = self.tree.node(at).chain() {
            links.push(at);
            at = next;
        }
        let mut value = self.innermost(at, &mut links);
        while let Some(link) = links.pop() {
            self.step(1).map_err(|error| self.placed(error, link))?;
            value = match (self.tree.node(link), value) {
                (Node::Binary { op: BinaryOp::And, left, right }, value) => {
                    self.either((*left, value), *right, false)
                }
                (Node::Binary { op: BinaryOp::Or, left, right }, value) => {
                    self.either((*left, value), *right, true)
                }
                (_, Err(error)) => Err(error),
                (node, Ok(value)) => self.link(link, node, value),
            };
            value = value.map_err(|error| self.placed(error, link));
        }
        value
    }

    /// The same error, at the bytes of a node unless it has a place already.
    fn placed(&self, error: Error, id: NodeId) -> Error {
        let span = self.tree.span(id);
        let place = |mut fault: Fault| {
            fault.span = fault.span.or(Some((span.start as usize, span.end as usize)));
            fault
        };
        let faults = error.into_faults().into_iter().map(place).collect();
        Error::of(faults).unwrap_or_else(|| internal().into())
    }

    /// What a chain begins with. Takes from `links` what belongs to a dotted
    /// name.
    fn innermost(&mut self, id: NodeId, links: &mut Vec<NodeId>) -> Result<Value, Error> {
        self.step(1).map_err(|error| self.placed(error, id))?;
        let value = match self.tree.node(id) {
            Node::Literal(literal) => Ok(constant(literal)),
            Node::Literals(literals) => self.constants(id, literals),
            Node::List(items) => self.list(items),
            Node::Name { name, absolute } => self.name(name, *absolute, links),
            Node::Call { function, args, .. } => self.call(id, function, None, args),
            Node::Conditional { .. } => self.choice(id),
            _ => Err(internal().into()),
        };
        value.map_err(|error| self.placed(error, id))
    }

    /// What a chain goes on with.
    fn link(&mut self, id: NodeId, node: &Node, value: Value) -> Result<Value, Error> {
        match node {
            Node::Not { .. } => match value {
                Value::Bool(value) => Ok(Value::Bool(!value)),
                Value::Missing => Ok(Value::Bool(true)),
                other => Err(operate::cannot_take("!", &[&other])),
            },
            Node::Negate { .. } => operate::negate(&value),
            Node::Binary { op, left, right } => self.binary(*op, (*left, value), *right),
            Node::Select { field, test, .. } => select(&value, field, *test),
            Node::Index { index, .. } => {
                let index = self.value(*index)?;
                element(&value, &index)
            }
            Node::Call { function, args, .. } => self.call(id, function, Some(value), args),
            Node::Fold { op, variable, condition, body, .. } => {
                self.fold(id, *op, &value, variable, *condition, *body)
            }
            _ => Err(internal().into()),
        }
    }

    fn constants(&mut self, id: NodeId, literals: &[Literal]) -> Result<Value, Error> {
        if let Some(value) = self.constants.get(&id) {
            return Ok(value.clone());
        }
        let value: Value = literals.iter().map(constant).collect::<Vec<_>>().into();
        self.step(value.parts() / 16)?;
        self.constants.insert(id, value.clone());
        Ok(value)
    }

    fn list(&mut self, items: &[NodeId]) -> Result<Value, Error> {
        let values: Result<Vec<Value>, Error> =
            items.iter().map(|item| self.value(*item)).collect();
        fits(values?.into())
    }

    fn choice(&mut self, mut id: NodeId) -> Result<Value, Error> {
        let whole = id;
        while let Node::Conditional { test, yes, no } = self.tree.node(id) {
            self.step(1)?;
            let value = self.value(*test)?;
            match yes_or_no(&value) {
                Some(true) => return self.value(*yes).and_then(|value| self.shaped(whole, value)),
                Some(false) => id = *no,
                None => {
                    let error = operate::cannot_take("?:", &[&value]);
                    return Err(self.placed(error, *test));
                }
            }
        }
        let value = self.value(id)?;
        self.shaped(whole, value)
    }

    /// A value with the places that the type of its node has.
    pub(super) fn shaped(&self, id: NodeId, value: Value) -> Result<Value, Error> {
        match (&value, (self.zeros)(id)) {
            (Value::Int(whole), Some(Value::Decimal(zero))) => {
                let whole = Decimal::from_int(*whole);
                Ok(Value::Decimal(whole.rescale_exact(zero.scale())?))
            }
            (Value::Decimal(value), Some(Value::Decimal(zero))) if value.scale() < zero.scale() => {
                Ok(Value::Decimal(value.rescale_exact(zero.scale())?))
            }
            (Value::Money(value, currency), Some(Value::Money(zero, _)))
                if value.scale() < zero.scale() =>
            {
                Ok(Value::Money(value.rescale_exact(zero.scale())?, *currency))
            }
            _ => Ok(value),
        }
    }
}

/// Names.
impl Evaluator<'_> {
    /// A variable of a fold, or the longest dotted name that there is.
    fn name(
        &mut self,
        name: &Arc<str>,
        absolute: bool,
        links: &mut Vec<NodeId>,
    ) -> Result<Value, Error> {
        if !absolute {
            let bound = self.variables.iter().rev().find(|(variable, _)| variable == name);
            if let Some((_, value)) = bound {
                return Ok(value.clone());
            }
        }
        let mut dotted = name.to_string();
        let mut ends = vec![dotted.len()];
        for link in links.iter().rev().take(NAME_PARTS - 1) {
            let Node::Select { field, test, .. } = self.tree.node(*link) else { break };
            dotted.push('.');
            dotted.push_str(field);
            ends.push(dotted.len());
            if *test {
                break;
            }
        }
        while let Some(end) = ends.pop() {
            let known = dotted.get(..end).and_then(|name| self.known(name));
            let Some(value) = known else { continue };
            let mut asked = false;
            for _ in 0..ends.len() {
                let link = links.pop().map(|link| self.tree.node(link));
                asked = matches!(link, Some(Node::Select { test: true, .. }));
            }
            return Ok(if asked { Value::Bool(!value.is_missing()) } else { value });
        }
        let fault = Fault::new(
            Code::UnknownName,
            format!("there is nothing called `{}`", crate::units::shown(name)),
            format!("没有名为 `{}` 的内容", crate::units::shown(name)),
        );
        Err(fault.into())
    }

    fn known(&self, name: &str) -> Option<Value> {
        if name == "now"
            && let Some(now) = self.session.environment.now()
        {
            return Some(Value::Timestamp(now));
        }
        let parameter =
            name.strip_prefix("param.").and_then(|name| self.session.environment.parameter(name));
        parameter.or_else(|| self.session.environment.name(name))
    }
}

/// Operators.
impl Evaluator<'_> {
    /// `&&` and `||`: the value that decides, whatever becomes of the other
    /// side; otherwise the first fault.
    fn either(
        &mut self,
        (left, value): (NodeId, Result<Value, Error>),
        right: NodeId,
        decides: bool,
    ) -> Result<Value, Error> {
        let name = if decides { "||" } else { "&&" };
        let first = self.truth(left, value, name);
        if first == Ok(decides) {
            return Ok(Value::Bool(decides));
        }
        let value = self.value(right);
        match (first, self.truth(right, value, name)) {
            (_, Ok(second)) if second == decides => Ok(Value::Bool(decides)),
            (Err(error), _) | (_, Err(error)) => Err(error),
            _ => Ok(Value::Bool(!decides)),
        }
    }

    /// Yes or no where one is needed.
    fn truth(&self, id: NodeId, value: Result<Value, Error>, name: &str) -> Result<bool, Error> {
        let value = value?;
        yes_or_no(&value).ok_or_else(|| self.placed(operate::cannot_take(name, &[&value]), id))
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        (left, mut a): (NodeId, Value),
        right: NodeId,
    ) -> Result<Value, Error> {
        let mut b = self.value(right)?;
        self.step((a.parts() + b.parts()) / 16)?;
        self.meet(left, &mut a, &b, op);
        self.meet(right, &mut b, &a, op);
        let value = operate::binary(op, &a, &b, self.session.environment.calendar())?;
        fits(value)
    }

    /// A number written out next to an exact one is read from its digits, and
    /// next to an amount it is an amount; as the checker would have it.
    fn meet(&self, id: NodeId, value: &mut Value, other: &Value, op: BinaryOp) {
        let Node::Literal(literal) = self.tree.node(id) else { return };
        let digits = match (literal, &*value) {
            (Literal::Double(_, text), Value::Double(_)) => Decimal::parse(text).ok(),
            (Literal::Int(whole), Value::Int(_)) => Some(Decimal::from_int(*whole)),
            _ => None,
        };
        let factor = matches!(op, BinaryOp::Multiply | BinaryOp::Divide);
        match (digits, other) {
            (Some(digits), Value::Money(_, currency)) if !factor => {
                *value = Value::Money(digits, *currency);
            }
            (Some(digits), Value::Money(..) | Value::Decimal(_)) => *value = Value::Decimal(digits),
            (Some(digits), Value::Duration(_)) if factor => *value = Value::Decimal(digits),
            _ => {}
        }
    }
}

/// Calls and folds.
impl Evaluator<'_> {
    fn call(
        &mut self,
        id: NodeId,
        function: &str,
        receiver: Option<Value>,
        args: &[NodeId],
    ) -> Result<Value, Error> {
        match (function, &receiver, args) {
            ("coalesce", None, _) => return self.coalesce(id, args),
            ("between", None, [value, low, high]) => return self.between(*value, *low, *high),
            ("exactlyOne", None, [_, ..]) => return self.exactly_one(args),
            _ => {}
        }
        if let ("opening", None, [of]) = (function, &receiver, args) {
            return self.opening(*of);
        }
        if receiver.is_none() && is_among(function) {
            return self.among(id, function, args);
        }
        let values: Result<Vec<Value>, Error> = args.iter().map(|arg| self.value(*arg)).collect();
        let values = values?;
        if let (Some(op), Some(receiver), []) = (aggregate::named(function), &receiver, args) {
            return self.aggregate_all(id, op, receiver);
        }
        fits(functions::call(&mut self.session, function, receiver.as_ref(), &values)?)
    }

    /// What something was just before the period.
    fn opening(&mut self, of: NodeId) -> Result<Value, Error> {
        let (tree, zeros) = (self.tree, self.zeros);
        let ask = |environment: &dyn Environment| evaluate_node(tree, of, zeros, environment);
        let nowhere = || {
            let fault = Fault::new(
                Code::UnknownName,
                "`opening` needs a period, and there is none here",
                "`opening` 需要期间，而此处没有",
            );
            fault.into()
        };
        self.session.environment.opening(&ask).unwrap_or_else(|| Err(nowhere()))
    }

    /// Where the customer stands among everybody.
    fn among(&mut self, id: NodeId, function: &str, args: &[NodeId]) -> Result<Value, Error> {
        let values: Result<Vec<Value>, Error> = args.iter().map(|arg| self.value(*arg)).collect();
        let values = values?;
        let wrong = || functions::no_such_call(function, None, &values);
        let (own, rest) = values.split_first().ok_or_else(wrong)?;
        let (argument, rest) = match (function, rest) {
            ("percentRank", rest) => (None, rest),
            (_, [argument, rest @ ..]) => (Some(argument), rest),
            _ => return Err(wrong()),
        };
        let segment = match rest {
            [] => None,
            [Value::Text(segment)] => Some(&**segment),
            _ => return Err(wrong()),
        };
        let standing = Standing::of(function, argument).ok_or_else(wrong)??;
        let (tree, zeros) = (self.tree, self.zeros);
        let of = |environment: &dyn Environment| match args.first() {
            Some(of) => evaluate_node(tree, *of, zeros, environment),
            None => Err(internal().into()),
        };
        let question = Among { tree, call: id, of: &of, own, segment, standing };
        let answer = self.session.environment.among(&question);
        answer.unwrap_or_else(|| Err(nobody(function).into()))
    }

    /// The first value that is known.
    fn coalesce(&mut self, id: NodeId, args: &[NodeId]) -> Result<Value, Error> {
        if args.is_empty() {
            return Err(functions::no_such_call("coalesce", None, &[]));
        }
        for arg in args {
            let value = self.value(*arg)?;
            if value.is_known() {
                return self.shaped(id, value);
            }
        }
        Ok(Value::Missing)
    }

    /// `value >= low && value <= high`, the value worked out once.
    fn between(&mut self, id: NodeId, low: NodeId, high: NodeId) -> Result<Value, Error> {
        let value = self.value(id);
        let mut outside = Ok(false);
        for (op, bound) in [(BinaryOp::GreaterEqual, low), (BinaryOp::LessEqual, high)] {
            let holds = match &value {
                Ok(value) => self.binary(op, (id, value.clone()), bound),
                Err(error) => Err(error.clone()),
            };
            match self.truth(bound, holds, "between") {
                Ok(true) => {}
                Ok(false) => return Ok(Value::Bool(false)),
                Err(error) => outside = outside.and(Err(error)),
            }
        }
        outside.map(|outside: bool| Value::Bool(!outside))
    }

    /// Two that hold decide, whatever becomes of the others; otherwise the
    /// first fault.
    fn exactly_one(&mut self, args: &[NodeId]) -> Result<Value, Error> {
        let (mut holding, mut fault) = (0, None);
        for arg in args {
            let value = self.value(*arg);
            match self.truth(*arg, value, "exactlyOne") {
                Ok(true) if holding == 1 => return Ok(Value::Bool(false)),
                Ok(holds) => holding += u8::from(holds),
                Err(error) => fault = fault.or(Some(error)),
            }
        }
        fault.map_or(Ok(Value::Bool(holding == 1)), Err)
    }

    /// `amounts.sum()`: an aggregate over the elements themselves.
    fn aggregate_all(&mut self, id: NodeId, op: FoldOp, over: &Value) -> Result<Value, Error> {
        match over {
            Value::Missing => Ok(Value::Missing),
            Value::List(items) => {
                self.step(over.parts())?;
                aggregate::aggregate(op, items.to_vec(), (self.zeros)(id))
            }
            _ => Err(operate::cannot_take(op.name(), &[over])),
        }
    }

    fn fold(
        &mut self,
        id: NodeId,
        op: FoldOp,
        over: &Value,
        variable: &Arc<str>,
        condition: Option<NodeId>,
        body: NodeId,
    ) -> Result<Value, Error> {
        let items = match over {
            Value::Missing => return Ok(Value::Missing),
            Value::List(items) => items.clone(),
            _ => return Err(operate::cannot_take(op.name(), &[over])),
        };
        let place = self.variables.len();
        self.variables.push((variable.clone(), Value::Null));
        let mut run = Run { id, op, condition, body, place };
        let result = run.over(self, &items);
        self.variables.truncate(place);
        result
    }
}

/// One fold on its way through a list.
struct Run {
    id: NodeId,
    op: FoldOp,
    condition: Option<NodeId>,
    body: NodeId,
    place: usize,
}

impl Run {
    fn over(&mut self, on: &mut Evaluator<'_>, items: &[Value]) -> Result<Value, Error> {
        match self.op {
            FoldOp::Exists => self.search(on, items, true),
            FoldOp::All => self.search(on, items, false),
            FoldOp::ExistsOne => Ok(Value::Bool(self.passing(on, items)?.len() == 1)),
            FoldOp::Count => {
                // A list cannot have more elements than an i64 counts.
                Ok(Value::Int(self.passing(on, items)?.len() as i64))
            }
            FoldOp::Filter => fits(self.passing(on, items)?.into()),
            FoldOp::Map => fits(self.values(on, items)?.into()),
            FoldOp::Sum | FoldOp::Avg | FoldOp::Min | FoldOp::Max | FoldOp::CountDistinct => {
                let values = self.values(on, items)?;
                aggregate::aggregate(self.op, values, (on.zeros)(self.id))
            }
        }
    }

    /// The body, or the condition, for one element.
    fn at(&self, on: &mut Evaluator<'_>, item: &Value, node: NodeId) -> Result<Value, Error> {
        on.step(1)?;
        if let Some(bound) = on.variables.get_mut(self.place) {
            bound.1 = item.clone();
        }
        on.value(node)
    }

    fn test(&self, on: &mut Evaluator<'_>, item: &Value, node: NodeId) -> Result<bool, Error> {
        let value = self.at(on, item, node);
        on.truth(node, value, self.op.name())
    }

    /// `exists` and `all`: the first element that decides; otherwise the first
    /// fault.
    fn search(
        &self,
        on: &mut Evaluator<'_>,
        items: &[Value],
        decides: bool,
    ) -> Result<Value, Error> {
        let mut fault = None;
        for item in items {
            match self.test(on, item, self.body) {
                Ok(value) if value == decides => return Ok(Value::Bool(decides)),
                Err(error) if error.code() == Code::CostTooHigh => return Err(error),
                Err(error) if fault.is_none() => fault = Some(error),
                _ => {}
            }
        }
        fault.map_or(Ok(Value::Bool(!decides)), Err)
    }

    fn passing(&self, on: &mut Evaluator<'_>, items: &[Value]) -> Result<Vec<Value>, Error> {
        let mut passing = Vec::new();
        for item in items {
            if self.test(on, item, self.body)? {
                passing.push(item.clone());
            }
        }
        Ok(passing)
    }

    fn values(&self, on: &mut Evaluator<'_>, items: &[Value]) -> Result<Vec<Value>, Error> {
        let mut values = Vec::new();
        for item in items {
            let passes = match self.condition {
                Some(condition) => self.test(on, item, condition)?,
                None => true,
            };
            if passes {
                values.push(self.at(on, item, self.body)?);
            }
        }
        Ok(values)
    }
}

/// A constant as a value.
fn constant(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Double(value, _) => Value::Double(*value),
        Literal::Text(text) => Value::Text(text.clone()),
        Literal::Decimal(value) => Value::Decimal(*value),
        Literal::Money(value, currency) => Value::Money(*value, *currency),
    }
}

/// Yes or no; missing is no.
fn yes_or_no(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Missing => Some(false),
        _ => None,
    }
}

/// The value, unless it grew beyond what can be handled.
fn fits(value: Value) -> Result<Value, Error> {
    if value.depth() <= bounds::DEPTH && value.parts() <= bounds::PARTS {
        return Ok(value);
    }
    let fault = Fault::new(
        Code::CostTooHigh,
        format!(
            "the list is too large, expected at most {} elements, {} deep",
            bounds::PARTS,
            bounds::DEPTH
        ),
        format!("列表过大，最多 {} 个元素、{} 层", bounds::PARTS, bounds::DEPTH),
    );
    Err(fault.into())
}

fn internal() -> Fault {
    Fault::new(Code::Internal, "the evaluator contradicts itself", "求值器内部矛盾")
}
