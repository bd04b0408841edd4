//! Answers about lifecycles (生命周期): where customers are, how they came
//! there, and where they go.
//!
//! ```text
//! everybody     Review.machines     how many are in each state
//!               flow                who came and went, how long they stay
//!               compare             what another playbook would change
//!               compare_legacy      labels of the host beside our states
//! one customer  Journey ─┬─ states    where they are, since when, what is due
//!                        ├─ history   every step, and what brought it about
//!                        ├─ explain   why this step, and what kept the others
//!                        ├─ why_not   why they are not there, and how they could be
//!                        └─ suppose   where they would be if something happened
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

mod compare;
mod flow;
mod history;
mod journey;
mod legacy;
mod picture;
mod said;
mod scenarios;
mod standing;
mod summary;
mod suppose;
mod why_not;

pub use compare::{
    CellView, ChangeView, ComparisonView, EffectView, MoveTold, PartingView, StateMap, compare,
};
pub use flow::{
    FlowAsked, GroupFlow, MachineFlow, MoveView, NextState, PeriodFlow, StateFlow, StayView,
    Staying, flow,
};
pub use history::{CauseView, KeptView, OtherView, StepExplained, StepView};
pub(in crate::engine) use history::{Teller, cause};
pub use journey::Journey;
pub use legacy::{Difference, LabelMap, LegacyCell, LegacyView, Reason, compare_legacy};
pub use picture::picture_numbers;
pub use scenarios::{MachineScenarios, ScenarioView, StateAt, WayNamed, scenarios};
pub(super) use standing::customer_machines;
pub use standing::{CustomerMachine, DueView, PinnedView};
pub(super) use summary::machine_summaries;
pub use summary::{MachineSummary, StateSummary, TroubleView};
pub use suppose::Supposed;
pub use why_not::{HopView, WayView, WhyNot};
