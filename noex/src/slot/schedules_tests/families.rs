//! Keys of a family: servers that go idle or crash while calls arrive.

use std::sync::Arc;
use std::time::Duration;

use super::book::{Book, Line};
use super::scene::{Sender, all, are_over, beside};
use super::scribe::{Scribe, ScribeClient};
use super::search;
use crate::exit::Stop;
use crate::family::Family;
use crate::sync::pass;
use crate::system::System;

const IDLE: Duration = Duration::from_secs(1);

fn family(system: &System, book: &Arc<Book>) -> Family<Scribe> {
    system
        .family::<Scribe>("scribes")
        .env(book.clone())
        .or_init(|_| ())
        .idle_timeout(IDLE)
        .call_timeout(IDLE * 1_000_000)
        // Time jumps here while a server goes idle: that is no farewell that hangs.
        .shutdown_timeout(IDLE * 1_000_000)
        .build()
        .expect("its options are right")
}

async fn calling(mut sender: Sender) {
    for _ in 0..2 {
        sender
            .call(ScribeClient::write)
            .await
            .expect("no call fails because a server goes idle");
        sender
            .cast(ScribeClient::tell)
            .await
            .expect("nor does a cast");
        sender
            .call(ScribeClient::ponder)
            .await
            .expect("nor one that waits");
    }
}

/// Shuts the system down and waits until nothing of it is left.
async fn end(system: System, book: &Book) {
    // A server that is crashing meanwhile is reported.
    let _ = system.shutdown().await;
    drop(system);
    are_over().await;
    assert_eq!(book.states(), 0, "a state was lost");
}

// S12, E5: a call never fails because its server was just going idle, and there is one server a key
#[test]
fn going_idle_while_calls_arrive() {
    search(|| async {
        let (system, book) = (System::builder().seed(1).build(), Arc::new(Book::default()));
        let family = family(&system, &book);
        let others = [0, 1].map(|name| {
            let sender = Sender::new(&book, family.at("a"), name);
            beside(calling(sender))
        });
        drop(family);
        while !others.iter().all(shuttle::future::JoinHandle::is_finished) {
            shuttle::future::yield_now().await;
            pass(IDLE / 2);
        }
        all(others).await;
        end(system, &book).await;
        book.check_one_at_a_time();
        book.check(true);
    });
}

// S12, T7: what is queued behind a crash is handled by the next server of the key
#[test]
fn crashing_while_calls_arrive() {
    search(|| async {
        let (system, book) = (System::builder().seed(1).build(), Arc::new(Book::default()));
        let family = family(&system, &book);
        let mut crashing = Sender::new(&book, family.at("a"), 0);
        let mut telling = Sender::new(&book, family.at("a"), 1);
        let mut told = Vec::new();
        let other = beside(async move {
            let _ = crashing.call(ScribeClient::collapse_late).await;
            let _ = crashing.call(ScribeClient::collapse).await;
            crashing
                .call(ScribeClient::write)
                .await
                .expect("the next one is up");
        });
        for number in 1..=3 {
            told.push(Line { sender: 1, number });
            telling
                .cast(ScribeClient::tell)
                .await
                .expect("the next one handles it");
        }
        telling
            .call(ScribeClient::write)
            .await
            .expect("the next one is up");
        drop((telling, family));
        all([other]).await;
        end(system, &book).await;
        book.check(false);
        book.check_one_at_a_time();
        for line in told {
            assert!(book.was_finished(line), "{line:?} was lost");
        }
    });
}

// T6: a key whose server is killed gets another, of which the first one's end takes nothing
#[test]
fn killed_while_calls_arrive() {
    search(|| async {
        let (system, book) = (System::builder().seed(1).build(), Arc::new(Book::default()));
        let family = family(&system, &book);
        let others = [0, 1].map(|name| {
            let mut sender = Sender::new(&book, family.at("a"), name);
            beside(async move {
                for _ in 0..3 {
                    let _ = sender.call(ScribeClient::ponder).await;
                    let _ = sender.call(ScribeClient::collapse_late).await;
                }
            })
        });
        let scribe = family.at("a");
        let stops = beside(async move {
            for _ in 0..2 {
                let _ = crate::Client::stop_with(&scribe, Stop::normally().within(IDLE)).await;
            }
        });
        drop(family);
        while !others
            .iter()
            .chain([&stops])
            .all(shuttle::future::JoinHandle::is_finished)
        {
            shuttle::future::yield_now().await;
            pass(IDLE / 4);
        }
        all(others).await;
        all([stops]).await;
        end(system, &book).await;
        book.check(false);
    });
}
