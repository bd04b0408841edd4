//! A store that is followed tells what a replay of all facts gives: whatever
//! comes in whichever order, late, corrected, taken back or merged, and however
//! time is cut into steps. In a file as in memory.

use std::collections::{BTreeMap, BTreeSet};

use guanxi::engine::{Options, review};
use guanxi::facts::{Batch, Body, Correction, Fact, Override, Seen};
use guanxi::lifecycle::{effects, fold};
use guanxi::store::{Change, Effect, Moved, Store};
use guanxi::units::Instant;
use guanxi::{Code, Playbook};
use serde_json::json;

use crate::support::machines::{WATCHED, rich_playbook};
use crate::support::{Folder, Random, world::World};

const DAY: i64 = 86_400_000_000;

/// Whatever has no end, as pages go.
const ALL: usize = 1_000_000;

/// Two machines with effects, keyed or not, and segments of which some ask them.
fn firm(random: &mut Random, world: &World) -> Playbook {
    let playbook = rich_playbook(random, world);
    let mut document: serde_json::Value = serde_json::from_str(playbook.canonical()).unwrap();
    for number in 0..4 {
        let before = document.clone();
        let when = random.pick(&WATCHED[..16]);
        document["segments"][format!("part{number}")] = json!({ "when": when });
        if Playbook::from_json(&document.to_string()).is_err() {
            document = before;
        }
    }
    Playbook::from_json(&document.to_string()).unwrap()
}

/// The same firm, with facts that correct, take back, merge and overrule others.
fn shaken(random: &mut Random, world: &World, playbook: &Playbook) -> Vec<Fact> {
    let mut facts = world.facts.clone();
    let n = facts.len() as u64;
    for number in 0..n / 4 {
        let mut fact = facts[random.below(n) as usize].clone();
        let target = fact.id.clone();
        fact.id = format!("x{number}").into();
        let at = world.as_of.checked_add_micros(random.between(-60, 20) * DAY).ok();
        match random.below(6) {
            0 => {
                fact.correction = Correction::Retracts(target);
                fact.body = Body::Nothing;
            }
            1 => {
                let into = world.facts[random.below(n) as usize].customer.clone();
                if into == fact.customer {
                    continue;
                }
                (fact.at, fact.body) = (at, Body::Merge { into });
            }
            2 => {
                let unkeyed = playbook.machines().iter().find(|it| it.key.is_none());
                let Some(machine) = unkeyed else {
                    continue;
                };
                let (leaf, _) = machine.leaves().next().unwrap();
                let until = random.chance(50).then(|| at.unwrap().checked_add_micros(9 * DAY));
                let decision = Override {
                    machine: machine.name.as_ref().into(),
                    state: Some(machine.states[leaf].name.as_ref().into()),
                    pinned: true,
                    until: until.map(Result::unwrap),
                    actor: "li".into(),
                    reason: "so".into(),
                };
                (fact.at, fact.body) = (at, Body::Override(decision));
            }
            _ => {
                let other = &world.facts[random.below(n) as usize];
                fact.correction = Correction::Supersedes(target);
                (fact.at, fact.body) = (other.at, other.body.clone());
            }
        }
        facts.push(fact);
    }
    random.shuffle(&mut facts);
    facts
}

type State = (String, String, Option<String>, String, Option<Instant>);

/// What is so by a replay of everything.
#[derive(Debug, Default, PartialEq)]
struct So {
    states: BTreeSet<State>,
    members: BTreeSet<(String, String)>,
    asked: BTreeSet<String>,
}

