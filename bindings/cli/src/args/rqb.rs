//! The arguments of `guanxi rqb`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `guanxi rqb`
#[derive(Debug, Args)]
pub struct Rqb {
    /// What is to be done.
    #[command(subcommand)]
    pub command: RqbCommand,
}

/// The commands about builder queries.
#[derive(Debug, Subcommand)]
pub enum RqbCommand {
    /// Turn a builder query into an expression
    #[command(name = "import")]
    Read(RqbImport),
    /// Turn an expression into a builder query
    #[command(name = "export")]
    Write(RqbExport),
    /// Ask which records of a JSON file match a builder query
    #[command(name = "eval")]
    Ask(RqbEval),
}

/// `guanxi rqb import`
#[derive(Debug, Args)]
pub struct RqbImport {
    /// The query, as JSON; - reads it from standard input
    #[arg(value_name = "FILE")]
    pub query: PathBuf,
    /// The playbook whose fields the query names; without it values are what they look like
    #[arg(long, value_name = "FILE")]
    pub playbook: Option<PathBuf>,
    /// Leave reversed bounds of `between` as they are; by default they change places
    #[arg(long)]
    pub preserve_value_order: bool,
}

/// `guanxi rqb export`
#[derive(Debug, Args)]
pub struct RqbExport {
    /// The condition, in the language of the playbook
    #[arg(value_name = "EXPR", required_unless_present = "segment", conflicts_with = "segment")]
    pub expression: Option<String>,
    /// The condition of this segment
    #[arg(long, value_name = "NAME")]
    pub segment: Option<String>,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// The query it was imported from: what still says the same keeps its ids
    #[arg(long, value_name = "FILE")]
    pub like: Option<PathBuf>,
}

/// `guanxi rqb eval`
#[derive(Debug, Args)]
pub struct RqbEval {
    /// The query, as JSON; - reads it from standard input
    #[arg(value_name = "FILE")]
    pub query: PathBuf,
    /// The records: a JSON array of objects, or an object that holds one under `people`
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// Leave reversed bounds of `between` as they are; by default they change places
    #[arg(long)]
    pub preserve_value_order: bool,
}
