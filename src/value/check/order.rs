//! The order in which axes are scored.

/// Every axis after those it reads, the first one first where there is a
/// choice; or a circle, from and to its first member.
pub(super) fn order(reads: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut order: Vec<usize> = Vec::new();
    while order.len() < reads.len() {
        let is_ready = |at: &usize| {
            let read = reads.get(*at).map(Vec::as_slice).unwrap_or_default();
            !order.contains(at) && read.iter().all(|read| order.contains(read))
        };
        match (0..reads.len()).find(is_ready) {
            Some(next) => order.push(next),
            None => return Err(circle(reads, &order)),
        }
    }
    Ok(order)
}

/// Whoever is left reads another one that is left: following these comes to a
/// circle.
fn circle(reads: &[Vec<usize>], done: &[usize]) -> Vec<usize> {
    let mut path: Vec<usize> = Vec::new();
    let mut next = (0..reads.len()).find(|at| !done.contains(at));
    while let Some(at) = next {
        if let Some(begin) = path.iter().position(|earlier| *earlier == at) {
            path.drain(..begin);
            let lowest = path.iter().enumerate().min_by_key(|(_, at)| **at);
            let begin = lowest.map_or(0, |(position, _)| position);
            path.rotate_left(begin);
            path.extend(path.first().copied());
            return path;
        }
        path.push(at);
        let read = reads.get(at).map(Vec::as_slice).unwrap_or_default();
        next = read.iter().copied().find(|at| !done.contains(at));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn what_is_read_comes_first() {
        let reads = |lists: &[&[usize]]| lists.iter().map(|list| list.to_vec()).collect::<Vec<_>>();
        assert_eq!(order(&reads(&[&[2], &[0], &[]])), Ok(vec![2, 0, 1]));
        assert_eq!(order(&reads(&[&[], &[3], &[1], &[2]])), Err(vec![1, 3, 2, 1]));
        assert_eq!(order(&reads(&[&[0]])), Err(vec![0, 0]));
    }
}
