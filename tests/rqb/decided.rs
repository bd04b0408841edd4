//! What was decided about the builder's odd corners, and what survives.

use guanxi::json::Json;
use guanxi::lang::check_condition;
use guanxi::lang::rqb::{self, Bounds};

use super::{Shop, read};

const KEPT: &str = r#"{"id": "g0", "combinator": "and", "not": false, "rules": [
    {"id": "r1", "path": [0], "field": "age", "operator": "between", "value": "18, 60",
     "disabled": true, "meta": {"note": "adults"}},
    {"id": "g2", "path": [1], "rules": [
        {"id": "r3", "field": "name", "operator": "in", "value": "x, y\\,z"}, "and",
        {"id": "r4", "field": "region", "operator": "=", "value": "SH", "muted": true}, "and",
        {"id": "r5", "field": "b", "operator": ">", "value": "3"}, "or",
        {"id": "r6", "field": "vip", "operator": "=", "value": true}]},
    {"id": "r7", "field": "purchases", "operator": "=", "match": {"mode": "atLeast",
     "threshold": "2"}, "value": {"id": "g8", "combinator": "or", "rules": [
        {"id": "r9", "field": "amount", "operator": ">=", "value": "10.50"},
        {"id": "r10", "field": "product", "operator": "=", "value": "q", "muted": true}]}}]}"#;

const MEANS: &str = "between(age, 18, 60) && (name in ['x', 'y,z'] && b > 3 || vip) \
                     && purchases.filter(p, p.amount >= 10.50).size() >= 2";

fn exported(shop: &Shop, source: &str, like: &Json) -> rqb::Exported {
    let checked = check_condition(source, &shop.scope()).unwrap();
    rqb::export(&checked, &shop.scope(), Some(like)).unwrap()
}

#[test]
fn a_query_comes_back_as_it_was_to_the_last_key() {
    let shop = Shop::new();
    let imported = shop.import(KEPT).unwrap();
    assert_eq!(imported.text, MEANS);
    let hints: Vec<_> = imported.hints.iter().map(|hint| hint.message.en.as_str()).collect();
    assert_eq!(hints, ["2 rules left out, being muted"]);
    let back = exported(&shop, &imported.text, &read(KEPT));
    assert_eq!(back.query, read(KEPT));
    assert!(back.hints.is_empty());
    // Blanks and brackets of the text are not its meaning.
    let spaced = MEANS.replace(" && ", "  &&  ").replace("vip", "(vip)");
    assert_eq!(exported(&shop, &spaced, &read(KEPT)).query, read(KEPT));
}

