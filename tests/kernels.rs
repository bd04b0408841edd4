//! The kernels and the reference are one function: random facts, random
//! conditions, the same bits.

use std::collections::BTreeMap;
use std::sync::Arc;

use guanxi::facts::{Bits, Columns, Snapshot};
use guanxi::lang::kernel::{
    Answer, Context, bounds, bounds_slowly, evaluate, evaluate_all, evaluate_slowly, numbers, plan,
    slow_clauses, worth_collecting,
};
use guanxi::lang::{Checked, Scope, Scores, Value, check, check_condition};

use crate::support::conditions::{self, condition, number};
use crate::support::scores::{self, Assessed};
use crate::support::{Random, world::World};

/// Seeds of the random firms, and conditions asked of each.
const FIRMS: u64 = 500;
const CONDITIONS: u64 = 20;

fn checked(world: &World, source: &str) -> Checked {
    read(world, source, check_condition)
}

fn value(world: &World, source: &str) -> Checked {
    read(world, source, check)
}

fn read(
    world: &World,
    source: &str,
    check: fn(&str, &Scope<'_>) -> Result<Checked, guanxi::Error>,
) -> Checked {
    let names = scores::names();
    let segments: [Arc<str>; 1] = ["known".into()];
    let scope = Scope {
        schema: &world.schema,
        parameters: &[],
        segments: &segments,
        machines: &[],
        event: None,
        work: guanxi::units::Work::None,
        value: Some(&names),
        period: false,
    };
    check(source, &scope).unwrap_or_else(|error| panic!("{source}\n{error}"))
}

/// A segment that is already evaluated, with members and errors.
fn known(random: &mut Random, columns: &Columns) -> BTreeMap<Arc<str>, Answer> {
    let n = columns.n_customers();
    let (mut members, mut errors) = (Bits::none(n), Bits::none(n));
    for customer in 0..n {
        match random.below(5) {
            0 => errors.set(customer, true),
            1 | 2 => members.set(customer, true),
            _ => {}
        }
    }
    BTreeMap::from([("known".into(), Answer { members, errors })])
}

/// Holds the kernels to the reference over random firms, with a value part or
/// without one; how many parts of conditions had no kernel.
fn hold(n_firms: u64, scored: bool) -> usize {
    let (mut n_left, mut n_members, mut n_errors, mut n_asked) = (0, 0, 0, 0);
    for seed in 0..n_firms {
        let mut random = Random::new(seed);
        let world = World::random(&mut random);
        let columns = world.columns();
        let answers = known(&mut random, &columns);
        let snapshot = Snapshot::new(&columns, world.as_of);
        let mut assessed = Assessed::random(&mut random, columns.n_customers(), world.as_of);
        // Where no columns are kept, the reference is left with the question.
        assessed.kept = !random.chance(10);
        let context = Context {
            snapshot: &snapshot,
            calendar: &world.calendar,
            parameters: &[],
            answers: &answers,
            states: None,
            scores: scored.then_some(&assessed as &dyn Scores),
            period: None,
        };
        for _ in 0..CONDITIONS {
            let scope = conditions::Scope {
                scores: scored,
                everybody: true,
                ..conditions::Scope::customer(3)
            };
            let source = condition(&mut random, scope);
            let checked = checked(&world, &source);
            let slow = evaluate_slowly(&checked, &context);
            let fast = evaluate(&checked, &context, 1);
            if slow != fast {
                let rows = |bits: &Bits| bits.rows().collect::<Vec<_>>();
                panic!(
                    "seed {seed}: {source}\nmembers {:?}\n     is {:?}\n errors {:?}\n     is {:?}",
                    rows(&slow.members),
                    rows(&fast.members),
                    rows(&slow.errors),
                    rows(&fast.errors)
                );
            }
            if assessed.kept {
                n_left += slow_clauses(&checked, &context).len();
            }
            n_asked += usize::from(!checked.uses.scores.is_empty());
            n_members += slow.members.count();
            n_errors += slow.errors.count();
        }
    }
    // A generator that only made empty answers would prove nothing.
    let n_conditions = (n_firms * CONDITIONS) as usize;
    assert!(n_conditions < n_members, "{n_members}");
    assert!(n_conditions / 10 < n_errors, "{n_errors}");
    assert_eq!(n_conditions / 4 < n_asked, scored, "{n_asked}");
    n_left
}

/// What the reference comes to, as kernels count it; `None`: an error.
fn counted(checked: &Checked, context: &Context<'_>, customer: usize) -> Option<Option<i128>> {
    Some(match checked.evaluate(&context.subject(Some(customer))).ok()? {
        Value::Missing => None,
        Value::Bool(yes) => Some(yes.into()),
        Value::Int(number) => Some(number.into()),
        Value::Decimal(number) | Value::Money(number, _) => Some(number.units()),
        Value::Date(day) => Some(day.days().into()),
        Value::Timestamp(at) => Some(at.split().0.micros().into()),
        Value::Duration(length) => Some(i128::from(length.nanos()) / 1000),
        other => panic!("{other:?}"),
    })
}

#[test]
fn numbers_are_those_of_the_reference() {
    let (mut n_known, mut n_told) = (0, 0);
    for seed in 0..FIRMS / 2 {
        let mut random = Random::new(seed ^ 0x5eed);
        let world = World::random(&mut random);
        let columns = world.columns();
        let answers = known(&mut random, &columns);
        let snapshot = Snapshot::new(&columns, world.as_of);
        let assessed = Assessed::random(&mut random, columns.n_customers(), world.as_of);
        let context = Context {
            snapshot: &snapshot,
            calendar: &world.calendar,
            parameters: &[],
            answers: &answers,
            states: None,
            scores: Some(&assessed),
            period: None,
        };
        for _ in 0..CONDITIONS {
            let scope = conditions::Scope {
                scores: true,
                everybody: true,
                ..conditions::Scope::customer(3)
            };
            let source = number(&mut random, scope);
            let checked = value(&world, &source);
            let Some(told) = numbers(&checked, &context, 1 + seed as usize % 2) else { continue };
            n_told += 1;
            for customer in snapshot.population().rows() {
                let expected = counted(&checked, &context, customer);
                assert_eq!(told.get(customer), expected, "seed {seed}, {customer}: {source}");
                n_known += usize::from(matches!(expected, Some(Some(_))));
            }
        }
    }
    let n_expressions = FIRMS / 2 * CONDITIONS;
    assert!(n_expressions / 2 < n_told && n_expressions < n_known as u64, "{n_told} {n_known}");
}

#[test]
fn kernels_are_the_reference() {
    // What the kernels leave to the reference proves nothing about them.
    let n_left = hold(FIRMS, false);
    assert!(n_left < 100, "{n_left}");
}

#[test]
fn questions_to_the_value_part_are_asked_of_columns() {
    let n_left = hold(FIRMS / 2, true);
    assert!(n_left < 100, "{n_left}");
}

#[test]
fn one_thing_and_then_another_is_what_the_walk_through_all_ways_says() {
    let (mut n_members, mut n_others) = (0, 0);
    for seed in 0..200 {
        let mut random = Random::new(seed ^ 0xf0110);
        let world = World::random(&mut random);
        let columns = world.columns();
        let answers = BTreeMap::new();
        let snapshot = Snapshot::new(&columns, world.as_of);
        let context = Context {
            snapshot: &snapshot,
            calendar: &world.calendar,
            parameters: &[],
            answers: &answers,
            states: None,
            scores: None,
            period: None,
        };
        for length in
            ["days(7)", "days(0)", "weeks(3)", "months(1)", "duration('100h30m')", "days(9999)"]
        {
            let steps =
                random.pick(&["[visits, purchases]", "[purchases.within(days(30)), visits]"]);
            let test = random.pick(&["== 2", ">= 2", "> 1", "!= 2", "< 2", ">= 1"]);
            let source = format!("sequence({steps}, {length}) {test}");
            let checked = checked(&world, &source);
            let slow = evaluate_slowly(&checked, &context);
            assert_eq!(slow, evaluate(&checked, &context, 1), "seed {seed}: {source}");
            n_members += slow.members.count();
            n_others += snapshot.population().count() - slow.members.count();
        }
    }
    assert!(1_000 < n_members && 1_000 < n_others, "{n_members} {n_others}");
}

#[test]
fn conditions_evaluated_together_are_what_each_is_alone() {
    let (mut n_members, mut n_errors, mut n_reading) = (0, 0, 0);
    for seed in 0..150 {
        let mut random = Random::new(seed ^ 0x7069);
        let world = World::random(&mut random);
        let columns = world.columns();
        let mut answers = known(&mut random, &columns);
        let snapshot = Snapshot::new(&columns, world.as_of);
        let names: Vec<Arc<str>> = (0..8).map(|n| format!("part{n}").into()).collect();
        let mut segments = vec![Arc::from("known")];
        segments.extend(names.iter().cloned());
        let read = |source: &str| {
            let scope = Scope {
                schema: &world.schema,
                parameters: &[],
                segments: &segments,
                machines: &[],
                event: None,
                work: guanxi::units::Work::None,
                value: None,
                period: false,
            };
            check_condition(source, &scope).unwrap_or_else(|error| panic!("{source}\n{error}"))
        };
        // Clauses that come back, in other company.
        let scope = conditions::Scope { everybody: true, ..conditions::Scope::customer(1) };
        let mut clauses: Vec<String> = (0..5).map(|_| condition(&mut random, scope)).collect();
        let mut sources = Vec::new();
        for at in 0..names.len() {
            let n = random.between(1, 3);
            let mut part = || {
                let clause = &clauses[random.below(clauses.len() as u64) as usize];
                format!("({}({clause}))", if random.chance(30) { "!" } else { "" })
            };
            let mut parts: Vec<String> = (0..n).map(|_| part()).collect();
            if 0 < at && random.chance(40) {
                let before = random.below(at as u64);
                parts.push(match random.below(4) {
                    0 => format!("visits.exists(e, segment('part{before}') && e.paid)"),
                    // What no kernel knows, and reads a segment.
                    1 => format!("string(segment('part{before}')) == 'true'"),
                    _ => format!("segment('part{before}')"),
                });
                n_reading += 1;
            }
            sources.push(parts.join(random.pick(&[" && ", " || "])));
            clauses.push(condition(&mut random, conditions::Scope::customer(0)));
        }
        let checked: Vec<Checked> = sources.iter().map(|source| read(source)).collect();
        let asked: Vec<(&Arc<str>, &Checked)> = names.iter().zip(&checked).collect();
        let known = answers.clone();
        let context = Context {
            snapshot: &snapshot,
            calendar: &world.calendar,
            parameters: &[],
            answers: &known,
            states: None,
            scores: None,
            period: None,
        };
        let together = evaluate_all(&asked, &context, 1 + seed as usize % 3);
        assert_eq!(together.len(), names.len());
        for ((name, checked), source) in asked.iter().zip(&sources) {
            let alone = evaluate_slowly(checked, &Context { answers: &answers, ..context });
            assert_eq!(together[*name], alone, "seed {seed}: {source}\n{sources:#?}");
            n_members += alone.members.count();
            n_errors += alone.errors.count();
            answers.insert(Arc::clone(name), alone);
        }
    }
    assert!(1_000 < n_members && 50 < n_errors && 200 < n_reading, "{n_members} {n_errors}");
}

#[test]
fn a_condition_its_complement_and_its_errors_are_everybody() {
    for seed in 0..100 {
        let mut random = Random::new(seed ^ 0xc0ffee);
        let world = World::random(&mut random);
        let columns = world.columns();
        let answers = known(&mut random, &columns);
        let snapshot = Snapshot::new(&columns, world.as_of);
        let context = Context {
            snapshot: &snapshot,
            calendar: &world.calendar,
            parameters: &[],
            answers: &answers,
            states: None,
            scores: None,
            period: None,
        };
        let source = condition(&mut random, conditions::Scope::customer(3));
        let yes = evaluate(&checked(&world, &source), &context, 1);
        let no = evaluate(&checked(&world, &format!("!({source})")), &context, 1);
        assert_eq!(yes.errors, no.errors, "{source}");
        assert_eq!(yes.members.and(&no.members).count(), 0, "{source}");
        let all = yes.members.count() + no.members.count() + yes.errors.count();
        assert_eq!(all, snapshot.population().count(), "{source}");
    }
}

#[test]
fn arrival_never_shows() {
    for seed in 0..60 {
        let mut random = Random::new(seed ^ 0xabcd);
        let mut world = World::random(&mut random);
        let columns = world.columns();
        random.shuffle(&mut world.facts);
        let mut shuffled = world.columns();
        // The place in the log is the one thing that tells of arrival.
        for (kind, reference) in shuffled.kinds.iter_mut().zip(&columns.kinds) {
            kind.sequence.clone_from(&reference.sequence);
        }
        assert_eq!(columns, shuffled, "seed {seed}");
    }
}

#[test]
fn customers_of_many_blocks_are_one_answer() {
    let mut random = Random::new(77);
    let world = World::of(&mut random, 40_000);
    let columns = world.columns();
    let answers = known(&mut random, &columns);
    let snapshot = Snapshot::new(&columns, world.as_of);
    let context = Context {
        snapshot: &snapshot,
        calendar: &world.calendar,
        parameters: &[],
        answers: &answers,
        states: None,
        scores: None,
        period: None,
    };
    // Asking everybody about everybody takes the reference hours.
    let checked_all = checked(
        &world,
        "percentRank(income) >= 0.9 && topN(score, 20000) || topShare(income, 0.05)",
    );
    let one = evaluate(&checked_all, &context, 1);
    assert!(100 < one.members.count() && one.members.count() < 39_000);
    for threads in [2, 5] {
        assert_eq!(one, evaluate(&checked_all, &context, threads), "{threads}");
    }
    for source in [
        "grade == 'mid' && purchases.within(months(1)).size() >= 1 && !segment('known')",
        "visits.filter(e, e.amount > 50.00 || vip).sum(e, e.amount) > 100.00",
        "score / purchases.size() < 2",
    ] {
        let checked = checked(&world, source);
        let slow = evaluate_slowly(&checked, &context);
        assert!(100 < slow.members.count(), "{source}");
        for threads in [1, 2, 5] {
            assert_eq!(slow, evaluate(&checked, &context, threads), "{source}, {threads}");
        }
    }
}

#[test]
fn one_customer_inside_its_history_is_not_asked_about_everybody() {
    let playbook = |when: &str| {
        let document = serde_json::json!({
            "guanxi": 1, "id": "firm", "version": "1.0.0",
            "calendar": {"zone": "UTC"},
            "schema": {"attributes": {"score": {"type": "int", "nullable": true}}},
            "segments": {
                "best": {"when": "topN(score, 10)"},
                "known": {"when": "segment('best') || score != null"}},
            "machines": {"m": {"initial": "a", "states": {
                "a": {"on": [{"when": when, "to": "b"}]}, "b": {"tags": ["final"]}}}}
        });
        guanxi::Playbook::from_json(&document.to_string())
    };
    assert!(playbook("score > 3").is_ok());
    for when in ["score > 3 && topShare(score, 0.5)", "segment('best')", "segment('known')"] {
        let error = playbook(when).unwrap_err();
        assert_eq!(error.faults().len(), 1, "{when}: {error}");
        assert_eq!(error.code(), guanxi::Code::Unforeseen, "{when}");
        assert!(error.faults()[0].hint.is_some());
    }
}

/// Whether all rows of the first are rows of the second.
fn is_within(a: &Bits, b: &Bits) -> bool {
    a.and(b).count() == a.count()
}

#[test]
fn whatever_becomes_known_members_lie_between_the_bounds() {
    let (mut n_open, mut n_decided, mut n_turned) = (0, 0, 0);
    let segments = BTreeMap::new();
    for seed in 0..200 {
        let mut random = Random::new(seed ^ 0xb07d5);
        let world = World::random(&mut random);
        let columns = world.columns();
        let answers = known(&mut random, &columns);
        let snapshot = Snapshot::new(&columns, world.as_of);
        let completions: Vec<Columns> =
            (0..3).map(|_| world.completed(&mut random).columns()).collect();
        for _ in 0..CONDITIONS {
            let scope = conditions::Scope { everybody: true, ..conditions::Scope::customer(3) };
            let source = condition(&mut random, scope);
            let checked = checked(&world, &source);
            let now = Context {
                snapshot: &snapshot,
                calendar: &world.calendar,
                parameters: &[],
                answers: &answers,
                states: None,
                scores: None,
                period: None,
            };
            let slow = bounds_slowly(&checked, &now, &segments);
            let fast = bounds(&checked, &now, &segments, 1 + seed as usize % 2);
            assert_eq!(slow, fast, "seed {seed}: {source}");
            let members = evaluate(&checked, &now, 1).members;
            assert!(is_within(&fast.certain, &members), "seed {seed}: {source}");
            assert!(is_within(&members, &fast.possible), "seed {seed}: {source}");
            for completed in &completions {
                let snapshot = Snapshot::new(completed, world.as_of);
                assert_eq!(completed.customers, columns.customers);
                let then = Context { snapshot: &snapshot, ..now };
                let then = evaluate(&checked, &then, 1).members;
                assert!(is_within(&fast.certain, &then), "seed {seed}: {source}");
                assert!(is_within(&then, &fast.possible), "seed {seed}: {source}");
                n_turned += usize::from(then != members);
            }
            let undecided = fast.undecided();
            for (_, count) in worth_collecting(&checked, &now, &segments, &fast) {
                assert!(0 < count && count <= undecided.count() as u64);
            }
            n_open += undecided.count();
            n_decided += snapshot.population().count() - undecided.count();
        }
    }
    // Bounds that decided nobody, or everybody, would hold as well.
    assert!(
        20_000 < n_open && 20_000 < n_decided && 1_000 < n_turned,
        "{n_open} {n_decided} {n_turned}"
    );
}

#[test]
fn where_no_value_is_read_twice_the_bounds_are_exact() {
    for seed in 0..60 {
        let mut random = Random::new(seed ^ 0xe4ac7);
        let world = World::random(&mut random);
        let columns = world.columns();
        let (answers, segments) = (BTreeMap::new(), BTreeMap::new());
        let snapshot = Snapshot::new(&columns, world.as_of);
        let context = Context {
            snapshot: &snapshot,
            calendar: &world.calendar,
            parameters: &[],
            answers: &answers,
            states: None,
            scores: None,
            period: None,
        };
        let checked = checked(&world, "!(score < 4) && (vip || grade == 'mid')");
        let found = bounds(&checked, &context, &segments, 1);
        // Every way in which the three could turn out.
        let value = |name: &str, customer| {
            let subject = context.subject(Some(customer));
            guanxi::lang::Environment::name(&subject, name).unwrap()
        };
        for customer in snapshot.population().rows() {
            let scores = match value("score", customer) {
                Value::Int(score) => vec![score],
                _ => vec![0, 9],
            };
            let vips = match value("vip", customer) {
                Value::Bool(vip) => vec![vip],
                _ => vec![false, true],
            };
            let mids = match value("grade", customer) {
                Value::Text(grade) => vec![*grade == *"mid"],
                _ => vec![false, true],
            };
            let mut holds = Vec::new();
            for score in &scores {
                for vip in &vips {
                    holds.extend(mids.iter().map(|mid| 4 <= *score && (*vip || *mid)));
                }
            }
            assert_eq!(found.certain.has(customer), holds.iter().all(|it| *it));
            assert_eq!(found.possible.has(customer), holds.iter().any(|it| *it));
        }
    }
}

#[test]
fn a_plan_tells_what_is_asked_of_whom() {
    let mut n_chained = 0;
    for seed in 0..150 {
        let mut random = Random::new(seed ^ 0x91a7);
        let world = World::random(&mut random);
        let columns = world.columns();
        let answers = known(&mut random, &columns);
        let snapshot = Snapshot::new(&columns, world.as_of);
        let context = Context {
            snapshot: &snapshot,
            calendar: &world.calendar,
            parameters: &[],
            answers: &answers,
            states: None,
            scores: None,
            period: None,
        };
        let source = condition(&mut random, conditions::Scope::customer(3));
        let checked = checked(&world, &source);
        let plan = plan(&checked, &context);
        let there = snapshot.population().count() as u64;
        // So few are all asked, and what is counted is exact.
        assert_eq!((plan.population, plan.sample), (there, there), "{source}");
        let whole = &plan.clauses[0];
        let members = evaluate_slowly(&checked, &context).members.count() as u64;
        assert_eq!((whole.asked, whole.left, whole.depth), (there, members, 0), "{source}");
        for pair in plan.clauses.windows(2) {
            let (above, below) = (&pair[0], &pair[1]);
            assert!(below.depth <= above.depth + 1 && below.left <= below.asked, "{source}");
            if above.depth < below.depth {
                assert_eq!(above.asked, below.asked, "the first is asked of all: {source}");
                assert_ne!(above.joint, "clause");
                n_chained += 1;
            }
            assert_eq!(&source[below.start..below.end], below.text);
        }
        let first = plan.clauses.iter().filter(|it| it.depth == 1);
        let prices: Vec<u32> = first.map(|it| it.price).collect();
        assert!(prices.is_sorted(), "{source}");
        assert!(0 < plan.bound);
    }
    assert!(50 < n_chained, "{n_chained}");
}

#[test]
fn a_plan_of_endless_clauses_ends() {
    let mut random = Random::new(5);
    let world = World::of(&mut random, 30);
    let columns = world.columns();
    let answers = BTreeMap::new();
    let snapshot = Snapshot::new(&columns, world.as_of);
    let context = Context {
        snapshot: &snapshot,
        calendar: &world.calendar,
        parameters: &[],
        answers: &answers,
        states: None,
        scores: None,
        period: None,
    };
    let source = vec!["score > 3"; 20_000].join(" || ");
    assert_eq!(plan(&checked(&world, &source), &context).clauses.len(), 1);
}
