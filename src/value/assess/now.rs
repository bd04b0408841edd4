//! One customer while being assessed: what is known so far.

use std::sync::Arc;

use super::super::axis::{Rule, Scored, Seen};
use super::super::favour::{Favour, FavourBalance};
use super::super::figures::{self, Figures};
use super::super::tier::{Standing, next_standing};
use super::super::valuation::Valuation;
use super::ground::{Ground, NoStates};
use crate::error::Error;
use crate::lang::{Checked, Moment, Score, ScoreHistory, Type, Value, World};
use crate::units::{Decimal, Instant};

/// Stands for what is not known, where answers are kept as whole numbers.
pub(super) const MISSING: i64 = i64::MIN;

/// What is known of one customer at one assessment, in the order in which it
/// comes about: figures, favours, axes.
#[derive(Debug, Clone)]
pub(super) struct Now<'a> {
    pub valuation: &'a Valuation,
    pub figures: [i64; 8],
    pub favours: FavourBalance,
    /// One for each axis that is scored already.
    pub axes: Vec<i64>,
    /// The cut points of the last assessment of everybody.
    pub cuts: &'a [i64],
}

impl<'a> Now<'a> {
    pub fn new(valuation: &'a Valuation, figures: &Figures, cuts: &'a [i64]) -> Now<'a> {
        let favours = FavourBalance::default();
        Now { valuation, figures: kept(figures), favours, axes: Vec::new(), cuts }
    }

    fn number(&self, asked: Score<'_>) -> Option<i64> {
        match asked {
            Score::Figure(name) => figure(&self.figures, self.favours, name),
            Score::Axis(name) => self.axes.get(self.valuation.axis(name)?).copied(),
            Score::Cut(name) => {
                Some(self.cuts.get(self.valuation.cut(name)?).copied().unwrap_or(MISSING))
            }
            Score::Tier | Score::AliveUntil(_) => None,
        }
    }
}

impl ScoreHistory for Now<'_> {
    fn ask_before(&self, _: usize, _: Instant, asked: Score<'_>) -> Option<Value> {
        Some(value_of(self.valuation, asked, self.number(asked)?))
    }

    fn changes_after(&self, _: usize, _: Instant) -> Option<Instant> {
        None
    }
}

/// Figures as they are kept.
pub(super) fn kept(figures: &Figures) -> [i64; 8] {
    figures.all().map(|figure| figure.unwrap_or(MISSING))
}

/// The figure of a name.
pub(super) fn figure(figures: &[i64; 8], favours: FavourBalance, name: &str) -> Option<i64> {
    match name {
        "favours_given" => Some(favours.given),
        "favours_received" => Some(favours.received),
        "favour_balance" => Some(favours.balance()),
        _ => {
            let at = figures::NAMES.iter().position(|known| *known == name)?;
            figures.get(at).copied()
        }
    }
}

/// An answer that is kept as a whole number, as the language has it.
pub(super) fn value_of(valuation: &Valuation, asked: Score<'_>, number: i64) -> Value {
    if number == MISSING {
        return Value::Missing;
    }
    let exact = |scale| Decimal::new(number.into(), scale).unwrap_or(Decimal::from_int(number));
    let typed = |ty: &Type| match ty {
        Type::Money(currency, scale) => Value::Money(exact(*scale), *currency),
        Type::Decimal(scale) => Value::Decimal(exact(*scale)),
        _ => Value::Int(number),
    };
    let named = |list: &[(Arc<str>, Type)], name: &str| {
        let known = list.iter().find(|(known, _)| **known == *name);
        known.map_or(Value::Missing, |(_, ty)| typed(ty))
    };
    match asked {
        Score::Figure(name) => named(&valuation.names.figures, name),
        Score::Cut(name) => named(&valuation.names.cuts, name),
        Score::Axis(_) => Value::Decimal(exact(2)),
        Score::Tier => {
            let tier = usize::try_from(number).ok().and_then(|tier| valuation.tiers.get(tier));
            tier.map_or(Value::Missing, |tier| Value::Text(tier.name.clone()))
        }
        Score::AliveUntil(_) => Value::Timestamp(Instant::clamped(number).into()),
    }
}

/// What a value is on a curve, or as a factor.
pub(super) fn observed(value: Value) -> Option<Decimal> {
    match value {
        Value::Bool(yes) => Some(Decimal::from_int(yes.into())),
        Value::Int(number) => Some(Decimal::from_int(number)),
        Value::Decimal(number) | Value::Money(number, _) => Some(number),
        Value::Duration(duration) => Some(Decimal::from_int(duration.nanos())),
        _ => None,
    }
}

