//! Lifecycles: the replay is the fold, the order of arrival does not matter,
//! and time brings about exactly what it should.

use guanxi::facts::{Body, Correction, Fact};
use guanxi::lang;
use guanxi::lifecycle::{Journal, Life, Machine, Replay, Trigger, fold, standings};
use guanxi::units::Instant;

use crate::support::scores::{self, Assessments};
use crate::support::{Random, machines, world::World};

/// Seeds of random firms, each with machines of its own.
const FIRMS: u64 = 250;

/// What a life comes to; when it may next change is only a bound.
fn told(mut life: Life) -> Life {
    life.wakes = None;
    life
}

fn instant(random: &mut Random, world: &World) -> Instant {
    let days = random.between(-150, 150) * 86_400_000_000;
    let odd = if random.chance(50) { 0 } else { random.between(0, 86_399_999_999) };
    world.as_of.checked_add_micros(days + odd).unwrap()
}

#[test]
fn the_replay_is_the_fold() {
    let (mut n_steps, mut n_troubles) = (0, 0);
    for seed in 0..FIRMS {
        let mut random = Random::new(seed);
        let world = World::of(&mut random, 12);
        let playbook = machines::playbook(&mut random, &world);
        let columns = world.columns();
        let replay = Replay::new(playbook.world(&columns), playbook.machines());
        let mut scratch = replay.scratch();
        for until in [world.as_of, instant(&mut random, &world), instant(&mut random, &world)] {
            for customer in 0..columns.n_customers() {
                if columns.born[customer] > until.micros() {
                    continue;
                }
                let slow =
                    told(fold(playbook.world(&columns), playbook.machines(), customer, until));
                let fast = told(replay.life(customer, until, &mut scratch));
                assert_eq!(
                    fast,
                    slow,
                    "seed {seed}, customer {customer}, until {until}\n{}",
                    playbook.canonical()
                );
                n_steps +=
                    slow.courses.iter().flatten().map(|course| course.steps.len()).sum::<usize>();
                n_troubles += slow.troubles.len();
            }
        }
    }
    assert!(n_steps > 20_000 && n_troubles > 10, "{n_steps} steps, {n_troubles} troubles");
}

#[test]
fn the_replay_is_the_fold_where_customers_are_assessed() {
    let names = scores::names();
    let (mut n_steps, mut n_troubles, mut n_moved) = (0, 0, 0);
    for seed in 0..FIRMS {
        let mut random = Random::new(seed ^ 0xa55e55);
        let world = World::of(&mut random, 8);
        let (playbook, machines, worthy) = machines::assessed(&mut random, &world, &names);
        assert_eq!(
            machines.iter().map(|machine| machine.assessed).collect::<Vec<_>>(),
            machines.iter().map(asks).collect::<Vec<_>>()
        );
        let columns = world.columns();
        let history = Assessments::random(&mut random, &columns, world.as_of);
        let others = Assessments::random(&mut random, &columns, world.as_of);
        let bare = playbook.world(&columns);
        let mut segments = bare.segments.clone();
        segments.insert(machines::WORTHY.0.into(), worthy);
        let on = lang::World { scores: Some(&history), segments: &segments, ..bare };
        let replay = Replay::new(on, &machines);
        let mut scratch = replay.scratch();
        for until in [world.as_of, instant(&mut random, &world)] {
            for customer in 0..columns.n_customers() {
                if columns.born[customer] > until.micros() {
                    continue;
                }
                let slow = told(fold(on, &machines, customer, until));
                let fast = told(replay.life(customer, until, &mut scratch));
                assert_eq!(fast, slow, "seed {seed}, customer {customer}, until {until}");
                let other = lang::World { scores: Some(&others), ..on };
                let other = told(fold(other, &machines, customer, until));
                n_moved += usize::from(other != slow);
                n_steps +=
                    slow.courses.iter().flatten().map(|course| course.steps.len()).sum::<usize>();
                n_troubles += slow.troubles.len();
            }
        }
    }
    assert!(n_steps > 10_000 && n_troubles > 10, "{n_steps} steps, {n_troubles} troubles");
    // Machines that no assessment moved would prove nothing.
    assert!(n_moved > 500, "{n_moved}");
}

/// Whether anything about a machine asks the value part, by its texts.
fn asks(machine: &Machine) -> bool {
    let about = ["axis(", "tier(", "value(", "cut(", "alive_until(", "worthy"];
    machine.transitions.iter().any(|transition| {
        let due = match &transition.trigger {
            Trigger::Due(due) => Some(due.expression()),
            _ => None,
        };
        let texts = transition.when.iter().chain(due).map(|checked| &*checked.source);
        texts.into_iter().any(|text| about.iter().any(|name| text.contains(name)))
    })
}

