//! Some customers in a row of their numbers: what is known of each at the last
//! assessment.

use super::super::axis::Scored;
use super::super::cbs::Followed;
use super::super::favour::FavourBalance;
use super::super::figures::{Known, Teller};
use super::super::money::Everybody;
use super::super::tier::Standing;
use super::ground::Ground;
use super::kept::{Keeping, KeptPart};
use super::now::{Asking, MISSING, Now, Trouble};
use super::report::{Move, TOLD};
use crate::units::Instant;

/// Customers of a part: whole words of 64 of them.
pub(super) const PART: usize = 1 << 12;

/// Stands for a tier of nobody who is in one.
pub(super) const OUTSIDE: u16 = u16::MAX;

/// Some customers.
#[derive(Debug)]
pub(super) struct Part {
    pub first: usize,
    followed: Vec<Followed>,
    /// When each was last assessed; [`MISSING`] before.
    pub at: Vec<i64>,
    /// The number of the assessment of everybody whose findings were used;
    /// `u32::MAX` for none.
    pub round: Vec<u32>,
    pub figures: Vec<[i64; 8]>,
    pub favours: Vec<FavourBalance>,
    /// For each customer one score an axis.
    pub axes: Vec<i64>,
    /// The same without purchases.
    pub plain: Vec<i64>,
    pub tier: Vec<u16>,
    pub since: Vec<i64>,
    pub moves: Vec<Move>,
    pub troubles: Vec<Trouble>,
    pub n_troubles: u64,
    pub assessed: u64,
    pub kept: KeptPart,
    /// Who is there at the assessment of everybody that is being made, and who
    /// of them has bought.
    pub present: Vec<u32>,
    pub bought: Vec<u32>,
    pub known: Vec<Known>,
    pub n_axes: usize,
    room: Room,
}

/// Room to work in.
#[derive(Debug, Default)]
struct Room {
    ends: Vec<usize>,
    triggers: Vec<i64>,
}

/// What was found over everybody, for those who are assessed now.
#[derive(Clone, Copy)]
pub(super) struct Found<'g, 'a> {
    pub ground: &'g Ground<'a>,
    pub teller: Option<&'g Teller<'a>>,
    pub cuts: &'g [i64],
    pub round: u32,
    pub keeping: &'g Keeping,
}

impl Part {
    /// `count` customers from `first` on.
    pub fn new(ground: &Ground<'_>, keeping: &Keeping, first: usize, count: usize) -> Part {
        let n_axes = ground.valuation.axes.len();
        Part {
            first,
            followed: (first..first + count).map(|customer| ground.watch.start(customer)).collect(),
            at: vec![MISSING; count],
            round: vec![u32::MAX; count],
            figures: vec![[MISSING; 8]; count],
            favours: vec![FavourBalance::default(); count],
            axes: vec![MISSING; count * n_axes],
            plain: vec![MISSING; count * n_axes],
            tier: vec![OUTSIDE; count],
            since: vec![MISSING; count],
            moves: Vec::new(),
            troubles: Vec::new(),
            n_troubles: 0,
            assessed: 0,
            kept: KeptPart::new(keeping),
            present: Vec::new(),
            bought: Vec::new(),
            known: Vec::new(),
            n_axes,
            room: Room::default(),
        }
    }

    /// Assesses each customer after each event of its own that asks for it,
    /// after `from` and before `until`.
    pub fn triggers(&mut self, found: Found<'_, '_>, from: i64, until: i64) {
        let mut triggers = std::mem::take(&mut self.room.triggers);
        for row in 0..self.at.len() {
            found.ground.triggers(self.first + row, from, until, &mut triggers);
            for at in &triggers {
                self.trigger(found, row, Instant::clamped(*at));
            }
        }
        self.room.triggers = triggers;
        self.tell_few();
    }

    fn trigger(&mut self, found: Found<'_, '_>, row: usize, at: Instant) {
        let (ground, customer) = (found.ground, self.first + row);
        if !ground.world.columns.is_known(customer, at) {
            return;
        }
        let Some(followed) = self.followed.get_mut(row) else { return };
        ground.watch.follow(customer, followed, at);
        let known = ground.known(customer, &followed.history, ground.watch.today(at), at);
        let figures = known.and_then(|known| found.teller?.customer(&known).ok());
        let figures = figures.unwrap_or_default();
        let mut now = Now::new(ground.valuation, &figures, found.cuts);
        let scored = self.asking(ground, row, at, |asking| asking.scores(&mut now));
        self.keep_scores(row, &now, &scored);
        let present = self.standing(row);
        let standing = self.asking(ground, row, at, |asking| asking.tier(present, &now));
        self.keep_tier(found, row, at, standing);
    }

