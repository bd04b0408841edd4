//! The facts as columns: what every answer is computed from.

use std::collections::HashMap;
use std::sync::Arc;

use super::column::{Column, Growing};
use super::events::{Events, Times};
use super::fact::{Body, Fact, Override, Value};
use super::history::History;
use super::merge::{Merge, Overrides, Places, Version, versions};
use super::schema::{Schema, TextProfile, Type};
use super::timeline::{self, Timeline};
use crate::units::Instant;

/// Everything known at one knowledge time, customer by customer.
///
/// Customers are numbered 0.. in the order of their ids, so that the same
/// facts give the same columns in whatever order they arrived. Who was merged
/// with others has a number for each time between two merges, with all facts
/// that are about it then; [`customer_at`](Columns::customer_at) finds the one
/// of an instant, and a [`Snapshot`](super::Snapshot) shows no other.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// What the columns mean.
    pub schema: Arc<Schema>,
    /// The ids, ascending by bytes.
    pub customers: Vec<Box<str>>,
    /// From when until when each customer was just this one, `[from, until)`
    /// in microseconds. Empty where nobody was merged.
    pub spans: Vec<(i64, i64)>,
    /// The numbers that facts of an id belong to, for ids that were merged, by
    /// id and then by time.
    pub aliases: Vec<(Box<str>, u32)>,
    /// Decisions of people about states.
    pub overrides: Overrides,
    /// Numbers of those who are erased, ascending, each with the first
    /// microsecond at which nobody is there.
    pub erased: Vec<(u32, i64)>,
    /// When each customer's first fact happened, in microseconds; `i64::MIN`
    /// for a customer with an undated fact, who has always been there.
    pub born: Vec<i64>,
    /// One for each attribute of the schema.
    pub attributes: Vec<History>,
    /// One for each event kind of the schema.
    pub kinds: Vec<Events>,
    /// How the events of all kinds follow one another.
    pub timeline: Timeline,
    /// Consent given, one for each purpose and channel: `purpose * channels +
    /// channel`.
    pub consents: Vec<History>,
    /// One for each reference table of the schema.
    pub references: Vec<Table>,
    /// When the last dated fact happened.
    pub last: Option<Instant>,
}

/// A reference table: the latest row of each key.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The keys, ascending by bytes.
    pub keys: Vec<Box<str>>,
    /// One for each declared column.
    pub fields: Vec<Column>,
}

impl Columns {
    /// Number of customers, born or not.
    pub fn n_customers(&self) -> usize {
        self.customers.len()
    }

    /// The number of the customer with this id, or of the one that it was
    /// merged into, as it is in the end.
    pub fn customer(&self, id: &str) -> Option<usize> {
        self.customer_at(id, Instant::MAX)
    }

    /// The number of the customer whom this id stood for at an instant.
    pub fn customer_at(&self, id: &str, at: Instant) -> Option<usize> {
        if self.spans.is_empty() {
            return self.customers.binary_search_by(|have| (**have).cmp(id)).ok();
        }
        let there = |number: usize| self.is_there(number, at);
        let from = self.aliases.partition_point(|(have, _)| **have < *id);
        let aliases = self.aliases.iter().skip(from).take_while(|(have, _)| **have == *id);
        let merged = aliases.map(|(_, number)| *number as usize).find(|number| there(*number));
        merged.or_else(|| {
            let own = self.customers.binary_search_by(|have| (**have).cmp(id)).ok()?;
            there(own).then_some(own)
        })
    }

    /// Whether a customer was there at an instant: something of it had happened,
    /// and it was just this one.
    pub fn is_known(&self, number: usize, at: Instant) -> bool {
        self.born.get(number).is_some_and(|born| *born <= at.micros()) && self.is_there(number, at)
    }

    /// Whether a number stands for a customer at an instant, and not for what
    /// it was before or after a merge.
    pub fn is_there(&self, number: usize, at: Instant) -> bool {
        if self.erased_at(number).is_some_and(|erased| erased <= at) {
            return false;
        }
        self.spans.get(number).is_none_or(|(from, until)| {
            let at = at.micros();
            *from <= at && (at < *until || *until == i64::MAX)
        })
    }

    /// From when on a customer is gone, having been erased.
    #[inline]
    pub fn erased_at(&self, number: usize) -> Option<Instant> {
        if self.erased.is_empty() {
            return None;
        }
        let place = self.erased.binary_search_by_key(&number, |(erased, _)| *erased as usize);
        place.ok().and_then(|place| self.erased.get(place)).map(|(_, at)| Instant::clamped(*at))
    }

