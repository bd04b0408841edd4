//! The checker, rule by rule: `cases/check.json` says what each expression is
//! or what is wrong with it, and where.

use guanxi::facts::{Schema, TextProfile};
use guanxi::json::{self, Json};
use guanxi::lang::tree::NodeId;
use guanxi::lang::{self, Meaning, Type, Value, catalogue, check, check_condition};
use guanxi::units::Decimal;
use guanxi::{Code, Fault, Text};
use proptest::prelude::*;

use crate::firm::{Firm, Person};

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
        meanings("purchases.exists(p, p.at < now && 'x' != p.product)"),
        [
            named("purchases", Meaning::Events(0)),
            named("p", Meaning::Variable(NodeId(10))),
            named("p.at", Meaning::At),
            named("now", Meaning::Now),
            named("p", Meaning::Variable(NodeId(10))),
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

/// Whether a value is of the type that was promised, places and all.
fn conforms(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (Value::Missing, _)
        | (Value::Null, Type::Null)
        | (Value::Bool(_), Type::Bool)
        | (Value::Int(_), Type::Int)
        | (Value::Double(_), Type::Double)
        | (Value::Text(_), Type::Text(_))
        | (Value::Timestamp(_), Type::Timestamp)
        | (Value::Duration(_), Type::Duration)
        | (Value::Date(_), Type::Date)
        | (Value::Period(_), Type::Period)
        | (Value::Length(_), Type::Length)
        | (Value::Record(_), Type::Event(_)) => true,
        (Value::Decimal(number), Type::Decimal(scale)) => number.scale() == *scale,
        (Value::Money(amount, currency), Type::Money(wanted, scale)) => {
            amount.scale() == *scale && currency == wanted
        }
        (Value::Text(text), Type::Enum(labels)) => labels.iter().any(|label| label.name == *text),
        (Value::List(items), Type::List(element)) => {
            items.iter().all(|item| conforms(item, element))
        }
        (Value::List(items), Type::Set(_)) => {
            items.iter().all(|item| matches!(item, Value::Text(_)))
        }
        (Value::List(items), Type::Events(_)) => {
            items.iter().all(|item| matches!(item, Value::Record(_)))
        }
        _ => false,
    }
}

/// What can still go wrong with an expression that passed: values too large,
/// not the text they should be, or not there.
const AT_RUN_TIME: &[Code] = &[
    Code::Overflow,
    Code::DivisionByZero,
    Code::BadConversion,
    Code::IndexOutOfRange,
    Code::TimeOutOfRange,
    Code::InvalidArgument,
];

/// What is wrong with evaluating an expression that passed, if anything.
fn unsound(source: &str, firm: &Firm, person: &Person) -> Option<String> {
    let checked = check(source, &firm.scope()).ok()?;
    match checked.evaluate(person) {
        Ok(value) if conforms(&value, checked.result()) => None,
        Ok(value) => Some(format!("{source} is {value:?}, expected {:?}", checked.result())),
        Err(error) if AT_RUN_TIME.contains(&error.code()) => None,
        Err(error) => Some(format!("{source} gives {error}")),
    }
}

