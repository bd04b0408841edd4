//! What is known of everybody at the last assessment.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::favour::FavourBalance;
use super::super::tier::Standing;
use super::super::valuation::Valuation;
use super::bulk::column;
use super::kept::Kept;
use super::now::{MISSING, Now, Trouble, figure, value_of};
use super::part::{OUTSIDE, Part};
use super::report::{Move, Round, TOLD};
use crate::facts::{Bits, Codes, Column, Data, TextProfile, Words};
use crate::lang::{Score, ScoreName, Scores, Value};
use crate::units::{Decimal, Instant};

/// What is known of everybody at the last assessment up to an instant, and how
/// it came about.
#[derive(Debug, Clone)]
pub struct Assessments {
    valuation: Arc<Valuation>,
    rounds: Vec<Round>,
    at: Vec<i64>,
    round: Vec<u32>,
    figures: Vec<[i64; 8]>,
    favours: Vec<FavourBalance>,
    axes: Vec<i64>,
    plain: Vec<i64>,
    tier: Vec<u16>,
    since: Vec<i64>,
    moves: Vec<Move>,
    troubles: Vec<Trouble>,
    n_troubles: u64,
    assessed: u64,
    alive: Vec<(Decimal, Vec<i64>)>,
    kept: Option<Kept>,
    columns: BTreeMap<ScoreName, Column>,
}

impl PartialEq for Assessments {
    /// The same answers about everybody, now and at every move.
    fn eq(&self, other: &Assessments) -> bool {
        self.at == other.at
            && self.rounds == other.rounds
            && self.round == other.round
            && self.figures == other.figures
            && self.favours == other.favours
            && (&self.axes, &self.plain) == (&other.axes, &other.plain)
            && (&self.tier, &self.since) == (&other.tier, &other.since)
            && (&self.moves, &self.troubles) == (&other.moves, &other.troubles)
            && (self.n_troubles, self.assessed) == (other.n_troubles, other.assessed)
            && self.alive == other.alive
    }
}

impl Assessments {
    pub(super) fn new(
        valuation: &Arc<Valuation>,
        parts: Vec<Part>,
        rounds: Vec<Round>,
        alive: Vec<(Decimal, Vec<i64>)>,
        kept: Option<Kept>,
    ) -> Assessments {
        let mut out = Assessments {
            valuation: valuation.clone(),
            rounds,
            at: Vec::new(),
            round: Vec::new(),
            figures: Vec::new(),
            favours: Vec::new(),
            axes: Vec::new(),
            plain: Vec::new(),
            tier: Vec::new(),
            since: Vec::new(),
            moves: Vec::new(),
            troubles: Vec::new(),
            n_troubles: 0,
            assessed: 0,
            alive,
            kept,
            columns: BTreeMap::new(),
        };
        for part in parts {
            out.at.extend(part.at);
            out.round.extend(part.round);
            out.figures.extend(part.figures);
            out.favours.extend(part.favours);
            out.axes.extend(part.axes);
            out.plain.extend(part.plain);
            out.tier.extend(part.tier);
            out.since.extend(part.since);
            out.moves.extend(part.moves);
            out.troubles.extend(part.troubles);
            out.n_troubles += part.n_troubles;
            out.assessed += part.assessed;
        }
        out.moves.sort_by_key(|it| (it.customer, it.at));
        out.troubles.sort_by_key(|trouble| (trouble.at, trouble.customer));
        out.troubles.truncate(TOLD);
        out
    }

    /// The section.
    pub fn valuation(&self) -> &Arc<Valuation> {
        &self.valuation
    }

    /// The assessments of everybody, by time.
    pub fn rounds(&self) -> &[Round] {
        &self.rounds
    }

    /// How many assessments of a customer were made.
    pub fn assessed(&self) -> u64 {
        self.assessed
    }

