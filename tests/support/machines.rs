//! Random machines about [`super::world`]: states inside one another, every
//! kind of trigger, conditions of every shape.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Random;
use super::conditions::{Scope, condition};
use super::world::World;
use guanxi::json::{self, Place, Reader};
use guanxi::lang::{self, Checked};
use guanxi::lifecycle::{Definition, Machine};
use guanxi::playbook::Findings;
use guanxi::{Code, Playbook};

/// Conditions whose changes with time are known, and that often change.
pub const WATCHED: [&str; 26] = [
    "purchases.within(days(20)).size() >= 2",
    "purchases.within(months(1)).size() < 2",
    "!(visits.within(duration('500h')).size() >= 1) && purchases.size() > 0",
    "purchases.exists(p, p.at > ago(days(15)) && p.amount > 50)",
    "visits.within(weeks(3)).sum(v, v.quantity) > 3",
    "now >= joined",
    "joined > ago(months(1))",
    "age(birth) >= 18",
    "today() == birth",
    "startOf('month') > joined",
    "purchases.exists(p, p.solved_at != null)",
    "purchases.last().solved_at < now - duration('30h')",
    "vip || segment('recent')",
    "state_age('first') > duration('400h')",
    "grade == 'high' && purchases.within(days(9)).size() + visits.size() > 1",
    "reachable('sms') && consent('marketing', 'sms')",
    "purchases.within(workdays(8)).size() >= 2",
    "visits.within(workhours(30)).size() < 1",
    "purchases.exists(p, p.at > ago(workdays(6)))",
    "visits.last().at < ago(workhours(40))",
    "now + workdays(3) >= joined",
    "now + workminutes(900) > purchases.last().due",
    "workdays_between(joined, today()) >= 4",
    "workdays_between(purchases.last().at, now) < 5 || !is_workday(now)",
    "worktime_between(visits.last().at, now) > duration('20h30m')",
    "is_workday(today()) && today() >= birth + workdays(2)",
];

/// Conditions that read assessments.
const ASSESSED: [&str; 9] = [
    "axis('desire') >= 60.1",
    "tier('value') in ['gold', 'ab']",
    "tier('value') == 'none' && purchases.within(days(20)).size() >= 1",
    "value('future_value') > 10000.00 || vip",
    "alive_until(0.5) <= now",
    "now > alive_until(0.5) + days(3) && axis('loyalty') > cut('gold')",
    "!(axis('desire') > axis('loyalty')) && tier('value') != null",
    "segment('worthy')",
    "!segment('worthy') && state_age('first') > duration('400h')",
];

/// A segment that reads assessments.
pub const WORTHY: (&str, &str) =
    ("worthy", "tier('value') == 'gold' || purchases.within(days(30)).size() > 2");

const ASSESSED_TIMES: [&str; 4] = [
    "alive_until(0.5)",
    "alive_until(0.50) + days(2)",
    "min(joined, alive_until(0.5))",
    "segment('worthy') ? joined : alive_until(0.5)",
];

const ASSESSED_LENGTHS: [&str; 2] = [
    "tier('value') == 'gold' ? days(25) : days(5)",
    "axis('loyalty') > 60.1 ? duration('36h') : duration('400h')",
];

/// Conditions about the event that has just happened.
const OF_EVENT: [&str; 6] = [
    "event.amount > 100.00",
    "event.paid",
    "event.product == 'ab' || event.level in ['low', 'mid']",
    "event.quantity >= score",
    "event.solved_at == null",
    "event.at > ago(days(1)) && purchases.size() >= 2",
];

const TIMES: [&str; 8] = [
    "joined",
    "birth + years(30)",
    "purchases.last().at + days(11)",
    "min(joined + days(40), max(joined + days(3), visits.last().at + duration('90h')))",
    "purchases.first().at + 1.5 * median_gap(purchases)",
    "purchases.last().due",
    "birth + workdays(7)",
    "purchases.last().at + workhours(25)",
];

