//! The arguments of `guanxi collide` and `guanxi export-person`.

use std::path::PathBuf;

use clap::Args;

use super::Signed;

/// `guanxi collide`
#[derive(Debug, Args)]
pub struct Collide {
    /// Rows to look up, as CSV: columns with the names of match keys
    #[arg(value_name = "TABLE", required_unless_present_any = ["row", "id", "scan", "company", "phone", "email", "credit_code"], conflicts_with_all = ["row", "id", "scan", "company", "phone", "email", "credit_code"])]
    pub table: Option<PathBuf>,
    /// The store, which is only read unless --record is given
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook, with a section `identity`
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// The name of a firm
    #[arg(long, visible_alias = "name", value_name = "TEXT")]
    pub company: Option<String>,
    /// A telephone number
    #[arg(long, visible_alias = "mobile", value_name = "NUMBER")]
    pub phone: Option<String>,
    /// A mail address
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    /// A unified social credit code
    #[arg(long, value_name = "CODE")]
    pub credit_code: Option<String>,
    /// Values by attribute, as a JSON object of texts or lists of texts
    #[arg(long, value_name = "JSON", conflicts_with_all = ["company", "phone", "email", "credit_code"])]
    pub row: Option<String>,
    /// Look whether this customer is there under another id too
    #[arg(long, value_name = "ID", conflicts_with_all = ["row", "company", "phone", "email", "credit_code"])]
    pub id: Option<String>,
    /// Look for everybody who is there twice
    #[arg(long, conflicts_with_all = ["row", "id", "company", "phone", "email", "credit_code"])]
    pub scan: bool,
    /// Record the inquiry of a customer who is there already
    #[arg(long, requires = "actor", conflicts_with_all = ["scan", "id", "table"])]
    pub record: bool,
    /// Who reports the inquiry
    #[arg(long, value_name = "WHO", requires = "record")]
    pub actor: Option<String>,
    /// How many groups and rows the page lists; 20 by default
    #[arg(long, value_name = "N", default_value_t = 20, hide_default_value = true)]
    pub top: usize,
    /// The instant of the answers, as in `guanxi review`; by default now, of a scan the first local midnight after the last fact
    #[arg(long, value_name = "T", conflicts_with = "record")]
    pub as_of: Option<String>,
    /// Leave out what was learnt after this instant
    #[arg(long, value_name = "K", conflicts_with = "record")]
    pub known_at: Option<String>,
}

/// `guanxi export-person`
#[derive(Debug, Args)]
pub struct ExportPerson {
    /// The customer's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// The store, whose audit trail tells of the export
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// The instant of the answers, as in `guanxi review`
    #[arg(long, value_name = "T")]
    pub as_of: Option<String>,
    /// Leave out what was learnt after this instant
    #[arg(long, value_name = "K")]
    pub known_at: Option<String>,
    /// Who acts, and why.
    #[command(flatten)]
    pub signed: Signed,
}
