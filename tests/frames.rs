//! Columns in memory and JSON Lines: the same rows give the same verdicts, the
//! same reasons and the same facts.

use std::fmt::Write as _;
use std::sync::Arc;

use guanxi::facts::intake::{
    BitSlice, Clock, Frame, Layout, Lines, Mapping, Series, SeriesData, TableKind, TableReport,
    TimeUnit, Whole,
};
use guanxi::facts::{Columns, Schema, Seen};
use guanxi::store::{FrameTable, Store};
use guanxi::units::{Day, Decimal, Instant, Zone};
use guanxi::{Code, Error};
use proptest::prelude::*;
use proptest::sample::select;

const SCHEMA: &str = r#"{
  "attributes": {
    "age": {"type": "int", "nullable": true},
    "vip": {"type": "bool", "nullable": true},
    "born": {"type": "date", "nullable": true},
    "joined": {"type": "instant", "nullable": true},
    "income": {"type": "decimal(2)", "nullable": true},
    "region": {"type": "text"},
    "hobbies": {"type": "set<text>", "nullable": true}
  },
  "consent": {"purposes": ["marketing"], "channels": ["sms"]},
  "events": {
    "purchase": {"list": "purchases", "fields": {
      "amount": {"type": "money", "currency": "CNY"},
      "how": {"type": "enum", "values": ["shop", "web"], "nullable": true}
    }},
    "visit": {"fields": {"pages": {"type": "int", "nullable": true}}}
  }
}"#;

fn schema() -> Arc<Schema> {
    Arc::new(Schema::from_json(SCHEMA).expect("a schema"))
}

/// A column with its values as the host has them, and as JSON has them.
#[derive(Debug, Clone)]
struct Column {
    name: &'static str,
    data: SeriesData<'static>,
    known: Vec<bool>,
    json: Vec<String>,
}

impl Column {
    /// Where nothing is missing, sometimes without bits that say so.
    fn series(&self) -> Series<'static> {
        let series = Series::new(self.name, self.data.clone());
        if self.json.is_empty() && self.known.iter().all(|known| *known) {
            return series;
        }
        series.known(self.known.iter().copied().collect())
    }

    /// Some of its rows; `None` for data that the test does not cut.
    fn part(&self, rows: std::ops::Range<usize>) -> Option<Column> {
        let ends = rows.start..rows.end + 1;
        let data = match &self.data {
            SeriesData::Exact(units, scale) => {
                SeriesData::Exact(units[rows.clone()].to_vec().into(), *scale)
            }
            SeriesData::Units(units, scale) => {
                SeriesData::Units(units[rows.clone()].to_vec().into(), *scale)
            }
            SeriesData::Floats(floats) => SeriesData::Floats(floats[rows.clone()].to_vec().into()),
            SeriesData::Days(days) => SeriesData::Days(days[rows.clone()].to_vec().into()),
            SeriesData::Times(at, unit, clock) => {
                SeriesData::Times(at[rows.clone()].to_vec().into(), *unit, *clock)
            }
            SeriesData::Texts(offsets, texts) => {
                SeriesData::Texts(offsets[ends].to_vec().into(), texts.clone())
            }
            SeriesData::Coded(Whole::Narrow(codes), words) => {
                SeriesData::Coded(codes[rows.clone()].to_vec().into(), words.clone())
            }
            SeriesData::Coded(Whole::Wide(codes), words) => {
                SeriesData::Coded(codes[rows.clone()].to_vec().into(), words.clone())
            }
            _ => return None,
        };
        let known = self.known[rows].to_vec();
        Some(Column { name: self.name, data, known, json: Vec::new() })
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text")
}

/// A column of `n` values that are sometimes missing.
fn column<T: std::fmt::Debug + Clone + 'static>(
    name: &'static str,
    n: usize,
    value: impl Strategy<Value = T> + 'static,
    data: impl Fn(&[T]) -> SeriesData<'static> + 'static,
    json: impl Fn(&T) -> String + 'static,
) -> BoxedStrategy<Column> {
    (prop::collection::vec(value, n), prop::collection::vec(prop::bool::weighted(0.9), n))
        .prop_map(move |(values, known)| Column {
            name,
            data: data(&values),
            json: values
                .iter()
                .zip(&known)
                .map(|(value, known)| if *known { json(value) } else { "null".into() })
                .collect(),
            known,
        })
        .boxed()
}

