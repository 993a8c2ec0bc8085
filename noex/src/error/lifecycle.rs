//! The errors of starting, stopping and saving a server.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use super::{CallError, Chain, Outcome};
use crate::config::ConfigError;
use crate::persist::{KeyError, PersistenceError};
use crate::store::Key;

/// Why a server did not start. What is stored stays as it was.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Another server of this kind has the name.
    #[error("the name `{name}` is taken by a running {kind}")]
    NameTaken {
        /// The kind of server.
        kind: &'static str,
        /// The name.
        name: Arc<str>,
    },
    /// A state that is to be stored has neither a key nor a name.
    #[error("a persistent {kind} needs a name or a key to be stored under")]
    NoKey {
        /// The kind of server.
        kind: &'static str,
    },
    /// The name or template makes no key.
    #[error("the name `{name}` of a {kind} makes no key")]
    InvalidKey {
        /// The kind of server.
        kind: &'static str,
        /// The name.
        name: Arc<str>,
        /// Why not.
        source: KeyError,
    },
    /// A live server holds the key.
    #[error("the key `{key}` is in use by {by}")]
    KeyInUse {
        /// The key.
        key: Key,
        /// Its holder, as the store knows it.
        by: Arc<str>,
    },
    /// The system has no store.
    #[error("a persistent {kind} needs a system with a store")]
    NoStore {
        /// The kind of server.
        kind: &'static str,
    },
    /// The options are refused.
    #[error("the options of {kind} cannot hold")]
    Configuration {
        /// The kind of server.
        kind: &'static str,
        /// Everything that is wrong with them.
        source: ConfigError,
    },
    /// The record could not be loaded, read, migrated or restored.
    #[error("the state under `{}` could not be restored", source.key())]
    Restore {
        /// What went wrong.
        source: PersistenceError,
    },
    /// A first record could not be saved.
    #[error("the first record of `{}` could not be saved", source.key())]
    Save {
        /// What went wrong.
        source: PersistenceError,
    },
    /// There is no record under the key, and none may be made.
    #[error("nothing is stored under `{key}`")]
    NotStored {
        /// The key.
        key: Key,
    },
    /// There is a record under the key already.
    #[error("`{key}` is stored already")]
    AlreadyStored {
        /// The key.
        key: Key,
    },
    /// A hook returned an error.
    #[error("`{hook}` of {server} failed: {message}")]
    Hook {
        /// The server.
        server: Arc<str>,
        /// The hook.
        hook: &'static str,
        /// Its error in words.
        message: Arc<str>,
    },
    /// A hook, a conversion or the making of the state panicked.
    #[error("the start of {server} panicked: {message}")]
    Panicked {
        /// The server.
        server: Arc<str>,
        /// The panic's message.
        message: Arc<str>,
    },
    /// The start took longer than its deadline.
    #[error("the start of {server} took longer than {after:?}")]
    TimedOut {
        /// The server.
        server: Arc<str>,
        /// The deadline.
        after: Duration,
    },
    /// The server crashed again and again right after it was restored; its record is kept.
    #[error(
        "{server} is parked: it crashed {crashes} times after its restore, last with: {message}"
    )]
    Parked {
        /// The server.
        server: Arc<str>,
        /// How many crashes there were.
        crashes: u32,
        /// What the last of them said.
        message: Arc<str>,
    },
    /// A child of a supervisor did not start, so those before it were stopped again.
    #[error("the supervisor `{supervisor}` could not start its child `{child}`")]
    Child {
        /// The supervisor.
        supervisor: Arc<str>,
        /// The child's id.
        child: Arc<str>,
        /// Why not.
        source: Box<StartError>,
    },
    /// Two children of a supervisor have the same id.
    #[error(
        "the supervisor `{supervisor}` has two children `{child}`: give one of them an id of its own"
    )]
    SameChild {
        /// The supervisor.
        supervisor: Arc<str>,
        /// The id.
        child: Arc<str>,
    },
    /// The system is shutting down, or there is no runtime to run on.
    #[error("the system is not running")]
    NotRunning,
}

/// The kinds of [`StartError`], without their content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StartErrorKind {
    /// The name is taken.
    NameTaken,
    /// There is no key to store under.
    NoKey,
    /// The name makes no key.
    InvalidKey,
    /// A live server holds the key.
    KeyInUse,
    /// The system has no store.
    NoStore,
    /// The options are refused.
    Configuration,
    /// The record could not be restored.
    Restore,
    /// A first record could not be saved.
    Save,
    /// There is no record.
    NotStored,
    /// There is a record already.
    AlreadyStored,
    /// A hook failed.
    Hook,
    /// The start panicked.
    Panicked,
    /// The start took too long.
    TimedOut,
    /// The server crashed again and again after its restore.
    Parked,
    /// A child of a supervisor did not start.
    Child,
    /// Two children of a supervisor have the same id.
    SameChild,
    /// The system is not running.
    NotRunning,
}

impl StartError {
    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> StartErrorKind {
        match self {
            Self::NameTaken { .. } => StartErrorKind::NameTaken,
            Self::NoKey { .. } => StartErrorKind::NoKey,
            Self::InvalidKey { .. } => StartErrorKind::InvalidKey,
            Self::KeyInUse { .. } => StartErrorKind::KeyInUse,
            Self::NoStore { .. } => StartErrorKind::NoStore,
            Self::Configuration { .. } => StartErrorKind::Configuration,
            Self::Restore { .. } => StartErrorKind::Restore,
            Self::Save { .. } => StartErrorKind::Save,
            Self::NotStored { .. } => StartErrorKind::NotStored,
            Self::AlreadyStored { .. } => StartErrorKind::AlreadyStored,
            Self::Hook { .. } => StartErrorKind::Hook,
            Self::Panicked { .. } => StartErrorKind::Panicked,
            Self::TimedOut { .. } => StartErrorKind::TimedOut,
            Self::Parked { .. } => StartErrorKind::Parked,
            Self::Child { .. } => StartErrorKind::Child,
            Self::SameChild { .. } => StartErrorKind::SameChild,
            Self::NotRunning => StartErrorKind::NotRunning,
        }
    }

