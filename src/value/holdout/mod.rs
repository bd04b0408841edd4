//! Models put to the test: what they foretold, beside what came.
//!
//! ```text
//! rows of the calibration ──fit_all──> Choice ─┐
//!          │                                   ├──Trial──> how far off, in which order, how
//!          └── naive rate, hiatus, RFM cells ──┤           reliable; who beats whom
//! purchases of the holdout ────────────────────┘
//!
//! a fit, rows ──tracking, frequencies──> tables ready to draw
//! ```
//!
//! A model is of use where it says more than a rule that needs none. So the
//! rules are always beside it, and a difference counts when it is more than
//! chance.
//!
//! # What is promised
//!
//! * The rules and the models read the calibration alone.
//! * Customers may come in any order, and a weight of three is three customers,
//!   to the bit in whatever is judged.

mod baseline;
mod tables;

use super::choice::Choice;
use super::fit::Fit;
use super::predict::{Outlook, Question};
use super::row::Row;
use crate::error::{Code, Error, Fault};
use crate::stats::{Group, Judge, Measured, Pair, mean_of};

pub use tables::{
    ByFrequency, Frequency, MOST_POINTS, Point, came, frequencies, frequencies_of, newcomers,
    tracking, tracking_of,
};

/// Groups in a chart by deciles, bins in a diagram of reliability.
const TENTHS: u32 = 10;
/// Purchases that tables by number of purchases tell apart: 0 to this and more.
pub const TOLD_APART: u32 = 7;

/// The rules that a model must beat.
pub const BASELINES: [&str; 3] = ["naive-rate", "hiatus", "rfm-cell"];

/// What was foretold of a holdout by every model and rule, and what came.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// How long the holdout was, in units.
    pub units: f64,
    /// How many customers there are.
    pub customers: u64,
    /// How many of them bought.
    pub buyers: u64,
    /// How often, all together.
    pub purchases: u64,
    /// After which silence the hiatus rule takes a customer as gone, in units.
    pub hiatus: f64,
    /// The models in the order of the choice, each under one name, then the
    /// [rules](BASELINES).
    pub tried: Vec<Tried>,
    /// The best model by likelihood against each rule.
    pub duels: Vec<Duel>,
}

/// One model or rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// Its name.
    pub name: &'static str,
    /// Its stages, where it has any.
    pub stages: Option<u32>,
    /// How many purchases it expected of all customers.
    pub expected: f64,
    /// By how many it was too high for a customer, on average.
    pub bias: f64,
    /// The mean absolute error.
    pub mae: f64,
    /// The root of the mean squared error.
    pub rmse: f64,
    /// The absolute errors over all purchases; `None` where there were none.
    pub wape: Option<f64>,
    /// How right the order of the customers was: see [`Judge::gini`].
    pub gini: Option<f64>,
    /// How well those who bought are told from the others.
    pub auc: Option<Measured>,
    /// Tenths of the customers, those first of whom most was expected.
    pub deciles: Vec<Group>,
    /// What a model says beyond a number.
    pub chances: Option<Chances>,
}

/// Probabilities, and how often they came true.
#[derive(Debug, Clone, PartialEq)]
pub struct Chances {
    /// The mean squared error of the chance to buy in the holdout.
    pub brier: f64,
    /// By which share that is better than to say the same to everybody.
    pub skill: Option<f64>,
    /// The mean gap between the chance and how often it came true, over tenths.
    pub miscalibration: f64,
    /// The chance to buy in the holdout at all, in bins.
    pub buying: Vec<Group>,
    /// P(alive), in bins.
    pub alive: Vec<Alive>,
    /// Customers by purchases in the holdout.
    pub frequencies: Vec<Frequency>,
    /// What came, by repeats in the calibration.
    pub by_frequency: Vec<ByFrequency>,
}

/// Customers with a like P(alive).
///
/// Nobody sees who is alive. Who buys in the holdout was; who does not may be
/// alive and slow. So the share that bought should lie below P(alive), and near
/// the chance to buy, which allows for the length of the holdout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alive {
    /// How many they are.
    pub customers: u64,
    /// The mean of P(alive).
    pub alive: f64,
    /// The mean chance to buy in the holdout.
    pub chance: f64,
    /// The share that did.
    pub bought: f64,
}

/// The best model against one rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duel {
    /// The rule.
    pub baseline: &'static str,
    /// By how much the rule's absolute error is larger, for a customer.
    pub absolute: Measured,
    /// And its squared error.
    pub squared: Measured,
}

