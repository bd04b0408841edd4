//! Commands, and the library built as C programs link it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::{fs, str};

/// The root of the repository.
pub fn repository() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().and_then(Path::parent).expect("bindings/c is two folders deep")
}

/// Whether a tool is installed.
pub fn has(tool: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(tool).is_file())
}

/// A tool is not here, and what needs it is left out; an error where
/// `GUANXI_NEEDS_TOOLS` says that all must be there.
pub fn missing(tool: &str) {
    assert!(std::env::var_os("GUANXI_NEEDS_TOOLS").is_none(), "{tool} is not here");
    println!("{tool} is not here: what it would look at is left out");
}

/// Runs a command that must succeed, and gives what it printed.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (out, errors) = printed(&output);
    assert!(output.status.success(), "{command:?}: {}\n{out}{errors}", output.status);
    out.to_owned()
}

/// The same with a text as its standard input.
pub fn run_with_input(command: &mut Command, input: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("input");
    fs::write(&path, input).expect("the input can be written");
    run(command.stdin(fs::File::open(path).expect("the input can be read")))
}

fn printed(output: &Output) -> (&str, &str) {
    let text = |bytes| str::from_utf8(bytes).unwrap_or("(not UTF-8)");
    (text(&output.stdout), text(&output.stderr))
}

/// Folders with the library as it is shipped, and as tests can make it panic.
pub struct Libraries {
    folder: tempfile::TempDir,
}

impl Libraries {
    /// The folder of the library as it is shipped.
    pub fn plain(&self) -> PathBuf {
        self.folder.path().join("plain")
    }

    /// The folder of the library that panics on demand.
    pub fn panicking(&self) -> PathBuf {
        self.folder.path().join("panicking")
    }
}

/// Builds both libraries, once.
pub fn libraries() -> &'static Libraries {
    static BUILT: OnceLock<Libraries> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let libraries = Libraries { folder };
        build(&libraries.panicking(), &["--features", "inject-panics"]);
        // Last, so that what stays in the target directory is what is shipped.
        build(&libraries.plain(), &[]);
        libraries
    })
}

fn build(folder: &Path, features: &[&str]) {
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--locked", "-p", "guanxi-capi", "--message-format=json"]);
    command.args(features).current_dir(repository());
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let messages = run(&mut command);
    fs::create_dir_all(folder).expect("a folder");
    let mut files = 0;
    for message in messages.lines() {
        let message: serde_json::Value = serde_json::from_str(message).unwrap_or_default();
        if message["target"]["name"] != "guanxi"
            || message["package_id"].as_str().is_none_or(|id| !id.contains("bindings/c"))
        {
            continue;
        }
        for file in message["filenames"].as_array().into_iter().flatten() {
            let file = Path::new(file.as_str().unwrap_or_default());
            let name = file.file_name().expect("a file has a name");
            fs::copy(file, folder.join(name)).expect("the library can be copied");
            files += 1;
        }
    }
    assert!(files >= 2, "no library among: {messages}");
    // The name by which a program asks for it.
    #[cfg(target_os = "linux")]
    std::os::unix::fs::symlink("libguanxi.so", folder.join("libguanxi.so.0")).expect("a link");
}

/// A C compiler.
pub struct Compiler(pub &'static str);

/// The C compiler that is here, if there is one.
pub fn compiler() -> Option<Compiler> {
    let found = ["gcc", "clang", "cc"].into_iter().find(|name| has(name));
    if found.is_none() {
        missing("a C compiler");
    }
    found.map(Compiler)
}

impl Compiler {
    /// A command that compiles a program against the library in a folder.
    pub fn command(&self, standard: &str, library: &Path) -> Command {
        let mut command = Command::new(self.0);
        command.arg(format!("-std={standard}"));
        command.args(["-Wall", "-Wextra", "-pedantic", "-Werror", "-g"]);
        command.arg("-I").arg(repository().join("include"));
        command.arg("-L").arg(library).arg(format!("-Wl,-rpath,{}", library.display()));
        command
    }
}
