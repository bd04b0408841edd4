//! Which customers a change comes from: the time of a search.
//!
//! ```text
//! cargo bench --bench causes
//! ```
//!
//! Two causes are planted, and the first must be found.

use std::hint::black_box;
use std::time::Instant as Clock;

use guanxi::kpi::{CauseRow, CauseSearch, CauseTable, Dimension, find_causes};

const ROUNDS: usize = 7;

struct Drawn(u64);

impl Drawn {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// So many rows, with values drawn at random.
fn table(cards: &[u64], rows: usize) -> CauseTable {
    let mut drawn = Drawn(1);
    let mut codes = vec![Vec::with_capacity(rows); cards.len()];
    let mut told = Vec::with_capacity(rows);
    for _ in 0..rows {
        let own: Vec<u64> = cards.iter().map(|card| drawn.next() % card).collect();
        let before = (20 + drawn.next() % 1_000) as f64;
        let noise = 0.9 + (drawn.next() % 1_000) as f64 / 5_000.0;
        let is_first = own[0] == 3 && own[2] == 4;
        let is_second = own[1] == 7 && own[3] == 2 && own[4] == 1;
        let kept = if is_first || is_second { 0.5 } else { 1.0 };
        told.push(CauseRow { before, after: before * noise * kept, ..CauseRow::default() });
        codes.iter_mut().zip(own).for_each(|(codes, own)| codes.push(own as u32));
    }
    let dimensions = codes.into_iter().zip(cards).enumerate().map(|(at, (codes, card))| {
        let values = (0..*card).map(|value| format!("v{value}")).collect();
        Dimension { name: format!("d{at}"), values, codes }
    });
    CauseTable { dimensions: dimensions.collect(), rows: told, customers: None, is_ratio: false }
}

fn main() -> Result<(), guanxi::Error> {
    for (cards, rows) in
        [(&[10, 12, 10, 8, 5][..], 48_000), (&[10, 12, 10, 8, 5, 6, 4, 9, 3, 7], 1_000_000)]
    {
        let table = table(cards, rows);
        let mut best = f64::INFINITY;
        let mut told = find_causes(&table, &CauseSearch::default())?;
        for _ in 0..ROUNDS {
            let start = Clock::now();
            told = black_box(find_causes(&table, &CauseSearch::default())?);
            best = best.min(start.elapsed().as_secs_f64());
        }
        let first = told.causes.first().map(|it| it.cell.len());
        assert_eq!(first, Some(2), "the first cause is one of two columns");
        let (causes, searched) = (told.causes.len(), told.work.searched);
        println!(
            "{rows} rows, {} columns: {:.1} ms, {causes} causes among {searched} groups",
            cards.len(),
            best * 1e3
        );
    }
    Ok(())
}
