//! What the benches of the language have in common: a firm, conditions about
//! it, and a clock that keeps the least time.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Conditions of three lengths, all of them CEL as well.
pub const CONDITIONS: [(&str, usize); 4] = [
    ("age >= 30 && region == '华东' && income > 50000", 45),
    ("complaints.within(months(12)).size() >= 10 && region == '华东'", 60),
    ("age >= 30 && purchases.filter(p, p.amount > 1000).size() >= 3", 61),
    (
        "(region in ['华东', '华南'] || city == '成都') && age >= 30 && age < 55 \
         && !(married && children == 0) && purchases.filter(p, p.amount > 100).size() >= 3 \
         && purchases.exists(p, p.product == 'tea' && p.paid) && complaints.all(c, c.solved) \
         && (vip ? income > 20000 : income > 5000)",
        273,
    ),
];

/// The firm that the conditions are about.
pub const PLAYBOOK: &str = r#"{
    "guanxi": 1, "id": "bench", "version": "1.0.0",
    "calendar": {"zone": "Asia/Shanghai"},
    "schema": {
        "attributes": {
            "age": {"type": "int", "nullable": true},
            "children": {"type": "int", "nullable": true},
            "city": {"type": "text", "nullable": true},
            "income": {"type": "money", "currency": "CNY", "nullable": true},
            "married": {"type": "bool", "nullable": true},
            "region": {"type": "enum", "values": ["华东", "华南", "华北", "西南"]},
            "vip": {"type": "bool"}
        },
        "events": {
            "complaint": {"list": "complaints", "fields": {"solved": {"type": "bool"}}},
            "purchase": {"list": "purchases", "fields": {
                "amount": {"type": "money", "currency": "CNY"},
                "paid": {"type": "bool"},
                "product": {"type": "text"}
            }}
        }
    }
}"#;

/// Rounds, the fastest of which counts, and how long each takes at least.
const ROUNDS: usize = 60;
const ROUND: Duration = Duration::from_millis(3);

/// Nanoseconds that one call takes when nothing disturbs it.
pub fn nanoseconds<T>(mut call: impl FnMut() -> T) -> f64 {
    let mut n_calls = 1;
    while round(n_calls, &mut call) < ROUND {
        n_calls *= 2;
    }
    let fastest = (0..ROUNDS).map(|_| round(n_calls, &mut call)).min().unwrap_or_default();
    fastest.as_nanos() as f64 / f64::from(n_calls)
}

fn round<T>(n_calls: u32, call: &mut impl FnMut() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..n_calls {
        black_box(call());
    }
    start.elapsed()
}