    /// Everybody who is there, with what figures are told from.
    pub fn look(&mut self, ground: &Ground<'_>, at: Instant) -> Everybody {
        self.present.clear();
        self.bought.clear();
        self.known.clear();
        let today = ground.watch.today(at);
        let mut everybody = Everybody::default();
        for (row, followed) in self.followed.iter_mut().enumerate() {
            let customer = self.first + row;
            if !ground.world.columns.is_known(customer, at) {
                continue;
            }
            self.present.push(row as u32);
            ground.watch.follow(customer, followed, at);
            if let Some(known) = ground.known(customer, &followed.history, today, at) {
                everybody.add(&known.account);
                self.bought.push(row as u32);
                self.known.push(known);
            }
        }
        everybody
    }

    pub(super) fn asking<T>(
        &mut self,
        ground: &Ground<'_>,
        row: usize,
        at: Instant,
        ask: impl FnOnce(&mut Asking<'_, '_>) -> T,
    ) -> T {
        let customer = self.first + row;
        ground.ends(customer, at, &mut self.room.ends);
        let (ends, troubles) = (&self.room.ends[..], &mut self.troubles);
        ask(&mut Asking { ground, customer, at, known: at, ends, troubles })
    }

    /// What is known of a customer of whom all but the tier is.
    pub(super) fn now<'g>(&self, found: Found<'g, '_>, row: usize) -> Now<'g> {
        let from = row * self.n_axes;
        Now {
            valuation: found.ground.valuation,
            figures: self.figures.get(row).copied().unwrap_or([MISSING; 8]),
            favours: self.favours.get(row).copied().unwrap_or_default(),
            axes: self.axes.get(from..from + self.n_axes).unwrap_or_default().to_vec(),
            cuts: found.cuts,
        }
    }

    pub fn standing(&self, row: usize) -> Option<Standing> {
        let since = *self.since.get(row).filter(|since| **since != MISSING)?;
        let tier = self.tier.get(row).copied().filter(|tier| *tier != OUTSIDE);
        Some(Standing { tier: tier.map(usize::from), since: Instant::clamped(since) })
    }

    fn keep_scores(&mut self, row: usize, now: &Now<'_>, scored: &[Scored]) {
        if let Some(figures) = self.figures.get_mut(row) {
            *figures = now.figures;
        }
        if let Some(favours) = self.favours.get_mut(row) {
            *favours = now.favours;
        }
        let from = row * self.n_axes;
        for (axis, scored) in scored.iter().enumerate() {
            let at = from + axis;
            if let (Some(score), Some(plain)) = (self.axes.get_mut(at), self.plain.get_mut(at)) {
                *score = scored.score.unwrap_or(MISSING);
                *plain = scored.without_purchases.unwrap_or(MISSING);
            }
        }
    }

    pub(super) fn keep_tier(
        &mut self,
        found: Found<'_, '_>,
        row: usize,
        at: Instant,
        standing: Standing,
    ) {
        let before = self.standing(row);
        if before.is_none_or(|before| before.tier != standing.tier) {
            let (customer, from) = (self.first + row, before.map(|before| before.tier));
            self.moves.push(Move { customer, at, from, to: standing.tier });
        }
        let slots = (self.tier.get_mut(row), self.since.get_mut(row));
        if let (Some(tier), Some(since)) = slots {
            *tier = standing.tier.map_or(OUTSIDE, |tier| tier as u16);
            *since = standing.since.micros();
        }
        let slots = (self.at.get_mut(row), self.round.get_mut(row));
        if let (Some(last), Some(round)) = slots {
            (*last, *round) = (at.micros(), found.round);
        }
        self.assessed += 1;
        if !found.keeping.wanted.is_empty() {
            let kept: Vec<i64> =
                (0..found.keeping.wanted.len()).map(|at| self.wanted(found, row, at)).collect();
            self.kept.push(row as u32, at.micros(), &kept);
        }
    }

    /// An answer that is kept, as a whole number.
    fn wanted(&self, found: Found<'_, '_>, row: usize, wanted: usize) -> i64 {
        let Some(wanted) = found.keeping.wanted.get(wanted) else { return MISSING };
        super::kept::answer(self, found, row, wanted)
    }

    /// When the chance that a customer is still active falls below `chance`.
    pub fn alive_until(&self, found: Found<'_, '_>, row: usize, chance: f64) -> Option<i64> {
        let history = &self.followed.get(row)?.history;
        let (first, last) = history.span()?;
        let at = Instant::clamped(*self.at.get(row).filter(|at| **at != MISSING)?);
        let watch = &found.ground.watch;
        let known = watch.row(history, watch.today(at))?;
        let age = found.teller?.alive_until(&known, last - first, chance)?;
        watch.counts_from(first, age).map(Instant::micros)
    }

    /// Of what went wrong, what is told: the earliest.
    pub(super) fn tell_few(&mut self) {
        let new = self.troubles.len() as u64;
        // Those told before are all earlier.
        self.n_troubles += new - self.told();
        self.troubles.sort_by_key(|trouble| (trouble.at, trouble.customer));
        self.troubles.truncate(TOLD);
    }

    fn told(&self) -> u64 {
        self.n_troubles.min(TOLD as u64)
    }
}
