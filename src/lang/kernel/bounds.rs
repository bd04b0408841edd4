//! Who is in for certain, and who may be: what unknown values leave open.
//!
//! ```text
//! vip || age >= 30        vip   age      member   certain   possible
//!                         yes   ?        yes      yes       yes
//!                         no    ?        no       no        yes
//!                         no    34       yes      yes       yes
//! ```
//!
//! A customer is certain when the condition holds however the attributes and
//! fields without a value turn out, and possible when it holds for some of
//! them: the logic of Kleene, in which a clause that reads a missing value is
//! neither true nor false. So
//!
//! ```text
//! certain  <=  members  <=  possible
//! ```
//!
//! now, and after whatever becomes known. Where nothing without a value is read
//! in two clauses the bounds are exact; `age < 30 || age >= 30` is open for
//! them, though it never is, so what is told of them is "at least" and "at most".
//! A clause about a list of events is open as soon as one of them lacks a field
//! that is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Context, evaluate_at};
use crate::facts::Bits;
use crate::lang::Checked;
use crate::lang::among::is_among;
use crate::lang::environment::Environment;
use crate::lang::scope::Meaning;
use crate::lang::tree::{BinaryOp, Literal, Node, NodeId};
use crate::lang::types::Type;
use crate::lang::value::Value;

/// Who satisfies a condition whatever becomes known, and who may.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bounds {
    /// Those for whom it holds however unknown values turn out.
    pub certain: Bits,
    /// Those for whom it holds for some way in which they turn out.
    pub possible: Bits,
}

impl Bounds {
    /// Those for whom unknown values decide.
    pub fn undecided(&self) -> Bits {
        self.possible.and(&self.certain.complement())
    }
}

/// The facts that a clause reads.
#[derive(Debug, Default)]
struct Reads {
    attributes: Vec<usize>,
    /// Kinds of events, each with the fields that are read.
    fields: Vec<(usize, usize)>,
    segments: Vec<Arc<str>>,
    everybody: bool,
}

impl Reads {
    fn of(checked: &Checked, node: NodeId) -> Reads {
        let mut reads = Reads::default();
        let mut below = vec![node];
        while let Some(next) = below.pop() {
            let node = checked.tree.node(next);
            match checked.meaning(next) {
                Some(Meaning::Attribute(position)) => reads.attributes.push(position),
                Some(Meaning::Field(field)) => {
                    if let Node::Select { of, .. } = node
                        && let Type::Event(kind) = checked.ty(*of)
                    {
                        reads.fields.push((*kind, field));
                    }
                }
                _ => {}
            }
            if let Node::Call { function, args, .. } = node {
                reads.everybody |= is_among(function);
                for arg in args {
                    if let (true, Node::Literal(Literal::Text(name))) =
                        (&**function == "segment" || is_among(function), checked.tree.node(*arg))
                    {
                        reads.segments.push(name.clone());
                    }
                }
            }
            below.extend(node.children());
        }
        reads.attributes.sort_unstable();
        reads.attributes.dedup();
        reads.fields.sort_unstable();
        reads.fields.dedup();
        reads
    }
}

/// Who satisfies a condition for certain, and who may.
///
/// # Inputs
///
/// `segments`: the bounds of every segment that the condition names; one that is
/// not there is taken as its answer is.
///
/// # Cost
///
/// That of [`evaluate`](super::evaluate) for each clause, and one look at the
/// fields of events that are read.
pub fn bounds(
    checked: &Checked,
    context: &Context<'_>,
    segments: &BTreeMap<Arc<str>, Bounds>,
    threads: usize,
) -> Bounds {
    let search = Search { checked, context, segments, threads };
    let whole = search.node(checked.tree.root);
    // Who lacks nothing is decided, even where a clause is an error.
    let lacking = search.open(&Reads::of(checked, checked.tree.root));
    let members = evaluate_at(checked, checked.tree.root, context, threads).members;
    let settled = members.and(&lacking.complement());
    let settled = |bound: &Bits| union(&bound.and(&lacking), &settled);
    Bounds { certain: settled(&whole.certain), possible: settled(&whole.possible) }
}

struct Search<'s> {
    checked: &'s Checked,
    context: &'s Context<'s>,
    segments: &'s BTreeMap<Arc<str>, Bounds>,
    threads: usize,
}

