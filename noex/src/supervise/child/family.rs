//! A family as a child: closed until its turn, and stopped as a whole. Its servers come back at their next call.

use std::sync::Arc as StdArc;
use std::time::Duration;

use super::Supervised;
use crate::error::StartError;
use crate::family::Family;
use crate::protocol::handler::BoxFuture;
use crate::server::GenServer;
use crate::slot::control::Purpose;
use crate::supervise::restart::Restart;
use crate::supervise::watch::Watch;
use crate::system::processes::{Described as _, Process};
use crate::system::registry::StopOutcome;

/// A supervised family.
pub(super) struct FamilyChild<S: GenServer> {
    id: StdArc<str>,
    family: Family<S>,
    watch: Watch,
}

impl<S: GenServer> FamilyChild<S> {
    pub(super) fn new(id: StdArc<str>, family: Family<S>, watch: Watch) -> Self {
        Self { id, family, watch }
    }
}

impl<S: GenServer> Supervised for FamilyChild<S> {
    fn id(&self) -> &StdArc<str> {
        &self.id
    }

    fn label(&self) -> StdArc<str> {
        format!("family `{}`", self.family.name()).into()
    }

    fn restart(&self) -> Restart {
        Restart::Permanent
    }

    fn watch(&self) -> &Watch {
        &self.watch
    }

    fn take_charge(&self) {
        self.family.inner().supervise();
    }

    fn start(self: StdArc<Self>) -> BoxFuture<'static, Result<(), StartError>> {
        self.watch.arm();
        let opened = self.family.inner().open();
        if opened.is_err() {
            self.watch.disarm();
        }
        Box::pin(async { opened })
    }

    /// Its clients go on calling it meanwhile: what they start is a next server already.
    fn halt(self: StdArc<Self>, within: Duration) -> BoxFuture<'static, StopOutcome> {
        Box::pin(self.family.inner().stop_servers(Purpose::Restart, within))
    }

    fn end(self: StdArc<Self>, within: Duration) -> BoxFuture<'static, StopOutcome> {
        self.watch.disarm();
        self.family.inner().close();
        let stopped = self.family.inner().stop_servers(Purpose::End, within);
        Box::pin(async move {
            let outcome = stopped.await;
            self.family.inner().leave();
            outcome
        })
    }

    fn asker(&self) -> Option<StdArc<str>> {
        self.family.inner().asker()
    }

    fn count(&self) -> usize {
        self.family.live()
    }

    fn describe(&self) -> Process {
        self.family.inner().describe()
    }
}
