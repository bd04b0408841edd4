//! The core files of CEL's conformance suite, evaluated unchecked.
//!
//! The cases lie beside the repository, not in it. Where they are absent, as
//! in a fresh clone, that is said and nothing is tested.

use std::io::Write;
use std::path::Path;

use guanxi::lang::{
    Bindings, Duration, Environment, Value, evaluate, from_typed, parse, print, to_typed,
};
use serde_json::Value as Json;

const CASES: &str = "../shared/acceptance/cel_core.json";

#[test]
fn the_core_cases_of_cel() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(CASES);
    let Ok(text) = std::fs::read_to_string(&path) else {
        // Past the harness, which swallows what a passing test prints.
        let _ = writeln!(
            std::io::stderr(),
            "absent: {}: CEL's conformance cases were NOT run",
            path.display()
        );
        return;
    };
    let cases: Vec<Json> = serde_json::from_str(&text).unwrap();
    assert_eq!(cases.len(), 595);
    let failures: Vec<String> = cases.iter().filter_map(failure).collect();
    let list = failures.join("\n");
    assert!(failures.is_empty(), "{} of {}:\n{list}", failures.len(), cases.len());
}

fn failure(case: &Json) -> Option<String> {
    let source = case["expr"].as_str().unwrap();
    let mut bindings = Bindings::new();
    for pair in case["bindings"].as_array().into_iter().flatten() {
        bindings = bindings.bind(pair[0].as_str().unwrap(), value(&pair[1]));
    }
    let expected = &case["expect"];
    let found = parse(source).and_then(|tree| {
        // The same again from the printed text: printing changes no meaning.
        let again = parse(&print(&tree)).unwrap();
        assert!(again.same(&tree), "{source}");
        evaluate(&tree, &bindings as &dyn Environment)
    });
    let right = match (&found, expected["t"].as_str().unwrap()) {
        (Err(error), "error") => error.faults()[0].span.is_some(),
        (Ok(found), "error") => {
            let _ = found;
            false
        }
        (Ok(found), _) => same(found, &value(expected)) && same(found, &round_trip(found)),
        (Err(_), _) => false,
    };
    (!right).then(|| format!("{source} => {found:?}, expected {expected}"))
}

fn round_trip(value: &Value) -> Value {
    from_typed(&guanxi::json::parse(to_typed(value).as_bytes()).unwrap()).unwrap()
}

/// The same type and, for doubles, the same bits.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Double(a), Value::Double(b)) => {
            a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
        }
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        _ => std::mem::discriminant(a) == std::mem::discriminant(b) && a.equals(b),
    }
}

/// A value as the cases write it.
fn value(json: &Json) -> Value {
    let text = || json["v"].as_str().unwrap();
    match json["t"].as_str().unwrap() {
        "null" => Value::Null,
        "bool" => Value::Bool(json["v"].as_bool().unwrap()),
        "int" => Value::Int(text().parse().unwrap()),
        "double" => Value::Double(text().parse().unwrap()),
        "string" => Value::from(text()),
        "list" => {
            let items = json["v"].as_array().unwrap();
            items.iter().map(value).collect::<Vec<_>>().into()
        }
        "duration" => {
            let (seconds, nanos) = (json["s"].as_i64().unwrap(), json["n"].as_i64().unwrap());
            Value::Duration(Duration::from_nanos(seconds * 1_000_000_000 + nanos))
        }
        other => panic!("no type {other}"),
    }
}
