//! `guanxi causes`, `guanxi chart` and pooled campaigns: pages, JSON, and tables
//! that are wrong.

use std::fmt::Write;

use crate::golden::assert_golden;
use crate::support::{Folder, Run, run};

/// Scattered, and the same in every run: from 0 to 1.
fn scattered(at: u32) -> f64 {
    let mixed = (at ^ 0x5bd1).wrapping_mul(2_654_435_761);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519);
    f64::from(mixed >> 8) / f64::from(1 << 24)
}

/// Two thousand customers; those of one branch on the web bought half as much.
fn customers() -> String {
    let mut out = "customer,branch,channel,tier,spend_1,spend_2,orders_1,orders_2\n".to_owned();
    for at in 0_u32..2_000 {
        let branch = ["东城", "西城", "南城", "北城", ""][(scattered(at) * 5.0) as usize];
        let channel = ["web", "shop"][(scattered(at + 90_000) * 2.0) as usize];
        let tier = ["A", "B", "C"][(scattered(at + 50_000) * 3.0) as usize];
        let before = 40.0 + 200.0 * scattered(at + 7_000);
        let kept = if branch == "南城" && channel == "web" { 0.5 } else { 1.0 };
        let after = before * kept * (0.9 + 0.2 * scattered(at + 30_000));
        let _ = writeln!(
            out,
            "c{at},{branch},{channel},{tier},{before:.2},{after:.2},4,{}",
            4 + at % 2
        );
    }
    out
}

/// The command is refused, and says this.
fn refused(run: &Run, says: &str) {
    assert!([1, 3].contains(&run.code) && run.err.contains(says), "{run:?}");
}

fn causes(folder: &Folder, more: &[&str]) -> Run {
    let file = folder.write("customers.csv", customers());
    let usual = ["causes", &file, "--by", "branch,channel,tier"];
    run([&usual[..], more].concat())
}

#[test]
fn causes_are_found_and_told_as_a_page_and_json() {
    let folder = Folder::new();
    let total = ["--before", "spend_1", "--after", "spend_2", "--customer", "customer"];
    assert_golden("causes.en.txt", &causes(&folder, &total));
    assert_golden("causes.zh.txt", &causes(&folder, &[&total[..], &["--lang", "zh"]].concat()));
    let told = causes(&folder, &[&total[..], &["--json"]].concat()).json();
    assert_eq!(told["verdict"], "localised");
    let cause = &told["causes"][0];
    assert_eq!(
        (&cause["cell"][0]["value"], &cause["cell"][1]["value"]),
        (&"南城".into(), &"web".into())
    );
    assert_eq!(cause["confirmed"], true);
    assert_eq!(told["causes"].as_array().unwrap().len(), 1);
    // The order of the rows changes no bit.
    let text = customers();
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
    let told = causes(&folder, &ratio).json();
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

/// Three years of months; complaints rise at the end.
fn three_years() -> String {
    let mut out = "month,sales,complaints,flat\n".to_owned();
    for at in 0_u32..36 {
        let season =
            [5.0, 0.0, 9.0, 3.0, 1.0, 6.0, 2.0, 8.0, 4.0, 7.0, 12.0, 20.0][at as usize % 12];
        let sales = 100.0 + season + f64::from(at) / 5.0 + 2.0 * scattered(at);
        let complaints = 30.0 + 4.0 * scattered(at + 400) + if at >= 31 { 9.0 } else { 0.0 };
        let (year, month) = (2023 + at / 12, 1 + at % 12);
        let _ = writeln!(out, "{year}-{month:02},{sales:.1},{complaints:.1},7");
    }
    out
}

#[test]
fn charts_say_whether_there_is_anything_to_explain() {
    let folder = Folder::new();
    let file = folder.write("history.csv", three_years());
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
    let mut text = "campaign,arm,bought\n".to_owned();
    for at in 0_u32..1_200 {
        let (campaign, arm) = (at % 6, ["none", "mail"][at as usize / 6 % 2]);
        let rate = if arm == "mail" { 0.16 } else { 0.08 };
        let _ = writeln!(text, "2026-0{},{arm},{}", 1 + campaign, u8::from(scattered(at) < rate));
    }
    let file = folder.write("campaigns.csv", text);
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
