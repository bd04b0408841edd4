//! Rows as numbers: dimensions folded, ratios made into sums, customers halved.

use std::cmp::Ordering;

use crate::error::{Code, Error, Fault, Text};
use crate::kpi::causes::{CauseRow, CauseTable, DIMENSIONS};
use crate::stats::Sum;
use crate::units::bucket;

/// Values of a dimension that keep their names.
const NAMED: usize = 64;

/// By what customers are halved.
const SALT: &str = "causes";

/// The share of the whole at which a value that vanishes is suspicious.
const SUSPICIOUS: f64 = 0.05;

pub(super) type Codes = [u8; DIMENSIONS];

/// All that is to be known of customers to tell how a group of them changed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Moved {
    /// How many.
    pub n: f64,
    /// How large they were; their weight in a ratio.
    pub x: f64,
    /// By how much they changed.
    pub d: f64,
    pub xx: f64,
    pub xd: f64,
    pub dd: f64,
}

impl Moved {
    pub fn one(x: f64, d: f64) -> Moved {
        Moved { n: 1.0, x, d, xx: x * x, xd: x * d, dd: d * d }
    }

    pub fn add(&mut self, it: &Moved) {
        self.n += it.n;
        self.x += it.x;
        self.d += it.d;
        self.xx += it.xx;
        self.xd += it.xd;
        self.dd += it.dd;
    }

    pub fn less(&self, it: &Moved) -> Moved {
        Moved {
            n: self.n - it.n,
            x: self.x - it.x,
            d: self.d - it.d,
            xx: self.xx - it.xx,
            xd: self.xd - it.xd,
            dd: self.dd - it.dd,
        }
    }

    /// By how much they changed for each of their size.
    pub fn rate(&self) -> f64 {
        if self.x > 0.0 { self.d / self.x } else { 0.0 }
    }

    /// The sum of squares of what each is away from this rate.
    pub fn residual(&self, rate: f64) -> f64 {
        (self.dd - 2.0 * rate * self.xd + rate * rate * self.xx).max(0.0)
    }
}

/// What a customer did in a leaf.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub codes: Codes,
    pub customer: u32,
    /// Whether the customer is of the half that is searched.
    pub is_searched: bool,
    pub moved: Moved,
    figures: CauseRow,
}

/// The table, made ready.
pub(super) struct Cube {
    pub names: Vec<String>,
    /// The values of each dimension; the last may be all others.
    pub values: Vec<Vec<Option<String>>>,
    pub cards: Vec<usize>,
    /// By customer.
    pub rows: Vec<Row>,
    pub before: f64,
    pub after: f64,
    pub change: f64,
    /// What looks like a fault of the data, and the share of the change that it
    /// would explain.
    pub problems: Vec<Text>,
    pub problem_share: f64,
    is_ratio: bool,
}

impl Cube {
    pub fn of(table: &CauseTable) -> Result<Cube, Error> {
        let whole = Whole::of(table)?;
        let mut values = Vec::new();
        let mut folds = Vec::new();
        for dimension in &table.dimensions {
            let mut sizes = vec![0.0_f64; dimension.values.len()];
            for (code, row) in dimension.codes.iter().zip(&table.rows) {
                if let Some(size) = sizes.get_mut(*code as usize) {
                    *size += whole.size(row).abs();
                }
            }
            let (fold, kept) = fold(&sizes);
            let name = |at: &usize| dimension.values.get(*at).cloned();
            let mut named: Vec<Option<String>> = kept.iter().map(name).collect();
            if kept.len() < dimension.values.len() {
                named.push(None);
            }
            values.push(named);
            folds.push(fold);
        }
        let (customers, searched) = customers(table);
        let mut rows: Vec<Row> = (0..table.rows.len())
            .filter_map(|at| {
                let figures = *table.rows.get(at)?;
                let mut codes = Codes::default();
                for ((code, dimension), fold) in codes.iter_mut().zip(&table.dimensions).zip(&folds)
                {
                    *code = *fold.get(*dimension.codes.get(at)? as usize)?;
                }
                let customer = *customers.get(at)?;
                let is_searched = *searched.get(customer as usize)?;
                Some(Row { codes, customer, is_searched, moved: whole.moved(&figures), figures })
            })
            .collect();
        let mut cube = Cube {
            names: table.dimensions.iter().map(|it| it.name.clone()).collect(),
            cards: values.iter().map(Vec::len).collect(),
            values,
            rows: Vec::new(),
            before: whole.before,
            after: whole.after,
            change: whole.after - whole.before,
            problems: Vec::new(),
            problem_share: 0.0,
            is_ratio: table.is_ratio,
        };
        rows.sort_by(in_order);
        if table.customers.is_some() {
            rows = cube.merged(rows);
        } else {
            for (at, row) in rows.iter_mut().enumerate() {
                row.customer = at as u32;
                row.is_searched = bucket(SALT, &at.to_string(), 2) == 0;
            }
        }
        cube.rows = rows;
        cube.suspect();
        Ok(cube)
    }

