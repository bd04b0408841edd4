//! Tests through the public interface, one module per noun.

mod audit;
mod authoring;
mod cbs;
mod cel_core;
mod check;
#[cfg(feature = "sqlite")]
mod claims;
mod collision;
mod commands;
mod compare;
mod complete;
mod conformance;
mod conformance_more;
mod dependencies;
mod diff_review;
mod edges;
mod effects;
mod engine;
#[cfg(feature = "sqlite")]
mod erase;
mod evidence;
mod exact;
mod experiment;
mod explain;
mod firm;
mod flow;
mod frames;
#[cfg(feature = "sqlite")]
mod host;
mod hostile;
mod identity;
mod intake;
mod journey;
mod json;
mod kernels;
mod kpi;
mod language;
mod laws;
mod lifecycle;
#[cfg(feature = "sqlite")]
mod lifecycle_cases;
mod live;
mod live_segments;
#[cfg(feature = "sqlite")]
mod living;
mod log;
mod made_up;
mod memory;
mod models;
mod numbers;
#[cfg(feature = "sqlite")]
mod old_stores;
mod order_value;
mod packs;
#[cfg(feature = "sqlite")]
mod people;
mod pictures;
mod playbook;
mod prove;
mod readme;
#[cfg(feature = "sqlite")]
mod recompute;
mod reference;
#[cfg(feature = "sqlite")]
mod restored;
#[cfg(feature = "sqlite")]
mod restriction;
mod rooms;
mod rqb;
mod schema;
mod segments;
mod sentence;
mod sql;
#[cfg(feature = "sqlite")]
mod store;
mod support;
#[cfg(feature = "sqlite")]
mod sync;
mod syntax;
mod time;
mod timers;
#[cfg(feature = "sqlite")]
mod trail;
mod trees;
mod valuation;
mod work;
mod worth;
