//! The short form: as many rounds as fit into a few seconds, and a seed that replays.

use chaos_test::{Plan, run, trace};

// S8, P1, P3, P8, T1, T6, T7, T8, M2, M3, R1, R2, R3: whatever crashes, hangs, fails or is stopped: one incarnation of a key
// runs and saves, nothing that a checkpoint has answered is lost, every message is answered, every server is back or has a
// reason not to be, each end is told once, and after a shutdown nothing is left
#[test]
fn rounds_of_chaos_leave_every_promise_kept() {
    let tally = run(&Plan::default()).unwrap_or_else(|failure| panic!("{failure}"));
    println!("{tally}");
}

// A failure can be looked at again: a seed plays the same round twice, to the last line of its trace
#[test]
fn a_seed_replays_exactly() {
    for seed in 1..=8 {
        let (first, second) = (trace(seed), trace(seed));
        let first = first.unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(Some(first), second.ok(), "seed {seed}");
    }
}
