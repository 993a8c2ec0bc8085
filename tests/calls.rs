//! Calls: time-outs, replies given later, what a server sets going, threads and runtimes elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use noex::testing::Gate;
use noex::{CallError, Outcome, System};

use crate::any_store::AnyStore;
use crate::probe::{at, busy, in_time, lone, never, poll_once, probe, push, seen};

const SECOND: Duration = Duration::from_secs(1);

// M2: a call whose handler has begun times out as such, and its handler goes on
#[tokio::test(start_paused = true)]
async fn a_call_that_has_begun_times_out() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let gate = Gate::new();
        let error = probe
            .wait(at(&gate, 7))
            .timeout(SECOND)
            .await
            .expect_err("the gate is closed");
        assert_eq!(error, CallError::TimedOut);
        assert_eq!(error.outcome(), Outcome::Unknown);
        gate.open();
        assert_eq!(seen(&probe).await, [7]);
    }
}

// M2: a call that times out while queued says so, and is not executed
#[tokio::test(start_paused = true)]
async fn a_queued_call_that_times_out_is_not_executed() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let (gate, holding) = busy(&probe).await;
        let error = probe
            .work(push(1))
            .timeout(SECOND)
            .await
            .expect_err("the server is busy");
        assert_eq!(error, CallError::Expired);
        assert_eq!(error.outcome(), Outcome::NotRun);
        gate.open();
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        assert!(seen(&probe).await.is_empty());
    }
}

// M2: a call that was dropped while queued is not executed
#[tokio::test]
async fn a_queued_call_that_is_dropped_is_not_executed() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let (gate, holding) = busy(&probe).await;
        let mut call = probe.work(push(1));
        assert!(poll_once(&mut call).await.is_none());
        drop(call);
        gate.open();
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        assert!(seen(&probe).await.is_empty());
    }
}

// M2: a call that waits for room and times out is not executed, nor is a cast
#[tokio::test(start_paused = true)]
async fn what_times_out_waiting_for_room_is_not_executed() {
    for inline in [true, false] {
        let system = System::new(AnyStore::new());
        let probe = system
            .start(probe(inline).mailbox(1))
            .await
            .expect("a new probe");
        let (gate, holding) = busy(&probe).await;
        probe.note(1).await.expect("there is room for one");
        let (call, cast) = tokio::join!(
            probe.work(push(2)).timeout(SECOND),
            probe.note(3).timeout(SECOND)
        );
        assert_eq!(call, Err(CallError::Expired));
        assert_eq!(cast, Err(CallError::Expired));
        gate.open();
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        assert_eq!(seen(&probe).await, [1]);
    }
}

// M2: without a word of the caller's, a call waits five seconds, or as long as its server says
#[tokio::test(start_paused = true)]
async fn the_time_a_call_waits_is_the_servers() {
    for inline in [true, false] {
        let system = System::new(AnyStore::new());
        for (spec, waits) in [
            (probe(inline), 5 * SECOND),
            (
                probe(inline).name("slow").call_timeout(60 * SECOND),
                60 * SECOND,
            ),
        ] {
            let probe = system.start(spec).await.expect("a new probe");
            let begun = tokio::time::Instant::now();
            assert_eq!(probe.watch(never()).await, Err(CallError::TimedOut));
            assert_eq!(begun.elapsed().as_secs(), waits.as_secs());
        }
    }
}

// M2: a reply that is given later counts as begun when the time is over
#[tokio::test(start_paused = true)]
async fn a_deferred_reply_times_out_as_begun() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let call = probe.promise(Box::new(|probe, reply, _| probe.held.push(reply)));
        assert_eq!(call.timeout(SECOND).await, Err(CallError::TimedOut));
    }
}

// M5: a handler that has begun runs to its end when its caller is gone
#[tokio::test]
async fn a_handler_outlives_its_caller() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let gate = Gate::new();
        let mut call = probe.wait(at(&gate, 5));
        assert!(poll_once(&mut call).await.is_none());
        gate.has_waiting(1).await;
        drop(call);
        gate.open();
        assert_eq!(seen(&probe).await, [5]);
    }
}

