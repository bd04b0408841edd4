//! What an expression is asked about.

use super::among::Among;
use super::scope::{Parameter, value_of};
use super::score::Score;
use super::stretch::Travelled;
use super::time::Timestamp;
use super::value::Value;
use crate::error::Error;
use crate::units::Calendar;

/// What the names of an expression stand for.
pub trait Environment {
    /// The value of a name, which may be dotted (`customer.region`): asked for
    /// the longest first. `None`: there is no such name. An attribute without
    /// a value is [`Value::Missing`].
    fn name(&self, name: &str) -> Option<Value>;

    /// The zone and the weeks, quarters and years of all calendar functions.
    fn calendar(&self) -> &Calendar;

    /// The instant of the question. `None`: `now`, `today()` and `ago(...)`
    /// cannot be used.
    fn now(&self) -> Option<Timestamp> {
        None
    }

    /// The id of the customer, or [`Value::Missing`] for nobody in particular.
    /// `None`: there are no customers.
    fn customer(&self) -> Option<Value> {
        None
    }

    /// The place of an event of the log, given as the position of its kind and
    /// its row, among all events of the customer.
    fn place(&self, kind: usize, row: usize) -> Option<u32> {
        let _ = (kind, row);
        None
    }

    /// Whether the customer is in a segment. `None`: there is no such segment.
    fn segment(&self, name: &str) -> Option<Result<bool, Error>> {
        let _ = name;
        None
    }

    /// The value of `param.NAME`. `None`: there is no such parameter.
    fn parameter(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// Where the customer stands among everybody. `None`: there is nobody else
    /// to ask.
    fn among(&self, question: &Among<'_>) -> Option<Result<Value, Error>> {
        let _ = question;
        None
    }

    /// What a lifecycle machine answers. `None`: there is no such machine or
    /// state.
    fn state(&self, machine: &str, asked: Asked<'_>) -> Option<Value> {
        let _ = (machine, asked);
        None
    }

    /// What the value part answers, or [`Value::Missing`] where it does not
    /// know. `None`: there is no such name.
    fn score(&self, asked: Score<'_>) -> Option<Value> {
        let _ = asked;
        None
    }

    /// How the customer went through a machine in the period that is asked
    /// about. `None`: there is no period, machine or state.
    fn way(&self, machine: &str, asked: Travelled<'_>) -> Option<Value> {
        let _ = (machine, asked);
        None
    }

    /// What `ask` was just before the period that is asked about, or
    /// [`Value::Missing`] for who was not there yet. `None`: there is no period.
    fn opening(
        &self,
        ask: &dyn Fn(&dyn Environment) -> Result<Value, Error>,
    ) -> Option<Result<Value, Error>> {
        let _ = ask;
        None
    }

    /// Whether consent is given, or [`Value::Missing`] where nobody asked.
    /// `None`: there is no such purpose or channel.
    fn consent(&self, purpose: &str, channel: &str) -> Option<Value> {
        let _ = (purpose, channel);
        None
    }

    /// Whether there is a fresh contact on a channel. `None`: there is no
    /// customer to reach.
    fn reachable(&self, channel: &str) -> Option<bool> {
        let _ = channel;
        None
    }
}

/// No customer in particular, at no instant: parameters have values, and
/// nothing else has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nobody<'a> {
    pub calendar: &'a Calendar,
    /// Sorted by name.
    pub parameters: &'a [Parameter],
}

impl Environment for Nobody<'_> {
    fn name(&self, _: &str) -> Option<Value> {
        None
    }

    fn calendar(&self) -> &Calendar {
        self.calendar
    }

    fn parameter(&self, name: &str) -> Option<Value> {
        value_of(self.parameters, name)
    }
}

/// A question to a lifecycle machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked<'a> {
    /// The state it is in: a [`Value::Text`].
    State,
    /// Since when: a [`Value::Timestamp`], missing where nobody knows.
    Since,
    /// Whether it is in this state or in one inside it.
    In(&'a str),
    /// Whether it has ever been.
    WasIn(&'a str),
    /// How many runs of it are, where it runs once for each key.
    CountIn(&'a str),
}
