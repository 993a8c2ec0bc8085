//! What noex itself puts into a mailbox: saves, checkpoints, stops. Always queued, so that it happens between
//! messages and in its place among them, and never on a caller's back.

use std::sync::Arc as StdArc;

use tokio::time::Instant;

use crate::client::Status;
use crate::exit::Stop;
use crate::persist::saver::Waiter;
use crate::protocol::ticket::Ticket;
use crate::store::StoreError;
use crate::sync::Arc;

/// Something noex wants done with a core.
pub(crate) enum Control {
    /// The interval, a refresh or a retry says that it is time to save.
    SaveDue,
    /// Save what is here now, and say when it is durable.
    Checkpoint(Waiter),
    /// The write in flight failed for the first time and is being retried.
    SaveTrouble(Box<StoreError>),
    /// The write in flight is settled.
    Written,
    /// End gracefully, as the stop under way says.
    Stop,
    /// Look whether the server has been idle long enough.
    IdleDue,
    /// Drop the core: its incarnation was killed.
    Killed,
    /// A spawned future panicked.
    Crash(StdArc<str>),
    /// Say how the server is.
    Status(Arc<Ticket<Status>>),
}

impl Control {
    /// Whether somebody outside waits for it, whichever incarnation comes to it.
    pub(super) fn outlives_incarnation(&self) -> bool {
        matches!(self, Self::Checkpoint(_) | Self::Stop | Self::Status(_))
    }
}

/// What a stop is for; of two at a time, the greater counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// A client, or the server itself, has asked for it.
    Asked,
    /// Its supervisor is about to start it again: what is queued waits for that.
    Restart,
    /// Its supervisor ends it for good.
    End,
}

/// A stop under way.
#[derive(Clone, Debug)]
pub(crate) struct Stopping {
    pub(crate) how: Stop,
    pub(crate) purpose: Purpose,
    /// Messages that have not begun by then are refused.
    pub(crate) refuse_at: Instant,
    /// The server is killed then.
    pub(crate) kill_at: Instant,
}
