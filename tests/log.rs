//! The log: verdicts, and which facts count once corrections are settled.

use std::collections::BTreeMap;

use guanxi::Code;
use guanxi::facts::schema::UnknownCustomers;
use guanxi::facts::{Batch, Body, Correction, Fact, Log, Recorded, Seen, Value, Verdict};
use guanxi::units::Instant;
use proptest::prelude::*;

use crate::made_up::{batches, distinct_facts, minute, purchase, schema, shared_schema};

fn supersede(id: &str, target: &str, amount: i64) -> Fact {
    Fact { correction: Correction::Supersedes(target.into()), ..purchase(id, "C1", 0, amount) }
}

fn retract(id: &str, target: &str) -> Fact {
    Fact { correction: Correction::Retracts(target.into()), ..purchase(id, "C1", 0, 0) }
}

/// The ids that count after all facts have arrived in one batch.
#[track_caller]
fn check_counts(facts: &[Fact], expected: &[&str]) {
    let mut log = Log::new(&shared_schema());
    log.append(facts.to_vec(), Seen::At(minute(0))).unwrap();
    let ids: Vec<&str> = log.effective(None).map(|recorded| &*recorded.fact.id).collect();
    assert_eq!(ids, expected);
}

#[test]
fn a_supersede_replaces_its_target() {
    check_counts(&[purchase("1", "C1", 0, 120), supersede("2", "1", 100)], &["2"]);
}

#[test]
fn a_retraction_leaves_nothing() {
    check_counts(&[purchase("1", "C1", 0, 120), retract("2", "1")], &[]);
}

#[test]
fn the_end_of_a_chain_wins() {
    let facts = [purchase("1", "C1", 0, 1), supersede("3", "1", 2), supersede("2", "3", 3)];
    check_counts(&facts, &["2"]);
}

#[test]
fn of_two_corrections_of_one_fact_the_higher_id_wins_whatever_came_last() {
    let (one, other) = (supersede("b", "1", 2), supersede("a", "1", 3));
    check_counts(&[purchase("1", "C1", 0, 1), one.clone(), other.clone()], &["b"]);
    check_counts(&[other, one, purchase("1", "C1", 0, 1)], &["b"]);
}

#[test]
fn a_revision_that_was_given_beats_the_id() {
    let strong = Fact { revision: Some(7), ..supersede("a", "1", 2) };
    check_counts(&[purchase("1", "C1", 0, 1), supersede("b", "1", 3), strong], &["a"]);
}

#[test]
fn an_original_of_a_high_revision_outlives_its_corrections() {
    let original = Fact { revision: Some(7), ..purchase("1", "C1", 0, 1) };
    let weak = Fact { revision: Some(3), ..retract("2", "1") };
    check_counts(&[original, weak], &["1"]);
}

#[test]
fn a_retracted_correction_takes_its_target_with_it() {
    // The retraction has the highest revision of the group, so nothing counts:
    // to return to the original, send it again as a correction.
    check_counts(&[purchase("1", "C1", 0, 1), supersede("2", "1", 2), retract("3", "2")], &[]);
}

#[test]
fn a_circle_and_a_correction_of_nothing_have_no_effect() {
    check_counts(&[supersede("1", "2", 1), supersede("2", "1", 2)], &[]);
    check_counts(&[supersede("1", "1", 1), purchase("3", "C1", 0, 5)], &["3"]);
    check_counts(&[supersede("1", "missing", 1)], &[]);
}

#[test]
fn corrections_stay_within_their_source() {
    let foreign = Fact { source: "desk".into(), ..retract("2", "1") };
    check_counts(&[purchase("1", "C1", 0, 1), foreign], &["1"]);
}

#[test]
fn a_chain_of_a_hundred_thousand_is_settled() {
    let mut facts = vec![purchase("0", "C1", 0, 0)];
    facts.extend((1..100_000).map(|n| supersede(&n.to_string(), &(n - 1).to_string(), n)));
    check_counts(&facts, &["99999"]);
}

#[test]
fn a_correction_counts_from_when_it_was_learnt() {
    let mut log = Log::new(&shared_schema());
    log.append(vec![purchase("1", "C1", 0, 1)], Seen::At(minute(1))).unwrap();
    log.append(vec![retract("2", "1")], Seen::At(minute(3))).unwrap();
    let count = |known_at| log.effective(Some(known_at)).count();
    assert_eq!(
        [count(minute(0)), count(minute(1)), count(minute(2)), count(minute(3))],
        [0, 1, 1, 0]
    );
}

