//! The models at their parameters: what times alone say.

use super::teller::whole;
use crate::error::Error;
use crate::stats::Sum;
use crate::value::model::{Ahead, Fitted, Spend, check_parameters};
use crate::value::money::Parameters;
use crate::value::predict::{MOST_COUNTS, overall};
use crate::value::row::Row;

/// The models at their parameters.
pub(in crate::value) struct Behaviour {
    pub(super) fitted: Box<dyn Fitted>,
    r: f64,
    alpha: f64,
    stages: u32,
    spend: Option<Spend>,
    /// How far ahead, in units, and the continuous rate for one; without money
    /// nobody asks.
    ahead: Option<(f64, f64)>,
}

/// What the times of a customer alone say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub alive: f64,
    pub rhythm: f64,
    /// Purchases up to the horizon, as they are and at their worth today.
    pub expected: Option<(f64, f64)>,
}

/// What of all probability is next to nothing.
const REST: f64 = 1e-9;

impl Behaviour {
    pub(super) fn new(
        parameters: &Parameters,
        ahead: Option<(f64, f64)>,
    ) -> Result<Option<Behaviour>, Error> {
        let model = parameters.model()?;
        let values = &parameters.timing.values;
        check_parameters(&*model, values)?;
        // All models of times begin with these two, which say how often.
        let [r, alpha, ..] = values[..] else { return Ok(None) };
        Ok(model.fitted(values).map(|fitted| Behaviour {
            fitted,
            r,
            alpha,
            stages: model.stages().unwrap_or(1),
            spend: parameters.spending(),
            ahead,
        }))
    }

    pub(super) fn times(&self, row: &Row) -> Times {
        let future = self.expected(&*self.fitted.ahead(row));
        self.told(row, self.fitted.alive(row), future)
    }

    /// What is expected of somebody who has not left, as it is and at its worth
    /// today.
    pub(super) fn expected(&self, ahead: &dyn Ahead) -> Option<(f64, f64)> {
        let (horizon, rate) = self.ahead?;
        // A model with stages counts them one by one.
        if horizon > ahead.farthest() {
            return None;
        }
        let expected = ahead.expected(horizon);
        let discounted = match rate {
            0.0 => expected,
            rate => ahead.discounted(rate, Some(horizon))?,
        };
        Some((expected, discounted))
    }

    pub(super) fn told(&self, row: &Row, alive: f64, future: Option<(f64, f64)>) -> Times {
        let expected = future.map(|(plain, discounted)| (alive * plain, alive * discounted));
        Times { alive, rhythm: self.rhythm(row), expected }
    }

    /// The probabilities of 0, 1, ... purchases up to the horizon, the last one
    /// of so many or more, which is next to nothing; and what a purchase then is
    /// worth today, on average. `None` where nobody can tell.
    pub(in crate::value) fn counts(&self, row: &Row) -> Option<(Vec<f64>, f64)> {
        let (horizon, _) = self.ahead?;
        let (expected, discounted) = self.times(row).expected?;
        let (alive, ahead) = (self.fitted.alive(row), self.fitted.ahead(row));
        let mut most = 2 * whole(expected)?.unsigned_abs() as usize + 16;
        loop {
            most = most.min(MOST_COUNTS);
            let mut chances = overall(alive, &ahead.chances(horizon, most));
            let rest = 1.0 - chances.iter().copied().collect::<Sum>().total();
            if rest < REST || most == MOST_COUNTS {
                if let Some(last) = chances.last_mut() {
                    *last += rest.max(0.0);
                }
                let today = if expected > 0.0 { discounted / expected } else { 1.0 };
                return Some((chances, today));
            }
            most *= 2;
        }
    }

    fn rhythm(&self, row: &Row) -> f64 {
        let wait = row.age - row.recency;
        let y = self.r + f64::from(self.stages) * f64::from(row.frequency);
        let q = wait / (self.alpha + row.age);
        let (mut term, mut sum) = (1.0, 0.0);
        for stage in 0..self.stages {
            let j = f64::from(stage);
            sum += term;
            term *= (y + j) / (j + 1.0) * q;
        }
        sum * libm::exp(-y * libm::log1p(wait / (self.alpha + row.recency)))
    }

    /// Who brought less than nothing in repeats is taken to have brought
    /// nothing: the model knows no negative amounts.
    pub(super) fn expected_spend(&self, row: &Row) -> Option<f64> {
        let monetary = row.monetary.map(|mean| mean.max(0.0));
        self.spend?.mean(&Row { monetary, ..*row })
    }
}
