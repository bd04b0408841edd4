//! The keys of everybody at an instant, sorted.

use super::check::{Identity, Strength};
use super::key::{Form, Key, Reading};
use crate::error::Fault;
use crate::facts::{Columns, Snapshot};
use crate::units::Instant;

/// One value of somebody who comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given<'t> {
    /// Position of the match key.
    pub key: usize,
    /// The value as written.
    pub text: &'t str,
}

/// A key that a customer holds, with the value that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub key: Key,
    /// Position of the match key.
    pub by: usize,
    pub strength: Strength,
    /// The value as written.
    pub written: Box<str>,
    /// Whether it comes from a tax id of 15 characters.
    pub legacy: bool,
}

/// Where a key is held: sixteen bytes for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub hash: u64,
    pub customer: u32,
    pub by: u32,
}

/// A value of a customer that says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Nothing {
    pub by: u32,
    pub customer: u32,
    /// Why; none for a placeholder.
    pub fault: Option<Fault>,
}

/// The keys of everybody at an instant, sorted (查重索引).
///
/// ```
/// use guanxi::Playbook;
/// use guanxi::facts::{Body, Correction, Fact, Seen, Snapshot, Value};
/// use guanxi::identity::{Given, Index, Verdict};
/// use guanxi::store::Store;
/// use guanxi::units::Instant;
///
/// let playbook = Playbook::from_json(r#"{
///     "guanxi": 1, "id": "firm", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
///     "schema": {"attributes": {"mobile": {"type": "text", "nullable": true}}},
///     "identity": {"keys": [{"attribute": "mobile", "as": "phone"}]}
/// }"#)?;
/// let mut store = Store::in_memory(playbook.schema());
/// let mobile = Value::Text("139 1234 0001".into());
/// let fact = Fact {
///     source: "crm".into(), id: "1".into(), customer: "C-1007".into(), at: None,
///     revision: None, correction: Correction::None,
///     body: Body::Attributes(vec![(0, Some(mobile))]),
/// };
/// store.append(vec![fact], Seen::Backfill)?;
///
/// let columns = store.columns(None)?;
/// let identity = playbook.identity().unwrap();
/// let index = Index::new(identity, &columns, Instant::parse("2026-03-01T00:00:00Z")?);
/// let answer = index.answer(&[Given { key: 0, text: "+86 139-1234-0001" }], None);
/// assert_eq!(answer.verdict, Verdict::Same);
/// assert_eq!(answer.customer, Some(0));
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug)]
pub struct Index<'a> {
    pub(super) identity: &'a Identity,
    pub(super) columns: &'a Columns,
    pub(super) as_of: Instant,
    /// Ascending.
    pub(super) entries: Vec<Entry>,
    /// In the order of keys and customers.
    pub(super) nothing: Vec<Nothing>,
    pub(super) n_customers: usize,
}

impl<'a> Index<'a> {
    /// Reads every value of every key at an instant.
    ///
    /// # Cost
    ///
    /// A few microseconds a value; 16 bytes are kept for each key.
    pub fn new(identity: &'a Identity, columns: &'a Columns, as_of: Instant) -> Self {
        let snapshot = Snapshot::new(columns, as_of);
        let mut index = Index {
            identity,
            columns,
            as_of,
            entries: Vec::new(),
            nothing: Vec::new(),
            n_customers: snapshot.population().count(),
        };
        for by in 0..identity.keys.len() {
            index.take(&snapshot, by);
        }
        index.entries.sort_unstable();
        // A customer with one number in two places holds it once.
        index.entries.dedup();
        index
    }

