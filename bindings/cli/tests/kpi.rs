//! `guanxi experiment`, `guanxi decompose`, `guanxi evidence` and `guanxi
//! kpi-history-audit`: pages, JSON, and every way in which a table can be wrong.

use std::fmt::Write;

use crate::golden::assert_golden;
use crate::support::{Folder, Run, run};

/// A campaign with two kinds of mail; half as much again was bought with the
/// first.
fn campaign() -> String {
    let mut out = "customer,arm,spend,before\n".to_owned();
    for customer in 0_u32..600 {
        let arm = ["none", "first, mail", "second"][customer as usize % 3];
        // Scattered, and the same in every run.
        let at = customer.wrapping_mul(2_654_435_761) >> 20;
        let before = at % 90;
        let spend = f64::from(before * 2 + at % 37) / 4.0;
        let spend = if arm == "first, mail" { spend * 1.5 } else { spend };
        let before = if customer % 50 == 7 { String::new() } else { format!("{before}.5") };
        let _ = writeln!(out, "c{customer},\"{arm}\",{spend:.2},{before}");
    }
    out
}

fn experiment(folder: &Folder, more: &[&str]) -> Run {
    let file = folder.write("campaign.csv", campaign());
    let usual = ["experiment", &file, "--arm", "arm", "--control", "none", "--outcome", "spend"];
    run([&usual[..], more].concat())
}

#[test]
fn an_experiment_is_a_page_and_json() {
    let folder = Folder::new();
    let money = ["--covariate", "before", "--margin", "0.4", "--cost", "0.5"];
    assert_golden("experiment.en.txt", &experiment(&folder, &money));
    assert_golden(
        "experiment.zh.txt",
        &experiment(&folder, &[&money[..], &["--lang", "zh"]].concat()),
    );
    let told = experiment(&folder, &["--json"]).json();
    assert_eq!(told["control"]["n"], 200);
    assert_eq!(told["srm"]["chi2"], 0.0);
    let first = &told["arms"][0];
    assert_eq!((&first["arm"], &first["n"]), (&"first, mail".into(), &200.into()));
    assert!(first["cuped"].is_null() && first.get("profit").is_none());
    assert_eq!(first["relative"]["method"], "fieller");
    let (low, high) = (&first["absolute"]["low"], &first["absolute"]["high"]);
    assert!(0.0 < low.as_f64().unwrap() && low.as_f64() < high.as_f64());
    assert_eq!(first["verdict"], "higher");
    assert_eq!(told["arms"][1]["verdict"], "cannot_tell");
    // The order of the rows changes no bit.
    let text = campaign();
    let (header, rows) = text.split_once('\n').unwrap();
    let turned: Vec<&str> = rows.lines().rev().collect();
    let file = folder.write("turned.csv", format!("{header}\n{}\n", turned.join("\n")));
    let again = run([
        "experiment",
        &file,
        "--arm",
        "arm",
        "--control",
        "none",
        "--outcome",
        "spend",
        "--json",
    ]);
    let mut arms = again.json()["arms"].as_array().unwrap().clone();
    arms.reverse();
    assert_eq!(&arms, told["arms"].as_array().unwrap());
}

#[test]
fn looks_before_the_end_and_plans_of_other_sizes() {
    let folder = Folder::new();
    let once = experiment(&folder, &["--json"]).json();
    let often = experiment(&folder, &["--sequential", "--json"]).json();
    let width = |told: &serde_json::Value| {
        let absolute = &told["arms"][0]["absolute"];
        absolute["high"].as_f64().unwrap() - absolute["low"].as_f64().unwrap()
    };
    assert!(width(&often) > 1.3 * width(&once));
    let uneven = experiment(&folder, &["--planned", "none=2", "--json"]).json();
    assert_eq!(
        (&uneven["srm"]["matches"], &uneven["arms"][0]["verdict"]),
        (&false.into(), &"not_trusted".into())
    );
}

#[test]
fn what_is_wrong_with_an_experiment_has_its_place() {
    let folder = Folder::new();
    let refused = |more: &[&str]| {
        let out = experiment(&folder, more);
        assert!([1, 3].contains(&out.code), "{more:?} {out:?}");
        out.err
    };
    assert!(refused(&["--covariate", "befor"]).contains("did you mean `before`?"));
    assert!(refused(&["--planned", "none"]).contains("--planned"));
    assert!(refused(&["--planned", "nine=1"]).contains("did you mean `none`?"));
    assert!(refused(&["--level", "1"]).contains("level"));
    assert!(refused(&["--cost", "1"]).contains("--margin"));
    let ask = |text: &str, control: &str| {
        let file = folder.write("bad.csv", text);
        run(["experiment", &file, "--arm", "arm", "--control", control, "--outcome", "spend"])
    };
    let bad = ask("arm,spend\na,1\nb,much\n,3\na,\na,4,5\n", "a");
    assert_eq!(bad.code, 3);
    for place in ["bad.csv:3/spend", "bad.csv:4/arm", "bad.csv:5/spend", "bad.csv:6"] {
        assert!(bad.err.contains(place), "{place}: {}", bad.err);
    }
    assert!(ask("arm,spend\na,1\na,2\n", "a").err.contains("two arms"));
    assert!(ask("arm,spend\na,1\nb,2\n", "c").err.contains("--control"));
    assert!(ask("arm,spend\na,1e99\nb,2\n", "a").err.contains("not a number"));
    assert!(ask("arm,spend\na,99999999999999999999\nb,2\n", "a").err.contains("too large"));
    assert_ne!(ask("", "a").code, 0);
}

