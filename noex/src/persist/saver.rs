//! The saver of one server: whether there is something to save, what is on its way, and what is known to be durable.
//!
//! It alone knows the configuration. It encodes between messages and hands the bytes on; what comes back is noted
//! between messages, too. Where the adapter is and how a write is settled is not its business.

mod draft;
mod due;
mod outcome;
mod refresh;
mod waiter;

use std::mem;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;
use tokio::time::Instant;

pub(crate) use self::draft::Draft;
pub(crate) use self::outcome::{Outcome, Ready};
pub(crate) use self::refresh::Refresh;
pub(crate) use self::waiter::Waiter;

use self::refresh::put;
use super::PersistenceError;
use super::codec::fingerprint;
use super::config::PersistConfig;
use super::lease::Lease;
use super::persistent::{Encoded, Persistence};
use super::record::{RecordMeta, millis};
use super::settle::{Before, SAME_ATTEMPTS};
use crate::client::ServerId;
use crate::contain::contained;
use crate::metrics::{self, Unsaved};
use crate::server::GenServer;
use crate::store::{Record, Revision, Write};
use crate::timer::Alarm;

/// What one incarnation knows of its record.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact that comes and goes by itself"
)]
pub(crate) struct Saver<S: GenServer> {
    pub(crate) lease: Arc<Lease>,
    pub(crate) config: Arc<PersistConfig>,
    persistence: Persistence<S>,
    server: ServerId,
    /// The revision the next write replaces.
    stored: Option<Revision>,
    /// What a write that was given up may have stored instead.
    unclear: Option<Box<Record>>,
    /// What is known to be durable, if this code wrote or restored it.
    saved: Option<Saved>,
    created_at: SystemTime,
    /// Whether the state may differ from what was last encoded.
    pub(crate) changed: bool,
    /// Since when, if it may.
    pub(crate) unsaved: Unsaved,
    /// Whether a client has been active since what was last sent to the store, where that has to be kept.
    active: bool,
    /// Whether what was last sent is to keep a client's activity, which is not known to be stored.
    sent_active: bool,
    pub(crate) in_flight: Option<Box<InFlight>>,
    /// Who waits for the save after the one in flight.
    pub(crate) next: Vec<Waiter>,
    /// Whether a save was due while one was in flight.
    pub(crate) overdue: bool,
    /// Whether the server goes idle once the write in flight is settled.
    pub(crate) server_goes_next: bool,
    failures: u32,
    /// The failure that has not been followed by a save.
    pub(crate) trouble: Option<Box<PersistenceError>>,
    /// When the next save or refresh is due, if one is armed.
    pub(crate) due: Option<Instant>,
    /// What will say so.
    pub(crate) alarm: Option<Alarm>,
    random: u64,
}

/// A record known to be durable.
#[derive(Clone)]
pub(crate) struct Saved {
    pub(crate) meta: RecordMeta,
    /// Of its state; none where it has to be written again even if nothing changes.
    pub(crate) fingerprint: Option<u128>,
}

/// The save on its way.
pub(crate) struct InFlight {
    pub(crate) meta: RecordMeta,
    /// Whether it has failed and is being retried.
    pub(crate) failing: bool,
    /// Whether it only gives the stored state a new time.
    pub(crate) is_refresh: bool,
    /// Since when there is what it saves.
    unsaved: Unsaved,
    pub(crate) waiters: Vec<Waiter>,
    pub(crate) outcome: oneshot::Receiver<Outcome>,
}

/// What a look at the state came to.
pub(crate) enum Prepared {
    Write {
        write: Write,
        meta: RecordMeta,
        fingerprint: u128,
    },
    Unchanged,
    Skipped,
    Failed(PersistenceError),
}

/// What a look at a state came to that is encoded elsewhere.
pub(crate) enum Taken {
    Draft(Draft),
    Skipped,
    Failed(PersistenceError),
}

/// Times and chance, as a system gives them.
pub(crate) struct Now {
    pub(crate) wall: SystemTime,
    pub(crate) instant: Instant,
    /// Since the system began.
    pub(crate) uptime: Duration,
    /// When a client last sent the server a message, as far as that is kept.
    pub(crate) active_at: SystemTime,
}

/// What a saver begins with.
pub(crate) struct Found {
    pub(crate) stored: Option<Revision>,
    pub(crate) saved: Option<Saved>,
    pub(crate) created_at: SystemTime,
    /// Since when there is something to save, if there is.
    pub(crate) unsaved: Unsaved,
}

