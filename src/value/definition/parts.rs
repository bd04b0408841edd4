//! Axes, favours, cut points and tiers as they are written, and when they are
//! fixed.

use std::sync::Arc;

use super::purchases::find_kind;
use super::written::{Limits, Written, number};
use crate::error::{Code, Fault};
use crate::facts::Schema;
use crate::json::{Object, Place, Reader, Wording};
use crate::units::{Decimal, Unit};

/// One axis, not yet checked.
#[derive(Debug, Clone)]
pub struct AxisDefinition {
    /// The name that `axis('...')` gives.
    pub name: Arc<str>,
    /// What it is called and how it is explained.
    pub wording: Wording,
    /// How its score comes about; `None` where that cannot be read, which is a
    /// fault noted.
    pub form: Option<Form>,
    /// Where it stands in the document.
    pub pointer: String,
}

/// How a score comes about.
#[derive(Debug, Clone)]
pub enum Form {
    /// The weighted mean of points.
    Points(Vec<PointDefinition>),
    /// The chance that a logistic regression gives.
    Logistic(Option<Decimal>, Vec<FactorDefinition>),
}

/// One observation that a score rests on.
#[derive(Debug, Clone)]
pub struct PointDefinition {
    /// What it is called among the points of its axis.
    pub name: Option<Written>,
    /// What people call it.
    pub wording: Wording,
    /// What is observed.
    pub from: Option<Written>,
    /// Since when that holds, for points that fade.
    pub since: Option<Written>,
    /// After how long it weighs half as much.
    pub half_life: Option<Written>,
    /// How much it weighs.
    pub weight: Option<Decimal>,
    /// Scores for what is observed.
    pub curve: Vec<(Decimal, Decimal)>,
}

/// One term of a logistic regression.
#[derive(Debug, Clone)]
pub struct FactorDefinition {
    /// What it is called.
    pub name: Option<Written>,
    /// What people call it.
    pub wording: Wording,
    /// What is observed.
    pub from: Option<Written>,
    /// By how much one more of it raises the logarithm of the odds.
    pub weight: Option<Decimal>,
    /// What counts where it is not known.
    pub missing: Option<Decimal>,
}

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

impl AxisDefinition {
    pub(super) fn read_all(place: &Place, reader: &mut Reader) -> Vec<AxisDefinition> {
        let mut out = Vec::new();
        for (name, place) in place.entries(reader).unwrap_or_default() {
            let named = reader.check_name(name, &place.pointer);
            let axis = AxisDefinition::read(name, &place, reader);
            if named {
                out.push(axis);
            } else {
                reader.spoil(name);
            }
        }
        out
    }

    fn read(name: &str, place: &Place, reader: &mut Reader) -> AxisDefinition {
        let mut axis = AxisDefinition {
            name: name.into(),
            wording: Wording::default(),
            form: None,
            pointer: place.pointer.clone(),
        };
        let Some(mut object) = place.object(reader) else { return axis };
        axis.wording = object.wording(reader);
        axis.form = if let Some(points) = object.get("points") {
            object.misplaced(reader, "from", "a point", "观测点");
            object.misplaced(reader, "curve", "a point", "观测点");
            let places = points.items(reader);
            refuse_none(&points, places.as_deref(), reader);
            let points = places.unwrap_or_default();
            Some(Form::Points(
                points.iter().filter_map(|it| PointDefinition::read(it, reader)).collect(),
            ))
        } else if let Some(place) = object.get("logistic") {
            read_logistic(&place, reader)
        } else {
            let name = Written { text: name.into(), pointer: place.pointer.clone() };
            Some(Form::Points(vec![PointDefinition::alone(name, &mut object, reader)]))
        };
        object.close(reader);
        axis
    }

    pub(in crate::value) fn expressions(&self) -> impl Iterator<Item = &Written> {
        let (points, factors): (&[PointDefinition], &[FactorDefinition]) = match &self.form {
            Some(Form::Points(points)) => (points, &[]),
            Some(Form::Logistic(_, factors)) => (&[], factors),
            None => (&[], &[]),
        };
        let points = points.iter();
        let points = points.flat_map(|it| it.from.iter().chain(&it.since).chain(&it.half_life));
        points.chain(factors.iter().filter_map(|it| it.from.as_ref()))
    }
}

fn refuse_none(place: &Place, items: Option<&[Place]>, reader: &mut Reader) {
    if items.is_some_and(<[Place]>::is_empty) {
        let fault = place.fault(
            Code::BadValue,
            "an empty list, expected one or more",
            "列表为空，至少应有一项",
        );
        reader.fault(fault);
    }
}

