//! Facts, one after the other, that make true what a way waits for.

use std::sync::Arc;

use super::super::guard::{Guards, Sort};
use super::super::range::{Point, Range};
use super::super::region::Cell;
use super::stage::Stage;
use super::value::{another, point, written};
use crate::facts::{Body, Correction, Fact, Type, Value};
use crate::lifecycle::{Due, Kinds, Transition, Trigger};
use crate::units::Instant;

/// Facts of one scenario, at most.
pub(super) const FACTS: usize = 200;

/// Microseconds from one fact to the next.
pub(super) const APART: i64 = 3_600_000_000;

/// Long enough for the events so far to leave most windows.
pub(super) const LONG: i64 = 400 * 24 * APART;

/// How many days ahead dates are, as they are tried: far, soon, and past.
pub(super) const AHEAD: [i64; 3] = [200, 1, -400];

/// The one customer of all scenarios.
const CUSTOMER: &str = "c";

/// Facts, one after the other.
pub(super) struct History<'s> {
    stage: &'s Stage<'s>,
    pub(super) facts: Vec<Fact>,
    pub(super) now: Instant,
    /// How many days ahead any date is.
    pub(super) ahead: i64,
}

impl<'s> History<'s> {
    pub(super) fn new(stage: &'s Stage<'s>, now: Instant) -> Self {
        History { stage, facts: Vec::new(), now, ahead: AHEAD[0] }
    }

    pub(super) fn pass(&mut self, micros: i64) {
        self.now = self.now.checked_add_micros(micros).unwrap_or(self.now);
    }

    fn add(&mut self, body: Body) {
        self.facts.push(Fact {
            source: "scenario".into(),
            id: format!("{:04}", self.facts.len()).into(),
            customer: CUSTOMER.into(),
            at: Some(self.now),
            revision: None,
            correction: Correction::None,
            body,
        });
    }

    /// The customer as it is created: what everybody has.
    pub(super) fn profile(&mut self) {
        let attributes = self.stage.ground.schema.attributes.iter().enumerate();
        let needed = attributes.filter(|(_, attribute)| !attribute.nullable);
        let values = needed.map(|(own, attribute)| (own, self.any(&attribute.ty))).collect();
        self.add(Body::Attributes(values));
    }

    /// Makes what a box says true, but for the event itself.
    pub(super) fn meet(
        &mut self,
        cell: &Cell,
        guards: &Guards<'_>,
        transition: &Transition,
        kind: Option<usize>,
    ) {
        self.pass(APART);
        for (quantity, range) in &cell.0 {
            match guards.sorts.get(*quantity) {
                Some(Sort::Attribute(position)) => {
                    let Some(attribute) = self.stage.ground.schema.attributes.get(*position) else {
                        continue;
                    };
                    let value = self.value(&attribute.ty, range);
                    self.add(Body::Attributes(vec![(*position, value)]));
                }
                Some(Sort::Consent(purpose, channel)) => self.agree(purpose, channel, range),
                Some(Sort::Count { kind: of, .. }) => {
                    let wanted = range.least_from(0).unwrap_or(0);
                    let own = i64::from(Some(*of) == kind);
                    for _ in own..wanted.min(FACTS as i64) {
                        self.happen(*of, &Cell::default(), guards);
                        self.pass(1);
                    }
                }
                _ => {}
            }
        }
        self.wake(cell, guards, transition);
        self.pass(APART);
    }

    /// Tells attributes, or that they are not known any more.
    pub(super) fn tell(&mut self, told: &[(usize, bool)]) {
        for (own, known) in told {
            let Some(attribute) = self.stage.ground.schema.attributes.get(*own) else { continue };
            let value = if *known { self.any(&attribute.ty) } else { None };
            if value.is_some() || attribute.nullable {
                self.add(Body::Attributes(vec![(*own, value)]));
                self.pass(1);
            }
        }
    }

    fn agree(&mut self, purpose: &Arc<str>, channel: &Arc<str>, range: &Range) {
        let schema = self.stage.ground.schema;
        let places = (
            schema.purposes.iter().position(|known| known == purpose),
            schema.channels.iter().position(|known| known == channel),
        );
        let granted = range.has(&Point::Bool(true));
        if let ((Some(purpose), Some(channel)), true) = (places, range.has_known()) {
            self.add(Body::Consent { purpose, channel, granted });
        }
    }

