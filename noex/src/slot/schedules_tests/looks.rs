//! Looks from outside in the middle of everything: they hold the seat for a moment, and leave nobody behind.

use std::time::Duration;

use super::scene::{Scene, Sender, all, beside};
use super::scribe::ScribeClient;
use super::search;
use super::stops::{DEADLINE, restless, stop_at_deadline};
use crate::sync::breathe;
use crate::system::System;

/// Looks on a few times.
async fn looking(system: System) {
    for _ in 0..3 {
        assert!(system.processes().servers().count() <= 1);
        breathe().await;
    }
}

async fn asking(mut sender: Sender) {
    sender.call(ScribeClient::write).await.expect("it is up");
    sender.cast(ScribeClient::tell).await.expect("it is up");
    sender.call(ScribeClient::ponder).await.expect("it is up");
}

// M1, M3: whoever finds the seat taken for a look is handled all the same, in turn
#[test]
fn a_look_leaves_no_message_behind() {
    search(|| async {
        let scene = Scene::open(|spec| spec).await;
        let others = [
            beside(asking(scene.sender(0))),
            beside(asking(scene.sender(1))),
            beside(looking(scene.system.clone())),
        ];
        all(others).await;
        scene.end().await;
    });
}

// T6, T8: nor does a look keep a killed incarnation
#[test]
fn a_look_during_a_kill() {
    search(|| async {
        const PATIENT: Duration = DEADLINE.saturating_mul(100);
        let scene = Scene::open(|spec| spec.mailbox(2).call_timeout(PATIENT)).await;
        let others = [
            beside(restless(scene.sender(0))),
            beside(looking(scene.system.clone())),
        ];
        stop_at_deadline(&scene).await;
        all(others).await;
        scene.end_stopped(false).await;
    });
}
