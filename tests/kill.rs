//! Handlers that block their threads past the deadline of a stop: killed, they can do nothing any more.

use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use noex::prelude::*;
use noex::testing::Gate;
use noex::{Event, EventStream, StartError, StopError};
use tokio::task::JoinHandle;

use crate::any_store::AnyStore;
use crate::probe::{
    Hooks, Job, Probe, ProbeClient, ProbeMsg, count_terminated, hook, in_time, poll_once, probe,
    push, seen, stored, terminated,
};

use crate::wall::Wall;

const SOON: Duration = Duration::from_millis(20);

/// A probe that was killed in a handler which still blocks its thread.
struct Killed {
    wall: Wall,
    call: JoinHandle<Result<u32, CallError>>,
}

/// Has the probe run `job` after the wall, and kills it before it comes to that.
async fn kill(probe: &ProbeClient, job: Job) -> Killed {
    let wall = Wall::new();
    let blocking = wall.clone();
    let call = probe.work(Box::new(move |probe, cx| {
        blocking.block();
        job(probe, cx)
    }));
    let call = tokio::spawn(call.owned());
    in_time(wall.has_blocked()).await;
    let error = in_time(probe.stop_with(Stop::normally().within(SOON))).await;
    assert!(matches!(error, Err(StopError::Killed { .. })), "{error:?}");
    Killed { wall, call }
}

impl Killed {
    /// Lets the handler go on; what its caller was told.
    async fn go_on(self) -> Result<u32, CallError> {
        self.wall.release();
        in_time(self.call).await.expect("no panic")
    }
}

/// A probe, and another one that hears what it sends.
async fn two(inline: bool) -> (System, AnyStore, ProbeClient, ProbeClient) {
    let store = AnyStore::new();
    let system = System::new(store.clone());
    let one = system.start(probe(inline)).await.expect("a new probe");
    let other = system.start(probe(inline).name("other")).await;
    (system, store, one, other.expect("a new probe"))
}

