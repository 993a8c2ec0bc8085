//! A server's life: how it is asked to stop, ends, is killed, and what whoever waits for that is told.

mod end;
mod health;
mod next;

use std::sync::Arc as StdArc;
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::control::{Purpose, Stopping};
use crate::error::{Failure, StartError, StopError};
use crate::exit::{Down, ExitReason, Last, Stop};
use crate::persist::PersistenceError;
use crate::persist::lease::{Lease, Restoration};
use crate::protocol::ticket::{Expire as _, Ticket};
use crate::sync::{Arc, now};
use crate::timer::Alarm;

/// Where a server is in its life, and who waits for its turns.
pub(crate) struct Life {
    phase: Phase,
    stopping: Option<Box<Stopping>>,
    waiting: Option<Box<Waiting>>,
    kill: Option<Waker>,
    /// The right to write the record, for whoever ends the server without its core.
    pub(crate) lease: Option<StdArc<Lease>>,
    is_parked: bool,
    /// How often the server was started again.
    restarts: u32,
    /// Whether the incarnation has ended, by itself or by a kill, and what follows is being found out: nothing else ends it
    /// any more.
    pub(super) is_decided: bool,
}

/// Who waits for a turn of a server's life. Most of the time nobody does, so it takes no room.
#[derive(Default)]
struct Waiting {
    starters: Vec<Starter>,
    stoppers: Vec<Arc<Ticket<Exit>>>,
    monitors: Vec<Arc<Ticket<Down>>>,
    /// What kills the server at the deadline of its stop, or of an end of its own.
    deadline: Option<Alarm>,
}

/// Who is told of the end of an incarnation.
#[must_use = "who waits is to be told"]
pub(crate) struct Mourners {
    error: StartError,
    starters: Vec<Starter>,
    stoppers: Vec<Arc<Ticket<Exit>>>,
    monitors: Vec<Arc<Ticket<Down>>>,
}

/// Who waits for a start.
type Starter = Arc<Ticket<Result<(), StartError>>>;

enum Phase {
    Starting,
    Running,
    /// Killed, with somebody still at its core or its mailbox.
    Leaving(Box<Left>),
    /// Over, until its owner starts it again.
    Waiting(Box<Exit>),
    Ended(Box<Exit>),
}

/// A killed incarnation that has not let go.
struct Left {
    exit: Exit,
    /// Whether the next incarnation is to start as soon as it has.
    is_awaited: bool,
}

/// What a server does that is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Restarting {
    /// It starts.
    Now,
    /// It starts once the killed incarnation has let go.
    Later,
    /// It is up, is starting, or has ended.
    No,
}

/// How a server ended.
#[derive(Clone, Debug)]
pub(crate) struct Exit {
    pub(crate) reason: ExitReason,
    /// Why the last save failed, if it did.
    pub(crate) unsaved: Option<PersistenceError>,
    /// What a start failed with.
    pub(crate) start: Option<StartError>,
}

impl Life {
    pub(super) const fn new() -> Self {
        Self {
            phase: Phase::Starting,
            stopping: None,
            waiting: None,
            kill: None,
            lease: None,
            is_parked: false,
            restarts: 0,
            is_decided: false,
        }
    }

    /// Whether a message that has not begun is refused now.
    fn refuses(&self) -> bool {
        self.stopping.as_ref().is_some_and(|stopping| {
            stopping.purpose != Purpose::Restart && now() >= stopping.refuse_at
        })
    }

    /// What a sender is told whose message is not taken.
    pub(crate) fn refusal(&self) -> Failure {
        match &self.phase {
            Phase::Waiting(exit) | Phase::Ended(exit) => match &exit.start {
                Some(error) => error.as_failure(),
                None if self.is_parked => Failure::Parked,
                None => Failure::NotRunning,
            },
            _ => Failure::NotRunning,
        }
    }

    /// How the last incarnation ended, unless one starts or runs.
    fn exit(&self) -> Option<&Exit> {
        match &self.phase {
            Phase::Starting | Phase::Running => None,
            Phase::Leaving(left) => Some(&left.exit),
            Phase::Waiting(exit) | Phase::Ended(exit) => Some(exit),
        }
    }

    /// What a caller is told whose handler had begun when its incarnation ended.
    pub(super) fn interruption(&self) -> Failure {
        let Some(exit) = self.exit() else {
            return Failure::crashed("its incarnation has ended");
        };
        match &exit.reason {
            ExitReason::Fenced => Failure::Fenced,
            ExitReason::Crashed { message } => Failure::crashed(message.clone()),
            _ => Failure::crashed("killed: it did not stop within its deadline"),
        }
    }

    pub(super) fn wake_when_killed(&mut self, waker: &Waker) {
        match &mut self.kill {
            Some(known) => known.clone_from(waker),
            None => self.kill = Some(waker.clone()),
        }
    }

    pub(super) fn forget_waker(&mut self) -> Option<Waker> {
        self.kill.take()
    }

