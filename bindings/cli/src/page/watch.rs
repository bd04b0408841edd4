//! Who came into segments and went, on a page: a line for each segment, then each
//! coming and going.

use guanxi::Playbook;
use guanxi::engine::segment::{SegmentWatch, WatchedTurn};
use guanxi::error::Language;
use guanxi::units::Zone;

use super::Stand::{Left, Right};
use super::segment::because;
use super::{label, printable, table};
use crate::speech::{either, grouped};

/// Who came and went in a period.
pub fn watch(told: &SegmentWatch, top: usize, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let name = label(playbook.text(), playbook.id(), language);
    let mut page = super::title(name, told.to, zone, language);
    let from = zone.shown(told.from);
    page.push_str(&match language {
        Language::En => format!("after {from}\n\n"),
        Language::Zh => format!("自 {from} 之后\n\n"),
    });
    let header = match language {
        Language::En => ["segment", "name", "before", "came in", "went", "after"],
        Language::Zh => ["细分", "名称", "期初", "进入", "离开", "期末"],
    };
    let mut columns = header.map(|name| (name, Right));
    (columns[0].1, columns[1].1) = (Left, Left);
    let rows = told.segments.iter().map(|it| {
        let counts = [it.members_before, it.entered, it.left, it.members_after];
        let names = [it.label.say(language).to_owned(), it.segment.to_string()];
        names.into_iter().chain(counts.map(grouped)).collect()
    });
    page.push_str(&table(&columns, &rows.collect::<Vec<_>>()));
    page.push_str(&turns(&told.turns, top, zone, language));
    for it in &told.left_out {
        let (name, why) = (&it.segment, it.why.say(language));
        page.push_str(&match language {
            Language::En => format!("* {name} cannot be watched: {why}\n"),
            Language::Zh => format!("* {name} 无法跟踪：{why}\n"),
        });
    }
    for note in &told.notes {
        page.push_str(&format!("* {}\n", note.text.say(language)));
    }
    page
}

fn turns(turns: &[WatchedTurn], top: usize, zone: &Zone, language: Language) -> String {
    if turns.is_empty() || top == 0 {
        return String::new();
    }
    let header = match language {
        Language::En => ["at", "customer", "", "segment", "by"],
        Language::Zh => ["时间", "客户", "", "细分", "原因"],
    };
    let row = |it: &WatchedTurn| {
        let way = match it.entered {
            true => either(language, "into", "进入"),
            false => either(language, "out of", "离开"),
        };
        vec![
            zone.shown(it.at),
            printable(&it.customer).into_owned(),
            way.to_owned(),
            it.segment.to_string(),
            because(&it.cause, language),
        ]
    };
    let rows: Vec<_> = turns.iter().take(top).map(row).collect();
    let mut page = format!("\n{}", table(&header.map(|name| (name, Left)), &rows));
    if let Some(more) = turns.len().checked_sub(top).filter(|more| 0 < *more) {
        let more = grouped(more as u64);
        page.push_str(&match language {
            Language::En => format!("... and {more} more; `--top` shows them, `--json` all\n"),
            Language::Zh => format!("……另有 {more} 条，可用 `--top` 或 `--json` 查看\n"),
        });
    }
    page
}
