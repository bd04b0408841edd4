//! `guanxi predict`: the future of each customer, by a fitted model.

use guanxi::json::{self, Json};
use guanxi::value::model::{self, GammaGamma, Model, Spend};
use guanxi::value::{Forecast, Question};
use guanxi::{Code, Error, Fault};

use super::{Manner, cbs};
use crate::args::Predict;
use crate::exit::{About, Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Asks the model about every customer of the file.
pub fn run(args: &Predict, manner: Manner) -> Result<Exit, Stop> {
    let model = model::find(&args.model, args.k)?;
    let values = parameters("--params", &args.params, model.parameters())?;
    let mut forecast = Forecast::new(&*model, &values).map_err(|error| error.below("--params/"))?;
    if let Some(text) = &args.spend {
        forecast = forecast.with_spend(spend(text)?);
    }
    let question = Question {
        horizon: args.horizon,
        discount: args.discount,
        counts: args.pmf.map_or(0, |most| usize::from(most) + 1),
    };
    question.check().map_err(|error| error.below("--"))?;
    let customers = cbs::read(&args.rows)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let outlooks = forecast.customers(&customers.rows, &question, threads);
    let outlooks = outlooks.map_err(|error| customers.place(error))?;
    let newcomer = forecast.newcomer(&question)?;
    let said = page::predict::Said {
        model: &args.model,
        k: args.k,
        parameters: model.parameters().iter().copied().zip(values).collect(),
        question,
        has_spend: args.spend.is_some(),
        limit: forecast.limit(),
        customers: &customers,
        outlooks: &outlooks,
        newcomer: &newcomer,
    };
    let mut out = Lines::new();
    match (args.csv, manner.json) {
        (true, _) => page::predict::csv(&said, &mut out)?,
        (_, true) => page::predict::json(&said, manner.language, &mut out)?,
        _ => out.text(&page::predict::page(&said, manner.language))?,
    }
    out.finish()?;
    Ok(Exit::Good)
}

/// The model of what purchases bring.
fn spend(text: &str) -> Result<Spend, Stop> {
    let values = parameters("--spend", text, GammaGamma.parameters())?;
    // As many values as names were asked for.
    let [p, q, v] = values.try_into().unwrap_or_default();
    Ok(Spend::new(p, q, v).map_err(|error| error.below("--spend/"))?)
}

/// The values of named parameters, in order, from a JSON object that holds
/// these and no others.
fn parameters(argument: &str, text: &str, names: &[&str]) -> Result<Vec<f64>, Stop> {
    read(text, names).map_err(|error| error.below(argument)).about_document(text)
}

fn read(text: &str, names: &[&str]) -> Result<Vec<f64>, Error> {
    let document = json::parse(text.as_bytes())?;
    let Some(object) = document.as_object() else {
        let kind = document.kind_name();
        return Err(Fault::new(
            Code::WrongJsonType,
            format!("an object is needed, not {}", kind.en),
            format!("应为对象，而不是{}", kind.zh),
        )
        .into());
    };
    let all = names.join(", ");
    let mut faults: Vec<Fault> = Vec::new();
    for (key, _) in object.iter().filter(|(key, _)| !names.contains(&&**key)) {
        let fault = Fault::new(
            Code::UnknownKey,
            format!("there is no parameter `{key}`"),
            format!("没有名为 `{key}` 的参数"),
        );
        let fault = fault.at(format!("/{key}"));
        faults.push(fault.hint(format!("the parameters are {all}"), format!("参数为 {all}")));
    }
    let values = names.iter().map(|name| value(&document, name, &mut faults)).collect();
    Error::check(faults)?;
    Ok(values)
}

fn value(document: &Json, name: &str, faults: &mut Vec<Fault>) -> f64 {
    let Some(held) = document.get(name) else {
        faults.push(Fault::new(
            Code::MissingKey,
            format!("the parameter `{name}` is missing"),
            format!("缺少参数 `{name}`"),
        ));
        return f64::NAN;
    };
    let number = held.as_number().and_then(|text| text.parse().ok());
    number.unwrap_or_else(|| {
        let kind = held.kind_name();
        let fault = Fault::new(
            Code::WrongJsonType,
            format!("a number is needed, not {}", kind.en),
            format!("应为数值，而不是{}", kind.zh),
        );
        faults.push(fault.at(format!("/{name}")));
        f64::NAN
    })
}
