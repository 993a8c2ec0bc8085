//! The search finds what it is for: each step that others rely on is left out, and somebody waits for ever.

use super::finds;
use super::messages::calls_and_casts;
use crate::sync::Step;

// M3: a queued message whose sender wakes nobody is noticed
#[test]
fn a_wake_up_left_out() {
    finds(Step::WakeUp, calls_and_casts);
}

// M3: a queue that is not looked at once more is noticed
#[test]
fn a_second_look_left_out() {
    finds(Step::SecondLook, calls_and_casts);
}
