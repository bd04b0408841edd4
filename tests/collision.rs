//! Who is there already, with the proof who was first; and all that is held about one
//! person.

use guanxi::engine::{Collision, CollisionView, Command};
use guanxi::error::Language;
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Columns, Seen};
use guanxi::identity::Verdict;
use guanxi::store::Store;
use guanxi::units::Instant;
use guanxi::{Code, Playbook};
use serde_json::{Value, json};

const PLAYBOOK: &str = r#"{
  "guanxi": 1, "id": "firm", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
  "schema": {
    "attributes": {
      "code": {"type": "text", "nullable": true},
      "mail": {"type": "text", "nullable": true, "personal": true},
      "mobile": {"type": "text", "nullable": true, "personal": true},
      "name": {"type": "text", "nullable": true},
      "spend": {"type": "money", "currency": "CNY", "nullable": true}},
    "events": {
      "inquiry": {"list": "inquiries", "fields": {"by": {"type": "text", "nullable": true}}},
      "claim": {"list": "claims", "fields": {"owner": {"type": "text"}}},
      "release": {"list": "releases"},
      "purchase": {"list": "purchases", "fields": {"amount": {"type": "money", "currency": "CNY"}}}},
    "consent": {"purposes": ["marketing"], "channels": ["sms"]}},
  "identity": {
    "keys": [
      {"attribute": "code", "as": "credit_code"}, {"attribute": "mobile", "as": "phone"},
      {"attribute": "mail", "as": "email"}, {"attribute": "name", "as": "company"}],
    "shared_from": 3, "inquiry": {"event": "inquiry", "actor": "by"}},
  "claims": {
    "machine": "ownership", "free": "open", "held": "owned",
    "claim": {"event": "claim", "owner": "owner"}, "release": {"event": "release"},
    "pools": [{"name": "general"}]},
  "machines": {
    "ownership": {"initial": "open", "states": {
      "open": {"on": [{"event": "claim", "to": "owned"}]},
      "owned": {"on": [{"event": "release", "to": "open"}, {"after": "days(30)", "to": "open"}]}}}},
  "segments": {"buyers": {"when": "purchases.sum(p, p.amount) >= 100.00"}}
}"#;

