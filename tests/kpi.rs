//! KPIs on the facts, held to counting by hand and to the stage flow.

use std::collections::BTreeMap;

use guanxi::engine::kpi::{CardNodeView, KpiAsked, KpiPeriods, KpiReport, kpis, scorecard};
use guanxi::engine::{FlowAsked, Options, Shown, flow};
use guanxi::facts::{Columns, Data, Snapshot};
use guanxi::lang::{Stretch, check};
use guanxi::lifecycle::first_instant;
use guanxi::units::{Instant, Span, Unit};
use guanxi::{Code, Playbook};
use serde_json::{Value, json};

use crate::support::Random;
use crate::support::machines::rich_playbook;
use crate::support::world::World;

/// The same playbook with these KPIs.
fn with(playbook: &Playbook, kpis: Value) -> Playbook {
    let mut document: Value = serde_json::from_str(playbook.canonical()).unwrap();
    document["kpis"] = kpis;
    Playbook::from_json(&document.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

fn asked<'a>(unit: Unit, count: u32, by: Option<&'a str>) -> KpiAsked<'a> {
    let periods = KpiPeriods { every: Some(unit), count: Some(count), ..KpiPeriods::default() };
    KpiAsked { names: &[], periods, by }
}

fn told(columns: &Columns, playbook: &Playbook, asked: &KpiAsked<'_>, at: Instant) -> KpiReport {
    kpis(columns, playbook, asked, at, Options::default()).unwrap()
}

fn units(cell: &guanxi::engine::kpi::KpiCell) -> f64 {
    cell.value.unwrap_or(f64::NAN)
}

/// Every purchase as the columns have it: customer, when, amount in cents.
fn purchases(columns: &Columns) -> Vec<(usize, i64, Option<i64>)> {
    let kind = columns.schema.kinds.iter().position(|kind| &*kind.name == "purchase").unwrap();
    let field =
        columns.schema.kinds[kind].fields.iter().position(|it| &*it.name == "amount").unwrap();
    let (events, mut out) = (&columns.kinds[kind], Vec::new());
    for customer in 0..columns.n_customers() {
        let (from, until) = events.range(customer);
        for row in from..until {
            let column = &events.fields[field];
            let Data::Ints(ints) = &column.data else { panic!("amounts are numbers") };
            let amount = column.is_known(row).then(|| ints.get(row));
            out.push((customer, events.at.micros(row), amount));
        }
    }
    out
}

fn sums() -> Value {
    let sum = "purchases.during(period).sum(p, p.amount)";
    let before = "purchases.during(previous, period)";
    json!({
        "amount": {"kind": "flow", "sum": sum},
        "orders": {"kind": "flow", "sum": "purchases.during(period).size()"},
        "active": {"kind": "flow", "sum": "purchases.during(period).size() > 0"},
        "of_an_order": {"kind": "rate", "sum": sum, "per": "purchases.during(period).size()"},
        "came_back": {"kind": "rate", "sum": "purchases.during(period).size() > 0", "per": format!("{before}.size() > 0")},
        "of_before": {"kind": "rate", "sum": "purchases.during(period).size() > 0 ? 1 : 0", "per": format!("{before}.size() > 0")},
        "ever": {"kind": "stock", "sum": "purchases.size() > 0"},
        "ever_before": {"kind": "flow", "sum": "opening(purchases.size() > 0)"},
        "second": {"kind": "cohort", "enter": "purchases.first().at", "then": "purchases.nth(2).at", "within": "days(20)"},
        "middle": {"kind": "quantile", "of": "purchases.during(period).map(p, p.amount)"},
    })
}

