//! One row: from cells to facts, or to everything that is wrong with it.

use std::borrow::Cow;

use super::cell::Cell;
use super::frame::Frame;
use super::identity::id_about;
use super::layout::{Customers, Envelope, Events, Feed, FieldPlan, Layout, Plan, References};
use super::reading::{Cells, Got, Row};
use super::tally::Tally;
use super::targets::unknown_kind;
use crate::error::{Code, Fault, counted};
use crate::facts::sound::{self, MAX_TEXT, text_bytes};
use crate::facts::{Body, Correction, Fact, Value};
use crate::units::Instant;

/// The source of facts whose rows name none.
pub const DEFAULT_SOURCE: &str = "host";

/// What was taken from a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// Facts added; a customer's row may give several.
    pub facts: usize,
    /// When the host says it learnt of the row, if it says so.
    pub seen: Option<Instant>,
}

pub(super) struct Texts<'a>(pub(super) &'a [&'a str]);

impl Cells for Texts<'_> {
    fn cell(&self, position: usize) -> Cell<'_> {
        self.0.get(position).map_or(Cell::Absent, |text| Cell::Text(text))
    }
}

impl Layout<'_> {
    /// Turns a row into facts, which are added to `facts`.
    ///
    /// `number` is the line the row begins on. Rows must come in the order of
    /// the file and with one `tally`, on which ids of rows without id depend.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the row, by column; then nothing is
    /// added. Places read `FILE:ROW/COLUMN`. Values of personal attributes are
    /// not repeated in messages.
    ///
    /// Cost: linear in the row; about half a microsecond.
    pub fn row(
        &self,
        number: u64,
        cells: &[&str],
        tally: &mut Tally,
        facts: &mut Vec<Fact>,
    ) -> Result<Taken, Vec<Fault>> {
        if cells.len() != self.columns.len() {
            tally.count_row();
            return Err(vec![self.ragged(number, cells.len())]);
        }
        let start = facts.len();
        let (seen, faults) = self.read(number, &Texts(cells), tally, facts);
        self.settle(number, start, seen, faults, tally, facts)
    }

    /// Turns the `row`th row of a frame, counted from 0, into facts; see
    /// [`row`](Layout::row). The frame has the columns of the layout.
    pub(crate) fn frame_row(
        &self,
        number: u64,
        frame: &Frame<'_>,
        row: usize,
        tally: &mut Tally,
        facts: &mut Vec<Fact>,
    ) -> Result<Taken, Vec<Fault>> {
        let start = facts.len();
        let (seen, faults) = self.read(number, &frame.row(row), tally, facts);
        self.settle(number, start, seen, faults, tally, facts)
    }

    /// Reads a row: its facts, which may lack an id, and all that is wrong.
    pub(super) fn read(
        &self,
        number: u64,
        cells: &(impl Cells + ?Sized),
        tally: &mut Tally,
        facts: &mut Vec<Fact>,
    ) -> (Option<Instant>, Vec<Fault>) {
        tally.count_row();
        let mut row = Row::new(self, number, cells, tally);
        let seen = match &self.plan {
            Plan::Customers(plan) => row.customer(plan, facts),
            Plan::Events(plan) => row.event(plan, facts),
            Plan::Reference(plan) => row.reference(plan, facts),
        };
        (seen, row.into_faults())
    }

    /// Keeps the facts from `start` on, with ids, or none of them.
    pub(super) fn settle(
        &self,
        number: u64,
        start: usize,
        seen: Option<Instant>,
        mut faults: Vec<Fault>,
        tally: &mut Tally,
        facts: &mut Vec<Fact>,
    ) -> Result<Taken, Vec<Fault>> {
        if facts.iter().skip(start).any(|fact| MAX_TEXT < text_bytes(fact)) {
            faults.push(self.too_long(number));
        }
        if facts.iter().skip(start).any(|fact| sound::is_unprintable(&fact.customer)) {
            let Fault { message, .. } = sound::unprintable();
            let fault = Fault::new(Code::BadCell, message.en, message.zh);
            faults.push(fault.at(format!("{}:{number}", self.file)));
        }
        if !faults.is_empty() {
            facts.truncate(start);
            return Err(faults);
        }
        for fact in facts.iter_mut().skip(start) {
            tally.identify(fact, self.schema);
        }
        Ok(Taken { facts: facts.len() - start, seen })
    }

    fn too_long(&self, number: u64) -> Fault {
        Fault::new(
            Code::BadCell,
            format!("the texts of the row are longer than {MAX_TEXT} bytes"),
            format!("该行的文本超过 {MAX_TEXT} 字节"),
        )
        .at(format!("{}:{number}", self.file))
    }

    pub(super) fn ragged(&self, number: u64, cells: usize) -> Fault {
        let wanted = self.columns.len();
        Fault::new(
            Code::RaggedRow,
            format!("the row has {}, expected {wanted}", counted(cells as u64, "cell")),
            format!("该行有 {cells} 个单元格，应有 {wanted} 个"),
        )
        .at(format!("{}:{number}", self.file))
    }
}

