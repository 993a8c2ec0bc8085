//! The persistence options of one server: as its type declares them, as code overrides them, and as they hold.
//!
//! Contradictions are refused here, all at once, the same that the derive refuses while compiling.

mod attributes;
mod error;
mod options;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

pub use attributes::PersistAttributes;
pub use error::{ConfigError, Contradiction};
pub use options::PersistOptions;

use super::expiry::Limits;
use super::key_template::KeyTemplate;

/// What becomes of a start whose record is damaged, does not decode, or does not migrate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnUnreadable {
    /// The start fails, and the record stays as it is.
    #[default]
    Fail,
    /// The record is copied to a quarantine key, and the server starts afresh.
    Quarantine,
}

/// Where a state is encoded for its record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Snapshot {
    /// Between two messages, without a copy: the server waits for as long as encoding takes.
    #[default]
    Inline,
    /// On another thread, from a clone of the stored fields: the server waits for as long as cloning takes.
    Cloned,
}

/// The options that hold for a server, free of contradictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersistConfig {
    pub(crate) kind: Arc<str>,
    pub(crate) version: u32,
    pub(crate) interval: Option<Duration>,
    pub(crate) save_on_stop: bool,
    pub(crate) restore: bool,
    /// The name, or `{family}:{name}` in a family, if it is not given.
    pub(crate) key: Option<KeyTemplate>,
    pub(crate) max_age: Option<Duration>,
    pub(crate) max_idle: Option<Duration>,
    pub(crate) cleanup_interval: Option<Duration>,
    pub(crate) delete_on_stop: bool,
    pub(crate) on_unreadable: OnUnreadable,
    pub(crate) snapshot: Snapshot,
}

impl PersistConfig {
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            max_age: self.max_age,
            max_idle: self.max_idle,
        }
    }

    /// What the type declares, with what code says instead.
    pub(crate) fn resolve(
        attributes: &PersistAttributes,
        options: &PersistOptions,
    ) -> Result<Self, ConfigError> {
        let chosen = options.over(attributes);
        let mut contradictions = chosen.contradictions();
        let key = chosen.key.as_deref().map(KeyTemplate::parse).transpose();
        let key = key.unwrap_or_else(|error| {
            contradictions.push(Contradiction::Key { source: error });
            None
        });
        if !contradictions.is_empty() {
            return Err(ConfigError {
                kind: chosen.kind,
                contradictions,
            });
        }
        Ok(chosen.resolved(key))
    }
}

/// Every option as given, before it is known whether they go together.
struct Chosen {
    kind: String,
    version: u32,
    interval: Option<Duration>,
    save_on_stop: Option<bool>,
    restore: bool,
    key: Option<String>,
    max_age: Option<Duration>,
    max_idle: Option<Duration>,
    cleanup_interval: Option<Duration>,
    delete_on_stop: bool,
    on_unreadable: OnUnreadable,
    snapshot: Snapshot,
    /// Whether the type says how its stored fields are cloned.
    is_clonable: bool,
}

impl Chosen {
    fn contradictions(&self) -> Vec<Contradiction> {
        let checks = [
            self.check_version(),
            check_not_zero("interval", self.interval),
            check_not_zero("max_age", self.max_age),
            check_not_zero("max_idle", self.max_idle),
            check_not_zero("cleanup_interval", self.cleanup_interval),
            self.check_limit("max_age", self.max_age),
            self.check_limit("max_idle", self.max_idle),
            self.check_cleanup(),
            self.check_delete_on_stop(),
            self.check_snapshot(),
        ];
        checks.into_iter().flatten().collect()
    }

    /// Versions count from 1, so that 0 never stands for "not given".
    fn check_version(&self) -> Option<Contradiction> {
        (self.version == 0).then_some(Contradiction::VersionZero)
    }

    /// A record would expire between two saves.
    fn check_limit(&self, option: &'static str, limit: Option<Duration>) -> Option<Contradiction> {
        let (limit, interval) = (limit?, self.interval?);
        let contradicts = !limit.is_zero() && limit <= interval;
        contradicts.then_some(Contradiction::NotLonger {
            option,
            limit,
            interval,
        })
    }

    /// Only what expires can be cleaned up.
    fn check_cleanup(&self) -> Option<Contradiction> {
        let expires = self.max_age.is_some() || self.max_idle.is_some();
        (self.cleanup_interval.is_some() && !expires).then_some(Contradiction::NothingToCleanUp)
    }

    /// What is deleted at the stop would be saved for nothing just before.
    fn check_delete_on_stop(&self) -> Option<Contradiction> {
        (self.delete_on_stop && self.save_on_stop == Some(true))
            .then_some(Contradiction::SavesAndDeletes)
    }

    /// How the stored fields are cloned is written by the derive where the attribute asks for it.
    fn check_snapshot(&self) -> Option<Contradiction> {
        (self.snapshot == Snapshot::Cloned && !self.is_clonable)
            .then_some(Contradiction::NotClonable)
    }

    fn resolved(self, key: Option<KeyTemplate>) -> PersistConfig {
        PersistConfig {
            kind: self.kind.into(),
            version: self.version,
            interval: self.interval,
            save_on_stop: self.save_on_stop.unwrap_or(!self.delete_on_stop),
            restore: self.restore,
            key,
            max_age: self.max_age,
            max_idle: self.max_idle,
            cleanup_interval: self.cleanup_interval,
            delete_on_stop: self.delete_on_stop,
            on_unreadable: self.on_unreadable,
            snapshot: self.snapshot,
        }
    }
}

fn check_not_zero(option: &'static str, duration: Option<Duration>) -> Option<Contradiction> {
    // What is below a millisecond is nothing to a record, which keeps milliseconds.
    duration
        .filter(|duration| duration.as_millis() == 0)
        .map(|_| Contradiction::NoDuration { option })
}
