//! The session service: the five requirements, in memory and in files; over HTTP; and as a program.

#![expect(
    clippy::indexing_slicing,
    reason = "an index into JSON gives null for what is not there"
)]

mod expiry;
mod files;
mod http;
mod program;
mod requirements;
mod support;
