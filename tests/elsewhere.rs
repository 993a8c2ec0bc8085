//! Callers on threads and runtimes of their own, and handlers that block the thread they run on.

use std::time::Duration;

use noex::CallError;
use noex::testing::Gate;

use crate::probe::{at, in_time, lone, never, poll_once, push, seen};
use crate::wall::Wall;

// M2: with `inline = false` a handler that blocks its thread does not hold up its caller
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blocking_handler_does_not_hold_up_its_caller() {
    let (_system, probe) = lone(false).await;
    let wall = Wall::new();
    let blocking = wall.clone();
    let mut call = probe.look(Box::new(move |_, _| {
        blocking.block();
        1
    }));
    assert!(poll_once(&mut call).await.is_none());
    in_time(wall.has_blocked()).await;
    assert!(poll_once(&mut call).await.is_none());
    wall.release();
    assert_eq!(in_time(call).await, Ok(1));
}

// M5: a handler that has begun runs to its end when its caller's whole runtime is gone
#[test]
fn a_handler_outlives_its_callers_runtime() {
    for inline in [true, false] {
        let (own, other) = (runtime(), runtime());
        let (_system, probe) = own.block_on(lone(inline));
        let gate = Gate::new();
        let calling = other.spawn(probe.wait(at(&gate, 5)).owned());
        own.block_on(gate.has_waiting(1));
        other.shutdown_background();
        assert!(own.block_on(calling).is_err());
        gate.open();
        assert_eq!(own.block_on(seen(&probe)), [5]);
    }
}

// M3: a thread without a runtime calls and casts, in order
#[test]
fn a_plain_thread_calls_and_casts() {
    for inline in [true, false] {
        let own = runtime();
        let (_system, probe) = own.block_on(lone(inline));
        let thread = std::thread::spawn(move || {
            for n in 0..100 {
                probe.note(2 * n).blocking().expect("it runs");
                let before = probe.work(push(2 * n + 1)).blocking();
                assert_eq!(before, Ok(2 * n + 1));
            }
            probe.watch(Box::pin(async { 3 })).blocking()
        });
        assert_eq!(thread.join().expect("no panic"), Ok(3));
    }
}

// M2: on a thread without a runtime a call times out, too
#[test]
fn a_plain_threads_call_times_out() {
    for inline in [true, false] {
        let own = runtime();
        let (_system, probe) = own.block_on(lone(inline));
        let call = || {
            probe
                .watch(never())
                .timeout(Duration::from_millis(1))
                .blocking()
        };
        assert!(matches!(
            call(),
            Err(CallError::TimedOut | CallError::Expired)
        ));
        assert_eq!(call(), Err(CallError::Expired));
    }
}

// M3: a caller of another runtime is served by the server's own, in order
#[test]
fn another_runtime_calls_and_casts() {
    for inline in [true, false] {
        let (own, other) = (runtime(), runtime());
        let (_system, probe) = own.block_on(lone(inline));
        let home = own.handle().id();
        let here = other.block_on(async {
            for n in 0..100 {
                probe.note(2 * n).await.expect("it runs");
                assert_eq!(probe.work(push(2 * n + 1)).await, Ok(2 * n + 1));
            }
            let look = move |_: &crate::probe::Probe, _: &mut noex::Cx<crate::probe::Probe>| {
                u32::from(tokio::runtime::Handle::current().id() == home)
            };
            probe.look(Box::new(look)).await
        });
        assert_eq!(here, Ok(1));
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
}
