//! # guanxi (关系)
//!
//! The decision core of customer relationship management, as an embeddable
//! library. The host owns screens, users and data; guanxi owns judgement.

pub mod engine;
pub mod error;

pub mod facts;
pub mod json;
pub mod lang;
pub mod playbook;
pub mod segment;
pub mod store;
pub mod units;

pub use error::{Code, Error, Fault, Text};
pub use playbook::{Playbook, SEMANTICS};
