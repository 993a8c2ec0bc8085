//! Kills a service again and again, and compares what is left with books of its own.
//!
//! # Layout
//!
//! `trade` is what a service has to tell about its things; `order` and `session` tell it. `program` builds the real
//! program, `service` starts, kills and stops it, `http` talks to it. `clerk` gives it work and writes down in `book`
//! what was asked and answered, one request at a time for each thing. After each restart `audit` reads everything and
//! says which change of the book it stopped at. `run` is the whole story, `tally` its sum, `plan` and `chance` how long
//! and how random it is.

mod audit;
mod book;
mod chance;
mod clerk;
mod failure;
mod http;
mod order;
mod plan;
mod program;
mod run;
mod service;
mod session;
mod tally;
mod trade;

pub use failure::Failure;
pub use plan::{Plan, Target};
pub use run::run;
pub use tally::Tally;
