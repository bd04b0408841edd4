use std::collections::BTreeMap;

use proptest::prelude::*;

use super::cube::Cube;
use super::search::{Cell, Search, combinations};
use super::*;
use crate::kpi::why::Drawn;

/// Customers with values of dimensions drawn at random; what each buys before,
/// and after, by `after`.
fn world(
    seed: u64,
    customers: usize,
    cards: &[u32],
    mut after: impl FnMut(&mut Drawn, &[u32], f64) -> f64,
) -> CauseTable {
    let mut drawn = Drawn(seed);
    let mut codes: Vec<Vec<u32>> = vec![Vec::new(); cards.len()];
    let mut rows = Vec::new();
    for _ in 0..customers {
        let own: Vec<u32> = cards.iter().map(|card| drawn.below(i64::from(*card)) as u32).collect();
        // Few are large.
        let before = libm::rint(40.0 / (0.05 + drawn.share()));
        let after = libm::rint(after(&mut drawn, &own, before));
        rows.push(CauseRow { before, after, of_before: 1.0, of_after: 1.0 });
        own.iter().zip(&mut codes).for_each(|(code, codes)| codes.push(*code));
    }
    let dimensions = codes.into_iter().zip(cards).enumerate();
    let dimension = |(at, (codes, card)): (usize, (Vec<u32>, &u32))| Dimension {
        name: format!("d{at}"),
        values: (0..*card).map(|value| format!("v{value}")).collect(),
        codes,
    };
    let dimensions = dimensions.map(dimension).collect();
    CauseTable { dimensions, rows, customers: None, is_ratio: false }
}

fn noise(drawn: &mut Drawn) -> f64 {
    drawn.share() + drawn.share() + drawn.share() + drawn.share() - 2.0
}

fn told_cell(cause: &Cause) -> String {
    let one = |it: &CauseCell| format!("{}{}", it.dimension, it.value);
    cause.cell.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// The slow way: every cell of up to three dimensions, from its customers.
fn best_cell(cube: &Cube, asked: &CauseSearch) -> Option<(f64, Cell)> {
    let rows: Vec<_> = cube.rows.iter().filter(|row| row.is_searched).collect();
    let sum = |rows: &[(f64, f64)]| {
        rows.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.0, sum.1 + row.1))
    };
    let scattered = |rows: &[(f64, f64)], rate: f64| {
        rows.iter().map(|(x, d)| (d - rate * x) * (d - rate * x)).sum::<f64>()
    };
    let rate = |(x, d): (f64, f64)| if x > 0.0 { d / x } else { 0.0 };
    let all: Vec<(f64, f64)> = rows.iter().map(|row| (row.moved.x, row.moved.d)).collect();
    let whole = sum(&all);
    let scatter = scattered(&all, rate(whole)) / whole.0;
    let mut best: Option<(f64, Cell)> = None;
    for depth in 1..=asked.depth.min(cube.cards.len()) {
        let sets = combinations(cube.cards.len(), depth);
        for set in &sets {
            let mut cells: BTreeMap<Cell, Vec<usize>> = BTreeMap::new();
            for (at, row) in rows.iter().enumerate() {
                let cell =
                    set.iter().map(|dimension| (*dimension, row.codes[*dimension])).collect();
                cells.entry(cell).or_default().push(at);
            }
            let many: usize = set.iter().map(|at| cube.cards[*at]).product();
            for (cell, members) in cells {
                let is_in = |at: &usize| members.binary_search(at).is_ok();
                let pick = |inside: bool| -> Vec<(f64, f64)> {
                    (0..all.len()).filter(|at| is_in(at) == inside).map(|at| all[at]).collect()
                };
                let (own, rest) = (pick(true), pick(false));
                if own.len() < asked.least || rest.len() < asked.least {
                    continue;
                }
                let (x, d) = sum(&own);
                let outside = sum(&rest);
                let effect = d - x * rate(outside);
                let n = own.len() as f64;
                let within =
                    n / (n + 10.0) * (scattered(&own, rate((x, d))) + 10.0 * scatter * x / n);
                let times = x / outside.0;
                let variance = within + times * times * scattered(&rest, rate(outside));
                let score = effect * effect / variance - 2.0 * ((many * sets.len()) as f64).ln();
                let is_enough = effect / whole.1 >= asked.min_effect && score > 0.0;
                if is_enough && best.as_ref().is_none_or(|it| score > it.0 * (1.0 + 1e-9)) {
                    best = Some((score, cell));
                }
            }
        }
    }
    best
}

