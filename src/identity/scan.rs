//! Who is there twice already.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Strength;
use super::index::{Entry, Held, Index};
use super::key::{Form, Key};
use crate::error::Fault;

/// What a scan of everybody finds (查重).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// How many customers were there.
    pub customers: usize,
    /// Customers who are one by strong values, by the first of each group.
    pub groups: Vec<Group>,
    /// Customers who may be one, and are in no group together: one entry for each
    /// value, by the first customer and the key.
    pub possible: Vec<Together>,
    /// Values that so many share that they decide nothing, most shared first.
    pub shared: Vec<Together>,
    /// Values that say nothing, counted for each match key.
    pub unread: Vec<Unread>,
}

/// Customers who are one by strong values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Their numbers: the one that was there first before the others, those without a
    /// date last.
    pub customers: Vec<u32>,
    /// The values that join them, by key.
    pub because: Vec<Together>,
    /// Whether they name several organisations: each pair agrees, and all together
    /// do not.
    pub doubtful: bool,
}

/// A value that several customers hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// What is shared.
    pub key: Key,
    /// Position of the match key of the first of them.
    pub by: usize,
    /// Who holds it, ascending; of a value that too many share the first ten.
    pub customers: Vec<u32>,
    /// How many hold it.
    pub n_customers: usize,
    /// Whether it would decide, and does not, as they name several organisations.
    pub against: bool,
}

/// Values of one match key that say nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Position of the match key.
    pub by: usize,
    /// How many are placeholders.
    pub placeholders: usize,
    /// How many cannot be what they should be.
    pub unusable: usize,
    /// The first of those, and why.
    pub first: Option<(u32, Fault)>,
}

/// Customers that are named of a value that too many share.
const NAMED: usize = 10;

impl Index<'_> {
    /// Who is there twice.
    ///
    /// # Output
    ///
    /// Groups are the closure of sharing a strong value: where a and b share a number
    /// and b and c an address, all three are one. A value that customers of several
    /// organisations share joins none of them.
    ///
    /// # Cost
    ///
    /// One pass over the sorted keys; values that several hold are read anew.
    pub fn scan(&self) -> Scan {
        let mut strong = Vec::new();
        let (mut weak, mut shared) = (Vec::new(), Vec::new());
        for run in self.entries.chunk_by(|a, b| a.hash == b.hash) {
            if run.iter().all(|entry| Some(entry.customer) == run.first().map(|it| it.customer)) {
                continue;
            }
            for (together, strength) in self.together(run) {
                if together.n_customers >= self.identity.shared_from {
                    shared.push(together);
                } else if strength == Strength::Strong && !together.against {
                    strong.push(together);
                } else {
                    weak.push(together);
                }
            }
        }
        let groups = self.groups(strong);
        shared.sort_by(|a: &Together, b| {
            b.n_customers.cmp(&a.n_customers).then_with(|| a.key.cmp(&b.key))
        });
        Scan {
            customers: self.n_customers,
            possible: possible(weak, &groups),
            groups,
            shared,
            unread: self.unread(),
        }
    }

    /// The values that several customers of a run hold, by key.
    fn together(&self, run: &[Entry]) -> Vec<(Together, Strength)> {
        let mut keys: BTreeMap<Key, Vec<(u32, Held)>> = BTreeMap::new();
        for entry in run {
            for held in self.keys_at(entry) {
                keys.entry(held.key.clone()).or_default().push((entry.customer, held));
            }
        }
        let found = keys.into_iter().filter_map(|(key, holders)| {
            let by = holders.first()?.1.by;
            let strong = |(customer, held): &(u32, Held)| {
                (held.strength == Strength::Strong).then_some(*customer)
            };
            let mut decided: Vec<u32> = holders.iter().filter_map(strong).collect();
            let mut customers: Vec<u32> = holders.iter().map(|(customer, _)| *customer).collect();
            customers.dedup();
            decided.dedup();
            if customers.len() < 2 {
                return None;
            }
            let n_customers = customers.len();
            let strength = match decided.len() == n_customers {
                true => Strength::Strong,
                false => Strength::Weak,
            };
            let few = n_customers < self.identity.shared_from;
            let against = few && key.form != Form::CreditCode && self.is_several(&customers);
            if !few {
                customers.truncate(NAMED);
            }
            Some((Together { key, by, customers, n_customers, against }, strength))
        });
        found.collect()
    }

    /// Whether customers name several organisations.
    fn is_several(&self, customers: &[u32]) -> bool {
        let held: Vec<Vec<Held>> = customers.iter().map(|it| self.held(*it as usize)).collect();
        let mut codes: Vec<&str> =
            held.iter().flat_map(|held| Index::organisations(held)).collect();
        codes.sort_unstable();
        codes.dedup();
        codes.len() > 1
    }

    /// Joins customers by the values that they share.
    fn groups(&self, strong: Vec<Together>) -> Vec<Group> {
        let mut sets = Sets::default();
        for together in &strong {
            for pair in together.customers.windows(2) {
                if let [one, other] = pair {
                    sets.join(*one, *other);
                }
            }
        }
        let mut groups: BTreeMap<u32, (Vec<u32>, Vec<Together>)> = BTreeMap::new();
        for customer in sets.members() {
            groups.entry(sets.root(customer)).or_default().0.push(customer);
        }
        for together in strong {
            let root = together.customers.first().map(|customer| sets.root(*customer));
            if let Some((_, because)) = root.and_then(|root| groups.get_mut(&root)) {
                because.push(together);
            }
        }
        let group = |(mut customers, mut because): (Vec<u32>, Vec<Together>)| {
            let doubtful = self.is_several(&customers);
            customers.sort_by_key(|customer| (self.born(*customer), *customer));
            because.retain(|it| it.key.form != Form::Organisation);
            because.sort_by(|a, b| a.key.cmp(&b.key));
            Group { customers, because, doubtful }
        };
        // By root, which is the lowest number of each.
        groups.into_values().map(group).collect()
    }

    fn unread(&self) -> Vec<Unread> {
        let keys = 0..self.identity.keys.len();
        let unread = keys.map(|by| {
            let values = self.nothing.iter().filter(|it| it.by as usize == by);
            let unusable = values.clone().filter_map(|it| Some((it.customer, it.fault.clone()?)));
            Unread {
                by,
                placeholders: values.clone().filter(|it| it.fault.is_none()).count(),
                unusable: unusable.clone().count(),
                first: unusable.into_iter().next(),
            }
        });
        unread.filter(|it| it.placeholders + it.unusable > 0).collect()
    }
}

