//! Whether somebody who comes in is a customer already, with the proof who was first.
//!
//! ```text
//! Columns at as_of ─> identity::Index ─> identity::Answer ─┐
//! the store's facts ─> who reported what when, by fact id ─┼─> CollisionView
//! claims ─> who holds the customer ────────────────────────┘
//! ```
//!
//! # What is promised
//!
//! * First is told twice: by when it happened, and by when it was learnt. A fact that
//!   was dated back later shows in the second.
//! * Who asks about a customer who is there makes a second inquiry (二咨): the verdict
//!   says so, and [`Command::Inquiry`](super::Command::Inquiry) records it.
//!
//! # What is not here
//!
//! The comparing itself: see [`identity`](crate::identity).

mod proof;
mod said;
mod view;

use self::proof::prove;
pub use self::proof::{InquiryView, Proof, ReportView};
pub use self::view::{
    CollisionView, EvidenceView, GroupView, HolderView, MatchView, MemberView, ScanView,
    SharedView, TogetherView, UnreadView, UnusableView,
};
use super::claim::holder;
use super::summary::PlaybookSummary;
use crate::error::{Code, Error, Fault};
use crate::facts::Columns;
use crate::identity::{Answer, Given, Identity, Index, Match};
use crate::playbook::Playbook;
use crate::store::Store;
use crate::units::{Instant, nearest, shown};

/// The keys of everybody at an instant, ready to be asked (撞单查询).
///
/// # Example
///
/// ```
/// use guanxi::Playbook;
/// use guanxi::engine::Collision;
/// use guanxi::facts::{Seen, intake::{Lines, TableKind}};
/// use guanxi::identity::Verdict;
/// use guanxi::store::Store;
/// use guanxi::units::Instant;
///
/// let playbook = Playbook::from_json(r#"{
///     "guanxi": 1, "id": "firm", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
///     "schema": {"attributes": {"name": {"type": "text"}, "mobile": {"type": "text"}}},
///     "identity": {"keys": [
///         {"attribute": "name", "as": "company"}, {"attribute": "mobile", "as": "phone"}]}
/// }"#)?;
/// let mut store = Store::in_memory(playbook.schema());
/// let zone = playbook.calendar().zone();
/// let lines = Lines::of("customers", &TableKind::Customers, None, playbook.schema(), zone)?;
/// let row = r#"{"id": "C-1007", "name": "北京华为技术有限公司", "mobile": "13912340001"}"#;
/// store.append_lines(&lines, row.as_bytes(), Seen::Backfill)?;
///
/// let columns = store.columns(None)?;
/// let as_of = Instant::parse("2026-03-01T00:00:00+08:00")?;
/// let collision = Collision::new(&store, &columns, &playbook, as_of, None)?;
/// let view = collision.ask(&[("name", "華為技術（深圳）"), ("mobile", "139 9999 0001")])?;
/// assert_eq!(view.verdict, Verdict::Possible);
/// assert_eq!(&*view.matches[0].customer, "C-1007");
/// assert_eq!(&*view.matches[0].evidence[0].key, "华为技术");
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug)]
pub struct Collision<'a> {
    store: &'a Store,
    columns: &'a Columns,
    playbook: &'a Playbook,
    identity: &'a Identity,
    index: Index<'a>,
    known_at: Option<Instant>,
}

impl<'a> Collision<'a> {
    /// Reads everybody's keys.
    ///
    /// # Inputs
    ///
    /// `columns`: those of `store` at `known_at`.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`]: the playbook has no section `identity`.
    ///
    /// # Cost
    ///
    /// As [`Index::new`].
    pub fn new(
        store: &'a Store,
        columns: &'a Columns,
        playbook: &'a Playbook,
        as_of: Instant,
        known_at: Option<Instant>,
    ) -> Result<Self, Error> {
        let identity = playbook.identity().ok_or_else(no_identity)?;
        let index = Index::new(identity, columns, as_of);
        Ok(Collision { store, columns, playbook, identity, index, known_at })
    }

