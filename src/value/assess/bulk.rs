//! Everybody at once, at one assessment: columns instead of customers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::axis::Rule;
use super::super::valuation::Valuation;
use super::ground::{Ground, expressions};
use super::now::{MISSING, value_of};
use super::part::Part;
use crate::facts::{Bits, Column, Data, Ints, Snapshot};
use crate::lang::kernel::{Answer, Context, Numbers, evaluate, numbers};
use crate::lang::types::Kinds;
use crate::lang::{Checked, Score, ScoreName, Scores, Value};
use crate::units::{Decimal, Instant};

/// What is known of everybody while they are assessed.
pub(super) struct Bulk<'g, 'a> {
    ground: &'g Ground<'a>,
    snapshot: Snapshot<'a>,
    segments: BTreeMap<Arc<str>, Answer>,
    told: Told<'g>,
    threads: usize,
}

/// The answers that expressions of the section ask.
#[derive(Debug)]
struct Told<'g> {
    valuation: &'g Valuation,
    columns: Vec<(ScoreName, Column)>,
    cuts: Vec<i64>,
}

impl Scores for Told<'_> {
    fn ask(&self, customer: usize, asked: Score<'_>) -> Option<Value> {
        if let Score::Cut(name) = asked {
            let cut = self.cuts.get(self.valuation.cut(name)?).copied();
            return Some(value_of(self.valuation, asked, cut.unwrap_or(MISSING)));
        }
        let column = self.column(asked)?;
        let number = match &column.data {
            Data::Ints(numbers) if column.is_known(customer) => numbers.get(customer),
            _ => MISSING,
        };
        Some(value_of(self.valuation, asked, number))
    }

    fn column(&self, asked: Score<'_>) -> Option<&Column> {
        self.columns.iter().find(|(name, _)| name.score() == asked).map(|(_, column)| column)
    }
}

/// What an expression comes to for everybody, as far as a kernel knows it.
pub(super) enum Seen {
    /// Numbers, with the places of the type; lengths of time are told in
    /// microseconds.
    Numbers(Numbers, Unit),
    /// Ask the reference, customer by customer.
    Slowly,
}

/// What a number of a kernel counts.
#[derive(Clone, Copy)]
pub(super) enum Unit {
    Places(u8),
    Microseconds,
}

/// What is told of one customer.
pub(super) enum Given {
    Value(Option<Decimal>),
    /// Nothing: the reference must be asked.
    Ask,
}

impl Seen {
    pub fn of(&self, customer: usize) -> Given {
        let Seen::Numbers(numbers, unit) = self else { return Given::Ask };
        let (factor, scale) = match unit {
            Unit::Places(scale) => (1, *scale),
            Unit::Microseconds => (1000, 0),
        };
        match numbers.get(customer) {
            Some(None) => Given::Value(None),
            Some(Some(units)) => match Decimal::new(units * factor, scale) {
                Ok(number) => Given::Value(Some(number)),
                Err(_) => Given::Ask,
            },
            None => Given::Ask,
        }
    }
}

impl<'g, 'a> Bulk<'g, 'a> {
    /// The segments that the section reads, at an assessment.
    pub fn new(ground: &'g Ground<'a>, cuts: &[i64], at: Instant, threads: usize) -> Self {
        let snapshot = Snapshot::new(ground.world.columns, at);
        let told = Told { valuation: ground.valuation, columns: Vec::new(), cuts: cuts.to_vec() };
        let mut out = Bulk { ground, snapshot, segments: BTreeMap::new(), told, threads };
        for name in &ground.valuation.segments {
            let Some(condition) = ground.world.segments.get(name) else { continue };
            let answer = out.evaluate(condition);
            out.segments.insert(name.clone(), answer);
        }
        out
    }

    fn context(&self) -> Context<'_> {
        Context {
            snapshot: &self.snapshot,
            calendar: self.ground.world.calendar,
            parameters: self.ground.world.parameters,
            answers: &self.segments,
            states: None,
            scores: Some(&self.told),
            period: None,
        }
    }

    /// Who satisfies a condition.
    pub fn evaluate(&self, condition: &Checked) -> Answer {
        evaluate(condition, &self.context(), self.threads)
    }

    /// What an expression comes to.
    pub fn see(&self, checked: &Checked) -> Seen {
        let ty = checked.result();
        let unit = match ty.is(Kinds::DURATION) {
            true => Unit::Microseconds,
            false => Unit::Places(match ty {
                crate::lang::Type::Decimal(scale) | crate::lang::Type::Money(_, scale) => *scale,
                _ => 0,
            }),
        };
        match numbers(checked, &self.context(), self.threads) {
            Some(numbers) => Seen::Numbers(numbers, unit),
            None => Seen::Slowly,
        }
    }

    /// What every observation of an axis comes to, and since when it holds.
    pub fn axis(&self, position: usize) -> Vec<(Seen, Option<Seen>)> {
        let axis = self.ground.valuation.axes.get(position);
        match axis.map(|axis| &axis.rule) {
            Some(Rule::Points(points)) => points
                .iter()
                .map(|point| {
                    let since = point.fade.as_ref().map(|fade| self.see(&fade.since));
                    (self.see(&point.from), since)
                })
                .collect(),
            Some(Rule::Logistic(logistic)) => {
                logistic.factors.iter().map(|factor| (self.see(&factor.from), None)).collect()
            }
            None => Vec::new(),
        }
    }

    /// Makes figures known to expressions that ask them.
    pub fn tell_figures(&mut self, parts: &[Part]) {
        let valuation = self.ground.valuation;
        let asked = expressions(valuation).flat_map(|checked| &checked.uses.scores);
        let mut asked: Vec<ScoreName> =
            asked.filter(|asked| matches!(asked, ScoreName::Figure(_))).cloned().collect();
        asked.sort();
        asked.dedup();
        for name in asked {
            let ScoreName::Figure(figure) = &name else { continue };
            let numbers = parts.iter().flat_map(|part| {
                let rows = part.figures.iter().zip(&part.favours);
                rows.map(|(figures, favours)| {
                    super::now::figure(figures, *favours, figure).unwrap_or(MISSING)
                })
            });
            let column = column(numbers.collect());
            self.told.columns.push((name, column));
        }
    }

    /// Makes the scores on an axis known to expressions that ask them.
    pub fn tell_axis(&mut self, parts: &[Part], axis: usize) {
        let valuation = self.ground.valuation;
        let Some(name) = valuation.axes.get(axis).map(|axis| axis.name.clone()) else { return };
        let name = ScoreName::Axis(name);
        let is_asked = expressions(valuation).any(|checked| checked.uses.scores.contains(&name));
        if is_asked {
            let n_axes = valuation.axes.len();
            let scores = parts.iter().flat_map(|part| part.axes.iter().skip(axis).step_by(n_axes));
            let column = column(scores.copied().collect());
            self.told.columns.push((name, column));
        }
    }

    /// Makes cut points known.
    pub fn tell_cuts(&mut self, cuts: &[i64]) {
        self.told.cuts = cuts.to_vec();
    }
}

/// Whole numbers, of which some are not known.
pub(super) fn column(mut numbers: Vec<i64>) -> Column {
    let mut known = Bits::none(numbers.len());
    for (row, number) in numbers.iter_mut().enumerate() {
        known.set(row, *number != MISSING);
        if *number == MISSING {
            *number = 0;
        }
    }
    let known = if known.is_all() && !known.is_empty() { None } else { Some(known) };
    Column { data: Data::Ints(Ints::narrow(numbers)), known }
}
