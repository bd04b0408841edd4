//! The arguments of `guanxi rfm`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `guanxi rfm`
#[derive(Debug, Args)]
pub struct Rfm {
    /// Purchases, as CSV: a row each with customer, at and, where it is known, amount
    #[arg(value_name = "EVENTS", required_unless_present = "db")]
    pub events: Option<PathBuf>,
    /// A store, which is only read
    #[arg(long, value_name = "FILE", conflicts_with = "events", requires = "playbook")]
    pub db: Option<PathBuf>,
    /// The playbook of the store
    #[arg(long, value_name = "FILE", requires = "db")]
    pub playbook: Option<PathBuf>,
    /// The kind of event that is a purchase; by default purchase
    #[arg(long, value_name = "KIND", default_value = "purchase", hide_default_value = true)]
    pub kind: String,
    /// The column with the customer's id; by default customer
    #[arg(long, value_name = "COLUMN", conflicts_with = "db")]
    pub customer: Option<String>,
    /// The column with the day or the instant; by default at
    #[arg(long, value_name = "COLUMN", conflicts_with = "db")]
    pub at: Option<String>,
    /// The column, or the field of the kind, with the amount; by default amount, where there is one
    #[arg(long, value_name = "COLUMN")]
    pub amount: Option<String>,
    /// The kind of event that gives money back and its field, as KIND.FIELD
    #[arg(long, value_name = "KIND.FIELD", requires = "db")]
    pub refunds: Option<String>,
    /// Encoding of the file, such as gb18030; by default UTF-8
    #[arg(long, value_name = "NAME", conflicts_with = "db")]
    pub encoding: Option<String>,
    /// The last day that is counted
    #[arg(long, value_name = "DAY")]
    pub calibration_end: String,
    /// The last day of those that follow, which tell how good a forecast was
    #[arg(long, value_name = "DAY")]
    pub holdout_end: Option<String>,
    /// What times are told in: day or week; by default week
    #[arg(long, value_name = "UNIT", value_enum, default_value_t = Step::Week, hide_default_value = true, hide_possible_values = true)]
    pub unit: Step,
    /// Purchases within one are one: day or week; by default day
    #[arg(long, value_name = "GRAIN", value_enum, default_value_t = Step::Day, hide_default_value = true, hide_possible_values = true)]
    pub grain: Step,
    /// The zone of days, such as Asia/Shanghai; by default UTC, or the playbook's
    #[arg(long, value_name = "ZONE", conflicts_with = "db")]
    pub zone: Option<String>,
    /// When a day begins, as H:MM; by default 0:00
    #[arg(long, value_name = "TIME")]
    pub day_starts: Option<String>,
    /// Count and average all purchases, the first one too: for scores and for models of spending, not for models of timing
    #[arg(long)]
    pub include_first: bool,
    /// Add scores from 1 to N for recency, frequency and money
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=100))]
    pub score: Option<u8>,
    /// Print one line a customer, as CSV
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Print how many repeats of all customers there were at each time, as CSV
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    pub repeats: bool,
}

/// Lengths of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// A calendar day.
    Day,
    /// A calendar week.
    Week,
}
