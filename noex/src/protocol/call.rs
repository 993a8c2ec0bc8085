//! The futures a client's methods give: a call, a cast, and what remains of either once it was sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::Protocol;
use super::port::{Begun, CallOptions, PortRef, Posted};
use super::ticket::Ticket;
use crate::error::{CallError, Full};
use crate::sync::{Arc, poll_budget};

/// A call on its way: a future of the reply.
///
/// Sent when it is first polled, so two calls of one sender are handled in the order in which they are awaited.
///
/// # Cancel safety
///
/// Dropped before its handler has begun, the call is not executed. A handler once begun runs to its end.
#[must_use = "a call is only sent when it is awaited"]
pub struct Call<'a, M: Protocol, T, E = Infallible> {
    port: Held<'a, M>,
    stage: Stage<M>,
    options: CallOptions,
    open: fn(M::Reply) -> Result<T, E>,
}

/// A cast on its way: a future that ends when the message is in the mailbox.
///
/// # Cancel safety
///
/// Dropped while it waits for room, the message is not sent.
#[must_use = "a cast is only sent when it is awaited"]
pub struct Cast<'a, M: Protocol> {
    port: Held<'a, M>,
    unsent: Option<M>,
    /// What tells it that it is in, where it has to wait for room.
    room: Option<Arc<Ticket<()>>>,
    options: CallOptions,
}

/// What a message waits for once it was sent by `try_send`: a future of the reply.
#[must_use = "the reply is given when this is awaited"]
pub struct Pending<M: Protocol, T, E = Infallible> {
    call: Call<'static, M, T, E>,
}

/// A client's port: borrowed as long as the call stays where the client is.
enum Held<'a, M> {
    Borrowed(&'a PortRef<M>),
    Owned(PortRef<M>),
}

enum Stage<M: Protocol> {
    Unsent(M),
    Begun(Begun<M>),
    Over,
}

impl<'a, M: Protocol, T, E> Call<'a, M, T, E> {
    #[doc(hidden)]
    pub fn new(port: &'a PortRef<M>, message: M, open: fn(M::Reply) -> Result<T, E>) -> Self {
        Self {
            port: Held::Borrowed(port),
            stage: Stage::Unsent(message),
            options: CallOptions::default(),
            open,
        }
    }

    /// Waits at most `timeout` for the reply, instead of the server's `call_timeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// The same call, borrowing nothing: for `tokio::spawn`.
    pub fn owned(mut self) -> Call<'static, M, T, E> {
        Call {
            port: Held::Owned(self.port.get().clone()),
            stage: std::mem::replace(&mut self.stage, Stage::Over),
            options: self.options,
            open: self.open,
        }
    }

    /// Sends now if there is room, and gives the message back if there is none.
    pub fn try_send(mut self) -> Result<Pending<M, T, E>, Full<M>> {
        self.options.only_if_room = true;
        if let Stage::Unsent(message) = std::mem::replace(&mut self.stage, Stage::Over) {
            self.stage = match self.port.get().get().begin(message, &self.options) {
                Begun::Full(message) => return Err(Full(message)),
                begun => Stage::Begun(begun),
            };
        }
        Ok(Pending { call: self.owned() })
    }

    /// Sends and waits on a thread outside the runtime.
    ///
    /// # Panics
    ///
    /// Where a task of a runtime runs: there, `.await` the call.
    pub fn blocking(self) -> Result<T, CallError<E>> {
        let runtime = self.port.get().get().runtime();
        runtime.block_on(self)
    }
}

impl<M: Protocol, T, E> Future for Call<'_, M, T, E> {
    type Output = Result<T, CallError<E>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        match ready!(this.poll_reply(cx)) {
            Ok(reply) => Poll::Ready((this.open)(reply).map_err(CallError::Failed)),
            Err(failure) => Poll::Ready(Err(failure.widen())),
        }
    }
}

impl<M: Protocol, T, E> Future for Pending<M, T, E> {
    type Output = Result<T, CallError<E>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.call).poll(cx)
    }
}

impl<'a, M: Protocol> Cast<'a, M> {
    #[doc(hidden)]
    pub fn new(port: &'a PortRef<M>, message: M) -> Self {
        Self {
            port: Held::Borrowed(port),
            unsent: Some(message),
            room: None,
            options: CallOptions::default(),
        }
    }

