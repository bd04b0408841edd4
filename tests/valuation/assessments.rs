//! Assessments: the fast way gives what the slow one gives, in any parts and by
//! any number of threads.

use std::fmt::Write as _;
use std::sync::Arc;

use guanxi::Playbook;
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Columns, Seen};
use guanxi::store::Store;
use guanxi::units::{Instant, Zone};
use guanxi::value::{Assessments, Assessor, assess_slowly};

use crate::support::Random;

/// Whole days of events, counted from 2025-01-01.
const DAYS: u64 = 430;

pub fn playbook(section: &str) -> Playbook {
    let text = format!(
        r#"{{"guanxi": 1, "id": "shop", "version": "1", "calendar": {{"zone": "America/New_York"}},
        "parameters": {{"old": {{"type": "period", "value": "days(60)"}}}},
        "schema": {{
            "attributes": {{"region": {{"type": "text", "nullable": true}}, "staff": {{"type": "int", "nullable": true}}}},
            "events": {{
                "purchase": {{"list": "purchases", "fields": {{"amount": {{"type": "money", "currency": "CNY"}}}}}},
                "refund": {{"list": "refunds", "fields": {{"amount": {{"type": "money", "currency": "CNY"}}}}}},
                "complaint": {{"list": "complaints", "fields": {{"solved_at": {{"type": "instant", "nullable": true}}}}}},
                "rating": {{"list": "ratings", "fields": {{"stars": {{"type": "int"}}}}}}}}}},
        "segments": {{"busy": {{"when": "purchases.within(days(60)).size() >= 3"}},
                      "grumbling": {{"when": "!segment('busy') && complaints.size() > 0"}},
                      "best": {{"when": "tier('value') == 'A'"}}}},
        "value": {section}}}"#
    );
    Playbook::from_json(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// Everything that the section can say.
pub const WHOLE: &str = r#"{
    "purchases": {"event": "purchase", "amount": "amount", "refunds": {"event": "refund", "amount": "amount"}, "day_starts": "3:00"},
    "model": {"timing": "mbg-nbd", "spend": "gamma-gamma"},
    "money": {"margin": "0.35", "discount_per_year": "0.10", "horizon": "months(12)",
              "costs": {"complaints": {"event": "complaint", "each": "8.00"}}},
    "axes": {
        "worth": {"from": "value('future_value')", "curve": [["0", 0], ["50", 60], ["300", 100]]},
        "content": {"points": [
            {"name": "rhythm", "from": "value('rhythm')", "weight": 3, "curve": [["0.02", 0], ["0.5", 100]]},
            {"name": "complaints", "from": "complaints.within(days(90)).size()", "weight": "2.5", "curve": [[0, 100], [2, 0]]},
            {"name": "unsolved", "from": "complaints.count(c, c.solved_at == null)", "curve": [[0, 100], [1, 30]]},
            {"name": "grumbling", "from": "segment('grumbling')", "curve": [[0, 80], [1, 20]]},
            {"name": "rating", "from": "ratings.last().stars", "since": "ratings.last().at", "half_life": "param.old", "weight": 2, "curve": [[1, 0], [5, 100]]}]},
        "known": {"points": [
            {"name": "for", "from": "now - purchases.first().at", "curve": [[0, 0], [365, 100]]},
            {"name": "share", "from": "100 / (staff - 3)", "curve": [[0, 0], [100, 100]]},
            {"name": "content", "from": "axis('content')", "curve": [[0, 0], [100, 100]]}]},
        "desire": {"logistic": {"intercept": "-1.10", "factors": [
            {"name": "talk", "from": "ratings.within(days(30)).size() + complaints.size()", "weight": "0.62"},
            {"name": "balance", "from": "value('favour_balance')", "weight": "-0.05", "missing": "0"}]}}},
    "favours": {"given": {"solved": {"from": "complaints.count(c, c.solved_at != null)", "worth": "2.5"}},
                "received": {"ratings": {"from": "ratings.size()", "worth": "1"}}},
    "assess": {"every": "month", "on": ["purchase", "complaint"]},
    "cuts": {"gold": {"of": "axis('worth')", "top": "0.10"}, "big": {"of": "value('future_value')", "share": "0.80"}},
    "tiers": [
        {"name": "A", "when": "value('future_value') >= cut('big') && axis('content') >= 50", "keep": "axis('content') >= 40", "stay": "months(2)"},
        {"name": "B", "when": "axis('worth') >= cut('gold') || axis('known') > 60", "stay": "days(20)"},
        {"name": "C", "when": "purchases.size() > 0 || region == 'north'"}]}"#;

/// Nothing over everybody, so that single customers are assessed from the
/// first day on.
pub const ALONE: &str = r#"{
    "purchases": {"event": "purchase"},
    "model": {"timing": "bg-nbd", "pinned": {"timing": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}}},
    "axes": {"alive": {"from": "value('p_alive')", "curve": [[0, 0], [1, 100]]}},
    "assess": {"every": "quarter", "on": ["purchase", "rating"]},
    "tiers": [{"name": "A", "when": "axis('alive') >= 70", "keep": "axis('alive') >= 50"}, {"name": "B", "when": "axis('alive') > 0", "stay": "weeks(3)"}]}"#;

