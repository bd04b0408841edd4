//! The arguments of `guanxi segment`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Facts;

/// `guanxi segment`
#[derive(Debug, Args)]
pub struct Segment {
    /// What is asked.
    #[command(subcommand)]
    pub command: SegmentCommand,
}

/// The questions about segments.
#[derive(Debug, Subcommand)]
pub enum SegmentCommand {
    /// Count the members of each segment, and say what it reads
    List(Facts),
    /// Print the ids of the members of a segment
    Members(OfSegment),
    /// Say why one customer is in a segment or not, and what would change it
    Explain(InSegment),
    /// Show when one customer came into a segment and went, and why
    History(InSegment),
    /// Say who leaves a segment or enters it if nothing happens, and when
    Leaving(SegmentLeaving),
    /// Count who is in two segments at once
    Overlap(SegmentOverlap),
    /// Say who would come into segments and go out by another playbook, and why
    Diff(SegmentDiff),
    /// Say who of a segment may be contacted, by which channel, and why the others not
    Audience(SegmentAudience),
    /// Look for segments that are empty, alike, standing still, or say too much
    Review(SegmentReview),
    /// Show who came into segments and went out of them in a period, as it happened, and why
    Watch(SegmentWatch),
}

/// A question about one segment.
#[derive(Debug, Args)]
pub struct OfSegment {
    /// The segment
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Facts,
}

/// A question about one customer and one segment.
#[derive(Debug, Args)]
pub struct InSegment {
    /// The segment
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The customer's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Facts,
}

/// `guanxi segment leaving`
#[derive(Debug, Args)]
pub struct SegmentLeaving {
    /// The segment.
    #[command(flatten)]
    pub segment: OfSegment,
    /// How far to look ahead: days(7), months(1), duration('36h'); by default days(7)
    #[arg(long, value_name = "PERIOD", default_value = "days(7)", hide_default_value = true)]
    pub within: String,
    /// Customers on the page; 20 by default
    #[arg(long, value_name = "N", default_value_t = 20, hide_default_value = true)]
    pub top: usize,
}

/// `guanxi segment overlap`
#[derive(Debug, Args)]
pub struct SegmentOverlap {
    /// Which segments; by default all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Facts,
    /// Pairs on the page; 20 by default
    #[arg(long, value_name = "N", default_value_t = 20, hide_default_value = true)]
    pub top: usize,
}

/// `guanxi segment watch`
#[derive(Debug, Args)]
pub struct SegmentWatch {
    /// Which segments; by default all that can be watched
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// What happened after this instant: as --as-of, a date for the end of that day
    #[arg(long, value_name = "T")]
    pub from: String,
    /// What happened up to this instant; by default that of --as-of
    #[arg(long, value_name = "T", conflicts_with = "as_of")]
    pub to: Option<String>,
    /// The facts and the playbook.
    #[command(flatten)]
    pub of: Facts,
    /// Turns on the page; 50 by default
    #[arg(long, value_name = "N", default_value_t = 50, hide_default_value = true)]
    pub top: usize,
}

/// `guanxi segment diff`
#[derive(Debug, Args)]
pub struct SegmentDiff {
    /// The other playbook
    #[arg(value_name = "NEW_PLAYBOOK")]
    pub against: PathBuf,
    /// The facts, the playbook in force and the instant.
    #[command(flatten)]
    pub of: Facts,
}

/// `guanxi segment review`
#[derive(Debug, Args)]
pub struct SegmentReview {
    /// The facts, the playbook and the instant.
    #[command(flatten)]
    pub of: Facts,
    /// When a campaign began that segments are to measure: tell which read anything later
    #[arg(long, value_name = "T")]
    pub measured_from: Option<String>,
}

/// `guanxi segment audience`
#[derive(Debug, Args)]
pub struct SegmentAudience {
    /// The segment.
    #[command(flatten)]
    pub segment: OfSegment,
    /// By which channel they are contacted; may be given several times, the preferred first
    #[arg(long, value_name = "CHANNEL", required = true)]
    pub channel: Vec<String>,
    /// What they are contacted for
    #[arg(long, value_name = "PURPOSE")]
    pub purpose: String,
    /// Leave out the members of this segment; may be given several times
    #[arg(long, value_name = "NAME")]
    pub exclude: Vec<String>,
    /// Keep back so many percent to be compared with: 10, 2.5
    #[arg(long, value_name = "PERCENT", requires = "salt")]
    pub holdout: Option<String>,
    /// Which part is kept back: with another salt another one
    #[arg(long, value_name = "TEXT")]
    pub salt: Option<String>,
    /// Leave out who had so many events of a list within a period: contacts:2:days(30)
    #[arg(long, value_name = "LIST:N:PERIOD")]
    pub cap: Vec<String>,
    /// Hours of the local day in which nobody is disturbed: 21:00-09:00
    #[arg(long, value_name = "FROM-UNTIL")]
    pub quiet: Option<String>,
    /// Print who is contacted and by which channel, as CSV
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}
