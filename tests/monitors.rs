//! Monitors and links: who hears of a server's end, and who ends with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use noex::prelude::*;
use noex::testing::Gate;
use noex::{Down, ExitReason, Family, Given, Monitor, Spec};
use tokio::sync::oneshot;

use crate::any_store::AnyStore;
use crate::counter::Counter;
use crate::probe::{
    Hooks, Job, Probe, ProbeClient, ProbeMsg, at, in_time, lone, never, push, seen,
};

fn named(name: &str) -> Spec<Probe, Given> {
    let spec = Probe::spec(Probe::default).env(Hooks::default());
    spec.name(name)
}

async fn two() -> (System, ProbeClient, ProbeClient) {
    let system = System::new(AnyStore::new());
    let one = system.start(named("one")).await.expect("it starts");
    let other = system.start(named("other")).await.expect("it starts");
    (system, one, other)
}

fn boom() -> Job {
    Box::new(|_, _| panic!("boom"))
}

fn crashed(message: &str) -> ExitReason {
    ExitReason::Crashed {
        message: message.into(),
    }
}

async fn reason(monitor: Monitor) -> ExitReason {
    in_time(monitor).await.reason
}

// T8: the end is told once to each who monitors, with the reason
#[tokio::test(start_paused = true)]
async fn a_monitor_tells_why_a_server_has_ended() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let monitors = [probe.monitor(), probe.monitor()];
        probe.stop().await.expect("it stops");
        for monitor in monitors {
            let down = in_time(monitor).await;
            assert_eq!(
                (down.server, down.reason),
                (probe.id(), ExitReason::Stopped)
            );
        }

        let (_system, probe) = lone(inline).await;
        let monitor = probe.monitor();
        probe.work(boom()).await.expect_err("it panics");
        let down = in_time(monitor).await;
        assert_eq!(down.to_string(), "Probe `probe` has crashed: boom");
        assert_eq!(down.reason, crashed("boom"));

        let (_system, probe) = lone(inline).await;
        let monitor = probe.monitor();
        let busy = tokio::spawn(probe.wait(never()).owned());
        tokio::task::yield_now().await;
        let second = Duration::from_secs(1);
        probe
            .stop_with(Stop::normally().within(second))
            .await
            .expect_err("it hangs");
        assert_eq!(reason(monitor).await, ExitReason::Killed { after: second });
        busy.await.expect("no panic").expect_err("it was killed");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_has_ended_is_down_at_once() {
    let (_system, probe) = lone(true).await;
    probe.work(boom()).await.expect_err("it panics");
    reason(probe.monitor()).await;
    assert_eq!(reason(probe.monitor()).await, crashed("boom"));
}

#[tokio::test(start_paused = true)]
async fn a_key_of_a_family_is_not_started_to_be_monitored() {
    crate::counter::begin();
    let system = System::new(AnyStore::new());
    let family: Family<Counter> = system
        .family("counters")
        .env("first")
        .or_init(|_| 0_i64)
        .build()
        .expect("it is built");
    let counter = family.at("a");
    assert_eq!(reason(counter.monitor()).await, ExitReason::NotRunning);
    assert_eq!(family.live(), 0);
    counter.add(1).await.expect("it adds");
    let monitor = counter.monitor();
    counter.stop().await.expect("it stops");
    assert_eq!(reason(monitor).await, ExitReason::Stopped);
}

// R2: what is monitored is an incarnation, though the server goes on for what is queued
#[tokio::test(start_paused = true)]
async fn a_crash_is_told_though_the_server_goes_on() {
    crate::counter::begin();
    let system = System::new(AnyStore::new());
    let family: Family<Counter> = system
        .family("counters")
        .env("first")
        .or_init(|_| 5_i64)
        .build()
        .expect("it is built");
    let counter = family.at("a");
    counter.total().await.expect("it answers");
    let monitor = counter.monitor();
    let gate = Gate::new();
    let busy = tokio::spawn(counter.pass(gate.clone()).owned());
    gate.has_waiting(1).await;
    let breaking = tokio::spawn(counter.r#break().owned());
    let adding = tokio::spawn(counter.add(1).owned());
    tokio::task::yield_now().await;
    gate.open();
    busy.await.expect("no panic").expect("it passes");
    breaking.await.expect("no panic").expect_err("it breaks");
    assert_eq!(reason(monitor).await, crashed("told to break"));
    assert_eq!(adding.await.expect("no panic"), Ok(6));
}

#[tokio::test(start_paused = true)]
async fn a_server_hears_of_anothers_end_by_a_message() {
    let (_system, one, other) = two().await;
    let watched = other.clone();
    let watch: Job = Box::new(move |_, cx| {
        cx.monitor(&watched, |down| ProbeMsg::Hear {
            n: u32::from(down.reason == crashed("boom")),
        });
        0
    });
    one.work(watch).await.expect("it watches");
    assert_eq!(seen(&one).await, [0; 0]);
    other.work(boom()).await.expect_err("it panics");
    while seen(&one).await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(seen(&one).await, [1]);
}

#[tokio::test(start_paused = true)]
async fn a_monitor_ends_with_its_incarnation() {
    let (system, one, other) = two().await;
    let (watched, made) = (other.clone(), Arc::new(AtomicU32::new(0)));
    let count = made.clone();
    let watch: Job = Box::new(move |_, cx| {
        cx.monitor(&watched, move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            ProbeMsg::Hear { n: 9 }
        });
        0
    });
    one.work(watch).await.expect("it watches");
    one.stop().await.expect("it stops");
    let again = system.start(named("one")).await.expect("it starts");
    other.stop().await.expect("it stops");
    tokio::task::yield_now().await;
    assert_eq!(seen(&again).await, [0; 0]);
    assert_eq!(made.load(Ordering::SeqCst), 0);
}