fn replayed(store: &Store, playbook: &Playbook, now: Instant) -> So {
    let columns = std::sync::Arc::new(store.columns(None).unwrap());
    let mut so = So::default();
    let (world, machines) = (playbook.world(&columns), playbook.machines());
    for customer in (0..columns.n_customers()).filter(|it| columns.is_known(*it, now)) {
        let life = fold(world, machines, customer, now);
        for (machine, courses) in machines.iter().zip(&life.courses) {
            so.states.extend(courses.iter().map(|course| {
                let state = machine.states[course.state].name.to_string();
                let id = columns.customers[customer].to_string();
                let key = course.key.as_deref().map(str::to_owned);
                (id, machine.name.to_string(), key, state, course.since)
            }));
        }
        let given = effects(world, machines, customer, &life).0.into_iter();
        so.asked.extend(given.map(|given| given.id.to_string()));
    }
    let review = review(&columns, playbook, now, None, Options::default());
    for segment in playbook.segments() {
        let members = review.answer(segment.name()).unwrap().members.rows();
        let named =
            members.map(|row| (segment.name().to_string(), columns.customers[row].to_string()));
        so.members.extend(named);
    }
    so
}

/// A customer in a machine, or in a run of it.
type At = (String, String, Option<String>);

/// A state, and since when.
type Is = (String, Option<Instant>);

/// A host that reads what it is told, carries out what it is asked, and forgets
/// to say so at times.
#[derive(Default)]
struct Host {
    read: u64,
    states: BTreeMap<At, Is>,
    members: BTreeSet<(String, String)>,
    /// Whatever was carried out, once each, and not taken back.
    done: BTreeSet<String>,
    seen: BTreeSet<String>,
    n_taken_back: usize,
    n_again: usize,
}

impl Host {
    fn listen(&mut self, store: &mut Store, random: &mut Random) {
        loop {
            let page = store.changes(self.read, 7).unwrap();
            let Some(last) = page.last() else { break };
            self.read = last.sequence;
            page.iter().for_each(|change| self.hear(change));
        }
        let pending = store.effects(0, ALL).unwrap();
        assert_eq!(store.n_effects().unwrap(), pending.len() as u64);
        assert!(pending.is_sorted_by(|a, b| a.sequence < b.sequence));
        pending.iter().for_each(|effect| self.carry_out(effect));
        let said = pending.iter().filter(|_| random.chance(70));
        let ids: Vec<&str> = said.map(|effect| &*effect.id).collect();
        let acknowledged = store.ack(&ids).unwrap();
        assert_eq!(acknowledged.acknowledged, ids.len() as u64);
        assert_eq!(store.ack(&ids).unwrap().before, ids.len() as u64);
    }

    fn hear(&mut self, change: &Change) {
        let id = change.customer.to_string();
        match &change.moved {
            Moved::State { machine, key, from, to, since, .. } => {
                let at = (id, machine.to_string(), key.as_deref().map(str::to_owned));
                let before = self.states.remove(&at).map(|(state, _)| state);
                assert_eq!(before.as_deref(), from.as_deref(), "{change:?}");
                if let Some(to) = to {
                    self.states.insert(at, (to.to_string(), *since));
                }
            }
            Moved::Segment { segment, entered, .. } => {
                let entry = (segment.to_string(), id);
                let is_new = match entered {
                    true => self.members.insert(entry),
                    false => self.members.remove(&entry),
                };
                assert!(is_new, "{change:?}");
            }
        }
    }

    fn carry_out(&mut self, effect: &Effect) {
        if !self.seen.insert(effect.id.to_string()) {
            self.n_again += 1;
            return;
        }
        match &effect.compensates {
            None => assert!(self.done.insert(effect.id.to_string())),
            Some(id) => {
                assert!(self.done.remove(&**id), "{effect:?}");
                self.n_taken_back += 1;
            }
        }
    }

    fn so(&self) -> So {
        let state =
            |(at, is): (&At, &Is)| (at.0.clone(), at.1.clone(), at.2.clone(), is.0.clone(), is.1);
        let identity = |id: &String| id.split('-').next().unwrap().to_owned();
        let asked: BTreeSet<String> = self.done.iter().map(identity).collect();
        assert_eq!(asked.len(), self.done.len(), "asked for twice");
        So { states: self.states.iter().map(state).collect(), members: self.members.clone(), asked }
    }
}

fn batch(facts: Vec<Fact>) -> Vec<Batch> {
    vec![Batch { facts, seen: Seen::Backfill }]
}

