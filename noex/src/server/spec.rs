//! A spec: how to start, and start again, one server.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::GenServer;
use crate::config::ServerConfig;
use crate::persist::PersistOptions;
use crate::supervise::Restart;

/// How to start one server, and how to start it again.
///
/// Made by the `spec` function that `#[derive(GenServer)]` writes; given to
/// [`System::start`](crate::System::start).
#[must_use = "a spec starts nothing until it is given to a system"]
pub struct Spec<S: GenServer, E = <S as GenServer>::EnvGiven> {
    pub(crate) name: Option<Arc<str>>,
    pub(crate) plan: Plan<S>,
    pub(crate) restart: Restart,
    env: PhantomData<fn() -> E>,
}

/// What every incarnation is started from, whatever its name.
pub(crate) struct Plan<S: GenServer> {
    pub(crate) args: Arc<S::Args>,
    pub(crate) env: Option<S::Env>,
    pub(crate) key: Option<Arc<str>>,
    pub(crate) config: ServerConfig,
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

/// What a server is made from: its `args`, or, where it has no `init`, a closure that makes its state.
#[diagnostic::on_unimplemented(
    message = "a server that is made from `{Args}` cannot be made from `{Self}`",
    label = "not `{Args}`",
    note = "a server without `init` is made by a closure, as in `Cart::default` or `|| Cart::new(7)`: in `or_init`, write `|_| Cart::default`"
)]
pub trait IntoArgs<Args> {
    #[doc(hidden)]
    fn into_args(self) -> Args;
}

#[diagnostic::do_not_recommend]
impl<Args, A: Into<Args>> IntoArgs<Args> for A {
    fn into_args(self) -> Args {
        self.into()
    }
}

impl<S: GenServer> Spec<S> {
    #[doc(hidden)]
    pub fn new(args: S::Args) -> Self {
        let plan = Plan {
            args: Arc::new(args),
            env: None,
            key: None,
            config: ServerConfig::default(),
        };
        Self {
            name: None,
            plan,
            restart: Restart::default(),
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
            restart: self.restart,
            env: PhantomData,
        }
    }

    /// Whether a supervisor starts it again when it has ended: always, unless something else is said. Where it is
    /// started without one, nobody does.
    pub fn restart(mut self, restart: Restart) -> Self {
        self.restart = restart;
        self
    }

    /// Stores the state under `key` instead of under what the attribute says.
    pub fn key(mut self, key: impl Into<Arc<str>>) -> Self {
        self.plan.key = Some(key.into());
        self
    }

    /// Takes options from a configuration file, or from elsewhere in code.
    ///
    /// What a file says holds before the attributes, and what code says before both, in whatever order it is said.
    pub fn config(mut self, config: ServerConfig) -> Self {
        self.plan.config = self.plan.config.with(config);
        self
    }

    /// Overrides options of `#[persist(..)]`; those that are not set in `options` stay as they are.
    pub fn persist(mut self, options: PersistOptions) -> Self {
        self.plan.config = self.plan.config.persist(options);
        self
    }

    /// How many messages may wait before senders do.
    pub fn mailbox(mut self, messages: usize) -> Self {
        self.plan.config = self.plan.config.mailbox(messages);
        self
    }

    /// How long a call waits for its reply unless it says otherwise.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.plan.config = self.plan.config.call_timeout(timeout);
        self
    }

    /// How long a start may take.
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.plan.config = self.plan.config.start_timeout(timeout);
        self
    }

    /// How long a stop may take before the server is killed.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.plan.config = self.plan.config.shutdown_timeout(timeout);
        self
    }

    /// Saves and stops the server once no client has sent anything for so long; `None` never does.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.plan.config = self.plan.config.idle_timeout(timeout);
        self
    }

    /// Whether a handler may run on its caller's stack, which it does where it is known to be light.
    pub fn inline(mut self, inline: bool) -> Self {
        self.plan.config = self.plan.config.inline(inline);
        self
    }
}

impl<S: GenServer> Clone for Plan<S> {
    fn clone(&self) -> Self {
        Self {
            args: self.args.clone(),
            env: self.env.clone(),
            key: self.key.clone(),
            config: self.config.clone(),
        }
    }
}

impl<S: GenServer, E> Clone for Spec<S, E> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            plan: self.plan.clone(),
            restart: self.restart,
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
