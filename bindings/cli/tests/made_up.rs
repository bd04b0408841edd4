//! The made-up firm, from its making to its review.

use std::fs;

use crate::support::{Folder, run};

#[test]
fn a_made_up_firm_can_be_reviewed() {
    let folder = Folder::new();
    let dir = folder.text("firm");
    let words = ["demo", &dir, "--customers", "300", "--events-per-customer", "20", "--json"];
    let made = run(words);
    assert_eq!(made.code, 0, "{made:?}");
    assert_eq!(made.json()["customers"], 300);
    assert_eq!(run(["check", &format!("{dir}/playbook.json")]).code, 0);
    let review = run(["review", &dir, "--json", "--timings"]);
    assert_eq!(review.code, 0, "{review:?}");
    let review = review.json();
    assert_eq!(review["customers"], 300);
    assert_eq!(review["kinds"].as_array().unwrap().len(), 22);
    assert_eq!(review["import"]["verdicts"]["refused"], 0);
    assert_eq!(review["import"]["customers_created"], 300);
    assert!(review["timings"]["import_s"].is_number());
    let members = |segment: &str| {
        let mut segments = review["segments"].as_array().unwrap().iter();
        segments.find(|it| it["segment"] == segment).unwrap()["members"].as_u64().unwrap()
    };
    for segment in ["regulars", "lapsed", "promoters", "machine_no_beans"] {
        assert!(0 < members(segment) && members(segment) < 300, "{segment}");
    }
    assert!(members("win_back") <= members("lapsed"));
    let again = run(words);
    assert_eq!((again.code, again.json()["error"]["name"].as_str()), (1, Some("invalid_argument")));
}

#[test]
fn the_order_of_rows_in_a_file_changes_nothing() {
    let folder = Folder::new();
    let dir = folder.text("firm");
    assert_eq!(run(["demo", &dir, "--customers", "60", "--events-per-customer", "20"]).code, 0);
    let review = || {
        let run = run(["review", &dir, "--json"]);
        assert_eq!(run.code, 0, "{run:?}");
        run.out
    };
    let before = review();
    let path = folder.path("firm/events.csv");
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let rows = &mut lines[1..];
    // Steps that share no factor with the number of rows meet each row once.
    let step = (rows.len() / 3..).find(|step| divisor(*step, rows.len()) == 1).unwrap();
    let shuffled: Vec<&str> = (0..rows.len()).map(|at| rows[at * step % rows.len()]).collect();
    rows.copy_from_slice(&shuffled);
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    assert_eq!(review(), before);
}

fn divisor(one: usize, other: usize) -> usize {
    if other == 0 { one } else { divisor(other, one % other) }
}
