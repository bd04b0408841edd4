//! Texts become numbers: who there is, by the ids that facts name.
//!
//! ```text
//! text -> key (its first bytes and length) -> hash -> slot -> number -> key, text
//! ```
//!
//! A table of its own, because ids are short and come by the million in any
//! order. A key of 16 bytes says all of a text of up to 15, so that finding one
//! is two looks at memory and no comparison of texts; and many texts are looked
//! up side by side, so that their looks at memory do not wait for one another.

use std::hash::{BuildHasher, RandomState};

/// Gives each different text the next number.
#[derive(Debug)]
pub(super) struct Numbering {
    /// The texts one behind the other.
    bytes: String,
    /// Where each ends, behind a zero.
    ends: Vec<usize>,
    keys: Vec<u128>,
    /// A power of two of them, at most half of them taken. A slot holds half of
    /// a text's hash, so that growing reads no text.
    slots: Vec<Slot>,
    /// Drawn anew for each table, so that nobody can choose ids that meet in
    /// one slot. What a number is does not depend on it.
    seed: u64,
    /// The one asked for last: rows of one customer often come together.
    recent: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u32,
    /// The number and 1; 0 where nothing is.
    taken: u32,
}

/// An odd number without a pattern: the fraction of the golden ratio.
const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

/// How many texts are looked up side by side.
const BATCH: usize = 32;

/// The longest text whose key says all of it.
const SHORT: usize = 15;

/// The last byte of a key that does not.
const IS_LONG: u8 = 255;

impl Default for Numbering {
    fn default() -> Self {
        Numbering {
            bytes: String::new(),
            ends: vec![0],
            keys: Vec::new(),
            slots: vec![Slot::default(); 16],
            seed: RandomState::new().hash_one(0),
            recent: 0,
        }
    }
}

/// Texts of which none may come twice.
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    known: Numbering,
    n: usize,
}

impl Distinct {
    /// Adds texts that lie one behind the other, each from its offset to the
    /// next. Nothing where one came before, or the offsets do not fit.
    pub(crate) fn add(&mut self, offsets: &[i64], texts: &str) -> Option<()> {
        self.n += self.known.numbers(offsets, texts)?.len();
        (self.known.keys.len() == self.n).then_some(())
    }
}

