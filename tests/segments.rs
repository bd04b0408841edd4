//! Memberships: what is told of one customer over time is what reviews of all
//! instants say.

use std::sync::Arc;

use guanxi::engine::segment::{self, AudienceAsked, Cap, Holdout, Quiet, SegmentHistory};
use guanxi::engine::{Command, Options, Review, review};
use guanxi::facts::{Columns, Fact, Seen};
use guanxi::segment::fact_instants;
use guanxi::units::{Day, Instant, bucket};
use guanxi::{Code, Playbook, Store};
use serde_json::json;

use crate::support::conditions::{Scope, condition};
use crate::support::machines::{self, WATCHED};
use crate::support::{Random, world::World};

/// Seeds of the random firms.
const FIRMS: u64 = 24;

/// Conditions about states.
const STATED: [&str; 6] = [
    "state('first') == 'low' || in_state('second', 'mid')",
    "state_age('second') > duration('100h') && purchases.size() > 1",
    "was_in('first', 'high') && !segment('recent')",
    "state_since('first') < ago(days(4))",
    "in_state('second', 'low') != in_state('first', 'low')",
    "state('second') in ['mid', 's3'] || visits.within(days(3)).size() >= 1",
];

/// A firm with machines, and a segment whose changes with time are known.
fn firm(random: &mut Random) -> (World, Playbook) {
    loop {
        let n_customers = 1 + random.below(10);
        let world = World::of(random, n_customers);
        let mut document: serde_json::Value =
            serde_json::from_str(machines::playbook(random, &world).canonical()).unwrap();
        let first = match random.below(4) {
            0 => condition(random, Scope::customer(3)),
            1 => random.pick(&STATED).to_owned(),
            _ => random.pick(&WATCHED).to_owned(),
        };
        let when = match random.below(3) {
            0 => format!("({first}) && !({})", random.pick(&WATCHED)),
            1 => format!("({first}) || ({})", random.pick(&STATED)),
            _ => first,
        };
        document["segments"]["target"] = json!({ "when": when });
        let Ok(playbook) = Playbook::from_json(&document.to_string()) else { continue };
        let columns = world.columns();
        let far = Instant::MAX;
        let (options, now) = (Options::default(), world.as_of);
        match segment::leaving(&columns, &playbook, "target", now, now, options) {
            Err(error) if error.code() == Code::Unforeseen => continue,
            told => assert!(told.is_ok() && now < far),
        }
        return (world, playbook);
    }
}

fn store(world: &World, playbook: &Playbook, facts: &[Fact]) -> Store {
    let mut store = Store::in_memory(playbook.schema());
    let verdicts = store.append(facts.to_vec(), Seen::Backfill).unwrap();
    assert_eq!(verdicts.len(), facts.len());
    assert!(!world.schema.kinds.is_empty());
    store
}

fn before(at: Instant) -> Instant {
    at.checked_add_micros(-1).unwrap()
}

/// Instants at which something may turn: every fact and just before it, every
/// midnight and just before it, and a few others.
fn instants(random: &mut Random, world: &World) -> Vec<Instant> {
    let columns = world.columns();
    let facts = (0..columns.n_customers()).flat_map(|customer| fact_instants(&columns, customer));
    let zone = world.calendar.zone();
    let middle = i64::from(zone.day_of(world.as_of).days());
    let midnights = (middle - 130..middle + 130).map(|day| zone.start_of(Day::clamped(day)));
    let mut all: Vec<Instant> = facts.chain(midnights).collect();
    all.extend(all.clone().into_iter().map(before));
    let odd = |random: &mut Random| {
        world.as_of.checked_add_micros(random.between(-10_000_000_000_000, 10_000_000_000_000))
    };
    all.extend((0..40).map(|_| odd(random).unwrap()));
    all.sort();
    all.dedup();
    // Enough of them to find what is missed, few enough to ask all.
    let keep = 40;
    while keep < all.len() {
        all.remove(random.below(all.len() as u64) as usize);
    }
    all
}

fn is_member(history: &SegmentHistory, at: Instant) -> bool {
    history.spells.iter().any(|spell| {
        spell.enter.is_none_or(|enter| enter <= at) && spell.exit.is_none_or(|exit| at < exit)
    })
}

fn everything(columns: &Arc<Columns>, playbook: &Playbook, at: Instant) -> Review {
    review(columns, playbook, at, None, Options::default())
}