    /// The attributes that are match keys, in the order of the document.
    pub fn attributes(&self) -> Vec<&'a str> {
        (0..self.identity.keys.len()).map(|key| self.attribute(key)).collect()
    }

    /// Whether somebody with these values is there.
    ///
    /// # Inputs
    ///
    /// `row`: attributes with their values; one attribute may come several times.
    ///
    /// # Errors
    ///
    /// All attributes that are no match key: [`Code::UnknownReference`]. What can keep
    /// facts from being read.
    ///
    /// # Cost
    ///
    /// A search for each key, and reading the facts of those who match.
    pub fn ask(&self, row: &[(&str, &str)]) -> Result<CollisionView, Error> {
        let mut faults = Vec::new();
        let mut given = Vec::new();
        for (attribute, text) in row {
            match self.key(attribute) {
                Some(key) => given.push(Given { key, text }),
                None => faults.push(self.no_key(attribute)),
            }
        }
        Error::check(faults)?;
        let answer = self.index.answer(&given, None);
        self.view(None, answer)
    }

    /// Whether a customer is there under another id too.
    ///
    /// # Errors
    ///
    /// [`Code::UnknownCustomer`], and what can keep facts from being read.
    pub fn ask_customer(&self, id: &str) -> Result<CollisionView, Error> {
        let as_of = self.index.as_of();
        let number = self.columns.customer_at(id, as_of);
        let number = number.filter(|number| self.columns.is_known(*number, as_of));
        let number = number.ok_or_else(|| super::customer::unknown(self.columns, id, as_of))?;
        let values = self.index.values(number);
        let given = values.iter().map(|(key, text)| Given { key: *key, text });
        let answer = self.index.answer(&given.collect::<Vec<_>>(), Some(number));
        self.view(Some(self.id(number as u32)), answer)
    }

    /// Who is there twice.
    ///
    /// # Cost
    ///
    /// As [`Index::scan`]. No facts are read: who was first is told by the first dated
    /// fact alone; [`ask_customer`](Collision::ask_customer) has the proof.
    pub fn scan(&self) -> ScanView {
        view::scan(self, self.index.scan())
    }

    fn view(&self, asked: Option<Box<str>>, answer: Answer) -> Result<CollisionView, Error> {
        let matches = answer.matches.iter().map(|it| self.met(it));
        let matches = matches.collect::<Result<Vec<_>, Error>>()?;
        Ok(CollisionView {
            playbook: PlaybookSummary::of(self.playbook),
            as_of: self.index.as_of(),
            known_at: self.known_at,
            verdict: answer.verdict,
            customer: answer.customer.map(|number| self.id(number)),
            split: answer.split,
            sentence: said::verdict(&answer, &matches, asked.is_none(), self),
            first: first(&matches, |proof| proof.first.as_ref().and_then(|it| it.at)),
            first_learnt: first(&matches, |proof| proof.first_learnt.as_ref().map(|it| it.seen)),
            matches,
            shared: answer.shared.iter().map(|it| view::shared(self, it)).collect(),
            unusable: answer.unusable.iter().map(|it| view::unusable(self, it)).collect(),
            asked,
        })
    }

    /// A match with what the facts say of it.
    fn met(&self, found: &Match) -> Result<MatchView, Error> {
        let customer = self.id(found.customer);
        let facts = self.store.customer_facts(&customer, self.known_at)?;
        let number = found.customer as usize;
        let evidence = found.evidence.iter().map(|it| {
            let since = proof::said_first(&facts, self.identity, it, self.index.as_of());
            view::evidence(self, it, since)
        });
        Ok(MatchView {
            decides: found.decides(),
            evidence: evidence.collect(),
            against: found.against.clone(),
            holder: holder(self.playbook, self.columns, number, self.index.as_of())?,
            proof: prove(&facts, self.identity, self.index.as_of()),
            customer,
        })
    }

    fn id(&self, number: u32) -> Box<str> {
        self.columns.customers.get(number as usize).cloned().unwrap_or_default()
    }

    fn attribute(&self, key: usize) -> &'a str {
        let attribute = self.identity.keys.get(key).map(|key| key.attribute);
        let declared = attribute.and_then(|it| self.playbook.schema().attributes.get(it));
        declared.map_or("", |declared| &declared.name)
    }

    fn key(&self, attribute: &str) -> Option<usize> {
        let attribute = self.playbook.schema().attribute(attribute)?;
        self.identity.key_of(attribute)
    }

    fn no_key(&self, attribute: &str) -> Fault {
        let (given, keys) = (shown(attribute), self.attributes());
        let fault = Fault::new(
            Code::UnknownReference,
            format!("`{given}` is no match key, expected one of `{}`", keys.join("`, `")),
            format!("`{given}` 不是查重依据，应为 `{}` 之一", keys.join("`、`")),
        );
        match nearest(attribute, keys.iter().copied()) {
            Some(near) => fault.meant(near),
            None => fault,
        }
    }
}

/// Who has the earliest of these instants; of several the one listed first.
fn first(matches: &[MatchView], at: impl Fn(&Proof) -> Option<Instant>) -> Option<Box<str>> {
    let dated = matches.iter().filter_map(|it| Some((at(&it.proof)?, &it.customer)));
    dated.min_by_key(|(at, _)| *at).map(|(_, customer)| customer.clone())
}

fn no_identity() -> Error {
    Fault::new(
        Code::InvalidArgument,
        "the playbook does not say by what customers are recognised",
        "该规则集没有规定查重依据",
    )
    .hint("add the section `identity`", "请加上 `identity` 部分")
    .into()
}
