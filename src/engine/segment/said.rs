//! Answers about segments as JSON whose reasons are in one language.

use std::sync::Arc;

use serde::Serialize;
use serde::ser::Serializer;

use super::super::answers::Failure;
use super::super::note::Note;
use super::super::said::{In, said};
use super::super::summary::PlaybookSummary;
use super::explain::{Atom, Gap, SegmentExplained};
use super::list::{SegmentList, SegmentListed, SegmentMembers};
use super::reads::SegmentReads;
use crate::error::{Language, Text};
use crate::units::{Decimal, Instant};

impl SegmentList {
    /// The list as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a> {
            semantics: u32,
            playbook: &'a PlaybookSummary,
            as_of: Instant,
            known_at: Option<Instant>,
            customers: u64,
            segments: Vec<In<'a, SegmentListed>>,
            notes: &'a [Note],
        }
        Said {
            semantics: self.semantics,
            playbook: &self.playbook,
            as_of: self.as_of,
            known_at: self.known_at,
            customers: self.customers,
            segments: said(&self.segments, language),
            notes: &self.notes,
        }
    }
}

impl Serialize for In<'_, SegmentListed> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a> {
            segment: &'a Arc<str>,
            label: &'a Text,
            members: u64,
            share: Option<Decimal>,
            errors: u64,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            failures: Vec<In<'a, Failure>>,
            condition: &'a str,
            reads: &'a SegmentReads,
            hash: &'a str,
        }
        let it = self.0;
        Said {
            segment: &it.segment,
            label: &it.label,
            members: it.members,
            share: it.share,
            errors: it.errors,
            failures: said(&it.failures, self.1),
            condition: &it.condition,
            reads: &it.reads,
            hash: &it.hash,
        }
        .serialize(serializer)
    }
}

impl SegmentMembers {
    /// The members as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a> {
            segment: &'a Arc<str>,
            label: &'a Text,
            as_of: Instant,
            customers: u64,
            members: u64,
            errors: u64,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            failures: Vec<In<'a, Failure>>,
            ids: &'a [Box<str>],
            notes: &'a [Note],
        }
        Said {
            segment: &self.segment,
            label: &self.label,
            as_of: self.as_of,
            customers: self.customers,
            members: self.members,
            errors: self.errors,
            failures: said(&self.failures, language),
            ids: &self.ids,
            notes: &self.notes,
        }
    }
}

impl SegmentExplained {
    /// The explanation as JSON with its sentences in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a, E: Serialize> {
            customer: &'a str,
            segment: &'a Arc<str>,
            label: &'a Text,
            playbook: &'a PlaybookSummary,
            as_of: Instant,
            member: Option<bool>,
            since: Option<Instant>,
            explanation: E,
            needs: Vec<In<'a, Atom>>,
            turning: Vec<In<'a, Atom>>,
            foretold: bool,
            changes: Option<Instant>,
        }
        Said {
            customer: &self.customer,
            segment: &self.segment,
            label: &self.label,
            playbook: &self.playbook,
            as_of: self.as_of,
            member: self.member,
            since: self.since,
            explanation: self.explanation.in_language(language),
            needs: said(&self.needs, language),
            turning: said(&self.turning, language),
            foretold: self.foretold,
            changes: self.changes,
        }
    }
}

impl Serialize for In<'_, Atom> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a, E: Serialize> {
            clause: E,
            turns: Option<Instant>,
            #[serde(skip_serializing_if = "Option::is_none")]
            gap: Option<&'a Gap>,
        }
        let Atom { clause, turns, gap } = self.0;
        let (clause, gap) = (clause.in_language(self.1), gap.as_ref());
        Said { clause, turns: *turns, gap }.serialize(serializer)
    }
}
