//! Segments on a page: how many are in each, and of one customer since when,
//! until when and why.

use std::cmp::Reverse;

use guanxi::Playbook;
use guanxi::engine::Note;
use guanxi::engine::segment::{
    Atom, Audience, ByClause, ChannelView, Leaver, Leaving, OverlapView, SegmentChange,
    SegmentDiff, SegmentExplained, SegmentHistory, SegmentList, SegmentListed, SegmentMembers,
    SegmentReads, SegmentReview, Spell, TurnCause,
};
use guanxi::error::Language;
use guanxi::units::{Instant, Zone};

use super::Stand::{Left, Right};
use super::query::clauses;
use super::{bar, heading, label, percent, printable, table};
use crate::speech::{counted, either, grouped};

/// Every segment, the largest first, and what each reads.
pub fn list(told: &SegmentList, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let name = label(playbook.text(), playbook.id(), language);
    let mut page = super::title(name, told.as_of, zone, language);
    if told.segments.is_empty() {
        page.push_str(either(language, "the playbook has no segments\n", "规则集中没有细分\n"));
        return page;
    }
    let header = match language {
        Language::En => [
            ("segment", Left),
            ("name", Left),
            ("customers", Right),
            ("share", Right),
            ("errors", Right),
            ("reads", Left),
        ],
        Language::Zh => [
            ("细分", Left),
            ("名称", Left),
            ("客户", Right),
            ("占比", Right),
            ("出错", Right),
            ("依据", Left),
        ],
    };
    let mut largest: Vec<&SegmentListed> = told.segments.iter().collect();
    largest.sort_by_key(|it| Reverse(it.members));
    let row = |it: &&SegmentListed| {
        vec![
            it.label.say(language).to_owned(),
            it.segment.to_string(),
            grouped(it.members),
            percent(it.members, told.customers),
            if it.errors == 0 { "-".to_owned() } else { grouped(it.errors) },
            reads(&it.reads, language),
        ]
    };
    let rows: Vec<_> = largest.iter().map(row).collect();
    page.push('\n');
    page.push_str(&table(&header, &rows));
    for it in largest {
        if let Some(failure) = it.failures.first() {
            let colon = either(language, ": ", "：");
            let (who, why) = (printable(&failure.customer), failure.fault.message.say(language));
            page.push_str(&format!("{}{colon}{who}{colon}{why}\n", it.segment));
        }
    }
    page.push_str(&notes(&told.notes, told.as_of, zone, language));
    page
}

/// What a segment reads, in few words.
fn reads(reads: &SegmentReads, language: Language) -> String {
    let (comma, mut said) = (either(language, ", ", "、"), Vec::new());
    let mut add = |en: &str, zh: &str, names: Vec<&str>| {
        if !names.is_empty() {
            let names = names.join(comma);
            said.push(format!("{} {names}", either(language, en, zh)));
        }
    };
    let names = |set: &std::collections::BTreeSet<std::sync::Arc<str>>| -> Vec<String> {
        set.iter().map(|name| name.to_string()).collect()
    };
    for (en, zh, set) in [
        ("attributes", "属性", names(&reads.attributes)),
        ("events", "事件", names(&reads.events)),
        ("lifecycles", "生命周期", names(&reads.machines)),
        ("segments", "细分", names(&reads.segments)),
        ("scores", "评分", reads.scores.iter().cloned().collect()),
        ("consents", "授权", reads.consents.iter().cloned().collect()),
        ("parameters", "参数", names(&reads.parameters)),
    ] {
        add(en, zh, set.iter().map(String::as_str).collect());
    }
    said.join(either(language, "; ", "；"))
}

fn notes(notes: &[Note], as_of: Instant, zone: &Zone, language: Language) -> String {
    let line = |note| format!("* {}\n", super::review::said(note, as_of, zone, language));
    notes.iter().map(line).collect()
}

/// How many are in a segment, beside the ids.
pub fn counted_members(told: &SegmentMembers, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let (name, as_of) = (told.label.say(language), zone.shown(told.as_of));
    let share = percent(told.members, told.customers);
    let (members, all) = (grouped(told.members), grouped(told.customers));
    let mut page = match language {
        Language::En => {
            format!(
                "{name}: {members} of {all} customers ({share}) as of {as_of} {}\n",
                zone.name()
            )
        }
        Language::Zh => {
            format!(
                "{name}：截至 {as_of}（{}），{all} 名客户中有 {members} 名（{share}）\n",
                zone.name()
            )
        }
    };
    if told.errors > 0 {
        let errors = grouped(told.errors);
        page.push_str(&match language {
            Language::En => format!("for {errors} customers the condition is an error\n"),
            Language::Zh => format!("{errors} 名客户求值出错，未计入\n"),
        });
    }
    page.push_str(&notes(&told.notes, told.as_of, zone, language));
    page
}

