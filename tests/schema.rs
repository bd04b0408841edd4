//! The schema: read from JSON with every fault, written back, and compared.

use guanxi::facts::{Named, Schema, Type, schema_difference};

const FIRM: &str = r#"{
    "unknown_customers": "refuse",
    "sources": ["erp", "网店"],
    "consent": {"purposes": ["marketing", "service"], "channels": ["sms", "email"]},
    "references": {"staff": {"fields": {"name": {"type": "text", "personal": true}}}},
    "events": {
        "purchase": {"list": "purchases", "labels": {"zh-Hans": "购买"}, "fields": {
            "quantity": {"type": "int", "unit": "件"},
            "amount": {"type": "money", "currency": "CNY"}}},
        "call": {}
    },
    "attributes": {
        "weight": {"type": "decimal(3)", "nullable": true, "unit": "kg"},
        "region": {"type": "enum", "values": ["华东", {"name": "华南", "labels": {"en": "South"}}]},
        "name": {"type": "text", "text_profile": "search", "personal": true, "help": "as printed on cards"},
        "mobile": {"type": "contact", "channel": "sms", "fresh_for": "days(365)", "verified_at": "checked"},
        "member": {"type": "bool"},
        "hobbies": {"type": "set<text>", "text_profile": "ci"},
        "checked": {"type": "instant", "nullable": true},
        "birth": {"type": "date", "nullable": true}
    }
}"#;

fn read(text: &str) -> Schema {
    Schema::from_json(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Code and pointer of every fault.
fn faults(text: &str) -> Vec<(&'static str, String)> {
    let error = Schema::from_json(text).expect_err(text);
    let place = |fault: &guanxi::Fault| fault.pointer.clone().unwrap_or_default();
    error.faults().iter().map(|fault| (fault.code.name(), place(fault))).collect()
}

#[test]
fn every_part_is_read() {
    let schema = read(FIRM);
    let names: Vec<&str> = schema.attributes.iter().map(|attribute| &*attribute.name).collect();
    let sorted = ["birth", "checked", "hobbies", "member", "mobile", "name", "region", "weight"];
    assert_eq!(names, sorted);
    let fields: Vec<&str> = schema.kinds[1].fields.iter().map(|field| &*field.name).collect();
    assert_eq!(fields, ["amount", "quantity"]);
    assert_eq!(schema.named("purchases"), Some(Named::List(1)));
    let mobile = &schema.attributes[schema.attribute("mobile").expect("declared")];
    assert_eq!(mobile.ty, Type::Contact("sms".into()));
    assert_eq!(mobile.fresh_for.map(|period| period.to_string()).as_deref(), Some("days(365)"));
    let Type::Enum(regions) = &schema.attributes[6].ty else { panic!("region is an enum") };
    assert_eq!((&*regions[1].name, &*regions[1].text.en), ("华南", "South"));
    assert_eq!(schema.sources.len() + schema.references.len() + schema.purposes.len(), 5);
}

#[test]
fn what_is_written_reads_back_the_same() {
    let schema = read(FIRM);
    let written = schema.to_json().to_canonical();
    let again = read(&written);
    assert_eq!(again, schema);
    assert_eq!(again.to_json().to_canonical(), written);
    assert_eq!(read("{}").to_json().to_canonical(), "{}");
}

#[test]
fn contacts_declare_their_channels_where_consent_does_not() {
    let schema = read(
        r#"{"attributes": {"b": {"type": "contact", "channel": "sms"},
        "a": {"type": "contact", "channel": "email"}, "c": {"type": "contact", "channel": "sms"}}}"#,
    );
    assert_eq!(schema.channels, ["email".into(), "sms".into()]);
}

#[test]
fn every_fault_is_found_in_one_pass() {
    let broken = r#"{
        "atributes": {},
        "attributes": {
            "客户": {"type": "text"},
            "in": {"type": "date"},
            "a": {"type": "strng"},
            "b": {"type": "decimal(19)"},
            "c": {"type": "money"},
            "d": {"type": "money", "currency": "RMB"},
            "e": {"type": "int", "currency": "CNY"},
            "f": {"type": "enum", "values": ["x", "x", " y", 3]},
            "g": {"type": "enum", "values": []},
            "h": {"type": "date", "nullable": "yes"},
            "i": {"type": "contact", "channel": "smss", "verified_at": "e"},
            "j": 7
        },
        "events": {"purchase": {"list": "e", "fields": {"at": {"type": "instant"}, "n": {"type": "int", "fresh_for": "days(1)"}}}},
        "consent": {"channels": ["sms", "sms"]},
        "unknown_customers": "creat"
    }"#;
    let expected = [
        ("unknown_key", "/atributes"),
        ("bad_name", "/attributes/客户"),
        ("bad_value", "/attributes/a/type"),
        ("bad_value", "/attributes/b/type"),
        ("missing_key", "/attributes/c"),
        ("unknown_currency", "/attributes/d/currency"),
        ("unknown_key", "/attributes/e/currency"),
        ("duplicate_name", "/attributes/f/values/1"),
        ("bad_value", "/attributes/f/values/2"),
        ("wrong_json_type", "/attributes/f/values/3"),
        ("bad_value", "/attributes/g/values"),
        ("wrong_json_type", "/attributes/h/nullable"),
        ("unknown_reference", "/attributes/i/channel"),
        ("unknown_reference", "/attributes/i/verified_at"),
        ("wrong_json_type", "/attributes/j"),
        ("duplicate_name", "/events/purchase/list"),
        ("bad_name", "/events/purchase/fields/at"),
        ("unknown_key", "/events/purchase/fields/n/fresh_for"),
        ("duplicate_name", "/consent/channels/1"),
        ("bad_value", "/unknown_customers"),
    ];
    let expected: Vec<(&str, String)> =
        expected.iter().map(|(code, pointer)| (*code, (*pointer).to_owned())).collect();
    assert_eq!(faults(broken), expected);
}

