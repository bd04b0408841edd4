//! `guanxi demo`: the data of a made-up firm.

use guanxi::error::Language;
use serde_json::json;

use super::Manner;
use crate::args::Demo;
use crate::demo::{self, Wish};
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::progress::Progress;
use crate::speech::{counted, either, grouped};

/// Writes the firm's files and says what is in them.
pub fn run(args: &Demo, manner: Manner) -> Result<Exit, Stop> {
    let wish = Wish {
        customers: args.customers,
        events_per_customer: args.events_per_customer,
        seed: args.seed,
    };
    let what = either(manner.language, "writing", "正在生成");
    let progress = Progress::new(u64::from(args.customers), what);
    let written = demo::write(&args.dir, wish, &mut |told| progress.reach(told))?;
    drop(progress);
    let mut out = Lines::new();
    let (dir, customers, events) = (args.dir.display(), written.customers, written.events);
    if manner.json {
        out.json(&json!({
            "dir": dir.to_string(), "customers": customers, "events": events, "seed": args.seed,
        }))?;
    } else {
        out.line(&match manner.language {
            Language::En => {
                let customers = counted(customers, "customer", "customers");
                format!("{dir}: {customers}, {}", counted(events, "event", "events"))
            }
            Language::Zh => {
                let (customers, events) = (grouped(customers), grouped(events));
                format!("{dir}：客户 {customers} 名，事件 {events} 条")
            }
        })?;
        out.line(&match manner.language {
            Language::En => format!("next: guanxi review {dir}"),
            Language::Zh => format!("下一步：guanxi review {dir}"),
        })?;
    }
    out.finish()?;
    Ok(Exit::Good)
}
