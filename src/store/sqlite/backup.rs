//! A copy of a store that is in use.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::open::{self, Access};
use super::trouble::{self, Trouble};
use super::verify;
use crate::error::{Code, Error, Fault};

/// Copies the store into a new file that appears under its name only when it
/// is complete and proved readable.
pub(super) fn backup(from: &Connection, to: &Path) -> Result<(), Error> {
    check_free(to)?;
    let partial = with_suffix(to, ".partial");
    claim(&partial)?;
    let made = copy(from, &partial).and_then(|()| check_copy(&partial));
    let named = made.map_err(|trouble| trouble.at(to)).and_then(|()| publish(&partial, to));
    if named.is_err() {
        // The fault that is reported says more than one about the remains.
        let _ = fs::remove_file(&partial);
    }
    named
}

fn check_free(to: &Path) -> Result<(), Error> {
    if fs::symlink_metadata(to).is_err() {
        return Ok(());
    }
    let to = to.display();
    Err(Fault::new(
        Code::Io,
        format!("`{to}` exists already, expected the name of a new file"),
        format!("`{to}` 已存在，应为新文件名"),
    )
    .hint("a backup never replaces a file", "备份从不覆盖已有文件")
    .into())
}

/// Makes the file that the copy grows in, and only if there is none: two
/// backups must not write one file.
fn claim(partial: &Path) -> Result<(), Error> {
    let made = File::options().write(true).create_new(true).open(partial);
    let Err(error) = made else { return Ok(()) };
    let shown = partial.display();
    let fault = Fault::new(
        Code::Io,
        format!("`{shown}` cannot be created: {error}"),
        format!("无法创建 `{shown}`：{error}"),
    );
    Err(match error.kind() {
        ErrorKind::AlreadyExists => fault.hint(
            "another backup to this name is under way, or was killed: then remove the file",
            "同名备份正在进行，或已被中止；若已中止请删除该文件",
        ),
        _ => fault,
    }
    .into())
}

fn copy(from: &Connection, partial: &Path) -> Result<(), Trouble> {
    let mut target = open::connect(partial, Access::Write)?.0;
    let backup = Backup::new(from, &mut target)?;
    // All pages in one step: one state of the store. Writers go on meanwhile.
    match backup.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(trouble::busy(&partial.display().to_string()).into()),
    }
}

fn check_copy(partial: &Path) -> Result<(), Trouble> {
    let (copy, _) = open::connect(partial, Access::Write)?;
    Ok(Error::check(verify::verify_pages(&copy)?)?)
}

fn publish(partial: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(partial, to).and_then(|()| sync_directory(to)).map_err(|error| {
        let to = to.display();
        Fault::new(
            Code::Io,
            format!("`{to}` cannot be created: {error}"),
            format!("无法创建 `{to}`：{error}"),
        )
        .into()
    })
}

/// Makes the new name as durable as the file.
fn sync_directory(path: &Path) -> std::io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
