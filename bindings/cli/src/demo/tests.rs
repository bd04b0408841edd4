use std::collections::HashMap;

use super::*;

const WISH: Wish = Wish { customers: 600, events_per_customer: 20, seed: 1 };

fn made(wish: Wish) -> (tempfile::TempDir, Written) {
    let folder = tempfile::tempdir().unwrap();
    let written = write(&folder.path().join("firm"), wish, &mut |_| {}).unwrap();
    (folder, written)
}

fn read(folder: &tempfile::TempDir, file: &str) -> String {
    fs::read_to_string(folder.path().join("firm").join(file)).unwrap()
}

fn rows(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split(',').collect()).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (one, written) = made(WISH);
    let (two, again) = made(WISH);
    assert_eq!(written, again);
    for file in FILES {
        assert!(read(&one, file) == read(&two, file), "{file}");
    }
    let (other, _) = made(Wish { seed: 2, ..WISH });
    assert!(read(&one, "events.csv") != read(&other, "events.csv"));
    assert!(read(&one, "customers.csv") != read(&other, "customers.csv"));
}

#[test]
fn the_wanted_number_of_events_comes_out() {
    for events_per_customer in [3, 20, 60] {
        let (folder, written) = made(Wish { events_per_customer, ..WISH });
        let mean = written.events as f64 / 600.0;
        assert!((mean / f64::from(events_per_customer) - 1.0).abs() < 0.05, "{mean}");
        assert_eq!(read(&folder, "events.csv").lines().count() as u64, written.events + 1);
    }
}

#[test]
fn all_kinds_happen_and_every_line_is_whole() {
    let (folder, _) = made(Wish { customers: 3_000, ..WISH });
    let text = read(&folder, "events.csv");
    let rows = rows(&text);
    let mut kinds: HashMap<&str, u32> = HashMap::new();
    for row in &rows[1..] {
        assert_eq!(row.len(), rows[0].len(), "{row:?}");
        *kinds.entry(row[0]).or_default() += 1;
    }
    assert_eq!(kinds.len(), 22, "{kinds:?}");
    let seen = rows[0].iter().position(|name| *name == "seen").unwrap();
    assert!(rows[1..].is_sorted_by_key(|row| row[seen]));
    assert!(rows[1..].iter().all(|row| row[2] <= row[seen]));
}

#[test]
fn some_lines_are_late_repeated_corrected_and_retracted() {
    let (folder, _) = made(Wish { customers: 3_000, ..WISH });
    let text = read(&folder, "events.csv");
    let rows = rows(&text);
    let column = |name: &str| rows[0].iter().position(|header| *header == name).unwrap();
    let (id, seen) = (column("id"), column("seen"));
    let (supersedes, retracts, solved) =
        (column("supersedes"), column("retracts"), column("solved_at"));
    let mut ids: HashMap<&str, u32> = HashMap::new();
    rows[1..].iter().for_each(|row| *ids.entry(row[id]).or_default() += 1);
    let count =
        |which: &dyn Fn(&Vec<&str>) -> bool| rows[1..].iter().filter(|row| which(row)).count();
    let share = |n: usize| n as f64 / rows.len() as f64;
    assert!((0.002..0.01).contains(&share(rows.len() - 1 - ids.len())));
    let day = |text: &str| guanxi::units::Day::parse(&text[..10]).unwrap().days();
    let late = count(&|row| day(row[seen]) - day(row[2]) > 9 && row[supersedes].is_empty());
    assert!((0.005..0.03).contains(&share(late)), "{late}");
    assert!(count(&|row| !row[retracts].is_empty()) > 0);
    let corrected = |row: &Vec<&str>| ids.contains_key(row[supersedes]);
    assert!(count(&|row| row[0] == "purchase" && corrected(row)) > 0);
    assert!(count(&|row| row[0] == "complaint" && corrected(row) && !row[solved].is_empty()) > 20);
    assert!(count(&|row| !row[supersedes].is_empty() && !corrected(row)) == 0);
}

#[test]
fn activity_has_a_heavy_tail() {
    let (folder, written) = made(Wish { customers: 3_000, ..WISH });
    let text = read(&folder, "events.csv");
    let mut by_customer: HashMap<&str, u64> = HashMap::new();
    text.lines().skip(1).for_each(|line| {
        *by_customer.entry(line.split(',').nth(1).unwrap()).or_default() += 1;
    });
    let mut counts: Vec<u64> = by_customer.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let top: u64 = counts.iter().take(300).sum();
    assert!(top as f64 > 0.35 * written.events as f64, "{top} of {}", written.events);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let error = write(folder.path(), WISH, &mut |_| {}).unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["mine.txt"]);
}

#[test]
fn a_failure_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("deep").join("firm");
    let site = Site::clear(&target).unwrap();
    fs::write(site.workshop.join("playbook.json"), "{}").unwrap();
    assert!(target.exists());
    // The other files were not made, so it cannot be opened.
    assert!(site.open().is_err());
    assert!(!folder.path().join("deep").exists());
}

#[test]
fn a_firm_without_customers_or_events_is_a_firm() {
    for wish in [Wish { customers: 0, ..WISH }, Wish { events_per_customer: 0, ..WISH }] {
        let (folder, written) = made(wish);
        assert_eq!(written.events, 0);
        assert_eq!(read(&folder, "events.csv").lines().count(), 1);
        assert!(read(&folder, "customers.csv").lines().count() > wish.customers as usize);
    }
}

/// FNV-1a: enough to notice any change of a byte.
fn fingerprint(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// A new dependency, compiler or machine must not change a byte. Who changes
/// the firm on purpose writes the new numbers here.
#[test]
fn the_bytes_are_those_recorded() {
    let (folder, written) = made(Wish { customers: 200, events_per_customer: 12, seed: 42 });
    let customers = fingerprint(&read(&folder, "customers.csv"));
    let events = fingerprint(&read(&folder, "events.csv"));
    let recorded = (2_391, 2_010_048_478_785_958_411, 9_380_937_676_620_053_851);
    assert_eq!((written.events, customers, events), recorded);
}
