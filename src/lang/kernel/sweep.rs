//! Counts and sums over events, 64 customers at a time.
//!
//! How many events a customer has in a window is a coin toss to the processor,
//! and a branch that it guesses wrong costs more than the question. So where a
//! word asks for many customers, nothing branches on the data:
//!
//! ```text
//! at least 3   the third time from the back is read, whoever's it is, and
//!              counts only where there are three
//! a sum        running totals over the events of all 64, with zero for those
//!              outside the window: a customer's sum is a difference of two
//! ```

use super::condition::each;
use super::list::List;
use super::scan::pack;
use crate::facts::{Column, Ints, Times};

/// Words that ask for fewer customers go one by one.
const FEW: u32 = 12;

/// Words with more events than this are summed one by one, so that the totals
/// stay in the cache.
const MANY: usize = 1 << 14;

/// Where the events of a word's customers begin and end.
#[derive(Clone, Copy)]
struct Bounds<'s> {
    from: &'s [u32],
    until: &'s [u32],
}

impl Bounds<'_> {
    /// The bits of `mask` whose customers pass the test of their rows.
    #[inline]
    fn asked(self, mask: u64, test: impl Fn(usize, usize) -> bool) -> u64 {
        if mask.count_ones() < FEW {
            let mut word = 0;
            each(&[mask], 0, |lane| {
                if let (Some(from), Some(until)) = (self.from.get(lane), self.until.get(lane)) {
                    word |= u64::from(test(*from as usize, *until as usize)) << lane;
                }
            });
            return word;
        }
        let mut bytes = [0; 64];
        let rows = self.from.iter().zip(self.until);
        for (byte, (from, until)) in bytes.iter_mut().zip(rows) {
            *byte = u8::from(test(*from as usize, *until as usize));
        }
        pack(&bytes) & mask
    }

    /// From the first row of all to the last.
    fn whole(self) -> (usize, usize) {
        let from = self.from.first().map_or(0, |from| *from as usize);
        (from, self.until.last().map_or(from, |until| *until as usize))
    }
}

impl<'s> List<'s> {
    fn bounds(&self, word: usize) -> Bounds<'s> {
        let offsets = &self.events.offsets;
        let n_customers = offsets.len().saturating_sub(1);
        let (first, last) = ((word * 64).min(n_customers), (word * 64 + 64).min(n_customers));
        let until = match self.ends {
            Some(ends) => ends.get(first..last),
            None => offsets.get(first + 1..last + 1),
        };
        let from = offsets.get(first..last);
        Bounds { from: from.unwrap_or_default(), until: until.unwrap_or_default() }
    }

    /// The first time that belongs, as the column counts it.
    fn cut(&self) -> i64 {
        self.since.map_or(i64::MIN, |since| self.events.at.unit_at_or_after(since))
    }

    /// Customers whose number of events lies in the range; lists with stages
    /// are folds.
    pub(super) fn count_in(
        &self,
        range: (u64, u64),
        first_word: usize,
        mask: &[u64],
        yes: &mut [u64],
    ) {
        match &self.events.at {
            Times::Seconds { after, .. } => self.count(after, range, first_word, mask, yes),
            Times::Micros(micros) => self.count(micros, range, first_word, mask, yes),
        }
    }

    fn count<T: Copy + Into<i64>>(
        &self,
        at: &[T],
        (low, high): (u64, u64),
        first_word: usize,
        mask: &[u64],
        yes: &mut [u64],
    ) {
        let cut = self.cut();
        // At least n events are left by the cut exactly when the n-th from the
        // back is: a read instead of a search.
        let has = |from: usize, until: usize, n: usize| {
            let is_recent = at.get(until.wrapping_sub(n)).is_some_and(|at| cut <= (*at).into());
            (n == 0) | (n <= until - from) & is_recent
        };
        // Nobody has more events than there are.
        let rows = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).min(at.len() + 1);
        let (low, beyond) = (rows(low), rows(high.saturating_add(1)));
        for (position, (mask, yes)) in mask.iter().zip(yes).enumerate() {
            if *mask != 0 {
                let bounds = self.bounds(first_word + position);
                *yes = bounds
                    .asked(*mask, |from, until| has(from, until, low) & !has(from, until, beyond));
            }
        }
    }

    /// Customers whose sum of a column lies in the range; unknown values count
    /// nothing.
    pub(super) fn sum_in(
        &self,
        ints: &Ints,
        column: &Column,
        range: (i128, i128),
        first_word: usize,
        mask: &[u64],
        yes: &mut [u64],
    ) {
        let mut sums = Sums { list: self, ints, column, range, totals: Vec::new() };
        for (position, (mask, yes)) in mask.iter().zip(yes).enumerate() {
            if *mask != 0 {
                *yes = sums.word(first_word + position, *mask);
            }
        }
    }
}

/// The sums of a column over a list.
struct Sums<'a, 's> {
    list: &'a List<'s>,
    ints: &'a Ints,
    column: &'a Column,
    range: (i128, i128),
    /// Before each row of a word's events, the sum of those before it.
    totals: Vec<i64>,
}

impl Sums<'_, '_> {
    fn word(&mut self, word: usize, mask: u64) -> u64 {
        let bounds = self.list.bounds(word);
        let (first, last) = bounds.whole();
        let is_dense = FEW <= mask.count_ones() && last - first <= MANY;
        let (low, high) = self.range;
        if is_dense && self.fill(first, last) {
            let total = |row: usize| self.totals.get(row - first).copied().unwrap_or(0);
            return bounds.asked(mask, |from, until| {
                let sum = i128::from(total(until) - total(from));
                (low <= sum) & (sum <= high)
            });
        }
        bounds.asked(mask, |from, until| {
            let sum = self.one(from, until);
            (low <= sum) & (sum <= high)
        })
    }

    fn one(&self, from: usize, until: usize) -> i128 {
        let from = match self.list.since {
            Some(since) => self.list.events.at.first_at_or_after(from, until, since),
            None => from,
        };
        let known = (from..until).filter(|row| self.column.is_known(*row));
        known.map(|row| i128::from(self.ints.get(row))).sum()
    }

    /// The totals of these rows; not for a column whose sums may need more
    /// than 64 bits.
    fn fill(&mut self, first: usize, last: usize) -> bool {
        match self.ints {
            Ints::I8(values) => self.fill_from(values, first, last),
            Ints::I16(values) => self.fill_from(values, first, last),
            Ints::I32(values) => self.fill_from(values, first, last),
            Ints::I64(_) => return false,
        }
        true
    }

    fn fill_from<V: Copy + Into<i64>>(&mut self, values: &[V], first: usize, last: usize) {
        match &self.list.events.at {
            Times::Seconds { after, .. } => self.add_up(after, values, first, last),
            Times::Micros(micros) => self.add_up(micros, values, first, last),
        }
    }

    fn add_up<T: Copy + Into<i64>, V: Copy + Into<i64>>(
        &mut self,
        at: &[T],
        values: &[V],
        first: usize,
        last: usize,
    ) {
        let cut = self.list.cut();
        let rows = at.get(first..last).unwrap_or_default().iter();
        let rows = rows.zip(values.get(first..last).unwrap_or_default());
        let mut total = 0;
        self.totals.clear();
        self.totals.push(0);
        self.totals.extend(rows.enumerate().map(|(row, (at, value))| {
            let counts = (cut <= (*at).into()) & self.column.is_known(first + row);
            total += i64::from(counts) * (*value).into();
            total
        }));
    }
}
