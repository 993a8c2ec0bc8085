//! The programs that get signals: each is a test that another one runs in a process of its own.

use std::io::Write as _;
use std::time::Duration;

use noex::Application;
use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter, Gate};

use super::till::{Does, Shop, Till, TillClient};
use crate::process::path;

fn store() -> FileAdapter {
    FileAdapter::open(path()).expect("it opens")
}

/// Says on a line of its own how far the program is.
fn say(what: &str) {
    println!("\n{what}");
    std::io::stdout().flush().expect("the output is open");
}

/// A program with a till that holds 7, not saved yet, and what it does then.
fn program<F>(system: System, then: impl FnOnce(TillClient) -> F + Send + 'static) -> Application
where
    F: Future<Output = Result<(), noex::Error>> + Send + 'static,
{
    Application::new(system.clone())
        .supervise(Shop::default().tree("till"))
        .serve(|app| async move {
            let till = system.find::<Till>("till").expect("it is up");
            till.add(7).await?;
            then(till).await?;
            app.stopping().await;
            Ok::<_, noex::Error>(())
        })
}

#[tokio::test]
#[ignore = "the program of another process"]
async fn waits() {
    let app = program(System::new(store()), |_| async {
        say("up");
        Ok(())
    });
    app.run().await.exit()
}

#[tokio::test]
#[ignore = "the program of another process"]
async fn cannot_save() {
    let store = FaultyAdapter::new(store());
    let app = program(System::new(store.clone()), |_| async move {
        store.always(Call::Write, Fault::Rejected);
        say("up");
        Ok(())
    });
    app.run().await.exit()
}

#[tokio::test]
#[ignore = "the program of another process"]
async fn hangs() {
    let app = program(System::new(store()), |till| async move {
        till.checkpoint().await?;
        tokio::spawn(till.hang().owned());
        say("up");
        Ok(())
    });
    let stopping = app.handle().stopping();
    tokio::spawn(async {
        stopping.await;
        say("stopping");
    });
    app.shutdown_within(Duration::from_hours(1))
        .run()
        .await
        .exit()
}

#[tokio::test]
#[ignore = "the program of another process"]
async fn blocks_its_only_thread() {
    let app = program(System::new(store()), |till| async move {
        till.checkpoint().await?;
        say("up");
        till.block().await?;
        Ok(())
    });
    app.run().await.exit()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the program of another process"]
async fn blocks_one_thread() {
    let app = program(System::new(store()), |till| async move {
        till.checkpoint().await?;
        // It says so itself: a task that it woke might have to wait for its thread.
        tokio::spawn(till.block().owned());
        Ok(())
    });
    let within = Duration::from_millis(200);
    app.shutdown_within(within)
        .drain_within(within)
        .run()
        .await
        .exit()
}

#[tokio::test]
#[ignore = "the program of another process"]
async fn does_not_start() {
    let shop = Shop::default();
    shop.starts("stuck", Does::Fail);
    let app = Application::new(System::new(store()));
    let app = app
        .supervise(shop.tree("till"))
        .supervise(shop.tree("stuck"));
    app.run().await.exit()
}

/// A program whose second till is being started until the gate is open.
fn starting(gate: &Gate) -> Application {
    let shop = Shop::default();
    shop.starts("stuck", Does::Wait(gate.clone()));
    let waits = gate.clone();
    tokio::spawn(async move {
        waits.has_waiting(1).await;
        say("up");
    });
    Application::new(System::new(store()))
        .supervise(shop.tree("till"))
        .supervise(shop.tree("stuck"))
}

#[tokio::test]
#[ignore = "the program of another process"]
async fn starts_until_a_signal() {
    let gate = Gate::new();
    let app = starting(&gate);
    let stopping = app.handle().stopping();
    tokio::spawn(async move {
        stopping.await;
        gate.open();
    });
    app.run().await.exit()
}

#[tokio::test]
#[ignore = "the program of another process"]
async fn starts_for_ever() {
    let app = starting(&Gate::new()).shutdown_within(Duration::from_millis(200));
    app.run().await.exit()
}

#[tokio::test]
#[ignore = "the program of another process"]
async fn hears_of_a_hangup() {
    let app = program(System::new(store()), |_| async {
        say("up");
        Ok(())
    });
    let mut count = 0;
    let app = app.on_hangup(move || {
        count += 1;
        async move {
            say(&format!("hangup {count}"));
            assert!(count > 1, "the first one panics");
        }
    });
    app.run().await.exit()
}

#[tokio::test]
#[ignore = "the program of another process"]
async fn goes_on_after_its_end() {
    let app = program(System::new(store()), |_| async { Ok(()) });
    app.handle().stop();
    drop(app.run().await);
    say("up");
    std::future::pending::<()>().await;
}

#[tokio::test]
#[ignore = "the program of another process"]
async fn is_stopped_before_a_signal() {
    let (shop, gate) = (Shop::default(), Gate::new());
    shop.ends("till", Does::Wait(gate));
    let app = Application::new(System::new(store()))
        .supervise(shop.tree("till"))
        .shutdown_within(Duration::from_hours(1));
    let handle = app.handle();
    let app = app.serve(|_| async move {
        handle.stop();
        say("up");
        Ok::<_, noex::Error>(())
    });
    app.run().await.exit()
}
