//! Who may have which customer: cases of `cases/claims.json`, told in memory and
//! in a file, and what two connections to one file come to.

use std::sync::Barrier;

use guanxi::engine::{Command, Commanded, Request};
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Act, Body, Seen, Verdict};
use guanxi::store::Store;
use guanxi::units::Instant;
use guanxi::{Code, Playbook};
use serde_json::{Value, json};

use crate::support::Folder;

/// A preset with other values of its parameters.
fn playbook_of(case: &Value) -> Playbook {
    let name = case["preset"].as_str().unwrap();
    let path = format!("{}/examples/presets/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let mut document: Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for (name, value) in case["set"].as_object().into_iter().flatten() {
        assert!(document["parameters"][name].is_object(), "no parameter {name}");
        document["parameters"][name]["value"] = value.clone();
    }
    Playbook::from_json(&document.to_string()).unwrap()
}

fn small_firm() -> Playbook {
    playbook_of(&json!({"preset": "small_firm"}))
}

fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn at(step: &Value) -> Instant {
    instant(step["at"].as_str().unwrap_or_else(|| panic!("no `at` in {step}")))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Tells facts as a host fills them in.
fn tell(store: &mut Store, playbook: &Playbook, facts: &[Value]) {
    let zone = playbook.calendar().zone();
    let lines = Lines::of("events", &TableKind::Events, None, playbook.schema(), zone).unwrap();
    let told: String = facts.iter().map(|fact| format!("{fact}\n")).collect();
    let report = store.append_lines(&lines, told.as_bytes(), Seen::Backfill).unwrap();
    assert!(report.not_recorded.is_empty(), "{:?}", report.not_recorded);
}

fn visits(store: &mut Store, playbook: &Playbook, customers: &[&str], at: &str) {
    let visit = |id: &&str| json!({"kind": "visit", "customer": id, "at": at});
    tell(store, playbook, &customers.iter().map(visit).collect::<Vec<_>>());
}

fn claim(customer: &str, owner: &str) -> Request {
    Request {
        act: Act::Claim,
        customer: customer.into(),
        owner: Some(owner.into()),
        until: None,
        exempt: false,
        actor: owner.into(),
        reason: "".into(),
    }
}

fn request(step: &Value, customer: &str) -> Request {
    let text = |key: &str| step[key].as_str().map(Box::from);
    let owner: Option<Box<str>> = text("owner");
    Request {
        act: Act::named(step["ask"].as_str().unwrap()).unwrap(),
        customer: customer.into(),
        until: step["until"].as_str().map(instant),
        exempt: step["exempt"] == true,
        actor: text("actor").or_else(|| owner.clone()).unwrap(),
        reason: "".into(),
        owner,
    }
}

/// Asks; `seen` never decreases, whatever the instants are about.
fn ask(store: &mut Store, playbook: &Playbook, request: Request, at: Instant) -> Commanded {
    let seen = instant("2030-01-01T00:00:00Z");
    store.command(playbook, &Command::Claim(request), at, Seen::At(seen)).unwrap()
}

fn codes(done: &Commanded) -> Vec<&'static str> {
    let decision = &done.decision.as_ref().unwrap().decision;
    decision.refused.iter().map(|code| code.name()).collect()
}

fn check_ask(store: &mut Store, playbook: &Playbook, step: &Value, name: &str) -> usize {
    let customers = list(&step["each"]);
    for customer in customers {
        let customer = customer.as_str().unwrap();
        let done = ask(store, playbook, request(step, customer), at(step));
        let expected: Vec<&str> = list(&step["refused"]).iter().filter_map(Value::as_str).collect();
        let decided = done.decision.as_ref().unwrap();
        assert_eq!(codes(&done), expected, "{name}: {customer} {step}: {decided:?}");
        assert_eq!(decided.granted, expected.is_empty());
        assert_eq!(decided.faults.len(), expected.len());
        // Granted, an event and the decision are recorded; refused, the decision.
        assert_eq!(done.facts.len(), 1 + usize::from(decided.granted), "{name}: {customer}");
        let evidence = serde_json::to_value(&decided.decision.evidence).unwrap();
        for (key, value) in step["evidence"].as_object().into_iter().flatten() {
            assert_eq!(&evidence[key], value, "{name}: {customer} `{key}` of {evidence}");
        }
        if let Some(words) = step["says"].as_str() {
            let said = decided.faults[0].say(guanxi::error::Language::En);
            assert!(said.contains(words), "{name}: {said}");
        }
    }
    customers.len()
}

