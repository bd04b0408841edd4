//! A bar for long work, where somebody is looking.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error, and nothing at all where that is not a terminal.
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar of so many steps.
    pub fn new(steps: u64, what: &str) -> Progress {
        if !std::io::stderr().is_terminal() {
            return Progress(None);
        }
        let bar = ProgressBar::new(steps);
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {percent:>3}% {eta}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress(Some(bar))
    }

    /// So many steps are done.
    pub fn reach(&self, step: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(step);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
