//! Tables that the host goes on changing: followed, listed, reconciled.

use serde_json::{Value, json};

use super::{Question, written};
use crate::engine::{Stated, reconcile};
use crate::error::{Code, Error, Fault, Language};
use crate::facts::intake::{DEFAULT_SOURCE, Lines, Mapping, TableReport};
use crate::json::{Json, Place, Reader};
use crate::playbook::Playbook;
use crate::store::{Feed, Store, Synced};
use crate::units::{Day, Decimal, Instant, Span, nearest, shown};

const QUESTIONS: [&str; 3] = ["sync", "feeds", "reconcile"];

/// Rows of the host, and when they were read.
#[derive(Debug, Clone, Copy)]
pub struct Handed<'a> {
    /// JSON Lines: flat objects with the host's columns as keys.
    pub rows: &'a [u8],
    /// When they were read from the host.
    pub seen: Instant,
}

/// Follows a table of the host, or tells of those that are followed, as JSON.
///
/// # Inputs
///
/// The question is an object whose `ask` is one of
///
/// | `ask` | other keys | answer |
/// |---|---|---|
/// | `sync` | `table`, `mapping`; optional `follow`, `backfill`, `host_restored` (yes or no), `most_gone` (per cent), `from` and `to` (days) | what became of the rows: see [`Store::sync`]; with `follow` also what [`Store::apply`] tells |
/// | `feeds` | | the tables that are followed |
/// | `reconcile` | `figures`: objects with `kind` and, where wanted, `source`, `period`, `count` and `sums` (of fields, as texts) | the host's figures beside those of the store |
///
/// The rows are of a `sync` alone.
///
/// # Output
///
/// What `guanxi sync`, `feeds` and `reconcile` print with `--json`; of a `sync`, of
/// the one table.
///
/// # Errors
///
/// 2001 to 2014 for the question and its mapping; those of [`Store::sync`] and
/// [`reconcile`]. Then nothing is recorded.
///
/// # Cost
///
/// That of [`Store::sync`]; a pass over the log to reconcile.
///
/// # Example
///
/// ```
/// use guanxi::engine::ask;
/// use guanxi::error::Language;
/// use guanxi::units::Instant;
/// use guanxi::{Playbook, Store, json};
///
/// let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
///     "calendar": {"zone": "UTC"}, "schema": {"events": {"purchase": {"list": "purchases"}}}}"#)?;
/// let mut store = Store::in_memory(playbook.schema());
/// let question = json::parse(br#"{"ask": "sync", "table": "orders", "mapping": {"guanxi_mapping": 1,
///     "tables": {"orders": {"of": "events", "columns": {"kind": {"value": "purchase"}},
///     "sync": {"rows": "changes"}}}}}"#)?;
/// let rows = br#"{"id": "o-1", "customer": "C-1", "at": "2026-03-01"}"#;
/// let handed = ask::Handed { rows, seen: Instant::parse("2026-03-02T00:00:00Z")? };
/// let told = ask::feed(&mut store, &playbook, &question, handed, Language::En)?;
/// assert!(told.contains(r#""new":1"#));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn feed(
    store: &mut Store,
    playbook: &Playbook,
    question: &Json,
    handed: Handed<'_>,
    language: Language,
) -> Result<String, Error> {
    let (ask, mut asked) = Question::of(question, &QUESTIONS)?;
    match ask {
        "sync" => {
            let wanted = Wanted::read(&mut asked, playbook);
            asked.close()?;
            written(&sync(store, playbook, &wanted?, handed, language)?)
        }
        "feeds" => {
            asked.close()?;
            written(&json!({ "feeds": store.feeds()? }))
        }
        _ => {
            let figures = asked.object.need(&mut asked.reader, "figures");
            let items = figures.and_then(|place| place.items(&mut asked.reader));
            let items = items.unwrap_or_default();
            let stated: Vec<Stated> =
                items.iter().filter_map(|it| figure(it, playbook, &mut asked.reader)).collect();
            asked.close()?;
            let found = reconcile(store, playbook, &stated, None)?;
            let mut told = json!(found);
            told["agrees"] = found.agrees().into();
            written(&told)
        }
    }
}

/// What is to be followed, and how.
struct Wanted<'q> {
    table: &'q str,
    mapping: &'q Json,
    follow: bool,
    is_history: bool,
    host_was_restored: bool,
    most_gone: u8,
    within: Option<(Instant, Instant)>,
}

