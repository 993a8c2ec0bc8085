//! What the stores on a disk share: private files, the lock of a process, and the thread that does a store's jobs.

pub(super) mod epochs;
pub(super) mod job;
pub(super) mod lock;
pub(super) mod private;
pub(super) mod writer;
