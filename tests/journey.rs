//! One customer's way through its machines: every step with its reason, and
//! what comes next.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use guanxi::engine::{CauseView, Journey, KeptView};
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{ColumnsBuilder, Seen};
use guanxi::lifecycle::{Life, Step, ahead, fold, watch};
use guanxi::units::Instant;
use guanxi::{Code, Playbook, Store};

use crate::support::{Random, machines, world::World};

const PLAYBOOK: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "parameters": {"silence": {"type": "period", "value": "days(60)"}},
    "schema": {
        "attributes": {"vip": {"type": "bool", "nullable": true},
                       "born": {"type": "date", "nullable": true}},
        "events": {
            "purchase": {"list": "purchases", "labels": {"zh-Hans": "购买", "en": "purchase"},
                         "fields": {"amount": {"type": "money", "currency": "CNY"}}},
            "complaint": {"list": "complaints", "fields": {"number": {"type": "text"}}},
            "solution": {"list": "solutions", "fields": {"number": {"type": "text"}}}
        }
    },
    "machines": {
        "relationship": {"initial": "stranger", "states": {
            "stranger": {"on": [{"event": "purchase", "to": "buyer"}]},
            "buyer": {"labels": {"zh-Hans": "成交客户", "en": "buyer"}, "on": [
                {"silent": "param.silence", "of": "purchase", "when": "complaints.size() == 0", "to": "at_risk"},
                {"silent": "days(30)", "of": "purchase", "effects": [{"do": "remind"}]},
                {"event": "purchase", "when": "event.amount >= 100.00", "to": "regular"},
                {"changes": "vip", "when": "vip", "to": "regular"}]},
            "regular": {"tags": ["final"]},
            "at_risk": {"on": [{"event": "purchase", "to": "buyer"}, {"after": "days(10)", "to": "churned"}]},
            "churned": {"tags": ["churned"], "on": [
                {"event": "purchase", "when": "event.amount >= 50.00 && (vip || purchases.size() >= 3)", "to": "buyer"}]}
        }},
        "case": {"key": "number", "initial": "open", "states": {
            "open": {"on": [{"event": "solution", "to": "solved"}, {"after": "duration('48h')", "to": "late"}]},
            "late": {"on": [{"event": "solution", "to": "solved"}]},
            "solved": {"tags": ["final"]}
        }}
    }
}"#;

const ROWS: &str = r#"
{"kind": "purchase", "id": "o1", "customer": "C-1", "at": "2026-01-05 10:00", "amount": "60.00"}
{"kind": "purchase", "id": "o2", "customer": "C-1", "at": "2026-04-01 10:00", "amount": "10.00"}
{"kind": "purchase", "id": "o2b", "supersedes": "o2", "customer": "C-1", "at": "2026-04-01 11:00", "amount": "20.00"}
{"customer": "C-1", "id": "v1", "at": "2026-04-02", "attributes": {"vip": true}}
{"kind": "purchase", "id": "p1", "customer": "C-2", "at": "2026-01-05 10:00", "amount": "60.00"}
{"kind": "purchase", "id": "q1", "customer": "C-3", "at": "2026-01-05 10:00", "amount": "60.00"}
{"kind": "complaint", "id": "k1", "customer": "C-3", "at": "2026-01-06 09:00", "number": "A7"}
{"kind": "complaint", "id": "k2", "customer": "C-3", "at": "2026-01-07 09:00", "number": "A8"}
{"kind": "solution", "id": "s1", "customer": "C-3", "at": "2026-01-07 10:00", "number": "A7"}
"#;

fn playbook() -> Playbook {
    Playbook::from_json(PLAYBOOK).unwrap()
}

fn filled(mut store: Store, playbook: &Playbook) -> Store {
    let zone = playbook.calendar().zone();
    let lines = Lines::of("events", &TableKind::Events, None, playbook.schema(), zone).unwrap();
    let report = store.append_lines(&lines, ROWS.as_bytes(), Seen::Backfill).unwrap();
    assert_eq!(report.verdicts.not_recorded(), 0, "{:?}", report.not_recorded);
    store
}

fn store(playbook: &Playbook) -> Store {
    filled(Store::in_memory(playbook.schema()), playbook)
}

fn at(text: &str) -> Instant {
    Instant::parse(&format!("{text}+08:00")).unwrap()
}