#[test]
fn a_correction_waits_only_while_its_target_is_in_no_batch_of_the_call() {
    use Verdict::{New, Pending, Same};
    let mut log = Log::new(&shared_schema());
    let batch = |minutes, facts| Batch { facts, seen: Seen::At(minute(minutes)) };
    let waits = retract("w", "missing");
    let one = batch(1, vec![retract("r", "1"), waits.clone(), supersede("s", "3", 1)]);
    let two = batch(2, vec![purchase("1", "C1", 0, 1), purchase("1", "C1", 0, 1)]);
    assert_eq!(log.append_all(vec![one, two]).unwrap(), [New, Pending, Pending, New, Same]);
    assert!(log.holds("shop", "w") && !log.holds("shop", "missing"));
    let again = log.append(vec![waits, purchase("3", "C1", 0, 1)], Seen::At(minute(2))).unwrap();
    assert_eq!(again, [Same, New]);
}

#[test]
fn batches_are_appended_all_or_not_at_all() {
    let mut log = Log::new(&shared_schema());
    let batch = |minutes, id| Batch {
        facts: vec![purchase(id, "C1", 0, 1)],
        seen: Seen::At(minute(minutes)),
    };
    log.append_all(vec![batch(3, "a")]).unwrap();
    for late in [vec![batch(4, "b"), batch(2, "c")], vec![batch(5, "b"), batch(4, "c")]] {
        let error = log.append_all(late).unwrap_err();
        let places: Vec<_> = error.faults().iter().map(|it| it.pointer.as_deref()).collect();
        assert_eq!((error.code(), places), (Code::SeenDecreases, vec![Some("/1")]));
        assert_eq!((log.len(), log.n_batches(), log.last_seen()), (1, 1, Some(minute(3))));
    }
    let known = log.append_all(vec![batch(1, "a"), batch(4, "b")]).unwrap();
    assert_eq!(known, [Verdict::Same, Verdict::New]);
    assert_eq!((log.n_batches(), log.last_seen()), (2, Some(minute(4))));
}

