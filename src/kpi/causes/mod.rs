//! Which customers a change comes from: a bounded search over all combinations
//! of up to three dimensions, confirmed on customers it has not seen.
//!
//! ```text
//! rows ──fold──> leaves of one half of the customers ──search──> a few cells
//!                                  the other half ──confirm──> causes, or patterns
//! ```
//!
//! A cell did what it did beyond what it would have done had it changed like the
//! rest. All causes together with what everybody did alike are the change.
//!
//! # What is promised
//!
//! * Who searches through thousands of cells finds one that is odd: so what is
//!   found on one half of the customers counts only where the other half, drawn
//!   by a hash of their ids, shows it too. What does not is called a pattern.
//! * The answer says how much was searched, what was left out and how much that
//!   could explain at most.
//! * Sometimes nobody is to blame: then the verdict says so.
//!
//! # What is not here
//!
//! Why those customers did it. That is for people, or for an experiment.
//!
//! # Sources
//!
//! * Bennet (1920) makes ratios into sums (see `decompose`); Sun and others
//!   (2018), "HotSpot: anomaly localization for additive KPIs with
//!   multi-dimensional attributes", IEEE Access 6 (leaves below a cause move
//!   alike); Cochran (1977), eq. 6.13 (errors by customers); Cox (1975), "A note
//!   on data-splitting for the evaluation of significance levels", Biometrika 62;
//!   Benjamini and Hochberg (1995), JRSS B 57.

mod confirm;
mod cube;
mod report;
mod say;
mod search;

use crate::error::{Code, Error, Fault};
use crate::stats::{Sum, chi_square_above, t_beyond};
use cube::Cube;
pub use report::{Cause, CauseCell, CauseVerdict, CauseWork, Causes};
use search::Search;

/// Dimensions that may be searched, and of how many a cell may be made.
const DIMENSIONS: usize = 12;
const DEEPEST: usize = 3;

/// The share of false ones among what is called confirmed.
const FALSE: f64 = 0.10;

/// The share of a change from which it is called localised, and the share that
/// weights must have for it to be called one of composition.
const HALF: f64 = 0.5;
const MOST: f64 = 0.8;

/// A column by which rows can be told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Its name.
    pub name: String,
    /// The values that there are; an empty one is called unknown.
    pub values: Vec<String>,
    /// The position of each row's value.
    pub codes: Vec<u32>,
}

/// What a row was in both periods.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CauseRow {
    /// What is counted, before.
    pub before: f64,
    /// After.
    pub after: f64,
    /// By what it is divided, before; not negative. Not looked at for a total.
    pub of_before: f64,
    /// After.
    pub of_after: f64,
}

/// A change to be explained.
#[derive(Debug, Clone, PartialEq)]
pub struct CauseTable {
    /// By what rows can be told apart: 1 to 12.
    pub dimensions: Vec<Dimension>,
    /// The rows.
    pub rows: Vec<CauseRow>,
    /// The id of each row's customer, who may have several; `None`: each row is
    /// one.
    pub customers: Option<Vec<String>>,
    /// Whether it is a ratio that changed, and not a total.
    pub is_ratio: bool,
}

/// How far to search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CauseSearch {
    /// Of how many dimensions a cell may be made: 1 to 3.
    pub depth: usize,
    /// The share of the change below which nobody cares: 0.02.
    pub min_effect: f64,
    /// Customers that a cell has at least, in each half: 5.
    pub least: usize,
    /// Leaves that may be looked at, each time that one is.
    pub budget: u64,
}

impl Default for CauseSearch {
    fn default() -> CauseSearch {
        CauseSearch { depth: DEEPEST, min_effect: 0.02, least: 5, budget: 2_000_000_000 }
    }
}

/// Which customers a change comes from.
///
/// # Inputs
///
/// A table with one row for each customer and combination of values. Beyond the
/// 64 largest values of a dimension all are one, called other.
///
/// # Errors
///
/// [`Code::InvalidArgument`]: no dimension or over twelve, columns of different
/// lengths, a number that is not finite, a denominator below zero;
/// [`Code::NoDenominator`]: nothing to divide by in a period.
///
/// # Cost
///
/// Leaves times combinations of dimensions, for each cause: 25 combinations of
/// five dimensions at depth three. The budget bounds it.
///
/// ```
/// use guanxi::kpi::{CauseRow, CauseSearch, CauseTable, CauseVerdict, Dimension, find_causes};
/// // 400 customers in four regions buy for about a hundred; one region drops to half.
/// let names = ["东", "西", "南", "北"];
/// let dimension = Dimension {
///     name: "region".into(), values: names.map(String::from).to_vec(), codes: (0..400).map(|at| at % 4).collect(),
/// };
/// let row = |at: u32| {
///     let (before, noise) = (100.0 + f64::from(at % 7), f64::from(at * 37 % 11) - 5.0);
///     let kept = if at % 4 == 2 { 0.5 } else { 1.0 };
///     CauseRow { before, after: kept * before + noise, ..CauseRow::default() }
/// };
/// let rows = (0..400).map(row).collect();
/// let table = CauseTable { dimensions: vec![dimension], rows, customers: None, is_ratio: false };
/// let told = find_causes(&table, &CauseSearch::default())?;
/// assert_eq!(told.verdict, CauseVerdict::Localised);
/// assert_eq!(told.causes[0].cell[0].value, "南");
/// assert!(told.causes[0].confirmed && told.causes[0].share > 0.9);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn find_causes(table: &CauseTable, search: &CauseSearch) -> Result<Causes, Error> {
    check(table, search)?;
    let cube = Cube::of(table)?;
    let (found, work) = Search::of(&cube, search).run();
    let cells: Vec<_> = found.iter().map(|it| it.cell.clone()).collect();
    let split = confirm::split(&cube, &cells);
    let mut causes: Vec<Cause> = found
        .iter()
        .zip(&split.causes)
        .map(|(found, numbers)| report::cause(&cube, found, numbers))
        .collect();
    confirm::among_all(&mut causes, FALSE);
    let heterogeneity_p = heterogeneity(&cube, search.least);
    let mut told = Causes {
        verdict: CauseVerdict::CannotTell,
        before: cube.before,
        after: cube.after,
        change: cube.change,
        change_p: change_p(&cube),
        composition: composition(&cube),
        heterogeneity_p,
        common: split.common,
        common_rate: split.rest_rate,
        causes,
        work,
        problems: cube.problems.clone(),
        sentence: crate::error::Text::default(),
    };
    told.verdict = verdict(&told, cube.problem_share);
    told.sentence = say::sentence(&told);
    Ok(told)
}