fn journey<'p>(playbook: &'p Playbook, id: &str, as_of: &str) -> Journey<'p> {
    store(playbook).journey(playbook, at(as_of), None, id).unwrap()
}

#[test]
fn every_step_names_what_brought_it_about() {
    let playbook = playbook();
    let history = journey(&playbook, "C-1", "2026-06-01T00:00:00").history();
    let told: Vec<_> = history
        .iter()
        .map(|step| {
            let cause = match &step.cause {
                CauseView::Event { event, kind, .. } => format!("{kind} {}", event.join(",")),
                CauseView::Timer { timer, due } => format!("{timer} {due}"),
                CauseView::Change { change, facts } => {
                    format!("{} {}", change.join(","), facts.join(","))
                }
                CauseView::Passing { .. } => "passing".to_owned(),
                CauseView::Decision { command, .. } => format!("decision {command}"),
                CauseView::Beginning { .. } => "beginning".to_owned(),
            };
            format!("{} {} {cause}: {}", step.at.unwrap(), step.to, step.because.en)
        })
        .collect();
    assert_eq!(
        told,
        [
            "2026-01-05T02:00:00Z stranger beginning: the first that is known of the customer",
            "2026-01-05T02:00:00Z buyer purchase o1: purchase",
            "2026-02-04T02:00:00Z buyer silent 2026-02-04T02:00:00Z: no purchase for 30 days",
            "2026-03-06T02:00:00Z at_risk silent 2026-03-06T02:00:00Z: no purchase for 60 days",
            "2026-03-16T02:00:00Z churned after 2026-03-16T02:00:00Z: 10 days have passed",
            // 20.00 is not enough to come back, and a change of `vip` leads out
            // of `buyer` alone.
        ]
    );
    assert_eq!(history[2].effects, ["remind".into()]);
    assert!(history.iter().all(|step| *step.playbook == *playbook.hash()));
}

#[test]
fn a_correction_goes_by_the_id_of_what_it_corrects() {
    let text = PLAYBOOK.replace("event.amount >= 50.00 && (vip || purchases.size() >= 3)", "true");
    let playbook = Playbook::from_json(&text).unwrap();
    let history = journey(&playbook, "C-1", "2026-06-01T00:00:00").history();
    let back = &history[5];
    assert_eq!(back.at, Some(at("2026-04-01T11:00:00")));
    let CauseView::Event { event, source, .. } = &back.cause else { panic!("{back:?}") };
    assert_eq!((event.as_slice(), &**source), (["o2".into()].as_slice(), "host"));
    let change = &history[6].cause;
    let CauseView::Change { change, facts } = change else { panic!("{change:?}") };
    assert_eq!(
        (change.as_slice(), facts.as_slice()),
        (&["vip".to_owned()][..], &["v1".into()][..])
    );
}

#[test]
fn each_run_of_a_keyed_machine_has_steps_of_its_own() {
    let playbook = playbook();
    let journey = journey(&playbook, "C-3", "2026-01-20T00:00:00");
    let runs = journey.history().into_iter().filter(|step| &*step.machine == "case");
    let told: Vec<_> =
        runs.map(|step| format!("{} {}", step.key.unwrap_or_default(), step.to)).collect();
    assert_eq!(told, ["A7 open", "A8 open", "A7 solved", "A8 late"]);
    let states: Vec<_> = journey.states().into_iter().map(|it| (it.key, it.state)).collect();
    let run = |key: &str, state: &str| (Some(key.into()), state.into());
    assert_eq!(states[..2], [run("A7", "solved"), run("A8", "late")]);
    // An open complaint keeps the timer of 60 days from leading away for ever;
    // the reminder of 30 days still comes.
    let next = journey.states()[2].next.clone().unwrap();
    assert_eq!((next.at, next.days), (at("2026-02-04T10:00:00"), 15));
    assert_eq!((next.from == next.to, next.effects), (true, vec!["remind".into()]));
}

