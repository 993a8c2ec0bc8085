//! A port: what a client sends through, whatever is behind it. A slot implements it, and a key of a family.

use std::fmt;
use std::sync::Arc as StdArc;
use std::time::Duration;

use super::Protocol;
use super::handler::BoxFuture;
use super::ticket::Ticket;
use crate::client::{Checkpoint, ServerId, Status};
use crate::error::{CheckpointError, Failure, StopError};
use crate::exit::{Down, Stop};
use crate::sync::{Arc, Runtime};

/// What a message enum's client sends through: slots and keys of families.
pub(crate) trait Port<M: Protocol>: Send + Sync + 'static {
    /// Sends a call.
    fn begin(&self, message: M, options: &CallOptions) -> Begun<M>;
    /// Takes the cast out of `message`, unless there is no room and the sender does not wait.
    fn post(&self, message: &mut Option<M>, options: &CallOptions) -> Posted;
    fn stop(&self, how: Stop) -> BoxFuture<'static, Result<(), StopError>>;
    fn checkpoint(&self) -> BoxFuture<'static, Result<Checkpoint, CheckpointError>>;
    fn status(&self) -> BoxFuture<'static, Result<Status, Failure>>;
    /// A ticket for the end of the incarnation that runs, which is over at once where none does.
    fn monitor(&self) -> Arc<Ticket<Down>>;
    /// Crashes the server, whose handler is not asked.
    fn crash(&self, message: StdArc<str>);
    fn id(&self) -> ServerId;
    fn runtime(&self) -> Runtime;
}

/// A shared port.
pub struct PortRef<M> {
    port: Arc<dyn Port<M>>,
}

impl<M: Protocol> PortRef<M> {
    pub(crate) fn new(port: Arc<dyn Port<M>>) -> Self {
        Self { port }
    }

    pub(crate) fn get(&self) -> &dyn Port<M> {
        &*self.port
    }
}

impl<M> Clone for PortRef<M> {
    fn clone(&self) -> Self {
        Self {
            port: self.port.clone(),
        }
    }
}

impl<M: Protocol> fmt::Debug for PortRef<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PortRef({})", self.port.id())
    }
}

/// How one message is to be sent: plain data, with time as what remains of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallOptions {
    /// How long to wait for the reply; the server's own default where there is none.
    pub(crate) timeout: Option<Duration>,
    /// Whether to give the message back instead of waiting for room.
    pub(crate) only_if_room: bool,
}

/// What has become of a call that was sent.
pub(crate) enum Begun<M: Protocol> {
    /// The handler ran on the caller's stack.
    Replied(M::Reply),
    /// The message will not be answered.
    Failed(Failure),
    /// The reply comes through the ticket.
    Waiting(Arc<Ticket<M::Reply>>),
    /// There is no room, and the sender does not wait.
    Full(M),
}

/// What has become of a cast that was sent.
pub(crate) enum Posted {
    /// It is in the mailbox.
    Sent,
    /// It will not be handled.
    Failed(Failure),
    /// It waits for room; the ticket says when it is in.
    Crowded(Arc<Ticket<()>>),
    /// There is no room, and the sender does not wait.
    Full,
}