fn check_step(store: &mut Store, playbook: &Playbook, step: &Value, name: &str) -> usize {
    if step.get("ask").is_some() {
        return check_ask(store, playbook, step, name);
    }
    tell(store, playbook, list(&step["facts"]));
    let customers: Vec<&str> = list(&step["visits"]).iter().filter_map(Value::as_str).collect();
    if !customers.is_empty() {
        visits(store, playbook, &customers, step["at"].as_str().unwrap());
    }
    let states = step["states"].as_object();
    for (customer, state) in states.into_iter().flatten() {
        let journey = store.journey(playbook, at(step), None, customer).unwrap();
        let found = journey.states().into_iter().find(|it| &*it.machine == "ownership").unwrap();
        assert_eq!(&*found.state, state, "{name}: {customer} {step}");
    }
    states.map_or(0, serde_json::Map::len)
}

#[test]
fn requests_come_to_what_is_expected() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases/claims.json")).unwrap();
    let folder = Folder::new();
    let mut checked = 0;
    for (number, case) in cases.iter().enumerate() {
        let (name, playbook) = (case["name"].as_str().unwrap(), playbook_of(case));
        let path = folder.file(&format!("{number}.db"));
        let mut memory = Store::in_memory(playbook.schema());
        for step in list(&case["steps"]) {
            // A connection of its own for each step: nothing is only remembered.
            let mut file = Store::open(&path, playbook.schema()).unwrap();
            for store in [&mut memory, &mut file] {
                checked += check_step(store, &playbook, step, name);
            }
            assert_eq!(file.since(0).unwrap(), memory.since(0).unwrap(), "{name}");
        }
        let file = Store::open(&path, playbook.schema()).unwrap();
        assert!(file.verify().unwrap().is_sound(), "{name}");
    }
    assert!(130 <= checked, "only {checked} checks");
}

