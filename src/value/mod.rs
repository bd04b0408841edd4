//! Value (客户价值): how often each customer will come back, and what that is
//! worth.
//!
//! ```text
//! events of everybody ──cbs──> Row: how many repeats, when the last, how long known
//!                      │          │
//!                      │     distinct rows with weights ──fit──> Fit: parameters, how sure
//!                      │                                          │
//!                      └rfm──> scores     a row, a question ──Forecast──> Outlook: alive? how often?
//!
//! a row, an account of money ──figures──> Figures: the same and its worth, as whole numbers
//!                              ├─Prospects─> Spread: what may come instead, chances of tiers
//!                              ├─whale─────> who earns us what, the best first
//!                              └─shapley───> what made a score change
//!
//! section `value` ──read──> Definition ──check──> Valuation: axes, favours, cut points, tiers
//! facts, Valuation ──assess──> Assessments: all of that, fixed for everybody, and when
//! leads, who bought ──lead──> how likely a lead is to buy, and why
//! rows, what came after ──holdout──> which model, and does it say more than a rule of thumb?
//! ```
//!
//! Nobody tells a shop that he will not come back. What can be known is how
//! often and how recently somebody bought, and for how long he could have; the
//! models of this room say from these few numbers what will probably follow.
//!
//! # What is promised
//!
//! * Equal rows give equal answers, in any order, to the bit: rows are sorted
//!   before anything is summed, and a weight stands for as many equal rows.
//! * A fit is the top of its likelihood, with the slopes that are left below
//!   1e-8, or says that it is not.
//! * A model whose parameters run away is named as what it becomes, and then
//!   says nothing about a future without end.
//! * Counts and times that cannot go together are refused with the reason.
//!
//! # What is not here
//!
//! Events, calendars and currencies, but in [`cbs`], in [`money`] and where
//! customers are assessed: a row is plain numbers in one unit of time.

mod asked;
mod assess;
mod axis;
pub mod cbs;
mod chance;
mod check;
mod choice;
mod curve;
mod cut;
mod decompose;
mod definition;
mod favour;
pub mod figures;
mod fit;
pub mod holdout;
pub mod lead;
pub mod model;
pub mod money;
mod predict;
pub mod rfm;
mod row;
mod sample;
mod share;
mod stages;
mod tier;
mod valuation;
pub mod whale;

pub use assess::{
    Assessments, Assessor, Cause, Coming, Grounds, Kept, Move, Order, Parts, Round, Slowly,
    TierChances, Trouble, Why, assess_slowly,
};
pub use axis::{Axis, Contribution, Factor, Fade, Logistic, Point, Rule, Scored, Seen};
pub use chance::{Interval, KeyAccount, Prospects, Spread};
pub use choice::{Candidate, Choice, fit_all};
pub use curve::{Curve, FULL, Hundredths};
pub use cut::{Cut, cut_point};
pub use decompose::{MOST_CAUSES, shapley};
pub use definition::{Definition, Purchases, Treatment, Wanted};
pub use favour::{Favour, FavourBalance, Favours};
pub use fit::{Estimate, Fit, LikelihoodRatio, Limit, Simpler, fit, fit_sample, likelihood_ratio};
pub use predict::{Forecast, MOST_COUNTS, Outlook, Question};
pub use row::{Row, distinct};
pub use sample::{Item, Reads, Sample};
pub use stages::fit_stages;
pub use tier::{Standing, Tier, next_standing};
pub use valuation::{FAVOURS, Valuation};
