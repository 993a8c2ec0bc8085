//! The errors of asking a supervisor about one of its children.

use std::sync::Arc;

use crate::error::{StartError, StopError};

/// Why a supervisor did not start or stop a child as it was asked to.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChildError {
    /// It has no such child.
    #[error("the supervisor `{supervisor}` has no child `{child}`")]
    NoSuchChild {
        /// The supervisor.
        supervisor: Arc<str>,
        /// The id that was asked for.
        child: Arc<str>,
    },
    /// The supervisor is not running.
    #[error("the supervisor `{supervisor}` is not running")]
    NotRunning {
        /// The supervisor.
        supervisor: Arc<str>,
    },
    /// The child did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The child did not stop as it should have; it has ended all the same.
    #[error(transparent)]
    Stop(#[from] StopError),
}
