//! The header for C++, and a program that uses all of it, rightly and wrongly.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::exports::declared;
use crate::support::{Compiler, has, libraries, missing, repository, run};

/// Functions that C++ says in another way.
const ELSEWHERE: [(&str, &str); 1] =
    [("gx_error_json", "the faults of guanxi::error have all of it")];

#[test]
fn every_function_is_in_the_header_for_cpp() {
    let text = fs::read_to_string(repository().join("include/guanxi.hpp")).expect("a header");
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    for function in declared() {
        let is_elsewhere = ELSEWHERE.iter().any(|(name, _)| *name == function);
        assert!(words.contains(&function.as_str()) != is_elsewhere, "{function}");
    }
}

#[test]
fn cpp_is_answered() {
    let library = libraries().plain();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c");
    for (compiler, standard) in [("g++", "c++17"), ("clang++", "c++17"), ("g++", "c++20")] {
        if !has(compiler) {
            missing(compiler);
            continue;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("wrapped");
        let mut command = Compiler(compiler).command(standard, &library);
        command.arg("-Wconversion").arg("-o").arg(&program);
        command.args(["wrapped.cpp", "wrapped_elsewhere.cpp"].map(|name| sources.join(name)));
        run(command.args(["-lguanxi", "-pthread"]));
        // Cargo puts its own folder there, where the other library may be.
        run(Command::new(&program).arg(folder.path()).env_remove("LD_LIBRARY_PATH"));
    }
}

/// Whose rows go over as columns of texts, and whose reasons are told.
#[test]
fn the_example_in_cpp_reviews_the_record_shop() {
    let Some(compiler) = ["g++", "clang++"].into_iter().find(|name| has(name)) else {
        missing("a C++ compiler");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("review");
    let mut command = Compiler(compiler).command("c++17", &libraries().plain());
    let source = repository().join("examples/c/review.cpp");
    run(command.arg("-Wconversion").arg("-o").arg(&program).arg(source).arg("-lguanxi"));
    for (language, wanted) in [
        (
            "en",
            ["customers 23570, events 69659", "  churned: 17644", "  lapsed repeat buyers: 6321"],
        ),
        ("zh", ["客户 23570，事件 69659", "  流失: 17644", "  已流失的回头客: 6321"]),
    ] {
        let mut command = Command::new(&program);
        let data = repository().join("examples/cdnow");
        let printed = run(command.arg(data).arg(language).env_remove("LD_LIBRARY_PATH"));
        for line in wanted {
            assert!(printed.lines().any(|printed| printed == line), "no `{line}` in {printed}");
        }
        assert!(printed.contains("653.01 USD"), "no reason in {printed}");
    }
}
