//! One line of `events.csv`.

use std::io::Write;

use super::customer::id_of;
use super::rhythm::{DAY, END, HOUR, Seconds, civil};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Bought something.
    Purchase,
    /// Got money back.
    Refund,
    /// Was offered a price.
    Quote,
    /// Ordered and cancelled before anything was sent.
    OrderCancelled,
    /// Received the goods.
    Delivery,
    /// Looked at a page.
    WebVisit,
    /// Was asked how it goes (回访).
    ReturnVisit,
    /// Opened a mail.
    EmailOpen,
    /// Followed a link in a mail.
    Click,
    /// Came to a seminar.
    Seminar,
    /// Telephoned, or was telephoned.
    Call,
    /// Wrote in the community.
    CommunityPost,
    /// Reached a point in using the machine.
    UsageMilestone,
    /// Complained.
    Complaint,
    /// Asked for help.
    Ticket,
    /// Gave stars to an order.
    Rating,
    /// Answered how likely they are to recommend.
    Survey,
    /// Suggested something.
    Suggestion,
    /// Brought another customer.
    Referral,
    /// Was contacted by staff otherwise.
    Contact,
    /// Was given something to make up for trouble.
    Concession,
    /// Caused a cost.
    Cost,
}

impl Kind {
    /// The name in data, and the system that records it.
    fn words(self) -> (&'static str, Source) {
        match self {
            Kind::Purchase => ("purchase", Source::Erp),
            Kind::Refund => ("refund", Source::Erp),
            Kind::Quote => ("quote", Source::Crm),
            Kind::OrderCancelled => ("order_cancelled", Source::Erp),
            Kind::Delivery => ("delivery", Source::Erp),
            Kind::WebVisit => ("web_visit", Source::Web),
            Kind::ReturnVisit => ("return_visit", Source::Crm),
            Kind::EmailOpen => ("email_open", Source::Web),
            Kind::Click => ("click", Source::Web),
            Kind::Seminar => ("seminar", Source::Crm),
            Kind::Call => ("call", Source::Crm),
            Kind::CommunityPost => ("community_post", Source::Web),
            Kind::UsageMilestone => ("usage_milestone", Source::Web),
            Kind::Complaint => ("complaint", Source::Service),
            Kind::Ticket => ("ticket", Source::Service),
            Kind::Rating => ("rating", Source::Web),
            Kind::Survey => ("survey", Source::Service),
            Kind::Suggestion => ("suggestion", Source::Service),
            Kind::Referral => ("referral", Source::Crm),
            Kind::Contact => ("contact", Source::Crm),
            Kind::Concession => ("concession", Source::Service),
            Kind::Cost => ("cost", Source::Erp),
        }
    }

    /// The system that records it.
    pub fn source(self) -> Source {
        self.words().1
    }
}

/// The systems that the firm runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Orders, goods, money: within minutes.
    Erp,
    /// The web site and the mailing service: at once.
    Web,
    /// What staff write down: within days.
    Crm,
    /// The service desk: within minutes.
    Service,
}

impl Source {
    fn name(self) -> &'static str {
        match self {
            Source::Erp => "erp",
            Source::Web => "web",
            Source::Crm => "crm",
            Source::Service => "service",
        }
    }
}

/// A column of an event kind's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The order it is about.
    Order,
    /// The product.
    Product,
    /// The group of goods.
    Category,
    /// How many.
    Quantity,
    /// Yuan.
    Amount,
    /// The shop, or the way of contact.
    Channel,
    /// What it is about: subject, reason, page, campaign, milestone, purpose.
    Topic,
    /// The staff who did it.
    By,
    /// How it went, in a word.
    Result,
    /// Stars of 5, or 0 to 10.
    Score,
    /// How long it took or lasted.
    Minutes,
    /// The day the goods were promised for.
    PromisedOn,
    /// When it was solved.
    SolvedAt,
    /// Whether it was taken up.
    Adopted,
    /// The customer who was brought.
    Of,
}

