//! Laws of whole answers: facts go in through a store and come out as the
//! text of a review. What must not change an answer does not change a byte of
//! it, and what must move it one way moves it that way.

use std::sync::Arc;

use guanxi::Playbook;
use guanxi::engine::{self, Options, Review};
use guanxi::facts::{Bits, Columns, Correction, Fact, Schema, Seen, Snapshot, Verdict};
use guanxi::lang::kernel::Answer;
use guanxi::store::Store;
use guanxi::units::{Calendar, Instant};

use crate::support::conditions::{Scope, condition};
use crate::support::{Random, world::World};

/// A firm, its playbook, and the seed that both are made from.
struct Firm {
    seed: u64,
    world: World,
    playbook: Playbook,
}

impl Firm {
    fn new(seed: u64) -> (Firm, Random) {
        let mut random = Random::new(seed ^ 0x1a35);
        let world = World::random(&mut random);
        let playbook = world.playbook(&segments(&mut random, |_| true));
        (Firm { seed, world, playbook }, random)
    }

    fn schema(&self) -> &Arc<Schema> {
        self.playbook.schema()
    }

    /// What is said of these facts at the firm's instant.
    fn page(&self, columns: Columns) -> String {
        page(&self.review(columns, self.world.as_of, 1))
    }

    fn review(&self, columns: Columns, as_of: Instant, threads: usize) -> Review {
        let columns = Arc::new(columns);
        engine::review(&columns, &self.playbook, as_of, None, Options { threads })
    }

    /// A store that got these facts in one batch, long ago.
    fn store(&self, facts: Vec<Fact>) -> Store {
        let mut store = Store::in_memory(self.schema());
        store.append(facts, Seen::Backfill).unwrap();
        store
    }

    /// What is known of these facts.
    fn columns(&self, facts: Vec<Fact>) -> Columns {
        self.store(facts).columns(None).unwrap()
    }

    #[track_caller]
    fn assert_same(&self, one: &str, other: &str) {
        if one != other {
            let at = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
            let around = |text: &str| -> String {
                text.chars().skip(at.saturating_sub(200)).take(400).collect()
            };
            panic!("seed {}\n\none {}\n\nother {}", self.seed, around(one), around(other));
        }
    }
}

/// A segment that is an error for some, and four random ones that may read it.
fn segments(random: &mut Random, wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut out = vec![("known".to_owned(), "100 % (score - 3) > 0 || vip".to_owned())];
    while out.len() < 5 {
        let depth = random.below(4) as u32;
        let when = condition(random, Scope::customer(depth));
        if wanted(&when) {
            out.push((format!("s{}", out.len()), when));
        }
    }
    out
}

/// All that a review says: the overview, who is in each segment, and two
/// customers in full.
fn page(review: &Review) -> String {
    let mut lines = vec![serde_json::to_string(review).unwrap()];
    for segment in &review.segments {
        let members: Vec<&str> = review.members(&segment.segment).unwrap().collect();
        lines.push(members.join(" "));
    }
    for id in ["c000", "c005"] {
        lines.push(match review.customer(id) {
            Ok(customer) => serde_json::to_string(&customer).unwrap(),
            Err(unknown) => unknown.to_string(),
        });
    }
    lines.join("\n")
}

/// Noon of a day around which the facts of a firm happen.
fn noon(day: i64) -> Instant {
    let middle = Instant::parse("2024-04-01T12:00:00Z").unwrap();
    middle.checked_add_micros(day * 86_400_000_000).unwrap()
}

/// Facts in their order, cut into batches anywhere.
fn cut(random: &mut Random, mut facts: Vec<Fact>) -> Vec<Vec<Fact>> {
    let mut batches = Vec::new();
    for _ in 0..random.below(5) {
        let at = random.below(facts.len() as u64 + 1) as usize;
        batches.push(facts.split_off(at));
    }
    batches.push(facts);
    batches.reverse();
    batches
}

