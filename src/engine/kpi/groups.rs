//! In which group everybody is at one instant.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::facts::{Column, Data};
use crate::lang::kernel::{Context, numbers};
use crate::lang::tree::{Literal, Node};
use crate::lang::{Checked, Meaning, Type, Value};

/// The groups of customers, by number.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// What is said of each group.
    pub names: Vec<Box<str>>,
    /// The group of each customer; [`NO_GROUP`] where nothing is known.
    pub of: Vec<u32>,
    /// Customers whose group is an error, the first of them with the reason.
    pub errors: u64,
    /// The first error.
    pub failure: Option<(usize, Error)>,
}

/// Stands for the group without a name.
pub(super) const NO_GROUP: u32 = u32::MAX;

impl Groups {
    /// By an expression: a text, a whole number, or yes and no.
    pub fn of(by: &Checked, context: &Context<'_>, threads: usize) -> Groups {
        if let Some(groups) =
            column(by, context).and_then(|column| Groups::of_column(column, context))
        {
            return groups;
        }
        let asked = |customer| Ok(by.evaluate(&context.subject(Some(customer)))?.group());
        if matches!(by.result(), Type::Int | Type::Bool)
            && let Some(numbers) = numbers(by, context, threads)
        {
            let told = |value: i128| match (by.result(), i64::try_from(value)) {
                (Type::Bool, _) => Value::Bool(value != 0).group(),
                (_, Ok(value)) => Value::Int(value).group(),
                (_, Err(_)) => None,
            };
            return Groups::each(context, |customer| match numbers.get(customer) {
                Some(value) => Ok(value.and_then(told)),
                None => asked(customer),
            });
        }
        Groups::each(context, asked)
    }

    fn of_column(column: &Column, context: &Context<'_>) -> Option<Groups> {
        let Data::Codes { codes, words } = &column.data else { return None };
        let population = context.snapshot.population();
        let mut out = Groups { of: vec![NO_GROUP; population.len()], ..Groups::default() };
        let mut place = vec![NO_GROUP; words.len()];
        for customer in population.rows().filter(|customer| column.is_known(*customer)) {
            // Texts that mean the same are one group.
            let code = words.key_code(codes.get(customer));
            let Some(place) = place.get_mut(code as usize) else { continue };
            if *place == NO_GROUP {
                *place = out.names.len() as u32;
                out.names.push(words.key(code).into());
            }
            out.of[customer] = *place;
        }
        Some(out)
    }

    fn each(
        context: &Context<'_>,
        told: impl Fn(usize) -> Result<Option<Box<str>>, Error>,
    ) -> Groups {
        let population = context.snapshot.population();
        let mut out = Groups { of: vec![NO_GROUP; population.len()], ..Groups::default() };
        let mut places: BTreeMap<Box<str>, u32> = BTreeMap::new();
        for customer in population.rows() {
            match told(customer) {
                Ok(None) => {}
                Ok(Some(name)) => {
                    let next = places.len() as u32;
                    let place = *places.entry(name).or_insert(next);
                    out.of[customer] = place;
                }
                Err(error) => {
                    out.errors += 1;
                    out.failure.get_or_insert((customer, error));
                }
            }
        }
        let mut names = vec![Box::from(""); places.len()];
        for (name, place) in places {
            names[place as usize] = name;
        }
        out.names = names;
        out
    }
}

/// The column of texts that an expression is, where it is one.
fn column<'s>(by: &Checked, context: &'s Context<'_>) -> Option<&'s Column> {
    let root = by.tree.root;
    if let Some(Meaning::Attribute(position)) = by.meaning(root) {
        return context.snapshot.attribute(position);
    }
    let Node::Call { function, receiver: None, args } = by.tree.node(root) else { return None };
    if &**function != "state" {
        return None;
    }
    let Node::Literal(Literal::Text(machine)) = by.tree.node(*args.first()?) else { return None };
    context.states?.column(machine)
}
