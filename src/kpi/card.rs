//! Scorecards (考核表) as they are written: which KPIs count how much.
//!
//! ```text
//! "scorecards": {"crm": {"nodes": [{"kpi": "second_purchase", "weight": 2},
//!                                  {"name": "service", "weight": 1, "combine": "minimum",
//!                                   "nodes": [{"kpi": "complaints"}, {"kpi": "first_answer"}]}]}}
//! ```

use std::sync::Arc;

use super::scorecard::Combine;
use crate::error::{Code, Fault, Text};
use crate::json::{Limits, Object, Place, Reader, Wording, Written, number};
use crate::units::{Decimal, Unit, choose, nearest, shown};

/// A scorecard.
#[derive(Debug, Clone)]
pub struct Card {
    /// The name.
    pub name: Arc<str>,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
    /// An explanation for people.
    pub help: Option<Text>,
    /// The calendar unit that it is told for.
    pub every: Unit,
    /// How the scores become one.
    pub combine: Combine,
    /// What counts.
    pub nodes: Vec<CardNode>,
}

/// What counts in a scorecard.
#[derive(Debug, Clone)]
pub struct CardNode {
    /// What it is called: the name of its KPI, or its own.
    pub name: Arc<str>,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
    /// How much it counts beside its siblings.
    pub weight: Decimal,
    /// What it is.
    pub body: CardBody,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum CardBody {
    /// A KPI.
    Kpi {
        /// Its position among those of the playbook.
        at: usize,
        /// Whether not to be measured scores 0.
        missing_is_failure: bool,
    },
    /// Several as one.
    Group {
        /// How their scores become one.
        combine: Combine,
        /// What counts.
        nodes: Vec<CardNode>,
    },
}

/// How deep groups may stand inside each other.
const DEEPEST: usize = 12;

/// The scorecards of a map, by name, over these KPIs. One with faults is noted
/// and left out.
pub fn read_cards(place: &Place, kpis: &[Arc<str>], reader: &mut Reader) -> Vec<Card> {
    let entries = place.entries(reader).unwrap_or_default().into_iter();
    let read = entries.filter_map(|(name, place)| {
        let named = reader.check_name(name, &place.pointer);
        card(name, &place, kpis, reader).filter(|_| named)
    });
    read.collect()
}

fn card(name: &str, place: &Place, kpis: &[Arc<str>], reader: &mut Reader) -> Option<Card> {
    let mut object = place.object(reader)?;
    let every = object.get("every").and_then(|place| {
        let unit = Unit::parse(place.word(reader)?);
        unit.map_err(|error| reader.error(error, &place.pointer)).ok()
    });
    let combine = combine(&mut object, reader);
    let nodes = object.need(reader, "nodes").and_then(|place| nodes(&place, kpis, 0, reader));
    let Wording { text, help } = object.wording(reader);
    object.close(reader);
    let every = every.unwrap_or(Unit::Month);
    Some(Card { name: name.into(), text, help, every, combine, nodes: nodes? })
}

fn combine(object: &mut Object<'_>, reader: &mut Reader) -> Combine {
    let Some(place) = object.get("combine") else { return Combine::Sum };
    let Some(word) = place.word(reader) else { return Combine::Sum };
    let found =
        choose(word, Combine::ALL, Combine::name, ("way to put scores together", "汇总方式"));
    found.unwrap_or_else(|error| {
        reader.error(error, &place.pointer);
        Combine::Sum
    })
}

fn nodes(
    place: &Place,
    kpis: &[Arc<str>],
    depth: usize,
    reader: &mut Reader,
) -> Option<Vec<CardNode>> {
    let items = place.items(reader)?;
    if items.is_empty() || depth > DEEPEST {
        let fault = match items.is_empty() {
            true => place.fault(Code::BadValue, "nothing counts here", "没有可汇总的项目"),
            false => place.fault(
                Code::BadValue,
                "groups stand too deep inside each other",
                "嵌套层次过深",
            ),
        };
        reader.fault(fault);
        return None;
    }
    let read: Vec<Option<CardNode>> =
        items.iter().map(|place| node(place, kpis, depth, reader)).collect();
    let read: Vec<CardNode> = read.into_iter().collect::<Option<_>>()?;
    let mut good = true;
    for (at, own) in read.iter().enumerate() {
        if read.iter().take(at).any(|other| other.name == own.name) {
            let name = &own.name;
            let fault = Fault::new(
                Code::DuplicateName,
                format!("`{name}` counts twice here"),
                format!("`{name}` 在此重复出现"),
            );
            reader.fault(fault.at(format!("{}/{at}", place.pointer)));
            good = false;
        }
    }
    let nothing = Decimal::from_int(0);
    if read.iter().all(|own| own.weight.compare(nothing).is_eq()) {
        reader.fault(place.fault(Code::BadValue, "nothing here has any weight", "各项权重均为零"));
        good = false;
    }
    good.then_some(read)
}

fn node(place: &Place, kpis: &[Arc<str>], depth: usize, reader: &mut Reader) -> Option<CardNode> {
    let mut object = place.object(reader)?;
    let kpi = Written::get(&mut object, "kpi", reader);
    let weight = object.get("weight").map(|place| number(&place, Limits::NOT_NEGATIVE, reader));
    let Wording { text, .. } = object.wording(reader);
    let found = match kpi {
        Some(kpi) => {
            let missing_is_failure = object.flag(reader, "missing_is_failure");
            let at = position(&kpi, kpis, reader);
            at.map(|at| (kpi.text.clone(), CardBody::Kpi { at, missing_is_failure }))
        }
        None => {
            let name = object.need(reader, "name").and_then(|place| place.word(reader));
            let combine = combine(&mut object, reader);
            let nodes = object.need(reader, "nodes");
            let nodes = nodes.and_then(|place| nodes_below(&place, kpis, depth, reader));
            name.zip(nodes).map(|(name, nodes)| (name.into(), CardBody::Group { combine, nodes }))
        }
    };
    object.close(reader);
    let (name, body) = found?;
    Some(CardNode { name, text, weight: weight.unwrap_or(Some(Decimal::from_int(1)))?, body })
}

fn nodes_below(
    place: &Place,
    kpis: &[Arc<str>],
    depth: usize,
    reader: &mut Reader,
) -> Option<Vec<CardNode>> {
    nodes(place, kpis, depth + 1, reader)
}

/// The position of a KPI.
fn position(written: &Written, kpis: &[Arc<str>], reader: &mut Reader) -> Option<usize> {
    let found = kpis.iter().position(|kpi| **kpi == *written.text);
    if found.is_none() && !reader.is_spoilt(&written.text) {
        let given = shown(&written.text);
        let fault = Fault::new(
            Code::UnknownReference,
            format!("no KPI is called `{given}`"),
            format!("没有名为 `{given}` 的考核指标"),
        );
        let fault = match nearest(&written.text, kpis.iter().map(|kpi| &**kpi)) {
            Some(near) => fault.meant(near),
            None => fault,
        };
        reader.fault(fault.at(written.pointer.as_str()));
    }
    found
}

impl Card {
    /// The positions of all KPIs that count, each once.
    pub fn kpis(&self) -> Vec<usize> {
        let mut out = Vec::new();
        let mut open: Vec<&CardNode> = self.nodes.iter().collect();
        while let Some(node) = open.pop() {
            match &node.body {
                CardBody::Kpi { at, .. } => out.push(*at),
                CardBody::Group { nodes, .. } => open.extend(nodes),
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}
