//! Pools and their limits as they are written.

use crate::facts::Act;
use crate::json::{Json, Object, Place, Reader, Wording, Written};

/// The section `claims`, not yet checked.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The machine that says who is free and who is held.
    pub machine: Option<Written>,
    /// The state in which a customer may be claimed.
    pub free: Option<Written>,
    /// The state in which somebody holds the customer.
    pub held: Option<Written>,
    /// The events that carry out what is granted.
    pub rules: Vec<RuleDefinition>,
    /// The pools, first match first.
    pub pools: Vec<PoolDefinition>,
    /// Where it stands in the document.
    pub pointer: String,
}

/// The event of one act, and which of its fields hold what.
#[derive(Debug, Clone)]
pub struct RuleDefinition {
    /// The act.
    pub act: Act,
    /// The kind of the event.
    pub event: Option<Written>,
    /// The fields for owner, end, actor and reason, in this order.
    pub fields: [Option<Written>; 4],
    /// Where it stands in the document.
    pub pointer: String,
}

/// A pool as it is written; what is left out does not limit.
#[derive(Debug, Clone)]
pub struct PoolDefinition {
    /// The name.
    pub name: Option<Written>,
    /// What it is called and how it is explained.
    pub wording: Wording,
    /// Who is in it; everybody where it is left out.
    pub when: Option<Written>,
    /// How many customers an owner may hold.
    pub capacity: Option<Written>,
    /// Which of them count.
    pub counts: Option<Written>,
    /// How many customers an owner may claim in a period.
    pub quota: Option<Written>,
    /// The period: a unit of the calendar.
    pub per: Option<Written>,
    /// How long a former owner waits before claiming the same customer.
    pub again_after: Option<Written>,
    /// How often a hold may be extended.
    pub extensions: Option<Written>,
    /// How long a hold may last at most when it is extended.
    pub longest: Option<Written>,
    /// Where it stands in the document.
    pub pointer: String,
}

impl Definition {
    /// The section.
    pub fn read(place: &Place, reader: &mut Reader) -> Option<Definition> {
        let mut object = place.object(reader)?;
        let mut word = |key, reader: &mut Reader| {
            object.need(reader, key).and_then(|place| written(&place, reader))
        };
        let (machine, free, held) =
            (word("machine", reader), word("free", reader), word("held", reader));
        // A claim must be possible, and there is no claim that cannot end.
        let claim = object.need(reader, "claim").map(|place| (Act::Claim, place));
        let others = [
            (Act::Release, object.get("release")),
            (Act::Transfer, object.get("transfer")),
            (Act::Extend, object.get("extend")),
        ];
        let others = others.into_iter().filter_map(|(act, place)| Some((act, place?)));
        let rules = claim.into_iter().chain(others);
        let rules = rules.filter_map(|(act, place)| RuleDefinition::read(act, &place, reader));
        let rules = rules.collect();
        let pools = object.need(reader, "pools").and_then(|place| place.items(reader));
        let pools = pools.unwrap_or_default();
        let pools = pools.iter().filter_map(|place| PoolDefinition::read(place, reader)).collect();
        object.close(reader);
        Some(Definition { machine, free, held, rules, pools, pointer: place.pointer.clone() })
    }
}

impl RuleDefinition {
    fn read(act: Act, place: &Place, reader: &mut Reader) -> Option<RuleDefinition> {
        let mut object = place.object(reader)?;
        let event = object.need(reader, "event").and_then(|place| written(&place, reader));
        let takes_owner = matches!(act, Act::Claim | Act::Transfer);
        let owner = if takes_owner {
            object.need(reader, "owner").and_then(|place| written(&place, reader))
        } else {
            object.misplaced(reader, "owner", "`claim` and `transfer`", "`claim` 和 `transfer`");
            None
        };
        let mut word = |key: &'static str, reader: &mut Reader| {
            object.get(key).and_then(|place| written(&place, reader))
        };
        let until = if act == Act::Extend { word("until", reader) } else { None };
        let (actor, reason) = (word("actor", reader), word("reason", reader));
        if act != Act::Extend {
            object.misplaced(reader, "until", "`extend`", " `extend`");
        }
        object.close(reader);
        let fields = [owner, until, actor, reason];
        Some(RuleDefinition { act, event, fields, pointer: place.pointer.clone() })
    }
}

impl PoolDefinition {
    fn read(place: &Place, reader: &mut Reader) -> Option<PoolDefinition> {
        let mut object = place.object(reader)?;
        let wording = object.wording(reader);
        let name = object.need(reader, "name");
        let name = name.filter(|place| place.name(reader).is_some());
        let name = name.and_then(|place| written(&place, reader));
        let mut word = |key: &'static str, reader: &mut Reader| {
            object.get(key).and_then(|place| written(&place, reader))
        };
        let (when, counts, per) =
            (word("when", reader), word("counts", reader), word("per", reader));
        let (again_after, longest) = (word("again_after", reader), word("longest", reader));
        let pool = PoolDefinition {
            name,
            wording,
            when,
            counts,
            per,
            again_after,
            longest,
            capacity: number(&mut object, "capacity", reader),
            quota: number(&mut object, "quota", reader),
            extensions: number(&mut object, "extensions", reader),
            pointer: place.pointer.clone(),
        };
        object.close(reader);
        Some(pool)
    }
}

fn written(place: &Place, reader: &mut Reader) -> Option<Written> {
    let text = place.word(reader)?;
    Some(Written { text: text.into(), pointer: place.pointer.clone() })
}

/// A number, or an expression that gives one.
fn number(object: &mut Object<'_>, key: &'static str, reader: &mut Reader) -> Option<Written> {
    let place = object.get(key)?;
    match place.json {
        Json::Number(_) => {
            let text = place.whole(reader)?.to_string();
            Some(Written { text: text.into(), pointer: place.pointer })
        }
        _ => written(&place, reader),
    }
}
