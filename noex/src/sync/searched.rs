//! The seam under search: shuttle decides who goes on, and time passes only when a scenario says so.
//!
//! One execution runs on one thread of the test, with all its tasks; so what belongs to an execution is kept in
//! thread locals of std, and what belongs to a task in those of shuttle.

#![cfg_attr(not(test), expect(dead_code, reason = "scenarios are tests"))]
#![expect(
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "the same signatures as in a program"
)]

pub(crate) use shuttle::hint::spin_loop;
pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, fence};
pub(crate) use shuttle::sync::{Arc, Mutex, MutexGuard, Weak};
pub(crate) use shuttle::thread_local;
pub(crate) use std::sync::{PoisonError, TryLockError};

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use shuttle::future::AbortHandle;
use tokio::time::Instant;

use super::Step;

thread_local! {
    static FOREIGN: Cell<bool> = const { Cell::new(false) };
}

std::thread_local! {
    static CLOCK: RefCell<Clock> = const { RefCell::new(Clock::STOPPED) };
    static LEFT_OUT: Cell<Option<Step>> = const { Cell::new(None) };
    static RUNS: Cell<bool> = const { Cell::new(true) };
    static TASKS: RefCell<Vec<(AbortHandle, &'static Location<'static>)>> = const { RefCell::new(Vec::new()) };
}

/// Begins a new execution: its clock stands still, and `left_out` is not done in it.
pub(crate) fn begin_execution(left_out: Option<Step>) {
    CLOCK.set(Clock::STOPPED);
    LEFT_OUT.set(left_out);
    RUNS.set(true);
    TASKS.take();
}

/// Marks the calling thread as one outside the runtime.
pub(crate) fn leave_runtime() {
    FOREIGN.with(|foreign| foreign.set(true));
}

/// Drops every task that was spawned on the runtime and every task to come, as a runtime that is shut down does.
pub(crate) fn shut_down_runtime() {
    RUNS.set(false);
    for (task, _) in TASKS.take() {
        task.abort();
    }
}

/// How many tasks the runtime was given.
pub(crate) fn spawned_tasks() -> usize {
    TASKS.with_borrow(Vec::len)
}

/// The tasks of the runtime that have not ended, by where they were spawned.
pub(crate) fn unfinished_tasks() -> Vec<&'static Location<'static>> {
    TASKS.with_borrow(|tasks| {
        let unfinished = tasks.iter().filter(|(task, _)| !task.is_finished());
        unfinished.map(|(_, spawned)| *spawned).collect()
    })
}

#[derive(Clone, Debug)]
pub(crate) struct Runtime;

impl Runtime {
    pub(crate) fn current() -> Option<Self> {
        Some(Self)
    }

    /// The work is done at once: what it does is nobody's turn.
    pub(crate) async fn spawn_blocking<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        RUNS.get().then(work)
    }

    #[track_caller]
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> Task {
        if !RUNS.get() {
            drop(task);
            return Task { handle: None };
        }
        let task = shuttle::future::spawn(task).abort_handle();
        let spawned = Location::caller();
        TASKS.with_borrow_mut(|tasks| tasks.push((task.clone(), spawned)));
        // It may have been shut down while the task was spawned.
        if !RUNS.get() {
            task.abort();
        }
        Task { handle: Some(task) }
    }

    pub(crate) fn is_current(&self) -> bool {
        !FOREIGN.with(Cell::get)
    }

    /// Never said to be: how heavy a handler is must not decide a schedule.
    pub(crate) fn is_parallel(&self) -> bool {
        false
    }

    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        shuttle::future::block_on(future)
    }
}

#[derive(Debug)]
pub(crate) struct Task {
    /// None where there was no runtime to run it.
    handle: Option<AbortHandle>,
}

impl Task {
    pub(crate) fn abort(&self) {
        if let Some(handle) = &self.handle {
            handle.abort();
        }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.handle.as_ref().is_none_or(AbortHandle::is_finished)
    }
}

pub(crate) async fn breathe() {
    shuttle::future::yield_now().await;
}

pub(crate) fn poll_budget(_: &mut Context<'_>) -> Poll<()> {
    Poll::Ready(())
}

/// The clock of one execution, and who waits for it.
struct Clock {
    passed: Duration,
    sleepers: Vec<Waker>,
}

impl Clock {
    const STOPPED: Self = Self {
        passed: Duration::ZERO,
        sleepers: Vec::new(),
    };
}

pub(crate) fn now() -> Instant {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    *START + CLOCK.with_borrow(|clock| clock.passed)
}

/// Lets `span` pass at once.
pub(crate) fn pass(span: Duration) {
    let sleepers = CLOCK.with_borrow_mut(|clock| {
        clock.passed += span;
        std::mem::take(&mut clock.sleepers)
    });
    for sleeper in sleepers {
        sleeper.wake();
    }
}

pub(crate) async fn sleep_until(at: Instant) {
    std::future::poll_fn(|cx| poll_sleep(at, cx)).await;
}

fn poll_sleep(at: Instant, cx: &mut Context<'_>) -> Poll<()> {
    if now() >= at {
        return Poll::Ready(());
    }
    CLOCK.with_borrow_mut(|clock| clock.sleepers.push(cx.waker().clone()));
    Poll::Pending
}

pub(crate) async fn timeout<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, at) = (std::pin::pin!(future), now() + limit);
    std::future::poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => poll_sleep(at, cx).map(|()| None),
    })
    .await
}

pub(crate) fn is_left_out(step: Step) -> bool {
    LEFT_OUT.get() == Some(step)
}
