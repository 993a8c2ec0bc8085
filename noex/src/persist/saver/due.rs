//! When a saver has to look at its state again, or to store again what it has stored.

use std::time::Duration;

use tokio::time::Instant;

use super::{Now, Saver};
use crate::persist::age;
use crate::persist::record::RecordMeta;
use crate::server::GenServer;

impl<S: GenServer> Saver<S> {
    /// Whether the record has to be written although its state is the same.
    pub(crate) fn is_refresh_due(&self, now: &Now) -> bool {
        let is_old = |meta: &RecordMeta, max_age| {
            age::refresh_due(meta.saved_at, now.wall, max_age, self.random)
        };
        let by_age = self.config.max_age.zip(self.saved());
        self.active || by_age.is_some_and(|(max_age, meta)| is_old(meta, max_age))
    }

    /// When to look at the state again: at the server's own phase of the interval if it has changed or a client was
    /// active, before half of a limit has passed in any case.
    pub(crate) fn next_due(&self, now: &Now) -> Option<Instant> {
        let delays = [
            self.until_save(now),
            self.until_refresh(now),
            self.until_kept(now),
        ];
        let delay = delays.into_iter().flatten().min();
        let delay = match self.trouble {
            // What could not be saved, and is not on its way, is tried again whatever the interval.
            Some(_) if self.changed && self.in_flight.is_none() => self.retry_delay(),
            Some(_) => delay?.max(self.retry_delay()),
            None => delay?,
        };
        Some(crate::slot::life::after(now.instant, delay))
    }

    fn retry_delay(&self) -> Duration {
        age::retry_delay(self.failures, self.random.rotate_left(self.failures % 64))
    }

    fn until_save(&self, now: &Now) -> Option<Duration> {
        let interval = self
            .config
            .interval
            .filter(|_| self.changed || self.active)?;
        let phase = age::phase(interval, self.random);
        Some(age::next_save(now.uptime, interval, phase))
    }

    fn until_refresh(&self, now: &Now) -> Option<Duration> {
        let (max_age, meta) = self.config.max_age.zip(self.saved())?;
        let after = age::refresh_after(max_age, self.random);
        Some(after.saturating_sub(meta.age(now.wall)))
    }

    /// Without an interval, activity is kept before half of `max_idle` has passed.
    fn until_kept(&self, now: &Now) -> Option<Duration> {
        let without_interval = self.active && self.config.interval.is_none();
        let max_idle = self.config.max_idle.filter(|_| without_interval)?;
        let after = age::refresh_after(max_idle, self.random);
        let idle = |meta: &RecordMeta| now.wall.duration_since(meta.active_at).unwrap_or_default();
        Some(after.saturating_sub(self.saved().map_or(Duration::ZERO, idle)))
    }
}
