//! Supervisors as they are seen from outside: their children in order, restarts, and what waits or is parked.

use noex::prelude::*;
use noex::processes::{Health, Process, Role};
use noex::testing::{Call, FaultyAdapter};

use crate::counter::{Counter, begin, seconds, spec, system};

/// The only thing that a system knows by itself.
fn root(system: &System) -> Process {
    let mut processes = system.processes().processes;
    assert_eq!(processes.len(), 1, "{processes:?}");
    processes.remove(0)
}

fn child(parent: &Process, index: usize) -> &Process {
    parent.children.get(index).expect("it has so many children")
}

// R1, R3: a supervisor shows its children in the order of their start, and what is below them
#[tokio::test(start_paused = true)]
async fn a_supervisor_shows_its_children_in_order() {
    begin();
    let system = system(MemoryAdapter::new());
    let family = system.family::<Counter>("family").env("first");
    let family = family.or_init(|_| 0_i64).build().expect("it is built");
    let inner = noex::Supervisor::rest_for_one("inner").child(spec("c"));
    let shop = noex::Supervisor::one_for_one("shop")
        .child(spec("b"))
        .child(family.clone())
        .child(inner)
        .child(spec("a"));
    let shop = system.supervise(shop).await.expect("it starts");
    family.at("x").add(1).await.expect("it adds");

    let found = root(&system);
    assert_eq!(
        (found.role, &*found.kind),
        (Role::Supervisor, "one_for_one")
    );
    assert_eq!(
        (found.name.as_deref(), found.health),
        (Some("shop"), Health::Running)
    );
    let names: Vec<_> = found
        .children
        .iter()
        .filter_map(|child| child.name.as_deref())
        .collect();
    assert_eq!(names, ["b", "family", "inner", "a"]);
    assert_eq!(child(child(&found, 1), 0).name.as_deref(), Some("x"));
    let inner = child(&found, 2);
    assert_eq!(
        (inner.role, &*inner.kind),
        (Role::Supervisor, "rest_for_one")
    );
    assert_eq!(child(inner, 0).health, Health::Idle);
    shop.stop().await.expect("it saves");
    assert_eq!(system.processes().processes, []);
}

// R2: a child that ends is stopping, waiting, starting and idle in turn, under its number, and its restart is counted
#[tokio::test(start_paused = true)]
async fn a_restart_is_seen() {
    begin();
    let store = FaultyAdapter::new(MemoryAdapter::new());
    let system = system(store.clone());
    let delay = noex::Backoff::new(seconds(10), seconds(10));
    let shop = noex::Supervisor::one_for_one("shop")
        .child(spec("a"))
        .delay(delay);
    system.supervise(shop).await.expect("it starts");
    let before = child(&root(&system), 0).clone();
    let counter = system.find::<Counter>("a").expect("it is up");
    let monitor = counter.monitor();
    counter.r#break().await.expect_err("it breaks");
    monitor.await;
    assert_eq!(child(&root(&system), 0).health, Health::Waiting);
    let claims = store.hold(Call::Claim);
    claims.has_waiting(1).await;
    assert_eq!(child(&root(&system), 0).health, Health::Starting);
    claims.open();
    counter.total().await.expect("it is back");
    let after = child(&root(&system), 0).clone();
    assert_eq!((after.health, after.number), (Health::Idle, before.number));
    assert_eq!((before.restarts, after.restarts), (0, 1));
    assert!(after.incarnation > before.incarnation);
}