    /// Rows of the same customer in the same leaf as one.
    fn merged(&mut self, rows: Vec<Row>) -> Vec<Row> {
        let mut merged: Vec<Row> = Vec::with_capacity(rows.len());
        let mut twice = Sum::default();
        for row in rows {
            match merged.last_mut() {
                Some(last) if last.customer == row.customer && last.codes == row.codes => {
                    if last.figures == row.figures {
                        twice.add(row.moved.d);
                    }
                    last.moved = Moved::one(last.moved.x + row.moved.x, last.moved.d + row.moved.d);
                    last.figures.before += row.figures.before;
                    last.figures.after += row.figures.after;
                    last.figures.of_before += row.figures.of_before;
                    last.figures.of_after += row.figures.of_after;
                }
                _ => merged.push(row),
            }
        }
        let share = twice.total() / self.change;
        if share.is_finite() && share >= SUSPICIOUS {
            self.problem_share = self.problem_share.max(share);
            self.problems.push(super::say::twice(share));
        }
        merged
    }

    /// Values that were there and are not any more, or the other way round: a
    /// source that is late, or another spelling.
    fn suspect(&mut self) {
        for dimension in 0..self.cards.len() {
            let card = self.cards.get(dimension).copied().unwrap_or(0);
            let mut sums = vec![[0.0_f64; 2]; card];
            let mut all = [0.0_f64; 2];
            for row in &self.rows {
                let code = usize::from(row.codes.get(dimension).copied().unwrap_or(0));
                let sides = if self.is_ratio {
                    [row.figures.of_before, row.figures.of_after]
                } else {
                    [row.figures.before, row.figures.after]
                };
                if let Some(sum) = sums.get_mut(code) {
                    for side in 0..2 {
                        sum[side] += sides[side].abs();
                        all[side] += sides[side].abs();
                    }
                }
            }
            let name = self.names.get(dimension).cloned().unwrap_or_default();
            for (code, [before, after]) in sums.into_iter().enumerate() {
                let value = self.value(dimension, code as u8);
                let gone = after == 0.0 && before >= SUSPICIOUS * all[0] && before > 0.0;
                let came = before == 0.0 && after >= SUSPICIOUS * all[1] && after > 0.0;
                if (gone || came) && card > 1 {
                    let own: Sum = self
                        .rows
                        .iter()
                        .filter(|row| row.codes.get(dimension).copied() == Some(code as u8))
                        .map(|row| row.moved.d)
                        .collect();
                    let share = own.total() / self.change;
                    if share.is_finite() {
                        self.problem_share = self.problem_share.max(share);
                    }
                    self.problems.push(super::say::vanished(&name, value.as_deref(), gone));
                }
            }
        }
    }

    pub fn value(&self, dimension: usize, code: u8) -> Option<String> {
        self.values.get(dimension)?.get(usize::from(code)).cloned().flatten()
    }

    pub fn total(&self) -> Moved {
        let mut all = Moved::default();
        self.rows.iter().for_each(|row| all.add(&row.moved));
        all
    }

    pub fn by_value(&self, dimension: usize) -> Vec<Moved> {
        let card = self.cards.get(dimension).copied().unwrap_or(0);
        let mut told = vec![Moved::default(); card];
        for row in &self.rows {
            let code = row.codes.get(dimension).map_or(0, |it| usize::from(*it));
            if let Some(it) = told.get_mut(code) {
                it.add(&row.moved);
            }
        }
        told
    }

    /// What the weights of a dimension's values did to a ratio.
    pub fn mix(&self, dimension: usize) -> Option<f64> {
        let card = self.cards.get(dimension).copied().filter(|card| self.is_ratio && *card > 1)?;
        let mut sums = vec![[0.0_f64; 4]; card];
        for row in &self.rows {
            let code = row.codes.get(dimension).map_or(0, |it| usize::from(*it));
            let it = row.figures;
            let own = [it.before, it.of_before, it.after, it.of_after];
            if let Some(sum) = sums.get_mut(code) {
                sum.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
            }
        }
        let of =
            |at: usize| sums.iter().filter_map(|it| it.get(at)).copied().collect::<Sum>().total();
        let (all0, all1, middle) = (of(1), of(3), (self.before + self.after) / 2.0);
        let part = |[n0, d0, n1, d1]: &[f64; 4]| {
            let (r0, r1) = ((*d0 > 0.0).then(|| n0 / d0), (*d1 > 0.0).then(|| n1 / d1));
            let (r0, r1) = (r0.or(r1).unwrap_or(middle), r1.or(r0).unwrap_or(middle));
            (d1 / all1 - d0 / all0) * ((r0 + r1) / 2.0 - middle)
        };
        Some(sums.iter().map(part).collect::<Sum>().total())
    }

