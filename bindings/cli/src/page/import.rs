//! What became of the rows of an import.

use guanxi::error::Language;
use guanxi::facts::intake::{ColumnReport, Report, TableReport, Verdicts};
use serde_json::json;

use super::Stand::{Left, Right};
use super::{printable, table};
use crate::faults;
use crate::intake::Broken;
use crate::speech::{counted, either, grouped};

/// The report for people.
pub fn page(report: &Report, is_trial: bool, language: Language) -> String {
    let mut page = verdicts(report, language);
    page.push('\n');
    page.push_str(&sum(report, is_trial, language));
    if is_trial {
        report.tables.iter().for_each(|table| page.push_str(&survey(table, language)));
    }
    page.push_str(&missed_rows(report, language));
    page.push_str(&waiting_rows(report, language));
    page
}

/// What a trial tells of the tables besides: how full each column is, and which
/// kinds of events nobody knows.
pub fn survey(table: &TableReport, language: Language) -> String {
    let header = match language {
        Language::En => ["column", "rows", "empty", "share"],
        Language::Zh => ["列", "行数", "空值", "占比"],
    };
    let stands = [Left, Right, Right, Right];
    let header: Vec<_> = header.into_iter().zip(stands).collect();
    let row = |column: &ColumnReport| {
        let filled = &column.filled;
        let share = format!("{:.1}%", 100.0 * filled.missing_share());
        let name = printable(&column.name).into_owned();
        vec![name, grouped(filled.rows), grouped(filled.missing), share]
    };
    let rows: Vec<Vec<String>> = table.columns.iter().map(row).collect();
    let mut page = format!("\n{}\n", printable(&table.file));
    page.push_str(&super::table(&header, &rows));
    for (kind, rows) in &table.unknown_kinds {
        let (kind, n_rows) = (printable(kind), grouped(*rows));
        page.push_str(&match language {
            Language::En => {
                let are = counted(*rows, "row is", "rows are");
                format!("{are} of the kind `{kind}`, which nobody declared\n")
            }
            Language::Zh => format!("有 {n_rows} 行属于未声明的类型 `{kind}`\n"),
        });
    }
    page
}

/// The rows that wait for what they correct, each with its place.
fn waiting_rows(report: &Report, language: Language) -> String {
    let mut page = String::new();
    for table in &report.tables {
        for row in &table.waiting {
            let place = format!("{}:{row}", table.file);
            page.push_str(&match language {
                Language::En => format!("{place} waits: what it corrects is not recorded\n"),
                Language::Zh => format!("{place} 待定：其所更正的事实尚未记入\n"),
            });
        }
        let more = table.verdicts.pending.saturating_sub(table.waiting.len() as u64);
        if more > 0 {
            let (file, more) = (&table.file, grouped(more));
            page.push_str(&match language {
                Language::En if more == "1" => format!("and 1 more row of {file} waits\n"),
                Language::En => format!("and {more} more rows of {file} wait\n"),
                Language::Zh => format!("{file} 另有 {more} 行待定\n"),
            });
        }
    }
    page
}

/// What became of rows where something else answers the question: how many
/// were not plainly new, and why those were refused that were.
pub fn rows(report: &Report, language: Language) -> String {
    let verdicts = report.verdicts();
    let Verdicts { new, same, pending, conflict, refused } = verdicts;
    if new == verdicts.rows() {
        return String::new();
    }
    let words = match language {
        Language::En => ["new", "same", "pending", "conflict", "refused"],
        Language::Zh => ["新增", "已有", "待定", "冲突", "拒收"],
    };
    let counts = [new, same, pending, conflict, refused].into_iter().zip(words);
    let said = counts.filter(|(count, _)| *count > 0).map(|(count, word)| match language {
        Language::En => format!("{} {word}", grouped(count)),
        Language::Zh => format!("{word} {}", grouped(count)),
    });
    let said = said.collect::<Vec<_>>().join(either(language, ", ", "，"));
    let all = match language {
        Language::En => counted(verdicts.rows(), "row", "rows"),
        Language::Zh => format!("共 {} 行", grouped(verdicts.rows())),
    };
    let colon = either(language, ": ", "：");
    format!("{all}{colon}{said}\n{}", missed_rows(report, language))
}

/// The rows that were not recorded, each with its reasons; nothing where there
/// are none.
fn missed_rows(report: &Report, language: Language) -> String {
    report.tables.iter().map(|table| missed(table, language)).collect()
}

