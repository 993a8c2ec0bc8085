//! A dynamic supervisor as the child of another supervisor.

use std::sync::Arc as StdArc;
use std::time::Duration;

use super::brood::Brood;
use crate::error::StartError;
use crate::protocol::handler::BoxFuture;
use crate::supervise::child::{Plot, Supervised};
use crate::supervise::restart::Restart;
use crate::supervise::watch::Watch;
use crate::system::processes::{Described as _, Process};
use crate::system::registry::StopOutcome;

/// A supervised dynamic supervisor.
pub(super) struct BroodChild {
    id: StdArc<str>,
    brood: StdArc<Brood>,
    watch: StdArc<Watch>,
}

impl BroodChild {
    pub(super) fn new(plot: Plot, brood: StdArc<Brood>) -> Self {
        Self {
            id: plot.id,
            brood,
            watch: StdArc::new(plot.watch),
        }
    }
}

impl Supervised for BroodChild {
    fn id(&self) -> &StdArc<str> {
        &self.id
    }

    fn label(&self) -> StdArc<str> {
        format!("dynamic supervisor `{}`", self.brood.name()).into()
    }

    fn restart(&self) -> Restart {
        Restart::Permanent
    }

    fn watch(&self) -> &Watch {
        &self.watch
    }

    fn take_charge(&self) {
        self.brood.wait_for(self.watch.clone());
    }

    /// Starts again the children it had; it does not wait for them.
    fn start(self: StdArc<Self>) -> BoxFuture<'static, Result<(), StartError>> {
        self.watch.arm();
        self.brood.open();
        Box::pin(async { Ok(()) })
    }

    fn halt(self: StdArc<Self>, within: Duration) -> BoxFuture<'static, StopOutcome> {
        self.watch.disarm();
        Box::pin(self.brood.halt(within))
    }

    fn end(self: StdArc<Self>, within: Duration) -> BoxFuture<'static, StopOutcome> {
        self.watch.disarm();
        Box::pin(self.brood.end(within))
    }

    fn asker(&self) -> Option<StdArc<str>> {
        self.brood.asker()
    }

    fn count(&self) -> usize {
        self.brood.count_children().up
    }

    fn describe(&self) -> Process {
        Process {
            restarts: self.watch.starts().saturating_sub(1),
            ..self.brood.describe()
        }
    }
}
