//! Which room may use which: the direction of the house, held.
//!
//! A room is a directory or file directly below `src`. It may use what the
//! table below says and nothing else, so that each can be read, tested and
//! changed knowing only what lies under it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What may be used by whom.
enum Use {
    /// By rooms of higher levels; on level 0 also by those listed later.
    Level(u8),
    /// An edge: by the engine and what stands above it. Itself it uses only these.
    Edge(&'static [&'static str]),
}

const ROOMS: &[(&str, Use)] = &[
    ("error", Use::Level(0)),
    ("units", Use::Level(0)),
    ("json", Use::Level(0)),
    ("stats", Use::Level(1)),
    ("facts", Use::Level(1)),
    ("lang", Use::Level(2)),
    ("segment", Use::Level(3)),
    ("lifecycle", Use::Level(3)),
    ("value", Use::Level(3)),
    ("kpi", Use::Level(3)),
    ("campaign", Use::Level(3)),
    ("account", Use::Level(3)),
    ("identity", Use::Level(3)),
    ("knowledge", Use::Level(3)),
    ("playbook", Use::Level(4)),
    ("engine", Use::Level(5)),
    ("host", Use::Level(6)),
    ("store", Use::Edge(&["error", "units", "json", "facts"])),
    ("sql", Use::Edge(&["error", "units", "json", "facts", "lang"])),
];

/// Whether code in `from` may use `to`, or why not.
fn judge(from: &str, to: &str) -> Result<(), String> {
    if from == to {
        return Ok(());
    }
    let find = |name: &str| ROOMS.iter().position(|(room, _)| *room == name);
    let position = find(from).ok_or_else(|| format!("room `{from}` has no level"))?;
    let target = find(to).ok_or_else(|| format!("`{to}` is not a room"))?;
    let allowed = match (&ROOMS[position].1, &ROOMS[target].1) {
        (Use::Level(user), Use::Edge(_)) => 5 <= *user,
        (Use::Edge(uses), _) => uses.contains(&to),
        (Use::Level(0), Use::Level(0)) => target < position,
        (Use::Level(user), Use::Level(used)) => used < user,
    };
    if allowed { Ok(()) } else { Err(format!("`{from}` must not use `{to}`")) }
}

/// Every forbidden use in one file, as `file:line: why`.
fn offences(file: &str, source: &str, roots: &BTreeMap<String, String>) -> Vec<String> {
    let modules = modules_of(file);
    let Some(room) = modules.first() else { return Vec::new() };
    let code = without_tests(&code_only(source));
    let mut found = Vec::new();
    for (at, name) in root_names(&code, modules.len()) {
        let to = roots.get(&name).unwrap_or(&name);
        if let Err(why) = judge(room, to) {
            let line = code[..at].matches('\n').count() + 1;
            found.push(format!("src/{file}:{line}: {why}"));
        }
    }
    found
}

/// The module path of a file below `src`: `units/day.rs` is `units::day`.
fn modules_of(file: &str) -> Vec<&str> {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" { Vec::new() } else { path.split('/').collect() }
}

/// The source with comments, texts and characters blanked; lines stay.
fn code_only(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let after_name = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        let end = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => line_end(bytes, at),
            b'/' if bytes[at..].starts_with(b"/*") => block_end(bytes, at),
            b'"' => text_end(bytes, at + 1),
            b'r' if !after_name || bytes[at - 1] == b'b' => raw_end(bytes, at).unwrap_or(at),
            b'\'' => character_end(bytes, at).unwrap_or(at),
            _ => at,
        };
        if end == at {
            at += 1;
            continue;
        }
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end;
    }
    String::from_utf8(out).expect("whole texts are blanked")
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |length| at + length)
}

fn block_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    at
}

fn text_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of `r"..."` or `r#"..."#`, if that is what starts here.
fn raw_end(bytes: &[u8], at: usize) -> Option<usize> {
    let hashes = bytes[at + 1..].iter().take_while(|&&byte| byte == b'#').count();
    let open = at + 1 + hashes;
    if bytes.get(open) != Some(&b'"') {
        return None;
    }
    let close = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
    let length = bytes[open + 1..].windows(close.len()).position(|part| part == close)?;
    Some(open + 1 + length + close.len())
}

/// The end of a character such as `'a'` or `'\''`; none for a lifetime.
fn character_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = std::str::from_utf8(&bytes[at + 1..]).ok()?;
    let first = rest.chars().next()?;
    if first == '\\' {
        let close = rest[2..].find('\'')?;
        return Some(at + 1 + 2 + close + 1);
    }
    let close = first.len_utf8();
    rest[close..].starts_with('\'').then_some(at + 1 + close + 1)
}

/// The code with every item under `#[cfg(test)]` blanked.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = code.to_owned();
    let mut from = 0;
    while let Some(start) = out[from..].find(MARK).map(|found| from + found) {
        let end = item_end(out.as_bytes(), start + MARK.len());
        let blank: String =
            out[start..end].chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..end, &blank);
        from = start + blank.len();
    }
    out
}

