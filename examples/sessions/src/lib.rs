//! Sessions over HTTP: each session is a durable server of its own, kept in one file.
//!
//! # Layout
//!
//! `session` is the server: its state, its messages, the preferences in it. `token` is what opens a session, and how the
//! session is named without giving that away. `users` knows who may log in. `http` is the way in, `error` what is
//! answered when something goes wrong. `args` and `settings` are what the program is told, `service` starts and stops the whole.

pub mod args;
pub mod error;
pub mod http;
pub mod service;
pub mod session;
pub mod settings;
pub mod token;
pub mod users;
