//! Everybody in every segment at one instant after the other, by one history.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::answers::{Answers, Options, context, segments};
use crate::engine::value::Past;
use crate::facts::{Columns, Snapshot};
use crate::lang::kernel::{Answer, Context, evaluate};
use crate::lang::{Checked, Score, ScoreHistory, Scores, Value, World, check_condition};
use crate::lifecycle::standings;
use crate::playbook::Playbook;
use crate::units::Instant;

/// The segments of a playbook over time. Assessments are made once, however many
/// instants are asked.
pub(in crate::engine) struct Over<'a> {
    columns: &'a Columns,
    playbook: &'a Playbook,
    past: Past,
    options: Options,
}

impl<'a> Over<'a> {
    /// As far as `until`.
    pub fn new(
        columns: &'a Columns,
        playbook: &'a Playbook,
        until: Instant,
        options: Options,
    ) -> Over<'a> {
        Over::asking(columns, playbook, &[], until, options)
    }

    /// The same, where these expressions are asked, too.
    pub fn asking(
        columns: &'a Columns,
        playbook: &'a Playbook,
        also: &[&Checked],
        until: Instant,
        options: Options,
    ) -> Over<'a> {
        let segments = playbook.segments().iter().map(|segment| &**segment.condition());
        let conditions: Vec<&Checked> = segments.chain(also.iter().copied()).collect();
        let past = Past::new(columns, playbook, &conditions, until, options.threads);
        Over { columns, playbook, past, options }
    }

    /// The world of these facts, with assessments in it.
    pub fn world(&self) -> World<'_> {
        self.past.world(self.playbook, self.columns)
    }

    /// What the value part said at the end of an instant.
    pub fn scores(&self, at: Instant) -> Option<AsOf<'_>> {
        self.world().scores.map(|history| AsOf { history, at })
    }

    /// Who is in each segment at the end of an instant.
    pub fn at(&self, at: Instant) -> BTreeMap<Arc<str>, Answer> {
        self.answers(at).segments
    }

    /// Who meets each of these conditions at the end of an instant.
    pub fn ask(&self, sources: &[&str], at: Instant) -> Vec<Answer> {
        let (snapshot, answers) = (Snapshot::new(self.columns, at), self.answers(at));
        let scores = self.scores(at);
        let context = Context {
            scores: scores.as_ref().map(|scores| scores as &dyn Scores),
            ..context(&snapshot, self.playbook, &answers)
        };
        let asked = sources.iter().map(|source| {
            let checked = check_condition(source, &self.playbook.scope());
            checked.map(|it| evaluate(&it, &context, self.options.threads)).unwrap_or_default()
        });
        asked.collect()
    }

    /// In which state and segment everybody was at the end of an instant.
    pub fn answers(&self, at: Instant) -> Answers {
        let (columns, playbook, threads) = (self.columns, self.playbook, self.options.threads);
        let snapshot = Snapshot::new(columns, at);
        let scores = self.scores(at);
        let states = standings(self.world(), playbook.machines(), at, threads);
        let mut answers = Answers { states, ..Answers::default() };
        let context = Context {
            scores: scores.as_ref().map(|scores| scores as &dyn Scores),
            ..context(&snapshot, playbook, &answers)
        };
        answers.segments = segments(playbook, &context, threads);
        answers
    }
}

/// What a history of assessments says at the end of an instant.
#[derive(Debug)]
pub(in crate::engine) struct AsOf<'a> {
    history: &'a dyn ScoreHistory,
    at: Instant,
}

impl Scores for AsOf<'_> {
    fn ask(&self, customer: usize, asked: Score<'_>) -> Option<Value> {
        let after = self.at.checked_add_micros(1).unwrap_or(Instant::MAX);
        self.history.ask_before(customer, after, asked)
    }
}