    /// What may have happened: only a first save may have been made without an answer, or too late for one.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Save { .. } | Self::TimedOut { .. } => Outcome::Unknown,
            Self::Child { source, .. } => source.outcome(),
            _ => Outcome::NotRun,
        }
    }

    /// Whether the record is at fault, so that no later start can do better as long as it stays as it is.
    pub(crate) fn is_about_record(&self) -> bool {
        matches!(self, Self::Restore { .. } | Self::Parked { .. }) && self.is_permanent()
    }

    /// Whether the same start fails again until something else changes: the record, the program, its configuration. A
    /// store that cannot be reached, a key in use, a hook that fails or a deadline may be gone at the next try.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::NoKey { .. }
            | Self::InvalidKey { .. }
            | Self::NoStore { .. }
            | Self::Configuration { .. }
            | Self::AlreadyStored { .. }
            | Self::SameChild { .. }
            | Self::Parked { .. } => true,
            Self::Restore { source } => source.is_permanent(),
            Self::Child { source, .. } => source.is_permanent(),
            Self::NameTaken { .. }
            | Self::KeyInUse { .. }
            | Self::Save { .. }
            | Self::NotStored { .. }
            | Self::Hook { .. }
            | Self::Panicked { .. }
            | Self::TimedOut { .. }
            | Self::NotRunning => false,
        }
    }

    /// What a call that needed this start ends in.
    pub(crate) fn as_failure<E>(&self) -> CallError<E> {
        match self {
            Self::NotStored { .. } => CallError::NotStored,
            Self::Parked { .. } => CallError::Parked,
            Self::NotRunning => CallError::NotRunning,
            other => CallError::NotStarted {
                kind: other.kind(),
                message: Chain(other).to_string().into(),
            },
        }
    }
}

/// Why a server did not stop as it should have. Unless it called itself, it has ended all the same.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StopError {
    /// The last save, or the deletion, failed: the store keeps what it had.
    #[error("{server} stopped, but its state was not saved")]
    Unsaved {
        /// The server.
        server: Arc<str>,
        /// Why not.
        source: PersistenceError,
    },
    /// It was busy past its deadline.
    #[error("{server} was killed: it did not stop within {after:?}")]
    Killed {
        /// The server.
        server: Arc<str>,
        /// The deadline.
        after: Duration,
    },
    /// It crashed before it came to the stop.
    #[error("{server} crashed before it stopped: {message}")]
    Crashed {
        /// The server.
        server: Arc<str>,
        /// The panic's message.
        message: Arc<str>,
    },
    /// It was not up: it has ended, and its supervisor has still to start it again. Nothing was stopped, and nothing
    /// deleted.
    #[error("{server} is not up: its supervisor is about to start it again")]
    NotUp {
        /// The server.
        server: Arc<str>,
    },
    /// It would have waited for its own end, for ever: it goes on. `cx.stop()` does not wait.
    #[error("{server} cannot wait for its own end")]
    CallsItself {
        /// The server.
        server: Arc<str>,
    },
}

impl StopError {
    /// Whether the last save may have been made without an answer.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::NotUp { .. } | Self::CallsItself { .. } => Outcome::NotRun,
            _ => Outcome::Unknown,
        }
    }
}

/// Why a checkpoint did not save.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The state is not stored: its struct has no `#[persist(..)]`.
    #[error("{server} is not persistent")]
    NotPersistent {
        /// The server.
        server: Arc<str>,
    },
    /// The save failed; the server goes on and retries.
    #[error("{server} could not be saved")]
    Unsaved {
        /// The server.
        server: Arc<str>,
        /// Why not.
        source: PersistenceError,
    },
    /// The server is not there to be saved.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl CheckpointError {
    /// What may have happened.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::NotPersistent { .. } => Outcome::NotRun,
            Self::Unsaved { .. } => Outcome::Unknown,
            Self::Call(error) => error.outcome(),
        }
    }
}

/// Why a family cannot be built.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigureError {
    /// Its name makes no keys of its own.
    #[error("the family `{family}` cannot be built")]
    Keys {
        /// The family.
        family: Arc<str>,
        /// Why not.
        source: KeyError,
    },
    /// Another family of the store has keys that begin alike.
    #[error("the keys of family `{family}` begin like those of family `{other}`")]
    SharedPrefix {
        /// The family.
        family: Arc<str>,
        /// The one there before.
        other: Arc<str>,
    },
    /// The system has a family of this name, whose keys would be these.
    #[error(
        "the system has a family `{family}` already: build it once, and clone it where it is needed"
    )]
    AlreadyBuilt {
        /// The family.
        family: Arc<str>,
    },
    /// The options are refused.
    #[error("the options of family `{family}` cannot hold")]
    Options {
        /// The family.
        family: Arc<str>,
        /// Everything that is wrong with them.
        source: ConfigError,
    },
    /// A family of persistent servers needs a store.
    #[error("the family `{family}` needs a system with a store")]
    NoStore {
        /// The family.
        family: Arc<str>,
    },
}
