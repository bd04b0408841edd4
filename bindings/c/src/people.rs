//! Customers as a table: who they are, what is known of them, where they belong.

use guanxi_core::Error;
use guanxi_core::engine::Review;
use guanxi_core::facts::{Bits, Column, Data, Snapshot, Type};

use crate::arrow::export::Array;

/// A row for each of these customers.
pub fn table(review: &Review, customers: &Bits) -> Result<Array, Error> {
    let columns = review.columns();
    let snapshot = Snapshot::new(columns, review.as_of);
    let rows: Vec<usize> = customers.rows().collect();
    let ids = rows.iter().filter_map(|row| columns.customers.get(*row).map(|id| &**id));
    let mut arrays = vec![Array::texts(ids).named("id")];
    for (position, attribute) in columns.schema.attributes.iter().enumerate() {
        if let Some(column) = snapshot.attribute(position) {
            arrays.push(array(column, &attribute.ty, &rows).named(&attribute.name));
        }
    }
    for summary in &review.segments {
        let members = &review.answer(&summary.segment)?.members;
        let flags = Array::bools(rows.iter().map(|row| members.has(*row)));
        arrays.push(flags.named(&format!("segment.{}", summary.segment)));
    }
    Ok(Array::rows(rows.len(), arrays))
}

/// The customers who were there.
pub fn everybody(review: &Review) -> Bits {
    Snapshot::new(review.columns(), review.as_of).population().clone()
}

/// A column of some customers.
fn array(column: &Column, ty: &Type, rows: &[usize]) -> Array {
    let known: Vec<bool> = rows.iter().map(|row| column.is_known(*row)).collect();
    let array = match &column.data {
        Data::Bool(bits) => Array::bools(rows.iter().map(|row| bits.has(*row))),
        Data::Ints(ints) => {
            let ints = rows.iter().map(|row| ints.get(*row));
            match ty {
                Type::Decimal(scale) => exact(ints, *scale),
                Type::Money(currency) => exact(ints, currency.minor_digits()),
                // Days are within 32 bits.
                Type::Date => Array::values("tdD", ints.map(|days| days as i32).collect()),
                Type::Instant => Array::values("tsu:UTC", ints.collect::<Vec<i64>>()),
                _ => Array::values("l", ints.collect::<Vec<i64>>()),
            }
        }
        Data::Codes { codes, words } => {
            // A code of an unknown row may be one of no word.
            let code =
                |(row, known): (&usize, &bool)| if *known { codes.get(*row) as i32 } else { 0 };
            let codes = rows.iter().zip(&known).map(code).collect();
            let texts = (0..words.len() as u32).map(|code| words.text(code));
            Array::coded(codes, Array::texts(texts))
        }
        Data::Sets { offsets, codes, words } => {
            let (mut ends, mut items) = (vec![0_i64], Vec::new());
            for row in rows {
                let range = offsets.get(*row).zip(offsets.get(row + 1));
                let (from, until) = range.map_or((0, 0), |(from, until)| (*from, *until));
                items.extend((from..until).map(|at| words.text(codes.get(at as usize))));
                ends.push(items.len() as i64);
            }
            Array::lists(ends, Array::texts(items.into_iter()))
        }
    };
    array.known(&known)
}

/// Exact numbers: 19 digits hold every 64-bit number.
fn exact(units: impl Iterator<Item = i64>, scale: u8) -> Array {
    Array::values(&format!("d:19,{scale}"), units.map(i128::from).collect())
}
