//! One round: the lives of a system on one store, one after the other, each on a runtime of its own.

use std::panic;
use std::sync::{Arc, Once};
use std::time::Duration;

use noex::store::Key;
use noex::testing::{FaultyAdapter, SharedMemory, TestClock};
use tokio::runtime::{Builder, Runtime};

use crate::chance::Chance;
use crate::ledger::Ledger;
use crate::life::{Birth, End, Store, live};
use crate::tree::Pace;
use crate::witness::Witness;
use crate::{Failure, Plan, Tally};

/// A unit of time where it is paused, and where it is real.
const PAUSED: Pace = Pace {
    unit: Duration::from_millis(100),
    farewell: Duration::from_secs(2),
    is_paused: true,
};
const REAL: Pace = Pace {
    unit: Duration::from_millis(2),
    // A busy machine may give a server no time for so long.
    farewell: Duration::from_millis(400),
    is_paused: false,
};

/// After how many rounds a long run says how far it is.
const NEWS: u64 = 500;

/// Plays the rounds of `plan`.
///
/// # Errors
///
/// Something did not hold. The failure says what, after what, and how that round is played again.
pub fn run(plan: &Plan) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    for round in 0..plan.rounds {
        let seed = plan.seed.wrapping_add(round);
        let ledger = play(plan, seed)?;
        tally.rounds += 1;
        tally.add(&ledger.tally());
        if plan.rounds >= 2 * NEWS && tally.rounds.is_multiple_of(NEWS) {
            eprintln!(
                "{} of {} rounds, up to seed {seed}",
                tally.rounds, plan.rounds
            );
        }
    }
    Ok(tally)
}

/// What the trace of one round comes to, on one thread.
///
/// # Errors
///
/// Something did not hold.
pub fn trace(seed: u64) -> Result<u64, Failure> {
    Ok(play(&Plan::default(), seed)?.trace())
}

fn play(plan: &Plan, seed: u64) -> Result<Arc<Ledger>, Failure> {
    be_quiet_about_chaos();
    let ledger = Ledger::new(plan.story);
    let (mut chance, shared) = (Chance::new(seed), SharedMemory::new());
    let (mut stores, mut age) = (Vec::new(), Duration::ZERO);
    for end in ends(&mut chance) {
        ledger.tell(format!("a life that ends {end:?}"));
        ledger.count(|tally| tally.lives += 1);
        let before = Arc::strong_count(&ledger);
        let store = Store::new(Witness::new(shared.node(), ledger.clone()));
        age += one_life(
            plan,
            &ledger,
            &shared,
            &store,
            &stores,
            age,
            end,
            &mut chance,
        );
        // The store itself knows of the ledger.
        let kept = Arc::strong_count(&ledger) - before - 1;
        if kept > 0 && end != End::Dropped {
            ledger.wrong(format!("{kept} servers or clerks are left in memory"));
        }
        stores.push(store);
        if let Some(story) = ledger.story() {
            let replay = plan.replay(seed);
            return Err(Failure::new(format!(
                "seed {seed}: {story}\nagain: {replay}"
            )));
        }
    }
    ledger.close();
    Ok(ledger)
}

/// How the lives of a round end: the last one quietly, so that everything is looked at.
fn ends(chance: &mut Chance) -> Vec<End> {
    let others = [End::Quiet, End::Rude, End::Cut, End::Cut, End::Dropped];
    vec![*chance.one_of(&others), End::Quiet]
}

#[expect(
    clippy::too_many_arguments,
    reason = "it is what a life begins with, taken from the round"
)]
fn one_life(
    plan: &Plan,
    ledger: &Arc<Ledger>,
    shared: &SharedMemory,
    store: &Store,
    ghosts: &[Store],
    age: Duration,
    end: End,
    chance: &mut Chance,
) -> Duration {
    let runtime = runtime(plan.workers);
    let pace = if plan.workers > 1 { REAL } else { PAUSED };
    let (of_life, ghosts) = (ledger.clone(), ghosts.to_vec());
    let (store, chance) = (FaultyAdapter::clone(store), chance.fork());
    let lived = runtime.block_on(async {
        let clock = TestClock::new();
        clock.set_forward(age);
        let begun = tokio::time::Instant::now();
        let birth = Birth {
            ledger: of_life,
            shared: shared.clone(),
            store,
            ghosts,
            clock,
            pace,
            chance,
            end,
        };
        live(birth).await;
        begun.elapsed()
    });
    drop(runtime);
    // Whoever had a key and lost its power has lost the lease, too.
    for key in ledger.keys() {
        if let Ok(key) = Key::new(key) {
            shared.end_claim(&key);
        }
    }
    lived
}

fn runtime(workers: usize) -> Runtime {
    let built = if workers > 1 {
        Builder::new_multi_thread()
            .worker_threads(workers)
            .enable_time()
            .build()
    } else {
        Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
    };
    built.expect("a runtime can be built")
}

/// Panics on purpose are no news.
fn be_quiet_about_chaos() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let text = info.payload_as_str().unwrap_or_default();
            if !text.starts_with("chaos: ") {
                before(info);
            }
        }));
    });
}
