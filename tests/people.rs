//! What people decide: who is the same customer, and in which state one is.

use guanxi::Playbook;
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Batch, Columns, Seen};
use guanxi::lang::{Asked, States, Timestamp, Value};
use guanxi::lifecycle::{Cause, Replay, Trail, fold};
use guanxi::store::Store;
use guanxi::units::Instant;

use crate::support::{Random, machines, world::World};

const PLAYBOOK: &str = r#"{
  "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
  "schema": {
    "attributes": {"region": {"type": "text", "nullable": true}},
    "consent": {"purposes": ["marketing"], "channels": ["sms"]},
    "events": {"purchase": {"list": "purchases", "fields": {"amount": {"type": "int"}}}}
  },
  "segments": {"may": {"when": "consent('marketing', 'sms')"},
               "many": {"when": "purchases.size() >= 2"}},
  "machines": {"relationship": {"initial": "prospect", "states": {
    "prospect": {"on": [{"event": "purchase", "to": "buyer"},
                        {"changes": "region", "when": "region == 'embargo'", "to": "blocked"}]},
    "buyer": {"on": [{"silent": "days(30)", "of": ["purchase"], "to": "lapsed"}]},
    "lapsed": {"on": [{"event": "purchase", "to": "buyer"}]},
    "blocked": {"tags": ["final"]}
  }}}
}"#;

fn at(text: &str) -> Instant {
    Instant::parse(&format!("{text}T00:00:00Z")).unwrap()
}

fn append(store: &mut Store, playbook: &Playbook, text: &str) {
    let zone = playbook.calendar().zone();
    let lines = Lines::of("events", &TableKind::Events, None, playbook.schema(), zone).unwrap();
    let report = store.append_lines(&lines, text.as_bytes(), Seen::Backfill).unwrap();
    assert_eq!(report.not_recorded, [], "{report:?}");
}

fn store(lines: &str) -> (Playbook, Store) {
    let playbook = Playbook::from_json(PLAYBOOK).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    append(&mut store, &playbook, lines);
    (playbook, store)
}

const TWO: &str = r#"
{"customer": "a", "at": "2026-01-01", "attributes": {"region": "north"}}
{"customer": "a", "at": "2026-01-02", "consent": {"purpose": "marketing", "channel": "sms", "granted": false}}
{"customer": "b", "at": "2026-01-03", "consent": {"purpose": "marketing", "channel": "sms", "granted": true}}
{"kind": "purchase", "customer": "a", "at": "2026-01-10", "amount": 1}
{"kind": "purchase", "customer": "b", "at": "2026-01-20", "amount": 1}
"#;
const MERGE: &str = r#"{"customer": "a", "id": "m1", "at": "2026-02-01", "merge": {"into": "b"}}"#;

