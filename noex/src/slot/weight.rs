//! How long handlers hold the stack they run on, by kind of server and message. A call whose handler is heavy, or not
//! known yet, is run by a task, so that calls joined in one task keep their parallelism; a light one runs where its
//! caller stands.
//!
//! What follows from the times measured is a plain function of them (`estimate`). What a handler runs inline, another
//! server's handler for one, is part of its own weight: the caller's stack is held as long.

mod estimate;

use std::sync::Arc as StdArc;
use std::time::{Duration, Instant};

use self::estimate::Estimate;
use super::Slot;
use super::core::Core;
use crate::protocol::Protocol;
use crate::server::GenServer;
use crate::sync::{AtomicU32, Ordering};

/// Of so many calls of a server that are light, one is timed: reading the clock costs as much as a short handler. It is
/// prime, so that in a cycle of messages each of them has its turn.
const STRIDE: u8 = 61;

/// The weights of one kind of server's handlers, by the number of the message; whoever has none is light.
#[derive(Clone)]
pub(crate) struct Weights {
    messages: StdArc<[Weight]>,
}

/// The weight of one message's handler: an [`Estimate`] in one word.
struct Weight {
    estimate: AtomicU32,
}

/// One run of a handler that is being timed.
#[derive(Clone, Copy)]
pub(crate) struct Weighing {
    message: usize,
    since: Instant,
}

/// How many more light calls a server handles untimed.
pub(crate) struct Untimed {
    left: u8,
}

impl Weights {
    /// The weights of handlers that have never run.
    pub(crate) fn unknown<M: Protocol>() -> Self {
        let messages = M::MESSAGES.iter().map(|_| Weight::unknown());
        Self {
            messages: messages.collect(),
        }
    }

    /// Where one thread runs all tasks, calls joined in one task have no parallelism to lose: nothing is weighed.
    pub(crate) fn none() -> Self {
        // Shared by all that are empty.
        let messages = StdArc::default();
        Self { messages }
    }

    #[inline]
    fn is_light(&self, message: usize) -> bool {
        self.messages.get(message).is_none_or(Weight::is_light)
    }

    fn note(&self, message: usize, took: Duration) {
        if let Some(weight) = self.messages.get(message) {
            weight.note(took);
        }
    }
}

impl Weight {
    const fn unknown() -> Self {
        Self {
            estimate: AtomicU32::new(0),
        }
    }

    #[inline]
    fn is_light(&self) -> bool {
        self.estimate().is_light()
    }

    #[inline]
    fn estimate(&self) -> Estimate {
        Estimate::unpack(self.estimate.load(Ordering::Relaxed))
    }

    /// Counts one run. Of two that end at the same moment one may be lost, which does no harm.
    fn note(&self, took: Duration) {
        let estimate = self.estimate().after(took);
        self.estimate.store(estimate.pack(), Ordering::Relaxed);
    }
}

impl Weighing {
    #[cold]
    fn of(message: usize) -> Self {
        Self {
            message,
            since: Instant::now(),
        }
    }
}

impl Untimed {
    /// Servers begin at different points, so that not the first message of each is timed.
    pub(crate) fn of_server(number: u64) -> Self {
        let left = u8::try_from(number % u64::from(STRIDE)).unwrap_or_default();
        Self { left }
    }

    /// Whether a light call is to be timed.
    #[inline]
    fn is_over(&mut self) -> bool {
        let is_over = self.left == 0;
        self.left = if is_over { STRIDE } else { self.left } - 1;
        is_over
    }
}

impl<S: GenServer> Core<S> {
    /// Begins to time the run of a light handler, now and then.
    #[inline]
    pub(super) fn weigh_light(&mut self, message: &S::Protocol) -> Option<Weighing> {
        let is_turn = self.untimed.is_over();
        is_turn.then(|| Weighing::of(message.index()))
    }
}

impl<S: GenServer> Slot<S> {
    /// Whether the message's handler may run on its caller's stack: it is known not to hold that up.
    #[inline]
    pub(super) fn may_run_inline(&self, message: &S::Protocol) -> bool {
        let weights = self.settings.weights.as_ref();
        weights.is_some_and(|weights| weights.is_light(message.index()))
    }

    /// Begins to time the run of a queued call's handler, where that decides anything: each one, unless it is light.
    pub(super) fn weigh(&self, core: &mut Core<S>, message: &S::Protocol) -> Option<Weighing> {
        let weights = self.settings.weights.as_ref()?;
        if weights.is_light(message.index()) {
            return core.weigh_light(message);
        }
        Some(Weighing::of(message.index()))
    }

    /// Counts a run that has ended, or that no longer holds the stack it began on. One that panics does not count.
    #[inline]
    pub(super) fn weighed(&self, weighing: Option<Weighing>) {
        if let Some(weighing) = weighing {
            self.count(weighing);
        }
    }

    #[cold]
    fn count(&self, Weighing { message, since }: Weighing) {
        if let Some(weights) = &self.settings.weights {
            weights.note(message, since.elapsed());
        }
    }
}