    /// All changes of tier, by customer and then by time.
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }

    /// Those of one customer, by time.
    pub fn moves_of(&self, customer: usize) -> &[Move] {
        let from = self.moves.partition_point(|it| it.customer < customer);
        let until = self.moves.partition_point(|it| it.customer <= customer);
        self.moves.get(from..until).unwrap_or_default()
    }

    /// How often an expression failed for a customer.
    pub fn n_troubles(&self) -> u64 {
        self.n_troubles
    }

    /// The first of these.
    pub fn troubles(&self) -> &[Trouble] {
        &self.troubles
    }

    /// When a customer was last assessed.
    pub fn at(&self, customer: usize) -> Option<Instant> {
        self.at.get(customer).filter(|at| **at != MISSING).map(|at| Instant::clamped(*at))
    }

    /// The assessment of everybody whose findings that one used.
    pub fn round_of(&self, customer: usize) -> Option<&Round> {
        self.rounds.get(*self.round.get(customer)? as usize)
    }

    /// A figure of a customer, in units of its type; `None` where it is not
    /// known.
    pub fn figure(&self, customer: usize, name: &str) -> Option<i64> {
        self.at(customer)?;
        let (figures, favours) = self.figures.get(customer).zip(self.favours.get(customer))?;
        figure(figures, *favours, name).filter(|number| *number != MISSING)
    }

    /// The score of a customer on the axis at a position, in hundredths.
    pub fn score(&self, customer: usize, axis: usize) -> Option<i64> {
        self.on_axis(&self.axes, customer, axis)
    }

    /// The same from what says something without knowing of any purchase.
    pub fn score_without_purchases(&self, customer: usize, axis: usize) -> Option<i64> {
        self.on_axis(&self.plain, customer, axis)
    }

    fn on_axis(&self, scores: &[i64], customer: usize, axis: usize) -> Option<i64> {
        let place = customer * self.valuation.axes.len() + axis;
        scores.get(place).copied().filter(|score| *score != MISSING)
    }

    /// The tier of a customer and since when; `None` before the first
    /// assessment.
    pub fn standing(&self, customer: usize) -> Option<Standing> {
        let since = *self.since.get(customer).filter(|since| **since != MISSING)?;
        let tier = self.tier.get(customer).copied().filter(|tier| *tier != OUTSIDE);
        Some(Standing { tier: tier.map(usize::from), since: Instant::clamped(since) })
    }

    /// All that is known of a customer but the tier.
    pub(super) fn known<'g>(&'g self, customer: usize, cuts: &'g [i64]) -> Now<'g> {
        let width = self.valuation.axes.len();
        let axes = self.axes.get(customer * width..(customer + 1) * width);
        Now {
            valuation: &self.valuation,
            figures: self.figures.get(customer).copied().unwrap_or([MISSING; 8]),
            favours: self.favours.get(customer).copied().unwrap_or_default(),
            axes: axes.unwrap_or_default().to_vec(),
            cuts,
        }
    }

    /// The answers of every assessment, where they were to be kept.
    pub fn history(&self) -> Option<&Kept> {
        self.kept.as_ref()
    }

    /// Puts these answers into columns, so that conditions over everybody are
    /// fast.
    pub fn prepare(&mut self, asked: &[ScoreName]) {
        for asked in asked {
            if matches!(asked, ScoreName::Cut(_)) || self.columns.contains_key(asked) {
                continue;
            }
            let column = match asked {
                ScoreName::Tier => self.tier_column(),
                _ => self.number_column(asked),
            };
            self.columns.insert(asked.clone(), column);
        }
    }

    fn number_column(&self, asked: &ScoreName) -> Column {
        let n = self.at.len();
        let numbers = (0..n).map(|customer| self.number(customer, asked.score()));
        let numbers: Vec<i64> = numbers.map(|number| number.flatten().unwrap_or(MISSING)).collect();
        column(numbers)
    }

    fn tier_column(&self) -> Column {
        let names: Vec<&str> = self.valuation.tiers.iter().map(|tier| &*tier.name).collect();
        let (words, moved) = Words::of(&names, TextProfile::Exact);
        let mut known = Bits::none(self.tier.len());
        for (customer, tier) in self.tier.iter().enumerate() {
            known.set(customer, *tier != OUTSIDE);
        }
        let code = |tier: &u16| moved.get(usize::from(*tier)).copied().unwrap_or(0);
        let codes = Codes::narrow(self.tier.iter().map(code).collect(), words.len());
        let known = if known.is_all() && !known.is_empty() { None } else { Some(known) };
        Column { data: Data::Codes { codes, words: Arc::new(words) }, known }
    }

    /// An answer as a whole number: `None` where there is no such name,
    /// `Some(None)` where it is not known.
    fn number(&self, customer: usize, asked: Score<'_>) -> Option<Option<i64>> {
        if !self.valuation.knows(asked) {
            return None;
        }
        Some(match asked {
            Score::Figure(name) => self.figure(customer, name),
            Score::Axis(name) => self.score(customer, self.valuation.axis(name)?),
            Score::Tier => self.standing(customer).and_then(|it| it.tier).map(|tier| tier as i64),
            Score::Cut(name) => {
                let cut = self.valuation.cut(name)?;
                self.rounds.last().and_then(|round| round.cuts.get(cut).copied().flatten())
            }
            Score::AliveUntil(chance) => {
                let (_, dates) = self.alive.iter().find(|(known, _)| *known == chance)?;
                dates.get(customer).copied().filter(|date| *date != MISSING)
            }
        })
    }
}

impl Scores for Assessments {
    fn ask(&self, customer: usize, asked: Score<'_>) -> Option<Value> {
        let number = self.number(customer, asked)?;
        Some(value_of(&self.valuation, asked, number.unwrap_or(MISSING)))
    }

    fn column(&self, asked: Score<'_>) -> Option<&Column> {
        self.columns.iter().find(|(known, _)| known.score() == asked).map(|(_, column)| column)
    }
}
