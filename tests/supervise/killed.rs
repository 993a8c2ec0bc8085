//! A supervised server that is killed in a handler which blocks its thread: the next one waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use noex::prelude::*;
use noex::{Event, Intensity, StopError, Supervisor, SupervisorHandle};
use tokio::task::JoinHandle;

use super::scene::{Diary, SECOND, given_up, restarted, restarts};
use crate::any_store::AnyStore;
use crate::probe::{Job, Probe, ProbeClient, ProbeMsg, in_time, poll_once, push, seen, until};
use crate::wall::Wall;

const SOON: Duration = Duration::from_millis(20);

/// A child that was killed in a handler which still blocks its thread.
struct Scene {
    system: System,
    events: noex::EventStream,
    top: SupervisorHandle,
    child: ProbeClient,
    wall: Wall,
    call: JoinHandle<Result<u32, CallError>>,
    /// Whether the handler is still at work.
    is_inside: Arc<AtomicBool>,
    diary: Diary,
}

/// Kills a child in a handler that then does `job`.
async fn killed(inline: bool, start_timeout: Duration, job: Job) -> Scene {
    let (system, diary) = (System::new(AnyStore::new()), Diary::default());
    let mut events = system.events();
    let spec = diary.child("b").inline(inline).start_timeout(start_timeout);
    let top = Supervisor::one_for_one("top")
        .intensity(Intensity::new(1, 600 * SECOND))
        .child(spec);
    let top = system.supervise(top).await.expect("it starts");
    let child = super::scene::child(&system, "b");
    child.work(push(1)).await.expect("it runs");
    child.checkpoint().await.expect("it is saved");
    let (wall, is_inside) = (Wall::new(), Arc::new(AtomicBool::new(true)));
    let (blocking, inside) = (wall.clone(), is_inside.clone());
    let call = child.work(Box::new(move |probe, cx| {
        blocking.block();
        let answer = job(probe, cx);
        inside.store(false, Ordering::SeqCst);
        answer
    }));
    let call = tokio::spawn(call.owned());
    in_time(wall.has_blocked()).await;
    let inside = is_inside.clone();
    diary.next(
        "+b",
        Box::pin(async move {
            assert!(!inside.load(Ordering::SeqCst), "it has not let go");
            0
        }),
    );
    let stopped = in_time(child.stop_with(Stop::normally().within(SOON))).await;
    assert!(
        matches!(stopped, Err(StopError::Killed { .. })),
        "{stopped:?}"
    );
    until(&mut events, |event| {
        matches!(event, Event::Terminated { .. }).then_some(())
    })
    .await;
    Scene {
        system,
        events,
        top,
        child,
        wall,
        call,
        is_inside,
        diary,
    }
}

// R2, T6: the next incarnation starts once the killed handler has returned, and what was queued is its
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_next_one_waits_for_the_killed_handler() {
    for inline in [true, false] {
        let mut scene = killed(inline, 600 * SECOND, push(2)).await;
        let mut queued = scene.child.work(push(3)).timeout(600 * SECOND);
        assert!(poll_once(&mut queued).await.is_none());
        assert!(scene.is_inside.load(Ordering::SeqCst));
        scene.wall.release();
        assert!(in_time(scene.call).await.expect("no panic").is_err());
        in_time(restarted(&mut scene.events, "b")).await;
        assert_eq!(in_time(queued).await, Ok(1));
        assert_eq!(seen(&scene.child).await, [1, 3]);
        assert_eq!(restarts(&scene.top), [1]);
        assert_eq!(scene.diary.take(), "+b +b");
    }
}

// T6: what the killed handler sends through its `cx` and its clients reaches nobody, the next one neither
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_killed_handler_reaches_nobody() {
    for inline in [true, false] {
        let sends = Box::new(|probe: &mut Probe, cx: &mut Cx<Probe>| {
            probe.seen.push(2);
            cx.send(ProbeMsg::Hear { n: 3 });
            cx.send_after(Duration::ZERO, ProbeMsg::Hear { n: 4 });
            cx.spawn(async { 5 }, |n| ProbeMsg::Hear { n });
            let own = cx.client();
            tokio::spawn(async move { own.note(6).await });
            cx.stop();
            0
        });
        let mut scene = killed(inline, 600 * SECOND, sends).await;
        scene.wall.release();
        assert!(in_time(scene.call).await.expect("no panic").is_err());
        in_time(restarted(&mut scene.events, "b")).await;
        scene.child.work(push(7)).await.expect("it runs");
        scene.child.checkpoint().await.expect("it is saved");
        let mut seen = seen(&scene.child).await;
        // What a task of its own sends is nobody's doing but the task's.
        seen.retain(|n| *n != 6);
        assert_eq!(seen, [1, 7]);
        assert_eq!(restarts(&scene.top), [1]);
        in_time(scene.system.shutdown())
            .await
            .expect("nothing hangs");
    }
}

// R2, S9: a start that waits too long for a killed handler fails, and is one restart
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_start_that_waits_too_long_has_failed() {
    for inline in [true, false] {
        // Long enough for a first start on a busy disk.
        let mut scene = killed(inline, SECOND / 2, push(2)).await;
        let mut queued = scene.child.work(push(3)).timeout(600 * SECOND);
        let _ = poll_once(&mut queued).await;
        assert_eq!(in_time(given_up(&mut scene.events)).await, "top");
        let reason = in_time(scene.top.ended()).await;
        assert!(reason.to_string().contains("took longer"), "{reason}");
        assert_eq!(in_time(queued).await, Err(CallError::NotRunning));
        assert!(scene.is_inside.load(Ordering::SeqCst));
        assert_eq!(scene.diary.take(), "+b");
        // The name is free, and the key too: what still runs can do nothing any more.
        let again = Diary::default().child("b");
        let again = in_time(scene.system.start(again))
            .await
            .expect("it is free");
        assert_eq!(seen(&again).await, [1]);
        scene.wall.release();
        assert!(in_time(scene.call).await.expect("no panic").is_err());
        in_time(scene.system.shutdown())
            .await
            .expect("nothing hangs");
        assert_eq!(again.work(push(4)).await, Err(CallError::NotRunning));
    }
}

// T6, R3: a supervisor is stopped while a killed handler still blocks: it does not wait for it
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stop_does_not_wait_for_a_killed_handler() {
    for inline in [true, false] {
        let scene = killed(inline, 600 * SECOND, push(2)).await;
        let mut queued = scene.child.work(push(3)).timeout(600 * SECOND);
        let _ = poll_once(&mut queued).await;
        let _ = in_time(scene.top.stop()).await;
        assert_eq!(in_time(queued).await, Err(CallError::NotRunning));
        scene.wall.release();
        assert!(in_time(scene.call).await.expect("no panic").is_err());
        assert_eq!(scene.diary.take(), "+b");
        let again = Diary::default().child("b");
        let again = in_time(scene.system.start(again))
            .await
            .expect("it is free");
        assert_eq!(seen(&again).await, [1]);
    }
}
