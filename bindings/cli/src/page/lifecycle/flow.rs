//! Stage flow on a page.

use std::collections::HashMap;

use guanxi::engine::{GroupFlow, MachineFlow, MoveView, PeriodFlow, Review, StateFlow, StayView};
use guanxi::error::Language;
use guanxi::units::Zone;

use super::super::Stand::{Left, Right};
use super::super::{heading, printable, table};
use crate::speech::{either, grouped};

/// Moves that are listed of each period and group; the others are counted.
const MOVES: usize = 12;

/// Every period of every machine, then how long states last.
pub fn flows(flows: &[MachineFlow], zone: &Zone, language: Language) -> String {
    let mut page = String::new();
    for flow in flows {
        for period in &flow.periods {
            page.push_str(&one_period(flow, period, zone, language));
        }
        page.push_str(&stays(&flow.stays, language));
    }
    page
}

/// The last period of each machine of a review, a table each.
pub fn flows_in_short(
    flows: &[MachineFlow],
    review: &Review,
    zone: &Zone,
    language: Language,
) -> String {
    let last = flows.iter().filter_map(|flow| Some((flow, flow.periods.last()?)));
    last.filter_map(|(flow, period)| {
        let group = period.groups.first()?;
        let title = title(flow, period, zone, language);
        let table = states(&group.states, language);
        let rest = at_the_end(flow, period, group, review, zone, language);
        Some(format!("\n{title}\n{table}{rest}"))
    })
    .collect()
}

/// Why the counts of a review differ from the closing of a period that ends at
/// its instant: what happens at that very instant is in the one and not in the
/// other.
fn at_the_end(
    flow: &MachineFlow,
    period: &PeriodFlow,
    group: &GroupFlow,
    review: &Review,
    zone: &Zone,
    language: Language,
) -> String {
    let machine = review.machines.iter().find(|it| it.machine == flow.machine);
    let counted = machine.into_iter().flat_map(|it| &it.states);
    let differ = counted.into_iter().any(|it| {
        let closing = group.states.iter().find(|state| state.state == it.state);
        closing.is_some_and(|state| state.closing != it.customers)
    });
    if !differ || period.until != review.as_of {
        return String::new();
    }
    let at = zone.shown(period.until);
    match language {
        Language::En => format!(
            "steps taken at {at} itself are in the counts above, and in the next period here\n"
        ),
        Language::Zh => format!("恰在 {at} 发生的转换已计入上表，在流水中属于下一期间\n"),
    }
}

fn title(flow: &MachineFlow, period: &PeriodFlow, zone: &Zone, language: Language) -> String {
    let (from, last) = (zone.day_of(period.from), last_day(period, zone));
    let so_far = match (period.so_far, language) {
        (false, _) => "",
        (true, Language::En) => ", so far",
        (true, Language::Zh) => "，未结束",
    };
    let label = flow.label.say(language);
    match language {
        Language::En => format!("{label}, {from} to {last}{so_far}"),
        Language::Zh => format!("{label}，{from} 至 {last}{so_far}"),
    }
}

fn last_day(period: &PeriodFlow, zone: &Zone) -> guanxi::units::Day {
    zone.day_of(guanxi::units::Instant::clamped(period.until.micros() - 1))
}

fn one_period(flow: &MachineFlow, period: &PeriodFlow, zone: &Zone, language: Language) -> String {
    let mut page = format!("\n{}", heading(&title(flow, period, zone, language)));
    let named = 1 < period.groups.len() || period.groups.iter().any(|it| it.group.is_some());
    let labels: HashMap<&str, &str> = period
        .groups
        .iter()
        .flat_map(|group| &group.states)
        .map(|it| (&*it.state, it.label.say(language)))
        .collect();
    for GroupFlow { group, states: found, moves } in &period.groups {
        if named {
            let unknown = either(language, "(not known)", "（未知）");
            let name = group.as_deref().map_or(unknown.into(), printable);
            page.push_str(&format!("\n{name}\n"));
        }
        page.push_str(&states(found, language));
        page.push_str(&moved(moves, &labels, language));
    }
    page
}

