//! What the macros' output stands on. Not for use by hand: it changes with the macros.

pub use serde;
pub use serde_with;

pub use crate::persist::migrate::{step, unknown_version};
pub use crate::persist::persistent::Decoder;
pub use crate::persist::{PersistAttributes, migrate};
pub use crate::protocol::call::{Call, Cast};
pub use crate::protocol::handler::{BoxFuture, Handler, ReplyOf, Stage, Step, Turn};
pub use crate::protocol::port::PortRef;
pub use crate::protocol::reply::ResultReply;
pub use crate::server::{Settle, settle};
