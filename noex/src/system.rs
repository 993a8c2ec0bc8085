//! A system: what servers share. Names, the store, the clock, the timer, chance and events; an instance, no global.

mod report;
pub(crate) mod settings;
pub(crate) mod start;

use std::any::{Any, TypeId};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc as StdArc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

pub use report::{ShutdownError, ShutdownReport};

use crate::clock::{Clock, Random};
use crate::error::StopError;
use crate::event::{EventStream, Events};
use crate::persist::saver::Now;
use crate::persist::writer::StoreHandle;
use crate::protocol::handler::BoxFuture;
use crate::slot::running::Running;
use crate::store::{Abilities, Durability, NodeId, StorageAdapter, StoreError, erase};
use crate::sync::{
    Arc, AtomicBool, AtomicU64, Mutex, MutexGuard, Ordering, Runtime, lock, now, timeout,
};
use crate::timer::Timers;

/// Servers that share a store, a clock and a namespace.
///
/// Cheap to clone. Dropping the last one does not stop its servers: [`shutdown`](System::shutdown) does.
///
/// ```
/// use noex::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let system = System::new(MemoryAdapter::new());
/// // start servers, send messages ..
/// system.shutdown().await.expect("everything was saved");
/// # }
/// ```
#[derive(Clone)]
pub struct System {
    pub(crate) inner: Arc<Inner>,
    _handles: StdArc<Handles>,
}

/// Dropped with the last handle to a system.
struct Handles {
    inner: Arc<Inner>,
}

/// How a system is put together.
#[must_use = "a builder builds nothing until `build` is called"]
pub struct SystemBuilder {
    store: Option<crate::store::Store>,
    clock: Clock,
    seed: Option<u64>,
    restores: usize,
    inline: bool,
}

/// What the servers of a system share.
pub(crate) struct Inner {
    pub(crate) runtime: Runtime,
    pub(crate) timers: Timers,
    pub(crate) events: Events,
    store: Option<StdArc<StoreHandle>>,
    clock: Clock,
    random: Random,
    born: Instant,
    numbers: AtomicU64,
    /// Whether handlers may run on their callers' stacks.
    pub(crate) inline: bool,
    open: AtomicBool,
    restores: StdArc<Semaphore>,
    registry: Mutex<Registry>,
    /// Incarnations that were killed and whose code may still be running.
    killed: Mutex<HashSet<(usize, u32)>>,
    any_killed: AtomicBool,
}

/// What runs in a system, for a shutdown and for a look by name.
#[derive(Default)]
struct Registry {
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

impl System {
    /// A system whose servers are stored by `adapter`.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime: servers run on the one this is called on.
    #[must_use]
    pub fn new(adapter: impl StorageAdapter) -> Self {
        Self::builder().store(adapter).build()
    }

    /// A system without a store, for servers whose state is not stored.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime: servers run on the one this is called on.
    #[must_use]
    pub fn without_store() -> Self {
        Self::builder().build()
    }

    /// A system to be put together piece by piece.
    pub fn builder() -> SystemBuilder {
        SystemBuilder {
            store: None,
            clock: Clock::default(),
            seed: None,
            restores: RESTORES,
            inline: true,
        }
    }

    /// What happens to its servers from now on.
    #[must_use]
    pub fn events(&self) -> EventStream {
        self.inner.events.subscribe()
    }

    /// What its store can do, if it has one.
    #[must_use]
    pub fn abilities(&self) -> Option<Abilities> {
        self.inner
            .store
            .as_ref()
            .map(|store| store.adapter.abilities())
    }

    /// Refuses to go on with a store that is less durable than `least`.
    ///
    /// # Errors
    ///
    /// The store keeps less than that, or does not say, or there is none.
    pub fn require(&self, least: Durability) -> Result<(), StoreError> {
        let Some(abilities) = self.abilities() else {
            return Err(StoreError::rejected("the system has no store"));
        };
        if abilities.durability >= least {
            return Ok(());
        }
        let found = abilities.durability;
        Err(StoreError::rejected(format!(
            "the store offers durability {found:?}, less than {least:?}: {}",
            abilities.evidence
        )))
    }

