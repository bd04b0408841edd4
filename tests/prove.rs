//! What is proven of machines before anybody goes through them.

use guanxi::facts::ColumnsBuilder;
use guanxi::lang;
use guanxi::lifecycle::{Found, Ground, Machine, Step, fold, migration, prove, scenarios};
use guanxi::playbook::Findings;
use guanxi::units::Instant;
use guanxi::{Code, Fault, Playbook};
use serde_json::{Value, json};

use crate::support::Random;
use crate::support::machines::{WORTHY, assessed, checked, unmended};
use crate::support::scores::{self, Assessments};
use crate::support::world::World;

const CASES: &str = include_str!("cases/prove.json");

/// The playbook of the cases with one machine, `m`, of these states.
fn playbook(cases: &Value, states: &Value, keys: Option<&Value>) -> String {
    let mut machine = json!({"initial": "a", "states": states});
    for (key, value) in keys.and_then(Value::as_object).into_iter().flatten() {
        machine[key] = value.clone();
    }
    document(cases, &json!({ "m": machine }))
}

fn document(cases: &Value, machines: &Value) -> String {
    json!({
        "guanxi": 1, "id": "proofs", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
        "parameters": cases["parameters"], "schema": cases["schema"],
        "segments": cases["segments"], "machines": machines,
    })
    .to_string()
}

/// Whether a fault is as told: `code pointer [= message]`, the pointer into
/// the machine.
fn is_told(fault: &Fault, told: &str) -> bool {
    let (place, message) = told.split_once(" = ").unwrap_or((told, &fault.message.en));
    let (code, pointer) = place.split_once(' ').expect("a code and a pointer");
    let given = fault.pointer.as_deref().and_then(|pointer| pointer.strip_prefix("/machines/m"));
    fault.code.name() == code && given == Some(pointer) && fault.message.en == message
}

fn compare(name: &str, what: &str, found: &[Fault], told: &Value) -> Option<String> {
    let told: Vec<&str> = told.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let agree = found.len() == told.len() && found.iter().zip(&told).all(|(a, b)| is_told(a, b));
    let said: Vec<String> =
        found.iter().map(|fault| format!("{} {fault:?}", fault.code.name())).collect();
    (!agree)
        .then(|| format!("{name}: {what}\n  found {}\n  told {told:?}", said.join("\n        ")))
}

