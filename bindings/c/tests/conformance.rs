//! The conformance files, answered through C: the bytes that Rust gives.

use std::process::Command;

use crate::files::{Batch, Case, Question, cases};
use crate::programs::Program;
use crate::support::{libraries, repository, run_with_input};

/// A call of `tests/c/conformance.c`.
fn call(verb: &str, texts: [Option<String>; 6]) -> String {
    let mut out = format!("{verb}\n");
    for text in texts {
        match text {
            None => out.push_str("-1\n"),
            Some(text) => out.push_str(&format!("{}\n{text}\n", text.len())),
        }
    }
    out
}

fn append(batch: &Batch) -> String {
    let (table, through) = (batch.table.clone(), batch.through.clone());
    let rows = if through.is_some() { columns(batch) } else { batch.lines.clone() };
    let texts = [None, through, batch.seen.clone(), Some(table), batch.mapping.clone(), Some(rows)];
    call("append", texts)
}

/// Rows as `tests/c/ways.h` reads columns.
fn columns(batch: &Batch) -> String {
    let rows = batch.columns.first().map_or(0, |column| column.values.len());
    let mut out = format!("{rows}\n{}\n", batch.columns.len());
    for column in &batch.columns {
        let kind = if column.is_whole { "i" } else { "t" };
        out.push_str(&format!("{}\n{kind}\n", column.name));
        for value in &column.values {
            let value = value.as_ref().map_or_else(|| "-".to_owned(), |value| format!("={value}"));
            assert!(!value.contains('\n'), "a value of two lines");
            out.push_str(&format!("{value}\n"));
        }
    }
    out
}

fn ask(question: &Question<'_>, playbook: &str) -> String {
    let key = |name: &str| question.key(name);
    let (first, second) = match question.ask {
        "apply" => (key("table"), None),
        "check" => (key("text").or_else(|| Some(playbook.to_owned())), None),
        "eval" => (key("expression"), key("bindings")),
        "why_not" => (key("state"), key("customer")),
        "if" => (key("rows"), key("customer")),
        "flow" => (key("every"), None),
        "balance" => (key("every"), key("machine")),
        "compare" => (key("text"), None),
        "command" => (key("command"), None),
        "segment" => (key("question"), key("text")),
        "value" | "kpi" | "condition" | "collision" | "follow" | "feed" | "fit" | "predict" => {
            (key("question"), None)
        }
        "erase" => (key("trial").or_else(|| Some("false".to_owned())), key("customer")),
        "erase_listed" => (key("list"), None),
        "time" => (key("text"), None),
        "diagram" | "picture" => (key("format"), key("machine")),
        "statement" => (key("expression"), key("tables")),
        "cbs" => (key("definition"), None),
        "review_rows" => (key("table"), None),
        _ => (key("expression").or_else(|| key("segment")), key("customer")),
    };
    // From when on a command holds, up to when time passes, and when something was
    // learnt stand where questions have as_of and known_at.
    let as_of = key("as_of").or_else(|| key("at")).or_else(|| key("now"));
    let known_at = key("known_at").or_else(|| key("seen")).or_else(|| key("through"));
    let third = match question.ask {
        "review_rows" | "fit" | "predict" => Some(columns(&question.batch())),
        "statement" => key("dialect"),
        _ => key("lines").map(|_| question.lines()),
    };
    call(question.ask, [key("language"), as_of, known_at, first, second, third])
}

/// The answers in what the program printed.
fn answers(mut printed: &str) -> Vec<&str> {
    let mut out = Vec::new();
    while let Some((len, rest)) = printed.split_once('\n') {
        let (answer, rest) = rest.split_at(len.parse().expect("a length"));
        out.push(answer);
        printed = rest.strip_prefix('\n').expect("a line feed");
    }
    out
}

