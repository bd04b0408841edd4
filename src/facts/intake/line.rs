//! JSON Lines: one fact an object, with the same names as in tables.

use std::borrow::Cow;
use std::collections::HashMap;

use super::cell::Cell;
use super::host_row::{HostRow, HostRows};
use super::identity::id_about;
use super::layout::{Events, Layout, Place, Plan};
use super::mapping::{Ignore, SyncMapping, TableKind, TableMapping};
use super::reading::{Cells, Row};
use super::row::Taken;
use super::tally::Tally;
use super::targets::fixed;
use super::words::{did_you_mean, expected, near};
use crate::error::{Code, Error, Fault};
use crate::facts::{Body, Correction, Fact, Override, Schema, Value, sound};
use crate::json::{self, Json};
use crate::units::{Instant, Zone, shown};

/// What the keys of one file of JSON Lines mean.
///
/// A line is a flat object with the keys that columns would have; a key that
/// is not there says nothing. Numbers are read from their text, exactly; sets
/// are arrays of texts. Among events five more shapes are understood:
///
/// ```json
/// {"kind": "purchase", "customer": "C1", "at": "2026-03-01", "fields": {"amount": "12.50"}}
/// {"customer": "C1", "at": "2026-03-01", "attributes": {"region": "华东", "income": null}}
/// {"customer": "C1", "at": "2026-03-01",
///  "consent": {"purpose": "marketing", "channel": "sms", "granted": true}}
/// {"customer": "C1", "at": "2026-03-01", "merge": {"into": "C2"}}
/// {"customer": "C1", "at": "2026-03-01", "override": {"machine": "relationship",
///  "state": "buyer", "pinned": true, "until": "2026-06-01", "actor": "li", "reason": "..."}}
/// ```
///
/// In `attributes` a null clears, in a line with a date; without one it says
/// nothing. (Some examples are one line.)
/// An override without a state lets go of a pinned one. `until` is an instant,
/// or a day that ends it with its first moment.
#[derive(Debug, Clone)]
pub struct Lines<'s> {
    layout: Layout<'s>,
    positions: HashMap<Box<str>, usize>,
    attributes: Option<Attributes<'s>>,
    ignore_others: bool,
}

/// What stands in `attributes`.
#[derive(Debug, Clone)]
struct Attributes<'s> {
    layout: Layout<'s>,
    positions: HashMap<Box<str>, usize>,
}

