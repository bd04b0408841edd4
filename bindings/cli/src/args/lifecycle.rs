//! The arguments of `guanxi lifecycle`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Facts;

/// `guanxi lifecycle`
#[derive(Debug, Args)]
pub struct Lifecycle {
    /// What is asked.
    #[command(subcommand)]
    pub command: LifecycleCommand,
}

/// The questions about lifecycles.
#[derive(Debug, Subcommand)]
pub enum LifecycleCommand {
    /// Count the customers in each state
    State(Of),
    /// Show every step of one customer
    History(One),
    /// Show every step of one customer, and why it was taken
    Explain(One),
    /// Say why one customer is not in a state, and how they could come there
    WhyNot(WhyNot),
    /// Show where one customer is, and what comes next if nothing happens
    Next(One),
    /// Show where one customer would be if something happened
    If(If),
    /// Count who came into each state and who went, and how long they stay
    Flow(Flow),
    /// Say what another playbook would change
    Compare(Compare),
    /// Set labels that customers already have beside their states
    CompareLegacy(Legacy),
    /// Draw a lifecycle
    Diagram(Diagram),
    /// Make up histories that take every way out of every state
    Scenarios(Scenarios),
}

/// Of which facts, and which machine.
#[derive(Debug, Args)]
pub struct Of {
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub facts: Facts,
    /// Only this machine; by default all
    #[arg(long, value_name = "NAME")]
    pub machine: Option<String>,
}

/// A question about one customer.
#[derive(Debug, Args)]
pub struct One {
    /// The customer's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Of,
}

/// Why somebody is not in a state.
#[derive(Debug, Args)]
pub struct WhyNot {
    /// The customer.
    #[command(flatten)]
    pub one: One,
    /// The state
    #[arg(value_name = "STATE")]
    pub state: String,
    /// Which run, of a machine that runs once for each key
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

/// What would be.
#[derive(Debug, Args)]
pub struct If {
    /// The customer.
    #[command(flatten)]
    pub one: One,
    /// What is supposed to happen: a JSON array of rows, or a row a line
    #[arg(value_name = "EVENTS.json")]
    pub supposed: PathBuf,
}

/// `guanxi lifecycle flow`
#[derive(Debug, Args)]
pub struct Flow {
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Of,
    /// Which periods.
    #[command(flatten)]
    pub periods: Periods,
    /// Group customers by this expression: a text, a number or yes and no
    #[arg(long, value_name = "EXPR")]
    pub by: Option<String>,
}

/// Periods of the calendar.
#[derive(Debug, Args)]
pub struct Periods {
    /// Calendar periods: day, week, month, quarter, year or fiscalYear; by default month
    #[arg(long, value_name = "UNIT")]
    pub every: Option<String>,
    /// The first period is that of this instant; by default there are three
    #[arg(long, value_name = "T")]
    pub from: Option<String>,
    /// The last period is that before this instant; by default before the instant of the answers
    #[arg(long, value_name = "T")]
    pub until: Option<String>,
}

/// `guanxi lifecycle compare`
#[derive(Debug, Args)]
pub struct Compare {
    /// The facts, the playbook in force and the instant.
    #[command(flatten)]
    pub of: Of,
    /// The other playbook
    #[arg(long, value_name = "PLAYBOOK")]
    pub against: PathBuf,
    /// Let the other playbook go on from this instant; by default all history is seen anew
    #[arg(long, value_name = "T", conflicts_with = "shadow")]
    pub forward: Option<String>,
    /// Run the other playbook beside the one in force, without effects
    #[arg(long)]
    pub shadow: bool,
    /// JSON that says which new state an old one stands for: {"MACHINE": {"OLD": "NEW"}}
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
}

/// `guanxi lifecycle compare-legacy`
#[derive(Debug, Args)]
pub struct Legacy {
    /// The labels: a CSV file with the columns id and label
    #[arg(value_name = "LABELS.csv")]
    pub labels: PathBuf,
    /// Encoding of the labels, such as gb18030 or utf-16; by default that of --encoding
    #[arg(long, value_name = "NAME")]
    pub labels_encoding: Option<String>,
    /// Which state a label stands for, LABEL=STATE, or a JSON file {"LABEL": "STATE"}; may be given several times
    #[arg(long, value_name = "LABEL=STATE|FILE")]
    pub map: Vec<String>,
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Of,
}

/// `guanxi lifecycle scenarios`
#[derive(Debug, Args)]
pub struct Scenarios {
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// Only this machine; by default all
    #[arg(long, value_name = "NAME")]
    pub machine: Option<String>,
    /// When the first fact happens; by default 2024-01-01
    #[arg(long, value_name = "T", default_value = "2024-01-01", hide_default_value = true)]
    pub at: String,
}

/// `guanxi lifecycle diagram`
#[derive(Debug, Args)]
pub struct Diagram {
    /// The playbook and, for numbers, the facts and the instant.
    #[command(flatten)]
    pub of: Of,
    /// Which periods; the last one gives the numbers of the arrows.
    #[command(flatten)]
    pub periods: Periods,
    /// svg, mermaid or dot
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        default_value = "svg",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub format: Format,
}

/// What a picture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// An SVG document.
    Svg,
    /// A Mermaid state diagram.
    Mermaid,
    /// A DOT graph.
    Dot,
}
