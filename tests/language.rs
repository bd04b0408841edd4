//! The corpus of the language: every expression with the value worked out by
//! hand, and what keeps evaluation within its bounds.

use guanxi::error::{Code, Error};
use guanxi::json::{self, Json};
use guanxi::lang::{
    Bindings, Record, Timestamp, Value, evaluate, evaluate_typed, from_typed, holds, parse,
    to_typed,
};
use guanxi::units::{Calendar, Decimal, Hours, Weekday, WorkPlan, Zone};

use crate::trees::{self, Dice};

/// What one engine makes of an expression.
type Engine = dyn Fn(&str, &Bindings) -> Result<Value, Error>;

fn corpus() -> Json {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/language.json");
    json::parse(&std::fs::read(path).unwrap()).unwrap()
}

/// Runs the corpus on an engine; gives what went wrong.
fn run(engine: &Engine) -> Vec<String> {
    let mut failures = Vec::new();
    for group in corpus().as_array().unwrap() {
        let bindings = environment(group);
        for case in group.get("cases").unwrap().as_array().unwrap() {
            let pair = case.as_array().unwrap();
            let (source, expected) = (pair[0].as_text().unwrap(), pair[1].as_text().unwrap());
            let found = engine(source, &bindings);
            if !agrees(&found, expected) {
                let name = group.get("group").unwrap().as_text().unwrap();
                failures.push(format!("{name}: {source} => {}, not {expected}", outcome(&found)));
            }
        }
    }
    failures
}

fn environment(group: &Json) -> Bindings {
    let mut bindings = Bindings::from_json(group.get("bind").unwrap()).unwrap();
    if let Some(now) = group.get("now") {
        bindings = bindings.at(Timestamp::parse(now.as_text().unwrap()).unwrap());
    }
    let zone =
        group.get("zone").map_or(Zone::utc(), |zone| Zone::named(zone.as_text().unwrap()).unwrap());
    let fiscal = group.get("fiscal").map_or((1, 1), |pair| {
        let number = |at: usize| pair.as_array().unwrap()[at].as_number().unwrap().parse().unwrap();
        (number(0), number(1))
    });
    let calendar = Calendar::new(zone, Weekday::Monday, fiscal).unwrap();
    let spans = |hours: &Json| {
        let spans = hours.as_array().unwrap().iter().map(|span| span.as_text().unwrap());
        Hours::parse(spans).unwrap()
    };
    bindings.calendar(match group.get("hours") {
        Some(hours) => calendar.with_work(WorkPlan::china(&spans(hours))).unwrap(),
        None => calendar,
    })
}

/// `error NAME` leaves the place open, `error NAME 3..7` does not.
fn agrees(found: &Result<Value, Error>, expected: &str) -> bool {
    let outcome = outcome(found);
    outcome == expected || found.is_err() && outcome.rsplit_once(' ').unwrap().0 == expected
}

fn outcome(found: &Result<Value, Error>) -> String {
    match found {
        Ok(value) => shown(value),
        Err(error) => {
            let fault = &error.faults()[0];
            let (start, end) = fault.span.expect("every fault of an expression has a place");
            format!("error {} {start}..{end}", fault.code.name())
        }
    }
}

/// A value as the corpus writes it; an event is its id.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Missing => "missing".to_owned(),
        Value::List(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        Value::Record(record) => match record.get("id") {
            Some(Value::Text(id)) => id.to_string(),
            _ => "record".to_owned(),
        },
        Value::Money(amount, currency) => format!("money {amount} {currency}"),
        other => {
            let json = json::parse(to_typed(other).as_bytes()).unwrap();
            let part = |key: &str| json.get(key).unwrap().as_text().unwrap().to_owned();
            format!("{} {}", part("type"), part("value"))
        }
    }
}

