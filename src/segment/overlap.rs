//! How many are in two segments at once.
//!
//! ```text
//! sets of everybody, a bit a customer, block by block:
//!   each block of each set stays in cache while it is held against all others
//! ```

use std::ops::Range;

use crate::facts::Bits;
use crate::stats::shared;
use crate::units::Decimal;

/// Words of a set that are held against all others together: so few that those
/// of a hundred sets fit a cache.
const BLOCK: usize = 256;

/// For each two of some sets of the same customers how many are in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlaps {
    /// How many are in each set.
    sizes: Vec<u64>,
    /// How many are in both, row by row of the triangle above the diagonal.
    both: Vec<u64>,
}

impl Overlaps {
    /// Holds each set against each other.
    ///
    /// # Inputs
    ///
    /// `sets`: of the same length each. `threads`: how many to use, at least
    /// one; the number never changes the answer.
    ///
    /// # Cost
    ///
    /// One pass over each pair of sets, 64 customers at a time.
    ///
    /// # Source
    ///
    /// Counting bits by carry-save adders: Muła, Kurz, Lemire, Faster Population
    /// Counts Using AVX2 Instructions, The Computer Journal 61 (2018), figure 3
    /// (Harley and Seal's method), here in plain words.
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::facts::Bits;
    /// use guanxi::segment::Overlaps;
    /// let set = |rows: &[usize]| {
    ///     let mut bits = Bits::none(10);
    ///     rows.iter().for_each(|row| bits.set(*row, true));
    ///     bits
    /// };
    /// let (a, b) = (set(&[1, 2, 3]), set(&[2, 3, 4, 5]));
    /// let overlaps = Overlaps::of(&[&a, &b], 1);
    /// assert_eq!((overlaps.both(0, 1), overlaps.either(0, 1), overlaps.only(0, 1)), (2, 5, 1));
    /// assert_eq!(overlaps.jaccard(0, 1).map(|it| it.to_string()).as_deref(), Some("0.4000"));
    /// ```
    pub fn of(sets: &[&Bits], threads: usize) -> Overlaps {
        let words = sets.iter().map(|set| set.words().len()).max().unwrap_or(0);
        let pairs = sets.len() * sets.len().saturating_sub(1) / 2;
        let share = words.div_ceil(BLOCK).div_ceil(threads.max(1)).max(1) * BLOCK;
        let starts = (0..words).step_by(share);
        let parts: Vec<Range<usize>> = starts.map(|from| from..words.min(from + share)).collect();
        let count = |part: Range<usize>| {
            let mut both = vec![0; pairs];
            for from in part.clone().step_by(BLOCK) {
                add_block(sets, from..part.end.min(from + BLOCK), &mut both);
            }
            both
        };
        let counted: Vec<Vec<u64>> = shared(parts, count);
        let mut both = vec![0; pairs];
        for part in counted {
            both.iter_mut().zip(part).for_each(|(sum, more)| *sum += more);
        }
        Overlaps { sizes: sets.iter().map(|set| set.count() as u64).collect(), both }
    }

    /// How many are in a set.
    pub fn size(&self, set: usize) -> u64 {
        self.sizes.get(set).copied().unwrap_or(0)
    }

    /// How many are in both of two sets.
    pub fn both(&self, one: usize, other: usize) -> u64 {
        if one == other {
            return self.size(one);
        }
        let (low, high) = (one.min(other), one.max(other));
        let place = row(low, self.sizes.len()) + (high - low - 1);
        self.both.get(place).copied().unwrap_or(0)
    }

    /// How many are in at least one of two sets.
    pub fn either(&self, one: usize, other: usize) -> u64 {
        self.size(one) + self.size(other) - self.both(one, other)
    }

    /// How many are in the first set and not in the second.
    pub fn only(&self, one: usize, other: usize) -> u64 {
        self.size(one) - self.both(one, other)
    }

    /// The share of those in both among those in at least one (Jaccard's
    /// index), with four places, rounded half up; `None` where nobody is in any.
    pub fn jaccard(&self, one: usize, other: usize) -> Option<Decimal> {
        let (both, either) = (i128::from(self.both(one, other)), self.either(one, other));
        let either = i128::from(either);
        let units = (both * 20_000 + either).checked_div(either * 2)?;
        Decimal::new(units, 4).ok()
    }
}

