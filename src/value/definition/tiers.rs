//! Favours, cut points and tiers as they are written, and when they are fixed.

use std::sync::Arc;

use super::axes::refuse_none;
use super::purchases::find_kind;
use crate::error::{Code, Fault};
use crate::facts::Schema;
use crate::json::{Limits, Written, number};
use crate::json::{Place, Reader, Wording};
use crate::units::{Decimal, Unit};

/// One kind of favour.
#[derive(Debug, Clone)]
pub struct FavourDefinition {
    /// The name.
    pub name: Arc<str>,
    /// What people call it.
    pub wording: Wording,
    /// How many there were.
    pub from: Option<Written>,
    /// What one is worth.
    pub worth: Option<Decimal>,
}

/// When scores and tiers are fixed.
#[derive(Debug, Clone)]
pub struct AssessDefinition {
    /// At the start of each of these.
    pub every: Option<Unit>,
    /// And when one of these happens to the customer: positions of kinds.
    pub on: Vec<usize>,
}

/// Where the best of everybody begin.
#[derive(Debug, Clone)]
pub struct CutDefinition {
    /// The name that `cut('...')` gives.
    pub name: Arc<str>,
    /// What people call it.
    pub wording: Wording,
    /// By what customers are ranked.
    pub of: Option<Written>,
    /// How many of them.
    pub wanted: Option<Wanted>,
}

/// How many of the best are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// This share of the customers.
    Top(Decimal),
    /// As few as have this share of the sum.
    Share(Decimal),
}

/// One tier.
#[derive(Debug, Clone)]
pub struct TierDefinition {
    /// The name that `tier('value')` gives.
    pub name: Option<Written>,
    /// What people call it.
    pub wording: Wording,
    /// Who comes in.
    pub when: Option<Written>,
    /// Who may stay; nobody beyond `when` where it is left out.
    pub keep: Option<Written>,
    /// How long everybody stays at least.
    pub stay: Option<Written>,
    /// What is done for those in it.
    pub treatment: Option<Treatment>,
    /// Where it stands in the document.
    pub pointer: String,
}

/// What is done for the customers of a tier.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Treatment {
    /// What to do, in the host's words.
    pub action: Option<Arc<str>>,
    /// What that may cost for one customer.
    pub budget: Option<Decimal>,
    /// How often somebody may be contacted in a month.
    pub contacts_per_month: Option<i64>,
}

impl FavourDefinition {
    pub(super) fn read_both(
        place: &Place,
        reader: &mut Reader,
    ) -> (Vec<FavourDefinition>, Vec<FavourDefinition>) {
        let Some(mut object) = place.object(reader) else { return Default::default() };
        let mut side = |key, reader: &mut Reader| {
            let place = object.get(key);
            place.map(|place| FavourDefinition::read_all(&place, reader)).unwrap_or_default()
        };
        let (given, received) = (side("given", reader), side("received", reader));
        object.close(reader);
        (given, received)
    }

    fn read_all(place: &Place, reader: &mut Reader) -> Vec<FavourDefinition> {
        let entries = place.entries(reader).unwrap_or_default();
        let mut out = Vec::new();
        for (name, place) in entries {
            reader.check_name(name, &place.pointer);
            let Some(mut object) = place.object(reader) else { continue };
            let wording = object.wording(reader);
            let from = Written::need(&mut object, "from", reader);
            let worth = object.need(reader, "worth");
            let limits = Limits { places: 2, ..Limits::NOT_NEGATIVE };
            let worth = worth.and_then(|place| number(&place, limits, reader));
            object.close(reader);
            out.push(FavourDefinition { name: name.into(), wording, from, worth });
        }
        out
    }
}

