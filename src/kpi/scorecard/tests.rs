use proptest::prelude::*;

use super::*;
use crate::kpi::Better;

fn number(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

fn whole(units: i64) -> Decimal {
    Decimal::from_int(units)
}

fn leaf(value: Option<i64>, target: i64) -> Leaf {
    let curve = ScoreCurve::attainment(Better::Up, whole(target)).unwrap();
    let curve = curve.capped(whole(200)).unwrap();
    let ends = value.map(|it| (it as f64 - 3.0, it as f64 + 5.0));
    Leaf { value: value.map(whole), ends, curve: Some(curve), missing_is_failure: false }
}

fn kpi(name: &str, weight: i64, value: Option<i64>, target: i64) -> Node {
    Node { name: name.into(), weight: whole(weight), body: Body::Kpi(leaf(value, target)) }
}

fn node(name: &str, weight: i64, combine: Combine, children: Vec<Node>) -> Node {
    Node { name: name.into(), weight: whole(weight), body: Body::Scores { combine, children } }
}

fn shown(it: Option<Decimal>) -> String {
    it.map_or_else(|| "-".to_owned(), |it| it.to_string())
}

#[test]
fn too_little_measured_is_no_score_and_the_rest_is_flagged() {
    let of = |missing: i64| {
        let children = vec![kpi("a", 10 - missing, Some(80), 100), kpi("b", missing, None, 100)];
        scorecard(&node("all", 1, Combine::Sum, children)).unwrap()
    };
    let told = of(3);
    assert_eq!((shown(told.score), told.renormalised), ("80.00".into(), true));
    assert_eq!(told.covered.to_string(), "0.700000000");
    assert_eq!(shown(told.children[0].contribution), "-20.00");
    let told = of(4);
    assert_eq!((shown(told.score), told.renormalised), ("-".into(), false));
    let failure = Leaf { missing_is_failure: true, ..leaf(None, 100) };
    let failed = Node { name: "b".into(), weight: whole(4), body: Body::Kpi(failure) };
    let children = vec![kpi("a", 6, Some(80), 100), failed];
    let told = scorecard(&node("all", 1, Combine::Sum, children)).unwrap();
    assert_eq!((shown(told.score), told.renormalised), ("48.00".into(), false));
    // What is not measured further down counts, too.
    let half =
        node("half", 1, Combine::Sum, vec![kpi("a", 8, Some(80), 100), kpi("b", 2, None, 100)]);
    let none =
        node("none", 1, Combine::Sum, vec![kpi("a", 6, Some(80), 100), kpi("b", 4, None, 100)]);
    let told = scorecard(&node("all", 1, Combine::Sum, vec![half.clone(), none])).unwrap();
    assert_eq!((shown(told.score), told.covered.to_string()), ("-".into(), "0.400000000".into()));
    let told = scorecard(&node("all", 1, Combine::Sum, vec![half])).unwrap();
    assert_eq!(
        (shown(told.score), told.covered.to_string()),
        ("80.00".into(), "0.800000000".into())
    );
}

#[test]
fn a_measure_of_everybody_is_not_the_mean_of_parts() {
    // 10 of 10 and 10 of 90: everybody is 20 of 100, though the mean is 55.6 %.
    let parts = vec![kpi("small", 1, Some(100), 50), kpi("large", 1, Some(11), 50)];
    let body = Body::Measure { whole: leaf(Some(20), 50), children: parts.clone() };
    let told = scorecard(&Node { name: "rate".into(), weight: whole(1), body }).unwrap();
    assert_eq!((shown(told.score), told.rollup), ("40.00".into(), Rollup::Measure));
    assert!(told.children.iter().all(|it| it.contribution.is_none() && it.score.is_some()));
    let told = scorecard(&node("rate", 1, Combine::Sum, parts)).unwrap();
    assert_eq!((shown(told.score), told.rollup), ("111.00".into(), Rollup::Sum));
}

#[test]
fn nothing_makes_up_for_nothing() {
    let of = |combine, values: [i64; 3]| {
        let name = ["a", "b", "c"];
        let children = values.iter().zip(name).map(|(it, name)| kpi(name, 1, Some(*it), 100));
        let told = scorecard(&node("all", 1, combine, children.collect())).unwrap();
        let parts = told.children.iter().map(|it| shown(it.contribution)).collect::<Vec<_>>();
        (shown(told.score), parts.join(" "))
    };
    assert_eq!(of(Combine::Geometric, [0, 100, 150]), ("0.00".into(), "-100.00 0.00 0.00".into()));
    assert_eq!(of(Combine::Geometric, [50, 100, 200]).0, "100.00");
    assert_eq!(of(Combine::Minimum, [50, 50, 200]), ("50.00".into(), "-25.00 -25.00 0.00".into()));
}

#[test]
fn all_faults_have_their_places() {
    let mut bad = kpi("a", 1, None, 100);
    bad.weight = number("-1");
    let empty = node("a", 1, Combine::Sum, vec![]);
    let idle = node("c", 1, Combine::Sum, vec![kpi("x", 0, None, 100)]);
    let faults = scorecard(&node("all", 1, Combine::Sum, vec![bad, empty, idle])).unwrap_err();
    let told: Vec<_> =
        faults.faults().iter().map(|it| (it.code, it.pointer.as_deref().unwrap())).collect();
    assert_eq!(
        told,
        [
            (Code::BadValue, "/children/0/weight"),
            (Code::DuplicateName, "/children/1/name"),
            (Code::BadValue, "/children/1/children"),
            (Code::BadValue, "/children/2/children"),
        ]
    );
}

#[test]
fn what_came_by_its_weight_is_no_merit() {
    let before = node(
        "all",
        1,
        Combine::Sum,
        vec![kpi("a", 1, Some(80), 100), kpi("old", 1, Some(60), 100)],
    );
    let after = node(
        "all",
        1,
        Combine::Sum,
        vec![kpi("a", 1, Some(80), 100), kpi("new", 1, Some(120), 100)],
    );
    let told = scorecard_change(&before, &after).unwrap();
    let effects = told.effects.unwrap();
    assert_eq!((effects.value.units(), effects.target.units()), (0, 0));
    assert_eq!(effects.weight.to_string(), "30.00");
    let of: Vec<(String, String)> = told
        .children
        .iter()
        .map(|it| (it.name.clone(), it.in_parent.unwrap().total.to_string()))
        .collect();
    let wanted = [("a", "0.00"), ("new", "10.00"), ("old", "20.00")];
    assert_eq!(of, wanted.map(|(a, b)| (a.to_owned(), b.to_owned())));
    let (new, old) = (&told.children[1], &told.children[2]);
    assert_eq!((new.before, shown(new.after)), (None, "120.00".into()));
    assert_eq!((shown(old.before), old.after), ("60.00".into(), None));
}

prop_compose! {
    fn any_kpi(name: &'static str)(weight in 0_i64..9, value in prop::option::weighted(0.9, 0_i64..250), target in 1_i64..200) -> Node {
        kpi(name, weight, value, target)
    }
}

fn any_combine() -> impl Strategy<Value = Combine> {
    prop_oneof![Just(Combine::Sum), Just(Combine::Geometric), Just(Combine::Minimum)]
}

prop_compose! {
    fn any_tree()(a in any_kpi("a"), b in any_kpi("b"), c in any_kpi("c"), d in any_kpi("d"), outer in any_combine(), inner in any_combine(), weights in (1_i64..5, 1_i64..5)) -> Node {
        let mut below = vec![a, b, c];
        below[0].weight = whole(weights.0);
        let below = node("below", weights.1, inner, below);
        node("all", 1, outer, vec![below, d])
    }
}

fn sums_hold(told: &NodeReport) -> Result<(), TestCaseError> {
    if let Some(score) = told.score
        && !matches!(told.rollup, Rollup::Kpi | Rollup::Measure)
    {
        let parts = told.children.iter().filter_map(|it| it.contribution);
        prop_assert_eq!(parts.map(|it| it.units()).sum::<i128>(), score.units() - FULL);
        if let (Some(low), Some(high)) = (told.low, told.high) {
            prop_assert!(low.units() <= score.units() && score.units() <= high.units());
        }
    }
    told.children.iter().try_for_each(sums_hold)
}

fn effects_hold(told: &ScoreChange) -> Result<(), TestCaseError> {
    prop_assert_eq!(told.effects.is_some(), told.before.is_some() && told.after.is_some());
    if let Some(effects) = told.effects {
        let change = told.after.unwrap().units() - told.before.unwrap().units();
        prop_assert_eq!(effects.total.units(), change);
        let three = [effects.value, effects.target, effects.weight];
        prop_assert_eq!(three.iter().map(|it| it.units()).sum::<i128>(), change);
        let below: Vec<_> = told.children.iter().filter_map(|it| it.in_parent).collect();
        if !below.is_empty() {
            let columns: [fn(&ScoreEffects) -> Decimal; 3] =
                [|it| it.value, |it| it.target, |it| it.weight];
            for of in columns {
                let parts = below.iter().map(|it| of(it).units()).sum::<i128>();
                prop_assert_eq!(parts, of(&effects).units());
            }
        }
    }
    told.children.iter().try_for_each(effects_hold)
}

proptest! {
    #[test]
    fn contributions_and_effects_add_up(before in any_tree(), after in any_tree()) {
        sums_hold(&scorecard(&before).unwrap())?;
        let told = scorecard_change(&before, &after).unwrap();
        effects_hold(&told)?;
        prop_assert_eq!(told.before, scorecard(&before).unwrap().score);
        prop_assert_eq!(told.after, scorecard(&after).unwrap().score);
        // Nothing changed, and nothing is told to have.
        let same = scorecard_change(&after, &after).unwrap();
        prop_assert!(same.effects.is_none_or(|it| [it.value, it.target, it.weight].iter().all(|it| it.units() == 0)));
    }
}
