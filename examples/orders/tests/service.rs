//! The order service: over HTTP, across restarts and versions, and as a program.

#![expect(
    clippy::indexing_slicing,
    reason = "an index into JSON gives null for what is not there"
)]

mod http;
mod make_fixture;
mod migration;
mod payment;
mod program;
mod rehearsal;
mod support;
