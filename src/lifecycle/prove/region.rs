//! Conditions as boxes: for each quantity the values that it may have.

use std::collections::BTreeMap;

use super::range::Range;

/// Boxes of one condition, at most; beyond that nothing is said of it.
pub(super) const BOXES: usize = 4_096;

/// Work for all proofs about one playbook, in pieces of boxes looked at. What
/// is left when it is used up stays unknown, on every machine alike.
pub(super) const WORK: usize = 4_000_000;

/// A quantity that conditions ask about, by its position.
pub(super) type Quantity = usize;

/// Some quantities and the values of each, all at once. What it does not name
/// may be anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Cell(pub BTreeMap<Quantity, Range>);

/// One box or another. No box: never.
pub(super) type Region = Vec<Cell>;

/// The whole: always.
pub(super) fn everything() -> Region {
    vec![Cell::default()]
}

/// What holds between quantities, and the work that is left.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// For each quantity whether its question can fail instead of answering.
    pub fallible: Vec<bool>,
    /// For each quantity the values that there are at all.
    pub universe: Vec<Range>,
    /// Counts of which the first is never greater than the second.
    pub order: Vec<(Quantity, Quantity)>,
    pub work: usize,
}

impl Facts {
    /// Uses up work; `None` when there is none left.
    pub fn spend(&mut self, work: usize) -> Option<()> {
        let left = self.work.checked_sub(work);
        self.work = left.unwrap_or(0);
        left.map(|_| ())
    }

    fn whole(&self, quantity: Quantity) -> Range {
        self.universe.get(quantity).cloned().unwrap_or(Range::all())
    }

    /// Whether no customer can be in a box.
    ///
    /// For counts the least ones are looked for that keep their order: if
    /// there are any, these are. So the answer is exact.
    pub fn is_empty(&mut self, cell: &Cell) -> Option<bool> {
        self.spend(1 + cell.0.len())?;
        if cell.0.values().any(Range::is_empty) {
            return Some(true);
        }
        if cell.0.len() < 2 || self.order.is_empty() {
            return Some(false);
        }
        self.spend(self.order.len())?;
        let related =
            |(a, b): &&(Quantity, Quantity)| cell.0.contains_key(a) && cell.0.contains_key(b);
        let order: Vec<(Quantity, Quantity)> = self.order.iter().filter(related).copied().collect();
        let mut least: BTreeMap<Quantity, i64> = BTreeMap::new();
        for (a, b) in &order {
            for count in [a, b] {
                match cell.0.get(count).and_then(|range| range.least_from(0)) {
                    Some(first) => least.insert(*count, first),
                    None => return Some(true),
                };
            }
        }
        loop {
            self.spend(1 + order.len())?;
            let mut settled = true;
            for (a, b) in &order {
                let (Some(below), Some(above)) = (least.get(a).copied(), least.get(b).copied())
                else {
                    continue;
                };
                if below <= above {
                    continue;
                }
                match cell.0.get(b).and_then(|range| range.least_from(below)) {
                    Some(raised) => least.insert(*b, raised),
                    None => return Some(true),
                };
                settled = false;
            }
            if settled {
                return Some(false);
            }
        }
    }

    /// Both boxes at once; `None` inside where that cannot be.
    fn meet(&mut self, a: &Cell, b: &Cell) -> Option<Option<Cell>> {
        let mut out = a.clone();
        for (quantity, range) in &b.0 {
            self.spend(1 + range.size())?;
            let both = out.0.get(quantity).map_or_else(|| range.clone(), |have| have.and(range));
            out.0.insert(*quantity, both);
        }
        Some((!self.is_empty(&out)?).then_some(out))
    }

    /// Both conditions. `None`: too many boxes, or no work left.
    pub fn and(&mut self, a: &Region, b: &Region) -> Option<Region> {
        let mut out = Region::new();
        for left in a {
            for right in b {
                out.extend(self.meet(left, right)?);
                if BOXES < out.len() {
                    return None;
                }
            }
        }
        Some(out)
    }

    /// One condition or the other.
    pub fn or(&mut self, mut a: Region, b: Region) -> Option<Region> {
        self.spend(b.len())?;
        a.extend(b);
        (a.len() <= BOXES).then_some(a)
    }

    /// What is left of `a` where `b` does not hold.
    ///
    /// A box of `b` whose question may fail where `a` does not ask it takes
    /// nothing away: it might give no answer at all.
    pub fn minus(&mut self, a: &Region, b: &Region) -> Option<Region> {
        let mut left = a.clone();
        for away in b {
            let mut next = Region::new();
            for cell in left {
                let may_fail = |quantity: &Quantity| {
                    self.fallible.get(*quantity) != Some(&false) && !cell.0.contains_key(quantity)
                };
                if away.0.keys().any(may_fail) {
                    next.push(cell);
                } else {
                    self.cut(cell, away, &mut next)?;
                }
                if BOXES < next.len() {
                    return None;
                }
            }
            left = next;
        }
        Some(left)
    }

    /// The parts of a box that lie outside another.
    fn cut(&mut self, mut cell: Cell, away: &Cell, out: &mut Region) -> Option<()> {
        if self.meet(&cell, away)?.is_none() {
            out.push(cell);
            return Some(());
        }
        for (quantity, range) in &away.0 {
            let have = cell.0.get(quantity).cloned().unwrap_or_else(|| self.whole(*quantity));
            self.spend(1 + have.size() + range.size() + cell.0.len())?;
            let mut part = cell.clone();
            part.0.insert(*quantity, have.minus(range));
            if !self.is_empty(&part)? {
                out.push(part);
            }
            cell.0.insert(*quantity, have.and(range));
        }
        Some(())
    }
}

impl Cell {
    /// A box that says something of one quantity.
    pub fn of(quantity: Quantity, range: Range) -> Cell {
        Cell(BTreeMap::from([(quantity, range)]))
    }
}
