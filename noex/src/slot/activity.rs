//! When a client last sent a server a message, over restarts.

use std::time::Duration;

use tokio::time::Instant;

/// When a client was last active, kept only where idleness matters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Activity {
    last: Instant,
    /// How long it had been idle already when `last` was set: a restart is no activity.
    before: Duration,
}

impl Activity {
    /// A client is active for the first time.
    pub(crate) fn new(now: Instant) -> Self {
        Self::starting(now, Duration::ZERO)
    }

    /// A server that starts at `now`, whose clients had been idle for `before`.
    pub(crate) fn starting(now: Instant, before: Duration) -> Self {
        Self { last: now, before }
    }

    /// The server starts at `now`, which is no activity.
    pub(crate) fn started(self, now: Instant) -> Self {
        Self::starting(now, self.idle(now))
    }

    /// A client is active.
    pub(crate) fn note(&mut self, now: Instant) {
        *self = Self::new(now);
    }

    /// For how long no client has been active since the server started.
    pub(crate) fn quiet(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.last)
    }

    /// For how long no client has been active, before the start, too.
    pub(crate) fn idle(&self, now: Instant) -> Duration {
        self.before.saturating_add(self.quiet(now))
    }
}
