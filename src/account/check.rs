//! From written pools to some that are known to mean something.

use std::sync::Arc;

use super::definition::{Definition, PoolDefinition, RuleDefinition};
use crate::error::{Code, Fault, Text};
use crate::facts::{Act, EventKind, Type as Declared};
use crate::json::{Reader, Written};
use crate::lang::types::Kinds as Types;
use crate::lang::{Checked, Scope, check, check_condition, noted};
use crate::units::Unit;

/// Who may have which customer.
#[derive(Debug, Clone)]
pub struct Claims {
    /// The machine that says who is free and who is held.
    pub machine: Arc<str>,
    /// The state in which a customer may be claimed.
    pub free: Arc<str>,
    /// The state in which somebody holds the customer.
    pub held: Arc<str>,
    /// What carries out each act that there is.
    pub rules: Vec<Rule>,
    /// The pools, first match first.
    pub pools: Vec<Pool>,
}

/// The event that carries out an act.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The act.
    pub act: Act,
    /// Position of the event kind.
    pub kind: usize,
    /// What each declared field of the kind holds, if anything.
    pub fields: Vec<Option<Part>>,
}

/// A part of a request that a field of an event holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Who is to hold the customer.
    Owner,
    /// Until when.
    Until,
    /// Who asked.
    Actor,
    /// Why.
    Reason,
}

/// A pool (公海): some customers, and the limits by which they are given out.
#[derive(Debug, Clone)]
pub struct Pool {
    /// The name.
    pub name: Arc<str>,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
    /// An explanation for people.
    pub help: Option<Text>,
    /// Who is in it; `None`: everybody.
    pub when: Option<Arc<Checked>>,
    /// How many customers an owner may hold.
    pub capacity: Option<Arc<Checked>>,
    /// Which of them count; `None`: all.
    pub counts: Option<Arc<Checked>>,
    /// How many customers an owner may claim in such a stretch of the calendar.
    pub quota: Option<(Arc<Checked>, Unit)>,
    /// How long a former owner waits before claiming the same customer.
    pub again_after: Option<Arc<Checked>>,
    /// How often a hold may be extended.
    pub extensions: Option<Arc<Checked>>,
    /// How long a hold may last at most when it is extended.
    pub longest: Option<Arc<Checked>>,
}

impl Pool {
    /// Every expression of the pool.
    pub fn expressions(&self) -> impl Iterator<Item = &Checked> {
        let quota = self.quota.as_ref().map(|(quota, _)| quota);
        let all = [&self.when, &self.capacity, &self.counts];
        let more = [&self.again_after, &self.extensions, &self.longest];
        let all = all.into_iter().chain(more).filter_map(Option::as_ref);
        all.chain(quota).map(|expression| &**expression)
    }
}

impl Claims {
    /// What carries out an act.
    pub fn rule(&self, act: Act) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.act == act)
    }

    /// The pool with this name.
    pub fn pool(&self, name: &str) -> Option<&Pool> {
        self.pools.iter().find(|pool| &*pool.name == name)
    }
}

impl Rule {
    /// Position of the field that holds a part.
    pub fn field(&self, part: Part) -> Option<usize> {
        self.fields.iter().position(|field| *field == Some(part))
    }
}

impl Definition {
    /// Checks the section. Faults and hints are noted in `reader`; `None` where
    /// nothing is left to go on with.
    pub fn check(&self, scope: &Scope<'_>, reader: &mut Reader) -> Option<Claims> {
        let states = self.states(scope, reader);
        let mut checker = Checker { scope, reader };
        let rules: Vec<Option<Rule>> = self.rules.iter().map(|rule| checker.rule(rule)).collect();
        let pools: Vec<Option<Pool>> = self.pools.iter().map(|pool| checker.pool(pool)).collect();
        self.refuse_twice(reader);
        let (machine, free, held) = states?;
        Some(Claims {
            machine,
            free,
            held,
            rules: rules.into_iter().collect::<Option<_>>()?,
            pools: pools.into_iter().collect::<Option<_>>()?,
        })
    }

