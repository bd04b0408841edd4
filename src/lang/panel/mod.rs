//! Many conditions about one customer, asked together.
//!
//! ```text
//! regulars   purchases.within(days(90)).size() >= 3 && vip ──┐
//! at_risk    purchases.within(days(90)).size() >= 3 && !vip ─┴─> clauses, each once:
//!                                                               [count] [vip] [not] [and] [and]
//! a moment ──> what each condition says, and when it next may say otherwise
//! ```
//!
//! Clauses that several conditions have in common are evaluated once a moment,
//! and a segment that a condition reads is a clause like any other. Shapes that
//! conditions usually have are compared with what columns hold; all others are
//! left to the reference. A panel is made from no facts, so it serves the columns
//! of any customer.
//!
//! # What is promised
//!
//! * What a condition says is what [`Checked::holds`] says; an error is told as
//!   such.
//! * No instant at which it comes out otherwise although nothing happens is left
//!   out; one may be named at which nothing changes after all.

mod column;
mod events;
mod make;

use super::checked::Checked;
use super::foresee;
use super::moment::{Moment, World};
use super::tree::NodeId;
use super::value::Value;
use crate::units::Instant;

use column::Wanted;
use events::{Lasting, Range, Rows, Span};

/// Conditions that can be asked of any customer at any moment.
#[derive(Debug)]
pub struct Panel<'a> {
    /// Each after those it is made of.
    clauses: Vec<Clause<'a>>,
    /// The clause of each condition.
    roots: Vec<usize>,
    /// The windows that clauses look through, each once.
    spans: Vec<Span>,
}

/// One clause; what it is made of by number.
#[derive(Debug)]
struct Clause<'a> {
    test: Test<'a>,
    /// What asking it costs, about; a look at a column is 1.
    price: u32,
    /// Whether it may come out otherwise although nothing happens.
    moves: bool,
}

#[derive(Debug)]
enum Test<'a> {
    Always(bool),
    All(Vec<usize>),
    Any(Vec<usize>),
    Not(usize),
    /// An attribute as it is.
    Attribute(usize, Wanted),
    /// So many of these events.
    Count(Rows, Range),
    /// The values of a field over these events come to a sum in this range.
    Sum(Rows, usize, Range),
    /// Left to the reference.
    Slow(&'a Checked, NodeId),
}

/// What a condition comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It does not hold.
    No,
    /// It holds.
    Yes,
    /// It is an error.
    Failed,
}

/// What was found of each clause at one moment, so that it is asked once.
#[derive(Debug, Default)]
pub struct Found {
    moment: u32,
    answers: Vec<(u32, Answer)>,
    changes: Vec<(u32, i64)>,
    /// Of each window the events that are in it.
    lasting: Vec<(u32, Lasting)>,
    /// What drops out when, while it is sorted.
    ends: Vec<(i64, i64)>,
}

/// There is no change to come.
const NEVER: i64 = i64::MAX;

impl<'a> Panel<'a> {
    /// Makes conditions ready.
    ///
    /// # Inputs
    ///
    /// `world`: of which the facts are not read. Conditions whose changes with time
    /// cannot be [foreseen](super::unforeseen) do not belong here.
    pub fn new(conditions: &[&'a Checked], world: World<'a>) -> Panel<'a> {
        make::panel(conditions, world)
    }

    /// Number of clauses, each counted once.
    pub fn n_clauses(&self) -> usize {
        self.clauses.len()
    }

    /// Room for what is found of these clauses.
    pub fn found(&self) -> Found {
        let n = self.clauses.len();
        Found {
            moment: 0,
            answers: vec![(0, Answer::No); n],
            changes: vec![(0, NEVER); n],
            lasting: self.spans.iter().map(|_| (0, Lasting::default())).collect(),
            ends: Vec::new(),
        }
    }

    /// What a condition says at a moment.
    ///
    /// # Inputs
    ///
    /// `found`: what was found of others at the same moment; after
    /// [`Found::forget`] nothing.
    pub fn answer(&self, condition: usize, moment: &Moment<'_>, found: &mut Found) -> Answer {
        match self.roots.get(condition) {
            Some(root) => self.ask(*root, moment, found),
            None => Answer::Failed,
        }
    }

    /// The next instant after the moment at which a condition may come out
    /// otherwise although nothing happens.
    pub fn next_change(
        &self,
        condition: usize,
        moment: &Moment<'_>,
        found: &mut Found,
    ) -> Option<Instant> {
        let change = self.change(*self.roots.get(condition)?, moment, found);
        (change != NEVER).then(|| Instant::clamped(change))
    }

    /// Whether time alone may ever change a condition.
    pub fn moves(&self, condition: usize) -> bool {
        let root = self.roots.get(condition).and_then(|root| self.clauses.get(*root));
        root.is_some_and(|clause| clause.moves)
    }

