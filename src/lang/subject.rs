//! One customer as the reference evaluator sees it.

use std::sync::Arc;

use super::among::Among;
use super::checked::Checked;
use super::environment::{Asked, Environment};
use super::kernel::{Context, Ranks};
use super::past::{Ends, Past};
use super::scope::Meaning;
use super::score::Score;
use super::stretch::Travelled;
use super::time::Timestamp;
use super::tree::{Node, NodeId};
use super::value::{Record, Value};
use crate::error::{Code, Error, Fault};
use crate::facts::schema::Named;
use crate::units::{Calendar, Instant};

/// The attributes and events of one customer at the instant of the question.
#[derive(Debug)]
pub struct Subject<'a> {
    context: &'a Context<'a>,
    past: Past<'a>,
    /// Something that stands for this value instead: how a kernel asks about
    /// one text of a dictionary.
    instead: Option<(Instead, Value)>,
    /// Where everybody stands, where that was found before.
    ranks: Option<&'a Ranks>,
}

#[derive(Debug)]
enum Instead {
    Name(Arc<str>),
    Attribute(usize),
}

impl<'a> Subject<'a> {
    pub(super) fn new(context: &'a Context<'a>, customer: Option<usize>) -> Self {
        let snapshot = context.snapshot;
        let (columns, now) = (snapshot.columns(), snapshot.as_of());
        let (known, ends) = (Instant::MAX, Ends::At(snapshot));
        let past = Past { columns, customer, now, known, ends };
        Subject { context, past, instead: None, ranks: None }
    }

    /// The same, when it was found out where everybody stands.
    pub(crate) fn ranked(self, ranks: &'a Ranks) -> Self {
        Subject { ranks: Some(ranks), ..self }
    }

    /// The known values of everybody, or of those in a segment.
    fn all(&self, question: &Among<'_>) -> Vec<Value> {
        let rows = self.context.snapshot.population().rows();
        let is_in = |customer: &usize| match question.segment {
            Some(name) => {
                self.context.answers.get(name).is_some_and(|it| it.members.has(*customer))
            }
            None => true,
        };
        let values = rows
            .filter(is_in)
            .filter_map(|customer| (question.of)(&Subject::new(self.context, Some(customer))).ok());
        values.filter(Value::is_known).collect()
    }

    /// The same, with a name that stands for this value.
    pub(super) fn with(mut self, name: &Arc<str>, value: Value) -> Self {
        self.instead = Some((Instead::Name(name.clone()), value));
        self
    }

    /// The same, with one text, or none, in place of the column that `node`
    /// reads.
    pub(super) fn with_text(mut self, checked: &Checked, node: NodeId, key: Option<&str>) -> Self {
        let text = key.map_or(Value::Missing, |key| Value::Text(key.into()));
        if let Some(Meaning::Attribute(attribute)) = checked.meaning(node) {
            self.instead = Some((Instead::Attribute(attribute), text));
            return self;
        }
        let Node::Select { of, field, .. } = checked.tree.node(node) else { return self };
        let Node::Name { name, .. } = checked.tree.node(*of) else { return self };
        let record = Record::new(None, vec![(field.clone(), text)]);
        self.with(name, Value::Record(Arc::new(record)))
    }

    fn attribute(&self, attribute: usize) -> Option<Value> {
        match &self.instead {
            Some((Instead::Attribute(have), value)) if *have == attribute => Some(value.clone()),
            _ => self.past.attribute(attribute),
        }
    }
}

impl Environment for Subject<'_> {
    fn name(&self, name: &str) -> Option<Value> {
        if let Some((Instead::Name(have), value)) = &self.instead
            && **have == *name
        {
            return Some(value.clone());
        }
        match (name, self.context.period) {
            ("period", Some(period)) => return Some(Value::Timestamp(period.from.into())),
            ("previous", Some(period)) => return Some(Value::Timestamp(period.previous.into())),
            _ => {}
        }
        let name = name.strip_prefix("customer.").unwrap_or(name);
        match self.past.columns.schema.named(name)? {
            Named::Attribute(attribute) => self.attribute(attribute),
            Named::List(kind) => self.past.events(kind),
        }
    }

    fn now(&self) -> Option<Timestamp> {
        Some(Timestamp::from(self.past.now))
    }

    fn calendar(&self) -> &Calendar {
        self.context.calendar
    }

    fn customer(&self) -> Option<Value> {
        Some(self.past.id())
    }

    fn place(&self, kind: usize, row: usize) -> Option<u32> {
        self.past.place(kind, row)
    }

    fn segment(&self, name: &str) -> Option<Result<bool, Error>> {
        let answer = self.context.answers.get(name)?;
        let customer = self.past.customer?;
        if answer.errors.has(customer) {
            return Some(Err(Fault::new(
                Code::NoOverload,
                format!("segment `{name}` is an error for this customer"),
                format!("细分 `{name}` 对该客户计算出错"),
            )
            .into()));
        }
        Some(Ok(answer.members.has(customer)))
    }

    fn among(&self, question: &Among<'_>) -> Option<Result<Value, Error>> {
        let nowhere = || Some(Ok(question.standing.nowhere()));
        let Some(customer) = self.past.customer else { return nowhere() };
        let is_in = match question.segment {
            Some(name) => match self.segment(name)? {
                Ok(is_in) => is_in,
                Err(error) => return Some(Err(error)),
            },
            None => true,
        };
        if !is_in || !question.own.is_known() {
            return nowhere();
        }
        let told = self.ranks.and_then(|ranks| ranks.told(question.tree, question.call, customer));
        Some(told.map_or_else(|| question.answer(&self.all(question)), Ok))
    }

    fn parameter(&self, name: &str) -> Option<Value> {
        super::scope::value_of(self.context.parameters, name)
    }

    fn state(&self, machine: &str, asked: Asked<'_>) -> Option<Value> {
        let states = self.context.states?;
        match self.past.customer {
            Some(customer) => states.ask(customer, machine, asked),
            None => Some(Value::Missing),
        }
    }

    fn way(&self, machine: &str, asked: Travelled<'_>) -> Option<Value> {
        let period = self.context.period?;
        match self.past.customer {
            Some(customer) => {
                period.ways?.ask(customer, machine, asked, (period.from, self.past.now))
            }
            None => Some(Value::Missing),
        }
    }

    fn opening(
        &self,
        ask: &dyn Fn(&dyn Environment) -> Result<Value, Error>,
    ) -> Option<Result<Value, Error>> {
        let opening = self.context.period?.opening?;
        let there = |customer: &usize| opening.snapshot.population().has(*customer);
        let Some(customer) = self.past.customer.filter(there) else {
            return Some(Ok(Value::Missing));
        };
        Some(ask(&opening.subject(Some(customer))))
    }

    fn score(&self, asked: Score<'_>) -> Option<Value> {
        let scores = self.context.scores?;
        match (self.past.customer, asked) {
            (Some(customer), _) => scores.ask(customer, asked),
            (None, Score::Cut(_)) => scores.ask(0, asked),
            (None, _) => Some(Value::Missing),
        }
    }

    fn consent(&self, purpose: &str, channel: &str) -> Option<Value> {
        self.past.consent(purpose, channel)
    }

    fn reachable(&self, channel: &str) -> Option<bool> {
        Some(self.past.reachable(channel, self.context.calendar))
    }
}
