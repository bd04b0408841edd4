//! The C library as its callers see it: the header, compiled and read, what the
//! library exports, and C programs that use it rightly and wrongly.
//!
//! What needs a tool that is not here (clang, tcc, valgrind) says so and passes;
//! with `GUANXI_NEEDS_TOOLS` set it fails.

// The conformance files are read by the code that reads them for the library.
extern crate guanxi_core as guanxi;

mod conformance;
mod cpp;
mod exports;
#[path = "../../../tests/support/conformance.rs"]
mod files;
mod follow;
mod growth;
mod header;
mod programs;
mod support;
