//! The arguments of `guanxi apply`, `advance`, `changes`, `effects` and `ack`.

use std::path::PathBuf;

use clap::Args;

use super::{Files, Signed};

/// A store and the playbook that it is followed by.
#[derive(Debug, Args)]
pub struct Followed {
    /// The store
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
}

/// `guanxi apply`
#[derive(Debug, Args)]
pub struct Apply {
    /// Events, as CSV or JSON Lines (.jsonl); - reads JSON Lines from standard input
    #[arg(value_name = "FILE", conflicts_with = "events")]
    pub file: Option<PathBuf>,
    /// The store; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// Rows of the host.
    #[command(flatten)]
    pub files: Files,
    /// The instant at which customers are looked at, and the rows were learnt; by default now
    #[arg(long, value_name = "T")]
    pub now: Option<String>,
    /// Fill in history: each row was learnt when it happened
    #[arg(long)]
    pub backfill: bool,
}

/// `guanxi advance`
#[derive(Debug, Args)]
pub struct Advance {
    /// The store
    #[arg(long, value_name = "FILE", required_unless_present = "tenants")]
    pub db: Option<PathBuf>,
    /// A folder of stores, one for each tenant, NAME.db; a NAME.json beside it is its own playbook
    #[arg(long, value_name = "DIR", conflicts_with = "db")]
    pub tenants: Option<PathBuf>,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// The instant, itself included; by default now
    #[arg(long, value_name = "T")]
    pub to: Option<String>,
    /// Stop after so many steps of at most 1,000 customers each; the next call goes on
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub steps: Option<u32>,
    /// Follow the store by this playbook from now on; what it asks for of the past counts as carried out
    #[arg(long)]
    pub adopt: bool,
    /// Who acts, and why.
    #[command(flatten)]
    pub signed: Signed,
    /// Threads, each with a tenant at a time; by default as many as the machine has
    #[arg(long, value_name = "N", conflicts_with = "db", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
}

/// Which part of a list.
#[derive(Debug, Args)]
pub struct Page {
    /// Only what comes after this sequence
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub after: u64,
    /// So many at most; 1,000 by default
    #[arg(long, value_name = "N", default_value_t = 1_000, hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
}

/// `guanxi changes`
#[derive(Debug, Args)]
pub struct Changes {
    /// Which store, by which playbook.
    #[command(flatten)]
    pub followed: Followed,
    /// Which of them.
    #[command(flatten)]
    pub page: Page,
}

/// `guanxi effects`
#[derive(Debug, Args)]
pub struct Effects {
    /// Which store, by which playbook.
    #[command(flatten)]
    pub followed: Followed,
    /// Which of them.
    #[command(flatten)]
    pub page: Page,
}

/// `guanxi verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// Which store, by which playbook.
    #[command(flatten)]
    pub followed: Followed,
    /// Work everything out anew from the facts, and compare what is kept
    #[arg(long)]
    pub deep: bool,
}

/// `guanxi ack`
#[derive(Debug, Args)]
pub struct Ack {
    /// The ids of the effects that are carried out
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// Which store, by which playbook.
    #[command(flatten)]
    pub followed: Followed,
}
