//! One row on its way through a condition, and what was worked out for it
//! before.

/// What evaluating a number in a row gives: a value, nothing, or an error.
pub(super) type Cell = Result<Option<i128>, Failed>;

/// The row has an error; what it is the reference will say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failed;

/// Where a row's values come from.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    /// The row of the table that is walked: a customer, or an event.
    pub(super) row: usize,
    /// The customer it belongs to.
    pub(super) customer: usize,
    /// Lists made ready for this block, by fold.
    pub(super) folds: &'r [Prepared],
}

/// The results of a fold for the customers of a block.
#[derive(Default)]
pub(super) struct Prepared {
    first: usize,
    values: Vec<i128>,
    known: Vec<u64>,
    failed: Vec<u64>,
}

impl Prepared {
    /// No result yet, for the customers of these words.
    pub(super) fn new(first_word: usize, n_words: usize) -> Self {
        Prepared {
            first: first_word * 64,
            values: vec![0; n_words * 64],
            known: vec![0; n_words],
            failed: vec![0; n_words],
        }
    }

    pub(super) fn number(&self, customer: usize) -> Cell {
        let place = customer.wrapping_sub(self.first);
        let bit = |words: &[u64]| words.get(place / 64).is_some_and(|w| w >> (place % 64) & 1 == 1);
        if bit(&self.failed) {
            return Err(Failed);
        }
        Ok(if bit(&self.known) { self.values.get(place).copied() } else { None })
    }

    pub(super) fn put(&mut self, customer: usize, cell: Cell) {
        let first_word = self.first / 64;
        match cell {
            Ok(Some(value)) => {
                if let Some(place) = self.values.get_mut(customer - self.first) {
                    *place = value;
                }
                set(&mut self.known, first_word, customer, true);
            }
            Ok(None) => {}
            Err(Failed) => set(&mut self.failed, first_word, customer, true),
        }
    }
}

/// Sets the bit of a row in words that begin at `first_word`.
#[inline]
pub(super) fn set(words: &mut [u64], first_word: usize, row: usize, on: bool) {
    if let Some(word) = words.get_mut(row / 64 - first_word) {
        *word |= u64::from(on) << (row % 64);
    }
}
