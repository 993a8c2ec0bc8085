//! Messages from several senders at once: in order, once, one at a time.

use super::scene::{Scene, Sender, all, beside};
use super::scribe::ScribeClient;
use super::search;
use crate::sync::leave_runtime;

/// Two senders, inline and queued.
pub(super) async fn calls_and_casts() {
    let scene = Scene::open(|spec| spec).await;
    let senders = (0..2).map(|sender| beside(mixed(scene.sender(sender))));
    all(senders.collect::<Vec<_>>()).await;
    scene.end().await;
}

async fn mixed(mut sender: Sender) {
    sender.call(ScribeClient::write).await.expect("it is up");
    sender.cast(ScribeClient::tell).await.expect("it is up");
    sender.call(ScribeClient::write).await.expect("it is up");
    sender.cast(ScribeClient::tell).await.expect("it is up");
}

// M3: one at a time, and each sender's messages in the order sent
#[test]
fn calls_and_casts_of_several_senders() {
    search(calls_and_casts);
}

async fn waiting(mut sender: Sender) {
    sender.call(ScribeClient::ponder).await.expect("it is up");
    sender
        .cast(ScribeClient::tell_slowly)
        .await
        .expect("it is up");
    sender.call(ScribeClient::reread).await.expect("it is up");
}

// M3: handlers that wait, begun by their callers and by the task that drains the mailbox
#[test]
fn handlers_that_wait() {
    search(|| async {
        let scene = Scene::open(|spec| spec).await;
        let others = [
            beside(waiting(scene.sender(0))),
            beside(waiting(scene.sender(1))),
        ];
        mixed(scene.sender(2)).await;
        all(others).await;
        scene.end().await;
    });
}

// M3: replies given later reach their callers, and the server stays free meanwhile
#[test]
fn replies_given_later() {
    search(|| async {
        let scene = Scene::open(|spec| spec).await;
        let (mut first, mut second) = (scene.sender(0), scene.sender(1));
        let waiting = [
            beside(async move {
                first.call(ScribeClient::promise).await.expect("it is kept");
            }),
            beside(async move {
                second
                    .call(ScribeClient::promise_late)
                    .await
                    .expect("it is kept");
            }),
        ];
        let mut keeper = scene.sender(2);
        while !waiting.iter().all(shuttle::future::JoinHandle::is_finished) {
            keeper.cast(ScribeClient::keep).await.expect("it is up");
            keeper.call(ScribeClient::read).await.expect("it is up");
            shuttle::future::yield_now().await;
        }
        drop(keeper);
        all(waiting).await;
        scene.end().await;
    });
}

// M2: `inline = false` runs no handler on its caller
#[test]
fn nothing_runs_on_its_caller() {
    search(|| async {
        let scene = Scene::open(|spec| spec.inline(false)).await;
        let other = beside(waiting(scene.sender(0)));
        mixed(scene.sender(1)).await;
        all([other]).await;
        scene.end().await;
    });
}

// M3: a thread outside the runtime queues, beside callers that run their messages where they stand
#[test]
fn a_foreign_thread() {
    search(|| async {
        let scene = Scene::open(|spec| spec).await;
        let mut foreign = scene.sender(0);
        let thread = shuttle::thread::spawn(move || {
            leave_runtime();
            for _ in 0..2 {
                let line = foreign.line();
                let answer = foreign.scribe.write(line).blocking();
                foreign.book.note(line, &answer);
            }
        });
        let other = beside(waiting(scene.sender(1)));
        mixed(scene.sender(2)).await;
        all([other]).await;
        thread.join().expect("it does not panic");
        scene.end().await;
    });
}

// T8: dropping every client stops nothing, and what is queued is handled
#[test]
fn the_last_client_goes() {
    search(|| async {
        let mut scene = Scene::open(|spec| spec).await;
        let mut sender = scene.sender(0);
        let gone = beside(async move {
            sender
                .cast(ScribeClient::tell_slowly)
                .await
                .expect("it is up");
            sender.cast(ScribeClient::tell).await.expect("it is up");
        });
        let found = scene.system.find::<super::scribe::Scribe>("scribe");
        scene.scribe = found.expect("it is up");
        all([gone]).await;
        scene.end().await;
    });
}
