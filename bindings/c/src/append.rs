//! Rows of the host into a `gx_store`: as lines, as columns, as Arrow arrays.

use std::ffi::c_char;
use std::mem::offset_of;

use guanxi_core::facts::Seen;
use guanxi_core::facts::intake::{
    Frame, Layout, Lines, Mapping, TableKind, TableMapping, TableReport,
};
use guanxi_core::store::Store;
use guanxi_core::units::Zone;
use guanxi_core::{Code, Error, Fault, Playbook};

use crate::arrow::stream::collected;
use crate::arrow::{ArrowArray, ArrowArrayStream, ArrowSchema, import};
use crate::bytes::GxBytes;
use crate::column::{GxColumn, frame};
use crate::convert::{Call, Options};
use crate::error::GxError;
use crate::guard::guard;
use crate::json;
use crate::status::GX_SEEN_BACKFILL;
use crate::store::{GxStore, Opened};

/// How rows are to be read. All zeroes: events with the names of the schema.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GxAppendOptions {
    /// sizeof(gx_append_options)
    pub struct_size: u32,
    /// Of the reasons in the report: GX_EN or GX_ZH.
    pub language: u32,
    /// What the rows are about: `customers`, `events`, `ref_NAME`; NULL: events.
    pub table: *const c_char,
    /// Bytes of `table`, or GX_NUL.
    pub table_len: u64,
    /// A mapping document, where rows do not carry the schema's names; or NULL.
    pub mapping: *const c_char,
    /// Bytes of `mapping`, or GX_NUL.
    pub mapping_len: u64,
    /// 1: the report is what it would be, and nothing is recorded. 0: it is.
    pub dry_run: u32,
    /// 0.
    pub reserved: u32,
}

// SAFETY: plain data that begins with `struct_size`; null pointers and zeroes
// are values.
unsafe impl Options for GxAppendOptions {
    const FIRST: usize = offset_of!(GxAppendOptions, dry_run);
    const NAME: &'static str = "gx_append_options";
}

impl GxAppendOptions {
    /// Records, or says what recording would come to.
    pub fn run<T>(
        &self,
        store: &mut Store,
        work: impl FnOnce(&mut Store) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match (self.dry_run, self.reserved) {
            (0, 0) => work(store),
            (1, 0) => store.try_out(work),
            (0 | 1, reserved) => Err(beyond("reserved", reserved, "0", "0")),
            (dry_run, _) => Err(beyond("dry_run", dry_run, "0 or 1", "0 或 1")),
        }
    }
}

fn beyond(name: &str, value: u32, en: &str, zh: &str) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("`{name}` of `gx_append_options` is {value}, expected {en}"),
        format!("`gx_append_options` 的 `{name}` 为 {value}，应为 {zh}"),
    )
    .into()
}

/// Records facts from JSON Lines, in one transaction, with a verdict for every
/// line.
///
/// A line is an object: `{"kind": "purchase", "customer": "C-1", "at":
/// "2026-03-01", "amount": "12.50"}`. A line that cannot be a fact is refused
/// with its reason and keeps no other from being recorded; the call is GX_OK,
/// and the report says so. Recording the same lines again changes nothing. A
/// line with `seen` was learnt then; lines are recorded in the order in which
/// they were learnt, and one that was learnt before what an earlier call has
/// recorded is refused.
///
/// The report is JSON: `file`, `of`, `verdicts` (`new`, `same`, `pending`,
/// `conflict`, `refused`), `columns`, `unknown_kinds`, `not_recorded`, the first
/// 20 lines that were not recorded with the reasons, `more_not_recorded`, how
/// many others there are, and `waiting`, the first 20 lines whose corrections
/// are recorded and wait for what they correct. With `dry_run` of the options
/// the report is the same, and nothing is recorded: how a host sees before the
/// first import which rows, kinds and columns its mapping does not fit.
///
/// @param store    in, borrowed, changed
/// @param lines    in, copied: UTF-8, an object a line
/// @param len      its bytes, or GX_NUL
/// @param seen     when the facts were learnt that do not say it themselves, in microseconds since 1970, never before that of an earlier call; or GX_SEEN_BACKFILL
/// @param options  in, borrowed, optional
/// @param report   out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK; after any other code nothing was recorded
/// @errors         GX_E_SEEN_DECREASES, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_BUSY, GX_E_IO; of a mapping 2001 to 2014
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_append_options, gx_store_append_columns
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_append_lines(
    store: *mut GxStore,
    lines: *const c_char,
    len: u64,
    seen: i64,
    options: *const GxAppendOptions,
    report: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_append_lines", error, |call| {
            let out = call.out("report", report)?;
            let mut opened = call.claim(store)?;
            let options = call.options(options)?;
            let language = call.language(options.language)?;
            let text = call.bytes("lines", lines, len)?;
            let seen = learnt(call, seen)?;
            let playbook = opened.playbook.clone();
            let report = Table::of(call, &options)?.settle(&playbook, |table, mapping, zone| {
                let lines = Lines::of(&table.name, &table.kind, mapping, playbook.schema(), zone)?;
                options.run(&mut opened.store, |store| store.append_lines(&lines, text, seen))
            })?;
            let report = json::bytes(&report.in_language(language))?;
            Ok(move || out.give(GxBytes::body(report)))
        })
    }
}

