//! `guanxi stdio`: the recorded answers of the library, line by line; and every way
//! in which a line can be wrong.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use guanxi::json::{self, Json, quote};

use crate::support::{Folder, program, root, shell, shop};

/// What is asked of the library in forms that a line does not have.
const OTHERWISE: [&str; 10] = [
    "machines",
    "balance",
    "picture",
    "kinds",
    "segments",
    "table",
    "cbs",
    "predict",
    "review_rows",
    "time",
];

/// The replies to these lines, and how the process ended.
fn ask(arguments: &[&str], input: &str) -> (Vec<String>, i32) {
    let mut child = program()
        .arg("stdio")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // Answers come while questions are still written.
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (text.lines().map(str::to_owned).collect(), output.status.code().unwrap())
}

/// The same object with another key, and without some.
fn with(json: &Json, id: usize, without: &[&str]) -> String {
    let members = json.as_object().unwrap().iter();
    let kept = members.filter(|(key, _)| !without.contains(&&**key));
    let kept = kept.map(|(key, value)| format!(",{}:{}", quote(key), value.to_text()));
    format!("{{\"id\":{id}{}}}\n", kept.collect::<String>())
}

#[test]
fn the_recorded_answers_come_line_by_line() {
    let mut n_asked = 0;
    let mut paths: Vec<_> = fs::read_dir(root().join("tests/conformance"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    paths.sort();
    for path in paths {
        let document = json::parse(&fs::read(&path).unwrap()).unwrap();
        let folder = Folder::new();
        let playbook = folder.write("playbook.json", document.get("playbook").unwrap().to_text());
        let mut input = String::new();
        let mut expected = Vec::new();
        for batch in document.get("facts").and_then(Json::as_array).unwrap_or_default() {
            let line = with(batch, expected.len(), &["report", "through"]);
            input.push_str(&line.replacen('{', "{\"ask\":\"append\",", 1));
            let as_lines = batch.get("through").is_none();
            expected.push(as_lines.then(|| batch.get("report").unwrap().to_text()));
        }
        for question in document.get("questions").and_then(Json::as_array).unwrap() {
            let name = question.get("ask").and_then(Json::as_text).unwrap();
            if OTHERWISE.contains(&name) {
                continue;
            }
            n_asked += 1;
            let line = with(question, expected.len(), &["answer", "through"]);
            input.push_str(&line.replacen("\"load\"", "\"customer\"", 1));
            expected.push(Some(question.get("answer").unwrap().to_text()));
        }
        let (replies, code) = ask(&["--playbook", &playbook], &input);
        assert_eq!((replies.len(), code), (expected.len(), 0), "{}", path.display());
        for (id, (reply, expected)) in replies.iter().zip(&expected).enumerate() {
            let Some(expected) = expected else { continue };
            let wanted = match expected.strip_prefix("{\"faults\":") {
                Some(faults) => format!("{{\"id\":{id},\"faults\":{faults}"),
                None => format!("{{\"id\":{id},\"answer\":{expected}}}"),
            };
            assert_eq!(*reply, wanted, "{}: {}", path.display(), input.lines().nth(id).unwrap());
        }
    }
    assert!(600 < n_asked, "{n_asked}");
}

#[test]
fn a_line_that_is_wrong_is_told_and_the_next_is_answered() {
    let playbook = shop("playbook.json").display().to_string();
    let lines = [
        r#"not JSON"#,
        "",
        r#"[1]"#,
        r#"{"id": "a"}"#,
        r#"{"id": {"n": 1}, "ask": "custmer"}"#,
        r#"{"id": 3, "ask": "customer", "custmer": "C-1", "more": 1}"#,
        r#"{"id": 4, "ask": "customer", "customer": "nobody", "as_of": "2026-03-01"}"#,
        r#"{"id": 5, "ask": "review", "as_of": "yesterday", "language": "zh"}"#,
        r#"{"id": 6, "ask": "append", "table": "purchases", "lines": []}"#,
        r#"{"id": 7, "ask": "append", "table": "events", "lines": {}}"#,
        r#"{"id": 8, "ask": "kpi", "question": "{"}"#,
        r#"{"id": 9, "ask": "version", "language": "fr"}"#,
        r#"{"id": 10, "ask": "version"}"#,
    ];
    let long = format!("{{\"id\": 11, \"ask\": \"{}\"}}", "x".repeat(17 << 20));
    let input = format!("{}\n{long}\n{{\"id\": 12, \"ask\": \"statistics\"}}", lines.join("\n"));
    let (replies, code) = ask(&["--playbook", &playbook], &input);
    let says = [
        ("null", "json_syntax"),
        ("null", "wrong_json_type"),
        ("\"a\"", "missing_key"),
        ("{\"n\":1}", "customer"),
        ("3", "unknown_key"),
        ("4", "unknown_customer"),
        ("5", "yesterday"),
        ("6", "/table"),
        ("7", "/lines"),
        ("8", "json_syntax"),
        ("9", "/language"),
        ("10", "\"semantics\":1"),
        ("null", "json_too_large"),
        ("12", "\"last_sequence\":0"),
    ];
    assert_eq!((replies.len(), code), (says.len(), 0), "{replies:#?}");
    for (reply, (id, says)) in replies.iter().zip(says) {
        let start = format!("{{\"id\":{id},");
        assert!(reply.starts_with(&start) && reply.contains(says), "{id} {says}: {reply}");
    }
    // All faults of a line at once.
    assert!(replies[4].contains("missing_key") && replies[4].contains("/more"), "{}", replies[4]);
}

#[test]
fn what_was_appended_is_on_the_disk() {
    let folder = Folder::new();
    let playbook = shop("playbook.json").display().to_string();
    let db = folder.text("shop.db");
    let order = r#"{"id":1,"ask":"apply","table":"events","now":"2026-03-02","lines":[{"kind":"purchase","id":"o1","customer":"C-1","at":"2026-03-01 10:00","amount":"120.00"}]}"#;
    let (replies, _) = ask(&["--playbook", &playbook, "--db", &db], order);
    assert!(replies[0].contains("\"new\":1"), "{replies:?}");
    let question = r#"{"id":2,"ask":"states","customer":"C-1","as_of":"2026-03-02"}"#;
    let (replies, _) = ask(&["--playbook", &playbook, "--db", &db], question);
    assert!(replies[0].contains("\"state\":\"new\""), "{replies:?}");
}

/// The hosts of `examples/stdio`, where their languages are installed.
#[test]
#[cfg(unix)]
fn hosts_in_other_languages_are_answered() {
    let here = root().join("examples/stdio");
    for (language, command, says) in [
        ("node", "node review.mjs", "relationship: at_risk since 2026-06-29T02:00:00Z"),
        ("javac", "java Review.java", "\"state\":\"at_risk\""),
    ] {
        let has = shell().args(["-c", &format!("command -v {language}")]).output().unwrap();
        if !has.status.success() {
            eprintln!("absent: {language}: its example was NOT run");
            continue;
        }
        let run = shell().args(["-c", command]).current_dir(&here).output().unwrap();
        let out = String::from_utf8(run.stdout).unwrap();
        let err = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success() && out.contains(says), "{language}: {out} {err}");
    }
}

#[test]
fn a_model_is_fitted_and_asked_line_by_line() {
    let playbook = root().join("examples/cdnow/playbook.json").display().to_string();
    let buy = |customer: usize, day: usize| {
        format!(
            r#"{{"kind":"purchase","id":"{customer}-{day}","customer":"C-{customer}","at":"1997-{:02}-{:02}","amount":"{}.00","quantity":1}}"#,
            1 + day / 28,
            1 + day % 28,
            10 + (customer * 7 + day) % 30
        )
    };
    // Some buy often, some stop, some come once.
    let rows: Vec<String> = (0..60)
        .flat_map(|customer| {
            let days = (0..230).step_by(11 + customer * 3);
            days.take(1 + customer % 7).map(move |day| (customer, day))
        })
        .map(|(customer, day)| buy(customer, day))
        .collect();
    let append =
        format!(r#"{{"id":1,"ask":"append","table":"events","lines":[{}]}}"#, rows.join(","));
    let asked = r#"{"id":2,"ask":"purchases","definition":{"amount":"amount","calibration_end":"1997-09-30"}}"#;
    let (replies, _) = ask(&["--playbook", &playbook], &format!("{append}\n{asked}\n"));
    let found = json::parse(replies[1].as_bytes()).unwrap();
    let lines = found.at("/answer/lines").unwrap();
    assert_eq!(lines.as_array().unwrap().len(), 60);
    assert!(replies[1].contains(r#"{"id":"C-0","frequency":0,"recency":0,"T":38."#), "{found:?}");
    let lines = lines.to_text();
    let fit = format!(
        r#"{{"id":3,"ask":"fit","question":{{"ask":"fit","model":"bg-nbd"}},"lines":{lines}}}"#
    );
    let predict = format!(
        r#"{{"id":4,"ask":"predict","lines":{lines},"question":{{"ask":"predict","model":"bg-nbd","horizon":26,"params":{{"r":0.5,"alpha":6,"a":0.8,"b":2.4}}}}}}"#
    );
    let wrong = r#"{"id":5,"ask":"fit","question":{"ask":"fit","model":"bg-nbd"},"lines":[{"frequency":1},7]}"#;
    let input = format!("{fit}\n{predict}\n{wrong}\n");
    let (replies, _) = ask(&["--playbook", &playbook], &input);
    let [fitted, foretold, refused] = &replies[..] else { panic!("{replies:?}") };
    assert!(fitted.contains(r#""converged":true"#), "{fitted}");
    let foretold = json::parse(foretold.as_bytes()).unwrap();
    let last = foretold.at("/answer/lines/59").unwrap();
    let alive: f64 = last.get("p_alive").and_then(Json::as_number).unwrap().parse().unwrap();
    assert!(0.0 < alive && alive < 1.0, "{last:?}");
    assert!(refused.contains("/lines/1"), "{refused}");
}