const REGIONS: &str = "region,orders_1,customers_1,orders_2,customers_2
north,300,1000,330,1000
south,100,1000,90,900
\"west, far\",50,100,150,300
,10,100,0,0
new,0,0,20,100
";

#[test]
fn a_change_comes_apart() {
    let folder = Folder::new();
    let file = folder.write("regions.csv", REGIONS);
    let ratio = [
        "decompose",
        &file,
        "--segment",
        "region",
        "--before",
        "orders_1,customers_1",
        "--after",
        "orders_2,customers_2",
    ];
    assert_golden("decompose.en.txt", &run(ratio));
    assert_golden("decompose.zh.txt", &run([&ratio[..], &["--lang", "zh"]].concat()));
    let told = run([&ratio[..], &["--json"]].concat()).json();
    assert_eq!(told["check"], 0);
    let total: f64 = told["contributions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["total"].as_f64().unwrap())
        .sum();
    assert!((total - told["total_change"].as_f64().unwrap()).abs() < 1e-12);
    let sum = [
        "decompose",
        &file,
        "--segment",
        "region",
        "--before",
        "orders_1",
        "--after",
        "orders_2",
        "--json",
    ];
    let told = run(sum).json();
    assert_eq!((&told["total_change"], &told["check"]), (&130.into(), &0.into()));
    assert_eq!(told["contributions"][2]["total"], 100);
}

#[test]
fn what_is_wrong_with_segments_has_its_place() {
    let folder = Folder::new();
    let ask = |text: &str, before: &str, after: &str| {
        let file = folder.write("bad.csv", text);
        let out = run(["decompose", &file, "--segment", "s", "--before", before, "--after", after]);
        assert!([1, 3].contains(&out.code), "{text} {out:?}");
        out.err
    };
    let text = "s,n,d,m,e\na,1,2,1,2\nb,1,0,1,2\n";
    let said = ask(text, "n,d", "m,e");
    assert!(said.contains("bad.csv:3") && said.contains("divided by nothing"), "{said}");
    assert!(ask(text, "n,d", "m").contains("--before"));
    assert!(ask("s,n,m\na,1,2\na,2,3\n", "n", "m").contains("stands here twice"));
    assert!(ask("s,n,m\na,1,two\n", "n", "m").contains("`two` is not a number"));
    assert!(ask("s,n,d,m,e\na,0,0,1,2\n", "n,d", "m,e").contains("nothing to divide by"));
    assert!(ask("s,n,m\na,1,2\n", "x", "m").contains("--before"));
}

#[test]
fn evidence_is_a_page_and_json() {
    let folder = Folder::new();
    let mut text = "shop,month,content,sales\n".to_owned();
    let mut state = 1_u64;
    let mut draw = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1 << 24) as f64 - 0.5
    };
    for shop in 0..320 {
        let (level, mut sales, mut content) = (draw(), draw(), draw());
        for month in 1..=8 {
            sales = 0.3 * sales + 0.8 * content + level + draw();
            content = level + draw();
            let _ = writeln!(text, "s{shop},2026-{month:02},{content:.4},{sales:.4}");
        }
    }
    text.push_str("s1,2026-09,,3\n");
    let file = folder.write("panel.csv", &text);
    let usual = [
        "evidence",
        &file,
        "--unit",
        "shop",
        "--time",
        "month",
        "--cause",
        "content",
        "--outcome",
        "sales",
    ];
    assert_golden("evidence.en.txt", &run(usual));
    assert_golden("evidence.zh.txt", &run([&usual[..], &["--lang", "zh"]].concat()));
    let told = run([&usual[..], &["--json"]].concat()).json();
    assert_eq!((&told["verdict"], &told["grade"]), (&"effect".into(), &"C".into()));
    let (low, high) = (told["low"].as_f64().unwrap(), told["high"].as_f64().unwrap());
    assert!(low < 0.8 && 0.8 < high && low > 0.4, "{told}");
    assert!(told["first_stage_f"].as_f64().unwrap() > 10.0);
    assert_eq!((&told["rows_missing"], &told["units"]), (&1.into(), &320.into()));
    let refused = |cause: &str, text: &str| {
        let file = folder.write("bad.csv", text);
        let out = run([
            "evidence",
            &file,
            "--unit",
            "u",
            "--time",
            "t",
            "--cause",
            cause,
            "--outcome",
            "y",
        ]);
        assert!([1, 3].contains(&out.code), "{text} {out:?}");
        out.err
    };
    assert!(refused("y", "u,t,x,y\n").contains("nothing proves itself"));
    assert!(refused("x", "u,t,x,y\na,1,2,3\na,1,2,3\n").contains("bad.csv:3"));
    assert!(refused("x", "u,t,x,y\na,spring,2,3\n").contains("`spring`"));
    assert!(refused("x", "u,t,x,y\na,1,2,3\n").contains("four periods"));
}

