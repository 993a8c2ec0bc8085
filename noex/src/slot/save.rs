//! Saving, between messages: when a save is due, what a checkpoint waits for, what is encoded and where.

mod delivery;
mod last;

use tracing::Span;

use super::Slot;
use super::control::Control;
use super::core::Core;
use super::span::Parent;
use crate::client::{Checkpoint, Status};
use crate::error::CheckpointError;
use crate::event::Event;
use crate::metrics::Unsaved;
use crate::persist::saver::{Now, Prepared, Saver, Taken, Waiter};
use crate::persist::{PersistenceError, Snapshot};
use crate::server::GenServer;

impl<S: GenServer> Slot<S> {
    /// Notes that a handler may have changed the state.
    pub(super) fn note_change(&self, core: &mut Core<S>) {
        let Some(saver) = &mut core.saver else { return };
        if !saver.changed {
            saver.changed = true;
            saver.note_unsaved(self.system.clock().now());
            saver.unsaved = Unsaved::since(|| self.system.now().uptime);
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
        let asked = waiters.first().and_then(Waiter::span);
        let span = self.save_span(&saver.lease.key, Parent::of(asked));
        let _entered = span.as_ref().map(Span::enter);
        if saver.config.snapshot == Snapshot::Cloned {
            return self.save_clone(state, saver, now, waiters);
        }
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
                let outcome = self.send(saver, write, Some(fingerprint));
                saver.sent(meta, waiters, outcome);
            }
        }
    }

    /// Clones the state and has it encoded elsewhere, and written if it has changed.
    fn save_clone(&self, state: &S, saver: &mut Saver<S>, now: &Now, waiters: Vec<Waiter>) {
        match saver.take(state, now) {
            Taken::Skipped => answer_all(waiters, &Ok(Checkpoint::Skipped)),
            Taken::Failed(error) => {
                saver.changed = true;
                self.save_failed(saver, &error, waiters);
            }
            Taken::Draft(draft) => {
                let (meta, runtime) = (draft.meta.clone(), self.system.runtime.clone());
                let outcome =
                    self.send_prepared(saver, |lease| Box::pin(draft.into_ready(runtime, lease)));
                saver.sent(meta, waiters, outcome);
            }
        }
    }

    fn save_failed(&self, saver: &mut Saver<S>, error: &PersistenceError, waiters: Vec<Waiter>) {
        let is_news = saver.note_failed(error, self.system.clock().now());
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

    /// Stores the last saved state again with a new time, whatever the hooks say of the current one.
    fn refresh(&self, saver: &mut Saver<S>, now: &Now) {
        if let Some(refresh) = saver.refreshed(now) {
            let span = self.save_span(&saver.lease.key, Parent::Nobody);
            let _entered = span.as_ref().map(Span::enter);
            let meta = refresh.meta.clone();
            let outcome = self.send_prepared(saver, |lease| Box::pin(refresh.into_ready(lease)));
            saver.sent(meta, Vec::new(), outcome);
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
