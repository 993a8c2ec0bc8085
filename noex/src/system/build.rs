//! Putting a system together: its store, its clock, its seed and its limits.

use std::fmt;
use std::sync::Arc as StdArc;

use tokio::sync::Semaphore;

use super::cleanup::Janitors;
use super::killed::Killed;
use super::parking::Parking;
use super::scales::Scales;
use super::waits::Waits;
use super::{Handles, Inner, System};
use crate::clock::{Clock, Random};
use crate::event::Events;
use crate::metrics;
use crate::persist::expiry::Moment;
use crate::persist::writer::StoreHandle;
use crate::store::{NodeId, StorageAdapter, Store, erase};
use crate::sync::{Arc, AtomicBool, AtomicU64, Mutex, Runtime, now};
use crate::timer::Timers;

/// How a system is put together.
#[must_use = "a builder builds nothing until `build` is called"]
pub struct SystemBuilder {
    store: Option<Store>,
    clock: Clock,
    seed: Option<u64>,
    restores: usize,
    inline: bool,
    finds_cycles: bool,
}

/// How many records are restored at once.
const RESTORES: usize = 256;

impl SystemBuilder {
    pub(super) fn new() -> Self {
        Self {
            store: None,
            clock: Clock::default(),
            seed: None,
            restores: RESTORES,
            inline: true,
            finds_cycles: cfg!(debug_assertions),
        }
    }

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

    /// Whether handlers that are known to be light may run on their callers' stacks, where their servers allow it.
    pub fn inline(mut self, inline: bool) -> Self {
        self.inline = inline;
        self
    }

    /// Whether a call by which servers would wait for each other in a circle fails at once, with
    /// [`CallError::Cycle`](crate::CallError::Cycle), instead of timing out: by default in debug builds.
    ///
    /// Only calls that handlers make cost more with it.
    pub fn find_call_cycles(mut self, find: bool) -> Self {
        self.finds_cycles = find;
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
        metrics::describe();
        let random = Random::new(self.seed);
        let node = NodeId::new((u128::from(random.next()) << 64) | u128::from(random.next()));
        let store = self
            .store
            .map(|store| StoreHandle::new(store, node, runtime.clone()));
        let since = Moment {
            wall: self.clock.now(),
            instant: now(),
        };
        let inner = Inner {
            timers: Timers::new(runtime.clone()),
            runtime,
            events: Events::default(),
            store,
            clock: self.clock,
            random,
            born: since.instant,
            numbers: AtomicU64::new(0),
            inline: self.inline,
            scales: Scales::default(),
            open: AtomicBool::new(true),
            restores: StdArc::new(Semaphore::new(self.restores)),
            registry: Mutex::default(),
            killed: Killed::default(),
            waits: Waits::new(self.finds_cycles),
            parking: Parking::default(),
            janitors: Janitors::new(since),
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

impl fmt::Debug for SystemBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemBuilder").finish_non_exhaustive()
    }
}