/// The calls of a file, and after the first of them, which opens its playbook, the
/// answer to each with what was asked.
fn calls(case: &Case) -> (String, Vec<(String, String)>) {
    let playbook = case.playbook();
    let mut input = call("playbook", [None, None, None, Some(playbook.clone()), None, None]);
    let (batches, questions) = (case.batches(), case.questions());
    batches.iter().for_each(|batch| input.push_str(&append(batch)));
    questions.iter().for_each(|question| input.push_str(&ask(question, &playbook)));
    let answers = batches.iter().map(|batch| ("append", &batch.report));
    let answers = answers.chain(questions.iter().map(|it| (it.ask, &it.answer)));
    // A text is printed as it is.
    let plain = |answer: &str| {
        let json = guanxi_core::json::parse(answer.as_bytes()).expect("JSON");
        json.as_text().map_or_else(|| answer.to_owned(), str::to_owned)
    };
    (input, answers.map(|(ask, answer)| (ask.to_owned(), plain(answer))).collect())
}

#[test]
fn c_gives_the_recorded_bytes() {
    let Some(program) = Program::new("conformance", &libraries().plain(), &[]) else { return };
    for case in cases(&repository().join("tests/conformance")) {
        let (input, wanted) = calls(&case);
        let mut command = Command::new(program.path());
        let printed = run_with_input(command.env_remove("LD_LIBRARY_PATH"), &input);
        let answers = answers(&printed);
        assert_eq!(answers.len(), wanted.len(), "{}", case.name);
        for (number, (answer, (ask, wanted))) in answers.iter().zip(wanted).enumerate() {
            assert_eq!(**answer, *wanted, "{}: {ask}, call {number}", case.name);
        }
    }
}

/// For the tests of other bindings, each of which has a program that reads calls
/// and prints answers as `conformance.c` does: into the folder that `GUANXI_CALLS`
/// names, for each file what such a program reads, and what it must print.
#[test]
#[ignore = "writes files, where they are asked for"]
fn calls_for_other_bindings() {
    let folder = std::path::PathBuf::from(std::env::var("GUANXI_CALLS").expect("GUANXI_CALLS"));
    std::fs::create_dir_all(&folder).expect("a folder");
    for case in cases(&repository().join("tests/conformance")) {
        let (input, wanted) = calls(&case);
        let printed = wanted.iter().map(|(_, answer)| format!("{}\n{answer}\n", answer.len()));
        let name = case.name.trim_end_matches(".json");
        std::fs::write(folder.join(format!("{name}.calls")), input).expect("calls");
        let printed: String = printed.collect();
        std::fs::write(folder.join(format!("{name}.answers")), printed).expect("answers");
    }
}

/// Functions that no conformance file asks, and where they are tried instead.
const ELSEWHERE: [(&str, &[&str]); 4] = [
    (
        "a file each, a signature, or the same answer in every language",
        &[
            "gx_store_open",
            "gx_store_open_read_only",
            "gx_store_backup",
            "gx_playbook_schema",
            "gx_version_text",
            "gx_version_number",
            "gx_version_abi",
            "gx_version_build",
            "gx_time_show",
            "gx_store_sign",
        ],
    ),
    (
        "parts of an error, which is compared as a whole",
        &[
            "gx_error_count",
            "gx_error_code",
            "gx_error_name",
            "gx_error_message",
            "gx_error_pointer",
            "gx_error_span",
            "gx_error_hint",
        ],
    ),
    (
        "parts of a review or a playbook, which is compared as a whole",
        &[
            "gx_playbook_hash",
            "gx_playbook_label",
            "gx_review_as_of",
            "gx_review_customers",
            "gx_review_events",
            "gx_machine_label",
            "gx_state_label",
        ],
    ),
    ("for hosts that have no reader of JSON", &["gx_json_count", "gx_json_text"]),
];

/// A new function is asked by a file, or has a reason here.
#[test]
fn every_function_is_compared_with_rust() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c");
    let read = |name: &str| std::fs::read_to_string(here.join(name)).expect("a source");
    let source = [read("conformance.c"), read("ways.h")].concat();
    let called = |name: &str| source.contains(&format!("{name}("));
    let excepted: Vec<&str> =
        ELSEWHERE.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    for name in crate::exports::declared() {
        let is_excepted = excepted.contains(&&*name);
        assert!(
            called(&name) != is_excepted,
            "{name}: called {}, excepted {is_excepted}",
            called(&name)
        );
    }
}
