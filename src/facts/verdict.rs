//! What became of a row that was handed over.

use serde::Serialize;

use crate::error::{Fault, Language};

/// What became of one fact.
///
/// Serialised as `new`, `same`, `pending`, `conflict`, `refused` or `erased`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Recorded.
    New,
    /// Already recorded under this source and id, with the same content.
    Same,
    /// Recorded, and waiting for the fact that it corrects, which the same call
    /// has not brought either.
    Pending,
    /// Not recorded: this source and id stand with another content.
    Conflict,
    /// Not recorded: the row cannot be a fact.
    Refused,
    /// Not recorded: the customer was erased.
    Erased,
}

impl Verdict {
    /// Every verdict, in the order in which reports list them.
    pub const ALL: [Verdict; 6] = [
        Verdict::New,
        Verdict::Same,
        Verdict::Pending,
        Verdict::Conflict,
        Verdict::Refused,
        Verdict::Erased,
    ];

    /// The verdict in one stable word, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::New => "new",
            Verdict::Same => "same",
            Verdict::Pending => "pending",
            Verdict::Conflict => "conflict",
            Verdict::Refused => "refused",
            Verdict::Erased => "erased",
        }
    }

    /// The verdict on a row that gave several facts: the one that tells most,
    /// `erased`, `refused`, `conflict`, `pending`, `new`, `same`, in this order.
    ///
    /// ```
    /// use guanxi::facts::Verdict;
    /// assert_eq!(Verdict::of_row(&[Verdict::Same, Verdict::New]), Verdict::New);
    /// assert_eq!(Verdict::of_row(&[]), Verdict::Same);
    /// ```
    pub fn of_row(facts: &[Verdict]) -> Verdict {
        let telling = [
            Verdict::Erased,
            Verdict::Refused,
            Verdict::Conflict,
            Verdict::Pending,
            Verdict::New,
            Verdict::Same,
        ];
        telling.into_iter().find(|verdict| facts.contains(verdict)).unwrap_or(Verdict::Same)
    }

    /// Whether the fact is recorded now, by this row or by an earlier one.
    pub fn is_recorded(self) -> bool {
        matches!(self, Verdict::New | Verdict::Same | Verdict::Pending)
    }
}

/// The verdict on one row of a table, with the reasons where it was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowVerdict {
    /// The line the row begins on in its file, counted from 1; for facts that
    /// come from no file, their position in the batch, counted from 1.
    pub row: u64,
    /// What became of it.
    pub verdict: Verdict,
    /// Why, for a conflict or a refusal; otherwise empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
}

impl RowVerdict {
    /// The verdict as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<F: Serialize> {
            row: u64,
            verdict: Verdict,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            faults: Vec<F>,
        }
        let faults = self.faults.iter().map(|fault| fault.in_language(language)).collect();
        Said { row: self.row, verdict: self.verdict, faults }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_called_the_same_in_json_and_in_words() {
        for verdict in Verdict::ALL {
            let json = serde_json::to_string(&verdict).unwrap();
            assert_eq!(json, format!("\"{}\"", verdict.name()));
        }
    }

    #[test]
    fn a_row_without_faults_has_no_list_of_them() {
        let row = RowVerdict { row: 3, verdict: Verdict::New, faults: Vec::new() };
        assert_eq!(serde_json::to_string(&row).unwrap(), r#"{"row":3,"verdict":"new"}"#);
    }
}
