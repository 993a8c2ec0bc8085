//! What happens to servers, for whoever watches a system.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;

use crate::client::ServerId;
use crate::error::{StartError, StartErrorKind};
use crate::exit::ExitReason;
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
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*sender {
            // Nobody may be watching any more.
            let _ = sender.send(event);
        }
    }
}

impl Event {
    fn log(&self) {
        match self {
            Self::Started { server } => tracing::debug!(%server, "started"),
            Self::Restored {
                server,
                age,
                version,
                revision,
            } => {
                tracing::info!(%server, ?age, version, %revision, "restored");
            }
            Self::NotFound { server, key } => tracing::debug!(%server, %key, "nothing stored"),
            // A family is asked for keys that nobody has made: that is an answer, not a fault.
            Self::StartFailed {
                server,
                error: error @ StartError::NotStored { .. },
            } => tracing::debug!(%server, %error, "did not start"),
            Self::StartFailed { server, error } => {
                let reason = crate::error::Chain(error);
                // Whoever asked for a key that is not there, or is there already, was told so: nothing has failed.
                if matches!(
                    error.kind(),
                    StartErrorKind::NotStored | StartErrorKind::AlreadyStored
                ) {
                    tracing::debug!(%server, %reason, "not started");
                } else {
                    tracing::warn!(%server, %reason, "did not start");
                }
            }
            Self::Saved { server, revision } => tracing::debug!(%server, %revision, "saved"),
            Self::Deleted { server, key } => tracing::info!(%server, %key, "deleted"),
            Self::Expired { kind, reason } => tracing::info!(%kind, %reason, "expired"),
            Self::NotCleanedUp { kind, error } => {
                tracing::error!(%kind, error = %crate::error::Chain(error), "not cleaned up");
            }
            Self::CleanupPaused { kind, ahead } => {
                tracing::warn!(%kind, ?ahead, "the wall clock was set forward, old records are kept");
            }
            Self::SaveFailed { server, error } => {
                tracing::error!(%server, error = %crate::error::Chain(error), "not saved");
            }
            Self::Record { server, error } => {
                tracing::warn!(%server, error = %crate::error::Chain(error), "about the record");
            }
            Self::Fenced { server, key } => tracing::error!(%server, %key, "fenced"),
            Self::Crashed { server, message } => tracing::error!(%server, %message, "crashed"),
            Self::Parked { server, parked } => {
                tracing::error!(%server, cause = %parked.cause, "parked");
            }
            Self::Restarted {
                server,
                supervisor,
                incarnation,
            } => tracing::info!(%server, %supervisor, incarnation, "restarted"),
            Self::GaveUp {
                supervisor,
                message,
            } => tracing::error!(%supervisor, %message, "gave up"),
            Self::Terminated { server, reason } => tracing::debug!(%server, ?reason, "terminated"),
        }
    }
}