#[test]
fn whatever_comes_in_any_order_ends_as_a_replay_of_everything() {
    let (mut n_asked, mut n_taken_back, mut n_again, mut n_compared) = (0, 0, 0, 0);
    let folder = Folder::new();
    for seed in 0..60 {
        let random = &mut Random::new(seed ^ 0x0111_1a6e);
        let world = World::of(random, 5);
        let playbook = firm(random, &world);
        let facts = shaken(random, &world, &playbook);
        let mut stores = vec![Store::in_memory(playbook.schema())];
        if seed % 3 == 0 {
            let path = folder.file(&format!("{seed}.db"));
            stores.push(Store::open(path, playbook.schema()).unwrap());
        }
        let script = random.next();
        let mut heard = Vec::new();
        for mut store in stores {
            let random = &mut Random::new(script);
            let mut now = world.as_of.checked_add_micros(-70 * DAY).unwrap();
            let (mut host, mut rest) = (Host::default(), facts.clone());
            // From nothing: what is there in the beginning counts as carried out.
            store.advance(&playbook, now, 1).unwrap();
            while !rest.is_empty() || now < world.as_of {
                let some = rest.split_off(rest.len() - rest.len().min(random.below(4) as usize));
                let waiting = match random.below(5) {
                    // Facts that come in by another way are caught up with.
                    0 => {
                        store.append(some, Seen::Backfill).unwrap();
                        1
                    }
                    1 | 2 => store.apply(&playbook, batch(some), now).unwrap().waiting,
                    _ => {
                        store.append(some, Seen::Backfill).unwrap();
                        now = now.checked_add_micros(random.between(0, 9 * DAY)).unwrap();
                        let mut steps = 0;
                        while 0 < store.advance(&playbook, now, 2).unwrap().waiting {
                            steps += 1;
                            assert!(steps < 100);
                        }
                        0
                    }
                };
                if random.chance(60) {
                    host.listen(&mut store, random);
                    if waiting == 0 {
                        let so = replayed(&store, &playbook, now);
                        assert_eq!(host.so(), so, "seed {seed}\n{}", playbook.canonical());
                        n_compared += 1;
                    }
                }
            }
            while 0 < store.advance(&playbook, now, 3).unwrap().waiting {}
            host.listen(&mut store, random);
            let so = replayed(&store, &playbook, now);
            assert_eq!(host.so(), so, "seed {seed}\n{}", playbook.canonical());
            n_asked += host.done.len();
            n_taken_back += host.n_taken_back;
            n_again += host.n_again;
            heard.push((store.changes(0, ALL).unwrap(), host.seen));
        }
        assert!(heard.windows(2).all(|pair| pair[0] == pair[1]), "seed {seed}");
    }
    let counts = [n_asked, n_taken_back, n_again, n_compared];
    assert!(counts.iter().all(|count| 10 < *count), "{counts:?}");
}

#[test]
fn the_same_facts_in_another_order_leave_the_same_effects_standing() {
    let mut n_asked = 0;
    for seed in 0..40 {
        let random = &mut Random::new(seed ^ 0x0bde7);
        let world = World::of(random, 5);
        let playbook = firm(random, &world);
        let mut facts = shaken(random, &world, &playbook);
        // Which of undated facts is the later one is when it was recorded.
        facts.retain(|fact| fact.at.is_some());
        let mut ends = Vec::new();
        for steps in [1, 3, 50] {
            random.shuffle(&mut facts);
            let mut store = Store::in_memory(playbook.schema());
            for some in facts.chunks(steps) {
                let back = world.as_of.checked_add_micros(random.between(-90, 0) * DAY).unwrap();
                store.apply(&playbook, batch(some.to_vec()), back).unwrap();
            }
            while 0 < store.advance(&playbook, world.as_of, 2).unwrap().waiting {}
            let mut host = Host::default();
            host.listen(&mut store, random);
            ends.push(host.so());
        }
        n_asked += ends[0].asked.len();
        assert!(ends.windows(2).all(|pair| pair[0] == pair[1]), "seed {seed}");
    }
    assert!(50 < n_asked, "{n_asked}");
}

