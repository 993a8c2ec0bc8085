//! Callers that do not wait to the end: gone, or out of time.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use super::book::Told;
use super::scene::{Scene, Sender, all, beside};
use super::scribe::ScribeClient;
use super::search;
use crate::error::CallError;
use crate::protocol::call::{Call, Cast};
use crate::sync::pass;

use super::book::Line;
use super::scribe::ScribeMsg;

/// Polls `future` once, gives way, and drops it; whether it was ready.
async fn glance<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = Box::pin(future);
    let glanced = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
    shuttle::future::yield_now().await;
    match glanced {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

async fn leaving(
    mut sender: Sender,
    call: for<'a> fn(&'a ScribeClient, Line) -> Call<'a, ScribeMsg, u64>,
    cast: for<'a> fn(&'a ScribeClient, Line) -> Cast<'a, ScribeMsg>,
) {
    let line = sender.line();
    match glance(call(&sender.scribe, line)).await {
        Some(answer) => sender.book.note(line, &answer),
        None => sender.book.tell(line, Told::Unknown),
    }
    let line = sender.line();
    match glance(cast(&sender.scribe, line)).await {
        Some(_) => sender.book.tell(line, Told::Sent),
        None => sender.book.tell(line, Told::Unknown),
    }
    sender.call(ScribeClient::write).await.expect("it is up");
}

// M2, M5: a caller that goes takes with it only what has not begun; the others notice nothing
#[test]
fn callers_that_go() {
    search(|| async {
        let scene = Scene::open(|spec| spec).await;
        let others = [
            beside(leaving(
                scene.sender(0),
                ScribeClient::ponder,
                ScribeClient::tell,
            )),
            beside(leaving(
                scene.sender(1),
                ScribeClient::reread,
                ScribeClient::tell_slowly,
            )),
        ];
        leaving(scene.sender(2), ScribeClient::write, ScribeClient::tell).await;
        all(others).await;
        scene.end().await;
    });
}

// M1, M5: the same where they wait for room
#[test]
fn callers_that_go_from_a_full_mailbox() {
    search(|| async {
        let scene = Scene::open(|spec| spec.mailbox(1)).await;
        let others = [
            beside(leaving(
                scene.sender(0),
                ScribeClient::ponder,
                ScribeClient::tell,
            )),
            beside(leaving(
                scene.sender(1),
                ScribeClient::write,
                ScribeClient::tell_slowly,
            )),
        ];
        leaving(scene.sender(2), ScribeClient::ponder, ScribeClient::tell).await;
        all(others).await;
        scene.end().await;
    });
}

const LIMIT: Duration = Duration::from_secs(1);

async fn impatient(mut sender: Sender) {
    for method in [
        ScribeClient::ponder,
        ScribeClient::write,
        ScribeClient::promise,
    ] {
        let method: for<'a> fn(&'a ScribeClient, Line) -> Call<'a, ScribeMsg, u64> = method;
        let line = sender.line();
        let answer = method(&sender.scribe, line).timeout(LIMIT).await;
        sender.book.note(line, &answer);
        match answer {
            Err(CallError::Expired) => assert!(!sender.book.was_begun(line)),
            Err(CallError::TimedOut) => {}
            Ok(_) => assert!(sender.book.was_finished(line)),
            Err(error) => panic!("{error}"),
        }
    }
    let line = sender.line();
    let sent = sender.scribe.tell_slowly(line).timeout(LIMIT).await;
    sender.book.note_cast(line, &sent);
}

// M2: the error of a call that is out of time says whether it had begun; one that had not does not run
#[test]
fn callers_out_of_time() {
    search(|| async {
        let scene = Scene::open(|spec| spec.mailbox(2)).await;
        let others = [
            beside(impatient(scene.sender(0))),
            beside(impatient(scene.sender(1))),
        ];
        while !others.iter().all(shuttle::future::JoinHandle::is_finished) {
            shuttle::future::yield_now().await;
            pass(LIMIT / 2);
        }
        all(others).await;
        scene.end().await;
    });
}
