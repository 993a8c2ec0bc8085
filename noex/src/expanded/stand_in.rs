//! Stand-ins: a protocol for states whose own one could not be read, so that the mistake is the only error.

use crate::client::Client;
use crate::protocol::handler::{Stage, Step};
use crate::protocol::port::PortRef;
use crate::protocol::{MessageInfo, Protocol, Serve};
use crate::server::GenServer;

/// Nothing can be asked.
#[derive(Debug)]
pub enum NoProtocol {}

/// The client of [`NoProtocol`].
#[derive(Clone, Debug)]
pub struct NoClient {
    port: PortRef<NoProtocol>,
}

/// The table of a protocol in which no message can be handled.
#[derive(Clone, Copy, Debug)]
pub struct NoHandlers;

impl Protocol for NoProtocol {
    const NAME: &'static str = "NoProtocol";
    const MESSAGES: &'static [MessageInfo] = &[];
    type Client = NoClient;
    type Reply = ();
    type Handlers<S: GenServer<Protocol = Self>> = NoHandlers;

    fn index(&self) -> usize {
        match *self {}
    }

    fn dispatch<S: GenServer<Protocol = Self>>(
        self,
        _: &Self::Handlers<S>,
        _: Stage<'_, S>,
    ) -> Step<S> {
        match self {}
    }
}

impl<S: GenServer<Protocol = Self>> Serve<S> for NoProtocol {
    const HANDLERS: Self::Handlers<S> = NoHandlers;
}

impl From<PortRef<NoProtocol>> for NoClient {
    fn from(port: PortRef<NoProtocol>) -> Self {
        Self { port }
    }
}

impl Client for NoClient {
    type Protocol = NoProtocol;

    fn port(&self) -> &PortRef<NoProtocol> {
        &self.port
    }
}
