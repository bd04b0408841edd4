//! Axes as they are written: points with curves, or a logistic regression.

use std::sync::Arc;

use crate::error::Code;
use crate::json::{Limits, Written, number};
use crate::json::{Object, Place, Reader, Wording};
use crate::units::Decimal;

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

/// A list has something in it.
pub(super) fn refuse_none(place: &Place, items: Option<&[Place]>, reader: &mut Reader) {
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
