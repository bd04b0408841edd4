//! Who is due next, of very many, most of whom are due at some later time or
//! never.
//!
//! ```text
//! near   a heap of those due in the days that were opened: the first is at hand
//! far    for each later stretch of time the numbers of those due in it, as they
//!        came; opened and sorted when it is its turn
//! ```
//!
//! Whoever is due at another instant now is simply put in again: what was put in
//! before is recognised by an instant that is no longer theirs, and passed over.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Nobody is due then.
pub const NEVER: i64 = i64::MAX;

/// A stretch is 2^36 microseconds long: nineteen hours.
const STRETCH: u32 = 36;

/// Numbers with the microsecond at which each is due.
///
/// Who is due when is kept by the owner, in `due`, and handed in with each call.
#[derive(Debug, Default)]
pub struct Dues {
    near: BinaryHeap<Reverse<(i64, u32)>>,
    far: BTreeMap<i64, Vec<u32>>,
    /// The last stretch that was opened.
    opened: Option<i64>,
    held: usize,
}

impl Dues {
    /// All of whom it is known when they are due.
    pub fn of(due: &[i64]) -> Dues {
        let mut dues = Dues::default();
        for (number, at) in due.iter().enumerate() {
            dues.put(number as u32, *at);
        }
        dues
    }

    /// Says that a number is due at another instant than before.
    pub fn put(&mut self, number: u32, at: i64) {
        if at == NEVER {
            return;
        }
        self.held += 1;
        let stretch = at >> STRETCH;
        if self.opened.is_some_and(|opened| stretch <= opened) {
            self.near.push(Reverse((at, number)));
        } else {
            self.far.entry(stretch).or_default().push(number);
        }
    }

    /// Takes out one who is due by `until`, the soonest first.
    ///
    /// # Cost
    ///
    /// A glance when nobody is.
    pub fn take(&mut self, due: &[i64], until: i64) -> Option<usize> {
        loop {
            if let Some(Reverse((at, number))) = self.near.peek().copied() {
                if until < at {
                    return None;
                }
                self.near.pop();
                self.held -= 1;
                if due.get(number as usize) == Some(&at) {
                    return Some(number as usize);
                }
            } else {
                let stretch =
                    *self.far.keys().next().filter(|first| **first <= until >> STRETCH)?;
                let numbers = self.far.remove(&stretch).unwrap_or_default();
                self.opened = Some(stretch);
                for number in numbers {
                    match due.get(number as usize) {
                        Some(at) if *at >> STRETCH == stretch => {
                            self.near.push(Reverse((*at, number)));
                        }
                        _ => self.held -= 1,
                    }
                }
            }
        }
    }

    /// How many entries are held, those that are passed over included.
    pub fn len(&self) -> usize {
        self.held
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.held == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_soonest_comes_first_however_often_it_was_put_off(
            moves in prop::collection::vec((0_usize..12, 0_i64..1 << 39, any::<bool>()), 0..120),
        ) {
            let mut due = vec![NEVER; 12];
            let mut dues = Dues::of(&due);
            let mut now = 0;
            for (number, length, passes) in moves {
                if passes {
                    now += length;
                    let mut out = Vec::new();
                    while let Some(number) = dues.take(&due, now) {
                        out.push(due[number]);
                        due[number] = NEVER;
                    }
                    prop_assert!(out.is_sorted());
                    prop_assert!(due.iter().all(|at| now < *at));
                } else {
                    due[number] = now + 1 + length;
                    dues.put(number as u32, due[number]);
                }
            }
            let left = due.iter().filter(|at| **at != NEVER).count();
            prop_assert!(left <= dues.len());
            prop_assert_eq!(dues.take(&due, NEVER - 1).is_some(), 0 < left);
        }
    }
}
