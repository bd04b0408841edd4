//! `guanxi import`: rows of the host into a store.

use std::path::Path;
use std::sync::Arc;

use guanxi::error::Language;
use guanxi::facts::intake::{Mapping, Report, TableKind};
use guanxi::facts::{Schema, Seen};
use guanxi::store::Store;
use guanxi::units::Zone;
use guanxi::{Code, Error, Fault};

use super::Manner;
use crate::args::{Files, Import};
use crate::clock;
use crate::exit::{About, Exit, Stop};
use crate::files;
use crate::intake::{Broken, File, Learnt, Opened, Reading};
use crate::lines::Lines;
use crate::page;
use crate::progress::Progress;
use crate::refused::Refused;
use crate::speech::either;

/// Imports the files and prints what became of their rows.
pub fn run(args: &Import, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let zone = playbook.calendar().zone();
    let seen = match (&args.seen, args.backfill) {
        (Some(text), _) => Seen::At(clock::learnt("--seen", text, zone)?),
        (None, true) => Seen::Backfill,
        (None, false) => Seen::At(clock::now()),
    };
    let learnt = Learnt { otherwise: seen, by_row: !args.backfill, latest: clock::latest() };
    let listed = listed(&args.files)?;
    let mapped = Mapped::read(args.files.mapping.as_deref(), playbook.schema())?;
    let encoding = args.files.encoding.as_deref();
    let opened = mapped.open(&listed, (playbook.schema(), zone, encoding))?;
    let mut refused = refused(&args.files, &listed, Some(&args.db), manner)?;
    let target = Target::of(&args.db, args.dry_run, playbook.schema())?;
    let mut store = target.store;
    let report = import(&mut store, opened, learnt, &mut refused, manner.language);
    let report = match report {
        // On trial nothing stays that could be told of.
        Err(broken) if args.dry_run => return Err(broken.error.into()),
        report => report?,
    };
    refused.finish()?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&page::import::to_json(&report, args.dry_run, manner.language))?;
    } else {
        out.text(&page::import::page(&report, args.dry_run, manner.language))?;
    }
    out.finish()?;
    Ok(exit(&report))
}

/// The exit code of an import: rows that were not recorded are not lost in
/// silence.
pub fn exit(report: &Report) -> Exit {
    if report.verdicts().not_recorded() == 0 { Exit::Good } else { Exit::Rows }
}

/// Where facts go: the store, or on trial a copy of it.
pub struct Target {
    /// What is written to.
    pub store: Store,
    /// Keeps the copy's folder until the end.
    _copy: Option<tempfile::TempDir>,
}

impl Target {
    /// Opens it.
    pub fn of(db: &Path, is_trial: bool, schema: &Arc<Schema>) -> Result<Target, Error> {
        if !is_trial {
            return Ok(Target {
                store: Store::open(db, schema).map_err(super::below_schema)?,
                _copy: None,
            });
        }
        if !db.exists() {
            return Ok(Target { store: Store::in_memory(schema), _copy: None });
        }
        let folder =
            tempfile::tempdir().map_err(|error| files::refused(&std::env::temp_dir(), &error))?;
        let copy = folder.path().join("copy.db");
        Store::open_read_only(db, schema).map_err(super::below_schema)?.backup(&copy)?;
        Ok(Target { store: Store::open(copy, schema)?, _copy: Some(folder) })
    }
}

/// The files that the arguments name, tables before what points into them.
pub fn listed(files: &Files) -> Result<Vec<File>, Error> {
    let mut listed = Vec::new();
    for path in &files.reference {
        listed.push(crate::intake::reference(path)?);
    }
    for (path, kind) in
        [(&files.customers, TableKind::Customers), (&files.events, TableKind::Events)]
    {
        if let Some(path) = path {
            listed.push(File { path: path.clone(), kind });
        }
    }
    if listed.is_empty() {
        return Err(Fault::new(
            Code::InvalidArgument,
            "there is nothing to read, expected `--customers`, `--events` or `--reference`",
            "没有要读取的文件，应给出 `--customers`、`--events` 或 `--reference`",
        )
        .into());
    }
    Ok(listed)
}

/// Where rows go that are not recorded: no file that is used for anything else.
pub fn refused(
    files: &Files,
    listed: &[File],
    store: Option<&Path>,
    manner: Manner,
) -> Result<Refused, Error> {
    let tables = listed.iter().map(|file| file.path.as_path());
    let used = tables.chain(files.mapping.as_deref()).chain(store);
    Refused::begin(files.refused.as_deref(), used, manner.language)
}

/// The mapping in a file, where one is named, with its faults.
#[derive(Default)]
pub struct Mapped {
    mapping: Option<Mapping>,
    faults: Vec<Fault>,
    text: String,
}

impl Mapped {
    /// Reads it.
    pub fn read(path: Option<&Path>, schema: &Schema) -> Result<Mapped, Stop> {
        let Some(path) = path else { return Ok(Mapped::default()) };
        let text = files::read_text(path)?;
        let (mapping, faults) = Mapping::survey(text.as_bytes(), schema);
        Ok(Mapped { mapping: Some(mapping), faults, text })
    }

    /// Opens files by it, or tells every fault of it and of their headers.
    pub fn open<'s>(
        &'s self,
        files: &[File],
        (schema, zone, encoding): (&'s Schema, &'s Zone, Option<&'s str>),
    ) -> Result<Opened<'s>, Stop> {
        let reading = Reading { schema, zone, mapping: self.mapping.as_ref(), encoding };
        reading.open_unless(self.faults.clone(), files).about_document(&self.text)
    }
}

/// Imports opened files with a bar, counting customers who are new.
///
/// # Errors
///
/// With what became of the rows before.
pub fn import(
    store: &mut Store,
    opened: Opened<'_>,
    learnt: Learnt,
    refused: &mut Refused,
    language: Language,
) -> Result<Report, Box<Broken>> {
    let nothing = |error| Box::new(Broken { error, report: Report::default(), reached: None });
    let progress = Progress::new(opened.bytes(), either(language, "importing", "正在导入"));
    let before = store.n_customers().map_err(nothing)?;
    let imported = opened.run(learnt, store, refused, &mut |bytes| progress.reach(bytes));
    // After an error the count may fail too, and that error says more.
    let after = store.n_customers();
    match imported {
        Ok(mut report) => {
            report.customers_created = after.map_err(nothing)?.saturating_sub(before);
            Ok(report)
        }
        Err(mut broken) => {
            broken.report.customers_created = after.unwrap_or(before).saturating_sub(before);
            Err(broken)
        }
    }
}
