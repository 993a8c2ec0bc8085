//! Families as they are seen from outside: their live servers, restarts, and what is parked.

use noex::prelude::*;
use noex::processes::{Health, Process, Role};
use noex::testing::Gate;
use noex::{Family, PersistOptions};

use crate::any_store::AnyStore;
use crate::counter::{Counter, begin, system};

fn family(system: &System) -> Family<Counter> {
    let off = PersistOptions::new().interval(None);
    let family = system.family("counters").env("first").persist(off);
    family.or_init(|_| 0_i64).build().expect("it is built")
}

/// The only thing that a system knows by itself.
fn root(system: &System) -> Process {
    let mut processes = system.processes().processes;
    assert_eq!(processes.len(), 1);
    processes.remove(0)
}

fn names(family: &Process) -> Vec<&str> {
    let servers = family.children.iter();
    servers
        .filter_map(|server| server.name.as_deref())
        .collect()
}

// S12: a family is there before its first server, and shows the live ones by name
#[tokio::test(start_paused = true)]
async fn a_family_shows_its_live_servers() {
    begin();
    let system = system(AnyStore::new());
    let family = family(&system);
    let found = root(&system);
    assert_eq!((found.role, found.health), (Role::Family, Health::Running));
    assert_eq!(
        (&*found.kind, found.name.as_deref()),
        ("Counter", Some("counters"))
    );
    assert_eq!(found.children, []);

    for name in ["b", "c", "a"] {
        family.at(name).add(1).await.expect("it adds");
    }
    let found = root(&system);
    assert_eq!(names(&found), ["a", "b", "c"]);
    let a = found.children.first().expect("there are three");
    assert_eq!(
        (a.role, a.health, a.incarnation),
        (Role::Server, Health::Idle, 1)
    );
    assert_eq!(
        a.key.as_ref().map(noex::store::Key::as_str),
        Some("counters:a")
    );
    family.at("b").stop().await.expect("it stops");
    assert_eq!(names(&root(&system)), ["a", "c"]);
}

// T7: a server that is started again for what waits behind a crash is the same one, in its next incarnation
#[tokio::test(start_paused = true)]
async fn a_restart_is_counted() {
    begin();
    let system = system(AnyStore::new());
    let family = family(&system);
    let counter = family.at("a");
    let gate = Gate::new();
    let passing = tokio::spawn(counter.pass(gate.clone()).owned());
    gate.has_waiting(1).await;
    let number = root(&system).children.first().expect("it is live").number;
    let breaking = tokio::spawn(counter.r#break().owned());
    let waiting = tokio::spawn(counter.total().owned());
    tokio::task::yield_now().await;
    gate.open();
    passing.await.expect("no panic").expect("it passes");
    breaking.await.expect("no panic").expect_err("it breaks");
    assert_eq!(waiting.await.expect("no panic"), Ok(0));
    let found = root(&system);
    let a = found.children.first().expect("it is live");
    assert_eq!((a.restarts, a.incarnation, a.number), (1, 2, number));
}

// T10: a parked key is shown among the live ones
#[tokio::test(start_paused = true)]
async fn a_parked_key_is_shown() {
    begin();
    let system = system(AnyStore::new());
    let family = family(&system);
    for name in ["a", "b", "c"] {
        family.create(name, 3).await.expect("it is new");
    }
    family.at("b").stop().await.expect("it stops");
    for _ in 0..3 {
        family.at("b").total().await.expect("it is restored");
        let monitor = family.at("b").monitor();
        family.at("b").r#break().await.expect_err("it breaks");
        monitor.await;
        while family.live() > 2 {
            tokio::task::yield_now().await;
        }
    }
    let found = root(&system);
    assert_eq!(names(&found), ["a", "b", "c"]);
    let parked: Vec<_> = found
        .children
        .iter()
        .filter(|server| server.health == Health::Parked)
        .collect();
    let [b] = parked.as_slice() else {
        panic!("one is parked: {parked:?}");
    };
    assert_eq!((b.name.as_deref(), b.number), (Some("b"), 0));
    assert_eq!(
        b.key.as_ref().map(noex::store::Key::as_str),
        Some("counters:b")
    );
    assert!(family.unpark("b"));
    assert_eq!(names(&root(&system)), ["a", "c"]);
}