/// The end of the item that starts here: its `;`, or its closing brace.
fn item_end(code: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while at < code.len() {
        match code[at] {
            b';' if depth == 0 => return at + 1,
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Every name that a path takes from the root of the crate, with its place.
/// `depth` is the length of the file's module path: that many `super::` lead
/// to the root.
fn root_names(code: &str, depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::").filter(|(at, _)| starts_word(code, *at)) {
        names_after(code, at + "crate::".len(), &mut found);
    }
    let climb = "super::".repeat(depth);
    for (at, _) in code.match_indices(&climb).filter(|(at, _)| starts_path(code, *at)) {
        names_after(code, at + climb.len(), &mut found);
    }
    found.sort();
    found
}

fn starts_word(code: &str, at: usize) -> bool {
    !code[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_')
}

fn starts_path(code: &str, at: usize) -> bool {
    starts_word(code, at) && !code[..at].ends_with("::")
}

/// The first names of `a::b` or `{a::b, c}`.
fn names_after(code: &str, at: usize, found: &mut Vec<(usize, String)>) {
    let rest = &code[at..];
    let Some(group) = rest.strip_prefix('{') else {
        let name = first_name(rest);
        found.push((at, name.to_owned()));
        return;
    };
    let mut depth = 0;
    let mut expects = true;
    for (offset, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return,
            '}' => depth -= 1,
            ',' if depth == 0 => expects = true,
            _ if letter.is_whitespace() => {}
            _ if expects => {
                found.push((at + 1 + offset, first_name(&group[offset..]).to_owned()));
                expects = false;
            }
            _ => {}
        }
    }
}

fn first_name(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    &text[..end.unwrap_or(text.len())]
}

/// Names that the crate's page takes out of rooms: `Error` is of `error`.
fn root_exports(lib: &str) -> BTreeMap<String, String> {
    let code = code_only(lib);
    let mut exports = BTreeMap::new();
    for (at, _) in code.match_indices("pub use ") {
        let statement = code[at + "pub use ".len()..].split(';').next().unwrap_or_default();
        let Some((room, names)) = statement.split_once("::") else { continue };
        let names = names.trim_matches(|letter| matches!(letter, '{' | '}' | '\n' | ' '));
        for name in names.split(',') {
            let last = name.rsplit("::").next().unwrap_or(name).trim();
            exports.insert(last.to_owned(), room.trim().to_owned());
        }
    }
    exports
}

fn files_below(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() {
            files_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn rooms_use_only_what_lies_below_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(src.join("lib.rs")).expect("the crate has a page");
    let roots = root_exports(&lib);
    let mut files = Vec::new();
    files_below(&src, &mut files);
    files.sort();
    assert!(files.len() > 20, "only {} files found below {}", files.len(), src.display());
    let mut all = Vec::new();
    for path in files {
        let source = fs::read_to_string(&path).expect("a source file can be read");
        let name = path.strip_prefix(&src).expect("found below src");
        let name = name.to_str().expect("file names are UTF-8").replace('\\', "/");
        all.extend(offences(&name, &source, &roots));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn forbidden_uses_are_found() {
    let roots = root_exports("pub use error::{Code, Error};\npub use engine::Review;\n");
    let cases: &[(&str, &str, &[&str])] = &[
        ("facts/a.rs", "use crate::units::Day;\nuse crate::error::Error;", &[]),
        (
            "facts/a.rs",
            "\nuse crate::lang::Tree;",
            &["src/facts/a.rs:2: `facts` must not use `lang`"],
        ),
        (
            "facts/a.rs",
            "use crate::{\n  units::{self, Day},\n  lang,\n};",
            &["src/facts/a.rs:3: `facts` must not use `lang`"],
        ),
        (
            "facts/a.rs",
            "fn f() -> crate::Review {}",
            &["src/facts/a.rs:1: `facts` must not use `engine`"],
        ),
        ("facts/a.rs", "fn f() -> crate::Error {}", &[]),
        (
            "facts/a.rs",
            "use super::super::lang;",
            &["src/facts/a.rs:1: `facts` must not use `lang`"],
        ),
        ("facts/a.rs", "use super::schema;", &[]),
        ("facts/mod.rs", "use super::lang;", &["src/facts/mod.rs:1: `facts` must not use `lang`"]),
        ("facts/a.rs", "// crate::lang\n/// [crate::lang]\nconst A: &str = \"crate::lang\";", &[]),
        (
            "facts/a.rs",
            "const A: &str = r#\"\" crate::lang\"#; /* crate::lang /* */ crate::lang */",
            &[],
        ),
        (
            "facts/a.rs",
            "const A: char = '\"'; use crate::lang;",
            &["src/facts/a.rs:1: `facts` must not use `lang`"],
        ),
        (
            "facts/a.rs",
            "#[cfg(test)]\nmod tests { use crate::lang; fn f() {} }\nuse crate::playbook;",
            &["src/facts/a.rs:3: `facts` must not use `playbook`"],
        ),
        ("facts/a.rs", "#[cfg(test)]\nuse crate::lang;\nuse crate::units;", &[]),
        ("facts/a.rs", "use crate::attic;", &["src/facts/a.rs:1: `attic` is not a room"]),
        ("attic.rs", "use crate::units;", &["src/attic.rs:1: room `attic` has no level"]),
        ("units/a.rs", "use crate::json;", &["src/units/a.rs:1: `units` must not use `json`"]),
        ("stats/a.rs", "use crate::facts;", &["src/stats/a.rs:1: `stats` must not use `facts`"]),
        (
            "playbook/a.rs",
            "use crate::store;",
            &["src/playbook/a.rs:1: `playbook` must not use `store`"],
        ),
        (
            "store/a.rs",
            "use crate::playbook;",
            &["src/store/a.rs:1: `store` must not use `playbook`"],
        ),
        ("store/a.rs", "use crate::{error, units, json, facts};", &[]),
        ("engine/a.rs", "use crate::{store, playbook};", &[]),
        ("engine/a.rs", "use crate::host;", &["src/engine/a.rs:1: `engine` must not use `host`"]),
        ("host/a.rs", "use crate::{store, playbook, engine};", &[]),
        ("lib.rs", "pub use engine::Review;", &[]),
    ];
    for (file, source, expected) in cases {
        assert_eq!(&offences(file, source, &roots), expected, "{file}: {source}");
    }
}