    /// Number of events of all kinds.
    pub fn n_events(&self) -> usize {
        self.kinds.iter().map(Events::len).sum()
    }

    /// Bytes held, dictionaries and ids included.
    pub fn bytes(&self) -> usize {
        let ids: usize = self.customers.iter().map(|id| id.len() + 16).sum();
        let histories = self.attributes.iter().chain(&self.consents);
        ids + self.born.len() * 8
            + histories.map(History::bytes).sum::<usize>()
            + self.kinds.iter().map(Events::bytes).sum::<usize>()
            + self.timeline.bytes()
            + self.spans.len() * 16
            + self.overrides.bytes()
            + self.erased.len() * 16
    }
}

/// Turns facts, in any order, into [`Columns`].
///
/// Only *effective* facts belong here: corrections are resolved before.
#[derive(Debug)]
pub struct ColumnsBuilder {
    schema: Arc<Schema>,
    customers: Numbering,
    born: Vec<i64>,
    sources: Numbering,
    last: Option<i64>,
    attributes: Vec<GrowingRows>,
    kinds: Vec<GrowingRows>,
    consents: Vec<GrowingRows>,
    references: Vec<(Numbering, GrowingRows)>,
    merges: Vec<Merge>,
    overrides: Vec<Decided>,
    erased: Vec<(u32, i64)>,
}

/// An override with what it is sorted by.
#[derive(Debug)]
struct Decided {
    customer: u32,
    at: i64,
    source: u32,
    id: Box<str>,
    decision: Override,
}

impl ColumnsBuilder {
    /// A builder without facts.
    pub fn new(schema: &Arc<Schema>) -> Self {
        let one = |ty: &Type| GrowingRows::new(std::iter::once(ty));
        let n_consents = schema.purposes.len() * schema.channels.len();
        ColumnsBuilder {
            schema: schema.clone(),
            customers: Numbering::default(),
            born: Vec::new(),
            sources: Numbering::default(),
            last: None,
            attributes: schema.attributes.iter().map(|a| one(&a.ty)).collect(),
            kinds: schema
                .kinds
                .iter()
                .map(|kind| GrowingRows::new(kind.fields.iter().map(|field| &field.ty)))
                .collect(),
            merges: Vec::new(),
            overrides: Vec::new(),
            erased: Vec::new(),
            consents: (0..n_consents).map(|_| one(&Type::Bool)).collect(),
            references: schema
                .references
                .iter()
                .map(|table| {
                    let fields = table.fields.iter().map(|field| &field.ty);
                    (Numbering::default(), GrowingRows::new(fields))
                })
                .collect(),
        }
    }

    /// Adds one fact. `sequence` is its place in the log, `seen` when it was
    /// learnt.
    pub fn push(&mut self, sequence: u64, seen: Instant, fact: &Fact) {
        let customer = match fact.body {
            Body::Reference { .. } => 0,
            _ => self.customer(&fact.customer),
        };
        self.push_about(customer, sequence, seen, fact);
    }

    /// The number by which [`push_about`](ColumnsBuilder::push_about) knows a
    /// customer. Only for one who has a fact: the next push must be about it.
    pub(crate) fn customer(&mut self, id: &str) -> u32 {
        self.customers.number(id)
    }

    /// Adds one fact about a numbered customer; the fact's own id of it is not
    /// read. Saves looking up the customer again for each of its facts.
    pub(crate) fn push_about(&mut self, customer: u32, sequence: u64, seen: Instant, fact: &Fact) {
        let source = self.sources.number(&fact.source);
        let mut key = Key {
            owner: 0,
            at: fact.at.map_or(i64::MIN, Instant::micros),
            seen: seen.micros(),
            source,
            id: &fact.id,
            sequence: u32::try_from(sequence).unwrap_or(u32::MAX),
        };
        if let Some(at) = fact.at {
            self.last = self.last.max(Some(at.micros()));
        }
        if let Body::Reference { table, key: id, fields } = &fact.body {
            if let Some((keys, rows)) = self.references.get_mut(*table) {
                key.owner = keys.number(id);
                rows.push(key, fields.iter().map(Option::as_ref));
            }
            return;
        }
        key.owner = customer;
        self.bear(key.owner, key.at);
        match &fact.body {
            Body::Event { kind, fields } => {
                if let Some(rows) = self.kinds.get_mut(*kind) {
                    rows.push(key, fields.iter().map(Option::as_ref));
                }
            }
            Body::Attributes(changes) => {
                for (attribute, value) in changes {
                    if let Some(rows) = self.attributes.get_mut(*attribute) {
                        rows.push(key, std::iter::once(value.as_ref()));
                    }
                }
            }
            Body::Consent { purpose, channel, granted } => {
                let position = purpose * self.schema.channels.len() + channel;
                if let Some(rows) = self.consents.get_mut(position) {
                    rows.push(key, std::iter::once(Some(&Value::Bool(*granted))));
                }
            }
            Body::Merge { into } => {
                let into = self.customers.number(into);
                self.bear(into, key.at);
                let (at, source, from) = (key.at, key.source, customer);
                self.merges.push(Merge { at, source, id: fact.id.clone(), from, into });
            }
            Body::Override(decision) => self.overrides.push(Decided {
                customer,
                at: key.at,
                source,
                id: fact.id.clone(),
                decision: decision.clone(),
            }),
            Body::Reference { .. } | Body::Decision(_) | Body::Erased | Body::Nothing => {}
        }
    }

