//! What a search found, in words.

use super::report::{Cause, CauseCell, CauseVerdict, Causes};
use crate::error::Text;

/// A cell: `region = 华东, channel = web`.
fn named(cell: &[CauseCell]) -> Text {
    let one = |it: &CauseCell, other: &str, unknown: &str| {
        let value = match (it.is_other, it.value.is_empty()) {
            (true, _) => other,
            (false, true) => unknown,
            (false, false) => &it.value,
        };
        format!("{} = {value}", it.dimension)
    };
    let all = |other: &str, unknown: &str, joint: &str| {
        cell.iter().map(|it| one(it, other, unknown)).collect::<Vec<_>>().join(joint)
    };
    Text::new(all("(other)", "(unknown)", ", "), all("（其他）", "（未知）", "，"))
}

pub(super) fn twice(share: f64) -> Text {
    let percent = format!("{:.0}", share * 100.0);
    Text::new(
        format!("rows that stand here twice make {percent} % of the change"),
        format!("重复的行占变化的 {percent}%"),
    )
}

pub(super) fn vanished(dimension: &str, value: Option<&str>, gone: bool) -> Text {
    let en = value.map_or("(other)", |it| if it.is_empty() { "(unknown)" } else { it });
    let zh = value.map_or("（其他）", |it| if it.is_empty() { "（未知）" } else { it });
    match gone {
        true => Text::new(
            format!(
                "{dimension} = {en} has nothing at all after: a late source, or another spelling?"
            ),
            format!("{dimension} = {zh} 后期完全没有数据：数据未到，或换了写法？"),
        ),
        false => Text::new(
            format!(
                "{dimension} = {en} had nothing at all before: a new source, or another spelling?"
            ),
            format!("{dimension} = {zh} 前期完全没有数据：新的来源，或换了写法？"),
        ),
    }
}

pub(super) fn sentence(told: &Causes) -> Text {
    let confirmed: Vec<&Cause> = told.causes.iter().filter(|it| it.confirmed).collect();
    let share: f64 = confirmed.iter().map(|it| it.share).sum();
    let percent = format!("{:.0}", share * 100.0);
    let who = |language: fn(Text) -> String| {
        let names: Vec<String> = confirmed.iter().map(|it| language(named(&it.cell))).collect();
        names.join("; ")
    };
    let mix = told.composition.as_ref();
    let (dimension, weight) = mix.map_or(("", 0.0), |it| (it.dimension.as_str(), it.share * 100.0));
    match told.verdict {
        CauseVerdict::Localised => Text::new(
            format!("{percent} % of the change comes from {}.", who(|it| it.en)),
            format!("变化的 {percent}% 来自：{}。", who(|it| it.zh)),
        ),
        CauseVerdict::Spread if confirmed.is_empty() => Text::new(
            "Everybody changed alike: no segment is to blame, look for a cause outside.",
            "各部分变化相近，不能归咎于某一细分，原因应在外部。",
        ),
        CauseVerdict::Spread => Text::new(
            format!("Most of it is everybody's; {percent} % comes from {}.", who(|it| it.en)),
            format!("多数是整体变化，另有 {percent}% 来自：{}。", who(|it| it.zh)),
        ),
        CauseVerdict::Composition => Text::new(
            format!(
                "Weights of {dimension} changed, which makes {weight:.0} % of it; within its values little did."
            ),
            format!("{dimension} 的构成变化占 {weight:.0}%，各取值自身变化不大。"),
        ),
        CauseVerdict::DataProblem => Text::new(
            "The data look broken: mend them first, then ask again.",
            "数据疑有问题，请先处理后再查。",
        ),
        CauseVerdict::TooSmall => Text::new(
            "Chance alone would change as much: there is nothing to explain.",
            "仅凭偶然也会有此变化，没有需要解释的内容。",
        ),
        CauseVerdict::CannotTell => Text::new(
            "Customers changed differently, but what was found on one half of them the other half does not show.",
            "客户之间变化不一，但在一半客户中发现的规律未能在另一半中得到印证。",
        ),
    }
}
