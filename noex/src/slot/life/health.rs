//! How a server is, as far as its life tells.

use super::{Life, Phase};
use crate::system::processes::Health;

impl Life {
    /// Its health; none where it runs, and only what it does just now can tell.
    pub(in crate::slot) fn health(&self) -> Option<Health> {
        match &self.phase {
            Phase::Leaving(_) | Phase::Waiting(_) | Phase::Ended(_) if self.is_parked => {
                Some(Health::Parked)
            }
            Phase::Leaving(_) | Phase::Waiting(_) => Some(Health::Waiting),
            Phase::Ended(_) => Some(Health::Ended),
            _ if self.is_stopping() => Some(Health::Stopping),
            Phase::Starting => Some(Health::Starting),
            Phase::Running => None,
        }
    }

    /// How often it was started again.
    pub(in crate::slot) fn restarts(&self) -> u32 {
        self.restarts
    }
}