#[test]
fn an_explanation_says_what_kept_the_others() {
    let playbook = playbook();
    let steps = journey(&playbook, "C-2", "2026-06-01T00:00:00").explain();
    let risk = steps.iter().find(|it| &*it.step.to == "at_risk").unwrap();
    assert!(risk.condition.as_ref().unwrap().holds());
    let kept: Vec<_> = risk.others.iter().map(|other| &other.kept).collect();
    assert!(matches!(kept[..], [KeptView::Done, KeptView::Waiting, KeptView::Waiting]), "{kept:?}");
    let remind = &steps[2];
    let CauseView::Timer { .. } = remind.step.cause else { panic!("{remind:?}") };
    assert!(
        matches!(&remind.others[0].kept, KeptView::Due { due } if *due == risk.step.at),
        "{remind:?}"
    );
}

#[test]
fn why_not_names_the_fewest_ends_and_the_date_where_only_time_is_missing() {
    let playbook = playbook();
    let lapsed = journey(&playbook, "C-2", "2026-06-01T00:00:00");
    let why = lapsed.why_not(None, None, "buyer").unwrap();
    assert_eq!((&*why.state, why.there, why.earliest), ("churned", false, None));
    let hops = &why.ways[0].hops;
    assert_eq!((why.ways.len(), hops.len(), &*hops[0].to), (1, 1, "buyer"));
    let lacks: Vec<&str> = hops[0].lacks.iter().map(|end| &*end.text).collect();
    // No purchase has just happened, and of the two alternatives one is enough.
    assert_eq!(lacks, ["event.amount >= 50.00", "vip"]);
    assert!(hops[0].lacks[0].missing);

    let buyer = journey(&playbook, "C-2", "2026-01-20T00:00:00");
    let why = buyer.why_not(Some("relationship"), None, "churned").unwrap();
    assert_eq!(why.earliest, Some(at("2026-03-16T10:00:00")));
    let hops: Vec<_> = why.ways[0].hops.iter().map(|hop| (&*hop.to, hop.due)).collect();
    assert_eq!(hops, [("at_risk", Some(at("2026-03-06T10:00:00"))), ("churned", None)]);
    let advanced = journey(&playbook, "C-2", "2026-03-16T09:59:59.999999").states();
    assert_eq!(&*advanced[0].state, "at_risk");
    let advanced = journey(&playbook, "C-2", "2026-03-16T10:00:00").states();
    assert_eq!(&*advanced[0].state, "churned");

    // An open complaint stands in the way, and time alone does not help.
    let unhappy = journey(&playbook, "C-3", "2026-06-01T00:00:00");
    let why = unhappy.why_not(None, None, "at_risk").unwrap();
    let lacks: Vec<&str> = why.ways[0].hops[0].lacks.iter().map(|end| &*end.text).collect();
    assert_eq!((lacks.as_slice(), why.earliest), (["complaints.size() == 0"].as_slice(), None));

    assert!(buyer.why_not(None, None, "buyer").unwrap().there);
    assert!(buyer.why_not(None, None, "stranger").unwrap().ways.is_empty());
    assert!(why.ways.len() <= 3);
}

#[test]
fn what_why_not_cannot_be_asked_about_is_a_fault() {
    let playbook = playbook();
    let unhappy = journey(&playbook, "C-3", "2026-01-20T00:00:00");
    let fails = |machine, key, state| {
        let error = unhappy.why_not(machine, key, state).unwrap_err();
        let hint = error.faults()[0].hint.as_ref().map(|hint| hint.en.clone());
        (error.code(), hint.unwrap_or_default())
    };
    let did_you = |code, near: &str| (code, format!("did you mean `{near}`?"));
    assert_eq!(fails(Some("relation"), None, "buyer").0, Code::UnknownMachine);
    assert_eq!(fails(Some("relationship"), None, "churn"), did_you(Code::UnknownState, "churned"));
    assert_eq!(fails(None, None, "nowhere").0, Code::UnknownState);
    let (code, hint) = fails(None, None, "solved");
    assert_eq!((code, hint.as_str()), (Code::UnknownRun, "its keys are `A7`, `A8`"));
    assert_eq!(fails(None, Some("A9"), "solved").0, Code::UnknownRun);
    let late = unhappy.why_not(None, Some("A8"), "open").unwrap();
    assert_eq!((&*late.state, late.ways.len()), ("late", 0));
    let none = journey(&playbook, "C-2", "2026-01-20T00:00:00").why_not(None, None, "solved");
    assert_eq!(none.unwrap_err().code(), Code::UnknownRun);
}