fn playbook() -> Playbook {
    Playbook::from_json(PLAYBOOK).unwrap_or_else(|error| panic!("{error}"))
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn append(store: &mut Store, playbook: &Playbook, kind: TableKind, rows: &[Value], seen: Seen) {
    let zone = playbook.calendar().zone();
    let lines = Lines::of("rows", &kind, None, playbook.schema(), zone).unwrap();
    let text: Vec<String> = rows.iter().map(Value::to_string).collect();
    let report = store.append_lines(&lines, text.join("\n").as_bytes(), seen).unwrap();
    assert_eq!(report.verdicts.conflict + report.verdicts.refused, 0, "{report:?}");
}

/// A firm with customers who share this and that.
fn firm(playbook: &Playbook) -> Store {
    let mut store = Store::in_memory(playbook.schema());
    let customers = [
        json!({"id": "C-1007", "name": "北京华为技术有限公司", "mobile": "139 1234 0001", "valid_from": "2026-01-05"}),
        json!({"id": "C-1008", "name": "华为技术（深圳）", "mail": "Li@huawei.com", "valid_from": "2026-01-07"}),
        json!({"id": "C-1009", "code": "914403001922038216", "mobile": "13912340009", "valid_from": "2026-01-09"}),
        json!({"id": "C-1", "mobile": "010-66554433"}),
        json!({"id": "C-2", "mobile": "(010)6655 4433"}),
        json!({"id": "C-3", "mobile": "+86 10 66554433"}),
    ];
    append(&mut store, playbook, TableKind::Customers, &customers, Seen::Backfill);
    let events = [
        json!({"kind": "inquiry", "customer": "C-1007", "at": "2026-01-05", "by": "wang", "id": "q-1"}),
        json!({"kind": "claim", "customer": "C-1007", "at": "2026-02-20", "owner": "li", "id": "k-1"}),
        json!({"kind": "purchase", "customer": "C-1007", "at": "2026-02-21", "amount": "120.00", "id": "p-1"}),
    ];
    append(&mut store, playbook, TableKind::Events, &events, Seen::Backfill);
    store
}

fn as_of() -> Instant {
    at("2026-03-01T00:00:00+08:00")
}

fn ask(store: &Store, playbook: &Playbook, row: &[(&str, &str)]) -> CollisionView {
    let columns = store.columns(None).unwrap();
    Collision::new(store, &columns, playbook, as_of(), None).unwrap().ask(row).unwrap()
}

#[test]
fn a_second_inquiry_is_told_with_owner_and_first_report() {
    let playbook = playbook();
    let mut store = firm(&playbook);
    let view = ask(&store, &playbook, &[("mobile", "+86-139-1234-0001")]);
    assert_eq!((view.verdict, view.customer.as_deref()), (Verdict::Same, Some("C-1007")));
    let said = "same: inquiry 2 of C-1007, held by li, first reported 2026-01-05";
    assert!(view.sentence.en.starts_with(said), "{}", view.sentence.en);
    assert!(
        view.sentence
            .zh
            .starts_with("同一客户：C-1007 的第 2 次咨询，由 li 持有，首报于 2026-01-05")
    );
    let found = &view.matches[0];
    assert_eq!(found.holder.as_ref().map(|it| &*it.owner), Some("li"));
    let inquiry = found.proof.first_inquiry.as_ref().unwrap();
    assert_eq!((inquiry.actor.as_deref(), &*inquiry.report.id), (Some("wang"), "q-1"));
    let evidence = &found.evidence[0];
    assert_eq!((&*evidence.key, &*evidence.held), ("13912340001", "139 1234 0001"));
    assert_eq!(evidence.since.as_ref().unwrap().at, Some(at("2026-01-05T00:00:00+08:00")));

    let again = Command::Inquiry { customer: "C-1007".into(), actor: "zhao".into() };
    let now = at("2026-02-25T10:00:00+08:00");
    let done = store.command(&playbook, &again, now, Seen::At(now)).unwrap();
    let view = ask(&store, &playbook, &[("mobile", "13912340001")]);
    let proof = &view.matches[0].proof;
    assert_eq!(proof.inquiries, 2);
    let last = proof.last_inquiry.as_ref().unwrap();
    assert_eq!((last.actor.as_deref(), &last.report.id), (Some("zhao"), &done.facts[0].id));
    let json = r#"{"inquiry": {"customer": "C-1007", "actor": "zhao"}}"#;
    assert_eq!(Command::from_json(json, playbook.calendar().zone()).unwrap(), again);
    let nobody = Command::Inquiry { customer: "C-99".into(), actor: "zhao".into() };
    let error = store.command(&playbook, &nobody, now, Seen::At(now)).unwrap_err();
    assert_eq!(error.code(), Code::UnknownCustomer);
}

#[test]
fn who_was_first_is_told_by_date_and_by_when_it_was_learnt() {
    let playbook = playbook();
    let mut store = firm(&playbook);
    // Dated back to before everybody, and learnt last.
    let late = [json!({"id": "C-2000", "name": "华为技术", "valid_from": "2025-12-01"})];
    let seen = Seen::At(at("2026-02-28T00:00:00+08:00"));
    append(&mut store, &playbook, TableKind::Customers, &late, seen);
    let view = ask(&store, &playbook, &[("name", "華為技術有限公司")]);
    // Three share the name: it is told, and decides nothing.
    assert_eq!((view.verdict, view.shared[0].customers), (Verdict::New, 3));
    let columns = store.columns(None).unwrap();
    let collision = Collision::new(&store, &columns, &playbook, as_of(), None).unwrap();
    let row = [("name", "华为技术"), ("mobile", "13912340001"), ("mail", "li@HUAWEI.com")];
    let view = collision.ask(&row).unwrap();
    assert_eq!((view.verdict, view.split), (Verdict::Possible, true));
    assert_eq!(view.first.as_deref(), Some("C-1007"));
    let before = Collision::new(&store, &columns, &playbook, at("2026-01-06T00:00:00Z"), None);
    let view = before.unwrap().ask(&row).unwrap();
    // Two have the name by then, and one of them the number.
    assert_eq!((view.verdict, view.customer.as_deref()), (Verdict::Same, Some("C-1007")));
    assert_eq!(view.first.as_deref(), Some("C-2000"));
    assert_eq!(view.first_learnt.as_deref(), Some("C-1007"));
}

#[test]
fn another_credit_code_speaks_against_a_shared_number() {
    let playbook = playbook();
    let store = firm(&playbook);
    let row = [("mobile", "13912340009"), ("code", "91330100799655058B")];
    let view = ask(&store, &playbook, &row);
    assert_eq!((view.verdict, view.customer), (Verdict::Possible, None));
    let against = view.matches[0].against.as_ref().unwrap();
    assert_eq!((&*against.given, &*against.held), ("799655058", "192203821"));
    let wrong = ask(&store, &playbook, &[("code", "914403001922038215")]);
    assert_eq!(wrong.verdict, Verdict::New);
    let fault = wrong.unusable[0].fault.as_ref().unwrap();
    assert_eq!((fault.code, fault.span), (Code::CheckCharacter, Some((17, 18))));
    let legacy = ask(&store, &playbook, &[("code", "440300192203821")]);
    assert_eq!(legacy.verdict, Verdict::Possible);
    assert!(legacy.matches[0].evidence[0].legacy);
}

#[test]
fn a_switchboard_is_told_and_decides_nothing() {
    let playbook = playbook();
    let store = firm(&playbook);
    let view = ask(&store, &playbook, &[("mobile", "010-66554433"), ("name", "无")]);
    assert_eq!((view.verdict, view.matches.len()), (Verdict::New, 0));
    assert_eq!((&*view.shared[0].key, view.shared[0].customers), ("010-66554433", 3));
    assert!(view.unusable[0].fault.is_none());
    let said = serde_json::to_value(view.in_language(Language::Zh)).unwrap();
    assert_eq!(said["unusable"][0]["placeholder"], true);
    let columns = store.columns(None).unwrap();
    let collision = Collision::new(&store, &columns, &playbook, as_of(), None).unwrap();
    let error = collision.ask(&[("mobil", "1"), ("spend", "2")]).unwrap_err();
    assert_eq!(error.faults().len(), 2);
    assert_eq!(error.code(), Code::UnknownReference);
}

#[test]
fn a_scan_joins_what_a_search_finds() {
    let playbook = playbook();
    let mut store = firm(&playbook);
    let twins = [
        json!({"id": "A-1", "mobile": "139-1234-0001", "mail": "li@huawei.com", "valid_from": "2026-02-01"}),
        json!({"id": "A-2", "code": "914403001922038261", "mobile": "13800138000"}),
    ];
    append(&mut store, &playbook, TableKind::Customers, &twins, Seen::Backfill);
    let columns = store.columns(None).unwrap();
    let collision = Collision::new(&store, &columns, &playbook, as_of(), None).unwrap();
    let scan = collision.scan();
    let ids = |at: usize| -> Vec<&str> {
        scan.groups[at].customers.iter().map(|it| &*it.customer).collect()
    };
    // A-1 has the number of one and the address of the other.
    assert_eq!((scan.groups.len(), scan.surplus), (1, 2));
    assert_eq!(ids(0), ["C-1007", "C-1008", "A-1"]);
    assert_eq!(scan.groups[0].because.len(), 2);
    assert_eq!((&*scan.shared[0].key, scan.shared[0].n_customers), ("010-66554433", 3));
    let unread: Vec<_> =
        scan.unread.iter().map(|it| (&*it.attribute, it.placeholders, it.unusable)).collect();
    assert_eq!(unread, [("code", 0, 1), ("mobile", 1, 0)]);
    let one = collision.ask_customer("C-1008").unwrap();
    assert_eq!(one.asked.as_deref(), Some("C-1008"));
    assert!(one.matches.iter().all(|it| &*it.customer != "C-1008"));
    assert_eq!(one.customer.as_deref(), Some("A-1"));
}

#[test]
fn merged_ids_are_one_and_the_erased_are_nobody() {
    let playbook = playbook();
    let mut store = firm(&playbook);
    let now = at("2026-02-22T00:00:00+08:00");
    let merge = Command::Merge { from: "C-1007".into(), into: "C-1008".into() };
    store.command(&playbook, &merge, now, Seen::At(now)).unwrap();
    let view = ask(&store, &playbook, &[("mobile", "13912340001")]);
    assert_eq!(view.customer.as_deref(), Some("C-1008"));
    assert_eq!(view.matches.len(), 1);
    store.erase("C-1009", now).unwrap();
    let view = ask(&store, &playbook, &[("mobile", "13912340009")]);
    assert_eq!(view.verdict, Verdict::New);
}

fn lines(store: &Store, playbook: &Playbook, id: &str) -> Vec<Value> {
    let person = store.person(playbook, as_of(), None, id).unwrap();
    let lines = person.lines(Language::En);
    lines.map(|line| serde_json::from_str(&line).unwrap()).collect()
}

#[test]
fn one_person_is_exported_whole() {
    let playbook = playbook();
    let mut store = firm(&playbook);
    let now = at("2026-02-22T00:00:00+08:00");
    let consent =
        [json!({"id": "C-1007", "consent.marketing.sms": true, "valid_from": "2026-02-01"})];
    append(&mut store, &playbook, TableKind::Customers, &consent, Seen::At(now));
    let merge = Command::Merge { from: "C-1008".into(), into: "C-1007".into() };
    store.command(&playbook, &merge, now, Seen::At(now)).unwrap();
    let all = lines(&store, &playbook, "C-1008");
    let of = |what: &str| all.iter().filter(|it| it["line"] == what).collect::<Vec<_>>();
    assert_eq!(all[0]["line"], "person");
    assert_eq!((&all[0]["customer"], &all[0]["asked"]), (&json!("C-1007"), &json!("C-1008")));
    assert_eq!(all[0]["ids"], json!(["C-1007", "C-1008"]));
    assert_eq!(all.last().unwrap()["lines"], all.len());
    // Every fact that counts is there, once.
    let facts = store.customer_facts("C-1007", None).unwrap();
    let ids: Vec<&str> = of("fact").iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, facts.iter().map(|it| &*it.fact.id).collect::<Vec<_>>());
    let purchase = of("fact").into_iter().find(|it| it["id"] == "p-1").unwrap();
    assert_eq!(purchase["fields"]["amount"], "120.00 CNY");
    assert_eq!((&purchase["fact"], &purchase["kind"]), (&json!("event"), &json!("purchase")));
    let mobile = of("attribute").into_iter().find(|it| it["attribute"] == "mobile").unwrap();
    assert_eq!(
        (&mobile["value"], mobile["personal"].as_bool()),
        (&json!("139 1234 0001"), Some(true))
    );
    assert_eq!(of("consent")[0]["granted"], true);
    let step = of("step").into_iter().find(|it| it["to"] == "owned").unwrap();
    assert_eq!(step["decided"], "rule");
    assert_eq!(step["rule"], "/machines/ownership/states/open/on/0");
    let segment = of("segment")[0];
    assert_eq!((&segment["member"], &segment["decided"]), (&json!(true), &json!("rule")));
    assert_eq!(segment["rule"], "/segments/buyers");
    assert_eq!(segment["when"], "purchases.sum(p, p.amount) >= 100.00");
}

#[test]
fn the_export_of_nobody_says_whether_there_ever_was_somebody() {
    let playbook = playbook();
    let mut store = firm(&playbook);
    let export = |store: &Store, id: &str| {
        store.person(&playbook, as_of(), None, id).map(|_| ()).unwrap_err().code()
    };
    assert_eq!(export(&store, "C-99"), Code::UnknownCustomer);
    store.erase("C-1007", at("2026-02-22T00:00:00+08:00")).unwrap();
    assert_eq!(export(&store, "C-1007"), Code::ErasedSubject);
    let _: Columns = store.columns(None).unwrap();
}