/// Where the pairs of a set with later ones begin.
fn row(set: usize, n: usize) -> usize {
    set * (2 * n - set - 1) / 2
}

fn add_block(sets: &[&Bits], words: Range<usize>, both: &mut [u64]) {
    let blocks: Vec<&[u64]> =
        sets.iter().map(|set| set.words().get(words.clone()).unwrap_or_default()).collect();
    let is_empty = |block: &&[u64]| block.iter().all(|word| *word == 0);
    let filled: Vec<bool> = blocks.iter().map(|block| !is_empty(block)).collect();
    for (one, block) in blocks.iter().enumerate().filter(|(one, _)| filled[*one]) {
        let begin = row(one, blocks.len());
        for other in one + 1..blocks.len() {
            if filled[other] {
                both[begin + other - one - 1] += common(block, blocks[other]);
            }
        }
    }
}

/// Words that are taken together, so that a compiler sees what a processor can
/// do at once.
type Lane = [u64; 4];

/// How many bits are set in both.
fn common(a: &[u64], b: &[u64]) -> u64 {
    const LANES: usize = 8;
    let mut count = 0;
    let (mut ones, mut twos, mut fours): (Lane, Lane, Lane) = Default::default();
    let mut eights = 0;
    let step = 4 * LANES;
    let (mut left, mut right) = (a.chunks_exact(step), b.chunks_exact(step));
    for (a, b) in left.by_ref().zip(right.by_ref()) {
        let mut lanes: [Lane; LANES] = Default::default();
        for (place, (a, b)) in a.iter().zip(b).enumerate() {
            lanes[place / 4][place % 4] = a & b;
        }
        let [a, b, c, d, e, f, g, h] = lanes;
        let (one, two_a) = add(ones, a, b);
        let (one, two_b) = add(one, c, d);
        let (two, four_a) = add(twos, two_a, two_b);
        let (one, two_a) = add(one, e, f);
        let (one, two_b) = add(one, g, h);
        let (two, four_b) = add(two, two_a, two_b);
        let (four, eight) = add(fours, four_a, four_b);
        (ones, twos, fours) = (one, two, four);
        eights += bits(eight);
    }
    for (a, b) in left.remainder().iter().zip(right.remainder()) {
        count += u64::from((a & b).count_ones());
    }
    count + 8 * eights + 4 * bits(fours) + 2 * bits(twos) + bits(ones)
}

/// A full adder of bits: the sum and the carry of each.
#[inline(always)]
fn add(a: Lane, b: Lane, c: Lane) -> (Lane, Lane) {
    let (mut sum, mut carry): (Lane, Lane) = Default::default();
    for place in 0..4 {
        let half = a[place] ^ b[place];
        sum[place] = half ^ c[place];
        carry[place] = (a[place] & b[place]) | (half & c[place]);
    }
    (sum, carry)
}

#[inline(always)]
fn bits(lane: Lane) -> u64 {
    lane.iter().map(|word| u64::from(word.count_ones())).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_are_those_of_single_bits(
            length in 0_usize..20_000, seed in any::<u64>(), n in 0_usize..6, threads in 1_usize..4,
        ) {
            let mut state = seed;
            let mut sets = Vec::new();
            for set in 0..n {
                let mut bits = Bits::none(length);
                // Some are dense, some thin, some empty.
                let every = [1, 2, 7, 400, usize::MAX][set % 5];
                for row in 0..length {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    if ((state >> 33) as usize).is_multiple_of(every) {
                        bits.set(row, true);
                    }
                }
                sets.push(bits);
            }
            let sets: Vec<&Bits> = sets.iter().collect();
            let overlaps = Overlaps::of(&sets, threads);
            for one in 0..n {
                for other in 0..n {
                    let both = (0..length).filter(|row| sets[one].has(*row) && sets[other].has(*row));
                    let both = both.count() as u64;
                    prop_assert_eq!(overlaps.both(one, other), both);
                    prop_assert_eq!(overlaps.only(one, other), overlaps.size(one) - both);
                    let jaccard = overlaps.jaccard(one, other).map(|it| it.units());
                    let either = overlaps.size(one) + overlaps.size(other) - both;
                    let exact = both as f64 * 10_000.0 / either as f64;
                    prop_assert!(jaccard.map_or(either == 0, |it| (it as f64 - exact).abs() <= 0.5));
                }
            }
        }
    }
}
