//! The rows of all customers, prepared for being gone through many times.

use crate::error::{Code, Error, Fault};
use crate::stats::{Jet, Sum, chunked};

use super::row::{Row, distinct};

/// What a model reads of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// When purchases were: frequency, recency, age.
    Timing,
    /// What repeats brought: frequency and monetary.
    Money,
}

/// A distinct row, ready for arithmetic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// How many repeats.
    pub x: f64,
    /// When the last one was.
    pub recency: f64,
    /// For how long the customer was watched.
    pub age: f64,
    /// What a repeat brought on average; 0 where only times are read.
    pub monetary: f64,
    /// How many customers are like this.
    pub weight: f64,
    /// Which of the [`Sample::counts`] is that of `x`.
    pub count: usize,
}

/// Rows without repetition, in canonical order, and what they come to.
///
/// Equal customers are one row with a weight: a likelihood costs as much as
/// there are different customers, and comes out the same to the last digits.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    reads: Reads,
    items: Vec<Item>,
    counts: Vec<(u64, f64)>,
    customers: u64,
    log_gaps: Option<f64>,
    threads: usize,
}

impl Sample {
    /// Prepares the rows that a model reads.
    ///
    /// # Errors
    ///
    /// What [`Row::check`] says of a row, below its position (`/17/recency`);
    /// [`Code::NothingToFit`] where no row has anything to say: no customer
    /// came back, or no repeat has an amount.
    pub fn of(rows: &[Row], reads: Reads) -> Result<Sample, Error> {
        let mut faults = Vec::new();
        for (position, row) in rows.iter().enumerate() {
            if let Err(error) = row.check().and_then(|()| check_for(row, reads)) {
                faults.extend(error.below(&format!("/{position}/")).into_faults());
            }
        }
        Error::check(faults)?;
        let kept = match reads {
            Reads::Timing => distinct(rows.iter().map(|row| row.timing()))?,
            Reads::Money => distinct(rows.iter().filter_map(|row| row.money()))?,
        };
        if kept.iter().all(|row| row.frequency == 0) {
            return Err(nothing(reads));
        }
        Sample::build(&kept, reads, log_gaps(rows))
    }

    fn build(rows: &[Row], reads: Reads, log_gaps: Option<f64>) -> Result<Sample, Error> {
        let mut counts: Vec<(u64, f64)> = Vec::new();
        let mut customers = 0_u64;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let (x, weight) = (u64::from(row.frequency), row.weight as f64);
            match counts.last_mut() {
                Some((last, sum)) if *last == x => *sum += weight,
                _ => counts.push((x, weight)),
            }
            customers = customers.checked_add(row.weight).ok_or_else(super::row::too_many)?;
            items.push(Item {
                x: x as f64,
                recency: row.recency,
                age: row.age,
                monetary: row.monetary.unwrap_or_default(),
                weight,
                count: counts.len() - 1,
            });
        }
        Ok(Sample { reads, items, counts, customers, log_gaps, threads: 1 })
    }

    /// The same sample, gone through by up to so many threads at once; the
    /// answers stay the same to the bit.
    pub fn with_threads(self, threads: usize) -> Sample {
        Sample { threads: threads.max(1), ..self }
    }

    /// What was read of the rows.
    pub fn reads(&self) -> Reads {
        self.reads
    }

    /// The distinct rows.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Each number of repeats that occurs, ascending, with how many customers
    /// have it.
    pub fn counts(&self) -> &[(u64, f64)] {
        &self.counts
    }

    /// How many customers there are.
    pub fn customers(&self) -> u64 {
        self.customers
    }

    /// The sum of the logarithms of all gaps; `None` where a customer with
    /// repeats has none.
    pub fn log_gaps(&self) -> Option<f64> {
        self.log_gaps
    }

    /// A sum over all customers.
    pub fn sum(&self, of: impl Fn(&Item) -> f64 + Sync) -> f64 {
        let [sum] = self.sums(|item| [of(item)]);
        sum
    }

    /// Several sums over all customers at once.
    pub fn sums<const N: usize>(&self, of: impl Fn(&Item) -> [f64; N] + Sync) -> [f64; N] {
        let parts = chunked(&self.items, self.threads, |items| {
            let mut part = [0.0; N];
            for item in items {
                for (sum, term) in part.iter_mut().zip(of(item)) {
                    *sum += item.weight * term;
                }
            }
            part
        });
        std::array::from_fn(|place| parts.iter().map(|part| part[place]).collect::<Sum>().total())
    }
}

/// What a model needs beyond a row that can be.
pub(super) fn check_for(row: &Row, reads: Reads) -> Result<(), Error> {
    match row.monetary {
        Some(mean) if reads == Reads::Money && row.frequency > 0 && mean <= 0.0 => {
            let fault = Fault::new(
                Code::ImpossibleHistory,
                format!("a model of spending needs amounts above zero, not {mean}"),
                format!("消费金额模型要求金额大于零，而不是 {mean}"),
            );
            let fault = fault.at("monetary").hint(
                "leave this customer out of the fit, or count refunds with their purchases",
                "请在拟合时排除该客户，或将退款与对应购买合并计算",
            );
            Err(fault.into())
        }
        _ => Ok(()),
    }
}

/// Sorted before they are added, so that the order of the rows is no matter.
fn log_gaps(rows: &[Row]) -> Option<f64> {
    let repeats = rows.iter().filter(|row| row.frequency > 0);
    let mut terms: Vec<f64> = repeats
        .map(|row| row.log_gaps.map(|sum| sum * row.weight as f64))
        .collect::<Option<_>>()?;
    terms.sort_unstable_by(f64::total_cmp);
    Some(terms.into_iter().collect::<Sum>().total())
}

fn nothing(reads: Reads) -> Error {
    let fault = match reads {
        Reads::Timing => Fault::new(
            Code::NothingToFit,
            "no customer has a repeat, so that nothing is known of how often they come",
            "没有任何客户复购，无从估计购买频率",
        ),
        Reads::Money => Fault::new(
            Code::NothingToFit,
            "no repeat has an amount, so that nothing is known of what they bring",
            "没有带金额的复购，无从估计消费金额",
        ),
    };
    let fault = fault.hint(
        "watch the customers for longer, or take in more of them",
        "请延长观察期，或纳入更多客户",
    );
    fault.into()
}

/// A function of up to four parameters with its derivatives, while it is being
/// added up: the value, the slopes, and the bends row by row up to the
/// diagonal.
pub type Terms = [f64; 15];

/// Where in [`Terms`] the second derivative in two parameters is.
pub fn bend(one: usize, other: usize) -> usize {
    let (row, column) = (one.max(other), one.min(other));
    5 + row * (row + 1) / 2 + column
}

/// The first `n` parameters of the terms.
pub fn jet(terms: &Terms, n: usize) -> Jet {
    Jet {
        value: terms[0],
        gradient: terms[1..=n].to_vec(),
        hessian: (0..n).map(|i| (0..n).map(|j| terms[bend(i, j)]).collect()).collect(),
    }
}
