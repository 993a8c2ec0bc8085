//! A supervisor at work: its children in the order of their start, and the one task that starts and stops them.
//!
//! The task takes one message after the other: the end of a child, a wish from outside. What follows from an end is
//! decided by `restart`; here it is done. A stop from outside cuts short whatever is under way.

mod posts;
mod stops;
mod work;

use std::sync::Arc as StdArc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use self::posts::Posts;
use self::stops::Stops;
use self::work::Work;
use super::child::{ChildSpec, refuse};
use super::error::ChildError;
use super::restart::Policy;
use super::watch::{Notice, Watch};
use crate::error::StartError;
use crate::exit::ExitReason;
use crate::slot::life::after;
use crate::sync::{Arc, Mutex, MutexGuard, lock, now};
use crate::system::Inner;
use crate::system::registry::StopOutcome;

/// What a supervisor's task is told.
pub(crate) enum Message {
    /// A child has ended.
    Ended(Box<Notice>),
    /// A child that was parked may be started again.
    Retry(u64),
    /// Start all children, in order.
    Start(oneshot::Sender<Result<(), StartError>>),
    /// Stop all children by then, to be started again.
    Halt(Instant, oneshot::Sender<StopOutcome>),
    /// Stop all children by then, for good.
    End(Instant, oneshot::Sender<StopOutcome>),
    /// Stop one child.
    Terminate(StdArc<str>, oneshot::Sender<Result<(), ChildError>>),
    /// Start one child, after stopping it if it runs.
    Restart(StdArc<str>, oneshot::Sender<Result<(), ChildError>>),
}

/// A supervisor, as its task and everybody else know it.
pub(crate) struct Crew {
    pub(super) name: StdArc<str>,
    pub(super) policy: Policy,
    pub(super) system: Arc<Inner>,
    pub(super) number: u64,
    pub(super) posts: Posts,
    inbox: mpsc::UnboundedSender<Message>,
    stops: Stops,
    /// Why it has ended, once it has.
    pub(super) over: watch::Sender<Option<ExitReason>>,
    /// Its own supervisor.
    parent: Option<StdArc<Watch>>,
    /// What its stops came to that nobody has asked for: the next stop tells it.
    left: StdArc<Mutex<StopOutcome>>,
    /// The other end of the inbox while there is no task: before it takes charge, and once a child was stopped, which
    /// can be started again.
    resting: Mutex<Option<Inbox>>,
}

type Inbox = mpsc::UnboundedReceiver<Message>;

impl Crew {
    /// A supervisor of these children, none of which is touched.
    pub(super) fn gather(
        system: &Arc<Inner>,
        name: StdArc<str>,
        policy: Policy,
        children: Vec<ChildSpec>,
        parent: Option<StdArc<Watch>>,
    ) -> StdArc<Self> {
        let (inbox, messages) = mpsc::unbounded_channel();
        let planted = children.into_iter().map(|child| {
            let watch = Watch::new(system.next_number(), inbox.clone());
            child.plant(system, &name, watch)
        });
        StdArc::new(Self {
            posts: Posts::new(planted.collect()),
            name,
            policy,
            system: system.clone(),
            number: system.next_number(),
            inbox,
            stops: Stops::new(),
            over: watch::Sender::new(None),
            parent,
            left: StdArc::default(),
            resting: Mutex::new(Some(messages)),
        })
    }

    /// Begins to work: its children wait for their turns, and a stop ends them.
    pub(super) fn take_charge(self: &StdArc<Self>) {
        for (child, _) in self.posts.all() {
            child.take_charge();
        }
        self.wake();
    }

    fn work(self: &StdArc<Self>, messages: Inbox) {
        let work = Work::new(self.clone()).go_on(messages);
        self.system.runtime.spawn(work);
    }

