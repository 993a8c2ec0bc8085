//! The stops a supervisor is asked for, and how a child is stopped by the earliest of their deadlines.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::protocol::handler::BoxFuture;
use crate::sync::now;
use crate::system::registry::StopOutcome;

/// A stop of a child that has begun.
pub(super) type Stopping = BoxFuture<'static, StopOutcome>;

/// The deadlines of the stops that wait for the task, or are under way, in their order.
pub(super) struct Stops {
    asked: watch::Sender<VecDeque<Instant>>,
}

impl Stops {
    pub(super) fn new() -> Self {
        Self {
            asked: watch::Sender::new(VecDeque::new()),
        }
    }

    pub(super) fn ask(&self, until: Instant) {
        self.asked.send_modify(|asked| asked.push_back(until));
    }

    /// The first of them is done.
    pub(super) fn done(&self) {
        self.asked.send_modify(|asked| {
            asked.pop_front();
        });
    }

    pub(super) fn forget(&self) {
        self.asked.send_modify(VecDeque::clear);
    }

    pub(super) fn is_any(&self) -> bool {
        !self.asked.borrow().is_empty()
    }

    /// Over once a stop is asked for.
    pub(super) async fn any(&self) {
        let mut asked = self.asked.subscribe();
        // The sender is there as long as this.
        let _ = asked.wait_for(|asked| !asked.is_empty()).await;
    }

    /// Waits for a deadline before `until`.
    async fn before(&self, until: Instant) -> Instant {
        let mut asked = self.asked.subscribe();
        let earlier = asked.wait_for(|asked| asked.iter().any(|other| *other < until));
        let earliest = earlier.await.map(|asked| asked.iter().min().copied());
        earliest.ok().flatten().unwrap_or(until)
    }

    fn earliest(&self, until: Instant) -> Instant {
        let asked = self.asked.borrow();
        asked.iter().copied().fold(until, Instant::min)
    }

    /// Stops a child by `until`, and by each earlier deadline that another stop comes with. `begun` is a stop of it that
    /// was cut short.
    pub(super) async fn see_through(
        &self,
        begun: Option<Stopping>,
        until: Instant,
        stop: impl Fn(Duration) -> Stopping,
    ) -> StopOutcome {
        let mut until = self.earliest(until);
        let asked = stop(left(until));
        let mut stopping = match begun {
            Some(begun) => both(begun, asked),
            None => asked,
        };
        loop {
            tokio::select! {
                biased;
                outcome = &mut stopping => return outcome,
                earlier = self.before(until) => {
                    until = earlier;
                    stopping = both(stopping, stop(left(until)));
                }
            }
        }
    }
}

/// Two stops of the same servers.
fn both(one: Stopping, other: Stopping) -> Stopping {
    Box::pin(async move {
        let (one, other) = tokio::join!(one, other);
        one.same_as(other)
    })
}

fn left(until: Instant) -> Duration {
    until.saturating_duration_since(now())
}
