//! Whether somebody who comes in is there already.

use std::collections::BTreeMap;

use serde::Serialize;

use super::check::Strength;
use super::company;
use super::index::{Given, Held, Index};
use super::key::{Form, Key, Reading};
use crate::error::Fault;

/// What a search comes to (撞单结论).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nobody shares a value that says anything.
    New,
    /// A strong value is shared, and nothing speaks against it.
    Same,
    /// Something is shared, and it is for people to say.
    Possible,
}

/// The verdict with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// Who it is, where it is the same: of several the one that was there first.
    pub customer: Option<u32>,
    /// Everybody who shares something: strong before weak, then as the customers are
    /// ordered.
    pub matches: Vec<Match>,
    /// Values that so many share that they decide nothing.
    pub shared: Vec<Shared>,
    /// Values that say nothing.
    pub unusable: Vec<Unusable>,
    /// Whether strong values name customers who share none of them.
    pub split: bool,
}

/// A customer who shares something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The customer's number.
    pub customer: u32,
    /// What is shared, strong before weak.
    pub evidence: Vec<Evidence>,
    /// What speaks against it.
    pub against: Option<Against>,
}

impl Match {
    /// Whether something strong is shared, and nothing speaks against it.
    pub fn decides(&self) -> bool {
        self.against.is_none() && self.evidence.iter().any(|it| it.strength == Strength::Strong)
    }
}

/// A key that both hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What it is.
    pub key: Key,
    /// Whether it decides.
    pub strength: Strength,
    /// Positions of the match keys: of what was given, and of what is held.
    pub by: (usize, usize),
    /// The value that was given, as written.
    pub given: Box<str>,
    /// The value that is held, as written.
    pub held: Box<str>,
    /// What was left out of account, and is not the same.
    pub differs: Vec<Differs>,
    /// Whether one of them is a tax id of 15 characters.
    pub legacy: bool,
}

/// What was left out of account, and is not the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Differs {
    /// The place in the name of a firm.
    Place,
    /// The branch, or that one is a branch and the other is not.
    Branch,
}

/// What speaks against two being one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Against {
    /// The organisation that was given.
    pub given: Box<str>,
    /// The organisation that is held.
    pub held: Box<str>,
}

/// A value that so many share that it decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// What is shared.
    pub key: Key,
    /// Position of the match key.
    pub by: usize,
    /// The value as written.
    pub given: Box<str>,
    /// By how many.
    pub customers: usize,
}

/// A value that says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// Position of the match key.
    pub by: usize,
    /// The value as written.
    pub given: Box<str>,
    /// Why; none for a placeholder.
    pub fault: Option<Fault>,
}

