//! A made-up firm to try things on: `guanxi demo DIR`.
//!
//! 青禾咖啡 sells coffee machines and what goes into them. Its customers hear
//! of it, look around, perhaps buy, come back, complain, bring friends, and one
//! day do not return. Nobody in it is real.
//!
//! ```text
//! seed ──> customer ──> story ──> clerk ──> spool ──> events.csv
//!             │        what is    when it   in the order in which
//!             │         true      is known   the records had it
//!             └──> cards ─────────────────────────────> customers.csv
//! ```
//!
//! # What is promised
//!
//! * The same seed and numbers give the same bytes, on any machine: the random
//!   numbers are our own, and logarithms come from `libm`.
//! * A customer depends on the seed, their number and how many there are, on
//!   nobody else; memory does not grow with the number of customers.
//! * Every line can be imported: lateness, repetitions, corrections and
//!   retractions are those of honest work, not broken rows.
//! * Either all files are there or none.
//!
//! # What can be found in it
//!
//! * Purchases are Poisson on a clock that knows evenings, weekends and
//!   festivals; paces are gamma distributed with shape 0.75, lifetimes are
//!   exponential with gamma distributed rates of shape 0.8: what the Pareto/NBD
//!   model assumes, bent by what follows.
//! * Who is content buys more often and stays longer. Deliveries, complaints
//!   and how soon they are solved, visits and concessions move it. Ratings
//!   show it, but a quarter of them is polite.
//! * Since July 2025 the southwest is served from a new warehouse, and late.
//! * Prices of beans and accessories rose by 12 % in March 2025; customers who
//!   earn less than 7,000 yuan have bought less since.
//! * One salesman looked after far more good customers than anybody else and
//!   left in April 2025; nearly half of his customers have nobody now, and
//!   more of them leave.
//! * Friends of customers, and people met at a seminar, buy more readily.
//! * Who reads and browses much buys much: mails look better than they are.
//!
//! # What is not here
//!
//! Broken rows; import refuses those, and its tests make them.

mod cards;
mod clerk;
mod customer;
mod event;
mod firm;
mod order;
mod random;
mod rhythm;
mod spool;
mod story;
mod touch;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use guanxi::{Code, Error, Fault};

use customer::Customer;
use event::Event;
use firm::Firm;
use random::Random;
use spool::Spool;
use story::Scale;

/// The rules of the firm.
pub const PLAYBOOK: &str = include_str!("playbook.json");
/// What the columns of its card file mean.
pub const MAPPING: &str = include_str!("mapping.json");

/// Customers of one firm, at most: their ids have seven digits.
pub const MOST_CUSTOMERS: u32 = 9_999_999;
/// Events of one customer, at most.
pub const MOST_EVENTS: u32 = 10_000;

/// How many customers say how much must happen.
const PILOT: u32 = 20_000;
/// Events of a customer at the natural level.
const NATURAL: f64 = 25.0;
/// Purpose of the stream that draws who brought whom.
const BROUGHT: u64 = 5;

/// The firm that is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// How many customers.
    pub customers: u32,
    /// Lines of `events.csv` a customer, on average. A customer whom the firm
    /// has heard of has one at least.
    pub events_per_customer: u32,
    /// Another seed, another firm.
    pub seed: u64,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Customers.
    pub customers: u64,
    /// Lines of `events.csv` below the header.
    pub events: u64,
}

/// Writes the firm's files into a folder that does not exist or is empty.
///
/// `told` is called with the number of customers whose stories are told.
///
/// # Errors
///
/// A folder with something in it; whatever the operating system refuses. In
/// both cases nothing is left behind.
pub fn write(folder: &Path, wish: Wish, told: &mut dyn FnMut(u64)) -> Result<Written, Error> {
    let site = Site::clear(folder)?;
    let written = fill(&site.workshop, wish, told).map_err(|error| refused(folder, &error))?;
    site.open().map_err(|error| refused(folder, &error))?;
    Ok(written)
}

/// The files, in the order in which they appear.
const FILES: [&str; 6] = [
    "playbook.json",
    "mapping.json",
    "ref_product.csv",
    "ref_staff.csv",
    "customers.csv",
    "events.csv",
];

/// The folder, and a folder inside where the files are made. Unless it is
/// opened, everything goes.
struct Site {
    folder: PathBuf,
    workshop: PathBuf,
    /// The first folder that had to be made.
    made: Option<PathBuf>,
    is_open: bool,
}

