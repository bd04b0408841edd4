//! Segments that are kept up to date are what a review of everybody says: after
//! every fact, early, late, corrected, taken back or merged, and at every instant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use guanxi::engine::segment::{SegmentTurn, SegmentsLive, TurnedBy};
use guanxi::engine::{Options, review};
use guanxi::facts::{Body, Columns, Correction, Fact, Seen};
use guanxi::units::Instant;
use guanxi::{Code, Playbook, Store};
use serde_json::json;

use crate::support::conditions::{Scope, condition};
use crate::support::machines::{self, WATCHED};
use crate::support::{Random, world::World};

const DAY: i64 = 86_400_000_000;

/// Seeds of the random firms.
const FIRMS: u64 = 110;

/// Conditions about states.
const STATED: [&str; 4] = [
    "state('first') == 'low' || in_state('second', 'mid')",
    "state_age('second') > duration('100h') && purchases.size() > 1",
    "was_in('first', 'high') && !segment('recent')",
    "in_state('second', 'low') != in_state('first', 'low')",
];

/// Conditions that have a shape of their own in a panel, and their likes.
const SHAPED: [&str; 12] = [
    "purchases.within(days(20)).filter(e, e.amount > 20.00 && !e.paid).size() >= 1",
    "!purchases.exists(e, e.level == 'mid' && e.product != '华东')",
    "purchases.within(months(1)).sum(e, e.amount) >= 100.00 && vip != true",
    "visits.within(duration('300h')).sum(e, e.quantity) < 3 || score == null",
    "purchases.count(e, e.product in ['ab', '茶']) >= 1 && region != null",
    "between(visits.within(weeks(2)).size(), 1, 2) && !(city.contains('a'))",
    "visits.filter(e, e.weight <= 2.5).within(days(30)).size() == 1",
    "segment('part1') && !segment('part0') || city < 'b'",
    "score >= 3 && score < 8 && vip == false",
    "birth < date('2000-01-01') && joined > timestamp('2024-01-01T00:00:00Z')",
    "grade in ['low', 'high'] && purchases.within(days(20)).size() >= 2",
    "purchases.size() + visits.size() > 2 || score / visits.size() > 1",
];

/// A playbook of some segments, half of them about machines; all of them can be
/// foreseen.
fn firm(random: &mut Random, world: &World, stated: bool) -> Playbook {
    let mut document = match stated {
        true => serde_json::from_str(machines::playbook(random, world).canonical()).unwrap(),
        false => {
            let segments = [("recent".to_owned(), "visits.within(days(9)).size() > 0".to_owned())];
            let text = world.playbook(&segments).canonical().to_owned();
            serde_json::from_str::<serde_json::Value>(&text).unwrap()
        }
    };
    document["segments"]["known"] = json!({"when": "score > 4"});
    let mut n = 0;
    while n < 6 {
        let when = match random.below(7) {
            0 | 1 => condition(random, Scope::customer(2)),
            2 | 3 => random.pick(&WATCHED[..16]).to_owned(),
            4 if stated => random.pick(&STATED).to_owned(),
            _ => random.pick(&SHAPED).to_owned(),
        };
        let is_later = !when.contains("part1") || 2 <= n;
        if !is_later || (!stated && when.contains("state")) {
            continue;
        }
        let name = format!("part{n}");
        let before = document["segments"].clone();
        document["segments"][&name] = json!({ "when": when });
        match Playbook::from_json(&document.to_string()) {
            Ok(playbook) if is_foreseen(&playbook, &name) => n += 1,
            _ => document["segments"] = before,
        }
    }
    Playbook::from_json(&document.to_string()).unwrap()
}

fn is_foreseen(playbook: &Playbook, name: &str) -> bool {
    SegmentsLive::left_out(playbook).iter().all(|(left, _)| **left != *name)
}

/// Who is in each segment by a review.
fn batch(columns: &Arc<Columns>, playbook: &Playbook, at: Instant) -> BTreeSet<(String, String)> {
    let review = review(columns, playbook, at, None, Options::default());
    let mut out = BTreeSet::new();
    for segment in playbook.segments() {
        let name = segment.name();
        let answer = review.answer(name).unwrap();
        let ids = answer.members.rows().map(|row| columns.customers[row].to_string());
        out.extend(ids.map(|id| (name.to_string(), id)));
    }
    out
}

/// What a host has been told, put together: nobody comes in twice or goes twice.
fn hear(host: &mut BTreeSet<(String, String)>, turn: &SegmentTurn) {
    let entry = (turn.segment.to_string(), turn.customer.to_string());
    match turn.entered {
        true => assert!(host.insert(entry), "{turn:?}"),
        false => assert!(host.remove(&entry), "{turn:?}"),
    }
}

