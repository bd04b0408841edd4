//! What another playbook answers otherwise, held against two reviews of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use guanxi::engine::kpi::{KpiAsked, kpis};
use guanxi::engine::{Options, Review, ReviewDiff, SavedReview, diff_review, review, value};
use guanxi::facts::Columns;
use guanxi::facts::Seen;
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::store::Store;
use guanxi::units::{Instant, Zone};
use guanxi::{Code, Playbook};

use crate::support::Random;

fn playbook(silent: u64, often: u64, gold: u64) -> Playbook {
    let text = format!(
        r#"{{"guanxi": 1, "id": "shop", "version": "{silent}-{often}-{gold}",
        "calendar": {{"zone": "Asia/Shanghai"}},
        "schema": {{"events": {{"purchase": {{"list": "purchases", "fields": {{
            "amount": {{"type": "decimal(2)"}}}}}}}}}},
        "machines": {{"life": {{"initial": "buyer", "states": {{
            "buyer": {{"on": [{{"silent": "days({silent})", "to": "quiet",
                              "effects": [{{"do": "call"}}]}}]}},
            "quiet": {{"on": [{{"event": "purchase", "to": "buyer"}}]}}}}}}}},
        "value": {{"purchases": {{"event": "purchase", "amount": "amount"}},
            "axes": {{"spent": {{"from": "purchases.sum(p, p.amount)",
                               "curve": [["0", 0], ["500", 100]]}}}},
            "assess": {{"every": "month"}},
            "tiers": [{{"name": "gold", "when": "axis('spent') >= {gold}.00", "stay": "months(1)"}},
                      {{"name": "plain", "when": "true"}}]}},
        "segments": {{"regulars": {{"when": "purchases.size() >= {often}"}},
                      "quiet": {{"when": "in_state('life', 'quiet')"}}}},
        "kpis": {{"revenue": {{"kind": "flow", "sum": "purchases.during(period).sum(p, p.amount)"}},
                  "regular": {{"kind": "stock", "sum": "purchases.size() >= {often}"}}}}}}"#
    );
    Playbook::from_json(&text).unwrap()
}

fn columns(playbook: &Playbook, seed: u64) -> Arc<Columns> {
    let mut random = Random::new(seed);
    let text: String = (0..60 + random.below(60))
        .map(|n| {
            let (who, month, day) = (random.below(12), 1 + random.below(5), 1 + random.below(28));
            let amount = random.below(300);
            format!(
                r#"{{"kind": "purchase", "id": "o{n}", "customer": "C-{who:02}",
                    "at": "2026-{month:02}-{day:02}", "amount": "{amount}.50"}}"#
            )
            .replace('\n', " ")
                + "\n"
        })
        .collect();
    let lines =
        Lines::of("orders", &TableKind::Events, None, playbook.schema(), &Zone::utc()).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    store.append_lines(&lines, text.as_bytes(), Seen::Backfill).unwrap();
    Arc::new(store.columns(None).unwrap())
}

fn at() -> Instant {
    Instant::parse("2026-06-05T00:00:00Z").unwrap()
}

/// Everything that is known of one customer, from a review of its own.
fn placed(columns: &Arc<Columns>, playbook: &Playbook) -> BTreeMap<String, [String; 4]> {
    let review = review(columns, playbook, at(), None, Options::default());
    let valued = value(columns, playbook, at(), Options::default()).unwrap();
    let is_in = |segment: &str, id: &str| {
        review.members(segment).unwrap().any(|member| member == id).to_string()
    };
    let rows = valued.customers().map(|row| {
        let id = row.customer.to_string();
        let state = if is_in("quiet", &id) == "true" { "quiet" } else { "buyer" };
        let tier = row.tier.as_deref().unwrap_or("none").to_owned();
        let score = row.axes[0].map(|score| score.to_string()).unwrap_or_default();
        (id.clone(), [is_in("regulars", &id), state.to_owned(), tier, score])
    });
    rows.collect()
}

/// How many differ in one of these.
fn differing(
    old: &BTreeMap<String, [String; 4]>,
    new: &BTreeMap<String, [String; 4]>,
    place: usize,
) -> u64 {
    old.iter().filter(|(id, was)| was[place] != new[*id][place]).count() as u64
}

fn revenue_and_regulars(columns: &Columns, playbook: &Playbook) -> Vec<Option<f64>> {
    let told = kpis(columns, playbook, &KpiAsked::default(), at(), Options::default()).unwrap();
    told.kpis.iter().map(|table| table.periods[0].whole.value).collect()
}

