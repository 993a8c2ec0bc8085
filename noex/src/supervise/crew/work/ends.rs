//! How children are stopped: each within its deadline, and what a stop from outside has cut short.

use tokio::time::Instant;

use super::{THEIR_OWN, Work};
use crate::error::Chain;
use crate::slot::control::Purpose;
use crate::supervise::child::Supervised;
use crate::supervise::crew::stops::Stopping;
use crate::supervise::restart::Place;
use crate::system::registry::StopOutcome;

impl Work {
    /// Stops these children; none where a stop is asked for meanwhile, which does it within its own deadline and tells
    /// what both came to.
    pub(super) async fn halt_each(&mut self, stop: Vec<usize>) -> Option<()> {
        for who in stop {
            let Some(child) = self.crew.posts.get(who) else {
                continue;
            };
            tracing::info!(supervisor = %self.crew.name, child = %child.label(), "stopping");
            let halted = self.stop_one(who, child.halt(THEIR_OWN)).await?;
            self.crew.keep(halted);
        }
        Some(())
    }

    /// Stops one child, unless a stop is asked for meanwhile: then that waits for what has begun here.
    pub(super) async fn stop_one(
        &mut self,
        who: usize,
        mut stopping: Stopping,
    ) -> Option<StopOutcome> {
        let stopped = self.crew.until_stop(&mut stopping).await;
        if stopped.is_none() {
            self.cut_short.push((who, stopping));
        }
        stopped
    }

    fn take_cut_short(&mut self, who: usize) -> Option<Stopping> {
        let at = self.cut_short.iter().position(|(of, _)| *of == who)?;
        Some(self.cut_short.swap_remove(at).1)
    }

    /// Keeps what the stop of a child has lost for whoever stops the supervisor before the child is up again.
    pub(super) fn note_lost(&self, who: usize, child: &dyn Supervised, stopped: StopOutcome) {
        for error in &stopped.failed {
            tracing::error!(
                supervisor = %self.crew.name, child = %child.label(), error = %Chain(error),
                "did not stop as it should have",
            );
        }
        self.crew.posts.keep_lost(who, stopped.failed);
    }

    pub(super) async fn halt_all(&mut self, until: Instant) -> StopOutcome {
        self.stop_all(until, Purpose::Restart).await
    }

    pub(super) async fn end_all(&mut self, until: Instant) -> StopOutcome {
        self.stop_all(until, Purpose::End).await
    }

    async fn stop_all(&mut self, until: Instant, purpose: Purpose) -> StopOutcome {
        let mut total = self.crew.take_left();
        for (who, (child, place)) in self.crew.posts.all().into_iter().enumerate().rev() {
            total.add(self.crew.posts.take_lost(who));
            let begun = self.take_cut_short(who);
            let is_out = place == Place::Out;
            if is_out && purpose != Purpose::End && begun.is_none() {
                continue;
            }
            tracing::info!(supervisor = %self.crew.name, child = %child.label(), "stopping");
            let ends = is_out || purpose == Purpose::End;
            let stop = |left| {
                let child = child.clone();
                if ends {
                    child.end(left)
                } else {
                    child.halt(left)
                }
            };
            total.add(self.crew.stops.see_through(begun, until, stop).await);
        }
        total
    }
}
