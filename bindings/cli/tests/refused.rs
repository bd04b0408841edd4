//! Input of every bad kind: the exit code, the name of the fault, and nothing
//! half written.

use std::fs;

use crate::support::{Folder, Run, run, shop};

const EVENTS: &str = "kind,customer,at,amount,tea,solved_at\n";

/// Imports events, with a store that holds the shop already, and without.
/// Either way the fault is the same and nothing changes.
#[track_caller]
fn assert_file_refused(events: &[u8], more: &[&str], code: i32, name: &str) {
    for folder in [Folder::new(), Folder::with_shop()] {
        let before = folder.state();
        let file = folder.write("events.csv", events);
        let words = folder.import(&[&["--events", &file, "--json"], more].concat());
        let run = run(words);
        assert_eq!((run.json()["error"]["name"].as_str(), run.code), (Some(name), code), "{run:?}");
        assert_eq!(folder.state(), before);
    }
}

/// Imports events of which one row is bad: that one is refused, with its
/// place, and the others are recorded.
#[track_caller]
fn assert_row_refused(row: &str, name: &str, place: &str) {
    let folder = Folder::new();
    let good = "purchase,C8,2026-01-01,1.00,,\n";
    let file = folder.write("events.csv", format!("{EVENTS}{good}{row}\n{good}"));
    let run = run(folder.import(&["--events", &file, "--json"]));
    let said = run.json();
    assert_eq!(run.code, 3, "{row}: {run:?}");
    assert_eq!((&said["verdicts"]["new"], &said["verdicts"]["refused"]), (&2.into(), &1.into()));
    let missed = &said["tables"][0]["not_recorded"][0];
    assert_eq!(missed["row"], 3, "{row}: {missed}");
    assert_eq!(missed["faults"][0]["name"], name, "{row}: {missed}");
    assert_eq!(missed["faults"][0]["pointer"], place, "{row}: {missed}");
}

#[test]
fn headers_are_refused_before_anything_is_written() {
    let cases = [
        ("", "missing_column"),
        ("kind,customer,amount\n", "missing_column"),
        ("kind,customer,at,at,amount\n", "duplicate_column"),
        ("kind,customer,at,amont\n", "unknown_column"),
    ];
    for (header, name) in cases {
        assert_file_refused(header.as_bytes(), &[], 3, name);
    }
}

/// One wrong year would keep out whatever is learnt until then.
#[test]
fn what_was_learnt_in_a_far_year_is_a_refused_row() {
    let folder = Folder::new();
    let text = "kind,customer,at,amount,tea,seen\n\
                purchase,C8,2026-01-01,1.00,,2926-01-02\n\
                purchase,C8,2026-01-01,1.00,,2026-01-02\n";
    let file = folder.write("events.csv", text);
    let first = run(folder.import(&["--events", &file, "--json"]));
    let said = first.json();
    assert_eq!((first.code, &said["verdicts"]["new"]), (3, &1.into()), "{first:?}");
    let fault = &said["tables"][0]["not_recorded"][0]["faults"][0];
    assert_eq!(fault["name"], "time_out_of_range", "{fault}");
    assert_eq!(fault["pointer"], "events.csv:2", "{fault}");
    let file = folder.write("more.csv", format!("{EVENTS}purchase,C8,2026-02-01,1.00,,\n"));
    assert_eq!(run(folder.import(&["--events", &file])).code, 0);
    let seen = run(folder.import(&["--events", &file, "--seen", "2926-01-02", "--json"]));
    assert_eq!((seen.code, &seen.json()["error"]["pointer"]), (1, &"--seen".into()), "{seen:?}");
}

#[test]
fn a_definition_that_is_no_text_is_a_wrong_definition() {
    let folder = Folder::new();
    let file = folder.write("playbook.json", b"{\"guanxi\": 1, \"id\": \"\xff\"}");
    let run = run(["check", &file, "--json"]);
    assert_eq!((run.json()["error"]["name"].as_str(), run.code), (Some("not_utf8"), 1), "{run:?}");
}