    /// Stops every server, each within its own deadline and all within 30 seconds, saving as configured; then closes
    /// the store, for clones of its adapter, too.
    ///
    /// # Errors
    ///
    /// Some servers could not be saved or had to be killed; the error lists them.
    ///
    /// # Cancel safety
    ///
    /// The stops go on when this future is dropped, but the store is not closed.
    pub async fn shutdown(&self) -> Result<ShutdownReport, ShutdownError> {
        self.shutdown_within(SHUTDOWN).await
    }

    /// The same, all within `deadline`.
    ///
    /// # Errors
    ///
    /// Some servers could not be saved or had to be killed; the error lists them.
    pub async fn shutdown_within(
        &self,
        deadline: Duration,
    ) -> Result<ShutdownReport, ShutdownError> {
        self.inner.open.store(false, Ordering::Release);
        let until = crate::slot::life::after(now(), deadline);
        let outcome = self.inner.stop_all(until).await;
        let closed = self.inner.close_store(until).await;
        ShutdownReport::of(outcome, closed.err())
    }
}

/// How long a shutdown may take where nothing is said.
const SHUTDOWN: Duration = Duration::from_secs(30);

/// How many records are restored at once.
const RESTORES: usize = 256;

impl SystemBuilder {
    /// The store in which its servers keep their state.
    pub fn store(mut self, adapter: impl StorageAdapter) -> Self {
        self.store = Some(erase(adapter));
        self
    }

    /// The wall clock: by default the machine's.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The seed of all that is random: phases of intervals and delays of retries.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Whether handlers may run on their callers' stacks, where their servers allow it.
    pub fn inline(mut self, inline: bool) -> Self {
        self.inline = inline;
        self
    }

    /// How many records may be restored at once.
    pub fn concurrent_restores(mut self, restores: usize) -> Self {
        self.restores = restores.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// The system.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime: servers run on the one this is called on.
    #[must_use]
    pub fn build(self) -> System {
        let Some(runtime) = Runtime::current() else {
            panic!(
                "a system needs a tokio runtime: make it inside `#[tokio::main]` or `Runtime::block_on`"
            );
        };
        let random = Random::new(self.seed);
        let node = NodeId::new((u128::from(random.next()) << 64) | u128::from(random.next()));
        let store = self
            .store
            .map(|store| StoreHandle::new(store, node, runtime.clone()));
        let inner = Inner {
            timers: Timers::new(runtime.clone()),
            runtime,
            events: Events::default(),
            store,
            clock: self.clock,
            random,
            born: now(),
            numbers: AtomicU64::new(0),
            inline: self.inline,
            open: AtomicBool::new(true),
            restores: StdArc::new(Semaphore::new(self.restores)),
            registry: Mutex::default(),
            killed: Mutex::default(),
            any_killed: AtomicBool::new(false),
        };
        let inner = Arc::new(inner);
        let handles = Handles {
            inner: inner.clone(),
        };
        System {
            inner,
            _handles: StdArc::new(handles),
        }
    }
}

impl Inner {
    pub(crate) fn next_number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn random(&self) -> u64 {
        self.random.next()
    }

    pub(crate) fn now(&self) -> Now {
        let instant = now();
        let uptime = instant.saturating_duration_since(self.born);
        Now {
            wall: self.clock.now(),
            instant,
            uptime,
        }
    }

