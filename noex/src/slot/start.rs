//! A start: the key claimed and its record restored, or a new state made; then the first message.

use std::future::poll_fn;
use std::sync::Arc as StdArc;
use std::task::{Context, Poll, Waker};
use std::time::SystemTime;

use tokio::time::Instant;

use super::Slot;
use super::core::Core;
use super::drive::Unfinished;
use super::life::{Exit, after};
use crate::contain::{contained, drop_quietly};
use crate::context::{Cx, InitCx};
use crate::error::StartError;
use crate::event::Event;
use crate::persist::PersistenceError;
use crate::persist::persistent::Persistence;
use crate::persist::record::millis;
use crate::persist::restore::{Loaded, Restored, restore};
use crate::persist::saver::{Found, Prepared, Saved, Saver, report};
use crate::persist::settle::Settled;
use crate::server::{GenServer, HookError};
use crate::store::{Key, StoreError};
use crate::sync::{Arc, now, timeout};
use crate::system::settings::{Birth, Persisting};

/// How one incarnation comes to its state.
pub(crate) struct Start<S: GenServer> {
    /// Where there is no record.
    pub(crate) birth: Birth<S>,
    /// Whether a record must not be there, and the first one be durable before the start counts.
    pub(crate) is_creation: bool,
}

/// A new incarnation as far as it has come.
struct Cradle<S: GenServer> {
    state: S,
    saver: Option<Box<Saver<S>>>,
    key: Option<Key>,
}