#[test]
fn bytes_that_are_no_text_are_refused_before_anything_is_written() {
    let good = format!("{EVENTS}purchase,C8,2026-01-01,1.00,,\n");
    let gbk = [good.as_bytes(), b"purchase,C9,2026-01-01,1.00,\xc1\xfa\xbe\xae,\n"].concat();
    assert_file_refused(&gbk, &[], 3, "undeclared_encoding");
    assert_file_refused(&gbk, &["--encoding", "utf-8"], 3, "bad_encoding");
    assert_file_refused(&gbk, &["--encoding", "gb99999"], 1, "invalid_argument");
    let folder = Folder::new();
    let file = folder.write("events.csv", gbk);
    let declared = run(folder.import(&["--events", &file, "--encoding", "gb18030"]));
    assert_eq!(declared.code, 0, "{declared:?}");
}

#[test]
fn byte_order_marks_and_windows_line_ends_are_read() {
    let folder = Folder::new();
    let text = format!("\u{feff}{EVENTS}purchase,C8,2026-01-01,1.00,龙井,\n").replace('\n', "\r\n");
    let file = folder.write("events.csv", text);
    let run = run(folder.import(&["--events", &file, "--json"]));
    assert_eq!((run.code, &run.json()["verdicts"]["new"]), (0, &1.into()), "{run:?}");
}

#[test]
fn rows_are_refused_one_by_one() {
    let cases = [
        ("purchase,C9,2026-01-02,many,,", "bad_cell", "amount"),
        ("purchase,C9,2026-01-02,NaN,,", "bad_cell", "amount"),
        ("purchase,C9,2026-01-02,99999999999999999999,,", "bad_cell", "amount"),
        ("purchase,C9,2026-01-02,92233720368547758.08,,", "bad_cell", "amount"),
        ("purchase,C9,2026-01-02,1.005,,", "bad_cell", "amount"),
        ("purchase,C9,2026-01-02,,,", "missing_value", "amount"),
        ("purchase,C9,2026-02-30,1.00,,", "bad_cell", "at"),
        ("purchase,C9,10000-01-01,1.00,,", "bad_cell", "at"),
        ("purchase,C9,0000-01-01,1.00,,", "bad_cell", "at"),
        ("purchase,C9,,1.00,,", "missing_value", "at"),
        ("purchase,,2026-01-02,1.00,,", "missing_value", "customer"),
        ("purchas,C9,2026-01-02,1.00,,", "unknown_kind", "kind"),
        ("complaint,C9,2026-01-02,1.00,,", "unused_value", "amount"),
    ];
    for (row, name, column) in cases {
        assert_row_refused(row, name, &format!("events.csv:3/{column}"));
    }
    assert_row_refused("purchase,C9,2026-01-02", "ragged_row", "events.csv:3");
}

/// Rows of which every third is wrong.
fn thirds(rows: u32) -> String {
    let row = |n: u32| {
        let amount = if n.is_multiple_of(3) { "a, \"b\"" } else { "1.00" }.replace('"', "\"\"");
        format!("purchase,C{n},2026-01-02,\"{amount}\",,\n")
    };
    EVENTS.to_owned() + &(1..=rows).map(row).collect::<String>()
}

#[test]
fn ids_that_no_list_can_print_are_refused() {
    for id in ["C\u{1b}[2J", "\"C\n9\"", "C\t9"] {
        let row = format!("purchase,{id},2026-01-02,1.00,,");
        assert_row_refused(&row, "bad_cell", "events.csv:3");
    }
}

#[test]
fn texts_of_facts_cannot_move_the_cursor() {
    let folder = Folder::new();
    let text = format!("{EVENTS}purchase,C9,2026-01-02,1.00,\u{1b}[2J龙井,\n");
    let file = folder.write("events.csv", text);
    assert_eq!(run(folder.import(&["--events", &file])).code, 0);
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json"));
    let playbook = playbook.to_str().unwrap();
    let page = run(["customer", "C9", "--db", &db, "--playbook", playbook]);
    assert!(page.out.contains("\\u001b[2J龙井") && !page.out.contains('\u{1b}'), "{page:?}");
}

