//! What is found of everybody, added up.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Cell, Change, Comparison, EXAMPLES, Pair, Parting};
use crate::lifecycle::course::Course;

/// Candidates kept for each cell of a matrix.
const CANDIDATES: usize = EXAMPLES;

/// The first customers of each cell who went another way, and whether they are
/// where they were all the same: these are told last.
type Candidates = BTreeMap<(bool, Cell), Vec<Parting>>;

/// What was found so far.
pub(super) struct Found {
    pub out: Comparison,
    /// For each pair.
    cells: Vec<Candidates>,
}

impl Found {
    pub fn new(n_pairs: usize) -> Found {
        let out = Comparison { pairs: vec![Change::default(); n_pairs], ..Comparison::default() };
        Found { out, cells: vec![BTreeMap::new(); n_pairs] }
    }

    pub fn note(
        &mut self,
        (number, pair): (usize, &Pair),
        old: Option<&Course>,
        new: Option<&Course>,
        parting: Option<Parting>,
    ) {
        let cell = (old.map(|course| course.state), new.map(|course| course.state));
        let change = &mut self.out.pairs[number];
        *change.matrix.entry(cell).or_default() += 1;
        let Some(parting) = parting else { return };
        change.parted += 1;
        let stayed = cell.0.is_some_and(|old| pair.stands(old) == cell.1);
        let held = self.cells[number].entry((stayed, cell)).or_default();
        if held.len() < CANDIDATES {
            held.push(parting);
        }
    }

    pub fn add(&mut self, other: Found) {
        self.out.customers += other.out.customers;
        for (all, more) in
            [(&mut self.out.new, other.out.new), (&mut self.out.undone, other.out.undone)]
        {
            for (effect, n) in more {
                *all.entry(effect).or_default() += n;
            }
        }
        for (all, more) in self.out.pairs.iter_mut().zip(other.out.pairs) {
            all.parted += more.parted;
            for (cell, n) in more.matrix {
                *all.matrix.entry(cell).or_default() += n;
            }
        }
        for (all, more) in self.cells.iter_mut().zip(other.cells) {
            for (cell, partings) in more {
                let held = all.entry(cell).or_default();
                let room = CANDIDATES - held.len();
                held.extend(partings.into_iter().take(room));
            }
        }
    }

    pub fn finish(mut self) -> Comparison {
        for (change, cells) in self.out.pairs.iter_mut().zip(self.cells) {
            change.examples = examples(&change.matrix, cells);
        }
        self.out
    }
}

/// One of each cell after the other, the fullest first.
fn examples(matrix: &BTreeMap<Cell, u64>, cells: Candidates) -> Vec<Parting> {
    let mut cells: Vec<_> = cells.into_iter().collect();
    let full = |(old, new): Cell| matrix.get(&(old, new)).copied();
    cells.sort_by_key(|((stayed, cell), _)| (*stayed, Reverse(full(*cell)), *cell));
    let rounds = (0..CANDIDATES).flat_map(|round| {
        cells.iter().filter_map(move |(_, partings)| partings.get(round).cloned())
    });
    rounds.take(EXAMPLES).collect()
}
