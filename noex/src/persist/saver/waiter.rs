//! A caller that waits for its checkpoint, and is answered whatever becomes of the server.

use crate::client::Checkpoint;
use crate::error::{CheckpointError, Failure};
use crate::protocol::ticket::Ticket;
use crate::sync::Arc as SyncArc;

/// A caller that waits for its checkpoint; dropped, it hears that the server has ended.
pub(crate) struct Waiter(SyncArc<Ticket<Result<Checkpoint, CheckpointError>>>);

impl Waiter {
    pub(crate) fn new(ticket: SyncArc<Ticket<Result<Checkpoint, CheckpointError>>>) -> Self {
        Self(ticket)
    }

    pub(crate) fn answer(&self, answer: Result<Result<Checkpoint, CheckpointError>, Failure>) {
        self.0.answer(answer);
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.answer(Err(Failure::crashed("it ended before it was saved")));
    }
}