/// What a decision brings about at its instant comes after it.
#[test]
fn steps_stand_in_the_order_in_which_they_were_taken() {
    const FALLS: &str = r#"{"guanxi": 1, "id": "o", "version": "1", "calendar": {"zone": "UTC"},
      "schema": {"events": {"buy": {"list": "buys"}}},
      "segments": {"fallen": {"when": "in_state('m', 'c')"}},
      "machines": {"m": {"initial": "a", "states": {
        "a": {"on": [{"event": "buy", "to": "b"}]},
        "b": {"on": [{"when": "buys.size() < 2", "to": "c"}]},
        "c": {"on": [{"event": "buy", "to": "d"}]},
        "d": {"tags": ["final"]}}}}}"#;
    const FACTS: &str = r#"
{"kind": "buy", "customer": "a", "at": "2026-01-01"}
{"customer": "a", "id": "o", "at": "2026-02-01", "override": {"machine": "m", "state": "b", "actor": "u"}}"#;
    let playbook = Playbook::from_json(FALLS).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    append(&mut store, &playbook, FACTS);
    let journey = store.journey(&playbook, at("2026-03-01"), None, "a").unwrap();
    let explained: Vec<_> = journey.explain().into_iter().map(|it| it.step).collect();
    for steps in [journey.history(), explained] {
        let names = steps.iter().map(|step| &*step.to).collect::<Vec<_>>();
        assert_eq!(names, ["a", "b", "c", "b", "c"]);
    }
    let columns = store.columns(None).unwrap();
    let replay = Replay::new(playbook.world(&columns), playbook.machines());
    let until = at("2026-03-01");
    let trail = Trail::new(&replay, playbook.machines(), 0, until, &mut Default::default());
    let steps = trail.steps_at(at("2026-02-01"));
    assert_eq!(steps.iter().map(|(_, step)| step.to).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_merge_makes_one_of_two_from_its_instant_on() {
    let (playbook, mut store) = store(TWO);
    append(&mut store, &playbook, MERGE);
    let before = store.review(&playbook, at("2026-01-31")).unwrap();
    assert_eq!(before.customers, 2);
    assert_eq!(before.members("may").unwrap().collect::<Vec<_>>(), ["b"]);
    assert_eq!(before.members("many").unwrap().count(), 0);
    let after = store.review(&playbook, at("2026-02-01")).unwrap();
    assert_eq!(after.customers, 1);
    // Who said no under either id says no.
    assert_eq!(after.members("may").unwrap().count(), 0);
    assert_eq!(after.members("many").unwrap().collect::<Vec<_>>(), ["b"]);
    // Both ids lead to the one that stays, in the past each to its own.
    for (id, day, purchases) in
        [("a", "2026-02-01", 2), ("b", "2026-02-01", 2), ("a", "2026-01-31", 1)]
    {
        let view = store.customer(&playbook, at(day), id).unwrap();
        assert_eq!(view.events[0].events, purchases, "{id} {day}");
        let journey = store.journey(&playbook, at(day), None, id).unwrap();
        let bought = journey.history().iter().filter(|step| &*step.to == "buyer").count();
        assert_eq!((journey.id(), bought), (if day < "2026-02" { id } else { "b" }, 1));
    }
}

#[test]
fn an_unmerged_customer_was_never_merged() {
    let (playbook, mut store) = store(TWO);
    let plain = store.columns(None).unwrap();
    append(&mut store, &playbook, MERGE);
    let merged = store.columns(None).unwrap();
    assert_ne!(merged, plain);
    let retraction = r#"{"customer": "a", "id": "m2", "at": "2026-02-01", "retracts": "m1"}"#;
    append(&mut store, &playbook, retraction);
    let again = store.columns(None).unwrap();
    assert_eq!(Columns { last: plain.last, ..again }, plain);
}

#[test]
fn facts_that_come_after_a_merge_stay_with_their_id() {
    let (playbook, mut store) = store(TWO);
    let late = r#"{"kind": "purchase", "customer": "a", "at": "2026-03-01", "amount": 1}"#;
    append(&mut store, &playbook, MERGE);
    append(&mut store, &playbook, late);
    let view = store.customer(&playbook, at("2026-03-02"), "b").unwrap();
    assert_eq!(view.events[0].events, 3);
    let retraction = r#"{"customer": "a", "id": "m2", "at": "2026-02-01", "retracts": "m1"}"#;
    append(&mut store, &playbook, retraction);
    assert_eq!(store.customer(&playbook, at("2026-03-02"), "b").unwrap().events[0].events, 1);
    assert_eq!(store.customer(&playbook, at("2026-03-02"), "a").unwrap().events[0].events, 2);
}

#[test]
fn who_was_not_merged_is_kept_up_to_date_whoever_was() {
    use guanxi::lifecycle::Live;
    let purchase =
        |at: &str| format!(r#"{{"kind": "purchase", "customer": "c", "at": "{at}", "amount": 1}}"#);
    let (playbook, mut store) = store(&format!("{TWO}{}\n", purchase("2026-01-05")));
    append(&mut store, &playbook, MERGE);
    let (all, now) = (store.columns(None).unwrap(), at("2026-02-10"));
    let machines = playbook.machines();
    let mut live = Live::new(playbook.world(&all), machines, now, 1);
    let name =
        |state: Option<(usize, _)>| state.map(|(state, _)| machines[0].states[state].name.clone());
    let c = live.customer("c").unwrap();
    assert_eq!((name(live.state(0, c)).as_deref(), live.due(c)), (Some("lapsed"), None));
    // Late, and before the merge: nothing that the merge could be about.
    append(&mut store, &playbook, &purchase("2026-01-20"));
    let one = |id: &str| store.customer_columns(&[id], None).unwrap();
    let changed = live.apply("c", one("c")).unwrap();
    assert_eq!(
        (changed.kept, changed.retracted.len(), changed.added.len()),
        (2, 1, 0),
        "{changed:?}"
    );
    assert_eq!(name(live.state(0, c)).as_deref(), Some("buyer"));
    assert_eq!(live.due(c), Some(at("2026-02-19")));
    for id in ["a", "b"] {
        assert!(live.apply(id, one(id)).is_none(), "{id}");
    }
    let passed = live.advance_to(at("2026-03-01"));
    assert!(passed.iter().any(|(customer, changed)| *customer == c && changed.added.len() == 1));
    let columns = store.columns(None).unwrap();
    for id in ["b", "c"] {
        let life =
            fold(playbook.world(&columns), machines, columns.customer(id).unwrap(), live.now());
        let course = &life.courses[0][0];
        let there = live.state(0, live.customer(id).unwrap());
        assert_eq!(there, Some((course.state, course.since)), "{id}");
    }
}

/// The names of the states that a customer goes through, with their instants.
fn way(playbook: &Playbook, store: &Store, id: &str, until: Instant) -> Vec<String> {
    let columns = store.columns(None).unwrap();
    let customer = columns.customer_at(id, until).unwrap();
    let life = fold(playbook.world(&columns), playbook.machines(), customer, until);
    assert!(life.troubles.is_empty(), "{:?}", life.troubles);
    let names = &playbook.machines()[0].states;
    let steps = life.courses[0][0].steps.iter();
    let told = steps.map(|step| {
        let day = step.at.map_or("?".to_owned(), |at| at.to_string()[..10].to_owned());
        let by = if matches!(step.cause, Cause::Decision(_)) { "!" } else { "" };
        format!("{day} {}{by}", names[step.to].name)
    });
    told.collect()
}

#[test]
fn a_soft_override_sets_the_state_and_the_rules_go_on() {
    let decision = r#"{"customer": "b", "id": "d1", "at": "2026-01-05", "override": {"machine": "relationship", "state": "lapsed", "actor": "li"}}"#;
    let (playbook, store) = store(&format!("{TWO}{decision}\n"));
    let expected =
        ["2026-01-03 prospect", "2026-01-05 lapsed!", "2026-01-20 buyer", "2026-02-19 lapsed"];
    assert_eq!(way(&playbook, &store, "b", at("2026-06-01")), expected);
}

#[test]
fn a_decision_that_ends_a_pinned_state_and_sets_another_is_one_step() {
    let pin = r#"{"customer": "b", "id": "d1", "at": "2026-01-05", "override": {"machine": "relationship", "state": "blocked", "pinned": true}}"#;
    let set = r#"{"customer": "b", "id": "d2", "at": "2026-01-25", "override": {"machine": "relationship", "state": "lapsed", "actor": "li"}}"#;
    let (playbook, store) = store(&format!("{TWO}{pin}\n{set}\n"));
    let told = store.journey(&playbook, at("2026-02-01"), None, "b").unwrap().history();
    let told: Vec<String> = told
        .iter()
        .map(|step| {
            let day = step.at.map_or("?".to_owned(), |at| at.to_string()[..10].to_owned());
            format!("{day} {} -> {}", step.from.as_deref().unwrap_or("-"), step.to)
        })
        .collect();
    let expected = [
        "2026-01-03 - -> prospect",
        "2026-01-05 prospect -> blocked",
        "2026-01-25 blocked -> lapsed",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_pinned_state_hides_what_the_rules_say_until_it_ends() {
    let decision = r#"{"customer": "b", "id": "d1", "at": "2026-01-05", "override": {"machine": "relationship", "state": "blocked", "pinned": true, "until": "2026-02-01T00:00:00Z"}}"#;
    let (playbook, mut store) = store(&format!("{TWO}{decision}\n"));
    let pinned =
        ["2026-01-03 prospect", "2026-01-05 blocked!", "2026-02-01 buyer", "2026-02-19 lapsed"];
    assert_eq!(way(&playbook, &store, "b", at("2026-06-01")), pinned);
    let columns = store.columns(None).unwrap();
    let b = columns.customer("b").unwrap();
    let life = fold(playbook.world(&columns), playbook.machines(), b, at("2026-01-25"));
    let shadow = life.courses[0][0].shadow.unwrap();
    assert_eq!(&*playbook.machines()[0].states[shadow.state].name, "buyer");
    assert_eq!((shadow.since, shadow.until), (Some(at("2026-01-20")), Some(at("2026-02-01"))));
    // Let go of earlier.
    let release = r#"{"customer": "b", "id": "d2", "at": "2026-01-25", "override": {"machine": "relationship"}}"#;
    append(&mut store, &playbook, release);
    let released =
        ["2026-01-03 prospect", "2026-01-05 blocked!", "2026-01-25 buyer!", "2026-02-19 lapsed"];
    assert_eq!(way(&playbook, &store, "b", at("2026-06-01")), released);
    // Taken back altogether: as if nobody had decided anything.
    for id in ["d1", "d2"] {
        let back = format!(
            r#"{{"customer": "b", "id": "x{id}", "at": "2026-01-25", "retracts": "{id}"}}"#
        );
        append(&mut store, &playbook, &back);
    }
    assert_eq!(
        way(&playbook, &store, "b", at("2026-06-01")),
        ["2026-01-03 prospect", "2026-01-20 buyer", "2026-02-19 lapsed"]
    );
}

/// The days for which somebody is in a state, as conditions ask it.
fn days_in(playbook: &Playbook, store: &Store, day: &str) -> i64 {
    let columns = store.columns(None).unwrap();
    let world = playbook.world(&columns);
    let b = columns.customer_at("b", at(day)).unwrap();
    let replay = Replay::new(world, playbook.machines());
    let trail =
        Trail::new(&replay, playbook.machines(), b, at("2027-01-01"), &mut replay.scratch());
    let Some(Value::Timestamp(since)) = trail.at(at(day)).ask(b, "relationship", Asked::Since)
    else {
        panic!("nobody knows since when");
    };
    let life = fold(world, playbook.machines(), b, at(day));
    assert_eq!(life.courses[0][0].since.map(Timestamp::from), Some(since), "{day}");
    (at(day).micros() - since.split().0.micros()) / 86_400_000_000
}

#[test]
fn a_decision_for_the_state_somebody_is_in_begins_it_anew() {
    let decide = |rest: &str| {
        let decision = format!(
            r#"{{"customer": "b", "id": "d1", "at": "2026-01-25", "override": {{"machine": "relationship", "state": "buyer", "actor": "li"{rest}}}}}"#
        );
        store(&format!("{TWO}{decision}\n"))
    };
    let (playbook, store) = decide("");
    for (day, days) in [("2026-01-24", 4), ("2026-01-25", 0), ("2026-01-30", 5)] {
        assert_eq!(days_in(&playbook, &store, day), days, "{day}");
    }
    // A pinned one lasts from the decision; let go of, what the rules had
    // brought about meanwhile counts, from when they did.
    let (playbook, store) = decide(r#", "pinned": true, "until": "2026-02-10T00:00:00Z""#);
    for (day, days) in [("2026-01-30", 5), ("2026-02-09", 15), ("2026-02-10", 21)] {
        assert_eq!(days_in(&playbook, &store, day), days, "{day}");
    }
}

#[test]
fn since_when_is_the_same_however_it_is_asked() {
    let (mut asked, mut decided) = (0, 0);
    for seed in 0..40 {
        let mut random = Random::new(seed ^ 0x51ce);
        let mut world = World::of(&mut random, 8);
        let playbook = machines::playbook(&mut random, &world);
        decisions(&mut random, &mut world, 12);
        let columns = world.columns();
        let on = playbook.world(&columns);
        let replay = Replay::new(on, playbook.machines());
        for customer in 0..columns.n_customers() {
            let whole = fold(on, playbook.machines(), customer, world.as_of);
            let trail = Trail::new(
                &replay,
                playbook.machines(),
                customer,
                world.as_of,
                &mut replay.scratch(),
            );
            let steps = whole.courses.iter().flatten().flat_map(|course| &course.steps);
            let first = columns.born[customer];
            for step in steps {
                decided += usize::from(matches!(step.cause, Cause::Decision(_)));
                let Some(at) = step.at.filter(|at| first <= at.micros()) else { continue };
                let life = fold(on, playbook.machines(), customer, at);
                for (machine, courses) in playbook.machines().iter().zip(&life.courses) {
                    if machine.key.is_some() {
                        continue;
                    }
                    let since =
                        courses[0].since.map_or(Value::Missing, |it| Value::Timestamp(it.into()));
                    let state = Value::Text(machine.states[courses[0].state].name.clone());
                    let then = trail.at(at);
                    let is = |asked, expected: &Value| {
                        then.ask(customer, &machine.name, asked).unwrap().equals(expected)
                    };
                    let place = format!("seed {seed}, {customer}, {} at {at}", machine.name);
                    assert!(is(Asked::Since, &since) && is(Asked::State, &state), "{place}");
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 2_000 && decided > 50, "{asked}, {decided}");
}

#[test]
fn other_machines_see_the_pinned_state_however_they_ask() {
    let mirror = |name: &str, blocked: &str| {
        format!(
            r#""{name}": {{"initial": "free", "states": {{
                "free": {{"on": [{{"when": "{blocked}", "to": "held"}}]}},
                "held": {{"on": [{{"when": "!({blocked})", "to": "free"}}]}}}}}}"#
        )
    };
    let two = format!(
        r#""machines": {{{}, {}, "#,
        mirror("named", "state('relationship') == 'blocked'"),
        mirror("inside", "in_state('relationship', 'blocked')"),
    );
    let playbook = Playbook::from_json(&PLAYBOOK.replace(r#""machines": {"#, &two)).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    let decision = r#"{"customer": "b", "id": "d1", "at": "2026-01-05", "override": {"machine": "relationship", "state": "blocked", "pinned": true, "until": "2026-02-01T00:00:00Z"}}"#;
    append(&mut store, &playbook, &format!("{TWO}{decision}\n"));
    for (day, held) in [("2026-01-04", "free"), ("2026-01-25", "held"), ("2026-02-02", "free")] {
        let states = store.journey(&playbook, at(day), None, "b").unwrap().states();
        let state = |machine: &str| {
            let found = states.iter().find(|it| &*it.machine == machine).unwrap();
            found.state.to_string()
        };
        assert_eq!((state("named"), state("inside")), (held.to_owned(), held.to_owned()), "{day}");
    }
}

/// Merges and overrides of a random firm.
#[test]
fn a_pinned_state_says_so_and_what_is_due_is_what_will_show() {
    let (playbook, mut store) = store(TWO);
    let pin = |id: &str, until: &str| {
        format!(
            r#"{{"customer": "{id}", "id": "p-{id}", "at": "2026-01-25", "override": {{"machine": "relationship",
             "state": "prospect", "pinned": true, "actor": "li", "reason": "fraud"{until}}}}}"#
        )
        .replace('\n', " ")
    };
    append(&mut store, &playbook, &pin("a", r#", "until": "2026-03-01T00:00:00Z""#));
    append(&mut store, &playbook, &pin("b", ""));
    let journey = |id, day: &str| store.journey(&playbook, at(day), None, id).unwrap();
    // By the rules `a` lapses on 9 February; that shows when the pin ends.
    let now = journey("a", "2026-02-01").states().remove(0);
    let pinned = now.pinned.unwrap();
    assert_eq!((&*now.state, &*pinned.rules), ("prospect", "buyer"));
    assert_eq!((&*pinned.actor, &*pinned.reason), ("li", "fraud"));
    assert_eq!(
        (pinned.until, pinned.rules_since),
        (Some(at("2026-03-01")), Some(at("2026-01-10")))
    );
    let next = now.next.unwrap();
    assert_eq!((next.at, &*next.from, &*next.to), (at("2026-03-01"), "prospect", "lapsed"));
    assert!(next.transition.is_none() && next.effects.is_empty());
    let released = journey("a", "2026-03-01").states().remove(0);
    assert!(&*released.state == "lapsed" && released.pinned.is_none());
    // Until somebody lets go, nothing is due and no way can be taken.
    let now = journey("b", "2026-02-01").states().remove(0);
    assert!(now.next.is_none() && now.pinned.unwrap().until.is_none());
    for (id, earliest) in [("a", Some(at("2026-03-01"))), ("b", None)] {
        let why = journey(id, "2026-02-01").why_not(None, None, "lapsed").unwrap();
        assert_eq!((why.earliest, why.ways.len()), (earliest, 0), "{id}");
        assert_eq!(&*why.pinned.unwrap().rules, "buyer");
    }
    let page = serde_json::to_value(store.customer(&playbook, at("2026-02-01"), "b").unwrap());
    assert_eq!(page.unwrap()["machines"][0]["pinned"]["actor"], "li");
}

#[test]
fn nobody_decides_without_a_name_and_a_reason() {
    use guanxi::Code;
    use guanxi::engine::Command;
    use guanxi::facts::Override;
    let (playbook, mut store) = store(TWO);
    let decision = Override {
        machine: "relationship".into(),
        state: Some("lapsed".into()),
        pinned: false,
        until: None,
        actor: "".into(),
        reason: " ".into(),
    };
    let command = Command::Override { customer: "a".into(), decision };
    let refused = store.command(&playbook, &command, at("2026-02-01"), Seen::Backfill).unwrap_err();
    assert_eq!((refused.code(), refused.faults().len()), (Code::MissingValue, 2));
}

#[test]
fn a_definition_that_failed_is_told_on_the_customers_own_pages() {
    let text = PLAYBOOK.replace(
        r#"{"silent": "days(30)", "of": ["purchase"], "to": "lapsed"}"#,
        r#"{"silent": "days(30)", "of": ["purchase"], "when": "1 / (purchases.size() - 1) >= 0", "to": "lapsed"}"#,
    );
    let playbook = Playbook::from_json(&text).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    append(&mut store, &playbook, TWO);
    let journey = store.journey(&playbook, at("2026-03-01"), None, "a").unwrap();
    let troubles = journey.states().remove(0).troubles;
    assert_eq!((troubles.len(), troubles[0].at), (1, Some(at("2026-02-09"))), "{troubles:?}");
    assert!(troubles[0].transition.ends_with("/buyer/on/0"), "{troubles:?}");
    assert_eq!(journey.why_not(None, None, "lapsed").unwrap().troubles.len(), 1);
    let page = serde_json::to_value(store.customer(&playbook, at("2026-03-01"), "a").unwrap());
    assert_eq!(page.unwrap()["machines"][0]["troubles"][0]["customer"], "a");
}

/// A host that hands over its old states, and means one that there is not, is told.
#[test]
fn an_opening_event_that_names_no_state_is_told() {
    let text = r#"{"guanxi": 1, "id": "o", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {"events": {
            "purchase": {"list": "purchases"},
            "takeover": {"list": "takeovers", "fields": {"stage": {"type": "text", "nullable": true}}}}},
        "machines": {"way": {"initial": "one", "opening": {"event": "takeover", "field": "stage"},
            "states": {"one": {"on": [{"event": "purchase", "to": "two"}]},
                       "two": {"on": [{"event": "purchase", "to": "one"}]}}}}}"#;
    let playbook = Playbook::from_json(text).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    let facts = r#"{"kind": "takeover", "customer": "a", "at": "2026-01-01", "stage": "three"}
{"kind": "purchase", "customer": "a", "at": "2026-01-02"}
{"kind": "takeover", "customer": "b", "at": "2026-01-01", "stage": "two"}
{"kind": "takeover", "customer": "c", "at": "2026-01-03"}"#;
    append(&mut store, &playbook, facts);
    let told = |customer: &str| {
        let journey = store.journey(&playbook, at("2026-03-01"), None, customer).unwrap();
        let state = journey.states().remove(0);
        let said: Vec<String> = state
            .troubles
            .iter()
            .map(|it| format!("{} {}", it.at.unwrap(), it.fault.message.en))
            .collect();
        (state.state.to_string(), said)
    };
    let three =
        "2026-01-01T00:00:00Z the opening event names the state `three`, which `way` does not have";
    let none = "2026-01-03T00:00:00Z the opening event names no state of `way`";
    // Who was not handed over goes on as if from the first state.
    assert_eq!(told("a"), ("two".into(), vec![three.into()]));
    assert_eq!(told("b"), ("two".into(), Vec::new()));
    assert_eq!(told("c"), ("one".into(), vec![none.into()]));
}

fn decisions(random: &mut Random, world: &mut World, n: u64) {
    use guanxi::facts::{Body, Override};
    for number in 0..n {
        let (a, b) = (random.below(n + 2), random.below(n + 2));
        let name = |number: u64| -> Box<str> { format!("c{number:03}").into() };
        let fact = world.another(random, &format!("d{number}"));
        let at = fact.at.or(Some(world.as_of));
        let body = if a != b && random.chance(50) {
            Body::Merge { into: name(b) }
        } else {
            let pinned = random.chance(50);
            let named = random.pick(&["low", "mid", "high", "s3"]);
            let state = random.chance(80).then(|| named.into());
            Body::Override(Override {
                machine: "first".into(),
                until: at.filter(|_| pinned && state.is_some() && random.chance(50)).map(|at| {
                    at.checked_add_micros(random.between(1, 60) * 86_400_000_000).unwrap()
                }),
                state,
                pinned,
                actor: "li".into(),
                reason: "".into(),
            })
        };
        world.facts.push(guanxi::facts::Fact { customer: name(a), at, body, ..fact });
    }
}

#[test]
fn files_and_memory_agree_on_what_people_decided() {
    let folder = crate::support::Folder::new();
    for seed in 0..25 {
        let mut random = Random::new(seed ^ 0x9e09);
        let mut world = World::of(&mut random, 8);
        let playbook = machines::playbook(&mut random, &world);
        decisions(&mut random, &mut world, 8);
        let path = folder.file(&format!("{seed}.db"));
        let mut memory = Store::in_memory(playbook.schema());
        let mut file = Store::open(&path, playbook.schema()).unwrap();
        let facts = world.facts.clone();
        memory.append_all(vec![Batch { facts: facts.clone(), seen: Seen::Backfill }]).unwrap();
        file.append_all(vec![Batch { facts, seen: Seen::Backfill }]).unwrap();
        let columns = file.columns(None).unwrap();
        assert_eq!(columns, memory.columns(None).unwrap(), "seed {seed}");
        assert!(file.verify().unwrap().faults.is_empty());
        // One customer, loaded alone, is what it is among all.
        for id in ["c000", "c003", "c007"] {
            let of_file = file.customer_columns(&[id], None).unwrap();
            assert_eq!(of_file, memory.customer_columns(&[id], None).unwrap());
            let (all, one) =
                (columns.customer_at(id, world.as_of), of_file.customer_at(id, world.as_of));
            let (Some(all), Some(one)) = (all, one) else {
                assert_eq!(all.is_some(), one.is_some());
                continue;
            };
            if !columns.is_known(all, world.as_of) {
                continue;
            }
            let whole = fold(playbook.world(&columns), playbook.machines(), all, world.as_of);
            let alone = fold(playbook.world(&of_file), playbook.machines(), one, world.as_of);
            let states = |life: &guanxi::lifecycle::Life| -> Vec<_> {
                life.courses.iter().flatten().map(|it| (it.state, it.since)).collect()
            };
            assert_eq!(states(&alone), states(&whole), "seed {seed}, {id}");
        }
    }
}
