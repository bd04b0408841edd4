//! `guanxi sync` and `feeds`: tables that the host goes on changing.

use std::path::{Path, PathBuf};

use guanxi::engine::ask;
use guanxi::facts::Schema;
use guanxi::facts::intake::{
    HostRows, Layout, Mapping, TableKind, TableMapping, TableReport, Tally,
};
use guanxi::store::{Feed, Store, Synced, Syncing};
use guanxi::units::{Instant, Zone, shown};
use guanxi::{Code, Error, Fault, Playbook};
use serde_json::json;

use super::Manner;
use super::import::Target;
use super::spool::Spool;
use crate::args::{Feeds, Sync};
use crate::clock;
use crate::exit::{About, Exit, Stop};
use crate::files;
use crate::lines::Lines;
use crate::page;
use crate::refused::Refused;
use crate::table::{self, Batch, Table};

/// What became of the rows of one table.
pub struct Done {
    /// Its name in the mapping.
    pub name: String,
    /// Its rows by what became of them.
    pub synced: Synced,
    /// Its rows by verdict, with those that were not recorded.
    pub report: TableReport,
}

/// Follows tables of the host and prints what became of their rows.
pub fn run(args: &Sync, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let schema = playbook.schema();
    let text = files::read_text(&args.mapping)?;
    let (mapping, faults) = Mapping::survey(text.as_bytes(), schema);
    Error::check(faults).about_document(&text)?;
    let settings = Settings::of(args, &playbook)?;
    let tables = named(&args.tables)?;
    let mut opened = open_all(&tables, args.encoding.as_deref(), &mapping)?;
    let layouts = layouts(&opened, schema, playbook.calendar().zone())?;
    let columns = columns(&opened, &layouts)?;
    let used = tables.iter().map(|(_, path)| *path).chain([&*args.mapping, &*args.db]);
    let mut refused = Refused::begin(args.refused.as_deref(), used, manner.language)?;
    let target = Target::of(&args.db, args.dry_run, schema)?;
    let mut store = target.store;
    let mut follow = |store: &mut Store| {
        let mut done = Vec::new();
        for ((table, layout), columns) in opened.iter_mut().zip(&layouts).zip(&columns) {
            done.push(table.follow(store, (layout, columns), &settings, &mut refused)?);
        }
        Ok(done)
    };
    let (applied, done) = if args.follow {
        let applied = store.apply_with(&playbook, settings.seen, &mut follow)?;
        (Some(applied), Vec::new())
    } else {
        (None, follow(&mut store)?)
    };
    let done = applied.as_ref().map_or(&done, |applied| &applied.recorded);
    refused.finish()?;
    let mut out = Lines::new();
    if manner.json {
        let mut said = page::sync::to_json(done, args.dry_run, manner.language);
        if let Some(applied) = &applied {
            said["applied"] = applied.in_language(manner.language);
        }
        out.json(&said)?;
    } else {
        out.text(&page::sync::page(done, args.dry_run, manner.language))?;
        if let Some(applied) = &applied {
            out.text("\n")?;
            out.text(&page::living::settled(applied, true, &playbook, manner.language))?;
        }
    }
    out.finish()?;
    let whole = done.iter().all(|done| done.synced.not_recorded == 0);
    Ok(if whole { Exit::Good } else { Exit::Rows })
}

/// Prints which tables are followed, and how far each was read.
pub fn feeds(args: &Feeds, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let store = match &args.cursor {
        // Whoever asks where to begin may ask before there is anything.
        Some(_) if !args.db.exists() => Store::in_memory(playbook.schema()),
        _ => Store::open_read_only(&args.db, playbook.schema()).map_err(super::below_schema)?,
    };
    let feeds = store.feeds()?;
    let mut out = Lines::new();
    match &args.cursor {
        Some(name) => {
            let fed = feeds.iter().find(|fed| *fed.name == **name);
            let cursor = fed.and_then(|fed| fed.cursor.as_deref());
            out.text(&format!("{}\n", cursor.unwrap_or(&args.or)))?;
        }
        None if manner.json => out.json(&json!({ "feeds": feeds }))?,
        None => {
            let zone = playbook.calendar().zone();
            out.text(&page::sync::feeds(&feeds, zone, manner.language))?;
        }
    }
    out.finish()?;
    Ok(Exit::Good)
}

/// What is the same for all tables.
struct Settings {
    seen: Instant,
    is_history: bool,
    within: Option<(Instant, Instant)>,
    most_gone: u8,
    host_was_restored: bool,
}

impl Settings {
    fn of(args: &Sync, playbook: &Playbook) -> Result<Settings, Error> {
        let zone = playbook.calendar().zone();
        let seen = match &args.seen {
            Some(text) => clock::learnt("--seen", text, zone)?,
            None => clock::now(),
        };
        let within = match (&args.from, &args.to) {
            (Some(from), Some(to)) => {
                let (first, last) =
                    (clock::start("--from", from, zone)?, clock::instant("--to", to, zone)?);
                Some((first, Instant::clamped(last.micros().saturating_add(1))))
            }
            _ => None,
        };
        Ok(Settings {
            seen,
            is_history: args.backfill,
            within,
            most_gone: args.most_gone,
            host_was_restored: args.host_restored,
        })
    }
}

/// A table of the mapping with its rows.
struct Open<'m> {
    name: String,
    mapping: &'m TableMapping,
    table: Table,
    _spool: Spool,
}

