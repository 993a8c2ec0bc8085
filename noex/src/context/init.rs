//! What `init` has: it makes a state, so there is no server yet.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::clock::Clock;
use crate::server::GenServer;
use crate::store::Key;

/// The context of `init`, which makes a state and has none yet.
pub struct InitCx<S: GenServer> {
    /// What is not state: pools, sockets, clients of other servers.
    pub env: S::Env,
    name: Option<Arc<str>>,
    key: Option<Key>,
    clock: Clock,
}

impl<S: GenServer> InitCx<S> {
    pub(crate) fn new(env: S::Env, name: Option<Arc<str>>, key: Option<Key>, clock: Clock) -> Self {
        Self {
            env,
            name,
            key,
            clock,
        }
    }

    /// The server's name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The key its state is stored under, if it is stored.
    #[must_use]
    pub fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// The time by the system's wall clock.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.clock.now()
    }
}

impl<S: GenServer> fmt::Debug for InitCx<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InitCx")
            .field("kind", &S::KIND)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
