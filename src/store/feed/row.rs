//! What becomes of one row of the host: the facts that follow from what it says
//! now and from what was last said.

use std::collections::BTreeMap;

use super::{Feed, Followed, Head};
use crate::error::Error;
use crate::facts::intake::{HostRow, Rows, digest, id_about};
use crate::facts::{Body, Correction, Fact, Schema, Value, Verdict, sound};
use crate::store::Store;
use crate::units::Instant;

/// What is remembered of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Entry {
    pub version: Option<Box<str>>,
    /// What it said, as one number.
    pub digest: u64,
    /// Whom it was about; empty for a row of a reference table.
    pub customer: Box<str>,
    /// When it happened, if it did.
    pub at: Option<Instant>,
    /// When it was handed over last.
    pub pass: i64,
    pub is_gone: bool,
}

/// A row that was looked at.
pub(super) struct Settled {
    pub was: Followed,
    /// What is remembered of it now; `None` where that is as it was.
    pub entry: Option<Entry>,
    /// Facts that are new.
    pub first: Vec<Fact>,
    /// Facts that follow from a change.
    pub then: Vec<Fact>,
}

/// What a source last said about somebody.
#[derive(Default)]
struct Said {
    attributes: BTreeMap<usize, Option<Value>>,
    consents: BTreeMap<(usize, usize), bool>,
    is_introduced: bool,
}

/// Looks at rows of one feed.
pub(super) struct Settler<'s> {
    pub store: &'s mut Store,
    pub feed: &'s Feed,
    pub head: Head,
    /// What the source last said of each row of a reference table.
    references: BTreeMap<(usize, Box<str>), Vec<Option<Value>>>,
}

