//! Texts that are written out so that they can be checked before anything runs.

use std::sync::Arc;

use super::super::catalogue::Quoted;
use super::super::functions::compile;
use super::super::scope::Meaning;
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
        };
        let faults = found.map_or_else(Error::into_faults, |()| Vec::new());
        for fault in faults {
            let code = match fault.code {
                Code::BadPattern | Code::UnknownZone | Code::UnknownSegment | Code::CostTooHigh => {
                    fault.code
                }
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
    }
}
