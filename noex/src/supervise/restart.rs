//! Which children are stopped and started when one has ended, and when a supervisor gives up: one pure function of
//! its policy, its children, its restarts so far and the exit.
//!
//! Nothing is stopped or started here, and no clock is read.

mod backoff;
mod intensity;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::time::Duration;

use tokio::time::Instant;

pub use backoff::Backoff;
pub(crate) use intensity::History;
pub use intensity::Intensity;

/// Who else is restarted with a child of a supervisor.
///
/// What is stopped is stopped in the reverse order of the start, and saves; what is started is started in the order
/// of the start, each from its last record. Only children that were running, or about to run again, are restarted with
/// another: one that has done its work, is parked or was stopped by hand stays as it is. (In this noex differs from
/// OTP, which runs a transient child that has ended well again when a sibling crashes.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// Nobody: for children that do not rely on each other, as the servers of two customers.
    OneForOne,
    /// All the others: for children that are only good together, as the two ends of a pipe.
    OneForAll,
    /// Those that were started after it: for children that rely on the earlier ones, as a stock keeper on the
    /// connection it was given at its start.
    RestForOne,
}

/// Whether a child of a supervisor is started again when it has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Restart {
    /// Always, also after it has stopped as asked: for what has to be there as long as its supervisor.
    #[default]
    Permanent,
    /// Only after it has crashed, was killed, could not be saved or did not start: for what has an end of its own, as an
    /// import.
    Transient,
    /// Never, nor when a sibling's restart stops it: for what somebody else would start anew.
    Temporary,
}

/// What a supervisor goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) strategy: Strategy,
    pub(crate) intensity: Intensity,
    /// How long a restart waits; without, it does not.
    pub(crate) delay: Option<Backoff>,
}

/// A child as far as the decision goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Child {
    pub(crate) restart: Restart,
    pub(crate) place: Place,
}

/// Where a child is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It runs.
    Up,
    /// Down, to be started by a restart that is not finished.
    Due,
    /// Ended for good, parked or stopped by hand: no restart brings it back.
    Out,
}

/// How a child has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// As it was asked to, or by its own decision.
    Well,
    /// It crashed, was killed or fenced, or did not start this time.
    Badly,
    /// It can never start, or crashes each time it is restored.
    Parked,
}

/// What follows from an exit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The child stays down, and its siblings are not touched.
    Leave,
    Restart(Plan),
    /// There were too many restarts: the supervisor stops these, in this order, and fails.
    GiveUp {
        stop: Vec<usize>,
    },
}

/// A restart, step by step; children by their place in the start order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Who is stopped first, in this order.
    pub(crate) stop: Vec<usize>,
    /// Those of them that are stopped for good.
    pub(crate) remove: Vec<usize>,
    /// How long to wait before the first start.
    pub(crate) after: Duration,
    /// Who is then started, in this order.
    pub(crate) start: Vec<usize>,
}

impl Policy {
    /// What follows when `who` of `children`, which are in start order, has ended. Its own place is looked at only to
    /// leave it where it is out: news of a child that was stopped by hand meanwhile.
    ///
    /// A restart is noted in `history`, also when it is the one too many.
    pub(crate) fn decide(
        &self,
        children: &[Child],
        history: &mut History,
        who: usize,
        ended: Ended,
        now: Instant,
        random: u64,
    ) -> Verdict {
        if !children.get(who).is_some_and(|child| child.returns(ended)) {
            return Verdict::Leave;
        }
        let restarts = history.note(now, self.intensity);
        if self.intensity.is_exceeded_by(restarts) {
            let stop = siblings_up(children, 0..children.len(), who).collect();
            return Verdict::GiveUp { stop };
        }
        let delay = self.delay.map(|delay| delay.before(restarts, random));
        let scope = self.strategy.scope(who, children.len());
        Verdict::Restart(plan(children, scope, who, delay.unwrap_or_default()))
    }
}

impl Child {
    /// Whether it is started again after such an end.
    pub(crate) fn returns(self, ended: Ended) -> bool {
        let wanted = match self.restart {
            Restart::Permanent => ended != Ended::Parked,
            Restart::Transient => ended == Ended::Badly,
            Restart::Temporary => false,
        };
        wanted && self.place != Place::Out
    }

    /// Whether a sibling's restart starts it.
    fn is_started_along(self) -> bool {
        match self.place {
            Place::Up => self.restart != Restart::Temporary,
            Place::Due => true,
            Place::Out => false,
        }
    }
}

impl Strategy {
    /// Whom the restart of `who` is about, itself included.
    fn scope(self, who: usize, children: usize) -> Range<usize> {
        match self {
            Self::OneForOne => who..who.saturating_add(1),
            Self::OneForAll => 0..children,
            Self::RestForOne => who..children,
        }
    }
}

fn plan(children: &[Child], scope: Range<usize>, who: usize, after: Duration) -> Plan {
    let stop: Vec<_> = siblings_up(children, scope.clone(), who).collect();
    let temporary = |place: &usize| {
        let child = children.get(*place);
        child.is_some_and(|child| child.restart == Restart::Temporary)
    };
    let remove = stop.iter().copied().filter(temporary).collect();
    let start = within(children, scope)
        .filter(|(place, child)| *place == who || child.is_started_along())
        .map(|(place, _)| place)
        .collect();
    Plan {
        stop,
        remove,
        after,
        start,
    }
}

/// The others that are up, in the order in which they are stopped.
fn siblings_up(children: &[Child], scope: Range<usize>, who: usize) -> impl Iterator<Item = usize> {
    within(children, scope)
        .rev()
        .filter(move |(place, child)| *place != who && child.place == Place::Up)
        .map(|(place, _)| place)
}

fn within(
    children: &[Child],
    scope: Range<usize>,
) -> impl DoubleEndedIterator<Item = (usize, &Child)> {
    let children = children.iter().enumerate();
    children.take(scope.end).skip(scope.start)
}