#[test]
fn what_differs_is_what_two_reviews_say_otherwise() {
    let mut seen = [0; 5];
    for seed in 0..40 {
        let mut random = Random::new(seed);
        let mut any =
            || playbook(10 + 20 * random.below(3), 4 + random.below(4), 30 + 20 * random.below(3));
        let (old, new) = (any(), any());
        let columns = columns(&old, seed);
        let told =
            diff_review((&columns, &old), (&columns, &new), at(), Options::default()).unwrap();
        let (was, is) = (placed(&columns, &old), placed(&columns, &new));

        assert_eq!(turned(&told, "regulars"), differing(&was, &is, 0), "seed {seed}");
        let moved: u64 = told.lifecycles.machines.iter().map(|it| it.changed).sum();
        assert_eq!(moved, differing(&was, &is, 1), "seed {seed}");
        assert_eq!(turned(&told, "quiet"), moved);
        let tiers = told.tiers.as_ref().unwrap();
        assert_eq!(tiers.changed, differing(&was, &is, 2), "seed {seed}");
        assert_eq!(tiers.axes[0].changed, differing(&was, &is, 3), "seed {seed}");
        assert_eq!(tiers.matrix.iter().map(|cell| cell.customers).sum::<u64>(), told.customers);
        for example in &tiers.examples {
            let id = &*example.customer;
            assert_eq!(example.old.as_deref(), Some(&*was[id][2]));
            assert_eq!(example.new.as_deref(), Some(&*is[id][2]));
        }
        let (then, now) =
            (revenue_and_regulars(&columns, &old), revenue_and_regulars(&columns, &new));
        let values = then.iter().zip(&now).filter(|(a, b)| a != b).count();
        assert!(values <= told.kpis.len());
        assert_eq!(told.kpis.len() as u64 + told.same_kpis, 2);
        let same = old.semantic_hash() == new.semantic_hash();
        assert_eq!(told.same_meaning, same);
        assert!(!same || !told.differs());

        seen[0] += turned(&told, "regulars");
        seen[1] += moved;
        seen[2] += tiers.changed;
        seen[3] += values as u64;
        seen[4] += u64::from(same);
    }
    assert!(seen.iter().all(|count| 0 < *count), "{seen:?}");
}

fn turned(told: &ReviewDiff, segment: &str) -> u64 {
    let found = told.segments.segments.iter().find(|it| &*it.segment == segment);
    found.map_or(0, |it| it.entered + it.left)
}

#[test]
fn what_only_one_side_has_is_told() {
    let old = playbook(30, 4, 50);
    let bare = Playbook::from_json(
        r#"{"guanxi": 1, "id": "shop", "version": "bare", "calendar": {"zone": "Asia/Shanghai"},
            "schema": {"events": {"purchase": {"list": "purchases", "fields": {
                "amount": {"type": "decimal(2)"}}}}}}"#,
    )
    .unwrap();
    let columns = columns(&old, 1);
    let told = diff_review((&columns, &old), (&columns, &bare), at(), Options::default()).unwrap();
    assert!(told.differs());
    assert_eq!(told.segments.segments.len(), 2);
    assert_eq!(told.lifecycles.dropped.len(), 1);
    let tiers = told.tiers.unwrap();
    assert_eq!(tiers.changed, told.customers);
    assert!(tiers.axes[0].new_mean.is_none() && tiers.axes[0].old_mean.is_some());
    assert!(told.kpis.iter().all(|it| it.old.is_some() && it.new.is_none()));
    let back = diff_review((&columns, &bare), (&columns, &old), at(), Options::default()).unwrap();
    assert_eq!(back.lifecycles.added.len(), 1);
    assert_eq!(back.tiers.unwrap().changed, told.customers);
    let none = diff_review((&columns, &bare), (&columns, &bare), at(), Options::default()).unwrap();
    assert!(none.tiers.is_none() && !none.differs());
}

fn kept(review: &Review) -> SavedReview {
    SavedReview::read(&serde_json::to_string(review).unwrap()).unwrap()
}

#[test]
fn a_kept_review_is_held_against_one_of_now() {
    let (old, new) = (playbook(30, 4, 50), playbook(10, 4, 50));
    let columns = columns(&old, 7);
    let of = |playbook: &Playbook| review(&columns, playbook, at(), None, Options::default());
    let same = kept(&of(&old)).against(&of(&old)).unwrap();
    assert!(same.changes.is_empty() && same.same > 5);
    let told = kept(&of(&old)).against(&of(&new)).unwrap();
    let names: Vec<_> = told.changes.iter().map(|it| (it.of, it.name.as_deref())).collect();
    assert_eq!(
        names,
        [("segment", Some("quiet")), ("state", Some("buyer")), ("state", Some("quiet"))]
    );
    // What another version wrote besides is passed over; what is no review is refused.
    let mut written = serde_json::to_value(of(&old)).unwrap();
    written["semantics"] = 9.into();
    written["something"] = "new".into();
    let other = SavedReview::read(&written.to_string()).unwrap().against(&of(&old)).unwrap();
    assert_eq!((other.old_semantics, other.changes.len()), (9, 0));
    assert_eq!(SavedReview::read("{\"semantics\": 1}").unwrap_err().code(), Code::BadValue);
}
