//! Saving, between messages: when a save is due, what a checkpoint waits for, what comes back from the writer.

mod last;

use std::sync::Arc as StdArc;

use tokio::sync::oneshot;

use super::Slot;
use super::control::Control;
use super::core::Core;
use super::drive::Next;
use super::retire::Ending;
use crate::client::{Checkpoint, Status};
use crate::contain::drop_quietly;
use crate::error::{CheckpointError, Failure};
use crate::event::Event;
use crate::persist::PersistenceError;
use crate::persist::lease::Lease;
use crate::persist::saver::{InFlight, Now, Prepared, Saver, Waiter};
use crate::persist::settle::{self, Settled};
use crate::protocol::handler::BoxFuture;
use crate::server::GenServer;
use crate::store::{StoreError, Write};

impl<S: GenServer> Slot<S> {
    /// Notes that a handler may have changed the state.
    pub(super) fn note_change(&self, core: &mut Core<S>) {
        let Some(saver) = &mut core.saver else { return };
        if !saver.changed {
            saver.changed = true;
            self.arm(saver);
        }
    }

    /// Sees to it that the state is looked at when the next save or refresh is due.
    pub(super) fn arm(&self, saver: &mut Saver<S>) {
        let due = saver.next_due(&self.system.now());
        let Some(due) = due.filter(|due| saver.due.is_none_or(|armed| *due < armed)) else {
            return;
        };
        self.arm_at(saver, due);
    }

    fn arm_at(&self, saver: &mut Saver<S>, due: tokio::time::Instant) {
        let (me, incarnation) = (self.me.clone(), self.incarnation());
        let alarm = self.system.timers.at(due, move || {
            if let Some(slot) = me.upgrade().filter(|slot| slot.is_live(incarnation)) {
                slot.control(Control::SaveDue);
            }
        });
        saver.due = Some(due);
        saver.alarm = Some(alarm);
    }

    pub(super) fn save_due(&self, mut core: Box<Core<S>>) -> Box<Core<S>> {
        let now = self.now_of(&core);
        let Core {
            state,
            saver: Some(saver),
            ..
        } = &mut *core
        else {
            return core;
        };
        if saver.due.is_none_or(|due| due > now.instant) {
            return core;
        }
        saver.due = None;
        self.save_now(state, saver, &now);
        core
    }

    /// Saves what has changed, or refreshes what is stored, unless a write is in flight: then as soon as it is back.
    fn save_now(&self, state: &S, saver: &mut Saver<S>, now: &Now) {
        saver.overdue = saver.in_flight.is_some();
        if saver.overdue {
            return;
        }
        if saver.changed {
            self.save(state, saver, now, Vec::new());
        }
        if saver.in_flight.is_none() && saver.is_refresh_due(now) {
            self.refresh(saver, now);
        }
        self.arm(saver);
    }

    pub(super) fn save_for(&self, mut core: Box<Core<S>>, waiter: Waiter) -> Box<Core<S>> {
        let now = self.now_of(&core);
        let Core {
            state,
            saver: Some(saver),
            ..
        } = &mut *core
        else {
            waiter.answer(Ok(Err(CheckpointError::NotPersistent {
                server: self.label(),
            })));
            return core;
        };
        match (&saver.in_flight, &saver.trouble) {
            (Some(in_flight), Some(trouble)) if in_flight.failing => {
                waiter.answer(Ok(Err(self.unsaved(trouble))));
            }
            (Some(_), _) => saver.next.push(waiter),
            (None, _) => self.save(state, saver, &now, vec![waiter]),
        }
        core
    }

    /// Looks at the state and sends what has to be written; answers the waiters if there is nothing to write.
    fn save(&self, state: &S, saver: &mut Saver<S>, now: &Now, waiters: Vec<Waiter>) {
        match saver.prepare(state, now) {
            Prepared::Unchanged => answer_all(waiters, &Ok(Checkpoint::Unchanged)),
            Prepared::Skipped => answer_all(waiters, &Ok(Checkpoint::Skipped)),
            Prepared::Failed(error) => {
                saver.changed = true;
                self.save_failed(saver, &error, waiters);
            }
            Prepared::Write {
                write,
                meta,
                fingerprint,
            } => {
                let settled = self.send(saver, write);
                saver.sent(meta, Some(fingerprint), waiters, settled);
            }
        }
    }