impl<'s> Lines<'s> {
    /// Settles the keys of a file; see [`Layout::of`].
    ///
    /// # Errors
    ///
    /// All at once: targets of the mapping that the schema does not have, and
    /// options that do not suit their target.
    pub fn of(
        file: &str,
        kind: &TableKind,
        mapping: Option<&TableMapping>,
        schema: &'s Schema,
        zone: &Zone,
    ) -> Result<Lines<'s>, Error> {
        let layout = Layout::open(file, kind, mapping, schema, zone)?;
        let attributes = match kind {
            TableKind::Events => {
                // Their keys are the schema's; habits of the table hold for them.
                let habits = mapping.map(TableMapping::habits_only);
                let kind = &TableKind::Customers;
                let layout = Layout::open(file, kind, habits.as_ref(), schema, zone)?;
                Some(Attributes { positions: positions(&layout), layout })
            }
            _ => None,
        };
        Ok(Lines {
            positions: positions(&layout),
            ignore_others: mapping.is_some_and(|table| table.ignore == Ignore::Others),
            layout,
            attributes,
        })
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        self.layout.file()
    }

    /// What its lines are about.
    pub fn kind(&self) -> &TableKind {
        self.layout.kind()
    }

    /// Whether a line may say when the host learnt of it.
    pub fn says_seen(&self) -> bool {
        self.layout.says_seen()
    }

    /// A tally for reading this file from its first line.
    pub fn tally(&self) -> Tally {
        self.layout.tally()
    }

    /// The keys that a line may have, as the host calls them.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.layout.columns()
    }

    /// Turns a line into facts, which are added to `facts`; see
    /// [`Layout::row`].
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the line: what is not JSON, duplicate
    /// and unknown keys, and what [`Layout::row`] finds.
    pub fn line(
        &self,
        number: u64,
        text: &[u8],
        tally: &mut Tally,
        facts: &mut Vec<Fact>,
    ) -> Result<Taken, Vec<Fault>> {
        let json = self.object(number, text).inspect_err(|_| tally.count_row())?;
        let mut reading = Reading::new(self, number);
        reading.members(json.as_object().unwrap_or_default());
        reading.finish(tally, facts)
    }

    /// How lines stand to rows of the host, by what the mapping says under
    /// `sync`; see [`Layout::host_rows`].
    ///
    /// # Errors
    ///
    /// As [`Layout::host_rows`].
    pub fn host_rows<'l>(&'l self, sync: &SyncMapping) -> Result<HostRows<'l>, Error> {
        // A line may have any key: which ones it has is seen when it comes.
        self.layout.host_rows_if(sync, |place| matches!(place, Place::Constant(_)))
    }

    /// Reads a line that is a row of the host: a flat object, whose keys are the
    /// host's columns.
    ///
    /// # Errors
    ///
    /// As [`line`](Lines::line).
    pub fn host_row(
        &self,
        rows: &HostRows<'_>,
        number: u64,
        text: &[u8],
        tally: &mut Tally,
    ) -> Result<HostRow, Vec<Fault>> {
        let json = self.object(number, text)?;
        let mut reading = Reading::new(self, number);
        for (key, value) in json.as_object().unwrap_or_default() {
            reading.put(key, value, key);
        }
        let Reading { cells, mut faults, .. } = reading;
        faults.extend(self.layout.not_its_own(number, |place| match place {
            Place::Cell(at) => !matches!(cells.get(*at), None | Some(Held::Absent | Held::Null)),
            Place::Constant(_) => false,
        }));
        match rows.read(number, cells.as_slice(), tally) {
            Ok(row) if faults.is_empty() => Ok(row),
            Ok(_) => Err(faults),
            Err(more) => {
                faults.extend(more);
                Err(faults)
            }
        }
    }

    /// The object that a line is.
    fn object(&self, number: u64, text: &[u8]) -> Result<Json, Vec<Fault>> {
        let place = format!("{}:{number}", self.layout.file);
        match json::parse(text) {
            Ok(json @ Json::Object(_)) => Ok(json),
            Ok(json) => Err(not_an_object(&json).below(&place).into_faults()),
            Err(error) => Err(error.below(&place).into_faults()),
        }
    }
}

fn positions(layout: &Layout<'_>) -> HashMap<Box<str>, usize> {
    layout.columns.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect()
}

/// Keys that nobody declared are reported up to this many in one line.
const MOST_FAULTS: usize = 20;

/// The cells of one line.
enum Held<'j> {
    Absent,
    Null,
    Text(Cow<'j, str>),
    List(Vec<Box<str>>),
    Foreign,
}

impl<'j> Held<'j> {
    fn of(json: &'j Json) -> Held<'j> {
        match json {
            Json::Null => Held::Null,
            Json::Array(items) => match items.iter().map(scalar).collect::<Option<Vec<_>>>() {
                Some(texts) => Held::List(texts.into_iter().map(|text| text.into()).collect()),
                None => Held::Foreign,
            },
            _ => scalar(json).map_or(Held::Foreign, Held::Text),
        }
    }
}

impl Cells for [Held<'_>] {
    fn cell(&self, position: usize) -> Cell<'_> {
        match self.get(position) {
            None | Some(Held::Absent) => Cell::Absent,
            Some(Held::Null) => Cell::Null,
            Some(Held::Text(text)) => Cell::Text(text),
            Some(Held::List(texts)) => Cell::List(texts),
            Some(Held::Foreign) => Cell::Foreign,
        }
    }
}

