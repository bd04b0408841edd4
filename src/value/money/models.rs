//! The section `model`: which models say what comes, and their parameters.

use std::sync::Arc;

use serde::Serialize;

use crate::error::{Code, Error, Fault};
use crate::json::{Json, Object, Place, Reader};
use crate::stats::Matrix;
use crate::units::shown;
use crate::value::fit::{Fit, fit_sample};
use crate::value::model::{GammaGamma, Model, NAMES, Spend, check_parameters, find, is_parameter};
use crate::value::row::Row;
use crate::value::sample::{Reads, Sample};

/// The name of the one model of spending.
const SPEND: &str = "gamma-gamma";

/// The models that are decided upon.
///
/// ```
/// use guanxi::json::{self, Place, Reader};
/// use guanxi::value::money::Models;
/// let document = json::parse(br#"{"timing": "bg-nbd", "spend": "gamma-gamma",
///     "pinned": {"timing": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}}}"#)?;
/// let mut reader = Reader::new();
/// let models = Models::read(&Place::root(&document), &mut reader).unwrap();
/// assert!(!reader.has_faults() && models.is_pinned_timing() && !models.is_pinned());
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    /// The model of when purchases come.
    pub timing: Arc<str>,
    /// Its stages, where they are a choice.
    pub stages: Option<u32>,
    /// Whether what purchases bring is modelled too.
    pub spend: bool,
    timing_pinned: Option<Vec<f64>>,
    spend_pinned: Option<Vec<f64>>,
}

/// The parameters at an assessment: what is known of everybody.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parameters {
    /// Of when purchases come.
    pub timing: Learnt,
    /// Of what they bring; `None` where that is not modelled, or nothing is
    /// known of it yet.
    pub spend: Option<Learnt>,
}

/// The parameters of one model, and how well they are known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Learnt {
    /// The name of the model.
    pub model: &'static str,
    /// Its stages, where they are a choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stages: Option<u32>,
    /// What the parameters are called in the papers.
    pub names: &'static [&'static str],
    /// Their values, in that order.
    pub values: Vec<f64>,
    /// The covariance of their logarithms; `None` where they are pinned, and
    /// where the data leave a direction open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covariance: Option<Matrix>,
    /// The simpler model that a fit came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<&'static str>,
    /// To how many customers they were fitted; 0 where they are pinned.
    pub customers: u64,
}

impl Models {
    /// Reads the section, with every fault at its place.
    pub fn read(place: &Place, reader: &mut Reader) -> Option<Models> {
        let mut object = place.object(reader)?;
        let timing = object.need(reader, "timing");
        let stages = object.get("k").map(|place| place.whole(reader));
        let family = match (&timing, &stages) {
            (Some(timing), None) => timing_of(timing, None, reader),
            (Some(timing), Some(Some(k))) => {
                timing_of(timing, Some(u32::try_from(*k).unwrap_or(u32::MAX)), reader)
            }
            _ => None,
        };
        let spend = object.get("spend");
        let has_spend = spend.as_ref().is_some_and(|place| spend_of(place, reader));
        let (mut timing_pinned, mut spend_pinned) = (Some(None), Some(None));
        if let Some(mut pinned) = object.get("pinned").and_then(|place| place.object(reader)) {
            if let Some(place) = pinned.get("timing") {
                timing_pinned =
                    family.as_deref().and_then(|model| values(&place, model, reader)).map(Some);
            }
            if has_spend {
                if let Some(place) = pinned.get("spend") {
                    spend_pinned = values(&place, &GammaGamma, reader).map(Some);
                }
            } else {
                pinned.misplaced(reader, "spend", "a model of spending", "消费金额模型");
            }
            pinned.close(reader);
        }
        object.close(reader);
        Some(Models {
            timing: family.as_ref()?.name().into(),
            stages: family?.stages(),
            spend: has_spend,
            timing_pinned: timing_pinned?,
            spend_pinned: spend_pinned?,
        })
    }

    /// Whether all parameters are written down, so that none is ever fitted.
    pub fn is_pinned(&self) -> bool {
        self.is_pinned_timing() && (!self.spend || self.spend_pinned.is_some())
    }

    /// Whether those of the times are.
    pub fn is_pinned_timing(&self) -> bool {
        self.timing_pinned.is_some()
    }

    /// The parameters as of these customers: pinned ones as they are written,
    /// the others by maximum likelihood. `None` where too little has happened
    /// to learn anything: nobody came back, say.
    ///
    /// # Inputs
    ///
    /// A row for each customer who has bought, in any order. Who brought
    /// nothing in repeats, or less, is left out of the fit of spending, which
    /// knows no such amounts. `before`: the parameters of the assessment before,
    /// from which the search then begins: two or three steps instead of a
    /// dozen, to the same top but for the last digits, so that the same history
    /// must be fitted with the same `before` for the same bits. `threads`: how
    /// many to use; the bits stay the same.
    ///
    /// # Errors
    ///
    /// Those of [`Row::check`], with the position of the row.
    ///
    /// # Cost
    ///
    /// That of a fit of each model that is not pinned.
    pub fn learn(
        &self,
        rows: &[Row],
        before: Option<&Parameters>,
        threads: usize,
    ) -> Result<Option<Parameters>, Error> {
        let model = find(&self.timing, self.stages)?;
        let timing = match &self.timing_pinned {
            Some(values) => Some(Learnt::pinned(&*model, values)),
            None => {
                let warm = before.map(|before| &before.timing.values[..]);
                fitted(&*model, Sample::of(rows, Reads::Timing), warm, threads)?
            }
        };
        let Some(timing) = timing else { return Ok(None) };
        let spend = match (&self.spend_pinned, self.spend) {
            (Some(values), _) => Some(Learnt::pinned(&GammaGamma, values)),
            (None, false) => None,
            (None, true) => {
                let paying = |row: &&Row| row.monetary.is_none_or(|mean| mean > 0.0);
                let rows: Vec<Row> = rows.iter().filter(paying).copied().collect();
                let warm = before.and_then(|before| before.spend.as_ref());
                let warm = warm.map(|spend| &spend.values[..]);
                fitted(&GammaGamma, Sample::of(&rows, Reads::Money), warm, threads)?
            }
        };
        Ok(Some(Parameters { timing, spend }))
    }
}

