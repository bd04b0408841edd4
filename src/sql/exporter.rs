//! The state of an export: what is being translated, and what cannot be.

use std::sync::Arc;

use super::Definitions;
use super::dialect::Dialect;
use super::expression::{Compare, Expression, Function, Table};
use super::parameter::Kind as Bound;
use super::plan::Plan;
use super::tables::{Column, Stored, Tables};
use super::value::{Clock, INT, Kind, Value};
use crate::error::{Code, Fault};
use crate::facts::TextProfile;
use crate::json::pointer_push;
use crate::lang::tree::NodeId;
use crate::lang::{Checked, Constants, Meaning, Type, print_node};
use crate::units::{Instant, shown};

/// Pieces of one value: what is larger is no statement that an engine plans in
/// reasonable time.
const PIECES: usize = 4_000;

/// Brackets, arguments and segments inside one another.
const DEPTH: usize = 160;

/// A condition on its way into a statement.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub piece: Expression,
    /// Whether it can be NULL, for an error. Otherwise it is yes or no, unless
    /// it was asked for where NULL is as good as no.
    pub fallible: bool,
}

impl Condition {
    pub fn sure(piece: Expression) -> Condition {
        Condition { piece, fallible: false }
    }
}

/// Translates one expression after the other into one plan.
pub(super) struct Exporter<'a> {
    pub checked: &'a Checked,
    pub constants: Constants<'a>,
    pub definitions: Definitions<'a>,
    pub tables: &'a Tables,
    pub dialect: &'static Dialect,
    pub now: Instant,
    pub plan: Plan,
    pub faults: Vec<Fault>,
    /// The fold whose events are walked, and their kind.
    pub walk: Option<(NodeId, usize)>,
    /// The segments being translated, one inside the other.
    pub segments: Vec<Arc<str>>,
    pub depth: usize,
}

impl<'a> Exporter<'a> {
    pub fn new(
        checked: &'a Checked,
        definitions: Definitions<'a>,
        tables: &'a Tables,
        dialect: &'static Dialect,
        now: Instant,
    ) -> Self {
        let Definitions { calendar, parameters, .. } = definitions;
        Exporter {
            checked,
            constants: Constants::new(checked, calendar, parameters, now),
            definitions,
            tables,
            dialect,
            now,
            plan: Plan::default(),
            faults: Vec::new(),
            walk: None,
            segments: Vec::new(),
            depth: 0,
        }
    }

    /// Notes that a node cannot be translated.
    pub fn refuse<T>(&mut self, node: NodeId, en: &str, zh: &str) -> Option<T> {
        self.note(node, Fault::new(Code::NotInSql, en, zh));
        None
    }

    /// The same with a way out.
    pub fn refuse_with<T>(
        &mut self,
        node: NodeId,
        (en, zh): (&str, &str),
        (way, zh_way): (&str, &str),
    ) -> Option<T> {
        self.note(node, Fault::new(Code::NotInSql, en, zh).hint(way, zh_way));
        None
    }

    pub fn note(&mut self, node: NodeId, fault: Fault) {
        let span = self.checked.tree.span(node);
        let mut fault = fault.span(span.start as usize, span.end as usize);
        if let Some(segment) = self.segments.last() {
            fault = fault.at(format!("{}/when", pointer_push("/segments", segment)));
        }
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Goes one level deeper, unless that is too deep.
    pub fn deeper<T>(
        &mut self,
        node: NodeId,
        inside: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        if DEPTH <= self.depth {
            return self.refuse(
                node,
                "this nests too deep for a statement",
                "嵌套过深，无法写成语句",
            );
        }
        self.depth += 1;
        let out = inside(self);
        self.depth -= 1;
        out
    }

    /// A value, unless it has become too large.
    pub fn bounded(&mut self, node: NodeId, value: Value) -> Option<Value> {
        let size = value.piece.size() + value.fails.as_ref().map_or(0, Expression::size);
        if size <= PIECES {
            return Some(value);
        }
        self.refuse(node, "the SQL of this value would be too long", "该值的 SQL 将过长")
    }

    pub fn ty(&self, node: NodeId) -> &'a Type {
        self.checked.ty(node)
    }

