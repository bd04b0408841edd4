//! From a text to the content of a playbook, with every fault on the way.

use std::sync::Arc;

use super::document::Content;
use super::graph::Graph;
use super::identity::Identity;
use super::parameter::Setting;
use super::reach::{self, Reaches};
use super::written::Written;
use super::{SEMANTICS, calendar, parameter};
use crate::account::{self, Claims};
use crate::error::{Code, Error, Fault};
use crate::facts::Schema;
use crate::facts::declare::Words;
use crate::identity::{self, Identity as Recognition};
use crate::json::{self, FAULTS, Json, Object, Place, Reader, Wording};
use crate::kpi::{self, Card, Kpi};
use crate::lang::{Checked, MachineNames, Parameter, Scope, Value, catalogue, is_identifier};
use crate::lifecycle::{self, Ground, Machine, Outline};
use crate::segment::{Definition, Segment};
use crate::units::{Calendar, no_work, shown};
use crate::value::{self, Valuation};

/// The version of the format that this library reads.
const FORMAT: u32 = 1;

/// Sections that the format reserves and this version does not evaluate.
pub(super) const LATER: [(&str, &str); 4] = [
    ("measures", "度量"),
    ("campaigns", "营销活动"),
    ("accounts", "重点客户"),
    ("knowledge", "知识"),
];

/// What others call a section, and its name here.
const ELSEWHERE: [(&str, &str); 11] = [
    ("lifecycle", "machines"),
    ("lifecycles", "machines"),
    ("states", "machines"),
    ("audiences", "segments"),
    ("tiers", "value"),
    ("metrics", "measures"),
    ("indicators", "kpis"),
    ("settings", "parameters"),
    ("pools", "claims"),
    ("ownership", "claims"),
    ("duplicates", "identity"),
];

/// What the language has taken of the names that a schema may use.
const WORDS: Words = Words {
    reserved: |name| !is_identifier(name),
    taken: |name| matches!(name, "now" | "event" | "param" | "customer" | "events"),
    functions: |name| !catalogue::functions(name).is_empty(),
};

/// The content, and the faults and hints; there is content only if the text
/// was a document of this format at all.
pub(super) fn document(text: &str) -> (Option<Content>, Vec<Fault>, Vec<Fault>) {
    let mut reader = Reader::new();
    let (document, duplicates) = match json::read(text.as_bytes()) {
        Ok(read) => read,
        Err(error) => return (None, error.into_faults(), Vec::new()),
    };
    let draft = draft(&document, &mut reader);
    // Last, as they keep nothing else from being looked at.
    duplicates.into_iter().for_each(|fault| reader.fault(fault));
    let identity = Identity::of(&document, &reader);
    let (faults, hints) = reader.finish(&document);
    let content = draft.map(|draft| draft.content(&document, identity, hints.clone()));
    (content, faults, hints)
}

