//! Sending: what a client's port does with a message. Where the core is free, a call runs here and now.

mod port;

use super::Slot;
use super::core::Core;
use super::queue::{Item, Queue, Room};
use super::run::{Finished, Ran, Waiting};
use super::running::Running;
use super::span::{self, Here};
use crate::error::Failure;
use crate::protocol::handler::ReplyOf;
use crate::protocol::port::{Begun, CallOptions, Posted};
use crate::protocol::reply::ReplyRoute;
use crate::protocol::ticket::{Expire, Ticket};
use crate::server::GenServer;
use crate::sync::{Arc, MutexGuard, Ordering, lock, spin_loop};
use crate::system::waits::Target;

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
        if self.system.waits.is_on() && sender.is_handler() && !options.only_if_room {
            return self.offer_waiting(sender, message, options);
        }
        self.offer_from(sender, message, options)
    }

    /// Sends a call for which a handler waits, unless it would wait for itself in the end.
    #[cold]
    fn offer_waiting(
        &self,
        sender: Running,
        message: S::Protocol,
        options: &CallOptions,
    ) -> Result<Begun<S::Protocol>, S::Protocol> {
        let target = Target {
            slot: self.address(),
            label: self.label(),
        };
        let waits = &self.system.waits;
        if let Err(servers) = waits.begin(sender.slot, target) {
            return Ok(Begun::Failed(Failure::Cycle { servers }));
        }
        let offered = self.offer_from(sender, message, options);
        let ticket = match &offered {
            Ok(Begun::Waiting(ticket)) => {
                let ticket = ticket.clone() as Arc<dyn Expire>;
                Some(Arc::downgrade(&ticket))
            }
            _ => None,
        };
        waits.go_on(sender.slot, ticket);
        offered
    }

    #[inline]
    fn offer_from(
        &self,
        sender: Running,
        message: S::Protocol,
        options: &CallOptions,
    ) -> Result<Begun<S::Protocol>, S::Protocol> {
        let message = if sender.may_nest() && self.may_run_inline(&message) {
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
        if span::is_of_interest() {
            self.offer_traced_cast(message, options)
        } else {
            self.offer_cast_as(Item::Cast, message, options)
        }
    }

    #[cold]
    fn offer_traced_cast(
        &self,
        message: &mut Option<S::Protocol>,
        options: &CallOptions,
    ) -> Option<Posted> {
        let span = span::sender();
        self.offer_cast_as(|message| Item::cast(message, span), message, options)
    }

    fn offer_cast_as(
        &self,
        item: impl FnOnce(S::Protocol) -> Item<S>,
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
            return Some(self.crowd_cast(item, queue, message, options));
        }
        if let Some(message) = message.take() {
            self.put(queue, item(message));
        }
        Some(Posted::Sent)
    }

    /// Lets a cast wait for room. `item` stands before `queue`, to be dropped without the lock: it may hold a span, which
    /// is a user's.
    #[cold]
    fn crowd_cast(
        &self,
        item: impl FnOnce(S::Protocol) -> Item<S>,
        queue: MutexGuard<'_, Queue<S>>,
        message: &mut Option<S::Protocol>,
        options: &CallOptions,
    ) -> Posted {
        if options.only_if_room {
            return Posted::Full;
        }
        let room = Ticket::queued();
        if let Some(message) = message.take() {
            self.crowd(queue, item(message), Some(room.clone()));
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
        self.settings.weights.is_some()
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
        let (mut incarnation, mut weighing) = (0, None);
        if let Some(core) = seat.as_mut() {
            incarnation = core.incarnation();
            self.note_activity(core);
            weighing = core.weigh_light(&message);
        }
        let mut route = ReplyRoute::CALLER;
        Ok(match self.run(&mut seat, message, &mut route, Here) {
            Ran::Done(reply) => {
                self.weighed(weighing);
                self.after_handler(&mut seat);
                self.replied(seat.is_none(), reply, route, options)
            }
            Ran::Waiting(waiting) => {
                let waiting = waiting.weighed_by(weighing);
                self.wait_inline(&mut seat, waiting, route, options)
            }
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
        let (ticket, span) = (Ticket::queued(), span::sender());
        let queue = lock(&self.queue);
        if !queue.open {
            return Err(message);
        }
        let crowded = queue.is_crowded() || self.is_full();
        if crowded && options.only_if_room {
            return Ok(Begun::Full(message));
        }
        let item = Item::message(message, ReplyRoute::to(ticket.clone()), true, span);
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

/// The answer a ticket brings.
pub(crate) async fn wait_for<R>(ticket: &Arc<Ticket<R>>) -> Result<R, Failure> {
    std::future::poll_fn(|cx| ticket.poll(cx)).await
}