#[test]
fn every_case_has_what_it_tells() {
    let cases: Value = serde_json::from_str(CASES).expect("cases");
    let mut failures = Vec::new();
    for case in cases["cases"].as_array().expect("a list") {
        let name = case["name"].as_str().expect("a name");
        let Findings { faults, hints, .. } =
            Playbook::check(&playbook(&cases, &case["states"], case.get("keys")));
        failures.extend(compare(name, "faults", &faults, &case["faults"]));
        // What the language hints at is told elsewhere.
        let proven = |fault: &Fault| fault.code.number() / 1000 == 6;
        let hints: Vec<Fault> = hints.into_iter().filter(proven).collect();
        failures.extend(compare(name, "hints", &hints, &case["hints"]));
        for fault in faults.iter().chain(&hints) {
            let hint = fault.hint.as_ref().expect("a way out");
            assert!(fault.message.en.is_ascii() && hint.en.is_ascii(), "{fault:?}");
            assert!(!fault.message.zh.is_ascii() && !hint.zh.is_ascii(), "{fault:?}");
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The codes of what was found, faults first.
fn codes(findings: &Findings) -> Vec<&'static str> {
    findings.faults.iter().chain(&findings.hints).map(|fault| fault.code.name()).collect()
}

/// A machine of `n` states in a ring, free of faults, with thresholds from the
/// source of chance.
fn good(random: &mut Random) -> Value {
    let n = random.between(5, 9) as usize;
    let mut states = json!({});
    for own in 0..n {
        let (next, later) = ((own + 1) % n, (own + 2) % n);
        let low = random.between(1, 50);
        let days = random.between(20, 60);
        states[format!("s{own}")] = json!({
            "tags": [format!("t{own}")],
            "on": [
                {"event": "purchase", "when": format!("score < {low} && vip"), "to": format!("s{next}")},
                {"event": "purchase", "when": format!("score >= {low}"), "to": format!("s{later}")},
                {"after": format!("days({days})"), "to": format!("s{next}")},
            ],
        });
    }
    json!({"initial": "s0", "states": states})
}

/// One way to spoil a good machine, and the code by which it is found.
fn spoil(random: &mut Random, machine: &mut Value, how: u64) -> &'static str {
    let n = machine["states"].as_object().expect("states").len() as u64;
    let own = format!("s{}", random.below(n));
    let at = random.between(2, 40);
    let ways = |machine: &mut Value, name: &str| machine["states"][name]["on"].take();
    let mut on = ways(machine, &own);
    let list = on.as_array_mut().expect("ways");
    let code = match how {
        0 => {
            machine["states"]["lost"] = json!({"on": [{"event": "visit", "to": "s0"}]});
            "unreachable_state"
        }
        1 => {
            machine["states"]["lost"] = json!({"on": [{"event": "visit", "to": "s0"}]});
            let window = format!(
                "visits.within(days({at})).size() > {at} && visits.within(days({})).size() <= {at}",
                at + 9
            );
            list.push(json!({"event": "visit", "when": window, "to": "lost"}));
            "unreachable_state"
        }
        2 => {
            machine["states"]["pit"] = json!({});
            list.push(json!({"event": "visit", "to": "pit"}));
            "dead_end"
        }
        3 => {
            machine["states"]["pit"] =
                json!({"tags": ["recoverable"], "on": [{"event": "visit", "to": own}]});
            list.push(json!({"event": "visit", "to": "pit"}));
            "trap"
        }
        4 => {
            let when = format!("score < {} && vip && region == 'east'", random.between(-9, 1));
            list.push(json!({"event": "purchase", "when": when, "to": own}));
            "shadowed"
        }
        5 => {
            let when = format!("rate > {at}.0");
            machine["states"]["spin"] =
                json!({"on": [{"when": when, "to": own}, {"after": "days(1)", "to": own}]});
            list.push(json!({"when": format!("rate > {}.5", at - 1), "to": "spin"}));
            "endless"
        }
        6 => {
            list.push(json!({"after": format!("days({})", 60 + at), "to": "s0", "restart": true}));
            "dominated_timer"
        }
        7 => {
            let late = format!("days({})", 60 + at);
            list.push(json!({"after": late, "effects": [{"do": "remind", "undo": "stop"}]}));
            "inverted_ladder"
        }
        8 => {
            machine["states"][&own]["tags"] = json!(["offered"]);
            "open_handoff"
        }
        9 => {
            machine["states"][&own]["tags"] = json!(["owned", "pool"]);
            "ownership_hole"
        }
        10 => {
            let effect = json!([{"do": "mail", "purpose": "marketing", "channel": "sms"}]);
            list[0]["effects"] = effect;
            "consent_leak"
        }
        11 => {
            list[0]["effects"] = json!([{"do": "discount"}]);
            "no_undo"
        }
        12 => {
            list.push(json!({"event": "visit", "when": "rate > 3.0", "to": "s0"}));
            list.push(json!({"event": "visit", "when": "city == 'x'", "to": "s1"}));
            "ambiguous"
        }
        13 => {
            machine["states"]["twin"] = json!({"on": [{"event": "visit", "to": own}]});
            machine["states"]["other"] = json!({"on": [{"event": "visit", "to": own}]});
            list.push(json!({"event": "offer", "when": "vip", "to": "twin"}));
            list.push(json!({"event": "offer", "to": "other"}));
            "same_states"
        }
        _ => {
            machine["states"]["cheap"] =
                json!({"tags": ["price"], "on": [{"event": "visit", "to": "s0"}]});
            list.push(json!({"event": "offer", "when": "sex == 'f'", "to": "cheap"}));
            "discrimination"
        }
    };
    machine["states"][&own]["on"] = on;
    code
}

#[test]
fn what_is_spoilt_is_found_and_what_is_not_is_left_in_peace() {
    const WAYS: u64 = 15;
    let cases: Value = serde_json::from_str(CASES).expect("cases");
    let mut random = Random::new(28);
    for round in 0..300 {
        let machine = good(&mut random);
        let peace = Playbook::check(&document(&cases, &json!({"m": machine})));
        assert_eq!(codes(&peace), [""; 0], "{machine:#}");
        let mut spoilt = machine;
        let code = spoil(&mut random, &mut spoilt, round % WAYS);
        let found = Playbook::check(&document(&cases, &json!({"m": spoilt})));
        assert!(codes(&found).contains(&code), "{code} not in {:?}\n{spoilt:#}", codes(&found));
    }
}

/// Holds what is proven of machines to whoever goes through them; how many states
/// and ways nobody takes.
fn hold(
    found: &Found,
    machines: &[Machine],
    on: lang::World<'_>,
    until: Instant,
) -> (usize, usize) {
    let place = |code: Code| {
        let of = found.faults.iter().filter(move |fault| fault.code == code);
        of.filter_map(|fault| fault.pointer.as_deref()).collect::<Vec<_>>()
    };
    let (unreached, dead) = (place(Code::UnreachableState), place(Code::DeadEnd));
    let closed = found.hints.iter().filter(|hint| hint.code == Code::NeverTaken);
    let closed = closed.filter_map(|hint| hint.pointer.as_deref()?.strip_suffix("/when"));
    let mut never = [place(Code::Shadowed), place(Code::DominatedTimer)].concat();
    never.extend(closed);
    for customer in 0..on.columns.n_customers() {
        let life = fold(on, machines, customer, until);
        for (machine, courses) in machines.iter().zip(&life.courses) {
            for step in courses.iter().flat_map(|course| &course.steps) {
                for state in machine.path(step.to) {
                    assert!(!unreached.contains(&&*machine.states[state].pointer));
                }
                // Who is taken over follows no way.
                let left = step.from.filter(|from| *from != step.to && step.transition.is_some());
                let left = left.map(|from| &*machine.states[from].pointer);
                assert!(left.is_none_or(|left| !dead.contains(&left)), "{step:?}");
                let way = step.transition.map(|way| &*machine.transitions[way].pointer);
                assert!(way.is_none_or(|way| !never.contains(&way)), "{way:?}");
            }
        }
    }
    (unreached.len() + dead.len(), never.len())
}

/// What is proven of a random machine is so for whoever goes through it. The
/// proofs are asked about the machine as it is, faults and all.
#[test]
fn nobody_does_what_is_proven_that_nobody_does() {
    let mut random = Random::new(2_027);
    let (mut states, mut ways) = (0, 0);
    for _ in 0..60 {
        let world = World::random(&mut random);
        let (playbook, machines) = unmended(&mut random, &world);
        let columns = world.columns();
        let found = prove(&machines, &playbook.ground());
        let held = hold(&found, &machines, playbook.world(&columns), world.as_of);
        (states, ways) = (states + held.0, ways + held.1);
    }
    assert!(20 < states && 5 < ways, "{states} {ways}");
}

#[test]
fn nor_whatever_tier_somebody_is_in() {
    let mut random = Random::new(2_028);
    let names = scores::names();
    let (mut states, mut ways) = (0, 0);
    for _ in 0..60 {
        let world = World::random(&mut random);
        let (playbook, machines, worthy) = assessed(&mut random, &world, &names);
        let columns = world.columns();
        let history = Assessments::random(&mut random, &columns, world.as_of);
        let mut segments = playbook.world(&columns).segments.clone();
        segments.insert(WORTHY.0.into(), worthy);
        let ground = Ground { segments: &segments, ..playbook.ground() };
        let found = prove(&machines, &ground);
        let scores = Some(&history as &dyn lang::ScoreHistory);
        let on = lang::World { scores, segments: &segments, ..playbook.world(&columns) };
        let held = hold(&found, &machines, on, world.as_of);
        (states, ways) = (states + held.0, ways + held.1);
    }
    assert!(20 < states && 3 < ways, "{states} {ways}");
}

/// The machine `m` whose state `a` is left on these conditions.
fn on_conditions(cases: &Value, whens: &[&str]) -> Found {
    let names = scores::names();
    let bare = Playbook::from_json(&document(cases, &json!({}))).expect("no machines");
    let on: Vec<Value> = whens.iter().map(|when| json!({"when": when, "to": "b"})).collect();
    let machines = json!({"m": {"initial": "a", "states": {
        "a": {"on": on}, "b": {"tags": ["final"]}}}});
    let scope = lang::Scope { value: Some(&names), ..bare.scope() };
    let machines = checked(&bare, scope, &machines, &[]).expect("free of faults");
    prove(&machines, &bare.ground())
}

#[test]
fn a_customer_is_in_one_tier_and_that_may_be_any() {
    let cases: Value = serde_json::from_str(CASES).expect("cases");
    let codes = |whens: &[&str]| {
        let Found { faults, hints } = on_conditions(&cases, whens);
        faults.iter().chain(&hints).map(|fault| fault.code).collect::<Vec<_>>()
    };
    let none: [Code; 0] = [];
    assert_eq!(codes(&["tier('value') == 'gold'", "tier('value') in ['ab', 'none']"]), none);
    assert_eq!(codes(&["axis('desire') >= 80", "axis('loyalty') < 80"]), none);
    let both = codes(&["tier('value') == 'gold' && tier('value') == 'ab'"]);
    assert!(both.contains(&Code::DeadEnd), "{both:?}");
    let hidden = codes(&["tier('value') in ['gold', 'ab']", "tier('value') == 'ab'"]);
    assert_eq!(hidden, [Code::Shadowed]);
    let either = codes(&["axis('desire') > 10.5", "axis('desire') > 20"]);
    assert_eq!(either, [Code::Shadowed]);
}

#[test]
fn whoever_enters_a_circle_that_is_proven_has_trouble() {
    let cases: Value = serde_json::from_str(CASES).expect("cases");
    let limits: Vec<(i64, i64)> = (-3..4).flat_map(|a| (-3..4).map(move |b| (a, b))).collect();
    for (over, under) in limits {
        let states = json!({
            "a": {"on": [{"when": format!("score > {over}"), "to": "b"}]},
            "b": {"on": [{"when": format!("score < {under}"), "to": "a"}]},
        });
        let text = playbook(&cases, &states, None);
        let found = Playbook::check(&text);
        let told = found.faults.iter().any(|fault| fault.code == Code::Endless);
        // There is a whole number above the one and below the other.
        assert_eq!(told, over + 1 < under, "{over} {under}");
    }
}

#[test]
fn hostile_machines_are_answered_within_their_steps() {
    let cases: Value = serde_json::from_str(CASES).expect("cases");
    let count = |n: usize| format!("visits.within(days({n})).size() == 1");
    let bought = |n: usize| format!("purchases.within(days({n})).size() == 1");
    // 2 to the 20 cases.
    let parts: Vec<String> = (1..=20).map(|n| format!("({} || {})", count(n), bought(n))).collect();
    let exploding = json!({
        "a": {"on": [{"event": "visit", "when": parts.join(" && "), "to": "b"}]},
        "b": {"tags": ["final"]},
    });
    let found = Playbook::check(&playbook(&cases, &exploding, None));
    assert_eq!(codes(&found), ["unproven"]);
    // 10,000 ways out of 100 states, each to each.
    let way = |n: usize| json!({"event": "visit", "when": format!("score == {n}"), "to": format!("s{}", n % 100)});
    let states: serde_json::Map<String, Value> = (0..100)
        .map(|own| {
            let on: Vec<Value> = (0..100).map(|n| way(own * 100 + n)).collect();
            (format!("s{own}"), json!({ "on": on }))
        })
        .collect();
    let many = json!({"m": {"initial": "s0", "states": states}});
    let found = Playbook::check(&document(&cases, &many));
    assert!(found.faults.is_empty(), "{:?}", codes(&found));
    // Circles of conditions through 200 states, each to each of the next.
    let states: serde_json::Map<String, Value> = (0..200)
        .map(|own| {
            let to = |n: usize| format!("s{}", (own + n) % 200);
            let on: Vec<Value> = (1..8).map(|n| json!({"when": format!("score == {n} && city.startsWith('{own}')"), "to": to(n)})).collect();
            (format!("s{own}"), json!({ "on": on }))
        })
        .collect();
    let circles = json!({"m": {"initial": "s0", "states": states}});
    let found = Playbook::check(&document(&cases, &circles));
    assert!(found.faults.is_empty(), "{:?}", codes(&found));
}

/// 40 states with 200 ways out of them: what a large firm may have.
#[test]
#[ignore = "a measurement; run it with --release --nocapture"]
fn forty_states_with_two_hundred_ways() {
    let cases: Value = serde_json::from_str(CASES).expect("cases");
    let states: serde_json::Map<String, Value> = (0..40)
        .map(|own| {
            let to = |n: usize| format!("s{}", (own + n) % 40);
            let on = json!([
                {"event": "purchase", "when": format!("score < {own} && vip && region in ['east', 'west']"), "to": to(1)},
                {"event": "purchase", "when": format!("score >= {own} && purchases.within(days(90)).size() >= 3"), "to": to(2)},
                {"event": ["visit", "offer"], "when": format!("segment('regulars') && visits.within(days(30)).size() < 2 || rate > {own}.0"), "to": to(3)},
                {"after": "days(60)", "when": "!segment('willing')", "to": to(4)},
                {"after": "days(45)", "when": format!("rate < {own}.5"), "to": to(5)},
            ]);
            (format!("s{own}"), json!({"tags": [format!("t{own}")], "on": on}))
        })
        .collect();
    let text = document(&cases, &json!({"m": {"initial": "s0", "states": states}}));
    let start = std::time::Instant::now();
    let found = Playbook::check(&text);
    let whole = start.elapsed();
    let playbook = found.playbook.expect("no faults");
    let start = std::time::Instant::now();
    let again = prove(playbook.machines(), &playbook.ground());
    println!("check {whole:?}, of which proofs {:?}, {} hints", start.elapsed(), again.hints.len());
}

#[test]
fn scenarios_take_every_way_that_can_be_taken() {
    let cases: Value = serde_json::from_str(CASES).expect("cases");
    let start = Instant::parse("2026-01-01T00:00:00Z").expect("an instant");
    let mut random = Random::new(26);
    let (mut taken, mut all) = (0, 0);
    for _ in 0..20 {
        let text = document(&cases, &json!({"m": good(&mut random)}));
        let playbook = Playbook::from_json(&text).expect("a good machine");
        let machine = &playbook.machines()[0];
        let coverage = scenarios(playbook.machines(), 0, &playbook.ground(), start);
        taken += coverage.scenarios.len();
        all += machine.transitions.len();
        for scenario in &coverage.scenarios {
            let mut builder = ColumnsBuilder::new(playbook.schema());
            for (sequence, fact) in scenario.facts.iter().enumerate() {
                builder.push(sequence as u64, start, fact);
            }
            let columns = builder.finish();
            let life = fold(playbook.world(&columns), playbook.machines(), 0, scenario.at);
            let took = |step: &Step| {
                (step.transition, step.at) == (Some(scenario.transition), Some(scenario.at))
            };
            assert!(life.courses[0][0].steps.iter().any(took), "{scenario:?}");
            let [(_, before), (_, then), _] = scenario.states[..] else { panic!("{scenario:?}") };
            assert!(before != then, "{scenario:?}");
        }
    }
    assert_eq!(taken, all);
}

/// Ways of the presets that no made-up history takes, each for a reason.
const UNTAKEN: [(&str, &str); 0] = [];

#[test]
fn scenarios_of_the_presets_take_every_way_and_can_be_imported() {
    use guanxi::facts::Seen;
    use guanxi::facts::intake::{Lines, TableKind};
    let start = Instant::parse("2024-01-01T00:00:00Z").expect("an instant");
    for name in ["retail", "small_firm", "b2b"] {
        let path = format!("{}/examples/presets/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("a preset");
        let playbook = Playbook::from_json(&text).expect("no faults");
        let found = guanxi::engine::scenarios(&playbook, None, start).expect("machines");
        for machine in found {
            let untaken = machine.untaken.iter().map(|way| (name, &*way.transition));
            let named: Vec<_> = untaken.filter(|way| !UNTAKEN.contains(way)).collect();
            assert!(named.is_empty(), "{named:?}");
            for scenario in &machine.scenarios {
                let zone = playbook.calendar().zone();
                let lines = Lines::of("s", &TableKind::Events, None, playbook.schema(), zone);
                let rows: String = scenario.facts.iter().map(|row| format!("{row}\n")).collect();
                let mut store = guanxi::Store::in_memory(playbook.schema());
                let report =
                    store.append_lines(&lines.expect("lines"), rows.as_bytes(), Seen::Backfill);
                let report = report.expect("rows");
                assert!(report.not_recorded.is_empty(), "{:?}", report.not_recorded);
                let journey = store.journey(&playbook, scenario.at, None, "c").expect("there");
                let took = journey.history().into_iter().any(|step| {
                    step.transition.as_deref() == Some(&*scenario.way.transition)
                        && step.at == Some(scenario.at)
                });
                assert!(took, "{name} {scenario:?}");
            }
        }
    }
}

#[test]
fn a_map_of_states_must_lose_nobody() {
    let cases: Value = serde_json::from_str(CASES).expect("cases");
    let read = |states: Value| Playbook::from_json(&playbook(&cases, &states, None)).expect("good");
    let old = read(json!({
        "a": {"on": [{"event": "visit", "to": "b"}]},
        "b": {"on": [{"after": "days(3)", "to": "a"}]},
    }));
    let new = read(json!({
        "a": {"on": [{"event": "visit", "to": "still"}]},
        "still": {"on": [{"event": "offer", "to": "clock"}]},
        "clock": {"initial": "x", "states": {"x": {}}, "on": [{"after": "days(9)", "to": "a"}]},
    }));
    for (map, told) in [
        (json!({"a": "a", "b": "clock"}), vec![]),
        (json!({"a": "a"}), vec!["/b"]),
        (json!({"a": "a", "b": "still"}), vec!["/b"]),
        (json!({"a": "nowhere", "b": "x"}), vec!["/a"]),
        (json!({"a": "a", "b": "x", "c": "a"}), vec!["/c"]),
    ] {
        let map = map.as_object().expect("a map").iter();
        let map = map.map(|(from, to)| (from.as_str().into(), to.as_str().unwrap().into()));
        let (from, to) = (&old.machines()[0], &new.machines()[0]);
        let faults = migration((from, &old.ground()), (to, &new.ground()), &map.collect());
        let places: Vec<&str> = faults.iter().filter_map(|it| it.pointer.as_deref()).collect();
        assert_eq!(places, told, "{faults:?}");
        assert!(faults.iter().all(|fault| fault.code == Code::BadMigration));
    }
}
