//! Made-up histories on a page.

use guanxi::engine::{MachineScenarios, ScenarioView, WayNamed};
use guanxi::error::Language;
use guanxi::units::Zone;

use super::super::{heading, printable};
use crate::speech::{counted, either};

/// For each machine the histories, fact by fact, and the ways that none takes.
pub fn scenarios(found: &[MachineScenarios], zone: &Zone, language: Language) -> String {
    let mut page = String::new();
    for machine in found {
        let (taken, left) = (machine.scenarios.len() as u64, machine.untaken.len() as u64);
        let label = machine.label.say(language);
        let title = match language {
            Language::En => {
                format!("{label}: {} taken, {left} not", counted(taken, "way is", "ways are"))
            }
            Language::Zh => format!("{label}：{taken} 条转换已走到，{left} 条未走到"),
        };
        page.push_str(&format!("\n{}", heading(&title)));
        for scenario in &machine.scenarios {
            page.push_str(&one(scenario, zone, language));
        }
        if !machine.untaken.is_empty() {
            let title = either(
                language,
                "\nnot taken by any history that was tried:\n",
                "\n已试历史均未走到：\n",
            );
            page.push_str(title);
        }
        for way in &machine.untaken {
            page.push_str(&format!("  {}\n", named(way, language)));
        }
    }
    page
}

fn one(scenario: &ScenarioView, zone: &Zone, language: Language) -> String {
    let (way, at) = (named(&scenario.way, language), zone.shown(scenario.at));
    let mut page = match language {
        Language::En => format!("\n{way}, at {at}\n"),
        Language::Zh => format!("\n{way}，{at}\n"),
    };
    for row in &scenario.facts {
        page.push_str(&format!("  {}\n", printable(&row.to_string())));
    }
    page
}

/// From where a way leads where, and where it stands.
fn named(way: &WayNamed, language: Language) -> String {
    let from = way.from_label.say(language);
    let effects = either(language, "(effects)", "（仅动作）");
    let to = way.to_label.as_ref().map_or(effects, |label| label.say(language));
    format!("{from} -> {to}  {}", way.transition)
}
