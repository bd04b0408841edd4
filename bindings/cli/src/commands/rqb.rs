//! `guanxi rqb`: queries of react-querybuilder, in, out, and asked of records.

use std::io::Read;
use std::path::Path;

use guanxi::engine::ask::SaidImport;
use guanxi::error::Language;
use guanxi::json::{self, Json};
use guanxi::lang::rqb::{self, Bounds, Matches, Records};
use guanxi::lang::{Checked, check_condition};
use guanxi::{Code, Error, Fault, Playbook};

use super::Manner;
use crate::args::{Rqb, RqbCommand, RqbEval, RqbExport, RqbImport};
use crate::exit::{About, Exit, Source, Stop};
use crate::faults;
use crate::files;
use crate::lines::Lines;
use crate::speech::counted;

/// Does what the arguments say.
pub fn run(args: &Rqb, manner: Manner) -> Result<Exit, Stop> {
    match &args.command {
        RqbCommand::Read(args) => import(args, manner),
        RqbCommand::Write(args) => export(args, manner),
        RqbCommand::Ask(args) => evaluate(args, manner),
    }
}

fn bounds(as_written: bool) -> Bounds {
    if as_written { Bounds::AsWritten } else { Bounds::Turned }
}

/// A document of a file, or of standard input.
fn document(path: &Path) -> Result<(Json, String), Stop> {
    let bytes = if path == Path::new("-") { standard_input()? } else { files::read_bytes(path)? };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let document = json::parse(&bytes).about_document(&text)?;
    Ok((document, text))
}

fn standard_input() -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    // One byte more than is allowed shows that there is more.
    let limit = json::MAX_BYTES as u64 + 1;
    std::io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(|error| {
        Stop::from(Fault::new(
            Code::Io,
            format!("standard input cannot be read: {error}"),
            format!("无法读取标准输入：{error}"),
        ))
    })?;
    Ok(bytes)
}

fn import(args: &RqbImport, manner: Manner) -> Result<Exit, Stop> {
    let (query, text) = document(&args.query)?;
    let bounds = bounds(args.preserve_value_order);
    let playbook = args.playbook.as_deref().map(super::playbook).transpose()?;
    let imported = match &playbook {
        Some(playbook) => rqb::import(&query, &playbook.scope(), bounds),
        None => rqb::import_untyped(&query, bounds),
    };
    let imported = imported.about_document(&text)?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&SaidImport::of(&imported, playbook.as_ref(), manner.language))?;
    } else {
        out.line(&imported.text)?;
        let sentence = playbook.as_ref().zip(imported.checked.as_ref());
        let sentence = sentence.map(|(playbook, checked)| playbook.say(checked, manner.language));
        if let Some(sentence) = &sentence {
            out.line(&format!("  {}", sentence.text))?;
        }
        for hint in &imported.hints {
            out.text(&format!("\n{}", faults::render_hint(hint, &text, manner.language)))?;
        }
    }
    out.finish()?;
    Ok(Exit::Good)
}

fn condition(args: &RqbExport, playbook: &Playbook) -> Result<Checked, Stop> {
    if let Some(expression) = &args.expression {
        return check_condition(expression, &playbook.scope()).about_expression(expression);
    }
    let name = args.segment.as_deref().unwrap_or_default();
    let segment = playbook.segment(name).ok_or_else(|| {
        let shown = crate::page::printable(name);
        let fault = Fault::new(
            Code::UnknownSegment,
            format!("there is no segment `{shown}`"),
            format!("没有名为 `{shown}` 的细分"),
        );
        Stop::from(fault)
    })?;
    Ok((**segment.condition()).clone())
}

fn export(args: &RqbExport, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let checked = condition(args, &playbook)?;
    let like = args.like.as_deref().map(document).transpose()?;
    let like = like.as_ref().map(|(document, _)| document);
    let exported = rqb::export(&checked, &playbook.scope(), like);
    let exported = exported.about_expression(&checked.source)?;
    let mut out = Lines::new();
    out.line(&exported.query.to_text())?;
    out.finish()?;
    tell(&exported.hints, manner.language)?;
    Ok(Exit::Good)
}

/// Hints beside an answer that is JSON by itself.
fn tell(hints: &[Fault], language: Language) -> std::io::Result<()> {
    use std::io::Write;
    let mut err = std::io::stderr().lock();
    hints.iter().try_for_each(|hint| writeln!(err, "{}", hint.say(language)))
}

fn evaluate(args: &RqbEval, manner: Manner) -> Result<Exit, Stop> {
    let (query, text) = document(&args.query)?;
    let (data, about) = document(&args.data)?;
    let records = Records::new(&data).about_document(&about)?;
    let found = records.matching(&query, bounds(args.preserve_value_order));
    let found = found.about_document(&text)?;
    let mut out = Lines::new();
    let rows = found.members.iter().filter_map(|position| records.rows().get(*position));
    let rows: Vec<String> = rows.map(Json::to_text).collect();
    match rows.as_slice() {
        [] => out.line("[]")?,
        rows => out.line(&format!("[\n{}\n]", rows.join(",\n")))?,
    }
    out.finish()?;
    tell(&found.hints, manner.language)?;
    report(&found, manner)
}

/// Records that cannot be judged are no members, and that is said.
fn report(found: &Matches, manner: Manner) -> Result<Exit, Stop> {
    let place = |(position, fault): &(usize, Fault)| fault.clone().at(format!("/{position}"));
    let Some(error) = Error::of(found.errors.iter().map(place).collect()) else {
        return Ok(Exit::Good);
    };
    let mut err = std::io::stderr().lock();
    faults::write_all(&mut err, &error, &Source::None, manner.language)?;
    let n = found.n_errors as u64;
    let said = match manner.language {
        Language::En => format!("{} could not be judged\n", counted(n, "record", "records")),
        Language::Zh => format!("{n} 条记录无法判断\n"),
    };
    std::io::Write::write_all(&mut err, said.as_bytes())?;
    Ok(Exit::Rows)
}
