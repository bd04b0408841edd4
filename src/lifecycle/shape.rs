//! The states of a machine, and how they lie inside one another.

use std::collections::HashMap;
use std::sync::Arc;

use super::definition::{Definition, Named, StateDefinition};
use super::machine::{DEPTH, Key, Machine, Opening, STATES, State};
use crate::error::{Code, Fault};
use crate::facts::{Schema, Type};
use crate::json::Reader;
use crate::units::{Calendar, Day, nearest, shown};

/// The machine without its ways from state to state, and the definition of each
/// state, in the order of the states. `None` after a fault that leaves nothing
/// to go on with.
pub(super) fn shape<'d>(
    definition: &'d Definition,
    schema: &Schema,
    calendar: &Calendar,
    reader: &mut Reader,
) -> Option<(Machine, Vec<&'d StateDefinition>)> {
    let mut states = Vec::new();
    let ranks = ranks(definition);
    flatten(&definition.states, None, 1, &ranks, reader, &mut states)?;
    if states.is_empty() {
        reader.fault(
            Fault::new(Code::BadValue, "a machine needs a state", "生命周期至少要有一个状态")
                .at(definition.pointer.as_str()),
        );
        return None;
    }
    let names: HashMap<&str, usize> =
        states.iter().enumerate().map(|(own, (state, _))| (&*state.name, own)).collect();
    if names.len() < states.len() {
        refuse_twins(&states, reader);
        return None;
    }
    let inner = entries(&states, &names, reader);
    let (definitions, mut states): (Vec<_>, Vec<_>) =
        states.iter().map(|(state, parent)| (*state, blank(state, *parent))).unzip();
    settle_entries(&mut states, &inner);
    let initial = definition.initial.as_ref().and_then(|named| {
        find(named, &names, reader).and_then(|state| Some(states.get(state)?.entry))
    });
    let machine = Machine {
        name: definition.name.clone(),
        text: definition.wording.text.clone(),
        help: definition.wording.help.clone(),
        states,
        transitions: Vec::new(),
        initial: initial?,
        key: definition.key.as_ref().map(|key| read_key(key, schema, reader)),
        opening: definition.opening.as_ref().and_then(|opening| {
            let event = opening.event.as_ref()?;
            let kind = find_kind(event, schema, reader)?;
            let field = find_field(kind, opening.field.as_ref()?, schema, reader)?;
            Some(Opening { kind, field })
        }),
        effects_from: definition.effects_from.as_ref().and_then(|day| {
            let read = Day::parse(&day.name).map(|day| calendar.zone().start_of(day));
            read.map_err(|error| reader.error(error, &day.pointer)).ok()
        }),
        reads: Vec::new(),
        assessed: false,
        pointer: definition.pointer.clone(),
    };
    Some((machine, definitions))
}

/// How many steps a state is from the initial one, along the ways as they are
/// listed: the order in which people think of them.
fn ranks(definition: &Definition) -> HashMap<Arc<str>, usize> {
    let mut by_name: HashMap<&str, &StateDefinition> = HashMap::new();
    let mut open: Vec<&StateDefinition> = definition.states.iter().collect();
    while let Some(state) = open.pop() {
        by_name.insert(&state.name, state);
        open.extend(&state.states);
    }
    let mut ranks: HashMap<Arc<str>, usize> = HashMap::new();
    let mut queue = std::collections::VecDeque::new();
    queue.extend(definition.initial.iter().map(|named| named.name.clone()));
    while let Some(name) = queue.pop_front() {
        let Some(state) = by_name.get(&*name) else { continue };
        if ranks.contains_key(&name) {
            continue;
        }
        ranks.insert(name, ranks.len());
        queue.extend(state.initial.iter().map(|named| named.name.clone()));
        queue.extend(state.on.iter().filter_map(|way| way.to.as_ref()).map(|to| to.name.clone()));
        queue.extend(state.states.iter().map(|state| state.name.clone()));
    }
    ranks
}

type Flat<'d> = Vec<(&'d StateDefinition, Option<usize>)>;

