//! A server as a child: one slot for all its incarnations, so that its clients and its mailbox outlive them.

use std::fmt::Write as _;
use std::sync::Arc as StdArc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{Plot, Supervised};
use crate::contain::drop_quietly;
use crate::error::{Chain, StartError};
use crate::event::Event;
use crate::exit::{ExitReason, Last, Stop};
use crate::protocol::handler::BoxFuture;
use crate::protocol::ticket::Ticket;
use crate::server::{GenServer, Plan};
use crate::slot::Slot;
use crate::slot::control::Purpose;
use crate::slot::life::Exit;
use crate::slot::running::Running;
use crate::slot::send::wait_for;
use crate::supervise::restart::{Ended, Restart};
use crate::supervise::watch::Watch;
use crate::sync::{Arc, Mutex, lock};
use crate::system::Inner;
use crate::system::parking::{OnRetry, Patience};
use crate::system::processes::{Described as _, Health, Process, Role};
use crate::system::registry::{Entry, StopOutcome};
use crate::system::settings::{Owner, Sequel, Settings};

/// A supervised server.
pub(crate) struct ServerChild<S: GenServer> {
    id: StdArc<str>,
    system: Arc<Inner>,
    supervisor: StdArc<str>,
    name: Option<StdArc<str>>,
    restart: Restart,
    watch: StdArc<Watch>,
    stage: Mutex<Stage<S>>,
}

/// How far a child has come: once it was started, its slot knows what it is started with.
enum Stage<S: GenServer> {
    Planned(Box<Plan<S>>),
    Settled(Arc<Settings<S>>),
    Launched(Arc<Slot<S>>),
    /// Only while it is on its way from one to the next.
    Nothing,
}

impl<S: GenServer> Stage<S> {
    fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Nothing)
    }
}

/// Over once a start has succeeded or failed.
type Started = Arc<Ticket<Result<(), StartError>>>;

impl<S: GenServer> ServerChild<S> {
    pub(crate) fn new(
        plot: Plot,
        name: Option<StdArc<str>>,
        plan: Plan<S>,
        restart: Restart,
    ) -> Self {
        let Plot {
            id,
            system,
            supervisor,
            watch,
        } = plot;
        Self {
            id,
            system,
            supervisor,
            name,
            restart,
            watch: StdArc::new(watch),
            stage: Mutex::new(Stage::Planned(Box::new(plan))),
        }
    }

    /// Its slot, once it was started.
    pub(crate) fn slot(&self) -> Option<Arc<Slot<S>>> {
        match &*lock(&self.stage) {
            Stage::Launched(slot) => Some(slot.clone()),
            _ => None,
        }
    }

    /// Begins to start the slot whose name and mailbox were kept, or a new one.
    fn begin(&self) -> Result<(Arc<Slot<S>>, Started), StartError> {
        let mut stage = lock(&self.stage);
        if let Stage::Launched(kept) = &*stage
            && !kept.life().is_ended()
        {
            return Ok((kept.clone(), kept.start_next()));
        }
        let settings = self.settings(&mut stage)?;
        let (number, name) = (self.watch.child(), self.name.clone());
        let new = self
            .system
            .launch(number, name, settings, Entry::Supervised)?;
        let started = new.life().when_started();
        new.spawn_start();
        let before = std::mem::replace(&mut *stage, Stage::Launched(new.clone()));
        // With what it drops may go something of the user's.
        drop(stage);
        drop_quietly(before);
        Ok((new, started))
    }

