//! Customers assessed at the start of every month: figures, scores, tiers.
//!
//! ```text
//! cargo bench --bench assess                      a million customers, 24 months
//! CUSTOMERS=100000 cargo bench --bench assess     fewer
//! ```

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant as Clock;

use guanxi::Playbook;
use guanxi::facts::Columns;
use guanxi::facts::intake::{
    Clock as FrameClock, Frame, Layout, Series, SeriesData, TableKind, TimeUnit,
};
use guanxi::store::FrameTable;
use guanxi::units::{Instant, Zone};
use guanxi::value::Assessor;

const PLAYBOOK: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "schema": {"events": {
        "purchase": {"list": "purchases", "fields": {"amount": {"type": "decimal(2)", "nullable": true}}},
        "complaint": {"list": "complaints", "fields": {"amount": {"type": "decimal(2)", "nullable": true}}}}},
    "value": {
        "purchases": {"event": "purchase", "amount": "amount"},
        "model": {"timing": "mbg-nbd", "spend": "gamma-gamma"},
        "money": {"margin": "0.35", "discount_per_year": "0.10", "horizon": "months(24)",
                  "costs": {"complaints": {"event": "complaint", "each": "8.00"}}},
        "axes": {
            "worth": {"from": "value('future_value')", "curve": [["0", 0], ["50", 60], ["300", 100]]},
            "content": {"points": [
                {"name": "rhythm", "from": "value('rhythm')", "weight": 3, "curve": [["0.02", 0], ["0.5", 100]]},
                {"name": "complaints", "from": "complaints.within(days(90)).size()", "weight": 2, "curve": [[0, 100], [2, 0]]}]}},
        "assess": {"every": "month"},
        "cuts": {"big": {"of": "value('future_value')", "share": "0.80"}},
        "tiers": [
            {"name": "A", "when": "value('future_value') >= cut('big') && axis('content') >= 50", "keep": "axis('content') >= 40", "stay": "months(3)"},
            {"name": "B", "when": "axis('worth') >= 30"},
            {"name": "C", "when": "true"}]}}"#;

const FITTED: &str = r#""spend": "gamma-gamma"}"#;
const PINNED: &str = r#""spend": "gamma-gamma", "pinned": {
    "timing": {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}, "spend": {"p": 6.25, "q": 3.74, "v": 15.44}}}"#;

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

const DAY: u64 = 86_400;

/// Purchases and complaints of two years: who comes once, who comes often and
/// leaves, who stays.
fn columns(playbook: &Playbook, customers: u64) -> Result<Columns, guanxi::Error> {
    let mut random = Random(1);
    let start = 1_672_502_400;
    let (mut names, mut times, mut kinds, mut cents) = (vec![], vec![], vec![], vec![]);
    for customer in 0..customers {
        let mut at = random.below(400 * DAY);
        let gap = (7 + random.below(90)) * DAY;
        let leaves = 1 + random.below(9);
        while at < 730 * DAY {
            names.push(format!("C{customer:08}"));
            times.push(start + at as i64);
            kinds.push(if random.below(12) == 0 { "complaint" } else { "purchase" });
            cents.push(i128::from(500 + random.below(20_000)));
            if random.below(leaves) == 0 {
                break;
            }
            at += 1 + random.below(2 * gap);
        }
    }
    let n = names.len();
    let ids: Vec<String> = (0..n).map(|row| format!("e{row:09}")).collect();
    let text = |texts: &[String]| SeriesData::texts(texts.iter().map(String::as_str));
    let frame = Frame::new(
        n,
        vec![
            Series::new("kind", SeriesData::texts(kinds.iter().copied())),
            Series::new("customer", text(&names)),
            Series::new("at", SeriesData::Times(times.into(), TimeUnit::Seconds, FrameClock::Utc)),
            Series::new("id", text(&ids)),
            Series::new("amount", SeriesData::Exact(cents.into(), 2)),
        ],
    )?;
    let (events, schema) = (TableKind::Events, playbook.schema());
    let layout = Layout::of("events", &frame.header(), &events, None, schema, &Zone::utc())?;
    let tables = [FrameTable { layout, frames: vec![frame] }];
    Ok(Columns::of_frames(schema, &tables)?.0)
}

fn main() -> Result<(), guanxi::Error> {
    let customers = std::env::var("CUSTOMERS").ok().and_then(|text| text.parse().ok());
    let customers = customers.unwrap_or(1_000_000);
    let playbook = Playbook::from_json(PLAYBOOK)?;
    let columns = Arc::new(columns(&playbook, customers)?);
    println!("{} customers, {} events", columns.n_customers(), columns.n_events());
    println!("fitted anew every month:");
    run(&playbook, &columns)?;
    println!("parameters pinned:");
    run(&Playbook::from_json(&PLAYBOOK.replace(FITTED, PINNED))?, &columns)
}

fn run(playbook: &Playbook, columns: &Columns) -> Result<(), guanxi::Error> {
    let until = Instant::parse("2025-01-01T00:00:00+08:00")?;
    let Some(value) = playbook.value() else { return Ok(()) };
    for threads in [1, 2] {
        let begun = Clock::now();
        let mut assessor = Assessor::new(value, playbook.world(columns), &[], until, threads)?;
        assessor.advance(until)?;
        let made = black_box(assessor.finish(&[]));
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "{threads} thread(s): {} assessments of everybody, {} of a customer in {seconds:.1} s, \
             {:.2} million a second, {} moves",
            made.rounds().len(),
            made.assessed(),
            made.assessed() as f64 / seconds / 1e6,
            made.moves().len(),
        );
    }
    Ok(())
}
