//! The errors of messaging and of a server's life, one enum an operation. Those of saving live in `persist`, those
//! of a store in `store`.

mod call;
mod chain;
mod lifecycle;

use std::fmt::{self, Display as _};

pub(crate) use call::Failure;
pub use call::{CallError, Full, Outcome};
pub(crate) use chain::Chain;
pub use lifecycle::{CheckpointError, ConfigureError, StartError, StartErrorKind, StopError};

/// Any error of noex, for a `main` or a test that only passes it on.
///
/// A `main` that returns it ends in one line which tells the error and its causes: that is what `Debug` writes.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A call or cast got no reply.
    #[error(transparent)]
    Call(CallError),
    /// A handler answered with its own error.
    #[error("{0}")]
    Failed(String),
    /// A server did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A server did not stop as it should have.
    #[error(transparent)]
    Stop(#[from] StopError),
    /// Some servers did not stop as they should have.
    #[error(transparent)]
    Shutdown(#[from] crate::system::ShutdownError),
    /// A checkpoint was not saved.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A family was configured with contradictions.
    #[error(transparent)]
    Configure(#[from] ConfigureError),
    /// A record of a family was not deleted.
    #[error(transparent)]
    Delete(#[from] crate::family::DeleteError),
    /// A store could not be used.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// A store could not be opened.
    #[cfg(feature = "sqlite")]
    #[error(transparent)]
    Open(#[from] crate::store::OpenError),
}

impl<E: fmt::Display> From<CallError<E>> for Error {
    fn from(error: CallError<E>) -> Self {
        error
            .into_failure()
            .map_or_else(|failed| Self::Failed(failed.to_string()), Self::Call)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Chain(self).fmt(f)
    }
}
