//! From a written machine to one that is known to mean something.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::definition::{
    Definition, EffectDefinition, Named, StateDefinition, TransitionDefinition,
};
use super::machine::{Due, Effect, Kinds, Machine, TRANSITIONS, Transition, Trigger};
use super::shape::{find, find_kind, shape};
use crate::error::{Code, Fault, Language, Text};
use crate::facts::{Schema, Type as Declared};
use crate::json::{Reader, pointer_push};
use crate::lang::types::Kinds as Types;
use crate::lang::{
    Checked, Scope, Uses, about_everybody, check, check_condition, sentence, unforeseen,
};
use crate::units::{Calendar, Unit, shown};

/// Letters of a sentence that says what is waited for, at most.
const LETTERS: usize = 160;

/// A machine whose states are known and whose expressions are still texts, so
/// that expressions elsewhere can already name its states.
#[derive(Debug)]
pub struct Outline<'d> {
    machine: Machine,
    states: Vec<&'d StateDefinition>,
}

/// The condition of a segment by name, if it is one without faults.
pub type Segments<'a> = dyn Fn(&str) -> Option<Arc<Checked>> + 'a;

impl Definition {
    /// The states of the machine. Faults are noted in `reader`; `None` where
    /// nothing is left to go on with.
    pub fn outline(
        &self,
        schema: &Schema,
        calendar: &Calendar,
        reader: &mut Reader,
    ) -> Option<Outline<'_>> {
        let outlined = shape(self, schema, calendar, reader);
        if outlined.is_none() {
            reader.spoil(&self.name);
        }
        let (machine, states) = outlined?;
        Some(Outline { machine, states })
    }
}

impl Outline<'_> {
    /// The machine so far: its states.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The machine, with every expression checked. Faults and hints are noted
    /// in `reader`.
    pub fn check(
        mut self,
        scope: &Scope<'_>,
        segments: &Segments<'_>,
        reader: &mut Reader,
    ) -> Machine {
        let mut machine = self.machine;
        let names: Vec<Arc<str>> = machine.states.iter().map(|it| it.name.clone()).collect();
        let by_name: HashMap<&str, usize> =
            names.iter().enumerate().map(|(own, name)| (&**name, own)).collect();
        let mut on = Checker {
            machine: &mut machine,
            scope: *scope,
            segments,
            names: &by_name,
            reads: BTreeSet::new(),
            reader,
        };
        for (from, state) in std::mem::take(&mut self.states).into_iter().enumerate() {
            for written in &state.on {
                on.transition(from, written);
            }
        }
        let reads = std::mem::take(&mut on.reads);
        machine.reads = reads.into_iter().filter(|name| *name != machine.name).collect();
        machine
    }
}

/// What stands for an offset that is not written.
const NO_OFFSET: &str = "days(0)";

struct Checker<'a> {
    machine: &'a mut Machine,
    scope: Scope<'a>,
    segments: &'a Segments<'a>,
    names: &'a HashMap<&'a str, usize>,
    reads: BTreeSet<Arc<str>>,
    reader: &'a mut Reader,
}

