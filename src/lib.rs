//! # guanxi (关系)
//!
//! The decision core of customer relationship management, as an embeddable
//! library. The host owns screens, users and data; guanxi owns judgement.
//!
//! ```text
//! host rows --> facts --> store --+
//!                                 +--> engine --> review, customer, query
//! JSON ---------------> playbook -+
//! ```
//!
//! Rooms, in reading order: [`units`] (instants, days, periods, money),
//! [`facts`] (what is known), [`lang`] (the one language of conditions),
//! [`lifecycle`] (where a customer is and goes), [`segment`] (who belongs),
//! [`value`] (what a customer is worth), [`account`] (who may have whom),
//! [`identity`] (who is there already), [`kpi`] (what was achieved, and why),
//! [`playbook`] (everything that was decided), [`store`] (where facts live),
//! [`engine`] (the answers), `host` (the stores of thousands of tenants; with the
//! feature `sqlite`). Below them are [`error`] (what is wrong, and the
//! way out), [`json`] (documents with places) and [`stats`] (estimates from
//! numbers alone).
//!
//! # Absences a reader may rely on
//!
//! No clock: "now" is the parameter `as_of`. No randomness. No I/O outside
//! [`store`]. No `unsafe`. No global state. No feature that changes a number.

pub mod account;
pub mod engine;
pub mod error;
pub mod facts;
#[cfg(feature = "sqlite")]
pub mod host;
pub mod identity;
pub mod json;
pub mod kpi;
pub mod lang;
pub mod lifecycle;
pub mod playbook;
pub mod segment;
pub mod sql;
pub mod stats;
pub mod store;
pub mod units;
pub mod value;

pub use error::{Code, Error, Fault, Text};
pub use playbook::{Playbook, SEMANTICS};
pub use store::Store;

/// The examples of the READMEs, compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../README.zh-CN.md")]
mod readme {}
