use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

/// A file in a folder of its own, gone after the test.
struct Scratch {
    path: PathBuf,
    _folder: TempDir,
}

impl Scratch {
    fn new(name: &str, bytes: &[u8]) -> Scratch {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Scratch { path, _folder: folder }
    }
}

type Rows = Vec<(u64, Vec<String>)>;

fn rest(table: &mut Table) -> Rows {
    let mut rows = Rows::new();
    let mut batch = Batch::default();
    while table.fill(&mut batch).unwrap() {
        batch.each(|line, cells| rows.push((line, cells.iter().map(|c| c.to_string()).collect())));
    }
    rows
}

fn read(name: &str, bytes: &[u8], encoding: Option<&str>) -> (Vec<String>, Rows) {
    let file = Scratch::new(name, bytes);
    let mut table = open_table(&file.path, b',', encoding).unwrap();
    let header = table.header().iter().map(|c| c.to_string()).collect();
    (header, rest(&mut table))
}

fn refusal(name: &str, bytes: &[u8], encoding: Option<&str>) -> Fault {
    let file = Scratch::new(name, bytes);
    let error = open_table(&file.path, b',', encoding).err().unwrap();
    error.faults()[0].clone()
}

fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
    (line, cells.iter().map(|c| c.to_string()).collect())
}

#[test]
fn a_row_knows_the_line_it_begins_on() {
    let (header, rows) = read("lines.csv", b"\na,b\n\n1,\"x\ny\"\n2,z\n\n", None);
    assert_eq!(header, ["a", "b"]);
    assert_eq!(rows, [row(4, &["1", "x\ny"]), row(6, &["2", "z"])]);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let plain = read("lf.csv", b"a,b\n1,2\n3,4", None);
    let windows = read("crlf.csv", b"\xEF\xBB\xBFa,b\r\n1,2\r\n3,4\r\n", None);
    assert_eq!(plain, windows);
    assert_eq!(plain.1, [row(2, &["1", "2"]), row(3, &["3", "4"])]);
}

#[test]
fn quoted_cells_hold_delimiters_and_quotes() {
    let (_, rows) = read("quotes.csv", b"a,b\n\"1,5\",\"say \"\"hi\"\"\"\n\"\",\n", None);
    assert_eq!(rows, [row(2, &["1,5", "say \"hi\""]), row(3, &["", ""])]);
}

#[test]
fn ragged_rows_are_handed_on_as_they_are() {
    let (_, rows) = read("ragged.csv", b"a,b\n1\n1,2,3\n", None);
    assert_eq!(rows, [row(2, &["1"]), row(3, &["1", "2", "3"])]);
}

#[test]
fn chinese_is_read_in_each_declared_encoding() {
    let text = "客户,城市\nC1,上海\n";
    let (gb, _, _) = encoding_rs::GB18030.encode(text);
    let mut little: Vec<u8> = vec![0xFF, 0xFE];
    little.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let mut big: Vec<u8> = vec![0xFE, 0xFF];
    big.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    let bare: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let expected = read("utf8.csv", text.as_bytes(), None);
    assert_eq!(expected.1, [row(2, &["C1", "上海"])]);
    for (bytes, encoding) in [
        (text.as_bytes(), "utf-8"),
        (&gb, "gb18030"),
        (&gb, "GBK"),
        (&little, "utf-16"),
        (&big, "utf-16"),
        (&bare, "utf-16le"),
    ] {
        assert_eq!(read("declared.csv", bytes, Some(encoding)), expected, "{encoding}");
    }
}

#[test]
fn undeclared_gb18030_is_refused_by_name() {
    let (gb, _, _) = encoding_rs::GB18030.encode("id,城市\nC1,上海\n");
    let fault = refusal("gbk.csv", &gb, None);
    assert_eq!(fault.code, Code::UndeclaredEncoding);
    assert_eq!(fault.pointer.as_deref(), Some("gbk.csv:1"));
    assert!(fault.hint.unwrap().en.contains("--encoding gb18030"));
}

#[test]
fn undeclared_utf_16_is_refused_by_name() {
    let mut bytes: Vec<u8> = vec![0xFF, 0xFE];
    bytes.extend("id,at\n".encode_utf16().flat_map(u16::to_le_bytes));
    let fault = refusal("wide.csv", &bytes, None);
    assert_eq!(fault.code, Code::UndeclaredEncoding);
    assert!(fault.hint.unwrap().en.contains("--encoding utf-16"));
}

#[test]
fn a_mark_that_contradicts_the_declaration_is_refused() {
    let fault = refusal("mark.csv", "\u{FEFF}id,城市\n".as_bytes(), Some("gb18030"));
    assert_eq!(fault.code, Code::BadEncoding);
    assert!(fault.message.en.contains("`utf-8`"), "{fault:?}");
}

#[test]
fn one_bad_byte_in_utf_8_names_its_line() {
    let mut bytes = "id,城市\nC1,上海\nC2,".as_bytes().to_vec();
    bytes.extend(b"\xFFx\nC3,x\n");
    let fault = refusal("damaged.csv", &bytes, None);
    assert_eq!(fault.code, Code::BadEncoding);
    assert_eq!(fault.pointer.as_deref(), Some("damaged.csv:3"));
}