/// What is asked by several connections at once.
fn at_once(path: &std::path::Path, playbook: &Playbook, requests: &[Request]) -> Vec<Commanded> {
    let barrier = Barrier::new(requests.len());
    std::thread::scope(|scope| {
        let workers: Vec<_> = requests
            .iter()
            .map(|request| {
                let (barrier, request) = (&barrier, request.clone());
                scope.spawn(move || {
                    let mut store = Store::open(path, playbook.schema()).unwrap();
                    barrier.wait();
                    ask(&mut store, playbook, request, instant("2026-03-02T09:00:00+08:00"))
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    })
}

#[test]
fn of_two_who_claim_one_customer_at_once_one_gets_it() {
    let (folder, playbook) = (Folder::new(), small_firm());
    for round in 0..8 {
        let path = folder.file(&format!("{round}.db"));
        let mut store = Store::open(&path, playbook.schema()).unwrap();
        visits(&mut store, &playbook, &["A"], "2026-03-01");
        drop(store);
        let requests = ["li", "wang", "chen"].map(|owner| claim("A", owner));
        let done = at_once(&path, &playbook, &requests);
        let granted: Vec<&Commanded> =
            done.iter().filter(|it| it.decision.as_ref().unwrap().granted).collect();
        assert_eq!(granted.len(), 1, "{done:?}");
        let winner = granted[0].decision.as_ref().unwrap().decision.owner.clone();
        for lost in done.iter().filter(|it| !it.decision.as_ref().unwrap().granted) {
            assert_eq!(codes(lost), ["held"]);
            assert_eq!(lost.decision.as_ref().unwrap().decision.evidence.holder, winner);
        }
        let store = Store::open(&path, playbook.schema()).unwrap();
        assert!(store.verify().unwrap().is_sound());
    }
}

#[test]
fn of_two_who_claim_the_last_place_one_gets_it() {
    let folder = Folder::new();
    let playbook = playbook_of(&json!({"preset": "small_firm", "set": {"hold_at_most": 1}}));
    for round in 0..8 {
        let path = folder.file(&format!("{round}.db"));
        let mut store = Store::open(&path, playbook.schema()).unwrap();
        visits(&mut store, &playbook, &["A", "B"], "2026-03-01");
        drop(store);
        let done = at_once(&path, &playbook, &[claim("A", "li"), claim("B", "li")]);
        let mut found: Vec<_> = done.iter().map(codes).collect();
        found.sort();
        assert_eq!(found, [vec![], vec!["at_capacity"]]);
    }
}

#[test]
fn who_asks_late_is_not_turned_away_for_the_clock() {
    let playbook = small_firm();
    let mut store = Store::in_memory(playbook.schema());
    visits(&mut store, &playbook, &["A", "B"], "2026-03-01");
    let [first, later] = ["2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"].map(instant);
    let claims = [("A", later), ("B", first)];
    let seen = claims.map(|(customer, now)| {
        let command = Command::Claim(claim(customer, "li"));
        let done = store.command(&playbook, &command, now, Seen::At(now)).unwrap();
        assert!(codes(&done).is_empty(), "{done:?}");
        done.seen
    });
    // What is decided after something else is learnt no earlier.
    assert_eq!(seen, [later, later]);
    let learnt: Vec<Instant> = store.since(0).unwrap().iter().map(|it| it.seen).collect();
    assert!(learnt.is_sorted(), "{learnt:?}");
}

#[test]
fn the_same_request_is_one_decision_and_replay_takes_none() {
    let playbook = small_firm();
    let mut store = Store::in_memory(playbook.schema());
    visits(&mut store, &playbook, &["A"], "2026-03-01");
    let when = instant("2026-03-02T09:00:00+08:00");
    let first = ask(&mut store, &playbook, claim("A", "li"), when);
    let again = ask(&mut store, &playbook, claim("A", "li"), when);
    assert_eq!(first.decision, again.decision);
    assert!(again.facts.iter().all(|fact| fact.verdict == Verdict::Same), "{again:?}");
    // Another limit is for later requests; what was decided stays decided.
    let strict = playbook_of(&json!({"preset": "small_firm", "set": {"claims_a_day": 1}}));
    let again = ask(&mut store, &strict, claim("A", "li"), when);
    assert_eq!(first.decision, again.decision);
    let journey = store.journey(&strict, when, None, "A").unwrap();
    let ownership = journey.states().into_iter().find(|it| &*it.machine == "ownership").unwrap();
    assert_eq!(&*ownership.state, "protected");
    let other = Request { reason: "urgent".into(), ..claim("A", "li") };
    let seen = Seen::At(instant("2030-01-01T00:00:00Z"));
    let refused = store.command(&playbook, &Command::Claim(other), when, seen).unwrap_err();
    assert_eq!(refused.code(), Code::Conflict);
}

#[test]
fn a_request_that_is_taken_back_leaves_no_trace_in_what_holds() {
    let playbook = small_firm();
    let mut store = Store::in_memory(playbook.schema());
    visits(&mut store, &playbook, &["A"], "2026-03-01");
    let when = instant("2026-03-02T09:00:00+08:00");
    let done = ask(&mut store, &playbook, claim("A", "li"), when);
    let is_event = |id: &str| {
        let fact = store.fact(Command::SOURCE, id).unwrap().unwrap().fact;
        matches!(fact.body, Body::Event { .. })
    };
    assert!(is_event(&done.facts[0].id) && !is_event(&done.facts[1].id));
    // Whichever of the two is named, both are taken back.
    for id in [done.facts[0].id.clone(), done.facts[1].id.clone()] {
        let mut copy = Store::in_memory(playbook.schema());
        let facts = store.since(0).unwrap().into_iter().map(|it| it.fact).collect();
        copy.append(facts, Seen::Backfill).unwrap();
        let seen = Seen::At(instant("2030-01-01T00:00:00Z"));
        let back = Command::Retract { source: Command::SOURCE.into(), id };
        let back = copy.command(&playbook, &back, when, seen).unwrap();
        assert_eq!(back.facts.len(), 2);
        let found = ask(&mut copy, &playbook, claim("A", "wang"), when);
        assert!(codes(&found).is_empty(), "{found:?}");
        assert_eq!(found.decision.unwrap().decision.evidence.claimed, Some(0));
        // The same request again is another decision now.
        let mut copy = Store::in_memory(playbook.schema());
        let facts = store.since(0).unwrap().into_iter().map(|it| it.fact).collect();
        copy.append(facts, Seen::Backfill).unwrap();
        let back =
            Command::Retract { source: Command::SOURCE.into(), id: done.facts[1].id.clone() };
        copy.command(&playbook, &back, when, seen).unwrap();
        let again = ask(&mut copy, &playbook, claim("A", "li"), when);
        assert!(again.facts.iter().all(|fact| fact.verdict == Verdict::New), "{again:?}");
    }
}

#[test]
fn a_pinned_state_is_not_claimed_away() {
    use guanxi::facts::Override;
    let playbook = small_firm();
    let mut store = Store::in_memory(playbook.schema());
    visits(&mut store, &playbook, &["A"], "2026-03-01");
    let decision = Override {
        machine: "ownership".into(),
        state: Some("open".into()),
        pinned: true,
        until: None,
        actor: "chen".into(),
        reason: "a house account".into(),
    };
    let pin = Command::Override { customer: "A".into(), decision };
    let when = instant("2026-03-02T08:00:00+08:00");
    store.command(&playbook, &pin, when, Seen::At(when)).unwrap();
    let done = ask(&mut store, &playbook, claim("A", "li"), instant("2026-03-02T09:00:00+08:00"));
    assert_eq!(codes(&done), ["not_followed"]);
}

#[test]
fn what_no_request_can_be_is_an_error_and_leaves_nothing() {
    let (folder, playbook) = (Folder::new(), small_firm());
    let path = folder.file("a.db");
    let mut store = Store::open(&path, playbook.schema()).unwrap();
    visits(&mut store, &playbook, &["A"], "2026-03-01");
    let before = store.since(0).unwrap();
    let when = instant("2026-03-02T09:00:00+08:00");
    let no_owner = Request { owner: None, ..claim("A", "li") };
    let no_actor = Request { actor: "".into(), ..claim("A", "li") };
    let no_end = Request { act: Act::Extend, owner: None, ..claim("A", "li") };
    let past = Request { until: Some(when), ..no_end.clone() };
    for (request, code) in [
        (claim("nobody", "li"), Code::UnknownCustomer),
        (no_owner, Code::MissingValue),
        (no_actor, Code::MissingValue),
        (no_end, Code::MissingValue),
        (past, Code::InvalidArgument),
    ] {
        let refused = store.command(&playbook, &Command::Claim(request), when, Seen::At(when));
        assert_eq!(refused.unwrap_err().code(), code);
    }
    assert_eq!(store.since(0).unwrap(), before);
    let retail = playbook_without();
    let mut other = Store::in_memory(retail.schema());
    let refused = other.command(&retail, &Command::Claim(claim("A", "li")), when, Seen::At(when));
    assert_eq!(refused.unwrap_err().code(), Code::InvalidArgument);
}

fn playbook_without() -> Playbook {
    playbook_of(&json!({"preset": "retail"}))
}

#[test]
fn pools_are_tried_in_their_order_and_nobody_elses_limits_count() {
    let path = format!("{}/examples/presets/small_firm.json", env!("CARGO_MANIFEST_DIR"));
    let mut document: Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    document["claims"]["pools"] = json!([
        {"name": "fresh", "when": "visits.size() == 1", "quota": 1, "per": "week"},
        {"name": "known", "when": "visits.size() >= 3"}]);
    let playbook = Playbook::from_json(&document.to_string()).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    visits(&mut store, &playbook, &["A", "B", "C", "C", "D", "D", "D"], "2026-03-01");
    // Monday, 2 March; the next week begins on the 9th.
    for (customer, day, pool, refused) in [
        ("A", 2, Some("fresh"), vec![]),
        ("B", 8, Some("fresh"), vec!["quota_used"]),
        ("C", 8, None, vec!["no_pool"]),
        ("D", 8, Some("known"), vec![]),
        ("B", 9, Some("fresh"), vec![]),
    ] {
        let when = instant(&format!("2026-03-{day:02}T00:00:00+08:00"));
        let done = ask(&mut store, &playbook, claim(customer, "li"), when);
        assert_eq!(codes(&done), refused, "{customer} {day}");
        assert_eq!(done.decision.unwrap().decision.pool.as_deref(), pool, "{customer}");
    }
}

#[test]
fn faults_of_the_section_are_all_told_with_their_places() {
    let path = format!("{}/examples/presets/small_firm.json", env!("CARGO_MANIFEST_DIR"));
    let document: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let faults = |change: &dyn Fn(&mut Value)| {
        let mut document = document.clone();
        change(&mut document["claims"]);
        let error = Playbook::from_json(&document.to_string()).unwrap_err();
        let said = error.faults().iter().map(|it| (it.code, it.pointer.clone().unwrap()));
        said.collect::<Vec<_>>()
    };
    let one = |code, pointer: &str| vec![(code, format!("/claims{pointer}"))];
    let set = |pointer: &str, value: Value| {
        let pointer = pointer.to_owned();
        faults(&move |claims: &mut Value| *claims.pointer_mut(&pointer).unwrap() = value.clone())
    };
    assert_eq!(set("/machine", json!("owner")), one(Code::UnknownReference, "/machine"));
    assert_eq!(set("/free", json!("opne")), one(Code::UnknownReference, "/free"));
    assert_eq!(set("/held", json!("open")), one(Code::BadValue, "/held"));
    assert_eq!(set("/claim/event", json!("clam")), one(Code::UnknownReference, "/claim/event"));
    assert_eq!(
        set("/claim/owner", json!("who")),
        [one(Code::MissingKey, "/claim"), one(Code::UnknownReference, "/claim/owner")].concat()
    );
    assert_eq!(
        set("/extend", json!({"event": "extension", "until": "until"})),
        one(Code::MissingKey, "/extend")
    );
    let pool = "/pools/0";
    assert_eq!(
        set(&format!("{pool}/capacity"), json!("days(3)")),
        one(Code::TypeMismatch, "/pools/0/capacity")
    );
    assert_eq!(
        set(&format!("{pool}/again_after"), json!("3")),
        one(Code::TypeMismatch, "/pools/0/again_after")
    );
    assert_eq!(
        set(&format!("{pool}/counts"), json!("1")),
        one(Code::NotACondition, "/pools/0/counts")
    );
    let per = set(&format!("{pool}/per"), json!("fortnight"));
    assert_eq!(per[0].1, "/claims/pools/0/per");
    let alone = faults(&|claims| {
        claims["pools"][0].as_object_mut().unwrap().remove("per");
    });
    assert_eq!(alone, one(Code::MissingKey, "/pools/0/quota"));
    let twice = faults(&|claims| {
        let pool = claims["pools"][0].clone();
        claims["pools"].as_array_mut().unwrap().push(pool);
    });
    assert_eq!(twice, one(Code::DuplicateName, "/pools/1/name"));
    let unknown = faults(&|claims| claims["polls"] = json!([]));
    assert_eq!(unknown, one(Code::UnknownKey, "/polls"));
}

#[test]
fn commands_are_read_from_json_with_every_fault() {
    let playbook = small_firm();
    let zone = playbook.calendar().zone();
    let read = |text: Value| Command::from_json(&text.to_string(), zone);
    let extend = json!({"customer": "A", "actor": "chen", "until": "2026-03-20"});
    let extend = json!({"extend": extend});
    let Command::Claim(extend) = read(extend).unwrap() else { panic!("no request") };
    assert_eq!(
        (extend.act, extend.until),
        (Act::Extend, Some(instant("2026-03-20T15:59:59.999999Z")))
    );
    let claimed = read(json!({"claim": {"customer": "A", "owner": "li"}})).unwrap();
    assert_eq!(claimed, Command::Claim(claim("A", "li")));
    for (name, rest) in [
        ("release", json!({"customer": "A", "actor": "li"})),
        ("transfer", json!({"customer": "A", "owner": "wang", "actor": "chen", "exempt": true})),
        ("merge", json!({"from": "A", "into": "B"})),
        ("unmerge", json!({"from": "A", "into": "B"})),
        (
            "override",
            json!({"customer": "A", "machine": "ownership", "state": "open", "pinned": true,
                            "until": "2026-04-01T00:00:00Z", "actor": "chen", "reason": "x"}),
        ),
        ("retract", json!({"id": "0123"})),
    ] {
        let mut whole = json!({});
        whole[name] = rest;
        assert!(read(whole.clone()).is_ok(), "{name}");
        whole[name]["surplus"] = 1.into();
        let faults = read(whole).unwrap_err();
        assert_eq!((faults.code(), faults.faults().len()), (Code::UnknownKey, 1), "{name}");
        let needed: usize = match name {
            "transfer" => 3,
            "override" => 4,
            "retract" => 1,
            _ => 2,
        };
        let mut empty = json!({});
        empty[name] = json!({});
        let missing = read(empty).unwrap_err();
        assert_eq!(missing.faults().len(), needed, "{name}: {missing}");
    }
    let near = read(json!({"clam": {"customer": "A"}})).unwrap_err();
    assert!(near.to_string().contains("did you mean `claim`?"), "{near}");
}
