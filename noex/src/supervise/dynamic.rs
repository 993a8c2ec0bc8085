//! A supervisor of children that come and go, by the hundred thousand: each is restarted by itself, and none waits for
//! another's start or stop.

mod brood;
mod build;
mod child;

use std::fmt;
use std::sync::Arc as StdArc;
use std::time::Duration;

pub use build::DynamicSupervisorBuilder;

use self::brood::Brood;
use self::child::BroodChild;
use super::child::{ChildSpec, IntoChild, ServerChild, refuse};
use super::error::ChildError;
use super::handle::ChildInfo;
use crate::client::ServerId;
use crate::error::StartError;
use crate::exit::ExitReason;
use crate::protocol::Protocol;
use crate::protocol::port::PortRef;
use crate::server::{EnvGiven, GenServer, Spec};
use crate::system::registry::StopOutcome;
use crate::system::{ShutdownError, ShutdownReport};

/// The client of a state's protocol.
type ClientOf<S> = <<S as GenServer>::Protocol as Protocol>::Client;

/// A supervisor whose children are started and stopped while it runs: connections, games, jobs.
///
/// Cheap to clone. Its children are servers of any kind, each restarted by itself as its [`Restart`](super::Restart)
/// says. What is told apart by keys, and should be there whenever somebody calls, is a [`Family`](crate::Family).
///
/// ```
/// use noex::prelude::*;
///
/// #[derive(Protocol)]
/// enum GameMsg {
///     /// Counts a move; how many there were.
///     #[call(u32)]
///     Move,
/// }
///
/// #[derive(GenServer, Default)]
/// #[genserver(protocol = GameMsg)]
/// struct Game {
///     moves: u32,
/// }
///
/// #[handlers(GameMsg)]
/// impl Game {
///     fn r#move(&mut self) -> u32 {
///         self.moves += 1;
///         self.moves
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let system = System::without_store();
/// let games = system.dynamic_supervisor("games").build()?;
/// let game = games.start_child(Game::spec(Game::default)).await?;
/// assert_eq!(game.r#move().await?, 1);
/// assert_eq!(games.count_children().up, 1);
/// games.terminate_child(&game.id()).await?;
/// assert_eq!(games.count_children().up, 0);
/// system.shutdown().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DynamicSupervisor {
    brood: StdArc<Brood>,
}

/// How many children a [`DynamicSupervisor`] has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildCount {
    /// All it knows, those that are about to be started again and those that are parked included.
    pub all: usize,
    /// Those that are up.
    pub up: usize,
}

impl DynamicSupervisor {
    /// Starts a child: its state is restored if there is a record, and made otherwise.
    ///
    /// # Errors
    ///
    /// As [`System::start`](crate::System::start); what did not start is no child.
    ///
    /// # Cancel safety
    ///
    /// The start goes on when this future is dropped.
    pub async fn start_child<S: GenServer, E: EnvGiven>(
        &self,
        spec: Spec<S, E>,
    ) -> Result<ClientOf<S>, StartError> {
        let Spec {
            name,
            plan,
            restart,
            ..
        } = spec;
        let plot = self
            .brood
            .plot(name.clone().unwrap_or_else(|| S::KIND.into()));
        let child = StdArc::new(ServerChild::new(plot, name, plan, restart));
        self.brood.start(child.clone()).await?;
        let slot = child.slot().ok_or(StartError::NotRunning)?;
        Ok(PortRef::new(slot).into())
    }

    /// Stops a child, saving it; it is no child any more.
    ///
    /// # Errors
    ///
    /// It has no such child, or it did not stop as it should have; then it has ended all the same.
    /// A handler of that child itself is refused, as it would wait for its own end: `cx.stop()` does not wait.
    pub async fn terminate_child(&self, child: &ServerId) -> Result<(), ChildError> {
        self.brood.terminate(child).await
    }

    /// Starts a child from its record, after stopping it if it runs. It costs no restart.
    ///
    /// # Errors
    ///
    /// It has no such child, it was not saved when it was stopped, or it does not start: then it is started again like
    /// one that has ended.
    /// A handler of that child itself is refused, as it would wait for its own end: `cx.stop()` does not wait.
    pub async fn restart_child(&self, child: &ServerId) -> Result<(), ChildError> {
        self.brood.restart(child).await
    }

    /// How many children it has.
    #[must_use]
    pub fn count_children(&self) -> ChildCount {
        self.brood.count_children()
    }

    /// Its children, in the order in which they were started first.
    #[must_use]
    pub fn children(&self) -> Vec<ChildInfo> {
        self.brood.children_info()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.brood.name()
    }

    /// Stops all its children at the same time, each within its own deadline. It starts none after that.
    ///
    /// # Errors
    ///
    /// Some servers could not be saved or had to be killed; the error lists them. A handler of one of them is refused, as
    /// it would wait for its own end: nothing is stopped then.
    pub async fn stop(&self) -> Result<ShutdownReport, ShutdownError> {
        let outcome = match refuse(self.brood.asker()) {
            Ok(()) => self.brood.end(Duration::MAX).await,
            Err(refused) => StopOutcome::refused(refused),
        };
        ShutdownReport::of(outcome, None)
    }

    /// Ends once the supervisor has: why it did. It crashes when it gives up.
    pub async fn ended(&self) -> ExitReason {
        self.brood.ended().await
    }
}

impl IntoChild for DynamicSupervisor {
    fn into_child(self) -> ChildSpec {
        ChildSpec::new(self.name().to_owned(), move |plot| {
            StdArc::new(BroodChild::new(plot, self.brood))
        })
    }
}

impl IntoChild for &DynamicSupervisor {
    fn into_child(self) -> ChildSpec {
        self.clone().into_child()
    }
}

impl fmt::Debug for DynamicSupervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicSupervisor")
            .field("name", &self.name())
            .field("children", &self.count_children())
            .finish()
    }
}
