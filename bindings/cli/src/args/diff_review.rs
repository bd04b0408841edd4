//! Arguments of `guanxi diff-review`.

use std::path::PathBuf;

use clap::Args;

use super::{Files, When};

/// `guanxi diff-review`
#[derive(Debug, Args)]
pub struct DiffReview {
    /// The playbook in force; or a review kept with --json, as by an earlier version
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The playbook that is to be put in force
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// A store, which is only read
    #[arg(long, value_name = "FILE", conflicts_with_all = ["mapping", "customers", "events", "reference", "encoding", "refused"])]
    pub db: Option<PathBuf>,
    /// Rows of the host.
    #[command(flatten)]
    pub files: Files,
    /// The instant.
    #[command(flatten)]
    pub when: When,
}
