//! Random conditions and random queries, there and back.

use std::sync::Arc;

use guanxi::json::Json;
use guanxi::lang::rqb::{self, Bounds};
use guanxi::lang::tree::{BinaryOp, Literal, Node, NodeId, Tree};
use guanxi::lang::{Scope, check_condition, parse, print};

use super::{Shop, read};
use crate::support::conditions::{self, condition};
use crate::support::{Random, world::World};

/// A condition as far as the builder carries it: variables have the names of
/// their depth, and `vip == true` is `vip`.
fn carried(source: &str) -> String {
    let tree = parse(source).unwrap();
    let mut nodes = Vec::new();
    let root = renamed(&tree, tree.root, &mut Vec::new(), &mut nodes);
    let spans = vec![Default::default(); nodes.len()];
    print(&Tree { nodes, spans, root })
}

fn renamed(tree: &Tree, id: NodeId, bound: &mut Vec<Arc<str>>, out: &mut Vec<Node>) -> NodeId {
    let mut node = tree.node(id).clone();
    if let Node::Binary { op: BinaryOp::Equal, left, right } = &node
        && *tree.node(*right) == Node::Literal(Literal::Bool(true))
    {
        return renamed(tree, *left, bound, out);
    }
    match &mut node {
        Node::Name { name, .. } => {
            if let Some(depth) = bound.iter().rposition(|variable| variable == name) {
                *name = format!("v{depth}").into();
            }
        }
        Node::Fold { over, variable, condition, body, .. } => {
            *over = renamed(tree, *over, bound, out);
            bound.push(variable.clone());
            *variable = format!("v{}", bound.len() - 1).into();
            *condition = condition.map(|condition| renamed(tree, condition, bound, out));
            *body = renamed(tree, *body, bound, out);
            bound.pop();
        }
        Node::List(items) => {
            items.iter_mut().for_each(|item| *item = renamed(tree, *item, bound, out));
        }
        Node::Select { of, .. } | Node::Not { of } | Node::Negate { of } => {
            *of = renamed(tree, *of, bound, out);
        }
        Node::Index { of, index } => {
            *of = renamed(tree, *of, bound, out);
            *index = renamed(tree, *index, bound, out);
        }
        Node::Call { receiver, args, .. } => {
            *receiver = receiver.map(|receiver| renamed(tree, receiver, bound, out));
            args.iter_mut().for_each(|arg| *arg = renamed(tree, *arg, bound, out));
        }
        Node::Binary { left, right, .. } => {
            *left = renamed(tree, *left, bound, out);
            *right = renamed(tree, *right, bound, out);
        }
        Node::Conditional { test, yes, no } => {
            *test = renamed(tree, *test, bound, out);
            *yes = renamed(tree, *yes, bound, out);
            *no = renamed(tree, *no, bound, out);
        }
        Node::Literal(_) | Node::Literals(_) => {}
    }
    out.push(node);
    NodeId(out.len() as u32 - 1)
}

#[test]
fn a_condition_comes_back_the_same_or_is_refused() {
    let (mut came_back, mut refused) = (0, 0);
    for seed in 0..4_000 {
        let mut random = Random::new(seed);
        let world = World::of(&mut random, 0);
        let segments: [Arc<str>; 1] = ["known".into()];
        let scope = Scope { segments: &segments, ..Scope::of(&world.schema) };
        let source = condition(&mut random, conditions::Scope::customer(3));
        let checked = check_condition(&source, &scope).unwrap();
        match rqb::export(&checked, &scope, None) {
            Ok(exported) => {
                let query = read(&exported.query.to_text());
                assert_eq!(query, exported.query);
                let back = rqb::import(&query, &scope, Bounds::Turned)
                    .unwrap_or_else(|error| panic!("{source}\n{}\n{error}", query.to_text()));
                assert_eq!(carried(&back.text), carried(&source), "{source}");
                // What came back is its own fixed point, with and without the
                // document.
                let again = rqb::export(&back.checked.unwrap(), &scope, None).unwrap();
                assert_eq!(again.query, query, "{source}");
                came_back += 1;
            }
            Err(error) => {
                let whole = |fault: &guanxi::Fault| {
                    let (start, end) = fault.span.unwrap();
                    parse(&source[start..end]).is_ok()
                };
                assert!(error.faults().iter().all(whole), "{source}");
                refused += 1;
            }
        }
    }
    assert!(came_back > 1_000 && refused > 100, "{came_back} came back, {refused} refused");
}

