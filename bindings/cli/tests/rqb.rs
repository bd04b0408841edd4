//! Queries of react-querybuilder on the command line.

use std::path::Path;

use guanxi::json::{self, Json};
use serde_json::json;

use crate::support::{Folder, run, run_with_input, shop};

#[test]
fn the_data_tests_of_the_builder() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/acceptance/rqb.json");
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("absent: {}: the builder's data tests were NOT run", path.display());
        return;
    };
    let document = json::parse(&bytes).unwrap();
    let data = path.to_str().unwrap();
    let tests = document.get("tests").and_then(Json::as_array).unwrap();
    assert_eq!(tests.len(), 46);
    for test in tests {
        let name = test.get("name").and_then(Json::as_text).unwrap();
        let query = test.get("query").unwrap().to_text();
        let mut arguments = vec!["rqb", "eval", "-", "--data", data];
        arguments.extend((name == "preserveValueOrder").then_some("--preserve-value-order"));
        let run = run_with_input(&arguments, query.as_bytes());
        assert_eq!(run.code, 0, "{name}: {run:?}");
        let found = json::parse(run.out.as_bytes()).unwrap();
        let rows = found.as_array().unwrap().iter();
        let who = rows.clone().map(|row| row.get("madeUpName").unwrap().clone()).collect();
        assert_eq!(Some(&Json::Array(who)), test.get("members"), "{name}");
        let people = document.get("people").unwrap().as_array().unwrap();
        assert!(rows.clone().all(|row| people.contains(row)), "{name}");
        // One record a line.
        let lines = if rows.len() == 0 { 1 } else { rows.len() + 2 };
        assert_eq!(run.out.lines().count(), lines, "{name}");
    }
}

#[test]
fn a_query_becomes_an_expression_and_comes_back() {
    let folder = Folder::new();
    let playbook = shop("playbook.json").display().to_string();
    let query = r#"{"id":"g","combinator":"and","rules":[{"id":"r","field":"purchases","operator":"=","match":{"mode":"atLeast","threshold":2},"value":{"combinator":"and","rules":[{"field":"amount","operator":">","value":"100"}]}},{"field":"purchases","operator":"=","value":1,"muted":true}]}"#;
    let file = folder.write("query.json", query);
    let import = run(["rqb", "import", &file, "--playbook", &playbook]);
    let expression = "purchases.filter(p, p.amount > 100).size() >= 2";
    assert_eq!(import.out.lines().next(), Some(expression), "{import:?}");
    assert!(import.out.contains("left out, being muted"));
    let import = run(["rqb", "import", &file, "--playbook", &playbook, "--json", "--lang", "zh"]);
    assert_eq!(import.json()["expression"], expression);
    assert_eq!(import.json()["hints"][0]["message"], "已静音的 1 条规则不计入");

    let export = ["rqb", "export", expression, "--playbook", &playbook, "--like", &file];
    assert_eq!(run(export).out.trim_end(), query);
    let bare = run(["rqb", "export", expression, "--playbook", &playbook]);
    assert_eq!(bare.json()["rules"][0]["match"], json!({"mode": "atLeast", "threshold": 2}));
    let refused = run(["rqb", "export", "2 > 1 ? true : false", "--playbook", &playbook]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("not_expressible"), "{refused:?}");
    let unknown = run(["rqb", "export", "--segment", "nobody", "--playbook", &playbook, "--json"]);
    assert_eq!(unknown.json()["error"]["name"], "unknown_segment");
}

#[test]
fn faults_are_told_at_their_places() {
    let folder = Folder::new();
    let data = folder.write("people.json", r#"[{"age": 3}]"#);
    let empty = br#"{"combinator": "and", "rules": []}"#;
    let run = run_with_input(&["rqb", "eval", "-", "--data", &data, "--json"], empty);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["error"]["name"], "empty_group");
    assert_eq!(run.json()["error"]["pointer"], "/rules");
    let hostile: [&[u8]; 4] = [b"", b"\xff", br#"{"rules":["\ud800"]}"#, &[b'['; 20_000]];
    for input in hostile {
        let run = run_with_input(&["rqb", "eval", "-", "--data", &data, "--json"], input);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.json()["error"]["name"].is_string());
    }
    // A record that cannot be judged is no member, and is counted.
    let odd = folder.write("odd.json", r#"[{"a": 4, "b": 0}, {"a": 4, "b": 2}]"#);
    let query = br#"{"combinator": "and", "rules": [
        {"field": "a", "operator": "=", "value": 2, "lhs": {"kind": "func", "fn": "/", "args": [
            {"kind": "field", "field": "a"}, {"kind": "field", "field": "b"}]}}]}"#;
    let run = run_with_input(&["rqb", "eval", "-", "--data", &odd], query);
    assert_eq!((run.code, run.out.as_str()), (3, "[\n{\"a\":4,\"b\":2}\n]\n"), "{run:?}");
    assert!(run.err.contains("1 record could not be judged"), "{run:?}");
}
