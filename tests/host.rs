//! Many tenants in one process: what a host answers is what single stores answer,
//! whatever is closed, broken or done at the same time.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use guanxi::facts::{Batch, Body, Correction, Fact, Seen};
use guanxi::host::{Budget, Host};
use guanxi::store::Store;
use guanxi::units::Instant;
use guanxi::{Code, Error, Playbook};

use crate::support::{Folder, Random};

const SHOP: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
    "schema": {"events": {"purchase": {"list": "purchases"}}},
    "segments": {"active": {"when": "purchases.within(days(20)).size() >= 1"}},
    "machines": {"relationship": {"initial": "buyer", "states": {
        "buyer": {"on": [{"silent": "days(30)", "to": "lost", "effects": [{"do": "win_back"}]}]},
        "lost": {"on": [{"event": "purchase", "to": "buyer", "effects": [{"do": "thank"}]}]}}}}
}"#;

fn day(number: i64) -> Instant {
    Instant::from_micros((20_000 + number) * 86_400_000_000).unwrap()
}

fn order(id: u64, customer: u64, on: i64) -> Fact {
    Fact {
        source: "shop".into(),
        id: format!("o{id}").into(),
        customer: format!("C-{customer}").into(),
        at: Some(day(on)),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind: 0, fields: vec![] },
    }
}

fn apply(store: &mut Store, playbook: &Playbook, fact: Fact, now: i64) -> Result<u64, Error> {
    let batch = Batch { facts: vec![fact], seen: Seen::At(day(now)) };
    Ok(store.apply(playbook, vec![batch], day(now))?.changes)
}

/// A host of so many tenants, whose stores are made.
fn firm(folder: &Path, tenants: usize, budget: Budget) -> Host {
    let host = Host::new(folder, budget).unwrap();
    for number in 0..tenants {
        let tenant = format!("t{number:02}");
        host.enlist(&tenant, &host.playbook(SHOP).unwrap()).unwrap();
        if !host.path(&tenant).unwrap().exists() {
            host.create(&tenant).unwrap();
        }
    }
    host
}

fn budget(stores: usize, threads: usize) -> Budget {
    Budget { stores, threads, memory: 1 << 20 }
}

/// Everything that was told and asked for.
fn told(store: &Store) -> String {
    let (changes, effects) =
        (store.changes(0, 100_000).unwrap(), store.effects(0, 100_000).unwrap());
    format!("{changes:?}\n{effects:?}\n{}", store.version().unwrap().unwrap())
}

fn told_of_all(host: &Host) -> Vec<String> {
    let told = host.each(&host.tenants(), |_, store, _| Ok(told(store)));
    told.into_iter().map(Result::unwrap).collect()
}

/// Follows all tenants up to a day, in steps of so many.
fn advance(host: &Host, to: i64, step: usize) -> BTreeMap<Box<str>, (u64, u64)> {
    let mut night = host.night(day(to));
    let mut sums: BTreeMap<Box<str>, (u64, u64)> = BTreeMap::new();
    while !night.is_done() {
        for outcome in night.step(step) {
            let settled = outcome.settled.unwrap();
            let sum = sums.entry(outcome.tenant).or_default();
            *sum = (sum.0 + settled.changes, sum.1 + settled.effects);
        }
    }
    sums
}

#[test]
fn answers_are_those_of_single_stores_however_often_they_are_closed() {
    let playbook = Playbook::from_json(SHOP).unwrap();
    let (alone, few, many) = (Folder::new(), Folder::new(), Folder::new());
    let mut single: Vec<Store> = (0..9)
        .map(|n| Store::open(alone.file(&format!("{n}.db")), playbook.schema()).unwrap())
        .collect();
    let hosts = [firm(few.path(), 9, budget(2, 1)), firm(many.path(), 9, budget(5, 4))];
    let mut random = Random::new(7);
    for round in 0..12 {
        for _ in 0..15 {
            let n = random.below(9) as usize;
            let (id, customer) = (random.next(), random.below(5));
            let on = round * 5 - random.between(0, 9);
            let expected =
                apply(&mut single[n], &playbook, order(id, customer, on), round * 5).unwrap();
            for host in &hosts {
                let fact = order(id, customer, on);
                let changes = host
                    .with(&format!("t{n:02}"), |store, playbook| {
                        apply(store, playbook, fact, round * 5)
                    })
                    .unwrap();
                assert_eq!(changes, expected);
            }
        }
        let expected: Vec<(u64, u64)> = single
            .iter_mut()
            .map(|store| store.advance(&playbook, day(round * 5 + 3), 1_000).unwrap())
            .map(|settled| (settled.changes, settled.effects))
            .collect();
        for host in &hosts {
            let sums = advance(host, round * 5 + 3, 4);
            assert_eq!(sums.into_values().collect::<Vec<_>>(), expected);
        }
    }
    let expected: Vec<String> = single.iter().map(told).collect();
    for host in &hosts {
        assert_eq!(told_of_all(host), expected);
        let usage = host.usage();
        assert!(usage.open <= host.budget().stores && usage.in_use == 0, "{usage:?}");
        assert!(20 < usage.evicted, "{usage:?}");
        assert_eq!(usage.playbooks, 1);
    }
}

