//! Where a handler runs: light ones on their callers' stacks, heavy and unknown ones on the runtime.

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use noex::prelude::*;
use tokio::task;

use crate::probe::{Errand, Job, Look, Probe, ProbeClient, in_time, poll_once, probe, seen};

/// More than enough calls for a handler to be known anew.
const ENOUGH: usize = 2_000;

async fn start(system: &System, name: &str) -> ProbeClient {
    let spec = probe(true).name(name);
    system.start(spec).await.expect("a new probe")
}

/// Keeps the processor busy, as a heavy handler does.
fn burn() {
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(1) {
        std::hint::spin_loop();
    }
}

/// Whether the task that asks is the one that runs here.
fn is_here(caller: task::Id) -> u32 {
    u32::from(task::try_id() == Some(caller))
}

/// A look that answers 1 where it runs on its caller's stack.
fn look(work: fn()) -> Look {
    let caller = task::id();
    Box::new(move |_, _| {
        work();
        is_here(caller)
    })
}

/// The same on `&mut self`.
fn job(work: fn()) -> Job {
    let caller = task::id();
    Box::new(move |_, _| {
        work();
        is_here(caller)
    })
}

/// An errand that works before it waits and after, and answers 1 where it began on its caller's stack.
fn errand(before: fn(), after: fn()) -> Errand {
    let caller = task::id();
    Box::pin(async move {
        let here = is_here(caller);
        before();
        task::yield_now().await;
        after();
        here
    })
}

/// Whether one call runs on this task's stack.
async fn is_inline(call: impl Future<Output = Result<u32, noex::CallError>>) -> bool {
    in_time(call).await.expect("the probe runs") == 1
}

/// Looks that burn, as many as make them known to be heavy.
async fn burn_known(probe: &ProbeClient) {
    for _ in 0..5 {
        is_inline(probe.look(look(burn))).await;
    }
}

/// Whether one of enough light looks runs on this task's stack.
async fn becomes_light(probe: &ProbeClient) -> bool {
    for _ in 0..ENOUGH {
        if is_inline(probe.look(look(|| {}))).await {
            return true;
        }
    }
    false
}

/// Runs `test` as a task of a runtime with two workers, where the callers of a program are.
fn on_two_workers<F: Future<Output = ()> + Send + 'static>(test: impl FnOnce(System) -> F) {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let _entered = runtime.enter();
    let task = runtime.spawn(test(System::new(MemoryAdapter::new())));
    runtime.block_on(task).expect("no panic");
}

/// Where two handlers meet, each of which blocks its thread until the other one has come.
#[derive(Clone, Default)]
struct Meeting {
    come: Arc<(Mutex<u32>, Condvar)>,
}

impl Meeting {
    /// A look that answers 1 where the other one has come.
    fn look(&self) -> Look {
        let meeting = self.clone();
        Box::new(move |_, _| u32::from(meeting.meet()))
    }

    fn meet(&self) -> bool {
        let (come, bell) = &*self.come;
        let mut come = come.lock().expect("no panic");
        *come += 1;
        bell.notify_all();
        let patience = Duration::from_secs(20);
        let waited = bell.wait_timeout_while(come, patience, |come| *come < 2);
        !waited.expect("no panic").1.timed_out()
    }
}

async fn meet(one: &ProbeClient, other: &ProbeClient) {
    let meeting = Meeting::default();
    let calls = tokio::join!(one.look(meeting.look()), other.look(meeting.look()));
    assert_eq!(calls, (Ok(1), Ok(1)), "they ran one after the other");
}

/// A probe that waits for another one's handler for as long as a test has patience.
async fn patient(system: &System, name: &str) -> ProbeClient {
    let spec = probe(true).name(name);
    let patient = spec.call_timeout(Duration::from_mins(1));
    system.start(patient).await.expect("a new probe")
}

#[test]
fn the_first_calls_joined_in_one_task_run_at_once() {
    on_two_workers(|system| async move {
        let (one, other) = (patient(&system, "1").await, patient(&system, "2").await);
        meet(&one, &other).await;
    });
}