#[test]
fn the_search_finds_what_looking_at_everything_finds() {
    for seed in 0..60 {
        let hit = seed % 4;
        let table = world(seed, 500, &[4, 3, 5], |drawn, codes, before| {
            let is_hit = (0..hit as usize).all(|at| codes[at] == 1);
            before * (1.0 + 0.2 * noise(drawn)) * if is_hit { 0.5 } else { 0.97 }
        });
        let cube = Cube::of(&table).unwrap();
        let asked = CauseSearch::default();
        let slow = best_cell(&cube, &asked);
        let (found, work) = Search::of(&cube, &asked).run();
        assert_eq!(found.first().map(|it| &it.cell), slow.as_ref().map(|it| &it.1), "{seed}");
        assert!(!work.truncated && work.searched > 0);
    }
}

#[test]
fn planted_causes_are_found_and_nothing_else() {
    let (mut hits, mut wrong, mut missed) = (0, 0, 0);
    for seed in 0..60 {
        let depth = 1 + seed as usize % 3;
        let table = world(1_000 + seed, 3_000, &[6, 4, 3, 8], |drawn, codes, before| {
            let is_hit = (0..depth).all(|at| codes[at] == 2 % (at as u32 + 2));
            let kept = if is_hit { 0.4 } else { 1.0 };
            before * kept * (1.0 + 0.25 * noise(drawn))
        });
        let told = find_causes(&table, &CauseSearch::default()).unwrap();
        let wanted: Vec<String> = (0..depth).map(|at| format!("d{at}v{}", 2 % (at + 2))).collect();
        let mut found = false;
        for cause in told.causes.iter().filter(|it| it.confirmed) {
            if told_cell(cause) == wanted.join(" ") {
                found = true;
                assert!(depth > 1 || (0.8..1.2).contains(&cause.share), "{}", cause.share);
            } else {
                wrong += 1;
            }
        }
        hits += i32::from(found);
        missed += i32::from(!found);
        let effects: f64 = told.causes.iter().map(|it| it.effect).sum();
        assert!((effects + told.common - told.change).abs() < 1e-6 * told.change.abs());
    }
    let f1 = 2.0 * f64::from(hits) / f64::from(2 * hits + wrong + missed);
    assert!(f1 >= 0.9, "{hits} {wrong} {missed}");
}

#[test]
fn where_nothing_is_nothing_is_confirmed() {
    let mut alarms = 0;
    for seed in 0..200 {
        let table = world(9_000 + seed, 600, &[5, 4, 6], |drawn, _, before| {
            before * (1.0 + 0.8 * noise(drawn))
        });
        let told = find_causes(&table, &CauseSearch::default()).unwrap();
        alarms += i32::from(told.causes.iter().any(|it| it.confirmed));
        if told.verdict == CauseVerdict::Localised {
            assert!(told.change_p.unwrap() <= 0.05);
        }
    }
    assert!(alarms <= 20, "{alarms}");
}

#[test]
fn customers_with_many_rows_are_not_many_customers() {
    // A customer's rows go together: twelve rows, one mood.
    let mut alarms = 0;
    for seed in 0..120 {
        let mut table = world(70_000 + seed, 100 * 12, &[5, 4], |_, _, before| before);
        let mut drawn = Drawn(seed);
        let moods: Vec<f64> = (0..100).map(|_| 1.0 + 0.8 * noise(&mut drawn)).collect();
        table.customers = Some((0..1_200).map(|at| format!("C-{}", at / 12)).collect());
        for (at, row) in table.rows.iter_mut().enumerate() {
            row.after = row.before * moods[at / 12];
        }
        // A region is a customer's, not a row's.
        let codes = (0..1_200).map(|at| ((at / 12) % 5) as u32).collect();
        table.dimensions[0].codes = codes;
        let told = find_causes(&table, &CauseSearch::default()).unwrap();
        alarms += i32::from(told.causes.iter().any(|it| it.confirmed));
        assert!(told.causes.iter().all(|it| it.customers <= 100));
    }
    assert!(alarms <= 12, "{alarms}");
}

#[test]
fn the_order_of_rows_does_not_matter() {
    for customers in [false, true] {
        let mut table = world(77, 900, &[5, 4, 3], |drawn, codes, before| {
            before * (1.0 + 0.2 * noise(drawn)) * if codes[1] == 3 { 0.5 } else { 1.0 }
        });
        table.customers = customers.then(|| (0..900).map(|at| format!("C-{}", at / 3)).collect());
        let mut turned = table.clone();
        turned.rows.reverse();
        turned.dimensions.iter_mut().for_each(|it| it.codes.reverse());
        turned.customers.iter_mut().for_each(|it| it.reverse());
        let search = CauseSearch::default();
        assert_eq!(find_causes(&table, &search), find_causes(&turned, &search));
    }
}

