//! The mailbox: what waits for the core, in order, and who waits for room.
//!
//! A plain value under the slot's queue lock, which is never held while a user's code runs.

use std::collections::VecDeque;

use super::control::Control;
use super::span::Traced;
use crate::protocol::handler::ReplyOf;
use crate::protocol::reply::ReplyRoute;
use crate::protocol::ticket::Ticket;
use crate::server::GenServer;
use crate::sync::Arc;

/// Buffers beyond this many items are given back when the mailbox is empty.
const KEPT_CAPACITY: usize = 16;

/// One thing to be done with the core.
pub(crate) enum Item<S: GenServer> {
    /// A cast of a client, for which nobody waits.
    Cast(S::Protocol),
    /// Any other message to be handled.
    Message(Envelope<S>),
    /// What noex itself wants done.
    Control(Control),
    /// Either kind of message, while somebody listens to spans.
    Traced(Box<Traced<S>>),
}

/// A message and its way back.
pub(crate) struct Envelope<S: GenServer> {
    pub(crate) message: S::Protocol,
    pub(crate) route: ReplyRoute<ReplyOf<S>>,
    pub(crate) by_client: bool,
}

/// Tells a cast that it is in; a call waits for its reply anyway.
pub(super) type Room = Option<Arc<Ticket<()>>>;

/// What waits for room, in order.
type Crowd<S> = VecDeque<(Item<S>, Room)>;

/// The mailbox.
pub(crate) struct Queue<S: GenServer> {
    items: VecDeque<Item<S>>,
    /// Those who wait for room.
    crowd: Option<Box<Crowd<S>>>,
    /// Whether a task is on its way to take the core and drain the mailbox.
    pub(super) driven: bool,
    /// Whether clients' messages are taken.
    pub(super) open: bool,
}

impl<S: GenServer> Queue<S> {
    pub(super) const fn new() -> Self {
        Self {
            items: VecDeque::new(),
            crowd: None,
            driven: false,
            open: true,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(super) fn is_crowded(&self) -> bool {
        self.crowd.is_some()
    }

    pub(super) fn push(&mut self, item: Item<S>) {
        self.items.push_back(item);
    }

    pub(super) fn push_first(&mut self, item: Item<S>) {
        self.items.push_front(item);
    }

    pub(super) fn push_crowd(&mut self, item: Item<S>, room: Room) {
        self.crowd.get_or_insert_default().push_back((item, room));
    }

    /// Lets in the first of those who wait for room; whether one was let in. What nobody waits for any more is left in
    /// `gone`, to be dropped without the queue's lock.
    pub(super) fn admit(&mut self, gone: &mut Vec<Item<S>>) -> bool {
        while let Some((item, room)) = self.next_in_crowd() {
            if room.is_none_or(|room| room.reach(())) {
                self.items.push_back(item);
                return true;
            }
            gone.push(item);
        }
        false
    }

    fn next_in_crowd(&mut self) -> Option<(Item<S>, Room)> {
        let crowd = self.crowd.as_mut()?;
        let first = crowd.pop_front();
        if crowd.is_empty() {
            self.crowd = None;
        }
        first
    }

    /// Takes everything that is in, leaving `spare` as the new buffer.
    pub(super) fn swap(&mut self, spare: &mut VecDeque<Item<S>>) {
        std::mem::swap(&mut self.items, spare);
    }

    /// Puts a batch that was cut short back to the front.
    pub(super) fn put_back(&mut self, mut batch: VecDeque<Item<S>>) {
        batch.append(&mut self.items);
        self.items = batch;
    }

    /// Everything that is in, and everything that waits for room.
    pub(super) fn take_all(&mut self) -> (VecDeque<Item<S>>, Crowd<S>) {
        let crowd = self.crowd.take().map(|crowd| *crowd);
        (std::mem::take(&mut self.items), crowd.unwrap_or_default())
    }

    /// Drops what concerned only the incarnation that has ended; how much that was.
    pub(super) fn drop_stale(&mut self) -> u64 {
        self.drop_controls(|control| !control.outlives_incarnation())
    }

    /// Drops stops for which nobody waits any more; how many there were.
    pub(super) fn drop_stops(&mut self) -> u64 {
        self.drop_controls(|control| matches!(control, Control::Stop))
    }

    fn drop_controls(&mut self, is_stale: impl Fn(&Control) -> bool) -> u64 {
        let before = self.items.len();
        self.items.retain(|item| match item {
            Item::Cast(_) | Item::Message(_) | Item::Traced(_) => true,
            Item::Control(control) => !is_stale(control),
        });
        (before - self.items.len()) as u64
    }

    /// Gives back the memory of a burst.
    pub(super) fn shrink(&mut self) {
        if self.items.capacity() > KEPT_CAPACITY {
            self.items = VecDeque::new();
        }
    }
}
