//! When one customer comes into a segment, and when it goes.
//!
//! ```text
//!   a fact ──┐
//!   a step ──┼──> the next instant at which the condition may come out otherwise
//!   time   ──┘        └─> asked there, at the end of the instant
//! ```
//!
//! Between two such instants nothing that a condition reads can change, so it is
//! asked there and nowhere else, and the turns are those that asking at every
//! microsecond would find.

use crate::error::Fault;
use crate::facts::{Columns, History, set_range};
use crate::lang::{Checked, Moment, States, World, next_change};
use crate::units::Instant;

/// What lifecycle machines answer about one customer, instant by instant.
pub trait Backdrop {
    /// The first instant after another at which a state may change.
    fn turns_after(&self, after: Instant) -> Option<Instant>;

    /// What they answer at the end of an instant.
    fn at(&self, at: Instant) -> Box<dyn States + '_>;
}

/// Whether a customer is in a segment.
#[derive(Debug, Clone, PartialEq)]
pub enum Membership {
    /// The condition holds.
    In,
    /// It does not.
    Out,
    /// It cannot be worked out, so that the customer is no member.
    Failed(Box<Fault>),
}

impl Membership {
    /// Whether the customer is a member.
    pub fn is_in(&self) -> bool {
        *self == Membership::In
    }
}

/// An instant from whose end on a membership is another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// When.
    pub at: Instant,
    /// What it is from then on.
    pub is: Membership,
}

/// One customer on the way through its history.
pub struct Walk<'a> {
    world: World<'a>,
    customer: usize,
    backdrop: &'a dyn Backdrop,
    /// When facts about the customer happened, ascending.
    facts: Vec<Instant>,
    /// For each kind the first row that is still to come.
    ends: Vec<usize>,
}

impl<'a> Walk<'a> {
    /// A customer with all facts that the columns have.
    pub fn new(world: World<'a>, customer: usize, backdrop: &'a dyn Backdrop) -> Walk<'a> {
        let facts = fact_instants(world.columns, customer);
        Walk { world, customer, backdrop, facts, ends: Vec::new() }
    }

    /// When the first dated fact about the customer happened.
    pub fn begins(&self) -> Option<Instant> {
        self.facts.first().copied()
    }

    /// What the membership is at an instant, and each turn after it, as far as
    /// `until`, itself included.
    ///
    /// # Inputs
    ///
    /// `condition`: one whose changes with time can be
    /// [foreseen](crate::lang::unforeseen).
    ///
    /// # Output
    ///
    /// First what it is at `from`; then turns alone.
    ///
    /// # Cost
    ///
    /// Two evaluations for each fact, each step of a machine and each instant
    /// that time alone may change.
    pub fn turns(&mut self, condition: &Checked, from: Instant, until: Instant) -> Vec<Turn> {
        let (mut is, mut next) = self.ask(condition, from);
        let mut turns = vec![Turn { at: from, is: is.clone() }];
        while let Some(at) = next.filter(|at| *at <= until) {
            let (now, after) = self.ask(condition, at);
            if now != is {
                is = now;
                turns.push(Turn { at, is: is.clone() });
            }
            next = after;
        }
        turns
    }

    /// The first turn after an instant, as far as `until`.
    pub fn first_turn(
        &mut self,
        condition: &Checked,
        from: Instant,
        until: Instant,
    ) -> Option<Turn> {
        let (is, mut next) = self.ask(condition, from);
        while let Some(at) = next.filter(|at| *at <= until) {
            let (now, after) = self.ask(condition, at);
            if now != is {
                return Some(Turn { at, is: now });
            }
            next = after;
        }
        None
    }

    /// Whether the customer is a member at the end of an instant.
    pub fn membership(&mut self, condition: &Checked, at: Instant) -> Membership {
        self.ask(condition, at).0
    }

    /// Something about the customer at the end of an instant.
    pub fn at<T>(&mut self, at: Instant, ask: impl FnOnce(&Moment<'_>) -> T) -> T {
        self.come_to(at);
        let states = self.backdrop.at(at);
        ask(&Moment::new(self.world, self.customer, at, &self.ends, &*states).ended())
    }

    /// The membership at the end of an instant, and when to ask again.
    fn ask(&mut self, condition: &Checked, at: Instant) -> (Membership, Option<Instant>) {
        let (is, time) = self.at(at, |moment| {
            let is = match condition.holds(moment) {
                Ok(true) => Membership::In,
                Ok(false) => Membership::Out,
                Err(error) => match error.into_faults().into_iter().next() {
                    Some(fault) => Membership::Failed(Box::new(fault)),
                    None => Membership::Out,
                },
            };
            (is, next_change(condition, moment))
        });
        let fact = self.facts.get(self.facts.partition_point(|fact| *fact <= at)).copied();
        let step = self.backdrop.turns_after(at);
        (is, [fact, step, time].into_iter().flatten().min())
    }

    fn come_to(&mut self, at: Instant) {
        let cut = at.micros().saturating_add(1);
        self.ends.clear();
        self.ends.extend(self.world.columns.kinds.iter().map(|events| {
            let (from, until) = events.range(self.customer);
            events.at.first_at_or_after(from, until, cut)
        }));
    }
}

/// When events of a customer happened and attributes and consents were set, each
/// instant once, ascending.
pub fn fact_instants(columns: &Columns, customer: usize) -> Vec<Instant> {
    let events = columns.kinds.iter().flat_map(|events| {
        let (from, until) = events.range(customer);
        (from..until).map(|row| events.at.micros(row))
    });
    let histories = columns.attributes.iter().chain(&columns.consents);
    let set = histories.flat_map(|history| match history {
        History::Undated(_) => &[][..],
        History::Dated { offsets, since, .. } => {
            let (from, until) = set_range(offsets, customer);
            since.get(from..until).unwrap_or_default()
        }
    });
    let dated = set.copied().filter(|since| *since != i64::MIN);
    let mut out: Vec<Instant> = events.chain(dated).map(Instant::clamped).collect();
    out.sort_unstable();
    out.dedup();
    out
}
