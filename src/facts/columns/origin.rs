//! Under which id the facts of a merged customer were handed over.

use super::Columns;

impl Columns {
    /// The numbers of those who were merged into a customer, itself included,
    /// each as it was alone; the customer's own where nobody was.
    ///
    /// Costs a pass over the ids that were merged.
    pub(crate) fn parts(&self, customer: usize) -> Vec<usize> {
        let is_alone = |number: usize| self.spans.get(number).is_none_or(|it| it.0 == i64::MIN);
        if is_alone(customer) {
            return vec![customer];
        }
        let ids = self.aliases.iter().filter(|(_, number)| *number as usize == customer);
        let alone = ids.filter_map(|(id, _)| {
            let first = self.aliases.partition_point(|(have, _)| have < id);
            let (_, number) = self.aliases.get(first)?;
            Some(*number as usize).filter(|number| is_alone(*number))
        });
        let parts: Vec<usize> = alone.collect();
        if parts.is_empty() { vec![customer] } else { parts }
    }

    /// Which of these an event came from, and its row there.
    pub(crate) fn origin(
        &self,
        parts: &[usize],
        kind: usize,
        row: usize,
    ) -> Option<(usize, usize)> {
        let events = self.kinds.get(kind)?;
        let (at, sequence) = (events.at.micros(row), events.sequence.get(row)?);
        parts.iter().find_map(|part| {
            let (from, until) = events.range(*part);
            let first = events.at.first_at_or_after(from, until, at);
            let same = |own: &usize| events.sequence.get(*own) == Some(sequence);
            let own = (first..until).take_while(|own| events.at.micros(*own) == at).find(same);
            own.map(|own| (*part, own))
        })
    }
}
