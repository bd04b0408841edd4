//! What others answer: segments, machines, scores.

use super::super::environment::Asked;
use super::super::score::Score;
use super::super::session::Session;
use super::super::stretch::Travelled;

use super::super::value::Value;
use super::calendar::now;
use crate::error::{Code, Error, Fault};
use crate::units::shown;

pub(super) fn in_segment(on: &Session<'_>, name: &str) -> Result<Value, Error> {
    match on.environment.segment(name) {
        Some(answer) => answer.map(Value::Bool),
        None => {
            let name = shown(name);
            let fault = Fault::new(
                Code::UnknownSegment,
                format!("there is no segment `{name}`"),
                format!("没有名为 `{name}` 的细分"),
            );
            Err(fault.into())
        }
    }
}

/// What a lifecycle machine answers.
pub(super) fn state(on: &Session<'_>, machine: &str, asked: Asked<'_>) -> Result<Value, Error> {
    on.environment.state(machine, asked).ok_or_else(|| {
        let machine = shown(machine);
        let fault = Fault::new(
            Code::UnknownName,
            format!("there is no machine `{machine}` with such a state"),
            format!("没有具有此状态的生命周期 `{machine}`"),
        );
        fault.into()
    })
}

/// How the customer went through a machine in the period.
pub(super) fn way(on: &Session<'_>, machine: &str, asked: Travelled<'_>) -> Result<Value, Error> {
    on.environment.way(machine, asked).ok_or_else(|| {
        let machine = shown(machine);
        let fault = Fault::new(
            Code::UnknownName,
            format!("there is no period in which to ask about the machine `{machine}`"),
            format!("此处没有可询问生命周期 `{machine}` 的期间"),
        );
        fault.into()
    })
}

/// What the value part answers.
pub(super) fn score(on: &Session<'_>, function: &str, asked: Score<'_>) -> Result<Value, Error> {
    on.environment.score(asked).ok_or_else(|| match asked {
        Score::Figure(name) | Score::Axis(name) | Score::Cut(name) => unknown(function, name),
        Score::Tier | Score::AliveUntil(_) => unknown(function, "value"),
    })
}

pub(super) fn no_chance() -> Error {
    let (en, zh) = ("a chance lies between 0 and 1", "概率应在 0 与 1 之间");
    Fault::new(Code::BadLiteral, en, zh).into()
}

pub(super) fn state_age(on: &Session<'_>, machine: &str) -> Result<Value, Error> {
    match state(on, machine, Asked::Since)? {
        Value::Timestamp(since) => now(on, "state_age")?.since(since).map(Value::Duration),
        _ => Ok(Value::Missing),
    }
}

pub(super) fn unknown(function: &str, name: &str) -> Error {
    let name = shown(name);
    Fault::new(
        Code::UnknownName,
        format!("`{function}` knows nothing about `{name}` here"),
        format!("`{function}` 在此处无从得知 `{name}`"),
    )
    .into()
}
