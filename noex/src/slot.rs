//! A slot: one server as data. Its core lies in a seat, its mailbox beside it, and no task belongs to it while it is
//! idle.
//!
//! A caller that finds the core in its seat and nothing queued runs its message where it stands. Everything else is
//! queued, and a task takes the core and drives it through the mailbox (`drive`). The seat's lock is only ever
//! tried while handlers may run under it; the queue's lock is never held over a user's code. Whoever gives up the
//! seat looks at the queue once more: the fence between the two, and the one between a push and its look at the
//! seat, make sure that one of both sees the other.

mod activity;
mod claim;
pub(crate) mod control;
pub(crate) mod core;
mod describe;
mod drive;
mod idle;
pub(crate) mod life;
mod parking;
mod queue;
mod retire;
mod run;
pub(crate) mod running;
mod save;
#[cfg(all(test, noex_shuttle))]
mod schedules_tests;
pub(crate) mod send;
pub(crate) mod span;
pub(crate) mod start;
pub(crate) mod weight;

use std::ops::{Deref, DerefMut};
use std::sync::Arc as StdArc;
use std::task::Waker;

use self::control::Control;
use self::core::Core;
use self::life::Life;
use self::queue::{Item, Queue};
use self::run::Waiting;

use crate::client::ServerId;
use crate::protocol::handler::ReplyOf;
use crate::protocol::reply::ReplyRoute;
use crate::server::GenServer;
use crate::sync::{
    Arc, AtomicBool, AtomicU32, AtomicU64, Mutex, MutexGuard, Ordering, Step, Weak, fence,
    is_left_out, lock, try_lock,
};
use crate::system::Inner;
use crate::system::settings::Settings;

/// One server.
pub(crate) struct Slot<S: GenServer> {
    me: Weak<Self>,
    pub(crate) system: Arc<Inner>,
    pub(crate) settings: Arc<Settings<S>>,
    pub(crate) name: Option<StdArc<str>>,
    number: u64,
    seat: Mutex<Option<Box<Core<S>>>>,
    rescued: Mutex<Option<Box<Core<S>>>>,
    queue: Mutex<Queue<S>>,
    life: Mutex<Life>,
    /// How many items were ever let into the mailbox, but for those refused; written under the queue's lock.
    sent: AtomicU64,
    /// How many of them have begun; written by whoever has the core.
    begun: AtomicU64,
    incarnation: AtomicU32,
    /// The incarnation that has ended last.
    over: AtomicU32,
    /// Deferred replies that are still to come.
    owed: AtomicU32,
    /// Spawned futures that have not ended.
    beside: AtomicU32,
    /// Whether a deferred reply was given since somebody last looked.
    answered: AtomicBool,
    crowded: AtomicBool,
    /// Whether a stop was asked for: then messages may be refused.
    stopping: AtomicBool,
    /// Whether a killed incarnation has still to let go before the next one may start.
    leaving: AtomicBool,
    /// How many tasks are at the core or the mailbox, or on their way.
    hands: AtomicU32,
}

