//! Questions that are not understood are told what is wrong with them, all at once.

use super::*;
use crate::json;

const PLAYBOOK: &str = r#"{"guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "schema": {"attributes": {"age": {"type": "int", "nullable": true}}},
    "segments": {"grown": {"when": "age >= 18"}},
    "kpis": {"grown": {"kind": "stock", "sum": "age >= 18"}}}"#;

/// The faults of a question, each as `code pointer`.
fn faults(ask: impl Fn(&About<'_>, &Json) -> Result<String, Error>, question: &str) -> Vec<String> {
    let playbook = Playbook::from_json(PLAYBOOK).unwrap();
    let store = Store::in_memory(playbook.schema());
    let about = About {
        store: &store,
        playbook: &playbook,
        as_of: Some(Instant::parse("2026-03-01T00:00:00Z").unwrap()),
        known_at: None,
        language: Language::En,
        options: Options::default(),
    };
    let question = json::parse(question.as_bytes()).unwrap();
    let Err(error) = ask(&about, &question) else { return Vec::new() };
    let said = |fault: &Fault| {
        format!("{} {}", fault.code.name(), fault.pointer.as_deref().unwrap_or_default())
    };
    error.faults().iter().map(said).collect()
}

fn of_kpi(question: &str) -> Vec<String> {
    faults(kpi, question)
}

#[test]
fn questions_about_kpis_are_told_what_is_wrong_with_them() {
    for (question, told) in [
        (r#"{"ask": "values"}"#, &["bad_value /ask"][..]),
        (
            r#"{"ask": "value", "kpis": "grown", "count": "2"}"#,
            &["wrong_json_type /kpis", "wrong_json_type /count"],
        ),
        (r#"{"ask": "value", "count": 0}"#, &["bad_value /count"]),
        (r#"{"ask": "value", "kpis": ["grow"]}"#, &["unknown_kpi "]),
        (r#"{"ask": "value", "every": "fortnight"}"#, &["malformed_value /every"]),
        (r#"{"ask": "value", "to": "2026-13"}"#, &["malformed_value "]),
        (r#"{"ask": "value", "by": "agee"}"#, &["unknown_name /by"]),
        (r#"{"ask": "value", "to": "2026-01", "count": 3}"#, &[]),
        (r#"{"ask": "scorecard"}"#, &["unknown_reference "]),
        (r#"{"ask": "scorecard", "scorecards": ["all"]}"#, &["unknown_reference "]),
        (r#"{"ask": "why", "kpi": "grown"}"#, &["missing_key ", "missing_key ", "missing_key "]),
        (
            r#"{"ask": "why", "kpi": "grown", "from": "2026-01", "to": "2026-02", "by": []}"#,
            &["invalid_argument "],
        ),
    ] {
        assert_eq!(of_kpi(question), told, "{question}");
    }
}

fn of_segment(question: &str) -> Vec<String> {
    faults(|about, question| segment(about, None, question), question)
}

#[test]
fn all_faults_of_a_question_are_told_with_their_places() {
    for (question, told) in [
        (r#"{"ask": "collide"}"#, &["missing_key "][..]),
        (
            r#"{"ask": "collide", "row": {"a": 1, "b": ["x", 2]}}"#,
            &["wrong_json_type /row/a", "wrong_json_type /row/b/1"],
        ),
        (r#"{"ask": "scan", "row": {}}"#, &["unknown_key /row"]),
        (r#"{"ask": "same", "customer": "C-1"}"#, &["invalid_argument "]),
        (r#"{"ask": "scam"}"#, &["bad_value /ask"]),
    ] {
        let mut found = faults(collision, question);
        found.sort();
        let mut told: Vec<&str> = told.to_vec();
        told.sort_unstable();
        assert_eq!(found, told, "{question}");
    }
    for (question, told) in [
        ("[]", &["wrong_json_type "][..]),
        ("{}", &["missing_key "]),
        (r#"{"ask": 7}"#, &["wrong_json_type /ask"]),
        (r#"{"ask": "member"}"#, &["bad_value /ask"]),
        (r#"{"ask": "members"}"#, &["missing_key "]),
        (r#"{"ask": "list", "segment": "grown"}"#, &["unknown_key /segment"]),
        (r#"{"ask": "members", "segment": "groan"}"#, &["unknown_segment "]),
        (r#"{"ask": "diff"}"#, &["invalid_argument "]),
        (r#"{"ask": "overlap", "segments": ["grown", 1]}"#, &["wrong_json_type /segments/1"]),
        (r#"{"ask": "review", "measured_from": "soon"}"#, &["malformed_value /measured_from"]),
        (r#"{"ask": "leaving", "segment": "grown", "within": "days("}"#, &["syntax /within"]),
        (
            r#"{"ask": "audience", "segment": "grown", "holdout": {"percent": "10.001", "salt": 1},
                "caps": [{"list": "calls", "most": 0}], "quiet": {"from": "24:00"}}"#,
            &[
                "missing_key ",
                "missing_key ",
                "missing_key /quiet",
                "missing_key /caps/0",
                "wrong_json_type /holdout/salt",
                "bad_value /holdout/percent",
                "bad_value /caps/0/most",
                "bad_value /quiet/from",
            ],
        ),
    ] {
        let mut found = of_segment(question);
        let mut told: Vec<String> = told.iter().map(|it| (*it).to_owned()).collect();
        found.sort();
        told.sort();
        assert_eq!(found, told, "{question}");
    }
}

#[test]
fn conditions_and_values_are_asked_in_the_same_way() {
    let playbook = Playbook::from_json(PLAYBOOK).unwrap();
    let ask = |text: &str| {
        let question = json::parse(text.as_bytes()).unwrap();
        condition(&playbook, &question, Language::Zh)
    };
    let rules =
        r#"{"combinator": "and", "rules": [{"field": "age", "operator": ">=", "value": 18}]}"#;
    let imported = ask(&format!(r#"{{"ask": "import", "query": {rules}}}"#)).unwrap();
    let imported = json::parse(imported.as_bytes()).unwrap();
    assert_eq!(imported.get("expression").and_then(Json::as_text), Some("age >= 18"));
    let said = ask(r#"{"ask": "say", "segment": "grown"}"#).unwrap();
    assert_eq!(imported.get("sentence"), Some(&json::parse(said.as_bytes()).unwrap()));
    let exported = ask(r#"{"ask": "export", "segment": "grown"}"#).unwrap();
    let exported = json::parse(exported.as_bytes()).unwrap();
    assert_eq!(exported.get("query"), Some(&json::parse(rules.as_bytes()).unwrap()));
    let matched = format!(
        r#"{{"ask": "match", "query": {rules}, "records": [{{"age": 3}}, {{"age": 30}}]}}"#
    );
    assert_eq!(ask(&matched).unwrap(), r#"{"members":[1],"errors":0,"hints":[]}"#);
    let error = ask(r#"{"ask": "say", "expression": "agee > 1"}"#).unwrap_err();
    assert_eq!((error.code(), error.faults()[0].span), (Code::UnknownName, Some((0, 4))));
    assert_eq!(faults(value, r#"{"ask": "tiers"}"#), ["missing_key "]);
    assert_eq!(faults(value, r#"{"ask": "value", "top": "3"}"#), ["wrong_json_type /top"]);
}
