//! What the library shows to a linker: the functions of the header, no others.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::support::{has, libraries, repository, run};

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
        println!("no nm here: exports are not looked at");
        return;
    }
    let library = libraries().plain().join("libguanxi.so");
    let listed = run(Command::new("nm").args(["-D", "--defined-only"]).arg(library));
    let exported: BTreeSet<String> = listed
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2))
        .map(str::to_owned)
        .collect();
    assert_eq!(exported, declared());
}
