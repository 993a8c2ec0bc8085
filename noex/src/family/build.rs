//! Putting a family together: its environment, its overrides, and the keys it shares with no other family.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc as StdArc;
use std::time::Duration;

use super::{Family, FamilyInner, Member};
use crate::error::{ConfigureError, StartError};
use crate::persist::PersistOptions;
use crate::persist::config::PersistConfig;
use crate::persist::key_template::family::FamilyKeys;
use crate::server::{EnvGiven, GenServer, Given, ServerOptions};
use crate::sync::{Arc, Mutex};
use crate::system::System;
use crate::system::settings::{Birth, Keys, Settings};
use crate::system::start::{env_of, persisting};

/// How a family is put together.
#[must_use = "a builder builds nothing until `build` is called"]
pub struct FamilyBuilder<S: GenServer, E = <S as GenServer>::EnvGiven> {
    system: System,
    name: StdArc<str>,
    env: Option<S::Env>,
    options: ServerOptions,
    persist: PersistOptions,
    birth: Birth<S>,
    env_given: PhantomData<fn() -> E>,
}

impl System {
    /// A family of servers, one for each key, stored under `{name}:{key}`.
    pub fn family<S: GenServer>(&self, name: impl Into<StdArc<str>>) -> FamilyBuilder<S> {
        FamilyBuilder {
            system: self.clone(),
            name: name.into(),
            env: None,
            options: S::OPTIONS,
            persist: PersistOptions::default(),
            birth: Birth::Never,
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
            options: self.options,
            persist: self.persist,
            birth: self.birth,
            env_given: PhantomData,
        }
    }

    /// Makes a state for a key that has no record, instead of answering `NotStored`.
    pub fn or_init<A: Into<S::Args>>(
        mut self,
        args: impl Fn(&str) -> A + Send + Sync + 'static,
    ) -> Self {
        self.birth = Birth::ByName(StdArc::new(move |name| args(name).into()));
        self
    }

    /// Saves and stops a server once no client has sent it anything for so long.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.options.idle_timeout = Some(timeout);
        self
    }

    /// How many messages may wait at a server before senders do.
    pub fn mailbox(mut self, messages: usize) -> Self {
        self.options.mailbox = messages;
        self
    }

    /// How long a call waits for its reply unless it says otherwise.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.options.call_timeout = timeout;
        self
    }

    /// Overrides options of `#[persist(..)]`.
    pub fn persist(mut self, options: PersistOptions) -> Self {
        self.persist = options;
        self
    }
}

impl<S: GenServer, E: EnvGiven> FamilyBuilder<S, E> {
    /// The family.
    ///
    /// # Errors
    ///
    /// Its name holds a `:`, its keys begin like those of another family, or its options contradict one another.
    pub fn build(self) -> Result<Family<S>, ConfigureError> {
        let Self {
            system,
            name,
            env,
            options,
            persist,
            birth,
            ..
        } = self;
        let system = system.inner;
        let keys = StdArc::new(family_keys::<S>(&name, &persist)?);
        let persisting = persisting::<S>(&system, &persist, Keys::Family(keys.clone()))
            .map_err(|error| not_built(&name, error))?;
        let env = env_of::<S>(env).map_err(|error| not_built(&name, error))?;
        if let Some(other) = system.reserve_prefix(keys.prefix(), &name) {
            return Err(ConfigureError::SharedPrefix {
                family: name,
                other,
            });
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
        });
        system.enter::<Family<S>>(number, None, inner.clone());
        Ok(Family { inner })
    }
}

fn family_keys<S: GenServer>(
    name: &StdArc<str>,
    persist: &PersistOptions,
) -> Result<FamilyKeys, ConfigureError> {
    let template = match S::persistence() {
        None => None,
        Some(persistence) => {
            PersistConfig::resolve(&persistence.attributes, persist)
                .map_err(|source| ConfigureError::Options {
                    family: name.clone(),
                    source,
                })?
                .key
        }
    };
    FamilyKeys::new(name, template.as_ref()).map_err(|source| ConfigureError::Keys {
        family: name.clone(),
        source,
    })
}

fn not_built(family: &StdArc<str>, error: StartError) -> ConfigureError {
    match error {
        StartError::Configuration { source, .. } => ConfigureError::Options {
            family: family.clone(),
            source,
        },
        _ => ConfigureError::NoStore {
            family: family.clone(),
        },
    }
}

impl<S: GenServer, E> std::fmt::Debug for FamilyBuilder<S, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FamilyBuilder")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
