//! Texts that are written out so that they can be checked before anything runs.

use std::sync::Arc;

use super::super::catalogue::Quoted;
use super::super::functions::compile;
use super::super::scope::{MachineNames, Meaning};
use super::super::search::has_words;
use super::super::time::{Duration, Timestamp};
use super::super::tree::{Literal, Node, NodeId};
use super::faults::{cut, meant};
use super::walk::Checker;
use crate::error::{Code, Error, Fault};
use crate::units::{Day, Unit, Zone, nearest};

/// Different patterns in one expression. Compiling a costly one takes as long
/// as checking ten thousand conditions, and thousands would hold up a host.
const PATTERNS: usize = 50;

impl<'t> Checker<'t> {
    /// Checks the argument `id` of the call `call`.
    pub fn quoted(&mut self, call: NodeId, id: NodeId, what: Quoted) {
        if self.ty(id).is_none() {
            return;
        }
        let Node::Literal(Literal::Text(text)) = self.node(id) else {
            let (en, zh) = words(what);
            let fault = Fault::new(
                Code::WrongArguments,
                format!("expected {en}, written out in quotes"),
                format!("此处应为引号中写明的{zh}"),
            );
            return self.refuse(self.span(id), fault);
        };
        let found = match what {
            Quoted::Date => Day::parse(text).map(drop),
            Quoted::Timestamp => Timestamp::parse(text).map(drop),
            Quoted::Duration => Duration::parse(text).map(drop),
            Quoted::Unit => Unit::parse(text).map(drop),
            Quoted::Zone => Zone::named(text).map(drop),
            Quoted::Pattern => self.pattern(text),
            Quoted::Segment => self.segment(call, text),
            Quoted::Machine => self.machine(text, false),
            Quoted::KeyedMachine => self.machine(text, true),
            Quoted::State => self.state(call, text),
            Quoted::Purpose => self.consent(call, text),
            Quoted::Channel => listed_in(&self.scope.schema.channels, text, ("channel", "渠道")),
            Quoted::Figure => self.figure(text),
            Quoted::Axis => self.axis(text),
            Quoted::Scheme => self.scheme(text),
            Quoted::Cut => self.cut_point(text),
            Quoted::Salt => Ok(()),
            Quoted::Words if has_words(text) => Ok(()),
            Quoted::Words => Err(Fault::new(
                Code::BadLiteral,
                "there is no word to look for, expected letters or digits",
                "没有可查找的词语，应有文字或数字",
            )
            .into()),
        };
        let faults = found.map_or_else(Error::into_faults, |()| Vec::new());
        for fault in faults {
            let code = match fault.code {
                Code::BadPattern
                | Code::UnknownZone
                | Code::UnknownSegment
                | Code::UnknownName
                | Code::CostTooHigh => fault.code,
                _ => Code::BadLiteral,
            };
            self.refuse(self.span(id), Fault { code, ..fault });
        }
    }

    fn pattern(&mut self, text: &'t str) -> Result<(), Error> {
        if !self.patterns.insert(text) {
            return Ok(());
        }
        if self.patterns.len() > PATTERNS {
            self.patterns.remove(text);
            return Err(Fault::new(
                Code::CostTooHigh,
                format!("too many patterns, expected at most {PATTERNS} different ones"),
                format!("正则表达式太多，最多 {PATTERNS} 个不同的"),
            )
            .into());
        }
        compile(text).map(drop)
    }

    fn segment(&mut self, call: NodeId, name: &Arc<str>) -> Result<(), Error> {
        if let Some(position) = self.scope.segment(name) {
            self.mean(call, Meaning::Segment(position));
            self.uses.segments.push(name.clone());
            return Ok(());
        }
        let shown = cut(name);
        let fault = Fault::new(
            Code::UnknownSegment,
            format!("there is no segment `{shown}`"),
            format!("没有名为 `{shown}` 的细分"),
        );
        let known = self.scope.segments.iter().map(|segment| &**segment);
        Err(match nearest(name, known) {
            Some(near) => meant(fault, near).into(),
            None => fault.into(),
        })
    }

    /// A machine, keyed or not as it is asked about.
    fn machine(&mut self, name: &Arc<str>, keyed: bool) -> Result<(), Error> {
        let shown = cut(name);
        let Some(machine) = self.scope.machine(name) else {
            let fault = Fault::new(
                Code::UnknownName,
                format!("there is no machine `{shown}`"),
                format!("没有名为 `{shown}` 的生命周期"),
            );
            let known = self.scope.machines.iter().map(|machine| &*machine.name);
            return Err(match nearest(name, known) {
                Some(near) => meant(fault, near).into(),
                None => fault.into(),
            });
        };
        self.uses.machines.push(machine.name.clone());
        if machine.keyed == keyed {
            return Ok(());
        }
        let (en, zh) = if keyed {
            ("runs once for a customer", "每个客户只有一个实例")
        } else {
            ("runs once for each key", "每个键各有一个实例")
        };
        let instead = if keyed { "in_state" } else { "any_in_state" };
        let fault = Fault::new(
            Code::WrongArguments,
            format!("the machine `{shown}` {en}"),
            format!("生命周期 `{shown}` {zh}"),
        );
        Err(fault.hint(format!("ask `{instead}`"), format!("请用 `{instead}`")).into())
    }

