//! Running one message: the dispatch, the futures of handlers that wait, and what a panic leaves behind.

use std::pin::Pin;
use std::sync::Arc as StdArc;
use std::task::{Context, Poll, Waker};

use tracing::Span;

use super::Slot;
use super::core::Core;
use super::running::Running;
use super::span::{self, Origin, Untraced};
use super::weight::Weighing;
use crate::contain::drop_quietly;
use crate::metrics::{self, Stopwatch};
use crate::protocol::handler::{BoxFuture, ReplyOf, Stage, Step, Turn};
use crate::protocol::reply::ReplyRoute;
use crate::protocol::{Protocol, Serve};
use crate::server::GenServer;
use crate::sync::{Arc, lock};

/// What running a message has come to.
pub(crate) enum Ran<S: GenServer, R = Option<ReplyOf<S>>> {
    /// The core is in its seat. No reply where it is given later.
    Done(R),
    /// The core is with the handler's future.
    Waiting(Waiting<S>),
    /// The core is in its seat if the handler could not have changed the state.
    Panicked(StdArc<str>),
}

/// A handler that waits, with the core.
pub(crate) struct Waiting<S: GenServer> {
    future: HandlerFuture<S>,
    slot: Arc<Slot<S>>,
    incarnation: u32,
    /// Times it up to the end of its first poll: no longer does it hold its caller's stack.
    weighing: Option<Weighing>,
    /// What it is polled in, wherever that is.
    span: Option<Box<Span>>,
    clock: Stopwatch,
}

/// The core and the reply of a handler that has returned.
type Returned<S> = (Box<Core<S>>, Option<ReplyOf<S>>);

