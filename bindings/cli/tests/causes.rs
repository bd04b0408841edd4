//! `guanxi causes`, `guanxi chart` and pooled campaigns: pages, JSON, and tables
//! that are wrong.

use std::fs;

use crate::golden::assert_golden;
use crate::support::{Folder, Run, run, table};

/// The command is refused, and says this.
fn refused(run: &Run, says: &str) {
    assert!([1, 3].contains(&run.code) && run.err.contains(says), "{run:?}");
}

fn causes(more: &[&str]) -> Run {
    let file = table("customers.csv");
    let usual = ["causes", &file, "--by", "branch,channel,tier"];
    run([&usual[..], more].concat())
}

#[test]
fn causes_are_found_and_told_as_a_page_and_json() {
    let folder = Folder::new();
    let total = ["--before", "spend_1", "--after", "spend_2", "--customer", "customer"];
    assert_golden("causes.en.txt", &causes(&total));
    assert_golden("causes.zh.txt", &causes(&[&total[..], &["--lang", "zh"]].concat()));
    let told = causes(&[&total[..], &["--json"]].concat()).json();
    assert_eq!(told["verdict"], "localised");
    let cause = &told["causes"][0];
    assert_eq!(
        (&cause["cell"][0]["value"], &cause["cell"][1]["value"]),
        (&"南城".into(), &"web".into())
    );
    assert_eq!(cause["confirmed"], true);
    assert_eq!(told["causes"].as_array().unwrap().len(), 1);
    // The order of the rows changes no bit.
    let text = fs::read_to_string(table("customers.csv")).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let turned: Vec<&str> = rows.lines().rev().collect();
    let file = folder.write("turned.csv", format!("{header}\n{}\n", turned.join("\n")));
    let usual = ["causes", &file, "--by", "branch,channel,tier", "--json"];
    let again = run([&usual[..], &total].concat()).json();
    assert_eq!(
        (&again["causes"][0]["cell"], &again["verdict"]),
        (&cause["cell"], &told["verdict"])
    );
    let ratio = ["--before", "spend_1,orders_1", "--after", "spend_2,orders_2", "--json"];
    let told = causes(&ratio).json();
    assert!(told["composition"]["share"].is_number());
}

#[test]
fn tables_that_cannot_be_searched_are_refused() {
    let folder = Folder::new();
    let one = |text: &str, more: &[&str]| {
        let file = folder.write("bad.csv", text);
        run([&["causes", &file, "--by", "a", "--before", "n"][..], more].concat())
    };
    let out = one("a,n,m\nx,1,2\n", &["--after", "n,m"]);
    refused(&out, "one column each for a total");
    refused(&one("a,n,m\nx,1,y\n", &["--after", "m"]), "bad.csv:2/m");
    refused(&one("a,n\nx,1\n", &["--after", "m"]), "there is no column `m`");
    let ratio = folder.write("ratio.csv", "a,n,d\nx,1,-2\ny,3,4\n");
    let out = run(["causes", &ratio, "--by", "a", "--before", "n,d", "--after", "n,d"]);
    refused(&out, "ratio.csv:2");
}

#[test]
fn charts_say_whether_there_is_anything_to_explain() {
    let file = table("months.csv");
    let usual = ["chart", &file, "--watched", "6"];
    assert_golden("chart.en.txt", &run(usual));
    assert_golden("chart.zh.txt", &run([&usual[..], &["--lang", "zh"]].concat()));
    let told = run([&usual[..], &["--json"]].concat()).json();
    let of = |name: &str| {
        let charts = told["charts"].as_array().unwrap();
        charts.iter().find(|it| it["name"] == name).unwrap().clone()
    };
    assert_eq!(
        (of("sales")["verdict"].clone(), of("sales")["method"].clone()),
        ("usual".into(), "season".into())
    );
    assert_eq!(of("complaints")["verdict"], "higher");
    assert_eq!(of("flat")["verdict"], "cannot_tell");
    assert!(of("complaints")["alarm"].as_u64().unwrap() >= 31);
    assert_eq!(told["periods"][35], "2025-12");
    refused(&run(["chart", &file, "--watched", "99"]), "99 periods cannot be watched");
}

#[test]
fn small_campaigns_are_pooled() {
    let folder = Folder::new();
    let file = table("campaigns.csv");
    let usual = ["experiment", &file, "--arm", "arm", "--control", "none", "--outcome", "bought"];
    let pooled =
        [&usual[..], &["--campaign", "campaign", "--margin", "20", "--cost", "0.5"]].concat();
    assert_golden("pooled.en.txt", &run(pooled.clone()));
    assert_golden("pooled.zh.txt", &run([&pooled[..], &["--lang", "zh"]].concat()));
    let told = run([&pooled[..], &["--json"]].concat()).json();
    assert_eq!(told["verdict"], "higher");
    assert_eq!(told["campaigns"].as_array().unwrap().len(), 6);
    let alone = folder.write("alone.csv", "c,arm,y\na,mail,1\na,mail,0\nb,none,1\nb,mail,0\n");
    let alone = [
        "experiment",
        &alone,
        "--arm",
        "arm",
        "--control",
        "none",
        "--outcome",
        "y",
        "--campaign",
        "c",
    ];
    refused(&run(alone), "campaign `a` has no control");
}
