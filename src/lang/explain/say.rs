//! One line for each clause, and the tree as JSON.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::{Counted, Explanation, Joint, Leaf, Outcome, Shown};
use crate::error::{Language, counted};

impl Explanation {
    /// The clause in one line: what it came to, and why.
    pub fn say(&self, language: Language) -> String {
        let reason = match (&self.outcome, &self.leaf) {
            (Outcome::Error(fault), _) => Some(fault.message.say(language).to_owned()),
            (_, Some(leaf)) => self.values(leaf, language),
            _ if self.cut => None,
            _ => Some(self.joined(language)),
        };
        let verdict = self.verdict(language);
        let line = match (language, reason) {
            (Language::En, Some(reason)) => format!("{verdict}: {reason}"),
            (Language::Zh, Some(reason)) => format!("{verdict}：{reason}"),
            (_, None) => format!("{verdict} `{}`", crate::units::shown(&self.text)),
        };
        let line = if self.cut { line + left_out(language) } else { line };
        let Some(leaf) = &self.leaf else { return line };
        let line = leaf.parameters.iter().fold(line, |line, parameter| {
            let said = parameter.say(language);
            match language {
                Language::En => format!("{line} ({said})"),
                Language::Zh => format!("{line}（{said}）"),
            }
        });
        leaf.counted.iter().fold(line, |line, counted| line + &counted.say(language))
    }

    /// Every clause of the tree with its depth, from 0, as [`say`] has it.
    ///
    /// [`say`]: Explanation::say
    pub fn lines(&self, language: Language) -> Vec<(usize, String)> {
        let mut lines = Vec::new();
        let mut below = vec![(0, self)];
        while let Some((depth, clause)) = below.pop() {
            lines.push((depth, clause.say(language)));
            below.extend(clause.parts.iter().rev().map(|part| (depth + 1, part)));
        }
        lines
    }

    /// The tree as JSON with its texts in one language; absent parts are left
    /// out. The keys are `text`, `start`, `end`, `outcome` (`yes`, `no`,
    /// `error`), `joint` (`all`, `any`, `one`, `not`, `choice`, `segment`, `leaf`),
    /// `missing`, `cut`, `said`, `left`, `sign`, `right`, `counted` (of `list`, `count`,
    /// `of`), `parameters`, `segment`, `fault` and `parts`.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        Said { explanation: self, language }
    }

    fn verdict(&self, language: Language) -> &'static str {
        let (en, zh) = match self.outcome {
            Outcome::Yes => ("yes", "满足"),
            Outcome::No => ("no", "不满足"),
            Outcome::Error(_) => ("error", "出错"),
        };
        match language {
            Language::En => en,
            Language::Zh => zh,
        }
    }

    /// How clauses came together.
    fn joined(&self, language: Language) -> String {
        let (n, all) = (self.parts.iter().filter(|part| part.holds()).count(), self.parts.len());
        let (en, zh) = match self.joint {
            Joint::All => (
                format!("{n} of {all} conditions hold, all are needed"),
                format!("{all} 个条件满足 {n} 个，须全部满足"),
            ),
            Joint::Any => (
                format!("{n} of {all} conditions hold, one is needed"),
                format!("{all} 个条件满足 {n} 个，满足一个即可"),
            ),
            Joint::One => (
                format!("{n} of {all} conditions hold, exactly one may"),
                format!("{all} 个条件满足 {n} 个，须恰好满足一个"),
            ),
            Joint::Not if n > 0 => (
                "the condition holds, and must not".to_owned(),
                "条件成立，而要求不成立".to_owned(),
            ),
            Joint::Not => (
                "the condition does not hold, as is wanted".to_owned(),
                "条件不成立，符合要求".to_owned(),
            ),
            _ => {
                let text = self.parts.last().map_or("", |taken| taken.text.as_str());
                let text = crate::units::shown(text);
                (format!("the choice fell on `{text}`"), format!("选择了 `{text}`"))
            }
        };
        match language {
            Language::En => en,
            Language::Zh => zh,
        }
    }

    /// The values that a clause looked at; None where its text says it all.
    fn values(&self, leaf: &Leaf, language: Language) -> Option<String> {
        let shown = |shown: &Shown| shown.say(language);
        match (&leaf.left, &leaf.sign, &leaf.right) {
            (Some(left), _, _) if left.missing => Some(shown(left)),
            (_, _, Some(right)) if right.missing => Some(shown(right)),
            (Some(left), Some(sign), Some(right)) => {
                // What is named comes first, what is written out is the measure.
                let turned = (left.name.is_none() && right.name.is_some()).then(|| turned(sign));
                let (left, sign, right) = match turned.flatten() {
                    Some((en, zh)) => (right, if language == Language::En { en } else { zh }, left),
                    None => (left, sign.as_str(), right),
                };
                let (left, right) = (shown(left), right.value.say(language));
                Some(match language {
                    Language::En => format!("{left}, needed {sign} {right}"),
                    Language::Zh if sign == "between" => format!("{left}，要求介于 {right} 之间"),
                    Language::Zh => format!("{left}，要求 {sign} {right}"),
                })
            }
            (Some(left), _, _) => Some(shown(left)),
            _ => None,
        }
    }
}