/// Why one customer is in a segment or not.
pub fn explain(told: &SegmentExplained, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let mut page = super::title(&printable(&told.customer), told.as_of, zone, language);
    let name = told.label.say(language);
    let since = told.since.map(|since| zone.shown(since));
    page.push_str(&match (told.member, since, language) {
        (Some(true), Some(since), Language::En) => format!("in {name} since {since}\n"),
        (Some(true), Some(since), Language::Zh) => format!("属于{name}，自 {since} 起\n"),
        (Some(true), None, Language::En) => format!("in {name}\n"),
        (Some(true), None, Language::Zh) => format!("属于{name}\n"),
        (Some(false), _, Language::En) => format!("not in {name}\n"),
        (Some(false), _, Language::Zh) => format!("不属于{name}\n"),
        (None, _, Language::En) => format!("{name} is an error for this customer\n"),
        (None, _, Language::Zh) => format!("{name}对该客户求值出错\n"),
    });
    page.push('\n');
    page.push_str(&clauses(&told.explanation, language));
    let is_in = told.member == Some(true);
    if !told.needs.is_empty() {
        page.push('\n');
        page.push_str(&heading(match is_in {
            true => either(language, "what would take them out if it turned", "任一项改变即会离开"),
            false => either(language, "what is lacking", "尚缺"),
        }));
        for atom in &told.needs {
            page.push_str(&format!("{}\n", printable(&need(atom, zone, language))));
        }
    }
    if !told.turning.is_empty() {
        page.push('\n');
        page.push_str(&heading(either(
            language,
            "what time alone will turn",
            "仅因时间推移将发生的变化",
        )));
        for atom in &told.turning {
            let at = atom.turns.map(|at| zone.shown(at)).unwrap_or_default();
            let line = match (atom.clause.holds(), language) {
                (true, Language::En) => format!("{at}  no longer: {}", atom.clause.text),
                (true, Language::Zh) => format!("{at}  不再满足：{}", atom.clause.text),
                (false, Language::En) => format!("{at}  then: {}", atom.clause.text),
                (false, Language::Zh) => format!("{at}  将满足：{}", atom.clause.text),
            };
            page.push_str(&format!("{}\n", printable(&line)));
        }
    }
    page.push('\n');
    page.push_str(&forecast(told, zone, language));
    page
}

fn forecast(told: &SegmentExplained, zone: &Zone, language: Language) -> String {
    let changes = told.changes.map(|at| zone.shown(at));
    match (told.foretold, changes, told.member == Some(true), language) {
        (false, .., Language::En) => {
            "what comes if nothing happens cannot be told of one customer alone\n".to_owned()
        }
        (false, .., Language::Zh) => "无法仅凭一个客户预知若无事发生的变化\n".to_owned(),
        (true, Some(at), true, Language::En) => format!("if nothing happens, leaves on {at}\n"),
        (true, Some(at), true, Language::Zh) => format!("若无事发生，将于 {at} 离开\n"),
        (true, Some(at), false, Language::En) => format!("if nothing happens, enters on {at}\n"),
        (true, Some(at), false, Language::Zh) => format!("若无事发生，将于 {at} 进入\n"),
        (true, None, _, Language::En) => {
            "if nothing happens, nothing changes within ten years\n".to_owned()
        }
        (true, None, _, Language::Zh) => "若无事发生，十年内不变\n".to_owned(),
    }
}

/// An end, what is lacking to it, and until when.
fn need(atom: &Atom, zone: &Zone, language: Language) -> String {
    let mut line = atom.clause.say(language);
    if let Some(gap) = &atom.gap {
        let (amount, of) = (gap.amount.say(language), gap.of.as_deref());
        let of = of.map(|of| match language {
            Language::En => format!(" in `{of}`"),
            Language::Zh => format!("（`{of}`）"),
        });
        let of = of.unwrap_or_default();
        line = match (gap.less, language) {
            (false, Language::En) => format!("{line}; {amount} more{of}"),
            (true, Language::En) => format!("{line}; {amount} too many{of}"),
            (false, Language::Zh) => format!("{line}；还差 {amount}{of}"),
            (true, Language::Zh) => format!("{line}；多出 {amount}{of}"),
        };
        if let Some(until) = gap.until {
            let until = zone.shown(until);
            line = match language {
                Language::En => format!("{line}, before {until}"),
                Language::Zh => format!("{line}，须在 {until} 之前"),
            };
        }
    }
    line
}

