//! Whether somebody is a customer already, and who is there twice.

use guanxi::Playbook;
use guanxi::engine::{
    CollisionView, EvidenceView, MatchView, ReportView, ScanView, TogetherView, UnreadView,
    UnusableView,
};
use guanxi::error::Language;
use guanxi::identity::{Differs, Form, Verdict};
use guanxi::units::Zone;

use super::Stand::{Left, Right};
use super::{label, printable, table};
use crate::speech::{either, grouped};

/// A verdict with what it rests on.
pub fn page(view: &CollisionView, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let mut page = format!("{}\n", printable(view.sentence.say(language)));
    if let Some(asked) = &view.asked {
        page.push_str(&match language {
            Language::En => format!("asked about {}\n", printable(asked)),
            Language::Zh => format!("查询客户 {}\n", printable(asked)),
        });
    }
    for found in &view.matches {
        page.push('\n');
        page.push_str(&met(found, playbook, zone, language));
    }
    page.push_str(&firsts(view, language));
    page.push_str(&rest(view, playbook, language));
    page
}

fn met(found: &MatchView, playbook: &Playbook, zone: &Zone, language: Language) -> String {
    let verdict = match (found.decides, language) {
        (true, Language::En) => "same",
        (true, Language::Zh) => "同一客户",
        (false, Language::En) => "possible",
        (false, Language::Zh) => "疑似",
    };
    let mut out = format!("{}  {verdict}\n", printable(&found.customer));
    let header = match language {
        Language::En => ["by", "strength", "given", "held", "compared as", "on record since"],
        Language::Zh => ["依据", "强度", "来者", "已有", "规范值", "最早记录"],
    };
    let row = |it: &EvidenceView| {
        let since = it.since.as_ref().map(|it| report(it, zone)).unwrap_or_default();
        let strength = match (it.strength, language) {
            (word, Language::En) => word,
            ("strong", Language::Zh) => "强",
            (_, Language::Zh) => "弱",
        };
        let mut key = format!("{} {}", form(it.form, language), printable(&it.key));
        for differs in &it.differs {
            key.push_str(match (differs, language) {
                (Differs::Place, Language::En) => " (another place)",
                (Differs::Place, Language::Zh) => "（地区不同）",
                (Differs::Branch, Language::En) => " (another branch)",
                (Differs::Branch, Language::Zh) => "（分支机构不同）",
            });
        }
        if it.legacy {
            key.push_str(either(language, " (a tax id of 15)", "（15 位旧税号）"));
        }
        let held_by = attribute(&it.held_by, playbook, language);
        vec![
            format!("  {}", attribute(&it.attribute, playbook, language)),
            strength.to_owned(),
            printable(&it.given).into_owned(),
            if it.held_by == it.attribute {
                printable(&it.held).into_owned()
            } else {
                format!("{} ({held_by})", printable(&it.held))
            },
            key,
            since,
        ]
    };
    let rows: Vec<Vec<String>> = found.evidence.iter().map(row).collect();
    let indented = header.map(|name| format!("  {name}"));
    let mut columns = header.map(|name| (name, Left));
    columns[0].0 = &indented[0];
    out.push_str(&table(&columns, &rows));
    if let Some(against) = &found.against {
        let (given, held) = (printable(&against.given), printable(&against.held));
        out.push_str(&match language {
            Language::En => format!("  against it: organisation {given} is not {held}\n"),
            Language::Zh => format!("  与之矛盾：组织机构代码 {given} 与 {held} 不同\n"),
        });
    }
    out.push_str(&standing(found, zone, language));
    out
}

