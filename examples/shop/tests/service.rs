//! The shop as a program, watched as a person watches it: parts are killed, and come back with what they had.

#![cfg(unix)]
#![expect(
    clippy::indexing_slicing,
    reason = "an index into JSON gives null for what is not there"
)]

mod crashes;
mod program;
mod restarts;
mod support;
