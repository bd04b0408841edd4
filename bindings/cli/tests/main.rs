//! The command line as people and programs meet it: pages, JSON, exit codes.

mod arguments;
mod audit_trail;
mod causes;
mod collide;
mod command;
mod diff_review;
mod editors;
mod eval;
mod golden;
mod kpi;
mod kpis;
mod living;
mod made_up;
mod mapping;
mod models;
mod pages;
mod refused;
mod report;
mod restrict;
mod rfm;
mod rqb;
mod segments;
mod support;
mod sync;
mod tenants;
mod worth;
