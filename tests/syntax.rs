//! Reading and printing: fixed points, places, limits and hostile texts.

use guanxi::Code;
use guanxi::error::Language;
use guanxi::lang::tree::Tree;
use guanxi::lang::{bounds, element_spans, parse, parse_bytes, print};

use crate::trees::{self, Dice};

#[test]
fn printed_trees_read_back_the_same() {
    for seed in 0..10_000 {
        let mut dice = Dice::new(seed);
        let size = 1 + dice.roll(60);
        let tree = trees::tree(&mut dice, size);
        let text = print(&tree);
        let again = match parse(&text) {
            Ok(again) => again,
            Err(error) => panic!("seed {seed}: {text}\n{error}"),
        };
        assert!(again.same(&tree), "seed {seed}: {text}\n{}", print(&again));
        assert_eq!(print(&again), text, "seed {seed}");
    }
}

#[test]
fn every_bracket_printed_is_needed() {
    for seed in 0..2_000 {
        let mut dice = Dice::new(seed);
        let tree = trees::tree(&mut dice, 25);
        let text = print(&tree);
        for (open, close) in bracket_pairs(&text) {
            let mut bytes = text.clone().into_bytes();
            bytes[open] = b' ';
            bytes[close] = b' ';
            let without = String::from_utf8(bytes).unwrap();
            let same = parse(&without).is_ok_and(|without| without.same(&tree));
            assert!(!same, "seed {seed}: brackets at {open}..{close} of {text}");
        }
    }
}

/// Grouping brackets outside quotes.
fn bracket_pairs(text: &str) -> Vec<(usize, usize)> {
    let (mut open, mut pairs, mut quote) = (Vec::new(), Vec::new(), None);
    let mut skip = false;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            _ if skip => skip = false,
            (b'\\', Some(_)) => skip = true,
            (_, Some(mark)) if byte == mark => quote = None,
            (_, Some(_)) => {}
            (b'\'' | b'"', None) => quote = Some(byte),
            (b'(', None) => open.push(at),
            (b')', None) => pairs.push((open.pop().unwrap(), at)),
            _ => {}
        }
    }
    let before = |at: usize| text.as_bytes().get(at.wrapping_sub(1)).copied().unwrap_or(b' ');
    pairs.retain(|(at, _)| !before(*at).is_ascii_alphanumeric() && before(*at) != b'_');
    pairs
}

#[test]
fn spelling_is_settled() {
    for (written, printed) in [
        ("a&&b||c", "a && b || c"),
        ("((a))", "a"),
        ("a&&(b||c)", "a && (b || c)"),
        ("(a-b)-c", "a - b - c"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a?b:c)?d:(e?f:g)", "(a ? b : c) ? d : e ? f : g"),
        ("a?(b?c:d):e", "a ? (b ? c : d) : e"),
        ("- 1", "-1"),
        ("-(1)", "-(1)"),
        ("--1", "--1"),
        ("-(1).x", "-(1.x)"),
        ("-(1.x)", "-(1.x)"),
        ("(-1).x", "-1.x"),
        ("!(-1)", "!(-1)"),
        ("!!(a.b)", "!!a.b"),
        ("-(-a)", "--a"),
        ("!(a==b)", "!(a == b)"),
        ("0x1F", "31"),
        ("1.50e0", "1.50e0"),
        ("\"it's\"", "\"it's\""),
        ("\"华东\"", "'华东'"),
        ("r'\\d'", "'\\\\d'"),
        ("[1,(2),-3,]", "[1, 2, -3]"),
        ("[1,a,]", "[1, a]"),
        ("has(a.b.c)", "has(a.b.c)"),
        ("has(a.b).c", "has(a.b).c"),
        (".a.b", ".a.b"),
        ("x . exists ( y , y>0 )", "x.exists(y, y > 0)"),
        ("x.map(y,y>0,y)", "x.map(y, y > 0, y)"),
        ("xs.sum()", "xs.sum()"),
        ("exists(x, y)", "exists(x, y)"),
        ("x.exists(a, b, c)", "x.exists(a, b, c)"),
        ("a in[b]", "a in [b]"),
        ("a // all\n+ b", "a + b"),
        ("a.in_state", "a.in_state"),
        ("a.if(b)", "a.if(b)"),
    ] {
        let tree = parse(written).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(print(&tree), printed, "{written}");
    }
}

