//! What every client can do, whatever its protocol: stop, checkpoint, ask for the status.

pub(crate) mod monitor;

use std::fmt;
use std::sync::Arc;

pub use self::monitor::Monitor;

use crate::error::{CallError, CheckpointError, StopError};
use crate::exit::{Down, Stop};
use crate::persist::RecordMeta;
use crate::protocol::Protocol;
use crate::protocol::port::PortRef;
use crate::store::Key;

/// A handle to one server: cheap to clone, and no more than a way to send.
///
/// Dropping every client of a server does not stop it. A message of the protocol that is named like one of these
/// methods wins over it; then write `Client::stop(&client)`.
pub trait Client: Clone + fmt::Debug + Send + Sync + 'static {
    /// The messages it can send.
    type Protocol: Protocol<Client = Self>;

    #[doc(hidden)]
    fn port(&self) -> &PortRef<Self::Protocol>;

    /// Stops the server: what was sent before runs first, then the state is saved as configured.
    ///
    /// Stopping a server that has stopped is fine.
    ///
    /// # Errors
    ///
    /// The last save failed, or the server had to be killed at its deadline.
    ///
    /// # Cancel safety
    ///
    /// The stop goes on when this future is dropped.
    fn stop(&self) -> impl Future<Output = Result<(), StopError>> + Send {
        self.stop_with(Stop::normally())
    }

    /// Stops the server in a way of its own: see [`Stop`].
    fn stop_with(&self, stop: Stop) -> impl Future<Output = Result<(), StopError>> + Send {
        async move { self.port().get().stop(stop).await }
    }

    /// Saves the state as it is after every message sent before, and returns once it is durable.
    ///
    /// # Errors
    ///
    /// The state could not be saved now; the server goes on, and retries.
    ///
    /// # Cancel safety
    ///
    /// The save goes on when this future is dropped.
    fn checkpoint(&self) -> impl Future<Output = Result<Checkpoint, CheckpointError>> + Send {
        async move { self.port().get().checkpoint().await }
    }

    /// How the server is.
    ///
    /// # Errors
    ///
    /// There is no such server, or it could not be started.
    fn status(&self) -> impl Future<Output = Result<Status, CallError>> + Send {
        async move { self.port().get().status().await }
    }

    /// Tells when the incarnation of the server that runs now has ended, and why. A server that does not run is down
    /// already; behind a key of a family, none is started.
    ///
    /// ```
    /// # use noex::prelude::*;
    /// use noex::{Client, ExitReason};
    ///
    /// # async fn example(job: impl Client) {
    /// let down = job.monitor().await;
    /// if let ExitReason::Crashed { message } = &down.reason {
    ///     eprintln!("{} crashed: {message}", down.server);
    /// }
    /// # }
    /// ```
    ///
    /// A server hears of another's end by [`Cx::monitor`](crate::Cx::monitor).
    ///
    /// # Cancel safety
    ///
    /// Dropping it ends the monitoring.
    fn monitor(&self) -> Monitor {
        Monitor::of(self.port())
    }

    /// Runs `task` linked to the server: a crash of the server drops the task, a panic of the task crashes the server
    /// and goes on. A server that ends as it was asked to leaves the task alone.
    ///
    /// # Errors
    ///
    /// The server crashed, was killed or was not running; the task was dropped.
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops the task and ends the link; the server goes on.
    fn linked<T>(
        &self,
        task: impl Future<Output = T> + Send,
    ) -> impl Future<Output = Result<T, Down>> + Send
    where
        T: Send,
    {
        monitor::linked(self.port(), task)
    }

    /// Which server this is: the same for every client of it.
    fn id(&self) -> ServerId {
        self.port().get().id()
    }
}

/// A server's identity within its system.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServerId {
    /// The kind of server.
    pub kind: &'static str,
    /// Its name, if it has one.
    pub name: Option<Arc<str>>,
    /// A number unique in its system; 0 for a key of a family, behind which servers come and go.
    pub number: u64,
}

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{} `{name}`", self.kind),
            None => write!(f, "{} #{}", self.kind, self.number),
        }
    }
}

/// What a checkpoint came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checkpoint {
    /// The state was written.
    Saved(Box<RecordMeta>),
    /// The stored state is the current one already.
    Unchanged,
    /// `before_persist` said to skip it.
    Skipped,
}

/// A server at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// Which server.
    pub id: ServerId,
    /// Its key in the store, if its state is stored.
    pub key: Option<Key>,
    /// How often it was started.
    pub incarnation: u32,
    /// How many messages wait.
    pub queued: usize,
    /// The last record known to be durable.
    pub saved: Option<RecordMeta>,
    /// Whether there are changes that are not saved.
    pub unsaved: bool,
    /// Whether the last save failed and is being retried.
    pub degraded: bool,
}
