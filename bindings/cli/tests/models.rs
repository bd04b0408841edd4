//! `guanxi fit` and `guanxi predict`: pages, JSON, CSV, and every way in which a
//! file of customers can be wrong.

use crate::golden::assert_golden;
use crate::support::{Folder, run};

/// Ten weeks of a small shop: most never came back.
const SHOP: &str = "id,frequency,recency,T,monetary,log_gaps,weight,note
a,0,0,10,,0,60,once
b,1,2,10,20.5,0.693147180559945,14,left
c,1.0,8,10,31,2.07944154167984,9,
\"d, e\",3,5,10,24.25,1.5,6,
f,4,9.5,10,55,3.4,11,
";

fn customers(folder: &Folder) -> String {
    folder.write("cbs.csv", SHOP)
}

#[test]
fn a_fit_is_a_page_and_json() {
    let folder = Folder::new();
    let file = customers(&folder);
    assert_golden("fit.en.txt", &run(["fit", "bg-nbd", &file]));
    assert_golden("fit.zh.txt", &run(["fit", "mbg-cnbd", &file, "--lang", "zh"]));
    assert_golden("fit.json", &run(["fit", "pareto-nbd", &file, "--json"]));
    let said = run(["fit", "bg-cnbd", &file, "-k", "2", "--json"]).json();
    assert_eq!((&said["k"], &said["n"], &said["rows"]), (&2.into(), &100.into(), &5.into()));
    let money = run(["fit", "gamma-gamma", &file, "--json"]).json();
    assert_eq!((&money["n"], &money["rows"]), (&40.into(), &4.into()));
    for name in ["p", "q", "v"] {
        assert!(money["params"][name].as_f64().unwrap() > 0.0);
    }
}

/// The same shop, and what came in the eight weeks after.
const LATER: &str = "id,frequency,recency,T,log_gaps,weight,holdout_frequency
a,0,0,10,0,40,0
a2,0,0,9,0,20,1
b,1,2,10,0.693147180559945,14,0
c,1,8,10,2.07944154167984,9,2
d,3,5,10,1.5,6,1
f,4,9.5,10,3.4,11,3.0
";

