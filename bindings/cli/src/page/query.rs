//! The answer to one question, and why one customer is in it.

use std::io;

use guanxi::engine::{Failure, Note, Open};
use guanxi::error::Language;
use guanxi::lang::Explanation;
use guanxi::lang::kernel::Plan;
use guanxi::sql::{Dialect, Statement};
use guanxi::units::{Instant, Zone};

use super::{percent, printable, tell};
use crate::faults;
use crate::speech::{counted, grouped};

/// The answer in numbers, as `--json` prints it.
#[derive(Debug, serde::Serialize)]
pub struct Found {
    /// Customers who satisfy the condition.
    pub members: u64,
    /// Customers who were there.
    pub population: u64,
    /// Customers for whom the condition is an error; they are not members.
    pub errors: u64,
    /// The instant of the answer.
    pub as_of: Instant,
    /// What unknown values leave open, where they do.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub open: Option<Open>,
    /// How long it took.
    pub timings: Timings,
    /// The first customers for whom the condition is an error, with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failure>,
    /// What a reader should know before trusting the numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// How long the steps took, in seconds.
#[derive(Debug, serde::Serialize)]
pub struct Timings {
    /// Reading the facts into columns, importing them first where they are files.
    pub load_s: f64,
    /// Each evaluation.
    pub evaluate_s: Vec<f64>,
}

/// How many satisfy the condition.
pub fn count(found: &Found, zone: &Zone, language: Language) -> String {
    let share = percent(found.members, found.population);
    let (as_of, name) = (zone.shown(found.as_of), zone.name());
    let mut page = match language {
        Language::En => {
            let (members, population) = (grouped(found.members), found.population);
            let population = counted(population, "customer", "customers");
            format!("{members} of {population} ({share}) as of {as_of} {name}\n")
        }
        Language::Zh => {
            let (members, population) = (grouped(found.members), grouped(found.population));
            format!("截至 {as_of}（{name}），{population} 名客户中有 {members} 名（{share}）\n")
        }
    };
    if found.errors > 0 {
        let errors = grouped(found.errors);
        page.push_str(&match language {
            Language::En => format!("for {errors} of them the condition is an error\n"),
            Language::Zh => format!("其中 {errors} 名客户求值出错\n"),
        });
    }
    if let Some(open) = &found.open {
        page.push_str(&left_open(open, language));
    }
    page.push_str(&notes(found, zone, language));
    let times = &found.timings.evaluate_s;
    if times.len() > 1 {
        let least = times.iter().copied().fold(f64::INFINITY, f64::min) * 1e3;
        let mean = times.iter().sum::<f64>() / times.len() as f64 * 1e3;
        let (load, n) = (found.timings.load_s, times.len());
        page.push_str(&match language {
            Language::En => format!(
                "loaded in {load:.3} s; evaluated {n} times, {least:.3} ms at best, {mean:.3} ms on average\n"
            ),
            Language::Zh => format!(
                "载入 {load:.3} 秒；求值 {n} 次，最快 {least:.3} 毫秒，平均 {mean:.3} 毫秒\n"
            ),
        });
    }
    page
}

/// What unknown values leave open, and what is worth collecting.
fn left_open(open: &Open, language: Language) -> String {
    let (certain, possible) = (grouped(open.certain), grouped(open.possible));
    let mut page = match language {
        Language::En => {
            format!("at least {certain} and at most {possible} if every unknown value were known\n")
        }
        Language::Zh => format!("若未知的值全部补齐，至少 {certain} 名，至多 {possible} 名\n"),
    };
    let worth = open.worth_collecting.iter().map(|it| match language {
        Language::En => format!("{} ({})", printable(&it.attribute), grouped(it.customers)),
        Language::Zh => format!("{}（{}）", printable(&it.attribute), grouped(it.customers)),
    });
    let worth: Vec<String> = worth.collect();
    if !worth.is_empty() {
        page.push_str(&match language {
            Language::En => format!("worth collecting: {}\n", worth.join(", ")),
            Language::Zh => format!("值得补充：{}\n", worth.join("、")),
        });
    }
    page
}

/// In which order clauses are asked, of how many, and at what price.
pub fn plan(plan: &Plan, language: Language) -> String {
    const WIDEST: usize = 60;
    let (population, bound) = (grouped(plan.population), grouped(plan.bound));
    let mut page = match (language, plan.sample == plan.population) {
        (Language::En, true) => format!("{population} customers; "),
        (Language::En, false) => {
            format!("{population} customers, counted over {}; ", grouped(plan.sample))
        }
        (Language::Zh, true) => format!("{population} 名客户；"),
        (Language::Zh, false) => {
            format!("{population} 名客户，按其中 {} 名估计；", grouped(plan.sample))
        }
    };
    page.push_str(&match language {
        Language::En => format!("the reference takes at most {bound} steps for one of them\n"),
        Language::Zh => format!("对一名客户逐一求值至多 {bound} 步\n"),
    });
    for clause in &plan.clauses {
        let indent = "  ".repeat(clause.depth as usize + 1);
        let text = printable(&clause.text);
        let text = match text.char_indices().nth(WIDEST) {
            Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
            None => text.to_string(),
        };
        let (asked, left) = (grouped(clause.asked), grouped(clause.left));
        let price = grouped(clause.price.into());
        page.push_str(&match language {
            Language::En => format!("{indent}{text}: {asked} asked, {left} left, price {price}"),
            Language::Zh => format!("{indent}{text}：询问 {asked} 名，余 {left} 名，代价 {price}"),
        });
        page.push_str(match (clause.slow, language) {
            (false, _) => "\n",
            (true, Language::En) => ", one by one\n",
            (true, Language::Zh) => "，逐个求值\n",
        });
    }
    page
}

/// What to know before trusting the numbers, a line each.
pub fn notes(found: &Found, zone: &Zone, language: Language) -> String {
    let line = |note| format!("* {}\n", super::review::said(note, found.as_of, zone, language));
    found.notes.iter().map(line).collect()
}

/// A statement, and its parameters as comments below it.
pub fn statement(statement: &Statement, dialect: &Dialect) -> String {
    let mut page = statement.text.clone();
    for (at, parameter) in statement.parameters.iter().enumerate() {
        let mark = dialect.mark(at + 1);
        let kind = parameter.kind.name();
        page.push_str(&format!("-- {mark} {kind} {}\n", printable(&parameter.value)));
    }
    page
}

/// Why a customer satisfies a condition, or does not.
pub fn explanation(id: &str, explanation: &Explanation, language: Language) -> String {
    format!("{}\n{}", printable(id), clauses(explanation, language))
}

/// The clauses of a condition, a line each, indented.
pub fn clauses(explanation: &Explanation, language: Language) -> String {
    let lines = explanation.lines(language).into_iter();
    lines.map(|(depth, line)| format!("{}{}\n", "  ".repeat(depth + 1), printable(&line))).collect()
}

/// Says on standard error for whom the condition is an error first.
pub fn tell_failures(failures: &[Failure], source: &str, language: Language) -> io::Result<()> {
    const MOST: usize = 3;
    for failure in failures.iter().take(MOST) {
        let who = printable(&failure.customer);
        let said = faults::render(&failure.fault, Some(source), language);
        tell(&format!("{who}\n{said}"))?;
    }
    Ok(())
}