    /// The machine with its two states.
    fn states(
        &self,
        scope: &Scope<'_>,
        reader: &mut Reader,
    ) -> Option<(Arc<str>, Arc<str>, Arc<str>)> {
        let written = self.machine.as_ref()?;
        if reader.is_spoilt(&written.text) {
            return None;
        }
        let Some(machine) = scope.machine(&written.text) else {
            let names = scope.machines.iter().map(|machine| &*machine.name);
            written.unknown(("machine", "生命周期"), names, reader);
            return None;
        };
        if machine.keyed {
            let name = &machine.name;
            let fault = Fault::new(
                Code::BadValue,
                format!("`{name}` runs once for each key, expected one that runs once"),
                format!("`{name}` 按键分别运行，应为每个客户只运行一次的生命周期"),
            );
            reader.fault(fault.at(written.pointer.as_str()));
            return None;
        }
        let mut state = |written: &Option<Written>| {
            let written = written.as_ref()?;
            if machine.states.binary_search(&written.text).is_err() {
                let names = machine.states.iter().map(|state| &**state);
                written.unknown(("state", "状态"), names, reader);
                return None;
            }
            Some(written.text.clone())
        };
        let (free, held) = (state(&self.free), state(&self.held));
        let (free, held) = (free?, held?);
        if free == held {
            let fault = Fault::new(
                Code::BadValue,
                format!("`{free}` cannot be both free and held"),
                format!("`{free}` 不能既是可领取又是已有负责人"),
            );
            reader.fault(fault.at(self.held.as_ref()?.pointer.as_str()));
            return None;
        }
        Some((machine.name.clone(), free, held))
    }

    fn refuse_twice(&self, reader: &mut Reader) {
        for (position, pool) in self.pools.iter().enumerate() {
            let Some(name) = &pool.name else { continue };
            let before = self.pools.iter().take(position).filter_map(|pool| pool.name.as_ref());
            if before.into_iter().any(|earlier| earlier.text == name.text) {
                let shown = &name.text;
                let fault = Fault::new(
                    Code::DuplicateName,
                    format!("two pools are called `{shown}`"),
                    format!("有两个公海都名为 `{shown}`"),
                );
                reader.fault(fault.at(name.pointer.as_str()));
            }
        }
    }
}

struct Checker<'a, 'r> {
    scope: &'a Scope<'a>,
    reader: &'r mut Reader,
}

impl Checker<'_, '_> {
    fn rule(&mut self, written: &RuleDefinition) -> Option<Rule> {
        let event = written.event.as_ref()?;
        let schema = self.scope.schema;
        let Some(kind) = schema.kind(&event.text) else {
            if !self.reader.is_spoilt(&event.text) {
                let names = schema.kinds.iter().map(|kind| &*kind.name);
                event.unknown(("event kind", "事件类型"), names, self.reader);
            }
            return None;
        };
        let declared = schema.kinds.get(kind)?;
        let mut fields = vec![None; declared.fields.len()];
        let parts = [Part::Owner, Part::Until, Part::Actor, Part::Reason];
        let mut good = true;
        for (part, field) in parts.into_iter().zip(&written.fields) {
            let Some(field) = field else { continue };
            match self.field(declared, field, part) {
                Some(position) => {
                    if let Some(slot) = fields.get_mut(position) {
                        good &= slot.replace(part).is_none() || self.twice(field);
                    }
                }
                None => good = false,
            }
        }
        for (field, held) in declared.fields.iter().zip(&fields) {
            if held.is_none() && !field.nullable {
                let (name, kind) = (&field.name, &declared.name);
                let fault = Fault::new(
                    Code::MissingKey,
                    format!("`{kind}` needs the field `{name}`, and nothing here fills it"),
                    format!("`{kind}` 必须有字段 `{name}`，而此处没有为其赋值"),
                )
                .hint(
                    "name it as `owner`, `until`, `actor` or `reason`, or let it be nullable",
                    "请将其指定为 `owner`、`until`、`actor` 或 `reason`，或允许其为空",
                );
                self.reader.fault(fault.at(written.pointer.as_str()));
                good = false;
            }
        }
        good.then_some(Rule { act: written.act, kind, fields })
    }

