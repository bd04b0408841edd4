//! The loop: assessments of everybody outermost, those of single customers
//! between them.

use std::sync::Arc;

use super::super::cut::{Cut, cut_point};
use super::super::figures::{Figures, Known, Teller};
use super::super::money::{Everybody, Parameters};
use super::super::row::Row;
use super::super::valuation::Valuation;
use super::bulk::{Bulk, Seen};
use super::ground::Ground;
use super::kept::{Keeping, Kept};
use super::now::MISSING;
use super::outcome::Assessments;
use super::part::{Found, OUTSIDE, PART, Part};
use super::report::Round;
use crate::error::{Code, Error, Fault};
use crate::lang::kernel::Answer;
use crate::lang::{ScoreName, World};
use crate::stats::shared;
use crate::units::{Instant, Unit};

/// Assesses customers up to any instant, and from there on.
///
/// ```text
/// round ── A1 ───────────── A2 ───────────── A3 ── ...   everybody: fit, figures, axes,
///               │     │           │                      cut points, tiers
///             events of single customers: one of them,
///             by what was found over everybody last
/// ```
///
/// However the way to an instant is cut, the same comes out there, to the bit,
/// by any number of threads.
pub struct Assessor<'a> {
    ground: Ground<'a>,
    valuation: &'a Arc<Valuation>,
    threads: usize,
    keeping: Keeping,
    parts: Vec<Part>,
    rounds: Vec<Round>,
    teller: Option<Teller<'a>>,
    cuts: Vec<i64>,
    /// What was found over everybody elsewhere, where the facts here are those of
    /// some customers alone.
    given: Arc<[Round]>,
    /// The next assessment of everybody.
    next: Option<Instant>,
    /// The last microsecond that is done.
    done: i64,
}