#[test]
fn every_node_knows_its_place() {
    let source = "(a + b) * size([1, c]) > 2 && !x.y[0].exists(e, e == '华东')";
    let tree = parse(source).unwrap();
    let mut places: Vec<&str> = tree.spans.iter().map(|span| at(source, *span)).collect();
    places.sort_unstable();
    let mut expected = vec![
        "a",
        "b",
        "a + b",
        "1",
        "c",
        "[1, c]",
        "size([1, c])",
        "(a + b) * size([1, c])",
        "2",
        "(a + b) * size([1, c]) > 2",
        "x",
        "x.y",
        "0",
        "x.y[0]",
        "e",
        "'华东'",
        "e == '华东'",
        "x.y[0].exists(e, e == '华东')",
        "!x.y[0].exists(e, e == '华东')",
        source,
    ];
    expected.sort_unstable();
    assert_eq!(places, expected);
}

fn at(source: &str, span: guanxi::lang::tree::Span) -> &str {
    &source[span.start as usize..span.end as usize]
}

#[test]
fn elements_of_a_constant_list_can_be_found_again() {
    let source = "region in [ '华,东' , - 1,\"x\", ]";
    let tree = parse(source).unwrap();
    let list = tree.spans.iter().copied().find(|span| at(source, *span).starts_with('[')).unwrap();
    let elements: Vec<&str> =
        element_spans(source, list).into_iter().map(|span| at(source, span)).collect();
    assert_eq!(elements, ["'华,东'", "- 1", "\"x\""]);
}

/// Expression, code, place, and a part of what is said in each language.
#[track_caller]
fn refused(source: &str, code: Code, place: (usize, usize), en: &str, zh: &str) {
    let error = parse(source).expect_err(source);
    assert_eq!(error.code(), code, "{source}: {error}");
    assert_eq!(error.faults()[0].span, Some(place), "{source}: {error}");
    let fault = &error.faults()[0];
    let (in_en, in_zh) = (fault.say(Language::En), fault.say(Language::Zh));
    assert!(in_en.contains(en), "{source}: {in_en}");
    assert!(in_zh.contains(zh), "{source}: {in_zh}");
}

#[test]
fn syntax_faults_say_what_was_expected() {
    let syntax = Code::Syntax;
    refused("", syntax, (0, 0), "the expression ends, expected a value", "应有值");
    refused("a ==", syntax, (4, 4), "expected a value", "应有值");
    refused("a)", syntax, (1, 2), "found `)`, expected an operator or the end", "运算符或结尾");
    refused("(a", syntax, (0, 1), "`(` is not closed", "没有对应的右括号");
    refused("f(a b)", syntax, (4, 5), "expected an operator, `,` or `)`", "`,` 或 `)`");
    refused("f(a,)", syntax, (4, 5), "expected an argument", "应为参数");
    refused("a.", syntax, (2, 2), "expected a field or function name", "字段名");
    refused("a.in", syntax, (2, 4), "expected a field or function name", "字段名");
    refused("a ? b", syntax, (2, 3), "expected `:`", "应有`:`");
    refused("a ? b ? c : d : e", syntax, (6, 7), "brackets around the inner", "加括号");
    refused("!-a", syntax, (1, 2), "brackets", "加括号");
    refused("if", syntax, (0, 2), "`if` is a reserved word", "保留字");
    refused("a()()", syntax, (0, 4), "no function name", "不是函数名");
    refused("x.all(1, p)", syntax, (2, 11), "expected a plain name first", "普通名称");
    refused("has(a)", syntax, (0, 6), "`has(value.field)`", "`has(值.字段)`");
    refused("'abc", syntax, (0, 4), "not closed", "没有结束");
    refused("'a\nb'", syntax, (0, 2), "three quotes", "三个引号");
    refused("'''a", syntax, (0, 4), "not closed", "没有结束");
    refused("'a\\", syntax, (0, 3), "not closed", "没有结束");
    refused("'\\q'", syntax, (1, 3), "escape", "转义");
    refused("30d", syntax, (0, 3), "`days(30)`", "`days(30)`");
    refused("a @ b", syntax, (2, 3), "`@` is not part of the language", "`@` 不是");
    refused(
        "99999999999999999999",
        Code::BadLiteral,
        (0, 20),
        "at most 9223372036854775807",
        "最大",
    );
    refused("1e999", Code::BadLiteral, (0, 5), "too large", "太大");
}

