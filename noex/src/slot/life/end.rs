//! Asking a server to end, killing it, and what whoever waits or is queued is told.

use std::time::Duration;

use tokio::time::Instant;

use super::{Exit, Mourners, after};
use crate::contain::drop_quietly;
use crate::error::StartError;
use crate::event::Event;
use crate::exit::{Down, ExitReason, Last, Stop};
use crate::protocol::ticket::Ticket;
use crate::server::GenServer;
use crate::slot::Slot;
use crate::slot::control::{Control, Purpose, Stopping};
use crate::slot::queue::Item;
use crate::slot::send::wait_for;
use crate::sync::{Arc, Ordering, lock, now};
use crate::system::settings::Sequel;
use crate::timer::Alarm;

impl<S: GenServer> Slot<S> {
    #[inline]
    pub(in crate::slot) fn is_refusing(&self) -> bool {
        self.stopping.load(Ordering::Acquire) && self.life().refuses()
    }

    /// Waits for the start that is under way, if one is.
    pub(crate) async fn wait_until_started(&self) -> Result<(), StartError> {
        let started = self.life().when_started();
        let outcome = wait_for(&started).await;
        outcome.map_err(|_| StartError::NotRunning)?
    }

    /// Asks for a graceful end; a ticket for it, or none where the server has ended before.
    pub(crate) fn request_stop(&self, how: Stop) -> Option<Arc<Ticket<Exit>>> {
        self.request(how, Purpose::Asked)
    }

    /// Asks for a graceful end of one incarnation, or of the server, for `purpose`.
    pub(crate) fn request(&self, how: Stop, purpose: Purpose) -> Option<Arc<Ticket<Exit>>> {
        let ticket = Ticket::queued();
        let within = how
            .within
            .unwrap_or(self.settings.options().shutdown_timeout);
        let mut life = self.life();
        if life.is_over() {
            return None;
        }
        life.waiting().stoppers.push(ticket.clone());
        let stopping = Stopping::within(how, purpose, within);
        if let Some(under_way) = &mut life.stopping {
            let joined = under_way.join(&stopping);
            drop(life);
            if joined.is_hastened {
                self.kill_at(stopping.kill_at, within);
            }
            if joined.is_to_restart {
                self.put_stop(&stopping);
            }
            return Some(ticket);
        }
        life.stopping = Some(Box::new(stopping.clone()));
        self.stopping.store(true, Ordering::Release);
        drop(life);
        self.put_stop(&stopping);
        self.kill_at(stopping.kill_at, within);
        Some(ticket)
    }

    /// What is queued runs before a server ends; where the next incarnation handles it, it waits for that.
    fn put_stop(&self, stopping: &Stopping) {
        let mut queue = lock(&self.queue);
        let stop = Item::Control(Control::Stop);
        if stopping.purpose == Purpose::Restart {
            self.put_first(queue, stop);
        } else {
            queue.open = false;
            self.put_in_turn(queue, stop);
        }
    }

    fn kill_at(&self, at: Instant, within: Duration) {
        let alarm = self.alarm_to_kill(at, within);
        let mut life = self.life();
        // The incarnation that was to stop may be over by now, and the next one has nothing to do with its deadline.
        let stopping = life.stopping.as_ref().filter(|_| !life.is_over());
        if stopping.is_some_and(|stopping| stopping.kill_at == at) {
            life.waiting().deadline = Some(alarm);
        }
    }

    /// An end that nobody has asked for has a deadline like any other.
    pub(in crate::slot) fn limit_farewell(&self) {
        let within = self.settings.options().shutdown_timeout;
        let alarm = self.alarm_to_kill(after(now(), within), within);
        let mut life = self.life();
        if !life.is_stopping() && !life.is_over() {
            life.waiting().deadline = Some(alarm);
        }
    }

    fn alarm_to_kill(&self, at: Instant, within: Duration) -> Alarm {
        let me = self.me.clone();
        self.system.timers.at(at, move || {
            if let Some(slot) = me.upgrade() {
                slot.kill(ExitReason::Killed { after: within });
            }
        })
    }

    /// What a stop that has its turn does with the record; none where it was for an incarnation that is over.
    pub(in crate::slot) fn stop_due(&self) -> Option<Last> {
        let last = self
            .life()
            .stopping
            .as_ref()
            .map(|stopping| stopping.how.last);
        if last.is_none() {
            // It has closed the mailbox to clients of an incarnation that it came too late for.
            self.open_mailbox(&self.life());
        }
        last
    }

