//! Answers about lifecycles (生命周期): where customers are, how they came
//! there, and where they go.
//!
//! ```text
//! everybody     Review.machines     how many are in each state
//! one customer  Journey ─┬─ states    where they are, since when, what is due
//!                        ├─ history   every step, and what brought it about
//!                        └─ explain   why this step, and what kept the others
//! ```
//!
//! # What is promised
//!
//! * Whatever is told about one customer is what the review counts.
//! * An instant that is shown as due is the one at which it happens, if nothing
//!   else does.
//!
//! # What is not here
//!
//! Nothing is stored and nothing is carried out.

mod history;
mod journey;
mod said;
mod standing;
mod summary;

pub use history::{CauseView, KeptView, OtherView, StepExplained, StepView};
pub use journey::Journey;
pub(super) use standing::customer_machines;
pub use standing::{CustomerMachine, DueView};
pub(super) use summary::machine_summaries;
pub use summary::{MachineSummary, StateSummary, TroubleView};
