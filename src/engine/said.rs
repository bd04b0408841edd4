//! Answers as JSON whose reasons are in one language.
//!
//! Labels stand in both, since a host shows them where it likes; a reason is a
//! sentence for whoever asked.

use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::answers::Failure;
use super::customer::{AttributeView, ConsentView, CustomerSegment, CustomerView, EventsView};
use super::lifecycle::{CustomerMachine, MachineSummary};
use super::note::Note;
use super::query::{Found, Open};
use super::review::{AttributeSummary, EventSummary, Review, SegmentSummary};
use super::summary::PlaybookSummary;
use super::value::{
    AxisSummary, ChancesView, CustomerValue, CutSummary, ModelSummary, MoveExplained,
    TierExplained, TierSummary, ValueSummary, WayToTier,
};
use crate::error::{Language, Text};
use crate::units::Instant;

/// Something that is said in one language.
pub(super) struct In<'a, T: ?Sized>(pub(super) &'a T, pub(super) Language);

impl Review {
    /// The review as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a> {
            semantics: u32,
            playbook: &'a PlaybookSummary,
            as_of: Instant,
            known_at: Option<Instant>,
            customers: u64,
            events: u64,
            kinds: &'a [EventSummary],
            attributes: &'a [AttributeSummary],
            machines: Vec<In<'a, MachineSummary>>,
            segments: Vec<In<'a, SegmentSummary>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            value: Option<In<'a, ValueSummary>>,
            notes: &'a [Note],
        }
        Said {
            semantics: self.semantics,
            playbook: &self.playbook,
            as_of: self.as_of,
            known_at: self.known_at,
            customers: self.customers,
            events: self.events,
            kinds: &self.kinds,
            attributes: &self.attributes,
            machines: said(&self.machines, language),
            segments: said(&self.segments, language),
            value: self.value.as_ref().map(|value| In(value, language)),
            notes: &self.notes,
        }
    }
}

impl CustomerView {
    /// The customer as JSON with the reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a> {
            customer: &'a str,
            playbook: &'a PlaybookSummary,
            as_of: Instant,
            since: Option<Instant>,
            attributes: &'a [AttributeView],
            consents: &'a [ConsentView],
            events: &'a [EventsView],
            machines: &'a [CustomerMachine],
            segments: Vec<In<'a, CustomerSegment>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            value: Option<&'a CustomerValue>,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            cut: bool,
        }
        Said {
            customer: &self.customer,
            playbook: &self.playbook,
            as_of: self.as_of,
            since: self.since,
            attributes: &self.attributes,
            consents: &self.consents,
            events: &self.events,
            machines: &self.machines,
            segments: said(&self.segments, language),
            value: self.value.as_ref(),
            cut: self.cut,
        }
    }
}

impl Found {
    /// The answer as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a> {
            members: u64,
            population: u64,
            errors: u64,
            as_of: Instant,
            #[serde(flatten, skip_serializing_if = "Option::is_none")]
            open: Option<&'a Open>,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            failures: Vec<In<'a, Failure>>,
            #[serde(skip_serializing_if = "<[Note]>::is_empty")]
            notes: &'a [Note],
        }
        Said {
            members: self.members,
            population: self.population,
            errors: self.errors,
            as_of: self.as_of,
            open: self.open.as_ref(),
            failures: said(&self.failures, language),
            notes: &self.notes,
        }
    }
}

impl ValueSummary {
    /// What everybody is worth as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        In(self, language)
    }
}

impl TierExplained {
    /// The explanation as JSON with its sentences in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a> {
            customer: &'a str,
            playbook: &'a PlaybookSummary,
            as_of: Instant,
            value: &'a CustomerValue,
            moves: Vec<In<'a, MoveExplained>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            chances: Option<&'a ChancesView>,
            ways: Vec<In<'a, WayToTier>>,
        }
        Said {
            customer: &self.customer,
            playbook: &self.playbook,
            as_of: self.as_of,
            value: &self.value,
            moves: said(&self.moves, language),
            chances: self.chances.as_ref(),
            ways: said(&self.ways, language),
        }
    }
}

/// Several things, each in one language.
pub(super) fn said<T>(things: &[T], language: Language) -> Vec<In<'_, T>> {
    things.iter().map(|thing| In(thing, language)).collect()
}

impl Serialize for In<'_, SegmentSummary> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a> {
            segment: &'a Arc<str>,
            label: &'a Text,
            members: u64,
            errors: u64,
            failures: Vec<In<'a, Failure>>,
        }
        let SegmentSummary { segment, label, members, errors, failures } = self.0;
        let failures = said(failures, self.1);
        Said { segment, label, members: *members, errors: *errors, failures }.serialize(serializer)
    }
}

