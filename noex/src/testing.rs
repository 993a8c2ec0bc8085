//! Stores with faults, clocks and suites, for tests of servers and of adapters.

mod clock;
mod faulty;
mod gate;
mod scratch;
mod shared_memory;
#[doc(hidden)]
pub mod suite;

pub use crate::__adapter_suite as adapter_suite;
pub use clock::TestClock;
pub use faulty::{Call, Fault, FaultyAdapter};
pub use gate::Gate;
pub use scratch::ScratchDir;
pub use shared_memory::{SharedMemory, SharedNode};
