//! What a fitted model says of each customer's future, and of newcomers.

use std::collections::HashMap;

use crate::error::{Code, Error, Fault};
use crate::stats::chunked;

use super::fit::Limit;
use super::model::{Ahead, Fitted, Model, Spend, check_parameters};
use super::row::Row;

/// What is asked of the future.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Question {
    /// How far to look, in the unit of the rows, from the end of the watch.
    pub horizon: f64,
    /// The continuous rate at which a later purchase is worth less, for one unit
    /// of time: `ln(1 + i)` over the units in a year for an annual interest of
    /// `i`.
    pub discount: f64,
    /// For how many numbers of purchases the probability is asked: 0 up to one
    /// less. 0: none.
    pub counts: usize,
}

/// The most numbers of purchases a question may ask for.
pub const MOST_COUNTS: usize = 10_000;

impl Question {
    /// How many purchases come within a horizon, later ones worth as much.
    pub fn within(horizon: f64) -> Question {
        Question { horizon, ..Question::default() }
    }

    /// Whether this can be asked.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`] for each part that cannot.
    pub fn check(&self) -> Result<(), Error> {
        let mut faults = Vec::new();
        for (name, value) in [("horizon", self.horizon), ("discount", self.discount)] {
            if !(value.is_finite() && (0.0..1e12).contains(&value)) {
                faults.push(
                    Fault::new(
                        Code::InvalidArgument,
                        format!("`{name}` is {value}: 0 or more is needed"),
                        format!("`{name}` 为 {value}，应不小于 0"),
                    )
                    .at(name),
                );
            }
        }
        if self.counts > MOST_COUNTS {
            let most = MOST_COUNTS;
            faults.push(
                Fault::new(
                    Code::InvalidArgument,
                    format!("probabilities of {most} numbers of purchases at most"),
                    format!("最多给出 {most} 个购买次数的概率"),
                )
                .at("counts"),
            );
        }
        Error::check(faults)
    }
}

/// The future of one customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// The probability that the customer has not left at the end of the watch.
    pub alive: f64,
    /// And will not have at the horizon.
    pub alive_later: f64,
    /// How many purchases are expected up to the horizon.
    pub expected: f64,
    /// The same, each at its worth at the end of the watch: discounted expected
    /// conditional transactions (DECT).
    pub discounted: f64,
    /// The same without a horizon: discounted expected residual transactions
    /// (DERT). `None` where that is without bound, and where the model has come
    /// to its [limit](Forecast::limit), which the data say nothing about so far
    /// ahead.
    pub residual: Option<f64>,
    /// What a purchase is expected to bring, where a model of spending is there
    /// and its mean exists.
    pub spend: Option<f64>,
    /// The probabilities of 0, 1, ... purchases up to the horizon.
    pub chances: Vec<f64>,
}

impl Outlook {
    /// What the customer is expected to bring up to the horizon, at its worth at
    /// the end of the watch.
    pub fn value(&self) -> Option<f64> {
        self.spend.map(|spend| spend * self.discounted)
    }

    /// The names of what there is to tell, in the order of [`values`](Self::values):
    /// with money or without, and so many probabilities.
    pub fn columns(has_spend: bool, counts: usize) -> Vec<String> {
        let mut out = vec!["p_alive", "expected"];
        if has_spend {
            out.extend(["spend", "clv"]);
        }
        out.extend(["p_alive_later", "discounted", "residual"]);
        if has_spend {
            out.push("lifetime_value");
        }
        let named = out.into_iter().map(str::to_owned);
        named.chain((0..counts).map(|n| format!("p_{n}"))).collect()
    }

    /// All there is to tell of the customer.
    pub fn values(&self, has_spend: bool) -> Vec<Option<f64>> {
        let mut out = vec![Some(self.alive), Some(self.expected)];
        if has_spend {
            out.extend([self.spend, self.value()]);
        }
        out.extend([Some(self.alive_later), Some(self.discounted), self.residual]);
        if has_spend {
            out.push(self.lifetime_value());
        }
        out.extend(self.chances.iter().map(|&chance| Some(chance)));
        out
    }

    /// The same as an object; the probabilities are a list, `pmf`.
    pub fn as_json(&self, has_spend: bool) -> serde_json::Value {
        let names = Outlook::columns(has_spend, 0);
        let named = names.into_iter().zip(self.values(has_spend));
        let mut out: serde_json::Map<_, _> =
            named.map(|(name, value)| (name, serde_json::json!(value))).collect();
        if !self.chances.is_empty() {
            out.insert("pmf".to_owned(), serde_json::json!(self.chances));
        }
        serde_json::Value::Object(out)
    }

    /// The same without a horizon.
    pub fn lifetime_value(&self) -> Option<f64> {
        Some(self.spend? * self.residual?)
    }
}