impl Site {
    fn clear(folder: &Path) -> Result<Site, Error> {
        let refuse = |error: io::Error| refused(folder, &error);
        match fs::read_dir(folder) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(occupied(folder));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(refuse(error)),
        }
        let made = first_missing(folder);
        let workshop = folder.join("unfinished");
        let site = Site { folder: folder.to_owned(), workshop, made, is_open: false };
        fs::create_dir_all(&site.workshop).map_err(refuse)?;
        Ok(site)
    }

    fn open(mut self) -> io::Result<()> {
        for file in FILES {
            fs::rename(self.workshop.join(file), self.folder.join(file))?;
        }
        fs::remove_dir(&self.workshop)?;
        self.is_open = true;
        Ok(())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if self.is_open {
            return;
        }
        // The first failure has been reported; what cannot be removed either
        // stays in a folder whose name says what it is.
        for file in FILES {
            let _ = fs::remove_file(self.folder.join(file));
        }
        let _ = fs::remove_dir_all(&self.workshop);
        if let Some(made) = &self.made {
            let _ = fs::remove_dir_all(made);
        }
    }
}

fn first_missing(folder: &Path) -> Option<PathBuf> {
    let missing =
        folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists());
    missing.last().map(Path::to_owned)
}

fn occupied(folder: &Path) -> Error {
    let shown = folder.display();
    Fault::new(
        Code::InvalidArgument,
        format!("`{shown}` has something in it, expected a folder that is empty or not there"),
        format!("`{shown}` 不是空目录，应为空目录或尚不存在的目录"),
    )
    .into()
}

fn refused(folder: &Path, error: &io::Error) -> Error {
    crate::files::refused(folder, error)
}

fn fill(folder: &Path, wish: Wish, told: &mut dyn FnMut(u64)) -> io::Result<Written> {
    fs::write(folder.join("playbook.json"), PLAYBOOK)?;
    fs::write(folder.join("mapping.json"), MAPPING)?;
    fs::write(folder.join("ref_product.csv"), firm::products_table())?;
    fs::write(folder.join("ref_staff.csv"), firm::staff_table())?;
    let firm = Firm::new();
    let scale = scale_for(&firm, wish);
    let mut cards = BufWriter::new(File::create_new(folder.join("customers.csv"))?);
    cards::write_header(&mut cards)?;
    let mut spool = Spool::new(folder);
    let mut failed = None;
    let mut events = 0;
    for number in 0..wish.customers {
        let customer = Customer::of(&firm, wish.seed, number, wish.customers);
        cards::write_cards(&mut cards, wish.seed, &customer)?;
        tell(&firm, wish, scale, &customer, &mut |event| {
            events += 1;
            failed = failed.take().or(spool.push(event).err());
        });
        if let Some(error) = failed.take() {
            return Err(error);
        }
        told(u64::from(number) + 1);
    }
    finish(cards)?;
    let mut log = BufWriter::with_capacity(1 << 18, File::create_new(folder.join("events.csv"))?);
    let mut header = Vec::new();
    Event::write_header(&mut header);
    log.write_all(&header)?;
    spool.pour(&mut log)?;
    finish(log)?;
    Ok(Written { customers: u64::from(wish.customers), events })
}

fn finish(file: BufWriter<File>) -> io::Result<()> {
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

fn tell(
    firm: &Firm,
    wish: Wish,
    scale: Option<Scale>,
    customer: &Customer,
    out: &mut dyn FnMut(&Event),
) {
    let Some(scale) = scale else { return };
    let referrer = referrer(firm, wish, customer);
    story::tell(firm, wish.seed, scale, customer, referrer, out);
}

/// Who brought a customer: somebody who was there a month before, more likely
/// one who is content.
fn referrer(firm: &Firm, wish: Wish, customer: &Customer) -> Option<u32> {
    if customer.heard != firm::BY_REFERRAL {
        return None;
    }
    let mut random = Random::stream(wish.seed, BROUGHT, u64::from(customer.number));
    (0..4).find_map(|_| {
        let number = random.below(customer.number as usize) as u32;
        let friend = Customer::of(firm, wish.seed, number, wish.customers);
        let known = friend.arrived + 30 * rhythm::DAY < customer.arrived;
        (random.chance(friend.content * friend.content) && known).then_some(number)
    })
}

/// The scale at which the wanted number of events happens, found on the
/// stories of some customers; `None` when nothing shall happen.
fn scale_for(firm: &Firm, wish: Wish) -> Option<Scale> {
    if wish.events_per_customer == 0 || wish.customers == 0 {
        return None;
    }
    let wanted = f64::from(wish.events_per_customer);
    let mut level = wanted / NATURAL;
    for _ in 0..8 {
        let mean = mean_events(firm, wish, Scale::of(level));
        if (mean / wanted - 1.0).abs() < 0.005 {
            break;
        }
        level = (level * wanted / mean.max(0.01)).clamp(1e-4, 1e4);
    }
    Some(Scale::of(level))
}

fn mean_events(firm: &Firm, wish: Wish, scale: Scale) -> f64 {
    let step = (wish.customers / PILOT).max(1);
    let (mut customers, mut events) = (0u64, 0u64);
    for number in (0..wish.customers).step_by(step as usize) {
        let customer = Customer::of(firm, wish.seed, number, wish.customers);
        customers += 1;
        tell(firm, wish, Some(scale), &customer, &mut |_| events += 1);
    }
    events as f64 / customers as f64
}

#[cfg(test)]
mod tests;
