//! `gx_table`: rows that are asked without being recorded.

use std::ffi::c_char;
use std::sync::Arc;

use guanxi_core::facts::intake::{Frame, Layout, TableReport};
use guanxi_core::facts::{Columns, Schema};
use guanxi_core::store::FrameTable;
use guanxi_core::{Code, Error, Fault, Playbook};

use crate::append::Table;
use crate::arrow::stream::collected;
use crate::arrow::{ArrowArray, ArrowArrayStream, ArrowSchema, Moved, import};
use crate::bytes::GxBytes;
use crate::column::{GxColumn, frame};
use crate::convert::{Call, Options};
use crate::error::GxError;
use crate::guard::guard;
use crate::json;
use crate::playbook::GxPlaybook;
use crate::review::{GxReview, GxReviewOptions, Reviewed, asked};

/// Rows that are asked without being recorded. Zero the whole struct first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GxTable {
    /// sizeof(gx_table)
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// What the rows are about: `customers`, `events`, `ref_NAME`; NULL: events.
    pub table: *const c_char,
    /// Bytes of `table`, or GX_NUL.
    pub table_len: u64,
    /// A mapping document, where columns do not carry the schema's names; or NULL.
    pub mapping: *const c_char,
    /// Bytes of `mapping`, or GX_NUL.
    pub mapping_len: u64,
    /// The columns, one behind the other; unless there is a stream.
    pub columns: *const GxColumn,
    /// How many columns there are.
    pub n_columns: u64,
    /// How many rows each column has.
    pub rows: u64,
    /// Arrays with the columns; or NULL. Moved: released once, whatever the call
    /// returns.
    pub stream: *mut ArrowArrayStream,
    /// One array with the columns, where there is no stream; or NULL. Moved as well.
    pub array: *mut ArrowArray,
    /// What it is made of. Moved as well.
    pub schema: *mut ArrowSchema,
}

// SAFETY: plain data that begins with `struct_size`; null pointers and zeroes
// are values.
unsafe impl Options for GxTable {
    const FIRST: usize = size_of::<GxTable>();
    const NAME: &'static str = "gx_table";
}

/// Tables that one call may have.
const MOST_TABLES: u64 = 1000;

/// Arrays of one schema.
pub type Batches = (Moved<ArrowSchema>, Vec<Moved<ArrowArray>>);

/// Answers every question of a playbook about rows in memory, which are not
/// recorded: a store that held them, appended in this order as history that is
/// filled in, would be reviewed with the same answers.
///
/// Put customers first and events last. Events are fast where their ids are
/// texts in ascending order and nothing is wrong with them or corrected.
///
/// @param playbook in, borrowed
/// @param tables   in, borrowed: so many structs, one behind the other; streams in them are moved
/// @param n_tables how many tables there are
/// @param language of the reasons in the reports: GX_EN or GX_ZH
/// @param as_of    the instant of the answers, in microseconds since 1970; GX_TIME_NONE: the first local midnight after the last fact
/// @param options  in, borrowed, optional; without `known_at`
/// @param review   out, owned: free with gx_review_free
/// @param reports  out, owned, optional: a JSON array with the report on each table, as of gx_store_append_columns; free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         as gx_store_append_stream and gx_review_create
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_review_create, gx_store_append_columns
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_review_columns(
    playbook: *const GxPlaybook,
    tables: *const GxTable,
    n_tables: u64,
    language: u32,
    as_of: i64,
    options: *const GxReviewOptions,
    review: *mut *mut GxReview,
    reports: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_review_columns", error, |call| {
            let tables = read(call, tables, n_tables)?;
            let taken = tables.iter().map(|table| Taken::of(call, table)).collect::<Vec<_>>();
            let out = call.out("review", review)?;
            let out_reports = call.out_if(reports);
            let playbook = call.borrow(playbook)?.playbook.clone();
            let language = call.language(language)?;
            let options = call.options(options)?;
            let threads = options.threads()?;
            if options.has_known_at != 0 {
                return Err(no_known_at());
            }
            let asked = asked(call, as_of)?;
            let batches = taken.into_iter().map(|taken| taken.batches());
            let batches: Vec<Option<Batches>> = batches.collect::<Result<_, Error>>()?;
            let (columns, found) = columns(call, &playbook, &tables, &batches)?;
            let reviewed = Reviewed::of(columns, playbook, asked, None, threads)?;
            let said: Vec<_> = found.iter().map(|report| report.in_language(language)).collect();
            let said = json::bytes(&said)?;
            Ok(move || {
                out.give(reviewed);
                if let Some(out) = out_reports {
                    out.give(GxBytes::body(said));
                }
            })
        })
    }
}