/// Records facts from columns, in one transaction, with a verdict for every row.
///
/// The columns are called as those of a table would be (customers: `id`,
/// `valid_from`, attributes, `consent.PURPOSE.CHANNEL`; events: `kind`,
/// `customer`, `at`, fields, `id`, `source`, `seen`, `revision`, `supersedes`,
/// `retracts`), or as a mapping says. A value means what its text in JSON would
/// mean: the same rows give the same facts as through gx_store_append_lines, and
/// the report is the same too; rows are counted from 1.
///
/// @param store    in, borrowed, changed
/// @param columns  in, borrowed: so many structs, one behind the other
/// @param n_columns how many columns there are
/// @param rows     how many rows each column has
/// @param seen     when the facts were learnt that do not say it themselves, in microseconds since 1970, never before that of an earlier call; or GX_SEEN_BACKFILL
/// @param options  in, borrowed, optional
/// @param report   out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK; after any other code nothing was recorded
/// @errors         GX_E_MALFORMED_COLUMN with the column's name as its place; GX_E_MISSING_COLUMN, GX_E_UNKNOWN_COLUMN, GX_E_DUPLICATE_COLUMN; as gx_store_append_lines
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_append_arrow, gx_store_append_lines
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_append_columns(
    store: *mut GxStore,
    columns: *const GxColumn,
    n_columns: u64,
    rows: u64,
    seen: i64,
    options: *const GxAppendOptions,
    report: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_append_columns", error, |call| {
            let out = call.out("report", report)?;
            let mut opened = call.claim(store)?;
            let options = call.options(options)?;
            let frames = [frame(call, columns, n_columns, rows)?];
            let report = append(call, &mut opened, &options, seen, &frames)?;
            Ok(move || out.give(GxBytes::body(report)))
        })
    }
}

/// Records facts from an array of the Arrow C Data Interface, in one
/// transaction, with a verdict for every row.
///
/// The array is a struct of columns, called as for gx_store_append_columns. Read
/// are whole numbers, floats, decimal128, bool, utf8 (also large, and views),
/// date, timestamp (with a zone: an instant; without: local time), lists of
/// utf8, null, and dictionaries of these. Offsets, lengths, codes and UTF-8 are
/// checked; how long a buffer is cannot be.
///
/// @param store    in, borrowed, changed
/// @param array    in, moved: released once, whatever the call returns
/// @param schema   in, moved: released once, whatever the call returns
/// @param seen     as for gx_store_append_columns
/// @param options  in, borrowed, optional
/// @param report   out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK; after any other code nothing was recorded
/// @errors         as gx_store_append_columns
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_append_stream, gx_store_append_columns
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_append_arrow(
    store: *mut GxStore,
    array: *mut ArrowArray,
    schema: *mut ArrowSchema,
    seen: i64,
    options: *const GxAppendOptions,
    report: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_append_arrow", error, |call| {
            let (array, schema) = (call.moved("array", array), call.moved("schema", schema));
            let (array, schema) = (array?, schema?);
            let out = call.out("report", report)?;
            let mut opened = call.claim(store)?;
            let options = call.options(options)?;
            let frames = [import::frame(&array, &schema)?];
            let report = append(call, &mut opened, &options, seen, &frames)?;
            Ok(move || out.give(GxBytes::body(report)))
        })
    }
}

