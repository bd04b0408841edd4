//! Stage flow: what was there, came and went is what is there.

use std::collections::BTreeMap;

use guanxi::lang::check;
use guanxi::lifecycle::{
    Asking, Balance, Counts, Flow, Machine, flows, fold, periods, standings, stays,
};
use guanxi::units::{Instant, Unit, Window};

use crate::support::Random;
use crate::support::machines::rich_playbook;
use crate::support::world::World;

const DAY: i64 = 86_400_000_000;

fn everybody_in(flow: &Flow, period: usize) -> Counts {
    let mut all = Counts::default();
    flow.periods[period].values().for_each(|counts| all.add(counts));
    all
}

/// For each innermost state how many are in it just before an instant, each
/// customer folded anew up to there.
fn recount(
    world: &World,
    playbook: &guanxi::Playbook,
    columns: &guanxi::facts::Columns,
    machine: usize,
    before: Instant,
) -> BTreeMap<usize, u64> {
    let mut out = BTreeMap::new();
    let until = Instant::clamped(before.micros() - 1).min(world.as_of);
    for customer in 0..columns.n_customers() {
        if columns.born[customer] <= until.micros() {
            let life = fold(playbook.world(columns), playbook.machines(), customer, until);
            for course in &life.courses[machine] {
                *out.entry(course.state).or_insert(0) += 1;
            }
        }
    }
    out
}

fn some_periods(random: &mut Random, world: &World) -> Vec<Window> {
    let middle = world.as_of.micros();
    let from = Instant::clamped(middle - random.between(0, 90) * DAY);
    let until = Instant::clamped(from.micros() + random.between(1, 120) * DAY);
    let units = [None, Some(Unit::Week), Some(Unit::Month), Some(Unit::Quarter), Some(Unit::Year)];
    periods(&world.calendar, units[random.below(5) as usize], from, until).unwrap()
}

fn balances(machine: &Machine, counts: &Counts) {
    for state in 0..machine.states.len() {
        let balance = counts.balance(machine, state);
        assert!(balance.holds(), "{} {balance:?}", machine.states[state].name);
    }
}

#[test]
fn every_flow_balances_and_is_what_counting_anew_gives() {
    let (mut moves, mut opened) = (0, 0);
    for seed in 0..200 {
        let random = &mut Random::new(seed);
        let n_customers = random.below(12);
        let world = World::of(random, n_customers);
        let playbook = rich_playbook(random, &world);
        let columns = world.columns();
        let asking =
            Asking { periods: &some_periods(random, &world), as_of: world.as_of, by: None };
        let by = ["region", "score", "vip", "purchases.size() > 1", "state('first')"]
            [random.below(5) as usize];
        let all = flows(playbook.world(&columns), playbook.machines(), asking, 1);
        let Ok(by) = check(by, &playbook.scope()) else { continue };
        let asking = Asking { by: Some(&by), ..asking };
        let grouped = flows(playbook.world(&columns), playbook.machines(), asking, 1);
        assert_eq!(grouped, flows(playbook.world(&columns), playbook.machines(), asking, 3));
        for (number, machine) in playbook.machines().iter().enumerate() {
            let mut before: Option<Counts> = None;
            for (place, period) in asking.periods.iter().enumerate() {
                let counts = everybody_in(&all[number], place);
                assert_eq!(counts, everybody_in(&grouped[number], place), "seed {seed}");
                for group in grouped[number].periods[place].values() {
                    balances(machine, group);
                }
                balances(machine, &counts);
                let count = |at| recount(&world, &playbook, &columns, number, at);
                assert_eq!(counts.opening, count(period.from), "seed {seed}");
                assert_eq!(counts.closing, count(period.until), "seed {seed}");
                if let Some(before) = before {
                    assert_eq!(before.closing, counts.opening);
                }
                moves += counts.moves.values().sum::<u64>();
                opened += counts.opening.values().sum::<u64>();
                before = Some(counts);
            }
        }
    }
    assert!(500 < moves && 2_000 < opened, "{moves} moves, {opened} opened");
}

