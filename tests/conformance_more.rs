//! Questions of the conformance files about stores, documents and columns.

use std::sync::Arc;

use guanxi::Error;
use guanxi::engine::ask::{self, Handed};
use guanxi::engine::{
    FlowAsked, Options, Review, ids, picture_numbers, query, review as reviewed, statement,
};
use guanxi::error::Language;
use guanxi::facts::intake::{BitSlice, Frame, Layout, Mapping, Series, SeriesData, TableKind};
use guanxi::facts::{Columns, ColumnsBuilder, Erasure, Seen, Snapshot};
use guanxi::json::{self, Json};
use guanxi::lifecycle::Machine;
use guanxi::lifecycle::diagram::{Numbers, Picture, dot, mermaid, svg};
use guanxi::sql::{Dialect, Tables};
use guanxi::store::FrameTable;
use guanxi::units::{Instant, Unit};

use crate::conformance::{Asked, language, said};
use crate::support::conformance::{Batch, Column, Question};

/// Rows as columns; of a stream the first row by itself.
fn frames(batch: &Batch) -> Vec<Frame<'_>> {
    let rows = batch.columns.first().map_or(0, |column| column.values.len());
    let cuts =
        if batch.through.as_deref() == Some("stream") { vec![0, 1, rows] } else { vec![0, rows] };
    let frame = |from: usize, to: usize| {
        let columns = batch.columns.iter().map(|column| series(column, from, to)).collect();
        Frame::new(to - from, columns).expect("columns of one length")
    };
    cuts.windows(2).map(|cut| frame(cut[0], cut[1])).collect()
}

fn series(column: &Column, from: usize, to: usize) -> Series<'_> {
    let values = &column.values[from..to];
    let data = if column.is_whole {
        let whole = |value: &Option<String>| {
            value.as_ref().map_or(0, |value| value.parse().expect("a whole number"))
        };
        SeriesData::Ints(values.iter().map(whole).collect::<Vec<i64>>().into())
    } else {
        SeriesData::texts(values.iter().map(|value| value.as_deref().unwrap_or_default()))
    };
    let known = BitSlice::from_iter(values.iter().map(Option::is_some));
    Series::new(&*column.name, data).known(known)
}

/// A model fitted to rows, or asked about them: `{"names": [NAME, ...], "rows": [[ID,
/// BITS, ...], ...], "report": {}}`.
pub fn ask_model(question: &Question<'_>) -> Result<String, Error> {
    let batch = question.batch();
    let (frames, language) = (frames(&batch), language(question));
    let document = json::parse(question.key("question").expect("`question`").as_bytes())?;
    if question.ask == "fit" {
        return ask::fit(&frames, &document, language);
    }
    let found = ask::predict(&frames, &document, language, 2)?;
    let rows = found.ids.iter().enumerate().map(|(row, id)| {
        let told = |column: &Vec<Option<f64>>| column[row].map_or("null".to_owned(), bits);
        let values: Vec<String> = found.columns.iter().map(told).collect();
        format!("[{},{}]", said(id), values.join(","))
    });
    let rows = rows.collect::<Vec<_>>().join(",");
    Ok(format!(
        "{{\"names\":{},\"rows\":[{rows}],\"report\":{}}}",
        said(&found.names),
        found.report
    ))
}

/// A picture of a machine, in the format that a question wants.
fn drawn(question: &Question<'_>, picture: &Picture<'_>) -> Result<String, Error> {
    Ok(said(&match question.key("format").as_deref() {
        Some("mermaid") => mermaid(picture),
        Some("dot") => dot(picture),
        _ => svg(picture)?,
    }))
}

/// A fraction by its bits.
fn bits(value: f64) -> String {
    format!("\"{:016x}\"", value.to_bits())
}

