//! From a plan to text.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::dialect::{Dialect, Mark};
use super::expression::{Aggregate, Arithmetic, Expression, Function, Table};
use super::parameter::Parameter;
use super::plan::{Events, List, Pick, Plan, name};
use super::tables::Tables;
use crate::facts::Schema;

/// Writes one statement.
pub(super) struct Writer<'a> {
    pub dialect: &'static Dialect,
    pub tables: &'a Tables,
    pub schema: &'a Schema,
    pub out: String,
    pub parameters: Vec<Parameter>,
    pub numbers: HashMap<Parameter, usize>,
}

const CUSTOMER: &str = "customer";
const PLACE: &str = "place";

impl<'a> Writer<'a> {
    /// The whole statement.
    pub fn statement(&mut self, plan: &Plan, condition: &Expression) {
        self.say("SELECT ");
        self.id_of_customer();
        self.say("\nFROM ");
        let pieces = std::iter::once(condition);
        self.customers(customers_read(pieces), 0);
        for (at, list) in plan.lists.iter().enumerate().filter(|(_, list)| !list.columns.is_empty())
        {
            self.list(at, list);
        }
        for (at, pick) in plan.picks.iter().enumerate() {
            self.pick(at, pick);
        }
        self.filter(condition, 0);
        self.say("\n");
    }

    fn say(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn line(&mut self, depth: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("    ", depth));
    }

    fn identifier(&mut self, name: &str) {
        let quote = self.dialect.quote;
        self.out.push(quote);
        for letter in name.chars() {
            if letter == quote {
                self.out.push(quote);
            }
            self.out.push(letter);
        }
        self.out.push(quote);
    }

    fn alias(&mut self, table: Table) {
        let alias = match table {
            Table::Customers(0) => "c".to_owned(),
            Table::Customers(at) => format!("c{}", at + 1),
            Table::Events => "e".to_owned(),
            Table::List(at) => format!("l{}", at + 1),
            Table::Pick(at) => format!("p{}", at + 1),
        };
        self.identifier(&alias);
    }

    fn column(&mut self, table: Table, column: &str) {
        self.alias(table);
        self.say(".");
        self.identifier(column);
    }

    fn table(&mut self, parts: &[Box<str>]) {
        for (at, part) in parts.iter().enumerate() {
            if 0 < at {
                self.say(".");
            }
            self.identifier(part);
        }
    }

    fn id_of_customer(&mut self) {
        if let Some(customers) = self.tables.customers.first() {
            self.column(Table::Customers(0), &customers.id);
        }
    }

    /// The tables of customers: that with everybody, and those that are read.
    fn customers(&mut self, read: Vec<usize>, depth: usize) {
        let tables = self.tables;
        for (at, customers) in tables.customers.iter().enumerate() {
            if 0 < at {
                if !read.contains(&at) {
                    continue;
                }
                self.line(depth);
                self.say("LEFT JOIN ");
            }
            self.table(&customers.table);
            self.say(" AS ");
            self.alias(Table::Customers(at));
            if 0 < at {
                self.say(" ON ");
                self.column(Table::Customers(at), &customers.id);
                self.say(" = ");
                self.id_of_customer();
            }
        }
    }

    fn list(&mut self, at: usize, list: &List) {
        let Some(customer) = self.customer_of(&list.events) else { return };
        self.say("\nLEFT JOIN (");
        self.line(1);
        self.say("SELECT ");
        self.column(Table::Events, customer);
        self.say(" AS ");
        self.identifier(CUSTOMER);
        self.columns(&list.columns);
        self.events(&list.events, &list.columns);
        if let Some(stage) = &list.events.stage {
            // Events that fail are kept, to say so.
            let open = Expression::Or(vec![stage.clone(), stage.clone().null()]);
            self.conditions(&list.events.filters, Some(&open));
        } else {
            self.conditions(&list.events.filters, None);
        }
        self.line(1);
        self.say("GROUP BY ");
        self.column(Table::Events, customer);
        self.say("\n) AS ");
        self.joined(Table::List(at));
    }

    fn pick(&mut self, at: usize, pick: &Pick) {
        let Some(customer) = self.customer_of(&pick.events) else { return };
        self.say("\nLEFT JOIN (");
        self.line(1);
        self.say("SELECT ");
        self.column(Table::Events, customer);
        self.say(" AS ");
        self.identifier(CUSTOMER);
        self.columns(&pick.columns);
        self.say(", ROW_NUMBER() OVER (PARTITION BY ");
        self.column(Table::Events, customer);
        self.say(" ORDER BY ");
        let (at_column, order) = match self.mapped(&pick.events) {
            Some(events) => (&*events.at.name, events.order.as_slice()),
            None => return,
        };
        let order = std::iter::once(at_column).chain(order.iter().map(|name| &**name));
        for (position, column) in order.enumerate() {
            if 0 < position {
                self.say(", ");
            }
            self.column(Table::Events, column);
            self.say(if pick.backwards { " DESC" } else { "" });
        }
        self.say(") AS ");
        self.identifier(PLACE);
        self.events(&pick.events, &pick.columns);
        self.conditions(&pick.events.filters, pick.events.stage.as_ref());
        self.say("\n) AS ");
        self.joined(Table::Pick(at));
        self.say(" AND ");
        self.column(Table::Pick(at), PLACE);
        let _ = write!(self.out, " = {}", pick.place);
    }

