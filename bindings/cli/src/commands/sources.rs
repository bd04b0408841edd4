//! Where a command gets its facts from: a folder, files, or a store.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant as Clock;

use guanxi::engine::default_as_of;
use guanxi::facts::intake::{Report, TableKind};
use guanxi::facts::{Columns, Seen};
use guanxi::store::Store;
use guanxi::units::Instant;
use guanxi::{Code, Error, Fault, Playbook};
use tempfile::TempDir;

use super::{Manner, import, seconds};
use crate::args::{Files, When};
use crate::clock;
use crate::exit::Stop;
use crate::files;
use crate::intake::{self, File, Learnt};
use crate::page;

/// Facts that can be asked, and how they came.
pub struct Source {
    /// The facts.
    pub store: Store,
    /// What became of the rows, where some were imported.
    pub report: Option<Report>,
    /// How long the import took, in seconds.
    pub import_s: Option<f64>,
    /// Keeps a temporary store's folder until the end.
    _folder: Option<TempDir>,
}

impl Source {
    /// A store in a file, which is only read.
    pub fn store(path: &Path, playbook: &Playbook) -> Result<Source, Error> {
        let store = Store::open_read_only(path, playbook.schema()).map_err(super::below_schema)?;
        Ok(Source { store, report: None, import_s: None, _folder: None })
    }

    /// Files, imported into a store: the one that is named, else a temporary
    /// file that is gone afterwards.
    ///
    /// What files say is history: it counts as learnt when it happened, unless
    /// a row says otherwise.
    pub fn files(
        listed: &[File],
        files: &Files,
        keep: Option<&Path>,
        playbook: &Playbook,
        manner: Manner,
    ) -> Result<Source, Stop> {
        let (zone, schema) = (playbook.calendar().zone(), playbook.schema());
        let mapped = import::Mapped::read(files.mapping.as_deref(), schema)?;
        let opened = mapped.open(listed, (schema, zone, files.encoding.as_deref()))?;
        let mut refused = import::refused(files, listed, keep, manner)?;
        let begun = Clock::now();
        let (path, folder) = match keep {
            Some(path) => (path.to_owned(), None),
            None => temporary()?,
        };
        let mut store = Store::open(path, schema).map_err(super::below_schema)?;
        let learnt = Learnt { otherwise: Seen::Backfill, by_row: true, latest: clock::latest() };
        let report = match import::import(&mut store, opened, learnt, &mut refused, manner.language)
        {
            // Nothing stays of a temporary store that could be told of.
            Err(broken) if folder.is_some() => return Err(broken.error.into()),
            report => report?,
        };
        refused.finish()?;
        let import_s = Some(seconds(begun));
        Ok(Source { store, report: Some(report), import_s, _folder: folder })
    }
}

fn temporary() -> Result<(PathBuf, Option<TempDir>), Error> {
    let folder = tempfile::Builder::new().prefix("guanxi-").tempdir();
    let folder = folder.map_err(|error| files::refused(&std::env::temp_dir(), &error))?;
    Ok((folder.path().join("review.db"), Some(folder)))
}

/// The files of a folder by their names.
pub struct Folder {
    /// `playbook.json`.
    pub playbook: PathBuf,
    /// `mapping.json`, where there is one.
    pub mapping: Option<PathBuf>,
    /// `ref_NAME.csv`, `customers.csv` and `events.csv`.
    pub listed: Vec<File>,
}

impl Folder {
    /// Looks into a folder.
    ///
    /// # Errors
    ///
    /// No such folder, or none with a playbook and events.
    pub fn look(path: &Path) -> Result<Folder, Error> {
        let entries = fs::read_dir(path).map_err(|error| files::refused(path, &error))?;
        let mut tables: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| is_reference(path))
            .collect();
        tables.sort();
        let mut listed = Vec::new();
        for table in &tables {
            listed.push(intake::reference(table)?);
        }
        let customers = path.join("customers.csv");
        if customers.exists() {
            listed.push(File { path: customers, kind: TableKind::Customers });
        }
        let mut faults = Vec::new();
        for needed in ["playbook.json", "events.csv"] {
            if !path.join(needed).exists() {
                faults.push(absent(path, needed));
            }
        }
        Error::check(faults)?;
        listed.push(File { path: path.join("events.csv"), kind: TableKind::Events });
        let mapping = path.join("mapping.json");
        Ok(Folder {
            playbook: path.join("playbook.json"),
            mapping: mapping.exists().then_some(mapping),
            listed,
        })
    }
}

fn is_reference(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with("ref_") && name.ends_with(".csv")
}

fn absent(folder: &Path, needed: &str) -> Fault {
    let shown = folder.display();
    Fault::new(
        Code::Io,
        format!("there is no `{needed}` in `{shown}`"),
        format!("`{shown}` 中没有 `{needed}`"),
    )
    .hint(
        "a folder to review has playbook.json and events.csv; `guanxi demo` makes one",
        "待评估的目录应有 playbook.json 与 events.csv；可用 `guanxi demo` 生成一个",
    )
}

/// What a command without a folder reads: a store, or files.
pub fn store_or_files(
    db: Option<&Path>,
    files: &Files,
    keep: Option<&Path>,
    playbook: &Playbook,
    manner: Manner,
) -> Result<Source, Stop> {
    match db {
        Some(path) => {
            let source = Source::store(path, playbook)?;
            let left_out = source.store.restrictions()?.len() as u64;
            if 0 < left_out {
                page::tell(&page::restrict::left_out(left_out, manner.language))?;
            }
            Ok(source)
        }
        None => {
            let listed = import::listed(files)?;
            Source::files(&listed, files, keep, playbook, manner)
        }
    }
}

/// The instants and threads of a question.
pub struct Asked {
    pub as_of: Option<Instant>,
    /// What was learnt later is left out.
    pub known_at: Option<Instant>,
    /// Threads to use.
    pub threads: usize,
}

impl Asked {
    /// Reads them in the zone of a playbook.
    pub fn of(when: &When, playbook: &Playbook) -> Result<Asked, Error> {
        let zone = playbook.calendar().zone();
        let read = |argument: &str, text: &Option<String>| {
            text.as_deref().map(|text| clock::instant(argument, text, zone)).transpose()
        };
        let cores = || std::thread::available_parallelism().map_or(1, |cores| cores.get());
        Ok(Asked {
            as_of: read("--as-of", &when.as_of)?,
            known_at: read("--known-at", &when.known_at)?,
            threads: when.threads.map_or_else(cores, usize::from),
        })
    }

    /// The same from the store, where its columns are not needed otherwise.
    pub fn instant_of(&self, store: &Store, playbook: &Playbook) -> Result<Instant, Error> {
        if let (None, Some(known_at)) = (self.as_of, self.known_at) {
            return Ok(self.instant(&store.columns(Some(known_at))?, playbook));
        }
        let last = || store.default_as_of(playbook);
        Ok(self.as_of.map_or_else(last, |given| Ok(Some(given)))?.unwrap_or_else(clock::now))
    }

    /// The instant of the answers: the one that was given, else that of the last
    /// fact, else now.
    pub fn instant(&self, columns: &Columns, playbook: &Playbook) -> Instant {
        let last = || default_as_of(columns, playbook.calendar());
        self.as_of.or_else(last).unwrap_or_else(clock::now)
    }
}
