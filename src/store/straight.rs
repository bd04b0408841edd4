//! Rows that are asked without being recorded.

use std::sync::Arc;

use super::{Backend, Store};
use crate::error::Error;
use crate::facts::intake::{Frame, Layout, TableKind, TableReport};
use crate::facts::schema::UnknownCustomers;
use crate::facts::{Columns, Log, Schema, Seen};

/// Rows of one kind, in columns.
#[derive(Debug)]
pub struct FrameTable<'a> {
    /// What the columns mean.
    pub layout: Layout<'a>,
    /// The rows.
    pub frames: Vec<Frame<'a>>,
}

impl Columns {
    /// What these rows say, without a store.
    ///
    /// # Inputs
    ///
    /// Tables in the order in which they would be appended: customers first,
    /// then events.
    ///
    /// # Output
    ///
    /// The columns that a store in memory would have after an append of each
    /// table as history that is filled in, and the report on each table.
    ///
    /// # Errors
    ///
    /// As [`Store::append_frames`].
    ///
    /// # Cost
    ///
    /// That of such a store, but for the last table where it has events with
    /// values of the types of their fields and nothing to refuse or to correct,
    /// and either in ascending order of their ids, which are texts, or no two of
    /// a customer at one instant: those go straight to columns, more than ten
    /// times as fast.
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::facts::intake::{Clock, Frame, Layout, Series, SeriesData, TableKind, TimeUnit};
    /// use guanxi::facts::{Columns, Schema};
    /// use guanxi::store::FrameTable;
    /// use guanxi::units::Zone;
    /// use std::sync::Arc;
    ///
    /// let schema = Arc::new(Schema::from_json(r#"{"events": {"call": {"list": "calls"}}}"#)?);
    /// let frame = Frame::new(2, vec![
    ///     Series::new("kind", SeriesData::texts(["call", "call"])),
    ///     Series::new("customer", SeriesData::texts(["C-1", "C-2"])),
    ///     Series::new("at", SeriesData::Times(
    ///         vec![1_770_000_000, 1_770_000_060].into(), TimeUnit::Seconds, Clock::Utc)),
    ///     Series::new("id", SeriesData::texts(["k-1", "k-2"])),
    /// ])?;
    /// let events = TableKind::Events;
    /// let layout = Layout::of("calls", &frame.header(), &events, None, &schema, &Zone::utc())?;
    /// let (columns, reports) =
    ///     Columns::of_frames(&schema, &[FrameTable { layout, frames: vec![frame] }])?;
    /// assert_eq!((columns.n_customers(), columns.n_events()), (2, 2));
    /// assert_eq!(reports[0].verdicts.new, 2);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn of_frames(
        schema: &Arc<Schema>,
        tables: &[FrameTable<'_>],
    ) -> Result<(Columns, Vec<TableReport>), Error> {
        let mut store = Store::in_memory(schema);
        let mut reports = Vec::with_capacity(tables.len());
        for (position, table) in tables.iter().enumerate() {
            let FrameTable { layout, frames } = table;
            if position + 1 == tables.len()
                && let Backend::Memory(log, _) = &store.backend
                && let Some((columns, report)) = straight(log, table)?
            {
                reports.push(report);
                return Ok((columns, reports));
            }
            reports.push(store.append_frames(layout, frames, Seen::Backfill)?);
        }
        Ok((store.columns(None)?, reports))
    }
}

/// The columns of a log and of a table of events, where those can only be new.
fn straight(log: &Log, table: &FrameTable<'_>) -> Result<Option<(Columns, TableReport)>, Error> {
    let FrameTable { layout, frames } = table;
    let creates = log.schema().unknown_customers == UnknownCustomers::Create;
    if *layout.kind() != TableKind::Events || !creates || log.has_events() {
        return Ok(None);
    }
    frames.iter().try_for_each(|frame| layout.fits(frame))?;
    let (mut columns, mut tally) = (log.growing(None, |_| true), layout.tally());
    if columns.has_merges() {
        return Ok(None);
    }
    let before = log.len() as u64;
    let Some(events) = layout.push_events(frames, before, &mut columns, &mut tally) else {
        return Ok(None);
    };
    let Some(columns) = columns.finish_with(events) else { return Ok(None) };
    let mut report = TableReport::new(layout.file(), layout.kind());
    report.verdicts.new = frames.iter().map(|frame| frame.rows() as u64).sum();
    report.finish(layout.columns(), &tally);
    Ok(Some((columns, report)))
}
