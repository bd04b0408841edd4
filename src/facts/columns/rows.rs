//! Rows with the keys that bring them into the one total order.

use super::super::column::{Column, Growing};
use super::super::events::{Events, Times};
use super::super::fact::Value;
use super::super::history::History;
use super::super::merge::Places;
use super::super::schema::{TextProfile, Type};
use super::super::timeline::{self, Timeline};

/// What a row is sorted by.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) owner: u32,
    pub(super) at: i64,
    pub(super) seen: i64,
    pub(super) source: u32,
    pub(super) id: &'a str,
    pub(super) sequence: u32,
}

/// Which of an owner's rows of one instant is the last, and so holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tie {
    /// That of the source which ranks last.
    BySource,
    /// One that says no, whatever its source. Of two consents nobody can tell
    /// the later, and who writes to somebody who said no does harm.
    NoLast,
    /// The same; and of several ids that turned out to be one customer, who
    /// says no under any of them says no.
    NoOfAny,
}

/// Rows for which there is room from the first one on: as many as most customers
/// have, so that the columns of one customer need no second room.
const FIRST: usize = 32;

/// Rows of typed values with the keys that will sort them.
#[derive(Debug)]
pub(super) struct GrowingRows {
    pub(super) owner: Vec<u32>,
    pub(super) at: Vec<i64>,
    pub(super) seen: Vec<i64>,
    pub(super) source: Vec<u32>,
    pub(super) ids: String,
    pub(super) id_until: Vec<usize>,
    pub(super) sequence: Vec<u32>,
    pub(super) fields: Vec<Growing>,
}

impl GrowingRows {
    pub(super) fn new<'a>(types: impl Iterator<Item = &'a Type>) -> Self {
        GrowingRows {
            owner: Vec::new(),
            at: Vec::new(),
            seen: Vec::new(),
            source: Vec::new(),
            ids: String::new(),
            id_until: Vec::new(),
            sequence: Vec::new(),
            fields: types.map(Growing::new).collect(),
        }
    }

    pub(super) fn push<'a>(
        &mut self,
        key: Key<'_>,
        values: impl Iterator<Item = Option<&'a Value>>,
    ) {
        if self.owner.is_empty() {
            self.reserve(FIRST);
        }
        self.owner.push(key.owner);
        self.at.push(key.at);
        self.seen.push(key.seen);
        self.source.push(key.source);
        self.ids.push_str(key.id);
        self.id_until.push(self.ids.len());
        self.sequence.push(key.sequence);
        // A kind that gained fields since the fact was recorded: the fact has
        // no value for them.
        let mut values = values.chain(std::iter::repeat(None));
        for field in &mut self.fields {
            field.push(values.next().flatten());
        }
    }

    fn reserve(&mut self, rows: usize) {
        self.owner.reserve(rows);
        self.at.reserve(rows);
        self.seen.reserve(rows);
        self.source.reserve(rows);
        self.id_until.reserve(rows);
        self.sequence.reserve(rows);
    }

    pub(super) fn id(&self, row: u32) -> &str {
        let row = row as usize;
        let from = if row == 0 { 0 } else { self.id_until[row - 1] };
        &self.ids[from..self.id_until[row]]
    }

    /// The rows sorted by owner and, within an owner, by the one total order;
    /// and where each owner's rows begin.
    ///
    /// Facts without a date come first, in the order in which they were learnt:
    /// a host that sends today's values again means the last ones.
    pub(super) fn order(&self, places: &Places, ranks: &[u32], tie: Tie) -> (Vec<u32>, Vec<u32>) {
        let mut offsets = vec![0u32; places.n + 1];
        for owner in &self.owner {
            for number in places.get(*owner) {
                offsets[*number as usize + 1] += 1;
            }
        }
        for owner in 1..offsets.len() {
            offsets[owner] += offsets[owner - 1];
        }
        let mut next = offsets.clone();
        let mut rows = vec![0u32; offsets[places.n] as usize];
        for (row, owner) in self.owner.iter().enumerate() {
            for number in places.get(*owner) {
                let place = &mut next[*number as usize];
                rows[*place as usize] = row as u32;
                *place += 1;
            }
        }
        let no = |row| self.fields.first().is_some_and(|field| field.says_no(row));
        let key = |row: u32| {
            let row_at = row as usize;
            let undated = self.at[row_at] == i64::MIN;
            let learnt = if undated { self.seen[row_at] } else { 0 };
            let last = tie != Tie::BySource && no(row_at);
            (learnt, last, ranks[self.source[row_at] as usize])
        };
        // Most rows are told apart by their times, which lie together here.
        let mut timed: Vec<(i64, u32)> = Vec::new();
        for owner in 0..places.n {
            let rows = &mut rows[offsets[owner] as usize..offsets[owner + 1] as usize];
            if rows.len() < 2 {
                continue;
            }
            // Facts mostly come as they happened, and a late one among such.
            if !rows.is_sorted_by_key(|row| self.at[*row as usize]) {
                timed.clear();
                timed.extend(rows.iter().map(|row| (self.at[*row as usize], *row)));
                timed.sort();
                for (place, (_, row)) in rows.iter_mut().zip(&timed) {
                    *place = *row;
                }
            }
            for tied in rows.chunk_by_mut(|a, b| self.at[*a as usize] == self.at[*b as usize]) {
                if 1 < tied.len() {
                    tied.sort_unstable_by(|a, b| {
                        key(*a).cmp(&key(*b)).then_with(|| self.id(*a).cmp(self.id(*b)))
                    });
                }
            }
        }
        (rows, offsets)
    }

    pub(super) fn into_events(self, rows: &[u32], offsets: Vec<u32>) -> Events {
        Events {
            offsets,
            at: Times::narrow(rows.iter().map(|row| self.at[*row as usize]).collect()),
            sequence: rows.iter().map(|row| self.sequence[*row as usize]).collect(),
            fields: self.fields.into_iter().map(|field| field.finish(rows)).collect(),
        }
    }

    /// Puts in the place of each row one that says no, as long as the last of
    /// any other id of the customer does.
    pub(super) fn no_of_any(&self, rows: &mut [u32], offsets: &[u32]) {
        let says_no =
            |row: u32| self.fields.first().is_some_and(|field| field.says_no(row as usize));
        for pair in offsets.windows(2) {
            let of_one = &mut rows[pair[0] as usize..pair[1] as usize];
            let mut last: Vec<(u32, u32)> = Vec::new();
            for row in of_one {
                let owner = self.owner[*row as usize];
                match last.iter_mut().find(|(have, _)| *have == owner) {
                    Some((_, held)) => *held = *row,
                    None => last.push((owner, *row)),
                }
                if let Some((_, no)) = last.iter().find(|(_, held)| says_no(*held)) {
                    *row = *no;
                }
            }
        }
    }

    pub(super) fn into_history(mut self, places: &Places, ranks: &[u32], tie: Tie) -> History {
        let (mut rows, offsets) = self.order(places, ranks, tie);
        let since: Vec<i64> = rows.iter().map(|row| self.at[*row as usize]).collect();
        if tie == Tie::NoOfAny {
            self.no_of_any(&mut rows, &offsets);
        }
        let field =
            self.fields.pop().unwrap_or_else(|| Growing::new(&Type::Text(TextProfile::Exact)));
        let values = field.finish(&rows);
        if since.iter().any(|since| *since != i64::MIN) {
            return History::Dated { offsets, since, values };
        }
        History::Undated(values.gather(&last_of_each(&offsets)))
    }

    pub(super) fn into_latest(self, places: &Places, ranks: &[u32]) -> Vec<Column> {
        let (rows, offsets) = self.order(places, ranks, Tie::BySource);
        let last = last_of_each(&offsets);
        self.fields.into_iter().map(|field| field.finish(&rows).gather(&last)).collect()
    }
}

