//! The checker, rule by rule: `cases/check.json` says what each expression is
//! or what is wrong with it, and where.

use std::sync::Arc;

use guanxi::facts::schema::{Attribute, EventKind, Field, Label};
use guanxi::facts::{self, Schema, TextProfile};
use guanxi::json::{self, Json};
use guanxi::lang::tree::NodeId;
use guanxi::lang::{self, Meaning, Parameter, Scope, Type, check, check_condition};
use guanxi::units::Currency;
use guanxi::{Code, Fault, Text};
use proptest::prelude::*;

/// A firm with one attribute or field of every type.
pub struct Firm {
    schema: Schema,
    parameters: Vec<Parameter>,
    segments: Vec<Arc<str>>,
}

impl Firm {
    pub fn new() -> Firm {
        Firm {
            schema: schema(),
            parameters: parameters(),
            segments: vec!["vip_club".into(), "win_back".into()],
        }
    }

    pub fn scope(&self) -> Scope<'_> {
        Scope { schema: &self.schema, parameters: &self.parameters, segments: &self.segments }
    }
}

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

fn labels(names: &[&str]) -> facts::Type {
    let label = |name: &&str| Label { name: Arc::from(*name), text: Text::default() };
    facts::Type::Enum(names.iter().map(label).collect())
}

fn schema() -> Schema {
    use facts::Type as T;
    let attribute = |name: &str, ty: T, nullable: bool| Attribute {
        name: name.into(),
        ty,
        nullable,
        personal: false,
        fresh_for: None,
        verified_at: None,
        unit: None,
        text: Text::default(),
    };
    let field = |(name, ty, nullable): (&str, T, bool)| Field {
        name: name.into(),
        ty,
        nullable,
        personal: false,
        unit: None,
        text: Text::default(),
    };
    let kind = |name: &str, list: Option<&str>, fields: Vec<(&str, T, bool)>| EventKind {
        name: name.into(),
        list: list.map(Arc::from),
        fields: fields.into_iter().map(field).collect(),
        text: Text::default(),
    };
    let purchase = vec![
        ("amount", T::Money(currency("CNY")), false),
        ("product", T::Text(TextProfile::Exact), false),
        ("qty", T::Int, false),
        ("discount", T::Decimal(4), true),
        ("gift", T::Bool, false),
    ];
    let complaint =
        vec![("topic", T::Text(TextProfile::Ci), false), ("solved_at", T::Instant, true)];
    let mut schema = Schema::default();
    schema.attributes = vec![
        attribute("region", labels(&["华东", "华南", "east", "west"]), false),
        attribute("sex", labels(&["m", "f"]), true),
        attribute("birth", T::Date, true),
        attribute("since", T::Instant, true),
        attribute("income", T::Money(currency("CNY")), true),
        attribute("budget", T::Money(currency("USD")), true),
        attribute("score", T::Decimal(2), true),
        attribute("ratio", T::Decimal(16), true),
        attribute("age", T::Int, true),
        attribute("vip", T::Bool, false),
        attribute("married", T::Bool, true),
        attribute("name", T::Text(TextProfile::Search), false),
        attribute("nick", T::Text(TextProfile::Ci), true),
        attribute("code", T::Text(TextProfile::Exact), false),
        attribute("hobbies", T::Set(TextProfile::Exact), true),
        attribute("tags", T::Set(TextProfile::Ci), true),
        attribute("mobile", T::Contact("sms".into()), true),
    ];
    schema.kinds = vec![
        kind("purchase", Some("purchases"), purchase),
        kind("complaint", Some("complaints"), complaint),
        kind("call", Some("calls"), vec![]),
        kind("login", None, vec![]),
    ];
    schema.indexed()
}

fn parameters() -> Vec<Parameter> {
    let parameter =
        |name: &str, ty: Type| Parameter { name: name.into(), ty, value: lang::Value::Null };
    vec![
        parameter("at_risk_after", Type::Period),
        parameter("min_amount", Type::Money(currency("CNY"), 2)),
        parameter("min_count", Type::Int),
        parameter("regions", Type::List(Box::new(Type::Text(TextProfile::Exact)))),
    ]
}

