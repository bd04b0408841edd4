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
        if matches!(by.result(), Type::Int | Type::Bool)
            && let Some(numbers) = numbers(by, context, threads)
        {
            let is_bool = *by.result() == Type::Bool;
            let told = |value: i128| match is_bool {
                true => (value != 0).to_string(),
                false => value.to_string(),
            };
            return Groups::each(context, |customer| match numbers.get(customer) {
                Some(value) => Ok(value.map(told)),
                None => by.evaluate(&context.subject(Some(customer))).map(said),
            });
        }
        Groups::each(context, |customer| by.evaluate(&context.subject(Some(customer))).map(said))
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
        told: impl Fn(usize) -> Result<Option<String>, Error>,
    ) -> Groups {
        let population = context.snapshot.population();
        let mut out = Groups { of: vec![NO_GROUP; population.len()], ..Groups::default() };
        let mut places: BTreeMap<String, u32> = BTreeMap::new();
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
            names[place as usize] = name.into();
        }
        out.names = names;
        out
    }
}

/// What a value says of a group; nothing where it is missing.
fn said(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
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
