//! Questions put straight to a store.

use std::sync::Arc;

use super::answers::Options;
use super::customer::{CustomerView, customer};
use super::review::{Review, midnight_after, review};
use crate::error::Error;
use crate::facts::Columns;
use crate::playbook::Playbook;
use crate::store::Store;
use crate::units::Instant;

impl Store {
    /// Every answer of a playbook at `as_of`, by everything that is known.
    ///
    /// Loads the facts anew each time; to ask more than once, load
    /// [`columns`](Store::columns) and call [`engine::review`](super::review).
    ///
    /// # Errors
    ///
    /// What can keep the facts from being read.
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::facts::{Body, Correction, Fact, Seen};
    /// use guanxi::store::Store;
    /// use guanxi::units::Instant;
    /// use guanxi::Playbook;
    ///
    /// let playbook = Playbook::from_json(r#"{
    ///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    ///     "schema": {"events": {"purchase": {"list": "purchases"}}},
    ///     "segments": {"recent": {"when": "purchases.within(days(90)).size() >= 1"}}
    /// }"#)?;
    /// let mut store = Store::in_memory(playbook.schema());
    /// let bought = |customer: &str, id: &str, at: &str| Instant::parse(at).map(|at| Fact {
    ///     source: "shop".into(),
    ///     id: id.into(),
    ///     customer: customer.into(),
    ///     at: Some(at),
    ///     revision: None,
    ///     correction: Correction::None,
    ///     body: Body::Event { kind: 0, fields: vec![] },
    /// });
    /// let facts = vec![
    ///     bought("C-1007", "o1", "2026-01-05T10:00:00+08:00")?,
    ///     bought("C-2001", "o2", "2025-06-01T10:00:00+08:00")?,
    /// ];
    /// store.append(facts, Seen::Backfill)?;
    ///
    /// let review = store.review(&playbook, Instant::parse("2026-03-01T00:00:00+08:00")?)?;
    /// assert_eq!(review.customers, 2);
    /// assert_eq!(review.members("recent")?.collect::<Vec<_>>(), ["C-1007"]);
    /// assert!(review.customer("C-2001")?.segments[0].member == Some(false));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn review(&self, playbook: &Playbook, as_of: Instant) -> Result<Review, Error> {
        let columns = Arc::new(self.columns(None)?);
        Ok(review(&columns, playbook, as_of, None, Options::default()))
    }

    /// The instant of the answers when nobody says: what
    /// [`engine::default_as_of`](super::default_as_of) says of all facts, so that
    /// one customer is seen when all are reviewed. Loads no columns.
    ///
    /// # Errors
    ///
    /// What can keep the facts from being read.
    pub fn default_as_of(&self, playbook: &Playbook) -> Result<Option<Instant>, Error> {
        Ok(self.last_at()?.map(|last| midnight_after(last, playbook.calendar())))
    }

    /// The facts that an answer about one customer rests on: those of this
    /// customer alone, or everybody's where the playbook values customers by
    /// what is found over all of them, or asks in a segment where a customer
    /// stands among all.
    ///
    /// # Errors
    ///
    /// What can keep the facts from being read.
    pub fn columns_about(
        &self,
        playbook: &Playbook,
        id: &str,
        known_at: Option<Instant>,
    ) -> Result<Columns, Error> {
        let value = playbook.value().is_some_and(|value| value.needs_everybody());
        match value || asks_everybody(playbook) {
            true => self.columns(known_at),
            false => self.customer_columns(&[id], known_at),
        }
    }

    /// One customer in full at `as_of`. Loads what
    /// [`columns_about`](Store::columns_about) says.
    ///
    /// # Errors
    ///
    /// [`UnknownCustomer`](crate::Code::UnknownCustomer), and what can keep the
    /// facts from being read.
    pub fn customer(
        &self,
        playbook: &Playbook,
        as_of: Instant,
        id: &str,
    ) -> Result<CustomerView, Error> {
        customer(&self.columns_about(playbook, id, None)?, playbook, as_of, id)
    }
}

/// Whether a segment asks where a customer stands among everybody.
pub(super) fn asks_everybody(playbook: &Playbook) -> bool {
    playbook.in_order().any(|segment| segment.condition().uses.everybody)
}
