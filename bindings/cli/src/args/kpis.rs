//! The arguments of `guanxi kpi`.

use clap::{Args, Subcommand};

use super::Facts;

/// `guanxi kpi`
#[derive(Debug, Args)]
pub struct Kpis {
    /// What is wanted.
    #[command(subcommand)]
    pub what: Wanted,
}

/// What is wanted.
#[derive(Debug, Subcommand)]
pub enum Wanted {
    /// List the KPIs of a playbook, with their last values
    List(List),
    /// Show KPIs period by period, and group by group
    Value(Value),
    /// Say which groups did how much of a change
    Why(Why),
    /// Say why the value of an order changed: prices, pieces, mix, or people who mind
    OrderValue(OrderValue),
    /// Score a period by a scorecard: what was asked, what was achieved, and why the score changed
    Scorecard(Scorecard),
}

/// `guanxi kpi list`
#[derive(Debug, Args)]
pub struct List {
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Facts,
}

/// `guanxi kpi value`
#[derive(Debug, Args)]
pub struct Value {
    /// Which; by default all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// The last period: 2026, 2026-Q2, 2026-05, 2026-W18, 2026-05-03 or FY2026; by default the last that is over
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// The first period
    #[arg(long, value_name = "PERIOD")]
    pub from: Option<String>,
    /// How many periods, where the first is not said; by default 1
    #[arg(long, value_name = "N", conflicts_with = "from", value_parser = clap::value_parser!(u32).range(1..=3660))]
    pub periods: Option<u32>,
    /// Of which unit: day, week, month, quarter, year or fiscalYear; by default what the KPI says
    #[arg(long, value_name = "UNIT", conflicts_with_all = ["period", "from"])]
    pub every: Option<String>,
    /// Group customers by this expression: a text, a whole number or yes and no, read when a period ends
    #[arg(long, value_name = "EXPR")]
    pub by: Option<String>,
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Facts,
}

/// `guanxi kpi scorecard`
#[derive(Debug, Args)]
pub struct Scorecard {
    /// Which; by default all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// The period: 2026-Q2, 2026-05 and so on; by default the last that is over
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Facts,
}

/// `guanxi kpi order-value`
#[derive(Debug, Args)]
pub struct OrderValue {
    /// The period before: 2026-Q1
    #[arg(long, value_name = "PERIOD")]
    pub from: String,
    /// The period after: 2026-Q2
    #[arg(long, value_name = "PERIOD")]
    pub to: String,
    /// The events that are orders, or lines of orders; by default purchase
    #[arg(long, value_name = "KIND")]
    pub of: Option<String>,
    /// Their field with what was paid; by default amount
    #[arg(long, value_name = "FIELD")]
    pub amount: Option<String>,
    /// Their field with the number of pieces; by default quantity
    #[arg(long, value_name = "FIELD")]
    pub quantity: Option<String>,
    /// Their field that says what was sold; without it all is one product line
    #[arg(long, value_name = "FIELD")]
    pub line: Option<String>,
    /// Their field with the number of the order, where an order has several events
    #[arg(long, value_name = "FIELD")]
    pub order: Option<String>,
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub facts: Facts,
}

/// `guanxi kpi why`
#[derive(Debug, Args)]
pub struct Why {
    /// Which
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The period before: 2026-Q1
    #[arg(long, value_name = "PERIOD")]
    pub from: String,
    /// The period after: 2026-Q2
    #[arg(long, value_name = "PERIOD")]
    pub to: String,
    /// Group customers by this expression, read when a period ends; may be given several times, each a view of its own
    #[arg(long, value_name = "EXPR", required = true)]
    pub by: Vec<String>,
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Facts,
}
