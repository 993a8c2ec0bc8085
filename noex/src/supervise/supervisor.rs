//! The description of a supervisor, and how it starts: by its system, or as the child of another.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc as StdArc;
use std::time::Duration;

use super::child::{ChildSpec, IntoChild, Supervised};
use super::crew::Crew;
use super::handle::SupervisorHandle;
use super::restart::{Backoff, Intensity, Policy, Restart, Strategy};
use super::watch::Watch;
use tokio::sync::oneshot;

use crate::error::StartError;
use crate::protocol::handler::BoxFuture;
use crate::system::System;
use crate::system::processes::{Described as _, Process};
use crate::system::registry::StopOutcome;

/// What is started together, in which order, and what is restarted when one of it crashes.
///
/// Children are started in the order in which they are given, each once the one before is up, and stopped in the
/// reverse order. A child that ends is started again as its [`Restart`] says, together with whom the [`Strategy`] says,
/// from its last record. It keeps its name, its clients and what waits in its mailbox. After too many restarts
/// ([`Intensity`]) the supervisor stops its children, saving them, and fails: its own supervisor restarts it, or it is
/// over.
///
/// ```
/// use noex::prelude::*;
///
/// #[derive(Protocol)]
/// enum StockMsg {
///     /// Takes one from the shelf; how many are left.
///     #[call(u32)]
///     Take,
/// }
///
/// #[derive(GenServer)]
/// #[genserver(protocol = StockMsg)]
/// #[persist(interval = "30s")]
/// struct Stock {
///     left: u32,
/// }
///
/// #[handlers(StockMsg)]
/// impl Stock {
///     fn take(&mut self) -> u32 {
///         self.left = self.left.checked_sub(1).expect("there is something left");
///         self.left
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), noex::Error> {
/// let system = System::new(MemoryAdapter::new());
/// let stock = Stock::spec(|| Stock { left: 2 }).name("stock");
/// let shop = Supervisor::one_for_one("shop").child(stock);
/// system.supervise(shop).await?;
///
/// let stock = system.find::<Stock>("stock").expect("it was started");
/// assert_eq!(stock.take().await?, 1);
/// assert_eq!(stock.take().await?, 0);
/// stock.checkpoint().await?;
/// // It panics, and is back with what it had: the same client reaches it.
/// assert!(stock.take().await.is_err());
/// assert!(stock.take().await.is_err());
/// system.shutdown().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a supervisor starts nothing until it is given to a system"]
pub struct Supervisor {
    name: StdArc<str>,
    policy: Policy,
    restart: Restart,
    children: Vec<ChildSpec>,
}

impl Supervisor {
    /// A supervisor that restarts a child by itself: for children that do not rely on each other.
    pub fn one_for_one(name: impl Into<StdArc<str>>) -> Self {
        Self::new(name, Strategy::OneForOne)
    }

    /// A supervisor that restarts all its children when one has ended: for children that are only good together.
    pub fn one_for_all(name: impl Into<StdArc<str>>) -> Self {
        Self::new(name, Strategy::OneForAll)
    }

    /// A supervisor that restarts a child and those started after it: for children that rely on those before them.
    pub fn rest_for_one(name: impl Into<StdArc<str>>) -> Self {
        Self::new(name, Strategy::RestForOne)
    }

    /// A supervisor with this strategy.
    pub fn new(name: impl Into<StdArc<str>>, strategy: Strategy) -> Self {
        Self {
            name: name.into(),
            policy: Policy {
                strategy,
                intensity: Intensity::default(),
                delay: None,
            },
            restart: Restart::default(),
            children: Vec::new(),
        }
    }

    /// Adds a child, started after those before it: a [`Spec`](crate::Spec), a [`Family`](crate::Family), or another
    /// supervisor.
    pub fn child(mut self, child: impl IntoChild) -> Self {
        self.children.push(child.into_child());
        self
    }

    /// How many restarts are too many: by default more than 3 within 5 seconds.
    pub fn intensity(mut self, intensity: Intensity) -> Self {
        self.policy.intensity = intensity;
        self
    }

    /// Waits before each restart; by default it does not.
    pub fn delay(mut self, delay: Backoff) -> Self {
        self.policy.delay = Some(delay);
        self
    }

    /// Whether its own supervisor starts it again when it has failed: always, unless something else is said.
    pub fn restart(mut self, restart: Restart) -> Self {
        self.restart = restart;
        self
    }

    fn gather(
        self,
        system: &crate::sync::Arc<crate::system::Inner>,
        parent: Option<StdArc<Watch>>,
    ) -> StdArc<Crew> {
        Crew::gather(system, self.name, self.policy, self.children, parent)
    }

    /// Why it cannot be started, itself or a supervisor below it.
    fn fault(&self) -> Option<StartError> {
        let mut below = self.children.iter().filter_map(ChildSpec::fault);
        let first = below.next().cloned();
        first.or_else(|| check_ids(&self.name, &self.children).err())
    }
}

impl System {
    /// Starts a supervisor and its children, one after the other in their order.
    ///
    /// # Errors
    ///
    /// A child did not start; those before it were stopped again. A child whose record cannot be read or migrated is
    /// no reason to stay down: it is parked, and the others are started.
    ///
    /// # Cancel safety
    ///
    /// The start goes on when this future is dropped, and so does the stop of what was started before a child that
    /// does not start.
    pub async fn supervise(&self, supervisor: Supervisor) -> Result<SupervisorHandle, StartError> {
        let supervisor = self.plant(supervisor)?;
        let (reply, started) = oneshot::channel();
        self.inner.runtime.spawn(async move {
            // Whoever has asked may be gone: what does not start is stopped all the same.
            let _ = reply.send(supervisor.start_or_stop().await);
        });
        started.await.unwrap_or(Err(StartError::NotRunning))
    }

    /// A supervisor that has started nothing yet.
    pub(crate) fn plant(&self, supervisor: Supervisor) -> Result<SupervisorHandle, StartError> {
        if let Some(fault) = supervisor.fault() {
            return Err(fault);
        }
        let crew = supervisor.gather(&self.inner, None);
        crew.enter()?;
        crew.take_charge();
        Ok(SupervisorHandle::of(crew))
    }
}

/// Refuses two children of one id.
fn check_ids(supervisor: &StdArc<str>, children: &[ChildSpec]) -> Result<(), StartError> {
    let mut known = HashSet::new();
    match children
        .iter()
        .find(|child| !known.insert(child.known_as()))
    {
        None => Ok(()),
        Some(child) => Err(StartError::SameChild {
            supervisor: supervisor.clone(),
            child: child.known_as().clone(),
        }),
    }
}

/// A supervisor as the child of another.
struct SupervisorChild {
    id: StdArc<str>,
    crew: StdArc<Crew>,
    watch: StdArc<Watch>,
    restart: Restart,
}

impl IntoChild for Supervisor {
    fn into_child(self) -> ChildSpec {
        let fault = self.fault();
        let child = ChildSpec::new(self.name.clone(), move |plot| {
            let watch = StdArc::new(plot.watch);
            let restart = self.restart;
            StdArc::new(SupervisorChild {
                id: plot.id,
                crew: self.gather(&plot.system, Some(watch.clone())),
                watch,
                restart,
            })
        });
        child.with_fault(fault)
    }
}

impl Supervised for SupervisorChild {
    fn id(&self) -> &StdArc<str> {
        &self.id
    }

    fn label(&self) -> StdArc<str> {
        format!("supervisor `{}`", self.crew.name).into()
    }

    fn restart(&self) -> Restart {
        self.restart
    }

    fn watch(&self) -> &Watch {
        &self.watch
    }

    fn take_charge(&self) {
        self.crew.take_charge();
    }

    fn start(self: StdArc<Self>) -> BoxFuture<'static, Result<(), StartError>> {
        self.watch.arm();
        let started = self.crew.start();
        Box::pin(async move {
            let started = started.await;
            if started.is_err() {
                self.watch.disarm();
            }
            started
        })
    }

    fn halt(self: StdArc<Self>, within: Duration) -> BoxFuture<'static, StopOutcome> {
        self.watch.disarm();
        Box::pin(self.crew.halt(within))
    }

    fn end(self: StdArc<Self>, within: Duration) -> BoxFuture<'static, StopOutcome> {
        self.watch.disarm();
        Box::pin(self.crew.end(within))
    }

    fn asker(&self) -> Option<StdArc<str>> {
        self.crew.posts.asker()
    }

    fn count(&self) -> usize {
        self.crew.posts.count()
    }

    fn describe(&self) -> Process {
        Process {
            restarts: self.watch.starts().saturating_sub(1),
            ..self.crew.describe()
        }
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor")
            .field("name", &self.name)
            .field("strategy", &self.policy.strategy)
            .field("children", &self.children)
            .finish_non_exhaustive()
    }
}