#[test]
fn a_history_is_what_reviews_of_every_instant_say() {
    let (mut n_turns, mut n_members, mut n_timely) = (0, 0, 0);
    for seed in 0..FIRMS {
        let mut random = Random::new(seed);
        let (world, playbook) = firm(&mut random);
        let store = store(&world, &playbook, &world.facts);
        let columns = Arc::new(world.columns());
        let until = world.as_of.checked_add_micros(120 * 86_400_000_000).unwrap();
        let known =
            |id: &str| columns.customer(id).is_some_and(|number| columns.is_known(number, until));
        let of = |id: &str| segment::history(&store, &playbook, "target", id, until, None).unwrap();
        let ids = columns.customers.iter().map(|id| &**id);
        let histories: Vec<SegmentHistory> = ids.filter(|id| known(id)).map(of).collect();
        let mut asked = instants(&mut random, &world);
        // Where a turn is told there is one, and not a microsecond sooner.
        for spell in histories.iter().flat_map(|history| &history.spells) {
            for at in [spell.enter, spell.exit].into_iter().flatten() {
                if random.chance(20) && asked.len() < 70 {
                    asked.extend([before(at), at]);
                }
            }
            n_turns += 1;
            let causes = [Some(&spell.entered_by), spell.left_by.as_ref()];
            n_timely += causes.into_iter().flatten().filter(|cause| cause.time).count();
        }
        for at in asked.into_iter().filter(|at| *at <= until) {
            let review = everything(&columns, &playbook, at);
            let answer = review.answer("target").unwrap();
            for history in &histories {
                let number = columns.customer(&history.customer).unwrap();
                if at < history.from || !columns.is_known(number, at) {
                    continue;
                }
                let member = answer.members.has(number);
                n_members += usize::from(member);
                let source = playbook.segment("target").unwrap().source();
                let id = &history.customer;
                assert_eq!(
                    is_member(history, at),
                    member,
                    "seed {seed}: {id} at {at}: {source}\n{:#?}\n{}",
                    history.spells,
                    playbook.canonical()
                );
            }
        }
        let last = everything(&columns, &playbook, until);
        let last = last.answer("target").unwrap();
        for history in &histories {
            let number = columns.customer(&history.customer).unwrap();
            let member = (!last.errors.has(number)).then(|| last.members.has(number));
            assert_eq!(history.member, member, "seed {seed}");
        }
    }
    assert!(50 < n_turns && 500 < n_members && 20 < n_timely, "{n_turns} {n_members} {n_timely}");
}

#[test]
fn who_leaves_and_who_enters_does_so_at_that_instant_if_nothing_happens() {
    let (mut n_leaving, mut n_entering) = (0, 0);
    for seed in 0..FIRMS * 2 {
        let mut random = Random::new(1_000 + seed);
        let (world, playbook) = firm(&mut random);
        let now = world.as_of;
        let until = now.checked_add_micros(60 * 86_400_000_000).unwrap();
        let past = |fact: &&Fact| fact.at.is_none_or(|at| at <= now);
        let facts: Vec<Fact> = world.facts.iter().filter(past).cloned().collect();
        // Facts that come later must not show.
        let whole = world.columns();
        let told = |threads| {
            let options = Options { threads };
            segment::leaving(&whole, &playbook, "target", now, until, options).unwrap()
        };
        let leaving = told(1);
        assert_eq!(leaving, told(2), "seed {seed}");
        let alone = World { facts, ..world };
        let columns = Arc::new(alone.columns());
        let options = Options::default();
        let of_past = segment::leaving(&columns, &playbook, "target", now, until, options);
        assert_eq!(leaving, of_past.unwrap(), "seed {seed}");
        let source = playbook.segment("target").unwrap().source();
        let mut asked = instants(&mut random, &alone);
        for leaver in leaving.leaving.iter().chain(&leaving.entering) {
            asked.extend([before(leaver.at), leaver.at]);
        }
        let here = everything(&columns, &playbook, now);
        let here = here.answer("target").unwrap();
        for at in asked.into_iter().filter(|at| (now..=until).contains(at)) {
            let review = everything(&columns, &playbook, at);
            let answer = review.answer("target").unwrap();
            for (number, id) in columns.customers.iter().enumerate() {
                if !columns.is_known(number, now) {
                    continue;
                }
                let was = here.members.has(number);
                let list = if was { &leaving.leaving } else { &leaving.entering };
                let first = list.iter().find(|it| it.customer == *id).map(|it| it.at);
                // After its first turn a membership may turn back.
                match first {
                    Some(first) if first < at => {}
                    Some(first) if first == at => {
                        assert_ne!(
                            answer.members.has(number),
                            was,
                            "seed {seed}: {id} {at} {source}"
                        );
                    }
                    _ => assert_eq!(
                        answer.members.has(number),
                        was,
                        "seed {seed}: {id} at {at}: {source}"
                    ),
                }
            }
        }
        n_leaving += leaving.leaving.len();
        n_entering += leaving.entering.len();
        let by_day: u64 = leaving.days.iter().map(|day| day.leaving + day.entering).sum();
        assert_eq!(by_day as usize, leaving.leaving.len() + leaving.entering.len());
    }
    assert!(2 < n_leaving && 4 < n_entering, "{n_leaving} {n_entering}");
}

