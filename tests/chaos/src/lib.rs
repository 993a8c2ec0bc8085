//! Rounds of seeded chaos: a tree of 50 servers on a faulty store, everything that can go wrong at once, and what has to
//! hold all the same.
//!
//! # Layout
//!
//! `plan` says how many rounds from which seed, `round` plays one: a few `life`s of a system, one after the other on the
//! same store, each ended by a shutdown or by a power cut. A life has a `tree` of servers (`page` is what one of them
//! does), `clerk`s that send messages, an `operator` that stops, starts and terminates, and `trouble` in the store and in
//! the hooks. Whatever happens is written down in the `ledger`, by the servers themselves, by the `witness` between the
//! faults and the store, and by the `census`, which hears the events; what must not happen is noted there. Once the
//! trouble is over, `reckoning` asks every server how it is, and `drill` crashes and hangs one on purpose.
//!
//! On one thread time is paused and everything follows from the seed: two runs of a round leave the same trace.

mod census;
mod chance;
mod clerk;
mod drill;
mod failure;
mod ledger;
mod life;
mod operator;
mod page;
mod patience;
mod plan;
mod reckoning;
mod round;
mod tally;
mod tree;
mod trouble;
mod witness;

pub use failure::Failure;
pub use plan::Plan;
pub use round::{run, trace};
pub use tally::Tally;
