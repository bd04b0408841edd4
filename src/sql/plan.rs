//! What a statement is made of: customers, what lists of their events come to,
//! single events, and the condition over all of it.

use super::expression::Expression;

/// The events of one kind that pass.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Events {
    /// Position of the kind in the schema.
    pub kind: usize,
    /// Conditions that are yes or no for every event; all must hold.
    pub filters: Vec<Expression>,
    /// A condition that can fail, from the first such filter on.
    pub stage: Option<Expression>,
}

/// What events of each customer come to, one row a customer.
#[derive(Debug)]
pub(super) struct List {
    pub events: Events,
    /// The columns, named by their position.
    pub columns: Vec<Expression>,
}

/// One event of each customer.
#[derive(Debug)]
pub(super) struct Pick {
    pub events: Events,
    /// Counted from the last event, not from the first.
    pub backwards: bool,
    /// Which one, from 1.
    pub place: i64,
    pub columns: Vec<Expression>,
}

#[derive(Debug, Default)]
pub(super) struct Plan {
    pub lists: Vec<List>,
    pub picks: Vec<Pick>,
}

impl Plan {
    /// The list of these events, which atoms share.
    pub fn list(&mut self, events: &Events) -> usize {
        if let Some(at) = self.lists.iter().position(|list| list.events == *events) {
            return at;
        }
        self.lists.push(List { events: events.clone(), columns: Vec::new() });
        self.lists.len() - 1
    }

    pub fn pick(&mut self, events: &Events, backwards: bool, place: i64) -> usize {
        let same = |pick: &Pick| {
            pick.events == *events && pick.backwards == backwards && pick.place == place
        };
        if let Some(at) = self.picks.iter().position(same) {
            return at;
        }
        self.picks.push(Pick { events: events.clone(), backwards, place, columns: Vec::new() });
        self.picks.len() - 1
    }
}

/// The column for a value, which is computed once.
pub(super) fn column(columns: &mut Vec<Expression>, value: Expression) -> Box<str> {
    let found = columns.iter().position(|have| *have == value);
    let at = found.unwrap_or_else(|| {
        columns.push(value);
        columns.len() - 1
    });
    name(at)
}

/// The name of a column by its position.
pub(super) fn name(at: usize) -> Box<str> {
    format!("v{}", at + 1).into()
}
