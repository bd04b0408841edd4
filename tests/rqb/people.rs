//! The data tests of react-querybuilder: queries, records, and who matches.
//!
//! They lie beside the repository, not in it. Where they are absent, as in a
//! fresh clone, that is said and nothing is tested.

use std::io::Write;
use std::path::Path;

use guanxi::json::{self, Json};
use guanxi::lang::rqb::{Bounds, Records};

use super::read;

#[test]
fn the_data_tests_of_the_builder() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/acceptance/rqb.json");
    let Ok(bytes) = std::fs::read(&path) else {
        // Past the harness, which swallows what a passing test prints.
        let _ = writeln!(
            std::io::stderr(),
            "absent: {}: the builder's data tests were NOT run",
            path.display()
        );
        return;
    };
    let document = json::parse(&bytes).unwrap();
    let records = Records::new(&document).unwrap();
    let tests = document.get("tests").and_then(Json::as_array).unwrap();
    assert_eq!(tests.len(), 46);
    for test in tests {
        let name = test.get("name").and_then(Json::as_text).unwrap();
        // The one test that asks the builder not to turn bounds.
        let bounds = if name == "preserveValueOrder" { Bounds::AsWritten } else { Bounds::Turned };
        let found = records.matching(test.get("query").unwrap(), bounds);
        let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
        let who = |position: &usize| records.rows()[*position].get("madeUpName").unwrap().clone();
        let members = Json::Array(found.members.iter().map(who).collect());
        assert_eq!(Some(&members), test.get("members"), "{name}");
        assert_eq!(found.n_errors, 0, "{name}");
    }
}

fn matching(records: &str, rules: &str) -> Vec<usize> {
    let document = read(records);
    let query = read(&format!(r#"{{"combinator": "and", "rules": [{rules}]}}"#));
    Records::new(&document).unwrap().matching(&query, Bounds::Turned).unwrap().members
}

#[test]
fn what_is_missing_is_in_no_comparison_and_in_every_complement() {
    let people = r#"[{"age": 20}, {"age": null}, {}, {"age": 40.5}]"#;
    for (rule, members) in [
        (r#"{"field": "age", "operator": "<", "value": "30"}"#, vec![0]),
        (r#"{"field": "age", "operator": "!=", "value": 20}"#, vec![1, 2, 3]),
        (r#"{"field": "age", "operator": "notBetween", "value": "10, 30"}"#, vec![1, 2, 3]),
        (r#"{"field": "age", "operator": "notIn", "value": [20]}"#, vec![1, 2, 3]),
        (r#"{"field": "age", "operator": "null"}"#, vec![1, 2]),
        (r#"{"field": "age", "operator": "notNull"}"#, vec![0, 3]),
        (r#"{"field": "age", "operator": "=", "value": null}"#, vec![1, 2]),
        (r#"{"field": "age", "operator": "=", "value": {"$bigint": "20"}}"#, vec![0]),
        (r#"{"field": "age", "operator": "in", "value": "40.50,7"}"#, vec![3]),
    ] {
        assert_eq!(matching(people, rule), members, "{rule}");
    }
}

#[test]
fn fields_may_have_any_name_and_lie_in_fields() {
    let people = r#"[{"first-name": "Ada", "home": {"city": "上海", "zip.code": "2"}, "a.b": 1},
                     {"first-name": "Bo", "home": null, "a.b": 2},
                     {"first-name": "Cy", "orders": [{"ship to": {"city": "北京"}}]}]"#;
    for (rule, members) in [
        (r#"{"field": "first-name", "operator": "=", "value": "Bo"}"#, vec![1]),
        (r#"{"field": "home.city", "operator": "=", "value": "上海"}"#, vec![0]),
        (r#"{"field": "home.city", "operator": "null"}"#, vec![1, 2]),
        (r#"{"field": "home.zip.code", "operator": "=", "value": "2"}"#, vec![0]),
        (r#"{"field": "a.b", "operator": ">", "value": 1}"#, vec![1]),
        (
            r#"{"field": "orders", "operator": "=", "match": {"mode": "some"}, "value":
                {"combinator": "and", "rules": [
                    {"field": "ship to.city", "operator": "=", "value": "北京"}]}}"#,
            vec![2],
        ),
    ] {
        assert_eq!(matching(people, rule), members, "{rule}");
    }
}

#[test]
fn a_field_that_no_record_has_and_values_of_several_types_are_refused() {
    let document = read(r#"[{"age": 1, "x": "a"}, {"age": 2, "x": 3}]"#);
    let query = read(
        r#"{"combinator": "or", "rules": [
            {"field": "agee", "operator": "=", "value": 1},
            {"field": "x", "operator": "=", "value": 1},
            {"field": "age", "operator": "=", "value": "old"}]}"#,
    );
    let records = Records::new(&document).unwrap();
    let error = records.matching(&query, Bounds::Turned).unwrap_err();
    let found: Vec<_> = error
        .faults()
        .iter()
        .map(|fault| (fault.pointer.clone().unwrap(), fault.code.name()))
        .collect();
    assert_eq!(
        found,
        [
            ("/rules/0/field".to_owned(), "unknown_name"),
            ("/rules/1/value".to_owned(), "type_mismatch"),
            ("/rules/2/value".to_owned(), "bad_value"),
        ]
    );
    assert_eq!(error.faults()[0].hint.as_ref().unwrap().en, "did you mean `age`?");
    // Without a record there is nothing to hold a name to.
    let nobody = Records::new(&Json::Array(Vec::new())).unwrap().matching(
        &read(r#"{"combinator": "and", "rules": [{"field": "q", "operator": "=", "value": 1}]}"#),
        Bounds::Turned,
    );
    assert!(nobody.unwrap().members.is_empty());
}