    /// A state of the machine that the call names first.
    fn state(&mut self, call: NodeId, name: &Arc<str>) -> Result<(), Error> {
        let Some(machine) = self.machine_of(call) else { return Ok(()) };
        if machine.states.binary_search(name).is_ok() {
            return Ok(());
        }
        let (shown, of) = (cut(name), cut(&machine.name));
        let fault = Fault::new(
            Code::UnknownName,
            format!("the machine `{of}` has no state `{shown}`"),
            format!("生命周期 `{of}` 没有状态 `{shown}`"),
        );
        let known = machine.states.iter().map(|state| &**state);
        Err(match nearest(name, known) {
            Some(near) => meant(fault, near).into(),
            None => fault.into(),
        })
    }

    /// The machine that a call names first, if there is one of this name.
    pub fn machine_of(&self, call: NodeId) -> Option<&'t MachineNames> {
        let Node::Call { args, .. } = self.node(call) else { return None };
        match self.node(*args.first()?) {
            Node::Literal(Literal::Text(name)) => self.scope.machine(name),
            _ => None,
        }
    }

    /// The purpose of a question about consent; with its channel it is what
    /// the expression reads.
    fn consent(&mut self, call: NodeId, purpose: &Arc<str>) -> Result<(), Error> {
        let schema = self.scope.schema;
        listed_in(&schema.purposes, purpose, ("purpose", "用途"))?;
        if let Node::Call { args, .. } = self.node(call)
            && let [_, channel] = args[..]
            && let Node::Literal(Literal::Text(channel)) = self.node(channel)
            && let Some(of_channel) = schema.channels.iter().position(|known| known == channel)
            && let Some(of_purpose) = schema.purposes.iter().position(|known| known == purpose)
        {
            self.uses.consents.push((of_purpose, of_channel));
        }
        Ok(())
    }
}

/// Refuses what the schema does not list.
fn listed_in(known: &[Arc<str>], name: &str, (en, zh): (&str, &str)) -> Result<(), Error> {
    if known.iter().any(|known| **known == *name) {
        return Ok(());
    }
    let shown = cut(name);
    let fault = Fault::new(
        Code::UnknownName,
        format!("there is no {en} `{shown}`"),
        format!("没有名为 `{shown}` 的{zh}"),
    );
    Err(match nearest(name, known.iter().map(|known| &**known)) {
        Some(near) => meant(fault, near).into(),
        None if known.is_empty() => fault
            .hint(format!("the schema declares no {en}s"), format!("事实模式没有声明任何{zh}"))
            .into(),
        None => {
            let names = super::names::listed(known.iter().map(|known| &**known));
            fault.hint(format!("there are {names}"), format!("已有 {names}")).into()
        }
    })
}

fn words(what: Quoted) -> (&'static str, &'static str) {
    match what {
        Quoted::Date => ("a day like `'2026-03-31'`", "日期，如 `'2026-03-31'`"),
        Quoted::Timestamp => (
            "an instant like `'2026-03-31T08:00:00+08:00'`",
            "时间点，如 `'2026-03-31T08:00:00+08:00'`",
        ),
        Quoted::Duration => ("a duration like `'36h'`", "时长，如 `'36h'`"),
        Quoted::Unit => ("a calendar unit like `'month'`", "日历单位，如 `'month'`"),
        Quoted::Zone => ("a time zone like `'Asia/Shanghai'`", "时区，如 `'Asia/Shanghai'`"),
        Quoted::Pattern => ("a pattern like `'^A[0-9]+$'`", "正则表达式，如 `'^A[0-9]+$'`"),
        Quoted::Segment => ("the name of a segment", "细分的名称"),
        Quoted::Machine | Quoted::KeyedMachine => ("the name of a machine", "生命周期的名称"),
        Quoted::State => ("the name of a state", "状态的名称"),
        Quoted::Purpose => ("a purpose of consent", "同意的用途"),
        Quoted::Channel => ("a channel", "渠道"),
        Quoted::Figure => ("the name of a figure of value", "价值指标的名称"),
        Quoted::Axis => ("the name of an axis", "维度的名称"),
        Quoted::Scheme => ("the name of a scheme of tiers", "定级方案的名称"),
        Quoted::Cut => ("the name of a cut point", "分界值的名称"),
        Quoted::Words => ("words like `'green tea'`", "词语，如 `'上海 茶'`"),
        Quoted::Salt => ("a text like `'spring'`", "文本，如 `'spring'`"),
    }
}
