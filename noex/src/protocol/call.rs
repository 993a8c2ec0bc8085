//! The futures a client's methods give: a call, a cast, and what remains of either once it was sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::Protocol;
use super::port::{Begun, CallOptions, PortRef};
use super::ticket::Ticket;
use crate::error::{CallError, Full};
use crate::sync::poll_budget;

/// A call on its way: a future of the reply.
///
/// Sent when it is first polled, so two calls of one sender are handled in the order in which they are awaited.
///
/// # Cancel safety
///
/// Dropped before its handler has begun, the call is not executed. A handler once begun runs to its end.
#[must_use = "a call is only sent when it is awaited"]
pub struct Call<'a, M: Protocol, T, E = Infallible> {
    sending: Sending<'a, M>,
    open: fn(M::Reply) -> Result<T, E>,
}

/// A cast on its way: a future that ends when the message is in the mailbox.
///
/// # Cancel safety
///
/// Dropped while it waits for room, the message is not sent.
#[must_use = "a cast is only sent when it is awaited"]
pub struct Cast<'a, M: Protocol> {
    sending: Sending<'a, M>,
}

/// What a message waits for once it was sent by `try_send`: a future of the reply.
#[must_use = "the reply is given when this is awaited"]
pub struct Pending<M: Protocol, T, E = Infallible> {
    call: Call<'static, M, T, E>,
}

struct Sending<'a, M: Protocol> {
    port: Held<'a, M>,
    stage: Stage<M>,
    options: CallOptions,
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
            sending: Sending::new(port, message),
            open,
        }
    }

    /// Waits at most `timeout` for the reply, instead of the server's `call_timeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.sending.options.timeout = Some(timeout);
        self
    }

    /// The same call, borrowing nothing: for `tokio::spawn`.
    pub fn owned(self) -> Call<'static, M, T, E> {
        Call {
            sending: self.sending.owned(),
            open: self.open,
        }
    }

    /// Sends now if there is room, and gives the message back if there is none.
    pub fn try_send(mut self) -> Result<Pending<M, T, E>, Full<M>> {
        self.sending.send_if_room()?;
        Ok(Pending { call: self.owned() })
    }

    /// Sends and waits on a thread outside the runtime.
    ///
    /// # Panics
    ///
    /// Where a task of a runtime runs: there, `.await` the call.
    pub fn blocking(self) -> Result<T, CallError<E>> {
        let runtime = self.sending.port.get().get().runtime();
        runtime.block_on(self)
    }
}

impl<M: Protocol, T, E> Future for Call<'_, M, T, E> {
    type Output = Result<T, CallError<E>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        match ready!(this.sending.poll(cx)) {
            Ok(Some(reply)) => Poll::Ready((this.open)(reply).map_err(CallError::Failed)),
            Ok(None) => Poll::Ready(Err(CallError::NoReply)),
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
            sending: Sending::new(port, message),
        }
    }

    /// Waits at most `timeout` for room, instead of the server's `call_timeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.sending.options.timeout = Some(timeout);
        self
    }

    /// The same cast, borrowing nothing: for `tokio::spawn`.
    pub fn owned(self) -> Cast<'static, M> {
        Cast {
            sending: self.sending.owned(),
        }
    }

    /// Sends now if there is room, and gives the message back if there is none.
    ///
    /// A message to a server that is not running is dropped, as one sent just before its stop would be.
    pub fn try_send(mut self) -> Result<(), Full<M>> {
        self.sending.send_if_room()
    }

    /// Sends on a thread outside the runtime, waiting for room.
    ///
    /// # Panics
    ///
    /// Where a task of a runtime runs: there, `.await` the cast.
    pub fn blocking(self) -> Result<(), CallError> {
        let runtime = self.sending.port.get().get().runtime();
        runtime.block_on(self)
    }
}

impl<M: Protocol> Future for Cast<'_, M> {
    type Output = Result<(), CallError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.sending.poll(cx).map_ok(|_| ())
    }
}

impl<'a, M: Protocol> Sending<'a, M> {
    fn new(port: &'a PortRef<M>, message: M) -> Self {
        Self {
            port: Held::Borrowed(port),
            stage: Stage::Unsent(message),
            options: CallOptions::default(),
        }
    }

    fn owned(mut self) -> Sending<'static, M> {
        Sending {
            port: Held::Owned(self.port.get().clone()),
            stage: std::mem::replace(&mut self.stage, Stage::Over),
            options: self.options,
        }
    }

    fn send_if_room(&mut self) -> Result<(), Full<M>> {
        self.options.only_if_room = true;
        let Stage::Unsent(message) = std::mem::replace(&mut self.stage, Stage::Over) else {
            return Ok(());
        };
        match self.port.get().get().begin(message, &self.options) {
            Begun::Full(message) => Err(Full(message)),
            begun => {
                self.stage = Stage::Begun(begun);
                Ok(())
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<M::Reply>, CallError>> {
        if let Stage::Unsent(_) = self.stage {
            ready!(poll_budget(cx));
            let Stage::Unsent(message) = std::mem::replace(&mut self.stage, Stage::Over) else {
                return Poll::Ready(Ok(None));
            };
            match self.port.get().get().begin(message, &self.options) {
                Begun::Replied(reply) => return Poll::Ready(Ok(Some(reply))),
                Begun::Sent => return Poll::Ready(Ok(None)),
                begun => self.stage = Stage::Begun(begun),
            }
        }
        self.poll_begun(cx)
    }

    fn poll_begun(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<M::Reply>, CallError>> {
        let answer = match &self.stage {
            Stage::Begun(Begun::Waiting(ticket)) => ready!(ticket.poll(cx)).map(Some),
            Stage::Begun(Begun::Crowded(ticket)) => ready!(ticket.poll(cx)).map(|()| None),
            Stage::Begun(_) => match std::mem::replace(&mut self.stage, Stage::Over) {
                Stage::Begun(Begun::Replied(reply)) => Ok(Some(reply)),
                Stage::Begun(Begun::Failed(failure)) => Err(failure),
                Stage::Begun(Begun::Full(_)) => Err(CallError::Full),
                _ => Ok(None),
            },
            Stage::Unsent(_) | Stage::Over => Ok(None),
        };
        self.stage = Stage::Over;
        Poll::Ready(answer)
    }
}

impl<M: Protocol> Drop for Sending<'_, M> {
    fn drop(&mut self) {
        match &self.stage {
            Stage::Begun(Begun::Waiting(ticket)) => Ticket::abandon(ticket),
            Stage::Begun(Begun::Crowded(ticket)) => Ticket::abandon(ticket),
            _ => {}
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
