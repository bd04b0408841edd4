//! The committed headers are what the sources say, read as a manual, and every
//! compiler takes them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use guanxi_core::Code;

use crate::support::{has, missing, repository, run};

/// The sources in the order in which a reader meets them.
const SOURCES: [&str; 30] = [
    "status",
    "version",
    "error",
    "bytes",
    "pointer",
    "ids",
    "playbook",
    "time",
    "column",
    "store",
    "append",
    "follow",
    "feed",
    "command",
    "erase",
    "table",
    "review",
    "kind",
    "state",
    "balance",
    "segment",
    "query",
    "customer",
    "machine",
    "cbs",
    "model",
    "journey",
    "eval",
    "statement",
    "ask",
];

const TAGS: [&str; 5] = ["@return", "@errors", "@threads", "@since", "@see"];

/// The header that the sources describe.
fn generated() -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(here.join("cbindgen.toml")).expect("cbindgen.toml");
    let mut builder = cbindgen::Builder::new().with_config(config);
    for name in SOURCES {
        builder = builder.with_src(here.join(format!("src/{name}.rs")));
    }
    let mut bytes = Vec::new();
    builder.generate().expect("the sources are read").write(&mut bytes);
    tidy(&String::from_utf8(bytes).expect("cbindgen writes UTF-8"))
}

/// Without spaces at the ends of lines, and with comments of one line on one,
/// so that constants can be read as a list.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut out = String::new();
    let mut at = 0;
    while at < lines.len() {
        match lines[at..] {
            [open, only, close, ..] if open.trim() == "/**" && close.trim() == "*/" => {
                let only = only.trim_start().trim_start_matches("* ");
                out.push_str(&format!("{open} {only} */\n"));
                at += 3;
            }
            [define, "", ..] if define.starts_with("#define GX_E_") => {
                out.push_str(&format!("{define}\n"));
                at += 2;
            }
            _ => {
                out.push_str(&format!("{}\n", lines[at]));
                at += 1;
            }
        }
    }
    out
}

/// The same for parsers without a preprocessor: no directives, no comments.
fn flattened(header: &str) -> String {
    let mut constants = Vec::new();
    let mut code = String::new();
    let mut rest = header;
    while let Some((before, after)) = rest.split_once("/*") {
        code.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    let mut out = String::new();
    let mut is_for_cpp = false;
    for line in code.lines() {
        match line.trim() {
            "#ifdef __cplusplus" => is_for_cpp = true,
            line if is_for_cpp && line.starts_with("#endif") => is_for_cpp = false,
            "" => {}
            line if line.starts_with("#define GX_") => constants.push(constant(line)),
            line if line.starts_with('#') || is_for_cpp => {}
            _ => out.push_str(&format!("{}\n", line.trim_end())),
        }
    }
    format!("{}{out}", constants.concat())
}

/// A constant as an enumerator where it fits an `int`, and else as a constant
/// of 64 bits, written so that C takes it and simple parsers read its digits.
fn constant(define: &str) -> String {
    let mut words = define.split_whitespace().skip(1);
    let (name, value) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    match value {
        "UINT64_MAX" => format!("static const uint64_t {name} = 0x{:x}u;\n", u64::MAX),
        "INT64_MIN" => format!("static const int64_t {name} = -0x{:x};\n", 1_u64 << 63),
        value if value.parse::<i32>().is_ok() => format!("enum {{ {name} = {value} }};\n"),
        value => panic!("{name} is {value}: how do parsers without a preprocessor read it?"),
    }
}

fn include(name: &str) -> PathBuf {
    repository().join("include").join(name)
}

fn compare(name: &str, wanted: &str) {
    let path = include(name);
    if std::env::var_os("GUANXI_REWRITE_HEADER").is_some() {
        fs::write(&path, wanted).expect("the header can be written");
        return;
    }
    let held = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        held == wanted,
        "include/{name} is not what bindings/c/src says; GUANXI_REWRITE_HEADER=1 writes it anew"
    );
}

#[test]
fn headers_are_what_the_sources_say() {
    let header = generated();
    compare("guanxi.h", &header);
    compare("guanxi_ffi.h", &flattened(&header));
}

/// The header without what another specification says.
fn ours(header: &str) -> String {
    let (before, rest) = header.split_once("/* The Arrow C Data").expect("where Arrow begins");
    let (_, after) = rest.split_once("/* Here the Arrow").expect("where Arrow ends");
    format!("{before}/*{after}")
}

/// Each function with the comment before it.
fn functions(header: &str) -> Vec<(String, String)> {
    let header = &ours(header);
    let mut found = Vec::new();
    let (mut comment, mut declaration) = (String::new(), String::new());
    let mut is_comment = false;
    for line in header.lines() {
        if line.starts_with("/**") {
            (is_comment, comment) = (true, String::new());
            declaration.clear();
        }
        if is_comment {
            comment.push_str(line);
            comment.push('\n');
            is_comment = !line.ends_with("*/");
        } else if !line.starts_with('#') {
            declaration.push_str(line.trim());
            declaration.push(' ');
            if line.ends_with(");") {
                found.push((declaration.trim().to_owned(), comment.clone()));
                declaration.clear();
            }
        }
    }
    found
}

fn name_of(declaration: &str) -> &str {
    let before = declaration.split('(').next().unwrap_or("");
    before.rsplit([' ', '*']).next().unwrap_or("")
}

