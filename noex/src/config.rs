//! Options from a configuration file: `#[genserver(..)]` and `#[persist(..)]` as the operator of a program sees them.
//!
//! [`ServerConfigs`] is a field of the program's own settings, in any format that serde reads and that says of itself
//! what it holds, such as TOML, JSON and YAML. It has a section for each server, with the options under the names they
//! have in the attributes; those of `#[persist(..)]` stand in a table of their own.
//!
//! ```
//! use std::net::SocketAddr;
//!
//! use noex::config::ServerConfigs;
//! use noex::prelude::*;
//! use serde::Deserialize;
//!
//! #[derive(Deserialize)]
//! struct Settings {
//!     listen: SocketAddr,
//!     #[serde(default)]
//!     servers: ServerConfigs,
//! }
//!
//! # #[derive(Protocol)]
//! # enum CartMsg {
//! #     #[call(usize)]
//! #     Add { item: String },
//! # }
//! #[derive(GenServer, Default)]
//! #[genserver(protocol = CartMsg)]
//! #[persist(interval = "30s", max_age = "7d")]
//! struct Cart {
//!     items: Vec<String>,
//! }
//! #
//! # #[handlers(CartMsg)]
//! # impl Cart {
//! #     fn add(&mut self, item: String) -> usize {
//! #         self.items.push(item);
//! #         self.items.len()
//! #     }
//! # }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let settings: Settings = toml::from_str(
//!     r#"
//!     listen = "127.0.0.1:8080"            # the program's own
//!
//!     [servers.carts]
//!     call_timeout = "2s"
//!     idle_timeout = "10m"
//!
//!     [servers.carts.persist]
//!     interval = "5s"
//!     max_age = "off"
//!     "#,
//! )?;
//! settings.servers.check().family::<Cart>("carts").done()?;
//!
//! let system = System::new(MemoryAdapter::new());
//! let carts = system
//!     .family::<Cart>("carts")
//!     .or_init(|_| Cart::default)
//!     .config(settings.servers.of("carts"))
//!     .build()?;
//! assert_eq!(carts.at("ann").add("tea".to_owned()).await?, 1);
//! system.shutdown().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Which value holds
//!
//! What code says about a server holds before what a file says, and that before the attributes; the order of
//! `.config(..)` and the other methods is of no matter. `"off"` switches off what can be off: `idle_timeout`,
//! `interval`, `max_age`, `max_idle` and `cleanup_interval`. Durations are written as in the attributes.
//!
//! # What is refused
//!
//! Everything that the macros refuse in attributes, each mistake with its path in the file, all of them in one
//! [`ConfigError`]:
//!
//! ```
//! # use noex::config::ServerConfigs;
//! # use noex::prelude::*;
//! # #[derive(Protocol)]
//! # enum CartMsg {
//! #     #[call]
//! #     Add,
//! # }
//! # #[derive(GenServer, Default)]
//! # #[genserver(protocol = CartMsg)]
//! # #[persist(interval = "30s", max_age = "7d")]
//! # struct Cart {
//! #     items: Vec<String>,
//! # }
//! # #[handlers(CartMsg)]
//! # impl Cart {
//! #     fn add(&mut self) {}
//! # }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let servers: ServerConfigs = toml::from_str(
//!     r#"
//!     [carts]
//!     call_timeout = 2
//!     [carts.persist]
//!     max_age = "20s"
//!     snapshot = "clone"
//!     [sesions]
//!     mailbox = 64
//!     "#,
//! )?;
//! let refused = servers.check().family::<Cart>("carts").server::<Cart>("sessions").done();
//! assert_eq!(
//!     refused.expect_err("it has mistakes").to_string(),
//!     r#"4 mistakes in the configuration:
//!   servers.carts.call_timeout: it takes a duration, as in "5s", not a number
//!   servers.carts.persist.max_age: `max_age` (20s) is not longer than `interval` (30s, in the attribute)
//!   servers.carts.persist.snapshot: `snapshot` cannot be "clone" where the type's attribute does not say `snapshot = "clone"`
//!   servers.sesions: no server has this name, a similar one exists: `sessions`"#
//! );
//! # Ok(())
//! # }
//! ```
//!
//! Without a [`check`](ServerConfigs::check) the same mistakes are found when the server is started or the family
//! built; only a section with a name of no server then goes unnoticed.

mod check;
pub(crate) mod duration;
pub(crate) mod error;
mod fault;
pub(crate) mod options;
pub(crate) mod origin;
mod raw;
pub(crate) mod server;
mod servers;
mod similar;
mod table;
pub(crate) mod value;

pub use check::Check;
pub use error::{ConfigError, Mistake};
pub use fault::Fault;
pub use origin::Origin;
pub use server::ServerConfig;
pub use servers::ServerConfigs;

pub use crate::persist::Contradiction;
