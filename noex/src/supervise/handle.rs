//! A running supervisor, as its users hold it.

use std::any::Any;
use std::fmt;
use std::sync::Arc as StdArc;
use std::time::Duration;

use super::child::{Supervised, refuse};
use super::crew::{Crew, Message};
use super::error::ChildError;
use super::restart::{Place, Restart};
use crate::error::StartError;
use crate::exit::ExitReason;
use crate::protocol::handler::BoxFuture;
use crate::sync::Arc;
use crate::system::processes::{Described, Process};
use crate::system::registry::{Entry, StopOutcome, Stops};
use crate::system::{ShutdownError, ShutdownReport};

/// A running supervisor.
///
/// Cheap to clone. Dropping it stops nothing: [`stop`](Self::stop) does, and so does the system's
/// [`shutdown`](crate::System::shutdown).
#[derive(Clone)]
pub struct SupervisorHandle {
    crew: StdArc<Crew>,
}

/// One child of a supervisor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildInfo {
    /// By what its supervisor knows it.
    pub id: StdArc<str>,
    /// The child, as messages name it.
    pub label: StdArc<str>,
    /// Whether it is started again when it ends.
    pub restart: Restart,
    /// Whether it is up: not, while it waits to be started again, was stopped or is parked.
    pub is_up: bool,
    /// How often it was started again.
    pub restarts: u64,
}

impl ChildInfo {
    pub(super) fn of(child: &dyn Supervised, place: Place) -> Self {
        Self {
            id: child.id().clone(),
            label: child.label(),
            restart: child.restart(),
            is_up: place == Place::Up,
            restarts: child.watch().starts().saturating_sub(1),
        }
    }
}

impl SupervisorHandle {
    pub(super) fn of(crew: StdArc<Crew>) -> Self {
        Self { crew }
    }

    /// Starts its children. After an error they are stopped, and it waits for a stop of its own.
    pub(crate) async fn start(&self) -> Result<(), StartError> {
        self.crew.start().await
    }

    /// The same, and stops them itself.
    pub(super) async fn start_or_stop(self) -> Result<Self, StartError> {
        match self.start().await {
            Ok(()) => Ok(self),
            Err(error) => {
                // Whoever gets the error has nothing to stop: what was not saved is told by events.
                let _ = self.stop().await;
                Err(error)
            }
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.crew.name
    }

    /// Its children in the order of their start.
    #[must_use]
    pub fn children(&self) -> Vec<ChildInfo> {
        let children = self.crew.posts.all().into_iter();
        children
            .map(|(child, place)| ChildInfo::of(&*child, place))
            .collect()
    }

    /// Stops the child of this id, saving it, and does not start it again, nor with its siblings.
    ///
    /// # Errors
    ///
    /// There is no such child, or it did not stop as it should have; then it has ended all the same.
    /// A handler of that child itself is refused, as it would wait for its own end: `cx.stop()` does not wait.
    pub async fn terminate_child(&self, id: &str) -> Result<(), ChildError> {
        self.crew.ask(Message::Terminate, id).await
    }

    /// Starts the child of this id from its record, after stopping it if it runs. It costs no restart.
    ///
    /// # Errors
    ///
    /// There is no such child, it was not saved when it was stopped, or it does not start: then it is started again
    /// like one that has ended.
    /// A handler of that child itself is refused, as it would wait for its own end: `cx.stop()` does not wait.
    pub async fn restart_child(&self, id: &str) -> Result<(), ChildError> {
        self.crew.ask(Message::Restart, id).await
    }

    /// Stops its children in the reverse order of their start, each within its own deadline.
    ///
    /// # Errors
    ///
    /// Some servers could not be saved or had to be killed; the error lists them. A handler of one of them is refused, as
    /// it would wait for its own end: nothing is stopped then.
    pub async fn stop(&self) -> Result<ShutdownReport, ShutdownError> {
        self.stop_within(Duration::MAX).await
    }

    /// The same, all within `deadline`.
    ///
    /// # Errors
    ///
    /// As [`stop`](Self::stop).
    pub async fn stop_within(&self, deadline: Duration) -> Result<ShutdownReport, ShutdownError> {
        let outcome = match refuse(self.crew.posts.asker()) {
            Ok(()) => self.crew.end(deadline).await,
            Err(refused) => StopOutcome::refused(refused),
        };
        ShutdownReport::of(outcome, None)
    }

    /// Ends once the supervisor has: why it did. It crashes when it gives up.
    pub async fn ended(&self) -> ExitReason {
        self.crew.ended().await
    }
}

impl Crew {
    /// Enters it with its system, for a shutdown.
    pub(super) fn enter(self: &StdArc<Self>) -> Result<(), StartError> {
        let stops = Arc::new(TopCrew { crew: self.clone() });
        match self
            .system
            .enter::<Self>(self.number, None, stops, Entry::Own)
        {
            Some(_) => Ok(()),
            None => Err(StartError::NotRunning),
        }
    }

    /// Has ended, and says why.
    pub(super) fn leave(&self, reason: ExitReason) {
        self.system.leave::<Self>(self.number, None);
        self.over.send_replace(Some(reason));
    }
}

/// A supervisor without a supervisor.
struct TopCrew {
    crew: StdArc<Crew>,
}

impl Described for TopCrew {
    fn describe(&self) -> Process {
        self.crew.describe()
    }
}

impl Stops for TopCrew {
    fn stop_all(&self, deadline: Duration) -> BoxFuture<'static, StopOutcome> {
        Box::pin(self.crew.end(deadline))
    }

    fn count(&self) -> usize {
        self.crew.posts.count()
    }

    fn any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

impl fmt::Debug for SupervisorHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupervisorHandle")
            .field("name", &self.crew.name)
            .field("children", &self.children())
            .finish()
    }
}
