//! The period that a KPI asks about.

use std::fmt::Debug;

use super::kernel::Context;
use super::value::Value;
use crate::units::Instant;

/// A stretch of time that a question is about; it ends with the instant of the
/// question.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    /// When it begins: `period`.
    pub from: Instant,
    /// When the one before it began: `previous`.
    pub previous: Instant,
    /// How everything stood just before it began; `None` where nobody asks.
    pub opening: Option<&'a Context<'a>>,
    /// How customers went through their machines; `None` where nobody asks.
    pub ways: Option<&'a dyn Ways>,
}

/// What is known of customers' ways through their lifecycle machines.
pub trait Ways: Sync + Debug {
    /// The answer about a customer, from an instant on and up to another, itself
    /// included; `None`: there is no such machine or state.
    fn ask(
        &self,
        customer: usize,
        machine: &str,
        asked: Travelled<'_>,
        span: (Instant, Instant),
    ) -> Option<Value>;
}

/// A question about a way through a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Travelled<'a> {
    /// When a state was first entered, whenever that was: a timestamp.
    Entered(&'a str),
    /// How often a state was entered from outside it, or from another one.
    Entries(&'a str, Option<&'a str>),
    /// How long it was in a state: a duration.
    TimeIn(&'a str),
}