#[test]
fn each_row_has_its_verdict() {
    let mut log = Log::new(&shared_schema());
    let batch = vec![
        purchase("1", "C1", 0, 1),
        purchase("1", "C1", 0, 1),
        purchase("1", "C2", 0, 1),
        retract("2", "9"),
        purchase("9", "C1", 0, 1),
        retract("3", "9"),
        Fact { source: "desk".into(), ..purchase("1", "C2", 0, 1) },
    ];
    let verdicts = log.append(batch, Seen::At(minute(0))).unwrap();
    use Verdict::{Conflict, New, Same};
    assert_eq!(verdicts, [New, Same, Conflict, New, New, New, New]);
    assert_eq!(log.since(0).iter().map(|r| r.sequence).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(log.since(4).len(), 1);
}

#[test]
fn revision_time_and_correction_are_content() {
    let one = purchase("1", "C1", 0, 1);
    let others = [
        Fact { revision: Some(0), ..one.clone() },
        Fact { at: Some(minute(1)), ..one.clone() },
        Fact { correction: Correction::Supersedes("2".into()), ..one.clone() },
    ];
    let mut log = Log::new(&shared_schema());
    log.append(vec![one], Seen::At(minute(0))).unwrap();
    let verdicts = log.append(others.to_vec(), Seen::At(minute(0))).unwrap();
    assert_eq!(verdicts, [Verdict::Conflict; 3]);
}

#[test]
fn form_is_not_content() {
    let attributes =
        |changes| Fact { body: Body::Attributes(changes), ..purchase("1", "C1", 0, 1) };
    let set = |members: &[&str]| Some(Value::Set(members.iter().map(|m| (*m).into()).collect()));
    let mut log = Log::new(&shared_schema());
    let verdicts = log.append(
        vec![
            attributes(vec![(1, set(&["棋", "茶"])), (2, None)]),
            attributes(vec![(2, None), (1, set(&["茶", "棋", "茶"]))]),
        ],
        Seen::At(minute(0)),
    );
    assert_eq!(verdicts.unwrap(), [Verdict::New, Verdict::Same]);
    let body = Fact { id: "2".into(), ..retract("2", "1") };
    let bare = Fact { body: Body::Nothing, ..body.clone() };
    let verdicts = log.append(vec![body, bare], Seen::At(minute(0))).unwrap();
    assert_eq!(verdicts, [Verdict::New, Verdict::Same]);
}

#[test]
fn where_policy_refuses_strangers_attributes_introduce_them() {
    let mut schema = schema();
    schema.unknown_customers = UnknownCustomers::Refuse;
    let mut log = Log::new(&schema.into());
    let event = purchase("1", "C1", 0, 1);
    let consent = Fact {
        id: "2".into(),
        body: Body::Consent { purpose: 0, channel: 0, granted: true },
        ..event.clone()
    };
    let attributes = Fact { id: "3".into(), body: Body::Attributes(vec![]), ..event.clone() };
    let batch = vec![event.clone(), consent, attributes, event.clone()];
    let verdicts = log.append(batch, Seen::At(minute(0))).unwrap();
    use Verdict::{New, Refused};
    assert_eq!(verdicts, [Refused, Refused, New, New]);
    assert_eq!(log.len(), 2);
}

#[test]
fn seen_may_stand_still_but_not_decrease() {
    let mut log = Log::new(&shared_schema());
    log.append(vec![purchase("1", "C1", 0, 1)], Seen::At(minute(5))).unwrap();
    log.append(vec![purchase("2", "C1", 0, 1)], Seen::At(minute(5))).unwrap();
    let error = log.append(vec![purchase("3", "C1", 0, 1)], Seen::At(minute(4))).unwrap_err();
    assert_eq!(error.code(), Code::SeenDecreases);
    assert_eq!(log.len(), 2);
    log.append(vec![purchase("3", "C1", 2, 1)], Seen::Backfill).unwrap();
    assert_eq!(log.since(2)[0].seen, minute(2));
    log.append(vec![purchase("4", "C1", 9, 1)], Seen::Backfill).unwrap();
    log.append(vec![purchase("5", "C1", 0, 1)], Seen::At(minute(6))).unwrap();
}

#[test]
fn what_stands_can_be_handed_over_again_at_any_time() {
    let mut log = Log::new(&shared_schema());
    log.append(vec![purchase("1", "C1", 0, 1)], Seen::At(minute(1))).unwrap();
    log.append(vec![purchase("2", "C1", 0, 1)], Seen::At(minute(5))).unwrap();
    let again = vec![purchase("1", "C1", 0, 1), purchase("2", "C1", 0, 9)];
    let verdicts = log.append(again, Seen::At(minute(1))).unwrap();
    assert_eq!(verdicts, [Verdict::Same, Verdict::Conflict]);
    let some_new = vec![purchase("1", "C1", 0, 1), purchase("3", "C1", 0, 1)];
    let error = log.append(some_new, Seen::At(minute(1))).unwrap_err();
    assert_eq!(error.code(), Code::SeenDecreases);
    assert_eq!(log.len(), 2);
}

#[test]
fn an_undated_fact_of_a_backfill_was_always_known() {
    let consent = Body::Consent { purpose: 0, channel: 0, granted: true };
    let mut log = Log::new(&shared_schema());
    let undated = Fact { at: None, body: consent, ..purchase("1", "C1", 0, 1) };
    log.append(vec![undated], Seen::Backfill).unwrap();
    assert_eq!(log.since(0)[0].seen, Instant::MIN);
    assert_eq!(log.effective(Some(Instant::MIN)).count(), 1);
}

#[test]
fn facts_the_schema_does_not_allow_are_all_listed_and_none_is_recorded() {
    let good = purchase("1", "C1", 0, 1);
    let event = |fields| Body::Event { kind: 1, fields };
    let amount = Some(Value::Exact(1));
    let bad = [
        (Fact { id: "".into(), ..good.clone() }, Code::MissingValue, "/id"),
        (Fact { customer: "".into(), ..good.clone() }, Code::MissingValue, "/customer"),
        (Fact { at: None, ..good.clone() }, Code::MissingValue, "/at"),
        (Fact { body: Body::Nothing, ..good.clone() }, Code::InvalidArgument, ""),
        (
            Fact { body: Body::Event { kind: 2, fields: vec![] }, ..good.clone() },
            Code::InvalidArgument,
            "",
        ),
        (Fact { body: event(vec![amount.clone()]), ..good.clone() }, Code::InvalidArgument, ""),
        (Fact { body: event(vec![None; 4]), ..good.clone() }, Code::MissingValue, "/amount"),
        (
            Fact { body: event(vec![amount, Some(Value::Int(1)), None, None]), ..good.clone() },
            Code::TypeMismatch,
            "/paid_at",
        ),
        (
            Fact {
                body: Body::Attributes(vec![(4, Some(Value::Text("东北".into())))]),
                ..good.clone()
            },
            Code::UnknownLabel,
            "/region",
        ),
        (
            Fact { body: Body::Attributes(vec![(2, None), (2, None)]), ..good.clone() },
            Code::InvalidArgument,
            "/income",
        ),
    ];
    let mut log = Log::new(&shared_schema());
    let batch = std::iter::once(good.clone()).chain(bad.iter().map(|(fact, ..)| fact.clone()));
    let error = log.append(batch.collect(), Seen::At(minute(0))).unwrap_err();
    let found: Vec<(Code, String)> = error
        .faults()
        .iter()
        .map(|fault| (fault.code, fault.pointer.clone().unwrap_or_default()))
        .collect();
    let expected: Vec<(Code, String)> = (1..)
        .zip(&bad)
        .map(|(position, (_, code, rest))| (*code, format!("/{position}{rest}")))
        .collect();
    assert_eq!(found, expected);
    assert!(log.is_empty());
}

/// Source and id.
type Key = (Box<str>, Box<str>);

/// Which facts count, word for word as the rule says it, in quadratic time.
fn counts_by_definition(recorded: &[Recorded], known_at: Option<Instant>) -> Vec<Fact> {
    let known: Vec<&Fact> = recorded
        .iter()
        .filter(|recorded| known_at.is_none_or(|known_at| recorded.seen <= known_at))
        .map(|recorded| &recorded.fact)
        .collect();
    let target = |fact: &Fact| match &fact.correction {
        Correction::None => None,
        Correction::Supersedes(id) | Correction::Retracts(id) => {
            Some(known.iter().copied().find(|other| other.source == fact.source && other.id == *id))
        }
    };
    // From a fact to its original with the revision of the fact, or nothing.
    let trace = |fact: &Fact| {
        let mut chain = vec![fact.clone()];
        loop {
            match target(&chain[chain.len() - 1]) {
                Some(Some(next)) if chain.len() <= known.len() => chain.push(next.clone()),
                Some(_) => return None,
                None => break,
            }
        }
        let original = chain[chain.len() - 1].clone();
        let mut revision = u64::from(original.revision.unwrap_or(0));
        for fact in chain.iter().rev().skip(1) {
            revision = fact.revision.map_or(revision + 1, u64::from);
        }
        Some(((original.source, original.id), revision))
    };
    let mut groups: BTreeMap<Key, Vec<(u64, Box<str>)>> = BTreeMap::new();
    for fact in &known {
        if let Some((group, revision)) = trace(fact) {
            groups.entry(group).or_default().push((revision, fact.id.clone()));
        }
    }
    let wins = |fact: &Fact| {
        trace(fact).is_some_and(|(group, revision)| {
            groups[&group].iter().max() == Some(&(revision, fact.id.clone()))
        })
    };
    let counts = |fact: &&Fact| wins(fact) && !matches!(fact.correction, Correction::Retracts(_));
    known.iter().copied().filter(counts).cloned().collect()
}

fn counting(log: &Log, known_at: Option<Instant>) -> Vec<Fact> {
    log.effective(known_at).map(|recorded| recorded.fact.clone()).collect()
}

fn by_key(mut facts: Vec<Fact>) -> Vec<Fact> {
    facts.sort_by(|a, b| (&a.source, &a.id).cmp(&(&b.source, &b.id)));
    facts
}

proptest! {
    #[test]
    fn the_facts_that_count_are_those_of_the_definition(batches in batches()) {
        let mut log = Log::new(&shared_schema());
        for (at, batch) in (0..).zip(batches) {
            log.append(batch, Seen::At(minute(at))).unwrap();
        }
        for known_at in (-1..6).map(minute).map(Some).chain([None]) {
            prop_assert_eq!(counting(&log, known_at), counts_by_definition(log.since(0), known_at));
        }
    }

    #[test]
    fn neither_arrival_order_nor_batches_change_what_counts(
        (facts, shuffled) in distinct_facts().prop_flat_map(|facts| {
            (Just(facts.clone()), Just(facts).prop_shuffle())
        }),
        size in 1..7usize,
    ) {
        let mut whole = Log::new(&shared_schema());
        whole.append(facts, Seen::Backfill).unwrap();
        let mut split = Log::new(&shared_schema());
        for batch in shuffled.chunks(size) {
            split.append(batch.to_vec(), Seen::Backfill).unwrap();
        }
        for known_at in (-1..6).map(minute).map(Some).chain([None]) {
            prop_assert_eq!(by_key(counting(&whole, known_at)), by_key(counting(&split, known_at)));
        }
    }
}
