//! The language beside the crate `cel`, in one run.
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/cel/Cargo.toml
//! ```
//!
//! `cel` has two parsers: the one it uses, and a faster one that it keeps
//! behind a feature. It has no checker. Both sides are asked the same of the
//! same customer and must agree before the clock starts.

mod customer;
#[path = "../../../shared/mod.rs"]
mod shared;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use cel::parser::{Parser, PrattParser};
use guanxi::Playbook;
use guanxi::facts::Snapshot;
use guanxi::lang::kernel::{Context, evaluate};
use guanxi::lang::{check_condition, parse};

/// Customers that the kernels answer for at once.
const CUSTOMERS: usize = 100_000;

const QUESTIONS: [&str; 2] = [
    "age >= 30 && region == '华东' && income > 50000",
    "purchases.filter(p, p.amount > 1000).size() >= 3",
];

fn main() {
    let playbook = Playbook::from_json(shared::PLAYBOOK).expect("the playbook has no fault");
    reading(&playbook);
    answering(&playbook);
}

fn reading(playbook: &Playbook) {
    println!("nanoseconds to read a condition");
    println!(
        "{:>10} {:>9} {:>12} {:>9} {:>11} {:>13}",
        "characters", "parse", "parse+check", "cel", "cel pratt", "pratt / parse"
    );
    for (condition, n_characters) in shared::CONDITIONS {
        assert!(check_condition(condition, &playbook.scope()).is_ok());
        assert!(Parser::new().parse(condition).is_ok());
        assert!(PrattParser::new().parse(condition).is_ok());
        let ours = shared::nanoseconds(|| parse(black_box(condition)));
        let checked =
            shared::nanoseconds(|| check_condition(black_box(condition), &playbook.scope()));
        let cel = shared::nanoseconds(|| Parser::new().parse(black_box(condition)));
        let pratt = shared::nanoseconds(|| PrattParser::new().parse(black_box(condition)));
        let ratio = pratt / ours;
        println!(
            "{n_characters:>10} {ours:>9.0} {checked:>12.0} {cel:>9.0} {pratt:>11.0} {ratio:>13.1}"
        );
    }
}

fn answering(playbook: &Playbook) {
    println!("\nnanoseconds to answer for one customer with ten purchases");
    println!("{:>9} {:>10} {:>9}  condition", "kernels", "reference", "cel");
    let columns = customer::columns(playbook, CUSTOMERS);
    let snapshot = Snapshot::new(&columns, customer::as_of());
    let answers = BTreeMap::new();
    let context = Context {
        snapshot: &snapshot,
        calendar: playbook.calendar(),
        parameters: playbook.parameters(),
        answers: &answers,
        states: None,
        period: None,
    };
    let environment = Arc::new(cel::Env::stdlib());
    let bound = customer::bound(&environment);
    for question in QUESTIONS {
        let checked = check_condition(question, &playbook.scope()).expect("it has no fault");
        let program = environment.compile(question).expect("it can be read");
        let root = checked.tree.root;
        assert_eq!(evaluate(&checked, &context, 1).members.count(), CUSTOMERS);
        assert!(context.ask(&checked, root, 0).expect("it has a value"));
        assert_eq!(program.execute(&bound), Ok(true.into()));
        let all = shared::nanoseconds(|| evaluate(black_box(&checked), &context, 1));
        let one = shared::nanoseconds(|| context.ask(black_box(&checked), root, 0));
        let cel = shared::nanoseconds(|| black_box(&program).execute(&bound));
        let each = all / CUSTOMERS as f64;
        println!("{each:>9.2} {one:>10.0} {cel:>9.0}  {question}");
    }
}