#[test]
fn a_bad_byte_far_into_the_file_is_found_before_the_first_row_is_used() {
    let mut bytes = b"id\n".to_vec();
    for n in 0..50_000 {
        bytes.extend(format!("customer-{n}\n").as_bytes());
    }
    bytes.extend(b"\xFF\n");
    let fault = refusal("late.csv", &bytes, Some("utf-8"));
    assert_eq!(fault.pointer.as_deref(), Some("late.csv:50002"));
}

#[test]
fn nul_bytes_are_refused_with_their_line() {
    let fault = refusal("nul.csv", b"id,x\nC1,a\0b\n", None);
    assert_eq!(fault.code, Code::BadEncoding);
    assert_eq!(fault.pointer.as_deref(), Some("nul.csv:2"));
}

#[test]
fn what_is_not_a_readable_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path();
    let error = open_table(directory, b',', None).err().unwrap();
    assert_eq!(error.code(), Code::Io);
    assert!(error.faults()[0].message.en.contains("is a directory"));
    let error = open_table(&directory.join("no such file.csv"), b',', None).err().unwrap();
    assert_eq!(error.code(), Code::Io);
    assert!(error.faults()[0].message.zh.contains("不存在"));
}

#[test]
fn an_empty_file_has_no_header() {
    for (name, bytes) in
        [("empty.csv", &b""[..]), ("blank.csv", b"\n\r\n"), ("bom.csv", b"\xEF\xBB\xBF")]
    {
        assert_eq!(refusal(name, bytes, None).code, Code::MissingColumn, "{name}");
    }
}

#[test]
fn an_unknown_encoding_or_delimiter_is_refused() {
    assert_eq!(refusal("e.csv", b"a\n", Some("utf-9")).code, Code::InvalidArgument);
    let file = Scratch::new("d.csv", b"a\n");
    for delimiter in [b'"', b'\n', b'\r', 0, 0xA3] {
        let error = open_table(&file.path, delimiter, None).err().unwrap();
        assert_eq!(error.code(), Code::InvalidArgument);
    }
}

#[test]
fn rows_survive_the_borders_of_chunks_and_batches() {
    let mut text = String::from("n,text\n");
    let long = "很长".repeat(40_000);
    for n in 0..9_000 {
        let cell = if n == 4_500 { long.as_str() } else { "一\"\"二" };
        text.push_str(&format!("{n},\"{cell}\n\"\r\n"));
    }
    let (_, rows) = read("borders.csv", text.as_bytes(), None);
    assert_eq!(rows.len(), 9_000);
    for (n, (line, cells)) in rows.iter().enumerate() {
        assert_eq!(*line, 2 + 2 * n as u64);
        assert_eq!(cells[0], n.to_string());
        let expected = if n == 4_500 { format!("{long}\n") } else { "一\"二\n".to_owned() };
        assert!(cells[1] == expected, "{n}");
    }
}

#[test]
fn a_quote_left_open_does_not_swallow_the_memory() {
    let mut bytes = b"a\n1\n\"".to_vec();
    bytes.resize(LONGEST_ROW + (4 << 20), b'x');
    let fault = refusal("open.csv", &bytes, None);
    assert_eq!(fault.pointer.as_deref(), Some("open.csv:3"));
    assert!(fault.message.en.contains("16 MiB"), "{fault:?}");
}

#[test]
fn a_quote_that_is_never_closed_is_refused_where_it_was_opened() {
    let mut text = String::from("id,\"na\nme\",x\n1,\"a\nb\",\"open\n");
    for n in 0..1_000 {
        text.push_str(&format!("{n},y,z\n"));
    }
    let fault = refusal("open.csv", text.as_bytes(), None);
    assert_eq!(fault.pointer.as_deref(), Some("open.csv:4"));
    assert!(fault.message.en.contains("1000 lines follow"), "{fault:?}");
    let bare = refusal("bare.csv", b"a\n\"", None);
    assert_eq!(bare.pointer.as_deref(), Some("bare.csv:2"));
    assert!(bare.message.en.contains("0 lines follow"), "{bare:?}");
}

#[test]
fn a_file_may_end_right_after_a_closing_quote() {
    let (_, rows) = read("closed.csv", b"a,b\n1,\"x\"\"\"\n2,\"\"", None);
    assert_eq!(rows, [row(2, &["1", "x\""]), row(3, &["2", ""])]);
    let (_, rows) = read("inside.csv", b"a,b\n1,5\" pipe", None);
    assert_eq!(rows, [row(2, &["1", "5\" pipe"])]);
}

#[test]
fn lines_are_read_one_by_one() {
    let file = Scratch::new("facts.jsonl", "{\"a\":1}\r\n\n{\"b\":\"二\"}".as_bytes());
    let mut table = open_lines(&file.path, None).unwrap();
    assert_eq!(table.header(), [""; 0]);
    assert_eq!(rest(&mut table), [row(1, &["{\"a\":1}"]), row(3, &["{\"b\":\"二\"}"])]);
    let long = "x".repeat(300_000);
    let file = Scratch::new("long.jsonl", format!("{long}\n{long}\n").as_bytes());
    let mut table = open_lines(&file.path, None).unwrap();
    assert_eq!(rest(&mut table), [row(1, &[&long]), row(2, &[&long])]);
}
