//! Histories that take every way of a machine, with the instants around each
//! timer (S26).
//!
//! ```text
//! the beginning ──> what would open one more way ──> fold: was it taken?
//!       ^              values from its boxes               │ yes
//!       └───────────── go on from there <──────────────────┘
//! ```
//!
//! Nothing is believed that the fold has not done: a scenario is one because
//! its transition was taken.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::Ground;
use super::guard::{Guards, Sort};
use super::range::{Point, Range};
use super::region::Cell;
use super::view::View;
use crate::facts::{Body, Columns, ColumnsBuilder, Correction, Fact, Schema, Type, Value};
use crate::lang::tree::Node as Part;
use crate::lang::{Checked, World};
use crate::lifecycle::{Due, Kinds, Life, Machine, Step, Transition, Trigger, fold};
use crate::units::Instant;

/// Histories that are tried for one machine, at most.
const TRIES: usize = 5_000;

/// Different ways into one state from which it goes on, at most.
const ENTRIES: usize = 3;

/// Facts of one scenario, at most.
const FACTS: usize = 200;

/// How often time is let pass for one timer, at most.
const WAKES: usize = 40;

/// Boxes of one condition from which values are tried, at most.
const CELLS: usize = 6;

/// Microseconds from one fact to the next.
const APART: i64 = 3_600_000_000;

/// Long enough for the events so far to leave most windows.
const LONG: i64 = 400 * 24 * APART;

/// How many days ahead dates are, as they are tried: far, soon, and past.
const AHEAD: [i64; 3] = [200, 1, -400];

/// The one customer of all scenarios.
const CUSTOMER: &str = "c";

/// A history that takes a transition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Position of the transition.
    pub transition: usize,
    /// What happens, all to one customer, in order.
    pub facts: Vec<Fact>,
    /// When the transition is taken.
    pub at: Instant,
    /// In which innermost state the customer is just before, then, and just
    /// after: a microsecond each. Nothing where the customer is not there yet.
    pub states: Vec<(Instant, Option<usize>)>,
}

/// The scenarios of a machine, and what none of them takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// One for each transition that is taken, by position.
    pub scenarios: Vec<Scenario>,
    /// Positions of the others: what never can be, or needs more than is tried.
    pub untaken: Vec<usize>,
}

/// Histories that together take every transition of a machine, as far as they
/// are found.
///
/// # Inputs
///
/// `machines`: each after those it reads; `which`: the position of the one to
/// go through. `start`: when the first fact happens.
///
/// # Output
///
/// For each transition a list of facts, verified by [`fold`], with the states
/// a microsecond before, at, and after the instant in which it is taken: for a
/// timer the last instant at which it is not due, and the first at which it is.
///
/// # Cost
///
/// At most 5,000 folds a machine, each over at most 200 facts.
///
/// # Example
///
/// ```
/// use guanxi::{Playbook, lifecycle, units::Instant};
/// let playbook = Playbook::from_json(r#"{
///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
///     "schema": {"events": {"purchase": {"list": "purchases"}}},
///     "machines": {"relationship": {"initial": "stranger", "states": {
///         "stranger": {"on": [{"event": "purchase", "to": "buyer"}]},
///         "buyer": {"on": [{"silent": "days(90)", "to": "stranger"}]}}}}
/// }"#)?;
/// let start = Instant::parse("2026-01-01T00:00:00Z")?;
/// let coverage = lifecycle::scenarios(playbook.machines(), 0, &playbook.ground(), start);
/// assert!(coverage.untaken.is_empty());
/// let silence = &coverage.scenarios[1];
/// assert_eq!(silence.facts.len(), 2);
/// let states: Vec<_> = silence.states.iter().map(|(_, state)| *state).collect();
/// assert_eq!(states, [Some(1), Some(0), Some(0)]);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn scenarios(
    machines: &[Machine],
    which: usize,
    ground: &Ground<'_>,
    start: Instant,
) -> Coverage {
    let mut guards = Guards::new(ground, machines);
    let views: Vec<View<'_>> =
        machines.iter().map(|machine| View::new(ground, machine, &mut guards)).collect();
    let stage = Stage { machines, ground, schema: Arc::new(ground.schema.clone()), start };
    let mut walked: Vec<Vec<Node>> = Vec::new();
    let mut coverage = Coverage::default();
    for (position, view) in views.iter().enumerate().take(which + 1) {
        let read =
            machines.iter().zip(&walked).filter(|(it, _)| view.machine.reads.contains(&it.name));
        let starts: Vec<Node> = read.flat_map(|(_, nodes)| nodes.iter().cloned()).collect();
        let mut walk = Walk {
            stage: &stage,
            view,
            guards: &mut guards,
            which: position,
            found: BTreeMap::new(),
            nodes: Vec::new(),
            entries: BTreeMap::new(),
            tries: 0,
        };
        walk.run(starts);
        let found = walk.found;
        if position == which {
            let all = 0..view.machine.transitions.len();
            coverage.untaken = all.filter(|way| !found.contains_key(way)).collect();
            coverage.scenarios = found.into_values().collect();
            break;
        }
        walked.push(walk.nodes);
    }
    coverage
}

