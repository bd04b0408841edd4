//! `guanxi rfm`: purchases as the few numbers that models of value read.

use std::path::Path;
use std::sync::Arc;

use guanxi::facts::intake::{Mapping, Report, TableKind};
use guanxi::facts::{Columns, Schema, Seen, Snapshot};
use guanxi::store::Store;
use guanxi::units::{Calendar, Day, Instant, Weekday, Zone, nearest};
use guanxi::value::cbs::{Cbs, Definition, Step};
use guanxi::value::rfm::{Scheme, Scores};
use guanxi::{Code, Error, Fault};
use serde_json::json;

use super::{Manner, import};
use crate::args;
use crate::exit::{About, Exit, Stop};
use crate::intake::{File, Learnt, Reading};
use crate::lines::Lines;
use crate::page;
use crate::page::rfm::Told;
use crate::refused::Refused;
use crate::table;

/// Decimal places of amounts in a file: enough for prices by the piece.
const PLACES: u8 = 6;

/// Computes the statistics and prints them.
pub fn run(args: &args::Rfm, manner: Manner) -> Result<Exit, Stop> {
    let days = Days::of(args)?;
    let source = match (&args.events, &args.db, &args.playbook) {
        (Some(path), ..) => Purchases::file(path, args, manner)?,
        (None, Some(db), Some(playbook)) => Purchases::store(db, playbook, args)?,
        // The arguments require one or the other.
        _ => return Err(nothing().into()),
    };
    let definition = Definition {
        amount: source.amount,
        refunds: source.refunds,
        grain: step(args.grain),
        unit: step(args.unit),
        day_starts: days.starts,
        holdout_end: days.holdout_end,
        ..Definition::new(source.kind, days.calibration_end)
    };
    let snapshot = Snapshot::new(&source.columns, Instant::MAX);
    let cbs = Cbs::new(&snapshot, &definition, &source.calendar)?;
    let scheme = args.score.map(Scheme::quantiles);
    let scores = scheme.as_ref().map(|scheme| Scores::new(&cbs, scheme)).transpose()?;
    let told = Told {
        cbs: &cbs,
        columns: &source.columns,
        definition: &definition,
        zone: source.calendar.zone(),
        scores: scheme.as_ref().zip(scores.as_ref()),
        include_first: args.include_first,
    };
    let mut out = Lines::new();
    if args.repeats {
        let repeats = Cbs::repeats(&snapshot, &definition, &source.calendar)?;
        page::rfm::repeats(&repeats, &cbs, &mut out)?;
    } else if args.csv {
        page::rfm::csv(&told, &mut out)?;
    } else if manner.json {
        let report = source.report.as_ref();
        let report = report.map(|report| page::import::to_json(report, false, manner.language));
        out.json(&page::rfm::json(&told, report))?;
    } else {
        out.text(&page::rfm::page(&told, manner.language))?;
    }
    out.finish()?;
    let Some(report) = &source.report else { return Ok(Exit::Good) };
    if args.csv || !manner.json {
        page::tell(&page::import::rows(report, manner.language))?;
    }
    Ok(import::exit(report))
}

fn step(step: args::Step) -> Step {
    match step {
        args::Step::Day => Step::Day,
        args::Step::Week => Step::Week,
    }
}

/// The days that the arguments name.
struct Days {
    calibration_end: Day,
    holdout_end: Option<Day>,
    /// Microseconds after midnight.
    starts: i64,
}

impl Days {
    fn of(args: &args::Rfm) -> Result<Days, Error> {
        let day = |option: &str, text: &str| {
            Day::parse(text).map_err(|error| about(option, text, &error))
        };
        let holdout = args.holdout_end.as_deref().map(|text| day("--holdout-end", text));
        Ok(Days {
            calibration_end: day("--calibration-end", &args.calibration_end)?,
            holdout_end: holdout.transpose()?,
            starts: args.day_starts.as_deref().map_or(Ok(0), time_of_day)?,
        })
    }
}

