//! `guanxi advance --tenants`: a night for the stores of a folder.

use std::collections::BTreeMap;
use std::path::Path;

use guanxi::engine::{Begun, Settled};
use guanxi::error::Language;
use guanxi::host::{Budget, Host};
use guanxi::units::Instant;
use guanxi::{Code, Error, Fault, Playbook};
use serde_json::{Value, json};

use super::Manner;
use crate::args::{Advance, Signed};
use crate::clock;
use crate::exit::{Exit, Stop};
use crate::faults;
use crate::files;
use crate::lines::Lines;
use crate::page;

/// Stores that are open at once: each is asked once a round, so more gain nothing.
const STORES: usize = 32;

/// What came of the tenants, by name.
#[derive(Default)]
pub struct Told {
    /// What time brought about, and in how many turns.
    pub settled: BTreeMap<Box<str>, (Settled, u32)>,
    /// Who could not be followed.
    pub failed: BTreeMap<Box<str>, Error>,
}

/// Lets time pass for every store of a folder.
pub fn advance(args: &Advance, folder: &Path, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let to = super::living::instant("--to", args.to.as_deref(), &playbook)?;
    let threads = args.threads.map_or_else(available, usize::from);
    let stores = STORES.max(threads);
    let host = Host::new(folder, Budget { stores, threads, memory: (stores as u64) << 21 })?;
    let mut told = enlisted(&host, &playbook)?;
    let adopted =
        if args.adopt { adopt(&host, to, &args.signed, &mut told) } else { BTreeMap::new() };
    follow(&host, to, args.steps.unwrap_or(u32::MAX), &mut told);
    for (tenant, begun) in adopted {
        if let Some((settled, _)) = told.settled.get_mut(&tenant) {
            settled.begun = Some(begun);
        }
    }
    let mut out = Lines::new();
    if manner.json {
        out.json(&to_json(&told, to, manner.language))?;
    } else {
        out.text(&page::tenants::page(&told, to, &playbook, manner.language))?;
    }
    out.finish()?;
    Ok(told.failed.values().next().map_or(Exit::Good, Exit::of))
}

fn available() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Makes everybody known whose store is in the folder, and tells who cannot be.
fn enlisted(host: &Host, playbook: &Playbook) -> Result<Told, Error> {
    let mut told = Told::default();
    let found = host.found()?;
    for tenant in found.tenants {
        let done = own(host, &tenant)
            .and_then(|own| host.enlist(&tenant, own.as_ref().unwrap_or(playbook)));
        if let Err(error) = done {
            told.failed.insert(tenant, error);
        }
    }
    for path in found.others {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into();
        told.failed.insert(name, misnamed(&path));
    }
    Ok(told)
}

/// The playbook that a tenant has beside the store, if any.
fn own(host: &Host, tenant: &str) -> Result<Option<Playbook>, Error> {
    let path = host.path(tenant)?.with_extension("json");
    if !path.exists() {
        return Ok(None);
    }
    let text = files::read_text(&path)?;
    let playbook = host.playbook(&text);
    playbook.map(Some).map_err(|error| error.below(&path.display().to_string()))
}

fn misnamed(path: &Path) -> Error {
    let path = path.display();
    Fault::new(
        Code::InvalidArgument,
        format!("`{path}` is not named as the store of a tenant is"),
        format!("`{path}` 的文件名不是租户事实库的名称"),
    )
    .hint(
        "small letters, digits, - and _ stand as they are, every other byte as % and two digits: `%41cme.db`",
        "小写字母、数字、- 与 _ 照写，其余字节写作 % 加两位十六进制数，如 `%41cme.db`",
    )
    .into()
}

/// Follows everybody by the playbook at hand from now on.
fn adopt(host: &Host, to: Instant, signed: &Signed, told: &mut Told) -> BTreeMap<Box<str>, Begun> {
    let tenants = host.tenants();
    let signature = signed.signature(Some(clock::now()));
    let done = host.each(&tenants, |_, store, playbook| {
        store.sign(Some(signature.clone()));
        let adopted = store.adopt(playbook, to);
        store.sign(None);
        adopted
    });
    let mut adopted = BTreeMap::new();
    for (tenant, done) in tenants.into_iter().zip(done) {
        match done {
            Ok(begun) => {
                adopted.insert(tenant, begun);
            }
            Err(error) => {
                told.failed.insert(tenant, error);
            }
        }
    }
    adopted
}

/// So many turns for each at most, round by round.
fn follow(host: &Host, to: Instant, turns: u32, told: &mut Told) {
    let mut able = host.tenants();
    able.retain(|tenant| !told.failed.contains_key(tenant));
    let mut night = host.night_of(able, to);
    let mut rounds = 0;
    while !night.is_done() && rounds < turns {
        let round = night.left().len();
        for outcome in night.step(round) {
            match outcome.settled {
                Ok(next) => told.add(outcome.tenant, next),
                Err(error) => {
                    told.failed.insert(outcome.tenant, error);
                }
            }
        }
        rounds += 1;
    }
}

impl Told {
    fn add(&mut self, tenant: Box<str>, next: Settled) {
        let sum = match self.settled.remove(&tenant) {
            Some((sum, turns)) => (sum.and(next), turns + 1),
            None => (next, 1),
        };
        self.settled.insert(tenant, sum);
    }

    /// Customers looked at, changes, effects, those taken back, and who waits.
    pub fn sums(&self) -> [u64; 5] {
        let of = |it: &Settled| [it.customers, it.changes, it.effects, it.taken_back, it.waiting];
        let mut sums = [0_u64; 5];
        for (settled, _) in self.settled.values() {
            for (sum, more) in sums.iter_mut().zip(of(settled)) {
                *sum = sum.saturating_add(more);
            }
        }
        sums
    }
}

fn to_json(told: &Told, to: Instant, language: Language) -> Value {
    let [customers, changes, effects, taken_back, waiting] = told.sums();
    let tenants = told.settled.iter().map(|(tenant, (settled, steps))| {
        let mut said = settled.in_language(language);
        said["tenant"] = json!(tenant);
        said["steps"] = json!(steps);
        said
    });
    let failed = told.failed.iter().map(|(tenant, error)| {
        let mut said = faults::to_json(error, language);
        said["tenant"] = json!(tenant);
        said
    });
    json!({
        "to": to, "customers": customers, "changes": changes, "effects": effects,
        "taken_back": taken_back, "waiting": waiting,
        "tenants": tenants.collect::<Vec<_>>(), "failed": failed.collect::<Vec<_>>(),
    })
}