#[test]
fn every_refused_row_can_be_had() {
    let folder = Folder::new();
    let file = folder.write("events.csv", thirds(90));
    let refused = folder.text("refused.csv");
    let imported = run(folder.import(&["--events", &file, "--refused", &refused, "--json"]));
    let table = imported.json()["tables"][0].clone();
    assert_eq!((imported.code, &table["more_not_recorded"]), (3, &10.into()), "{imported:?}");
    assert_eq!(table["not_recorded"].as_array().unwrap().len(), 20);
    let written = fs::read_to_string(&refused).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines.len(), 31);
    assert_eq!(lines[0], "file,row,column,verdict,code,name,message");
    let last = lines[30];
    assert!(last.starts_with("events.csv,91,amount,refused,4005,bad_cell,\""), "{last}");
    let page = run(folder.import(&["--events", &file]));
    assert!(page.out.contains("and 10 more rows of events.csv; `--refused FILE`"), "{page:?}");
}

#[test]
fn the_list_of_refused_rows_is_whole_or_absent() {
    let folder = Folder::new();
    let path = folder.text("refused.csv");
    let broken = [thirds(60_000).as_bytes(), b"purchase,C1,2026-01-02,\"1.00\n"].concat();
    let names = || {
        let entries = fs::read_dir(folder.path("")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| !name.starts_with("shop.db")).collect::<std::collections::BTreeSet<_>>()
    };
    // An open quote breaks an import off before its first row, an instant that
    // decreases after many.
    let file = folder.write("broken.csv", broken);
    let import = run(folder.import(&["--events", &file, "--refused", &path]));
    assert_eq!(import.code, 3, "{import:?}");
    assert!(!fs::exists(&path).unwrap(), "{import:?}");
    let file = folder.write("events.csv", thirds(60_000));
    let import = folder.import(&["--events", &file, "--refused", &path, "--seen", "2026-03-01"]);
    assert_eq!(run(import).code, 3);
    let whole = fs::read_to_string(&path).unwrap();
    assert_eq!(whole.lines().count(), 20_001);
    let late = folder.write("late.csv", thirds(60_000).replace("C1,", "D1,"));
    let import = folder.import(&["--events", &late, "--refused", &path, "--seen", "2026-02-01"]);
    let import = run(import);
    assert!(import.err.contains("seen"), "{import:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), whole, "an old list stays whole");
    let expected = ["broken.csv", "events.csv", "late.csv", "refused.csv"].map(str::to_owned);
    assert_eq!(names(), expected.into());
}

#[test]
fn a_list_of_refused_rows_goes_straight_into_a_pipe() {
    let folder = Folder::new();
    let file = folder.write("events.csv", thirds(3));
    let import = run(folder.import(&["--events", &file, "--refused", "/dev/stderr"]));
    if cfg!(unix) {
        assert!(import.err.contains("events.csv,4,amount,refused,4005,bad_cell"), "{import:?}");
    }
}

#[test]
fn a_file_that_is_read_is_not_written_over() {
    let folder = Folder::new();
    let file = folder.write("events.csv", thirds(3));
    let store = folder.write("shop.db", "");
    for refused in [&file, &store] {
        let run = run(folder.import(&["--events", &file, "--refused", refused, "--json"]));
        assert_eq!((run.code, &run.json()["error"]["name"]), (1, &"invalid_argument".into()));
    }
    assert_eq!(fs::read(&store).unwrap(), b"");
    fs::remove_file(&store).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), thirds(3));
    assert_eq!(folder.state(), None);
}