#[test]
fn what_other_languages_and_keyboards_write_is_understood() {
    let syntax = Code::Syntax;
    refused("a = 1", syntax, (2, 3), "write `==`", "请写 `==`");
    refused("a & b", syntax, (2, 3), "write `&&`", "请写 `&&`");
    refused("a and b", syntax, (2, 5), "write `&&`", "请写 `&&`");
    refused("(a OR b)", syntax, (3, 5), "write `||`", "请写 `||`");
    refused("a 且 b", syntax, (2, 5), "expected `&&`", "应写 `&&`");
    refused("f(a，b)", syntax, (3, 6), "write `,`", "请写 `,`");
    refused("（a)", syntax, (0, 3), "write `(`", "请写 `(`");
    refused("a == “华东”", syntax, (5, 8), "texts stand in", "半角引号");
    refused("age≥30", syntax, (3, 6), "write `>=`", "请写 `>=`");
    refused("a＞３", syntax, (1, 4), "write `>`", "请写 `>`");
    refused("a > ３", syntax, (4, 7), "write `3`", "请写 `3`");
    refused("大区 == 'x'", syntax, (0, 6), "`'大区'`", "`'大区'`");
    refused("客户_1", syntax, (0, 8), "cannot be a name", "不能作名称");
    refused("a\u{a0}b", syntax, (1, 3), "ordinary space", "普通空格");
    refused("a\u{200b}", syntax, (1, 4), "U+200B", "看不见");
    refused("\u{feff}a", syntax, (0, 3), "U+FEFF", "看不见");
}

#[test]
fn what_the_profile_leaves_out_is_refused_by_name() {
    let absent = Code::NotInProfile;
    refused("b'x' == b'y'", absent, (0, 4), "bytes", "字节串");
    refused("bR\"x\"", absent, (0, 5), "bytes", "字节串");
    refused("1u", absent, (0, 2), "unsigned", "无符号");
    refused("0x1FU", absent, (0, 5), "unsigned", "无符号");
    refused("{}", absent, (0, 2), "maps", "映射");
    refused("a + {'k': [1, {2: 3}]}", absent, (4, 22), "maps", "映射");
    refused("a.b{c: 1}", absent, (0, 9), "messages", "消息");
    refused("a.?b", absent, (1, 3), "optional", "可选");
    refused("a[?0]", absent, (2, 3), "optional", "可选");
    refused("[?a]", absent, (1, 2), "optional", "可选");
    refused("a.`b c`", absent, (2, 7), "quoted field", "字段名");
    let all = parse("1u + b'' == {} && a.?b ").unwrap_err();
    assert_eq!(all.faults().len(), 4, "{all}");
    let with_syntax = parse("1u + ").unwrap_err();
    let codes: Vec<Code> = with_syntax.faults().iter().map(|fault| fault.code).collect();
    assert_eq!(codes, [absent, Code::Syntax]);
}

