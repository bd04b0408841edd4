//! `guanxi stdio`: a question on each line, its answer on the next, for hosts that
//! may start a program but not load a library.
//!
//! ```text
//! host ── {"id": 1, "ask": "customer", "customer": "C-1"} ──> guanxi stdio
//!      <─ {"id":1,"answer":{...}} or {"id":1,"faults":[...]} ─┘
//! ```
//!
//! The answers are the bytes that the library gives in every language; the pointers
//! of their faults lead into the document that is at fault. A line that
//! is not understood has all its faults told, and the next line is answered as if
//! nothing had been: the process ends with its input.

mod door;
mod numbers;
mod session;

use std::io::{BufRead, Read, Write, stdin, stdout};

use guanxi::error::Language;
use guanxi::json::{self, Json};
use guanxi::store::Store;
use guanxi::{Code, Error, Fault};

use super::Manner;
use crate::args::Stdio;
use crate::exit::{Exit, Stop};

use door::Line;
use session::Session;

/// The longest line that is read: as long as a document may be.
const LONGEST: u64 = 1 << 24;

/// Answers until the input ends.
pub fn run(args: &Stdio, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let store = match &args.db {
        Some(path) => Store::open(path, playbook.schema()).map_err(super::below_schema)?,
        None => Store::in_memory(playbook.schema()),
    };
    let mut session = Session::new(playbook, store);
    let (mut input, mut output) = (stdin().lock(), stdout().lock());
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut input).take(LONGEST).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(Exit::Good);
        }
        let reply = if line.ends_with(b"\n") || (line.len() as u64) < LONGEST {
            if line.trim_ascii().is_empty() {
                continue;
            }
            reply(&mut session, &line, manner.language)
        } else {
            pass_over(&mut input)?;
            told("null", Err(too_long()), manner.language)
        };
        output.write_all(reply.as_bytes())?;
        output.flush()?;
    }
}

/// Reads on to the end of a line that is too long to be kept.
fn pass_over(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let room = input.fill_buf()?;
        let (used, done) = match room.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (room.len(), room.is_empty()),
        };
        input.consume(used);
        if done {
            return Ok(());
        }
    }
}

fn too_long() -> Error {
    Fault::new(
        Code::JsonTooLarge,
        format!("the line is longer than {LONGEST} bytes"),
        format!("该行超过 {LONGEST} 字节"),
    )
    .hint("bring rows in several lines", "请把行分几次传入")
    .into()
}

/// The answer to one line, on one line.
fn reply(session: &mut Session, line: &[u8], language: Language) -> String {
    let document = match json::parse(line) {
        Ok(document) => document,
        Err(error) => return told("null", Err(error), language),
    };
    let id = document.get("id").map_or("null".to_owned(), Json::to_text);
    match Line::of(&document, language) {
        Ok(asked) => {
            let language = asked.language();
            told(&id, session.answer(&asked), language)
        }
        Err(error) => told(&id, Err(error), language),
    }
}

fn told(id: &str, answer: Result<String, Error>, language: Language) -> String {
    match answer {
        Ok(answer) => format!("{{\"id\":{id},\"answer\":{answer}}}\n"),
        Err(error) => {
            let faults: Vec<_> = error.faults().iter().map(|it| it.in_language(language)).collect();
            let faults = serde_json::to_string(&faults).unwrap_or_default();
            format!("{{\"id\":{id},\"faults\":{faults}}}\n")
        }
    }
}
