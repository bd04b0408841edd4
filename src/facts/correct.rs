//! Which facts still count once corrections are settled.
//!
//! ```text
//!   o-1  amount 120      original, revision 0
//!    ^─ o-1b amount 100  supersedes o-1, revision 1
//!    │   ^─ o-1c retracted   retracts o-1b, revision 2: the winner, nothing counts
//!    └─ o-1d amount 110  supersedes o-1, revision 1
//! ```
//!
//! An original and everything that corrects it, directly or through a chain,
//! is one *group* of one source. The fact with the highest revision counts,
//! and among equal revisions the one whose id is highest by bytes: never the
//! one that happened to arrive later. A winning retraction leaves nothing. A
//! correction whose chain does not reach an original (it is not known yet, or
//! the chain is a circle) has no effect.
//!
//! Most facts are never corrected, so only the corrections are looked at.

use std::collections::HashMap;
use std::convert::Infallible;

use crate::units::Instant;

/// A correction, as far as choosing winners needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim<'a> {
    /// Its place in the log.
    pub sequence: u64,
    /// The source, its own and its target's.
    pub source: &'a str,
    /// Its id.
    pub id: &'a str,
    /// The id it corrects.
    pub target: &'a str,
    /// The revision it was given; by default one above its target's.
    pub revision: Option<u32>,
    /// Whether it takes back, rather than replaces.
    pub retracts: bool,
}

/// A fact that corrects nothing, at the root of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Original {
    /// Its place in the log.
    pub sequence: u64,
    /// When it was learnt.
    pub seen: Instant,
    /// The revision it was given; by default 0.
    pub revision: Option<u32>,
}

/// What corrections come to.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// The sequences, ascending, of all facts that do not count: corrections
    /// without effect, winning retractions, and whatever lost to another fact.
    pub hidden: Vec<u64>,
    /// The corrections that count, ascending by sequence.
    pub stand_ins: Vec<StandIn>,
}

/// A correction that counts. It stands where its original stood among facts of
/// the same instant, so that a history corrected is the history told right.
#[derive(Debug)]
pub(crate) struct StandIn {
    /// The correction's place in the log.
    pub sequence: u64,
    /// The id of its original.
    pub id: Box<str>,
    /// When its original was learnt.
    pub seen: Instant,
}

impl Settled {
    /// For what a fact stands in, if it is a correction that counts.
    pub(crate) fn stand_in(&self, sequence: u64) -> Option<&StandIn> {
        let found = self.stand_ins.binary_search_by_key(&sequence, |stand_in| stand_in.sequence);
        found.ok().and_then(|position| self.stand_ins.get(position))
    }
}

/// Settles corrections.
///
/// `claims` are all known corrections, `original` finds a known fact that is
/// not a correction by source and id. Both see the same knowledge: what was
/// learnt later is in neither. Linear in the number of claims.
pub(crate) fn settle<'a, E>(
    claims: &[Claim<'a>],
    original: impl FnMut(&'a str, &'a str) -> Result<Option<Original>, E>,
) -> Result<Settled, E> {
    let places = Trace::new(claims, original).run()?;
    let mut winners: Vec<Winner<'_>> = places.groups.iter().map(Winner::original).collect();
    for (claim, place) in claims.iter().zip(&places.of) {
        if let Some((group, revision)) = *place
            && let Some(winner) = winners.get_mut(group)
        {
            winner.challenge(claim, revision);
        }
    }
    let mut settled = Settled::default();
    for (group, winner) in places.groups.iter().zip(&winners) {
        if winner.sequence != group.original.sequence {
            settled.hidden.push(group.original.sequence);
        }
    }
    for (claim, place) in claims.iter().zip(&places.of) {
        let group = place.and_then(|(group, _)| places.groups.get(group).zip(winners.get(group)));
        match group {
            Some((group, winner)) if winner.sequence == claim.sequence && !claim.retracts => {
                let (id, seen) = (group.id.into(), group.original.seen);
                settled.stand_ins.push(StandIn { sequence: claim.sequence, id, seen });
            }
            _ => settled.hidden.push(claim.sequence),
        }
    }
    settled.hidden.sort_unstable();
    settled.stand_ins.sort_unstable_by_key(|stand_in| stand_in.sequence);
    Ok(settled)
}

/// What stands under the key of an original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The place of what counts in the log; of a retraction, its own.
    pub sequence: u64,
    /// Its revision.
    pub revision: u64,
    /// Whether it was taken back.
    pub is_retracted: bool,
}