#[test]
fn other_names_of_the_same_customers_are_told_beside() {
    let mut table = world(31, 1_500, &[5, 4], |drawn, codes, before| {
        before * (1.0 + 0.2 * noise(drawn)) * if codes[0] == 2 { 0.4 } else { 1.0 }
    });
    // A city of that region alone, and a manager who has no other.
    let codes = table.dimensions[0].codes.clone();
    let manager = Dimension { name: "manager".into(), codes, ..table.dimensions[0].clone() };
    table.dimensions.push(manager);
    let told = find_causes(&table, &CauseSearch::default()).unwrap();
    let cause = &told.causes[0];
    assert_eq!(told_cell(cause), "d0v2");
    let also = |it: &Vec<CauseCell>| it.len() == 1 && it[0].dimension == "manager";
    assert!(cause.alternatives.iter().any(also), "{:?}", cause.alternatives);
    assert!(cause.alternatives.iter().flatten().all(|it| it.dimension != "d1"));
}

#[test]
fn what_everybody_does_is_nobodys_fault() {
    let table = world(5, 2_000, &[5, 4], |drawn, _, before| before * (0.8 + 0.1 * noise(drawn)));
    let told = find_causes(&table, &CauseSearch::default()).unwrap();
    assert_eq!(told.verdict, CauseVerdict::Spread, "{told:?}");
    assert!((told.common / told.change - 1.0).abs() < 0.1);
}

#[test]
fn more_of_the_weak_is_a_matter_of_weights() {
    let mut table = world(6, 2_000, &[2, 3], |_, _, before| before);
    let codes = table.dimensions[0].codes.clone();
    for (row, code) in table.rows.iter_mut().zip(codes) {
        // One channel converts three times as often, and gets half as many visits.
        let visits = [[100.0, 50.0], [100.0, 150.0]][code as usize];
        let rate = [0.3, 0.1][code as usize];
        *row = CauseRow {
            before: rate * visits[0],
            after: rate * visits[1],
            of_before: visits[0],
            of_after: visits[1],
        };
    }
    table.is_ratio = true;
    let told = find_causes(&table, &CauseSearch::default()).unwrap();
    assert_eq!(told.verdict, CauseVerdict::Composition);
    let mix = told.composition.unwrap();
    assert!(mix.dimension == "d0" && (mix.share - 1.0).abs() < 0.05, "{mix:?}");
    assert!((told.before - 0.2).abs() < 0.01 && (told.after - 0.15).abs() < 0.01);
    let effects: f64 = told.causes.iter().map(|it| it.effect).sum();
    assert!((effects + told.common - told.change).abs() < 1e-9);
}

#[test]
fn a_ratio_that_falls_in_one_place_is_found_there() {
    let mut table = world(8, 3_000, &[5, 4, 3], |_, _, before| before);
    let codes: Vec<(u32, u32)> = (0..3_000)
        .map(|at| (table.dimensions[0].codes[at], table.dimensions[1].codes[at]))
        .collect();
    let mut drawn = Drawn(2);
    for (row, codes) in table.rows.iter_mut().zip(codes) {
        let of = 20.0 + drawn.below(30) as f64;
        let rate = if codes == (1, 2) { 0.2 } else { 0.5 };
        let draw = |drawn: &mut Drawn, rate: f64| {
            (0..of as i64).filter(|_| drawn.share() < rate).count() as f64
        };
        let (before, after) = (draw(&mut drawn, 0.5), draw(&mut drawn, rate));
        *row = CauseRow { before, after, of_before: of, of_after: of };
    }
    table.is_ratio = true;
    let told = find_causes(&table, &CauseSearch::default()).unwrap();
    assert_eq!(told.verdict, CauseVerdict::Localised, "{:?}", told.sentence);
    assert_eq!(told_cell(&told.causes[0]), "d0v1 d1v2");
    assert!((told.causes[0].share - 1.0).abs() < 0.2);
}