#[test]
fn answers_from_files_say_which_rows_they_leave_out() {
    let folder = Folder::new();
    let file = folder.write("events.csv", thirds(3));
    let playbook = shop("playbook.json");
    let playbook = playbook.to_str().unwrap();
    let query = ["query", "true", "--events", &file, "--playbook", playbook];
    let counted = run(query);
    assert!(counted.err.starts_with("3 rows: 2 new, 1 refused\n"), "{counted:?}");
    let json = run(query.iter().chain(&["--json"])).json();
    assert_eq!(json["import"]["verdicts"]["refused"], 1, "{json}");
    let review = run(["review", "--events", &file, "--playbook", playbook]);
    assert!(review.out.contains("\n3 rows: 2 new, 1 refused\n"), "{review:?}");
}

#[test]
fn an_open_quote_refuses_the_whole_file() {
    let mut text = format!("{EVENTS}purchase,C1,2026-01-02,1.00,\"龙井,1\n");
    text.push_str(&"purchase,C2,2026-01-02,1.00,,2\n".repeat(1_000));
    assert_file_refused(text.as_bytes(), &[], 3, "ragged_row");
}

#[test]
fn strangers_are_refused_where_the_schema_says_so() {
    let folder = Folder::new();
    let text = fs::read_to_string(shop("playbook.json")).unwrap();
    let strict = text.replace("\"consent\":", "\"unknown_customers\": \"refuse\", \"consent\":");
    let playbook = folder.write("strict.json", strict);
    let (db, events) = (folder.text("strict.db"), shop("events.csv"));
    let words = ["import", "--db", &db, "--playbook", &playbook, "--backfill", "--json"];
    let events = ["--events", events.to_str().unwrap()];
    let alone = run(words.iter().chain(&events));
    assert_eq!(alone.code, 3, "{alone:?}");
    let missed = &alone.json()["tables"][0]["not_recorded"][0]["faults"][0];
    assert_eq!(missed["name"], "unknown_subject", "{missed}");
    let customers = shop("customers.csv");
    let together = ["--customers", customers.to_str().unwrap()];
    let with_customers = run(words.iter().chain(&together).chain(&events)).json();
    assert_eq!(with_customers["customers_created"], 4, "{with_customers}");
}

#[test]
fn another_content_under_the_same_id_is_a_conflict() {
    let folder = Folder::with_shop();
    let before = folder.state();
    let text = fs::read_to_string(shop("events.csv")).unwrap().replace("88.00", "89.00");
    let file = folder.write("events.csv", text);
    let run = run(folder.import(&["--events", &file, "--json", "--backfill"]));
    assert_eq!((run.code, &run.json()["verdicts"]["conflict"]), (3, &1.into()), "{run:?}");
    assert_eq!(folder.state(), before);
}

#[test]
fn facts_are_not_learnt_before_those_already_known() {
    let folder = Folder::new();
    let file = |name: &str, id: u32| {
        folder
            .write(name, format!("kind,customer,at,amount,id\npurchase,C9,2026-01-01,1.00,{id}\n"))
    };
    let (first, second) = (file("1.csv", 1), file("2.csv", 2));
    assert_eq!(run(folder.import(&["--events", &first, "--seen", "2026-03-01"])).code, 0);
    let before = folder.state();
    let late = run(folder.import(&["--events", &second, "--seen", "2026-02-01", "--json"]));
    assert_eq!((late.code, &late.json()["error"]["name"]), (3, &"seen_decreases".into()));
    assert_eq!(folder.state(), before);
    let again = run(folder.import(&["--events", &first, "--seen", "2026-02-01", "--json"]));
    assert_eq!((again.code, &again.json()["verdicts"]["same"]), (0, &1.into()), "{again:?}");
}

const DATED: &str = "kind,customer,at,amount,id,supersedes,seen\n";

