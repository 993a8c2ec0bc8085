//! What code says instead of the attribute when a server is started.

use std::time::Duration;

use super::{Chosen, OnUnreadable, PersistAttributes, Snapshot};

/// Persistence options for one server, each instead of the one its `#[persist(..)]` attribute declares.
///
/// What is not set stays as declared. `None` switches an interval or an age off.
///
/// ```
/// use std::time::Duration;
/// use noex::persist::PersistOptions;
///
/// let options = PersistOptions::new().interval(Duration::from_secs(5)).max_age(None);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct PersistOptions {
    interval: Choice,
    save_on_stop: Option<bool>,
    restore: Option<bool>,
    key: Option<String>,
    max_age: Choice,
    max_idle: Choice,
    cleanup_interval: Choice,
    delete_on_stop: Option<bool>,
    on_unreadable: Option<OnUnreadable>,
    snapshot: Option<Snapshot>,
}

impl PersistOptions {
    /// Leaves everything as declared.
    pub fn new() -> Self {
        Self::default()
    }

    /// How often a changed state is saved.
    pub fn interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.interval = interval.into().into();
        self
    }

    /// Whether a graceful stop saves the state.
    pub fn save_on_stop(mut self, save: bool) -> Self {
        self.save_on_stop = Some(save);
        self
    }

    /// Whether a start restores the stored state.
    pub fn restore(mut self, restore: bool) -> Self {
        self.restore = Some(restore);
        self
    }

    /// The template of the record's key over `{name}` and, in a family, `{family}`.
    pub fn key(mut self, template: impl Into<String>) -> Self {
        self.key = Some(template.into());
        self
    }

    /// How long after it was last saved a state may still be restored.
    pub fn max_age(mut self, max_age: impl Into<Option<Duration>>) -> Self {
        self.max_age = max_age.into().into();
        self
    }

    /// How long after a client's last message a state is kept.
    pub fn max_idle(mut self, max_idle: impl Into<Option<Duration>>) -> Self {
        self.max_idle = max_idle.into().into();
        self
    }

    /// How often expired records of this kind are looked for and deleted.
    pub fn cleanup_interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.cleanup_interval = interval.into().into();
        self
    }

    /// Whether a graceful stop deletes the record.
    pub fn delete_on_stop(mut self, delete: bool) -> Self {
        self.delete_on_stop = Some(delete);
        self
    }

    /// What becomes of a start whose record cannot be read.
    pub fn on_unreadable(mut self, what: OnUnreadable) -> Self {
        self.on_unreadable = Some(what);
        self
    }

    /// Where the state is encoded. `Snapshot::Cloned` takes a state whose attribute says `snapshot = "clone"`.
    pub fn snapshot(mut self, snapshot: Snapshot) -> Self {
        self.snapshot = Some(snapshot);
        self
    }

    pub(super) fn over(&self, attributes: &PersistAttributes) -> Chosen {
        Chosen {
            kind: attributes.kind.to_owned(),
            version: attributes.version,
            interval: self.interval.over(attributes.interval),
            save_on_stop: self.save_on_stop.or(attributes.save_on_stop),
            restore: self.restore.unwrap_or(attributes.restore),
            key: self.key.clone().or(attributes.key.map(str::to_owned)),
            max_age: self.max_age.over(attributes.max_age),
            max_idle: self.max_idle.over(attributes.max_idle),
            cleanup_interval: self.cleanup_interval.over(attributes.cleanup_interval),
            delete_on_stop: self.delete_on_stop.unwrap_or(attributes.delete_on_stop),
            on_unreadable: self.on_unreadable.unwrap_or(attributes.on_unreadable),
            snapshot: self.snapshot.unwrap_or(attributes.snapshot),
            is_clonable: attributes.snapshot == Snapshot::Cloned,
        }
    }
}

/// What code says about a duration that can be switched off.
#[derive(Clone, Copy, Debug, Default)]
enum Choice {
    #[default]
    AsDeclared,
    Off,
    Set(Duration),
}

impl Choice {
    fn over(self, declared: Option<Duration>) -> Option<Duration> {
        match self {
            Self::AsDeclared => declared,
            Self::Off => None,
            Self::Set(duration) => Some(duration),
        }
    }
}

impl From<Option<Duration>> for Choice {
    fn from(duration: Option<Duration>) -> Self {
        duration.map_or(Self::Off, Self::Set)
    }
}