/// Where an expression failed for a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Trouble {
    /// The customer's number.
    pub customer: usize,
    /// At which assessment.
    pub at: Instant,
    /// Of which axis, favour, cut or tier: its name.
    pub of: Arc<str>,
    /// Why.
    pub error: Error,
}

/// Asks expressions about one customer at one instant.
pub(super) struct Asking<'g, 'a> {
    pub ground: &'g Ground<'a>,
    pub customer: usize,
    pub at: Instant,
    /// Attributes that were set later are not known.
    pub known: Instant,
    pub ends: &'g [usize],
    pub troubles: &'g mut Vec<Trouble>,
}

impl Asking<'_, '_> {
    /// The value; an expression that fails is noted and gives nothing.
    pub fn ask(&mut self, checked: &Checked, of: &Arc<str>, now: &Now<'_>) -> Value {
        let world = World { scores: Some(now), ..self.ground.world };
        let moment = Moment::new(world, self.customer, self.at, self.ends, &NoStates);
        let moment = moment.knowing(self.known);
        match checked.evaluate(&moment) {
            Ok(value) => value,
            Err(error) => {
                self.trouble(of, error);
                Value::Missing
            }
        }
    }

    pub fn holds(&mut self, checked: &Checked, of: &Arc<str>, now: &Now<'_>) -> bool {
        matches!(self.ask(checked, of, now), Value::Bool(true))
    }

    fn trouble(&mut self, of: &Arc<str>, error: Error) {
        let (customer, at) = (self.customer, self.at);
        self.troubles.push(Trouble { customer, at, of: of.clone(), error });
    }

    /// What we did for each other.
    pub fn favours(&mut self, now: &Now<'_>) -> FavourBalance {
        let valuation = self.ground.valuation;
        let mut side = |favours: &[Favour]| {
            favours.iter().fold(0_i64, |sum, favour| {
                let many = observed(self.ask(&favour.from, &favour.name, now));
                sum.saturating_add(favour.worth(many))
            })
        };
        let (given, received) = (side(&valuation.favours.given), side(&valuation.favours.received));
        FavourBalance { given, received }
    }

    /// What is seen of the observations of an axis.
    pub fn seen(&mut self, position: usize, now: &Now<'_>) -> Vec<Seen> {
        let Some(axis) = self.ground.valuation.axes.get(position) else { return Vec::new() };
        match &axis.rule {
            Rule::Points(points) => {
                let points = points.iter().enumerate();
                points
                    .map(|(at, point)| {
                        let from = observed(self.ask(&point.from, &axis.name, now));
                        let Some(fade) = &point.fade else {
                            return Seen { observed: from, fade: None };
                        };
                        let since = self.ask(&fade.since, &axis.name, now);
                        let since = self.instant(since);
                        self.ground.faded(from, (position, at), since, self.at)
                    })
                    .collect()
            }
            Rule::Logistic(logistic) => {
                let factors = logistic.factors.iter();
                let seen = factors.map(|factor| observed(self.ask(&factor.from, &axis.name, now)));
                seen.map(|observed| Seen { observed, fade: None }).collect()
            }
        }
    }

    fn instant(&self, value: Value) -> Option<Instant> {
        match value {
            Value::Timestamp(at) => Some(at.split().0),
            Value::Date(day) => Some(self.ground.world.calendar.zone().start_of(day)),
            _ => None,
        }
    }

    /// Favours and axes, each after what it reads.
    pub fn scores(&mut self, now: &mut Now<'_>) -> Vec<Scored> {
        now.favours = self.favours(now);
        let axes = self.ground.valuation.axes.iter().enumerate();
        axes.map(|(position, axis)| {
            let scored = axis.score(&self.seen(position, now));
            now.axes.push(scored.score.unwrap_or(MISSING));
            scored
        })
        .collect()
    }

    /// The tier.
    pub fn tier(&mut self, present: Option<Standing>, now: &Now<'_>) -> Standing {
        let (ground, at) = (self.ground, self.at);
        let tiers = &ground.valuation.tiers;
        let first = tiers.iter().position(|tier| self.holds(&tier.when, &tier.name, now));
        let held = next_standing(present, first, at, |present| {
            let Some(position) = present.tier else {
                return Ok::<_, std::convert::Infallible>(false);
            };
            let keep = tiers.get(position).and_then(|tier| Some((tier, tier.keep.as_ref()?)));
            let keeps = keep.is_some_and(|(tier, keep)| self.holds(keep, &tier.name, now));
            Ok(keeps || ground.stays(position, present.since, at))
        });
        match held {
            Ok(standing) => standing,
            Err(never) => match never {},
        }
    }
}
