//! The course of an application: start in order, run, stop in reverse order.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::Application;
use super::front::Task;
use super::handle::ApplicationHandle;
use super::report::{ApplicationReport, WhyEnded};
use super::signals::{self, Caught};
use crate::error::{Chain, StartError};
use crate::exit::ExitReason;
use crate::protocol::handler::BoxFuture;
use crate::slot::life::after;
use crate::supervise::{Supervisor, SupervisorHandle};
use crate::sync::{now, timeout};
use crate::system::{ShutdownError, ShutdownReport, System};

/// An application on its way.
pub(super) struct Course {
    app: Application,
    handle: ApplicationHandle,
    /// What it runs until.
    until: Vec<Task>,
    served: Vec<Task>,
    /// What is done at SIGHUPs, until it is begun.
    on_hangup: Option<BoxFuture<'static, ()>>,
    hangups: Option<AbortHandle>,
}

impl Course {
    pub(super) fn of(app: Application) -> Self {
        Self {
            handle: app.handle(),
            app,
            until: Vec::new(),
            served: Vec::new(),
            on_hangup: None,
            hangups: None,
        }
    }

    pub(super) async fn run(mut self) -> ApplicationReport {
        // Until the end: a signal that comes while everything is being stopped is not always the second one.
        let _caught = self.catch_signals();
        self.begin_until();
        let is_up = self.start_all().await;
        if is_up {
            tracing::info!("the application is up");
            self.open();
        }
        let why = self.handle.why().await;
        self.stop(why, !is_up).await
    }

    /// Catches the signals it wants; where that cannot be done, it is not to start.
    fn catch_signals(&mut self) -> Option<Caught> {
        let caught = self.try_catch_signals();
        let deaf = |error: io::Error| {
            let message = Chain(&error).to_string().into();
            self.handle.ask(WhyEnded::NoSignals { message });
        };
        caught.map_err(deaf).ok().flatten()
    }

    fn try_catch_signals(&mut self) -> io::Result<Option<Caught>> {
        // From here on a SIGHUP does not end the process, even if nothing is done at it yet.
        let on_hangup = self.app.on_hangup.take();
        self.on_hangup = on_hangup.map(signals::hang_up).transpose()?;
        let catches = self.app.catches_signals;
        catches.then(|| signals::catch(&self.handle)).transpose()
    }

    fn begin_until(&mut self) {
        let until = std::mem::take(&mut self.app.until).into_iter();
        let begun = until.map(|until| until.begin(self.handle.clone(), WhyEnded::Asked));
        self.until = begun.collect();
    }

    /// Starts the supervisors in their order; whether all of them are up.
    async fn start_all(&mut self) -> bool {
        let supervisors = std::mem::take(&mut self.app.supervisors);
        let count = Arc::new(AtomicUsize::new(supervisors.len()));
        for supervisor in supervisors {
            let (system, app) = (self.app.system.clone(), self.handle.clone());
            let started = start(system, app.clone(), supervisor, count.clone());
            let started = tokio::select! {
                biased;
                _ = app.why() => return false,
                started = started => started,
            };
            if let Err(error) = started {
                not_started(&app, error);
                return false;
            }
        }
        !self.handle.is_asked()
    }

    /// Begins to serve.
    fn open(&mut self) {
        let hangups = self.on_hangup.take();
        self.hangups = hangups.map(|hangups| tokio::spawn(hangups).abort_handle());
        let fronts = std::mem::take(&mut self.app.fronts).into_iter();
        let begun = fronts.map(|front| front.begin(self.handle.clone(), WhyEnded::Served));
        self.served = begun.collect();
    }

    async fn stop(mut self, why: WhyEnded, while_starting: bool) -> ApplicationReport {
        let until = after(now(), self.app.within);
        tracing::info!(reason = %why, "the application is stopping");
        if let Some(hangups) = &self.hangups {
            hangups.abort();
        }
        for asked in &self.until {
            asked.cut();
        }
        self.drain(left(until).min(self.app.drain)).await;
        let mut report = ApplicationReport {
            why,
            while_starting,
            stopped: 0,
            failed: Vec::new(),
            store: None,
        };
        for supervisor in self.handle.take_supervisors().into_iter().rev() {
            tracing::info!(supervisor = supervisor.name(), "stopping");
            report.add(supervisor.stop_within(left(until)).await);
        }
        report.add(self.app.system.shutdown_within(left(until)).await);
        report.log();
        report
    }

    /// Waits for what is served to come to its end.
    async fn drain(&mut self, within: Duration) {
        let served = &mut self.served;
        let ended = timeout(within, async {
            for task in served {
                task.ended().await;
            }
        });
        if ended.await.is_some() {
            return;
        }
        if self.served.iter().filter(|task| task.cut()).count() > 0 {
            tracing::warn!(
                ?within,
                "what is served did not come to its end, and is cut off"
            );
        }
    }
}

async fn start(
    system: System,
    app: ApplicationHandle,
    supervisor: Supervisor,
    count: Arc<AtomicUsize>,
) -> Result<(), StartError> {
    let supervisor = system.plant(supervisor)?;
    tracing::info!(supervisor = supervisor.name(), "starting");
    app.add(supervisor.clone());
    tokio::spawn(watch(app, supervisor.clone(), count));
    supervisor.start().await?;
    tracing::info!(supervisor = supervisor.name(), "started");
    Ok(())
}

fn not_started(app: &ApplicationHandle, error: StartError) {
    tracing::error!(
        error = %Chain(&error),
        "did not start, so the supervisors before it are stopped again",
    );
    app.ask(WhyEnded::NotStarted { error });
}

/// Asks for the end when a supervisor gives up, or when the last one was stopped by somebody else.
async fn watch(app: ApplicationHandle, supervisor: SupervisorHandle, count: Arc<AtomicUsize>) {
    match supervisor.ended().await {
        ExitReason::Crashed { message } => app.ask(WhyEnded::GaveUp {
            supervisor: supervisor.name().into(),
            message,
        }),
        _ if count.fetch_sub(1, Ordering::AcqRel) == 1 => app.ask(WhyEnded::Asked),
        _ => {}
    }
}

impl ApplicationReport {
    fn add(&mut self, stopped: Result<ShutdownReport, ShutdownError>) {
        match stopped {
            Ok(report) => self.stopped += report.stopped,
            Err(error) => {
                self.stopped += error.stopped;
                self.failed.extend(error.failed);
                self.store = self.store.take().or(error.store);
            }
        }
    }

    fn log(&self) {
        for error in &self.failed {
            tracing::error!(error = %Chain(error), "did not stop as it should have");
        }
        if let Some(error) = &self.store {
            tracing::error!(error = %Chain(error), "the store did not close");
        }
        let (stopped, saved) = (self.stopped, self.is_saved());
        tracing::info!(stopped, saved, "the application has ended");
    }
}

fn left(until: Instant) -> Duration {
    until.saturating_duration_since(now())
}