#[test]
fn a_source_that_is_late_is_no_cause() {
    let table = world(4, 800, &[4, 3], |drawn, codes, before| {
        if codes[0] == 3 { 0.0 } else { before * (1.0 + 0.1 * noise(drawn)) }
    });
    let told = find_causes(&table, &CauseSearch::default()).unwrap();
    assert_eq!(told.verdict, CauseVerdict::DataProblem);
    assert_eq!(told.problems.len(), 1);
    assert!(told.problems[0].zh.contains("d0 = v3"));
    // The same rows twice, of the same customers.
    let mut table = world(4, 400, &[4, 3], |_, _, before| before * 0.7);
    table.rows.extend_from_within(..);
    table.dimensions.iter_mut().for_each(|it| it.codes.extend_from_within(..));
    table.customers = Some((0..800).map(|at| format!("C-{}", at % 400)).collect());
    let told = find_causes(&table, &CauseSearch::default()).unwrap();
    assert_eq!(told.verdict, CauseVerdict::DataProblem);
}

#[test]
fn a_budget_ends_the_search_and_says_what_may_be_left() {
    let table = world(12, 1_500, &[6, 5, 4, 7], |drawn, codes, before| {
        before * (1.0 + 0.2 * noise(drawn)) * if codes[1] == 2 && codes[3] == 1 { 0.2 } else { 1.0 }
    });
    let full = find_causes(&table, &CauseSearch::default()).unwrap();
    assert!(!full.work.truncated && full.work.unsearched_at_most == 0.0);
    assert_eq!(told_cell(&full.causes[0]), "d1v2 d3v1");
    let few = CauseSearch { budget: 3_000, ..CauseSearch::default() };
    let told = find_causes(&table, &few).unwrap();
    assert!(told.work.truncated && told.work.searched < full.work.searched);
    assert!(told.work.unsearched_at_most > 0.5, "{:?}", told.work);
}

#[test]
fn what_cannot_be_searched_is_refused() {
    let good = world(1, 50, &[3], |_, _, before| before);
    let code = |table: &CauseTable| {
        find_causes(table, &CauseSearch::default()).unwrap_err().into_faults().remove(0)
    };
    let mut table = good.clone();
    table.rows[7].after = f64::NAN;
    assert_eq!(code(&table).pointer.as_deref(), Some("7"));
    let mut table = good.clone();
    table.dimensions.clear();
    assert_eq!(code(&table).code, Code::InvalidArgument);
    let mut table = good.clone();
    table.dimensions[0].codes.pop();
    assert_eq!(code(&table).code, Code::InvalidArgument);
    let mut table = good.clone();
    table.is_ratio = true;
    table.rows.iter_mut().for_each(|row| row.of_after = 0.0);
    assert_eq!(code(&table).code, Code::NoDenominator);
    // Nothing changed, or nobody is there: there is nothing to explain.
    for table in [
        good.clone(),
        CauseTable {
            rows: vec![],
            dimensions: vec![Dimension { codes: vec![], ..good.dimensions[0].clone() }],
            ..good
        },
    ] {
        let told = find_causes(&table, &CauseSearch::default()).unwrap();
        assert_eq!((told.verdict, told.causes.len()), (CauseVerdict::TooSmall, 0));
    }
}

proptest! {
    #[test]
    fn effects_and_what_is_common_are_the_change(rows in prop::collection::vec((-50_i64..500, -50_i64..500, 0_u32..70, 0_u32..3), 2..120)) {
        let dimension = |name: &str, card: u32, codes: Vec<u32>| Dimension {
            name: name.into(), values: (0..card).map(|it| it.to_string()).collect(), codes,
        };
        let table = CauseTable {
            dimensions: vec![
                dimension("a", 70, rows.iter().map(|it| it.2).collect()),
                dimension("b", 3, rows.iter().map(|it| it.3).collect()),
            ],
            rows: rows.iter().map(|it| CauseRow { before: it.0 as f64, after: it.1 as f64, ..CauseRow::default() }).collect(),
            customers: None,
            is_ratio: false,
        };
        let told = find_causes(&table, &CauseSearch { least: 2, ..CauseSearch::default() }).unwrap();
        let effects: f64 = told.causes.iter().map(|it| it.effect).sum();
        prop_assert!((effects + told.common - told.change).abs() <= 1e-9 * (1.0 + effects.abs() + told.change.abs()));
        prop_assert_eq!(&told, &find_causes(&table, &CauseSearch { least: 2, ..CauseSearch::default() }).unwrap());
        // However rows are told apart, folding loses nobody.
        let whole: f64 = rows.iter().map(|it| (it.1 - it.0) as f64).sum();
        prop_assert_eq!(told.change, whole);
    }
}
