//! The table of handlers: how one message meets the method that handles it.
//!
//! A handler that does not wait runs where it stands, on a borrowed core. One that waits takes the core with it
//! as a [`Turn`], so that its future can be handed to the runtime. Nothing here knows of queues or of saving.

use std::pin::Pin;

use super::Protocol;
use super::reply::{ReplyRoute, ReplyTo};
use crate::context::Cx;
use crate::server::GenServer;
use crate::slot::core::Core;

/// A boxed future that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The hidden reply enum of the protocol that `S` serves.
#[doc(hidden)]
pub type ReplyOf<S> = <<S as GenServer>::Protocol as Protocol>::Reply;

/// One entry of the table: how `S` handles a message with the fields `A` and the reply `R`.
#[doc(hidden)]
pub struct Handler<S: GenServer, A, R> {
    writes: bool,
    run: Run<S, A, R>,
}

enum Run<S: GenServer, A, R> {
    Now(fn(&mut S, A, &mut Cx<S>) -> R),
    Waits(Waits<S, A, R>),
    Defers(fn(&mut S, A, ReplyTo<R>, &mut Cx<S>)),
    DefersWaiting(DefersWaiting<S, A, R>),
}

type DefersWaiting<S, A, R> = fn(Turn<S>, A, ReplyTo<R>) -> BoxFuture<'static, Turn<S>>;

type Waits<S, A, R> =
    fn(Turn<S>, A, fn(R) -> ReplyOf<S>) -> BoxFuture<'static, (Turn<S>, ReplyOf<S>)>;

impl<S: GenServer, A, R> Handler<S, A, R> {
    /// A handler that answers before it returns; `writes` where it takes `&mut self`.
    pub const fn now(writes: bool, run: fn(&mut S, A, &mut Cx<S>) -> R) -> Self {
        Self {
            writes,
            run: Run::Now(run),
        }
    }

    /// An `async` handler.
    pub const fn waits(writes: bool, run: Waits<S, A, R>) -> Self {
        Self {
            writes,
            run: Run::Waits(run),
        }
    }

    /// A handler that is given the caller's [`ReplyTo`].
    pub const fn defers(writes: bool, run: fn(&mut S, A, ReplyTo<R>, &mut Cx<S>)) -> Self {
        Self {
            writes,
            run: Run::Defers(run),
        }
    }

    /// An `async` handler that is given the caller's [`ReplyTo`].
    pub const fn defers_waiting(writes: bool, run: DefersWaiting<S, A, R>) -> Self {
        Self {
            writes,
            run: Run::DefersWaiting(run),
        }
    }
}

/// The core and the way back to the caller, lent to one dispatch.
#[doc(hidden)]
pub struct Stage<'a, S: GenServer> {
    seat: &'a mut Option<Box<Core<S>>>,
    route: &'a mut ReplyRoute<ReplyOf<S>>,
}

/// What a dispatch left to be done.
#[doc(hidden)]
pub enum Step<S: GenServer> {
    /// The handler has returned; the core is in its seat.
    Replied(ReplyOf<S>),
    /// The handler has returned and answers later; the core is in its seat.
    Deferred,
    /// The core is with the future.
    Waiting(BoxFuture<'static, (Turn<S>, ReplyOf<S>)>),
    /// The core is with the future, which answers later.
    WaitingDeferred(BoxFuture<'static, Turn<S>>),
}

impl<'a, S: GenServer> Stage<'a, S> {
    pub(crate) fn new(
        seat: &'a mut Option<Box<Core<S>>>,
        route: &'a mut ReplyRoute<ReplyOf<S>>,
    ) -> Self {
        Self { seat, route }
    }

    /// Runs `handler`, turning its reply into the protocol's by `wrap`.
    #[doc(hidden)]
    pub fn run<A, R: Send + 'static>(
        self,
        handler: &Handler<S, A, R>,
        args: A,
        wrap: fn(R) -> ReplyOf<S>,
    ) -> Step<S> {
        let Some(core) = self.seat.as_mut() else {
            unreachable!("a stage is only built around a core");
        };
        core.begin_handler(handler.writes);
        match handler.run {
            Run::Now(run) => {
                let (state, cx) = core.parts();
                Step::Replied(wrap(run(state, args, cx)))
            }
            Run::Defers(run) => {
                let reply = self.route.defer(core, wrap);
                let (state, cx) = core.parts();
                run(state, args, reply, cx);
                Step::Deferred
            }
            Run::Waits(run) => Step::Waiting(run(Turn::take(self.seat), args, wrap)),
            Run::DefersWaiting(run) => {
                let reply = self.route.defer(core, wrap);
                Step::WaitingDeferred(run(Turn::take(self.seat), args, reply))
            }
        }
    }
}

/// The core, owned by the future of a handler that waits.
///
/// Dropped before it was given back, by a panic or because the runtime went away, it leaves the core with the
/// slot, which then decides what has ended.
#[doc(hidden)]
pub struct Turn<S: GenServer> {
    core: Option<Box<Core<S>>>,
}

impl<S: GenServer> Turn<S> {
    fn take(seat: &mut Option<Box<Core<S>>>) -> Self {
        Self { core: seat.take() }
    }

    /// The state and its context.
    pub fn parts(&mut self) -> (&mut S, &mut Cx<S>) {
        let Some(core) = self.core.as_mut() else {
            unreachable!("a turn has its core until it is given back");
        };
        core.parts()
    }

    pub(crate) fn give_back(mut self) -> Box<Core<S>> {
        let Some(core) = self.core.take() else {
            unreachable!("a turn has its core until it is given back");
        };
        core
    }
}

impl<S: GenServer> Drop for Turn<S> {
    fn drop(&mut self) {
        if let Some(core) = self.core.take() {
            core.rescue();
        }
    }
}
