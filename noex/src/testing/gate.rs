//! A gate that a test opens when it has seen enough.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Holds up whoever comes, until it is opened; clones are the same gate. Who waits goes on in the order of coming.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    // A `watch` wakes who waits in an order of chance, and a test could not be played again.
    changed: Notify,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    open: bool,
    waiting: usize,
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets everybody through who waits or will come.
    pub fn open(&self) {
        self.change(|state| state.open = true);
    }

    /// Waits until at least this many wait at the gate.
    pub async fn has_waiting(&self, count: usize) {
        self.until(|state| state.waiting >= count).await;
    }

    /// Waits until the gate is open.
    pub async fn pass(&self) {
        self.change(|state| state.waiting += 1);
        let _leaves = Leaves(self);
        self.until(|state| state.open).await;
    }

    async fn until(&self, reached: impl Fn(&State) -> bool) {
        loop {
            let mut changed = pin!(self.shared.changed.notified());
            changed.as_mut().enable();
            if reached(&self.state()) {
                return;
            }
            changed.await;
        }
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.shared.changed.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.shared.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

struct Leaves<'a>(&'a Gate);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.waiting -= 1);
    }
}
