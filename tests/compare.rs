//! Another model: what changes is what two replays of everybody say.

use std::collections::BTreeMap;

use guanxi::Playbook;
use guanxi::facts::Columns;
use guanxi::lifecycle::{
    Change, Mode, Pair, Side, Step, Taken, Trigger, compare, effects, fold, resume, standings,
};
use guanxi::units::Instant;

use crate::support::Random;
use crate::support::machines::rich_playbook;
use crate::support::world::World;

const DAY: i64 = 86_400_000_000;

/// Machines of the same name, states of the same name.
fn pairs(old: &Playbook, new: &Playbook) -> Vec<Pair> {
    let machines = old.machines().iter().enumerate();
    machines
        .filter_map(|(position, machine)| {
            let at = new.machines().iter().position(|it| it.name == machine.name)?;
            let states = machine.states.iter().map(|state| new.machines()[at].state(&state.name));
            Some(Pair { old: position, new: at, states: states.collect() })
        })
        .collect()
}

fn side<'a>(playbook: &'a Playbook, columns: &'a Columns) -> Side<'a> {
    Side { world: playbook.world(columns), machines: playbook.machines() }
}

fn counts(
    change: &Change,
    of: impl Fn(&(Option<usize>, Option<usize>)) -> Option<usize>,
) -> BTreeMap<usize, u64> {
    let mut out = BTreeMap::new();
    for (cell, n) in &change.matrix {
        if let Some(state) = of(cell) {
            *out.entry(state).or_insert(0) += n;
        }
    }
    out
}

#[test]
fn the_matrix_is_where_everybody_stands_by_either_model() {
    let (mut parted, mut new, mut undone) = (0, 0, 0);
    for seed in 0..40 {
        let random = &mut Random::new(seed ^ 0xc0ffee);
        let world = World::of(random, 10);
        let (old, other) = (rich_playbook(random, &world), rich_playbook(random, &world));
        let columns = world.columns();
        let (before, after) = (side(&old, &columns), side(&other, &columns));
        let pairs = pairs(&old, &other);
        let found = compare(before, after, &pairs, Mode::Reinterpret, world.as_of, 1);
        let stand = |side: Side<'_>| standings(side.world, side.machines, world.as_of, 1);
        let (was, is) = (stand(before), stand(after));
        for (pair, change) in pairs.iter().zip(&found.pairs) {
            let there = |counts: Vec<u64>| -> BTreeMap<usize, u64> {
                counts.into_iter().enumerate().filter(|(_, n)| 0 < *n).collect()
            };
            let (was, is) = (&was.machines[pair.old], &is.machines[pair.new]);
            assert_eq!(counts(change, |cell| cell.0), there(was.counts()), "seed {seed}");
            assert_eq!(counts(change, |cell| cell.1), there(is.counts()), "seed {seed}");
            parted += change.parted;
            assert!(change.examples.len() as u64 == change.parted.min(10));
        }
        // What is new and what is undone, by sets of identities.
        let (mut more, mut fewer) = (0, 0);
        for customer in 0..columns.n_customers() {
            if world.as_of.micros() < columns.born[customer] {
                continue;
            }
            let ids = |side: Side<'_>| -> std::collections::BTreeSet<Box<str>> {
                let life = fold(side.world, side.machines, customer, world.as_of);
                let given = effects(side.world, side.machines, customer, &life).0;
                given.into_iter().map(|given| given.id).collect()
            };
            let (was, is) = (ids(before), ids(after));
            more += is.difference(&was).count() as u64;
            fewer += was.difference(&is).count() as u64;
        }
        assert_eq!(found.new.values().sum::<u64>(), more);
        assert_eq!(found.undone.values().sum::<u64>(), fewer);
        (new, undone) = (new + more, undone + fewer);
        let shadow = compare(before, after, &pairs, Mode::Shadow, world.as_of, 3);
        assert!(shadow.new.is_empty() && shadow.undone.is_empty());
        for (one, other) in found.pairs.iter().zip(&shadow.pairs) {
            assert_eq!((&one.matrix, &one.examples), (&other.matrix, &other.examples));
        }
    }
    assert!(parted > 150 && new > 50 && undone > 50, "{parted} parted, {new} new, {undone} undone");
}

#[test]
fn a_model_against_itself_changes_nothing() {
    for seed in 0..40 {
        let random = &mut Random::new(seed ^ 0x5a3e);
        let world = World::of(random, 10);
        let playbook = rich_playbook(random, &world);
        let columns = world.columns();
        let one = side(&playbook, &columns);
        let pairs = pairs(&playbook, &playbook);
        let found = compare(one, one, &pairs, Mode::Reinterpret, world.as_of, 2);
        assert!(found.new.is_empty() && found.undone.is_empty());
        for change in &found.pairs {
            assert!(change.parted == 0 && change.examples.is_empty());
            assert!(change.matrix.keys().all(|(old, new)| old == new));
        }
    }
}

