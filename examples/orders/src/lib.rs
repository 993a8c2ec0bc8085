//! Orders over HTTP: each order is a durable server of its own, in one SQLite database.
//!
//! # Layout
//!
//! `order` is the server: its state, its messages, its older version. `gateway` is what it pays through. `http` is
//! the way in, `error` what is answered when something goes wrong. `args` is the command line, `settings` what follows
//! from it and from a configuration file, `service` starts and stops the whole. `rehearsal` is the command line of a
//! second program, which tells before a deploy whether every stored order can be loaded.

pub mod args;
pub mod error;
pub mod gateway;
pub mod http;
pub mod order;
pub mod rehearsal;
pub mod service;
pub mod settings;