    /// A sum for each customer, in the order of their first rows.
    pub fn by_customer(&self, of: impl Fn(&Row) -> f64) -> Vec<f64> {
        let same = |a: &Row, b: &Row| a.customer == b.customer;
        self.rows.chunk_by(same).map(|rows| rows.iter().map(&of).sum()).collect()
    }
}

/// The whole, against which rows are measured.
struct Whole {
    before: f64,
    after: f64,
    /// Of a ratio: by what it is divided, in both periods.
    of: Option<[f64; 2]>,
    /// Whether nothing was below zero before, so that it is a size.
    has_sizes: bool,
}

impl Whole {
    fn of(table: &CauseTable) -> Result<Whole, Error> {
        let sum = |of: fn(&CauseRow) -> f64| table.rows.iter().map(of).collect::<Sum>().total();
        let (n0, n1) = (sum(|it| it.before), sum(|it| it.after));
        if !table.is_ratio {
            let has_sizes = n0 > 0.0 && table.rows.iter().all(|it| it.before >= 0.0);
            return Ok(Whole { before: n0, after: n1, of: None, has_sizes });
        }
        let (d0, d1) = (sum(|it| it.of_before), sum(|it| it.of_after));
        if d0 <= 0.0 || d1 <= 0.0 {
            let (en, zh) = (
                "there is nothing to divide by in one of the two periods",
                "其中一期的分母合计为零",
            );
            return Err(Fault::new(Code::NoDenominator, en, zh).into());
        }
        Ok(Whole { before: n0 / d0, after: n1 / d1, of: Some([d0, d1]), has_sizes: true })
    }

    /// How large a row is: what would change alike changes by this much.
    fn size(&self, row: &CauseRow) -> f64 {
        match self.of {
            Some([d0, d1]) => (row.of_before / d0 + row.of_after / d1) / 2.0,
            None if self.has_sizes => row.before,
            None => (row.before.abs() + row.after.abs()) / 2.0,
        }
    }

    /// What a row did to the whole: its change, or its weight times what it is
    /// away from the whole ratio, after less before.
    fn moved(&self, row: &CauseRow) -> Moved {
        let change = match self.of {
            None => row.after - row.before,
            Some([d0, d1]) => {
                let middle = (self.before + self.after) / 2.0;
                (row.after - middle * row.of_after) / d1
                    - (row.before - middle * row.of_before) / d0
            }
        };
        Moved::one(self.size(row), change)
    }
}

/// The code of each value, the largest ones apart; and which those are.
fn fold(sizes: &[f64]) -> (Vec<u8>, Vec<usize>) {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    if sizes.len() > NAMED + 1 {
        let size = |at: usize| sizes.get(at).copied().unwrap_or(0.0);
        order.sort_by(|a, b| size(*b).total_cmp(&size(*a)).then(a.cmp(b)));
        order.truncate(NAMED);
        order.sort_unstable();
    }
    let mut codes = vec![order.len() as u8; sizes.len()];
    for (code, at) in order.iter().enumerate() {
        if let Some(it) = codes.get_mut(*at) {
            *it = code as u8;
        }
    }
    (codes, order)
}

/// A number for each row's customer, and by number whether it is searched; none
/// where each row is one.
fn customers(table: &CauseTable) -> (Vec<u32>, Vec<bool>) {
    let Some(ids) = &table.customers else { return (vec![0; table.rows.len()], vec![false]) };
    let mut sorted: Vec<&String> = ids.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let number = |id: &String| sorted.binary_search(&id).unwrap_or(0) as u32;
    let is_searched = |id: &&String| bucket(SALT, id, 2) == 0;
    (ids.iter().map(number).collect(), sorted.iter().map(is_searched).collect())
}

/// By customer, values and figures, so that the order in which rows came does not
/// matter.
fn in_order(a: &Row, b: &Row) -> Ordering {
    let figures = |it: &Row| {
        let it = it.figures;
        [it.before, it.after, it.of_before, it.of_after]
    };
    let by_figures = || {
        let pairs = figures(a).into_iter().zip(figures(b));
        pairs.map(|(a, b)| a.total_cmp(&b)).find(|it| it.is_ne()).unwrap_or(Ordering::Equal)
    };
    a.customer.cmp(&b.customer).then(a.codes.cmp(&b.codes)).then_with(by_figures)
}
