//! The one timer of a system: everything that is to happen later, and the deadlines of calls that wait.
//!
//! Things at a time of their own lie in the order of their times, and go when whoever set them does. Deadlines come by few different durations, so each duration has a
//! queue in which they are in order as they come; what was answered meanwhile is dropped from its front.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::contain::{contained, drop_quietly};
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
    actions: BTreeMap<Time, Action>,
    deadlines: BTreeMap<Duration, VecDeque<Deadline>>,
    numbers: u64,
    running: bool,
    closed: bool,
    /// What the task sleeps until.
    next: Option<Instant>,
}

/// When a waiting call is over.
type Deadline = (Instant, SyncArc<dyn Expire>);

/// When an action is due, and a number that tells it from others of that time.
type Time = (Instant, u64);

type Action = Box<dyn FnOnce() + Send>;

/// An action that was set. Dropping this takes it back.
#[must_use = "an action whose alarm is dropped does not happen"]
pub(crate) struct Alarm {
    shared: Weak<Shared>,
    time: Time,
}

/// What is due.
#[derive(Default)]
struct Due {
    actions: Vec<Action>,
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

    /// Runs `action` at `at`, on the timer's task, unless the alarm is dropped before: it must be short and must not
    /// block.
    pub(crate) fn at(&self, at: Instant, action: impl FnOnce() + Send + 'static) -> Alarm {
        let mut wheel = self.shared.lock();
        wheel.numbers += 1;
        let time = (at, wheel.numbers);
        wheel.actions.insert(time, Box::new(action));
        self.look_earlier(wheel, at);
        Alarm {
            shared: Arc::downgrade(&self.shared),
            time,
        }
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

impl Alarm {
    /// Lets the action happen whatever becomes of who set it.
    pub(crate) fn detach(mut self) {
        self.shared = Weak::new();
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        let Some(shared) = self.shared.upgrade() else {
            return;
        };
        let action = shared.lock().actions.remove(&self.time);
        drop_quietly(action);
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
        while let Some(first) = self.actions.first_entry() {
            if first.key().0 > now {
                break;
            }
            due.actions.push(first.remove());
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
        let action = self.actions.first_key_value().map(|(time, _)| time.0);
        let deadline = self
            .deadlines
            .values()
            .filter_map(|queue| queue.front())
            .map(|(at, _)| *at);
        deadline.chain(action).min()
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