#[test]
fn all_models_are_set_beside_each_other_and_the_rules() {
    let folder = Folder::new();
    let file = folder.write("later.csv", LATER);
    let ask = |more: &[&'static str]| run([&["fit", "all", &file], more].concat());
    assert_golden("fit_all.en.txt", &ask(&["--holdout-units", "8"]));
    assert_golden("fit_all.zh.txt", &ask(&["--holdout-units", "8", "--lang", "zh"]));
    assert_golden("fit_all.json", &ask(&["--holdout-units", "8", "--json"]));
    let untried = ask(&["--json"]).json();
    assert!(untried["holdout"].is_null());
    assert!(untried["notes"].to_string().contains("--holdout-units"), "{untried}");
    // What `fit MODEL` says of one is what is said of it among others.
    let tried = ask(&["--holdout-units", "8", "--json"]).json();
    for model in tried["models"].as_array().unwrap() {
        let name = model["model"].as_str().unwrap();
        let alone = run(["fit", name, &file, "--json"]).json();
        for key in ["params", "log_likelihood", "aic", "k", "limit", "log_likelihood_by_k"] {
            assert_eq!(model[key], alone[key], "{name} {key}");
        }
    }
    assert_eq!(tried["holdout"]["purchases"], 20 + 18 + 6 + 33);
    let last = &tried["models"][0]["tracking"].as_array().unwrap().last().unwrap()[0];
    assert_eq!(last, 8.0);
}

#[test]
fn what_came_stands_beside_what_was_expected() {
    let folder = Folder::new();
    let sales = "customer,at\nA,2026-01-01\nA,2026-01-06\nA,2026-01-06\nA,2026-01-20\n\
        B,2026-01-02\nB,2026-01-13\nB,2026-01-15\nC,2026-01-03\nC,2026-01-22\nD,2026-01-16\n";
    let sales = folder.write("sales.csv", sales);
    let ends = ["--calibration-end", "2026-01-14", "--holdout-end", "2026-01-21"];
    let ask = |more: &'static str| run([&["rfm", &sales][..], &ends, &[more]].concat());
    let repeats = ask("--repeats");
    // In weeks from the end: the 6th, the 13th, the 15th and the 20th.
    let lines: Vec<&str> = repeats.out.lines().collect();
    assert_eq!(lines[0], "time,repeats");
    let weeks = [-8.0, -1.0, 1.0, 6.0].map(|days: f64| format!("{},1", days / 7.0));
    assert_eq!(lines[1..], weeks);
    let (cbs, repeats) =
        (folder.write("c.csv", ask("--csv").out), folder.write("r.csv", repeats.out));
    let words = ["fit", "all", &cbs, "--holdout-units", "1", "--repeats", &repeats, "--json"];
    let told = run(words).json();
    let tracking = told["models"][0]["tracking"].as_array().unwrap();
    let came: Vec<&serde_json::Value> = tracking.iter().map(|point| &point[3]).collect();
    assert_eq!(came, [&serde_json::json!(1), &1.into(), &2.into()]);
    let odd = folder.write("odd.csv", "time,repeats\n1,2\nx,3\n1,-3\n");
    let told = run(["fit", "all", &cbs, "--repeats", &odd, "--json"]);
    let faults = told.json()["faults"].as_array().unwrap().clone();
    let places: Vec<&str> = faults.iter().map(|it| it["pointer"].as_str().unwrap()).collect();
    assert_eq!((told.code, places), (3, vec!["odd.csv:3", "odd.csv:4"]));
    let told = run(["fit", "all", &cbs, "--repeats", &cbs, "--json"]);
    assert_eq!(told.json()["error"]["name"], "missing_column");
}

/// Leads of a seller of machines: who visited often and asked for an offer buys.
fn leads() -> String {
    let mut text = "id,visits,asked,size,won\n".to_owned();
    for at in 0..400_u32 {
        let (visits, asked, luck) = (at * 7 % 9, at % 3 == 0, at * 37 % 101);
        let won = luck < 6 + 7 * visits + 20 * u32::from(asked);
        let size = if at % 5 == 0 { String::new() } else { (10 + at * 13 % 90).to_string() };
        let won = if at % 40 == 39 { "" } else { ["0", "1"][usize::from(won)] };
        text.push_str(&format!("L-{at},{visits},{asked},{size},{won}\n"));
    }
    text
}

#[test]
fn what_makes_leads_buy_is_a_page_and_an_axis() {
    let folder = Folder::new();
    let file = folder.write("leads.csv", leads());
    let ask =
        |more: &[&'static str]| run([&["fit", "lead", &file, "--outcome", "won"], more].concat());
    assert_golden("fit_lead.en.txt", &ask(&[]));
    assert_golden("fit_lead.zh.txt", &ask(&["--lang", "zh", "--l2", "2"]));
    assert_golden("fit_lead.json", &ask(&["--json"]));
    let told = ask(&["--json"]).json();
    assert_eq!(told["undecided"], 10);
    assert_eq!(told["learnt"].as_u64().unwrap() + told["tested"]["leads"].as_u64().unwrap(), 390);
    // The axis is in decimals of nine places at most, as the playbook reads them.
    let axis = &told["axis"]["logistic"];
    for factor in axis["factors"].as_array().unwrap() {
        for key in ["weight", "missing"] {
            let text = factor[key].as_str().unwrap();
            assert!(text.split('.').nth(1).is_none_or(|places| places.len() <= 9), "{factor}");
            text.parse::<f64>().unwrap();
        }
    }
    assert_eq!(axis["factors"][0]["name"], "visits");
    let none = ask(&["--holdout", "0", "--json"]).json();
    assert!(none["tested"].is_null() && none["learnt"] == 390, "{none}");
}

#[test]
fn leads_that_cannot_be_learnt_from_are_told() {
    let folder = Folder::new();
    let ask = |text: &str, more: &[&'static str]| {
        let file = folder.write("leads.csv", text);
        run([&["fit", "lead", &file, "--json", "--holdout", "0"], more].concat())
    };
    let separated = "id,x,y,outcome\n1,1,4,0\n2,2,6,0\n3,3,5,1\n4,4,5,1\n5,1,7,0\n6,5,4,1\n";
    let told = ask(separated, &[]);
    assert_eq!(told.code, 0, "{told:?}");
    let json = told.json();
    assert_eq!((&json["open"]["reason"], &json["axis"]), (&"separated".into(), &().into()));
    assert!(json["notes"].to_string().contains("an `l2` of 1"), "{json}");
    assert!(ask(separated, &["--l2", "1"]).json()["axis"].is_object());
    let same = "id,a,b,outcome\n1,1,2,0\n2,2,4,1\n3,3,6,0\n4,4,8,1\n5,1,2,1\n";
    let json = ask(same, &[]).json();
    assert_eq!(json["open"], serde_json::json!({"reason": "collinear", "factors": ["a", "b"]}));
    let cases = [
        (ask("id,x,outcome\n1,1,1\n", &[]), 1, "nothing_to_fit"),
        (ask("id,x,outcome\n1,one,1\n2,1,maybe\n", &[]), 3, "bad_cell"),
        (ask("id,x,outcome\n1,1\n", &[]), 3, "ragged_row"),
        (ask("x,won\n1,1\n", &[]), 3, "missing_column"),
        (ask("id,x,x,outcome\n1,1,1,1\n", &[]), 3, "duplicate_column"),
        (ask("id,x,outcome\n1,1,1\n", &["--l2", "-1"]), 1, "invalid_argument"),
        (ask("id,x,outcome\n1,1,1\n", &["--l2", "NaN"]), 1, "invalid_argument"),
    ];
    for (run, code, name) in cases {
        assert_eq!(run.code, code, "{run:?}");
        assert_eq!(run.json()["error"]["name"], name, "{run:?}");
    }
    let words = ["fit", "lead", "not_there.csv", "--holdout", "1", "--json"];
    assert_eq!(run(words).json()["error"]["pointer"], "--holdout");
}

#[test]
fn a_holdout_that_cannot_be_is_told() {
    let folder = Folder::new();
    let file = folder.write("later.csv", LATER);
    let none = customers(&folder);
    let ask = |file: &str, units: &'static str| {
        run(["fit", "all", file, "--holdout-units", units, "--json"])
    };
    let cases = [
        (ask(&none, "8"), 3, "missing_column"),
        (ask(&file, "0"), 1, "invalid_argument"),
        (ask(&file, "-3"), 1, "invalid_argument"),
        (ask(&file, "NaN"), 1, "invalid_argument"),
        (ask(&file, "soon"), 1, "invalid_argument"),
        (run(["fit", "all", &none, "--json", "-k", "2"]), 1, "invalid_argument"),
    ];
    for (run, code, name) in cases {
        assert_eq!(run.code, code, "{run:?}");
        assert_eq!(run.json()["error"]["name"], name, "{run:?}");
    }
    let bad = LATER.replace("40,0", "40,x").replace("20,1", "20,5000000000");
    let bad = ask(&folder.write("bad.csv", bad), "8");
    let faults = bad.json()["faults"].as_array().unwrap().clone();
    let places: Vec<&str> = faults.iter().map(|it| it["pointer"].as_str().unwrap()).collect();
    assert_eq!(places, ["bad.csv:2/holdout_frequency", "bad.csv:3/holdout_frequency"]);
}

#[test]
fn what_a_fit_prints_is_what_a_prediction_reads() {
    let folder = Folder::new();
    let file = customers(&folder);
    for model in ["nbd", "bg-nbd", "mbg-nbd", "pareto-nbd"] {
        // As it was printed: a reader of JSON may change the last digit.
        let printed = run(["fit", model, &file, "--json"]).out;
        let parameters = printed.split("\"params\":").nth(1).unwrap();
        let parameters = &parameters[..=parameters.find('}').unwrap()];
        let words = ["predict", model, "--params", parameters, &file, "--horizon", "10", "--json"];
        let said = run(words);
        assert!(said.out.contains(&format!("\"params\":{parameters}")), "{model}: {said:?}");
        let said = said.json();
        assert_eq!(said["customers"].as_array().unwrap().len(), 5);
        let total = said["totals"]["expected"].as_f64().unwrap();
        assert!(total > 0.0 && total < 200.0, "{said}");
    }
}

const PARAMETERS: &str = r#"{"r":0.243,"alpha":4.414,"a":0.793,"b":2.426}"#;

#[test]
fn predictions_are_a_page_json_and_csv() {
    let folder = Folder::new();
    let file = customers(&folder);
    let words = |more: &[&'static str]| {
        let spend = r#"{"p":6.25,"q":3.74,"v":15.44}"#;
        let words = ["predict", "bg-nbd", &file, "--params", PARAMETERS, "--spend", spend];
        run([&words[..], &["--horizon", "39", "--discount", "0.0027"], more].concat())
    };
    assert_golden("predict.csv", &words(&["--csv", "--pmf", "2"]));
    assert_golden("predict.json", &words(&["--json", "--pmf", "1"]));
    assert_golden("predict.zh.txt", &words(&["--lang", "zh"]));
    let plain =
        run(["predict", "bg-nbd", &file, "--params", PARAMETERS, "--horizon", "39", "--csv"]);
    assert!(plain.out.starts_with("id,p_alive,expected,"), "{plain:?}");
    assert!(!plain.out.contains("clv"));
    // Without a discount the value of a future without end may have no bound.
    assert!(plain.out.lines().nth(1).unwrap().ends_with(','), "{plain:?}");
}

#[test]
fn every_bad_row_is_told_with_its_line() {
    let folder = Folder::new();
    let text = "id,frequency,recency,T\n1,2,3,2\n2,1.5,1,2\n3,x,1,2\n4,1,1\n5,1,-1,NaN\n6,1,0,0\n";
    let file = folder.write("bad.csv", text);
    let words = ["predict", "bg-nbd", &file, "--params", PARAMETERS, "--horizon", "1", "--json"];
    for run in [run(["fit", "bg-nbd", &file, "--json"]), run(words)] {
        assert_eq!(run.code, 3, "{run:?}");
        let faults = run.json()["faults"].as_array().unwrap().clone();
        let places: Vec<&str> =
            faults.iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
        let wanted = [
            "bad.csv:2/recency",
            "bad.csv:3/frequency",
            "bad.csv:4/frequency",
            "bad.csv:5",
            "bad.csv:6/recency",
            "bad.csv:6/T",
            "bad.csv:7/recency",
        ];
        assert_eq!(places, wanted);
    }
}

#[test]
fn whose_repeats_brought_nothing_is_left_out_of_a_model_of_spending_and_counted() {
    let folder = Folder::new();
    let with = |free: &str| {
        let paid = "0,0,9,0\n1,2,9,5\n4,7,9,8\n2,3,9,31\n3,4,9,12\n1,3,9,2.5\n";
        let file = folder.write("free.csv", format!("frequency,recency,T,monetary\n{paid}{free}"));
        run(["fit", "gamma-gamma", &file, "--json"])
    };
    let (told, plain) = (with("2,3,9,0\n1,3,9,-4\n").json(), with("").json());
    assert_eq!((&told["left_out"], &plain["left_out"]), (&2.into(), &0.into()));
    assert!(told["notes"].to_string().contains("left out"), "{told}");
    for key in ["n", "params", "log_likelihood"] {
        assert_eq!(told[key], plain[key], "{key}");
    }
}

#[test]
fn calls_that_cannot_be_are_told_before_the_file_is_read() {
    let none = "not_there.csv";
    let predict = |more: &[&'static str]| {
        run([&["predict", "bg-nbd", none, "--json", "--horizon", "1"], more].concat())
    };
    let cases = [
        (run(["fit", "bgnbd", none, "--json"]), "bad_parameters"),
        (run(["fit", "bg-nbd", none, "-k", "2", "--json"]), "bad_parameters"),
        (run(["fit", "bg-cnbd", none, "-k", "0", "--json"]), "bad_parameters"),
        (predict(&["--params", "{"]), "json_syntax"),
        (predict(&["--params", "[]"]), "wrong_json_type"),
        (predict(&["--params", r#"{"r":1,"alpha":2,"a":3}"#]), "missing_key"),
        (predict(&["--params", r#"{"r":1,"alpha":2,"a":3,"b":4,"c":5}"#]), "unknown_key"),
        (predict(&["--params", r#"{"r":1,"alpha":2,"a":3,"b":-4}"#]), "bad_parameters"),
        (predict(&["--params", PARAMETERS, "--discount", "-1"]), "invalid_argument"),
        (predict(&["--params", PARAMETERS, "--spend", r#"{"p":1,"q":1}"#]), "missing_key"),
    ];
    for (run, name) in cases {
        assert_eq!(run.code, 1, "{run:?}");
        assert_eq!(run.json()["error"]["name"], name, "{run:?}");
    }
    assert_eq!(run(["fit", "bg-nbd", none]).code, 4);
}

#[test]
fn nothing_to_fit_and_limits_are_told() {
    let folder = Folder::new();
    let once = folder.write("once.csv", "id,frequency,recency,T\n1,0,0,9\n2,0,0,8\n");
    let refused = run(["fit", "bg-nbd", &once, "--json"]);
    assert_eq!((refused.code, &refused.json()["error"]["name"]), (1, &"nothing_to_fit".into()));
    let missing = folder.write("missing.csv", "id,frequency,T\n1,0,9\n");
    let refused = run(["fit", "bg-nbd", &missing, "--json"]);
    assert_eq!((refused.code, &refused.json()["error"]["name"]), (3, &"missing_column".into()));
    let faithful =
        folder.write("faithful.csv", "frequency,recency,T\n1,9,9\n4,8,8\n2,7,7\n9,9,9\n");
    let fit = run(["fit", "bg-nbd", &faithful, "--json"]).json();
    assert_eq!(fit["limit"]["model"], "nbd", "{fit}");
    assert!(fit["standard_errors"]["a"].is_null() && fit["log_likelihood"].is_number());
    // Beside it the limit itself: no likelier, and hardly less likely.
    let nbd = run(["fit", "nbd", &faithful, "--json"]).json();
    assert_eq!(fit["limit"]["estimates"], nbd["params"]);
    assert_eq!(fit["limit"]["log_likelihood"], nbd["log_likelihood"]);
    let (above, below) = (&fit["log_likelihood"], &nbd["log_likelihood"]);
    assert!((above.as_f64().unwrap() - below.as_f64().unwrap()).abs() < 1e-6, "{fit}");
    let parameters = fit["params"].to_string();
    let words = ["predict", "bg-nbd", &faithful, "--params", &parameters, "--horizon", "9"];
    let said = run(words.into_iter().chain(["--discount", "0.01", "--json"])).json();
    assert_eq!(said["limit"]["model"], "nbd");
    assert!(said["customers"][0]["residual"].is_null(), "{said}");
    assert!(said["customers"][0]["discounted"].is_number(), "{said}");
}
