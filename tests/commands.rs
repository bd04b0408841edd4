//! Commands as JSON: what can be said, and every fault of what cannot.

use guanxi::engine::{Command, Request};
use guanxi::facts::{Act, Override};
use guanxi::units::{Instant, Zone};
use guanxi::{Code, Error};

fn shanghai() -> Zone {
    Zone::named("Asia/Shanghai").unwrap()
}

fn read(text: &str) -> Result<Command, Error> {
    Command::from_json(text, &shanghai())
}

/// Code and place of each fault.
fn faults(text: &str) -> Vec<(Code, String)> {
    let error = read(text).unwrap_err();
    let said = error.faults().iter();
    said.map(|it| (it.code, it.pointer.clone().unwrap_or_default())).collect()
}

#[test]
fn two_ids_and_one_fact() {
    let (from, into) = ("C-2".into(), "C-1".into());
    let merge = read(r#"{"merge": {"from": "C-2", "into": "C-1"}}"#).unwrap();
    assert_eq!(merge, Command::Merge { from, into });
    let (from, into) = ("C-2".into(), "C-1".into());
    let unmerge = read(r#"{"unmerge": {"into": "C-1", "from": "C-2"}}"#).unwrap();
    assert_eq!(unmerge, Command::Unmerge { from, into });
    let retract = read(r#"{"retract": {"id": "o-1", "source": "shop"}}"#).unwrap();
    assert_eq!(retract, Command::Retract { source: "shop".into(), id: "o-1".into() });
    let ours = read(r#"{"retract": {"id": "o-1"}}"#).unwrap();
    assert_eq!(ours, Command::Retract { source: Command::SOURCE.into(), id: "o-1".into() });
}

#[test]
fn an_override_may_hold_until_the_end_of_a_day() {
    let decision = |state: Option<&str>, pinned, until: Option<&str>| Command::Override {
        customer: "C-1".into(),
        decision: Override {
            machine: "relationship".into(),
            state: state.map(Box::from),
            pinned,
            until: until.map(|text| Instant::parse(text).unwrap()),
            actor: "li".into(),
            reason: "moved".into(),
        },
    };
    let with = |more: &str| {
        let head = r#""customer": "C-1", "machine": "relationship""#;
        read(&format!(r#"{{"override": {{{head}, "actor": "li", "reason": "moved"{more}}}}}"#))
    };
    assert_eq!(with("").unwrap(), decision(None, false, None));
    let nothing = r#", "state": null, "pinned": null, "until": null"#;
    assert_eq!(with(nothing).unwrap(), decision(None, false, None));
    assert_eq!(with(r#", "state": "lost""#).unwrap(), decision(Some("lost"), false, None));
    let day = r#", "state": "lost", "pinned": true, "until": "2026-06-30""#;
    let last = "2026-06-30T15:59:59.999999Z";
    assert_eq!(with(day).unwrap(), decision(Some("lost"), true, Some(last)));
    let clock = r#", "state": "lost", "pinned": true, "until": "2026-06-30 09:30""#;
    assert_eq!(with(clock).unwrap(), decision(Some("lost"), true, Some("2026-06-30T01:30:00Z")));
}

#[test]
fn whoever_claims_asks_unless_it_is_said_who_does() {
    let request = |act, owner: Option<&str>, actor: &str| Request {
        act,
        customer: "C-1".into(),
        owner: owner.map(Box::from),
        until: None,
        exempt: false,
        actor: actor.into(),
        reason: "".into(),
    };
    for (text, wanted) in [
        (r#"{"claim": {"customer": "C-1", "owner": "li"}}"#, request(Act::Claim, Some("li"), "li")),
        (
            r#"{"claim": {"customer": "C-1", "owner": "li", "actor": "wu", "exempt": true}}"#,
            Request { exempt: true, ..request(Act::Claim, Some("li"), "wu") },
        ),
        (
            r#"{"release": {"customer": "C-1", "actor": "li", "reason": "busy"}}"#,
            Request { reason: "busy".into(), ..request(Act::Release, None, "li") },
        ),
        (
            r#"{"transfer": {"customer": "C-1", "owner": "wu", "actor": "li"}}"#,
            request(Act::Transfer, Some("wu"), "li"),
        ),
        (
            r#"{"extend": {"customer": "C-1", "until": "2026-06-30T00:00:00Z", "actor": "li"}}"#,
            Request {
                until: Some(Instant::parse("2026-06-30T00:00:00Z").unwrap()),
                ..request(Act::Extend, None, "li")
            },
        ),
        (r#"{"extend": {"customer": "C-1", "actor": "li"}}"#, request(Act::Extend, None, "li")),
    ] {
        assert_eq!(read(text).unwrap(), Command::Claim(wanted), "{text}");
    }
}

#[test]
fn all_faults_are_told_with_their_places() {
    let one = |code, place: &str| vec![(code, place.to_owned())];
    for (text, wanted) in [
        ("[]", one(Code::WrongJsonType, "")),
        ("{}", one(Code::BadValue, "")),
        (r#"{"merge": {}, "unmerge": {}}"#, one(Code::BadValue, "")),
        (r#"{"merg": {}}"#, one(Code::UnknownKey, "/merg")),
        (r#"{"merge": 1}"#, one(Code::WrongJsonType, "/merge")),
        (r#"{"merge": {"from": "a"}}"#, one(Code::MissingKey, "/merge")),
        (r#"{"merge": {"from": 1, "into": "b"}}"#, one(Code::WrongJsonType, "/merge/from")),
        (r#"{"merge": {"from": "a", "into": "b", "to": 1}}"#, one(Code::UnknownKey, "/merge/to")),
        (
            r#"{"release": {"customer": "a", "actor": 1}}"#,
            one(Code::WrongJsonType, "/release/actor"),
        ),
        (
            r#"{"release": {"customer": "a", "actor": "b", "owner": "c"}}"#,
            one(Code::UnknownKey, "/release/owner"),
        ),
        (
            r#"{"extend": {"customer": "a", "actor": "b", "until": "2026-02-30"}}"#,
            one(Code::MalformedValue, "/extend/until"),
        ),
        (
            r#"{"override": {"machine": 1, "pinned": "yes", "until": "2026-03-01", "state": "s"}}"#,
            [
                one(Code::MissingKey, "/override"),
                one(Code::MissingKey, "/override"),
                one(Code::MissingKey, "/override"),
                one(Code::WrongJsonType, "/override/machine"),
                one(Code::WrongJsonType, "/override/pinned"),
                one(Code::BadValue, "/override/until"),
            ]
            .concat(),
        ),
    ] {
        assert_eq!(faults(text), wanted, "{text}");
    }
    let pinned = r#"{"override": {"customer": "a", "machine": "m", "pinned": true,
                                  "actor": "li", "reason": "r"}}"#;
    assert_eq!(faults(pinned), one(Code::BadValue, "/override/pinned"));
    let error = read(r#"{"merg": {}}"#).unwrap_err();
    assert_eq!(error.faults()[0].hint.as_ref().unwrap().en, "did you mean `merge`?");
}