#[test]
fn never_more_stores_are_open_than_the_budget_has() {
    let folder = Folder::new();
    let host = firm(folder.path(), 12, budget(3, 6));
    let most = AtomicUsize::new(0);
    let tenants: Vec<Box<str>> = (0..20).flat_map(|_| host.tenants()).collect();
    let done = host.each(&tenants, |_, store, _| {
        let usage = host.usage();
        assert!(usage.open <= 3 && usage.in_use <= 3, "{usage:?}");
        most.fetch_max(usage.in_use, Ordering::Relaxed);
        store.n_customers()
    });
    assert!(done.iter().all(|done| done == &Ok(0)), "{done:?}");
    assert!(1 < most.into_inner());
    host.close_idle();
    assert_eq!(host.usage().open, 0);
    // Closed cleanly: no log of changes is left behind.
    let names = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name());
    assert!(names.into_iter().all(|name| name.to_str().unwrap().ends_with(".db")));
}

#[cfg(target_os = "linux")]
#[test]
fn a_store_takes_three_files_and_gives_them_back() {
    let folder = Folder::new();
    let host = firm(folder.path(), 8, budget(4, 1));
    let below = folder.path();
    let files = || {
        let all = fs::read_dir("/proc/self/fd").unwrap();
        let links = all.filter_map(|it| fs::read_link(it.ok()?.path()).ok());
        links.filter(|path| path.starts_with(below)).count()
    };
    for tenant in host.tenants() {
        host.with(&tenant, |store, playbook| store.advance(playbook, day(1), 10)).unwrap();
    }
    assert_eq!(files(), host.budget().files());
    host.close_idle();
    assert_eq!(files(), 0);
}

#[test]
fn a_broken_store_harms_no_other() {
    let folder = Folder::new();
    let host = firm(folder.path(), 6, budget(2, 2));
    for tenant in host.tenants() {
        host.with(&tenant, |store, playbook| apply(store, playbook, order(1, 1, 0), 0)).unwrap();
    }
    host.close_idle();
    let path = |tenant: &str| host.path(tenant).unwrap();
    // Damaged in the middle, no store at all, emptied, gone, a folder.
    let mut bytes = fs::read(path("t00")).unwrap();
    bytes[4096..].fill(0x5a);
    fs::write(path("t00"), bytes).unwrap();
    fs::write(path("t01"), "not a store").unwrap();
    fs::write(path("t02"), "").unwrap();
    fs::remove_file(path("t03")).unwrap();
    let expected = [
        ("t00", Err(Code::Corrupt)),
        ("t01", Err(Code::NotAStore)),
        ("t02", Err(Code::Corrupt)),
        ("t03", Err(Code::Io)),
        ("t04", Ok(2)),
        ("t05", Ok(2)),
    ];
    let mut night = host.night(day(60));
    let outcomes = night.step(10);
    assert!(night.is_done(), "who failed is not asked again");
    for (outcome, (tenant, expected)) in outcomes.iter().zip(expected) {
        assert_eq!(&*outcome.tenant, tenant);
        match &outcome.settled {
            Ok(settled) => assert_eq!(Ok(settled.changes), expected),
            Err(error) => {
                assert_eq!(Err(error.code()), expected, "{error}");
                let [en, zh] = [&error.faults()[0].message.en, &error.faults()[0].message.zh];
                assert!(en.starts_with(&format!("tenant `{tenant}`: ")), "{en}");
                assert!(zh.starts_with(&format!("租户 `{tenant}`：")), "{zh}");
            }
        }
    }
    // Nothing was made where there was nothing, and what is restored is used.
    assert!(!path("t03").exists());
    assert_eq!(fs::metadata(path("t02")).unwrap().len(), 0);
    host.close("t04").unwrap();
    fs::copy(path("t04"), path("t03")).unwrap();
    let restored = host.with("t03", |store, _| store.n_customers()).unwrap();
    assert_eq!(restored, 1);
}