/// A query that a person could have clicked together, with an id everywhere.
fn query(random: &mut Random, depth: u32, inside: bool, ids: &mut u32) -> Json {
    let n = random.between(1, 3);
    let mut members = vec![id(ids)];
    let with_combinator = random.chance(70);
    let combinator = random.pick(&["and", "or", "xor"]);
    let mut rules = Vec::new();
    for position in 0..n {
        if position > 0 && !with_combinator {
            let combinator = if combinator == "xor" { "xor" } else { random.pick(&["and", "or"]) };
            rules.push(Json::Text(combinator.into()));
        }
        let nested = 0 < depth && random.chance(35);
        let member = if nested {
            query(random, depth - 1, inside, ids)
        } else {
            rule(random, depth, inside, ids)
        };
        rules.push(member);
    }
    if with_combinator {
        members.push(("combinator".into(), Json::Text(combinator.into())));
        if random.chance(30) {
            rules.push(muted(rule(random, 0, inside, ids)));
        }
    }
    members.push(("rules".into(), Json::Array(rules)));
    members.push(("not".into(), Json::Bool(random.chance(30))));
    if random.chance(20) {
        members.push(("disabled".into(), Json::Bool(true)));
    }
    Json::Object(members)
}

fn id(ids: &mut u32) -> (Box<str>, Json) {
    *ids += 1;
    ("id".into(), Json::Text(format!("id-{ids}").into()))
}

fn muted(rule: Json) -> Json {
    let Json::Object(mut members) = rule else { panic!("a rule") };
    members.push(("muted".into(), Json::Bool(true)));
    Json::Object(members)
}

