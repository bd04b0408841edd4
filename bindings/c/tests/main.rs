//! The C library as its callers see it: the header, compiled and read, and what
//! the library exports.
//!
//! What needs a tool that is not here (clang, tcc, nm) says so and passes.

mod exports;
mod header;
mod support;