impl<'s> Settler<'s> {
    pub fn new(store: &'s mut Store, feed: &'s Feed, head: Head) -> Result<Settler<'s>, Error> {
        let mut references: Vec<Fact> = store.reference_facts()?;
        references.retain(|fact| fact.source == feed.source);
        // What has no date comes before what has one.
        references.sort_by_key(|fact| fact.at);
        let said = references.into_iter().filter_map(|fact| match fact.body {
            Body::Reference { table, key, fields } => Some(((table, key), fields)),
            _ => None,
        });
        Ok(Settler { references: said.collect(), store, feed, head })
    }

    /// What is remembered of each of these rows.
    pub fn known(&self, rows: &[HostRow]) -> Result<Vec<Option<Entry>>, Error> {
        match self.feed.rows {
            Rows::Append => Ok(vec![None; rows.len()]),
            Rows::Changes | Rows::Snapshot => {
                let keys: Vec<&str> = rows.iter().map(|row| &*row.key).collect();
                self.store.entries(&self.head, &keys)
            }
        }
    }

    /// Looks at one row. Nothing is recorded yet.
    pub fn settle(&mut self, row: &HostRow, known: Option<Entry>) -> Result<Settled, Error> {
        if self.feed.rows == Rows::Snapshot
            && known.as_ref().is_some_and(|known| known.pass == self.head.pass)
        {
            return Ok(nothing(Followed::Twice));
        }
        if known.as_ref().is_some_and(|known| self.is_stale(row, known)) {
            return Ok(self.touched(Followed::Older, known));
        }
        if row.is_deleted {
            return self.deleted(row, known);
        }
        let now = self.entry(row);
        match &known {
            Some(known) if known.digest == now.digest && !known.is_gone => {
                let is_same = known.version == now.version;
                let keeps = is_same && self.feed.rows == Rows::Changes;
                Ok(Settled { entry: (!keeps).then_some(now), ..nothing(Followed::Unchanged) })
            }
            _ => self.differing(row, known.is_some(), now),
        }
    }

    /// Whether a later version of the row is known.
    fn is_stale(&self, row: &HostRow, known: &Entry) -> bool {
        let versions = known.version.as_deref().zip(row.version.as_deref());
        !self.feed.host_was_restored && versions.is_some_and(|(known, now)| is_older(now, known))
    }

    /// The same row, handed over in this pass.
    fn touched(&self, was: Followed, known: Option<Entry>) -> Settled {
        let entry = known.map(|known| Entry { pass: self.head.pass, ..known });
        Settled { entry, ..nothing(was) }
    }

    fn entry(&self, row: &HostRow) -> Entry {
        let first = row.facts.first();
        Entry {
            version: row.version.clone(),
            digest: digest(&row.facts, self.store.schema()),
            customer: first.map(|fact| fact.customer.clone()).unwrap_or_default(),
            at: first.filter(|fact| is_dated(fact)).and_then(|fact| fact.at),
            pass: self.head.pass,
            is_gone: false,
        }
    }

    fn deleted(&mut self, row: &HostRow, known: Option<Entry>) -> Result<Settled, Error> {
        let version = row.version.clone();
        let Some(known) = known else {
            // Perhaps it came in by another way.
            let unseen = Entry {
                version: None,
                digest: 0,
                customer: Box::default(),
                at: None,
                pass: 0,
                is_gone: false,
            };
            let then = self.removal(&row.key, &unseen)?;
            let was = if then.is_empty() { Followed::Unchanged } else { Followed::Gone };
            let entry = Some(self.gone(unseen, version));
            return Ok(Settled { was, entry, first: Vec::new(), then });
        };
        if known.is_gone {
            let entry = Some(self.gone(known, version));
            return Ok(Settled { entry, ..nothing(Followed::Unchanged) });
        }
        let then = self.removal(&row.key, &known)?;
        let entry = Some(self.gone(known, version));
        Ok(Settled { was: Followed::Gone, entry, first: Vec::new(), then })
    }

    /// A row that a snapshot lacks.
    pub fn lost(&mut self, key: &str, known: &Entry) -> Result<Settled, Error> {
        let then = self.removal(key, known)?;
        let entry = Some(self.gone(known.clone(), None));
        Ok(Settled { was: Followed::Gone, entry, first: Vec::new(), then })
    }

    /// What is remembered of a row that is gone.
    fn gone(&self, known: Entry, version: Option<Box<str>>) -> Entry {
        let version = version.or(known.version);
        Entry { version, pass: self.head.pass, is_gone: true, ..known }
    }

    /// The facts by which nothing is left of what a row said.
    fn removal(&mut self, key: &str, known: &Entry) -> Result<Vec<Fact>, Error> {
        if let Some((revision, Some(standing))) = self.store.standing_of(&self.feed.source, key)?
            && matches!(standing.body, Body::Event { .. })
        {
            let correction = Correction::Retracts(key.into());
            let body = Body::Nothing;
            return Ok(vec![corrected(Fact { correction, body, ..standing }, key, revision)]);
        }
        let speaks_of_somebody = !self.feed.attributes.is_empty() || !self.feed.consents.is_empty();
        match &*known.customer {
            "" if speaks_of_somebody => self.clearance(key),
            "" => Ok(Vec::new()),
            customer => self.clearance(customer),
        }
    }

    /// What a customer's row said, cleared from now on.
    fn clearance(&mut self, customer: &str) -> Result<Vec<Fact>, Error> {
        let said = self.said(customer)?;
        let schema = self.store.schema().clone();
        let may_be_missing =
            |at: &usize| schema.attributes.get(*at).is_some_and(|attribute| attribute.nullable);
        let known = |at: &usize| said.attributes.get(at).is_some_and(Option::is_some);
        let own = self.feed.attributes.iter().copied();
        let cleared: Vec<(usize, Option<Value>)> =
            own.filter(|at| may_be_missing(at) && known(at)).map(|at| (at, None)).collect();
        let mut facts = Vec::new();
        if !cleared.is_empty() {
            facts.extend(self.changed_attributes(customer, cleared, &schema)?);
        }
        for consent in &self.feed.consents {
            if said.consents.get(consent) == Some(&true) {
                facts.extend(self.changed_consent(customer, *consent, false, &schema)?);
            }
        }
        Ok(facts)
    }

    /// The facts that follow from a row that is new or says something else.
    fn differing(&mut self, row: &HostRow, is_known: bool, now: Entry) -> Result<Settled, Error> {
        let mut settled = nothing(if is_known { Followed::Changed } else { Followed::New });
        settled.entry = Some(now);
        if self.feed.rows == Rows::Append {
            settled.first = row.facts.clone();
            return Ok(settled);
        }
        let said = match row.facts.first() {
            Some(fact) if holds(fact) => self.said(&fact.customer)?,
            _ => Said::default(),
        };
        for fact in &row.facts {
            let mut fact = fact.clone();
            sound::normalise(&mut fact);
            let follows = if holds(&fact) {
                self.held(fact, &said, &row.attributes)?
            } else {
                self.stands(fact)?
            };
            let into = match &follows {
                Some(fact)
                    if fact.correction == Correction::None && !fact.is_at(self.feed.seen) =>
                {
                    &mut settled.first
                }
                _ => &mut settled.then,
            };
            into.extend(follows);
        }
        let is_otherwise = !settled.first.is_empty() || !settled.then.is_empty();
        if !is_otherwise {
            // It was known by another way, or came back to what it was.
            settled.was = Followed::Unchanged;
        } else if !settled.then.is_empty() {
            settled.was = Followed::Changed;
        }
        Ok(settled)
    }

    /// The fact that makes this one stand under its id: itself, a correction, or
    /// none where it stands.
    fn stands(&self, fact: Fact) -> Result<Option<Fact>, Error> {
        let Some((revision, standing)) = self.store.standing_of(&fact.source, &fact.id)? else {
            return Ok(Some(fact));
        };
        if standing.is_some_and(|standing| says_the_same(&standing, &fact)) {
            return Ok(None);
        }
        let key = fact.id.clone();
        let correction = Correction::Supersedes(key.clone());
        Ok(Some(corrected(Fact { correction, ..fact }, &key, revision)))
    }

    /// The fact that makes this one hold from now on, or ever since where the
    /// source has said nothing of it.
    fn held(
        &mut self,
        fact: Fact,
        said: &Said,
        spoken_of: &[usize],
    ) -> Result<Option<Fact>, Error> {
        let schema = self.store.schema().clone();
        let customer = fact.customer.clone();
        match &fact.body {
            Body::Attributes(changes) => {
                if !said.is_introduced {
                    return self.stands(fact);
                }
                let now: BTreeMap<usize, &Value> = (changes.iter())
                    .filter_map(|(at, value)| Some((*at, value.as_ref()?)))
                    .collect();
                let last = |at| said.attributes.get(&at).and_then(Option::as_ref);
                let own = spoken_of.iter().copied();
                let changed: Vec<(usize, Option<Value>)> = own
                    .filter(|at| now.get(at).copied() != last(*at))
                    .map(|at| (at, now.get(&at).copied().cloned()))
                    .collect();
                if changed.is_empty() {
                    return Ok(None);
                }
                self.changed_attributes(&customer, changed, &schema)
            }
            Body::Consent { purpose, channel, granted } => {
                match said.consents.get(&(*purpose, *channel)) {
                    None => self.stands(fact),
                    Some(last) if last == granted => Ok(None),
                    Some(_) => {
                        let consent = (*purpose, *channel);
                        self.changed_consent(&customer, consent, *granted, &schema)
                    }
                }
            }
            Body::Reference { table, key, fields } => {
                let known = self.references.insert((*table, key.clone()), fields.clone());
                match known {
                    None => self.stands(fact),
                    Some(last) if last == *fields => Ok(None),
                    Some(_) => {
                        let name = schema.references.get(*table).map(|table| &*table.name);
                        let at = Some(self.feed.seen);
                        let id = id_about(at, &["reference", name.unwrap_or_default(), key]);
                        self.stands(Fact { id, at, ..fact })
                    }
                }
            }
            _ => self.stands(fact),
        }
    }

    fn changed_attributes(
        &self,
        customer: &str,
        changed: Vec<(usize, Option<Value>)>,
        schema: &Schema,
    ) -> Result<Option<Fact>, Error> {
        let names = changed.iter().filter_map(|(at, _)| schema.attributes.get(*at));
        let mut about = vec!["attributes", customer];
        about.extend(names.map(|attribute| &*attribute.name));
        let id = id_about(Some(self.feed.seen), &about);
        self.stands(self.holding_now(customer, id, Body::Attributes(changed)))
    }

    fn changed_consent(
        &self,
        customer: &str,
        (purpose, channel): (usize, usize),
        granted: bool,
        schema: &Schema,
    ) -> Result<Option<Fact>, Error> {
        let purpose_name = schema.purposes.get(purpose).map(|name| &**name).unwrap_or_default();
        let channel_name = schema.channels.get(channel).map(|name| &**name).unwrap_or_default();
        let id = id_about(Some(self.feed.seen), &["consent", customer, purpose_name, channel_name]);
        let body = Body::Consent { purpose, channel, granted };
        self.stands(self.holding_now(customer, id, body))
    }

    fn holding_now(&self, customer: &str, id: Box<str>, body: Body) -> Fact {
        Fact {
            source: self.feed.source.clone(),
            id,
            customer: customer.into(),
            at: Some(self.feed.seen),
            revision: None,
            correction: Correction::None,
            body,
        }
    }

    /// What the source last said about a customer.
    fn said(&self, customer: &str) -> Result<Said, Error> {
        let mut said = Said::default();
        if !self.store.is_introduced(customer)? {
            return Ok(said);
        }
        let mut facts = self.store.customer_facts(customer, None)?;
        // What has no date comes before what has one.
        facts.sort_by_key(|recorded| (recorded.fact.at, recorded.sequence));
        let own = facts.into_iter().map(|recorded| recorded.fact);
        for fact in
            own.filter(|fact| fact.source == self.feed.source && *fact.customer == *customer)
        {
            match fact.body {
                Body::Attributes(changes) => {
                    said.is_introduced = true;
                    said.attributes.extend(changes);
                }
                Body::Consent { purpose, channel, granted } => {
                    said.consents.insert((purpose, channel), granted);
                }
                _ => {}
            }
        }
        Ok(said)
    }

    pub fn append(&mut self, first: Vec<Fact>, then: Vec<Fact>) -> Result<Vec<Verdict>, Error> {
        if first.is_empty() && then.is_empty() {
            return Ok(Vec::new());
        }
        let batches = self.feed.batches(first, then);
        self.store.append_all(batches)
    }

    pub fn remember(&mut self, entries: Vec<(Box<str>, Entry)>) -> Result<(), Error> {
        match self.feed.rows {
            Rows::Append => Ok(()),
            Rows::Changes | Rows::Snapshot => self.store.remember(&self.head, entries),
        }
    }
}

