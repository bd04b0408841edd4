//! What would be if something happened.

use serde::Serialize;

use super::history::explained;
use super::journey::Journey;
use super::{CustomerMachine, StepView};
use crate::error::{Code, Error, Fault};
use crate::facts::intake::{Lines, TableKind};
use crate::facts::{Correction, Fact, Recorded};
use crate::json::{self, Json};
use crate::units::Instant;

/// What facts that are only supposed would change.
#[derive(Debug, Clone, Serialize)]
pub struct Supposed {
    /// Until when: the instant of the journey, or that of the last supposed fact
    /// where it is later.
    pub until: Instant,
    /// Where the customer would be then.
    pub states: Vec<CustomerMachine>,
    /// Steps that would be taken, and would not be otherwise.
    pub added: Vec<StepView>,
    /// Steps that would not be taken, and would be otherwise.
    pub dropped: Vec<StepView>,
}

impl Journey<'_> {
    /// What would be if these things happened, or had happened. Nothing is
    /// written.
    ///
    /// # Inputs
    ///
    /// `text`: an array of rows, or a row a line, in the form in which events
    /// are taken in as JSON: `{"kind": "purchase", "amount": "12.00"}`. The
    /// customer is that of the journey; without `at` it happens at its instant.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with a row, at its place (`supposed:2/amount`);
    /// [`Code::InvalidArgument`] for one about somebody else, and for
    /// corrections; [`Code::Conflict`] for the id of a fact that is known.
    pub fn suppose(&self, text: &[u8]) -> Result<Supposed, Error> {
        let supposed = self.facts_of(text)?;
        let last = supposed.iter().filter_map(|fact| fact.at).max();
        let until = last.map_or(self.as_of, |last| last.max(self.as_of));
        let past = |known: &&Recorded| known.fact.at.is_none_or(|at| at <= self.as_of);
        let mut facts: Vec<Recorded> = self.facts.iter().filter(past).cloned().collect();
        let sequence = facts.last().map_or(0, |last| last.sequence);
        let more = (sequence + 1..).zip(supposed);
        facts.extend(more.map(|(sequence, fact)| {
            let seen = fact.at.unwrap_or(until);
            Recorded { sequence, seen, fact }
        }));
        let other = Journey::of(self.playbook, facts, until, &self.id)?;
        // What one customer might do changes nothing that was found over all.
        let other = Journey { rounds: self.rounds.clone(), ..other };
        let plain = |journey: &Journey<'_>, known: Instant| -> Vec<StepView> {
            explained(journey, known, until).into_iter().map(|step| step.step).collect()
        };
        let (before, after) = (plain(self, self.as_of), plain(&other, until));
        let without = |steps: &[StepView], others: &[StepView]| {
            steps.iter().filter(|step| !others.contains(step)).cloned().collect()
        };
        Ok(Supposed {
            until,
            states: other.states(),
            added: without(&after, &before),
            dropped: without(&before, &after),
        })
    }

    /// The supposed facts.
    fn facts_of(&self, text: &[u8]) -> Result<Vec<Fact>, Error> {
        let zone = self.playbook.calendar().zone();
        let kind = TableKind::Events;
        let lines = Lines::of("supposed", &kind, None, self.playbook.schema(), zone)?;
        let (mut tally, mut facts, mut faults) = (lines.tally(), Vec::new(), Vec::new());
        for (number, row) in (1..).zip(rows(text)?) {
            let line = self.completed(row).to_canonical();
            let known = facts.len();
            match lines.line(number, line.as_bytes(), &mut tally, &mut facts) {
                Ok(_) => {
                    let read = facts.get(known..).unwrap_or_default();
                    faults.extend(read.iter().filter_map(|fact| self.refuse(fact, number)));
                }
                Err(found) => faults.extend(found),
            }
        }
        Error::check(faults)?;
        Ok(facts)
    }

    /// A row with the customer and the instant, where it names none.
    fn completed(&self, row: Json) -> Json {
        let Json::Object(mut members) = row else { return row };
        for (name, value) in [("customer", self.id.to_string()), ("at", self.as_of.to_string())] {
            if members.iter().all(|(have, _)| **have != *name) {
                members.push((name.into(), Json::Text(value.into())));
            }
        }
        Json::Object(members)
    }

    /// Why a fact cannot be supposed.
    fn refuse(&self, fact: &Fact, number: u64) -> Option<Fault> {
        let place = format!("supposed:{number}");
        let known = |recorded: &Recorded| {
            (&recorded.fact.source, &recorded.fact.id) == (&fact.source, &fact.id)
        };
        let fault = if fact.customer != self.id {
            let (id, other) = (crate::units::shown(&self.id), crate::units::shown(&fact.customer));
            Fault::new(
                Code::InvalidArgument,
                format!("the row is about `{other}`, expected `{id}`"),
                format!("该行属于 `{other}`，应为 `{id}`"),
            )
        } else if fact.correction != Correction::None {
            Fault::new(Code::InvalidArgument, "a correction cannot be supposed", "不能假设一条更正")
        } else if self.facts.iter().any(known) {
            let id = crate::units::shown(&fact.id);
            Fault::new(
                Code::Conflict,
                format!("`{id}` is the id of a fact that is known"),
                format!("`{id}` 是已知事实的编号"),
            )
        } else {
            return None;
        };
        Some(fault.at(place))
    }
}

/// The rows of an array, or of lines.
fn rows(text: &[u8]) -> Result<Vec<Json>, Error> {
    match json::parse(text) {
        Ok(Json::Array(rows)) => Ok(rows),
        Ok(row) => Ok(vec![row]),
        Err(error) => {
            let lines = text.split(|byte| *byte == b'\n');
            let lines = lines.filter(|line| !line.iter().all(u8::is_ascii_whitespace));
            let read: Result<Vec<Json>, Error> = lines.map(json::parse).collect();
            read.map_err(|_| error)
        }
    }
}
