//! How many belong to each segment.

use std::cmp::Reverse;

use guanxi::engine::SegmentSummary;
use maud::{Markup, html};

use super::{Told, bar, chapter};
use crate::page::{label, percent};
use crate::speech::{either, grouped};

pub fn section(told: &Told<'_>) -> Markup {
    let say = |en, zh| either(told.language, en, zh);
    if told.review.segments.is_empty() {
        return html! {};
    }
    let mut segments: Vec<&SegmentSummary> = told.review.segments.iter().collect();
    segments.sort_by_key(|segment| Reverse(segment.members));
    let whole = told.review.customers;
    let about = say("One customer may be in several.", "同一客户可属于多个细分。");
    chapter(
        say("Segments", "客户细分"),
        about,
        html! {
            table {
                thead { tr {
                    th { (say("segment", "细分")) }
                    th.n { (say("customers", "客户")) }
                    th.n { (say("share", "占比")) }
                    th.w {}
                    th.n { (say("errors", "出错")) }
                } }
                tbody {
                    @for it in segments {
                        tr {
                            td { (label(&it.label, &it.segment, told.language)) }
                            td.n { (grouped(it.members)) }
                            td.n { (percent(it.members, whole)) }
                            td.w { (bar(it.members, whole)) }
                            td.n { @if it.errors > 0 { (grouped(it.errors)) } }
                        }
                    }
                }
            }
        },
    )
}
