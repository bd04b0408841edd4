//! The kernels and the reference are one function: random facts, random
//! conditions, the same bits.

use std::collections::BTreeMap;
use std::sync::Arc;

use guanxi::facts::{Bits, Columns, Snapshot};
use guanxi::lang::kernel::{Answer, Context, evaluate, evaluate_slowly, numbers, slow_clauses};
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
