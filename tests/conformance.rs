//! The conformance files, answered in Rust.
//!
//! `GUANXI_REWRITE_CONFORMANCE=1` writes the answers into the files, to be read
//! line by line before they are believed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use guanxi::engine::ask::{self, About};
use guanxi::engine::{
    Command, FlowAsked, Journey, Options, Review, StateFlow, StateMap, compare, customer, flow,
    ids, query, review,
};
use guanxi::error::Language;
use guanxi::facts::intake::{Lines, Mapping, TableKind};
use guanxi::facts::{Seen, Snapshot};
use guanxi::json::{self, Json};
use guanxi::lang::{Bindings, evaluate, parse, to_typed};
use guanxi::lifecycle::Mode;
use guanxi::units::{Instant, Unit};
use guanxi::{Error, Playbook, Store};
use serde::Serialize;

use crate::conformance_more::ask_model;
use crate::support::conformance::{Batch, Case, Question, cases, line};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

pub fn said(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).expect("answers are JSON")
}

fn failed(error: &Error, language: Language) -> String {
    let faults: Vec<_> = error.faults().iter().map(|fault| fault.in_language(language)).collect();
    format!("{{\"faults\":{}}}", said(&faults))
}

pub fn language(question: &Question<'_>) -> Language {
    match question.key("language").as_deref() {
        Some("zh") => Language::Zh,
        _ => Language::En,
    }
}

type Counted<'a> = (&'a str, bool, u64, Vec<(&'a str, Option<&'a str>, u64)>);

/// `[[MACHINE, KEYED, TROUBLES, [[STATE, INSIDE, CUSTOMERS], ...]], ...]`.
fn machines(review: &Review) -> Vec<Counted<'_>> {
    let counted = review.machines.iter().map(|machine| {
        let states = machine.states.iter();
        let states = states.map(|it| (&*it.state, it.inside.as_deref(), it.customers)).collect();
        (&*machine.machine, machine.keyed, machine.troubles, states)
    });
    counted.collect()
}

/// The store of a case, asked in Rust.
pub struct Asked {
    pub playbook: Playbook,
    pub store: Store,
}

impl Asked {
    fn append(&mut self, batch: &Batch) -> Result<String, Error> {
        if batch.through.is_some() {
            return self.append_columns(batch);
        }
        let zone = self.playbook.calendar().zone().clone();
        let kind = TableKind::parse(&batch.table).expect("a table");
        let mapping = batch.mapping.as_ref().map(|text| Mapping::from_json(text.as_bytes()));
        let mapping = mapping.transpose()?;
        let mapping = mapping.as_ref().and_then(|all| all.table(&batch.table, &kind));
        let seen = match &batch.seen {
            Some(text) => Seen::At(Instant::parse_in(text, &zone)?),
            None => Seen::Backfill,
        };
        let lines = Lines::of(&batch.table, &kind, mapping, self.playbook.schema(), &zone)?;
        let report = self.store.append_lines(&lines, batch.lines.as_bytes(), seen)?;
        Ok(said(&report.in_language(Language::En)))
    }

    pub fn instant(&self, question: &Question<'_>, key: &str) -> Result<Option<Instant>, Error> {
        let zone = self.playbook.calendar().zone();
        question.key(key).map(|text| Instant::parse_in(&text, zone)).transpose()
    }

    pub fn review(&self, question: &Question<'_>) -> Result<Review, Error> {
        let known_at = self.instant(question, "known_at")?;
        let columns = Arc::new(self.store.columns(known_at)?);
        let as_of = self.instant(question, "as_of")?.expect("`as_of`");
        Ok(review(&columns, &self.playbook, as_of, known_at, Options::default()))
    }