impl<S: GenServer> Slot<S> {
    pub(crate) fn new(
        system: Arc<Inner>,
        settings: Arc<Settings<S>>,
        name: Option<StdArc<str>>,
        number: u64,
    ) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            me: me.clone(),
            system,
            settings,
            name,
            number,
            seat: Mutex::new(None),
            rescued: Mutex::new(None),
            queue: Mutex::new(Queue::new()),
            life: Mutex::new(Life::new()),
            sent: AtomicU64::new(0),
            begun: AtomicU64::new(0),
            incarnation: AtomicU32::new(0),
            over: AtomicU32::new(0),
            owed: AtomicU32::new(0),
            beside: AtomicU32::new(0),
            answered: AtomicBool::new(false),
            crowded: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
            hands: AtomicU32::new(0),
        })
    }

    /// The slot as whoever has to outlive the caller holds it.
    pub(crate) fn arc(&self) -> Option<Arc<Self>> {
        self.me.upgrade()
    }

    /// A number that is this slot's as long as it lives.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    pub(crate) fn server_id(&self) -> ServerId {
        ServerId {
            kind: S::KIND,
            name: self.name.clone(),
            number: self.number,
        }
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The server, as messages name it.
    pub(crate) fn label(&self) -> StdArc<str> {
        self.server_id().to_string().into()
    }

    pub(crate) fn incarnation(&self) -> u32 {
        self.incarnation.load(Ordering::Acquire)
    }

    /// Whether what `incarnation` does still counts.
    pub(crate) fn is_live(&self, incarnation: u32) -> bool {
        self.incarnation() == incarnation
    }

    /// Whether `incarnation` is neither killed nor over: what it has set going still reaches the mailbox.
    pub(crate) fn hears(&self, incarnation: u32) -> bool {
        self.is_live(incarnation) && self.over.load(Ordering::Acquire) != incarnation
    }

    /// How many items wait in the mailbox.
    pub(crate) fn queued(&self) -> u64 {
        self.sent
            .load(Ordering::Acquire)
            .wrapping_sub(self.begun.load(Ordering::Acquire))
    }

    pub(crate) fn deferred_given(&self) {
        self.owed.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn deferred_answered(&self) {
        self.answered.store(true, Ordering::Release);
        self.owed.fetch_sub(1, Ordering::AcqRel);
    }

    pub(crate) fn future_begun(&self) {
        self.beside.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn future_ended(&self) {
        self.beside.fetch_sub(1, Ordering::AcqRel);
    }

    /// Whether a future of its own is still to end.
    pub(crate) fn is_busy_beside(&self) -> bool {
        self.beside.load(Ordering::Acquire) > 0
    }

    /// Whether a client still waits for a deferred reply, or was given one since this was last asked.
    pub(crate) fn is_or_was_awaited(&self) -> bool {
        let was_answered = self.answered.swap(false, Ordering::AcqRel);
        was_answered || self.owed.load(Ordering::Acquire) > 0
    }

    pub(crate) fn life(&self) -> MutexGuard<'_, Life> {
        lock(&self.life)
    }

    pub(crate) fn wake_when_killed(&self, waker: &Waker) {
        self.life().wake_when_killed(waker);
    }

    /// A waker keeps its whole task in memory: it goes when there is nothing left to wake.
    pub(crate) fn forget_waker(&self) {
        let waker = self.life().forget_waker();
        drop(waker);
    }

    /// Puts something of noex's own into the mailbox; it never waits for room.
    pub(crate) fn control(&self, control: Control) {
        self.push(Item::Control(control));
    }

    /// Puts a message of the server's own into the mailbox; it never waits for room.
    pub(crate) fn inform(&self, message: S::Protocol, route: ReplyRoute<ReplyOf<S>>) {
        let sender = span::sender();
        self.push(Item::message(message, route, false, sender));
    }

    fn push(&self, item: Item<S>) {
        self.put(lock(&self.queue), item);
    }

    /// Puts `item` behind everything that is in, and sees to it that a task comes for it.
    #[inline]
    fn put(&self, mut queue: MutexGuard<'_, Queue<S>>, item: Item<S>) {
        queue.push(item);
        self.come_for(queue);
    }

    /// Puts `item` before everything that is in.
    fn put_first(&self, mut queue: MutexGuard<'_, Queue<S>>, item: Item<S>) {
        queue.push_first(item);
        self.come_for(queue);
    }

    /// Counts what was just put in, and sees to it that a task comes for it.
    #[inline]
    fn come_for(&self, queue: MutexGuard<'_, Queue<S>>) {
        self.count_sent();
        if !queue.driven && !is_left_out(Step::WakeUp) {
            self.drive_soon(queue);
        }
    }

    /// Puts `item` behind everything sent before, those who wait for room included.
    fn put_in_turn(&self, mut queue: MutexGuard<'_, Queue<S>>, item: Item<S>) {
        if queue.is_crowded() {
            queue.push_crowd(item, None);
        } else {
            self.put(queue, item);
        }
    }

    /// Counts one item as sent; called with the queue's lock held.
    fn count_sent(&self) {
        let sent = self.sent.load(Ordering::Relaxed).wrapping_add(1);
        self.sent.store(sent, Ordering::Release);
    }

    /// Counts items as never sent; called with the queue's lock held.
    fn uncount_sent(&self, items: u64) {
        let sent = self.sent.load(Ordering::Relaxed).wrapping_sub(items);
        self.sent.store(sent, Ordering::Release);
    }

    /// Sees to it that a task drains the mailbox, which is not empty.
    fn drive_soon(&self, mut queue: MutexGuard<'_, Queue<S>>) {
        if queue.driven || queue.is_empty() {
            return;
        }
        queue.driven = true;
        drop(queue);
        self.spawn_drive(None);
    }

    fn spawn_drive(&self, begun: Option<(Waiting<S>, ReplyRoute<ReplyOf<S>>)>) {
        if let Some(me) = self.arc() {
            self.system.runtime.spawn(me.drive(begun));
        }
    }

    /// The seat, if nobody is using it just now.
    fn try_seat(&self) -> Option<Seat<'_, S>> {
        try_lock(&self.seat).map(|guard| Seat {
            guard: Some(guard),
            slot: self,
        })
    }

    /// Closes the mailbox if nothing waits in it for a next incarnation; whether something does.
    pub(crate) fn is_awaited_or_closes(&self) -> bool {
        let mut queue = lock(&self.queue);
        let stale = queue.drop_stale();
        self.uncount_sent(stale);
        let waits = !queue.is_empty() || queue.is_crowded();
        queue.open &= waits;
        waits
    }

    /// Takes the core of a killed incarnation away, if it is in its seat.
    fn take_killed_core(&self) -> Option<Box<Core<S>>> {
        let mut seat = try_lock(&self.seat)?;
        seat.take_if(|core| !self.is_live(core.incarnation()))
    }

    /// Takes the core away, to bring it back by `seat_core`.
    fn take_core(&self) -> Option<Box<Core<S>>> {
        self.try_seat()?.take()
    }

    /// Puts the core into its seat and looks at the queue once more.
    pub(crate) fn seat_core(&self, core: Box<Core<S>>) {
        let mut seat = Seat {
            guard: Some(lock(&self.seat)),
            slot: self,
        };
        // A kill looks into the seat after this, or has been before.
        if self.is_live(core.incarnation()) {
            *seat = Some(core);
            return;
        }
        drop(seat);
        self.drop_killed(core);
    }
}

