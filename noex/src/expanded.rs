//! The functions and traits that expanded code calls: where a user's type meets the runtime, in noex's own words.
//!
//! Each module is one such meeting. They are reached through `__private`, and change with the macros.

mod answer;
mod arguments;
mod client;
mod codecs;
mod hooks;
mod missing;
mod names;
mod rebuilt;
mod stand_in;
mod storable;
mod versions;

pub use answer::{Answers, AsDeclared, Undeclared, Unknown, answer};
pub use arguments::{Arguments, AsFields, taken};
pub use client::fmt_client;
pub use codecs::{Enabled, Json, MessagePack};
pub use hooks::{Fallible, MayFail, Quiet, fallible, init, on_restore, on_start, quiet, terminate};
pub use names::{AnyName, Field, NamedAs, named};
pub use rebuilt::{DefaultWhenMissing, DefaultWhenSkipped, value};
pub use stand_in::NoHandlers;
pub use storable::{ByClone, Copies, MaybeField, Storable, StoresAs};
pub use versions::{OldVersion, Precedes, decode_current, decode_old, step};
