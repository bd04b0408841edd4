//! Pictures of machines (状态图): as Mermaid, as DOT, and as an SVG for a slide.
//!
//! ```text
//! Machine ─┐
//! counts ──┴──> Picture ──> mermaid, dot          (others lay it out)
//!                    └────> columns and rows ──> svg
//!                           of each box, across or down,
//!                           as fits a slide best
//! ```
//!
//! A picture says what is decided in words: what each way waits for, and where
//! it leads. With numbers it says too how many are in each state, and how many
//! went each way, by the width of the arrow. What has effects and leads nowhere
//! is left out. The same picture is the same bytes.

mod column;
mod dot;
mod frame;
mod layer;
mod mermaid;
mod nested;
mod picture;
mod room;
mod scene;
mod stroke;
mod svg;
mod text;
mod tone;
mod turn;
mod words;

pub use dot::dot;
pub use mermaid::mermaid;
pub use picture::{Arrow, Numbers, PICTURED, Picture};
pub use svg::svg;