impl<S: GenServer> Saver<S> {
    pub(crate) fn new(
        lease: Arc<Lease>,
        config: Arc<PersistConfig>,
        persistence: Persistence<S>,
        server: ServerId,
        found: Found,
        random: u64,
    ) -> Self {
        let changed = found
            .saved
            .as_ref()
            .is_none_or(|saved| saved.fingerprint.is_none());
        if let Some(saved) = &found.saved {
            lease.account.saved(&saved.meta);
        }
        Self {
            lease,
            config,
            persistence,
            server,
            stored: found.stored,
            unclear: None,
            saved: found.saved,
            created_at: found.created_at,
            changed,
            unsaved: found.unsaved,
            active: false,
            sent_active: false,
            in_flight: None,
            next: Vec::new(),
            overdue: false,
            server_goes_next: false,
            failures: 0,
            trouble: None,
            due: None,
            alarm: None,
            random,
        }
    }

    pub(crate) fn saved(&self) -> Option<&RecordMeta> {
        self.saved.as_ref().map(|saved| &saved.meta)
    }

    /// Encodes the state, unless `before_persist` skips it or nothing has changed.
    pub(crate) fn prepare(&mut self, state: &S, now: &Now) -> Prepared {
        let encode = self.persistence.encode;
        let bytes = match contained(|| encode(state)) {
            Err(message) => return Prepared::Failed(self.hook_failed("before_persist", &message)),
            Ok(Err(source)) => {
                return Prepared::Failed(PersistenceError::Encode {
                    key: self.lease.key.clone(),
                    source,
                });
            }
            Ok(Ok(Encoded::Skipped)) => return Prepared::Skipped,
            Ok(Ok(Encoded::State(bytes))) => bytes,
        };
        let unsaved = mem::take(&mut self.changed).then_some(self.unsaved);
        let fingerprint = fingerprint(&bytes);
        let known = self.saved.as_ref().and_then(|saved| saved.fingerprint);
        if known == Some(fingerprint) && !self.is_refresh_due(now) {
            self.note_well();
            return Prepared::Unchanged;
        }
        metrics::sent(S::KIND, unsaved, now.uptime);
        let meta = self.meta(now);
        let write = put(&self.lease, self.stored, &meta, &bytes);
        Prepared::Write {
            write,
            meta,
            fingerprint,
        }
    }

    /// Clones the state, unless `before_persist` skips it.
    pub(crate) fn take(&mut self, state: &S, now: &Now) -> Taken {
        let clone = self.persistence.clone;
        let encode = match contained(|| clone(state)) {
            Err(message) => return Taken::Failed(self.hook_failed("before_persist", &message)),
            Ok(None) => return Taken::Skipped,
            Ok(Some(encode)) => encode,
        };
        let unsaved = mem::take(&mut self.changed).then_some(self.unsaved);
        let known = self.saved.as_ref().and_then(|saved| saved.fingerprint);
        let known = known.filter(|_| !self.is_refresh_due(now));
        metrics::sent(S::KIND, unsaved, now.uptime);
        Taken::Draft(Draft {
            meta: self.meta(now),
            encode,
            replaces: self.stored,
            known,
        })
    }

    /// What stores the last saved state again, with a new time: its record as it will be, once it was loaded. None where
    /// another one may be stored, which would be taken for another's.
    pub(crate) fn refreshed(&mut self, now: &Now) -> Option<Refresh> {
        if self.unclear.is_some() {
            return None;
        }
        let Saved { meta, fingerprint } = self.saved.as_ref()?;
        let (version, shape, codec) = (meta.version, meta.shape, meta.codec);
        let (replaces, fingerprint) = (meta.revision, *fingerprint);
        let meta = RecordMeta {
            version,
            shape,
            codec,
            ..self.meta(now)
        };
        Some(Refresh {
            meta,
            fingerprint,
            replaces,
        })
    }

    /// The deletion of the record, with which the claim ends.
    pub(crate) fn deletion(&self) -> Write {
        Write::delete(self.lease.key.clone(), self.stored).under(self.lease.claim)
    }

    /// What is said of the record that is sent now.
    fn meta(&mut self, now: &Now) -> RecordMeta {
        self.sent_active = std::mem::take(&mut self.active);
        let saved_at = millis::to_whole_ms(now.wall);
        let active_at = millis::to_whole_ms(now.active_at);
        let limits = self.config.limits();
        RecordMeta {
            key: self.lease.key.clone(),
            kind: self.config.kind.clone(),
            version: self.config.attributes.version,
            shape: self.config.attributes.shape,
            codec: self.config.attributes.codec,
            revision: Revision::after(self.last_given(), self.lease.claim.epoch),
            node: self.lease.store.node,
            server_id: self.server.number.to_string().into(),
            server_name: self.server.name.clone(),
            created_at: self.created_at,
            saved_at,
            active_at,
            max_age: limits.max_age,
            max_idle: limits.max_idle,
            expires_at: limits.expires_at(saved_at, active_at),
        }
    }

