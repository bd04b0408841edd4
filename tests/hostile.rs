//! Definitions that mean harm, or that nobody thought through: an answer in
//! bounded time, the same by every way, and the other customers go on.

use serde_json::{Map, Value, json};

use guanxi::Playbook;
use guanxi::engine::{CustomerSegment, CustomerView, Options, customer, query};
use guanxi::error::Language;
use guanxi::facts::{Body, Columns, ColumnsBuilder, Correction, Fact, Snapshot};
use guanxi::lang::Explanation;
use guanxi::lang::explain::Outcome;
use guanxi::lifecycle::{Replay, TRANSITIONS, WAKES, fold, standings};
use guanxi::units::Instant;

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

/// A playbook of segments with their conditions.
fn segments(conditions: impl IntoIterator<Item = (String, String)>) -> Playbook {
    let conditions = conditions.into_iter().map(|(name, when)| (name, json!({"when": when})));
    let document = json!({
        "guanxi": 1, "id": "hostile", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {"attributes": {"n": {"type": "int", "nullable": true}, "t": {"type": "text", "nullable": true}},
                   "events": {"purchase": {"list": "purchases"}, "visit": {"list": "visits"}}},
        "segments": conditions.collect::<Map<String, Value>>(),
    });
    Playbook::from_json(&document.to_string()).unwrap()
}

/// Segments of which each names the next one so many times.
fn tower(width: usize, height: usize) -> Playbook {
    let floor = |number: usize| {
        let next = format!("segment('s{}')", number + 1);
        (format!("s{number}"), vec![next; width].join(" || "))
    };
    let ground = (format!("s{height}"), "n > 100000".to_owned());
    segments((0..height).map(floor).chain([ground]))
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