#[test]
fn a_file_that_is_replaced_while_its_store_is_idle_is_opened_anew() {
    let folder = Folder::new();
    let host = firm(folder.path(), 2, budget(2, 1));
    host.with("t00", |store, playbook| apply(store, playbook, order(1, 1, 0), 0)).unwrap();
    host.with("t01", |store, _| store.n_customers()).unwrap();
    fs::remove_file(host.path("t01").unwrap()).unwrap();
    let gone = host.with("t01", |store, _| store.n_customers()).unwrap_err();
    assert_eq!(gone.code(), Code::Io);
    host.close("t00").unwrap();
    fs::copy(host.path("t00").unwrap(), folder.file("copy")).unwrap();
    host.create("t01").unwrap();
    host.close("t01").unwrap();
    fs::rename(folder.file("copy"), host.path("t01").unwrap()).unwrap();
    assert_eq!(host.with("t01", |store, _| store.n_customers()).unwrap(), 1);
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let folder = Folder::new();
    fs::create_dir(folder.file("in")).unwrap();
    let host = Host::new(folder.file("in"), budget(2, 1)).unwrap();
    let playbook = host.playbook(SHOP).unwrap();
    let names = [
        "../out",
        "..",
        "/etc/passwd",
        "a/../../b",
        "Acme",
        "acme",
        "ACME",
        "华东",
        "a\0b",
        "file:x",
    ];
    for name in names {
        host.enlist(name, &playbook).unwrap();
        host.create(name).unwrap();
        assert_eq!(host.path(name).unwrap().parent().unwrap(), folder.file("in"));
        host.with(name, |store, _| store.append(vec![order(1, 1, 0)], Seen::Backfill)).unwrap();
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    fs::write(folder.file("in").join("Shop.db"), "").unwrap();
    let found = host.found().unwrap();
    let mut sorted = names.map(Box::from);
    sorted.sort();
    assert_eq!(found.tenants, sorted);
    assert_eq!(found.others, [folder.file("in").join("Shop.db")]);
    for name in ["", &"x".repeat(81)] {
        assert_eq!(host.enlist(name, &playbook).unwrap_err().code(), Code::InvalidArgument);
    }
    let unknown = host.with("nobody", |store, _| store.n_customers()).unwrap_err();
    assert_eq!(unknown.code(), Code::UnknownTenant);
}

#[test]
fn a_store_that_somebody_panicked_over_is_opened_anew() {
    let folder = Folder::new();
    let host = firm(folder.path(), 3, budget(3, 2));
    let count = |tenant: &str| host.with(tenant, |store, _| store.n_customers()).unwrap();
    assert_eq!(count("t00"), 0);
    let opened = host.usage().opened;
    let broken = catch_unwind(AssertUnwindSafe(|| {
        host.with("t00", |store, playbook| {
            store.apply_with(playbook, day(0), |store| {
                store.append(vec![order(1, 1, 0)], Seen::Backfill)?;
                panic!("in the middle of a transaction");
                #[expect(unreachable_code)]
                Ok(())
            })
        })
    }));
    assert!(broken.is_err());
    assert_eq!((count("t00"), host.usage().opened), (0, opened + 1));
    let done = host.each(&host.tenants(), |tenant, store, _| {
        assert_ne!(tenant, "t01", "this one breaks");
        store.n_customers()
    });
    let codes = done.iter().map(|done| done.as_ref().map_err(Error::code));
    assert_eq!(codes.collect::<Vec<_>>(), [Ok(&0), Err(Code::Internal), Ok(&0)]);
    assert!(done[1].as_ref().unwrap_err().to_string().contains("`t01`"));
    assert_eq!((count("t01"), host.usage().in_use), (0, 0));
}

#[test]
fn two_threads_wait_for_one_tenant_and_not_for_two() {
    let folder = Folder::new();
    let host = firm(folder.path(), 2, budget(2, 1));
    let (inside, served) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (began, begun) = mpsc::channel();
    let (finish, finished) = mpsc::channel::<()>();
    let host = &host;
    thread::scope(|scope| {
        scope.spawn(move || {
            host.with("t00", |_, _| {
                began.send(()).unwrap();
                finished.recv_timeout(Duration::from_secs(60)).unwrap();
                Ok(())
            })
        });
        begun.recv().unwrap();
        // The other tenant is served meanwhile.
        host.with("t01", |store, _| store.n_customers()).unwrap();
        for _ in 0..4 {
            scope.spawn(|| {
                host.with("t00", |store, playbook| {
                    assert!(!inside.swap(true, Ordering::SeqCst), "one at a time");
                    let id = served.fetch_add(1, Ordering::SeqCst) as u64;
                    apply(store, playbook, order(id, id, 0), 0)?;
                    inside.store(false, Ordering::SeqCst);
                    Ok(())
                })
            });
        }
        thread::sleep(Duration::from_millis(20));
        assert_eq!(served.load(Ordering::SeqCst), 0);
        finish.send(()).unwrap();
    });
    assert_eq!(served.into_inner(), 4);
    assert_eq!(host.with("t00", |store, _| store.n_customers()).unwrap(), 4);
}

#[test]
fn nobody_waits_for_itself() {
    let folder = Folder::new();
    let host = firm(folder.path(), 2, budget(1, 1));
    let codes = host.with("t00", |_, _| {
        let tenants = host.tenants();
        let nested = host.each(&tenants, |_, store, _| store.n_customers());
        let nested = nested.iter().map(|it| it.as_ref().unwrap_err().code());
        let mut codes: Vec<Code> = nested.collect();
        codes.push(host.with("t01", |_, _| Ok(())).unwrap_err().code());
        codes.push(host.close("t00").unwrap_err().code());
        codes.push(host.forget("t01").unwrap_err().code());
        host.close_idle();
        Ok(codes)
    });
    assert_eq!(codes.unwrap(), [Code::HandleInUse; 5]);
    host.with("t01", |_, _| Ok(())).unwrap();
}

#[test]
fn another_playbook_is_followed_once_it_is_adopted() {
    let folder = Folder::new();
    let host = firm(folder.path(), 3, budget(2, 1));
    advance(&host, 0, 10);
    let other = SHOP
        .replace("days(20)", "days(25)")
        .replace(r#""list": "purchases"}"#, r#""list": "purchases"}, "visit": {"list": "visits"}"#);
    let other = host.playbook(&other).unwrap();
    host.enlist("t01", &other).unwrap();
    assert_eq!(host.usage().playbooks, 2);
    let outcomes = host.night(day(1)).step(3);
    let codes = outcomes.iter().map(|it| it.settled.as_ref().map(|_| ()).map_err(Error::code));
    assert_eq!(codes.collect::<Vec<_>>(), [Ok(()), Err(Code::PlaybookChanged), Ok(())]);
    host.with("t01", |store, playbook| store.adopt(playbook, day(1))).unwrap();
    advance(&host, 1, 3);
    host.forget("t01").unwrap();
    assert_eq!((host.usage().playbooks, host.usage().tenants), (1, 2));
}

#[test]
fn a_night_goes_on_where_it_was_left_and_repeats_nothing() {
    let (whole, cut) = (Folder::new(), Folder::new());
    let fill = |host: &Host| {
        for (number, tenant) in host.tenants().iter().enumerate() {
            // One tenant has more customers than one turn looks at.
            let customers = if number == 1 { 2_300 } else { 3 };
            let facts = (0..customers).map(|n| order(n, n, 0)).collect();
            host.with(tenant, |store, playbook| {
                store.adopt(playbook, day(0))?;
                store.append(facts, Seen::Backfill)
            })
            .unwrap();
        }
    };
    let host = firm(whole.path(), 4, budget(2, 1));
    fill(&host);
    let mut night = host.night(day(60));
    let first = night.step(4);
    assert_eq!(night.left().collect::<Vec<_>>(), ["t01"], "small ones do not wait for it");
    assert_eq!(first[1].settled.as_ref().unwrap().waiting, 1_300);
    while !night.is_done() {
        night.step(1);
    }
    let expected = told_of_all(&host);
    // The same, each step by another process.
    fill(&firm(cut.path(), 4, budget(2, 2)));
    for _ in 0..6 {
        let host = firm(cut.path(), 4, budget(2, 2));
        host.night(day(60)).step(2);
    }
    let host = firm(cut.path(), 4, budget(2, 2));
    advance(&host, 60, 3);
    assert_eq!(told_of_all(&host), expected);
}

#[test]
fn a_host_is_shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Host>();
}
