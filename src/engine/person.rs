//! Everything held and decided about one person, line by line (个人信息导出): what a
//! person may ask for (PIPL Art. 45 and 24, GDPR Art. 15, 20 and 22).
//!
//! ```text
//! person          who: all ids, by which playbook, at which instant
//! attribute       each with its value and since when
//! consent
//! fact            every fact that counts, with source and id
//! state           where the person is in each lifecycle, and what is due
//! step            every move through a lifecycle, with the rule and why
//! segment         in or out, with the condition and why
//! tier_change     every change of tier
//! value           worth, scores and tier, with what gives how much to them
//! end             how many lines there are, so that a cut file is seen
//! ```
//!
//! Of somebody who is restricted, what is held, and nothing that is decided.
//!
//! Lines that say `"decided": "rule"` are automated decisions, and `rule` is where the
//! playbook says it; `"decided": "person"` somebody took.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::customer::{CustomerView, Shown, customer, shown, unknown};
use super::lifecycle::{CauseView, StepExplained};
use super::summary::PlaybookSummary;
use crate::error::{Code, Error, Fault, Language};
use crate::facts::erase::mark;
use crate::facts::{Body, Correction, Fact, Recorded, Schema, Type, Value};
use crate::json::pointer_push;
use crate::playbook::{Playbook, SEMANTICS};
use crate::store::{Deed, Store};
use crate::units::{Instant, shown as quoted};

/// One person's data, to be written out line by line.
#[derive(Debug)]
pub struct Person<'p> {
    playbook: &'p Playbook,
    asked: Box<str>,
    known_at: Option<Instant>,
    /// Whether what is held is not used.
    restricted: bool,
    view: CustomerView,
    facts: Vec<Recorded>,
    steps: Vec<StepExplained>,
}

impl Store {
    /// Hands out everything held and decided about one person, and enters into the
    /// [audit trail](Store::trail) that it was.
    ///
    /// # Inputs, errors, cost
    ///
    /// As [`person`](Store::person), and what can keep the trail from being written:
    /// then nothing is handed out.
    ///
    /// # Example
    ///
    /// ```
    /// # use guanxi::{store::{Signature, Store}, units::Instant, Code, Playbook};
    /// # let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
    /// #     "calendar": {"zone": "UTC"}}"#)?;
    /// let mut store = Store::in_memory(playbook.schema());
    /// store.sign(Some(Signature::of("li", "asked for it in writing")));
    /// let as_of = Instant::parse("2026-03-02T00:00:00Z")?;
    /// let nobody = store.export_person(&playbook, as_of, None, "C-1").map(|_| ());
    /// assert_eq!(nobody.unwrap_err().code(), Code::UnknownCustomer);
    /// assert!(store.trail(None, 0, 9)?.is_empty());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn export_person<'p>(
        &mut self,
        playbook: &'p Playbook,
        as_of: Instant,
        known_at: Option<Instant>,
        id: &str,
    ) -> Result<Person<'p>, Error> {
        self.alone(|store| {
            let person = store.person(playbook, as_of, known_at, id)?;
            store.enter(Deed {
                playbook: Some(playbook.semantic_hash()),
                customers: &person.ids(),
                ..Deed::of("export_person", as_of)
            })?;
            Ok(person)
        })
    }

    /// Everything held and decided about one person, for somebody of the house to
    /// look at: [`export_person`](Store::export_person) hands it out.
    ///
    /// # Inputs
    ///
    /// `id`: the customer, or an id that was merged into it. `as_of`, `known_at`: as
    /// everywhere; facts that are still to come at `as_of` are listed all the same.
    ///
    /// # Errors
    ///
    /// [`Code::ErasedSubject`]: the person was erased, and nothing is held.
    /// [`Code::UnknownCustomer`], and what can keep the facts from being read.
    ///
    /// # Cost
    ///
    /// That of [`customer`](Store::customer) and of [`journey`](Store::journey).
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::error::Language;
    /// use guanxi::facts::{Seen, intake::{Lines, TableKind}};
    /// use guanxi::units::Instant;
    /// use guanxi::{Playbook, Store};
    ///
    /// let playbook = Playbook::from_json(r#"{
    ///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
    ///     "schema": {"events": {"purchase": {"list": "purchases"}}},
    ///     "segments": {"buyers": {"when": "purchases.size() > 0"}}
    /// }"#)?;
    /// let mut store = Store::in_memory(playbook.schema());
    /// let zone = playbook.calendar().zone();
    /// let lines = Lines::of("events", &TableKind::Events, None, playbook.schema(), zone)?;
    /// let line = br#"{"kind": "purchase", "customer": "C-1", "at": "2026-03-01", "id": "o-1"}"#;
    /// store.append_lines(&lines, line, Seen::Backfill)?;
    ///
    /// let as_of = Instant::parse("2026-03-02T00:00:00Z")?;
    /// let person = store.person(&playbook, as_of, None, "C-1")?;
    /// let lines: Vec<String> = person.lines(Language::En).collect();
    /// assert!(lines[1].contains(r#""line":"fact""#) && lines[1].contains(r#""id":"o-1""#));
    /// assert!(lines[2].contains(r#""when":"purchases.size() > 0""#));
    /// assert!(lines[3].contains(r#""line":"end","lines":4"#));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn person<'p>(
        &self,
        playbook: &'p Playbook,
        as_of: Instant,
        known_at: Option<Instant>,
        id: &str,
    ) -> Result<Person<'p>, Error> {
        let mark = mark(id);
        let listed = self.erasures()?.into_iter().find(|it| it.mark == mark);
        // What is left under a surrogate is nobody's either.
        let gone = match listed {
            Some(erasure) => Some(erasure.at),
            None => self.erased_from(id)?,
        };
        if let Some(at) = gone {
            return Err(erased(id, at));
        }
        let facts = self.customer_facts(id, known_at)?;
        if self.left_out()?.contains(id) {
            // Nothing is decided about somebody who is restricted.
            let mut view = customer(&self.held_columns(id, known_at)?, playbook, as_of, id)?;
            (view.machines, view.segments, view.value) = (Vec::new(), Vec::new(), None);
            let asked = id.into();
            return Ok(Person {
                playbook,
                asked,
                known_at,
                restricted: true,
                view,
                facts,
                steps: Vec::new(),
            });
        }
        let columns = self.columns_about(playbook, id, known_at)?;
        let view = customer(&columns, playbook, as_of, id)?;
        if facts.is_empty() {
            return Err(unknown(&columns, id, as_of));
        }
        let steps = self.journey(playbook, as_of, known_at, id)?.explain();
        Ok(Person { playbook, asked: id.into(), known_at, restricted: false, view, facts, steps })
    }
}