/// When one customer came in and went.
pub fn history(told: &SegmentHistory, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let mut page = super::title(&printable(&told.customer), told.as_of, zone, language);
    let name = told.label.say(language);
    if told.spells.is_empty() {
        page.push_str(&match language {
            Language::En => format!("never in {name}\n"),
            Language::Zh => format!("从未属于{name}\n"),
        });
    } else {
        let header = match language {
            Language::En => ["from", "until", "days", "came in", "went"],
            Language::Zh => ["进入", "离开", "天数", "进入原因", "离开原因"],
        };
        let mut columns = header.map(|name| (name, Left));
        columns[2].1 = Right;
        let rows: Vec<_> =
            told.spells.iter().map(|it| spell(it, told.as_of, zone, language)).collect();
        page.push_str(&format!("{name}\n\n"));
        page.push_str(&table(&columns, &rows));
    }
    for error in &told.errors {
        let from = error.from.map_or_else(|| "-".to_owned(), |at| zone.shown(at));
        let until = error.until.map_or_else(|| "-".to_owned(), |at| zone.shown(at));
        let why = error.why.say(language);
        page.push_str(&match language {
            Language::En => format!("an error from {from} until {until}: {why}\n"),
            Language::Zh => format!("{from} 至 {until} 求值出错：{why}\n"),
        });
    }
    for note in &told.notes {
        page.push_str(&format!("* {}\n", note.text.say(language)));
    }
    page
}

fn spell(spell: &Spell, as_of: Instant, zone: &Zone, language: Language) -> Vec<String> {
    let always = either(language, "always", "一直");
    let days = spell.enter.map(|enter| {
        let end = spell.exit.unwrap_or(as_of);
        (end.micros() - enter.micros()).div_euclid(86_400_000_000).unsigned_abs()
    });
    vec![
        spell.enter.map_or_else(|| always.to_owned(), |at| zone.shown(at)),
        spell.exit.map_or_else(|| "-".to_owned(), |at| zone.shown(at)),
        days.map_or_else(|| "-".to_owned(), grouped),
        because(&spell.entered_by, language),
        spell.left_by.as_ref().map_or_else(|| "-".to_owned(), |cause| because(cause, language)),
    ]
}

/// What made a membership turn, in a line.
pub(super) fn because(cause: &TurnCause, language: Language) -> String {
    let mut said: Vec<String> = Vec::new();
    for fact in &cause.facts {
        said.push(format!("{} {}", fact.kind, printable(&fact.id)));
    }
    for step in &cause.steps {
        said.push(format!("{} -> {}", step.machine, step.to_label.say(language)));
    }
    if cause.assessed {
        said.push(either(language, "assessment", "定级").to_owned());
    }
    if cause.time {
        said.push(either(language, "time alone", "时间推移").to_owned());
    }
    if !cause.clauses.is_empty() {
        said.push(printable(&cause.clauses.join(", ")).into_owned());
    }
    if said.is_empty() {
        return either(language, "the first that is known", "首次有记录").to_owned();
    }
    said.join(either(language, "; ", "；"))
}

/// Who leaves and who enters if nothing happens.
pub fn leaving(told: &Leaving, top: usize, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let mut page = super::title(told.label.say(language), told.as_of, zone, language);
    let until = zone.shown(told.until);
    let (gone, come) = (told.leaving.len() as u64, told.entering.len() as u64);
    page.push_str(&match language {
        Language::En => {
            let members = counted(told.members, "member", "members");
            let (gone, come) = (grouped(gone), grouped(come));
            format!("{members}; up to {until}, if nothing happens, {gone} leave and {come} enter\n")
        }
        Language::Zh => {
            let (members, gone, come) = (grouped(told.members), grouped(gone), grouped(come));
            format!("现有 {members} 名；若无事发生，至 {until} 将有 {gone} 名离开、{come} 名进入\n")
        }
    });
    if !told.days.is_empty() {
        let header = match language {
            Language::En => [("day", Left), ("leave", Right), ("enter", Right), ("", Left)],
            Language::Zh => [("日期", Left), ("离开", Right), ("进入", Right), ("", Left)],
        };
        let most = told.days.iter().map(|it| it.leaving + it.entering).max().unwrap_or(0);
        let rows: Vec<_> = told
            .days
            .iter()
            .map(|it| {
                let both = it.leaving + it.entering;
                let day = it.day.to_string();
                vec![day, grouped(it.leaving), grouped(it.entering), bar(both, most)]
            })
            .collect();
        page.push('\n');
        page.push_str(&table(&header, &rows));
    }
    page.push_str(&turning(&told.leaving, top, either(language, "leave", "离开"), zone, language));
    page.push_str(&turning(&told.entering, top, either(language, "enter", "进入"), zone, language));
    page
}

