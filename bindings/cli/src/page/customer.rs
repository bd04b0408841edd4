//! One customer on a page: what is known, what happened, where they belong.

use std::cmp::Reverse;

use guanxi::Playbook;
use guanxi::engine::{AttributeView, CustomerView, EventsView, Shown};
use guanxi::error::Language;
use guanxi::facts::{Field, Type};
use guanxi::units::{Instant, Zone};

use super::Stand::{Left, Right};
use super::{day, heading, label, printable, table};
use crate::speech::{either, grouped};

/// The page, for somebody who asked for a customer by this id.
pub fn page(view: &CustomerView, asked: &str, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let mut page = super::title(&printable(&view.customer), view.as_of, zone, language);
    if *asked != *view.customer {
        let (asked, id) = (printable(asked), printable(&view.customer));
        page.push_str(&match language {
            Language::En => format!("{asked} was merged into {id}\n"),
            Language::Zh => format!("{asked} 已合并到 {id}\n"),
        });
    }
    if let Some(since) = view.since {
        let since = zone.day_of(since);
        page.push_str(&match language {
            Language::En => format!("known since {since}\n"),
            Language::Zh => format!("自 {since} 起有记录\n"),
        });
    }
    attributes(&mut page, view, playbook, language);
    consents(&mut page, view, zone, language);
    events(&mut page, view, playbook, language);
    page.push_str(&super::lifecycle::states(&view.machines, zone, language));
    if let Some(value) = &view.value {
        page.push('\n');
        page.push_str(&super::worth::one(value, playbook, language));
    }
    segments(&mut page, view, language);
    page
}

fn attributes(page: &mut String, view: &CustomerView, playbook: &Playbook, language: Language) {
    if view.attributes.is_empty() {
        return;
    }
    let header = match language {
        Language::En => ["attribute", "value", "since", "fresh"],
        Language::Zh => ["属性", "值", "起始", "新鲜"],
    };
    let rows: Vec<_> = view.attributes.iter().map(|it| attribute(it, playbook, language)).collect();
    page.push('\n');
    page.push_str(&table(&header.map(|name| (name, Left)), &rows));
}

fn attribute(attribute: &AttributeView, playbook: &Playbook, language: Language) -> Vec<String> {
    let (schema, zone) = (playbook.schema(), playbook.calendar().zone());
    let declared = schema.attribute(&attribute.attribute);
    let ty = declared.and_then(|at| schema.attributes.get(at)).map(|declared| &declared.ty);
    let fresh = match attribute.fresh {
        None => "-",
        Some(true) => either(language, "yes", "是"),
        Some(false) => either(language, "no", "已过期"),
    };
    vec![
        label(&attribute.label, &attribute.attribute, language).to_owned(),
        attribute.value.as_ref().map_or_else(|| "-".to_owned(), |value| local(value, ty, zone)),
        day(attribute.since, zone),
        fresh.to_owned(),
    ]
}

fn consents(page: &mut String, view: &CustomerView, zone: &Zone, language: Language) {
    if view.consents.is_empty() {
        return;
    }
    let header = match language {
        Language::En => ["consent", "channel", "answer", "since"],
        Language::Zh => ["授权用途", "渠道", "答复", "起始"],
    };
    let answer = |granted| match granted {
        true => either(language, "given", "同意"),
        false => either(language, "withdrawn", "拒绝"),
    };
    let rows: Vec<_> = view
        .consents
        .iter()
        .map(|it| {
            let (purpose, channel) = (it.purpose.to_string(), it.channel.to_string());
            vec![purpose, channel, answer(it.granted).to_owned(), day(it.since, zone)]
        })
        .collect();
    page.push('\n');
    page.push_str(&table(&header.map(|name| (name, Left)), &rows));
}

fn events(page: &mut String, view: &CustomerView, playbook: &Playbook, language: Language) {
    if view.events.is_empty() {
        return;
    }
    let zone = playbook.calendar().zone();
    let header = match language {
        Language::En => [("event", Left), ("events", Right), ("first", Left), ("last", Left)],
        Language::Zh => [("事件", Left), ("次数", Right), ("首次", Left), ("最近", Left)],
    };
    let row = |it: &EventsView| {
        let name = label(&it.label, &it.kind, language).to_owned();
        vec![name, grouped(it.events), day(it.first, zone), day(it.last, zone)]
    };
    let rows: Vec<_> = view.events.iter().map(row).collect();
    page.push('\n');
    page.push_str(&table(&header, &rows));
    page.push('\n');
    page.push_str(&heading(either(language, "latest", "最近发生")));
    page.push_str(&latest(view, playbook, language));
}

/// The latest events of all kinds together, newest first.
fn latest(view: &CustomerView, playbook: &Playbook, language: Language) -> String {
    const MOST: usize = 12;
    let zone = playbook.calendar().zone();
    let mut all: Vec<_> = view
        .events
        .iter()
        .flat_map(|kind| kind.latest.iter().map(move |event| (event.at, kind, event)))
        .collect();
    // Stable, so that events of one instant stay in the order of their kinds.
    all.sort_by_key(|(at, _, _)| Reverse(*at));
    let mut page = String::new();
    for (at, kind, event) in all.into_iter().take(MOST) {
        let name = label(&kind.label, &kind.kind, language);
        let fields = event.fields.iter().map(|(name, value)| {
            let declared = declared(playbook, &kind.kind, name);
            let wording = declared.map_or(&**name, |field| label(&field.text, name, language));
            format!("{wording} {}", local(value, declared.map(|field| &field.ty), zone))
        });
        let fields = fields.collect::<Vec<_>>().join(either(language, ", ", "，"));
        let colon = either(language, ": ", "：");
        let colon = if fields.is_empty() { "" } else { colon };
        page.push_str(&format!("{}  {name}{colon}{fields}\n", zone.shown(at)));
    }
    page
}

fn declared<'a>(playbook: &'a Playbook, kind: &str, field: &str) -> Option<&'a Field> {
    let schema = playbook.schema();
    let kind = schema.kinds.get(schema.kind(kind)?)?;
    kind.fields.iter().find(|declared| &*declared.name == field)
}

/// A value as it stands, instants in the zone of the page.
fn local(value: &Shown, ty: Option<&Type>, zone: &Zone) -> String {
    let said = text(value);
    match ty {
        Some(Type::Instant) => Instant::parse(&said).map_or(said, |at| zone.shown(at)),
        _ => said,
    }
}

fn text(value: &Shown) -> String {
    printable(&value.to_string()).into_owned()
}

fn segments(page: &mut String, view: &CustomerView, language: Language) {
    if view.segments.is_empty() {
        return;
    }
    page.push('\n');
    page.push_str(&heading(either(language, "segments", "细分")));
    let mut members_first: Vec<_> = view.segments.iter().collect();
    members_first.sort_by_key(|segment| segment.member != Some(true));
    for segment in members_first {
        let name = label(&segment.label, &segment.segment, language);
        page.push_str(&format!("{name}\n"));
        page.push_str(&super::query::clauses(&segment.explanation, language));
    }
    if view.cut {
        page.push('\n');
        page.push_str(either(
            language,
            "* some reasons are left out; `guanxi query --explain` tells those of one segment\n",
            "* 部分原因从略；可用 `guanxi query --explain` 查看单个细分的原因\n",
        ));
    }
}
