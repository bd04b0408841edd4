//! The arguments of `guanxi fit` and `guanxi predict`.

use std::path::PathBuf;

use clap::Args;

/// `guanxi fit`
#[derive(Debug, Args)]
pub struct Fit {
    /// The model: nbd, bg-nbd, mbg-nbd, pareto-nbd, bg-cnbd, mbg-cnbd or gamma-gamma
    #[arg(value_name = "MODEL")]
    pub model: String,
    /// Customers, as CSV: id,frequency,recency,T[,monetary][,log_gaps][,weight]
    #[arg(value_name = "CBS")]
    pub rows: PathBuf,
    /// Stages of a gap, for bg-cnbd and mbg-cnbd; by default the likeliest
    #[arg(short = 'k', long, value_name = "K")]
    pub k: Option<u32>,
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