const SHOP: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "parameters": {"patience": {"type": "period", "value": "days(60)"}},
    "schema": {"attributes": {"region": {"type": "text", "nullable": true}},
               "events": {"purchase": {"list": "purchases", "fields": {"amount": {"type": "int"}}}}},
    "segments": {"active": {"when": "purchases.within(days(30)).size() >= 1"},
                 "best": {"when": "percentRank(purchases.size()) >= 0.5"}},
    "machines": {"relationship": {"initial": "buyer", "states": {
        "buyer": {"on": [{"silent": "param.patience", "to": "lost",
            "effects": [{"do": "win_back", "undo": "leave_in_peace",
                         "with": {"orders": "purchases.size()"}}]}]},
        "lost": {"on": [{"event": "purchase", "to": "buyer",
            "effects": [{"do": "thank", "with": {"amount": "event.amount"}}]}]}}}}
}"#;

fn shop() -> Playbook {
    Playbook::from_json(SHOP).unwrap()
}

fn day(text: &str) -> Instant {
    Instant::parse(&format!("{text}T00:00:00+08:00")).unwrap()
}

fn purchase(id: &str, customer: &str, at: &str) -> Fact {
    Fact {
        source: "shop".into(),
        id: id.into(),
        customer: customer.into(),
        at: Some(day(at)),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind: 0, fields: vec![Some(guanxi::facts::Value::Int(7))] },
    }
}

fn said(store: &Store) -> Vec<String> {
    let one = |effect: Effect| {
        let back = if effect.compensates.is_some() { " (undo)" } else { "" };
        format!("{} {}{back}", effect.action, effect.due.unwrap())
    };
    store.effects(0, ALL).unwrap().into_iter().map(one).collect()
}

#[test]
fn what_the_past_asks_for_counts_as_carried_out_and_can_be_taken_back() {
    let (playbook, folder) = (shop(), Folder::new());
    let mut store = Store::open(folder.file("shop.db"), playbook.schema()).unwrap();
    let old = vec![purchase("o1", "C-1", "2026-01-01"), purchase("o2", "C-2", "2026-04-30")];
    store.append(old, Seen::Backfill).unwrap();
    let begun = store.advance(&playbook, day("2026-05-01"), 100).unwrap();
    let first = begun.begun.unwrap();
    assert_eq!((first.customers, first.effects, begun.waiting), (2, 1, 0));
    assert!(said(&store).is_empty());
    // Everybody is told, so that a reader starts from there.
    let told = store.changes(0, ALL).unwrap();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().all(|change| !json!(change)["segment"].to_string().contains("best")));
    // Learnt late: there was nobody to be won back.
    let late = batch(vec![purchase("o3", "C-1", "2026-02-15")]);
    let applied = store.apply(&playbook, late, day("2026-05-02")).unwrap();
    assert!(applied.begun.is_none());
    assert_eq!((applied.customers, applied.effects, applied.taken_back), (1, 1, 1));
    assert_eq!(
        said(&store),
        ["leave_in_peace 2026-03-01T16:00:00Z (undo)", "win_back 2026-04-15T16:00:00Z"]
    );
    let text = json!(store.effects(0, 1).unwrap()[0]);
    assert_eq!(text["customer"], "C-1");
    assert_eq!(text["with"], json!({"orders": {"type": "int", "value": "1"}}));
    let last = store.changes(3, ALL).unwrap();
    assert_eq!(last.len(), 1);
    let last = json!(last[0]);
    assert_eq!(
        last["learnt"],
        json!([{"source": "shop", "id": "o3"}]),
        "the state is the same, but since another instant: {last}"
    );
    assert_eq!((&last["from"], &last["to"]), (&json!("lost"), &json!("lost")));
    assert_eq!(last["cause"], json!({"timer": "silent", "due": "2026-04-15T16:00:00Z"}));
}

