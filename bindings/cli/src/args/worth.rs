//! The arguments of `guanxi value`, `guanxi tier` and `guanxi tiers`.

use std::path::PathBuf;

use clap::Args;

use super::{Facts, Files};

/// `guanxi value`
#[derive(Debug, Args)]
pub struct Worth {
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Facts,
    /// Customers on the page, those of the highest future value; 10 by default
    #[arg(long, value_name = "N", default_value_t = 10, hide_default_value = true)]
    pub top: usize,
    /// Print one line a customer, as CSV
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

/// `guanxi tier`
#[derive(Debug, Args)]
pub struct Tier {
    /// The customer's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Facts,
}

/// `guanxi tiers`
#[derive(Debug, Args)]
pub struct Tiers {
    /// Moves after this instant; a bare date is the end of that day
    #[arg(long, value_name = "T0")]
    pub from: String,
    /// Moves up to this instant; by default the first local midnight after the last fact
    #[arg(long, value_name = "T1")]
    pub to: Option<String>,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// A store, which is only read
    #[arg(long, value_name = "FILE", conflicts_with_all = ["mapping", "customers", "events", "reference", "encoding", "refused"])]
    pub db: Option<PathBuf>,
    /// Rows of the host.
    #[command(flatten)]
    pub files: Files,
    /// Leave out what was learnt after this instant
    #[arg(long, value_name = "K")]
    pub known_at: Option<String>,
    /// Threads to use; by default one for each core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}