fn texts(name: &'static str, n: usize, words: &'static [&'static str]) -> BoxedStrategy<Column> {
    let plain = column(
        name,
        n,
        select(words),
        |texts: &[&str]| SeriesData::texts(texts.iter().copied()),
        |text| quoted(text),
    );
    let coded = column(
        name,
        n,
        0..words.len(),
        |codes: &[usize]| {
            let codes: Vec<i64> = codes.iter().map(|code| *code as i64).collect();
            let all = Series::new("", SeriesData::texts(words.iter().copied()));
            SeriesData::Coded(codes.into(), Box::new(all))
        },
        |code| quoted(words[*code]),
    );
    prop_oneof![plain, coded].boxed()
}

fn numbers(name: &'static str, n: usize) -> BoxedStrategy<Column> {
    let near = prop_oneof![-3..3_i64, -100_000..100_000_i64, Just(i64::MAX), Just(i64::MIN)];
    let ints = column(
        name,
        n,
        near.clone(),
        |ints: &[i64]| SeriesData::Ints(ints.to_vec().into()),
        i64::to_string,
    );
    let exact = (0..5_u8).prop_flat_map(move |scale| {
        column(
            name,
            n,
            near.clone(),
            move |units: &[i64]| {
                let units: Vec<i128> = units.iter().map(|units| (*units).into()).collect();
                SeriesData::Exact(units.into(), scale as i8)
            },
            move |units| Decimal::new((*units).into(), scale).expect("a number").to_string(),
        )
    });
    let floats = column(
        name,
        n,
        prop_oneof![
            (-1000..1000_i32).prop_map(|cents| f64::from(cents) / 100.0),
            -1e6..1e6,
            Just(1e22),
            Just(-0.0),
        ],
        |floats: &[f64]| SeriesData::Floats(floats.to_vec().into()),
        f64::to_string,
    );
    prop_oneof![ints, exact, floats, texts(name, n, &["12.50", "-3", "x", "", "7"])].boxed()
}

const DAYS: std::ops::Range<i32> = 20_000..20_400;

fn times(name: &'static str, n: usize) -> BoxedStrategy<Column> {
    let days = column(
        name,
        n,
        DAYS,
        |days: &[i32]| SeriesData::Days(days.to_vec().into()),
        |days| quoted(&Day::from_days(*days).expect("a day").to_string()),
    );
    let units = [
        (TimeUnit::Seconds, 1_000_000_000),
        (TimeUnit::Millis, 1_000_000),
        (TimeUnit::Micros, 1_000),
        (TimeUnit::Nanos, 1),
    ];
    let times = (select(units.to_vec()), select(&[Clock::Utc, Clock::Local][..])).prop_flat_map(
        move |((unit, nanos), clock)| {
            let second = 1_000_000_000 / nanos;
            let count = (DAYS.start as i64 * 86_400 * second)..(DAYS.end as i64 * 86_400 * second);
            let whole = count.clone().prop_map(move |at| at / second * second);
            column(
                name,
                n,
                prop_oneof![3 => whole, 1 => count],
                move |counts: &[i64]| SeriesData::Times(counts.to_vec().into(), unit, clock),
                move |count| quoted(&written(i128::from(*count) * i128::from(nanos), clock)),
            )
        },
    );
    let words = &["2026-03-01", "2026-03-01 09:30", "soon", "2026-03-01T00:00:00+09:00"];
    prop_oneof![days, times, texts(name, n, words)].boxed()
}

/// Nanoseconds since 1970 as JSON has them.
fn written(nanos: i128, clock: Clock) -> String {
    let at = Instant::from_micros((nanos.div_euclid(1_000_000_000) * 1_000_000) as i64);
    let mut text = at.expect("an instant").to_string().trim_end_matches('Z').to_owned();
    write!(text, ".{:09}", nanos.rem_euclid(1_000_000_000)).expect("a text");
    if clock == Clock::Utc {
        text.push('Z');
    }
    text
}

fn bools(name: &'static str, n: usize) -> BoxedStrategy<Column> {
    let bools = column(
        name,
        n,
        any::<bool>(),
        |bools: &[bool]| SeriesData::Bools(bools.iter().copied().collect()),
        bool::to_string,
    );
    prop_oneof![bools, texts(name, n, &["true", "0", "maybe"])].boxed()
}

fn sets(name: &'static str, n: usize) -> BoxedStrategy<Column> {
    let words = ["golf", "茶", "", " tea "];
    column(
        name,
        n,
        prop::collection::vec(select(words.to_vec()), 0..3),
        |sets: &[Vec<&str>]| {
            let mut offsets = vec![0];
            offsets.extend(sets.iter().scan(0, |sum, set| {
                *sum += set.len() as i64;
                Some(*sum)
            }));
            let items = SeriesData::texts(sets.iter().flatten().copied());
            SeriesData::Sets(offsets.into(), Box::new(Series::new("item", items)))
        },
        |set| format!("[{}]", set.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(",")),
    )
}

/// Some of the columns, which rows would need not to be refused among them.
fn some(
    needed: Vec<BoxedStrategy<Column>>,
    others: Vec<BoxedStrategy<Column>>,
) -> BoxedStrategy<Vec<Column>> {
    let n = others.len();
    (needed, others, prop::collection::vec(any::<bool>(), n))
        .prop_map(|(mut columns, others, wanted)| {
            let others = others.into_iter().zip(wanted).filter(|(_, wanted)| *wanted);
            columns.extend(others.map(|(column, _)| column));
            columns
        })
        .boxed()
}

const IDS: &[&str] = &["C-1", "C-2", "C-3", "", "a\u{7}"];

fn customers() -> BoxedStrategy<Vec<Column>> {
    (0..8_usize)
        .prop_flat_map(|n| {
            let ids = prop_oneof![texts("id", n, IDS), numbers("id", n)].boxed();
            some(
                vec![ids, texts("region", n, &["north", "south", ""])],
                vec![
                    times("valid_from", n),
                    numbers("age", n),
                    bools("vip", n),
                    born(n),
                    times("joined", n),
                    numbers("income", n),
                    sets("hobbies", n),
                    bools("consent.marketing.sms", n),
                    texts("source", n, &["crm", "erp"]),
                ],
            )
        })
        .boxed()
}

fn born(n: usize) -> BoxedStrategy<Column> {
    let days = column(
        "born",
        n,
        DAYS,
        |days: &[i32]| SeriesData::Days(days.to_vec().into()),
        |days| quoted(&Day::from_days(*days).expect("a day").to_string()),
    );
    prop_oneof![days, texts("born", n, &["1990-01-31", "1990-02-30"])].boxed()
}

fn events() -> BoxedStrategy<Vec<Column>> {
    (0..8_usize)
        .prop_flat_map(|n| {
            some(
                vec![
                    texts("kind", n, &["purchase", "purchase", "visit", "visits"]),
                    texts("customer", n, IDS),
                    times("at", n),
                    numbers("amount", n),
                ],
                vec![
                    texts("how", n, &["shop", "web", "mail", ""]),
                    numbers("pages", n),
                    prop_oneof![texts("id", n, &["e1", "e2", ""]), numbers("id", n)].boxed(),
                    texts("source", n, &["crm", "erp"]),
                    times("seen", n),
                    numbers("revision", n),
                    texts("supersedes", n, &["e1", "", ""]),
                    texts("retracts", n, &["e2", "", "", ""]),
                ],
            )
        })
        .boxed()
}

fn lines(columns: &[Column]) -> String {
    let n = columns.first().map_or(0, |column| column.json.len());
    let line = |row: usize| {
        let members = columns.iter().map(|c| format!("{}:{}", quoted(c.name), c.json[row]));
        format!("{{{}}}\n", members.collect::<Vec<_>>().join(","))
    };
    (0..n).map(line).collect()
}

fn frame(columns: &[Column]) -> Frame<'static> {
    let rows = columns.first().map_or(0, |column| column.json.len());
    Frame::new(rows, columns.iter().map(Column::series).collect()).expect("a frame")
}

