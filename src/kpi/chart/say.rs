//! What a chart says, in words.

use super::{Chart, ChartVerdict};
use crate::error::{Text, counted};

pub(super) fn sentence(told: &Chart) -> Text {
    let name = &told.name;
    let every = told.false_alarm_every.unwrap_or(0.0);
    let since = told.alarm.map_or(0, |at| told.points.len() - at);
    match told.verdict {
        ChartVerdict::Higher | ChartVerdict::Lower => {
            let (en, zh) = match told.verdict {
                ChartVerdict::Higher => ("higher", "高于"),
                _ => ("lower", "低于"),
            };
            let stood = counted(since as u64, "period");
            Text::new(
                format!(
                    "{name} is {en} than usual: the alarm has stood for {stood}; such an alarm is \
                     false once in {every:.0} periods."
                ),
                format!("{name} {zh}往常，已持续报警 {since} 期；此类误报约每 {every:.0} 期一次。"),
            )
        }
        ChartVerdict::Usual => Text::new(
            format!("{name} is as usual: there is nothing to explain."),
            format!("{name} 与往常无异，没有需要解释的内容。"),
        ),
        ChartVerdict::CannotTell => Text::new(
            format!("{name}: the history is too short, or never moves, to say what is usual."),
            format!("{name}：历史过短或从未变动，无法判断何为往常。"),
        ),
    }
}