impl Numbering {
    /// The number of a text, which is the next one if it is new.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if self.text(self.recent) == Some(text) {
            return self.recent;
        }
        let key = key(text.as_bytes());
        self.recent = self.number_by(key, hash(self.seed, key, text.as_bytes()), text);
        self.recent
    }

    /// The numbers of texts that lie one behind the other, each from its offset
    /// to the next, in the order in which [`number`](Numbering::number) would
    /// give them. `None`: the offsets do not fit the texts.
    pub(super) fn numbers(&mut self, offsets: &[i64], texts: &str) -> Option<Vec<u32>> {
        let rows = offsets.len().saturating_sub(1);
        let mut numbers = Vec::with_capacity(rows);
        for begin in (0..rows).step_by(BATCH) {
            let end = rows.min(begin + BATCH);
            self.batch(offsets.get(begin..=end)?, texts, &mut numbers)?;
        }
        Some(numbers)
    }

    /// Up to [`BATCH`] texts. Each loop looks at memory for all of them, which
    /// the processor does at once; those not found at first go the slow way.
    fn batch(&mut self, offsets: &[i64], texts: &str, numbers: &mut Vec<u32>) -> Option<()> {
        let (mut wanted, mut slots) = ([(0, 0); BATCH], [Slot::default(); BATCH]);
        for (wanted, ends) in wanted.iter_mut().zip(offsets.windows(2)) {
            let text = texts.as_bytes().get(ends[0] as usize..ends[1] as usize)?;
            let key = key(text);
            *wanted = (key, hash(self.seed, key, text));
        }
        let (mask, n) = (self.slots.len() - 1, offsets.len() - 1);
        for (slot, (_, hash)) in slots.iter_mut().zip(&wanted[..n]) {
            *slot = self.slots[*hash as usize & mask];
        }
        let mut found = [0; BATCH];
        for (found, slot) in found.iter_mut().zip(&slots[..n]) {
            *found = self.keys.get(slot.taken.wrapping_sub(1) as usize).copied().unwrap_or(0);
        }
        for (row, ends) in offsets.windows(2).enumerate() {
            let (key, hash) = wanted[row];
            let is_there = found[row] == key && slots[row].taken != 0 && is_whole(key);
            numbers.push(match is_there {
                true => slots[row].taken - 1,
                false => {
                    let text = texts.get(ends[0] as usize..ends[1] as usize)?;
                    self.number_by(key, hash, text)
                }
            });
        }
        Some(())
    }

    /// The number of a text that has one.
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        let key = key(text.as_bytes());
        self.look(key, hash(self.seed, key, text.as_bytes()), text).1
    }

    /// The text of a number.
    pub(super) fn text(&self, number: u32) -> Option<&str> {
        let number = number as usize;
        self.bytes.get(*self.ends.get(number)?..*self.ends.get(number + 1)?)
    }

    /// The texts from a number on, by their numbers.
    pub(super) fn texts_from(&self, first: usize) -> impl ExactSizeIterator<Item = &str> {
        let ends = self.ends.get(first..).unwrap_or_default();
        ends.windows(2).map(|ends| &self.bytes[ends[0]..ends[1]])
    }

    /// The texts in byte order, and the final number of each provisional one.
    pub(super) fn finish(self) -> (Vec<Box<str>>, Vec<u32>) {
        let texts: Vec<&str> = self.texts_from(0).collect();
        if texts.is_sorted() {
            let same = (0..texts.len() as u32).collect();
            return (texts.into_iter().map(Box::from).collect(), same);
        }
        let shared = shared(&texts);
        let keys = texts.iter().map(|text| key(&text.as_bytes()[shared..]));
        let mut order: Vec<(u128, u32)> = keys.zip(0..).collect();
        order.sort_unstable_by(|(a, x), (b, y)| {
            a.cmp(b).then_with(|| texts[*x as usize].cmp(texts[*y as usize]))
        });
        let mut moved = vec![0; texts.len()];
        for (last, (_, provisional)) in (0..).zip(&order) {
            moved[*provisional as usize] = last;
        }
        (order.into_iter().map(|(_, number)| texts[number as usize].into()).collect(), moved)
    }

    fn number_by(&mut self, key: u128, hash: u32, text: &str) -> u32 {
        let (place, found) = self.look(key, hash, text);
        found.unwrap_or_else(|| {
            let number = self.keys.len() as u32;
            self.bytes.push_str(text);
            self.ends.push(self.bytes.len());
            self.keys.push(key);
            self.slots[place] = Slot { hash, taken: number + 1 };
            if self.slots.len() < self.keys.len() * 2 {
                self.grow();
            }
            number
        })
    }

    /// Where a text stands or would stand, and its number if it stands there.
    fn look(&self, key: u128, hash: u32, text: &str) -> (usize, Option<u32>) {
        let mask = self.slots.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let slot = self.slots[place];
            if slot.taken == 0 {
                return (place, None);
            }
            let number = slot.taken - 1;
            if slot.hash == hash
                && self.keys[number as usize] == key
                && (is_whole(key) || self.text(number) == Some(text))
            {
                return (place, Some(number));
            }
            place = (place + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let mut slots = vec![Slot::default(); self.slots.len() * 4];
        let mask = slots.len() - 1;
        for slot in self.slots.iter().filter(|slot| slot.taken != 0) {
            let mut place = slot.hash as usize & mask;
            while slots[place].taken != 0 {
                place = (place + 1) & mask;
            }
            slots[place] = *slot;
        }
        self.slots = slots;
    }
}

/// The first 15 bytes and the length, as a number that is ordered as texts are:
/// no two short ones have the same. Longer ones end in [`IS_LONG`].
#[inline]
fn key(text: &[u8]) -> u128 {
    let (len, missing) = (text.len(), 16_u32.saturating_sub(text.len() as u32) * 8);
    // Two looks of a fixed width, which may overlap, instead of a copy.
    let first = if let Some(first) = text.first_chunk::<16>() {
        u128::from_be_bytes(*first)
    } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let rest = u64::from_be_bytes(*last).unbounded_shl(missing);
        u128::from(u64::from_be_bytes(*first)) << 64 | u128::from(rest)
    } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let last = u128::from(u32::from_be_bytes(*last));
        u128::from(u32::from_be_bytes(*first)) << 96 | last << missing
    } else {
        text.iter().fold(0, |key, byte| key << 8 | u128::from(*byte)).unbounded_shl(missing)
    };
    let length = if len <= SHORT { len as u8 } else { IS_LONG };
    first & !0xff | u128::from(length)
}