fn both(of: &str, columns: &[Column], mapping: Option<&str>) -> Result<(), TestCaseError> {
    let (schema, kind) = (schema(), TableKind::parse(of).expect("a table"));
    let zone = Zone::named("Asia/Shanghai").expect("a zone");
    let mapping = mapping.map(|text| Mapping::from_json(text.as_bytes()).expect("a mapping"));
    let table = mapping.as_ref().and_then(|mapping| mapping.table(of, &kind));
    let (mut as_lines, mut as_frame) = (Store::in_memory(&schema), Store::in_memory(&schema));

    let reader = Lines::of(of, &kind, table, &schema, &zone).expect("keys");
    let wanted = as_lines.append_lines(&reader, lines(columns).as_bytes(), Seen::Backfill);
    let wanted = wanted.expect("lines");

    let frame = frame(columns);
    let layout = Layout::of(of, &frame.header(), &kind, table, &schema, &zone).expect("columns");
    let found = as_frame.append_frames(&layout, &[frame], Seen::Backfill).expect("columns");

    // What is wrong with a row is told from left to right, which is another
    // order where columns stand in another one.
    let told = |report: &TableReport| {
        let mut report = report.clone();
        report.columns.clear();
        report
            .not_recorded
            .iter_mut()
            .for_each(|row| row.faults.sort_by_key(|f| f.pointer.clone()));
        report
    };
    prop_assert_eq!(told(&found), told(&wanted));
    prop_assert_eq!(as_frame.since(0), as_lines.since(0));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn customers_as_columns_are_customers_as_lines(columns in customers()) {
        both("customers", &columns, None)?;
    }

    #[test]
    fn events_as_columns_are_events_as_lines(columns in events()) {
        both("events", &columns, None)?;
    }

    #[test]
    fn options_of_a_mapping_hold_for_columns_too(columns in events()) {
        let mapping = r#"{"guanxi_mapping": 1, "missing": ["", "7", "-3"], "tables": {"events": {
            "ignore": "*", "columns": {"amount": {"column": "amount", "unit": "minor"}}}}}"#;
        both("events", &columns, Some(mapping))?;
    }
}

