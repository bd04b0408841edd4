//! Purchase histories in few numbers: against what is published of real
//! customers, and against counting by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use guanxi::facts::{Body, Columns, Correction, Fact, Schema, Seen, Snapshot, Value};
use guanxi::store::Store;
use guanxi::units::{Calendar, Day, Decimal, Instant, Unit, Weekday, Zone};
use guanxi::value::cbs::{Cbs, Definition, Groups, History, Reason, Step};
use guanxi::value::rfm::{Cuts, Money, Scheme, Scores};

use crate::support::Random;

const SCHEMA: &str = r#"{"events": {
    "purchase": {"list": "purchases", "fields": {"amount": {"type": "decimal(2)", "nullable": true}}},
    "refund": {"list": "refunds", "fields": {"amount": {"type": "decimal(2)", "nullable": true}}}
}}"#;

/// A purchase or refund of a test.
#[derive(Debug, Clone)]
struct Deal {
    customer: u64,
    kind: usize,
    at: Instant,
    cents: Option<i64>,
}

fn columns(deals: &[Deal]) -> Columns {
    let schema = Arc::new(Schema::from_json(SCHEMA).unwrap());
    let mut store = Store::in_memory(&schema);
    let fact = |(n, deal): (usize, &Deal)| Fact {
        source: "test".into(),
        id: format!("{n:06}").into(),
        customer: format!("C-{:03}", deal.customer).into(),
        at: Some(deal.at),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind: deal.kind, fields: vec![deal.cents.map(Value::Exact)] },
    };
    store.append(deals.iter().enumerate().map(fact).collect(), Seen::Backfill).unwrap();
    store.columns(None).unwrap()
}

fn definition(end: &str) -> Definition {
    let end = Day::parse(end).unwrap();
    Definition { amount: Some(0), refunds: Some((1, 0)), ..Definition::new(0, end) }
}

fn cdnow() -> Columns {
    let schema = Arc::new(Schema::from_json(SCHEMA).unwrap());
    let text = include_str!("../examples/cdnow/events.csv");
    let deals = text.lines().skip(1).enumerate().map(|(n, line)| {
        let cells: Vec<&str> = line.split(',').collect();
        let cents =
            Decimal::parse(cells[4]).unwrap().checked_mul(Decimal::new(100, 0).unwrap()).unwrap();
        let cents: i64 = cents.rescale_exact(0).unwrap().to_string().parse().unwrap();
        Fact {
            source: "cdnow".into(),
            id: format!("{n:06}").into(),
            customer: cells[1].into(),
            at: Some(Instant::parse_in(cells[2], &Zone::utc()).unwrap()),
            revision: None,
            correction: Correction::None,
            body: Body::Event { kind: 0, fields: vec![Some(Value::Exact(cents))] },
        }
    });
    let mut store = Store::in_memory(&schema);
    store.append(deals.collect(), Seen::Backfill).unwrap();
    store.columns(None).unwrap()
}

/// The counts of the whole cohort, first quarter of 1997, as they follow from
/// the definition in Fader, Hardie and Lee 2005: purchases of one day are one,
/// 39 weeks to learn from and 39 to forecast.
#[test]
fn the_customers_of_cdnow_are_summarised_as_published() {
    let columns = cdnow();
    let snapshot = Snapshot::new(&columns, Instant::MAX);
    let holdout_end = Some(Day::parse("1998-06-30").unwrap());
    let definition = Definition { holdout_end, ..definition("1997-09-30") };
    let cbs = Cbs::new(&snapshot, &definition, &Calendar::default()).unwrap();
    let audit = cbs.audit();
    assert_eq!((audit.customers, audit.included), (23_570, 23_570));
    assert_eq!((audit.repeats, audit.holdout), (24_337, 19_684));
    let repeaters = cbs.summaries().iter().filter(|it| 0 < it.frequency()).count();
    assert_eq!((repeaters, cbs.groups().len()), (9_451, 8_685));
    assert_eq!(cbs.summaries().iter().map(|it| it.frequency()).max(), Some(80));
    assert_eq!(audit.purchases + audit.in_holdout + audit.after, 69_659);
    // The customer who is the first of the sample of 2,357 that papers print.
    let row = cbs.row(&cbs.summaries()[3]);
    assert_eq!(columns.customers[cbs.summaries()[3].customer as usize].as_ref(), "00004");
    assert_eq!((row.frequency, row.recency, row.age), (2, 213.0 / 7.0, 272.0 / 7.0));
    assert_eq!(row.monetary, Some(22.345));
    assert!((row.log_gaps.unwrap() - 4.219508).abs() < 5e-7);
    assert_eq!(cbs.summaries()[3].holdout_frequency, 1);
    cbs.rows().for_each(|row| row.check().unwrap());
}