    fn journey(&self, question: &Question<'_>) -> Result<Journey<'_>, Error> {
        let as_of = self.instant(question, "as_of")?.expect("`as_of`");
        let known_at = self.instant(question, "known_at")?;
        let id = question.key("customer").expect("`customer`");
        self.store.journey(&self.playbook, as_of, known_at, &id)
    }

    /// `[FROM, UNTIL, [[OPENING, BEGAN, IN, OUT, ERASED, CLOSING], ...]]`.
    fn balance(
        &self,
        question: &Question<'_>,
        machine: &str,
        every: &str,
    ) -> Result<String, Error> {
        let review = self.review(question)?;
        let last = Instant::from_micros(review.as_of.micros() - 1)?;
        let every = Some(Unit::parse(every)?);
        let (machine, from, until) = (Some(machine), Some(last), Some(review.as_of));
        let asked = FlowAsked { machine, every, from, until, ..FlowAsked::default() };
        let (columns, options) = (review.columns(), Options::default());
        let flows = flow(columns, &self.playbook, review.as_of, asked, options)?;
        let [period] = &*flows[0].periods else { panic!("one period") };
        let row =
            |it: &StateFlow| [it.opening, it.began, it.entered, it.left, it.erased, it.closing];
        let rows: Vec<_> = period.groups[0].states.iter().map(row).collect();
        Ok(said(&(period.from.micros(), period.until.micros(), rows)))
    }

    /// A question that is a document itself.
    fn ask(&self, question: &Question<'_>) -> Result<String, Error> {
        let document = json::parse(question.key("question").expect("`question`").as_bytes())?;
        let language = language(question);
        if question.ask == "condition" {
            return ask::condition(&self.playbook, &document, language);
        }
        let about = About {
            store: &self.store,
            playbook: &self.playbook,
            as_of: self.instant(question, "as_of")?,
            known_at: self.instant(question, "known_at")?,
            language,
            options: Options::default(),
        };
        if question.ask == "collision" {
            return ask::collision(&about, &document);
        }
        if question.ask == "value" {
            return ask::value(&about, &document);
        }
        if question.ask == "kpi" {
            return ask::kpi(&about, &document);
        }
        let other = question.key("text").map(|text| Playbook::from_json(&text)).transpose()?;
        ask::segment(&about, other.as_ref(), &document)
    }

    /// Carries out a command, which later questions see.
    fn command(&mut self, question: &Question<'_>) -> Result<String, Error> {
        let zone = self.playbook.calendar().zone();
        let text = question.key("command").expect("`command`");
        let command = Command::from_json(&text, zone)?;
        let at = self.instant(question, "at")?.expect("`at`");
        let seen = self.instant(question, "seen")?.map_or(Seen::Backfill, Seen::At);
        let done = self.store.command(&self.playbook, &command, at, seen)?;
        Ok(said(&done.in_language(language(question))))
    }

    /// Rows, and what follows of them.
    fn apply(&mut self, question: &Question<'_>) -> Result<String, Error> {
        let zone = self.playbook.calendar().zone();
        let table = question.key("table").expect("`table`");
        let kind = TableKind::parse(&table).expect("a table");
        let lines = Lines::of(&table, &kind, None, self.playbook.schema(), zone)?;
        let now = self.instant(question, "now")?.expect("`now`");
        let seen = self.instant(question, "seen")?.map_or(Seen::Backfill, Seen::At);
        let text = question.lines();
        let record = |store: &mut Store| store.append_lines(&lines, text.as_bytes(), seen);
        let settled = self.store.apply_with(&self.playbook, now, record)?;
        let mut told = settled.in_language(language(question));
        told["rows"] = serde_json::to_value(settled.recorded.in_language(language(question)))
            .expect("reports are JSON");
        Ok(said(&told))
    }

    fn follow(&mut self, question: &Question<'_>) -> Result<String, Error> {
        let document = json::parse(question.key("question").expect("`question`").as_bytes())?;
        let now = self.instant(question, "now")?;
        ask::follow(&mut self.store, &self.playbook, now, &document, language(question))
    }

    fn answer(&mut self, question: &Question<'_>) -> Result<String, Error> {
        let language = language(question);
        let needed = |key: &str| question.key(key).unwrap_or_else(|| panic!("no `{key}`"));
        match question.ask {
            "check" => {
                let text = question.key("text");
                let text = text.unwrap_or_else(|| self.playbook.canonical().to_owned());
                Ok(said(&Playbook::check(&text).in_language(language)))
            }
            "eval" => {
                let bindings = match question.key("bindings") {
                    Some(text) => Bindings::from_json(&json::parse(text.as_bytes())?)?,
                    None => Bindings::new(),
                };
                Ok(to_typed(&evaluate(&parse(&needed("expression"))?, &bindings)?))
            }
            "review" => Ok(said(&self.review(question)?.in_language(language))),
            "members" => {
                let review = self.review(question)?;
                let segment = needed("segment");
                let members = review.members(&segment)?;
                Ok(said(&members.collect::<Vec<_>>()))
            }
            "customer" => {
                let view = self.review(question)?.customer(&needed("customer"))?;
                Ok(said(&view.in_language(language)))
            }
            "load" => {
                let (id, known_at) = (needed("customer"), self.instant(question, "known_at")?);
                let as_of = self.instant(question, "as_of")?.expect("`as_of`");
                let columns = self.store.customer_columns(&[&id], known_at)?;
                let view = customer(&columns, &self.playbook, as_of, &id)?;
                Ok(said(&view.in_language(language)))
            }
            "command" => self.command(question),
            "apply" => self.apply(question),
            "follow" => self.follow(question),
            "segment" | "value" | "kpi" | "condition" | "collision" => self.ask(question),
            "machines" => Ok(said(&machines(&self.review(question)?))),
            "balance" => self.balance(question, &needed("machine"), &needed("every")),
            "states" => Ok(said(&self.journey(question)?.states())),
            "history" => Ok(said(&self.journey(question)?.history())),
            "steps" => {
                let steps = self.journey(question)?.explain();
                let steps: Vec<_> = steps.iter().map(|step| step.in_language(language)).collect();
                Ok(said(&steps))
            }
            "why_not" => {
                let why = self.journey(question)?.why_not(None, None, &needed("state"))?;
                Ok(said(&why.in_language(language)))
            }
            "if" => {
                let rows = needed("rows");
                Ok(said(&self.journey(question)?.suppose(rows.as_bytes())?))
            }
            "flow" => {
                let review = self.review(question)?;
                let every = Some(Unit::parse(&needed("every"))?);
                let asked = FlowAsked { every, stays: true, ..FlowAsked::default() };
                let (columns, options) = (review.columns(), Options::default());
                Ok(said(&flow(columns, &self.playbook, review.as_of, asked, options)?))
            }
            "compare" => {
                let review = self.review(question)?;
                let other = Playbook::from_json(&needed("text"))?;
                let (old, new) =
                    ((&**review.columns(), &self.playbook), (&**review.columns(), &other));
                let (mode, options) = (Mode::Reinterpret, Options::default());
                Ok(said(&compare(old, new, review.as_of, mode, &StateMap::new(), options)?))
            }
            "erase" | "erasures" | "erase_listed" | "statistics" | "verify" | "feed" => {
                self.ask_store(question)
            }
            "canonical" | "time" | "statement" | "diagram" => self.ask_playbook(question),
            "picture" | "kinds" | "segments" | "table" | "cbs" => self.ask_review(question),
            "review_rows" => self.review_rows(question),
            "fit" | "predict" => ask_model(question),
            ask => {
                let review = self.review(question)?;
                let snapshot = Snapshot::new(review.columns(), review.as_of);
                let options = Options::default();
                let query = query(&snapshot, &self.playbook, &needed("expression"), options)?;
                let answer = query.answer(options);
                Ok(match ask {
                    "ids" => said(&ids(review.columns(), &answer).collect::<Vec<_>>()),
                    "query" => said(&query.found(&answer).in_language(language)),
                    "explain" => {
                        let why = query.explain(&needed("customer")).expect("a customer");
                        said(&why.in_language(language))
                    }
                    other => panic!("nobody knows how to ask `{other}`"),
                })
            }
        }
    }
}

fn told(answer: Result<String, Error>, language: Language) -> String {
    answer.unwrap_or_else(|error| failed(&error, language))
}

/// The reports and answers of a case.
fn run(case: &Case) -> (Vec<String>, Vec<String>) {
    let playbook = Playbook::from_json(&case.playbook());
    let playbook = playbook.unwrap_or_else(|error| panic!("{}: {error}", case.name));
    let store = Store::in_memory(playbook.schema());
    let mut asked = Asked { playbook, store };
    let batches = case.batches();
    let reports = batches.iter().map(|batch| told(asked.append(batch), Language::En)).collect();
    let answer = |question: &Question<'_>| told(asked.answer(question), language(question));
    let answers = case.questions().iter().map(answer).collect();
    (reports, answers)
}

#[test]
fn answers_are_the_recorded_bytes() {
    for case in cases(&folder()) {
        let (reports, answers) = run(&case);
        if std::env::var_os("GUANXI_REWRITE_CONFORMANCE").is_some() {
            rewrite(&case, &reports, &answers);
            continue;
        }
        for (batch, report) in case.batches().iter().zip(&reports) {
            assert_eq!(*report, batch.report, "{}: facts", case.name);
        }
        for (number, (question, answer)) in case.questions().iter().zip(&answers).enumerate() {
            let place = format!("{}: question {number}, {}", case.name, question.ask);
            assert_eq!(*answer, question.answer, "{place}");
        }
    }
}

/// The file with these answers: a line for each key, batch and question.
fn rewrite(case: &Case, reports: &[String], answers: &[String]) {
    let Json::Object(members) = &case.document else { panic!("{} is no object", case.name) };
    let keys = members.iter().map(|(key, value)| {
        let value = match &**key {
            "facts" => rows(value, "report", reports),
            "questions" => rows(value, "answer", answers),
            _ => line(value),
        };
        format!("  \"{key}\": {value}")
    });
    let text = format!("{{\n{}\n}}\n", keys.collect::<Vec<_>>().join(",\n"));
    std::fs::write(folder().join(&case.name), text).expect("the file can be written");
}

fn rows(rows: &Json, key: &str, values: &[String]) -> String {
    let rows = rows.as_array().expect("an array").iter().zip(values).map(|(row, value)| {
        let members = row.as_object().expect("an object").iter();
        let members = members.filter(|(name, _)| &**name != key).cloned().collect();
        let asked = line(&Json::Object(members));
        let asked = asked.strip_suffix('}').expect("an object");
        format!("    {asked},\n     \"{key}\": {value}}}")
    });
    format!("[\n{}\n  ]", rows.collect::<Vec<_>>().join(",\n"))
}
