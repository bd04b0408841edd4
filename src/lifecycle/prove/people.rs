//! What should be looked at because it is about people: who is lost for want
//! of a value, what something personal decides, and what everything is called.

use std::collections::BTreeSet;

use super::Found;
use super::guard::{Guards, Sort};
use super::view::View;
use crate::error::{Code, Fault, Text};
use crate::json::pointer_push;
use crate::lang::Checked;
use crate::lifecycle::Transition;

/// Tags of states in which a customer is lost.
const LOSSES: [&str; 3] = ["loss", "lost_prospect", "churned"];

/// Tags of states that decide over price or access.
const DECIDING: [&str; 2] = ["price", "access"];

/// The stages that a customer can be in.
const STAGES: [&str; 8] =
    ["stranger", "prospect", "dormant", "lost_prospect", "buyer", "at_risk", "churned", "won_back"];

pub(super) fn check<'a>(view: &View<'a>, guards: &Guards<'a>, found: &mut Found) {
    missing_decides(view, guards, found);
    personal_decides(view, found);
    labels(view, found);
    stages(view, found);
}

/// S11: some who have the value are lost, and all who have none.
fn missing_decides(view: &View<'_>, guards: &Guards<'_>, found: &mut Found) {
    let schema = view.ground.schema;
    for (way, transition) in view.machine.transitions.iter().enumerate() {
        let lost = view
            .ends(transition)
            .into_iter()
            .any(|end| LOSSES.iter().any(|tag| view.has_tag(end, tag)));
        let Some(region) = view.regions.get(way).and_then(Option::as_ref).filter(|_| lost) else {
            continue;
        };
        let decided = region.iter().flat_map(|cell| &cell.0).find_map(|(quantity, range)| {
            let Some(Sort::Attribute(position)) = guards.sorts.get(*quantity) else { return None };
            let attribute = schema.attributes.get(*position)?;
            let both = range.has_missing() && range.has_known() && attribute.nullable;
            both.then_some(&attribute.name)
        });
        if let Some(name) = decided {
            let hint = Fault::new(
                Code::MissingDecides,
                format!("customers are given up because nobody knows their `{name}`"),
                format!("仅因 `{name}` 未知就将客户视为流失"),
            );
            let hint = hint.hint(
                format!("add `&& is_known({name})`, or say so with `|| {name} == null`"),
                format!("请加上 `&& is_known({name})`，或用 `|| {name} == null` 写明"),
            );
            found.hints.push(hint.at(pointer_push(&transition.pointer, "when")));
        }
    }
}

/// S28
fn personal_decides(view: &View<'_>, found: &mut Found) {
    let schema = view.ground.schema;
    for transition in &view.machine.transitions {
        let decides = |state: usize| DECIDING.iter().any(|tag| view.has_tag(state, tag));
        if !decides(transition.from) && !view.ends(transition).into_iter().any(decides) {
            continue;
        }
        let personal = read(view, transition).into_iter().find_map(|position| {
            schema.attributes.get(position).filter(|attribute| attribute.personal)
        });
        if let Some(attribute) = personal {
            let name = &attribute.name;
            let hint = Fault::new(
                Code::Discrimination,
                format!("`{name}` is personal, and decides over price or access"),
                format!("个人信息 `{name}` 决定价格或准入"),
            );
            let hint = hint.hint(
                "equal conditions for equal customers is the law in many places: have it reviewed",
                "许多法域要求交易条件公平，不得差别待遇，请复核",
            );
            found.hints.push(hint.at(pointer_push(&transition.pointer, "when")));
        }
    }
}

/// The attributes that a transition's condition reads, through segments too.
fn read(view: &View<'_>, transition: &Transition) -> BTreeSet<usize> {
    let mut out = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<&Checked> = transition.when.iter().map(|when| &**when).collect();
    while let Some(condition) = open.pop() {
        out.extend(condition.uses.attributes.iter().copied());
        let segments = condition.uses.segments.iter().filter(|name| seen.insert((*name).clone()));
        open.extend(segments.filter_map(|name| view.ground.segments.get(name)).map(|it| &**it));
    }
    out
}

/// S22: a language in which some states are called something, and one is not.
fn labels(view: &View<'_>, found: &mut Found) {
    type Wording = fn(&Text) -> &str;
    let languages: [(Wording, &str, &str, &str); 2] = [
        (|text| &text.zh, "zh-Hans", "Chinese", "中文"),
        (|text| &text.en, "en", "English", "英文"),
    ];
    for (said, key, en, zh) in languages {
        let states = &view.machine.states;
        if states.iter().all(|state| said(&state.text).is_empty()) {
            continue;
        }
        for state in states.iter().filter(|state| said(&state.text).is_empty()) {
            let name = &state.name;
            let hint = Fault::new(
                Code::MissingLabel,
                format!("other states have a label in {en}, and `{name}` has none"),
                format!("其他状态有{zh}名称，而 `{name}` 没有"),
            );
            let hint = hint.hint(
                format!("add `\"labels\": {{\"{key}\": \"...\"}}`"),
                format!("请添加 `\"labels\": {{\"{key}\": \"...\"}}`"),
            );
            found.hints.push(hint.at(state.pointer.as_str()));
        }
    }
}

/// S24: a machine that has most of the stages should have all of them.
fn stages(view: &View<'_>, found: &mut Found) {
    let tags: BTreeSet<&str> =
        view.machine.states.iter().flat_map(|state| &state.tags).map(|tag| &**tag).collect();
    let missing: Vec<&str> = STAGES.into_iter().filter(|stage| !tags.contains(stage)).collect();
    if missing.is_empty() || STAGES.len() <= 2 * missing.len() {
        return;
    }
    let missing = missing.join("`, `");
    let hint = Fault::new(
        Code::MissingStage,
        format!("no state is tagged `{missing}`"),
        format!("没有状态带标签 `{missing}`"),
    );
    let hint = hint.hint(
        "tag the states that stand for these stages, or add them",
        "请给代表这些阶段的状态加上标签，或补充这些状态",
    );
    found.hints.push(hint.at(pointer_push(&view.machine.pointer, "states")));
}
