//! What every incarnation of a server, or of every server of a family, is started with.

use std::sync::Arc as StdArc;
use std::time::Duration;

use super::Inner;
use crate::error::StartError;
use crate::persist::KeyError;
use crate::persist::config::PersistConfig;
use crate::persist::key_template::family::FamilyKeys;
use crate::persist::key_template::key_of;
use crate::persist::writer::StoreHandle;
use crate::server::{GenServer, ServerOptions};
use crate::slot::Slot;
use crate::slot::life::Exit;
use crate::slot::weight::Weights;
use crate::store::Key;

/// The resolved settings of one server or family.
pub(crate) struct Settings<S: GenServer> {
    pub(crate) env: S::Env,
    /// What differs from the attribute's options.
    overrides: Option<Box<ServerOptions>>,
    pub(crate) birth: Birth<S>,
    pub(crate) persisting: Option<Box<Persisting>>,
    /// What decides which handlers run on their callers' stacks; where there is nothing, none does.
    pub(crate) weights: Option<Weights>,
    pub(crate) owner: Box<dyn Owner<S>>,
}

/// Where a state comes from when there is no record.
pub(crate) enum Birth<S: GenServer> {
    Args(StdArc<S::Args>),
    ByName(StdArc<MakeArgs<S>>),
    Never,
}

/// Makes what a new state is made from, by the server's name.
type MakeArgs<S> = dyn Fn(&str) -> <S as GenServer>::Args + Send + Sync;

/// Where and how the state is stored.
pub(crate) struct Persisting {
    pub(crate) config: StdArc<PersistConfig>,
    pub(crate) store: StdArc<StoreHandle>,
    pub(crate) keys: Keys,
}

/// How a key follows from a name.
pub(crate) enum Keys {
    Given(StdArc<str>),
    Template,
    Family(StdArc<FamilyKeys>),
}

/// Who started a server, and hears of its end.
pub(crate) trait Owner<S: GenServer>: Send + Sync {
    /// What becomes of a server whose incarnation has ended, or did not start.
    fn after(&self, slot: &Slot<S>, exit: &Exit) -> Sequel;

    /// The server waits to be started again: its last incarnation has ended, and its key is being given back.
    fn waits(&self, _slot: &Slot<S>, _exit: &Exit) {}

    /// The server has ended.
    fn ended(&self, slot: &Slot<S>);
}

/// What becomes of a server once an incarnation of it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sequel {
    /// It ends: its mailbox is closed, and its name free.
    Ends,
    /// The next incarnation is started at once, for what waits in the mailbox.
    GoesOn,
    /// It keeps its name and its mailbox until its owner starts it again, or ends it.
    Waits,
}

impl<S: GenServer> Settings<S> {
    pub(crate) fn new(
        system: &Inner,
        env: S::Env,
        options: ServerOptions,
        birth: Birth<S>,
        persisting: Option<Persisting>,
        owner: Box<dyn Owner<S>>,
    ) -> Self {
        Self {
            env,
            overrides: (options != S::OPTIONS).then(|| Box::new(options)),
            birth,
            persisting: persisting.map(Box::new),
            weights: system.weights::<S>(&options),
            owner,
        }
    }

    pub(crate) fn options(&self) -> &ServerOptions {
        self.overrides.as_deref().unwrap_or(&S::OPTIONS)
    }

    pub(crate) fn is_persistent(&self) -> bool {
        self.persisting.is_some()
    }

    pub(crate) fn max_idle(&self) -> Option<Duration> {
        self.persisting.as_ref()?.config.max_idle
    }

    /// Whether it matters when a client last sent a message.
    #[inline]
    pub(crate) fn watches_activity(&self) -> bool {
        self.options().idle_timeout.is_some() || self.max_idle().is_some()
    }

    pub(crate) fn mailbox(&self) -> u64 {
        u64::try_from(self.options().mailbox.max(1)).unwrap_or(u64::MAX)
    }
}

impl Persisting {
    /// The key of the server with this name.
    pub(crate) fn key(&self, kind: &'static str, name: Option<&str>) -> Result<Key, StartError> {
        let key = match &self.keys {
            Keys::Given(key) => {
                Key::new(key.clone()).map_err(|source| KeyError::Invalid { source })
            }
            Keys::Template => key_of(None, self.config.key.as_ref(), name),
            Keys::Family(keys) => keys.key(name.unwrap_or_default()),
        };
        key.map_err(|error| no_key(kind, name, error))
    }
}

fn no_key(kind: &'static str, name: Option<&str>, error: KeyError) -> StartError {
    match error {
        KeyError::NoKey => StartError::NoKey { kind },
        error => StartError::InvalidKey {
            kind,
            name: name.unwrap_or_default().into(),
            source: error,
        },
    }
}

impl<S: GenServer> Clone for Birth<S> {
    fn clone(&self) -> Self {
        match self {
            Self::Args(args) => Self::Args(args.clone()),
            Self::ByName(make) => Self::ByName(make.clone()),
            Self::Never => Self::Never,
        }
    }
}
