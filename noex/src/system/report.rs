//! What a shutdown came to.

use std::fmt;

use super::registry::StopOutcome;
use crate::error::{Chain, StopError};
use crate::store::StoreError;

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
    /// Why the store did not close, if it did not.
    pub store: Option<StoreError>,
}

impl ShutdownReport {
    pub(crate) fn of(
        outcome: StopOutcome,
        store: Option<StoreError>,
    ) -> Result<Self, ShutdownError> {
        let StopOutcome { stopped, failed } = outcome;
        if failed.is_empty() && store.is_none() {
            return Ok(Self { stopped });
        }
        Err(ShutdownError {
            stopped,
            failed,
            store,
        })
    }
}

impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let servers = if self.stopped == 1 {
            "server"
        } else {
            "servers"
        };
        write!(f, "{} {servers} stopped, nothing lost", self.stopped)
    }
}

impl fmt::Display for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failed, stopped) = (self.failed.len(), self.stopped);
        write!(
            f,
            "{failed} of {stopped} servers did not stop as they should have"
        )?;
        for failed in &self.failed {
            write!(f, "; {}", Chain(failed))?;
        }
        match &self.store {
            Some(error) => write!(f, "; the store did not close: {}", Chain(error)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ShutdownError {}