fn random(random: &mut Random) -> (Vec<Deal>, Calendar, Definition) {
    let zone = random.pick(&["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Apia"]);
    let weekday = if random.chance(50) { Weekday::Monday } else { Weekday::Sunday };
    let calendar = Calendar::new(Zone::named(zone).unwrap(), weekday, (1, 1)).unwrap();
    let start = Instant::parse("2011-10-20T00:00:00Z").unwrap().micros();
    let hour = 3_600_000_000;
    let deals = (0..random.below(60)).map(|_| Deal {
        customer: random.below(8),
        kind: usize::from(random.chance(15)),
        at: Instant::from_micros(start + random.between(0, 24 * 160) * hour).unwrap(),
        cents: random.chance(85).then(|| random.between(-300, 2000)),
    });
    let deals = deals.collect();
    let end = Day::parse("2012-01-15").unwrap();
    let definition = Definition {
        amount: random.chance(80).then_some(0),
        refunds: None,
        grain: if random.chance(60) { Step::Day } else { Step::Week },
        unit: if random.chance(50) { Step::Day } else { Step::Week },
        day_starts: if random.chance(50) { 0 } else { 4 * hour },
        holdout_end: random.chance(50).then(|| end.add_days(random.between(0, 60)).unwrap()),
        ..definition("2012-01-15")
    };
    let refunds = definition.amount.filter(|_| random.chance(70)).map(|field| (1, field));
    (deals, calendar, Definition { refunds, ..definition })
}

/// What a customer's purchases come to, counted by hand.
#[derive(Debug, PartialEq, Default)]
struct Counted {
    frequency: u32,
    recency: i32,
    age: i32,
    units: i128,
    unknown: u32,
    holdout: u32,
}

fn by_hand(deals: &[Deal], calendar: &Calendar, asked: &Definition) -> BTreeMap<u64, Counted> {
    let day = |at: Instant| {
        let (day, time) = calendar.zone().local(at);
        if time < asked.day_starts { day.add_days(-1).unwrap() } else { day }
    };
    let grain = |day: Day| match asked.grain {
        Step::Day => day.days(),
        Step::Week => calendar.start_of_day(day, Unit::Week, 0).unwrap().days() / 7,
    };
    let end = grain(asked.calibration_end);
    let mut sorted: Vec<&Deal> = deals.iter().collect();
    // A purchase and a refund of one instant: the purchase first.
    sorted.sort_by_key(|deal| (deal.customer, deal.at, deal.kind));
    let mut out = BTreeMap::new();
    for customer in 0..8 {
        let mine: Vec<&&Deal> = sorted.iter().filter(|deal| deal.customer == customer).collect();
        let cents = |deal: &Deal| match deal.kind {
            0 => asked.amount.and(deal.cents),
            _ => deal.cents.map(|cents| -cents.abs()),
        };
        let is_refund = |deal: &Deal| deal.kind == 1 || cents(deal).is_some_and(|cents| cents < 0);
        let in_time: Vec<&&&Deal> =
            mine.iter().filter(|deal| day(deal.at) <= asked.calibration_end).collect();
        let bought: Vec<i32> =
            in_time.iter().filter(|it| !is_refund(it)).map(|it| grain(day(it.at))).collect();
        let Some((first, last)) = bought.first().zip(bought.last()) else { continue };
        let mut grains = bought.clone();
        grains.dedup();
        let repeat = in_time.iter().position(|it| !is_refund(it) && grain(day(it.at)) > *first);
        let later = in_time.iter().skip(repeat.unwrap_or(in_time.len()));
        let later: Vec<&&&&Deal> =
            later.filter(|it| it.kind == 0 || asked.refunds.is_some()).collect();
        let mut holdout: Vec<i32> = mine
            .iter()
            .filter(|it| day(it.at) > asked.calibration_end && !is_refund(it))
            .filter(|it| asked.holdout_end.is_some_and(|end| day(it.at) <= end))
            .map(|it| grain(day(it.at)))
            .filter(|grain| grain > last)
            .collect();
        holdout.dedup();
        let counted = Counted {
            frequency: grains.len() as u32 - 1,
            recency: last - first,
            age: end - first,
            units: later.iter().filter_map(|it| cents(it)).map(i128::from).sum(),
            unknown: later.iter().filter(|it| it.kind == 0 && cents(it).is_none()).count() as u32,
            holdout: holdout.len() as u32,
        };
        out.insert(customer, counted);
    }
    out
}