/// What every try is played on.
struct Stage<'a> {
    machines: &'a [Machine],
    ground: &'a Ground<'a>,
    schema: Arc<Schema>,
    start: Instant,
}

impl Stage<'_> {
    fn columns(&self, facts: &[Fact]) -> Columns {
        let mut builder = ColumnsBuilder::new(&self.schema);
        for (sequence, fact) in facts.iter().enumerate() {
            builder.push(sequence as u64, fact.at.unwrap_or(self.start), fact);
        }
        builder.finish()
    }

    fn life(&self, columns: &Columns, until: Instant) -> Life {
        let Ground { calendar, parameters, segments, .. } = *self.ground;
        fold(
            World { columns, calendar, parameters, segments, scores: None },
            self.machines,
            0,
            until,
        )
    }
}

/// A history so far.
#[derive(Debug, Clone)]
struct Node {
    facts: Vec<Fact>,
    now: Instant,
    leaf: Option<usize>,
}

/// How one way is tried.
struct Variant {
    /// How many long times to wait first.
    wait: i64,
    /// Attributes to tell besides, and whether they are known.
    told: Vec<(usize, bool)>,
    /// How many days ahead any date is.
    ahead: i64,
}

struct Walk<'w, 'a> {
    stage: &'w Stage<'w>,
    view: &'w View<'a>,
    guards: &'w mut Guards<'a>,
    which: usize,
    found: BTreeMap<usize, Scenario>,
    nodes: Vec<Node>,
    entries: BTreeMap<usize, usize>,
    tries: usize,
}

impl Walk<'_, '_> {
    fn run(&mut self, starts: Vec<Node>) {
        let mut history = History::new(self.stage, self.stage.start);
        history.profile();
        let mut beginnings = vec![Node { facts: history.facts, now: self.stage.start, leaf: None }];
        beginnings.extend(self.begun());
        let mut queue: VecDeque<Node> = VecDeque::new();
        for start in beginnings.into_iter().chain(starts) {
            queue.extend(self.play(start.facts, start.now, None));
        }
        while let Some(node) = queue.pop_front() {
            let leaf = node.leaf.unwrap_or(self.view.machine.initial);
            for way in self.view.ways(leaf) {
                if !self.found.contains_key(&way) && self.view.is_open(way) {
                    let next = self.attempt(&node, way);
                    queue.extend(next);
                }
            }
            self.nodes.push(node);
        }
    }

    /// For a machine that runs once for each key, a run begun by each of the
    /// kinds that have one: some of them may leave it in its first state.
    fn begun(&self) -> Vec<Node> {
        let Some(key) = &self.view.machine.key else { return Vec::new() };
        let kinds = key.positions.iter().enumerate().filter(|(_, field)| field.is_some());
        let begun = kinds.map(|(kind, _)| {
            let mut history = History::new(self.stage, self.stage.start);
            history.profile();
            history.pass(APART);
            history.happen(kind, &Cell::default(), self.guards);
            Node { facts: history.facts, now: history.now, leaf: None }
        });
        begun.collect()
    }

    /// Tries to take one way from where a history has come to.
    fn attempt(&mut self, node: &Node, way: usize) -> Vec<Node> {
        let Some(transition) = self.view.transition(way) else { return Vec::new() };
        let mut out = Vec::new();
        for kind in self.kinds(transition) {
            let region = self.view.region(way, kind, self.guards);
            let mut cells = region.unwrap_or_default();
            cells.truncate(CELLS);
            for cell in &cells {
                for Variant { wait, told, ahead } in self.variants(transition) {
                    if self.found.contains_key(&way) {
                        return out;
                    }
                    let mut history = History::new(self.stage, node.now);
                    history.facts.clone_from(&node.facts);
                    history.ahead = ahead;
                    history.pass(wait * LONG);
                    // Before what the box says, which may lead away, and after
                    // it, for who asks which of the two came later.
                    history.tell(&told);
                    history.meet(cell, self.guards, transition, kind);
                    history.tell(&told);
                    history.trigger(cell, self.guards, transition, kind);
                    let (facts, now) = (history.facts, history.now);
                    out.extend(self.play(facts, now, Some(way)));
                }
            }
        }
        out
    }

