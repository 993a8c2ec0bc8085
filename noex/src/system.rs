//! A system: what servers share. Names, the store, the clock, the timer, chance and events; an instance, no global.

mod build;
mod cleanup;
pub(crate) mod killed;
mod named;
pub(crate) mod parking;
pub mod processes;
pub(crate) mod registry;
mod report;
mod scales;
pub(crate) mod settings;
mod shutdown;
pub(crate) mod start;
pub(crate) mod waits;

use std::fmt;
use std::sync::Arc as StdArc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

pub use build::SystemBuilder;
pub use parking::{AdoptError, Cause, Parked, QuarantineError};
pub use report::{ShutdownError, ShutdownReport};

use self::cleanup::Janitors;
use self::killed::Killed;
use self::parking::Parking;
use self::registry::Registry;
use self::scales::Scales;
use self::waits::Waits;
use crate::clock::{Clock, Random};
use crate::event::{EventStream, Events};
use crate::persist::saver::Now;
use crate::persist::writer::StoreHandle;
use crate::store::{Abilities, Durability, StorageAdapter, StoreError};
use crate::sync::{Arc, AtomicBool, AtomicU64, Mutex, Ordering, Runtime, now};
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
    inline: bool,
    scales: Scales,
    open: AtomicBool,
    restores: StdArc<Semaphore>,
    registry: Mutex<Registry>,
    pub(crate) killed: Killed,
    pub(crate) waits: Waits,
    pub(crate) parking: Parking,
    janitors: Janitors,
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
        SystemBuilder::new()
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
        let wall = self.clock.now();
        Now {
            wall,
            instant,
            uptime,
            active_at: wall,
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
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
            .field("running", &self.inner.running().len())
            .finish_non_exhaustive()
    }
}