const LENGTHS: [&str; 12] = [
    "days(10)",
    "duration('36h')",
    "months(1)",
    "weeks(2)",
    "days(0)",
    "duration('0h')",
    "vip ? days(5) : days(25)",
    "max(days(8), 2 * median_gap(purchases))",
    "min(months(1), max(days(4), median_gap(visits)))",
    "workdays(6)",
    "workhours(50)",
    "workminutes(0)",
];

/// Names of states; labels of the field `level` are among them, so that an event
/// can name a state.
const NAMES: [&str; 6] = ["low", "mid", "high", "s3", "s4", "s5"];

const OFFSETS: [&str; 6] = [
    "days(9)",
    "duration('9h30m')",
    "workdays(3)",
    "workhours(12)",
    "months(1)",
    "duration('-5h')",
];

/// A playbook of the firm with two machines, the second of which may read the
/// first.
pub fn playbook(random: &mut Random, world: &World) -> Playbook {
    loop {
        let machines = json!({
            "first": machine(random, false),
            "second": machine(random, true),
        });
        let document = document(world, machines);
        // A few random conditions cannot be foreseen, or cost too much.
        if let Some(playbook) = mended(document) {
            return playbook;
        }
    }
}

/// A playbook of one to three machines that only events and timers of fixed
/// length move, but for a few ways of other kinds.
pub fn plain_playbook(random: &mut Random, world: &World) -> Playbook {
    loop {
        let odd = if random.chance(30) { 10 } else { 0 };
        let machines: Map<String, Value> = (0..random.between(1, 3))
            .map(|n| {
                (
                    format!("m{n}"),
                    machine_of(random, &|random, names| {
                        if random.chance(odd) {
                            way(random, names, false)
                        } else {
                            plain_way(random, names)
                        }
                    }),
                )
            })
            .map(|(name, mut machine)| {
                forget_history(&mut machine);
                (name, machine)
            })
            .collect();
        if let Ok(playbook) =
            Playbook::from_json(&document(world, Value::Object(machines)).to_string())
        {
            return playbook;
        }
    }
}

fn forget_history(outer: &mut Value) {
    for state in outer["states"].as_object_mut().into_iter().flat_map(|it| it.values_mut()) {
        if state.get("history").is_some() {
            state["history"] = json!(false);
            forget_history(state);
        }
    }
}

fn plain_way(random: &mut Random, names: &[String]) -> Value {
    let mut way = Map::new();
    let kinds = [json!("purchase"), json!("visit"), json!("*"), json!(["visit", "purchase"])];
    let length = random.pick(&LENGTHS[..4]);
    match random.below(6) {
        0..=2 => {
            let kind = random.below(4) as usize;
            way.insert("event".into(), kinds[kind].clone());
            if kind < 2 && random.chance(40) {
                way.insert("when".into(), json!(random.pick(&OF_EVENT)));
            }
            if random.chance(15) {
                way.insert("effects".into(), json!([{"do": "tell"}]));
                return Value::Object(way);
            }
        }
        3 => {
            way.insert("after".into(), json!(length));
        }
        _ => {
            way.insert("silent".into(), json!(length));
            if random.chance(70) {
                way.insert("of".into(), json!([random.pick(&["purchase", "visit"])]));
            }
        }
    }
    way.insert("to".into(), json!(random.pick(&names.iter().collect::<Vec<_>>())));
    if random.chance(20) {
        way.insert("restart".into(), json!(true));
    }
    Value::Object(way)
}

/// The same with runs for each key now and then, and with effects, whose value
/// `held` is the condition of their transition.
pub fn rich_playbook(random: &mut Random, world: &World) -> Playbook {
    loop {
        let mut machines =
            json!({"first": machine(random, false), "second": machine(random, true)});
        for machine in ["first", "second"] {
            if random.chance(25) {
                machines[machine]["key"] = json!("product");
            }
            give_effects(random, &mut machines[machine]);
        }
        if let Some(playbook) = mended(document(world, machines)) {
            return playbook;
        }
    }
}

