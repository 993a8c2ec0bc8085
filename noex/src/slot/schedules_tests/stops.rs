//! Stops in the middle of everything: graceful, at a deadline, and by a runtime that goes away.

use std::sync::Arc;
use std::time::Duration;

use super::book::Book;
use super::scene::{Scene, Sender, all, are_over, beside, spec, times_terminated};
use super::scribe::{Scribe, ScribeClient};
use super::search;
use crate::client::Client;
use crate::error::StopError;
use crate::exit::Stop;
use crate::sync::{pass, shut_down_runtime};
use crate::system::System;

pub(super) async fn restless(mut sender: Sender) {
    let _ = sender.call(ScribeClient::ponder).await;
    let _ = sender.cast(ScribeClient::tell_slowly).await;
    let _ = sender.call(ScribeClient::write).await;
    let _ = sender.call(ScribeClient::stumble_late).await;
    let _ = sender.call(ScribeClient::promise).await;
}

// T1, T8: what was sent before the stop runs, the rest is refused, and it ends once whoever stops it
#[test]
fn stops_during_everything() {
    search(|| async {
        let scene = Scene::open(|spec| spec.mailbox(2)).await;
        let scribe = scene.scribe.clone();
        let others = [
            beside(restless(scene.sender(0))),
            beside(restless(scene.sender(1))),
            beside(async move { scribe.stop().await.expect("nothing is stored") }),
        ];
        scene.scribe.stop().await.expect("nothing is stored");
        all(others).await;
        assert_eq!(scene.book.farewells(), 1);
        scene.end_stopped(false).await;
    });
}

pub(super) const DEADLINE: Duration = Duration::from_secs(2);

/// Stops the scribe while time passes.
pub(super) async fn stop_at_deadline(scene: &Scene) {
    let scribe = scene.scribe.clone();
    let stop = beside(async move {
        let stopped = scribe.stop_with(Stop::normally().within(DEADLINE)).await;
        assert!(
            matches!(stopped, Ok(()) | Err(StopError::Killed { .. })),
            "{stopped:?}"
        );
    });
    while !stop.is_finished() {
        shuttle::future::yield_now().await;
        pass(DEADLINE / 4);
    }
    all([stop]).await;
}

// T6: a handler that hangs forfeits the stop, and everybody who waits is told
#[test]
fn a_handler_that_hangs() {
    search(|| async {
        let scene = Scene::open(|spec| spec.mailbox(2).call_timeout(DEADLINE * 100)).await;
        let mut hanging = scene.sender(0);
        let others = [
            beside(async move {
                let _ = hanging
                    .call(ScribeClient::hang)
                    .await
                    .expect_err("it hangs");
            }),
            beside(restless(scene.sender(1))),
            beside(restless(scene.sender(2))),
        ];
        stop_at_deadline(&scene).await;
        all(others).await;
        scene.end_stopped(false).await;
    });
}

// T6, T8: a deadline that passes at any moment of a stop ends it once, one way or the other
#[test]
fn a_deadline_that_passes_at_any_moment() {
    search(|| async {
        let scene = Scene::open(|spec| spec.mailbox(2).call_timeout(DEADLINE * 100)).await;
        let others = [
            beside(restless(scene.sender(0))),
            beside(restless(scene.sender(1))),
        ];
        stop_at_deadline(&scene).await;
        all(others).await;
        scene.end_stopped(false).await;
    });
}

// S1, T6, T8: the same during a start: it ends once, and nothing of it is left
#[test]
fn a_deadline_that_passes_during_a_start() {
    search(|| async {
        let (system, book) = (System::builder().seed(1).build(), Arc::new(Book::default()));
        let (mut events, starting, starts) = (system.events(), system.clone(), spec(&book));
        let start = beside(async move {
            let _ = starting.start(starts).await;
        });
        let found = loop {
            if let Some(found) = system.find::<Scribe>("scribe") {
                break found;
            }
            if start.is_finished() {
                break system.find::<Scribe>("scribe").expect("it is up");
            }
            shuttle::future::yield_now().await;
        };
        let again = found.clone();
        let stop = beside(async move {
            let _ = found.stop_with(Stop::normally().within(DEADLINE)).await;
        });
        while !stop.is_finished() {
            shuttle::future::yield_now().await;
            pass(DEADLINE / 2);
        }
        all([start, stop]).await;
        again.stop().await.expect("stopping twice is fine");
        drop(again);
        let terminated = times_terminated(&mut events);
        assert_eq!(terminated, 1, "times `Terminated`");
        drop((system, events));
        are_over().await;
        assert_eq!(book.states(), 0, "a state was lost");
    });
}

// T6: a runtime that goes away answers who waits
#[test]
fn a_runtime_that_goes_away() {
    search(|| async {
        let scene = Scene::open(|spec| spec.mailbox(2)).await;
        let mut hanging = scene.sender(0);
        let others = [
            beside(async move {
                let _ = hanging
                    .call(ScribeClient::hang)
                    .await
                    .expect_err("it hangs");
            }),
            beside(restless(scene.sender(1))),
            beside(restless(scene.sender(2))),
        ];
        for _ in 0..20 {
            shuttle::future::yield_now().await;
        }
        shut_down_runtime();
        all(others).await;
        scene.end_stopped(false).await;
    });
}