fn turning(leavers: &[Leaver], top: usize, title: &str, zone: &Zone, language: Language) -> String {
    if leavers.is_empty() || top == 0 {
        return String::new();
    }
    let header = match language {
        Language::En => [title, "customer", "because then"],
        Language::Zh => [title, "客户", "届时变化的条件"],
    };
    let row = |it: &Leaver| {
        let clauses = printable(&it.clauses.join(", ")).into_owned();
        vec![zone.shown(it.at), printable(&it.customer).into_owned(), clauses]
    };
    let rows: Vec<_> = leavers.iter().take(top).map(row).collect();
    let mut page = format!("\n{}", table(&header.map(|name| (name, Left)), &rows));
    if let Some(more) = leavers.len().checked_sub(top).filter(|more| 0 < *more) {
        let more = grouped(more as u64);
        page.push_str(&match language {
            Language::En => format!("... and {more} more; `--top` shows them, `--json` all\n"),
            Language::Zh => format!("……另有 {more} 名，可用 `--top` 或 `--json` 查看\n"),
        });
    }
    page
}

/// How segments overlap: a matrix where few are asked for, then the pairs.
pub fn overlap(told: &OverlapView, top: usize, playbook: &Playbook, language: Language) -> String {
    const WIDEST: usize = 8;
    let zone = playbook.calendar().zone();
    let name = label(playbook.text(), playbook.id(), language);
    let mut page = super::title(name, told.as_of, zone, language);
    if told.segments.len() <= WIDEST {
        let names: Vec<String> = told.segments.iter().map(|it| it.segment.to_string()).collect();
        let mut header = vec![(either(language, "in both", "同时属于"), Left)];
        header.extend(names.iter().map(|name| (name.as_str(), Right)));
        let rows = told.segments.iter().zip(&told.both).map(|(segment, both)| {
            let counts = both.iter().map(|count| grouped(*count));
            std::iter::once(segment.segment.to_string()).chain(counts).collect()
        });
        let rows: Vec<Vec<String>> = rows.collect();
        page.push('\n');
        page.push_str(&table(&header, &rows));
    }
    let header = match language {
        Language::En => ["one", "other", "both", "only one", "only other", "either", "Jaccard"],
        Language::Zh => ["甲", "乙", "交集", "仅甲", "仅乙", "并集", "Jaccard"],
    };
    let mut columns = header.map(|name| (name, Right));
    (columns[0].1, columns[1].1) = (Left, Left);
    let rows: Vec<_> = told
        .pairs
        .iter()
        .filter(|pair| 0 < pair.both)
        .take(top)
        .map(|it| {
            vec![
                it.one.to_string(),
                it.other.to_string(),
                grouped(it.both),
                grouped(it.only_one),
                grouped(it.only_other),
                grouped(it.either),
                it.jaccard.map_or_else(|| "-".to_owned(), |jaccard| jaccard.to_string()),
            ]
        })
        .collect();
    page.push('\n');
    if rows.is_empty() {
        page.push_str(either(language, "nobody is in two of them\n", "没有客户同时属于两个细分\n"));
    } else {
        page.push_str(&table(&columns, &rows));
    }
    page
}

/// What another playbook would change.
pub fn diff(told: &SegmentDiff, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let name = label(playbook.text(), playbook.id(), language);
    let mut page = super::title(name, told.as_of, zone, language);
    let same = grouped(told.same);
    page.push_str(&match language {
        Language::En => format!("segments that are the same: {same}\n"),
        Language::Zh => format!("不变的细分：{same} 个\n"),
    });
    if !told.segments.is_empty() {
        page.push_str(&differing(told, language));
    }
    page
}

