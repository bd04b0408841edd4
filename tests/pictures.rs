//! Pictures of machines: the same bytes, everything inside what it belongs to,
//! nothing over anything else.
//!
//! `GUANXI_REWRITE_PICTURES=1 cargo test --test main pictures` writes the
//! pictures anew; look at them before they are committed.

use std::fs;
use std::path::{Path, PathBuf};

use guanxi::Playbook;
use guanxi::error::Language;
use guanxi::facts::{Columns, ColumnsBuilder};
use guanxi::lifecycle::diagram::{Numbers, Picture, dot, mermaid, svg};

use crate::support::Random;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures")
}

fn retail() -> (Playbook, Columns) {
    let text = fs::read_to_string(folder().join("retail.json")).unwrap();
    let playbook = Playbook::from_json(&text).unwrap_or_else(|error| panic!("{error}"));
    let columns = ColumnsBuilder::new(playbook.schema()).finish();
    (playbook, columns)
}

/// Some numbers that fit a machine: states with others inside have their sum.
fn numbers(playbook: &Playbook, machine: usize, note: &str) -> Numbers {
    let machine = &playbook.machines()[machine];
    let mut random = Random::new(7);
    let mut customers = vec![0; machine.states.len()];
    for (leaf, _) in machine.leaves() {
        let n = random.below(12_000);
        machine.path(leaf).for_each(|state| customers[state] += n);
    }
    let taken = machine.transitions.iter().map(|_| random.below(2_000)).collect();
    Numbers { customers, taken, note: note.into() }
}

fn held(name: &str, found: &str) {
    let path = folder().join(name);
    if std::env::var_os("GUANXI_REWRITE_PICTURES").is_some() {
        fs::write(&path, found).unwrap();
    }
    let held = fs::read_to_string(&path).unwrap_or_default();
    assert!(held == found, "{name} has other bytes; see the top of tests/pictures.rs");
}

#[test]
fn pictures_are_the_same_bytes() {
    let (playbook, columns) = retail();
    let world = playbook.world(&columns);
    for (number, machine) in playbook.machines().iter().enumerate() {
        let name = &machine.name;
        let plain = Picture::new(machine, world, None, Language::En);
        held(&format!("{name}.mmd"), &mermaid(&plain));
        held(&format!("{name}.dot"), &dot(&plain));
        held(&format!("{name}.en.svg"), &svg(&plain).unwrap());
        let note = "截至 2026-03-01，近一个季度的流向";
        let numbers = Some(numbers(&playbook, number, note));
        let counted = Picture::new(machine, world, numbers, Language::Zh);
        held(&format!("{name}.zh.svg"), &svg(&counted).unwrap());
    }
}
