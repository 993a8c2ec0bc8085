//! What the macros' output stands on. Not for use by hand: it changes with the macros.

pub use serde;
pub use serde_with;

pub use crate::expanded::*;
pub use crate::persist::migrate::{LoadError, unknown_version};
pub use crate::persist::persistent::{Decoder, Persistence, Persistent};
pub use crate::persist::{OnUnreadable, PersistAttributes, Snapshot};
pub use crate::protocol::handler::{BoxFuture, Handler, ReplyOf, Stage, Step, Turn};
pub use crate::protocol::port::PortRef;
pub use crate::protocol::reply::ResultReply;
pub use crate::protocol::{MessageInfo, MessageKind};
pub use crate::server::{Fresh, Given, HookError, Missing, ServerOptions, Settle, settle};
