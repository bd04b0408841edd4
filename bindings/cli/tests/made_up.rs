//! The made-up firm, from its making to its review.

use crate::support::{Folder, run};

#[test]
fn a_made_up_firm_can_be_reviewed() {
    let folder = Folder::new();
    let dir = folder.text("firm");
    let words = ["demo", &dir, "--customers", "300", "--events-per-customer", "20", "--json"];
    let made = run(words);
    assert_eq!(made.code, 0, "{made:?}");
    assert_eq!(made.json()["customers"], 300);
    assert_eq!(run(["check", &format!("{dir}/playbook.json")]).code, 0);
    let review = run(["review", &dir, "--json", "--timings"]);
    assert_eq!(review.code, 0, "{review:?}");
    let review = review.json();
    assert_eq!(review["customers"], 300);
    assert_eq!(review["kinds"].as_array().unwrap().len(), 22);
    assert_eq!(review["import"]["verdicts"]["refused"], 0);
    assert_eq!(review["import"]["customers_created"], 300);
    assert!(review["timings"]["import_s"].is_number());
    let members = |segment: &str| {
        let mut segments = review["segments"].as_array().unwrap().iter();
        segments.find(|it| it["segment"] == segment).unwrap()["members"].as_u64().unwrap()
    };
    for segment in ["regulars", "lapsed", "promoters", "machine_no_beans"] {
        assert!(0 < members(segment) && members(segment) < 300, "{segment}");
    }
    assert!(members("win_back") <= members("lapsed"));
    let again = run(words);
    assert_eq!((again.code, again.json()["error"]["name"].as_str()), (1, Some("invalid_argument")));
}