/// A model with its parameters, ready for questions.
pub struct Forecast {
    fitted: Box<dyn Fitted>,
    spend: Option<Spend>,
    limit: Option<Limit>,
}

impl Forecast {
    /// The model at these parameters, in the order of the papers.
    ///
    /// # Errors
    ///
    /// [`Code::BadParameters`]: too few, too many, not positive; or a model of
    /// spending alone, which says nothing of when.
    ///
    /// ```
    /// use guanxi::value::{Forecast, Question, Row, model::find};
    ///
    /// let forecast = Forecast::new(&*find("bg-nbd", None)?, &[0.243, 4.414, 0.793, 2.426])?;
    /// let customer = Row::new(2, 30.43, 38.86);
    /// let next_39_weeks = forecast.customer(&customer, &Question::within(39.0))?;
    /// assert_eq!((next_39_weeks.expected * 1000.0).round(), 1226.0);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn new(model: &dyn Model, parameters: &[f64]) -> Result<Forecast, Error> {
        check_parameters(model, parameters)?;
        let limit = model.border(parameters).map(|border| Limit::of(&border));
        match model.fitted(parameters) {
            Some(fitted) => Ok(Forecast { fitted, spend: None, limit }),
            None => Err(no_times(model.name())),
        }
    }

    /// The same with a model of what purchases bring.
    pub fn with_spend(self, spend: Spend) -> Forecast {
        Forecast { spend: Some(spend), ..self }
    }

    /// What the model has become at its parameters, if it is at its border.
    pub fn limit(&self) -> Option<&Limit> {
        self.limit.as_ref()
    }

    /// The future of one customer.
    ///
    /// # Errors
    ///
    /// Those of [`Row::check`] and [`Question::check`]; with stages also a horizon
    /// of millions of purchases.
    pub fn customer(&self, row: &Row, question: &Question) -> Result<Outlook, Error> {
        row.check()?;
        question.check()?;
        self.answer(row, question)
    }

    /// The futures of many, in their order; equal rows are looked at once.
    ///
    /// # Errors
    ///
    /// As [`customer`](Forecast::customer), the position before the field.
    pub fn customers(
        &self,
        rows: &[Row],
        question: &Question,
        threads: usize,
    ) -> Result<Vec<Outlook>, Error> {
        question.check()?;
        let mut faults = Vec::new();
        for (position, row) in rows.iter().enumerate() {
            if let Err(error) = row.check() {
                faults.extend(error.below(&format!("/{position}/")).into_faults());
            }
        }
        Error::check(faults)?;
        let together = Together::new(rows.iter().copied(), &*self.fitted);
        let (alive, futures) =
            together.look(&*self.fitted, threads, |ahead| self.future(ahead, question));
        let futures: Vec<Future> = futures.into_iter().collect::<Result<_, _>>()?;
        let spend = |row: &Row| self.spend.and_then(|spend| spend.mean(row));
        let told = rows.iter().zip(together.places());
        Ok(told
            .filter_map(|(row, (own, shared))| {
                Some(futures.get(shared)?.given(*alive.get(own)?, spend(row)))
            })
            .collect())
    }

    /// The future of somebody who buys for the first time, right after that
    /// purchase. `alive` is below 1 where the model lets a first purchase be the
    /// last.
    ///
    /// # Errors
    ///
    /// Those of [`Question::check`].
    pub fn newcomer(&self, question: &Question) -> Result<Outlook, Error> {
        question.check()?;
        let (alive, ahead) = self.fitted.newcomer();
        let spend = self.spend.and_then(|spend| spend.mean(&Row::new(0, 0.0, 0.0)));
        Ok(self.future(&*ahead, question)?.given(alive, spend))
    }

    /// The probabilities that a newcomer makes 0, 1, ... purchases after `from`
    /// and up to `until`, both counted from the first purchase.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`]: `until` before `from`, a time that is none.
    pub fn between(&self, from: f64, until: f64, counts: usize) -> Result<Vec<f64>, Error> {
        Question { horizon: from, discount: 0.0, counts }.check()?;
        Question { horizon: until - from, discount: 0.0, counts }.check()?;
        let (alive, ahead) = self.fitted.newcomer();
        let Some(most) = counts.checked_sub(1) else { return Ok(Vec::new()) };
        check_far(&*ahead, until)?;
        Ok(overall(alive, &ahead.between(from, until, most)))
    }

    fn answer(&self, row: &Row, question: &Question) -> Result<Outlook, Error> {
        let spend = self.spend.and_then(|spend| spend.mean(row));
        let future = self.future(&*self.fitted.ahead(row), question)?;
        Ok(future.given(self.fitted.alive(row), spend))
    }

    fn future(&self, ahead: &dyn Ahead, question: &Question) -> Result<Future, Error> {
        let Question { horizon, discount, counts } = *question;
        check_far(ahead, horizon)?;
        let chances = counts.checked_sub(1).map(|most| ahead.chances(horizon, most));
        let (survival, expected) = ahead.look(horizon);
        // `discounted` gives `None` for what has no bound, and a horizon is one.
        let discounted = match discount {
            0.0 => expected,
            rate => ahead.discounted(rate, Some(horizon)).unwrap_or_default(),
        };
        let residual = match &self.limit {
            None => ahead.discounted(discount, None),
            Some(_) => None,
        };
        Ok(Future {
            survival,
            expected,
            discounted,
            residual,
            chances: chances.unwrap_or_default(),
        })
    }
}