    /// Ends the server from outside: whatever its incarnation still does no longer counts.
    pub(crate) fn kill(&self, reason: ExitReason) {
        let mut life = self.life();
        if life.is_over() || life.is_decided {
            return;
        }
        life.is_decided = true;
        let incarnation = self.incarnation.fetch_add(1, Ordering::AcqRel);
        self.system.killed.note(self.address(), incarnation);
        let waker = life.kill.take();
        let lease = life.lease.take();
        drop(life);
        // Before the name is free, so that the next one of it waits for the key.
        if let Some(lease) = lease {
            drop(lease.release_when_settled());
        }
        let exit = Exit::because(reason);
        match self.settings.owner.after(self, &exit) {
            Sequel::Waits => self.leave(&exit),
            Sequel::GoesOn | Sequel::Ends => self.close(&exit),
        }
        if let Some(waker) = waker {
            waker.wake();
        }
        // Whoever has the core just now, or brings it back, finds the control.
        match self.take_killed_core() {
            Some(core) => self.drop_killed(core),
            None => self.control(Control::Killed),
        }
        self.let_go();
    }

    /// The number of the incarnation that starts now; none where the server was killed before.
    pub(in crate::slot) fn next_incarnation(&self) -> Option<u32> {
        let life = self.life();
        (!life.is_over() && !life.is_decided)
            .then(|| self.incarnation.fetch_add(1, Ordering::AcqRel) + 1)
    }

    /// Ends the server whose runtime went away under a handler.
    pub(in crate::slot) fn abandon(&self) {
        drop_quietly(self.take_rescued());
        if let Some(stopping) = &mut self.life().stopping {
            stopping.purpose = Purpose::End;
        }
        self.kill(ExitReason::Crashed {
            message: "the runtime was shut down".into(),
        });
    }

    /// The end of the server: its name is free, its waiters hear of it, what is queued is refused.
    pub(crate) fn close(&self, exit: &Exit) {
        self.settings.owner.ended(self);
        let mut life = self.life();
        if life.is_ended() {
            return;
        }
        let was_over = life.is_over();
        let mourners = life.end(exit);
        drop(life);
        self.refuse_rest();
        self.mourn(mourners, exit, was_over, || {});
    }

    /// Tells of the end of an incarnation, unless that was done before.
    pub(super) fn mourn(
        &self,
        mourners: Mourners,
        exit: &Exit,
        was_told: bool,
        tell_owner: impl FnOnce(),
    ) {
        if !was_told && exit.start.is_none() {
            self.emit(Event::Terminated {
                server: self.server_id(),
                reason: exit.reason.clone(),
            });
        }
        for starter in mourners.starters {
            starter.answer(Ok(Err(mourners.error.clone())));
        }
        self.tell(mourners.monitors, &exit.reason);
        // Before whoever has stopped the server hears of it, who may start it again at once.
        tell_owner();
        for stopper in mourners.stoppers {
            stopper.answer(Ok(exit.clone()));
        }
    }

    /// Tells who monitors the server that an incarnation of it has ended.
    pub(in crate::slot) fn tell(&self, monitors: Vec<Arc<Ticket<Down>>>, reason: &ExitReason) {
        for monitor in monitors {
            monitor.answer(Ok(self.down(reason.clone())));
        }
    }

    pub(in crate::slot) fn down(&self, reason: ExitReason) -> Down {
        Down {
            server: self.server_id(),
            reason,
        }
    }

    /// Refuses everything that is queued.
    pub(in crate::slot) fn refuse_rest(&self) {
        let mut queue = lock(&self.queue);
        queue.open = false;
        let (items, crowd) = queue.take_all();
        // What a task has swapped out is still counted: it may be handling it just now.
        self.uncount_sent(items.len() as u64);
        drop(queue);
        for item in items {
            self.refuse(item);
        }
        for (item, room) in crowd {
            if let Some(room) = room {
                room.answer(Err(self.life().refusal()));
            }
            self.refuse(item);
        }
    }

    fn refuse(&self, item: Item<S>) {
        let failure = self.life().refusal();
        match item {
            Item::Cast(message) => drop_quietly(message),
            Item::Message(envelope) => {
                envelope.route.answer(Err(failure));
                drop_quietly(envelope.message);
            }
            Item::Control(Control::Checkpoint(ticket)) => ticket.answer(Err(failure)),
            Item::Control(Control::Status(ticket)) => ticket.answer(Err(failure)),
            Item::Control(_) => {}
            Item::Traced(traced) => self.refuse(Item::Message(traced.envelope)),
        }
    }

    pub(crate) fn emit(&self, event: Event) {
        self.system.events.emit(event);
    }
}
