//! A verdict and a scan as plain data.

use std::sync::Arc;

use serde::Serialize;

use super::super::summary::PlaybookSummary;
use super::Collision;
use super::proof::{Proof, ReportView};
use crate::error::{Fault, Text};
use crate::identity::{
    Against, Differs, Evidence, Form, Scan, Shared, Strength, Together, Unread, Unusable, Verdict,
};
use crate::units::Instant;

/// Whether somebody is there already, and what that rests on.
#[derive(Debug, Clone)]
pub struct CollisionView {
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// The instant of the answer.
    pub as_of: Instant,
    /// Facts learnt later are left out.
    pub known_at: Option<Instant>,
    /// The customer who was asked about, where one was.
    pub asked: Option<Box<str>>,
    /// The verdict.
    pub verdict: Verdict,
    /// Who it is, where it is the same.
    pub customer: Option<Box<str>>,
    /// Whether strong values name several customers.
    pub split: bool,
    /// The verdict in a sentence.
    pub sentence: Text,
    /// Who of the matches was there first, by when it happened.
    pub first: Option<Box<str>>,
    /// The same by when it was learnt.
    pub first_learnt: Option<Box<str>>,
    /// Everybody who shares something.
    pub matches: Vec<MatchView>,
    /// Values that so many share that they decide nothing.
    pub shared: Vec<SharedView>,
    /// Values that say nothing.
    pub unusable: Vec<UnusableView>,
}

/// A customer who shares something.
#[derive(Debug, Clone, Serialize)]
pub struct MatchView {
    /// The customer's id.
    pub customer: Box<str>,
    /// Whether it is decided that they are one.
    pub decides: bool,
    /// What is shared.
    pub evidence: Vec<EvidenceView>,
    /// The two organisations that speak against it.
    pub against: Option<Against>,
    /// Who holds the customer, where the playbook decides about that.
    pub holder: Option<HolderView>,
    /// Since when the customer is there.
    pub proof: Proof,
}

/// Who holds a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HolderView {
    /// The owner.
    pub owner: Box<str>,
    /// Since when, where that is known.
    pub since: Option<Instant>,
}

/// A value that both have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceView {
    /// What it is.
    pub form: Form,
    /// What was compared.
    pub key: Box<str>,
    /// `strong`, or `weak`.
    pub strength: &'static str,
    /// The attribute that was given.
    pub attribute: Arc<str>,
    /// Its value as written.
    pub given: Box<str>,
    /// The attribute that holds it.
    pub held_by: Arc<str>,
    /// Its value as written.
    pub held: Box<str>,
    /// What was left out of account, and is not the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<Differs>,
    /// Whether one of them is a tax id of 15 characters.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub legacy: bool,
    /// The fact that said it first of this customer.
    pub since: Option<ReportView>,
}

/// A value that so many share that it decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedView {
    /// What it is.
    pub form: Form,
    /// What was compared.
    pub key: Box<str>,
    /// The attribute that was given.
    pub attribute: Arc<str>,
    /// Its value as written.
    pub given: Box<str>,
    /// By how many.
    pub customers: usize,
}

/// A value that says nothing.
#[derive(Debug, Clone)]
pub struct UnusableView {
    /// The attribute that was given.
    pub attribute: Arc<str>,
    /// Its value as written.
    pub given: Box<str>,
    /// Why; none for a placeholder.
    pub fault: Option<Fault>,
}

/// Who is there twice.
#[derive(Debug, Clone)]
pub struct ScanView {
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// The instant of the answer.
    pub as_of: Instant,
    /// Facts learnt later are left out.
    pub known_at: Option<Instant>,
    /// How many customers were there.
    pub customers: usize,
    /// The attributes that were compared.
    pub attributes: Vec<Arc<str>>,
    /// How many ids would go if every group became one customer.
    pub surplus: usize,
    /// Customers who are one.
    pub groups: Vec<GroupView>,
    /// Customers who may be.
    pub possible: Vec<TogetherView>,
    /// Values that decide nothing.
    pub shared: Vec<TogetherView>,
    /// Values that say nothing.
    pub unread: Vec<UnreadView>,
}