fn states(states: &[StateFlow], language: Language) -> String {
    let header = match language {
        Language::En => ["state", "opening", "began", "in", "out", "erased", "closing"],
        Language::Zh => ["状态", "期初", "新增", "转入", "转出", "清除", "期末"],
    };
    let mut header = header.map(|name| (name, Right)).to_vec();
    header[0].1 = Left;
    let erased = states.iter().any(|it| 0 < it.erased);
    if !erased {
        header.remove(5);
    }
    let mut depths: HashMap<&str, usize> = HashMap::new();
    let rows: Vec<Vec<String>> = states
        .iter()
        .map(|it| {
            let outer = it.inside.as_deref().and_then(|outer| depths.get(outer));
            let depth = outer.map_or(0, |depth| depth + 1);
            depths.insert(&it.state, depth);
            let mut numbers = vec![it.opening, it.began, it.entered, it.left, it.closing];
            if erased {
                numbers.insert(4, it.erased);
            }
            let numbers = numbers.into_iter().map(grouped);
            let name = format!("{}{}", "  ".repeat(depth), it.label.say(language));
            std::iter::once(name).chain(numbers).collect()
        })
        .collect();
    table(&header, &rows)
}

fn moved(moves: &[MoveView], labels: &HashMap<&str, &str>, language: Language) -> String {
    if moves.is_empty() {
        return String::new();
    }
    let header = match language {
        Language::En => [("from", Left), ("to", Left), ("because", Left), ("times", Right)],
        Language::Zh => [("从", Left), ("到", Left), ("原因", Left), ("次数", Right)],
    };
    let label = |name: &str| labels.get(name).copied().unwrap_or_default().to_owned();
    let mut most_first: Vec<&MoveView> = moves.iter().collect();
    most_first.sort_by_key(|it| std::cmp::Reverse(it.count));
    let rows: Vec<Vec<String>> = most_first
        .iter()
        .take(MOVES)
        .map(|it| {
            let from = it.from.as_deref().map_or("-".to_owned(), label);
            vec![from, label(&it.to), it.because.say(language).to_owned(), grouped(it.count)]
        })
        .collect();
    let mut page = format!("\n{}", table(&header, &rows));
    if MOVES < moves.len() {
        let more = moves.len() - MOVES;
        page.push_str(&match language {
            Language::En => format!("and {more} other kinds of moves\n"),
            Language::Zh => format!("另有 {more} 种转换\n"),
        });
    }
    page
}

fn stays(stays: &[StayView], language: Language) -> String {
    if stays.is_empty() {
        return String::new();
    }
    let header = match language {
        Language::En => ["time in state", "stays", "ended", "25%", "median", "75%", "next"],
        Language::Zh => ["停留时间", "次数", "已结束", "25%", "中位数", "75%", "去向"],
    };
    let mut header = header.map(|name| (name, Right));
    header[0].1 = Left;
    header[6].1 = Left;
    let open = either(language, "not reached", "未达到");
    let days = |days: Option<f64>| match (days, language) {
        (None, _) => open.to_owned(),
        (Some(days), Language::En) => format!("{days:.0} d"),
        (Some(days), Language::Zh) => format!("{days:.0} 天"),
    };
    let rows: Vec<Vec<String>> = stays
        .iter()
        .map(|it| {
            let mut next: Vec<_> = it.next.iter().collect();
            next.sort_by(|a, b| b.share.total_cmp(&a.share));
            let next: Vec<String> = next
                .iter()
                .take(3)
                .map(|next| format!("{} {:.0}%", next.label.say(language), next.share * 100.0))
                .collect();
            let [quarter, half, most] = it.quartiles_days.map(days);
            let (all, ended) = (grouped(it.stays), grouped(it.ended));
            let label = it.label.say(language).to_owned();
            vec![label, all, ended, quarter, half, most, next.join(either(language, ", ", "、"))]
        })
        .collect();
    format!("\n{}", table(&header, &rows))
}