#[test]
fn heavy_calls_joined_in_one_task_run_at_once() {
    on_two_workers(|system| async move {
        let (one, other) = (patient(&system, "1").await, patient(&system, "2").await);
        burn_known(&one).await;
        for _ in 0..3 {
            meet(&one, &other).await;
        }
    });
}

#[test]
fn a_handler_found_light_runs_on_its_callers_stack() {
    on_two_workers(|system| async move {
        let (one, other) = (start(&system, "1").await, start(&system, "2").await);
        assert!(!is_inline(one.look(look(|| {}))).await);
        assert!(becomes_light(&one).await);
        // What is known of one is known of all of its kind.
        assert!(is_inline(other.look(look(|| {}))).await);
    });
}

#[test]
fn a_heavy_handler_becomes_light_again() {
    on_two_workers(|system| async move {
        let probe = start(&system, "1").await;
        burn_known(&probe).await;
        assert!(!is_inline(probe.look(look(|| {}))).await);
        assert!(becomes_light(&probe).await);
    });
}

#[test]
fn a_light_handler_that_becomes_heavy_leaves_its_callers_stack() {
    on_two_workers(|system| async move {
        let probe = start(&system, "1").await;
        assert!(becomes_light(&probe).await);
        let mut inline = 0;
        while is_inline(probe.look(look(burn))).await {
            inline += 1;
            assert!(inline < 200, "it still runs on its caller's stack");
        }
    });
}

#[test]
fn each_message_has_its_own_weight() {
    on_two_workers(|system| async move {
        let probe = start(&system, "1").await;
        burn_known(&probe).await;
        let mut calls = 0;
        while !is_inline(probe.work(job(|| {}))).await {
            calls += 1;
            assert!(calls < ENOUGH, "it never runs on its caller's stack");
        }
        assert!(!is_inline(probe.look(look(|| {}))).await);
    });
}

#[test]
fn each_system_weighs_for_itself() {
    on_two_workers(|system| async move {
        assert!(becomes_light(&start(&system, "1").await).await);
        let other = System::new(MemoryAdapter::new());
        let probe = start(&other, "1").await;
        assert!(!is_inline(probe.look(look(|| {}))).await);
    });
}

#[test]
fn an_async_handler_weighs_what_it_does_before_it_waits() {
    on_two_workers(|system| async move {
        let probe = start(&system, "1").await;
        let mut calls = 0;
        while !is_inline(probe.watch(errand(|| {}, burn))).await {
            calls += 1;
            assert!(calls < ENOUGH, "it never begins on its caller's stack");
        }
        let mut inline = 0;
        while is_inline(probe.watch(errand(burn, || {}))).await {
            inline += 1;
            assert!(inline < 200, "it still begins on its caller's stack");
        }
    });
}

// M3: a light message does not overtake a heavy one of the same sender
#[test]
fn a_light_message_stays_behind_a_heavy_one() {
    on_two_workers(|system| async move {
        let probe = start(&system, "1").await;
        let mut expected = Vec::new();
        for n in (0..400).step_by(2) {
            let mut heavy = probe.work(Box::new(move |probe: &mut Probe, _| {
                burn();
                probe.seen.push(n + 1);
                0
            }));
            let light = probe.choose(n);
            let early = poll_once(&mut heavy).await;
            assert_eq!(in_time(light).await, Ok(n));
            assert_eq!(early.unwrap_or(heavy.await), Ok(0));
            expected.extend([n + 1, n]);
        }
        assert_eq!(seen(&probe).await, expected);
    });
}

#[tokio::test]
async fn where_one_thread_runs_all_tasks_nothing_is_weighed() {
    let here = tokio::spawn(async {
        let system = System::new(MemoryAdapter::new());
        let probe = start(&system, "1").await;
        for _ in 0..5 {
            assert!(is_inline(probe.look(look(burn))).await);
        }
    });
    here.await.expect("no panic");
}

#[test]
fn a_server_that_never_runs_inline_has_no_light_handlers() {
    on_two_workers(|system| async move {
        let spec = probe(false).name("1");
        let probe = system.start(spec).await.expect("a new probe");
        for _ in 0..100 {
            assert!(!is_inline(probe.look(look(|| {}))).await);
        }
    });
}
