//! Answers of every assessment, for those who ask about the past: guards of
//! machines.

use super::super::valuation::Valuation;
use super::now::{MISSING, figure, value_of};
use super::part::{Found, OUTSIDE, PART, Part};
use crate::lang::{Score, ScoreHistory, ScoreName, Value};
use crate::units::Instant;
use std::sync::Arc;

/// What is kept of every assessment.
#[derive(Debug, Clone, Default)]
pub(super) struct Keeping {
    pub wanted: Vec<ScoreName>,
}

/// What is kept of some customers, in the order in which it came.
#[derive(Debug, Clone, Default)]
pub(super) struct KeptPart {
    rows: Vec<u32>,
    at: Vec<i64>,
    /// For each assessment one number an answer.
    answers: Vec<i64>,
    /// Where each customer's assessments begin, once sorted.
    offsets: Vec<u32>,
    width: usize,
}

impl KeptPart {
    pub fn new(keeping: &Keeping) -> KeptPart {
        KeptPart { width: keeping.wanted.len(), ..KeptPart::default() }
    }

    pub fn push(&mut self, row: u32, at: i64, answers: &[i64]) {
        self.rows.push(row);
        self.at.push(at);
        self.answers.extend_from_slice(answers);
    }

    /// By customer, then by time: each customer's came in order of time.
    pub fn sort(&mut self, count: usize) {
        let mut offsets = vec![0_u32; count + 1];
        for row in &self.rows {
            if let Some(next) = offsets.get_mut(*row as usize + 1) {
                *next += 1;
            }
        }
        let mut sum = 0;
        for offset in &mut offsets {
            sum += *offset;
            *offset = sum;
        }
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by_key(|place| self.rows.get(*place).copied());
        let at = order.iter().filter_map(|place| self.at.get(*place).copied()).collect();
        let width = self.width;
        let answers = order.iter().flat_map(|place| {
            self.answers.get(place * width..(place + 1) * width).unwrap_or_default()
        });
        self.answers = answers.copied().collect();
        self.at = at;
        self.offsets = offsets;
        self.rows = Vec::new();
    }

    /// The assessments of a customer.
    fn range(&self, row: usize) -> (usize, usize) {
        let end = |at: usize| self.offsets.get(at).map_or(0, |end| *end as usize);
        (end(row), end(row + 1))
    }

    fn before(&self, row: usize, now: i64) -> Option<usize> {
        let (from, until) = self.range(row);
        let n = self.at.get(from..until)?.partition_point(|at| *at < now);
        n.checked_sub(1).map(|last| from + last)
    }
}

/// An answer about a customer at the last assessment, as a whole number.
pub(super) fn answer(part: &Part, found: Found<'_, '_>, row: usize, wanted: &ScoreName) -> i64 {
    let valuation = found.ground.valuation;
    let number = match wanted {
        ScoreName::Figure(name) => part
            .figures
            .get(row)
            .zip(part.favours.get(row))
            .and_then(|(figures, favours)| figure(figures, *favours, name)),
        ScoreName::Axis(name) => valuation
            .axis(name)
            .and_then(|axis| part.axes.get(row * valuation.axes.len() + axis).copied()),
        ScoreName::Tier => {
            part.tier.get(row).filter(|tier| **tier != OUTSIDE).map(|tier| i64::from(*tier))
        }
        ScoreName::Cut(name) => valuation.cut(name).and_then(|cut| found.cuts.get(cut).copied()),
        ScoreName::AliveUntil(chance) => part.alive_until(found, row, chance.to_f64()),
    };
    number.unwrap_or(MISSING)
}

/// The answers of every assessment of everybody.
#[derive(Debug, Clone)]
pub struct Kept {
    pub(super) valuation: Arc<Valuation>,
    pub(super) wanted: Vec<ScoreName>,
    pub(super) parts: Vec<KeptPart>,
}

impl ScoreHistory for Kept {
    fn ask_before(&self, customer: usize, now: Instant, asked: Score<'_>) -> Option<Value> {
        let wanted = self.wanted.iter().position(|wanted| wanted.score() == asked)?;
        let part = self.parts.get(customer / PART)?;
        let number = part
            .before(customer % PART, now.micros())
            .and_then(|place| part.answers.get(place * part.width + wanted).copied());
        Some(value_of(&self.valuation, asked, number.unwrap_or(MISSING)))
    }

    fn changes_after(&self, customer: usize, now: Instant) -> Option<Instant> {
        let part = self.parts.get(customer / PART)?;
        let (from, until) = part.range(customer % PART);
        let at = part.at.get(from..until)?;
        let next = at.get(at.partition_point(|at| *at < now.micros()))?;
        // Read strictly before the instant of a guard.
        next.checked_add(1).map(Instant::clamped)
    }
}
