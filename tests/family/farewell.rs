//! A server that goes idle and does not come to its end in time.

use std::time::Duration;

use noex::prelude::*;
use noex::{Event, ExitReason};

use crate::any_store::AnyStore;
use crate::counter::{Counter, Does, begin, event, pass, seconds, system, tell, untell};

const IDLE: Duration = Duration::from_mins(1);

fn idle_family(system: &System) -> noex::Family<Counter> {
    let family = system.family::<Counter>("counters").env("first");
    let family = family.or_init(|_| 0).idle_timeout(IDLE);
    let off = noex::persist::PersistOptions::new().interval(None);
    family.persist(off).build().expect("it is built")
}

// E5, T6, T8: a server whose farewell hangs when it goes idle is killed at the deadline of a stop, and comes back
#[tokio::test(start_paused = true)]
async fn a_farewell_that_hangs_is_cut_short() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let family = idle_family(&system);
    family.at("a").add(1).await.expect("it runs");
    tell("terminate", Does::Hang);
    let begun = tokio::time::Instant::now();
    let reason = event(&mut events, |event| match event {
        Event::Terminated { reason, .. } => Some(reason),
        _ => None,
    });
    assert_eq!(reason.await, ExitReason::Killed { after: seconds(5) });
    assert_eq!(begun.elapsed().as_secs(), 65);
    untell("terminate");
    assert_eq!(family.at("a").add(1).await, Ok(2));
}

// E5, S12: one that goes on for what came meanwhile has no deadline left
#[tokio::test(start_paused = true)]
async fn a_farewell_in_time_leaves_no_deadline() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let family = idle_family(&system);
    let counter = family.at("a");
    counter.add(1).await.expect("it runs");
    for _ in 0..3 {
        pass(IDLE).await;
        counter.add(1).await.expect("it runs");
        pass(seconds(30)).await;
    }
    let ends = std::iter::from_fn(|| events.try_next()).filter(|event| {
        matches!(
            event,
            Event::Terminated {
                reason: ExitReason::Killed { .. },
                ..
            }
        )
    });
    assert_eq!(ends.count(), 0);
}