/// A scalar as a cell would have it; a power of ten is written out.
fn scalar(json: &Json) -> Option<Cow<'_, str>> {
    match json {
        Json::Text(text) => Some(Cow::Borrowed(text)),
        Json::Bool(true) => Some(Cow::Borrowed("true")),
        Json::Bool(false) => Some(Cow::Borrowed("false")),
        Json::Number(text) if text.contains(['e', 'E']) => Some(Cow::Owned(json.to_canonical())),
        Json::Number(text) => Some(Cow::Borrowed(text)),
        _ => None,
    }
}

/// A line while it is read.
struct Reading<'l, 'j> {
    lines: &'l Lines<'l>,
    number: u64,
    cells: Vec<Held<'j>>,
    attributes: Option<&'j [(Box<str>, Json)]>,
    consent: Option<&'j [(Box<str>, Json)]>,
    merge: Option<&'j [(Box<str>, Json)]>,
    decision: Option<&'j [(Box<str>, Json)]>,
    fields: Option<&'j [(Box<str>, Json)]>,
    faults: Vec<Fault>,
}

impl<'l, 'j> Reading<'l, 'j> {
    fn new(lines: &'l Lines<'l>, number: u64) -> Self {
        let cells = lines.layout.columns.iter().map(|_| Held::Absent).collect();
        Reading {
            lines,
            number,
            cells,
            attributes: None,
            consent: None,
            merge: None,
            decision: None,
            fields: None,
            faults: Vec::new(),
        }
    }

    fn members(&mut self, members: &'j [(Box<str>, Json)]) {
        let has_shapes = self.lines.attributes.is_some();
        for (key, value) in members {
            match (&**key, value) {
                ("attributes", Json::Object(inner)) if has_shapes => self.attributes = Some(inner),
                ("consent", Json::Object(inner)) if has_shapes => self.consent = Some(inner),
                ("merge", Json::Object(inner)) if has_shapes => self.merge = Some(inner),
                ("override", Json::Object(inner)) if has_shapes => self.decision = Some(inner),
                ("fields", Json::Object(inner)) if has_shapes => self.fields = Some(inner),
                _ => self.put(key, value, key),
            }
        }
        let kind = members.iter().find(|(key, _)| &**key == "kind");
        let kind = kind.and_then(|(_, value)| value.as_text()).unwrap_or_default();
        for (key, value) in self.fields.unwrap_or_default() {
            // Below `fields` such a name can only be that of a field.
            if fixed::EVENT.contains(&&**key) {
                self.put(&format!("{kind}.{key}"), value, key);
            } else {
                self.put(key, value, key);
            }
        }
    }

    fn put(&mut self, name: &str, value: &'j Json, key: &str) {
        let position = self.lines.positions.get(name).copied();
        match position.and_then(|position| self.cells.get_mut(position)) {
            Some(cell @ Held::Absent) => *cell = Held::of(value),
            Some(_) => {
                let fault = Fault::new(
                    Code::DuplicateKey,
                    format!("`{}` is there twice", shown(key)),
                    format!("`{}` 重复", shown(key)),
                );
                self.faults.push(fault.at(self.place(key)));
            }
            None if self.lines.ignore_others || self.faults.len() >= MOST_FAULTS => {}
            None => {
                let fault = undeclared(key, self.lines.columns());
                self.faults.push(fault.at(self.place(key)));
            }
        }
    }

    fn finish(mut self, tally: &mut Tally, facts: &mut Vec<Fact>) -> Result<Taken, Vec<Fault>> {
        let layout = &self.lines.layout;
        let start = facts.len();
        let (seen, found) = match (&layout.plan, &self.lines.attributes) {
            (Plan::Events(plan), Some(inner)) if self.is_shaped() => {
                tally.count_row();
                self.shaped(plan, inner, tally, facts)
            }
            _ => layout.read(self.number, self.cells.as_slice(), tally, facts),
        };
        self.faults.extend(found);
        layout.settle(self.number, start, seen, self.faults, tally, facts)
    }

