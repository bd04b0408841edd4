//! The arguments of `guanxi fit` and `guanxi predict`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `guanxi fit`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Fit {
    /// What else can be fitted.
    #[command(subcommand)]
    pub more: Option<FitCommand>,
    /// One model.
    #[command(flatten)]
    pub one: FitOne,
}

/// What else can be fitted.
#[derive(Debug, Subcommand)]
pub enum FitCommand {
    /// Fit every model of purchase times, and say which is best and what it is worth
    All(FitAll),
    /// Learn from leads who bought and who did not how likely one is to buy
    Lead(FitLead),
}

/// `guanxi fit MODEL`
#[derive(Debug, Args)]
pub struct FitOne {
    /// The model: nbd, bg-nbd, mbg-nbd, pareto-nbd, bg-cnbd, mbg-cnbd or gamma-gamma
    #[arg(value_name = "MODEL", required = true)]
    pub model: Option<String>,
    /// Customers, as CSV: id,frequency,recency,T[,monetary][,log_gaps][,weight]
    #[arg(value_name = "CBS", required = true)]
    pub rows: Option<PathBuf>,
    /// Stages of a gap, for bg-cnbd and mbg-cnbd; by default the likeliest
    #[arg(short = 'k', long, value_name = "K")]
    pub k: Option<u32>,
}

/// `guanxi fit all`
#[derive(Debug, Args)]
pub struct FitAll {
    /// Customers, as CSV: id,frequency,recency,T[,monetary][,log_gaps][,holdout_frequency][,weight]
    #[arg(value_name = "CBS")]
    pub rows: PathBuf,
    /// How long the holdout was in which `holdout_frequency` was counted, in the unit of the file
    #[arg(long, value_name = "H", allow_negative_numbers = true)]
    pub holdout_units: Option<f64>,
    /// How many repeats there were at each time, as CSV from `guanxi rfm --repeats`: time,repeats
    #[arg(long, value_name = "FILE")]
    pub repeats: Option<PathBuf>,
}

/// `guanxi fit lead`
#[derive(Debug, Args)]
pub struct FitLead {
    /// Leads, as CSV: an id, an outcome of 1 or 0, and a column of numbers for each factor
    #[arg(value_name = "FACTORS")]
    pub factors: PathBuf,
    /// The column that says who bought; by default outcome
    #[arg(long, value_name = "COLUMN", default_value = "outcome", hide_default_value = true)]
    pub outcome: String,
    /// How much weights are drawn to zero; by default 0, not at all
    #[arg(
        long,
        value_name = "X",
        default_value_t = 0.0,
        hide_default_value = true,
        allow_negative_numbers = true
    )]
    pub l2: f64,
    /// The share of the leads that is held out to judge by; by default 0.3
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = 0.3,
        hide_default_value = true,
        allow_negative_numbers = true
    )]
    pub holdout: f64,
}

/// `guanxi predict`
#[derive(Debug, Args)]
pub struct Predict {
    /// The model: nbd, bg-nbd, mbg-nbd, pareto-nbd, bg-cnbd or mbg-cnbd
    #[arg(value_name = "MODEL")]
    pub model: String,
    /// Customers, as CSV: id,frequency,recency,T[,monetary][,log_gaps][,weight]
    #[arg(value_name = "CBS")]
    pub rows: PathBuf,
    /// The parameters, as a JSON object: {"r":0.243,"alpha":4.414,"a":0.793,"b":2.426}
    #[arg(long, value_name = "JSON")]
    pub params: String,
    /// Stages of a gap, for bg-cnbd and mbg-cnbd
    #[arg(short = 'k', long, value_name = "K")]
    pub k: Option<u32>,
    /// The parameters of gamma-gamma, for money: {"p":6.25,"q":3.74,"v":15.44}
    #[arg(long, value_name = "JSON")]
    pub spend: Option<String>,
    /// How far to look, in the unit of the file
    #[arg(long, value_name = "H", allow_negative_numbers = true)]
    pub horizon: f64,
    /// The continuous rate of discount for one unit of time; by default 0
    #[arg(
        long,
        value_name = "D",
        default_value_t = 0.0,
        hide_default_value = true,
        allow_negative_numbers = true
    )]
    pub discount: f64,
    /// Also the probabilities of 0 to N purchases
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(..=9_999))]
    pub pmf: Option<u16>,
    /// Print CSV, a line a customer
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}