    pub(crate) fn store(&self) -> Option<&StdArc<StoreHandle>> {
        self.store.as_ref()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// A place among those who restore at the same time; none where nothing is restored.
    pub(crate) async fn restore_permit(&self, is_persistent: bool) -> Option<OwnedSemaphorePermit> {
        if !is_persistent {
            return None;
        }
        self.restores.clone().acquire_owned().await.ok()
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        lock(&self.registry)
    }

    /// Enters a server, under its name if it has one; whether the name was free.
    pub(crate) fn enter<T: 'static>(
        &self,
        number: u64,
        name: Option<&StdArc<str>>,
        server: Arc<dyn Stops>,
    ) -> bool {
        let mut registry = self.registry();
        if let Some(name) = name {
            let key = (TypeId::of::<T>(), name.clone());
            if registry.names.contains_key(&key) {
                return false;
            }
            registry.names.insert(key, server.clone());
        }
        registry.servers.insert(number, server);
        true
    }

    /// Takes a server out, and its name with it.
    pub(crate) fn leave<T: 'static>(&self, number: u64, name: Option<&StdArc<str>>) {
        let mut registry = self.registry();
        let left = registry.servers.remove(&number);
        if let (Some(_), Some(name)) = (&left, name) {
            registry.names.remove(&(TypeId::of::<T>(), name.clone()));
        }
        drop(registry);
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
        let other = crate::persist::key_template::family::sharing_prefix(taken, prefix);
        if other.is_none() {
            registry.prefixes.insert(prefix.to_owned(), family.clone());
        }
        other
    }

    pub(crate) fn free_prefix(&self, prefix: &str) {
        self.registry().prefixes.remove(prefix);
    }

    /// Stops what runs, and what was just being started, until nothing does or the time is over.
    async fn stop_all(&self, until: Instant) -> StopOutcome {
        let mut total = StopOutcome::default();
        loop {
            let running = self.running();
            let left = until.saturating_duration_since(now());
            if running.is_empty() || left.is_zero() {
                return total;
            }
            let stops: Vec<_> = running.iter().map(|server| server.stop_all(left)).collect();
            drop(running);
            for stop in stops {
                let outcome = stop.await;
                total.stopped += outcome.stopped;
                total.failed.extend(outcome.failed);
            }
        }
    }

    async fn close_store(&self, until: Instant) -> Result<(), StoreError> {
        let Some(store) = &self.store else {
            return Ok(());
        };
        timeout(
            until.saturating_duration_since(now()),
            store.adapter.close(),
        )
        .await
        .unwrap_or_else(|| Err(StoreError::uncertain("the store did not close in time")))
    }

    fn running(&self) -> Vec<Arc<dyn Stops>> {
        self.registry().servers.values().cloned().collect()
    }

    /// Whether the running handler belongs to an incarnation that was killed.
    #[inline]
    pub(crate) fn is_killed(&self, running: Running) -> bool {
        self.any_killed.load(Ordering::Acquire)
            && self.killed().contains(&(running.slot, running.incarnation))
    }

    pub(crate) fn note_killed(&self, slot: usize, incarnation: u32) {
        let mut killed = self.killed();
        killed.insert((slot, incarnation));
        self.any_killed.store(true, Ordering::Release);
    }

    pub(crate) fn forget_killed(&self, slot: usize, incarnation: u32) {
        let mut killed = self.killed();
        killed.remove(&(slot, incarnation));
        self.any_killed.store(!killed.is_empty(), Ordering::Release);
    }

    /// Forgets every incarnation of a slot that is gone.
    pub(crate) fn forget_slot(&self, slot: usize) {
        if self.any_killed.load(Ordering::Acquire) {
            let mut killed = self.killed();
            killed.retain(|(other, _)| *other != slot);
            self.any_killed.store(!killed.is_empty(), Ordering::Release);
        }
    }

    fn killed(&self) -> MutexGuard<'_, HashSet<(usize, u32)>> {
        lock(&self.killed)
    }
}

impl Drop for Handles {
    fn drop(&mut self) {
        let running: usize = self
            .inner
            .running()
            .iter()
            .map(|server| server.count())
            .sum();
        if running > 0 {
            tracing::warn!(
                running,
                "a system was dropped with servers that were not shut down"
            );
        }
    }
}

impl fmt::Debug for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("System")
            .field("servers", &self.inner.registry().servers.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SystemBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemBuilder").finish_non_exhaustive()
    }
}
