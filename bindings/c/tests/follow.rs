//! A process that follows a store through C may be killed at any instant: no effect is
//! lost, and none comes again once it is acknowledged.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::programs::Program;
use crate::support::{libraries, run};

const ORDERS: usize = 150;

#[test]
fn a_killed_process_loses_no_effect_and_repeats_none_that_was_acknowledged() {
    let Some(program) = Program::new("follow", &libraries().plain(), &[]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let command = |arguments: &[&str]| {
        let mut command = Command::new(program.path());
        command.env_remove("LD_LIBRARY_PATH").arg(folder.path()).args(arguments);
        command
    };
    let orders = ORDERS.to_string();
    let mut kills = 0;
    // Longer and longer lives, until one is long enough to come to the end.
    for life in 1.. {
        let mut work = command(&["work", &orders]).stdout(Stdio::null()).spawn().expect("it runs");
        sleep(Duration::from_millis(life * 7));
        if let Some(status) = work.try_wait().expect("it can be asked") {
            assert!(status.success(), "{status}");
            break;
        }
        work.kill().expect("it can be killed");
        assert!(!work.wait().expect("it ends").success());
        kills += 1;
    }
    let left = run(&mut command(&["effects"]));
    assert_eq!(left.trim(), r#"{"effects":[],"pending":0}"#);
    let journal = std::fs::read_to_string(folder.path().join("journal.txt")).expect("a journal");
    let mut carried: BTreeMap<&str, usize> = BTreeMap::new();
    for id in journal.lines() {
        *carried.entry(id).or_default() += 1;
    }
    assert_eq!(carried.len(), ORDERS, "each order asks for one effect");
    // Only what a kill came between, carrying out and acknowledging, comes again.
    let again: usize = carried.values().map(|times| times - 1).sum();
    assert!(again <= kills, "{again} came again after {kills} kills");
    assert!(1 < kills, "it was never killed");
    println!("{kills} kills, {again} effects carried out again");
}
