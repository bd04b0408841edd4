//! What fails after facts were recorded and settled leaves nothing in memory.

use crate::Playbook;
use crate::error::{Code, Error, Fault};
use crate::facts::{Batch, Body, Correction, Fact, Seen, Value};
use crate::store::Store;
use crate::units::Instant;

const DAY: i64 = 86_400_000_000;

const SHOP: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
    "schema": {"unknown_customers": "refuse",
               "attributes": {"grade": {"type": "int", "nullable": true}},
               "events": {"purchase": {"list": "purchases"}}},
    "segments": {"active": {"when": "purchases.within(days(20)).size() >= 1"}},
    "machines": {"relationship": {"initial": "buyer", "states": {
        "buyer": {"on": [{"silent": "days(30)", "to": "lost", "effects": [{"do": "win_back"}]}]},
        "lost": {"on": [{"event": "purchase", "to": "buyer", "effects": [{"do": "thank"}]}]}}}}
}"#;

/// Numbers that look like chance, the same ones each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % n
    }

    fn fact(&mut self, now: Instant) -> Fact {
        let number = self.below(60);
        let body = match self.below(3) {
            0 => Body::Attributes(vec![(0, Some(Value::Int(1)))]),
            _ => Body::Event { kind: 0, fields: vec![] },
        };
        let correction = match self.below(6) {
            0 => Correction::Retracts(format!("f{}", self.below(60)).into()),
            _ => Correction::None,
        };
        let body = if correction == Correction::None { body } else { Body::Nothing };
        let back = i64::try_from(self.below(80)).unwrap() * DAY;
        Fact {
            source: "shop".into(),
            id: format!("f{number}{}", if body == Body::Nothing { "x" } else { "" }).into(),
            customer: format!("C-{}", self.below(5)).into(),
            at: Some(now.checked_add_micros(-back).unwrap()),
            revision: None,
            correction,
            body,
        }
    }
}

/// Something that is done with a store.
#[derive(Clone)]
enum Work {
    Apply(Vec<Fact>, Seen),
    Advance(usize),
    Adopt,
    Ack(u64),
}

impl Work {
    fn any(chance: &mut Chance, now: Instant) -> Work {
        match chance.below(8) {
            0..=3 => {
                let facts = (0..chance.below(4)).map(|_| chance.fact(now)).collect();
                Work::Apply(
                    facts,
                    if chance.below(2) == 0 { Seen::Backfill } else { Seen::At(now) },
                )
            }
            4 | 5 => Work::Advance(2),
            6 => Work::Ack(chance.below(4)),
            _ => Work::Adopt,
        }
    }

    fn carry_out(&self, store: &mut Store, playbook: &Playbook, now: Instant) -> Result<(), Error> {
        match self {
            Work::Apply(facts, seen) => {
                let batch = Batch { facts: facts.clone(), seen: *seen };
                store.apply(playbook, vec![batch], now)?;
            }
            Work::Advance(limit) => {
                store.advance(playbook, now, *limit)?;
            }
            Work::Adopt => {
                store.adopt(playbook, now)?;
            }
            Work::Ack(n) => {
                let effects = store.effects(0, usize::try_from(*n).unwrap())?;
                store.ack(&effects.iter().map(|effect| &*effect.id).collect::<Vec<_>>())?;
            }
        }
        Ok(())
    }
}

/// Everything that a store in memory can be asked.
fn all(store: &Store, now: Instant) -> String {
    let ids = store.kept_ids().unwrap();
    let kept: Vec<_> = ids.iter().map(|id| store.kept(id).unwrap()).collect();
    let standing: Vec<_> = ids.iter().map(|id| store.standing_effects(id).unwrap()).collect();
    let effects = store.effects(0, usize::MAX).unwrap();
    let asked: Vec<u64> =
        effects.iter().map(|effect| store.times_asked(&effect.identity).unwrap()).collect();
    format!(
        "{:?}\n{ids:?}\n{kept:?}\n{:?}\n{standing:?}\n{effects:?}\n{asked:?}\n{:?}\n{:?}\n{:?}",
        store.frontier().unwrap(),
        store.due_by(now, usize::MAX).unwrap(),
        store.changes(0, usize::MAX).unwrap(),
        store.since(0).unwrap(),
        store.statistics().unwrap(),
    )
}

fn broken() -> Error {
    Fault::new(Code::DiskFull, "no room", "空间不足").into()
}

#[test]
fn what_fails_at_the_end_leaves_memory_as_it_was() {
    let playbook = Playbook::from_json(SHOP).unwrap();
    let (mut n_effects, mut n_changes) = (0, 0);
    for seed in 0..40 {
        let chance = &mut Chance(seed);
        let mut tried = Store::in_memory(playbook.schema());
        let mut twin = Store::in_memory(playbook.schema());
        let mut now = Instant::parse("2026-03-01T00:00:00Z").unwrap();
        for _ in 0..30 {
            now = now.checked_add_micros(i64::try_from(chance.below(9)).unwrap() * DAY).unwrap();
            let (failing, inner) = (Work::any(chance, now), Work::any(chance, now));
            let failed = tried.alone(|store| {
                failing.carry_out(store, &playbook, now)?;
                // A part that fails alone, and a part that is kept with the rest.
                let part = store.alone(|store| {
                    inner.carry_out(store, &playbook, now)?;
                    Err::<(), _>(broken())
                });
                assert_eq!(part.unwrap_err().code(), Code::DiskFull);
                inner.carry_out(store, &playbook, now)?;
                Err::<(), _>(broken())
            });
            assert_eq!(failed.unwrap_err().code(), Code::DiskFull);
            assert_eq!(all(&tried, now), all(&twin, now), "seed {seed}");
            let work = Work::any(chance, now);
            for store in [&mut tried, &mut twin] {
                work.carry_out(store, &playbook, now).unwrap();
            }
            assert_eq!(all(&tried, now), all(&twin, now), "seed {seed}");
        }
        n_effects += twin.n_effects().unwrap();
        n_changes += twin.changes(0, usize::MAX).unwrap().len();
    }
    assert!(50 < n_effects && 200 < n_changes, "{n_effects} {n_changes}");
}