/// Who holds the customer, and who was first.
fn standing(found: &MatchView, zone: &Zone, language: Language) -> String {
    let mut out = String::new();
    if let Some(holder) = &found.holder {
        let owner = printable(&holder.owner);
        let since = holder.since.map(|at| zone.shown(at));
        out.push_str(&match (language, since) {
            (Language::En, Some(since)) => format!("  held by {owner} since {since}\n"),
            (Language::En, None) => format!("  held by {owner}\n"),
            (Language::Zh, Some(since)) => format!("  由 {owner} 持有，自 {since} 起\n"),
            (Language::Zh, None) => format!("  由 {owner} 持有\n"),
        });
    }
    let proof = &found.proof;
    if let Some(first) = &proof.first {
        let told = report(first, zone);
        out.push_str(&match language {
            Language::En => format!("  first by date: {told}\n"),
            Language::Zh => format!("  按发生时间最早：{told}\n"),
        });
    }
    if let Some(first) = proof.first_learnt.as_ref().filter(|it| proof.first.as_ref() != Some(it)) {
        let told = report(first, zone);
        out.push_str(&match language {
            Language::En => format!("  first learnt: {told}\n"),
            Language::Zh => format!("  按获知时间最早：{told}\n"),
        });
    }
    if let (Some(first), Some(last)) = (&proof.first_inquiry, &proof.last_inquiry) {
        let number = grouped(proof.inquiries);
        let by = |actor: &Option<Box<str>>| match actor {
            Some(actor) => format!(" {}", printable(actor)),
            None => String::new(),
        };
        let (from, until) = (report(&first.report, zone), report(&last.report, zone));
        let (one, other) = (by(&first.actor), by(&last.actor));
        let then = match language {
            _ if proof.inquiries < 2 => String::new(),
            Language::En => format!(", last{other} {until}"),
            Language::Zh => format!("，最近{other} {until}"),
        };
        out.push_str(&match language {
            Language::En => format!("  inquiries: {number}; first{one} {from}{then}\n"),
            Language::Zh => format!("  咨询 {number} 次：首次{one} {from}{then}\n"),
        });
    }
    out
}

/// A fact that proves something: when it happened, when it was learnt, its id.
fn report(it: &ReportView, zone: &Zone) -> String {
    let (source, id) = (printable(&it.source), printable(&it.id));
    let seen = zone.shown(it.seen);
    match it.at.map(|at| zone.shown(at)) {
        Some(at) if at == seen => format!("{at} [{source} {id}]"),
        Some(at) => format!("{at} [{source} {id}, {seen}]"),
        None => format!("[{source} {id}, {seen}]"),
    }
}

/// Who of several was first, where the two ways to tell differ or there are several.
fn firsts(view: &CollisionView, language: Language) -> String {
    if view.matches.len() < 2 {
        return String::new();
    }
    let Some(first) = &view.first else { return String::new() };
    let name = printable(first);
    let mut out = match language {
        Language::En => format!("\nfirst of these by date: {name}\n"),
        Language::Zh => format!("\n其中按发生时间最早：{name}\n"),
    };
    if let Some(learnt) = view.first_learnt.as_ref().filter(|it| *it != first) {
        let name = printable(learnt);
        out.push_str(&match language {
            Language::En => format!("first learnt, which is another one: {name}\n"),
            Language::Zh => format!("而按获知时间最早的是：{name}\n"),
        });
    }
    out
}

/// Values that decide nothing.
fn rest(view: &CollisionView, playbook: &Playbook, language: Language) -> String {
    let mut out = String::new();
    for it in &view.shared {
        let name = attribute(&it.attribute, playbook, language);
        let (given, number) = (printable(&it.given), grouped(it.customers as u64));
        out.push_str(&match language {
            Language::En => {
                format!("* {name} {given}: shared by {number} customers, decides nothing\n")
            }
            Language::Zh => format!("* {name} {given}：{number} 位客户共用，不作依据\n"),
        });
    }
    for UnusableView { attribute: it, given, fault } in &view.unusable {
        let (name, given) = (attribute(it, playbook, language), printable(given));
        let why = match fault {
            Some(fault) => fault.message.say(language).to_owned(),
            None => either(language, "stands for nothing", "视为未填写").to_owned(),
        };
        let hint = fault.as_ref().and_then(|fault| fault.hint.as_ref());
        let hint = hint.map(|hint| match language {
            Language::En => format!(" ({})", hint.en),
            Language::Zh => format!("（{}）", hint.zh),
        });
        let hint = hint.unwrap_or_default();
        out.push_str(&match language {
            Language::En => format!("* {name} {given} matches nobody: {why}{hint}\n"),
            Language::Zh => format!("* {name} {given} 未参与查重：{why}{hint}\n"),
        });
    }
    if out.is_empty() { out } else { format!("\n{out}") }
}

