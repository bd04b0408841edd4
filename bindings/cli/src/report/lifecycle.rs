//! Where customers are in their lifecycles, and where they went.

use guanxi::engine::{MachineFlow, MachineSummary};
use guanxi::error::Language;
use maud::{Markup, html};

use super::{Told, bar, chapter};
use crate::page::{day, label, percent};
use crate::speech::{either, grouped};

pub fn section(told: &Told<'_>) -> Markup {
    html! { @for machine in &told.review.machines { (one(told, machine)) } }
}

fn one(told: &Told<'_>, machine: &MachineSummary) -> Markup {
    let say = |en, zh| either(told.language, en, zh);
    let name = label(&machine.label, &machine.machine, told.language);
    let whole = match machine.keyed {
        true => machine.states.iter().filter(|it| it.inside.is_none()).map(|it| it.customers).sum(),
        false => told.review.customers,
    };
    let flow = told.flows.iter().find(|flow| flow.machine == machine.machine);
    let title = match told.language {
        Language::En => format!("Lifecycle: {name}"),
        Language::Zh => format!("生命周期：{name}"),
    };
    chapter(
        &title,
        "",
        html! {
            table {
                thead { tr {
                    th { (say("state", "状态")) }
                    th.n { @if machine.keyed { (say("runs", "数量")) } @else { (say("customers", "客户")) } }
                    th.n { (say("share", "占比")) }
                    th.w {}
                } }
                tbody {
                    @for state in &machine.states {
                        tr {
                            td.inside[state.inside.is_some()] { (label(&state.label, &state.state, told.language)) }
                            td.n { (grouped(state.customers)) }
                            td.n { (percent(state.customers, whole)) }
                            td.w { (bar(state.customers, whole)) }
                        }
                    }
                }
            }
            @if let Some(flow) = flow { (flows(told, flow)) }
        },
    )
}

/// Who came and went in the last period.
fn flows(told: &Told<'_>, flow: &MachineFlow) -> Markup {
    let say = |en, zh| either(told.language, en, zh);
    let Some(period) = flow.periods.last() else { return html! {} };
    let zone = told.playbook.calendar().zone();
    let until = guanxi::units::Instant::clamped(period.until.micros().saturating_sub(1));
    let (from, until) = (day(Some(period.from), zone), day(Some(until), zone));
    html! {
        h3 { (from) " – " (until) }
        @for group in &period.groups {
            table {
                thead { tr {
                    th { (say("state", "状态")) }
                    th.n { (say("opening", "期初")) }
                    th.n { (say("began", "新建")) }
                    th.n { (say("came in", "转入")) }
                    th.n { (say("went out", "转出")) }
                    th.n { (say("closing", "期末")) }
                } }
                tbody {
                    @for state in &group.states {
                        tr {
                            td.inside[state.inside.is_some()] { (label(&state.label, &state.state, told.language)) }
                            td.n { (grouped(state.opening)) }
                            td.n { (grouped(state.began)) }
                            td.n { (grouped(state.entered)) }
                            td.n { (grouped(state.left)) }
                            td.n { (grouped(state.closing)) }
                        }
                    }
                }
            }
        }
    }
}
