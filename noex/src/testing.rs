//! Stores with faults, clocks and suites, for tests of servers and of adapters.

mod clock;
mod faulty;
mod gate;
mod scratch;
mod shared_memory;
#[doc(hidden)]
pub mod suite;

/// The suite that judges an adapter. It wants the feature `testing`, for tests alone:
///
/// ```toml
/// [dependencies]
/// noex = "0.1"
///
/// [dev-dependencies]
/// noex = { version = "0.1", features = ["testing"] }
/// ```
///
/// The directory that the function is given is empty, the test's own, and gone after it. What an adapter says of itself
/// in its [`abilities`](crate::store::StorageAdapter::abilities) decides which rules it is held to: one that keeps no
/// claims passes those on claims unasked, one whose records end with the process those on opening again. The guide's
/// page [`adapters`](crate::guide::adapters) has an adapter that is held to all of them.
#[doc(inline)]
pub use crate::__adapter_suite as adapter_suite;
pub use clock::TestClock;
pub use faulty::{Call, Fault, FaultyAdapter};
pub use gate::Gate;
pub use scratch::ScratchDir;
pub use shared_memory::{SharedMemory, SharedNode};
