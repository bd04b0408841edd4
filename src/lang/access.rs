//! The parts of values: fields of events, elements of lists.

use super::operate;
use super::value::Value;
use crate::error::{Code, Error, Fault};

/// A field of an event, or with `test` whether it has a value.
pub(super) fn select(value: &Value, field: &str, test: bool) -> Result<Value, Error> {
    let shown = crate::units::shown(field);
    match value {
        Value::Missing if test => Ok(Value::Bool(false)),
        Value::Missing => Ok(Value::Missing),
        Value::Record(record) if test => {
            Ok(Value::Bool(record.get(field).is_some_and(|value| !value.is_missing())))
        }
        Value::Record(record) => record.get(field).cloned().ok_or_else(|| {
            let fault = Fault::new(
                Code::UnknownField,
                format!("there is no field `{shown}`"),
                format!("没有字段 `{shown}`"),
            );
            fault.into()
        }),
        other => {
            let words = other.words();
            let fault = Fault::new(
                Code::NoOverload,
                format!("{} has no field `{shown}`", words.en),
                format!("{}没有字段 `{shown}`", words.zh),
            );
            Err(fault.into())
        }
    }
}

/// An element of a list, by its place from 0.
pub(super) fn element(list: &Value, index: &Value) -> Result<Value, Error> {
    match (list, index) {
        (Value::Missing, _) | (Value::List(_), Value::Missing) => Ok(Value::Missing),
        (Value::List(items), Value::Int(index)) => {
            let found = usize::try_from(*index).ok().and_then(|index| items.get(index));
            found.cloned().ok_or_else(|| {
                let (count, last) = (items.len(), items.len().saturating_sub(1));
                let fault = Fault::new(
                    Code::IndexOutOfRange,
                    format!("there is no element {index} of {count}, expected 0 to {last}"),
                    format!("共 {count} 个元素，没有第 {index} 个，应为 0 至 {last}"),
                );
                fault.into()
            })
        }
        _ => Err(operate::cannot_take("[]", &[list, index])),
    }
}
