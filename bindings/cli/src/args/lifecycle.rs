//! The arguments of `guanxi lifecycle`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Files, When};

/// `guanxi lifecycle`
#[derive(Debug, Args)]
pub struct Lifecycle {
    /// What is asked.
    #[command(subcommand)]
    pub command: LifecycleCommand,
}

/// The questions about lifecycles.
#[derive(Debug, Subcommand)]
pub enum LifecycleCommand {
    /// Count the customers in each state
    State(Of),
    /// Show every step of one customer
    History(One),
    /// Show every step of one customer, and why it was taken
    Explain(One),
}

/// Of which facts, by which playbook, at which instant.
#[derive(Debug, Args)]
pub struct Of {
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// A store, which is only read
    #[arg(long, value_name = "FILE", conflicts_with_all = ["mapping", "customers", "events", "reference", "encoding", "refused"])]
    pub db: Option<PathBuf>,
    /// Rows of the host.
    #[command(flatten)]
    pub files: Files,
    /// The instant.
    #[command(flatten)]
    pub when: When,
    /// Only this machine; by default all
    #[arg(long, value_name = "NAME")]
    pub machine: Option<String>,
}

/// A question about one customer.
#[derive(Debug, Args)]
pub struct One {
    /// The customer's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Of,
}