fn erased(id: &str, at: Instant) -> Error {
    let id = quoted(id);
    Fault::new(
        Code::ErasedSubject,
        format!("`{id}` was erased from {at} on, and nothing about the person is held"),
        format!("`{id}` 自 {at} 起已被清除，不再持有其任何个人信息"),
    )
    .into()
}

impl Person<'_> {
    /// The customer's id: the one that stays, where this one was merged away.
    pub fn id(&self) -> &str {
        &self.view.customer
    }

    /// The lines, each a JSON object without an end of line, made as they are asked for.
    pub fn lines(&self, language: Language) -> impl Iterator<Item = String> {
        let view = &self.view;
        let start = std::iter::once_with(|| self.start());
        let attributes = view.attributes.iter().map(|it| line("attribute", of(it)));
        let consents = view.consents.iter().map(|it| line("consent", of(it)));
        let schema = self.playbook.schema();
        let facts = self.facts.iter().map(|it| line("fact", fact(it, schema)));
        let states = view.machines.iter().map(|it| line("state", of(it)));
        let steps = self.steps.iter().map(move |it| line("step", step(it, language)));
        let segments = (0..view.segments.len()).map(move |at| self.segment(at, language));
        let tiers = view
            .value
            .iter()
            .flat_map(|value| &value.history)
            .map(|it| line("tier_change", decided(of(it), "rule", "/value/tiers")));
        let value = view.value.iter().map(|it| line("value", decided(of(it), "rule", "/value")));
        let all = start
            .chain(attributes)
            .chain(consents)
            .chain(facts)
            .chain(states)
            .chain(steps)
            .chain(segments)
            .chain(tiers)
            .chain(value);
        let mut said = 0_u64;
        let mut all = all.fuse();
        let mut ended = false;
        std::iter::from_fn(move || match all.next() {
            Some(next) => {
                said += 1;
                Some(next)
            }
            None if ended => None,
            None => {
                ended = true;
                Some(line("end", json!({"lines": said + 1})))
            }
        })
    }

    /// All ids that the person goes or went by.
    fn ids(&self) -> Vec<Box<str>> {
        let mut ids: Vec<Box<str>> = self.facts.iter().map(|it| it.fact.customer.clone()).collect();
        ids.push(Box::from(&*self.view.customer));
        ids.retain(|id| !id.is_empty());
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn start(&self) -> String {
        let ids = self.ids();
        let mut said = json!({
                "customer": &self.view.customer,
                "asked": &self.asked,
                "ids": ids,
                "since": self.view.since,
                "playbook": PlaybookSummary::of(self.playbook),
                "semantics": SEMANTICS,
                "as_of": self.view.as_of,
                "known_at": self.known_at,
        });
        if self.restricted {
            said["restricted"] = json!(true);
        }
        line("person", said)
    }

    fn segment(&self, at: usize, language: Language) -> String {
        let Some(it) = self.view.segments.get(at) else { return String::new() };
        let mut said = json!({"segment": &it.segment, "label": &it.label, "member": it.member});
        if let Some(segment) = self.playbook.segment(&it.segment) {
            let condition = segment.condition();
            said["when"] = json!(&*condition.source);
            said["sentence"] = json!(self.playbook.say(condition, language).text);
        }
        said["explanation"] = of(&it.explanation.in_language(language));
        line("segment", decided(said, "rule", &pointer_push("/segments", &it.segment)))
    }
}