fn wrong(rows: usize, series: Series<'static>) -> Code {
    let error = Frame::new(rows, vec![series]).map(|_| ()).expect_err("a malformed column");
    assert!(
        error.faults().iter().all(|f| f.pointer.as_deref().is_some_and(|p| p.starts_with("/x")))
    );
    error.code()
}

#[test]
fn columns_that_are_not_what_they_say_are_refused() {
    let texts = |offsets: &[i64]| SeriesData::Texts(offsets.to_vec().into(), "客户".into());
    let words = || Box::new(Series::new("", SeriesData::texts(["a"])));
    let coded = |codes: &[i64]| SeriesData::Coded(codes.to_vec().into(), words());
    let sets = |offsets: &[i64]| SeriesData::Sets(offsets.to_vec().into(), words());
    let of_numbers = Box::new(Series::new("item", SeriesData::Ints(vec![1].into())));
    for data in [
        SeriesData::Ints(vec![1].into()),
        SeriesData::Bools(BitSlice::new(&[255][..], 7)),
        texts(&[0, 3]),
        texts(&[0, 1, 6]),
        texts(&[0, 3, 7]),
        texts(&[3, 0, 6]),
        texts(&[-3, 0, 6]),
        coded(&[0, 1]),
        coded(&[0, -1]),
        sets(&[0, 1, 2]),
        sets(&[1, 0, 0]),
        SeriesData::Sets(vec![0, 0, 1].into(), of_numbers),
        SeriesData::Coded(vec![0, 0].into(), Box::new(Series::new("", coded(&[0])))),
    ] {
        let shown = format!("{data:?}");
        assert_eq!(wrong(2, Series::new("x", data)), Code::MalformedColumn, "{shown}");
    }
    let known =
        Series::new("x", SeriesData::Ints(vec![0; 20].into())).known(BitSlice::new(&[0][..], 0));
    assert_eq!(wrong(20, known), Code::MalformedColumn);
}

