//! What a picture shows, before anything is placed.

use std::collections::BTreeMap;

use super::words::{awaited, condition};
use crate::error::{Language, Text};
use crate::lang::World;
use crate::lifecycle::machine::Machine;

/// States and arrows that can be laid out, at most: more is no picture.
pub const PICTURED: (usize, usize) = (200, 600);

/// Lines of words at one arrow; what is more is said by a line of its own.
const LINES: usize = 4;

/// A machine in words, with numbers where there are some.
#[derive(Debug, Clone)]
pub struct Picture<'a> {
    /// The machine.
    pub machine: &'a Machine,
    /// In which language it speaks.
    pub language: Language,
    /// The arrows: one for each pair of states, whatever leads from one to the
    /// other.
    pub arrows: Vec<Arrow>,
    /// How many are where.
    pub numbers: Option<Numbers>,
}

/// How many are in each state, and how many went each way.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    /// For each state, with those inside it.
    pub customers: Vec<u64>,
    /// For each transition how often it was taken; empty where that is not
    /// known.
    pub taken: Vec<u64>,
    /// A line about the numbers: of when they are.
    pub note: String,
}

/// An arrow from one state to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrow {
    /// From.
    pub from: usize,
    /// To, as it was named.
    pub to: usize,
    /// What it waits for, a line each.
    pub words: Vec<String>,
    /// The conditions, as they are written.
    pub conditions: Vec<String>,
    /// How often it was taken, where that is known.
    pub taken: Option<u64>,
}

impl<'a> Picture<'a> {
    /// A picture of a machine.
    ///
    /// # Inputs
    ///
    /// `world`: for the words of kinds, attributes and parameters.
    pub fn new(
        machine: &'a Machine,
        world: World<'_>,
        numbers: Option<Numbers>,
        language: Language,
    ) -> Picture<'a> {
        let mut arrows: Vec<Arrow> = Vec::new();
        let mut known: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let listed = machine.states.iter().flat_map(|state| &state.on);
        for (position, way) in listed.filter_map(|at| Some((*at, machine.transitions.get(*at)?))) {
            let Some(to) = way.target else { continue };
            let at = *known.entry((way.from, to)).or_insert_with(|| {
                arrows.push(Arrow {
                    from: way.from,
                    to,
                    words: Vec::new(),
                    conditions: Vec::new(),
                    taken: None,
                });
                arrows.len() - 1
            });
            let arrow = &mut arrows[at];
            arrow.words.push(awaited(way, world, language));
            arrow.conditions.extend(condition(way).map(str::to_owned));
            let taken = numbers.as_ref().and_then(|numbers| numbers.taken.get(position));
            arrow.taken = match (arrow.taken, taken) {
                (None, None) => None,
                (a, b) => Some(a.unwrap_or(0) + b.copied().unwrap_or(0)),
            };
        }
        arrows.iter_mut().for_each(|arrow| shorten(&mut arrow.words, language));
        Picture { machine, language, arrows, numbers }
    }

    /// What a state is called.
    pub fn name(&self, state: usize) -> String {
        self.machine.states.get(state).map_or_else(String::new, |state| {
            state.text.or_name(&state.name).say(self.language).to_owned()
        })
    }

    /// What the machine is called.
    pub fn title(&self) -> String {
        let Text { en, zh } = self.machine.text.or_name(&self.machine.name);
        match self.language {
            Language::En => en,
            Language::Zh => zh,
        }
    }

    /// The states directly inside one, or the outermost.
    pub(super) fn inside(&self, outer: Option<usize>) -> impl Iterator<Item = usize> + '_ {
        let states = self.machine.states.iter().enumerate();
        states.filter(move |(_, state)| state.parent == outer).map(|(own, _)| own)
    }

    /// The state that is entered first among those inside one, or of all.
    pub(super) fn entry(&self, outer: Option<usize>) -> Option<usize> {
        let leaf = outer.map_or(self.machine.initial, |outer| self.machine.states[outer].entry);
        self.machine.path(leaf).find(|state| self.machine.states[*state].parent == outer)
    }
}

/// The same words once, and no more lines than can be read.
fn shorten(words: &mut Vec<String>, language: Language) {
    let mut seen = std::collections::BTreeSet::new();
    words.retain(|line| !line.is_empty() && seen.insert(line.clone()));
    if LINES < words.len() {
        let more = words.len() - (LINES - 1);
        words.truncate(LINES - 1);
        words.push(match language {
            Language::En => format!("and {more} more"),
            Language::Zh => format!("另 {more} 项"),
        });
    }
}
