//! One customer, loaded alone, is where a review of everybody has it: tiers that
//! depend on all are found over all.

use std::sync::Arc;

use guanxi::Playbook;
use guanxi::engine::{self, Options};
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Columns, Seen};
use guanxi::store::Store;
use guanxi::units::{Instant, Zone};

const SHOP: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
    "schema": {"events": {"purchase": {"list": "purchases"}, "visit": {"list": "visits"}}},
    "machines": {"service": {"initial": "usual", "states": {
        "usual": {"on": [{"event": "visit", "when": "tier('value') == 'A'", "to": "served"}]},
        "served": {"on": [{"event": "visit", "when": "tier('value') == 'B'", "to": "usual"}]}}}},
    "value": {
        "purchases": {"event": "purchase"}, "model": {"timing": "bg-nbd"},
        "assess": {"every": "month", "on": ["purchase"]},
        "cuts": {"best": {"of": "value('p_alive')", "top": "0.30"}},
        "tiers": [{"name": "A", "when": "value('p_alive') >= cut('best')"}, {"name": "B", "when": "true"}]}}"#;

/// Half a year of sixty customers, some of whom stop coming.
fn firm() -> (Playbook, Store, Arc<Columns>) {
    let playbook = Playbook::from_json(SHOP).unwrap_or_else(|error| panic!("{error}"));
    let mut random = 7_u64;
    let mut below = |n: u64| {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % n
    };
    let mut rows = String::new();
    for customer in 0..60 {
        let (mut day, gap) = (below(60), 4 + below(40));
        let end = if below(3) == 0 { 80 } else { 180 };
        while day < end {
            let kind = if below(4) == 0 { "visit" } else { "purchase" };
            let (month, date) = (1 + day / 30, 1 + day % 28);
            rows.push_str(&format!(
                "{{\"kind\": \"{kind}\", \"customer\": \"c{customer:02}\", \"at\": \"2026-{month:02}-{date:02}T{:02}:00:00Z\"}}\n",
                below(24)
            ));
            day += 1 + below(gap);
        }
    }
    let lines =
        Lines::of("shop", &TableKind::Events, None, playbook.schema(), &Zone::utc()).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    store.append_lines(&lines, rows.as_bytes(), Seen::Backfill).unwrap();
    let columns = Arc::new(store.columns(None).unwrap());
    (playbook, store, columns)
}

#[test]
fn a_customer_alone_is_where_everybody_has_it() {
    let (playbook, store, columns) = firm();
    for as_of in ["2026-04-10T00:00:00Z", "2026-07-15T12:00:00Z"] {
        let as_of = Instant::parse(as_of).unwrap();
        let review = engine::review(&columns, &playbook, as_of, None, Options::default());
        let served = review.machines[0].states.iter().find(|state| &*state.state == "served");
        assert!(served.unwrap().customers > 5, "{review:?}");
        let customers: Vec<&str> = columns.customers.iter().map(|id| &**id).collect();
        for id in customers {
            let Ok(among) = review.customer(id) else { continue };
            let machines = serde_json::to_value(&among.machines).unwrap();
            let journey = store.journey(&playbook, as_of, None, id).unwrap();
            assert_eq!(serde_json::to_value(journey.states()).unwrap(), machines, "{id}");
            let alone = store.customer(&playbook, as_of, id).unwrap();
            assert_eq!(
                serde_json::to_value(&alone).unwrap(),
                serde_json::to_value(&among).unwrap(),
                "{id}"
            );
            let steps = journey.history();
            let last = steps.last().map_or("usual", |step| &*step.to);
            assert_eq!(machines[0]["state"], last, "{id}: {steps:?}");
        }
    }
}

/// What somebody might do is judged by what was found over everybody.
#[test]
fn what_is_supposed_changes_nothing_for_the_others() {
    let (playbook, store, columns) = firm();
    let as_of = Instant::parse("2026-07-15T12:00:00Z").unwrap();
    let review = engine::review(&columns, &playbook, as_of, None, Options::default());
    let made = engine::value(&columns, &playbook, as_of, Options::default()).unwrap();
    let visit = r#"[{"kind": "visit", "at": "2026-07-15T12:00:00Z"}]"#;
    let mut judged = [0, 0];
    for customer in made.customers() {
        let id = &*customer.customer;
        let journey = store.journey(&playbook, as_of, None, id).unwrap();
        let state = |told: &engine::CustomerMachine| told.state.to_string();
        let before = state(&review.customer(id).unwrap().machines[0]);
        let after = state(&journey.suppose(visit.as_bytes()).unwrap().states[0]);
        let wanted = match (before.as_str(), customer.tier.as_deref()) {
            (_, Some("A")) => "served",
            (_, Some("B")) => "usual",
            (state, _) => state,
        };
        assert_eq!(after, wanted, "{id} in {:?}, {before}", customer.tier);
        judged[usize::from(wanted == "served")] += 1;
    }
    assert!(judged[0] > 5 && judged[1] > 5, "{judged:?}");
}
