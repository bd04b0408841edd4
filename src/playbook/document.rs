//! The playbook itself, and what a check of its text finds.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::identity::Identity;
use super::parameter::Setting;
use super::reach::Reaches;
use super::read;
use super::written::Written;
use crate::account::Claims;
use crate::error::{Error, Fault, Language, Text};
use crate::facts::{Columns, Schema};
use crate::identity::Identity as Recognition;
use crate::kpi::{Card, Kpi};
use crate::lang::{Checked, MachineNames, Parameter, Scope, World};
use crate::lifecycle::{Ground, Machine};
use crate::segment::Segment;
use crate::units::Calendar;
use crate::value::Valuation;

/// Everything that was decided, checked as a whole.
///
/// It never changes, and clones share it: hand it to as many threads and keep
/// as many as you like.
///
/// ```
/// use guanxi::playbook::Playbook;
/// let playbook = Playbook::from_json(r#"{
///     "guanxi": 1, "id": "shop", "version": "1.0.0",
///     "calendar": {"zone": "Asia/Shanghai"},
///     "parameters": {"often": {"type": "int", "value": 4, "min": 2, "max": 50}},
///     "schema": {"events": {"purchase": {"list": "purchases"}}},
///     "segments": {"regulars": {"when": "purchases.within(months(12)).size() >= param.often",
///                               "labels": {"zh-Hans": "常客", "en": "regulars"}}}
/// }"#)?;
/// assert_eq!(playbook.segments()[0].text().zh, "常客");
/// assert_eq!(playbook.hash().len(), 64);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Clone)]
pub struct Playbook(Arc<Content>);

pub(super) struct Content {
    pub(super) id: Box<str>,
    pub(super) version: Box<str>,
    pub(super) text: Text,
    pub(super) calendar: Calendar,
    pub(super) schema: Arc<Schema>,
    pub(super) settings: Vec<Setting>,
    /// The settings as expressions see them, in the same order.
    pub(super) parameters: Vec<Parameter>,
    pub(super) segments: Vec<Segment>,
    /// The names of the segments, in the same order.
    pub(super) names: Vec<Arc<str>>,
    /// The condition of each segment, by name.
    pub(super) conditions: BTreeMap<Arc<str>, Arc<Checked>>,
    pub(super) order: Vec<usize>,
    /// How far each segment reaches.
    pub(super) reaches: Reaches,
    /// The machines, each after those it reads.
    pub(super) machines: Vec<Machine>,
    /// What expressions may ask of them, by name.
    pub(super) machine_names: Vec<MachineNames>,
    /// Who may have which customer.
    pub(super) claims: Option<Claims>,
    /// How customers are recognised.
    pub(super) recognition: Option<Recognition>,
    /// How customers are valued and put into tiers.
    pub(super) value: Option<Arc<Valuation>>,
    /// The names of the segments that the section `value` reads.
    pub(super) value_reads: Vec<Arc<str>>,
    /// The KPIs, by name.
    pub(super) kpis: Vec<Kpi>,
    /// The scorecards, by name.
    pub(super) cards: Vec<Card>,
    pub(super) written: Written,
    pub(super) identity: Identity,
    pub(super) hints: Vec<Fault>,
}

/// What a check of a text finds.
#[derive(Debug, Clone)]
pub struct Findings {
    /// The playbook, if there is no fault.
    pub playbook: Option<Playbook>,
    /// Everything that keeps the text from being a playbook.
    pub faults: Vec<Fault>,
    /// What is allowed and probably not meant.
    pub hints: Vec<Fault>,
}

impl Findings {
    /// What was found as JSON, with its texts in one language: `valid`, then of
    /// a playbook `id`, `version`, `hash`, `semantic_hash` and how many
    /// `attributes`, `kinds`, `parameters` and `segments` it has, with a section
    /// `value` also how many `axes` and `tiers`, then `faults` and `hints`.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a, F: Serialize, H: Serialize> {
            valid: bool,
            #[serde(flatten)]
            playbook: Option<Counted<'a>>,
            faults: Vec<F>,
            hints: Vec<H>,
        }
        Said {
            valid: self.playbook.is_some(),
            playbook: self.playbook.as_ref().map(Counted::of),
            faults: self.faults.iter().map(|fault| fault.in_language(language)).collect(),
            hints: self.hints.iter().map(|hint| hint.in_language(language)).collect(),
        }
    }
}

/// What identifies a playbook, and how much is in it.
#[derive(Serialize)]
struct Counted<'a> {
    id: &'a str,
    version: &'a str,
    hash: &'a str,
    semantic_hash: &'a str,
    attributes: usize,
    kinds: usize,
    parameters: usize,
    segments: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    axes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tiers: Option<usize>,
}

