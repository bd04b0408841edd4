//! The façade: every answer at one instant.
//!
//! ```text
//! Columns  -----> Snapshot at as_of --+
//!                                     +--> answers --> Review, CustomerView, Query
//! Playbook --> definitions, in order -+
//! ```
//!
//! Rooms of the level below never call each other: what one definition reads
//! of another, the engine hands on.
//!
//! # What is promised
//!
//! * A review is a pure function of columns, playbook, `as_of` and options that
//!   never change a number.
//! * A definition that fails for some customers says for how many, and for whom
//!   first; the others are answered.
//!
//! # What is not here
//!
//! No clock: `as_of` is given, or is the end of the facts. Nothing is stored.

mod answers;
pub mod ask;
mod claim;
mod collision;
mod command;
mod customer;
mod diff;
mod explain;
mod freshness;
mod grouping;
pub mod kpi;
mod lifecycle;
mod living;
mod note;
mod person;
mod query;
mod reconcile;
mod review;
mod said;
pub mod segment;
mod statement;
mod stored;
mod summary;
mod value;

pub use answers::{Failure, Options};
pub use claim::{Decided, Request};
pub use collision::{
    Collision, CollisionView, EvidenceView, GroupView, HolderView, InquiryView, MatchView,
    MemberView, Proof, ReportView, ScanView, SharedView, TogetherView, UnreadView, UnusableView,
};
pub use command::{Command, Commanded, CommandedFact};
pub use customer::{
    AttributeView, ConsentView, CustomerSegment, CustomerView, EventView, EventsView, Shown,
    customer,
};
pub use diff::{
    AxisDiff, CountChange, CountsDiff, KpiChange, KpiSide, ReviewDiff, SavedPlaybook, SavedReview,
    TierCell, TierDiff, TierExample, diff_review,
};
pub use freshness::Freshness;
pub use lifecycle::{
    CauseView, CellView, ChangeView, ComparisonView, CustomerMachine, Difference, DueView,
    EffectView, FlowAsked, GroupFlow, HopView, Journey, KeptView, LabelMap, LegacyCell, LegacyView,
    MachineFlow, MachineScenarios, MachineSummary, MoveTold, MoveView, NextState, OtherView,
    PartingView, PeriodFlow, PinnedView, Reason, ScenarioView, StateAt, StateFlow, StateMap,
    StateSummary, StayView, Staying, StepExplained, StepView, Supposed, TroubleView, WayNamed,
    WayView, WhyNot, compare, compare_legacy, flow, picture_numbers, scenarios,
};
pub use living::{Begun, Deviation, Recomputed, Settled};
pub use note::Note;
pub use person::Person;
pub use query::{Collecting, Found, Open, Query, ids, query};
pub use reconcile::{Beside, Reconciled, Reconciliation, Stated, Unstated, reconcile};
pub use review::{AttributeSummary, EventSummary, Review, SegmentSummary, default_as_of, review};
pub use statement::statement;
pub use summary::PlaybookSummary;
pub use value::{
    AxisChange, AxisSummary, CauseOfMove, CauseOfMoves, CausesOfMoves, ChancesView, CustomerAxis,
    CustomerFactor, CustomerFavour, CustomerFavours, CustomerFigure, CustomerMove, CustomerPoint,
    CustomerTier, CustomerValue, CutSummary, KeyAccountView, KeyAccounts, LimitSummary, Migration,
    ModelFit, ModelSummary, MoveExplained, ParameterSummary, PartOfMove, Place, ProfitPoint,
    Repeated, TierChance, TierChange, TierExplained, TierMoves, TierSummary, Tracked,
    TreatmentView, ValueSummary, Valued, ValuedCustomer, WayToTier, WhaleView, Worth, explain_tier,
    key_accounts, model_fit, tier_moves, value,
};
