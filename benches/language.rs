//! How long a condition takes from text to tree, and to a checked expression.
//!
//! ```text
//! cargo bench --bench language
//! ```

use std::hint::black_box;

use guanxi::Playbook;
use guanxi::lang::{Type, check_condition, parse, print};

mod shared;

fn main() {
    let playbook = Playbook::from_json(shared::PLAYBOOK).expect("the playbook has no fault");
    println!("{:>10} {:>6} {:>9} {:>15}", "characters", "nodes", "parse ns", "parse+check ns");
    for (condition, n_characters) in shared::CONDITIONS {
        assert_eq!(condition.chars().count(), n_characters, "{condition}");
        let tree = parse(condition).expect("it can be read");
        assert_eq!(print(&tree), condition);
        let checked = check_condition(condition, &playbook.scope()).expect("it has no fault");
        assert_eq!(*checked.result(), Type::Bool);
        let parsing = shared::nanoseconds(|| parse(black_box(condition)));
        let checking =
            shared::nanoseconds(|| check_condition(black_box(condition), &playbook.scope()));
        let n_nodes = tree.nodes.len();
        println!("{n_characters:>10} {n_nodes:>6} {parsing:>9.0} {checking:>15.0}");
    }
}
