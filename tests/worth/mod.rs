//! What customers are worth: definitions with all their faults, money against
//! sums by hand, figures against the models that they are made of.

mod accounts;
mod chances;
mod definitions;
mod figures;
