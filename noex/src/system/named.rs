//! A client by name: it finds whichever server has the name when a message is sent.

use std::sync::Arc as StdArc;

use super::{Inner, System};
use crate::client::{Checkpoint, ServerId, Status};
use crate::error::{CheckpointError, Failure, StopError};
use crate::exit::{Down, ExitReason, Stop};
use crate::protocol::Protocol;
use crate::protocol::handler::BoxFuture;
use crate::protocol::port::{Begun, CallOptions, Port, PortRef, Posted};
use crate::protocol::ticket::Ticket;
use crate::server::GenServer;
use crate::slot::Slot;
use crate::sync::{Arc, Runtime};

impl System {
    /// A client of whichever server of this kind has this name when a message is sent: to be given to others before
    /// that server is started, and as good after it was terminated and started anew.
    ///
    /// A message is `NotRunning` while there is none. Finding it costs a look into a table; the client that
    /// [`start`](System::start) or [`find`](System::find) gives goes straight to its server.
    ///
    /// ```
    /// # use noex::prelude::*;
    /// # #[derive(Protocol)]
    /// # enum StockMsg {
    /// #     #[call(u32)]
    /// #     Left,
    /// # }
    /// # #[derive(GenServer, Default)]
    /// # #[genserver(protocol = StockMsg)]
    /// # struct Stock {
    /// #     left: u32,
    /// # }
    /// # #[handlers(StockMsg)]
    /// # impl Stock {
    /// #     fn left(&self) -> u32 {
    /// #         self.left
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), noex::Error> {
    /// let system = System::without_store();
    /// let stock = system.client::<Stock>("stock");
    /// assert_eq!(stock.left().await, Err(CallError::NotRunning));
    /// system.start(Stock::spec(Stock::default).name("stock")).await?;
    /// assert_eq!(stock.left().await, Ok(0));
    /// # system.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn client<S: GenServer>(
        &self,
        name: impl Into<StdArc<str>>,
    ) -> <S::Protocol as Protocol>::Client {
        let port: Arc<dyn Port<S::Protocol>> = Arc::new(NamedPort::<S> {
            system: self.inner.clone(),
            name: name.into(),
            kind: std::marker::PhantomData,
        });
        PortRef::new(port).into()
    }
}

/// A name of one kind of server.
struct NamedPort<S> {
    system: Arc<Inner>,
    name: StdArc<str>,
    kind: std::marker::PhantomData<fn() -> S>,
}

impl<S: GenServer> NamedPort<S> {
    fn slot(&self) -> Option<Arc<Slot<S>>> {
        let server = self.system.find::<S>(&self.name)?;
        server.any().downcast().ok()
    }
}

impl<S: GenServer> Port<S::Protocol> for NamedPort<S> {
    fn begin(&self, message: S::Protocol, options: &CallOptions) -> Begun<S::Protocol> {
        match self.slot() {
            Some(slot) => slot.begin(message, options),
            None => Begun::Failed(Failure::NotRunning),
        }
    }

    fn post(&self, message: &mut Option<S::Protocol>, options: &CallOptions) -> Posted {
        match self.slot() {
            Some(slot) => slot.post(message, options),
            None => Posted::Failed(Failure::NotRunning),
        }
    }

    fn stop(&self, how: Stop) -> BoxFuture<'static, Result<(), StopError>> {
        match self.slot() {
            Some(slot) => slot.stop(how),
            None => Box::pin(async { Ok(()) }),
        }
    }

    fn checkpoint(&self) -> BoxFuture<'static, Result<Checkpoint, CheckpointError>> {
        match self.slot() {
            Some(slot) => slot.checkpoint(),
            None => Box::pin(async { Err(CheckpointError::Call(Failure::NotRunning)) }),
        }
    }

    fn status(&self) -> BoxFuture<'static, Result<Status, Failure>> {
        match self.slot() {
            Some(slot) => slot.status(),
            None => Box::pin(async { Err(Failure::NotRunning) }),
        }
    }

    fn monitor(&self) -> Arc<Ticket<Down>> {
        match self.slot() {
            Some(slot) => slot.monitor(),
            None => Ticket::answered(Down {
                server: self.id(),
                reason: ExitReason::NotRunning,
            }),
        }
    }

    fn crash(&self, message: StdArc<str>) {
        if let Some(slot) = self.slot() {
            slot.crash(message);
        }
    }

    fn id(&self) -> ServerId {
        ServerId {
            kind: S::KIND,
            name: Some(self.name.clone()),
            number: self.slot().map_or(0, |slot| slot.number()),
        }
    }

    fn runtime(&self) -> Runtime {
        self.system.runtime.clone()
    }
}
