//! A machine that passed the check: states and ways between them, as tables.

use std::sync::Arc;

use crate::error::Text;
use crate::facts::Label;
use crate::lang::{Checked, MachineNames};
use crate::units::{Instant, Unit};

/// States inside one another, at most.
pub const DEPTH: usize = 8;

/// States of one machine, at most.
pub const STATES: usize = 1_000;

/// Ways out of states of one machine, at most.
pub const TRANSITIONS: usize = 10_000;

/// Steps that a machine takes at one instant without anything happening.
pub const MICROSTEPS: usize = 16;

/// A machine (生命周期): the states a customer can be in, and what leads from
/// one to another.
#[derive(Debug, Clone)]
pub struct Machine {
    /// The name that `state('...')` gives.
    pub name: Arc<str>,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
    /// An explanation for people.
    pub help: Option<Text>,
    /// The states, each after the one it is inside, the likely ones first.
    pub states: Vec<State>,
    /// Every way out of a state.
    pub transitions: Vec<Transition>,
    /// The innermost state that a life begins in.
    pub initial: usize,
    /// Where it runs once for each key: for each event kind the position of
    /// the field that holds it, if the kind has one.
    pub key: Option<Key>,
    /// The event that says in which state somebody is taken over.
    pub opening: Option<Opening>,
    /// Effects of earlier transitions are not handed out.
    pub effects_from: Option<Instant>,
    /// Names of the machines whose states it reads, sorted.
    pub reads: Vec<Arc<str>>,
    /// Whether anything about it asks the value part.
    pub assessed: bool,
    /// Where it stands in the document.
    pub pointer: String,
}

/// The field that tells runs of a machine apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The name of the field.
    pub field: Arc<str>,
    /// For each event kind its position there.
    pub positions: Vec<Option<usize>>,
}

/// An event that puts a customer into a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Position of the event kind.
    pub kind: usize,
    /// Position of the field that names the state.
    pub field: usize,
}

/// A state.
#[derive(Debug, Clone)]
pub struct State {
    /// The name.
    pub name: Arc<str>,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
    /// An explanation for people.
    pub help: Option<Text>,
    /// What it stands for: `stranger`, `churned`, `final`.
    pub tags: Vec<Arc<str>>,
    /// The state that it is inside.
    pub parent: Option<usize>,
    /// How many states it is inside.
    pub depth: usize,
    /// The state inside that is entered first; itself, where nothing is
    /// inside.
    pub entry: usize,
    /// Whether the state inside that was left last is entered again.
    pub history: bool,
    /// Positions in [`Machine::transitions`] of the ways out, first match
    /// first.
    pub on: Vec<usize>,
    /// Where it stands in the document.
    pub pointer: String,
}

impl State {
    /// Whether no state is inside.
    pub fn is_leaf(&self, own: usize) -> bool {
        self.entry == own
    }
}

/// A way out of a state.
#[derive(Debug, Clone)]
pub struct Transition {
    /// The state that it leads out of, with all that is inside.
    pub from: usize,
    /// The innermost state that it leads to, but for history; `None` where it
    /// stays and only has effects.
    pub to: Option<usize>,
    /// The state as it was named, which may have others inside.
    pub target: Option<usize>,
    /// What it waits for.
    pub trigger: Trigger,
    /// The condition.
    pub when: Option<Arc<Checked>>,
    /// Whether the condition, or a segment that it reads, changes as time
    /// passes.
    pub clocked: bool,
    /// Whether the expression of its timer, or a segment that it reads, asks the
    /// value part: then an assessment can put the timer off or bring it forward.
    pub assessed: bool,
    /// Whether a way back into the same state begins it anew.
    pub restart: bool,
    /// What the host should do.
    pub effects: Vec<Effect>,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
    /// What its time says in a sentence, where it waits for one.
    pub time: Option<Text>,
    /// What its condition says in a sentence.
    pub condition: Option<Text>,
    /// Where it stands in the document.
    pub pointer: String,
}

