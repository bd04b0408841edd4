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
use crate::page;

/// Evaluates the expression and prints its value.
pub fn run(args: &Eval, manner: Manner) -> Result<Exit, Stop> {
    let value = value_of(args);
    match (value, manner.json) {
        (Ok(value), as_json) => {
            let mut out = Lines::new();
            out.line(&if as_json { to_typed(&value) } else { page::value(&value) })?;
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
            .map_err(|error| error.below("--bind"))
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
