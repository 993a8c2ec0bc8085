//! Supervision: what becomes of the children of a supervisor when one of them ends.
//!
//! What to restart is decided by a pure function (`restart`); who starts and stops the children is not here.

mod child;
mod crew;
mod describe;
mod dynamic;
mod error;
mod handle;
pub(crate) mod restart;
mod supervisor;
mod watch;

pub use child::{ChildSpec, IntoChild};
pub use dynamic::{ChildCount, DynamicSupervisor, DynamicSupervisorBuilder};
pub use error::ChildError;
pub use handle::{ChildInfo, SupervisorHandle};
pub use restart::{Backoff, Intensity, Restart, Strategy};
pub use supervisor::Supervisor;