impl PointDefinition {
    fn read(place: &Place, reader: &mut Reader) -> Option<PointDefinition> {
        let mut object = place.object(reader)?;
        let name = read_name(&mut object, reader);
        let wording = object.wording(reader);
        let weight = match object.get("weight") {
            Some(place) => number(&place, Limits::POSITIVE, reader),
            None => Some(Decimal::from_int(1)),
        };
        let point =
            PointDefinition { wording, weight, ..PointDefinition::rest(&mut object, reader) };
        object.close(reader);
        Some(PointDefinition { name, ..point })
    }

    /// An axis of one point: what is observed and its curve stand in the axis.
    fn alone(name: Written, object: &mut Object<'_>, reader: &mut Reader) -> PointDefinition {
        PointDefinition { name: Some(name), ..PointDefinition::rest(object, reader) }
    }

    fn rest(object: &mut Object<'_>, reader: &mut Reader) -> PointDefinition {
        let from = Written::need(object, "from", reader);
        let half_life = Written::get(object, "half_life", reader);
        let since = match &half_life {
            Some(_) => Written::need(object, "since", reader),
            None => {
                object.misplaced(reader, "since", "`half_life`", " `half_life`");
                None
            }
        };
        let curve = object.need(reader, "curve");
        let curve = curve.map(|place| read_curve(&place, reader)).unwrap_or_default();
        PointDefinition {
            name: None,
            wording: Wording::default(),
            from,
            since,
            half_life,
            weight: Some(Decimal::from_int(1)),
            curve,
        }
    }
}

/// The name of a part that stands in a list.
fn read_name(object: &mut Object<'_>, reader: &mut Reader) -> Option<Written> {
    let place = object.need(reader, "name")?;
    let text = place.name(reader)?;
    Some(Written { text: text.into(), pointer: place.pointer })
}

/// Pairs of what is observed, strictly rising, and its score.
fn read_curve(place: &Place, reader: &mut Reader) -> Vec<(Decimal, Decimal)> {
    let items = place.items(reader);
    refuse_none(place, items.as_deref(), reader);
    let mut out: Vec<(Decimal, Decimal)> = Vec::new();
    for item in items.unwrap_or_default() {
        let Some(pair) = item.items(reader) else { continue };
        let [x, y] = pair.as_slice() else {
            reader.fault(item.fault(
                Code::BadValue,
                "a point of a curve is a value and its score: `[\"500\", 60]`",
                "曲线上的一点由取值和得分组成，如 `[\"500\", 60]`",
            ));
            continue;
        };
        let (value, score) = (number(x, Limits::ANY, reader), number(y, Limits::SCORE, reader));
        let (Some(value), Some(score)) = (value, score) else { continue };
        if out.last().is_some_and(|(before, _)| before.compare(value).is_ge()) {
            let (given, before) = (value, out.last().map(|(before, _)| *before).unwrap_or(value));
            reader.fault(x.fault(
                Code::BadValue,
                format!("{given} is not above {before}: values of a curve rise"),
                format!("{given} 不大于 {before}：曲线上的取值应逐点递增"),
            ));
        }
        out.push((value, score));
    }
    out
}

fn read_logistic(place: &Place, reader: &mut Reader) -> Option<Form> {
    let mut object = place.object(reader)?;
    let intercept = object.need(reader, "intercept");
    let intercept = intercept.and_then(|place| number(&place, Limits::ANY, reader));
    let factors = object.need(reader, "factors");
    let items = factors.as_ref().and_then(|place| place.items(reader));
    if let Some(place) = &factors {
        refuse_none(place, items.as_deref(), reader);
    }
    object.close(reader);
    let items = items.unwrap_or_default();
    let factors = items.iter().filter_map(|it| FactorDefinition::read(it, reader)).collect();
    Some(Form::Logistic(intercept, factors))
}

impl FactorDefinition {
    fn read(place: &Place, reader: &mut Reader) -> Option<FactorDefinition> {
        let mut object = place.object(reader)?;
        let name = read_name(&mut object, reader);
        let wording = object.wording(reader);
        let from = Written::need(&mut object, "from", reader);
        let weight = object.need(reader, "weight");
        let weight = weight.and_then(|place| number(&place, Limits::ANY, reader));
        let missing = object.get("missing");
        let missing = missing.and_then(|place| number(&place, Limits::ANY, reader));
        object.close(reader);
        Some(FactorDefinition { name, wording, from, weight, missing })
    }
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
