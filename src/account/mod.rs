//! Who may have which customer: pools (公海) and their limits.
//!
//! ```text
//! "claims": {"machine": "ownership", "free": "open", "held": "owned",
//!            "claim": {"event": "claim", "owner": "owner"}, ...
//!            "pools": [{"name": "general", "capacity": 50, ...}]}
//!      │
//!      └─read─> Definition ─check─> Claims
//!                                     │
//!  what is known at that moment ──────┴─ refusals ──> granted, or every reason
//! ```
//!
//! A lifecycle machine says in which state a customer is free and in which held,
//! and how long a hold lasts: its timers are the protection period. What a
//! machine cannot say is what depends on other customers: how many somebody
//! holds, how many were claimed today, who came first. That is decided here,
//! once, when somebody asks; the verdict and what it rests on are recorded, and
//! an event that the machine follows.
//!
//! # What is promised
//!
//! * A refusal tells every reason, not the first one, each with a way out.
//! * What counts is the log: giving a customer back does not give back the
//!   day's quota, and editing one does not restart a wait.
//!
//! # What is not here
//!
//! Who may give which command: that is the host's. How facts are read, and that
//! nobody else decides meanwhile: see the engine and the store.

mod check;
mod definition;
mod refusal;

pub use check::{Claims, Part, Pool, Rule};
pub use definition::Definition;
pub use refusal::{Asked, Standing, refusals};
