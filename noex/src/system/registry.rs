//! What runs in a system: for a look by name, for a shutdown, and for the keys that families may have.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc as StdArc;
use std::time::Duration;

use super::Inner;
use super::processes::Described;
use crate::error::StopError;
use crate::persist::key_template::family::sharing_prefix;
use crate::protocol::handler::BoxFuture;
use crate::sync::{Arc, MutexGuard, lock};

/// What runs in a system, for a shutdown and for a look by name.
#[derive(Default)]
pub(super) struct Registry {
    names: HashMap<(TypeId, StdArc<str>), Arc<dyn Stops>>,
    /// What the system itself stops.
    own: Entered,
    /// What supervisors stop.
    supervised: Entered,
    /// The prefixes of families' keys.
    prefixes: HashMap<String, StdArc<str>>,
}

/// By their numbers, so that what is stopped together is asked in the order of its starts, whatever chance says.
type Entered = BTreeMap<u64, Arc<dyn Stops>>;

/// Who stops a server in a shutdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Its system.
    Own,
    /// Its supervisor, in its place among the others.
    Supervised,
}

/// Something that a shutdown stops.
pub(crate) trait Stops: Described + Send + Sync {
    /// Stops it within `deadline`; what did not stop as it should have.
    fn stop_all(&self, deadline: Duration) -> BoxFuture<'static, StopOutcome>;

    /// How many servers run.
    fn count(&self) -> usize;

    /// Itself, for a look by name.
    fn any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

/// How many servers were stopped, and which of them not as they should have been.
#[derive(Clone, Default)]
pub(crate) struct StopOutcome {
    pub(crate) stopped: usize,
    pub(crate) failed: Vec<StopError>,
}

/// How many servers are stopped at the same time: a deadline begins when its server is asked, and a store takes so
/// many last saves in a moment.
const SIDE_BY_SIDE: usize = 1024;

/// Stops all of `servers`, the first of them from now on and the others as those before them have stopped.
pub(crate) fn stop_side_by_side<T, F>(
    servers: Vec<T>,
    stop: impl Fn(T) -> F + Send + 'static,
) -> impl Future<Output = StopOutcome> + Send + 'static
where
    T: Send + 'static,
    F: Future<Output = StopOutcome> + Send + 'static,
{
    let mut rest = servers.into_iter();
    let mut stopping: VecDeque<_> = rest.by_ref().take(SIDE_BY_SIDE).map(&stop).collect();
    async move {
        let mut total = StopOutcome::default();
        while let Some(stopped) = stopping.pop_front() {
            total.add(stopped.await);
            stopping.extend(rest.next().map(&stop));
        }
        total
    }
}

impl StopOutcome {
    pub(crate) fn of(stopped: Result<(), StopError>) -> Self {
        Self {
            stopped: 1,
            failed: stopped.err().into_iter().collect(),
        }
    }

    /// Nothing was stopped.
    pub(crate) fn refused(error: StopError) -> Self {
        Self {
            stopped: 0,
            failed: vec![error],
        }
    }

    /// The first of what went wrong; events have told of the others.
    pub(crate) fn into_result(self) -> Result<(), StopError> {
        self.failed.into_iter().next().map_or(Ok(()), Err)
    }

    /// Only those that did not stop as they should have.
    pub(crate) fn failures(self) -> Self {
        Self {
            stopped: self.failed.len(),
            ..self
        }
    }

    /// What two stops of the same servers came to: who came too late for some of them knows less.
    pub(crate) fn same_as(self, other: Self) -> Self {
        let stopped = self.stopped.max(other.stopped);
        let failed = if other.failed.len() > self.failed.len() {
            other.failed
        } else {
            self.failed
        };
        Self { stopped, failed }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.stopped += other.stopped;
        self.failed.extend(other.failed);
    }
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
        entry: Entry,
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
        let entered = match entry {
            Entry::Own => &mut registry.own,
            Entry::Supervised => &mut registry.supervised,
        };
        entered.insert(number, server);
        Some(true)
    }

    /// Leaves it to a supervisor to stop what is entered under this number.
    pub(crate) fn supervise(&self, number: u64) {
        let mut registry = self.registry();
        if let Some(server) = registry.own.remove(&number) {
            registry.supervised.insert(number, server);
        }
    }

    /// Takes a server out, and its name with it; whether it was in.
    pub(crate) fn leave<T: 'static>(&self, number: u64, name: Option<&StdArc<str>>) -> bool {
        let mut registry = self.registry();
        let left = registry.own.remove(&number);
        let left = left.or_else(|| registry.supervised.remove(&number));
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

    /// Lets go of what a supervisor has stopped, and of what did not stop in time.
    pub(super) fn forget_all(&self) {
        let entered = std::mem::take(&mut *self.registry());
        drop(entered);
    }

    /// What a shutdown has to stop.
    pub(super) fn running(&self) -> Vec<Arc<dyn Stops>> {
        self.registry().own.values().cloned().collect()
    }
}