#[test]
fn frames_of_one_append_have_the_same_columns() -> Result<(), Error> {
    let schema = schema();
    let ids = || SeriesData::texts(["C-1"]);
    let frames = [
        Frame::new(1, vec![Series::new("id", ids()), Series::new("region", ids())])?,
        Frame::new(1, vec![Series::new("region", ids()), Series::new("id", ids())])?,
    ];
    let kind = TableKind::Customers;
    let layout = Layout::of("x", &frames[0].header(), &kind, None, &schema, &Zone::utc())?;
    let mut store = Store::in_memory(&schema);
    let error = store.append_frames(&layout, &frames, Seen::Backfill).expect_err("two headers");
    assert_eq!(error.code(), Code::MalformedColumn);
    assert!(store.since(0)?.is_empty());
    Ok(())
}

#[test]
fn rows_say_themselves_when_they_were_learnt() -> Result<(), Error> {
    let schema = schema();
    let lines = |seen: [&str; 3]| {
        let line = |(day, seen): (usize, &str)| {
            let seen = if seen.is_empty() { "null".into() } else { quoted(seen) };
            format!(
                "{{\"kind\":\"visit\",\"customer\":\"C-1\",\"at\":\"2026-01-0{day}\",\"seen\":{seen}}}\n"
            )
        };
        (1..).zip(seen).map(line).collect::<String>()
    };
    let zone = Zone::utc();
    let reader = Lines::of("events", &TableKind::Events, None, &schema, &zone)?;
    let at = |text| Instant::parse_in(text, &zone);
    let mut store = Store::in_memory(&schema);
    let report = store.append_lines(
        &reader,
        lines(["2026-03-03", "", "2026-03-01"]).as_bytes(),
        Seen::At(at("2026-03-02")?),
    )?;
    assert_eq!(report.verdicts.new, 3);
    let learnt: Vec<(Option<Instant>, Instant)> =
        store.since(0)?.iter().map(|recorded| (recorded.fact.at, recorded.seen)).collect();
    assert_eq!(
        learnt,
        [
            (Some(at("2026-01-03")?), at("2026-03-01")?),
            (Some(at("2026-01-02")?), at("2026-03-02")?),
            (Some(at("2026-01-01")?), at("2026-03-03")?),
        ]
    );
    // One that comes too late is refused by itself, unless it stands already.
    let again = lines(["2026-03-03", "", "2026-03-01"])
        .replace("\"at\":\"2026-01-03", "\"at\":\"2026-01-09");
    let report = store.append_lines(&reader, again.as_bytes(), Seen::At(at("2026-03-04")?))?;
    assert_eq!((report.verdicts.same, report.verdicts.refused), (2, 1));
    let refused = &report.not_recorded[0];
    assert_eq!((refused.row, refused.faults[0].code), (3, Code::SeenDecreases));
    assert_eq!(refused.faults[0].pointer.as_deref(), Some("events:3"));
    // What all others were learnt at does not decrease.
    let late = lines(["2026-03-05", "", ""]).replace("2026-01", "2026-02");
    let error = store.append_lines(&reader, late.as_bytes(), Seen::At(at("2026-03-01")?));
    assert_eq!(error.expect_err("a late batch").code(), Code::SeenDecreases);
    assert_eq!(store.since(0)?.len(), 3);
    Ok(())
}

/// How ids follow one another.
#[derive(Debug, Clone, Copy)]
enum Ids {
    Ascend,
    Mixed,
    Twice,
}

