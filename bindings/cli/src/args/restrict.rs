//! The arguments of `guanxi restrict`.

use std::path::PathBuf;

use clap::Args;

use super::Signed;

/// `guanxi restrict`
#[derive(Debug, Args)]
pub struct Restrict {
    /// The customer's id; all that are merged with it are restricted too
    #[arg(value_name = "ID", required_unless_present = "list", conflicts_with = "list")]
    pub id: Option<String>,
    /// The store
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// Lift the restriction
    #[arg(long, conflicts_with = "list")]
    pub lift: bool,
    /// Print who is restricted
    #[arg(long)]
    pub list: bool,
    /// Who acts, and why.
    #[command(flatten)]
    pub signed: Signed,
}