const SHOP: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "parameters": {"often": {"type": "int", "value": 3}},
    "schema": {
        "attributes": {"grade": {"type": "enum", "values": ["a", "b", "c"], "nullable": true},
                       "age": {"type": "int", "nullable": true}},
        "events": {"purchase": {"list": "purchases",
                                "fields": {"amount": {"type": "money", "currency": "CNY"}}}}
    },
    "machines": {"relationship": {"initial": "stranger", "states": {
        "stranger": {"on": [{"event": "purchase", "when": "segment('regulars')", "to": "buyer"}]},
        "buyer": {"tags": ["final"]}}}},
    "segments": {
        "regulars": {"when": "purchases.within(days(90)).size() >= param.often"},
        "good": {"when": "grade == 'a' && age >= 18 && purchases.size() >= 1"},
        "adults": {"when": "age >= 18"},
        "rich": {"when": "purchases.sum(p, p.amount) > 1000.00 || purchases.exists(p, p.amount > 1000.00)"},
        "nobody": {"when": "segment('regulars') && age < 0"},
        "steady": {"when": "in_state('relationship', 'buyer') && segment('regulars')"}
    }
}"#;

fn shop(text: &str) -> (Playbook, Store) {
    let playbook = Playbook::from_json(text).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    let zone = playbook.calendar().zone();
    let kind = guanxi::facts::intake::TableKind::Events;
    let lines =
        guanxi::facts::intake::Lines::of("rows", &kind, None, playbook.schema(), zone).unwrap();
    let mut rows = String::new();
    for (customer, grade, age) in
        [("C-1", "a", 40), ("C-2", "a", 12), ("C-3", "b", 30), ("C-4", "a", 50), ("C-5", "b", 19)]
    {
        rows += &format!(
            "{}\n",
            json!({"customer": customer, "id": format!("{customer}.a"), "at": "2026-01-01",
                   "attributes": {"grade": grade, "age": age}})
        );
    }
    let bought = [
        ("C-1", "01-05", "400.00"),
        ("C-1", "02-05", "400.00"),
        ("C-1", "03-05", "400.00"),
        ("C-2", "02-01", "10.00"),
        ("C-3", "02-01", "1500.00"),
        ("C-4", "02-10", "10.00"),
    ];
    for (number, (customer, day, amount)) in bought.into_iter().enumerate() {
        rows += &format!(
            "{}\n",
            json!({"kind": "purchase", "id": format!("o{number}"), "customer": customer,
                   "at": format!("2026-{day} 10:00"), "amount": amount})
        );
    }
    let report = store.append_lines(&lines, rows.as_bytes(), Seen::Backfill).unwrap();
    assert_eq!(report.verdicts.not_recorded(), 0, "{:?}", report.not_recorded);
    (playbook, store)
}

fn at(text: &str) -> Instant {
    Instant::parse(&format!("{text}+08:00")).unwrap()
}

