//! `customers.csv`: the card file, with the headers the firm gave it.

use std::io::{self, Write};

use super::customer::{Customer, Record, id_of, records};
use super::event::{write_day, write_time};
use super::firm;

/// Headers as `mapping.json` knows them.
const HEADER: &str = "客户编号,生效日期,姓名,性别,出生日期,大区,月收入（万元）,职业,婚姻状况,子女数,爱好,\
信息来源,负责人,负责部门,手机,手机核实日期,邮箱,营销短信,营销邮件,营销微信,服务短信\n";

/// Writes the header.
pub fn write_header(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEADER.as_bytes())
}

/// Writes all versions of a customer's card, a line each.
pub fn write_cards(out: &mut dyn Write, seed: u64, customer: &Customer) -> io::Result<()> {
    let mut line = Vec::with_capacity(256);
    for record in records(seed, customer) {
        line.clear();
        write_card(&mut line, customer.number, &record);
        out.write_all(&line)?;
    }
    Ok(())
}

fn write_card(out: &mut Vec<u8>, number: u32, record: &Record) {
    out.extend_from_slice(id_of(number).as_bytes());
    cell(out, record.from, write_time);
    text(out, Some(record.name.as_str()));
    text(out, record.sex);
    cell(out, record.born, |out, (year, month, date)| {
        let _ = write!(out, "{year}/{month}/{date}");
    });
    text(out, record.region);
    cell(out, record.income, write_tens_of_thousands);
    text(out, record.occupation);
    text(out, record.marital);
    cell(out, record.children, |out, children| {
        let _ = write!(out, "{children}");
    });
    cell(out, record.hobbies, write_hobbies);
    text(out, record.heard);
    text(out, record.owner);
    text(out, record.department);
    text(out, record.mobile.as_deref());
    cell(out, record.mobile_verified, write_day);
    text(out, record.email.as_deref());
    for consent in record.consents {
        text(out, consent.map(|given| if given { "同意" } else { "拒绝" }));
    }
    out.push(b'\n');
}

fn text(out: &mut Vec<u8>, text: Option<&str>) {
    cell(out, text, |out, text| out.extend_from_slice(text.as_bytes()));
}

fn cell<T>(out: &mut Vec<u8>, value: Option<T>, write: impl Fn(&mut Vec<u8>, T)) {
    out.push(b',');
    if let Some(value) = value {
        write(out, value);
    }
}

/// Yuan as tens of thousands of yuan: 8,200 is `0.82`.
fn write_tens_of_thousands(out: &mut Vec<u8>, yuan: i64) {
    let _ = write!(out, "{}.{:02}", yuan / 10_000, yuan % 10_000 / 100);
}

fn write_hobbies(out: &mut Vec<u8>, set: u16) {
    let names: Vec<&str> = (0..firm::HOBBIES.len())
        .filter(|position| set & 1 << position != 0)
        .map(|position| firm::HOBBIES[position])
        .collect();
    out.extend_from_slice(names.join("、").as_bytes());
}