    fn is_shaped(&self) -> bool {
        self.n_shapes() != 0
    }

    fn n_shapes(&self) -> usize {
        let shapes = [self.attributes, self.consent, self.merge, self.decision];
        shapes.iter().flatten().count()
    }

    /// A line about attributes, a consent, a merge or an override.
    fn shaped(
        &mut self,
        plan: &'l Events,
        inner: &'l Attributes<'l>,
        tally: &mut Tally,
        facts: &mut Vec<Fact>,
    ) -> (Option<Instant>, Vec<Fault>) {
        if 1 < self.n_shapes() || self.fields.is_some() || self.is_event(plan) {
            self.faults.push(self.two_shapes());
        }
        let changed = self.attributes.map(|members| self.changed(inner, members));
        let granted = self.consent.and_then(|members| self.granted(members));
        let into = self.merge.and_then(|members| self.into(members));
        let zone = plan.envelope.at.as_ref().and_then(|feed| feed.reader.plain_zone());
        let decision = self.decision.and_then(|members| self.decided(members, zone));
        let mut row = Row::new(&self.lines.layout, self.number, self.cells.as_slice(), tally);
        let outside = row.outside(&plan.envelope);
        let feed = plan.envelope.customer.as_ref();
        let customer = row.text(feed);
        let customer = row.needed(customer, feed, "customer").unwrap_or_default();
        let customer = &*customer;
        let at = row.instant(plan.envelope.at.as_ref()).ok();
        let mut fact = outside.fact(customer, at, Body::Nothing);
        let about = if let Some((purpose, channel, granted)) = granted {
            fact.body = Body::Consent { purpose, channel, granted };
            row.id_of_consent(customer, at, purpose, channel)
        } else if let Some(into) = into {
            let id = id_about(at, &["merge", customer, &into]);
            fact.body = Body::Merge { into };
            id
        } else if let Some(decision) = decision {
            let id = id_about(at, &["override", customer, &decision.machine]);
            fact.body = Body::Override(decision);
            id
        } else {
            Box::default()
        };
        let mut faults = row.into_faults();
        let about = match changed {
            Some(cells) => {
                let (changes, id) = inner.changes(self.number, &cells, customer, at, &mut faults);
                fact.body = Body::Attributes(changes);
                id
            }
            None => about,
        };
        // What corrects a fact is another fact about the same.
        let stands_alone = fact.correction == Correction::None;
        if fact.id.is_empty() && stands_alone {
            fact.id = about;
        }
        if faults.is_empty() && !matches!(fact.correction, Correction::Retracts(_)) {
            self.check_statement(&fact, &mut faults);
        }
        facts.push(fact);
        (outside.seen, faults)
    }

    /// What the log would refuse is refused here, where a row is, so that it
    /// keeps no other from being recorded.
    fn check_statement(&self, fact: &Fact, faults: &mut Vec<Fault>) {
        let shape = if self.merge.is_some() { "merge" } else { "override" };
        let before = faults.len();
        sound::check_statement(fact, faults);
        for fault in faults.iter_mut().skip(before) {
            let field = fault.pointer.take().unwrap_or_default();
            fault.pointer = Some(self.place(&format!("{shape}{field}")));
        }
    }

    fn is_event(&self, plan: &Events) -> bool {
        let kind = plan.kind.as_ref();
        kind.is_some_and(|feed| match feed.place {
            Place::Cell(position) => {
                !matches!(self.cells.as_slice().cell(position), Cell::Absent | Cell::Null)
            }
            Place::Constant(_) => false,
        })
    }

