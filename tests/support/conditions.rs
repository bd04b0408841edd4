//! Random conditions about [`super::world`], well typed by construction: what
//! the checker refuses of these is a fault of the checker or of this file.

use super::Random;

/// Whose values an expression may read.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// The variable of the enclosing fold, if any.
    pub event: Option<&'static str>,
    /// How much deeper it may go.
    pub depth: u32,
    /// Whether it may ask what [`super::scores`] has.
    pub scores: bool,
    /// Whether it may ask where customers stand among everybody.
    pub everybody: bool,
}

impl Scope {
    pub fn customer(depth: u32) -> Scope {
        Scope { event: None, depth, scores: false, everybody: false }
    }

    fn deeper(self) -> Scope {
        Scope { depth: self.depth.saturating_sub(1), ..self }
    }

    fn inside(self) -> Scope {
        let depth = self.depth.saturating_sub(1).min(2);
        Scope { event: Some("e"), depth, everybody: false, ..self }
    }
}

pub fn condition(random: &mut Random, scope: Scope) -> String {
    let inner = scope.deeper();
    if 0 < scope.depth && random.chance(60) {
        return match random.below(6) {
            0 => format!("!({})", condition(random, inner)),
            4 => {
                let n = random.between(1, 4);
                let parts: Vec<String> = (0..n).map(|_| condition(random, inner)).collect();
                format!("exactlyOne({})", parts.join(", "))
            }
            1 | 2 => joined(random, inner, "&&"),
            3 => joined(random, inner, "||"),
            _ => format!(
                "(({}) ? ({}) : ({}))",
                condition(random, inner),
                condition(random, inner),
                condition(random, inner)
            ),
        };
    }
    if inner.scores && random.chance(25) {
        return score_test(random, inner);
    }
    match random.below(16) {
        14 => {
            let three = [int(random, inner), int(random, inner), int(random, inner)];
            format!("between({})", three.join(", "))
        }
        15 => {
            let three = [time(random, inner), time(random, inner), time(random, inner)];
            format!("between({})", three.join(", "))
        }
        0 | 1 => {
            let (left, right) = (int(random, inner), int(random, inner));
            compare(random, left, right)
        }
        2 => compare_money(random, inner),
        3 => {
            let (left, right) = (decimal(random, inner), decimal(random, inner));
            compare(random, left, right)
        }
        4 => {
            let (left, right) = (time(random, inner), time(random, inner));
            compare(random, left, right)
        }
        5 => {
            let (left, right) = (date(random, inner), date(random, inner));
            compare(random, left, right)
        }
        6 | 7 => text_test(random, inner),
        8 => enum_test(random, inner),
        9 => null_test(random, inner),
        10 => flag(random, inner),
        11 if inner.event.is_none() => set_test(random, inner),
        12 if inner.event.is_none() => match scope.everybody && random.chance(50) {
            true => among(random, inner),
            false => "segment('known')".to_owned(),
        },
        _ if inner.event.is_none() => quantifier(random, inner),
        _ => flag(random, inner),
    }
}

/// An expression that comes to a number, an instant, a day, or yes or no.
pub fn number(random: &mut Random, scope: Scope) -> String {
    match random.below(7) {
        0 => int(random, scope),
        1 => money(random, scope),
        2 => decimal(random, scope),
        3 => date(random, scope),
        4 => time(random, scope),
        5 => format!("now - {}", time_column(random, scope)),
        _ => condition(random, scope),
    }
}

/// Where a customer stands among everybody, or in a segment.
fn among(random: &mut Random, scope: Scope) -> String {
    let scope = Scope { everybody: false, ..scope };
    let base = random.pick(&["", ", 'known'"]);
    let of = match random.below(4) {
        0 => int(random, scope),
        1 => money(random, scope),
        2 => decimal(random, scope),
        _ => "purchases.sum(e, e.amount)".to_owned(),
    };
    let share = random.pick(&["0.2", "0.5", "0.81", "1.0"]);
    match random.below(4) {
        0 => format!("topN({of}, {}{base})", random.between(1, 9)),
        1 => format!("topShare({of}, {share}{base})"),
        2 => format!("percentRank(birth{base}) < {share}"),
        _ => format!("percentRank({of}{base}) >= {share}"),
    }
}

