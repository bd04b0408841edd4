//! Values as people read them.

use super::super::lengths::Lengths;
use super::super::time::{Duration, Timestamp};
use super::super::types::Type;
use super::super::value::{Record, Value, double_text};
use crate::error::{Text, counted};
use crate::units::{self, Calendar, Period, PeriodUnit};

/// Elements of a list that are named one by one.
const ELEMENTS: usize = 5;

/// The value for people, in both languages.
pub(super) fn shown(value: &Value, ty: &Type, calendar: &Calendar) -> Text {
    match value {
        Value::Null | Value::Missing => Text::new("no value", "无值"),
        Value::Bool(true) => Text::new("yes", "是"),
        Value::Bool(false) => Text::new("no", "否"),
        Value::Int(number) => same(number.to_string()),
        Value::Double(number) => same(double_text(*number)),
        Value::Decimal(number) => same(number.to_string()),
        Value::Money(amount, currency) => same(format!("{amount} {currency}")),
        Value::Text(text) => label(text, ty).unwrap_or_else(|| same(quoted(text))),
        Value::Timestamp(at) => same(local(*at, calendar)),
        Value::Date(day) => same(day.to_string()),
        Value::Duration(length) => long(*length),
        Value::Period(length) => period(*length),
        Value::Length(lengths) => either(lengths, calendar),
        Value::List(items) => list(items, ty, calendar),
        Value::Record(record) => event(record, calendar),
    }
}

fn same(text: String) -> Text {
    Text::new(text.clone(), text)
}

fn quoted(text: &str) -> String {
    format!("'{}'", units::shown(text))
}

/// The wording of a label, if it has one.
fn label(name: &str, ty: &Type) -> Option<Text> {
    let Type::Enum(labels) = ty else { return None };
    let label = labels.iter().find(|label| *label.name == *name)?;
    let wording = |text: &str| if text.is_empty() { quoted(name) } else { text.to_owned() };
    Some(Text::new(wording(&label.text.en), wording(&label.text.zh)))
}

/// A point in time as clocks of the calendar's zone show it.
fn local(at: Timestamp, calendar: &Calendar) -> String {
    let (instant, _) = at.split();
    calendar.zone().shown(instant)
}

/// A length of time in its two largest units.
fn long(length: Duration) -> Text {
    let seconds = length.nanos().unsigned_abs() / 1_000_000_000;
    let units = [
        (seconds / 86_400, "d", " 天"),
        (seconds / 3_600 % 24, "h", " 小时"),
        (seconds / 60 % 60, "min", " 分"),
        (seconds % 60, "s", " 秒"),
    ];
    let named: Vec<_> = units.iter().skip_while(|(count, _, _)| *count == 0).take(2).collect();
    let (sign_en, sign_zh) = if length.nanos() < 0 { ("minus ", "负") } else { ("", "") };
    if named.is_empty() {
        return same(length.to_string());
    }
    let named = named.into_iter().filter(|(count, _, _)| *count > 0);
    let en: Vec<String> = named.clone().map(|(count, en, _)| format!("{count} {en}")).collect();
    let zh: Vec<String> = named.map(|(count, _, zh)| format!("{count}{zh}")).collect();
    Text::new(format!("{sign_en}{}", en.join(" ")), format!("{sign_zh}{}", zh.join(" ")))
}

/// A length of time that somebody wrote, in one unit: 24 hours are no day, which
/// may have 23.
pub(super) fn written(length: Duration) -> Text {
    let nanos = length.nanos();
    let units = [(3_600, "hour", "小时"), (60, "minute", "分钟"), (1, "second", "秒")];
    let whole = units.into_iter().find_map(|(seconds, en, zh)| {
        let unit = seconds * 1_000_000_000;
        (nanos > 0 && nanos % unit == 0).then(|| (nanos / unit, en, zh))
    });
    match whole.and_then(|(count, en, zh)| Some((u64::try_from(count).ok()?, en, zh))) {
        Some((count, en, zh)) => Text::new(counted(count, en), format!("{count} {zh}")),
        None => long(length),
    }
}