    /// Takes in the values of one key.
    fn take(&mut self, snapshot: &Snapshot<'_>, by: usize) {
        let Some(attribute) = self.identity.keys.get(by).map(|key| key.attribute) else { return };
        let Some(column) = snapshot.attribute(attribute) else { return };
        let Some(declared) = self.columns.schema.attributes.get(attribute) else { return };
        for customer in (0..self.columns.n_customers()).filter(|it| snapshot.population().has(*it))
        {
            let Some(value) = column.value(customer, &declared.ty) else { continue };
            let (customer, by_narrow) = (customer as u32, by as u32);
            for text in Identity::texts(&value) {
                let fault = match self.identity.read(by, text) {
                    Reading::Keys { keys, .. } => {
                        let entry = |key: &Key| Entry { hash: key.hash(), customer, by: by_narrow };
                        self.entries.extend(keys.iter().map(entry));
                        continue;
                    }
                    Reading::Missing => continue,
                    Reading::Placeholder => None,
                    Reading::Unusable(fault) => Some(fault),
                };
                self.nothing.push(Nothing { by: by_narrow, customer, fault });
            }
        }
    }

    /// The instant of the answers.
    pub fn as_of(&self) -> Instant {
        self.as_of
    }

    /// How many customers were there.
    pub fn n_customers(&self) -> usize {
        self.n_customers
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.entries.len() * size_of::<Entry>()
    }

    /// The values of a customer that can be asked with, as they are held.
    pub fn values(&self, customer: usize) -> Vec<(usize, Box<str>)> {
        let keys = 0..self.identity.keys.len();
        keys.flat_map(|by| self.texts(customer, by).into_iter().map(move |it| (by, it))).collect()
    }

    /// The values of a customer that are one key.
    fn texts(&self, customer: usize, by: usize) -> Vec<Box<str>> {
        let Some(attribute) = self.identity.keys.get(by).map(|key| key.attribute) else {
            return Vec::new();
        };
        let history = self.columns.attributes.get(attribute);
        let held = history.map(|it| it.held(customer, self.as_of));
        let Some((column, Some(row))) = held else { return Vec::new() };
        let declared = self.columns.schema.attributes.get(attribute);
        let value = declared.and_then(|declared| column.value(row, &declared.ty));
        value.iter().flat_map(Identity::texts).map(Box::from).collect()
    }

    /// The keys of a customer.
    pub(super) fn held(&self, customer: usize) -> Vec<Held> {
        let values = self.values(customer);
        values.iter().flat_map(|(by, written)| self.read(*by, written).0).collect()
    }

    /// The keys that an entry may stand for: those of its value with its hash.
    pub(super) fn keys_at(&self, entry: &Entry) -> Vec<Held> {
        let by = entry.by as usize;
        let texts = self.texts(entry.customer as usize, by);
        let mut held: Vec<Held> = texts.iter().flat_map(|it| self.read(by, it).0).collect();
        held.retain(|held| held.key.hash() == entry.hash);
        held
    }

    /// The keys of a value, and what it says.
    pub(super) fn read(&self, by: usize, written: &str) -> (Vec<Held>, Reading) {
        let reading = self.identity.read(by, written);
        let declared = self.identity.keys.get(by).map(|key| key.strength);
        let strong = declared == Some(Strength::Strong);
        let legacy = matches!(reading, Reading::Keys { legacy: true, .. });
        let held = reading.keys().iter().map(|key| Held {
            strength: match strong && key.form.can_decide() {
                true => Strength::Strong,
                false => Strength::Weak,
            },
            key: key.clone(),
            by,
            written: written.into(),
            legacy,
        });
        (held.collect(), reading)
    }

    /// Who holds a key, ascending.
    pub(super) fn holders(&self, key: &Key) -> Vec<usize> {
        let hash = key.hash();
        let from = self.entries.partition_point(|entry| entry.hash < hash);
        let run = self.entries.iter().skip(from).take_while(|entry| entry.hash == hash);
        // Two keys may share a hash; their texts tell.
        let holds = |entry: &&Entry| self.keys_at(entry).iter().any(|held| held.key == *key);
        let mut customers: Vec<usize> = run.filter(holds).map(|it| it.customer as usize).collect();
        customers.dedup();
        customers
    }

    /// The organisations that a customer's codes name.
    pub(super) fn organisations(held: &[Held]) -> Vec<&str> {
        let codes = held.iter().filter(|it| it.key.form == Form::Organisation);
        let mut codes: Vec<&str> = codes.map(|it| &*it.key.text).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}
