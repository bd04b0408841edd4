//! The reference pages in `docs`: what they say a call gives, it gives.
//!
//! Each page holds its own playbook and facts. An example is a line
//! `EXPRESSION → VALUE` of a block of text; tables between markers such as
//! `<!-- functions -->` are made from the library. With `GUANXI_REWRITE_DOCS`
//! set, values and tables are written instead of compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use guanxi::engine::ask::{self, About};
use guanxi::engine::{Options, explain_tier};
use guanxi::error::Language::{self, En, Zh};
use guanxi::facts::intake::{Layout, Lines, Mapping, TableKind};
use guanxi::facts::schema::Label;
use guanxi::facts::{Columns, Seen, Snapshot, Verdict};
use guanxi::json;
use guanxi::lang::catalogue::{self, Argument, Function, Outcome, Quoted};
use guanxi::lang::kernel::Context;
use guanxi::lang::{
    Moment, Scope, Score, ScoreHistory, Stretch, Type, Value, ValueNames, World, bounds, check,
    quoted,
};
use guanxi::lifecycle::{Journal, Travels, standings};
use guanxi::units::{Currency, Decimal, Instant, Span, Unit};
use guanxi::{Playbook, Store, Text};

/// The instant of every example.
const NOW: &str = "2026-03-31T20:15:00+08:00";

fn path(page: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs").join(page)
}

pub fn read(page: &str) -> String {
    fs::read_to_string(path(page)).unwrap()
}

pub fn compare(page: &str, made: &str) {
    if std::env::var_os("GUANXI_REWRITE_DOCS").is_some() {
        fs::write(path(page), made).unwrap();
    }
    for (line, (kept, made)) in (1..).zip(read(page).lines().zip(made.lines())) {
        assert_eq!(kept, made, "{page}:{line}");
    }
    assert_eq!(read(page), made, "{page}");
}

/// The blocks of code written in this language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("\n```{language}\n");
    page.split(&opening).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

/// The playbook and the facts that a page shows.
struct Shop {
    playbook: Playbook,
    columns: Columns,
}

impl Shop {
    fn of(page: &str) -> Shop {
        let [document] = blocks(page, "json")[..] else { panic!("one playbook is shown") };
        let playbook = Playbook::from_json(document).unwrap_or_else(|error| panic!("{error}"));
        let [facts] = blocks(page, "jsonl")[..] else { panic!("one block of facts is shown") };
        let columns = facts_of(&playbook, facts);
        Shop { playbook, columns }
    }

    /// What an expression gives for the first customer, or the fault that a
    /// check or an evaluation finds.
    fn value(&self, source: &str) -> String {
        let names = value_names();
        let scope = Scope { value: Some(&names), period: true, ..self.playbook.scope() };
        let checked = match check(source, &scope) {
            Ok(checked) => checked,
            Err(error) => return error.faults()[0].code.name().to_owned(),
        };
        let now = Instant::parse(NOW).unwrap();
        let world = World { scores: Some(&Assessed), ..self.playbook.world(&self.columns) };
        let states = standings(world, self.playbook.machines(), now, 1);
        let ends: Vec<usize> = self.columns.kinds.iter().map(|events| events.range(0).1).collect();
        let moment = Moment::new(world, 0, now, &ends, &states);
        let (snapshot, answers) = (Snapshot::new(&self.columns, now), BTreeMap::new());
        let context = Context {
            snapshot: &snapshot,
            calendar: self.playbook.calendar(),
            parameters: self.playbook.parameters(),
            answers: &answers,
            states: Some(&states),
            scores: None,
            period: None,
        };
        // A KPI would ask about this month.
        let month = Span::of(
            self.playbook.calendar().zone().day_of(now),
            Unit::Month,
            self.playbook.calendar(),
        )
        .unwrap();
        let begin = |span: Span| span.window(self.playbook.calendar()).unwrap().from;
        let previous = begin(month.before(self.playbook.calendar()).unwrap());
        let just_before = Instant::clamped(begin(month).micros() - 1);
        let before = Snapshot::new(&self.columns, just_before);
        let states_before = standings(world, self.playbook.machines(), just_before, 1);
        let opening = Context { snapshot: &before, states: Some(&states_before), ..context };
        let journal = Journal::of(world, self.playbook.machines(), now, 1);
        let travels = Travels::new(self.playbook.machines(), &journal);
        let period =
            Stretch { from: begin(month), previous, opening: Some(&opening), ways: Some(&travels) };
        let context = Context { period: Some(&period), ..context };
        let uses = &checked.uses;
        let value = match uses.everybody || uses.period || uses.way {
            true => checked.evaluate(&context.subject(Some(0))),
            false => checked.evaluate(&moment),
        };
        match value {
            Ok(value) => shown(&value),
            Err(error) => error.faults()[0].code.name().to_owned(),
        }
    }
}

