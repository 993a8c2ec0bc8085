//! The seam in a program: std, tokio, and nothing in between.

pub(crate) use std::hint::spin_loop;
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, fence};
pub(crate) use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
pub(crate) use std::thread_local;

use std::cell::Cell;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::{self, Handle};
use tokio::task::{self, coop};
use tokio::time::Instant;

use super::Step;

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

    /// The outcome of `work`, done on a thread that may block; none where the runtime was shut down.
    pub(crate) async fn spawn_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        self.handle.spawn_blocking(work).await.ok()
    }

    /// Whether the calling thread is running a task of this runtime.
    #[inline]
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

    /// Whether tasks run on several threads at once.
    pub(crate) fn is_parallel(&self) -> bool {
        self.handle.metrics().num_workers() > 1
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
#[inline]
pub(crate) fn poll_budget(cx: &mut Context<'_>) -> Poll<()> {
    coop::poll_proceed(cx).map(|progress| progress.made_progress())
}

/// The time that deadlines are compared with.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Ends when it is `at`.
pub(crate) async fn sleep_until(at: Instant) {
    tokio::time::sleep_until(at).await;
}

/// The outcome of `future`, or none where it took longer than `limit`.
pub(crate) async fn timeout<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, future).await.ok()
}

/// Whether `step` is left out: never in a program.
pub(crate) const fn is_left_out(_: Step) -> bool {
    false
}
