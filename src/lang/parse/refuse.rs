//! What the parser says when it cannot go on.

use super::{Parser, Part};
use crate::error::{Code, Error, Fault};
use crate::lang::bounds;
use crate::lang::lexer::{Kind, Token};

/// A part of CEL that the profile leaves out.
pub(super) struct Absent {
    en: &'static str,
    zh: &'static str,
    hint: Option<(&'static str, &'static str)>,
}

pub(super) const BYTES: Absent = Absent { en: "bytes", zh: "字节串", hint: None };
pub(super) const UNSIGNED: Absent = Absent {
    en: "unsigned numbers",
    zh: "无符号数",
    hint: Some(("leave out the `u`", "请去掉 `u`")),
};
pub(super) const MAP: Absent = Absent { en: "maps", zh: "映射", hint: None };
pub(super) const MESSAGE: Absent = Absent { en: "messages", zh: "消息构造", hint: None };
pub(super) const OPTIONAL: Absent = Absent {
    en: "optional fields and elements",
    zh: "可选字段和可选元素",
    hint: Some((
        "a missing value needs no care: a comparison with it is false",
        "缺失值无需特别处理：与它比较的结果为假",
    )),
};
pub(super) const QUOTED_FIELD: Absent =
    Absent { en: "quoted field names", zh: "带引号的字段名", hint: None };

impl Parser<'_> {
    pub(super) fn refuse(&mut self, start: u32, end: u32, what: &Absent) -> Result<(), Error> {
        let mut fault = Fault::new(
            Code::NotInProfile,
            format!("{} are not part of the language", what.en),
            format!("语言不包含{}", what.zh),
        )
        .span(start as usize, end as usize);
        if let Some((en, zh)) = what.hint {
            fault = fault.hint(en, zh);
        }
        if self.faults.len() + 1 >= bounds::FAULTS {
            return Err(fault.into());
        }
        self.faults.push(fault);
        Ok(())
    }

    /// `found X, expected WHAT` at the current token.
    pub(super) fn expected(&self, en: &str, zh: &str) -> Error {
        let token = self.token;
        let fault = match token.kind {
            Kind::End => Fault::new(
                Code::Syntax,
                format!("the expression ends, expected {en}"),
                format!("表达式到此结束，应有{zh}"),
            ),
            _ => {
                let found = self.shown(token);
                Fault::new(
                    Code::Syntax,
                    format!("found `{found}`, expected {en}"),
                    format!("遇到 `{found}`，应为{zh}"),
                )
            }
        };
        fault.span(token.start as usize, token.end as usize).into()
    }

    /// The token for a message; long ones are cut.
    pub(super) fn shown(&self, token: Token) -> String {
        let text = self.text(token);
        match text.char_indices().nth(30) {
            Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
            None => text.to_owned(),
        }
    }

    /// Something stands after a complete value that does not continue it.
    pub(super) fn after_value(&self, en: &str, zh: &str) -> Error {
        let error = self.expected(en, zh);
        let instead = match self.text(self.token) {
            "and" | "AND" | "And" => "&&",
            "or" | "OR" | "Or" => "||",
            "is" | "IS" => "==",
            "IN" | "In" => "in",
            _ => return error,
        };
        let hinted = error
            .into_faults()
            .into_iter()
            .map(|fault| fault.hint(format!("write `{instead}`"), format!("请写 `{instead}`")));
        Error::of(hinted.collect()).unwrap_or_else(internal)
    }

    pub(super) fn never_closed(&self, opened: Token) -> Error {
        let bracket = self.text(opened);
        let fault = Fault::new(
            Code::Syntax,
            format!("`{bracket}` is not closed"),
            format!("`{bracket}` 没有对应的右括号"),
        );
        fault.span(opened.start as usize, opened.end as usize).into()
    }

    pub(super) fn no_colon(&self, question: Token) -> Error {
        let error = self.expected("`:` and the value otherwise", "`:` 以及条件不成立时的值");
        let hint = if self.token.kind == Kind::Question {
            ("put brackets around the inner `?:`", "请给内层的 `?:` 加括号")
        } else {
            ("a choice is written `condition ? value : other`", "选择写成 `条件 ? 值 : 另一值`")
        };
        let hinted = error.into_faults().into_iter().map(|mut fault| {
            if self.token.kind == Kind::End {
                fault.span = Some((question.start as usize, question.end as usize));
            }
            fault.hint(hint.0, hint.1)
        });
        Error::of(hinted.collect()).unwrap_or_else(internal)
    }

    pub(super) fn mixed_signs(&self) -> Error {
        let error = self.expected("a value", "值");
        let hinted = error
            .into_faults()
            .into_iter()
            .map(|fault| fault.hint("put brackets around it: `!(-x)`", "请加括号，例如 `!(-x)`"));
        Error::of(hinted.collect()).unwrap_or_else(internal)
    }

    pub(super) fn not_callable(&self, part: Part) -> Error {
        let fault = Fault::new(
            Code::Syntax,
            "this is no function name, expected an operator before `(`",
            "这里不是函数名，`(` 前应有运算符",
        );
        fault.span(part.start as usize, self.token.end as usize).into()
    }

    pub(super) fn reserved(&self) -> Error {
        let word = self.shown(self.token);
        let fault = Fault::new(
            Code::Syntax,
            format!("`{word}` is a reserved word, expected a value"),
            format!("`{word}` 是保留字，此处应为值"),
        );
        fault.span(self.token.start as usize, self.token.end as usize).into()
    }
}

pub(super) fn too_many_nodes(start: u32, end: u32) -> Error {
    let most = bounds::NODES;
    let fault = Fault::new(
        Code::TooManyNodes,
        format!("the expression has too many parts, expected at most {most}"),
        format!("表达式的组成部分太多，最多 {most} 个"),
    )
    .hint("a list of constants counts as one part", "常量列表只算一个部分");
    fault.span(start as usize, end as usize).into()
}

pub(super) fn too_deep(start: u32, end: u32) -> Error {
    let most = bounds::DEPTH;
    let fault = Fault::new(
        Code::TooDeep,
        format!("the expression nests too deep here, expected at most {most} levels"),
        format!("表达式在此处嵌套过深，最多 {most} 层"),
    );
    fault.span(start as usize, end as usize).into()
}

pub(super) fn internal() -> Error {
    Fault::new(Code::Internal, "the parser contradicts itself", "解析器内部矛盾").into()
}
