//! The arguments of `guanxi sync`, `feeds` and `reconcile`.

use std::path::PathBuf;

use clap::Args;

/// `guanxi sync`
#[derive(Debug, Args)]
pub struct Sync {
    /// Tables of the mapping, each with its rows: orders=orders.csv; - reads standard input
    #[arg(value_name = "TABLE=FILE", required = true)]
    pub tables: Vec<String>,
    /// The store; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// Mapping: what the host's columns mean, and under `sync` which rows a file holds
    #[arg(long, value_name = "FILE")]
    pub mapping: PathBuf,
    /// Encoding of the files, such as gb18030; by default UTF-8
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// When the rows were read from the host; by default now
    #[arg(long, value_name = "T")]
    pub seen: Option<String>,
    /// Rows that are new count as learnt when they happened
    #[arg(long)]
    pub backfill: bool,
    /// A snapshot holds what happened from this day on, itself included
    #[arg(long, value_name = "DAY", requires = "to")]
    pub from: Option<String>,
    /// A snapshot holds what happened up to this day, itself included
    #[arg(long, value_name = "DAY", requires = "from")]
    pub to: Option<String>,
    /// How many per cent of the known rows a snapshot may lack; by default 20, and ten rows always
    #[arg(long, value_name = "PERCENT", default_value_t = guanxi::store::Feed::MOST_GONE, hide_default_value = true, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub most_gone: u8,
    /// The host was restored from a backup: what it says holds, even as an older version
    #[arg(long)]
    pub host_restored: bool,
    /// Also work out what follows, as `guanxi apply` does, in one transaction with the rows
    #[arg(long)]
    pub follow: bool,
    /// Write every row that was not recorded to this file, as CSV, with the reasons
    #[arg(long, value_name = "FILE")]
    pub refused: Option<PathBuf>,
    /// Read and judge every row, and record nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `guanxi feeds`
#[derive(Debug, Args)]
pub struct Feeds {
    /// The store, which is only read
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// Print how far this table was read and nothing else, for scripts
    #[arg(long, value_name = "TABLE")]
    pub cursor: Option<String>,
    /// What to print where the table was not read yet
    #[arg(
        long,
        value_name = "TEXT",
        requires = "cursor",
        default_value = "",
        hide_default_value = true
    )]
    pub or: String,
}

/// `guanxi reconcile`
#[derive(Debug, Args)]
pub struct Reconcile {
    /// Your figures, as CSV: kind, period, count and sum.FIELD, and source where there are several; - reads standard input
    #[arg(value_name = "FILE")]
    pub figures: PathBuf,
    /// The store, which is only read
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// Leave out what was learnt after this instant
    #[arg(long, value_name = "K")]
    pub known_at: Option<String>,
}
