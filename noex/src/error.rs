//! The errors of messaging and of a server's life, one enum an operation. Those of saving live in `persist`, those
//! of a store in `store`.

mod call;
mod chain;
mod lifecycle;

use std::fmt;

pub(crate) use call::Failure;
pub use call::{CallError, Full, Outcome};
pub use chain::Chain;
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
    /// An edited record was not adopted.
    #[error(transparent)]
    Adopt(#[from] crate::system::AdoptError),
    /// A record was not put aside.
    #[error(transparent)]
    Quarantine(#[from] crate::system::QuarantineError),
    /// What is stored of a server could not be read.
    #[error(transparent)]
    Persistence(#[from] crate::persist::PersistenceError),
    /// A store could not be used.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// A store could not be opened.
    #[cfg(any(feature = "file", feature = "sqlite"))]
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

impl<M> From<Full<M>> for Error {
    fn from(_: Full<M>) -> Self {
        Self::Call(CallError::Full)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Chain(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persist::PersistenceError;
    use crate::store::{Key, StoreError};

    #[test]
    fn what_a_record_fails_with_is_told_with_its_causes() -> Result<(), StoreError> {
        let key = Key::new("orders:17")?;
        let source = StoreError::Closed;
        let error = Error::from(PersistenceError::Store { key, source });

        let told = format!("{error:?}");
        assert_eq!(
            told,
            "the store failed for `orders:17`: the store is closed"
        );
        Ok(())
    }

    #[test]
    fn a_message_that_came_back_is_left_out() {
        assert!(matches!(
            Error::from(Full("message")),
            Error::Call(CallError::Full)
        ));
    }
}