#[test]
fn a_flow_that_is_not_over_closes_where_everybody_stands() {
    for seed in 0..40 {
        let random = &mut Random::new(1_000 + seed);
        let world = World::random(random);
        let playbook = rich_playbook(random, &world);
        let columns = world.columns();
        let facts = playbook.world(&columns);
        let from = Instant::clamped(world.as_of.micros() - 40 * DAY);
        let until = Instant::clamped(world.as_of.micros() + DAY);
        let month = periods(&world.calendar, Some(Unit::Month), from, until).unwrap();
        let asking = Asking { periods: &month, as_of: world.as_of, by: None };
        let standing = standings(facts, playbook.machines(), world.as_of, 1);
        let found = flows(facts, playbook.machines(), asking, 2);
        for ((machine, flow), standing) in
            playbook.machines().iter().zip(&found).zip(&standing.machines)
        {
            let closing = everybody_in(flow, month.len() - 1);
            let counts = standing.counts();
            for (state, _) in machine.leaves() {
                assert_eq!(closing.closing.get(&state).copied().unwrap_or(0), counts[state]);
            }
        }
    }
}

#[test]
fn stays_are_as_many_as_entries_and_as_long_as_lives() {
    for seed in 0..60 {
        let random = &mut Random::new(2_000 + seed);
        let n_customers = random.below(12);
        let world = World::of(random, n_customers);
        let playbook = rich_playbook(random, &world);
        let columns = world.columns();
        let facts = playbook.world(&columns);
        let found = stays(facts, playbook.machines(), world.as_of, 1);
        assert_eq!(found, stays(facts, playbook.machines(), world.as_of, 2));
        // Everybody's whole time, as one period that began before all of it.
        let from = Instant::clamped(world.as_of.micros() - 4_000 * DAY);
        let until = Instant::clamped(world.as_of.micros() + 1);
        let asking = Asking { periods: &[Window { from, until }], as_of: world.as_of, by: None };
        let flow = flows(facts, playbook.machines(), asking, 1);
        for (number, machine) in playbook.machines().iter().enumerate() {
            let counts = everybody_in(&flow[number], 0);
            for (state, stays) in found[number].iter().enumerate() {
                let Balance { opening, began, entered, left, closing, .. } =
                    counts.balance(machine, state);
                let undated = stays.undated;
                assert!(opening <= undated + closing);
                assert!(stays.curve.stays + undated >= began + entered, "seed {seed}");
                let ended = stays.curve.stays - stays.curve.censored;
                assert!(ended <= left && ended + stays.curve.censored + undated >= left);
                if undated == 0 {
                    assert_eq!(stays.curve.stays, opening + began + entered);
                    assert_eq!((ended, stays.curve.censored), (left, closing));
                }
            }
            // Nobody is in two innermost states, nor in none.
            let lives = (0..columns.n_customers()).filter(|customer| {
                let born = columns.born[*customer];
                born != i64::MIN && born <= world.as_of.micros()
            });
            let lived: i128 =
                lives.map(|it| i128::from(world.as_of.micros() - columns.born[it])).sum();
            let all_dated = found[number].iter().all(|stays| stays.undated == 0);
            if machine.key.is_none() && all_dated {
                let stayed: i128 =
                    machine.leaves().map(|(leaf, _)| found[number][leaf].curve.exposure).sum();
                assert_eq!(stayed, lived, "seed {seed}");
            }
        }
    }
}

#[test]
fn periods_that_are_none_or_too_many_are_faults() {
    let world = World::of(&mut Random::new(1), 0);
    let at = |days: i64| Instant::from_micros(days * DAY).unwrap();
    let tell = |unit, from, until| {
        periods(&world.calendar, unit, at(from), at(until)).map(|it| it.len()).map_err(|error| {
            assert_eq!(error.code(), guanxi::Code::InvalidArgument);
        })
    };
    assert_eq!(tell(None, 0, 400), Ok(1));
    assert_eq!(tell(Some(Unit::Day), 0, 0), Err(()));
    assert_eq!(tell(Some(Unit::Day), 5, 0), Err(()));
    assert_eq!(tell(Some(Unit::Day), 0, 4_000), Err(()));
    assert!(tell(Some(Unit::Day), 0, 3_000).unwrap() >= 3_000);
    // Unit by unit, without a gap, and no shorter than what was asked for.
    let months = periods(&world.calendar, Some(Unit::Month), at(3), at(100)).unwrap();
    assert!(months[0].from <= at(3) && at(100) <= months[months.len() - 1].until);
    assert!(months.windows(2).all(|pair| pair[0].until == pair[1].from));
}