    /// A ticket for the end of the start that is under way.
    pub(crate) fn when_started(&mut self) -> Arc<Ticket<Result<(), StartError>>> {
        let ticket = Ticket::queued();
        match &self.phase {
            Phase::Starting => self.waiting().starters.push(ticket.clone()),
            Phase::Leaving(left) if left.is_awaited => {
                self.waiting().starters.push(ticket.clone());
            }
            Phase::Running => ticket.answer(Ok(Ok(()))),
            Phase::Leaving(_) | Phase::Waiting(_) | Phase::Ended(_) => {
                ticket.answer(Ok(Err(self.start_error())));
            }
        }
        ticket
    }

    /// Why the server does not run, as whoever waits for its start is told.
    fn start_error(&self) -> StartError {
        let error = self.exit().and_then(|exit| exit.start.clone());
        error.unwrap_or(StartError::NotRunning)
    }

    /// Marks the start as done; who waits to hear of it, or none where the server was killed meanwhile.
    pub(crate) fn started(&mut self) -> Option<Vec<Starter>> {
        if self.is_over() || self.is_decided {
            return None;
        }
        self.phase = Phase::Running;
        let Some(mut waiting) = self.waiting.take() else {
            return Some(Vec::new());
        };
        let starters = std::mem::take(&mut waiting.starters);
        if self.is_stopping() || !waiting.monitors.is_empty() {
            self.waiting = Some(waiting);
        }
        Some(starters)
    }

    /// A ticket for the end of the incarnation that starts or runs; the reason, where the last one has ended.
    pub(crate) fn when_down(&mut self) -> Result<Arc<Ticket<Down>>, ExitReason> {
        if let Some(exit) = self.exit() {
            return Err(exit.reason.clone());
        }
        let ticket = Ticket::queued();
        let monitors = &mut self.waiting().monitors;
        monitors.retain(|monitor| !monitor.is_over());
        monitors.push(ticket.clone());
        Ok(ticket)
    }

    /// Who is to be told that the incarnation has ended.
    pub(crate) fn take_monitors(&mut self) -> Vec<Arc<Ticket<Down>>> {
        let waiting = self.waiting.as_mut();
        waiting.map_or_else(Vec::new, |waiting| std::mem::take(&mut waiting.monitors))
    }

    /// From what the incarnation was restored, if it was.
    pub(crate) fn restoration(&self) -> Option<Restoration> {
        self.lease.as_ref()?.restoration()
    }

    /// Has whoever still waits told that the server is parked.
    pub(crate) fn park(&mut self) {
        self.is_parked = true;
    }

    /// Goes back to before the start, for the next incarnation, unless the server was killed; whether it does.
    pub(crate) fn start_again(&mut self) -> bool {
        if self.is_over() {
            return false;
        }
        self.begin_again();
        self.lease = None;
        self.kill = None;
        self.is_decided = false;
        self.forget_deadline();
        true
    }

    /// The deadline of an end that came in time; that of a stop is the next incarnation's, too.
    pub(super) fn forget_deadline(&mut self) {
        let is_stopping = self.is_stopping();
        if let Some(waiting) = self.waiting.as_mut().filter(|_| !is_stopping) {
            waiting.deadline = None;
        }
    }

    /// Is over with a stop that was for a restart; who waited for it, or none where it is no such stop, or no more.
    fn end_halt(&mut self) -> Option<Vec<Arc<Ticket<Exit>>>> {
        self.stopping
            .take_if(|stopping| stopping.purpose == Purpose::Restart)?;
        Some(std::mem::take(&mut self.waiting().stoppers))
    }

    fn begin_again(&mut self) {
        self.phase = Phase::Starting;
        self.restarts = self.restarts.saturating_add(1);
    }

    /// Waits for its owner from here on; who is to hear of the end, the starters told why there is no start.
    fn wait(&mut self, exit: &Exit) -> Mourners {
        self.phase = Phase::Waiting(Box::new(exit.clone()));
        self.lease = None;
        self.kill = None;
        self.stopping = None;
        self.is_decided = false;
        self.take_mourners()
    }

    /// Waits for a killed incarnation to let go of the slot.
    fn leave(&mut self, exit: &Exit) -> Mourners {
        let mourners = self.wait(exit);
        self.phase = Phase::Leaving(Box::new(Left {
            exit: exit.clone(),
            is_awaited: false,
        }));
        mourners
    }

    /// The killed incarnation has let go: whether the next one is to start now.
    fn has_left(&mut self) -> bool {
        let Phase::Leaving(left) = &self.phase else {
            return false;
        };
        let is_awaited = left.is_awaited;
        self.phase = Phase::Waiting(Box::new(left.exit.clone()));
        if is_awaited {
            self.begin_again();
        }
        is_awaited
    }

