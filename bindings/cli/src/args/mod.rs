//! The arguments of every command.

mod chinese;
mod collide;
mod command;
mod diff_review;
mod erase;
mod kpi;
mod kpis;
mod lifecycle;
mod living;
mod mistake;
mod restrict;
mod rfm;
mod rqb;
mod segment;
mod stdio;
mod sync;
mod trail;
mod value;
mod worth;

use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use guanxi::error::Language;

pub use collide::{Collide, ExportPerson};
pub use command::{
    Claim, Decision, Extend, OnList, Overrule, PeopleCommand, Record, Release, Same, Transfer,
};
pub use diff_review::DiffReview;
pub use erase::Erase;
pub use kpi::{Causes, Chart, Decompose, Evidence, Experiment, HistoryAudit};
pub use kpis::{
    Kpis, OrderValue as KpiOrderValue, Scorecard as KpiScorecard, Value as KpiValue,
    Wanted as KpiWanted, Why as KpiWhyArgs,
};
pub use lifecycle::{
    Compare, Diagram, Flow, Format, If, Legacy, Lifecycle, LifecycleCommand, Of, One, Periods,
    Scenarios, WhyNot,
};
pub use living::{Ack, Advance, Apply, Changes, Effects, Verify};
pub use mistake::Mistake;
pub use restrict::Restrict;
pub use rfm::{Rfm, Step};
pub use rqb::{Rqb, RqbCommand, RqbEval, RqbExport, RqbImport};
pub use segment::{
    InSegment, OfSegment, Segment, SegmentAudience, SegmentCommand, SegmentDiff, SegmentLeaving,
    SegmentOverlap, SegmentReview, SegmentWatch,
};
pub use stdio::Stdio;
pub use sync::{Feeds, Reconcile, Sync};
pub use trail::{AuditTrail, Signed};
pub use value::{Fit, FitAll, FitCommand, FitLead, FitOne, Predict};
pub use worth::{Tier, Tiers, Worth};

/// Decides from facts where customers stand: lifecycle, segments, value.
#[derive(Debug, Parser)]
#[command(name = "guanxi", version, disable_help_subcommand = true)]
pub struct Arguments {
    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
    /// Print JSON with documented, stable fields
    #[arg(long, global = true, display_order = 900)]
    pub json: bool,
    /// Language of messages: zh or en; by default that of the locale
    #[arg(
        long,
        global = true,
        display_order = 901,
        value_enum,
        value_name = "LANG",
        hide_possible_values = true
    )]
    pub lang: Option<Lang>,
}

/// Languages that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Review all customers at one instant
    Review(Review),
    /// Check a playbook and tell every fault in it
    Check(Check),
    /// Say what another playbook would answer otherwise, before it is in force
    DiffReview(DiffReview),
    /// Import rows of the host into a store
    Import(Import),
    /// Follow tables that you go on changing: new, changed and deleted rows
    Sync(Sync),
    /// Show which tables are followed, and how far each was read
    Feeds(Feeds),
    /// Hold your own counts and sums against those of the store
    Reconcile(Reconcile),
    /// Record rows and work out what follows for their customers
    Apply(Apply),
    /// Work out what time brings about
    Advance(Advance),
    /// Say what is otherwise about customers since a sequence
    Changes(Changes),
    /// Say what is to be carried out
    Effects(Effects),
    /// Say that effects are carried out
    Ack(Ack),
    /// Check that nothing of a store is damaged or missing
    Verify(Verify),
    /// Ask who satisfies a condition
    Query(Query),
    /// Evaluate an expression on its own
    Eval(Eval),
    /// Show one customer in full
    Customer(Customer),
    /// Follow customers through their lifecycles
    Lifecycle(Lifecycle),
    /// Ask about segments: who belongs, since when, until when, and why
    Segment(Segment),
    /// Say that two ids are one customer from now on; the second stays
    Merge(Same),
    /// Take back that two ids are one customer
    Unmerge(Same),
    /// Record what a person decided
    #[command(name = "command")]
    Decide(PeopleCommand),
    /// Say of each customer how often, how recently and for how much
    Rfm(Rfm),
    /// Say whether somebody is a customer already, and who is there twice
    Collide(Collide),
    /// Write out everything held and decided about one person, as JSON Lines
    ExportPerson(ExportPerson),
    /// Erase a customer: nothing personal is kept
    Erase(Erase),
    /// Keep what is held of a customer, and use it no more; or lift that
    Restrict(Restrict),
    /// Say what was done by hand, by whom and why, and that nobody changed it since
    AuditTrail(AuditTrail),
    /// Fit a model of customer value
    Fit(Fit),
    /// Say what each customer is worth, and in which tier
    Value(Worth),
    /// Say in which tier one customer is, and why
    Tier(Tier),
    /// Say who moved between tiers
    Tiers(Tiers),
    /// Foretell what each customer will do, by a fitted model
    Predict(Predict),
    /// Exchange conditions with react-querybuilder
    Rqb(Rqb),
    /// Print, as JSON, what an editor of conditions can offer
    Authoring(Authoring),
    /// Print the JSON Schema of playbooks, for editors
    Schema,
    /// Answer questions line by line, as JSON, until the input ends
    Stdio(Stdio),
    /// Show KPIs: what was achieved, period by period
    Kpi(Kpis),
    /// Say what a campaign really did, beside those who were left alone
    Experiment(Experiment),
    /// Say which segment did how much of a change
    Decompose(Decompose),
    /// Say which customers a change comes from, of all combinations of columns
    Causes(Causes),
    /// Say whether KPIs are as usual, by their history
    Chart(Chart),
    /// Say whether one thing moves another: does satisfaction sell?
    Evidence(Evidence),
    /// Say whether KPIs are still the right ones, by their history
    KpiHistoryAudit(HistoryAudit),
    /// Write the data of a made-up firm
    Demo(Demo),
}

