//! From one incarnation to the next: at once, or when the owner says so, but never before the last one has let go.

use super::{Exit, Life, Restarting};
use crate::error::{StartError, StopError};
use crate::event::Event;
use crate::exit::ExitReason;
use crate::persist::PersistenceError;
use crate::protocol::ticket::Ticket;
use crate::server::GenServer;
use crate::slot::Slot;
use crate::slot::control::Control;
use crate::slot::life::after;
use crate::sync::{Arc, MutexGuard, Ordering, fence, lock, now, try_lock};

impl<S: GenServer> Slot<S> {
    /// Starts the next incarnation for what waits in the mailbox, unless the server was killed meanwhile.
    pub(in crate::slot) fn go_on(&self, exit: &Exit) {
        let mut life = self.life();
        let halted = life.end_halt();
        if halted.is_none() && exit.reason == ExitReason::Stopped {
            // It was stopped for a restart, and somebody wants its end by now.
            drop(life);
            return self.close(exit);
        }
        if halted.is_some() {
            self.stopping.store(false, Ordering::Release);
        }
        let monitors = life.take_monitors();
        let begins = life.start_again();
        drop(life);
        self.tell(monitors, &exit.reason);
        self.emit(Event::Terminated {
            server: self.server_id(),
            reason: exit.reason.clone(),
        });
        if begins {
            self.spawn_start();
        }
        for stopper in halted.unwrap_or_default() {
            stopper.answer(Ok(exit.clone()));
        }
    }

    /// Waits for the owner to start it again or to end it; name and mailbox are kept meanwhile.
    pub(in crate::slot) fn wait_for_owner(&self, exit: &Exit) {
        let mut life = self.life();
        if life.is_over() {
            return;
        }
        let mourners = life.wait(exit);
        self.reopen(life);
        self.mourn(mourners, exit, false, || {
            self.settings.owner.waits(self, exit);
        });
    }

    /// The same for a server that was killed: its handler may still be running.
    pub(super) fn leave(&self, exit: &Exit) {
        let mut life = self.life();
        if life.is_over() {
            return;
        }
        let mourners = life.leave(exit);
        self.leaving.store(true, Ordering::SeqCst);
        self.reopen(life);
        self.mourn(mourners, exit, false, || {
            self.settings.owner.waits(self, exit);
        });
    }

    /// Takes messages for the next incarnation, unless there is to be none for now. The life is locked meanwhile: the
    /// next incarnation cannot begin before this, nor the server end.
    fn reopen(&self, life: MutexGuard<'_, Life>) {
        self.stopping.store(false, Ordering::Release);
        let opens = self.open_mailbox(&life);
        drop(life);
        if !opens {
            self.refuse_rest();
        }
    }

    /// Takes messages, unless the server is parked or has ended; whether it does. The life is locked meanwhile, so that
    /// whoever ends it closes the mailbox after this.
    pub(super) fn open_mailbox(&self, life: &Life) -> bool {
        let opens = !life.refuses_rest();
        if opens {
            lock(&self.queue).open = true;
        }
        opens
    }

    /// Starts a server that waits for its owner; a ticket for the start.
    pub(crate) fn start_next(&self) -> Arc<Ticket<Result<(), StartError>>> {
        // Before the start begins: what concerns the next incarnation comes after that.
        if self.life().is_waiting() {
            self.clear_mailbox();
        }
        let mut life = self.life();
        let restarting = life.restart();
        let started = life.when_started();
        if restarting != Restarting::No {
            self.open_mailbox(&life);
        }
        drop(life);
        match restarting {
            Restarting::No => {}
            Restarting::Now => self.spawn_start(),
            Restarting::Later => self.wait_until_left(),
        }
        started
    }

    /// Ends a server that waits for its owner, whose last incarnation has ended before.
    pub(crate) async fn end_waiting(&self) -> Result<(), StopError> {
        let exit = self.life().exit().cloned();
        let Some(exit) = exit else { return Ok(()) };
        let deleted = self.delete_kept(&exit).await;
        self.close(&exit);
        // A killed handler that comes back just now must not leave its core in the seat.
        self.control(Control::Killed);
        deleted
    }

    /// Deletes the record that was kept for a restart which is not to come, where an end would have deleted it.
    async fn delete_kept(&self, exit: &Exit) -> Result<(), StopError> {
        let Some(persisting) = self.settings.persisting.as_deref() else {
            return Ok(());
        };
        let was_stopped = exit.reason == ExitReason::Stopped && exit.unsaved.is_none();
        if !was_stopped || !persisting.config.delete_on_stop || self.life().is_ended() {
            return Ok(());
        }
        let Ok(key) = persisting.key(S::KIND, self.name.as_deref()) else {
            return Ok(());
        };
        let deleted = persisting.store.delete_stored(&key).await;
        match deleted {
            Ok(false) => Ok(()),
            Ok(true) => {
                let server = self.server_id();
                self.emit(Event::Deleted { server, key });
                Ok(())
            }
            Err(source) => Err(StopError::Unsaved {
                server: self.label(),
                source: PersistenceError::Store { key, source },
            }),
        }
    }

    /// Drops what concerned only the last incarnation.
    fn clear_mailbox(&self) {
        let mut queue = lock(&self.queue);
        let stale = queue.drop_stale() + queue.drop_stops();
        self.uncount_sent(stale);
    }

    /// A start that waits for a killed handler to return has its deadline like any other.
    fn wait_until_left(&self) {
        let (me, left_by) = (self.me.clone(), self.incarnation());
        let within = self.settings.options().start_timeout;
        let alarm = self.system.timers.at(after(now(), within), move || {
            // An incarnation that has started meanwhile may have been killed, too: that wait has an alarm of its own.
            if let Some(slot) = me.upgrade().filter(|slot| slot.is_live(left_by)) {
                slot.start_is_late();
            }
        });
        alarm.detach();
        self.let_go();
    }

    fn start_is_late(&self) {
        let starters = self.life().give_up_start();
        let error = StartError::TimedOut {
            server: self.label(),
            after: self.settings.options().start_timeout,
        };
        for starter in starters {
            starter.answer(Ok(Err(error.clone())));
        }
    }

    /// One task fewer is at the core or the mailbox.
    pub(in crate::slot) fn hand_off(&self) {
        self.hands.fetch_sub(1, Ordering::SeqCst);
        self.let_go();
    }

    /// Lets the next incarnation of a killed one start, once nobody is at its core or its mailbox any more.
    pub(in crate::slot) fn let_go(&self) {
        if !self.leaving.load(Ordering::SeqCst) || self.hands.load(Ordering::SeqCst) > 0 {
            return;
        }
        fence(Ordering::SeqCst);
        // Whoever runs a handler under the seat's lock comes by here when it is given up.
        let Some(mut seat) = try_lock(&self.seat) else {
            return;
        };
        // A task that has come meanwhile cannot have the core, and comes by here when it ends.
        if self.hands.load(Ordering::SeqCst) > 0 {
            return;
        }
        let killed = seat.take_if(|core| !self.is_live(core.incarnation()));
        drop(seat);
        if let Some(core) = killed {
            self.drop_killed(core);
        }
        if !self.life().is_leaving() {
            return;
        }
        // What the killed incarnation had swapped out of the mailbox is back in it.
        self.clear_mailbox();
        let mut life = self.life();
        if !life.is_leaving() {
            return;
        }
        let is_awaited = life.has_left();
        self.leaving.store(false, Ordering::SeqCst);
        drop(life);
        if is_awaited {
            self.spawn_start();
        }
    }
}