/// Five years of a firm whose calls lead sales by two months.
fn history() -> String {
    let mut out = "month,sales,calls,calls per head,answered,visits\n".to_owned();
    let mut state = 5_u64;
    let mut draw = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1 << 24) as f64 - 0.5
    };
    let mut calls = vec![100.0, 100.0];
    for month in 0..72 {
        calls.push(60.0 + 0.4 * calls[calls.len() - 1] + 20.0 * draw());
        let (now, before) = (calls[calls.len() - 1], calls[calls.len() - 3]);
        let sales = 500.0 + 4.0 * before + 30.0 * draw();
        let (year, month) = (2020 + month / 12, month % 12 + 1);
        let (answered, visits) = (97.0 + draw(), 40.0 + 9.0 * draw());
        let _ = writeln!(
            out,
            "{year}-{month:02},{sales:.1},{now:.1},{:.2},{answered:.2},{visits:.1}",
            now / 8.0
        );
    }
    out
}

#[test]
fn an_audit_is_a_page_and_json() {
    let folder = Folder::new();
    let file = folder.write("history.csv", history());
    let targets = folder.write("targets.csv", "kpi,target\nanswered,80\n");
    let owners =
        folder.write("owners.csv", "kpi,owner,direction\ncalls,sales,up\nvisits,service,up\n");
    let usual = [
        "kpi-history-audit",
        &file,
        "--outcome",
        "sales",
        "--targets",
        &targets,
        "--owners",
        &owners,
    ];
    assert_golden("audit.en.txt", &run(usual));
    assert_golden("audit.zh.txt", &run([&usual[..], &["--lang", "zh"]].concat()));
    let told = run([&usual[..], &["--json"]].concat()).json();
    let verdicts: Vec<_> = told["kpis"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["kpi"].as_str().unwrap(), it["verdict"].as_str().unwrap()))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("calls", "keep"),
            ("calls per head", "merge"),
            ("answered", "retarget"),
            ("visits", "drop")
        ]
    );
    // Rows in any order, targets period by period: the same.
    let text = history();
    let (header, rows) = text.split_once('\n').unwrap();
    let turned: Vec<&str> = rows.lines().rev().collect();
    folder.write("history.csv", format!("{header}\n{}\n", turned.join("\n")));
    let by_month: String =
        turned.iter().map(|row| format!("{},80\n", row.split(',').next().unwrap())).collect();
    folder.write("targets.csv", format!("month,answered\n{by_month}"));
    assert_eq!(run([&usual[..], &["--json"]].concat()).json(), told);
}

#[test]
fn what_is_wrong_with_a_history_has_its_place() {
    let folder = Folder::new();
    let ask = |text: &str, targets: &str| {
        let file = folder.write("bad.csv", text);
        let targets = folder.write("targets.csv", targets);
        let out = run(["kpi-history-audit", &file, "--outcome", "y", "--targets", &targets]);
        assert!([1, 3].contains(&out.code), "{text} {out:?}");
        out.err
    };
    let good = "kpi,target\nx,1\n";
    assert!(ask("month,x,z\n1,2,3\n", good).contains("--outcome"));
    assert!(ask("month,x,y\n1,two,3\n", good).contains("bad.csv:2/x"));
    assert!(ask("month,x,y\n1,2,3\n1,2,3\n", good).contains("bad.csv:3"));
    assert!(ask("month,x,y\nMay,2,3\n", good).contains("periods"));
    assert!(ask("month,x,y\n1,2,3\n", "kpi,target\nxx,1\n").contains("did you mean `x`?"));
    assert!(ask("month,x,y\n1,2,3\n", "kpi,target,direction\nx,1,left\n").contains("`left`"));
    assert!(ask("month,x,y\n1,2,3\n", "month,x\n2,1\n3,1\n").contains("--targets"));
}
