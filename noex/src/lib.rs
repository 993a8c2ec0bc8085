//! The durable GenServer for Rust.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod client;
mod clock;
mod contain;
mod context;
mod error;
mod event;
mod exit;
mod expanded;
mod family;
pub mod persist;
pub mod prelude;
mod protocol;
mod server;
mod slot;
pub mod store;
mod sync;
mod system;
#[cfg(feature = "testing")]
pub mod testing;
mod timer;

pub use client::{Checkpoint, Client, ServerId, Status};
pub use clock::Clock;
pub use context::{Cx, InitCx, Timer};
pub use error::{
    CallError, CheckpointError, ConfigureError, Error, Full, Outcome, StartError, StartErrorKind,
    StopError,
};
pub use event::{Event, EventStream};
pub use exit::{ExitReason, Stop};
pub use family::{DeleteError, Family, FamilyBuilder, KeyPage, Keys};
#[doc = include_str!("macros_docs/gen_server.md")]
pub use noex_derive::GenServer;
#[doc = include_str!("macros_docs/protocol.md")]
pub use noex_derive::Protocol;
#[doc = include_str!("macros_docs/stored.md")]
pub use noex_derive::Stored;
#[doc = include_str!("macros_docs/handlers.md")]
pub use noex_derive::handlers;
pub use persist::persistent::{Persist, Persistence, Persistent, Stored};
pub use persist::{PersistOptions, PersistenceError, RecordMeta};
pub use protocol::call::{Call, Cast, Pending};
pub use protocol::port::PortRef;
pub use protocol::reply::ReplyTo;
pub use protocol::{MessageInfo, MessageKind, Protocol, Serve};
pub use server::{EnvGiven, Fresh, GenServer, Given, HookError, Missing, ServerOptions, Spec};
pub use system::{ShutdownError, ShutdownReport, System, SystemBuilder};