#[test]
fn what_passes_has_the_type_it_was_given() {
    let firm = Firm::new();
    let Json::Array(rules) = json::parse(include_bytes!("cases/check.json")).unwrap() else {
        panic!("a list of rules")
    };
    let cases = rules.iter().filter_map(|rule| match rule.get("cases") {
        Some(Json::Array(cases)) => Some(cases),
        _ => None,
    });
    let mut failures = Vec::new();
    for case in cases.flatten() {
        for person in
            [Person::new(u32::MAX, 3, 2), Person::new(0, 0, 0), Person::new(0x55555, 1, 0)]
        {
            failures.extend(unsound(text(case, "expr").unwrap(), &firm, &person));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Expressions that are often of a type, of many types.
pub fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "age",
        "income",
        "region",
        "score",
        "ratio",
        "vip",
        "married",
        "nick",
        "code",
        "birth",
        "since",
        "hobbies",
        "1",
        "2.5",
        "100",
        "0",
        "'east'",
        "'A1'",
        "null",
        "now",
        "today()",
        "purchases",
        "purchases.size()",
        "purchases.last().amount",
        "purchases.last().at",
        "purchases.nth(2).qty",
        "purchases.sum(p, p.amount)",
        "purchases.avg(p, p.qty)",
        "purchases.avg(p, p.discount)",
        "purchases.max(p, p.at)",
        "days(3)",
        "duration('36h')",
        "param.min_amount",
        "param.min_count",
        "ago(days(30))",
        "startOf('month')",
        "date('2000-01-01')",
        "[1, 2]",
        "['A1', 'east']",
        "purchases.map(p, p.product)",
        "complaints.first().solved_at",
        "double(age)",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        let operators = prop::sample::select(vec![
            "==", "!=", "<", ">=", "+", "-", "*", "/", "%", "&&", "||", "in",
        ]);
        prop_oneof![
            4 => (pair.clone(), operators).prop_map(|((a, b), op)| format!("({a}) {op} ({b})")),
            1 => (pair.clone(), inner.clone()).prop_map(|((a, b), c)| format!("({a}) ? ({b}) : ({c})")),
            1 => pair.clone().prop_map(|(a, b)| format!("coalesce({a}, {b})")),
            1 => pair.clone().prop_map(|(a, b)| format!("[{a}, {b}].map(x, x)")),
            1 => inner.clone().prop_map(|a| format!("!({a})")),
            1 => inner.clone().prop_map(|a| format!("-({a})")),
            1 => inner.clone().prop_map(|a| format!("is_known({a})")),
            1 => inner.clone().prop_map(|a| format!("string({a})")),
            1 => inner.clone().prop_map(|a| format!("purchases.exists(p, p.amount > ({a}))")),
            1 => inner.clone().prop_map(|a| format!("purchases.sum(p, p.qty * ({a}))")),
            1 => inner.clone().prop_map(|a| format!("purchases.map(p, {a}).avg(x, x)")),
            1 => inner.prop_map(|a| format!("purchases.filter(p, {a}).size()")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn whatever_passes_has_the_type_it_was_given(
        source in expressions(), known in any::<u32>(), purchases in 0..4usize, complaints in 0..3usize,
    ) {
        let person = Person::new(known, purchases, complaints);
        prop_assert_eq!(unsound(&source, &Firm::new(), &person), None);
    }
}

#[test]
fn the_catalogue_and_the_evaluator_know_the_same_functions() {
    let firm = Firm::new();
    let person = Person::new(u32::MAX, 3, 2);
    for row in catalogue::all() {
        let usage = match row.name {
            "bool" => "bool('true')".into(),
            "max" | "min" if row.arguments.len() == 1 => format!("{}(birth, today())", row.name),
            "int" | "double" => format!("{}('12')", row.name),
            name if name.starts_with("get") => row.usage.replace("at.", "since."),
            _ => row
                .usage
                .replace("(text", "(code")
                .replace("'vip'", "'win_back'")
                .replace("seminars", "complaints"),
        };
        let scope = lang::Scope { period: true, ..firm.scope() };
        let checked = check(&usage, &scope);
        let checked = checked.unwrap_or_else(|error| panic!("{usage}: {error}"));
        let value = checked.evaluate(&person);
        let value = value.unwrap_or_else(|error| panic!("{usage}: {error}"));
        assert!(conforms(&value, checked.result()) && value.is_known(), "{usage} is {value:?}");
    }
}

#[test]
fn patterns_are_counted_once_each() {
    let firm = Firm::new();
    let any = |patterns: Vec<String>| {
        let terms: Vec<String> =
            patterns.iter().map(|pattern| format!("code.matches('{pattern}')")).collect();
        check_condition(&terms.join(" || "), &firm.scope())
    };
    let different = |count: usize| (0..count).map(|n| format!("^A{n}$")).collect::<Vec<_>>();
    assert!(any(different(50)).is_ok());
    assert_eq!(any(different(51)).unwrap_err().code(), Code::CostTooHigh);
    assert!(any(vec!["^A$".to_owned(); 1_000]).is_ok());
}

#[test]
fn faults_are_reported_up_to_a_bound() {
    let firm = Firm::new();
    let most = lang::bounds::FAULTS;
    for (term, joint) in
        [("zebra", " && "), ("segment('zebra')", " && "), ("region == 'z'", " || ")]
    {
        for (count, reported) in [(most - 1, most - 1), (most, most), (most + 1, most)] {
            let source = vec![term; count].join(joint);
            let error = check(&source, &firm.scope()).unwrap_err();
            assert_eq!(error.faults().len(), reported, "{count} times {term}");
        }
    }
    for element in ["'z'", "null"] {
        let source = format!("region in [{}]", vec![element; most + 1].join(", "));
        assert_eq!(check(&source, &firm.scope()).unwrap_err().faults().len(), most, "{element}");
    }
    let source = vec!["sex != 'm'"; most + 1].join(" && ");
    assert_eq!(check(&source, &firm.scope()).unwrap().hints.len(), most);
}

#[test]
fn what_to_write_instead_is_a_condition_that_can_be_yes_or_no() {
    let schema = Schema::from_json(
        r#"{"attributes": {
                "age": {"type": "int"}, "income": {"type": "money", "currency": "CNY", "nullable": true},
                "name": {"type": "text"}, "since": {"type": "instant"}, "birth": {"type": "date"},
                "region": {"type": "enum", "values": ["华东", "华南"]}, "hobbies": {"type": "set<text>"}},
            "events": {"purchase": {"list": "purchases", "fields": {
                "amount": {"type": "money", "currency": "CNY"}}}}}"#,
    );
    let schema = schema.unwrap();
    let scope = lang::Scope::of(&schema);
    let said = |source: &str| {
        let error = check_condition(source, &scope).unwrap_err();
        assert_eq!(error.code(), Code::NotACondition, "{source}: {error}");
        error.faults()[0].hint.clone()
    };
    for (source, hint) in [
        ("purchases.size()", "to compare it, write `purchases.size() > 0`"),
        ("purchases.sum(p, p.amount)", "to compare it, write `purchases.sum(p, p.amount) > 0`"),
        ("age", "to compare it, write `age > 0`"),
        ("income", "to ask for a value, write `income != null`"),
        ("name", "to compare it, write `name == '...'`"),
        ("region", "to compare it, write `region == '华东'`"),
        ("since", "to compare it, write `since > ago(days(30))`"),
        ("purchases", "to ask for any, write `purchases.size() > 0`"),
        ("hobbies", "to ask for any, write `hobbies.size() > 0`"),
        ("purchases.first()", "to ask for a value, write `purchases.first() != null`"),
    ] {
        let Text { en, zh } = said(source).unwrap_or_default();
        assert_eq!(en, hint, "{source}");
        let condition = en.split('`').nth(1).unwrap();
        assert!(check_condition(condition, &scope).is_ok(), "{condition}");
        assert_eq!(zh.split('`').nth(1), Some(condition), "{zh}");
    }
    for source in ["1", "'x'", "now", "birth", "days(3)"] {
        assert_eq!(said(source), None, "{source}");
    }
}

#[test]
fn arguments_are_counted_in_words() {
    let firm = Firm::new();
    for (source, en, zh) in [
        (
            "startOf()",
            "`startOf` has 0 arguments, expected 1 or 2",
            "`startOf` 有 0 个参数，应为 1 或 2 个",
        ),
        ("days(1, 2)", "`days` has 2 arguments, expected 1", "`days` 有 2 个参数，应为 1 个"),
        (
            "coalesce()",
            "`coalesce` has 0 arguments, expected at least 1",
            "`coalesce` 有 0 个参数，应为 至少 1 个",
        ),
    ] {
        let error = check(source, &firm.scope()).unwrap_err();
        let message = &error.faults()[0].message;
        assert_eq!((message.en.as_str(), message.zh.as_str()), (en, zh), "{source}");
    }
}

#[test]
fn without_a_value_section_nobody_has_scores() {
    let firm = Firm::new();
    let names = lang::ValueNames::default();
    let none = lang::Scope { value: None, ..firm.scope() };
    let bare = lang::Scope { value: Some(&names), ..firm.scope() };
    for source in
        ["value('p_alive')", "axis('loyalty')", "tier('value')", "cut('gold')", "alive_until(0.5)"]
    {
        let faults = check(source, &none).unwrap_err().into_faults();
        let [fault] = &faults[..] else { panic!("{source}: {faults:?}") };
        assert_eq!(fault.code, Code::UnknownName, "{source}");
        assert!(fault.message.en.contains("no section `value`"), "{source}: {fault:?}");
        let faults = check(source, &bare).unwrap_err().into_faults();
        let [fault] = &faults[..] else { panic!("{source}: {faults:?}") };
        assert_eq!(fault.code, Code::UnknownName, "{source}");
        assert!(!fault.message.en.contains("no section"), "{source}: {fault:?}");
    }
}

#[test]
fn what_is_asked_of_the_value_part_is_listed_once() {
    let firm = Firm::new();
    let source = "axis('loyalty') > 50 && (tier('value') == 'A' || axis('loyalty') > cut('gold')) \
                  && alive_until(0.50) < now && alive_until(0.5) != alive_until(param.still_active) \
                  && value('p_alive') > 0.5";
    let checked = check(source, &firm.scope()).unwrap();
    let chance = |text| lang::ScoreName::AliveUntil(Decimal::parse(text).unwrap());
    let wanted = [
        lang::ScoreName::Figure("p_alive".into()),
        lang::ScoreName::Axis("loyalty".into()),
        lang::ScoreName::Tier,
        lang::ScoreName::Cut("gold".into()),
        chance("0.3"),
        chance("0.5"),
    ];
    assert_eq!(checked.uses.scores, wanted);
}

#[test]
fn over_nothing_lengths_of_time_come_to_no_time() {
    let (firm, person) = (Firm::new(), Person::new(u32::MAX, 3, 0));
    let value = |source: &str| check(source, &firm.scope()).unwrap().evaluate(&person).unwrap();
    let sum = value("complaints.sum(c, c.solved_at - c.at)");
    assert!(matches!(sum, Value::Duration(length) if length.nanos() == 0), "{sum:?}");
    assert!(value("complaints.avg(c, c.solved_at - c.at)").is_missing());
}
