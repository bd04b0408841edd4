//! The colour of a state, by what it stands for.

use crate::lifecycle::machine::State;

/// What a state means to the business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Early,
    Asleep,
    Good,
    Warning,
    Gone,
}

impl Tone {
    pub fn of(state: &State) -> Tone {
        let has = |tags: &[&str]| state.tags.iter().any(|tag| tags.contains(&&**tag));
        // What is wrong is told before what is right.
        if has(&["churned", "lost", "lost_prospect", "loss", "rejected", "cancelled"]) {
            Tone::Gone
        } else if has(&["at_risk", "warning"]) {
            Tone::Warning
        } else if has(&["dormant", "paused"]) {
            Tone::Asleep
        } else if has(&["buyer", "won_back", "partner", "goal", "customer"]) {
            Tone::Good
        } else if has(&["stranger", "prospect", "lead"]) {
            Tone::Early
        } else {
            Tone::Plain
        }
    }

    /// Its class in a style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Early => "early",
            Tone::Asleep => "asleep",
            Tone::Good => "good",
            Tone::Warning => "warning",
            Tone::Gone => "gone",
        }
    }

    /// Fill and line where there is no style sheet.
    pub fn colours(self) -> (&'static str, &'static str) {
        match self {
            Tone::Plain => ("#f1f5f9", "#64748b"),
            Tone::Early => ("#e0f2fe", "#0284c7"),
            Tone::Asleep => ("#ede9fe", "#7c3aed"),
            Tone::Good => ("#dcfce7", "#16a34a"),
            Tone::Warning => ("#fef3c7", "#d97706"),
            Tone::Gone => ("#ffe4e6", "#e11d48"),
        }
    }
}