#[test]
fn sums_are_those_of_counting_by_hand() {
    let (mut counted, mut repeated) = (0, 0);
    for seed in 0..60 {
        let random = &mut Random::new(seed);
        let n_customers = random.below(40);
        let world = World::of(random, n_customers);
        let playbook = with(&world.playbook(&[]), sums());
        let columns = world.columns();
        let all = purchases(&columns);
        let unit = [Unit::Week, Unit::Month, Unit::Quarter][random.below(3) as usize];
        let report = told(&columns, &playbook, &asked(unit, 6, None), world.as_of);
        let table = |name: &str| report.kpis.iter().find(|table| &*table.kpi == name).unwrap();
        for (place, period) in table("orders").periods.iter().enumerate() {
            if period.whole.missing.is_some() {
                assert!(first_instant(&columns).is_some_and(|first| period.until <= first));
                continue;
            }
            let (from, until) = (period.from.micros(), period.until.micros());
            let span = Span::parse(&period.period, playbook.calendar()).unwrap();
            let before =
                span.before(playbook.calendar()).unwrap().window(playbook.calendar()).unwrap();
            let inside =
                |from: i64, until: i64| all.iter().filter(move |it| (from..until).contains(&it.1));
            let customers = |from, until| {
                let mut out: Vec<usize> = inside(from, until).map(|it| it.0).collect();
                out.dedup();
                out
            };
            let value = |name: &str| units(&table(name).periods[place].whole);
            let orders = inside(from, until).count();
            let cents: i64 = inside(from, until).filter_map(|it| it.2).sum();
            counted += orders;
            assert_eq!(value("orders"), orders as f64, "{seed}");
            assert_eq!(value("amount"), cents as f64 / 100.0, "{seed}");
            assert_eq!(value("active"), customers(from, until).len() as f64);
            assert_eq!(value("ever"), customers(i64::MIN, until).len() as f64);
            assert_eq!(value("ever_before"), customers(i64::MIN, from).len() as f64);
            if orders > 0 {
                let mean = cents as f64 / orders as f64 / 100.0;
                assert!((value("of_an_order") - mean).abs() < 1e-9);
                let mut amounts: Vec<i64> = inside(from, until).filter_map(|it| it.2).collect();
                amounts.sort_unstable();
                if let Some(middle) = amounts.get(amounts.len().div_ceil(2).saturating_sub(1)) {
                    assert_eq!(value("middle"), *middle as f64 / 100.0, "{seed} {amounts:?}");
                }
            }
            let were = customers(before.from.micros(), before.until.micros());
            let are = customers(from, until);
            let came = were.iter().filter(|it| are.contains(it)).count();
            repeated += came;
            if !were.is_empty() {
                assert_eq!(value("came_back"), came as f64 / were.len() as f64);
                // A number above the line is everybody's; a yes is asked only below it.
                assert!((value("of_before") - are.len() as f64 / were.len() as f64).abs() < 1e-9);
            }
        }
    }
    assert!(counted > 300 && repeated > 20, "{counted} {repeated}");
}

#[test]
fn a_cohort_is_who_entered_and_the_share_that_went_on_in_time() {
    let mut entered = 0;
    for seed in 100..140 {
        let random = &mut Random::new(seed);
        let n_customers = random.below(60);
        let world = World::of(random, n_customers);
        let playbook = with(&world.playbook(&[]), sums());
        let columns = world.columns();
        let mut own: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
        let past = purchases(&columns).into_iter().filter(|it| it.1 <= world.as_of.micros());
        past.for_each(|(customer, at, _)| own.entry(customer).or_default().push(at));
        let report = told(&columns, &playbook, &asked(Unit::Month, 5, None), world.as_of);
        let table = report.kpis.iter().find(|table| &*table.kpi == "second").unwrap();
        for period in table.periods.iter().filter(|period| period.whole.missing.is_none()) {
            let firsts = own
                .values()
                .filter(|all| (period.from.micros()..period.until.micros()).contains(&all[0]));
            let firsts: Vec<&Vec<i64>> = firsts.collect();
            let days = guanxi::units::Period::parse("days(20)").unwrap();
            let end = |all: &[i64]| {
                playbook.calendar().add(Instant::clamped(all[0]), days).unwrap().micros()
            };
            let went = firsts
                .iter()
                .filter(|all| all.get(1).is_some_and(|second| *second < end(all)))
                .count();
            let open = firsts.iter().filter(|all| {
                all.get(1).is_none_or(|second| *second >= end(all))
                    && world.as_of.micros() < end(all) - 1
            });
            entered += firsts.len();
            assert_eq!(period.whole.sum, Some(Shown::Int(went as i64)), "{seed}");
            assert_eq!(period.whole.per, Some(Shown::Int(firsts.len() as i64)), "{seed}");
            assert_eq!(period.open, Some(open.count() as u64));
        }
    }
    assert!(entered > 50, "{entered}");
}