impl Asked {
    /// Records rows that are handed over as columns.
    pub fn append_columns(&mut self, batch: &Batch) -> Result<String, Error> {
        let zone = self.playbook.calendar().zone().clone();
        let seen = match &batch.seen {
            Some(text) => Seen::At(Instant::parse_in(text, &zone)?),
            None => Seen::Backfill,
        };
        let kind = TableKind::parse(&batch.table).expect("a table");
        let frames = frames(batch);
        let mapping = batch.mapping.as_ref().map(|text| Mapping::from_json(text.as_bytes()));
        let mapping = mapping.transpose()?;
        let mapping = mapping.as_ref().and_then(|all| all.table(&batch.table, &kind));
        let (header, schema) = (frames[0].header(), self.playbook.schema());
        let layout = Layout::of(&batch.table, &header, &kind, mapping, schema, &zone)?;
        let report = self.store.append_frames(&layout, &frames, seen)?;
        Ok(said(&report.in_language(Language::En)))
    }

    pub fn ask_store(&mut self, question: &Question<'_>) -> Result<String, Error> {
        match question.ask {
            "statistics" => Ok(said(&self.store.statistics()?)),
            "verify" => Ok(said(&self.store.verify()?.in_language(language(question)))),
            "erasures" => Ok(said(&self.store.erasures()?)),
            "erase" => {
                let id = question.key("customer").expect("`customer`");
                let at = self.instant(question, "at")?.expect("`at`");
                let is_trial = question.key("trial").as_deref() == Some("true");
                let erase = if is_trial {
                    self.store.erase_on_trial(&id, at)
                } else {
                    self.store.erase(&id, at)
                };
                Ok(said(&erase?))
            }
            "erase_listed" => {
                let list = Erasure::list_from_json(&question.key("list").expect("`list`"))?;
                Ok(match self.store.erase_listed(&list)? {
                    Some(erased) => said(&erased),
                    None => r#"{"facts":0,"ids":0}"#.to_owned(),
                })
            }
            _ => self.feed(question),
        }
    }

    fn feed(&mut self, question: &Question<'_>) -> Result<String, Error> {
        let document = json::parse(question.key("question").expect("`question`").as_bytes())?;
        let rows = question.key("lines").map(|_| question.lines()).unwrap_or_default();
        let seen = self.instant(question, "seen")?.expect("`seen`");
        let handed = Handed { rows: rows.as_bytes(), seen };
        ask::feed(&mut self.store, &self.playbook, &document, handed, language(question))
    }

    fn machine(&self, question: &Question<'_>) -> &Machine {
        let name = question.key("machine");
        let wanted = |it: &&Machine| name.as_ref().is_none_or(|name| *it.name == **name);
        self.playbook.machines().iter().find(wanted).expect("a machine")
    }

    pub fn ask_playbook(&self, question: &Question<'_>) -> Result<String, Error> {
        let needed = |key: &str| question.key(key).unwrap_or_else(|| panic!("no `{key}`"));
        let playbook = &self.playbook;
        match question.ask {
            "canonical" => Ok(playbook.canonical().to_owned()),
            "time" => {
                let zone = playbook.calendar().zone();
                let at = Instant::parse_in(&needed("text"), zone)?;
                Ok(at.micros().to_string())
            }
            "statement" => {
                let tables = Tables::from_json(needed("tables").as_bytes(), playbook.schema())?;
                let dialect = Dialect::named(&needed("dialect")).expect("a dialect");
                let as_of = self.instant(question, "as_of")?.expect("`as_of`");
                Ok(said(&statement(playbook, &needed("expression"), &tables, dialect, as_of)?))
            }
            _ => {
                let columns = ColumnsBuilder::new(playbook.schema()).finish();
                let (machine, world) = (self.machine(question), playbook.world(&columns));
                drawn(question, &Picture::new(machine, world, None, language(question)))
            }
        }
    }

    pub fn ask_review(&self, question: &Question<'_>) -> Result<String, Error> {
        let review = self.review(question)?;
        match question.ask {
            "picture" => self.picture(question, &review),
            "kinds" => {
                let micros = |at: Option<Instant>| at.map_or(i64::MIN, Instant::micros);
                let kinds = review.kinds.iter().map(|it| {
                    let (first, last) = (micros(it.first), micros(it.last));
                    (
                        &it.kind,
                        it.label.say(language(question)),
                        it.events,
                        it.customers,
                        first,
                        last,
                    )
                });
                Ok(said(&kinds.collect::<Vec<_>>()))
            }
            "segments" => {
                let segments = review.segments.iter().map(|it| {
                    (&it.segment, it.label.say(language(question)), it.members, it.errors)
                });
                Ok(said(&segments.collect::<Vec<_>>()))
            }
            "table" => self.table(question, &review),
            _ => self.purchases(question, review.columns()),
        }
    }

