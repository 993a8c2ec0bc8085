//! What is said of persistence about one server, instead of what its attribute declares.

use std::time::Duration;

use super::{OnUnreadable, PersistAttributes, Snapshot};
use crate::config::options::{Options, Visit};
use crate::config::origin::{Choice, Origin};

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
    pub(super) interval: Choice<Option<Duration>>,
    pub(super) save_on_stop: Choice<bool>,
    pub(super) restore: Choice<bool>,
    pub(super) key: Choice<String>,
    pub(super) max_age: Choice<Option<Duration>>,
    pub(super) max_idle: Choice<Option<Duration>>,
    pub(super) cleanup_interval: Choice<Option<Duration>>,
    pub(super) delete_on_stop: Choice<bool>,
    pub(super) on_unreadable: Choice<OnUnreadable>,
    pub(super) snapshot: Choice<Snapshot>,
}

impl PersistOptions {
    /// Leaves everything as declared.
    pub fn new() -> Self {
        Self::default()
    }

    /// How often a changed state is saved.
    pub fn interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.interval = Choice::in_code(interval.into());
        self
    }

    /// Whether a graceful stop saves the state.
    pub fn save_on_stop(mut self, save: bool) -> Self {
        self.save_on_stop = Choice::in_code(save);
        self
    }

    /// Whether a start restores the stored state.
    pub fn restore(mut self, restore: bool) -> Self {
        self.restore = Choice::in_code(restore);
        self
    }

    /// The template of the record's key over `{name}` and, in a family, `{family}`.
    pub fn key(mut self, template: impl Into<String>) -> Self {
        self.key = Choice::in_code(template.into());
        self
    }

    /// How long after it was last saved a state may still be restored.
    pub fn max_age(mut self, max_age: impl Into<Option<Duration>>) -> Self {
        self.max_age = Choice::in_code(max_age.into());
        self
    }

    /// How long after a client's last message a state is kept.
    pub fn max_idle(mut self, max_idle: impl Into<Option<Duration>>) -> Self {
        self.max_idle = Choice::in_code(max_idle.into());
        self
    }

    /// How often expired records of this kind are looked for and deleted.
    pub fn cleanup_interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.cleanup_interval = Choice::in_code(interval.into());
        self
    }

    /// Whether a graceful stop deletes the record.
    pub fn delete_on_stop(mut self, delete: bool) -> Self {
        self.delete_on_stop = Choice::in_code(delete);
        self
    }

    /// What becomes of a start whose record cannot be read.
    pub fn on_unreadable(mut self, what: OnUnreadable) -> Self {
        self.on_unreadable = Choice::in_code(what);
        self
    }

    /// Where the state is encoded. `Snapshot::Cloned` takes a state whose attribute says `snapshot = "clone"`.
    pub fn snapshot(mut self, snapshot: Snapshot) -> Self {
        self.snapshot = Choice::in_code(snapshot);
        self
    }

    /// Takes what `above` says, but for what a file says of something that code has said.
    pub(crate) fn lay(&mut self, above: Self) {
        self.interval.lay(above.interval);
        self.save_on_stop.lay(above.save_on_stop);
        self.restore.lay(above.restore);
        self.key.lay(above.key);
        self.max_age.lay(above.max_age);
        self.max_idle.lay(above.max_idle);
        self.cleanup_interval.lay(above.cleanup_interval);
        self.delete_on_stop.lay(above.delete_on_stop);
        self.on_unreadable.lay(above.on_unreadable);
        self.snapshot.lay(above.snapshot);
    }

    /// What the attribute says; it has a value for every option but two, which follow from others.
    pub(crate) fn declared(attributes: &PersistAttributes) -> Self {
        let text = |key: &str| Choice::in_attribute(key.to_owned());
        Self {
            interval: Choice::in_attribute(attributes.interval),
            save_on_stop: attributes
                .save_on_stop
                .map(Choice::in_attribute)
                .unwrap_or_default(),
            restore: Choice::in_attribute(attributes.restore),
            key: attributes.key.map(text).unwrap_or_default(),
            max_age: Choice::in_attribute(attributes.max_age),
            max_idle: Choice::in_attribute(attributes.max_idle),
            cleanup_interval: Choice::in_attribute(attributes.cleanup_interval),
            delete_on_stop: Choice::in_attribute(attributes.delete_on_stop),
            on_unreadable: Choice::in_attribute(attributes.on_unreadable),
            snapshot: Choice::in_attribute(attributes.snapshot),
        }
    }

    /// A state that is deleted at the stop is not saved there; any other is, unless it was said otherwise.
    pub(crate) fn settle_save_on_stop(&mut self) {
        if let (None, Some(deletes)) = (self.save_on_stop.get(), self.delete_on_stop.get()) {
            self.save_on_stop = Choice::Given(!deletes, self.delete_on_stop.origin());
        }
    }

    /// Where each option that is set was set.
    pub(crate) fn origins(&self) -> Vec<Origin> {
        let mut origins = Origins(Vec::new());
        self.clone().each(&mut origins);
        origins.0
    }
}

impl Options for PersistOptions {
    const OF_THE_CODE: &'static [&'static str] = &[
        "version",
        "migrate",
        "shape",
        "kind",
        "codec",
        "before_persist",
        "after_persist",
        "on_restore",
        "on_error",
    ];

    fn each(&mut self, visit: &mut impl Visit) {
        visit.option("interval", &mut self.interval);
        visit.option("save_on_stop", &mut self.save_on_stop);
        visit.option("restore", &mut self.restore);
        visit.option("key", &mut self.key);
        visit.option("max_age", &mut self.max_age);
        visit.option("max_idle", &mut self.max_idle);
        visit.option("cleanup_interval", &mut self.cleanup_interval);
        visit.option("delete_on_stop", &mut self.delete_on_stop);
        visit.option("on_unreadable", &mut self.on_unreadable);
        visit.option("snapshot", &mut self.snapshot);
    }
}

struct Origins(Vec<Origin>);

impl Visit for Origins {
    fn option<T: crate::config::value::Value>(&mut self, _: &'static str, choice: &mut Choice<T>) {
        if choice.is_given() {
            self.0.push(choice.origin());
        }
    }
}