    fn resting(&self) -> MutexGuard<'_, Option<Inbox>> {
        lock(&self.resting)
    }

    /// The task has ended: whoever has asked it for something is told so, and whoever has asked for a stop, what that
    /// came to; whether anybody has.
    fn rest(&self, mut messages: Inbox, outcome: Option<&StopOutcome>) -> bool {
        let mut resting = self.resting();
        if self.parent.is_none() {
            messages.close();
        }
        let mut is_told = false;
        while let Ok(message) = messages.try_recv() {
            if let (Message::Halt(_, reply) | Message::End(_, reply), Some(outcome)) =
                (message, outcome)
            {
                is_told |= reply.send(outcome.clone()).is_ok();
            }
        }
        if self.parent.is_some() {
            *resting = Some(messages);
        }
        is_told
    }

    fn wake(self: &StdArc<Self>) {
        let resting = self.resting().take();
        if let Some(messages) = resting {
            self.stops.forget();
            self.over.send_replace(None);
            self.work(messages);
        }
    }

    /// Starts every child, in order.
    pub(super) fn start(
        self: &StdArc<Self>,
    ) -> impl Future<Output = Result<(), StartError>> + Send + 'static {
        let (reply, started) = oneshot::channel();
        self.wake();
        self.send(Message::Start(reply));
        async { started.await.unwrap_or(Err(StartError::NotRunning)) }
    }

    /// Stops every child within `within`, in reverse order, to be started again.
    pub(super) fn halt(
        &self,
        within: Duration,
    ) -> impl Future<Output = StopOutcome> + Send + 'static {
        self.stop(Message::Halt, within)
    }

    /// The same, for good.
    pub(super) fn end(
        &self,
        within: Duration,
    ) -> impl Future<Output = StopOutcome> + Send + 'static {
        self.stop(Message::End, within)
    }

    fn stop(
        &self,
        message: fn(Instant, oneshot::Sender<StopOutcome>) -> Message,
        within: Duration,
    ) -> impl Future<Output = StopOutcome> + Send + 'static {
        let (reply, stopped) = oneshot::channel();
        let resting = self.resting();
        if resting.is_none() {
            let until = after(now(), within);
            self.stops.ask(until);
            self.send(message(until, reply));
        }
        drop(resting);
        let left = self.left.clone();
        async move {
            let stopped = stopped.await;
            // A supervisor that has given up has stopped its children: only what it could not save is news.
            stopped.unwrap_or_else(|_| std::mem::take(&mut *lock(&left)).failures())
        }
    }

    /// Keeps for the next stop what this one came to.
    fn keep(&self, outcome: StopOutcome) {
        lock(&self.left).add(outcome);
    }

    fn take_left(&self) -> StopOutcome {
        std::mem::take(&mut *lock(&self.left))
    }

    /// Asks something of the task about the child of this id.
    pub(super) async fn ask(
        &self,
        message: fn(StdArc<str>, oneshot::Sender<Result<(), ChildError>>) -> Message,
        id: &str,
    ) -> Result<(), ChildError> {
        let child = self.posts.by_id(id).and_then(|who| self.posts.get(who));
        refuse(child.and_then(|child| child.asker()))?;
        let (reply, done) = oneshot::channel();
        self.send(message(id.into(), reply));
        done.await.unwrap_or(Err(ChildError::NotRunning {
            supervisor: self.name.clone(),
        }))
    }

    /// Why it has ended, once it has.
    pub(super) async fn ended(&self) -> ExitReason {
        let mut over = self.over.subscribe();
        let reason = over.wait_for(Option::is_some).await;
        // The sender is this crew's own.
        reason.map_or(ExitReason::NotRunning, |reason| {
            reason.clone().unwrap_or(ExitReason::NotRunning)
        })
    }

    fn send(&self, message: Message) {
        // A task that has ended drops the reply, which tells whoever waits for it.
        let _ = self.inbox.send(message);
    }

    pub(super) fn is_to_stop(&self) -> bool {
        self.stops.is_any()
    }

    /// The outcome of `work`, or none once a stop is asked for.
    async fn until_stop<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.stops.any() => None,
            outcome = work => Some(outcome),
        }
    }
}