    /// The newest revision that was given to a record, stored or not.
    fn last_given(&self) -> Option<Revision> {
        let unclear = self.unclear.as_ref();
        unclear.map(|record| record.revision).or(self.stored)
    }

    /// What was before the write that leaves now.
    pub(crate) fn before(&self) -> Before {
        Before {
            failures: self.failures,
            unclear: self.unclear.as_deref().cloned(),
        }
    }

    /// Notes that a write was given up that may have stored `unclear`.
    pub(crate) fn note_given_up(&mut self, unclear: Option<Record>) {
        let Some(unclear) = unclear else { return };
        self.unclear = Some(Box::new(unclear));
        // Even a state that is the last saved one again has to be written: something else may be stored.
        self.changed = true;
        if let Some(saved) = &mut self.saved {
            saved.fingerprint = None;
        }
    }

    /// Notes that a save has left; `outcome` will tell how it came out.
    pub(crate) fn sent(
        &mut self,
        meta: RecordMeta,
        waiters: Vec<Waiter>,
        outcome: oneshot::Receiver<Outcome>,
    ) {
        self.in_flight = Some(Box::new(InFlight {
            meta,
            failing: false,
            is_refresh: false,
            unsaved: self.unsaved,
            waiters,
            outcome,
        }));
    }

    /// Notes that what `in_flight` was to save is still not saved.
    pub(crate) fn note_still_unsaved(&mut self, in_flight: &InFlight) {
        self.changed = true;
        self.unsaved = in_flight.unsaved;
    }

    /// Notes that the record of this state is durable.
    pub(crate) fn note_stored(&mut self, meta: &RecordMeta, fingerprint: Option<u128>) {
        self.stored = Some(meta.revision);
        self.unclear = None;
        self.sent_active = false;
        self.lease.account.saved(meta);
        self.saved = Some(Saved {
            meta: meta.clone(),
            fingerprint,
        });
    }

    /// Notes that what is stored is the state.
    pub(crate) fn note_well(&mut self) {
        self.trouble = None;
        self.failures = 0;
        self.lease.account.well(self.changed);
    }

    /// Notes that the state is not saved at `at`, if it is not.
    pub(crate) fn note_unsaved(&self, at: SystemTime) {
        if self.changed {
            self.lease.account.unsaved(at);
        }
    }

    /// Notes that a client has been active; whether that is news and has to be kept.
    pub(crate) fn note_active(&mut self) -> bool {
        self.config.max_idle.is_some() && !std::mem::replace(&mut self.active, true)
    }

    /// Notes that a write was tried as it is for as long as that made sense.
    pub(crate) fn note_refused(&mut self) {
        self.failures = self.failures.max(SAME_ATTEMPTS);
    }

    /// Notes that a save failed at `at`; whether that is news.
    pub(crate) fn note_failed(&mut self, error: &PersistenceError, at: SystemTime) -> bool {
        self.lease.account.failed(error, at);
        self.note_unsaved(at);
        self.active |= std::mem::take(&mut self.sent_active);
        self.failures = self.failures.saturating_add(1);
        let trouble = Box::new(error.clone());
        self.trouble.replace(trouble).is_none()
    }

    /// Tells `on_error`, whose own panic stays there.
    pub(crate) fn report(&self, error: &PersistenceError) {
        report(self.persistence.on_error, error);
    }

    /// Runs `after_persist`; its panic, if it panics.
    pub(crate) fn after_persist(&self, state: &mut S, meta: &RecordMeta) -> Result<(), Arc<str>> {
        let after_persist = self.persistence.after_persist;
        contained(|| after_persist(state, meta))
    }

    pub(crate) fn hook_failed(&self, hook: &'static str, message: &str) -> PersistenceError {
        PersistenceError::Hook {
            key: self.lease.key.clone(),
            hook,
            message: message.to_owned(),
        }
    }
}

/// Calls an `on_error` hook, whose own panic stays there.
pub(crate) fn report(on_error: fn(&PersistenceError), error: &PersistenceError) {
    if let Err(message) = contained(|| on_error(error)) {
        tracing::error!(%message, "the hook `on_error` panicked");
    }
}

impl std::fmt::Debug for InFlight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InFlight")
            .field("revision", &self.meta.revision)
            .finish_non_exhaustive()
    }
}