impl AssessDefinition {
    pub(super) fn read(
        place: &Place,
        schema: &Schema,
        reader: &mut Reader,
    ) -> Option<AssessDefinition> {
        let mut object = place.object(reader)?;
        let every = Written::need(&mut object, "every", reader);
        let every = every.and_then(|written| {
            let unit = Unit::parse(&written.text);
            unit.map_err(|error| reader.error(error, &written.pointer)).ok()
        });
        let items = object.get("on").and_then(|place| place.items(reader)).unwrap_or_default();
        object.close(reader);
        let mut on = Vec::new();
        for item in &items {
            let Some(event) = Written::read(item, reader) else { continue };
            let Some(kind) = find_kind(&event, schema, reader) else { continue };
            if on.contains(&kind) {
                let name = &event.text;
                reader.fault(item.fault(
                    Code::BadValue,
                    format!("`{name}` stands here twice"),
                    format!("`{name}` 重复出现"),
                ));
            }
            on.push(kind);
        }
        on.sort_unstable();
        Some(AssessDefinition { every, on })
    }
}

impl CutDefinition {
    pub(super) fn read_all(place: &Place, reader: &mut Reader) -> Vec<CutDefinition> {
        let mut out = Vec::new();
        for (name, place) in place.entries(reader).unwrap_or_default() {
            if !reader.check_name(name, &place.pointer) {
                reader.spoil(name);
            }
            let Some(mut object) = place.object(reader) else { continue };
            let wording = object.wording(reader);
            let of = Written::need(&mut object, "of", reader);
            let (top, share) = (object.get("top"), object.get("share"));
            let wanted = match (&top, &share) {
                (Some(top), None) => number(top, Limits::SHARE, reader).map(Wanted::Top),
                (None, Some(share)) => number(share, Limits::SHARE, reader).map(Wanted::Share),
                _ => {
                    reader.fault(
                        Fault::new(
                            Code::MissingKey,
                            "a cut needs `top` or `share`, and not both",
                            "分界点须给出 `top` 或 `share` 之一，不能同时给出",
                        )
                        .at(place.pointer.as_str()),
                    );
                    None
                }
            };
            object.close(reader);
            out.push(CutDefinition { name: name.into(), wording, of, wanted });
        }
        out
    }
}

impl TierDefinition {
    pub(super) fn read_all(place: &Place, reader: &mut Reader) -> Vec<TierDefinition> {
        let items = place.items(reader);
        refuse_none(place, items.as_deref(), reader);
        items.unwrap_or_default().iter().filter_map(|it| TierDefinition::read(it, reader)).collect()
    }

    fn read(place: &Place, reader: &mut Reader) -> Option<TierDefinition> {
        let mut object = place.object(reader)?;
        let wording = object.wording(reader);
        let name = Written::need(&mut object, "name", reader);
        let when = Written::need(&mut object, "when", reader);
        let keep = Written::get(&mut object, "keep", reader);
        let stay = Written::get(&mut object, "stay", reader);
        let treatment = object.get("treatment");
        let treatment = treatment.and_then(|place| Treatment::read(&place, reader));
        object.close(reader);
        let pointer = place.pointer.clone();
        Some(TierDefinition { name, wording, when, keep, stay, treatment, pointer })
    }
}

impl Treatment {
    fn read(place: &Place, reader: &mut Reader) -> Option<Treatment> {
        let mut object = place.object(reader)?;
        let action = object.get("action").and_then(|place| place.word(reader)).map(Arc::from);
        let budget = object.get("budget");
        let limits = Limits { places: 4, most: (1_000_000_000_000, true), ..Limits::NOT_NEGATIVE };
        let budget = budget.and_then(|place| number(&place, limits, reader));
        let contacts = object.get("contacts_per_month");
        let contacts = contacts.and_then(|place| {
            let limits = Limits { places: 0, most: (1_000, true), ..Limits::NOT_NEGATIVE };
            i64::try_from(number(&place, limits, reader)?.units()).ok()
        });
        object.close(reader);
        Some(Treatment { action, budget, contacts_per_month: contacts })
    }
}
