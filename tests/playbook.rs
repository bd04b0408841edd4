//! The playbook: what is refused and where, what makes two the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use guanxi::json::{self, Json};
use guanxi::lang::{Parameter, Value};
use guanxi::playbook::Findings;
use guanxi::{Code, Fault, Playbook};

const RETAIL: &str = include_str!("data/retail.playbook.json");
const CASES: &str = include_str!("cases/playbook.json");
const SMALLEST: &str =
    r#"{"guanxi": 1, "id": "test", "version": "1", "calendar": {"zone": "UTC"}}"#;

pub(crate) fn parse(text: &str) -> Json {
    json::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The smallest playbook with these keys; null takes one away.
fn with(keys: &Json) -> String {
    let Json::Object(mut entries) = parse(SMALLEST) else { panic!("an object") };
    for (key, value) in keys.as_object().expect("keys and values") {
        entries.retain(|(name, _)| name != key);
        if *value != Json::Null {
            entries.push((key.clone(), value.clone()));
        }
    }
    Json::Object(entries).to_canonical()
}

/// Whether a fault is as told: `code pointer [start..end] [= message | => hint]`.
fn is_told(fault: &Fault, told: &str) -> bool {
    let (place, hint) = told.split_once(" => ").unwrap_or((told, ""));
    let (place, message) = place.split_once(" = ").unwrap_or((place, &fault.message.en));
    let (code, place) = place.split_once(' ').expect("a code and a pointer");
    let (pointer, span) = match place.rsplit_once(' ') {
        Some((pointer, span)) if span.contains("..") => (pointer, Some(span)),
        _ => (place, None),
    };
    let given = fault.span.map(|(start, end)| format!("{start}..{end}"));
    let says = |text: &str| fault.hint.as_ref().is_some_and(|hint| hint.en.contains(text));
    fault.code.name() == code
        && fault.pointer.as_deref().unwrap_or_default() == pointer
        && span.is_none_or(|span| given.as_deref() == Some(span))
        && fault.message.en == message
        && (hint.is_empty() || says(&format!("`{hint}`")))
}

pub(crate) fn compare(
    name: &str,
    what: &str,
    found: &[Fault],
    told: &[Json],
) -> Result<(), String> {
    let told: Vec<&str> = told.iter().map(|line| line.as_text().expect("a text")).collect();
    let agree = found.len() == told.len()
        && found.iter().zip(&told).all(|(fault, told)| is_told(fault, told));
    let said: Vec<String> =
        found.iter().map(|fault| format!("{} {fault:?}", fault.code.name())).collect();
    if agree {
        return Ok(());
    }
    Err(format!(
        "{name}: {what}\n  found\n    {}\n  told\n    {}",
        said.join("\n    "),
        told.join("\n    ")
    ))
}

#[test]
fn every_case_has_the_faults_it_tells() {
    let cases = parse(CASES);
    let mut failures = Vec::new();
    for case in cases.as_array().expect("a list of cases") {
        let name = case.get("name").and_then(Json::as_text).expect("a name");
        let text = match case.get("text").and_then(Json::as_text) {
            Some(text) => text.to_owned(),
            None => with(case.get("with").expect("a text or keys")),
        };
        let Findings { playbook, faults, hints } = Playbook::check(&text);
        assert_eq!(playbook.is_some(), faults.is_empty(), "{name}");
        let told = |key| case.get(key).and_then(Json::as_array);
        failures.extend(compare(name, "faults", &faults, told("faults").expect("faults")).err());
        if let Some(told) = told("hints") {
            failures.extend(compare(name, "hints", &hints, told).err());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Everything that tells one fault from another.
fn known(faults: &[Fault]) -> Vec<String> {
    let mut known: Vec<String> = faults.iter().map(|fault| format!("{fault:?}")).collect();
    known.sort();
    known
}

#[test]
fn a_key_that_stands_twice_hides_no_other_fault() {
    let cases = parse(CASES);
    for case in cases.as_array().expect("a list of cases") {
        let Some(keys) = case.get("with").filter(|keys| keys.get("id").is_none()) else { continue };
        let text = with(keys);
        let doubled = format!("{},\"id\":\"again\"}}", text.strip_suffix('}').expect("an object"));
        let before = Playbook::check(&text).faults;
        let mut after = Playbook::check(&doubled).faults;
        let duplicate = |fault: &Fault| fault.code == Code::DuplicateKey;
        let at = after.iter().position(duplicate).unwrap_or_else(|| panic!("{doubled}"));
        assert_eq!(after.remove(at).pointer.as_deref(), Some("/id"));
        assert_eq!(known(&after), known(&before), "{text}");
    }
}

#[test]
fn thirty_different_faults_are_all_reported() {
    let text = r#"{
        "guanxi": 1, "semantics": 9, "id": "", "labels": {"english": "x"}, "help": 3, "colour": 1, "campaigns": {},
        "calendar": {"zone": "Mars/Olympus", "week_starts": "someday", "fiscal_year_starts": "13-01"},
        "parameters": {"a": {"type": "nothing", "value": 1}, "b": {"type": "int", "value": 9, "max": 8},
                       "c": {"type": "decimal", "value": "x"}, "d-": {"type": "bool", "value": true}},
        "schema": {
            "attributes": {"a": {"type": "money", "currency": "XXX"}, "b": {"type": "enum", "values": ["x", "x"]},
                           "c": {"type": "contact", "channel": "fax"}, "d": {"type": "decimal(99)"},
                           "e": {"type": "text", "text_profile": "fuzzy"}, "now": {"type": "date"},
                           "f": {"type": "date", "verified_at": "b"}, "g": {"type": "int", "nullable": 1},
                           "h": {"type": "int", "fresh_for": "soon"}},
            "events": {"e": {"list": "b", "fields": {"id": {"type": "int"}}}},
            "consent": {"channels": ["sms", "sms"]}, "sources": "erp", "unknown_customers": "ask"},
        "segments": {"a": {"when": "segment('a')"}, "b": {}, "c": {"when": "nothing_like_it"}, "d": {"when": "1 +"}}
    }"#;
    let Findings { faults, .. } = Playbook::check(text);
    let places: BTreeSet<(&str, i32)> = faults
        .iter()
        .map(|it| (it.pointer.as_deref().unwrap_or_default(), it.code.number()))
        .collect();
    assert_eq!((faults.len(), places.len()), (32, 32), "{faults:#?}");
    for fault in &faults {
        assert!(!fault.message.zh.is_ascii() && fault.message.en.is_ascii(), "{fault:?}");
    }
}

#[test]
fn the_list_of_faults_says_that_it_ends() {
    let keys: Vec<String> = (0..5_000).map(|n| format!(r#""key{n}": 0"#)).collect();
    let text = format!("{{{}, {}}}", &SMALLEST[1..SMALLEST.len() - 1], keys.join(", "));
    let Findings { faults, .. } = Playbook::check(&text);
    assert_eq!(faults.len(), 1_001);
    assert_eq!(faults[999].pointer.as_deref(), Some("/key999"));
    assert_eq!(faults[1_000].message.en, "the first 1000 faults are listed, there may be more");
}

#[test]
fn long_chains_of_segments_are_ordered_and_long_circles_found() {
    let link = |n: usize| format!(r#""s{n:04}": {{"when": "segment('s{:04}')"}}"#, n + 1);
    let links: Vec<String> = (0..9_999).map(link).collect();
    let text = |last: &str| {
        let segments = format!(r#"{}, "s9999": {{"when": "{last}"}}"#, links.join(", "));
        with(&parse(&format!(r#"{{"segments": {{{segments}}}}}"#)))
    };
    let chain = Playbook::from_json(&text("true")).expect("a chain ends");
    assert!(chain.order().iter().copied().eq((0..10_000).rev()));
    let circle = Playbook::check(&text("segment('s0000')")).faults;
    assert_eq!(circle.len(), 1);
    assert!(circle[0].message.en.ends_with("s0008 -> s0009 -> ... -> s0000"), "{circle:?}");
}

#[test]
fn a_document_of_nothing_but_misspelt_names_is_answered_in_time() {
    let attributes: Vec<String> = (0..1_000)
        .map(|n| format!(r#""attribute_with_a_long_name_{n}": {{"type": "contact", "channel": "no_channel_{n}"}}"#))
        .collect();
    let channels: Vec<String> =
        (0..10_000).map(|n| format!(r#""channel_with_a_name_{n}""#)).collect();
    let text = with(&parse(&format!(
        r#"{{"schema": {{"attributes": {{{}}}, "consent": {{"channels": [{}]}}}}}}"#,
        attributes.join(","),
        channels.join(",")
    )));
    assert_eq!(Playbook::check(&text).faults.len(), 1_001);
}

fn retail() -> Playbook {
    Playbook::from_json(RETAIL).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_real_playbook_is_read_whole() {
    let retail = retail();
    assert_eq!((retail.id(), retail.version()), ("retail", "1.2.0"));
    assert_eq!(retail.text().zh, "零售标准规则集");
    assert_eq!(retail.calendar().zone().name(), "Asia/Shanghai");
    assert_eq!(retail.calendar().fiscal_year_starts(), (4, 1));
    assert_eq!(retail.schema().attributes.len(), 13);
    assert_eq!(retail.schema().kinds.len(), 7);
    let spend = retail.settings().iter().find(|it| &*it.name == "big_spend").expect("declared");
    let Some(Value::Money(min, currency)) = spend.min else { panic!("{spend:?}") };
    assert_eq!((min.to_string().as_str(), currency.code()), ("1000.00", "CNY"));
    let names = |it: &Parameter| it.name.clone();
    let sorted: Vec<Arc<str>> = retail.parameters().iter().map(names).collect();
    assert!(sorted.is_sorted() && sorted.len() == retail.settings().len());
    let lapsed = retail.segment("lapsed").expect("declared");
    assert_eq!(lapsed.text().en, "lapsed");
    assert_eq!(lapsed.condition().uses.segments, [Arc::from("buyers")]);
    assert!(retail.segment("nobody").is_none());
    assert_eq!(retail.hints(), []);
}

#[test]
fn every_playbook_that_comes_along_passes_without_a_hint() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in ["examples/cdnow/playbook.json", "bindings/cli/src/demo/playbook.json"] {
        let text = std::fs::read_to_string(root.join(file)).expect(file);
        let Findings { faults, hints, .. } = Playbook::check(&text);
        assert_eq!((faults, hints), (vec![], vec![]), "{file}");
    }
}

#[test]
fn segments_are_ordered_by_what_they_read_and_then_by_name() {
    let retail = retail();
    let order: Vec<&str> = retail.in_order().map(|segment| &**segment.name()).collect();
    let expected = [
        "buyers",
        "key_accounts",
        "lapsed",
        "at_risk",
        "new_shop",
        "open_complaint",
        "promoters",
        "regulars",
        "runners",
        "shop_only",
        "win_back",
        "young_families",
    ];
    assert_eq!(order, expected);
    assert_eq!(retail.order().len(), retail.segments().len());
}

#[test]
fn the_canonical_form_is_a_fixed_point() {
    let retail = retail();
    let again = Playbook::from_json(retail.canonical()).expect("a playbook still");
    assert_eq!(again.canonical(), retail.canonical());
    assert_eq!(again.hash(), retail.hash());
    assert_eq!(again, retail);
}

/// The value with the keys of every object reversed.
fn reversed(json: &Json) -> Json {
    match json {
        Json::Array(items) => Json::Array(items.iter().map(reversed).collect()),
        Json::Object(entries) => Json::Object(
            entries.iter().rev().map(|(key, value)| (key.clone(), reversed(value))).collect(),
        ),
        other => other.clone(),
    }
}

/// The value in its order, with spaces wherever JSON allows them.
fn spaced(json: &Json, out: &mut String) {
    match json {
        Json::Array(items) => {
            out.push_str(" [ ");
            for (position, item) in items.iter().enumerate() {
                out.push_str(if position == 0 { "" } else { " ,\n" });
                spaced(item, out);
            }
            out.push_str(" ]\t");
        }
        Json::Object(entries) => {
            out.push_str(" { ");
            for (position, (key, value)) in entries.iter().enumerate() {
                out.push_str(if position == 0 { "" } else { " ,\n" });
                out.push_str(&format!("{} : ", json::quote(key)));
                spaced(value, out);
            }
            out.push_str(" }\r\n");
        }
        other => out.push_str(&other.to_canonical()),
    }
}

#[test]
fn order_of_keys_and_spaces_do_not_matter() {
    let retail = retail();
    let mut text = String::new();
    spaced(&reversed(&parse(RETAIL)), &mut text);
    assert_ne!(text, RETAIL);
    let other = Playbook::from_json(&text).expect("the same playbook");
    assert_eq!(other.hash(), retail.hash());
    assert_eq!(other.semantic_hash(), retail.semantic_hash());
    assert_eq!(other.schema(), retail.schema());
    assert_eq!(other.order(), retail.order());
}

/// The value at a JSON pointer.
fn at<'a>(json: &'a mut Json, pointer: &str) -> &'a mut Json {
    pointer.split('/').skip(1).fold(json, |json, step| match json {
        Json::Array(items) => &mut items[step.parse::<usize>().expect("a position")],
        Json::Object(entries) => {
            let found = entries.iter_mut().find(|(key, _)| **key == *step);
            &mut found.unwrap_or_else(|| panic!("no `{step}` in `{pointer}`")).1
        }
        _ => panic!("nothing below `{pointer}`"),
    })
}

/// The retail playbook with the value at a pointer replaced, or a key added.
fn changed(pointer: &str, value: &str) -> Playbook {
    let mut document = parse(RETAIL);
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match at(&mut document, parent) {
        Json::Object(entries) => {
            entries.retain(|(name, _)| **name != *key);
            entries.push((key.into(), parse(value)));
        }
        Json::Array(items) => items[key.parse::<usize>().expect("a position")] = parse(value),
        _ => panic!("nothing below `{parent}`"),
    }
    let text = document.to_canonical();
    Playbook::from_json(&text).unwrap_or_else(|error| panic!("{pointer}: {error}"))
}

#[test]
fn wording_changes_the_hash_and_not_the_semantic_hash() {
    let retail = retail();
    let wordings = [
        ("/labels", r#"{"en": "Shop"}"#),
        ("/help", r#""something else""#),
        ("/parameters/at_risk_after/labels", "{}"),
        ("/parameters/at_risk_after/help", r#""x""#),
        ("/schema/attributes/region/labels", r#"{"zh-Hans": "区域"}"#),
        ("/schema/attributes/sex/values/0/labels", r#"{"en": "female"}"#),
        ("/schema/attributes/sex/values/0", r#""f""#),
        ("/schema/attributes/region/values/1", r#"{"name": "华南", "labels": {"en": "South"}}"#),
        ("/schema/events/purchase/labels", r#"{"en": "order"}"#),
        ("/schema/events/purchase/fields/amount/labels", r#"{"en": "paid"}"#),
        ("/schema/references/staff/labels", "{}"),
        ("/segments/lapsed/labels", r#"{"en": "gone"}"#),
        ("/segments/lapsed/help", r#""x""#),
    ];
    for (pointer, value) in wordings {
        let other = changed(pointer, value);
        assert_ne!(other.hash(), retail.hash(), "{pointer}");
        assert_eq!(other.semantic_hash(), retail.semantic_hash(), "{pointer}");
    }
}

#[test]
fn decisions_change_both_hashes() {
    let retail = retail();
    let decisions = [
        ("/parameters/at_risk_after/value", r#""days(121)""#),
        ("/calendar/week_starts", r#""sunday""#),
        ("/schema/attributes/region/nullable", "false"),
        ("/schema/attributes/region/values/3", r#""华中""#),
        ("/schema/attributes/labels", r#"{"type": "int"}"#),
        ("/schema/events/purchase/fields/help", r#"{"type": "text"}"#),
        ("/schema/sources/0", r#""wms""#),
        ("/segments/lapsed/when", r#""purchases.size() == 0""#),
        ("/segments/labels", r#"{"when": "true"}"#),
    ];
    for (pointer, value) in decisions {
        let other = changed(pointer, value);
        assert_ne!(other.hash(), retail.hash(), "{pointer}");
        assert_ne!(other.semantic_hash(), retail.semantic_hash(), "{pointer}");
    }
}

#[test]
fn the_semantics_of_this_version_count_as_said() {
    let silent = Playbook::from_json(SMALLEST).expect("a playbook");
    let said = Playbook::from_json(&with(&parse(r#"{"semantics": 1}"#))).expect("a playbook");
    assert_ne!(silent.hash(), said.hash());
    assert_eq!(silent.semantic_hash(), said.semantic_hash());
}

#[test]
fn hashes_are_those_of_the_published_function() {
    // `printf '%s' '{"calendar":...}' | sha256sum`
    let playbook = Playbook::from_json(SMALLEST).expect("a playbook");
    let text = r#"{"calendar":{"zone":"UTC"},"guanxi":1,"id":"test","version":"1"}"#;
    assert_eq!(playbook.canonical(), text);
    assert_eq!(playbook.hash(), "7d847000f40cb03152da4c274cc13462d77d4ed30c5c201160d746d9abfb2552");
}

#[test]
fn a_playbook_is_shared_between_threads() {
    let retail = retail();
    let hashes: Vec<String> = std::thread::scope(|scope| {
        let ask = || scope.spawn(|| retail.clone().hash().to_owned());
        let threads: Vec<_> = (0..4).map(|_| ask()).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(hashes.iter().all(|hash| hash == retail.hash()));
}

/// Pseudo-random numbers: the same on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

/// Does something to one value of a document: replaces it, takes it away,
/// renames its key, garbles its text.
fn mutate(json: &mut Json, dice: &mut Dice) {
    const VALUES: [&str; 14] = [
        "null",
        "true",
        "0",
        "-1",
        "1e400",
        "\"\"",
        "\"enum\"",
        "\"now\"",
        "\"segment('at_risk')\"",
        "[]",
        "{}",
        "[[{}]]",
        "\"days(9)\"",
        "{\"type\": \"text\"}",
    ];
    let go_on = dice.below(6) > 0;
    match json {
        Json::Object(entries) if !entries.is_empty() && go_on => {
            let position = dice.below(entries.len());
            match dice.below(12) {
                0 => drop(entries.remove(position)),
                1 => {
                    entries[position].0 =
                        ["region", "fields", "x", "类型", "a/b~"][dice.below(5)].into()
                }
                _ => mutate(&mut entries[position].1, dice),
            }
        }
        Json::Array(items) if !items.is_empty() && go_on => {
            let position = dice.below(items.len());
            mutate(&mut items[position], dice);
        }
        Json::Text(text) if go_on => {
            let mut letters: Vec<char> = text.chars().collect();
            match dice.below(3) {
                0 => letters.insert(
                    dice.below(letters.len() + 1),
                    ['(', '\'', '关', '-', '.'][dice.below(5)],
                ),
                1 if !letters.is_empty() => drop(letters.remove(dice.below(letters.len()))),
                _ => letters.truncate(dice.below(letters.len() + 1)),
            }
            *text = letters.into_iter().collect::<String>().into();
        }
        other => *other = parse(VALUES[dice.below(VALUES.len())]),
    }
}

/// What stands at a pointer, its escapes resolved.
fn find<'a>(document: &'a Json, pointer: &str) -> Option<&'a Json> {
    let steps = pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    let mut json = document;
    for step in steps {
        json = match json {
            Json::Array(items) => items.get(step.parse::<usize>().ok()?)?,
            other => other.get(&step)?,
        };
    }
    Some(json)
}

#[test]
fn whatever_is_changed_the_faults_have_real_places() {
    let original = parse(RETAIL);
    let mut dice = Dice(20_260_331);
    let (mut refused, mut accepted) = (0, 0);
    for _ in 0..600 {
        let mut document = original.clone();
        for _ in 0..=dice.below(4) {
            mutate(&mut document, &mut dice);
        }
        let text = document.to_canonical();
        let Ok(document) = json::parse(text.as_bytes()) else { continue };
        let Findings { playbook, faults, hints } = Playbook::check(&text);
        assert_eq!(playbook.is_some(), faults.is_empty(), "{text}");
        for fault in faults.iter().chain(&hints) {
            assert_ne!(fault.code, Code::Internal, "{fault:?}\n{text}");
            let pointer = fault.pointer.as_deref().unwrap_or_default();
            let place = find(&document, pointer);
            assert!(place.is_some(), "nothing at `{pointer}`: {fault:?}\n{text}");
            if let Some((start, end)) = fault.span {
                let source = place.and_then(Json::as_text).expect("a span is of a text");
                assert!(source.get(start..end).is_some(), "{fault:?} in {source}");
            }
        }
        if playbook.is_some() { accepted += 1 } else { refused += 1 }
    }
    assert!(refused > 100 && accepted > 20, "{refused} refused, {accepted} accepted");
}

#[test]
fn garbled_bytes_are_refused_without_a_panic() {
    let mut dice = Dice(7);
    for _ in 0..300 {
        let mut letters: Vec<char> = RETAIL.chars().collect();
        for _ in 0..3 {
            let position = dice.below(letters.len());
            letters[position] = ['"', '{', '\\', '0', '\u{0}', '关'][dice.below(6)];
        }
        let text: String = letters.into_iter().collect();
        let found = Playbook::check(&text);
        assert_eq!(found.playbook.is_some(), found.faults.is_empty());
    }
}

#[test]
fn labels_that_are_not_there_are_not_suggested() {
    let text = r#"{"guanxi": 1, "id": "a", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {"attributes": {"region": {"type": "enum"}}},
        "segments": {"east": {"when": "region == '华东'"}}}"#;
    let error = Playbook::from_json(text).expect_err("an enumeration has values");
    let told: Vec<_> =
        error.faults().iter().map(|fault| (fault.code, fault.hint.is_some())).collect();
    assert_eq!(told, [(Code::MissingKey, false), (Code::UnknownLabel, false)]);
}