fn parameters_of(declaration: &str) -> Vec<&str> {
    let inside = declaration.split_once('(').map_or("", |(_, inside)| inside);
    let inside = inside.trim_end_matches(");");
    if inside == "void" {
        return Vec::new();
    }
    inside.split(',').map(|one| one.rsplit([' ', '*']).next().unwrap_or("")).collect()
}

#[test]
fn every_function_is_a_page_of_the_manual() {
    let header = generated();
    let functions = functions(&header);
    assert!(functions.len() > 40 && functions.len() <= 110, "{} functions", functions.len());
    for (declaration, comment) in &functions {
        let name = name_of(declaration);
        assert!(name.starts_with("gx_"), "{name}");
        for tag in TAGS {
            let times = comment.matches(tag).count();
            assert_eq!(times, 1, "{name} has {tag} {times} times");
        }
        for parameter in parameters_of(declaration) {
            let said = comment.lines().any(|line| {
                line.split_once("@param ")
                    .is_some_and(|(_, rest)| rest.split_whitespace().next() == Some(parameter))
            });
            assert!(said, "{name} does not speak of `{parameter}`");
        }
        let brief = comment.lines().nth(1).unwrap_or("").trim_start_matches([' ', '*']);
        assert!(brief.starts_with(char::is_uppercase), "{name} has no first line: {brief}");
        for other in see(comment) {
            let exists = other == "gx_append_options"
                || functions.iter().any(|(declaration, _)| name_of(declaration) == other);
            assert!(exists, "{name} points to {other}, which is not there");
        }
    }
}

fn see(comment: &str) -> Vec<&str> {
    let line = comment.lines().find_map(|line| line.split_once("@see")).map_or("", |(_, it)| it);
    line.split(',').map(str::trim).collect()
}

#[test]
fn signatures_use_what_every_language_has() {
    for (declaration, _) in functions(&generated()) {
        let declaration = declaration.replace("struct Arrow", "Arrow");
        for word in declaration.split(|letter: char| !letter.is_alphanumeric() && letter != '_') {
            let refused = ["bool", "long", "size_t", "int", "enum", "struct", "uintptr_t", "short"];
            assert!(!refused.contains(&word), "`{word}` in {declaration}");
        }
    }
}

#[test]
fn every_code_of_the_core_is_in_the_header() {
    let header = generated();
    for code in Code::ALL {
        let name = code.name().to_uppercase();
        let line = format!("#define GX_E_{name} {}\n", code.number());
        assert!(header.contains(&line), "{line}");
    }
    let codes = header.matches("#define GX_E_").count();
    assert_eq!(codes, Code::ALL.len(), "a code that the core does not have");
    // What a macro is called is called so in every program.
    for line in header.lines().filter_map(|line| line.strip_prefix("#define ")) {
        let is_ours = ["GX_", "GUANXI_", "ARROW_"].iter().any(|begin| line.starts_with(begin));
        assert!(is_ours, "{line}");
    }
    // And no comment tells of another one.
    for (at, _) in header.match_indices("GX_E_") {
        let name = header[at..].split(|it: char| !it.is_alphanumeric() && it != '_').next();
        let name = name.filter(|name| *name != "GX_E_").unwrap_or("GX_E_INTERNAL");
        assert!(header.contains(&format!("#define {name} ")), "there is no {name}");
    }
}

#[test]
fn every_compiler_takes_the_header() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("header.c");
    let text = "#include \"guanxi.h\"\n#include \"guanxi.h\"\n\
                typedef char options_have_a_size[sizeof(gx_append_options) >= 40 ? 1 : -1];\n\
                int main(void) { return gx_version_abi() == GX_ABI_VERSION ? 0 : 1; }\n";
    fs::write(&source, text).expect("the source can be written");
    let mut taken = 0;
    for (compiler, standards) in [
        ("gcc", &["c99", "c11", "c17"][..]),
        ("clang", &["c99", "c11", "c17"][..]),
        ("g++", &["c++11", "c++17", "c++20"][..]),
        ("clang++", &["c++11", "c++17"][..]),
        ("tcc", &["c99", "c11"][..]),
    ] {
        if !has(compiler) {
            missing(compiler);
            continue;
        }
        for standard in standards {
            let mut command = Command::new(compiler);
            command.arg(format!("-std={standard}"));
            if compiler.ends_with("++") {
                command.args(["-x", "c++"]);
            }
            command.args(["-Wall", "-Wextra", "-pedantic", "-Werror", "-c"]);
            // Not `/dev/null`: run by root, tcc puts a file in its place.
            command.arg("-o").arg(folder.path().join("header.o"));
            command.arg("-I").arg(repository().join("include")).arg(&source);
            run(&mut command);
            taken += 1;
        }
    }
    println!("{taken} ways to compile the header");
}

#[test]
fn the_flattened_header_needs_no_preprocessor() {
    let text = fs::read_to_string(include("guanxi_ffi.h")).expect("guanxi_ffi.h");
    assert!(!text.contains('#') && !text.contains("/*"));
    if !has("gcc") {
        missing("gcc");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("flat.c");
    let text = "#include <stdint.h>\n#include \"guanxi_ffi.h\"\n\
                int main(void) {\n\
                    return GX_NUL == UINT64_MAX && GX_TIME_NONE == INT64_MIN\n\
                        && GX_SEEN_BACKFILL == INT64_MIN ? 0 : 1;\n\
                }\n";
    fs::write(&source, text).expect("the source can be written");
    let mut command = Command::new("gcc");
    command.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror"]);
    command.arg("-I").arg(repository().join("include"));
    let program = folder.path().join("flat");
    run(command.arg("-o").arg(&program).arg(&source));
    run(&mut Command::new(&program));
}
