//! What happens to servers, for whoever watches a system. What of it is logged, and how loud, lives in `log`.

mod log;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;

use crate::client::ServerId;
use crate::error::StartError;
use crate::exit::ExitReason;
use crate::metrics;
use crate::persist::PersistenceError;
use crate::store::{Key, Revision, StoreError};
use crate::system::Parked;

/// How many events a watcher may be behind before it misses the oldest.
const KEPT: usize = 4096;

/// Something that has happened to a server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// It takes messages from now on.
    Started {
        /// The server.
        server: ServerId,
    },
    /// Its state was restored, before it started.
    Restored {
        /// The server.
        server: ServerId,
        /// How old the record was.
        age: Duration,
        /// The version it was stored in.
        version: u32,
        /// The record's revision.
        revision: Revision,
    },
    /// Its record was of an older version, and was taken to that of the code, after it was restored and before it
    /// started. The next save stores the new form.
    Migrated {
        /// The server.
        server: ServerId,
        /// The version of the record.
        from: u32,
        /// The version of the code.
        to: u32,
    },
    /// There was no record: its state is a new one.
    NotFound {
        /// The server.
        server: ServerId,
        /// The key.
        key: Key,
    },
    /// It did not start.
    StartFailed {
        /// The server.
        server: ServerId,
        /// Why not.
        error: StartError,
    },
    /// Its state was saved.
    Saved {
        /// The server.
        server: ServerId,
        /// The record's revision.
        revision: Revision,
    },
    /// Its record was deleted.
    Deleted {
        /// The server.
        server: ServerId,
        /// The key.
        key: Key,
    },
    /// A record is past its limit, so it is deleted: of a live server, which ends, or of none.
    Expired {
        /// The kind of server.
        kind: Arc<str>,
        /// The record, its age and its limit: [`PersistenceError::Stale`] or [`PersistenceError::Idle`].
        reason: PersistenceError,
    },
    /// Expired records of a kind could not be looked for or deleted; they are looked for again at the next interval.
    NotCleanedUp {
        /// The kind of server.
        kind: Arc<str>,
        /// What the store said.
        error: StoreError,
    },
    /// The wall clock has outrun the monotonic one: records saved before that are kept until the monotonic clock has
    /// measured their limit, too.
    CleanupPaused {
        /// The kind of server.
        kind: Arc<str>,
        /// By how much it was ahead.
        ahead: Duration,
    },
    /// A save failed; it is being retried.
    SaveFailed {
        /// The server.
        server: ServerId,
        /// Why.
        error: PersistenceError,
    },
    /// Something about its record has to be known: it was stale, came from the future, was put aside, or a hook
    /// panicked once it was saved for the last time.
    Record {
        /// The server.
        server: ServerId,
        /// What.
        error: PersistenceError,
    },
    /// Another server has its key: it ends without saving.
    Fenced {
        /// The server.
        server: ServerId,
        /// The key.
        key: Key,
    },
    /// It panicked.
    Crashed {
        /// The server.
        server: ServerId,
        /// The panic's message.
        message: Arc<str>,
    },
    /// It crashed again and again right after it was restored, or cannot be started: somebody has to look after it, and
    /// its record is kept.
    Parked {
        /// The server.
        server: ServerId,
        /// Why, and since when.
        parked: Parked,
    },
    /// Its supervisor has started it again; `Started` has told of it before.
    Restarted {
        /// The server.
        server: ServerId,
        /// The supervisor's name.
        supervisor: Arc<str>,
        /// Which incarnation of the server it is, the first being 1.
        incarnation: u32,
    },
    /// A supervisor has stopped its children, since one of them had ended once too often.
    GaveUp {
        /// The supervisor's name.
        supervisor: Arc<str>,
        /// Whose end it was, and how it ended.
        message: Arc<str>,
    },
    /// It has ended.
    Terminated {
        /// The server.
        server: ServerId,
        /// Why.
        reason: ExitReason,
    },
}

/// The events of a system, from when this was made.
#[derive(Debug)]
pub struct EventStream {
    receiver: broadcast::Receiver<Event>,
}

impl EventStream {
    /// The next event; none once the system was shut down, or is gone, and all that happened before was given.
    ///
    /// A watcher that is thousands of events behind misses the oldest, which is logged.
    ///
    /// # Cancel safety
    ///
    /// No event is lost when this future is dropped.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            match self.receiver.recv().await {
                Ok(event) => return Some(event),
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "a watcher of events has fallen behind");
                }
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    /// The next event if it is there already.
    pub fn try_next(&mut self) -> Option<Event> {
        loop {
            match self.receiver.try_recv() {
                Ok(event) => return Some(event),
                Err(broadcast::error::TryRecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "a watcher of events has fallen behind");
                }
                Err(_) => return None,
            }
        }
    }
}

/// Where events are emitted. Without a watcher they are only logged.
#[derive(Default)]
pub(crate) struct Events {
    sender: Mutex<Option<broadcast::Sender<Event>>>,
    /// Whether there are no more to come.
    over: AtomicBool,
}

impl Events {
    pub(crate) fn subscribe(&self) -> EventStream {
        let mut sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        let stream = EventStream {
            receiver: sender
                .get_or_insert_with(|| broadcast::channel(KEPT).0)
                .subscribe(),
        };
        if self.over.load(Ordering::SeqCst) {
            *sender = None;
        }
        stream
    }

    /// Ends every stream, those to come included. What happens all the same is logged.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
        *self.sender.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn emit(&self, event: Event) {
        event.log();
        metrics::happened(&event);
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*sender {
            // Nobody may be watching any more.
            let _ = sender.send(event);
        }
    }
}
