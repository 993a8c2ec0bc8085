//! The core: the state of one incarnation and what goes with it. Whoever holds it may run a handler.

use super::Slot;
use super::activity::Activity;
use super::weight::Untimed;
use crate::context::Cx;
use crate::persist::saver::Saver;
use crate::server::GenServer;
use crate::sync::{Arc, now};
use crate::timer::Alarm;

/// What one incarnation of a server is made of.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact that comes and goes by itself"
)]
pub(crate) struct Core<S: GenServer> {
    pub(crate) state: S,
    pub(crate) cx: Cx<S>,
    /// What is known of the record; none where the state is not stored.
    pub(crate) saver: Option<Box<Saver<S>>>,
    pub(crate) activity: Activity,
    /// What will ask whether the server is idle.
    pub(crate) idle_alarm: Option<Box<Alarm>>,
    /// Whether the state was looked at, on the way to going idle, since a handler last ran.
    pub(crate) was_looked_at: bool,
    /// Whether the handler that began last is a client's, where idleness matters.
    pub(super) serves_client: bool,
    pub(super) untimed: Untimed,
    writing: bool,
    touched: bool,
}

impl<S: GenServer> Core<S> {
    /// A core of a server that starts, whose clients were last active when `activity` says, if that is known.
    pub(crate) fn new(
        state: S,
        cx: Cx<S>,
        saver: Option<Box<Saver<S>>>,
        activity: Option<Activity>,
    ) -> Box<Self> {
        let now = now();
        let activity = activity.map_or(Activity::new(now), |activity| activity.started(now));
        let untimed = Untimed::of_server(cx.slot().number());
        Box::new(Self {
            state,
            cx,
            saver,
            activity,
            idle_alarm: None,
            was_looked_at: false,
            serves_client: false,
            untimed,
            writing: false,
            touched: false,
        })
    }

    pub(crate) fn parts(&mut self) -> (&mut S, &mut Cx<S>) {
        (&mut self.state, &mut self.cx)
    }

    pub(crate) fn slot(&self) -> &Arc<Slot<S>> {
        self.cx.slot()
    }

    pub(crate) fn incarnation(&self) -> u32 {
        self.cx.incarnation()
    }

    /// Notes that a handler is about to run, and whether it may change the state.
    pub(crate) fn begin_handler(&mut self, writes: bool) {
        self.writing = writes;
        self.was_looked_at = false;
        self.touched |= writes;
    }

    /// Whether the handler that ran last could have left the state half changed.
    pub(crate) fn was_writing(&self) -> bool {
        self.writing
    }

    /// Whether anything could have changed the state since this was last asked.
    pub(crate) fn take_touched(&mut self) -> bool {
        std::mem::take(&mut self.touched)
    }

    /// Leaves the core with its slot: the future that owned it is gone.
    pub(crate) fn rescue(self: Box<Self>) {
        let slot = self.slot().clone();
        slot.rescue(self);
    }
}