/// The playbook once what is proven wrong of its machines is mended, one fault
/// after the other; none where something else is wrong, or too much.
pub fn mended(mut document: Value) -> Option<Playbook> {
    const ROUNDS: usize = 60;
    for round in 0..ROUNDS {
        let Findings { playbook, faults, .. } = Playbook::check(&document.to_string());
        if playbook.is_some() || faults.iter().any(|fault| fault.code.number() / 1000 != 6) {
            return playbook;
        }
        let fault = faults.first().expect("without a playbook there is a fault");
        mend(&mut document, fault.code, fault.pointer.as_deref().expect("a place"), round);
    }
    None
}

/// Lets a state end a life, adds a way to it, or takes a way out.
fn mend(document: &mut Value, code: Code, pointer: &str, round: usize) {
    match code {
        Code::DeadEnd => {
            document.pointer_mut(pointer).unwrap()["tags"] = json!(["final"]);
        }
        Code::UnreachableState => {
            let (machine, name) = pointer.split_once("/states/").unwrap();
            let name = name.rsplit('/').next().unwrap();
            let mut state = document.pointer_mut(machine).unwrap();
            while let Some(first) = state.get("initial").and_then(Value::as_str) {
                let first = first.to_owned();
                state = &mut state["states"][first];
            }
            if state.get("on").is_none() {
                state["on"] = json!([]);
            }
            let when = format!("event.quantity == {round}");
            let way = json!({"event": "purchase", "when": when, "to": name});
            state["on"].as_array_mut().unwrap().insert(0, way);
        }
        _ => {
            let (state, way) = pointer.rsplit_once("/on/").unwrap();
            let own = way.split('/').next().unwrap().parse().unwrap();
            document.pointer_mut(state).unwrap()["on"].as_array_mut().unwrap().remove(own);
        }
    }
}

fn give_effects(random: &mut Random, outer: &mut Value) {
    let Some(states) = outer.get_mut("states").and_then(Value::as_object_mut) else { return };
    for state in states.values_mut() {
        for way in state.get_mut("on").and_then(Value::as_array_mut).into_iter().flatten() {
            if random.chance(50) {
                let action = random.pick(&["call", "letter"]);
                // What was true when the way was open is true when the effect is given.
                let held = way.get("when").cloned().unwrap_or(json!("true"));
                let with = json!({"orders": "purchases.size()", "held": held});
                way["effects"] = json!([{"do": action, "undo": "take_back", "with": with}]);
            }
        }
        give_effects(random, state);
    }
}

/// A playbook of the firm with these machines.
pub fn document(world: &World, machines: Value) -> Value {
    let segments = [
        ("known".to_owned(), "score != null".to_owned()),
        ("recent".to_owned(), "visits.within(days(12)).size() >= 1".to_owned()),
    ];
    let mut document: Value = serde_json::from_str(world.playbook(&segments).canonical()).unwrap();
    document["machines"] = machines;
    document["calendar"]["workdays"] = workdays(world);
    document
}

/// Working days that differ around the facts; for some firms they are known for
/// part of the time only.
fn workdays(world: &World) -> Value {
    let today = world.calendar.zone().day_of(world.as_of);
    let day = |n: i64| today.add_days(n).unwrap().to_string();
    let mut workdays = json!({
        "hours": ["01:00-03:00", "09:00-12:00", "13:30-24:00"],
        "week": {"saturday": "02:15-11:00", "wednesday": "off"},
        "exceptions": {
            "holiday": {"off": format!("{}..{}", day(-20), day(-13))},
            "made_up": {"on": [day(-21), day(-7), day(3)], "hours": "00:00-24:00"},
        },
    });
    let (from, until) = match world.facts.len() % 4 {
        0 => (-30, 1000),
        1 => (-1000, 10),
        _ => (-1000, 1000),
    };
    workdays["from"] = json!(day(from));
    workdays["until"] = json!(day(until));
    workdays
}

