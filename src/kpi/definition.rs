//! KPIs as they are written.
//!
//! Reading takes what is written apart and keeps the places; what an expression
//! may be and may ask is for [`check`](Definition::check) to say.

use std::sync::Arc;

use super::aims;
use super::score::{Better, ScoreCurve};
use super::target::Targets;
use crate::json::{Limits, Object, Place, Reader, Wording, Written, number};
use crate::units::{Decimal, Unit, choose};

/// What a KPI is, which decides what may be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What happened in a period: sums over customers, and over periods.
    Flow,
    /// What there is at the end of a period: sums over customers, never over
    /// periods.
    Stock,
    /// One sum over another: neither adds up.
    Rate,
    /// Of those who entered in a period, the share that went on within a time.
    Cohort,
    /// The value that a share of customers, or of their events, stays below.
    Quantile,
    /// After how long a share of those who entered in a period had gone on,
    /// where some have not yet.
    Duration,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] =
        [Kind::Flow, Kind::Stock, Kind::Rate, Kind::Cohort, Kind::Quantile, Kind::Duration];

    /// The name in a playbook.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Flow => "flow",
            Kind::Stock => "stock",
            Kind::Rate => "rate",
            Kind::Cohort => "cohort",
            Kind::Quantile => "quantile",
            Kind::Duration => "duration",
        }
    }

    /// The keys that must be there, and those that may.
    fn keys(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Kind::Flow | Kind::Stock => (&["sum"], &["where"]),
            Kind::Rate => (&["sum", "per"], &["times", "where"]),
            Kind::Cohort => (&["enter", "then", "within"], &["where"]),
            Kind::Quantile => (&["of"], &["at", "where"]),
            Kind::Duration => (&["enter", "then"], &["lost", "at", "where"]),
        }
    }
}

/// One entry of the map of KPIs, not yet checked.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The name.
    pub name: Arc<str>,
    /// What it is; `None` where that is a fault noted.
    pub kind: Option<Kind>,
    /// Its expressions, by key.
    pub expressions: Vec<(&'static str, Written)>,
    /// What a rate is multiplied by: 100 for a percentage.
    pub times: Option<Decimal>,
    /// Which share a quantile or a duration is told for.
    pub at: Option<Decimal>,
    /// The calendar unit that it is usually told for.
    pub every: Option<Unit>,
    /// Which way is better.
    pub better: Option<Better>,
    /// Who answers for it.
    pub owner: Option<Arc<str>>,
    /// What its values count, where that is a plain number.
    pub unit: Option<Arc<str>>,
    /// What is asked, from which day on; nothing where nobody asks.
    pub targets: Targets,
    /// How its values are scored; by the target where nobody drew a curve.
    pub curve: Option<ScoreCurve>,
    /// What it is called and how it is explained.
    pub wording: Wording,
    /// Where it stands in the document.
    pub pointer: String,
}

/// Every key that holds an expression.
const EXPRESSIONS: [&str; 8] = ["sum", "per", "enter", "then", "within", "lost", "of", "where"];

/// Keys that hold a number.
const NUMBERS: [&str; 2] = ["times", "at"];

impl Definition {
    /// The KPIs of a map, by name. One whose name cannot be used is noted and
    /// left out.
    pub fn read_all(place: &Place, reader: &mut Reader) -> Vec<Definition> {
        let entries = place.entries(reader).unwrap_or_default().into_iter();
        let read = entries.filter_map(|(name, place)| {
            let named = reader.check_name(name, &place.pointer);
            Definition::read(name, &place, reader).filter(|_| named)
        });
        read.collect()
    }

    fn read(name: &str, place: &Place, reader: &mut Reader) -> Option<Definition> {
        let mut object = place.object(reader)?;
        let kind = word(&mut object, reader, "kind", true, |text| {
            choose(text, Kind::ALL, Kind::name, ("kind of KPI", "指标类型"))
        });
        let every = word(&mut object, reader, "every", false, Unit::parse);
        let better = word(&mut object, reader, "better", false, |text| {
            choose(text, Better::ALL, Better::name, ("way to be better", "优劣方向"))
        });
        let owner = object.get("owner").and_then(|place| place.word(reader)).map(Arc::from);
        let unit = object.get("unit").and_then(|place| place.word(reader)).map(Arc::from);
        let expressions = kind.map(|kind| expressions(kind, &mut object, reader));
        let mut decimal = |key, limits| {
            let takes = kind.is_none_or(|kind| kind.keys().1.contains(&key));
            let place = object.get(key).filter(|_| takes);
            place.and_then(|place| number(&place, limits, reader))
        };
        let times = decimal("times", Limits::POSITIVE);
        let at = decimal("at", Limits::SHARE);
        let targets = aims::targets(&mut object, kind == Some(Kind::Flow), reader);
        let curve = aims::curve(&mut object, better, reader);
        aims::refuse_no_way(&object, better, (&targets, curve.is_some()), reader);
        let wording = object.wording(reader);
        if kind.is_none() {
            // Which keys belong is not known.
            EXPRESSIONS.iter().for_each(|key| drop(object.get(key)));
        }
        let pointer = place.pointer.clone();
        object.close(reader);
        let (name, expressions) = (name.into(), expressions.unwrap_or_default());
        Some(Definition {
            name,
            kind,
            expressions,
            times,
            at,
            every,
            better,
            owner,
            unit,
            targets,
            curve,
            wording,
            pointer,
        })
    }

    /// The expression of a key.
    pub fn expression(&self, key: &str) -> Option<&Written> {
        self.expressions.iter().find(|(have, _)| *have == key).map(|(_, written)| written)
    }
}

/// One word out of a fixed few.
fn word<T>(
    object: &mut Object<'_>,
    reader: &mut Reader,
    key: &'static str,
    needed: bool,
    parse: impl Fn(&str) -> Result<T, crate::Error>,
) -> Option<T> {
    let place = if needed { object.need(reader, key)? } else { object.get(key)? };
    let text = place.word(reader)?;
    parse(text).map_err(|error| reader.error(error, &place.pointer)).ok()
}

/// The expressions that go with a kind; keys of other kinds are refused.
fn expressions(
    kind: Kind,
    object: &mut Object<'_>,
    reader: &mut Reader,
) -> Vec<(&'static str, Written)> {
    let (needed, allowed) = kind.keys();
    let mut out = Vec::new();
    for key in EXPRESSIONS {
        let written = if needed.contains(&key) {
            Written::need(object, key, reader)
        } else if allowed.contains(&key) {
            Written::get(object, key, reader)
        } else {
            refuse(kind, key, object, reader);
            None
        };
        out.extend(written.map(|written| (key, written)));
    }
    for key in NUMBERS.into_iter().filter(|key| !allowed.contains(key)) {
        refuse(kind, key, object, reader);
    }
    out
}

/// Refuses a key that goes with other kinds.
fn refuse(kind: Kind, key: &'static str, object: &mut Object<'_>, reader: &mut Reader) {
    let with = Kind::ALL.into_iter().filter(|kind| {
        let (needed, allowed) = kind.keys();
        needed.contains(&key) || allowed.contains(&key)
    });
    let with: Vec<&str> = with.map(Kind::name).collect();
    let with = with.join("`, `");
    let name = kind.name();
    object.misplaced(
        reader,
        key,
        &format!("a KPI of kind `{with}`, not `{name}`,"),
        &format!("类型为 `{with}` 的指标（不用于 `{name}`）"),
    );
}