impl Serialize for In<'_, MoveExplained> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let In(it, language) = self;
        let mut said = serializer.serialize_struct("MoveExplained", 6)?;
        said.serialize_field("at", &it.at)?;
        said.serialize_field("before", &it.before)?;
        said.serialize_field("from", &it.from)?;
        said.serialize_field("to", &it.to)?;
        said.serialize_field("sentence", it.sentence.say(*language))?;
        said.serialize_field("causes", &it.causes)?;
        said.end()
    }
}

impl Serialize for In<'_, WayToTier> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let In(it, language) = self;
        let mut said = serializer.serialize_struct("WayToTier", 7)?;
        said.serialize_field("tier", &it.tier)?;
        said.serialize_field("at", &it.at)?;
        said.serialize_field("without", &it.without)?;
        said.serialize_field("amount", &it.amount)?;
        said.serialize_field("latest", &it.latest)?;
        said.serialize_field("reaches", &it.reaches)?;
        said.serialize_field("sentence", it.sentence.say(*language))?;
        said.end()
    }
}

impl Serialize for In<'_, ValueSummary> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a, F: Serialize> {
            assessed: Option<Instant>,
            assessments: u64,
            customer_assessments: u64,
            models: Vec<In<'a, ModelSummary>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            failed: Option<F>,
            tiers: &'a [TierSummary],
            outside: u64,
            axes: &'a [AxisSummary],
            cuts: &'a [CutSummary],
            errors: u64,
            failures: Vec<In<'a, Failure>>,
        }
        let In(value, language) = self;
        Said {
            assessed: value.assessed,
            assessments: value.assessments,
            customer_assessments: value.customer_assessments,
            models: said(&value.models, *language),
            failed: value.failed.as_ref().map(|fault| fault.in_language(*language)),
            tiers: &value.tiers,
            outside: value.outside,
            axes: &value.axes,
            cuts: &value.cuts,
            errors: value.errors,
            failures: said(&value.failures, *language),
        }
        .serialize(serializer)
    }
}

impl Serialize for In<'_, ModelSummary> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Limit<'a> {
            model: &'static str,
            reason: &'a str,
        }
        let In(it, language) = self;
        let limit = it.limit.as_ref();
        let limit = limit.map(|it| Limit { model: it.model, reason: it.reason.say(*language) });
        let mut said = serializer.serialize_struct("ModelSummary", 6)?;
        said.serialize_field("model", it.model)?;
        said.serialize_field("k", &it.k)?;
        said.serialize_field("pinned", &it.pinned)?;
        said.serialize_field("customers", &it.customers)?;
        said.serialize_field("parameters", &it.parameters)?;
        said.serialize_field("limit", &limit)?;
        said.end()
    }
}

impl Serialize for In<'_, CustomerSegment> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let CustomerSegment { segment, label, member, explanation } = self.0;
        let mut said = serializer.serialize_struct("CustomerSegment", 4)?;
        said.serialize_field("segment", segment)?;
        said.serialize_field("label", label)?;
        said.serialize_field("member", member)?;
        said.serialize_field("explanation", &explanation.in_language(self.1))?;
        said.end()
    }
}

impl Serialize for In<'_, Failure> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut said = serializer.serialize_struct("Failure", 2)?;
        said.serialize_field("customer", &self.0.customer)?;
        said.serialize_field("fault", &self.0.fault.in_language(self.1))?;
        said.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Seen;
    use crate::facts::intake::{Lines, TableKind};
    use crate::{Playbook, Store};

    #[test]
    fn what_is_said_in_english_is_what_is_derived() {
        let playbook = Playbook::from_json(
            r#"{"guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
                "schema": {"attributes": {"n": {"type": "int", "nullable": true}}},
                "segments": {"odd": {"when": "10 / n > 1"}}}"#,
        )
        .unwrap();
        let mut store = Store::in_memory(playbook.schema());
        let zone = playbook.calendar().zone();
        let kind = &TableKind::Customers;
        let lines = Lines::of("customers", kind, None, playbook.schema(), zone).unwrap();
        let text = b"{\"id\":\"a\",\"n\":0}\n{\"id\":\"b\",\"n\":4}";
        store.append_lines(&lines, text, Seen::Backfill).unwrap();
        let review = store.review(&playbook, Instant::from_micros(0).unwrap()).unwrap();
        assert_eq!(review.segments[0].failures.len(), 1);
        let json = |value: &dyn erased::Json| value.json();
        assert_eq!(json(&review.in_language(Language::En)), json(&review));
        assert_ne!(json(&review.in_language(Language::Zh)), json(&review));
        let customer = review.customer("a").unwrap();
        assert_eq!(json(&customer.in_language(Language::En)), json(&customer));
        assert_ne!(json(&customer.in_language(Language::Zh)), json(&customer));
    }

    mod erased {
        pub trait Json {
            fn json(&self) -> String;
        }

        impl<T: serde::Serialize> Json for T {
            fn json(&self) -> String {
                serde_json::to_string(self).unwrap()
            }
        }
    }
}
