//! What is proven of machines before anybody goes through them.

use guanxi::playbook::Findings;
use guanxi::{Fault, Playbook};
use serde_json::{Value, json};

const CASES: &str = include_str!("cases/prove.json");

/// The playbook of the cases with one machine, `m`, of these states.
fn playbook(cases: &Value, states: &Value, keys: Option<&Value>) -> String {
    let mut machine = json!({"initial": "a", "states": states});
    for (key, value) in keys.and_then(Value::as_object).into_iter().flatten() {
        machine[key] = value.clone();
    }
    document(cases, &json!({ "m": machine }))
}

fn document(cases: &Value, machines: &Value) -> String {
    json!({
        "guanxi": 1, "id": "proofs", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
        "parameters": cases["parameters"], "schema": cases["schema"],
        "segments": cases["segments"], "machines": machines,
    })
    .to_string()
}

/// Whether a fault is as told: `code pointer [= message]`, the pointer into
/// the machine.
fn is_told(fault: &Fault, told: &str) -> bool {
    let (place, message) = told.split_once(" = ").unwrap_or((told, &fault.message.en));
    let (code, pointer) = place.split_once(' ').expect("a code and a pointer");
    let given = fault.pointer.as_deref().and_then(|pointer| pointer.strip_prefix("/machines/m"));
    fault.code.name() == code && given == Some(pointer) && fault.message.en == message
}

fn compare(name: &str, what: &str, found: &[Fault], told: &Value) -> Option<String> {
    let told: Vec<&str> = told.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let agree = found.len() == told.len() && found.iter().zip(&told).all(|(a, b)| is_told(a, b));
    let said: Vec<String> =
        found.iter().map(|fault| format!("{} {fault:?}", fault.code.name())).collect();
    (!agree)
        .then(|| format!("{name}: {what}\n  found {}\n  told {told:?}", said.join("\n        ")))
}

#[test]
fn every_case_has_what_it_tells() {
    let cases: Value = serde_json::from_str(CASES).expect("cases");
    let mut failures = Vec::new();
    for case in cases["cases"].as_array().expect("a list") {
        let name = case["name"].as_str().expect("a name");
        let Findings { faults, hints, .. } =
            Playbook::check(&playbook(&cases, &case["states"], case.get("keys")));
        failures.extend(compare(name, "faults", &faults, &case["faults"]));
        // What the language hints at is told elsewhere.
        let proven = |fault: &Fault| fault.code.number() / 1000 == 6;
        let hints: Vec<Fault> = hints.into_iter().filter(proven).collect();
        failures.extend(compare(name, "hints", &hints, &case["hints"]));
        for fault in faults.iter().chain(&hints) {
            let hint = fault.hint.as_ref().expect("a way out");
            assert!(fault.message.en.is_ascii() && hint.en.is_ascii(), "{fault:?}");
            assert!(!fault.message.zh.is_ascii() && !hint.zh.is_ascii(), "{fault:?}");
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
