//! Sums whose last bit does not depend on who added them up.
//!
//! Rows are cut into chunks of a fixed length, each chunk is added up on its
//! own, and the chunks are added up in order. One thread or many, the same
//! additions are made in the same order.
//!
//! # Sources
//!
//! * Neumaier (1974), "Rundungsfehleranalyse einiger Verfahren zur Summation
//!   endlicher Summen", ZAMM 54: what each addition rounds away is kept beside.

use super::threads::shared;

/// A sum that keeps what rounding takes away.
///
/// ```
/// use guanxi::stats::Sum;
/// let sum: Sum = [1.0, 1e100, 1.0, -1e100].into_iter().collect();
/// assert_eq!(sum.total(), 2.0);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    /// Adds a term.
    pub fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        self.lost += if self.sum.abs() >= term.abs() {
            (self.sum - sum) + term
        } else {
            (term - sum) + self.sum
        };
        self.sum = sum;
    }

    /// The sum so far.
    pub fn total(&self) -> f64 {
        self.sum + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Sum {
        let mut sum = Sum::default();
        terms.into_iter().for_each(|term| sum.add(term));
        sum
    }
}

/// Items that are added up by one thread without looking up.
pub const CHUNK: usize = 256;

/// Below this many chunks a thread costs more than it saves.
const FEW: usize = 16;

/// What `part` makes of each chunk of `items`, in the order of the chunks, by
/// as many threads as there are to be had up to `threads`.
///
/// `part` sees whole chunks of [`CHUNK`] items (the last one may be shorter),
/// so the parts are the same for any number of threads.
pub fn chunked<T: Sync, P: Send>(
    items: &[T],
    threads: usize,
    part: impl Fn(&[T]) -> P + Sync,
) -> Vec<P> {
    let chunks = items.len().div_ceil(CHUNK);
    let threads = threads.clamp(1, chunks.div_ceil(FEW).max(1));
    if threads == 1 {
        return items.chunks(CHUNK).map(part).collect();
    }
    let share = chunks.div_ceil(threads) * CHUNK;
    let work = |items: &[T]| items.chunks(CHUNK).map(&part).collect::<Vec<P>>();
    shared(items.chunks(share), work).into_iter().flatten().collect()
}
