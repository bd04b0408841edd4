//! Axes, favours, cut points and tiers: their expressions, and what they come
//! to.

use std::sync::Arc;

use super::super::axis::{Axis, Factor, Fade, Logistic, Point, Rule};
use super::super::curve::Curve;
use super::super::cut::Cut;
use super::super::definition::{
    AxisDefinition, CutDefinition, FactorDefinition, FavourDefinition, Form, PointDefinition,
    TierDefinition, Written,
};
use super::super::favour::Favour;
use super::super::tier::Tier;
use super::expressions::{Checker, MAY_ASK_CUTS, MAY_ASK_NOTHING, MAY_ASK_SCORES};
use crate::error::{Code, Fault};
use crate::lang::Checked;
use crate::lang::types::Kinds;
use crate::units::Decimal;

/// Nanoseconds of a day: curves over lengths of time count in days.
const DAY: i64 = 86_400_000_000_000;

/// What can be observed: it has a place on a curve.
const OBSERVED: Kinds =
    Kinds::INT.or(Kinds::DECIMAL).or(Kinds::MONEY).or(Kinds::BOOL).or(Kinds::DURATION);

/// What customers can be ranked by.
pub(super) const RANKED: Kinds = Kinds::INT.or(Kinds::DECIMAL).or(Kinds::MONEY);

/// What a length of time is.
const LENGTH: Kinds = Kinds::PERIOD.or(Kinds::DURATION);

impl Checker<'_, '_> {
    pub fn axis(&mut self, written: &AxisDefinition) -> Option<Axis> {
        let rule = match written.form.as_ref()? {
            Form::Points(points) => {
                let points: Vec<Option<Point>> = points.iter().map(|it| self.point(it)).collect();
                Rule::Points(points.into_iter().collect::<Option<_>>()?)
            }
            Form::Logistic(intercept, factors) => {
                let factors: Vec<Option<Factor>> =
                    factors.iter().map(|it| self.factor(it)).collect();
                let factors = factors.into_iter().collect::<Option<_>>()?;
                Rule::Logistic(Logistic { intercept: (*intercept)?, factors })
            }
        };
        let (text, help) = (written.wording.text.clone(), written.wording.help.clone());
        let axis = Axis { name: written.name.clone(), text, help, rule };
        self.know_axis(&axis.name, axis.is_plain());
        Some(axis)
    }

    fn point(&mut self, written: &PointDefinition) -> Option<Point> {
        let from = self.value(written.from.as_ref(), OBSERVED, MAY_ASK_SCORES);
        let fade = match (&written.since, &written.half_life) {
            (Some(since), Some(half_life)) => {
                let moment = Kinds::TIMESTAMP.or(Kinds::DATE);
                let since = self.value(Some(since), moment, MAY_ASK_NOTHING);
                let half_life = self.length(half_life);
                Some(Fade { since: since?, half_life: half_life? })
            }
            (None, Some(half_life)) => {
                self.length(half_life);
                return None;
            }
            _ => None,
        };
        let from = from?;
        let since = fade.as_ref().map(|fade| &fade.since);
        let plain = self.is_plain(&from) && since.is_none_or(|since| self.is_plain(since));
        let per = if from.result().is(Kinds::DURATION) { DAY } else { 1 };
        Some(Point {
            name: written.name.as_ref()?.text.clone(),
            text: written.wording.text.clone(),
            fade,
            weight: millionths(written.weight?),
            curve: Curve::new(&written.curve, per),
            plain,
            from,
        })
    }

    fn factor(&mut self, written: &FactorDefinition) -> Option<Factor> {
        let counted = Kinds::INT.or(Kinds::DECIMAL).or(Kinds::MONEY).or(Kinds::BOOL);
        let from = self.value(written.from.as_ref(), counted, MAY_ASK_SCORES)?;
        Some(Factor {
            name: written.name.as_ref()?.text.clone(),
            text: written.wording.text.clone(),
            plain: self.is_plain(&from),
            from,
            weight: written.weight?,
            missing: written.missing,
        })
    }

    pub fn favour(&mut self, written: &FavourDefinition) -> Option<Favour> {
        let counted = Kinds::INT.or(Kinds::DECIMAL);
        let from = self.value(written.from.as_ref(), counted, MAY_ASK_NOTHING)?;
        let (name, text) = (written.name.clone(), written.wording.text.clone());
        Some(Favour { name, text, from, worth: written.worth? })
    }

    pub fn cut(&mut self, written: &CutDefinition) -> Option<Cut> {
        let of = self.value(written.of.as_ref(), RANKED, MAY_ASK_SCORES)?;
        let (name, text) = (written.name.clone(), written.wording.text.clone());
        Some(Cut { name, text, of, wanted: written.wanted? })
    }

    pub fn tier(&mut self, written: &TierDefinition) -> Option<Tier> {
        let when = self.condition(written.when.as_ref(), MAY_ASK_CUTS);
        let keep = written.keep.as_ref().map(|keep| self.condition(Some(keep), MAY_ASK_CUTS));
        let stay = written.stay.as_ref().map(|stay| self.length(stay));
        Some(Tier {
            name: written.name.as_ref()?.text.clone(),
            text: written.wording.text.clone(),
            help: written.wording.help.clone(),
            when: when?,
            keep: keep.map_or(Some(None), |keep| keep.map(Some))?,
            stay: stay.map_or(Some(None), |stay| stay.map(Some))?,
            treatment: written.treatment.clone(),
        })
    }

    /// A length of time that is the same for everybody.
    fn length(&mut self, written: &Written) -> Option<Arc<Checked>> {
        let length = self.value(Some(written), LENGTH, MAY_ASK_NOTHING)?;
        let reads = &length.uses;
        let is_same = reads.attributes.is_empty()
            && reads.kinds.is_empty()
            && reads.segments.is_empty()
            && reads.consents.is_empty()
            && !reads.now;
        let fault = if is_same {
            if self.constant(&length).is_some_and(|length| length.is_positive()) {
                return Some(length);
            }
            Fault::new(
                Code::BadValue,
                "a length of time here is more than nothing",
                "此处的时间长度应大于零",
            )
        } else {
            Fault::new(
                Code::BadValue,
                "a length of time here is the same for everybody, and at any time",
                "此处的时间长度应对所有客户、任何时刻都相同",
            )
        };
        let fault = fault.hint("`days(180)`, or a parameter", "例如 `days(180)`，或使用参数");
        self.fault(fault.span(0, written.text.len()).at(written.pointer.as_str()));
        None
    }
}

/// A weight that was read with six places at most.
fn millionths(weight: Decimal) -> i64 {
    weight.rescale_half_even(6).map_or(0, |weight| weight.units() as i64)
}
