//! The arguments of `guanxi erase`.

use std::path::PathBuf;

use clap::Args;

use super::Signed;

/// `guanxi erase`
#[derive(Debug, Args)]
pub struct Erase {
    /// The customer's id; all that are merged with it go too
    #[arg(value_name = "ID", required_unless_present_any = ["list", "again"], conflicts_with_all = ["list", "again"])]
    pub id: Option<String>,
    /// The store
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// From when on nobody is there, a date from its first moment; by default now
    #[arg(long, value_name = "T", conflicts_with_all = ["list", "again"])]
    pub at: Option<String>,
    /// Say what would go, and erase nothing
    #[arg(long, conflicts_with_all = ["list", "again"])]
    pub dry_run: bool,
    /// Print the list of erasures, to be kept with the backups
    #[arg(long, conflicts_with = "again")]
    pub list: bool,
    /// Repeat the erasures of such a list, as after the restore of an older backup
    #[arg(long, value_name = "FILE")]
    pub again: Option<PathBuf>,
    /// Who acts, and why.
    #[command(flatten)]
    pub signed: Signed,
}