/// What the last assessment said of the customer.
#[derive(Debug)]
struct Assessed;

impl ScoreHistory for Assessed {
    fn ask_before(&self, _: usize, _: Instant, asked: Score<'_>) -> Option<Value> {
        let decimal = |text| Decimal::parse(text).unwrap();
        Some(match asked {
            Score::Figure("future_value") => {
                Value::Money(decimal("1820.00"), Currency::parse("CNY").unwrap())
            }
            Score::Axis("loyalty") => Value::Decimal(decimal("64.50")),
            Score::Cut("gold") => Value::Decimal(decimal("81.25")),
            Score::Tier => Value::from("B"),
            Score::AliveUntil(_) => {
                Value::Timestamp(Instant::parse("2026-06-08T00:00:00+08:00").unwrap().into())
            }
            _ => return None,
        })
    }

    fn changes_after(&self, _: usize, _: Instant) -> Option<Instant> {
        None
    }
}

fn value_names() -> ValueNames {
    let label = |name: &str| Label { name: name.into(), text: Text::default() };
    ValueNames {
        figures: vec![("future_value".into(), Type::Money(Currency::parse("CNY").unwrap(), 2))],
        axes: vec!["loyalty".into()],
        tiers: ["A", "B", "C"].map(label).into(),
        cuts: vec![("gold".into(), Type::Decimal(2))],
        alive: true,
    }
}

fn facts_of(playbook: &Playbook, lines: &str) -> Columns {
    store_of(playbook, lines).columns(None).unwrap()
}

