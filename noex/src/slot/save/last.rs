//! The last save of a server that ends: after any write in flight, and once more for what has changed since.

use std::time::SystemTime;

use tokio::sync::oneshot;
use tracing::{Instrument as _, Span};

use super::answer_all;
use crate::client::Checkpoint;
use crate::error::{CheckpointError, Failure};
use crate::event::Event;
use crate::exit::Last;
use crate::persist::PersistenceError;
use crate::persist::record::RecordMeta;
use crate::persist::saver::{InFlight, Now, Outcome, Prepared, Saver, Waiter};
use crate::server::GenServer;
use crate::slot::Slot;
use crate::slot::core::Core;
use crate::slot::span::Parent;
use crate::store::{StoreError, Write};

impl<S: GenServer> Slot<S> {
    /// The last save, after any write in flight.
    pub(in crate::slot) async fn save_last(
        &self,
        core: &mut Core<S>,
        last: Last,
    ) -> Result<(), PersistenceError> {
        let active_at = self.now_of(core).active_at;
        let Core {
            state,
            saver: Some(saver),
            ..
        } = core
        else {
            return Ok(());
        };
        saver.lease.close();
        if let Some(in_flight) = saver.in_flight.take() {
            self.settle_before_last(state, saver, in_flight).await?;
        }
        let config = &saver.config;
        let keeps = match last {
            Last::Save => true,
            Last::Configured => config.save_on_stop,
            // What a stop would delete is not to be lost by a sibling's crash.
            Last::BeforeRestart => config.save_on_stop || config.delete_on_stop,
            Last::Nothing | Last::Deletion => false,
        };
        let deletes = last == Last::Deletion || (last == Last::Configured && config.delete_on_stop);
        let waiters = std::mem::take(&mut saver.next);
        if deletes {
            answer_all(waiters, &Err(CheckpointError::Call(Failure::NotRunning)));
            let deletion = saver.deletion();
            self.write_last(saver, deletion).await?;
            self.emit(Event::Deleted {
                server: self.server_id(),
                key: saver.lease.key.clone(),
            });
        } else if keeps {
            let asked = waiters.first().and_then(Waiter::span);
            let span = self.save_span(&saver.lease.key, Parent::of(asked));
            let saving = self.save_final(state, saver, active_at, waiters);
            saving.instrument(span.unwrap_or_else(Span::none)).await?;
        } else {
            answer_all(waiters, &Err(CheckpointError::Call(Failure::NotRunning)));
        }
        Ok(())
    }

    async fn settle_before_last(
        &self,
        state: &mut S,
        saver: &mut Saver<S>,
        mut in_flight: Box<InFlight>,
    ) -> Result<(), PersistenceError> {
        match (&mut in_flight.outcome).await {
            Ok(Outcome::Saved { fingerprint }) => {
                if let Err(message) = self.saved(state, saver, in_flight, fingerprint) {
                    self.report_after_persist(saver, &message);
                }
                Ok(())
            }
            Ok(Outcome::Unchanged) => {
                answer_all(in_flight.waiters, &Ok(Checkpoint::Unchanged));
                Ok(())
            }
            Ok(Outcome::Fenced) => Err(self.note_fenced(saver, in_flight.waiters)),
            // What failed is tried again with the last state.
            failed => {
                if let Ok(Outcome::Failed { unclear, .. }) = failed {
                    saver.note_given_up(unclear);
                }
                saver.note_still_unsaved(&in_flight);
                saver.note_active();
                saver.next.append(&mut in_flight.waiters);
                Ok(())
            }
        }
    }

    async fn save_final(
        &self,
        state: &mut S,
        saver: &mut Saver<S>,
        active_at: SystemTime,
        waiters: Vec<Waiter>,
    ) -> Result<(), PersistenceError> {
        let now = Now {
            active_at,
            ..self.system.now()
        };
        match saver.prepare(state, &now) {
            Prepared::Unchanged => answer_all(waiters, &Ok(Checkpoint::Unchanged)),
            Prepared::Skipped => {
                answer_all(waiters, &Ok(Checkpoint::Skipped));
                self.refresh_last(state, saver, &now).await?;
            }
            Prepared::Failed(error) => {
                self.save_failed(saver, &error, waiters);
                return Err(error);
            }
            Prepared::Write { write, meta, .. } => {
                if let Err(error) = self.write_last(saver, write.last()).await {
                    answer_all(waiters, &Err(self.unsaved(&error)));
                    return Err(error);
                }
                saver.note_well();
                self.saved_last(state, saver, &meta);
                answer_all(waiters, &Ok(Checkpoint::Saved(Box::new(meta))));
            }
        }
        Ok(())
    }

    /// What was skipped is only the state: that a client was active is kept with the one that is stored.
    async fn refresh_last(
        &self,
        state: &mut S,
        saver: &mut Saver<S>,
        now: &Now,
    ) -> Result<(), PersistenceError> {
        if !saver.is_refresh_due(now) {
            return Ok(());
        }
        let Some(refresh) = saver.refreshed(now) else {
            return Ok(());
        };
        let meta = refresh.meta.clone();
        let outcome = self.send_prepared(saver, |lease| Box::pin(refresh.into_last(lease)));
        self.settle_last(saver, outcome).await?;
        self.saved_last(state, saver, &meta);
        Ok(())
    }

    fn saved_last(&self, state: &mut S, saver: &Saver<S>, meta: &RecordMeta) {
        saver.lease.account.saved(meta);
        self.emit(Event::Saved {
            server: self.server_id(),
            revision: meta.revision,
        });
        if let Err(message) = saver.after_persist(state, meta) {
            self.report_after_persist(saver, &message);
        }
    }

    /// The server is ending and its state is durable: nothing is left to be done about the panic but to tell of it.
    fn report_after_persist(&self, saver: &Saver<S>, message: &str) {
        let error = saver.hook_failed("after_persist", message);
        saver.report(&error);
        self.emit(Event::Record {
            server: self.server_id(),
            error,
        });
    }

    async fn write_last(&self, saver: &mut Saver<S>, write: Write) -> Result<(), PersistenceError> {
        let outcome = self.send(saver, write, None);
        self.settle_last(saver, outcome).await
    }

    async fn settle_last(
        &self,
        saver: &mut Saver<S>,
        outcome: oneshot::Receiver<Outcome>,
    ) -> Result<(), PersistenceError> {
        let key = saver.lease.key.clone();
        let error = match outcome.await {
            Ok(Outcome::Saved { .. } | Outcome::Unchanged) => return Ok(()),
            Ok(Outcome::Failed { error, .. }) => PersistenceError::Store { key, source: error },
            Ok(Outcome::NotEncoded(error)) => error,
            Ok(Outcome::Fenced) => return Err(self.note_fenced(saver, Vec::new())),
            Err(_) => PersistenceError::Store {
                key,
                source: StoreError::uncertain("the runtime was shut down"),
            },
        };
        self.save_failed(saver, &error, Vec::new());
        Err(error)
    }
}
