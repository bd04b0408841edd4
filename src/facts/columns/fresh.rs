//! Events that nobody knew of, whose ids nobody needs.
//!
//! Where all are of one source and their ids ascend from row to row, the place
//! of a row says what its id would say: of two events of one instant the one
//! that came first is the first. Where ids come in another order, or none come,
//! instants have to say it: two events of a customer at one instant are then a
//! reason to give up. So no id is kept, and one pass by customer and one by time
//! give the one total order.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use super::super::column::{Codes, Column, Data, Growing, Ints};
use super::super::events::{Events, Times};
use super::super::merge::Places;
use super::super::schema::{Schema, Type};
use super::super::timeline::{self, Timeline};

/// Events of one source that are all new, kind by kind.
#[derive(Debug)]
pub(crate) struct Fresh<'f> {
    kinds: Vec<Rows<'f>>,
    /// Whether the order of rows does not say the order of their ids.
    lacks_order: bool,
}

/// Those of one kind.
#[derive(Debug, Default)]
struct Rows<'f> {
    owner: Vec<u32>,
    at: Cow<'f, [i64]>,
    sequence: Sequence,
    fields: Vec<Lent<'f>>,
}

/// Some events of one kind, without their fields.
pub(crate) struct Batch<'a, 'f> {
    /// Provisional numbers of customers.
    pub owner: Vec<u32>,
    /// Microseconds.
    pub at: Cow<'f, [i64]>,
    /// How many facts come before those that the rows are counted from.
    pub before: u32,
    /// Which rows; `None`: one after the other.
    pub rows: Option<&'a [u32]>,
}

/// The place of each event in the log.
#[derive(Debug)]
enum Sequence {
    /// One after the other from here on.
    From(u32),
    Each(Vec<u32>),
}

/// The values of a field: the host's own as long as all are known numbers.
#[derive(Debug)]
pub(crate) enum Lent<'f> {
    Numbers(Cow<'f, [i64]>),
    Grown(Growing),
}

impl<'f> Fresh<'f> {
    /// No events.
    pub(crate) fn new(schema: &Schema) -> Self {
        let kinds = schema.kinds.iter().map(|kind| Rows {
            fields: kind.fields.iter().map(|_| Lent::Numbers(Cow::default())).collect(),
            ..Rows::default()
        });
        Fresh { kinds: kinds.collect(), lacks_order: false }
    }

    /// Says that rows came without ids or not in their order, so that two of a
    /// customer at one instant may be the same, or stand in another order than
    /// they came in.
    pub(crate) fn lack_order(&mut self) {
        self.lacks_order = true;
    }

    /// Adds events of one kind. `None`: there is no such kind.
    pub(crate) fn push(&mut self, kind: usize, batch: Batch<'_, 'f>) -> Option<()> {
        let kind = self.kinds.get_mut(kind)?;
        let next = batch.before + 1;
        match (&mut kind.sequence, batch.rows) {
            (Sequence::From(_), None) if kind.owner.is_empty() => {
                kind.sequence = Sequence::From(next);
            }
            (Sequence::From(first), None) if *first + kind.owner.len() as u32 == next => {}
            (sequence, Some(rows)) => {
                sequence.extend(kind.owner.len(), rows.iter().map(|row| next + row));
            }
            (sequence, None) => {
                sequence.extend(kind.owner.len(), next..next + batch.owner.len() as u32);
            }
        }
        if kind.owner.is_empty() {
            (kind.owner, kind.at) = (batch.owner, batch.at);
        } else {
            kind.owner.extend_from_slice(&batch.owner);
            kind.at.to_mut().extend_from_slice(&batch.at);
        }
        Some(())
    }

