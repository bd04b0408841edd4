//! Who is there already: values as people write them, and verdicts over them.

use std::collections::{BTreeMap, BTreeSet};

use guanxi::facts::{Body, Columns, Correction, Fact, Seen, Value};
use guanxi::identity::{Given, Identity, Index, Key, Reading, Strength, Verdict};
use guanxi::store::Store;
use guanxi::units::Instant;
use guanxi::{Fault, Playbook};
use proptest::prelude::*;

const CASES: &str = include_str!("cases/identity.json");

const PLAYBOOK: &str = r#"{
  "guanxi": 1, "id": "firm", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
  "schema": {"attributes": {
    "code": {"type": "text", "nullable": true},
    "mobile": {"type": "text", "nullable": true, "personal": true},
    "phones": {"type": "set<text>", "nullable": true},
    "mail": {"type": "text", "nullable": true},
    "second_mail": {"type": "text", "nullable": true},
    "name": {"type": "text", "nullable": true},
    "openid": {"type": "text", "nullable": true}
  }},
  "identity": {
    "keys": [
      {"attribute": "code", "as": "credit_code"},
      {"attribute": "mobile", "as": "phone"},
      {"attribute": "mail", "as": "email"},
      {"attribute": "name", "as": "company"},
      {"attribute": "openid", "as": "id"},
      {"attribute": "phones", "as": "phone", "strength": "weak"},
      {"attribute": "second_mail", "as": "email", "drop_tag": true}
    ],
    "shared_from": 4, "placeholders": ["内部测试"]
  }
}"#;

/// The keys of the playbook, by what cases call them.
const KEYS: [&str; 7] =
    ["credit_code", "phone", "email", "company", "id", "phones", "email_untagged"];

/// The same attributes in the order of the schema, which is by name.
const ATTRIBUTES: [&str; 7] = ["code", "mobile", "mail", "name", "openid", "phones", "second_mail"];

fn playbook() -> Playbook {
    Playbook::from_json(PLAYBOOK).unwrap_or_else(|error| panic!("{error}"))
}

fn told(fault: &Fault) -> String {
    let span = fault.span.map(|(from, until)| format!(" {from}..{until}")).unwrap_or_default();
    format!("{}{span}", fault.code.name())
}

