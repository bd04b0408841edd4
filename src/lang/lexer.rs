//! From text to tokens: one at a time, without copying.
//!
//! A [`Token`] is a kind and a range of bytes. What a number or a quoted text
//! *means* is worked out by [`super::literal`] when the parser takes it.

use crate::error::{Code, Error, Fault};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    End,
    Name,
    Reserved,
    Backtick,
    Int,
    Unsigned,
    Double,
    Text,
    Bytes,
    True,
    False,
    Null,
    In,
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Not,
    Question,
    Colon,
    Dot,
    Comma,
    OpenRound,
    CloseRound,
    OpenSquare,
    CloseSquare,
    OpenBrace,
    CloseBrace,
}

/// A piece of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Words that CEL keeps for itself: never a name, allowed after a dot.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Whether `name` can be written as an identifier of the language.
///
/// ```
/// use guanxi::lang::is_identifier;
///
/// assert!(is_identifier("region"));
/// assert!(!is_identifier("大区") && !is_identifier("in") && !is_identifier("2nd"));
/// ```
pub fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(starts_name) && bytes.all(continues_name) && word(name) == Kind::Name
}

/// The kind of an identifier-shaped word.
fn word(text: &str) -> Kind {
    match text {
        "true" => Kind::True,
        "false" => Kind::False,
        "null" => Kind::Null,
        "in" => Kind::In,
        _ if text.len() <= 9 && RESERVED.contains(&text) => Kind::Reserved,
        _ => Kind::Name,
    }
}

fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn continues_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Reads tokens from left to right.
#[derive(Clone, Copy)]
pub(crate) struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Lexer<'s> {
    pub(crate) fn new(source: &'s str) -> Self {
        Lexer { source, at: 0 }
    }

    /// The text of a token.
    pub(crate) fn text(&self, token: Token) -> &'s str {
        self.source.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    fn peek(&self, ahead: usize) -> u8 {
        // Zero stands for the end; a real NUL is refused as an odd character.
        self.source.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    /// The next token; `End` for ever after the last.
    pub(crate) fn next(&mut self) -> Result<Token, Error> {
        self.skip_blanks();
        let start = self.at;
        let kind = match self.peek(0) {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.name_or_text()?,
            b'0'..=b'9' => self.number()?,
            b'.' if self.peek(1).is_ascii_digit() => self.number()?,
            b'\'' | b'"' => self.quoted(false).map(|()| Kind::Text)?,
            b'`' => self.backtick()?,
            _ => self.sign()?,
        };
        // The source is at most 4 MiB, so positions fit.
        Ok(Token { kind, start: start as u32, end: self.at as u32 })
    }

    /// Blanks, and comments from `//` to the end of the line.
    fn skip_blanks(&mut self) {
        loop {
            match self.peek(0) {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0C => self.at += 1,
                b'/' if self.peek(1) == b'/' => {
                    let rest = self.source.as_bytes().get(self.at..).unwrap_or(&[]);
                    self.at += rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    /// A word, or a text with a prefix: `r'..'`, `b'..'`, `br'..'`.
    fn name_or_text(&mut self) -> Result<Kind, Error> {
        let (length, raw, bytes) = match (self.peek(0) | 0x20, self.peek(1)) {
            (b'r', b'\'' | b'"') => (1, true, false),
            (b'b', b'\'' | b'"') => (1, false, true),
            (b'r', b'b' | b'B') if matches!(self.peek(2), b'\'' | b'"') => (2, true, true),
            (b'b', b'r' | b'R') if matches!(self.peek(2), b'\'' | b'"') => (2, true, true),
            _ => (0, false, false),
        };
        if length > 0 {
            self.at += length;
            self.quoted(raw)?;
            return Ok(if bytes { Kind::Bytes } else { Kind::Text });
        }
        let start = self.at;
        let rest = self.source.as_bytes().get(start..).unwrap_or(&[]);
        self.at += rest.iter().position(|&b| !continues_name(b)).unwrap_or(rest.len());
        if self.peek(0) >= 0x80 && self.word_from(start).len() > self.at - start {
            return Err(self.foreign(start));
        }
        Ok(word(self.source.get(start..self.at).unwrap_or("")))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek(0).is_ascii_digit() {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Kind, Error> {
        let start = self.at;
        let mut kind = Kind::Int;
        if self.peek(0) == b'0' && self.peek(1) == b'x' && self.peek(2).is_ascii_hexdigit() {
            self.at += 2;
            while self.peek(0).is_ascii_hexdigit() {
                self.at += 1;
            }
        } else {
            self.digits();
            if self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
                self.at += 1;
                self.digits();
                kind = Kind::Double;
            }
            if self.exponent() {
                kind = Kind::Double;
            }
        }
        if kind == Kind::Int && self.peek(0) | 0x20 == b'u' {
            self.at += 1;
            kind = Kind::Unsigned;
        }
        if continues_name(self.peek(0)) || self.peek(0) >= 0x80 {
            return Err(self.run_together(start));
        }
        Ok(kind)
    }

    /// `e3`, `E-10`; anything else is left alone.
    fn exponent(&mut self) -> bool {
        let signed = matches!(self.peek(1), b'+' | b'-');
        let found =
            self.peek(0) | 0x20 == b'e' && self.peek(1 + usize::from(signed)).is_ascii_digit();
        if found {
            self.at += 1 + usize::from(signed);
            self.digits();
        }
        found
    }

    /// A text from its opening quote on; finds the end, decodes nothing.
    fn quoted(&mut self, raw: bool) -> Result<(), Error> {
        let start = self.at;
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        self.at += if triple { 3 } else { 1 };
        let bytes = self.source.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'\\' if !raw => self.at += 2,
                b'\n' | b'\r' if !triple => break,
                _ if byte == quote && !triple => {
                    self.at += 1;
                    return Ok(());
                }
                _ if byte == quote && self.peek(1) == quote && self.peek(2) == quote => {
                    self.at += 3;
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
        Err(self.unclosed(start, triple))
    }

    fn backtick(&mut self) -> Result<Kind, Error> {
        let rest = self.source.as_bytes().get(self.at + 1..).unwrap_or(&[]);
        match rest.iter().position(|&b| b == b'`' || b == b'\n') {
            Some(length) if rest.get(length) == Some(&b'`') => {
                self.at += length + 2;
                Ok(Kind::Backtick)
            }
            _ => Err(self.unclosed(self.at, false)),
        }
    }

    /// Operators and punctuation.
    fn sign(&mut self) -> Result<Kind, Error> {
        let (kind, length) = match (self.peek(0), self.peek(1)) {
            (0, _) if self.at >= self.source.len() => (Kind::End, 0),
            (b'|', b'|') => (Kind::Or, 2),
            (b'&', b'&') => (Kind::And, 2),
            (b'=', b'=') => (Kind::Equal, 2),
            (b'!', b'=') => (Kind::NotEqual, 2),
            (b'<', b'=') => (Kind::LessEqual, 2),
            (b'>', b'=') => (Kind::GreaterEqual, 2),
            (b'<', _) => (Kind::Less, 1),
            (b'>', _) => (Kind::Greater, 1),
            (b'+', _) => (Kind::Plus, 1),
            (b'-', _) => (Kind::Minus, 1),
            (b'*', _) => (Kind::Star, 1),
            (b'/', _) => (Kind::Slash, 1),
            (b'%', _) => (Kind::Percent, 1),
            (b'!', _) => (Kind::Not, 1),
            (b'?', _) => (Kind::Question, 1),
            (b':', _) => (Kind::Colon, 1),
            (b'.', _) => (Kind::Dot, 1),
            (b',', _) => (Kind::Comma, 1),
            (b'(', _) => (Kind::OpenRound, 1),
            (b')', _) => (Kind::CloseRound, 1),
            (b'[', _) => (Kind::OpenSquare, 1),
            (b']', _) => (Kind::CloseSquare, 1),
            (b'{', _) => (Kind::OpenBrace, 1),
            (b'}', _) => (Kind::CloseBrace, 1),
            _ => return Err(self.foreign(self.at)),
        };
        self.at += length;
        Ok(kind)
    }
}

/// What is wrong, said.
impl Lexer<'_> {
    fn unclosed(&self, start: usize, triple: bool) -> Error {
        let end = self.at.min(self.source.len()).max(start + 1);
        let fault = Fault::new(
            Code::Syntax,
            "the text that begins here is not closed, expected its closing quote",
            "从这里开始的文本没有结束，应有与开头相同的引号",
        )
        .span(start, end);
        let broken = !triple && matches!(self.peek(0), b'\n' | b'\r');
        Error::from(if broken {
            fault.hint(
                "a text with line breaks stands between three quotes, or is written with `\\n`",
                "含换行的文本用三个引号括起来，或写成 `\\n`",
            )
        } else {
            fault
        })
    }

    fn run_together(&self, start: usize) -> Error {
        let text = self.word_from(start);
        let fault = Fault::new(
            Code::Syntax,
            format!("`{text}` is neither a number nor a name"),
            format!("`{text}` 既不是数字也不是名称"),
        )
        .span(start, start + text.len());
        Error::from(fault.hint(
            "names do not begin with a digit, texts stand in quotes, periods are written `days(30)`",
            "名称不以数字开头，文本要加引号，时间长度写成 `days(30)`",
        ))
    }

    /// The word at `start`, letters of any script included.
    fn word_from(&self, start: usize) -> &str {
        let rest = self.source.get(start..).unwrap_or("");
        let stop = |c: char| !(c.is_alphanumeric() || c == '_') || stand_in(c).is_some();
        let length = rest.find(stop).unwrap_or(rest.len());
        let cut = rest.char_indices().nth(40).map_or(rest.len(), |(at, _)| at);
        rest.get(..length.min(cut)).unwrap_or("")
    }

    /// A character, or a word with characters, that the language does not have.
    fn foreign(&self, start: usize) -> Error {
        let word = self.word_from(start);
        if !word.is_empty() {
            return Error::from(foreign_word(word).span(start, start + word.len()));
        }
        let odd = self.source.get(start..).and_then(|rest| rest.chars().next()).unwrap_or('\0');
        Error::from(foreign_sign(odd, self.peek(1)).span(start, start + odd.len_utf8()))
    }
}

fn foreign_word(word: &str) -> Fault {
    let operator = match word {
        "且" | "并且" | "和" | "与" | "而且" => Some("&&"),
        "或" | "或者" => Some("||"),
        "非" | "不" | "不是" => Some("!"),
        "等于" => Some("=="),
        "不等于" => Some("!="),
        "大于" => Some(">"),
        "小于" => Some("<"),
        _ => None,
    };
    if let Some(operator) = operator {
        return Fault::new(
            Code::Syntax,
            format!("`{word}` is not an operator, expected `{operator}`"),
            format!("`{word}` 不是运算符，应写 `{operator}`"),
        );
    }
    Fault::new(
        Code::Syntax,
        format!("`{word}` cannot be a name, expected letters `a` to `z`, digits and `_`"),
        format!("`{word}` 不能作名称，名称只用英文字母、数字和下划线"),
    )
    .hint(
        format!("a text stands in quotes: `'{word}'`; an attribute has its name from the schema"),
        format!("若是文本，请加引号：`'{word}'`；若是属性，请用规则集里声明的名称"),
    )
}

fn foreign_sign(odd: char, next: u8) -> Fault {
    let instead = match odd {
        '=' => Some("=="),
        '&' => Some("&&"),
        '|' => Some("||"),
        _ => stand_in(odd),
    };
    let shown: String = if odd.is_control() || is_invisible(odd) {
        format!("U+{:04X}", u32::from(odd))
    } else {
        odd.to_string()
    };
    let fault = Fault::new(
        Code::Syntax,
        format!("`{shown}` is not part of the language"),
        format!("`{shown}` 不是语言中的符号"),
    );
    match instead {
        Some(" ") => fault.hint("write an ordinary space", "请改用普通空格"),
        Some("\"") => fault.hint("texts stand in `'` or `\"`", "文本用半角引号 `'` 或 `\"`"),
        Some("==") if odd == '=' && next == b'>' => fault.hint("write `>=`", "请写 `>=`"),
        Some(ascii) => fault.hint(format!("write `{ascii}`"), format!("请写 `{ascii}`")),
        None if is_invisible(odd) => fault.hint("delete it", "请删除这个看不见的字符"),
        None => fault,
    }
}

/// Blank to the eye, and no blank of the language.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00A0}' | '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202F}'
            | '\u{205F}'..='\u{206F}' | '\u{3000}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
    )
}

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// What the language writes for a character of a Chinese keyboard, a word
/// processor or a formula.
fn stand_in(c: char) -> Option<&'static str> {
    Some(match c {
        '，' | '、' => ",",
        '（' => "(",
        '）' => ")",
        '【' | '［' => "[",
        '】' | '］' => "]",
        '。' | '．' => ".",
        '：' => ":",
        '？' => "?",
        '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』' | '《' | '》' | '＂' | '＇' => {
            "\""
        }
        '！' => "!",
        '＝' => "==",
        '≠' => "!=",
        '＞' => ">",
        '＜' => "<",
        '≥' => ">=",
        '≤' => "<=",
        '＆' => "&&",
        '｜' => "||",
        '＋' => "+",
        '－' | '—' | '–' | '−' => "-",
        '＊' | '×' => "*",
        '／' | '÷' => "/",
        '％' => "%",
        '＿' => "_",
        '０'..='９' => return DIGITS.get(c as usize - '０' as usize).copied(),
        '∈' => "in",
        '\u{00A0}' | '\u{3000}' | '\u{202F}' | '\u{2002}'..='\u{200A}' => " ",
        _ => return None,
    })
}
