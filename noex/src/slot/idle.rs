//! Servers nobody asks anything: saved and stopped after `idle_timeout`, stopped and deleted after `max_idle`.

use std::time::Duration;

use tokio::time::Instant;

use super::Slot;
use super::control::Control;
use super::core::Core;
use super::drive::Next;
use super::life::after;
use super::retire::Ending;
use crate::event::Event;
use crate::exit::{ExitReason, Last};
use crate::persist::expiry::Past;
use crate::persist::saver::Now;
use crate::server::GenServer;
use crate::sync::now;

impl<S: GenServer> Slot<S> {
    /// Notes that a client has sent a message.
    pub(super) fn note_activity(&self, core: &mut Core<S>) {
        if !self.settings.watches_activity() {
            return;
        }
        core.activity.note(now());
        core.serves_client = true;
        if let Some(saver) = &mut core.saver
            && saver.note_active()
        {
            self.arm(saver);
        }
    }

    /// The time, and since when no client has been active.
    pub(super) fn now_of(&self, core: &Core<S>) -> Now {
        let mut now = self.system.now();
        if self.settings.watches_activity() {
            let idle = core.activity.idle(now.instant);
            now.active_at = now.wall.checked_sub(idle).unwrap_or(now.wall);
        }
        now
    }

    /// Sees to it that idleness is looked for when it could have lasted long enough.
    pub(super) fn watch_idleness(&self, core: &mut Core<S>) {
        let now = now();
        let until_gone = self
            .idle_timeout()
            .map(|limit| limit.saturating_sub(core.activity.quiet(now)));
        let delays = [until_gone, self.until_expired(core, now)];
        self.look_after(core, delays.into_iter().flatten().min());
    }

    fn look_after(&self, core: &mut Core<S>, delay: Option<Duration>) {
        let Some(delay) = delay else { return };
        let (me, incarnation) = (self.me.clone(), core.incarnation());
        let alarm = self.system.timers.at(after(now(), delay), move || {
            if let Some(slot) = me.upgrade().filter(|slot| slot.is_live(incarnation)) {
                slot.control(Control::IdleDue);
            }
        });
        core.idle_alarm = Some(Box::new(alarm));
    }

    fn idle_timeout(&self) -> Option<Duration> {
        self.settings.options().idle_timeout
    }

    fn until_expired(&self, core: &Core<S>, now: Instant) -> Option<Duration> {
        let limit = self.settings.max_idle()?;
        Some(limit.saturating_sub(core.activity.idle(now)))
    }

    pub(super) fn retire_if_idle(&self, mut core: Box<Core<S>>) -> Next<S> {
        let now = now();
        if self.is_or_was_awaited() {
            self.note_activity(&mut core);
        } else if self.is_busy_beside() {
            self.put_off(&mut core, now);
            return Ok(core);
        }
        let is_expired = self.until_expired(&core, now) == Some(Duration::ZERO);
        let is_idle = self
            .idle_timeout()
            .is_some_and(|limit| core.activity.quiet(now) >= limit);
        if !is_expired && !is_idle {
            self.watch_idleness(&mut core);
            return Ok(core);
        }
        if self.queued() > 0 {
            // What it has sent itself runs first; a tick of that very moment would else begin its next incarnation.
            self.control(Control::IdleDue);
            return Ok(core);
        }
        if is_expired {
            return Err(Ending::Graceful {
                core,
                reason: ExitReason::Expired,
                last: Last::Deletion,
            });
        }
        if !self.is_saved(&mut core) {
            self.stay_up(&mut core);
            return Ok(core);
        }
        Err(Ending::Graceful {
            core,
            reason: ExitReason::Idle,
            last: Last::Save,
        })
    }

    /// Lets a server go on as long as its futures do. They are no activity of a client, so its idleness goes on, too.
    fn put_off(&self, core: &mut Core<S>, now: Instant) {
        core.activity = core.activity.started(now);
        let limits = [self.idle_timeout(), self.settings.max_idle()];
        self.look_after(core, limits.into_iter().flatten().min());
    }

    /// What is told of a server that ends because it was idle for too long, once its record is deleted.
    pub(super) fn expiry_of(&self, core: &Core<S>) -> Option<Event> {
        let (saver, max_idle) = core.saver.as_ref().zip(self.settings.max_idle())?;
        let idle = core.activity.idle(now());
        Some(Event::Expired {
            kind: saver.config.kind.clone(),
            reason: Past::Idle { idle, max_idle }.into_error(saver.lease.key.clone()),
        })
    }

    /// Puts off going idle: until the write in flight is settled, or for one more `idle_timeout` if saving fails.
    fn stay_up(&self, core: &mut Core<S>) {
        if let Some(saver) = &mut core.saver {
            saver.server_goes_next = saver.in_flight.is_some();
            if saver.server_goes_next {
                return;
            }
        }
        let delays = [self.idle_timeout(), self.until_expired(core, now())];
        self.look_after(core, delays.into_iter().flatten().min());
    }

    /// Goes on with a server that waited for a write in order to go idle.
    pub(super) fn go_once_saved(&self, core: &mut Core<S>) {
        let Some(saver) = core.saver.as_mut().filter(|saver| saver.server_goes_next) else {
            return;
        };
        if saver.trouble.is_some() {
            return self.stay_up(core);
        }
        saver.server_goes_next = false;
        self.control(Control::IdleDue);
    }
}