fn joined(random: &mut Random, scope: Scope, op: &str) -> String {
    let n = random.between(2, 4);
    let parts: Vec<String> = (0..n).map(|_| format!("({})", condition(random, scope))).collect();
    parts.join(&format!(" {op} "))
}

fn compare(random: &mut Random, left: String, right: String) -> String {
    let op = random.pick(&["==", "!=", "<", "<=", ">", ">="]);
    format!("{left} {op} {right}")
}

fn own(scope: Scope, attribute: &str, field: &str, random: &mut Random) -> String {
    match scope.event {
        Some(variable) if random.chance(75) => format!("{variable}.{field}"),
        _ => attribute.to_owned(),
    }
}

fn list(random: &mut Random, scope: Scope) -> String {
    let mut out = random.pick(&["purchases", "visits"]).to_owned();
    for _ in 0..random.below(3) {
        if random.chance(60) {
            out = format!("{out}.within({})", period(random));
        } else {
            out = format!("{out}.filter(e, {})", condition(random, scope.inside()));
        }
    }
    out
}

fn period(random: &mut Random) -> String {
    match random.below(6) {
        0 => format!("days({})", random.between(0, 70)),
        1 => format!("weeks({})", random.between(0, 8)),
        2 => format!("months({})", random.between(0, 3)),
        3 => "years(1)".to_owned(),
        4 => format!("duration('{}h')", random.between(0, 1500)),
        _ => "quarters(1)".to_owned(),
    }
}

fn int(random: &mut Random, scope: Scope) -> String {
    let inner = scope.deeper();
    if 0 < scope.depth && random.chance(25) {
        let op = random.pick(&["+", "-", "*", "/", "%"]);
        return format!("({} {op} {})", int(random, inner), int(random, inner));
    }
    let customer = scope.event.is_none();
    match random.below(12) {
        0 | 1 => format!("{}", random.between(-2, 9)),
        9 => format!("bucket('{}', {})", random.pick(&["a", "盐"]), random.between(1, 9)),
        10 if customer => sequence(random, inner),
        11 if customer => {
            let unit = random.pick(&["day", "week", "month", "quarter", "year", "fiscalYear"]);
            format!("activePeriods({}, '{unit}', {})", list(random, inner), random.between(1, 9))
        }
        2 | 3 => own(scope, "score", "quantity", random),
        4 => format!("age({})", date_column(random, scope)),
        5 => format!("coalesce({}, 0)", own(scope, "score", "quantity", random)),
        6 if customer => format!("{}.size()", list(random, inner)),
        7 if customer => {
            format!("{}.count(e, {})", list(random, inner), condition(random, scope.inside()))
        }
        8 if customer => match random.below(4) {
            0 => format!("{}.sum(e, {})", list(random, inner), int(random, scope.inside())),
            1 => format!("{}.max(e, e.quantity)", list(random, inner)),
            2 => format!("{}.countDistinct(e, e.product)", list(random, inner)),
            _ => format!("{}.last().quantity", list(random, inner)),
        },
        _ => own(scope, "score", "quantity", random),
    }
}

/// Two or three lists of events one after the other.
fn sequence(random: &mut Random, scope: Scope) -> String {
    let n_steps = random.between(2, 3);
    let steps: Vec<String> = (0..n_steps).map(|_| list(random, scope)).collect();
    let steps = steps.join(", ");
    let mut lengths = period(random);
    if random.chance(40) {
        lengths = format!("{lengths}, {}", period(random));
    }
    match random.below(3) {
        0 => format!("sequence([{steps}], {lengths})"),
        1 => format!("sequenceStrict([{steps}], {lengths})"),
        _ => format!("sequenceWithout([{steps}], {}, {lengths})", list(random, scope)),
    }
}

