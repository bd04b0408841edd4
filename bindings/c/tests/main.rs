//! The C library as its callers see it: the header, compiled and read, what the
//! library exports, and C programs that use it rightly and wrongly.
//!
//! What needs a tool that is not here (clang, tcc, valgrind) says so and passes.

mod exports;
mod header;
mod programs;
mod support;