/// The microseconds after midnight of `4:00`.
fn time_of_day(text: &str) -> Result<i64, Error> {
    let read = || {
        let (hour, minute) = text.split_once(':')?;
        let plain = |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(hour) || !plain(minute) || minute.len() < 2 {
            return None;
        }
        let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour < 24 && minute < 60).then_some((hour * 60 + minute) * 60_000_000)
    };
    read().ok_or_else(|| {
        Fault::new(
            Code::InvalidArgument,
            format!("`--day-starts`: `{text}` is no time of the day"),
            format!("`--day-starts`：`{text}` 不是一天中的时刻"),
        )
        .hint("such as 4:00", "例如 4:00")
        .into()
    })
}

fn about(option: &str, text: &str, error: &Error) -> Error {
    let mut fault = Fault::new(
        error.code(),
        format!("`{option}`: `{text}` is no day"),
        format!("`{option}`：`{text}` 不是日期"),
    );
    fault = fault.hint("such as 1997-09-30", "例如 1997-09-30");
    fault.into()
}

fn nothing() -> Error {
    Fault::new(
        Code::InvalidArgument,
        "there is nothing to read, expected a file with purchases or `--db` and `--playbook`",
        "没有要读取的内容，应给出购买记录文件，或 `--db` 与 `--playbook`",
    )
    .into()
}

/// Facts, and which of them are purchases.
struct Purchases {
    columns: Columns,
    calendar: Calendar,
    kind: usize,
    amount: Option<usize>,
    refunds: Option<(usize, usize)>,
    /// What became of the rows of a file.
    report: Option<Report>,
}

impl Purchases {
    fn store(db: &Path, playbook: &Path, args: &args::Rfm) -> Result<Purchases, Stop> {
        let playbook = super::playbook(playbook)?;
        let store = Store::open_read_only(db, playbook.schema()).map_err(super::below_schema)?;
        let schema = playbook.schema();
        let kind = kind_of(schema, &args.kind)?;
        let amount = match &args.amount {
            Some(name) => Some(field_of(schema, kind, name)?),
            None => schema.kinds[kind].fields.iter().position(|field| &*field.name == "amount"),
        };
        let refunds = args.refunds.as_deref().map(|refunds| {
            let (kind, field) = refunds.split_once('.').unwrap_or((refunds, "amount"));
            let kind = kind_of(schema, kind)?;
            Ok::<_, Error>((kind, field_of(schema, kind, field)?))
        });
        let refunds = refunds.transpose()?;
        let (columns, calendar) = (store.columns(None)?, playbook.calendar().clone());
        Ok(Purchases { columns, calendar, kind, amount, refunds, report: None })
    }

    /// The rows of a file, read as any other import is, into memory.
    fn file(path: &Path, args: &args::Rfm, manner: Manner) -> Result<Purchases, Stop> {
        let zone = args.zone.as_deref().map_or(Ok(Zone::utc()), Zone::named)?;
        let calendar = Calendar::new(zone, Weekday::Monday, (1, 1))?;
        let opened = table::open_table(path, b',', args.encoding.as_deref())?;
        let header = opened.header();
        let has = |name: &str| header.contains(&name);
        let amount = args.amount.as_deref().or(has("amount").then_some("amount"));
        let schema = schema(&args.kind, amount.is_some())?;
        let columns = Named {
            customer: args.customer.as_deref().unwrap_or("customer"),
            at: args.at.as_deref().unwrap_or("at"),
            amount,
            has_kind: has("kind"),
        };
        columns.check(&header)?;
        let mapping = columns.mapping(&args.kind)?;
        let listed = [File { path: path.to_owned(), kind: TableKind::Events }];
        let reading = Reading {
            schema: &schema,
            zone: calendar.zone(),
            mapping: Some(&mapping),
            encoding: args.encoding.as_deref(),
        };
        let opened = reading.open(&listed)?;
        let mut store = Store::in_memory(&schema);
        let mut refused = Refused::begin(None, [path], manner.language)?;
        let learnt = Learnt { otherwise: Seen::Backfill, by_row: false, latest: Instant::MAX };
        let report = import::import(&mut store, opened, learnt, &mut refused, manner.language)
            .map_err(|broken| Stop::from(broken.error))?;
        let amount = amount.map(|_| 0);
        let columns = store.columns(None)?;
        Ok(Purchases { columns, calendar, kind: 0, amount, refunds: None, report: Some(report) })
    }
}