fn read(call: &Call, tables: *const GxTable, n_tables: u64) -> Result<Vec<GxTable>, Error> {
    if MOST_TABLES < n_tables {
        return Err(Fault::new(
            Code::InvalidArgument,
            format!("there are {n_tables} tables, expected at most {MOST_TABLES}"),
            format!("有 {n_tables} 张表，最多 {MOST_TABLES} 张"),
        )
        .into());
    }
    call.structs("tables", tables, n_tables as usize)
}

/// What Arrow gave of a table, which is ours from here on and released whatever comes
/// of the call.
pub enum Taken {
    /// Nothing: there are plain columns.
    Columns,
    /// Arrays one after the other.
    Stream(Moved<ArrowArrayStream>),
    /// One array.
    Array(Result<Moved<ArrowSchema>, Error>, Moved<ArrowArray>),
}

impl Taken {
    /// Of a table.
    pub fn of(call: &Call, table: &GxTable) -> Taken {
        if let Ok(stream) = call.moved("stream", table.stream) {
            return Taken::Stream(stream);
        }
        match call.moved("array", table.array) {
            Ok(array) => Taken::Array(call.moved("schema", table.schema), array),
            Err(_) => Taken::Columns,
        }
    }

    /// Its arrays; `None` where there are plain columns.
    ///
    /// # Safety
    ///
    /// What was taken follows the interface.
    pub unsafe fn batches(self) -> Result<Option<Batches>, Error> {
        match self {
            Taken::Columns => Ok(None),
            // SAFETY: passed on.
            Taken::Stream(mut stream) => unsafe { collected(&mut stream).map(Some) },
            Taken::Array(schema, array) => Ok(Some((schema?, vec![array]))),
        }
    }
}

/// What the rows say, and what became of each table's.
///
/// # Safety
///
/// The arrays follow the interface.
unsafe fn columns(
    call: &Call,
    playbook: &Playbook,
    tables: &[GxTable],
    batches: &[Option<Batches>],
) -> Result<(Columns, Vec<TableReport>), Error> {
    let schema: &Arc<Schema> = playbook.schema();
    let mut read = Vec::with_capacity(tables.len());
    for (table, batches) in tables.iter().zip(batches) {
        let named = (table.table, table.table_len);
        let about = Table::new(call, named, (table.mapping, table.mapping_len))?;
        let frames: Vec<Frame<'_>> = match batches {
            Some((schema, arrays)) => {
                // SAFETY: passed on.
                let frames = arrays.iter().map(|array| unsafe { import::frame(array, schema) });
                frames.collect::<Result<_, Error>>()?
            }
            None => vec![frame(call, table.columns, table.n_columns, table.rows)?],
        };
        let Some(first) = frames.first() else { continue };
        let header = first.header();
        let layout = about.settle(playbook, |table, mapping, zone| {
            Layout::of(&table.name, &header, &table.kind, mapping, schema, zone)
        })?;
        read.push(FrameTable { layout, frames });
    }
    Columns::of_frames(schema, &read)
}

fn no_known_at() -> Error {
    Fault::new(
        Code::InvalidArgument,
        "rows that are not recorded have no `known_at`",
        "未入库的数据行没有 `known_at`",
    )
    .into()
}
