//! The way from what an incarnation has set going back into its mailbox.

use std::sync::Arc as StdArc;
use std::task::Poll;

use crate::protocol::handler::ReplyOf;
use crate::protocol::reply::ReplyRoute;
use crate::protocol::ticket::Ticket;
use crate::server::GenServer;
use crate::slot::Slot;
use crate::slot::control::Control;
use crate::slot::running::Running;
use crate::sync::{Arc, Weak};

/// The way from what an incarnation has set going back into its mailbox, as long as it lives.
pub(super) struct Sender<S: GenServer> {
    pub(super) slot: Weak<Slot<S>>,
    pub(super) address: usize,
    pub(super) incarnation: u32,
}

impl<S: GenServer> Sender<S> {
    /// The server, unless the incarnation has ended.
    pub(super) fn live(&self) -> Option<Arc<Slot<S>>> {
        self.slot
            .upgrade()
            .filter(|slot| slot.hears(self.incarnation))
    }

    pub(super) fn inform(&self, message: S::Protocol) {
        if let Some(slot) = self.live() {
            slot.inform(message, ReplyRoute::NOWHERE);
        }
    }

    /// Queues `message`; the ticket is over once it was handled.
    pub(super) fn inform_with_ticket(&self, message: S::Protocol) -> Arc<Ticket<ReplyOf<S>>> {
        let ticket = Ticket::queued();
        match self.live() {
            Some(slot) => slot.inform(message, ReplyRoute::to(ticket.clone())),
            None => ticket.abandon(),
        }
        ticket
    }

    /// The outcome of what runs beside the server, or its panic; it may call the server, but not once that is killed.
    pub(super) async fn beside<T>(&self, code: impl Future<Output = T>) -> Result<T, StdArc<str>> {
        let (slot, mut code) = (self.address, std::pin::pin!(code));
        std::future::poll_fn(|cx| {
            let polled = Running::contain_beside(slot, self.incarnation, || code.as_mut().poll(cx));
            match polled {
                Ok(poll) => poll.map(Ok),
                Err(panic) => Poll::Ready(Err(panic)),
            }
        })
        .await
    }

    pub(super) async fn inform_and_wait(&self, message: S::Protocol) {
        let ticket = self.inform_with_ticket(message);
        // Whether it was handled or refused: the next item may come.
        let _ = std::future::poll_fn(|cx| ticket.poll(cx)).await;
    }

    pub(super) fn crash(&self, message: StdArc<str>) {
        if let Some(slot) = self.live() {
            slot.control(Control::Crash(message));
        }
    }
}