#[test]
fn what_is_supposed_is_what_would_be() {
    let playbook = playbook();
    let now = journey(&playbook, "C-2", "2026-03-01T00:00:00");
    let bought = br#"[{"kind": "purchase", "amount": "10.00"},
                      {"customer": "C-2", "at": "2026-03-02", "attributes": {"vip": true}}]"#;
    let supposed = now.suppose(bought).unwrap();
    assert_eq!(supposed.until, at("2026-03-02T00:00:00"));
    assert_eq!(&*supposed.states[0].state, "regular");
    let to: Vec<_> = supposed.added.iter().map(|step| (&*step.to, step.at.unwrap())).collect();
    assert_eq!(to, [("regular", at("2026-03-02T00:00:00"))]);
    assert!(supposed.dropped.is_empty());

    // In the past it also undoes what followed; a row a line is as good.
    let lapsed = journey(&playbook, "C-2", "2026-04-01T00:00:00");
    let line = b"{\"kind\": \"purchase\", \"at\": \"2026-03-06 10:00\", \"amount\": \"1\"}\n";
    let supposed = lapsed.suppose(line).unwrap();
    assert_eq!(&*supposed.states[0].state, "buyer");
    let dropped: Vec<_> = supposed.dropped.iter().map(|step| &*step.to).collect();
    assert_eq!(dropped, ["at_risk", "churned"]);
    // Nothing was written, and nothing that is supposed is nothing new.
    let nothing = lapsed.suppose(b"[]").unwrap();
    assert!(nothing.added.is_empty() && nothing.dropped.is_empty());
    assert_eq!(&*nothing.states[0].state, "churned");
}

#[test]
fn what_happens_after_the_question_is_not_supposed() {
    let playbook = playbook();
    let early = journey(&playbook, "C-3", "2026-01-06T00:00:00");
    let later = br#"[{"kind": "purchase", "at": "2026-03-10", "amount": "10.00"}]"#;
    let supposed = early.suppose(later).unwrap();
    // The complaint of 6 January had not happened yet, so she lapsed.
    let to: Vec<_> = supposed.added.iter().map(|step| &*step.to).collect();
    assert_eq!((to.as_slice(), supposed.states.len()), (["buyer"].as_slice(), 1));
}

