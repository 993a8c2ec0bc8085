//! A server's life: how it is asked to stop, ends, is killed, and what whoever waits for that is told.

mod end;

use std::sync::Arc as StdArc;
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::control::Stopping;
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
}

/// Who waits for a turn of a server's life. Most of the time nobody does, so it takes no room.
#[derive(Default)]
struct Waiting {
    starters: Vec<Starter>,
    mourners: Vec<Arc<Ticket<Exit>>>,
    monitors: Vec<Arc<Ticket<Down>>>,
    /// What kills the server at the deadline of its stop.
    deadline: Option<Alarm>,
}

/// Who waits for a start.
type Starter = Arc<Ticket<Result<(), StartError>>>;

enum Phase {
    Starting,
    Running,
    Ended(Box<Exit>),
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
        }
    }

    /// Whether a message that has not begun is refused now.
    fn refuses(&self) -> bool {
        self.stopping
            .as_ref()
            .is_some_and(|stopping| now() >= stopping.refuse_at)
    }

    /// What a sender is told whose message is not taken.
    pub(crate) fn refusal(&self) -> Failure {
        match &self.phase {
            Phase::Ended(_) if self.is_parked => Failure::Parked,
            Phase::Ended(exit) => exit
                .start
                .as_ref()
                .map_or(Failure::NotRunning, StartError::as_failure),
            _ => Failure::NotRunning,
        }
    }

    /// What a caller is told whose handler had begun when its incarnation ended.
    pub(super) fn interruption(&self) -> Failure {
        let Phase::Ended(exit) = &self.phase else {
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
            Phase::Running => ticket.answer(Ok(Ok(()))),
            Phase::Ended(exit) => ticket.answer(Ok(Err(exit
                .start
                .clone()
                .unwrap_or(StartError::NotRunning)))),
        }
        ticket
    }

    /// Marks the start as done; who waits to hear of it, or none where the server was killed meanwhile.
    pub(crate) fn started(&mut self) -> Option<Vec<Starter>> {
        if self.is_ended() {
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
        if let Phase::Ended(exit) = &self.phase {
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
        if self.is_ended() {
            return false;
        }
        self.phase = Phase::Starting;
        self.lease = None;
        self.kill = None;
        true
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

    fn is_stopping(&self) -> bool {
        self.stopping.is_some()
    }

    fn end(&mut self, exit: &Exit) -> Vec<Arc<Ticket<Exit>>> {
        self.phase = Phase::Ended(Box::new(exit.clone()));
        self.lease = None;
        let start = exit.start.clone().unwrap_or(StartError::NotRunning);
        let waiting = self.waiting.take().unwrap_or_default();
        for starter in waiting.starters {
            starter.answer(Ok(Err(start.clone())));
        }
        waiting.mourners
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

impl Stopping {
    fn within(how: Stop, within: Duration) -> Self {
        let now = now();
        Self {
            how,
            refuse_at: after(now, within / 2),
            kill_at: after(now, within),
        }
    }
}

/// `now` and `span` added, as far as the clock reaches.
pub(crate) fn after(now: Instant, span: Duration) -> Instant {
    const FAR: Duration = Duration::from_hours(24 * 365 * 30);
    now.checked_add(span).unwrap_or_else(|| now + FAR)
}