impl Search<'_> {
    fn all(&self) -> &Bits {
        self.context.snapshot.population()
    }

    fn not(&self, of: &Bounds) -> Bounds {
        let without = |bits: &Bits| bits.complement().and(self.all());
        Bounds { certain: without(&of.possible), possible: without(&of.certain) }
    }

    /// Recursion goes into brackets alone, whose depth the parser bounds.
    fn node(&self, id: NodeId) -> Bounds {
        match self.checked.tree.node(id) {
            Node::Not { .. } => {
                let (mut inner, mut odd) = (id, false);
                while let Node::Not { of } = self.checked.tree.node(inner) {
                    (inner, odd) = (*of, !odd);
                }
                let of = self.node(inner);
                if odd { self.not(&of) } else { of }
            }
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                let mut parts = operands(self.checked, id, *op).into_iter();
                let mut whole = parts.next().map(|part| self.node(part)).unwrap_or_default();
                for part in parts {
                    let part = self.node(part);
                    let join = |a: &Bits, b: &Bits| match op {
                        BinaryOp::And => a.and(b),
                        _ => union(a, b),
                    };
                    whole = Bounds {
                        certain: join(&whole.certain, &part.certain),
                        possible: join(&whole.possible, &part.possible),
                    };
                }
                whole
            }
            Node::Call { function, args, .. } if &**function == "segment" => {
                let name = args.first().map(|arg| self.checked.tree.node(*arg));
                let known = match name {
                    Some(Node::Literal(Literal::Text(name))) => self.segments.get(name),
                    _ => None,
                };
                known.cloned().unwrap_or_else(|| self.clause(id))
            }
            _ => self.clause(id),
        }
    }

    /// A clause: open for those who lack something that it reads.
    fn clause(&self, id: NodeId) -> Bounds {
        let answer = evaluate_at(self.checked, id, self.context, self.threads);
        let open = union(&self.open(&Reads::of(self.checked, id)), &answer.errors);
        let certain = answer.members.and(&open.complement());
        Bounds { possible: union(&answer.members, &open), certain }
    }

    /// Those who lack something that is read.
    fn open(&self, reads: &Reads) -> Bits {
        let snapshot = self.context.snapshot;
        let mut open = Bits::none(self.all().len());
        let mut lack = |customer: usize| open.set(customer, true);
        for attribute in &reads.attributes {
            let Some(column) = snapshot.attribute(*attribute) else { continue };
            self.all().rows().filter(|row| !column.is_known(*row)).for_each(&mut lack);
        }
        for (kind, field) in &reads.fields {
            let Some(events) = snapshot.columns().kinds.get(*kind) else { continue };
            let Some(column) = events.fields.get(*field) else { continue };
            let instant = matches!(
                snapshot.columns().schema.kinds.get(*kind).and_then(|it| it.fields.get(*field)),
                Some(field) if field.ty == crate::facts::Type::Instant
            );
            if column.known.is_none() && !instant {
                continue;
            }
            let is_lacking = |row: usize| match &column.data {
                _ if !column.is_known(row) => true,
                // What lies in the future is not known yet.
                crate::facts::Data::Ints(ints) if instant => {
                    snapshot.as_of().micros() < ints.get(row)
                }
                _ => false,
            };
            for customer in self.all().rows() {
                let (from, until) = snapshot.events(*kind, customer);
                if (from..until).any(is_lacking) {
                    lack(customer);
                }
            }
        }
        for name in &reads.segments {
            if let Some(bounds) = self.segments.get(name) {
                bounds.undecided().rows().for_each(&mut lack);
            }
        }
        // Where somebody's value is open, so is everybody's place.
        if reads.everybody && open.count() != 0 { self.all().clone() } else { open }
    }
}

/// The rows of either.
fn union(a: &Bits, b: &Bits) -> Bits {
    a.complement().and(&b.complement()).complement()
}

fn operands(checked: &Checked, id: NodeId, op: BinaryOp) -> Vec<NodeId> {
    let mut out = Vec::new();
    let mut next = id;
    while let Node::Binary { op: have, left, right } = checked.tree.node(next)
        && *have == op
    {
        out.push(*right);
        next = *left;
    }
    out.push(next);
    out
}