    /// Says that a customer is erased from an instant on; nothing for one of whom
    /// no fact was added.
    pub(crate) fn erase(&mut self, id: &str, at: Instant) {
        if let Some(number) = self.customers.numbers.get(id) {
            self.erased.push((*number, at.micros()));
        }
    }

    /// Adds events of one kind without their fields, which are to be added to
    /// [`event_field`](ColumnsBuilder::event_field). `None`: there is no such
    /// kind.
    pub(crate) fn push_events(&mut self, events: &EventRows<'_>) -> Option<()> {
        let source = self.sources.number(events.source);
        let (offsets, texts) = events.ids;
        let rows = self.kinds.get_mut(events.kind)?;
        rows.source.resize(rows.source.len() + events.rows.len(), source);
        for row in events.rows {
            let at_row = *row as usize;
            let (customer, at) = (*events.customers.get(at_row)?, *events.at.get(at_row)?);
            let id = *offsets.get(at_row)? as usize..*offsets.get(at_row + 1)? as usize;
            rows.owner.push(customer);
            rows.at.push(at);
            rows.seen.push(at);
            rows.ids.push_str(texts.get(id)?);
            rows.id_until.push(rows.ids.len());
            rows.sequence.push((events.sequence + u64::from(*row) + 1) as u32);
            self.last = self.last.max(Some(at));
            // Customers are numbered before their events come, kind by kind.
            if self.born.len() <= customer as usize {
                self.born.resize(customer as usize + 1, i64::MAX);
            }
            let born = self.born.get_mut(customer as usize)?;
            *born = at.min(*born);
        }
        Some(())
    }

    /// The values of a field of one kind's events, of which there must be one
    /// for each event in the end.
    pub(crate) fn event_field(&mut self, kind: usize, field: usize) -> Option<&mut Growing> {
        self.kinds.get_mut(kind)?.fields.get_mut(field)
    }

    fn bear(&mut self, customer: u32, at: i64) {
        match self.born.get_mut(customer as usize) {
            Some(born) => *born = at.min(*born),
            None => self.born.push(at),
        }
    }

    /// The columns.
    pub fn finish(mut self) -> Columns {
        let ranks = source_ranks(&self.schema, &self.sources);
        let merges = std::mem::take(&mut self.merges);
        let numbers = std::mem::take(&mut self.customers);
        let People { customers, spans, aliases, places, versions } =
            people(numbers, merges, &ranks);
        let mut born = vec![i64::MAX; customers.len()];
        for (provisional, at) in self.born.iter().enumerate() {
            for number in places.get(provisional as u32) {
                let born = &mut born[*number as usize];
                *born = at.min(born).to_owned();
            }
        }
        let erased = self.erased.iter().flat_map(|(provisional, at)| {
            places.get(*provisional).iter().map(|number| (*number, *at))
        });
        let mut erased: Vec<(u32, i64)> = erased.collect();
        erased.sort_unstable();
        erased.dedup_by_key(|(number, _)| *number);
        let history = |rows: GrowingRows, tie| rows.into_history(&places, &ranks, tie);
        let (attributes, consents) = (self.attributes.into_iter(), self.consents.into_iter());
        let (kinds, timeline) = into_kinds(self.kinds, &places, &ranks);
        let tie = if versions { Tie::NoOfAny } else { Tie::NoLast };
        Columns {
            attributes: attributes.map(|rows| history(rows, Tie::BySource)).collect(),
            consents: consents.map(|rows| history(rows, tie)).collect(),
            kinds,
            timeline,
            references: self
                .references
                .into_iter()
                .map(|(keys, rows)| {
                    let (keys, moved) = keys.finish();
                    Table { fields: rows.into_latest(&Places::one_each(moved), &ranks), keys }
                })
                .collect(),
            overrides: decided(self.overrides, &places, &ranks),
            erased,
            schema: self.schema,
            customers,
            spans,
            aliases,
            born,
            last: self.last.map(Instant::clamped),
        }
    }
}