/// Whether a key says all of its text.
#[inline]
fn is_whole(key: u128) -> bool {
    key as u8 != IS_LONG
}

/// Multiplies 128 bits wide and folds the halves; what a key does not say, eight
/// bytes at a time.
#[inline]
fn hash(seed: u64, key: u128, text: &[u8]) -> u32 {
    let other = ODD ^ seed.rotate_left(32);
    let fold = |a: u64, b: u64| {
        let wide = u128::from(a) * u128::from(b);
        wide as u64 ^ (wide >> 64) as u64
    };
    let mut state = fold(seed ^ (key >> 64) as u64, other);
    state = fold(state ^ key as u64, other);
    if !is_whole(key) {
        let (whole, rest) = text[SHORT..].as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let chunks = whole.iter().chain(std::iter::once(&last));
        state = chunks.fold(state ^ text.len() as u64, |state, chunk| {
            fold(state ^ u64::from_le_bytes(*chunk), other)
        });
    }
    (state ^ state >> 32) as u32
}

/// How many bytes all texts begin with.
fn shared(texts: &[&str]) -> usize {
    let Some((first, others)) = texts.split_first() else { return 0 };
    others.iter().fold(first.len(), |shared, text| {
        let same = first.bytes().zip(text.bytes()).take(shared).take_while(|(a, b)| a == b);
        same.count()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn finished(texts: &[&str]) -> (Vec<u32>, Vec<Box<str>>) {
        let mut numbering = Numbering::default();
        let provisional: Vec<u32> = texts.iter().map(|text| numbering.number(text)).collect();
        for (text, number) in texts.iter().zip(&provisional) {
            assert_eq!(numbering.find(text), Some(*number));
            assert_eq!(numbering.text(*number), Some(*text));
        }
        assert_eq!(numbering.find("nobody"), None);
        assert_eq!(all_at_once(texts), Some(provisional.clone()));
        let (sorted, moved) = numbering.finish();
        (provisional.iter().map(|number| moved[*number as usize]).collect(), sorted)
    }

    fn all_at_once(texts: &[&str]) -> Option<Vec<u32>> {
        let ends = texts.iter().scan(0, |end, text| {
            *end += text.len() as i64;
            Some(*end)
        });
        let offsets: Vec<i64> = std::iter::once(0).chain(ends).collect();
        Numbering::default().numbers(&offsets, &texts.concat())
    }

    #[test]
    fn numbers_are_those_of_a_sorted_set() {
        let long = "x".repeat(40);
        let longer = format!("{long}\0");
        let many: Vec<String> = (0..3000).map(|n: u32| format!("C-{}", n * 7919 % 1501)).collect();
        let lengths: Vec<String> = (0..60).map(|n| "ab\0c".repeat(9)[..n % 20].into()).collect();
        let cases: [Vec<&str>; 6] = [
            vec![],
            vec!["", "a\0", "a", "a", ""],
            vec!["客户-1", "客户-10", "客户-2", "b", &long, &longer, "b"],
            vec!["a", "b", "b", "c"],
            many.iter().map(String::as_str).collect(),
            lengths.iter().map(String::as_str).collect(),
        ];
        for texts in cases {
            let slow: BTreeSet<&str> = texts.iter().copied().collect();
            let slow: Vec<&str> = slow.into_iter().collect();
            let (numbers, sorted) = finished(&texts);
            assert!(sorted.iter().map(|text| &**text).eq(slow.iter().copied()));
            for (text, number) in texts.iter().zip(numbers) {
                assert_eq!(slow[number as usize], *text);
            }
        }
    }

    #[test]
    fn offsets_that_do_not_fit_have_no_numbers() {
        for offsets in [&[0, 2, 9][..], &[0, -1], &[2, 1], &[0, 1]] {
            assert_eq!(Numbering::default().numbers(offsets, "客a"), None, "{offsets:?}");
        }
    }

    proptest! {
        #[test]
        fn keys_are_ordered_as_texts_are(a in "[\0-\u{2}ab客]{0,20}", b in "[\0-\u{2}ab客]{0,20}") {
            let (x, y) = (key(a.as_bytes()), key(b.as_bytes()));
            if is_whole(x) || is_whole(y) {
                prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            } else {
                prop_assert!(x == y || x.cmp(&y) == a.cmp(&b));
            }
            let slow: Vec<u8> = a.bytes().chain([0; 15]).take(15).collect();
            prop_assert_eq!(&x.to_be_bytes()[..15], slow);
        }
    }
}
