//! A slot as a client's port: beside messages, stops, checkpoints and questions after its health.

use std::sync::Arc as StdArc;

use super::wait_for;
use crate::client::{Checkpoint, ServerId, Status};
use crate::error::{CheckpointError, Failure, StopError};
use crate::exit::{Down, Stop};
use crate::persist::saver::Waiter;
use crate::protocol::handler;
use crate::protocol::handler::BoxFuture;
use crate::protocol::port::{Begun, CallOptions, Port, Posted};
use crate::protocol::ticket::Ticket;
use crate::server::GenServer;
use crate::slot::Slot;
use crate::slot::life::Exit;
use crate::slot::queue::Item;
use crate::slot::running::Running;
use crate::sync::{Arc, Runtime, lock};

use crate::slot::control::{Control, Purpose};

impl<S: GenServer> Port<S::Protocol> for Slot<S> {
    fn begin(&self, message: S::Protocol, options: &CallOptions) -> Begun<S::Protocol> {
        self.offer(message, options)
            .unwrap_or_else(|_| Begun::Failed(self.life().refusal()))
    }

    fn post(&self, message: &mut Option<S::Protocol>, options: &CallOptions) -> Posted {
        self.offer_cast(message, options)
            .unwrap_or_else(|| Posted::Failed(self.life().refusal()))
    }

    fn stop(&self, how: Stop) -> handler::BoxFuture<'static, Result<(), StopError>> {
        let (barred, server) = (self.bar(), self.label());
        match barred {
            Some(Failure::CallsItself) => {
                return Box::pin(async move { Err(StopError::CallsItself { server }) });
            }
            Some(_) => return Box::pin(async { Ok(()) }),
            None => {}
        }
        self.end(how)
    }

    fn checkpoint(&self) -> BoxFuture<'static, Result<Checkpoint, CheckpointError>> {
        self.ask_checkpoint().unwrap_or_else(|| {
            let refusal = self.life().refusal();
            Box::pin(async move { Err(CheckpointError::Call(refusal)) })
        })
    }

    fn status(&self) -> BoxFuture<'static, Result<Status, Failure>> {
        self.ask_status().unwrap_or_else(|| {
            let refusal = self.life().refusal();
            Box::pin(async move { Err(refusal) })
        })
    }

    fn monitor(&self) -> Arc<Ticket<Down>> {
        let watched = self.life().when_down();
        watched.unwrap_or_else(|reason| Ticket::answered(self.down(reason)))
    }

    fn crash(&self, message: StdArc<str>) {
        let is_over = self.life().is_over();
        if !is_over {
            self.control(Control::Crash(message));
        }
    }

    fn id(&self) -> ServerId {
        self.server_id()
    }

    fn runtime(&self) -> Runtime {
        self.system.runtime.clone()
    }
}

impl<S: GenServer> Slot<S> {
    /// Stops the server, whoever asks.
    pub(crate) fn end(&self, how: Stop) -> BoxFuture<'static, Result<(), StopError>> {
        self.end_for(how, Purpose::Asked)
    }

    /// The same for a purpose of its owner's.
    pub(crate) fn end_for(
        &self,
        how: Stop,
        purpose: Purpose,
    ) -> BoxFuture<'static, Result<(), StopError>> {
        let (stopping, label) = (self.request(how, purpose), self.label());
        let returns = stopping.is_none() && self.life().may_return();
        Box::pin(async move {
            match stopping {
                Some(ticket) => Exit::into_stop_result(wait_for(&ticket).await, label),
                None if returns => Err(StopError::NotUp { server: label }),
                None => Ok(()),
            }
        })
    }

    /// Why the handler that asks cannot wait for this server: it was killed, or is this server itself.
    fn bar(&self) -> Option<Failure> {
        let sender = Running::current();
        if self.system.killed.has(sender) {
            return Some(Failure::NotRunning);
        }
        sender
            .is_handler_of(self.address())
            .then_some(Failure::CallsItself)
    }

    /// Asks for a checkpoint, unless the mailbox is closed.
    pub(crate) fn ask_checkpoint(
        &self,
    ) -> Option<BoxFuture<'static, Result<Checkpoint, CheckpointError>>> {
        if !self.settings.is_persistent() {
            let server = self.label();
            return Some(Box::pin(async move {
                Err(CheckpointError::NotPersistent { server })
            }));
        }
        if let Some(barred) = self.bar() {
            return Some(Box::pin(async move { Err(CheckpointError::Call(barred)) }));
        }
        let ticket = Ticket::queued();
        let sent = self.control_in_turn(Control::Checkpoint(Waiter::new(ticket.clone())));
        sent.then(|| -> BoxFuture<'static, _> { Box::pin(async move { wait_for(&ticket).await? }) })
    }

    /// Asks how the server is, unless the mailbox is closed.
    pub(crate) fn ask_status(&self) -> Option<BoxFuture<'static, Result<Status, Failure>>> {
        if let Some(barred) = self.bar() {
            return Some(Box::pin(async move { Err(barred) }));
        }
        let ticket = Ticket::queued();
        let sent = self.control_in_turn(Control::Status(ticket.clone()));
        sent.then(|| -> BoxFuture<'static, _> { Box::pin(async move { wait_for(&ticket).await }) })
    }

    /// Queues something of noex's own behind everything sent before, those who wait for room included.
    fn control_in_turn(&self, control: Control) -> bool {
        let queue = lock(&self.queue);
        if !queue.open {
            return false;
        }
        self.put_in_turn(queue, Item::Control(control));
        true
    }
}
