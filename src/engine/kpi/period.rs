//! How everything stood at the end of a period, and just before it began.

use crate::engine::Options;
use crate::engine::answers::{Answers, context};
use crate::engine::segment::Over;
use crate::facts::{Columns, Snapshot};
use crate::kpi::Kpi;
use crate::lang::kernel::Context;
use crate::lang::{Checked, Scores, Stretch, Ways};
use crate::lifecycle::{Journal, Travels};
use crate::playbook::Playbook;
use crate::units::{Instant, Window};

/// What all periods share: assessments, and the ways through machines.
pub(super) struct Ground<'a> {
    columns: &'a Columns,
    playbook: &'a Playbook,
    /// Where states, segments or scores are asked about.
    over: Option<Over<'a>>,
    /// Where ways through machines are.
    journal: Option<Journal>,
    opening: bool,
}

impl<'a> Ground<'a> {
    /// For these KPIs and this grouping, up to an instant.
    pub fn new(
        columns: &'a Columns,
        playbook: &'a Playbook,
        (kpis, by): (&[&Kpi], Option<&Checked>),
        until: Instant,
        options: Options,
    ) -> Ground<'a> {
        let own = kpis.iter().flat_map(|kpi| kpi.expressions()).map(|checked| &**checked);
        let asked: Vec<&Checked> = own.chain(by).collect();
        let needs = |it: &&Checked| {
            let uses = &it.uses;
            !uses.segments.is_empty() || !uses.machines.is_empty() || !uses.scores.is_empty()
        };
        let over = asked
            .iter()
            .any(needs)
            .then(|| Over::asking(columns, playbook, &asked, until, options));
        let journal = over
            .as_ref()
            .filter(|_| asked.iter().any(|it| it.uses.way))
            .map(|over| Journal::of(over.world(), playbook.machines(), until, options.threads));
        let opening = asked.iter().any(|it| it.uses.opening);
        Ground { columns, playbook, over, journal, opening }
    }

    /// Asks about the end of a period that is over by then, or at `as_of`.
    pub fn ask<T>(
        &self,
        window: Window,
        previous: Instant,
        as_of: Instant,
        ask: impl FnOnce(&Context<'_>) -> T,
    ) -> T {
        let before = just_before(window.from);
        let close = self.moment(just_before(window.until).min(as_of));
        let open = self.opening.then(|| self.moment(before));
        let scores = open.as_ref().and_then(|moment| self.scores(moment.snapshot.as_of()));
        let opening = open.as_ref().map(|moment| self.context(moment, scores.as_ref()));
        let travels =
            self.journal.as_ref().map(|journal| Travels::new(self.playbook.machines(), journal));
        let stretch = Stretch {
            from: window.from,
            previous,
            opening: opening.as_ref(),
            ways: travels.as_ref().map(|travels| travels as &dyn Ways),
        };
        let scores = self.scores(close.snapshot.as_of());
        let context = Context { period: Some(&stretch), ..self.context(&close, scores.as_ref()) };
        ask(&context)
    }

    fn moment(&self, at: Instant) -> Moment<'_> {
        let answers = self.over.as_ref().map(|over| over.answers(at)).unwrap_or_default();
        Moment { snapshot: Snapshot::new(self.columns, at), answers }
    }

    fn scores(&self, at: Instant) -> Option<impl Scores + '_> {
        self.over.as_ref()?.scores(at)
    }

    fn context<'m>(
        &'m self,
        moment: &'m Moment<'m>,
        scores: Option<&'m impl Scores>,
    ) -> Context<'m> {
        Context {
            scores: scores.map(|scores| scores as &dyn Scores),
            ..context(&moment.snapshot, self.playbook, &moment.answers)
        }
    }
}

/// Everybody at the end of an instant.
struct Moment<'a> {
    snapshot: Snapshot<'a>,
    answers: Answers,
}

/// The last instant before another.
pub(super) fn just_before(at: Instant) -> Instant {
    Instant::clamped(at.micros().saturating_sub(1))
}
