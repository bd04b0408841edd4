//! Functions that bind no variable, by the catalogue.

use super::super::among::is_among;
use super::super::catalogue::{self, Argument, Function, Outcome};
use super::super::format::{Piece, pieces, too_few};
use super::super::regular;
use super::super::scope::Meaning;
use super::super::sequence;
use super::super::tree::{BinaryOp, Literal, Node, NodeId, Span};
use super::super::types::{Kinds, Type};
use super::faults::{cut, hinted, meant, null_here, other_form, unexpected};
use super::scores::not_the_same_for_all;
use super::walk::{Checker, literal_type};
use crate::error::{Code, Fault, Text, counted};
use crate::facts::TextProfile;
use crate::units::{Period, Work, nearest, no_work};

impl Checker<'_> {
    /// The type of a call.
    pub fn call(
        &mut self,
        id: NodeId,
        function: &str,
        receiver: Option<NodeId>,
        args: &[NodeId],
    ) -> Option<Type> {
        let rows = catalogue::functions(function);
        if rows.is_empty() {
            self.unknown_function(id, function, receiver);
            return None;
        }
        let shaped = rows.iter().find(|row| (row.receiver != Kinds::NONE) == receiver.is_some());
        let Some(row) = shaped else {
            self.wrong_shape(id, rows, receiver, args);
            return None;
        };
        if !self.arguments_fit(id, row, receiver, args) {
            return self.settled(row);
        }
        if matches!(function, "max" | "min") && self.are_lengths(args) {
            return Some(Type::Length);
        }
        if let Some(receiver) = receiver {
            let ty = self.ty(receiver)?;
            if !ty.is(row.receiver) {
                let fault = self.wrong_receiver(row, receiver, &ty.clone(), args);
                self.refuse(self.function_span(id), fault);
                return self.settled(row);
            }
        }
        let mut good = true;
        for (at, id_of_arg) in args.iter().enumerate() {
            let kind = row.arguments.get(at).or(row.arguments.last());
            good &= kind.is_none_or(|kind| self.argument(id, *id_of_arg, *kind));
        }
        self.note(id, row, receiver, args);
        match &row.result {
            Outcome::Is(ty) => Some(ty.clone()),
            _ if !good => None,
            Outcome::Receiver => self.ty(receiver?).cloned(),
            Outcome::Event => match self.ty(receiver?)? {
                Type::Events(kind) => Some(Type::Event(*kind)),
                _ => None,
            },
            Outcome::Text => match self.ty(receiver.or(args.first().copied())?)? {
                Type::Text(profile) => Some(Type::Text(*profile)),
                _ => Some(Type::Text(TextProfile::Exact)),
            },
            Outcome::Alike => self.all_alike(args),
            Outcome::Texts => match self.ty(receiver?)? {
                Type::Text(profile) => Some(Type::List(Box::new(Type::Text(*profile)))),
                _ => None,
            },
            Outcome::Whole => match self.ty(*args.first()?)? {
                Type::Decimal(_) => Some(Type::Decimal(0)),
                other => Some(other.clone()),
            },
            Outcome::Score => self.score_type(function, args),
            Outcome::State => Some(Type::Enum(self.machine_of(id)?.leaves.clone())),
            // Rows of folds, which are other nodes.
            Outcome::Each | Outcome::Mean | Outcome::List => None,
        }
    }

    /// Whether all are lengths of time of which some have no order by
    /// themselves.
    fn are_lengths(&self, args: &[NodeId]) -> bool {
        let is = |id: &NodeId, kinds: Kinds| self.ty(*id).is_some_and(|ty| ty.is(kinds));
        args.iter().all(|arg| is(arg, Kinds::LENGTHS))
            && !args.iter().all(|arg| is(arg, Kinds::DURATION))
    }

    /// The type of a call of which no more can be said.
    fn settled(&self, row: &Function) -> Option<Type> {
        match &row.result {
            Outcome::Is(ty) => Some(ty.clone()),
            _ => None,
        }
    }

    /// Checks how many arguments there are, and that it is no fold.
    fn arguments_fit(
        &mut self,
        id: NodeId,
        row: &Function,
        receiver: Option<NodeId>,
        args: &[NodeId],
    ) -> bool {
        let is_fold = row.arguments.first() == Some(&Argument::Variable);
        let endless = matches!(row.arguments.last(), Some(Argument::Alike | Argument::Many(_)));
        let (most, least) = (row.arguments.len(), row.arguments.len() - row.optional);
        if !is_fold && args.len() >= least && (args.len() <= most || endless) {
            return true;
        }
        let (name, usage, given) = (row.name, row.usage, args.len());
        let (most, least) = if name == "map" { (3, 2) } else { (most, least) };
        let (en, zh) = match (endless, least == most) {
            (true, _) => (format!("at least {least}"), format!("至少 {least} 个")),
            (false, true) => (format!("{most}"), format!("{most} 个")),
            (false, false) => (format!("{least} or {most}"), format!("{least} 或 {most} 个")),
        };
        let fault = Fault::new(
            Code::WrongArguments,
            format!("`{name}` has {}, expected {en}", counted(given as u64, "argument")),
            format!("`{name}` 有 {given} 个参数，应为 {zh}"),
        );
        let hint = match receiver {
            Some(receiver) if is_fold && args.is_empty() && matches!(name, "count") => {
                format!("{}.size()", cut(self.text(receiver)))
            }
            _ => usage.to_owned(),
        };
        self.refuse(self.function_span(id), example(fault, &hint));
        false
    }

    /// Checks one argument; false after a fault in it.
    fn argument(&mut self, call: NodeId, id: NodeId, kind: Argument) -> bool {
        match kind {
            Argument::Quoted(what) => {
                self.quoted(call, id, what);
                true
            }
            Argument::Many(Kinds::BOOL) => {
                self.expect_bool(id);
                self.ty(id) == Some(&Type::Bool)
            }
            Argument::Of(kinds) | Argument::Many(kinds) => self.expect_kinds(id, kinds).is_some(),
            Argument::Alike => match self.ty(id) {
                None => false,
                Some(Type::Null) => {
                    self.refuse(self.span(id), null_here());
                    false
                }
                Some(_) => self.expect_kinds(id, Kinds::SCALAR).is_some(),
            },
            Argument::Steps => self.are_steps(call, id),
            Argument::Parts => self.are_parts(call, id),
            Argument::Variable | Argument::Each(_) => true,
        }
    }

    /// Values between square brackets, each of a type that its clause of the
    /// format takes.
    fn are_parts(&mut self, call: NodeId, id: NodeId) -> bool {
        let Node::Call { receiver: Some(format), .. } = self.node(call) else { return false };
        let Node::Literal(Literal::Text(text)) = self.node(*format) else {
            let fault = Fault::new(
                Code::WrongArguments,
                "a format is written out in quotes",
                "格式应在引号中写明",
            );
            self.refuse(self.span(*format), fault);
            return false;
        };
        let clauses: Vec<Kinds> = match pieces(text) {
            Ok(pieces) => pieces.into_iter().filter_map(Piece::takes).collect(),
            Err(error) => {
                let span = self.span(*format);
                error.into_faults().into_iter().for_each(|fault| self.refuse(span, fault));
                return false;
            }
        };
        let count = match self.node(id) {
            Node::List(items) => {
                for (item, clause) in items.iter().zip(&clauses) {
                    self.expect_kinds(*item, *clause);
                }
                items.len()
            }
            Node::Literals(literals) => {
                for (literal, clause) in literals.iter().zip(&clauses) {
                    let ty = literal_type(literal);
                    if !ty.is(*clause) {
                        self.refuse(self.span(id), unexpected(&ty, *clause));
                    }
                }
                literals.len()
            }
            _ => {
                let fault = Fault::new(
                    Code::WrongArguments,
                    "expected values in square brackets",
                    "此处应为方括号中的值",
                );
                self.refuse(self.span(id), example(fault, "'%s: %d'.format([name, 3])"));
                return false;
            }
        };
        if count < clauses.len() {
            self.refuse(self.span(id), too_few(clauses.len(), count));
        }
        true
    }

    /// Lists of events between square brackets, neither too few nor too many.
    fn are_steps(&mut self, call: NodeId, id: NodeId) -> bool {
        let (least, most) = (sequence::STEPS.start(), sequence::STEPS.end());
        let items = match self.node(id) {
            Node::List(items) if sequence::STEPS.contains(&items.len()) => items,
            _ => {
                let fault = Fault::new(
                    Code::WrongArguments,
                    format!("expected {least} to {most} lists of events in square brackets"),
                    format!("此处应为方括号中的 {least} 至 {most} 个事件列表"),
                );
                self.refuse(self.span(id), example(fault, "[purchases, complaints]"));
                return false;
            }
        };
        let mut good = true;
        for item in items {
            match self.expect_kinds(*item, Kinds::EVENTS) {
                Some(_) => self.go_through(call, *item),
                None => good = false,
            }
        }
        good
    }

    /// What single functions need beyond their row.
    fn note(&mut self, id: NodeId, row: &Function, receiver: Option<NodeId>, args: &[NodeId]) {
        match (row.name, receiver, args) {
            ("ago" | "age" | "today" | "startOf" | "endOf", ..) => self.uses.now = true,
            ("state" | "state_since" | "in_state" | "was_in", ..)
            | ("any_in_state" | "count_in_state" | "consent", ..)
            | ("value" | "axis" | "tier" | "cut", ..) => {
                self.mean(id, Meaning::OfCustomer);
            }
            ("alive_until", None, [chance]) => {
                self.mean(id, Meaning::OfCustomer);
                self.alive_until(*chance);
            }
            ("state_age" | "reachable", ..) => {
                self.mean(id, Meaning::OfCustomer);
                self.uses.now = true;
            }
            ("median_gap", None, [list]) => self.go_through(id, *list),
            ("faded" | "gap_ratio", None, [list, ..]) => {
                self.uses.now = true;
                self.go_through(id, *list);
            }
            ("activePeriods", None, [list, _, n]) => {
                self.uses.now = true;
                self.go_through(id, *list);
                self.expect_range(*n, 1, regular::PERIODS);
            }
            ("sequenceWithout", None, [_, without, ..]) => self.go_through(id, *without),
            ("percentRank" | "topN" | "topShare", None, [of, rest @ ..]) => {
                self.among(id, row.name, *of, rest);
            }
            ("bucket", None, [_, n]) => {
                self.mean(id, Meaning::OfCustomer);
                self.expect_range(*n, 1, i64::MAX);
            }
            ("math.greatest" | "math.least" | "math.abs", None, values) => {
                for value in values {
                    self.expect_kinds(*value, Kinds::NUMBER);
                }
            }
            ("math.sign", None, [value]) => {
                self.expect_kinds(*value, Kinds::INT.or(Kinds::DOUBLE).or(Kinds::DECIMAL));
            }
            ("indexOf" | "lastIndexOf" | "split", Some(text), [part, rest @ ..]) => {
                self.same_form(text, *part);
                if let (false, [place]) = (row.name == "split", rest) {
                    self.expect_range(*place, 0, i64::MAX);
                }
            }
            ("replace", Some(text), [old, new, ..]) => {
                self.same_form(text, *old);
                self.same_form(text, *new);
            }
            ("charAt" | "substring", Some(_), places) => {
                for place in places {
                    self.expect_range(*place, 0, i64::MAX);
                }
            }
            ("join", Some(list), _) => self.are_texts(list),
            ("max" | "min", None, values) => {
                for value in values {
                    self.expect_kinds(*value, Kinds::ORDERED);
                }
            }
            ("during", Some(receiver), _) => {
                self.uses.now = true;
                self.go_through(id, receiver);
            }
            ("opening" | "entries" | "entered" | "time_in", None, args) => {
                self.of_period(id, row.name, args);
            }
            ("between", None, [value, low, high]) => {
                self.lies_between(id, *value, *low, *high);
            }
            ("within", Some(receiver), _) => {
                self.uses.now = true;
                self.go_through(id, receiver);
            }
            ("contains" | "startsWith" | "endsWith", Some(text), [part]) => {
                self.same_form(text, *part);
            }
            ("nth", _, [place]) => self.expect_range(*place, 1, i64::MAX),
            ("days" | "weeks" | "months" | "quarters" | "years", _, [count]) => {
                self.expect_range(*count, 0, Period::MAX_N);
            }
            ("workdays" | "workhours" | "workminutes", _, [count]) => {
                self.expect_range(*count, 0, Period::MAX_N);
                let hours = row.name != "workdays";
                self.expect_work(id, if hours { Work::Hours } else { Work::Days });
            }
            ("is_workday" | "workdays_between", ..) => self.expect_work(id, Work::Days),
            ("worktime_between", ..) => self.expect_work(id, Work::Hours),
            (_, Some(receiver), [zone]) if row.arguments == catalogue::ZONE => {
                self.expect_instant(receiver, *zone);
            }
            _ => {}
        }
    }

    /// What two comparisons would refuse; what is said of one operand alone is
    /// said already.
    fn lies_between(&mut self, id: NodeId, value: NodeId, low: NodeId, high: NodeId) {
        let is_ordered = |id: NodeId| self.ty(id).is_some_and(|ty| ty.is(Kinds::ORDERED));
        if ![value, low, high].into_iter().all(is_ordered) {
            return;
        }
        let faults = self.faults.len();
        self.compare(id, BinaryOp::GreaterEqual, value, low);
        if self.faults.len() == faults {
            self.compare(id, BinaryOp::LessEqual, value, high);
        }
    }

    /// Where the customer stands among everybody: asked once for all, so not of
    /// each event, not within itself, and with a border that is the same for all.
    fn among(&mut self, id: NodeId, function: &str, of: NodeId, rest: &[NodeId]) {
        self.mean(id, Meaning::OfCustomer);
        self.uses.everybody = true;
        let mut below = vec![of];
        let mut is_nested = !self.bound.is_empty();
        while let Some(next) = below.pop() {
            let node = self.node(next);
            is_nested |= matches!(node, Node::Call { function, .. } if is_among(function));
            below.extend(node.children());
        }
        if is_nested {
            let fault = Fault::new(
                Code::WrongArguments,
                format!(
                    "`{function}` asks everybody, expected neither inside a list nor inside itself"
                ),
                format!("`{function}` 询问全体客户，不能写在列表或同类函数之内"),
            );
            let (en, zh) = ("make it a segment of its own", "请另建一个细分");
            self.refuse(self.function_span(id), fault.hint(en, zh));
        }
        match (function, rest) {
            ("topN", [n, ..]) => {
                self.expect_range(*n, 1, i64::MAX);
                let is_set = matches!(self.node(*n), Node::Literal(_))
                    || matches!(self.meaning(*n), Some(Meaning::Parameter(_)));
                if !is_set {
                    self.refuse(self.span(*n), not_the_same_for_all());
                }
            }
            ("topShare", [share, ..]) => self.share(*share),
            _ => {}
        }
    }

    /// What has an answer only where a period is asked about, and not of each
    /// event.
    fn of_period(&mut self, id: NodeId, function: &str, args: &[NodeId]) {
        self.mean(id, Meaning::OfCustomer);
        self.uses.now = true;
        // When a state was first entered depends on no period.
        self.uses.period |= function != "entered";
        let is_opening = function == "opening";
        self.uses.opening |= is_opening;
        self.uses.way |= !is_opening;
        let fault = if !self.scope.period {
            Fault::new(
                Code::WrongArguments,
                format!("`{function}` asks about a period, expected only in a KPI"),
                format!("`{function}` 询问某一期间，只能用于考核指标"),
            )
        } else if is_opening && (!self.bound.is_empty() || self.has_opening(args)) {
            Fault::new(
                Code::WrongArguments,
                "`opening` is asked once a period: it stands neither inside a list nor around \
                 anything else about the period or everybody",
                "`opening` 每个期间只询问一次：不能写在列表之内，其中也不能再涉及期间或全体客户",
            )
        } else if is_opening && args.len() != 1 {
            Fault::new(
                Code::WrongArguments,
                format!("`opening` takes one value, found {}", args.len()),
                format!("`opening` 只接受一个值，却有 {} 个", args.len()),
            )
        } else {
            return;
        };
        self.refuse(self.function_span(id), fault);
    }

    /// Whether something below reads the period, or asks everybody.
    fn has_opening(&self, args: &[NodeId]) -> bool {
        let mut below = args.to_vec();
        while let Some(next) = below.pop() {
            let node = self.node(next);
            let own = self.meaning(next) == Some(Meaning::Period);
            let call = matches!(node, Node::Call { function, receiver: None, .. }
                if matches!(&**function, "opening" | "entries" | "entered" | "time_in") || is_among(function));
            if own || call {
                return true;
            }
            below.extend(node.children());
        }
        false
    }

    /// Refuses working time that the calendar does not know.
    fn expect_work(&mut self, id: NodeId, needed: Work) {
        if self.scope.work < needed {
            self.refuse(self.function_span(id), no_work(needed));
        }
    }

    /// Refuses a list whose elements are no texts.
    fn are_texts(&mut self, list: NodeId) {
        let Some(Type::List(element)) = self.ty(list) else { return };
        if matches!(**element, Type::Text(_) | Type::Null) {
            return;
        }
        let fault = unexpected(&element.clone(), Kinds::TEXT);
        let text = cut(self.text(list));
        let instead = format!("{text}.map(x, string(x)).join()");
        self.refuse(self.span(list), example(fault, &instead));
    }

    /// Brings two texts into one form, or refuses them.
    fn same_form(&mut self, text: NodeId, part: NodeId) {
        self.meet(text, part);
        if let (Some(Type::Text(a)), Some(Type::Text(b))) = (self.ty(text), self.ty(part))
            && a != b
        {
            self.refuse(self.span(part), other_form());
        }
    }

    /// Refuses a whole number that is written out and outside its range.
    fn expect_range(&mut self, id: NodeId, least: i64, most: i64) {
        let Node::Literal(Literal::Int(whole)) = self.node(id) else { return };
        if (least..=most).contains(whole) {
            return;
        }
        let (en, zh) = if most == i64::MAX {
            (format!("{least} or more"), format!("不小于 {least}"))
        } else {
            (format!("{least} to {most}"), format!("在 {least} 至 {most} 之间"))
        };
        let fault = Fault::new(
            Code::BadLiteral,
            format!("`{whole}` is out of range, expected {en}"),
            format!("`{whole}` 超出范围，应{zh}"),
        );
        self.refuse(self.span(id), fault);
    }

    /// Refuses a zone where there is no instant to look at.
    fn expect_instant(&mut self, receiver: NodeId, zone: NodeId) {
        let Some(ty) = self.ty(receiver) else { return };
        if *ty == Type::Timestamp {
            return;
        }
        let words = ty.words();
        let fault = Fault::new(
            Code::WrongArguments,
            format!("{} is the same in every time zone, expected no argument", words.en),
            format!("{}与时区无关，此处不应有参数", words.zh),
        );
        self.refuse(self.span(zone), fault);
    }

    fn all_alike(&mut self, args: &[NodeId]) -> Option<Type> {
        // The first that is no constant says what the others are.
        let anchor = args.iter().copied().find(|arg| !self.is_constant(*arg));
        let anchor = anchor.or(args.first().copied())?;
        let mut ty = self.ty(anchor).cloned();
        for arg in args.iter().filter(|arg| **arg != anchor) {
            let one = self.alike(anchor, *arg);
            ty = ty.and(one);
        }
        ty
    }

    fn function_span(&self, id: NodeId) -> Span {
        match self.node(id) {
            Node::Call { function, receiver, .. } => self.name_span(id, *receiver, function),
            _ => self.span(id),
        }
    }

    fn unknown_function(&mut self, id: NodeId, function: &str, receiver: Option<NodeId>) {
        let shown = cut(function);
        let fault = Fault::new(
            Code::UnknownFunction,
            format!("there is no function `{shown}`"),
            format!("没有名为 `{shown}` 的函数"),
        );
        let same_shape = |row: &&Function| (row.receiver != Kinds::NONE) == receiver.is_some();
        let near = elsewhere(function).or_else(|| {
            nearest(function, catalogue::all().iter().filter(same_shape).map(|row| row.name))
                .or_else(|| nearest(function, catalogue::all().iter().map(|row| row.name)))
        });
        let fault = match near {
            Some(near) => meant(fault, near),
            None => fault,
        };
        self.refuse(self.function_span(id), fault);
    }

    /// `lower(name)` for `name.lower()`, and the reverse.
    fn wrong_shape(
        &mut self,
        id: NodeId,
        rows: &[Function],
        receiver: Option<NodeId>,
        args: &[NodeId],
    ) {
        let Some(row) = rows.first() else { return };
        let name = row.name;
        let fault = match receiver {
            Some(_) => Fault::new(
                Code::WrongArguments,
                format!("`{name}` is not called on a value"),
                format!("`{name}` 不通过值来调用"),
            ),
            None => Fault::new(
                Code::WrongArguments,
                format!("`{name}` is called on a value"),
                format!("`{name}` 要通过值来调用"),
            ),
        };
        let instead = match (receiver, args) {
            (None, [one, rest @ ..]) if row.arguments.len() == rest.len() => {
                let rest: Vec<String> = rest.iter().map(|arg| cut(self.text(*arg))).collect();
                format!("{}.{name}({})", cut(self.text(*one)), rest.join(", "))
            }
            (Some(receiver), []) if row.arguments.len() == 1 => {
                format!("{name}({})", cut(self.text(receiver)))
            }
            _ => row.usage.to_owned(),
        };
        self.refuse(self.function_span(id), example(fault, &instead));
    }

    fn wrong_receiver(
        &self,
        row: &Function,
        receiver: NodeId,
        ty: &Type,
        args: &[NodeId],
    ) -> Fault {
        if *ty == Type::Null {
            return null_here();
        }
        let (found, expected) = (ty.words(), row.receiver.words());
        let name = row.name;
        let fault = Fault::new(
            Code::NoOverload,
            format!("`{name}` is called on {}, expected {}", found.en, expected.en),
            format!("`{name}` 不能用于{}，应为{}", found.zh, expected.zh),
        );
        let text = cut(self.text(receiver));
        let part = args.first().map(|arg| cut(self.text(*arg)));
        let instead = match (name, ty, part) {
            ("contains", Type::Set(_) | Type::List(_), Some(part)) => format!("{part} in {text}"),
            ("contains" | "startsWith" | "endsWith" | "matches", Type::Enum(_), Some(part)) => {
                format!("string({text}).{name}({part})")
            }
            ("lower" | "upper", Type::Enum(_), _) => format!("string({text}).{name}()"),
            _ => return hinted(fault, self.one_value_of(receiver, ty)),
        };
        hinted(fault, Some(Text::new(format!("write `{instead}`"), format!("请写 `{instead}`"))))
    }

    /// How to get from an event to one of its values.
    fn one_value_of(&self, id: NodeId, ty: &Type) -> Option<Text> {
        let text = cut(self.text(id));
        (*ty).is(Kinds::EVENT).then(|| {
            Text::new(
                format!("it is one event; its fields are written `{text}.at`"),
                format!("它是单个事件，字段写成 `{text}.at`"),
            )
        })
    }
}

fn example(fault: Fault, usage: &str) -> Fault {
    fault.hint(format!("for example `{usage}`"), format!("例如 `{usage}`"))
}

/// Names that other languages have for a function of this one.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name {
        "len" | "length" => "size",
        "includes" | "hasPart" => "contains",
        "toLowerCase" | "toLower" => "lower",
        "toUpperCase" | "toUpper" => "upper",
        "substr" | "slice" => "substring",
        "concat" => "join",
        "abs" => "math.abs",
        "round" => "math.round",
        "floor" => "math.floor",
        "ceil" | "ceiling" => "math.ceil",
        "average" | "mean" => "avg",
        "any" | "some" => "exists",
        "every" => "all",
        "where" => "filter",
        "funnel" | "windowFunnel" => "sequence",
        "distinct" => "countDistinct",
        "ifnull" | "nvl" | "ifNull" => "coalesce",
        "str" | "text" => "string",
        "inSegment" | "in_segment" => "segment",
        "networkdays" | "NETWORKDAYS" => "workdays_between",
        "business_days" | "businessDays" | "workday" | "WORKDAY" => "workdays",
        "work" | "business_hours" | "working_hours" => "workhours",
        _ => return None,
    })
}
