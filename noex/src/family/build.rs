//! Putting a family together: its environment, its overrides, and the keys it shares with no other family.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc as StdArc;
use std::time::Duration;

use super::{Family, FamilyInner, Member};
use crate::config::server::Resolved;
use crate::config::{ConfigError, ServerConfig};
use crate::error::ConfigureError;
use crate::persist::PersistOptions;
use crate::persist::config::{Naming, PersistConfig};
use crate::persist::key_template::family::FamilyKeys;
use crate::server::{EnvGiven, GenServer, Given, IntoArgs};
use crate::sync::{Arc, AtomicBool, Mutex};
use crate::system::System;
use crate::system::parking::Patience;
use crate::system::registry::Entry;
use crate::system::settings::{Birth, Keys, Settings};
use crate::system::start::{env_of, persisting};

/// How a family is put together.
#[must_use = "a builder builds nothing until `build` is called"]
pub struct FamilyBuilder<S: GenServer, E = <S as GenServer>::EnvGiven> {
    system: System,
    name: StdArc<str>,
    env: Option<S::Env>,
    config: ServerConfig,
    birth: Birth<S>,
    patience: Patience,
    env_given: PhantomData<fn() -> E>,
}

impl System {
    /// A family of servers, one for each key, stored under `{name}:{key}`.
    pub fn family<S: GenServer>(&self, name: impl Into<StdArc<str>>) -> FamilyBuilder<S> {
        FamilyBuilder {
            system: self.clone(),
            name: name.into(),
            env: None,
            config: ServerConfig::default(),
            birth: Birth::Never,
            patience: Patience::USUAL,
            env_given: PhantomData,
        }
    }
}

impl<S: GenServer, E> FamilyBuilder<S, E> {
    /// Gives the environment, of which every incarnation gets a clone.
    pub fn env(self, env: S::Env) -> FamilyBuilder<S, Given> {
        FamilyBuilder {
            system: self.system,
            name: self.name,
            env: Some(env),
            config: self.config,
            birth: self.birth,
            patience: self.patience,
            env_given: PhantomData,
        }
    }

    /// Parks a key after so many crashes, each `within` that long of restoring the same revision: 3 within a minute
    /// unless set. With 0 nothing is parked.
    pub fn park_after(mut self, crashes: u32, within: Duration) -> Self {
        self.patience = Patience { crashes, within };
        self
    }

    /// Makes a state for a key that has no record, instead of answering `NotStored`.
    pub fn or_init<A: IntoArgs<S::Args>>(
        mut self,
        args: impl Fn(&str) -> A + Send + Sync + 'static,
    ) -> Self {
        self.birth = Birth::ByName(StdArc::new(move |name| args(name).into_args()));
        self
    }

    /// Takes options from a configuration file, or from elsewhere in code.
    ///
    /// What a file says holds before the attributes, and what code says before both, in whatever order it is said.
    pub fn config(mut self, config: ServerConfig) -> Self {
        self.config = self.config.with(config);
        self
    }

    /// Overrides options of `#[persist(..)]`; those that are not set in `options` stay as they are.
    pub fn persist(mut self, options: PersistOptions) -> Self {
        self.config = self.config.persist(options);
        self
    }

    /// How many messages may wait at a server before senders do.
    pub fn mailbox(mut self, messages: usize) -> Self {
        self.config = self.config.mailbox(messages);
        self
    }

    /// How long a call waits for its reply unless it says otherwise.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.config = self.config.call_timeout(timeout);
        self
    }

    /// How long the start of a server may take.
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.config = self.config.start_timeout(timeout);
        self
    }

    /// How long the stop of a server may take before it is killed.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.config = self.config.shutdown_timeout(timeout);
        self
    }

    /// Saves and stops a server once no client has sent it anything for so long; `None` never does.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.config = self.config.idle_timeout(timeout);
        self
    }

    /// Whether a handler may run on its caller's stack.
    pub fn inline(mut self, inline: bool) -> Self {
        self.config = self.config.inline(inline);
        self
    }
}

impl<S: GenServer, E> FamilyBuilder<S, E> {
    /// The family.
    ///
    /// # Errors
    ///
    /// Its name holds a `:`, the system has it already, its keys begin like those of another family, or its options are
    /// refused.
    pub fn build(self) -> Result<Family<S>, ConfigureError>
    where
        E: EnvGiven,
    {
        let Self {
            system,
            name,
            env,
            config,
            birth,
            patience,
            ..
        } = self;
        let system = system.inner;
        check_name(&name)?;
        let Resolved { options, persist } = config
            .resolve::<S>(Naming::Family(&name))
            .map_err(|source| refused(&name, source))?;
        let keys = StdArc::new(family_keys(&name, persist.as_ref())?);
        let persisting = persisting::<S>(&system, persist, Keys::Family(keys.clone()))
            .map_err(|_| no_store(&name))?;
        let env = env_of::<S>(env).map_err(|_| no_store(&name))?;
        if let Some(other) = system.reserve_prefix(keys.prefix(), &name) {
            return Err(shared(name, other));
        }
        let number = system.next_number();
        let inner = Arc::new_cyclic(|me| FamilyInner {
            me: me.clone(),
            name,
            number,
            system: system.clone(),
            settings: Arc::new(Settings::new(
                &system,
                env,
                options,
                birth,
                persisting,
                Box::new(Member { family: me.clone() }),
            )),
            keys,
            live: Mutex::new(HashMap::new()),
            patience,
            closed: AtomicBool::new(false),
            has_left: AtomicBool::new(false),
        });
        let entered = system.enter::<Family<S>>(number, None, inner.clone(), Entry::Own);
        if let (Some(true), Some(persisting)) = (entered, &inner.settings.persisting) {
            system.clean_up_for(&persisting.config);
        }
        Ok(Family { inner })
    }
}

/// A name that can be in no key is told as such, and not as a template that makes none.
fn check_name(name: &StdArc<str>) -> Result<(), ConfigureError> {
    family_keys(name, None).map(drop)
}

fn family_keys(
    name: &StdArc<str>,
    persist: Option<&PersistConfig>,
) -> Result<FamilyKeys, ConfigureError> {
    let template = persist.and_then(|persist| persist.key.as_ref());
    FamilyKeys::new(name, template).map_err(|source| ConfigureError::Keys {
        family: name.clone(),
        source,
    })
}

fn refused(family: &StdArc<str>, source: ConfigError) -> ConfigureError {
    ConfigureError::Options {
        family: family.clone(),
        source,
    }
}

/// Keys that begin alike: of another family, or of this one when it was built before.
fn shared(family: StdArc<str>, other: StdArc<str>) -> ConfigureError {
    if family == other {
        ConfigureError::AlreadyBuilt { family }
    } else {
        ConfigureError::SharedPrefix { family, other }
    }
}

fn no_store(family: &StdArc<str>) -> ConfigureError {
    ConfigureError::NoStore {
        family: family.clone(),
    }
}

impl<S: GenServer, E> std::fmt::Debug for FamilyBuilder<S, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FamilyBuilder")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
