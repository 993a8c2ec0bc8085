//! How fast records are gone through, by tokio's clock.

use std::time::Duration;

use tokio::time::Instant;

use crate::sync;

/// How much time that was lost may be made up for at once.
const BURST: Duration = Duration::from_millis(100);

/// At most so many records a second.
pub(super) struct Pace {
    step: Duration,
    next: Instant,
}

impl Pace {
    /// None where there is no limit.
    pub(super) fn of(rate: u32) -> Option<Self> {
        (rate > 0).then(|| Self {
            step: Duration::from_secs(1) / rate,
            next: sync::now(),
        })
    }

    /// Waits for the turn of the next record.
    pub(super) async fn wait(&mut self) {
        let now = sync::now();
        if self.next > now {
            sync::sleep_until(self.next).await;
        }
        let earliest = now.checked_sub(BURST).unwrap_or(now);
        self.next = self.next.max(earliest) + self.step;
    }
}