/// Appends batches that are learnt in one of three ways. Undated facts count
/// in the order in which they were learnt, so there are none where that order
/// is one of arrival.
fn learn(random: &mut Random, store: &mut Store, batches: Vec<Vec<Fact>>) {
    let has_undated = batches.iter().flatten().any(|fact| fact.at.is_none());
    let way = random.below(if has_undated { 2 } else { 3 });
    for (number, batch) in (0..).zip(batches) {
        let seen = match way {
            0 => Seen::Backfill,
            1 => Seen::At(noon(0)),
            _ => Seen::At(noon(number)),
        };
        store.append(batch, seen).unwrap();
    }
}

/// The same history, told badly: facts that were wrong at first, some of them
/// twice, facts that were taken back, and corrections that come before what
/// they correct. The wrong fact has the id that the right one would have had:
/// a correction stands where its original stood.
fn told_badly(random: &mut Random, world: &World) -> Vec<Fact> {
    let mut out = Vec::new();
    for (number, told) in world.facts.iter().enumerate() {
        let mut right = told.clone();
        let id = |name: &str| -> Box<str> { format!("{name}{number}").into() };
        let mut wrong = |id: &str, correction: Correction| {
            let source = told.source.clone();
            let other = world.another(random, id);
            out.push(Fact { source, correction, ..other });
        };
        match number % 5 {
            0 => {
                wrong(&told.id, Correction::None);
                right.correction = Correction::Supersedes(told.id.clone());
            }
            1 => {
                wrong(&told.id, Correction::None);
                wrong(&id("still"), Correction::Supersedes(told.id.clone()));
                right.correction = Correction::Supersedes(id("still"));
            }
            // Two corrections of one fact: the revision decides.
            2 => {
                wrong(&told.id, Correction::None);
                wrong(&id("still"), Correction::Supersedes(told.id.clone()));
                right.correction = Correction::Supersedes(told.id.clone());
                right.revision = Some(7);
            }
            3 => {
                wrong(&id("wrong"), Correction::None);
                wrong(&id("still"), Correction::Supersedes(id("wrong")));
                wrong(&id("never"), Correction::Retracts(id("still")));
            }
            _ => {}
        }
        if right.correction != Correction::None {
            right.id = id("right");
        }
        out.push(right);
    }
    random.shuffle(&mut out);
    out
}

/// Keeps what has a date, in every second firm.
fn dated_in_every_second(firm: &mut Firm) {
    if firm.seed.is_multiple_of(2) {
        firm.world.facts.retain(|fact| fact.at.is_some());
    }
}

#[test]
fn neither_order_nor_batches_show() {
    for seed in 0..60 {
        let (mut firm, mut random) = Firm::new(seed);
        dated_in_every_second(&mut firm);
        let expected = firm.page(firm.columns(firm.world.facts.clone()));
        let mut facts = firm.world.facts.clone();
        random.shuffle(&mut facts);
        let mut store = Store::in_memory(firm.schema());
        let batches = cut(&mut random, facts);
        learn(&mut random, &mut store, batches);
        firm.assert_same(&firm.page(store.columns(None).unwrap()), &expected);
    }
}

#[test]
fn facts_told_badly_come_to_the_same_in_the_end() {
    for seed in 0..60 {
        let (mut firm, mut random) = Firm::new(seed);
        dated_in_every_second(&mut firm);
        let expected = firm.page(firm.columns(firm.world.facts.clone()));
        let mut store = Store::in_memory(firm.schema());
        let facts = told_badly(&mut random, &firm.world);
        let batches = cut(&mut random, facts);
        learn(&mut random, &mut store, batches);
        firm.assert_same(&firm.page(store.columns(None).unwrap()), &expected);
    }
}

