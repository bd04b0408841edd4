//! The C library: what `include/guanxi.h` declares.
//!
//! ```text
//! C ──> entry (one noun a file) ──> guard ──> Call ──> guanxi
//!                                    │          └── pointers to values, values to handles
//!                                    └── panics and errors to a status and a `gx_error`
//! ```
//!
//! An entry is a few lines: it names itself to the [`guard`], asks the
//! [`convert::Call`] for values instead of pointers, and hands back what is to
//! be written once everything has succeeded. The doc comments of entries are
//! the text of the header.
//!
//! # What is promised
//!
//! * No panic leaves; an output is written only by a call that succeeds.
//! * Null, a freed handle and a handle of another kind are errors.
//! * Nothing is shared between callers but what they share themselves. What is
//!   kept for the process is the memory of freed handles, see [`handle`], and how
//!   our SQLite locks files, see [`locks`].
//!
//! # What is not here
//!
//! No decision of guanxi's: everything answered here can be asked in Rust.

mod append;
mod arrow;
mod ask;
mod balance;
mod bytes;
mod cbs;
mod column;
mod command;
mod convert;
mod customer;
mod erase;
mod error;
mod eval;
mod feed;
mod follow;
mod guard;
mod handle;
mod ids;
mod journey;
mod json;
mod kind;
mod locks;
mod machine;
mod memory;
mod model;
mod people;
mod playbook;
mod pointer;
mod query;
mod review;
mod segment;
mod state;
mod statement;
pub mod status;
mod store;
mod table;
mod time;
mod version;