#[test]
fn what_was_edited_changes_and_the_rest_keeps_its_ids() {
    let shop = Shop::new();
    let edited = MEANS.replace("18", "21");
    let back = exported(&shop, &edited, &read(KEPT)).query;
    let rules = back.get("rules").unwrap().as_array().unwrap();
    assert_eq!(rules[0], read(r#"{"field": "age", "operator": "between", "value": [21, 60]}"#));
    let former = read(KEPT);
    let former = former.get("rules").unwrap().as_array().unwrap();
    assert_eq!(rules[1..], former[1..]);

    // A group that says something else takes what was muted in it along, and
    // that is said.
    let edited = MEANS.replace("10.50", "99");
    let back = exported(&shop, &edited, &read(KEPT));
    let pointers: Vec<_> = back.hints.iter().map(|hint| hint.pointer.clone().unwrap()).collect();
    assert_eq!(pointers, ["/rules/2/value/rules/1"]);

    // No rule comes back twice.
    let twice = exported(&shop, "b > 3 || b > 3", &read(KEPT)).query.to_text();
    assert_eq!(twice.matches("\"r5\"").count(), 1, "{twice}");
}

#[test]
fn muted_between_two_combinators_can_be_read_in_more_than_one_way() {
    let shop = Shop::new();
    let rule = |field: &str, more: &str| {
        format!(r#"{{"field": "{field}", "operator": "=", "value": 1{more}}}"#)
    };
    let (a, b, muted) = (rule("a", ""), rule("b", ""), rule("age", r#", "muted": true"#));
    let text = |rules: String| shop.import(&format!(r#"{{"rules": [{rules}]}}"#));
    assert_eq!(text(format!(r#"{a}, "or", {muted}, "or", {b}"#)).unwrap().text, "a == 1 || b == 1");
    assert_eq!(
        text(format!(r#"{muted}, "or", {a}, "and", {b}"#)).unwrap().text,
        "a == 1 && b == 1"
    );
    assert_eq!(text(format!(r#"{a}, "and", {muted}"#)).unwrap().text, "a == 1");
    let error = text(format!(r#"{a}, "and", {muted}, "or", {b}"#)).unwrap_err();
    assert_eq!(error.faults()[0].pointer.as_deref(), Some("/rules/3"));
    let error = text(format!(r#"{a}, "xor", {b}, "and", {a}"#)).unwrap_err();
    assert_eq!(error.faults()[0].pointer.as_deref(), Some("/rules"));
    assert!(text(format!("{a}, {b}")).is_err() && text(format!(r#"{a}, "and""#)).is_err());
}

#[test]
fn bounds_are_turned_unless_they_stay_and_that_is_said() {
    let shop = Shop::new();
    let query = r#"{"combinator": "and", "rules": [
        {"field": "age", "operator": "between", "value": ["60", 18]},
        {"field": "birth", "operator": "notBetween", "value": "2001-01-01,1990-01-01"}]}"#;
    let turned = shop.import(query).unwrap();
    assert_eq!(
        turned.text,
        "between(age, 18, 60) && !between(birth, date('1990-01-01'), date('2001-01-01'))"
    );
    let places: Vec<_> = turned
        .hints
        .iter()
        .filter(|hint| hint.code == guanxi::Code::Turned)
        .map(|hint| hint.pointer.as_deref().unwrap())
        .collect();
    assert_eq!(places, ["/rules/0/value", "/rules/1/value"]);
    let stays = rqb::import(&read(query), &shop.scope(), Bounds::AsWritten).unwrap();
    assert!(stays.text.starts_with("between(age, 60, 18)"));
    assert!(stays.hints.iter().any(|hint| hint.code == guanxi::Code::AlwaysFalse));
    // The document keeps its order, whichever way it is read.
    assert_eq!(exported(&shop, &turned.text, &read(query)).query, read(query));
}

#[test]
fn values_are_read_by_their_columns() {
    let shop = Shop::new();
    for (rule, source) in [
        (r#"{"field": "age", "operator": ">", "value": " 15 "}"#, "age > 15"),
        (r#"{"field": "age", "operator": "=", "value": {"$bigint": "-20"}}"#, "age == -20"),
        (r#"{"field": "income", "operator": ">=", "value": "12.50"}"#, "income >= 12.50"),
        (r#"{"field": "name", "operator": "=", "value": "12.50"}"#, "name == '12.50'"),
        (r#"{"field": "vip", "operator": "=", "value": true}"#, "vip"),
        (r#"{"field": "vip", "operator": "=", "value": false}"#, "vip == false"),
        (r#"{"field": "hobbies", "operator": "contains", "value": "茶"}"#, "'茶' in hobbies"),
        (
            r#"{"field": "hobbies", "operator": "doesNotContain", "value": "茶"}"#,
            "!('茶' in hobbies)",
        ),
        (r#"{"field": "a", "operator": "<", "value": "b", "valueSource": "field"}"#, "a < b"),
        (
            r#"{"field": "a", "operator": "<", "value": "floor", "valueSource": "parameter"}"#,
            "a < param.floor",
        ),
        (
            r#"{"field": "a", "operator": "between", "value": "b,age", "valueSource": "field"}"#,
            "between(a, b, age)",
        ),
        (
            r#"{"field": "~", "operator": ">", "value": "20000", "lhs": {"kind": "func", "fn": "*",
                "args": [{"kind": "field", "field": "income"}, {"kind": "value", "value": 12}]}}"#,
            "income * 12 > 20000",
        ),
        (
            r#"{"field": "purchases", "operator": ">=", "value": "3", "lhs": {"kind": "func",
                "fn": ".size", "args": [{"kind": "func", "fn": ".within", "args": [
                    {"kind": "field", "field": "purchases"},
                    {"kind": "func", "fn": "days", "args": [{"kind": "value", "value": 90}]}]}]}}"#,
            "purchases.within(days(90)).size() >= 3",
        ),
    ] {
        assert_eq!(shop.text(rule), source, "{rule}");
    }
}

#[test]
fn every_fault_is_told_at_its_place() {
    let shop = Shop::new();
    let query = r#"{"combinator": "nand", "rules": [
        {"field": "~", "operator": "=", "value": 1},
        {"field": "age", "operator": "~", "value": 1},
        {"field": "age", "operator": "=", "value": "~"},
        {"field": "age", "operator": "startsWith", "value": 1},
        {"field": "age", "operator": "=", "value": "old"},
        {"field": "aeg", "operator": "=", "value": 1},
        {"field": "region", "operator": "in", "value": ["SH", "EAST"]},
        {"field": "age", "operator": "contains", "value": "x"},
        {"field": "age", "operator": "between", "value": [1]},
        {"field": "age", "operator": "in", "value": []},
        {"field": "joined", "operator": "=", "value": "2026-03-31"},
        {"field": "joined", "operator": "=", "value": {"mode": "relative", "anchor": "endOfDay"}},
        {"field": "purchases", "match": {"mode": "atLeast", "threshold": 2.5}, "operator": "=",
         "value": {"combinator": "and", "rules": [
            {"field": "amuont", "operator": ">", "value": 3}]}},
        {"field": "age", "operator": "=", "value": "q", "valueSource": "parameter"},
        {"field": "age", "operator": "=", "valueSource": "elsewhere", "value": 1},
        {"operator": "=", "value": 1}, 7]}"#;
    let mut found = shop.faults(query);
    found.sort();
    let mut expected = [
        ("/combinator", "bad_value"),
        ("/rules/0/field", "not_chosen"),
        ("/rules/1/operator", "not_chosen"),
        ("/rules/2/value", "not_chosen"),
        ("/rules/3/operator", "unknown_function"),
        ("/rules/4/value", "bad_value"),
        ("/rules/5", "unknown_name"),
        ("/rules/6", "unknown_label"),
        ("/rules/7", "no_such_overload"),
        ("/rules/8/value", "bad_value"),
        ("/rules/9/value", "not_chosen"),
        ("/rules/10/value", "bad_value"),
        ("/rules/11/value", "bad_value"),
        ("/rules/12/match/threshold", "bad_value"),
        ("/rules/12/value/rules/0", "unknown_field"),
        ("/rules/13", "unknown_name"),
        ("/rules/14/valueSource", "bad_value"),
        ("/rules/15", "missing_key"),
        ("/rules/16", "wrong_json_type"),
    ]
    .map(|(place, name)| (place.to_owned(), name));
    expected.sort();
    assert_eq!(found, expected);
}
