//! Who was one customer when: what merges make of the ids that facts name.
//!
//! ```text
//! facts of a   facts of b   facts of c        2 March: a is merged into b
//!
//!  a until 2 March                            the facts of a
//!  b until 2 March                            the facts of b
//!  b from 2 March on                          the facts of a and b, as if they
//!                                             had always been about one
//!  c                                          the facts of c
//! ```
//!
//! Facts keep the id they came with, so a merge that is taken back leaves no
//! trace: it is one fact less.

use super::fact::Override;

/// A customer as it was from one merge to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    /// Number of the id that it bears: that of the survivor.
    pub name: u32,
    /// Numbers of the ids whose facts are about it, ascending.
    pub members: Vec<u32>,
    /// The first microsecond of it.
    pub from: i64,
    /// The first microsecond after it.
    pub until: i64,
}

/// One merge, its customers by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Merge {
    pub at: i64,
    pub source: u32,
    pub id: Box<str>,
    pub from: u32,
    pub into: u32,
}

/// Every version of `0..n_ids`, given the merges in the one total order.
pub(super) fn versions(n_ids: usize, merges: &[Merge]) -> Vec<Version> {
    let mut open: Vec<Option<Version>> = (0..n_ids as u32)
        .map(|id| Some(Version { name: id, members: vec![id], from: i64::MIN, until: i64::MAX }))
        .collect();
    let mut class: Vec<usize> = (0..n_ids).collect();
    let mut out = Vec::new();
    for merge in merges {
        let (from, into) = (class[merge.from as usize], class[merge.into as usize]);
        if from == into {
            continue;
        }
        let (Some(mut gone), Some(mut kept)) = (open[from].take(), open[into].take()) else {
            continue;
        };
        (gone.until, kept.until) = (merge.at, merge.at);
        let mut members: Vec<u32> = gone.members.iter().chain(&kept.members).copied().collect();
        members.sort_unstable();
        for member in &members {
            class[*member as usize] = into;
        }
        open[into] = Some(Version { name: kept.name, members, from: merge.at, until: i64::MAX });
        out.extend([gone, kept].into_iter().filter(|version| version.from < version.until));
    }
    out.extend(open.into_iter().flatten());
    out
}

/// Where the facts of each provisional number belong in the end.
#[derive(Debug)]
pub(super) struct Places {
    /// Only where some belong to several.
    offsets: Option<Vec<u32>>,
    list: Vec<u32>,
    /// How many there are in the end.
    pub n: usize,
}

impl Places {
    /// Each to one: where `moved` says.
    pub fn one_each(moved: Vec<u32>) -> Places {
        Places { offsets: None, n: moved.len(), list: moved }
    }

    /// Each to all versions that it is a member of, which are numbered in
    /// their order here.
    pub fn of(n_ids: usize, versions: &[Version]) -> Places {
        let mut offsets = vec![0u32; n_ids + 1];
        for member in versions.iter().flat_map(|version| &version.members) {
            offsets[*member as usize + 1] += 1;
        }
        for id in 0..n_ids {
            offsets[id + 1] += offsets[id];
        }
        let mut next = offsets.clone();
        let mut list = vec![0u32; offsets[n_ids] as usize];
        for (number, version) in versions.iter().enumerate() {
            for member in &version.members {
                let place = &mut next[*member as usize];
                list[*place as usize] = number as u32;
                *place += 1;
            }
        }
        Places { offsets: Some(offsets), list, n: versions.len() }
    }

    /// The first place, where nobody was merged: the only one.
    #[inline]
    pub fn one(&self, provisional: u32) -> u32 {
        self.get(provisional).first().copied().unwrap_or(0)
    }

    #[inline]
    pub fn get(&self, provisional: u32) -> &[u32] {
        match &self.offsets {
            None => std::slice::from_ref(&self.list[provisional as usize]),
            Some(offsets) => {
                let (from, until) =
                    (offsets[provisional as usize], offsets[provisional as usize + 1]);
                &self.list[from as usize..until as usize]
            }
        }
    }
}

/// Decisions of people about the states of customers, customer by customer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    /// Customer, instant and decision, in the order of customers and then of
    /// history.
    rows: Vec<(u32, i64, Override)>,
}

impl Overrides {
    pub(super) fn new(rows: Vec<(u32, i64, Override)>) -> Self {
        Overrides { rows }
    }

    /// The decisions about a customer, each with its microsecond, in order.
    pub fn of(&self, customer: usize) -> &[(u32, i64, Override)] {
        if self.rows.is_empty() {
            return &[];
        }
        let number = customer as u32;
        let from = self.rows.partition_point(|(have, ..)| *have < number);
        let until = self.rows.partition_point(|(have, ..)| *have <= number);
        self.rows.get(from..until).unwrap_or(&[])
    }

    /// Those before a microsecond.
    pub(super) fn before(&self, cut: i64) -> Overrides {
        let rows = self.rows.iter().filter(|(_, at, _)| *at < cut);
        Overrides { rows: rows.cloned().collect() }
    }

    /// Bytes held, texts apart.
    pub fn bytes(&self) -> usize {
        self.rows.len() * size_of::<(u32, i64, Override)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge(at: i64, from: u32, into: u32) -> Merge {
        Merge { at, source: 0, id: "".into(), from, into }
    }

    fn version(name: u32, members: &[u32], from: i64, until: i64) -> Version {
        Version { name, members: members.into(), from, until }
    }

    #[test]
    fn chains_and_circles_of_merges() {
        let (always, ever) = (i64::MIN, i64::MAX);
        assert_eq!(
            versions(2, &[]),
            [version(0, &[0], always, ever), version(1, &[1], always, ever)]
        );
        // 0 into 1, then 1 into 2: facts of all three are about 2.
        let chain = versions(3, &[merge(5, 0, 1), merge(7, 1, 2)]);
        assert_eq!(
            chain,
            [
                version(0, &[0], always, 5),
                version(1, &[1], always, 5),
                version(1, &[0, 1], 5, 7),
                version(2, &[2], always, 7),
                version(2, &[0, 1, 2], 7, ever),
            ]
        );
        // Merged into somebody who is merged away already, and back again.
        let circle = versions(3, &[merge(5, 0, 1), merge(5, 2, 0), merge(9, 1, 2)]);
        assert_eq!(
            circle,
            [
                version(0, &[0], always, 5),
                version(1, &[1], always, 5),
                version(2, &[2], always, 5),
                version(1, &[0, 1, 2], 5, ever),
            ]
        );
    }

    #[test]
    fn facts_belong_to_every_version_of_their_id() {
        let versions = versions(3, &[merge(5, 0, 1)]);
        let places = Places::of(3, &versions);
        let names: Vec<Vec<(u32, i64)>> = (0..3)
            .map(|id| {
                let of =
                    |place: &u32| (versions[*place as usize].name, versions[*place as usize].from);
                places.get(id).iter().map(of).collect()
            })
            .collect();
        assert_eq!(
            names,
            [vec![(0, i64::MIN), (1, 5)], vec![(1, i64::MIN), (1, 5)], vec![(2, i64::MIN)]]
        );
    }
}