fn machine(random: &mut Random, second: bool) -> Value {
    machine_of(random, &|random, names| way(random, names, second))
}

fn machine_of(random: &mut Random, way: &dyn Fn(&mut Random, &[String]) -> Value) -> Value {
    let n_states = random.between(2, 6) as usize;
    let names: Vec<String> = NAMES.iter().take(n_states).map(|name| (*name).to_owned()).collect();
    let mut states: Vec<Value> = (0..n_states)
        .map(|_| {
            let n = random.below(4);
            let ways: Vec<Value> = (0..n).map(|_| way(random, &names)).collect();
            json!({ "on": ways })
        })
        .collect();
    // Some states move inside others that come before them.
    for inner in (1..n_states).rev() {
        if random.chance(35) {
            let outer = random.below(inner as u64) as usize;
            let moved = states.remove(inner);
            nest(random, &mut states[outer], &names[inner], moved);
            states.insert(inner, Value::Null);
        }
    }
    let kept = names.iter().zip(states).filter(|(_, state)| !state.is_null());
    let states: Map<String, Value> = kept.map(|(name, state)| (name.clone(), state)).collect();
    let initial = states.keys().next().unwrap().clone();
    let mut machine = json!({ "initial": initial, "states": states });
    if random.chance(20) {
        machine["opening"] = json!({ "event": "visit", "field": "level" });
    }
    machine
}

fn nest(random: &mut Random, outer: &mut Value, name: &str, inner: Value) {
    if outer.get("states").is_none() {
        outer["states"] = json!({});
        outer["initial"] = json!(name);
        outer["history"] = json!(random.chance(50));
    }
    outer["states"][name] = inner;
}

fn way(random: &mut Random, names: &[String], second: bool) -> Value {
    let mut way = Map::new();
    let mut when: Option<String> = None;
    match random.below(11) {
        0..=3 => {
            let kinds =
                [json!("purchase"), json!("visit"), json!("*"), json!(["visit", "purchase"])];
            let kind = random.below(4) as usize;
            way.insert("event".into(), kinds[kind].clone());
            if kind < 2 && random.chance(40) {
                when = Some((*random.pick(&OF_EVENT)).to_owned());
            }
        }
        4 => {
            way.insert("changes".into(), json!(["grade", "vip", "score"]));
        }
        5 => {
            way.insert("after".into(), json!(random.pick(&LENGTHS)));
        }
        6 => {
            way.insert("silent".into(), json!(random.pick(&LENGTHS)));
            if random.chance(60) {
                way.insert("of".into(), json!(["purchase"]));
            }
        }
        7 => {
            way.insert("at".into(), json!(random.pick(&TIMES)));
        }
        8 => {
            let units = ["day", "week", "month", "quarter", "year", "fiscalYear"];
            way.insert("every".into(), json!(random.pick(&units)));
            if random.chance(60) {
                way.insert("offset".into(), json!(random.pick(&OFFSETS)));
            }
        }
        _ => when = Some(guard(random, second)),
    }
    if when.is_none() && random.chance(35) {
        when = Some(guard(random, second));
    }
    if let Some(when) = when {
        way.insert("when".into(), json!(when));
    }
    let eventless = !way
        .keys()
        .any(|key| ["event", "changes", "after", "silent", "at", "every"].contains(&&**key));
    if eventless || random.chance(85) {
        way.insert("to".into(), json!(names[random.below(names.len() as u64) as usize]));
        if random.chance(20) {
            way.insert("restart".into(), json!(true));
        }
    }
    if random.chance(30) || !way.contains_key("to") {
        way.insert("effects".into(), json!([{"do": "tell", "undo": "untell"}]));
    }
    Value::Object(way)
}