fn verdicts(report: &Report, language: Language) -> String {
    let header = match language {
        Language::En => ["file", "rows", "new", "same", "pending", "conflict", "refused"],
        Language::Zh => ["文件", "行数", "新增", "已有", "待定", "冲突", "拒收"],
    };
    let mut columns = header.map(|name| (name, Right));
    columns[0].1 = Left;
    let rows: Vec<_> = report.tables.iter().map(|table| row(&table.file, table.verdicts)).collect();
    table(&columns, &rows)
}

fn row(file: &str, verdicts: Verdicts) -> Vec<String> {
    let Verdicts { new, same, pending, conflict, refused } = verdicts;
    let mut row = vec![file.to_owned()];
    row.extend([verdicts.rows(), new, same, pending, conflict, refused].map(grouped));
    row
}

fn sum(report: &Report, is_trial: bool, language: Language) -> String {
    let verdicts = report.verdicts();
    let (created, missed) = (report.customers_created, verdicts.not_recorded());
    let mut said = match language {
        Language::En => {
            let created = counted(created, "new customer", "new customers");
            format!("{created}; {} not recorded\n", counted(missed, "row", "rows"))
        }
        Language::Zh => {
            format!("新客户 {} 名；未记入 {} 行\n", grouped(created), grouped(missed))
        }
    };
    if is_trial {
        said.push_str(match language {
            Language::En => "this was a trial: nothing was recorded\n",
            Language::Zh => "本次为试运行：未写入任何内容\n",
        });
    }
    said
}

/// The rows of a table that were not recorded, each with its reasons.
pub fn missed(table: &TableReport, language: Language) -> String {
    let mut page = String::new();
    for row in &table.not_recorded {
        for fault in &row.faults {
            page.push('\n');
            page.push_str(&faults::render(fault, None, language));
        }
    }
    let more = table.more_not_recorded;
    if more > 0 {
        let (file, more) = (&table.file, grouped(more));
        page.push_str(&match language {
            Language::En => {
                let rows = if more == "1" { "row" } else { "rows" };
                format!("\nand {more} more {rows} of {file}; `--refused FILE` writes them all\n")
            }
            Language::Zh => {
                format!("\n{file} 另有 {more} 行；可用 `--refused 文件` 全部写出\n")
            }
        });
    }
    page
}

/// How far an import came that was broken off, and what to do.
pub fn broken(broken: &Broken, language: Language) -> String {
    let verdicts = broken.report.verdicts();
    let recorded = verdicts.rows() - verdicts.not_recorded();
    let reached = broken.reached.as_ref().map(|(file, row)| format!("{file}:{row}"));
    let reached = reached.unwrap_or_default();
    match language {
        Language::En => {
            let recorded = counted(recorded, "row is", "rows are");
            format!(
                "\n{recorded} recorded, up to {reached}; \
                 it is safe to import again: rows that are recorded are recognised\n"
            )
        }
        Language::Zh => {
            let recorded = grouped(recorded);
            format!("\n已记入 {recorded} 行，截至 {reached}；可放心重新导入：已记入的行会被识别\n")
        }
    }
}

/// The same as JSON: the report, and the row `reached`.
pub fn broken_json(broken: &Broken, language: Language) -> serde_json::Value {
    let mut said = to_json(&broken.report, false, language);
    let reached = broken.reached.as_ref();
    said["reached"] = json!(reached.map(|(file, row)| json!({ "file": file, "row": row })));
    said
}

/// The report as JSON, with reasons in one language.
pub fn to_json(report: &Report, is_trial: bool, language: Language) -> serde_json::Value {
    let tables: Vec<_> = report.tables.iter().map(|table| table_json(table, language)).collect();
    json!({
        "dry_run": is_trial,
        "verdicts": report.verdicts(),
        "customers_created": report.customers_created,
        "tables": tables,
    })
}

fn table_json(table: &TableReport, language: Language) -> serde_json::Value {
    let rows = table.not_recorded.iter().map(|row| {
        json!({
            "row": row.row,
            "verdict": row.verdict,
            "faults": faults::list(&row.faults, language),
        })
    });
    json!({
        "file": table.file,
        "of": table.of,
        "verdicts": table.verdicts,
        "columns": table.columns,
        "unknown_kinds": table.unknown_kinds,
        "not_recorded": rows.collect::<Vec<_>>(),
        "more_not_recorded": table.more_not_recorded,
        "waiting": table.waiting,
    })
}
