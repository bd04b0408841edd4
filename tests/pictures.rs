//! Pictures of machines: the same bytes, everything inside what it belongs to,
//! nothing over anything else.
//!
//! `GUANXI_REWRITE_PICTURES=1 cargo test --test main pictures` writes the
//! pictures anew; look at them before they are committed.

use std::fs;
use std::path::{Path, PathBuf};

use guanxi::Playbook;
use guanxi::engine::{FlowAsked, Options, picture_numbers};
use guanxi::error::Language;
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Columns, ColumnsBuilder, Seen};
use guanxi::lifecycle::diagram::{Numbers, Picture, dot, mermaid, svg};
use guanxi::store::Store;
use guanxi::units::Instant;

use crate::support::Random;
use crate::support::machines::rich_playbook;
use crate::support::world::World;

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

type Rect = (f64, f64, f64, f64);

/// How wide words of an arrow are at least: where they are drawn as narrow as
/// fonts are.
fn wide(words: &str) -> f64 {
    words.chars().map(|letter| if letter.is_ascii() { 4.0 } else { 12.0 }).sum()
}

/// The words of arrows with the room that each line takes.
fn lines(svg: &str) -> Vec<Rect> {
    let starts = "<text class=\"words";
    let places = elements(svg, starts, &["x", "y"]);
    let texts = svg.lines().map(str::trim).filter(|line| line.starts_with(starts));
    let texts = texts.map(|line| line.split('>').nth(1).unwrap().split('<').next().unwrap());
    let room = |(at, text): (Vec<f64>, &str)| {
        let half = wide(text) / 2.0;
        (at[0] - half, at[1] - 9.0, at[0] + half, at[1] + 2.0)
    };
    places.into_iter().zip(texts).map(room).collect()
}

/// The numbers of these attributes of each element whose line starts so.
fn elements(svg: &str, start: &str, names: &[&str]) -> Vec<Vec<f64>> {
    let value = |line: &str, name: &str| -> Option<f64> {
        let rest = line.split(&format!(" {name}=\"")).nth(1)?;
        rest.split('"').next()?.parse().ok()
    };
    let lines = svg.lines().map(str::trim).filter(|line| line.starts_with(start));
    lines.map(|line| names.iter().map(|name| value(line, name).unwrap()).collect()).collect()
}

fn rects(svg: &str, class: &str) -> Vec<Rect> {
    let names = ["x", "y", "width", "height"];
    let rects = elements(svg, &format!("<rect class=\"{class} "), &names);
    rects.into_iter().map(|it| (it[0], it[1], it[0] + it[2], it[1] + it[3])).collect()
}

fn apart(a: Rect, b: Rect) -> bool {
    a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1
}

fn within(a: Rect, b: Rect) -> bool {
    b.0 <= a.0 && b.1 <= a.1 && a.2 <= b.2 && a.3 <= b.3
}

#[test]
fn boxes_lie_apart_or_inside_and_words_lie_on_none() {
    let (mut boxes, mut words) = (0, 0);
    for seed in 0..120 {
        let random = &mut Random::new(seed ^ 0x9127);
        let world = World::of(random, 0);
        let playbook = rich_playbook(random, &world);
        let columns = world.columns();
        for (number, machine) in playbook.machines().iter().enumerate() {
            let numbers = random.chance(50).then(|| numbers(&playbook, number, ""));
            let picture = Picture::new(machine, playbook.world(&columns), numbers, Language::Zh);
            let text = svg(&picture).unwrap();
            assert_eq!(text, svg(&picture).unwrap());
            let (outer, inner) = (rects(&text, "outer"), rects(&text, "box"));
            assert_eq!(outer.len() + inner.len(), machine.states.len());
            let all: Vec<Rect> = outer.iter().chain(&inner).copied().collect();
            for (at, a) in all.iter().enumerate() {
                for b in &all[at + 1..] {
                    let good = apart(*a, *b) || within(*a, *b) || within(*b, *a);
                    assert!(good, "seed {seed}: {a:?} {b:?}");
                }
            }
            // Their places are within what is moved to its place as a whole.
            let moved = text.split("translate(").nth(1).unwrap().split(')').next().unwrap();
            let moved: Vec<f64> = moved.split(' ').map(|it| it.parse().unwrap()).collect();
            let size = elements(&text, "<svg", &["width", "height"]);
            let page = (-moved[0], -moved[1], size[0][0] - moved[0], size[0][1] - moved[1]);
            let stand = lines(&text);
            for (at, a) in stand.iter().enumerate() {
                assert!(within(*a, page), "seed {seed}: {a:?} of {page:?}");
                assert!(inner.iter().all(|it| apart(*a, *it)), "seed {seed}: {a:?}");
                let others = &stand[at + 1..];
                assert!(others.iter().all(|b| apart(*a, *b)), "seed {seed}: words over {a:?}");
            }
            assert!(all.iter().all(|it| within(*it, page)));
            boxes += all.len();
            words += stand.len();
        }
    }
    assert!(800 < boxes && 800 < words, "{boxes} boxes, {words} words");
}

