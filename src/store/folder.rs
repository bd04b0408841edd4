//! A folder of stores, one for each tenant: which file is whose.
//!
//! Names of tenants come from anywhere, so none is a path: small letters,
//! digits, `-` and `_` stand as they are, every other byte as `%` and two
//! digits. Two names never share a file, capitals on a disk that knows none
//! included, and the name can be read back from the file.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Store;
use crate::error::{Code, Error, Fault};
use crate::facts::Schema;

/// Bytes of the longest name: no file system takes more than 255, and each may
/// need three.
const LONGEST: usize = 80;

const ENDING: &str = ".db";

/// Where the stores of tenants are.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
}

/// Files of a folder that are named like stores.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Tenants, in the order of their names.
    pub tenants: Vec<Box<str>>,
    /// Files that no tenant has.
    pub others: Vec<PathBuf>,
}

/// An open store of a folder.
#[derive(Debug)]
pub(crate) struct Opened {
    pub store: Store,
    path: PathBuf,
    /// Which file it was when it was opened.
    file: Option<File>,
}

/// What stays the same as long as a file is that file.
type File = (u64, u64);

impl Folder {
    pub fn new(path: &Path) -> Result<Folder, Error> {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => Ok(Folder { path: path.to_owned() }),
            Ok(_) => Err(refused(path, "it is no directory", "不是目录")),
            Err(error) => Err(refused(path, &error.to_string(), &error.to_string())),
        }
    }

    /// The file of a tenant, there or not.
    pub fn path_of(&self, tenant: &str) -> Result<PathBuf, Error> {
        Ok(self.path.join(file_of(tenant)?))
    }

    /// Whose stores are there.
    pub fn list(&self) -> Result<Listed, Error> {
        let failed =
            |error: std::io::Error| refused(&self.path, &error.to_string(), &error.to_string());
        let mut listed = Listed::default();
        for entry in fs::read_dir(&self.path).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
            if !name.ends_with(ENDING) {
                continue;
            }
            match tenant_of(&name) {
                Some(tenant) => listed.tenants.push(tenant),
                None => listed.others.push(path),
            }
        }
        listed.tenants.sort_unstable();
        listed.others.sort_unstable();
        Ok(listed)
    }

    /// Opens a store that is there.
    pub fn open(&self, tenant: &str, schema: &Arc<Schema>, memory: u64) -> Result<Opened, Error> {
        let path = self.path_of(tenant)?;
        match fs::metadata(&path) {
            // Opened as it is, it would become a store without facts.
            Ok(found) if found.is_file() && found.len() == 0 => Err(emptied(&path)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(missing(&path)),
            _ => open(path, schema, memory),
        }
    }

    /// Makes a store where there is none, and opens it.
    pub fn create(&self, tenant: &str, schema: &Arc<Schema>, memory: u64) -> Result<Opened, Error> {
        let path = self.path_of(tenant)?;
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(_) => open(path, schema, memory),
            // What was left by one who died before anything was written.
            Err(_) if fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() == 0) => {
                open(path, schema, memory)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Err(refused(&path, "it is there already", "已存在"))
            }
            Err(error) => Err(refused(&path, &error.to_string(), &error.to_string())),
        }
    }
}

impl Opened {
    /// Whether the file is still where it was: it may have been removed, or
    /// another may have taken its place.
    pub fn is_in_place(&self) -> bool {
        identity(&self.path) == self.file
    }

    /// Gives back what a large batch made it hold.
    pub fn rest(&mut self) -> Result<(), Error> {
        self.store.rest()
    }
}

