//! How a command ends: exit codes 0 done, 1 cannot be met, 2 bad input, 3 internal or system error.

use std::io::{self, Write};
use std::process::ExitCode;

use firesite::Error;

/// The end of a command that ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// As asked.
    Well,
    /// The study or the instance is valid but cannot be met, or a certificate does not hold.
    NotMet,
}

/// The end of a command that did not run through.
#[derive(Debug)]
pub enum Failure {
    /// Bad input or usage: nothing is written.
    Input(String),
    /// The system, or ourselves.
    System(String),
    /// Nobody reads our output any more.
    ClosedPipe,
}

/// What every command returns.
pub type Outcome = Result<Done, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        if error.is_system() { Failure::System(text) } else { Failure::Input(text) }
    }
}

macro_rules! through_the_face {
    ($($crate_error:ty),*) => {$(
        impl From<$crate_error> for Failure {
            fn from(error: $crate_error) -> Self {
                Error::from(error).into()
            }
        }
    )*};
}
through_the_face!(firesite::formats::Error, firesite::network::Error, firesite::plan::Error, firesite::report::Error);

impl From<firesite::problem::read::Error> for Failure {
    fn from(error: firesite::problem::read::Error) -> Self {
        Failure::Input(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Failure::ClosedPipe } else { Failure::System(error.to_string()) }
    }
}

/// Prints what went wrong on standard error and names the exit code.
pub fn exit(outcome: Outcome) -> ExitCode {
    let (code, text) = match outcome {
        Ok(Done::Well) | Err(Failure::ClosedPipe) => (0, None),
        Ok(Done::NotMet) => (1, None),
        Err(Failure::Input(text)) => (2, Some(text)),
        Err(Failure::System(text)) => (3, Some(text)),
    };
    if let Some(text) = text {
        // Nothing can be done about a closed standard error.
        let _ = writeln!(io::stderr(), "{text}");
    }
    ExitCode::from(code)
}
