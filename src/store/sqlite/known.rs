//! What a writer remembers between batches: names that have numbers.

use std::collections::HashMap;

use super::body::Slot;

/// Names with their numbers, as far as they were needed. True as long as
/// nobody else has written to the file.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub sources: HashMap<Box<str>, i64>,
    pub kinds: Vec<(Slot, i64)>,
    pub customers: Customers,
}

/// A customer that the store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Customer {
    pub number: i64,
    /// Whether an attribute fact about the customer was recorded.
    pub introduced: bool,
}

/// Customers by id. There is one look-up for each fact, in a table that no
/// cache of the processor holds, so short ids stand in the table itself: that
/// saves following a pointer.
#[derive(Debug, Default)]
pub(super) struct Customers {
    short: HashMap<[u8; SHORT + 1], Customer>,
    long: HashMap<Box<str>, Customer>,
}

/// The longest id in bytes that is kept in the table.
const SHORT: usize = 15;

impl Customers {
    pub(super) fn get(&self, id: &str) -> Option<Customer> {
        match packed(id) {
            Some(id) => self.short.get(&id).copied(),
            None => self.long.get(id).copied(),
        }
    }

    pub(super) fn insert(&mut self, id: &str, customer: Customer) {
        match packed(id) {
            Some(id) => self.short.insert(id, customer),
            None => self.long.insert(id.into(), customer),
        };
    }

    pub(super) fn len(&self) -> usize {
        self.short.len() + self.long.len()
    }
}

/// A short id with its length, so that no two are alike.
fn packed(id: &str) -> Option<[u8; SHORT + 1]> {
    let mut packed = [0; SHORT + 1];
    packed.get_mut(..id.len()).filter(|_| id.len() <= SHORT)?.copy_from_slice(id.as_bytes());
    *packed.last_mut()? = u8::try_from(id.len()).ok()?;
    Some(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_any_length_are_told_apart() {
        let ids = ["", "\0", "\0\0", "C-1", "C-1\0", "123456789012345", "1234567890123456"];
        let mut customers = Customers::default();
        for (number, id) in (0..).zip(ids) {
            customers.insert(id, Customer { number, introduced: false });
        }
        for (number, id) in (0..).zip(ids) {
            assert_eq!(customers.get(id), Some(Customer { number, introduced: false }), "{id:?}");
        }
        assert_eq!(customers.len(), ids.len());
        assert_eq!(customers.get("C-2"), None);
    }
}
