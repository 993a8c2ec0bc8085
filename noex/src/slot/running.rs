//! Which server's handler the current thread is running: so that a server's call to itself fails at once, what it
//! sends itself never waits, and nested runs on one stack stay bounded.

use std::cell::Cell;

use crate::sync::thread_local;

/// How many handlers may run inside one another on one stack.
const DEPTH: u32 = 8;

thread_local! {
    static RUNNING: Cell<Running> = const { Cell::new(Running::NOTHING) };
}

/// The handler that runs, by its slot's address and its incarnation.
#[derive(Clone, Copy)]
pub(crate) struct Running {
    pub(crate) slot: usize,
    pub(crate) incarnation: u32,
    depth: u32,
}

impl Running {
    const NOTHING: Self = Self {
        slot: 0,
        incarnation: 0,
        depth: 0,
    };

    /// What runs on this thread now.
    #[inline]
    pub(crate) fn current() -> Self {
        RUNNING.with(Cell::get)
    }

    /// Whether one more handler may run on this stack.
    pub(crate) fn may_nest(self) -> bool {
        self.depth < DEPTH
    }

    /// Marks the handler as running until the guard is dropped.
    #[inline]
    pub(crate) fn enter(slot: usize, incarnation: u32) -> Entered {
        let before = Self::current();
        let inner = Self {
            slot,
            incarnation,
            depth: before.depth + 1,
        };
        RUNNING.with(|running| running.set(inner));
        Entered { before }
    }
}

/// Restores what ran before.
pub(crate) struct Entered {
    before: Running,
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        RUNNING.with(|running| running.set(self.before));
    }
}
