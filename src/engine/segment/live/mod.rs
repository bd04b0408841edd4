//! Who is in which segment, kept up to date (实时细分): as facts come in, and as
//! time passes.
//!
//! ```text
//!  facts of one customer ──> apply ───────┐
//!                                         ├──> who came in, who went out: when,
//!  an instant ──> who is due by then? ────┘    since when, and by what
//!                 those alone are looked at
//! ```
//!
//! A customer is due at the next fact that is known already, at the next step of
//! a lifecycle, and when a window, a day or a contract ends that a segment reads.
//! So nothing is polled, and whoever leaves does so at the microsecond at which a
//! review says otherwise for the first time.

mod ground;
mod learn;
mod look;
mod pass;
mod turn;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::super::answers::Options;
use super::explain::since;
use super::history::{CauseFact, fact};
use super::named;
use crate::engine::value::Past;
use crate::error::{Code, Error, Fault};
use crate::facts::{Columns, Fact};
use crate::lang::World;
use crate::lifecycle::{Replay, Scratch, Trail};
use crate::playbook::Playbook;
use crate::segment::{Dues, NEVER, Segment, Walk};
use crate::units::Instant;

use ground::{Ground, has};
use look::Looker;
pub(in crate::engine) use look::next_fact;
pub use turn::{SegmentTurn, TurnedBy};

/// How far ahead of the instant assessments are made, where segments read them.
const AHEAD: i64 = 35 * 86_400_000_000;

/// Who is in which segment at an instant, and when that may next change.
///
/// Holds one bit a customer and segment and some twenty bytes a customer, and the
/// facts of those of whom something was learnt since.
///
/// ```
/// use guanxi::engine::Options;
/// use guanxi::engine::segment::{SegmentsLive, TurnedBy};
/// use guanxi::facts::{Body, ColumnsBuilder, Correction, Fact};
/// use guanxi::units::Instant;
/// use guanxi::Playbook;
///
/// let playbook = Playbook::from_json(r#"{
///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
///     "schema": {"events": {"purchase": {"list": "purchases"}}},
///     "segments": {"active": {"when": "purchases.within(days(30)).size() >= 1"}}}"#)?;
/// let at = |text: &str| Instant::parse(&format!("{text}T10:00:00+08:00"));
///
/// // Nobody is known yet.
/// let columns = ColumnsBuilder::new(playbook.schema()).finish();
/// let mut live = SegmentsLive::new(&columns, &playbook, &[], at("2026-03-01")?, Options::default())?;
///
/// // C-1 buys.
/// let bought = Fact {
///     source: "shop".into(), id: "o-1".into(), customer: "C-1".into(),
///     at: Some(at("2026-03-01")?), revision: None, correction: Correction::None,
///     body: Body::Event { kind: 0, fields: vec![] },
/// };
/// let mut known = ColumnsBuilder::new(playbook.schema());
/// known.push(1, at("2026-03-01")?, &bought);
/// let turns = live.apply("C-1", known.finish(), &[&bought]).unwrap();
/// assert!(turns[0].entered && turns[0].by == TurnedBy::Learnt);
/// assert_eq!(&*turns[0].facts[0].id, "o-1");
///
/// // Nothing more happens, and thirty days later C-1 is out, to the second.
/// assert!(live.advance_to(at("2026-03-20")?).is_empty());
/// let turns = live.advance_to(at("2026-05-01")?);
/// assert_eq!((turns[0].at, turns[0].entered), (at("2026-03-31")?, false));
/// assert_eq!(turns[0].by, TurnedBy::Time);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug)]
pub struct SegmentsLive<'a> {
    ground: Ground<'a>,
    columns: &'a Columns,
    past: Past,
    /// As far as assessments are made.
    assessed: Instant,
    now: Instant,
    options: Options,
    /// For each customer the words of the segments that it is in.
    held: Vec<u64>,
    /// For each customer when it is next looked at, in microseconds.
    due: Vec<i64>,
    dues: Dues,
    /// Those whom people decided about: when that ends nobody foretells.
    restless: BTreeSet<usize>,
    /// Customers that were not there in the beginning, and their numbers.
    newcomers: HashMap<Box<str>, usize>,
    /// Customers of whom something was learnt since.
    fresh: HashMap<usize, Fresh>,
    looker: Looker,
}

/// All that is known of one customer now.
#[derive(Debug)]
struct Fresh {
    id: Box<str>,
    columns: Columns,
    own: usize,
    /// Facts that were handed over before their instant.
    waiting: Vec<Fact>,
}

