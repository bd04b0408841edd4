//! The command line as people and programs meet it: pages, JSON, exit codes.

mod arguments;
mod command;
mod eval;
mod golden;
mod made_up;
mod models;
mod refused;
mod rfm;
mod support;