#[test]
fn everybody_is_summarised_as_by_hand() {
    for seed in 0..300 {
        let (deals, calendar, asked) = random(&mut Random::new(seed));
        let columns = columns(&deals);
        let snapshot = Snapshot::new(&columns, Instant::MAX);
        let cbs = Cbs::new(&snapshot, &asked, &calendar).unwrap();
        let ours: BTreeMap<u64, Counted> = cbs
            .summaries()
            .iter()
            .map(|it| {
                let id = &columns.customers[it.customer as usize];
                let spend = it.history.repeat_spend();
                let counted = Counted {
                    frequency: it.frequency(),
                    recency: it.recency as i32,
                    age: it.age as i32,
                    units: spend.units,
                    unknown: spend.unknown,
                    holdout: it.holdout_frequency,
                };
                (id[2..].parse().unwrap(), counted)
            })
            .collect();
        assert_eq!(ours, by_hand(&deals, &calendar, &asked), "seed {seed}");
        check_audit(&cbs, &deals, &asked, seed);
        cbs.rows().for_each(|row| row.check().unwrap());
    }
}

/// Every event and every customer is somewhere.
fn check_audit(cbs: &Cbs, deals: &[Deal], asked: &Definition, seed: u64) {
    let audit = cbs.audit();
    assert_eq!(audit.purchases, audit.included + audit.repeats + audit.merged, "seed {seed}");
    let excluded = cbs.excluded().len() as u64;
    assert_eq!(audit.customers, audit.included + excluded, "seed {seed}");
    let asked_for = |deal: &&Deal| match deal.kind {
        0 => true,
        // Who gives back an unknown amount gives back nothing that counts.
        _ => asked.refunds.is_some() && deal.cents.is_some(),
    };
    let all = deals.iter().filter(asked_for).count() as u64;
    assert_eq!(all, audit.purchases + audit.refunds + audit.in_holdout + audit.after);
    let told = |reason: Reason| cbs.excluded().iter().filter(|(_, why)| *why == reason).count();
    let (none, later) = (told(Reason::NoPurchase), told(Reason::FirstInHoldout));
    assert_eq!((none + later) as u64, excluded, "seed {seed}");
}

#[test]
fn groups_stay_as_they_are_while_time_passes() {
    let mut source = Random::new(7);
    for seed in 0..40 {
        let (deals, calendar, asked) = random(&mut Random::new(seed));
        let columns = columns(&deals);
        let snapshot = Snapshot::new(&columns, Instant::MAX);
        let asked = Definition { grain: Step::Day, unit: Step::Day, ..asked };
        let cbs = Cbs::new(&snapshot, &asked, &calendar).unwrap();
        // By parts, in any order.
        let mut summaries: Vec<_> = cbs.summaries().to_vec();
        source.shuffle(&mut summaries);
        let (left, right) = summaries.split_at(summaries.len() / 2);
        let group = |part: &[guanxi::value::cbs::Summary]| {
            let mut groups = Groups::default();
            part.iter().for_each(|summary| groups.enter(&summary.history));
            groups
        };
        let mut groups = group(left);
        groups.merge(&group(right));
        assert_eq!(groups, cbs.groups());
        let Some(first) = summaries.first() else { continue };
        let today = first.first + first.age;
        let weights: u64 = groups.rows(today, 1.0).iter().map(|row| row.weight).sum();
        assert_eq!(weights, summaries.len() as u64);
        // Ten days later everybody is ten days older, and in the same group.
        let (now, then) = (groups.rows(today, 1.0), groups.rows(today + 10, 1.0));
        for (a, b) in now.iter().zip(&then) {
            assert_eq!((a.frequency, a.recency, a.weight), (b.frequency, b.recency, b.weight));
            assert_eq!(a.age + 10.0, b.age);
        }
        for summary in &summaries {
            groups.leave(&summary.history).unwrap();
        }
        assert!(groups.is_empty());
        assert!(groups.leave(&first.history).is_err());
        groups.leave(&History::default()).unwrap();
    }
}