#[test]
fn the_fast_lane_is_the_fold() {
    let (mut kept, mut left) = (0, 0);
    for seed in 0..FIRMS {
        let mut random = Random::new(seed ^ 0x1a4e);
        let mut world = World::of(&mut random, 6);
        if random.chance(50) {
            // Whoever has an undated fact has always been there.
            world.facts.retain(|fact| fact.at.is_some());
        }
        for _ in 0..150 {
            let id = format!("more{}", world.facts.len());
            let fact = world.another(&mut random, &id);
            let customer = format!("c{:03}", random.below(6)).into();
            world.facts.push(Fact { customer, ..fact });
        }
        if random.chance(30) {
            world.facts.retain(|fact| matches!(fact.body, Body::Event { .. }));
        }
        if random.chance(50) {
            for fact in &mut world.facts {
                fact.at = fact.at.map(whole_second);
            }
        }
        let playbook = machines::plain_playbook(&mut random, &world);
        let columns = world.columns();
        let on = playbook.world(&columns);
        let replay = Replay::new(on, playbook.machines());
        for until in [world.as_of, instant(&mut random, &world), instant(&mut random, &world)] {
            for customer in 0..columns.n_customers() {
                if columns.born[customer] > until.micros() {
                    continue;
                }
                let mut scratch = replay.scratch();
                let slow = told(fold(on, playbook.machines(), customer, until));
                let fast = told(replay.life(customer, until, &mut scratch));
                assert_eq!(
                    fast,
                    slow,
                    "seed {seed}, customer {customer}, until {until}\n{}",
                    playbook.canonical()
                );
                let by_lane = scratch.by_lane();
                (kept, left) = (kept + by_lane.0, left + by_lane.1);
            }
        }
    }
    assert!(kept > 1_000 && left > 50, "{kept} stayed in the lane, {left} left it");
}

fn whole_second(at: Instant) -> Instant {
    Instant::from_micros(at.micros().div_euclid(1_000_000) * 1_000_000).unwrap()
}

#[test]
fn nothing_that_time_brings_about_is_late() {
    for seed in 0..FIRMS {
        let mut random = Random::new(seed ^ 0xbeef);
        let mut world = World::of(&mut random, 6);
        let playbook = machines::playbook(&mut random, &world);
        let reads_consent = playbook.canonical().contains("consent(");
        if reads_consent {
            continue;
        }
        let columns = world.columns();
        let n = columns.n_customers();
        let until = world.as_of.checked_add_micros(86_400_000_000 * 200).unwrap();
        let plain: Vec<Life> = (0..n)
            .map(|customer| {
                told(fold(playbook.world(&columns), playbook.machines(), customer, until))
            })
            .collect();
        // A fact that no machine reads makes everything be looked at again.
        for (customer, id) in columns.customers.iter().enumerate() {
            for probe in 0..40 {
                let at = instant(&mut random, &world).micros().max(columns.born[customer]);
                world.facts.push(Fact {
                    source: "probe".into(),
                    id: format!("{id}.{probe}").into(),
                    customer: id.clone(),
                    at: Some(Instant::from_micros(at).unwrap()),
                    revision: None,
                    correction: Correction::None,
                    body: Body::Consent { purpose: 0, channel: 0, granted: true },
                });
            }
        }
        let probed = world.columns();
        assert_eq!(probed.n_customers(), n);
        for (customer, plain) in plain.iter().enumerate() {
            let again = told(fold(playbook.world(&probed), playbook.machines(), customer, until));
            assert_eq!(
                again.courses,
                plain.courses,
                "seed {seed}, customer {customer}\n{}",
                playbook.canonical()
            );
        }
    }
}

#[test]
fn standings_are_where_lives_end_on_any_number_of_threads() {
    for seed in 0..60 {
        let mut random = Random::new(seed ^ 0x5eed);
        let world = World::random(&mut random);
        let plain = random.chance(50);
        let make = if plain { machines::plain_playbook } else { machines::playbook };
        let playbook = make(&mut random, &world);
        let columns = world.columns();
        let on = playbook.world(&columns);
        let one = standings(on, playbook.machines(), world.as_of, 1);
        let journal = Journal::of(on, playbook.machines(), world.as_of, 1);
        for threads in [2, 3, 64] {
            assert_eq!(standings(on, playbook.machines(), world.as_of, threads), one);
            assert_eq!(Journal::of(on, playbook.machines(), world.as_of, threads), journal);
        }
        for customer in 0..columns.n_customers() {
            let there = columns.born[customer] <= world.as_of.micros();
            let life = fold(on, playbook.machines(), customer, world.as_of);
            for (standing, courses) in one.machines.iter().zip(&life.courses) {
                let state = there.then_some(courses[0].state as u16);
                assert_eq!(standing.positions[customer], state.unwrap_or(u16::MAX));
                let since = courses[0].since.filter(|_| there).map_or(i64::MIN, Instant::micros);
                assert_eq!(standing.since[customer], since);
            }
            for (steps, courses) in journal.machines.iter().zip(&life.courses) {
                let told: Vec<_> = steps.of(customer).collect();
                assert_eq!(told, if there { courses[0].steps.clone() } else { Vec::new() });
            }
        }
    }
}

#[test]
fn the_order_of_arrival_does_not_matter() {
    for seed in 0..80 {
        let mut random = Random::new(seed ^ 0xa11);
        let mut world = World::of(&mut random, 8);
        let playbook = machines::playbook(&mut random, &world);
        let lives = |world: &World| -> Vec<Vec<Vec<_>>> {
            let columns = world.columns();
            let on = playbook.world(&columns);
            let life = |customer| fold(on, playbook.machines(), customer, world.as_of);
            let steps = |course: &guanxi::lifecycle::Course| {
                let of =
                    |step: &guanxi::lifecycle::Step| (step.at, step.from, step.to, step.transition);
                course.steps.iter().map(of).collect::<Vec<_>>()
            };
            (0..columns.n_customers())
                .map(|customer| life(customer).courses.iter().flatten().map(steps).collect())
                .collect()
        };
        // Facts without a date count in the order in which they were learnt.
        let dated = |fact: &Fact| fact.at.is_some();
        world.facts.retain(dated);
        let first = lives(&world);
        random.shuffle(&mut world.facts);
        assert_eq!(lives(&world), first, "seed {seed}");
    }
}