fn money(random: &mut Random, scope: Scope) -> String {
    let inner = scope.deeper();
    if 0 < scope.depth && random.chance(20) {
        return match random.below(3) {
            0 => format!("({} + {})", money(random, inner), money(random, inner)),
            1 => format!("({} * {})", money(random, inner), int(random, inner)),
            _ => format!("({} - {})", money(random, inner), money(random, inner)),
        };
    }
    if scope.event.is_none() && random.chance(50) {
        let list = list(random, inner);
        return match random.below(5) {
            0 => format!("{list}.sum(e, e.amount)"),
            1 => format!("{list}.min(e, e.amount)"),
            2 => format!("{list}.first().amount"),
            3 => format!("{list}.nth({}).amount", random.between(1, 4)),
            _ => format!("{list}.sum(e, e.amount * e.quantity)"),
        };
    }
    own(scope, "income", "amount", random)
}

fn compare_money(random: &mut Random, scope: Scope) -> String {
    let left = money(random, scope);
    let right = if random.chance(60) {
        random.pick(&["100.00", "10.505", "0", "21", "315.00"]).to_owned()
    } else {
        money(random, scope)
    };
    compare(random, left, right)
}

fn decimal(random: &mut Random, scope: Scope) -> String {
    let inner = scope.deeper();
    let customer = scope.event.is_none();
    if customer && scope.scores && random.chance(30) {
        let list = list(random, inner);
        return match random.below(2) {
            0 => format!("faded({list}, {})", period(random)),
            _ => format!("gap_ratio({list})"),
        };
    }
    match random.below(6) {
        0 if 0 < scope.depth => format!("({} / {})", decimal(random, inner), int(random, inner)),
        1 if 0 < scope.depth => format!("({} * 1.5)", decimal(random, inner)),
        2 if customer => format!("{}.avg(e, e.quantity)", list(random, inner)),
        3 if customer => format!("{}.avg(e, e.weight)", list(random, inner)),
        _ => own(scope, "ratio", "weight", random),
    }
}

fn date_column(random: &mut Random, scope: Scope) -> String {
    own(scope, "birth", "due", random)
}

fn date(random: &mut Random, scope: Scope) -> String {
    match random.below(5) {
        0 => "today()".to_owned(),
        1 => format!("date('{}-02-29')", random.pick(&["1996", "2024", "2020"])),
        2 => format!("({} + {})", date_column(random, scope), calendar_period(random)),
        3 => format!("({} - {})", date_column(random, scope), calendar_period(random)),
        _ => date_column(random, scope),
    }
}

fn calendar_period(random: &mut Random) -> String {
    match random.below(3) {
        0 => format!("months({})", random.between(0, 14)),
        1 => format!("years({})", random.between(0, 30)),
        _ => format!("days({})", random.between(0, 70)),
    }
}

fn time(random: &mut Random, scope: Scope) -> String {
    let inner = scope.deeper();
    match random.below(8) {
        0 => "now".to_owned(),
        1 => format!("ago({})", period(random)),
        2 => {
            let unit = random.pick(&["day", "week", "month", "quarter", "year", "fiscalYear"]);
            format!("startOf('{unit}', {})", random.between(-2, 1))
        }
        3 if scope.event.is_none() => format!("{}.last().at", list(random, inner)),
        4 if scope.event.is_none() => format!("{}.last().solved_at", list(random, inner)),
        5 => format!("({} + {})", time_column(random, scope), period(random)),
        _ => time_column(random, scope),
    }
}

fn time_column(random: &mut Random, scope: Scope) -> String {
    let field = random.pick(&["at", "solved_at"]);
    own(scope, "joined", field, random)
}

fn text_column(random: &mut Random, scope: Scope) -> String {
    let attribute = random.pick(&["region", "city"]);
    own(scope, attribute, "product", random)
}

const TEXTS: [&str; 7] = ["'华东'", "'ab'", "'AB'", "''", "'strasse'", "'茶'", "'x'"];

