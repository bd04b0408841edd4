//! Expressions on their own: typed values out, typed values in, and nothing
//! that a hostile expression can do.

use serde_json::json;

use crate::support::{run, run_with_input};

#[test]
fn values_are_printed_with_their_types() {
    let cases = [
        ("1 + 2", json!({"type": "int", "value": "3"})),
        ("0.1 + 0.2", json!({"type": "double", "value": "0.30000000000000004"})),
        ("1.0 / 0.0", json!({"type": "double", "value": "Infinity"})),
        ("-1.0 / 0.0", json!({"type": "double", "value": "-Infinity"})),
        ("0.0 / 0.0", json!({"type": "double", "value": "NaN"})),
        ("'华' + '东'", json!({"type": "string", "value": "华东"})),
        ("null", json!({"type": "null"})),
        ("1 < 2", json!({"type": "bool", "value": "true"})),
        (
            "[1, 'a'] + []",
            json!({"type": "list", "value": [{"type": "int", "value": "1"}, {"type": "string", "value": "a"}]}),
        ),
    ];
    for (expression, expected) in cases {
        let run = run(["eval", expression, "--json"]);
        assert_eq!((run.json(), run.code), (expected, 0), "{expression}");
    }
    assert_eq!(run(["eval", "['a', 'b']"]).out, "[a, b]\n");
    assert_eq!(run(["eval", "-1"]).out, "-1\n");
    assert_eq!(run(["eval", "-x", "--bind", r#"{"x":{"type":"int","value":"2"}}"#]).out, "-2\n");
}

#[test]
fn faults_are_printed_as_json_or_with_a_caret() {
    let json = run(["eval", "1 / 0", "--json", "--lang", "zh"]);
    assert_eq!(json.code, 1);
    let keys: Vec<_> = json.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["error"]);
    assert_eq!(json.json()["error"]["name"], "division_by_zero");
    assert_eq!(json.json()["error"]["message"], "除数为零");
    let page = run(["eval", "'华东' == 1 / 0"]);
    assert_eq!((page.code, page.out.as_str()), (1, ""));
    assert!(page.err.ends_with("   | '华东' == 1 / 0\n   |           ^^^^^\n"), "{page:?}");
}

#[test]
fn names_are_bound_to_typed_values() {
    let bind = r#"{"x":{"type":"int","value":"123"},"a.b":{"type":"string","value":"yes"}}"#;
    let run_bound = |expression| run(["eval", expression, "--bind", bind, "--json"]).json();
    assert_eq!(run_bound("x * 2"), json!({"type": "int", "value": "246"}));
    assert_eq!(run_bound("a.b"), json!({"type": "string", "value": "yes"}));
    for bad in [
        "",
        "[]",
        r#"{"x":1}"#,
        r#"{"x":{"type":"int","value":"1"},"x":{"type":"int","value":"2"}}"#,
    ] {
        let run = run(["eval", "x", "--bind", bad, "--json"]);
        assert_eq!(run.code, 1, "{bad}: {run:?}");
        assert!(run.json()["error"]["code"].is_number(), "{bad}");
        let pointer = run.json()["error"]["pointer"].as_str().unwrap_or_default().to_owned();
        assert!(pointer.starts_with("--bind"), "{bad}: {pointer}");
    }
}

#[test]
fn standard_input_may_hold_anything() {
    assert_eq!(run_with_input(&["eval", "-"], b"1 +\n 2\n").out, "3\n");
    let chain = ["1"; 20_000].join(" + ");
    assert_eq!(run_with_input(&["eval", "-"], chain.as_bytes()).out, "20000\n");
    let hostile: [&[u8]; 6] =
        [b"", b"\xff\xfe", b"'\xe5\x8d", &[b'('; 20_000], &[b'!'; 1 << 20], &[b'1'; 5 << 20]];
    for input in hostile {
        let run = run_with_input(&["eval", "-", "--json"], input);
        assert_eq!(run.code, 1, "{} bytes: {run:?}", input.len());
        assert!(run.json()["error"]["name"].is_string());
    }
}
