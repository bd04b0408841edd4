//! What reviews, customers' pages, rows for everybody and moves between tiers
//! say, and that segments and machines read what was fixed.

use std::sync::Arc;

use guanxi::Playbook;
use guanxi::engine::{self, Options, Place};
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Columns, Seen};
use guanxi::store::Store;
use guanxi::units::{Instant, Zone};

const SHOP: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
    "schema": {"events": {
        "purchase": {"list": "purchases", "fields": {"amount": {"type": "money", "currency": "CNY"}}},
        "visit": {"list": "visits"}, "favour": {"list": "favours"}}},
    "segments": {"gold": {"when": "tier('value') == 'A'"}, "keen": {"when": "axis('desire') > 50.00"}},
    "machines": {"service": {"initial": "usual", "states": {
        "usual": {"on": [{"event": "visit", "when": "tier('value') == 'A'", "to": "served"}]},
        "served": {"on": [{"event": "visit", "when": "tier('value') != 'A'", "to": "usual"}]}}}},
    "value": {
        "purchases": {"event": "purchase", "amount": "amount"},
        "model": {"timing": "bg-nbd", "spend": "gamma-gamma", "pinned": {
            "timing": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, "spend": {"p": 6.25, "q": 3.74, "v": 15.44}}},
        "money": {"margin": "0.50", "horizon": "months(12)", "costs": {"visits": {"event": "visit", "each": "1.50"}}},
        "axes": {
            "spent": {"points": [
                {"name": "sum", "from": "purchases.sum(p, p.amount)", "weight": 2, "curve": [[0, 0], [300, 100]]},
                {"name": "visits", "from": "visits.size()", "weight": 1, "curve": [[0, 0], [4, 100]]}], "labels": {"en": "spending"}},
            "desire": {"logistic": {"intercept": "-1", "factors": [{"name": "visits", "from": "visits.size()", "weight": "0.75"}]}}},
        "favours": {"received": {"help": {"from": "favours.size()", "worth": "2.5"}}},
        "assess": {"every": "month", "on": ["purchase"]},
        "cuts": {"half": {"of": "purchases.sum(p, p.amount)", "top": "0.50"}},
        "tiers": [
            {"name": "A", "labels": {"en": "gold", "zh-Hans": "金"}, "when": "axis('spent') >= 60.00", "stay": "months(3)", "treatment": {"action": "call", "budget": "50.00"}},
            {"name": "B", "when": "purchases.size() > 0"}]}}"#;

const FACTS: &str = r#"
{"kind": "purchase", "customer": "ann", "at": "2026-01-10T10:00:00Z", "amount": "100.00"}
{"kind": "visit", "customer": "ann", "at": "2026-01-20T10:00:00Z"}
{"kind": "purchase", "customer": "ann", "at": "2026-02-10T10:00:00Z", "amount": "200.00"}
{"kind": "visit", "customer": "ann", "at": "2026-02-10T10:00:00Z"}
{"kind": "visit", "customer": "ann", "at": "2026-02-11T10:00:00Z"}
{"kind": "favour", "customer": "ann", "at": "2026-02-12T10:00:00Z"}
{"kind": "purchase", "customer": "bob", "at": "2026-02-05T10:00:00Z", "amount": "30.00"}
{"kind": "visit", "customer": "cid", "at": "2026-02-06T10:00:00Z"}
{"kind": "visit", "customer": "cid", "at": "2026-02-07T10:00:00Z"}"#;