impl<'a> SegmentsLive<'a> {
    /// Everybody as of an instant.
    ///
    /// # Inputs
    ///
    /// `columns`: all facts; those after `now` wait for their instant. `names`:
    /// which segments; none for all whose changes with time can be
    /// [foreseen](crate::lang::unforeseen) ([`left_out`](SegmentsLive::left_out)
    /// tells the others).
    ///
    /// # Errors
    ///
    /// [`UnknownSegment`](Code::UnknownSegment); [`Unforeseen`](Code::Unforeseen)
    /// for a named segment that asks where a customer stands among everybody, or
    /// for what nobody can foresee: ask for its members where they are needed.
    ///
    /// # Cost
    ///
    /// One look at everybody: some microseconds a customer for a hundred segments,
    /// and a replay of each where segments read lifecycles.
    pub fn new(
        columns: &'a Columns,
        playbook: &'a Playbook,
        names: &[&str],
        now: Instant,
        options: Options,
    ) -> Result<SegmentsLive<'a>, Error> {
        let segments: Vec<&Segment> = match names {
            [] => {
                let listed = playbook.written().segments.iter();
                let listed = listed.filter_map(|at| playbook.segments().get(*at));
                listed.filter(|it| refused(playbook, it).is_none()).collect()
            }
            names => names.iter().map(|name| named(playbook, name)).collect::<Result<_, _>>()?,
        };
        let ground = Ground::new(columns, playbook, segments)?;
        let looker = Looker::new(&ground);
        let mut live = SegmentsLive {
            ground,
            columns,
            past: Past::default(),
            assessed: Instant::MIN,
            now,
            options,
            held: Vec::new(),
            due: Vec::new(),
            dues: Dues::default(),
            restless: BTreeSet::new(),
            newcomers: HashMap::new(),
            fresh: HashMap::new(),
            looker,
        };
        live.begin();
        Ok(live)
    }

    /// The segments of a playbook that cannot be kept up to date, each with the
    /// reason.
    pub fn left_out(playbook: &Playbook) -> Vec<(Arc<str>, Error)> {
        let segments = playbook.segments().iter();
        let refused = segments.filter_map(|it| Some((it.name().clone(), refused(playbook, it)?)));
        refused.collect()
    }

    /// The same for those segments for which the facts of one customer say all,
    /// so that `columns` may be those of some customers alone; `None` where there
    /// are none of these.
    pub(in crate::engine) fn independent(
        columns: &'a Columns,
        playbook: &'a Playbook,
        now: Instant,
    ) -> Result<Option<SegmentsLive<'a>>, Error> {
        let listed = playbook.written().segments.iter();
        let segments = listed.filter_map(|at| playbook.segments().get(*at));
        let kept = segments.filter(|it| {
            refused(playbook, it).is_none() && !ground::is_ranked(it.condition(), playbook)
        });
        let names: Vec<&str> = kept.map(|segment| &**segment.name()).collect();
        if names.is_empty() {
            return Ok(None);
        }
        SegmentsLive::new(columns, playbook, &names, now, Options::default()).map(Some)
    }

    /// The segments that a customer of the columns is in, by its number.
    pub(in crate::engine) fn held_by(&self, number: usize) -> impl Iterator<Item = Arc<str>> + '_ {
        let places = 0..self.ground.segments.len();
        let within = places.filter(move |place| has(self.words(number), *place));
        within.map(|place| self.ground.name(place))
    }

    /// When a customer of the columns is next looked at, by its number.
    pub(in crate::engine) fn due_of(&self, number: usize) -> Option<Instant> {
        let due = self.due_or(number);
        (due != NEVER).then(|| Instant::clamped(due))
    }

    /// As of when.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The segments that are kept up to date.
    pub fn segments(&self) -> impl Iterator<Item = &Arc<str>> {
        self.ground.segments.iter().map(|segment| segment.name())
    }

    /// Whether a customer is in a segment; `None` where the segment is not kept.
    pub fn is_member(&self, segment: &str, id: &str) -> Option<bool> {
        let place = self.ground.place(segment)?;
        Some(self.number(id).is_some_and(|number| has(self.words(number), place)))
    }

    /// The ids of the members of a segment, ascending.
    ///
    /// # Errors
    ///
    /// [`UnknownSegment`](Code::UnknownSegment) for one that is not kept.
    ///
    /// # Cost
    ///
    /// A look at everybody's word.
    pub fn members(&self, segment: &str) -> Result<Vec<&str>, Error> {
        let place = self.place(segment)?;
        let there = (0..self.due.len()).filter(|number| has(self.words(*number), place));
        let mut ids: Vec<&str> = there.map(|number| self.id(number)).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    /// Since when a customer is a member; `None` for who is not.
    ///
    /// # Errors
    ///
    /// [`UnknownSegment`](Code::UnknownSegment) for one that is not kept.
    ///
    /// # Cost
    ///
    /// A walk through the history of this customer.
    pub fn since(&self, segment: &str, id: &str) -> Result<Option<Instant>, Error> {
        let place = self.place(segment)?;
        let Some(number) = self.number(id) else { return Ok(None) };
        if !has(self.words(number), place) {
            return Ok(None);
        }
        let fresh = self.fresh.get(&number);
        let past = self.past_of(fresh);
        let past = past.as_ref().unwrap_or(&self.past);
        let (columns, own) = fresh.map_or((self.columns, number), |it| (&it.columns, it.own));
        let world = past.world(self.ground.playbook, columns);
        Ok(since_when(&self.ground, world, own, place, self.now))
    }

    /// When somebody is next looked at if nothing else is learnt, at the latest.
    pub fn due(&self) -> Option<Instant> {
        let due = self.due.iter().copied().min().filter(|due| *due != NEVER);
        due.map(Instant::clamped)
    }

    /// Bytes held for memberships and dues, those of whom something was learnt
    /// since not counted.
    pub fn bytes(&self) -> usize {
        (self.held.len() + self.due.len()) * 8 + self.dues.len() * 4
    }

    fn number(&self, id: &str) -> Option<usize> {
        let known = self.columns.customer_at(id, self.now);
        known.or_else(|| self.newcomers.get(id).copied())
    }

    fn id(&self, number: usize) -> &str {
        match self.columns.customers.get(number) {
            Some(id) => id,
            None => self.fresh.get(&number).map_or("", |fresh| &*fresh.id),
        }
    }

    fn is_known(&self, number: usize) -> bool {
        match self.fresh.get(&number) {
            Some(fresh) => fresh.columns.is_known(fresh.own, self.now),
            None => self.columns.is_known(number, self.now),
        }
    }

    fn due_or(&self, number: usize) -> i64 {
        self.due.get(number).copied().unwrap_or(NEVER)
    }

    fn words(&self, number: usize) -> &[u64] {
        let n = self.ground.n_words();
        self.held.get(number * n..(number + 1) * n).unwrap_or_default()
    }

    fn place(&self, segment: &str) -> Result<usize, Error> {
        self.ground.place(segment).ok_or_else(|| {
            let given = crate::units::shown(segment);
            let fault = Fault::new(
                Code::UnknownSegment,
                format!("no segment `{given}` is kept up to date"),
                format!("没有实时跟踪的细分 `{given}`"),
            );
            fault.into()
        })
    }
}

