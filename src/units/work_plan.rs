//! What a working calendar is made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::instant::MICROS_PER_SECOND;
use super::scan::Scan;
use super::shown::shown;
use super::{Day, china};
use crate::error::{Code, Error, Fault};

const MINUTE: i64 = 60 * MICROS_PER_SECOND;

/// The opening hours of one day: spans of local time, in order, apart from each
/// other. No span at all: a working day of which nobody said the hours.
///
/// ```
/// use guanxi::units::Hours;
/// let hours = Hours::parse(["09:00-12:00", "13:30-18:00"])?;
/// assert_eq!(hours.minutes(), 7 * 60 + 30);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hours(Arc<[(i64, i64)]>);

impl Hours {
    /// Reads spans like `09:00-12:00`, in order; the last may end at `24:00`.
    ///
    /// # Errors
    ///
    /// `malformed_value`: no span. `invalid_argument`: a span that ends before
    /// it begins, as one past midnight does, or before the one in front of it
    /// has ended.
    pub fn parse<'t>(spans: impl IntoIterator<Item = &'t str>) -> Result<Hours, Error> {
        let mut out: Vec<(i64, i64)> = Vec::new();
        for text in spans {
            let (from, until) = scan_span(text).ok_or_else(|| malformed(text))?;
            let (from, until) = (from * MINUTE, until * MINUTE);
            if until <= from {
                return Err(backwards(text));
            }
            if out.last().is_some_and(|(_, before)| from < *before) {
                return Err(overlapping(text));
            }
            out.push((from, until));
        }
        Ok(Hours(out.into()))
    }

    /// Whether nobody said which hours.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Minutes on the clock, all spans together.
    pub fn minutes(&self) -> i64 {
        self.micros() / MINUTE
    }

    pub(super) fn micros(&self) -> i64 {
        self.0.iter().map(|(from, until)| until - from).sum()
    }

    /// Microseconds of the day at which each span begins and ends.
    pub(super) fn spans(&self) -> &[(i64, i64)] {
        &self.0
    }
}

/// Minutes of the day at which a span begins and ends.
fn scan_span(text: &str) -> Option<(i64, i64)> {
    let mut scan = Scan::new(text);
    let from = scan_clock(&mut scan)?;
    scan.take(b"-")?;
    let until = scan_clock(&mut scan)?;
    (scan.is_done() && from < 1440).then_some((from, until))
}

fn scan_clock(scan: &mut Scan) -> Option<i64> {
    let hours = i64::from(scan.number(2, 2)?);
    scan.take(b":")?;
    let minutes = i64::from(scan.number(2, 2)?);
    let of_day = hours * 60 + minutes;
    (minutes < 60 && of_day <= 1440).then_some(of_day)
}

fn malformed(text: &str) -> Error {
    let text = shown(text);
    Fault::new(
        Code::MalformedValue,
        format!("`{text}` is not a span of hours like `09:00-12:00`"),
        format!("`{text}` 不是时段，应写作 `09:00-12:00`"),
    )
    .into()
}

fn backwards(text: &str) -> Error {
    let text = shown(text);
    Fault::new(
        Code::InvalidArgument,
        format!("`{text}` ends before it begins"),
        format!("时段 `{text}` 的结束早于开始"),
    )
    .hint(
        "write what is past midnight on the next day: `22:00-24:00` and `00:00-06:00`",
        "跨午夜的部分请写在次日：`22:00-24:00` 与 `00:00-06:00`",
    )
    .into()
}

fn overlapping(text: &str) -> Error {
    let text = shown(text);
    Fault::new(
        Code::InvalidArgument,
        format!("`{text}` begins before the span in front of it has ended"),
        format!("时段 `{text}` 的开始早于前一时段的结束"),
    )
    .into()
}

/// Which days are worked, and in which hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkPlan {
    /// From Monday: the hours of each weekday that is worked.
    pub week: [Option<Hours>; 7],
    /// Days that differ from their weekday: holidays, which are `None`, and
    /// days that are worked.
    pub days: BTreeMap<Day, Option<Hours>>,
    /// The first and the last day of which it knows.
    pub known: (Day, Day),
}

impl WorkPlan {
    /// Monday to Friday in these hours, and no holidays.
    pub fn weekdays(hours: &Hours) -> WorkPlan {
        let week = std::array::from_fn(|weekday| (weekday < 5).then(|| hours.clone()));
        WorkPlan { week, days: BTreeMap::new(), known: (Day::MIN, Day::MAX) }
    }

    /// The working days of the People's Republic of China with the days that
    /// are made up for (调休), in these hours.
    ///
    /// The data are those of the yearly notices of the General Office of the
    /// State Council (国务院办公厅关于部分节假日安排的通知) of 2007 to 2026 with
    /// their later changes; other years are not known.
    ///
    /// ```
    /// use guanxi::units::{Calendar, Day, Hours, WorkPlan, Weekday, Zone};
    /// let calendar = Calendar::new(Zone::named("Asia/Shanghai")?, Weekday::Monday, (1, 1))?;
    /// let calendar = calendar.with_work(WorkPlan::china(&Hours::default()))?;
    /// assert!(calendar.is_workday(Day::parse("2026-02-14")?)?, "a Saturday made up for");
    /// assert!(!calendar.is_workday(Day::parse("2026-02-17")?)?, "New Year");
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn china(hours: &Hours) -> WorkPlan {
        let days = china::days().map(|(day, on)| (day, on.then(|| hours.clone()))).collect();
        WorkPlan { days, known: china::known(), ..WorkPlan::weekdays(hours) }
    }
}