/// Whoever shows a shipped lifecycle needs no magnifying glass: on a slide of 1600
/// by 900 words of 12 are drawn in 7.5 at least, most in full.
#[test]
fn what_is_shipped_fits_a_slide() {
    let (mut whole, mut all) = (0, 0);
    for name in ["b2b", "retail", "small_firm"] {
        let file = format!("examples/presets/{name}.json");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let playbook = Playbook::from_json(&fs::read_to_string(path).unwrap()).unwrap();
        let columns = ColumnsBuilder::new(playbook.schema()).finish();
        for (machine, language) in playbook
            .machines()
            .iter()
            .flat_map(|machine| [(machine, Language::En), (machine, Language::Zh)])
        {
            let picture = Picture::new(machine, playbook.world(&columns), None, language);
            let size = elements(&svg(&picture).unwrap(), "<svg", &["width", "height"]);
            let scale = (1600.0 / size[0][0]).min(900.0 / size[0][1]);
            assert!(0.6 < scale, "{name}/{}: {size:?}", machine.name);
            whole += usize::from(0.95 < scale);
            all += 1;
        }
    }
    assert!(all - whole <= 4 && 12 < all, "{whole} of {all}");
}

#[test]
fn names_that_are_marks_of_the_format_stay_names() {
    let text = fs::read_to_string(folder().join("retail.json")).unwrap();
    let strange = text.replace("\"en\": \"Buyer\"", r#""en": "<b>\"A\\\" & \n#;{B}:""#);
    assert_ne!(text, strange);
    let playbook = Playbook::from_json(&strange).unwrap_or_else(|error| panic!("{error}"));
    let columns = ColumnsBuilder::new(playbook.schema()).finish();
    let machine = playbook.machine("relationship").unwrap();
    let picture = Picture::new(machine, playbook.world(&columns), None, Language::En);
    assert!(
        svg(&picture).unwrap().contains(">&lt;b&gt;&quot;A\\&quot; &amp; \u{fffd}#;{B}:</text>")
    );
    assert!(dot(&picture).contains(r#"label="<b>\"A\\\" & \n#;{B}:""#));
    assert!(mermaid(&picture).contains("state \"＜b＞'A\\' &  ＃；｛B｝：\" as s"));
}

#[test]
fn what_is_too_large_for_a_picture_is_said_and_written_all_the_same() {
    let states: serde_json::Map<String, serde_json::Value> = (0..300)
        .map(|n| {
            let to = format!("s{}", (n + 1) % 300);
            (format!("s{n}"), serde_json::json!({"on": [{"event": "visit", "to": to}]}))
        })
        .collect();
    let playbook = serde_json::json!({
        "guanxi": 1, "id": "long", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {"events": {"visit": {}}},
        "machines": {"long": {"initial": "s0", "states": states}},
    });
    let playbook = Playbook::from_json(&playbook.to_string()).unwrap();
    let columns = ColumnsBuilder::new(playbook.schema()).finish();
    let machine = &playbook.machines()[0];
    let picture = Picture::new(machine, playbook.world(&columns), None, Language::En);
    let error = svg(&picture).unwrap_err();
    assert_eq!(error.code(), guanxi::Code::CostTooHigh);
    assert_eq!(mermaid(&picture).matches("-->").count(), 301);
    assert_eq!(dot(&picture).matches("->").count(), 301);
}

/// What is due at the very instant has happened, as in a review of it; and a time
/// that is worked out says from what.
#[test]
fn the_numbers_are_those_of_the_review() {
    const DUE: &str = r#"{"guanxi": 1, "id": "due", "version": "1", "calendar": {"zone": "UTC"},
      "schema": {"attributes": {"end": {"type": "date", "nullable": true}},
                 "events": {"buy": {"list": "buys"}}},
      "machines": {"m": {"initial": "a", "states": {
        "a": {"on": [{"event": "buy", "to": "b"}]},
        "b": {"on": [{"silent": "days(30)", "to": "a"}, {"at": "end - days(30)", "to": "c"}]},
        "c": {"tags": ["final"]}}}}}"#;
    let playbook = Playbook::from_json(DUE).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    let lines = Lines::of(
        "events",
        &TableKind::Events,
        None,
        playbook.schema(),
        playbook.calendar().zone(),
    );
    let rows = br#"{"kind": "buy", "customer": "x", "at": "2026-01-01T00:00:00Z"}"#;
    store.append_lines(&lines.unwrap(), rows, Seen::Backfill).unwrap();
    let as_of = Instant::parse("2026-01-31T00:00:00Z").unwrap();
    let (columns, machine) = (store.columns(None).unwrap(), &playbook.machines()[0]);
    let asked = FlowAsked::default();
    let numbers =
        picture_numbers(&columns, &playbook, machine, as_of, asked, Options::default()).unwrap().0;
    let review = store.review(&playbook, as_of).unwrap();
    let states: Vec<u64> = review.machines[0].states.iter().map(|state| state.customers).collect();
    assert_eq!((numbers.customers, states), (vec![1, 0, 0], vec![1, 0, 0]));
    assert_eq!(numbers.taken, [1, 1, 0]);
    let words = machine.transitions[2].waits_for(playbook.world(&columns));
    assert_eq!((&*words.en, &*words.zh), ("it is 30 days before end", "到 end 往前 30 天"));
}