fn guard(random: &mut Random, second: bool) -> String {
    match random.below(10) {
        0..=5 => {
            let guard = random.pick(&WATCHED);
            // Only the second machine may read the first.
            if guard.contains("first") && !second { "vip".to_owned() } else { guard.to_owned() }
        }
        6 if second => random
            .pick(&[
                "in_state('first', 'mid')",
                "was_in('first', 'mid')",
                "state('first') != 'low'",
            ])
            .to_owned(),
        _ => condition(random, Scope::customer(2)),
    }
}

/// A playbook without machines, and random machines for it as they were made
/// up: with all that can be proven to be wrong of them.
pub fn unmended(random: &mut Random, world: &World) -> (Playbook, Vec<Machine>) {
    loop {
        let bare = Playbook::from_json(&document(world, json!({})).to_string()).unwrap();
        let machines = json!({"first": machine(random, false), "second": machine(random, true)});
        if let Some(checked) = checked(&bare, bare.scope(), &machines, &[]) {
            return (bare, checked);
        }
    }
}

/// The same, where much of what moves the machines is read of assessments: of
/// the names of [`super::scores`], and of the segment [`WORTHY`], whose condition comes
/// with it.
pub fn assessed(
    random: &mut Random,
    world: &World,
    names: &lang::ValueNames,
) -> (Playbook, Vec<Machine>, Arc<Checked>) {
    loop {
        let bare = Playbook::from_json(&document(world, json!({})).to_string()).unwrap();
        let mut machines =
            json!({"first": machine(random, false), "second": machine(random, true)});
        assess(random, &mut machines);
        let mut segments: Vec<Arc<str>> = bare.scope().segments.to_vec();
        segments.push(WORTHY.0.into());
        segments.sort_unstable();
        let scope = lang::Scope { segments: &segments, value: Some(names), ..bare.scope() };
        let worthy = Arc::new(lang::check_condition(WORTHY.1, &scope).unwrap());
        if let Some(checked) = checked(&bare, scope, &machines, &[(WORTHY.0, worthy.clone())]) {
            return (bare, checked, worthy);
        }
    }
}

/// Puts questions to the value part in place of others.
fn assess(random: &mut Random, json: &mut Value) {
    match json {
        Value::Object(members) => {
            for (key, value) in members {
                let (chance, choices): (u64, &[&str]) = match &**key {
                    "when" => (50, &ASSESSED),
                    "at" => (60, &ASSESSED_TIMES),
                    "after" | "silent" => (40, &ASSESSED_LENGTHS),
                    _ => (0, &[]),
                };
                if value.is_string() && random.chance(chance) {
                    *value = json!(random.pick(choices));
                } else {
                    assess(random, value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| assess(random, item)),
        _ => {}
    }
}

/// Machines of a scope; `None` where one is faulty: a few random conditions
/// cannot be foreseen, or cost too much.
pub fn checked(
    bare: &Playbook,
    scope: lang::Scope<'_>,
    machines: &Value,
    segments: &[(&str, Arc<Checked>)],
) -> Option<Vec<Machine>> {
    let machines = json::parse(machines.to_string().as_bytes()).unwrap();
    let mut reader = Reader::new();
    let read = Definition::read_all(&Place::root(&machines), &mut reader);
    let outlines: Vec<_> = read
        .iter()
        .map(|it| it.outline(bare.schema(), bare.calendar(), &mut reader).unwrap())
        .collect();
    let names: Vec<_> = outlines.iter().map(|it| it.machine().names()).collect();
    let scope = lang::Scope { machines: &names, ..scope };
    let segment = |name: &str| {
        let own = segments.iter().find(|(own, _)| *own == name).map(|(_, own)| own.clone());
        own.or_else(|| bare.segment(name).map(|it| it.condition().clone()))
    };
    let checked: Vec<Machine> =
        outlines.into_iter().map(|it| it.check(&scope, &segment, &mut reader)).collect();
    (!reader.has_faults()).then_some(checked)
}
