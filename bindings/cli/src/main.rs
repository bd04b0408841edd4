//! `guanxi`: the command line, a host like any other.
//!
//! ```text
//! args ──> commands/NAME ──> guanxi (the library) ──> page or JSON
//!                 └── faults, an exit code
//! ```
//!
//! It uses the public interface of the library only, so that whatever it can
//! do, another host can do too. It is the one place with a clock: where the
//! library asks "when", a host answers.
//!
//! Exit codes: 0 good, 1 a definition, an expression or the usage is wrong, 2 a
//! defect in guanxi, 3 some rows were refused, 4 the disk, a permission or a
//! foreign database.

mod args;
mod clock;
mod commands;
mod demo;
mod exit;
mod faults;
mod files;
mod intake;
mod lines;
mod page;
mod progress;
mod refused;
mod report;
mod speech;
mod table;
mod whole;

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(commands::run(std::env::args_os().collect()) as u8)
}
