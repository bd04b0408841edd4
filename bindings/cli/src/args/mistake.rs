//! Arguments that cannot be read: help that was asked for, or a fault.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use guanxi::{Code, Fault};

/// What to print instead of doing something.
#[derive(Debug)]
pub enum Mistake {
    /// Help or the version, which was asked for.
    Asked(String),
    /// Help, because no command was given.
    Nothing(String),
    /// What is wrong.
    Wrong(Box<Fault>),
}

impl Mistake {
    /// Reads what the parser of arguments reports.
    pub fn of(error: clap::Error) -> Mistake {
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Mistake::Asked(error.render().to_string())
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                Mistake::Nothing(error.render().to_string())
            }
            _ => Mistake::Wrong(Box::new(fault(&error))),
        }
    }
}

fn fault(error: &clap::Error) -> Fault {
    let argument = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue);
    let (en, zh) = match error.kind() {
        ErrorKind::UnknownArgument => {
            (format!("there is no argument `{argument}`"), format!("没有参数 `{argument}`"))
        }
        ErrorKind::InvalidSubcommand => {
            let command = context(error, ContextKind::InvalidSubcommand);
            (format!("there is no command `{command}`"), format!("没有命令 `{command}`"))
        }
        ErrorKind::MissingSubcommand => ("a command is missing".to_owned(), "缺少命令".to_owned()),
        ErrorKind::MissingRequiredArgument => {
            (format!("`{argument}` is missing"), format!("缺少 `{argument}`"))
        }
        ErrorKind::ArgumentConflict => {
            let other = context(error, ContextKind::PriorArg);
            if argument == other {
                (format!("`{argument}` is given twice"), format!("`{argument}` 重复给出"))
            } else {
                (
                    format!("`{argument}` and `{other}` do not go together"),
                    format!("`{argument}` 与 `{other}` 不能同时使用"),
                )
            }
        }
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            (format!("`{argument}` needs a value"), format!("`{argument}` 需要一个值"))
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            (format!("`{argument}` needs a value"), format!("`{argument}` 需要一个值"))
        }
        ErrorKind::InvalidUtf8 => {
            ("an argument is not text in UTF-8".to_owned(), "参数不是 UTF-8 文本".to_owned())
        }
        _ => (
            format!("`{value}` cannot be a value of `{argument}`"),
            format!("`{value}` 不能作为 `{argument}` 的值"),
        ),
    };
    with_hint(Fault::new(Code::InvalidArgument, en, zh), error)
}

fn with_hint(fault: Fault, error: &clap::Error) -> Fault {
    let near =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
            .into_iter()
            .map(|kind| context(error, kind))
            .find(|near| !near.is_empty());
    if let Some(near) = near {
        return fault.meant(&near);
    }
    let valid = context(error, ContextKind::ValidValue);
    if !valid.is_empty() {
        return fault.hint(format!("expected one of {valid}"), format!("应为 {valid} 之一"));
    }
    fault.hint("`--help` tells what there is", "用 `--help` 查看可用的参数")
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::StyledStrs(texts)) => {
            texts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}
