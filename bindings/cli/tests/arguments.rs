//! Arguments, languages, and ends: help, usage, closed pipes, full disks.

use std::process::Stdio;

use crate::support::{Folder, program, run, shop};

#[test]
fn help_is_good_and_wrong_usage_is_not() {
    for words in [&["--help"][..], &["--version"], &["review", "--help"], &["-h", "--lang", "zh"]] {
        let run = run(words);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{words:?}");
    }
    let wrong: [&[&str]; 8] = [
        &["revue"],
        &["review"],
        &["review", "dir", "--db", "x.db"],
        &["check"],
        &["check", "p.json", "--lang", "fr"],
        &["query", "true", "--playbook", "p", "--db", "d", "--count", "--ids"],
        &["query", "true", "--playbook", "p", "--db", "d", "--repeat", "0"],
        &["import", "--db", "d", "--playbook", "p", "--seen", "2026-01-01", "--backfill"],
    ];
    for words in wrong {
        let run = run(words);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{words:?}");
        assert!(run.err.starts_with("error 1001 invalid_argument: "), "{words:?}: {run:?}");
    }
}

#[test]
fn nothing_to_do_is_wrong_usage_that_is_answered_with_help() {
    let run = run([""; 0]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("Usage: guanxi"), "{run:?}");
}

#[test]
fn usage_is_told_in_the_language_asked_for() {
    let run = run(["lifecyle", "--lang", "zh"]);
    assert_eq!(
        run.err,
        "错误 1001 invalid_argument：没有命令 `lifecyle`\n   = 是否指 `lifecycle`？\n"
    );
    let by_locale = program().env("LANG", "zh_CN.UTF-8").arg("--help").output().unwrap();
    assert!(String::from_utf8(by_locale.stdout).unwrap().contains("用法："));
}

#[test]
fn usage_is_told_as_json_where_that_is_wanted() {
    let run = run(["check", "--json"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["error"]["name"], "invalid_argument");
    assert_eq!(run.json()["faults"].as_array().unwrap().len(), 1);
}

#[test]
fn instants_are_judged_before_anything_is_imported() {
    let folder = Folder::new();
    let store = folder.text("kept.db");
    let dir = shop("");
    let words =
        ["review", dir.to_str().unwrap(), "--store", &store, "--as-of", "tomorrow", "--json"];
    let run = run(words);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["error"]["pointer"], "--as-of");
    assert!(!folder.path("kept.db").exists());
}

#[test]
fn a_store_that_is_kept_can_be_reviewed_again() {
    let folder = Folder::new();
    let (store, dir) = (folder.text("kept.db"), shop(""));
    let words = ["review", dir.to_str().unwrap(), "--store", &store];
    let (first, again) = (run(words), run(words));
    assert_eq!((first.code, again.code), (0, 0), "{again:?}");
    assert_eq!(again.out, format!("{}\n16 rows: 16 same\n", first.out));
}

#[cfg(unix)]
#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let dir = shop("");
    let mut child = program()
        .args(["review", dir.to_str().unwrap(), "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error_of_the_environment() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let dir = shop("");
    let output = program().args(["review", dir.to_str().unwrap()]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "error 5005 disk_full: no space left for `output`\n");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let words = ["eval", "1", "--json", "--lang", "zh"];
    let output = program().args(words).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "错误 5005 disk_full：磁盘已满，无法写入 `输出`\n");
}
