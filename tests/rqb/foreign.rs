//! What the builder's own converters lose: here it is kept, or refused.

use guanxi::Code;
use guanxi::json::Json;
use guanxi::lang::{check_condition, parse, rqb};

use super::{Shop, read};

/// The condition as the builder shows it, and back.
fn there_and_back(source: &str) -> (String, String) {
    let shop = Shop::new();
    let checked = check_condition(source, &shop.scope()).unwrap();
    let query = rqb::export(&checked, &shop.scope(), None).unwrap().query;
    let back = rqb::import(&query, &shop.scope(), rqb::Bounds::Turned).unwrap();
    (query.to_text(), back.text)
}

fn refused(source: &str) -> Vec<String> {
    let shop = Shop::new();
    let checked = check_condition(source, &shop.scope()).unwrap();
    let error = rqb::export(&checked, &shop.scope(), None).unwrap_err();
    assert!(error.faults().iter().all(|fault| fault.code == Code::NotExpressible));
    let text = |fault: &guanxi::Fault| {
        let (start, end) = fault.span.unwrap();
        source[start..end].to_owned()
    };
    error.faults().iter().map(text).collect()
}

#[test]
fn one_a_match_is_a_condition_and_never_everybody() {
    let some = r#"{"field": "purchases", "operator": "=", "match": {"mode": "some"},
        "value": {"combinator": "and", "rules": [
            {"field": "amount", "operator": ">", "value": "100"}]}}"#;
    assert_eq!(Shop::new().text(some), "purchases.exists(p, p.amount > 100)");
}

#[test]
fn two_no_part_of_an_expression_gets_lost() {
    let (_, back) = there_and_back("region == 'SH' && segment('vips') && name != null");
    assert_eq!(back, "region == 'SH' && segment('vips') && name != null");
    let (query, back) = there_and_back("a + 1 == 2 || b == 1");
    assert_eq!(back, "a + 1 == 2 || b == 1");
    assert!(query.contains(r#""fn":"+""#), "{query}");
    assert_eq!(refused("region == 'SH' && has(customer.name)"), ["has(customer.name)"]);
    assert_eq!(refused("a == 1 && (vip ? a > 1 : a < 1)"), ["vip ? a > 1 : a < 1"]);
}

#[test]
fn three_a_count_of_elements_comes_back() {
    for source in [
        "purchases.filter(p, p.amount > 100).size() >= 3",
        "purchases.filter(p, p.amount > 100).size() <= 3",
        "purchases.filter(p, p.amount > 100).size() == 0",
        "purchases.filter(p, p.amount > 100).size() * 100 >= purchases.size() * 25",
        "purchases.filter(p, p.amount > 100).size() * 1000 <= purchases.size() * 125",
        "purchases.within(days(90)).size() >= 3",
        "purchases.within(days(90)).filter(p, p.amount > 100).size() >= 3",
        "purchases.size() >= 3",
        "purchases.size() > 0",
        "purchases.size() > 2",
        "purchases.all(p, p.amount > 100)",
        "!purchases.exists(p, p.product.contains('x') || p.due == null)",
        "purchases.within(months(12)).sum(p, p.amount) >= 10000",
        "purchases.max(p, p.at) > ago(days(3))",
    ] {
        assert_eq!(there_and_back(source).1, source);
    }
    let (query, _) =
        there_and_back("purchases.filter(p, p.amount > 100).size() * 100 >= purchases.size() * 25");
    assert!(query.contains(r#""match":{"mode":"atLeast","threshold":0.25}"#), "{query}");
    assert_eq!(
        refused("purchases.filter(p, p.amount > 100).size() > 3"),
        ["purchases.filter(p, p.amount > 100).size() > 3"]
    );
}

#[test]
fn four_exactly_one_has_a_name() {
    let (query, back) = there_and_back("exactlyOne(a == 1, b == 2, vip)");
    assert_eq!(back, "exactlyOne(a == 1, b == 2, vip)");
    assert!(query.starts_with(r#"{"combinator":"xor","#), "{query}");
}

#[test]
fn five_and_six_nothing_in_a_text_is_code() {
    let shop = Shop::new();
    let hostile = [
        r"x\", r#"a"b"#, "it's", r"\'", "50%", "a_b", "'); --", "\u{0}", "${x}", "a\nb", "\\u0041",
    ];
    for text in hostile {
        for operator in ["=", "contains", "doesNotEndWith"] {
            let rule = Json::Object(vec![
                ("field".into(), Json::Text("name".into())),
                ("operator".into(), Json::Text(operator.into())),
                ("value".into(), Json::Text(text.into())),
            ]);
            let source = shop.text(&rule.to_text());
            let tree = parse(&source).unwrap();
            let literal = tree.nodes.iter().find_map(|node| match node {
                guanxi::lang::tree::Node::Literal(guanxi::lang::tree::Literal::Text(text)) => {
                    Some(text.to_string())
                }
                _ => None,
            });
            assert_eq!(literal.as_deref(), Some(text), "{source}");
            let checked = check_condition(&source, &shop.scope()).unwrap();
            let query = rqb::export(&checked, &shop.scope(), None).unwrap().query;
            assert_eq!(query.get("rules").unwrap().as_array().unwrap()[0], rule);
        }
    }
}

#[test]
fn seven_an_empty_group_is_nobodys_wish() {
    let shop = Shop::new();
    for (query, pointer) in [
        (r#"{"combinator": "and", "rules": []}"#, "/rules"),
        (r#"{"rules": []}"#, "/rules"),
        (
            r#"{"combinator": "or", "rules": [{"combinator": "and", "rules": []},
            {"field": "a", "operator": "=", "value": 1}]}"#,
            "/rules/0/rules",
        ),
        (
            r#"{"combinator": "and", "rules": [
            {"field": "a", "operator": "=", "value": 1, "muted": true}]}"#,
            "/rules",
        ),
        (r#"{"combinator": "and", "not": true, "rules": []}"#, "/rules"),
    ] {
        assert_eq!(shop.faults(query), [(pointer.to_owned(), "empty_group")], "{query}");
    }
}

#[test]
fn eight_what_moves_keeps_moving() {
    let shop = Shop::new();
    let rule = |field: &str, operator: &str, anchor: &str, offset: i32, unit: &str| {
        shop.text(&format!(
            r#"{{"field": "{field}", "operator": "{operator}", "value": {{"mode": "relative",
                "anchor": "{anchor}", "offset": {offset}, "unit": "{unit}"}}}}"#
        ))
    };
    assert_eq!(rule("joined", ">=", "now", -30, "day"), "joined >= ago(days(30))");
    assert_eq!(rule("joined", "<", "now", 0, "day"), "joined < now");
    assert_eq!(rule("joined", "<", "now", 2, "hour"), "joined < now + duration('2h')");
    assert_eq!(
        rule("joined", ">", "startOfMonth", -1, "month"),
        "joined > startOf('month') - months(1)"
    );
    assert_eq!(rule("joined", "<=", "endOfYear", 0, "day"), "joined < endOf('year')");
    assert_eq!(rule("joined", ">", "endOfWeek", -2, "week"), "joined >= endOf('week') - weeks(2)");
    assert_eq!(rule("birth", ">", "now", -18, "year"), "birth > today() - years(18)");
    let month = r#"{"field": "joined", "operator": "between", "value": [
        {"mode": "relative", "anchor": "startOfMonth", "offset": 0},
        {"mode": "relative", "anchor": "endOfMonth", "offset": 0}]}"#;
    let bounds = "joined >= startOf('month') && joined < endOf('month')";
    assert_eq!(shop.text(month), bounds);
    for source in [
        "joined >= ago(days(30))",
        "joined < now",
        "joined > startOf('month') - months(1)",
        "joined < endOf('year')",
        "joined >= endOf('week') - weeks(2)",
        "joined <= endOf('week')",
        "birth > today() - years(18)",
        "joined > now - days(3)",
        "joined > ago(quarters(1))",
        "birth == date('1990-02-28')",
        "joined > timestamp('2026-03-31T08:00:00+08:00')",
        "between(joined, ago(days(3)), now)",
        bounds,
    ] {
        assert_eq!(there_and_back(source).1, source);
    }
}

