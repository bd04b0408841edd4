//! What became of the rows of tables that are followed.

use guanxi::engine::ask::synced_as_json;
use guanxi::error::Language;
use guanxi::facts::intake::Rows;
use guanxi::store::{Fed, Synced};
use guanxi::units::Zone;
use serde_json::{Value, json};

use super::Stand::{Left, Right};
use super::import::{missed, survey};
use super::{printable, table};
use crate::commands::sync::Done;
use crate::speech::{either, grouped};

/// The report for people.
pub fn page(done: &[Done], is_trial: bool, language: Language) -> String {
    let header = match language {
        Language::En => {
            ["table", "rows", "new", "changed", "gone", "unchanged", "older", "not recorded"]
        }
        Language::Zh => ["表", "行数", "新增", "修改", "删除", "不变", "较旧", "未记入"],
    };
    let mut columns = header.map(|name| (name, Right));
    columns[0].1 = Left;
    let rows: Vec<Vec<String>> = done.iter().map(|done| row(&done.name, &done.synced)).collect();
    let mut page = table(&columns, &rows);
    page.push('\n');
    for Done { name, synced, .. } in done {
        page.push_str(&reached(name, synced, language));
    }
    if is_trial {
        page.push_str(either(
            language,
            "this was a trial: nothing was recorded\n",
            "本次为试运行：未写入任何内容\n",
        ));
        done.iter().for_each(|done| page.push_str(&survey(&done.report, language)));
    }
    done.iter().for_each(|done| page.push_str(&missed(&done.report, language)));
    page
}

fn row(name: &str, synced: &Synced) -> Vec<String> {
    let Synced { rows, new, changed, unchanged, gone, older, not_recorded, .. } = synced;
    let mut row = vec![printable(name).into_owned()];
    row.extend([rows, new, changed, gone, unchanged, older, not_recorded].map(|n| grouped(*n)));
    row
}

/// How far the host was read, and what was not concluded.
fn reached(name: &str, synced: &Synced, language: Language) -> String {
    let name = printable(name);
    let mut said = String::new();
    if let Some(cursor) = &synced.cursor {
        let cursor = printable(cursor);
        said.push_str(&match language {
            Language::En => format!("{name} was read up to {cursor}\n"),
            Language::Zh => format!("{name} 已读至 {cursor}\n"),
        });
    }
    if 0 < synced.not_recorded {
        let en = "since not every row was recorded, the cursor stays where it was";
        let zh = "因有未记入的行，读取位置保持不变";
        said.push_str(&format!("{name}: {}\n", either(language, en, zh)));
        if synced.mode == Rows::Snapshot {
            let en = "and rows that are missing do not count as gone";
            let zh = "缺少的行也不视为已删除";
            said.push_str(&format!("{name}: {}\n", either(language, en, zh)));
        }
    }
    said
}

/// The tables that are followed.
pub fn feeds(feeds: &[Fed], zone: &Zone, language: Language) -> String {
    if feeds.is_empty() {
        let said = either(language, "no table is followed\n", "没有同步的表\n");
        return said.to_owned();
    }
    let header = match language {
        Language::En => ["table", "source", "rows", "gone", "read up to", "last read"],
        Language::Zh => ["表", "来源", "行数", "已删除", "读至", "上次读取"],
    };
    let stands = [Left, Left, Right, Right, Left, Left];
    let columns: Vec<_> = header.into_iter().zip(stands).collect();
    let row = |fed: &Fed| {
        let cursor = fed.cursor.as_deref().unwrap_or("-");
        vec![
            printable(&fed.name).into_owned(),
            printable(&fed.source).into_owned(),
            grouped(fed.rows),
            grouped(fed.gone),
            printable(cursor).into_owned(),
            zone.shown(fed.seen),
        ]
    };
    table(&columns, &feeds.iter().map(row).collect::<Vec<_>>())
}

/// The same as JSON.
pub fn to_json(done: &[Done], is_trial: bool, language: Language) -> Value {
    let one = |done: &Done| synced_as_json(&done.name, &done.synced, &done.report, language);
    json!({ "dry_run": is_trial, "tables": done.iter().map(one).collect::<Vec<_>>() })
}