#[test]
fn groups_add_up_and_threads_leave_no_trace() {
    for seed in 200..240 {
        let random = &mut Random::new(seed);
        let n_customers = random.below(40);
        let world = World::of(random, n_customers);
        let playbook = with(&world.playbook(&[]), sums());
        let columns = world.columns();
        let by = ["region", "vip", "score", "purchases.size() > 1", "opening(region)"]
            [random.below(5) as usize];
        let asked = asked(Unit::Month, 4, Some(by));
        let report = told(&columns, &playbook, &asked, world.as_of);
        for name in ["orders", "active", "ever"] {
            let table = report.kpis.iter().find(|table| &*table.kpi == name).unwrap();
            for period in table.periods.iter().filter(|period| period.whole.missing.is_none()) {
                let sum: f64 = period.groups.iter().map(units).sum();
                let customers: u64 = period.groups.iter().map(|cell| cell.customers).sum();
                assert_eq!(
                    (sum, customers),
                    (units(&period.whole), period.whole.customers),
                    "{seed} {by}"
                );
            }
        }
        for threads in [2, 5] {
            let again =
                kpis(&columns, &playbook, &asked, world.as_of, Options { threads }).unwrap();
            assert_eq!(format!("{:?}", again.kpis), format!("{:?}", report.kpis));
        }
    }
}

#[test]
fn quarters_are_their_months() {
    for seed in 300..330 {
        let random = &mut Random::new(seed);
        let n_customers = random.below(40);
        let world = World::of(random, n_customers);
        let playbook = with(&world.playbook(&[]), sums());
        let columns = world.columns();
        let months = told(&columns, &playbook, &asked(Unit::Month, 24, None), world.as_of);
        let quarters = told(&columns, &playbook, &asked(Unit::Quarter, 6, None), world.as_of);
        for name in ["orders", "amount"] {
            let of = |report: &KpiReport| {
                report.kpis.iter().find(|it| &*it.kpi == name).unwrap().periods.clone()
            };
            for quarter in of(&quarters).iter().filter(|it| it.whole.missing.is_none()) {
                let inside = of(&months)
                    .into_iter()
                    .filter(|it| quarter.from <= it.from && it.until <= quarter.until);
                let inside: Vec<f64> = inside.filter_map(|it| it.whole.value).collect();
                let sum: f64 = inside.iter().map(|it| (it * 100.0).round()).sum();
                assert_eq!(sum, (units(&quarter.whole) * 100.0).round(), "{seed} {name}");
            }
        }
    }
}

/// How states were entered, and for how long they were kept, as the stage flow
/// has it.
#[test]
fn ways_through_machines_are_those_of_the_stage_flow() {
    let (mut entered, mut spent) = (0, 0);
    for seed in 400..460 {
        let random = &mut Random::new(seed);
        let n_customers = random.below(20);
        let world = World::of(random, n_customers);
        let playbook = rich_playbook(random, &world);
        let columns = world.columns();
        let Some(machine) = playbook.machines().iter().find(|it| it.key.is_none()) else {
            continue;
        };
        let state = machine.states[random.below(machine.states.len() as u64) as usize].name.clone();
        let name = &machine.name;
        let playbook = with(
            &playbook,
            json!({
                "entries": {"kind": "flow", "sum": format!("entries('{name}', '{state}')")},
                "there": {"kind": "stock", "sum": format!("in_state('{name}', '{state}')")},
                "before": {"kind": "flow", "sum": format!("opening(in_state('{name}', '{state}'))")},
                "days": {"kind": "flow", "sum": format!("time_in('{name}', '{state}')")},
            }),
        );
        let report = told(&columns, &playbook, &asked(Unit::Month, 4, None), world.as_of);
        let table = |name: &str| report.kpis.iter().find(|table| &*table.kpi == name).unwrap();
        let periods = &table("entries").periods;
        let (from, until) = (periods[0].from, periods[3].until);
        let wanted = FlowAsked {
            machine: Some(name),
            every: Some(Unit::Month),
            from: Some(from),
            until: Some(until),
            by: None,
            stays: false,
        };
        let flows = flow(&columns, &playbook, world.as_of, wanted, Options::default()).unwrap();
        for (place, period) in flows[0].periods.iter().enumerate() {
            if periods[place].whole.missing.is_some() {
                continue;
            }
            assert_eq!(period.from, periods[place].from);
            let there = period
                .groups
                .first()
                .and_then(|group| group.states.iter().find(|it| it.state == state));
            let (opening, came, closing) =
                there.map_or((0, 0, 0), |it| (it.opening, it.began + it.entered, it.closing));
            entered += came;
            assert_eq!(
                units(&table("entries").periods[place].whole),
                came as f64,
                "{seed} {state}"
            );
            assert_eq!(
                units(&table("there").periods[place].whole),
                closing as f64,
                "{seed} {state}"
            );
            assert_eq!(
                units(&table("before").periods[place].whole),
                opening as f64,
                "{seed} {state}"
            );
            let days = units(&table("days").periods[place].whole);
            let length = (period.until.micros() - period.from.micros()) as f64 / 86_400e6;
            // Who neither came nor went was there for all of it.
            if came == 0 && opening == closing {
                assert!(
                    (days - length * opening as f64).abs() <= 1e-3 * (1.0 + opening as f64),
                    "{seed} {days}"
                );
                spent += opening;
            }
            assert!(days <= length * (opening + came) as f64 + 1e-3);
        }
    }
    assert!(entered > 40 && spent > 20, "{entered} {spent}");
}

