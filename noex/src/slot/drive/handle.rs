//! One message on the core that a task drives, and what its handler leaves: a reply, a change, a panic.

use std::ops::ControlFlow;
use std::sync::Arc as StdArc;

use crate::contain::{contained, drop_quietly};
use crate::error::Failure;
use crate::protocol::handler::ReplyOf;
use crate::protocol::reply::ReplyRoute;
use crate::server::GenServer;
use crate::slot::Slot;
use crate::slot::core::Core;
use crate::slot::queue::Envelope;
use crate::slot::retire::Ending;
use crate::slot::run::{Finished, Ran, Waiting};
use crate::slot::span::{Origin, Sent, Traced};
use crate::sync::Arc;

use super::{Cut, Next, Stepped};

impl<S: GenServer> Slot<S> {
    #[inline]
    pub(super) fn handle_cast(
        &self,
        seat: &mut Option<Box<Core<S>>>,
        message: S::Protocol,
    ) -> Stepped<S> {
        let Some(core) = seat.as_mut() else {
            unreachable!("a step begins with the core in its seat");
        };
        if self.is_refusing() {
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

    pub(super) fn handle(
        &self,
        seat: &mut Option<Box<Core<S>>>,
        message: S::Protocol,
        mut route: ReplyRoute<ReplyOf<S>>,
        by_client: bool,
        origin: impl Origin,
    ) -> Stepped<S> {
        let Some(core) = seat.as_mut() else {
            unreachable!("a step begins with the core in its seat");
        };
        if self.is_refusing() {
            route.answer(Err(Failure::NotRunning));
            drop_quietly(message);
            return ControlFlow::Continue(());
        }
        if !route.begin() {
            drop_quietly(message);
            return ControlFlow::Continue(());
        }
        let mut weighing = None;
        if by_client {
            self.note_activity(core);
            weighing = self.weigh(core, &message);
        } else {
            core.serves_client = false;
        }
        let ended = match self.run(seat, message, &mut route, origin) {
            Ran::Done(reply) => {
                self.weighed(weighing);
                self.after_reply(seat, route, reply)
            }
            Ran::Waiting(waiting) => {
                let waiting = waiting.weighed_by(weighing);
                return ControlFlow::Break(Cut::Waits(waiting, route));
            }
            Ran::Panicked(message) => Self::after_panic(seat.is_some(), route, message),
        };
        match ended {
            Ok(()) => ControlFlow::Continue(()),
            Err(ending) => ControlFlow::Break(Cut::Ends(ending)),
        }
    }

    /// Handles a message under its sender's span; a cast is a message here like any other.
    #[cold]
    #[expect(
        clippy::boxed_local,
        reason = "what is rare is moved here, and not where every message passes"
    )]
    pub(super) fn handle_traced(
        &self,
        seat: &mut Option<Box<Core<S>>>,
        traced: Box<Traced<S>>,
    ) -> Stepped<S> {
        let Traced { envelope, sender } = *traced;
        let Envelope {
            message,
            route,
            by_client,
        } = envelope;
        self.handle(seat, message, route, by_client, Sent(&sender))
    }

    /// Waits for a handler that has begun.
    pub(super) async fn finish(
        self: &Arc<Self>,
        waiting: Waiting<S>,
        route: ReplyRoute<ReplyOf<S>>,
    ) -> Next<S> {
        let Finished {
            core: mut seat,
            reply,
        } = waiting.await;
        self.forget_waker();
        if let Some(core) = &mut seat
            && self.is_live(core.incarnation())
            && core.serves_client
        {
            // A client that waits for its handler is not idle.
            self.note_activity(core);
        }
        match reply {
            Ok(reply) => self.after_reply(&mut seat, route, reply)?,
            Err(message) => Self::after_panic(seat.is_some(), route, message)?,
        }
        seat.ok_or(Ending::Killed)
    }

    /// Answers the caller, if the incarnation that handled its message still counts.
    pub(super) fn after_reply(
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

    pub(super) fn after_panic(
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
    pub(in crate::slot) fn after_handler(&self, seat: &mut Option<Box<Core<S>>>) {
        self.system.waits.forget(self.address());
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
}