#[test]
fn an_explanation_says_what_is_lacking_and_until_when() {
    let (playbook, store) = shop(SHOP);
    let told = |name: &str, id: &str, as_of: &str| {
        segment::explain(&store, &playbook, name, id, at(as_of), None).unwrap()
    };
    // Two of three purchases: one more, before the first of them is 90 days old.
    let lacking = told("regulars", "C-1", "2026-03-01T00:00:00");
    assert_eq!((lacking.member, lacking.since), (Some(false), None));
    let [need] = &lacking.needs[..] else { panic!("{lacking:#?}") };
    let gap = need.gap.as_ref().unwrap();
    assert_eq!((&*gap.amount.en, gap.less), ("1", false));
    assert_eq!(gap.of.as_deref(), Some("purchases.within(days(90))"));
    assert_eq!(gap.until, Some(at("2026-04-05T10:00:00")));
    assert!(lacking.foretold && lacking.changes.is_none());
    // The third was on 5 March: in, and out again when the first one expires.
    let member = told("regulars", "C-1", "2026-03-10T00:00:00");
    assert_eq!((member.member, member.since), (Some(true), Some(at("2026-03-05T10:00:00"))));
    assert_eq!(member.changes, Some(at("2026-04-05T10:00:00")));
    assert_eq!(member.turning.len(), 1);
    // Amounts lack amounts.
    let poor = told("rich", "C-2", "2026-03-10T00:00:00");
    let gaps = poor.needs.iter().filter_map(|atom| atom.gap.as_ref());
    assert_eq!(gaps.map(|gap| &*gap.amount.en).collect::<Vec<_>>(), ["990.00 CNY"]);
    let (name, now) = ("regular", at("2026-03-01T00:00:00"));
    let unknown = segment::explain(&store, &playbook, name, "C-1", now, None);
    assert_eq!(unknown.unwrap_err().code(), Code::UnknownSegment);
}

#[test]
fn a_history_names_what_brought_it_about() {
    let (playbook, store) = shop(SHOP);
    let until = at("2026-06-01T00:00:00");
    let told = segment::history(&store, &playbook, "steady", "C-1", until, None).unwrap();
    let [spell] = &told.spells[..] else { panic!("{told:#?}") };
    assert_eq!(spell.enter, Some(at("2026-03-05T10:00:00")));
    assert_eq!(spell.exit, Some(at("2026-04-05T10:00:00")));
    let facts: Vec<&str> = spell.entered_by.facts.iter().map(|fact| &*fact.id).collect();
    assert_eq!(facts, ["o2"]);
    assert_eq!(&*spell.entered_by.steps[0].to, "buyer");
    let left = spell.left_by.as_ref().unwrap();
    assert!(left.time && left.facts.is_empty());
    assert_eq!(left.clauses, ["purchases.within(days(90)).size() >= param.often"]);
    assert_eq!((told.member, told.since), (Some(false), None));
}