/// What kernels find is what the reference finds, customer by customer.
#[test]
fn the_reference_gives_the_same() {
    let sources = [
        "purchases.during(period).sum(p, p.amount)",
        "purchases.during(previous, period).size()",
        "purchases.filter(p, p.amount > 50.00).during(previous, period).size()",
        "purchases.during(period).filter(p, p.at < period + days(9)).size()",
        "opening(purchases.size()) + purchases.size()",
        "opening(age(birth))",
        "purchases.during(period, period + days(3)).size()",
    ];
    for seed in 500..540 {
        let random = &mut Random::new(seed);
        let n_customers = random.below(40);
        let world = World::of(random, n_customers);
        let playbook = world.playbook(&[]);
        let columns = world.columns();
        let (calendar, answers) = (playbook.calendar(), BTreeMap::new());
        let span = Span::of(calendar.zone().day_of(world.as_of), Unit::Month, calendar).unwrap();
        let from = span.window(calendar).unwrap().from;
        let previous = span.before(calendar).unwrap().window(calendar).unwrap().from;
        let context = |snapshot| guanxi::lang::kernel::Context {
            snapshot,
            calendar,
            parameters: &[],
            answers: &answers,
            states: None,
            scores: None,
            period: None,
        };
        let before = Snapshot::new(&columns, Instant::clamped(from.micros() - 1));
        let opening = context(&before);
        let stretch = Stretch { from, previous, opening: Some(&opening), ways: None };
        let now = Snapshot::new(&columns, world.as_of);
        let context = guanxi::lang::kernel::Context { period: Some(&stretch), ..context(&now) };
        for source in sources {
            let scope = guanxi::lang::Scope { period: true, ..playbook.scope() };
            let checked = check(source, &scope).unwrap_or_else(|error| panic!("{source}: {error}"));
            let Some(found) = guanxi::lang::kernel::numbers(&checked, &context, 2) else {
                panic!("{source} has no kernel")
            };
            for customer in now.population().rows() {
                let plain = checked.evaluate(&context.subject(Some(customer))).unwrap();
                let plain = match plain {
                    guanxi::lang::Value::Int(number) => Some(i128::from(number)),
                    guanxi::lang::Value::Money(amount, _) => Some(amount.units()),
                    guanxi::lang::Value::Missing => None,
                    other => panic!("{other:?}"),
                };
                assert_eq!(found.get(customer), Some(plain), "{seed} {source} {customer}");
            }
        }
    }
}