/// Every state after the one it is inside.
fn flatten<'d>(
    states: &'d [StateDefinition],
    parent: Option<usize>,
    depth: usize,
    ranks: &HashMap<Arc<str>, usize>,
    reader: &mut Reader,
    out: &mut Flat<'d>,
) -> Option<()> {
    let mut sorted: Vec<&StateDefinition> = states.iter().collect();
    sorted.sort_by_key(|state| ranks.get(&state.name).copied().unwrap_or(usize::MAX));
    for state in sorted {
        let limit = if depth > DEPTH {
            Some((format!("states lie more than {DEPTH} deep"), format!("状态嵌套超过 {DEPTH} 层")))
        } else if out.len() == STATES {
            Some((format!("more than {STATES} states"), format!("状态超过 {STATES} 个")))
        } else {
            None
        };
        if let Some((en, zh)) = limit {
            reader.fault(Fault::new(Code::BadValue, en, zh).at(state.pointer.as_str()));
            return None;
        }
        let own = out.len();
        out.push((state, parent));
        flatten(&state.states, Some(own), depth + 1, ranks, reader, out)?;
    }
    Some(())
}

fn refuse_twins(states: &Flat<'_>, reader: &mut Reader) {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for (state, _) in states {
        if let Some(first) = seen.insert(&state.name, &state.pointer) {
            let name = &state.name;
            reader.fault(
                Fault::new(
                    Code::DuplicateName,
                    format!("the state `{name}` exists twice, first at {first}"),
                    format!("状态 `{name}` 重复，首次出现在 {first}"),
                )
                .at(state.pointer.as_str()),
            );
        }
    }
}

/// For each state the one inside it that is entered first.
fn entries(
    states: &Flat<'_>,
    names: &HashMap<&str, usize>,
    reader: &mut Reader,
) -> Vec<Option<usize>> {
    let entry = |(own, (state, _)): (usize, &(&StateDefinition, Option<usize>))| {
        let whole = !state.states.is_empty();
        match (&state.initial, whole) {
            (None, false) => None,
            (None, true) => {
                let only = &state.states;
                if let [single] = &only[..] {
                    return names.get(&*single.name).copied();
                }
                reader.fault(
                    Fault::new(
                        Code::MissingKey,
                        "the key `initial` is missing: which of the states inside is entered first",
                        "缺少键 `initial`：应说明先进入哪个子状态",
                    )
                    .at(state.pointer.as_str()),
                );
                None
            }
            (Some(named), _) => {
                let found = find(named, names, reader)?;
                let inside = states.get(found).is_some_and(|(_, parent)| *parent == Some(own));
                if !inside {
                    let (outer, inner) = (&state.name, shown(&named.name));
                    reader.fault(
                        Fault::new(
                            Code::BadValue,
                            format!("`{inner}` is not directly inside `{outer}`"),
                            format!("`{inner}` 不是 `{outer}` 的直接子状态"),
                        )
                        .at(named.pointer.as_str()),
                    );
                }
                inside.then_some(found)
            }
        }
    };
    states.iter().enumerate().map(entry).collect()
}

fn blank(state: &StateDefinition, parent: Option<usize>) -> State {
    State {
        name: state.name.clone(),
        text: state.wording.text.clone(),
        help: state.wording.help.clone(),
        tags: state.tags.iter().map(|tag| tag.name.clone()).collect(),
        parent,
        depth: 0,
        entry: 0,
        history: state.history,
        on: Vec::new(),
        pointer: state.pointer.clone(),
    }
}

/// Depths from outside in, entries from inside out.
fn settle_entries(states: &mut [State], inner: &[Option<usize>]) {
    for own in 0..states.len() {
        let outer = states.get(own).and_then(|state| state.parent);
        let depth = outer.and_then(|outer| states.get(outer)).map_or(0, |outer| outer.depth + 1);
        if let Some(state) = states.get_mut(own) {
            state.depth = depth;
        }
    }
    for own in (0..states.len()).rev() {
        let first = inner.get(own).copied().flatten();
        let entry = first.and_then(|first| states.get(first)).map_or(own, |first| first.entry);
        if let Some(state) = states.get_mut(own) {
            state.entry = entry;
        }
    }
}