impl<'a> Assessor<'a> {
    /// Ready for instants up to `until`.
    ///
    /// # Inputs
    ///
    /// `keep`: answers that will be asked about the past. `threads`: at least
    /// one; they live as long as a call.
    ///
    /// # Errors
    ///
    /// Those of the purchases: a kind or a field that the facts do not have.
    pub fn new(
        valuation: &'a Arc<Valuation>,
        world: World<'a>,
        keep: &[ScoreName],
        until: Instant,
        threads: usize,
    ) -> Result<Assessor<'a>, Error> {
        let ground = Ground::new(valuation, world, until)?;
        refuse_many(&ground, until)?;
        let keeping = Keeping { wanted: keep.to_vec() };
        let n = world.columns.n_customers();
        let part = |first: usize| Part::new(&ground, &keeping, first, PART.min(n - first));
        let parts = (0..n).step_by(PART).map(part).collect();
        let pinned = match &valuation.model {
            Some(model) if !ground.needs_everybody() => model.learn(&[], None, 1)?,
            _ => None,
        };
        let teller = match ground.needs_everybody() {
            true => None,
            false => Some(ground.teller(pinned.as_ref(), Everybody::default())?),
        };
        let (next, cuts) = (ground.first(), vec![MISSING; valuation.cuts.len()]);
        let (rounds, done, threads) = (Vec::new(), i64::MIN, threads.max(1));
        Ok(Assessor {
            ground,
            valuation,
            threads,
            keeping,
            parts,
            rounds,
            teller,
            cuts,
            given: Arc::new([]),
            next,
            done,
        })
    }

    /// The same, going by what was found over everybody elsewhere: so some
    /// customers are assessed as they are among all, by their own facts alone.
    ///
    /// # Inputs
    ///
    /// [`Assessments::rounds`] of everybody by the same playbook, up to the same
    /// instant. Without any it stays as it is.
    ///
    /// # Errors
    ///
    /// Parameters that no model has; those of rounds never are.
    pub fn going_by(mut self, given: Arc<[Round]>) -> Result<Assessor<'a>, Error> {
        let is_before = |round: &&Round| self.next.is_some_and(|next| round.at < next);
        self.rounds = given.iter().take_while(is_before).cloned().collect();
        if let Some(last) = self.rounds.last() {
            let parameters = last.parameters.as_deref();
            self.teller = Some(self.ground.teller(parameters, last.everybody)?);
            self.cuts = last.cuts.iter().map(|cut| cut.unwrap_or(MISSING)).collect();
        }
        self.given = given;
        Ok(self)
    }

    /// Makes all assessments up to `until`, itself included, that are not made
    /// yet.
    ///
    /// # Errors
    ///
    /// Rows that no model takes, which the statistics never give.
    ///
    /// # Cost
    ///
    /// For each assessment of everybody a fit and a pass over everybody; for
    /// each event that asks for one, an assessment of its customer.
    pub fn advance(&mut self, until: Instant) -> Result<(), Error> {
        while let Some(at) = self.next.filter(|at| *at <= until) {
            self.triggers(at.micros());
            self.round(at)?;
            self.done = at.micros();
            self.next = self.ground.next(at);
        }
        self.triggers(until.micros().saturating_add(1));
        self.done = self.done.max(until.micros());
        Ok(())
    }

    /// The assessments of single customers before an instant.
    fn triggers(&mut self, until: i64) {
        let is_too_early = self.ground.needs_everybody() && self.rounds.is_empty();
        if is_too_early || self.valuation.on.is_empty() || until <= self.done {
            return;
        }
        let (found, from) =
            (found(&self.ground, &self.teller, &self.cuts, &self.rounds, &self.keeping), self.done);
        each(&mut self.parts, self.threads, |part| part.triggers(found, from, until));
    }

    /// An assessment of everybody.
    fn round(&mut self, at: Instant) -> Result<(), Error> {
        let ground = &self.ground;
        let looked = each(&mut self.parts, self.threads, |part| part.look(ground, at));
        let given = self.given.iter().find(|round| round.at == at).cloned();
        let (everybody, (parameters, failed)) = match &given {
            Some(round) => (round.everybody, (round.parameters.clone(), round.failed.clone())),
            None => {
                let mut everybody = Everybody::default();
                looked.iter().for_each(|part| everybody.merge(part));
                (everybody, self.learn())
            }
        };
        let teller = ground.teller(parameters.as_deref(), everybody)?;
        let figures = self.tell(&teller)?;
        self.rounds.push(Round {
            at,
            customers: self.parts.iter().map(|part| part.present.len() as u64).sum(),
            bought: self.parts.iter().map(|part| part.bought.len() as u64).sum(),
            parameters,
            failed,
            everybody,
            cuts: Vec::new(),
            tiers: vec![0; self.valuation.tiers.len()],
            outside: 0,
        });
        self.teller = Some(teller);
        self.scores(&figures, given.map(|round| round.cuts), at);
        self.count();
        Ok(())
    }

    /// Everything that comes after the figures; by these cut points, where they
    /// were found elsewhere.
    fn scores(&mut self, figures: &[Figures], given: Option<Vec<Option<i64>>>, at: Instant) {
        let Assessor { ground, teller, rounds, keeping, parts, cuts, threads, .. } = self;
        let threads = *threads;
        let mut rest = figures;
        for part in parts.iter_mut() {
            let (own, others) = rest.split_at(part.bought.len());
            part.figures(own);
            rest = others;
        }
        let mut bulk = Bulk::new(ground, cuts, at, threads);
        let before = cuts.clone();
        let now = found(ground, teller, &before, rounds, keeping);
        let favours = &ground.valuation.favours;
        let favours = favours.given.iter().chain(&favours.received);
        let seen: Vec<Seen> = favours.map(|favour| bulk.see(&favour.from)).collect();
        each(parts, threads, |part| part.favours(now, &seen, at));
        bulk.tell_figures(parts);
        for axis in 0..ground.valuation.axes.len() {
            let seen = bulk.axis(axis);
            each(parts, threads, |part| part.axis(now, axis, &seen, at));
            bulk.tell_axis(parts, axis);
        }
        let wanted: &[Cut] = if given.is_some() { &[] } else { &ground.valuation.cuts };
        let mut points = given.unwrap_or_default();
        for (position, cut) in wanted.iter().enumerate() {
            let seen = bulk.see(&cut.of);
            let values = each(parts, threads, |part| part.ranked(now, position, &seen, at));
            let values: Vec<i128> = values.into_iter().flatten().collect();
            points.push(cut_point(values, cut.wanted).and_then(|point| i64::try_from(point).ok()));
        }
        *cuts = points.iter().map(|cut| cut.unwrap_or(MISSING)).collect();
        if let Some(round) = rounds.last_mut() {
            round.cuts = points;
        }
        bulk.tell_cuts(cuts);
        let tiers = ground.valuation.tiers.iter();
        let answers: Vec<(Answer, Option<Answer>)> = tiers
            .map(|tier| {
                let keep = tier.keep.as_ref().map(|keep| bulk.evaluate(keep));
                (bulk.evaluate(&tier.when), keep)
            })
            .collect();
        let now = found(ground, teller, cuts, rounds, keeping);
        each(parts, threads, |part| part.tiers(now, &answers, at));
    }

    /// The parameters as of everybody who has bought.
    fn learn(&self) -> (Option<Arc<Parameters>>, Option<Error>) {
        let before = self.rounds.last().and_then(|round| round.parameters.clone());
        let Some(model) = &self.valuation.model else { return (None, None) };
        let rows: Vec<Row> = if model.is_pinned() {
            Vec::new()
        } else {
            self.parts.iter().flat_map(|part| part.known.iter().map(|known| known.row)).collect()
        };
        // From the border of a model a search does not find back.
        let warm = before.as_deref().filter(|before| {
            let spend = before.spend.as_ref();
            before.timing.limit.is_none() && spend.is_none_or(|spend| spend.limit.is_none())
        });
        match model.learn(&rows, warm, self.threads) {
            Ok(Some(parameters)) => (Some(Arc::new(parameters)), None),
            Ok(None) => (before, None),
            Err(error) => (before, Some(error)),
        }
    }

    fn tell(&self, teller: &Teller<'_>) -> Result<Vec<Figures>, Error> {
        let known: Vec<Known> =
            self.parts.iter().flat_map(|part| part.known.iter().copied()).collect();
        teller.everyone(&known, self.threads)
    }

    /// How many are in each tier.
    fn count(&mut self) {
        let Some(round) = self.rounds.last_mut() else { return };
        for part in &self.parts {
            for row in &part.present {
                let tier = part.tier.get(*row as usize).copied().unwrap_or(OUTSIDE);
                match round.tiers.get_mut(usize::from(tier)) {
                    Some(count) => *count += 1,
                    None => round.outside += 1,
                }
            }
        }
    }

    /// What was found, and what is known of everybody.
    ///
    /// `asked`: the dates of `alive_until` that will be asked.
    pub fn finish(mut self, asked: &[ScoreName]) -> Assessments {
        let chances: Vec<_> = asked
            .iter()
            .filter_map(|asked| match asked {
                ScoreName::AliveUntil(chance) => Some(*chance),
                _ => None,
            })
            .collect();
        let tellers: Vec<Option<Teller<'_>>> = match chances.is_empty() {
            true => Vec::new(),
            false => self.tellers(),
        };
        let (ground, keeping, cuts) = (&self.ground, &self.keeping, &self.cuts[..]);
        let pinned = self.teller.as_ref();
        let alive = chances.iter().map(|chance| {
            let dates = each(&mut self.parts, self.threads, |part| {
                let date = |row: usize| {
                    let round = part.round.get(row).copied().unwrap_or(u32::MAX);
                    let teller = match tellers.get(round as usize) {
                        Some(teller) => teller.as_ref(),
                        None => pinned,
                    };
                    let found = Found { ground, teller, cuts, round, keeping };
                    part.alive_until(found, row, chance.to_f64()).unwrap_or(MISSING)
                };
                (0..part.at.len()).map(date).collect::<Vec<i64>>()
            });
            (*chance, dates.into_iter().flatten().collect())
        });
        let alive = alive.collect();
        let kept = (!self.keeping.wanted.is_empty()).then(|| self.keep());
        Assessments::new(self.valuation, self.parts, self.rounds, alive, kept)
    }

    /// Who tells by what was found at each assessment of everybody.
    fn tellers(&self) -> Vec<Option<Teller<'a>>> {
        let teller =
            |round: &Round| self.ground.teller(round.parameters.as_deref(), round.everybody).ok();
        self.rounds.iter().map(teller).collect()
    }

    fn keep(&mut self) -> Kept {
        let sorted = |part: &mut Part| {
            let mut kept = std::mem::take(&mut part.kept);
            kept.sort(part.at.len());
            kept
        };
        let parts = each(&mut self.parts, self.threads, sorted);
        Kept { valuation: self.valuation.clone(), wanted: self.keeping.wanted.clone(), parts }
    }
}