impl Counted<'_> {
    fn of(playbook: &Playbook) -> Counted<'_> {
        Counted {
            id: playbook.id(),
            version: playbook.version(),
            hash: playbook.hash(),
            semantic_hash: playbook.semantic_hash(),
            attributes: playbook.schema().attributes.len(),
            kinds: playbook.schema().kinds.len(),
            parameters: playbook.parameters().len(),
            segments: playbook.segments().len(),
            axes: playbook.value().map(|value| value.axes.len()),
            tiers: playbook.value().map(|value| value.tiers.len()),
        }
    }
}

impl Playbook {
    /// The playbook that a JSON text describes.
    ///
    /// # Errors
    ///
    /// All faults there are, in the order of the document: 2001 to 2014 for
    /// the document, 3001 to 3019 for expressions, 1004 to 1010 for zones,
    /// currencies and periods. After 1,000 faults the list says that it ends.
    ///
    /// # Cost
    ///
    /// A few microseconds for each definition; at most 16 MiB of text.
    pub fn from_json(text: &str) -> Result<Playbook, Error> {
        let Findings { playbook, faults, .. } = Playbook::check(text);
        Error::check(faults)?;
        playbook.ok_or_else(read::internal)
    }

    /// As [`from_json`](Playbook::from_json), for those who want the hints
    /// even where there are faults.
    pub fn check(text: &str) -> Findings {
        match read::document(text) {
            (Some(content), faults, hints) if faults.is_empty() => {
                Findings { playbook: Some(Playbook(Arc::new(content))), faults, hints }
            }
            (_, faults, hints) => Findings { playbook: None, faults, hints },
        }
    }

    /// What the host calls it.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Which edition it is, as the host counts them.
    pub fn version(&self) -> &str {
        &self.0.version
    }

    /// What people call it; empty where its author gave no label.
    pub fn text(&self) -> &Text {
        &self.0.text
    }

    /// Zone, first day of the week, first day of the business year.
    pub fn calendar(&self) -> &Calendar {
        &self.0.calendar
    }

