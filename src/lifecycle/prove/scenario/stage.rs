//! What every try is played on.

use std::sync::Arc;

use super::super::Ground;
use crate::facts::{Columns, ColumnsBuilder, Fact, Schema};
use crate::lang::World;
use crate::lifecycle::{Life, Machine, fold};
use crate::units::Instant;

/// What every try is played on.
pub(super) struct Stage<'a> {
    pub(super) machines: &'a [Machine],
    pub(super) ground: &'a Ground<'a>,
    pub(super) schema: Arc<Schema>,
    pub(super) start: Instant,
}

impl Stage<'_> {
    pub(super) fn columns(&self, facts: &[Fact]) -> Columns {
        let mut builder = ColumnsBuilder::new(&self.schema);
        for (sequence, fact) in facts.iter().enumerate() {
            builder.push(sequence as u64, fact.at.unwrap_or(self.start), fact);
        }
        builder.finish()
    }

    pub(super) fn life(&self, columns: &Columns, until: Instant) -> Life {
        let Ground { calendar, parameters, segments, .. } = *self.ground;
        fold(
            World { columns, calendar, parameters, segments, scores: None },
            self.machines,
            0,
            until,
        )
    }
}
