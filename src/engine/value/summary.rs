//! What a review says of value: the models, the tiers and what they are worth.

use std::sync::Arc;

use serde::Serialize;

use super::super::answers::{FAILURES_TOLD, Failure};
use super::super::customer::Shown;
use super::shown::{score, shown, type_of};
use crate::error::{Fault, Text};
use crate::facts::{Bits, Snapshot};
use crate::units::{Decimal, Instant};
use crate::value::model::find;
use crate::value::money::Learnt;
use crate::value::{Assessments, Round, Treatment};

/// The 97.5th percentile of the standard normal distribution.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// What everybody is worth, how they score and in which tiers they are.
#[derive(Debug, Clone, Serialize)]
pub struct ValueSummary {
    /// The last assessment of everybody; `None` before the first.
    pub assessed: Option<Instant>,
    /// How many of everybody there were.
    pub assessments: u64,
    /// How many of one customer, those of everybody counted for each.
    pub customer_assessments: u64,
    /// The models, with what is known of their parameters.
    pub models: Vec<ModelSummary>,
    /// Why nothing could be fitted last, where that is so: then parameters are
    /// those of an earlier assessment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<Fault>,
    /// The tiers, the best first.
    pub tiers: Vec<TierSummary>,
    /// Customers in none of them, or not assessed yet.
    pub outside: u64,
    /// The axes, by name.
    pub axes: Vec<AxisSummary>,
    /// The cut points, by name.
    pub cuts: Vec<CutSummary>,
    /// How often an expression failed for a customer.
    pub errors: u64,
    /// The first of these.
    pub failures: Vec<Failure>,
}

/// A model and its parameters.
#[derive(Debug, Clone, Serialize)]
pub struct ModelSummary {
    /// The model.
    pub model: &'static str,
    /// Its stages, where they are a choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k: Option<u32>,
    /// Whether the parameters are written down in the playbook.
    pub pinned: bool,
    /// To how many customers they were fitted.
    pub customers: u64,
    /// The parameters, in the order of the papers.
    pub parameters: Vec<ParameterSummary>,
    /// What the model has become, where the parameters ran to its border.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<LimitSummary>,
}

/// A parameter of a model.
#[derive(Debug, Clone, Serialize)]
pub struct ParameterSummary {
    /// Its name in the papers.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// Its standard error, where that is known.
    pub error: Option<f64>,
    /// What holds the true value in 95 of 100 cases, where that is known.
    pub interval: Option<(f64, f64)>,
}

/// The simpler model that a fit came to.
#[derive(Debug, Clone, Serialize)]
pub struct LimitSummary {
    /// Its name.
    pub model: &'static str,
    /// Why.
    pub reason: Text,
}

/// A tier.
#[derive(Debug, Clone, Serialize)]
pub struct TierSummary {
    /// The tier.
    pub tier: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Customers in it.
    pub customers: u64,
    /// What they earned us so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub past_value: Option<Worth>,
    /// What they will probably earn us within the horizon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub future_value: Option<Worth>,
    /// What is done for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub treatment: Option<TreatmentView>,
}

/// What is done for the customers of a tier.
#[derive(Debug, Clone, Serialize)]
pub struct TreatmentView {
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Arc<str>>,
    /// What that may cost for one customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Decimal>,
    /// How often somebody may be contacted in a month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacts_per_month: Option<i64>,
}

/// A sum over customers.
#[derive(Debug, Clone, Serialize)]
pub struct Worth {
    /// The sum of what is known.
    pub sum: Shown,
    /// For how many nothing is known.
    pub missing: u64,
}

/// An axis, over everybody.
#[derive(Debug, Clone, Serialize)]
pub struct AxisSummary {
    /// The axis.
    pub axis: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Customers with a score.
    pub known: u64,
    /// Customers without one.
    pub missing: u64,
    /// The mean of the scores, halves to the even digit.
    pub mean: Option<Decimal>,
    /// The smallest scores that a quarter, a half and three quarters of the
    /// customers do not exceed.
    pub quartiles: Option<[Decimal; 3]>,
}

/// A cut point.
#[derive(Debug, Clone, Serialize)]
pub struct CutSummary {
    /// The cut point.
    pub cut: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Where the best begin; `None`: there was nobody to cut.
    pub value: Option<Shown>,
}

impl TreatmentView {
    pub(super) fn of(treatment: &Treatment) -> TreatmentView {
        TreatmentView {
            action: treatment.action.clone(),
            budget: treatment.budget,
            contacts_per_month: treatment.contacts_per_month,
        }
    }
}