fn shop() -> (Playbook, Arc<Columns>) {
    let playbook = Playbook::from_json(SHOP).unwrap_or_else(|error| panic!("{error}"));
    let kind = TableKind::Events;
    let lines = Lines::of("shop", &kind, None, playbook.schema(), &Zone::utc()).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    store.append_lines(&lines, FACTS.as_bytes(), Seen::Backfill).unwrap();
    let columns = Arc::new(store.columns(None).unwrap());
    (playbook, columns)
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

#[test]
fn a_review_tells_models_tiers_and_what_they_are_worth() {
    let (playbook, columns) = shop();
    let review =
        engine::review(&columns, &playbook, at("2026-03-05T00:00:00Z"), None, Options::default());
    let value = serde_json::to_value(review.value.as_ref().expect("a section")).unwrap();
    assert_eq!(value["assessed"], "2026-03-01T00:00:00Z");
    assert_eq!(value["assessments"], 2);
    assert_eq!(
        (&value["tiers"][0]["tier"], &value["tiers"][0]["customers"]),
        (&"A".into(), &1.into())
    );
    assert_eq!(value["tiers"][0]["label"]["zh-Hans"], "金");
    assert_eq!(value["tiers"][0]["treatment"]["budget"], "50.00");
    // 300.00 at a margin of a half, less three visits.
    assert_eq!(value["tiers"][0]["past_value"]["sum"], "145.50 CNY");
    assert_eq!(value["tiers"][1]["past_value"]["sum"], "15.00 CNY");
    assert_eq!(value["outside"], 1);
    assert_eq!(value["models"][0]["model"], "bg-nbd");
    assert_eq!(value["models"][0]["pinned"], true);
    assert_eq!(value["cuts"][0]["value"], "300.00 CNY");
    let spent = &value["axes"][1];
    assert_eq!(
        (&spent["axis"], &spent["known"], &spent["label"]["en"]),
        (&"spent".into(), &3.into(), &"spending".into())
    );
    assert_eq!(review.answer("gold").unwrap().members.count(), 1);
    assert_eq!(review.members("keen").unwrap().collect::<Vec<_>>(), ["ann", "cid"]);
    // The machine read the tier of the assessment before each visit: at the
    // same instant as the purchase that made it she was not yet in A.
    let served = review.machines[0].states.iter().find(|state| &*state.state == "served").unwrap();
    assert_eq!(served.customers, 1);
}

#[test]
fn a_customers_page_comes_apart_into_what_gives_how_much() {
    let (playbook, columns) = shop();
    let page = engine::customer(&columns, &playbook, at("2026-03-05T00:00:00Z"), "ann").unwrap();
    let page = serde_json::to_value(page).unwrap();
    let value = &page["value"];
    assert_eq!(value["tier"]["tier"], "A");
    assert_eq!(value["tier"]["since"], "2026-02-10T10:00:00Z");
    let spent = &value["axes"][1];
    assert_eq!(
        (spent["score"].as_str(), spent["without_purchases"].as_str()),
        (Some("91.67"), Some("75.00"))
    );
    let gives = |at: usize| spent["points"][at]["gives"].as_str().unwrap().to_owned();
    assert_eq!((gives(0), gives(1)), ("66.67".to_owned(), "25.00".to_owned()));
    assert_eq!(spent["points"][0]["observed"], "300.00 CNY");
    let desire = &value["axes"][0];
    assert_eq!(desire["factors"][0]["gives"], "-1.000000");
    assert_eq!(desire["factors"][1]["gives"], "2.250000");
    assert_eq!(desire["score"], "77.73");
    assert_eq!(value["favours"]["received"][0]["worth"], "2.50");
    assert_eq!(value["favours"]["balance"], "-2.50");
    let history = value["history"].as_array().unwrap();
    let moved: Vec<_> =
        history.iter().map(|it| (it["at"].as_str().unwrap(), it["to"].as_str())).collect();
    assert_eq!(moved, [("2026-02-01T00:00:00Z", Some("B")), ("2026-02-10T10:00:00Z", Some("A"))]);
    assert_eq!(page["machines"][0]["since"], "2026-02-11T10:00:00Z");
}

#[test]
fn rows_for_everybody_and_moves_between_tiers() {
    let (playbook, columns) = shop();
    let to = at("2026-03-05T00:00:00Z");
    let told = engine::value(&columns, &playbook, to, Options::default()).unwrap();
    let rows: Vec<_> = told
        .customers()
        .map(|row| (row.customer.to_string(), row.tier.map(|it| it.to_string())))
        .collect();
    let row = |name: &str, tier: Option<&str>| (name.to_owned(), tier.map(str::to_owned));
    assert_eq!(rows, [row("ann", Some("A")), row("bob", Some("B")), row("cid", None)]);
    let moves =
        engine::tier_moves(&columns, &playbook, at("2026-02-02T00:00:00Z"), to, Options::default())
            .unwrap();
    let cells: Vec<_> = moves
        .matrix
        .iter()
        .map(|cell| (cell.from.clone(), cell.to.clone(), cell.customers))
        .collect();
    let tier = |name: &str| Place::Tier(name.into());
    assert_eq!(
        cells,
        [(tier("B"), tier("A"), 1), (Place::Absent, tier("B"), 1), (Place::Absent, Place::None, 1)]
    );
    let who: Vec<_> =
        moves.moves.iter().map(|it| (&*it.customer, it.at.to_string(), it.first)).collect();
    assert_eq!(
        who,
        [
            ("ann", "2026-02-10T10:00:00Z".to_owned(), false),
            ("bob", "2026-02-05T10:00:00Z".to_owned(), true),
            ("cid", "2026-03-01T00:00:00Z".to_owned(), true),
        ]
    );
    // What made a move adds up to it, for each and for all between two tiers.
    let rank = |tier: &Option<std::sync::Arc<str>>| match tier.as_deref() {
        Some("A") => 200,
        Some("B") => 100,
        _ => 0,
    };
    let mut by_hand = std::collections::BTreeMap::<_, (u64, i128)>::new();
    for it in moves.moves.iter().filter(|it| !it.first) {
        let parts: i128 = it.causes.iter().map(|part| part.tiers.units()).sum();
        assert_eq!(parts, rank(&it.to) - rank(&it.from), "{it:?}");
        let sum = by_hand.entry((it.from.clone(), it.to.clone())).or_default();
        *sum = (sum.0 + 1, sum.1 + parts);
    }
    let told: Vec<_> = moves
        .causes
        .iter()
        .map(|it| {
            let leads: u64 = it.causes.iter().map(|cause| cause.leads).sum();
            assert_eq!(leads, it.moves);
            let tiers: i128 = it.causes.iter().map(|cause| cause.tiers.units()).sum();
            ((it.from.clone(), it.to.clone()), (it.moves, tiers))
        })
        .collect();
    assert_eq!(told, by_hand.into_iter().collect::<Vec<_>>());
    assert_eq!(told.len(), 1);
    for threads in [2, 7] {
        let options = Options { threads };
        let again =
            engine::tier_moves(&columns, &playbook, at("2026-02-02T00:00:00Z"), to, options);
        assert_eq!(again.unwrap().moves, moves.moves);
    }
    let none = Playbook::from_json(
        r#"{"guanxi": 1, "id": "a", "version": "1", "calendar": {"zone": "UTC"}}"#,
    )
    .unwrap();
    assert!(engine::value(&columns, &none, to, Options::default()).is_err());
    assert!(
        engine::tier_moves(&columns, &playbook, to, at("2026-02-02T00:00:00Z"), Options::default())
            .is_err()
    );
}

#[test]
fn what_is_asked_of_a_customer_knows_the_date_until_which_they_are_active() {
    let (playbook, columns) = shop();
    let snapshot = guanxi::facts::Snapshot::new(&columns, at("2026-03-05T00:00:00Z"));
    let ask = |source: &str| {
        let query = engine::query(&snapshot, &playbook, source, Options::default()).unwrap();
        let answer = query.answer(Options::default());
        assert_eq!(answer.errors.count(), 0, "{source}");
        engine::ids(&columns, &answer).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(ask("value('p_alive') > 0.2"), ["ann", "bob"]);
    assert_eq!(ask("alive_until(0.05) > now"), ["ann"]);
    assert_eq!(ask("alive_until(0.9) < now"), ["ann"]);
    assert_eq!(ask("cut('half') == 300.00 && axis('desire') > 60.00"), ["ann", "cid"]);
}

#[test]
fn who_earns_us_what_is_told_from_the_best_and_who_will_with_how_sure_that_is() {
    let (playbook, columns) = shop();
    let as_of = at("2026-03-05T00:00:00Z");
    let told = engine::key_accounts(&columns, &playbook, as_of, 1, Options::default()).unwrap();
    let told = serde_json::to_value(&told).unwrap();
    // 145.50 by one of two buyers, 15.00 by the other: all is earned by both.
    let whale = &told["whale"];
    let profits: Vec<&str> =
        [0, 5, 10].iter().map(|at| whale["points"][*at]["profit"].as_str().unwrap()).collect();
    assert_eq!(profits, ["0.00 CNY", "145.50 CNY", "160.50 CNY"]);
    assert_eq!(whale["points"][5]["percent"], "90.65");
    assert_eq!(
        (&whale["whole"]["customers"], &whale["losers"]["customers"]),
        (&2.into(), &0.into())
    );
    let accounts = told["accounts"].as_array().unwrap();
    let ids: Vec<&str> = accounts.iter().map(|it| it["customer"].as_str().unwrap()).collect();
    assert_eq!((ids, &accounts[0]["tier"]), (vec!["ann"], &"A".into()));
    let money = |at: &serde_json::Value| -> f64 {
        at.as_str().unwrap().strip_suffix(" CNY").unwrap().parse().unwrap()
    };
    let (low, high) = (money(&accounts[0]["interval"][0]), money(&accounts[0]["interval"][1]));
    let expected = money(&accounts[0]["future_value"]);
    assert!(low <= expected && expected < high && low < high, "{low} {expected} {high}");
}
