//! Starting one server: its settings resolved, its name reserved, its first incarnation awaited.

use std::any::Any;
use std::sync::Arc as StdArc;
use std::time::Duration;

use super::registry::{Entry, StopOutcome, Stops};
use super::settings::{Birth, Keys, Owner, Persisting, Sequel, Settings};
use super::{Inner, System};
use crate::config::server::Resolved;
use crate::error::StartError;
use crate::exit::Stop;
use crate::persist::config::{Naming, PersistConfig};
use crate::protocol::Protocol;
use crate::protocol::handler::BoxFuture;
use crate::protocol::port::PortRef;
use crate::server::{EnvGiven, GenServer, Plan, ServerOptions, Spec};
use crate::slot::Slot;
use crate::slot::life::Exit;
use crate::slot::send::wait_for;
use crate::slot::start::Start;
use crate::sync::Arc;

/// The client of a state's protocol.
type ClientOf<S> = <<S as GenServer>::Protocol as Protocol>::Client;

impl System {
    /// Starts a server: its state is restored if there is a record, and made otherwise.
    ///
    /// # Errors
    ///
    /// The name or the key is taken, the record cannot be restored, or a hook failed. What is stored stays as it
    /// was.
    ///
    /// # Cancel safety
    ///
    /// The start goes on when this future is dropped.
    // The type of the future does not name `E`, so that a forgotten environment is one error and not one a use.
    pub fn start<S: GenServer, E: EnvGiven>(
        &self,
        spec: Spec<S, E>,
    ) -> BoxFuture<'_, Result<ClientOf<S>, StartError>> {
        Box::pin(self.start_plan(spec.name, spec.plan))
    }

    async fn start_plan<S: GenServer>(
        &self,
        name: Option<StdArc<str>>,
        plan: Plan<S>,
    ) -> Result<ClientOf<S>, StartError> {
        let number = self.inner.next_number();
        let settings = Arc::new(self.inner.settle(plan, Box::new(Registered))?);
        let slot = self.inner.launch(number, name, settings, Entry::Own)?;
        let started = slot.life().when_started();
        let birth = slot.settings.birth.clone();
        slot.start_here(Start {
            birth,
            is_creation: false,
        });
        match wait_for(&started).await {
            Ok(Ok(())) => Ok(PortRef::new(slot).into()),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(StartError::NotRunning),
        }
    }

    /// The running server of this kind and name.
    #[must_use]
    pub fn find<S: GenServer>(&self, name: &str) -> Option<ClientOf<S>> {
        let server = self.inner.find::<S>(name)?;
        let slot = server.any().downcast::<Slot<S>>().ok()?;
        Some(PortRef::new(slot).into())
    }
}

impl Inner {
    /// A server of this number that is about to start, whose name is its own from here on.
    pub(crate) fn launch<S: GenServer>(
        self: &Arc<Self>,
        number: u64,
        name: Option<StdArc<str>>,
        settings: Arc<Settings<S>>,
        entry: Entry,
    ) -> Result<Arc<Slot<S>>, StartError> {
        if !self.is_open() {
            return Err(StartError::NotRunning);
        }
        let slot = Slot::new(self.clone(), settings, name.clone(), number);
        match self.enter::<S>(slot.number(), name.as_ref(), slot.clone(), entry) {
            Some(true) => {}
            None => return Err(StartError::NotRunning),
            Some(false) => {
                return Err(StartError::NameTaken {
                    kind: S::KIND,
                    name: name.unwrap_or_default(),
                });
            }
        }
        if let Some(persisting) = &slot.settings.persisting {
            self.clean_up_for(&persisting.config);
        }
        Ok(slot)
    }

    /// Takes a server out that has ended, and its name with it.
    pub(crate) fn leave_server<S: GenServer>(&self, slot: &Slot<S>) {
        let has_left = self.leave::<S>(slot.number(), slot.name.as_ref());
        if let (true, Some(persisting)) = (has_left, &slot.settings.persisting) {
            self.clean_up_no_more_for(&persisting.config);
        }
    }

    /// What every incarnation of a server is started with.
    pub(crate) fn settle<S: GenServer>(
        self: &Arc<Self>,
        plan: Plan<S>,
        owner: Box<dyn Owner<S>>,
    ) -> Result<Settings<S>, StartError> {
        let terms = self.terms(&plan)?;
        self.settle_on(plan, terms, owner)
    }

    /// On which terms a server of this plan runs here, without anything of the user's being cloned or dropped.
    pub(crate) fn terms<S: GenServer>(
        self: &Arc<Self>,
        plan: &Plan<S>,
    ) -> Result<Terms, StartError> {
        let kind = S::KIND;
        let resolved = plan.config.clone().resolve::<S>(Naming::AtStart);
        let Resolved { options, persist } =
            resolved.map_err(|source| StartError::Configuration { kind, source })?;
        let keys = plan.key.clone().map_or(Keys::Template, Keys::Given);
        Ok(Terms {
            options,
            persisting: persisting::<S>(self, persist, keys)?,
        })
    }

    pub(crate) fn settle_on<S: GenServer>(
        &self,
        plan: Plan<S>,
        terms: Terms,
        owner: Box<dyn Owner<S>>,
    ) -> Result<Settings<S>, StartError> {
        let Plan { args, env, .. } = plan;
        let Terms {
            options,
            persisting,
        } = terms;
        let (env, birth) = (env_of::<S>(env)?, Birth::Args(args));
        Ok(Settings::new(self, env, options, birth, persisting, owner))
    }
}

/// How a server runs and where it is stored, whatever it is started from.
pub(crate) struct Terms {
    options: ServerOptions,
    persisting: Option<Persisting>,
}

/// The environment as it was given, or the empty one.
pub(crate) fn env_of<S: GenServer>(given: Option<S::Env>) -> Result<S::Env, StartError> {
    if let Some(env) = given {
        return Ok(env);
    }
    let nothing: Box<dyn Any> = Box::new(());
    // Only a server without `env` comes here: the marker of its spec has seen to that.
    nothing
        .downcast()
        .map(|env| *env)
        .map_err(|_| StartError::NotRunning)
}

/// How a kind of state is stored in `system`, if it is stored.
pub(crate) fn persisting<S: GenServer>(
    system: &Arc<Inner>,
    config: Option<PersistConfig>,
    keys: Keys,
) -> Result<Option<Persisting>, StartError> {
    let Some(config) = config else {
        return Ok(None);
    };
    let store = system
        .store()
        .cloned()
        .ok_or(StartError::NoStore { kind: S::KIND })?;
    Ok(Some(Persisting {
        config: StdArc::new(config),
        store,
        keys,
    }))
}

/// A server that its system knows by itself.
struct Registered;

impl<S: GenServer> Owner<S> for Registered {
    fn after(&self, _: &Slot<S>, _: &Exit) -> Sequel {
        Sequel::Ends
    }

    fn ended(&self, slot: &Slot<S>) {
        slot.system.leave_server(slot);
    }
}

impl<S: GenServer> Stops for Slot<S> {
    fn stop_all(&self, deadline: Duration) -> BoxFuture<'static, StopOutcome> {
        let within = deadline.min(self.settings.options().shutdown_timeout);
        let stopped = self.end(Stop::normally().within(within));
        Box::pin(async move { StopOutcome::of(stopped.await) })
    }

    fn count(&self) -> usize {
        1
    }

    fn any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}
