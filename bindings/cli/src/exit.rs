//! How a command ends.

use std::io;

use guanxi::error::Class;
use guanxi::{Error, Fault};

use crate::intake::Broken;

/// The exit code: the same in every version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything was done.
    Good = 0,
    /// A definition, an expression or the usage is wrong.
    Definition = 1,
    /// A defect in guanxi.
    Internal = 2,
    /// Some rows were refused; the others were taken.
    Rows = 3,
    /// The disk, a permission, or a database that is not ours.
    Environment = 4,
}

impl Exit {
    /// The code of an error: that of its first fault.
    pub fn of(error: &Error) -> Exit {
        match error.code().class() {
            Class::Definition => Exit::Definition,
            Class::Rows => Exit::Rows,
            Class::Environment => Exit::Environment,
            Class::Internal => Exit::Internal,
        }
    }
}

/// Why a command stops.
#[derive(Debug)]
pub enum Stop {
    /// Something is wrong; the text is what the spans of its faults are about.
    Faults(Error, Source),
    /// An import was broken off when some rows were recorded.
    Broken(Box<Broken>),
    /// The output cannot be written.
    Output(io::Error),
}

/// The text that the spans of faults point into.
#[derive(Debug, Clone, Default)]
pub enum Source {
    /// Nothing that can be shown.
    #[default]
    None,
    /// An expression.
    Expression(String),
    /// A JSON document, in which a fault's pointer finds the text.
    Document(String),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Faults(error, Source::None)
    }
}

impl From<Box<Broken>> for Stop {
    fn from(broken: Box<Broken>) -> Stop {
        match broken.reached {
            Some(_) => Stop::Broken(broken),
            None => broken.error.into(),
        }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Faults(fault.into(), Source::None)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Output(error)
    }
}

/// Puts the text that an error is about beside it.
pub trait About<T> {
    /// An error about an expression.
    fn about_expression(self, source: &str) -> Result<T, Stop>;
    /// An error about a JSON document.
    fn about_document(self, text: &str) -> Result<T, Stop>;
}

impl<T> About<T> for Result<T, Error> {
    fn about_expression(self, source: &str) -> Result<T, Stop> {
        self.map_err(|error| Stop::Faults(error, Source::Expression(source.to_owned())))
    }

    fn about_document(self, text: &str) -> Result<T, Stop> {
        self.map_err(|error| Stop::Faults(error, Source::Document(text.to_owned())))
    }
}