#[test]
fn values_are_read_as_the_cases_say() {
    let playbook = playbook();
    let identity = playbook.identity().unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_str(CASES).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let key = KEYS.iter().position(|key| case["as"] == *key).expect("a key");
        let written = case["written"].as_str().unwrap();
        let reads: Vec<String> = case["reads"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it.as_str().unwrap().to_owned())
            .collect();
        let expected = match (case["fault"].as_str(), case["placeholder"] == true, reads.is_empty())
        {
            (Some(fault), ..) => fault.to_owned(),
            (None, true, _) => "placeholder".into(),
            (None, false, true) => "missing".into(),
            _ => format!("{} {:?}", case["legacy"] == true, reads),
        };
        let found = match identity.read(key, written) {
            Reading::Unusable(fault) => told(&fault),
            Reading::Placeholder => "placeholder".into(),
            Reading::Missing => "missing".into(),
            Reading::Keys { keys, legacy } => {
                let keys = keys.iter().map(|key| format!("{} {}", key.form.name(), key.text));
                format!("{legacy} {:?}", keys.collect::<Vec<_>>())
            }
        };
        if found != expected {
            wrong.push(format!("{} {written:?}: {found}, expected {expected}", case["as"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() > 150, "{}", cases.len());
}

/// One customer's values, by match key.
type Row = Vec<(usize, String)>;

/// Customers c00, c01, ... with these values.
fn columns(playbook: &Playbook, rows: &[Row]) -> Columns {
    let mut store = Store::in_memory(playbook.schema());
    let facts = rows.iter().enumerate().map(|(number, row)| {
        let mut values: BTreeMap<usize, Vec<Box<str>>> = BTreeMap::new();
        for (key, text) in row {
            let attribute = playbook.schema().attribute(ATTRIBUTES[*key]).unwrap();
            values.entry(attribute).or_default().push(text.as_str().into());
        }
        let set = playbook.schema().attribute("phones").unwrap();
        let value = |(attribute, mut texts): (usize, Vec<Box<str>>)| {
            texts.sort_unstable();
            texts.dedup();
            let value = match attribute == set {
                true => Value::Set(texts),
                false => Value::Text(texts[0].clone()),
            };
            (attribute, Some(value))
        };
        // Half the customers have a date, the later the lower the number.
        let day = (number % 2 == 0).then(|| 28 - number % 28);
        let at = day.map(|day| Instant::parse(&format!("2026-01-{day:02}T00:00:00Z")).unwrap());
        Fact {
            source: "crm".into(),
            id: format!("f{number}").into(),
            customer: format!("c{number:02}").into(),
            at,
            revision: None,
            correction: Correction::None,
            body: Body::Attributes(values.into_iter().map(value).collect()),
        }
    });
    let verdicts = store.append(facts.collect(), Seen::Backfill).unwrap();
    assert!(verdicts.iter().all(|it| *it == guanxi::facts::Verdict::New));
    store.columns(None).unwrap()
}

fn as_of() -> Instant {
    Instant::parse("2026-03-01T00:00:00Z").unwrap()
}

fn given(row: &Row) -> Vec<Given<'_>> {
    row.iter().map(|(key, text)| Given { key: *key, text }).collect()
}

/// What of a customer's values is compared, and whether it decides: the slow way.
fn keys(identity: &Identity, row: &Row) -> BTreeMap<Key, bool> {
    let mut out: BTreeMap<Key, bool> = BTreeMap::new();
    for (by, text) in row {
        let strong = identity.keys[*by].strength == Strength::Strong;
        for key in identity.read(*by, text).keys() {
            let name = key.form.name();
            let decides = strong && name != "landline" && name != "organisation";
            // The first value that says it counts.
            out.entry(key.clone()).or_insert(decides);
        }
    }
    out
}

fn organisations(keys: &BTreeMap<Key, bool>) -> BTreeSet<String> {
    let codes = keys.keys().filter(|key| key.form.name() == "organisation");
    codes.map(|key| key.text.to_string()).collect()
}

/// The verdict by comparing with everybody: what the index must agree with.
fn verdict(identity: &Identity, all: &[Row], asked: &Row) -> (Verdict, BTreeSet<usize>) {
    let mine = keys(identity, asked);
    let held: Vec<BTreeMap<Key, bool>> = all.iter().map(|row| keys(identity, row)).collect();
    let n_holders = |key: &Key| held.iter().filter(|keys| keys.contains_key(key)).count();
    let both = |customer: usize| -> BTreeSet<&Key> {
        let few = |key: &&Key| n_holders(key) < identity.shared_from;
        mine.keys().filter(|key| held[customer].contains_key(*key)).filter(few).collect()
    };
    let met: BTreeSet<usize> = (0..held.len()).filter(|it| !both(*it).is_empty()).collect();
    let own = organisations(&mine);
    let against = |customer: usize| {
        let other = organisations(&held[customer]);
        !own.is_empty() && !other.is_empty() && own.is_disjoint(&other)
    };
    let doubted: BTreeSet<&Key> =
        met.iter().filter(|it| against(**it)).flat_map(|it| both(*it)).collect();
    let strong = |customer: usize| -> BTreeSet<&Key> {
        let keys = both(customer).into_iter().filter(|key| !doubted.contains(key));
        keys.filter(|key| mine[key] && held[customer][key]).collect()
    };
    let deciding = met.iter().map(|customer| (*customer, strong(*customer)));
    let deciding: Vec<_> = deciding.filter(|(_, keys)| !keys.is_empty()).collect();
    let all_strong: BTreeSet<&Key> = deciding.iter().flat_map(|(_, keys)| keys.clone()).collect();
    let agreed: Vec<usize> =
        deciding.iter().filter(|(_, keys)| *keys == all_strong).map(|(it, _)| *it).collect();
    let named: BTreeSet<String> =
        agreed.iter().flat_map(|customer| organisations(&held[*customer])).collect();
    let verdict = match (agreed.is_empty() || named.len() > 1, met.is_empty()) {
        (false, _) => Verdict::Same,
        (true, false) => Verdict::Possible,
        (true, true) => Verdict::New,
    };
    (verdict, met)
}

/// The groups of a scan: the closure over all pairs.
fn groups(identity: &Identity, all: &[Row]) -> BTreeSet<BTreeSet<usize>> {
    let held: Vec<BTreeMap<Key, bool>> = all.iter().map(|row| keys(identity, row)).collect();
    let every: BTreeSet<&Key> = held.iter().flat_map(|keys| keys.keys()).collect();
    let mut group: Vec<usize> = (0..all.len()).collect();
    for key in every {
        let holders: Vec<usize> = (0..all.len()).filter(|it| held[*it].contains_key(key)).collect();
        let named: BTreeSet<String> =
            holders.iter().flat_map(|customer| organisations(&held[*customer])).collect();
        let strong = holders.iter().all(|customer| held[*customer][key]);
        let few = holders.len() < identity.shared_from;
        if !strong || !few || (named.len() > 1 && key.form.name() != "credit_code") {
            continue;
        }
        for pair in holders.windows(2) {
            let (keep, gone) = (group[pair[0]], group[pair[1]]);
            group.iter_mut().filter(|it| **it == gone).for_each(|it| *it = keep);
        }
    }
    let mut out: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (customer, group) in group.iter().enumerate() {
        out.entry(*group).or_default().insert(customer);
    }
    out.into_values().filter(|group| group.len() > 1).collect()
}

/// Values that often meet, and some that say nothing.
fn value() -> impl Strategy<Value = (usize, String)> {
    let of = |key: usize, texts: &'static [&'static str]| {
        proptest::sample::select(texts).prop_map(move |text| (key, text.to_owned()))
    };
    prop_oneof![
        of(
            0,
            &["91350100M000100Y43", "914403001922038216", "440300192203821", "9135O100M000100Y43"]
        ),
        of(1, &["13912340001", "+86 139-1234-0001", "13912340002", "010-66554433", "13800138000"]),
        of(1, &["13912340003", "13912340004", "13912340005/13912340001", "66554433"]),
        of(2, &["li@huawei.com", "LI@huawei.com", "wang@huawei.com", "li+x@huawei.com"]),
        of(3, &["华为技术有限公司", "北京華為技術", "腾讯科技（深圳）有限公司", "无"]),
        of(4, &["w1", "W1", "w2", "w3"]),
        of(5, &["13912340002", "(010)66554433", "13912340006"]),
        of(6, &["li+y@huawei.com", "wang@huawei.com"]),
    ]
}

/// A customer: at most one value of a key that holds one.
fn row() -> impl Strategy<Value = Row> {
    proptest::collection::vec(value(), 0..5).prop_map(|mut row| {
        row.sort_by_key(|(key, _)| *key);
        row.dedup_by_key(|(key, _)| *key);
        row
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_index_agrees_with_comparing_everybody(
        rows in proptest::collection::vec(row(), 0..14),
        asked in row(),
    ) {
        let playbook = playbook();
        let identity = playbook.identity().unwrap();
        // Who has no value is a customer all the same, and no fact says so.
        let rows: Vec<Row> = rows.into_iter().filter(|row| !row.is_empty()).collect();
        let columns = columns(&playbook, &rows);
        let index = Index::new(identity, &columns, as_of());
        let (expected, met) = verdict(identity, &rows, &asked);
        let answer = index.answer(&given(&asked), None);
        prop_assert_eq!(answer.verdict, expected);
        let found: BTreeSet<usize> = answer.matches.iter().map(|it| it.customer as usize).collect();
        prop_assert_eq!(found, met);
        let scan = index.scan();
        let found: BTreeSet<BTreeSet<usize>> = scan.groups.iter()
            .map(|group| group.customers.iter().map(|it| *it as usize).collect())
            .collect();
        prop_assert_eq!(found, groups(identity, &rows));
    }

    #[test]
    fn no_text_breaks_a_reader(text in any::<String>(), key in 0..7_usize) {
        let playbook = playbook();
        let identity = playbook.identity().unwrap();
        match identity.read(key, &text) {
            Reading::Unusable(fault) => {
                if let Some((from, until)) = fault.span {
                    prop_assert!(text.get(from..until).is_some(), "{from}..{until}");
                }
            }
            reading => {
                for found in reading.keys() {
                    prop_assert!(!found.text.is_empty());
                    // What is read is read again as itself.
                    let again = identity.read(key, &found.text);
                    let whole = found.form.name() != "company" && found.form.name() != "organisation";
                    prop_assert!(!whole || again.keys().contains(found), "{found:?} {again:?}");
                }
            }
        }
    }

    #[test]
    fn names_of_firms_meet_without_place_form_and_script(
        name in proptest::sample::select(&["云尚服饰", "華爲技術", "腾讯科技", "全聚德", "绿源電器"][..]),
        place in proptest::sample::select(&["", "北京", "北京市", "广东省深圳市", "上海市浦东新区"][..]),
        form in proptest::sample::select(&["", "有限公司", "股份有限公司", "（集团）有限公司", "有限公司上海分公司"][..]),
    ) {
        let playbook = playbook();
        let identity = playbook.identity().unwrap();
        let whole = identity.read(3, &format!("{place}{name}{form}"));
        let bare = identity.read(3, name);
        prop_assert_eq!(whole.keys(), bare.keys());
    }
}