/// What follows, of a customer who has not left.
struct Future {
    survival: f64,
    expected: f64,
    discounted: f64,
    residual: Option<f64>,
    chances: Vec<f64>,
}

impl Future {
    /// The same of one of whom that is only as probable.
    fn given(&self, alive: f64, spend: Option<f64>) -> Outlook {
        Outlook {
            alive,
            alive_later: alive * self.survival,
            expected: alive * self.expected,
            discounted: alive * self.discounted,
            residual: self.residual.map(|residual| alive * residual),
            spend,
            chances: overall(alive, &self.chances),
        }
    }
}

/// A model with stages counts them one by one.
fn check_far(ahead: &dyn Ahead, horizon: f64) -> Result<(), Error> {
    let farthest = ahead.farthest();
    if horizon <= farthest {
        return Ok(());
    }
    let fault = Fault::new(
        Code::InvalidArgument,
        format!("a model with stages looks {farthest:.0} units ahead at most, not {horizon}"),
        format!("带阶段的模型最多预测 {farthest:.0} 个单位时间，而不是 {horizon}"),
    );
    Err(fault.at("horizon").into())
}

/// Chances of those who are there as chances of all: the others buy nothing.
pub(super) fn overall(alive: f64, chances: &[f64]) -> Vec<f64> {
    let mut out: Vec<f64> = chances.iter().map(|chance| alive * chance).collect();
    if let Some(none) = out.first_mut() {
        *none += 1.0 - alive;
    }
    out
}

/// Many customers, of whom those with equal times are looked at once, and those
/// with equal futures once for these.
pub(super) struct Together {
    distinct: Vec<Row>,
    place: Vec<usize>,
    /// One row for each future, and which of them each distinct row has.
    shared: Vec<Row>,
    shared_place: Vec<usize>,
}

impl Together {
    pub fn new(rows: impl Iterator<Item = Row>, fitted: &dyn Fitted) -> Together {
        let (distinct, place) = once(rows, true);
        let (shared, shared_place) = once(distinct.iter().copied(), !fitted.forgets_recency());
        Together { distinct, place, shared, shared_place }
    }

    /// P(alive) of each distinct row, and what is asked of each future.
    pub fn look<T: Send>(
        &self,
        fitted: &dyn Fitted,
        threads: usize,
        of: impl Fn(&dyn Ahead) -> T + Sync,
    ) -> (Vec<f64>, Vec<T>) {
        let alive = chunked(&self.distinct, threads, |rows| {
            rows.iter().map(|row| fitted.alive(row)).collect::<Vec<_>>()
        });
        let futures = chunked(&self.shared, threads, |rows| {
            rows.iter().map(|row| of(&*fitted.ahead(row))).collect::<Vec<_>>()
        });
        (alive.into_iter().flatten().collect(), futures.into_iter().flatten().collect())
    }

    /// For each row, in order, where its P(alive) and its future are.
    pub fn places(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let shared = |own: &usize| self.shared_place.get(*own).copied().unwrap_or_default();
        self.place.iter().map(move |own| (*own, shared(own)))
    }
}

/// The rows that differ in their times, and which of them each row is.
fn once(rows: impl Iterator<Item = Row>, by_recency: bool) -> (Vec<Row>, Vec<usize>) {
    let mut known: HashMap<(u32, u64, u64), usize> = HashMap::new();
    let mut distinct = Vec::new();
    let place = rows.map(|row| {
        let recency = if by_recency { row.recency.to_bits() } else { 0 };
        *known.entry((row.frequency, recency, row.age.to_bits())).or_insert_with(|| {
            distinct.push(row);
            distinct.len() - 1
        })
    });
    let place = place.collect();
    (distinct, place)
}

fn no_times(name: &str) -> Error {
    Fault::new(
        Code::BadParameters,
        format!("`{name}` says what purchases bring, and not when they come"),
        format!("`{name}` 只描述每次购买的金额，不描述何时购买"),
    )
    .hint("use it beside a model of times", "请与购买时间模型配合使用")
    .into()
}