#[test]
fn rows_that_say_when_they_were_learnt_may_stand_in_any_order() {
    let folder = Folder::new();
    let rows =
        "purchase,C8,2024-01-02,1.00,a,,2024-03-01\npurchase,C8,2024-01-01,1.00,b,,2024-02-01\n";
    let file = folder.write("events.csv", format!("{DATED}{rows}"));
    let customers = shop("customers.csv");
    let files = ["--events", &file, "--customers", customers.to_str().unwrap(), "--json"];
    let first = run(folder.import(&files));
    assert_eq!((first.code, &first.json()["verdicts"]["new"]), (0, &7.into()), "{first:?}");
    let later =
        "purchase,C8,2024-01-02,1.00,a,,2024-03-01\npurchase,C8,2024-01-03,1.00,c,,2024-03-02\n";
    let file = folder.write("later.csv", format!("{DATED}{later}"));
    let second = run(folder.import(&["--events", &file, "--json"]));
    let said = second.json();
    assert_eq!(second.code, 3, "{second:?}");
    assert_eq!((&said["verdicts"]["same"], &said["verdicts"]["refused"]), (&1.into(), &1.into()));
    let fault = &said["tables"][0]["not_recorded"][0]["faults"][0];
    assert_eq!(
        (&fault["name"], &fault["pointer"]),
        (&"seen_decreases".into(), &"later.csv:3".into())
    );
    assert!(fault["hint"].as_str().is_some_and(|hint| hint.contains("--backfill")), "{fault}");
    let filled = run(folder.import(&["--events", &file, "--json", "--backfill"]));
    assert_eq!((filled.code, &filled.json()["verdicts"]["new"]), (0, &1.into()), "{filled:?}");
}

#[test]
fn a_correction_waits_only_while_its_target_is_missing() {
    let folder = Folder::new();
    let rows = "purchase,C8,2024-01-02,2.00,b,a,\npurchase,C8,2024-01-02,3.00,d,c,\n\
                purchase,C8,2024-01-02,1.00,a,,2024-03-01\n";
    let file = folder.write("events.csv", format!("{DATED}{rows}"));
    let import = run(folder.import(&["--events", &file, "--json", "--backfill"]));
    let said = import.json();
    assert_eq!((&said["verdicts"]["new"], &said["verdicts"]["pending"]), (&2.into(), &1.into()));
    assert_eq!(said["tables"][0]["waiting"], serde_json::json!([3]));
    let other = Folder::new();
    let page = run(other.import(&["--events", &file]));
    assert!(page.out.contains("events.csv:3 waits"), "{page:?}");
    assert!(!page.out.contains("events.csv:2 waits"), "{page:?}");
}

#[test]
fn a_correction_finds_a_target_that_comes_much_later() {
    let folder = Folder::new();
    let mut text = format!("{DATED}purchase,C8,2024-01-02,2.00,b,a,\n");
    for row in 0..50_000 {
        text.push_str(&format!("purchase,C{},2024-01-01,1.00,{row},,\n", row % 9));
    }
    text.push_str("purchase,C8,2024-01-02,1.00,a,,\n");
    let file = folder.write("events.csv", text);
    let import = run(folder.import(&["--events", &file, "--json"]));
    let said = import.json();
    assert_eq!(
        (&said["verdicts"]["new"], &said["verdicts"]["pending"]),
        (&50_002.into(), &0.into())
    );
}

