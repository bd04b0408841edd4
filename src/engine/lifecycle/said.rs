//! Answers as JSON whose reasons are in one language.

use std::sync::Arc;

use serde::Serialize;
use serde::ser::Serializer;

use super::super::said::{In, said};
use super::{
    KeptView, MachineSummary, OtherView, StateSummary, StepExplained, StepView, TroubleView,
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
            at: Instant,
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
        let OtherView { to, because, transition, kept } = self.0;
        let kept = match kept {
            KeptView::Waiting => KeptSaid::Waiting,
            KeptView::Due { due } => KeptSaid::Due { due: *due },
            KeptView::Done => KeptSaid::Done,
            KeptView::Condition { lacks } => {
                KeptSaid::Condition { lacks: lacks.in_language(self.1) }
            }
            KeptView::Order => KeptSaid::Order,
        };
        Said { to, because, transition, kept }.serialize(serializer)
    }
}
