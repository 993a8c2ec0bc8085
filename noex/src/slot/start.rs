//! A start: the key claimed and its record restored, or a new state made; then the first message.

mod state;

use std::pin::pin;
use std::task::{Context, Waker};

use tokio::time::Instant;
use tracing::Instrument as _;

use self::state::Cradle;
use super::Slot;
use super::core::Core;
use super::drive::Unfinished;
use super::life::{Exit, after};
use crate::contain::drop_quietly;
use crate::context::Cx;
use crate::error::StartError;
use crate::event::Event;
use crate::server::{GenServer, HookError};
use crate::sync::{Arc, lock, now, timeout};
use crate::system::settings::{Birth, Sequel};

/// How one incarnation comes to its state.
pub(crate) struct Start<S: GenServer> {
    /// Where there is no record.
    pub(crate) birth: Birth<S>,
    /// Whether a record must not be there, and the first one be durable before the start counts.
    pub(crate) is_creation: bool,
}

impl<S: GenServer> Slot<S> {
    /// Starts the next incarnation as the settings say.
    pub(crate) fn spawn_start(&self) {
        let birth = self.settings.birth.clone();
        self.spawn_start_with(Start {
            birth,
            is_creation: false,
        });
    }

    pub(crate) fn spawn_start_with(&self, start: Start<S>) {
        if let Some(me) = self.arc() {
            self.system.runtime.spawn(me.start(start));
        }
    }

    /// Starts on the caller's stack as far as that goes without waiting.
    pub(crate) fn start_here(self: &Arc<Self>, start: Start<S>) {
        if !self.runs_inline() || !self.system.runtime.is_current() {
            return self.spawn_start_with(start);
        }
        let mut starting = Box::pin(self.clone().start(start));
        // Whoever polls it next does so at once, and registers a waker of its own.
        let mut cx = Context::from_waker(Waker::noop());
        if starting.as_mut().poll(&mut cx).is_pending() {
            self.system.runtime.spawn(starting);
        }
    }

    fn start(self: Arc<Self>, start: Start<S>) -> impl Future<Output = ()> + Send {
        // A runtime that is shutting down drops the task, maybe before its first poll.
        let guard = Unfinished::beside(self.clone());
        let span = self.start_span();
        let starting = async move {
            self.run_start(start).await;
            guard.defuse();
        };
        starting.instrument(span)
    }

    async fn run_start(self: Arc<Self>, start: Start<S>) {
        let Some(incarnation) = self.next_incarnation() else {
            // Killed before there was anything to kill.
            return self.system.killed.forget_slot(self.address());
        };
        let permit = self
            .system
            .restore_permit(self.settings.is_persistent())
            .await;
        let deadline = self.settings.options().start_timeout;
        let until = after(now(), deadline);
        let core = {
            let bringing_up = pin!(self.bring_up(incarnation, start));
            timeout(deadline, self.guarded(incarnation, bringing_up)).await
        };
        drop(permit);
        if !self.is_live(incarnation) {
            // A hook may have blocked its thread past the deadline of a stop.
            self.system.killed.forget(self.address(), incarnation);
            self.release_unseen();
            return drop_quietly(core);
        }
        let started = match core {
            Some(None) => return,
            Some(Some(Ok(started))) => started,
            Some(Some(Err(message))) => Err(StartError::Panicked {
                server: self.label(),
                message,
            }),
            None => Err(StartError::TimedOut {
                server: self.label(),
                after: deadline,
            }),
        };
        match started {
            Ok(core) => self.begin_serving(core),
            Err(error) => self.fail_start(incarnation, error, until).await,
        }
    }

    /// Gives back a key that was claimed while the server was killed, which nobody has seen.
    fn release_unseen(&self) {
        if let Some(lease) = self.life().lease.take() {
            lease.release_when_settled();
        }
    }

    fn begin_serving(&self, mut core: Box<Core<S>>) {
        let started = self.life().started();
        let Some(starters) = started else {
            self.release_unseen();
            return self.drop_killed(core);
        };
        self.system.parking.note_started(|| self.whose());
        self.emit(Event::Started {
            server: self.server_id(),
        });
        self.watch_idleness(&mut core);
        if let Some(saver) = &mut core.saver {
            saver.note_unsaved(self.system.clock().now());
            self.arm(saver);
        }
        self.make_room();
        self.seat_core(core);
        for starter in starters {
            starter.answer(Ok(Ok(())));
        }
    }

    /// Lets in who waits for room, where what the last incarnation left behind has made some: else nobody would.
    fn make_room(&self) {
        let gone = self.admit(&mut lock(&self.queue));
        drop_quietly(gone);
    }

    async fn fail_start(self: &Arc<Self>, incarnation: u32, error: StartError, until: Instant) {
        self.emit(Event::StartFailed {
            server: self.server_id(),
            error: error.clone(),
        });
        let lease = self.life().lease.clone();
        if let Some(lease) = lease {
            let left = until.saturating_duration_since(now());
            // A store that hangs must not keep the name: the key follows when it answers.
            let _ = timeout(left, lease.release_when_settled()).await;
        }
        if !self.has_concluded(incarnation) {
            return;
        }
        let exit = Exit::not_started(error);
        match self.settings.owner.after(self, &exit) {
            Sequel::Waits => self.wait_for_owner(&exit),
            Sequel::GoesOn | Sequel::Ends => self.close(&exit),
        }
    }

    async fn bring_up(
        &self,
        incarnation: u32,
        start: Start<S>,
    ) -> Result<Box<Core<S>>, StartError> {
        let Some(slot) = self.arc() else {
            return Err(StartError::NotRunning);
        };
        let env = self.settings.env.clone();
        let Cradle {
            mut state,
            mut saver,
            activity,
        } = match (self.settings.persisting.as_deref(), S::persistence()) {
            (Some(persisting), Some(persistence)) => {
                self.claim_and_restore(incarnation, persisting, persistence, &start)
                    .await?
            }
            _ => Cradle {
                state: self.make(&start.birth, None).await?,
                saver: None,
                activity: None,
            },
        };
        let lease = saver.as_ref().map(|saver| saver.lease.clone());
        let mut cx = Cx::new(env, slot, incarnation, lease);
        if let Some(on_start) = state.on_start(&mut cx) {
            on_start
                .await
                .map_err(|error| self.hook_failed("on_start", &error))?;
            if let Some(saver) = &mut saver {
                saver.changed = true;
            }
        }
        let mut core = Core::new(state, cx, saver, activity);
        if start.is_creation {
            self.save_first(&mut core).await?;
        }
        Ok(core)
    }

    fn hook_failed(&self, hook: &'static str, error: &HookError) -> StartError {
        StartError::Hook {
            server: self.label(),
            hook,
            message: error.to_string().into(),
        }
    }
}
