//! What the library shows to a linker: the functions of the header, no others.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::support::{has, libraries, missing, repository, run};

/// The functions of the header.
pub fn declared() -> BTreeSet<String> {
    let header = fs::read_to_string(repository().join("include/guanxi_ffi.h")).expect("a header");
    let words = header.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let functions: BTreeSet<&str> = header
        .match_indices('(')
        .filter_map(|(at, _)| {
            header[..at].rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next()
        })
        .collect();
    words
        .filter(|word| word.starts_with("gx_") && functions.contains(word))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_library_exports_the_header_and_nothing_else() {
    if !has("nm") {
        missing("nm");
        return;
    }
    let library = libraries().plain().join("libguanxi.so");
    assert_eq!(shown(Command::new("nm").args(["-D", "--defined-only"]).arg(library)), declared());
}

/// The names that `nm` lists.
fn shown(nm: &mut Command) -> BTreeSet<String> {
    let listed = run(nm);
    let names = listed.lines().filter_map(|line| line.split_whitespace().nth(2));
    names.map(str::to_owned).collect()
}

/// Installed somewhere, it is found by pkg-config, and a program runs with what
/// it was linked with, shared or not.
#[test]
fn the_installed_library_is_found() {
    if !cfg!(target_os = "linux") || !["make", "pkg-config", "gcc"].into_iter().all(has) {
        missing("make, pkg-config or gcc");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let prefix = folder.path().join("prefix");
    let mut make = Command::new("make");
    make.arg("-C").arg(repository().join("bindings/c")).arg("install");
    make.arg(format!("PREFIX={}", prefix.display()));
    run(make.arg(format!("BUILT={}", libraries().plain().display())));
    let flags = |options: &[&str]| {
        let mut command = Command::new("pkg-config");
        command.env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"));
        run(command.args(["--cflags", "--libs", "guanxi"]).args(options))
    };
    let program = folder.path().join("review");
    let build = |flags: &str, more: &[String]| {
        let mut command = Command::new("gcc");
        command.arg("-o").arg(&program).arg(repository().join("examples/c/review.c"));
        run(command.args(flags.split_whitespace()).args(more));
        let mut command = Command::new(&program);
        run(command.env_remove("LD_LIBRARY_PATH").arg(repository().join("examples/cdnow")))
    };
    let shared = build(&flags(&[]), &[format!("-Wl,-rpath,{}", prefix.join("lib").display())]);
    let needed = run(Command::new("readelf").arg("-d").arg(&program));
    assert!(needed.contains("[libguanxi.so.0]"), "{needed}");
    let alone = build(&flags(&["--static"]).replace("-lguanxi", "-l:libguanxi.a"), &[]);
    let needed = run(Command::new("readelf").arg("-d").arg(&program));
    assert!(!needed.contains("libguanxi"), "{needed}");
    assert_eq!(shared, alone);
    let library = prefix.join("lib/libguanxi.a");
    assert_eq!(shown(Command::new("nm").args(["-g", "--defined-only"]).arg(library)), declared());
}
