//! A program's life: its supervisors started, run until somebody asks for the end, and stopped in reverse order.
//!
//! How the program is put together is here; what happens when is in `course`, who may ask for the end in `handle`,
//! how signals are caught in `signals`, and what it all came to in `report`.

mod course;
mod front;
mod handle;
mod report;
mod signals;

use std::error::Error;
use std::fmt;
use std::time::Duration;

pub use self::handle::ApplicationHandle;
pub use self::report::{ApplicationReport, WhyEnded};

use self::course::Course;
use self::front::Front;
use self::signals::OnHangup;
use crate::supervise::Supervisor;
use crate::system::System;

/// How long the end of an application may take where nothing is said.
const SHUTDOWN: Duration = Duration::from_secs(30);

/// How long what is served may take of it.
const DRAIN: Duration = Duration::from_secs(5);

/// Starts supervisors and runs them until it is asked to end, then stops them, saving, and says what it came to.
///
/// Supervisors are started in their order. If one does not start, those before it are stopped again. From then on the
/// application runs until SIGINT (Ctrl-C) or SIGTERM, until [`ApplicationHandle::stop`], until a supervisor gives up,
/// or until what it [serves](Self::serve) has ended. Then what is served is told to come to its end, the supervisors
/// are stopped in reverse order, whatever else runs in the system is stopped, and the store is closed: all within
/// [`shutdown_within`](Self::shutdown_within). A second signal ends the program at once with exit code 130, also while
/// handlers block every thread of the runtime; what was being written then is either in the store or it is not.
///
/// ```no_run
/// use noex::prelude::*;
/// use noex::Application;
/// # #[derive(Protocol)]
/// # enum StockMsg {
/// #     /// Takes one from the shelf; how many are left.
/// #     #[call(u32)]
/// #     Take,
/// # }
/// # #[derive(GenServer, Default)]
/// # #[genserver(protocol = StockMsg)]
/// # #[persist(interval = "30s")]
/// # struct Stock {
/// #     left: u32,
/// # }
/// # #[handlers(StockMsg)]
/// # impl Stock {
/// #     fn take(&mut self) -> u32 {
/// #         self.left
/// #     }
/// # }
///
/// #[tokio::main]
/// async fn main() -> Result<(), noex::Error> {
///     let system = System::new(FileAdapter::open("data")?);
///     let stock = Stock::spec(Stock::default).name("stock");
///     let shop = Supervisor::one_for_one("shop").child(stock);
///     Application::new(system).supervise(shop).run().await.exit()
/// }
/// ```
///
/// # Exit codes
///
/// What [`ApplicationReport::exit`] ends the program with:
///
/// | code | |
/// |---|---|
/// | 0 | everything was saved |
/// | 1 | it did not start |
/// | 2 | something was not saved, whatever else has happened; the report names it |
/// | 3 | a supervisor gave up, or what it served has failed |
/// | 130 | a signal came before it was started, or a second signal |
///
/// # HTTP
///
/// Requests are refused before the servers are that would answer them: what is [served](Self::serve) hears of the end
/// first. With axum:
///
/// ```ignore
/// let listener = TcpListener::bind("127.0.0.1:8080").await?;
/// let report = Application::new(system)
///     .supervise(shop)
///     .serve(|app| async move {
///         axum::serve(listener, router).with_graceful_shutdown(app.stopping()).await
///     })
///     .run()
///     .await;
/// report.exit()
/// ```
#[must_use = "an application starts nothing until it is run"]
pub struct Application {
    system: System,
    handle: ApplicationHandle,
    supervisors: Vec<Supervisor>,
    fronts: Vec<Front>,
    until: Vec<Front>,
    on_hangup: Option<OnHangup>,
    catches_signals: bool,
    within: Duration,
    drain: Duration,
}

impl Application {
    /// An application of the servers of this system, which it shuts down at its end.
    pub fn new(system: System) -> Self {
        Self {
            system,
            handle: ApplicationHandle::new(),
            supervisors: Vec::new(),
            fronts: Vec::new(),
            until: Vec::new(),
            on_hangup: None,
            catches_signals: true,
            within: SHUTDOWN,
            drain: DRAIN,
        }
    }

    /// Adds a supervisor, started after those before it and stopped before them.
    pub fn supervise(mut self, supervisor: Supervisor) -> Self {
        self.supervisors.push(supervisor);
        self
    }

    /// Adds what takes requests from outside, such as an HTTP server. It is begun once all supervisors are up.
    ///
    /// When the application is to end it is told first, by [`ApplicationHandle::stopping`], and the supervisors are
    /// stopped once it has ended, or after [`drain_within`](Self::drain_within). If it ends by itself, so does the
    /// application; with an error, or by a panic, that is a failure.
    pub fn serve<F, E>(
        mut self,
        front: impl FnOnce(ApplicationHandle) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        self.fronts.push(Front::new(front));
        self
    }

    /// Asks the application to end once `asked` is over: a message from elsewhere, a file that appears, the end of a
    /// test.
    pub fn until(mut self, asked: impl Future<Output = ()> + Send + 'static) -> Self {
        self.until.push(Front::new(|_| async {
            asked.await;
            Ok::<_, Box<dyn Error + Send + Sync>>(())
        }));
        self
    }

    /// Runs this at each SIGHUP, once the supervisors are up and until the application is to end: to read a
    /// configuration again, say. Without it a SIGHUP ends the process, as it does any other.
    ///
    /// One runs at a time; signals that come meanwhile count as one. Where there is no SIGHUP this is never run.
    pub fn on_hangup<F>(mut self, mut hook: impl FnMut() -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.on_hangup = Some(Box::new(move || Box::pin(hook())));
        self
    }

    /// Leaves SIGINT and SIGTERM to the program: only [`until`](Self::until) and the
    /// [handle](Self::handle) ask for the end then.
    pub fn without_signals(mut self) -> Self {
        self.catches_signals = false;
        self
    }

    /// How long the end may take from when it is asked for: 30 seconds, unless this is said. A server that takes longer
    /// is killed, and the report names it; before that its own `shutdown_timeout` counts.
    pub fn shutdown_within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// How long what is served may take of that: 5 seconds, unless this is said. It is cut off after that.
    pub fn drain_within(mut self, within: Duration) -> Self {
        self.drain = within;
        self
    }

    /// For whoever asks it to end, wants to know when it does, or needs its supervisors.
    #[must_use]
    pub fn handle(&self) -> ApplicationHandle {
        self.handle.clone()
    }

    /// Runs it to its end; what that came to.
    ///
    /// # Cancel safety
    ///
    /// What was started goes on when this future is dropped: it is for `main` to wait for.
    pub async fn run(self) -> ApplicationReport {
        Course::of(self).run().await
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("supervisors", &self.supervisors)
            .finish_non_exhaustive()
    }
}