#[test]
fn scores_do_not_depend_on_the_order_of_customers() {
    for seed in 0..40 {
        let (deals, calendar, asked) = random(&mut Random::new(seed));
        let asked = Definition { amount: Some(0), ..asked };
        // The same firm with its customers' names turned around.
        let other: Vec<Deal> =
            deals.iter().map(|deal| Deal { customer: 7 - deal.customer, ..deal.clone() }).collect();
        let scores = |deals: &[Deal]| {
            let columns = columns(deals);
            let snapshot = Snapshot::new(&columns, Instant::MAX);
            let cbs = Cbs::new(&snapshot, &asked, &calendar).unwrap();
            let scheme = Scheme { money: Money::Mean, ..Scheme::quantiles(3) };
            Scores::new(&cbs, &scheme).unwrap()
        };
        let (scores, mut turned) = (scores(&deals), scores(&other));
        turned.customers.reverse();
        assert_eq!(scores, turned, "seed {seed}");
    }
}

#[test]
fn fixed_cut_points_score_alike_whoever_is_there() {
    let columns = cdnow();
    let snapshot = Snapshot::new(&columns, Instant::MAX);
    let cbs = Cbs::new(&snapshot, &definition("1997-09-30"), &Calendar::default()).unwrap();
    let cuts = [vec![4.0, 12.0], vec![1.0, 4.0], vec![20.0, 100.0]];
    let scheme = Scheme { cuts: Cuts::Fixed(cuts), ..Scheme::quantiles(3) };
    let scores = Scores::new(&cbs, &scheme).unwrap();
    // Most bought once, 1997-01-01: long ago, once, for 11.77.
    let first = scores.customers[0].unwrap();
    assert_eq!((first.axes, first.total), ([1, 1, 1], 0));
    let counts = |axis: usize| scores.counts[axis].iter().sum::<u64>();
    assert_eq!([counts(0), counts(1), counts(2)], [23_570; 3]);
    // Who came more than four times: five purchases or more.
    let often = cbs.summaries().iter().filter(|it| 4 < it.history.purchases()).count();
    assert_eq!(scores.counts[1][2], often as u64);
}

#[test]
fn a_definition_that_the_facts_do_not_bear_is_refused() {
    let columns = columns(&[]);
    let snapshot = Snapshot::new(&columns, Instant::MAX);
    let good = definition("2012-01-15");
    let cbs = |asked: &Definition| Cbs::new(&snapshot, asked, &Calendar::default());
    let nobody = cbs(&good).unwrap();
    assert_eq!((nobody.summaries().len(), nobody.audit().customers), (0, 0));
    let scores = Scores::new(&nobody, &Scheme::quantiles(5)).unwrap();
    assert_eq!((scores.customers.len(), &scores.counts[0]), (0, &vec![0; 5]));
    let early = Some(Day::parse("2012-01-14").unwrap());
    for bad in [
        Definition { purchases: 2, ..good.clone() },
        Definition { amount: Some(1), ..good.clone() },
        Definition { refunds: Some((2, 0)), ..good.clone() },
        Definition { refunds: Some((1, 3)), ..good.clone() },
        Definition { amount: None, ..good.clone() },
        Definition { day_starts: -1, ..good.clone() },
        Definition { day_starts: 86_400_000_000, ..good.clone() },
        Definition { holdout_end: early, ..good.clone() },
    ] {
        let error = cbs(&bad).unwrap_err();
        assert_eq!(error.code(), guanxi::Code::InvalidArgument, "{bad:?}");
    }
}