/// How many customers a condition leaves open only because they lack this one
/// attribute of all that it reads, the most first: what is worth collecting.
pub fn worth_collecting(
    checked: &Checked,
    context: &Context<'_>,
    segments: &BTreeMap<Arc<str>, Bounds>,
    bounds: &Bounds,
) -> Vec<(usize, u64)> {
    let search = Search { checked, context, segments, threads: 1 };
    let reads = Reads::of(checked, checked.tree.root);
    let lacking = |attributes: Vec<usize>, rest: bool| {
        let (fields, segments) = match rest {
            true => (reads.fields.clone(), reads.segments.clone()),
            false => (Vec::new(), Vec::new()),
        };
        search.open(&Reads { attributes, fields, segments, everybody: false })
    };
    let undecided = bounds.undecided();
    let mut out: Vec<(usize, u64)> = Vec::new();
    for attribute in &reads.attributes {
        let others = reads.attributes.iter().copied().filter(|other| other != attribute).collect();
        let others = lacking(others, true).complement();
        let count = undecided.and(&lacking(vec![*attribute], false)).and(&others).count();
        if 0 < count {
            out.push((*attribute, count as u64));
        }
    }
    out.sort_by_key(|(attribute, count)| (std::cmp::Reverse(*count), *attribute));
    out
}

/// The same bounds, customer by customer and clause by clause: slow, obvious,
/// and what [`bounds`] is held to.
pub fn bounds_slowly(
    checked: &Checked,
    context: &Context<'_>,
    segments: &BTreeMap<Arc<str>, Bounds>,
) -> Bounds {
    let population = context.snapshot.population();
    let mut out =
        Bounds { certain: Bits::none(population.len()), possible: Bits::none(population.len()) };
    for customer in population.rows() {
        let one = One { checked, context, segments, customer };
        let root = checked.tree.root;
        let (certain, possible) = if one.is_open(root) {
            let truth = one.truth(root);
            (truth == Some(true), truth != Some(false))
        } else {
            let holds = context.ask(checked, root, customer) == Ok(true);
            (holds, holds)
        };
        out.certain.set(customer, certain);
        out.possible.set(customer, possible);
    }
    out
}

/// One customer, plainly.
struct One<'s> {
    checked: &'s Checked,
    context: &'s Context<'s>,
    segments: &'s BTreeMap<Arc<str>, Bounds>,
    customer: usize,
}

impl One<'_> {
    /// Yes, no, or open.
    fn truth(&self, id: NodeId) -> Option<bool> {
        match self.checked.tree.node(id) {
            Node::Not { .. } => {
                let (mut inner, mut odd) = (id, false);
                while let Node::Not { of } = self.checked.tree.node(inner) {
                    (inner, odd) = (*of, !odd);
                }
                self.truth(inner).map(|truth| truth != odd)
            }
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                let decides = *op == BinaryOp::Or;
                let parts = operands(self.checked, id, *op).into_iter();
                let truths: Vec<Option<bool>> = parts.map(|part| self.truth(part)).collect();
                if truths.contains(&Some(decides)) {
                    return Some(decides);
                }
                (!truths.contains(&None)).then_some(!decides)
            }
            Node::Call { function, args, .. } if &**function == "segment" => {
                let name = args.first().map(|arg| self.checked.tree.node(*arg));
                let Some(Node::Literal(Literal::Text(name))) = name else { return None };
                match self.segments.get(name) {
                    Some(bounds) if bounds.certain.has(self.customer) => Some(true),
                    Some(bounds) if bounds.possible.has(self.customer) => None,
                    Some(_) => Some(false),
                    None => self.context.ask(self.checked, id, self.customer).ok(),
                }
            }
            _ if self.is_open(id) => None,
            _ => self.context.ask(self.checked, id, self.customer).ok(),
        }
    }

    /// Whether a missing value is read somewhere below.
    fn is_open(&self, id: NodeId) -> bool {
        let reads = Reads::of(self.checked, id);
        let lacks = |customer: usize| {
            let subject = self.context.subject(Some(customer));
            let schema = &self.context.snapshot.columns().schema;
            let attribute = |position: &usize| {
                let named = schema.attributes.get(*position);
                named.is_some_and(|it| subject.name(&it.name).is_some_and(|it| it.is_missing()))
            };
            let field = |(kind, field): &(usize, usize)| {
                let Some(declared) = schema.kinds.get(*kind) else { return false };
                let name = declared.fields.get(*field).map(|field| field.name.clone());
                let events = declared.list.as_ref().and_then(|list| subject.name(list));
                let (Some(name), Some(Value::List(events))) = (name, events) else {
                    return false;
                };
                events.iter().any(|event| match event {
                    Value::Record(record) => record.get(&name).is_some_and(Value::is_missing),
                    _ => false,
                })
            };
            let segment = |name: &Arc<str>| {
                self.segments.get(name).is_some_and(|it| it.undecided().has(customer))
            };
            reads.attributes.iter().any(attribute)
                || reads.fields.iter().any(field)
                || reads.segments.iter().any(segment)
        };
        match reads.everybody {
            true => self.context.snapshot.population().rows().any(lacks),
            false => lacks(self.customer),
        }
    }
}
