//! Searching the schedules of the slot: the shipped modules, run through the seam of `sync` under shuttle, which
//! decides at every lock, atomic and wake-up who goes on.
//!
//! `NOEX_SCHEDULES` is the number of schedules a scenario (1,500 where nothing is said), `NOEX_SEED` what they begin
//! with. A schedule that fails is printed, for `shuttle::replay`.

mod book;
mod crowd;
mod families;
mod looks;
mod messages;
mod panics;
mod scene;
mod scribe;
mod stops;
mod supervised;
mod switches;
mod waits;

use std::panic::{AssertUnwindSafe, catch_unwind};

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use crate::contain::panic_message;
use crate::sync::{Step, begin_execution};

/// How many of the things that can go differently a PCT schedule chooses.
const DEPTH: usize = 4;

/// More steps than any execution that ends.
const STEPS: usize = 50_000;

/// Runs `scenario` under many schedules: half of them random, half of them with few, far-reaching changes (PCT).
fn search<F: Future<Output = ()>>(scenario: impl Fn() -> F + Clone + Send + Sync + 'static) {
    let schedules = setting("NOEX_SCHEDULES", 1500);
    let persistence = FailurePersistence::Print;
    run(
        random(schedules.div_ceil(2)),
        &persistence,
        None,
        scenario.clone(),
    );
    run(pct(schedules / 2), &persistence, None, scenario);
}

/// Asserts that the search notices when `left_out` is not done, by somebody who waits for ever.
fn finds<F: Future<Output = ()>>(left_out: Step, scenario: impl Fn() -> F + Send + Sync + 'static) {
    const ENOUGH: usize = 20_000;
    let searched = catch_unwind(AssertUnwindSafe(|| {
        let silent = FailurePersistence::None;
        run(random(ENOUGH), &silent, Some(left_out), scenario);
    }));
    let message = panic_message(searched.expect_err("no schedule failed"));
    assert!(message.contains("deadlock"), "{message}");
}

fn run<F: Future<Output = ()>>(
    scheduler: impl Scheduler + 'static,
    persistence: &FailurePersistence,
    left_out: Option<Step>,
    scenario: impl Fn() -> F + Send + Sync + 'static,
) {
    let mut config = Config::new();
    config.max_steps = MaxSteps::FailAfter(STEPS);
    config.failure_persistence = persistence.clone();
    config.silence_warnings = true;
    config.stack_size = 0x20000;
    Runner::new(scheduler, config).run(move || {
        begin_execution(left_out);
        shuttle::future::block_on(scenario());
    });
}

fn random(schedules: usize) -> RandomScheduler {
    RandomScheduler::new_from_seed(seed(), schedules)
}

fn pct(schedules: usize) -> PctScheduler {
    PctScheduler::new_from_seed(seed(), DEPTH, schedules)
}

fn seed() -> u64 {
    setting("NOEX_SEED", 20_261_101) as u64
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}