#[test]
fn bytes_that_are_not_utf8_have_a_place() {
    let place = |bytes: &[u8]| parse_bytes(bytes).unwrap_err().faults()[0].span;
    assert_eq!(place(b"a == '\xff'"), Some((6, 7)));
    assert_eq!(place(b"a == '\xe5\x8d"), Some((6, 8)));
    assert_eq!(place(&[b'(', 0xC0, 0x80]), Some((1, 2)));
    assert!(parse_bytes("'华东'".as_bytes()).is_ok());
}

#[track_caller]
fn limit(name: &str, code: Code, most: usize, make: impl Fn(usize) -> String) {
    for (size, fits) in [(most - 1, true), (most, true), (most + 1, false)] {
        let result = parse(&make(size));
        let found = result.as_ref().err().map(|error| error.code());
        assert_eq!(found, if fits { None } else { Some(code) }, "{name}: {size}");
        if let (Ok(tree), true) = (result, size == most) {
            walk(name, &tree);
        }
    }
}

/// What is read can be printed and compared without running out of stack.
fn walk(name: &str, tree: &Tree) {
    let again = parse(&print(tree)).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(again.same(tree), "{name}");
}

#[test]
fn source_length() {
    limit("source", Code::ExpressionTooLong, bounds::SOURCE, |n| {
        format!("'{}'", "x".repeat(n - 2))
    });
    let too_long = vec![0xFF; bounds::SOURCE + 1];
    assert_eq!(parse_bytes(&too_long).unwrap_err().code(), Code::ExpressionTooLong);
}

#[test]
fn node_count() {
    let most = bounds::NODES;
    let code = Code::TooManyNodes;
    limit("not", code, most, |n| format!("{}a", "!".repeat(n - 1)));
    limit("negate", code, most, |n| format!("{}a", "-".repeat(n - 1)));
    limit("fields", code, most, |n| format!("a{}", ".b".repeat(n - 1)));
    limit("calls", code, most, |n| format!("a{}", ".f()".repeat(n - 1)));
    limit("elements", code, most, |n| format!("[a{}]", ",b".repeat(n - 2)));
    // Two nodes a link, so the limit falls between two lengths.
    limit("sums", code, most / 2 - 1, |n| format!("1{}", "+1".repeat(n)));
    limit("and", code, most / 2 - 1, |n| format!("a{}", "&&a".repeat(n)));
    limit("indices", code, most / 2 - 1, |n| format!("a{}", "[0]".repeat(n)));
    // Three nodes a branch.
    limit("branches", code, (most - 1) / 3, |n| format!("{}a", "a?a:".repeat(n)));
}

#[test]
fn a_list_of_constants_is_one_node() {
    let source = format!("x in [{}]", "1,".repeat(1_000_000));
    let tree = parse(&source).unwrap();
    assert_eq!(tree.nodes.len(), 3);
    walk("constants", &tree);
}

#[test]
fn depth() {
    let most = bounds::DEPTH as usize;
    let nest = |open: &str, inner: &str, close: &str, n: usize| {
        format!("{}{inner}{}", open.repeat(n), close.repeat(n))
    };
    let code = Code::TooDeep;
    limit("brackets", code, most, |n| nest("(", "a", ")", n));
    limit("lists", code, most, |n| nest("[", "a", "]", n));
    limit("arguments", code, most, |n| nest("f(", "a", ")", n));
    limit("method arguments", code, most, |n| nest("x.f(", "a", ")", n));
    limit("indices", code, most, |n| nest("a[", "0", "]", n));
    limit("folds", code, most, |n| nest("x.all(y, ", "a", ")", n));
    limit("right operands", code, most, |n| nest("1 - (", "a", ")", n));
    limit("middle branches", code, most, |n| nest("a ? (", "b", ") : c", n));
    limit("conditions", code, most, |n| nest("(", "a", " ? b : c)", n));
    limit("left operands in brackets", code, most, |n| nest("(", "a", " || b)", n));
}

