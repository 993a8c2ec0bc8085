//! Options that do not go together.

use std::time::Duration;

use crate::persist::key_template::KeyError;

/// The persistence options of a server contradict one another; every contradiction is listed.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "the persistence options of `{kind}` do not go together: {}",
    listed(contradictions)
)]
#[non_exhaustive]
pub struct ConfigError {
    /// The kind of the server.
    pub kind: String,
    /// What does not go together; never empty.
    pub contradictions: Vec<Contradiction>,
}

/// Persistence options that cannot both hold.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Contradiction {
    /// A record would expire between two saves.
    #[error(
        "`{option}` ({}) is not longer than `interval` ({})",
        humantime::format_duration(*limit),
        humantime::format_duration(*interval)
    )]
    NotLonger {
        /// The option, `max_age` or `max_idle`.
        option: &'static str,
        /// The limit.
        limit: Duration,
        /// What it has to be longer than.
        interval: Duration,
    },
    /// The record would be saved and deleted at the same stop.
    #[error("`delete_on_stop` deletes what `save_on_stop` saves")]
    SavesAndDeletes,
    /// Nothing expires that could be cleaned up.
    #[error("`cleanup_interval` has no effect without `max_age` or `max_idle`")]
    NothingToCleanUp,
    /// Nothing is known of how the state is cloned.
    #[error(
        "`snapshot` cannot be `clone` where the state's attribute does not say `snapshot = \"clone\"`"
    )]
    NotClonable,
    /// Versions count from 1.
    #[error("`version` is 0, versions count from 1")]
    VersionZero,
    /// A duration of less than a millisecond.
    #[error("`{option}` is shorter than a millisecond; leave it out, or switch it off")]
    NoDuration {
        /// The option.
        option: &'static str,
    },
    /// The template of the key is none.
    #[error(transparent)]
    Key {
        /// What is wrong with it.
        source: KeyError,
    },
}

fn listed(contradictions: &[Contradiction]) -> String {
    contradictions
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}