#[test]
fn a_life_that_goes_on_by_the_same_machines_is_the_same_life() {
    let mut compared = 0;
    for seed in 0..500 {
        let random = &mut Random::new(seed ^ 0xf0e);
        let world = World::of(random, 8);
        let playbook = rich_playbook(random, &world);
        // What began anew, or had its effects and stayed, is not told by states.
        let machines = playbook.machines();
        let plain = machines.iter().flat_map(|machine| &machine.transitions).all(|way| {
            !way.restart && (way.target.is_some() || !matches!(way.trigger, Trigger::Due(_)))
        });
        if !plain {
            continue;
        }
        let columns = world.columns();
        let facts = playbook.world(&columns);
        let odd = if random.chance(50) { 0 } else { random.between(0, DAY - 1) };
        let at = Instant::clamped(world.as_of.micros() - random.between(0, 60) * DAY + odd);
        let at = at.min(world.as_of);
        for customer in 0..columns.n_customers() {
            if at.micros() <= columns.born[customer] {
                continue;
            }
            let life = fold(facts, machines, customer, world.as_of);
            if !life.troubles.is_empty() {
                continue;
            }
            let moved = |step: &&Step| step.moved();
            let past = life.courses.iter().map(|courses| {
                let courses = courses.iter();
                courses
                    .map(|course| {
                        let gone = course.steps.iter().filter(moved);
                        let gone = gone.filter(|step| step.at.is_none_or(|it| it < at));
                        let steps = gone.map(|step| Step { transition: None, ..step.clone() });
                        let taken = Taken { steps: steps.collect(), ..Taken::default() };
                        (course.key.clone().unwrap_or_default(), taken)
                    })
                    .filter(|(_, taken)| !taken.steps.is_empty())
                    .collect()
            });
            let past = past.collect();
            let again = resume(facts, machines, customer, past, at, world.as_of);
            for (one, other) in life.courses.iter().flatten().zip(again.courses.iter().flatten()) {
                let steps = |steps: &[Step]| -> Vec<_> {
                    let moves = steps.iter().filter(moved);
                    moves.map(|step| (step.at, step.from, step.to, step.cause)).collect()
                };
                assert_eq!(
                    steps(&one.steps),
                    steps(&other.steps),
                    "seed {seed}, customer {customer}, at {at}\n{}",
                    playbook.canonical()
                );
                assert_eq!(
                    (&one.key, one.state, one.since),
                    (&other.key, other.state, other.since)
                );
            }
            compared += 1;
        }
    }
    assert!(compared > 150, "{compared} lives");
}

/// A buyer who bought once, on 1 January, under a rule of so many days.
fn quiet(days: u32) -> Playbook {
    let text = r#"{
        "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {"events": {"purchase": {"list": "purchases"}}},
        "machines": {"relationship": {"initial": "buyer", "states": {
            "buyer": {"on": [{"silent": "days(90)", "to": "lost", "effects": [{"do": "win_back"}]}]},
            "lost": {"on": [{"event": "purchase", "to": "buyer"}]}}}}
    }"#;
    Playbook::from_json(&text.replace("days(90)", &format!("days({days})"))).unwrap()
}

/// G19: 90 days become 60.
#[test]
fn a_stricter_rule_has_three_results_by_how_it_comes_into_force() {
    use guanxi::facts::{Body, Correction, Fact, Seen};
    let (old, new) = (quiet(90), quiet(60));
    let day = |day: &str| Instant::parse(&format!("2026-{day}T00:00:00Z")).unwrap();
    let mut store = guanxi::Store::in_memory(old.schema());
    let bought = Fact {
        source: "shop".into(),
        id: "o1".into(),
        customer: "C-1".into(),
        at: Some(day("01-01")),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind: 0, fields: vec![] },
    };
    store.append(vec![bought], Seen::Backfill).unwrap();
    let columns = store.columns(None).unwrap();
    let pairs = pairs(&old, &new);
    let lost = new.machines()[0].state("lost");
    // On day 80 the old rule sees a buyer still; the new one would not.
    let found = |mode| {
        let (old, new) = (side(&old, &columns), side(&new, &columns));
        let found = compare(old, new, &pairs, mode, day("03-22"), 1);
        let parting = found.pairs[0].examples[0].clone();
        assert_eq!(parting.now.1, lost);
        assert_eq!(found.undone.len(), 0);
        (parting.at.unwrap(), found.new.values().sum::<u64>())
    };
    assert_eq!(found(Mode::Reinterpret), (day("03-02"), 1));
    // What was due long ago is due when the rule comes into force, not before.
    assert_eq!(found(Mode::Forward(day("03-20"))), (day("03-20"), 1));
    assert_eq!(found(Mode::Shadow), (day("03-02"), 0));
}

