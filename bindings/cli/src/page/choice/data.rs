//! All of it as data, tables to draw among them.

use guanxi::Error;
use guanxi::engine::ask::fit_as_json;
use guanxi::error::{Language, Text};
use guanxi::stats::Group;
use guanxi::value::Candidate;
use guanxi::value::holdout::{self, Point, TOLD_APART, Trial, Tried};
use serde_json::{Value, json};

use super::{Said, verdict};

/// Points of a tracking table, about.
const POINTS: f64 = 400.0;

/// As `--json` prints it.
pub fn json(said: &Said, language: Language) -> Result<Value, Error> {
    let rows = &said.customers.rows;
    let units = said.trial.map_or(0.0, |trial| trial.units);
    let oldest = rows.iter().fold(0.0_f64, |oldest, row| oldest.max(row.age));
    let step = ((oldest + units) / POINTS).ceil().max(1.0);
    let mut models = Vec::new();
    for candidate in &said.choice.candidates {
        models.push(model(said, candidate, (step, oldest, units), language)?);
    }
    let left_out = said.choice.left_out.iter();
    let texts = |texts: Vec<Text>| -> Vec<String> {
        texts.iter().map(|text| text.say(language).to_owned()).collect()
    };
    Ok(json!({
        "n": said.choice.candidates.first().map(|it| it.fit.customers),
        "rows": said.choice.candidates.first().map(|it| it.fit.rows),
        "repeats": rows.iter().map(|row| u64::from(row.frequency) * row.weight).sum::<u64>(),
        "best": said.choice.best().map(|best| best.fit.model),
        "models": models,
        "left_out": left_out
            .map(|(model, reason)| json!({"model": model, "reason": reason.say(language)}))
            .collect::<Vec<_>>(),
        "tables": {
            "tracking": ["until", "expected", "cumulative", "actual"],
            "frequencies": ["repeats", "actual", "expected"],
        },
        "holdout": said.trial.map(trial_json),
        "verdict": texts(verdict::lines(said.choice, said.trial)),
        "notes": texts(said.notes()),
    }))
}

/// One model, with its tables: a step of time, the age of the oldest customer and
/// how long the holdout was.
fn model(
    said: &Said,
    candidate: &Candidate,
    (step, oldest, units): (f64, f64, f64),
    language: Language,
) -> Result<Value, Error> {
    let rows = &said.customers.rows;
    let mut model = fit_as_json(&candidate.fit, &candidate.stages_tried, language);
    model["aic_above"] = json!(candidate.behind);
    model["evidence"] = json!(candidate.weight);
    model["same_as"] = json!(candidate.same_as);
    let fit = &candidate.fit;
    let finite = fit.parameters().iter().all(|value| value.is_finite());
    if candidate.same_as.is_none() && finite {
        let points = holdout::tracking(fit, rows, step, units, said.threads)?;
        let counts = holdout::frequencies(fit, rows, TOLD_APART)?;
        model["tracking"] = tracked(&points, said.repeats);
        model["frequencies"] =
            counts.iter().map(|it| json!([it.purchases, it.actual, it.expected])).collect();
        let time = if units > 0.0 { units } else { oldest };
        model["newcomers"] = json!({
            "time": time,
            "chances": holdout::newcomers(fit, time, TOLD_APART)?,
        });
    }
    Ok(model)
}

/// Points, with what came where that is known.
fn tracked(points: &[Point], repeats: Option<&[(f64, u64)]>) -> Value {
    let came = repeats.map(|repeats| holdout::came(points, repeats));
    let actual = |at: usize| came.as_ref().and_then(|came| came.get(at));
    let row = |(at, it): (usize, &Point)| json!([it.until, it.expected, it.cumulative, actual(at)]);
    points.iter().enumerate().map(row).collect()
}

fn trial_json(trial: &Trial) -> Value {
    let duels = trial.duels.iter().map(|duel| {
        json!({
            "baseline": duel.baseline,
            "absolute_error": {"less": duel.absolute.value, "standard_error": duel.absolute.error,
                "outcome": verdict::outcome(duel.absolute)},
            "squared_error": {"less": duel.squared.value, "standard_error": duel.squared.error,
                "outcome": verdict::outcome(duel.squared)},
        })
    });
    json!({
        "units": trial.units,
        "customers": trial.customers,
        "buyers": trial.buyers,
        "purchases": trial.purchases,
        "hiatus": trial.hiatus,
        "forecasts": trial.tried.iter().map(tried_json).collect::<Vec<_>>(),
        "duels": duels.collect::<Vec<_>>(),
    })
}

fn groups_json(groups: &[Group]) -> Value {
    let row = |it: &Group| {
        json!({"customers": it.weight, "from": it.range.0, "to": it.range.1,
            "expected": it.forecast, "actual": it.actual})
    };
    groups.iter().map(row).collect()
}

fn tried_json(tried: &Tried) -> Value {
    let mut out = json!({
        "name": tried.name,
        "expected": tried.expected,
        "bias": tried.bias,
        "mae": tried.mae,
        "rmse": tried.rmse,
        "wape": tried.wape,
        "gini": tried.gini,
        "auc": tried.auc.map(|area| area.value),
        "auc_standard_error": tried.auc.map(|area| area.error),
        "deciles": groups_json(&tried.deciles),
    });
    if let Some(k) = tried.stages {
        out["k"] = json!(k);
    }
    let Some(chances) = &tried.chances else { return out };
    let alive = chances.alive.iter().map(|it| {
        json!({"customers": it.customers, "alive": it.alive, "chance": it.chance,
            "bought": it.bought})
    });
    out["chance_to_buy"] = json!({
        "brier": chances.brier,
        "skill": chances.skill,
        "miscalibration": chances.miscalibration,
        "bins": groups_json(&chances.buying),
    });
    out["alive"] = alive.collect();
    out["frequencies"] = chances
        .frequencies
        .iter()
        .map(|it| json!([it.purchases, it.actual, it.expected]))
        .collect();
    out["by_frequency"] = chances
        .by_frequency
        .iter()
        .map(|it| {
            json!({"repeats": it.frequency, "customers": it.customers, "expected": it.expected,
                "actual": it.actual})
        })
        .collect();
    out
}
