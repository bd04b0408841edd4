//! From 10 million purchases to a row for each of a million customers.
//!
//! ```text
//! cargo bench --bench cbs                     ours alone
//! benches/peers/cbs.sh                        beside Polars, on the same purchases
//! ```
//!
//! With `DUMP=FOLDER` the purchases are written there, sorted by customer and
//! time as the columns hold them, for the peer to read.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant as Clock;

use guanxi::facts::intake::{
    Clock as FrameClock, Frame, Layout, Series, SeriesData, TableKind, TimeUnit,
};
use guanxi::facts::{Columns, Schema, Snapshot};
use guanxi::store::FrameTable;
use guanxi::units::{Calendar, Day, Instant, Weekday, Zone};
use guanxi::value::cbs::{Cbs, Definition};

const SCHEMA: &str = r#"{"events": {"purchase": {"list": "purchases", "fields": {
    "amount": {"type": "decimal(2)"}}}}}"#;
const SECONDS_A_YEAR: u64 = 365 * 86_400;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// Purchases of three years, customer by customer: customer, second, cents.
fn purchases(customers: u64) -> Vec<(u32, i64, i64)> {
    let mut random = Random(1);
    let start = 1_672_531_200;
    let mut out = Vec::new();
    for customer in 0..customers {
        let born = random.below(SECONDS_A_YEAR);
        let n = 1 + random.below(19);
        let mut times: Vec<u64> =
            (0..n).map(|_| born + random.below(3 * SECONDS_A_YEAR - born)).collect();
        times.sort_unstable();
        for time in times {
            let cents = 100 + random.below(50_000) as i64;
            out.push((customer as u32, start + time as i64, cents));
        }
    }
    out
}

fn columns(purchases: &[(u32, i64, i64)]) -> Result<Columns, guanxi::Error> {
    let schema = Arc::new(Schema::from_json(SCHEMA)?);
    let n = purchases.len();
    let names: Vec<String> = purchases.iter().map(|it| format!("C{:08}", it.0)).collect();
    let ids: Vec<String> = (0..n).map(|row| format!("p{row:09}")).collect();
    let times: Vec<i64> = purchases.iter().map(|it| it.1).collect();
    let cents: Vec<i128> = purchases.iter().map(|it| i128::from(it.2)).collect();
    let text = |texts: &[String]| SeriesData::texts(texts.iter().map(String::as_str));
    let frame = Frame::new(
        n,
        vec![
            Series::new("kind", SeriesData::texts(std::iter::repeat_n("purchase", n))),
            Series::new("customer", text(&names)),
            Series::new("at", SeriesData::Times(times.into(), TimeUnit::Seconds, FrameClock::Utc)),
            Series::new("id", text(&ids)),
            Series::new("amount", SeriesData::Exact(cents.into(), 2)),
        ],
    )?;
    let events = TableKind::Events;
    let layout = Layout::of("events", &frame.header(), &events, None, &schema, &Zone::utc())?;
    let tables = [FrameTable { layout, frames: vec![frame] }];
    Ok(Columns::of_frames(&schema, &tables)?.0)
}

fn dump(folder: &Path, purchases: &[(u32, i64, i64)]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let bytes = |each: fn(&(u32, i64, i64)) -> i64| -> Vec<u8> {
        purchases.iter().flat_map(|it| each(it).to_le_bytes()).collect()
    };
    fs::write(folder.join("customer.i64"), bytes(|it| i64::from(it.0)))?;
    fs::write(folder.join("at.i64"), bytes(|it| it.1))?;
    fs::write(folder.join("cents.i64"), bytes(|it| it.2))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let number = |name: &str, otherwise: u64| -> Result<u64, std::num::ParseIntError> {
        std::env::var(name).map_or(Ok(otherwise), |text| text.parse())
    };
    let (customers, rounds) = (number("CUSTOMERS", 1_000_000)?, number("ROUNDS", 7)?);
    let purchases = purchases(customers);
    if let Some(folder) = std::env::var_os("DUMP") {
        dump(Path::new(&folder), &purchases)?;
    }
    let columns = columns(&purchases)?;
    let snapshot = Snapshot::new(&columns, Instant::MAX);
    let definition =
        Definition { amount: Some(0), ..Definition::new(0, Day::parse("2025-06-30")?) };
    let zone = Zone::named("Asia/Shanghai")?;
    let calendar = Calendar::new(zone, Weekday::Monday, (1, 1))?;
    let mut best = f64::INFINITY;
    for _ in 0..rounds {
        let start = Clock::now();
        let cbs = black_box(Cbs::new(&snapshot, &definition, &calendar)?);
        best = best.min(start.elapsed().as_secs_f64());
        drop(cbs);
    }
    let cbs = Cbs::new(&snapshot, &definition, &calendar)?;
    let rows = purchases.len() as f64;
    let recency: u64 = cbs.summaries().iter().map(|it| u64::from(it.recency)).sum();
    let age: u64 = cbs.summaries().iter().map(|it| u64::from(it.age)).sum();
    let spend: i128 = cbs.summaries().iter().map(|it| it.history.repeat_spend().units).sum();
    // What a peer must find as well, in this order.
    let (included, repeats) = (cbs.audit().included, cbs.audit().repeats);
    println!("answer {included} {repeats} {recency} {age} {spend}");
    println!("guanxi {best:.4} s, {:.1} M rows/s, {rows} rows", rows / best / 1e6);
    Ok(())
}
