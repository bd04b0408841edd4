//! The section `calendar`.

use super::shape::{HELP, Holds, LABELS, Shape, may, need};
use crate::units::Weekday;

const DAY: &str = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

/// Hours of a day, `09:00-18:00`, or several.
const HOURS: Holds = Holds::OneOrMore(&Holds::Text);

/// Days, `2027-02-05` or `2027-02-05..2027-02-11`, or several.
const DAYS: Holds = Holds::OneOrMore(&Holds::Text);

/// The calendar.
pub(super) static CALENDAR: Shape = Shape::of(
    "calendar",
    ("How time is told.", "时间的计算方式。"),
    &[
        need(
            "zone",
            Holds::Text,
            "The time zone in which days begin, as `Asia/Shanghai`.",
            "以哪个时区划分日期，如 `Asia/Shanghai`。",
        ),
        may(
            "week_starts",
            Holds::OneOf(|| Weekday::ALL.map(Weekday::name).to_vec()),
            "The first day of the week; `monday` where it is left out.",
            "每周从哪天开始，缺省为 `monday`。",
        ),
        may(
            "fiscal_year_starts",
            Holds::Form("^[0-9]{2}-[0-9]{2}$"),
            "The first day of the business year, as `04-01`; `01-01` where it is left out.",
            "财年的第一天，如 `04-01`，缺省为 `01-01`。",
        ),
        may(
            "workdays",
            Holds::Any(&[Holds::OneOf(|| vec!["cn"]), Holds::Object(&WORKDAYS)]),
            "Working days and hours: `cn`, or days of one's own.",
            "工作日与工作时间：`cn` 或自行定义。",
        ),
    ],
);

static WORKDAYS: Shape = Shape::of(
    "workdays",
    ("Working days of one's own.", "自行定义的工作日。"),
    &[
        may("base", Holds::OneOf(|| vec!["cn"]), "The days to begin with.", "以哪个日历为基础。"),
        may(
            "hours",
            HOURS,
            "Hours of a working day, as `09:00-18:00`.",
            "每日工作时间，如 `09:00-18:00`。",
        ),
        may("week", Holds::Object(&WEEK), "Weekdays that differ.", "与通常不同的星期。"),
        may("from", Holds::Form(DAY), "The first day that is known.", "日历覆盖的第一天。"),
        may("until", Holds::Form(DAY), "The last day that is known.", "日历覆盖的最后一天。"),
        may(
            "exceptions",
            Holds::Map(&Holds::Object(&EXCEPTION)),
            "Days that overrule the week and the base, by name.",
            "优先于每周安排与基础日历的例外，按名称列出。",
        ),
    ],
);

static WEEK: Shape = Shape::of(
    "week",
    ("`on`, `off`, or the hours of a weekday.", "某个星期几：`on`、`off` 或当日工作时间。"),
    &[
        may("monday", HOURS, "Monday.", "星期一。"),
        may("tuesday", HOURS, "Tuesday.", "星期二。"),
        may("wednesday", HOURS, "Wednesday.", "星期三。"),
        may("thursday", HOURS, "Thursday.", "星期四。"),
        may("friday", HOURS, "Friday.", "星期五。"),
        may("saturday", HOURS, "Saturday.", "星期六。"),
        may("sunday", HOURS, "Sunday.", "星期日。"),
    ],
);

static EXCEPTION: Shape = Shape {
    either: &[("off", 0), ("on", 0)],
    ..Shape::of(
        "workday_exception",
        ("Days off, days on, or both.", "休息日、工作日，或两者皆有。"),
        &[
            LABELS,
            HELP,
            may("hours", HOURS, "Hours of its days that are on.", "其中工作日的工作时间。"),
            may("off", DAYS, "Days that are not worked.", "休息的日期。"),
            may("on", DAYS, "Days that are worked.", "上班的日期。"),
        ],
    )
};
