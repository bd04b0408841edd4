//! What one evaluation shares between its nodes and the functions they call.

use std::collections::HashMap;
use std::sync::Arc;

use regex::Regex;

use super::bounds;
use super::environment::Environment;
use crate::error::{Code, Error, Fault};
use crate::units::Zone;

/// What is asked about, what was prepared once, and the work so far.
pub(super) struct Session<'e> {
    pub environment: &'e dyn Environment,
    /// Compiled patterns, each with its size in bytes.
    pub patterns: HashMap<Arc<str>, (Regex, usize)>,
    pub zones: HashMap<Arc<str>, Zone>,
    steps: u64,
}

impl<'e> Session<'e> {
    pub fn new(environment: &'e dyn Environment) -> Self {
        Session { environment, patterns: HashMap::new(), zones: HashMap::new(), steps: 0 }
    }

    /// Counts work, so that no expression runs for ever.
    pub fn step(&mut self, steps: u64) -> Result<(), Error> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps <= bounds::STEPS {
            return Ok(());
        }
        let most = bounds::STEPS;
        let fault = Fault::new(
            Code::CostTooHigh,
            format!("the evaluation takes too long, expected at most {most} steps"),
            format!("求值耗时过长，最多 {most} 步"),
        );
        Err(fault.into())
    }
}
