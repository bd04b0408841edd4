//! A machine as it is written.

use std::sync::Arc;

use crate::json::{Object, Place, Reader, Wording, pointer_push};

/// One entry of the map of machines, not yet checked.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The name that `state('...')` gives.
    pub name: Arc<str>,
    /// What it is called and how it is explained.
    pub wording: Wording,
    /// The state that a life begins in.
    pub initial: Option<Named>,
    /// The event field whose values each get a run of their own.
    pub key: Option<Named>,
    /// The event that says in which state somebody is taken over.
    pub opening: Option<Opening>,
    /// Effects of transitions before this day are not handed out.
    pub effects_from: Option<Named>,
    /// The outermost states, by name.
    pub states: Vec<StateDefinition>,
    /// Where it stands in the document.
    pub pointer: String,
}

/// A word that names something, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The word.
    pub name: Arc<str>,
    /// Its place.
    pub pointer: String,
}

/// How customers arrive who already have a state: an event whose field names
/// it.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The kind of the event.
    pub event: Option<Named>,
    /// The field that names a state.
    pub field: Option<Named>,
}

/// A state, with those inside it.
#[derive(Debug, Clone)]
pub struct StateDefinition {
    /// The name.
    pub name: Arc<str>,
    /// What it is called and how it is explained.
    pub wording: Wording,
    /// What it stands for: `stranger`, `churned`, `final`.
    pub tags: Vec<Named>,
    /// The state inside that is entered first.
    pub initial: Option<Named>,
    /// Whether the state inside that was left last is entered again.
    pub history: bool,
    /// The states inside, by name.
    pub states: Vec<StateDefinition>,
    /// What leads out of it, first match first.
    pub on: Vec<TransitionDefinition>,
    /// Where it stands in the document.
    pub pointer: String,
}

/// A way out of a state.
#[derive(Debug, Clone)]
pub struct TransitionDefinition {
    /// What it waits for.
    pub trigger: TriggerDefinition,
    /// The condition.
    pub when: Option<Named>,
    /// The state that it leads to; `None` where it stays and only has effects.
    pub to: Option<Named>,
    /// Whether a way back into the same state begins it anew.
    pub restart: bool,
    /// What the host should do.
    pub effects: Vec<EffectDefinition>,
    /// What it is called and how it is explained.
    pub wording: Wording,
    /// Where it stands in the document.
    pub pointer: String,
}

/// What a transition waits for, as written. More than one is a fault.
#[derive(Debug, Clone, Default)]
pub struct TriggerDefinition {
    /// Event kinds; `*` is any.
    pub event: Option<Vec<Named>>,
    /// Attributes.
    pub changes: Option<Vec<Named>>,
    /// A length of time since the state was entered.
    pub after: Option<Named>,
    /// A length of time since the last event of some kinds.
    pub silent: Option<Named>,
    /// These kinds; every kind where they are left out.
    pub of: Option<Vec<Named>>,
    /// A time or a day.
    pub at: Option<Named>,
    /// A unit of the calendar.
    pub every: Option<Named>,
    /// A length of time after each start of the unit.
    pub offset: Option<Named>,
}

/// Something that the host should do.
#[derive(Debug, Clone)]
pub struct EffectDefinition {
    /// What.
    pub action: Option<Named>,
    /// What takes it back.
    pub undo: Option<Named>,
    /// For which purpose it contacts the customer.
    pub purpose: Option<Named>,
    /// On which channel.
    pub channel: Option<Named>,
    /// Values that go with it, by name.
    pub with: Vec<(Arc<str>, Named)>,
    /// What it is called and how it is explained.
    pub wording: Wording,
    /// Where it stands in the document.
    pub pointer: String,
}

impl Definition {
    /// The machines of a map, by name. One whose name cannot be used is noted
    /// and left out.
    pub fn read_all(place: &Place, reader: &mut Reader) -> Vec<Definition> {
        let mut out = Vec::new();
        for (name, place) in place.entries(reader).unwrap_or_default() {
            let named = reader.check_name(name, &place.pointer);
            let definition = Definition::read(name, &place, reader);
            match definition {
                Some(definition) if named => out.push(definition),
                _ => reader.spoil(name),
            }
        }
        out
    }

    fn read(name: &str, place: &Place, reader: &mut Reader) -> Option<Definition> {
        let mut object = place.object(reader)?;
        let definition = Definition {
            name: name.into(),
            wording: object.wording(reader),
            initial: object.need(reader, "initial").and_then(|place| named(&place, reader)),
            key: object.get("key").and_then(|place| named(&place, reader)),
            opening: object.get("opening").and_then(|place| Opening::read(&place, reader)),
            effects_from: object.get("effects_from").and_then(|place| named(&place, reader)),
            states: object
                .need(reader, "states")
                .map(|place| StateDefinition::read_all(&place, reader))
                .unwrap_or_default(),
            pointer: place.pointer.clone(),
        };
        object.close(reader);
        Some(definition)
    }
}