    /// What a timer counts from, where nothing of it is there yet.
    fn wake(&mut self, cell: &Cell, guards: &Guards<'_>, transition: &Transition) {
        let Trigger::Due(due) = &transition.trigger else { return };
        let uses = &due.expression().uses;
        let mut kinds = uses.kinds.clone();
        if let Due::Silent(_, Kinds::Some(silent)) = due {
            kinds.extend(silent.first());
        }
        let n_kinds = self.stage.ground.schema.kinds.len();
        if let Due::Silent(_, Kinds::All) = due {
            kinds.extend((0 < n_kinds).then_some(0));
        }
        for kind in kinds {
            let there = self
                .facts
                .iter()
                .any(|fact| matches!(&fact.body, Body::Event { kind: of, .. } if *of == kind));
            if !there {
                self.happen(kind, cell, guards);
                self.pass(1);
            }
        }
        for position in uses.attributes.clone() {
            let attribute = self.stage.ground.schema.attributes.get(position);
            let value = attribute.and_then(|attribute| self.any(&attribute.ty));
            self.add(Body::Attributes(vec![(position, value)]));
        }
    }

    /// What the way waits for.
    pub(super) fn trigger(
        &mut self,
        cell: &Cell,
        guards: &Guards<'_>,
        transition: &Transition,
        kind: Option<usize>,
    ) {
        match &transition.trigger {
            Trigger::Event(_) => {
                if let Some(kind) = kind {
                    self.happen(kind, cell, guards);
                }
            }
            Trigger::Change(attributes) => {
                for position in attributes {
                    self.change(*position, cell, guards);
                }
            }
            Trigger::Due(_) | Trigger::Condition => {}
        }
    }

    pub(super) fn happen(&mut self, kind: usize, cell: &Cell, guards: &Guards<'_>) {
        let Some(declared) = self.stage.ground.schema.kinds.get(kind) else { return };
        let range = |field: usize| {
            cell.0.iter().find_map(|(quantity, range)| match guards.sorts.get(*quantity) {
                Some(Sort::Field(of, own)) if (*of, *own) == (kind, field) => Some(range.clone()),
                _ => None,
            })
        };
        let fields = declared.fields.iter().enumerate().map(|(own, field)| match range(own) {
            Some(range) => self.value(&field.ty, &range),
            None => self.any(&field.ty),
        });
        let body = Body::Event { kind, fields: fields.collect() };
        self.add(body);
    }

    /// An attribute gets a value that it did not have, within its box.
    fn change(&mut self, position: usize, cell: &Cell, guards: &Guards<'_>) {
        let Some(attribute) = self.stage.ground.schema.attributes.get(position) else { return };
        let range = cell.0.iter().find_map(|(quantity, range)| match guards.sorts.get(*quantity) {
            Some(Sort::Attribute(own)) if *own == position => Some(range.clone()),
            _ => None,
        });
        let value = self.value(&attribute.ty, &range.unwrap_or(Range::all()));
        // What it was before: nothing, or something else.
        let before = match &value {
            Some(_) if attribute.nullable => None,
            Some(value) => another(value, &attribute.ty),
            None => self.any(&attribute.ty),
        };
        self.add(Body::Attributes(vec![(position, before)]));
        self.pass(APART);
        self.add(Body::Attributes(vec![(position, value)]));
    }

    /// A value within a range; nothing where only the missing one is.
    fn value(&self, ty: &Type, range: &Range) -> Option<Value> {
        if !range.has_known() {
            return None;
        }
        if let Type::Enum(labels) = ty {
            let mut labels = labels.iter().map(|label| label.name.clone());
            let label = labels.find(|label| range.has(&Point::Text(label.clone())));
            return label.map(|label| Value::Text((&*label).into()));
        }
        let any = self.any(ty);
        let fits = any.as_ref().and_then(|any| point(any, ty)).is_some_and(|it| range.has(&it));
        if fits {
            return any;
        }
        range.ends().iter().find_map(|point| written(point, ty)).or(any)
    }

    /// Some value of a type.
    fn any(&self, ty: &Type) -> Option<Value> {
        Some(match ty {
            Type::Text(_) | Type::Contact(_) => Value::Text("x".into()),
            Type::Int => Value::Int(1),
            Type::Decimal(_) | Type::Money(_) => Value::Exact(100),
            Type::Bool => Value::Bool(true),
            Type::Date => {
                let today = self.stage.ground.calendar.zone().local(self.now).0;
                Value::Date(today.add_days(self.ahead).ok()?)
            }
            Type::Instant => Value::Instant(self.now),
            Type::Enum(labels) => Value::Text((&*labels.first()?.name).into()),
            Type::Set(_) => Value::Set(vec!["x".into()]),
        })
    }
}
