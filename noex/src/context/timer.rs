//! Messages to be sent later, once or again and again.

use std::sync::Arc as StdArc;
use std::time::Duration;

use tokio::time::Instant;

use super::sender::Sender;
use crate::protocol::ticket::Expire;
use crate::server::GenServer;
use crate::slot::life::after;
use crate::sync::{Arc, AtomicBool, Ordering, now};

/// A message to be sent later. Dropping it changes nothing.
#[derive(Clone, Debug)]
pub struct Timer {
    cancelled: StdArc<AtomicBool>,
}

impl Timer {
    pub(super) fn new() -> Self {
        Self {
            cancelled: StdArc::default(),
        }
    }

    /// The message, or the next one, is not sent any more.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }
}

/// A repeated message.
pub(super) struct Ticks<S: GenServer, F> {
    pub(super) sender: Sender<S>,
    pub(super) period: Duration,
    pub(super) message: F,
    pub(super) cancelled: Timer,
    pub(super) last: Option<Arc<dyn Expire>>,
}

impl<S: GenServer, F: Fn() -> S::Protocol + Send + 'static> Ticks<S, F> {
    /// Waits for the tick after `previous`, passing over those that a stall has swallowed.
    pub(super) fn wait(mut self, previous: Instant) {
        let mut next = after(previous, self.period);
        if next < now() {
            next = after(now(), self.period);
        }
        let Some(slot) = self.sender.live() else {
            return;
        };
        let alarm = slot.system.timers.at(next, move || {
            if self.cancelled.is_cancelled() {
                return;
            }
            if self.last.as_ref().is_none_or(|last| last.is_over()) {
                self.last = Some(self.sender.inform_with_ticket((self.message)()));
            }
            self.wait(next);
        });
        alarm.detach();
    }
}
