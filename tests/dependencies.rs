//! What a host takes in with this library stays small.
//!
//! Every crate we depend on is one more for the host to build, to audit and to
//! keep free of conflicts. Raising a number here is a decision, not a detail.

use std::collections::BTreeSet;
use std::process::Command;

/// The crates of a build with these features, this one not counted.
fn crates(features: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "-e", "normal", "--prefix", "none"])
        .args(["-p", "guanxi", "--no-default-features", "--features", features])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo tree: {errors}");
    let listed = String::from_utf8(output.stdout).expect("cargo tree writes UTF-8");
    listed.lines().filter_map(name_and_version).collect()
}

/// `serde v1.0.229 (*)` without what follows the version.
fn name_and_version(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let (name, version) = (words.next()?, words.next()?);
    (name != "guanxi").then(|| format!("{name} {version}"))
}

fn assert_below(features: &str, limit: usize) {
    let crates = crates(features);
    assert!(crates.iter().any(|name| name.starts_with("serde ")), "the list is not of our crates");
    let listed: Vec<&str> = crates.iter().map(String::as_str).collect();
    assert!(
        crates.len() < limit,
        "{} crates with features `{features}`, fewer than {limit} wanted:\n{}",
        crates.len(),
        listed.join("\n")
    );
}

#[test]
fn core_stays_below_36_crates() {
    assert_below("", 36);
}

#[test]
fn with_sqlite_stays_below_50_crates() {
    assert_below("sqlite", 50);
}
