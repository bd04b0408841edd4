//! `guanxi review --report`: one page, whole or not there.

use std::fs;

use serde_json::json;

use crate::support::{Folder, Run, run};

/// A firm whose texts are hostile, with KPIs over three months.
fn firm() -> Folder {
    let folder = Folder::new();
    let playbook = json!({
        "guanxi": 1, "id": "firm", "version": "1.0.0",
        "labels": {"en": "Tea <script>alert(1)</script> & Co", "zh-Hans": "茶行"},
        "calendar": {"zone": "Asia/Shanghai"},
        "schema": {
            "attributes": {"region": {"type": "text", "nullable": true}},
            "events": {"purchase": {"list": "purchases",
                "fields": {"amount": {"type": "money", "currency": "CNY"}}}},
        },
        "segments": {"buyers": {"when": "purchases.size() > 0"}},
        "kpis": {
            "revenue": {"kind": "flow", "sum": "purchases.during(period).sum(p, p.amount)",
                "better": "up", "target": "20000"},
            "buyers": {"kind": "rate", "sum": "purchases.during(period).size() > 0", "per": "true",
                "better": "up"},
        },
        "scorecards": {"firm": {"nodes": [{"kpi": "revenue"}, {"kpi": "buyers"}]}},
    });
    folder.write("playbook.json", playbook.to_string());
    folder.write("customers.csv", "id,region\nC1,\"<b>east</b>\"\nC2,west & north\nC3,\n");
    folder.write(
        "events.csv",
        "kind,customer,at,amount\n\
         purchase,C1,2026-01-05,12000.00\npurchase,C2,2026-01-06,1000.50\n\
         purchase,C1,2026-02-05,8000.00\npurchase,C2,2026-02-28,4000.00\n\
         purchase,C2,2026-03-31,9000.00\npurchase,C3,2026-03-01,12345.67\n",
    );
    folder
}

fn report(folder: &Folder, more: &[&str]) -> Run {
    let dir = folder.text("");
    let words = ["review", &dir, "--as-of", "2026-03-31", "--report", &folder.text("out.html")];
    run([&words, more].concat())
}

#[test]
fn the_page_stands_alone_and_obeys_nobody() {
    let folder = firm();
    let told = report(&folder, &[]);
    assert_eq!(told.code, 0, "{told:?}");
    let page = fs::read_to_string(folder.path("out.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{page}");
    // Nothing is fetched and nothing runs.
    let outside = page.replace("http://www.w3.org/2000/svg", "");
    for word in ["<script", "http:", "https:", "src=", "@import", "url("] {
        assert!(!outside.contains(word), "{word}");
    }
    assert!(page.contains("Tea &lt;script&gt;alert(1)&lt;/script&gt; &amp; Co"), "{page}");
    assert!(!page.contains("<b>east"), "{page}");
    // A picture for each KPI, and one of why revenue changed by region.
    assert_eq!(page.matches("<svg").count(), 3, "{page}");
    assert!(page.contains("From 12,000.00 CNY in 2026-02 to 21,345.67 CNY in 2026-03: +9,345.67"));
    assert!(page.contains("&gt;= 20,000"), "{page}");
}

/// One in ten customers of CDNOW: what their model expects stands beside what came.
#[test]
fn the_page_says_whether_the_model_holds() {
    let folder = Folder::new();
    for file in ["playbook.json", "mapping.json", "events.csv"] {
        let path = format!("{}/../../examples/cdnow/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let is_kept = |line: &&str| line.split(',').nth(1).is_none_or(|id| id.ends_with('7'));
        let lines = text.lines().enumerate().filter(|(at, line)| *at == 0 || is_kept(line));
        let some: Vec<&str> = lines.map(|(_, line)| line).collect();
        folder.write(file, if file == "events.csv" { some.join("\n") } else { text.clone() });
    }
    for (language, title, learnt) in [
        ("en", "Does the model hold?", "mbg-nbd, learnt from what happened up to 1997-12-31"),
        ("zh", "模型是否可信", "mbg-nbd，由截至 1997-12-31 的数据拟合"),
    ] {
        let (from, to) = (folder.text(""), folder.text(&format!("{language}.html")));
        let told = run(["review", &from, "--report", &to, "--lang", language]);
        assert_eq!(told.code, 0, "{told:?}");
        let page = fs::read_to_string(folder.path(&format!("{language}.html"))).unwrap();
        let section = page.split(title).nth(1).unwrap().split("</section>").next().unwrap();
        assert!(section.contains(learnt), "{section}");
        assert_eq!(section.matches("<svg").count(), 2);
    }
}

#[test]
fn the_page_speaks_chinese_and_is_the_same_by_any_number_of_threads() {
    let folder = firm();
    let told = report(&folder, &["--lang", "zh", "--threads", "1"]);
    assert_eq!(told.code, 0, "{told:?}");
    let one = fs::read_to_string(folder.path("out.html")).unwrap();
    assert!(one.contains("<html lang=\"zh-Hans\">") && one.contains("<h1>茶行</h1>"), "{one}");
    assert_eq!(report(&folder, &["--lang", "zh", "--threads", "3"]).code, 0);
    assert_eq!(fs::read_to_string(folder.path("out.html")).unwrap(), one);
}

#[test]
fn what_the_command_reads_is_never_written_over() {
    let folder = firm();
    let events = folder.text("events.csv");
    let before = fs::read(&events).unwrap();
    let told = run(["review", &folder.text(""), "--report", &events]);
    assert_eq!(told.code, 1, "{told:?}");
    assert!(told.err.contains("`--report`"), "{told:?}");
    assert_eq!(fs::read(&events).unwrap(), before);
    // And where there is no room, nothing is left.
    let nowhere = folder.text("nowhere/out.html");
    let told = run(["review", &folder.text(""), "--report", &nowhere]);
    assert_eq!(told.code, 4, "{told:?}");
}

#[test]
fn a_firm_without_anything_has_a_page_too() {
    let folder = Folder::new();
    folder.write(
        "playbook.json",
        json!({"guanxi": 1, "id": "none", "version": "1.0.0", "calendar": {"zone": "UTC"}})
            .to_string(),
    );
    folder.write("events.csv", "kind,customer,at\n");
    let told = run(["review", &folder.text(""), "--report", &folder.text("out.html")]);
    assert_eq!(told.code, 0, "{told:?}");
    let page = fs::read_to_string(folder.path("out.html")).unwrap();
    assert!(page.ends_with("</html>") && !page.contains("<svg"), "{page}");
}
