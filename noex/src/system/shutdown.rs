//! The end of a system: every server stopped, then the store closed.

use std::time::Duration;

use tokio::time::Instant;

use super::registry::StopOutcome;
use super::{Inner, ShutdownError, ShutdownReport, System};
use crate::slot::life::after;
use crate::store::StoreError;
use crate::sync::{Ordering, now, sleep_until, timeout};

/// How long a shutdown may take where nothing is said.
const SHUTDOWN: Duration = Duration::from_secs(30);

/// How long it waits for what does not stop, before it asks once more.
const A_MOMENT: Duration = Duration::from_millis(1);

impl System {
    /// Stops every server, each within its own deadline and all within 30 seconds, saving as configured; then closes
    /// the store, for clones of its adapter, too.
    ///
    /// # Errors
    ///
    /// Some servers could not be saved or had to be killed; the error lists them.
    ///
    /// # Cancel safety
    ///
    /// The stops go on when this future is dropped, but the store is not closed.
    pub async fn shutdown(&self) -> Result<ShutdownReport, ShutdownError> {
        self.shutdown_within(SHUTDOWN).await
    }

    /// The same, all within `deadline`.
    ///
    /// # Errors
    ///
    /// Some servers could not be saved or had to be killed; the error lists them.
    pub async fn shutdown_within(
        &self,
        deadline: Duration,
    ) -> Result<ShutdownReport, ShutdownError> {
        self.inner.open.store(false, Ordering::Release);
        let until = after(now(), deadline);
        let outcome = self.inner.stop_all(until).await;
        let closed = self.inner.close_store(until).await;
        self.inner.events.end();
        self.inner.forget_all();
        ShutdownReport::of(outcome, closed.err())
    }
}

impl Inner {
    /// Stops what runs, and what was just being started, until nothing does or the time is over.
    async fn stop_all(&self, until: Instant) -> StopOutcome {
        let mut total = StopOutcome::default();
        loop {
            let running = self.running();
            let left = until.saturating_duration_since(now());
            if running.is_empty() {
                return total;
            }
            let stops: Vec<_> = running.iter().map(|server| server.stop_all(left)).collect();
            drop(running);
            let before = total.stopped;
            for stop in stops {
                total.add(stop.await);
            }
            // Without any time left they were killed, and are in the report.
            if left.is_zero() {
                return total;
            }
            if total.stopped == before && !self.running().is_empty() {
                sleep_until(after(now(), A_MOMENT).min(until)).await;
            }
        }
    }

    async fn close_store(&self, until: Instant) -> Result<(), StoreError> {
        let Some(store) = &self.store else {
            return Ok(());
        };
        timeout(
            until.saturating_duration_since(now()),
            store.adapter.close(),
        )
        .await
        .unwrap_or_else(|| Err(StoreError::uncertain("the store did not close in time")))
    }
}