/// The state that is named.
pub(super) fn find(
    named: &Named,
    names: &HashMap<&str, usize>,
    reader: &mut Reader,
) -> Option<usize> {
    let found = names.get(&*named.name).copied();
    if found.is_none() && !reader.is_spoilt(&named.name) {
        let given = shown(&named.name).into_owned();
        let fault = Fault::new(
            Code::UnknownReference,
            format!("there is no state `{given}`"),
            format!("没有名为 `{given}` 的状态"),
        );
        reader.fault_near(fault.at(named.pointer.as_str()), &named.name, names.keys().copied());
    }
    found
}

/// The event kind that is named.
pub(super) fn find_kind(named: &Named, schema: &Schema, reader: &mut Reader) -> Option<usize> {
    let found = schema.kind(&named.name);
    if found.is_none() && !reader.is_spoilt(&named.name) {
        let given = shown(&named.name).into_owned();
        let fault = Fault::new(
            Code::UnknownReference,
            format!("there is no event kind `{given}`"),
            format!("没有名为 `{given}` 的事件类型"),
        )
        .at(named.pointer.as_str());
        let by_list = schema.kinds.iter().find(|kind| kind.list.as_ref() == Some(&named.name));
        match by_list {
            Some(kind) => {
                let kind = &kind.name;
                reader.fault(fault.hint(
                    format!("`{given}` is a list; one event of it is `{kind}`"),
                    format!("`{given}` 是列表名，单个事件是 `{kind}`"),
                ));
            }
            None => {
                let known = schema.kinds.iter().map(|kind| &*kind.name);
                reader.fault_near(fault, &named.name, known);
            }
        }
    }
    found
}

fn find_field(kind: usize, named: &Named, schema: &Schema, reader: &mut Reader) -> Option<usize> {
    let kind = schema.kinds.get(kind)?;
    let is_text = |ty: &Type| matches!(ty, Type::Text(_) | Type::Enum(_));
    let found = kind.fields.iter().position(|field| field.name == named.name);
    let (of, given) = (&kind.name, shown(&named.name).into_owned());
    match found {
        Some(field) if kind.fields.get(field).is_some_and(|field| is_text(&field.ty)) => found,
        Some(_) => {
            let fault = Fault::new(
                Code::BadValue,
                format!("the field `{given}` of `{of}` is no text and no label"),
                format!("`{of}` 的字段 `{given}` 不是文本或选项"),
            );
            reader.fault(fault.at(named.pointer.as_str()));
            None
        }
        None => {
            let fault = Fault::new(
                Code::UnknownReference,
                format!("`{of}` has no field `{given}`"),
                format!("事件 `{of}` 没有字段 `{given}`"),
            );
            let known = kind.fields.iter().map(|field| &*field.name);
            reader.fault_near(fault.at(named.pointer.as_str()), &named.name, known);
            None
        }
    }
}

/// For each kind, where it has the field that tells runs apart.
fn read_key(named: &Named, schema: &Schema, reader: &mut Reader) -> Key {
    let position = |kind: &crate::facts::EventKind| {
        let holds = |ty: &Type| matches!(ty, Type::Text(_) | Type::Enum(_));
        kind.fields.iter().position(|field| field.name == named.name && holds(&field.ty))
    };
    let positions: Vec<Option<usize>> = schema.kinds.iter().map(position).collect();
    if positions.iter().all(Option::is_none) {
        let given = shown(&named.name).into_owned();
        let fault = Fault::new(
            Code::UnknownReference,
            format!("no event kind has a text field `{given}`"),
            format!("没有任何事件类型具有文本字段 `{given}`"),
        )
        .at(named.pointer.as_str());
        let fields = schema.kinds.iter().flat_map(|kind| &kind.fields);
        match nearest(&named.name, fields.map(|field| &*field.name)) {
            Some(near) => reader
                .fault(fault.hint(format!("did you mean `{near}`?"), format!("是否指 `{near}`？"))),
            None => reader.fault(fault),
        }
    }
    Key { field: named.name.clone(), positions }
}