/// The summary of assessments about those who are there.
pub(in crate::engine) fn summary(snapshot: &Snapshot<'_>, made: &Assessments) -> ValueSummary {
    let (valuation, population) = (made.valuation(), snapshot.population());
    let last = made.rounds().last();
    let mut outside = 0;
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); valuation.tiers.len()];
    for customer in population.rows() {
        let tier = made.standing(customer).and_then(|standing| standing.tier);
        match tier.and_then(|tier| members.get_mut(tier)) {
            Some(members) => members.push(customer),
            None => outside += 1,
        }
    }
    let tiers = valuation.tiers.iter().zip(&members).map(|(tier, members)| TierSummary {
        tier: tier.name.clone(),
        label: tier.text.or_name(&tier.name),
        customers: members.len() as u64,
        past_value: worth(made, members, "past_value"),
        future_value: worth(made, members, "future_value"),
        treatment: tier.treatment.as_ref().map(TreatmentView::of),
    });
    let mut axes: Vec<AxisSummary> =
        (0..valuation.axes.len()).filter_map(|axis| axis_summary(made, population, axis)).collect();
    axes.sort_by(|a, b| a.axis.cmp(&b.axis));
    ValueSummary {
        assessed: last.map(|round| round.at),
        assessments: made.rounds().len() as u64,
        customer_assessments: made.assessed(),
        models: models(last, made),
        failed: last.and_then(|round| round.failed.clone()?.into_faults().into_iter().next()),
        tiers: tiers.collect(),
        outside,
        axes,
        cuts: cuts(last, made),
        errors: made.n_troubles(),
        failures: failures(snapshot, made),
    }
}

fn worth(made: &Assessments, members: &[usize], figure: &str) -> Option<Worth> {
    let ty = type_of(made.valuation(), figure)?;
    let known = members.iter().filter_map(|customer| made.figure(*customer, figure));
    let (sum, known) =
        known.fold((0_i128, 0), |(sum, count), units| (sum + i128::from(units), count + 1));
    Some(Worth { sum: shown(ty, sum), missing: members.len() as u64 - known })
}

fn axis_summary(made: &Assessments, population: &Bits, axis: usize) -> Option<AxisSummary> {
    let declared = made.valuation().axes.get(axis)?;
    let mut scores: Vec<i64> =
        population.rows().filter_map(|customer| made.score(customer, axis)).collect();
    scores.sort_unstable();
    let known = scores.len();
    let at = |quarter: usize| {
        let place = (known * quarter).div_ceil(4).saturating_sub(1);
        scores.get(place).copied().map(score)
    };
    let quartiles = at(1).zip(at(2)).zip(at(3)).map(|((low, middle), high)| [low, middle, high]);
    let sum = Decimal::new(scores.iter().map(|score| i128::from(*score)).sum(), 2).ok();
    let mean = sum.and_then(|sum| sum.div_half_even(Decimal::from_int(known as i64), 2).ok());
    Some(AxisSummary {
        axis: declared.name.clone(),
        label: declared.text.or_name(&declared.name),
        known: known as u64,
        missing: (population.count() - known) as u64,
        mean,
        quartiles,
    })
}

fn models(last: Option<&Round>, made: &Assessments) -> Vec<ModelSummary> {
    let Some(parameters) = last.and_then(|round| round.parameters.as_deref()) else {
        return Vec::new();
    };
    let pinned = made.valuation().model.as_ref();
    let timing = model(&parameters.timing, pinned.is_some_and(|it| it.is_pinned_timing()));
    let is_pinned = |spend: &Learnt| spend.customers == 0 && spend.covariance.is_none();
    let spend = parameters.spend.as_ref().map(|spend| model(spend, is_pinned(spend)));
    std::iter::once(timing).chain(spend).collect()
}

fn model(learnt: &Learnt, pinned: bool) -> ModelSummary {
    let parameters = learnt.names.iter().zip(&learnt.values).enumerate();
    let parameters = parameters.map(|(place, (name, value))| {
        let covariance = learnt.covariance.as_ref();
        let variance = covariance.and_then(|matrix| matrix.get(place)?.get(place).copied());
        let spread = variance.map(libm::sqrt);
        let factor = spread.map(|spread| libm::exp(NORMAL_975 * spread));
        ParameterSummary {
            name,
            value: *value,
            error: spread.map(|spread| value * spread),
            interval: factor.map(|factor| (value / factor, value * factor)),
        }
    });
    let border = find(learnt.model, learnt.stages).ok().and_then(|it| it.border(&learnt.values));
    let limit = learnt.limit.and(border).map(|border| LimitSummary {
        model: border.model,
        reason: Text::new(border.en, border.zh),
    });
    ModelSummary {
        model: learnt.model,
        k: learnt.stages,
        pinned,
        customers: learnt.customers,
        parameters: parameters.collect(),
        limit,
    }
}

fn cuts(last: Option<&Round>, made: &Assessments) -> Vec<CutSummary> {
    let valuation = made.valuation();
    let cuts = valuation.cuts.iter().zip(&valuation.names.cuts).enumerate();
    cuts.map(|(at, (cut, (_, ty)))| {
        let value = last.and_then(|round| round.cuts.get(at).copied().flatten());
        CutSummary {
            cut: cut.name.clone(),
            label: cut.text.or_name(&cut.name),
            value: value.map(|units| shown(ty, units.into())),
        }
    })
    .collect()
}

fn failures(snapshot: &Snapshot<'_>, made: &Assessments) -> Vec<Failure> {
    let customers = &snapshot.columns().customers;
    let told = made.troubles().iter().take(FAILURES_TOLD);
    told.filter_map(|trouble| {
        let fault = trouble.error.clone().into_faults().into_iter().next()?;
        let fault = fault.at(format!("/value/{}", trouble.of));
        Some(Failure { customer: customers.get(trouble.customer)?.clone(), fault })
    })
    .collect()
}