    /// Waits at most `timeout` for room, instead of the server's `call_timeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// The same cast, borrowing nothing: for `tokio::spawn`.
    pub fn owned(mut self) -> Cast<'static, M> {
        Cast {
            port: Held::Owned(self.port.get().clone()),
            unsent: self.unsent.take(),
            room: self.room.take(),
            options: self.options,
        }
    }

    /// Sends now if there is room, and gives the message back if there is none.
    ///
    /// A message to a server that is not running is dropped, as one sent just before its stop would be.
    pub fn try_send(mut self) -> Result<(), Full<M>> {
        self.options.only_if_room = true;
        let posted = self.port.get().get().post(&mut self.unsent, &self.options);
        match (posted, self.unsent.take()) {
            (Posted::Full, Some(message)) => Err(Full(message)),
            _ => Ok(()),
        }
    }

    /// Sends on a thread outside the runtime, waiting for room.
    ///
    /// # Panics
    ///
    /// Where a task of a runtime runs: there, `.await` the cast.
    pub fn blocking(self) -> Result<(), CallError> {
        let runtime = self.port.get().get().runtime();
        runtime.block_on(self)
    }
}

impl<M: Protocol> Future for Cast<'_, M> {
    type Output = Result<(), CallError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if this.unsent.is_some() {
            ready!(poll_budget(cx));
            match this.port.get().get().post(&mut this.unsent, &this.options) {
                Posted::Sent => return Poll::Ready(Ok(())),
                Posted::Failed(failure) => return Poll::Ready(Err(failure)),
                Posted::Full => return Poll::Ready(Err(CallError::Full)),
                Posted::Crowded(room) => this.room = Some(room),
            }
        }
        let Some(room) = &this.room else {
            return Poll::Ready(Ok(()));
        };
        let entered = ready!(room.poll(cx));
        this.room = None;
        Poll::Ready(entered)
    }
}

impl<M: Protocol> Drop for Cast<'_, M> {
    fn drop(&mut self) {
        if let Some(room) = &self.room {
            room.abandon();
        }
    }
}

impl<M: Protocol, T, E> Call<'_, M, T, E> {
    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<M::Reply, CallError>> {
        if let Stage::Unsent(_) = self.stage {
            ready!(poll_budget(cx));
            let Stage::Unsent(message) = std::mem::replace(&mut self.stage, Stage::Over) else {
                return Poll::Ready(Err(CallError::NoReply));
            };
            match self.port.get().get().begin(message, &self.options) {
                Begun::Replied(reply) => return Poll::Ready(Ok(reply)),
                begun => self.stage = Stage::Begun(begun),
            }
        }
        self.poll_begun(cx)
    }

    fn poll_begun(&mut self, cx: &mut Context<'_>) -> Poll<Result<M::Reply, CallError>> {
        if let Stage::Begun(Begun::Waiting(ticket)) = &self.stage {
            let answer = ready!(ticket.poll(cx));
            self.stage = Stage::Over;
            return Poll::Ready(answer);
        }
        Poll::Ready(match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Begun(Begun::Replied(reply)) => Ok(reply),
            Stage::Begun(Begun::Failed(failure)) => Err(failure),
            Stage::Begun(Begun::Full(_)) => Err(CallError::Full),
            _ => Err(CallError::NoReply),
        })
    }
}

impl<M: Protocol, T, E> Drop for Call<'_, M, T, E> {
    fn drop(&mut self) {
        if let Stage::Begun(Begun::Waiting(ticket)) = &self.stage {
            ticket.abandon();
        }
    }
}

impl<M: Protocol> Held<'_, M> {
    fn get(&self) -> &PortRef<M> {
        match self {
            Self::Borrowed(port) => port,
            Self::Owned(port) => port,
        }
    }
}

// Nothing in a call is pinned: what it waits for is shared.
impl<M: Protocol, T, E> Unpin for Call<'_, M, T, E> {}
impl<M: Protocol> Unpin for Cast<'_, M> {}
impl<M: Protocol, T, E> Unpin for Pending<M, T, E> {}