impl Checker<'_> {
    fn transition(&mut self, from: usize, written: &TransitionDefinition) {
        if self.machine.transitions.len() == TRANSITIONS || self.reader.is_full() {
            if self.machine.transitions.len() == TRANSITIONS {
                let fault = Fault::new(
                    Code::BadValue,
                    format!("more than {TRANSITIONS} ways out of states"),
                    format!("状态转换超过 {TRANSITIONS} 条"),
                );
                self.reader.fault(fault.at(written.pointer.as_str()));
            }
            return;
        }
        let trigger = self.trigger(written);
        let event = match &trigger {
            Some(Trigger::Event(kinds)) => single(kinds),
            _ => None,
        };
        let when = written.when.as_ref().and_then(|when| self.condition(when, event));
        let clocked = when.as_ref().is_some_and(|when| self.is_clocked(when));
        let now_and_then = matches!(
            trigger,
            Some(Trigger::Event(_) | Trigger::Change(_) | Trigger::Due(Due::Every(..)))
        );
        if clocked && !now_and_then {
            self.refuse_unforeseen(when.as_ref(), written.when.as_ref());
        }
        let target = written.to.as_ref().and_then(|to| find(to, self.names, self.reader));
        self.refuse_idle(written, trigger.as_ref());
        let effects = written.effects.iter().filter_map(|effect| self.effect(effect, event));
        let effects = effects.collect();
        let Some(trigger) = trigger else { return };
        let assessed = matches!(&trigger, Trigger::Due(due) if self.is_assessed(due.expression()));
        let to = target.and_then(|state| Some(self.machine.states.get(state)?.entry));
        let time = match &trigger {
            Trigger::Due(Due::At(time)) => self.sentence(time),
            _ => None,
        };
        let condition = when.as_deref().and_then(|when| self.sentence(when));
        let transition = Transition {
            from,
            to,
            target,
            trigger,
            when,
            clocked,
            assessed,
            restart: written.restart,
            effects,
            text: written.wording.text.clone(),
            time,
            condition,
            pointer: written.pointer.clone(),
        };
        self.machine.assessed |= self.is_assessed_at_all(&transition);
        let own = self.machine.transitions.len();
        self.machine.transitions.push(transition);
        if let Some(state) = self.machine.states.get_mut(from) {
            state.on.push(own);
        }
    }

    /// What a condition or a time says; `None` where that is too long to be read
    /// in passing.
    fn sentence(&self, whole: &Checked) -> Option<Text> {
        let say = |language| {
            let said = sentence::say(whole, &self.scope, &sentence::Names, language).text;
            (said.chars().count() <= LETTERS).then_some(said)
        };
        Some(Text::new(say(Language::En)?, say(Language::Zh)?))
    }

    /// What a transition waits for: one thing.
    fn trigger(&mut self, written: &TransitionDefinition) -> Option<Trigger> {
        let trigger = &written.trigger;
        let given = [
            ("event", trigger.event.is_some()),
            ("changes", trigger.changes.is_some()),
            ("after", trigger.after.is_some()),
            ("silent", trigger.silent.is_some()),
            ("at", trigger.at.is_some()),
            ("every", trigger.every.is_some()),
        ];
        let given: Vec<&str> =
            given.iter().filter(|(_, given)| *given).map(|(key, _)| *key).collect();
        if 1 < given.len() {
            let keys = given.join("`, `");
            let fault = Fault::new(
                Code::UnknownKey,
                format!("a transition waits for one thing, and here are `{keys}`"),
                format!("一条转换只能等待一件事，此处同时有 `{keys}`"),
            );
            let fault = fault.hint(
                "write one transition for each, with the same `to`",
                "请分别写成多条转换，`to` 相同",
            );
            self.reader.fault(fault.at(written.pointer.as_str()));
            return None;
        }
        if trigger.of.is_some() && trigger.silent.is_none() {
            let fault = Fault::new(
                Code::UnknownKey,
                "`of` goes with `silent` only",
                "`of` 只用于 `silent`",
            );
            self.reader.fault(fault.at(pointer_push(&written.pointer, "of")));
        }
        if trigger.offset.is_some() && trigger.every.is_none() {
            let fault = Fault::new(
                Code::UnknownKey,
                "`offset` goes with `every` only",
                "`offset` 只用于 `every`",
            );
            self.reader.fault(fault.at(pointer_push(&written.pointer, "offset")));
        }
        if let Some(kinds) = &trigger.event {
            return Some(Trigger::Event(self.kinds(kinds)?));
        }
        if let Some(attributes) = &trigger.changes {
            return self.attributes(attributes).map(Trigger::Change);
        }
        if let Some(length) = &trigger.after {
            return Some(Trigger::Due(Due::After(self.length(length)?)));
        }
        if let Some(length) = &trigger.silent {
            let kinds = trigger.of.as_ref().map_or(Some(Kinds::All), |of| self.kinds(of));
            return Some(Trigger::Due(Due::Silent(self.length(length)?, kinds?)));
        }
        if let Some(time) = &trigger.at {
            return Some(Trigger::Due(Due::At(self.time(time)?)));
        }
        if let Some(unit) = &trigger.every {
            return self.every(unit, trigger.offset.as_ref()).map(Trigger::Due);
        }
        if written.when.is_none() {
            let fault = Fault::new(
                Code::MissingKey,
                "nothing says what the transition waits for",
                "没有说明该转换等待什么",
            );
            let fault = fault.hint(
                "add `event`, `changes`, `after`, `silent`, `at`, `every` or `when`",
                "请加上 `event`、`changes`、`after`、`silent`、`at`、`every` 或 `when`",
            );
            self.reader.fault(fault.at(written.pointer.as_str()));
            return None;
        }
        Some(Trigger::Condition)
    }

    fn kinds(&mut self, named: &[Named]) -> Option<Kinds> {
        if named.iter().any(|kind| &*kind.name == "*") {
            return Some(Kinds::All);
        }
        let schema = self.scope.schema;
        let found: Vec<Option<usize>> =
            named.iter().map(|kind| find_kind(kind, schema, self.reader)).collect();
        for (kind, found) in named.iter().zip(&found) {
            self.refuse_without_key(kind, *found);
        }
        let mut kinds = found.into_iter().collect::<Option<Vec<usize>>>()?;
        kinds.sort_unstable();
        kinds.dedup();
        Some(Kinds::Some(kinds))
    }

    /// Refuses a kind that cannot say which run of a keyed machine it is about.
    fn refuse_without_key(&mut self, named: &Named, kind: Option<usize>) {
        let (Some(key), Some(kind)) = (&self.machine.key, kind) else { return };
        if key.positions.get(kind).is_some_and(Option::is_some) {
            return;
        }
        let (kind, field) = (&named.name, &key.field);
        let fault = Fault::new(
            Code::UnknownReference,
            format!("`{kind}` has no text field `{field}` that says which run it is about"),
            format!("`{kind}` 没有文本字段 `{field}`，无法确定属于哪个实例"),
        );
        self.reader.fault(fault.at(named.pointer.as_str()));
    }

    fn attributes(&mut self, named: &[Named]) -> Option<Vec<usize>> {
        let schema = self.scope.schema;
        let mut out = Vec::new();
        for attribute in named {
            match schema.attribute(&attribute.name) {
                Some(position) => out.push(position),
                None if self.reader.is_spoilt(&attribute.name) => {}
                None => {
                    let given = shown(&attribute.name).into_owned();
                    let fault = Fault::new(
                        Code::UnknownReference,
                        format!("there is no attribute `{given}`"),
                        format!("没有名为 `{given}` 的属性"),
                    );
                    let known = schema.attributes.iter().map(|attribute| &*attribute.name);
                    let fault = fault.at(attribute.pointer.as_str());
                    self.reader.fault_near(fault, &attribute.name, known);
                }
            }
        }
        (out.len() == named.len()).then_some(out)
    }

    fn condition(&mut self, written: &Named, event: Option<usize>) -> Option<Arc<Checked>> {
        let scope = Scope { event, ..self.scope };
        let checked = check_condition(&written.name, &scope);
        self.noted(written, checked)
    }

    /// A unit of the calendar, and the same length after each of its starts for
    /// everybody, so that nothing but the calendar moves the boundaries.
    fn every(&mut self, unit: &Named, offset: Option<&Named>) -> Option<Due> {
        let found = Unit::parse(&unit.name);
        let found = found.map_err(|error| self.reader.error(error, &unit.pointer)).ok();
        let none = Named { name: NO_OFFSET.into(), pointer: unit.pointer.clone() };
        let written = offset.unwrap_or(&none);
        let offset = self.timeless(written, Types::PERIOD.or(Types::DURATION))?;
        let reads = Uses { parameters: offset.uses.parameters.clone(), ..Uses::default() };
        if offset.uses != reads {
            let fault = Fault::new(
                Code::Unforeseen,
                "an offset is the same for everybody, expected a length of time or a parameter",
                "偏移对所有客户相同，应为时长、日历周期或参数",
            );
            let fault = fault.span(0, written.name.len());
            self.reader.fault(fault.at(written.pointer.as_str()));
            return None;
        }
        Some(Due::Every(found?, offset))
    }

    /// A length of time: `days(90)`, `duration('36h')`, `param.x`.
    fn length(&mut self, written: &Named) -> Option<Arc<Checked>> {
        let wanted = Types::LENGTHS;
        self.timeless(written, wanted)
    }

    /// A time, or a day.
    fn time(&mut self, written: &Named) -> Option<Arc<Checked>> {
        self.timeless(written, Types::TIMESTAMP.or(Types::DATE))
    }

    /// An expression that says when: it must not itself depend on when it is
    /// asked.
    fn timeless(&mut self, written: &Named, wanted: Types) -> Option<Arc<Checked>> {
        let checked = check(&written.name, &self.scope);
        let checked = self.noted(written, checked)?;
        if !checked.result().is(wanted) {
            let (found, wanted) = (checked.result().words(), wanted.words());
            let fault = Fault::new(
                Code::TypeMismatch,
                format!("found {}, expected {}", found.en, wanted.en),
                format!("此处是{}，应为{}", found.zh, wanted.zh),
            );
            let fault = fault.span(0, written.name.len());
            self.reader.fault(fault.at(written.pointer.as_str()));
            return None;
        }
        if self.is_moving(&checked) {
            let fault = Fault::new(
                Code::Unforeseen,
                "when a timer is due must not depend on the time at which it is asked",
                "定时器何时到期不能取决于询问的时间",
            );
            let fault = fault.hint(
                "count from an event or an attribute: `purchases.last().at + days(90)`",
                "请从事件或属性起算，如 `purchases.last().at + days(90)`",
            );
            self.reader.fault(fault.span(0, written.name.len()).at(written.pointer.as_str()));
            return None;
        }
        Some(checked)
    }

    fn noted(
        &mut self,
        written: &Named,
        checked: Result<Checked, crate::Error>,
    ) -> Option<Arc<Checked>> {
        match checked {
            Ok(checked) => {
                for hint in &checked.hints {
                    self.reader.hint(hint.clone().at(written.pointer.as_str()));
                }
                self.read(&checked);
                let segments = self.segments_of(&checked);
                let faults = about_everybody(&checked, segments.iter().map(|it| &**it));
                if !faults.is_empty() {
                    for fault in faults {
                        self.reader.fault(fault.at(written.pointer.as_str()));
                    }
                    return None;
                }
                Some(Arc::new(checked))
            }
            Err(error) => {
                for fault in error.into_faults() {
                    if !self.reader.follows(&fault, &written.name) {
                        self.reader.fault(fault.at(written.pointer.as_str()));
                    }
                }
                None
            }
        }
    }

    /// Remembers which machines an expression reads, through segments too.
    fn read(&mut self, checked: &Checked) {
        self.reads.extend(checked.uses.machines.iter().cloned());
        for condition in self.segments_of(checked) {
            self.reads.extend(condition.uses.machines.iter().cloned());
        }
    }

    /// The conditions of all segments that an expression reads, each once.
    fn segments_of(&self, checked: &Checked) -> Vec<Arc<Checked>> {
        let mut open: Vec<Arc<str>> = checked.uses.segments.clone();
        let mut seen: BTreeSet<Arc<str>> = BTreeSet::new();
        let mut out = Vec::new();
        while let Some(name) = open.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            if let Some(condition) = (self.segments)(&name) {
                open.extend(condition.uses.segments.iter().cloned());
                out.push(condition);
            }
        }
        out
    }

    /// Whether an expression asks the value part, itself or in a segment.
    fn is_assessed(&self, checked: &Checked) -> bool {
        let asks = |checked: &Checked| !checked.uses.scores.is_empty();
        asks(checked) || self.segments_of(checked).iter().any(|it| asks(it))
    }

    /// Whether anything about a transition asks the value part.
    fn is_assessed_at_all(&self, transition: &Transition) -> bool {
        let with = transition.effects.iter().flat_map(|effect| &effect.with);
        let asked = transition.when.iter().chain(with.map(|(_, value)| value));
        transition.assessed || asked.into_iter().any(|checked| self.is_assessed(checked))
    }

    /// Whether an expression can change as time passes: by itself, or since
    /// customers are assessed anew.
    fn is_clocked(&self, checked: &Checked) -> bool {
        self.is_moving(checked) || self.is_assessed(checked)
    }

    /// Whether an expression can change as time passes while nobody is assessed.
    fn is_moving(&self, checked: &Checked) -> bool {
        let schema = self.scope.schema;
        let dawns = |checked: &Checked| {
            checked.uses.fields.iter().any(|(kind, field)| {
                let field = schema.kinds.get(*kind).and_then(|kind| kind.fields.get(*field));
                field.is_some_and(|field| field.ty == Declared::Instant)
            })
        };
        let clocked = |checked: &Checked| checked.uses.now || dawns(checked);
        clocked(checked) || self.segments_of(checked).iter().any(|it| clocked(it))
    }

    /// Refuses a condition that is watched, and of which nobody can tell when
    /// it changes.
    fn refuse_unforeseen(&mut self, when: Option<&Arc<Checked>>, written: Option<&Named>) {
        let (Some(when), Some(written)) = (when, written) else { return };
        for fault in unforeseen(when) {
            self.reader.fault(fault.at(written.pointer.as_str()));
        }
        let hidden = self.segments_of(when).iter().any(|it| !unforeseen(it).is_empty());
        if hidden {
            let fault = Fault::new(
                Code::Unforeseen,
                "a segment that it reads takes `now` in a way whose changes cannot be foreseen",
                "它引用的某个细分使用 `now` 的方式无法预知何时变化",
            );
            self.reader.fault(fault.span(0, written.name.len()).at(written.pointer.as_str()));
        }
    }

    /// Refuses a transition that stays where it is and does nothing, or whose
    /// condition alone would make it happen without end.
    fn refuse_idle(&mut self, written: &TransitionDefinition, trigger: Option<&Trigger>) {
        if written.to.is_some() {
            return;
        }
        let (en, zh) = if written.effects.is_empty() {
            ("leads nowhere and has no effects", "既不通往任何状态，也没有效果")
        } else if matches!(trigger, Some(Trigger::Condition)) {
            (
                "stays in its state, so its condition alone would make it happen again at once",
                "停留在原状态，仅凭条件会立即反复发生",
            )
        } else {
            return;
        };
        let fault =
            Fault::new(Code::MissingKey, format!("the transition {en}"), format!("该转换{zh}"));
        let fault = fault.hint("add `to`", "请加上 `to`");
        self.reader.fault(fault.at(written.pointer.as_str()));
    }

    fn effect(&mut self, written: &EffectDefinition, event: Option<usize>) -> Option<Effect> {
        let contact = self.contact(written);
        let scope = Scope { event, ..self.scope };
        let mut with = Vec::new();
        for (name, value) in &written.with {
            let checked = check(&value.name, &scope);
            let checked = self.noted(value, checked);
            with.extend(checked.map(|checked| (name.clone(), checked)));
        }
        Some(Effect {
            action: written.action.as_ref()?.name.clone(),
            undo: written.undo.as_ref().map(|undo| undo.name.clone()),
            contact,
            with,
            text: written.wording.text.clone(),
            pointer: written.pointer.clone(),
        })
    }

    /// Purpose and channel, which go together.
    fn contact(&mut self, written: &EffectDefinition) -> Option<(Arc<str>, Arc<str>)> {
        let schema = self.scope.schema;
        let (purpose, channel) = match (&written.purpose, &written.channel) {
            (Some(purpose), Some(channel)) => (purpose, channel),
            (None, None) => return None,
            _ => {
                let fault = Fault::new(
                    Code::MissingKey,
                    "`purpose` and `channel` go together",
                    "`purpose` 与 `channel` 须同时给出",
                );
                self.reader.fault(fault.at(written.pointer.as_str()));
                return None;
            }
        };
        for (named, known, (en, zh)) in [
            (purpose, &schema.purposes, ("purpose", "用途")),
            (channel, &schema.channels, ("channel", "渠道")),
        ] {
            if !known.contains(&named.name) {
                let given = shown(&named.name).into_owned();
                let fault = Fault::new(
                    Code::UnknownReference,
                    format!("there is no {en} `{given}`"),
                    format!("没有名为 `{given}` 的{zh}"),
                );
                let known = known.iter().map(|known| &**known);
                self.reader.fault_near(fault.at(named.pointer.as_str()), &named.name, known);
            }
        }
        Some((purpose.name.clone(), channel.name.clone()))
    }
}

/// The one kind, if it is one.
fn single(kinds: &Kinds) -> Option<usize> {
    match kinds {
        Kinds::Some(kinds) => match kinds[..] {
            [kind] => Some(kind),
            _ => None,
        },
        Kinds::All => None,
    }
}