#[test]
fn what_is_pinned_stays_so_when_another_model_comes_into_force() {
    use guanxi::facts::{Body, Correction, Fact, Override, Seen};
    let playbook = quiet(30);
    let day = |day: &str| Instant::parse(&format!("2026-{day}T00:00:00Z")).unwrap();
    let fact = |id: &str, at: &str, body: Body| Fact {
        source: "shop".into(),
        id: id.into(),
        customer: "C-1".into(),
        at: Some(day(at)),
        revision: None,
        correction: Correction::None,
        body,
    };
    let held = |state: Option<&str>, until: Option<&str>| {
        Body::Override(Override {
            machine: "relationship".into(),
            state: state.map(Into::into),
            pinned: state.is_some(),
            until: until.map(day),
            actor: "li".into(),
            reason: "so".into(),
        })
    };
    // The rules alone see nobody buy from 31 January on.
    let bought = fact("o1", "01-01", Body::Event { kind: 0, fields: vec![] });
    let pinned = |until| fact("pin", "01-10", held(Some("buyer"), until));
    let let_go = |at| fact("go", at, held(None, None));
    let cases = [
        vec![pinned(None)],
        vec![pinned(Some("02-10"))],
        vec![pinned(Some("02-20"))],
        vec![pinned(Some("03-10"))],
        vec![pinned(None), let_go("02-10")],
        vec![pinned(None), let_go("03-10")],
    ];
    for (number, decisions) in cases.into_iter().enumerate() {
        let mut store = guanxi::Store::in_memory(playbook.schema());
        let facts = [vec![bought.clone()], decisions].concat();
        store.append(facts, Seen::Backfill).unwrap();
        let columns = store.columns(None).unwrap();
        let one = side(&playbook, &columns);
        let pairs = pairs(&playbook, &playbook);
        for (at, until) in [("02-20", "02-25"), ("02-20", "04-01"), ("01-10", "04-01")] {
            let mode = Mode::Forward(day(at));
            let found = compare(one, one, &pairs, mode, day(until), 1);
            let change = &found.pairs[0];
            let told = format!("case {number}, from {at} to {until}: {change:?}");
            assert!(change.matrix.keys().all(|(old, new)| old == new), "{told}");
            assert!(found.new.is_empty() && found.undone.is_empty(), "{told}");
            assert_eq!(change.parted, 0, "{told}");
        }
    }
}

#[test]
fn a_state_that_is_only_called_otherwise_asks_for_nothing_again() {
    use guanxi::facts::{Body, Correction, Fact, Seen};
    let text = r#"{
        "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {"events": {"purchase": {"list": "purchases"}}},
        "machines": {"relationship": {"initial": "buyer", "states": {
            "buyer": {"on": [{"silent": "days(30)", "to": "at_risk"}]},
            "at_risk": {"on": [{"event": "purchase", "to": "buyer"},
                {"after": "days(30)", "to": "churned", "effects": [{"do": "win_back"}]}]},
            "churned": {"on": [{"event": "purchase", "to": "buyer"}]}}}}
    }"#;
    let old = Playbook::from_json(text).unwrap();
    let new = Playbook::from_json(&text.replace("churned", "lost")).unwrap();
    let day = |day: &str| Instant::parse(&format!("2026-{day}T00:00:00Z")).unwrap();
    let mut store = guanxi::Store::in_memory(old.schema());
    let bought = |id: &str, at: &str| Fact {
        source: "shop".into(),
        id: id.into(),
        customer: format!("C-{id}").into(),
        at: Some(day(at)),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind: 0, fields: vec![] },
    };
    let facts = vec![bought("1", "01-01"), bought("2", "02-10"), bought("3", "03-25")];
    store.append(facts, Seen::Backfill).unwrap();
    let columns = store.columns(None).unwrap();
    let mut pairs = pairs(&old, &new);
    let lost = new.machines()[0].state("lost");
    pairs[0].states[old.machines()[0].state("churned").unwrap()] = lost;
    // Before it comes into force one is lost, one at risk and one a buyer.
    for mode in [Mode::Forward(day("03-20")), Mode::Reinterpret] {
        let (old, new) = (side(&old, &columns), side(&new, &columns));
        let found = compare(old, new, &pairs, mode, day("12-31"), 1);
        assert!(found.new.is_empty() && found.undone.is_empty(), "{mode:?} {found:?}");
        assert_eq!(found.pairs[0].matrix.values().sum::<u64>(), 3);
    }
}
