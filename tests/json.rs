//! JSON, held to another reader, to its bounds, and to its places.

use guanxi::error::Language;
use guanxi::json::{self, Json, MAX_BYTES, MAX_DEPTH, MAX_KEYS};
use guanxi::{Code, Error};
use proptest::prelude::*;
use serde_json::Value;

fn fault_of(text: &[u8]) -> Error {
    json::parse(text).expect_err("a fault")
}

/// Ours as theirs; none where a number is beyond a double.
fn translated(ours: &Json) -> Option<Value> {
    Some(match ours {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(text) => serde_json::from_str(text).ok()?,
        Json::Text(text) => Value::String(text.to_string()),
        Json::Array(elements) => {
            Value::Array(elements.iter().map(translated).collect::<Option<_>>()?)
        }
        Json::Object(members) => Value::Object(
            members
                .iter()
                .map(|(key, value)| Some((key.to_string(), translated(value)?)))
                .collect::<Option<_>>()?,
        ),
    })
}

/// Both readers agree, but for what we refuse and they do not: duplicate keys;
/// and what they refuse and we do not: numbers beyond a double, and a byte
/// order mark. (They nest to 127, which no case here reaches.)
fn agree(bytes: &[u8]) -> Result<(), TestCaseError> {
    let theirs: Result<Value, _> = serde_json::from_slice(bytes);
    match (json::parse(bytes), theirs) {
        (Ok(ours), Ok(theirs)) => prop_assert_eq!(translated(&ours), Some(theirs)),
        (Ok(ours), Err(why)) => prop_assert!(
            translated(&ours).is_none() || bytes.starts_with(b"\xEF\xBB\xBF"),
            "{why}: {:?}",
            String::from_utf8_lossy(bytes)
        ),
        (Err(error), Ok(_)) => {
            let duplicate = error.faults().iter().all(|fault| fault.code == Code::DuplicateKey);
            prop_assert!(duplicate, "{error}: {:?}", String::from_utf8_lossy(bytes));
        }
        (Err(error), Err(_)) => prop_assert!(error.code() != Code::Internal),
    }
    Ok(())
}

fn any_json() -> impl Strategy<Value = Json> {
    let number = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,8})(\\.[0-9]{1,6})?([eE][-+]?[0-9]{1,2})?",
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number.prop_map(|text| Json::Number(text.into())),
        any::<String>().prop_map(|text| Json::Text(text.into())),
    ];
    leaf.prop_recursive(4, 60, 8, |inner| {
        let members = prop::collection::btree_map(".{0,3}", inner.clone(), 0..8);
        prop_oneof![
            prop::collection::vec(inner, 0..8).prop_map(Json::Array),
            members.prop_map(|members| {
                Json::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
            }),
        ]
    })
}

/// The value in a loose spelling: spaces, and `\u` escapes for every letter.
fn loosely(value: &Json, out: &mut String) {
    match value {
        Json::Array(elements) => {
            let mut lead = "[ ";
            for element in elements {
                out.push_str(lead);
                loosely(element, out);
                lead = "\n,\t";
            }
            out.push_str(if elements.is_empty() { "[\r]" } else { " ]" });
        }
        Json::Object(members) => {
            let mut lead = "{ ";
            for (key, value) in members {
                out.push_str(lead);
                escaped(key, out);
                out.push_str(" : ");
                loosely(value, out);
                lead = " ,";
            }
            out.push_str(if members.is_empty() { "{ }" } else { "\n}" });
        }
        Json::Text(text) => escaped(text, out),
        Json::Number(text) => out.push_str(text),
        Json::Bool(_) | Json::Null => out.push_str(&value.to_canonical()),
    }
}

fn escaped(text: &str, out: &mut String) {
    out.push('"');
    for unit in text.encode_utf16() {
        out.push_str(&format!("\\u{unit:04X}"));
    }
    out.push('"');
}

