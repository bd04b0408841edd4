//! What was achieved, why, and whether the yardstick is still the right one.
//!
//! ```text
//! outcomes of arms ──experiment──> what a campaign really did, and earned
//! two periods of a figure ──decompose──> which segment did how much of the change
//!      ├── causes: which customers it comes from, of all combinations of dimensions
//!      ├── why: factors, funnels, sales, stocks, retention, targets, the value of an order
//!      └── moments: exact sums over customers
//! causes and outcomes of units over periods ──evidence──> whether the one moves the other
//! KPIs over periods ──audit──> which of them are still the right ones
//! sums of a period ──interval──> its value, and how far off that may be
//! a KPI's past ──chart──> whether there is anything to explain
//! a value, what is asked ──target, score──> how it stands, how good that is
//!      └── scorecard: several as one, and why that one changed
//! ```
//!
//! # What is promised
//!
//! * Sums are whole numbers: the order of customers, and how they are spread
//!   over machines, leave no trace.
//! * Contributions add up to what they explain, exactly.
//! * Where the data cannot tell, the answer says that, and what would.
//!
//! # What is not here
//!
//! Facts: what customers come to in a period the engine asks; this room knows
//! what was decided about KPIs, and works on numbers that somebody else counted.

mod aims;
mod audit;
mod card;
mod causes;
mod chart;
mod check;
mod decompose;
mod definition;
mod evidence;
mod exact;
mod experiment;
mod interval;
mod moments;
mod score;
mod scorecard;
mod target;
mod why;

pub use audit::{Advice, AuditFinding, History, HistoryAudit, KpiAdvice, audit_history};
pub use card::{Card, CardBody, CardNode, read_cards};
pub use causes::{
    Cause, CauseCell, CauseMix, CauseRow, CauseSearch, CauseTable, CauseVerdict, CauseWork, Causes,
    Dimension, find_causes,
};
pub use chart::{Chart, ChartPoint, ChartSeries, ChartVerdict, among_charts, chart};
pub use check::{Formula, Kpi};
pub use decompose::{Change, Part, Ratio as SegmentRatio, Total, decompose_ratio, decompose_total};
pub use definition::{Definition, Kind};
pub use evidence::{Diagnosis, Evidence, Grade, Naive, Panel, Reverse, Seen, Shown, evidence};
pub use experiment::{
    Arm, Campaign, Comparison, ControlReport, Cuped, Difference, Estimate, Experiment, Money,
    Pooled, PooledCampaign, Profit, Question, Ratio, Srm, Verdict, experiment, pool_campaigns,
};
pub use interval::{
    Caution, Measured, Missing, Reading, measured_duration, measured_mean, measured_quantile,
    measured_rate, measured_rate_of, measured_ratio, measured_share, measured_sum,
};
pub use moments::Moments;
pub use score::{Better, Knot, ScoreCurve};
pub use scorecard::{
    Body, Combine, Leaf, Node, NodeReport, Rollup, ScoreChange, ScoreEffects, scorecard,
    scorecard_change,
};
pub use target::{Aim, Dated, Goal, Judged, NoGoal, Past, Season, Standing, Targets};
pub use why::{
    Factor, FactorEffects, Fraction, FunnelChange, FunnelStep, OrderLine, OrderValue,
    RevenueWaterfall, SalesChange, SalesEffects, SalesLine, Shortfall, ShortfallPart, StockChange,
    StockEdge, StockMove, Suspect, SuspectKind, SuspectVerdict, WaterfallStep, decompose_funnel,
    decompose_product, decompose_sales, decompose_shortfall, decompose_stock, explain_order_value,
    revenue_waterfall,
};
