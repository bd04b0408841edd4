//! `guanxi reconcile`: the host's counts and sums beside those of the store.

use std::path::Path;

use guanxi::engine::{Stated, reconcile};
use guanxi::facts::Schema;
use guanxi::facts::intake::DEFAULT_SOURCE;
use guanxi::store::Store;
use guanxi::units::{Span, nearest};
use guanxi::{Code, Error, Fault, Playbook};

use super::spool::Spool;
use super::{Manner, plain};
use crate::args::Reconcile;
use crate::clock;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;
use crate::table::header;

/// Compares and prints.
pub fn run(args: &Reconcile, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let spool = Spool::of(Some(&args.figures), "stdin.csv")?;
    let stated = read(spool.path().unwrap_or(&args.figures), &playbook)?;
    let zone = playbook.calendar().zone();
    let known_at = args.known_at.as_deref();
    let known_at = known_at.map(|text| clock::instant("--known-at", text, zone)).transpose()?;
    let store = Store::open_read_only(&args.db, playbook.schema()).map_err(super::below_schema)?;
    let found = reconcile(&store, &playbook, &stated, known_at)?;
    let mut out = Lines::new();
    if manner.json {
        let mut said = serde_json::json!(found);
        said["agrees"] = found.agrees().into();
        out.json(&said)?;
    } else {
        out.text(&page::reconcile::page(&found, manner.language))?;
    }
    out.finish()?;
    Ok(if found.agrees() { Exit::Good } else { Exit::Rows })
}

/// Which column says what.
struct Columns {
    names: Vec<String>,
    source: Option<usize>,
    kind: usize,
    period: Option<usize>,
    count: Option<usize>,
    /// Columns of sums with the names of their fields.
    sums: Vec<(usize, String)>,
}

impl Columns {
    fn of(path: &Path) -> Result<Columns, Error> {
        let names: Vec<String> =
            header(path, b',', None)?.iter().map(|name| name.trim().to_owned()).collect();
        let file = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let place = format!("{file}:1");
        let (mut found, mut sums, mut faults) = ([None; 4], Vec::new(), Vec::new());
        let fixed = ["source", "kind", "period", "count"];
        for (at, name) in names.iter().enumerate() {
            match (fixed.iter().position(|fixed| fixed == name), name.strip_prefix("sum.")) {
                (Some(which), _) => found[which] = Some(at),
                (None, Some(field)) => sums.push((at, field.to_owned())),
                (None, None) => faults.push(unknown(name).at(place.clone())),
            }
        }
        let [source, kind, period, count] = found;
        if kind.is_none() {
            faults.push(missing("kind").at(place.clone()));
        }
        if count.is_none() && sums.is_empty() {
            faults.push(missing("count").at(place));
        }
        Error::check(faults)?;
        Ok(Columns { names, source, kind: kind.unwrap_or_default(), period, count, sums })
    }
}

fn read(path: &Path, playbook: &Playbook) -> Result<Vec<Stated>, Error> {
    let columns = Columns::of(path)?;
    let wanted: Vec<(&str, &str)> =
        columns.names.iter().map(|name| ("the header", name.as_str())).collect();
    let mut stated = Vec::new();
    plain::read(path, &wanted, |row| stated.extend(figure(row, &columns, playbook)))?;
    Ok(stated)
}

/// One row; `None` where something is wrong with it, which is noted.
fn figure(row: &mut plain::Row<'_, '_>, columns: &Columns, playbook: &Playbook) -> Option<Stated> {
    let schema = playbook.schema();
    let name = row.word(columns.kind)?;
    let Some(kind) = schema.kind(name) else {
        row.fault(columns.kind, no_kind(name, schema));
        return None;
    };
    let source = columns.source.map(|at| row.text(at)).filter(|text| !text.is_empty());
    let period = match columns.period.map(|at| (at, row.text(at))) {
        None | Some((_, "")) => None,
        Some((at, text)) => match Span::parse(text, playbook.calendar()) {
            Ok(period) => Some(period),
            Err(error) => {
                error.into_faults().into_iter().for_each(|fault| row.fault(at, fault));
                return None;
            }
        },
    };
    let count = match columns.count.filter(|at| !row.text(*at).is_empty()) {
        None => None,
        Some(at) => {
            let number = row.number(at)?;
            let whole = number.rescale_exact(0).ok().and_then(|it| u64::try_from(it.units()).ok());
            if whole.is_none() {
                let (en, zh) = ("a count is a whole number", "数量应为整数");
                row.fault(at, Fault::new(Code::BadCell, en, zh));
            }
            Some(whole?)
        }
    };
    let mut sums = Vec::new();
    for (at, field) in &columns.sums {
        if row.text(*at).is_empty() {
            continue;
        }
        let fields = schema.kinds.get(kind).map(|kind| kind.fields.as_slice()).unwrap_or_default();
        let Some(place) = fields.iter().position(|known| *known.name == **field) else {
            row_without(row, *at, name, field);
            return None;
        };
        sums.push((place, row.number(*at)?));
    }
    Some(Stated { source: source.unwrap_or(DEFAULT_SOURCE).into(), kind, period, count, sums })
}

fn row_without(row: &mut plain::Row<'_, '_>, at: usize, kind: &str, field: &str) {
    let (kind, field) = (page::printable(kind), page::printable(field));
    let fault = Fault::new(
        Code::UnknownReference,
        format!("`{kind}` has no field `{field}`, and a sum stands here"),
        format!("`{kind}` 没有字段 `{field}`，而此处有合计"),
    );
    row.fault(at, fault);
}

fn no_kind(name: &str, schema: &Schema) -> Fault {
    let shown = page::printable(name);
    let fault = Fault::new(
        Code::UnknownReference,
        format!("no kind of event is called `{shown}`"),
        format!("没有名为 `{shown}` 的事件类型"),
    );
    match nearest(name, schema.kinds.iter().map(|kind| &*kind.name)) {
        Some(near) => fault.meant(near),
        None => fault,
    }
}

fn unknown(name: &str) -> Fault {
    let shown = page::printable(name);
    Fault::new(
        Code::UnknownColumn,
        format!("nothing is known about the column `{shown}`"),
        format!("不知道列 `{shown}` 的含义"),
    )
    .hint(
        "the columns are `kind`, `period`, `count`, `source` and `sum.FIELD`",
        "各列为 `kind`、`period`、`count`、`source` 和 `sum.字段`",
    )
}

fn missing(name: &str) -> Fault {
    Fault::new(
        Code::MissingColumn,
        format!("there is no column `{name}`"),
        format!("没有列 `{name}`"),
    )
}