    /// Clauses nest as deep as expressions, and segments that read segments;
    /// both are bounded.
    fn ask(&self, place: usize, moment: &Moment<'_>, found: &mut Found) -> Answer {
        if let Some((asked, answer)) = found.answers.get(place)
            && *asked == found.moment
        {
            return *answer;
        }
        let Some(clause) = self.clauses.get(place) else { return Answer::Failed };
        let answer = match &clause.test {
            Test::Always(holds) => Answer::of(*holds),
            Test::Not(of) => match self.ask(*of, moment, found) {
                Answer::Failed => Answer::Failed,
                answer => Answer::of(answer == Answer::No),
            },
            Test::All(parts) => self.decide(parts, Answer::No, moment, found),
            Test::Any(parts) => self.decide(parts, Answer::Yes, moment, found),
            Test::Attribute(attribute, wanted) => {
                let history = moment.columns().attributes.get(*attribute);
                let held = history.map(|history| history.held(moment.customer(), moment.instant()));
                Answer::of(matches!(held, Some((column, Some(row))) if wanted.has(column, row)))
            }
            Test::Count(rows, range) => {
                let count = rows.count(moment, self.lasting(rows, moment, found));
                Answer::of(range.has(count.into()))
            }
            Test::Sum(rows, field, range) => {
                range.of_sum(rows.sum(*field, moment, self.lasting(rows, moment, found)))
            }
            Test::Slow(checked, node) => match checked.evaluate_at(*node, moment) {
                Ok(value) => Answer::of(matches!(value, Value::Bool(true))),
                Err(_) => Answer::Failed,
            },
        };
        if let Some(slot) = found.answers.get_mut(place) {
            *slot = (found.moment, answer);
        }
        answer
    }

    /// `&&` and `||`: one that decides does, whatever becomes of the others.
    fn decide(
        &self,
        parts: &[usize],
        decides: Answer,
        moment: &Moment<'_>,
        found: &mut Found,
    ) -> Answer {
        let mut failed = false;
        for part in parts {
            match self.ask(*part, moment, found) {
                answer if answer == decides => return decides,
                Answer::Failed => failed = true,
                _ => {}
            }
        }
        match failed {
            true => Answer::Failed,
            false => Answer::of(decides == Answer::No),
        }
    }

    /// The events in the window that these are looked at through, found once a
    /// moment.
    fn lasting<'f>(
        &self,
        rows: &Rows,
        moment: &Moment<'_>,
        found: &'f mut Found,
    ) -> Option<&'f Lasting> {
        let span = rows.span?;
        let (asked, lasting) = found.lasting.get_mut(span)?;
        if *asked != found.moment {
            *asked = found.moment;
            self.spans.get(span)?.fill(moment, lasting);
        }
        Some(lasting)
    }

    fn change(&self, place: usize, moment: &Moment<'_>, found: &mut Found) -> i64 {
        let Some(clause) = self.clauses.get(place).filter(|clause| clause.moves) else {
            return NEVER;
        };
        if let Some((asked, change)) = found.changes.get(place)
            && *asked == found.moment
        {
            return *change;
        }
        let change = match &clause.test {
            Test::Always(_) | Test::Attribute(..) => NEVER,
            Test::Not(of) => self.change(*of, moment, found),
            Test::All(parts) => self.change_of(parts, Answer::No, moment, found),
            Test::Any(parts) => self.change_of(parts, Answer::Yes, moment, found),
            Test::Count(rows, range) => {
                let mut ends = std::mem::take(&mut found.ends);
                let lasting = self.lasting(rows, moment, found);
                let next = rows.next_count(*range, moment, lasting, &mut ends);
                found.ends = ends;
                next
            }
            Test::Sum(rows, field, range) => {
                let mut ends = std::mem::take(&mut found.ends);
                let lasting = self.lasting(rows, moment, found);
                let next = rows.next_sum(*field, *range, moment, lasting, &mut ends);
                found.ends = ends;
                next
            }
            Test::Slow(checked, node) => {
                let change = foresee::next_change_of(checked, *node, moment);
                change.map_or(NEVER, Instant::micros)
            }
        };
        if let Some(slot) = found.changes.get_mut(place) {
            *slot = (found.moment, change);
        }
        change
    }

    /// As long as some decide, all of them have to change before the whole can.
    fn change_of(
        &self,
        parts: &[usize],
        decides: Answer,
        moment: &Moment<'_>,
        found: &mut Found,
    ) -> i64 {
        let (mut soonest, mut latest) = (NEVER, None);
        for part in parts {
            if self.ask(*part, moment, found) == decides {
                let change = self.change(*part, moment, found);
                if change == NEVER {
                    return NEVER;
                }
                latest = latest.max(Some(change));
            } else if latest.is_none() {
                soonest = soonest.min(self.change(*part, moment, found));
            }
        }
        latest.unwrap_or(soonest)
    }
}

impl Answer {
    fn of(holds: bool) -> Answer {
        if holds { Answer::Yes } else { Answer::No }
    }

    /// Whether it holds; an error does not.
    pub fn holds(self) -> bool {
        self == Answer::Yes
    }
}

impl Found {
    /// Forgets everything: the next question is about another moment.
    pub fn forget(&mut self) {
        self.moment = self.moment.wrapping_add(1);
        if self.moment == 0 {
            // Marks of four thousand million moments ago look like new ones.
            self.answers.iter_mut().for_each(|slot| slot.0 = 0);
            self.changes.iter_mut().for_each(|slot| slot.0 = 0);
            self.lasting.iter_mut().for_each(|slot| slot.0 = 0);
            self.moment = 1;
        }
    }
}
