//! The answer to one question, and why one customer is in it.

use std::io;

use guanxi::engine::{Explanation, Failure, Joint};
use guanxi::error::Language;
use guanxi::units::Zone;

use super::{moment, percent, tell, value};
use crate::commands::query::Found;
use crate::faults;
use crate::speech::grouped;

/// How many satisfy the condition.
pub fn count(found: &Found, zone: &Zone, language: Language) -> String {
    let (members, population) = (grouped(found.members), grouped(found.population));
    let share = percent(found.members, found.population);
    let (as_of, zone) = (moment(found.as_of, zone), zone.name());
    let mut page = match language {
        Language::En => {
            format!("{members} of {population} customers ({share}) as of {as_of} {zone}\n")
        }
        Language::Zh => {
            format!("截至 {as_of}（{zone}），{population} 名客户中有 {members} 名（{share}）\n")
        }
    };
    if found.errors > 0 {
        let errors = grouped(found.errors);
        page.push_str(&match language {
            Language::En => format!("for {errors} of them the condition is an error\n"),
            Language::Zh => format!("其中 {errors} 名客户求值出错\n"),
        });
    }
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

/// Why a customer satisfies a condition, or does not.
pub fn explanation(id: &str, explanation: &Explanation, language: Language) -> String {
    let answer = match (explanation.holds, language) {
        (Some(true), Language::En) => "satisfies the condition",
        (Some(true), Language::Zh) => "满足条件",
        (Some(false), Language::En) => "does not satisfy the condition",
        (Some(false), Language::Zh) => "不满足条件",
        (None, Language::En) => "cannot be judged",
        (None, Language::Zh) => "无法判断",
    };
    let mut page = match language {
        Language::En => format!("{id} {answer}\n"),
        Language::Zh => format!("{id} {answer}\n"),
    };
    clause(&mut page, explanation, 1, language);
    page
}

/// A clause and its parts, indented.
pub fn clause(page: &mut String, explanation: &Explanation, depth: usize, language: Language) {
    let mark = match explanation.holds {
        Some(true) => "+",
        Some(false) => "-",
        None => "?",
    };
    let indent = "  ".repeat(depth);
    let joint = match (explanation.joint, language) {
        (Joint::None, _) => explanation.clause.to_string(),
        (Joint::All, Language::En) => "all of".to_owned(),
        (Joint::All, Language::Zh) => "全部满足".to_owned(),
        (Joint::Any, Language::En) => "any of".to_owned(),
        (Joint::Any, Language::Zh) => "任一满足".to_owned(),
        (Joint::Not, Language::En) => "not".to_owned(),
        (Joint::Not, Language::Zh) => "并非".to_owned(),
    };
    page.push_str(&format!("{indent}{mark} {joint}\n"));
    for reading in &explanation.readings {
        let said = value(&reading.value);
        page.push_str(&format!("{indent}    {} = {said}\n", reading.expression));
    }
    if let Some(fault) = &explanation.fault {
        page.push_str(&format!("{indent}    {}\n", fault.message.say(language)));
    }
    for part in &explanation.parts {
        clause(page, part, depth + 1, language);
    }
}

/// Says on standard error for whom the condition is an error first.
pub fn tell_failures(failures: &[Failure], source: &str, language: Language) -> io::Result<()> {
    const MOST: usize = 3;
    for failure in failures.iter().take(MOST) {
        let who = &failure.customer;
        let said = faults::render(&failure.fault, Some(source), language);
        tell(&format!("{who}\n{said}"))?;
    }
    Ok(())
}