    /// What to try besides: what boxes do not say of a condition, such as whether
    /// a contact can be reached, may hang on any of the attributes that it reads
    /// being known or not; and a date may have to come before another timer.
    fn variants(&self, transition: &Transition) -> Vec<Variant> {
        let mut read: Vec<usize> = Vec::new();
        if let Some(when) = &transition.when {
            read.extend(&when.uses.attributes);
            let attributes = self.stage.ground.schema.attributes.iter().enumerate();
            let contacts = attributes.filter(|(_, it)| matches!(it.ty, Type::Contact(_)));
            read.extend(contacts.map(|(own, _)| own).filter(|_| asks_contact(when)));
        }
        let all = |known: bool| read.iter().map(|own| (*own, known)).collect::<Vec<_>>();
        let told =
            if read.is_empty() { vec![all(true)] } else { vec![vec![], all(true), all(false)] };
        let dates: &[i64] = if matches!(transition.trigger, Trigger::Due(Due::At(_))) {
            &AHEAD
        } else {
            &AHEAD[..1]
        };
        let mut out = Vec::new();
        for ahead in dates {
            for wait in [0, 1] {
                out.extend(told.iter().map(|told| Variant {
                    wait,
                    told: told.clone(),
                    ahead: *ahead,
                }));
            }
        }
        out
    }

    fn kinds(&self, transition: &Transition) -> Vec<Option<usize>> {
        match &transition.trigger {
            Trigger::Event(Kinds::Some(kinds)) => kinds.iter().copied().map(Some).collect(),
            Trigger::Event(Kinds::All) => {
                (0..self.stage.ground.schema.kinds.len()).map(Some).collect()
            }
            _ => vec![None],
        }
    }

    /// Plays a history, lets time pass where one way waits for it, and keeps
    /// what is new.
    fn play(&mut self, facts: Vec<Fact>, now: Instant, wanted: Option<usize>) -> Option<Node> {
        if FACTS < facts.len() {
            return None;
        }
        let columns = self.stage.columns(&facts);
        let mut until = now;
        let mut life = self.life(&columns, until)?;
        for _ in 0..WAKES {
            let waits = wanted.filter(|way| !self.takes(&life, *way));
            let Some(wake) = life.wakes.filter(|_| waits.is_some()) else { break };
            until = wake;
            life = self.life(&columns, until)?;
        }
        let steps: Vec<Step> = life
            .courses
            .get(self.which)?
            .iter()
            .flat_map(|course| &course.steps)
            .cloned()
            .collect();
        let mut news = wanted.is_none();
        for step in steps {
            let Some((way, at)) = step.transition.zip(step.at) else { continue };
            if !self.found.contains_key(&way) {
                let scenario = self.scenario(way, at, &facts, &columns)?;
                self.found.insert(way, scenario);
                news = true;
            }
        }
        let leaf = life.courses.get(self.which)?.first().map(|course| course.state);
        let entries = self.entries.entry(leaf.unwrap_or(usize::MAX)).or_default();
        if !news || ENTRIES <= *entries && wanted.is_some() {
            return None;
        }
        *entries += 1;
        Some(Node { facts, now: until, leaf })
    }

    fn life(&mut self, columns: &Columns, until: Instant) -> Option<Life> {
        self.tries += 1;
        (self.tries <= TRIES).then(|| self.stage.life(columns, until))
    }

    fn takes(&self, life: &Life, way: usize) -> bool {
        let courses = life.courses.get(self.which).into_iter().flatten();
        courses.flat_map(|course| &course.steps).any(|step| step.transition == Some(way))
    }

