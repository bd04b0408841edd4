//! A store that is followed: rows come in, time passes, what is to be done is
//! repeated until it is acknowledged, whenever the program is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant as Clock};

use guanxi::Playbook;
use guanxi::lifecycle::{effects, fold};
use guanxi::store::Store;
use guanxi::units::{Day, Instant};
use serde_json::{Value, json};

use crate::golden::assert_golden;
use crate::support::{Folder, Run, program, run, run_with_input};

fn preset() -> String {
    format!("{}/../../examples/presets/retail.json", env!("CARGO_MANIFEST_DIR"))
}

/// The arguments of a command about the store of a folder.
fn words(folder: &Folder, words: &[&str]) -> Vec<String> {
    let fixed = ["--db", &folder.text("kept.db"), "--playbook", &preset()].map(str::to_owned);
    words.iter().map(|word| (*word).to_owned()).chain(fixed).collect()
}

fn ask(folder: &Folder, more: &[&str]) -> Run {
    run(words(folder, more))
}

fn said(folder: &Folder, more: &[&str]) -> Value {
    let run = ask(folder, &[more, &["--json"]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    run.json()
}

fn purchase(id: &str, customer: &str, at: &str) -> String {
    let row =
        json!({"kind": "purchase", "id": id, "customer": customer, "at": at, "amount": "9.00"});
    format!("{row}\n")
}

/// Two customers who buy once, and are not seen again until autumn.
fn gone() -> Folder {
    let folder = Folder::new();
    let rows =
        purchase("o1", "C-1", "2026-01-05 10:00") + &purchase("o2", "C-2", "2026-02-05 10:00");
    let file = folder.write("rows.jsonl", rows);
    let applied = said(&folder, &["apply", &file, "--now", "2026-03-01"]);
    assert_eq!(applied["rows"]["verdicts"]["new"], 2);
    let counts = json!([applied["customers"], applied["changes"], applied["effects"]]);
    assert_eq!(counts, json!([2, 4, 0]));
    let advanced = said(&folder, &["advance", "--to", "2026-10-01"]);
    let counts = json!([advanced["customers"], advanced["changes"], advanced["effects"]]);
    assert_eq!(counts, json!([2, 2, 4]));
    assert_eq!((&advanced["waiting"], &advanced["steps"]), (&json!(0), &json!(1)));
    folder
}

#[test]
fn what_is_due_is_asked_for_until_it_is_acknowledged() {
    let folder = gone();
    let due = said(&folder, &["effects"]);
    assert_eq!(due["pending"], 4);
    assert_eq!(due, said(&folder, &["effects"]), "asked for again, under the same ids");
    let effects = due["effects"].as_array().unwrap();
    let actions: Vec<&str> = effects.iter().map(|it| it["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["remind_owner", "remind_owner", "start_win_back", "start_win_back"]);
    let id = effects[0]["id"].as_str().unwrap();
    let done = said(&folder, &["ack", id]);
    assert_eq!((&done["acknowledged"], &done["pending"]), (&json!(1), &json!(3)));
    assert_eq!(said(&folder, &["ack", id])["before"], 1);
    let unknown = ask(&folder, &["ack", "no-such-id", "--json"]);
    assert_eq!((unknown.code, &unknown.json()["unknown"]), (3, &json!(["no-such-id"])));
    // A purchase that is learnt late takes back what silence had asked for.
    let late = purchase("o3", "C-1", "2026-05-01 10:00");
    let more = words(&folder, &["apply", "-", "--now", "2026-10-02", "--json"]);
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    let applied = run_with_input(&more, late.as_bytes());
    assert_eq!(applied.code, 0, "{applied:?}");
    assert_eq!(applied.json()["taken_back"], 2, "{applied:?}");
    let due = said(&folder, &["effects", "--after", "4"]);
    let back = &due["effects"][0];
    assert_eq!((&back["action"], &back["compensates"]), (&json!("drop_reminder"), &json!(id)));
    let last = said(&folder, &["changes", "--after", "6"]);
    assert_eq!(last["changes"][0]["learnt"], json!([{"source": "host", "id": "o3"}]), "{last}");
    let (from, to) = (&last["changes"][0]["from"], &last["changes"][0]["to"]);
    assert_eq!((from, to), (&json!("churned"), &json!("at_risk")));
    let none = said(&folder, &["changes", "--after", "99"]);
    assert_eq!(none, json!({"changes": [], "last": 99}));
}

#[test]
fn changes_and_effects_are_pages_in_both_languages() {
    let folder = gone();
    assert_golden("living_changes.zh.txt", &ask(&folder, &["changes", "--lang", "zh"]));
    assert_golden("living_changes.en.txt", &ask(&folder, &["changes", "--limit", "5"]));
    assert_golden("living_effects.zh.txt", &ask(&folder, &["effects", "--lang", "zh"]));
    assert_golden("living_effects.en.txt", &ask(&folder, &["effects"]));
    let file = folder.write("more.jsonl", purchase("o4", "C-2", "2026-10-01 09:00"));
    let now = "2026-10-02 00:00";
    let zh = ask(&folder, &["apply", &file, "--now", now, "--lang", "zh"]);
    assert_golden("living_apply.zh.txt", &zh);
    assert_golden("living_advance.en.txt", &ask(&folder, &["advance", "--to", now]));
}

#[test]
fn what_is_kept_is_held_against_the_facts() {
    let folder = gone();
    let plain = said(&folder, &["verify"]);
    assert_eq!((&plain["sound"], plain.get("deep")), (&json!(true), None));
    let deep = said(&folder, &["verify", "--deep"]);
    let counts = ["customers", "waiting", "deviations"].map(|key| deep["deep"][key].clone());
    assert_eq!(counts, [json!(2), json!(0), json!(0)], "{deep}");
    let page = ask(&folder, &["verify", "--deep", "--lang", "zh"]);
    assert_eq!(page.code, 0, "{page:?}");
    assert!(page.out.contains("所存结果与事实一致"), "{page:?}");
    // By another playbook it is not what is kept.
    let other = std::fs::read_to_string(preset()).unwrap().replace("days(120)", "days(121)");
    let other = folder.write("other.json", other);
    let db = folder.text("kept.db");
    let args = ["verify", "--deep", "--db", &db, "--playbook", &other, "--lang", "en"];
    let page = run(args);
    assert_eq!(page.code, 4, "{page:?}");
    assert!(page.out.contains("followed") && page.out.contains("--adopt"), "{page:?}");
}

#[test]
fn a_long_way_is_cut_into_steps_and_history_counts_as_carried_out() {
    let folder = Folder::new();
    let rows =
        (0..2_100).map(|n| purchase(&format!("o{n}"), &format!("C-{n}"), "2026-01-05 10:00"));
    let file = folder.write("rows.jsonl", rows.collect::<String>());
    let import = ask(&folder, &["import", "--events", &file, "--backfill"]);
    assert_eq!(import.code, 0, "{import:?}");
    let begun = said(&folder, &["advance", "--to", "2026-05-20"]);
    assert_eq!(begun["begun"], json!({"customers": 2_100, "effects": 2_100}));
    assert_eq!(said(&folder, &["effects"])["pending"], 0);
    let first = said(&folder, &["advance", "--to", "2026-07-10", "--steps", "1"]);
    assert_eq!((&first["customers"], &first["waiting"]), (&json!(1_000), &json!(1_100)));
    let page = ask(&folder, &["advance", "--to", "2026-07-10", "--steps", "1"]);
    assert!(page.out.ends_with("100 customers are still due: call again to go on\n"), "{page:?}");
    let last = said(&folder, &["advance", "--to", "2026-07-10"]);
    assert_eq!((&last["customers"], &last["waiting"]), (&json!(100), &json!(0)));
    assert_eq!(said(&folder, &["effects", "--limit", "1"])["pending"], 2_100);
}

#[test]
fn what_is_wrong_is_told_and_changes_nothing() {
    let folder = gone();
    let before = said(&folder, &["changes"]);
    let future = ask(&folder, &["advance", "--to", "9000-01-01", "--json"]);
    assert_eq!((future.code, &future.json()["error"]["pointer"]), (1, &json!("--to")));
    let nowhere = ["advance", "--db", &folder.text("no.db"), "--playbook", &preset()];
    assert_eq!(run(nowhere).code, 4);
    assert!(!folder.path("no.db").exists());
    let nothing = ask(&folder, &["apply", "--json"]);
    assert_eq!((nothing.code, &nothing.json()["error"]["name"]), (1, &json!("invalid_argument")));
    let file = folder.write("bad.jsonl", "{\"kind\": \"purchase\"}\nnot JSON\n");
    let bad = ask(&folder, &["apply", &file, "--now", "2026-10-03", "--json"]);
    assert_eq!((bad.code, &bad.json()["rows"]["verdicts"]["refused"]), (3, &json!(2)), "{bad:?}");
    // Another patience is another playbook.
    let text = std::fs::read_to_string(preset()).unwrap();
    let other = folder.write("other.json", text.replace("days(120)", "days(150)"));
    let db = folder.text("kept.db");
    let advance = |more: &[&str]| {
        let fixed = ["advance", "--to", "2026-10-03", "--db", &db, "--playbook", &other, "--json"];
        run(fixed.iter().chain(more))
    };
    let refused = advance(&[]);
    assert_eq!((refused.code, &refused.json()["error"]["code"]), (1, &json!(1022)));
    assert_eq!(said(&folder, &["changes"]), before);
    let adopted = advance(&["--adopt"]);
    assert_eq!(adopted.code, 0, "{adopted:?}");
    assert_eq!(adopted.json()["begun"]["customers"], 2);
    assert_eq!(advance(&[]).code, 0);
}

/// The same number for the same n, in no order.
fn scatter(n: u64) -> u64 {
    let mixed = (n ^ (n >> 33)).wrapping_add(1).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53) >> 20
}

/// A host that is killed, or whose helper is, and goes on from what it keeps.
struct Host {
    folder: Folder,
    kills: u64,
    /// How often the program was killed before it was done.
    killed: u64,
    /// How long a call takes at most.
    longest: Duration,
    /// Changes that were read.
    told: Vec<Value>,
    /// Effects by id that were carried out; 0 once taken back.
    done: BTreeMap<String, u32>,
    acknowledged: BTreeSet<String>,
    handed_over_again: u64,
}

impl Host {
    fn new() -> Host {
        Host {
            folder: Folder::new(),
            kills: 0,
            killed: 0,
            longest: Duration::from_millis(20),
            told: Vec::new(),
            done: BTreeMap::new(),
            acknowledged: BTreeSet::new(),
            handed_over_again: 0,
        }
    }

    /// Calls again and again until it comes to an end by itself.
    fn call(&mut self, most: u64, more: &[&str]) {
        while self.kills < most {
            let mut child = program();
            child.args(words(&self.folder, more)).stdin(Stdio::null());
            child.stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = child.spawn().unwrap();
            let start = Clock::now();
            let micros = self.longest.as_micros() as u64;
            sleep(Duration::from_micros(scatter(self.kills) % (micros * 5 / 4)));
            self.kills += 1;
            let ended = child.try_wait().unwrap();
            if let Some(status) = ended {
                assert!(status.success(), "{more:?}");
                return;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            self.killed += 1;
            self.longest = self.longest.max(start.elapsed().min(Duration::from_millis(60)));
            self.read();
        }
        let start = Clock::now();
        let run = ask(&self.folder, more);
        assert_eq!(run.code, 0, "{run:?}");
        self.longest = start.elapsed();
    }

    /// Reads on; what was read stays as it was.
    fn read(&mut self) {
        if !self.folder.path("kept.db").exists() {
            return;
        }
        let run = ask(&self.folder, &["changes", "--limit", "100000", "--json"]);
        // A file that was just being made is no store yet.
        let Ok(told) = serde_json::from_str::<Value>(&run.out) else { return };
        let Some(told) = told["changes"].as_array() else { return };
        assert_eq!(told[..self.told.len()], self.told);
        self.told = told.clone();
    }

    /// Carries out what is asked for, and says so, which may be cut off.
    fn work(&mut self, most: u64) {
        let due = said(&self.folder, &["effects", "--limit", "100000"]);
        let mut ids = Vec::new();
        for effect in due["effects"].as_array().unwrap() {
            let id = effect["id"].as_str().unwrap().to_owned();
            assert!(!self.acknowledged.contains(&id), "{id} again");
            ids.push(id.clone());
            if self.done.contains_key(&id) {
                self.handed_over_again += 1;
                continue;
            }
            if let Some(back) = effect["compensates"].as_str() {
                assert_eq!(self.done.insert(back.to_owned(), 0), Some(1), "{effect}");
                self.done.insert(id, 0);
            } else {
                self.done.insert(id, 1);
            }
        }
        for ids in ids.chunks(40) {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            self.call(most, &[&["ack"], &ids[..]].concat());
            self.acknowledged.extend(ids.iter().map(|id| (*id).to_owned()));
        }
    }

    /// The states that were told, put together.
    fn states(&self) -> BTreeSet<(String, String, String, String)> {
        let mut states = BTreeMap::new();
        for change in self.told.iter().filter(|change| change["of"] == "state") {
            let text = |key: &str| change[key].as_str().unwrap_or_default().to_owned();
            let at = (text("customer"), text("machine"));
            let before = states.insert(at, (text("to"), change["since"].to_string()));
            assert_eq!(before.map(|it| it.0).unwrap_or_default(), text("from"), "{change}");
        }
        // Who is in none any more: the only order was somebody else's.
        let there = states.into_iter().filter(|(_, (to, _))| !to.is_empty());
        there.map(|((id, machine), (to, since))| (id, machine, to, since)).collect()
    }
}

/// Rows of some customers in no order of time, in as many files as rounds.
fn files(host: &Host, rounds: u64) -> Vec<String> {
    let start = Day::parse("2024-01-01").unwrap();
    let row = |n: u64| {
        let day = start.add_days((scatter(n) % (rounds * 20)) as i64).unwrap();
        let kind =
            ["purchase", "visit", "purchase", "complaint"][(scatter(n + 7_000) % 4) as usize];
        let customer = format!("C-{}", scatter(n + 9_000) % 40);
        let mut row =
            json!({"kind": kind, "id": format!("r{n}"), "customer": customer, "source": "till"});
        row["at"] = format!("{day} 12:00").into();
        if kind == "purchase" {
            row["amount"] = "9.00".into();
        }
        format!("{row}\n")
    };
    let file = |round: u64| {
        let rows: String = (round * 12..round * 12 + 12).map(row).collect();
        host.folder.write(&format!("{round}.jsonl"), rows)
    };
    (0..rounds).map(file).collect()
}

/// A table that the host goes on changing: customer, day and amount of each order.
#[derive(Default)]
struct Orders(BTreeMap<u64, (u64, u64, u64)>);

const MAPPING: &str = r#"{"guanxi_mapping": 1, "tables": {"orders": {"of": "events",
    "columns": {"source": {"value": "erp"}, "kind": {"value": "purchase"}},
    "sync": {"rows": "snapshot"}}}}"#;

impl Orders {
    /// Some are new, some are others, some are gone.
    fn change(&mut self, round: u64) {
        for n in round * 9..round * 9 + 9 {
            let order = scatter(n + 20_000) % 60;
            match scatter(n + 30_000) % 4 {
                0 => self.0.remove(&order),
                _ => self.0.insert(order, (scatter(n) % 40, scatter(n + 1) % 240, n % 90)),
            };
        }
    }

    fn table(&self) -> String {
        let start = Day::parse("2024-01-01").unwrap();
        let rows = self.0.iter().map(|(order, (customer, day, amount))| {
            let day = start.add_days(*day as i64).unwrap();
            format!("e{order},C-{customer},{day} 15:00,{amount}.00\n")
        });
        format!("id,customer,at,amount\n{}", rows.collect::<String>())
    }

    fn figures(&self) -> String {
        let sum: u64 = self.0.values().map(|(.., amount)| amount).sum();
        format!("source,kind,count,sum.amount\nerp,purchase,{},{sum}.00\n", self.0.len())
    }
}

/// Applies, follows a table, advances, carries out and acknowledges, killed so
/// often.
fn killed(most: u64, rounds: u64) -> Host {
    let mut host = Host::new();
    let (mut orders, mapping) = (Orders::default(), host.folder.write("mapping.json", MAPPING));
    let start = Day::parse("2024-01-01").unwrap();
    let mut now = String::new();
    for (round, file) in files(&host, rounds).iter().enumerate() {
        now = format!("{} 00:00", start.add_days(round as i64 * 25 + 60).unwrap());
        // Each round has its part of the kills.
        let by_now = most * (round as u64 + 1) / rounds;
        host.call(by_now, &["apply", file, "--now", &now, "--backfill"]);
        host.work(by_now);
        orders.change(round as u64);
        let table = host.folder.write("orders.csv", orders.table());
        let sync = ["sync", &format!("orders={table}"), "--mapping", &mapping, "--seen", &now];
        let more = ["--follow", "--backfill", "--most-gone", "100"];
        host.call(by_now, &[&sync[..], &more].concat());
        host.work(by_now);
        host.call(by_now, &["advance", "--to", &now]);
        host.work(by_now);
        host.read();
    }
    check(&host, &now);
    let figures = host.folder.write("figures.csv", orders.figures());
    let held = said(&host.folder, &["reconcile", &figures]);
    assert_eq!(held["agrees"], true, "{held}");
    host
}

/// What was told and done is what a replay of all facts says.
fn check(host: &Host, now: &str) {
    let playbook = Playbook::from_json(&std::fs::read_to_string(preset()).unwrap()).unwrap();
    let store = Store::open(host.folder.path("kept.db"), playbook.schema()).unwrap();
    assert!(store.verify().unwrap().is_sound());
    let now = Instant::parse_in(now, playbook.calendar().zone()).unwrap();
    let columns = store.columns(None).unwrap();
    let (world, machines) = (playbook.world(&columns), playbook.machines());
    let (mut states, mut asked) = (BTreeSet::new(), BTreeSet::new());
    for customer in (0..columns.n_customers()).filter(|it| columns.is_known(*it, now)) {
        let life = fold(world, machines, customer, now);
        for (machine, courses) in machines.iter().zip(&life.courses) {
            for course in courses {
                let id = columns.customers[customer].to_string();
                let state = machine.states[course.state].name.to_string();
                states.insert((
                    id,
                    machine.name.to_string(),
                    state,
                    json!(course.since).to_string(),
                ));
            }
        }
        let given = effects(world, machines, customer, &life).0;
        asked.extend(given.into_iter().map(|given| given.id.to_string()));
    }
    let told = host.states();
    let apart: Vec<_> = told.symmetric_difference(&states).collect();
    assert!(apart.is_empty(), "{apart:?}");
    let standing = host.done.iter().filter(|(_, times)| 0 < **times);
    let standing: Vec<&str> = standing.map(|(id, _)| id.split('-').next().unwrap()).collect();
    let as_set: BTreeSet<String> = standing.iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(standing.len(), as_set.len(), "carried out twice");
    assert_eq!(as_set, asked);
    assert_eq!(store.n_effects().unwrap(), 0);
    assert!(20 < asked.len() && asked.len() < host.done.len(), "{} asked for", asked.len());
}

#[test]
fn whenever_it_is_killed_nothing_is_lost_and_nothing_asked_for_twice() {
    let host = killed(48, 12);
    assert!(10 < host.killed, "killed {} times", host.killed);
}

#[test]
#[ignore = "takes minutes"]
fn killed_a_thousand_times_nothing_is_lost_and_nothing_asked_for_twice() {
    let mut killed_in_all = 0;
    let mut again = 0;
    for _ in 0..10 {
        let host = killed(170, 12);
        killed_in_all += host.killed;
        again += host.handed_over_again;
    }
    println!("killed {killed_in_all} times, {again} effects handed over again");
    assert!(1_000 <= killed_in_all);
}