#[test]
fn what_is_asked_for_again_has_another_id() {
    let playbook = shop();
    let mut store = Store::in_memory(playbook.schema());
    store
        .apply(&playbook, batch(vec![purchase("o1", "C-1", "2026-01-01")]), day("2026-01-01"))
        .unwrap();
    store.advance(&playbook, day("2026-05-01"), 100).unwrap();
    let late = purchase("o2", "C-1", "2026-02-01");
    store.apply(&playbook, batch(vec![late.clone()]), day("2026-05-01")).unwrap();
    let back = Fact {
        id: "x".into(),
        correction: Correction::Retracts("o2".into()),
        body: Body::Nothing,
        ..late
    };
    store.apply(&playbook, batch(vec![back]), day("2026-05-01")).unwrap();
    let ids: Vec<_> = store.effects(0, ALL).unwrap().into_iter().map(|it| it.id).collect();
    let first = &ids[0];
    assert_eq!(ids.len(), 5);
    assert_eq!(*ids[1], *format!("{first}-undo"));
    assert_eq!(*ids[4], *format!("{first}-2"));
    assert_eq!(*ids[3], *format!("{}-undo", ids[2]));
    let acknowledged = store.ack(&[first, "nothing", first]).unwrap();
    assert_eq!((acknowledged.acknowledged, acknowledged.before), (1, 1));
    assert_eq!(acknowledged.unknown, ["nothing".into()]);
    assert_eq!(store.n_effects().unwrap(), 4);
}

#[test]
fn time_never_goes_back_and_the_future_waits() {
    let playbook = shop();
    let mut store = Store::in_memory(playbook.schema());
    let facts = vec![purchase("o1", "C-1", "2026-01-01"), purchase("o2", "C-2", "2026-08-01")];
    let applied = store.apply(&playbook, batch(facts), day("2026-05-01")).unwrap();
    assert_eq!((applied.customers, applied.changes, applied.effects), (2, 1, 1));
    let earlier = store.advance(&playbook, day("2026-02-01"), 100).unwrap();
    assert_eq!((earlier.now, earlier.customers), (day("2026-05-01"), 0));
    let later = store.advance(&playbook, day("2026-08-01"), 100).unwrap();
    assert_eq!((later.customers, later.changes, later.waiting), (1, 2, 0));
    let by_time = store.advance(&playbook, day("2026-09-15"), 100).unwrap();
    assert_eq!((by_time.changes, by_time.effects), (1, 0));
    let told = store.changes(3, ALL).unwrap().pop().unwrap();
    let left = Moved::Segment { segment: "active".into(), entered: false, learnt: vec![] };
    assert_eq!(told.moved, left);
}

