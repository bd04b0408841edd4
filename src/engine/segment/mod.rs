//! Answers about segments (细分): who belongs, since when, until when, and what
//! keeps them in or out.
//!
//! ```text
//! everybody     list      how many are in each, and what each reads
//!               members   who is in one
//!               leaving   who leaves or enters by time alone, and when
//!               overlap   how many are in two at once
//!               diff      what another playbook would change
//!               audience  who of them may be contacted, and why the others not
//!               review    whether the segments are still the right ones
//!               watch     who came and went in a period, and by what
//!               live      the same kept up to date, fact by fact
//! one customer  explain   every clause, what is lacking, when it changes
//!               history   when they came in and went, and what brought it about
//! ```
//!
//! # What is promised
//!
//! * A membership at an instant is what a review at that instant says, and a
//!   turn is at the first microsecond at which it says otherwise.
//! * What is foretold happens at the instant that is told, if nothing else does.
//! * A condition whose changes with time nobody can foresee has no history and
//!   no foretelling: it is refused, with the reason.
//!
//! # What is not here
//!
//! Nothing is stored. Nobody is contacted.

mod audience;
mod diff;
mod explain;
mod history;
mod leaving;
mod list;
mod live;
mod one;
mod over;
mod overlap;
mod reads;
mod review;
mod said;
mod watch;

pub use audience::{
    Audience, AudienceAsked, Cap, ChannelView, Contacted, Frozen, Holdout, LeftOut, Quality, Quiet,
    audience,
};
pub use diff::{ByClause, SegmentChange, SegmentDiff, SegmentReaders, diff};
pub use explain::{Atom, Gap, SegmentExplained, explain};
pub use history::{CauseFact, CauseStep, ErrorSpell, SegmentHistory, Spell, TurnCause, history};
pub use leaving::{Leaver, Leaving, LeavingDay, leaving, period};
pub use list::{SegmentList, SegmentListed, SegmentMembers, list, members};
pub(in crate::engine) use live::next_fact;
pub use live::{SegmentTurn, SegmentsLive, TurnedBy};
pub(in crate::engine) use over::Over;
pub use overlap::{OverlapPair, OverlapSegment, OverlapView, overlap};
pub use reads::SegmentReads;
pub(super) use reads::closure;
pub use review::{SegmentFinding, SegmentMoves, SegmentReview, moves, segment_review as review};
pub use watch::{NotWatched, SegmentWatch, WatchedSegment, WatchedTurn, watch};

use crate::error::{Code, Error, Fault};
use crate::playbook::Playbook;
use crate::segment::Segment;
use crate::units::{nearest, shown};

/// The segment with this name.
///
/// # Errors
///
/// [`Code::UnknownSegment`], with a name that is near.
pub fn named<'p>(playbook: &'p Playbook, name: &str) -> Result<&'p Segment, Error> {
    playbook.segment(name).ok_or_else(|| {
        let given = shown(name);
        let fault = Fault::new(
            Code::UnknownSegment,
            format!("no segment is called `{given}`"),
            format!("没有名为 `{given}` 的细分"),
        );
        match nearest(name, playbook.segments().iter().map(|segment| &**segment.name())) {
            Some(near) => fault.meant(near),
            None => fault,
        }
        .into()
    })
}
