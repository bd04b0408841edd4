//! Customers made up by a model: each step as the model's story tells it.

use std::f64::consts::PI;

use guanxi::value::Row;

use crate::support::Random;

/// A source of customers.
pub struct Simulator(Random);

/// How customers leave.
pub enum Leaving {
    /// After a purchase, with a probability of their own (a beta distribution);
    /// after the first one too, where so said.
    Geometric { a: f64, b: f64, first_too: bool },
    /// At a rate of their own (a gamma distribution).
    Pareto { s: f64, beta: f64 },
    /// Never.
    Never,
}

/// A customer's purchases, from the first at 0.
pub struct Life {
    /// The times of the repeats.
    pub repeats: Vec<f64>,
    /// Whether he is still there at the end.
    pub alive: bool,
}

impl Simulator {
    pub fn new(seed: u64) -> Simulator {
        Simulator(Random::new(seed))
    }

    /// Between 0 and 1, neither of them.
    pub fn share(&mut self) -> f64 {
        ((self.0.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn wait(&mut self, rate: f64) -> f64 {
        -self.share().ln() / rate
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.share().ln()).sqrt() * (2.0 * PI * self.share()).cos()
    }

    /// Marsaglia and Tsang (2000), "A simple method for generating gamma variables".
    pub fn gamma(&mut self, shape: f64, rate: f64) -> f64 {
        if shape < 1.0 {
            let smaller = self.share().powf(1.0 / shape);
            return self.gamma(shape + 1.0, rate) * smaller;
        }
        let d = shape - 1.0 / 3.0;
        loop {
            let x = self.normal();
            let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
            if v > 0.0 && self.share().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v / rate;
            }
        }
    }

    fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a, 1.0), self.gamma(b, 1.0));
        x / (x + y)
    }

    /// One customer, watched for so long.
    pub fn life(
        &mut self,
        (r, alpha): (f64, f64),
        stages: u32,
        leaving: &Leaving,
        end: f64,
    ) -> Life {
        let rate = self.gamma(r, alpha);
        let (chance, mut leaves_at, first_too) = match *leaving {
            Leaving::Geometric { a, b, first_too } => (self.beta(a, b), f64::INFINITY, first_too),
            Leaving::Pareto { s, beta } => {
                let rate = self.gamma(s, beta);
                (0.0, self.wait(rate), false)
            }
            Leaving::Never => (0.0, f64::INFINITY, false),
        };
        if first_too && self.share() < chance {
            leaves_at = 0.0;
        }
        let mut repeats = Vec::new();
        let mut now = 0.0;
        while leaves_at > now {
            now += (0..stages).map(|_| self.wait(rate)).sum::<f64>();
            if now > end || now > leaves_at {
                break;
            }
            repeats.push(now);
            if self.share() < chance {
                leaves_at = now;
            }
        }
        Life { repeats, alive: leaves_at > end }
    }
}

impl Life {
    /// What is known of it at `end`.
    pub fn row(&self, end: f64) -> Row {
        let seen: Vec<f64> = self.repeats.iter().copied().take_while(|&at| at <= end).collect();
        let from = std::iter::once(0.0).chain(seen.iter().copied());
        let gaps: f64 = from.zip(&seen).map(|(from, to)| (to - from).ln()).sum();
        let last = seen.last().copied().unwrap_or(0.0);
        Row { log_gaps: Some(gaps), ..Row::new(seen.len() as u32, last, end) }
    }

    /// Repeats after one time and up to another.
    pub fn between(&self, from: f64, until: f64) -> usize {
        self.repeats.iter().filter(|&&at| at > from && at <= until).count()
    }
}