fn rule(random: &mut Random, depth: u32, inside: bool, ids: &mut u32) -> Json {
    let flat: [&str; 12] = if inside {
        [
            r#"{"field": "amount", "operator": ">", "value": "12.50"}"#,
            r#"{"field": "amount", "operator": "between", "value": "1,2"}"#,
            r#"{"field": "product", "operator": "contains", "value": "a\\b%"}"#,
            r#"{"field": "product", "operator": "doesNotContain", "value": "'"}"#,
            r#"{"field": "product", "operator": "in", "value": "x,y\\,z"}"#,
            r#"{"field": "due", "operator": "null"}"#,
            r#"{"field": "due", "operator": ">=", "value": "2026-03-31"}"#,
            r#"{"field": "at", "operator": ">", "value": {"mode": "relative", "anchor": "now", "offset": -3, "unit": "month"}}"#,
            r#"{"field": "amount", "operator": "notNull", "value": null}"#,
            r#"{"field": "amount", "operator": "notIn", "value": [1, "2.5"]}"#,
            r#"{"field": "product", "operator": "=", "value": ""}"#,
            r#"{"field": "amount", "operator": "!=", "value": 7}"#,
        ]
    } else {
        [
            r#"{"field": "age", "operator": ">", "value": "30", "path": [0, 1]}"#,
            r#"{"field": "age", "operator": "between", "value": ["60", 18]}"#,
            r#"{"field": "name", "operator": "beginsWith", "value": "华\\"}"#,
            r#"{"field": "name", "operator": "doesNotEndWith", "value": "\"'"}"#,
            r#"{"field": "region", "operator": "in", "value": "SH, east"}"#,
            r#"{"field": "hobbies", "operator": "doesNotContain", "value": "茶"}"#,
            r#"{"field": "vip", "operator": "=", "value": true, "meta": {"x": [1]}}"#,
            r#"{"field": "a", "operator": "<=", "value": "b", "valueSource": "field"}"#,
            r#"{"field": "a", "operator": ">=", "value": "floor", "valueSource": "parameter"}"#,
            r#"{"field": "joined", "operator": "between", "value": [
                {"mode": "relative", "anchor": "startOfMonth", "offset": -1, "unit": "month"},
                {"mode": "relative", "anchor": "endOfMonth", "offset": 0}]}"#,
            r#"{"field": "birth", "operator": "notBetween", "value": "2001-01-01,1990-01-01"}"#,
            r#"{"field": "a", "operator": ">", "value": 1, "lhs": {"kind": "func", "fn": "+",
                "args": [{"kind": "field", "field": "a"}, {"kind": "field", "field": "b"}]}}"#,
        ]
    };
    if !inside && 0 < depth && random.chance(30) {
        let (mode, threshold) = [
            ("all", ""),
            ("some", ""),
            ("none", ""),
            ("atLeast", r#", "threshold": 2"#),
            ("atMost", r#", "threshold": 0.5"#),
            ("exactly", r#", "threshold": "0.125""#),
        ][random.below(6) as usize];
        let group = query(random, depth - 1, true, ids).to_text();
        let text = format!(
            r#"{{"field": "purchases", "operator": "=", "match": {{"mode": "{mode}"{threshold}}},
                "value": {group}}}"#
        );
        return with_id(read(&text), ids);
    }
    let text = flat[random.below(12) as usize];
    with_id(read(text), ids)
}

fn with_id(rule: Json, ids: &mut u32) -> Json {
    let Json::Object(mut members) = rule else { panic!("a rule") };
    members.insert(0, id(ids));
    Json::Object(members)
}

#[test]
fn a_query_comes_back_with_every_id() {
    let shop = Shop::new();
    let mut edited = 0;
    for seed in 0..3_000 {
        let mut random = Random::new(seed);
        let query = query(&mut random, 3, false, &mut 0);
        let imported = rqb::import(&query, &shop.scope(), Bounds::Turned)
            .unwrap_or_else(|error| panic!("{}\n{error}", query.to_text()));
        let checked = imported.checked.unwrap();
        let back = rqb::export(&checked, &shop.scope(), Some(&query)).unwrap();
        assert_eq!(back.query, query);
        assert!(back.hints.is_empty());

        // Without the document it says the same.
        let bare = rqb::export(&checked, &shop.scope(), None).unwrap().query;
        let again = rqb::import(&bare, &shop.scope(), Bounds::Turned).unwrap();
        assert_eq!(again.text, imported.text, "{}", query.to_text());

        // With something else around it, no id gets lost and none doubles.
        let more = format!("({}) && age == 77", imported.text);
        let checked = check_condition(&more, &shop.scope()).unwrap();
        let back = rqb::export(&checked, &shop.scope(), Some(&query)).unwrap().query;
        let reread = rqb::import(&back, &shop.scope(), Bounds::Turned).unwrap();
        assert_eq!(carried(&reread.text), carried(&print(&parse(&more).unwrap())));
        let all = ids(&back);
        let mut unique = all.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(all.len(), unique.len(), "{}", back.to_text());
        edited += usize::from(!all.is_empty());
    }
    assert!(edited > 2_900, "{edited}");
}

fn ids(json: &Json) -> Vec<String> {
    match json {
        Json::Array(items) => items.iter().flat_map(ids).collect(),
        Json::Object(members) => members
            .iter()
            .flat_map(|(key, value)| match (&**key, value) {
                ("id", Json::Text(id)) => vec![id.to_string()],
                (_, value) => ids(value),
            })
            .collect(),
        _ => Vec::new(),
    }
}