#[cfg(feature = "sqlite")]
#[test]
fn a_file_says_what_memory_says() {
    let folder = crate::support::Folder::new();
    for seed in 0..12 {
        let (firm, mut random) = Firm::new(seed);
        let mut memory = Store::in_memory(firm.schema());
        let mut file = Store::open(folder.file(&format!("{seed}.db")), firm.schema()).unwrap();
        let facts = told_badly(&mut random, &firm.world);
        for (number, batch) in (0..).zip(cut(&mut random, facts)) {
            let seen = if random.chance(50) { Seen::Backfill } else { Seen::At(noon(number)) };
            let verdicts = memory.append(batch.clone(), seen).unwrap();
            assert_eq!(verdicts, file.append(batch, seen).unwrap());
        }
        for known_at in [None, Some(noon(-1)), Some(noon(1))] {
            let expected = firm.page(memory.columns(known_at).unwrap());
            firm.assert_same(&firm.page(file.columns(known_at).unwrap()), &expected);
        }
    }
}

#[test]
fn threads_do_not_show() {
    let few = |(firm, _): &(Firm, Random)| {
        let facts = &firm.world.facts;
        (40..80).contains(&facts.len()) && 30 < firm.columns(facts.clone()).n_customers()
    };
    let (firm, mut random) = (0..).map(Firm::new).find(few).unwrap();
    let (as_of, facts) = (firm.world.as_of, firm.world.facts.clone());
    let alone = firm.review(firm.columns(facts), as_of, 1);
    // One thread takes 16,384 customers at a time: here are three such blocks.
    let n_times = 2 * 16_384 / alone.columns().n_customers() + 1;
    let columns = firm.columns(firm.world.repeated(n_times));
    let [one, two, seven] = [1, 2, 7].map(|threads| firm.review(columns.clone(), as_of, threads));
    firm.assert_same(&page(&two), &page(&one));
    firm.assert_same(&page(&seven), &page(&one));
    for (many, once) in one.segments.iter().zip(&alone.segments) {
        let counts = [once.members, once.errors].map(|count| count * n_times as u64);
        assert_eq!([many.members, many.errors], counts, "{}", once.segment);
    }
    let snapshot = Snapshot::new(&columns, as_of);
    for _ in 0..8 {
        let when = condition(&mut random, Scope::customer(2));
        let options = Options::default();
        let query = engine::query(&snapshot, &firm.playbook, &when, options).unwrap();
        let [one, two, seven] = [1, 2, 7].map(|threads| query.answer(Options { threads }));
        assert!(one == two && one == seven, "{when}");
    }
}

#[test]
fn what_was_known_at_an_instant_is_what_had_been_learnt_by_then() {
    for seed in 0..60 {
        let (firm, mut random) = Firm::new(seed);
        let facts = told_badly(&mut random, &firm.world);
        let mut batches = Vec::new();
        for (number, batch) in (0..).zip(cut(&mut random, facts)) {
            let seen = if random.chance(25) { Seen::Backfill } else { Seen::At(noon(number)) };
            batches.push((batch, seen));
        }
        let mut store = Store::in_memory(firm.schema());
        for (batch, seen) in &batches {
            store.append(batch.clone(), *seen).unwrap();
        }
        for known_at in [-20, -1, 0, 1, 3, 20].map(noon) {
            let mut then = Store::in_memory(firm.schema());
            for (batch, seen) in &batches {
                let learnt = batch.iter().filter(|fact| seen.of(fact) <= known_at);
                then.append(learnt.cloned().collect(), *seen).unwrap();
            }
            let expected = firm.page(then.columns(None).unwrap());
            firm.assert_same(&firm.page(store.columns(Some(known_at)).unwrap()), &expected);
        }
    }
}

#[test]
fn the_past_is_what_had_happened_by_then() {
    for seed in 0..60 {
        let (firm, mut random) = Firm::new(seed);
        let columns = firm.columns(firm.world.facts.clone());
        let some =
            firm.world.facts.iter().filter_map(|fact| fact.at).nth(random.below(40) as usize);
        for as_of in some.into_iter().chain([-70, -20, 0, 20].map(noon)) {
            let happened = |fact: &&Fact| fact.at.is_none_or(|at| at <= as_of);
            let facts = firm.world.facts.iter().filter(happened).cloned().collect();
            let mut then = firm.review(firm.columns(facts), as_of, 1);
            let mut now = firm.review(columns.clone(), as_of, 1);
            // What is said of the facts left out.
            now.notes.clear();
            then.notes.clear();
            firm.assert_same(&page(&now), &page(&then));
        }
    }
}