    pub fn meaning(&self, node: NodeId) -> Option<Meaning> {
        self.checked.meaning(node)
    }

    /// The column of an attribute.
    pub fn attribute(&mut self, node: NodeId, attribute: usize) -> Option<Value> {
        let declared = self.definitions.schema.attributes.get(attribute)?;
        let tables = self.tables.customers.iter().enumerate();
        let found =
            tables.filter_map(|(at, table)| Some((at, table.columns.get(&declared.name[..])?)));
        let Some((at, column)) = found.into_iter().next() else {
            return self.unmapped(node, &declared.name, "/customers/columns");
        };
        // Others than the first table may have no row for a customer.
        let nullable = declared.nullable || 0 < at;
        let ty = Type::of(&declared.ty);
        self.read(node, Table::Customers(at), column, &ty, nullable)
    }

    /// The column of what is known otherwise.
    pub fn answer(&mut self, node: NodeId) -> Option<Value> {
        let call = print_node(&self.checked.tree, node);
        let tables = self.tables.customers.iter().enumerate();
        let mut found = tables.filter_map(|(at, table)| Some((at, table.answers.get(&call[..])?)));
        match found.next() {
            Some((at, column)) => {
                self.read(node, Table::Customers(at), column, self.ty(node), true)
            }
            None => self.unmapped(node, &call, "/customers/answers"),
        }
    }

    pub fn unmapped<T>(&mut self, node: NodeId, what: &str, place: &str) -> Option<T> {
        let what = shown(what);
        self.refuse_with(
            node,
            (&format!("no column is named for `{what}`"), &format!("没有为 `{what}` 指明列")),
            (
                &format!("say where it is kept in `{place}` of the document of tables"),
                &format!("在表说明的 `{place}` 中写明它存于何处"),
            ),
        )
    }

    /// A column as a value of a type.
    pub fn read(
        &mut self,
        node: NodeId,
        table: Table,
        column: &Column,
        ty: &Type,
        nullable: bool,
    ) -> Option<Value> {
        let raw = Expression::Column(table, column.name.clone());
        let Some(stored) = self.tables.stored(column, ty) else {
            let (words, name) = (ty.words(), shown(&column.name));
            let how = column.stored.map_or("", Stored::name);
            return self.refuse(
                node,
                &format!("column `{name}` keeps `{how}`, and {} is read", words.en),
                &format!("列 `{name}` 以 `{how}` 保存，而此处读取{}", words.zh),
            );
        };
        let exact = |raw| Expression::apply(Function::Exact, vec![raw]);
        let (piece, kind) = match (ty, stored) {
            (Type::Bool, Stored::Integer) => {
                let zero = Expression::Number(0);
                let none = raw.compare(Compare::Equal, zero);
                (Expression::Not(Box::new(none)), Kind::Bool)
            }
            (Type::Bool, _) => (raw, Kind::Bool),
            (Type::Int, _) => (raw, Kind::Int),
            (Type::Decimal(scale) | Type::Money(_, scale), Stored::Units) => {
                (raw, Kind::Exact(*scale))
            }
            (Type::Decimal(scale) | Type::Money(_, scale), _) => {
                let units = Function::Units(*scale);
                (Expression::apply(units, vec![raw]), Kind::Exact(*scale))
            }
            (Type::Text(profile), stored) => {
                let ready = *profile == TextProfile::Exact || stored == Stored::Prepared;
                (exact(raw), Kind::Text(ready))
            }
            (Type::Enum(_), _) => (exact(raw), Kind::Text(true)),
            (Type::Set(profile), stored) => {
                let ready = *profile == TextProfile::Exact || stored == Stored::Prepared;
                (raw, Kind::Set(ready))
            }
            (Type::Date, Stored::Text) => (exact(raw), Kind::Day(Stored::Text)),
            (Type::Date, Stored::Date) if !self.dialect.has_time => {
                (exact(raw), Kind::Day(Stored::Text))
            }
            (Type::Date, stored) => (raw, Kind::Day(stored)),
            (Type::Timestamp, stored) => self.clock(node, raw, stored)?,
            _ => return self.refuse(node, "this has no column", "此值没有列可存"),
        };
        Some(Value { piece, fails: None, nullable, kind, range: INT })
    }

