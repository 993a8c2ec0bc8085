//! The one timer of a system: everything that is to happen later, and the deadlines of calls that wait.
//!
//! Things at a time of their own lie in a heap. Deadlines come by few different durations, so each duration has a
//! queue in which they are in order as they come; what was answered meanwhile is dropped from its front.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::contain::contained;
use crate::protocol::ticket::Expire;
use crate::slot::life::after;
use crate::sync::{Arc as SyncArc, Mutex, MutexGuard, Runtime, lock, now, sleep_until};

/// The timer of one system. Its task starts with the first thing to wait for and ends with the system.
pub(crate) struct Timers {
    shared: Arc<Shared>,
    runtime: Runtime,
}

struct Shared {
    wheel: Mutex<Wheel>,
    earlier: Notify,
}

#[derive(Default)]
struct Wheel {
    heap: BinaryHeap<Reverse<Entry>>,
    deadlines: BTreeMap<Duration, VecDeque<Deadline>>,
    entries: u64,
    running: bool,
    closed: bool,
    /// What the task sleeps until.
    next: Option<Instant>,
}

/// When a waiting call is over.
type Deadline = (Instant, SyncArc<dyn Expire>);

struct Entry {
    at: Instant,
    number: u64,
    action: Box<dyn FnOnce() + Send>,
}

/// What is due.
#[derive(Default)]
struct Due {
    actions: Vec<Box<dyn FnOnce() + Send>>,
    deadlines: Vec<SyncArc<dyn Expire>>,
    next: Option<Instant>,
}

impl Timers {
    pub(crate) fn new(runtime: Runtime) -> Self {
        let shared = Shared {
            wheel: Mutex::default(),
            earlier: Notify::new(),
        };
        Self {
            shared: Arc::new(shared),
            runtime,
        }
    }

    /// Runs `action` at `at`, on the timer's task: it must be short and must not block.
    pub(crate) fn at(&self, at: Instant, action: impl FnOnce() + Send + 'static) {
        let mut wheel = self.shared.lock();
        wheel.entries += 1;
        let number = wheel.entries;
        wheel.heap.push(Reverse(Entry {
            at,
            number,
            action: Box::new(action),
        }));
        self.look_earlier(wheel, at);
    }

    /// Ends `ticket` once `timeout` has passed.
    pub(crate) fn deadline(&self, timeout: Duration, ticket: SyncArc<dyn Expire>) {
        let at = after(now(), timeout);
        let mut wheel = self.shared.lock();
        let queue = wheel.deadlines.entry(timeout).or_default();
        // Two for one keeps the queue as short as what is really waiting, without a sweep.
        for _ in 0..2 {
            if queue.front().is_some_and(|(_, ticket)| ticket.is_over()) {
                queue.pop_front();
            }
        }
        queue.push_back((at, ticket));
        self.look_earlier(wheel, at);
    }

    /// Sees to it that the task wakes by `at`.
    fn look_earlier(&self, mut wheel: MutexGuard<'_, Wheel>, at: Instant) {
        if !std::mem::replace(&mut wheel.running, true) {
            wheel.next = Some(at);
            drop(wheel);
            self.runtime.spawn(run(self.shared.clone()));
        } else if wheel.next.is_none_or(|next| at < next) {
            wheel.next = Some(at);
            drop(wheel);
            self.shared.earlier.notify_one();
        }
    }
}

impl Drop for Timers {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.earlier.notify_one();
    }
}

impl Shared {
    /// What is due now; none once the system is gone.
    fn take_due(&self) -> Option<Due> {
        let mut wheel = self.lock();
        (!wheel.closed).then(|| wheel.take_due(now()))
    }

    fn lock(&self) -> MutexGuard<'_, Wheel> {
        lock(&self.wheel)
    }
}

async fn run(shared: Arc<Shared>) {
    while let Some(due) = shared.take_due() {
        let next = due.next;
        due.happen();
        match next {
            Some(at) => tokio::select! {
                biased;
                () = sleep_until(at) => {}
                () = shared.earlier.notified() => {}
            },
            None => shared.earlier.notified().await,
        }
    }
}

impl Wheel {
    fn take_due(&mut self, now: Instant) -> Due {
        let mut due = Due::default();
        while let Some(Reverse(entry)) = self.heap.pop_if_due(now) {
            due.actions.push(entry.action);
        }
        for queue in self.deadlines.values_mut() {
            while let Some((at, _)) = queue.front() {
                if *at > now {
                    break;
                }
                due.deadlines
                    .extend(queue.pop_front().map(|(_, ticket)| ticket));
            }
        }
        self.deadlines.retain(|_, queue| !queue.is_empty());
        due.next = self.earliest();
        self.next = due.next;
        due
    }

    fn earliest(&self) -> Option<Instant> {
        let action = self.heap.peek().map(|Reverse(entry)| entry.at);
        let deadline = self
            .deadlines
            .values()
            .filter_map(|queue| queue.front())
            .map(|(at, _)| *at);
        deadline.chain(action).min()
    }
}

trait PopIfDue {
    fn pop_if_due(&mut self, now: Instant) -> Option<Reverse<Entry>>;
}

impl PopIfDue for BinaryHeap<Reverse<Entry>> {
    fn pop_if_due(&mut self, now: Instant) -> Option<Reverse<Entry>> {
        if self.peek()?.0.at > now {
            return None;
        }
        self.pop()
    }
}

impl Due {
    fn happen(self) {
        for ticket in self.deadlines {
            ticket.expire();
        }
        for action in self.actions {
            if let Err(message) = contained(action) {
                tracing::error!(%message, "a message made by a timer panicked");
            }
        }
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}
