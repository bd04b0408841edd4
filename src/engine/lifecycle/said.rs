//! Answers as JSON whose reasons are in one language.

use std::sync::Arc;

use serde::Serialize;
use serde::ser::Serializer;

use super::super::said::{In, said};
use super::{
    DueView, HopView, KeptView, MachineSummary, OtherView, PinnedView, StateSummary, StepExplained,
    StepView, TroubleView, WayView, WhyNot,
};
use crate::error::{Language, Text};
use crate::units::Instant;

impl Serialize for In<'_, MachineSummary> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a> {
            machine: &'a Arc<str>,
            label: &'a Text,
            keyed: bool,
            states: &'a [StateSummary],
            troubles: u64,
            failures: Vec<In<'a, TroubleView>>,
        }
        let MachineSummary { machine, label, keyed, states, troubles, failures } = self.0;
        let (keyed, troubles) = (*keyed, *troubles);
        let failures = said(failures, self.1);
        Said { machine, label, keyed, states, troubles, failures }.serialize(serializer)
    }
}

impl Serialize for In<'_, TroubleView> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a, F: Serialize> {
            customer: &'a str,
            transition: &'a str,
            at: Option<Instant>,
            fault: F,
        }
        let TroubleView { customer, transition, at, fault } = self.0;
        let (at, fault) = (*at, fault.in_language(self.1));
        Said { customer, transition, at, fault }.serialize(serializer)
    }
}

impl StepExplained {
    /// The step as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        In(self, language)
    }
}

impl Serialize for In<'_, StepExplained> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a, C: Serialize> {
            #[serde(flatten)]
            step: &'a StepView,
            condition: Option<C>,
            others: Vec<In<'a, OtherView>>,
        }
        let StepExplained { step, condition, others } = self.0;
        let condition = condition.as_ref().map(|whole| whole.in_language(self.1));
        Said { step, condition, others: said(others, self.1) }.serialize(serializer)
    }
}

impl Serialize for In<'_, OtherView> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a, L: Serialize> {
            to: &'a Option<Arc<str>>,
            to_label: &'a Text,
            because: &'a Text,
            transition: &'a str,
            #[serde(flatten)]
            kept: KeptSaid<L>,
        }
        #[derive(Serialize)]
        #[serde(tag = "kept", rename_all = "snake_case")]
        enum KeptSaid<L: Serialize> {
            Waiting,
            Due { due: Option<Instant> },
            Done,
            Condition { lacks: L },
            Order,
        }
        let OtherView { to, to_label, because, transition, kept } = self.0;
        let kept = match kept {
            KeptView::Waiting => KeptSaid::Waiting,
            KeptView::Due { due } => KeptSaid::Due { due: *due },
            KeptView::Done => KeptSaid::Done,
            KeptView::Condition { lacks } => {
                KeptSaid::Condition { lacks: lacks.in_language(self.1) }
            }
            KeptView::Order => KeptSaid::Order,
        };
        Said { to, to_label, because, transition, kept }.serialize(serializer)
    }
}

impl WhyNot {
    /// The answer as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a> {
            machine: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            key: Option<&'a str>,
            target: &'a str,
            target_label: &'a Text,
            state: &'a str,
            state_label: &'a Text,
            since: Option<Instant>,
            there: bool,
            earliest: Option<Instant>,
            #[serde(skip_serializing_if = "Option::is_none")]
            before: Option<&'a DueView>,
            ways: Vec<In<'a, WayView>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pinned: Option<&'a PinnedView>,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            troubles: Vec<In<'a, TroubleView>>,
        }
        Said {
            machine: &self.machine,
            key: self.key.as_deref(),
            target: &self.target,
            target_label: &self.target_label,
            state: &self.state,
            state_label: &self.state_label,
            since: self.since,
            there: self.there,
            earliest: self.earliest,
            before: self.before.as_ref(),
            ways: said(&self.ways, language),
            pinned: self.pinned.as_ref(),
            troubles: said(&self.troubles, language),
        }
    }
}

impl Serialize for In<'_, WayView> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a> {
            hops: Vec<In<'a, HopView>>,
        }
        Said { hops: said(&self.0.hops, self.1) }.serialize(serializer)
    }
}

impl Serialize for In<'_, HopView> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a, L: Serialize> {
            from: &'a Arc<str>,
            to: &'a Arc<str>,
            to_label: &'a Text,
            because: &'a Text,
            due: Option<Instant>,
            lacks: Vec<L>,
            transition: &'a str,
        }
        let HopView { from, to, to_label, because, due, lacks, transition } = self.0;
        let (due, lacks) = (*due, lacks.iter().map(|end| end.in_language(self.1)).collect());
        Said { from, to, to_label, because, due, lacks, transition }.serialize(serializer)
    }
}