async fn link(one: &ProbeClient, other: &ProbeClient) {
    let other = other.clone();
    let link: Job = Box::new(move |_, cx| {
        cx.link(&other);
        0
    });
    one.work(link).await.expect("it links");
}

// T7: a crash goes on to who is linked to the server
#[tokio::test(start_paused = true)]
async fn a_crash_spreads_over_a_link_both_ways() {
    for (first, second) in [(0, 1), (1, 0)] {
        let (_system, one, other) = two().await;
        let both = [one, other];
        link(&both[0], &both[1]).await;
        let monitor = both[second].monitor();
        both[first].work(boom()).await.expect_err("it panics");
        let said = format!(
            "a server linked to it ended: {} has crashed: boom",
            both[first].id()
        );
        assert_eq!(reason(monitor).await, crashed(&said));
    }
}

#[tokio::test(start_paused = true)]
async fn a_normal_stop_does_not_spread() {
    let (_system, one, other) = two().await;
    link(&one, &other).await;
    other.stop().await.expect("it stops");
    tokio::task::yield_now().await;
    assert_eq!(one.work(push(1)).await, Ok(0));
    one.stop().await.expect("it stops");
}

#[tokio::test(start_paused = true)]
async fn to_be_linked_to_what_is_not_running_is_a_crash() {
    let (_system, one, other) = two().await;
    other.work(boom()).await.expect_err("it panics");
    reason(other.monitor()).await;
    let monitor = one.monitor();
    link(&one, &other).await;
    assert!(matches!(reason(monitor).await, ExitReason::Crashed { .. }));
}

/// Says when it is dropped.
struct Dropped(Option<oneshot::Sender<()>>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let told = self.0.take().map(|sender| sender.send(()));
        assert_eq!(told, Some(Ok(())), "the test waits");
    }
}

#[tokio::test(start_paused = true)]
async fn a_linked_task_ends_with_its_server() {
    let (_system, probe) = lone(true).await;
    let (sender, dropped) = oneshot::channel();
    let client = probe.clone();
    let task = tokio::spawn(async move {
        let held = Dropped(Some(sender));
        let endless = async move {
            std::future::pending::<()>().await;
            drop(held);
        };
        client.linked(endless).await
    });
    tokio::task::yield_now().await;
    probe.work(boom()).await.expect_err("it panics");
    let down: Down = task
        .await
        .expect("no panic")
        .expect_err("the server is down");
    assert_eq!(down.reason, crashed("boom"));
    in_time(dropped).await.expect("it was dropped");
}

#[tokio::test(start_paused = true)]
async fn a_server_crashes_with_a_task_linked_to_it() {
    let (_system, probe) = lone(true).await;
    let (monitor, client) = (probe.monitor(), probe.clone());
    let task = tokio::spawn(async move { client.linked(async { panic!("bang") }).await });
    let outcome: Result<Result<(), Down>, _> = task.await;
    assert!(outcome.expect_err("it goes on").is_panic());
    let said = "a task linked to it panicked: bang";
    assert_eq!(reason(monitor).await, crashed(said));
}

#[tokio::test(start_paused = true)]
async fn a_linked_task_outlives_a_normal_stop() {
    let (_system, probe) = lone(true).await;
    let (gate, client) = (Gate::new(), probe.clone());
    let errand = at(&gate, 3);
    let task = tokio::spawn(async move { client.linked(errand).await });
    gate.has_waiting(1).await;
    probe.stop().await.expect("it stops");
    gate.open();
    assert_eq!(task.await.expect("no panic"), Ok(3));
}