/// Events most of which need no second look: no id comes twice, values are of
/// their types; now and then something is odd.
fn plain_events() -> BoxedStrategy<Vec<Column>> {
    let ids = prop_oneof![5 => Just(Ids::Ascend), 5 => Just(Ids::Mixed), 1 => Just(Ids::Twice)];
    (0..30_usize, ids)
        .prop_flat_map(|(n, order)| {
            let id = Column {
                name: "id",
                data: SeriesData::texts(
                    (0..n)
                        .map(|row| match order {
                            Ids::Ascend => row,
                            Ids::Mixed => row * 17 % 31,
                            Ids::Twice => row / 2,
                        })
                        .map(|number| format!("e{number:03}"))
                        .collect::<Vec<_>>()
                        .iter()
                        .map(String::as_str),
                ),
                known: vec![true; n],
                json: Vec::new(),
            };
            let plain = |name, values: Vec<SeriesData<'static>>| {
                select(values).prop_map(move |data| Column {
                    name,
                    data,
                    known: vec![true; n],
                    json: Vec::new(),
                })
            };
            let seconds: Vec<i64> = (0..n as i64).map(|row| 1_770_000_000 + row * 7 % 5).collect();
            let micros: Vec<i64> = seconds.iter().map(|at| at * 1_000_000).collect();
            let apart: Vec<i64> =
                (0..n as i64).map(|row| (row * 17 % 31 - 9) * 1_000_000).collect();
            let fine: Vec<i64> = (0..n as i64).map(|row| row * 37 % 11 * 250_000 - 1).collect();
            let far: Vec<i64> = (0..n as i64).map(|row| row % 3 * 9_000_000_000_000_000).collect();
            let utc =
                |micros: Vec<i64>| SeriesData::Times(micros.into(), TimeUnit::Micros, Clock::Utc);
            let at = vec![
                utc(micros),
                utc(apart),
                utc(fine),
                utc(far),
                SeriesData::Times(seconds.into(), TimeUnit::Seconds, Clock::Local),
                SeriesData::Days((0..n as i32).map(|row| 20_000 + row % 3).collect()),
            ];
            let cents: Vec<i64> = (0..n as i64).map(|row| row * 37 % 11).collect();
            let wide: Vec<i128> = cents.iter().map(|cents| (*cents).into()).collect();
            let large: Vec<i64> = cents.iter().map(|cents| cents << 40).collect();
            let amount = vec![
                SeriesData::Exact(wide.clone().into(), 2),
                SeriesData::Exact(wide.into(), 4),
                SeriesData::Units(cents.clone().into(), 2),
                SeriesData::Units(large.into(), 2),
                SeriesData::Units(cents.into(), 0),
                SeriesData::Floats((0..n).map(|row| row as f64 / 4.0).collect()),
            ];
            let few = [0, 0, 0, 1];
            let coded = move |name, words: Vec<&'static str>| {
                let rows =
                    prop::collection::vec((select(few.to_vec()), prop::bool::weighted(0.97)), n);
                (rows, 0..3_u8).prop_map(move |(rows, form)| {
                    let all =
                        || Box::new(Series::new("", SeriesData::texts(words.iter().copied())));
                    let code = |(code, _): &(i32, bool)| *code % words.len() as i32;
                    let data = match form {
                        0 => SeriesData::Coded(
                            rows.iter().map(code).collect::<Vec<i32>>().into(),
                            all(),
                        ),
                        1 => {
                            let codes: Vec<i64> = rows.iter().map(|row| code(row).into()).collect();
                            SeriesData::Coded(codes.into(), all())
                        }
                        _ => SeriesData::texts(rows.iter().map(|row| words[code(row) as usize])),
                    };
                    let known = rows.iter().map(|(_, known)| *known).collect();
                    Column { name, data, known, json: Vec::new() }
                })
            };
            let kinds = select(vec![
                vec!["purchase", "purchase"],
                vec!["purchase"],
                vec!["purchase", "visit"],
                vec!["visit", "purchase"],
            ]);
            (
                kinds.prop_flat_map(move |words| {
                    let of_words = words.clone();
                    coded("kind", words).prop_map(move |kind| (of_words.clone(), kind))
                }),
                coded("customer", vec!["C-2", "C-1"]),
                coded("how", vec!["shop", "web"]),
                plain("at", at),
                plain("amount", amount),
                any::<[bool; 2]>(),
                prop::bool::weighted(0.7),
            )
                .prop_map(
                    move |(
                        (words, mut kind),
                        mut customer,
                        mut how,
                        at,
                        mut amount,
                        [whole, with],
                        ids,
                    )| {
                        if whole {
                            kind.known.fill(true);
                            customer.known.fill(true);
                        }
                        for row in 0..n {
                            let is_purchase = match &kind.data {
                                SeriesData::Coded(Whole::Narrow(codes), _) => {
                                    words[codes[row] as usize]
                                }
                                SeriesData::Coded(Whole::Wide(codes), _) => {
                                    words[codes[row] as usize]
                                }
                                SeriesData::Texts(offsets, texts) => {
                                    &texts[offsets[row] as usize..offsets[row + 1] as usize]
                                }
                                _ => unreachable!("made above"),
                            } == "purchase";
                            amount.known[row] = is_purchase;
                            how.known[row] &= is_purchase;
                        }
                        let mut columns = vec![kind, customer, at, amount];
                        columns.extend(ids.then(|| id.clone()));
                        columns.extend(with.then_some(how));
                        columns
                    },
                )
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn rows_that_are_only_asked_give_the_columns_of_a_store(
        people in customers(),
        events in prop_oneof![3 => plain_events(), 1 => events()],
        cut in any::<prop::sample::Index>(),
    ) {
        let (schema, zone) = (schema(), Zone::named("Asia/Shanghai").expect("a zone"));
        let mut store = Store::in_memory(&schema);
        let (mut tables, mut wanted) = (Vec::new(), Vec::new());
        for (of, columns) in [("customers", &people), ("events", &events)] {
            let n = columns[0].known.len();
            let cut = cut.index(n + 1);
            let part = |rows: std::ops::Range<usize>| -> Option<Vec<Column>> {
                columns.iter().map(|column| column.part(rows.clone())).collect()
            };
            let parts = match part(0..cut).zip(part(cut..n)) {
                Some((first, second)) if cut < n => vec![(cut, first), (n - cut, second)],
                _ => vec![(n, columns.clone())],
            };
            let frames: Vec<Frame<'_>> = parts
                .iter()
                .map(|(rows, columns)| {
                    Frame::new(*rows, columns.iter().map(Column::series).collect()).expect("a frame")
                })
                .collect();
            let (kind, header) = (TableKind::parse(of).expect("a table"), frames[0].header());
            let layout = Layout::of(of, &header, &kind, None, &schema, &zone).expect("columns");
            wanted.push(store.append_frames(&layout, &frames, Seen::Backfill).expect("rows"));
            tables.push(FrameTable { layout, frames });
        }
        let (columns, reports) = Columns::of_frames(&schema, &tables).expect("rows");
        prop_assert_eq!(reports, wanted);
        prop_assert_eq!(columns, store.columns(None).expect("columns"));
    }
}

