//! The arguments of `guanxi merge`, `unmerge` and `command`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use guanxi::engine::Command;

use super::Signed;

/// `guanxi merge` and `guanxi unmerge`
#[derive(Debug, Args)]
pub struct Same {
    /// The id that goes
    #[arg(value_name = "FROM")]
    pub from: String,
    /// The id that stays
    #[arg(value_name = "INTO")]
    pub into: String,
    /// Who acts, and why.
    #[command(flatten)]
    pub signed: Signed,
    /// Where and when it is recorded.
    #[command(flatten)]
    pub record: Record,
}

/// `guanxi command`
#[derive(Debug, Args)]
pub struct PeopleCommand {
    /// What was decided.
    #[command(subcommand)]
    pub command: Decision,
}

/// What people decide.
#[derive(Debug, Subcommand)]
pub enum Decision {
    /// Put a customer into a state, hold them there, or let them go
    Override(Overrule),
    /// Put a customer on a list
    Add(OnList),
    /// Take a customer off a list
    Remove(OnList),
    /// Take back a fact
    Retract(Retract),
    /// Ask for a customer out of the public pool
    Claim(Claim),
    /// Give a customer back to the pool
    Release(Release),
    /// Hand a customer over to somebody else
    Transfer(Transfer),
    /// Hold a customer for longer
    Extend(Extend),
}

/// `guanxi command add` and `guanxi command remove`
#[derive(Debug, Args)]
pub struct OnList {
    /// The customer's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// The list: a segment whose members are set by hand
    #[arg(long, value_name = "NAME")]
    pub segment: String,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub reason: String,
    /// Where and when it is recorded.
    #[command(flatten)]
    pub record: Record,
}

/// `guanxi command claim`
#[derive(Debug, Args)]
pub struct Claim {
    /// The customer's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// Who is to hold the customer
    #[arg(long, value_name = "NAME")]
    pub owner: String,
    /// Who asks; by default the owner
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub reason: String,
    /// Let no limit count
    #[arg(long)]
    pub exempt: bool,
    /// Where and when it is recorded.
    #[command(flatten)]
    pub record: Record,
}

/// `guanxi command release`
#[derive(Debug, Args)]
pub struct Release {
    /// The customer's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// Who asks
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub reason: String,
    /// Let no limit count: who does not hold the customer may release it
    #[arg(long)]
    pub exempt: bool,
    /// Where and when it is recorded.
    #[command(flatten)]
    pub record: Record,
}

/// `guanxi command transfer`
#[derive(Debug, Args)]
pub struct Transfer {
    /// The customer's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// Who is to hold the customer
    #[arg(long, value_name = "NAME")]
    pub owner: String,
    /// Who asks
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub reason: String,
    /// Let no limit count
    #[arg(long)]
    pub exempt: bool,
    /// Where and when it is recorded.
    #[command(flatten)]
    pub record: Record,
}

/// `guanxi command extend`
#[derive(Debug, Args)]
pub struct Extend {
    /// The customer's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// Until when
    #[arg(long, value_name = "T")]
    pub until: Option<String>,
    /// Who asks
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub reason: String,
    /// Let no limit count
    #[arg(long)]
    pub exempt: bool,
    /// Where and when it is recorded.
    #[command(flatten)]
    pub record: Record,
}

/// Where, by which playbook and from when on.
#[derive(Debug, Args)]
pub struct Record {
    /// The store
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// From when on it holds, a date from its first moment; by default now
    #[arg(long, value_name = "T")]
    pub at: Option<String>,
    /// When it was decided; by default now
    #[arg(long, value_name = "T")]
    pub seen: Option<String>,
    /// Show what would come of it, and record nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `guanxi command override`
#[derive(Debug, Args)]
pub struct Overrule {
    /// The customer's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// The lifecycle machine
    #[arg(long, value_name = "NAME")]
    pub machine: String,
    /// The state; without it, a pinned one is let go of
    #[arg(long, value_name = "NAME")]
    pub state: Option<String>,
    /// Hold the customer there whatever happens
    #[arg(long, requires = "state")]
    pub pin: bool,
    /// Hold the customer there until then
    #[arg(long, value_name = "T", requires = "pin")]
    pub until: Option<String>,
    /// Who decided
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Where and when it is recorded.
    #[command(flatten)]
    pub record: Record,
}

/// `guanxi command retract`
#[derive(Debug, Args)]
pub struct Retract {
    /// The id of the fact, as it was told when it was recorded
    #[arg(value_name = "FACT_ID")]
    pub fact: String,
    /// The source of the fact; by default that of commands
    #[arg(long, value_name = "NAME", default_value = Command::SOURCE, hide_default_value = true)]
    pub source: String,
    /// Who acts, and why.
    #[command(flatten)]
    pub signed: Signed,
    /// Where and when it is recorded.
    #[command(flatten)]
    pub record: Record,
}
