//! What runs in a system: for a look by name, for a shutdown, and for the keys that families may have.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc as StdArc;
use std::time::Duration;

use super::Inner;
use crate::error::StopError;
use crate::persist::key_template::family::sharing_prefix;
use crate::protocol::handler::BoxFuture;
use crate::sync::{Arc, MutexGuard, lock};

/// What runs in a system, for a shutdown and for a look by name.
#[derive(Default)]
pub(super) struct Registry {
    names: HashMap<(TypeId, StdArc<str>), Arc<dyn Stops>>,
    servers: HashMap<u64, Arc<dyn Stops>>,
    /// The prefixes of families' keys.
    prefixes: HashMap<String, StdArc<str>>,
}

/// Something that a shutdown stops.
pub(crate) trait Stops: Send + Sync {
    /// Stops it within `deadline`; what did not stop as it should have.
    fn stop_all(&self, deadline: Duration) -> BoxFuture<'static, StopOutcome>;

    /// How many servers run.
    fn count(&self) -> usize;

    /// Itself, for a look by name.
    fn any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

/// How many servers were stopped, and which of them not as they should have been.
#[derive(Default)]
pub(crate) struct StopOutcome {
    pub(crate) stopped: usize,
    pub(crate) failed: Vec<StopError>,
}

impl Inner {
    fn registry(&self) -> MutexGuard<'_, Registry> {
        lock(&self.registry)
    }

    /// Enters a server, under its name if it has one; whether the name was free. None where the system is shut down: a
    /// shutdown finds whatever was entered before it.
    pub(crate) fn enter<T: 'static>(
        &self,
        number: u64,
        name: Option<&StdArc<str>>,
        server: Arc<dyn Stops>,
    ) -> Option<bool> {
        let mut registry = self.registry();
        if !self.is_open() {
            return None;
        }
        if let Some(name) = name {
            let key = (TypeId::of::<T>(), name.clone());
            if registry.names.contains_key(&key) {
                return Some(false);
            }
            registry.names.insert(key, server.clone());
        }
        registry.servers.insert(number, server);
        Some(true)
    }

    /// Takes a server out, and its name with it; whether it was in.
    pub(crate) fn leave<T: 'static>(&self, number: u64, name: Option<&StdArc<str>>) -> bool {
        let mut registry = self.registry();
        let left = registry.servers.remove(&number);
        if let (Some(_), Some(name)) = (&left, name) {
            registry.names.remove(&(TypeId::of::<T>(), name.clone()));
        }
        drop(registry);
        left.is_some()
    }

    pub(crate) fn find<T: 'static>(&self, name: &str) -> Option<Arc<dyn Stops>> {
        self.registry()
            .names
            .get(&(TypeId::of::<T>(), name.into()))
            .cloned()
    }

    /// Reserves a prefix of keys for a family; the family that has one like it already.
    pub(crate) fn reserve_prefix(&self, prefix: &str, family: &StdArc<str>) -> Option<StdArc<str>> {
        let mut registry = self.registry();
        let taken = registry
            .prefixes
            .iter()
            .map(|(prefix, family)| (prefix.as_str(), family.clone()));
        let other = sharing_prefix(taken, prefix);
        if other.is_none() {
            registry.prefixes.insert(prefix.to_owned(), family.clone());
        }
        other
    }

    pub(crate) fn free_prefix(&self, prefix: &str) {
        self.registry().prefixes.remove(prefix);
    }

    pub(super) fn running(&self) -> Vec<Arc<dyn Stops>> {
        self.registry().servers.values().cloned().collect()
    }
}
