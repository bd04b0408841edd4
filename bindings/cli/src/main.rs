//! The guanxi command line.
fn main() {}
