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
    let parameters = fit["params"].to_string();
    let words = ["predict", "bg-nbd", &faithful, "--params", &parameters, "--horizon", "9"];
    let said = run(words.into_iter().chain(["--discount", "0.01", "--json"])).json();
    assert_eq!(said["limit"]["model"], "nbd");
    assert!(said["customers"][0]["residual"].is_null(), "{said}");
    assert!(said["customers"][0]["discounted"].is_number(), "{said}");
}