    /// Hands a write on; how it was settled comes back through the mailbox.
    pub(super) fn send(&self, saver: &Saver<S>, write: Write) -> oneshot::Receiver<Settled> {
        self.send_prepared(saver, |_| Box::pin(async { Ok(write) }))
    }

    fn send_prepared<P>(&self, saver: &Saver<S>, prepare: P) -> oneshot::Receiver<Settled>
    where
        P: for<'a> FnOnce(&'a Lease) -> BoxFuture<'a, Result<Write, StoreError>> + Send + 'static,
    {
        let (settled, receiver) = oneshot::channel();
        let (me, lease) = (self.me.clone(), saver.lease.clone());
        let (incarnation, system) = (self.incarnation(), self.system.clone());
        let unclear = saver.unclear();
        lease.begin_write();
        self.system.runtime.spawn(async move {
            let live = || me.upgrade().filter(|slot| slot.is_live(incarnation));
            let trouble = |error| {
                if let Some(slot) = live() {
                    slot.control(Control::SaveTrouble(Box::new(error)));
                }
            };
            let outcome = match prepare(&lease).await {
                Ok(write) => {
                    settle::write(&lease, write, unclear, || system.random(), trouble).await
                }
                // Another revision than the one this server left: the key is another's.
                Err(StoreError::Conflict { .. }) => Settled::Fenced,
                Err(error) => Settled::Failed {
                    error,
                    unclear: None,
                },
            };
            // The incarnation may be over: then nobody asks.
            let _ = settled.send(outcome);
            lease.end_write();
            if let Some(slot) = live() {
                slot.control(Control::Written);
            }
        });
        receiver
    }

    pub(super) fn note_trouble(&self, mut core: Box<Core<S>>, source: StoreError) -> Box<Core<S>> {
        if let Some(saver) = &mut core.saver {
            let error = PersistenceError::Store {
                key: saver.lease.key.clone(),
                source,
            };
            match saver.in_flight.take() {
                Some(mut in_flight) => {
                    in_flight.failing = true;
                    let mut waiters = std::mem::take(&mut in_flight.waiters);
                    waiters.append(&mut saver.next);
                    saver.in_flight = Some(in_flight);
                    self.save_failed(saver, &error, waiters);
                }
                // The first save of a creation, durable by now.
                None => self.report_failure(saver, &error),
            }
        }
        core
    }

    fn save_failed(&self, saver: &mut Saver<S>, error: &PersistenceError, waiters: Vec<Waiter>) {
        let is_news = saver.note_failed(error);
        if is_news || !waiters.is_empty() {
            self.report_failure(saver, error);
        }
        answer_all(waiters, &Err(self.unsaved(error)));
    }

    fn report_failure(&self, saver: &Saver<S>, error: &PersistenceError) {
        saver.report(error);
        self.emit(Event::SaveFailed {
            server: self.server_id(),
            error: error.clone(),
        });
    }

    fn unsaved(&self, error: &PersistenceError) -> CheckpointError {
        CheckpointError::Unsaved {
            server: self.label(),
            source: error.clone(),
        }
    }

    pub(super) fn note_written(&self, mut core: Box<Core<S>>) -> Next<S> {
        let now = self.now_of(&core);
        let Core {
            state,
            saver: Some(saver),
            ..
        } = &mut *core
        else {
            return Ok(core);
        };
        let Some(mut in_flight) = saver.in_flight.take() else {
            return Ok(core);
        };
        match in_flight.settled.try_recv() {
            Ok(Settled::Saved) => {
                if let Err(message) = self.saved(state, saver, in_flight) {
                    drop_quietly(core);
                    return Err(Ending::Crashed { message });
                }
            }
            Ok(Settled::Failed { error, unclear }) => {
                let error = PersistenceError::Store {
                    key: saver.lease.key.clone(),
                    source: error,
                };
                saver.note_given_up(unclear);
                saver.changed |= !in_flight.is_refresh;
                self.save_failed(saver, &error, in_flight.waiters);
            }
            Ok(Settled::Fenced) => return Err(self.fenced(core, in_flight)),
            Err(_) => {
                saver.in_flight = Some(in_flight);
                return Ok(core);
            }
        }
        let waiters = std::mem::take(&mut saver.next);
        if !waiters.is_empty() {
            self.save(state, saver, &now, waiters);
        } else if saver.overdue && saver.trouble.is_none() {
            self.save_now(state, saver, &now);
        }
        self.arm(saver);
        self.go_once_saved(&mut core);
        Ok(core)
    }

    /// Whether nothing would be lost if the server went now; what has changed is sent to the store first.
    ///
    /// The state is encoded once even if no handler on `&mut self` has run: it may hide a change in a `Cell`.
    pub(super) fn is_saved(&self, core: &mut Core<S>) -> bool {
        let now = self.now_of(core);
        let Core {
            state,
            saver: Some(saver),
            was_looked_at,
            ..
        } = core
        else {
            return true;
        };
        let looks = saver.changed || !*was_looked_at;
        if looks && saver.in_flight.is_none() {
            *was_looked_at = true;
            self.save(state, saver, &now, Vec::new());
            self.arm(saver);
        }
        saver.in_flight.is_none() && saver.trouble.is_none()
    }

    fn saved(
        &self,
        state: &mut S,
        saver: &mut Saver<S>,
        in_flight: InFlight,
    ) -> Result<(), StdArc<str>> {
        let (meta, waiters) = saver.note_saved(in_flight);
        self.emit(Event::Saved {
            server: self.server_id(),
            revision: meta.revision,
        });
        answer_all(waiters, &Ok(Checkpoint::Saved(Box::new(meta.clone()))));
        saver.after_persist(state, &meta)
    }

    fn fenced(&self, mut core: Box<Core<S>>, in_flight: InFlight) -> Ending<S> {
        if let Some(saver) = &mut core.saver {
            let _ = self.note_fenced(saver, in_flight.waiters);
        }
        Ending::Fenced { core }
    }

    /// Tells everybody that the key is another's.
    fn note_fenced(&self, saver: &mut Saver<S>, mut waiters: Vec<Waiter>) -> PersistenceError {
        let key = saver.lease.key.clone();
        let error = PersistenceError::Fenced { key: key.clone() };
        saver.report(&error);
        waiters.append(&mut saver.next);
        answer_all(waiters, &Err(CheckpointError::Call(Failure::Fenced)));
        self.emit(Event::Fenced {
            server: self.server_id(),
            key,
        });
        error
    }

    /// Stores the last saved state again with a new time, whatever the hooks say of the current one.
    fn refresh(&self, saver: &mut Saver<S>, now: &Now) {
        if let Some(refresh) = saver.refreshed(now) {
            let (meta, fingerprint) = (refresh.meta.clone(), refresh.fingerprint);
            let settled = self.send_prepared(saver, |lease| Box::pin(refresh.into_write(lease)));
            saver.sent(meta, fingerprint, Vec::new(), settled);
            if let Some(in_flight) = &mut saver.in_flight {
                in_flight.is_refresh = true;
            }
        }
    }

    pub(super) fn status_of(&self, core: &Core<S>) -> Status {
        let saver = core.saver.as_deref();
        Status {
            id: self.server_id(),
            key: saver.map(|saver| saver.lease.key.clone()),
            incarnation: core.incarnation(),
            queued: usize::try_from(self.queued()).unwrap_or(usize::MAX),
            saved: saver.and_then(|saver| saver.saved().cloned()),
            unsaved: saver.is_some_and(|saver| saver.changed || saver.in_flight.is_some()),
            degraded: saver.is_some_and(|saver| saver.trouble.is_some()),
        }
    }
}

fn answer_all(waiters: Vec<Waiter>, answer: &Result<Checkpoint, CheckpointError>) {
    for waiter in waiters {
        waiter.answer(Ok(answer.clone()));
    }
}
