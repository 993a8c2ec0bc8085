//! One interleaved run: every round gives every library its turn, so that a busy machine slows all of them alike.

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::contender::Contender;
use crate::hand_written::HandWritten;
use crate::memory::measured_here;
use crate::with_kameo::Kameo;
use crate::with_noex::{Noex, NoexFamily, NoexQueued, NoexSaved};
use crate::with_ractor::Ractor;
use crate::workload::Workload;

/// One library, or one way to use it.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    run: fn(&Runtime, Workload, u32) -> Duration,
    pub(crate) memory: fn(u32) -> u64,
}

impl Entry {
    const fn of<C: Contender>(name: &'static str) -> Self {
        Self {
            name,
            run: run::<C>,
            memory: measured_here::<C>,
        }
    }
}

/// The first is what the others are held against.
pub(crate) const ENTRIES: [Entry; 7] = [
    Entry::of::<HandWritten>("hand-written"),
    Entry::of::<Noex>("noex"),
    Entry::of::<NoexFamily>("noex family"),
    Entry::of::<NoexQueued>("noex queued"),
    Entry::of::<NoexSaved>("noex saved"),
    Entry::of::<Ractor>("ractor"),
    Entry::of::<Kameo>("kameo"),
];

/// A way to run tasks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Flavor {
    TwoWorkers,
    CurrentThread,
}

/// What one library, or one way, took over all rounds.
pub(crate) struct Result {
    /// One message, or whatever is counted, in nanoseconds: the median over the rounds.
    pub(crate) median: f64,
    /// The median of each round's ratio to the reference's time.
    pub(crate) ratio: f64,
    /// The ratio of the least times, which other programs disturb least.
    pub(crate) least_ratio: f64,
}

impl Flavor {
    pub(crate) fn runtime(self) -> Runtime {
        let mut builder = match self {
            Self::TwoWorkers => Builder::new_multi_thread(),
            Self::CurrentThread => Builder::new_current_thread(),
        };
        let runtime = builder.worker_threads(2).enable_all().build();
        runtime.expect("the runtime starts")
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TwoWorkers => "two workers",
            Self::CurrentThread => "current thread",
        }
    }
}

/// Lets the libraries take turns at `workload`, `rounds` times.
pub(crate) fn race(
    runtime: &Runtime,
    entries: &[&Entry],
    workload: Workload,
    messages: u32,
    rounds: usize,
) -> Vec<Result> {
    by_turns(entries, rounds, |entry| {
        (entry.run)(runtime, workload, messages)
    })
}

/// Lets all of them take turns, `rounds` times; the first is what the others are held against.
pub(crate) fn by_turns<T>(
    ways: &[T],
    rounds: usize,
    mut run: impl FnMut(&T) -> Duration,
) -> Vec<Result> {
    let mut took = vec![Vec::with_capacity(rounds); ways.len()];
    for round in 0..rounds {
        for turn in 0..ways.len() {
            // Another one begins each round, so that nobody always follows the same neighbour.
            let next = (round + turn) % ways.len();
            if let (Some(way), Some(times)) = (ways.get(next), took.get_mut(next)) {
                times.push(nanoseconds(run(way)));
            }
        }
    }
    let reference = took.first().cloned().unwrap_or_default();
    took.iter()
        .map(|times| Result::of(times, &reference))
        .collect()
}

impl Result {
    fn of(times: &[f64], reference: &[f64]) -> Self {
        let ratios = times
            .iter()
            .zip(reference)
            .map(|(time, other)| time / other);
        Self {
            median: median(times.to_vec()),
            ratio: median(ratios.collect()),
            least_ratio: least(times) / least(reference),
        }
    }
}

fn run<C: Contender>(runtime: &Runtime, workload: Workload, messages: u32) -> Duration {
    // On a worker, where a program's callers are, and not on the thread that blocks.
    runtime.block_on(async move {
        let task = tokio::spawn(async move { workload.run::<C>(messages).await });
        task.await.expect("every order and count is right")
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a message takes less than a month"
)]
fn nanoseconds(took: Duration) -> f64 {
    took.as_nanos() as f64
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