/// The keys that every reader asks for at every object of a text, and whether
/// it has faults.
#[cfg(test)]
pub(super) fn asked(text: &str) -> (Vec<(String, Vec<&'static str>)>, bool) {
    let mut reader = Reader::new();
    let Ok((document, duplicates)) = json::read(text.as_bytes()) else { return (Vec::new(), true) };
    draft(&document, &mut reader);
    (std::mem::take(&mut reader.asked), reader.has_faults() || !duplicates.is_empty())
}

pub(super) fn internal() -> Error {
    Fault::new(Code::Internal, "a playbook without faults was refused", "无误的规则集被拒绝").into()
}

/// A playbook that still lacks its identity.
struct Draft {
    id: Box<str>,
    version: Box<str>,
    wording: Wording,
    calendar: Calendar,
    schema: Schema,
    settings: Vec<Setting>,
    parameters: Vec<Parameter>,
    names: Vec<Arc<str>>,
    segments: Vec<Option<Segment>>,
    order: Vec<usize>,
    reaches: Reaches,
    machines: Vec<Machine>,
    machine_names: Vec<MachineNames>,
    claims: Option<Claims>,
    identity: Option<Recognition>,
    value: Option<Valuation>,
    value_reads: Vec<Arc<str>>,
    kpis: Vec<Kpi>,
    cards: Vec<Card>,
}

impl Draft {
    fn content(self, document: &Json, identity: Identity, hints: Vec<Fault>) -> Content {
        let named = |name: &str| self.names.binary_search_by(|held| (**held).cmp(name)).ok();
        let written = Written::of(document, &self.schema, named);
        let segments: Vec<Segment> = self.segments.into_iter().flatten().collect();
        let condition = |it: &Segment| (it.name().clone(), it.condition().clone());
        Content {
            conditions: segments.iter().map(condition).collect(),
            written,
            id: self.id,
            version: self.version,
            text: self.wording.text,
            calendar: self.calendar,
            schema: Arc::new(self.schema),
            settings: self.settings,
            parameters: self.parameters,
            segments,
            names: self.names,
            order: self.order,
            reaches: self.reaches,
            machines: self.machines,
            machine_names: self.machine_names,
            claims: self.claims,
            recognition: self.identity,
            value: self.value.map(Arc::new),
            value_reads: self.value_reads,
            kpis: self.kpis,
            cards: self.cards,
            identity,
            hints,
        }
    }
}

fn draft(document: &Json, reader: &mut Reader) -> Option<Draft> {
    let mut object = Place::root(document).object(reader)?;
    read_address(&mut object, reader);
    if !is_this_format(&mut object, reader) {
        return None;
    }
    check_semantics(&mut object, reader);
    let id = object.need(reader, "id").and_then(|place| place.word(reader));
    let version = object.need(reader, "version").and_then(|place| place.word(reader));
    let wording = object.wording(reader);
    let calendar = object.need(reader, "calendar").map(|place| calendar::read(&place, reader));
    let parameters = object.get("parameters");
    let settings = parameters.map(|place| parameter::read_all(&place, reader, WORDS));
    let schema = object.get("schema").map(|place| Schema::read(&place, reader, WORDS));
    let segments = object.get("segments");
    let definitions = segments.map(|place| Definition::read_all(&place, reader));
    let machines = object.get("machines");
    let machines = machines.map(|place| lifecycle::Definition::read_all(&place, reader));
    let claims = object.get("claims");
    let claims = claims.and_then(|place| account::Definition::read(&place, reader));
    let identity = object.get("identity");
    let identity = identity.and_then(|place| identity::Definition::read(&place, reader));
    let value = object.get("value");
    let kpis = object.get("kpis");
    let kpis = kpis.map(|place| kpi::Definition::read_all(&place, reader)).unwrap_or_default();
    let kpi_names: Vec<Arc<str>> = kpis.iter().map(|kpi| kpi.name.clone()).collect();
    let cards = object.get("scorecards");
    let cards = cards.map(|place| kpi::read_cards(&place, &kpi_names, reader)).unwrap_or_default();
    refuse_later(&mut object, reader);
    object.close_naming(reader, &ELSEWHERE);

    let schema = schema.unwrap_or_default();
    let value = value.and_then(|place| value::Definition::read(&place, &schema, reader));
    let settings = settings.unwrap_or_default();
    let parameters: Vec<Parameter> = settings.iter().map(Setting::parameter).collect();
    let definitions = definitions.unwrap_or_default();
    let names: Vec<Arc<str>> = definitions.iter().map(|it| it.name.clone()).collect();
    let calendar = calendar.unwrap_or_default();
    refuse_periods(&settings, &calendar, reader);
    let machines = machines.unwrap_or_default();
    refuse_many(&machines, reader);
    let outlines = machines.iter().filter_map(|it| it.outline(&schema, &calendar, reader));
    let outlines: Vec<Outline<'_>> = outlines.collect();
    let machine_names: Vec<MachineNames> =
        outlines.iter().map(|outline| outline.machine().names()).collect();
    let scope = Scope {
        schema: &schema,
        parameters: &parameters,
        segments: &names,
        machines: &machine_names,
        event: None,
        work: calendar.work(),
        value: None,
        period: false,
    };
    let value_names = value.as_ref().map(|value| value.outline(&scope, reader));
    let scope = Scope { value: value_names.as_ref(), ..scope };
    let segments = check_segments(&definitions, &scope, reader);
    let machines = check_machines(outlines, &segments, &scope, reader);
    let claims = claims.and_then(|claims| claims.check(&scope, reader));
    let identity = identity.and_then(|identity| identity.check(&schema, reader));
    let (order, machine_order) =
        order(&definitions, &segments, &names, &machines, value.as_ref(), reader);
    let value_reads = value.as_ref().map(value::Definition::segments).unwrap_or_default();
    let value =
        value.and_then(|value| value.check(&scope, &condition_of(&segments, &scope), reader));
    let kpis = check_kpis(&kpis, &scope, reader);
    let listed = order.iter().filter_map(|at| Some((*at, segments.get(*at)?.as_ref()?)));
    let listed = listed.map(|(at, segment)| (at, &**segment.condition()));
    let reaches = Reaches::new(&names, listed);
    reach::refuse_far(&machines, &reaches, reader);
    let machines = in_order(machines, &machine_order);
    prove(&machines, &segments, (&schema, &calendar, &parameters), reader);
    Some(Draft {
        id: id.unwrap_or_default().into(),
        version: version.unwrap_or_default().into(),
        wording,
        calendar,
        schema,
        settings,
        parameters,
        names,
        segments,
        order,
        reaches,
        machines,
        machine_names,
        claims,
        identity,
        value,
        value_reads,
        kpis,
        cards,
    })
}

/// Where editors find the schema of the document: without meaning for answers.
fn read_address(object: &mut Object, reader: &mut Reader) {
    if let Some(place) = object.get("$schema") {
        reader.wording(&place.pointer);
        place.text(reader);
    }
}

/// A document of another format is not read on: it would only seem faulty.
fn is_this_format(object: &mut Object, reader: &mut Reader) -> bool {
    let Some(place) = object.need(reader, "guanxi") else { return true };
    if matches!(place.json, Json::Number(digits) if **digits == *FORMAT.to_string()) {
        return true;
    }
    let Json::Number(digits) = place.json else {
        place.whole(reader);
        return true;
    };
    let given = shown(digits);
    let fault = place.fault(
        Code::UnsupportedVersion,
        format!("format version {given} is not known, expected {FORMAT}"),
        format!("不支持格式版本 {given}，应为 {FORMAT}"),
    );
    reader.fault(fault);
    false
}

fn check_semantics(object: &mut Object, reader: &mut Reader) {
    let Some(place) = object.get("semantics") else { return };
    let Some(given) = place.whole(reader) else { return };
    if given != i64::from(SEMANTICS) {
        reader.fault(place.fault(
            Code::UnsupportedVersion,
            format!("semantics version {given} is not known, expected {SEMANTICS}"),
            format!("不支持语义版本 {given}，应为 {SEMANTICS}"),
        ));
    }
}

fn refuse_later(object: &mut Object, reader: &mut Reader) {
    for (section, zh) in LATER {
        if let Some(place) = object.get(section) {
            reader.fault(
                place
                    .fault(
                        Code::UnsupportedSection,
                        format!("this version does not evaluate the section `{section}`"),
                        format!("此版本尚不处理 `{section}`（{zh}）部分"),
                    )
                    .hint("leave it out until a version does", "请先去掉，待新版本支持后再加入"),
            );
        }
    }
}

/// A segment for each definition, or none where it has faults.
fn check_segments(
    definitions: &[Definition],
    scope: &Scope,
    reader: &mut Reader,
) -> Vec<Option<Segment>> {
    let check = |definition: &Definition| {
        // Suggesting names is what costs time in a document that is all faults.
        if reader.is_full() { None } else { definition.check(scope, reader) }
    };
    definitions.iter().map(check).collect()
}

/// Every KPI that has no fault.
fn check_kpis(definitions: &[kpi::Definition], scope: &Scope, reader: &mut Reader) -> Vec<Kpi> {
    let check = |definition: &kpi::Definition| {
        // Suggesting names is what costs time in a document that is all faults.
        if reader.is_full() { None } else { definition.check(scope, reader) }
    };
    definitions.iter().filter_map(check).collect()
}

/// Refuses parameters in working time that the calendar does not know.
fn refuse_periods(settings: &[Setting], calendar: &Calendar, reader: &mut Reader) {
    for setting in settings {
        let Value::Period(period) = &setting.value else { continue };
        if calendar.work() < period.unit().work() {
            let pointer = json::pointer_push("/parameters", &setting.name);
            let fault = no_work(period.unit().work());
            reader.fault(fault.at(json::pointer_push(&pointer, "value")));
        }
    }
}

/// Machines that one playbook may have.
const MACHINES: usize = 8;

fn refuse_many(machines: &[lifecycle::Definition], reader: &mut Reader) {
    if let Some(surplus) = machines.get(MACHINES) {
        let fault = Fault::new(
            Code::BadValue,
            format!("more than {MACHINES} machines"),
            format!("生命周期超过 {MACHINES} 个"),
        );
        reader.fault(fault.at(surplus.pointer.as_str()));
    }
}

/// Every machine whose states are known, its expressions checked.
fn check_machines(
    outlines: Vec<Outline<'_>>,
    segments: &[Option<Segment>],
    scope: &Scope<'_>,
    reader: &mut Reader,
) -> Vec<Machine> {
    let condition = condition_of(segments, scope);
    outlines.into_iter().map(|outline| outline.check(scope, &condition, reader)).collect()
}

/// The condition of a segment, where it has no fault.
fn condition_of<'a>(
    segments: &'a [Option<Segment>],
    scope: &'a Scope<'_>,
) -> impl Fn(&str) -> Option<Arc<Checked>> + 'a {
    |name| {
        let position = scope.segment(name)?;
        segments.get(position)?.as_ref().map(|segment| segment.condition().clone())
    }
}

