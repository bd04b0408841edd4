//! Models of customer value: held to the papers, to slow integration in many
//! digits, to laws that need no numbers, and to customers made up by the models
//! themselves.

mod cdnow;
mod exact;
mod hard;
mod judged;
mod laws;
mod leads;
mod published;
mod recovery;
pub mod simulate;
mod weekly;

use guanxi::value::{Forecast, Outlook, Question, Row, model::find};

/// The names that have a future, with a `k` where they need one.
const TIMES: [(&str, Option<u32>); 6] = [
    ("nbd", None),
    ("bg-nbd", None),
    ("mbg-nbd", None),
    ("pareto-nbd", None),
    ("bg-cnbd", Some(3)),
    ("mbg-cnbd", Some(2)),
];

fn forecast(model: &str, k: Option<u32>, parameters: &[f64]) -> Forecast {
    Forecast::new(&*find(model, k).unwrap(), parameters).unwrap()
}

/// What is expected of a customer, parameters as they come.
fn ask(model: &str, parameters: &[f64], row: Row, question: Question) -> Outlook {
    forecast(model, None, parameters).customer(&row, &question).unwrap()
}

#[track_caller]
fn assert_near(got: f64, wanted: f64, relative: f64) {
    let off = (got - wanted).abs();
    assert!(off <= relative * wanted.abs(), "{got} is not {wanted}: off by {off:e}");
}