enum HandlerFuture<S: GenServer> {
    Over,
    Replies(BoxFuture<'static, (Turn<S>, ReplyOf<S>)>),
    Defers(BoxFuture<'static, Turn<S>>),
}

/// A handler that has waited: its core, or none where the incarnation is over.
pub(crate) struct Finished<S: GenServer> {
    pub(crate) core: Option<Box<Core<S>>>,
    pub(crate) reply: Result<Option<ReplyOf<S>>, StdArc<str>>,
}

impl<S: GenServer> Slot<S> {
    /// Runs `message` on the core in `seat`, which must be there.
    #[inline]
    pub(super) fn run(
        &self,
        seat: &mut Option<Box<Core<S>>>,
        message: S::Protocol,
        route: &mut ReplyRoute<ReplyOf<S>>,
        origin: impl Origin,
    ) -> Ran<S> {
        self.run_keeping(seat, message, route, origin, Some)
    }

    /// Runs a message for which nobody waits: its reply is not carried any further.
    #[inline]
    pub(super) fn run_cast(
        &self,
        seat: &mut Option<Box<Core<S>>>,
        message: S::Protocol,
        route: &mut ReplyRoute<ReplyOf<S>>,
    ) -> Ran<S, ()> {
        self.run_keeping(seat, message, route, Untraced, drop)
    }

    #[inline]
    fn run_keeping<R: Default>(
        &self,
        seat: &mut Option<Box<Core<S>>>,
        message: S::Protocol,
        route: &mut ReplyRoute<ReplyOf<S>>,
        origin: impl Origin,
        keep: impl FnOnce(ReplyOf<S>) -> R,
    ) -> Ran<S, R> {
        let incarnation = seat.as_ref().map_or(0, |core| core.incarnation());
        let handlers = &<S::Protocol as Serve<S>>::HANDLERS;
        let parent = origin.parent();
        let span = parent.and_then(|it| self.handler_span(seat.as_deref(), &message, it));
        metrics::begun(S::KIND, || self.queued());
        let clock = Stopwatch::start();
        let entered = span.as_ref().map(Span::enter);
        let dispatched = Running::contain(self.address(), incarnation, || {
            match message.dispatch(handlers, Stage::new(seat, route)) {
                Step::Replied(reply) => Ok(keep(reply)),
                Step::Deferred => Ok(R::default()),
                Step::Waiting(future) => Err(HandlerFuture::Replies(future)),
                Step::WaitingDeferred(future) => Err(HandlerFuture::Defers(future)),
            }
        });
        drop(entered);
        match dispatched {
            Ok(Ok(reply)) => {
                metrics::handled(S::KIND, &clock);
                Ran::Done(reply)
            }
            Ok(Err(future)) => self.waiting(incarnation, future, span, clock),
            Err(message) => self.panicked(seat, incarnation, message),
        }
    }

    #[cold]
    fn panicked<R: Default>(
        &self,
        seat: &mut Option<Box<Core<S>>>,
        incarnation: u32,
        message: StdArc<str>,
    ) -> Ran<S, R> {
        if seat.is_none() {
            *seat = self.take_rescued();
        }
        if !self.is_live(incarnation) {
            return Ran::Done(R::default());
        }
        if seat.as_ref().is_some_and(|core| core.was_writing()) {
            drop_quietly(seat.take());
        }
        Ran::Panicked(message)
    }

    fn waiting<R>(
        &self,
        incarnation: u32,
        future: HandlerFuture<S>,
        span: Option<Span>,
        clock: Stopwatch,
    ) -> Ran<S, R> {
        match self.arc() {
            Some(slot) => Ran::Waiting(Waiting {
                future,
                slot,
                incarnation,
                weighing: None,
                span: span.map(Box::new).or_else(span::sender),
                clock,
            }),
            None => unreachable!("whoever runs a handler holds its slot"),
        }
    }
}

impl<S: GenServer> Waiting<S> {
    pub(super) fn incarnation(&self) -> u32 {
        self.incarnation
    }

    pub(super) fn weighed_by(mut self, weighing: Option<Weighing>) -> Self {
        self.weighing = weighing;
        self
    }

    /// Polls the handler for the first time, on its caller's stack.
    pub(super) fn poll_once(&mut self) -> Poll<Finished<S>> {
        // Whoever polls it next does so at once, and registers a waker of its own.
        Pin::new(self).poll(&mut Context::from_waker(Waker::noop()))
    }
}

impl<S: GenServer> HandlerFuture<S> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Returned<S>> {
        match self {
            Self::Over => Poll::Pending,
            Self::Replies(future) => future
                .as_mut()
                .poll(cx)
                .map(|(turn, reply)| (turn.give_back(), Some(reply))),
            Self::Defers(future) => future
                .as_mut()
                .poll(cx)
                .map(|turn| (turn.give_back(), None)),
        }
    }
}

/// Ready once the handler has returned or panicked, or once its incarnation was killed.
impl<S: GenServer> Future for Waiting<S> {
    type Output = Finished<S>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Finished<S>> {
        let this = &mut *self;
        this.slot.wake_when_killed(cx.waker());
        if !this.slot.is_live(this.incarnation) {
            return Poll::Ready(Finished {
                core: None,
                reply: Ok(None),
            });
        }
        let slot = this.slot.address();
        let weighing = this.weighing.take();
        let entered = this.span.as_ref().map(|span| span.enter());
        let polled = Running::contain(slot, this.incarnation, || this.future.poll(cx));
        drop(entered);
        this.slot.weighed(weighing);
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready((core, reply))) => {
                this.future = HandlerFuture::Over;
                metrics::handled(S::KIND, &this.clock);
                Poll::Ready(Finished {
                    core: Some(core),
                    reply: Ok(reply),
                })
            }
            Err(_) if !this.slot.is_live(this.incarnation) => Poll::Ready(Finished {
                core: this.slot.take_rescued(),
                reply: Ok(None),
            }),
            Err(message) => {
                let core = this.slot.take_rescued().filter(|core| !core.was_writing());
                Poll::Ready(Finished {
                    core,
                    reply: Err(message),
                })
            }
        }
    }
}

impl<S: GenServer> Unpin for Waiting<S> {}

/// What a handler that was killed leaves behind is dropped as the killed one's, and its panic is nobody else's.
impl<S: GenServer> Drop for Waiting<S> {
    fn drop(&mut self) {
        let future = std::mem::replace(&mut self.future, HandlerFuture::Over);
        if matches!(future, HandlerFuture::Over) {
            return;
        }
        let entered = self.span.as_ref().map(|span| span.enter());
        let dropped = Running::contain(self.slot.address(), self.incarnation, || drop(future));
        drop(entered);
        if let Err(message) = dropped {
            tracing::error!(%message, "a destructor panicked");
        }
        if let Some(core) = self.slot.take_rescued() {
            self.slot.drop_killed(core);
        }
    }
}

impl<S: GenServer> Slot<S> {
    /// Keeps the core of a handler whose future is gone, until whoever polled it asks for it.
    pub(crate) fn rescue(&self, core: Box<Core<S>>) {
        *lock(&self.rescued) = Some(core);
    }

    pub(super) fn take_rescued(&self) -> Option<Box<Core<S>>> {
        lock(&self.rescued).take()
    }
}
