//! What a run has come to.

use std::fmt;
use std::time::Duration;

use crate::Failure;
use crate::book::Left;

/// The sum of a run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub(crate) name: &'static str,
    pub(crate) kills: u32,
    pub(crate) starts_killed: u32,
    pub(crate) things: usize,
    pub(crate) requests: u64,
    pub(crate) in_flight: u64,
    pub(crate) saved_by_interval: u64,
    pub(crate) lost: u64,
    pub(crate) oldest_lost: Duration,
    pub(crate) due: u64,
    pub(crate) slowest: Duration,
}

impl Tally {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, left: Left) {
        self.saved_by_interval += left.saved_by_interval;
        self.lost += left.lost;
        self.oldest_lost = self.oldest_lost.max(left.oldest_lost);
        self.due += left.due;
    }

    /// A run that has not seen what it is about proves nothing.
    pub(crate) fn check(self) -> Result<Self, Failure> {
        let seen = [
            (
                self.saved_by_interval,
                "a change that only the interval saved",
            ),
            (self.lost, "a lost change"),
            (self.in_flight, "a request in flight"),
            (self.due, "a change old enough that it had to be there"),
        ];
        match seen.iter().find(|(times, _)| *times == 0) {
            None => Ok(self),
            Some((_, what)) => Err(Failure::new(format!("this run never saw {what}: {self}"))),
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} kills at work and {} while starting, {} requests for {} {}, the slowest {:?}; \
             {} requests were in flight, {} changes were stored by the interval alone, {} had to be, \
             {} were lost, the oldest {:?} after its answer; no promise was broken",
            self.kills,
            self.starts_killed,
            self.requests,
            self.things,
            self.name,
            self.slowest,
            self.in_flight,
            self.saved_by_interval,
            self.due,
            self.lost,
            self.oldest_lost,
        )
    }
}