/// The columns in the order of the file.
const COLUMNS: [(Column, &str); 15] = [
    (Column::Order, "order"),
    (Column::Product, "product"),
    (Column::Category, "category"),
    (Column::Quantity, "quantity"),
    (Column::Amount, "amount"),
    (Column::Channel, "channel"),
    (Column::Topic, "topic"),
    (Column::By, "by"),
    (Column::Result, "result"),
    (Column::Score, "score"),
    (Column::Minutes, "minutes"),
    (Column::PromisedOn, "promised_on"),
    (Column::SolvedAt, "solved_at"),
    (Column::Adopted, "adopted"),
    (Column::Of, "of"),
];

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A word of the firm, which needs no quotes.
    Word(&'static str),
    /// A whole number.
    Int(i64),
    /// Fen, written as yuan.
    Fen(i64),
    /// An order of a customer: their number and its number among theirs.
    Order(u32, u32),
    /// A customer's number.
    Customer(u32),
    /// A time.
    At(Seconds),
    /// A day since the first.
    Day(i64),
    /// Yes or no.
    Bool(bool),
}

/// How a line relates to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// It stands for itself.
    None,
    /// It replaces the line with this number of the same customer.
    Supersedes(u32),
    /// It takes that line back.
    Retracts(u32),
}

/// An event as it is written down.
#[derive(Debug, Clone)]
pub struct Event {
    /// What happened.
    pub kind: Kind,
    /// To whom: the customer's number.
    pub customer: u32,
    /// When it happened.
    pub at: Seconds,
    /// When one of the firm's systems had it.
    pub seen: Seconds,
    /// The customer whose story it comes from, for its id.
    pub teller: u32,
    /// Its number in that story, for its id.
    pub number: u32,
    /// How it relates to an earlier line.
    pub relation: Relation,
    cells: [Cell; COLUMNS.len()],
}

impl Event {
    /// An event with nothing in its own columns.
    pub fn new(kind: Kind, customer: u32, at: Seconds) -> Event {
        Event {
            kind,
            customer,
            at,
            seen: at,
            teller: customer,
            number: 0,
            relation: Relation::None,
            cells: [Cell::Empty; COLUMNS.len()],
        }
    }

    /// The same event with one more cell.
    pub fn with(mut self, column: Column, cell: Cell) -> Event {
        self.cells[column as usize] = cell;
        self
    }

    /// What stands in a column.
    pub fn cell(&self, column: Column) -> Cell {
        self.cells[column as usize]
    }

    /// The header of the file.
    pub fn write_header(out: &mut Vec<u8>) {
        out.extend_from_slice(b"kind,customer,at,id,source,seen,revision,supersedes,retracts");
        for (_, name) in COLUMNS {
            out.push(b',');
            out.extend_from_slice(name.as_bytes());
        }
        out.push(b'\n');
    }

    /// The line, with its end.
    pub fn write(&self, out: &mut Vec<u8>) {
        let (kind, source) = self.kind.words();
        out.extend_from_slice(kind.as_bytes());
        out.push(b',');
        write_customer(out, self.customer);
        out.push(b',');
        write_time(out, self.at);
        out.push(b',');
        write_id(out, self.teller, self.number);
        out.push(b',');
        out.extend_from_slice(source.name().as_bytes());
        out.push(b',');
        write_time(out, loaded(self.seen));
        match self.relation {
            Relation::None => out.extend_from_slice(b",,,"),
            Relation::Supersedes(number) => {
                out.extend_from_slice(b",2,");
                write_id(out, self.teller, number);
                out.push(b',');
            }
            Relation::Retracts(number) => {
                out.extend_from_slice(b",2,,");
                write_id(out, self.teller, number);
            }
        }
        for cell in &self.cells {
            out.push(b',');
            write_cell(out, *cell);
        }
        out.push(b'\n');
    }
}

/// When what a system has at a time is loaded into the customer records: every
/// Monday at two in the morning, and once more when the export is made.
fn loaded(at: Seconds) -> Seconds {
    const WEEK: Seconds = 7 * DAY;
    // The first day is a Sunday.
    let first = DAY + 2 * HOUR;
    let next = first + (at - first + WEEK - 1).div_euclid(WEEK) * WEEK;
    next.min(END + 2 * HOUR)
}

