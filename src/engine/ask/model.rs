//! Models of customer value, fitted to columns of the host and asked about them.

use serde_json::{Map, Value, json};

use super::Question;
use super::fitted::FitTold;
use super::lead::LeadAsked;
use crate::error::{Code, Error, Fault, Language};
use crate::facts::intake::{Frame, Series};
use crate::json::{Json, Place, Reader};
use crate::units::shown;
use crate::value::model::{self, GammaGamma, Model, Spend};
use crate::value::{self, Forecast, Outlook, Question as Ahead, Row};

/// The columns of customers, and whether each must be there.
const COLUMNS: [(&str, bool); 7] = [
    ("id", false),
    ("frequency", true),
    ("recency", true),
    ("T", true),
    ("monetary", false),
    ("log_gaps", false),
    ("weight", false),
];

/// How money in the future is counted: part of the answer.
pub const CONVENTION: &str = "a purchase at time t after T counts exp(-discount * t); clv and \
                              discounted end at the horizon, lifetime_value and residual never";

/// Fits a model of customer value to customers in few numbers, as JSON.
///
/// # Inputs
///
/// The columns are those of [`purchases`](super::purchases): `frequency`, `recency`,
/// `T`, and where a model reads them `monetary` and `log_gaps`; `weight`: so many
/// customers; `id`. The question is `{"ask": "fit", "model": "bg-nbd"}`, with `"k": 2`
/// for `bg-cnbd` and `mbg-cnbd`; without it they try 1 to 4 stages.
///
/// The model `lead` is learnt from leads before their first purchase: columns `id`,
/// `outcome` (1 for who bought, 0 for who did not, missing where that is open),
/// `weight` where there is one, and a column of numbers for each factor, missing where
/// it is not known. Its question has `outcome` (the column's name), `l2` (0) and
/// `holdout` (0.3) instead of `k`: see [`fit_leads`](crate::value::lead::fit_leads).
///
/// # Output
///
/// What `guanxi fit MODEL CBS.csv --json` prints, with `lead` also the `axis` of a
/// playbook.
///
/// # Errors
///
/// 2001 to 2014 for the question; [`Code::BadParameters`]; for the columns
/// [`Code::MissingColumn`], [`Code::BadCell`] and [`Code::ImpossibleHistory`] for each
/// thing that is wrong, with the row's number.
///
/// # Cost
///
/// Some passes over the different rows.
///
/// # Example
///
/// ```
/// use guanxi::engine::ask;
/// use guanxi::error::Language;
/// use guanxi::facts::intake::{Frame, Series, SeriesData};
/// use guanxi::json;
///
/// let floats = |all: &[f64]| SeriesData::Floats(all.to_vec().into());
/// let frame = Frame::new(5, vec![
///     Series::new("frequency", SeriesData::Ints(vec![2, 1, 0, 0, 7].into())),
///     Series::new("recency", floats(&[30.4, 1.7, 0.0, 0.0, 29.4])),
///     Series::new("T", floats(&[38.9, 38.9, 38.9, 38.9, 38.9])),
/// ])?;
/// let told = ask::fit(&[frame], &json::parse(br#"{"ask": "fit", "model": "nbd"}"#)?, Language::En)?;
/// assert!(told.contains(r#""model":"nbd""#) && told.contains(r#""converged":true"#));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn fit(frames: &[Frame<'_>], question: &Json, language: Language) -> Result<String, Error> {
    let (_, mut asked) = Question::of(question, &["fit"])?;
    let name = asked.need("model");
    if name == "lead" {
        return LeadAsked::read(asked)?.answer(frames, language);
    }
    let stages = asked.json("k");
    asked.close()?;
    let stages = stages.map(whole).transpose()?;
    let chooses = stages.is_none() && matches!(name, "bg-cnbd" | "mbg-cnbd");
    let model = found(name, if chooses { Some(1) } else { stages })?;
    let mut customers = Customers::read(frames)?;
    let left_out = if name == "gamma-gamma" { customers.leave_out_free() } else { 0 };
    let fitted = match chooses {
        true => value::fit_stages(name, &customers.rows),
        false => value::fit(&*model, &customers.rows).map(|fit| vec![fit]),
    };
    let fits = fitted.map_err(placed)?;
    let told = FitTold::of(&fits, &customers.rows, &customers.unread, left_out);
    Ok(told.map_or_else(|| "null".to_owned(), |told| told.in_language(language).to_string()))
}

