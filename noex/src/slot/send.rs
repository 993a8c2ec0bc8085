//! Sending: what a client's port does with a message. Where the core is free, a call runs here and now.

use super::Slot;
use super::core::Core;
use super::life::Exit;
use super::queue::{Item, Queue, Room};
use super::run::{Finished, Ran, Waiting};
use super::running::Running;
use crate::client::{Checkpoint, ServerId, Status};
use crate::error::{CheckpointError, Failure, StopError};
use crate::exit::Stop;
use crate::persist::saver::Waiter;
use crate::protocol::handler;
use crate::protocol::handler::{BoxFuture, ReplyOf};
use crate::protocol::port::{Begun, CallOptions, Port, Posted};
use crate::protocol::reply::ReplyRoute;
use crate::protocol::ticket::{Expire, Ticket};
use crate::server::GenServer;
use crate::sync::{Arc, MutexGuard, Ordering, Runtime, lock, spin_loop};

use super::control::Control;

/// How often a caller looks for a core that another thread is just using before it queues.
const SPINS: u32 = 10;

impl<S: GenServer> Slot<S> {
    /// Sends a call, or gives it back where the mailbox is closed.
    pub(crate) fn offer(
        &self,
        message: S::Protocol,
        options: &CallOptions,
    ) -> Result<Begun<S::Protocol>, S::Protocol> {
        let sender = Running::current();
        if self.system.killed.has(sender) {
            return Ok(Begun::Failed(Failure::NotRunning));
        }
        if sender.is_handler_of(self.address()) {
            return Ok(Begun::Failed(Failure::CallsItself));
        }
        let message = if self.runs_inline() && sender.may_nest() {
            match self.run_inline(message, options) {
                Ok(begun) => return Ok(begun),
                Err(message) => message,
            }
        } else {
            message
        };
        self.enqueue(message, options)
    }

    /// Sends the cast in `message`, or leaves it there: where the mailbox is closed, and where it is full and the
    /// sender does not wait.
    pub(crate) fn offer_cast(
        &self,
        message: &mut Option<S::Protocol>,
        options: &CallOptions,
    ) -> Option<Posted> {
        let sender = Running::current();
        if self.system.killed.has(sender) {
            return Some(Posted::Failed(Failure::NotRunning));
        }
        let queue = lock(&self.queue);
        if !queue.open {
            return None;
        }
        let crowded = queue.is_crowded() || self.is_full();
        if crowded && !sender.is_handler_of(self.address()) {
            return Some(self.crowd_cast(queue, message, options));
        }
        if let Some(message) = message.take() {
            self.put(queue, Item::Cast(message));
        }
        Some(Posted::Sent)
    }

    /// Lets a cast wait for room.
    #[cold]
    fn crowd_cast(
        &self,
        queue: MutexGuard<'_, Queue<S>>,
        message: &mut Option<S::Protocol>,
        options: &CallOptions,
    ) -> Posted {
        if options.only_if_room {
            return Posted::Full;
        }
        let room = Ticket::queued();
        if let Some(message) = message.take() {
            self.crowd(queue, Item::Cast(message), Some(room.clone()));
        }
        self.set_deadline(&room, options);
        Posted::Crowded(room)
    }

    /// Puts `item` behind those who wait for room.
    fn crowd(&self, mut queue: MutexGuard<'_, Queue<S>>, item: Item<S>, room: Room) {
        queue.push_crowd(item, room);
        self.crowded.store(true, Ordering::Release);
    }

    pub(super) fn runs_inline(&self) -> bool {
        self.settings.options().inline && self.system.inline
    }

    /// Runs a call on its caller's stack, or gives it back.
    fn run_inline(
        &self,
        message: S::Protocol,
        options: &CallOptions,
    ) -> Result<Begun<S::Protocol>, S::Protocol> {
        if !self.system.runtime.is_current() {
            return Err(message);
        }
        let Some(mut seat) = self.free_seat() else {
            return Err(message);
        };
        let mut incarnation = 0;
        if let Some(core) = seat.as_mut() {
            incarnation = core.incarnation();
            self.note_activity(core);
        }
        let mut route = ReplyRoute::CALLER;
        Ok(match self.run(&mut seat, message, &mut route) {
            Ran::Done(reply) => {
                self.after_handler(&mut seat);
                self.replied(seat.is_none(), reply, route, options)
            }
            Ran::Waiting(waiting) => self.wait_inline(&mut seat, waiting, route, options),
            Ran::Panicked(message) => {
                if seat.is_none() {
                    self.spawn_crash(incarnation, message.clone());
                }
                Begun::Failed(Failure::crashed(message))
            }
        })
    }