/// The events of each kind, and how those of all kinds follow one another.
pub(super) fn into_kinds(
    kinds: Vec<GrowingRows>,
    places: &Places,
    ranks: &[u32],
) -> (Vec<Events>, Timeline) {
    let sorted: Vec<SortedRows<'_>> = kinds
        .iter()
        .map(|kind| {
            let (rows, offsets) = kind.order(places, ranks, Tie::BySource);
            SortedRows { kind, ranks, rows, offsets }
        })
        .collect();
    let timeline = timeline::merge(&sorted, places.n);
    let orders: Vec<_> = sorted.into_iter().map(|it| (it.rows, it.offsets)).collect();
    let events = kinds.into_iter().zip(orders);
    (events.map(|(kind, (rows, offsets))| kind.into_events(&rows, offsets)).collect(), timeline)
}

/// The rows of one kind with their order.
pub(super) struct SortedRows<'a> {
    pub(super) kind: &'a GrowingRows,
    pub(super) ranks: &'a [u32],
    pub(super) rows: Vec<u32>,
    pub(super) offsets: Vec<u32>,
}

impl SortedRows<'_> {
    pub(super) fn at(&self, place: usize) -> i64 {
        self.kind.at[self.rows[place] as usize]
    }

    /// What tells events of one instant apart.
    pub(super) fn tie(&self, place: usize) -> (u32, &str) {
        let row = self.rows[place];
        (self.ranks[self.kind.source[row as usize] as usize], self.kind.id(row))
    }
}

impl timeline::Sorted for SortedRows<'_> {
    fn rows(&self, customer: usize) -> std::ops::Range<usize> {
        self.offsets[customer] as usize..self.offsets[customer + 1] as usize
    }

    fn is_before(&self, row: usize, other: &Self, other_row: usize) -> bool {
        let by_time = self.at(row).cmp(&other.at(other_row));
        by_time.then_with(|| self.tie(row).cmp(&other.tie(other_row))).is_lt()
    }
}

pub(super) fn last_of_each(offsets: &[u32]) -> Vec<Option<u32>> {
    offsets
        .windows(2)
        .map(|pair| if pair[0] < pair[1] { Some(pair[1] - 1) } else { None })
        .collect()
}
