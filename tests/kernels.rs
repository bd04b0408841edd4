//! The kernels and the reference are one function: random facts, random
//! conditions, the same bits.

use std::collections::BTreeMap;
use std::sync::Arc;

use guanxi::facts::{Bits, Columns, Snapshot};
use guanxi::lang::kernel::{Answer, Context, evaluate, evaluate_slowly, slow_clauses};
use guanxi::lang::{Checked, Scope, check_condition};

use crate::support::conditions::{self, condition};
use crate::support::{Random, world::World};

/// Seeds of the random firms, and conditions asked of each.
const FIRMS: u64 = 500;
const CONDITIONS: u64 = 20;

fn checked(world: &World, source: &str) -> Checked {
    let segments: [Arc<str>; 1] = ["known".into()];
    let scope = Scope {
        schema: &world.schema,
        parameters: &[],
        segments: &segments,
        machines: &[],
        event: None,
        work: guanxi::units::Work::None,
        value: None,
    };
    check_condition(source, &scope).unwrap_or_else(|error| panic!("{source}\n{error}"))
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

#[test]
fn kernels_are_the_reference() {
    let mut n_left = 0;
    let mut n_members = 0;
    let mut n_errors = 0;
    for seed in 0..FIRMS {
        let mut random = Random::new(seed);
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
        for _ in 0..CONDITIONS {
            let source = condition(&mut random, conditions::Scope::customer(3));
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
            n_left += slow_clauses(&checked, &context).len();
            n_members += slow.members.count();
            n_errors += slow.errors.count();
        }
    }
    // What the kernels leave to the reference proves nothing about them.
    assert!(n_left < 100, "{n_left}");
    // A generator that only made empty answers would prove nothing.
    assert!(10_000 < n_members, "{n_members}");
    assert!(1_000 < n_errors, "{n_errors}");
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
