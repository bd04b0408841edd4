//! What the machines answer in the middle of a fold.

use std::collections::BTreeMap;

use super::Run;
use crate::lang::{Asked, States, Value};
use crate::lifecycle::machine::Machine;

/// What the machines answer in the middle of a fold.
#[derive(Debug)]
pub(super) struct Asking<'a> {
    pub(super) machines: &'a [Machine],
    pub(super) runs: &'a [BTreeMap<Box<str>, Run>],
}

impl States for Asking<'_> {
    fn ask(&self, _: usize, machine: &str, asked: Asked<'_>) -> Option<Value> {
        let position = self.machines.iter().position(|it| &*it.name == machine)?;
        let (definition, runs) = (&self.machines[position], &self.runs[position]);
        let run = runs.get("");
        Some(match asked {
            Asked::State => Value::Text(definition.states[run?.seen().0].name.clone()),
            Asked::Since => match run?.seen().1 {
                Some(since) => Value::Timestamp(since.into()),
                None => Value::Missing,
            },
            Asked::In(state) => {
                Value::Bool(definition.is_in(run?.seen().0, definition.state(state)?))
            }
            Asked::WasIn(state) => Value::Bool(run?.visited.contains(&definition.state(state)?)),
            Asked::CountIn(state) => {
                let whole = definition.state(state)?;
                let inside = runs.values().filter(|run| definition.is_in(run.seen().0, whole));
                Value::Int(inside.count() as i64)
            }
        })
    }
}
