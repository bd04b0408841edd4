//! The way from the host's rows to facts, with a verdict for every row.
//!
//! Exports of an ERP or a shop are never what a schema says: columns have other
//! names, amounts are in cents or in 万元, times are local, `1` means male, `NULL`
//! is a text, and every tenth row is wrong in its own way. What a host's files
//! mean is said once, in a mapping; what cannot be a fact is refused row by row
//! with its reason, and nothing is guessed.
//!
//! ```text
//! mapping ──┐
//! header  ──┼─> Layout ── row ──> facts ──(log or store)──> Verdict ─┐
//! schema  ──┘     │        └────> faults ──> refused ────────────────┴─> Report
//!                 └─ Tally: repetitions, missing values, unknown kinds
//! ```
//!
//! [`Layout`] reads rows of cells and [`Frame`]s, columns in memory; [`Lines`] reads
//! JSON Lines.
//!
//! # Columns without a mapping
//!
//! They carry the schema's names. A column that nobody knows is a fault, as is
//! one that is there twice.
//!
//! | table | columns |
//! |---|---|
//! | `customers` | `id`; optional `valid_from`, `source`; attributes; `consent.PURPOSE.CHANNEL` |
//! | `events` | `kind`, `customer`, `at`; fields, empty where a kind has none; optional `id`, `source`, `seen`, `revision`, `supersedes`, `retracts` |
//! | `ref_NAME` | `id`; columns of the reference table; optional `valid_from`, `source` |
//!
//! * A field is fed by the column with its name, in events of every kind that
//!   has it, or by `KIND.FIELD`, which comes first. So a field that is called
//!   as one of the fixed columns can be reached.
//! * An attribute named `source` comes before the fixed column.
//! * A row with `retracts` takes back that fact; of what else it says only
//!   `source`, `id`, `customer`, `at`, `seen` and `revision` are read.
//!
//! # Cells
//!
//! | type | text |
//! |---|---|
//! | int, decimal, money | `-12.50`: no grouping, no exponent; places beyond the scale must be zeros |
//! | bool | `true`, `false`, `1`, `0` |
//! | date | `2026-03-31`, `2026/3/31`, `20260331` |
//! | instant | `2026-03-31 09:30`, `2026-03-31T09:30:00.5+08:00`, or a date, which is its first instant |
//! | `set<text>` | texts separated by `;`, spaces around them left out |
//! | enum, text, contact | as it stands |
//!
//! An empty cell is a missing value. For a required field or attribute that is
//! a fault, except that a set which must be there is empty. In `customers` a
//! missing value *clears* the attribute in a row with `valid_from`; in a row
//! without it says nothing. A column that is not there clears nothing.
//!
//! # Ids
//!
//! An event without `id` gets one from what it says, its source included, and
//! from how often the file has said it before: importing a file again changes
//! nothing, and 255 identical purchases in one file stay 255. Repetitions are
//! counted within a file; of one that was split, a piece cannot know what
//! another has said, and identical rows in two pieces count once.
//!
//! Attributes, consents and rows of reference tables get theirs from what they
//! are about: customer, date if any, and the names of the attributes, or
//! purpose and channel; table, key and date. Only one content can hold, so a
//! second one cannot be ranked: it shows as a conflict. A date, such as
//! `valid_from`, is the way out where something changed. Facts whose rows name
//! no source come from [`DEFAULT_SOURCE`].
//!
//! # The mapping document
//!
//! ```json
//! {
//!   "guanxi_mapping": 1,
//!   "zone": "Asia/Shanghai",
//!   "missing": ["", "NULL", "\\N"],
//!   "tables": {
//!     "customers": {
//!       "encoding": "gb18030",
//!       "columns": {
//!         "id": "客户编号",
//!         "valid_from": {"value": "2026-03-01"},
//!         "birth": {"column": "出生日期", "format": "yyyyMMdd"},
//!         "sex": {"column": "性别", "values": {"1": "male", "2": "female", "0": null}},
//!         "income": {"column": "年收入（万元）", "unit": "10000"},
//!         "hobbies": {"column": "爱好", "separator": "、"},
//!         "consent.marketing.sms": {"column": "短信", "values": {"是": "true", "否": "false"}}
//!       },
//!       "ignore": ["备注"]
//!     },
//!     "订单.txt": {
//!       "of": "events",
//!       "delimiter": "\t",
//!       "columns": {
//!         "kind": {"value": "purchase"},
//!         "source": {"value": "erp"},
//!         "id": "单号",
//!         "customer": "会员",
//!         "at": {"column": "下单时间", "format": "yyyy/M/d HH:mm"},
//!         "amount": {"column": "实付（分）", "unit": "minor"}
//!       },
//!       "ignore": "*"
//!     }
//!   }
//! }
//! ```
//!
//! A table stands under the name of its file, with or without the ending, or
//! under that of its kind, and then speaks for all files of the kind that have
//! no entry of their own.
//!
//! | key of a table | meaning |
//! |---|---|
//! | `of` | `customers`, `events` or `ref_NAME`; not needed where the name is one of these |
//! | `columns` | for each target its column: a name, or an object as below |
//! | `ignore` | columns to leave out: an array of names, or `"*"` for all that have no meaning |
//! | `encoding` | of the file: `utf-8`, `gb18030`, `utf-16`, ... |
//! | `delimiter` | the character between cells, a comma by default |
//! | `zone` | of local times; that of the calendar by default |
//! | `missing` | texts that stand for a missing value, `[""]` by default |
//! | `trim` | `true`: spaces around cells mean nothing |
//! | `sync` | how rows stand to those of the host, an object as below |
//!
//! `zone`, `encoding` and `missing` may also stand at the top, for all tables.
//!
//! | key of a column | meaning |
//! |---|---|
//! | `column` or `value` | the host's column, or one text for all rows |
//! | `values` | the host's texts and ours; null for missing; others stay as they are |
//! | `unit` | of a number: `minor` for cents, or a factor such as `10000` |
//! | `format` | of a date or instant: a pattern, or `seconds`, `milliseconds`, `microseconds` since 1970 |
//! | `separator` | between the texts of a set |
//! | `zone`, `missing` | as for the table |
//!
//! | key of `sync` | meaning |
//! |---|---|
//! | `rows` | `append`: rows never change; `changes`: these are new or may have changed; `snapshot`: these are all, and one that is missing is gone |
//! | `version` | the column whose greater number, or later text, says which of two contents of a row is the later one |
//! | `cursor` | the column whose greatest value says how far the host was read |
//! | `deleted` | `{"column": "status", "values": ["D"]}`: which rows are gone |
//!
//! [`Store::sync`](crate::store::Store::sync) says what becomes of such rows.
//!
//! Patterns are made of `yyyy`, `M` or `MM`, `d` or `dd`, `H` or `HH`, `m` or
//! `mm`, `s` or `ss`, one to six `S` for fractions, and any other characters
//! as they stand. One letter reads one or two digits.
//!
//! Columns that the mapping does not speak of keep the meaning of their names.
//! Where all rows have one kind of event by `value`, only its fields are known
//! and the columns of its required fields must be there.
//!
//! # What is promised
//!
//! * Every fault at once: of the document by JSON pointer, of a header and of
//!   a row as `FILE:ROW/COLUMN`, in both languages, with the nearest name.
//! * Values of personal attributes, and customers' ids, stand in no message.
//! * Numbers are exact: an amount never passes through a binary fraction.
//! * Ids depend on what rows say, not on the order of columns, on the encoding
//!   or on CSV or JSON.
//!
//! # What is not here
//!
//! Files, encodings and the splitting of CSV: the host hands over cells or
//! lines. Deciding whether a fact is new: that is the log's. Transformations
//! beyond the above: a host that must join or compute does it before.

mod bulk;
mod cell;
mod compile;
mod format;
mod frame;
mod header;
mod host_row;
mod identity;
mod layout;
mod line;
mod mapping;
mod mapping_read;
mod reading;
mod report;
mod row;
mod tally;
mod targets;
mod typed;
mod words;

pub use frame::{BitSlice, Clock, Frame, Series, SeriesData, TimeUnit, Whole};
pub use host_row::{HostRow, HostRows};
pub(crate) use identity::{digest, id_about};
pub use layout::Layout;
pub use line::Lines;
pub use mapping::{Mapping, Rows, SyncMapping, TableKind, TableMapping};
pub use report::{ColumnReport, LISTED_ROWS, Report, TableReport, Verdicts};
pub use row::{DEFAULT_SOURCE, Taken};
pub use tally::{Filled, Tally};
