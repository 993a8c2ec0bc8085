//! Supervision: what becomes of the children of a supervisor when one of them ends.
//!
//! What to restart is decided by a pure function (`restart`); who starts and stops the children is not here.

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the supervisor asks it, and is not there yet")
)]
pub(crate) mod restart;

pub use restart::{Backoff, Intensity, Restart, Strategy};
