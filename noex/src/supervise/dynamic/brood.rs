//! The children of a dynamic supervisor, and the task that hears of their ends.
//!
//! Each restart is a task of its own, so that a slow start holds up nobody. What is started, and what is stopped, is
//! begun under the lock of the children: a child that was terminated is not brought back by a restart under way.

mod by_hand;
mod seen;
mod starts;

use std::collections::BTreeMap;
use std::sync::{Arc as StdArc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use self::seen::TopBrood;
use crate::error::StartError;
use crate::event::Event;
use crate::exit::ExitReason;
use crate::protocol::handler::BoxFuture;
use crate::slot::life::after;
use crate::supervise::child::{Plot, Supervised};
use crate::supervise::crew::Message;
use crate::supervise::restart::{Ended, History, Place, Policy, Verdict};
use crate::supervise::watch::Watch;
use crate::sync::{Arc, now};
use crate::system::Inner;
use crate::system::registry::{Entry, StopOutcome, stop_side_by_side};

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