#[test]
fn hostile_texts_are_refused_at_once() {
    let megabyte = 1 << 20;
    for (text, code) in [
        ("!".repeat(megabyte), Code::TooManyNodes),
        ("-".repeat(megabyte), Code::TooManyNodes),
        ("(".repeat(megabyte), Code::TooDeep),
        ("[".repeat(megabyte), Code::TooDeep),
        ("{".repeat(megabyte), Code::TooDeep),
        ("f(".repeat(megabyte), Code::TooDeep),
        ("a[".repeat(megabyte), Code::TooDeep),
        ("1+(".repeat(megabyte), Code::TooDeep),
        ("a?(".repeat(megabyte), Code::TooDeep),
        ("a.all(x,".repeat(megabyte / 8), Code::TooDeep),
        ("{1:".repeat(megabyte), Code::TooDeep),
        ("(".repeat(20_000) + &")".repeat(20_000), Code::TooDeep),
        ("a?".repeat(megabyte), Code::Syntax),
        ("'".repeat(megabyte), Code::Syntax),
        ("\"".repeat(megabyte + 1), Code::Syntax),
        ("\\".repeat(megabyte), Code::Syntax),
        ("\0".repeat(megabyte), Code::Syntax),
        (".".repeat(megabyte), Code::Syntax),
        ("1".repeat(megabyte), Code::BadLiteral),
        ("1u+".repeat(megabyte), Code::NotInProfile),
        ("a.?b".repeat(megabyte / 4), Code::NotInProfile),
        (")".repeat(megabyte), Code::Syntax),
        ("，".repeat(megabyte / 3), Code::Syntax),
        ("大".repeat(megabyte / 3), Code::Syntax),
        (format!("'{}'", "\\x".repeat(megabyte)), Code::Syntax),
        (format!("[{}", "1,".repeat(megabyte)), Code::Syntax),
    ] {
        let start: String = text.chars().take(4).collect();
        let error = parse(&text).expect_err(&start);
        assert_eq!(error.code(), code, "{start}…: {error}");
        assert!(error.faults().len() <= bounds::FAULTS, "{start}…");
        assert!(error.to_string().len() < 20_000, "{start}… repeats the input");
    }
}

#[test]
fn long_chains_are_flat() {
    let n = 20_000;
    for text in [
        format!("a{}", " && a".repeat(n)),
        format!("a{}", " || a".repeat(n)),
        format!("1{}", " + 1".repeat(n)),
        format!("1{}", " - 1 * 2".repeat(n)),
        format!("a{}", " == a".repeat(n)),
        format!("a{}", ".b".repeat(n)),
        format!("a{}", "[0]".repeat(n)),
        format!("a{}", ".f(1)".repeat(n)),
        format!("a{}", ".filter(x, x)".repeat(n)),
        format!("{}a", "!".repeat(n)),
        format!("{}a", "-".repeat(n)),
        format!("{}a", "a ? b : ".repeat(n)),
        format!("[{}]", "a, ".repeat(n)),
        format!("f({}a)", "a, ".repeat(n)),
    ] {
        let tree = parse(&text).unwrap_or_else(|error| panic!("{error}"));
        walk(&text[..20], &tree);
    }
}

#[test]
fn cut_and_damaged_texts_never_panic() {
    let source = "a.b(c, [1, -2.5e3, '华\\u4e2d'])[0].exists(x, x.y ? !z : -w) && has(q.r) // c";
    for (at, _) in source.char_indices() {
        let _ = parse(&source[..at]);
        let _ = parse(&source[at..]);
    }
    let mut dice = Dice::new(7);
    let alphabet = [
        "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "!", "-", "+", "&&", "||", "==", "in",
        "a", "1", "1.5", "'x'", "'", "\"", "\\", "r'", "b'", "0x", "1u", "has(", ".all(x,", "，",
        "大", "`", " ", "//", "\n", "true", "null", "if", "\u{0}", "…",
    ];
    for _ in 0..50_000 {
        let length = dice.roll(24);
        let text: String = (0..length).map(|_| dice.pick(&alphabet)).collect();
        if let Ok(tree) = parse(&text) {
            walk(&text, &tree);
        }
    }
}
