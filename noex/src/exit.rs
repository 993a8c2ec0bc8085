//! How a server is asked to stop, and why one has ended.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::client::ServerId;

/// Why an incarnation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExitReason {
    /// It was asked to stop.
    Stopped,
    /// No client had sent anything for its `idle_timeout`.
    Idle,
    /// No client had sent anything for its `max_idle`; its record is deleted.
    Expired,
    /// A handler on `&mut self`, a hook or a spawned future panicked.
    Crashed {
        /// The panic's message.
        message: Arc<str>,
    },
    /// It was still busy when the deadline of its stop had passed.
    Killed {
        /// The deadline it was given.
        after: Duration,
    },
    /// Another server has taken its key.
    Fenced,
    /// It never ran: its start failed.
    NotStarted,
    /// It was not running when somebody began to monitor it.
    NotRunning,
}

impl ExitReason {
    /// Whether the server ended as it was asked to.
    #[must_use]
    pub fn is_graceful(&self) -> bool {
        matches!(self, Self::Stopped | Self::Idle | Self::Expired)
    }
}

/// The end of a server, as told to whoever monitors it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Down {
    /// The server.
    pub server: ServerId,
    /// Why this incarnation of it has ended.
    pub reason: ExitReason,
}

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.server, self.reason)
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.write_str("has stopped"),
            Self::Idle => f.write_str("has gone idle"),
            Self::Expired => f.write_str("has expired"),
            Self::Crashed { message } => write!(f, "has crashed: {message}"),
            Self::Killed { after } => write!(
                f,
                "was killed, since it had not stopped within {}",
                humantime::format_duration(*after)
            ),
            Self::Fenced => f.write_str("has lost its key to another"),
            Self::NotStarted => f.write_str("did not start"),
            Self::NotRunning => f.write_str("is not running"),
        }
    }
}

/// How one stop is to go.
///
/// ```
/// # use std::time::Duration;
/// use noex::Stop;
///
/// let log_out = Stop::deleting_state();
/// let abandon = Stop::without_saving().within(Duration::from_secs(1));
/// # let _ = (log_out, abandon);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stop {
    pub(crate) last: Last,
    pub(crate) within: Option<Duration>,
}

/// What the last save is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Last {
    /// As `save_on_stop` and `delete_on_stop` say.
    #[default]
    Configured,
    /// As `save_on_stop` says; the server is started again, so nothing is deleted.
    BeforeRestart,
    /// The state, whatever is configured.
    Save,
    Nothing,
    Deletion,
}

impl Stop {
    /// Stops as the server is configured: saving, unless `save_on_stop = false`.
    #[must_use]
    pub fn normally() -> Self {
        Self::default()
    }

    /// Stops and deletes the record instead of saving.
    #[must_use]
    pub fn deleting_state() -> Self {
        Self {
            last: Last::Deletion,
            within: None,
        }
    }

    /// Stops without the last save: the store keeps what it has.
    #[must_use]
    pub fn without_saving() -> Self {
        Self {
            last: Last::Nothing,
            within: None,
        }
    }

    /// Kills the server after `deadline`, instead of its `shutdown_timeout`.
    #[must_use]
    pub fn within(mut self, deadline: Duration) -> Self {
        self.within = Some(deadline);
        self
    }
}