impl Fact {
    fn is_at(&self, seen: Instant) -> bool {
        holds_at_all(self) && self.at == Some(seen)
    }
}

fn nothing(was: Followed) -> Settled {
    Settled { was, entry: None, first: Vec::new(), then: Vec::new() }
}

/// The same fact as a correction of what stands under a key.
fn corrected(fact: Fact, key: &str, revision: u64) -> Fact {
    // Four thousand million corrections of one row are not to be had.
    let revision = u32::try_from(revision.saturating_add(1)).unwrap_or(u32::MAX);
    Fact { id: format!("{key}~{revision}").into(), revision: Some(revision), ..fact }
}

/// Whether a fact says what is so, and not what happened.
fn holds_at_all(fact: &Fact) -> bool {
    matches!(fact.body, Body::Attributes(_) | Body::Consent { .. } | Body::Reference { .. })
}

/// Whether it says so without a date.
fn holds(fact: &Fact) -> bool {
    holds_at_all(fact) && fact.at.is_none()
}

fn is_dated(fact: &Fact) -> bool {
    matches!(fact.body, Body::Event { .. })
}

fn says_the_same(standing: &Fact, fact: &Fact) -> bool {
    standing.customer == fact.customer && standing.at == fact.at && standing.body == fact.body
}

/// Whether a version comes before another: as numbers where both are, otherwise
/// byte by byte.
pub(super) fn is_older(one: &str, other: &str) -> bool {
    match (one.parse::<i128>(), other.parse::<i128>()) {
        (Ok(one), Ok(other)) => one < other,
        _ => one < other,
    }
}