impl<S: GenServer> Drop for Slot<S> {
    /// Another slot may come to lie at the same address.
    fn drop(&mut self) {
        self.system.killed.forget_slot(self.address());
        self.system.waits.forget(self.address());
    }
}

/// The seat, held. Giving it up with a core in it looks at the queue once more, whatever was done meanwhile; without
/// one, whoever has the core does so on bringing it back.
struct Seat<'a, S: GenServer> {
    guard: Option<MutexGuard<'a, Option<Box<Core<S>>>>>,
    slot: &'a Slot<S>,
}

impl<S: GenServer> Deref for Seat<'_, S> {
    type Target = Option<Box<Core<S>>>;

    fn deref(&self) -> &Self::Target {
        match &self.guard {
            Some(guard) => guard,
            None => unreachable!("the guard is there until the seat is dropped"),
        }
    }
}

impl<S: GenServer> DerefMut for Seat<'_, S> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match &mut self.guard {
            Some(guard) => guard,
            None => unreachable!("the guard is there until the seat is dropped"),
        }
    }
}

impl<S: GenServer> Drop for Seat<'_, S> {
    fn drop(&mut self) {
        let has_core = self.is_some();
        self.guard = None;
        if !has_core {
            return self.slot.let_go();
        }
        fence(Ordering::SeqCst);
        if self.slot.queued() > 0 && !is_left_out(Step::SecondLook) {
            self.slot.drive_soon(lock(&self.slot.queue));
        }
    }
}