#[test]
fn what_cannot_be_asked_is_refused_with_its_place() {
    let world = World::of(&mut Random::new(1), 3);
    let (playbook, columns) = (with(&world.playbook(&[]), sums()), world.columns());
    let refused = |asked: &KpiAsked<'_>| {
        kpis(&columns, &playbook, asked, world.as_of, Options::default()).unwrap_err().code()
    };
    let named = |from, to| KpiPeriods { from, to, ..KpiPeriods::default() };
    let of = |periods| KpiAsked { periods, ..KpiAsked::default() };
    assert_eq!(refused(&KpiAsked { names: &["ordres"], ..KpiAsked::default() }), Code::UnknownKpi);
    assert_eq!(refused(&of(named(None, Some("2024-13")))), Code::MalformedValue);
    assert_eq!(refused(&of(named(Some("2024-05"), Some("2024-02")))), Code::InvalidArgument);
    assert_eq!(refused(&of(named(Some("2024-Q1"), Some("2024-02")))), Code::InvalidArgument);
    assert_eq!(refused(&of(named(Some("1900-01-01"), Some("2024-02-01")))), Code::InvalidArgument);
    let by = Some("purchases.sum(p, p.amount)");
    assert_eq!(refused(&KpiAsked { by, ..KpiAsked::default() }), Code::TypeMismatch);
}

/// A shop that sells so much in each month of 2023 and 2024.
fn shop(kpis: Value, cards: Value) -> (Playbook, Columns) {
    use guanxi::facts::{Body, ColumnsBuilder, Correction, Fact};
    let document = json!({
        "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
        "schema": {"events": {"sale": {"list": "sales", "fields": {"amount": {"type": "money", "currency": "CNY"}}}}},
        "kpis": kpis, "scorecards": cards,
    });
    let playbook =
        Playbook::from_json(&document.to_string()).unwrap_or_else(|error| panic!("{error}"));
    let mut builder = ColumnsBuilder::new(playbook.schema());
    for month in 0..24_i64 {
        // Autumn sells twice as much, and each year a tenth more.
        let (year, of_year) = (2023 + month / 12, month % 12 + 1);
        let amount = if (9..=11).contains(&of_year) { 200 } else { 100 } * (10 + (month / 12)) * 10;
        let at = Instant::parse(&format!("{year}-{of_year:02}-10T12:00:00+08:00")).unwrap();
        let amount = guanxi::facts::Value::Exact(amount * 100);
        let fact = Fact {
            source: "shop".into(),
            id: format!("s{month}").into(),
            customer: "everybody".into(),
            at: Some(at),
            revision: None,
            correction: Correction::None,
            body: Body::Event { kind: 0, fields: vec![Some(amount)] },
        };
        builder.push(month as u64, at, &fact);
    }
    (playbook, builder.finish())
}

fn leaf<'v>(node: &'v CardNodeView, name: &str) -> &'v CardNodeView {
    node.children.iter().find(|child| &*child.name == name).unwrap()
}