#[test]
fn what_cannot_be_supposed_is_a_fault_at_its_row() {
    let playbook = playbook();
    let now = journey(&playbook, "C-2", "2026-03-01T00:00:00");
    let fails = |text: &str| {
        let error = now.suppose(text.as_bytes()).unwrap_err();
        let pointer = error.faults()[0].pointer.as_deref().unwrap_or_default().to_owned();
        (error.code(), pointer)
    };
    let place = |at: &str| at.to_owned();
    assert_eq!(fails(r#"[{"kind": "refund"}]"#), (Code::UnknownKind, place("supposed:1/kind")));
    assert_eq!(
        fails(r#"[{"kind": "purchase", "amount": "1"}, {"kind": "purchase", "amount": "x"}]"#),
        (Code::BadCell, place("supposed:2/amount"))
    );
    assert_eq!(
        fails(r#"[{"kind": "purchase", "amount": "1", "customer": "C-1"}]"#),
        (Code::InvalidArgument, place("supposed:1"))
    );
    assert_eq!(
        fails(r#"[{"kind": "purchase", "amount": "1", "id": "p1"}]"#),
        (Code::Conflict, place("supposed:1"))
    );
    assert_eq!(
        fails(r#"[{"id": "x", "retracts": "p1"}]"#),
        (Code::InvalidArgument, place("supposed:1"))
    );
    assert_eq!(fails("[{]").0, Code::JsonSyntax);
    assert_eq!(fails("[1]"), (fails("1").0, place("supposed:1")));
}

#[test]
fn whoever_is_not_known_is_a_fault() {
    let playbook = playbook();
    let store = store(&playbook);
    let unknown =
        |as_of: &str, id: &str| store.journey(&playbook, at(as_of), None, id).unwrap_err().code();
    assert_eq!(unknown("2026-06-01T00:00:00", "C-9"), Code::UnknownCustomer);
    assert_eq!(unknown("2026-06-01T00:00:00", ""), Code::UnknownCustomer);
    assert_eq!(unknown("2025-06-01T00:00:00", "C-1"), Code::UnknownCustomer);
    let empty = Store::in_memory(playbook.schema());
    let empty = empty.journey(&playbook, at("2026-06-01T00:00:00"), None, "C-1");
    assert_eq!(empty.unwrap_err().code(), Code::UnknownCustomer);
}

#[cfg(feature = "sqlite")]
#[test]
fn a_file_and_memory_tell_the_same_journey() {
    use crate::support::Folder;

    let playbook = playbook();
    let folder = Folder::new();
    let file = Store::open(folder.file("shop.db"), playbook.schema()).unwrap();
    let (file, memory) = (filled(file, &playbook), store(&playbook));
    for known_at in [None, Some(at("2026-04-01T10:30:00")), Some(at("2026-01-06T00:00:00"))] {
        for id in ["C-1", "C-2", "C-3"] {
            assert_eq!(
                file.customer_facts(id, known_at).unwrap(),
                memory.customer_facts(id, known_at).unwrap(),
            );
            let steps = |store: &Store| {
                let journey = store.journey(&playbook, at("2026-06-01T00:00:00"), known_at, id);
                journey.unwrap().explain()
            };
            assert_eq!(steps(&file), steps(&memory));
        }
    }
}

/// Seeds of random firms, each with machines of its own.
const FIRMS: u64 = 150;

fn later(at: Instant, days: i64) -> Instant {
    at.checked_add_micros(days * 86_400_000_000).unwrap()
}

#[test]
fn whoever_looks_on_changes_nothing_and_sees_every_choice() {
    let mut n_seen = 0;
    for seed in 0..FIRMS {
        let mut random = Random::new(seed ^ 0x10_0c);
        let world = World::of(&mut random, 8);
        let playbook = machines::rich_playbook(&mut random, &world);
        let columns = world.columns();
        let (world_of, machines) = (playbook.world(&columns), playbook.machines());
        for customer in 0..columns.n_customers() {
            if world.as_of.micros() < columns.born[customer] {
                continue;
            }
            let plain = fold(world_of, machines, customer, world.as_of);
            let mut seen = BTreeMap::new();
            let mut ends = 0;
            let watched =
                watch(world_of, machines, customer, world.as_of, world.as_of, &mut |choice| {
                    match choice.taken {
                        Some((transition, cause)) => {
                            let place = (choice.machine, choice.key.to_owned(), choice.step);
                            seen.insert(place, (transition, cause, choice.state));
                        }
                        None => ends += 1,
                    }
                    ControlFlow::Continue(())
                });
            assert_eq!(watched, plain, "seed {seed}");
            assert_eq!(ends, plain.courses.iter().map(Vec::len).sum::<usize>());
            for (machine, courses) in plain.courses.iter().enumerate() {
                for course in courses {
                    let key = course.key.as_deref().unwrap_or_default();
                    let steps = course.steps.iter().enumerate();
                    for (number, step) in steps.filter(|(_, step)| step.transition.is_some()) {
                        let (transition, cause, from) = seen[&(machine, key.to_owned(), number)];
                        assert_eq!(Some(transition), step.transition);
                        assert_eq!((cause, Some(from)), (step.cause, step.from));
                        n_seen += 1;
                    }
                }
            }
        }
    }
    assert!(n_seen > 1_000, "{n_seen}");
}

fn steps(life: &Life) -> usize {
    life.courses.iter().flatten().map(|course| course.steps.len()).sum()
}

#[test]
fn what_is_shown_as_due_happens_then_and_not_a_microsecond_before() {
    let (mut n_due, mut n_none, mut n_leading) = (0, 0, 0);
    for seed in 0..FIRMS {
        let mut random = Random::new(seed ^ 0xd0e);
        let world = World::of(&mut random, 8);
        let playbook = machines::rich_playbook(&mut random, &world);
        // Soon after something happened, when timers run.
        let dated: Vec<Instant> = world.facts.iter().filter_map(|fact| fact.at).collect();
        if dated.is_empty() {
            continue;
        }
        let chosen = dated[random.below(dated.len() as u64) as usize];
        let as_of = later(chosen, random.between(0, 6));
        let all = world.columns();
        // The facts up to then alone: what a host would have that day.
        let mut past = ColumnsBuilder::new(&world.schema);
        for (sequence, fact) in (1..).zip(&world.facts) {
            if fact.at.is_none_or(|at| at <= as_of) {
                past.push(sequence, as_of, fact);
            }
        }
        let past = past.finish();
        for (number, id) in past.customers.iter().enumerate() {
            if as_of.micros() < past.born[number] {
                continue;
            }
            let known = all.customer(id).unwrap();
            let fold_to = |until| fold(playbook.world(&past), playbook.machines(), number, until);
            let (now, coming_all) = ahead(playbook.world(&all), playbook.machines(), known, as_of);
            let coming = &coming_all;
            assert_eq!(steps(&now), steps(&fold_to(as_of)), "seed {seed}, {id}");
            let Some(first) = coming.iter().map(|coming| coming.at).min() else {
                assert_eq!(steps(&now), steps(&fold_to(later(as_of, 400))), "seed {seed}, {id}");
                n_none += 1;
                continue;
            };
            let before = fold_to(first.checked_add_micros(-1).unwrap());
            assert_eq!(steps(&now), steps(&before), "seed {seed}, {id}, {first}");
            for (place, coming) in coming.iter().enumerate() {
                let own = |it: &&guanxi::lifecycle::Coming| {
                    (it.machine, &it.key) == (coming.machine, &coming.key)
                };
                let is_first = coming_all[..place].iter().find(own).is_none();
                let life = fold_to(coming.at);
                let mut courses = life.courses[coming.machine].iter();
                let course = courses.find(|course| course.key == coming.key).unwrap();
                let mut taken = course.steps.iter().filter(|step| Some(as_of) < step.at);
                // After one that only has effects comes the first that leads on.
                let leads = |step: &&Step| {
                    let ways = &playbook.machines()[coming.machine].transitions;
                    step.transition.is_some_and(|way| ways[way].target.is_some())
                };
                let step = if is_first { taken.next() } else { taken.find(leads) };
                let step = step.unwrap();
                n_leading += usize::from(!is_first);
                assert_eq!(
                    (step.at, step.transition, step.from, step.to),
                    (Some(coming.at), coming.transition, Some(coming.from), coming.to),
                    "seed {seed}, {id}"
                );
                n_due += 1;
            }
        }
    }
    assert!(n_due > 60 && n_none > 100 && n_leading > 0, "{n_due} {n_none} {n_leading}");
}

#[test]
fn a_protection_says_when_it_ends_and_what_made_it_that_day() {
    let text = include_str!("../examples/presets/b2b.json");
    let playbook = Playbook::from_json(text).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    let lines = r#"
{"kind": "claim", "customer": "c", "at": "2026-03-02T10:00:00+08:00", "owner": "li"}
{"kind": "follow_up", "customer": "c", "at": "2026-03-28T10:00:00+08:00"}
"#;
    let zone = playbook.calendar().zone();
    let read = Lines::of("events", &TableKind::Events, None, playbook.schema(), zone).unwrap();
    store.append_lines(&read, lines.as_bytes(), Seen::Backfill).unwrap();
    let as_of = Instant::parse("2026-03-29T00:00:00+08:00").unwrap();
    let journey = store.journey(&playbook, as_of, None, "c").unwrap();
    let held = journey.states().into_iter().find(|it| &*it.machine == "ownership").unwrap();
    // First comes an escalation, which leads nowhere; then the end itself.
    let (next, leaves) = (held.next.unwrap(), held.leaves.unwrap());
    assert_eq!((&*next.to, &*next.effect_labels[0].en), ("protected", "escalate"));
    assert_eq!((&*leaves.to, leaves.days), ("resting", 14));
    assert_eq!(
        leaves.because.en,
        "the protection ends: last follow-up 2026-03-28 10:00 + 15 days \
         (protection after each follow-up)"
    );
    assert_eq!(
        leaves.because.zh,
        "保护期结束：最近一次跟进 2026-03-28 10:00 + 15 天（每次跟进后至少再保护多久）"
    );
    // It is what happens.
    let then = store.journey(&playbook, leaves.at, None, "c").unwrap();
    let history = then.history();
    let step = history.iter().rfind(|step| &*step.machine == "ownership").unwrap();
    assert_eq!((step.at, &*step.to), (Some(leaves.at), "resting"));
    assert_eq!(step.effect_labels[0].zh, "收回公海");
    // Who asks why the customer is not open to claims is told what comes first.
    let why = journey.why_not(Some("ownership"), None, "open").unwrap();
    assert_eq!(why.before.unwrap().at, leaves.at);
}
