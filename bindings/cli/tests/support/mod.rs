//! Runs the program, and keeps the files of one test together.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The program, which speaks English unless it is asked not to.
pub fn program() -> Command {
    alone(env!("CARGO_BIN_EXE_guanxi"))
}

/// A shell that finds the program.
pub fn shell() -> Command {
    let mut command = alone("sh");
    let folder = Path::new(env!("CARGO_BIN_EXE_guanxi")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(folder).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(path).unwrap());
    command
}

/// A command that knows nothing of the language of whoever runs the test.
fn alone(name: &str) -> Command {
    let mut command = Command::new(name);
    for variable in ["LANGUAGE", "LC_ALL", "LC_MESSAGES"] {
        command.env_remove(variable);
    }
    command.env("LANG", "C");
    command
}

/// What a run said and how it ended.
#[derive(Debug)]
pub struct Run {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// The exit code.
    pub code: i32,
}

impl Run {
    fn of(output: Output) -> Run {
        Run {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().expect("the program ends by itself"),
        }
    }

    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Runs the program with these arguments.
pub fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Run {
    Run::of(program().args(arguments).stdin(Stdio::null()).output().unwrap())
}

/// Runs the program with these arguments and this standard input.
pub fn run_with_input(arguments: &[&str], input: &[u8]) -> Run {
    let mut command = program();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // The program need not read all of it.
    let _ = stdin.write_all(input);
    drop(stdin);
    Run::of(child.wait_with_output().unwrap())
}

/// The root of the repository, where the READMEs are.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the small tea shop.
pub fn shop(file: &str) -> PathBuf {
    root().join("examples/tea").join(file)
}

/// A plain table that the questions without a store are shown by.
pub fn table(file: &str) -> String {
    root().join("examples/tables").join(file).display().to_string()
}

/// A folder with files of its own, gone after the test.
pub struct Folder(TempDir);

impl Folder {
    /// An empty folder.
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    /// A path inside.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The same as text, for arguments.
    pub fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Writes a file and returns its path as text.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), content).unwrap();
        self.text(name)
    }

    /// The tea shop, imported into `shop.db`.
    pub fn with_shop() -> Folder {
        let folder = Folder::new();
        let run = run(folder.import(&[
            "--customers",
            shop("customers.csv").to_str().unwrap(),
            "--events",
            shop("events.csv").to_str().unwrap(),
            "--backfill",
        ]));
        assert_eq!(run.code, 0, "{run:?}");
        folder
    }

    /// The arguments of an import into `shop.db`.
    pub fn import(&self, more: &[&str]) -> Vec<String> {
        let mut arguments = vec!["import".to_owned(), "--db".to_owned(), self.text("shop.db")];
        arguments.extend(["--playbook".to_owned(), shop("playbook.json").display().to_string()]);
        arguments.extend(more.iter().map(|&word| word.to_owned()));
        arguments
    }

    /// Everything the store says, or nothing where there is none.
    pub fn state(&self) -> Option<String> {
        if !self.path("shop.db").exists() {
            return None;
        }
        let playbook = shop("playbook.json").display().to_string();
        let review =
            run(["review", "--json", "--playbook", &playbook, "--db", &self.text("shop.db")]);
        assert_eq!(review.code, 0, "{review:?}");
        Some(review.out)
    }
}
