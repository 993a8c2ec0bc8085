//! A gate that a test opens when it has seen enough.

use std::sync::Arc;

use tokio::sync::watch;

/// Holds up whoever comes, until it is opened; clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate {
    state: Arc<watch::Sender<State>>,
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
        self.state.send_modify(|state| state.open = true);
    }

    /// Waits until at least this many wait at the gate.
    pub async fn has_waiting(&self, count: usize) {
        self.until(|state| state.waiting >= count).await;
    }

    /// Waits until the gate is open.
    pub async fn pass(&self) {
        self.state.send_modify(|state| state.waiting += 1);
        let _leaves = Leaves(self);
        self.until(|state| state.open).await;
    }

    async fn until(&self, reached: impl Fn(&State) -> bool) {
        // The sender is held by `self`, so the channel outlives the wait.
        drop(self.state.subscribe().wait_for(reached).await);
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            state: Arc::new(watch::Sender::new(State::default())),
        }
    }
}

struct Leaves<'a>(&'a Gate);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.state.send_modify(|state| state.waiting -= 1);
    }
}
