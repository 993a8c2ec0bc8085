//! The task that takes the core through the mailbox, and gives it back when the mailbox is empty.

use std::collections::VecDeque;
use std::ops::ControlFlow;
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

/// Why the core is not in its seat after a step.
enum Cut<S: GenServer> {
    Waits(Waiting<S>, ReplyRoute<ReplyOf<S>>),
    Ends(Ending<S>),
}

/// What a step has come to, as far as it goes without waiting.
type Stepped<S> = ControlFlow<Cut<S>>;

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
        core: Box<Core<S>>,
        batch: &mut VecDeque<Item<S>>,
    ) -> Next<S> {
        let mut seat = Some(core);
        while self.next_batch(batch) {
            while !batch.is_empty() {
                match self.steps(&mut seat, batch) {
                    ControlFlow::Continue(()) => breathe().await,
                    ControlFlow::Break(Cut::Waits(waiting, route)) => {
                        seat = Some(self.finish(waiting, route).await?);
                    }
                    ControlFlow::Break(Cut::Ends(ending)) => return Err(ending),
                }
            }
        }
        seat.ok_or(Ending::Killed)
    }

    /// Does what comes next in `batch`, up to a breath, with the core in `seat` as long as nothing cuts it short.
    fn steps(&self, seat: &mut Option<Box<Core<S>>>, batch: &mut VecDeque<Item<S>>) -> Stepped<S> {
        for _ in 0..STEPS_A_BREATH {
            let Some(item) = batch.pop_front() else { break };
            self.count_begun();
            match item {
                Item::Cast(message) => self.handle_cast(seat, message)?,
                Item::Message(Envelope {
                    message,
                    route,
                    by_client,
                }) => self.handle(seat, message, route, by_client)?,
                Item::Control(control) => self.obey_in(seat, control)?,
            }
        }
        ControlFlow::Continue(())
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
    #[inline]
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

    #[inline]
    fn handle_cast(&self, seat: &mut Option<Box<Core<S>>>, message: S::Protocol) -> Stepped<S> {
        let Some(core) = seat.as_mut() else {
            unreachable!("a step begins with the core in its seat");
        };
        if self.is_refusing() || !self.is_live(core.incarnation()) {
            drop_quietly(message);
            return ControlFlow::Continue(());
        }
        self.note_activity(core);
        let mut route = ReplyRoute::NOWHERE;
        match self.run_cast(seat, message, &mut route) {
            Ran::Done(()) => self.after_handler(seat),
            Ran::Waiting(waiting) => return ControlFlow::Break(Cut::Waits(waiting, route)),
            Ran::Panicked(message) => {
                if seat.is_none() {
                    return ControlFlow::Break(Cut::Ends(Ending::Crashed { message }));
                }
            }
        }
        if seat.is_none() {
            return ControlFlow::Break(Cut::Ends(Ending::Killed));
        }
        ControlFlow::Continue(())
    }

    fn handle(
        &self,
        seat: &mut Option<Box<Core<S>>>,
        message: S::Protocol,
        mut route: ReplyRoute<ReplyOf<S>>,
        by_client: bool,
    ) -> Stepped<S> {
        let Some(core) = seat.as_mut() else {
            unreachable!("a step begins with the core in its seat");
        };
        if self.is_refusing() || !self.is_live(core.incarnation()) {
            route.answer(Err(Failure::NotRunning));
            drop_quietly(message);
            return ControlFlow::Continue(());
        }
        if !route.begin() {
            drop_quietly(message);
            return ControlFlow::Continue(());
        }
        if by_client {
            self.note_activity(core);
        }
        let ended = match self.run(seat, message, &mut route) {
            Ran::Done(reply) => self.after_reply(seat, route, reply),
            Ran::Waiting(waiting) => return ControlFlow::Break(Cut::Waits(waiting, route)),
            Ran::Panicked(message) => Self::after_panic(seat.is_some(), route, message),
        };
        match ended {
            Ok(()) => ControlFlow::Continue(()),
            Err(ending) => ControlFlow::Break(Cut::Ends(ending)),
        }
    }

    /// Waits for a handler that has begun.
    async fn finish(
        self: &Arc<Self>,
        waiting: Waiting<S>,
        route: ReplyRoute<ReplyOf<S>>,
    ) -> Next<S> {
        let Finished {
            core: mut seat,
            reply,
        } = waiting.await;
        self.forget_waker();
        match reply {
            Ok(reply) => self.after_reply(&mut seat, route, reply)?,
            Err(message) => Self::after_panic(seat.is_some(), route, message)?,
        }
        seat.ok_or(Ending::Killed)
    }

    /// Answers the caller, if the incarnation that handled its message still counts.
    fn after_reply(
        &self,
        seat: &mut Option<Box<Core<S>>>,
        route: ReplyRoute<ReplyOf<S>>,
        reply: Option<ReplyOf<S>>,
    ) -> Result<(), Ending<S>> {
        self.after_handler(seat);
        if seat.is_none() {
            route.answer(Err(self.life().interruption()));
            return Err(Ending::Killed);
        }
        match reply {
            // Where nobody waits any more, the reply is dropped here, with its destructor.
            Some(reply) => drop(contained(|| route.answer(Ok(reply)))),
            None => drop(route.leave()),
        }
        Ok(())
    }

    fn after_panic(
        has_core: bool,
        route: ReplyRoute<ReplyOf<S>>,
        message: StdArc<str>,
    ) -> Result<(), Ending<S>> {
        route.answer(Err(Failure::crashed(message.clone())));
        if has_core {
            Ok(())
        } else {
            Err(Ending::Crashed { message })
        }
    }

    /// Looks at a core after a handler: a killed one is dropped, a changed one will be saved.
    #[inline]
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

    fn obey_in(&self, seat: &mut Option<Box<Core<S>>>, control: Control) -> Stepped<S> {
        let Some(core) = seat.take() else {
            unreachable!("a step begins with the core in its seat");
        };
        match self.obey(core, control) {
            Ok(core) => *seat = Some(core),
            Err(ending) => return ControlFlow::Break(Cut::Ends(ending)),
        }
        ControlFlow::Continue(())
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
