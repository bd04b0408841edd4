//! What an erasure came to, and the list of all.

use guanxi::error::Language;
use guanxi::facts::Erasure;
use guanxi::store::Erased;

use super::Stand::Left;
use super::table;
use crate::speech::{either, grouped};

/// What is gone, what is left, and what the host has still to do.
pub fn page(erased: Option<&Erased>, is_trial: bool, language: Language) -> String {
    let Some(erased) = erased else {
        return either(language, "nobody on the list is here\n", "名单上的客户均不在此库\n").into();
    };
    let left = &erased.left;
    let (ids, facts, events) = (grouped(left.ids), grouped(left.facts), grouped(left.events));
    let mut page = match (is_trial, language) {
        (false, Language::En) => format!("erased: ids {ids}, facts about them {facts}\n"),
        (false, Language::Zh) => format!("已清除：编号 {ids} 个，相关事实 {facts} 条\n"),
        (true, Language::En) => format!("would be erased: ids {ids}, facts about them {facts}\n"),
        (true, Language::Zh) => format!("将清除：编号 {ids} 个，相关事实 {facts} 条\n"),
    };
    let names = left.surrogates.join(either(language, ", ", "、"));
    let named = if names.is_empty() { String::new() } else { format!(" ({names})") };
    page.push_str(&match language {
        Language::En => format!(
            "skeletons of {events} events stay under a surrogate{named}, so that flows balance\n"
        ),
        Language::Zh => {
            format!("{events} 个事件的骨架以代号{named}保留，使各期流水仍然平衡\n")
        }
    });
    if 0 < left.mentions {
        let mentions = grouped(left.mentions);
        page.push_str(&match language {
            Language::En => format!(
                "facts about others that have such an id among their texts: {mentions}; they stay, \
                 look whether they mean the same person\n"
            ),
            Language::Zh => format!(
                "其他客户的事实中有 {mentions} 条含有该编号，未作改动；请核对是否指同一人\n"
            ),
        });
    }
    if !is_trial && !erased.wiped {
        page.push_str(either(
            language,
            "somebody was reading, or the disk is full: old bytes are cleared away when the file is next opened for writing\n",
            "当时有人正在读取，或磁盘已满：残留字节将在下次以写方式打开时清理\n",
        ));
    }
    if !is_trial {
        page.push_str(either(
            language,
            "older backups keep what they have: repeat the list there with `--again`\n",
            "较早的备份中仍有这些数据：恢复后请用 `--again` 按名单再次清除\n",
        ));
    }
    page
}

/// Each erasure by its mark.
pub fn list(erasures: &[Erasure], language: Language) -> String {
    let header = match language {
        Language::En => ["from", "mark"],
        Language::Zh => ["自", "标记"],
    };
    let row = |erasure: &Erasure| vec![erasure.at.to_string(), erasure.mark.to_string()];
    let rows: Vec<Vec<String>> = erasures.iter().map(row).collect();
    table(&header.map(|name| (name, Left)), &rows)
}
