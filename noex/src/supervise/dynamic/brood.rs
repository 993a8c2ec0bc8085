//! The children of a dynamic supervisor, and the task that hears of their ends.
//!
//! Each restart is a task of its own, so that a slow start holds up nobody. What is started, and what is stopped, is
//! begun under the lock of the children: a child that was terminated is not brought back by a restart under way.

use std::collections::BTreeMap;
use std::sync::{Arc as StdArc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::ChildCount;
use crate::client::ServerId;
use crate::error::{Chain, StartError};
use crate::event::Event;
use crate::exit::ExitReason;
use crate::protocol::handler::BoxFuture;
use crate::slot::life::after;
use crate::supervise::child::{Plot, Supervised};
use crate::supervise::crew::Message;
use crate::supervise::describe::health;
use crate::supervise::error::ChildError;
use crate::supervise::handle::ChildInfo;
use crate::supervise::restart::{Child, Ended, History, Place, Policy, Verdict};
use crate::supervise::watch::{Notice, Watch};
use crate::sync::{Arc, now, sleep_until};
use crate::system::Inner;
use crate::system::processes::{Described, Process, Role};
use crate::system::registry::{Entry, StopOutcome, Stops, stop_side_by_side};

/// A dynamic supervisor.
pub(super) struct Brood {
    me: Weak<Self>,
    name: StdArc<str>,
    policy: Policy,
    system: Arc<Inner>,
    number: u64,
    children: Mutex<Children>,
    inbox: mpsc::UnboundedSender<Message>,
    over: watch::Sender<Option<ExitReason>>,
    parent: OnceLock<StdArc<Watch>>,
}

/// The children by their number, which grows.
struct Children {
    is_up: bool,
    posts: BTreeMap<u64, Post>,
}

struct Post {
    child: StdArc<dyn Supervised>,
    place: Place,
    /// The last of its starts whose end was heard of, or asked for.
    over: u64,
}

impl Post {
    /// Its supervisor ends it, to start it again.
    fn ends(&mut self) {
        self.place = Place::Due;
        self.over = self.child.watch().starts();
    }

    fn is_starting(&self) -> bool {
        self.place == Place::Due && self.over < self.child.watch().starts()
    }
}

/// A child that is being started.
type Starting = BoxFuture<'static, Result<(), StartError>>;

impl Brood {
    pub(super) fn gather(
        system: &Arc<Inner>,
        name: StdArc<str>,
        policy: Policy,
    ) -> Result<StdArc<Self>, StartError> {
        let (inbox, messages) = mpsc::unbounded_channel();
        let brood = StdArc::new_cyclic(|me| Self {
            me: me.clone(),
            name,
            policy,
            system: system.clone(),
            number: system.next_number(),
            children: Mutex::new(Children {
                is_up: true,
                posts: BTreeMap::new(),
            }),
            inbox,
            over: watch::Sender::new(None),
            parent: OnceLock::new(),
        });
        let stops = Arc::new(TopBrood {
            brood: brood.clone(),
        });
        let entered = system.enter::<Self>(brood.number, None, stops, Entry::Own);
        if entered.is_none() {
            return Err(StartError::NotRunning);
        }
        system.runtime.spawn(hear(brood.me.clone(), messages));
        Ok(brood)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where a new child of this id is to live.
    pub(super) fn plot(&self, id: StdArc<str>) -> Plot {
        Plot {
            id,
            system: self.system.clone(),
            supervisor: self.name.clone(),
            watch: Watch::new(self.system.next_number(), self.inbox.clone()),
        }
    }

    /// Starts a new child.
    pub(super) async fn start(&self, child: StdArc<dyn Supervised>) -> Result<(), StartError> {
        let number = child.watch().child();
        let (starting, start) = {
            let mut children = self.children();
            if !children.is_up {
                return Err(StartError::NotRunning);
            }
            let starting = child.clone().start();
            let start = child.watch().starts();
            let (place, over) = (Place::Due, 0);
            children.posts.insert(number, Post { child, place, over });
            (starting, start)
        };
        let me = self.me.clone();
        let started = self.see_through(async move {
            let outcome = starting.await;
            if let Some(brood) = me.upgrade() {
                match &outcome {
                    Ok(()) => brood.up(number, start),
                    Err(_) => brood.remove(number).await,
                }
            }
            outcome
        });
        started.await.unwrap_or(Err(StartError::NotRunning))
    }

    pub(super) async fn terminate(&self, id: &ServerId) -> Result<(), ChildError> {
        let post = self.children().posts.remove(&id.number);
        let post = post.ok_or_else(|| self.no_such(id))?;
        let ended = self.see_through(post.child.end(Duration::MAX));
        let mut outcome = ended.await.unwrap_or_default();
        let failed = outcome.failed.pop();
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    pub(super) async fn restart(&self, id: &ServerId) -> Result<(), ChildError> {
        let (me, id) = (self.me.clone(), id.clone());
        let restarted = self.see_through(async move {
            match me.upgrade() {
                Some(brood) => Some(brood.restart_here(&id).await),
                None => None,
            }
        });
        let not_running = || ChildError::NotRunning {
            supervisor: self.name.clone(),
        };
        restarted.await.flatten().ok_or_else(not_running)?
    }

    /// Does `work` in a task of its own, so that nobody who goes away leaves a child half started or half stopped.
    async fn see_through<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (done, outcome) = tokio::sync::oneshot::channel();
        self.system.runtime.spawn(async move {
            let _ = done.send(work.await);
        });
        outcome.await.ok()
    }

    async fn restart_here(&self, id: &ServerId) -> Result<(), ChildError> {
        let child = {
            let mut children = self.children();
            let post = children.posts.get_mut(&id.number);
            let post = post.ok_or_else(|| self.no_such(id))?;
            post.ends();
            post.child.clone()
        };
        let mut halted = child.clone().halt(Duration::MAX).await;
        let (starting, start) = self.begin(id.number).ok_or_else(|| self.no_such(id))?;
        if let Err(error) = starting.await {
            self.not_started(&*child, start, &error);
            return Err(error.into());
        }
        self.up(id.number, start);
        let failed = halted.failed.pop();
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    pub(super) fn count_children(&self) -> ChildCount {
        let children = self.children();
        let posts = children.posts.values();
        ChildCount {
            all: children.posts.len(),
            up: posts.filter(|post| post.place == Place::Up).count(),
        }
    }

    pub(super) fn children_info(&self) -> Vec<ChildInfo> {
        let children = self.children();
        let posts = children.posts.values();
        posts
            .map(|post| ChildInfo::of(&*post.child, post.place))
            .collect()
    }

    /// Stops every child for good, and takes no more.
    pub(super) fn end(
        &self,
        within: Duration,
    ) -> impl Future<Output = StopOutcome> + Send + 'static {
        let stopped = self.stop(within, |child, left| child.end(left));
        let me = self.me.clone();
        async move {
            let outcome = stopped.await;
            if let Some(brood) = me.upgrade() {
                brood.leave(ExitReason::Stopped);
            }
            outcome
        }
    }

    pub(super) async fn ended(&self) -> ExitReason {
        let mut over = self.over.subscribe();
        let reason = over.wait_for(Option::is_some).await;
        reason.map_or(ExitReason::NotRunning, |reason| {
            reason.clone().unwrap_or(ExitReason::NotRunning)
        })
    }

    /// Waits for its turn among the children of another supervisor.
    pub(super) fn wait_for(&self, parent: StdArc<Watch>) {
        self.children().is_up = false;
        self.system.supervise(self.number);
        // A child of two supervisors is started and stopped by both; the first of them is told.
        let _ = self.parent.set(parent);
    }

    /// Takes children, and starts again those it had.
    pub(super) fn open(&self) {
        self.over.send_replace(None);
        let mut children = self.children();
        children.is_up = true;
        let due = children.posts.iter();
        let due: Vec<_> = due
            .filter(|(_, post)| post.place == Place::Due && !post.is_starting())
            .map(|(number, _)| *number)
            .collect();
        drop(children);
        for number in due {
            self.restart_after(number, Duration::ZERO);
        }
    }

    /// Stops every child, to be started again.
    pub(super) fn halt(
        &self,
        within: Duration,
    ) -> impl Future<Output = StopOutcome> + Send + 'static {
        self.stop(within, |child, left| child.halt(left))
    }

    fn stop(
        &self,
        within: Duration,
        stop: impl Fn(StdArc<dyn Supervised>, Duration) -> BoxFuture<'static, StopOutcome>
        + Send
        + 'static,
    ) -> impl Future<Output = StopOutcome> + Send + 'static {
        let until = after(now(), within);
        let mut children = self.children();
        children.is_up = false;
        let all: Vec<_> = children
            .posts
            .values_mut()
            .map(|post| {
                if post.place != Place::Out {
                    post.ends();
                }
                post.child.clone()
            })
            .collect();
        drop(children);
        stop_side_by_side(all, move |child| {
            stop(child, until.saturating_duration_since(now()))
        })
    }

    fn leave(&self, reason: ExitReason) {
        self.children().posts.clear();
        self.system.leave::<Self>(self.number, None);
        self.over.send_replace(Some(reason));
    }

    fn no_such(&self, id: &ServerId) -> ChildError {
        ChildError::NoSuchChild {
            supervisor: self.name.clone(),
            child: id.to_string().into(),
        }
    }

    /// A start of a child has succeeded, and not ended before this was heard of.
    fn up(&self, number: u64, start: u64) {
        let mut children = self.children();
        let post = children.posts.get_mut(&number);
        if let Some(post) = post.filter(|post| post.over < start) {
            post.place = Place::Up;
        }
    }

    /// A child that was parked may start again: now, or with the others once they do.
    fn retry(&self, number: u64) {
        if let Some(post) = self.children().posts.get_mut(&number) {
            post.place = Place::Due;
        }
        self.restart_after(number, Duration::ZERO);
    }

    async fn remove(&self, number: u64) {
        let post = self.children().posts.remove(&number);
        if let Some(post) = post {
            post.child.end(Duration::MAX).await;
        }
    }

    /// Begins to start a child that is due, if it still is.
    fn begin(&self, number: u64) -> Option<(Starting, u64)> {
        let children = self.children();
        let post = children.posts.get(&number)?;
        let is_due = children.is_up && post.place == Place::Due;
        is_due.then(|| (post.child.clone().start(), post.child.watch().starts()))
    }

    /// What did not start has ended.
    fn not_started(&self, child: &dyn Supervised, start: u64, error: &StartError) {
        let ended = if error.is_about_record() {
            Ended::Parked
        } else {
            Ended::Badly
        };
        let notice = Notice {
            child: child.watch().child(),
            start,
            ended,
            how: format!("{}: {}", child.label(), Chain(error)).into(),
        };
        let _ = self.inbox.send(Message::Ended(Box::new(notice)));
    }

    /// What follows from an end, if it is news of a child it still has. Where the child is from here on is settled
    /// with it: a supervisor that is stopped or given to another one meanwhile finds it there.
    fn decide(&self, notice: &Notice, history: &mut History) -> Option<Verdict> {
        let random = self.system.random();
        let mut children = self.children();
        let is_up = children.is_up;
        let post = children.posts.get_mut(&notice.child)?;
        let is_latest = post.child.watch().starts() == notice.start;
        if !is_latest || post.over >= notice.start {
            return None;
        }
        post.over = notice.start;
        let child = Child {
            restart: post.child.restart(),
            place: post.place,
        };
        if !is_up && child.returns(notice.ended) {
            // It is started with the others, at no cost.
            post.place = Place::Due;
            return None;
        }
        let verdict = self
            .policy
            .decide(&[child], history, 0, notice.ended, now(), random);
        post.place = match verdict {
            Verdict::Leave => Place::Out,
            Verdict::Restart(_) | Verdict::GiveUp { .. } => Place::Due,
        };
        Some(verdict)
    }

    fn restart_after(&self, number: u64, delay: Duration) {
        let (me, at) = (self.me.clone(), after(now(), delay));
        self.system.runtime.spawn(async move {
            if !delay.is_zero() {
                sleep_until(at).await;
            }
            let Some(brood) = me.upgrade() else { return };
            let Some((starting, start)) = brood.begin(number) else {
                return;
            };
            match starting.await {
                Ok(()) => brood.up(number, start),
                Err(error) => {
                    let child = brood
                        .children()
                        .posts
                        .get(&number)
                        .map(|post| post.child.clone());
                    if let Some(child) = child {
                        brood.not_started(&*child, start, &error);
                    }
                }
            }
        });
    }

    /// What has ended and is not started again is no child any more, unless it is parked.
    async fn left(&self, notice: &Notice) {
        let left = {
            let mut children = self.children();
            let post = children.posts.get(&notice.child);
            // Somebody may start it again by hand meanwhile.
            let is_out = post.is_some_and(|post| post.place == Place::Out);
            let is_none = is_out && notice.ended != Ended::Parked;
            is_none.then(|| children.posts.remove(&notice.child))
        };
        if let Some(post) = left.flatten() {
            post.child.end(Duration::MAX).await;
        }
    }

    async fn give_up(&self, why: &str) {
        self.stop(Duration::MAX, |child, left| child.halt(left))
            .await;
        let message: StdArc<str> = format!("too many restarts, the last because {why}").into();
        self.system.events.emit(Event::GaveUp {
            supervisor: self.name.clone(),
            message: message.clone(),
        });
        if let Some(parent) = self.parent.get() {
            let how = format!("{} gave up: {message}", self.name);
            return parent.tell(Ended::Badly, how.into());
        }
        self.stop(Duration::MAX, |child, left| child.end(left))
            .await;
        self.leave(ExitReason::Crashed { message });
    }

    fn children(&self) -> MutexGuard<'_, Children> {
        self.children.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Decides on one end after the other, as long as the supervisor is there.
async fn hear(brood: Weak<Brood>, mut inbox: mpsc::UnboundedReceiver<Message>) {
    let mut history = History::default();
    while let Some(message) = inbox.recv().await {
        let Some(brood) = brood.upgrade() else { return };
        let notice = match message {
            Message::Ended(notice) => notice,
            Message::Retry(child) => {
                brood.retry(child);
                continue;
            }
            _ => continue,
        };
        match brood.decide(&notice, &mut history) {
            None => {}
            Some(Verdict::Leave) => brood.left(&notice).await,
            Some(Verdict::Restart(plan)) => brood.restart_after(notice.child, plan.after),
            Some(Verdict::GiveUp { .. }) => {
                brood.give_up(&notice.how).await;
                history = History::default();
            }
        }
    }
}

/// A dynamic supervisor without a supervisor.
struct TopBrood {
    brood: StdArc<Brood>,
}

impl Described for TopBrood {
    fn describe(&self) -> Process {
        self.brood.describe()
    }
}

/// A dynamic supervisor as it is seen from outside.
impl Described for Brood {
    fn describe(&self) -> Process {
        let children = self.children();
        let is_up = children.is_up;
        let all: Vec<_> = children
            .posts
            .values()
            .map(|post| post.child.clone())
            .collect();
        // A child describes itself without the lock that its start and its end need.
        drop(children);
        let all = all.iter().map(|child| child.describe()).collect();
        Process {
            name: Some(self.name.to_string()),
            health: health(is_up, self.over.borrow().is_some()),
            ..Process::above(Role::Supervisor, "dynamic", self.number, all)
        }
    }
}

impl Stops for TopBrood {
    fn stop_all(&self, deadline: Duration) -> BoxFuture<'static, StopOutcome> {
        Box::pin(self.brood.end(deadline))
    }

    fn count(&self) -> usize {
        self.brood.count_children().up
    }

    fn any(self: Arc<Self>) -> Arc<dyn std::any::Any + Send + Sync> {
        self
    }
}