/// The weak values that join customers who are not all in one group.
fn possible(mut weak: Vec<Together>, groups: &[Group]) -> Vec<Together> {
    let mut group_of: BTreeMap<u32, usize> = BTreeMap::new();
    for (place, group) in groups.iter().enumerate() {
        group_of.extend(group.customers.iter().map(|customer| (*customer, place)));
    }
    weak.retain(|together| {
        let mut places = together.customers.iter().map(|customer| group_of.get(customer));
        let first = places.next().flatten();
        first.is_none() || !places.all(|place| place == first)
    });
    // What the credit code says its part need not say again.
    let codes: BTreeSet<Vec<u32>> = weak
        .iter()
        .filter(|it| it.key.form == Form::CreditCode)
        .map(|it| it.customers.clone())
        .collect();
    weak.retain(|it| it.key.form != Form::Organisation || !codes.contains(&it.customers));
    weak.sort_by(|a, b| (a.customers.first(), &a.key).cmp(&(b.customers.first(), &b.key)));
    weak
}

/// Disjoint sets of customers; the root of each is its lowest member.
#[derive(Debug, Default)]
struct Sets(BTreeMap<u32, u32>);

impl Sets {
    /// The root of a customer's set; all on the way to it are led there at once, so that
    /// long chains cost little.
    fn root(&mut self, customer: u32) -> u32 {
        let mut root = customer;
        while let Some(above) = self.0.get(&root).filter(|above| **above != root) {
            root = *above;
        }
        let mut at = customer;
        while at != root {
            let Some(above) = self.0.insert(at, root) else { break };
            at = above;
        }
        root
    }

    fn join(&mut self, one: u32, other: u32) {
        let (a, b) = (self.root(one), self.root(other));
        let low = a.min(b);
        self.0.insert(a, low);
        self.0.insert(b, low);
    }

    fn members(&self) -> Vec<u32> {
        self.0.keys().copied().collect()
    }
}
