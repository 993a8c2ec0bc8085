//! The durable GenServer for Rust: a state struct and a message enum become a server on tokio whose state survives
//! deploys, crashes and restarts.
//!
//! In the BEAM's world a GenServer is a process that owns a state and handles one message at a time. Here it is
//! data: annotate the message enum with [`Protocol`](macro@Protocol), the state with [`GenServer`](macro@GenServer)
//! and `#[persist(..)]`, the methods with [`handlers`], and start it on a [`System`] with a store.
//!
//! ```
//! use noex::prelude::*;
//!
//! #[derive(Protocol)]
//! enum CounterMsg {
//!     /// Adds `by` and answers the new total.
//!     #[call(i64)]
//!     Add { by: i64 },
//! }
//!
//! #[derive(GenServer, Default)]
//! #[genserver(protocol = CounterMsg)]
//! #[persist(interval = "30s")]
//! struct Counter {
//!     total: i64,
//! }
//!
//! #[handlers(CounterMsg)]
//! impl Counter {
//!     fn add(&mut self, by: i64) -> i64 {
//!         self.total += by;
//!         self.total
//!     }
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), noex::Error> {
//!     let store = MemoryAdapter::new();
//!     for expected in [1, 2] {
//!         let system = System::new(store.clone());
//!         let spec = Counter::spec(Counter::default).name("visits");
//!         let counter = system.start(spec).await?;
//!         assert_eq!(counter.add(1).await?, expected);
//!         system.shutdown().await?;
//!     }
//!     Ok(())
//! }
//! ```
//!
//! The [`guide`] shows what to write for what, each page a few minutes' reading.
//!
//! # Layout
//!
//! - Messaging: [`Call`], [`Cast`], [`Pending`], [`CallError`], [`ReplyTo`], and [`Client`] for what every client can
//!   do.
//! - Servers: [`Spec`], [`Cx`], [`InitCx`], [`Stop`], [`ExitReason`].
//! - What they share: [`System`], [`Family`] (a server for each key), [`Event`], [`Clock`].
//! - Supervision: [`Strategy`], [`Restart`], [`Intensity`], [`Backoff`].
//! - [`processes`]: a look at everything that lives in a system.
//! - A program's life, up to the signal that ends it: `Application`.
//! - [`config`]: options from configuration files.
//! - [`persist`]: options, errors and metadata of what is saved. [`store`]: the contract of an adapter, and the
//!   adapters that come with noex.
//! - [`records`]: every stored record of a kind, gone through before a release or migrated at once.
//! - [`shape`]: what is stored as data, and the lock that compares it while compiling.
//! - `testing` (feature `testing`): stores with faults, a store for two systems, clocks, the adapters' suite.
//!
//! # Features
//!
//! - `application`, on by default: `Application`, which catches signals.
//! - `file`, on by default: a store with one file for each key.
//! - `metrics`: measurements for a recorder of the crate `metrics`: see [`guide::observability`].
//! - `msgpack`: states stored as MessagePack, where `codec = "msgpack"` asks for it.
//! - `chrono`, `jiff`, `rust_decimal`, `time`, `uuid`: the [`Shape`](macro@Shape) of these crates' types.
//! - `sqlite`: a store in one SQLite database file.
//! - `testing`: what tests of servers and of adapters need.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(feature = "application")]
mod application;
mod client;
mod clock;
pub mod config;
mod contain;
mod context;
mod error;
mod event;
mod exit;
mod expanded;
mod family;
// Its examples need `testing` and `file`; its pages are documentation with any features.
#[cfg(any(not(doctest), all(feature = "testing", feature = "file")))]
pub mod guide;
mod metrics;
pub mod persist;
pub mod prelude;
mod protocol;
pub mod records;
mod server;
pub mod shape;
mod slot;
pub mod store;
mod supervise;
mod sync;
mod system;
#[cfg(feature = "testing")]
pub mod testing;
mod timer;

#[cfg(feature = "application")]
pub use application::{Application, ApplicationHandle, ApplicationReport, WhyEnded};
pub use client::{Checkpoint, Client, Monitor, ServerId, Status};
pub use clock::Clock;
pub use context::{Cx, InitCx, Timer};
pub use error::{
    CallError, Chain, CheckpointError, ConfigureError, Error, Full, Outcome, StartError,
    StartErrorKind, StopError,
};
pub use event::{Event, EventStream};
pub use exit::{Down, ExitReason, Stop};
pub use family::{DeleteError, Family, FamilyBuilder, KeyPage, Keys};
#[doc = include_str!("macros_docs/gen_server.md")]
pub use noex_derive::GenServer;
#[doc = include_str!("macros_docs/protocol.md")]
pub use noex_derive::Protocol;
#[doc = include_str!("macros_docs/shape.md")]
pub use noex_derive::Shape;
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
pub use server::{
    EnvGiven, Fresh, GenServer, Given, HookError, IntoArgs, Missing, ServerOptions, Spec,
};
pub use shape::Shape;
pub use supervise::{
    Backoff, ChildCount, ChildError, ChildInfo, ChildSpec, DynamicSupervisor,
    DynamicSupervisorBuilder, Intensity, IntoChild, Restart, Strategy, Supervisor,
    SupervisorHandle,
};
pub use system::processes;
pub use system::{
    AdoptError, Cause, Parked, QuarantineError, ShutdownError, ShutdownReport, System,
    SystemBuilder,
};

/// The README's program, compiled with the other examples.
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../../README.md")]
struct Readme;
