//! The one seam to threads, locks and the runtime: std and tokio in a program, shuttle where schedules are searched.
//!
//! The slot, the queue and the tickets use nothing of std or tokio that could make a schedule differ but through
//! here, so that the schedules searched are those of the shipped modules.

#[cfg(not(noex_shuttle))]
pub(crate) use real::*;
#[cfg(noex_shuttle)]
pub(crate) use searched::*;

/// Locks, whether or not a holder panicked: what a lock here protects is changed in single steps.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Locks if nobody else does just now.
pub(crate) fn try_lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

#[cfg(not(noex_shuttle))]
mod real {
    pub(crate) use std::hint::spin_loop;
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, fence};
    pub(crate) use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
    pub(crate) use std::thread_local;

    use std::cell::Cell;
    use std::task::{Context, Poll};
    use tokio::runtime::{self, Handle};
    use tokio::task::{self, coop};

    thread_local! {
        /// The task that was last asked for on this thread, and its runtime.
        static LAST_TASK: Cell<Option<(task::Id, runtime::Id)>> = const { Cell::new(None) };
    }

    /// The runtime on which a system's servers run.
    #[derive(Clone, Debug)]
    pub(crate) struct Runtime {
        handle: Handle,
    }

    impl Runtime {
        /// The runtime this is called on, if any.
        pub(crate) fn current() -> Option<Self> {
            Handle::try_current().ok().map(|handle| Self { handle })
        }

        pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> Task {
            Task {
                handle: self.handle.spawn(task).abort_handle(),
            }
        }

        /// Whether the calling thread is running a task of this runtime.
        pub(crate) fn is_current(&self) -> bool {
            let Some(task) = task::try_id() else {
                return Handle::try_current().is_ok_and(|current| current.id() == self.handle.id());
            };
            // A task stays on its runtime, and looking that up costs as much as a short handler.
            let (known, runtime) = LAST_TASK.with(Cell::get).unzip();
            if known == Some(task) {
                return runtime == Some(self.handle.id());
            }
            let current = Handle::try_current().ok().map(|current| current.id());
            LAST_TASK.with(|last| last.set(current.map(|runtime| (task, runtime))));
            current == Some(self.handle.id())
        }

        pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
            self.handle.block_on(future)
        }
    }

    /// A spawned task.
    #[derive(Debug)]
    pub(crate) struct Task {
        handle: tokio::task::AbortHandle,
    }

    impl Task {
        pub(crate) fn abort(&self) {
            self.handle.abort();
        }

        pub(crate) fn is_finished(&self) -> bool {
            self.handle.is_finished()
        }
    }

    /// Gives way to the runtime once this task has done its share.
    pub(crate) async fn breathe() {
        coop::consume_budget().await;
    }

    /// Whether this task may go on before it gives way; to be asked before the work.
    pub(crate) fn poll_budget(cx: &mut Context<'_>) -> Poll<()> {
        coop::poll_proceed(cx).map(|progress| progress.made_progress())
    }
}

#[cfg(noex_shuttle)]
mod searched {
    pub(crate) use shuttle::hint::spin_loop;
    pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, fence};
    pub(crate) use shuttle::sync::{Arc, Mutex, MutexGuard, Weak};
    pub(crate) use shuttle::thread_local;
    pub(crate) use std::sync::{PoisonError, TryLockError};

    use std::cell::Cell;
    use std::task::{Context, Poll};

    thread_local! {
        static FOREIGN: Cell<bool> = const { Cell::new(false) };
    }

    /// Marks the calling thread as one outside the runtime.
    pub(crate) fn leave_runtime() {
        FOREIGN.with(|foreign| foreign.set(true));
    }

    #[derive(Clone, Debug)]
    pub(crate) struct Runtime;

    impl Runtime {
        pub(crate) fn current() -> Option<Self> {
            Some(Self)
        }

        pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> Task {
            Task {
                handle: shuttle::future::spawn(task),
            }
        }

        pub(crate) fn is_current(&self) -> bool {
            !FOREIGN.with(Cell::get)
        }

        pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
            shuttle::future::block_on(future)
        }
    }

    #[derive(Debug)]
    pub(crate) struct Task {
        handle: shuttle::future::JoinHandle<()>,
    }

    impl Task {
        pub(crate) fn abort(&self) {
            self.handle.abort();
        }

        pub(crate) fn is_finished(&self) -> bool {
            self.handle.is_finished()
        }
    }

    pub(crate) async fn breathe() {
        shuttle::future::yield_now().await;
    }

    pub(crate) fn poll_budget(_: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}