#[test]
fn a_trial_says_what_an_append_says_and_leaves_nothing() -> Result<(), Error> {
    let (schema, zone) = (schema(), Zone::utc());
    let reader = Lines::of("events", &TableKind::Events, None, &schema, &zone)?;
    let line = |id: &str, day: &str, seen: &str| {
        format!(
            "{{\"kind\":\"visit\",\"customer\":\"C-1\",\"id\":\"{id}\",\"at\":\"2026-{day}\",\
             \"seen\":\"2026-{seen}\"}}\n"
        )
    };
    let at = |text| Instant::parse_in(text, &zone).map(Seen::At);
    let first = line("a", "01-01", "03-01") + &line("b", "01-02", "03-02");
    let second = line("a", "01-01", "03-01")
        + &line("b", "01-09", "03-02")
        + &line("c", "02-30", "03-09")
        + &line("d", "01-03", "03-01")
        + &line("e", "01-03", "03-09")
        + "{\"kind\":\"call\",\"customer\":\"C-1\",\"at\":\"2026-01-01\"}\n";
    #[cfg(feature = "sqlite")]
    let folder = tempfile::tempdir().expect("a folder");
    let stores = [
        Store::in_memory(&schema),
        #[cfg(feature = "sqlite")]
        Store::open(folder.path().join("trial.db"), &schema)?,
    ];
    for mut store in stores {
        store.append_lines(&reader, first.as_bytes(), at("2026-03-05")?)?;
        let before = store.since(0)?;
        let tried = store
            .try_out(|store| store.append_lines(&reader, second.as_bytes(), at("2026-03-10")?))?;
        let verdicts = tried.verdicts;
        assert_eq!((verdicts.new, verdicts.same, verdicts.conflict), (1, 1, 1));
        assert_eq!((verdicts.refused, tried.unknown_kinds["call"]), (3, 1));
        assert_eq!(store.since(0)?, before);
        store.verify()?;
        let done = store.append_lines(&reader, second.as_bytes(), at("2026-03-10")?)?;
        assert_eq!(done, tried);
        assert_eq!(store.since(0)?.len(), before.len() + 1);
    }
    Ok(())
}
