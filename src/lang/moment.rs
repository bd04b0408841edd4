//! One customer at one moment inside its history: what guards are asked about.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::checked::Checked;
use super::environment::{Asked, Environment, Nobody};
use super::past::{Ends, Past};
use super::scope::{Parameter, value_of};
use super::score::{Score, ScoreHistory};
use super::time::Timestamp;
use super::value::Value;
use crate::error::Error;
use crate::facts::schema::Named;
use crate::facts::{Bits, Column, Columns};
use crate::units::{Calendar, Instant};

/// What is the same for every moment of every customer.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// All facts.
    pub columns: &'a Columns,
    /// Zone, week and fiscal year.
    pub calendar: &'a Calendar,
    /// The parameters, sorted by name.
    pub parameters: &'a [Parameter],
    /// The condition of each segment, which is asked as of the moment.
    pub segments: &'a BTreeMap<Arc<str>, Arc<Checked>>,
    /// What the value part says inside histories, where there is one.
    pub scores: Option<&'a dyn ScoreHistory>,
}

impl<'a> World<'a> {
    /// What has a value whoever is asked about.
    pub(crate) fn nobody(&self) -> Nobody<'a> {
        Nobody { calendar: self.calendar, parameters: self.parameters }
    }
}

/// What lifecycle machines answer about a customer.
pub trait States: Sync + std::fmt::Debug {
    /// The answer of a machine about a customer; `None`: there is no such
    /// machine or state.
    fn ask(&self, customer: usize, machine: &str, asked: Asked<'_>) -> Option<Value>;

    /// The state of everybody at once, as a column of texts, where it is kept
    /// so.
    fn column(&self, machine: &str) -> Option<&Column> {
        let _ = machine;
        None
    }

    /// Everybody who is in a state or in one inside it, where it is kept so.
    fn members(&self, machine: &str, state: &str) -> Option<Bits> {
        let _ = (machine, state);
        None
    }
}

/// A customer at a moment.
///
/// In contrast to the end of an instant, a moment may lie between two events
/// of one instant: what comes later in the one total order is not known yet.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    world: World<'a>,
    past: Past<'a>,
    customer: usize,
    states: &'a dyn States,
    event: Option<(usize, usize)>,
    /// Whether all of the instant is over, its assessment too.
    ended: bool,
}

impl<'a> Moment<'a> {
    /// The customer at `now`, having come to the first row of each kind in
    /// `ends` that is still to come.
    pub fn new(
        world: World<'a>,
        customer: usize,
        now: Instant,
        ends: &'a [usize],
        states: &'a dyn States,
    ) -> Self {
        let ends = Ends::Rows(ends);
        let (columns, known) = (world.columns, Instant::MAX);
        let past = Past { columns, customer: Some(customer), now, known, ends };
        Moment { world, past, customer, states, event: None, ended: false }
    }

    /// The same, just when the event of a kind in a row happens.
    pub fn at_event(self, kind: usize, row: usize) -> Self {
        Moment { event: Some((kind, row)), ..self }
    }

    /// The same, when nothing that was set after `known` has been set yet: what
    /// would be if nothing happened from then on.
    pub fn knowing(mut self, known: Instant) -> Self {
        self.past.known = known;
        self
    }

    /// The same at the end of the instant, as a review sees it: what was
    /// assessed at that very instant is known.
    pub fn ended(self) -> Self {
        Moment { ended: true, ..self }
    }

    /// The instant.
    pub fn instant(&self) -> Instant {
        self.past.now
    }

    /// The customer.
    pub(super) fn customer(&self) -> usize {
        self.customer
    }

    /// All facts.
    pub(super) fn columns(&self) -> &'a Columns {
        self.world.columns
    }

    /// The customer's rows of a kind, from the first to the first that is
    /// still to come.
    #[inline]
    pub(super) fn rows(&self, kind: usize) -> (usize, usize) {
        let from = self.world.columns.kinds.get(kind).map_or(0, |it| it.range(self.customer).0);
        match self.past.ends {
            Ends::Rows(rows) => (from, rows.get(kind).copied().unwrap_or(from)),
            Ends::At(snapshot) => snapshot.events(kind, self.customer),
        }
    }

    /// The event that has just happened: its kind and its row.
    pub(super) fn event(&self) -> Option<(usize, usize)> {
        self.event
    }

    /// Assessments before this instant are known: those of what is known, each
    /// from the moment after it on.
    fn assessed_before(&self) -> Instant {
        let known = self.past.known.checked_add_micros(1).unwrap_or(Instant::MAX);
        self.assessing().min(known)
    }

    /// The instant before which assessments are those of the past.
    fn assessing(&self) -> Instant {
        let after = self.past.now.checked_add_micros(1).ok().filter(|_| self.ended);
        after.unwrap_or(self.past.now)
    }

    /// The next instant at which the value part can answer otherwise; `None`
    /// where nothing is known of one.
    pub fn next_assessed(&self) -> Option<Instant> {
        let known = self.past.known.checked_add_micros(1).unwrap_or(Instant::MAX);
        let next = self.world.scores?.changes_after(self.customer, self.assessing())?;
        let next = Some(next).filter(|next| *next <= known)?;
        // At the end of the instant it is known a microsecond sooner.
        if self.ended { next.checked_add_micros(-1).ok() } else { Some(next) }
    }

    pub(super) fn past(&self) -> &Past<'a> {
        &self.past
    }

    /// The condition of a segment.
    pub fn condition(&self, segment: &str) -> Option<&'a Checked> {
        self.world.segments.get(segment).map(|condition| &**condition)
    }
}

impl Environment for Moment<'_> {
    fn name(&self, name: &str) -> Option<Value> {
        match (name, self.event) {
            ("event", Some((kind, row))) => return self.past.event(kind, row),
            // What is asked about an event while none has happened.
            ("event", None) => return Some(Value::Missing),
            _ => {}
        }
        let name = name.strip_prefix("customer.").unwrap_or(name);
        match self.world.columns.schema.named(name)? {
            Named::Attribute(attribute) => self.past.attribute(attribute),
            Named::List(kind) => self.past.events(kind),
        }
    }

    fn now(&self) -> Option<Timestamp> {
        Some(Timestamp::from(self.past.now))
    }

    fn calendar(&self) -> &Calendar {
        self.world.calendar
    }

    fn customer(&self) -> Option<Value> {
        Some(self.past.id())
    }

    fn place(&self, kind: usize, row: usize) -> Option<u32> {
        self.past.place(kind, row)
    }

    fn segment(&self, name: &str) -> Option<Result<bool, Error>> {
        // A segment is not about the event that has just happened.
        let plain = Moment { event: None, ..*self };
        Some(self.condition(name)?.holds(&plain))
    }

    fn parameter(&self, name: &str) -> Option<Value> {
        value_of(self.world.parameters, name)
    }

    fn state(&self, machine: &str, asked: Asked<'_>) -> Option<Value> {
        self.states.ask(self.customer, machine, asked)
    }

    fn score(&self, asked: Score<'_>) -> Option<Value> {
        self.world.scores?.ask_before(self.customer, self.assessed_before(), asked)
    }

    fn consent(&self, purpose: &str, channel: &str) -> Option<Value> {
        self.past.consent(purpose, channel)
    }

    fn reachable(&self, channel: &str) -> Option<bool> {
        Some(self.past.reachable(channel, self.world.calendar))
    }
}