    /// What every incarnation is started with. What the user gave is moved there, not cloned: that could panic here.
    fn settings(&self, stage: &mut Stage<S>) -> Result<Arc<Settings<S>>, StartError> {
        if let Stage::Planned(plan) = &*stage {
            let terms = self.system.terms(plan)?;
            let owner = Supervision {
                restart: self.restart,
                watch: self.watch.clone(),
                ending: AtomicU64::new(0),
            };
            if let Stage::Planned(plan) = stage.take() {
                let settled = self.system.settle_on(*plan, terms, Box::new(owner))?;
                *stage = Stage::Settled(Arc::new(settled));
            }
        }
        match &*stage {
            Stage::Settled(settings) => Ok(settings.clone()),
            Stage::Launched(slot) => Ok(slot.settings.clone()),
            Stage::Planned(_) | Stage::Nothing => Err(StartError::NotRunning),
        }
    }

    /// What follows once what was begun has succeeded or failed.
    async fn started(
        &self,
        is_first: bool,
        begun: Result<(Arc<Slot<S>>, Started), StartError>,
    ) -> Result<(), StartError> {
        let started = async {
            let (slot, started) = begun?;
            let outcome = wait_for(&started).await;
            outcome.map_err(|_| StartError::NotRunning)??;
            Ok(slot)
        };
        match started.await {
            Ok(slot) if is_first => drop(slot),
            Ok(slot) => slot.emit(Event::Restarted {
                server: slot.server_id(),
                supervisor: self.supervisor.clone(),
                incarnation: slot.incarnation(),
            }),
            Err(error) => {
                self.watch.disarm();
                return Err(error);
            }
        }
        Ok(())
    }

    /// Asks for the stop at once, so that many can be waited for at the same time.
    fn stop(
        &self,
        last: Last,
        purpose: Purpose,
        within: Duration,
    ) -> impl Future<Output = StopOutcome> + Send + 'static {
        self.watch.disarm();
        let slot = self.slot();
        let ended = slot.as_ref().and_then(|slot| {
            let deadline = within.min(slot.settings.options().shutdown_timeout);
            let how = Stop {
                last,
                within: Some(deadline),
            };
            slot.request(how, purpose)
        });
        async move {
            let mut outcome = StopOutcome::default();
            let (Some(slot), Some(ended)) = (&slot, ended) else {
                return outcome;
            };
            let stopped = Exit::into_stop_result(wait_for(&ended).await, slot.label());
            outcome.stopped = 1;
            outcome.failed.extend(stopped.err());
            outcome
        }
    }
}

/// What the user gave goes with the child, wherever that is.
impl<S: GenServer> Drop for ServerChild<S> {
    fn drop(&mut self) {
        let stage = lock(&self.stage).take();
        drop_quietly(stage);
    }
}

impl<S: GenServer> Supervised for ServerChild<S> {
    fn id(&self) -> &StdArc<str> {
        &self.id
    }

    fn label(&self) -> StdArc<str> {
        match (self.slot(), &self.name) {
            (Some(slot), _) => slot.label(),
            (None, Some(name)) => format!("{} `{name}`", S::KIND).into(),
            (None, None) => S::KIND.into(),
        }
    }

    fn restart(&self) -> Restart {
        self.restart
    }

    fn watch(&self) -> &Watch {
        &self.watch
    }

    fn start(self: StdArc<Self>) -> BoxFuture<'static, Result<(), StartError>> {
        let is_first = self.watch.starts() == 0;
        self.watch.arm();
        let begun = self.begin();
        Box::pin(async move { self.started(is_first, begun).await })
    }

    fn halt(self: StdArc<Self>, within: Duration) -> BoxFuture<'static, StopOutcome> {
        Box::pin(self.stop(Last::BeforeRestart, Purpose::Restart, within))
    }

    fn end(self: StdArc<Self>, within: Duration) -> BoxFuture<'static, StopOutcome> {
        let stopped = self.stop(Last::Configured, Purpose::End, within);
        Box::pin(async move {
            let mut outcome = stopped.await;
            if let Some(slot) = self.slot() {
                outcome.failed.extend(slot.end_waiting().await.err());
                // Nobody is to try it again, and whoever starts it anew begins to count anew.
                self.system.parking.leave(&slot.whose());
            }
            outcome
        })
    }

    fn is_parked(&self) -> bool {
        let slot = self.slot();
        // Whoever has it tried again has taken it out of there.
        slot.is_some_and(|slot| {
            slot.life().is_parked() && self.system.parking.find(&slot.whose()).is_some()
        })
    }

    fn asker(&self) -> Option<StdArc<str>> {
        let slot = self.slot()?;
        let is_asking = Running::current().is_handler_of(slot.address());
        is_asking.then(|| slot.label())
    }

    fn count(&self) -> usize {
        let slot = self.slot();
        slot.is_some_and(|slot| !slot.life().is_over()).into()
    }

    fn describe(&self) -> Process {
        let starts = self.watch.starts();
        let waiting = || Process {
            name: self.name.as_deref().map(str::to_owned),
            health: Health::Waiting,
            ..Process::above(Role::Server, S::KIND, self.watch.child(), Vec::new())
        };
        Process {
            restarts: starts.saturating_sub(1),
            ..self.slot().map_or_else(waiting, |slot| slot.describe())
        }
    }
}

