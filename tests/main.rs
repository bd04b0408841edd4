//! Tests through the public interface, one module per noun.

mod dependencies;
mod log;
mod made_up;
mod rooms;
mod schema;
mod syntax;
mod trees;
