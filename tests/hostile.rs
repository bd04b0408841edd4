//! Definitions that mean harm, or that nobody thought through: an answer in
//! bounded time, the same by every way, and the other customers go on.

use serde_json::{Map, Value, json};

use guanxi::engine::{CustomerSegment, CustomerView, FlowAsked, Options, customer, flow, query};
use guanxi::error::Language;
use guanxi::facts::{Body, Columns, ColumnsBuilder, Correction, Fact, Seen, Snapshot};
use guanxi::lang::Explanation;
use guanxi::lang::explain::Outcome;
use guanxi::lifecycle::{Replay, TRANSITIONS, WAKES, fold, standings};
use guanxi::store::Store;
use guanxi::units::Instant;
use guanxi::{Code, Playbook};

fn document(machine: Value) -> String {
    json!({
        "guanxi": 1, "id": "hostile", "version": "1", "calendar": {"zone": "America/New_York"},
        "schema": {"events": {"purchase": {"list": "purchases"}, "visit": {"list": "visits"}}},
        "machines": {"m": machine},
    })
    .to_string()
}

/// One customer who bought once, and one who only came by.
fn columns(playbook: &Playbook) -> Columns {
    let mut builder = ColumnsBuilder::new(playbook.schema());
    for (sequence, (customer, kind)) in [("bought", 0), ("came", 1)].into_iter().enumerate() {
        let fact = Fact {
            source: "s".into(),
            id: sequence.to_string().into(),
            customer: customer.into(),
            at: Some(Instant::parse("2026-01-01T12:00:00Z").unwrap()),
            revision: None,
            correction: Correction::None,
            body: Body::Event { kind, fields: vec![] },
        };
        builder.push(sequence as u64, Instant::MIN, &fact);
    }
    builder.finish()
}

/// A ring of states, each with as many ways out as there is room for.
fn ring(n_states: usize, n_ways: usize) -> Value {
    let state = |from: usize| {
        let way = |number: usize| {
            let to = format!("s{}", (from + number + 1) % n_states);
            json!({"event": "visit", "when": format!("visits.size() == {}", number + 1), "to": to})
        };
        json!({"on": (0..n_ways).map(way).collect::<Vec<_>>()})
    };
    let states: Map<String, Value> =
        (0..n_states).map(|it| (format!("s{it}"), state(it))).collect();
    json!({"initial": "s0", "states": states})
}

#[test]
fn ten_thousand_transitions_are_replayed_and_no_more_are_taken() {
    let n_states = 500;
    let playbook = Playbook::from_json(&document(ring(n_states, TRANSITIONS / n_states))).unwrap();
    assert_eq!(playbook.machines()[0].transitions.len(), TRANSITIONS);
    let columns = columns(&playbook);
    let on = playbook.world(&columns);
    let replay = Replay::new(on, playbook.machines());
    for customer in 0..columns.n_customers() {
        let fast = replay.life(customer, Instant::MAX, &mut replay.scratch());
        assert_eq!(fast.courses, fold(on, playbook.machines(), customer, Instant::MAX).courses);
    }
    assert!(Playbook::from_json(&document(ring(n_states, TRANSITIONS / n_states + 1))).is_err());
}

#[test]
fn who_goes_round_without_end_stands_still_and_the_others_go_on() {
    let machine = json!({"initial": "a", "states": {
        "a": {"on": [{"when": "purchases.exists(p, p.at <= now)", "to": "b"}, {"event": "visit", "to": "c"}]},
        "b": {"on": [{"when": "purchases.exists(p, p.at <= now)", "to": "a"}]},
        "c": {"tags": ["final"]},
    }});
    let playbook = Playbook::from_json(&document(machine)).unwrap();
    let columns = columns(&playbook);
    let until = Instant::parse("2026-03-01T00:00:00Z").unwrap();
    let found = standings(playbook.world(&columns), playbook.machines(), until, 1);
    assert_eq!(found.machines[0].positions, [0, 2]);
    let troubled: Vec<usize> = found.troubles.iter().map(|(customer, _)| *customer).collect();
    assert_eq!(troubled, [0]);
}

#[test]
fn a_timer_for_every_day_of_ten_thousand_years_comes_to_an_end() {
    let machine = json!({"initial": "a", "states": {
        "a": {"on": [{"after": "days(1)", "to": "b"}]},
        "b": {"on": [{"after": "days(1)", "to": "a"}]},
    }});
    let playbook = Playbook::from_json(&document(machine)).unwrap();
    let columns = columns(&playbook);
    let on = playbook.world(&columns);
    let replay = Replay::new(on, playbook.machines());
    let fast = replay.life(0, Instant::MAX, &mut replay.scratch());
    // The beginning, and one step for each day that is looked at.
    assert_eq!(fast.courses[0][0].steps.len(), 1 + WAKES);
}

