//! What the library shows to a linker: the functions of the header, no others.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
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
/// The library as `make install` leaves it.
fn installed(folder: &Path) -> PathBuf {
    let prefix = folder.join("prefix");
    let mut make = Command::new("make");
    make.arg("-C").arg(repository().join("bindings/c")).arg("install");
    make.arg(format!("PREFIX={}", prefix.display()));
    run(make.arg(format!("BUILT={}", libraries().plain().display())));
    prefix
}

/// Also where it was moved to, and not as another version than it is.
#[test]
fn cmake_finds_the_installed_library() {
    if !cfg!(target_os = "linux") || !["make", "cmake", "gcc"].into_iter().all(has) {
        missing("make, cmake or gcc");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let moved = folder.path().join("moved");
    fs::rename(installed(folder.path()), &moved).expect("a folder can be moved");
    let configure = |wanted: &str| {
        let project = format!(
            "cmake_minimum_required(VERSION 3.21)\nproject(host LANGUAGES C)\n\
             find_package(guanxi {wanted} REQUIRED)\n\
             foreach(kind guanxi static)\n\
               add_executable(by_${{kind}} {}/examples/c/review.c)\n\
               target_link_libraries(by_${{kind}} guanxi::${{kind}})\n\
             endforeach()\n",
            repository().display()
        );
        let project_folder = folder.path().join(format!("host {wanted}"));
        fs::create_dir_all(&project_folder).expect("a folder");
        fs::write(project_folder.join("CMakeLists.txt"), project).expect("a project");
        let mut cmake = Command::new("cmake");
        cmake.arg("-S").arg(&project_folder).arg("-B").arg(&project_folder);
        cmake.arg(format!("-DCMAKE_PREFIX_PATH={}", moved.display()));
        let output = cmake.output().expect("cmake runs");
        (project_folder, output)
    };
    let (_, other) = configure("0.999");
    let said = String::from_utf8_lossy(&other.stderr).into_owned();
    assert!(!other.status.success() && said.contains("0.999"), "{said}");
    let (host, output) = configure("0.1");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    run(Command::new("cmake").arg("--build").arg(&host));
    let pages = ["by_guanxi", "by_static"].map(|name| {
        let mut command = Command::new(host.join(name));
        run(command.env_remove("LD_LIBRARY_PATH").arg(repository().join("examples/cdnow")))
    });
    assert_eq!(pages[0], pages[1]);
}

#[test]
fn the_installed_library_is_found() {
    if !cfg!(target_os = "linux") || !["make", "pkg-config", "gcc"].into_iter().all(has) {
        missing("make, pkg-config or gcc");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let prefix = installed(folder.path());
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