    fn twice(&mut self, field: &Written) -> bool {
        let name = &field.text;
        let fault = Fault::new(
            Code::BadValue,
            format!("`{name}` is to hold two things"),
            format!("`{name}` 被用于两项内容"),
        );
        self.reader.fault(fault.at(field.pointer.as_str()));
        false
    }

    /// The position of a field that can hold a part.
    fn field(&mut self, kind: &EventKind, written: &Written, part: Part) -> Option<usize> {
        let Some(position) = kind.fields.iter().position(|field| field.name == written.text) else {
            let names = kind.fields.iter().map(|field| &*field.name);
            written.unknown(("field", "字段"), names, self.reader);
            return None;
        };
        let ty = &kind.fields.get(position)?.ty;
        let (fits, wanted, wanted_zh) = match part {
            Part::Until => {
                (matches!(ty, Declared::Date | Declared::Instant), "date or instant", "日期或时间")
            }
            _ => (matches!(ty, Declared::Text(_)), "text", "文本"),
        };
        if !fits {
            let name = &written.text;
            let fault = Fault::new(
                Code::TypeMismatch,
                format!("`{name}` cannot hold it, expected a field of type {wanted}"),
                format!("`{name}` 的类型不符，应为{wanted_zh}字段"),
            );
            self.reader.fault(fault.at(written.pointer.as_str()));
        }
        fits.then_some(position)
    }

    fn pool(&mut self, written: &PoolDefinition) -> Option<Pool> {
        let (number, length) = (Types::INT, Types::PERIOD.or(Types::DURATION));
        let before = self.reader.n_faults();
        let when = written.when.as_ref().and_then(|it| self.condition(it));
        let counts = written.counts.as_ref().and_then(|it| self.condition(it));
        let capacity = self.value(written.capacity.as_ref(), number);
        let quota = self.value(written.quota.as_ref(), number);
        let again_after = self.value(written.again_after.as_ref(), length);
        let extensions = self.value(written.extensions.as_ref(), number);
        let longest = self.value(written.longest.as_ref(), length);
        let unit = self.unit(written);
        self.refuse_alone(written);
        let name = written.name.as_ref()?;
        (self.reader.n_faults() == before).then(|| Pool {
            name: name.text.clone(),
            text: written.wording.text.clone(),
            help: written.wording.help.clone(),
            when,
            capacity,
            counts,
            quota: quota.zip(unit),
            again_after,
            extensions,
            longest,
        })
    }

    fn unit(&mut self, written: &PoolDefinition) -> Option<Unit> {
        let per = written.per.as_ref()?;
        let unit = Unit::parse(&per.text);
        unit.map_err(|error| self.reader.error(error, &per.pointer)).ok()
    }

    /// Refuses keys that mean nothing without another.
    fn refuse_alone(&mut self, written: &PoolDefinition) {
        let pairs = [
            ("quota", &written.quota, "per", &written.per),
            ("per", &written.per, "quota", &written.quota),
            ("counts", &written.counts, "capacity", &written.capacity),
        ];
        for (key, held, other, needed) in pairs {
            if let (Some(held), None) = (held, needed) {
                let fault = Fault::new(
                    Code::MissingKey,
                    format!("`{key}` needs `{other}`"),
                    format!("`{key}` 须与 `{other}` 一起使用"),
                );
                self.reader.fault(fault.at(held.pointer.as_str()));
            }
        }
    }

    fn condition(&mut self, written: &Written) -> Option<Arc<Checked>> {
        let checked = check_condition(&written.text, self.scope);
        noted(written, checked, self.reader)
    }

    fn value(&mut self, written: Option<&Written>, wanted: Types) -> Option<Arc<Checked>> {
        let written = written?;
        let checked = check(&written.text, self.scope);
        let checked = noted(written, checked, self.reader)?;
        if checked.result().is(wanted) {
            return Some(checked);
        }
        let (found, wanted) = (checked.result().words(), wanted.words());
        let fault = Fault::new(
            Code::TypeMismatch,
            format!("found {}, expected {}", found.en, wanted.en),
            format!("此处是{}，应为{}", found.zh, wanted.zh),
        );
        self.reader.fault(fault.span(0, written.text.len()).at(written.pointer.as_str()));
        None
    }
}