/// A step through a lifecycle, and whether a rule or a person decided it.
fn step(it: &StepExplained, language: Language) -> Json {
    let by_person = matches!(it.step.cause, CauseView::Decision { .. });
    let rule = it.step.transition.clone().unwrap_or_default();
    decided(of(&it.in_language(language)), if by_person { "person" } else { "rule" }, &rule)
}

/// A fact with its source and id, whatever it says.
fn fact(recorded: &Recorded, schema: &Schema) -> Json {
    let Recorded { sequence, seen, fact } = recorded;
    let Fact { source, id, customer, at, revision, correction, body } = fact;
    let mut said = json!({
        "sequence": sequence, "seen": seen, "source": source, "id": id, "customer": customer,
        "at": at,
    });
    if let Some(revision) = revision {
        said["revision"] = json!(revision);
    }
    match correction {
        Correction::None => {}
        Correction::Supersedes(target) => said["supersedes"] = json!(target),
        Correction::Retracts(target) => said["retracts"] = json!(target),
    }
    let (what, content) = content(body, schema);
    said["fact"] = json!(what);
    if let (Json::Object(said), Json::Object(content)) = (&mut said, content) {
        said.extend(content);
    }
    said
}

fn content(body: &Body, schema: &Schema) -> (&'static str, Json) {
    match body {
        Body::Event { kind, fields } => {
            let declared = schema.kinds.get(*kind);
            let names = declared.map(|kind| kind.fields.as_slice()).unwrap_or_default();
            let fields = names.iter().zip(fields);
            let fields = fields.map(|(field, value)| (&*field.name, &field.ty, value.as_ref()));
            let name = declared.map(|kind| &*kind.name);
            ("event", json!({"kind": name, "fields": values(fields)}))
        }
        Body::Attributes(changed) => {
            let changed = changed.iter().filter_map(|(at, value)| {
                let declared = schema.attributes.get(*at)?;
                Some((&*declared.name, &declared.ty, value.as_ref()))
            });
            ("attributes", json!({"attributes": values(changed)}))
        }
        Body::Consent { purpose, channel, granted } => {
            let (purpose, channel) = (schema.purposes.get(*purpose), schema.channels.get(*channel));
            ("consent", json!({"purpose": purpose, "channel": channel, "granted": granted}))
        }
        Body::Merge { into } => ("merge", json!({"into": into, "decided": "person"})),
        Body::Override(it) => (
            "override",
            json!({
                "decided": "person", "machine": it.machine, "state": it.state,
                "pinned": it.pinned, "until": it.until, "actor": it.actor, "reason": it.reason,
            }),
        ),
        Body::Decision(decision) => {
            let pool = decision.pool.as_deref().unwrap_or_default();
            let rule = pointer_push("/claims/pools", pool);
            ("decision", decided(of(&**decision), "rule", &rule))
        }
        Body::Reference { .. } => ("reference", json!({})),
        Body::Erased => ("erased", json!({})),
        Body::Nothing => ("retraction", json!({})),
    }
}

/// Values as people read them; a cleared one is null.
fn values<'f>(
    all: impl Iterator<Item = (&'f str, &'f Type, Option<&'f Value>)>,
) -> BTreeMap<&'f str, Option<Shown>> {
    all.map(|(name, ty, value)| (name, value.map(|value| shown(value.clone(), ty)))).collect()
}

fn decided(mut said: Json, by: &str, rule: &str) -> Json {
    if let Json::Object(fields) = &mut said {
        fields.insert("decided".into(), json!(by));
        if !rule.is_empty() {
            fields.insert("rule".into(), json!(rule));
        }
    }
    said
}

fn of(value: &impl serde::Serialize) -> Json {
    serde_json::to_value(value).unwrap_or_default()
}

/// A line: what it is beside what it says, keys by name.
fn line(what: &str, said: Json) -> String {
    let mut out = Map::new();
    out.insert("line".into(), json!(what));
    if let Json::Object(said) = said {
        out.extend(said);
    }
    Json::Object(out).to_string()
}