/// How a duel went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The model errs less, by more than chance.
    Better,
    /// It errs more, by more than chance.
    Worse,
    /// It cannot be told.
    Open,
}

impl Duel {
    /// How a difference is to be read: with 95 % confidence.
    pub fn outcome(difference: Measured) -> Outcome {
        match (difference.is_clear(), difference.value > 0.0) {
            (false, _) => Outcome::Open,
            (true, true) => Outcome::Better,
            (true, false) => Outcome::Worse,
        }
    }
}

impl Trial {
    /// Puts every model of a choice and every rule to the test.
    ///
    /// # Inputs
    ///
    /// `bought`: for each row, how often its customers bought in the holdout;
    /// `units`: how long that was.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`]: not one number for each row, a holdout that is
    /// no stretch of time; those of [`Row::check`].
    ///
    /// # Cost
    ///
    /// That of a forecast for each distinct row and model, and of some sorts.
    ///
    /// ```
    /// use guanxi::value::{Row, fit_all, holdout::Trial};
    ///
    /// let seen = [(0, 0.0, 60), (1, 1.0, 16), (2, 2.0, 10), (2, 8.0, 8), (5, 3.0, 8), (8, 9.8, 6)];
    /// let rows = seen.map(|(x, last, weight)| Row { weight, ..Row::new(x, last, 10.0) });
    /// let bought = [0, 0, 0, 1, 0, 6];
    /// let trial = Trial::new(&rows, &bought, 8.0, &fit_all(&rows, 1)?, 1)?;
    /// assert_eq!((trial.customers, trial.purchases, trial.tried.len()), (108, 44, 7));
    /// assert!(trial.tried[0].wape < trial.tried[4].wape);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn new(
        rows: &[Row],
        bought: &[u32],
        units: f64,
        choice: &Choice,
        threads: usize,
    ) -> Result<Trial, Error> {
        check(rows, bought, units)?;
        let field = Field { rows, bought, units };
        let mut tried = Vec::new();
        let mut best = None;
        for candidate in choice.candidates.iter().filter(|it| it.same_as.is_none()) {
            let outlooks = field.outlooks(&candidate.fit, threads)?;
            let expected: Vec<f64> = outlooks.iter().map(|outlook| outlook.expected).collect();
            let said = field.tried(candidate.fit.model, &expected)?;
            let stages = candidate.fit.stages;
            tried.push(Tried { stages, chances: Some(field.chances(&outlooks)?), ..said });
            best.get_or_insert(expected);
        }
        let hiatus = baseline::hiatus(rows);
        let rules = [
            rows.iter().map(baseline::rate).collect(),
            rows.iter().map(|row| baseline::rate_until(row, hiatus)).collect(),
            baseline::cell_rates(rows)?,
        ];
        let mut duels = Vec::new();
        for (name, rates) in BASELINES.into_iter().zip::<[Vec<f64>; 3]>(rules) {
            let expected: Vec<f64> = rates.iter().map(|rate| rate * units).collect();
            tried.push(field.tried(name, &expected)?);
            if let Some(best) = best.as_ref().filter(|_| choice.best().is_some()) {
                duels.extend(field.duel(name, best, &expected));
            }
        }
        let weigh = |of: &dyn Fn(u32) -> u64| {
            let terms = rows.iter().zip(bought);
            terms.fold(0_u64, |sum, (row, &n)| sum.saturating_add(row.weight.saturating_mul(of(n))))
        };
        Ok(Trial {
            units,
            customers: weigh(&|_| 1),
            buyers: weigh(&|n| u64::from(n > 0)),
            purchases: weigh(&|n| u64::from(n)),
            hiatus,
            tried,
            duels,
        })
    }

    /// What is said of a model or rule.
    pub fn of(&self, name: &str) -> Option<&Tried> {
        self.tried.iter().find(|tried| tried.name == name)
    }
}

fn check(rows: &[Row], bought: &[u32], units: f64) -> Result<(), Error> {
    let mut faults = Vec::new();
    if rows.len() != bought.len() {
        let (rows, bought) = (rows.len(), bought.len());
        let en = format!("{rows} rows, and {bought} numbers of what they bought");
        let zh = format!("共 {rows} 行，而检验期购买次数有 {bought} 个");
        faults.push(Fault::new(Code::InvalidArgument, en, zh).at("bought"));
    }
    if !(units.is_finite() && units > 0.0 && units < 1e12) {
        faults.push(
            Fault::new(
                Code::InvalidArgument,
                format!("a holdout of {units} units is none"),
                format!("检验期长度 {units} 无效"),
            )
            .at("holdout_units")
            .hint(
                "its length in the unit of the rows, above 0",
                "请给出检验期的长度（大于 0），单位与各行一致",
            ),
        );
    }
    Error::check(faults)
}

