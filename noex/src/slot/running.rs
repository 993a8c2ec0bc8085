//! Which server's handler the current thread is running: so that a server's call to itself fails at once, what it
//! sends itself never waits, and nested runs on one stack stay bounded.

use std::cell::{Cell, RefCell};
use std::sync::Arc as StdArc;

use crate::contain::contained;
use crate::sync::{Arc, thread_local};

/// How many handlers may run inside one another on one stack.
const DEPTH: u32 = 8;

thread_local! {
    static RUNNING: Cell<Running> = const { Cell::new(Running::NOTHING) };
    /// Replies that the panic under way has dropped.
    static ORPHANS: RefCell<Vec<Arc<dyn Orphan>>> = const { RefCell::new(Vec::new()) };
}

/// A reply that nobody can give any more.
pub(crate) trait Orphan {
    /// Its handler has panicked.
    fn crashed(&self, message: &StdArc<str>);
}

/// The handler that runs, by its slot's address and its incarnation.
#[derive(Clone, Copy)]
pub(crate) struct Running {
    pub(crate) slot: usize,
    pub(crate) incarnation: u32,
    depth: u32,
    /// Whether it is a future beside the server rather than a handler of its own.
    beside: bool,
}

impl Running {
    const NOTHING: Self = Self {
        slot: 0,
        incarnation: 0,
        depth: 0,
        beside: false,
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

    /// Runs a piece of a handler of this incarnation; its panic, of which the replies it dropped hear, too.
    #[inline]
    pub(crate) fn contain<T>(
        slot: usize,
        incarnation: u32,
        code: impl FnOnce() -> T,
    ) -> Result<T, StdArc<str>> {
        let _entered = Self::enter(slot, incarnation);
        contained(code).inspect_err(Self::tell_orphans)
    }

    #[cold]
    fn tell_orphans(message: &StdArc<str>) {
        let orphans = ORPHANS.with(RefCell::take);
        for orphan in &orphans {
            orphan.crashed(message);
        }
    }

    /// The same for a future beside the server, which may wait for the server.
    pub(crate) fn contain_beside<T>(
        slot: usize,
        incarnation: u32,
        code: impl FnOnce() -> T,
    ) -> Result<T, StdArc<str>> {
        Self::contain(slot, incarnation, || {
            RUNNING.with(|running| {
                running.set(Self {
                    beside: true,
                    ..running.get()
                });
            });
            code()
        })
    }

    /// Whether a server's handler runs, which others wait for.
    pub(crate) fn is_handler(self) -> bool {
        self.slot != Self::NOTHING.slot && !self.beside
    }

    /// Whether a handler of the server at `slot` runs, which must not wait for that server.
    pub(crate) fn is_handler_of(self, slot: usize) -> bool {
        self.slot == slot && !self.beside
    }

    /// Keeps a reply that was dropped until the panic that drops it has a message; whether there is one.
    pub(crate) fn orphan(slot: usize, reply: &Arc<impl Orphan + 'static>) -> bool {
        let orphaned = std::thread::panicking() && Self::current().slot == slot;
        if orphaned {
            ORPHANS.with(|orphans| orphans.borrow_mut().push(reply.clone()));
        }
        orphaned
    }

    /// Marks the handler as running until the guard is dropped.
    #[inline]
    pub(crate) fn enter(slot: usize, incarnation: u32) -> Entered {
        let before = Self::current();
        let inner = Self {
            slot,
            incarnation,
            depth: before.depth + 1,
            beside: false,
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