fn cases(number: u32) -> ProptestConfig {
    ProptestConfig { cases: number, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn any_value_is_read_back(value in any_json()) {
        let mut text = String::new();
        loosely(&value, &mut text);
        prop_assert_eq!(json::parse(text.as_bytes()).unwrap(), value);
        agree(text.as_bytes())?;
    }

    #[test]
    fn one_canonical_text_for_one_value(value in any_json()) {
        let text = value.to_canonical();
        let again = json::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(again.to_canonical(), text.clone());
        prop_assert!(alike(&again, &value), "{text}");
    }

    #[test]
    fn damaged_documents_are_judged_alike(
        value in any_json(),
        at in any::<prop::sample::Index>(),
        with in prop::sample::select(b"{}[]\",:\\u0e.-+ d8\x00\x1f\x80\xff\xed\xa0/".to_vec()),
        how in 0..3,
    ) {
        let mut text = String::new();
        if how == 1 { loosely(&value, &mut text) } else { text = value.to_canonical() }
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        match how {
            0 => bytes.insert(at, with),
            1 => bytes[at] = with,
            _ => drop(bytes.remove(at)),
        }
        agree(&bytes)?;
    }

    #[test]
    fn heaps_of_tokens_are_judged_alike(
        tokens in prop::collection::vec(
            prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"", "\\", "1", "0", "-", ".", "e",
                "true", "null", "nul", " ", "\n", "\\ud800", "\\udc00", "\u{feff}", "é", "1e999",
            ]),
            0..12,
        ),
    ) {
        agree(tokens.concat().as_bytes())?;
    }
}

/// Equal, with numbers equal as doubles and members in any order.
fn alike(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.parse::<f64>() == b.parse::<f64>(),
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
        }
        (Json::Object(members), Json::Object(others)) => {
            members.len() == others.len()
                && members.iter().all(|(key, a)| b.get(key).is_some_and(|b| alike(a, b)))
        }
        _ => a == b,
    }
}

#[test]
fn syntax_faults_say_where() {
    let cases: &[(&[u8], (usize, usize), &str)] = &[
        (b"", (0, 0), "the text ends where a value is expected at 1:1"),
        (b"  ", (2, 2), "the text ends where a value is expected at 1:3"),
        (b"{\"a\":1,}", (7, 8), "`}` where a key in `\"` is expected at 1:8"),
        (b"{\"a\" 1}", (5, 6), "`1` where `:` is expected at 1:6"),
        (b"[1 2]", (3, 4), "`2` where `,` or `]` is expected at 1:4"),
        (b"[1,\n  x]", (6, 7), "`x` where a value is expected at 2:3"),
        (b"[nul]", (1, 2), "`n` where a value is expected at 1:2"),
        (b"1 2", (2, 3), "`2` where the end is expected at 1:3"),
        (b"01", (0, 1), "a number with a leading zero at 1:1"),
        (b"1.", (2, 2), "the text ends where a digit is expected at 1:3"),
        (b"-x", (1, 2), "`x` where a digit is expected at 1:2"),
        (b"1e+", (3, 3), "the text ends where a digit is expected at 1:4"),
        (b"\"a", (0, 2), "a text without its closing `\"` at 1:1"),
        (
            b"\"\t\"",
            (1, 2),
            "a text with the control character `\\u0009`, expected its escape at 1:2",
        ),
        (b"\"\\x\"", (1, 3), "an escape that JSON does not have at 1:2"),
        (b"\"\\u12\"", (1, 3), "an escape that JSON does not have at 1:2"),
        (b"\"\\ud800\"", (1, 7), "half of a surrogate pair at 1:2"),
        (b"\"\\udc00\\ud800\"", (1, 7), "half of a surrogate pair at 1:2"),
        (b"\"\xff\"", (1, 2), "bytes that are not UTF-8 at 1:2"),
        (
            "[\"回访\",\n \"华东\" 西]".as_bytes(),
            (21, 24),
            "`西` where `,` or `]` is expected at 2:7",
        ),
        (b"\xEF\xBB\xBF[", (4, 4), "the text ends where a value is expected at 1:2"),
        (b"\xEF\xBB\xBF\xEF\xBB\xBF1", (3, 6), "`\u{feff}` where a value is expected at 1:1"),
    ];
    for (text, span, message) in cases {
        let error = fault_of(text);
        assert_eq!(error.code(), Code::JsonSyntax);
        let fault = &error.faults()[0];
        assert_eq!(fault.message.en, *message);
        assert_eq!(fault.span, Some(*span), "{message}");
    }
    let said = fault_of(b"[1 2]").say(Language::Zh);
    assert_eq!(said, "[3..4]: 第 1 行第 4 列：`2` 处应为`,` 或 `]`");
}