fn store_of(playbook: &Playbook, lines: &str) -> Store {
    let mut store = Store::in_memory(playbook.schema());
    let zone = playbook.calendar().zone();
    let reader = Lines::of("facts", &TableKind::Events, None, playbook.schema(), zone).unwrap();
    let report = store.append_lines(&reader, lines.as_bytes(), Seen::Backfill).unwrap();
    assert_eq!(report.verdicts.new, report.verdicts.rows(), "{:#?}", report.not_recorded);
    store
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Missing => "missing".into(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Double(value) => format!("{value:?}"),
        Value::Decimal(value) => value.to_string(),
        Value::Money(amount, currency) => format!("{amount} {currency}"),
        Value::Text(text) => quoted(text),
        Value::Timestamp(at) => at.to_string(),
        Value::Duration(length) => length.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Period(period) => period.to_string(),
        Value::Length(lengths) => lengths.to_string(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Record(record) => {
            let fields = record.fields().iter();
            let fields: Vec<String> =
                fields.map(|(name, value)| format!("{name}: {}", shown(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

/// The page with what its examples give.
fn answered(page: &str, shop: &Shop) -> String {
    let mut made = String::new();
    let mut is_example = false;
    for line in page.lines() {
        is_example = match line {
            "```text" => true,
            _ if line.starts_with("```") => false,
            _ => is_example,
        };
        let example = line.split_once(" → ").filter(|_| is_example);
        match example {
            Some((source, _)) => {
                let value = shop.value(source.trim_end());
                made.push_str(&format!("{source} → {value}\n"));
            }
            None => made.push_str(&format!("{line}\n")),
        }
    }
    made
}

/// The page with a table between two markers.
pub fn with_table(page: &str, name: &str, table: &str) -> String {
    let (opening, closing) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->\n"));
    let (before, rest) = page.split_once(&opening).unwrap_or_else(|| panic!("no {opening}"));
    let (_, after) = rest.split_once(&closing).unwrap_or_else(|| panic!("no {closing}"));
    format!("{before}{opening}{table}{closing}{after}")
}

/// A call of the function that the shop can answer.
fn example(function: &Function) -> String {
    match function.usage {
        "bool(text)" => "bool('true')".into(),
        "double(text)" => "double('2.5')".into(),
        "int(text)" => "int('42')".into(),
        "string(age)" => "string(age(birth))".into(),
        usage => match usage.strip_prefix("at.") {
            Some(call) => format!("now.{call}"),
            None => usage.into(),
        },
    }
}

fn takes(function: &Function, language: Language) -> String {
    let said: Vec<String> = function.arguments.iter().map(|it| argument(it, language)).collect();
    let (comma, left_out) = match language {
        En => (", ", " (the last may be left out)"),
        Zh => ("，", "（最后一个可省略）"),
    };
    let left_out = if function.optional > 0 { left_out } else { "" };
    if said.is_empty() { "–".into() } else { format!("{}{left_out}", said.join(comma)) }
}

fn argument(argument: &Argument, language: Language) -> String {
    let say = |en: &str, zh: &str| Text::new(en, zh).say(language).to_owned();
    match argument {
        Argument::Of(kinds) => kinds.words().say(language).to_owned(),
        Argument::Quoted(quoted) => match quoted {
            Quoted::Date => say("a day in quotes", "引号中的日期"),
            Quoted::Timestamp => say("an instant in quotes", "引号中的时间点"),
            Quoted::Duration => say("a length of time in quotes", "引号中的时长"),
            Quoted::Unit => say("a calendar unit in quotes", "引号中的日历单位"),
            Quoted::Zone => say("a time zone in quotes", "引号中的时区"),
            Quoted::Pattern => say("a pattern in quotes", "引号中的模式"),
            Quoted::Segment => say("a segment's name", "细分的名称"),
            Quoted::Machine => say("a machine's name", "生命周期的名称"),
            Quoted::KeyedMachine => say("a keyed machine's name", "按键运行的生命周期的名称"),
            Quoted::State => say("a state's name", "状态的名称"),
            Quoted::Purpose => say("a purpose of consent", "授权用途"),
            Quoted::Channel => say("a channel", "渠道"),
            Quoted::Figure => say("a figure's name", "价值指标的名称"),
            Quoted::Axis => say("an axis's name", "维度的名称"),
            Quoted::Scheme => say("a scheme's name", "定级方案的名称"),
            Quoted::Cut => say("a cut point's name", "分界值的名称"),
            Quoted::Words => say("words in quotes", "引号中的词语"),
            Quoted::Salt => say("a text in quotes", "引号中的文本"),
        },
        Argument::Many(kinds) => match language {
            En => format!("one or more: {}", kinds.words().en),
            Zh => format!("一个或多个{}", kinds.words().zh),
        },
        Argument::Alike => say("one or more values of one type", "一个或多个同类型的值"),
        Argument::Variable => say("a variable", "一个变量"),
        Argument::Parts => say("values in brackets", "方括号中的值"),
        Argument::Steps => {
            say("2 to 16 lists of events in brackets", "方括号中的 2 至 16 个事件列表")
        }
        Argument::Each(kinds) => match language {
            En => format!("for each {}", kinds.words().en),
            Zh => format!("对每个元素：{}", kinds.words().zh),
        },
    }
}

fn gives(function: &Function, language: Language) -> String {
    let say = |en: &str, zh: &str| Text::new(en, zh).say(language).to_owned();
    match &function.result {
        Outcome::Is(ty) => ty.words().say(language).to_owned(),
        Outcome::Text => say("a text", "文本"),
        Outcome::Texts => say("a list", "列表"),
        Outcome::Whole => say("such a number", "同类的数"),
        Outcome::Receiver => say("such a list", "同类列表"),
        Outcome::Event => say("an event", "事件"),
        Outcome::Alike => say("one of them", "其中之一"),
        Outcome::Each => say("as the expression", "与表达式同类"),
        Outcome::Mean => say("as the expression, with 4 more places", "与表达式同类，多 4 位小数"),
        Outcome::List => say("a list", "列表"),
        Outcome::State => say("a state", "状态"),
        Outcome::Score => say("as it is kept", "与所存类型相同"),
    }
}

fn functions(shop: &Shop, language: Language) -> String {
    let mut table = match language {
        En => "| call | takes | gives | meaning | here |\n|---|---|---|---|---|\n",
        Zh => "| 调用 | 参数 | 结果 | 含义 | 此处的值 |\n|---|---|---|---|---|\n",
    }
    .to_owned();
    for function in catalogue::all() {
        let call = example(function);
        let meaning = Text::new(function.en, function.zh).say(language).to_owned();
        let (takes, gives) = (takes(function, language), gives(function, language));
        let value = shop.value(&call);
        table.push_str(&format!("| `{call}` | {takes} | {gives} | {meaning} | `{value}` |\n"));
    }
    table
}

fn limits(language: Language) -> String {
    let rows: [(&str, &str, u64); 8] = [
        ("bytes of an expression", "表达式的字节数", bounds::SOURCE as u64),
        (
            "nodes of an expression; a list of constants is one",
            "表达式的节点数；常量列表算一个",
            bounds::NODES as u64,
        ),
        (
            "levels of brackets, lists, arguments",
            "括号、列表、参数的嵌套层数",
            u64::from(bounds::DEPTH),
        ),
        ("faults told of one expression", "一个表达式报告的错误数", bounds::FAULTS as u64),
        ("characters of a pattern", "模式的字符数", bounds::PATTERN as u64),
        ("steps of one evaluation", "一次求值的步数", bounds::STEPS),
        ("bytes of a text that is made", "生成文本的字节数", bounds::TEXT as u64),
        ("parts of a list that is made", "生成列表的元素数", bounds::PARTS),
    ];
    let mut table = match language {
        En => "| what | at most |\n|---|---|\n",
        Zh => "| 项目 | 上限 |\n|---|---|\n",
    }
    .to_owned();
    for (en, zh, most) in rows {
        table.push_str(&format!("| {} | {most} |\n", Text::new(en, zh).say(language)));
    }
    table
}

#[test]
fn what_the_reference_of_the_language_says_is_so() {
    for (page, language) in [("language.md", En), ("language.zh-CN.md", Zh)] {
        let kept = read(page);
        let shop = Shop::of(&kept);
        let made = with_table(&kept, "functions", &functions(&shop, language));
        let made = with_table(&made, "limits", &limits(language));
        compare(page, &answered(&made, &shop));
    }
}

#[test]
fn the_schema_of_playbooks_that_is_kept_is_the_one_that_is_made() {
    compare("playbook.schema.json", &guanxi::playbook::schema());
}

#[test]
fn every_call_of_the_reference_gives_something() {
    let shop = Shop::of(&read("language.md"));
    for function in catalogue::all() {
        let value = shop.value(&example(function));
        assert!(!value.contains('_') && value != "missing", "{}: {value}", function.usage);
    }
}

#[test]
fn the_rows_of_the_mapping_reference_become_the_facts_beside_them() {
    for page in ["mapping.md", "mapping.zh-CN.md"] {
        let text = read(page);
        let [playbook, mapping] = blocks(&text, "json")[..] else { panic!("two documents") };
        let playbook = Playbook::from_json(playbook).unwrap_or_else(|error| panic!("{error}"));
        let mapping = Mapping::from_json(mapping.as_bytes()).unwrap_or_else(|e| panic!("{e}"));
        mapping.check(playbook.schema()).unwrap_or_else(|error| panic!("{error}"));
        let [customers, orders] = blocks(&text, "csv")[..] else { panic!("two files") };
        let mut store = Store::in_memory(playbook.schema());
        for (file, kind, rows) in [
            ("customers.csv", TableKind::Customers, customers),
            ("订单.csv", TableKind::Events, orders),
        ] {
            let table = mapping.table(file, &kind);
            let mut rows = rows.lines().map(|row| row.split(',').collect::<Vec<_>>());
            let (schema, zone) = (playbook.schema(), playbook.calendar().zone());
            let header = rows.next().unwrap();
            let layout = Layout::of(file, &header, &kind, table, schema, zone)
                .unwrap_or_else(|error| panic!("{error}"));
            let (mut tally, mut facts) = (layout.tally(), Vec::new());
            for (line, row) in (2..).zip(rows) {
                layout.row(line, &row, &mut tally, &mut facts).unwrap();
            }
            let verdicts = store.append(facts, Seen::Backfill).unwrap();
            assert!(verdicts.iter().all(|verdict| *verdict == Verdict::New), "{verdicts:?}");
        }
        let [facts] = blocks(&text, "jsonl")[..] else { panic!("one block of facts") };
        assert_eq!(store.columns(None).unwrap(), facts_of(&playbook, facts));
    }
}

/// A section `value` with a fragment of its page in it: in maps of names what it
/// shows is added, everything else it replaces.
fn with_fragment(document: &str, fragment: &str) -> String {
    let mut document: serde_json::Value = serde_json::from_str(document).unwrap();
    let keys: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&format!("{{{fragment}}}")).unwrap();
    for (key, shown) in keys {
        let place = &mut document["value"][&key];
        match (key.as_str(), place.as_object_mut(), shown) {
            ("money" | "axes" | "cuts", Some(there), serde_json::Value::Object(shown)) => {
                there.extend(shown);
            }
            (_, _, shown) => *place = shown,
        }
    }
    document.to_string()
}

#[test]
fn every_key_of_the_value_reference_is_read() {
    for page in ["value.md", "value.zh-CN.md"] {
        let text = read(page);
        let [document] = blocks(&text, "json")[..] else { panic!("one playbook is shown") };
        let fragments = blocks(&text, "jsonc");
        assert!(fragments.len() >= 8, "{page} shows {} fragments", fragments.len());
        for fragment in fragments {
            let playbook = Playbook::from_json(&with_fragment(document, fragment));
            let playbook = playbook.unwrap_or_else(|error| panic!("{page}: {fragment}: {error}"));
            assert!(playbook.hints().is_empty(), "{page}: {fragment}: {:?}", playbook.hints());
        }
    }
}

#[test]
fn the_tier_of_the_value_reference_is_as_sure_as_it_says() {
    for page in ["value.md", "value.zh-CN.md"] {
        let text = read(page);
        let shop = Shop::of(&text);
        let as_of = Instant::parse("2026-06-11T00:00:00+08:00").unwrap();
        let columns = Arc::new(shop.columns);
        let told = explain_tier(&columns, &shop.playbook, as_of, "C-1", Options::default());
        let chances = told.unwrap().chances.expect("future value is known").tiers;
        assert_eq!(chances.len(), 3);
        let [console] = blocks(&text, "console")[..] else { panic!("one call is shown") };
        for it in chances {
            let said = format!("{} {}%", it.tier.as_deref().unwrap_or("none"), it.percent);
            assert!(console.contains(&said), "{page} does not say {said}");
        }
    }
}

/// The page with the answer to each question that it shows.
fn with_answers(page: &str, about: &About<'_>) -> String {
    let mut pieces = page.split("\n```json ask\n");
    let mut made = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (question, rest) = piece.split_once("\n```\n\n```json answer\n").expect("an answer");
        let (_, rest) = rest.split_once("```\n").expect("the end of the answer");
        let document = json::parse(question.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
        let answer = ask::segment(about, None, &document);
        let answer = answer.unwrap_or_else(|error| panic!("{question}: {error}"));
        let answer = json::parse(answer.as_bytes()).unwrap().pretty();
        made += &format!("\n```json ask\n{question}\n```\n\n```json answer\n{answer}```\n{rest}");
    }
    made
}

#[test]
fn what_the_page_of_segments_answers_is_so() {
    for (page, language) in [("segments.md", En), ("segments.zh-CN.md", Zh)] {
        let kept = read(page);
        let [document] = blocks(&kept, "json")[..] else { panic!("one playbook is shown") };
        let playbook = Playbook::from_json(document).unwrap_or_else(|error| panic!("{error}"));
        assert!(playbook.hints().is_empty(), "{:?}", playbook.hints());
        let [facts] = blocks(&kept, "jsonl")[..] else { panic!("one block of facts is shown") };
        let about = About {
            store: &store_of(&playbook, facts),
            playbook: &playbook,
            as_of: Some(Instant::parse("2026-03-03T00:00:00+08:00").unwrap()),
            known_at: None,
            language,
            options: Options::default(),
        };
        compare(page, &with_answers(&kept, &about));
    }
}

/// The parts of the playbook's schema that say what a machine is made of, and
/// who may hold a customer.
const MACHINE_PARTS: [&str; 10] = [
    "machine",
    "opening",
    "state",
    "transition",
    "effect",
    "claims",
    "claim",
    "release",
    "extend",
    "pool",
];

/// What the schema says of something, in one language.
fn described(of: &serde_json::Value, language: Language) -> &str {
    let both = of["description"].as_str().unwrap();
    let (en, zh) = both.split_once('\n').unwrap_or((both, both));
    if language == En { en } else { zh }
}

/// A table of keys for each part of a machine.
fn machine_keys(language: Language) -> String {
    let schema: serde_json::Value = serde_json::from_str(&guanxi::playbook::schema()).unwrap();
    let header = if language == En { "| key | |\n|---|---|\n" } else { "| 键 | |\n|---|---|\n" };
    let mut out = String::new();
    for part in MACHINE_PARTS {
        let of = &schema["$defs"][part];
        out += &format!("**{part}**: {}\n\n{header}", described(of, language));
        let needed: Vec<&str> =
            of["required"].as_array().into_iter().flatten().filter_map(|it| it.as_str()).collect();
        for (key, what) in of["properties"].as_object().unwrap() {
            let must = match (needed.contains(&key.as_str()), language) {
                (false, _) => "",
                (true, En) => " Needed.",
                (true, Zh) => "必填。",
            };
            out += &format!("| `{key}` | {}{must} |\n", described(what, language));
        }
        out += "\n";
    }
    out
}

/// What became of a customer, a line a step.
fn steps_of(shop: &Playbook, store: &Store, language: Language) -> String {
    let as_of = Instant::parse("2026-12-31T16:00:00Z").unwrap();
    let journey = store.journey(shop, as_of, None, "C-1").unwrap();
    let mut out = String::from("```console\n");
    for step in journey.history() {
        let at = step.at.map_or_else(
            || "-".into(),
            |at| {
                let (day, micros) = shop.calendar().zone().local(at);
                format!("{day} {:02}:{:02}", micros / 3_600_000_000, micros / 60_000_000 % 60)
            },
        );
        let key = step.key.map_or_else(String::new, |key| format!(" {key}"));
        let effects: Vec<&str> = step.effect_labels.iter().map(|it| it.say(language)).collect();
        let effects = match effects.as_slice() {
            [] => String::new(),
            all => format!("  ({})", all.join(", ")),
        };
        let (label, to) = (step.label.say(language), step.to_label.say(language));
        let because = step.because.say(language);
        out += &format!("{at}  {label}{key} -> {to}: {because}{effects}\n");
    }
    out + "```\n"
}

#[test]
fn what_the_page_of_machines_says_is_so() {
    for (page, language) in [("machines.md", En), ("machines.zh-CN.md", Zh)] {
        let kept = read(page);
        let [document] = blocks(&kept, "json")[..] else { panic!("one playbook is shown") };
        let playbook = Playbook::from_json(document).unwrap_or_else(|error| panic!("{error}"));
        let [facts] = blocks(&kept, "jsonl")[..] else { panic!("one block of facts is shown") };
        let made = with_table(&kept, "machine-keys", &machine_keys(language));
        let store = store_of(&playbook, facts);
        compare(page, &with_table(&made, "history", &steps_of(&playbook, &store, language)));
        let mut shown = document.to_owned();
        let mut whole: serde_json::Value = serde_json::from_str(document).unwrap();
        let states = whole["machines"]["relationship"]["states"].as_object_mut().unwrap();
        for state in blocks(&kept, "jsonc state") {
            let more: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(state).unwrap();
            states.extend(more);
            shown += state;
        }
        // No way leads to the state until a transition is written.
        let to_pause = serde_json::json!({"event": "inquiry", "to": "pause"});
        let fragments = blocks(&kept, "jsonc");
        assert!(6 <= fragments.len(), "{page} shows {} fragments", fragments.len());
        for fragment in fragments {
            let mut whole = whole.clone();
            let buyer = &mut whole["machines"]["relationship"]["states"]["buyer"]["on"];
            let on = buyer.as_array_mut().unwrap();
            on.push(to_pause.clone());
            on.push(serde_json::from_str(fragment).unwrap());
            let read = Playbook::from_json(&whole.to_string());
            assert!(read.is_ok(), "{page}: {fragment}: {}", read.unwrap_err());
            shown += fragment;
        }
        let schema: serde_json::Value = serde_json::from_str(&guanxi::playbook::schema()).unwrap();
        for part in MACHINE_PARTS {
            for key in schema["$defs"][part]["properties"].as_object().unwrap().keys() {
                let named = shown.contains(&format!("\"{key}\""));
                assert!(named || key == "reason", "{page}: no example has `{part}`/`{key}`");
            }
        }
    }
}

#[test]
fn both_languages_show_the_same() {
    for page in ["language", "mapping", "value", "segments", "kpis", "machines"] {
        let (english, chinese) = (read(&format!("{page}.md")), read(&format!("{page}.zh-CN.md")));
        for language in ["text", "json", "jsonc", "jsonc state", "jsonl", "csv"] {
            assert_eq!(blocks(&english, language), blocks(&chinese, language));
        }
        let headings = |page: &str| page.lines().filter(|line| line.starts_with("## ")).count();
        assert_eq!(headings(&english), headings(&chinese));
    }
}
