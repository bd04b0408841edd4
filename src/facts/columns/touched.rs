//! What of one customer is otherwise than it was: which kinds of events, which
//! attributes, which consents.

use super::Columns;
use crate::facts::column::{Column, Data, set_range};
use crate::facts::events::Events;
use crate::facts::history::History;

/// What differs between the facts about one customer and other ones about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Touched {
    /// Kinds of events.
    pub kinds: Vec<usize>,
    /// Attributes.
    pub attributes: Vec<usize>,
    /// Whether a consent does.
    pub consents: bool,
}

impl Columns {
    /// What differs between these facts about a customer and those of other
    /// columns of the same schema, where it has another number.
    ///
    /// # Cost
    ///
    /// One look at each value of this customer.
    pub(crate) fn touched(&self, customer: usize, other: &Columns, number: usize) -> Touched {
        let kinds = self.kinds.iter().zip(&other.kinds).enumerate();
        let kinds =
            kinds.filter(|(_, (one, other))| !same_events((one, customer), (other, number)));
        let histories = |one: &[History], other: &[History]| -> Vec<usize> {
            let pairs = one.iter().zip(other).enumerate();
            pairs
                .filter(|(_, (one, other))| !same_history((one, customer), (other, number)))
                .map(|(place, _)| place)
                .collect()
        };
        Touched {
            kinds: kinds.map(|(kind, _)| kind).collect(),
            attributes: histories(&self.attributes, &other.attributes),
            consents: !histories(&self.consents, &other.consents).is_empty(),
        }
    }
}

fn same_events((one, a): (&Events, usize), (other, b): (&Events, usize)) -> bool {
    let ((a, a_end), (b, b_end)) = (one.range(a), other.range(b));
    if a_end - a != b_end - b {
        return false;
    }
    let pairs = (a..a_end).zip(b..b_end);
    pairs.clone().all(|(a, b)| one.at.micros(a) == other.at.micros(b))
        && one
            .fields
            .iter()
            .zip(&other.fields)
            .all(|(one, other)| pairs.clone().all(|(a, b)| same_value((one, a), (other, b))))
}

fn same_history((one, a): (&History, usize), (other, b): (&History, usize)) -> bool {
    let (one, from, until) = changes(one, a);
    let (other, begin, end) = changes(other, b);
    until - from == end - begin
        && (from..until).zip(begin..end).all(|(a, b)| {
            one.since(a) == other.since(b) && same_value((one.values, a), (other.values, b))
        })
}

/// Changes of an attribute; undated ones hold since ever.
struct Changes<'h> {
    since: &'h [i64],
    values: &'h Column,
}

impl Changes<'_> {
    fn since(&self, row: usize) -> i64 {
        self.since.get(row).copied().unwrap_or(i64::MIN)
    }
}

/// The changes of a history, and which of them are those of a customer.
fn changes(history: &History, customer: usize) -> (Changes<'_>, usize, usize) {
    match history {
        // One that is not known is none.
        History::Undated(column) => {
            let is_known = usize::from(column.is_known(customer));
            (Changes { since: &[], values: column }, customer, customer + is_known)
        }
        History::Dated { offsets, since, values } => {
            let (from, until) = set_range(offsets, customer);
            (Changes { since, values }, from, until)
        }
    }
}

/// Whether two rows of columns of one type say the same.
fn same_value((one, a): (&Column, usize), (other, b): (&Column, usize)) -> bool {
    if !one.is_known(a) || !other.is_known(b) {
        return one.is_known(a) == other.is_known(b);
    }
    match (&one.data, &other.data) {
        (Data::Bool(one), Data::Bool(other)) => one.has(a) == other.has(b),
        (Data::Ints(one), Data::Ints(other)) => one.get(a) == other.get(b),
        (Data::Codes { codes, words }, Data::Codes { codes: other_codes, words: other_words }) => {
            words.text(codes.get(a)) == other_words.text(other_codes.get(b))
        }
        (
            Data::Sets { offsets, codes, words },
            Data::Sets { offsets: others, codes: other_codes, words: other_words },
        ) => {
            let ((from, until), (begin, end)) = (set_range(offsets, a), set_range(others, b));
            let texts = (from..until).map(|place| words.text(codes.get(place)));
            texts.eq((begin..end).map(|place| other_words.text(other_codes.get(place))))
        }
        _ => false,
    }
}