/// Weeks, purchases by weeks, and no model.
pub const PLAIN: &str = r#"{
    "purchases": {"event": "purchase", "amount": "amount", "grain": "week"},
    "axes": {"spent": {"from": "purchases.sum(p, p.amount)", "curve": [["0", 0], ["200", 100]]}},
    "assess": {"every": "week"},
    "cuts": {"half": {"of": "purchases.sum(p, p.amount)", "share": "0.50"}},
    "tiers": [{"name": "A", "when": "purchases.sum(p, p.amount) >= cut('half')", "stay": "days(40)"}]}"#;

/// What some customers did.
pub fn columns(
    random: &mut Random,
    playbook: &Playbook,
    customers: u64,
    events: u64,
) -> Arc<Columns> {
    let (mut events_text, mut people) = (String::new(), String::new());
    let at = |random: &mut Random| {
        // Often at the start of a day, where assessments of everybody are.
        let start = Instant::parse("2025-01-01T05:00:00Z").unwrap().micros();
        let day = start + random.below(DAYS) as i64 * 86_400_000_000;
        let time = if random.chance(20) { 0 } else { random.below(86_400_000_000) as i64 };
        Instant::clamped(day + time)
    };
    for _ in 0..events * customers {
        let (customer, when) = (random.below(customers), at(random));
        let amount = format!("{}.{:02}", random.below(90), random.below(100));
        let line = match random.below(10) {
            0..=5 => format!(r#""kind": "purchase", "amount": "{amount}""#),
            6 => format!(r#""kind": "refund", "amount": "{amount}""#),
            7 => r#""kind": "complaint""#.to_owned(),
            8 => format!(r#""kind": "complaint", "solved_at": "{}""#, at(random)),
            _ => format!(r#""kind": "rating", "stars": {}"#, 1 + random.below(5)),
        };
        writeln!(events_text, r#"{{"customer": "C-{customer}", "at": "{when}", {line}}}"#).unwrap();
    }
    for customer in 0..customers {
        let region = if random.chance(50) { "north" } else { "south" };
        let staff = random.below(8);
        writeln!(
            people,
            r#"{{"id": "C-{customer}", "valid_from": "{}", "region": "{region}", "staff": {staff}}}"#,
            at(random)
        )
        .unwrap();
    }
    let mut store = Store::in_memory(playbook.schema());
    for (kind, text) in [(TableKind::Events, events_text), (TableKind::Customers, people)] {
        let lines = Lines::of("shop.jsonl", &kind, None, playbook.schema(), &Zone::utc()).unwrap();
        let report = store.append_lines(&lines, text.as_bytes(), Seen::Backfill).unwrap();
        assert_eq!(report.verdicts.refused, 0, "{report:?}");
    }
    Arc::new(store.columns(None).unwrap())
}

pub fn assessed(
    playbook: &Playbook,
    columns: &Columns,
    to: &[Instant],
    threads: usize,
) -> Assessments {
    let value = playbook.value().expect("a section");
    let last = *to.last().expect("an instant");
    let mut assessor = Assessor::new(value, playbook.world(columns), &[], last, threads).unwrap();
    for until in to {
        assessor.advance(*until).unwrap();
    }
    assessor.finish(&[])
}

#[test]
fn the_fast_way_gives_what_the_slow_one_gives() {
    let mut random = Random::new(20_260_501);
    let (mut moves, mut troubles, mut assessments) = (0, 0, 0);
    for round in 0..60 {
        let section = [WHOLE, ALONE, PLAIN][round % 3];
        let playbook = playbook(section);
        let customers = 1 + random.below(24);
        let events = 1 + random.below(12);
        let columns = columns(&mut random, &playbook, customers, events);
        let start = Instant::parse("2024-12-20T00:00:00Z").unwrap().micros();
        let mut instant = || {
            let day = random.below(DAYS + 60) as i64;
            Instant::clamped(start + day * 86_400_000_000 + 18_000_000_000 * random.below(2) as i64)
        };
        let (a, b) = (instant(), instant());
        let (first, last) = (a.min(b), a.max(b));
        let fast = assessed(&playbook, &columns, &[last], 1);
        let slow =
            assess_slowly(playbook.value().unwrap(), playbook.world(&columns), last).unwrap();
        if let Some(difference) = slow.differs(&fast) {
            panic!("round {round}, to {last}: {difference}");
        }
        let halves = assessed(&playbook, &columns, &[first, last], 2);
        assert_eq!(halves, fast, "round {round}: by way of {first}");
        moves += fast.moves().len();
        troubles += fast.n_troubles();
        assessments += fast.assessed();
    }
    // What is compared is worth comparing.
    assert!(
        moves > 500 && troubles > 50 && assessments > 3_000,
        "{moves} {troubles} {assessments}"
    );
}

#[test]
fn threads_change_nothing() {
    let mut random = Random::new(7);
    let playbook = playbook(WHOLE);
    let columns = columns(&mut random, &playbook, 9_000, 3);
    let to = [Instant::parse("2025-04-15T00:00:00Z").unwrap()];
    let one = assessed(&playbook, &columns, &to, 1);
    assert_eq!(one, assessed(&playbook, &columns, &to, 2));
    assert_eq!(one, assessed(&playbook, &columns, &to, 5));
    assert_eq!(one.rounds().len(), 4);
    let round = &one.rounds()[3];
    assert!(round.parameters.is_some() && round.cuts.iter().all(Option::is_some));
    assert_eq!(round.tiers.iter().sum::<u64>() + round.outside, round.customers);
}