#[test]
fn every_duplicate_key_has_its_place() {
    let text =
        r#"{"a": 1, "b": [{"x/y": 1, "x/y": 2}], "a": {"k": 1, "k": 2, "k": 3}, "\u0062": 0}"#;
    let error = fault_of(text.as_bytes());
    let places: Vec<_> = error
        .faults()
        .iter()
        .map(|fault| (fault.code, fault.pointer.as_deref().unwrap()))
        .collect();
    let expected = ["/b/0/x~1y", "/a", "/a/k", "/a/k", "/b"];
    assert_eq!(places, expected.map(|pointer| (Code::DuplicateKey, pointer)));
    assert_eq!(error.faults()[1].message.zh, "同一对象中键 `a` 重复");
    // A document that breaks off still tells what was seen.
    let codes: Vec<_> =
        fault_of(br#"{"a": 1, "a": 2"#).faults().iter().map(|fault| fault.code).collect();
    assert_eq!(codes, [Code::JsonSyntax, Code::DuplicateKey]);
}

#[test]
fn duplicates_are_found_in_objects_of_any_size() {
    for size in [2, 15, 16, 17, 18, 1000] {
        let mut members: Vec<String> = (0..size).map(|n| format!("\"k{n}\":{n}")).collect();
        let distinct = format!("{{{}}}", members.join(","));
        assert!(json::parse(distinct.as_bytes()).is_ok(), "{size}");
        members.push("\"k0\":0".to_owned());
        members.push(format!("\"k{}\":0", size - 1));
        let doubled = format!("{{{}}}", members.join(","));
        assert_eq!(fault_of(doubled.as_bytes()).faults().len(), 2, "{size}");
    }
}

#[test]
fn a_flood_of_duplicates_is_cut_and_says_so() {
    let document = |count: usize| format!("[{}]", vec![r#"{"a":1,"a":1}"#; count].join(","));
    assert_eq!(fault_of(document(1_000).as_bytes()).faults().len(), 1_000);
    let error = fault_of(document(5_000).as_bytes());
    assert_eq!(error.faults().len(), 1_001);
    assert_eq!(error.faults()[1_000].message.en, "more duplicate keys follow");
}

#[test]
fn depth_is_bounded() {
    let arrays = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    for depth in [MAX_DEPTH - 1, MAX_DEPTH] {
        assert!(json::parse(arrays(depth).as_bytes()).is_ok());
        assert!(json::parse(objects(depth).as_bytes()).is_ok());
    }
    for text in [
        arrays(MAX_DEPTH + 1),
        objects(MAX_DEPTH + 1),
        "[".repeat(1_000_000),
        "{\"\":".repeat(1_000_000),
    ] {
        assert_eq!(fault_of(text.as_bytes()).code(), Code::JsonTooDeep);
    }
    // Wide is not deep.
    let wide = format!("[{}]", vec!["[[]]"; 100_000].join(","));
    assert!(json::parse(wide.as_bytes()).is_ok());
}

#[test]
fn size_is_bounded() {
    let text = |length: usize| format!("\"{}\"", "a".repeat(length - 2)).into_bytes();
    assert!(json::parse(&text(MAX_BYTES - 1)).is_ok());
    assert!(json::parse(&text(MAX_BYTES)).is_ok());
    assert_eq!(fault_of(&text(MAX_BYTES + 1)).code(), Code::JsonTooLarge);
    let marked = [b"\xEF\xBB\xBF".to_vec(), text(MAX_BYTES)].concat();
    assert!(json::parse(&marked).is_ok());
}

#[test]
fn keys_are_bounded() {
    let object = |count: usize| {
        let members: Vec<String> = (0..count).map(|n| format!("\"{n}\":0")).collect();
        format!("[{{{}}}]", members.join(","))
    };
    assert!(json::parse(object(MAX_KEYS - 1).as_bytes()).is_ok());
    assert!(json::parse(object(MAX_KEYS).as_bytes()).is_ok());
    assert_eq!(fault_of(object(MAX_KEYS + 1).as_bytes()).code(), Code::JsonTooLarge);
}

#[test]
fn values_keep_what_was_written() {
    let text = br#" {"n": [0, -0, 1.50, 1E+2, 123456789012345678901234567890.5], "t": "\ud83d\ude00\/\b", "z": null} "#;
    let value = json::parse(text).unwrap();
    let numbers = value.get("n").and_then(Json::as_array).unwrap();
    let written: Vec<_> = numbers.iter().filter_map(Json::as_number).collect();
    assert_eq!(written, ["0", "-0", "1.50", "1E+2", "123456789012345678901234567890.5"]);
    assert_eq!(value.get("t").and_then(Json::as_text), Some("😀/\u{8}"));
    assert_eq!(value.get("z"), Some(&Json::Null));
    assert_eq!(value.get("missing"), None);
    assert_eq!(Json::Null.get("n"), None);
    let kind = value.kind_name();
    assert_eq!((kind.en.as_str(), kind.zh.as_str()), ("an object", "对象"));
}

#[test]
fn numbers_have_one_shortest_text() {
    let cases = [
        ("0", "0"),
        ("-0", "0"),
        ("-0.00e5", "0"),
        ("1.0", "1"),
        ("1.50", "1.5"),
        ("-12.340", "-12.34"),
        ("100", "100"),
        ("1e2", "100"),
        ("1E+2", "100"),
        ("1.25e1", "12.5"),
        ("1e-3", "0.001"),
        ("12e-1", "1.2"),
        ("0.000100", "0.0001"),
        ("1e39", "1000000000000000000000000000000000000000"),
        ("1e40", "1e40"),
        ("10e39", "1e40"),
        ("-1.5e400", "-15e399"),
        ("1e-39", "0.000000000000000000000000000000000000001"),
        ("1e-40", "0.0000000000000000000000000000000000000001"),
        ("1e-41", "1e-41"),
        ("0.12e-200", "12e-202"),
        ("1e99999999999999999999", "1e99999999999999999999"),
        ("0e99999999999999999999", "0"),
        (
            "123456789012345678901234567890123456789012345",
            "123456789012345678901234567890123456789012345",
        ),
    ];
    for (written, shortest) in cases {
        assert_eq!(Json::Number(written.into()).to_canonical(), shortest, "{written}");
    }
}

#[test]
fn canonical_text_sorts_and_escapes() {
    let value = json::parse(
        r#"{"ｚ": 1, "😀": 2, "b": "\u007f\u0001\u2028\n\"\\\/", "a": [ ], "": {}}"#.as_bytes(),
    );
    // By code point: U+FF5A comes before U+1F600, though not in UTF-16.
    let expected =
        "{\"\":{},\"a\":[],\"b\":\"\u{7f}\\u0001\u{2028}\\n\\\"\\\\/\",\"ｚ\":1,\"😀\":2}";
    assert_eq!(value.unwrap().to_canonical(), expected);
}
