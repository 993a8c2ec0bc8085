//! A family as it is seen from outside: its live servers, and the keys that are parked.

use std::sync::Arc as StdArc;

use super::FamilyInner;
use crate::server::GenServer;
use crate::slot::running::Running;
use crate::sync::{Arc, Ordering};
use crate::system::parking::Parked;
use crate::system::processes::{Described, Health, Process, Role};

impl<S: GenServer> FamilyInner<S> {
    /// Its server whose handler asks for something.
    pub(crate) fn asker(&self) -> Option<StdArc<str>> {
        let asker = Running::current();
        let live = self.live();
        let mut servers = live.values();
        let slot = servers.find(|slot| asker.is_handler_of(slot.address()))?;
        Some(slot.label())
    }
}

impl<S: GenServer> Described for FamilyInner<S> {
    fn describe(&self) -> Process {
        // A server describes itself without the lock that its start and its end need.
        let live: Vec<Arc<_>> = self.live().values().cloned().collect();
        let mut children: Vec<_> = live.iter().map(|slot| slot.describe()).collect();
        // One whose record cannot be restored may just be tried again.
        let is_live = |parked: &Parked| {
            let name = parked.name.as_deref();
            name.is_some_and(|name| self.find(name).is_some())
        };
        let parked = self.parked().into_iter();
        children.extend(
            parked
                .filter(|parked| !is_live(parked))
                .map(Self::parked_key),
        );
        children.sort_by(|one, other| one.name.cmp(&other.name));
        let health = match (self.system.is_open(), self.closed.load(Ordering::Acquire)) {
            (true, false) => Health::Running,
            (true, true) => Health::Waiting,
            (false, _) => Health::Stopping,
        };
        Process {
            name: Some(self.name.to_string()),
            health,
            ..Process::above(Role::Family, S::KIND, self.number, children)
        }
    }
}

impl<S: GenServer> FamilyInner<S> {
    fn parked_key(parked: Parked) -> Process {
        Process {
            key: parked.key,
            name: parked.name.map(|name| name.to_string()),
            health: Health::Parked,
            ..Process::above(Role::Server, S::KIND, 0, Vec::new())
        }
    }
}