fn write_cell(out: &mut Vec<u8>, cell: Cell) {
    match cell {
        Cell::Empty => {}
        Cell::Word(word) => out.extend_from_slice(word.as_bytes()),
        Cell::Int(number) => write_number(out, number),
        Cell::Fen(fen) => {
            write_number(out, fen / 100);
            out.push(b'.');
            write_digits(out, fen.unsigned_abs() % 100, 2);
        }
        Cell::Order(customer, number) => {
            out.extend_from_slice(b"SO");
            write_digits(out, u64::from(customer) + 1, 7);
            out.push(b'-');
            write_number(out, i64::from(number));
        }
        Cell::Customer(number) => write_customer(out, number),
        Cell::At(at) => write_time(out, at),
        Cell::Day(day) => write_day(out, day),
        Cell::Bool(yes) => out.extend_from_slice(if yes { b"true" } else { b"false" }),
    }
}

fn write_customer(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(id_of(number).as_bytes());
}

fn write_id(out: &mut Vec<u8>, teller: u32, number: u32) {
    write_digits(out, u64::from(teller) + 1, 7);
    out.push(b'-');
    write_number(out, i64::from(number));
}

/// A local date and time, as in `2024-03-05 14:07:00`.
pub fn write_time(out: &mut Vec<u8>, at: Seconds) {
    write_day(out, at.div_euclid(DAY));
    let second = at.rem_euclid(DAY) as u64;
    for (mark, part) in [(b' ', second / 3_600), (b':', second / 60 % 60), (b':', second % 60)] {
        out.push(mark);
        write_digits(out, part, 2);
    }
}

/// A date, as in `2024-03-05`, of a day since the first.
pub fn write_day(out: &mut Vec<u8>, day: i64) {
    let (year, month, date) = civil(day);
    write_date(out, year, month, date);
}

/// A date.
pub fn write_date(out: &mut Vec<u8>, year: i64, month: i64, date: i64) {
    write_digits(out, year as u64, 4);
    out.push(b'-');
    write_digits(out, month as u64, 2);
    out.push(b'-');
    write_digits(out, date as u64, 2);
}

fn write_number(out: &mut Vec<u8>, number: i64) {
    // A write to a vector does not fail.
    let _ = write!(out, "{number}");
}

fn write_digits(out: &mut Vec<u8>, number: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut left = number;
    let mut used = 0;
    while left > 0 || used < width {
        used += 1;
        digits[20 - used] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    out.extend_from_slice(&digits[20 - used..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_cell_for_each_column() {
        let mut header = Vec::new();
        Event::write_header(&mut header);
        let mut line = Vec::new();
        let mut event = Event::new(Kind::Purchase, 6, 400 * DAY + 3_661)
            .with(Column::Order, Cell::Order(6, 2))
            .with(Column::Amount, Cell::Fen(12_305))
            .with(Column::Of, Cell::Customer(0));
        event.relation = Relation::Supersedes(3);
        event.number = 4;
        event.write(&mut line);
        let line = String::from_utf8(line).unwrap();
        assert_eq!(
            line,
            "purchase,C0000007,2024-02-05 01:01:01,0000007-4,erp,2024-02-05 02:00:00,2,0000007-3,,\
             SO0000007-2,,,,123.05,,,,,,,,,,C0000001\n"
        );
        let commas = |text: &[u8]| text.iter().filter(|byte| **byte == b',').count();
        assert_eq!(commas(&header), commas(line.as_bytes()));
    }

    #[test]
    fn loads_are_on_mondays() {
        let said = |at: Seconds| {
            let mut out = Vec::new();
            write_time(&mut out, loaded(at));
            String::from_utf8(out).unwrap()
        };
        assert_eq!(said(0), "2023-01-02 02:00:00");
        assert_eq!(said(DAY + 2 * HOUR), "2023-01-02 02:00:00");
        assert_eq!(said(DAY + 2 * HOUR + 1), "2023-01-09 02:00:00");
        assert_eq!(said(END - 1), "2026-01-01 02:00:00");
    }

    #[test]
    fn columns_stand_where_they_are_counted() {
        for (position, (column, _)) in COLUMNS.iter().enumerate() {
            assert_eq!(*column as usize, position);
        }
    }
}