    fn clock(
        &mut self,
        node: NodeId,
        raw: Expression,
        stored: Stored,
    ) -> Option<(Expression, Kind)> {
        Some(match stored {
            Stored::Seconds => (raw, Kind::Instant(Clock::Number(0))),
            Stored::Millis => (raw, Kind::Instant(Clock::Number(3))),
            Stored::Micros => (raw, Kind::Instant(Clock::Number(6))),
            Stored::Text => {
                let exact = Expression::apply(Function::Exact, vec![raw]);
                (exact, Kind::Instant(Clock::Text))
            }
            _ if !self.dialect.has_time => {
                let engine = self.dialect.engine;
                return self.refuse_with(
                    node,
                    (
                        &format!("{engine} has no instants of its own"),
                        &format!("{engine} 没有自己的时间点类型"),
                    ),
                    (
                        "say in the document of tables how they are kept: \
                         `\"stored\": {\"instant\": \"seconds\"}`, `millis`, `micros` or `text`",
                        "在表说明中写明保存方式：`\"stored\": {\"instant\": \"seconds\"}`、\
                         `millis`、`micros` 或 `text`",
                    ),
                );
            }
            Stored::Timestamptz if !self.dialect.compares_zoned => {
                let micros = Expression::apply(Function::MicrosTz, vec![raw]);
                (micros, Kind::Instant(Clock::Number(6)))
            }
            Stored::Timestamptz => (raw, Kind::Instant(Clock::Native(Bound::Timestamptz))),
            _ => (raw, Kind::Instant(Clock::Native(Bound::Timestamp))),
        })
    }

    /// When an event happened.
    pub fn event_time(&mut self, node: NodeId, kind: usize) -> Option<Value> {
        let events = self.events_table(node, kind)?;
        let at = events.at.clone();
        self.read(node, Table::Events, &at, &Type::Timestamp, false)
    }

    /// A field of an event.
    pub fn field(&mut self, node: NodeId, kind: usize, field: usize) -> Option<Value> {
        let events = self.events_table(node, kind)?;
        let declared = self.definitions.schema.kinds.get(kind)?.fields.get(field)?;
        let Some(column) = events.columns.get(&declared.name[..]) else {
            let kind = self.definitions.schema.kinds.get(kind)?.name.clone();
            let place = format!("{}/columns", pointer_push("/events", &kind));
            return self.unmapped(node, &declared.name, &place);
        };
        let column = column.clone();
        let ty = Type::of(&declared.ty);
        let value = self.read(node, Table::Events, &column, &ty, declared.nullable)?;
        let Kind::Instant(_) = value.kind else { return Some(value) };
        // What lies in the future of the question is not known yet.
        let known = self.beside_instant(&value, Compare::LessEqual, self.now.micros());
        let piece = known.when(value.piece.clone(), None);
        Some(Value { piece, nullable: true, ..value })
    }

    pub fn events_table(&mut self, node: NodeId, kind: usize) -> Option<&'a super::tables::Events> {
        let declared = self.definitions.schema.kinds.get(kind)?;
        let found = self.tables.events.get(&declared.name[..]);
        if found.is_none() {
            let name = declared.list.as_ref().unwrap_or(&declared.name).clone();
            return self.unmapped(node, &name, &pointer_push("/events", &declared.name));
        }
        found
    }
}
