//! `guanxi diff-review`.

use serde_json::{Value, json};

use crate::golden::assert_golden;
use crate::support::{Folder, Run, run, shop};

/// The shop with tiers and KPIs, as a playbook of another version.
fn changed(change: impl FnOnce(&mut Value)) -> String {
    let text = std::fs::read_to_string(shop("playbook.json")).unwrap();
    let mut playbook: Value = serde_json::from_str(&text).unwrap();
    playbook["value"] = json!({
        "purchases": {"event": "purchase", "amount": "amount"},
        "axes": {"spent": {"labels": {"zh-Hans": "消费", "en": "spent"},
            "from": "purchases.sum(p, p.amount)", "curve": [["0", 0], ["200", 100]]}},
        "assess": {"every": "month"},
        "tiers": [
            {"name": "gold", "labels": {"zh-Hans": "金卡", "en": "gold"},
             "when": "axis('spent') >= 10.00", "stay": "months(1)"},
            {"name": "plain", "labels": {"zh-Hans": "普卡", "en": "plain"}, "when": "true"}]});
    playbook["kpis"] = json!({
        "revenue": {"kind": "flow", "sum": "purchases.during(period).sum(p, p.amount)",
            "labels": {"zh-Hans": "销售额", "en": "revenue"}},
        "buyers": {"kind": "flow", "sum": "purchases.during(period).size() >= 1"}});
    change(&mut playbook);
    playbook.to_string()
}

fn other() -> String {
    changed(|playbook| {
        playbook["version"] = "1.1.0".into();
        playbook["value"]["tiers"][0]["when"] = "axis('spent') >= 60.00".into();
        playbook["kpis"]["buyers"]["sum"] = "purchases.during(period).size() >= 2".into();
        playbook["parameters"]["silence"]["value"] = "days(30)".into();
    })
}

fn asked(folder: &Folder, words: &[&str]) -> Run {
    run([&["diff-review"], words, &["--db", &folder.text("shop.db")]].concat())
}

#[test]
fn what_another_playbook_would_change_is_a_page() {
    let folder = Folder::with_shop();
    let old = folder.write("old.json", changed(|_| ()));
    let new = folder.write("new.json", other());
    let pair = [old.as_str(), new.as_str()];
    assert_golden("diff_review.en.txt", &asked(&folder, &pair));
    assert_golden("diff_review.zh.txt", &asked(&folder, &[&pair[..], &["--lang", "zh"]].concat()));
    let told = asked(&folder, &[&pair[..], &["--json"]].concat()).json();
    assert_eq!(told["same_meaning"], false);
    assert_eq!(
        told["tiers"]["changed"],
        told["tiers"]["matrix"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|cell| cell["old"] != cell["new"])
            .map(|cell| cell["customers"].as_u64().unwrap())
            .sum::<u64>()
    );
    let same = asked(&folder, &[&old, &old]);
    assert!(same.out.contains("both mean the same: nothing differs"), "{same:?}");
}

#[test]
fn a_kept_review_is_held_against_one_of_now() {
    let folder = Folder::with_shop();
    let old = folder.write("old.json", changed(|_| ()));
    let new = folder.write("new.json", other());
    let db = folder.text("shop.db");
    let kept = run(["review", "--db", &db, "--playbook", &old, "--json"]);
    let kept = folder.write("kept.json", kept.out.replace("\"semantics\":1", "\"semantics\":0"));
    assert_golden("diff_review_kept.en.txt", &asked(&folder, &[&kept, &new]));
    assert_golden("diff_review_kept.zh.txt", &asked(&folder, &[&kept, &old, "--lang", "zh"]));
    // The instant is that of the kept one unless another is named.
    let later = asked(&folder, &[&kept, &old, "--as-of", "2026-12-31", "--json"]).json();
    assert_ne!(later["as_of"], later["old_as_of"]);
}

#[test]
fn what_is_neither_is_refused() {
    let folder = Folder::with_shop();
    let old = folder.write("old.json", changed(|_| ()));
    let broken = folder.write("broken.json", r#"{"semantics": 1, "segments": []}"#);
    for (one, two, code, name) in [
        (&broken, &old, 1, "bad_value"),
        (&old, &broken, 1, "missing_key"),
        (&folder.text("none.json"), &old, 4, "io"),
    ] {
        let found = asked(&folder, &[one, two, "--json"]);
        assert_eq!(found.code, code, "{found:?}");
        assert_eq!(found.json()["error"]["name"], name, "{found:?}");
    }
}
