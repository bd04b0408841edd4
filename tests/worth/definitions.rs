//! `model` and `money` as they are written.

use guanxi::Code;
use guanxi::facts::Schema;
use guanxi::json::{self, Place, Reader};
use guanxi::value::cbs::Step;
use guanxi::value::money::{Cost, Minutes, Models, Money, Paid};

pub const SCHEMA: &str = r#"{"events": {
    "purchase": {"list": "purchases", "fields": {
        "amount": {"type": "money", "currency": "CNY", "nullable": true},
        "left": {"type": "money", "currency": "CNY", "nullable": true},
        "shipping": {"type": "money", "currency": "CNY", "nullable": true},
        "dollars": {"type": "money", "currency": "USD", "nullable": true},
        "paid_at": {"type": "instant", "nullable": true},
        "paid_on": {"type": "date", "nullable": true}}},
    "call": {"list": "calls", "fields": {}},
    "visit": {"list": "visits", "fields": {
        "minutes": {"type": "decimal(1)", "nullable": true},
        "where": {"type": "text", "nullable": true}}}
}}"#;

/// The section, and each fault as its code and place.
pub fn money(text: &str) -> (Option<Money>, Vec<(Code, String)>) {
    let schema = Schema::from_json(SCHEMA).unwrap();
    let purchases = schema.kind("purchase").unwrap();
    let fields = &schema.kinds[purchases].fields;
    let amount = fields.iter().position(|field| &*field.name == "amount");
    read(text, |place, reader| {
        Money::read(place, reader, &Paid { schema: &schema, purchases, amount })
    })
}

fn read<T>(
    text: &str,
    of: impl FnOnce(&Place, &mut Reader) -> Option<T>,
) -> (Option<T>, Vec<(Code, String)>) {
    let document = json::parse(text.as_bytes()).unwrap();
    let mut reader = Reader::new();
    let found = of(&Place::root(&document), &mut reader);
    let faults = reader.finish(&document).0;
    for fault in &faults {
        assert!(!fault.message.en.is_empty() && !fault.message.zh.is_empty());
    }
    let place = |fault: guanxi::Fault| (fault.code, fault.pointer.unwrap_or_default());
    (found, faults.into_iter().map(place).collect())
}

#[test]
fn money_is_read_with_all_its_costs() {
    let (money, faults) = money(
        r#"{"margin": "0.35", "discount_per_year": 0.10, "horizon": "months(24)", "costs": {
            "calls": {"event": "call", "each": "8.00"},
            "late": {"event": "purchase", "amount": "amount", "late": "paid_at", "free_days": 30, "per_year": "0.08"},
            "shipping": {"event": "purchase", "field": "shipping"},
            "talks": {"event": "call", "minutes": "7.5", "per_hour": 60},
            "visits": {"event": "visit", "minutes": "minutes", "per_hour": "120.00"}}}"#,
    );
    assert_eq!(faults, []);
    let money = money.unwrap();
    let costs: Vec<Cost> = money.activities.iter().map(|it| it.cost).collect();
    assert_eq!(costs[0], Cost::Each(800));
    assert!(matches!(costs[1], Cost::Late { free_days: 30, .. }));
    assert!(matches!(costs[3], Cost::Time { minutes: Minutes::Each(_), per_hour: 6000 }));
    assert!(matches!(costs[4], Cost::Time { minutes: Minutes::Field(_, 1), per_hour: 12000 }));
    assert_eq!(money.horizon_in(Step::Day), 730.485);
    // A year of weeks comes to the annual interest again.
    let weeks = 365.2425 / 7.0;
    assert!((libm::expm1(money.discount_in(Step::Week) * weeks) - 0.10).abs() < 1e-15);
}

