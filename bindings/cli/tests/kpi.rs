//! `guanxi experiment`, `guanxi decompose`, `guanxi evidence` and `guanxi
//! kpi-history-audit`: pages, JSON, and every way in which a table can be wrong.

use std::fs;

use crate::golden::assert_golden;
use crate::support::{Folder, Run, run, table};

fn experiment(more: &[&str]) -> Run {
    let file = table("campaign.csv");
    let usual = ["experiment", &file, "--arm", "arm", "--control", "none", "--outcome", "spend"];
    run([&usual[..], more].concat())
}

#[test]
fn an_experiment_is_a_page_and_json() {
    let folder = Folder::new();
    let money = ["--covariate", "before", "--margin", "0.4", "--cost", "0.5"];
    assert_golden("experiment.en.txt", &experiment(&money));
    assert_golden("experiment.zh.txt", &experiment(&[&money[..], &["--lang", "zh"]].concat()));
    let told = experiment(&["--json"]).json();
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
    let text = fs::read_to_string(table("campaign.csv")).unwrap();
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
    let once = experiment(&["--json"]).json();
    let often = experiment(&["--sequential", "--json"]).json();
    let width = |told: &serde_json::Value| {
        let absolute = &told["arms"][0]["absolute"];
        absolute["high"].as_f64().unwrap() - absolute["low"].as_f64().unwrap()
    };
    assert!(width(&often) > 1.3 * width(&once));
    let uneven = experiment(&["--planned", "none=2", "--json"]).json();
    assert_eq!(
        (&uneven["srm"]["matches"], &uneven["arms"][0]["verdict"]),
        (&false.into(), &"not_trusted".into())
    );
}

#[test]
fn what_is_wrong_with_an_experiment_has_its_place() {
    let folder = Folder::new();
    let refused = |more: &[&str]| {
        let out = experiment(more);
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

#[test]
fn a_change_comes_apart() {
    let file = table("regions.csv");
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
    let file = table("panel.csv");
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

#[test]
fn an_audit_is_a_page_and_json() {
    let folder = Folder::new();
    let asked = |[history, targets]: [&str; 2], more: &[&str]| {
        let owners = table("owners.csv");
        let usual = ["kpi-history-audit", history, "--outcome", "sales", "--targets", targets];
        run([&usual[..], &["--owners", &owners], more].concat())
    };
    let (history, targets) = (table("history.csv"), table("targets.csv"));
    let usual = |more: &[&str]| asked([&history, &targets], more);
    assert_golden("audit.en.txt", &usual(&[]));
    assert_golden("audit.zh.txt", &usual(&["--lang", "zh"]));
    let told = usual(&["--json"]).json();
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
    let text = fs::read_to_string(&history).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let turned: Vec<&str> = rows.lines().rev().collect();
    let history = folder.write("turned.csv", format!("{header}\n{}\n", turned.join("\n")));
    let by_month: String =
        turned.iter().map(|row| format!("{},80\n", row.split(',').next().unwrap())).collect();
    let targets = folder.write("by_month.csv", format!("month,answered\n{by_month}"));
    assert_eq!(asked([&history, &targets], &["--json"]).json(), told);
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