#[test]
fn a_second_import_changes_nothing() {
    for seed in 0..60 {
        let (firm, mut random) = Firm::new(seed);
        let mut store = Store::in_memory(firm.schema());
        let facts = told_badly(&mut random, &firm.world);
        let n_facts = facts.len();
        let mut batches = cut(&mut random, facts);
        learn(&mut random, &mut store, batches.clone());
        let expected = firm.page(store.columns(None).unwrap());
        random.shuffle(&mut batches);
        let mut again = Vec::new();
        for batch in batches {
            let seen = *random.pick(&[&Seen::Backfill, &Seen::At(noon(-9)), &Seen::At(noon(99))]);
            again.extend(store.append(batch, seen).unwrap());
        }
        assert_eq!(again, vec![Verdict::Same; n_facts], "seed {seed}");
        firm.assert_same(&firm.page(store.columns(None).unwrap()), &expected);
    }
}

#[test]
fn a_customer_alone_is_who_they_are_among_all() {
    for seed in 0..60 {
        let (firm, mut random) = Firm::new(seed);
        let store = firm.store(told_badly(&mut random, &firm.world));
        let all = firm.review(store.columns(None).unwrap(), firm.world.as_of, 1);
        for id in ["c000", "c005", "c017"] {
            match (all.customer(id), store.customer(&firm.playbook, firm.world.as_of, id)) {
                (Ok(among), Ok(alone)) => firm.assert_same(
                    &serde_json::to_string(&alone).unwrap(),
                    &serde_json::to_string(&among).unwrap(),
                ),
                (among, alone) => assert_eq!(among.is_ok(), alone.is_ok(), "seed {seed}"),
            }
        }
    }
}

#[test]
fn weeks_later_the_same_customers_are_in() {
    // What has no fixed number of days, or names a day.
    let longer = ["month", "quarter", "ear(", "ears(", "Year", "'year", "age(", "date("];
    let mut n_members = 0;
    for seed in 0..60 {
        let (mut firm, mut random) = Firm::new(seed);
        let wanted = |when: &str| !longer.iter().any(|unit| when.contains(unit));
        let segments = segments(&mut random, wanted);
        firm.world.calendar = Calendar::default();
        firm.playbook = firm.world.playbook(&segments);
        let now = firm.review(firm.columns(firm.world.facts.clone()), firm.world.as_of, 1);
        firm.world = firm.world.later(random.between(-150, 150));
        let later = firm.review(firm.columns(firm.world.facts.clone()), firm.world.as_of, 1);
        for (now_in, later_in) in now.segments.iter().zip(&later.segments) {
            let members = |review: &Review| -> Vec<String> {
                review.members(&now_in.segment).unwrap().map(str::to_owned).collect()
            };
            assert_eq!(members(&now), members(&later), "seed {seed}: {segments:?}");
            assert_eq!(now_in.errors, later_in.errors, "seed {seed}: {segments:?}");
            n_members += now_in.members;
        }
        assert_eq!(
            serde_json::to_string(&now.attributes).unwrap(),
            serde_json::to_string(&later.attributes).unwrap()
        );
    }
    assert!(1_000 < n_members, "{n_members}");
}

/// Asks conditions of one firm.
struct Asked<'a> {
    firm: &'a Firm,
    snapshot: &'a Snapshot<'a>,
}

impl Asked<'_> {
    fn answer(&self, condition: &str) -> Answer {
        let options = Options::default();
        engine::query(self.snapshot, &self.firm.playbook, condition, options)
            .unwrap_or_else(|error| panic!("{condition}\n{error}"))
            .answer(options)
    }
}

