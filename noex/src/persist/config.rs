//! The persistence options of one server: as its type declares them, as files and code override them, and as they hold.
//!
//! Contradictions are refused here, all at once, the same that the derive refuses while compiling.

mod attributes;
mod error;
mod options;
mod rules;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

pub use attributes::PersistAttributes;
pub use error::Contradiction;
pub use options::PersistOptions;

use self::rules::{Rules, check_key};
use super::expiry::Limits;
use super::key_template::KeyTemplate;
use crate::config::error::Mistake;
use crate::config::origin::Choice;

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
    /// What only the code says: version, shape and codec.
    pub(crate) attributes: &'static PersistAttributes,
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

/// How the servers that share the options come to their keys.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Naming<'n> {
    /// Not known before the start.
    AtStart,
    /// A server that is in no family.
    Alone,
    /// The servers of the family of this name.
    Family(&'n str),
}

impl PersistConfig {
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            max_age: self.max_age,
            max_idle: self.max_idle,
        }
    }

    /// What the type declares, with what files and code say instead.
    pub(crate) fn resolve(
        attributes: &'static PersistAttributes,
        options: &PersistOptions,
        naming: Naming<'_>,
    ) -> Result<Self, Vec<Mistake>> {
        let mut chosen = PersistOptions::declared(attributes);
        chosen.lay(options.clone());
        let rules = Rules {
            chosen: &chosen,
            attributes,
        };
        let mut mistakes = rules.check();
        let key = check_key(&chosen.key, naming).unwrap_or_else(|mistake| {
            mistakes.push(mistake);
            None
        });
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        chosen.settle_save_on_stop();
        Ok(Self::of(attributes, &chosen, key))
    }

    /// What the type declares, for a look at its records; no key follows from it.
    pub(crate) fn declared(attributes: &'static PersistAttributes) -> Self {
        Self::of(attributes, &PersistOptions::declared(attributes), None)
    }

    fn of(
        attributes: &'static PersistAttributes,
        chosen: &PersistOptions,
        key: Option<KeyTemplate>,
    ) -> Self {
        let is = |choice: &Choice<bool>, otherwise| choice.get().copied().unwrap_or(otherwise);
        Self {
            kind: attributes.kind.into(),
            attributes,
            interval: chosen.interval.on(),
            save_on_stop: is(&chosen.save_on_stop, true),
            restore: is(&chosen.restore, true),
            key,
            max_age: chosen.max_age.on(),
            max_idle: chosen.max_idle.on(),
            cleanup_interval: chosen.cleanup_interval.on(),
            delete_on_stop: is(&chosen.delete_on_stop, false),
            on_unreadable: chosen.on_unreadable.get().copied().unwrap_or_default(),
            snapshot: chosen.snapshot.get().copied().unwrap_or_default(),
        }
    }
}
