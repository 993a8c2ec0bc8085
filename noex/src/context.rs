//! What a handler has besides its state: the environment, its own client, timers, futures and streams.

mod init;
mod sender;
mod timer;

use std::fmt;
use std::sync::Arc as StdArc;
use std::time::{Duration, SystemTime};

use futures_core::Stream;

pub use self::init::InitCx;
pub use self::timer::Timer;

use self::sender::Sender;
use self::timer::Ticks;
use crate::client::Client;
use crate::client::monitor::{FirstDown, first_down, spread};
use crate::exit::{Down, Stop};
use crate::persist::lease::Lease;
use crate::protocol::Protocol;
use crate::protocol::port::PortRef;
use crate::server::GenServer;
use crate::slot::Slot;
use crate::slot::life::after;
use crate::store::Key;
use crate::sync::{Arc, Task, now};

/// The context of one incarnation, given to handlers and hooks that ask for it.
///
/// ```
/// use std::time::Duration;
///
/// use noex::prelude::*;
///
/// #[derive(Protocol)]
/// enum ProbeMsg {
///     /// Measures now.
///     #[cast]
///     Measure,
///     /// The result of a measurement.
///     #[info]
///     Measured { millis: u32 },
/// }
///
/// #[derive(GenServer, Default)]
/// #[genserver(protocol = ProbeMsg, on_start = Probe::begin)]
/// struct Probe {
///     last: Option<u32>,
/// }
///
/// impl Probe {
///     fn begin(&mut self, cx: &mut Cx<Self>) {
///         cx.send_interval(Duration::from_secs(60), || ProbeMsg::Measure);
///     }
/// }
///
/// #[handlers(ProbeMsg)]
/// impl Probe {
///     fn measure(&mut self, cx: &mut Cx<Self>) {
///         // The server stays free while this goes on.
///         cx.spawn(async { 17 }, |millis| ProbeMsg::Measured { millis });
///     }
///
///     fn measured(&mut self, millis: u32) {
///         self.last = Some(millis);
///     }
/// }
/// # fn main() {}
/// ```
pub struct Cx<S: GenServer> {
    /// What is not state: pools, sockets, clients of other servers.
    pub env: S::Env,
    slot: Arc<Slot<S>>,
    incarnation: u32,
    /// The right to write its record, if it is stored.
    lease: Option<StdArc<Lease>>,
    tasks: Option<Box<Tasks>>,
}

impl<S: GenServer> Cx<S> {
    pub(crate) fn new(
        env: S::Env,
        slot: Arc<Slot<S>>,
        incarnation: u32,
        lease: Option<StdArc<Lease>>,
    ) -> Self {
        Self {
            env,
            slot,
            incarnation,
            lease,
            tasks: None,
        }
    }

    pub(crate) fn slot(&self) -> &Arc<Slot<S>> {
        &self.slot
    }

    pub(crate) fn incarnation(&self) -> u32 {
        self.incarnation
    }

    /// A client of this server itself. A call through it from a handler fails with `CallsItself`; a cast is queued.
    #[must_use]
    pub fn client(&self) -> <S::Protocol as Protocol>::Client {
        PortRef::new(self.slot.clone()).into()
    }