/// Random firms, so many, with random conditions on each.
fn ask(n_firms: u64, check: impl Fn(&Asked<'_>, &mut Random)) {
    for seed in 0..n_firms {
        let (firm, mut random) = Firm::new(seed);
        let columns = firm.columns(firm.world.facts.clone());
        let snapshot = Snapshot::new(&columns, firm.world.as_of);
        check(&Asked { firm: &firm, snapshot: &snapshot }, &mut random);
    }
}

fn or(a: &Bits, b: &Bits) -> Bits {
    a.complement().and(&b.complement()).complement()
}

fn without(a: &Bits, b: &Bits) -> Bits {
    a.and(&b.complement())
}

#[test]
fn and_or_and_not_are_those_of_sets() {
    ask(60, |asked, random| {
        let a = condition(random, Scope::customer(2));
        let b = condition(random, Scope::customer(2));
        let (in_a, in_b) = (asked.answer(&a), asked.answer(&b));
        let everybody = asked.snapshot.population();
        let both = asked.answer(&format!("({a}) && ({b})"));
        assert_eq!(both.members, in_a.members.and(&in_b.members), "{a}\n{b}");
        let either = asked.answer(&format!("({a}) || ({b})"));
        assert_eq!(either.members, or(&in_a.members, &in_b.members), "{a}\n{b}");
        let no_a = asked.answer(&format!("!({a})"));
        assert_eq!(no_a.errors, in_a.errors, "{a}");
        let others = without(everybody, &or(&in_a.members, &in_a.errors));
        assert_eq!(no_a.members, others, "{a}");
        // De Morgan, errors included.
        let neither = asked.answer(&format!("!({a}) && !({b})"));
        assert_eq!(neither, asked.answer(&format!("!(({a}) || ({b}))")), "{a}\n{b}");
        let not_both = asked.answer(&format!("!({a}) || !({b})"));
        assert_eq!(not_both, asked.answer(&format!("!(({a}) && ({b}))")), "{a}\n{b}");
    });
}

#[test]
fn a_segment_and_its_complement_are_everybody() {
    ask(60, |asked, _| {
        for segment in asked.firm.playbook.segments() {
            let name = segment.name();
            let (yes, no) = (
                asked.answer(&format!("segment('{name}')")),
                asked.answer(&format!("!segment('{name}')")),
            );
            assert_eq!(yes.errors, no.errors, "{name}");
            assert_eq!(yes.members.and(&no.members).count(), 0, "{name}");
            let all = or(&or(&yes.members, &no.members), &yes.errors);
            assert_eq!(all, *asked.snapshot.population(), "{name}");
            let own = asked.answer(&segment.condition().source);
            assert_eq!(own, yes, "{name}");
        }
    });
}

#[test]
fn a_longer_window_holds_no_fewer_events() {
    ask(60, |asked, random| {
        let list = random.pick(&["purchases", "visits"]);
        let unit = random.pick(&["days", "weeks", "months", "quarters", "years"]);
        let when = condition(random, Scope { event: Some("e"), ..Scope::customer(1) });
        let (short, more) = (random.between(0, 40), random.between(0, 40));
        let least = random.between(1, 3);
        for count in ["size()".to_owned(), format!("count(e, {when})")] {
            let within =
                |n: i64| asked.answer(&format!("{list}.within({unit}({n})).{count} >= {least}"));
            let (short, long) = (within(short), within(short + more));
            let fewer = without(&short.members, &or(&long.members, &long.errors));
            assert_eq!(fewer.count(), 0, "seed {}: {list} {unit} {count}", asked.firm.seed);
        }
    });
}

#[test]
fn one_length_of_time_has_many_names() {
    ask(60, |asked, random| {
        let n = random.between(0, 6);
        for (one, other) in [
            (format!("weeks({n})"), format!("days({})", 7 * n)),
            (format!("quarters({n})"), format!("months({})", 3 * n)),
            (format!("years({n})"), format!("months({})", 12 * n)),
        ] {
            let windows =
                |length: &str| asked.answer(&format!("purchases.within({length}).size() >= 1"));
            assert_eq!(windows(&one), windows(&other), "{one}");
            let since = |length: &str| asked.answer(&format!("joined > ago({length})"));
            assert_eq!(since(&one), since(&other), "{one}");
        }
    });
}