/// The type as the cases write it.
fn written(ty: &Type, schema: &Schema) -> String {
    let kind = |position: &usize| schema.kinds[*position].name.to_string();
    match ty {
        Type::Decimal(scale) => format!("decimal({scale})"),
        Type::Money(currency, scale) => format!("money({currency},{scale})"),
        Type::Text(TextProfile::Exact) => "text".into(),
        Type::Text(profile) => format!("text:{}", format!("{profile:?}").to_lowercase()),
        Type::Enum(_) => "enum".into(),
        Type::Set(_) => "set".into(),
        Type::List(element) => format!("list({})", written(element, schema)),
        Type::Event(position) => format!("event({})", kind(position)),
        Type::Events(position) => format!("events({})", kind(position)),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn text<'a>(case: &'a Json, key: &str) -> Option<&'a str> {
    match case.get(key) {
        Some(Json::Text(text)) => Some(text),
        _ => None,
    }
}

/// `code at place`, for each pair.
fn places(pairs: &[Json]) -> String {
    let one = |pair: &Json| match pair {
        Json::Array(pair) => match pair.as_slice() {
            [Json::Text(code), Json::Text(place)] => format!("{code} at `{place}`"),
            _ => panic!("{pair:?}"),
        },
        _ => panic!("{pair:?}"),
    };
    pairs.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// `code at place`, for each fault.
fn found(source: &str, faults: &[Fault]) -> String {
    let one = |fault: &Fault| {
        let place = fault.span.and_then(|(start, end)| source.get(start..end));
        format!("{} at `{}`", fault.code.name(), place.unwrap_or("nowhere"))
    };
    faults.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What a case expects, in the words in which `outcome` says what happened.
fn expected(case: &Json) -> String {
    match case.get("faults") {
        Some(Json::Array(faults)) => places(faults),
        _ => text(case, "type").unwrap().to_owned(),
    }
}

fn outcome(source: &str, firm: &Firm) -> String {
    match check(source, &firm.scope()) {
        Ok(checked) => written(checked.result(), &firm.schema),
        Err(error) => found(source, error.faults()),
    }
}

/// What is wrong with a case, if anything.
fn failure(case: &Json, firm: &Firm) -> Option<String> {
    let source = text(case, "expr").unwrap();
    let (got, wanted) = (outcome(source, firm), expected(case));
    if got != wanted {
        return Some(format!("{source}\n     got: {got}\n  wanted: {wanted}"));
    }
    if let Some(wanted) = text(case, "prints") {
        let printed = lang::print(&check(source, &firm.scope()).unwrap().tree);
        if printed != wanted {
            return Some(format!("{source}\n  prints: {printed}\n  wanted: {wanted}"));
        }
    }
    if let Some(Json::Array(wanted)) = case.get("hints") {
        let wanted = places(wanted);
        let got = found(source, &check(source, &firm.scope()).unwrap().hints);
        if got != wanted {
            return Some(format!("{source}\n   hints: {got}\n  wanted: {wanted}"));
        }
    }
    if let Some(wanted) = text(case, "hint") {
        let faults = check(source, &firm.scope()).unwrap_err().into_faults();
        let hints: Vec<_> = faults.into_iter().filter_map(|fault| fault.hint).collect();
        let both = |hint: &Text| hint.en.contains(wanted) && !hint.zh.is_ascii();
        if !hints.iter().any(both) {
            return Some(format!("{source}\n   hints: {hints:?}\n  wanted: {wanted}"));
        }
    }
    None
}

#[test]
fn every_case_of_the_corpus() {
    let firm = Firm::new();
    let Json::Array(rules) = json::parse(include_bytes!("cases/check.json")).unwrap() else {
        panic!("a list of rules")
    };
    let mut failures = Vec::new();
    for rule in &rules {
        let Some(Json::Array(cases)) = rule.get("cases") else { panic!("{rule:?}") };
        for case in cases {
            let name = text(rule, "rule").unwrap();
            failures.extend(failure(case, &firm).map(|failure| format!("[{name}] {failure}")));
        }
    }
    assert!(failures.is_empty(), "\n{}\n{} failures", failures.join("\n"), failures.len());
}

#[test]
fn every_fault_speaks_both_languages() {
    let firm = Firm::new();
    let Json::Array(rules) = json::parse(include_bytes!("cases/check.json")).unwrap() else {
        panic!("a list of rules")
    };
    let cases = rules.iter().filter_map(|rule| match rule.get("cases") {
        Some(Json::Array(cases)) => Some(cases),
        _ => None,
    });
    for case in cases.flatten() {
        let source = text(case, "expr").unwrap();
        let Err(error) = check(source, &firm.scope()) else { continue };
        for fault in error.faults() {
            let Text { en, zh } = &fault.message;
            assert!(!en.ends_with('.') && !zh.ends_with('。') && !zh.is_ascii(), "{fault:?}");
            assert!(
                !en.chars().any(|letter| ('一'..='龥').contains(&letter)) || !source.is_ascii()
            );
        }
    }
}

#[test]
fn a_condition_is_true_or_false() {
    let firm = Firm::new();
    assert!(check_condition("age > 30", &firm.scope()).is_ok());
    for (source, hint) in [
        ("purchases", Some("write `purchases.size() > 0`")),
        ("income", Some("write `income != null`")),
        ("null", None),
    ] {
        let error = check_condition(source, &firm.scope()).unwrap_err();
        let fault = &error.faults()[0];
        assert_eq!(fault.code, Code::NotACondition);
        assert_eq!(fault.span, Some((0, source.len())));
        let given = fault.hint.as_ref().map(|hint| hint.en.as_str());
        assert_eq!(given.map(|given| given.ends_with(hint.unwrap_or("-"))), hint.map(|_| true));
    }
    let error = check_condition("zebra", &firm.scope()).unwrap_err();
    assert_eq!(error.faults().len(), 1, "a failed root is not also no condition");
}

#[test]
fn what_is_read_is_listed() {
    let firm = Firm::new();
    let source = "region == 'east' && age > param.min_count && age < 70 && segment('win_back') \
                  && purchases.within(days(3)).sum(p, p.amount) > 5 && calls.size() > 1";
    let uses = check(source, &firm.scope()).unwrap().uses;
    assert_eq!(uses.attributes, [0, 8]);
    assert_eq!(uses.kinds, [0, 2]);
    assert_eq!(uses.fields, [(0, 0)]);
    assert_eq!(uses.parameters, [2]);
    assert_eq!(uses.segments, ["win_back".into()]);
    assert!(uses.now);
    assert!(!check("age > 3", &firm.scope()).unwrap().uses.now);
}

#[test]
fn names_say_what_they_mean() {
    let firm = Firm::new();
    let meanings = |source: &str| -> Vec<(String, Meaning)> {
        let checked = check(source, &firm.scope()).unwrap();
        let ids = (0..checked.tree.nodes.len() as u32).map(NodeId);
        ids.filter_map(|id| Some((checked.text(id).to_owned(), checked.meaning(id)?))).collect()
    };
    let named = |text: &str, meaning: Meaning| (text.to_owned(), meaning);
    assert_eq!(
        meanings("purchases.exists(p, p.at < now && p.id != p.product)"),
        [
            named("purchases", Meaning::Events(0)),
            named("p", Meaning::Variable(NodeId(11))),
            named("p.at", Meaning::At),
            named("now", Meaning::Now),
            named("p", Meaning::Variable(NodeId(11))),
            named("p.id", Meaning::Id),
            named("p", Meaning::Variable(NodeId(11))),
            named("p.product", Meaning::Field(1)),
        ]
    );
    assert_eq!(
        meanings("customer.vip && segment('win_back') && param.min_count > 1"),
        [
            named("customer.vip", Meaning::Attribute(9)),
            named("segment('win_back')", Meaning::Segment(1)),
            named("param.min_count", Meaning::Parameter(2)),
        ]
    );
}

#[test]
fn the_cost_counts_what_repeats() {
    let firm = Firm::new();
    let steps = |source: &str, events: &[u64], elements: u64| {
        check(source, &firm.scope()).unwrap().cost.steps(events, elements)
    };
    assert_eq!(steps("age > 30", &[], 0), 3);
    assert_eq!(steps("purchases.size() > 3", &[1000], 0), 4);
    // The fold and its list once, the four nodes of its condition for each.
    assert_eq!(steps("purchases.exists(p, p.qty > 3)", &[0], 0), 2);
    assert_eq!(steps("purchases.exists(p, p.qty > 3)", &[100], 0), 402);
    assert_eq!(steps("purchases.exists(p, complaints.exists(c, true))", &[10, 0, 10], 0), 22);
    assert_eq!(steps("purchases.exists(p, complaints.exists(c, true))", &[10, 7], 0), 92);
    assert_eq!(steps("hobbies.exists(h, h == 'a')", &[], 5), 17);
    assert_eq!(steps("[1, 2, 3].exists(x, x == age)", &[], 5), 11);
    assert_eq!(steps("purchases.map(p, p.qty).exists(q, q > 3)", &[10], 0), 53);
    assert_eq!(steps("'A' in purchases.map(p, p.product)", &[10], 0), 34);
    assert_eq!(steps("purchases.within(days(3)).size()", &[10], 0), 15);
}

#[test]
fn long_chains_are_as_safe_as_short_ones() {
    let firm = Firm::new();
    let scope = firm.scope();
    let n = 20_000;
    let joined = |term: &str, by: &str| vec![term; n].join(by);
    for source in [
        joined("age > 3", " && "),
        joined("age != 3", " || "),
        joined("!married", " || "),
        format!("{} > 0", joined("1", " + ")),
        format!("income > ({} : 2.5)", joined("vip ? 1", " : ")),
        format!("{}true", "!".repeat(n)),
        format!("{}(age < 3)", "!".repeat(n)),
        format!("purchases{}.size() > 1", ".filter(p, p.qty > 3)".repeat(n)),
        format!("age in [{}]", joined("7", ", ")),
        format!("code{} == 'a'", ".lower()".repeat(n)),
    ] {
        let checked = check_condition(&source, &scope);
        assert!(checked.is_ok(), "{:.60}: {}", source, checked.unwrap_err());
    }
    for (source, code) in [
        (joined("zebra > 3", " && "), Code::UnknownName),
        (joined("age > 'a'", " || "), Code::TypeMismatch),
        (format!("zebra{}", ".x".repeat(n)), Code::UnknownName),
        (format!("region in [{}]", joined("'eats'", ", ")), Code::UnknownLabel),
        (format!("region == ({} : 'x')", joined("vip ? 'eats'", " : ")), Code::UnknownLabel),
        (format!("{}5", "!".repeat(n)), Code::TypeMismatch),
    ] {
        let error = check_condition(&source, &scope).unwrap_err();
        assert_eq!(error.code(), code, "{source:.60}");
        assert!(error.faults().len() <= lang::bounds::FAULTS);
    }
}

/// Pieces that make expressions which are often nearly right.
const PIECES: &[&str] = &[
    "age",
    "income",
    "region",
    "'east'",
    "purchases",
    "p",
    "p.amount",
    "hobbies",
    "null",
    "true",
    "1",
    "2.5",
    "'x'",
    "now",
    "today()",
    "days(3)",
    "param.min_count",
    "birth",
    "vip",
    "[1, 2]",
    "[]",
    ".filter(p, ",
    ".exists(p, ",
    ".map(x, ",
    ".sum(p, ",
    ".size()",
    ".last()",
    ".at",
    ".within(",
    "(",
    ")",
    ")",
    " && ",
    " || ",
    " == ",
    " != ",
    " < ",
    " + ",
    " * ",
    " / ",
    " in ",
    " ? ",
    " : ",
    "!",
    "-",
    "coalesce(",
    ", ",
    "has(",
    "segment('vip_club')",
    "startOf('",
    "[",
    "]",
];

proptest! {
    #[test]
    fn any_text_is_checked_or_refused(source in any::<String>()) {
        let firm = Firm::new();
        let _ = check(&source, &firm.scope());
    }

    #[test]
    fn almost_right_texts_are_checked_or_refused(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 1..24)
    ) {
        let firm = Firm::new();
        let source = pieces.concat();
        match check(&source, &firm.scope()) {
            Ok(checked) => {
                prop_assert_eq!(checked.types.len(), checked.tree.nodes.len());
                // Checking is blind to how an expression is written down.
                let printed = lang::print(&lang::parse(&source).unwrap());
                let again = check(&printed, &firm.scope()).unwrap();
                prop_assert_eq!(again.result(), checked.result());
                prop_assert_eq!(again.cost, checked.cost);
            }
            Err(error) => {
                for fault in error.faults() {
                    let (start, end) = fault.span.unwrap();
                    prop_assert!(source.get(start..end).is_some(), "{source}: {fault:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_joined_is_as_right_as_its_parts(
        a in prop::collection::vec(prop::sample::select(PIECES), 1..12),
        b in prop::collection::vec(prop::sample::select(PIECES), 1..12),
    ) {
        let firm = Firm::new();
        let scope = firm.scope();
        let (a, b) = (a.concat(), b.concat());
        if lang::parse(&a).is_ok() && lang::parse(&b).is_ok() {
            let both = check_condition(&format!("({a}) && ({b})"), &scope).is_ok();
            let each = check_condition(&a, &scope).is_ok() && check_condition(&b, &scope).is_ok();
            prop_assert_eq!(both, each, "{} && {}", a, b);
        }
    }
}