/// A fit, where there is something to fit to.
fn fitted(
    model: &dyn Model,
    sample: Result<Sample, Error>,
    warm: Option<&[f64]>,
    threads: usize,
) -> Result<Option<Learnt>, Error> {
    let nothing = |error: Error| match error.code() {
        Code::NothingToFit => Ok(None),
        _ => Err(error),
    };
    let sample = match sample {
        Ok(sample) => sample.with_threads(threads),
        Err(error) => return nothing(error),
    };
    match fit_sample(model, &sample, warm) {
        Ok(fit) => Ok(Learnt::fitted(model, fit)),
        Err(error) => nothing(error),
    }
}

impl Learnt {
    /// Parameters that are decided, in the order of the papers.
    pub fn pinned(model: &dyn Model, values: &[f64]) -> Learnt {
        Learnt {
            model: model.name(),
            stages: model.stages(),
            names: model.parameters(),
            values: values.to_vec(),
            covariance: None,
            limit: model.border(values).map(|border| border.model),
            customers: 0,
        }
    }

    /// `None` where the search found no top at all.
    fn fitted(model: &dyn Model, fit: Fit) -> Option<Learnt> {
        let values = fit.parameters();
        check_parameters(model, &values).ok()?;
        let (covariance, customers) = (fit.covariance, fit.customers);
        Some(Learnt { covariance, customers, ..Learnt::pinned(model, &values) })
    }

    /// The same model at other values.
    pub fn at(&self, values: &[f64]) -> Learnt {
        Learnt { values: values.to_vec(), ..self.clone() }
    }
}

impl Parameters {
    /// The model of times.
    ///
    /// # Errors
    ///
    /// As [`find`]: none for what was read or learnt.
    pub fn model(&self) -> Result<Box<dyn Model>, Error> {
        find(self.timing.model, self.timing.stages)
    }

    /// The model of spending at its parameters.
    pub fn spending(&self) -> Option<Spend> {
        let [p, q, v] = self.spend.as_ref()?.values[..] else { return None };
        Spend::new(p, q, v).ok()
    }
}

fn timing_of(place: &Place, stages: Option<u32>, reader: &mut Reader) -> Option<Box<dyn Model>> {
    let name = place.word(reader)?;
    if name == SPEND {
        reader.fault(place.fault(
            Code::BadParameters,
            format!("`{name}` says what purchases bring, and not when they come"),
            format!("`{name}` 只描述每次购买的金额，不描述何时购买"),
        ));
        return None;
    }
    let known = NAMES.iter().copied().filter(|known| *known != SPEND);
    if !known.clone().any(|known| known == name) {
        let (given, all) = (shown(name), known.clone().collect::<Vec<_>>().join(", "));
        let fault = place
            .fault(
                Code::BadParameters,
                format!("there is no model of times `{given}`"),
                format!("没有名为 `{given}` 的购买时间模型"),
            )
            .hint(format!("one of {all}"), format!("可选：{all}"));
        reader.fault_near(fault, name, known);
        return None;
    }
    match find(name, stages) {
        Ok(model) => Some(model),
        Err(error) => {
            // `k` stands beside the name.
            let around = place.pointer.strip_suffix("timing").unwrap_or_default();
            for fault in error.into_faults() {
                let pointer = match fault.pointer.as_deref() {
                    Some(beside) if stages.is_some() => format!("{around}{beside}"),
                    _ => place.pointer.clone(),
                };
                reader.fault(fault.at(pointer));
            }
            None
        }
    }
}

fn spend_of(place: &Place, reader: &mut Reader) -> bool {
    let name = place.word(reader);
    let is_known = name == Some(SPEND);
    if let (Some(name), false) = (name, is_known) {
        let fault = place.fault(
            Code::BadParameters,
            format!("there is no model of spending `{}`", shown(name)),
            format!("没有名为 `{}` 的消费金额模型", shown(name)),
        );
        reader.fault_near(fault, name, [SPEND]);
    }
    is_known
}

/// The values of a model's parameters, each under its name.
fn values(place: &Place, model: &dyn Model, reader: &mut Reader) -> Option<Vec<f64>> {
    let mut object = place.object(reader)?;
    let value = |name: &&'static str| value(&mut object, name, reader);
    let values: Vec<Option<f64>> = model.parameters().iter().map(value).collect();
    object.close(reader);
    values.into_iter().collect()
}

fn value(object: &mut Object, name: &'static str, reader: &mut Reader) -> Option<f64> {
    let place = object.need(reader, name)?;
    let number = match place.json {
        Json::Number(text) | Json::Text(text) => text.parse().ok(),
        _ => None,
    };
    let (en, zh) = match number {
        Some(number) if !is_parameter(number) => ("must be positive", "应为正数"),
        // The mean of what purchases bring would be without end.
        Some(number) if name == "q" && number <= 1.0 => ("must be above 1", "应大于 1"),
        Some(_) => return number,
        None => ("is no number", "不是数"),
    };
    let fault: Fault =
        place.fault(Code::BadParameters, format!("`{name}` {en}"), format!("`{name}` {zh}"));
    reader.fault(fault);
    None
}
