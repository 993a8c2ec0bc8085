//! The end of an incarnation: `terminate`, the last save, the key given back, and what its owner makes of it.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc as StdArc;
use std::task::Poll;

use super::Slot;
use super::core::Core;
use super::drive::Unfinished;
use super::life::Exit;
use super::running::Running;
use crate::contain::drop_quietly;
use crate::event::Event;
use crate::exit::{ExitReason, Last};
use crate::server::GenServer;
use crate::sync::{Arc, Ordering};
use crate::system::settings::Sequel;

/// How an incarnation ends.
pub(crate) enum Ending<S: GenServer> {
    /// As it was asked to, with `terminate` and the last save.
    Graceful {
        core: Box<Core<S>>,
        reason: ExitReason,
        last: Last,
    },
    /// By a panic; its core is gone.
    Crashed { message: StdArc<str> },
    /// Because another has its key.
    Fenced { core: Box<Core<S>> },
    /// From outside: everything else was done there.
    Killed,
}

impl<S: GenServer> Slot<S> {
    /// Ends an incarnation that crashed on its caller's stack.
    pub(super) fn spawn_crash(&self, incarnation: u32, message: StdArc<str>) {
        if let Some(me) = self.arc() {
            let guard = Unfinished::beside(me.clone());
            self.system.runtime.spawn(async move {
                me.conclude(incarnation, Ending::Crashed { message }).await;
                guard.defuse();
            });
        }
    }

    /// Ends `incarnation`, unless it was killed meanwhile: then everything was done there.
    pub(super) async fn conclude(self: Arc<Self>, incarnation: u32, ending: Ending<S>) {
        let exit = match ending {
            Ending::Killed => return,
            Ending::Graceful { core, reason, last } => {
                let Some(exit) = self.retire(core, reason, last).await else {
                    return;
                };
                exit
            }
            Ending::Crashed { message } => {
                self.emit(Event::Crashed {
                    server: self.server_id(),
                    message: message.clone(),
                });
                Exit::because(ExitReason::Crashed { message })
            }
            Ending::Fenced { core } => {
                drop_quietly(core);
                Exit::because(ExitReason::Fenced)
            }
        };
        self.end_incarnation(incarnation, exit).await;
    }

    /// `terminate` and the last save; how it ended, or none where it was killed meanwhile.
    async fn retire(&self, mut core: Box<Core<S>>, reason: ExitReason, last: Last) -> Option<Exit> {
        let incarnation = core.incarnation();
        self.limit_farewell();
        let is_expired = reason == ExitReason::Expired;
        let expiry = is_expired.then(|| self.expiry_of(&core)).flatten();
        let (state, cx) = core.parts();
        let farewell = state.terminate(&reason, cx);
        let ended = {
            let farewell = pin!(async {
                if let Some(farewell) = farewell {
                    farewell.await;
                }
            });
            self.guarded(incarnation, farewell).await
        };
        match ended {
            // A store that hangs takes as long as it takes: nothing is to be lost for that.
            Some(Ok(())) => self.life().forget_deadline(),
            Some(Err(message)) => {
                drop_quietly(core);
                self.emit(Event::Crashed {
                    server: self.server_id(),
                    message: message.clone(),
                });
                return Some(Exit::because(ExitReason::Crashed { message }));
            }
            None => {
                self.drop_killed(core);
                return None;
            }
        }
        let saved = {
            let saving = pin!(self.save_last(&mut core, last));
            self.until_killed(incarnation, saving).await
        };
        let Some(saved) = saved else {
            self.drop_killed(core);
            return None;
        };
        if let (Ok(()), Some(expiry)) = (&saved, expiry) {
            self.emit(expiry);
        }
        drop_quietly(core);
        Some(Exit {
            reason,
            unsaved: saved.err(),
            start: None,
        })
    }

    pub(super) fn drop_killed(&self, core: Box<Core<S>>) {
        self.system
            .killed
            .forget(self.address(), core.incarnation());
        drop_quietly(core);
    }

    /// Gives the key back once its writes are settled, then the name; starts again if the owner says so.
    pub(crate) async fn end_incarnation(self: &Arc<Self>, incarnation: u32, exit: Exit) {
        self.over.store(incarnation, Ordering::Release);
        let lease = self.life().lease.clone();
        if let Some(lease) = lease {
            let given_back = pin!(lease.release());
            // Where it does not end, a kill has come first.
            let _ = self.until_killed(incarnation, given_back).await;
        }
        if !self.has_concluded(incarnation) {
            self.system.killed.forget(self.address(), incarnation);
            return;
        }
        match self.settings.owner.after(self, &exit) {
            Sequel::Ends => self.close(&exit),
            Sequel::Waits => self.wait_for_owner(&exit),
            Sequel::GoesOn => self.go_on(&exit),
        }
    }

    /// Whether `incarnation` has come to its end unkilled, which it then cannot be any more.
    pub(super) fn has_concluded(&self, incarnation: u32) -> bool {
        let mut life = self.life();
        let by_itself = self.is_live(incarnation) && !life.is_over();
        life.is_decided |= by_itself;
        by_itself
    }

    /// The outcome of `future`, or none once `incarnation` was killed.
    ///
    /// It is lent and not given: what is given to an async function lies in that one's future, too, and what a start
    /// takes in memory for a moment is what many starts at the same time leave between the servers.
    pub(crate) async fn until_killed<T>(
        &self,
        incarnation: u32,
        mut future: Pin<&mut impl Future<Output = T>>,
    ) -> Option<T> {
        let outcome = poll_fn(|cx| {
            self.wake_when_killed(cx.waker());
            if !self.is_live(incarnation) {
                return Poll::Ready(None);
            }
            future.as_mut().poll(cx).map(Some)
        })
        .await;
        self.forget_waker();
        outcome
    }

    /// The outcome of a hook's `future`, run as the server itself: its panic, or none once it was killed.
    pub(crate) async fn guarded<T>(
        &self,
        incarnation: u32,
        mut future: Pin<&mut impl Future<Output = T>>,
    ) -> Option<Result<T, StdArc<str>>> {
        let entered = pin!(poll_fn(|cx| {
            let polled = Running::contain(self.address(), incarnation, || future.as_mut().poll(cx));
            match polled {
                Ok(poll) => poll.map(Ok),
                Err(message) => Poll::Ready(Err(message)),
            }
        }));
        self.until_killed(incarnation, entered).await
    }
}
