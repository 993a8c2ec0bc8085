//! Replies given later, and the replies that are themselves a `Result`.

use std::fmt;

use super::Protocol;
use super::ticket::Ticket;
use crate::error::Failure;
use crate::server::GenServer;
use crate::slot::Slot;
use crate::slot::core::Core;
use crate::slot::running::Running;
use crate::sync::Arc;

use super::handler::ReplyOf;

/// The right to answer one call later, from a later message or from a spawned future.
///
/// Dropped without an answer, it ends the call in [`CallError::NoReply`](crate::CallError::NoReply).
///
/// ```
/// use noex::prelude::*;
///
/// #[derive(Protocol)]
/// enum DoorMsg {
///     /// Answers once the door is open.
///     #[call]
///     Wait,
///     /// Opens the door.
///     #[cast]
///     Open,
/// }
///
/// #[derive(GenServer, Default)]
/// #[genserver(protocol = DoorMsg)]
/// struct Door {
///     waiting: Vec<ReplyTo<()>>,
/// }
///
/// #[handlers(DoorMsg)]
/// impl Door {
///     fn wait(&mut self, reply: ReplyTo<()>) {
///         self.waiting.push(reply);
///     }
///
///     fn open(&mut self) {
///         self.waiting.drain(..).for_each(|reply| reply.send(()));
///     }
/// }
///
/// // A unit test needs no runtime.
/// let (reply, answer) = ReplyTo::channel();
/// let mut door = Door::default();
/// door.wait(reply);
/// door.open();
/// assert_eq!(answer.try_recv(), Ok(()));
/// ```
pub struct ReplyTo<T> {
    sink: Option<Box<dyn Sink<T>>>,
}

impl<T> ReplyTo<T> {
    /// Answers the call. An answer of an incarnation that has ended reaches nobody.
    pub fn send(mut self, reply: T) {
        if let Some(sink) = self.sink.take() {
            sink.accept(Ok(reply));
        }
    }
}

impl<T: Send + 'static> ReplyTo<T> {
    /// A reply for a handler under test, and where its answer arrives.
    #[must_use]
    pub fn channel() -> (Self, std::sync::mpsc::Receiver<T>) {
        let (sender, receiver) = std::sync::mpsc::channel();
        (
            Self {
                sink: Some(Box::new(sender)),
            },
            receiver,
        )
    }
}

impl<T> Drop for ReplyTo<T> {
    fn drop(&mut self) {
        if let Some(sink) = self.sink.take() {
            sink.accept(Err(Failure::NoReply));
        }
    }
}

impl<T> fmt::Debug for ReplyTo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyTo").finish_non_exhaustive()
    }
}

trait Sink<T>: Send + Sync {
    fn accept(self: Box<Self>, answer: Result<T, Failure>);
}

impl<T: Send> Sink<T> for std::sync::mpsc::Sender<T> {
    fn accept(self: Box<Self>, answer: Result<T, Failure>) {
        if let Ok(reply) = answer {
            // The test may have dropped its end: nobody is waiting then.
            let _ = self.send(reply);
        }
    }
}

struct Deferred<S: GenServer, T> {
    slot: Arc<Slot<S>>,
    incarnation: u32,
    ticket: Option<Arc<Ticket<ReplyOf<S>>>>,
    wrap: fn(T) -> ReplyOf<S>,
}

impl<S: GenServer, T> Sink<T> for Deferred<S, T> {
    fn accept(self: Box<Self>, answer: Result<T, Failure>) {
        self.slot.deferred_answered();
        let Some(ticket) = self.ticket else { return };
        if answer.is_err() && Running::orphan(self.slot.address(), &ticket) {
            return;
        }
        if self.slot.hears(self.incarnation) {
            ticket.answer(answer.map(self.wrap));
        } else {
            ticket.answer(Err(Failure::NoReply));
        }
    }
}

/// Where the reply of one dispatch goes.
///
/// Dropped without an answer, its message was dropped with the runtime: the caller must not wait for ever.
pub(crate) struct ReplyRoute<R> {
    ticket: Option<Arc<Ticket<R>>>,
    /// Whether the handler runs on the stack of its caller, who has no ticket as long as it need not wait.
    for_caller: bool,
}

impl<R> ReplyRoute<R> {
    /// For a cast or an info.
    pub(crate) const NOWHERE: Self = Self {
        ticket: None,
        for_caller: false,
    };

    /// For the caller on whose stack the handler runs.
    pub(crate) const CALLER: Self = Self {
        ticket: None,
        for_caller: true,
    };

    /// For a caller that waits.
    pub(crate) fn to(ticket: Arc<Ticket<R>>) -> Self {
        Self {
            ticket: Some(ticket),
            for_caller: false,
        }
    }

    /// The ticket of a caller that from now on has to wait.
    pub(crate) fn ticket(&mut self) -> Option<Arc<Ticket<R>>> {
        if self.for_caller && self.ticket.is_none() {
            self.ticket = Some(Ticket::begun());
        }
        self.ticket.clone()
    }

    /// Whether the message may still run; from here on it counts as begun.
    pub(crate) fn begin(&self) -> bool {
        self.ticket.as_ref().is_none_or(|ticket| ticket.begin())
    }

    /// Answers the caller that waits, if there is one.
    pub(crate) fn answer(mut self, answer: Result<R, Failure>) {
        if let Some(ticket) = self.ticket.take() {
            ticket.answer(answer);
        }
    }

    /// Leaves the answer to the `ReplyTo` that was given; the ticket on which it comes.
    pub(crate) fn leave(mut self) -> Option<Arc<Ticket<R>>> {
        self.ticket.take()
    }
}

impl<R> Drop for ReplyRoute<R> {
    #[inline]
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            ticket.lose(Failure::crashed("the runtime was shut down"));
        }
    }
}

impl<R: Send + 'static> ReplyRoute<R> {
    pub(crate) fn defer<S, T>(&mut self, core: &Core<S>, wrap: fn(T) -> R) -> ReplyTo<T>
    where
        S: GenServer,
        S::Protocol: Protocol<Reply = R>,
        T: Send + 'static,
    {
        let slot = core.slot().clone();
        slot.deferred_given();
        let ticket = self.ticket();
        let deferred = Deferred {
            slot,
            incarnation: core.incarnation(),
            ticket,
            wrap,
        };
        ReplyTo {
            sink: Some(Box::new(deferred)),
        }
    }
}

/// A reply type that is a `Result`, under whatever name: its error becomes the call's.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is named like a `Result` but is none",
    label = "not a `Result`",
    note = "a reply whose path ends in `Result` is flattened into the call's own result; give the type another name"
)]
pub trait ResultReply {
    type Ok;
    type Err;
    fn into_result(self) -> Result<Self::Ok, Self::Err>;
}

impl<T, E> ResultReply for Result<T, E> {
    type Ok = T;
    type Err = E;

    fn into_result(self) -> Self {
        self
    }
}