fn words_of(held: &mut [u64], number: usize, n_words: usize) -> &mut [u64] {
    held.get_mut(number * n_words..(number + 1) * n_words).unwrap_or_default()
}

/// Why a segment cannot be kept up to date.
fn refused(playbook: &Playbook, segment: &Segment) -> Option<Error> {
    super::reads::refuse_unforeseen(segment.condition(), playbook).err()
}

/// The machines made ready, where a segment asks one.
fn replay<'w>(ground: &'w Ground<'_>, world: World<'w>) -> Option<Replay<'w>> {
    (!ground.machines.is_empty()).then(|| Replay::new(world, ground.machines))
}

/// Since when a member is one.
fn since_when(
    ground: &Ground<'_>,
    world: World<'_>,
    customer: usize,
    place: usize,
    now: Instant,
) -> Option<Instant> {
    let condition = ground.segments.get(place)?.condition();
    let replay = Replay::new(world, ground.machines);
    let mut scratch: Scratch = replay.scratch();
    let trail = Trail::new(&replay, ground.machines, customer, now, &mut scratch);
    let mut walk = Walk::new(world, customer, &trail);
    let from = walk.begins().unwrap_or(now).min(now);
    since(&walk.turns(condition, from, now))
}

/// Of these facts those that a segment reads.
fn told<'f>(
    ground: &Ground<'_>,
    place: usize,
    facts: impl Iterator<Item = &'f Fact>,
) -> Vec<CauseFact> {
    let Some(reads) = ground.reads.get(place) else { return Vec::new() };
    let schema = ground.playbook.schema();
    facts.filter_map(|it| fact(it, schema, reads)).collect()
}
