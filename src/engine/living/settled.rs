//! What a call came to.

use serde::Serialize;

use crate::engine::Failure;
use crate::error::Language;
use crate::units::Instant;

/// What facts, or time, brought about.
#[derive(Debug, Clone, Serialize)]
pub struct Settled<T = ()> {
    /// What became of the facts, as whatever recorded them says.
    #[serde(skip)]
    pub recorded: T,
    /// As of when customers were looked at.
    pub now: Instant,
    /// What this call began with, where the store was not followed before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begun: Option<Begun>,
    /// Customers looked at.
    pub customers: u64,
    /// Changes told.
    pub changes: u64,
    /// Effects queued.
    pub effects: u64,
    /// Effects taken back: facts that were learnt late speak against them.
    pub taken_back: u64,
    /// Customers who are due by now and were not looked at: `advance` does.
    pub waiting: u64,
    /// Definitions that failed, for the first customers for whom one did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failure>,
}

/// How the following of a store began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Begun {
    /// Customers who were there.
    pub customers: u64,
    /// Effects that their past asks for, which count as carried out.
    pub effects: u64,
}

impl<T> Settled<T> {
    /// Nothing yet, as of an instant.
    pub(super) fn nothing(now: Instant, recorded: T) -> Self {
        Settled {
            recorded,
            now,
            begun: None,
            customers: 0,
            changes: 0,
            effects: 0,
            taken_back: 0,
            waiting: 0,
            failures: Vec::new(),
        }
    }

    /// As JSON with its reasons in one language; without what became of the facts.
    pub fn in_language(&self, language: Language) -> serde_json::Value {
        let said = |failure: &Failure| {
            let fault = failure.fault.in_language(language);
            serde_json::json!({ "customer": failure.customer, "fault": fault })
        };
        let mut value = serde_json::to_value(self.counts()).unwrap_or_default();
        if !self.failures.is_empty() {
            value["failures"] = self.failures.iter().map(said).collect();
        }
        value
    }

    /// Without what became of the facts, and without failures.
    fn counts(&self) -> Settled {
        Settled {
            recorded: (),
            now: self.now,
            begun: self.begun.clone(),
            customers: self.customers,
            changes: self.changes,
            effects: self.effects,
            taken_back: self.taken_back,
            waiting: self.waiting,
            failures: Vec::new(),
        }
    }
}

impl Settled {
    /// Two steps as one: the first, and what the next one adds.
    pub fn and(mut self, next: Settled) -> Settled {
        self.failures.extend(next.failures);
        self.failures.truncate(super::FAILURES_TOLD);
        Settled {
            recorded: (),
            now: next.now,
            begun: self.begun.or(next.begun),
            customers: self.customers.saturating_add(next.customers),
            changes: self.changes.saturating_add(next.changes),
            effects: self.effects.saturating_add(next.effects),
            taken_back: self.taken_back.saturating_add(next.taken_back),
            waiting: next.waiting,
            failures: self.failures,
        }
    }
}