    /// The values of a field, of which there must be one for each event in the
    /// end.
    pub(crate) fn field(&mut self, kind: usize, field: usize) -> Option<&mut Lent<'f>> {
        self.kinds.get_mut(kind)?.fields.get_mut(field)
    }

    /// The last instant.
    pub(super) fn last(&self) -> Option<i64> {
        self.kinds.iter().filter_map(|kind| kind.at.iter().copied().max()).max()
    }

    /// The events of each kind, how those of all kinds follow one another, and
    /// whether only ids could tell. `born`: when each customer's first fact
    /// happened, as far as is known.
    pub(super) fn into_kinds(
        self,
        schema: &Schema,
        places: &Places,
        born: &mut [i64],
    ) -> (Vec<Events>, Timeline, bool) {
        let sorted: Vec<Ordered<'_>> =
            self.kinds.iter().map(|rows| Ordered::of(rows, places)).collect();
        for kind in &sorted {
            for (born, range) in born.iter_mut().zip(kind.offsets.windows(2)) {
                if range[0] < range[1] {
                    *born = kind.at.micros(range[0] as usize).min(*born);
                }
            }
        }
        let mut some = sorted.iter().enumerate().filter(|(_, kind)| !kind.rows.is_empty());
        let timeline = match (some.next(), some.next()) {
            (Some((number, kind)), None) => Timeline {
                offsets: kind.offsets.clone(),
                kinds: Codes::same(number as u32, kind.rows.len(), sorted.len()),
            },
            _ => timeline::merge(&sorted, places.n),
        };
        let is_open = self.lacks_order && sorted.iter().any(|kind| kind.has_ties());
        let orders: Vec<Order> = sorted.into_iter().map(Ordered::order).collect();
        let events = self.kinds.into_iter().zip(orders).zip(&schema.kinds);
        let events = events.map(|((rows, Order { offsets, rows: order, at }), kind)| Events {
            offsets,
            at,
            sequence: rows.sequence.arranged(&order),
            fields: rows
                .fields
                .into_iter()
                .zip(&kind.fields)
                .map(|(values, field)| values.finish(&field.ty, &order))
                .collect(),
        });
        (events.collect(), timeline, is_open)
    }
}

impl Default for Sequence {
    fn default() -> Self {
        Sequence::From(0)
    }
}

impl Sequence {
    /// Adds those of more events than there are so far.
    fn extend(&mut self, len: usize, more: impl Iterator<Item = u32>) {
        let mut each = match std::mem::take(self) {
            Sequence::From(first) => (first..first + len as u32).collect(),
            Sequence::Each(each) => each,
        };
        each.extend(more);
        *self = Sequence::Each(each);
    }

    #[inline]
    fn get(&self, row: u32) -> u32 {
        match self {
            Sequence::From(first) => first + row,
            Sequence::Each(each) => each[row as usize],
        }
    }

    fn arranged(&self, rows: &[u32]) -> Vec<u32> {
        match self {
            Sequence::From(first) => rows.iter().map(|row| first + row).collect(),
            Sequence::Each(each) => rows.iter().map(|row| each[*row as usize]).collect(),
        }
    }
}

impl<'f> Lent<'f> {
    /// Adds numbers, all of which are known.
    pub(crate) fn lend(&mut self, numbers: &'f [i64]) {
        match self {
            Lent::Numbers(have) if have.is_empty() => *have = Cow::Borrowed(numbers),
            Lent::Numbers(have) => have.to_mut().extend_from_slice(numbers),
            Lent::Grown(growing) => {
                numbers.iter().for_each(|number| growing.push_number(Some(*number)));
            }
        }
    }

    /// The column that any other values are to be added to.
    pub(crate) fn grow(&mut self, ty: &Type) -> Option<&mut Growing> {
        if let Lent::Numbers(have) = self {
            let mut growing = Growing::new(ty);
            have.iter().for_each(|number| growing.push_number(Some(*number)));
            *self = Lent::Grown(growing);
        }
        match self {
            Lent::Grown(growing) => Some(growing),
            Lent::Numbers(_) => None,
        }
    }

    /// The column, its rows in this order, in which each stands once.
    fn finish(self, ty: &Type, rows: &[u32]) -> Column {
        match self {
            Lent::Numbers(numbers) if !rows.is_empty() => Column::of_numbers(&numbers, rows),
            Lent::Numbers(_) => Growing::new(ty).finish(rows),
            Lent::Grown(growing) => growing.finish(rows),
        }
    }
}

/// Which row stands where: by customer, by time, and then as they came.
struct Order {
    offsets: Vec<u32>,
    rows: Vec<u32>,
    at: Times,
}

/// Rows with their order.
struct Ordered<'a> {
    sequence: &'a Sequence,
    offsets: Vec<u32>,
    rows: Vec<u32>,
    at: Times,
    /// Whether an event of another kind happened at the instant of one.
    met: Cell<bool>,
}

const MICROS: i64 = 1_000_000;

