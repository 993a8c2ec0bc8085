//! The task that takes the core through the mailbox, and gives it back when the mailbox is empty.

mod handle;

use std::collections::VecDeque;
use std::ops::ControlFlow;

use super::Slot;
use super::control::Control;
use super::core::Core;
use super::queue::{Envelope, Item, Queue};
use super::retire::Ending;
use super::run::Waiting;
use super::span::Untraced;
use crate::contain::drop_quietly;
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
                self.seat_core(core);
                guard.defuse();
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
            if batch.is_empty() {
                break;
            }
            self.check_live(seat)?;
            let Some(item) = batch.pop_front() else { break };
            self.count_begun();
            match item {
                Item::Cast(message) => self.handle_cast(seat, message)?,
                Item::Message(Envelope {
                    message,
                    route,
                    by_client,
                }) => self.handle(seat, message, route, by_client, Untraced)?,
                Item::Control(control) => self.obey_in(seat, control)?,
                Item::Traced(traced) => self.handle_traced(seat, traced)?,
            }
        }
        ControlFlow::Continue(())
    }

    /// What is still to be done is left to the next incarnation where this one was killed.
    #[inline]
    fn check_live(&self, seat: &mut Option<Box<Core<S>>>) -> Stepped<S> {
        let killed = seat.take_if(|core| !self.is_live(core.incarnation()));
        match killed {
            None => ControlFlow::Continue(()),
            Some(core) => {
                self.drop_killed(core);
                ControlFlow::Break(Cut::Ends(Ending::Killed))
            }
        }
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
    pub(in crate::slot) fn admit(&self, queue: &mut Queue<S>) -> Vec<Item<S>> {
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
        queue.put_back(batch);
        queue.driven = false;
        drop(queue);
        // A kill has refused what was in the mailbox, but not what was in the batch.
        if self.life().refuses_rest() {
            self.refuse_rest();
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
            Control::Stop => match self.stop_due() {
                Some(last) => Err(Ending::Graceful {
                    core,
                    reason: ExitReason::Stopped,
                    last,
                }),
                None => Ok(core),
            },
            Control::Crash(message) => {
                drop_quietly(core);
                Err(Ending::Crashed { message })
            }
            Control::Killed if self.is_live(core.incarnation()) => Ok(core),
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
        slot.hands.fetch_add(1, Ordering::SeqCst);
        Self {
            slot: Some(slot),
            batch: VecDeque::new(),
        }
    }

    pub(super) fn defuse(mut self) {
        if let Some(slot) = self.slot.take() {
            slot.hand_off();
        }
    }
}

impl<S: GenServer> Drop for Unfinished<S> {
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            slot.cut_short(std::mem::take(&mut self.batch));
            slot.abandon();
            slot.hand_off();
        }
    }
}