    /// The server's name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.slot.name.as_deref()
    }

    /// The key its state is stored under, if it is stored.
    #[must_use]
    pub fn key(&self) -> Option<&Key> {
        self.lease.as_ref().map(|lease| &lease.key)
    }

    /// The time by the system's wall clock: what a handler goes by whose answer depends on the time, so that a test
    /// that sets the clock sets the handler's, too.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.slot.system.clock().now()
    }

    /// Queues `message` for this server itself; it never waits for room.
    pub fn send(&self, message: S::Protocol) {
        self.sender().inform(message);
    }

    /// Queues `message` once `delay` has passed, unless this incarnation has ended by then.
    pub fn send_after(&self, delay: Duration, message: S::Protocol) -> Timer {
        let (timer, sender) = (Timer::new(), self.sender());
        let cancelled = timer.clone();
        let alarm = self.slot.system.timers.at(after(now(), delay), move || {
            if !cancelled.is_cancelled() {
                sender.inform(message);
            }
        });
        alarm.detach();
        timer
    }

    /// Queues what `message` makes every `period`, first after one of them.
    ///
    /// At most one tick is queued at a time: what comes due while the last one still waits is passed over.
    pub fn send_interval(
        &self,
        period: Duration,
        message: impl Fn() -> S::Protocol + Send + 'static,
    ) -> Timer {
        let timer = Timer::new();
        let ticks = Ticks {
            sender: self.sender(),
            period: period.max(Duration::from_millis(1)),
            message,
            cancelled: timer.clone(),
            last: None,
        };
        ticks.wait(now());
        timer
    }

    /// Runs `future` beside the server and queues what `message` makes of its output.
    ///
    /// The server stays free meanwhile, and is not idle. The future is dropped when this incarnation ends; a panic in
    /// it is a crash.
    pub fn spawn<F>(
        &mut self,
        future: F,
        message: impl FnOnce(F::Output) -> S::Protocol + Send + 'static,
    ) where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        let (sender, expected) = (self.sender(), Expected::new(self.slot.clone()));
        self.run(async move {
            let _expected = expected;
            match sender.beside(async { message(future.await) }).await {
                Ok(message) => sender.inform(message),
                Err(panic) => sender.crash(panic),
            }
        });
    }

    /// Queues what `message` makes of each item of `stream`, the next one when the last was handled.
    ///
    /// The stream is dropped when this incarnation ends; a panic in it is a crash.
    pub fn attach<St>(
        &mut self,
        stream: St,
        mut message: impl FnMut(St::Item) -> S::Protocol + Send + 'static,
    ) where
        St: Stream + Send + 'static,
        St::Item: Send,
    {
        let sender = self.sender();
        self.run(async move {
            let mut stream = Box::pin(stream);
            loop {
                let item = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx));
                let next = sender.beside(async { item.await.map(&mut message) }).await;
                match next {
                    Ok(Some(message)) => sender.inform_and_wait(message).await,
                    Ok(None) => return,
                    Err(panic) => return sender.crash(panic),
                }
            }
        });
    }

    /// Queues what `message` makes of the end of the server behind `client`, once its incarnation that runs now has
    /// ended: at once if none does.
    pub fn monitor<C: Client>(
        &mut self,
        client: &C,
        message: impl FnOnce(Down) -> S::Protocol + Send + 'static,
    ) {
        let (sender, monitor) = (self.sender(), client.monitor());
        self.run(async move {
            let down = monitor.await;
            match sender.beside(async { message(down) }).await {
                Ok(message) => sender.inform(message),
                Err(panic) => sender.crash(panic),
            }
        });
    }

    /// Links this incarnation to that of the server behind `client`: if one of them crashes, is killed or loses its
    /// key, the other crashes, too. One that ends as it was asked to ends the link and no more.
    pub fn link<C: Client>(&self, client: &C) {
        let (sender, theirs, ours) = (self.sender(), client.monitor(), self.client().monitor());
        let client = client.clone();
        self.slot.system.runtime.spawn(async move {
            match first_down(ours, theirs).await {
                FirstDown::Ours(down) => {
                    if let Some(why) = spread(&down) {
                        client.port().get().crash(why);
                    }
                }
                FirstDown::Theirs(down) => {
                    if let Some(why) = spread(&down) {
                        sender.crash(why);
                    }
                }
            }
        });
    }

    /// Stops this server once what is queued before has run.
    pub fn stop(&self) {
        self.stop_with(Stop::normally());
    }

    /// Stops this server in a way of its own.
    pub fn stop_with(&self, how: Stop) {
        if self.slot.is_live(self.incarnation) {
            self.slot.request_stop(how);
        }
    }

    fn run(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        let task = self.slot.system.runtime.spawn(task);
        let tasks = self.tasks.get_or_insert_default();
        tasks.running.retain(|task| !task.is_finished());
        tasks.running.push(task);
    }

    fn sender(&self) -> Sender<S> {
        Sender {
            slot: Arc::downgrade(&self.slot),
            address: self.slot.address(),
            incarnation: self.incarnation,
        }
    }
}

/// What runs beside an incarnation, and ends with it.
#[derive(Default)]
struct Tasks {
    running: Vec<Task>,
}

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in &self.running {
            task.abort();
        }
    }
}

/// Keeps a server from counting as idle.
struct Expected<S: GenServer> {
    slot: Arc<Slot<S>>,
}

impl<S: GenServer> Expected<S> {
    fn new(slot: Arc<Slot<S>>) -> Self {
        slot.future_begun();
        Self { slot }
    }
}

impl<S: GenServer> Drop for Expected<S> {
    fn drop(&mut self) {
        self.slot.future_ended();
    }
}

impl<S: GenServer> fmt::Debug for Cx<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cx")
            .field("server", &self.slot.server_id())
            .finish_non_exhaustive()
    }
}
