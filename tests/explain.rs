//! Why somebody is in or out, line by line, and that it is the truth.

use guanxi::Fault;
use guanxi::error::Language;
use guanxi::lang::explain::{Joint, Outcome};
use guanxi::lang::{Explanation, Value, check_condition, explain};
use proptest::prelude::*;

use crate::check::expressions;
use crate::firm::{Firm, Person};

fn why(source: &str, person: &Person) -> Explanation {
    let firm = Firm::new();
    let checked = check_condition(source, &firm.scope());
    explain(&checked.unwrap_or_else(|error| panic!("{source}: {error}")), person)
}

/// The explanation as a page, two spaces for each level.
fn page(source: &str, person: &Person, language: Language) -> String {
    let lines = why(source, person).lines(language);
    let lines: Vec<String> =
        lines.into_iter().map(|(depth, line)| format!("{}{line}", "  ".repeat(depth))).collect();
    lines.join("\n")
}

#[track_caller]
fn says(source: &str, person: &Person, expected: &str) {
    assert_eq!(page(source, person, Language::En), expected, "{source}");
}

fn everything_known() -> Person {
    Person::new(u32::MAX, 3, 0)
}

fn nothing_known() -> Person {
    Person::new(0, 0, 0)
}

#[test]
fn both_sides_are_shown_as_people_read_them() {
    let person = everything_known();
    for (source, expected) in [
        ("age >= 40", "no: `age` is 38, needed >= 40"),
        ("40 > age", "yes: `age` is 38, needed < 40"),
        ("income > 20000", "no: `income` is 12500.50 CNY, needed > 20000.00 CNY"),
        ("birth < date('1990-01-01')", "yes: `birth` is 1988-02-29, needed < 1990-01-01"),
        ("since < ago(days(30))", "yes: `since` is 2019-07-01 16:00, needed < 2026-03-02 00:30"),
        ("now - since > duration('36h')", "yes: `now - since` is 2465 d 8 h, needed > 1 d 12 h"),
        ("region == 'west'", "no: `region` is 'east', needed == 'west'"),
        ("region in ['west', '华东']", "no: `region` is 'east', needed in 'west', '华东'"),
        ("'golf' in hobbies", "yes: `hobbies` is 'golf', '茶', needed to hold 'golf'"),
        ("name.contains('ABC')", "yes: `name` is 'abc公司', needed contains 'abc'"),
        ("vip", "yes: `vip` is yes"),
        ("segment('win_back')", "yes `segment('win_back')`"),
        ("is_known(income)", "yes: `income` is 12500.50 CNY"),
        ("axis('loyalty') >= 85", "no: `axis('loyalty')` is 82.10, needed >= 85.00"),
        ("axis('loyalty') >= cut('gold')", "yes: `axis('loyalty')` is 82.10, needed >= 79.55"),
        ("axis('future') >= 10", "no: `axis('future')` has no value"),
        (
            "value('future_value') > 5000",
            "no: `value('future_value')` is 1234.50 CNY, needed > 5000.00 CNY",
        ),
        ("tier('value') == 'A'", "no: `tier('value')` is 'B', needed == top"),
        (
            "alive_until(0.5) < now",
            "no: `alive_until(0.5)` is 2026-06-02 00:00, needed < 2026-04-01 00:30",
        ),
        ("age % 0 == 1", "error: division by zero"),
    ] {
        says(source, &person, expected);
    }
}

#[test]
fn events_that_counted_are_counted() {
    let person = everything_known();
    for (source, expected) in [
        (
            "purchases.size() >= 3",
            "yes: `purchases.size()` is 3, needed >= 3 (3 events in `purchases`)",
        ),
        (
            "purchases.within(days(60)).size() >= 3",
            "no: `purchases.within(days(60)).size()` is 2, needed >= 3 \
             (2 of 3 events count in `purchases.within(days(60))`)",
        ),
        (
            "purchases.exists(p, p.amount > 100.00)",
            "yes `purchases.exists(p, p.amount > 100.00)` (2 of 3 events count in `purchases`)",
        ),
        (
            "purchases.all(p, p.qty > 1)",
            "no `purchases.all(p, p.qty > 1)` (2 of 3 events count in `purchases`)",
        ),
        (
            "complaints.last().at > ago(days(30))",
            "no: `complaints.last().at` has no value (0 events in `complaints`)",
        ),
        (
            "purchases.filter(p, p.qty > 1).sum(p, p.amount) > 100",
            "yes: `purchases.filter(p, p.qty > 1).sum(p, p.amount)` is 251.00 CNY, needed > 100.00 CNY \
             (2 of 3 events count in `purchases.filter(p, p.qty > 1)`)",
        ),
    ] {
        says(source, &person, expected);
    }
}

