//! The longer or the shorter of several lengths of time.

use std::fmt;

use super::operate;
use super::time::Timestamp;
use super::value::Value;
use crate::error::{Code, Error, Fault};
use crate::units::Calendar;

/// Lengths of which the longest counts, or the shortest.
///
/// A month and thirty days have no order of their own: in February the month
/// is the shorter one. So which of them counts is settled where one is added,
/// by which gives the later instant.
#[derive(Debug, Clone)]
pub struct Lengths {
    longest: bool,
    of: Box<[Value]>,
    /// How many lengths there are, those inside others too.
    parts: usize,
}

/// Lengths in one, at most: a few are what people write, and what is made of
/// itself over and over must end.
const MOST: usize = 256;

impl Lengths {
    /// The `longest` of these durations and periods, or the shortest.
    ///
    /// # Errors
    ///
    /// `cost_too_high`: over 256 of them.
    pub(super) fn new(longest: bool, of: Vec<Value>) -> Result<Lengths, Error> {
        let parts = of.iter().fold(1, |sum: usize, length| match length {
            Value::Length(inner) => sum.saturating_add(inner.parts),
            _ => sum.saturating_add(1),
        });
        if MOST < parts {
            return Err(too_many());
        }
        Ok(Lengths { longest, of: of.into(), parts })
    }

    /// The lengths.
    pub fn all(&self) -> &[Value] {
        &self.of
    }

    /// Whether the longest counts.
    pub fn is_longest(&self) -> bool {
        self.longest
    }

    /// The instant after the one that counts; `None` where there is none.
    ///
    /// # Errors
    ///
    /// `time_out_of_range`, and working time that the calendar does not know.
    pub fn after(&self, at: Timestamp, calendar: &Calendar) -> Result<Option<Timestamp>, Error> {
        self.furthest(false, |length| operate::moved(at, length, calendar, operate::add))
    }

    /// The instant before the one that counts; `None` where there is none.
    pub(super) fn before(
        &self,
        at: Timestamp,
        calendar: &Calendar,
    ) -> Result<Option<Timestamp>, Error> {
        self.furthest(true, |length| operate::moved(at, length, calendar, operate::subtract))
    }

    /// What the one that counts gives, where each gives an instant.
    fn furthest(
        &self,
        is_back: bool,
        mut each: impl FnMut(&Value) -> Result<Timestamp, Error>,
    ) -> Result<Option<Timestamp>, Error> {
        let mut found: Option<Timestamp> = None;
        for length in &self.of {
            let at = each(length)?;
            let is_better = match found {
                None => true,
                Some(best) if self.longest != is_back => best < at,
                Some(best) => at < best,
            };
            if is_better {
                found = Some(at);
            }
        }
        Ok(found)
    }
}

fn too_many() -> Error {
    Fault::new(
        Code::CostTooHigh,
        format!("more than {MOST} lengths of time are compared"),
        format!("参与比较的时间长度超过 {MOST} 个"),
    )
    .into()
}

impl fmt::Display for Lengths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.longest { "max(" } else { "min(" })?;
        for (position, length) in self.of.iter().enumerate() {
            if position > 0 {
                f.write_str(", ")?;
            }
            match length {
                Value::Duration(length) => write!(f, "duration('{length}')")?,
                Value::Period(period) => write!(f, "{period}")?,
                Value::Length(lengths) => write!(f, "{lengths}")?,
                _ => {}
            }
        }
        f.write_str(")")
    }
}
