//! What a call can end in besides its reply, and what its caller may conclude from that.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

/// Why a call has no reply.
///
/// Plain data besides the handler's own error `E`, and flat, so that `match` and `?` stay short; [`outcome`] sorts
/// the variants into the three cases a caller has to tell apart.
///
/// [`outcome`]: CallError::outcome
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError<E = Infallible> {
    /// The handler answered with its own error.
    #[error("{0}")]
    Failed(E),
    /// The server is not running: it has stopped, or is stopping.
    #[error("the server is not running")]
    NotRunning,
    /// The family has no record under this key, and does not make one.
    #[error("nothing is stored under this key")]
    NotStored,
    /// The server did not start.
    #[error("the server did not start: {message}")]
    NotStarted {
        /// The kind of failure.
        kind: super::StartErrorKind,
        /// The failure in words.
        message: Arc<str>,
    },
    /// The mailbox is full, and the sender does not wait.
    #[error("the mailbox is full")]
    Full,
    /// The time was over while the message was still queued; it will not run.
    #[error("the call timed out while it was queued")]
    Expired,
    /// A server called itself and would have waited for ever.
    #[error("a server cannot call itself")]
    CallsItself,
    /// The servers named would have waited for each other for ever, each in a handler that calls the next.
    #[error("the call closes a circle of servers that wait for each other: {}", servers.join(" -> "))]
    Cycle {
        /// From the server that called, by the one it called, back to itself.
        servers: Arc<[Arc<str>]>,
    },
    /// The server crashed again and again after its restore and is not started any more.
    #[error("the server is parked after repeated crashes")]
    Parked,
    /// The time was over after the handler had begun, and it goes on.
    #[error("the call timed out after its handler had begun")]
    TimedOut,
    /// The handler panicked, or its server was ended while it ran.
    #[error("the server crashed: {message}")]
    Crashed {
        /// The panic's message.
        message: Arc<str>,
    },
    /// The handler dropped its `ReplyTo` without an answer.
    #[error("the handler gave no reply")]
    NoReply,
    /// The effect was not saved.
    #[error("the effect of the call could not be saved")]
    Unsaved,
    /// The server had lost the right to its key.
    #[error("the server has lost its key to another")]
    Fenced,
    /// A failure that a later release of noex knows by name.
    #[error("{message}")]
    Other {
        /// A stable number of the failure.
        code: u32,
        /// What the caller may conclude.
        outcome: Outcome,
        /// The failure in words.
        message: Arc<str>,
    },
}

/// A failure of noex itself, without a handler's error.
pub(crate) type Failure = CallError<Infallible>;

/// What a failed operation may have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The handler ran and answered with its own error.
    Replied,
    /// The handler did not run and will not: trying again is safe.
    NotRun,
    /// The handler may have run, wholly or in part.
    Unknown,
}

impl<E> CallError<E> {
    /// What the caller may conclude.
    ///
    /// ```
    /// use noex::{CallError, Outcome};
    ///
    /// fn status(error: &CallError) -> u16 {
    ///     match (error, error.outcome()) {
    ///         (CallError::NotStored, _) => 404,
    ///         (_, Outcome::NotRun) => 503,  // safe to try again
    ///         (_, Outcome::Replied) => 422,
    ///         (_, Outcome::Unknown) => 504, // it may have happened
    ///     }
    /// }
    ///
    /// assert_eq!(status(&CallError::Expired), 503);
    /// assert_eq!(status(&CallError::TimedOut), 504);
    /// ```
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Failed(_) => Outcome::Replied,
            Self::NotRunning
            | Self::NotStored
            | Self::NotStarted { .. }
            | Self::Full
            | Self::Expired
            | Self::CallsItself
            | Self::Cycle { .. }
            | Self::Parked => Outcome::NotRun,
            Self::TimedOut
            | Self::Crashed { .. }
            | Self::NoReply
            | Self::Unsaved
            | Self::Fenced => Outcome::Unknown,
            Self::Other { outcome, .. } => *outcome,
        }
    }

    /// The same error, with the handler's own turned into another.
    pub fn map_failed<F>(self, map: impl FnOnce(E) -> F) -> CallError<F> {
        match self {
            Self::Failed(error) => CallError::Failed(map(error)),
            Self::NotRunning => CallError::NotRunning,
            Self::NotStored => CallError::NotStored,
            Self::NotStarted { kind, message } => CallError::NotStarted { kind, message },
            Self::Full => CallError::Full,
            Self::Expired => CallError::Expired,
            Self::CallsItself => CallError::CallsItself,
            Self::Cycle { servers } => CallError::Cycle { servers },
            Self::Parked => CallError::Parked,
            Self::TimedOut => CallError::TimedOut,
            Self::Crashed { message } => CallError::Crashed { message },
            Self::NoReply => CallError::NoReply,
            Self::Unsaved => CallError::Unsaved,
            Self::Fenced => CallError::Fenced,
            Self::Other {
                code,
                outcome,
                message,
            } => CallError::Other {
                code,
                outcome,
                message,
            },
        }
    }

    /// The failure of noex itself.
    ///
    /// # Errors
    ///
    /// The handler's own error, where it answered with one.
    pub fn into_failure(self) -> Result<CallError, E> {
        match self {
            Self::Failed(error) => Err(error),
            other => Ok(other.map_failed(|_| unreachable!("a failed call was answered above"))),
        }
    }

    /// Whether the handler certainly did not run.
    pub fn is_not_run(&self) -> bool {
        self.outcome() == Outcome::NotRun
    }
}

impl Failure {
    pub(crate) fn crashed(message: impl Into<Arc<str>>) -> Self {
        Self::Crashed {
            message: message.into(),
        }
    }

    /// The same failure, for a call whose handler could also have failed with `E`.
    pub(crate) fn widen<E>(self) -> CallError<E> {
        self.map_failed(|never| match never {})
    }
}

/// The mailbox was full; here is the message back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Full<M>(pub M);

impl<M> fmt::Debug for Full<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Full(..)")
    }
}

impl<M> fmt::Display for Full<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the mailbox is full")
    }
}

impl<M> std::error::Error for Full<M> {}
