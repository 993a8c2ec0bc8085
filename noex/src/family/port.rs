//! The port of one key: it finds the live server or starts one, for every message anew.

use std::sync::Arc as StdArc;

use super::FamilyInner;
use crate::client::{Checkpoint, ServerId, Status};
use crate::error::{CheckpointError, Failure, StartError, StopError};
use crate::exit::{Down, ExitReason, Stop};
use crate::protocol::handler::BoxFuture;
use crate::protocol::port::{Begun, CallOptions, Port, Posted};
use crate::protocol::ticket::Ticket;
use crate::server::GenServer;
use crate::slot::Slot;
use crate::sync::{Arc, Runtime};

/// One key of a family.
pub(super) struct KeyPort<S: GenServer> {
    family: Arc<FamilyInner<S>>,
    name: StdArc<str>,
}

impl<S: GenServer> KeyPort<S> {
    pub(super) fn new(family: Arc<FamilyInner<S>>, name: StdArc<str>) -> Self {
        Self { family, name }
    }

    /// What the live server answers, started if there is none; nothing if it is being stopped.
    fn ask<T>(&self, mut ask: impl FnMut(&Slot<S>) -> Option<T>) -> Result<Option<T>, StartError> {
        loop {
            let slot = self.family.activate(&self.name)?;
            let answer = ask(&slot);
            if answer.is_some() || self.family.is_live(&slot) {
                return Ok(answer);
            }
        }
    }
}

impl<S: GenServer> Port<S::Protocol> for KeyPort<S> {
    fn begin(&self, mut message: S::Protocol, options: &CallOptions) -> Begun<S::Protocol> {
        loop {
            let slot = match self.family.activate(&self.name) {
                Ok(slot) => slot,
                Err(error) => return Begun::Failed(error.as_failure()),
            };
            message = match slot.offer(message, options) {
                Ok(begun) => return begun,
                Err(message) => message,
            };
            // Its mailbox is closed: it is being stopped, or has just left the family.
            if self.family.is_live(&slot) {
                return Begun::Failed(Failure::NotRunning);
            }
        }
    }

    fn post(&self, message: &mut Option<S::Protocol>, options: &CallOptions) -> Posted {
        match self.ask(|slot| slot.offer_cast(message, options)) {
            Ok(Some(posted)) => posted,
            Ok(None) => Posted::Failed(Failure::NotRunning),
            Err(error) => Posted::Failed(error.as_failure()),
        }
    }

    fn stop(&self, how: Stop) -> BoxFuture<'static, Result<(), StopError>> {
        match self.family.find(&self.name) {
            Some(slot) => slot.stop(how),
            None => Box::pin(async { Ok(()) }),
        }
    }

    fn checkpoint(&self) -> BoxFuture<'static, Result<Checkpoint, CheckpointError>> {
        match self.ask(Slot::ask_checkpoint) {
            Ok(Some(checkpoint)) => checkpoint,
            Ok(None) => Box::pin(async { Err(CheckpointError::Call(Failure::NotRunning)) }),
            Err(error) => Box::pin(async move { Err(CheckpointError::Call(error.as_failure())) }),
        }
    }

    fn status(&self) -> BoxFuture<'static, Result<Status, Failure>> {
        match self.ask(Slot::ask_status) {
            Ok(Some(status)) => status,
            Ok(None) => Box::pin(async { Err(Failure::NotRunning) }),
            Err(error) => Box::pin(async move { Err(error.as_failure()) }),
        }
    }

    fn monitor(&self) -> Arc<Ticket<Down>> {
        match self.family.find(&self.name) {
            Some(slot) => slot.monitor(),
            None => Ticket::answered(Down {
                server: self.id(),
                reason: ExitReason::NotRunning,
            }),
        }
    }

    fn crash(&self, message: StdArc<str>) {
        if let Some(slot) = self.family.find(&self.name) {
            slot.crash(message);
        }
    }

    fn id(&self) -> ServerId {
        ServerId {
            kind: S::KIND,
            name: Some(self.name.clone()),
            number: 0,
        }
    }

    fn runtime(&self) -> Runtime {
        self.family.system.runtime.clone()
    }
}
