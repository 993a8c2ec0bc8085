//! What takes requests from outside: told of the end first, and ended before the servers are that answer them.

use std::io;
use std::time::Duration;

use noex::prelude::*;
use noex::testing::Gate;
use noex::{Application, ApplicationReport, WhyEnded};

use super::till::{Shop, Till};
use crate::any_store::AnyStore;

// R3: what is served hears of the end first, and the servers are up until it has ended
#[tokio::test]
async fn what_is_served_ends_before_the_servers() {
    let (shop, gate) = (Shop::default(), Gate::new());
    let system = System::new(AnyStore::new());
    let (served, told) = (shop.clone(), gate.clone());
    let app = Application::new(system.clone())
        .supervise(shop.tree("till"))
        .serve(|app| async move {
            served.note("serves");
            told.open();
            app.stopping().await;
            let till = system.find::<Till>("till").expect("it is up");
            served.note(format!("serves {}", till.add(1).await?));
            Ok::<_, noex::Error>(())
        })
        .until(async move { gate.pass().await });

    let report = app.run().await;

    assert_eq!(report.exit_code(), 0, "{report:?}");
    assert_eq!(
        shop.notes(),
        ["start till", "serves", "serves 1", "end till"]
    );
}

// R3: what is served is cut off when its time is over, so that there is time for the servers
#[tokio::test(start_paused = true)]
async fn what_does_not_come_to_its_end_is_cut_off() {
    let (shop, gate) = (Shop::default(), Gate::new());
    let asked = tokio::time::Instant::now();
    let told = gate.clone();
    let app = Application::new(System::new(MemoryAdapter::new()))
        .supervise(shop.tree("till"))
        .serve(|_| async move {
            told.open();
            std::future::pending::<io::Result<()>>().await
        })
        .until(async move { gate.pass().await })
        .drain_within(Duration::from_secs(3));

    let report = app.run().await;

    assert_eq!(report.exit_code(), 0, "{report:?}");
    assert_eq!(asked.elapsed().as_secs(), 3);
    assert_eq!(shop.notes(), ["start till", "end till"]);
}

// R3: cutting it off takes no more than the whole end may
#[tokio::test(start_paused = true)]
async fn what_is_served_has_no_more_time_than_the_end() {
    let asked = tokio::time::Instant::now();
    let app = Application::new(System::new(MemoryAdapter::new()))
        .serve(|_| async { std::future::pending::<io::Result<()>>().await })
        .serve(|_| async { Ok::<_, io::Error>(()) })
        .shutdown_within(Duration::from_secs(1))
        .drain_within(Duration::MAX);

    app.run().await;

    assert_eq!(asked.elapsed().as_secs(), 1);
}

#[tokio::test]
async fn an_error_of_what_is_served_ends_the_program_with_its_cause() {
    let report = serving(|_| async { Err(io::Error::other("no more files")) }).await;

    let WhyEnded::Failed { message } = &report.why else {
        panic!("{report:?}");
    };
    assert_eq!((&**message, report.exit_code()), ("no more files", 3));
}

#[tokio::test]
async fn a_panic_of_what_is_served_ends_the_program() {
    for report in [
        serving(|_| async { panic!("while it serves") }).await,
        serving(|_| -> std::future::Ready<_> { panic!("while it serves") }).await,
    ] {
        let told = report.to_string();
        let begin = "ended, since what it served has failed: while it serves\n1 server stopped";
        assert!(told.starts_with(begin), "{told}");
        assert_eq!(report.exit_code(), 3);
    }
}

async fn serving<F>(
    front: impl FnOnce(noex::ApplicationHandle) -> F + Send + 'static,
) -> ApplicationReport
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let app = Application::new(System::new(AnyStore::new()));
    let app = app.supervise(Shop::default().tree("till"));
    app.serve(front).run().await
}
