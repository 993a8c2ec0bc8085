//! A wall that a handler runs into: it blocks its thread.

use std::sync::{Arc, Condvar, Mutex};

use noex::testing::Gate;

/// Blocks a thread until it is released, as a handler does that computes or does I/O.
#[derive(Clone)]
pub(crate) struct Wall {
    entered: Gate,
    open: Arc<(Mutex<bool>, Condvar)>,
}

impl Wall {
    pub(crate) fn new() -> Self {
        Self {
            entered: Gate::new(),
            open: Arc::default(),
        }
    }

    /// Blocks this thread.
    pub(crate) fn block(&self) {
        self.entered.open();
        let (open, changed) = &*self.open;
        let guard = open.lock().expect("no test panics here");
        drop(
            changed
                .wait_while(guard, |open| !*open)
                .expect("no test panics here"),
        );
    }

    /// Waits until a thread is blocked.
    pub(crate) async fn has_blocked(&self) {
        self.entered.pass().await;
    }

    /// Lets the thread go on.
    pub(crate) fn release(&self) {
        let (open, changed) = &*self.open;
        *open.lock().expect("no test panics here") = true;
        changed.notify_all();
    }
}

/// A test that fails must not leave its runtime waiting for the blocked thread.
impl Drop for Wall {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.release();
        }
    }
}
