//! How to use noex, in pages of a few minutes each.
//!
//! - [`saving`]: when a state is saved, how long an interval should be, what a stop and a crash leave.
//! - [`expiry`]: states that are good for some time only: caches, sessions, a daily limit for 100,000 keys.
//! - [`keys`]: what a record is stored under, renaming a server, one key for two servers.
//! - [`stored_form`]: maps, sets, times and large numbers; what is left out of a record; what is not worth one.
//! - [`restoring`]: refusing a record, repairing it, adding what is fresh, telling how old it was.
//! - [`versions`]: another shape of a state, records that cannot follow, and going back to the old program.
//! - [`changing`]: changing a struct that has stored state: the rehearsal of a release, and a migration for good.
//! - [`errors`]: who hears of a failure, what the kinds mean, and what to do with a damaged record.
//! - [`supervision`]: what is restarted with what, who comes back, and when it is given up.
//! - [`parked`]: servers that crash after every restore or cannot be started, and what an operator does with them.
//! - [`observability`]: events, spans and measurements: what can be seen of a running system.
//! - [`adapters`]: a store of your own, and the suite that judges it.
//!
//! Each example is a program that is compiled and run as it stands, and each of its comments is asserted in it. They
//! run on paused time: `sleep(Duration::from_secs(300))` takes none. That is for stores in memory; one on a disk needs
//! time that runs. A
#![cfg_attr(
    feature = "testing",
    doc = "[`TestClock`](crate::testing::TestClock) lets the wall clock go along."
)]
#![cfg_attr(
    not(feature = "testing"),
    doc = "`TestClock` (feature `testing`) lets the wall clock go along."
)]
//! A program of your own says `System::new(store)` with a store that outlives it, and nothing of a clock.

#[doc = include_str!("guide/saving.md")]
pub mod saving {}

#[doc = include_str!("guide/expiry.md")]
pub mod expiry {}

#[doc = include_str!("guide/keys.md")]
pub mod keys {}

#[doc = include_str!("guide/stored_form.md")]
pub mod stored_form {}

#[doc = include_str!("guide/restoring.md")]
pub mod restoring {}

#[doc = include_str!("guide/supervision.md")]
pub mod supervision {}

#[doc = include_str!("guide/versions.md")]
pub mod versions {}

#[doc = include_str!("guide/changing.md")]
pub mod changing {}

#[doc = include_str!("guide/errors.md")]
pub mod errors {}

#[doc = include_str!("guide/parked.md")]
pub mod parked {}

#[doc = include_str!("guide/observability.md")]
pub mod observability {}

#[doc = include_str!("guide/adapters.md")]
pub mod adapters {}