/// What a transition waits for.
#[derive(Debug, Clone)]
pub enum Trigger {
    /// An event of one of these kinds.
    Event(Kinds),
    /// A change of one of these attributes.
    Change(Vec<usize>),
    /// An instant, and from then on its condition.
    Due(Due),
    /// Its condition alone.
    Condition,
}

/// Event kinds, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kinds {
    /// Every kind.
    All,
    /// These, ascending.
    Some(Vec<usize>),
}

impl Kinds {
    /// Whether a kind is among them.
    pub fn has(&self, kind: usize) -> bool {
        match self {
            Kinds::All => true,
            Kinds::Some(kinds) => kinds.binary_search(&kind).is_ok(),
        }
    }
}

/// When a timer is due.
#[derive(Debug, Clone)]
pub enum Due {
    /// So long after the state was entered.
    After(Arc<Checked>),
    /// So long after the last event of these kinds.
    Silent(Arc<Checked>, Kinds),
    /// At this time, or at the start of this day.
    At(Arc<Checked>),
    /// At each start of this unit of the calendar, so long after it: the first
    /// such boundary that comes after the state was entered, and then each one.
    Every(Unit, Arc<Checked>),
}

impl Due {
    /// The expression that it is computed from.
    pub fn expression(&self) -> &Arc<Checked> {
        match self {
            Due::After(length) | Due::Silent(length, _) => length,
            Due::At(time) => time,
            Due::Every(_, offset) => offset,
        }
    }
}

/// Something that the host should do; nothing is ever done here.
#[derive(Debug, Clone)]
pub struct Effect {
    /// What.
    pub action: Arc<str>,
    /// What takes it back.
    pub undo: Option<Arc<str>>,
    /// For which purpose and on which channel it contacts the customer.
    pub contact: Option<(Arc<str>, Arc<str>)>,
    /// Values that go with it, by name.
    pub with: Vec<(Arc<str>, Arc<Checked>)>,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
    /// Where it stands in the document.
    pub pointer: String,
}

impl Effect {
    /// What people call it; its name where its author gave no label.
    pub fn label(&self) -> Text {
        self.text.or_name(&self.action)
    }
}

impl Machine {
    /// Position of the state with this name.
    pub fn state(&self, name: &str) -> Option<usize> {
        self.states.iter().position(|state| &*state.name == name)
    }

    /// The state that somebody means: by its name, or by a label that no other
    /// state has, in either language.
    pub fn state_meant(&self, word: &str) -> Option<usize> {
        let labelled = || {
            let labels = |text: &Text| text.en == word || text.zh == word;
            let mut all = self.states.iter().enumerate().filter(|(_, state)| labels(&state.text));
            let one = all.next().filter(|_| !word.is_empty());
            one.filter(|_| all.next().is_none()).map(|(own, _)| own)
        };
        self.state(word).or_else(labelled)
    }

    /// Whether `state` is `whole`, or inside it.
    pub fn is_in(&self, state: usize, whole: usize) -> bool {
        self.path(state).any(|outer| outer == whole)
    }

    /// A state and those it is inside, from the innermost.
    pub fn path(&self, state: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(state), |inner| self.states.get(*inner)?.parent)
    }

    /// The ways out of a state and of those it is inside, the innermost first:
    /// the order in which they are tried.
    pub fn ways(&self, state: usize) -> impl Iterator<Item = usize> + '_ {
        let path = self.path(state).filter_map(|inner| self.states.get(inner));
        path.flat_map(|inner| inner.on.iter().copied())
    }

    /// The states without states inside.
    pub fn leaves(&self) -> impl Iterator<Item = (usize, &State)> {
        self.states.iter().enumerate().filter(|(own, state)| state.is_leaf(*own))
    }

    /// What expressions may ask of it.
    pub fn names(&self) -> MachineNames {
        let label = |(_, state): (usize, &State)| Label {
            name: state.name.clone(),
            text: state.text.clone(),
        };
        let mut states: Vec<Arc<str>> = self.states.iter().map(|it| it.name.clone()).collect();
        states.sort();
        MachineNames {
            name: self.name.clone(),
            leaves: self.leaves().map(label).collect(),
            states,
            keyed: self.key.is_some(),
        }
    }
}