#[test]
fn nine_bounds_lists_and_negations_stay_what_they_are() {
    for source in [
        "between(age, 18, 60)",
        "!between(age, 18, 60)",
        "between(a, b, age)",
        "between(a, b, 60)",
        "name in ['a,b', 'c']",
        "!(name in ['a,b', 'c'])",
        "name in ['only']",
        "age != 3",
        "!(age == 3)",
        "!!(age == 3)",
        "!(age < 30)",
        "!(a == 1 && b == 2)",
        "!(a == 1 || b == 2)",
        "!exactlyOne(a == 1, b == 2)",
        "!vip",
        "'tea' in hobbies",
        "!('tea' in hobbies)",
        "name in hobbies",
        "a > param.floor",
        "param.floor > a",
        "30 < age",
        "a in [b, age]",
        "a == b",
        "income > 100.50",
        "a == 1 && (b == 2 || vip) && !(age == null && b != null)",
    ] {
        assert_eq!(there_and_back(source).1, source);
    }
    assert_eq!(refused("between(age, 60, 18)"), ["between(age, 60, 18)"]);
    assert_eq!(refused("age in []"), ["[]"]);
}

#[test]
fn ten_null_tests_and_names_with_dashes() {
    let shop = Shop::new();
    assert_eq!(shop.text(r#"{"field": "name", "operator": "null"}"#), "name == null");
    assert_eq!(shop.text(r#"{"field": "name", "operator": "notNull"}"#), "name != null");
    let dashed = r#"{"combinator": "and", "rules": [
        {"field": "first-name", "operator": "=", "value": "x"}]}"#;
    assert_eq!(shop.faults(dashed), [("/rules/0/field".to_owned(), "bad_name")]);
    let untyped = rqb::import_untyped(&read(dashed), rqb::Bounds::Turned).unwrap_err();
    assert_eq!(untyped.code(), Code::BadName);
}
