//! Programs that do not start, and programs that cannot go on.

use noex::prelude::*;
use noex::{Application, StartErrorKind, WhyEnded};

use super::till::{Does, Shop, Till};
use crate::any_store::AnyStore;

// R3: when a supervisor does not start, those before it are stopped again in reverse order
#[tokio::test]
async fn a_failed_start_stops_what_was_started() {
    let shop = Shop::default();
    shop.starts("stuck", Does::Fail);
    let tree = Supervisor::one_for_one("tree")
        .child(shop.till("child"))
        .child(shop.till("stuck"));
    let app = Application::new(System::new(AnyStore::new()))
        .supervise(shop.tree("first"))
        .supervise(shop.tree("second"))
        .supervise(tree)
        .supervise(shop.tree("never"))
        .serve(|_| async { unreachable!("it is not up") as Result<(), noex::Error> });

    let report = app.run().await;

    let WhyEnded::NotStarted { error } = &report.why else {
        panic!("{report:?}");
    };
    assert_eq!(error.kind(), StartErrorKind::Child);
    assert_eq!((report.exit_code(), report.stopped), (1, 3));
    assert_eq!(
        shop.notes(),
        [
            "start first",
            "start second",
            "start child",
            "end child",
            "end second",
            "end first"
        ]
    );
    assert_eq!(
        report.to_string(),
        "not started: the supervisor `tree` could not start its child `stuck`: `on_start` of Till `stuck` failed: \
         the drawer is stuck\n3 servers stopped, nothing lost"
    );
}

// R1, R3: a supervisor that gives up ends the program, whose other supervisors are stopped
#[tokio::test]
async fn a_supervisor_that_gives_up_ends_the_program() {
    let shop = Shop::default();
    let system = System::new(AnyStore::new());
    let tree = shop
        .tree("fragile")
        .intensity(noex::Intensity::new(0, std::time::Duration::from_secs(5)));
    let app = Application::new(system.clone())
        .supervise(shop.tree("first"))
        .supervise(tree)
        .serve(|app| async move {
            let till = system.find::<Till>("fragile").expect("it is up");
            assert!(till.r#break().await.is_err());
            app.stopping().await;
            Ok::<_, noex::Error>(())
        });

    let report = app.run().await;

    assert!(matches!(report.why, WhyEnded::GaveUp { .. }), "{report:?}");
    assert_eq!((report.exit_code(), report.stopped), (3, 1));
    assert_eq!(shop.notes(), ["start first", "start fragile", "end first"]);
    let told = report.to_string();
    let begin = "ended, since the supervisor `fragile` gave up: too many restarts";
    assert!(told.starts_with(begin), "{told}");
}

#[tokio::test]
async fn two_supervisors_with_one_server_are_told_which() {
    let shop = Shop::default();
    let again = Supervisor::one_for_one("again").child(shop.till("till"));
    let app = Application::new(System::new(AnyStore::new()))
        .supervise(shop.tree("till"))
        .supervise(again);

    let report = app.run().await;

    assert_eq!((report.exit_code(), report.stopped), (1, 1));
    let told = report.to_string();
    assert!(told.contains("the name `till` is taken"), "{told}");
}
