//! Where the state of a new incarnation comes from: its record, or whatever makes a new one.

use std::future::poll_fn;
use std::sync::Arc as StdArc;
use std::task::Poll;
use std::time::SystemTime;

use tracing::Instrument as _;

use super::Start;
use crate::contain::contained;
use crate::context::InitCx;
use crate::error::StartError;
use crate::event::Event;
use crate::metrics::{self, Search, Unsaved};
use crate::persist::PersistenceError;
use crate::persist::config::PersistConfig;
use crate::persist::lease::Restoration;
use crate::persist::persistent::Persistence;
use crate::persist::record::millis;
use crate::persist::restore::{Loaded, Restored, restore};
use crate::persist::saver::{Found, Now, Outcome, Prepared, Saved, Saver, report};
use crate::server::GenServer;
use crate::slot::Slot;
use crate::slot::activity::Activity;
use crate::slot::core::Core;
use crate::slot::span::{self, Parent};
use crate::store::{Key, StoreError};
use crate::system::settings::{Birth, Persisting};

/// A new incarnation as far as it has come.
pub(super) struct Cradle<S: GenServer> {
    pub(super) state: S,
    pub(super) saver: Option<Box<Saver<S>>>,
    /// When its clients were last active, if it was restored.
    pub(super) activity: Option<Activity>,
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
    pub(super) async fn claim_and_restore(
        &self,
        incarnation: u32,
        persisting: &Persisting,
        persistence: Persistence<S>,
        start: &Start<S>,
    ) -> Result<Cradle<S>, StartError> {
        let key = persisting.key(S::KIND, self.name.as_deref())?;
        let (lease, record) = self.claim(incarnation, persisting, &key).await?;
        let Now {
            wall,
            instant,
            uptime,
            ..
        } = self.system.now();
        let now = millis::to_whole_ms(wall);
        let restored = restore(&persistence, &persisting.config, &lease, record, now).await;
        let Restored {
            state,
            stored: replaces,
            notices,
        } = restored.map_err(|source| {
            report(persistence.on_error, &source);
            StartError::Restore { source }
        })?;
        let search = search(
            state.as_ref(),
            replaces.is_some(),
            &notices,
            &persisting.config,
        );
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
            Some(loaded) => {
                lease.note_restored(Restoration {
                    revision: loaded.meta.revision,
                    at: self.system.now().instant,
                });
                self.greet_restored(&persistence, loaded, persisting.config.attributes.version)
                    .await?
            }
            None => self.make_stored(&start.birth, &key, now).await?,
        };
        metrics::searched(S::KIND, search);
        let activity = origin.record.as_ref().map(|saved| {
            let idle = now.duration_since(saved.meta.active_at);
            Activity::starting(instant, idle.unwrap_or_default())
        });
        let mut saver = Saver::new(
            lease,
            persisting.config.clone(),
            persistence,
            self.server_id(),
            Found {
                stored: replaces,
                saved: origin.record,
                created_at: origin.created_at,
                unsaved: Unsaved::since(|| uptime),
            },
            self.system.random(),
        );
        saver.changed |= origin.ran_hook;
        Ok(Cradle {
            state: origin.state,
            saver: Some(Box::new(saver)),
            activity,
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
        version: u32,
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
        if meta.version != version {
            self.emit(Event::Migrated {
                server: self.server_id(),
                from: meta.version,
                to: version,
            });
        }
        Ok(Origin {
            state,
            created_at: meta.created_at,
            record: Some(Saved { meta, fingerprint }),
            ran_hook,
        })
    }

    pub(super) async fn make(&self, birth: &Birth<S>, key: Option<Key>) -> Result<S, StartError> {
        let name = self.name.as_deref().unwrap_or_default();
        let args = match birth {
            Birth::Args(args) => args.clone(),
            Birth::ByName(make) => StdArc::new(make(name)),
            Birth::Never => return Err(StartError::NotRunning),
        };
        let (env, clock) = (self.settings.env.clone(), self.system.clock().clone());
        let mut cx = InitCx::new(env, self.name.clone(), key, clock);
        S::init(&args, &mut cx)
            .await
            .map_err(|error| self.hook_failed("init", &error))
    }

    /// Makes the first record durable before the start counts.
    pub(super) async fn save_first(&self, core: &mut Core<S>) -> Result<(), StartError> {
        let span = core
            .cx
            .key()
            .and_then(|key| self.save_span(key, Parent::Here));
        let saving = self.save_first_here(core);
        saving.instrument(span.unwrap_or_else(span::here)).await
    }

    async fn save_first_here(&self, core: &mut Core<S>) -> Result<(), StartError> {
        let now = self.now_of(core);
        let Core {
            state,
            saver: Some(saver),
            ..
        } = core
        else {
            return Ok(());
        };
        let failed = |source| StartError::Save { source };
        let (write, meta, fingerprint) = match saver.prepare(state, &now) {
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
        let outcome = self.send(saver, write, Some(fingerprint)).await;
        saver.lease.reopen();
        let error = match outcome {
            Ok(Outcome::Saved { fingerprint }) => {
                saver.note_stored(&meta, fingerprint);
                self.emit(Event::Saved {
                    server: self.server_id(),
                    revision: meta.revision,
                });
                return Ok(());
            }
            Ok(Outcome::Unchanged) => return Ok(()),
            Ok(Outcome::NotEncoded(error)) => error,
            Ok(Outcome::Fenced) => PersistenceError::Fenced { key },
            Ok(Outcome::Failed { error, .. }) => PersistenceError::Store { key, source: error },
            Err(_) => PersistenceError::Store {
                key,
                source: StoreError::Closed,
            },
        };
        saver.report(&error);
        Err(failed(error))
    }
}

/// What the look for a record has come to.
fn search<S>(
    state: Option<&Loaded<S>>,
    is_stored: bool,
    notices: &[PersistenceError],
    config: &PersistConfig,
) -> Search {
    let has = |what: fn(&PersistenceError) -> bool| notices.iter().any(what);
    match state {
        Some(loaded) if loaded.meta.version == config.attributes.version => Search::Found,
        Some(_) => Search::Migrated,
        None if !is_stored => Search::New,
        None if has(|notice| matches!(notice, PersistenceError::Quarantined { .. })) => {
            Search::Quarantined
        }
        None if has(PersistenceError::is_replaced) => Search::Expired,
        None => Search::Ignored,
    }
}