/// Records facts from a stream of the Arrow C Data Interface, all its arrays in
/// one transaction, with a verdict for every row.
///
/// @param store    in, borrowed, changed
/// @param stream   in, moved: released once, whatever the call returns
/// @param seen     as for gx_store_append_columns
/// @param options  in, borrowed, optional
/// @param report   out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK; after any other code nothing was recorded
/// @errors         GX_E_IO where the stream fails, with what it says; as gx_store_append_columns
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_append_arrow
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_append_stream(
    store: *mut GxStore,
    stream: *mut ArrowArrayStream,
    seen: i64,
    options: *const GxAppendOptions,
    report: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_append_stream", error, |call| {
            let mut stream = call.moved("stream", stream)?;
            let out = call.out("report", report)?;
            let mut opened = call.claim(store)?;
            let options = call.options(options)?;
            let (schema, arrays) = collected(&mut stream)?;
            let frames: Result<Vec<_>, Error> =
                arrays.iter().map(|array| import::frame(array, &schema)).collect();
            let frames = frames?;
            let report = append(call, &mut opened, &options, seen, &frames)?;
            Ok(move || out.give(GxBytes::body(report)))
        })
    }
}

/// Records frames, and reports in the language of the options.
fn append(
    call: &Call,
    opened: &mut Opened,
    options: &GxAppendOptions,
    seen: i64,
    frames: &[Frame<'_>],
) -> Result<Vec<u8>, Error> {
    let language = call.language(options.language)?;
    let seen = learnt(call, seen)?;
    let playbook = opened.playbook.clone();
    let header = frames.first().map(Frame::header).unwrap_or_default();
    let report = Table::of(call, options)?.settle(&playbook, |table, mapping, zone| {
        if frames.is_empty() {
            return Ok(TableReport::new(&table.name, &table.kind));
        }
        let schema = playbook.schema();
        let layout = Layout::of(&table.name, &header, &table.kind, mapping, schema, zone)?;
        options.run(&mut opened.store, |store| store.append_frames(&layout, frames, seen))
    })?;
    json::bytes(&report.in_language(language))
}

pub fn learnt(call: &Call, seen: i64) -> Result<Seen, Error> {
    match seen {
        GX_SEEN_BACKFILL => Ok(Seen::Backfill),
        micros => call.instant(micros).map(Seen::At),
    }
}

/// What rows are about, and what the host calls things.
pub struct Table {
    /// As the host names it.
    pub name: String,
    /// Customers, events or a reference table.
    pub kind: TableKind,
    mapping: Option<Mapping>,
}

impl Table {
    /// As options say.
    pub fn of(call: &Call, options: &GxAppendOptions) -> Result<Table, Error> {
        let table = (options.table, options.table_len);
        Table::new(call, table, (options.mapping, options.mapping_len))
    }

    /// From texts that may be left out: the table's name, and a mapping.
    pub fn new(
        call: &Call,
        (name, name_len): (*const c_char, u64),
        (mapping, mapping_len): (*const c_char, u64),
    ) -> Result<Table, Error> {
        let name = call.text_if("table", name, name_len)?.unwrap_or("events");
        let kind = TableKind::parse(name).ok_or_else(|| no_table(name))?;
        let mapping = match mapping {
            none if none.is_null() => None,
            text => Some(Mapping::from_json(call.bytes("mapping", text, mapping_len)?)?),
        };
        Ok(Table { name: name.to_owned(), kind, mapping })
    }

    /// Goes on with the mapping for this table, which suits the schema.
    pub fn settle<T>(
        &self,
        playbook: &Playbook,
        settled: impl FnOnce(&Table, Option<&TableMapping>, &Zone) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if let Some(mapping) = &self.mapping {
            mapping.check(playbook.schema())?;
        }
        let mapping = self.mapping.as_ref();
        let mapping = mapping.and_then(|mapping| mapping.table(&self.name, &self.kind));
        settled(self, mapping, playbook.calendar().zone())
    }
}

fn no_table(table: &str) -> Error {
    let table = guanxi_core::units::shown(table);
    Fault::new(
        Code::InvalidArgument,
        format!("there is no table `{table}`, expected `customers`, `events` or `ref_NAME`"),
        format!("没有表 `{table}`，应为 `customers`、`events` 或 `ref_表名`"),
    )
    .into()
}