fn text_test(random: &mut Random, scope: Scope) -> String {
    let column = if scope.event.is_none() && random.chance(20) {
        format!("{}.last().product", list(random, scope.deeper()))
    } else {
        text_column(random, scope)
    };
    let text = random.pick(&TEXTS);
    match random.below(10) {
        7 => format!("search({column}, {})", random.pick(&["'a'", "'华东'", "'茶 te'"])),
        8 => {
            let method = random.pick(&[
                "substring(0)",
                "charAt(1)",
                "replace('a', 'b')",
                "trim()",
                "reverse()",
                "lowerAscii()",
            ]);
            let column = text_column(random, scope);
            format!("{column}.{method}.size() {} 1", random.pick(&["==", "<", ">"]))
        }
        9 => {
            let column = text_column(random, scope);
            format!("{column}.split('a').size() + {column}.indexOf('b') > 1")
        }
        0 => format!("{column} == {text}"),
        1 => format!("{column} != {text}"),
        2 => format!("{column} in [{text}, {}]", random.pick(&TEXTS)),
        3 => format!("{column}.contains({text})"),
        4 => format!("{column}.startsWith({text})"),
        5 => format!("{column} < {text}"),
        _ if column == "region" => format!("region {} region", random.pick(&["==", "<"])),
        // Texts of different forms do not compare; these two have the same.
        _ => format!("{column} == {}", own(scope, "city", "product", random)),
    }
}

fn enum_test(random: &mut Random, scope: Scope) -> String {
    let column = own(scope, "grade", "level", random);
    match random.below(3) {
        0 => format!("{column} == 'mid'"),
        1 => format!("{column} != 'low'"),
        _ => format!("{column} in ['low', 'high']"),
    }
}

fn flag(random: &mut Random, scope: Scope) -> String {
    let column = own(scope, "vip", "paid", random);
    match random.below(3) {
        0 => format!("{column} == {}", random.pick(&["true", "false"])),
        _ => column,
    }
}

fn null_test(random: &mut Random, scope: Scope) -> String {
    let column = match random.below(4) {
        0 => own(scope, "score", "quantity", random),
        1 => text_column(random, scope),
        2 => own(scope, "joined", "solved_at", random),
        _ => own(scope, "vip", "paid", random),
    };
    match random.below(3) {
        0 => format!("{column} == null"),
        1 => format!("{column} != null"),
        _ => format!("is_known({column})"),
    }
}

/// A question to the value part.
fn score_test(random: &mut Random, scope: Scope) -> String {
    let axis = random.pick(&["axis('desire')", "axis('loyalty')", "cut('gold')"]).to_owned();
    let worth = random.pick(&["value('future_value')", "cut('never')"]).to_owned();
    match random.below(10) {
        9 if scope.event.is_none() => {
            let list = list(random, scope);
            let length = format!("duration('{}h')", random.between(-20, 900));
            compare(random, format!("{list}.sum(e, e.solved_at - e.at)"), length)
        }
        0 => compare(random, axis, "60.1".to_owned()),
        1 => compare(random, axis, "cut('gold')".to_owned()),
        2 => {
            let right = decimal(random, scope);
            compare(random, axis, right)
        }
        3 => {
            let right = money(random, scope);
            compare(random, worth, right)
        }
        4 => compare(random, "value('p_alive') * 2".to_owned(), "0.9".to_owned()),
        5 => {
            let right = time(random, scope);
            compare(random, "alive_until(0.50)".to_owned(), right)
        }
        6 => {
            let test = random.pick(&["== 'gold'", "in ['gold', 'none']", "!= 'ab'", "== null"]);
            format!("tier('value') {test}")
        }
        7 => format!("is_known({worth})"),
        _ => compare(random, format!("coalesce({axis}, 60.05)"), "60.05".to_owned()),
    }
}

fn set_test(random: &mut Random, scope: Scope) -> String {
    match random.below(4) {
        0 => format!("hobbies.exists(h, h == {})", random.pick(&TEXTS)),
        1 => format!("hobbies.size() {} {}", random.pick(&["<", "=="]), random.below(3)),
        2 => format!("hobbies == null || {}", flag(random, scope)),
        _ => format!("{} in hobbies", random.pick(&TEXTS)),
    }
}

fn quantifier(random: &mut Random, scope: Scope) -> String {
    let op = random.pick(&["exists", "all", "exists_one"]);
    format!("{}.{op}(e, {})", list(random, scope), condition(random, scope.inside()))
}
