//! The models: what each says of the purchases that were, and of those to come.
//!
//! ```text
//!             rows of all customers            one customer
//!                     │                             │
//!   Model ── likelihood, starts            Fitted ──┴── P(alive), Ahead
//!     └────── a fit ──> parameters ── with ──┘             │
//!                                   expected, survival, chances, discounted
//! ```
//!
//! A model is one file: what its parameters are called, the logarithm of its
//! likelihood with exact derivatives, and what it says of a customer's future.
//! Everything else (fitting, errors, discounting, tables) is shared. To add
//! one: its file, and its line in the table [`find`] reads.
//!
//! Every likelihood is the density of the purchase times themselves, with
//! nothing left out, so that models can be compared by it.

mod ahead;
mod curve;
mod gamma_gamma;
mod geometric;
mod logit;
mod nbd;
mod pareto;
mod staged;

use crate::error::{Code, Error, Fault};
use crate::stats::Jet;

use super::row::Row;
use super::sample::{Reads, Sample};

pub use ahead::Ahead;
pub use gamma_gamma::{GammaGamma, Spend};
pub use geometric::Geometric;
pub use nbd::Nbd;
pub use pareto::Pareto;

/// A family of behaviours, one for each choice of its parameters.
pub trait Model: Send + Sync {
    /// What it is called on the command line: `bg-nbd`.
    fn name(&self) -> &'static str;

    /// How many Erlang stages a gap between purchases has, where that is a
    /// choice.
    fn stages(&self) -> Option<u32> {
        None
    }

    /// What its parameters are called in the papers, all of them positive.
    fn parameters(&self) -> &'static [&'static str];

    /// What it reads of a row.
    fn reads(&self) -> Reads {
        Reads::Timing
    }

    /// Whether a sample has what this model needs beyond what it reads.
    ///
    /// # Errors
    ///
    /// What is missing.
    fn check(&self, sample: &Sample) -> Result<(), Error> {
        let _ = sample;
        Ok(())
    }

    /// Parameters from which a search may begin, best guess first.
    fn starts(&self, sample: &Sample) -> Vec<Vec<f64>>;

    /// The logarithm of the likelihood of the sample, with its derivatives in
    /// the *logarithms* of the parameters.
    fn likelihood(&self, sample: &Sample, parameters: &[f64]) -> Jet;

    /// The simpler model that the family becomes at these parameters, if they
    /// lie at its border.
    fn border(&self, parameters: &[f64]) -> Option<Border>;

    /// The behaviour at these parameters; `None` for models of spending.
    fn fitted(&self, parameters: &[f64]) -> Option<Box<dyn Fitted>>;
}

/// Where a family ends: parameters run away, and what is left is simpler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Border {
    /// The name of what is left: `nbd`, or what is constant.
    pub model: &'static str,
    /// Why, in English.
    pub en: &'static str,
    /// Why, in Chinese.
    pub zh: &'static str,
}

/// A model with its parameters: what it says of customers.
pub trait Fitted: Send + Sync {
    /// The probability that a customer will ever buy again of his own accord,
    /// that is, has not left.
    fn alive(&self, row: &Row) -> f64;

    /// What follows, of a customer who has not left.
    fn ahead(&self, row: &Row) -> Box<dyn Ahead>;

    /// Whether what follows is the same whenever the last purchase was: then
    /// customers with as many repeats in as much time share one future, and
    /// differ in how probable it is that they have one.
    fn forgets_recency(&self) -> bool {
        false
    }

    /// A customer of whom nothing is known but the first purchase: the
    /// probability to stay after it, and what follows then.
    fn newcomer(&self) -> (f64, Box<dyn Ahead>);
}

/// The names of all models.
pub const NAMES: &[&str] =
    &["nbd", "bg-nbd", "mbg-nbd", "pareto-nbd", "bg-cnbd", "mbg-cnbd", "gamma-gamma"];

/// The most Erlang stages that can be asked for.
pub const MOST_STAGES: u32 = 100;

/// The model of a name.
///
/// `stages` is the `k` of `bg-cnbd` and `mbg-cnbd`; with 1 they are `bg-nbd`
/// and `mbg-nbd`.
///
/// # Errors
///
/// [`Code::BadParameters`]: nothing has this name, or the name and `stages` do
/// not go together.
///
/// ```
/// use guanxi::value::model::find;
/// assert_eq!(find("bg-nbd", None)?.parameters(), ["r", "alpha", "a", "b"]);
/// assert!(find("bg-cnbd", None).is_err() && find("bg-cnbd", Some(3)).is_ok());
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn find(name: &str, stages: Option<u32>) -> Result<Box<dyn Model>, Error> {
    let regular = matches!(name, "bg-cnbd" | "mbg-cnbd");
    match stages {
        None if regular => return Err(wrong_stages("this model needs `k`", "该模型需要给出 `k`")),
        Some(_) if !regular => {
            return Err(wrong_stages("this model has no `k`", "该模型没有 `k`"));
        }
        Some(k) if k == 0 || k > MOST_STAGES => {
            return Err(wrong_stages("`k` is from 1 to 100", "`k` 应在 1 到 100 之间"));
        }
        _ => {}
    }
    let k = stages.unwrap_or(1);
    Ok(match name {
        "nbd" => Box::new(Nbd),
        "bg-nbd" => Box::new(Geometric::bg()),
        "mbg-nbd" => Box::new(Geometric::mbg()),
        "pareto-nbd" => Box::new(Pareto),
        "bg-cnbd" => Box::new(Geometric::bg_stages(k)),
        "mbg-cnbd" => Box::new(Geometric::mbg_stages(k)),
        "gamma-gamma" => Box::new(GammaGamma),
        _ => return Err(unknown(name)),
    })
}

fn wrong_stages(en: &str, zh: &str) -> Error {
    Fault::new(Code::BadParameters, en, zh).at("k").into()
}

fn unknown(name: &str) -> Error {
    let all = NAMES.join(", ");
    Fault::new(
        Code::BadParameters,
        format!("there is no model `{name}`"),
        format!("没有名为 `{name}` 的模型"),
    )
    .hint(format!("one of {all}"), format!("可选：{all}"))
    .into()
}

/// Whether a number can be a parameter: positive, and not so large or small
/// that squares and products of parameters would not be finite.
pub(crate) fn is_parameter(value: f64) -> bool {
    1e-30 < value && value < 1e30
}

/// Whether these can be the parameters of a model: as many, positive, finite.
///
/// # Errors
///
/// [`Code::BadParameters`] for each that cannot.
pub fn check_parameters(model: &dyn Model, parameters: &[f64]) -> Result<(), Error> {
    let names = model.parameters();
    if names.len() != parameters.len() {
        let (name, all) = (model.name(), names.join(", "));
        return Err(Fault::new(
            Code::BadParameters,
            format!("`{name}` has the parameters {all}"),
            format!("`{name}` 的参数为 {all}"),
        )
        .into());
    }
    let wrong = names.iter().zip(parameters).filter(|(_, value)| !is_parameter(**value));
    Error::check(
        wrong
            .map(|(name, value)| {
                Fault::new(
                    Code::BadParameters,
                    format!("`{name}` is {value}, and must be positive"),
                    format!("`{name}` 为 {value}，应为正数"),
                )
                .at(*name)
            })
            .collect(),
    )
}
