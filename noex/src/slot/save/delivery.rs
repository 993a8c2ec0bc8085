//! A save that leaves, and what comes back of it: durable, failed, or the key is another's.

use std::sync::Arc as StdArc;

use tokio::sync::oneshot;
use tracing::Instrument as _;

use super::answer_all;
use crate::client::Checkpoint;
use crate::contain::drop_quietly;
use crate::error::{CheckpointError, Failure};
use crate::event::Event;
use crate::metrics::{self, Stopwatch};
use crate::persist::PersistenceError;
use crate::persist::lease::Lease;
use crate::persist::saver::{InFlight, Now, Outcome, Ready, Saver, Waiter};
use crate::persist::settle::{self, Settled};
use crate::protocol::handler::BoxFuture;
use crate::server::GenServer;
use crate::slot::Slot;
use crate::slot::control::Control;
use crate::slot::core::Core;
use crate::slot::drive::Next;
use crate::slot::retire::Ending;
use crate::slot::span;
use crate::store::{StoreError, Write};

impl<S: GenServer> Slot<S> {
    /// Hands a write on; how it came out comes back through the mailbox.
    pub(in crate::slot) fn send(
        &self,
        saver: &Saver<S>,
        write: Write,
        fingerprint: Option<u128>,
    ) -> oneshot::Receiver<Outcome> {
        self.send_prepared(saver, move |_| {
            Box::pin(async move { Ok(Ready { write, fingerprint }) })
        })
    }

    pub(super) fn send_prepared<P>(
        &self,
        saver: &Saver<S>,
        prepare: P,
    ) -> oneshot::Receiver<Outcome>
    where
        P: for<'a> FnOnce(&'a Lease) -> BoxFuture<'a, Result<Ready, Outcome>> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let (me, lease) = (self.me.clone(), saver.lease.clone());
        let (incarnation, system) = (self.incarnation(), self.system.clone());
        let before = saver.before();
        lease.begin_write();
        let clock = Stopwatch::start();
        let writing = async move {
            let live = || me.upgrade().filter(|slot| slot.is_live(incarnation));
            let trouble = |error| {
                if let Some(slot) = live() {
                    slot.control(Control::SaveTrouble(Box::new(error)));
                }
            };
            let outcome = match prepare(&lease).await {
                Ok(Ready { write, fingerprint }) => {
                    let random = || system.random();
                    let bytes = write.record.as_ref().map(|record| record.bytes.len());
                    let settled = settle::write(&lease, write, before, random, trouble).await;
                    if let (Settled::Saved, Some(bytes)) = (&settled, bytes) {
                        metrics::saved(S::KIND, &clock, bytes);
                    }
                    Outcome::of(settled, fingerprint)
                }
                Err(outcome) => outcome,
            };
            // Before anybody hears of it, or the end would be taken for that of the write that follows.
            lease.end_write();
            // The incarnation may be over: then nobody asks.
            let _ = sender.send(outcome);
            if let Some(slot) = live() {
                slot.control(Control::Written);
            }
        };
        self.system.runtime.spawn(writing.instrument(span::here()));
        receiver
    }

    pub(in crate::slot) fn note_trouble(
        &self,
        mut core: Box<Core<S>>,
        source: StoreError,
    ) -> Box<Core<S>> {
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

    pub(in crate::slot) fn note_written(&self, mut core: Box<Core<S>>) -> Next<S> {
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
        match in_flight.outcome.try_recv() {
            Ok(Outcome::Saved { fingerprint }) => {
                if let Err(message) = self.saved(state, saver, in_flight, fingerprint) {
                    drop_quietly(core);
                    return Err(Ending::Crashed { message });
                }
            }
            Ok(Outcome::Unchanged) => {
                saver.note_well();
                answer_all(in_flight.waiters, &Ok(Checkpoint::Unchanged));
            }
            Ok(Outcome::NotEncoded(error)) => {
                saver.note_still_unsaved(&in_flight);
                self.save_failed(saver, &error, in_flight.waiters);
                self.refresh_despite(saver, &now);
            }
            Ok(Outcome::Failed { error, unclear }) => {
                let error = PersistenceError::Store {
                    key: saver.lease.key.clone(),
                    source: error,
                };
                saver.note_given_up(unclear);
                if in_flight.failing {
                    saver.note_refused();
                }
                if !in_flight.is_refresh {
                    saver.note_still_unsaved(&in_flight);
                }
                self.save_failed(saver, &error, in_flight.waiters);
                if !in_flight.is_refresh {
                    self.refresh_despite(saver, &now);
                }
            }
            Ok(Outcome::Fenced) => return Err(self.fenced(core, in_flight)),
            Err(_) => {
                saver.in_flight = Some(in_flight);
                return Ok(core);
            }
        }
        if saver.in_flight.is_none() && !saver.next.is_empty() {
            let waiters = std::mem::take(&mut saver.next);
            self.save(state, saver, &now, waiters);
        } else if saver.overdue && saver.trouble.is_none() {
            self.save_now(state, saver, &now);
        }
        self.arm(saver);
        self.go_once_saved(&mut core);
        Ok(core)
    }

    /// A state that cannot be saved does not let the last one that was expire.
    fn refresh_despite(&self, saver: &mut Saver<S>, now: &Now) {
        if saver.is_refresh_due(now) {
            self.refresh(saver, now);
        }
    }

    pub(super) fn saved(
        &self,
        state: &mut S,
        saver: &mut Saver<S>,
        in_flight: Box<InFlight>,
        fingerprint: Option<u128>,
    ) -> Result<(), StdArc<str>> {
        let InFlight {
            meta,
            waiters,
            is_refresh,
            ..
        } = *in_flight;
        saver.note_stored(&meta, fingerprint);
        // A state that could not be saved is no better off for the last one being stored again.
        if !(is_refresh && saver.changed) {
            saver.note_well();
        }
        self.emit(Event::Saved {
            server: self.server_id(),
            revision: meta.revision,
        });
        answer_all(waiters, &Ok(Checkpoint::Saved(Box::new(meta.clone()))));
        saver.after_persist(state, &meta)
    }

    fn fenced(&self, mut core: Box<Core<S>>, in_flight: Box<InFlight>) -> Ending<S> {
        if let Some(saver) = &mut core.saver {
            let _ = self.note_fenced(saver, in_flight.waiters);
        }
        Ending::Fenced { core }
    }

    /// Tells everybody that the key is another's.
    pub(super) fn note_fenced(
        &self,
        saver: &mut Saver<S>,
        mut waiters: Vec<Waiter>,
    ) -> PersistenceError {
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
}
