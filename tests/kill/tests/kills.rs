//! Twenty-five kills, and nothing that was promised is lost.

use kill_test::{Plan, run};

// P1, P5, P8, S2, S12, T1: what is left after SIGKILL is a state between two messages; it holds what a checkpoint, a
// creation or a payment has answered, and everything older than the interval; a clean stop loses nothing
#[test]
fn nothing_that_was_promised_is_lost() {
    let tally = run(&Plan::default()).expect("no promise is broken");
    println!("{tally}");
}