/// Customers who are one by strong values.
#[derive(Debug, Clone, Serialize)]
pub struct GroupView {
    /// The one that was there first before the others.
    pub customers: Vec<MemberView>,
    /// The values that join them.
    pub because: Vec<TogetherView>,
    /// Whether they name several organisations all the same.
    pub doubtful: bool,
}

/// A customer of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberView {
    /// The id.
    pub customer: Box<str>,
    /// When the first dated fact happened.
    pub since: Option<Instant>,
}

/// A value that several customers hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TogetherView {
    /// What it is.
    pub form: Form,
    /// What was compared.
    pub key: Box<str>,
    /// The attribute of the first of them.
    pub attribute: Arc<str>,
    /// Who holds it; of a value that decides nothing the first ten.
    pub customers: Vec<Box<str>>,
    /// How many hold it.
    pub n_customers: usize,
    /// Whether it would decide, and does not, as they name several organisations.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub against: bool,
}

/// Values of an attribute that say nothing.
#[derive(Debug, Clone)]
pub struct UnreadView {
    /// The attribute.
    pub attribute: Arc<str>,
    /// How many are placeholders.
    pub placeholders: usize,
    /// How many cannot be what they should be.
    pub unusable: usize,
    /// The first customer with one of those, and why.
    pub first: Option<(Box<str>, Fault)>,
}

pub(super) fn evidence(
    collision: &Collision<'_>,
    it: &Evidence,
    since: Option<ReportView>,
) -> EvidenceView {
    EvidenceView {
        form: it.key.form,
        key: it.key.text.clone(),
        strength: Strength::name(it.strength),
        attribute: collision.attribute(it.by.0).into(),
        given: it.given.clone(),
        held_by: collision.attribute(it.by.1).into(),
        held: it.held.clone(),
        differs: it.differs.clone(),
        legacy: it.legacy,
        since,
    }
}

pub(super) fn shared(collision: &Collision<'_>, it: &Shared) -> SharedView {
    SharedView {
        form: it.key.form,
        key: it.key.text.clone(),
        attribute: collision.attribute(it.by).into(),
        given: it.given.clone(),
        customers: it.customers,
    }
}

pub(super) fn unusable(collision: &Collision<'_>, it: &Unusable) -> UnusableView {
    let attribute = collision.attribute(it.by).into();
    UnusableView { attribute, given: it.given.clone(), fault: it.fault.clone() }
}

pub(super) fn scan(collision: &Collision<'_>, found: Scan) -> ScanView {
    let member = |number: &u32| {
        let born = collision.columns.born.get(*number as usize).copied();
        let born = born.filter(|born| *born != i64::MIN);
        MemberView { customer: collision.id(*number), since: born.map(Instant::clamped) }
    };
    let together = |it: &Together| TogetherView {
        form: it.key.form,
        key: it.key.text.clone(),
        attribute: collision.attribute(it.by).into(),
        customers: it.customers.iter().map(|number| collision.id(*number)).collect(),
        n_customers: it.n_customers,
        against: it.against,
    };
    let unread = |it: &Unread| UnreadView {
        attribute: collision.attribute(it.by).into(),
        placeholders: it.placeholders,
        unusable: it.unusable,
        first: it.first.as_ref().map(|(number, fault)| (collision.id(*number), fault.clone())),
    };
    let groups = found.groups.iter().map(|group| GroupView {
        customers: group.customers.iter().map(member).collect(),
        because: group.because.iter().map(together).collect(),
        doubtful: group.doubtful,
    });
    ScanView {
        playbook: PlaybookSummary::of(collision.playbook),
        as_of: collision.index.as_of(),
        known_at: collision.known_at,
        customers: found.customers,
        attributes: collision.attributes().into_iter().map(Arc::from).collect(),
        surplus: found.groups.iter().map(|group| group.customers.len() - 1).sum(),
        groups: groups.collect(),
        possible: found.possible.iter().map(together).collect(),
        shared: found.shared.iter().map(together).collect(),
        unread: found.unread.iter().map(unread).collect(),
    }
}
