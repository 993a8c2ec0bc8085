//! What was not saved is in the report, whenever it was lost.

use std::time::Duration;

use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter};
use noex::{Application, Intensity, StopError, WhyEnded};

use super::till::{Does, Shop, Till};

// R3, T2: a last save that fails is in the report, by the server's name, and in the exit code
#[tokio::test(start_paused = true)]
async fn what_was_not_saved_is_named() {
    let (shop, store) = (Shop::default(), FaultyAdapter::new(MemoryAdapter::new()));
    let system = System::new(store.clone());
    let app = Application::new(system.clone())
        .supervise(shop.tree("first"))
        .supervise(shop.tree("second"))
        .serve(move |_| async move {
            let till = system.find::<Till>("second").expect("it is up");
            till.add(1).await?;
            till.checkpoint().await?;
            system
                .find::<Till>("first")
                .expect("it is up")
                .checkpoint()
                .await?;
            till.add(1).await?;
            store.always(Call::Write, Fault::Rejected);
            Ok::<_, noex::Error>(())
        });

    let report = app.run().await;

    assert!(matches!(report.why, WhyEnded::Served), "{report:?}");
    assert_eq!((report.exit_code(), report.stopped), (2, 2));
    let [StopError::Unsaved { server, .. }] = &*report.failed else {
        panic!("{report:?}");
    };
    assert_eq!(&**server, "Till `second`");
    let told = report.to_string();
    let line = "\n  Till `second` stopped, but its state was not saved: ";
    assert!(told.contains(line), "{told}");
}

// R1, R3: what a supervisor could not save when it gave up is in the report
#[tokio::test(start_paused = true)]
async fn what_was_not_saved_when_a_supervisor_gave_up_is_named() {
    let (shop, store) = (Shop::default(), FaultyAdapter::new(MemoryAdapter::new()));
    let system = System::new(store.clone());
    let never = Intensity::new(0, Duration::from_secs(5));
    let inner = Supervisor::one_for_one("inner")
        .intensity(never)
        .child(shop.till("kept"))
        .child(shop.till("fragile"));
    let outer = Supervisor::one_for_one("outer")
        .intensity(never)
        .child(inner);
    let app = Application::new(system.clone())
        .supervise(outer)
        .serve(|app| async move {
            let find = |name| system.find::<Till>(name).expect("it is up");
            find("kept").add(1).await?;
            store.always(Call::Write, Fault::Rejected);
            assert!(find("fragile").r#break().await.is_err());
            app.stopping().await;
            Ok::<_, noex::Error>(())
        });

    let report = app.run().await;

    assert!(matches!(report.why, WhyEnded::GaveUp { .. }), "{report:?}");
    assert_eq!(report.exit_code(), 2);
    let [StopError::Unsaved { server, .. }] = &*report.failed else {
        panic!("{report:?}");
    };
    assert_eq!(&**server, "Till `kept`");
}

// R3: what could not be saved when a start failed is in the report
#[tokio::test(start_paused = true)]
async fn what_was_not_saved_when_a_start_failed_is_named() {
    let (shop, store) = (Shop::default(), FaultyAdapter::new(MemoryAdapter::new()));
    store.always(Call::Write, Fault::Rejected);
    shop.starts("stuck", Does::Fail);
    let tree = Supervisor::one_for_one("tree")
        .child(shop.till("child"))
        .child(shop.till("stuck"));

    let report = Application::new(System::new(store))
        .supervise(tree)
        .run()
        .await;

    assert!(matches!(report.why, WhyEnded::NotStarted { .. }));
    assert_eq!((report.exit_code(), report.failed.len()), (2, 1));
}

// R3: a store that does not close is in the report
#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_close_is_told() {
    let store = FaultyAdapter::new(MemoryAdapter::new());
    store.always(Call::Close, Fault::Rejected);
    let app = Application::new(System::new(store));
    app.handle().stop();

    let report = app.run().await;

    assert_eq!(report.exit_code(), 2);
    let told = report.to_string();
    assert!(told.contains("\n  the store did not close: "), "{told}");
}
