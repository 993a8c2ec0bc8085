//! From the start to the end, as it is meant to be.

use std::time::Duration;

use noex::prelude::*;
use noex::testing::Gate;
use noex::{Application, WhyEnded};

use super::till::{Does, Shop, Till, stored};
use crate::any_store::AnyStore;

// R3: supervisors are started in their order and stopped in reverse order, saving
#[tokio::test]
async fn supervisors_stop_in_reverse_order_saving() {
    let (shop, store) = (Shop::default(), AnyStore::new());
    let system = System::new(store.clone());
    let app = Application::new(system.clone())
        .supervise(shop.tree("first"))
        .supervise(shop.tree("second"))
        .supervise(shop.tree("third"));
    let handle = app.handle();
    let served = handle.clone();
    let app = app.serve(move |_| async move {
        let till = system.find::<Till>("second").expect("it is up");
        till.add(7).await?;
        served.stop();
        Ok::<_, noex::Error>(())
    });

    let report = app.run().await;

    assert!(matches!(report.why, WhyEnded::Asked), "{report:?}");
    assert!(!report.while_starting && report.is_saved());
    assert_eq!((report.exit_code(), report.stopped), (0, 3));
    assert_eq!(
        report.to_string(),
        "ended as it was asked to\n3 servers stopped, nothing lost"
    );
    let notes = shop.notes();
    assert_eq!(
        notes,
        [
            "start first",
            "start second",
            "start third",
            "end third",
            "end second",
            "end first"
        ]
    );
    assert_eq!(stored(store, "second").await, 7);
}

// R3: what runs in the system beside the supervisors is stopped after them, and the store is closed
#[tokio::test]
async fn the_rest_of_the_system_is_stopped_after_the_supervisors() {
    let (shop, store) = (Shop::default(), MemoryAdapter::new());
    let system = System::new(store);
    let alone = system.start(shop.till("alone")).await.expect("it starts");
    let app = Application::new(system.clone()).supervise(shop.tree("tree"));
    app.handle().stop();
    let app = app.until(std::future::pending());

    let report = app.run().await;

    assert!(report.while_starting && report.is_saved());
    assert_eq!((report.exit_code(), report.stopped), (0, 1));
    assert_eq!(
        shop.notes(),
        ["start alone", "end alone"],
        "it was asked before it began"
    );
    assert_eq!(alone.add(1).await, Err(CallError::NotRunning));
    assert!(system.start(shop.till("late")).await.is_err());
}

#[tokio::test]
async fn it_runs_until_what_it_was_given() {
    let shop = Shop::default();
    let gate = Gate::new();
    let opens = gate.clone();
    let app = Application::new(System::new(AnyStore::new()))
        .supervise(shop.tree("till"))
        .until(async move { gate.pass().await })
        .serve(|app| async move {
            assert!(app.supervisor("till").is_some() && app.supervisor("other").is_none());
            opens.open();
            app.stopping().await;
            Ok::<_, noex::Error>(())
        });

    let report = tokio::spawn(app.run()).await.expect("no panic");

    assert!(matches!(report.why, WhyEnded::Asked), "{report:?}");
    assert_eq!(report.exit_code(), 0);
    assert_eq!(shop.notes(), ["start till", "end till"]);
}

#[tokio::test]
async fn it_ends_when_somebody_else_has_stopped_all_its_supervisors() {
    let shop = Shop::default();
    let app = Application::new(System::new(AnyStore::new()))
        .supervise(shop.tree("first"))
        .supervise(shop.tree("second"))
        .serve(|app| async move {
            for name in ["first", "second"] {
                let supervisor = app.supervisor(name).expect("it is up");
                supervisor.stop().await?;
            }
            app.stopping().await;
            Ok::<_, noex::Error>(())
        });

    let report = app.run().await;

    assert!(matches!(report.why, WhyEnded::Asked), "{report:?}");
    assert_eq!((report.exit_code(), report.stopped), (0, 0));
}

// R3: each server is stopped within its deadline, all within a total one; the report names those that were killed
#[tokio::test(start_paused = true)]
async fn the_end_takes_no_longer_than_it_may() {
    let (shop, gate) = (Shop::default(), Gate::new());
    let system = System::new(MemoryAdapter::new());
    system.start(shop.till("alone")).await.expect("it starts");
    for till in ["alone", "first", "second", "third"] {
        shop.ends(till, Does::Wait(gate.clone()));
    }
    let app = Application::new(system)
        .supervise(shop.tree("first"))
        .supervise(shop.tree("second"))
        .supervise(shop.tree("third"))
        .shutdown_within(Duration::from_secs(7));
    let app = app.serve(|_| async { Ok::<_, noex::Error>(()) });
    let asked = tokio::time::Instant::now();

    let report = app.run().await;

    assert_eq!(
        asked.elapsed().as_secs(),
        7,
        "5 for the third, 2 for the second"
    );
    assert_eq!((report.exit_code(), report.stopped), (2, 4));
    let told = report.to_string();
    let mut lines = told.lines();
    assert_eq!(lines.next(), Some("ended, since what it served has ended"));
    let failed = "4 of 4 servers did not stop as they should have";
    assert_eq!(lines.next(), Some(failed));
    for till in ["third", "second", "first", "alone"] {
        let line = lines.next().expect("each is named");
        let begin = format!("  Till `{till}` was killed: it did not stop within ");
        assert!(line.starts_with(&begin), "{line}");
    }
    gate.open();
}

// R3: a stop that comes while a child is being started stops those that are up, within the total deadline
#[tokio::test(start_paused = true)]
async fn a_stop_while_it_starts_stops_what_is_up() {
    let (shop, gate) = (Shop::default(), Gate::new());
    shop.starts("hung", Does::Wait(gate.clone()));
    let tree = Supervisor::one_for_one("tree")
        .child(shop.till("child"))
        .child(shop.till("hung"));
    let app = Application::new(System::new(MemoryAdapter::new()))
        .supervise(shop.tree("first"))
        .supervise(tree)
        .supervise(shop.tree("never"))
        .shutdown_within(Duration::from_secs(2));
    let waits = gate.clone();
    let app = app.until(async move { waits.has_waiting(1).await });
    let asked = tokio::time::Instant::now();

    let report = app.run().await;

    assert!(report.while_starting, "{report:?}");
    assert!(asked.elapsed() <= Duration::from_secs(2));
    assert_eq!(
        shop.notes(),
        ["start first", "start child", "end child", "end first"]
    );
}
