//! What a state is to noex: the trait behind `#[derive(GenServer)]`, its options, and how a server is specified.

mod hook;
mod spec;

use std::time::Duration;

pub use hook::HookError;
#[doc(hidden)]
pub use hook::{Settle, settle};
pub(crate) use spec::Plan;
pub use spec::{EnvGiven, Fresh, Given, IntoArgs, Missing, Spec};

use crate::context::{Cx, InitCx};
use crate::exit::ExitReason;
use crate::persist::persistent::Persistence;
use crate::protocol::handler::BoxFuture;
use crate::protocol::{Protocol, Serve};

/// A state that can be served: what `#[derive(GenServer)]` writes.
///
/// ```
/// use noex::prelude::*;
///
/// #[derive(Protocol)]
/// enum LampMsg {
///     #[call(bool)]
///     Toggle,
/// }
///
/// #[derive(GenServer, Default)]
/// #[genserver(protocol = LampMsg)]
/// struct Lamp {
///     lit: bool,
/// }
///
/// #[handlers(LampMsg)]
/// impl Lamp {
///     fn toggle(&mut self) -> bool {
///         self.lit = !self.lit;
///         self.lit
///     }
/// }
/// # fn main() {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a server's state",
    label = "not a GenServer",
    note = "write `#[derive(GenServer)]` and `#[genserver(protocol = ..)]` on it"
)]
pub trait GenServer: Sized + Send + 'static {
    /// The messages it handles.
    type Protocol: Protocol + Serve<Self>;
    /// What is not state: pools, sockets, clients of other servers. Cloned for every incarnation.
    type Env: Clone + Send + Sync + 'static;
    /// What a new state is made from.
    type Args: Send + Sync + 'static;
    /// [`Missing`] where an environment has to be given before the server can start, else [`Given`].
    #[doc(hidden)]
    type EnvGiven;

    /// The kind of server, as its records and events name it.
    const KIND: &'static str;
    /// The options of `#[genserver(..)]`.
    const OPTIONS: ServerOptions;

    /// Makes a new state.
    #[doc(hidden)]
    fn init<'a>(
        args: &'a Self::Args,
        cx: &'a mut InitCx<Self>,
    ) -> BoxFuture<'a, Result<Self, HookError>>;

    /// Runs in every incarnation, after the state was made or restored.
    #[doc(hidden)]
    fn on_start<'a>(
        &'a mut self,
        cx: &'a mut Cx<Self>,
    ) -> Option<BoxFuture<'a, Result<(), HookError>>> {
        let _ = cx;
        None
    }

    /// Runs once before a graceful end.
    #[doc(hidden)]
    fn terminate<'a>(
        &'a mut self,
        reason: &'a ExitReason,
        cx: &'a mut Cx<Self>,
    ) -> Option<BoxFuture<'a, ()>> {
        let _ = (reason, cx);
        None
    }

    /// How the state is stored, if it is.
    #[doc(hidden)]
    #[must_use]
    fn persistence() -> Option<Persistence<Self>> {
        None
    }
}

/// The options of `#[genserver(..)]` that are plain values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerOptions {
    /// How many messages may wait before senders do.
    pub mailbox: usize,
    /// How long a call waits for its reply.
    pub call_timeout: Duration,
    /// How long a start may take, waiting for a restore permit aside.
    pub start_timeout: Duration,
    /// How long a stop may take before the server is killed.
    pub shutdown_timeout: Duration,
    /// How long a server stays without messages from clients before it is saved and stopped.
    pub idle_timeout: Option<Duration>,
    /// Whether a handler may run on its caller's stack, which it does where it is known to be light.
    pub inline: bool,
}

impl ServerOptions {
    /// What holds where nothing is written.
    pub const DEFAULT: Self = Self {
        mailbox: 1024,
        call_timeout: Duration::from_secs(5),
        start_timeout: Duration::from_secs(5),
        shutdown_timeout: Duration::from_secs(5),
        idle_timeout: None,
        inline: true,
    };
}
