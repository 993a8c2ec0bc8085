//! What servers take in memory, and what they leave there once they have gone, counted by the allocator itself.

mod child;
mod keys;
mod server;

use std::alloc::System as Machine;
use std::sync::{Mutex, PoisonError};

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::runtime::Builder;

#[global_allocator]
static MEMORY: &StatsAlloc<Machine> = &INSTRUMENTED_SYSTEM;

/// The bytes that are allocated now.
fn in_use() -> usize {
    let stats = MEMORY.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

/// The bytes that were ever allocated.
fn ever_used() -> usize {
    MEMORY.stats().bytes_allocated
}

/// Does `test` while the process does nothing else: no other test is under way, nor is the end of one's runtime.
fn alone(test: impl Future<Output = ()>) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    runtime.expect("the runtime starts").block_on(test);
}
