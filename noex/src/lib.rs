//! The durable GenServer for Rust.

pub mod persist;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
