//! `guanxi eval`: an expression on its own.

use std::io::Read;

use guanxi::error::Language;
use guanxi::json;
use guanxi::lang::{Bindings, Value, bounds, evaluate, parse_bytes, to_typed};
use guanxi::{Error, Fault};
use serde_json::json;

use super::Manner;
use crate::args::Eval;
use crate::exit::{About, Exit, Stop};
use crate::faults;
use crate::lines::Lines;

/// Evaluates the expression and prints its value.
pub fn run(args: &Eval, manner: Manner) -> Result<Exit, Stop> {
    let value = value_of(args);
    match (value, manner.json) {
        (Ok(value), as_json) => {
            let mut out = Lines::new();
            out.line(&if as_json { to_typed(&value) } else { plain(&value) })?;
            out.finish()?;
            Ok(Exit::Good)
        }
        (Err(Stop::Faults(error, _)), true) => {
            let mut out = Lines::new();
            out.json(&failure(&error, manner.language))?;
            out.finish()?;
            Ok(Exit::of(&error))
        }
        (Err(stop), _) => Err(stop),
    }
}

fn failure(error: &Error, language: Language) -> serde_json::Value {
    json!({ "error": error.faults().first().map(|fault| faults::said(fault, language)) })
}

fn value_of(args: &Eval) -> Result<Value, Stop> {
    let source = match args.expression.as_str() {
        "-" => standard_input()?,
        expression => expression.as_bytes().to_vec(),
    };
    let bindings = match &args.bind {
        None => Bindings::new(),
        Some(text) => json::parse(text.as_bytes())
            .and_then(|document| Bindings::from_json(&document))
            .about_document(text)?,
    };
    let shown = String::from_utf8_lossy(&source);
    let tree = parse_bytes(&source).about_expression(&shown)?;
    evaluate(&tree, &bindings).about_expression(&shown)
}

fn standard_input() -> Result<Vec<u8>, Stop> {
    let mut source = Vec::new();
    // One byte more than is allowed shows that there is more; what follows
    // need not fit into memory.
    let limit = bounds::SOURCE as u64 + 1;
    std::io::stdin().lock().take(limit).read_to_end(&mut source).map_err(|error| {
        Stop::from(Fault::new(
            guanxi::Code::Io,
            format!("standard input cannot be read: {error}"),
            format!("无法读取标准输入：{error}"),
        ))
    })?;
    Ok(source)
}

/// A value for people: texts as they are, lists in brackets.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Missing => "missing".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Double(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Money(amount, currency) => format!("{amount} {currency}"),
        Value::Text(text) => text.to_string(),
        Value::Timestamp(at) => at.to_string(),
        Value::Duration(length) => length.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Period(period) => period.to_string(),
        Value::List(items) => {
            format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", "))
        }
        Value::Record(record) => {
            let fields = record.fields().iter();
            let said = fields.map(|(name, value)| format!("{name}: {}", plain(value)));
            format!("{{{}}}", said.collect::<Vec<_>>().join(", "))
        }
    }
}