/// The segments that differ.
pub fn differing(told: &SegmentDiff, language: Language) -> String {
    let header = match language {
        Language::En => ["segment", "name", "now", "then", "in", "out"],
        Language::Zh => ["细分", "名称", "现有", "将有", "进入", "离开"],
    };
    let mut columns = header.map(|name| (name, Right));
    (columns[0].1, columns[1].1) = (Left, Left);
    let row = |it: &SegmentChange| {
        let count = |of: &Option<Box<str>>, count: u64| match of {
            Some(_) => grouped(count),
            None => "-".to_owned(),
        };
        vec![
            it.label.say(language).to_owned(),
            it.segment.to_string(),
            count(&it.old_condition, it.old),
            count(&it.new_condition, it.new),
            format!("+{}", grouped(it.entered)),
            format!("-{}", grouped(it.left)),
        ]
    };
    let rows: Vec<_> = told.segments.iter().map(row).collect();
    let mut page = format!("\n{}", table(&columns, &rows));
    for it in &told.segments {
        page.push('\n');
        page.push_str(&heading(&it.segment));
        page.push_str(&conditions(it, language));
        page.push_str(&by_clause(&it.entered_by, true, language));
        page.push_str(&by_clause(&it.left_by, false, language));
        let readers = &it.readers;
        let mut names: Vec<&str> = readers.segments.iter().map(|name| &**name).collect();
        names.extend(readers.machines.iter().map(|name| &**name));
        names.extend(readers.pools.iter().map(|name| &**name));
        if readers.value {
            names.push(either(language, "scores and tiers", "评分与等级"));
        }
        if !names.is_empty() {
            let names = names.join(either(language, ", ", "、"));
            page.push_str(&match language {
                Language::En => format!("rest on it: {names}\n"),
                Language::Zh => format!("依赖它的定义：{names}\n"),
            });
        }
    }
    page
}

/// What a segment says in both playbooks.
fn conditions(it: &SegmentChange, language: Language) -> String {
    let (old, new) = (it.old_condition.as_deref(), it.new_condition.as_deref());
    match (old, new) {
        (Some(old), Some(new)) if old == new => match language {
            Language::En => "the same words; what it reads is another\n".to_owned(),
            Language::Zh => "条件文字未变，其引用的定义已变\n".to_owned(),
        },
        _ => {
            let line = |mark: &str, text: Option<&str>| {
                text.map(|text| format!("{mark} {}\n", printable(text))).unwrap_or_default()
            };
            format!("{}{}", line("-", old), line("+", new))
        }
    }
}

fn by_clause(by: &[ByClause], entered: bool, language: Language) -> String {
    let line = |it: &ByClause| {
        let many = grouped(it.customers);
        let clause = it.clause.as_deref().map(printable);
        match (clause, entered, language) {
            (Some(clause), true, Language::En) => {
                format!("  +{many} no longer kept out by: {clause}\n")
            }
            (Some(clause), true, Language::Zh) => format!("  +{many} 不再被此条件排除：{clause}\n"),
            (Some(clause), false, Language::En) => format!("  -{many} kept out by: {clause}\n"),
            (Some(clause), false, Language::Zh) => format!("  -{many} 被此条件排除：{clause}\n"),
            (None, true, Language::En) => format!("  +{many} no longer kept out by several\n"),
            (None, true, Language::Zh) => format!("  +{many} 此前由多个条件共同排除\n"),
            (None, false, Language::En) => format!("  -{many} kept out by several\n"),
            (None, false, Language::Zh) => format!("  -{many} 由多个条件共同排除\n"),
        }
    };
    by.iter().map(line).collect()
}

/// What a look at all segments found.
pub fn review(told: &SegmentReview, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let name = label(playbook.text(), playbook.id(), language);
    let mut page = super::title(name, told.as_of, zone, language);
    let segments = told.segments;
    page.push_str(&match language {
        Language::En => {
            let found = counted(told.findings.len() as u64, "finding", "findings");
            format!("{}, {found}\n", counted(segments, "segment", "segments"))
        }
        Language::Zh => {
            format!("细分 {} 个，发现 {} 项\n", grouped(segments), told.findings.len())
        }
    });
    if told.findings.is_empty() {
        return page;
    }
    let header = match language {
        Language::En => [("segment", Left), ("finding", Left), ("customers", Right), ("", Left)],
        Language::Zh => [("细分", Left), ("发现", Left), ("客户", Right), ("", Left)],
    };
    let rows: Vec<_> = told
        .findings
        .iter()
        .map(|it| {
            vec![
                it.segment.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
                found(it.finding, language).to_owned(),
                grouped(it.customers),
                printable(it.text.say(language)).into_owned(),
            ]
        })
        .collect();
    page.push('\n');
    page.push_str(&table(&header, &rows));
    page
}

