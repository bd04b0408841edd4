//! Whether the model of a playbook tells what customers do: learnt from the first
//! part of the time, held against the rest.

use super::super::answers::Options;
use crate::error::Error;
use crate::facts::{Columns, Snapshot};
use crate::playbook::Playbook;
use crate::units::{Day, Instant};
use crate::value::cbs::{Cbs, Definition};
use crate::value::holdout::{came, frequencies_of, tracking_of};
use crate::value::model::find;
use crate::value::{Forecast, Row};

/// Which part of the time the model does not see.
const HELD_BACK: i64 = 3;

/// Stretches of time that are told, about.
const STRETCHES: f64 = 40.0;

/// Customers with so many repeats or more are told together.
const TOGETHER: u32 = 7;

/// How well the model of a playbook tells repeats: learnt from the first two thirds
/// of the time, and held against all of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFit {
    /// The model.
    pub model: &'static str,
    /// Its stages, where they are a choice.
    pub stages: Option<u32>,
    /// To how many customers it was fitted; 0 where its parameters are pinned.
    pub customers: u64,
    /// The last day that it learnt from.
    pub learnt_until: Day,
    /// The last day of those that followed.
    pub until: Day,
    /// Repeats by stretches of time, ascending.
    pub tracking: Vec<Tracked>,
    /// Customers by their repeats while it learnt; the last stands for all above
    /// too.
    pub frequencies: Vec<Repeated>,
}

/// Repeats over a stretch of time, of those who had bought while it was learnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tracked {
    /// Its last day. It begins where the one before ends.
    pub until: Day,
    /// How many the model expects.
    pub expected: f64,
    /// How many there were.
    pub actual: u64,
}

/// How many customers came back so often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeated {
    /// How often.
    pub repeats: u32,
    /// How many the model expects.
    pub expected: f64,
    /// How many there were.
    pub actual: u64,
}

/// Holds the model of a playbook against what customers did.
///
/// # Output
///
/// `None` where the playbook has no model, and where too little has happened to
/// learn one from two thirds of the time. Parameters that are pinned are taken as
/// they are.
///
/// # Errors
///
/// Facts that do not have what the section reads; with stages also times too far
/// ahead.
///
/// # Cost
///
/// Three passes over the purchases, a fit, and an expectation for each day that
/// somebody first bought on.
pub fn model_fit(
    columns: &Columns,
    playbook: &Playbook,
    as_of: Instant,
    options: Options,
) -> Result<Option<ModelFit>, Error> {
    let Some(valuation) = playbook.value() else { return Ok(None) };
    let Some(models) = &valuation.model else { return Ok(None) };
    let calendar = playbook.calendar();
    let snapshot = Snapshot::new(columns, as_of);
    // The day of the question is not over, or has only begun.
    let until = calendar.zone().day_of(as_of).add_days(-1)?;
    let whole = valuation.purchases.statistics(until);
    let per_unit = f64::from(whole.unit.days());
    let oldest =
        Cbs::new(&snapshot, &whole, calendar)?.rows().fold(0.0_f64, |most, row| most.max(row.age));
    let held_back = (oldest * per_unit) as i64 / HELD_BACK;
    if held_back == 0 {
        return Ok(None);
    }
    let learnt_until = until.add_days(-held_back)?;
    let definition =
        Definition { holdout_end: Some(until), ..valuation.purchases.statistics(learnt_until) };
    let rows: Vec<Row> = Cbs::new(&snapshot, &definition, calendar)?.rows().collect();
    let learnt = match rows.is_empty() {
        true => None,
        false => models.learn(&rows, None, options.threads)?.map(|parameters| parameters.timing),
    };
    let Some(learnt) = learnt else { return Ok(None) };
    let forecast = Forecast::new(&*find(learnt.model, learnt.stages)?, &learnt.values)?;
    let step = (oldest / STRETCHES).ceil().max(1.0);
    let ahead = held_back as f64 / per_unit;
    let points = tracking_of(&forecast, &rows, step, ahead, options.threads)?;
    let grain = f64::from(definition.grain.days()) / per_unit;
    let repeats = Cbs::repeats(&snapshot, &definition, calendar)?;
    let repeats: Vec<(f64, u64)> =
        repeats.into_iter().map(|(grains, count)| (grains as f64 * grain, count)).collect();
    let actual = came(&points, &repeats);
    let mut tracking = Vec::with_capacity(points.len());
    // A stretch that is not over yet says nothing.
    for (point, actual) in points.iter().zip(actual).filter(|(point, _)| point.until <= ahead) {
        let day = learnt_until.add_days((point.until * per_unit).round() as i64)?;
        tracking.push(Tracked { until: day, expected: point.expected, actual });
    }
    let frequencies = frequencies_of(&forecast, &rows, TOGETHER)?.into_iter();
    Ok(Some(ModelFit {
        model: learnt.model,
        stages: learnt.stages,
        customers: learnt.customers,
        learnt_until,
        until,
        tracking,
        frequencies: frequencies
            .map(|it| Repeated { repeats: it.purchases, expected: it.expected, actual: it.actual })
            .collect(),
    }))
}
