//! Who is there already, of a million: the index, one search, a scan of everybody.
//!
//! ```text
//! cargo bench --bench identity -- [customers]
//! ```
//!
//! What is searched for is known beforehand, and so is who is there twice: both are
//! compared before anything is told.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant as Clock;

use guanxi::Playbook;
use guanxi::facts::{Body, Columns, ColumnsBuilder, Correction, Fact, Value};
use guanxi::identity::{Given, Index, Verdict};
use guanxi::units::Instant;

const PLAYBOOK: &str = r#"{
  "guanxi": 1, "id": "firm", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
  "schema": {"attributes": {
    "credit_code": {"type": "text"}, "email": {"type": "text"}, "mobile": {"type": "text"},
    "name": {"type": "text"}}},
  "identity": {"keys": [
    {"attribute": "credit_code", "as": "credit_code"}, {"attribute": "email", "as": "email"},
    {"attribute": "mobile", "as": "phone"}, {"attribute": "name", "as": "company"}]}
}"#;

const PLACES: [&str; 6] = ["北京市", "上海", "广东省深圳市", "杭州", "", "苏州工业园区"];
const FORMS: [&str; 4] = ["有限公司", "股份有限公司", "有限责任公司", "集团有限公司"];
const SIGNS: &str =
    "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏云腾致雨露结为霜金生丽水玉出昆冈";

fn main() -> Result<(), Box<dyn Error>> {
    let given = std::env::args().skip(1).find_map(|word| word.parse().ok());
    let n: u64 = given.unwrap_or(1_000_000);
    let playbook = Playbook::from_json(PLAYBOOK)?;
    let columns = made(&playbook, n);
    let identity = playbook.identity().ok_or("a section")?;
    let as_of = Instant::parse("2026-03-01T00:00:00Z")?;

    let begun = Clock::now();
    let index = Index::new(identity, &columns, as_of);
    let built = begun.elapsed();
    println!(
        "index of {n} customers, 4 values each: {:.2} s, {:.1} MB kept ({:.2} us a value)",
        built.as_secs_f64(),
        index.bytes() as f64 / 1e6,
        built.as_secs_f64() * 1e6 / (4.0 * n as f64),
    );

    let begun = Clock::now();
    let asked = 10_000;
    for at in 0..asked {
        let number = at * (n / asked).max(1) % n;
        let mobile = format!("+86 {}", mobile(number));
        let answer = index.answer(&[Given { key: 2, text: &mobile }], None);
        let first = if number % 100 == 1 { number - 1 } else { number };
        if answer.verdict != Verdict::Same || answer.customer.map(u64::from) != Some(first) {
            return Err(format!("{number}: {answer:?}").into());
        }
        black_box(answer);
    }
    println!("a search: {:.1} us", begun.elapsed().as_secs_f64() * 1e6 / asked as f64);

    let begun = Clock::now();
    let scan = index.scan();
    println!(
        "a scan: {:.2} s, {} groups, {} possible, {} shared by too many",
        begun.elapsed().as_secs_f64(),
        scan.groups.len(),
        scan.possible.len(),
        scan.shared.len(),
    );
    if scan.groups.len() as u64 != n / 100 {
        return Err(format!("{} groups of {n}", scan.groups.len()).into());
    }
    Ok(())
}

/// Every hundredth customer is there twice, by the same number written otherwise.
fn mobile(number: u64) -> String {
    let own = 20_000_000 + if number % 100 == 1 { number - 1 } else { number };
    format!("139 {:04} {:04}", own / 10_000 % 10_000, own % 10_000)
}

fn made(playbook: &Playbook, n: u64) -> Columns {
    let signs: Vec<char> = SIGNS.chars().collect();
    let sign = |at: u64| signs[(at % signs.len() as u64) as usize];
    let mut columns = ColumnsBuilder::new(playbook.schema());
    for number in 0..n {
        let word: String =
            [number, number / 41, number / 1_681, number / 68_921].map(sign).iter().collect();
        let place = PLACES[(number % 6) as usize];
        let name = format!("{place}{word}科技{}", FORMS[(number % 4) as usize]);
        let values = [
            // Most have none: it cannot be made up.
            "无".to_owned(),
            format!("m{number}@guanxi.cn"),
            if number % 50 == 7 { "13800138000".to_owned() } else { mobile(number) },
            name,
        ];
        let values = values.into_iter().enumerate();
        let values = values.map(|(at, text)| (at, Some(Value::Text(text.into()))));
        let fact = Fact {
            source: "crm".into(),
            id: format!("{number}").into(),
            customer: format!("c{number:08}").into(),
            at: None,
            revision: None,
            correction: Correction::None,
            body: Body::Attributes(values.collect()),
        };
        columns.push(number + 1, Instant::MIN, &fact);
    }
    columns.finish()
}
