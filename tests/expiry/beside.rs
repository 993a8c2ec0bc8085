//! What a server does beside its clients, and what it still owes them.

use noex::prelude::*;
use noex::testing::TestClock;
use noex::{ExitReason, Given, PersistOptions, PersistenceError, Spec};

use super::{HOUR, MAX_IDLE, MINUTE, ended, family, idle};
use crate::any_store::AnyStore;
use crate::counter::{begin, clocked, event, pass, system};
use crate::probe::{Hooks, Job, Probe, ProbeMsg, at, never};

fn probe() -> Spec<Probe, Given> {
    let options = PersistOptions::new().max_idle(MAX_IDLE);
    let spec = Probe::spec(Probe::default).env(Hooks::default());
    spec.name("probe").persist(options)
}

// E4: a future that never ends puts off the end of its server, but keeps no record fresh
#[tokio::test(start_paused = true)]
async fn a_future_beside_the_server_is_no_activity() {
    let (store, clock) = (AnyStore::new(), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let client = system.start(probe()).await.expect("it starts");
    let spawn: Job = Box::new(|_, cx| {
        cx.spawn(never(), |n| ProbeMsg::Hear { n });
        0
    });
    client.work(spawn).await.expect("it spawns");
    let asked = clock.now();
    client.checkpoint().await.expect("it is saved");
    pass(5 * HOUR).await;
    let status = client.status().await.expect("it is up");
    let saved = status.saved.expect("it was saved");
    assert_eq!(saved.active_at, asked);
    client.stop().await.expect("it stops");

    let mut events = system.events();
    system.start(probe()).await.expect("it starts afresh");
    let told = event(&mut events, |event| match event {
        noex::Event::Record { error, .. } => Some(error),
        _ => None,
    });
    assert!(matches!(told.await, PersistenceError::Idle { .. }));
}

// E4: once it has ended, so does the server
#[tokio::test(start_paused = true)]
async fn a_server_ends_after_its_future() {
    let system = system(AnyStore::new());
    let mut events = system.events();
    let client = system.start(probe()).await.expect("it starts");
    let gate = noex::testing::Gate::new();
    let errand = at(&gate, 1);
    let spawn: Job = Box::new(move |_, cx| {
        cx.spawn(errand, |n| ProbeMsg::Hear { n });
        0
    });
    client.work(spawn).await.expect("it spawns");
    pass(3 * HOUR).await;
    client.status().await.expect("it is up");
    gate.open();
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
}

// E4: idleness counts from the reply that was given last
#[tokio::test(start_paused = true)]
async fn a_late_reply_is_activity() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let family = family(&system, "counters", idle());
    let counter = family.create("a", 5).await.expect("it is new");
    let waiting = counter.wait().timeout(10 * HOUR).owned();
    let waiting = tokio::spawn(waiting);
    pass(MAX_IDLE.saturating_sub(MINUTE)).await;
    counter.answer().await.expect("it is queued");
    assert_eq!(waiting.await.expect("no panic"), Ok(5));
    pass(MAX_IDLE.saturating_sub(MINUTE)).await;
    assert_eq!(family.live(), 1);
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
}
