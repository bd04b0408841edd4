//! The conformance files, answered through C: the bytes that Rust gives.

use std::process::Command;

use crate::files::{Batch, Question, cases};
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
    let (table, lines) = (batch.table.clone(), batch.lines.clone());
    let texts = [None, None, batch.seen.clone(), Some(table), batch.mapping.clone(), Some(lines)];
    call("append", texts)
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
        "value" | "kpi" | "condition" | "collision" | "follow" => (key("question"), None),
        _ => (key("expression").or_else(|| key("segment")), key("customer")),
    };
    // From when on a command holds, up to when time passes, and when something was
    // learnt stand where questions have as_of and known_at.
    let as_of = key("as_of").or_else(|| key("at")).or_else(|| key("now"));
    let known_at = key("known_at").or_else(|| key("seen"));
    let lines = (question.ask == "apply").then(|| question.lines());
    call(question.ask, [key("language"), as_of, known_at, first, second, lines])
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

#[test]
fn c_gives_the_recorded_bytes() {
    let Some(program) = Program::new("conformance", &libraries().plain(), &[]) else { return };
    for case in cases(&repository().join("tests/conformance")) {
        let playbook = case.playbook();
        let mut input = call("playbook", [None, None, None, Some(playbook.clone()), None, None]);
        let (batches, questions) = (case.batches(), case.questions());
        batches.iter().for_each(|batch| input.push_str(&append(batch)));
        questions.iter().for_each(|question| input.push_str(&ask(question, &playbook)));
        let mut command = Command::new(program.path());
        let printed = run_with_input(command.env_remove("LD_LIBRARY_PATH"), &input);
        let wanted = batches.iter().map(|batch| ("append", &batch.report));
        let wanted = wanted.chain(questions.iter().map(|it| (it.ask, &it.answer)));
        let wanted: Vec<_> = wanted.collect();
        let answers = answers(&printed);
        assert_eq!(answers.len(), wanted.len(), "{}", case.name);
        for (number, (answer, (ask, wanted))) in answers.iter().zip(wanted).enumerate() {
            assert_eq!(answer, wanted, "{}: {ask}, call {number}", case.name);
        }
    }
}
