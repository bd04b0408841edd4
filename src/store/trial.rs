//! What would be recorded, without recording it.

use super::{Held, Store};
use crate::error::Error;

impl Store {
    /// Does some work with the store, and leaves it as it was.
    ///
    /// What an import would say before anything is recorded: verdicts, reasons,
    /// unknown kinds and how full each column is are those of the real one.
    ///
    /// # Inputs
    ///
    /// Any work; it sees its own changes.
    ///
    /// # Output
    ///
    /// What the work gives.
    ///
    /// # Errors
    ///
    /// Those of the work, and of a store that cannot be written to.
    ///
    /// # Cost
    ///
    /// That of the work.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::Arc;
    /// use guanxi::facts::{Body, Correction, Fact, Schema, Seen, Verdict};
    /// use guanxi::store::Store;
    ///
    /// let mut store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// let fact = Fact {
    ///     source: "crm".into(),
    ///     id: "1".into(),
    ///     revision: None,
    ///     customer: "C-1".into(),
    ///     at: None,
    ///     body: Body::Attributes(vec![]),
    ///     correction: Correction::None,
    /// };
    /// let verdicts = store.try_out(|store| store.append(vec![fact], Seen::Backfill))?;
    /// assert_eq!(verdicts, [Verdict::New]);
    /// assert_eq!(store.n_customers()?, 0);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn try_out<T>(
        &mut self,
        work: impl FnOnce(&mut Store) -> Result<T, Error>,
    ) -> Result<T, Error> {
        // Given up when it goes.
        let held = Held::new(self)?;
        work(held.store)
    }
}
