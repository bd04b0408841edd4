//! Lifecycles (生命周期): in which state each customer is, since when, and why.
//!
//! ```text
//! "machines": {"relationship": {"initial": "stranger", "states": {...}}}
//!      │
//!      └─read─> Definition ─outline─> Outline ─check─> Machine
//!                                                         │
//!                              the history of a customer ─┴─ fold ──> Life
//!                                                                      │
//!          flows (who came, who went), stays (how long), effects (what to do) <┘
//! ```
//!
//! A machine is a set of states with ways between them. What happened, and the
//! time that passed, lead from one to the next; nothing else does, so the same
//! facts always give the same state, in whatever order they arrived.
//!
//! # What is promised
//!
//! * A timer is a question about timestamps and is never stored: it is due when
//!   it is due, after any restart, restore or change of the definitions.
//! * An event at the very instant of a deadline comes before the deadline.
//! * A timer whose beginning nobody knows is never due.
//! * A periodic timer (`every`) fires at the boundaries of the calendar and
//!   nowhere else: the first that comes strictly after its state was entered,
//!   and then each one, for as long as its condition does not hold or it leads
//!   nowhere; what happens at the instant of a boundary comes before it.
//! * A condition that time alone can make true is looked at exactly when that
//!   can happen: nothing is polled, nothing is late.
//! * A definition that fails for one customer is told with its reason, and the
//!   others go on.
//!
//! # What is not here
//!
//! Effects are named, never carried out. Customers are independent: what
//! depends on many of them at once (a quota, a capacity) was decided when it
//! was decided, and is a fact by now.

mod ahead;
mod anchor;
mod check;
mod compare;
mod course;
mod definition;
pub mod diagram;
mod effect;
mod every;
mod everybody;
mod flow;
mod journal;
mod lane;
mod live;
mod machine;
mod oracle;
mod plan;
mod prove;
mod replay;
mod shape;
mod standing;
mod stay;
mod then;
mod trail;
mod travelled;
mod way;
mod why;
mod words;

pub use ahead::{Coming, ahead, horizon};
pub use check::{Outline, Segments};
pub use compare::{
    Cell, Change, Comparison, EXAMPLES, Effected, Mode, Pair, Parting, Side, compare,
};
pub use course::{Cause, Course, Life, Shadow, Step, Trouble};
pub use definition::Definition;
pub use effect::{Given, difference, effects};
pub use flow::{Asking, Balance, By, Counts, Flow, Move, PERIODS, first_instant, flows, periods};
pub use journal::{Journal, Steps};
pub use live::{Changed, Live};
pub use machine::{
    DEPTH, Due, Effect, Key, Kinds, MICROSTEPS, Machine, Opening, STATES, State, TRANSITIONS,
    Transition, Trigger,
};
pub use oracle::{Behind, Choice, Past, Taken, Timer, WAKES, behind, fold, later, resume, watch};
pub use prove::{Coverage, Found, Ground, Scenario, migration, prove, scenarios};
pub use replay::{Replay, Scratch};
pub use standing::{Standing, Standings, standings};
pub use stay::{Stays, stays};
pub use trail::Trail;
pub use travelled::Travels;
pub use way::{Distance, Hop, WAYS, distance};
pub use why::{Kept, Other, Why, why};
