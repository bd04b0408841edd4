//! C programs that use the library rightly, wrongly and while it has defects,
//! plainly and, where it is installed, under valgrind.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::exports::declared;
use crate::support::{compiler, has, libraries, missing, repository, run};

/// A program of `tests/c`, compiled against one of the libraries.
pub struct Program {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Program {
    /// Compiles it; `None` where there is no compiler.
    pub fn new(name: &str, library: &Path, options: &[&str]) -> Option<Program> {
        let compiler = compiler()?;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/c/{name}.c"));
        let mut command = compiler.command("c99", library);
        run(command.args(options).arg("-o").arg(&path).arg(source).args(["-lguanxi", "-pthread"]));
        Some(Program { path, _folder: folder })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the program prints; each run has a folder of its own for files.
    fn run(&self, arguments: &[&str]) -> String {
        let printed = run_in_folder(&mut Command::new(&self.path), arguments);
        if has("valgrind") {
            let mut command = Command::new("valgrind");
            command.args(["--quiet", "--error-exitcode=99", "--leak-check=full"]);
            let kinds = "definite,indirect,possible";
            command.arg(format!("--show-leak-kinds={kinds}"));
            command.arg(format!("--errors-for-leak-kinds={kinds}"));
            let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/valgrind.supp");
            command.arg(format!("--suppressions={}", here.display()));
            command.arg(&self.path);
            run_in_folder(&mut command, arguments);
        } else {
            missing("valgrind");
        }
        printed
    }
}

fn run_in_folder(command: &mut Command, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    // Cargo puts its own folder there, where the other library may be.
    run(command.env_remove("LD_LIBRARY_PATH").arg(folder.path()).args(arguments))
}

#[test]
fn the_table_of_calls_has_every_function() {
    let Some(program) = Program::new("calls", &libraries().plain(), &[]) else { return };
    let listed: BTreeSet<String> = program.run(&["names"]).lines().map(str::to_owned).collect();
    assert_eq!(listed, declared());
}

#[test]
fn right_calls_succeed() {
    let Some(program) = Program::new("calls", &libraries().plain(), &[]) else { return };
    program.run(&["rightly"]);
}

#[test]
fn wrong_pointers_are_errors() {
    let Some(program) = Program::new("calls", &libraries().plain(), &[]) else { return };
    program.run(&["misuse"]);
}

/// Each call with what is there, what was freed and what never was: also under the
/// address sanitizer, where it is quick enough for many.
#[test]
fn calls_in_any_order_give_what_they_should() {
    let Some(program) = Program::new("calls", &libraries().plain(), &[]) else { return };
    let of = |printed: &str| -> Vec<u32> {
        printed.split_whitespace().map(|n| n.parse().expect("a count")).collect()
    };
    assert!(of(&program.run(&["sequences", "3"])).iter().all(|n| 50 < *n));
    if can_compile(&SANITIZERS) {
        let program = Program::new("calls", &libraries().plain(), &SANITIZERS).expect("a program");
        let printed = run_in_folder(&mut Command::new(program.path()), &["sequences", "150"]);
        assert!(of(&printed).iter().all(|n| 5_000 < *n), "{printed}");
    }
}

/// Also under the address sanitizer: what a panic unwinds over is freed once.
#[test]
fn defects_do_not_take_the_host_down() {
    let Some(program) = Program::new("calls", &libraries().panicking(), &["-DINJECT"]) else {
        return;
    };
    program.run(&["defects"]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(program.path());
    command.env_remove("LD_LIBRARY_PATH").arg(folder.path()).arg("defects");
    let printed = command.output().expect("the program runs");
    assert_eq!(
        String::from_utf8_lossy(&printed.stderr),
        "",
        "the host's standard error is its own"
    );
    if can_compile(&SANITIZERS) {
        let options = [&["-DINJECT"], &SANITIZERS[..]].concat();
        let program = Program::new("calls", &libraries().panicking(), &options).expect("a program");
        run_in_folder(&mut Command::new(program.path()), &["defects"]);
    }
}

const SANITIZERS: [&str; 2] = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/// Leaks and bad reads, also where there is no valgrind.
#[test]
fn the_address_sanitizer_finds_nothing() {
    if !can_compile(&SANITIZERS) {
        missing("the address sanitizer");
        return;
    }
    for (name, arguments) in [
        ("calls", &["rightly"][..]),
        ("calls", &["misuse"]),
        ("shop", &[]),
        ("threads", &[]),
        ("arrow", &[]),
    ] {
        let Some(program) = Program::new(name, &libraries().plain(), &SANITIZERS) else { return };
        run_in_folder(&mut Command::new(program.path()), arguments);
    }
}

/// Whether a program with these options can be compiled and run here.
fn can_compile(options: &[&str]) -> bool {
    let Some(compiler) = compiler() else { return false };
    let folder = tempfile::tempdir().expect("a folder");
    let (source, program) = (folder.path().join("empty.c"), folder.path().join("empty"));
    std::fs::write(&source, "int main(void) { return 0; }\n").expect("the source can be written");
    let mut command = compiler.command("c99", folder.path());
    let compiled = command.args(options).arg("-o").arg(&program).arg(source).output();
    let done = |output: std::io::Result<std::process::Output>| {
        output.is_ok_and(|output| output.status.success())
    };
    done(compiled) && done(Command::new(program).env_remove("LD_LIBRARY_PATH").output())
}

#[test]
fn a_small_shop_is_answered() {
    let Some(program) = Program::new("shop", &libraries().plain(), &[]) else { return };
    program.run(&[]);
}

#[test]
fn columns_go_in_and_out() {
    let Some(program) = Program::new("arrow", &libraries().plain(), &[]) else { return };
    program.run(&[]);
}

#[test]
fn threads_share_what_never_changes() {
    let Some(program) = Program::new("threads", &libraries().plain(), &[]) else { return };
    program.run(&[]);
}

/// Byte by byte, in both languages.
#[test]
fn the_example_prints_the_page_of_the_command_line() {
    let Some(compiler) = compiler() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("review");
    let mut command = compiler.command("c99", &libraries().plain());
    let source = repository().join("examples/c/review.c");
    run(command.arg("-o").arg(&program).arg(source).arg("-lguanxi"));
    let data = repository().join("examples/cdnow");
    for language in ["en", "zh"] {
        let mut command = Command::new(&program);
        let printed = run(command.env_remove("LD_LIBRARY_PATH").arg(&data).arg(language));
        let mut command = Command::new(env!("CARGO"));
        command.args(["run", "--quiet", "--locked", "-p", "guanxi-cli"]);
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        command.args(["--", "review", "--lang", language]).arg(&data);
        let wanted = run(command.current_dir(repository()));
        assert!(printed.lines().count() > 10, "{printed}");
        assert_eq!(printed, wanted);
    }
}