#[test]
fn the_tree_follows_the_condition() {
    let person = everything_known();
    says(
        "age >= 30 && (married || purchases.size() > 5) && !vip",
        &person,
        "no: 1 of 3 conditions hold, all are needed\n  \
           yes: `age` is 38, needed >= 30\n  \
           no: 0 of 2 conditions hold, one is needed\n    \
             no: `married` is no\n    \
             no: `purchases.size()` is 3, needed > 5 (3 events in `purchases`)\n  \
           no: the condition holds, and must not\n    \
             yes: `vip` is yes",
    );
    says(
        "vip ? age > 60 : age > 18",
        &person,
        "no: the choice fell on `age > 60`\n  yes: `vip` is yes\n  no: `age` is 38, needed > 60",
    );
    assert_eq!(
        page("age >= 30 && purchases.exists(p, p.qty > 2)", &person, Language::Zh),
        "满足：2 个条件满足 2 个，须全部满足\n  满足：`age` 为 38，要求 >= 30\n  \
         满足 `purchases.exists(p, p.qty > 2)`（`purchases` 的 3 个事件中计入 1 个）"
    );
    let why = why("vip && !!(age > 3 || married)", &person);
    assert_eq!(why.joint, Joint::All);
    let joints: Vec<Joint> = why.parts.iter().map(|part| part.joint).collect();
    assert_eq!(joints, [Joint::Leaf, Joint::Any]);
    assert_eq!(why.parts[1].text, "age > 3 || married");
}

#[test]
fn a_missing_value_that_decided_is_named() {
    let (known, unknown) = (everything_known(), nothing_known());
    let missing = |source: &str, person: &Person| why(source, person).missing;
    for (source, decided) in [
        ("age > 30", true),
        ("!(age > 30)", true),
        ("sex != 'm'", true),
        ("age == null", false),
        ("is_known(age)", false),
        ("married", true),
        ("'golf' in hobbies", true),
        ("nick.contains('a')", true),
        ("coalesce(age, 0) > 30", false),
        ("vip && age > 30", true),
        ("age > 30 && score > 3", true),
        ("age > 30 && region == 'west'", false),
        ("age > 30 || region == 'east'", false),
        ("age > 30 || region == 'west'", true),
        ("sex != 'm' || region == 'east'", false),
        ("married ? vip : vip", true),
        ("purchases.last().amount > 3", true),
        ("purchases.size() > 3", false),
        ("age / 0 > 1", true),
    ] {
        assert_eq!(missing(source, &unknown), decided, "{source}");
        assert!(!missing(source, &known), "{source}");
    }
}

#[test]
fn what_lies_between_and_what_holds_alone_is_told() {
    let (known, unknown) = (everything_known(), nothing_known());
    let en = |source: &str, person: &Person| why(source, person).say(Language::En);
    let zh = |source: &str, person: &Person| why(source, person).say(Language::Zh);
    let age = why("age == 0", &known).leaf.unwrap().left.unwrap().value.en;
    assert_eq!(
        en("between(age, 0, 5)", &known),
        format!("no: `age` is {age}, needed between 0 and 5")
    );
    assert_eq!(
        zh("between(age, 0, 5)", &known),
        format!("不满足：`age` 为 {age}，要求介于 0 与 5 之间")
    );
    assert!(why("between(age, 0, 5)", &unknown).missing);
    let one = why("exactlyOne(vip, age > 0, age > 1)", &known);
    assert_eq!((one.parts.len(), one.holds()), (3, false));
    assert_eq!(
        zh("exactlyOne(age > 0, age > 200)", &known),
        "满足：2 个条件满足 1 个，须恰好满足一个"
    );
    assert!(why("exactlyOne(age > 0, age > 200)", &unknown).missing);
}