/// Some rows of a frame, events of one kind.
pub(crate) struct EventRows<'a> {
    /// Position in the schema.
    pub kind: usize,
    /// Which rows.
    pub rows: &'a [u32],
    /// Of all of them.
    pub source: &'a str,
    /// How many facts come before the frame.
    pub sequence: u64,
    /// When each row of the frame happened.
    pub at: &'a [i64],
    /// The number of each row's customer.
    pub customers: &'a [u32],
    /// Where the ids of the frame's rows begin and end, and all of them.
    pub ids: (&'a [i64], &'a str),
}

/// Who there is, and where the facts of each provisional number belong.
struct People {
    customers: Vec<Box<str>>,
    spans: Vec<(i64, i64)>,
    aliases: Vec<(Box<str>, u32)>,
    places: Places,
    /// Whether somebody was merged.
    versions: bool,
}

fn people(numbers: Numbering, mut merges: Vec<Merge>, ranks: &[u32]) -> People {
    if merges.is_empty() {
        let (customers, moved) = numbers.finish();
        let places = Places::one_each(moved);
        let (spans, aliases) = (Vec::new(), Vec::new());
        return People { customers, spans, aliases, places, versions: false };
    }
    merges.sort_unstable_by(|a, b| {
        let rank = |merge: &Merge| (merge.at, ranks[merge.source as usize]);
        rank(a).cmp(&rank(b)).then_with(|| a.id.cmp(&b.id))
    });
    let ids = numbers.texts();
    let mut versions: Vec<Version> = versions(ids.len(), &merges);
    let key = |version: &Version| (ids[version.name as usize].clone(), version.from);
    versions.sort_by_cached_key(key);
    let places = Places::of(ids.len(), &versions);
    let mut aliases: Vec<(Box<str>, u32)> = Vec::new();
    for (id, text) in ids.iter().enumerate() {
        let own = places.get(id as u32);
        if 1 < own.len() {
            aliases.extend(own.iter().map(|number| (text.clone(), *number)));
        }
    }
    let from = |number: u32| versions[number as usize].from;
    aliases.sort_by(|(a, x), (b, y)| (a, from(*x)).cmp(&(b, from(*y))));
    People {
        customers: versions.iter().map(|version| ids[version.name as usize].clone()).collect(),
        spans: versions.iter().map(|version| (version.from, version.until)).collect(),
        aliases,
        places,
        versions: true,
    }
}

/// The decisions of people, customer by customer, each one's in the one total
/// order.
fn decided(mut decisions: Vec<Decided>, places: &Places, ranks: &[u32]) -> Overrides {
    decisions.sort_unstable_by(|a, b| {
        let key = |it: &Decided| (it.at, ranks[it.source as usize]);
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
    let placed = decisions.into_iter().flat_map(|it| {
        let numbers = places.get(it.customer).to_vec();
        numbers.into_iter().map(move |number| (number, it.at, it.decision.clone()))
    });
    let mut rows: Vec<(u32, i64, Override)> = placed.collect();
    rows.sort_by_key(|(number, ..)| *number);
    Overrides::new(rows)
}

/// Gives each different text the next number.
#[derive(Debug, Default)]
struct Numbering {
    numbers: HashMap<Box<str>, u32>,
    /// The one asked for last: rows of one customer often come together.
    recent: String,
    recent_number: Option<u32>,
}

impl Numbering {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.recent_number
            && self.recent == text
        {
            return number;
        }
        let next = self.numbers.len() as u32;
        let number = match self.numbers.get(text) {
            Some(number) => *number,
            None => {
                self.numbers.insert(text.into(), next);
                next
            }
        };
        self.recent.clear();
        self.recent.push_str(text);
        self.recent_number = Some(number);
        number
    }

    /// The texts by their provisional numbers.
    fn texts(self) -> Vec<Box<str>> {
        let mut texts = vec![Box::default(); self.numbers.len()];
        for (text, number) in self.numbers {
            texts[number as usize] = text;
        }
        texts
    }

    /// The texts in byte order, and the final number of each provisional one.
    fn finish(self) -> (Vec<Box<str>>, Vec<u32>) {
        let mut texts: Vec<(Box<str>, u32)> = self.numbers.into_iter().collect();
        texts.sort_unstable();
        let mut moved = vec![0; texts.len()];
        for (number, (_, provisional)) in texts.iter().enumerate() {
            moved[*provisional as usize] = number as u32;
        }
        (texts.into_iter().map(|(text, _)| text).collect(), moved)
    }
}

/// The rank of each source among facts of one instant: as declared, then by name.
fn source_ranks(schema: &Schema, sources: &Numbering) -> Vec<u32> {
    let declared = |name: &str| schema.sources.iter().position(|have| **have == *name);
    let mut order: Vec<(usize, &str, u32)> = sources
        .numbers
        .iter()
        .map(|(name, number)| (declared(name).unwrap_or(usize::MAX), &**name, *number))
        .collect();
    order.sort_unstable();
    let mut ranks = vec![0; order.len()];
    for (rank, (_, _, number)) in order.into_iter().enumerate() {
        ranks[number as usize] = rank as u32;
    }
    ranks
}

/// What a row is sorted by.
#[derive(Clone, Copy)]
struct Key<'a> {
    owner: u32,
    at: i64,
    seen: i64,
    source: u32,
    id: &'a str,
    sequence: u32,
}

