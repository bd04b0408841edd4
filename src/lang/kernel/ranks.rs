//! Where everybody stands among everybody, found once for an evaluation.

use std::collections::{BTreeMap, BTreeSet};

use super::numbers::numbers_at;
use super::{Answer, Context, Numbers, evaluate_at};
use crate::facts::Bits;
use crate::lang::Checked;
use crate::lang::among::{PLACES, Standing, is_among, is_short, rank};
use crate::lang::tree::{Literal, Node, NodeId, Tree};
use crate::lang::types::Type;
use crate::lang::value::Value;
use crate::units::Decimal;

/// What the calls of expressions about everybody come to, by the tree that each
/// stands in.
#[derive(Debug, Default)]
pub(crate) struct Ranks(BTreeMap<Call, Ranked>);

/// Where a call stands: the place of its tree in memory, which stays as long as
/// the ranks of it are read, and its node.
type Call = (usize, NodeId);

fn call(tree: &Tree, id: NodeId) -> Call {
    (std::ptr::from_ref(tree).addr(), id)
}

/// One of them, for everybody.
#[derive(Debug)]
enum Ranked {
    Rank(Numbers),
    Among(Answer),
    /// What it was just before the period: a number, or a condition that is
    /// missing for whoever was not there yet.
    Opening(Numbers),
    OpeningHeld(Answer),
}

impl Ranks {
    /// Those of several expressions.
    pub(crate) fn of_all(expressions: &[&Checked], context: &Context<'_>, threads: usize) -> Ranks {
        let mut seen = BTreeSet::new();
        let new = expressions.iter().filter(|it| seen.insert(std::ptr::from_ref(&it.tree).addr()));
        Ranks(new.flat_map(|checked| Ranks::of(checked, context, threads).0).collect())
    }

    /// Those of an expression; what is too large to add up is left to the
    /// reference, which says so.
    pub(super) fn of(checked: &Checked, context: &Context<'_>, threads: usize) -> Ranks {
        let mut ranks = Ranks::default();
        if !checked.uses.everybody && !checked.uses.opening {
            return ranks;
        }
        for position in 0..checked.tree.nodes.len() {
            let id = NodeId(position as u32);
            let Node::Call { function, receiver: None, args } = checked.tree.node(id) else {
                continue;
            };
            let found = match &**function {
                "opening" => opened(checked, context, args, threads),
                function if is_among(function) => ranked(checked, context, function, args, threads),
                _ => None,
            };
            ranks.0.extend(found.map(|found| (call(&checked.tree, id), found)));
        }
        ranks
    }

    pub(super) fn rank(&self, tree: &Tree, id: NodeId) -> Option<&Numbers> {
        match self.0.get(&call(tree, id))? {
            Ranked::Rank(numbers) | Ranked::Opening(numbers) => Some(numbers),
            Ranked::Among(_) | Ranked::OpeningHeld(_) => None,
        }
    }

    pub(super) fn answer(&self, tree: &Tree, id: NodeId) -> Option<&Answer> {
        match self.0.get(&call(tree, id))? {
            Ranked::Among(answer) | Ranked::OpeningHeld(answer) => Some(answer),
            Ranked::Rank(_) | Ranked::Opening(_) => None,
        }
    }

    /// The answer for one customer whose own value is no error.
    pub(in crate::lang) fn told(&self, tree: &Tree, id: NodeId, customer: usize) -> Option<Value> {
        Some(match self.0.get(&call(tree, id))? {
            Ranked::Rank(numbers) => {
                Value::Decimal(Decimal::new(numbers.get(customer)??, PLACES).ok()?)
            }
            Ranked::Among(answer) => Value::Bool(answer.members.has(customer)),
            // Of a type that is asked for where it is made.
            Ranked::Opening(_) | Ranked::OpeningHeld(_) => return None,
        })
    }
}

/// What something was for everybody just before the period; whoever was not
/// there yet has no value.
fn opened(
    checked: &Checked,
    context: &Context<'_>,
    args: &[NodeId],
    threads: usize,
) -> Option<Ranked> {
    let opening = context.period?.opening?;
    let of = *args.first()?;
    if *checked.ty(of) == Type::Bool {
        return Some(Ranked::OpeningHeld(evaluate_at(checked, of, opening, threads)));
    }
    numbers_at(checked, of, opening, threads).map(Ranked::Opening)
}

fn ranked(
    checked: &Checked,
    context: &Context<'_>,
    function: &str,
    args: &[NodeId],
    threads: usize,
) -> Option<Ranked> {
    let (of, rest) = args.split_first()?;
    let (argument, segment) = match (function, rest) {
        ("percentRank", rest) => (None, rest.first()),
        (_, [argument, rest @ ..]) => (Some(context.constant(checked, *argument)?), rest.first()),
        _ => return None,
    };
    let standing = Standing::of(function, argument.as_ref())?.ok()?;
    let base = match segment.map(|segment| checked.tree.node(*segment)) {
        None => None,
        Some(Node::Literal(Literal::Text(name))) => Some(context.answers.get(name)?),
        Some(_) => return None,
    };
    let numbers = numbers_at(checked, *of, context, threads)?;
    let population = context.snapshot.population();
    let mut failed = Bits::none(population.len());
    let mut here: Vec<(i128, usize)> = Vec::new();
    for customer in population.rows() {
        let is_in = base.is_none_or(|base| base.members.has(customer));
        match numbers.get(customer) {
            None => failed.set(customer, true),
            Some(Some(value)) if is_in => here.push((value, customer)),
            Some(_) => {}
        }
        if base.is_some_and(|base| base.errors.has(customer)) {
            failed.set(customer, true);
        }
    }
    here.sort_unstable();
    rank_all(&here, standing, failed)
}

/// The answers for those who have a value, the least first.
fn rank_all(here: &[(i128, usize)], standing: Standing, failed: Bits) -> Option<Ranked> {
    let (n_all, n) = (here.len() as i64, failed.len());
    let mut members = Bits::none(n);
    let mut ranks = (vec![0; n], Bits::none(n));
    let mut whole = 0i128;
    for (value, _) in here {
        whole = whole.checked_add((*value).max(0))?;
    }
    // What stands above the tied ones at hand.
    let (mut n_above, mut above) = (0i64, 0i128);
    for tied in here.chunk_by(|a, b| a.0 == b.0).rev() {
        let value = tied.first().map_or(0, |(value, _)| *value);
        let n_below = n_all - n_above - tied.len() as i64;
        let is_in = match standing {
            Standing::PercentRank => {
                let units = rank(n_below, n_all).ok()?.units();
                for (_, customer) in tied {
                    *ranks.0.get_mut(*customer)? = units;
                    ranks.1.set(*customer, true);
                }
                false
            }
            Standing::TopN(most) => n_above < most,
            Standing::TopShare(share) => 0 < value && is_short(above, whole, share).ok()?,
        };
        if is_in {
            tied.iter().for_each(|(_, customer)| members.set(*customer, true));
        }
        n_above += tied.len() as i64;
        above = above.checked_add(value.max(0).checked_mul(tied.len() as i128)?)?;
    }
    Some(match standing {
        Standing::PercentRank => Ranked::Rank(Numbers::new(ranks.0, ranks.1, failed)),
        _ => Ranked::Among(Answer { members, errors: failed }),
    })
}