#[test]
fn an_import_that_is_broken_off_says_how_far_it_came() {
    let folder = Folder::new();
    let mut text = "kind,customer,at,amount,id\n".to_owned();
    for row in 0..50_010 {
        text.push_str(&format!("purchase,C{},2024-01-01,1.00,{row}\n", row % 9));
    }
    let (first, _) = text.split_at(text.rfind("purchase,C6,2024-01-01,1.00,50001").unwrap());
    let file = folder.write("first.csv", first);
    assert_eq!(run(folder.import(&["--events", &file, "--seen", "2024-03-01"])).code, 0);
    let file = folder.write("events.csv", text);
    let late = ["--events", &file, "--seen", "2024-02-01"];
    let halfway = run(folder.import(&[&late[..], &["--json"]].concat()));
    let said = halfway.json();
    assert_eq!(halfway.code, 3);
    assert_eq!(
        (&said["error"]["name"], &said["faults"][1]),
        (&"seen_decreases".into(), &().into())
    );
    let reached = serde_json::json!({"file": "events.csv", "row": 50_001});
    assert_eq!(
        (&said["import"]["reached"], &said["import"]["verdicts"]["same"]),
        (&reached, &50_000.into())
    );
    let page = run(folder.import(&late));
    assert!(page.err.contains("50,000 rows are recorded, up to events.csv:50001"), "{page:?}");
    let again = run(folder.import(&["--events", &file, "--json"])).json();
    assert_eq!(
        (&again["verdicts"]["same"], &again["verdicts"]["new"]),
        (&50_001.into(), &9.into())
    );
}

#[test]
fn json_with_a_key_twice_is_refused_wherever_it_stands() {
    let folder = Folder::new();
    let twice =
        r#"{"guanxi": 1, "id": "a", "version": "1", "calendar": {"zone": "UTC"}, "id": "b"}"#;
    let twice = folder.write("twice.json", twice);
    let check = run(["check", &twice, "--json"]);
    assert_eq!((check.code, &check.json()["faults"][0]["name"]), (1, &"duplicate_key".into()));
    let mapping = r#"{"guanxi_mapping": 1, "guanxi_mapping": 1, "tables": {}}"#;
    let mapping = folder.write("mapping.json", mapping);
    assert_file_refused(EVENTS.as_bytes(), &["--mapping", &mapping], 1, "duplicate_key");
    let line =
        r#"{"kind":"complaint","kind":"complaint","customer":"C9","at":"2026-01-01T00:00:00Z"}"#;
    let lines = folder.write("events.jsonl", format!("{line}\n"));
    let run = run(folder.import(&["--events", &lines, "--json"]));
    assert_eq!(run.code, 3, "{run:?}");
    let missed = &run.json()["tables"][0]["not_recorded"][0]["faults"][0]["name"];
    assert_eq!(missed, "duplicate_key");
}

#[test]
fn a_mapping_of_columns_that_nobody_declared_is_refused() {
    let folder = Folder::new();
    let mapping = r#"{"guanxi_mapping": 1, "tables": {"events": {"columns": {"amuont": "金额"}}}}"#;
    let mapping = folder.write("mapping.json", mapping);
    assert_file_refused(EVENTS.as_bytes(), &["--mapping", &mapping], 1, "unknown_reference");
}

/// What a run says about files that are not what they should be.
fn told(words: &[&str]) -> (i32, String) {
    let run: Run = run(words.iter().chain(&["--json"]));
    let name = run.json()["error"]["name"].as_str().map(str::to_owned);
    (run.code, name.unwrap_or_else(|| panic!("{run:?}")))
}

#[test]
fn directories_are_no_files_and_files_no_directories() {
    let folder = Folder::new();
    let (directory, missing) = (folder.text(""), folder.text("missing"));
    let file = folder.write("file", "x");
    let inside = format!("{file}/store.db");
    let playbook = shop("playbook.json");
    let (playbook, events) = (playbook.to_str().unwrap(), shop("events.csv"));
    let events = events.to_str().unwrap();
    let io = (4, "io".to_owned());
    assert_eq!(told(&["check", &directory]), io);
    assert_eq!(told(&["check", &missing]), io);
    assert_eq!(told(&["review", &file]), io);
    assert_eq!(told(&["review", &missing]), io);
    assert_eq!(told(&["review", &directory]), io);
    assert_eq!(told(&["review", "--playbook", playbook, "--db", &missing]), io);
    assert_eq!(told(&["review", "--playbook", playbook, "--events", &directory]), io);
    assert_eq!(told(&["review", "--playbook", playbook, "--events", &missing]), io);
    assert_eq!(told(&["demo", &file]), io);
    let import = ["import", "--playbook", playbook, "--events", events, "--db"];
    assert_eq!(told(&[&import[..], &[&directory]].concat()), io);
    assert_eq!(told(&[&import[..], &[&inside]].concat()), io);
    let names: Vec<_> = fs::read_dir(folder.path("")).unwrap().collect();
    assert_eq!(names.len(), 1);
}