    /// Starts the next incarnation of a server that waits for its owner.
    fn restart(&mut self) -> Restarting {
        match &mut self.phase {
            Phase::Starting | Phase::Running | Phase::Ended(_) => return Restarting::No,
            Phase::Leaving(left) => {
                left.is_awaited = true;
                self.is_parked = false;
                return Restarting::Later;
            }
            Phase::Waiting(_) => {}
        }
        self.begin_again();
        self.is_parked = false;
        Restarting::Now
    }

    /// Starts no more once the killed incarnation has let go; who waits for the start that did not come.
    fn give_up_start(&mut self) -> Vec<Starter> {
        let Phase::Leaving(left) = &mut self.phase else {
            return Vec::new();
        };
        left.is_awaited = false;
        let waiting = self.waiting.as_mut();
        waiting.map_or_else(Vec::new, |waiting| std::mem::take(&mut waiting.starters))
    }

    /// Whether a next incarnation can be started at once.
    fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Waiting(_))
    }

    /// Whether it is over and may be started again.
    pub(crate) fn may_return(&self) -> bool {
        self.is_over() && !self.refuses_rest()
    }

    pub(crate) fn is_parked(&self) -> bool {
        self.is_parked
    }

    /// Whether what is queued is refused, instead of waiting for a next incarnation.
    pub(crate) fn refuses_rest(&self) -> bool {
        self.is_ended() || self.is_over() && self.is_parked
    }

    fn is_leaving(&self) -> bool {
        matches!(self.phase, Phase::Leaving(_))
    }

    /// Whether no incarnation starts or runs.
    pub(crate) fn is_over(&self) -> bool {
        self.exit().is_some()
    }

    pub(crate) fn is_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended(_))
    }

    fn waiting(&mut self) -> &mut Waiting {
        self.waiting.get_or_insert_default()
    }

    /// Whether the stop that was asked for first deletes the record.
    pub(crate) fn stops_by_deleting(&self) -> bool {
        let how = self.stopping.as_ref().map(|stopping| stopping.how.last);
        how == Some(Last::Deletion)
    }

    /// What the stop that is under way is for.
    pub(crate) fn purpose(&self) -> Option<Purpose> {
        self.stopping.as_ref().map(|stopping| stopping.purpose)
    }

    fn is_stopping(&self) -> bool {
        self.stopping.is_some()
    }

    fn end(&mut self, exit: &Exit) -> Mourners {
        self.phase = Phase::Ended(Box::new(exit.clone()));
        self.lease = None;
        self.take_mourners()
    }

    fn take_mourners(&mut self) -> Mourners {
        let waiting = self.waiting.take().map(|waiting| *waiting);
        let Waiting {
            starters,
            stoppers,
            monitors,
            ..
        } = waiting.unwrap_or_default();
        Mourners {
            error: self.start_error(),
            starters,
            stoppers,
            monitors,
        }
    }
}

impl Exit {
    pub(crate) fn because(reason: ExitReason) -> Self {
        Self {
            reason,
            unsaved: None,
            start: None,
        }
    }

    pub(crate) fn not_started(error: StartError) -> Self {
        Self {
            reason: ExitReason::NotStarted,
            unsaved: None,
            start: Some(error),
        }
    }

    /// What `stop()` answers.
    pub(crate) fn into_stop_result(
        exit: Result<Self, Failure>,
        server: StdArc<str>,
    ) -> Result<(), StopError> {
        let Ok(exit) = exit else { return Ok(()) };
        if let Some(source) = exit.unsaved {
            return Err(StopError::Unsaved { server, source });
        }
        match exit.reason {
            ExitReason::Killed { after } => Err(StopError::Killed { server, after }),
            ExitReason::Crashed { message } => Err(StopError::Crashed { server, message }),
            _ => Ok(()),
        }
    }
}

/// What a stop has become by another that was asked for later.
struct Joined {
    /// It has an earlier deadline.
    is_hastened: bool,
    /// The server is started again after it, which handles what is queued.
    is_to_restart: bool,
}

impl Stopping {
    fn within(how: Stop, purpose: Purpose, within: Duration) -> Self {
        let now = now();
        Self {
            how,
            purpose,
            refuse_at: after(now, within / 2),
            kill_at: after(now, within),
        }
    }

    /// Makes one of this stop and another that was asked for later.
    fn join(&mut self, other: &Self) -> Joined {
        let joined = Joined {
            is_hastened: other.kill_at < self.kill_at,
            is_to_restart: self.purpose < other.purpose && other.purpose == Purpose::Restart,
        };
        if self.how.last == Last::BeforeRestart && other.purpose == Purpose::End {
            self.how.last = other.how.last;
        }
        self.purpose = self.purpose.max(other.purpose);
        self.refuse_at = self.refuse_at.min(other.refuse_at);
        self.kill_at = self.kill_at.min(other.kill_at);
        joined
    }
}

/// `now` and `span` added, as far as the clock reaches.
pub(crate) fn after(now: Instant, span: Duration) -> Instant {
    const FAR: Duration = Duration::from_hours(24 * 365 * 30);
    now.checked_add(span).unwrap_or_else(|| now + FAR)
}