#[test]
fn a_condition_for_every_midnight_of_ten_thousand_years_comes_to_an_end() {
    let machine = json!({"initial": "a", "states": {
        "a": {"on": [{"when": "today() == date('9999-12-30')", "to": "b"}]},
        "b": {"tags": ["final"]},
    }});
    let playbook = Playbook::from_json(&document(machine)).unwrap();
    let columns = columns(&playbook);
    let on = playbook.world(&columns);
    let replay = Replay::new(on, playbook.machines());
    let fast = replay.life(0, Instant::MAX, &mut replay.scratch());
    assert_eq!(fast.courses, fold(on, playbook.machines(), 0, Instant::MAX).courses);
}

/// A document of segments with their conditions.
fn of_segments(conditions: impl IntoIterator<Item = (String, String)>) -> Value {
    let conditions = conditions.into_iter().map(|(name, when)| (name, json!({"when": when})));
    json!({
        "guanxi": 1, "id": "hostile", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {"attributes": {"n": {"type": "int", "nullable": true}, "t": {"type": "text", "nullable": true}},
                   "events": {"purchase": {"list": "purchases"}, "visit": {"list": "visits"}}},
        "segments": conditions.collect::<Map<String, Value>>(),
    })
}

fn segments(conditions: impl IntoIterator<Item = (String, String)>) -> Playbook {
    Playbook::from_json(&of_segments(conditions).to_string()).unwrap()
}

/// Segments of which each names the next one so many times.
fn floors(width: usize, height: usize, around: impl Fn(String) -> String) -> Vec<(String, String)> {
    let floor = |number: usize| {
        let next = format!("segment('s{}')", number + 1);
        (format!("s{number}"), vec![around(next); width].join(" || "))
    };
    let ground = (format!("s{height}"), "visits.size() > 100000".to_owned());
    (0..height).map(floor).chain([ground]).collect()
}

fn tower(width: usize, height: usize) -> Playbook {
    segments(floors(width, height, |next| next))
}

fn page(playbook: &Playbook) -> CustomerView {
    let as_of = Instant::parse("2026-02-01T00:00:00Z").unwrap();
    customer(&columns(playbook), playbook, as_of, "bought").unwrap()
}

fn clauses(explanation: &Explanation) -> usize {
    1 + explanation.parts.iter().map(clauses).sum::<usize>()
}

#[test]
fn a_page_about_segments_that_name_each_other_has_an_end() {
    for (width, height) in [(6, 8), (10, 12), (2, 300), (1, 3_000)] {
        let playbook = tower(width, height);
        let view = page(&playbook);
        let told = view.segments.iter().map(|it| clauses(&it.explanation)).sum::<usize>();
        assert!(told < 40_000, "{width} x {height}: {told}");
        assert!(view.cut, "{width} x {height}");
        // What a condition says itself is told before what others say.
        let ground = format!("s{height}");
        let towering = view.segments.iter().filter(|it| *it.segment != *ground && 1 < width);
        for CustomerSegment { segment, explanation, .. } in towering {
            assert!(!explanation.cut && explanation.parts.len() == width, "{segment}");
        }
        let said =
            |view: &CustomerView| serde_json::to_string(&view.in_language(Language::En)).unwrap();
        assert!(said(&view).len() < 40_000_000, "{width} x {height}: {}", said(&view).len());
        assert_eq!(said(&page(&playbook)), said(&view), "{width} x {height}");
    }
}

#[test]
fn a_question_about_segments_that_name_each_other_is_explained_up_to_an_end() {
    let (playbook, as_of) = (tower(10, 12), Instant::parse("2026-02-01T00:00:00Z").unwrap());
    let columns = columns(&playbook);
    let snapshot = Snapshot::new(&columns, as_of);
    let options = Options { threads: 2 };
    let query = query(&snapshot, &playbook, "!segment('s0')", options).unwrap();
    let told = query.explain("came").unwrap();
    assert!(told.holds() && told.is_cut());
    assert!((10_000..40_000).contains(&clauses(&told)), "{}", clauses(&told));
    let lines = told.lines(Language::En);
    let left_out = "what it is made of is left out: there is too much to tell";
    assert!(lines.iter().any(|(_, line)| line.contains(left_out)));
    let lines = told.lines(Language::Zh);
    assert!(lines.iter().any(|(_, line)| line.ends_with("（内容过多，其组成从略）")));
    assert_eq!(told.lacking().len(), 0);
}

#[test]
fn long_texts_within_brackets_within_segments_do_not_fill_the_memory() {
    // A list of a megabyte, in sixty brackets, named by a hundred others.
    let list: Vec<String> = (0..100_000).map(|number| format!("'t{number:06}'")).collect();
    let mut inner = format!("t in [{}]", list.join(","));
    for level in 0..60 {
        inner = format!("({inner}) {} n > {level}", ["&&", "||"][level % 2]);
    }
    let named = (0..100).map(|it| (format!("a{it}"), "segment('z') || segment('z')".to_owned()));
    let view = page(&segments(named.chain([("z".to_owned(), inner)])));
    assert!(view.cut);
    let said = serde_json::to_string(&view.in_language(Language::En)).unwrap();
    assert!(said.len() < 10_000_000, "{}", said.len());
    assert_eq!(view.segments[100].explanation.outcome, Outcome::No);
    assert!(view.segments[100].explanation.cut && !view.segments[0].explanation.cut);
}

