//! The arguments of `guanxi experiment`, `guanxi decompose`, `guanxi causes`,
//! `guanxi evidence`, `guanxi chart` and `guanxi kpi-history-audit`.

use std::path::PathBuf;

use clap::Args;

/// `guanxi experiment`
#[derive(Debug, Args)]
pub struct Experiment {
    /// Customers, as CSV: one row for each who was drawn, whether reached or not
    #[arg(value_name = "TABLE")]
    pub table: PathBuf,
    /// The column that says into which arm a customer was drawn
    #[arg(long, value_name = "COLUMN")]
    pub arm: String,
    /// The arm that was left alone, as it stands in that column
    #[arg(long, value_name = "VALUE")]
    pub control: String,
    /// The column with what a customer did: 0 for nothing
    #[arg(long, value_name = "COLUMN")]
    pub outcome: String,
    /// A column with what was known of a customer before, best the same outcome in an earlier period
    #[arg(long, value_name = "COLUMN")]
    pub covariate: Option<String>,
    /// What is earned of one of the outcome: 0.4 of sales, say
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    pub margin: Option<f64>,
    /// What one customer in an arm costs, reached or not
    #[arg(long, value_name = "C", requires = "margin", allow_negative_numbers = true)]
    pub cost: Option<f64>,
    /// Intervals that hold however often somebody looks, for looks before the end
    #[arg(long)]
    pub sequential: bool,
    /// With --sequential: after how many customers intervals are to be at their tightest; by default 5000
    #[arg(long, value_name = "N", requires = "sequential", allow_negative_numbers = true)]
    pub tightest: Option<f64>,
    /// How large an arm was planned beside the others, NAME=SHARE; may be given several times; by default all alike
    #[arg(long, value_name = "NAME=SHARE")]
    pub planned: Vec<String>,
    /// How often an effect may be claimed where there is none; by default 0.05
    #[arg(
        long,
        value_name = "P",
        default_value_t = 0.05,
        hide_default_value = true,
        allow_negative_numbers = true
    )]
    pub level: f64,
    /// The column that says which campaign it was: several small ones are pooled, as none of them may tell alone
    #[arg(long, value_name = "COLUMN", conflicts_with = "sequential")]
    pub campaign: Option<String>,
}

/// `guanxi causes`
#[derive(Debug, Args)]
pub struct Causes {
    /// Customers, as CSV: one row each, or one for each combination of values
    #[arg(value_name = "TABLE")]
    pub table: PathBuf,
    /// The columns by which customers can be told apart: 1 to 12
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',', required = true)]
    pub by: Vec<String>,
    /// The columns of the period before: one for a total, or for a ratio what is counted and by what it is divided, N,D
    #[arg(long, value_name = "N[,D]", value_delimiter = ',', num_args = 1..=2)]
    pub before: Vec<String>,
    /// The same of the period after
    #[arg(long, value_name = "N[,D]", value_delimiter = ',', num_args = 1..=2)]
    pub after: Vec<String>,
    /// The column with the customer, where one may have several rows
    #[arg(long, value_name = "COLUMN")]
    pub customer: Option<String>,
    /// Of how many columns a cause may be made; by default 3, which is the most
    #[arg(long, value_name = "N", default_value_t = 3, hide_default_value = true)]
    pub depth: u8,
    /// The share of the change below which nobody cares; by default 0.02
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = 0.02,
        hide_default_value = true,
        allow_negative_numbers = true
    )]
    pub min_effect: f64,
}

/// `guanxi chart`
#[derive(Debug, Args)]
pub struct Chart {
    /// The history, as CSV: one row for each period, one column for each KPI
    #[arg(value_name = "HISTORY")]
    pub history: PathBuf,
    /// The column with the period; by default the one called period, month, date or the like
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// How many of the last periods are judged by those before; by default 6, and a quarter of a short history
    #[arg(long, value_name = "N")]
    pub watched: Option<u32>,
    /// Periods of a year, 1 for no season; by default 12 for months, 4 for quarters, 52 for weeks, otherwise 1
    #[arg(long, value_name = "N")]
    pub season: Option<u32>,
}

/// `guanxi decompose`
#[derive(Debug, Args)]
pub struct Decompose {
    /// Segments, as CSV: one row each
    #[arg(value_name = "TABLE")]
    pub table: PathBuf,
    /// The column with the name of a segment
    #[arg(long, value_name = "COLUMN")]
    pub segment: String,
    /// The columns of the period before: one for a total, or for a ratio what is counted and by what it is divided, N,D
    #[arg(long, value_name = "N[,D]", value_delimiter = ',', num_args = 1..=2)]
    pub before: Vec<String>,
    /// The same of the period after
    #[arg(long, value_name = "N[,D]", value_delimiter = ',', num_args = 1..=2)]
    pub after: Vec<String>,
}

/// `guanxi evidence`
#[derive(Debug, Args)]
pub struct Evidence {
    /// A panel, as CSV: one row for each unit and period
    #[arg(value_name = "PANEL")]
    pub table: PathBuf,
    /// The column with the unit: a customer, a shop
    #[arg(long, value_name = "COLUMN")]
    pub unit: String,
    /// The column with the period: whole numbers, 2026-03, 2026-Q1, 2026-W09 or days
    #[arg(long, value_name = "COLUMN")]
    pub time: String,
    /// The column with what may be the cause: satisfaction, without purchases in it
    #[arg(long, value_name = "COLUMN")]
    pub cause: String,
    /// The column with the outcome: sales
    #[arg(long, value_name = "COLUMN")]
    pub outcome: String,
    /// How often an effect may be claimed where there is none; by default 0.05
    #[arg(
        long,
        value_name = "P",
        default_value_t = 0.05,
        hide_default_value = true,
        allow_negative_numbers = true
    )]
    pub level: f64,
}

/// `guanxi kpi-history-audit`
#[derive(Debug, Args)]
pub struct HistoryAudit {
    /// The history, as CSV: one row for each period, one column for each KPI
    #[arg(value_name = "HISTORY")]
    pub history: PathBuf,
    /// The column with what the KPIs are meant to lead to
    #[arg(long, value_name = "COLUMN")]
    pub outcome: String,
    /// The column with the period; by default the one called period, month, date or the like
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// Targets, as CSV: kpi,target[,direction], or the columns of the history
    #[arg(long, value_name = "FILE")]
    pub targets: Option<PathBuf>,
    /// Who answers for each KPI, as CSV: kpi,owner[,direction], the direction up or down
    #[arg(long, value_name = "FILE")]
    pub owners: Option<PathBuf>,
}