/// A supervisor as the owner of one of its servers.
struct Supervision {
    restart: Restart,
    watch: StdArc<Watch>,
    /// Which start is ending: by the time its end is told, the supervisor may have begun the next one.
    ending: AtomicU64,
}

impl Supervision {
    fn tell<S: GenServer>(&self, slot: &Slot<S>, exit: &Exit) {
        let ended = if slot.life().is_parked() {
            Ended::Parked
        } else if is_well(exit) {
            Ended::Well
        } else {
            Ended::Badly
        };
        let mut how = format!("{} {}", slot.label(), exit.reason);
        if let Some(error) = &exit.unsaved {
            let _ = write!(how, ", unsaved: {}", Chain(error));
        }
        self.watch
            .tell_of(self.ending.load(Ordering::Acquire), ended, how.into());
    }

    /// Parks a server that would be started again from a record after which it crashed too often.
    fn park_poison<S: GenServer>(&self, slot: &Slot<S>, exit: &Exit) {
        let ExitReason::Crashed { message } = &exit.reason else {
            return;
        };
        if self.may_return(exit) {
            slot.park_after_crash(message, Patience::USUAL, Some(self.on_retry()));
        }
    }

    /// What tells its supervisor to start a parked server again.
    fn on_retry(&self) -> OnRetry {
        let watch = self.watch.clone();
        Box::new(move || watch.retry())
    }

    /// Whether its supervisor may start the server again.
    fn may_return(&self, exit: &Exit) -> bool {
        match self.restart {
            Restart::Permanent => true,
            Restart::Transient => !is_well(exit),
            Restart::Temporary => false,
        }
    }
}

impl<S: GenServer> Owner<S> for Supervision {
    fn after(&self, slot: &Slot<S>, exit: &Exit) -> Sequel {
        self.ending.store(self.watch.armed(), Ordering::Release);
        match slot.life().purpose() {
            Some(Purpose::End) => return Sequel::Ends,
            Some(Purpose::Restart) => return Sequel::Waits,
            Some(Purpose::Asked) | None => {}
        }
        // What did not start is its supervisor's to decide on, who asked for the start.
        if let Some(error) = &exit.start {
            if error.is_about_record() {
                slot.park_after_start(error, Some(self.on_retry()));
            }
            return Sequel::Waits;
        }
        self.park_poison(slot, exit);
        if self.may_return(exit) {
            return Sequel::Waits;
        }
        self.tell(slot, exit);
        Sequel::Ends
    }

    fn waits(&self, slot: &Slot<S>, exit: &Exit) {
        if exit.start.is_none() {
            self.tell(slot, exit);
        }
    }

    fn ended(&self, slot: &Slot<S>) {
        slot.system.leave_server(slot);
    }
}

/// Whether it has done what it was to do: what could not be saved is not done.
fn is_well(exit: &Exit) -> bool {
    exit.reason.is_graceful() && exit.unsaved.is_none()
}