/// The same with a machine that asks about the topmost segment.
fn guarded(floors: Vec<(String, String)>) -> String {
    let mut document = of_segments(floors);
    document["machines"] = json!({"m": {"initial": "a", "states": {
        "a": {"on": [{"event": "visit", "when": "segment('s0')", "to": "b"}]}, "b": {"tags": ["final"]}}}});
    document.to_string()
}

#[test]
fn a_guard_reaches_through_so_many_segments_and_no_more() {
    for (width, height, refused) in [
        (1, 15, false),
        (1, 16, true),
        (1, 5_000, true),
        (6, 5, false),
        (6, 8, true),
        (10, 12, true),
        (200_000, 0, false),
    ] {
        let found = Playbook::check(&guarded(floors(width, height, |next| next)));
        let told: Vec<_> = found.faults.iter().map(|it| (it.code, it.pointer.as_deref())).collect();
        let place = Some("/machines/m/states/a/on/0/when");
        let expected = if refused { vec![(Code::CostTooHigh, place)] } else { Vec::new() };
        assert_eq!(told, expected, "{width} x {height}");
    }
}

#[test]
fn guards_as_deep_as_can_be_are_answered_on_a_small_stack() {
    // Sixty brackets, in which every segment asks about the next one.
    let brackets = |next: String| {
        (0..60)
            .fold(next, |inner, level| format!("({inner} {} n > {level})", ["&&", "||"][level % 2]))
    };
    let playbook = Playbook::from_json(&guarded(floors(1, 15, brackets))).unwrap();
    let threads = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let review = move || {
        let columns = columns(&playbook);
        let states = standings(playbook.world(&columns), playbook.machines(), Instant::MAX, 1);
        let view = page(&playbook);
        let said = serde_json::to_string(&view.in_language(Language::Zh)).unwrap();
        (states.machines.len(), said.len(), clauses(&view.segments[0].explanation))
    };
    let (machines, said, told) = threads.spawn(review).unwrap().join().unwrap();
    assert_eq!(machines, 1);
    assert!(1_000 < told && said < 40_000_000, "{told} {said}");
}

#[test]
fn groups_reach_no_further_than_guards() {
    let mut document = of_segments(floors(10, 12, |next| next));
    document["machines"] = json!({"m": {"initial": "a", "states": {
        "a": {"on": [{"event": "visit", "to": "b"}]}, "b": {"tags": ["final"]}}}});
    let playbook = Playbook::from_json(&document.to_string()).unwrap();
    let as_of = Instant::parse("2026-02-01T00:00:00Z").unwrap();
    let asked = |by| FlowAsked { by: Some(by), ..FlowAsked::default() };
    let flow = |by| flow(&columns(&playbook), &playbook, as_of, asked(by), Options::default());
    assert_eq!(flow("segment('s0') || n > 3").unwrap_err().code(), Code::CostTooHigh);
    assert!(flow("segment('s9')").is_ok());
}

#[test]
fn a_history_with_its_reasons_has_an_end() {
    let visits = 40;
    let floors = floors(6, 5, |next| next);
    let mut document: Value = serde_json::from_str(&guarded(floors)).unwrap();
    document["segments"]["s5"]["when"] = "visits.size() > 0".into();
    document["machines"]["m"]["states"]["b"] = json!({"on": [
        {"event": "visit", "when": "!segment('s0')", "to": "a"}, {"event": "visit", "to": "a"}]});
    let playbook = Playbook::from_json(&document.to_string()).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    let visit = |number: i64| Fact {
        source: "s".into(),
        id: number.to_string().into(),
        customer: "C".into(),
        at: Some(Instant::from_micros(number * 1_000_000).unwrap()),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind: 1, fields: vec![] },
    };
    store.append((0..visits).map(visit).collect(), Seen::Backfill).unwrap();
    let as_of = Instant::parse("2026-02-01T00:00:00Z").unwrap();
    let steps = store.journey(&playbook, as_of, None, "C").unwrap().explain();
    assert_eq!(steps.len(), visits as usize + 1);
    let conditions: Vec<&Explanation> =
        steps.iter().filter_map(|it| it.condition.as_ref()).collect();
    assert_eq!(conditions.len(), visits as usize / 2);
    assert!(conditions.iter().all(|it| it.holds()));
    let told: usize = conditions.iter().map(|it| clauses(it)).sum();
    assert!(10_000 < told && told < 40_000, "{told}");
    // The first is told in full, and the last by its outcome.
    assert!(!conditions[0].is_cut() && conditions.last().unwrap().cut);
}
