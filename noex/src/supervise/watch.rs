//! How a supervisor hears of the end of its children: once for each start, and not of an end it has asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use super::crew::Message;
use super::restart::Ended;

/// A child's line to its supervisor.
pub(crate) struct Watch {
    child: u64,
    inbox: mpsc::UnboundedSender<Message>,
    starts: AtomicU64,
    /// Which start is the one whose end is news; none where that is 0.
    armed: AtomicU64,
}

/// The end of a child that its supervisor has not asked for.
pub(crate) struct Notice {
    pub(crate) child: u64,
    /// Which of its starts has ended.
    pub(crate) start: u64,
    pub(crate) ended: Ended,
    /// How, as messages say it.
    pub(crate) how: Arc<str>,
}

impl Watch {
    pub(super) fn new(child: u64, inbox: mpsc::UnboundedSender<Message>) -> Self {
        Self {
            child,
            inbox,
            starts: AtomicU64::new(0),
            armed: AtomicU64::new(0),
        }
    }

    pub(super) fn child(&self) -> u64 {
        self.child
    }

    /// How often the child was started.
    pub(super) fn starts(&self) -> u64 {
        self.starts.load(Ordering::Acquire)
    }

    /// The child is being started: its end from here on is news.
    pub(super) fn arm(&self) {
        let start = self.starts.fetch_add(1, Ordering::AcqRel) + 1;
        self.armed.store(start, Ordering::Release);
    }

    /// The supervisor ends the child, or hears of its end in another way.
    pub(super) fn disarm(&self) {
        self.armed.store(0, Ordering::Release);
    }

    /// The start that runs now, if its end is news.
    pub(super) fn armed(&self) -> u64 {
        self.armed.load(Ordering::Acquire)
    }

    /// The child has ended.
    pub(super) fn tell(&self, ended: Ended, how: Arc<str>) {
        self.tell_of(self.armed(), ended, how);
    }

    /// The start of this number has ended; nothing is said of one whose end is no news any more.
    pub(super) fn tell_of(&self, start: u64, ended: Ended, how: Arc<str>) {
        let taken = self
            .armed
            .compare_exchange(start, 0, Ordering::AcqRel, Ordering::Acquire);
        if start > 0 && taken.is_ok() {
            let notice = Notice {
                child: self.child,
                start,
                ended,
                how,
            };
            // A supervisor that is gone has ended its children.
            let _ = self.inbox.send(Message::Ended(Box::new(notice)));
        }
    }

    /// Somebody wants a child that is parked to be started again.
    pub(super) fn retry(&self) {
        let _ = self.inbox.send(Message::Retry(self.child));
    }
}