/// What stands on the outside of a dated fact.
pub(super) struct Outside<'r> {
    pub source: Option<Cow<'r, str>>,
    pub id: Option<Cow<'r, str>>,
    pub seen: Option<Instant>,
    revision: Option<u32>,
    supersedes: Option<Cow<'r, str>>,
    pub retracts: Option<Cow<'r, str>>,
}

impl Outside<'_> {
    pub fn fact(&self, customer: &str, at: Option<Instant>, body: Body) -> Fact {
        Fact {
            source: self.source.as_deref().unwrap_or(DEFAULT_SOURCE).into(),
            id: self.id.as_deref().unwrap_or_default().into(),
            customer: customer.into(),
            at,
            revision: self.revision,
            correction: match (&self.retracts, &self.supersedes) {
                (Some(id), _) => Correction::Retracts((**id).into()),
                (None, Some(id)) => Correction::Supersedes((**id).into()),
                (None, None) => Correction::None,
            },
            body,
        }
    }
}

impl<'r, C: Cells + ?Sized> Row<'r, C> {
    fn event(&mut self, plan: &'r Events, facts: &mut Vec<Fact>) -> Option<Instant> {
        let outside = self.outside(&plan.envelope);
        if outside.retracts.is_some() {
            // The body of what takes back is not read.
            let customer = self.text(plan.envelope.customer.as_ref()).ok().unwrap_or_default();
            let at = self.instant(plan.envelope.at.as_ref()).ok();
            facts.push(outside.fact(&customer, at, Body::Nothing));
            return outside.seen;
        }
        let customer = self.text(plan.envelope.customer.as_ref());
        let customer = self.needed(customer, plan.envelope.customer.as_ref(), "customer");
        let at = self.instant(plan.envelope.at.as_ref());
        let at = self.needed(at, plan.envelope.at.as_ref(), "at");
        let kind = self.kind(plan)?;
        let kind_plan = plan.kinds.get(kind)?;
        let fields = self.fields(&kind_plan.fields);
        for feed in &kind_plan.unused {
            self.check_unused(feed, kind);
        }
        facts.push(outside.fact(&customer?, Some(at?), Body::Event { kind, fields }));
        outside.seen
    }

    fn customer(&mut self, plan: &'r Customers, facts: &mut Vec<Fact>) -> Option<Instant> {
        let source = self.text(plan.source.as_ref()).ok().unwrap_or(Cow::Borrowed(DEFAULT_SOURCE));
        let id = self.text(plan.id.as_ref());
        let customer = self.needed(id, plan.id.as_ref(), "id");
        let at = self.instant(plan.valid_from.as_ref()).ok();
        let changes = self.changes(plan, at.is_some());
        let mut said = Vec::new();
        for (purpose, channel, feed) in &plan.consents {
            if let Got::Value(Value::Bool(granted)) = self.value(feed) {
                said.push((*purpose, *channel, granted));
            }
        }
        let customer = customer?;
        let fact = |id: Box<str>, body| Fact {
            source: (&*source).into(),
            id,
            customer: (&*customer).into(),
            at,
            revision: None,
            correction: Correction::None,
            body,
        };
        facts.push(fact(self.id_of_attributes(plan, &customer, at), Body::Attributes(changes)));
        for (purpose, channel, granted) in said {
            let id = self.id_of_consent(&customer, at, purpose, channel);
            facts.push(fact(id, Body::Consent { purpose, channel, granted }));
        }
        None
    }

    /// The attributes that a row changes. In a dated row an empty cell clears;
    /// in an undated one it only says that nothing is known.
    pub fn changes(&mut self, plan: &'r Customers, dated: bool) -> Vec<(usize, Option<Value>)> {
        let mut changes = Vec::with_capacity(plan.attributes.len());
        for (position, feed) in &plan.attributes {
            let attribute = self.layout.schema.attributes.get(*position);
            let nullable = attribute.is_none_or(|attribute| attribute.nullable);
            match self.value(feed) {
                Got::Value(value) => changes.push((*position, Some(value))),
                Got::Missing if !nullable => self.missing_value(feed, &feed.name),
                Got::Missing if dated => changes.push((*position, None)),
                Got::Missing | Got::Absent | Got::Bad => {}
            }
        }
        changes
    }

    /// By customer, date and the names of the attributes that the row has.
    pub fn id_of_attributes(
        &self,
        plan: &Customers,
        customer: &str,
        at: Option<Instant>,
    ) -> Box<str> {
        let mut about = vec!["attributes", customer];
        for (position, feed) in &plan.attributes {
            let attribute = self.layout.schema.attributes.get(*position);
            if let (Some(attribute), false) = (attribute, self.is_absent(feed)) {
                about.push(&attribute.name);
            }
        }
        id_about(at, &about)
    }

