//! Whether somebody who comes in is already a customer (撞单), and who is twice
//! among those who are there.
//!
//! ```text
//! "identity": {"keys": [{"attribute": "mobile", "as": "phone"}, ...]}
//!                            │
//! values as people write them └─ reader ──> Reading: keys, or why there is none
//!                                             │
//! Snapshot ──everybody's keys, sorted──> Index ┤
//!                                             ├─ verdict ──> new, same or possible
//!                                             └─ scan ─────> groups of one customer each
//! ```
//!
//! The same firm is written `北京华为技术有限公司` and `華為技術（北京）`, the same
//! number `+86 139-1234-0001` and `１３９１２３４０００１`. Each value is read into *keys*,
//! texts that are equal where people mean the same; keys are compared, nothing else.
//!
//! # What is promised
//!
//! * A verdict comes with what it rests on: both values as written, the key they
//!   share, and what speaks against it.
//! * A value that cannot be what it should be, such as a credit code whose check
//!   character is wrong, is told with its place and matches nobody.
//! * A value that too many share, or that stands for none (`无`, `13800138000`), is
//!   told and decides nothing.
//! * Nothing depends on the order of arrival. A search reads a few entries of a
//!   sorted list, a scan sorts once.
//!
//! # What is not here
//!
//! Likeness: `华为` and `华位` are two names. Merging: that two customers are one is
//! for people to say, with a merge. Who reported first, and who holds the customer:
//! see the engine, which has the facts with their ids.

mod check;
mod company;
mod credit_code;
mod definition;
mod email;
mod index;
mod key;
mod mark;
mod phone;
mod region;
mod scan;
mod variants;
mod verdict;

pub use check::{Identity, Inquiry, MatchKey, Strength};
pub use definition::Definition;
pub use index::{Given, Index};
pub use key::{Form, Key, Kind, Reading};
pub use scan::{Group, Scan, Together, Unread};
pub use verdict::{Against, Answer, Differs, Evidence, Match, Shared, Unusable, Verdict};
