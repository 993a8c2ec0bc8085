//! What a message enum is to noex: its messages, its client, and the table of handlers it can be served by.
//!
//! `#[derive(Protocol)]` writes the impl of [`Protocol`], `#[handlers(..)]` the one of [`Serve`]. How a message
//! travels lives in [`port`], what a caller holds while it does in [`call`].

use crate::client::Client;
use crate::server::GenServer;

pub(crate) mod call;
pub(crate) mod handler;
pub(crate) mod port;
pub(crate) mod reply;
pub(crate) mod ticket;

use handler::{Stage, Step};
use port::PortRef;

/// A message enum: what a kind of server can be asked and told.
///
/// Derive it: the derive writes the client, one documented method a message, and what `#[handlers(..)]` needs.
///
/// ```
/// use noex::prelude::*;
///
/// #[derive(Protocol)]
/// enum DoorMsg {
///     /// Opens the door and answers how often it has been opened.
///     #[call(u32)]
///     Open,
///     /// Closes the door.
///     #[cast]
///     Close,
/// }
/// # fn main() {}
/// ```
pub trait Protocol: Sized + Send + 'static {
    /// The enum's name.
    const NAME: &'static str;
    /// The messages, in the order of the variants.
    const MESSAGES: &'static [MessageInfo];
    /// The typed client: one method a call or cast.
    type Client: Client<Protocol = Self> + From<PortRef<Self>>;
    #[doc(hidden)]
    type Reply: Send + 'static;
    #[doc(hidden)]
    type Handlers<S: GenServer<Protocol = Self>>: 'static;

    #[doc(hidden)]
    fn index(&self) -> usize;

    #[doc(hidden)]
    fn dispatch<S: GenServer<Protocol = Self>>(
        self,
        handlers: &Self::Handlers<S>,
        stage: Stage<'_, S>,
    ) -> Step<S>;

    /// The name and kind of this message.
    #[must_use]
    fn info(&self) -> MessageInfo {
        Self::MESSAGES
            .get(self.index())
            .copied()
            .unwrap_or(MessageInfo {
                name: "unknown",
                kind: MessageKind::Info,
            })
    }
}

/// What is known of a message without its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageInfo {
    /// The variant's name.
    pub name: &'static str,
    /// Whether it is asked, told, or only heard.
    pub kind: MessageKind,
}

/// How a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Sent by a client, which waits for the reply.
    Call,
    /// Sent by a client, which does not wait.
    Cast,
    /// Sent by the server to itself: timers, results of spawned futures, streams.
    Info,
}

/// A state that handles every message of a protocol; written by `#[handlers(..)]`.
#[diagnostic::on_unimplemented(
    message = "`{S}` does not handle `{Self}`",
    label = "its messages have no handlers on `{S}`",
    note = "write `#[handlers({Self})] impl {S} {{ .. }}` with one method a message"
)]
pub trait Serve<S: GenServer<Protocol = Self>>: Protocol {
    #[doc(hidden)]
    const HANDLERS: Self::Handlers<S>;
}