/// The same firm, with facts that correct, take back and merge others.
fn shaken(random: &mut Random, world: &World) -> Vec<Fact> {
    let mut facts = world.facts.clone();
    let n = facts.len() as u64;
    for number in 0..n / 6 {
        let mut fact = facts[random.below(n) as usize].clone();
        let target = fact.id.clone();
        fact.id = format!("f{}", 10_000 + number).into();
        match random.below(5) {
            0 => {
                fact.correction = Correction::Retracts(target);
                fact.body = Body::Nothing;
            }
            1 if world.facts.len() > 12 => {
                let into = world.facts[random.below(n) as usize].customer.clone();
                if into == fact.customer {
                    continue;
                }
                fact.at = world.as_of.checked_add_micros(random.between(-40, 20) * DAY).ok();
                fact.body = Body::Merge { into };
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

#[derive(Default)]
struct Counts {
    learnt: usize,
    late: usize,
    facts: usize,
    steps: usize,
    timely: usize,
    renewed: usize,
    heard: usize,
    cancelled: usize,
}

fn hold(seed: u64, counts: &mut Counts) {
    let mut random = Random::new(seed ^ 0x5e9);
    let n_customers = 1 + random.below(6);
    let world = World::of(&mut random, n_customers);
    let playbook = firm(&mut random, &world, seed.is_multiple_of(3));
    let facts = shaken(&mut random, &world);
    let known = random.below(1 + facts.len() as u64 / 2) as usize;
    let mut store = Store::in_memory(playbook.schema());
    for fact in &facts[..known] {
        let _ = store.append(vec![fact.clone()], Seen::Backfill).unwrap();
    }
    let mut all = Arc::new(store.columns(None).unwrap());
    let base: &Columns = Box::leak(Box::new((*all).clone()));
    let mut now = world.as_of.checked_add_micros(random.between(-60, 0) * DAY).unwrap();
    let options = Options { threads: 1 + random.below(3) as usize };
    let mut live = SegmentsLive::new(base, &playbook, &[], now, options).unwrap();
    let kept: BTreeSet<String> = live.segments().map(|name| name.to_string()).collect();
    let batch = |columns: &Arc<Columns>, at: Instant| {
        let mut found = batch(columns, &playbook, at);
        found.retain(|(segment, _)| kept.contains(segment));
        found
    };
    let mut host = batch(&all, now);
    let by_one = seed % 5 < 3;
    for fact in &facts[known..] {
        let n_events =
            |store: &Store| store.customer_columns(&[&fact.customer], None).unwrap().n_events();
        let before = n_events(&store);
        let verdict = store.append(vec![fact.clone()], Seen::Backfill).unwrap();
        all = Arc::new(store.columns(None).unwrap());
        let own = store.customer_columns(&[&fact.customer], None).unwrap();
        // Neither there already, nor corrected or taken back before it came.
        let corrected = facts.iter().any(|other| other.correction.target() == Some(&*fact.id));
        let is_more = own.n_events() == before + 1 && !corrected;
        let one = if by_one && is_more { live.hear(fact, 1) } else { None };
        counts.heard += usize::from(one.is_some());
        let turns = match one.or_else(|| live.apply(&fact.customer, own, &[fact])) {
            Some(turns) => {
                assert!(turns.iter().all(|turn| turn.by == TurnedBy::Learnt && turn.at == now));
                turns
            }
            None => {
                counts.renewed += 1;
                live.renew(Box::leak(Box::new((*all).clone())))
            }
        };
        assert_eq!(verdict.len(), 1);
        let was = host.clone();
        turns.iter().for_each(|turn| hear(&mut host, turn));
        let is = batch(&all, now);
        assert_eq!(host, is, "seed {seed}, at {now}: {fact:#?}\n{}", playbook.canonical());
        for turn in &turns {
            counts.learnt += 1;
            // Who was merged has the history of all.
            let since = turn.since.filter(|since| *since < now && all.spans.is_empty());
            if let Some(since) = since {
                counts.late += 1;
                let entry = (turn.segment.to_string(), turn.customer.to_string());
                assert!(batch(&all, since).contains(&entry), "seed {seed}: {turn:?}");
                assert!(!was.contains(&entry));
            }
        }
        if !random.chance(45) {
            continue;
        }
        let until = now.checked_add_micros(random.between(0, 25 * DAY)).unwrap();
        let turns = live.advance_to(until);
        assert!(turns.is_sorted_by_key(|turn| turn.at));
        let mut asked: Vec<Instant> = (0..2)
            .map(|_| now.checked_add_micros(random.between(0, until.micros() - now.micros())))
            .map(Result::unwrap)
            .collect();
        for turn in turns.iter().filter(|_| random.chance(25)) {
            asked.extend([turn.at, turn.at.checked_add_micros(-1).unwrap()]);
        }
        for at in asked.into_iter().filter(|at| now <= *at) {
            let mut then = host.clone();
            turns.iter().filter(|turn| turn.at <= at).for_each(|turn| hear(&mut then, turn));
            let is = batch(&all, at);
            assert_eq!(then, is, "seed {seed}, {now} .. {at} .. {until}\n{}", playbook.canonical());
        }
        for turn in &turns {
            match turn.by {
                TurnedBy::Fact => counts.facts += 1,
                TurnedBy::Step => counts.steps += 1,
                TurnedBy::Time => counts.timely += 1,
                _ => {}
            }
            hear(&mut host, turn);
        }
        if all.spans.is_empty() {
            assert!(turns.iter().all(|turn| now < turn.at && turn.at <= until));
        } else {
            counts.cancelled += turns.len();
        }
        now = until;
        assert_eq!(host, batch(&all, now), "seed {seed}, at {now}\n{}", playbook.canonical());
        assert!(live.due().is_none_or(|due| now < due) || !all.overrides.of(0).is_empty());
    }
    for name in &kept {
        let of: Vec<&str> =
            host.iter().filter(|(segment, _)| segment == name).map(|(_, id)| &**id).collect();
        assert_eq!(live.members(name).unwrap(), of);
        for id in of {
            assert_eq!(live.is_member(name, id), Some(true));
            let since = live.since(name, id).unwrap().unwrap();
            assert!(since <= now);
        }
    }
}

#[test]
fn after_every_fact_and_at_every_instant_it_is_what_a_review_says() {
    let mut counts = Counts::default();
    for seed in 0..FIRMS {
        hold(seed, &mut counts);
    }
    let Counts { learnt, late, facts, steps, timely, renewed, heard, cancelled } = counts;
    // What never turned would prove nothing.
    assert!(300 < learnt && 30 < late && 40 < facts, "{learnt} {late} {facts}");
    assert!(40 < heard, "{heard}");
    assert!(4 < steps && 60 < timely && 10 < renewed, "{steps} {timely} {renewed} {cancelled}");
}

/// Tiers that stay for a while, and with `cuts` depend on everybody.
fn tiered(cuts: bool) -> Playbook {
    let (cuts, best) = match cuts {
        true => (
            json!({"half": {"of": "purchases.sum(p, p.amount)", "top": "0.50"}}),
            "axis('spent') >= 60.00 && purchases.sum(p, p.amount) >= cut('half')",
        ),
        false => (json!({}), "axis('spent') >= 60.00"),
    };
    let document = json!({
        "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {"events": {
            "purchase": {"list": "purchases",
                         "fields": {"amount": {"type": "money", "currency": "CNY"}}},
            "visit": {"list": "visits"}}},
        "segments": {
            "gold": {"when": "tier('value') == 'A'"},
            "keen": {"when": "axis('spent') > 50.00 && visits.within(days(20)).size() >= 1"},
            "served": {"when": "state('service') == 'served' || segment('gold')"}},
        "machines": {"service": {"initial": "usual", "states": {
            "usual": {"on": [{"event": "visit", "when": "tier('value') == 'A'", "to": "served"}]},
            "served": {"on": [{"after": "days(9)", "to": "usual"}]}}}},
        "value": {
            "purchases": {"event": "purchase", "amount": "amount"},
            "axes": {"spent": {"points": [
                {"name": "sum", "from": "purchases.within(days(60)).sum(p, p.amount)",
                 "weight": 1, "curve": [[0, 0], [300, 100]]}]}},
            "assess": {"every": "month", "on": ["purchase"]}, "cuts": cuts,
            "tiers": [{"name": "A", "when": best}, {"name": "B", "when": "purchases.size() > 0"}]}
    });
    Playbook::from_json(&document.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn segments_about_assessments_follow_them() {
    let (mut n_assessed, mut n_steps, mut n_renewed, mut n_learnt) = (0, 0, 0, 0);
    for seed in 0..16 {
        let mut random = Random::new(seed ^ 0xa55);
        let playbook = tiered(seed.is_multiple_of(2));
        let start = Instant::parse("2026-01-01T00:00:00Z").unwrap();
        let after = |days: i64| start.checked_add_micros(days * DAY + 3_600_000_000).unwrap();
        let mut facts = Vec::new();
        for number in 0..40 {
            let amount = guanxi::facts::Value::Exact(random.between(1, 300) * 100);
            let is_purchase = random.chance(60);
            let fields = if is_purchase { vec![Some(amount)] } else { vec![] };
            let kind = playbook.schema().kind(if is_purchase { "purchase" } else { "visit" });
            facts.push(Fact {
                source: "shop".into(),
                id: format!("f{number}").into(),
                customer: format!("c{}", random.below(5)).into(),
                at: Some(after(random.between(0, 180))),
                revision: None,
                correction: Correction::None,
                body: Body::Event { kind: kind.unwrap(), fields },
            });
        }
        let mut store = Store::in_memory(playbook.schema());
        let (first, later) = facts.split_at(30);
        store.append(first.to_vec(), Seen::Backfill).unwrap();
        let mut all = Arc::new(store.columns(None).unwrap());
        let base: &Columns = Box::leak(Box::new((*all).clone()));
        let mut now = after(40);
        let options = Options { threads: 1 + seed as usize % 2 };
        let mut live = SegmentsLive::new(base, &playbook, &[], now, options).unwrap();
        let mut host = batch(&all, &playbook, now);
        for fact in later {
            store.append(vec![fact.clone()], Seen::Backfill).unwrap();
            all = Arc::new(store.columns(None).unwrap());
            let own = store.customer_columns(&[&fact.customer], None).unwrap();
            let one = if seed % 4 < 2 { live.hear(fact, 1) } else { None };
            let turns = one.or_else(|| live.apply(&fact.customer, own, &[fact]));
            let turns = turns.unwrap_or_else(|| {
                n_renewed += 1;
                live.renew(Box::leak(Box::new((*all).clone())))
            });
            n_learnt += turns.len();
            turns.iter().for_each(|turn| hear(&mut host, turn));
            assert_eq!(host, batch(&all, &playbook, now), "seed {seed} at {now}: {fact:?}");
            let until = now.checked_add_micros(random.between(0, 24 * DAY)).unwrap();
            let turns = live.advance_to(until);
            for turn in &turns {
                let before = turn.at.checked_add_micros(-1).unwrap();
                let entry = (turn.segment.to_string(), turn.customer.to_string());
                let is = |at: Instant| batch(&all, &playbook, at).contains(&entry);
                assert_eq!((is(before), is(turn.at)), (!turn.entered, turn.entered), "{turn:?}");
                n_assessed += usize::from(turn.by == TurnedBy::Assessment);
                n_steps += usize::from(turn.by == TurnedBy::Step);
                hear(&mut host, turn);
            }
            now = until;
            assert_eq!(host, batch(&all, &playbook, now), "seed {seed} at {now}");
        }
    }
    let counts = (n_assessed, n_steps, n_renewed, n_learnt);
    assert!(3 < n_assessed && 0 < n_steps && n_renewed == 80 && 3 < n_learnt, "{counts:?}");
}

#[test]
fn what_nobody_can_foresee_is_refused_by_name_and_left_out_otherwise() {
    let playbook = Playbook::from_json(
        &json!({
            "guanxi": 1, "id": "firm", "version": "1.0.0", "calendar": {"zone": "UTC"},
            "schema": {"attributes": {"score": {"type": "int", "nullable": true}}},
            "segments": {"good": {"when": "score > 3"}, "best": {"when": "topN(score, 10)"},
                         "both": {"when": "segment('best') && segment('good')"}}
        })
        .to_string(),
    )
    .unwrap();
    let columns = guanxi::facts::ColumnsBuilder::new(playbook.schema()).finish();
    let live = |names: &[&str]| {
        let now = Instant::clamped(0);
        SegmentsLive::new(&columns, &playbook, names, now, Options::default())
            .map(|live| live.segments().map(|name| name.to_string()).collect::<Vec<_>>())
    };
    assert_eq!(live(&[]).unwrap(), ["good"]);
    assert_eq!(live(&["best"]).unwrap_err().code(), Code::Unforeseen);
    assert_eq!(live(&["good", "both"]).unwrap_err().code(), Code::Unforeseen);
    assert_eq!(live(&["bad"]).unwrap_err().code(), Code::UnknownSegment);
    let left: BTreeMap<String, Code> = SegmentsLive::left_out(&playbook)
        .into_iter()
        .map(|(name, error)| (name.to_string(), error.code()))
        .collect();
    assert_eq!(left.keys().collect::<Vec<_>>(), ["best", "both"]);
}
