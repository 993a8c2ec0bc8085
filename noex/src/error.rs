//! The errors of messaging and of a server's life, one enum an operation. Those of saving live in `persist`, those
//! of a store in `store`.

mod call;
mod lifecycle;

pub(crate) use call::Failure;
pub use call::{CallError, Full, Outcome};
pub(crate) use lifecycle::Chain;
pub use lifecycle::{CheckpointError, ConfigureError, StartError, StartErrorKind, StopError};

/// Any error of noex, for a `main` or a handler that only passes it on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A call or cast failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// A server did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A server did not stop as it should have.
    #[error(transparent)]
    Stop(#[from] StopError),
    /// A checkpoint was not saved.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A family or server was configured with contradictions.
    #[error(transparent)]
    Configure(#[from] ConfigureError),
    /// A store could not be opened or used.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}
