//! What customers are worth: assessments made for a playbook, and told.
//!
//! ```text
//! Columns, Playbook ──past──> Assessments ─┬─> summary   of a review
//!                                          ├─> customer  one, with reasons
//!                                          ├─> everyone  a row each
//!                                          └─> moves     between tiers
//! Columns, Playbook ──fit──> the model beside what customers did
//! ```
//!
//! Rooms never call each other: machines and segments read assessments through
//! what is handed to them here.

mod customer;
mod everyone;
mod explain;
mod fit;
mod moves;
mod past;
mod profit;
mod shown;
mod summary;

pub use customer::{
    CustomerAxis, CustomerFactor, CustomerFavour, CustomerFavours, CustomerFigure, CustomerPoint,
    CustomerTier, CustomerValue, TierChange,
};
pub use everyone::{Valued, ValuedCustomer, value};
pub use explain::{
    AxisChange, CauseOfMove, ChancesView, MoveExplained, TierChance, TierExplained, WayToTier,
    explain_tier,
};
pub use fit::{ModelFit, Repeated, Tracked, model_fit};
pub use moves::{
    CauseOfMoves, CausesOfMoves, CustomerMove, Migration, PartOfMove, Place, TierMoves, tier_moves,
};
pub use profit::{KeyAccountView, KeyAccounts, ProfitPoint, WhaleView, key_accounts};
pub use summary::{
    AxisSummary, CutSummary, LimitSummary, ModelSummary, ParameterSummary, TierSummary,
    TreatmentView, ValueSummary, Worth,
};

pub(super) use customer::customer_value;
pub(super) use past::{Past, asks, assessments, rounds, with};
pub(super) use shown::shown;
pub(super) use summary::summary;
