//! Tests through the public interface, one module per noun.

mod cel_core;
mod check;
mod dependencies;
mod exact;
mod intake;
mod json;
mod log;
mod made_up;
mod playbook;
mod rooms;
mod schema;
#[cfg(feature = "sqlite")]
mod store;
mod syntax;
mod time;
mod trees;