fn open(path: PathBuf, schema: &Arc<Schema>, memory: u64) -> Result<Opened, Error> {
    let mut store = Store::open(&path, schema)?;
    store.limit_memory(memory)?;
    let file = identity(&path);
    Ok(Opened { store, path, file })
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<File> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Elsewhere an open file cannot be removed or replaced.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<File> {
    path.exists().then_some((0, 0))
}

/// The name of a tenant's file.
fn file_of(tenant: &str) -> Result<String, Error> {
    if tenant.is_empty() || LONGEST < tenant.len() {
        let fault = Fault::new(
            Code::InvalidArgument,
            format!("a tenant's name has 1 to {LONGEST} bytes, this one has {}", tenant.len()),
            format!("租户名长度应为 1 至 {LONGEST} 字节，此名为 {} 字节", tenant.len()),
        );
        return Err(fault.into());
    }
    let mut file = String::with_capacity(tenant.len() + ENDING.len());
    for byte in tenant.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => file.push(char::from(byte)),
            _ => file.push_str(&format!("%{byte:02x}")),
        }
    }
    file.push_str(ENDING);
    Ok(file)
}

/// Whose file it is; nobody's where it is not named as we name files.
fn tenant_of(file: &str) -> Option<Box<str>> {
    let mut rest = file.strip_suffix(ENDING)?.bytes();
    let mut name = Vec::new();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let [high, low] = [rest.next()?, rest.next()?].map(|it| char::from(it).to_digit(16));
            name.push(u8::try_from(high? * 16 + low?).ok()?);
        } else {
            name.push(byte);
        }
    }
    let name = String::from_utf8(name).ok()?;
    (file_of(&name).ok()? == file).then(|| name.into())
}

fn refused(path: &Path, why: &str, why_zh: &str) -> Error {
    let path = path.display();
    Fault::new(
        Code::Io,
        format!("`{path}` cannot be used: {why}"),
        format!("无法使用 `{path}`：{why_zh}"),
    )
    .into()
}

fn missing(path: &Path) -> Error {
    let path = path.display();
    Fault::new(Code::Io, format!("`{path}` does not exist"), format!("`{path}` 不存在"))
        .hint(
            "restore it from a backup, or create the tenant's store",
            "请从备份恢复，或新建租户的事实库",
        )
        .into()
}

fn emptied(path: &Path) -> Error {
    let path = path.display();
    Fault::new(
        Code::Corrupt,
        format!("`{path}` is empty, and was a store"),
        format!("`{path}` 为空文件，已不是事实库"),
    )
    .hint(
        "restore it from a backup, or create the tenant's store",
        "请从备份恢复，或新建租户的事实库",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_a_path_and_every_name_comes_back() {
        let names = [
            "acme",
            "Acme",
            "ACME",
            "..",
            ".",
            "../../etc/passwd",
            "/etc/passwd",
            "a/b",
            "a\\b",
            "a.db",
            "a%2e",
            "华东分公司",
            "\0",
            "C:",
            "a b",
            "-",
            "nul",
            "file:x?mode=memory",
        ];
        let mut files = Vec::new();
        for name in names {
            let file = file_of(name).unwrap();
            let plain = |byte: u8| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_%".contains(&byte)
            };
            assert!(file.strip_suffix(".db").unwrap().bytes().all(plain), "{file}");
            assert_eq!(tenant_of(&file).as_deref(), Some(name));
            files.push(file);
        }
        files.sort();
        files.dedup();
        assert_eq!(files.len(), names.len());
    }

    #[test]
    fn names_have_a_length() {
        assert!(file_of(&"x".repeat(80)).is_ok());
        for name in [String::new(), "x".repeat(81), "华".repeat(27)] {
            assert_eq!(file_of(&name).unwrap_err().code(), Code::InvalidArgument);
        }
    }

    #[test]
    fn a_file_that_is_not_named_by_us_is_nobodys() {
        let files = [
            "Acme.db",
            "a.b.db",
            "%41.db.db",
            "%2.db",
            "%zz.db",
            "%61.db",
            ".db",
            "%ff.db",
            "a.json",
            "%4A.db",
        ];
        for file in files {
            assert_eq!(tenant_of(file), None, "{file}");
        }
        assert_eq!(tenant_of("%41cme.db").as_deref(), Some("Acme"));
    }
}