/// Which of an owner's rows of one instant is the last, and so holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// That of the source which ranks last.
    BySource,
    /// One that says no, whatever its source. Of two consents nobody can tell
    /// the later, and who writes to somebody who said no does harm.
    NoLast,
    /// The same; and of several ids that turned out to be one customer, who
    /// says no under any of them says no.
    NoOfAny,
}

/// Rows of typed values with the keys that will sort them.
#[derive(Debug)]
struct GrowingRows {
    owner: Vec<u32>,
    at: Vec<i64>,
    seen: Vec<i64>,
    source: Vec<u32>,
    ids: String,
    id_until: Vec<usize>,
    sequence: Vec<u32>,
    fields: Vec<Growing>,
}

impl GrowingRows {
    fn new<'a>(types: impl Iterator<Item = &'a Type>) -> Self {
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

    fn push<'a>(&mut self, key: Key<'_>, values: impl Iterator<Item = Option<&'a Value>>) {
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

    fn id(&self, row: u32) -> &str {
        let row = row as usize;
        let from = if row == 0 { 0 } else { self.id_until[row - 1] };
        &self.ids[from..self.id_until[row]]
    }

    /// The rows sorted by owner and, within an owner, by the one total order;
    /// and where each owner's rows begin.
    ///
    /// Facts without a date come first, in the order in which they were learnt:
    /// a host that sends today's values again means the last ones.
    fn order(&self, places: &Places, ranks: &[u32], tie: Tie) -> (Vec<u32>, Vec<u32>) {
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
            timed.clear();
            timed.extend(rows.iter().map(|row| (self.at[*row as usize], *row)));
            timed.sort_unstable();
            for (place, (_, row)) in rows.iter_mut().zip(&timed) {
                *place = *row;
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

    fn into_events(self, rows: &[u32], offsets: Vec<u32>) -> Events {
        Events {
            offsets,
            at: Times::narrow(rows.iter().map(|row| self.at[*row as usize]).collect()),
            sequence: rows.iter().map(|row| self.sequence[*row as usize]).collect(),
            fields: self.fields.into_iter().map(|field| field.finish(rows)).collect(),
        }
    }

    /// Puts in the place of each row one that says no, as long as the last of
    /// any other id of the customer does.
    fn no_of_any(&self, rows: &mut [u32], offsets: &[u32]) {
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

    fn into_history(mut self, places: &Places, ranks: &[u32], tie: Tie) -> History {
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

    fn into_latest(self, places: &Places, ranks: &[u32]) -> Vec<Column> {
        let (rows, offsets) = self.order(places, ranks, Tie::BySource);
        let last = last_of_each(&offsets);
        self.fields.into_iter().map(|field| field.finish(&rows).gather(&last)).collect()
    }
}

/// The events of each kind, and how those of all kinds follow one another.
fn into_kinds(kinds: Vec<GrowingRows>, places: &Places, ranks: &[u32]) -> (Vec<Events>, Timeline) {
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
struct SortedRows<'a> {
    kind: &'a GrowingRows,
    ranks: &'a [u32],
    rows: Vec<u32>,
    offsets: Vec<u32>,
}

impl SortedRows<'_> {
    fn at(&self, place: usize) -> i64 {
        self.kind.at[self.rows[place] as usize]
    }

    /// What tells events of one instant apart.
    fn tie(&self, place: usize) -> (u32, &str) {
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

fn last_of_each(offsets: &[u32]) -> Vec<Option<u32>> {
    offsets
        .windows(2)
        .map(|pair| if pair[0] < pair[1] { Some(pair[1] - 1) } else { None })
        .collect()
}
