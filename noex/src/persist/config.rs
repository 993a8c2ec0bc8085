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
    pub(crate) delete_on_stop: bool,
    pub(crate) on_unreadable: OnUnreadable,
}

impl PersistConfig {
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
    delete_on_stop: bool,
    on_unreadable: OnUnreadable,
}

impl Chosen {
    fn contradictions(&self) -> Vec<Contradiction> {
        let checks = [
            self.check_version(),
            check_not_zero("interval", self.interval),
            check_not_zero("max_age", self.max_age),
            self.check_max_age(),
            self.check_delete_on_stop(),
        ];
        checks.into_iter().flatten().collect()
    }

    /// Versions count from 1, so that 0 never stands for "not given".
    fn check_version(&self) -> Option<Contradiction> {
        (self.version == 0).then_some(Contradiction::VersionZero)
    }

    /// A record would expire between two saves.
    fn check_max_age(&self) -> Option<Contradiction> {
        let (max_age, interval) = (self.max_age?, self.interval?);
        let contradicts = !max_age.is_zero() && max_age <= interval;
        contradicts.then_some(Contradiction::MaxAgeNotLonger { max_age, interval })
    }

    /// What is deleted at the stop would be saved for nothing just before.
    fn check_delete_on_stop(&self) -> Option<Contradiction> {
        (self.delete_on_stop && self.save_on_stop == Some(true))
            .then_some(Contradiction::SavesAndDeletes)
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
            delete_on_stop: self.delete_on_stop,
            on_unreadable: self.on_unreadable,
        }
    }
}

fn check_not_zero(option: &'static str, duration: Option<Duration>) -> Option<Contradiction> {
    // What is below a millisecond is nothing to a record, which keeps milliseconds.
    duration
        .filter(|duration| duration.as_millis() == 0)
        .map(|_| Contradiction::NoDuration { option })
}