    /// The cells of changed attributes.
    fn changed(
        &mut self,
        inner: &Attributes<'_>,
        members: &'j [(Box<str>, Json)],
    ) -> Vec<Held<'j>> {
        let mut cells: Vec<Held<'j>> = inner.layout.columns.iter().map(|_| Held::Absent).collect();
        let is_attribute = |name: &str| inner.layout.schema.attribute(name).is_some();
        for (key, value) in members {
            let position = inner.positions.get(key).copied().filter(|_| is_attribute(key));
            match position.and_then(|position| cells.get_mut(position)) {
                Some(cell) => *cell = Held::of(value),
                None if self.faults.len() >= MOST_FAULTS => {}
                None => {
                    let names = inner.layout.columns().filter(|name| is_attribute(name));
                    let fault = undeclared(key, names);
                    self.faults.push(fault.at(self.place(key)));
                }
            }
        }
        cells
    }

    /// Purpose, channel, and whether the consent was given.
    fn granted(&mut self, members: &'j [(Box<str>, Json)]) -> Option<(usize, usize, bool)> {
        const KEYS: [&str; 3] = ["purpose", "channel", "granted"];
        let schema = self.lines.layout.schema;
        for (key, _) in members.iter().filter(|(key, _)| !KEYS.contains(&&**key)) {
            let fault = undeclared(key, KEYS.into_iter());
            self.faults.push(fault.at(self.place(key)));
        }
        let get =
            |key: &str| members.iter().find(|(name, _)| &**name == key).map(|(_, value)| value);
        let purpose = self.named("purpose", get("purpose"), &schema.purposes);
        let channel = self.named("channel", get("channel"), &schema.channels);
        let granted = match get("granted") {
            Some(Json::Bool(granted)) => Some(*granted),
            other => {
                let fault = match other {
                    None | Some(Json::Null) => missing("granted"),
                    Some(_) => Fault::new(
                        Code::BadCell,
                        "the value is not true or false",
                        "该值不是 true 或 false",
                    ),
                };
                self.faults.push(fault.at(self.place("consent/granted")));
                None
            }
        };
        Some((purpose?, channel?, granted?))
    }

    /// The id that stays.
    fn into(&mut self, members: &'j [(Box<str>, Json)]) -> Option<Box<str>> {
        self.only_keys(members, &["into"]);
        self.told(members, "merge", "into", true)
    }

    /// What somebody decided about a state.
    fn decided(
        &mut self,
        members: &'j [(Box<str>, Json)],
        zone: Option<&Zone>,
    ) -> Option<Override> {
        const KEYS: [&str; 6] = ["machine", "state", "pinned", "until", "actor", "reason"];
        self.only_keys(members, &KEYS);
        let machine = self.told(members, "override", "machine", true);
        let state = self.told(members, "override", "state", false);
        let pinned = match member(members, "pinned") {
            Some(Json::Bool(pinned)) => *pinned,
            None | Some(Json::Null) => false,
            Some(_) => {
                let fault = Fault::new(
                    Code::BadCell,
                    "the value is not true or false",
                    "该值不是 true 或 false",
                );
                self.faults.push(fault.at(self.place("override/pinned")));
                false
            }
        };
        let until = self.told(members, "override", "until", false);
        let read = |text: Box<str>| match zone {
            Some(zone) => Instant::parse_in(&text, zone),
            None => Instant::parse(&text),
        };
        let until = until.map(read).transpose();
        let until = until.unwrap_or_else(|error| {
            let place = self.place("override/until");
            let faults = error.into_faults().into_iter();
            self.faults
                .extend(faults.map(|fault| Fault { pointer: None, ..fault }.at(place.as_str())));
            None
        });
        let text = |told: Option<Box<str>>| told.unwrap_or_default();
        let actor = text(self.told(members, "override", "actor", false));
        let reason = text(self.told(members, "override", "reason", false));
        Some(Override { machine: machine?, state, pinned, until, actor, reason })
    }

    fn only_keys(&mut self, members: &'j [(Box<str>, Json)], keys: &[&str]) {
        for (key, _) in members.iter().filter(|(key, _)| !keys.contains(&&**key)) {
            let fault = undeclared(key, keys.iter().copied());
            self.faults.push(fault.at(self.place(key)));
        }
    }

    /// A text that must or may be there.
    fn told(
        &mut self,
        members: &'j [(Box<str>, Json)],
        shape: &str,
        key: &str,
        must: bool,
    ) -> Option<Box<str>> {
        let place = self.place(&format!("{shape}/{key}"));
        let fault = match member(members, key) {
            Some(Json::Text(text)) => return Some(text.clone()),
            None | Some(Json::Null) if !must => return None,
            None | Some(Json::Null) => missing(key),
            Some(_) => Fault::new(Code::BadCell, "the value is not a text", "该值不是文本"),
        };
        self.faults.push(fault.at(place));
        None
    }

    fn named(
        &mut self,
        key: &str,
        value: Option<&Json>,
        names: &[std::sync::Arc<str>],
    ) -> Option<usize> {
        let place = self.place(&format!("consent/{key}"));
        let text = match value {
            Some(Json::Text(text)) => &**text,
            None | Some(Json::Null) => {
                self.faults.push(missing(key).at(place));
                return None;
            }
            Some(_) => {
                let fault = Fault::new(Code::BadCell, "the value is not a text", "该值不是文本");
                self.faults.push(fault.at(place));
                return None;
            }
        };
        let position = names.iter().position(|name| **name == *text);
        if position.is_none() {
            let all = names.iter().map(|name| &**name);
            let (given, list) = (shown(text), expected(all.clone()));
            let fault = Fault::new(
                Code::BadCell,
                format!("`{given}` is not declared{}", list.en),
                format!("没有声明 `{given}`{}", list.zh),
            );
            self.faults.push(did_you_mean(fault, near(text, all)).at(place));
        }
        position
    }

    fn two_shapes(&self) -> Fault {
        Fault::new(
            Code::BadCell,
            "a line is an event, or changes attributes, or tells a consent, a merge or an override, \
             and this one mixes them",
            "一行只能是事件、属性变更、同意记录、合并或人工改定之一，此行混用了",
        )
        .at(format!("{}:{}", self.lines.layout.file, self.number))
    }

    fn place(&self, key: &str) -> String {
        format!("{}:{}/{key}", self.lines.layout.file, self.number)
    }
}

