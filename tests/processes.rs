//! `system.processes()`: how each server is, while handlers, starts, stops and stores hang.

mod families;
mod saves;
mod shown;
mod supervised;

use noex::prelude::*;
use noex::processes::{Health, Process, Role};
use noex::testing::{Call, FaultyAdapter, Gate};

use crate::counter::{begin, spec, system};
use crate::probe::{at, busy, in_time, lone, never, probe, push};

/// The only server of a system.
fn only(system: &System) -> Process {
    let processes = system.processes();
    let mut servers = processes.servers().cloned();
    let server = servers.next().expect("there is a server");
    assert_eq!(servers.next(), None);
    server
}

// a server that has nothing to do is idle, and says who it is
#[tokio::test(start_paused = true)]
async fn a_free_server_is_idle() {
    let (system, probe) = lone(true).await;
    probe.work(push(1)).await.expect("it runs");
    let found = only(&system);
    assert_eq!(found.role, Role::Server);
    assert_eq!(
        (&*found.kind, found.name.as_deref()),
        ("Probe", Some("probe"))
    );
    assert_eq!(
        found.key.as_ref().map(noex::store::Key::as_str),
        Some("probe")
    );
    assert_eq!(found.number, probe.id().number);
    assert_eq!((found.health, found.queued), (Health::Idle, 0));
    assert_eq!((found.incarnation, found.restarts), (1, 0));
    assert_eq!(found.children, []);
}

// a server whose handler waits is busy, and what waits behind it is counted
#[tokio::test(start_paused = true)]
async fn a_server_whose_handler_waits_is_busy() {
    let (system, probe) = lone(true).await;
    let (gate, holding) = busy(&probe).await;
    assert_eq!(only(&system).health, Health::Busy);
    assert_eq!(only(&system).queued, 0);
    for n in 0..3 {
        probe.note(n).await.expect("there is room");
    }
    assert_eq!(only(&system).queued, 3);
    gate.open();
    holding.await.expect("no panic").expect("it ends");
    probe.work(push(3)).await.expect("it runs");
    assert_eq!(only(&system).queued, 0);
    assert_eq!(only(&system).health, Health::Idle);
}

// a message that is queued for a free server makes it busy already
#[tokio::test(start_paused = true)]
async fn a_server_that_is_about_to_run_is_busy() {
    let (system, probe) = lone(true).await;
    probe.note(1).await.expect("there is room");
    let found = only(&system);
    assert_eq!((found.health, found.queued), (Health::Busy, 1));
}

// a handler may look at its own system, on its caller's stack and elsewhere
#[tokio::test(start_paused = true)]
async fn a_handler_sees_its_own_server_busy() {
    for inline in [true, false] {
        let (system, probe) = lone(inline).await;
        let looking = system.clone();
        let seen = probe.work(Box::new(move |_, _| {
            u32::from(only(&looking).health == Health::Busy)
        }));
        assert_eq!(in_time(seen).await, Ok(1));
    }
}

// a server whose store hangs at the start is starting
#[tokio::test(start_paused = true)]
async fn a_server_whose_store_hangs_is_starting() {
    begin();
    let store = FaultyAdapter::new(MemoryAdapter::new());
    let gate = store.hold(Call::Claim);
    let system = system(store);
    let starting = tokio::spawn({
        let system = system.clone();
        async move { system.start(spec("a")).await }
    });
    gate.has_waiting(1).await;
    let found = only(&system);
    assert_eq!(found.health, Health::Starting);
    assert_eq!(found.key.as_ref().map(noex::store::Key::as_str), Some("a"));
    assert_eq!(found.saves, None, "nothing is known of the record");
    gate.open();
    starting.await.expect("no panic").expect("it starts");
    assert_eq!(only(&system).health, Health::Idle);
}

// a server that was asked to stop is stopping, however long its handler or its store takes
#[tokio::test(start_paused = true)]
async fn a_server_that_was_asked_to_stop_is_stopping() {
    begin();
    let store = FaultyAdapter::new(MemoryAdapter::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    let (gate, writes) = (Gate::new(), store.hold(Call::Write));
    let passing = tokio::spawn(counter.pass(gate.clone()).owned());
    gate.has_waiting(1).await;
    let stopping = tokio::spawn({
        let counter = counter.clone();
        async move { counter.stop().await }
    });
    tokio::task::yield_now().await;
    assert_eq!(only(&system).health, Health::Stopping);
    gate.open();
    passing.await.expect("no panic").expect("it ends");
    writes.has_waiting(1).await;
    assert_eq!(only(&system).health, Health::Stopping);
    writes.open();
    stopping.await.expect("no panic").expect("it saves");
    assert_eq!(system.processes().processes, []);
}

// a server that crashed is stopping until its key is given back
#[tokio::test(start_paused = true)]
async fn a_server_that_crashed_gives_its_key_back() {
    begin();
    let store = FaultyAdapter::new(MemoryAdapter::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    let gate = store.hold(Call::Release);
    counter.r#break().await.expect_err("it breaks");
    gate.has_waiting(1).await;
    assert_eq!(only(&system).health, Health::Stopping);
    let monitor = counter.monitor();
    gate.open();
    monitor.await;
    assert_eq!(system.processes().processes, []);
}

// T6: a server that was killed is not shown any more, even if its handler goes on
#[tokio::test(start_paused = true)]
async fn a_killed_server_is_gone() {
    let (system, probe) = lone(true).await;
    let hanging = tokio::spawn(probe.wait(never()).owned());
    tokio::task::yield_now().await;
    probe.stop().await.expect_err("it hangs");
    assert_eq!(system.processes().processes, []);
    hanging.await.expect("no panic").expect_err("it is killed");
}

// servers are shown in the order in which they came
#[tokio::test(start_paused = true)]
async fn servers_are_in_the_order_of_their_starts() {
    let system = System::new(MemoryAdapter::new());
    let names = ["b", "c", "a", "d"];
    for name in names {
        system
            .start(probe(true).name(name))
            .await
            .expect("it starts");
    }
    let processes = system.processes();
    let found: Vec<_> = processes
        .iter()
        .filter_map(|process| process.name.as_deref())
        .collect();
    assert_eq!(found, names);
}

// M3: whoever looks on from other threads stands in nobody's way: every message is handled, in its order
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looking_on_disturbs_nobody() {
    let (system, probe) = lone(true).await;
    let over = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let looking = std::thread::spawn({
        let (system, over) = (system.clone(), over.clone());
        move || {
            while !over.load(std::sync::atomic::Ordering::SeqCst) {
                assert_eq!(only(&system).incarnation, 1);
            }
        }
    });
    let gate = Gate::new();
    gate.open();
    let all = async {
        for n in 0..2_000_u32 {
            assert_eq!(probe.work(push(n)).await, Ok(2 * n));
            probe.wait(at(&gate, n)).await.expect("it passes");
        }
    };
    in_time(all).await;
    over.store(true, std::sync::atomic::Ordering::SeqCst);
    looking.join().expect("it has seen one server at any time");
}