    fn joined(&mut self, table: Table) {
        self.alias(table);
        self.say(" ON ");
        self.column(table, CUSTOMER);
        self.say(" = ");
        self.id_of_customer();
    }

    fn columns(&mut self, columns: &[Expression]) {
        for (at, column) in columns.iter().enumerate() {
            self.say(", ");
            self.expression(column);
            self.say(" AS ");
            self.identifier(&name(at));
        }
    }

    fn mapped(&self, events: &Events) -> Option<&'a super::tables::Events> {
        let kind = self.schema.kinds.get(events.kind)?;
        self.tables.events.get(&*kind.name)
    }

    fn customer_of(&self, events: &Events) -> Option<&'a str> {
        self.mapped(events).map(|events| &*events.customer)
    }

    /// The table of the events, with that of the customers where a column of
    /// theirs is read.
    fn events(&mut self, events: &Events, columns: &[Expression]) {
        let Some(mapped) = self.mapped(events) else { return };
        self.line(1);
        self.say("FROM ");
        self.table(&mapped.table);
        self.say(" AS ");
        self.alias(Table::Events);
        let pieces = columns.iter().chain(&events.filters).chain(&events.stage);
        let read = customers_read(pieces);
        if read.is_empty() {
            return;
        }
        self.line(1);
        self.say("JOIN ");
        self.customers_on(mapped, read);
    }

    fn customers_on(&mut self, mapped: &super::tables::Events, read: Vec<usize>) {
        let tables = self.tables;
        let Some(first) = tables.customers.first() else { return };
        self.table(&first.table);
        self.say(" AS ");
        self.alias(Table::Customers(0));
        self.say(" ON ");
        self.id_of_customer();
        self.say(" = ");
        self.column(Table::Events, &mapped.customer);
        for (at, customers) in tables.customers.iter().enumerate().skip(1) {
            if !read.contains(&at) {
                continue;
            }
            self.line(1);
            self.say("LEFT JOIN ");
            self.table(&customers.table);
            self.say(" AS ");
            self.alias(Table::Customers(at));
            self.say(" ON ");
            self.column(Table::Customers(at), &customers.id);
            self.say(" = ");
            self.id_of_customer();
        }
    }

    fn conditions(&mut self, filters: &[Expression], stage: Option<&Expression>) {
        let parts = filters.iter().chain(stage).cloned().collect();
        self.filter(&Expression::all(parts), 1);
    }

    /// `WHERE`, a line for each part.
    fn filter(&mut self, condition: &Expression, depth: usize) {
        if *condition == Expression::Constant(true) {
            return;
        }
        self.line(depth);
        self.say("WHERE ");
        let alone = std::slice::from_ref(condition);
        let parts = if let Expression::And(parts) = condition { parts } else { alone };
        for (at, part) in parts.iter().enumerate() {
            if 0 < at {
                self.line(depth);
                self.say("  AND ");
            }
            if 1 < parts.len() { self.part(part) } else { self.expression(part) }
        }
    }

    /// A piece of a chain.
    fn part(&mut self, piece: &Expression) {
        let loose = matches!(piece, Expression::And(_) | Expression::Or(_));
        self.say(if loose { "(" } else { "" });
        self.expression(piece);
        self.say(if loose { ")" } else { "" });
    }

    /// A piece that stands beside an operator.
    fn operand(&mut self, piece: &Expression) {
        let loose = matches!(
            piece,
            Expression::And(_)
                | Expression::Or(_)
                | Expression::Not(_)
                | Expression::Compare(..)
                | Expression::Same(..)
                | Expression::IsNull(_)
                | Expression::IsKnown(_)
                | Expression::IsTrue(_)
                | Expression::In(..)
                | Expression::InJson(..)
                | Expression::Arithmetic(..)
                | Expression::Neither
                | Expression::Function(Function::Ends { .. }, _)
        );
        if loose {
            self.say("(");
        }
        self.expression(piece);
        if loose {
            self.say(")");
        }
    }

    fn joined_by(&mut self, parts: &[Expression], between: &str) {
        for (at, part) in parts.iter().enumerate() {
            if 0 < at {
                self.say(between);
            }
            self.part(part);
        }
    }

    fn expression(&mut self, piece: &Expression) {
        match piece {
            Expression::Column(table, column) => self.column(*table, column),
            Expression::Parameter(parameter) => self.parameter(parameter),
            Expression::Number(number) => {
                let _ = write!(self.out, "{number}");
            }
            Expression::Constant(yes) => self.say(if *yes { "TRUE" } else { "FALSE" }),
            Expression::Neither => self.say("1 = NULL"),
            Expression::Null => self.say("NULL"),
            Expression::Not(of) => {
                self.say("NOT ");
                self.operand(of);
            }
            Expression::And(parts) => self.joined_by(parts, " AND "),
            Expression::Or(parts) => self.joined_by(parts, " OR "),
            Expression::Compare(op, a, b) => {
                self.operand(a);
                let _ = write!(self.out, " {} ", op.symbol());
                self.operand(b);
            }
            Expression::Same(a, b) => self.fill(self.dialect.same, &[a, b], [0, 0]),
            Expression::IsNull(of) => self.is(of, " IS NULL"),
            Expression::IsKnown(of) => self.is(of, " IS NOT NULL"),
            Expression::IsTrue(of) => self.is(of, " IS TRUE"),
            Expression::Case(arms, other) => self.case(arms, other.as_deref()),
            Expression::Coalesce(parts) => {
                self.say("COALESCE(");
                for (at, part) in parts.iter().enumerate() {
                    self.say(if 0 < at { ", " } else { "" });
                    self.expression(part);
                }
                self.say(")");
            }
            Expression::Arithmetic(op, a, b) => {
                self.operand(a);
                self.say(match op {
                    Arithmetic::Add => " + ",
                    Arithmetic::Subtract => " - ",
                    Arithmetic::Multiply => " * ",
                });
                self.operand(b);
            }
            Expression::Function(function, operands) => self.function(*function, operands),
            Expression::In(of, values) => {
                self.operand(of);
                self.say(" IN (");
                for (at, value) in values.iter().enumerate() {
                    self.say(if 0 < at { ", " } else { "" });
                    self.parameter(value);
                }
                self.say(")");
            }
            Expression::InJson(of, values, texts) => {
                self.operand(of);
                self.say(" IN (");
                let template = if *texts { self.dialect.texts } else { self.dialect.numbers };
                let values = Expression::Parameter(values.clone());
                self.fill(template, &[&values], [0, 0]);
                self.say(")");
            }
            Expression::Aggregate(aggregate, of) => self.aggregate(*aggregate, of.as_deref()),
        }
    }

    fn is(&mut self, of: &Expression, what: &str) {
        self.operand(of);
        self.say(what);
    }

    fn case(&mut self, arms: &[(Expression, Expression)], other: Option<&Expression>) {
        self.say("CASE");
        for (test, then) in arms {
            self.say(" WHEN ");
            self.expression(test);
            self.say(" THEN ");
            self.expression(then);
        }
        if let Some(other) = other {
            self.say(" ELSE ");
            self.expression(other);
        }
        self.say(" END");
    }

    fn function(&mut self, function: Function, operands: &[Expression]) {
        let numbers = match function {
            Function::Units(scale) => [10_usize.pow(u32::from(scale.min(18))), 0],
            Function::Ends { characters, bytes } => [characters, bytes],
            _ => [0, 0],
        };
        let operands: Vec<&Expression> = operands.iter().collect();
        self.fill(self.dialect.template(function), &operands, numbers);
    }

    fn aggregate(&mut self, aggregate: Aggregate, of: Option<&Expression>) {
        self.say(match aggregate {
            Aggregate::Sum => "SUM(",
            Aggregate::Least => "MIN(",
            Aggregate::Greatest => "MAX(",
            Aggregate::Count => "COUNT(",
            Aggregate::Different => "COUNT(DISTINCT ",
        });
        match of {
            Some(of) => self.expression(of),
            None => self.say("*"),
        }
        self.say(")");
    }

    /// A template with its operands, each written where it stands, so that
    /// parameters keep their order.
    fn fill(&mut self, template: &'static str, operands: &[&Expression], [n, b]: [usize; 2]) {
        let mut rest = template;
        while let Some(at) = rest.find('{') {
            self.say(&rest[..at]);
            let (mark, after) = rest[at + 1..].split_once('}').unwrap_or((&rest[at + 1..], ""));
            match mark {
                "n" => _ = write!(self.out, "{n}"),
                "b" => _ = write!(self.out, "{b}"),
                mark => {
                    let operand = mark.parse().ok().and_then(|at: usize| operands.get(at));
                    if let Some(operand) = operand {
                        self.operand(operand);
                    }
                }
            }
            rest = after;
        }
        self.say(rest);
    }

    fn parameter(&mut self, parameter: &Parameter) {
        let (before, after) =
            self.dialect.bound(parameter.kind).split_once("{0}").unwrap_or_default();
        self.say(before);
        let number = match self.dialect.mark {
            Mark::Plain => None,
            _ => self.numbers.get(parameter).copied(),
        };
        let number = number.unwrap_or_else(|| {
            self.parameters.push(parameter.clone());
            self.numbers.insert(parameter.clone(), self.parameters.len());
            self.parameters.len()
        });
        let mark = self.dialect.mark(number);
        self.say(&mark);
        self.say(after);
    }
}

/// The tables of customers that pieces read.
fn customers_read<'e>(pieces: impl Iterator<Item = &'e Expression>) -> Vec<usize> {
    let mut read = Vec::new();
    for piece in pieces {
        piece.walk(&mut |piece| {
            if let Expression::Column(Table::Customers(at), _) = piece
                && !read.contains(at)
            {
                read.push(*at);
            }
        });
    }
    read
}
