//! Some kills of each service, and nothing that was promised is lost.

use kill_test::{Plan, Target, run};

// P1, P5, P8, S2, S12, T1: what is left after SIGKILL is a state between two messages; it holds what a checkpoint, a
// creation or a payment has answered, and everything older than the interval; a clean stop loses nothing
#[test]
fn nothing_that_was_promised_of_orders_is_lost() {
    kill(Plan::default());
}

// P1, P5, S2, S12, T1, T4, A2, A6: the same of sessions in files: who has logged in stays so, who has logged out is never
// back, every file is whole, and an interrupted write leaves nothing behind
#[test]
fn nothing_that_was_promised_of_sessions_is_lost() {
    kill(Plan {
        target: Target::Sessions,
        kills: 15,
        ..Plan::default()
    });
}

fn kill(plan: Plan) {
    let tally = run(&plan).expect("no promise is broken");
    println!("{tally}");
}