#[test]
fn every_fault_of_money_has_its_place() {
    use Code::*;
    let ends = r#""horizon": "months(24)""#;
    let cost = |cost: &str| format!(r#"{{"margin": "1", {ends}, "costs": {{"it": {cost}}}}}"#);
    for (text, wanted) in [
        ("[]".to_owned(), vec![(WrongJsonType, "")]),
        ("{}".to_owned(), vec![(MissingKey, ""), (MissingKey, "")]),
        (format!(r#"{{"margin": "1.01", {ends}}}"#), vec![(BadValue, "/margin")]),
        (format!(r#"{{"margin": "-0.1", {ends}}}"#), vec![(BadValue, "/margin")]),
        (format!(r#"{{"margin": "a third", {ends}}}"#), vec![(MalformedValue, "/margin")]),
        (format!(r#"{{"margin": true, {ends}}}"#), vec![(WrongJsonType, "/margin")]),
        (
            format!(r#"{{"margin": {{"field": "dollars"}}, {ends}}}"#),
            vec![(BadValue, "/margin/field")],
        ),
        (
            format!(r#"{{"margin": {{"field": "lef"}}, {ends}}}"#),
            vec![(UnknownReference, "/margin/field")],
        ),
        (
            r#"{"margin": "1", "horizon": "for ever"}"#.to_owned(),
            vec![(MalformedValue, "/horizon")],
        ),
        (r#"{"margin": "1", "horizon": "days(0)"}"#.to_owned(), vec![(BadValue, "/horizon")]),
        (r#"{"margin": "1", "horizon": "workdays(9)"}"#.to_owned(), vec![(BadValue, "/horizon")]),
        (
            format!(r#"{{"margin": "1", "discount_per_year": "1.5", "discont": 1, {ends}}}"#),
            vec![(BadValue, "/discount_per_year"), (UnknownKey, "/discont")],
        ),
        (cost("{}"), vec![(MissingKey, "/costs/it"), (MissingKey, "/costs/it")]),
        (cost(r#"{"event": "cal", "each": "8"}"#), vec![(UnknownReference, "/costs/it/event")]),
        (cost(r#"{"event": "call", "each": "8", "field": "x"}"#), vec![(BadValue, "/costs/it")]),
        (cost(r#"{"event": "call", "each": "8.001"}"#), vec![(TooFine, "/costs/it/each")]),
        (cost(r#"{"event": "call", "each": "-8"}"#), vec![(BadValue, "/costs/it/each")]),
        (
            cost(r#"{"event": "call", "each": "8", "per_hour": "1"}"#),
            vec![(UnknownKey, "/costs/it/per_hour")],
        ),
        (cost(r#"{"event": "visit", "minutes": "minutes"}"#), vec![(MissingKey, "/costs/it")]),
        (
            cost(r#"{"event": "visit", "minutes": "where", "per_hour": "1"}"#),
            vec![(BadValue, "/costs/it/minutes")],
        ),
        (
            cost(r#"{"event": "visit", "minutes": 1441, "per_hour": "1"}"#),
            vec![(BadValue, "/costs/it/minutes")],
        ),
        (
            cost(
                r#"{"event": "purchase", "late": "amount", "free_days": -1, "per_year": "0.0000001"}"#,
            ),
            vec![
                (MissingKey, "/costs/it"),
                (BadValue, "/costs/it/late"),
                (BadValue, "/costs/it/free_days"),
                (TooFine, "/costs/it/per_year"),
            ],
        ),
        (
            format!(
                r#"{{"margin": "1", {ends}, "costs": {{"a b": {{"event": "call", "each": 1}}}}}}"#
            ),
            vec![(BadName, "/costs/a b")],
        ),
    ] {
        let (money, faults) = money(&text);
        let wanted: Vec<(Code, String)> =
            wanted.into_iter().map(|(code, place)| (code, place.to_owned())).collect();
        assert_eq!(faults, wanted, "{text}");
        let harmless = |code: &Code| matches!(code, UnknownKey);
        assert_eq!(money.is_some(), faults.iter().all(|(code, _)| harmless(code)), "{text}");
    }
}

#[test]
fn money_needs_amounts() {
    let schema = Schema::from_json(SCHEMA).unwrap();
    let purchases = schema.kind("purchase").unwrap();
    let text = r#"{"margin": "0.3", "horizon": "days(90)"}"#;
    let (money, faults) = read(text, |place, reader| {
        Money::read(place, reader, &Paid { schema: &schema, purchases, amount: None })
    });
    assert!(money.is_none());
    assert_eq!(faults, [(Code::MissingKey, String::new())]);
}

#[test]
fn models_are_read_and_their_faults_found() {
    use Code::*;
    let good = r#"{"timing": "mbg-cnbd", "k": 2, "spend": "gamma-gamma", "pinned": {
        "timing": {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": "1.614"},
        "spend": {"p": 6.25, "q": 3.74, "v": 15.44}}}"#;
    let (models, faults) = read(good, Models::read);
    assert_eq!(faults, []);
    let models = models.unwrap();
    assert!(models.is_pinned() && models.spend && models.stages == Some(2));
    let learnt = models.learn(&[], None, 1).unwrap().unwrap();
    assert_eq!(learnt.timing.values, [0.525, 6.183, 0.891, 1.614]);
    assert_eq!(learnt.spend.unwrap().names, ["p", "q", "v"]);

    for (text, wanted) in [
        ("{}", vec![(MissingKey, "")]),
        (r#"{"timing": "bgnbd"}"#, vec![(BadParameters, "/timing")]),
        (r#"{"timing": "gamma-gamma"}"#, vec![(BadParameters, "/timing")]),
        (r#"{"timing": "mbg-nbd", "k": 2}"#, vec![(BadParameters, "/k")]),
        (r#"{"timing": "mbg-cnbd"}"#, vec![(BadParameters, "/timing")]),
        (r#"{"timing": "mbg-cnbd", "k": -1}"#, vec![(BadParameters, "/k")]),
        (r#"{"timing": "nbd", "spend": "gamma"}"#, vec![(BadParameters, "/spend")]),
        (
            r#"{"timing": "nbd", "pinned": {"timing": {"r": 1, "beta": 2}}}"#,
            vec![(MissingKey, "/pinned/timing"), (UnknownKey, "/pinned/timing/beta")],
        ),
        (
            r#"{"timing": "nbd", "pinned": {"timing": {"r": 0, "alpha": true}, "spend": {}}}"#,
            vec![
                (BadParameters, "/pinned/timing/r"),
                (BadParameters, "/pinned/timing/alpha"),
                (UnknownKey, "/pinned/spend"),
            ],
        ),
        (
            r#"{"timing": "nbd", "pinned": {"timing": {"r": 0, "alpha": -3}}}"#,
            vec![(BadParameters, "/pinned/timing/r"), (BadParameters, "/pinned/timing/alpha")],
        ),
    ] {
        let (_, faults) = read(text, Models::read);
        let wanted: Vec<(Code, String)> =
            wanted.into_iter().map(|(code, place)| (code, place.to_owned())).collect();
        assert_eq!(faults, wanted, "{text}");
    }
}