fn in_order(machines: Vec<Machine>, order: &[usize]) -> Vec<Machine> {
    let mut machines: Vec<Option<Machine>> = machines.into_iter().map(Some).collect();
    let take = |position: &usize| machines.get_mut(*position).and_then(Option::take);
    order.iter().filter_map(take).collect()
}

/// Notes what can be proven of machines, once nothing else is wrong.
fn prove(
    machines: &[Machine],
    segments: &[Option<Segment>],
    (schema, calendar, parameters): (&Schema, &Calendar, &[Parameter]),
    reader: &mut Reader,
) {
    if reader.has_faults() || machines.is_empty() {
        return;
    }
    let condition = |it: &Segment| (it.name().clone(), it.condition().clone());
    let segments = segments.iter().flatten().map(condition).collect();
    let ground = Ground { schema, calendar, parameters, segments: &segments };
    let found = lifecycle::prove(machines, &ground);
    found.faults.into_iter().for_each(|fault| reader.fault(fault));
    found.hints.into_iter().for_each(|hint| reader.hint(hint));
}

/// The order of evaluation of segments and of machines; circles are noted.
///
/// Assessments come before all machines, which may read them; they themselves
/// read segments that read neither.
fn order(
    definitions: &[Definition],
    segments: &[Option<Segment>],
    names: &[Arc<str>],
    machines: &[Machine],
    value: Option<&value::Definition>,
    reader: &mut Reader,
) -> (Vec<usize>, Vec<usize>) {
    let n_segments = definitions.len();
    let of_value = n_segments + machines.len();
    let position = |name: &Arc<str>| names.binary_search(name).ok();
    let machine = |name: &Arc<str>| {
        machines.iter().position(|machine| machine.name == *name).map(|place| place + n_segments)
    };
    let of_segment = |(definition, segment): (&Definition, &Option<Segment>)| match segment {
        Some(segment) => {
            let uses = &segment.condition().uses;
            let segments = uses.segments.iter().filter_map(position);
            let machines = uses.machines.iter().filter_map(machine);
            let scores = (value.is_some() && !uses.scores.is_empty()).then_some(of_value);
            segments.chain(machines).chain(scores).collect()
        }
        None => definition.reads().iter().filter_map(position).collect::<Vec<_>>(),
    };
    let of_segments = definitions.iter().zip(segments).map(of_segment);
    let of_machines = machines.iter().map(|it| it.reads.iter().filter_map(machine).collect());
    let value_reads = value.map(|value| value.segments().iter().filter_map(position).collect());
    let graph = Graph::new(of_segments.chain(of_machines).chain(value_reads).collect());
    let order = graph.order();
    if order.len() < of_value + usize::from(value.is_some()) {
        let segments = definitions.iter().map(|it| Node { name: &it.name, pointer: &it.pointer });
        let machines = machines.iter().map(|it| Node { name: &it.name, pointer: &it.pointer });
        let value = value.map(|it| Node { name: "value", pointer: &it.pointer });
        let nodes: Vec<Node<'_>> = segments.chain(machines).chain(value).collect();
        for circle in graph.circles(FAULTS) {
            if let Some(fault) = circle_fault(&circle, &nodes) {
                reader.fault(fault);
            }
        }
    }
    let (segments, machines): (Vec<usize>, Vec<usize>) =
        order.into_iter().filter(|place| *place < of_value).partition(|place| *place < n_segments);
    (segments, machines.into_iter().map(|place| place - n_segments).collect())
}

/// A definition, as a circle names it.
struct Node<'a> {
    name: &'a str,
    pointer: &'a str,
}

/// Members of a circle that are named; longer ones are cut in the middle.
const NAMED: usize = 10;

fn circle_fault(circle: &[usize], nodes: &[Node<'_>]) -> Option<Fault> {
    let first = nodes.get(*circle.first()?)?;
    let members = circle.iter().filter_map(|member| nodes.get(*member));
    let mut path: Vec<&str> = members.map(|member| member.name).collect();
    if path.len() > NAMED {
        path.truncate(NAMED);
        path.push("...");
    }
    path.push(first.name);
    let path = path.join(" -> ");
    let fault = Fault::new(
        Code::Cycle,
        format!("definitions read each other in a circle: {path}"),
        format!("定义相互引用成环：{path}"),
    );
    Some(fault.at(first.pointer))
}
