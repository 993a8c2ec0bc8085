//! The task that takes the core through the mailbox, and gives it back when the mailbox is empty.

use std::collections::VecDeque;
use std::sync::Arc as StdArc;

use super::Slot;
use super::control::Control;
use super::core::Core;
use super::queue::{Envelope, Item, Queue};
use super::retire::Ending;
use super::run::{Finished, Ran, Waiting};
use crate::contain::{contained, drop_quietly};
use crate::error::Failure;
use crate::exit::ExitReason;
use crate::protocol::handler::ReplyOf;
use crate::protocol::reply::ReplyRoute;
use crate::server::GenServer;
use crate::sync::{Arc, Ordering, breathe, fence, lock};

/// How many messages a task handles before it asks whether it should give way.
const STEPS_A_BREATH: u32 = 16;

/// What a step has come to, as far as it goes without waiting.
enum Stepped<S: GenServer> {
    Next(Next<S>),
    Waits(Waiting<S>, ReplyRoute<ReplyOf<S>>),
}

/// What a step has left: the core to go on with, or how the incarnation ends.
pub(super) type Next<S> = Result<Box<Core<S>>, Ending<S>>;

impl<S: GenServer> Slot<S> {
    /// Drives the core through the mailbox, after ending the handler that has begun, if one is given.
    pub(super) fn drive(
        self: Arc<Self>,
        begun: Option<(Waiting<S>, ReplyRoute<ReplyOf<S>>)>,
    ) -> impl Future<Output = ()> + Send {
        // A runtime that is shutting down drops the task before its first poll.
        let guard = Unfinished::beside(self.clone());
        self.drive_guarded(begun, guard)
    }

    async fn drive_guarded(
        self: Arc<Self>,
        begun: Option<(Waiting<S>, ReplyRoute<ReplyOf<S>>)>,
        mut guard: Unfinished<S>,
    ) {
        let incarnation;
        let driven = match begun {
            Some((waiting, route)) => {
                incarnation = waiting.incarnation();
                match self.finish(waiting, route).await {
                    Ok(core) => self.drive_on(core, &mut guard.batch).await,
                    Err(ending) => Err(ending),
                }
            }
            None => match self.core_to_drive() {
                Some(core) => {
                    incarnation = core.incarnation();
                    self.drive_on(core, &mut guard.batch).await
                }
                None => return guard.defuse(),
            },
        };
        match driven {
            Ok(core) => {
                guard.defuse();
                self.seat_core(core);
            }
            Err(ending) => {
                self.cut_short(std::mem::take(&mut guard.batch));
                // An end needs more room than all the rest, and comes once.
                Box::pin(self.conclude(incarnation, ending)).await;
                guard.defuse();
            }
        }
    }

    async fn drive_on(
        self: &Arc<Self>,
        mut core: Box<Core<S>>,
        batch: &mut VecDeque<Item<S>>,
    ) -> Next<S> {
        while self.next_batch(batch) {
            let mut steps = 0_u32;
            while let Some(item) = batch.pop_front() {
                self.count_begun();
                core = match self.step(core, item) {
                    Stepped::Next(next) => next?,
                    Stepped::Waits(waiting, route) => self.finish(waiting, route).await?,
                };
                steps = steps.wrapping_add(1);
                if steps.is_multiple_of(STEPS_A_BREATH) {
                    breathe().await;
                }
            }
        }
        Ok(core)
    }

    /// The core, unless somebody else has it, who will then look at the queue on giving it up.
    fn core_to_drive(&self) -> Option<Box<Core<S>>> {
        let core = self.take_core();
        if core.is_none() {
            lock(&self.queue).driven = false;
            fence(Ordering::SeqCst);
            // Whoever gave the core up just before has seen a queue that is driven: now it is looked at once more.
            drop(self.try_seat());
        }
        core
    }

    /// Swaps the mailbox out; whether there was anything in it.
    fn next_batch(&self, batch: &mut VecDeque<Item<S>>) -> bool {
        let mut queue = lock(&self.queue);
        // Who found the mailbox full while its last item began was not yet seen to be waiting.
        let gone = self.admit(&mut queue);
        queue.driven = !queue.is_empty();
        if queue.driven {
            queue.swap(batch);
        } else {
            queue.shrink();
        }
        let driven = queue.driven;
        drop(queue);
        drop_quietly(gone);
        driven
    }

    /// Counts one item as begun, which may make room for who waits.
    fn count_begun(&self) {
        let begun = self.begun.load(Ordering::Relaxed).wrapping_add(1);
        self.begun.store(begun, Ordering::Release);
        if self.crowded.load(Ordering::Acquire) {
            let gone = self.admit(&mut lock(&self.queue));
            drop_quietly(gone);
        }
    }

    /// Lets in who waits for room as long as there is some; what is to be dropped without the queue's lock.
    fn admit(&self, queue: &mut Queue<S>) -> Vec<Item<S>> {
        let mut gone = Vec::new();
        if queue.is_crowded() {
            while self.queued() < self.settings.mailbox() && queue.admit(&mut gone) {
                self.count_sent();
            }
            self.crowded.store(queue.is_crowded(), Ordering::Release);
        }
        gone
    }

