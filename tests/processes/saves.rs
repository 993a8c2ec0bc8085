//! What a look from outside tells of saves, while a store hangs and fails.

use noex::Event;
use noex::prelude::*;
use noex::processes::Saves;
use noex::store::{Epoch, Revision};
use noex::testing::{Call, Fault, FaultyAdapter, TestClock};

use super::only;
use crate::counter::{CounterClient, begin, clocked, event, pass, seconds, spec, stored};

struct Scene {
    store: FaultyAdapter<MemoryAdapter>,
    clock: TestClock,
    system: System,
    counter: CounterClient,
}

async fn scene() -> Scene {
    begin();
    let store = FaultyAdapter::new(MemoryAdapter::new());
    let clock = TestClock::new();
    let system = clocked(store.clone(), &clock);
    let counter = system.start(spec("a")).await.expect("it starts");
    Scene {
        store,
        clock,
        system,
        counter,
    }
}

fn saves(system: &System) -> Saves {
    only(system).saves.expect("its key is claimed")
}

const fn first(number: u64) -> Revision {
    Revision::new(Epoch::new(1), number)
}

// S3: a new state is unsaved since its start
#[tokio::test(start_paused = true)]
async fn a_new_state_is_unsaved() {
    let Scene { clock, system, .. } = scene().await;
    let born = clock.now();
    pass(seconds(1)).await;
    let saves = saves(&system);
    assert_eq!((saves.last, saves.unsaved_since), (None, Some(born)));
    assert_eq!((saves.degraded, saves.failure), (false, None));
}

// P8: after a checkpoint the record is known, and nothing is unsaved until something changes
#[tokio::test(start_paused = true)]
async fn a_checkpoint_is_the_last_save() {
    let Scene {
        clock,
        system,
        counter,
        ..
    } = scene().await;
    pass(seconds(1)).await;
    counter.checkpoint().await.expect("it is saved");
    let found = saves(&system);
    let last = found.last.clone().expect("it was saved");
    assert_eq!((last.revision, last.at), (first(1), clock.now()));
    assert_eq!(found.unsaved_since, None);

    pass(seconds(1)).await;
    counter.total().await.expect("it answers");
    assert_eq!(saves(&system), found, "nothing has changed");
    let changed = clock.now();
    counter.add(1).await.expect("it adds");
    pass(seconds(1)).await;
    counter.add(1).await.expect("it adds");
    assert_eq!(saves(&system).unsaved_since, Some(changed));
    assert_eq!(saves(&system).last, found.last);
}

// P1: what changes while a write is under way is no older than that write, and is saved by the next one
#[tokio::test(start_paused = true)]
async fn what_changes_behind_a_write_is_unsaved() {
    let Scene {
        store,
        clock,
        system,
        counter,
    } = scene().await;
    let gate = store.hold(Call::Write);
    let saving = tokio::spawn({
        let counter = counter.clone();
        async move { counter.checkpoint().await }
    });
    gate.has_waiting(1).await;
    let sent = clock.now();
    pass(seconds(1)).await;
    counter.add(1).await.expect("it adds");
    assert_eq!(saves(&system).last, None);
    gate.open();
    saving.await.expect("no panic").expect("it is saved");
    assert_eq!(
        saves(&system).last.map(|last| last.revision),
        Some(first(1))
    );
    assert_eq!(saves(&system).unsaved_since, Some(sent));
    counter.checkpoint().await.expect("it is saved");
    assert_eq!(saves(&system).unsaved_since, None);
}

// P7: a save that failed is told until one comes out well; then the failure is past, but not forgotten
#[tokio::test(start_paused = true)]
async fn a_failed_save_is_told() {
    let Scene {
        store,
        clock,
        system,
        counter,
    } = scene().await;
    let born = clock.now();
    store.always(Call::Write, Fault::Rejected);
    pass(seconds(1)).await;
    let failed_at = clock.now();
    counter.checkpoint().await.expect_err("it fails");
    let found = saves(&system);
    assert!(found.degraded);
    assert_eq!((found.last, found.unsaved_since), (None, Some(born)));
    let failure = found.failure.expect("it failed");
    assert_eq!(failure.at, failed_at);
    assert!(
        failure.message.starts_with("the store failed for `a`: "),
        "{}",
        failure.message
    );

    let mut events = system.events();
    store.heal();
    event(&mut events, |event| {
        matches!(event, Event::Saved { .. }).then_some(())
    })
    .await;
    let healed = saves(&system);
    assert!(!healed.degraded);
    assert_eq!(healed.unsaved_since, None);
    assert!(healed.last.is_some());
    assert!(
        healed
            .failure
            .is_some_and(|failure| failure.at >= failed_at)
    );
}

// S2: a restored server's last save is the record it was restored from
#[tokio::test(start_paused = true)]
async fn a_restored_server_knows_its_record() {
    let store = stored("a", 3).await;
    let clock = TestClock::new();
    let system = clocked(store, &clock);
    pass(seconds(1)).await;
    system.start(spec("a")).await.expect("it is restored");
    let found = saves(&system);
    assert_eq!(found.last.map(|last| last.revision), Some(first(1)));
}

// a server whose state is not stored has no saves, and no key
#[tokio::test(start_paused = true)]
async fn a_state_that_is_not_stored_has_no_saves() {
    #[derive(Protocol)]
    enum LampMsg {
        #[call(bool)]
        Switch,
    }

    #[derive(GenServer, Default)]
    #[genserver(protocol = LampMsg)]
    struct Lamp {
        on: bool,
    }

    #[handlers(LampMsg)]
    impl Lamp {
        fn switch(&mut self) -> bool {
            self.on = !self.on;
            self.on
        }
    }

    let system = System::without_store();
    let lamp = system
        .start(Lamp::spec(Lamp::default))
        .await
        .expect("it starts");
    assert_eq!(lamp.switch().await, Ok(true));
    let found = only(&system);
    assert_eq!((found.name, found.key, found.saves), (None, None, None));
}