/// Several lengths, of which one counts.
fn either(lengths: &Lengths, calendar: &Calendar) -> Text {
    let of = lengths.all().iter().map(|length| shown(length, &Type::Length, calendar));
    let (en, zh): (Vec<String>, Vec<String>) = of.map(|text| (text.en, text.zh)).unzip();
    let (which_en, which_zh) = if lengths.is_longest() {
        ("the longest", "最长者")
    } else {
        ("the shortest", "最短者")
    };
    Text::new(
        format!("{which_en} of {}", en.join(", ")),
        format!("{}中的{which_zh}", zh.join("、")),
    )
}

fn period(length: Period) -> Text {
    let (en, zh) = match length.unit() {
        PeriodUnit::Days => ("day", "天"),
        PeriodUnit::Weeks => ("week", "周"),
        PeriodUnit::Months => ("month", "个月"),
        PeriodUnit::Quarters => ("quarter", "个季度"),
        PeriodUnit::Years => ("year", "年"),
        PeriodUnit::Workdays => ("working day", "个工作日"),
        PeriodUnit::Workhours => ("working hour", "个工作小时"),
        PeriodUnit::Workminutes => ("working minute", "个工作分钟"),
    };
    let n = length.n();
    let plural = if n == 1 { "" } else { "s" };
    Text::new(format!("{n} {en}{plural}"), format!("{n} {zh}"))
}

fn list(items: &[Value], ty: &Type, calendar: &Calendar) -> Text {
    if matches!(ty, Type::Events(_)) {
        let n = items.len();
        return Text::new(counted(n as u64, "event"), format!("{n} 个事件"));
    }
    let element = match ty {
        Type::List(element) => (**element).clone(),
        Type::Set(profile) => Type::Text(*profile),
        _ => Type::Null,
    };
    let named = items.iter().take(ELEMENTS).map(|item| shown(item, &element, calendar));
    let (en, zh): (Vec<String>, Vec<String>) = named.map(|text| (text.en, text.zh)).unzip();
    let (en, zh) = (en.join(", "), zh.join("、"));
    match items.len() {
        0 => Text::new("nothing", "空"),
        n if n > ELEMENTS => {
            Text::new(format!("{en}, … ({n} in all)"), format!("{zh}…（共 {n} 个）"))
        }
        _ => Text::new(en, zh),
    }
}

fn event(record: &Record, calendar: &Calendar) -> Text {
    let kind = record.kind().unwrap_or_default();
    match record.get("at") {
        Some(Value::Timestamp(at)) => {
            let at = local(*at, calendar);
            Text::new(format!("{kind} of {at}"), format!("{at} 的 {kind}"))
        }
        _ => same(kind.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_that_is_written_stays_in_its_unit() {
        let text = |text: &str| written(Duration::parse(text).unwrap());
        assert_eq!(text("24h"), Text::new("24 hours", "24 小时"));
        assert_eq!(text("1h"), Text::new("1 hour", "1 小时"));
        assert_eq!(text("90m"), Text::new("90 minutes", "90 分钟"));
        assert_eq!(text("1h0m5s"), Text::new("3605 seconds", "3605 秒"));
        assert_eq!(text("0.5s"), Text::new("0.5s", "0.5s"));
    }

    #[test]
    fn lengths_of_time_in_two_units() {
        let text = |text: &str| long(Duration::parse(text).unwrap());
        assert_eq!(text("36h"), Text::new("1 d 12 h", "1 天 12 小时"));
        assert_eq!(text("48h0m7s"), Text::new("2 d", "2 天"));
        assert_eq!(text("90s"), Text::new("1 min 30 s", "1 分 30 秒"));
        assert_eq!(text("-61m"), Text::new("minus 1 h 1 min", "负1 小时 1 分"));
        assert_eq!(text("0.5s"), Text::new("0.5s", "0.5s"));
    }
}
