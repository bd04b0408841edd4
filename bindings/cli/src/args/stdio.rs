//! Arguments of `guanxi stdio`.

use std::path::PathBuf;

use clap::Args;

/// `guanxi stdio`
#[derive(Debug, Args)]
pub struct Stdio {
    /// The store, made where there is none; in memory where it is left out
    #[arg(long, value_name = "FILE")]
    pub db: Option<PathBuf>,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
}