fn check(table: &CauseTable, search: &CauseSearch) -> Result<(), Error> {
    let n = table.rows.len();
    let bad = |en: &str, zh: &str| Err(Fault::new(Code::InvalidArgument, en, zh).into());
    if table.dimensions.is_empty() || table.dimensions.len() > DIMENSIONS {
        return bad("causes are searched by 1 to 12 columns", "可按 1 至 12 列查找原因");
    }
    let uneven = table.dimensions.iter().any(|it| {
        it.codes.len() != n || it.codes.iter().any(|code| *code as usize >= it.values.len())
    }) || table.customers.as_ref().is_some_and(|it| it.len() != n);
    if uneven {
        return bad(
            "columns are not of one length, or codes have no value",
            "各列长度不一或编码无对应取值",
        );
    }
    let good = (1..=DEEPEST).contains(&search.depth)
        && (0.0..1.0).contains(&search.min_effect)
        && search.least >= 2;
    if !good {
        return bad(
            "a cell is of 1 to 3 columns and 2 customers or more, and the least effect is a share",
            "单元由 1 至 3 列组成、至少 2 位客户，最小影响应为比例",
        );
    }
    for (at, row) in table.rows.iter().enumerate() {
        let numbers = [row.before, row.after, row.of_before, row.of_after];
        let below = table.is_ratio && (row.of_before < 0.0 || row.of_after < 0.0);
        if below || !numbers.iter().all(|it| it.is_finite()) {
            let (en, zh) = (
                "numbers are finite, and what is divided by is not below zero",
                "数值须有限，分母不能为负",
            );
            return Err(Fault::new(Code::InvalidArgument, en, zh).at(at.to_string()).into());
        }
    }
    Ok(())
}

/// How often customers who changed by chance alone would have changed as much.
fn change_p(cube: &Cube) -> Option<f64> {
    let own = cube.by_customer(|row| row.moved.d);
    let n = own.len() as f64;
    let mean = own.iter().copied().collect::<Sum>().total() / n;
    let spread = own.iter().map(|it| (it - mean) * (it - mean)).collect::<Sum>().total();
    let error = libm::sqrt(spread * n / (n - 1.0));
    (n >= 2.0 && error > 0.0).then(|| t_beyond(cube.change / error, n - 1.0))
}

/// How often values of a dimension are as unlike each other by chance, of the
/// dimension in which they are most.
fn heterogeneity(cube: &Cube, least: usize) -> Option<f64> {
    let all = cube.total();
    let rate = all.rate();
    let of = |dimension: usize| {
        let mut q = Sum::default();
        let mut values = 0.0;
        for moved in cube.by_value(dimension) {
            let spread = moved.residual(moved.rate());
            if moved.n >= least as f64 && spread > 0.0 {
                let off = moved.d - rate * moved.x;
                q.add(off * off / spread);
                values += 1.0;
            }
        }
        (values >= 2.0).then(|| chi_square_above(q.total(), values - 1.0))
    };
    let many = cube.cards.len();
    let least_p = (0..many).filter_map(of).min_by(f64::total_cmp)?;
    Some((least_p * many as f64).min(1.0))
}

/// The share of a ratio's change that weights did, of the dimension in which they
/// did most; `None` for a total.
fn composition(cube: &Cube) -> Option<CauseMix> {
    let of = |dimension: usize| {
        let mix = cube.mix(dimension)?;
        Some(CauseMix { dimension: cube.names.get(dimension)?.clone(), share: mix / cube.change })
    };
    let all = (0..cube.cards.len()).filter_map(of);
    all.filter(|it| it.share.is_finite()).max_by(|a, b| a.share.total_cmp(&b.share))
}

/// What weights did to a ratio.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CauseMix {
    /// The weights of which dimension's values.
    pub dimension: String,
    /// As a share of the change.
    pub share: f64,
}

fn verdict(told: &Causes, problem_share: f64) -> CauseVerdict {
    let confirmed: f64 = told.causes.iter().filter(|it| it.confirmed).map(|it| it.share).sum();
    let composed = told.composition.as_ref().is_some_and(|it| (MOST..1.5).contains(&it.share));
    match () {
        () if problem_share >= HALF => CauseVerdict::DataProblem,
        () if told.change_p.is_none_or(|p| p > 0.05) => CauseVerdict::TooSmall,
        () if composed => CauseVerdict::Composition,
        () if confirmed >= HALF => CauseVerdict::Localised,
        () if confirmed > 0.0 => CauseVerdict::Spread,
        () if told.heterogeneity_p.is_none_or(|p| p > 0.05) => CauseVerdict::Spread,
        () => CauseVerdict::CannotTell,
    }
}

#[cfg(test)]
mod tests;
