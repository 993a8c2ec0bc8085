//! A full mailbox: who waits for room gets it, in turn.

use super::book::Told;
use super::scene::{Scene, Sender, all, beside};
use super::scribe::ScribeClient;
use super::search;
use crate::client::Client;

async fn pushing(mut sender: Sender) {
    sender
        .cast(ScribeClient::tell)
        .await
        .expect("there will be room");
    sender
        .cast(ScribeClient::tell_slowly)
        .await
        .expect("there will be room");
    sender
        .call(ScribeClient::write)
        .await
        .expect("there will be room");
}

// M1, M3: casts and calls wait for room, and none is forgotten
#[test]
fn senders_wait_for_room() {
    search(|| async {
        let scene = Scene::open(|spec| spec.mailbox(1)).await;
        let senders = (0..3).map(|sender| beside(pushing(scene.sender(sender))));
        all(senders.collect::<Vec<_>>()).await;
        scene.end().await;
    });
}

// M1: who does not wait is given the message back, and it does not run
#[test]
fn a_sender_that_does_not_wait() {
    search(|| async {
        let scene = Scene::open(|spec| spec.mailbox(1)).await;
        let others = [
            beside(pushing(scene.sender(0))),
            beside(pushing(scene.sender(1))),
        ];
        let mut hasty = scene.sender(2);
        for _ in 0..2 {
            let line = hasty.line();
            match hasty.scribe.tell(line).try_send() {
                Ok(()) => hasty.book.tell(line, Told::Sent),
                Err(_) => hasty.book.tell(line, Told::NotRun),
            }
            let line = hasty.line();
            match hasty.scribe.ponder(line).try_send() {
                Ok(pending) => hasty.book.note(line, &pending.await),
                Err(_) => hasty.book.tell(line, Told::NotRun),
            }
        }
        drop(hasty);
        all(others).await;
        scene.end().await;
    });
}

// M1, T1: a stop waits its turn among those who wait for room
#[test]
fn a_stop_behind_a_crowd() {
    search(|| async {
        let scene = Scene::open(|spec| spec.mailbox(1)).await;
        let senders = (0..2).map(|sender| {
            let mut sender = scene.sender(sender);
            beside(async move {
                let _ = sender.cast(ScribeClient::tell).await;
                let _ = sender.call(ScribeClient::ponder).await;
                let _ = sender.cast(ScribeClient::tell).await;
            })
        });
        let senders = senders.collect::<Vec<_>>();
        scene.scribe.stop().await.expect("nothing is stored");
        all(senders).await;
        assert_eq!(scene.book.farewells(), 1);
        scene.end_stopped(true).await;
    });
}