    /// What was still to be done when the incarnation ended goes back to the front of the mailbox.
    fn cut_short(&self, batch: VecDeque<Item<S>>) {
        let mut queue = lock(&self.queue);
        let begun = self.begun.load(Ordering::Relaxed);
        self.begun
            .store(begun.wrapping_sub(batch.len() as u64), Ordering::Release);
        queue.put_back(batch);
        queue.driven = false;
        drop(queue);
        // A kill has refused what was in the mailbox, but not what was in the batch.
        if self.life().is_ended() {
            self.refuse_rest();
        }
    }

    fn step(&self, core: Box<Core<S>>, item: Item<S>) -> Stepped<S> {
        match item {
            Item::Message(envelope) => self.handle(core, envelope),
            Item::Control(control) => Stepped::Next(self.obey(core, control)),
        }
    }

    fn handle(&self, mut core: Box<Core<S>>, envelope: Envelope<S>) -> Stepped<S> {
        let Envelope {
            message,
            mut route,
            by_client,
        } = envelope;
        if self.is_refusing() || !self.is_live(core.incarnation()) {
            route.answer(Err(Failure::NotRunning));
            drop_quietly(message);
            return Stepped::Next(Ok(core));
        }
        if !route.begin() {
            drop_quietly(message);
            return Stepped::Next(Ok(core));
        }
        if by_client {
            self.note_activity(&mut core);
        }
        let mut seat = Some(core);
        match self.run(&mut seat, message, &mut route) {
            Ran::Done(reply) => Stepped::Next(self.after_reply(seat, route, reply)),
            Ran::Waiting(waiting) => Stepped::Waits(waiting, route),
            Ran::Panicked(message) => Stepped::Next(Self::after_panic(seat, route, message)),
        }
    }

    /// Waits for a handler that has begun.
    async fn finish(
        self: &Arc<Self>,
        waiting: Waiting<S>,
        route: ReplyRoute<ReplyOf<S>>,
    ) -> Next<S> {
        let Finished { core: seat, reply } = waiting.await;
        self.forget_waker();
        match reply {
            Ok(reply) => self.after_reply(seat, route, reply),
            Err(message) => Self::after_panic(seat, route, message),
        }
    }

    /// Answers the caller, if the incarnation that handled its message still counts.
    fn after_reply(
        &self,
        mut seat: Option<Box<Core<S>>>,
        route: ReplyRoute<ReplyOf<S>>,
        reply: Option<ReplyOf<S>>,
    ) -> Next<S> {
        self.after_handler(&mut seat);
        let Some(core) = seat else {
            route.answer(Err(self.life().interruption()));
            return Err(Ending::Killed);
        };
        match reply {
            // Where nobody waits any more, the reply is dropped here, with its destructor.
            Some(reply) => drop(contained(|| route.answer(Ok(reply)))),
            None => drop(route.leave()),
        }
        Ok(core)
    }

    fn after_panic(
        seat: Option<Box<Core<S>>>,
        route: ReplyRoute<ReplyOf<S>>,
        message: StdArc<str>,
    ) -> Next<S> {
        route.answer(Err(Failure::crashed(message.clone())));
        seat.ok_or(Ending::Crashed { message })
    }

    /// Looks at a core after a handler: a killed one is dropped, a changed one will be saved.
    pub(super) fn after_handler(&self, seat: &mut Option<Box<Core<S>>>) {
        let Some(core) = seat.as_mut() else { return };
        if !self.is_live(core.incarnation()) {
            self.system
                .killed
                .forget(self.address(), core.incarnation());
            drop_quietly(seat.take());
        } else if core.take_touched() {
            self.note_change(core);
        }
    }

    fn obey(&self, core: Box<Core<S>>, control: Control) -> Next<S> {
        match control {
            Control::Stop(last) => Err(Ending::Graceful {
                core,
                reason: ExitReason::Stopped,
                last,
            }),
            Control::Crash(message) => {
                drop_quietly(core);
                Err(Ending::Crashed { message })
            }
            Control::Killed => {
                self.drop_killed(core);
                Err(Ending::Killed)
            }
            Control::IdleDue => self.retire_if_idle(core),
            Control::Status(ticket) => {
                ticket.answer(Ok(self.status_of(&core)));
                Ok(core)
            }
            Control::SaveDue => Ok(self.save_due(core)),
            Control::Checkpoint(ticket) => Ok(self.save_for(core, ticket)),
            Control::SaveTrouble(error) => Ok(self.note_trouble(core, *error)),
            Control::Written => self.note_written(core),
        }
    }
}

/// Stands beside the core: if the runtime drops both, the incarnation is over and its waiters hear of it.
pub(super) struct Unfinished<S: GenServer> {
    slot: Option<Arc<Slot<S>>>,
    /// What was swapped out of the mailbox and has not begun.
    batch: VecDeque<Item<S>>,
}

impl<S: GenServer> Unfinished<S> {
    pub(super) fn beside(slot: Arc<Slot<S>>) -> Self {
        Self {
            slot: Some(slot),
            batch: VecDeque::new(),
        }
    }

    pub(super) fn defuse(mut self) {
        self.slot = None;
    }
}

impl<S: GenServer> Drop for Unfinished<S> {
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            slot.cut_short(std::mem::take(&mut self.batch));
            slot.abandon();
        }
    }
}