    /// By customer, date, purpose and channel.
    pub fn id_of_consent(
        &self,
        customer: &str,
        at: Option<Instant>,
        purpose: usize,
        channel: usize,
    ) -> Box<str> {
        let schema = self.layout.schema;
        let purpose = schema.purposes.get(purpose).map(|name| &**name).unwrap_or_default();
        let channel = schema.channels.get(channel).map(|name| &**name).unwrap_or_default();
        id_about(at, &["consent", customer, purpose, channel])
    }

    fn reference(&mut self, plan: &'r References, facts: &mut Vec<Fact>) -> Option<Instant> {
        let source = self.text(plan.source.as_ref()).ok().unwrap_or(Cow::Borrowed(DEFAULT_SOURCE));
        let key = self.text(plan.id.as_ref());
        let key = self.needed(key, plan.id.as_ref(), "id");
        let at = self.instant(plan.valid_from.as_ref()).ok();
        let fields = self.fields(&plan.fields);
        let key = key?;
        let table = self.layout.schema.references.get(plan.table);
        let name = table.map(|table| &*table.name).unwrap_or_default();
        facts.push(Fact {
            source: (&*source).into(),
            id: id_about(at, &["reference", name, &key]),
            customer: Box::default(),
            at,
            revision: None,
            correction: Correction::None,
            body: Body::Reference { table: plan.table, key: (&*key).into(), fields },
        });
        None
    }

    pub fn outside(&mut self, envelope: &'r Envelope) -> Outside<'r> {
        let outside = Outside {
            source: self.text(envelope.source.as_ref()).ok(),
            id: self.text(envelope.id.as_ref()).ok(),
            seen: self.instant(envelope.seen.as_ref()).ok(),
            revision: self.revision(envelope.revision.as_ref()),
            supersedes: self.text(envelope.supersedes.as_ref()).ok(),
            retracts: self.text(envelope.retracts.as_ref()).ok(),
        };
        if let (Some(_), Some(_), Some(feed)) =
            (&outside.supersedes, &outside.retracts, &envelope.retracts)
        {
            self.fault(
                feed,
                Code::BadCell,
                "a row either supersedes or retracts, and this one does both",
                "一行只能更正或撤回其一，此行两者都有",
            );
        }
        let corrected = outside.retracts.as_ref().or(outside.supersedes.as_ref());
        if let (Some(id), Some(feed)) = (&outside.id, &envelope.id)
            && corrected == Some(id)
        {
            let (en, zh) = ("a fact cannot correct itself", "事实不能更正或撤回自己");
            self.fault(feed, Code::BadCell, en, zh);
        }
        outside
    }

    fn revision(&mut self, feed: Option<&'r Feed>) -> Option<u32> {
        let feed = feed?;
        let Got::Value(Value::Int(number)) = self.value(feed) else { return None };
        let revision = u32::try_from(number).ok();
        if revision.is_none() {
            self.fault(
                feed,
                Code::BadCell,
                &format!("`{number}` is not a revision, expected 0 to {}", u32::MAX),
                &format!("`{number}` 不是修订号，应为 0 到 {}", u32::MAX),
            );
        }
        revision
    }

    fn kind(&mut self, plan: &'r Events) -> Option<usize> {
        let feed = plan.kind.as_ref();
        let name = self.text(feed);
        let name = self.needed(name, feed, "kind")?;
        let kind = self.layout.schema.kind(&name);
        if let (None, Some(feed)) = (kind, feed) {
            self.tally.count_unknown_kind(&name);
            self.push(feed, unknown_kind(&name, self.layout.schema));
        }
        kind
    }

    fn fields(&mut self, plans: &'r [FieldPlan]) -> Vec<Option<Value>> {
        let mut values = Vec::with_capacity(plans.len());
        for plan in plans {
            let value = match &plan.feed {
                None => {
                    if !plan.nullable {
                        self.no_column(&plan.name);
                    }
                    None
                }
                Some(feed) => match self.value(feed) {
                    Got::Value(value) => Some(value),
                    Got::Missing | Got::Absent if !plan.nullable => {
                        self.missing_value(feed, &plan.name);
                        None
                    }
                    _ => None,
                },
            };
            values.push(value);
        }
        values
    }

    fn check_unused(&mut self, feed: &'r Feed, kind: usize) {
        if feed.reader.is_missing(self.cell(feed)) {
            return;
        }
        let kind = self.layout.schema.kinds.get(kind).map(|kind| &*kind.name).unwrap_or_default();
        self.fault(
            feed,
            Code::UnusedValue,
            &format!("there is a value, and `{kind}` has no such field"),
            &format!("此处有值，但 `{kind}` 没有这个字段"),
        );
    }
}
