//! The task of a supervisor.

mod by_hand;
mod ends;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::stops::Stopping;
use super::{Crew, Message};
use crate::error::{Chain, StartError};
use crate::event::Event;
use crate::exit::ExitReason;
use crate::slot::life::after;
use crate::supervise::child::Supervised;
use crate::supervise::restart::{Ended, History, Place, Plan, Verdict};
use crate::supervise::watch::Notice;
use crate::sync::{now, sleep_until};
use crate::system::registry::StopOutcome;

/// No deadline but the children's own.
const THEIR_OWN: Duration = Duration::MAX;

/// What the task knows beside its children.
pub(super) struct Work {
    crew: Arc<Crew>,
    history: History,
    /// Whether the children are started, and restarted when they end.
    is_up: bool,
    /// Who is to be told that the supervisor has ended.
    ended: Option<(oneshot::Sender<StopOutcome>, StopOutcome)>,
    /// Stops of children that have begun, and that a stop from outside waits for.
    cut_short: Vec<(usize, Stopping)>,
}

impl Work {
    pub(super) fn new(crew: Arc<Crew>) -> Self {
        Self {
            crew,
            history: History::default(),
            is_up: false,
            ended: None,
            cut_short: Vec::new(),
        }
    }

    /// Takes one message after the other, until the supervisor ends.
    pub(super) async fn go_on(mut self, mut inbox: mpsc::UnboundedReceiver<Message>) {
        self.obey_all(&mut inbox).await;
        let outcome = self.ended.as_ref().map(|(_, outcome)| outcome);
        let is_told = self.crew.rest(inbox, outcome);
        if let Some((reply, outcome)) = self.ended {
            match reply.send(outcome) {
                Err(outcome) if !is_told => self.crew.keep(outcome),
                _ => {}
            }
        }
    }

    async fn obey_all(&mut self, inbox: &mut mpsc::UnboundedReceiver<Message>) {
        loop {
            if self.start_due().await.is_over() {
                return;
            }
            let message = tokio::select! {
                biased;
                message = inbox.recv() => message,
                () = self.until_due() => continue,
            };
            let Some(message) = message else { return };
            if self.obey(message).await.is_over() {
                return;
            }
        }
    }

    async fn obey(&mut self, message: Message) -> Flow {
        match message {
            Message::Ended(notice) => return self.ended(*notice).await,
            Message::Retry(child) => self.retry(child),
            Message::Start(reply) => {
                let _ = reply.send(self.start_all().await);
            }
            Message::Halt(until, reply) => {
                self.is_up = false;
                let outcome = self.halt_all(until).await;
                self.crew.stops.done();
                if let Err(outcome) = reply.send(outcome) {
                    self.crew.keep(outcome);
                }
            }
            Message::End(until, reply) => {
                self.is_up = false;
                let outcome = self.end_all(until).await;
                self.crew.leave(ExitReason::Stopped);
                self.ended = Some((reply, outcome));
                return Flow::Over;
            }
            Message::Terminate(id, reply) => {
                let _ = reply.send(self.terminate(&id).await);
            }
            Message::Restart(id, reply) => {
                let (flow, outcome) = self.restart(&id).await;
                let _ = reply.send(outcome);
                return flow;
            }
        }
        Flow::GoesOn
    }

    /// Starts every child in order; if one cannot start, those that are up are stopped again.
    async fn start_all(&mut self) -> Result<(), StartError> {
        self.history = History::default();
        self.crew.take_left();
        for (who, (child, _)) in self.crew.posts.all().into_iter().enumerate() {
            if child.is_parked() {
                self.crew.posts.put(who, Place::Out);
                continue;
            }
            tracing::info!(supervisor = %self.crew.name, child = %child.label(), "starting");
            let started = self.crew.until_stop(child.clone().start()).await;
            let Some(started) = started else {
                self.crew.posts.put(who, Place::Due);
                return Err(StartError::NotRunning);
            };
            match started {
                Ok(()) => self.crew.posts.put(who, Place::Up),
                // It is parked: the others can do without it, or will say so.
                Err(error) if error.is_about_record() => self.crew.posts.put(who, Place::Out),
                Err(error) => return Err(self.start_failed(who, &*child, error).await),
            }
        }
        self.is_up = true;
        Ok(())
    }

    /// Stops the children before `who`, which did not start.
    async fn start_failed(
        &mut self,
        who: usize,
        child: &dyn Supervised,
        error: StartError,
    ) -> StartError {
        tracing::error!(
            supervisor = %self.crew.name, child = %child.label(), error = %Chain(&error),
            "did not start, so the children before it are stopped again",
        );
        self.crew.posts.put(who, Place::Due);
        let children = self.crew.posts.all().into_iter().enumerate();
        let up = children.filter(|(_, (_, place))| *place != Place::Out);
        let stop = up.map(|(who, _)| who).rev().collect();
        self.halt_each(stop).await;
        StartError::Child {
            supervisor: self.crew.name.clone(),
            child: child.id().clone(),
            source: Box::new(error),
        }
    }

