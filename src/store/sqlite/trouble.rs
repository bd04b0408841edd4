//! What SQLite refused, in words for the person who can mend it.

use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::error::{Code, Error, Fault};

/// What can go wrong below the store's surface, still without the file's name.
#[derive(Debug)]
pub(super) enum Trouble {
    /// SQLite refused.
    Sqlite(rusqlite::Error),
    /// We did.
    Refused(Error),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Trouble::Sqlite(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Trouble::Refused(error)
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Trouble::Refused(fault.into())
    }
}

impl Trouble {
    /// The trouble with the store at `path`.
    pub(super) fn at(self, path: &Path) -> Error {
        match self {
            Trouble::Refused(error) => error,
            Trouble::Sqlite(error) => explain(&error, &path.display().to_string()).into(),
        }
    }
}

fn explain(error: &rusqlite::Error, path: &str) -> Fault {
    match error {
        rusqlite::Error::SqliteFailure(failure, message) => {
            failed(failure, message.as_deref().unwrap_or("no reason given"), path)
        }
        rusqlite::Error::SqlInputError { msg, .. } if lacks_tables(msg) => other_tables(path),
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::QueryReturnedNoRows
        | rusqlite::Error::Utf8Error(..) => corrupt(path),
        rusqlite::Error::NulError(_) | rusqlite::Error::InvalidPath(_) => Fault::new(
            Code::InvalidArgument,
            format!("`{path}` cannot be the name of a file"),
            format!("`{path}` 不能作为文件名"),
        ),
        other => internal(path, &other.to_string()),
    }
}

/// Whether a statement of ours names what the file does not have. SQLite has
/// one code for all faults of a statement, so the message must tell.
fn lacks_tables(message: &str) -> bool {
    ["no such table", "no such column", "no such index", "has no column named"]
        .iter()
        .any(|lack| message.contains(lack))
}

fn other_tables(path: &str) -> Fault {
    Fault::new(
        Code::Corrupt,
        format!("the tables of `{path}` are not those of its version"),
        format!("`{path}` 的表与其版本不符"),
    )
    .hint(
        "another program, or an unreleased guanxi, changed it: go on with a backup, or import anew",
        "它被其他程序或未发布版本的 guanxi 改动过：请使用备份，或重新导入",
    )
}

fn failed(failure: &ffi::Error, message: &str, path: &str) -> Fault {
    if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE {
        return disk_full(path);
    }
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => busy(path),
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => read_only(path),
        ErrorCode::DiskFull => disk_full(path),
        ErrorCode::DatabaseCorrupt => corrupt(path),
        ErrorCode::NotADatabase => not_a_store(path),
        ErrorCode::CannotOpen => cannot_open(path),
        ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory => Fault::new(
            Code::Io,
            format!("`{path}` cannot be read or written: {message}"),
            format!("无法读写 `{path}`：{message}"),
        ),
        _ if lacks_tables(message) => other_tables(path),
        _ => internal(path, message),
    }
}

fn internal(path: &str, message: &str) -> Fault {
    Fault::new(
        Code::Internal,
        format!("SQLite refused a statement on `{path}`: {message}"),
        format!("SQLite 拒绝了对 `{path}` 的语句：{message}"),
    )
}

pub(super) fn busy(path: &str) -> Fault {
    Fault::new(
        Code::Busy,
        format!("another process is writing `{path}` and did not finish within 5 seconds"),
        format!("另一进程正在写入 `{path}`，5 秒内未完成"),
    )
    .hint("try again", "请稍后重试")
}

pub(super) fn read_only(path: &str) -> Fault {
    Fault::new(
        Code::ReadOnly,
        format!("`{path}` cannot be written"),
        format!("`{path}` 不可写"),
    )
    .hint(
        "the file and its directory must be writable, for readers too: they take part in the log",
        "文件及其所在目录须可写；只读打开也需要，因为读者要参与预写日志",
    )
}

fn disk_full(path: &str) -> Fault {
    Fault::new(
        Code::DiskFull,
        format!("the disk of `{path}` is full; nothing of this batch was recorded"),
        format!("`{path}` 所在磁盘已满；本批事实未写入任何内容"),
    )
    .hint("free some space and try again", "请腾出空间后重试")
}

pub(super) fn corrupt(path: &str) -> Fault {
    Fault::new(Code::Corrupt, format!("`{path}` is damaged"), format!("`{path}` 已损坏"))
        .hint("keep the file, and go on with the latest backup", "请保留该文件，并用最近的备份恢复")
}

pub(super) fn not_a_store(path: &str) -> Fault {
    Fault::new(
        Code::NotAStore,
        format!("`{path}` is not a guanxi store"),
        format!("`{path}` 不是 guanxi 事实库"),
    )
    .hint("it was left as it is; choose another file name", "未对其作任何改动；请换一个文件名")
}

pub(super) fn newer(path: &str, found: usize, ours: usize) -> Fault {
    Fault::new(
        Code::NewerStore,
        format!("`{path}` has tables of version {found}, expected {ours} or lower"),
        format!("`{path}` 的表结构版本为 {found}，应不高于 {ours}"),
    )
    .hint(
        "a newer guanxi wrote it: use that version, or restore a backup from before it",
        "它由更新版本的 guanxi 写入：请用该版本打开，或恢复升级前的备份",
    )
}

fn cannot_open(path: &str) -> Fault {
    Fault::new(Code::Io, format!("`{path}` cannot be opened"), format!("无法打开 `{path}`")).hint(
        "check that it exists, and that this user may read and write it and its directory",
        "请检查它是否存在，以及当前用户能否读写该文件及其目录",
    )
}

/// A row that does not say what our own writing says.
pub(super) fn unreadable(sequence: u64) -> Fault {
    Fault::new(
        Code::Corrupt,
        format!("fact {sequence} of the store cannot be read"),
        format!("事实库中的第 {sequence} 条事实无法读取"),
    )
    .hint("`verify` says more", "运行 `verify` 可了解详情")
}