    fn picture(&self, question: &Question<'_>, review: &Review) -> Result<String, Error> {
        let (machine, columns) = (self.machine(question), review.columns());
        let asked = FlowAsked { every: Some(Unit::Month), ..FlowAsked::default() };
        let (playbook, options) = (&self.playbook, Options::default());
        let counted = picture_numbers(columns, playbook, machine, review.as_of, asked, options)?;
        let numbers = Numbers { note: review.as_of.to_string(), ..counted.0 };
        let world = playbook.world(columns);
        drawn(question, &Picture::new(machine, world, Some(numbers), language(question)))
    }

    /// `[["id", ID, ...], ["segment.NAME", IN, ...], ...]` of those who were there.
    fn table(&self, question: &Question<'_>, review: &Review) -> Result<String, Error> {
        let expression = question.key("expression").unwrap_or_else(|| "true".to_owned());
        let options = Options::default();
        let snapshot = Snapshot::new(review.columns(), review.as_of);
        let query = query(&snapshot, &self.playbook, &expression, options)?;
        let answer = query.answer(options);
        let rows: Vec<&str> = ids(review.columns(), &answer).collect();
        let mut columns = vec![Json::Array(
            [&["id"], &*rows].concat().into_iter().map(|id| Json::Text(id.into())).collect(),
        )];
        for segment in &review.segments {
            let members: Vec<&str> = review.members(&segment.segment)?.collect();
            let mut column = vec![Json::Text(format!("segment.{}", segment.segment).into())];
            column.extend(rows.iter().map(|id| Json::Bool(members.contains(id))));
            columns.push(Json::Array(column));
        }
        Ok(crate::support::conformance::line(&Json::Array(columns)))
    }

    /// `{"rows": [[ID, FREQUENCY, RECENCY, T, MONETARY, LOG_GAPS], ...], "report": {}}`.
    fn purchases(&self, question: &Question<'_>, columns: &Columns) -> Result<String, Error> {
        let definition = json::parse(question.key("definition").expect("`definition`").as_bytes())?;
        let found = ask::purchases(columns, self.playbook.calendar(), &definition)?;
        let rows = found.cbs.summaries().iter().zip(found.cbs.rows()).map(|(summary, row)| {
            let id = said(&&*columns.customers[summary.customer as usize]);
            let (recency, age) = (bits(row.recency), bits(row.age));
            let monetary = row.monetary.map_or_else(|| "null".to_owned(), bits);
            let gaps = bits(row.log_gaps.unwrap_or(0.0));
            format!("[{id},{},{recency},{age},{monetary},{gaps}]", summary.frequency())
        });
        let rows = rows.collect::<Vec<_>>().join(",");
        Ok(format!("{{\"rows\":[{rows}],\"report\":{}}}", found.report))
    }

    /// A review of rows that no store has.
    pub fn review_rows(&self, question: &Question<'_>) -> Result<String, Error> {
        let batch = question.batch();
        let frames = frames(&batch);
        let kind = TableKind::parse(&batch.table).expect("a table");
        let (schema, zone) = (self.playbook.schema(), self.playbook.calendar().zone());
        let layout = Layout::of(&batch.table, &frames[0].header(), &kind, None, schema, zone)?;
        let (columns, reports) = Columns::of_frames(schema, &[FrameTable { layout, frames }])?;
        let as_of = self.instant(question, "as_of")?.expect("`as_of`");
        let (columns, language) = (Arc::new(columns), language(question));
        let review = reviewed(&columns, &self.playbook, as_of, None, Options::default());
        let reports: Vec<_> = reports.iter().map(|report| report.in_language(language)).collect();
        let review = said(&review.in_language(language));
        Ok(format!("{{\"reports\":{},\"review\":{review}}}", said(&reports)))
    }
}