/// Assessments of everybody that are made at most: by the month, of eight
/// centuries.
const MOST_ROUNDS: i64 = 10_000;

/// Refuses instants so far ahead that nobody would wait for the answer.
fn refuse_many(ground: &Ground<'_>, until: Instant) -> Result<(), Error> {
    let Some(first) = ground.first() else { return Ok(()) };
    // So long a unit lasts at most, so that there are no fewer of them.
    let days = match ground.valuation.every {
        Unit::Day => 1,
        Unit::Week => 7,
        Unit::Month => 31,
        Unit::Quarter => 92,
        Unit::Year | Unit::FiscalYear => 366,
    };
    let least = (until.micros() - first.micros()) / (days * 86_400_000_000);
    if least <= MOST_ROUNDS {
        return Ok(());
    }
    let fault = Fault::new(
        Code::CostTooHigh,
        format!("from {first} to {until} everybody would be assessed over {MOST_ROUNDS} times"),
        format!("自 {first} 至 {until} 全体定级将超过 {MOST_ROUNDS} 次"),
    );
    let fault = fault.hint(
        "ask about an earlier instant, assess less often, or mend the date of the first fact",
        "请改用更早的时点、降低定级频率，或更正最早事实的日期",
    );
    Err(fault.into())
}

fn found<'g, 'a>(
    ground: &'g Ground<'a>,
    teller: &'g Option<Teller<'a>>,
    cuts: &'g [i64],
    rounds: &[Round],
    keeping: &'g Keeping,
) -> Found<'g, 'a> {
    let round = (rounds.len() as u32).checked_sub(1).unwrap_or(u32::MAX);
    Found { ground, teller: teller.as_ref(), cuts, round, keeping }
}

/// Does something with each part, by as many threads, and gives what comes of
/// it in their order.
fn each<T: Send>(
    parts: &mut [Part],
    threads: usize,
    run: impl Fn(&mut Part) -> T + Sync,
) -> Vec<T> {
    let share = parts.len().div_ceil(threads.max(1)).max(1);
    if threads <= 1 || parts.len() <= 1 {
        return parts.iter_mut().map(run).collect();
    }
    let work = |share: &mut [Part]| share.iter_mut().map(&run).collect::<Vec<T>>();
    shared(parts.chunks_mut(share), work).into_iter().flatten().collect()
}
