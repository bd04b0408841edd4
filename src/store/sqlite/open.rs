//! Opening a file: is it ours, is it safe, is it this version.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::tables::{self, APPLICATION, VERSION};
use super::trouble::{self, Trouble};
use crate::error::{Code, Fault};

/// Whether a store may be written through a handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Write,
    Read,
}

/// What is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// A store of this version, or an older one that can be brought to it.
    Store,
    /// Nothing yet.
    Nothing,
}

/// Statements that a handle keeps prepared: more than one `apply` asks.
const STATEMENTS: usize = 128;

/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(5);

/// The first SQLite in which two processes cannot damage a write-ahead log
/// when one resets it at an unlucky moment.
const SAFE_SQLITE: i32 = 3_051_003;

/// Connects to the file, without having changed it.
pub(super) fn connect(path: &Path, access: Access) -> Result<(Connection, Content), Trouble> {
    check_sqlite(rusqlite::version_number())?;
    check_place(path, access)?;
    // A reader too may write, if the file allows it: it takes part in the log
    // and, as the last to close the file, clears the log away.
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if access == Access::Write {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = Connection::open_with_flags(plain(path), flags)
        .map_err(|error| cannot_open(error, path, access))?;
    // SQLite opens a file that may not be written all the same.
    if access == Access::Write && connection.is_readonly("main")? {
        return Err(trouble::read_only(&path.display().to_string()).into());
    }
    harden(&connection)?;
    let content = recognise(&connection, path)?;
    if content == Content::Nothing && access == Access::Read {
        return Err(trouble::not_a_store(&path.display().to_string()).into());
    }
    connection.pragma_update(None, "query_only", access == Access::Read)?;
    connection.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;",
    )?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok((connection, content))
}

/// SQLite does not say why it could not make a file; that there still is none
/// does, as its directory was there before.
fn cannot_open(error: rusqlite::Error, path: &Path, access: Access) -> Trouble {
    if access == Access::Write && !path.exists() {
        return trouble::read_only(&path.display().to_string()).into();
    }
    error.into()
}

/// Whether a log of changes lies beside the file, as after a crash, or while
/// another handle is open.
pub(super) fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|log| 0 < log.len())
}

/// Switches to the write-ahead log, for good: the file remembers.
pub(super) fn use_log(connection: &Connection, path: &Path) -> Result<(), Trouble> {
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode == "wal" {
        return Ok(());
    }
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode == "wal" {
        return Ok(());
    }
    let path = path.display();
    Err(Fault::new(
        Code::Io,
        format!("the file system of `{path}` cannot hold a write-ahead log"),
        format!("`{path}` 所在文件系统不支持预写日志"),
    )
    .hint("keep stores on a local disk", "请将事实库放在本地磁盘")
    .into())
}

fn check_sqlite(version: i32) -> Result<(), Trouble> {
    if SAFE_SQLITE <= version {
        return Ok(());
    }
    let (major, minor, patch) = (version / 1_000_000, version / 1000 % 1000, version % 1000);
    Err(Fault::new(
        Code::UnsafeSqlite,
        format!("the linked SQLite is {major}.{minor}.{patch}, expected 3.51.3 or later"),
        format!("链接的 SQLite 版本为 {major}.{minor}.{patch}，应为 3.51.3 或更高"),
    )
    .hint(
        "older ones can damage a write-ahead log; build with the feature `bundled`",
        "旧版本可能损坏预写日志；请启用 `bundled` 特性构建",
    )
    .into())
}

fn check_place(path: &Path, access: Access) -> Result<(), Trouble> {
    let shown = path.display();
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(Fault::new(
            Code::Io,
            format!("`{shown}` is a directory, expected a file"),
            format!("`{shown}` 是目录，应为文件"),
        )
        .into()),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => match access {
            Access::Read => Err(Fault::new(
                Code::Io,
                format!("`{shown}` does not exist"),
                format!("`{shown}` 不存在"),
            )
            .into()),
            Access::Write => check_parent(path),
        },
        Err(error) => Err(Fault::new(
            Code::Io,
            format!("`{shown}` cannot be reached: {error}"),
            format!("无法访问 `{shown}`：{error}"),
        )
        .into()),
    }
}

fn check_parent(path: &Path) -> Result<(), Trouble> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let Some(parent) = parent.filter(|parent| !parent.is_dir()) else { return Ok(()) };
    let (path, parent) = (path.display(), parent.display());
    Err(Fault::new(
        Code::Io,
        format!("`{path}` cannot be created: there is no directory `{parent}`"),
        format!("无法创建 `{path}`：没有目录 `{parent}`"),
    )
    .hint("create the directory first", "请先创建该目录")
    .into())
}

/// The path so written that SQLite cannot take it for a URI or for one of its
/// special names.
fn plain(path: &Path) -> PathBuf {
    if path.is_absolute() { path.to_owned() } else { Path::new(".").join(path) }
}

/// Settings that hold whatever the file contains.
fn harden(connection: &Connection) -> Result<(), Trouble> {
    connection.busy_timeout(PATIENCE)?;
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_LENGTH, 32 << 20),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_COLUMN, 100),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 10),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 3),
        (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, 8),
        // VACUUM needs one.
        (Limit::SQLITE_LIMIT_ATTACHED, 1),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 10),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, value)?;
    }
    for (setting, value) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    ] {
        connection.set_db_config(setting, value)?;
    }
    connection.execute_batch("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;")?;
    Ok(())
}

/// Whose file it is, before anything else is asked of it.
fn recognise(connection: &Connection, path: &Path) -> Result<Content, Trouble> {
    // One state of the file: another process may be making the store just now.
    let read = connection.unchecked_transaction()?;
    let shown = || path.display().to_string();
    let application: i64 = read.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != i64::from(APPLICATION) {
        let is_empty = std::fs::metadata(path).is_ok_and(|file| file.len() == 0);
        let nothing = is_empty.then_some(Content::Nothing);
        return nothing.ok_or_else(|| trouble::not_a_store(&shown()).into());
    }
    let version = tables::version(&read)?;
    if VERSION < version {
        return Err(trouble::newer(&shown(), version, VERSION).into());
    }
    Ok(Content::Store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_sqlite_is_refused_by_name() {
        assert!(check_sqlite(3_051_003).is_ok());
        let error = check_sqlite(3_040_001).unwrap_err().at(Path::new("crm.db"));
        assert_eq!(error.code(), Code::UnsafeSqlite);
        assert!(error.to_string().contains("3.40.1"), "{error}");
    }

    #[test]
    fn a_relative_path_is_never_a_uri() {
        assert_eq!(plain(Path::new("file:x?mode=memory")), Path::new("./file:x?mode=memory"));
        assert_eq!(plain(Path::new(":memory:")), Path::new("./:memory:"));
        assert_eq!(plain(Path::new("/srv/crm.db")), Path::new("/srv/crm.db"));
    }
}