/// The future of each customer, by a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Predicted {
    /// The customers' ids; their numbers from 1 on where the columns have none.
    pub ids: Vec<String>,
    /// The names of the columns, in their order.
    pub names: Vec<String>,
    /// Their values; `None` where one has no bound or is not known.
    pub columns: Vec<Vec<Option<f64>>>,
    /// What was asked, by which convention, and totals: a JSON document.
    pub report: String,
}

/// Asks a fitted model about the future of each customer.
///
/// # Inputs
///
/// Columns as of [`fit`]. The question is `{"ask": "predict", "model": "bg-nbd", "params":
/// {"r": 0.24, ...}, "horizon": 39}`; besides `k`, `spend` (`{"p": ..., "q": ..., "v":
/// ...}`), `discount` (the continuous rate for a unit of time) and `pmf` (the greatest
/// number of purchases whose probability is asked). `threads` change no answer.
///
/// # Output
///
/// The columns that `guanxi predict --csv` prints.
///
/// # Errors
///
/// As [`fit`], and [`Code::BadParameters`].
///
/// # Cost
///
/// One look at each different row.
pub fn predict(
    frames: &[Frame<'_>],
    question: &Json,
    language: Language,
    threads: usize,
) -> Result<Predicted, Error> {
    let asked = Asked::read(question)?;
    let customers = Customers::read(frames)?;
    let outlooks = asked.forecast.customers(&customers.rows, &asked.ahead, threads);
    let outlooks = outlooks.map_err(placed)?;
    let newcomer = asked.forecast.newcomer(&asked.ahead)?;
    let names = Outlook::columns(asked.has_spend, asked.ahead.counts);
    let mut columns = vec![Vec::with_capacity(outlooks.len()); names.len()];
    for outlook in &outlooks {
        for (column, value) in columns.iter_mut().zip(outlook.values(asked.has_spend)) {
            column.push(value.filter(|value| value.is_finite()));
        }
    }
    let report = asked.report(&customers.rows, &outlooks, &newcomer, language).to_string();
    Ok(Predicted { ids: customers.ids, names, columns, report })
}

/// What is asked of the future, and by which model.
struct Asked<'q> {
    name: &'q str,
    stages: Option<u32>,
    parameters: Vec<(&'static str, f64)>,
    forecast: Forecast,
    has_spend: bool,
    ahead: Ahead,
}

impl<'q> Asked<'q> {
    fn read(question: &'q Json) -> Result<Asked<'q>, Error> {
        let (_, mut asked) = Question::of(question, &["predict"])?;
        let name = asked.need("model");
        let stages = asked.json("k");
        let params = asked.json_needed("params");
        let (spend, horizon) = (asked.json("spend"), asked.json_needed("horizon"));
        let (discount, pmf) = (asked.json("discount"), asked.whole("pmf", -1));
        asked.close()?;
        let stages = stages.map(whole).transpose()?;
        let model = found(name, stages)?;
        let values = parameters("/params", params, model.parameters())?;
        let forecast = Forecast::new(&*model, &values);
        let mut forecast = forecast.map_err(|error| error.below("/params/"))?;
        let has_spend = spend.is_some();
        if let Some(spend) = spend {
            let values = parameters("/spend", spend, GammaGamma.parameters())?;
            // As many values as names were asked for.
            let [p, q, v] = values.try_into().unwrap_or_default();
            let spend = Spend::new(p, q, v).map_err(|error| error.below("/spend/"))?;
            forecast = forecast.with_spend(spend);
        }
        let ahead = Ahead {
            horizon: number("/horizon", horizon)?,
            discount: discount.map_or(Ok(0.0), |it| number("/discount", it))?,
            counts: usize::try_from(pmf).map_or(0, |most| most.saturating_add(1)),
        };
        ahead.check().map_err(|error| error.below("/"))?;
        let parameters = model.parameters().iter().copied().zip(values).collect();
        Ok(Asked { name, stages, parameters, forecast, has_spend, ahead })
    }

    fn report(
        &self,
        rows: &[Row],
        outlooks: &[Outlook],
        newcomer: &Outlook,
        language: Language,
    ) -> Value {
        let parameters: Map<String, Value> = self
            .parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        let limit = self.forecast.limit();
        let limit = limit.map(|it| json!({ "model": it.model, "reason": it.reason.say(language) }));
        let total = |of: &dyn Fn(&Outlook) -> Option<f64>| {
            rows.iter()
                .zip(outlooks)
                .try_fold(0.0, |sum, (row, outlook)| Some(sum + row.weight as f64 * of(outlook)?))
        };
        json!({
            "model": self.name,
            "k": self.stages,
            "params": parameters,
            "horizon": self.ahead.horizon,
            "discount": self.ahead.discount,
            "convention": CONVENTION,
            "limit": limit,
            "n": rows.iter().map(|row| row.weight).fold(0, u64::saturating_add),
            "totals": {
                "expected": total(&|outlook| Some(outlook.expected)),
                "alive": total(&|outlook| Some(outlook.alive)),
                "clv": total(&Outlook::value),
            },
            "newcomer": newcomer.as_json(self.has_spend),
        })
    }
}

/// The values of named parameters, in order, from an object that holds these and no
/// others.
fn parameters(
    pointer: &str,
    json: &Json,
    names: &'static [&'static str],
) -> Result<Vec<f64>, Error> {
    let mut reader = Reader::new();
    let Some(mut object) = Place::root(json).object(&mut reader) else {
        return Err(faults(reader, json).below(pointer));
    };
    let mut values = Vec::with_capacity(names.len());
    for name in names {
        let value = object.need(&mut reader, name).and_then(|place| {
            let read = number("", place.json);
            read.map_err(|error| reader.error(error, &place.pointer)).ok()
        });
        values.extend(value);
    }
    object.close(&mut reader);
    Error::check(reader.finish(json).0).map_err(|error| error.below(pointer))?;
    Ok(values)
}

fn faults(reader: Reader, json: &Json) -> Error {
    Error::of(reader.finish(json).0).unwrap_or_else(|| {
        Fault::new(Code::Internal, "no fault to tell", "没有可报告的错误").into()
    })
}

pub(super) fn number(pointer: &str, json: &Json) -> Result<f64, Error> {
    json.as_number().and_then(|text| text.parse().ok()).ok_or_else(|| {
        let kind = json.kind_name();
        let fault = Fault::new(
            Code::WrongJsonType,
            format!("a number is needed, not {}", kind.en),
            format!("应为数值，而不是{}", kind.zh),
        );
        fault.at(pointer).into()
    })
}

fn found(name: &str, stages: Option<u32>) -> Result<Box<dyn Model>, Error> {
    model::find(name, stages).map_err(|error| {
        let is_k = error.faults().iter().any(|fault| fault.pointer.as_deref() == Some("k"));
        if is_k { error.below("/") } else { error.below("/model") }
    })
}

fn whole(json: &Json) -> Result<u32, Error> {
    json.as_number().and_then(|text| text.parse().ok()).ok_or_else(|| {
        let fault = Fault::new(Code::BadValue, "expected a number of stages", "应为阶段数");
        fault.at("/k").into()
    })
}

/// Customers in few numbers.
struct Customers {
    ids: Vec<String>,
    rows: Vec<Row>,
    unread: Vec<String>,
}

impl Customers {
    /// All rows of all frames, or every fault.
    fn read(frames: &[Frame<'_>]) -> Result<Customers, Error> {
        let mut out = Customers { ids: Vec::new(), rows: Vec::new(), unread: Vec::new() };
        let mut faults = Vec::new();
        if frames.is_empty() {
            absent(&[], &mut faults);
        }
        for frame in frames {
            let header = frame.header();
            absent(&header, &mut faults);
            Error::check(std::mem::take(&mut faults))?;
            let known = |name: &&&str| COLUMNS.iter().all(|(column, _)| *column != **name);
            out.unread = header.iter().filter(known).map(|name| (*name).to_owned()).collect();
            let reading = Reading { frame, begin: out.rows.len() };
            for row in 0..frame.rows() {
                out.rows.push(reading.row(row, &mut faults));
                let id = reading.column("id").and_then(|column| column.shown(row));
                out.ids.push(id.unwrap_or_else(|| (reading.begin + row + 1).to_string()));
            }
        }
        Error::check(faults)?;
        Ok(out)
    }

    /// Forgets what those spent whose repeats brought nothing or less, and says how
    /// many they are: a model of spending has no place for them.
    fn leave_out_free(&mut self) -> u64 {
        let mut left_out: u64 = 0;
        for row in self.rows.iter_mut().filter(|row| row.monetary.is_some_and(|it| it <= 0.0)) {
            row.monetary = None;
            left_out = left_out.saturating_add(row.weight);
        }
        left_out
    }
}

/// A fault for each column that must be there and is not.
fn absent(header: &[&str], faults: &mut Vec<Fault>) {
    for (name, _) in COLUMNS.iter().filter(|(name, needed)| *needed && !header.contains(name)) {
        faults.push(Fault::new(
            Code::MissingColumn,
            format!("there is no column `{name}`"),
            format!("缺少列 `{name}`"),
        ));
    }
}

/// A frame that is read row by row.
struct Reading<'f> {
    frame: &'f Frame<'f>,
    /// Rows of earlier frames.
    begin: usize,
}

impl<'f> Reading<'f> {
    fn column(&self, name: &str) -> Option<&'f Series<'f>> {
        self.frame.columns().iter().find(|column| column.name() == name)
    }

    fn row(&self, row: usize, faults: &mut Vec<Fault>) -> Row {
        let before = faults.len();
        let frequency = self.count("frequency", row, faults).unwrap_or_default();
        let frequency = u32::try_from(frequency).unwrap_or(u32::MAX);
        let read = Row {
            frequency,
            recency: self.number("recency", row, faults).unwrap_or_default(),
            age: self.number("T", row, faults).unwrap_or_default(),
            // Other programs write 0 for what nobody has spent.
            monetary: self
                .number("monetary", row, faults)
                .filter(|mean| frequency > 0 || *mean != 0.0),
            log_gaps: self.number("log_gaps", row, faults),
            weight: self.count("weight", row, faults).unwrap_or(1),
        };
        if faults.len() == before
            && let Err(error) = read.check()
        {
            faults.extend(placed(error.below(&format!("/{}/", self.begin + row))).into_faults());
        }
        read
    }

    /// A number; one that must be there and is missing is a fault.
    fn number(&self, name: &str, row: usize, faults: &mut Vec<Fault>) -> Option<f64> {
        let needed = COLUMNS.iter().any(|(column, needed)| *column == name && *needed);
        let column = self.column(name)?;
        let number = column.number(row);
        let fault = match number {
            Some(number) if number.is_nan() => {
                let said = column.shown(row).unwrap_or_default();
                let text = shown(&said);
                let (en, zh) = (format!("`{text}` is not a number"), format!("`{text}` 不是数值"));
                Fault::new(Code::BadCell, en, zh)
            }
            None if needed => Fault::new(Code::BadCell, "a number is missing", "缺少数值"),
            _ => return number,
        };
        faults.push(fault.at(format!("rows:{}/{name}", self.begin + row + 1)));
        None
    }

    fn count(&self, name: &str, row: usize, faults: &mut Vec<Fault>) -> Option<u64> {
        let number = self.number(name, row, faults)?;
        if !((0.0..9e15).contains(&number) && number.trunc() == number) {
            let fault = Fault::new(
                Code::BadCell,
                format!("`{number}` is not a whole number"),
                format!("`{number}` 不是整数"),
            );
            faults.push(fault.at(format!("rows:{}/{name}", self.begin + row + 1)));
            return None;
        }
        Some(number as u64)
    }
}

/// The row's number and its column where a fault says the position and a field.
fn placed(error: Error) -> Error {
    let faults = error.into_faults().into_iter().map(|mut fault| {
        let pointer = fault.pointer.take().unwrap_or_default();
        let mut parts = pointer.trim_start_matches('/').splitn(2, '/');
        let row = parts.next().and_then(|part| part.parse::<usize>().ok());
        fault.pointer = match (row, parts.next()) {
            (Some(row), Some(field)) => {
                let column = if field == "age" { "T" } else { field };
                Some(format!("rows:{}/{column}", row + 1))
            }
            _ => Some(pointer).filter(|pointer| !pointer.is_empty()),
        };
        fault
    });
    let faults: Vec<Fault> = faults.collect();
    Error::of(faults).unwrap_or_else(|| {
        Fault::new(Code::Internal, "no fault to tell", "没有可报告的错误").into()
    })
}