/// The next one of the name and key, once the key was given back.
async fn next(system: &System, inline: bool) -> ProbeClient {
    loop {
        match system.start(probe(inline)).await {
            Ok(next) => return next,
            Err(StartError::KeyInUse { .. }) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
}

fn is_crash(answer: &Result<u32, CallError>) -> bool {
    matches!(answer, Err(CallError::Crashed { .. }))
}

// T6: a killed handler's reply reaches nobody, and its state is not saved, after the next one has started either
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_killed_handler_neither_replies_nor_saves() {
    for inline in [true, false] {
        for late in [true, false] {
            let (system, store, one, _other) = two(inline).await;
            one.note(1).await.expect("it runs");
            one.checkpoint().await.expect("it is saved");
            let killed = kill(&one, push(2)).await;
            if late {
                let next = next(&system, inline).await;
                assert_eq!(next.work(push(3)).await, Ok(1));
                assert!(is_crash(&killed.go_on().await));
                assert_eq!(seen(&next).await, [1, 3]);
                next.stop().await.expect("it is saved");
                assert_eq!(stored(&store).await, Some(vec![1, 3]));
            } else {
                assert!(is_crash(&killed.go_on().await));
                let next = next(&system, inline).await;
                assert_eq!(seen(&next).await, [1]);
            }
        }
    }
}

// T6: a killed handler sends nothing through clients: no call, no cast, no stop, no checkpoint
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_killed_handler_sends_nothing_through_clients() {
    for inline in [true, false] {
        for late in [true, false] {
            let (system, _store, one, other) = two(inline).await;
            let heard = other.clone();
            let killed = kill(&one, sends(heard)).await;
            let mut next_one = None;
            if late {
                next_one = Some(next(&system, inline).await);
            }
            assert!(is_crash(&killed.go_on().await));
            assert_eq!(other.work(push(9)).await, Ok(0));
            drop(next_one);
        }
    }
}

fn sends(heard: ProbeClient) -> Job {
    Box::new(move |_, _| {
        assert!(heard.note(1).try_send().is_ok());
        poll_now(heard.note(2));
        poll_now(heard.work(push(3)));
        poll_now(Box::pin(heard.stop()));
        poll_now(Box::pin(heard.checkpoint()));
        0
    })
}

fn poll_now(mut future: impl Future + Unpin) {
    let mut cx = Context::from_waker(Waker::noop());
    let _ = Pin::new(&mut future).poll(&mut cx);
}

// T6: a killed handler sends nothing through its `cx`: itself, timers, futures, its stop
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_killed_handler_sends_nothing_through_its_cx() {
    for inline in [true, false] {
        for late in [true, false] {
            let (system, _store, one, _other) = two(inline).await;
            let killed = kill(&one, Box::new(through_cx)).await;
            let mut before_one = None;
            if late {
                before_one = Some(next(&system, inline).await);
            }
            assert!(is_crash(&killed.go_on().await));
            let next = match before_one {
                Some(next) => next,
                None => next(&system, inline).await,
            };
            assert!(seen(&next).await.is_empty());
            next.stop().await.expect("it is saved");
        }
    }
}

fn through_cx(_: &mut Probe, cx: &mut Cx<Probe>) -> u32 {
    cx.send(ProbeMsg::Hear { n: 1 });
    cx.send_after(Duration::ZERO, ProbeMsg::Hear { n: 2 });
    cx.spawn(async { 3 }, |n| ProbeMsg::Hear { n });
    cx.stop();
    poll_now(cx.client().note(4));
    0
}

// T6: a deferred reply of a killed incarnation reaches nobody: its caller has been told before
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_killed_incarnations_deferred_reply_is_too_late() {
    for inline in [true, false] {
        let (_system, _store, one, _other) = two(inline).await;
        let mut kept = one.promise(Box::new(|probe, reply, _| probe.held.push(reply)));
        assert!(poll_once(&mut kept).await.is_none());
        let answers = Box::new(|probe: &mut Probe, _: &mut Cx<Probe>| {
            probe.held.pop().expect("it is kept").send(7);
            0
        });
        let killed = kill(&one, answers).await;
        assert!(is_crash(&killed.go_on().await));
        assert_eq!(in_time(kept).await, Err(CallError::NoReply));
    }
}

// T6, T8: a killed handler that panics at last changes nothing: its end was said once, the next one goes on
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_killed_handlers_panic_is_nobodys() {
    for inline in [true, false] {
        let (system, _store, one, _other) = two(inline).await;
        let mut events = system.events();
        let killed = kill(&one, Box::new(|_, _| panic!("too late"))).await;
        terminated(&mut events).await;
        let next = next(&system, inline).await;
        assert!(is_crash(&killed.go_on().await));
        assert_eq!(next.work(push(1)).await, Ok(0));
        assert_eq!(count_terminated(&mut events), 0);
        assert!(system.find::<Probe>("probe").is_some());
    }
}

// T6: the same in a family, where the next one is started by the next call
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_killed_handlers_panic_leaves_its_family_alone() {
    for inline in [true, false] {
        let system = System::builder()
            .store(AnyStore::new())
            .inline(inline)
            .build();
        let probes = system.family::<Probe>("probes").env(Hooks::default());
        let probes = probes.or_init(|_| Probe::default as fn() -> Probe).build();
        let probes = probes.expect("a family");
        let one = probes.at("one");
        let killed = kill(&one, Box::new(|_, _| panic!("too late"))).await;
        while let Err(error) = one.look(Box::new(|_, _| 0)).await {
            assert!(matches!(error, CallError::NotStarted { .. }), "{error}");
        }
        assert!(is_crash(&killed.go_on().await));
        assert_eq!(one.work(push(1)).await, Ok(0));
        assert_eq!(probes.live(), 1);
    }
}

// T6, T8: an `on_start` that blocks past the deadline of a stop never becomes a server
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_start_that_was_killed_does_not_serve() {
    for inline in [true, false] {
        let system = System::new(AnyStore::new());
        let wall = Wall::new();
        let blocking = wall.clone();
        let hooks = Hooks {
            on_start: Some(hook(move || {
                blocking.block();
                Box::pin(async { 0 })
            })),
            ..Hooks::default()
        };
        let mut events = system.events();
        let (starter, spec) = (system.clone(), probe(inline).env(hooks));
        let starting = tokio::spawn(async move { starter.start(spec).await });
        in_time(wall.has_blocked()).await;
        let report = in_time(system.shutdown_within(SOON)).await;
        assert!(matches!(report, Err(report) if report.failed.len() == 1));
        wall.release();
        assert!(in_time(starting).await.expect("no panic").is_err());
        assert_eq!(count_started(&mut events), 0);
    }
}

fn count_started(events: &mut EventStream) -> usize {
    std::iter::from_fn(|| events.try_next())
        .filter(|event| matches!(event, Event::Started { .. }))
        .count()
}

// T6: nor does a future that a killed handler has set going beside it
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_killed_handlers_futures_send_nothing_through_clients() {
    for inline in [true, false] {
        let (_system, _store, one, other) = two(inline).await;
        let (gate, sent) = (Gate::new(), Gate::new());
        let (waiting, telling, heard) = (gate.clone(), sent.clone(), other.clone());
        let planted = one.work(Box::new(move |_, cx| {
            let future = async move {
                waiting.pass().await;
                let call = heard.work(push(1)).await;
                assert_eq!(call, Err(CallError::NotRunning));
                telling.open();
                0
            };
            cx.spawn(future, |n| ProbeMsg::Hear { n });
            0
        }));
        assert_eq!(planted.await, Ok(0));
        // Not yet polled, it could lie in the queue of the thread that is about to be blocked.
        in_time(gate.has_waiting(1)).await;
        let killed = kill(&one, push(2)).await;
        gate.open();
        in_time(sent.pass()).await;
        assert!(is_crash(&killed.go_on().await));
        assert!(seen(&other).await.is_empty());
    }
}