/// The customers on whom everything is tried.
struct Field<'a> {
    rows: &'a [Row],
    bought: &'a [u32],
    units: f64,
}

impl Field<'_> {
    fn outlooks(&self, fit: &Fit, threads: usize) -> Result<Vec<Outlook>, Error> {
        let counts = TOLD_APART as usize;
        let question = Question { horizon: self.units, discount: 0.0, counts };
        tables::forecast(fit)?.customers(self.rows, &question, threads)
    }

    fn judge(&self, forecasts: &[f64], actual: impl Fn(u32) -> f64) -> Result<Judge, Error> {
        let each = self.rows.iter().zip(self.bought).zip(forecasts);
        let pairs: Vec<Pair> = each
            .map(|((row, &bought), &forecast)| Pair {
                forecast,
                actual: actual(bought),
                weight: row.weight,
            })
            .collect();
        Judge::of(&pairs).ok_or_else(nobody)
    }

    fn tried(&self, name: &'static str, expected: &[f64]) -> Result<Tried, Error> {
        let judge = self.judge(expected, f64::from)?;
        Ok(Tried {
            name,
            stages: None,
            expected: judge.forecast(),
            bias: judge.bias(),
            mae: judge.mae(),
            rmse: judge.rmse(),
            wape: judge.wape(),
            gini: judge.gini(),
            auc: judge.auc(),
            deciles: judge.groups(TENTHS),
            chances: None,
        })
    }

    fn chances(&self, outlooks: &[Outlook]) -> Result<Chances, Error> {
        let some = |bought: u32| f64::from(u8::from(bought > 0));
        let none = |outlook: &Outlook| outlook.chances.first().copied().unwrap_or(1.0);
        let buys: Vec<f64> = outlooks.iter().map(|it| (1.0 - none(it)).clamp(0.0, 1.0)).collect();
        let alive: Vec<f64> = outlooks.iter().map(|outlook| outlook.alive).collect();
        let (judge, by_alive) = (self.judge(&buys, some)?, self.judge(&alive, some)?);
        Ok(Chances {
            brier: judge.brier(),
            skill: judge.skill(),
            miscalibration: judge.miscalibration(TENTHS),
            buying: judge.bins(TENTHS),
            alive: self.alive(&by_alive, &alive, &buys),
            frequencies: tables::holdout_frequencies(self.rows, self.bought, outlooks, TOLD_APART),
            by_frequency: tables::by_frequency(self.rows, self.bought, outlooks, TOLD_APART),
        })
    }

    /// Bins by P(alive), with the mean chance to buy of those in each.
    fn alive(&self, judge: &Judge, alive: &[f64], buys: &[f64]) -> Vec<Alive> {
        let each = self.rows.iter().zip(alive).zip(buys);
        let pairs: Vec<Pair> = each
            .map(|((row, &forecast), &actual)| Pair { forecast, actual, weight: row.weight })
            .collect();
        // Bins depend on forecasts and weights alone, so they are the same ones.
        let chances = Judge::of(&pairs).map(|judge| judge.bins(TENTHS)).unwrap_or_default();
        let bins = judge.bins(TENTHS).into_iter().zip(chances);
        bins.map(|(bin, chance)| Alive {
            customers: bin.weight,
            alive: bin.forecast,
            chance: chance.actual,
            bought: bin.actual,
        })
        .collect()
    }

    /// By how much the rule errs more than the model; `None` of one customer.
    fn duel(&self, baseline: &'static str, model: &[f64], rule: &[f64]) -> Option<Duel> {
        let difference = |error: fn(f64) -> f64| {
            let each = self.rows.iter().zip(self.bought).zip(model.iter().zip(rule));
            let terms: Vec<(f64, u64)> = each
                .map(|((row, &bought), (model, rule))| {
                    let came = f64::from(bought);
                    (error(rule - came) - error(model - came), row.weight)
                })
                .collect();
            mean_of(&terms)
        };
        Some(Duel {
            baseline,
            absolute: difference(f64::abs)?,
            squared: difference(|off| off * off)?,
        })
    }
}

fn nobody() -> Error {
    Fault::new(
        Code::NothingToFit,
        "there is no customer of whom anything was foretold",
        "没有可供检验的客户",
    )
    .into()
}
