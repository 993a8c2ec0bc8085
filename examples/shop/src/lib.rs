//! A shop under supervision: its parts crash, by chance or at the push of a button, and come back with what they had.
//!
//! # Layout
//!
//! `shop` is the tree, and why it is as it is. Its parts: `stock` puts articles aside, `payments` takes money through a
//! `terminal` that fails now and then, `order` goes through all of it step by step, `delivery` is under way for a
//! while, `desk` sees to it that no order stands still. `http` is the way in, `error` what is answered when something
//! goes wrong, `story` tells each event in a line. `args` is the command line, `service` starts and stops the whole.

pub mod args;
pub mod delivery;
pub mod desk;
pub mod error;
pub mod http;
pub mod order;
pub mod payments;
pub mod service;
pub mod shop;
pub mod stock;
mod story;
pub mod terminal;
