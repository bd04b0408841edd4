//! What the documents show of the command line is what it prints.
//!
//! Every block of commands in a document is carried out, from top to bottom, in
//! a copy of the examples, and what is shown must be what comes out, to the
//! letter. A line `...` stands for any lines. Where nothing is shown, the command
//! must succeed. `GUANXI_BLESS=1` writes what came out into the document.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::{Folder, root, shell};

/// What a document has people do beside `guanxi`, and is tried elsewhere: the
/// builds, Python, and databases that have to run.
const ELSEWHERE: [&str; 6] = ["cargo ", "pip ", "python ", "make", "DATABASE=", "MARIADB="];

/// A command, and what is shown to come of it.
struct Shown {
    command: String,
    /// The bytes of the document that show what comes out.
    output: Range<usize>,
}

/// The commands of a document in their order.
fn shown(text: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    let (mut at, mut inside, mut going_on) = (0, false, false);
    for line in text.split_inclusive('\n') {
        let (start, words) = (at, line.trim_end());
        at += line.len();
        if words.starts_with("```") {
            (inside, going_on) = (words == "```console", false);
        } else if let Some(command) = words.strip_prefix("$ ").filter(|_| inside) {
            all.push(Shown { command: command.to_owned(), output: at..at });
            going_on = words.ends_with(['\\', '|']);
        } else if let Some(last) = all.last_mut().filter(|_| inside) {
            if going_on {
                last.command.push('\n');
                last.command.push_str(words);
                last.output = at..at;
                going_on = words.ends_with(['\\', '|']);
            } else if start == last.output.end {
                last.output.end = at;
            }
        }
    }
    all
}

/// The files that a document shows: a block of JSON, lines of JSON or CSV whose
/// line above names the file.
fn files(text: &str) -> Vec<(&str, &str)> {
    let mut all = Vec::new();
    for (at, _) in text.match_indices("\n```") {
        let (above, rest) = (text[..at].trim_end(), &text[at + 4..]);
        let (language, content) = rest.split_once('\n').unwrap_or_default();
        let above = above.rsplit('\n').next().unwrap_or_default();
        let ending = format!(".{language}");
        let named = above.split('`').skip(1).step_by(2).filter(|name| name.ends_with(&ending));
        if let (Some(name), Some((content, _))) = (named.last(), content.split_once("\n```")) {
            all.push((name, content));
        }
    }
    all
}

/// Whether this came out: line by line, where `...` is any number of lines.
fn is_as_shown(shown: &[&str], came: &[&str]) -> bool {
    match shown.split_first() {
        None => came.is_empty(),
        Some((&"...", rest)) => (0..=came.len()).any(|skip| is_as_shown(rest, &came[skip..])),
        Some((line, rest)) => came.first() == Some(line) && is_as_shown(rest, &came[1..]),
    }
}

/// The lines of a text, as the eye sees them.
fn lines(text: &str) -> Vec<&str> {
    text.trim_end().lines().map(str::trim_end).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Carries out a document and tells what is otherwise than it shows.
fn carry_out(document: &Path) -> Vec<String> {
    let path = root().join(document);
    let text = fs::read_to_string(&path).unwrap();
    let folder = Folder::new();
    copy(&root().join("examples"), &folder.path("examples"));
    let mut here = folder.path("").join(document.parent().unwrap());
    fs::create_dir_all(&here).unwrap();
    for (name, content) in files(&text) {
        fs::write(here.join(name), content).unwrap();
    }
    let chinese = document.to_string_lossy().contains(".zh-CN.");
    let language = if chinese { "zh_CN.UTF-8" } else { "C.UTF-8" };
    let (mut wrong, mut blessed, mut done) = (Vec::new(), String::new(), 0);
    for Shown { command, output } in shown(&text) {
        if ELSEWHERE.iter().any(|word| command.starts_with(word)) {
            continue;
        }
        if let Some(to) = command.strip_prefix("cd ") {
            here = fs::canonicalize(here.join(to)).unwrap();
            continue;
        }
        let run = shell()
            .args(["-c", &command])
            .env("LANG", language)
            .current_dir(&here)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let came = String::from_utf8([run.stdout, run.stderr].concat()).unwrap();
        let expected = text[output.clone()].trim_end();
        let as_shown = if expected.is_empty() {
            run.status.success()
        } else {
            is_as_shown(&lines(expected), &lines(&came))
        };
        if as_shown {
            continue;
        }
        wrong.push(format!("{}: `{command}` printed\n{came}", document.display()));
        if !expected.is_empty() {
            blessed.push_str(&text[done..output.start]);
            blessed.push_str(came.trim_end());
            done = output.start + expected.len();
        }
    }
    if std::env::var_os("GUANXI_BLESS").is_some() && done > 0 {
        fs::write(path, blessed + &text[done..]).unwrap();
    }
    wrong
}

/// Every document beside the root, and those of docs and of each example.
fn documents() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ["README.md", "README.zh-CN.md"].map(PathBuf::from).to_vec();
    let mut folders = vec![PathBuf::from("docs"), PathBuf::from("examples")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
#[cfg(unix)]
fn what_documents_show_is_what_comes_out() {
    let documents = documents();
    assert!(documents.len() > 20, "{documents:?}");
    let wrong: Vec<String> = documents.iter().flat_map(|document| carry_out(document)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn commands_are_found_with_what_they_print() {
    let text = "a\n\nin `x.json`:\n\n```json\n{}\n```\n```console\n$ one |\n   two\nout\n\nmore\n$ three\n```\n$ four\n```json\n$ x\n```\n";
    let found = shown(text);
    let found: Vec<(&str, &str)> =
        found.iter().map(|it| (it.command.as_str(), &text[it.output.clone()])).collect();
    assert_eq!(found, [("one |\n   two", "out\n\nmore\n"), ("three", "")]);
    assert_eq!(files(text), [("x.json", "{}")]);
    assert!(is_as_shown(&["a", "...", "z"], &["a", "b", "c", "z"]));
    assert!(is_as_shown(&["a", "...", "z"], &["a", "z"]));
    assert!(!is_as_shown(&["a", "...", "z"], &["a", "b", "z", "y"]));
}