#[test]
fn a_fault_is_an_outcome_like_any_other() {
    let person = everything_known();
    let why = why("age / 0 > 1 || vip", &person);
    assert_eq!(why.outcome, Outcome::Yes);
    let Outcome::Error(Fault { span, .. }) = &why.parts[0].outcome else { panic!("{why:?}") };
    assert_eq!(*span, Some((0, 7)));
}

#[test]
fn the_tree_is_json_in_either_language() {
    let firm = Firm::new();
    let checked = check_condition("!(income > 20000) && purchases.size() > 1", &firm.scope());
    let why = explain(&checked.unwrap(), &nothing_known());
    let json = serde_json::to_value(why.in_language(Language::Zh)).unwrap();
    let expected = serde_json::json!({
        "text": "!(income > 20000) && purchases.size() > 1", "start": 0, "end": 41,
        "outcome": "no", "joint": "all", "said": "不满足：2 个条件满足 1 个，须全部满足",
        "parts": [
            {
                "text": "!(income > 20000)", "start": 0, "end": 17, "outcome": "yes",
                "joint": "not", "missing": true, "said": "满足：条件不成立，符合要求",
                "parts": [{
                    "text": "income > 20000", "start": 2, "end": 16, "outcome": "no",
                    "joint": "leaf", "missing": true, "said": "不满足：`income` 无值",
                    "left": "无值", "sign": ">", "right": "20000.00 CNY",
                }],
            },
            {
                "text": "purchases.size() > 1", "start": 21, "end": 41, "outcome": "no",
                "joint": "leaf", "left": "0", "sign": ">", "right": "1",
                "said": "不满足：`purchases.size()` 为 0，要求 > 1（`purchases` 有 0 个事件）",
                "counted": [{"list": "purchases", "count": 0, "of": 0}],
            },
        ],
    });
    assert_eq!(json, expected);
}

#[test]
fn long_conditions_are_explained_flat() {
    let firm = Firm::new();
    let person = everything_known();
    let n = 5_000;
    for source in [
        vec!["age > 3"; n].join(" && "),
        vec!["!married && purchases.exists(p, p.qty > 9)"; n].join(" || "),
        format!("{}vip", "!".repeat(2 * n)),
        format!("{} : vip", vec!["married ? vip"; n].join(" : ")),
    ] {
        let checked = check_condition(&source, &firm.scope()).unwrap();
        let why = explain(&checked, &person);
        assert_eq!(why.holds(), checked.holds(&person).unwrap());
        assert!(why.lines(Language::En).iter().all(|(depth, _)| *depth < 4));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_outcome_is_that_of_the_evaluation(
        a in expressions(), b in expressions(), c in expressions(),
        known in any::<u32>(), purchases in 0..4usize, complaints in 0..3usize,
    ) {
        let firm = Firm::new();
        let person = Person::new(known, purchases, complaints);
        for source in [
            a.clone(), format!("({a}) && !({b}) || ({c})"), format!("!(({a}) || ({b})) && ({c})"),
            format!("({a}) ? ({b}) : ({c})"),
        ] {
            let Ok(checked) = check_condition(&source, &firm.scope()) else { continue };
            let why = explain(&checked, &person);
            match checked.holds(&person) {
                Ok(true) => prop_assert_eq!(why.outcome, Outcome::Yes),
                Ok(false) => prop_assert_eq!(why.outcome, Outcome::No),
                Err(error) => match &why.outcome {
                    Outcome::Error(fault) => prop_assert_eq!(fault, &error.faults()[0]),
                    other => prop_assert!(false, "{source}: {other:?}, but {error}"),
                },
            }
        }
    }
}

#[test]
fn what_is_no_condition_is_an_error_with_its_value() {
    let firm = Firm::new();
    let checked = guanxi::lang::check("age", &firm.scope()).unwrap();
    let why = explain(&checked, &everything_known());
    assert!(matches!(why.outcome, Outcome::Error(_)));
    assert_eq!(why.leaf.unwrap().left.unwrap().value.en, "38");
    assert!(checked.evaluate(&everything_known()).unwrap().equals(&Value::Int(38)));
}