impl Index<'_> {
    /// Whether somebody with these values is there already.
    ///
    /// # Inputs
    ///
    /// `given`: each a match key and its text; several of one key are several values.
    /// `except`: a customer who is not looked at, as when an existing one is asked about.
    ///
    /// # Output
    ///
    /// [`Same`](Verdict::Same) where one customer holds every strong value that anybody
    /// holds. A value that a customer with another credit code holds is not strong.
    /// Strong values that name different customers are [`Possible`](Verdict::Possible).
    ///
    /// # Cost
    ///
    /// A search of the index for each key, and reading those who share one anew.
    pub fn answer(&self, given: &[Given<'_>], except: Option<usize>) -> Answer {
        let mut unusable = Vec::new();
        let mut mine: Vec<Held> = Vec::new();
        for Given { key, text } in given {
            let (held, reading) = self.read(*key, text);
            let fault = match reading {
                Reading::Unusable(fault) => Some(Some(fault)),
                Reading::Placeholder => Some(None),
                _ => None,
            };
            if let Some(fault) = fault {
                unusable.push(Unusable { by: *key, given: (*text).into(), fault });
            }
            mine.extend(held);
        }
        let mut seen: Vec<Key> = Vec::new();
        mine.retain(|held| {
            let again = seen.contains(&held.key);
            seen.push(held.key.clone());
            !again
        });
        let (met, shared) = self.meet(&mine, except);
        let own = Index::organisations(&mine);
        let holders =
            met.iter().map(|(customer, places)| self.judge(*customer, places, &mine, &own));
        let mut matches: Vec<Match> = holders.collect();
        doubt(&mut matches);
        matches.sort_by_key(|it| (!it.decides(), it.customer));
        let (customer, split) = self.agreed(&matches);
        let verdict = match (customer, matches.is_empty()) {
            (Some(_), _) => Verdict::Same,
            (None, false) => Verdict::Possible,
            (None, true) => Verdict::New,
        };
        Answer { verdict, customer, matches, shared, unusable, split }
    }

    /// Who holds which of these keys, and which keys too many hold.
    fn meet(
        &self,
        mine: &[Held],
        except: Option<usize>,
    ) -> (BTreeMap<usize, Vec<usize>>, Vec<Shared>) {
        let (mut met, mut shared) = (BTreeMap::<usize, Vec<usize>>::new(), Vec::new());
        for (place, held) in mine.iter().enumerate() {
            let mut holders = self.holders(&held.key);
            let customers = holders.len();
            holders.retain(|customer| Some(*customer) != except);
            if customers >= self.identity.shared_from {
                let (key, by, given) = (held.key.clone(), held.by, held.written.clone());
                shared.push(Shared { key, by, given, customers });
                continue;
            }
            for customer in holders {
                met.entry(customer).or_default().push(place);
            }
        }
        (met, shared)
    }

    /// What a customer shares, and what speaks against it.
    fn judge(&self, customer: usize, places: &[usize], mine: &[Held], own: &[&str]) -> Match {
        let held = self.held(customer);
        let both = places.iter().filter_map(|place| {
            let given = mine.get(*place)?;
            Some((given, held.iter().find(|it| it.key == given.key)?))
        });
        let mut evidence: Vec<Evidence> = both.map(|(given, held)| evidence(given, held)).collect();
        // The credit code says all that the part of it says.
        if evidence.iter().any(|it| it.key.form == Form::CreditCode) {
            evidence.retain(|it| it.key.form != Form::Organisation);
        }
        evidence.sort_by_key(|it| (it.strength != Strength::Strong, it.key.form));
        let theirs = Index::organisations(&held);
        let against = match (own.first(), theirs.first()) {
            (Some(given), Some(held)) if !own.iter().any(|code| theirs.contains(code)) => {
                Some(Against { given: (*given).into(), held: (*held).into() })
            }
            _ => None,
        };
        Match { customer: customer as u32, evidence, against }
    }

    /// The customer on whom all strong values agree; else whether they name several.
    fn agreed(&self, matches: &[Match]) -> (Option<u32>, bool) {
        let deciding = || matches.iter().filter(|it| it.decides());
        let strong = |it: &Match| -> Vec<Key> {
            let evidence = it.evidence.iter().filter(|it| it.strength == Strength::Strong);
            evidence.map(|it| it.key.clone()).collect()
        };
        let mut all: Vec<Key> = deciding().flat_map(strong).collect();
        all.sort_unstable();
        all.dedup();
        let whole = |it: &&Match| strong(it).len() == all.len();
        let agreed: Vec<u32> = deciding().filter(whole).map(|it| it.customer).collect();
        let helds: Vec<Vec<Held>> = agreed.iter().map(|it| self.held(*it as usize)).collect();
        let mut codes: Vec<&str> = helds.iter().flat_map(|it| Index::organisations(it)).collect();
        codes.sort_unstable();
        codes.dedup();
        if agreed.is_empty() || codes.len() > 1 {
            return (None, deciding().count() > 1);
        }
        (agreed.into_iter().min_by_key(|customer| (self.born(*customer), *customer)), false)
    }

    /// When a customer's first dated fact happened; those without a date come last.
    pub(super) fn born(&self, customer: u32) -> i64 {
        let born = self.columns.born.get(customer as usize).copied();
        born.filter(|born| *born != i64::MIN).unwrap_or(i64::MAX)
    }
}

/// What another organisation holds too decides nothing about anybody else.
fn doubt(matches: &mut [Match]) {
    let against = matches.iter().filter(|it| it.against.is_some());
    let doubted = against.flat_map(|it| it.evidence.iter().map(|it| it.key.clone()));
    let doubted: Vec<Key> = doubted.collect();
    for found in matches {
        let weak = found.evidence.iter_mut().filter(|it| doubted.contains(&it.key));
        weak.for_each(|it| it.strength = Strength::Weak);
        found.evidence.sort_by_key(|it| (it.strength != Strength::Strong, it.key.form));
    }
}

fn evidence(given: &Held, held: &Held) -> Evidence {
    let differs = match given.key.form {
        Form::Company => differs(&given.written, &held.written),
        _ => Vec::new(),
    };
    Evidence {
        key: given.key.clone(),
        strength: given.strength.min(held.strength),
        by: (given.by, held.by),
        given: given.written.clone(),
        held: held.written.clone(),
        differs,
        legacy: given.legacy || held.legacy,
    }
}

/// What two names of firms with one core say differently.
fn differs(one: &str, other: &str) -> Vec<Differs> {
    let (one, other) = (company::apart(one), company::apart(other));
    let apart = !one.places.is_empty()
        && !other.places.is_empty()
        && !one.places.iter().any(|place| other.places.contains(place));
    let place = apart.then_some(Differs::Place);
    let branch = (one.branch != other.branch).then_some(Differs::Branch);
    place.into_iter().chain(branch).collect()
}
