//! What a host compiled once goes on: the ABI grows, and loses nothing.
//!
//! `tests/old/VERSION` holds the header as it was in that version, and a program
//! that was compiled against it. Nothing in there is ever edited; a release adds a
//! folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{compiler, has, libraries, missing, repository, run};

/// The headers of versions that hosts may have been compiled against.
fn versions() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/old");
    let entries = fs::read_dir(folder).expect("old versions");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder").path()).collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

#[test]
fn old_programs_run_with_the_library_of_today() {
    for version in versions() {
        let Some(compiler) = compiler() else { return };
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("program");
        let mut command = compiler.command("c99", &libraries().plain());
        // The header beside it, as it was then.
        command.arg("-iquote").arg(&version).arg(version.join("program.c"));
        run(command.arg("-o").arg(&program).arg("-lguanxi"));
        let printed = run(Command::new(&program).env_remove("LD_LIBRARY_PATH"));
        let wanted = fs::read_to_string(version.join("output.txt")).expect("what it printed");
        assert_eq!(printed, wanted, "{}", version.display());
    }
}

/// The constants of a header by name.
fn constants(header: &str) -> BTreeMap<&str, &str> {
    let lines = header.lines().map(|line| line.trim_end_matches([' ', ';', '}']));
    let named = lines.filter(|line| line.starts_with("enum {") || line.starts_with("static const"));
    named
        .filter_map(|line| {
            let (name, value) = line.split_once(" = ")?;
            Some((name.rsplit(' ').next()?, value))
        })
        .collect()
}

#[test]
fn no_constant_is_gone_or_another() {
    let today = fs::read_to_string(repository().join("include/guanxi_ffi.h")).expect("a header");
    let today = constants(&today);
    assert!(120 < today.len(), "{} constants", today.len());
    for version in versions() {
        let old = fs::read_to_string(version.join("guanxi.h")).expect("a header");
        for (name, value) in constants(&old) {
            assert_eq!(today.get(name), Some(&value), "{name} of {}", version.display());
        }
    }
}

/// The structs of a header by name, field by field.
fn structs(header: &str) -> BTreeMap<&str, Vec<&str>> {
    let all = header.split("typedef struct {").skip(1);
    all.filter_map(|rest| {
        let (fields, after) = rest.split_once('}')?;
        let (name, _) = after.trim_start().split_once(';')?;
        Some((name, fields.split(';').map(str::trim).filter(|it| !it.is_empty()).collect()))
    })
    .collect()
}

/// Also of one type, which no tool for binaries can tell apart.
#[test]
fn structs_grow_at_their_end_alone() {
    let today = fs::read_to_string(repository().join("include/guanxi_ffi.h")).expect("a header");
    let today = structs(&today);
    assert_eq!(today["gx_review_options"][..2], ["uint32_t struct_size", "uint32_t threads"]);
    for version in versions() {
        let old = fs::read_to_string(version.join("guanxi.h")).expect("a header");
        for (name, fields) in structs(&old) {
            let goes_on = today.get(name).is_some_and(|today| today.starts_with(&fields));
            assert!(goes_on, "{name} of {}: {fields:?}", version.display());
        }
    }
}

/// A library of empty functions with the types of a header, which a tool for
/// binaries can read: what a header promises, without compiling Rust for it.
fn promised(header: &str, target: &Path, folder: &Path) {
    let source: String = header
        .split_inclusive(';')
        .map(|piece| {
            let is_function =
                piece.ends_with(");") && piece.contains("gx_") && !piece.contains('{');
            if !is_function || piece.contains("typedef") {
                return piece.to_owned();
            }
            let returns = piece.trim_start();
            let body = if returns.starts_with("void ") { "{}" } else { "{ return 0; }" };
            format!("{} {body}", piece.trim_end_matches(';'))
        })
        .collect();
    let path = folder.join("promised.c");
    fs::write(&path, format!("#include <stdint.h>\n{source}")).expect("a source");
    let mut gcc = Command::new("gcc");
    run(gcc.args(["-g", "-shared", "-fPIC", "-o"]).arg(target).arg(path));
}

#[test]
fn functions_and_structs_keep_their_shape() {
    if !["gcc", "abidiff"].into_iter().all(has) {
        missing("gcc or abidiff");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    // Structs say their own size and may grow behind. Rules of the tool that let
    // that pass let a field of another type pass too, so that one that has grown is
    // to be named here.
    let grown: [&str; 0] = [];
    let rules = folder.path().join("rules");
    let rule = |name: &&str| format!("[suppress_type]\nname = {name}\n");
    fs::write(&rules, grown.iter().map(rule).collect::<String>()).expect("rules");
    let today = fs::read_to_string(repository().join("include/guanxi_ffi.h")).expect("a header");
    let new = folder.path().join("new.so");
    promised(&today, &new, folder.path());
    let differ = |old: &Path, new: &Path| {
        let mut command = Command::new("abidiff");
        command.arg("--no-added-syms").arg("--suppressions").arg(&rules).arg(old).arg(new);
        command.output().expect("abidiff runs")
    };
    let old = folder.path().join("old.so");
    for version in versions() {
        let header = fs::read_to_string(version.join("guanxi.h")).expect("a header");
        promised(&header, &old, folder.path());
        let found = differ(&old, &new);
        let text = String::from_utf8_lossy(&found.stdout);
        assert!(found.status.success(), "{}:\n{text}", version.display());
    }
    // It would see another type, another field, and what is gone.
    let narrower = today.replacen("uint64_t gx_error_count", "uint32_t gx_error_count", 1);
    let moved = today.replacen("    uint32_t threads;", "    uint64_t threads;", 1);
    let gone = today.replacen("gx_review_events", "gx_review_rows", 1);
    for wrong in [narrower, moved, gone] {
        assert_ne!(wrong, today);
        promised(&wrong, &old, folder.path());
        assert!(!differ(&new, &old).status.success());
    }
}