/// Where a state that is stored comes from.
struct Origin<S> {
    state: S,
    /// Its record, if it was restored.
    record: Option<Saved>,
    created_at: SystemTime,
    /// Whether a hook could have changed it since.
    ran_hook: bool,
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
        async move {
            self.run_start(start).await;
            guard.defuse();
        }
    }

    async fn run_start(self: Arc<Self>, start: Start<S>) {
        let Some(incarnation) = self.next_incarnation() else {
            return;
        };
        let permit = self
            .system
            .restore_permit(self.settings.is_persistent())
            .await;
        let deadline = self.settings.options().start_timeout;
        let until = after(now(), deadline);
        let core = timeout(
            deadline,
            self.guarded(incarnation, self.bring_up(incarnation, start)),
        )
        .await;
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
        self.emit(Event::Started {
            server: self.server_id(),
        });
        core.last_active = now();
        self.watch_idleness(&mut core);
        if let Some(saver) = &mut core.saver {
            self.arm(saver);
        }
        self.seat_core(core);
        for starter in starters {
            starter.answer(Ok(Ok(())));
        }
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
        if self.is_live(incarnation) {
            self.close(&Exit::not_started(error));
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
            key,
        } = match (self.settings.persisting.as_deref(), S::persistence()) {
            (Some(persisting), Some(persistence)) => {
                self.claim_and_restore(incarnation, persisting, persistence, &start)
                    .await?
            }
            _ => Cradle {
                state: self.make(&start.birth, None).await?,
                saver: None,
                key: None,
            },
        };
        let mut cx = Cx::new(env, slot, incarnation, key);
        if let Some(on_start) = state.on_start(&mut cx) {
            on_start
                .await
                .map_err(|error| self.hook_failed("on_start", &error))?;
            if let Some(saver) = &mut saver {
                saver.changed = true;
            }
        }
        let mut core = Core::new(state, cx, saver);
        if start.is_creation {
            self.save_first(&mut core).await?;
        }
        Ok(core)
    }

    async fn claim_and_restore(
        &self,
        incarnation: u32,
        persisting: &Persisting,
        persistence: Persistence<S>,
        start: &Start<S>,
    ) -> Result<Cradle<S>, StartError> {
        let key = persisting.key(S::KIND, self.name.as_deref())?;
        let (lease, record) = self.claim(incarnation, persisting, &key).await?;
        let now = millis::to_whole_ms(self.system.now().wall);
        let restored = restore(&persistence, &persisting.config, &lease, record, now).await;
        let Restored {
            state,
            stored: replaces,
            notices,
        } = restored.map_err(|source| {
            report(persistence.on_error, &source);
            StartError::Restore { source }
        })?;
        let is_good = replaces.is_some() && !notices.iter().any(PersistenceError::is_replaced);
        for notice in notices {
            report(persistence.on_error, &notice);
            self.emit(Event::Record {
                server: self.server_id(),
                error: notice,
            });
        }
        if start.is_creation && is_good {
            return Err(StartError::AlreadyStored { key });
        }
        let origin = match state {
            Some(loaded) => self.greet_restored(&persistence, loaded).await?,
            None => self.make_stored(&start.birth, &key, now).await?,
        };
        let mut saver = Saver::new(
            lease,
            persisting.config.clone(),
            persistence,
            self.server_id(),
            Found {
                stored: replaces,
                saved: origin.record,
                created_at: origin.created_at,
            },
            self.system.random(),
        );
        saver.changed |= origin.ran_hook;
        Ok(Cradle {
            state: origin.state,
            saver: Some(Box::new(saver)),
            key: Some(key),
        })
    }

    async fn make_stored(
        &self,
        birth: &Birth<S>,
        key: &Key,
        now: SystemTime,
    ) -> Result<Origin<S>, StartError> {
        if matches!(birth, Birth::Never) {
            return Err(StartError::NotStored { key: key.clone() });
        }
        self.emit(Event::NotFound {
            server: self.server_id(),
            key: key.clone(),
        });
        Ok(Origin {
            state: self.make(birth, Some(key.clone())).await?,
            record: None,
            created_at: now,
            ran_hook: false,
        })
    }

    async fn greet_restored(
        &self,
        persistence: &Persistence<S>,
        loaded: Loaded<S>,
    ) -> Result<Origin<S>, StartError> {
        let Loaded {
            mut state,
            meta,
            fingerprint,
        } = loaded;
        let on_restore = persistence.on_restore;
        let ran_hook = match on_restore(&mut state, &meta) {
            None => false,
            Some(mut hook) => {
                let outcome = poll_fn(|cx| match contained(|| hook.as_mut().poll(cx)) {
                    Ok(poll) => poll.map(|done| done.map_err(|error| error.to_string())),
                    Err(panic) => Poll::Ready(Err(format!("it panicked: {panic}"))),
                })
                .await;
                outcome.map_err(|message| {
                    let source = PersistenceError::Hook {
                        key: meta.key.clone(),
                        hook: "on_restore",
                        message,
                    };
                    report(persistence.on_error, &source);
                    StartError::Restore { source }
                })?;
                true
            }
        };
        self.emit(Event::Restored {
            server: self.server_id(),
            age: meta.age(self.system.now().wall),
            version: meta.version,
            revision: meta.revision,
        });
        Ok(Origin {
            state,
            created_at: meta.created_at,
            record: Some(Saved { meta, fingerprint }),
            ran_hook,
        })
    }

    async fn make(&self, birth: &Birth<S>, key: Option<Key>) -> Result<S, StartError> {
        let name = self.name.as_deref().unwrap_or_default();
        let args = match birth {
            Birth::Args(args) => args.clone(),
            Birth::ByName(make) => StdArc::new(make(name)),
            Birth::Never => return Err(StartError::NotRunning),
        };
        let mut cx = InitCx::new(self.settings.env.clone(), self.name.clone(), key);
        S::init(&args, &mut cx)
            .await
            .map_err(|error| self.hook_failed("init", &error))
    }

    /// Makes the first record durable before the start counts.
    async fn save_first(&self, core: &mut Core<S>) -> Result<(), StartError> {
        let Core {
            state,
            saver: Some(saver),
            ..
        } = core
        else {
            return Ok(());
        };
        let failed = |source| StartError::Save { source };
        let (write, meta, fingerprint) = match saver.prepare(state, &self.system.now()) {
            Prepared::Unchanged | Prepared::Skipped => return Ok(()),
            Prepared::Failed(error) => {
                saver.report(&error);
                return Err(failed(error));
            }
            Prepared::Write {
                write,
                meta,
                fingerprint,
            } => (write, meta, fingerprint),
        };
        let key = saver.lease.key.clone();
        // Whoever creates waits: a failure is told soon, instead of being retried for ever.
        saver.lease.close();
        let mut settled = self.send(saver, write);
        let outcome = (&mut settled).await;
        saver.lease.reopen();
        saver.sent(meta, Some(fingerprint), Vec::new(), settled);
        let Some(in_flight) = saver.in_flight.take() else {
            return Ok(());
        };
        let error = match outcome {
            Ok(Settled::Saved) => {
                let (meta, _) = saver.note_saved(in_flight);
                self.emit(Event::Saved {
                    server: self.server_id(),
                    revision: meta.revision,
                });
                return Ok(());
            }
            Ok(Settled::Fenced) => PersistenceError::Fenced { key },
            Ok(Settled::Failed { error, .. }) => PersistenceError::Store { key, source: error },
            Err(_) => PersistenceError::Store {
                key,
                source: StoreError::Closed,
            },
        };
        saver.report(&error);
        Err(failed(error))
    }

    fn hook_failed(&self, hook: &'static str, error: &HookError) -> StartError {
        StartError::Hook {
            server: self.label(),
            hook,
            message: error.to_string().into(),
        }
    }
}