#[test]
fn a_scorecard_scores_what_was_asked_of_the_period() {
    let sum = "sales.during(period).sum(s, s.amount)";
    let kpi = |target: Value| json!({"kind": "flow", "sum": sum, "better": "up", "target": target});
    let (playbook, columns) = shop(
        json!({
            "fixed": kpi(json!([{"from": "2023-01-01", "aim": "10000"}, {"from": "2024-12-01", "aim": "22000", "author": "Wei", "reason": "more"}])),
            "growth": kpi(json!({"growth": {"by": "0.2"}})),
            "season": kpi(json!({"seasonal": {"year": "15000"}})),
            "same": kpi(json!({"maintain": {"margin": "0"}})),
            "usual": kpi(json!({"history": {"deviations": "0"}})),
            "bare": {"kind": "flow", "sum": sum},
            "third": {"kind": "rate", "sum": sum, "per": "sales.during(period).size() * 3", "better": "up", "target": {"history": {"deviations": "0.1"}}},
        }),
        json!({
            "thirds": {"nodes": [{"kpi": "third"}]},
            "all": {"nodes": [
                {"name": "asked", "weight": 3, "nodes": [{"kpi": "fixed", "weight": 2}, {"kpi": "growth"}]},
                {"kpi": "same"}, {"kpi": "usual"}]},
            "seasons": {"nodes": [{"kpi": "season"}]},
            "bare": {"nodes": [{"kpi": "bare"}, {"kpi": "fixed"}]},
        }),
    );
    let at = Instant::parse("2025-01-01T00:00:00+08:00").unwrap();
    let told = |name, period| {
        scorecard(&columns, &playbook, (name, period), at, Options::default()).unwrap()
    };
    let text = |it: Option<guanxi::units::Decimal>| it.map(|it| it.to_string()).unwrap_or_default();

    // November: 22,000 sold; a year before 20,000.
    let november = told("all", Some("2024-11")).root;
    let asked = leaf(&november, "asked");
    assert_eq!(text(leaf(asked, "fixed").score), "100.00");
    assert_eq!(text(leaf(asked, "growth").score), "91.67");
    assert!(!leaf(asked, "growth").judged.as_ref().unwrap().met);
    // (2 * 100 + 91.67) / 3
    assert_eq!(text(asked.score), "97.22");
    assert_eq!(text(leaf(&november, "same").score), "100.00");

    // December: 11,000 sold, and more is asked from now on.
    let december = told("all", None);
    assert_eq!((&*december.period, &*december.before), ("2024-12", "2024-11"));
    let fixed = leaf(leaf(&december.root, "asked"), "fixed");
    assert_eq!((text(fixed.score), text(fixed.score_before)), ("50.00".into(), "100.00".into()));
    let effects = fixed.effects.unwrap();
    // 11,000 would still have been enough for what was asked before.
    assert_eq!(effects.total.to_string(), "-50.00");
    let parts = [effects.value, effects.target, effects.weight].map(guanxi::units::Decimal::units);
    assert_eq!(parts.iter().sum::<i128>(), -5_000);
    assert!(parts[1] < 0, "{effects:?}");
    assert_eq!(text(leaf(&december.root, "same").score), "50.00");
    for node in [&november, &december.root] {
        let parts: i128 =
            node.children.iter().filter_map(|it| it.contribution).map(|it| it.units()).sum();
        assert_eq!(parts, node.score.unwrap().units() - 10_000);
    }

    // Fewer than two whole years before, and nobody knows how a year goes.
    let season = told("seasons", Some("2024-11")).root;
    assert!(leaf(&season, "season").no_goal.is_some() && season.score.is_none());
    // A target that is computed has no more places than a curve takes.
    let third = told("thirds", None).root;
    assert!(leaf(&third, "third").goal.is_some() && third.score.is_some(), "{third:?}");
    // What has no target has no score; half of the weight is too little.
    let bare = told("bare", None).root;
    assert_eq!((bare.score, leaf(&bare, "bare").score), (None, None));

    let refused =
        |wanted| scorecard(&columns, &playbook, wanted, at, Options::default()).unwrap_err().code();
    assert_eq!(refused(("al", None)), Code::UnknownReference);
    assert_eq!(refused(("all", Some("2025-01"))), Code::InvalidArgument);
    assert_eq!(refused(("all", Some("soon"))), Code::MalformedValue);
}

#[test]
fn what_values_count_is_said_by_the_formula_or_by_the_author() {
    let playbook = |kpis: Value| {
        let document = json!({"guanxi": 1, "id": "u", "version": "1", "calendar": {"zone": "UTC"},
            "schema": {"events": {"purchase": {"list": "purchases",
                "fields": {"amount": {"type": "money", "currency": "CNY"}}}}}, "kpis": kpis});
        Playbook::from_json(&document.to_string())
    };
    let orders = |unit: &str| json!({"kind": "flow", "sum": "purchases.during(period).size()", "unit": unit});
    let read = playbook(
        json!({"orders": orders("单"), "bare": {"kind": "flow", "sum": "purchases.size()"}}),
    );
    let units: Vec<Option<String>> = read.unwrap().kpis().iter().map(|kpi| kpi.unit()).collect();
    assert_eq!(units, [None, Some("单".to_owned())]);
    for (own, kpi) in [
        ("CNY", json!({"kind": "flow", "sum": "purchases.sum(p, p.amount)", "unit": "yuan"})),
        (
            "share",
            json!({"kind": "cohort", "enter": "purchases.first().at",
            "then": "purchases.nth(2).at", "within": "days(9)", "unit": "people"}),
        ),
    ] {
        let refused = playbook(json!({"x": kpi})).unwrap_err();
        let fault = &refused.faults()[0];
        let place = (fault.code, fault.pointer.as_deref());
        assert_eq!(place, (Code::InvalidArgument, Some("/kpis/x/unit")));
        assert!(fault.message.en.contains(own), "{fault:?}");
    }
    let empty = playbook(json!({"x": orders("")})).unwrap_err();
    assert_eq!(empty.faults()[0].pointer.as_deref(), Some("/kpis/x/unit"));
}