/// That a clause is told by its outcome alone.
fn left_out(language: Language) -> &'static str {
    match language {
        Language::En => " (what it is made of is left out: there is too much to tell)",
        Language::Zh => "（内容过多，其组成从略）",
    }
}

/// The operator with its sides exchanged, in English and Chinese.
fn turned(sign: &str) -> Option<(&'static str, &'static str)> {
    Some(match sign {
        "==" => ("==", "=="),
        "!=" => ("!=", "!="),
        "<" => (">", ">"),
        "<=" => (">=", ">="),
        ">" => ("<", "<"),
        ">=" => ("<=", "<="),
        "in" => ("to hold", "包含"),
        _ => return None,
    })
}

impl Shown {
    fn say(&self, language: Language) -> String {
        let value = self.value.say(language);
        match (&self.name, language, self.missing) {
            (None, _, _) => value.to_owned(),
            (Some(name), Language::En, false) => format!("`{name}` is {value}"),
            (Some(name), Language::En, true) => format!("`{name}` has no value"),
            (Some(name), Language::Zh, false) => format!("`{name}` 为 {value}"),
            (Some(name), Language::Zh, true) => format!("`{name}` 无值"),
        }
    }
}

impl Counted {
    fn say(&self, language: Language) -> String {
        let Counted { list, count, of } = self;
        match (language, count == of) {
            (Language::En, true) => format!(" ({} in `{list}`)", counted(*count, "event")),
            (Language::En, false) => {
                let counts = if *count == 1 || *of == 1 { "counts" } else { "count" };
                format!(" ({count} of {} {counts} in `{list}`)", counted(*of, "event"))
            }
            (Language::Zh, true) => format!("（`{list}` 有 {count} 个事件）"),
            (Language::Zh, false) => format!("（`{list}` 的 {of} 个事件中计入 {count} 个）"),
        }
    }
}

struct Said<'e> {
    explanation: &'e Explanation,
    language: Language,
}

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (clause, language) = (self.explanation, self.language);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("text", &clause.text)?;
        map.serialize_entry("start", &clause.span.0)?;
        map.serialize_entry("end", &clause.span.1)?;
        map.serialize_entry("outcome", clause.outcome.name())?;
        map.serialize_entry("joint", clause.joint.name())?;
        if clause.missing {
            map.serialize_entry("missing", &true)?;
        }
        if clause.cut {
            map.serialize_entry("cut", &true)?;
        }
        map.serialize_entry("said", &clause.say(language))?;
        if let Some(Leaf { left, sign, right, counted, parameters, segment }) = &clause.leaf {
            for (key, value) in [("left", left), ("right", right)] {
                if let Some(shown) = value {
                    map.serialize_entry(key, shown.value.say(language))?;
                }
            }
            if let Some(sign) = sign {
                map.serialize_entry("sign", sign)?;
            }
            if !counted.is_empty() {
                map.serialize_entry("counted", counted)?;
            }
            if !parameters.is_empty() {
                let said = |shown: &Shown| {
                    let name = shown.name.clone().unwrap_or_default();
                    (name, shown.value.say(language).to_owned())
                };
                let parameters: std::collections::BTreeMap<_, _> =
                    parameters.iter().map(said).collect();
                map.serialize_entry("parameters", &parameters)?;
            }
            if let Some(segment) = segment {
                map.serialize_entry("segment", segment)?;
            }
        }
        if let Outcome::Error(fault) = &clause.outcome {
            map.serialize_entry("fault", &fault.in_language(language))?;
        }
        if !clause.parts.is_empty() {
            let parts = clause.parts.iter().map(|explanation| Said { explanation, language });
            map.serialize_entry("parts", &parts.collect::<Vec<_>>())?;
        }
        map.end()
    }
}

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.in_language(Language::En).serialize(serializer)
    }
}

impl Serialize for Counted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("list", &self.list)?;
        map.serialize_entry("count", &self.count)?;
        map.serialize_entry("of", &self.of)?;
        map.end()
    }
}

impl Outcome {
    /// The outcome in one word: `yes`, `no`, `error`.
    pub fn name(&self) -> &'static str {
        match self {
            Outcome::Yes => "yes",
            Outcome::No => "no",
            Outcome::Error(_) => "error",
        }
    }
}

impl Joint {
    /// The joint in one word: `all`, `any`, `one`, `not`, `choice`, `segment`,
    /// `leaf`.
    pub fn name(self) -> &'static str {
        match self {
            Joint::All => "all",
            Joint::Any => "any",
            Joint::One => "one",
            Joint::Not => "not",
            Joint::Choice => "choice",
            Joint::Segment => "segment",
            Joint::Leaf => "leaf",
        }
    }
}