    async fn ended(&mut self, notice: Notice) -> Flow {
        let Some(who) = self.crew.posts.of(&notice).filter(|_| self.is_up) else {
            return Flow::GoesOn;
        };
        self.after(who, notice.ended, &notice.how).await
    }

    /// Does what follows from the end of `who`.
    async fn after(&mut self, who: usize, ended: Ended, why: &str) -> Flow {
        let children = self.crew.posts.as_decided();
        let (now, random) = (now(), self.crew.system.random());
        let policy = &self.crew.policy;
        match policy.decide(&children, &mut self.history, who, ended, now, random) {
            Verdict::Leave => self.leave(who, ended).await,
            Verdict::Restart(plan) => self.carry_out(plan, now).await,
            Verdict::GiveUp { stop } => {
                self.crew.posts.put(who, Place::Due);
                return self.give_up(stop, why).await;
            }
        }
        Flow::GoesOn
    }

    /// What is not started again ends for good, but for what is parked.
    async fn leave(&mut self, who: usize, ended: Ended) {
        self.crew.posts.put(who, Place::Out);
        let child = self.crew.posts.get(who).filter(|_| ended != Ended::Parked);
        if let Some(child) = child {
            let ended = self.stop_one(who, child.clone().end(THEIR_OWN)).await;
            self.note_lost(who, &*child, ended.unwrap_or_default());
        }
    }

    /// Stops who is to be stopped; whoever is to be started is due from here on, whatever happens meanwhile.
    async fn carry_out(&mut self, plan: Plan, now: Instant) {
        let Plan {
            stop,
            remove,
            after: delay,
            start,
        } = plan;
        for who in start {
            self.crew.posts.put_due(who, after(now, delay));
        }
        for who in &remove {
            self.crew.posts.put(*who, Place::Out);
        }
        for who in stop {
            let Some(child) = self.crew.posts.get(who) else {
                continue;
            };
            tracing::info!(supervisor = %self.crew.name, child = %child.label(), "stopping, to restart");
            let stopping = if remove.contains(&who) {
                child.clone().end(THEIR_OWN)
            } else {
                child.clone().halt(THEIR_OWN)
            };
            let Some(stopped) = self.stop_one(who, stopping).await else {
                return;
            };
            self.note_lost(who, &*child, stopped);
        }
    }

    async fn start_due(&mut self) -> Flow {
        while self.is_up && !self.crew.is_to_stop() {
            let due = self.crew.posts.next_due(self.crew.policy.strategy);
            let Some((who, _)) = due.filter(|(_, due)| *due <= now()) else {
                break;
            };
            let Some(child) = self.crew.posts.get(who) else {
                break;
            };
            let Some(started) = self.crew.until_stop(child.clone().start()).await else {
                break;
            };
            match started {
                Ok(()) => self.crew.posts.put(who, Place::Up),
                Err(error) => {
                    let why = format!("{}: {}", child.label(), Chain(&error));
                    if self.after(who, how(&error), &why).await.is_over() {
                        return Flow::Over;
                    }
                }
            }
        }
        Flow::GoesOn
    }

    async fn until_due(&mut self) {
        let due = self.crew.posts.next_due(self.crew.policy.strategy);
        match due.filter(|_| self.is_up) {
            Some((_, due)) => sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    fn retry(&self, child: u64) {
        let who = self.crew.posts.by_number(child);
        // It may have been started by hand since.
        if let Some(who) = who.filter(|who| self.crew.posts.is_out(*who)) {
            self.crew.posts.put_due(who, now());
        }
    }

    /// Stops the children and fails: what becomes of them is for the next supervisor to say.
    async fn give_up(&mut self, stop: Vec<usize>, why: &str) -> Flow {
        self.is_up = false;
        if self.halt_each(stop).await.is_none() {
            // Whoever stops it has a deadline, and wants to know what came of it.
            return Flow::GoesOn;
        }
        let message: Arc<str> = format!("too many restarts, the last because {why}").into();
        self.crew.system.events.emit(Event::GaveUp {
            supervisor: self.crew.name.clone(),
            message: message.clone(),
        });
        if let Some(parent) = &self.crew.parent {
            parent.tell(
                Ended::Badly,
                format!("{} gave up: {message}", self.crew.name).into(),
            );
            return Flow::GoesOn;
        }
        let ended = self.end_all(after(now(), THEIR_OWN)).await;
        self.crew.keep(ended);
        self.crew.leave(ExitReason::Crashed { message });
        Flow::Over
    }
}

/// A start that has failed, as far as the decision goes.
fn how(error: &StartError) -> Ended {
    if error.is_about_record() {
        Ended::Parked
    } else {
        Ended::Badly
    }
}

/// Whether the task goes on after a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    GoesOn,
    Over,
}

impl Flow {
    fn is_over(self) -> bool {
        self == Self::Over
    }
}
