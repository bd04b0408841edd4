//! What editors of playbooks and of conditions are given.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::support::{run, shop};

#[test]
fn the_schema_is_the_one_that_is_kept() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/playbook.schema.json");
    let said = run(["schema"]);
    assert_eq!((said.code, &*said.err), (0, ""));
    assert!(said.out == fs::read_to_string(kept).unwrap(), "docs/playbook.schema.json is another");
}

#[test]
fn an_editor_of_conditions_gets_what_it_can_offer_in_the_language_asked_for() {
    let playbook = shop("playbook.json");
    let said = |language| {
        let said = run(["authoring", playbook.to_str().unwrap(), "--lang", language]);
        assert_eq!(said.code, 0, "{said:?}");
        said.json()
    };
    let (zh, en) = (said("zh"), said("en"));
    assert_eq!(zh["combinators"][0]["label"], "全部满足");
    assert_eq!(en["combinators"][0]["label"], "all of these");
    assert_eq!(zh["combinators"][0]["labels"], en["combinators"][0]["labels"]);
    let names = |of: &str| -> Vec<String> {
        let all = en[of].as_array().unwrap().iter();
        all.map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    let document: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&playbook).unwrap()).unwrap();
    let segments: Vec<&String> = document["segments"].as_object().unwrap().keys().collect();
    assert_eq!(names("segments").iter().collect::<Vec<_>>(), segments);
    assert!(names("functions").contains(&"within".to_owned()));
    let missing = run(["authoring", "nowhere.json", "--json"]);
    assert_eq!((missing.code, &missing.json()["error"]["name"]), (4, &json!("io")));
}

#[test]
fn each_segment_is_said_with_links_into_its_condition() {
    let path = shop("playbook.json");
    let path = path.to_str().unwrap();
    let document: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for language in ["en", "zh"] {
        let said = run(["check", path, "--say", "--json", "--lang", language]);
        assert_eq!(said.code, 0, "{said:?}");
        let sentences = said.json()["sentences"].clone();
        let page = run(["check", path, "--say", "--lang", language]).out;
        for (name, segment) in document["segments"].as_object().unwrap() {
            let sentence = &sentences[name];
            let (text, when) =
                (sentence["text"].as_str().unwrap(), segment["when"].as_str().unwrap());
            assert!(page.contains(text), "{name}: {text}\n{page}");
            let links = sentence["links"].as_array().unwrap();
            assert!(!links.is_empty(), "{name}");
            for link in links {
                let at = |key: &str| usize::try_from(link[key].as_u64().unwrap()).unwrap();
                assert!(!text[at("from")..at("to")].is_empty(), "{name}");
                assert!(!when[at("start")..at("end")].is_empty(), "{name}");
            }
        }
    }
}
