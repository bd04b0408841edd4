//! Tests through the public interface, one module per noun.

mod dependencies;
mod rooms;
