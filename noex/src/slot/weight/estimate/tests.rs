//! Heavy, light and in between: what follows from the times of runs.

use std::time::Duration;

use super::{COLD, Estimate};

const QUICK: Duration = Duration::from_nanos(40);
const LONG: Duration = Duration::from_millis(5);
const MIDDLING: Duration = Duration::from_micros(22);

/// What is known after `runs`.
fn after(known: Estimate, runs: impl IntoIterator<Item = Duration>) -> Estimate {
    runs.into_iter().fold(known, Estimate::after)
}

fn times(runs: usize, took: Duration) -> impl Iterator<Item = Duration> {
    std::iter::repeat_n(took, runs)
}

fn light() -> Estimate {
    after(Estimate::default(), times(100, QUICK))
}

fn heavy() -> Estimate {
    after(Estimate::default(), times(100, LONG))
}

/// How many runs of `took` it takes until a handler is light.
fn until_light(known: Estimate, took: Duration) -> usize {
    let estimates = std::iter::successors(Some(known), |known| Some(known.after(took)));
    estimates
        .take(1000)
        .take_while(|known| !known.is_light())
        .count()
}

#[test]
fn nothing_known_is_not_light() {
    assert!(!Estimate::default().is_light());
    assert_eq!(until_light(Estimate::default(), QUICK), COLD as usize);
}

#[test]
fn a_long_handler_is_never_light() {
    assert_eq!(until_light(Estimate::default(), LONG), 1000);
    assert_eq!(until_light(Estimate::default(), Duration::MAX), 1000);
}

#[test]
fn a_slow_first_run_is_made_up_for() {
    let first = Estimate::default().after(LONG);
    assert!(until_light(first, QUICK) <= 40);
}

#[test]
fn one_long_run_makes_a_light_handler_heavy_but_not_for_long() {
    let preempted = light().after(LONG);
    assert!(!preempted.is_light());
    let queued = until_light(preempted, QUICK);
    assert!((10..=50).contains(&queued), "{queued} runs");
}

#[test]
fn a_heavy_handler_becomes_light_again() {
    assert!(until_light(heavy(), QUICK) <= 120);
}

#[test]
fn between_the_limits_a_handler_stays_what_it_is() {
    assert!(after(light(), times(1000, MIDDLING)).is_light());
    assert!(!after(heavy(), times(1000, MIDDLING)).is_light());
}

#[test]
fn heavy_each_fifth_time_is_heavy() {
    let mixed = std::iter::repeat_n([LONG, QUICK, QUICK, QUICK, QUICK], 20).flatten();
    let flips = mixed
        .scan(heavy(), |known, took| {
            *known = known.after(took);
            Some(known.is_light())
        })
        .filter(|light| *light)
        .count();
    assert_eq!(flips, 0);
}

#[test]
fn an_estimate_fits_one_word() {
    assert_eq!(Estimate::unpack(0), Estimate::default());
    for known in [light(), heavy(), light().after(LONG)] {
        assert_eq!(Estimate::unpack(known.pack()), known);
    }
}
