//! `guanxi rfm`: on a small file letter by letter, on real customers by the
//! published counts, and on files that are not what they should be.

use crate::golden::assert_golden;
use crate::support::{Folder, run};

const SALES: &str = "会员,日期,实付\n\
    A,2026-01-05 09:00,100.00\n\
    A,2026-01-05 18:00,20.50\n\
    A,2026-02-10,300\n\
    A,2026-02-12,-50.5\n\
    B,2026-01-20,15.00\n\
    C,2026-03-03,8\n\
    C,2026-03-17,0.00\n\
    \"张,三\",2026-05-01,60\n\
    D,2026-02-01,\n";

fn words<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let ends = ["--calibration-end", "2026-03-31", "--holdout-end", "2026-06-30"];
    let names = ["--customer", "会员", "--at", "日期", "--amount", "实付"];
    [&["rfm", file, "--zone", "Asia/Shanghai"][..], &ends, &names, more].concat()
}

#[test]
fn purchases_become_a_line_each_customer() {
    let folder = Folder::new();
    let file = folder.write("sales.csv", SALES);
    let ask = |more: &[&str]| run(words(&file, more));
    assert_golden("rfm.csv", &ask(&["--csv", "--unit", "day", "--score", "3"]));
    assert_golden("rfm.json", &ask(&["--json", "--unit", "week", "--include-first"]));
    assert_golden("rfm.zh.txt", &ask(&["--lang", "zh", "--score", "3"]));
    assert_golden("rfm_weeks.csv", &ask(&["--csv", "--grain", "week", "--unit", "week"]));
}

#[test]
fn real_customers_give_the_published_counts() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/cdnow/events.csv");
    let ends = ["--calibration-end", "1997-09-30", "--holdout-end", "1998-06-30"];
    let asked = run([&["rfm", file, "--json"][..], &ends].concat()).json();
    let totals = serde_json::json!({
        "customers": 23_570, "repeaters": 9_451, "frequency": 24_337,
        "holdout_frequency": 19_684, "rows": 8_685, "spend": asked["totals"]["spend"],
    });
    assert_eq!(asked["totals"], totals);
    let customer = &asked["customers"][3];
    assert_eq!((&customer["id"], &customer["frequency"]), (&"00004".into(), &2.into()));
    assert_eq!(customer["monetary"], 22.345);
}

#[test]
fn a_store_gives_what_its_files_give() {
    let folder = Folder::with_shop();
    let (db, playbook) = (folder.text("shop.db"), crate::support::shop("playbook.json"));
    let playbook = playbook.to_str().unwrap();
    let ends = ["--calibration-end", "2026-03-31"];
    let words = [&["rfm", "--db", &db, "--playbook", playbook, "--csv"][..], &ends].concat();
    assert_golden("rfm_shop.csv", &run(words));
    for (option, value) in
        [("--kind", "purchse"), ("--amount", "amonut"), ("--refunds", "nothing.amount")]
    {
        let words =
            [&["rfm", "--db", &db, "--playbook", playbook, option, value][..], &ends].concat();
        let wrong = run(words);
        assert_eq!(wrong.code, 1, "{wrong:?}");
        assert!(wrong.err.contains(value.split('.').next().unwrap()), "{wrong:?}");
    }
}

#[test]
fn what_is_wrong_is_told_with_a_way_out() {
    let folder = Folder::new();
    let file = folder.write("sales.csv", SALES);
    let names = run(["rfm", &file, "--calibration-end", "2026-03-31"]);
    assert_eq!(names.code, 3);
    for said in ["`customer`", "`at`", "--customer", "`会员`, `日期`, `实付`"] {
        assert!(names.err.contains(said), "{names:?}");
    }
    let end = run(["rfm", &file, "--calibration-end", "2026-02-30"]);
    assert!(end.code == 1 && end.err.contains("2026-02-30"), "{end:?}");
    let backwards = run(words(&file, &["--holdout-end", "2026-03-01"]));
    assert_eq!(backwards.code, 1, "{backwards:?}");
    for time in ["24:00", "4", "4:5", "-1:00", "x"] {
        let day_starts = format!("--day-starts={time}");
        let wrong = run(words(&file, &[&day_starts]));
        assert!(wrong.code == 1 && wrong.err.contains("4:00"), "{wrong:?}");
    }
    assert_eq!(run(words("none.csv", &[])).code, 4);
    // A row that is none is told, and the others count.
    let text = SALES.to_owned() + "E,someday,3\nF,2026-01-01,cheap\n";
    let spoilt = folder.write("spoilt.csv", &text);
    let told = run(words(&spoilt, &["--csv"]));
    assert_eq!(told.code, 3);
    assert!(told.err.contains("someday") && told.err.contains("cheap"), "{told:?}");
    assert_eq!(told.out, run(words(&file, &["--csv"])).out);
}