#[test]
fn a_misspelt_word_is_answered_with_the_nearest() {
    let error = Schema::from_json(r#"{"atributes": {}}"#).expect_err("misspelt");
    let hint = error.faults()[0].hint.clone().expect("a way out");
    assert_eq!((&*hint.en, &*hint.zh), ("did you mean `attributes`?", "是否指 `attributes`？"));
}

#[test]
fn limits_hold_at_their_edge() {
    let map = |count: usize, value: &str| {
        let entries: Vec<String> = (0..count).map(|n| format!(r#""n{n}": {value}"#)).collect();
        format!("{{{}}}", entries.join(", "))
    };
    let words = |count: usize| {
        let words: Vec<String> = (0..count).map(|n| format!(r#""w{n}""#)).collect();
        words.join(", ")
    };
    type Make<'m> = &'m dyn Fn(usize) -> String;
    let text = r#"{"type": "text"}"#;
    let cases: [(usize, &str, Make); 5] = [
        (1_000, "/attributes", &|n| format!(r#"{{"attributes": {}}}"#, map(n, text))),
        (1_000, "/events", &|n| format!(r#"{{"events": {}}}"#, map(n, "{}"))),
        (1_000, "/references", &|n| format!(r#"{{"references": {}}}"#, map(n, "{}"))),
        (200, "/events/e/fields", &|n| {
            format!(r#"{{"events": {{"e": {{"fields": {}}}}}}}"#, map(n, text))
        }),
        (10_000, "/attributes/a/values", &|n| {
            format!(r#"{{"attributes": {{"a": {{"type": "enum", "values": [{}]}}}}}}"#, words(n))
        }),
    ];
    for (most, pointer, make) in cases {
        read(&make(most - 1));
        read(&make(most));
        assert_eq!(faults(&make(most + 1)), [("bad_value", pointer.to_owned())]);
    }
}

/// The pointers of what differs, or of what was added.
fn compare(recorded: &str, new: &str) -> Result<Vec<String>, Vec<String>> {
    match schema_difference(&read(recorded), &read(new)) {
        Ok(additions) => Ok(additions.added),
        Err(error) => {
            assert!(error.faults().iter().all(|fault| fault.code.name() == "schema_mismatch"));
            Err(error.into_faults().into_iter().filter_map(|fault| fault.pointer).collect())
        }
    }
}

#[test]
fn additions_are_listed() {
    let recorded = r#"{
        "attributes": {"region": {"type": "enum", "values": ["华东"]}},
        "events": {"purchase": {"list": "purchases", "fields": {"n": {"type": "int"}}}},
        "consent": {"purposes": ["marketing"], "channels": ["sms"]}}"#;
    let new = r#"{
        "attributes": {"region": {"type": "enum", "values": [{"name": "华东", "labels": {"en": "East"}}, "华南"]},
                       "birth": {"type": "date", "nullable": true}},
        "events": {"call": {"fields": {"by": {"type": "text"}}},
                   "purchase": {"list": "purchases", "fields": {"n": {"type": "int"}, "m": {"type": "int", "nullable": true}}}},
        "references": {"staff": {}},
        "consent": {"purposes": ["service", "marketing"], "channels": ["sms", "email"]}}"#;
    let expected = [
        "/attributes/region/values/1",
        "/attributes/birth",
        "/events/purchase/fields/m",
        "/events/call",
        "/references/staff",
        "/consent/purposes/0",
        "/consent/channels/1",
    ];
    assert_eq!(compare(recorded, new), Ok(expected.map(str::to_owned).to_vec()));
    assert!(schema_difference(&read(recorded), &read(recorded)).expect("the same").is_empty());
    let found = schema_difference(&read(recorded), &read(new)).expect("only additions");
    assert!(found.reworded);
}

#[test]
fn everything_else_is_a_contradiction() {
    let recorded = r#"{
        "attributes": {"region": {"type": "enum", "values": ["华东", "华南"]}, "income": {"type": "money", "currency": "CNY"},
                       "note": {"type": "text"}, "age": {"type": "int", "unit": "years"}},
        "events": {"purchase": {"list": "purchases", "fields": {"n": {"type": "int"}}}},
        "consent": {"channels": ["sms", "email"]},
        "sources": ["erp"]}"#;
    let new = r#"{
        "attributes": {"region": {"type": "enum", "values": ["华南", "华东"]}, "income": {"type": "money", "currency": "USD"},
                       "note": {"type": "text", "text_profile": "ci"}, "birth": {"type": "date"}, "age": {"type": "decimal(1)", "unit": "years"}},
        "events": {"purchase": {"list": "orders", "fields": {"m": {"type": "int"}}}},
        "consent": {"channels": ["sms"]},
        "sources": ["erp", "web"], "unknown_customers": "refuse"}"#;
    let expected = [
        "/attributes/age/type",
        "/attributes/income/currency",
        "/attributes/note/text_profile",
        "/attributes/region/values/0",
        "/attributes/birth",
        "/events/purchase/list",
        "/events/purchase/fields/n",
        "/events/purchase/fields/m",
        "/consent/channels",
        "/sources",
        "/unknown_customers",
    ];
    assert_eq!(compare(recorded, new), Err(expected.map(str::to_owned).to_vec()));
}
