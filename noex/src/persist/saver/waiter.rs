//! A caller that waits for its checkpoint, and is answered whatever becomes of the server.

use tracing::Span;

use crate::client::Checkpoint;
use crate::error::{CheckpointError, Failure};
use crate::protocol::ticket::Ticket;
use crate::slot::span;
use crate::sync::Arc as SyncArc;

/// A caller that waits for its checkpoint; dropped, it hears that the server has ended.
pub(crate) struct Waiter {
    ticket: SyncArc<Ticket<Result<Checkpoint, CheckpointError>>>,
    /// The span in which it asked.
    span: Option<Box<Span>>,
}

impl Waiter {
    pub(crate) fn new(ticket: SyncArc<Ticket<Result<Checkpoint, CheckpointError>>>) -> Self {
        let span = span::sender();
        Self { ticket, span }
    }

    pub(crate) fn answer(&self, answer: Result<Result<Checkpoint, CheckpointError>, Failure>) {
        self.ticket.answer(answer);
    }

    pub(crate) fn span(&self) -> Option<&Span> {
        self.span.as_deref()
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.answer(Err(Failure::crashed("it ended before it was saved")));
    }
}
