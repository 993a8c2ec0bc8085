//! Every store passes the same suite, and a store that breaks a rule does not.

mod breaking;
mod broken;
mod smallest;

use noex::store::MemoryAdapter;
use noex::testing::{FaultyAdapter, SharedMemory};

// A1, A3, A4, A6: the store in memory
mod memory {
    noex::testing::adapter_suite!(|_dir| async { super::MemoryAdapter::new() });
}

// A1, A3, A4, A6: the store two systems share
mod shared_memory {
    noex::testing::adapter_suite!(|_dir| async { super::SharedMemory::new().node() });
}

// A1, A3, A4, A6: a faulty store without a fault is the store behind it
mod faultless {
    noex::testing::adapter_suite!(|_dir| async {
        super::FaultyAdapter::new(super::MemoryAdapter::new())
    });
}

// A1, A3, A4: an adapter of three methods, by the default ones a store without claims
mod smallest_adapter {
    noex::testing::adapter_suite!(|_dir| async { super::smallest::Smallest::default() });
}

// A1, A3, A4, A6: a pointer to a store is that store
mod pointer {
    noex::testing::adapter_suite!(|_dir| async {
        std::sync::Arc::new(super::MemoryAdapter::new())
    });
}
