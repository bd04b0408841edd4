//! What a KPI usually does, told from the periods before those that are judged.

use super::{BASELINE, ESTIMATED, SEASONAL};
use crate::stats::{Sum, kept, ln_t_beyond, normal_at};

/// Years from which a season can be told.
const YEARS: usize = 2;

pub(super) struct Usual {
    pub is_seasonal: bool,
    level: f64,
    slope: f64,
    season: Vec<f64>,
    /// What a value keeps of the one before.
    pub kept: f64,
    /// The standard deviation of single values, and of what is new in them.
    pub spread: f64,
    sigma: f64,
    /// What it is estimated from: periods less what was estimated.
    df: f64,
    years: f64,
    periods: f64,
}

impl Usual {
    /// `None`: too few periods, or they never move.
    pub fn of(values: &[Option<f64>], from: usize, season: usize) -> Option<Usual> {
        let past = values.get(..from)?;
        let seen = past.iter().flatten().count();
        if seen < BASELINE {
            return None;
        }
        let is_seasonal = season > 1 && seen >= YEARS * season && from >= YEARS * season;
        let mut usual = Usual {
            is_seasonal,
            level: 0.0,
            slope: 0.0,
            season: vec![0.0; season],
            kept: 0.0,
            spread: 0.0,
            sigma: 0.0,
            df: 0.0,
            years: from as f64 / season as f64,
            periods: seen as f64,
        };
        if is_seasonal {
            usual.fit_season(past);
        } else {
            usual.level = past.iter().flatten().copied().collect::<Sum>().total() / seen as f64;
        }
        let away: Vec<Option<f64>> =
            past.iter().enumerate().map(|(at, it)| it.map(|it| it - usual.at(at))).collect();
        usual.kept = kept(&away);
        let news: Vec<f64> = away
            .windows(2)
            .filter_map(|pair| {
                Some((*pair.last()?)? - usual.kept * (*pair.first()?).unwrap_or(0.0))
            })
            .collect();
        let fitted = if is_seasonal { season as f64 + 1.0 } else { 1.0 };
        usual.df = (news.len() as f64 - fitted).max(1.0);
        let squares = news.iter().map(|it| it * it).collect::<Sum>().total();
        usual.sigma = libm::sqrt(squares / usual.df);
        // The next value is also off by what the estimate of what is usual is off.
        let by = if is_seasonal { usual.years } else { usual.periods };
        usual.sigma *= libm::sqrt(1.0 + 1.0 / by);
        usual.spread = usual.sigma / libm::sqrt((1.0 - usual.kept * usual.kept).max(0.05));
        let scale = usual.level.abs().max(usual.season.iter().fold(0.0, |a, b| a.max(b.abs())));
        (usual.sigma > 1e-12 * scale).then_some(usual)
    }

    fn fit_season(&mut self, past: &[Option<f64>]) {
        let season = self.season.len();
        let steps = past.iter().zip(past.iter().skip(season));
        let yearly: Vec<f64> = steps.filter_map(|(a, b)| Some((*b)? - (*a)?)).collect();
        self.slope = median(yearly).unwrap_or(0.0) / season as f64;
        let slope = self.slope;
        let flat = |(at, it): (usize, &Option<f64>)| it.map(|it| it - slope * at as f64);
        let flat: Vec<Option<f64>> = past.iter().enumerate().map(flat).collect();
        self.level = median(flat.iter().flatten().copied().collect()).unwrap_or(0.0);
        for (place, own) in self.season.iter_mut().enumerate() {
            let same = flat.iter().skip(place).step_by(season).flatten().copied();
            *own = median(same.collect()).map_or(0.0, |it| it - self.level);
        }
    }

    pub fn at(&self, at: usize) -> f64 {
        let place = at % self.season.len().max(1);
        let season = self.season.get(place).copied().unwrap_or(0.0);
        self.level + self.slope * at as f64 + season
    }

    /// What is new, as if its spread were known: few periods say little of it.
    pub fn score(&self, news: f64) -> f64 {
        let t = news / self.sigma;
        let share = libm::exp(ln_t_beyond(t, self.df)).clamp(1e-300, 1.0);
        let z = if share >= 1.0 { 0.0 } else { normal_at(share / 2.0) };
        if t < 0.0 { -z } else { z }
    }

    /// A column of what limits lose by being estimated.
    pub fn estimated(&self, column: usize) -> f64 {
        let (table, at): (&[[f64; 3]], f64) = match self.is_seasonal {
            true => (&SEASONAL, self.years),
            false => (&ESTIMATED, self.periods),
        };
        let of = |row: &[f64; 3]| row.get(column).copied().unwrap_or(1.0);
        let after = table.partition_point(|row| row[0] <= at);
        let before = after.checked_sub(1).and_then(|it| table.get(it));
        match (before, table.get(after)) {
            (Some(a), Some(b)) => of(a) + (of(b) - of(a)) * (at - a[0]) / (b[0] - a[0]),
            (Some(only), None) | (None, Some(only)) => of(only),
            (None, None) => 1.0,
        }
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let high = *values.get(half)?;
    let low = *values.get(half.saturating_sub(1))?;
    Some(if values.len() % 2 == 1 { high } else { (low + high) / 2.0 })
}
