//! Who is restricted.

use guanxi::Playbook;
use guanxi::error::Language;
use guanxi::store::{Restricted, Restriction};

use super::Stand::Left;
use super::{printable, table};
use crate::speech::{either, grouped};

/// What became of a restriction.
pub fn done(done: &Restricted, lifted: bool, language: Language) -> String {
    let ids = done.customers.join(either(language, ", ", "、"));
    let ids = printable(&ids);
    let said = match (done.changed, lifted, language) {
        (true, false, Language::En) => "restricted: what is held is kept, and not used",
        (true, false, Language::Zh) => "已限制处理：所持信息仅予保存，不作使用",
        (true, true, Language::En) => "restricted no longer",
        (true, true, Language::Zh) => "已解除限制",
        (false, false, Language::En) => "was restricted already",
        (false, false, Language::Zh) => "此前已受限制",
        (false, true, Language::En) => "was not restricted",
        (false, true, Language::Zh) => "本未受限制",
    };
    let mut page = format!("{ids}{}{said}\n", either(language, ": ", "："));
    if done.changed {
        page.push_str(either(
            language,
            "where the store is followed, the next `guanxi advance` tells what is otherwise, and takes effects back or asks for them\n",
            "若事实库正被跟踪，下次 `guanxi advance` 会给出变更，并撤回或重新提出动作\n",
        ));
    }
    page
}

/// Each by id, and since when.
pub fn list(all: &[Restriction], playbook: &Playbook, language: Language) -> String {
    if all.is_empty() {
        return either(language, "nobody is restricted\n", "没有受限制的客户\n").to_owned();
    }
    let header = match language {
        Language::En => ["customer", "since"],
        Language::Zh => ["客户", "自"],
    };
    let zone = playbook.calendar().zone();
    let row = |it: &Restriction| vec![printable(&it.customer).into_owned(), zone.shown(it.since)];
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    table(&header.map(|name| (name, Left)), &rows)
}

/// That numbers are without those who are restricted.
pub fn left_out(count: u64, language: Language) -> String {
    let count = grouped(count);
    match language {
        Language::En => format!("left out, as they are restricted: {count} ids\n"),
        Language::Zh => format!("因限制处理而未计入：{count} 个编号\n"),
    }
}
