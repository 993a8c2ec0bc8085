//! A child of a supervisor, whatever it is: a server, a family, a supervisor.

mod family;
mod seed;
mod server;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use seed::Plot;
pub use seed::{ChildSpec, IntoChild};
pub(super) use server::ServerChild;

use super::restart::Restart;
use super::watch::Watch;
use crate::error::{StartError, StopError};
use crate::protocol::handler::BoxFuture;
use crate::system::processes::Process;
use crate::system::registry::StopOutcome;

/// Refuses a server that would wait for its own end.
pub(super) fn refuse(asker: Option<Arc<str>>) -> Result<(), StopError> {
    asker.map_or(Ok(()), |server| Err(StopError::CallsItself { server }))
}

/// What a supervisor starts and stops.
pub(crate) trait Supervised: Send + Sync {
    /// By what its supervisor knows it.
    fn id(&self) -> &Arc<str>;

    /// The child, as messages name it.
    fn label(&self) -> Arc<str>;

    fn restart(&self) -> Restart;

    fn watch(&self) -> &Watch;

    /// Waits for its turn from here on, where it was there before its supervisor. The whole tree is known to be sound.
    fn take_charge(&self) {}

    /// Begins to start it, for the first time or again; over once it is up or has failed to be.
    fn start(self: Arc<Self>) -> BoxFuture<'static, Result<(), StartError>>;

    /// Begins to stop it within `within`, in order to start it again: its name is kept, and nothing is deleted.
    fn halt(self: Arc<Self>, within: Duration) -> BoxFuture<'static, StopOutcome>;

    /// Begins to stop it within `within`, for good.
    fn end(self: Arc<Self>, within: Duration) -> BoxFuture<'static, StopOutcome>;

    /// Whether its system knows it as one that is not to be started by itself.
    fn is_parked(&self) -> bool {
        false
    }

    /// The server of it whose handler asks for something, and which must not wait for its own end.
    fn asker(&self) -> Option<Arc<str>>;

    /// How many servers of it run.
    fn count(&self) -> usize;

    /// How it is now, with everything below it.
    fn describe(&self) -> Process;
}