    /// The scenario of a step that was taken, with what comes before only.
    fn scenario(
        &mut self,
        way: usize,
        at: Instant,
        facts: &[Fact],
        columns: &Columns,
    ) -> Option<Scenario> {
        let around = [-1, 0, 1].map(|by| at.checked_add_micros(by).ok());
        let mut states = Vec::new();
        for at in around.into_iter().flatten() {
            let life = self.life(columns, at)?;
            let there = self.stage.start <= at;
            let course = life.courses.get(self.which)?.first();
            states.push((at, course.filter(|_| there).map(|course| course.state)));
        }
        let facts = facts.iter().filter(|fact| fact.at.is_none_or(|then| then <= at));
        Some(Scenario { transition: way, facts: facts.cloned().collect(), at, states })
    }
}

/// Facts, one after the other.
struct History<'s> {
    stage: &'s Stage<'s>,
    facts: Vec<Fact>,
    now: Instant,
    /// How many days ahead any date is.
    ahead: i64,
}

impl<'s> History<'s> {
    fn new(stage: &'s Stage<'s>, now: Instant) -> Self {
        History { stage, facts: Vec::new(), now, ahead: AHEAD[0] }
    }

    fn pass(&mut self, micros: i64) {
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
    fn profile(&mut self) {
        let attributes = self.stage.ground.schema.attributes.iter().enumerate();
        let needed = attributes.filter(|(_, attribute)| !attribute.nullable);
        let values = needed.map(|(own, attribute)| (own, self.any(&attribute.ty))).collect();
        self.add(Body::Attributes(values));
    }

    /// Makes what a box says true, but for the event itself.
    fn meet(
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
    fn tell(&mut self, told: &[(usize, bool)]) {
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
    fn trigger(
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

    fn happen(&mut self, kind: usize, cell: &Cell, guards: &Guards<'_>) {
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

/// Whether a condition asks if somebody can be reached.
fn asks_contact(when: &Checked) -> bool {
    let asks =
        |node: &Part| matches!(node, Part::Call { function, .. } if &**function == "reachable");
    when.tree.nodes.iter().any(asks)
}

/// A value that differs from another one.
fn another(value: &Value, ty: &Type) -> Option<Value> {
    Some(match value {
        Value::Bool(yes) => Value::Bool(!yes),
        Value::Int(whole) => Value::Int(whole ^ 1),
        Value::Exact(units) => Value::Exact(units ^ 1),
        Value::Date(day) => Value::Date(day.add_days(-1).ok()?),
        Value::Instant(at) => Value::Instant(at.checked_add_micros(-1).ok()?),
        Value::Text(text) => match ty {
            Type::Enum(labels) => {
                let other = labels.iter().find(|label| label.name != (&**text).into())?;
                Value::Text((&*other.name).into())
            }
            _ => Value::Text(format!("{text}x").into()),
        },
        Value::Set(_) => Value::Set(Vec::new()),
    })
}

/// The place of a value among those of its type.
fn point(value: &Value, ty: &Type) -> Option<Point> {
    let exact = |units: i64, scale: u8| {
        crate::units::Decimal::new(units.into(), scale).ok().map(Point::Number)
    };
    match (value, ty) {
        (Value::Bool(yes), _) => Some(Point::Bool(*yes)),
        (Value::Int(whole), _) => Some(Point::Int(*whole)),
        (Value::Exact(units), Type::Decimal(scale)) => exact(*units, *scale),
        (Value::Exact(units), Type::Money(currency)) => exact(*units, currency.minor_digits()),
        (Value::Date(day), _) => Some(Point::Day(*day)),
        (Value::Text(text), _) => Some(Point::Text((&**text).into())),
        _ => None,
    }
}

/// A point as a value of a type, exactly or not at all.
fn written(point: &Point, ty: &Type) -> Option<Value> {
    let units = |number: &crate::units::Decimal, scale: u8| {
        i64::try_from(number.rescale_exact(scale).ok()?.units()).ok().map(Value::Exact)
    };
    match (point, ty) {
        (Point::Bool(yes), Type::Bool) => Some(Value::Bool(*yes)),
        (Point::Int(whole), Type::Int) => Some(Value::Int(*whole)),
        (Point::Number(number), Type::Decimal(scale)) => units(number, *scale),
        (Point::Number(number), Type::Money(currency)) => units(number, currency.minor_digits()),
        (Point::Text(text), Type::Text(_) | Type::Contact(_)) => {
            Some(Value::Text((&**text).into()))
        }
        (Point::Day(day), Type::Date) => Some(Value::Date(*day)),
        (Point::Time(at), Type::Instant) => Some(Value::Instant(at.split().0)),
        _ => None,
    }
}
