//! Options that do not go together.

use std::time::Duration;

use crate::config::duration::words;
use crate::config::origin::Origin;
use crate::persist::key_template::KeyError;

/// Persistence options that cannot hold together.
///
/// It stands in a [`Mistake`](crate::config::Mistake), which says where the first of them was written.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Contradiction {
    /// A record would expire between two saves.
    #[error(
        "`{option}` ({}{}) is not longer than `interval` ({}{})",
        words(*limit), limit_from.beside(limit_from.foremost(interval_from)),
        words(*interval), interval_from.beside(limit_from.foremost(interval_from))
    )]
    NotLonger {
        /// The option, `max_age` or `max_idle`.
        option: &'static str,
        /// The limit.
        limit: Duration,
        /// Where the limit was written.
        limit_from: Origin,
        /// What it has to be longer than.
        interval: Duration,
        /// Where the interval was written.
        interval_from: Origin,
    },
    /// The record would be saved and deleted at the same stop.
    #[error(
        "`delete_on_stop = true`{} contradicts `save_on_stop = true`{}",
        delete_from.beside(delete_from.foremost(save_from)).trim_start_matches(','),
        save_from.beside(delete_from.foremost(save_from)).trim_start_matches(',')
    )]
    SavesAndDeletes {
        /// Where deleting was asked for.
        delete_from: Origin,
        /// Where saving was asked for.
        save_from: Origin,
    },
    /// Nothing expires that could be cleaned up.
    #[error("`cleanup_interval` ({}{}) has no effect without `max_age` or `max_idle`{}", words(*interval), from.beside(place), switched_off(from, place))]
    NothingToCleanUp {
        /// How often would be cleaned up.
        interval: Duration,
        /// Where that was written.
        from: Origin,
        /// Where it was written, or where the ages were switched off.
        place: Origin,
    },
    /// Nothing is known of how the state is cloned.
    #[error(
        "`snapshot` cannot be \"clone\" where the type's attribute does not say `snapshot = \"clone\"`"
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

/// What to write beside an age that was switched off, where the attribute still asks for cleaning up.
fn switched_off(from: &Origin, place: &Origin) -> &'static str {
    match (from, place) {
        (Origin::Attribute, Origin::File { .. }) => "; write `cleanup_interval = \"off\"`, too",
        (Origin::Attribute, Origin::Code) => "; say `.cleanup_interval(None)`, too",
        _ => "",
    }
}
