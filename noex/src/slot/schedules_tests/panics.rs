//! Handlers that panic: inline, in the task that drains the mailbox, and after they have waited.

use super::scene::{Scene, Sender, all, beside};
use super::scribe::{FAILED, ScribeClient};
use super::search;
use crate::error::CallError;

fn is_crash(error: &CallError) -> bool {
    matches!(error, CallError::Crashed { message } if &**message == FAILED)
}

async fn stumbling(mut sender: Sender) {
    let crashed = sender
        .call(ScribeClient::stumble)
        .await
        .expect_err("it panics");
    assert!(is_crash(&crashed), "{crashed}");
    let crashed = sender
        .call(ScribeClient::stumble_late)
        .await
        .expect_err("it panics");
    assert!(is_crash(&crashed), "{crashed}");
    sender.call(ScribeClient::write).await.expect("it is up");
}

// T7: a panic in a handler on `&self` harms only its call
#[test]
fn readers_that_panic() {
    search(|| async {
        let scene = Scene::open(|spec| spec).await;
        let others = [
            beside(stumbling(scene.sender(0))),
            beside(stumbling(scene.sender(1))),
        ];
        let mut teller = scene.sender(2);
        teller
            .cast(ScribeClient::tell_slowly)
            .await
            .expect("it is up");
        teller.cast(ScribeClient::tell).await.expect("it is up");
        drop(teller);
        all(others).await;
        scene.end_with_panics().await;
    });
}

async fn crashing(scene: Scene, crash: Crash) {
    let (mut first, mut second, mut third) = (scene.sender(0), scene.sender(1), scene.sender(2));
    let others = [
        beside(async move { while first.call(ScribeClient::ponder).await.is_ok() {} }),
        beside(async move {
            let _ = second.cast(ScribeClient::tell).await;
            let _ = second.call(ScribeClient::promise).await;
            let _ = second.call(ScribeClient::reread).await;
        }),
    ];
    let crashed = third.call(crash).await.expect_err("it panics");
    assert!(is_crash(&crashed), "{crashed}");
    drop(third);
    all(others).await;
    assert_eq!(scene.book.farewells(), 0, "`terminate` ran after a panic");
    scene.end_stopped(false).await;
}

type Crash = for<'a> fn(
    &'a ScribeClient,
    super::book::Line,
) -> crate::protocol::call::Call<'a, super::scribe::ScribeMsg, u64>;

// T7, T8: a panic in a handler on `&mut self` ends the server, and everybody hears of it
#[test]
fn a_writer_that_panics() {
    search(|| async {
        let scene = Scene::open(|spec| spec).await;
        crashing(scene, ScribeClient::collapse).await;
    });
}

// T7, T8: the same after it has waited
#[test]
fn a_writer_that_panics_after_waiting() {
    search(|| async {
        let scene = Scene::open(|spec| spec).await;
        crashing(scene, ScribeClient::collapse_late).await;
    });
}