#[test]
fn segments_overlap_and_are_looked_at() {
    let (playbook, store) = shop(SHOP);
    let (columns, as_of) = (store.columns(None).unwrap(), at("2026-03-10T00:00:00"));
    let options = Options::default();
    let told = segment::overlap(&columns, &playbook, &["good", "adults"], as_of, options).unwrap();
    assert_eq!(told.both, [[2, 2], [2, 4]]);
    let pair = &told.pairs[0];
    assert_eq!((pair.both, pair.only_one, pair.only_other, pair.either), (2, 0, 2, 4));
    assert_eq!(pair.jaccard.unwrap().to_string(), "0.5000");
    let found = segment::review(&columns, &playbook, as_of, None, options);
    let told = |name: &str| {
        let of = found.findings.iter().filter(|it| it.segment.as_deref() == Some(name));
        let said = of.map(|it| format!("{} {}", it.finding, it.clause.as_deref().unwrap_or("-")));
        said.collect::<Vec<String>>()
    };
    assert_eq!(told("nobody"), ["empty -", "dead_clause segment('regulars')"]);
    // Nobody of age with a good grade is kept out by not having bought.
    assert_eq!(told("good"), ["dead_clause purchases.size() >= 1"]);
    let sum = "dominated purchases.sum(p, p.amount) > 1000.00";
    assert_eq!(told("rich"), [sum, "dead_clause purchases.exists(p, p.amount > 1000.00)"]);
    let twins = found.findings.iter().find(|it| it.finding == "duplicate").unwrap();
    assert_eq!(twins.segment.as_deref(), Some("regulars"));
    assert_eq!(twins.other.as_deref(), Some("steady"));
    let uncovered = found.findings.iter().find(|it| it.finding == "uncovered").unwrap();
    assert_eq!((uncovered.clause.as_deref(), uncovered.customers), (Some("grade == 'b'"), 2));
    // Bought after the campaign began: selecting by that is selecting by outcome.
    let leaks = |from: &str| {
        let found = segment::review(&columns, &playbook, as_of, Some(at(from)), options);
        let leaks = found.findings.into_iter().filter(|it| it.finding == "leak");
        leaks.filter_map(|it| it.segment).map(|name| name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(leaks("2026-03-09T00:00:00"), Vec::<String>::new());
    assert_eq!(leaks("2026-02-05T12:00:00"), ["regulars", "good", "rich", "steady"]);
}

#[test]
fn another_playbook_is_set_against_the_one_in_force() {
    let (playbook, store) = shop(SHOP);
    let text = SHOP
        .replace("grade == 'a' && age >= 18", "grade in ['a', 'b'] && age >= 45")
        .replace("\"value\": 3", "\"value\": 1");
    let other = Playbook::from_json(&text).unwrap();
    let (columns, as_of) = (store.columns(None).unwrap(), at("2026-03-10T00:00:00"));
    let told = segment::diff((&columns, &playbook), (&columns, &other), as_of, Options::default());
    let changes: Vec<_> = told
        .segments
        .iter()
        .map(|it| (&*it.segment, it.old, it.new, it.entered, it.left))
        .collect();
    assert_eq!(
        changes,
        [
            ("good", 2, 1, 0, 1),
            ("nobody", 0, 0, 0, 0),
            ("regulars", 1, 4, 3, 0),
            ("steady", 1, 4, 3, 0),
        ]
    );
    assert_eq!(told.same, 2);
    let good = &told.segments[0];
    assert_eq!(good.left_by[0].clause.as_deref(), Some("age >= 45"));
    let regulars = &told.segments[2].readers;
    let names = |set: &std::collections::BTreeSet<Arc<str>>| {
        set.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(names(&regulars.segments), ["nobody", "steady"]);
    assert_eq!(names(&regulars.machines), ["relationship"]);
    // What does not read what changed means the same.
    let same = |name: &str| playbook.segment_hash(name) == other.segment_hash(name);
    assert!(same("adults") && same("rich") && !same("nobody") && !same("good"));
    let grown = "\"age >= 18\", \"labels\": {\"en\": \"grown\"}}";
    let labelled = Playbook::from_json(&SHOP.replace("\"age >= 18\"}", grown)).unwrap();
    assert_eq!(labelled.segment_hash("adults"), playbook.segment_hash("adults"));
    assert_ne!(labelled.hash(), playbook.hash());
}

const CONTACTS: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "schema": {
        "attributes": {
            "mobile": {"type": "contact", "channel": "sms", "nullable": true, "fresh_for": "days(365)"},
            "email": {"type": "contact", "channel": "email", "nullable": true}},
        "events": {"contact": {"list": "contacts"}},
        "consent": {"purposes": ["marketing"], "channels": ["sms", "email"]}
    },
    "segments": {"all": {"when": "true"}, "spared": {"when": "contacts.size() >= 3"}}
}"#;

/// Twelve customers: each is kept from the channels by something else, or by
/// nothing.
fn contacts() -> (Playbook, Store) {
    let playbook = Playbook::from_json(CONTACTS).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    let zone = playbook.calendar().zone();
    let kind = guanxi::facts::intake::TableKind::Events;
    let lines =
        guanxi::facts::intake::Lines::of("rows", &kind, None, playbook.schema(), zone).unwrap();
    let mut rows = Vec::new();
    let mut number = 0;
    let mut add = |row: serde_json::Value| {
        let mut row = row;
        number += 1;
        row["id"] = json!(format!("f{number}"));
        rows.push(row.to_string());
    };
    for customer in 0..12 {
        let id = format!("C-{customer:02}");
        let since = if customer == 3 { "2024-01-01" } else { "2026-01-01" };
        let mut attributes = serde_json::Map::new();
        if customer != 2 {
            attributes.insert("mobile".into(), json!("13800000000"));
        }
        if customer >= 8 {
            attributes.insert("email".into(), json!("a@example.com"));
        }
        add(json!({"customer": id, "at": since, "attributes": attributes}));
        let sms = customer != 1 && customer != 8;
        if customer != 0 {
            add(json!({"customer": id, "at": "2026-01-02",
                       "consent": {"purpose": "marketing", "channel": "sms", "granted": sms}}));
        }
        if customer >= 8 {
            add(json!({"customer": id, "at": "2026-01-02",
                       "consent": {"purpose": "marketing", "channel": "email", "granted": true}}));
        }
        let contacted = match customer {
            4 => 2,
            5 => 3,
            _ => 0,
        };
        for day in 0..contacted {
            add(
                json!({"kind": "contact", "customer": id, "at": format!("2026-02-{:02} 10:00", 20 + day)}),
            );
        }
    }
    let report = store.append_lines(&lines, rows.join("\n").as_bytes(), Seen::Backfill).unwrap();
    assert_eq!(report.verdicts.not_recorded(), 0, "{:?}", report.not_recorded);
    (playbook, store)
}

#[test]
fn an_audience_says_where_everybody_is_left() {
    let (playbook, store) = contacts();
    let columns = store.columns(None).unwrap();
    let now = at("2026-03-01T22:30:00");
    let asked = AudienceAsked {
        segment: "all".into(),
        purpose: "marketing".into(),
        channels: vec!["sms".into(), "email".into()],
        exclude: vec!["spared".into()],
        holdout: None,
        caps: vec![Cap { list: "contacts".into(), most: 2, within: "days(30)".into() }],
        quiet: Some(Quiet { from: 21 * 60, until: 9 * 60 }),
    };
    let make = |asked: &AudienceAsked, now: Instant| {
        segment::audience(&columns, &playbook, asked, (now, None, None), Options::default())
    };
    let told = make(&asked, now).unwrap();
    assert_eq!((told.matched, told.excluded, told.holdout, told.eligible), (12, 1, 0, 11));
    let sms = &told.channels[0];
    assert_eq!((sms.not_asked, sms.withdrawn, sms.no_contact), (1, 2, 1));
    assert_eq!((sms.stale, sms.capped, sms.r#final, sms.chosen), (1, 1, 5, 5));
    let email = &told.channels[1];
    assert_eq!((email.not_asked, email.r#final, email.chosen), (7, 4, 1));
    assert_eq!(told.r#final, 6);
    let why: Vec<(&str, &str)> = told.left_out.iter().map(|it| (&*it.customer, it.why)).collect();
    assert_eq!(
        why,
        [
            ("C-00", "not_asked"),
            ("C-01", "withdrawn"),
            ("C-02", "no_contact"),
            ("C-03", "stale"),
            ("C-04", "capped"),
            ("C-05", "excluded"),
        ]
    );
    // Everybody is somewhere, once.
    assert_eq!(told.customers.len() + told.left_out.len(), 12);
    assert_eq!(told.from, at("2026-03-02T09:00:00"));
    assert_eq!(make(&asked, at("2026-03-01T12:00:00")).unwrap().from, at("2026-03-01T12:00:00"));
    assert_eq!(make(&asked, at("2026-03-02T08:59:00")).unwrap().from, at("2026-03-02T09:00:00"));
    let quality = &told.quality;
    let shown = |it: Option<guanxi::units::Decimal>| it.unwrap().to_string();
    assert_eq!(shown(quality.fresh), "0.9091");
    assert_eq!(shown(quality.complete), "0.6250");
    assert_eq!(shown(quality.reachable), "0.8333");
    // The same again is the same again; another question is another one.
    assert_eq!(make(&asked, now).unwrap(), told);
    let salted = |salt: &str| AudienceAsked {
        holdout: Some(Holdout { of_ten_thousand: 5_000, salt: salt.into() }),
        ..asked.clone()
    };
    let held = make(&salted("spring"), now).unwrap();
    assert_ne!(held.frozen.definition, told.frozen.definition);
    for it in &held.left_out {
        let kept = bucket("spring", &it.customer, 10_000) < 5_000;
        assert_eq!(kept, it.why == "holdout" || it.why == "excluded" && kept, "{it:?}");
    }
    assert!(held.customers.iter().all(|it| 5_000 <= bucket("spring", &it.customer, 10_000)));
    assert!(0 < held.holdout && held.holdout < 11);
    let nowhere = AudienceAsked { channels: vec!["smss".into()], ..asked };
    assert_eq!(make(&nowhere, now).unwrap_err().code(), Code::InvalidArgument);
}

const LISTS: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "schema": {"events": {
        "purchase": {"list": "purchases"},
        "listed": {"list": "listings", "fields": {
            "segment": {"type": "text"}, "member": {"type": "bool"},
            "actor": {"type": "text", "personal": true}, "reason": {"type": "text", "nullable": true}}}}},
    "segments": {
        "pilot": {"list": "listed"},
        "buyers": {"when": "purchases.size() >= 1"},
        "both": {"when": "segment('buyers') || segment('pilot')"}
    }
}"#;

#[test]
fn members_of_a_list_are_set_by_hand_and_remembered() {
    let playbook = Playbook::from_json(LISTS).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    let zone = playbook.calendar().zone();
    let kind = guanxi::facts::intake::TableKind::Events;
    let lines =
        guanxi::facts::intake::Lines::of("rows", &kind, None, playbook.schema(), zone).unwrap();
    let rows = ["C-1", "C-2"].map(|id| {
        json!({"kind": "purchase", "id": id, "customer": id, "at": "2026-01-05"}).to_string()
    });
    store.append_lines(&lines, rows.join("\n").as_bytes(), Seen::Backfill).unwrap();
    let mut decide = |text: &str, when: &str| {
        let command = Command::from_json(text, zone).unwrap();
        store.command(&playbook, &command, at(when), Seen::At(at(when)))
    };
    let add =
        r#"{"add": {"customer": "C-1", "segment": "pilot", "actor": "li", "reason": "asked to"}}"#;
    let remove = r#"{"remove": {"customer": "C-1", "segment": "pilot", "actor": "wu"}}"#;
    decide(add, "2026-02-01T00:00:00").unwrap();
    decide(remove, "2026-03-01T00:00:00").unwrap();
    let again = add.replace("C-1", "C-2");
    decide(&again, "2026-03-02T00:00:00").unwrap();
    let wrong = decide(&add.replace("pilot", "buyers"), "2026-03-03T00:00:00").unwrap_err();
    assert_eq!(wrong.code(), Code::InvalidArgument);
    let nobody = decide(&add.replace("C-1", "C-9"), "2026-03-03T00:00:00").unwrap_err();
    assert_eq!(nobody.code(), Code::UnknownCustomer);
    let until = at("2026-04-01T00:00:00");
    let told = segment::history(&store, &playbook, "pilot", "C-1", until, None).unwrap();
    let [stay] = &told.spells[..] else { panic!("{told:#?}") };
    assert_eq!(stay.enter, Some(at("2026-02-01T00:00:00")));
    assert_eq!(stay.exit, Some(at("2026-03-01T00:00:00")));
    assert_eq!(&*stay.entered_by.facts[0].source, Command::SOURCE);
    // As of any date, and by what was known at any.
    let members = |as_of: &str, known_at: Option<&str>| {
        let known_at = known_at.map(at);
        let columns = store.columns(known_at).unwrap();
        let options = Options::default();
        let told = segment::members(&columns, &playbook, "pilot", at(as_of), known_at, options);
        told.unwrap().ids.join(" ")
    };
    assert_eq!(members("2026-01-31T00:00:00", None), "");
    assert_eq!(members("2026-02-15T00:00:00", None), "C-1");
    assert_eq!(members("2026-03-15T00:00:00", None), "C-2");
    assert_eq!(members("2026-03-15T00:00:00", Some("2026-02-15T00:00:00")), "C-1");
}

#[test]
fn a_rule_and_a_list_are_never_one() {
    let fault = |from: &str, to: &str| {
        let faults = Playbook::from_json(&LISTS.replace(from, to)).unwrap_err().into_faults();
        let fault = faults.first().unwrap();
        format!("{} {}", fault.pointer.as_deref().unwrap_or_default(), fault.message.en)
    };
    assert_eq!(
        fault(r#"{"list": "listed"}"#, r#"{"list": "listed", "when": "true"}"#),
        "/segments/pilot/list a segment is a condition or a list, not both"
    );
    for kind in ["purchase", "nothing"] {
        assert_eq!(
            fault(r#"{"list": "listed"}"#, &format!(r#"{{"list": "{kind}"}}"#)),
            format!("/segments/pilot/list `{kind}` is no kind of event that can keep a list")
        );
    }
    let circle = fault("purchases.size() >= 1", "segment('both')");
    assert!(circle.contains("both -> buyers -> both"), "{circle}");
}
