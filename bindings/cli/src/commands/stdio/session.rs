//! One store and one playbook, asked again and again.

use std::sync::Arc;

use guanxi::engine::ask::{self, About, Handed};
use guanxi::engine::{
    Command, FlowAsked, Journey, Options, Review, StateMap, compare, customer, flow, ids, query,
    review, statement,
};
use guanxi::facts::intake::{Lines, Mapping, TableKind};
use guanxi::facts::{Columns, ColumnsBuilder, Erasure, Seen, Snapshot};
use guanxi::lang::{Bindings, evaluate, parse, to_typed};
use guanxi::lifecycle::diagram::{Picture, dot, mermaid, svg};
use guanxi::lifecycle::{Machine, Mode};
use guanxi::sql::{Dialect, Tables};
use guanxi::store::Store;
use guanxi::units::{Instant, Unit};
use guanxi::{Code, Error, Fault, Playbook};
use serde::Serialize;
use serde_json::json;

use super::door::{Line, at};
use super::numbers;
use crate::clock;

/// What questions are asked of.
pub struct Session {
    playbook: Playbook,
    store: Store,
}

impl Session {
    pub fn new(playbook: Playbook, store: Store) -> Session {
        Session { playbook, store }
    }

    /// The answer to a line, as JSON on one line.
    pub fn answer(&mut self, line: &Line<'_>) -> Result<String, Error> {
        match line.ask() {
            "append" | "apply" | "feed" | "follow" | "command" | "erase" | "erase_listed" => {
                self.change(line)
            }
            "version" => said(&json!({
                "version": env!("CARGO_PKG_VERSION"), "semantics": guanxi::SEMANTICS,
                "playbook": self.playbook.id(), "playbook_version": self.playbook.version(),
            })),
            "check" => {
                let text = line.key("text").unwrap_or_else(|| self.playbook.canonical().into());
                said(&Playbook::check(&text).in_language(line.language()))
            }
            "canonical" => Ok(self.playbook.canonical().to_owned()),
            "condition" => {
                ask::condition(&self.playbook, &line.document("question")?, line.language())
            }
            "purchases" => {
                let columns = self.store.columns(self.known_at(line)?)?;
                numbers::purchases(line, &columns, self.playbook.calendar())
            }
            "fit" => numbers::fit(line),
            "predict" => numbers::predict(line),
            "statement" => self.statement(line),
            "diagram" => self.diagram(line),
            "eval" => {
                let bindings = match line.key("bindings") {
                    Some(text) => Bindings::from_json(&guanxi::json::parse(text.as_bytes())?)?,
                    None => Bindings::new(),
                };
                Ok(to_typed(&evaluate(&parse(&line.need("expression"))?, &bindings)?))
            }
            "erasures" => said(&self.store.erasures()?),
            "statistics" => said(&self.store.statistics()?),
            "verify" => said(&self.store.verify()?.in_language(line.language())),
            "segment" | "value" | "kpi" | "collision" => self.document(line),
            "states" | "history" | "steps" | "why_not" | "if" => self.journey(line),
            "customer" => self.customer(line),
            _ => self.everybody(line),
        }
    }