#[test]
fn databases_that_are_not_ours_are_left_as_they_are() {
    let playbook = shop("playbook.json");
    let playbook = playbook.to_str().unwrap();
    let events = shop("events.csv");
    let import = ["import", "--playbook", playbook, "--events", events.to_str().unwrap(), "--db"];
    let review = ["review", "--playbook", playbook, "--db"];
    // Places in the header of a SQLite file.
    let (version, application) = (60..64, 68..72);
    let patches = [("newer_store", version), ("not_a_store", application)];
    for (name, place) in patches {
        let folder = Folder::with_shop();
        let mut bytes = fs::read(folder.path("shop.db")).unwrap();
        bytes[place].copy_from_slice(&[0, 0, 0x7f, 1]);
        let foreign = folder.write("foreign.db", &bytes);
        for command in [&import[..], &review] {
            let said = told(&[command, &[&foreign]].concat());
            assert_eq!(said, (4, name.to_owned()), "{command:?}");
        }
        assert!(fs::read(&foreign).unwrap() == bytes, "{name}");
    }
    let folder = Folder::new();
    let text = folder.write("notes.txt", "a shopping list");
    assert_eq!(told(&[&import[..], &[&text]].concat()), (4, "not_a_store".to_owned()));
    assert_eq!(fs::read(&text).unwrap(), b"a shopping list");
}

#[test]
fn a_playbook_that_contradicts_the_store_is_refused_with_every_difference() {
    let folder = Folder::with_shop();
    let before = folder.state();
    let text = fs::read_to_string(shop("playbook.json")).unwrap();
    let other = text.replace("\"CNY\"", "\"USD\"").replace("[\"华东\", \"华南\"]", "[\"华东\"]");
    let playbook = folder.write("other.json", other);
    let db = folder.text("shop.db");
    let run = run(["review", "--playbook", &playbook, "--db", &db, "--json"]);
    assert_eq!(run.code, 1, "{run:?}");
    let faults = run.json()["faults"].as_array().unwrap().clone();
    assert!(faults.iter().all(|fault| fault["name"] == "schema_mismatch"), "{faults:?}");
    let places: Vec<_> = faults.iter().filter_map(|fault| fault["pointer"].as_str()).collect();
    assert!(places.iter().all(|place| place.starts_with("/schema/")), "{places:?}");
    assert!(places.len() >= 2, "{places:?}");
    assert_eq!(folder.state(), before);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_an_error_of_the_environment() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    fs::create_dir(folder.path("closed")).unwrap();
    fs::set_permissions(folder.path("closed"), fs::Permissions::from_mode(0o555)).unwrap();
    // Whoever may do everything, as in a container, is kept out by the kernel
    // alone: nobody makes a file in its own table of processes.
    let anybody = fs::write(folder.path("closed/probe"), "").is_ok();
    if anybody && cfg!(target_os = "linux") {
        let (code, name) = told(&["demo", "/proc/firm"]);
        assert!(code == 4 && matches!(name.as_str(), "io" | "read_only"), "{code} {name}");
    }
    if anybody {
        return;
    }
    let (db, demo) = (folder.text("closed/shop.db"), folder.text("closed/firm"));
    let (playbook, events) = (shop("playbook.json"), shop("events.csv"));
    let (playbook, events) = (playbook.to_str().unwrap(), events.to_str().unwrap());
    let import = ["import", "--playbook", playbook, "--events", events, "--db", &db];
    assert_eq!(told(&import), (4, "read_only".to_owned()));
    assert_eq!(told(&["demo", &demo]), (4, "read_only".to_owned()));
}