impl<'a> Ordered<'a> {
    fn of(of: &'a Rows<'_>, places: &Places) -> Ordered<'a> {
        let (owner, at) = (&*of.owner, &*of.at);
        let mut next = vec![0u32; places.n];
        for owner in owner {
            next[*owner as usize] += 1;
        }
        let mut offsets = vec![0u32; places.n + 1];
        for (owner, count) in (0..).zip(&next) {
            offsets[places.one(owner) as usize + 1] = *count;
        }
        for place in 1..offsets.len() {
            offsets[place] += offsets[place - 1];
        }
        for (owner, next) in (0..).zip(&mut next) {
            *next = offsets[places.one(owner) as usize];
        }
        let (rows, at) = match in_seconds(owner, at, &next, &offsets) {
            Some((rows, base, after)) => (rows, Times::Seconds { base, after }),
            None => {
                let keys = sorted(owner, next, &offsets, |row| (at[row], row as u32));
                let (at, rows) = keys.into_iter().unzip();
                (rows, Times::narrow(at))
            }
        };
        Ordered { sequence: &of.sequence, offsets, rows, at, met: Cell::new(false) }
    }

    /// Whether two events of a customer happened at one instant.
    fn has_ties(&self) -> bool {
        let is_tie = |place: usize| self.at.micros(place) == self.at.micros(place + 1);
        let within = |range: &[u32]| (range[0] + 1..range[1]).any(|next| is_tie(next as usize - 1));
        self.met.get() || self.offsets.windows(2).any(within)
    }

    fn order(self) -> Order {
        Order { offsets: self.offsets, rows: self.rows, at: self.at }
    }
}

/// The order of rows that are all at whole seconds, their earliest second, and
/// each one's seconds after it. Time and row are one number then, which is quick
/// to sort.
fn in_seconds(
    owner: &[u32],
    at: &[i64],
    next: &[u32],
    offsets: &[u32],
) -> Option<(Vec<u32>, i64, Vec<u32>)> {
    let is_whole = |at: &i64| at % MICROS == 0;
    let first = *at.first()?;
    let (low, high) = at.iter().fold((first, first), |(l, h), at| (l.min(*at), h.max(*at)));
    let span = high.checked_sub(low)? / MICROS;
    // A look at some saves sorting all in vain.
    if u32::try_from(span).is_err() || !at.iter().take(64).all(is_whole) || !is_whole(&low) {
        return None;
    }
    let mut are_whole = true;
    let keys = sorted(owner, next.to_vec(), offsets, |row| {
        let micros = (at[row] - low) as u64;
        let seconds = micros / MICROS as u64;
        are_whole &= seconds * MICROS as u64 == micros;
        seconds << 32 | row as u64
    });
    are_whole.then(|| {
        let rows = keys.iter().map(|key| *key as u32).collect();
        (rows, low / MICROS, keys.iter().map(|key| (key >> 32) as u32).collect())
    })
}

/// The keys of all rows by owner, each owner's ascending. `next`: where each
/// owner's begin.
fn sorted<K: Copy + Ord + Default>(
    owner: &[u32],
    mut next: Vec<u32>,
    offsets: &[u32],
    mut key: impl FnMut(usize) -> K,
) -> Vec<K> {
    let mut keys = vec![K::default(); owner.len()];
    for (row, owner) in owner.iter().enumerate() {
        let place = &mut next[*owner as usize];
        keys[*place as usize] = key(row);
        *place += 1;
    }
    for range in offsets.windows(2) {
        keys[range[0] as usize..range[1] as usize].sort_unstable();
    }
    keys
}

impl timeline::Sorted for Ordered<'_> {
    fn rows(&self, customer: usize) -> Range<usize> {
        self.offsets[customer] as usize..self.offsets[customer + 1] as usize
    }

    fn is_before(&self, place: usize, other: &Self, other_place: usize) -> bool {
        let by_time = self.at.micros(place).cmp(&other.at.micros(other_place));
        if by_time.is_eq() {
            self.met.set(true);
        }
        let sequence = |of: &Self, place: usize| of.sequence.get(of.rows[place]);
        by_time.then_with(|| sequence(self, place).cmp(&sequence(other, other_place))).is_lt()
    }
}

impl Column {
    /// Known numbers in an order in which each stands once.
    fn of_numbers(numbers: &[i64], rows: &[u32]) -> Column {
        Column { data: Data::Ints(Ints::arranged(numbers, rows)), known: None }
    }
}