impl Opening {
    fn read(place: &Place, reader: &mut Reader) -> Option<Opening> {
        let mut object = place.object(reader)?;
        let mut word = |key, reader: &mut Reader| {
            object.need(reader, key).and_then(|place| named(&place, reader))
        };
        let opening = Opening { event: word("event", reader), field: word("field", reader) };
        object.close(reader);
        Some(opening)
    }
}

impl StateDefinition {
    fn read_all(place: &Place, reader: &mut Reader) -> Vec<StateDefinition> {
        let mut out = Vec::new();
        for (name, place) in place.entries(reader).unwrap_or_default() {
            let is_named = reader.check_name(name, &place.pointer);
            let state = StateDefinition::read(name, &place, reader);
            match state {
                Some(state) if is_named => out.push(state),
                _ => reader.spoil(name),
            }
        }
        out
    }

    fn read(name: &str, place: &Place, reader: &mut Reader) -> Option<StateDefinition> {
        let mut object = place.object(reader)?;
        let state = StateDefinition {
            name: name.into(),
            wording: object.wording(reader),
            tags: list(&mut object, "tags", reader).unwrap_or_default(),
            initial: object.get("initial").and_then(|place| named(&place, reader)),
            history: object.flag(reader, "history"),
            states: object
                .get("states")
                .map(|place| StateDefinition::read_all(&place, reader))
                .unwrap_or_default(),
            on: object
                .get("on")
                .and_then(|place| place.items(reader))
                .unwrap_or_default()
                .iter()
                .filter_map(|place| TransitionDefinition::read(place, reader))
                .collect(),
            pointer: place.pointer.clone(),
        };
        object.close(reader);
        Some(state)
    }
}

impl TransitionDefinition {
    fn read(place: &Place, reader: &mut Reader) -> Option<TransitionDefinition> {
        let mut object = place.object(reader)?;
        let wording = object.wording(reader);
        let mut word =
            |key, reader: &mut Reader| object.get(key).and_then(|place| named(&place, reader));
        let (when, to) = (word("when", reader), word("to", reader));
        let (after, silent, at) =
            (word("after", reader), word("silent", reader), word("at", reader));
        let (every, offset) = (word("every", reader), word("offset", reader));
        let transition = TransitionDefinition {
            trigger: TriggerDefinition {
                event: list(&mut object, "event", reader),
                changes: list(&mut object, "changes", reader),
                after,
                silent,
                of: list(&mut object, "of", reader),
                at,
                every,
                offset,
            },
            when,
            to,
            restart: object.flag(reader, "restart"),
            effects: object
                .get("effects")
                .and_then(|place| place.items(reader))
                .unwrap_or_default()
                .iter()
                .filter_map(|place| EffectDefinition::read(place, reader))
                .collect(),
            wording,
            pointer: place.pointer.clone(),
        };
        object.close(reader);
        Some(transition)
    }
}

impl EffectDefinition {
    fn read(place: &Place, reader: &mut Reader) -> Option<EffectDefinition> {
        let mut object = place.object(reader)?;
        let wording = object.wording(reader);
        let action = object.need(reader, "do").and_then(|place| named(&place, reader));
        let mut word =
            |key, reader: &mut Reader| object.get(key).and_then(|place| named(&place, reader));
        let (undo, purpose, channel) =
            (word("undo", reader), word("purpose", reader), word("channel", reader));
        let with = object.get("with").and_then(|place| place.entries(reader)).unwrap_or_default();
        let with = with.into_iter().filter_map(|(name, place)| {
            let good = reader.check_name(name, &place.pointer);
            named(&place, reader).filter(|_| good).map(|value| (name.into(), value))
        });
        let with = with.collect();
        object.close(reader);
        Some(EffectDefinition {
            action,
            undo,
            purpose,
            channel,
            with,
            wording,
            pointer: place.pointer.clone(),
        })
    }
}

fn named(place: &Place, reader: &mut Reader) -> Option<Named> {
    let name = place.word(reader)?;
    Some(Named { name: name.into(), pointer: place.pointer.clone() })
}

/// One word, or several in an array.
fn list(object: &mut Object, key: &'static str, reader: &mut Reader) -> Option<Vec<Named>> {
    let place = object.get(key)?;
    if place.json.as_array().is_none() {
        return Some(named(&place, reader).into_iter().collect());
    }
    let items = place.items(reader)?;
    let words: Vec<Named> = items.iter().filter_map(|item| named(item, reader)).collect();
    if items.is_empty() {
        let fault = place.fault(
            crate::error::Code::BadValue,
            "the list is empty, expected at least one name",
            "列表为空，至少应有一个名称",
        );
        reader.fault(fault);
    }
    Some(words)
}

impl StateDefinition {
    /// Where its condition, its way out or another part stands.
    pub fn part(&self, key: &str) -> String {
        pointer_push(&self.pointer, key)
    }
}