#[test]
fn another_playbook_is_adopted_and_nothing_is_asked_for_twice() {
    let (old, new) = (shop(), Playbook::from_json(&SHOP.replace("days(60)", "days(30)")).unwrap());
    let mut store = Store::in_memory(old.schema());
    let first =
        batch(vec![purchase("o1", "C-1", "2026-01-01"), purchase("o2", "C-2", "2026-04-01")]);
    store.apply(&old, first, day("2026-05-10")).unwrap();
    assert_eq!(said(&store).len(), 1);
    let error = store.apply(&new, batch(vec![]), day("2026-05-10")).unwrap_err();
    assert_eq!(error.code(), Code::PlaybookChanged);
    let begun = store.adopt(&new, day("2026-05-10")).unwrap();
    assert_eq!((begun.customers, begun.effects), (2, 1));
    assert_eq!(said(&store).len(), 1, "it is the same effect, and C-2's counts as carried out");
    while 0 < store.advance(&new, day("2026-06-20"), 1).unwrap().waiting {}
    assert_eq!(said(&store).len(), 1);
    assert_eq!(store.adopt(&old, day("2026-06-20")).unwrap().effects, 0);
    // Labels mean nothing.
    let named = SHOP
        .replace(r#""initial": "buyer""#, r#""labels": {"zh-Hans": "关系"}, "initial": "buyer""#);
    let named = Playbook::from_json(&named).unwrap();
    store.advance(&named, day("2026-06-20"), 1).unwrap();
}

#[test]
fn whoever_is_erased_leaves_nothing_to_do_and_nothing_to_hear() {
    let (playbook, folder) = (shop(), Folder::new());
    let path = folder.file("shop.db");
    let stores =
        [Store::in_memory(playbook.schema()), Store::open(&path, playbook.schema()).unwrap()];
    for mut store in stores {
        let id = "customer-who-goes-away";
        let facts = vec![purchase("o1", id, "2026-01-01"), purchase("o2", "C-2", "2026-01-01")];
        store.apply(&playbook, batch(facts), day("2026-05-10")).unwrap();
        assert_eq!(store.effects(0, ALL).unwrap().len(), 2);
        store.erase(id, day("2026-05-11")).unwrap();
        assert_eq!(store.effects(0, ALL).unwrap().len(), 1);
        assert!(store.changes(0, ALL).unwrap().iter().all(|change| &*change.customer == "C-2"));
        while 0 < store.advance(&playbook, day("2026-05-12"), 1).unwrap().waiting {}
        assert_eq!(store.effects(0, ALL).unwrap().len(), 1);
        let next = batch(vec![purchase("o3", "C-2", "2026-05-12")]);
        store.apply(&playbook, next, day("2026-05-12")).unwrap();
        let last = store.effects(0, ALL).unwrap().pop().unwrap();
        assert_eq!((&*last.action, last.sequence), ("thank", 3), "no sequence is given twice");
        drop(store);
        for file in [path.clone(), path.with_extension("db-wal")] {
            let bytes = std::fs::read(&file).unwrap_or_default();
            let found = bytes.windows(id.len()).any(|window| window == id.as_bytes());
            assert!(!found, "{}", file.display());
        }
    }
}

#[test]
fn a_file_goes_on_where_it_was_and_readers_read_beside() {
    let (playbook, folder) = (shop(), Folder::new());
    let path = folder.file("shop.db");
    let mut store = Store::open(&path, playbook.schema()).unwrap();
    let reader = Store::open_read_only(&path, playbook.schema()).unwrap();
    store
        .apply(&playbook, batch(vec![purchase("o1", "C-1", "2026-01-01")]), day("2026-01-02"))
        .unwrap();
    assert_eq!(reader.changes(0, ALL).unwrap().len(), 2);
    drop(store);
    let mut store = Store::open(&path, playbook.schema()).unwrap();
    store.advance(&playbook, day("2026-05-10"), 10).unwrap();
    let effects = reader.effects(0, ALL).unwrap();
    assert_eq!(effects.len(), 1);
    let copy = folder.file("copy.db");
    store.backup(&copy).unwrap();
    let mut copy = Store::open(copy, playbook.schema()).unwrap();
    assert_eq!(copy.effects(0, ALL).unwrap(), effects);
    copy.ack(&[&effects[0].id]).unwrap();
    assert_eq!((copy.n_effects().unwrap(), reader.n_effects().unwrap()), (0, 1));
    assert!(copy.verify().unwrap().is_sound());
    // What fails in the middle leaves nothing.
    let failed = store.apply_with(&playbook, day("2026-05-11"), |store| {
        store.append(vec![purchase("o2", "C-1", "2026-05-11")], Seen::Backfill)?;
        store.append(vec![purchase("o3", "C-1", "2026-05-11")], Seen::At(day("2026-05-11")))?;
        store.append(vec![purchase("o4", "C-1", "2026-05-11")], Seen::At(day("2026-05-01")))
    });
    assert_eq!(failed.unwrap_err().code(), Code::SeenDecreases);
    assert_eq!(store.holds(&[("shop", "o2")]).unwrap(), [false]);
    assert_eq!(store.effects(0, ALL).unwrap(), effects);
    assert_eq!(reader.changes(0, ALL).unwrap(), store.changes(0, ALL).unwrap());
}
