//! What one customer is worth, and how that came about.

use std::sync::Arc;

use serde::Serialize;

use super::super::customer::Shown;
use super::shown::{figure, score, tier};
use super::summary::TreatmentView;
use crate::error::Text;
use crate::lang::{Type, World};
use crate::units::{Decimal, Instant};
use crate::value::{Assessments, Axis, Contribution, Favour, Grounds, Rule};

/// One customer's value at an instant.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerValue {
    /// The last assessment; `None`: there was none yet, and nothing is known.
    pub assessed: Option<Instant>,
    /// The tier, since when, and what is done for those in it.
    pub tier: Option<CustomerTier>,
    /// The axes, by name, each with what gives how much to it.
    pub axes: Vec<CustomerAxis>,
    /// The figures, by name.
    pub figures: Vec<CustomerFigure>,
    /// What we did for each other, where the playbook counts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub favours: Option<CustomerFavours>,
    /// All changes of tier, by time; the first is the first assessment.
    pub history: Vec<TierChange>,
}

/// The tier of a customer.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerTier {
    /// The tier; `None`: none of them.
    pub tier: Option<Arc<str>>,
    /// As shown to people.
    pub label: Text,
    /// The assessment at which the customer came into it.
    pub since: Instant,
    /// What is done for those in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub treatment: Option<TreatmentView>,
}

/// The score of a customer on an axis.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerAxis {
    /// The axis.
    pub axis: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// The score; `None`: too little is known.
    pub score: Option<Decimal>,
    /// The same from what says something without knowing of any purchase.
    pub without_purchases: Option<Decimal>,
    /// What gives how much to it: points add up to the score.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<CustomerPoint>,
    /// Of a logistic regression, what gives how much to the logarithm of the
    /// odds: the intercept first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<CustomerFactor>,
}

/// What a point gives to a score.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerPoint {
    /// The point.
    pub point: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// What was observed; `None`: nothing, and the point has no weight.
    pub observed: Option<Shown>,
    /// Its own score by its curve.
    pub score: Option<Decimal>,
    /// How much it weighs of all that count, in percent.
    pub weight: Option<Decimal>,
    /// What it gives to the score.
    pub gives: Decimal,
}

/// What a factor gives to the logarithm of the odds.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerFactor {
    /// The factor; `None`: the intercept.
    pub factor: Option<Arc<str>>,
    /// As shown to people.
    pub label: Text,
    /// What was observed, or counts where nothing was.
    pub observed: Option<Shown>,
    /// What it gives, with six places.
    pub gives: Decimal,
}

/// A figure of a customer.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerFigure {
    /// The figure.
    pub figure: Arc<str>,
    /// Its value; `None`: not known.
    pub value: Option<Shown>,
}

/// What we did for a customer, and the customer for us.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerFavours {
    /// What we did, and what that is worth.
    pub given: Vec<CustomerFavour>,
    /// What the customer did.
    pub received: Vec<CustomerFavour>,
    /// Given without received.
    pub balance: Decimal,
}

/// Favours of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerFavour {
    /// The kind.
    pub favour: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// How many; `None`: not known, and worth nothing.
    pub many: Option<Decimal>,
    /// What they are worth.
    pub worth: Decimal,
}

/// A change of tier.
#[derive(Debug, Clone, Serialize)]
pub struct TierChange {
    /// The assessment at which it was.
    pub at: Instant,
    /// The tier before; `None`: none, or not assessed before.
    pub from: Option<Arc<str>>,
    /// The tier after; `None`: none.
    pub to: Option<Arc<str>>,
}