/// Files with rows of the host.
#[derive(Debug, Clone, Default, Args)]
pub struct Files {
    /// Mapping: what the host's columns mean
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Customers, as CSV
    #[arg(long, value_name = "FILE")]
    pub customers: Option<PathBuf>,
    /// Events, as CSV or JSON Lines (.jsonl)
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// A reference table ref_NAME.csv; may be given several times
    #[arg(long, value_name = "FILE")]
    pub reference: Vec<PathBuf>,
    /// Encoding of the files, such as gb18030; by default UTF-8
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Write every row that was not recorded to this file, as CSV, with the reasons
    #[arg(long, value_name = "FILE")]
    pub refused: Option<PathBuf>,
}

/// At which instant, by which knowledge, with how many threads.
#[derive(Debug, Clone, Default, Args)]
pub struct When {
    /// The instant of the answers: RFC 3339, local time of the playbook's zone, or a date for the end of that day; by default the first local midnight after the last fact
    #[arg(long, value_name = "T")]
    pub as_of: Option<String>,
    /// Leave out what was learnt after this instant
    #[arg(long, value_name = "K")]
    pub known_at: Option<String>,
    /// Threads to use; by default one for each core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// Of which facts, by which playbook, at which instant.
#[derive(Debug, Args)]
pub struct Facts {
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
}

/// `guanxi review`
#[derive(Debug, Args)]
pub struct Review {
    /// Folder with playbook.json, events.csv and, where there are, mapping.json, customers.csv, ref_NAME.csv
    #[arg(value_name = "DIR", required_unless_present = "playbook", conflicts_with_all = ["playbook", "db", "mapping", "customers", "events", "reference"])]
    pub dir: Option<PathBuf>,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: Option<PathBuf>,
    /// Rows of the host.
    #[command(flatten)]
    pub files: Files,
    /// A store, which is only read
    #[arg(long, value_name = "FILE", conflicts_with_all = ["mapping", "customers", "events", "reference", "encoding", "refused", "store"])]
    pub db: Option<PathBuf>,
    /// Keep the imported facts in this store; by default it is temporary
    #[arg(long, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// The instant.
    #[command(flatten)]
    pub when: When,
    /// Write all of it with KPIs and scorecards as one HTML page, to print and to hand on
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Say how long each step took
    #[arg(long)]
    pub timings: bool,
}

/// `guanxi check`
#[derive(Debug, Args)]
pub struct Check {
    /// The playbook
    #[arg(value_name = "PLAYBOOK")]
    pub playbook: PathBuf,
    /// Say each segment in a plain sentence
    #[arg(long)]
    pub say: bool,
}

/// `guanxi authoring`
#[derive(Debug, Args)]
pub struct Authoring {
    /// The playbook
    #[arg(value_name = "PLAYBOOK")]
    pub playbook: PathBuf,
}

/// `guanxi import`
#[derive(Debug, Args)]
pub struct Import {
    /// The store; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// Rows of the host.
    #[command(flatten)]
    pub files: Files,
    /// When the rows were learnt; by default now
    #[arg(long, value_name = "T", conflicts_with = "backfill")]
    pub seen: Option<String>,
    /// Fill in history: each row was learnt when it happened
    #[arg(long)]
    pub backfill: bool,
    /// Read and judge every row, and record nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `guanxi query`
#[derive(Debug, Args)]
pub struct Query {
    /// The condition, in the language of the playbook
    #[arg(value_name = "EXPR")]
    pub expression: String,
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Facts,
    /// Print how many satisfy it as a bare number, for scripts
    #[arg(long, group = "answer")]
    pub count: bool,
    /// Print the ids of those who satisfy it
    #[arg(long, group = "answer")]
    pub ids: bool,
    /// Say why this customer does or does not satisfy it
    #[arg(long, value_name = "ID", group = "answer")]
    pub explain: Option<String>,
    /// Say in which order its clauses are asked, of how many customers, and at what price
    #[arg(long, group = "answer")]
    pub plan: bool,
    /// Evaluate so many times on the loaded facts, and say how long each took
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub repeat: u32,
    /// Print the question as SQL for your own tables, and read no facts: sqlite, postgresql, mysql, mariadb or duckdb
    #[arg(long, value_name = "DIALECT", group = "answer", requires = "tables", value_parser = ["sqlite", "postgresql", "mysql", "mariadb", "duckdb"], hide_possible_values = true, conflicts_with_all = ["db", "mapping", "customers", "events", "reference", "encoding", "refused", "known_at", "threads", "repeat"])]
    pub sql: Option<String>,
    /// Where your tables keep what the playbook's schema declares, for --sql
    #[arg(long, value_name = "FILE", requires = "sql")]
    pub tables: Option<PathBuf>,
}

/// `guanxi eval`
#[derive(Debug, Args)]
pub struct Eval {
    /// The expression; - reads it from standard input
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub expression: String,
    /// Values of names, as a JSON object of typed values: {"x":{"type":"int","value":"3"}}
    #[arg(long, value_name = "JSON")]
    pub bind: Option<String>,
}

/// `guanxi customer`
#[derive(Debug, Args)]
pub struct Customer {
    /// The customer's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// The store, which is only read
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// The instant of the answers, as in `guanxi review`
    #[arg(long, value_name = "T")]
    pub as_of: Option<String>,
}

/// `guanxi demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// Folder to write to, empty or not there yet
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// How many customers; 5,000 by default
    #[arg(long, value_name = "N", default_value_t = 5_000, hide_default_value = true, value_parser = clap::value_parser!(u32).range(..=i64::from(crate::demo::MOST_CUSTOMERS)))]
    pub customers: u32,
    /// Events of a customer, on average; 25 by default
    #[arg(long, value_name = "M", default_value_t = 25, hide_default_value = true, value_parser = clap::value_parser!(u32).range(..=i64::from(crate::demo::MOST_EVENTS)))]
    pub events_per_customer: u32,
    /// Another seed, another firm; the same seed, the same bytes
    #[arg(long, value_name = "S", default_value_t = 1, hide_default_value = true)]
    pub seed: u64,
}

/// Reads the arguments.
///
/// # Errors
///
/// What to print instead: help, the version, or what is wrong with them.
pub fn read(arguments: Vec<std::ffi::OsString>, language: Language) -> Result<Arguments, Mistake> {
    let command = command(language);
    let matches = command.try_get_matches_from(arguments);
    let read = matches.and_then(|matches| Arguments::from_arg_matches(&matches));
    read.map_err(Mistake::of)
}

/// The description of all arguments, in one language.
fn command(language: Language) -> clap::Command {
    let command = Arguments::command();
    match language {
        Language::En => command,
        Language::Zh => chinese::translate(command),
    }
}