    /// What leaves something behind.
    fn change(&mut self, line: &Line<'_>) -> Result<String, Error> {
        let (zone, language) = (self.playbook.calendar().zone().clone(), line.language());
        let when = |key: &str| line.instant(key, &zone);
        match line.ask() {
            "append" | "apply" => self.rows(line),
            "feed" => {
                let rows = line.rows()?;
                let seen = when("seen")?.unwrap_or_else(clock::now);
                let handed = Handed { rows: rows.as_bytes(), seen };
                let question = line.document("question")?;
                ask::feed(&mut self.store, &self.playbook, &question, handed, language)
            }
            "follow" => {
                let (question, now) = (line.document("question")?, when("now")?);
                ask::follow(&mut self.store, &self.playbook, now, &question, language)
            }
            "command" => {
                let command = Command::from_json(&line.need("command"), &zone)?;
                let seen = when("seen")?.map_or(Seen::Backfill, Seen::At);
                let when = when("at")?.unwrap_or_else(clock::now);
                let done = self.store.command(&self.playbook, &command, when, seen)?;
                said(&done.in_language(language))
            }
            "erase" => {
                let (id, when) = (line.need("customer"), when("at")?.unwrap_or_else(clock::now));
                let is_trial = line.key("trial").as_deref() == Some("true");
                said(&match is_trial {
                    true => self.store.erase_on_trial(&id, when)?,
                    false => self.store.erase(&id, when)?,
                })
            }
            _ => {
                let list = Erasure::list_from_json(&line.need("list"))?;
                match self.store.erase_listed(&list)? {
                    Some(erased) => said(&erased),
                    None => Ok(r#"{"facts":0,"ids":0}"#.to_owned()),
                }
            }
        }
    }

    /// Rows that come in, and what follows of them where that is asked.
    fn rows(&mut self, line: &Line<'_>) -> Result<String, Error> {
        let zone = self.playbook.calendar().zone().clone();
        let (table, language) = (line.need("table"), line.language());
        let kind = TableKind::parse(&table).ok_or_else(|| at(no_table(&table).into(), "table"))?;
        let mapping = line.key("mapping");
        let mapping = mapping.map(|text| Mapping::from_json(text.as_bytes())).transpose()?;
        let mapping = mapping.as_ref().and_then(|all| all.table(&table, &kind));
        let seen = line.instant("seen", &zone)?.map_or(Seen::Backfill, Seen::At);
        let lines = Lines::of(&table, &kind, mapping, self.playbook.schema(), &zone)?;
        let rows = line.rows()?;
        if line.ask() == "append" {
            let report = self.store.append_lines(&lines, rows.as_bytes(), seen)?;
            return said(&report.in_language(language));
        }
        let now = line.instant("now", &zone)?.unwrap_or_else(clock::now);
        let record = |store: &mut Store| store.append_lines(&lines, rows.as_bytes(), seen);
        let settled = self.store.apply_with(&self.playbook, now, record)?;
        let mut told = settled.in_language(language);
        told["rows"] = json!(settled.recorded.in_language(language));
        said(&told)
    }

    fn known_at(&self, line: &Line<'_>) -> Result<Option<Instant>, Error> {
        line.instant("known_at", self.playbook.calendar().zone())
    }

    /// The instant of an answer: the midnight after the last fact where it is left
    /// out.
    fn as_of(&self, line: &Line<'_>) -> Result<Instant, Error> {
        Ok(match line.instant("as_of", self.playbook.calendar().zone())? {
            Some(as_of) => as_of,
            None => self.store.default_as_of(&self.playbook)?.unwrap_or_else(clock::now),
        })
    }

    /// A question that is a document itself.
    fn document(&self, line: &Line<'_>) -> Result<String, Error> {
        let about = About {
            store: &self.store,
            playbook: &self.playbook,
            as_of: line.instant("as_of", self.playbook.calendar().zone())?,
            known_at: self.known_at(line)?,
            language: line.language(),
            options: Options::default(),
        };
        let question = line.document("question")?;
        match line.ask() {
            "value" => ask::value(&about, &question),
            "kpi" => ask::kpi(&about, &question),
            "collision" => ask::collision(&about, &question),
            _ => {
                let other = line.key("text").map(|text| Playbook::from_json(&text)).transpose()?;
                ask::segment(&about, other.as_ref(), &question)
            }
        }
    }

    /// A condition for the host's own database.
    fn statement(&self, line: &Line<'_>) -> Result<String, Error> {
        let tables = Tables::from_json(line.need("tables").as_bytes(), self.playbook.schema())?;
        let dialect = Dialect::named(&line.need("dialect"));
        let dialect = dialect.ok_or_else(|| at(no_dialect().into(), "dialect"))?;
        let as_of = self.as_of(line)?;
        said(&statement(&self.playbook, &line.need("expression"), &tables, dialect, as_of)?)
    }

    /// A machine drawn, as a text.
    fn diagram(&self, line: &Line<'_>) -> Result<String, Error> {
        let columns = ColumnsBuilder::new(self.playbook.schema()).finish();
        let name = line.key("machine");
        let wanted = |it: &&Machine| name.as_ref().is_none_or(|name| *it.name == **name);
        let machine = self.playbook.machines().iter().find(wanted);
        let machine = machine.ok_or_else(|| at(no_machine().into(), "machine"))?;
        let picture = Picture::new(machine, self.playbook.world(&columns), None, line.language());
        said(&match line.key("format").as_deref() {
            Some("mermaid") => mermaid(&picture),
            Some("dot") => dot(&picture),
            None | Some("svg") => svg(&picture)?,
            Some(_) => return Err(at(no_format().into(), "format")),
        })
    }

    /// How one customer came where it is.
    fn journey(&self, line: &Line<'_>) -> Result<String, Error> {
        let (as_of, known_at) = (self.as_of(line)?, self.known_at(line)?);
        let id = line.need("customer");
        let journey: Journey<'_> = self.store.journey(&self.playbook, as_of, known_at, &id)?;
        match line.ask() {
            "states" => said(&journey.states()),
            "history" => said(&journey.history()),
            "steps" => {
                let steps = journey.explain();
                let told = steps.iter().map(|step| step.in_language(line.language()));
                said(&told.collect::<Vec<_>>())
            }
            "why_not" => {
                let machine = line.key("machine");
                let why = journey.why_not(machine.as_deref(), None, &line.need("state"))?;
                said(&why.in_language(line.language()))
            }
            _ => said(&journey.suppose(line.need("rows").as_bytes())?),
        }
    }

    /// One customer in full, by its own facts alone.
    fn customer(&self, line: &Line<'_>) -> Result<String, Error> {
        let (as_of, id) = (self.as_of(line)?, line.need("customer"));
        let view = match self.known_at(line)? {
            None => self.store.customer(&self.playbook, as_of, &id)?,
            known_at => {
                let columns = self.store.customer_columns(&[&id], known_at)?;
                customer(&columns, &self.playbook, as_of, &id)?
            }
        };
        said(&view.in_language(line.language()))
    }

    /// What takes everybody's facts.
    fn everybody(&self, line: &Line<'_>) -> Result<String, Error> {
        let known_at = self.known_at(line)?;
        let columns = Arc::new(self.store.columns(known_at)?);
        let (as_of, options) = (self.as_of(line)?, Options::default());
        match line.ask() {
            "flow" => {
                let every = line.key("every").map(|unit| Unit::parse(&unit)).transpose()?;
                let machine = line.key("machine");
                let machine = machine.as_deref();
                let asked = FlowAsked { machine, every, stays: true, ..FlowAsked::default() };
                said(&flow(&columns, &self.playbook, as_of, asked, options)?)
            }
            "compare" => {
                let other = Playbook::from_json(&line.need("text"))?;
                let (old, new) = ((&*columns, &self.playbook), (&*columns, &other));
                said(&compare(old, new, as_of, Mode::Reinterpret, &StateMap::new(), options)?)
            }
            "review" | "members" => {
                let found: Review = review(&columns, &self.playbook, as_of, known_at, options);
                if line.ask() == "review" {
                    return said(&found.in_language(line.language()));
                }
                said(&found.members(&line.need("segment"))?.collect::<Vec<_>>())
            }
            _ => self.condition(line, &columns, as_of),
        }
    }

    /// Who satisfies a condition, how many, or why one does not.
    fn condition(
        &self,
        line: &Line<'_>,
        columns: &Columns,
        as_of: Instant,
    ) -> Result<String, Error> {
        let snapshot = Snapshot::new(columns, as_of);
        let options = Options::default();
        let query = query(&snapshot, &self.playbook, &line.need("expression"), options)?;
        if line.ask() == "explain" {
            let id = line.need("customer");
            let why = query.explain(&id).ok_or_else(|| at(unknown(&id).into(), "customer"))?;
            return said(&why.in_language(line.language()));
        }
        let answer = query.answer(options);
        match line.ask() {
            "ids" => said(&ids(columns, &answer).collect::<Vec<_>>()),
            _ => said(&query.found(&answer).in_language(line.language())),
        }
    }
}

fn said(answer: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(answer).map_err(|error| {
        let told = error.to_string();
        Fault::new(Code::Internal, told.clone(), told).into()
    })
}

fn no_table(name: &str) -> Fault {
    let given = guanxi::units::shown(name);
    Fault::new(
        Code::BadValue,
        format!("`{given}` is not a table, expected `customers`, `events` or `ref_NAME`"),
        format!("`{given}` 不是表，应为 `customers`、`events` 或 `ref_NAME`"),
    )
}

fn no_dialect() -> Fault {
    let (en, zh) = ("there is no such dialect of SQL", "没有这种 SQL 方言");
    let listed = "`sqlite`, `postgresql`, `mysql`, `mariadb`, `duckdb`";
    Fault::new(Code::BadValue, en, zh).hint(format!("there are {listed}"), format!("可用 {listed}"))
}

fn no_machine() -> Fault {
    Fault::new(Code::UnknownMachine, "the playbook has no such lifecycle", "规则集没有此生命周期")
}

fn no_format() -> Fault {
    let (en, zh) = ("there are `svg`, `mermaid` and `dot`", "可用 `svg`、`mermaid`、`dot`");
    Fault::new(Code::BadValue, "there is no such format", "没有这种格式").hint(en, zh)
}

fn unknown(id: &str) -> Fault {
    let given = guanxi::units::shown(id);
    Fault::new(
        Code::UnknownCustomer,
        format!("there is no customer `{given}` at this instant"),
        format!("此时没有客户 `{given}`"),
    )
}