fn found(name: &'static str, language: Language) -> &'static str {
    let zh = match name {
        "empty" => "为空",
        "everybody" => "包含全部",
        "duplicate" => "近乎重复",
        "static" => "长期不变",
        "dominated" => "一条主导",
        "dead_clause" => "多余条件",
        "uncovered" => "未涵盖",
        "leak" => "事后数据",
        other => other,
    };
    let en = match name {
        "dead_clause" => "dead clause",
        other => other,
    };
    either(language, en, zh)
}

/// An audience as a waterfall, then channel by channel.
pub fn audience(told: &Audience, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let mut page = super::title(told.label.say(language), told.as_of, zone, language);
    let steps = [
        (either(language, "in the segment", "属于细分"), told.matched, ""),
        (either(language, "in a segment left out", "被排除"), told.excluded, "-"),
        (either(language, "kept back to compare", "对照组"), told.holdout, "-"),
        (either(language, "left for the channels", "可供各渠道"), told.eligible, "="),
        (either(language, "no channel open", "无可用渠道"), told.eligible - told.r#final, "-"),
        (either(language, "to be contacted", "最终受众"), told.r#final, "="),
    ];
    let rows: Vec<_> = steps
        .iter()
        .map(|(name, count, sign)| {
            let count_said = format!("{sign}{}", grouped(*count));
            let share = percent(*count, told.matched);
            vec![(*name).to_owned(), count_said, share, bar(*count, told.matched)]
        })
        .collect();
    let header = match language {
        Language::En => [("step", Left), ("customers", Right), ("share", Right), ("", Left)],
        Language::Zh => [("步骤", Left), ("客户", Right), ("占比", Right), ("", Left)],
    };
    page.push('\n');
    page.push_str(&table(&header, &rows));
    let header = match language {
        Language::En => {
            ["channel", "withdrawn", "not asked", "no contact", "stale", "capped", "open", "chosen"]
        }
        Language::Zh => {
            ["渠道", "已拒绝", "未征询", "无联系方式", "已过期", "过于频繁", "可用", "采用"]
        }
    };
    let mut columns = header.map(|name| (name, Right));
    columns[0].1 = Left;
    let row = |it: &ChannelView| {
        let counts =
            [it.withdrawn, it.not_asked, it.no_contact, it.stale, it.capped, it.r#final, it.chosen];
        std::iter::once(it.channel.clone()).chain(counts.map(grouped)).collect()
    };
    let rows: Vec<Vec<String>> = told.channels.iter().map(row).collect();
    page.push('\n');
    page.push_str(&table(&columns, &rows));
    let share = |it: Option<guanxi::units::Decimal>| {
        let units = it.map(|it| u64::try_from(it.units()).unwrap_or(0));
        units.map_or_else(|| "-".to_owned(), |units| percent(units, 10_000))
    };
    let quality = &told.quality;
    let [precise, fresh, complete, reachable] =
        [quality.precise, quality.fresh, quality.complete, quality.reachable].map(share);
    page.push('\n');
    page.push_str(&match language {
        Language::En => format!(
            "data: precise {precise}, fresh {fresh}, complete {complete}, reachable {reachable}\n"
        ),
        Language::Zh => {
            format!("数据：精准 {precise}，新鲜 {fresh}，完整 {complete}，可到达 {reachable}\n")
        }
    });
    if told.from != told.as_of {
        let from = zone.shown(told.from);
        page.push_str(&match language {
            Language::En => format!("quiet hours: contact nobody before {from}\n"),
            Language::Zh => format!("免打扰时段：{from} 之前不要联系\n"),
        });
    }
    let frozen = &told.frozen;
    let short = |hash: &str| hash.get(..12).unwrap_or(hash).to_owned();
    let data = frozen.data.as_deref().map_or_else(|| "-".to_owned(), short);
    let (definition, customers) = (short(&frozen.definition), short(&frozen.customers));
    page.push_str(&match language {
        Language::En => {
            format!("frozen: definition {definition}, data {data}, customers {customers}\n")
        }
        Language::Zh => format!("固化：定义 {definition}，数据 {data}，名单 {customers}\n"),
    });
    page
}

/// Who is contacted and by which channel, as CSV.
pub fn contacted(told: &Audience) -> String {
    let cell = crate::lines::cell;
    let rows = told.customers.iter();
    let rows = rows.map(|it| format!("{},{}\n", cell(&it.customer), cell(&it.channel)));
    std::iter::once("customer,channel\n".to_owned()).chain(rows).collect()
}
