//! What a shutdown came to.

use std::fmt;

use super::StopOutcome;
use crate::error::{Chain, StopError};

/// A shutdown after which everything was saved that was to be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// How many servers were stopped.
    pub stopped: usize,
}

/// A shutdown after which something was not saved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ShutdownError {
    /// How many servers were stopped, those that failed included.
    pub stopped: usize,
    /// Which servers did not stop as they should have, and why.
    pub failed: Vec<StopError>,
}

impl ShutdownReport {
    pub(super) fn of(outcome: StopOutcome) -> Result<Self, ShutdownError> {
        let StopOutcome { stopped, failed } = outcome;
        if failed.is_empty() {
            Ok(Self { stopped })
        } else {
            Err(ShutdownError { stopped, failed })
        }
    }
}

impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} servers stopped, nothing lost", self.stopped)
    }
}

impl fmt::Display for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} servers did not stop as they should have",
            self.failed.len(),
            self.stopped
        )?;
        for failed in &self.failed {
            write!(f, "; {}", Chain(failed))?;
        }
        Ok(())
    }
}

impl std::error::Error for ShutdownError {}