/// What the columns of a file are called.
struct Named<'a> {
    customer: &'a str,
    at: &'a str,
    amount: Option<&'a str>,
    /// Whether rows say themselves what they are.
    has_kind: bool,
}

impl Named<'_> {
    /// All columns must be there.
    fn check(&self, header: &[&str]) -> Result<(), Error> {
        let asked = [
            ("--customer", Some(self.customer)),
            ("--at", Some(self.at)),
            ("--amount", self.amount),
        ];
        let absent = asked.into_iter().filter_map(|(option, name)| Some((option, name?)));
        let absent = absent.filter(|(_, name)| !header.contains(name));
        Error::check(absent.map(|(option, name)| no_column(option, name, header)).collect())
    }

    fn mapping(&self, kind: &str) -> Result<Mapping, Stop> {
        let kind = if self.has_kind { json!("kind") } else { json!({"value": kind}) };
        let mut columns = json!({"customer": self.customer, "at": self.at, "kind": kind});
        if let Some(amount) = self.amount {
            columns["amount"] = json!(amount);
        }
        let mapping = json!({
            "guanxi_mapping": 1,
            "tables": {"events": {"columns": columns, "ignore": "*", "trim": true}},
        });
        let text = mapping.to_string();
        Mapping::from_json(text.as_bytes()).about_document(&text)
    }
}

/// A schema with purchases alone.
fn schema(kind: &str, has_amount: bool) -> Result<Arc<Schema>, Stop> {
    let amount = json!({"type": format!("decimal({PLACES})"), "nullable": true});
    let fields = if has_amount { json!({"amount": amount}) } else { json!({}) };
    let mut kinds = json!({});
    kinds[kind] = json!({"list": "purchases", "fields": fields});
    let text = json!({"events": kinds}).to_string();
    Schema::from_json(&text).about_document(&text).map(Arc::new)
}

fn kind_of(schema: &Schema, name: &str) -> Result<usize, Error> {
    let names = || schema.kinds.iter().map(|kind| &*kind.name);
    schema.kind(name).ok_or_else(|| {
        unknown(
            format!("the playbook declares no event kind `{name}`"),
            format!("规则集没有声明事件类型 `{name}`"),
            nearest(name, names()),
            names().collect(),
        )
    })
}

fn field_of(schema: &Schema, kind: usize, name: &str) -> Result<usize, Error> {
    let kind = &schema.kinds[kind];
    let names = || kind.fields.iter().map(|field| &*field.name);
    names().position(|have| have == name).ok_or_else(|| {
        unknown(
            format!("events of kind `{}` have no field `{name}`", kind.name),
            format!("`{}` 类事件没有字段 `{name}`", kind.name),
            nearest(name, names()),
            names().collect(),
        )
    })
}

fn no_column(option: &str, name: &str, header: &[&str]) -> Fault {
    let listed = header.join("`, `");
    Fault::new(
        Code::MissingColumn,
        format!("there is no column `{name}`"),
        format!("没有名为 `{name}` 的列"),
    )
    .hint(
        format!("name it with `{option}`; the file has `{listed}`"),
        format!("请用 `{option}` 指定；文件中的列有 `{listed}`"),
    )
}

fn unknown(en: String, zh: String, nearest: Option<&str>, all: Vec<&str>) -> Error {
    let fault = Fault::new(Code::UnknownName, en, zh);
    match nearest {
        Some(name) => fault.hint(format!("did you mean `{name}`?"), format!("是否为 `{name}`？")),
        None => {
            let all = all.join("`, `");
            fault.hint(format!("there are `{all}`"), format!("现有 `{all}`"))
        }
    }
    .into()
}
