//! Files of the user: read whole, with faults that say what to do.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use guanxi::{Code, Error, Fault};

/// The text of a small file: a playbook, a mapping.
///
/// # Errors
///
/// A file that is not there, is a directory, cannot be read, or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, Error> {
    let bytes = read_bytes(path)?;
    String::from_utf8(bytes).map_err(|error| {
        let shown = path.display();
        let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        Fault::new(
            Code::NotUtf8,
            format!("line {line} of `{shown}` is not text in UTF-8"),
            format!("`{shown}` 第 {line} 行不是 UTF-8 文本"),
        )
        .into()
    })
}

/// The bytes of a small file, as [`read_text`] without the last condition.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    if path.is_dir() {
        let shown = path.display();
        return Err(Fault::new(
            Code::Io,
            format!("`{shown}` is a directory, expected a file"),
            format!("`{shown}` 是目录，应为文件"),
        )
        .into());
    }
    fs::read(path).map_err(|error| refused(path, &error))
}

/// What the operating system did not allow, as a fault with the path.
pub fn refused(path: &Path, error: &io::Error) -> Error {
    let shown = path.display();
    let (code, en, zh) = match error.kind() {
        ErrorKind::NotFound => {
            (Code::Io, format!("`{shown}` is not there"), format!("`{shown}` 不存在"))
        }
        ErrorKind::PermissionDenied => (
            Code::ReadOnly,
            format!("no permission for `{shown}`"),
            format!("没有访问 `{shown}` 的权限"),
        ),
        ErrorKind::ReadOnlyFilesystem => (
            Code::ReadOnly,
            format!("`{shown}` is on a disk that cannot be written"),
            format!("`{shown}` 所在的磁盘不可写"),
        ),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => (
            Code::DiskFull,
            format!("no space left for `{shown}`"),
            format!("磁盘已满，无法写入 `{shown}`"),
        ),
        ErrorKind::NotADirectory => (
            Code::Io,
            format!("`{shown}` is a file, or lies in one, expected a directory"),
            format!("`{shown}` 是文件或位于文件之中，应为目录"),
        ),
        _ => (
            Code::Io,
            format!("`{shown}` cannot be used: {error}"),
            format!("无法使用 `{shown}`：{error}"),
        ),
    };
    Fault::new(code, en, zh).into()
}