impl Attributes<'_> {
    /// The changes that these cells make, and the id of the fact if it has none.
    fn changes(
        &self,
        number: u64,
        cells: &[Held<'_>],
        customer: &str,
        at: Option<Instant>,
        faults: &mut Vec<Fault>,
    ) -> (Vec<(usize, Option<Value>)>, Box<str>) {
        let Plan::Customers(plan) = &self.layout.plan else { return (Vec::new(), Box::default()) };
        // How full columns are is counted for the file's own keys only.
        let mut uncounted = Tally::default();
        let mut row = Row::new(&self.layout, number, cells, &mut uncounted);
        let changes = row.changes(plan, at.is_some());
        let id = row.id_of_attributes(plan, customer, at);
        faults.extend(row.into_faults());
        (changes, id)
    }
}

fn not_an_object(json: &Json) -> Error {
    let kind = json.kind_name();
    Fault::new(
        Code::BadCell,
        format!("the line is {}, expected an object", kind.en),
        format!("该行是{}，应为对象", kind.zh),
    )
    .into()
}

fn missing(key: &str) -> Fault {
    Fault::new(Code::MissingValue, format!("`{key}` is missing"), format!("缺少 `{key}`"))
}

fn undeclared<'a>(key: &str, names: impl Iterator<Item = &'a str>) -> Fault {
    let given = shown(key);
    let fault = Fault::new(
        Code::UndeclaredField,
        format!("`{given}` is not declared"),
        format!("没有声明 `{given}`"),
    );
    did_you_mean(fault, near(key, names))
}

fn member<'j>(members: &'j [(Box<str>, Json)], key: &str) -> Option<&'j Json> {
    members.iter().find(|(name, _)| &**name == key).map(|(_, value)| value)
}