    /// The seat with a core in it and nobody before us, after a short wait for whoever is just using it.
    fn free_seat(&self) -> Option<super::Seat<'_, S>> {
        for _ in 0..SPINS {
            if self.queued() > 0 {
                return None;
            }
            let Some(seat) = self.try_seat() else {
                spin_loop();
                continue;
            };
            let free = seat.is_some() && self.queued() == 0;
            return free.then_some(seat);
        }
        None
    }

    /// Polls a waiting handler once; if that does not end it, hands it to the runtime.
    fn wait_inline(
        &self,
        seat: &mut Option<Box<Core<S>>>,
        mut waiting: Waiting<S>,
        mut route: ReplyRoute<ReplyOf<S>>,
        options: &CallOptions,
    ) -> Begun<S::Protocol> {
        let incarnation = waiting.incarnation();
        let std::task::Poll::Ready(Finished { core, reply }) = waiting.poll_once() else {
            let Some(ticket) = route.ticket() else {
                return Begun::Failed(Failure::NoReply);
            };
            self.set_deadline(&ticket, options);
            // Its task brings the core back: nobody else needs to come for what is queued meanwhile.
            lock(&self.queue).driven = true;
            self.spawn_drive(Some((waiting, route)));
            return Begun::Waiting(ticket);
        };
        *seat = core;
        match reply {
            Ok(reply) => {
                self.after_handler(seat);
                self.replied(seat.is_none(), reply, route, options)
            }
            Err(message) => {
                if seat.is_none() {
                    self.spawn_crash(incarnation, message.clone());
                }
                Begun::Failed(Failure::crashed(message))
            }
        }
    }

    /// What the caller is told; a handler that was killed meanwhile has left no core, and no longer replies.
    fn replied(
        &self,
        was_killed: bool,
        reply: Option<ReplyOf<S>>,
        route: ReplyRoute<ReplyOf<S>>,
        options: &CallOptions,
    ) -> Begun<S::Protocol> {
        if was_killed {
            return Begun::Failed(self.life().interruption());
        }
        if let Some(reply) = reply {
            return Begun::Replied(reply);
        }
        match route.leave() {
            Some(ticket) => {
                self.set_deadline(&ticket, options);
                Begun::Waiting(ticket)
            }
            None => Begun::Failed(Failure::NoReply),
        }
    }

    fn enqueue(
        &self,
        message: S::Protocol,
        options: &CallOptions,
    ) -> Result<Begun<S::Protocol>, S::Protocol> {
        let ticket = Ticket::queued();
        let queue = lock(&self.queue);
        if !queue.open {
            return Err(message);
        }
        let crowded = queue.is_crowded() || self.is_full();
        if crowded && options.only_if_room {
            return Ok(Begun::Full(message));
        }
        let item = Item::message(message, ReplyRoute::to(ticket.clone()), true);
        if crowded {
            self.crowd(queue, item, None);
        } else {
            self.put(queue, item);
        }
        self.set_deadline(&ticket, options);
        Ok(Begun::Waiting(ticket))
    }

    fn is_full(&self) -> bool {
        self.queued() >= self.settings.mailbox()
    }

    fn set_deadline<R: Send + 'static>(&self, ticket: &Arc<Ticket<R>>, options: &CallOptions) {
        let timeout = options
            .timeout
            .unwrap_or(self.settings.options().call_timeout);
        self.system
            .timers
            .deadline(timeout, ticket.clone() as Arc<dyn Expire>);
    }
}

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
        let (stopping, label) = (self.request_stop(how), self.label());
        Box::pin(async move {
            match stopping {
                Some(ticket) => Exit::into_stop_result(wait_for(&ticket).await, label),
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

/// The answer a ticket brings.
pub(crate) async fn wait_for<R>(ticket: &Arc<Ticket<R>>) -> Result<R, Failure> {
    std::future::poll_fn(|cx| ticket.poll(cx)).await
}
