//! What would become of customers: said beforehand, and then seen when it
//! happens.

use std::sync::Arc;

use guanxi::Playbook;
use guanxi::engine::{Options, explain_tier};
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Columns, Seen};
use guanxi::store::Store;
use guanxi::units::{Instant, Zone};
use guanxi::value::Assessments;

use super::assessments::{WHOLE, assessed, columns, playbook};
use crate::support::Random;

/// Tiers by what was spent lately, with nothing found over everybody: what is
/// said of the next assessment is then what comes.
const SPENT: &str = r#"{
    "purchases": {"event": "purchase", "amount": "amount"},
    "axes": {"spent": {"from": "purchases.within(days(60)).sum(p, p.amount)", "curve": [["0", 0], ["200", 100]]}},
    "assess": {"every": "month", "on": ["purchase"]},
    "tiers": [{"name": "A", "when": "axis('spent') >= 70", "keep": "axis('spent') >= 50"},
              {"name": "B", "when": "axis('spent') > 20", "stay": "days(20)"}]}"#;

fn shop(playbook: &Playbook, purchases: &[(Instant, i64)]) -> Arc<Columns> {
    let mut store = Store::in_memory(playbook.schema());
    let line = |(at, cents): &(Instant, i64)| {
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        format!(r#"{{"customer": "C-1", "kind": "purchase", "at": "{at}", "amount": "{amount}"}}"#)
    };
    let text = purchases.iter().map(line).collect::<Vec<_>>().join("\n");
    let (schema, zone) = (playbook.schema(), Zone::utc());
    let lines = Lines::of("purchases", &TableKind::Events, None, schema, &zone).unwrap();
    let report = store.append_lines(&lines, text.as_bytes(), Seen::Backfill).unwrap();
    assert_eq!(report.verdicts.refused, 0, "{report:?}");
    Arc::new(store.columns(None).unwrap())
}

fn tier(made: &Assessments) -> Option<usize> {
    made.standing(0).and_then(|standing| standing.tier)
}

#[test]
fn an_order_that_is_said_to_do_does_and_less_or_later_does_not() {
    let playbook = playbook(SPENT);
    let mut random = Random::new(4);
    let start = Instant::parse("2025-03-01T12:00:00Z").unwrap().micros();
    let day = 86_400_000_000;
    let zone = Zone::named("America/New_York").unwrap();
    let (mut orders, mut kept, mut needless, mut early) = (0, 0, 0, 0);
    for _ in 0..60 {
        let mut bought: Vec<(Instant, i64)> = (0..1 + random.below(4))
            .map(|_| {
                let at = start + random.below(90) as i64 * day;
                (Instant::clamped(at), 100 + random.below(9_000) as i64)
            })
            .collect();
        bought.sort();
        let as_of = Instant::clamped(start + (92 + random.below(40) as i64) * day + 7);
        let columns = shop(&playbook, &bought);
        let made = assessed(&playbook, &columns, &[as_of], 1);
        let at_next = |more: &[(Instant, i64)], next: Instant| {
            let all = [&bought[..], more].concat();
            tier(&assessed(&playbook, &shop(&playbook, &all), &[next], 1))
        };
        for wanted in [0, 1] {
            let world = playbook.world(&columns);
            let coming = made.order_for(world, 0, as_of, wanted).unwrap().unwrap();
            assert_eq!(at_next(&[], coming.at), coming.without);
            let Some(order) = coming.order else {
                assert!(coming.without.is_some_and(|tier| tier <= wanted));
                needless += 1;
                continue;
            };
            let amount = order.amount.unwrap();
            let does = |at: Instant, amount: i64| {
                at_next(&[(at, amount)], coming.at).is_some_and(|tier| tier <= wanted)
            };
            let at_once = Instant::clamped(as_of.micros() + 1);
            assert!(does(at_once, amount) && !does(at_once, amount - 1), "{coming:?}");
            assert_eq!(at_next(&[(at_once, amount)], coming.at), Some(order.tier));
            let latest = zone.start_of(order.latest).max(at_once);
            assert!(does(latest, amount), "{coming:?}");
            let later = zone.start_of(order.latest.add_days(1).unwrap());
            if later < coming.at {
                assert!(!does(later, amount), "{coming:?}");
                early += 1;
            }
            kept += usize::from(tier(&made).is_some_and(|tier| tier <= wanted));
            orders += 1;
        }
    }
    assert!(orders > 40 && kept > 3 && needless > 10, "{orders} {kept} {needless} {early}");
}

#[test]
fn chances_of_tiers_are_whole_and_their_middle_is_what_is_expected() {
    let playbook = playbook(WHOLE);
    let mut random = Random::new(21);
    let columns = columns(&mut random, &playbook, 60, 9);
    let world = playbook.world(&columns);
    let to = Instant::parse("2026-02-10T00:00:00Z").unwrap();
    let made = assessed(&playbook, &columns, &[to], 1);
    let mut known = 0;
    for customer in 0..60 {
        let Some(chances) = made.tier_chances(world, customer).unwrap() else {
            assert_eq!(made.figure(customer, "future_value"), None);
            continue;
        };
        assert_eq!(chances.tiers.iter().sum::<i64>() + chances.outside, 10_000);
        let value = chances.future_value;
        assert_eq!(Some(value.future_value), made.figure(customer, "future_value"));
        assert!(value.both.low <= value.both.high && value.process.low <= value.process.high);
        known += 1;
    }
    assert!(known > 40, "{known}");
}

/// One order in March, nothing since: the tier is lost when it is two months old.
#[test]
fn a_lost_tier_is_explained_and_the_way_back_is_told() {
    let playbook = playbook(SPENT);
    let at = |text: &str| Instant::parse(text).unwrap();
    let columns = shop(&playbook, &[(at("2025-03-10T15:00:00Z"), 15_000)]);
    let options = Options::default();
    let told = explain_tier(&columns, &playbook, at("2025-06-10T12:00:00Z"), "C-1", options);
    let told = told.unwrap();
    let [lost] = &told.moves[..] else { panic!("{:?}", told.moves) };
    assert_eq!(lost.sentence.en, "A → no tier on 2025-06-01, in tiers: time passing -2.00.");
    assert_eq!(lost.sentence.zh, "2025-06-01 由“A”变为“无等级”，以等级数计：时间推移 -2.00。");
    let json = serde_json::to_value(&told).unwrap();
    let cause = &json["moves"][0]["causes"][0];
    assert_eq!((&cause["cause"], &cause["axes"][0]["by"]), (&"time".into(), &"-75.00".into()));
    assert_eq!(json["moves"][0]["causes"].as_array().map(Vec::len), Some(1));
    let [way] = &told.ways[..] else { panic!("{:?}", told.ways) };
    // 40.00 are just 20 points, and 40.01 are rounded to them.
    let (en, zh) = (&*way.sentence.en, &*way.sentence.zh);
    assert_eq!(en, "One order of 40.02 CNY by 2025-06-30 reaches B on 2025-07-01.");
    assert_eq!(zh, "2025-06-30 及之前下一笔不少于 40.02 CNY 的订单，可在 2025-07-01 达到“B”。");
    assert!(told.chances.is_none());
    let nobody = explain_tier(&columns, &playbook, at("2025-06-10T12:00:00Z"), "C-2", options);
    assert_eq!(nobody.unwrap_err().code(), guanxi::Code::UnknownCustomer);
}

#[test]
fn everybody_can_be_explained() {
    let playbook = playbook(WHOLE);
    let mut random = Random::new(8);
    let columns = columns(&mut random, &playbook, 8, 9);
    let as_of = Instant::parse("2026-02-10T00:00:00Z").unwrap();
    let (mut chances, mut orders) = (0, 0);
    for id in &columns.customers {
        let told = explain_tier(&columns, &playbook, as_of, id, Options::default()).unwrap();
        let changes = told.value.history.len();
        assert!(told.moves.len() == changes.saturating_sub(1).min(10), "{told:?}");
        for it in told.ways.iter().map(|way| &way.sentence) {
            assert!(it.en.ends_with('.') && it.zh.ends_with('。'));
        }
        orders += told.ways.iter().filter(|way| way.amount.is_some()).count();
        if let Some(view) = told.chances {
            let whole: i128 = view.tiers.iter().map(|tier| tier.percent.units()).sum();
            assert_eq!(whole, 10_000);
            chances += 1;
        }
    }
    assert!(chances > 4 && orders > 0, "{chances} {orders}");
}
