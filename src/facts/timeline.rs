//! In which order the events of one customer happened, over all kinds.

use super::column::{Codes, set_range};

/// For each customer the kinds of its events, in the one total order.
///
/// Each kind keeps its own events in that order, so which kind comes next is
/// all that has to be remembered: walking along this list, and along each kind,
/// gives back the whole history. At one instant the order is that of sources
/// and ids, which columns have forgotten by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// Where each customer's events begin; one more than customers.
    pub offsets: Vec<u32>,
    /// The kind of each event.
    pub kinds: Codes,
}

impl Timeline {
    /// The places of a customer's events, whatever their kind.
    #[inline]
    pub fn range(&self, customer: usize) -> (usize, usize) {
        set_range(&self.offsets, customer)
    }

    /// The place of a customer's n-th event of a kind, from 0, among all of its
    /// events.
    pub fn place(&self, customer: usize, kind: usize, n: usize) -> Option<u32> {
        let (from, until) = self.range(customer);
        let mut places = (from..until).filter(|place| self.kinds.get(*place) as usize == kind);
        places.nth(n).and_then(|place| u32::try_from(place - from).ok())
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.offsets.len() * 4 + self.kinds.bytes()
    }
}

/// The rows of one kind, sorted by customer and then by the total order.
pub(super) trait Sorted {
    /// The rows of a customer.
    fn rows(&self, customer: usize) -> std::ops::Range<usize>;
    /// Whether a row stands before a row of another kind.
    fn is_before(&self, row: usize, other: &Self, other_row: usize) -> bool;
}

/// Merges what each kind has sorted for itself.
pub(super) fn merge<S: Sorted>(kinds: &[S], n_customers: usize) -> Timeline {
    let mut offsets = Vec::with_capacity(n_customers + 1);
    let mut out = Vec::new();
    // The kinds of which a customer has events left: few, however many exist.
    let mut left: Vec<(usize, std::ops::Range<usize>)> = Vec::new();
    offsets.push(0);
    for customer in 0..n_customers {
        let rows = kinds.iter().enumerate().map(|(kind, sorted)| (kind, sorted.rows(customer)));
        left.extend(rows.filter(|(_, rows)| rows.start < rows.end));
        while 1 < left.len() {
            let next = first(kinds, &left);
            if let Some((kind, rows)) = left.get_mut(next) {
                out.push(*kind as u32);
                rows.start += 1;
                if rows.end <= rows.start {
                    left.remove(next);
                }
            }
        }
        for (kind, rows) in left.drain(..) {
            out.extend(rows.map(|_| kind as u32));
        }
        offsets.push(out.len() as u32);
    }
    Timeline { offsets, kinds: Codes::narrow(out, kinds.len()) }
}

fn first<S: Sorted>(kinds: &[S], left: &[(usize, std::ops::Range<usize>)]) -> usize {
    let mut best = 0;
    for (place, (kind, rows)) in left.iter().enumerate().skip(1) {
        let (best_kind, best_rows) = &left[best];
        if kinds[*kind].is_before(rows.start, &kinds[*best_kind], best_rows.start) {
            best = place;
        }
    }
    best
}
