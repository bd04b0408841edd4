//! JSON, read with places.