/// What became of the inquiry that was to be recorded.
pub fn recorded(id: Option<&str>, language: Language) -> String {
    match (id, language) {
        (Some(id), Language::En) => format!("\nrecorded as inquiry {}\n", printable(id)),
        (Some(id), Language::Zh) => format!("\n已记为咨询 {}\n", printable(id)),
        (None, Language::En) => {
            "\nnothing recorded: no customer is the same; import a new one, or say who it is\n"
                .into()
        }
        (None, Language::Zh) => {
            "\n未作记录：没有认定为同一客户；新客户请导入，疑似者请先人工核对\n".into()
        }
    }
}

/// A line for each row of a table.
pub fn rows(
    views: &[(String, CollisionView)],
    [new, same, possible]: [u64; 3],
    others: &[String],
    playbook: &Playbook,
    language: Language,
) -> String {
    let header = match language {
        Language::En => ["row", "verdict", "customer", "by"],
        Language::Zh => ["行", "结论", "客户", "依据"],
    };
    let mut columns = header.map(|name| (name, Left));
    columns[0].1 = Right;
    let row = |(line, view): &(String, CollisionView)| {
        let ids: Vec<&str> = match &view.customer {
            Some(customer) => vec![customer],
            None => view.matches.iter().take(3).map(|it| &*it.customer).collect(),
        };
        let found = view.matches.iter().filter(|it| ids.contains(&&*it.customer));
        let evidence = found.flat_map(|it| &it.evidence);
        let mut by: Vec<String> =
            evidence.map(|it| attribute(&it.attribute, playbook, language).to_owned()).collect();
        by.extend(view.unusable.iter().filter(|it| it.fault.is_some()).map(|it| {
            let name = attribute(&it.attribute, playbook, language);
            match language {
                Language::En => format!("{name} unusable"),
                Language::Zh => format!("{name}无法使用"),
            }
        }));
        by.dedup();
        vec![
            line.clone(),
            word(view.verdict, language).to_owned(),
            printable(&ids.join(", ")).into_owned(),
            printable(&by.join(either(language, ", ", "、"))).into_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = views.iter().map(row).collect();
    let [new, same, possible] = [new, same, possible].map(grouped);
    let mut out = match language {
        Language::En => format!("new {new}, same {same}, possible {possible}\n\n"),
        Language::Zh => format!("新客户 {new}，同一客户 {same}，疑似 {possible}\n\n"),
    };
    out.push_str(&table(&columns, &rows));
    if !others.is_empty() {
        let names = printable(&others.join(", ")).into_owned();
        out.push_str(&match language {
            Language::En => format!("\n* not compared: {names}\n"),
            Language::Zh => format!("\n* 未参与比较的列：{names}\n"),
        });
    }
    out
}

/// Everybody who is there twice.
pub fn scan(found: &ScanView, top: usize, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let name = label(playbook.text(), playbook.id(), language);
    let mut page = super::title(name, found.as_of, zone, language);
    let [customers, groups, surplus, possible] =
        [found.customers, found.groups.len(), found.surplus, found.possible.len()]
            .map(|number| grouped(number as u64));
    page.push_str(&match language {
        Language::En => format!(
            "customers {customers}; groups of one customer {groups}, ids too many {surplus}; \
             possible {possible}\n"
        ),
        Language::Zh => format!(
            "客户 {customers} 位；重复 {groups} 组，多出编号 {surplus} 个；疑似 {possible} 处\n"
        ),
    });
    for group in found.groups.iter().take(top) {
        let members = group.customers.iter().map(|it| match it.since {
            Some(since) => format!("{} ({})", printable(&it.customer), zone.shown(since)),
            None => printable(&it.customer).into_owned(),
        });
        let members: Vec<String> = members.collect();
        page.push_str(&format!("\n{}\n", members.join(" = ")));
        for it in &group.because {
            page.push_str(&together(it, playbook, language));
        }
        if group.doubtful {
            page.push_str(either(
                language,
                "  in doubt: they name several organisations\n",
                "  存疑：其中有不同的组织机构代码\n",
            ));
        }
    }
    page.push_str(&more(found.groups.len(), top, language));
    section(&mut page, &found.possible, top, playbook, language, ("possible", "疑似"));
    let shared = ("shared by too many to decide", "共用过多，不作依据");
    section(&mut page, &found.shared, top, playbook, language, shared);
    for UnreadView { attribute: it, placeholders, unusable, first } in &found.unread {
        let name = attribute(it, playbook, language);
        page.push_str(&match language {
            Language::En => format!("\n* {name}: placeholders {placeholders}, unusable {unusable}"),
            Language::Zh => format!("\n* {name}：占位 {placeholders} 个，无法使用 {unusable} 个"),
        });
        if let Some((customer, fault)) = first {
            let (customer, why) = (printable(customer), fault.message.say(language));
            page.push_str(&match language {
                Language::En => format!("; first {customer}: {why}"),
                Language::Zh => format!("；如 {customer}：{why}"),
            });
        }
    }
    page.push_str(if found.unread.is_empty() { "" } else { "\n" });
    page
}

fn section(
    page: &mut String,
    all: &[TogetherView],
    top: usize,
    playbook: &Playbook,
    language: Language,
    (en, zh): (&str, &str),
) {
    if all.is_empty() {
        return;
    }
    page.push_str(&format!("\n{}\n", either(language, en, zh)));
    for it in all.iter().take(top) {
        page.push_str(&together(it, playbook, language));
    }
    page.push_str(&more(all.len(), top, language));
}

fn together(it: &TogetherView, playbook: &Playbook, language: Language) -> String {
    let ids = printable(&it.customers.join(", ")).into_owned();
    let more = if it.customers.len() < it.n_customers { ", ..." } else { "" };
    let against = match it.against {
        true => either(language, "; several credit codes", "；信用代码不同"),
        false => "",
    };
    let name = attribute(&it.attribute, playbook, language);
    let (key, number) = (printable(&it.key), grouped(it.n_customers as u64));
    match language {
        Language::En => format!("  {name} {key}: {number} ({ids}{more}){against}\n"),
        Language::Zh => format!("  {name} {key}：{number} 位（{ids}{more}）{against}\n"),
    }
}

fn more(number: usize, top: usize, language: Language) -> String {
    if number <= top {
        return String::new();
    }
    let rest = grouped((number - top) as u64);
    match language {
        Language::En => format!("  and {rest} more: --top, --json\n"),
        Language::Zh => format!("  另有 {rest} 处：--top、--json\n"),
    }
}

fn word(verdict: Verdict, language: Language) -> &'static str {
    match verdict {
        Verdict::New => either(language, "new", "新客户"),
        Verdict::Same => either(language, "same", "同一客户"),
        Verdict::Possible => either(language, "possible", "疑似"),
    }
}

fn form(form: Form, language: Language) -> &'static str {
    let (en, zh) = match form {
        Form::CreditCode => ("credit code", "信用代码"),
        Form::Organisation => ("organisation", "组织机构代码"),
        Form::Mobile => ("mobile", "手机"),
        Form::Landline => ("landline", "固话"),
        Form::Abroad => ("abroad", "境外号码"),
        Form::Email => ("mail", "邮箱"),
        Form::Company => ("firm", "字号"),
        Form::Id => ("id", "编号"),
    };
    either(language, en, zh)
}

/// What people call an attribute.
fn attribute<'p>(name: &'p str, playbook: &'p Playbook, language: Language) -> &'p str {
    let schema = playbook.schema();
    let declared = schema.attribute(name).and_then(|it| schema.attributes.get(it));
    declared.map_or(name, |declared| label(&declared.text, name, language))
}
