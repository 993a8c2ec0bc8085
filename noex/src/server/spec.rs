//! A spec: how to start, and start again, one server.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::{GenServer, ServerOptions};
use crate::persist::PersistOptions;

/// How to start one server, and how to start it again.
///
/// Made by the `spec` function that `#[derive(GenServer)]` writes; given to
/// [`System::start`](crate::System::start).
#[must_use = "a spec starts nothing until it is given to a system"]
pub struct Spec<S: GenServer, E = <S as GenServer>::EnvGiven> {
    pub(crate) name: Option<Arc<str>>,
    pub(crate) plan: Plan<S>,
    env: PhantomData<fn() -> E>,
}

/// What every incarnation is started from, whatever its name.
pub(crate) struct Plan<S: GenServer> {
    pub(crate) args: Arc<S::Args>,
    pub(crate) env: Option<S::Env>,
    pub(crate) key: Option<Arc<str>>,
    pub(crate) options: ServerOptions,
    pub(crate) persist: PersistOptions,
}

/// The environment was given, or is not needed.
pub enum Given {}

/// The environment is still to be given, by `.env(..)`.
pub enum Missing {}

/// A spec with everything it needs to start.
#[diagnostic::on_unimplemented(
    message = "the environment of this server is missing",
    label = "started without its environment",
    note = "give it: `.env(..)`"
)]
pub trait EnvGiven {}

impl EnvGiven for Given {}

/// How a server without `init` makes its state: a closure, called at each fresh start.
pub struct Fresh<S> {
    make: Box<dyn Fn() -> S + Send + Sync>,
}

impl<S> Fresh<S> {
    #[doc(hidden)]
    #[must_use]
    pub fn make(&self) -> S {
        (self.make)()
    }
}

impl<S, F: Fn() -> S + Send + Sync + 'static> From<F> for Fresh<S> {
    fn from(make: F) -> Self {
        Self {
            make: Box::new(make),
        }
    }
}

impl<S: GenServer> Spec<S> {
    #[doc(hidden)]
    pub fn new(args: S::Args) -> Self {
        let plan = Plan {
            args: Arc::new(args),
            env: None,
            key: None,
            options: S::OPTIONS,
            persist: PersistOptions::default(),
        };
        Self {
            name: None,
            plan,
            env: PhantomData,
        }
    }
}

impl<S: GenServer, E> Spec<S, E> {
    /// Names the server: unique per kind of server in its system, and its key unless another is given.
    pub fn name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Gives the environment, of which every incarnation gets a clone.
    pub fn env(mut self, env: S::Env) -> Spec<S, Given> {
        self.plan.env = Some(env);
        Spec {
            name: self.name,
            plan: self.plan,
            env: PhantomData,
        }
    }

    /// Stores the state under `key` instead of under what the attribute says.
    pub fn key(mut self, key: impl Into<Arc<str>>) -> Self {
        self.plan.key = Some(key.into());
        self
    }

    /// Overrides options of `#[persist(..)]`.
    pub fn persist(mut self, options: PersistOptions) -> Self {
        self.plan.persist = options;
        self
    }

    /// How many messages may wait before senders do.
    pub fn mailbox(mut self, messages: usize) -> Self {
        self.plan.options.mailbox = messages;
        self
    }

    /// How long a call waits for its reply unless it says otherwise.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.plan.options.call_timeout = timeout;
        self
    }

    /// How long a start may take.
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.plan.options.start_timeout = timeout;
        self
    }

    /// How long a stop may take before the server is killed.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.plan.options.shutdown_timeout = timeout;
        self
    }

    /// Saves and stops the server once no client has sent anything for so long.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.plan.options.idle_timeout = Some(timeout);
        self
    }

    /// Whether a handler may run on its caller's stack, which it does where it is known to be light.
    pub fn inline(mut self, inline: bool) -> Self {
        self.plan.options.inline = inline;
        self
    }
}

impl<S: GenServer> Clone for Plan<S> {
    fn clone(&self) -> Self {
        Self {
            args: self.args.clone(),
            env: self.env.clone(),
            key: self.key.clone(),
            options: self.options,
            persist: self.persist.clone(),
        }
    }
}

impl<S: GenServer, E> Clone for Spec<S, E> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            plan: self.plan.clone(),
            env: PhantomData,
        }
    }
}

impl<S> fmt::Debug for Fresh<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fresh").finish_non_exhaustive()
    }
}

impl<S: GenServer, E> fmt::Debug for Spec<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spec")
            .field("kind", &S::KIND)
            .field("name", &self.name)
            .field("key", &self.plan.key)
            .finish_non_exhaustive()
    }
}
