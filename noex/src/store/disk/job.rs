//! What the thread of a store is asked to do.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::store::{Claim, Claimed, Key, Loaded, NodeId, Page, Query, StoreError, Write};

/// Where the answer to a job goes; the caller may be gone.
pub(in crate::store) type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// One call to the store.
pub(in crate::store) enum Job {
    Load {
        key: Key,
        answer: Answer<Option<Loaded>>,
    },
    Write {
        write: Write,
        answer: Answer<()>,
    },
    WriteAll {
        writes: Vec<Write>,
        answer: Answer<Vec<Result<(), StoreError>>>,
    },
    List {
        query: Query,
        answer: Answer<Page>,
    },
    Claim {
        key: Key,
        node: NodeId,
        by: Arc<str>,
        answer: Answer<Claimed>,
    },
    Release {
        key: Key,
        claim: Claim,
        answer: Answer<()>,
    },
    Close {
        answer: Answer<()>,
    },
}

impl Job {
    /// Whether the job may have to write.
    #[cfg(feature = "sqlite")]
    pub(in crate::store) const fn writes(&self) -> bool {
        matches!(
            self,
            Self::Write { .. } | Self::WriteAll { .. } | Self::Claim { .. }
        )
    }

    /// Answers a job that was never begun.
    pub(in crate::store) fn refuse(self, error: StoreError) {
        match self {
            Self::Load { answer, .. } => drop(answer.send(Err(error))),
            Self::WriteAll { answer, .. } => drop(answer.send(Err(error))),
            Self::List { answer, .. } => drop(answer.send(Err(error))),
            Self::Claim { answer, .. } => drop(answer.send(Err(error))),
            Self::Write { answer, .. } | Self::Release { answer, .. } | Self::Close { answer } => {
                drop(answer.send(Err(error)));
            }
        }
    }
}