/// What stands of one original once the corrections around it are settled.
/// `claims` are all of its group; those of another one are passed over.
pub(crate) fn standing(claims: &[Claim<'_>], id: &str, original: Original) -> Standing {
    let own = |_: &str, target: &str| Ok::<_, Infallible>((target == id).then_some(original));
    let places = match Trace::new(claims, own).run() {
        Ok(places) => places,
        Err(never) => match never {},
    };
    let mut winner = Winner::original(&Group { original, id });
    let mut is_retracted = false;
    for (claim, place) in claims.iter().zip(&places.of) {
        let Some((_, revision)) = *place else { continue };
        let before = winner.sequence;
        winner.challenge(claim, revision);
        if winner.sequence != before {
            is_retracted = claim.retracts;
        }
    }
    Standing { sequence: winner.sequence, revision: winner.revision, is_retracted }
}

/// An original with corrections.
struct Group<'a> {
    original: Original,
    id: &'a str,
}

/// Group and revision of a correction, or None when it reaches no original.
type Place = Option<(usize, u64)>;

struct Places<'a> {
    groups: Vec<Group<'a>>,
    /// One for each claim.
    of: Vec<Place>,
}

/// The fact of a group that counts, as far as it is known.
struct Winner<'a> {
    sequence: u64,
    revision: u64,
    id: &'a str,
}

impl<'a> Winner<'a> {
    fn original(group: &Group<'a>) -> Self {
        let Original { sequence, revision, .. } = group.original;
        Winner { sequence, revision: revision.map_or(0, u64::from), id: group.id }
    }

    fn challenge(&mut self, claim: &Claim<'a>, revision: u64) {
        if (self.revision, self.id) < (revision, claim.id) {
            *self = Winner { sequence: claim.sequence, revision, id: claim.id };
        }
    }
}

/// Follows every correction to its original.
struct Trace<'a, 'c, F> {
    claims: &'c [Claim<'a>],
    by_key: HashMap<(&'a str, &'a str), usize>,
    original: F,
    groups: Vec<Group<'a>>,
    roots: HashMap<(&'a str, &'a str), Place>,
    /// One for each claim; None until it was followed.
    of: Vec<Option<Place>>,
}

impl<'a, 'c, F, E> Trace<'a, 'c, F>
where
    F: FnMut(&'a str, &'a str) -> Result<Option<Original>, E>,
{
    fn new(claims: &'c [Claim<'a>], original: F) -> Self {
        let keys = claims.iter().map(|claim| (claim.source, claim.id));
        Trace {
            claims,
            by_key: keys.zip(0..).collect(),
            original,
            groups: Vec::new(),
            roots: HashMap::new(),
            of: vec![None; claims.len()],
        }
    }

    fn run(mut self) -> Result<Places<'a>, E> {
        let mut path = Vec::new();
        for start in 0..self.claims.len() {
            let end = self.climb(start, &mut path)?;
            self.settle(&mut path, end);
        }
        Ok(Places { groups: self.groups, of: self.of.into_iter().map(Option::flatten).collect() })
    }

    /// Climbs from target to target until the place is known.
    fn climb(&mut self, start: usize, path: &mut Vec<usize>) -> Result<Place, E> {
        let mut n = start;
        while let (Some(claim), Some(slot)) = (self.claims.get(n), self.of.get_mut(n)) {
            if let Some(settled) = slot {
                return Ok(*settled);
            }
            // Without effect until the climb has ended: a circle comes back
            // here and finds that it leads nowhere.
            *slot = Some(None);
            path.push(n);
            match self.by_key.get(&(claim.source, claim.target)) {
                Some(target) => n = *target,
                None => return self.root(claim),
            }
        }
        Ok(None)
    }

    fn root(&mut self, claim: &Claim<'a>) -> Result<Place, E> {
        let key = (claim.source, claim.target);
        if let Some(known) = self.roots.get(&key) {
            return Ok(*known);
        }
        let found = (self.original)(claim.source, claim.target)?;
        let place = found.map(|original| {
            self.groups.push(Group { original, id: claim.target });
            (self.groups.len() - 1, original.revision.map_or(0, u64::from))
        });
        self.roots.insert(key, place);
        Ok(place)
    }

    /// Gives every claim of the path its revision, from the end back.
    fn settle(&mut self, path: &mut Vec<usize>, end: Place) {
        let mut place = end;
        while let Some(n) = path.pop() {
            let given = self.claims.get(n).and_then(|claim| claim.revision);
            place = place
                .map(|(group, below)| (group, given.map_or(below.saturating_add(1), u64::from)));
            if let Some(slot) = self.of.get_mut(n) {
                *slot = Some(place);
            }
        }
    }
}
