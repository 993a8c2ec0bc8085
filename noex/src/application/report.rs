//! What a run of an application came to: for a person, and as an exit code.

use std::fmt;
use std::process::{ExitCode, Termination};
use std::sync::Arc;

use crate::error::{Chain, StartError, StopError};
use crate::store::StoreError;
use crate::system::ShutdownReport;

/// What a run of an [`Application`](super::Application) came to.
///
/// It may be what `main` returns: then it is printed to standard error if anything has gone wrong, and the program ends
/// with its [`exit_code`](Self::exit_code). [`exit`](Self::exit) does the same without waiting for a handler that was
/// killed and still blocks its thread, for which the end of `#[tokio::main]` would wait.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApplicationReport {
    /// Why it ended.
    pub why: WhyEnded,
    /// Whether that was before all supervisors were up.
    pub while_starting: bool,
    /// How many servers were stopped, those that failed included.
    pub stopped: usize,
    /// Which servers did not stop as they should have, and why: these were not saved.
    pub failed: Vec<StopError>,
    /// Why the store did not close, if it did not.
    pub store: Option<StoreError>,
}

/// Why an [`Application`](super::Application) ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum WhyEnded {
    /// The process was told to.
    Signal {
        /// By which signal.
        signal: &'static str,
    },
    /// It was asked to, through its handle or by what it was to run until; or somebody stopped all its supervisors.
    Asked,
    /// What it served has ended by itself.
    Served,
    /// What it served has failed.
    Failed {
        /// Why, with its causes.
        message: Arc<str>,
    },
    /// A supervisor had to restart its children too often.
    GaveUp {
        /// The supervisor.
        supervisor: Arc<str>,
        /// Whose end was the last one, and how it ended.
        message: Arc<str>,
    },
    /// A supervisor did not start.
    NotStarted {
        /// Why not.
        error: StartError,
    },
    /// Signals cannot be caught, so nothing was started.
    NoSignals {
        /// Why not.
        message: Arc<str>,
    },
}

impl ApplicationReport {
    /// Whether everything was saved that was to be.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        self.failed.is_empty() && self.store.is_none()
    }

    /// The exit code of the program; see [`Application`](super::Application#exit-codes).
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        if !self.is_saved() {
            return 2;
        }
        match &self.why {
            WhyEnded::Signal { .. } if self.while_starting => 130,
            WhyEnded::Signal { .. } | WhyEnded::Asked | WhyEnded::Served => 0,
            WhyEnded::NotStarted { .. } | WhyEnded::NoSignals { .. } => 1,
            WhyEnded::Failed { .. } | WhyEnded::GaveUp { .. } => 3,
        }
    }

    /// Ends the program with its exit code, after printing itself to standard error if anything has gone wrong.
    pub fn exit(self) -> ! {
        self.tell();
        std::process::exit(self.exit_code().into())
    }

    fn tell(&self) {
        if self.exit_code() != 0 {
            eprintln!("{self}");
        }
    }
}

impl Termination for ApplicationReport {
    fn report(self) -> ExitCode {
        self.tell();
        self.exit_code().into()
    }
}

impl fmt::Display for ApplicationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = if self.while_starting {
            " before it was started"
        } else {
            ""
        };
        match &self.why {
            WhyEnded::NotStarted { .. } | WhyEnded::NoSignals { .. } => writeln!(f, "{}", self.why),
            why => writeln!(f, "{why}{before}"),
        }?;
        let stopped = self.stopped;
        if self.is_saved() {
            return write!(f, "{}", ShutdownReport { stopped });
        }
        let failed = self.failed.len();
        write!(
            f,
            "{failed} of {stopped} servers did not stop as they should have"
        )?;
        for failed in &self.failed {
            write!(f, "\n  {}", Chain(failed))?;
        }
        match &self.store {
            Some(error) => write!(f, "\n  the store did not close: {}", Chain(error)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for WhyEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal { signal } => write!(f, "ended by {signal}"),
            Self::Asked => f.write_str("ended as it was asked to"),
            Self::Served => f.write_str("ended, since what it served has ended"),
            Self::Failed { message } => {
                write!(f, "ended, since what it served has failed: {message}")
            }
            Self::GaveUp {
                supervisor,
                message,
            } => write!(
                f,
                "ended, since the supervisor `{supervisor}` gave up: {message}"
            ),
            Self::NotStarted { error } => write!(f, "not started: {}", Chain(error)),
            Self::NoSignals { message } => {
                write!(f, "not started: signals cannot be caught: {message}")
            }
        }
    }
}
