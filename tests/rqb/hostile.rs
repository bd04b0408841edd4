//! Queries that mean harm: an answer or a clear fault, and soon.

use std::time::Instant;

use guanxi::json;
use guanxi::lang::check_condition;
use guanxi::lang::rqb::{self, Bounds, Records};

use super::{Shop, read};

/// What a query of bytes comes to; nothing takes long. The time is generous:
/// tests are built without optimisation, and machines differ.
fn survives(bytes: &[u8]) -> Option<String> {
    let started = Instant::now();
    let shop = Shop::new();
    let people = read(r#"[{"name": "a", "age": 1}]"#);
    let found = json::parse(bytes).and_then(|query| {
        let _ = Records::new(&people).unwrap().matching(&query, Bounds::Turned);
        let _ = rqb::import_untyped(&query, Bounds::Turned);
        rqb::import(&query, &shop.scope(), Bounds::Turned)
    });
    assert!(started.elapsed().as_secs() < 5, "{} bytes", bytes.len());
    found.ok().map(|found| found.text)
}

#[test]
fn depth_width_and_odd_bytes() {
    let deep = |open: &str, close: &str, times: usize| {
        format!("{}{}{}", open.repeat(times), "1", close.repeat(times))
    };
    let group = r#"{"combinator":"and","rules":["#;
    for hostile in [
        deep(group, "]}", 20_000),
        deep(group, "]}", 31),
        deep("[", "]", 20_000),
        deep(r#"{"combinator":"and","not":true,"rules":["#, "]}", 25),
        r#"{"combinator":"and","rules":[{"field":"name","operator":"=","value":"\ud800"}]}"#.into(),
        r#"{"combinator":"and","rules":{}}"#.into(),
        r#"{"rules":["and","and"]}"#.into(),
        r#"{"combinator":"and","rules":[null,[],"",{}]}"#.into(),
        "{}".into(),
        "[]".into(),
        String::new(),
    ] {
        assert_eq!(survives(hostile.as_bytes()), None, "{}", &hostile[..hostile.len().min(80)]);
    }
    let rule = r#"{"field":"age","operator":"=","value":1}"#;
    let nested = format!("{}{rule}{}", group.repeat(31), "]}".repeat(31));
    assert_eq!(survives(nested.as_bytes()).as_deref(), Some("age == 1"));
    let wide = format!("{group}{}]}}", [rule; 20_000].join(","));
    assert_eq!(survives(wide.as_bytes()).unwrap().len(), 20_000 * "age == 1 && ".len() - 4);
    let numbers: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
    let listed =
        format!(r#"{group}{{"field":"age","operator":"in","value":[{}]}}]}}"#, numbers.join(","));
    assert!(survives(listed.as_bytes()).is_some());
    let commas =
        format!(r#"{group}{{"field":"age","operator":"in","value":"{}"}}]}}"#, numbers.join(","));
    assert_eq!(survives(commas.as_bytes()), survives(listed.as_bytes()));
    let expressions = format!(
        r#"{group}{{"field":"age","operator":"=","value":{}{{"kind":"field","field":"age"}}{},"valueSource":"expression"}}]}}"#,
        r#"{"kind":"func","fn":"+","args":[{"kind":"value","value":1},"#.repeat(29),
        "]}".repeat(29)
    );
    assert!(survives(expressions.as_bytes()).is_some());
}

#[test]
fn a_condition_of_any_shape_is_exported_or_refused() {
    let shop = Shop::new();
    for source in [
        vec!["a"; 20_000].join(" + ") + " > 1",
        "!".repeat(20_000) + "vip",
        vec!["vip"; 20_000].join(" && "),
        format!("{}vip{}", "!(vip && ".repeat(40), ")".repeat(40)),
        format!("age in [{}]", vec!["1"; 100_000].join(", ")),
    ] {
        let checked = check_condition(&source, &shop.scope()).unwrap();
        let shown = &source[..40];
        match rqb::export(&checked, &shop.scope(), None) {
            Ok(exported) => {
                let text = exported.query.to_text();
                json::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{shown}: {error}"));
            }
            Err(error) => assert_eq!(error.code(), guanxi::Code::NotExpressible, "{shown}"),
        }
    }
}
