//! The signals that end a program, caught on a thread of their own: it runs while handlers block every other thread.
//!
//! A process has one such thread, from its first application on. What a signal means there is decided by who has heard
//! of one before: an application that has not is asked to end; if there is none, the process ends.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

use self::streams::Streams;
use super::handle::ApplicationHandle;
use crate::protocol::handler::BoxFuture;

/// What a process ends with that is told a second time to end.
const AT_ONCE: i32 = 130;

/// How long an end at once may take to say so: standard error may be blocked.
const TELLING: Duration = Duration::from_millis(100);

/// What is run at a SIGHUP.
pub(super) type OnHangup = Box<dyn FnMut() -> BoxFuture<'static, ()> + Send>;

/// A process has its signals once, however many systems are in it.
static CATCHER: Mutex<Catcher> = Mutex::new(Catcher {
    thread: None,
    catches: false,
    running: Vec::new(),
});

/// Who catches signals, and for whom.
struct Catcher {
    /// The runtime of the thread.
    thread: Option<Handle>,
    /// Whether SIGINT and SIGTERM are caught.
    catches: bool,
    running: Vec<ApplicationHandle>,
}

/// An application that is told of signals as long as this is there.
pub(super) struct Caught {
    app: ApplicationHandle,
}

/// Tells `app` of SIGINT and SIGTERM from now on.
pub(super) fn catch(app: &ApplicationHandle) -> io::Result<Caught> {
    let mut catcher = catcher();
    if !catcher.catches {
        let thread = catcher.thread()?;
        let entered = thread.enter();
        let streams = Streams::new()?;
        drop(entered);
        thread.spawn(pass_on(streams));
        catcher.catches = true;
    }
    catcher.running.push(app.clone());
    Ok(Caught { app: app.clone() })
}

impl Drop for Caught {
    fn drop(&mut self) {
        catcher().running.retain(|app| !app.is(&self.app));
    }
}

fn catcher() -> MutexGuard<'static, Catcher> {
    CATCHER.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Catcher {
    /// The runtime of the thread, which is started if there is none.
    fn thread(&mut self) -> io::Result<Handle> {
        if let Some(thread) = &self.thread {
            return Ok(thread.clone());
        }
        let thread = start_thread()?;
        self.thread = Some(thread.clone());
        Ok(thread)
    }
}

fn start_thread() -> io::Result<Handle> {
    let (begun, handle) = mpsc::channel();
    let thread = std::thread::Builder::new().name("noex-signals".to_owned());
    thread.spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build();
        // Whoever starts the thread waits for this.
        let _ = begun.send(runtime.as_ref().map(Runtime::handle).cloned().map_err(kind));
        if let Ok(runtime) = runtime {
            runtime.block_on(std::future::pending::<()>());
        }
    })?;
    handle
        .recv()
        .map_err(io::Error::other)?
        .map_err(io::Error::from)
}

fn kind(error: &io::Error) -> io::ErrorKind {
    error.kind()
}

async fn pass_on(mut streams: Streams) {
    loop {
        let signal = streams.next().await;
        let running = catcher().running.clone();
        // Every one of them is told, not only the first that has not heard of a signal.
        let told = running.iter().filter(|app| app.signal(signal)).count();
        if told == 0 {
            end_at_once(signal);
        }
    }
}

/// Ends the process without waiting for anything: what is being written is either in the store or it is not.
fn end_at_once(signal: &str) -> ! {
    let text = format!("{signal} once more: ended at once, without saving");
    let (told, telling) = mpsc::channel();
    let thread = std::thread::Builder::new().spawn(move || {
        eprintln!("{text}");
        let _ = told.send(());
    });
    if thread.is_ok() {
        let _ = telling.recv_timeout(TELLING);
    }
    std::process::exit(AT_ONCE)
}

/// Runs `hook` at each SIGHUP, one at a time, for ever.
#[cfg(unix)]
pub(super) fn hang_up(mut hook: OnHangup) -> io::Result<BoxFuture<'static, ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    // The application's own runtime may be one without a driver for signals.
    let thread = catcher().thread()?;
    let entered = thread.enter();
    let mut hangups = signal(SignalKind::hangup())?;
    drop(entered);
    Ok(Box::pin(async move {
        while hangups.recv().await.is_some() {
            tracing::info!("SIGHUP");
            // On a task of its own: a panic in it ends nothing else.
            if tokio::spawn(hook()).await.is_err() {
                tracing::error!("what is done at a SIGHUP panicked");
            }
        }
    }))
}

/// There is no SIGHUP here.
#[cfg(not(unix))]
pub(super) fn hang_up(_hook: OnHangup) -> io::Result<BoxFuture<'static, ()>> {
    Ok(Box::pin(std::future::pending()))
}

#[cfg(unix)]
mod streams {
    //! SIGINT and SIGTERM.

    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    pub(super) struct Streams {
        interrupt: Signal,
        terminate: Signal,
    }

    impl Streams {
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
            })
        }

        /// The next signal's name.
        pub(super) async fn next(&mut self) -> &'static str {
            tokio::select! {
                _ = self.interrupt.recv() => "SIGINT",
                _ = self.terminate.recv() => "SIGTERM",
            }
        }
    }
}

#[cfg(not(unix))]
mod streams {
    //! Ctrl-C.

    use std::io;

    pub(super) struct Streams;

    impl Streams {
        #[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// The next signal's name.
        pub(super) async fn next(&mut self) -> &'static str {
            match tokio::signal::ctrl_c().await {
                Ok(()) => "Ctrl-C",
                Err(_) => std::future::pending().await,
            }
        }
    }
}
