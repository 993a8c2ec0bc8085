//! Parking a server: what its owner calls when it crashed, or did not start.

use std::sync::Arc as StdArc;

use super::Slot;
use crate::error::StartError;
use crate::event::Event;
use crate::persist::mend::Judge;
use crate::server::GenServer;
use crate::system::parking::{Crash, Means, OnRetry, Parked, Patience, Whose};

impl<S: GenServer> Slot<S> {
    /// Parks the server if this crash is one too many right after the same restore; whether it does. Before the end
    /// of the incarnation is over: what it was restored from is known as long as its lease.
    pub(crate) fn park_after_crash(
        &self,
        message: &StdArc<str>,
        patience: Patience,
        on_retry: Option<OnRetry>,
    ) -> bool {
        let restored = self.life().restoration();
        let crash = Crash { restored, message };
        let means = self.means(on_retry);
        let parked = self
            .system
            .note_crash(self.whose(), &crash, patience, means);
        let Some(parked) = parked else { return false };
        self.life().park();
        self.emit_parked(parked);
        true
    }

    /// Parks the server if its start can never succeed by itself; whether it does.
    pub(crate) fn park_after_start(&self, error: &StartError, on_retry: Option<OnRetry>) -> bool {
        if !error.is_permanent() {
            return false;
        }
        let means = self.means(on_retry);
        let parked = self.system.park_start(self.whose(), error, means);
        self.life().park();
        if let Some(parked) = parked {
            self.emit_parked(parked);
        }
        true
    }

    /// As whom it is parked.
    pub(crate) fn whose(&self) -> Whose {
        let persisting = self.settings.persisting.as_ref();
        let key = persisting.and_then(|of| of.key(S::KIND, self.name.as_deref()).ok());
        Whose {
            key,
            kind: S::KIND,
            name: self.name.clone(),
        }
    }

    fn means(&self, on_retry: Option<OnRetry>) -> Means {
        let persisting = self.settings.persisting.as_ref();
        let judge = persisting
            .zip(S::persistence())
            .map(|(of, persistence)| StdArc::new(Judge::of(&persistence, &of.config)));
        Means { judge, on_retry }
    }

    fn emit_parked(&self, parked: Parked) {
        self.emit(Event::Parked {
            server: self.server_id(),
            parked,
        });
    }
}