    /// What facts look like.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.0.schema
    }

    /// The parameters as expressions see them, by name.
    pub fn parameters(&self) -> &[Parameter] {
        &self.0.parameters
    }

    /// The parameters as people see them, with range and wording, by name.
    pub fn settings(&self) -> &[Setting] {
        &self.0.settings
    }

    /// The segments, by name.
    pub fn segments(&self) -> &[Segment] {
        &self.0.segments
    }

    /// The segment with this name.
    pub fn segment(&self, name: &str) -> Option<&Segment> {
        let position = self.0.names.binary_search_by(|held| (**held).cmp(name)).ok()?;
        self.0.segments.get(position)
    }

    /// SHA-256 over the meaning of a segment and of everything that it reads, in
    /// hexadecimal: as long as it stays, the same facts give the same members,
    /// whatever else of the playbook changes. `None`: there is no such segment.
    pub fn segment_hash(&self, name: &str) -> Option<Box<str>> {
        super::fingerprint::of(&self.0, name)
    }

    /// Positions in [`segments`](Playbook::segments), each after those it
    /// reads, by name where there is a choice.
    pub fn order(&self) -> &[usize] {
        &self.0.order
    }

    /// The order in which the document lists attributes, kinds and segments.
    pub fn written(&self) -> &Written {
        &self.0.written
    }

    /// The segments in the order of evaluation.
    pub fn in_order(&self) -> impl Iterator<Item = &Segment> {
        self.0.order.iter().filter_map(|position| self.0.segments.get(*position))
    }

    /// Refuses an expression that is to be asked as of instants inside
    /// histories, and reaches through too many segments for that.
    ///
    /// # Errors
    ///
    /// [`Code::CostTooHigh`](crate::Code::CostTooHigh).
    pub(crate) fn refuse_far(&self, checked: &Checked) -> Result<(), Error> {
        let fault = self.0.reaches.too_far(checked);
        fault.map_or(Ok(()), |fault| Err(fault.span(0, checked.source.len()).into()))
    }

    /// The machines, each after those whose states it reads.
    pub fn machines(&self) -> &[Machine] {
        &self.0.machines
    }

    /// The machine with this name.
    pub fn machine(&self, name: &str) -> Option<&Machine> {
        self.0.machines.iter().find(|machine| &*machine.name == name)
    }

    /// The machine with this name.
    ///
    /// # Errors
    ///
    /// [`Code::UnknownMachine`](crate::Code::UnknownMachine), with a name that is
    /// near.
    pub fn machine_named(&self, name: &str) -> Result<&Machine, crate::Error> {
        self.machine(name).ok_or_else(|| {
            let fault = crate::Fault::new(
                crate::Code::UnknownMachine,
                format!("no lifecycle machine is called `{}`", crate::units::shown(name)),
                format!("没有名为 `{}` 的生命周期", crate::units::shown(name)),
            );
            let mut names = self.0.machines.iter().map(|machine| &*machine.name);
            match crate::units::nearest(name, names.by_ref()) {
                Some(near) => fault.meant(near),
                None => fault,
            }
            .into()
        })
    }

    /// Every expression of a machine.
    pub fn expressions_of<'m>(
        &self,
        machine: &'m Machine,
    ) -> impl Iterator<Item = &'m Checked> + use<'m> {
        let transitions = machine.transitions.iter();
        transitions.flat_map(super::reach::expressions).map(|(expression, _)| &**expression)
    }

    /// The names of the segments that the section `value` reads, sorted.
    pub fn read_by_value(&self) -> &[Arc<str>] {
        &self.0.value_reads
    }

    /// Who may have which customer, where that is decided here.
    pub fn claims(&self) -> Option<&Claims> {
        self.0.claims.as_ref()
    }

    /// By which values customers are recognised, where that is decided here.
    pub fn identity(&self) -> Option<&Recognition> {
        self.0.recognition.as_ref()
    }

    /// How customers are valued, scored and put into tiers, where that is
    /// decided here.
    pub fn value(&self) -> Option<&Arc<Valuation>> {
        self.0.value.as_ref()
    }

    /// The KPIs, by name.
    pub fn kpis(&self) -> &[Kpi] {
        &self.0.kpis
    }

    /// The KPI with this name.
    ///
    /// # Errors
    ///
    /// [`Code::UnknownKpi`](crate::Code::UnknownKpi), with a name that is near.
    pub fn kpi(&self, name: &str) -> Result<&Kpi, Error> {
        let found = self.0.kpis.iter().find(|kpi| &*kpi.name == name);
        found.ok_or_else(|| {
            let given = crate::units::shown(name);
            let fault = Fault::new(
                crate::Code::UnknownKpi,
                format!("no KPI is called `{given}`"),
                format!("没有名为 `{given}` 的考核指标"),
            );
            match crate::units::nearest(name, self.0.kpis.iter().map(|kpi| &*kpi.name)) {
                Some(near) => fault.meant(near),
                None => fault,
            }
            .into()
        })
    }

    /// The scorecards, by name.
    pub fn scorecards(&self) -> &[Card] {
        &self.0.cards
    }

    /// The scorecard with this name.
    ///
    /// # Errors
    ///
    /// [`Code::UnknownReference`](crate::Code::UnknownReference), with a name that
    /// is near.
    pub fn scorecard(&self, name: &str) -> Result<&Card, Error> {
        let found = self.0.cards.iter().find(|card| &*card.name == name);
        found.ok_or_else(|| {
            let given = crate::units::shown(name);
            let fault = Fault::new(
                crate::Code::UnknownReference,
                format!("no scorecard is called `{given}`"),
                format!("没有名为 `{given}` 的考核表"),
            );
            match crate::units::nearest(name, self.0.cards.iter().map(|card| &*card.name)) {
                Some(near) => fault.meant(near),
                None => fault,
            }
            .into()
        })
    }

    /// What is the same for every moment of every customer of these facts.
    pub fn world<'a>(&'a self, columns: &'a Columns) -> World<'a> {
        World {
            columns,
            calendar: &self.0.calendar,
            parameters: &self.0.parameters,
            segments: &self.0.conditions,
            scores: None,
        }
    }

    /// The condition of each segment, by its name.
    pub fn conditions(&self) -> &BTreeMap<Arc<str>, Arc<Checked>> {
        &self.0.conditions
    }

    /// What the conditions of machines are about, for proofs of further ones.
    pub fn ground(&self) -> Ground<'_> {
        Ground {
            schema: &self.0.schema,
            calendar: &self.0.calendar,
            parameters: &self.0.parameters,
            segments: &self.0.conditions,
        }
    }

    /// What a further expression may name: attributes, lists, parameters,
    /// segments, machines.
    pub fn scope(&self) -> Scope<'_> {
        Scope {
            schema: &self.0.schema,
            parameters: &self.0.parameters,
            segments: &self.0.names,
            machines: &self.0.machine_names,
            event: None,
            work: self.0.calendar.work(),
            value: self.0.value.as_ref().map(|value| &value.names),
            period: false,
        }
    }

    /// SHA-256 of the [`canonical`](Playbook::canonical) text, in hexadecimal:
    /// which document it is.
    pub fn hash(&self) -> &str {
        &self.0.identity.hash
    }

    /// The same without labels and help: what it decides.
    pub fn semantic_hash(&self) -> &str {
        &self.0.identity.semantic_hash
    }

    /// The document in its one canonical form.
    pub fn canonical(&self) -> &str {
        &self.0.identity.canonical
    }

    /// What is allowed and probably not meant.
    pub fn hints(&self) -> &[Fault] {
        &self.0.hints
    }
}

impl PartialEq for Playbook {
    /// The same document.
    fn eq(&self, other: &Playbook) -> bool {
        self.canonical() == other.canonical()
    }
}

impl Eq for Playbook {}

impl fmt::Debug for Playbook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Playbook({} {}, {})", self.id(), self.version(), self.hash())
    }
}