/// The value of a customer by assessments of these facts.
pub(in crate::engine) fn customer_value(
    world: World<'_>,
    made: &Assessments,
    customer: usize,
) -> CustomerValue {
    let valuation = made.valuation();
    // What cannot be asked again has no reasons to tell; the scores stand.
    let grounds = made.grounds(world, customer).ok().flatten().unwrap_or_default();
    let axes = valuation.axes.iter().enumerate();
    let mut axes: Vec<CustomerAxis> = axes
        .map(|(position, axis)| {
            let contributions = grounds.axes.get(position).map(Vec::as_slice).unwrap_or_default();
            CustomerAxis {
                axis: axis.name.clone(),
                label: axis.text.or_name(&axis.name),
                score: made.score(customer, position).map(score),
                without_purchases: made.score_without_purchases(customer, position).map(score),
                points: points(axis, contributions),
                factors: factors(axis, contributions),
            }
        })
        .collect();
    axes.sort_by(|a, b| a.axis.cmp(&b.axis));
    let figures = valuation.names.figures.iter().map(|(name, _)| CustomerFigure {
        figure: name.clone(),
        value: figure(valuation, name, made.figure(customer, name)),
    });
    let history = made.moves_of(customer).iter().map(|it| TierChange {
        at: it.at,
        from: tier(valuation, it.from.flatten()),
        to: tier(valuation, it.to),
    });
    CustomerValue {
        assessed: made.at(customer),
        tier: customer_tier(made, customer),
        axes,
        figures: figures.collect(),
        favours: favours(made, &grounds, customer),
        history: history.collect(),
    }
}

fn customer_tier(made: &Assessments, customer: usize) -> Option<CustomerTier> {
    let valuation = made.valuation();
    let standing = made.standing(customer).filter(|_| !valuation.tiers.is_empty())?;
    let declared = standing.tier.and_then(|position| valuation.tiers.get(position));
    Some(CustomerTier {
        tier: declared.map(|tier| tier.name.clone()),
        label: match declared {
            Some(tier) => tier.text.or_name(&tier.name),
            None => Text::new("none", "无"),
        },
        since: standing.since,
        treatment: declared.and_then(|tier| tier.treatment.as_ref()).map(TreatmentView::of),
    })
}

fn points(axis: &Axis, contributions: &[Contribution]) -> Vec<CustomerPoint> {
    let Rule::Points(points) = &axis.rule else { return Vec::new() };
    let pairs = points.iter().zip(contributions);
    pairs
        .map(|(point, given)| CustomerPoint {
            point: point.name.clone(),
            label: point.text.or_name(&point.name),
            observed: given.observed.map(|it| observed(point.from.result(), it)),
            score: given.score.map(score),
            weight: given.weight.map(score),
            gives: score(given.gives),
        })
        .collect()
}

fn factors(axis: &Axis, contributions: &[Contribution]) -> Vec<CustomerFactor> {
    let Rule::Logistic(logistic) = &axis.rule else { return Vec::new() };
    let intercept = std::iter::once((None, Text::new("intercept", "截距"), &Type::Int));
    let factors = logistic.factors.iter().map(|factor| {
        (Some(factor.name.clone()), factor.text.or_name(&factor.name), factor.from.result())
    });
    let named = intercept.chain(factors).zip(contributions);
    named
        .map(|((factor, label, ty), given)| CustomerFactor {
            factor,
            label,
            observed: given.observed.map(|it| observed(ty, it)),
            gives: Decimal::new(given.gives.into(), 6).unwrap_or(Decimal::from_int(0)),
        })
        .collect()
}

/// What was observed, as people read it.
fn observed(ty: &Type, number: Decimal) -> Shown {
    match ty {
        Type::Bool => Shown::Bool(number.units() != 0),
        Type::Int => Shown::Int(number.units().clamp(i64::MIN.into(), i64::MAX.into()) as i64),
        Type::Money(currency, _) => Shown::Text(format!("{number} {currency}")),
        Type::Duration => {
            // A day has so many nanoseconds; two places tell what anybody needs.
            let days = number.div_half_even(Decimal::from_int(86_400_000_000_000), 2);
            Shown::Text(days.map(|days| format!("{days} d")).unwrap_or_default())
        }
        _ => Shown::Text(number.to_string()),
    }
}

fn favours(made: &Assessments, grounds: &Grounds, customer: usize) -> Option<CustomerFavours> {
    let favours = &made.valuation().favours;
    if favours.given.is_empty() && favours.received.is_empty() {
        return None;
    }
    let side = |declared: &[Favour], told: &[(Option<Decimal>, i64)]| {
        let pairs = declared.iter().zip(told);
        let each = pairs.map(|(favour, (many, worth))| CustomerFavour {
            favour: favour.name.clone(),
            label: favour.text.or_name(&favour.name),
            many: *many,
            worth: score(*worth),
        });
        each.collect()
    };
    Some(CustomerFavours {
        given: side(&favours.given, &grounds.given),
        received: side(&favours.received, &grounds.received),
        balance: score(made.figure(customer, "favour_balance")?),
    })
}
