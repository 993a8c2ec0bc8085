//! A server as it is seen from outside, while whoever has its core goes on.

use super::Slot;
use crate::server::GenServer;
use crate::store::Key;
use crate::sync::Ordering;
use crate::system::processes::{Described, Health, Process, Role};

impl<S: GenServer> Described for Slot<S> {
    fn describe(&self) -> Process {
        let at_work = self.is_at_work();
        let incarnation = self.incarnation();
        let life = self.life();
        let (health, restarts, lease) = (life.health(), life.restarts(), life.lease.clone());
        drop(life);
        let key = lease.as_ref().map(|lease| lease.key.clone());
        Process {
            name: self.name.as_deref().map(str::to_owned),
            key: key.or_else(|| self.key_to_be()),
            incarnation,
            health: health.unwrap_or_else(|| self.health(incarnation, at_work)),
            queued: self.queued(),
            restarts: restarts.into(),
            saves: lease.map(|lease| lease.account.to_saves()),
            ..Process::above(Role::Server, S::KIND, self.number(), Vec::new())
        }
    }
}

impl<S: GenServer> Slot<S> {
    /// The key that it claims when it starts, if its state is stored.
    fn key_to_be(&self) -> Option<Key> {
        let persisting = self.settings.persisting.as_ref()?;
        persisting.key(S::KIND, self.name.as_deref()).ok()
    }

    /// How a server is that has started.
    fn health(&self, incarnation: u32, at_work: bool) -> Health {
        if self.over.load(Ordering::Acquire) == incarnation {
            Health::Stopping
        } else if at_work {
            Health::Busy
        } else {
            Health::Idle
        }
    }

    /// Whether somebody has the core, or is about to take it.
    fn is_at_work(&self) -> bool {
        // The seat is given up as anybody gives it up: whoever found it taken for this look is seen to.
        let is_seated = self.try_seat().is_some_and(|seat| seat.is_some());
        !is_seated || self.queued() > 0
    }
}
