//! The decision beside a model that shares no code with it, over random histories: children crash, end, are parked,
//! do not come up in the middle of a restart, are stopped and started by hand.
//!
//! `NOEX_HISTORIES` is the number of histories (5,000 where nothing is said; 100,000 is the long form), `NOEX_SEED` what
//! they begin with. One that shows a difference says the seed with which it alone is played again.

mod model;
mod random;
mod tally;
mod translation;
mod world;

use tally::Tally;
use world::World;

// R1: who is stopped, who restarts, in which order, after which delay, and when to give up
#[test]
fn the_decision_and_the_model_agree_on_every_history() {
    let histories = setting("NOEX_HISTORIES", 5000);
    let first = setting("NOEX_SEED", 20_261_123);
    println!("{histories} histories from NOEX_SEED={first}");
    let mut tally = Tally::default();
    for seed in (0..histories).map(|history| first.wrapping_add(history)) {
        let mut world = World::new(seed);
        if let Err(difference) = world.run(&mut tally) {
            let events = world.events.join("\n");
            panic!("{events}\n{difference}\nagain: NOEX_SEED={seed} NOEX_HISTORIES=1");
        }
    }
    println!("{tally:?}");
    if histories >= 1000 {
        tally.assert_complete();
    }
}

fn setting(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.map_or(default, |value| value.parse().expect("a number"))
}
