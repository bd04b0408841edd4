//! Texts become numbers: who there is, by the ids that facts name.

use std::hash::{BuildHasher, RandomState};

/// Gives each different text the next number.
///
/// A table of its own, because ids are short and come by the million: a slot
/// holds a text's number and half of its hash, so that most texts are compared
/// with no other than themselves, and growing reads none.
#[derive(Debug)]
pub(super) struct Numbering {
    texts: Vec<Box<str>>,
    /// A power of two of them, at most half of them taken.
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

impl Default for Numbering {
    fn default() -> Self {
        let seed = RandomState::new().hash_one(0);
        Numbering { texts: Vec::new(), slots: vec![Slot::default(); 16], seed, recent: 0 }
    }
}

impl Numbering {
    /// The number of a text, which is the next one if it is new.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if self.texts.get(self.recent as usize).is_some_and(|recent| **recent == *text) {
            return self.recent;
        }
        let hash = hash(self.seed, text.as_bytes());
        let (place, found) = self.look(hash, text);
        self.recent = found.unwrap_or_else(|| {
            let number = self.texts.len() as u32;
            self.texts.push(text.into());
            self.slots[place] = Slot { hash, taken: number + 1 };
            if self.slots.len() < self.texts.len() * 2 {
                self.grow();
            }
            number
        });
        self.recent
    }

    /// The number of a text that has one.
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        self.look(hash(self.seed, text.as_bytes()), text).1
    }

    /// The texts by their numbers.
    pub(super) fn texts(&self) -> &[Box<str>] {
        &self.texts
    }

    /// The texts in byte order, and the final number of each provisional one.
    pub(super) fn finish(self) -> (Vec<Box<str>>, Vec<u32>) {
        let mut texts = self.texts;
        if texts.is_sorted() {
            let same = (0..texts.len() as u32).collect();
            return (texts, same);
        }
        let shared = shared(&texts);
        let keys = texts.iter().map(|text| beginning(&text.as_bytes()[shared..]));
        let mut order: Vec<(u64, u32)> = keys.zip(0..).collect();
        order.sort_unstable_by(|(a, x), (b, y)| {
            a.cmp(b).then_with(|| texts[*x as usize].cmp(&texts[*y as usize]))
        });
        let mut moved = vec![0; texts.len()];
        for (last, (_, provisional)) in (0..).zip(&order) {
            moved[*provisional as usize] = last;
        }
        let take = |(_, number): (u64, u32)| std::mem::take(&mut texts[number as usize]);
        (order.into_iter().map(take).collect(), moved)
    }

    /// Where a text stands or would stand, and its number if it stands there.
    fn look(&self, hash: u32, text: &str) -> (usize, Option<u32>) {
        let mask = self.slots.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let slot = self.slots[place];
            if slot.taken == 0 {
                return (place, None);
            }
            let number = slot.taken - 1;
            if slot.hash == hash && *self.texts[number as usize] == *text {
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

/// Multiplies 128 bits wide and folds the halves, eight bytes at a time.
fn hash(seed: u64, text: &[u8]) -> u32 {
    let fold = |a: u64, b: u64| {
        let wide = u128::from(a) * u128::from(b);
        wide as u64 ^ (wide >> 64) as u64
    };
    let (whole, rest) = text.as_chunks::<8>();
    let mut state = seed ^ text.len() as u64;
    for chunk in whole {
        state = fold(state ^ u64::from_le_bytes(*chunk), ODD ^ seed.rotate_left(32));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let state = fold(state ^ u64::from_le_bytes(last), ODD ^ seed.rotate_left(32));
    (state ^ state >> 32) as u32
}

/// How many bytes all texts begin with.
fn shared(texts: &[Box<str>]) -> usize {
    let Some((first, others)) = texts.split_first() else { return 0 };
    others.iter().fold(first.len(), |shared, text| {
        let same = first.bytes().zip(text.bytes()).take(shared).take_while(|(a, b)| a == b);
        same.count()
    })
}

/// The first eight bytes as a number that is ordered as they are.
fn beginning(text: &[u8]) -> u64 {
    let mut first = [0; 8];
    let len = text.len().min(8);
    first[..len].copy_from_slice(&text[..len]);
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn finished(texts: &[&str]) -> (Vec<u32>, Vec<Box<str>>) {
        let mut numbering = Numbering::default();
        let provisional: Vec<u32> = texts.iter().map(|text| numbering.number(text)).collect();
        for (text, number) in texts.iter().zip(&provisional) {
            assert_eq!(numbering.find(text), Some(*number));
        }
        assert_eq!(numbering.find("nobody"), None);
        let (sorted, moved) = numbering.finish();
        (provisional.iter().map(|number| moved[*number as usize]).collect(), sorted)
    }

    #[test]
    fn numbers_are_those_of_a_sorted_set() {
        let long = "x".repeat(40);
        let longer = format!("{long}\0");
        let many: Vec<String> = (0..3000).map(|n: u32| format!("C-{}", n * 7919 % 1501)).collect();
        let cases: [Vec<&str>; 5] = [
            vec![],
            vec!["", "a\0", "a", "a", ""],
            vec!["客户-1", "客户-10", "客户-2", "b", &long, &longer, "b"],
            vec!["a", "b", "b", "c"],
            many.iter().map(String::as_str).collect(),
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
}