// M6: a call of a server to itself fails at once, in a handler that waits and in one that does not
#[tokio::test]
async fn a_server_cannot_call_itself() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let own = probe.clone();
        let itself = probe.watch(Box::pin(async move {
            let error = own.work(push(1)).await.expect_err("it would hang");
            u32::from(error == CallError::CallsItself && error.outcome() == Outcome::NotRun)
        }));
        assert_eq!(in_time(itself).await, Ok(1));
        let in_passing = probe.look(Box::new(|_, cx| {
            let mut call = cx.client().work(push(1)).owned();
            let waker = std::task::Context::from_waker(std::task::Waker::noop());
            let mut waker = waker;
            let polled = std::pin::Pin::new(&mut call).poll(&mut waker);
            u32::from(polled == std::task::Poll::Ready(Err(CallError::CallsItself)))
        }));
        assert_eq!(in_passing.await, Ok(1));
        assert!(seen(&probe).await.is_empty());
    }
}

// M6: nor can a server wait for its own checkpoint, status or end; it goes on
#[tokio::test(start_paused = true)]
async fn a_server_cannot_wait_for_itself() {
    use noex::{CheckpointError, Client as _, StopError};
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let own = probe.clone();
        let errand = Box::pin(async move {
            let checkpoint = own.checkpoint().await;
            let (status, stop) = (own.status().await, own.stop().await);
            let failed = [
                matches!(
                    checkpoint,
                    Err(CheckpointError::Call(CallError::CallsItself))
                ),
                matches!(status, Err(CallError::CallsItself)),
                matches!(stop, Err(StopError::CallsItself { .. })),
            ];
            u32::from(failed == [true; 3])
        });
        assert_eq!(in_time(probe.watch(errand)).await, Ok(1));
        assert!(seen(&probe).await.is_empty());
    }
}

// M6: what runs beside a server may call it
#[tokio::test]
async fn a_spawned_future_may_call_its_server() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let own = probe.clone();
        let work = probe.promise(Box::new(move |_, reply, cx| {
            let errand = async move { reply.send(own.work(push(4)).await.unwrap_or(99)) };
            cx.spawn(errand, |()| crate::probe::ProbeMsg::Hear { n: 5 });
        }));
        assert_eq!(in_time(work).await, Ok(0));
        assert_eq!(seen(&probe).await.first(), Some(&4));
    }
}

// T7: an `Err` that a handler returns is just a reply, and what it changed stays changed
#[tokio::test]
async fn an_error_of_a_handler_is_a_reply() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let error = probe.choose(3).await.expect_err("it is odd");
        assert_eq!(error, CallError::Failed("3 is odd".to_owned()));
        assert_eq!(error.outcome(), Outcome::Replied);
        assert_eq!(probe.choose(4).await, Ok(4));
        assert_eq!(seen(&probe).await, [3, 4]);
    }
}

// T7: a deferred reply that is dropped ends in `NoReply`, at once or from a later message
#[tokio::test(start_paused = true)]
async fn a_dropped_reply_is_no_reply() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let error = probe.promise(Box::new(|_, reply, _| drop(reply))).await;
        assert_eq!(error, Err(CallError::NoReply));
        let mut later = probe.promise(Box::new(|probe, reply, _| probe.held.push(reply)));
        assert!(poll_once(&mut later).await.is_none());
        let dropped = probe.work(Box::new(|probe, _| {
            probe.held.clear();
            0
        }));
        assert_eq!(dropped.await, Ok(0));
        assert_eq!(later.await, Err(CallError::NoReply));
    }
}

// M2: a reply given by a later message reaches its caller, out of turn
#[tokio::test]
async fn a_reply_may_come_later() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let keep = || probe.promise(Box::new(|probe, reply, _| probe.held.push(reply)));
        let (mut first, mut second) = (keep(), keep());
        assert!(poll_once(&mut first).await.is_none());
        assert!(poll_once(&mut second).await.is_none());
        for n in [1, 0] {
            let answer = probe.work(Box::new(move |probe, _| {
                probe.held.pop().expect("two are kept").send(n);
                n
            }));
            assert_eq!(answer.await, Ok(n));
        }
        assert_eq!((first.await, second.await), (Ok(0), Ok(1)));
    }
}

// M1: `.owned()` sends from a task of its own, once it is polled
#[tokio::test]
async fn an_owned_call_needs_no_client() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let counted = Arc::new(AtomicU32::new(0));
        let counting = counted.clone();
        let call = probe.look(Box::new(move |_, _| {
            counting.fetch_add(1, Ordering::SeqCst)
        }));
        let call = call.owned();
        drop(probe);
        tokio::task::yield_now().await;
        assert_eq!(counted.load(Ordering::SeqCst), 0);
        assert_eq!(tokio::spawn(call).await.expect("no panic"), Ok(0));
        assert_eq!(counted.load(Ordering::SeqCst), 1);
    }
}