impl<'q> Wanted<'q> {
    fn read(asked: &mut Question<'q>, playbook: &Playbook) -> Result<Wanted<'q>, Error> {
        let (table, mapping) = (asked.need("table"), asked.json_needed("mapping"));
        let flag = |asked: &mut Question<'q>, key| asked.object.flag(&mut asked.reader, key);
        let (follow, is_history) = (flag(asked, "follow"), flag(asked, "backfill"));
        let host_was_restored = flag(asked, "host_restored");
        let most = asked.whole("most_gone", Feed::MOST_GONE.into());
        let most_gone = u8::try_from(most).ok().filter(|most| *most <= 100);
        let most_gone = most_gone.ok_or_else(|| Error::from(no_share().at("/most_gone")))?;
        let days = asked.get("from").zip(asked.get("to"));
        let day = |text, place: &str| Day::parse(text).map_err(|error| error.below(place));
        let within = match days {
            None => None,
            Some((from, to)) => {
                let zone = playbook.calendar().zone();
                let (first, last) = (day(from, "/from")?, day(to, "/to")?);
                Some((zone.start_of(first), zone.start_of(last.add_days(1)?)))
            }
        };
        Ok(Wanted { table, mapping, follow, is_history, host_was_restored, most_gone, within })
    }
}

fn sync(
    store: &mut Store,
    playbook: &Playbook,
    wanted: &Wanted<'_>,
    handed: Handed<'_>,
    language: Language,
) -> Result<Value, Error> {
    let text = wanted.mapping.to_canonical();
    let (mapping, faults) = Mapping::survey(text.as_bytes(), playbook.schema());
    Error::check(faults).map_err(|error| error.below("/mapping"))?;
    let named = mapping.tables().iter().find(|table| table.name() == wanted.table);
    let found = named.and_then(|table| Some((table, table.sync()?)));
    let (table, sync) = found.ok_or_else(|| not_followed(wanted.table, &mapping))?;
    let (schema, zone) = (playbook.schema(), playbook.calendar().zone());
    let lines = Lines::of(table.name(), table.kind(), Some(table), schema, zone)?;
    let rows = lines.host_rows(sync)?;
    let feed = Feed {
        is_history: wanted.is_history,
        host_was_restored: wanted.host_was_restored,
        most_gone: wanted.most_gone,
        within: wanted.within,
        ..Feed::new(table.name(), sync.rows, &rows, handed.seen)
    };
    let follow = |store: &mut Store| store.sync_lines(&feed, (&lines, &rows), handed.rows);
    if !wanted.follow {
        let (synced, report) = follow(store)?;
        return Ok(synced_as_json(table.name(), &synced, &report, language));
    }
    let applied = store.apply_with(playbook, handed.seen, follow)?;
    let (synced, report) = &applied.recorded;
    let mut told = synced_as_json(table.name(), synced, report, language);
    told["applied"] = applied.in_language(language);
    Ok(told)
}

/// What became of the rows of one table, as JSON.
pub fn synced_as_json(
    table: &str,
    synced: &Synced,
    report: &TableReport,
    language: Language,
) -> Value {
    let mut told = json!(synced);
    let mut report = json!(report.in_language(language));
    told["table"] = table.into();
    for key in ["file", "of", "columns", "unknown_kinds", "more_not_recorded"] {
        told[key] = report[key].take();
    }
    told["refused"] = report["not_recorded"].take();
    told
}

/// One figure of the host; `None` where something is wrong with it, which is
/// noted.
fn figure(place: &Place<'_>, playbook: &Playbook, reader: &mut Reader) -> Option<Stated> {
    let schema = playbook.schema();
    let mut object = place.object(reader)?;
    let kind = object.need(reader, "kind");
    let kind = kind.and_then(|place| Some((place.text(reader)?, place)));
    let source =
        object.get("source").and_then(|place| place.text(reader)).unwrap_or(DEFAULT_SOURCE);
    let period = object.get("period").and_then(|place| {
        let read = Span::parse(place.text(reader)?, playbook.calendar());
        read.map_err(|error| reader.error(error, &place.pointer)).ok()
    });
    let count = object.get("count").and_then(|place| place.whole(reader));
    let count = count.map(|count| u64::try_from(count).unwrap_or_default());
    let sums = object.get("sums").and_then(|place| place.entries(reader)).unwrap_or_default();
    object.close(reader);
    let (name, at) = kind?;
    let Some(kind) = schema.kind(name) else {
        let fault = at.fault(
            Code::UnknownReference,
            format!("no kind of event is called `{}`", shown(name)),
            format!("没有名为 `{}` 的事件类型", shown(name)),
        );
        reader.fault_near(fault, name, schema.kinds.iter().map(|kind| &*kind.name));
        return None;
    };
    let fields = schema.kinds.get(kind).map(|kind| kind.fields.as_slice()).unwrap_or_default();
    let mut of_fields = Vec::new();
    for (field, place) in sums {
        let Some(position) = fields.iter().position(|known| *known.name == *field) else {
            let fault = place.fault(
                Code::UnknownReference,
                format!("`{name}` has no field `{}`", shown(field)),
                format!("`{name}` 没有字段 `{}`", shown(field)),
            );
            reader.fault_near(fault, field, fields.iter().map(|field| &*field.name));
            continue;
        };
        match Decimal::parse(place.text(reader)?) {
            Ok(sum) => of_fields.push((position, sum)),
            Err(error) => reader.error(error, &place.pointer),
        }
    }
    Some(Stated { source: source.into(), kind, period, count, sums: of_fields })
}

fn no_share() -> Fault {
    Fault::new(
        Code::BadValue,
        "rows that may be gone are a share of 0 to 100 per cent",
        "可缺少的行应为百分之 0 至 100",
    )
}

/// A table that the mapping does not have, or does not follow.
pub fn not_followed(name: &str, mapping: &Mapping) -> Error {
    let given = shown(name);
    let exists = mapping.tables().iter().any(|table| table.name() == name);
    let fault = if exists {
        Fault::new(
            Code::MissingKey,
            format!("the mapping does not say under `sync` which rows `{given}` holds"),
            format!("映射中的 `{given}` 没有以 `sync` 说明文件包含哪些行"),
        )
        .hint(
            "write `\"sync\": {\"rows\": \"changes\"}`, or `append` or `snapshot`",
            "请写 `\"sync\": {\"rows\": \"changes\"}`，或 `append`、`snapshot`",
        )
    } else {
        let fault = Fault::new(
            Code::UnknownReference,
            format!("the mapping has no table `{given}`"),
            format!("映射中没有表 `{given}`"),
        );
        let tables = mapping.tables().iter().filter(|table| table.sync().is_some());
        match nearest(name, tables.map(|table| table.name())) {
            Some(near) => fault.meant(near),
            None => fault,
        }
    };
    fault.into()
}