#[test]
fn the_reference_gives_what_was_worked_out_by_hand() {
    let failures = run(&|source, bindings| evaluate(&parse(source)?, bindings));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_corpus_is_not_empty_and_repeats_nothing() {
    let mut seen = std::collections::BTreeSet::new();
    for group in corpus().as_array().unwrap() {
        let name = group.get("group").unwrap().as_text().unwrap();
        for case in group.get("cases").unwrap().as_array().unwrap() {
            let source = case.as_array().unwrap()[0].as_text().unwrap();
            assert!(seen.insert((name.to_owned(), source.to_owned())), "{name}: {source}");
        }
    }
    assert!(seen.len() > 400, "{}", seen.len());
}

#[test]
fn faults_never_repeat_values() {
    let secret = Value::from("秘密secret");
    let bindings = Bindings::new().bind("name", secret.clone()).bind("list", vec![secret].into());
    for source in [
        "name + 1",
        "int(name)",
        "double(name)",
        "bool(name)",
        "date(name)",
        "timestamp(name)",
        "duration(name)",
        "name.x",
        "!name",
        "name ? 1 : 2",
        "list.sum()",
        "name < 1",
        "list[5]",
        "list.map(x, int(x))",
        "'a'.matches('(' + name)",
        "now.f(name)",
        "name && true",
        "-name",
    ] {
        let error = evaluate(&parse(source).unwrap(), &bindings).expect_err(source);
        for fault in error.faults() {
            let said = format!("{fault:?}");
            assert!(!said.contains("secret") && !said.contains("秘密"), "{source}: {said}");
        }
    }
}

#[test]
fn typed_values_read_back() {
    for text in [
        r#"{"type":"null"}"#,
        r#"{"type":"missing"}"#,
        r#"{"type":"bool","value":"true"}"#,
        r#"{"type":"int","value":"-9223372036854775808"}"#,
        r#"{"type":"double","value":"0.1"}"#,
        r#"{"type":"double","value":"-0"}"#,
        r#"{"type":"double","value":"Infinity"}"#,
        r#"{"type":"double","value":"-Infinity"}"#,
        r#"{"type":"double","value":"NaN"}"#,
        r#"{"type":"decimal","value":"12.50"}"#,
        r#"{"type":"money","value":"12.50","currency":"CNY"}"#,
        r#"{"type":"string","value":"a\"\n华"}"#,
        r#"{"type":"timestamp","value":"2026-03-31T02:00:00.000000001Z"}"#,
        r#"{"type":"duration","value":"-0.5s"}"#,
        r#"{"type":"date","value":"2026-03-31"}"#,
        r#"{"type":"period","value":"months(12)"}"#,
        r#"{"type":"list","value":[]}"#,
        r#"{"type":"list","value":[{"type":"int","value":"1"},{"type":"list","value":[{"type":"null"}]}]}"#,
        r#"{"type":"record","value":{}}"#,
        r#"{"type":"record","kind":"purchase","value":{"at":{"type":"missing"},"x":{"type":"int","value":"1"}}}"#,
    ] {
        let value = from_typed(&json::parse(text.as_bytes()).unwrap()).unwrap();
        assert_eq!(to_typed(&value), text);
    }
    for (text, same) in [
        (r#"{"type":"bool","value":false}"#, r#"{"type":"bool","value":"false"}"#),
        (r#"{"type":"int","value":3}"#, r#"{"type":"int","value":"3"}"#),
        (r#"{"type":"double","value":1e3}"#, r#"{"type":"double","value":"1000"}"#),
        (r#"{"type":"text","value":"a"}"#, r#"{"type":"string","value":"a"}"#),
    ] {
        let value = from_typed(&json::parse(text.as_bytes()).unwrap()).unwrap();
        assert_eq!(to_typed(&value), same);
    }
}

#[test]
fn typed_values_are_refused_with_a_place() {
    for (text, faults) in [
        (r#"3"#, vec![(Code::WrongJsonType, "")]),
        (r#"{"value":"3"}"#, vec![(Code::MissingKey, "")]),
        (r#"{"type":"int"}"#, vec![(Code::MissingKey, "")]),
        (r#"{"type":"int","value":"1.5"}"#, vec![(Code::BadValue, "/value")]),
        (r#"{"type":"int","value":[1]}"#, vec![(Code::WrongJsonType, "/value")]),
        (r#"{"type":"integer","value":"1"}"#, vec![(Code::BadValue, "/type")]),
        (r#"{"type":"bool","value":"yes"}"#, vec![(Code::BadValue, "/value")]),
        (r#"{"type":"string","value":1}"#, vec![(Code::WrongJsonType, "/value")]),
        (r#"{"type":"decimal","value":"1e3"}"#, vec![(Code::MalformedValue, "/value")]),
        (r#"{"type":"money","value":"1"}"#, vec![(Code::MissingKey, "")]),
        (
            r#"{"type":"money","value":"1","currency":"XYZ"}"#,
            vec![(Code::UnknownCurrency, "/currency")],
        ),
        (r#"{"type":"date","value":"2026-02-29"}"#, vec![(Code::MalformedValue, "/value")]),
        (r#"{"type":"null","value":"1"}"#, vec![(Code::UnknownKey, "/value")]),
        (r#"{"type":"int","value":"1","unit":"kg"}"#, vec![(Code::UnknownKey, "/unit")]),
        (r#"{"type":"list","value":{}}"#, vec![(Code::WrongJsonType, "/value")]),
        (
            r#"{"type":"list","value":[{"type":"int","value":"x"},{"type":"null"},{"type":"date"}]}"#,
            vec![(Code::BadValue, "/value/0/value"), (Code::MissingKey, "/value/2")],
        ),
        (
            r#"{"type":"record","value":{"a/b":{"type":"int","value":"x"}}}"#,
            vec![(Code::BadValue, "/value/a~1b/value")],
        ),
    ] {
        let error = from_typed(&json::parse(text.as_bytes()).unwrap()).expect_err(text);
        let found: Vec<(Code, &str)> = error
            .faults()
            .iter()
            .map(|fault| (fault.code, fault.pointer.as_deref().unwrap()))
            .collect();
        assert_eq!(found, faults, "{text}");
    }
}

#[test]
fn names_that_can_be_bound() {
    let bound = |name: &str| {
        let text = format!(r#"{{"{name}":{{"type":"null"}}}}"#);
        Bindings::from_json(&json::parse(text.as_bytes()).unwrap()).map_err(|error| error.code())
    };
    for name in ["x", "a.b.c", "_1", "true", &["a"; 16].join(".")] {
        assert!(bound(name).is_ok(), "{name}");
    }
    for name in ["", "1x", "a..b", ".a", "大区", "a b", "if", "in", &["a"; 17].join(".")] {
        assert_eq!(bound(name).err(), Some(Code::BadName), "{name}");
    }
    let longest = ["a"; 16].join(".");
    let bindings = Bindings::new().bind(longest.clone(), Value::Int(1));
    assert!(evaluate(&parse(&longest).unwrap(), &bindings).unwrap().equals(&Value::Int(1)));
}

#[test]
fn a_condition_is_yes_no_or_missing() {
    let bindings = Bindings::new().bind("none", Value::Missing);
    let holds = |source: &str| holds(&parse(source).unwrap(), &|_| None, &bindings);
    assert_eq!(holds("1 == 1"), Ok(true));
    assert_eq!(holds("none"), Ok(false));
    assert_eq!(holds("!none"), Ok(true));
    let error = holds("1 + 1").unwrap_err();
    assert_eq!(error.code(), Code::NotACondition);
    assert_eq!(error.faults()[0].span, Some((0, 5)));
    assert_eq!(holds("null").unwrap_err().code(), Code::NotACondition);
}

#[test]
fn the_type_of_a_node_gives_the_zero_and_the_places() {
    let decimal = |text: &str| Value::Decimal(Decimal::parse(text).unwrap());
    let bindings = Bindings::new()
        .bind("empty", Vec::new().into())
        .bind("prices", vec![decimal("1.5"), Value::Int(2)].into())
        .bind("none", Value::Missing)
        .bind("whole", Value::Int(3));
    let with = |source: &str, zero: &str| {
        let tree = parse(source).unwrap();
        let root = tree.root;
        let zeros = |id| (id == root).then(|| decimal(zero));
        shown(&evaluate_typed(&tree, &zeros, &bindings).unwrap())
    };
    assert_eq!(with("empty.sum()", "0.00"), "decimal 0.00");
    assert_eq!(with("empty.sum(x, x)", "0.00"), "decimal 0.00");
    assert_eq!(with("prices.sum()", "0.00"), "decimal 3.50");
    assert_eq!(with("prices.avg()", "0.000000"), "decimal 1.750000");
    assert_eq!(with("empty.avg()", "0.00"), "missing");
    assert_eq!(with("coalesce(none, whole)", "0.00"), "decimal 3.00");
    assert_eq!(with("true ? whole : 1", "0.0"), "decimal 3.0");
}

#[track_caller]
fn stopped(source: &str, code: Code) {
    let found = parse(source).and_then(|tree| evaluate(&tree, &Bindings::new()));
    let start: String = source.chars().take(60).collect();
    assert_eq!(
        found.map(|value| shown(&value)).map_err(|error| error.code()),
        Err(code),
        "{start}"
    );
}

#[test]
fn hostile_expressions_end() {
    let ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
    let nested: String = (0..20).map(|n| format!("{ten}.all(x{n}, ")).collect();
    stopped(&format!("{nested}true{}", ")".repeat(20)), Code::CostTooHigh);
    stopped(&format!("({nested}true{}) || true", ")".repeat(20)), Code::CostTooHigh);
    let deeper = format!("[1]{}", ".map(x, [x])".repeat(70));
    stopped(&deeper, Code::CostTooHigh);
    stopped(&format!("[1]{}", ".map(x, [x, x])".repeat(40)), Code::CostTooHigh);
    stopped(&format!("[[1]]{}", ".map(x, x + x)".repeat(40)), Code::CostTooHigh);
    stopped(&format!("['xxxxxxxx']{}", ".map(x, x + x)".repeat(40)), Code::Overflow);
    stopped(&format!("{ten}.map(x, 'a'.matches('(' + string(x)))"), Code::BadPattern);
    let patterns = (0..2_000).map(|n| format!("'b'.matches('{n}')")).collect::<Vec<_>>();
    stopped(&patterns.join(" || "), Code::CostTooHigh);
    let text = "ab".repeat(1 << 20);
    stopped(&format!("'{text}'.matches('(a|b)*{}c')", "[ab]".repeat(200)), Code::CostTooHigh);
    stopped(&format!("'a'.matches('{}')", "a".repeat(1_001)), Code::BadPattern);
    stopped(&format!("'a'.matches('{}')", "(".repeat(51) + &")".repeat(51)), Code::BadPattern);
}

#[test]
fn patterns_at_the_limit() {
    for (pattern, fits) in
        [("a".repeat(999), true), ("a".repeat(1_000), true), ("a".repeat(1_001), false)]
    {
        assert_eq!(guanxi::lang::compile(&pattern).is_ok(), fits, "{}", pattern.len());
    }
    assert!(guanxi::lang::compile(&"华".repeat(1_000)).is_ok());
}

#[test]
fn long_chains_are_evaluated_in_a_loop() {
    let n = 20_000;
    for (source, expected) in [
        (format!("true{}", " && true".repeat(n)), "bool true"),
        (format!("false{}", " || false".repeat(n)), "bool false"),
        (format!("x{} || true", " && x".repeat(n)), "bool true"),
        (format!("0{}", " + 1".repeat(n)), "int 20000"),
        (format!("0{}", " - 1 * 2".repeat(n)), "int -40000"),
        (format!("true{}", " == true".repeat(n)), "bool true"),
        (format!("{}true", "!".repeat(n)), "bool true"),
        (format!("{}1.5", "-".repeat(n)), "double 1.5"),
        (format!("{}'end'", "false ? 1 : ".repeat(n)), "string end"),
        (format!("[1]{}", ".filter(x, true)".repeat(n)), "[int 1]"),
        (format!("[1]{}", ".map(x, x)".repeat(n)), "[int 1]"),
        (format!("size([{}1])", "size([]), ".repeat(n)), "int 20001"),
        (format!("none{} == 1", ".a".repeat(n)), "bool false"),
        (format!("none{}", "[0]".repeat(n)), "missing"),
        (format!("none{}", ".size()".repeat(n)), "missing"),
    ] {
        let bindings = Bindings::new().bind("none", Value::Missing);
        let found = parse(&source).and_then(|tree| evaluate(&tree, &bindings));
        assert_eq!(found.map(|value| shown(&value)), Ok(expected.to_owned()), "{}", &source[..30]);
    }
    for source in [format!("a{}", ".b".repeat(n)), format!("f(){}", ".g()".repeat(n))] {
        let error = parse(&source).and_then(|tree| evaluate(&tree, &Bindings::new())).unwrap_err();
        assert!(matches!(error.code(), Code::UnknownName | Code::UnknownFunction), "{error}");
    }
}

/// Values of every type.
fn values() -> Vec<Value> {
    let typed = [
        r#"{"type":"missing"}"#,
        r#"{"type":"null"}"#,
        r#"{"type":"bool","value":"true"}"#,
        r#"{"type":"bool","value":"false"}"#,
        r#"{"type":"int","value":"3"}"#,
        r#"{"type":"double","value":"0.5"}"#,
        r#"{"type":"decimal","value":"1.50"}"#,
        r#"{"type":"money","value":"9.90","currency":"CNY"}"#,
        r#"{"type":"string","value":"华东"}"#,
        r#"{"type":"timestamp","value":"2026-03-31T02:00:00Z"}"#,
        r#"{"type":"duration","value":"90s"}"#,
        r#"{"type":"date","value":"2026-03-31"}"#,
        r#"{"type":"period","value":"months(1)"}"#,
        r#"{"type":"list","value":[{"type":"int","value":"1"},{"type":"missing"}]}"#,
        r#"{"type":"list","value":[{"type":"bool","value":"true"}]}"#,
        r#"{"type":"record","value":{"a":{"type":"int","value":"1"},"b":{"type":"missing"}}}"#,
    ];
    typed.map(|text| from_typed(&json::parse(text.as_bytes()).unwrap()).unwrap()).into()
}

/// Values under the names that random trees use.
fn random_names(dice: &mut Dice, values: &[Value]) -> Bindings {
    let mut bindings = Bindings::new();
    for name in ["a", "b", "x_1", "_", "region", "type", "inn", "trueish", "r", "b2"] {
        bindings = bindings.bind(name, values[dice.roll(values.len())].clone());
    }
    bindings
}

#[test]
fn any_expression_has_one_outcome_and_its_complement() {
    let values = values();
    let (mut decided, mut faulty) = (0, 0);
    for seed in 0..30_000 {
        let mut dice = Dice::new(seed);
        let bindings = random_names(&mut dice, &values);
        let size = 1 + dice.roll(8);
        let tree = trees::tree(&mut dice, size);
        let text = guanxi::lang::print(&tree);
        let (here, again) =
            (evaluate(&tree, &bindings), evaluate(&parse(&text).unwrap(), &bindings));
        match (&here, &again) {
            (Ok(a), Ok(b)) => assert_eq!(to_typed(a), to_typed(b), "{text}"),
            (Err(a), Err(b)) => assert_eq!(a.code(), b.code(), "{text}"),
            _ => panic!("{text}: {here:?} {again:?}"),
        }
        let complement = parse(&format!("!({text})")).unwrap();
        match here {
            Ok(value @ (Value::Bool(_) | Value::Missing)) => {
                let yes = matches!(value, Value::Bool(true));
                let no = evaluate(&complement, &bindings).unwrap();
                assert_eq!(shown(&no), format!("bool {}", !yes), "{text}");
                decided += 1;
            }
            Ok(_) => assert!(evaluate(&complement, &bindings).is_err(), "{text}"),
            Err(_) => {
                assert!(evaluate(&complement, &bindings).is_err(), "{text}");
                faulty += 1;
            }
        }
    }
    assert!(decided > 1_000 && faulty > 1_000, "{decided} {faulty}");
}

/// The deepest expressions that can be read need little stack, even in a
/// build without optimisation: hosts give their threads less than a main
/// thread has.
#[test]
fn the_deepest_expressions_fit_a_small_stack() {
    let nest = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(64), close.repeat(64))
    };
    let sources = [
        nest("(", "1", ")"),
        nest("[", "1", "]"),
        nest("1 - (", "1", ")"),
        nest("true ? (", "1", ") : 2"),
        nest("[1].all(x, ", "true", ")"),
        nest("[0][", "0", "]"),
        nest("coalesce(", "1", ")"),
    ];
    let small = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        for source in sources {
            let tree = parse(&source).unwrap();
            let printed = guanxi::lang::print(&tree);
            assert!(parse(&printed).unwrap().same(&tree));
            let value = evaluate(&tree, &Bindings::new()).unwrap();
            assert!(!to_typed(&value).is_empty());
        }
    });
    small.unwrap().join().unwrap();
}

/// Lists and texts as long as they come have an answer or a reason, soon.
#[test]
fn long_lists_and_texts_are_answered_or_refused() {
    let start = Timestamp::parse("2020-01-01T00:00:00Z").unwrap();
    let minute = guanxi::lang::Duration::parse("1m").unwrap();
    let mut at = start;
    let events: Vec<Value> = (0..100_000)
        .map(|_| {
            at = at.plus(minute).unwrap();
            let record = Record::new(None, vec![("at".into(), Value::Timestamp(at))]);
            Value::Record(std::sync::Arc::new(record))
        })
        .collect();
    let bindings = Bindings::new()
        .bind("events", events.into())
        .bind("text", Value::from("茶a".repeat(500_000).as_str()))
        .at(at);
    for (source, expected) in [
        ("sequence([events, events, events], duration('3m'))", "int 3"),
        ("sequence([events, events, events], duration('2m'))", "int 2"),
        ("sequenceStrict([events, events], days(1))", "int 2"),
        ("sequenceWithout([events, events], events, years(9000), days(1))", "int 2"),
        ("activePeriods(events, 'day', 1000)", "int 70"),
        ("text.replace('', 'x').size()", "int 2000001"),
        ("text.replace('', 'xxxxxxxxxx').size()", "error overflow"),
        ("text.split('').size()", "int 1000000"),
        ("text.split('').join('xxxxxxxxxx').size()", "error overflow"),
        ("text.split('a').map(x, x + 'b').join().size()", "int 1000001"),
        ("text.indexOf('b')", "int -1"),
        ("text.lastIndexOf('a', 999999)", "int 999999"),
        ("text.reverse().charAt(0)", "string a"),
        ("strings.quote(text).size()", "int 1000002"),
        ("'%s%s%s'.format([text, text, text])", "error overflow"),
        ("'%.100f'.format([1e300]).size()", "int 402"),
        ("search(text, 'a')", "bool true"),
        ("events.map(e, text).join()", "error cost_too_high"),
    ] {
        let found = evaluate(&parse(source).unwrap(), &bindings);
        assert!(agrees(&found, expected), "{source} => {}", outcome(&found));
    }
}