/// Tables and files from `TABLE=FILE`.
fn named(given: &[String]) -> Result<Vec<(&str, &Path)>, Error> {
    all(given.iter().map(|text| match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => Ok((name, Path::new(file))),
        _ => Err(unnamed(text).into()),
    }))
}

fn open_all<'m>(
    tables: &[(&str, &Path)],
    encoding: Option<&str>,
    mapping: &'m Mapping,
) -> Result<Vec<Open<'m>>, Error> {
    let mut faults = Vec::new();
    let mut opened: Vec<Open<'m>> = Vec::new();
    for (name, path) in tables {
        if opened.iter().any(|open| open.name == *name) {
            faults.push(twice(name));
            continue;
        }
        match open(name, path, encoding, mapping) {
            Ok(table) => opened.push(table),
            Err(error) => faults.extend(error.into_faults()),
        }
    }
    Error::check(faults)?;
    // People before what they do, for a schema that refuses strangers.
    opened.sort_by_key(|open| match open.mapping.kind() {
        TableKind::Reference(_) => 0,
        TableKind::Customers => 1,
        TableKind::Events => 2,
    });
    Ok(opened)
}

fn open<'m>(
    name: &str,
    path: &Path,
    encoding: Option<&str>,
    mapping: &'m Mapping,
) -> Result<Open<'m>, Error> {
    let tables = mapping.tables();
    let found = tables.iter().find(|table| table.name() == name && table.sync().is_some());
    let found = found.ok_or_else(|| ask::not_followed(name, mapping))?;
    let spool = Spool::of(Some(path), "stdin.csv")?;
    let path: PathBuf = spool.path().map_or_else(|| path.to_owned(), Path::to_owned);
    let encoding = encoding.or(found.encoding());
    let table = table::open_table(&path, found.delimiter().unwrap_or(b','), encoding)?;
    Ok(Open { name: name.to_owned(), mapping: found, table, _spool: spool })
}

fn layouts<'s>(
    opened: &[Open<'_>],
    schema: &'s Schema,
    zone: &Zone,
) -> Result<Vec<Layout<'s>>, Error> {
    let of = |open: &Open<'_>| {
        let (name, header) = (open.table.name(), open.table.header());
        Layout::of(name, &header, open.mapping.kind(), Some(open.mapping), schema, zone)
    };
    all(opened.iter().map(of))
}

fn columns<'l>(opened: &[Open<'_>], layouts: &'l [Layout<'_>]) -> Result<Vec<HostRows<'l>>, Error> {
    let synced = opened.iter().filter_map(|open| open.mapping.sync());
    all(layouts.iter().zip(synced).map(|(layout, sync)| layout.host_rows(sync)))
}

/// All of them, or every fault of each.
fn all<T>(found: impl Iterator<Item = Result<T, Error>>) -> Result<Vec<T>, Error> {
    let (mut good, mut faults) = (Vec::new(), Vec::new());
    for one in found {
        match one {
            Ok(one) => good.push(one),
            Err(error) => faults.extend(error.into_faults()),
        }
    }
    Error::check(faults)?;
    Ok(good)
}

impl Open<'_> {
    fn follow(
        &mut self,
        store: &mut Store,
        (layout, columns): (&Layout<'_>, &HostRows<'_>),
        settings: &Settings,
        refused: &mut Refused,
    ) -> Result<Done, Error> {
        let rows = self.mapping.sync().map(|sync| sync.rows).unwrap_or_default();
        let feed = Feed {
            is_history: settings.is_history,
            within: settings.within.filter(|_| matches!(layout.kind(), TableKind::Events)),
            most_gone: settings.most_gone,
            host_was_restored: settings.host_was_restored,
            ..Feed::new(&self.name, rows, columns, settings.seen)
        };
        let (table, mut tally) = (&mut self.table, layout.tally());
        let mut report = TableReport::new(layout.file(), layout.kind());
        let (synced, ()) = store.sync(&feed, |syncing| {
            let mut batch = Batch::default();
            while table.fill(&mut batch)? {
                take(&batch, columns, syncing, (&mut tally, &mut report), refused)?;
            }
            Ok(())
        })?;
        report.finish(layout.columns(), &tally);
        Ok(Done { name: self.name.clone(), synced, report })
    }
}

/// Hands on the rows of a batch, and reports on those that are not recorded.
fn take(
    batch: &Batch,
    columns: &HostRows<'_>,
    syncing: &mut Syncing<'_>,
    (tally, report): (&mut Tally, &mut TableReport),
    refused: &mut Refused,
) -> Result<(), Error> {
    let mut read = Vec::new();
    batch.each(|line, cells| read.push((line, columns.row(line, cells, tally))));
    for row in syncing.lines(read, report)? {
        refused.take(&report.file, &row)?;
    }
    Ok(())
}

fn unnamed(text: &str) -> Fault {
    let shown = shown(text);
    Fault::new(
        Code::InvalidArgument,
        format!("`{shown}` does not say which table a file holds, expected `TABLE=FILE`"),
        format!("`{shown}` 没有说明文件是哪张表，应写作 `表=文件`"),
    )
    .hint("for example `orders=orders.csv`", "例如 `orders=orders.csv`")
}

fn twice(name: &str) -> Fault {
    Fault::new(
        Code::InvalidArgument,
        format!("`{name}` is named twice"),
        format!("`{name}` 出现了两次"),
    )
}
