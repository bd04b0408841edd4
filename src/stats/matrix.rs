//! Symmetric matrices of a few rows: directions, inverses.
//!
//! # Sources
//!
//! * Jacobi (1846), "Über ein leichtes Verfahren, die in der Theorie der
//!   Säcularstörungen vorkommenden Gleichungen numerisch aufzulösen": turn two
//!   axes at a time until nothing is left beside the diagonal.

/// A symmetric matrix of at most a few rows, by rows.
pub type Matrix = Vec<Vec<f64>>;

/// The principal axes of a symmetric matrix: each eigenvalue with its unit
/// vector, ascending.
pub fn axes(matrix: &Matrix) -> Vec<(f64, Vec<f64>)> {
    let n = matrix.len();
    let mut a = matrix.clone();
    let mut turned: Matrix = (0..n)
        .map(|row| (0..n).map(|column| f64::from(u8::from(row == column))).collect())
        .collect();
    // Convergence is quadratic: a dozen rounds are far more than it takes.
    for _ in 0..32 {
        let beside: f64 = pairs(n).map(|(p, q)| a[p][q].abs()).sum();
        if beside == 0.0 {
            break;
        }
        for (p, q) in pairs(n) {
            turn(&mut a, &mut turned, p, q);
        }
    }
    let mut out: Vec<(f64, Vec<f64>)> =
        (0..n).map(|axis| (a[axis][axis], turned.iter().map(|row| row[axis]).collect())).collect();
    out.sort_by(|one, other| one.0.total_cmp(&other.0));
    out
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |p| (p + 1..n).map(move |q| (p, q)))
}

/// Turns the axes `p` and `q` so that nothing is left between them.
fn turn(a: &mut Matrix, turned: &mut Matrix, p: usize, q: usize) {
    let between = a[p][q];
    if between == 0.0 {
        return;
    }
    let theta = (a[q][q] - a[p][p]) / (2.0 * between);
    let tangent = theta.signum() / (theta.abs() + libm::hypot(theta, 1.0));
    let cosine = 1.0 / libm::hypot(tangent, 1.0);
    let sine = tangent * cosine;
    let rotate = |x: f64, y: f64| (cosine * x - sine * y, sine * x + cosine * y);
    for row in a.iter_mut() {
        (row[p], row[q]) = rotate(row[p], row[q]);
    }
    let (over, under) = (a[p].clone(), a[q].clone());
    for (column, (x, y)) in over.into_iter().zip(under).enumerate() {
        (a[p][column], a[q][column]) = rotate(x, y);
    }
    (a[p][q], a[q][p]) = (0.0, 0.0);
    for row in turned.iter_mut() {
        (row[p], row[q]) = rotate(row[p], row[q]);
    }
}

/// The inverse of a symmetric matrix with only positive eigenvalues; `None`
/// where one of them is too small beside the largest for the inverse to have
/// digits.
pub fn inverse(matrix: &Matrix) -> Option<Matrix> {
    // Scaled to a diagonal of ones: what matters is correlation, not units.
    let scale: Vec<f64> = (0..matrix.len()).map(|i| libm::sqrt(matrix[i][i])).collect();
    if !scale.iter().all(|&scale| scale > 0.0 && scale.is_finite()) {
        return None;
    }
    let scaled = map(matrix, |i, j, value| value / (scale[i] * scale[j]));
    let axes = axes(&scaled);
    let (least, most) = (axes.first()?.0, axes.last()?.0);
    if least.is_nan() || least <= most * 1e-13 {
        return None;
    }
    Some(map(matrix, |i, j, _| {
        let sum: f64 = axes.iter().map(|(value, axis)| axis[i] * axis[j] / value).sum();
        sum / (scale[i] * scale[j])
    }))
}

fn map(matrix: &Matrix, entry: impl Fn(usize, usize, f64) -> f64) -> Matrix {
    let rows = matrix.iter().enumerate();
    rows.map(|(i, row)| row.iter().enumerate().map(|(j, &value)| entry(i, j, value)).collect())
        .collect()
}
